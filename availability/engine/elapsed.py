"""How much duty time has passed: a week's own, carried over a zone's clock changes.
Imports instants, week, zones.

Inside one segment of a zone duty time is that of the week on the wall, which is
a matter of whole weeks and a bisection. What a clock change skips or repeats is
carried from segment to segment, so that a length of time never matters.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate, pairwise

from availability.engine.instants import MICROS
from availability.engine.week import WeekPattern
from availability.engine.zones import CYCLE, MONDAY, WEEK, Zone

#: Duty time is counted from about here: most questions are about these years.
ANCHOR = 1_577_836_800


class WeekDuty:
    """The duty time of a week's stretches, added up.

    ``bounds`` are the week's start, its edges and its end; ``before[i]`` is the
    duty time of a week before ``bounds[i]``.
    """

    __slots__ = ("before", "bounds", "starts_on", "total")

    def __init__(self, pattern: WeekPattern) -> None:
        self.starts_on = pattern.starts_on
        self.bounds = (0, *pattern.edges, WEEK)
        lengths = [end - start for start, end in pairwise(self.bounds)]
        off = slice(pattern.starts_on, None, 2)
        lengths[off] = [0] * len(lengths[off])
        self.before = tuple(accumulate(lengths, initial=0))
        self.total = self.before[-1]

    def at(self, wall: int) -> int:
        """Return the duty time before a wall time, counted from MONDAY."""
        weeks, phase = divmod(wall - MONDAY, WEEK)
        i = bisect_right(self.bounds, phase)
        duty = weeks * self.total + self.before[i - 1]
        return duty + phase - self.bounds[i - 1] if i & 1 == self.starts_on else duty

    def wall_after(self, duty: int) -> int:
        """Return the first wall time with that much duty before it (total is not 0)."""
        weeks, rest = divmod(duty - 1, self.total)
        i = bisect_right(self.before, rest)
        return MONDAY + weeks * WEEK + self.bounds[i - 1] + rest + 1 - self.before[i - 1]


class Elapsed:
    """The duty time before each instant, for one weekly pattern in one zone.

    ``_carried`` is the first segment it is known for, and what is carried into
    that and each following one: a memo that is replaced whole.
    """

    __slots__ = ("_carried", "pattern", "week", "zone")

    def __init__(self, pattern: WeekPattern, zone: Zone) -> None:
        self.pattern = pattern
        self.zone = zone
        self.week = WeekDuty(pattern)
        self._carried: tuple[int, tuple[int, ...]] = (0, ())

    def before(self, micros: int) -> int:
        """Return the duty time before an instant, counted from some fixed one; microseconds."""
        zone, week = self.zone, self.week
        if not zone.first <= micros <= zone.last:
            micros = min(max(micros, zone.first), zone.last)
        second = micros // MICROS
        i = bisect_right(zone.starts, second) - 1
        wall = second + zone.shifts[i]
        start, carried = self._carried
        is_known = start <= i < start + len(carried) and second < zone.covered
        if not is_known or wall < zone.reached[i]:
            duty = self._before(second) * MICROS
            is_on = self.pattern.is_on(zone.wall_at(second))
            return duty + micros - second * MICROS if is_on else duty
        # What follows is week.at(wall), inlined: duty_time needs it twice
        phase = (wall - MONDAY) % WEEK
        j = bisect_right(week.bounds, phase)
        weeks = (wall - MONDAY) // WEEK
        duty = (carried[i - start] + weeks * week.total + week.before[j - 1]) * MICROS
        if j & 1 == week.starts_on:
            return duty + micros - (second - phase + week.bounds[j - 1]) * MICROS
        return duty

    def _before(self, second: int) -> int:
        second, cycles = self.zone.fold(second)
        i = self.zone.segment(second)
        duty = self._carried_to(i) + self._by_pattern(i, second)
        return duty + cycles * self._cycle_duty() if cycles else duty

    def _by_pattern(self, i: int, second: int) -> int:
        """Return the week's own duty time before a second of segment ``i``."""
        wall, reached = second + self.zone.shifts[i], self.zone.reached[i]
        if wall >= reached:
            return self.week.at(wall)
        stood = reached - wall if self.pattern.is_on(reached - 1) else 0
        return self.week.at(reached) - stood

    def _carried_to(self, i: int) -> int:
        """Return what the clock changes between ANCHOR and segment ``i`` add to the week's duty."""
        starts = self.zone.starts
        start, carried = self._carried
        if not carried:
            start, carried = self.zone.segment(ANCHOR), (0,)
        before, after = [], []
        duty = carried[0]
        for j in range(start, i, -1):
            duty -= self._by_pattern(j - 1, starts[j]) - self._by_pattern(j, starts[j])
            before.append(duty)
        duty = carried[-1]
        for j in range(start + len(carried), i + 1):
            duty += self._by_pattern(j - 1, starts[j]) - self._by_pattern(j, starts[j])
            after.append(duty)
        start -= len(before)
        carried = (*reversed(before), *carried, *after)
        self._carried = start, carried
        return carried[i - start]

    def _cycle_duty(self) -> int:
        """Return the duty time of the 400 years after which everything comes again."""
        repeat = self.zone.repeat or 0
        i, j = self.zone.segment(repeat), self.zone.segment(repeat + CYCLE)
        end = self._carried_to(j) + self._by_pattern(j, repeat + CYCLE)
        return end - self._carried_to(i) - self._by_pattern(i, repeat)

    def first_with(self, duty: int) -> int | None:
        """Return the first second with that much duty before it, None if there is none."""
        if not self.week.total:
            return None
        zone = self.zone
        # Clock changes move this by days at most, and repeat is years before covered
        near = ANCHOR + duty * WEEK // self.week.total
        cycles = 0
        if zone.repeat is not None and near > zone.repeat:
            per_cycle = self._cycle_duty()
            cycles = max(0, (duty - self._before(zone.repeat) - 1) // per_cycle)
            duty -= cycles * per_cycle
            near -= cycles * CYCLE
        i = max(zone.segment(near), 0)
        while i > 0 and self._before(zone.starts[i]) >= duty:
            i -= 1
        while i + 1 < len(zone.starts) and self._before(zone.starts[i + 1]) < duty:
            i += 1
        return self._second_within(i, duty - self._carried_to(i)) + cycles * CYCLE

    def _second_within(self, i: int, duty: int) -> int:
        """Return the first second in segment ``i`` with that much of the week's duty before it."""
        shift, reached = self.zone.shifts[i], self.zone.reached[i]
        left = self.week.at(reached) - duty
        if left >= 0 and self.zone.starts[i] + shift < reached:  # the hand still stands
            return reached - shift - left
        return self.week.wall_after(duty) - shift
