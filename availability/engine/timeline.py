"""When an agent is on duty: every question about one schedule.
Imports bulk, course, instants, intervals, schedule, errors.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from availability.engine.course import Course, course_of
from availability.engine.instants import MICROS, from_micros, to_amount, to_micros, to_window
from availability.engine.intervals import Interval
from availability.engine.schedule import WeeklySchedule
from availability.errors import InstantError, ScheduleError, UnreachableError, describe

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pendulum

    from availability.engine.bulk import Instants


@dataclass(frozen=True, slots=True)
class Timeline:
    """The exact stretches of time during which a weekly schedule is on duty.

    Instants given are aware datetimes of any kind and zone; only the instant
    counts. Instants returned are ``pendulum.DateTime`` in the schedule's zone.
    Intervals are half-open: at its end an agent is no longer on duty. Every
    method raises NaiveDatetimeError for a datetime without a zone, InstantError
    for what is no datetime, WindowError for a window that starts after its end.
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

    schedule: WeeklySchedule
    course: Course = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not isinstance(self.schedule, WeeklySchedule):
            raise ScheduleError(
                f"{describe(self.schedule)} is not a WeeklySchedule: use WeeklySchedule.parse"
            )
        object.__setattr__(self, "course", course_of(self.schedule))

    def __reduce__(self) -> tuple[type[Timeline], tuple[WeeklySchedule]]:
        return type(self), (self.schedule,)

    def is_on_duty(self, at: datetime) -> bool:
        """Return whether the schedule is on duty at an instant."""
        return self.course.is_on(to_micros(at) // MICROS)

    def next_change(self, at: datetime) -> pendulum.DateTime | None:
        """Return the first change strictly after an instant, None if there is none."""
        return self._shown(self.course.next_change(to_micros(at) // MICROS))

    def previous_change(self, at: datetime) -> pendulum.DateTime | None:
        """Return the latest change at or before an instant, None if there is none."""
        return self._shown(self.course.previous_change(to_micros(at) // MICROS))

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
        tz = self.schedule.tz
        spans = self.course.spans(*to_window(start, end))
        return [Interval(first, last, tz) for first, last in spans]

    def duty_time(self, start: datetime, end: datetime) -> timedelta:
        """Return the elapsed duty time in ``[start, end)``."""
        first, last = to_window(start, end)
        return timedelta(microseconds=self._duty_before(last) - self._duty_before(first))

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
        micros, wanted = to_micros(at), to_amount(amount)
        if wanted > 0:
            micros = self._forward(micros, wanted, amount)
        elif wanted < 0:
            micros = self._backward(micros, wanted, amount)
        elif micros != self._clip(micros):
            raise InstantError(
                f"{at.isoformat()} is outside the years 1 to 9999 in {self.schedule.tz}"
            )
        return from_micros(micros, self.schedule.tz)

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

    def _shown(self, second: int | None) -> pendulum.DateTime | None:
        return None if second is None else from_micros(second * MICROS, self.schedule.tz)

    def _clip(self, micros: int) -> int:
        return min(max(micros, self.course.first), self.course.last)

    def _duty_before(self, micros: int) -> int:
        """Return the duty time before an instant, in microseconds."""
        second, fraction = divmod(self._clip(micros), MICROS)
        duty = self.course.duty_before(second) * MICROS
        return duty + fraction if fraction and self.course.is_on(second) else duty

    def _forward(self, micros: int, wanted: int, amount: timedelta) -> int:
        duty = self._duty_before(micros) + wanted
        seconds = -(-duty // MICROS)
        second = self.course.first_with(seconds)
        # The state holds for whole seconds, so the missing fraction ends the last one.
        reached = None if second is None else second * MICROS - (seconds * MICROS - duty)
        if reached is None or reached > self.course.last:
            raise UnreachableError(f"there is no {amount} of duty time before the year 10000")
        return reached

    def _backward(self, micros: int, wanted: int, amount: timedelta) -> int:
        duty = self._duty_before(micros) + wanted
        if duty < self._duty_before(self.course.first):
            raise UnreachableError(f"there is no {-amount} of duty time since the year 1")
        seconds, fraction = divmod(duty, MICROS)
        following = self.course.first_with(seconds + 1)
        if following is None:  # pragma: no cover  (no duty at all was refused above)
            raise AssertionError
        return (following - 1) * MICROS + fraction
