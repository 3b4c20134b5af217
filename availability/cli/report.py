"""The command report: how duty is shared.
Imports ask, desk_options, options, over, show, view, window, roster, engine.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from statistics import median
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.table import Table
from rich.text import Text

from availability.cli import options
from availability.cli.ask import parsed
from availability.cli.desk_options import DeskOptions, takes_desk
from availability.cli.over import Over, Window
from availability.cli.show import console, hours, plain_table
from availability.cli.view import print_document
from availability.cli.window import checked
from availability.engine.instants import to_instant
from availability.engine.zones import zone_of
from availability.roster.messages import counted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from availability.roster.load import Load, Report

FOUR_WEEKS = timedelta(weeks=4)
Start = Annotated[
    str | None,
    typer.Option(
        "--start",
        metavar="INSTANT",
        help="From when; as --at. Default: four weeks before the end.",
    ),
]
End = Annotated[
    str | None,
    typer.Option(
        "--end",
        metavar="INSTANT",
        help="Until when. Default: four weeks after --start; without it, the end of last Sunday, "
        "in the desk's zone.",
    ),
]


@takes_desk
def report(
    *,
    start: Start = None,
    end: End = None,
    desk: DeskOptions,
    as_json: options.Json = False,
) -> None:
    """How duty is shared: hours, nights, rest and time alone, by the schedules of today.

    Without --start and --end of the last four full weeks, Monday to Sunday. It goes by the
    schedules as they are now, and by --overrides.
    """
    asked = desk.ask_over(_window(start, end))
    found = asked.roster.report(asked.start, asked.end, tz=asked.view.tz)
    if as_json:
        print_document(_document(asked, found))
    else:
        _print(asked, found)


def _window(start: str | None, end: str | None) -> Window:
    """Return the window that the options name, or the last four full weeks."""

    def window(tz: str, now: datetime) -> tuple[datetime, datetime]:
        since = parsed(start, tz, "--start").instant if start else None
        if end:
            until = parsed(end, tz, "--end").instant
        elif since:
            until = _later(since, FOUR_WEEKS, tz)
        else:
            until = _monday(now, tz)
        return checked(since or _later(until, -FOUR_WEEKS, tz), until)

    return window


def _later(at: datetime, length: timedelta, tz: str) -> datetime:
    """Return the instant at which clocks show the same time on another date."""
    zone = zone_of(tz)
    wall = at.astimezone(ZoneInfo(tz)).replace(tzinfo=None)
    try:
        micros = zone.micros_of(wall + length)
    except OverflowError:
        micros = zone.last if length > timedelta() else zone.first
    return to_instant(min(max(micros, zone.first), zone.last))


def _monday(now: datetime, tz: str) -> datetime:
    """Return when the week began in which an instant lies."""
    today = now.astimezone(ZoneInfo(tz)).date()
    monday = datetime.combine(today - timedelta(days=today.weekday()), time.min)
    return to_instant(zone_of(tz).micros_of(monday))


def _print(asked: Over, found: Report) -> None:
    out = console()
    out.print(f"Duty in hours{asked.chosen()}, {asked.heading()}")
    if found.loads:
        out.print(_table(sorted(found.loads, key=lambda load: load.duty, reverse=True)))
    out.print(_totals(found))
    out.print(asked.staffed(found.headcount))
    if found.unknown:
        names = ", ".join(agent.label for agent in found.unknown)
        out.print(Text(f"Of {len(found.unknown)} nobody can say for all of it: {names}."))


def _table(loads: Sequence[Load]) -> Table:
    table = plain_table()
    table.add_column("\nAgent", overflow="fold", max_width=24)
    for name in (
        "\nHours",
        "\nNights",
        "Night\nhours",
        "Rest\ndays",
        "Rest-day\nhours",
        "Longest\nstretch",
        "Shortest\nrest",
        "\nAlone",
    ):
        table.add_column(name, justify="right", no_wrap=True)
    for load in loads:
        rest = load.shortest_rest
        table.add_row(
            Text(load.agent.label),
            _number(load.duty),
            str(load.nights or "-"),
            _number(load.night_time),
            str(load.rest_days or "-"),
            _number(load.rest_day_time),
            _number(load.longest_stretch),
            "-" if rest is None else _number(rest),
            _share(load.solo_share),
        )
    return table


def _number(length: timedelta) -> str:
    return hours(length).removesuffix(" h") if length else "-"


def _share(share: float) -> str:
    if 0 < share < 0.005:
        return "<1%"
    return f"{share:.0%}" if share else "-"


def _totals(found: Report) -> str:
    """Say how much duty there is together, and how it is spread over those who have some."""
    working = [load.duty for load in found.loads if load.duty]
    idle = len(found.loads) - len(working)
    said = f"{counted(len(working), 'agent')} on duty for {hours(found.duty)}"
    if working:
        middle = timedelta(seconds=median(each.total_seconds() for each in working))
        spread = map(hours, (min(working), middle, max(working)))
        said += ": least {}, median {}, most {}".format(*spread)
    return f"{said}; {counted(idle, 'agent')} without duty." if idle else f"{said}."


def _document(asked: Over, found: Report) -> dict[str, object]:
    return asked.framed(
        agents=[_load(load) for load in found.loads],
        duty_seconds=found.duty.total_seconds(),
        unstaffed=[asked.view.ends(each) for each in found.unstaffed],
        unknown=[{"id": agent.id, "name": agent.name} for agent in found.unknown],
    )


def _load(load: Load) -> dict[str, object]:
    rest = load.shortest_rest
    return {
        "id": load.agent.id,
        "name": load.agent.name,
        "duty_seconds": load.duty.total_seconds(),
        "nights": load.nights,
        "night_seconds": load.night_time.total_seconds(),
        "rest_days": load.rest_days,
        "rest_day_seconds": load.rest_day_time.total_seconds(),
        "longest_stretch_seconds": load.longest_stretch.total_seconds(),
        "shortest_rest_seconds": None if rest is None else rest.total_seconds(),
        "solo_seconds": load.solo.total_seconds(),
        "solo_share": load.solo_share,
    }
