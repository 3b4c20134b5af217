"""The course of on and off by dates: laid out year by year, where no week's pattern tells.
Imports course, dated_kinds, dated_year, day_rules, elapsed, instants, intervals, zones, errors.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache

from availability.engine.course import Course
from availability.engine.dated_kinds import DatedKinds
from availability.engine.dated_year import Year
from availability.engine.day_rules import FIRST_DAY, LAST_DAY
from availability.engine.elapsed import Elapsed
from availability.engine.instants import DAY, EPOCH_ORDINAL, MICROS
from availability.engine.intervals import merge
from availability.engine.zones import YEAR, Zone
from availability.errors import CalendarUnknownError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from availability.engine.course import Flips
    from availability.engine.intervals import Span

#: How many years of a course are remembered: more than any calendar has been published for.
YEARS_KEPT = 32


class DatedCourse(Course):
    """A course that is laid out year by year, over another one.

    From ``begins`` until ``ends``, UTC seconds, that is by :meth:`lay_out`; before
    and after it is as ``base``. Where nobody can say, CalendarUnknownError is raised.
    """

    __slots__ = ("base", "begins", "ends", "first_year", "last_year", "years")

    kinds: DatedKinds

    def __init__(
        self, base: Course, first_year: int = date.min.year, last_year: int = date.max.year
    ) -> None:
        super().__init__(base.pattern, base.zone)
        self.base = base
        self.first_year, self.last_year = first_year, last_year
        self.begins, self.ends = self.bounds_of(first_year)[0], self.bounds_of(last_year)[1]
        self.kinds = DatedKinds(self)
        #: A memo: the years met.
        self.years: dict[int, Year] = {}

    def lay_out(self, number: int) -> Year:
        """Return a year laid out."""
        raise NotImplementedError

    def unknown_at(self, second: int) -> CalendarUnknownError:
        """Return the error that says why nobody can say at a second."""
        raise NotImplementedError

    def is_unknown_all_through(self, year: Year) -> bool:  # noqa: ARG002  (of some)
        """Return whether nobody can say of a year, and so probably not of the next one."""
        return False

    @property
    def settled(self) -> int:
        """The year from which on it is surely on just where its base's week is."""
        return self.last_year + 1

    def year_at(self, second: int) -> Year:
        """Return the year, on the zone's wall, that a UTC second lies in."""
        year = self.met(second)
        if year is None:
            year = self.year(year_of(self.zone, second))
        return year

    def met(self, second: int) -> Year | None:
        """Return the year that a UTC second lies in, if it has been met; not quite always."""
        year = self.years.get(1970 + second // YEAR)
        return year if year is not None and year.start <= second < year.end else None

    def year(self, number: int) -> Year:
        """Return a year, laid out or as the base has it."""
        year = self.years.get(number)
        if year is None:
            is_inside = self.first_year <= number <= self.last_year
            year = self.lay_out(number) if is_inside else self.as_base(number)
            if len(self.years) >= YEARS_KEPT:
                self.years.clear()
            self.years[number] = year
        return year

    def as_base(self, number: int) -> Year:
        """Return a year as the base has it."""
        if isinstance(self.base, DatedCourse):
            return self.base.year(number)
        return _plain_year(self.base, number, *self.bounds_of(number))

    def is_on(self, second: int) -> bool:
        """Return whether a UTC second is duty time."""
        if not self.begins <= second < self.ends:
            return self.base.is_on(second)
        year = self.year_at(second)
        if year.doubts:
            self.check(year, second, second + 1)
        return year.is_on(second)

    def is_surely_on(self, second: int) -> bool:
        """Return whether a UTC second is duty time, whatever an unknown date is."""
        if not self.begins <= second < self.ends:
            return self.base.is_surely_on(second)
        year = self.year_at(second)
        return year.is_on(second) and not year.doubt_in(second, second + 1)

    def next_change(self, second: int) -> int | None:
        """Return the first second after this one at which the state flips."""
        year = self.met(second)
        if year is not None:
            i = bisect_right(year.flips, second)
            if i < len(year.flips):
                flip = year.flips[i]
                if not (year.doubts and year.doubt_in(second, flip + 1)):
                    return self._if_shown(flip)
        return self._next_change(second)

    def _next_change(self, second: int) -> int | None:
        if second >= self.ends:
            return self.base.next_change(second)
        if second < self.begins:
            change = self.base.next_change(second)
            if change is not None and change < self.begins:
                return change
            second = self.begins - 1  # nothing changes before
        start = self.year_at(max(second, self.begins))
        if start.doubts:
            self.check(start, second, second + 1)
        for year in self.changing_from(start):
            i = bisect_right(year.flips, second)
            flip = year.flips[i] if i < len(year.flips) else None
            self.check(year, second, year.end if flip is None else flip + 1)
            if flip is not None:
                return self._if_shown(flip)
        return None if self.last_year == date.max.year else self.base.next_change(self.ends - 1)

    def holds_until(self, second: int) -> int | None:
        """Return the first second after this one at which the state may be another, or unknown."""
        if second >= self.ends:
            return self.base.holds_until(second)
        if second < self.begins:
            until = self.base.holds_until(second)
            if until is not None and until < self.begins:
                return until
            second = self.begins - 1
        for year in self.changing_from(self.year_at(max(second, self.begins))):
            edges = [edge for edge in year.edges() if second < edge]
            i = bisect_right(year.flips, second)
            edges += year.flips[i : i + 1]
            if edges or self.is_unknown_all_through(year):
                return self._if_shown(min(edges, default=year.end))
        return None if self.last_year == date.max.year else self.base.holds_until(self.ends - 1)

    def previous_change(self, second: int) -> int | None:
        """Return the last second, this one or earlier, at which the state flipped."""
        if second < self.begins:
            return self.base.previous_change(second)
        if second >= self.ends:
            change = self.base.previous_change(second)
            if change is not None and change >= self.ends:
                return change
            second = self.ends - 1  # nothing changed since
        start = self.year_at(second)
        if start.doubts:
            self.check(start, second, second + 1)
        for year in self.changing_from(start, step=-1):
            i = bisect_right(year.flips, second)
            flip = year.flips[i - 1] if i else None
            self.check(year, year.start if flip is None else flip - 1, second + 1)
            if flip is not None:
                return self._if_shown(flip)
        is_first = self.first_year == date.min.year
        return None if is_first else self.base.previous_change(self.begins - 1)

    def _if_shown(self, flip: int) -> int | None:
        return flip if self.first <= flip * MICROS <= self.last else None

    def transitions(self, start: int, end: int, *, surely: bool = False) -> list[int]:
        """Return the seconds after one second and before another at which the state flips.

        ``surely``: those of :meth:`is_surely_on`, also where nobody can say.
        """
        if start >= self.ends or end <= self.begins:
            return self.base.transitions(start, end, surely=surely)
        flips: list[int] = []
        if start < self.begins:
            flips = self.base.transitions(start, self.begins, surely=surely)
            start = self.begins - 1
        for year in self.years_from(self.year_at(max(start, self.begins))):
            if year.start >= end:
                break
            if not surely:
                self.check(year, start, end)
            flips += year.flips[bisect_right(year.flips, start) : bisect_left(year.flips, end)]
        if end > self.ends:
            flips += self.base.transitions(self.ends - 1, end, surely=surely)
        return flips

    def doubts(self, start: int, end: int) -> list[Span]:
        """Return the spans between two UTC seconds of which nobody can say, merged."""
        found = self.base.doubts(start, min(end, self.begins))
        found += self.base.doubts(max(start, self.ends), end)
        first, last = max(start, self.begins), min(end, self.ends)
        if first < last:
            for year in self.years_from(self.year_at(first)):
                if year.start >= last:
                    break
                found += [(max(a, first), min(b, last)) for a, b in year.doubts]
        return merge(found)

    def _flips_of_kind(self, kind: int) -> Flips:
        return self.kinds.flips[kind]

    def make_elapsed(self) -> Elapsed:
        """Return the duty time of this course, worked out when first needed."""
        self.elapsed = DatedElapsed(self)
        return self.elapsed

    def years_from(self, year: Year, step: int = 1) -> Iterator[Year]:
        """Yield a year and those after it, or before it, that are laid out."""
        yield year
        number = year.number + step
        while self.first_year <= number <= self.last_year:
            yield self.year(number)
            number += step

    def changing_from(self, year: Year, step: int = 1) -> Iterator[Year]:
        """Yield the same, but for years in which nothing changes."""
        return self.years_from(year, step)

    def check(self, year: Year, start: int, end: int) -> None:
        """Raise CalendarUnknownError where nobody can say of some part of a window."""
        doubt = year.doubt_in(start, end) if year.doubts else None
        if doubt is not None:
            raise self.unknown_at(max(doubt[0], start))

    def bounds_of(self, number: int) -> Span:
        """Return the UTC seconds that a year in the zone runs from and to."""
        instant_of = self.zone.instant_of
        start, end = (instant_of(new_year(each) * DAY) for each in (number, number + 1))
        # Elsewhere it may be the year 0 or 10000 already.
        start -= 2 * DAY * (number == date.min.year)
        return start, end + 2 * DAY * (number == date.max.year)


class DatedElapsed(Elapsed):
    """The duty time of a dated course, added up year by year."""

    __slots__ = ("_course",)

    def __init__(self, course: DatedCourse) -> None:
        super().__init__(course.pattern, course.zone)
        self._course = course

    def between(self, start: timedelta, end: timedelta) -> timedelta:
        """Return the duty time between two instants, each given since EPOCH.

        Raises:
            LookupError: not the usual case: a year that :meth:`meet` was not told
                of, the first or the last there is, or where nobody can say.
        """
        since = start.days * DAY + start.seconds
        until = end.days * DAY + end.seconds
        years = self._course.years
        first = years[1970 + since // YEAR]
        last = years[1970 + until // YEAR]
        if since < first.start or since >= first.end or until < last.start or until >= last.end:
            raise LookupError(start, end)
        if first.number == date.min.year or last.number == date.max.year:  # not all of it counts
            raise LookupError(start, end)
        (before, was_on), (passed, is_on) = first.passed(since), last.passed(until)
        seconds = passed - before
        year = first
        while year is not last:
            if year.doubts and year.doubt_in(since, until + 1):
                raise LookupError(start, end)
            seconds += year.total()
            year = years[year.number + 1]
        if year.doubts and year.doubt_in(since, until + 1):
            raise LookupError(start, end)
        return timedelta(0, seconds, end.microseconds * is_on - start.microseconds * was_on)

    def meet(self, start: int, end: int) -> None:
        """Prepare for :meth:`between` two instants, in microseconds: lay out the years."""
        course = self._course
        number = course.year_at(max(start, course.first) // MICROS).number
        last = course.year_at(min(end, course.last) // MICROS).number
        if last - number < YEARS_KEPT:
            for each in range(number + 1, last):
                course.year(each)

    def amount(self, start: int, end: int) -> int:
        """Return the duty time between two instants; microseconds."""
        course, duty = self._course, 0
        start, end = max(start, course.first), min(end, course.last)
        begins, ends = course.begins * MICROS, course.ends * MICROS
        if start < begins:
            duty += self._base.amount(start, min(end, begins))
            start = begins
        if end > ends:
            duty += self._base.amount(max(start, ends), end)
            end = ends
        if start >= end:
            return duty
        for year in course.years_from(course.year_at(start // MICROS)):
            if start >= end:
                break
            until = min(end, year.end * MICROS)
            course.check(year, start // MICROS, -(-until // MICROS))
            duty += year.before(until) - year.before(start)
            start = until
        return duty

    @property
    def _base(self) -> Elapsed:
        base = self._course.base
        return base.elapsed or base.make_elapsed()

    def forward(self, micros: int, wanted: int) -> int | None:
        """Return the first instant with so much more duty time before it, None if there is none."""
        course = self._course
        start = max(micros, course.first)
        begins = course.begins * MICROS
        if start < begins:
            passed = self._base.amount(start, begins)
            if passed >= wanted:
                return self._base.forward(start, wanted)
            start, wanted = begins, wanted - passed
        while start < min(course.last, course.ends * MICROS):
            year = course.year_at(start // MICROS)
            end = min(year.end * MICROS, course.last)
            doubt = year.doubt_in(start // MICROS, year.end)
            known = min(end, max(start, doubt[0] * MICROS)) if doubt else end
            before, passed = year.before(start), year.before(known)
            if passed - before >= wanted:
                return year.first_with(before + wanted)
            wanted -= passed - before
            if doubt:
                course.is_on(known // MICROS)  # raises what there is to say
            start = end
        return self._base.forward(start, wanted) if start < course.last else None

    def backward(self, micros: int, wanted: int) -> int | None:
        """Return the last instant with so much less duty time before it, None if there is none."""
        course = self._course
        end = min(micros, course.last)
        ends = course.ends * MICROS
        if end > ends:
            passed = self._base.amount(ends, end)
            if passed >= wanted:
                return self._base.backward(end, wanted)
            end, wanted = ends, wanted - passed
        while end > max(course.first, course.begins * MICROS):
            year = course.year_at(-(-end // MICROS) - 1)
            start = max(year.start * MICROS, course.first)
            doubts = [
                span for span in year.doubts if span[0] * MICROS < end and span[1] * MICROS > start
            ]
            known = max(start, min(end, doubts[-1][1] * MICROS)) if doubts else start
            before, passed = year.before(known), year.before(end)
            if passed - before >= wanted:
                return year.first_with(passed - wanted + 1) - 1
            wanted -= passed - before
            if doubts:
                course.is_on(-(-known // MICROS) - 1)  # raises what there is to say
            end = start
        return self._base.backward(end, wanted) if end > course.first else None


@lru_cache(maxsize=512)
def _plain_year(course: Course, number: int, start: int, end: int) -> Year:
    """Return a year of a course that goes by the week; all that are laid out over it share that."""
    flips = course.transitions(start - 1, end)
    return Year(number, start, end, course.is_on(start - 1), tuple(flips))


def year_of(zone: Zone, second: int) -> int:
    """Return the number of the year, on the zone's wall, that a UTC second lies in."""
    day = min(max(zone.wall_at(second) // DAY, FIRST_DAY), LAST_DAY)
    return date.fromordinal(day + EPOCH_ORDINAL).year


def new_year(number: int) -> int:
    """Return the first day of a year, counted from 1970."""
    ordinal = (
        date(number, 1, 1).toordinal() if number <= date.max.year else date.max.toordinal() + 1
    )
    return ordinal - EPOCH_ORDINAL
