"""The course of on and off by dates: where a calendar says which weekday codes apply.
Imports course, dated_year, day_rules, days, elapsed, instants, intervals, schedule, errors.

A week's pattern does not tell, so shifts are laid out date by date, a year at a
time. Of a date in a year that the calendar does not know, all that it could be is
laid out: where that differs, nobody can say.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from datetime import date, timedelta, tzinfo
from itertools import chain

from availability.engine.course import Course
from availability.engine.dated_year import Year
from availability.engine.day_rules import (
    FIRST_DAY,
    LAST_DAY,
    DayRules,
    codes_on,
    types_in,
    weekday_of,
)
from availability.engine.days import DayKinds
from availability.engine.elapsed import Elapsed
from availability.engine.instants import DAY, EPOCH_ORDINAL, MICROS, UTC
from availability.engine.intervals import difference, merge
from availability.engine.schedule import minutes_of
from availability.errors import CalendarUnknownError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    from availability.engine.course import Flips
    from availability.engine.day_rules import DayType
    from availability.engine.intervals import Span
    from availability.engine.schedule import End2359, Spelled

    #: What decides when a schedule's shifts start, but for its zone.
    Rows: TypeAlias = tuple[tuple[Spelled, ...], End2359, DayRules]

#: A shift starts no more than so many days before a year that it reaches into.
MARGIN = 3
#: How many years of a course are remembered, and how many different days.
MOST_YEARS = 8
MOST_KINDS = 4096


class DatedCourse(Course):
    """The course of a schedule in a zone, date by date.

    Where an answer depends on a date that the calendar does not know, it raises
    CalendarUnknownError.
    """

    __slots__ = ("_days", "_recent", "_rules", "_years", "base")

    kinds: DatedKinds

    def __init__(self, rows: Rows, base: Course) -> None:
        super().__init__(base.pattern, base.zone)
        spelled, end_2359, self._rules = rows
        self.base = base
        self.kinds = DatedKinds(self)
        #: By weekday and type of day: from and to which minutes after midnight.
        self._days = {
            (weekday, kind): shifts_on(spelled, end_2359, weekday, kind)
            for weekday in range(7)
            for kind in TYPES
        }
        #: Memos: the years met, and the last one asked about.
        self._years: dict[int, Year] = {}
        self._recent = Year(0, 0, 0, starts_on=False, flips=())

    def year_at(self, second: int) -> Year:
        """Return the year, on the zone's wall, that a UTC second lies in."""
        year = self._recent
        if not year.start <= second < year.end:
            year = self._recent = self.year(self.year_of(second))
        return year

    def year_of(self, second: int) -> int:
        """Return the number of the year, on the zone's wall, that a UTC second lies in."""
        day = min(max(self.zone.wall_at(second) // DAY, FIRST_DAY), LAST_DAY)
        return date.fromordinal(day + EPOCH_ORDINAL).year

    def year(self, number: int) -> Year:
        """Return a year laid out."""
        year = self._years.get(number)
        if year is None:
            year = self._plain(number) if self._is_plain(number) else self._laid_out(number)
            if len(self._years) >= MOST_YEARS:
                self._years.clear()
            self._years[number] = year
        return year

    def is_on(self, second: int) -> bool:
        """Return whether a UTC second is duty time."""
        year = self.year_at(second)
        if year.doubts:
            self.check(year, second, second + 1)
        return year.is_on(second)

    def is_surely_on(self, second: int) -> bool:
        """Return whether a UTC second is duty time, whatever an unknown date is."""
        year = self.year_at(second)
        return year.is_on(second) and not year.doubt_in(second, second + 1)

    def next_change(self, second: int) -> int | None:
        """Return the first second after this one at which the state flips."""
        start = self.year_at(second)
        if start.doubts:
            self.check(start, second, second + 1)
        for year in self.years_from(start):
            i = bisect_right(year.flips, second)
            flip = year.flips[i] if i < len(year.flips) else None
            self.check(year, second, year.end if flip is None else flip + 1)
            if flip is not None:
                return flip if self.first <= flip * MICROS <= self.last else None
        return None

    def holds_until(self, second: int) -> int | None:
        """Return the first second after this one at which the state may be another, or unknown."""
        for year in self.years_from(self.year_at(second)):
            doubts = (edge for span in year.doubts for edge in span)
            edges = [edge for edge in doubts if second < edge < year.end]
            i = bisect_right(year.flips, second)
            edges += year.flips[i : i + 1]
            if edges:
                return min(edges)
        return None

    def previous_change(self, second: int) -> int | None:
        """Return the last second, this one or earlier, at which the state flipped."""
        start = self.year_at(second)
        if start.doubts:
            self.check(start, second, second + 1)
        for year in self.years_from(start, step=-1):
            i = bisect_right(year.flips, second)
            flip = year.flips[i - 1] if i else None
            self.check(year, year.start if flip is None else flip - 1, second + 1)
            if flip is not None:
                return flip if self.first <= flip * MICROS <= self.last else None
        return None

    def transitions(self, start: int, end: int) -> list[int]:
        """Return the seconds after one second and before another at which the state flips."""
        flips: list[int] = []
        for year in self.years_from(self.year_at(start)):
            if year.start >= end:
                break
            self.check(year, start, end)
            flips += year.flips[bisect_right(year.flips, start) : bisect_left(year.flips, end)]
        return flips

    def _flips_of_kind(self, kind: int) -> Flips:
        return self.kinds.flips[kind]

    def make_elapsed(self) -> Elapsed:
        """Return the duty time of this course, worked out when first needed."""
        self.elapsed = DatedElapsed(self)
        return self.elapsed

    def years_from(self, year: Year, step: int = 1) -> Iterator[Year]:
        """Yield a year and those after it, or before it."""
        yield year
        number = year.number + step
        while date.min.year <= number <= date.max.year:
            yield self.year(number)
            number += step

    def check(self, year: Year, start: int, end: int) -> None:
        """Raise CalendarUnknownError where nobody can say of some part of a window."""
        doubt = year.doubt_in(start, end) if year.doubts else None
        if doubt is not None:
            day = self._unknown_day(max(doubt[0], start))
            raise CalendarUnknownError(
                f"nobody can say whether {day} is a working day: "
                f"{self._rules.calendar!r} does not know that year"
            )

    def _unknown_day(self, second: int) -> date:
        """Return the date, here or the evening before, that a doubt at a second comes from."""
        day = self.zone.wall_at(second) // DAY
        if len(self._rules.types_of(day - 1)) > 1 and len(self._rules.types_of(day)) == 1:
            day -= 1
        return date.fromordinal(min(max(day, FIRST_DAY), LAST_DAY) + EPOCH_ORDINAL)

    def _is_plain(self, number: int) -> bool:
        """Return whether a year, and the days around it, are as without a calendar."""
        if self._rules.fallback != "literal":
            return False
        years = getattr(self._rules.calendar, "years", None)
        if years is not None:  # a WorkCalendar's, which are whole
            return not any(year in years for year in range(number - 1, number + 2))
        days = range(_new_year(number) - MARGIN, _new_year(number + 1) + MARGIN)
        inside = range(max(days[0], FIRST_DAY), min(days[-1], LAST_DAY) + 1)
        knows = self._rules.calendar.knows
        return not any(knows(date.fromordinal(day + EPOCH_ORDINAL)) for day in inside)

    def _plain(self, number: int) -> Year:
        start, end = self._bounds_of(number)
        flips = self.base.transitions(start - 1, end)
        return Year(number, start, end, self.base.is_on(start - 1), array("q", flips))

    def _laid_out(self, number: int) -> Year:
        start, end = self._bounds_of(number)
        sure: list[Span] = []
        maybe: list[Span] = []
        first_day, after = _new_year(number) - MARGIN, _new_year(number + 1) + MARGIN
        for day, kinds in enumerate(types_in(self._rules, first_day, after), first_day):
            options = [self._spans(day, kind) for kind in kinds]
            first, *others = options
            for other in others:
                first = difference(first, difference(first, other))  # what both have
            sure += first
            if others:
                maybe += chain.from_iterable(options)
        sure = merge(sure)
        edges = [point for span in sure for point in span]
        i = bisect_left(edges, start)
        flips = edges[i : bisect_left(edges, end)]
        # Those just before and after, too: a doubt goes on where years meet.
        doubts = [
            (max(a, start - DAY), min(b, end + DAY))
            for a, b in difference(merge(maybe), sure)
            if a < end + DAY and b > start - DAY
        ]
        return Year(number, start, end, i & 1 == 1, array("q", flips), doubts)

    def _spans(self, day: int, kind: DayType) -> list[Span]:
        instant_of = self.zone.instant_of
        return merge(
            (instant_of(day * DAY + start * 60), instant_of(day * DAY + end * 60))
            for start, end in self._days[weekday_of(day), kind]
        )

    def _bounds_of(self, number: int) -> Span:
        instant_of = self.zone.instant_of
        start, end = (instant_of(_new_year(each) * DAY) for each in (number, number + 1))
        # Elsewhere it may be the year 0 or 10000 already.
        start -= 2 * DAY * (number == date.min.year)
        return start, end + 2 * DAY * (number == date.max.year)


class DatedKinds(DayKinds):
    """The kinds of day of a dated course: days with the same flips are of one kind."""

    __slots__ = ("_course", "_of_flips", "flips")

    def __init__(self, course: DatedCourse) -> None:
        super().__init__(course.zone)
        self._course = course
        self._of_flips: dict[Flips, int] = {}
        self.flips: list[Flips] = []

    def _meet_kind(
        self, day: int, tzinfo: tzinfo, days: dict[int, int | None] | None
    ) -> int | None:
        offset = 0 if tzinfo is UTC else self._offset_on(day, tzinfo)
        kind = None if offset is None else self._kind_from((day - EPOCH_ORDINAL) * DAY - offset)
        self._remember(days, day, kind)
        return kind

    def _kind_from(self, start: int) -> int | None:
        """Return the kind of the day that begins at a UTC second, None where nobody can say."""
        course = self._course
        try:
            flips = tuple(flip - start for flip in course.transitions(start, start + DAY))
            flips = (-1, *flips) if course.is_on(start) else flips
        except CalendarUnknownError:
            return None
        with self._lock:  # no two threads may give one number to two kinds
            if flips not in self._of_flips and len(self.flips) < MOST_KINDS:
                self.flips.append(flips)
                self._of_flips[flips] = len(self.flips) - 1
        return self._of_flips.get(flips)


class DatedElapsed(Elapsed):
    """The duty time of a dated course, added up stretch by stretch."""

    __slots__ = ("_course",)

    def __init__(self, course: DatedCourse) -> None:
        super().__init__(course.pattern, course.zone)
        self._course = course

    def between(self, start: timedelta, end: timedelta) -> timedelta:
        """Raise LookupError: there is no quick way."""
        raise LookupError(start, end)

    def meet(self, start: int, end: int) -> None:
        """Prepare nothing: there is no quick way."""

    def amount(self, start: int, end: int) -> int:
        """Return the duty time between two instants; microseconds."""
        course, duty = self._course, 0
        start, end = max(start, course.first), min(end, course.last)
        for year in course.years_from(course.year_at(start // MICROS)):
            if start >= end:
                break
            until = min(end, year.end * MICROS)
            course.check(year, start // MICROS, -(-until // MICROS))
            duty += year.before(until) - year.before(start)
            start = until
        return duty

    def forward(self, micros: int, wanted: int) -> int | None:
        """Return the first instant with so much more duty time before it, None if there is none."""
        course = self._course
        start = max(micros, course.first)
        while start < course.last:
            year = course.year_at(start // MICROS)
            end = min(year.end * MICROS, course.last)
            doubt = year.doubt_in(start // MICROS, year.end)
            known = min(end, max(start, doubt[0] * MICROS)) if doubt else end
            bounds = course.bounds(start, known)
            for begin, until in zip(bounds[::2], bounds[1::2], strict=True):
                if until - begin >= wanted:
                    return begin + wanted
                wanted -= until - begin
            if doubt:
                course.is_on(known // MICROS)  # raises what there is to say
            start = end
        return None

    def backward(self, micros: int, wanted: int) -> int | None:
        """Return the last instant with so much less duty time before it, None if there is none."""
        course = self._course
        end = min(micros, course.last)
        while end > course.first:
            year = course.year_at(-(-end // MICROS) - 1)
            start = max(year.start * MICROS, course.first)
            doubts = [
                span for span in year.doubts if span[0] * MICROS < end and span[1] * MICROS > start
            ]
            known = max(start, min(end, doubts[-1][1] * MICROS)) if doubts else start
            bounds = course.bounds(known, end)
            for begin, until in zip(bounds[-2::-2], bounds[::-2], strict=True):
                if until - begin >= wanted:
                    return until - wanted
                wanted -= until - begin
            if doubts:
                course.is_on(-(-known // MICROS) - 1)  # raises what there is to say
            end = start
        return None


#: What a date can be: whether a working day, and whether no shift starts on it.
TYPES: tuple[DayType, ...] = ((True, False), (False, False), (True, True), (False, True))


def shifts_on(
    spelled: Sequence[Spelled], end_2359: End2359, weekday: int, kind: DayType
) -> list[Span]:
    """Return the shifts that start on a date, in minutes after its midnight."""
    codes = codes_on(weekday, kind)
    mondays = [(1, start, end) for code, start, end in spelled if code in codes]
    return merge(minutes_of(mondays, end_2359))  # Monday's minutes are those of the week


def _new_year(number: int) -> int:
    """Return the first day of a year, counted from 1970."""
    ordinal = (
        date(number, 1, 1).toordinal() if number <= date.max.year else date.max.toordinal() + 1
    )
    return ordinal - EPOCH_ORDINAL
