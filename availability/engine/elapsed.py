"""How much duty time has passed: a week's own, carried over a zone's clock changes.
Imports days, instants, week, zones.

Inside one segment of a zone duty time is that of the week on the wall, which is
a matter of whole weeks and a bisection. What a clock change skips or repeats is
carried from segment to segment, so that a length of time never matters.
"""

from __future__ import annotations

from bisect import bisect_right
from datetime import timedelta
from itertools import accumulate, pairwise

from availability.engine.days import day_kinds
from availability.engine.instants import CYCLE, DAY, MICROS
from availability.engine.week import WeekPattern
from availability.engine.zones import MONDAY, WEEK, Zone

#: Duty time is counted from about here: most questions are about these years.
ANCHOR = 1_577_836_800


class WeekDuty:
    """The duty time of a week's stretches, added up.

    ``bounds`` are the week's start, its edges and its end; ``before[i]`` is the
    duty time of a week before ``bounds[i]``. Up to a phase before ``bounds[i]``
    it is ``offsets[i]``, and the phase itself where that stretch is on.
    """

    __slots__ = ("before", "bounds", "offsets", "starts_on", "total")

    def __init__(self, pattern: WeekPattern) -> None:
        self.starts_on = pattern.starts_on
        self.bounds = (0, *pattern.edges, WEEK)
        lengths = [end - start for start, end in pairwise(self.bounds)]
        off = slice(pattern.starts_on, None, 2)
        lengths[off] = [0] * len(lengths[off])
        self.before = tuple(accumulate(lengths, initial=0))
        self.total = self.before[-1]
        offsets = [0, *self.before[:-1]]
        for i in range(2 - pattern.starts_on, len(offsets), 2):
            offsets[i] -= self.bounds[i - 1]
        self.offsets = tuple(offsets)

    def at(self, wall: int) -> int:
        """Return the duty time before a wall time, counted from MONDAY."""
        weeks, phase = divmod(wall - MONDAY, WEEK)
        i = bisect_right(self.bounds, phase)
        duty = weeks * self.total + self.offsets[i]
        return duty + phase if i & 1 == self.starts_on else duty

    def wall_after(self, duty: int) -> int:
        """Return the first wall time with that much duty before it (total is not 0)."""
        weeks, rest = divmod(duty - 1, self.total)
        i = bisect_right(self.before, rest)
        return MONDAY + weeks * WEEK + self.bounds[i - 1] + rest + 1 - self.before[i - 1]


class Elapsed:
    """The duty time before each instant, for one weekly pattern in one zone.

    ``_carried`` has what the clock changes carry into each segment of the zone
    that was asked about, and into all between it and ANCHOR: a memo.
    """

    __slots__ = ("_begins", "_carried", "_kinds", "pattern", "week", "zone")

    def __init__(self, pattern: WeekPattern, zone: Zone) -> None:
        self.pattern = pattern
        self.zone = zone
        self.week = WeekDuty(pattern)
        self._carried = {zone.segment(ANCHOR): 0}
        self._kinds = day_kinds(zone)
        self._begins = self._kinds.begins

    def between(self, start: timedelta, end: timedelta) -> timedelta:
        """Return the duty time between two instants, each given since EPOCH.

        This is :meth:`before` twice, without its calls, for the usual case.

        Raises:
            LookupError: not the usual case: a day that :meth:`meet` was not told
                of, or cannot help with: clocks change in it, or it is in the first
                or the last years.
        """
        week, carried, begins = self.week, self._carried, self._begins
        seconds = micros = 0
        for since in (start, end):
            i, weeks, phase = begins[since.days]
            phase += since.seconds
            if phase >= WEEK:
                phase -= WEEK
                weeks += 1
            j = bisect_right(week.bounds, phase)
            duty = carried[i] + weeks * week.total + week.offsets[j]
            if j & 1 == week.starts_on:
                seconds = duty + phase - seconds
                micros = since.microseconds - micros
            else:
                seconds = duty - seconds
                micros = -micros
        return timedelta(0, seconds, micros)

    def meet(self, start: int, end: int) -> None:
        """Prepare for :meth:`between` two instants, in microseconds."""
        for micros in (start, end):
            day = micros // (DAY * MICROS)
            if day not in self._begins:
                self._kinds.meet(day)

    def amount(self, start: int, end: int) -> int:
        """Return the duty time between two instants; microseconds."""
        return self.before(end) - self.before(start)

    def before(self, micros: int) -> int:
        """Return the duty time before an instant, counted from some fixed one; microseconds."""
        second, fraction = divmod(min(max(micros, self.zone.first), self.zone.last), MICROS)
        is_on = self.pattern.is_on(self.zone.wall_at(second))
        return self._before(second) * MICROS + (fraction if is_on else 0)

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
        starts, carried = self.zone.starts, self._carried
        if i not in carried:
            known = list(carried)  # at once: another thread may be adding to it
            j = min(known) if i < min(known) else max(known)
            duty = carried[j]
            while j < i:
                j += 1
                duty += self._by_pattern(j - 1, starts[j]) - self._by_pattern(j, starts[j])
                carried[j] = duty
            while j > i:
                duty -= self._by_pattern(j - 1, starts[j]) - self._by_pattern(j, starts[j])
                j -= 1
                carried[j] = duty
        return carried[i]

    def _cycle_duty(self) -> int:
        """Return the duty time of the 400 years after which everything comes again."""
        repeat = self.zone.repeat or 0
        i, j = self.zone.segment(repeat), self.zone.segment(repeat + CYCLE)
        end = self._carried_to(j) + self._by_pattern(j, repeat + CYCLE)
        return end - self._carried_to(i) - self._by_pattern(i, repeat)

    def forward(self, micros: int, wanted: int) -> int | None:
        """Return the first instant with so much more duty time before it, None if there is none."""
        duty = self.before(micros) + wanted
        seconds = -(-duty // MICROS)
        second = self._first_with(seconds)
        if second is None:
            return None
        # The state holds for whole seconds, so the missing fraction ends the last one.
        reached = second * MICROS - (seconds * MICROS - duty)
        return reached if reached <= self.zone.last else None

    def backward(self, micros: int, wanted: int) -> int | None:
        """Return the last instant with so much less duty time before it, None if there is none."""
        seconds, fraction = divmod(self.before(micros) - wanted, MICROS)
        following = self._first_with(seconds + 1)
        if following is None:
            return None
        reached = (following - 1) * MICROS + fraction
        return reached if reached >= self.zone.first else None

    def _first_with(self, duty: int) -> int | None:
        """Return the first second with that much duty before it, None if there is none."""
        if not self.week.total:
            return None
        zone = self.zone
        # Clock changes move this by days at most, and repeat is years before covered
        near = MONDAY + duty * WEEK // self.week.total
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
