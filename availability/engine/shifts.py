"""Shifts: what a range makes of a date.
Imports day_rules, instants, intervals, schedule, value, zones.

The plain way, date by date, for whoever wants to see single shifts; a timeline
answers without laying them out.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from availability.engine.day_rules import codes_on, weekday_of
from availability.engine.instants import DAY, EPOCH_ORDINAL, MICROS, to_micros
from availability.engine.intervals import Interval
from availability.engine.schedule import DAY_MINUTES, LAST_MINUTE, DutyRange, WeeklySchedule
from availability.engine.value import Value
from availability.engine.zones import Zone, zone_of

#: A weekly range makes a shift within so many days, also where a date or an hour is skipped.
HORIZON = 15
#: By a calendar, holidays may come between.
HORIZON_BY_CALENDAR = 400
#: The dates that there are, counted from 1970; the last one has no end.
FIRST_DAY = date.min.toordinal() - EPOCH_ORDINAL
LAST_DAY = date.max.toordinal() - EPOCH_ORDINAL - 1


class Shift(Value):
    """A range on a local date: one unbroken stretch of time.

    ``duty`` is the range, ``day`` the date that the shift starts on, ``interval``
    the time between its ends.
    """

    __slots__ = _fields = ("duty", "day", "interval")

    duty: DutyRange
    day: date
    interval: Interval

    def __init__(self, duty: DutyRange, day: date, interval: Interval) -> None:
        self._fill(duty, day, interval)


class Surroundings(Value):
    """The shifts at an instant: those that run, the last one that ended, the next to start.

    ``has_doubts``: on dates that the calendar does not know there may be others between.
    """

    __slots__ = _fields = ("running", "last", "next", "has_doubts")

    running: tuple[Shift, ...]
    last: Shift | None
    next: Shift | None
    has_doubts: bool

    def __init__(
        self,
        running: tuple[Shift, ...],
        last: Shift | None,
        next: Shift | None,  # noqa: A002  (as spoken)
        has_doubts: bool = False,
    ) -> None:
        self._fill(running, last, next, has_doubts)


def shifts_around(schedule: WeeklySchedule, at: datetime) -> Surroundings:
    """Return the shifts at an instant.

    >>> from datetime import timezone
    >>> night = WeeklySchedule.parse(
    ...     [{"weekday": 10, "start_time": "22:00", "end_time": "06:00"}], tz="Asia/Shanghai")
    >>> at = datetime(2026, 6, 1, 2, tzinfo=timezone.utc)
    >>> around = shifts_around(night, at)
    >>> around.running, str(around.last.interval.end)
    ((), '2026-05-30 06:00:00+08:00')
    """
    micros = to_micros(at)
    zone = zone_of(schedule.tz)
    today = zone.wall_at(micros // MICROS) // DAY
    horizon = HORIZON if schedule.day_rules is None else HORIZON_BY_CALENDAR
    shifts = list(_shifts(schedule, zone, today - horizon, today + horizon))
    ended = [shift for shift in shifts if shift.interval.end_micros <= micros]
    to_come = [shift for shift in shifts if shift.interval.start_micros > micros]
    last = max(ended, key=lambda shift: shift.interval.end_micros, default=None)
    following = min(to_come, key=lambda shift: shift.interval.start_micros, default=None)
    first_day, last_day = (
        default if shift is None else shift.day.toordinal() - EPOCH_ORDINAL
        for shift, default in ((last, today - horizon), (following, today + horizon))
    )
    rules = schedule.day_rules
    return Surroundings(
        tuple(shift for shift in shifts if at in shift.interval),
        last,
        following,
        rules is not None
        and any(len(rules.types_of(day)) > 1 for day in range(first_day, last_day + 1)),
    )


def _shifts(schedule: WeeklySchedule, zone: Zone, first: int, last: int) -> Iterator[Shift]:
    """Yield every shift that starts on the days from one to another, counted from 1970."""
    for duty in schedule.ranges:
        for day in range(max(first, FIRST_DAY), min(last, LAST_DAY) + 1):
            if _applies(schedule, duty, day):
                shift = _shift(schedule, zone, duty, day)
                start, end = shift.interval.start_micros, shift.interval.end_micros
                if zone.first <= start < end <= zone.last:
                    yield shift


def _shift(schedule: WeeklySchedule, zone: Zone, duty: DutyRange, day: int) -> Shift:
    end = duty.end
    if end == LAST_MINUTE and schedule.end_2359 == "midnight":
        end = DAY_MINUTES
    end += DAY_MINUTES * (end < duty.start)
    start, stop = (
        zone.instant_of(day * DAY + minute * 60) * MICROS for minute in (duty.start, end)
    )
    return Shift(duty, date.fromordinal(day + EPOCH_ORDINAL), Interval(start, stop, schedule.tz))


def _applies(schedule: WeeklySchedule, duty: DutyRange, day: int) -> bool:
    """Return whether a range surely makes a shift on a day counted from 1970."""
    weekday = weekday_of(day)
    if schedule.day_rules is None:
        return weekday in duty.weekdays
    return all(duty.weekday in codes_on(weekday, kind) for kind in schedule.day_rules.types_of(day))
