"""What changed between fetches, in words and as JSON.
Imports show, view, live, engine, roster, errors.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby

import typer
from rich.text import Text

from availability.cli.show import console
from availability.cli.view import print_document, rfc3339, stamp
from availability.engine.schedule import DutyRange, WeeklySchedule
from availability.errors import one_line
from availability.live.history import Change, History
from availability.roster.agent import Agent, Status
from availability.roster.messages import Wording, counted

COLOURS = {"added": "green", "removed": "red", "changed": "yellow"}
#: The fields whose values are shown: of the others, such as e-mail addresses, only the name.
TOLD = ("status", "schedule", "name", "skills")
#: What says the same again as another field does.
BESIDE = {"status_code": "status", "diagnostics": "schedule", "unreadable_rows": "schedule"}


def print_changes(
    past: History, window: tuple[datetime, datetime], tz: str, *, as_json: bool
) -> None:
    """Print what fetches found otherwise in a window, a line or an object for each agent."""
    start, end = window
    found = past.changes(start, end)
    begins = past.begins
    if begins is not None and start < begins:
        typer.echo(f"nothing is known before {stamp(begins, tz)}", err=True)
    if as_json:
        print_document(
            {
                "start": rfc3339(start, tz),
                "end": rfc3339(end, tz),
                "timezone": tz,
                "changes": [_document(one, tz) for one in found],
            }
        )
        return
    out = console()
    for one in found:
        kind = (f"{one.kind:7}", COLOURS[one.kind])
        line = Text.assemble(stamp(one.learned_at, tz), "  ", kind, "  ", _who(one))
        out.print(line.append(f"  {'; '.join(_said(one))}".rstrip()), soft_wrap=True)
    fetches = len({one.learned_at for one in found})
    changed = f"{counted(len(found), 'change')} in {counted(fetches, 'fetch', 'fetches')}"
    out.print(f"{changed if found else 'Nothing changed'}, {stamp(start, tz)} to {stamp(end, tz)}.")


def _who(change: Change) -> str:
    agent = change.after or change.before
    name = None if agent is None else agent.name
    return one_line(f"{name} · {change.agent_id}" if name else change.agent_id)


def _fields(change: Change) -> list[str]:
    """Return the names of the fields that differ, without those that only repeat another."""
    differ = change.fields
    return [name for name in differ if BESIDE.get(name) not in differ]


def _said(change: Change) -> Iterator[str]:
    """Say what changed, part by part."""
    before, after = change.before, change.after
    if before is None or after is None:
        agent = after or before
        if agent is not None:
            yield f"status: {_status(agent)}"
            yield f"schedule: {_ranges(agent)}"
        return
    fields = _fields(change)
    for name in TOLD:
        was, now = _value(before, name), _value(after, name)
        if name in fields and was != now:
            yield f"{name}: {was} → {now}"
        elif name in fields:
            yield name
    others = [name.replace("_", " ") for name in fields if name not in TOLD]
    if others:
        yield f"changed: {', '.join(others)}"


def _value(agent: Agent, name: str) -> str:
    """Return a field's value for people."""
    if name == "status":
        return _status(agent)
    if name == "schedule":
        return _ranges(agent)
    if name == "skills":
        return ", ".join(skill.label for skill in agent.skills) or "none"
    return one_line(agent.name or "none")


def _status(agent: Agent) -> str:
    if agent.status is Status.UNKNOWN:
        return one_line(f"unknown ({agent.status_code})")
    return agent.status.name.lower().replace("_", " ")


def _ranges(agent: Agent) -> str:
    """Return a week in one line, such as ``Monday to Friday 09:00-18:00 Asia/Shanghai``."""
    schedule = agent.schedule
    if schedule is None:
        return "unreadable"
    unread = (
        f", {counted(agent.unreadable_rows, 'row')} unreadable" if agent.unreadable_rows else ""
    )
    return f"{_week(schedule) or 'never'} {schedule.tz}{unread}"


def _week(schedule: WeeklySchedule) -> str:
    """Return the ranges of each weekday code, in the order in which they come."""
    ranges = sorted(schedule.ranges, key=lambda one: (one.weekday, one.start, one.end))
    days = groupby(ranges, key=lambda one: one.weekday)
    return ", ".join(f"{Wording('en').days(day)} {_times(found)}" for day, found in days)


def _times(ranges: Iterator[DutyRange]) -> str:
    return " and ".join(map(str, ranges))


def _document(change: Change, tz: str) -> dict[str, object]:
    agent = change.after or change.before
    return {
        "learned_at": rfc3339(change.learned_at, tz),
        "id": change.agent_id,
        "name": None if agent is None else agent.name,
        "change": change.kind,
        "fields": list(change.fields),
        "before": None if change.before is None else _state(change.before),
        "after": None if change.after is None else _state(change.after),
    }


def _state(agent: Agent) -> dict[str, object]:
    """Return what is shown of an agent on one side of a change."""
    schedule = agent.schedule
    return {
        "name": agent.name,
        "status": agent.status.name.lower(),
        "status_code": agent.status_code,
        "timezone": None if schedule is None else schedule.tz,
        "schedule": None if schedule is None else [_row(one) for one in schedule.ranges],
        "unreadable_rows": agent.unreadable_rows,
        "skills": [{"id": skill.id, "name": skill.name} for skill in agent.skills],
    }


def _row(one: DutyRange) -> dict[str, object]:
    start, end = str(one).split("-")
    return {"weekday": one.weekday, "start_time": start, "end_time": end}
