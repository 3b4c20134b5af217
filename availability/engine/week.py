"""A weekly pattern on the wall clock, in seconds. Imports intervals, schedule, zones.

Wall times are counted as in zones: seconds since 1970-01-01T00:00 on the wall.
The pattern repeats for ever, both ways, and knows nothing of time zones.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from functools import lru_cache

from availability.engine.intervals import merge
from availability.engine.schedule import WEEK_MINUTES, WeeklySchedule
from availability.engine.zones import MONDAY, WEEK


class WeekPattern:
    """When the hand of a clock on the wall points at duty time.

    ``edges`` are the seconds since Monday 00:00, inside one week, at which duty
    starts or ends, whole minutes all; ``starts_on`` is the state before the
    first of them.
    """

    __slots__ = ("_hash", "edges", "starts_on")

    def __init__(self, edges: tuple[int, ...], starts_on: bool) -> None:
        self.edges = edges
        self.starts_on = starts_on
        self._hash = hash(edges)

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if not isinstance(other, WeekPattern):
            return NotImplemented
        return (self.edges, self.starts_on) == (other.edges, other.starts_on)

    def __hash__(self) -> int:
        return self._hash

    @property
    def is_constant(self) -> bool:
        """Whether duty never starts or ends: never on duty, or always."""
        return not self.edges

    def is_on(self, wall: int) -> bool:
        """Return whether a wall time is duty time."""
        return bisect_right(self.edges, (wall - MONDAY) % WEEK) & 1 != self.starts_on

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

    def edges_in(self, start: int, end: int, ahead: int) -> list[int]:
        """Return the edges after one wall time and before another, all moved ahead."""
        first = start - (start - MONDAY) % WEEK + ahead
        edges = [week + edge for week in range(first, end + ahead, WEEK) for edge in self.edges]
        return edges[bisect_right(edges, start + ahead) : bisect_left(edges, end + ahead)]


def week_pattern(schedule: WeeklySchedule) -> WeekPattern:
    """Return the pattern of a schedule; equal patterns are one object."""
    spans = merge(schedule.weekly_minutes())
    if spans and spans[-1][1] > WEEK_MINUTES:  # past Sunday midnight: on Monday, that is
        start, end = spans.pop()
        spans = merge([*spans, (start, WEEK_MINUTES), (0, end - WEEK_MINUTES)])
    points = [point * 60 for span in spans for point in span]
    starts_on = bool(points) and points[-1] == WEEK
    if starts_on:  # the week's end is an edge at Monday 00:00, unless duty goes on there
        points.pop()
        if points[0] == 0:
            del points[0]
        else:
            points.insert(0, 0)
    return _pattern(tuple(points), starts_on)


@lru_cache(maxsize=4096)
def _pattern(edges: tuple[int, ...], starts_on: bool) -> WeekPattern:
    return WeekPattern(edges, starts_on)
