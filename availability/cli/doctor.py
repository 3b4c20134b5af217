"""The command that asks whether the time zones are right.
Imports ask, options, show, source, view, roster, errors.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from availability.cli import options
from availability.cli.ask import parsed
from availability.cli.show import ON_DUTY, console, print_left_out, status_of
from availability.cli.source import ALONE, Desk, Source
from availability.cli.view import View, print_document
from availability.errors import one_line
from availability.roster.agent import Agent, Status
from availability.roster.answer import Freshness
from availability.roster.diagnosis import Diagnosis, Finding, Fit, ZoneVerdict
from availability.roster.roster import Roster

WIDTH = 80
#: So many zones and agents are shown; --json has all.
MOST_ZONES, MOST_AGENTS = 5, 20
COLOURS = {
    ZoneVerdict.AGREES: "green",
    ZoneVerdict.UNEXPLAINED: "red",
    ZoneVerdict.CONTRADICTED: "red",
}
WORDS = {
    ZoneVerdict.AGREES: "the statuses agree with it",
    ZoneVerdict.TIED: "the statuses cannot tell it from other zones",
    ZoneVerdict.THIN: "too little evidence to tell",
    ZoneVerdict.UNEXPLAINED: "more statuses contradict it than chance explains",
    ZoneVerdict.CONTRADICTED: "the statuses contradict it",
}
ASK_AGAIN = (
    "To know more, ask at other times of the day, when other agents are on duty; "
    "saved answers add up: give --from and --fetched-at once for each."
)
HOLIDAY = "On a public holiday, which the server may keep, this means little: ask on another day."
ADVICE = {
    ZoneVerdict.UNEXPLAINED: f"Are these agents in several zones? Then --agent-tz tells. {HOLIDAY}",
    ZoneVerdict.CONTRADICTED: (
        "Their schedules are read in the wrong zone, it seems: "
        f"check --tz (AVAILABILITY_TZ) and --agent-tz. {HOLIDAY}"
    ),
}

Saved = Annotated[
    list[Path] | None,
    typer.Option(
        "--from",
        metavar="FILE",
        help="Answer from a saved API response; - reads stdin. Repeat for more of the same desk.",
    ),
]
FetchedAt = Annotated[
    list[str] | None,
    typer.Option(
        "--fetched-at",
        metavar="INSTANT",
        help="When the saved response was fetched: ISO 8601 or like '10:00', which is today's, "
        "in the desk's zone. Once for each --from, in the same order.",
    ),
]


def doctor(
    tz: options.Tz = None,
    agent_tz: options.AgentTz = None,
    saved: Saved = None,
    fetched_at: FetchedAt = None,
    demo: options.Demo = False,
    ids: options.Ids = None,
    as_json: options.Json = False,
) -> None:
    """Whether the time zones are right, judged by the agents' statuses.

    The API gives no time zone, but the server derives the statuses online and
    off duty from the schedules: in the right zone they agree. Zones that have
    one offset at the moment look the same. Exits with 1 if more statuses
    contradict a zone than chance explains, as well as where it could not answer.
    """
    source = Source(tz, agent_tz, None, demo, tuple(ids or ()))
    desk_tz, rosters = _fetched(source, saved or [], fetched_at or [])
    for roster in rosters:
        print_left_out(roster)
    diagnosis = rosters[0].diagnose(*rosters[1:])
    at = diagnosis.fetched_at
    view = View(at, at, desk_tz, Freshness.FRESH)
    _print_json(view, diagnosis) if as_json else _print(view, diagnosis)
    if diagnosis.verdict in ADVICE:
        raise typer.Exit(1)


def _fetched(
    source: Source, saved: Sequence[Path], texts: Sequence[str]
) -> tuple[str, list[Roster]]:
    """Return the desk's zone and its rosters, all of them stamped."""
    if saved and (source.demo or source.ids):
        raise typer.BadParameter(ALONE)
    if texts and not saved:
        raise typer.BadParameter("it goes with --from", param_hint="--fetched-at")
    if len(texts) != len(saved):
        raise typer.BadParameter(
            "when was each saved answer fetched? "
            f"given {len(saved)} times --from and {len(texts)} times --fetched-at",
            param_hint="--fetched-at",
        )
    rosters = []
    for path, text in zip(saved, texts, strict=True):
        with replace(source, saved=path).open() as desk:
            rosters.append(_stamped(desk, text))
    if not saved:
        with source.open() as desk:
            rosters.append(desk.fetch())
    return desk.tz, rosters


