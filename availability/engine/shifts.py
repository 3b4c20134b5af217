"""Shifts: what a range makes of a date, and what leave and extra shifts make of those.
Imports day_rules, instants, intervals, overrides, schedule, value, zones.

The plain way, date by date, for whoever wants to see single shifts; a timeline
answers without laying them out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime

from availability.engine.day_rules import codes_on, weekday_of
from availability.engine.instants import (
    DAY,
    EPOCH_ORDINAL,
    MICROS,
    to_micros,
    whole_seconds,
)
from availability.engine.intervals import Interval, difference, merge
from availability.engine.overrides import ExtraShift, Leave, Override
from availability.engine.schedule import DAY_MINUTES, LAST_MINUTE, DutyRange, WeeklySchedule
from availability.engine.value import Value
from availability.engine.zones import Zone, zone_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from availability.engine.intervals import Span

#: A weekly range makes a shift within so many days, also where a date or an hour is skipped.
HORIZON = 15
#: Holidays and leave may come between.
FAR_HORIZON = 400
#: A shift starts no more than so many days before or after a date that it reaches into.
MARGIN = 4
#: The dates that there are, counted from 1970; the last one has no end.
FIRST_DAY = date.min.toordinal() - EPOCH_ORDINAL
LAST_DAY = date.max.toordinal() - EPOCH_ORDINAL - 1


class Shift(Value):
    """A range on a local date, or an extra shift: one unbroken stretch of time.

    ``duty`` is the range or the extra shift, ``day`` the date that the shift starts
    on, ``interval`` the time between its ends, or what leave leaves of it.
    """

    __slots__ = _fields = ("duty", "day", "interval")

    duty: DutyRange | ExtraShift
    day: date
    interval: Interval

    def __init__(self, duty: DutyRange | ExtraShift, day: date, interval: Interval) -> None:
        self._fill(duty, day, interval)


class LeaveTime(Value):
    """Leave at one time, which can be one of many."""

    __slots__ = _fields = ("leave", "interval")

    leave: Leave
    interval: Interval

    def __init__(self, leave: Leave, interval: Interval) -> None:
        self._fill(leave, interval)


class Surroundings(Value):
    """The shifts at an instant: those that run, the last one that ended, the next to start.

    ``leave`` is what the agent is on then. ``has_doubts``: on dates that the calendar
    does not know there may be others between.
    """

    __slots__ = _fields = ("running", "last", "next", "has_doubts", "leave")

    running: tuple[Shift, ...]
    last: Shift | None
    next: Shift | None
    has_doubts: bool
    leave: tuple[LeaveTime, ...]

    def __init__(
        self,
        running: tuple[Shift, ...],
        last: Shift | None,
        next: Shift | None,  # noqa: A002  (as spoken)
        has_doubts: bool = False,
        leave: tuple[LeaveTime, ...] = (),
    ) -> None:
        self._fill(running, last, next, has_doubts, leave)


def shifts_around(
    schedule: WeeklySchedule, at: datetime, overrides: Sequence[Override] = ()
) -> Surroundings:
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
    is_weekly = schedule.day_rules is None and not overrides
    horizon = HORIZON if is_weekly else FAR_HORIZON
    shifts = list(_shifts(schedule, zone, today - horizon, today + horizon))
    leave = []
    if overrides:
        window = [zone.instant_of(day * DAY) for day in (today - horizon, today + horizon)]
        shifts += _extra(overrides, zone, *window)
        leave = _leave_times(overrides, zone, *window)
        taken = merge((one.interval.start_micros, one.interval.end_micros) for one in leave)
        shifts = [piece for shift in shifts for piece in _left(shift, taken)]
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
        tuple(one for one in leave if at in one.interval),
    )


def shifts_in(
    schedule: WeeklySchedule, start: int, end: int, overrides: Sequence[Override] = ()
) -> list[Shift]:
    """Return the shifts that reach into a window of UTC microseconds, clipped to it, in order.

    Those that are sure: not those that a date might have which the calendar does not
    know. Where leave takes the middle of a shift, its two ends are left.

    >>> from datetime import timezone
    >>> night = WeeklySchedule.parse(
    ...     [{"weekday": 10, "start_time": "22:00", "end_time": "06:00"}], tz="Asia/Shanghai")
    >>> monday, tuesday = (to_micros(datetime(2026, 6, day, tzinfo=timezone.utc)) for day in (1, 2))
    >>> for shift in shifts_in(night, monday, tuesday):
    ...     print(shift.day, shift.interval)
    2026-06-01 2026-06-01T22:00:00+08:00/2026-06-02T06:00:00+08:00
    """
    zone = zone_of(schedule.tz)
    first, last = (zone.wall_at(micros // MICROS) // DAY for micros in (start, end))
    shifts = list(_shifts(schedule, zone, first - MARGIN, last + MARGIN))
    window = whole_seconds(start, end)
    leave = _leave_times(overrides, zone, *window)
    shifts += _extra(overrides, zone, *window)
    taken = [(one.interval.start_micros, one.interval.end_micros) for one in leave]
    outside = [(zone.first, start), (end, zone.last)]
    left = merge([*taken, *outside])
    pieces = [piece for shift in shifts for piece in _left(shift, left)]
    return sorted(pieces, key=lambda shift: shift.interval)


def _extra(overrides: Iterable[Override], zone: Zone, start: int, end: int) -> Iterator[Shift]:
    """Yield every extra shift that reaches into a window of UTC seconds."""
    for one in overrides:
        if isinstance(one, ExtraShift):
            for interval in _intervals(one, zone, start, end):
                yield Shift(one, interval.start.date(), interval)


def _leave_times(
    overrides: Iterable[Override], zone: Zone, start: int, end: int
) -> list[LeaveTime]:
    """Return all leave that reaches into a window of UTC seconds."""
    return [
        LeaveTime(one, interval)
        for one in overrides
        if isinstance(one, Leave)
        for interval in _intervals(one, zone, start, end)
    ]


def _intervals(one: Override, zone: Zone, start: int, end: int) -> Iterator[Interval]:
    for begin, until in one.times.spans(zone, start, end):
        shown = max(begin * MICROS, zone.first), min(until * MICROS, zone.last)
        yield Interval(*shown, zone.key)


def _left(shift: Shift, taken: Iterable[Span]) -> Iterator[Shift]:
    """Yield the parts of a shift outside spans of microseconds."""
    interval = shift.interval
    for start, end in difference([(interval.start_micros, interval.end_micros)], taken):
        yield shift.__replace__(interval=Interval(start, end, interval.tz))


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
    start, stop = (
        zone.instant_of(day * DAY + minute * 60) * MICROS for minute in minutes_of(schedule, duty)
    )
    return Shift(duty, date.fromordinal(day + EPOCH_ORDINAL), Interval(start, stop, schedule.tz))


def minutes_of(schedule: WeeklySchedule, duty: DutyRange) -> Span:
    """Return from and until which minute after midnight a range is; beyond 24 hours, overnight."""
    end = duty.end
    if end == LAST_MINUTE and schedule.end_2359 == "midnight":
        end = DAY_MINUTES
    return duty.start, end + DAY_MINUTES * (end < duty.start)


def _applies(schedule: WeeklySchedule, duty: DutyRange, day: int) -> bool:
    """Return whether a range surely makes a shift on a day counted from 1970."""
    weekday = weekday_of(day)
    if schedule.day_rules is None:
        return weekday in duty.weekdays
    return all(duty.weekday in codes_on(weekday, kind) for kind in schedule.day_rules.types_of(day))
