"""Sorted half-open spans of integer time: the only merge. Imports instants, value, zones.

A *span* is a pair of integers ``(start, end)``; an :class:`Interval` is a span
of UTC microseconds together with the zone it is shown in.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import total_ordering
from itertools import zip_longest

from availability.engine.instants import to_micros
from availability.engine.value import Value
from availability.engine.zones import zone_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    import pendulum

Span = tuple[int, int]


def merge(spans: Iterable[Span]) -> list[Span]:
    """Return the union of the spans: maximal, disjoint and sorted.

    Spans that touch become one; empty spans vanish.

    >>> merge([(5, 9), (1, 3), (3, 4), (7, 7), (8, 12)])
    [(1, 4), (5, 12)]
    """
    merged: list[Span] = []
    reached = 0
    for start, end in sorted(spans):
        if start >= end:
            continue
        if not merged or start > reached:
            merged.append((start, end))
            reached = end
        elif end > reached:
            merged[-1] = (merged[-1][0], end)
            reached = end
    return merged


def difference(spans: Iterable[Span], others: Iterable[Span]) -> list[Span]:
    """Return what is in the first spans and in none of the others; both merged.

    >>> difference([(1, 5), (7, 9)], [(0, 2), (3, 4), (8, 12)])
    [(2, 3), (4, 5), (7, 8)]
    """
    left: list[Span] = []
    taken = list(others)
    first = 0
    for start, end in spans:
        while first < len(taken) and taken[first][1] <= start:
            first += 1
        at = first
        while at < len(taken) and taken[at][0] < end:
            begin, until = taken[at]
            if begin > start:
                left.append((start, begin))
            start = max(start, until)  # noqa: PLW2901  (what is left of it)
            at += 1
        if start < end:
            left.append((start, end))
    return left


def intersection(spans: Iterable[Span], others: Iterable[Span]) -> list[Span]:
    """Return what is in both, merged as they are.

    >>> intersection([(1, 5), (7, 9)], [(0, 2), (3, 8)])
    [(1, 2), (3, 5), (7, 8)]
    """
    spans = list(spans)
    return difference(spans, difference(spans, others))


def clipped(spans: Iterable[Span], start: int, end: int) -> list[Span]:
    """Return what of the spans, merged, is in a window.

    >>> clipped([(1, 3), (4, 9)], 2, 5)
    [(2, 3), (4, 5)]
    """
    return [(max(a, start), min(b, end)) for a, b in spans if a < end and b > start]


def by_turns(edges: Sequence[int], end: int) -> list[Span]:
    """Return the spans that edges start and end by turns; one that no edge ends does at ``end``.

    >>> by_turns([1, 3, 4], 9)
    [(1, 3), (4, 9)]
    """
    return list(zip_longest(edges[::2], edges[1::2], fillvalue=end))


@total_ordering
class Interval(Value):
    """A half-open stretch of time ``[start, end)``.

    Held as UTC microseconds since 1970 and the key of a zone; equality, hash,
    order, ``duration``, ``in`` and pickling use those alone, so they stay right
    inside a repeated hour. ``start`` and ``end`` are made when looked at.

    >>> lunch = Interval(1_764_000_000_000_000, 1_764_003_600_000_000, "Asia/Shanghai")
    >>> lunch.duration
    datetime.timedelta(seconds=3600)
    >>> print(lunch)
    2025-11-25T00:00:00+08:00/2025-11-25T01:00:00+08:00
    """

    __slots__ = _fields = ("start_micros", "end_micros", "tz")

    start_micros: int
    end_micros: int
    tz: str

    def __init__(self, start_micros: int, end_micros: int, tz: str) -> None:
        set_start_micros(self, start_micros)  # this is _fill without its loop
        set_end_micros(self, end_micros)
        set_tz(self, tz)

    @property
    def start(self) -> pendulum.DateTime:
        """The first instant inside, in the interval's zone."""
        return zone_of(self.tz).shown(self.start_micros)

    @property
    def end(self) -> pendulum.DateTime:
        """The first instant no longer inside, in the interval's zone."""
        return zone_of(self.tz).shown(self.end_micros)

    @property
    def duration(self) -> timedelta:
        """The elapsed time from start to end."""
        return timedelta(microseconds=self.end_micros - self.start_micros)

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, Interval):
            return NotImplemented
        mine, its = self.start_micros, other.start_micros
        return (mine, self.end_micros, self.tz) < (its, other.end_micros, other.tz)

    def __contains__(self, at: datetime) -> bool:
        return self.start_micros <= to_micros(at) < self.end_micros

    def __str__(self) -> str:
        return f"{self.start.isoformat()}/{self.end.isoformat()}"


# A year has hundreds of them.
set_start_micros, set_end_micros, set_tz = Interval._setters  # noqa: SLF001  (its own module)