def _stamped(desk: Desk, text: str) -> Roster:
    """Return the roster of a saved answer with the instant at which it was fetched."""
    at = parsed(text, desk.tz, "--fetched-at")
    if at.note:
        typer.echo(f"--fetched-at: {at.note}", err=True)
    roster = desk.fetch()
    return Roster(roster, fetched_at=at.instant, left_out=roster.left_out)


def _print(view: View, diagnosis: Diagnosis) -> None:
    out = console(WIDTH)
    many = f"{diagnosis.snapshots} times, last " if diagnosis.snapshots > 1 else ""
    out.print(f"Fetched {many}{view.heading()}")
    for finding in diagnosis.findings:
        _print_finding(out, finding)
    if not diagnosis.findings:
        out.print("Too little evidence to tell: no agent has a schedule.")
    if diagnosis.unscheduled:
        out.print(f"\nAgents without a schedule: {diagnosis.unscheduled}.")
    if not {ZoneVerdict.TIED, ZoneVerdict.THIN}.isdisjoint(
        one.verdict for one in diagnosis.findings
    ):
        out.print(f"\n{ASK_AGAIN}")


def _print_finding(out: Console, finding: Finding) -> None:
    style = COLOURS.get(finding.verdict, "yellow")
    out.print()
    out.print(Text.assemble((finding.tz, "bold"), ": ", (WORDS[finding.verdict], style)))
    out.print(f"{_sentence(finding.summary)} {_sentence(finding.reason)}")
    if finding.verdict in ADVICE:
        out.print(ADVICE[finding.verdict])
    if finding.agents:
        out.print(_zones(finding))
    if finding.contradicting:
        out.print(_agents(finding))
    if finding.silent:
        out.print(
            f"Agents whose status is no evidence: {finding.silent} (set by hand, removed, "
            "unknown, within minutes of a change, or with rows that cannot be read)."
        )


def _zones(finding: Finding) -> Table:
    more = len(finding.best) - MOST_ZONES
    table = _table(caption=f"and {more} more that fit as well" if more > 0 else None)
    for name in ("Offset", "Zone", "Agree", ""):
        table.add_column(name, no_wrap=True)
    for fit in _shown(finding):
        configured = "configured" if fit.tz == finding.tz else ""
        table.add_row(f"UTC{fit.utc}", fit.tz, f"{fit.agree} of {fit.of}", configured)
    return table


def _shown(finding: Finding) -> Iterator[Fit]:
    yield from finding.ranking[:MOST_ZONES]
    if finding.configured not in finding.ranking[:MOST_ZONES]:
        yield finding.configured


def _agents(finding: Finding) -> Table:
    shown = finding.contradicting[:MOST_AGENTS]
    more = len(finding.contradicting) - len(shown)
    table = _table("Agents who contradict it", f"and {more} more" if more else None)
    table.add_column("Agent", overflow="fold", max_width=20)
    table.add_column("Status", no_wrap=True)
    table.add_column("Schedule", no_wrap=True)
    table.add_column("Id", overflow="fold", min_width=12)
    for agent in shown:
        duty = ON_DUTY[_by_schedule(agent)]
        table.add_row(Text(agent.label), status_of(agent), duty, Text(one_line(agent.id)))
    return table


def _table(title: str | None = None, caption: str | None = None) -> Table:
    return Table(
        title=title,
        title_justify="left",
        title_style="",
        caption=caption,
        caption_justify="left",
        caption_style="",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
    )


def _by_schedule(agent: Agent) -> bool:
    """Return what the schedule of an agent who contradicts it says: the opposite."""
    return agent.status is Status.OFF_DUTY


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."


def _print_json(view: View, diagnosis: Diagnosis) -> None:
    print_document(
        {
            "fetched_at": view.rfc3339(diagnosis.fetched_at),
            "snapshots": diagnosis.snapshots,
            "verdict": diagnosis.verdict.value,
            "unscheduled": diagnosis.unscheduled,
            "zones": [_zone_document(finding) for finding in diagnosis.findings],
        }
    )


def _zone_document(finding: Finding) -> dict[str, object]:
    return {
        "timezone": finding.tz,
        "verdict": finding.verdict.value,
        "summary": finding.summary,
        "reason": finding.reason,
        "agents": finding.agents,
        "silent": finding.silent,
        "ranking": [
            {"timezone": fit.tz, "offset": fit.utc, "agree": fit.agree, "of": fit.of}
            for fit in finding.ranking
        ],
        "contradicting": list(map(_agent_document, finding.contradicting)),
    }


def _agent_document(agent: Agent) -> dict[str, object]:
    return {
        "id": agent.id,
        "name": agent.name,
        "status": int(agent.status),
        "on_duty": _by_schedule(agent),
    }
