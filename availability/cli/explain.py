"""The command explain: why an agent can take a ticket, or cannot.
Imports ask, options, plan, source, view, roster, engine.
"""

from __future__ import annotations

from enum import Enum
from typing import Annotated

import typer

from availability.cli import options, show
from availability.cli.ask import ask, check_is_there, wanted
from availability.cli.plan import Plan
from availability.cli.source import Source
from availability.cli.view import View, print_document
from availability.engine.overrides import ExtraShift
from availability.engine.schedule import clock
from availability.engine.shifts import Shift
from availability.roster.explain import Explanation


class Lang(str, Enum):
    """The languages of explanations."""

    EN = "en"
    ZH = "zh"


def explain(
    agent_id: options.AgentId,
    at: options.AtText = None,
    tz: options.Tz = None,
    agent_tz: options.AgentTz = None,
    saved: options.From = None,
    demo: options.Demo = False,
    skills: options.Skills = None,
    any_skill: options.AnySkill = None,
    at_least: options.AtLeast = None,
    calendar: options.Calendar = None,
    closed: options.Closed = False,
    overrides: options.Overrides = None,
    lang: Annotated[Lang, typer.Option("--lang", help="English or Chinese.")] = Lang.EN,
    as_json: options.Json = False,
) -> None:
    """Why one agent can take a ticket, or cannot: schedule, status, verdict, until when."""
    rule = wanted(skills, any_skill)
    ids = () if saved else (agent_id,)
    source = Source(tz, agent_tz, saved, demo, ids, skills=rule is not None)
    with ask(source, at, None, plan=Plan(calendar, closed, overrides or ())) as (roster, view):
        check_is_there(roster, agent_id)
        found = roster.explain(agent_id, view.at, rule, options.minutes(at_least))
        if as_json:
            print_document(view.framed(**_document(view, found, lang)))
        else:
            show.print_explanation(view, found, lang.value)


def _document(view: View, found: Explanation, lang: Lang) -> dict[str, object]:
    answer, agent, around = found.answer, found.agent, found.around
    age = answer.age
    return {
        "id": answer.agent_id,
        "name": agent and agent.name,
        "on_duty": answer.on_duty,
        "status": agent and agent.status_code,
        "age": None if age is None else age.total_seconds(),
        "basis": answer.basis,
        "state": answer.state.value,
        "reasons": [
            {"code": reason.code.value, "text": reason.text_in(lang.value)}
            for reason in answer.reasons
        ],
        "until": view.rfc3339(agent.until(view.at) if agent else None),
        "holds_until": view.rfc3339(answer.until),
        "shifts": {
            "running": [_shift(view, shift) for shift in around.running] if around else [],
            "last": _shift(view, around.last if around else None),
            "next": _shift(view, around.next if around else None),
        },
        "leave": [
            {"reason": leave_time.leave.reason, **view.ends(leave_time.interval)}
            for leave_time in (around.leave if around else ())
        ],
    }


def _shift(view: View, shift: Shift | None) -> dict[str, object] | None:
    if shift is None:
        return None
    duty, interval = shift.duty, shift.interval
    if isinstance(duty, ExtraShift):
        return {"reason": duty.reason, **view.ends(interval)}
    return {
        "weekday": duty.weekday,
        "start_time": clock(duty.start),
        "end_time": clock(duty.end),
        **view.ends(interval),
    }
