"""The course of a team: on while so many of its courses are.
Imports course, dated, dated_year, day_rules, grid, headcount, intervals, week, zones, errors.
"""

from __future__ import annotations

from calendar import isleap
from collections.abc import Mapping
from datetime import date

import numpy as np

from availability.engine.course import Course
from availability.engine.dated import DatedCourse, new_year
from availability.engine.dated_year import Year
from availability.engine.day_rules import weekday_of
from availability.engine.grid import union
from availability.engine.headcount import Headcounts, added, spread
from availability.engine.intervals import Span, by_turns
from availability.engine.week import WeekPattern
from availability.engine.zones import YEAR, zone_of
from availability.errors import CalendarUnknownError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from availability.engine.grid import Integers


def staffed_course(
    headcounts: Headcounts, minimum: int, doubtful: Mapping[DatedCourse, int]
) -> Course:
    """Return the course that is on while at least ``minimum`` of some courses are.

    ``doubtful`` are those of them of which nobody can say at times: where they
    would decide, nobody can say of this one.
    """
    never = Course(WeekPattern((), starts_on=False), zone_of("UTC"))
    if headcounts.most() < minimum:
        return never
    return StaffedCourse(never, headcounts, minimum, doubtful)


class StaffedCourse(DatedCourse):
    """On while at least so many are on; laid out year by year, in UTC."""

    __slots__ = ("_alike", "_doubtful", "_headcounts", "_minimum", "_settled")

    def __init__(
        self,
        never: Course,
        headcounts: Headcounts,
        minimum: int,
        doubtful: Mapping[DatedCourse, int],
    ) -> None:
        super().__init__(never)
        self._headcounts = headcounts
        self._minimum = minimum
        self._doubtful = doubtful
        #: From which year on one is like another that begins on the same weekday, leap or not.
        self._settled = _settled(headcounts)
        #: A memo: such years, the first of each sort that was met.
        self._alike: dict[tuple[int, bool], Year] = {}

    def unknown_at(self, second: int) -> CalendarUnknownError:
        """Return the error that says why nobody can say at a second."""
        for course in self._doubtful:
            if course.doubts(second, second + 1):
                return course.unknown_at(second)
        raise NotImplementedError  # without a doubt nobody asks

    def lay_out(self, number: int) -> Year:
        """Return a year laid out."""
        start, end = self.bounds_of(number)
        if not self._settled <= number < date.max.year:
            return self._laid_out(number, start, end)
        sort = weekday_of(new_year(number)), isleap(number)
        like = self._alike.get(sort)
        if like is None:
            like = self._alike[sort] = self._laid_out(number, start, end)
        ahead = start - like.start
        flips = tuple([flip + ahead for flip in like.flips])
        return Year(number, start, end, like.starts_on, flips)

    def _laid_out(self, number: int, start: int, end: int) -> Year:
        times, counts = self._headcounts.steps(start - 1, end)
        is_on = counts >= self._minimum
        flips = times[1:][is_on[1:] != is_on[:-1]]
        doubts = self._doubts_in(times, counts, start - 1, end) if self._doubtful else []
        return Year(number, start, end, bool(is_on[0]), tuple(flips.tolist()), doubts)

    def _doubts_in(self, times: Integers, counts: Integers, start: int, end: int) -> list[Span]:
        """Return where too few are surely on, and enough if all are of whom nobody can say."""
        doubts = ((course.doubts(start, end), number) for course, number in self._doubtful.items())
        more = [spread(spans, start, end, number) for spans, number in doubts if spans]
        all_times, at_most = added([(times, counts), *more], start)
        begins = union([times, all_times])  # who is there surely can change while that does not
        surely = counts[times.searchsorted(begins, side="right") - 1]
        at_most = at_most[all_times.searchsorted(begins, side="right") - 1]
        doubtful = (surely < self._minimum) & (at_most >= self._minimum)
        turns = np.flatnonzero(np.diff(doubtful, prepend=False, append=False))
        edges = np.append(begins, end)[turns].tolist()
        return by_turns(edges, end)


def _settled(headcounts: Headcounts) -> int:
    """Return the year from which on all goes by the week, and clocks by one rule a zone."""
    by_date = [course for course, _ in (*headcounts.dated, *headcounts.overridden)]
    years = [course.settled + 1 for course in by_date]
    zones = {zone for zone, _, _ in headcounts.weeks} | {course.zone for course in by_date}
    for zone in zones:
        changed = zone.starts[-1] if zone.repeat is None else zone.repeat
        years.append(1970 + changed // YEAR + 2)
    return max(years, default=date.min.year + 1)
