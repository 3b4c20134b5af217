"""The command diff: who would gain and lose duty.
Imports options, plan, show, source, view, window, roster, engine.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from availability.cli import options
from availability.cli.plan import no_calendar, overrides_in, with_calendar
from availability.cli.show import print_diff, print_left_out, print_strangers
from availability.cli.source import Source
from availability.cli.view import View, print_document
from availability.cli.window import End, Start, window
from availability.engine.overrides import Override
from availability.roster.answer import Freshness
from availability.roster.comparison import Comparison
from availability.roster.roster import Roster

#: Four weeks have every shift of most plans.
WINDOW = timedelta(weeks=4)
First = Annotated[
    Path | None, typer.Argument(metavar="A", help="A saved API response, - for stdin.")
]
Second = Annotated[
    Path | None, typer.Argument(metavar="B", help="Another one; without it, A as planned.")
]
Planned = Annotated[
    list[str] | None,
    typer.Option("--planned", metavar="FILE", help="As --overrides, but for B only."),
]
PlannedCalendar = Annotated[
    str | None,
    typer.Option("--planned-calendar", metavar="CALENDAR", help="As --calendar, but for B only."),
]


def diff(
    a: First = None,
    b: Second = None,
    start: Start = None,
    end: End = None,
    tz: options.Tz = None,
    agent_tz: options.AgentTz = None,
    demo: options.Demo = False,
    calendar: options.Calendar = None,
    closed: options.Closed = False,
    overrides: options.Overrides = None,
    planned: Planned = None,
    planned_calendar: PlannedCalendar = None,
    as_json: options.Json = False,
) -> None:
    """Who gains and loses duty from A to B, or as planned, by the schedules.

    Without A it asks the platform, or the sandbox with --demo; without --end, of four weeks.
    """
    if closed and calendar is None and planned_calendar is None:
        raise no_calendar()
    source = Source(tz, agent_tz, a, demo)
    with source.open() as desk:
        before = desk.fetch()
        since, until = window(start, end, desk.tz, before.clock(), WINDOW)
        after = before if b is None else _saved(replace(source, saved=b))
    for roster in (before,) if after is before else (before, after):
        print_left_out(roster)
    everybody = {agent.id: agent for agent in (*before, *after)}
    usual, more = (overrides_in(files or [], everybody.values()) for files in (overrides, planned))
    print_strangers([*usual, *more], everybody)
    before = _as(before, usual, calendar, closed and calendar is not None, since, until)
    after = _as(after, [*usual, *more], planned_calendar or calendar, closed, since, until)
    view = View(since, None, desk.tz, Freshness.BEYOND)
    found = before.compare(after, since, until)
    if as_json:
        print_document(_document(view, until, found))
    else:
        print_diff(view, until, found)


def _saved(source: Source) -> Roster:
    with source.open() as desk:
        return desk.fetch()


def _as(
    roster: Roster,
    overrides: Iterable[Override],
    calendar: str | None,
    closed: bool,
    start: datetime,
    end: datetime,
) -> Roster:
    """Return a roster by a calendar, with its agents' overrides."""
    own = [one for one in overrides if one.agent_id in roster]
    return with_calendar(roster, calendar, closed, start, end).with_overrides(own)


def _document(view: View, end: datetime, found: Comparison) -> dict[str, object]:
    return {
        "start": view.rfc3339(view.at),
        "end": view.rfc3339(end),
        "timezone": view.tz,
        "agents": [
            {
                "id": one.agent.id,
                "name": one.agent.name,
                "gained": [view.ends(each) for each in one.gained],
                "lost": [view.ends(each) for each in one.lost],
            }
            for one in found
        ],
        "unknown": [agent.id for agent in found.unknown],
    }
