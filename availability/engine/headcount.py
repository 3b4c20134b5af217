"""How many of many courses are on, as a step function of time, on numpy.
Imports course, dated, grid, instants, intervals, overridden, zones, errors.

Courses that go by a week are first added up within it, zone by zone, so that
what a window costs is a matter of its weeks and not of how many they are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

import numpy as np

from availability.engine.course import Course
from availability.engine.dated import DatedCourse
from availability.engine.grid import without_repeats
from availability.engine.instants import MICROS, to_instant
from availability.engine.intervals import Span, clipped
from availability.engine.overridden import OverriddenCourse
from availability.engine.zones import LAST_SECOND, MONDAY, WEEK, YEAR, Zone
from availability.errors import WindowError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    from availability.engine.grid import Integers

    #: From each of these seconds on there are so many; the first one begins a window.
    Steps: TypeAlias = tuple[Integers, Integers]

#: How many steps a window may have before they are added up: some 4 GB.
MOST_STEPS = 100_000_000
#: What a year of a dated course may have, roughly.
STEPS_A_YEAR = 1_000


class Headcounts:
    """So many of each course, ready to be counted in any window."""

    __slots__ = ("dated", "overridden", "size", "weeks")

    def __init__(self, courses: Mapping[Course, int]) -> None:
        self.size = sum(courses.values())
        #: Of these only what they change is counted; what they change counts with the others.
        self.overridden: list[tuple[OverriddenCourse, int]] = []
        dated: Counter[DatedCourse] = Counter()
        zones: dict[Zone, list[tuple[Course, int]]] = {}
        for each, number in courses.items():
            course = each
            while isinstance(course, OverriddenCourse):
                self.overridden.append((course, number))
                course = course.base
            if isinstance(course, DatedCourse):
                dated[course] += number
            else:
                zones.setdefault(course.zone, []).append((course, number))
        self.dated = list(dated.items())
        #: By zone, from which second after Monday 00:00 on the wall how many are on.
        self.weeks = [(zone, *_week(found)) for zone, found in zones.items()]

    def steps(self, start: int, end: int) -> Steps:
        """Return how many are surely on from second to second of a window that is not empty.

        Raises:
            WindowError: the window is so long that this would take too much memory.
        """
        self.check(start, end)
        found = [_in_zone(zone, week, start, end) for zone, *week in self.weeks]
        found += (
            steps_of(course, start, end, number, surely=True) for course, number in self.dated
        )
        if self.overridden:
            found.append(_changed(self.overridden, start, end))
        return added(found, start)

    def most(self) -> int:
        """Return how many can be on at one time, at most."""
        by_week = sum(int(counts.max()) for _, _, counts in self.weeks)
        by_date = sum(number for _, number in (*self.dated, *self.overridden))
        return min(by_week + by_date, self.size)

    def check(self, start: int, end: int) -> None:
        """Raise WindowError where a window has more steps than can be added up."""
        weeks = (end - start) // WEEK + 1
        by_week = sum(len(begins) for _, begins, _ in self.weeks)
        by_date = (len(self.dated) + len(self.overridden)) * STEPS_A_YEAR * (end - start) // YEAR
        check_size(weeks * by_week + by_date, MOST_STEPS, start, end)


def check_size(steps: int, most: int, start: int, end: int) -> None:
    """Raise WindowError where a window of UTC seconds has more steps than there may be."""
    if steps > most:
        ends = [to_instant(min(second, LAST_SECOND) * MICROS).date() for second in (start, end)]
        raise WindowError(
            f"the window from {ends[0]} to {ends[1]} is too long: about {steps:,} transitions; "
            f"allowed: {most:,}, so ask for less at a time"
        )


def added(parts: Iterable[Steps], start: int) -> Steps:
    """Return the sum of several step functions that begin at one second."""
    parts = list(parts)
    if not parts:
        return np.array([start], dtype=np.int64), np.zeros(1, dtype=np.int64)
    if len(parts) > 1:
        times = np.concatenate([times for times, _ in parts])
        changes = np.concatenate([np.diff(counts, prepend=0) for _, counts in parts])
        order = times.argsort(kind="stable")  # which merges what is sorted in parts
        times, counts = times[order], changes[order].cumsum()
    else:
        ((times, counts),) = parts
    return without_repeats(times, counts)


def spread(spans: Iterable[Span], start: int, end: int, number: int) -> Steps:
    """Return the steps of so many who are on in each of some spans, merged, of a window."""
    edges = list(chain.from_iterable(clipped(spans, start, end)))
    if edges and edges[-1] == end:
        edges.pop()
    starts_on = bool(edges) and edges[0] == start
    times = np.array(edges if starts_on else [start, *edges], dtype=np.int64)
    counts = np.zeros(len(times), dtype=np.int64)
    counts[0 if starts_on else 1 :: 2] = number
    return times, counts


def steps_of(course: Course, start: int, end: int, number: int, *, surely: bool = False) -> Steps:
    """Return the steps of so many who are on while a course is, between two UTC seconds.

    ``surely``: where nobody can say they are off.

    Raises:
        CalendarUnknownError: somewhere nobody can say.
    """
    edges = course.transitions(start, end, surely=surely)
    is_on = course.is_surely_on(start) if surely else course.is_on(start)
    counts = np.zeros(len(edges) + 1, dtype=np.int64)
    counts[not is_on :: 2] = number
    return np.array([start, *edges], dtype=np.int64), counts


def _changed(courses: Iterable[tuple[OverriddenCourse, int]], start: int, end: int) -> Steps:
    """Return how many more than without overrides are surely on in a window."""
    edges: list[list[int]] = []
    firsts: list[int] = []
    for course, number in courses:
        for spans, first in zip(course.changes(start, end), (number, -number), strict=True):
            edges.append(list(chain.from_iterable(spans)))
            firsts.append(first)
    times, changes = _alternating(edges, firsts)
    order = times.argsort(kind="stable")
    times, counts = np.append(start, times[order]), np.append(0, changes[order].cumsum())
    inside = times.searchsorted(end)
    return times[:inside], counts[:inside]


def _week(courses: Sequence[tuple[Course, int]]) -> Steps:
    """Return how many are on from second to second of a week on the wall."""
    times, changes = _alternating(
        [course.pattern.edges for course, _ in courses],
        [-number if course.pattern.starts_on else number for course, number in courses],
    )
    at_first = sum(number for course, number in courses if course.pattern.starts_on)
    # Edges are whole minutes, and a week has few: no need to sort
    by_minute = np.bincount(times // 60, changes, WEEK // 60).astype(np.int64)
    return without_repeats(np.arange(0, WEEK, 60), at_first + by_minute.cumsum())


def _alternating(
    edges: Sequence[Sequence[int]], firsts: Sequence[int]
) -> tuple[Integers, Integers]:
    """Return edges, one list after another, and how many more are on from each.

    Of each list, an even number of edges, the first brings ``firsts``, the next
    takes them away, and so on.
    """
    times = np.fromiter(chain.from_iterable(edges), dtype=np.int64)
    changes = np.array(firsts, dtype=np.int64).repeat([len(each) for each in edges])
    changes[1::2] *= -1
    return times, changes


def _in_zone(zone: Zone, week: list[Integers], start: int, end: int) -> Steps:
    """Return how many are on in a window, by the steps of the week on a zone's wall."""
    begins, counts = week
    times: list[Integers] = []
    numbers: list[Integers] = []
    for begin, until, wall, moves in zone.runs(start, end):
        phase = (wall - MONDAY) % WEEK
        i = int(begins.searchsorted(phase, side="right")) - 1
        times.append(np.array([begin], dtype=np.int64))
        numbers.append(counts[i : i + 1])
        if moves:
            ahead = begin - phase  # the second at which this week would have begun
            weeks = np.arange(ahead, until, WEEK, dtype=np.int64)
            edges = np.add.outer(weeks, begins).ravel()
            stop = edges.searchsorted(until)
            times.append(edges[i + 1 : stop])
            numbers.append(np.tile(counts, len(weeks))[i + 1 : stop])
    return np.concatenate(times), np.concatenate(numbers)
