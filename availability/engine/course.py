"""The course of on and off in UTC seconds: a week seen in a zone.
Imports instants, intervals, schedule, week, zones.

``is_on(t)`` is the week at the hand's reading at ``t``. The on/off state can only
flip at the instant of an edge of the week; but several edges can fall on one
instant (inside a skipped hour), so a flip is always checked, never assumed.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from functools import lru_cache

from availability.engine.instants import MICROS
from availability.engine.intervals import Span
from availability.engine.schedule import WeeklySchedule
from availability.engine.week import WeekPattern, week_pattern
from availability.engine.zones import CYCLE, Zone, zone_of


class Course:
    """On and off for all time, for one weekly pattern in one zone.

    Changes are reported from ``first`` to ``last`` only: the microseconds that
    datetimes can show, in UTC and in the zone.
    """

    __slots__ = ("_elapsed_before", "first", "last", "pattern", "zone")

    def __init__(self, pattern: WeekPattern, zone: Zone) -> None:
        self._elapsed_before: list[int] | None = None
        self.pattern = pattern
        self.zone = zone
        self.first = zone.first_micros
        self.last = zone.last_micros

    def is_on(self, second: int) -> bool:
        """Return whether a UTC second is duty time."""
        return self.pattern.is_on(self.zone.wall_at(second))

    def next_change(self, second: int) -> int | None:
        """Return the first second after this one at which the state flips."""
        if self.pattern.is_constant:
            return None
        was_on = self.is_on(second)
        while True:
            second = self.zone.instant_of(self.pattern.next_edge(self.zone.wall_at(second)))
            if second * MICROS > self.last:
                return None
            if self.is_on(second) is not was_on:
                if second * MICROS >= self.first:
                    return second
                was_on = not was_on

    def previous_change(self, second: int) -> int | None:
        """Return the last second, this one or earlier, at which the state flipped."""
        if self.pattern.is_constant:
            return None
        is_on = self.is_on(second)
        while True:
            second = self.zone.instant_of(self.pattern.previous_edge(self.zone.wall_at(second)))
            if second * MICROS < self.first:
                return None
            if self.is_on(second - 1) is not is_on:
                if second * MICROS <= self.last:
                    return second
                is_on = not is_on
            second -= 1

    def spans(self, start: int, end: int) -> Iterator[Span]:
        """Yield the maximal stretches of duty in a window, in UTC microseconds."""
        at, end = max(start, self.first), min(end, self.last)
        on = self.is_on(at // MICROS)
        while at < end:
            change = self.next_change(at // MICROS)
            until = end if change is None else min(end, change * MICROS)
            if on:
                yield at, until
            at, on = until, not on

    def duty_before(self, second: int) -> int:
        """Return the duty time before a second, counted from the table's beginning."""
        second, cycles = self.zone.fold(second)
        return self._covered(second) + (cycles * self._cycle_duty() if cycles else 0)

    def first_with(self, duty: int) -> int | None:
        """Return the first second with that much duty before it, None if there is none."""
        if not self.pattern.total:
            return None
        duty, cycles = self._fold_duty(duty)
        elapsed = self._elapsed()
        i = bisect_left(elapsed, duty) - 1
        second = self._second_within(i, duty - elapsed[i])
        return second + cycles * CYCLE

    def _fold_duty(self, duty: int) -> tuple[int, int]:
        """Return the duty less whole cycles beyond the table, and the cycles."""
        if self.zone.repeat is None:
            return duty, 0
        base = self._covered(self.zone.repeat)
        per_cycle = self._cycle_duty()
        cycles = max(0, (duty - base - 1) // per_cycle)
        return duty - cycles * per_cycle, cycles

    def _elapsed(self) -> list[int]:
        """Return the duty time before each segment of the zone, worked out when first needed."""
        if self._elapsed_before is None:
            elapsed = [0]
            for i, end in enumerate(self.zone.starts[1:]):
                elapsed.append(elapsed[i] + self._duty_within(i, end))
            self._elapsed_before = elapsed
        return self._elapsed_before

    def _cycle_duty(self) -> int:
        """Return the duty time of the 400 years after which everything comes again."""
        repeat = self.zone.repeat or 0
        return self._covered(repeat + CYCLE) - self._covered(repeat)

    def _covered(self, second: int) -> int:
        """Return the duty time before a second that the segments cover."""
        i = self.zone.segment(second)
        return self._elapsed()[i] + self._duty_within(i, second)

    def _duty_within(self, i: int, end: int) -> int:
        """Return the duty time from the start of segment ``i`` to a second in it."""
        start, shift, reached = self._segment(i)
        standstill = min(end, max(start, reached - shift)) - start
        duty = standstill if standstill and self.pattern.is_on(reached - 1) else 0
        duty_before = self.pattern.duty_before
        walls = max(start + shift, reached), max(end + shift, reached)
        return duty + duty_before(walls[1]) - duty_before(walls[0])

    def _second_within(self, i: int, duty: int) -> int:
        """Return the second in segment ``i`` at which that much of its duty has passed."""
        start, shift, reached = self._segment(i)
        standstill = max(0, reached - shift - start)
        if standstill and self.pattern.is_on(reached - 1):
            if duty <= standstill:
                return start + duty
            duty -= standstill
        moves_on = max(start + shift, reached)
        return self.pattern.wall_after(self.pattern.duty_before(moves_on) + duty) - shift

    def _segment(self, i: int) -> tuple[int, int, int]:
        zone = self.zone
        return zone.starts[i], zone.shifts[i], zone.reached[i]


def course_of(schedule: WeeklySchedule) -> Course:
    """Return the course of a schedule; equal weeks in one zone share it."""
    return _course(week_pattern(schedule), zone_of(schedule.tz))


@lru_cache(maxsize=4096)
def _course(pattern: WeekPattern, zone: Zone) -> Course:
    return Course(pattern, zone)
