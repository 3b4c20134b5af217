"""When an agent is on duty: every question about one schedule.
Imports amounts, bulk, course, courses, instants, intervals, notebook, overrides, schedule, value,
errors.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import repeat

from availability.engine.amounts import duty_after, duty_between
from availability.engine.course import Course
from availability.engine.courses import course_of, course_with
from availability.engine.instants import EPOCH, MICROS, UTC, to_second, to_window
from availability.engine.intervals import Interval
from availability.engine.overrides import Override, checked_overrides
from availability.engine.schedule import WeeklySchedule
from availability.engine.value import Value
from availability.errors import ScheduleError, describe

TYPE_CHECKING = False
if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pendulum

    from availability.engine.bulk import Instants


#: The end of time, for a state or a change that no more changes follow.
LATEST = datetime.max.replace(tzinfo=UTC)


class Timeline(Value):
    """The exact stretches of time during which a weekly schedule is on duty.

    ``overrides``, leave and extra shifts, bind more than the schedule: leave most.
    Instants given are aware datetimes of any kind and zone; only the instant
    counts. Instants returned are ``pendulum.DateTime`` in the schedule's zone.
    Intervals are half-open: at its end an agent is no longer on duty. Every
    method raises NaiveDatetimeError for a datetime without a zone, InstantError
    for what is no datetime, WindowError for a window that starts after its end,
    CalendarUnknownError where the answer depends on a year that the schedule's
    calendar does not know.
    ``course`` answers in integer UTC seconds, for code that asks in bulk.

    >>> from datetime import datetime, timezone
    >>> night = WeeklySchedule.parse(
    ...     [{"weekday": 5, "start_time": "22:00", "end_time": "06:00"}], tz="Asia/Shanghai")
    >>> duty = Timeline(night)
    >>> at = datetime(2026, 6, 5, 21, 59, tzinfo=timezone.utc)
    >>> duty.is_on_duty(at)
    True
    >>> print(duty.next_change(at))
    2026-06-06 06:00:00+08:00
    """

    _fields = ("schedule", "overrides")
    __slots__ = (*_fields, "course")

    schedule: WeeklySchedule
    overrides: tuple[Override, ...]
    course: Course

    def __init__(self, schedule: WeeklySchedule, overrides: Iterable[Override] = ()) -> None:
        if not isinstance(schedule, WeeklySchedule):
            raise ScheduleError(
                f"{describe(schedule)} is not a WeeklySchedule: use WeeklySchedule.parse"
            )
        course = course_of(schedule)
        if overrides:
            overrides = checked_overrides(overrides)
            course = course_with(course, overrides)
        set_schedule(self, schedule)  # this is _fill without its loop
        set_overrides(self, overrides or ())
        set_course(self, course)

    def is_on_duty(self, at: datetime) -> bool:
        """Return whether the schedule is on duty at an instant."""
        if type(at) is datetime:  # a subclass may have an utcoffset of its own
            course = self.course
            try:
                lo, hi, on = course.window
                if lo <= at and at < hi:  # noqa: PLR1716  (a chain of the two is slower)
                    return on
                tzinfo, days = course.view
                if at.tzinfo is tzinfo:
                    day = at.toordinal()
                    kind = days[day]
                    if kind is not None:
                        if day == course.missed:
                            course.look_around(at, kind)
                        course.missed = day
                        state = course.hours[kind][at.hour]
                        if state is not None:
                            return state
                        second = at.hour * 3600 + at.minute * 60 + at.second
                        return bisect_right(course.flips[kind], second) & 1 == 1
            except (LookupError, TypeError):
                pass  # a day not looked at yet; or no time zone, which to_second refuses
        return self._is_on_duty(at)

    def _is_on_duty(self, at: datetime) -> bool:
        """Answer for every kind of datetime, and look where the quick way comes to see."""
        second = to_second(at)
        if type(at) is datetime:
            self.course.look(at)
        return self.course.is_on(second)

    def next_change(self, at: datetime) -> pendulum.DateTime | None:
        """Return the first change strictly after an instant, None if there is none."""
        course = self.course
        if type(at) is datetime and at.tzinfo is UTC:
            lo, hi, upcoming = course.upcoming
            if lo <= at < hi:
                return upcoming
        second = course.next_change(to_second(at))
        known, shown = course.change
        if second != known:
            shown = None if second is None else course.zone.shown(second * MICROS)
            course.change = second, shown
        elif type(at) is datetime and at.tzinfo is UTC:  # the same again: remember how long
            ends = LATEST if second is None else EPOCH + timedelta(0, second)
            course.upcoming = at, ends, shown
        return shown

    def previous_change(self, at: datetime) -> pendulum.DateTime | None:
        """Return the latest change at or before an instant, None if there is none."""
        second = self.course.previous_change(to_second(at))
        return None if second is None else self.course.zone.shown(second * MICROS)

    def intervals(self, start: datetime, end: datetime) -> list[Interval]:
        """Return the stretches of duty in ``[start, end)``: maximal, sorted, clipped.

        >>> from datetime import datetime, timezone
        >>> duty = Timeline(WeeklySchedule.parse(
        ...     [{"weekday": 1, "start_time": "09:00", "end_time": "12:00"}], tz="UTC"))
        >>> for interval in duty.intervals(
        ...     datetime(2026, 6, 1, 10, tzinfo=timezone.utc),
        ...     datetime(2026, 6, 9, tzinfo=timezone.utc),
        ... ):
        ...     print(interval)
        2026-06-01T10:00:00+00:00/2026-06-01T12:00:00+00:00
        2026-06-08T09:00:00+00:00/2026-06-08T12:00:00+00:00
        """
        bounds = self.course.bounds(*to_window(start, end))
        return list(map(Interval, bounds[::2], bounds[1::2], repeat(self.schedule.tz)))

    def duty_time(self, start: datetime, end: datetime) -> timedelta:
        """Return the elapsed duty time in ``[start, end)``."""
        return duty_between(self.course, start, end)

    def add_duty_time(self, at: datetime, amount: timedelta) -> pendulum.DateTime:
        """Return the earliest instant by which ``amount`` of duty time has passed.

        A negative amount counts backward, to the latest instant from which that
        much passes until ``at``; zero is ``at`` itself.

        Raises:
            UnreachableError: there is not that much duty time in years 1 to 9999.
            InstantError: zero, and ``at`` itself is outside those years in the zone.

        >>> from datetime import datetime, timedelta, timezone
        >>> duty = Timeline(WeeklySchedule.parse(
        ...     [{"weekday": 10, "start_time": "09:00", "end_time": "17:00"}], tz="UTC"))
        >>> friday = datetime(2026, 6, 5, 16, tzinfo=timezone.utc)
        >>> print(duty.add_duty_time(friday, timedelta(hours=4)))
        2026-06-08 12:00:00+00:00
        """
        return self.course.zone.shown(duty_after(self.course, at, amount))

    def are_on_duty(self, instants: Instants) -> npt.NDArray[np.bool_]:
        """Return whether the schedule is on duty at each of many instants.

        ``instants`` are epoch seconds (floored to whole ones), numpy datetime64
        (UTC), a time-zone-aware pandas index or series, or aware datetimes; the
        answer has their shape.

        Raises:
            InstantError: NaN, NaT, a value outside years 1 to 9999, or no instants.
        """
        from availability.engine import bulk  # noqa: PLC0415  (loads numpy)

        return bulk.are_on(self.course, bulk.to_seconds(instants))

    def epochs(self, start: datetime, end: datetime) -> npt.NDArray[np.int64]:
        """Return :meth:`intervals` in bulk: epoch seconds, shape (n, 2).

        The window's ends are floored to whole seconds.
        """
        from availability.engine import bulk  # noqa: PLC0415  (loads numpy)

        first, last = to_window(start, end)
        return bulk.epochs(self.course, first // MICROS, last // MICROS)

    def _repr_html_(self) -> str:
        """Show a notebook the schedule's week, and name what binds more than it."""
        from availability.engine.notebook import week_html  # noqa: PLC0415  (only who asks pays)

        return week_html(self.schedule, self.overrides)


set_schedule, set_overrides, set_course = Timeline._setters  # noqa: SLF001  (its own module)
