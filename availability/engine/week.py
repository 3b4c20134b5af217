"""A weekly pattern on the wall clock, in seconds. Imports instants, intervals, schedule.

Wall times are counted as in zones: seconds since 1970-01-01T00:00 on the wall.
The pattern repeats for ever, both ways, and knows nothing of time zones.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

from availability.engine.instants import DAY
from availability.engine.intervals import Span, merge
from availability.engine.schedule import WeeklySchedule

WEEK = 7 * DAY
#: 1970-01-01 was a Thursday: this wall time began its week.
MONDAY = -3 * DAY


@dataclass(frozen=True, slots=True, eq=False)
class WeekPattern:
    """When the hand of a clock on the wall points at duty time.

    ``edges`` are the seconds since Monday 00:00, inside one week, at which duty
    starts or ends; ``starts_on`` is the state before the first of them. The
    spans of duty inside one week start at ``starts`` and last ``lengths``, after
    ``before`` seconds of that week's duty; a week has ``total``.
    """

    edges: tuple[int, ...]
    starts_on: bool
    starts: tuple[int, ...]
    lengths: tuple[int, ...]
    before: tuple[int, ...]
    total: int

    @property
    def is_constant(self) -> bool:
        """Whether duty never starts or ends: never on duty, or always."""
        return not self.edges

    def is_on(self, wall: int) -> bool:
        """Return whether a wall time is duty time."""
        return bool(bisect_right(self.edges, (wall - MONDAY) % WEEK) & 1) is not self.starts_on

    def next_edge(self, wall: int) -> int:
        """Return the first edge after a wall time."""
        phase = (wall - MONDAY) % WEEK
        i = bisect_right(self.edges, phase)
        if i < len(self.edges):
            return wall - phase + self.edges[i]
        return wall - phase + WEEK + self.edges[0]

    def previous_edge(self, wall: int) -> int:
        """Return the last edge at or before a wall time."""
        phase = (wall - MONDAY) % WEEK
        i = bisect_right(self.edges, phase)
        if i > 0:
            return wall - phase + self.edges[i - 1]
        return wall - phase - WEEK + self.edges[-1]

    def duty_before(self, wall: int) -> int:
        """Return the duty time before a wall time, counted from MONDAY."""
        weeks, phase = divmod(wall - MONDAY, WEEK)
        i = bisect_right(self.starts, phase) - 1
        this_week = self.before[i] + min(phase - self.starts[i], self.lengths[i]) if i >= 0 else 0
        return weeks * self.total + this_week

    def wall_after(self, duty: int) -> int:
        """Return the first wall time with that much duty before it (total is not 0)."""
        weeks, rest = divmod(duty - 1, self.total)
        i = bisect_right(self.before, rest) - 1
        return MONDAY + weeks * WEEK + self.starts[i] + rest + 1 - self.before[i]


def week_pattern(schedule: WeeklySchedule) -> WeekPattern:
    """Return the pattern of a schedule; equal patterns are one object."""
    return _compile(tuple(merge(_within_week(schedule))))


def _within_week(schedule: WeeklySchedule) -> Iterator[Span]:
    """Yield the schedule's spans in seconds, cut where one runs past Sunday midnight."""
    for start, end in schedule.weekly_minutes():
        yield start * 60, min(end * 60, WEEK)
        yield 0, end * 60 - WEEK


@lru_cache(maxsize=4096)
def _compile(spans: tuple[Span, ...]) -> WeekPattern:
    ends_on = bool(spans) and spans[-1][1] == WEEK
    points = {point for span in spans for point in span} - {WEEK}
    if ends_on:  # the week's end is an edge at Monday 00:00, unless duty goes on there
        points ^= {0}
    lengths = tuple(end - start for start, end in spans)
    *before, total = accumulate(lengths, initial=0)
    return WeekPattern(
        edges=tuple(sorted(points)),
        starts_on=ends_on,
        starts=tuple(start for start, _ in spans),
        lengths=lengths,
        before=tuple(before),
        total=total,
    )
