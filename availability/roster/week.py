"""A week of a desk, hour by hour: how many are on duty. Imports team, engine, errors."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import groupby
from operator import attrgetter

import numpy as np

from availability.engine.day_rules import weekday_of
from availability.engine.hours import ClockHour, clock_hours
from availability.engine.instants import DAY, EPOCH_ORDINAL, MICROS
from availability.engine.value import Value
from availability.engine.zones import zone_of
from availability.errors import WindowError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from availability.engine.steps import StepFunction
    from availability.roster.team import Team


class StaffedHour(Value):
    """An hour as clocks show it, and the least and the mean headcount in it."""

    __slots__ = _fields = ("clock_hour", "least", "mean")

    clock_hour: ClockHour
    least: int
    mean: float

    def __init__(self, clock_hour: ClockHour, least: int, mean: float) -> None:
        self._fill(clock_hour, least, mean)


class StaffedDay(Value):
    """A date and its hours: 24, or as many as clocks show on it."""

    __slots__ = _fields = ("day", "hours")
    _shown = ("day", "length")

    day: date
    hours: tuple[StaffedHour, ...]

    def __init__(self, day: date, hours: Iterable[StaffedHour]) -> None:
        self._fill(day, tuple(hours))

    @property
    def length(self) -> timedelta:
        """How long the day is: the elapsed time of its hours."""
        return sum((one.clock_hour.interval.duration for one in self.hours), timedelta())


class Week(Value):
    """The headcount of a week from Monday to Sunday, and its hours, in a zone."""

    __slots__ = _fields = ("headcount", "days")
    _shown = ("headcount",)

    headcount: StepFunction
    days: tuple[StaffedDay, ...]

    def __init__(self, headcount: StepFunction, days: Iterable[StaffedDay]) -> None:
        self._fill(headcount, tuple(days))

    @property
    def columns(self) -> tuple[tuple[int, int], ...]:
        """The hours that any day has, each with its turn: more than 24 where one comes twice."""
        return tuple(sorted({one.clock_hour.column for day in self.days for one in day.hours}))


def week(team: Team, at: int, tz: str) -> Week:
    """Return the week in which an instant, in UTC microseconds, lies.

    Raises:
        WindowError: a part of it is outside the years 1 to 9999.
    """
    zone = zone_of(tz)
    today = zone.wall_at(at // MICROS) // DAY
    monday = today - weekday_of(today) + EPOCH_ORDINAL
    if not date.min.toordinal() < monday < date.max.toordinal() - 7:
        raise WindowError("the week is not all in the years 1 to 9999")
    hours = clock_hours(zone, date.fromordinal(monday), date.fromordinal(monday + 6))
    # One after the other: over no Monday's midnight have clocks ever gone back to Sunday
    edges = [hours[0].interval.start_micros, *(one.interval.end_micros for one in hours)]
    grid = np.array(edges, dtype=np.int64)
    headcount = team.headcount(edges[0], edges[-1], tz)
    least = headcount.over(grid, "min").counts.tolist()
    mean = headcount.over(grid).counts.tolist()
    staffed = list(map(StaffedHour, hours, least, mean))
    by_day = groupby(staffed, key=attrgetter("clock_hour.day"))
    return Week(headcount, [StaffedDay(day, of_day) for day, of_day in by_day])
