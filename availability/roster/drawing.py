"""What a picture shows of a desk, as plain values. Imports team, week, export, engine, errors."""

from __future__ import annotations

from datetime import timedelta
from os import PathLike

from availability.engine.course import Course
from availability.engine.instants import EPOCH_ORDINAL, whole_seconds
from availability.engine.intervals import Span
from availability.engine.ticks import day_label
from availability.engine.zones import shown_in
from availability.errors import ConfigurationError, one_line
from availability.export import plots
from availability.export.plots import Cell, Row
from availability.roster.team import Team, doubts_of
from availability.roster.week import StaffedDay, StaffedHour
from availability.roster.week import week as week_around

TYPE_CHECKING = False
if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: How many agents one timeline shows, and how many transitions: two a bar.
MOST_AGENTS = 500
MOST_MOVES = 100_000
HOUR = timedelta(hours=1)


def draw_week(
    team: Team, at: int, tz: str, skill: str | None, path: str | PathLike[str] | None
) -> Figure:
    """Return the heat map of a team's week around an instant, in UTC microseconds.

    Raises:
        WindowError: a part of the week is outside the years 1 to 9999.
    """
    week = week_around(team, at, tz)
    columns = {column: _hour_label(*column) for column in week.columns}
    days = [
        (_label(day), {columns[one.clock_hour.column]: _cell(one) for one in day.hours})
        for day in week.days
    ]
    dates = f"{week.days[0].day} to {week.days[-1].day}, {tz}"
    first, *_, last = week.headcount.micros.tolist()
    unknown = int(team.unknown(first, last, tz).max())
    hours = list(columns.values())
    return plots.draw_week(days, hours, _title(dates, skill), path, unknown=unknown)


def draw_timeline(
    team: Team,
    window: Span,
    tz: str,
    skill: str | None,
    path: str | PathLike[str] | None,
) -> Figure:
    """Return the bars of a team's agents over a window of UTC microseconds.

    Raises:
        ConfigurationError: more agents than one picture shows.
        WindowError: more bars.
    """
    if len(team.agents) > MOST_AGENTS:
        raise ConfigurationError(
            f"{len(team.agents)} agents are too many for one picture; allowed: {MOST_AGENTS}, "
            "so narrow it with skill="
        )
    rows = _rows(team, *whole_seconds(*window))
    ends = " to ".join(f"{shown_in(tz, at):%Y-%m-%d %H:%M}" for at in window)
    headcount = team.headcount(*window, tz)
    return plots.draw_timeline(rows, headcount, _title(f"{ends}, {tz}", skill), path)


def _rows(team: Team, start: int, end: int) -> list[Row]:
    team.check_moves(start, end, MOST_MOVES)
    met: dict[Course, list[Span]] = {}
    rows = []
    for agent in team.agents:
        course = agent.course
        if course is not None and course not in met:
            met[course] = course.stretches(start, end)
        spans = [] if course is None else met[course]
        rows.append(Row(agent.id, agent.name, spans, doubts_of(agent, start, end)))
    return rows


def _cell(hour: StaffedHour) -> Cell:
    has_more = hour.mean > hour.least
    interval = hour.clock_hour.interval
    return Cell(hour.least, has_more, interval.start.minute / 60, interval.duration / HOUR)


def _hour_label(hour: int, turn: int) -> str:
    return f"{hour:02d}" + ("\nagain" if turn else "")


def _label(day: StaffedDay) -> str:
    named = day_label(day.day.toordinal() - EPOCH_ORDINAL)
    hours = day.length / HOUR
    return named if hours == 24 else f"{named}\n{hours:g} hours"


def _title(when: str, skill: str | None) -> str:
    return f"On duty, {when}" + ("" if skill is None else f": {one_line(skill)}")
