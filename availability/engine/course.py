"""The course of on and off in UTC seconds: a week seen in a zone.
Imports elapsed, instants, intervals, schedule, week, zones.

``is_on(t)`` is the week at the hand's reading at ``t``. While the hand moves on
in one segment of the zone, a course is the week shifted by a constant, and its
flips are the week's edges; around a clock change, edges can fall on one instant
(inside a skipped hour), so there a flip is checked, never assumed.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from availability.engine.elapsed import Elapsed
from availability.engine.instants import DAY, EPOCH, MICROS
from availability.engine.intervals import Span
from availability.engine.schedule import WeeklySchedule
from availability.engine.week import WeekPattern, week_pattern
from availability.engine.zones import WEEK, Zone, day_of, phase_of, zone_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    import pendulum

#: How many kinds of day a course remembers; plain ones are 7 for each offset of the zone.
MOST_KINDS = 512


class Course:
    """On and off for all time, for one weekly pattern in one zone.

    Changes are reported from ``first`` to ``last`` only: the microseconds that
    datetimes can show, in UTC and in the zone.

    The other slots are memos for :class:`Timeline`, each read and replaced
    whole, so that threads may share them. ``flips`` has the flips of each kind
    of UTC day (see :meth:`flips_on`). ``window`` is ``(lo, hi, on)``: from one
    UTC datetime to another the state is on; ``missed`` the UTC day of the last
    instant outside it. ``upcoming`` is ``(lo, hi, change)``: so long is that the
    next change.
    """

    __slots__ = (
        "_elapsed",
        "first",
        "flips",
        "kinds",
        "last",
        "missed",
        "pattern",
        "tzinfo",
        "upcoming",
        "wall_epoch",
        "wall_kinds",
        "window",
        "zone",
    )

    def __init__(self, pattern: WeekPattern, zone: Zone) -> None:
        self.pattern = pattern
        self.zone = zone
        self.first = zone.first_micros
        self.last = zone.last_micros
        self.kinds = zone.kinds
        self.wall_kinds = zone.wall_kinds
        self.tzinfo = ZoneInfo(zone.key)
        self.wall_epoch = datetime(1970, 1, 1, tzinfo=self.tzinfo)
        self.flips: dict[int, tuple[int, ...]] = {}
        self.window: tuple[datetime, datetime, bool] = (EPOCH, EPOCH, False)
        self.missed: int | None = None
        self.upcoming: tuple[datetime, datetime, pendulum.DateTime | None] = (EPOCH, EPOCH, None)
        self._elapsed: Elapsed | None = None

    def is_on(self, second: int) -> bool:
        """Return whether a UTC second is duty time."""
        return self.pattern.is_on(self.zone.wall_at(second))

    def flips_on(self, day: int) -> tuple[int, ...]:
        """Return the seconds of a UTC day (counted from 1970) at which the state flips.

        A day that begins on has a flip before it begins, at -1; so a second of
        the day is on where an odd number of flips are not after it.
        """
        kind = self.kinds.get(day)
        if kind is None:
            kind = self.zone.kind_of(day)
        flips = self.flips.get(kind)
        return self._remember(kind) if flips is None else flips

    def _remember(self, kind: int) -> tuple[int, ...]:
        flips = self._plain_flips(phase_of(kind)) if kind >= 0 else self._odd_flips(day_of(kind))
        if len(self.flips) >= MOST_KINDS:
            self.flips.clear()
        self.flips[kind] = flips
        return flips

    def meet_wall(self, day: int) -> None:
        """Remember a day on the wall, counted like days in UTC, if its times are unambiguous."""
        kind = self.zone.kind_of_wall(day)
        if kind is not None and kind not in self.flips:
            self._remember(kind)

    def _plain_flips(self, phase: int) -> tuple[int, ...]:
        """Return the flips of a day that begins so long after Monday 00:00 on the wall."""
        edges = self.pattern.edges
        first = bisect_right(edges, phase)
        end = phase + DAY - WEEK
        flips = [edge - phase for edge in edges[first : bisect_left(edges, phase + DAY)]]
        flips += [edge + WEEK - phase for edge in edges[: bisect_left(edges, end)]]
        return (-1, *flips) if first & 1 != self.pattern.starts_on else tuple(flips)

    def _odd_flips(self, day: int) -> tuple[int, ...]:
        """Return the flips of any day at all, by walking through it."""
        start = day * DAY
        flips = [flip - start for flip in self.transitions(start, start + DAY)]
        return (-1, *flips) if self.is_on(start) else tuple(flips)

    def look_around(self, day: int, second: int) -> None:
        """Remember the state around a second of a UTC day as far as that day goes."""
        flips = self.flips_on(day)
        i = bisect_right(flips, second)
        lo = max(flips[i - 1], 0) if i else 0
        hi = flips[i] if i < len(flips) else DAY - 1  # the year 9999 has no end to name
        self.window = EPOCH + timedelta(day, lo), EPOCH + timedelta(day, hi), i & 1 == 1

    def next_change(self, second: int) -> int | None:
        """Return the first second after this one at which the state flips."""
        pattern, zone = self.pattern, self.zone
        if not pattern.edges:
            return None
        i = bisect_right(zone.starts, second)
        shift = zone.shifts[i - 1]
        wall = second + shift
        if wall >= zone.reached[i - 1]:
            change = pattern.next_edge(wall) - shift
            ends = zone.starts[i] if i < len(zone.starts) else zone.covered
            if change < ends and self.first <= change * MICROS <= self.last:
                return change
        return self._walk_on(second)

    def _walk_on(self, second: int) -> int | None:
        """Do the same anywhere: from edge to edge, until the state is another."""
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

    def transitions(self, start: int, end: int) -> list[int]:
        """Return the seconds after one second and before another at which the state flips."""
        flips: list[int] = []
        for begin, until, wall, moves in self.zone.runs(start, end):
            if begin > start and self.flips_at(begin):
                flips.append(begin)
            if moves:
                behind = begin - wall
                edges = self.pattern.edges_in(wall, until - behind)
                flips += [edge + behind for edge in edges]
        return flips

    def flips_at(self, second: int) -> bool:
        """Return whether the state at a second is another than just before it."""
        return self.is_on(second) is not self.is_on(second - 1)

    def spans(self, start: int, end: int) -> list[Span]:
        """Return the maximal stretches of duty in a window, in UTC microseconds."""
        start, end = max(start, self.first), min(end, self.last)
        if start >= end:
            return []
        second = start // MICROS
        bounds = [flip * MICROS for flip in self.transitions(second, -(-end // MICROS))]
        if self.is_on(second):
            bounds.insert(0, start)
        if len(bounds) & 1:
            bounds.append(end)
        return list(zip(bounds[::2], bounds[1::2], strict=True))

    @property
    def elapsed(self) -> Elapsed:
        """The duty time of this course, worked out when first needed."""
        if self._elapsed is None:
            self._elapsed = Elapsed(self.pattern, self.zone)
        return self._elapsed


def course_of(schedule: WeeklySchedule) -> Course:
    """Return the course of a schedule; equal weeks in one zone share it."""
    course = schedule.compiled
    if not isinstance(course, Course):
        course = _course(week_pattern(schedule), zone_of(schedule.tz))
        object.__setattr__(schedule, "compiled", course)
    return course


@lru_cache(maxsize=4096)
def _course(pattern: WeekPattern, zone: Zone) -> Course:
    return Course(pattern, zone)
