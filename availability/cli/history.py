"""The command history: who was on duty, and what changed, as a memory has it.
Imports ask, changes, options, plan, source, view, live, roster, errors.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from availability.cli import options, show
from availability.cli.ask import parsed, shown_zone
from availability.cli.changes import print_changes
from availability.cli.plan import Plan
from availability.cli.source import checked_zone, named_zone
from availability.cli.view import Row, View, print_json
from availability.errors import ConfigurationError
from availability.live.history import History
from availability.roster.messages import Wording
from availability.roster.roster import Roster, system_clock

DAY = timedelta(days=1)
TICK = timedelta(microseconds=1)
File = Annotated[
    Path, typer.Argument(metavar="FILE", help="What LiveRoster(store=…) or watch --store wrote.")
]
AsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        metavar="INSTANT",
        help="By what was known then. Default: by what was known at the instant asked about.",
    ),
]
Tz = Annotated[
    str | None,
    typer.Option(
        "--tz",
        metavar="ZONE",
        help="The zone of local times, an IANA key. Default: AVAILABILITY_TZ, else that of most "
        "agents.",
    ),
]
Changes = Annotated[
    bool, typer.Option("--changes", help="Show what changed between fetches, and when.")
]
Start = Annotated[
    str | None,
    typer.Option("--start", metavar="INSTANT", help="Changes from when. Default: a day before."),
]
End = Annotated[
    str | None, typer.Option("--end", metavar="INSTANT", help="Changes until when. Default: now.")
]


def history(
    file: File,
    at: options.AtText = None,
    as_of: AsOf = None,
    changes: Changes = False,
    start: Start = None,
    end: End = None,
    tz: Tz = None,
    show_tz: options.ShowTz = None,
    calendar: options.Calendar = None,
    closed: options.Closed = False,
    overrides: options.Overrides = None,
    as_json: options.Json = False,
) -> None:
    """Who was on duty, by what was known then; --changes: what changed, and when.

    FILE is what a bot with LiveRoster(store=…), or watch --store, remembers. It is only read.
    """
    of_an_instant = {"--at": at, "--as-of": as_of, "--calendar": calendar, "--overrides": overrides}
    of_changes = {"--start": start, "--end": end}
    if changes:
        _refuse({**of_an_instant, "--closed-on-holidays": closed}, "goes without --changes")
    else:
        _refuse(of_changes, "goes with --changes")
    for option, zone in (("--tz", tz), ("--show-tz", show_tz)):
        if zone is not None:
            checked_zone(zone, option)
    with History.open(file) as past:
        zone = tz or _zone(past.roster())
        if changes:
            print_changes(past, _window(start, end, zone), show_tz or zone, as_json=as_json)
        else:
            plan = Plan(calendar, closed, overrides or ())
            _answer(past, at, as_of, (zone, show_tz), plan, as_json=as_json)


def _refuse(given: Mapping[str, object], why: str) -> None:
    for option, value in given.items():
        if value:
            raise typer.BadParameter(f"it {why}", param_hint=option)


def _zone(latest: Roster) -> str:
    """Return the zone of local times where none is given: the environment's, or most agents'."""
    named = os.environ.get("AVAILABILITY_TZ")
    if named:
        return named_zone("AVAILABILITY_TZ", named)
    zones = Counter(agent.schedule.tz for agent in latest if agent.schedule is not None)
    if not zones:
        raise ConfigurationError("no agent has a time zone: give --tz, or set AVAILABILITY_TZ")
    return zones.most_common(1)[0][0]


def _window(start: str | None, end: str | None, tz: str) -> tuple[datetime, datetime]:
    until = parsed(end, tz, "--end").instant if end else system_clock()
    return parsed(start, tz, "--start").instant if start else _day_before(until), until


def _day_before(at: datetime) -> datetime:
    try:
        return at - DAY
    except OverflowError:
        return at


def _answer(
    past: History,
    at: str | None,
    as_of: str | None,
    zones: tuple[str, str | None],
    plan: Plan,
    *,
    as_json: bool,
) -> None:
    """Print who was on duty at an instant, by what was known as of another."""
    tz, show_tz = zones
    asked = None if at is None else parsed(at, tz, "--at")
    instant = asked.instant if asked else system_clock()
    known = parsed(as_of, tz, "--as-of").instant if as_of else instant
    roster = plan.given_to(_timed(past.roster(known), instant), instant)
    view = View(
        instant,
        roster.fetched_at,
        shown_zone(instant, show_tz or tz),
        roster.freshness(instant),
        asked.note if asked else None,
    )
    rows = [Row(one, roster.check(one.id, instant), one.until(instant)) for one in roster]
    show.print_left_out(roster)
    age = None if roster.fetched_at is None else instant - roster.fetched_at
    if as_json:
        print_json(view, rows, age_seconds=None if age is None else age.total_seconds())
    else:
        show.console().print(_snapshot_used(view, age))
        show.print_desk(view, rows)


def _timed(roster: Roster, at: datetime) -> Roster:
    """Return a remembered roster as it answers of an instant: by statuses, or the schedules alone.

    By today's clock a status that had grown old by then would make a past answer unknown.
    """
    fetched = roster.fetched_at
    if fetched is None:
        return roster
    now = fetched if at < fetched else fetched - TICK
    return roster.__replace__(clock=lambda: now)


def _snapshot_used(view: View, age: timedelta | None) -> str:
    if age is None or view.as_of is None:
        return "By a snapshot that was fetched nobody knows when."
    side = "before" if age >= timedelta() else "after"
    length = Wording("en").length(abs(age))
    return f"By the snapshot fetched {view.clock(view.as_of)} {view.tz}, {length} {side}."
