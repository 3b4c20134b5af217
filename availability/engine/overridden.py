"""A course with leave and extra shifts over it. Imports course, dated, dated_year, instants,
intervals, times, zones, errors.

Leave binds most, then extra shifts, then what the course says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from availability.engine.course import Course
from availability.engine.dated import DatedCourse, year_of
from availability.engine.dated_year import Year
from availability.engine.instants import DAY
from availability.engine.intervals import clipped, difference, merge
from availability.engine.times import Times
from availability.engine.zones import Zone
from availability.errors import CalendarUnknownError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from availability.engine.intervals import Span


class OverriddenCourse(DatedCourse):
    """A course with overrides: it is laid out in the years that they reach into."""

    __slots__ = ("_bounds", "_extra", "_leave", "_whole")

    def __init__(self, base: Course, leave: Sequence[Times], extra: Sequence[Times]) -> None:
        self._leave, self._extra = leave, extra
        self._bounds = [times.bounds() for times in (*leave, *extra)]
        #: From which to before which years nothing changes.
        self._whole = _whole_years(leave, extra, base.zone)
        if isinstance(base, DatedCourse) and not isinstance(base, UnknownCourse):
            super().__init__(base)  # what it says of a year may depend on what overrides settle
            return
        first = min(start for start, _ in self._bounds)
        last = max(end for _, end in self._bounds)
        super().__init__(base, year_of(base.zone, first), year_of(base.zone, last))

    def unknown_at(self, second: int) -> CalendarUnknownError:
        """Return the error that says why nobody can say at a second."""
        if isinstance(self.base, DatedCourse):
            return self.base.unknown_at(second)
        raise NotImplementedError  # without dates there is no doubt

    def is_unknown_all_through(self, year: Year) -> bool:
        """Return whether nobody can say of a year, and so probably not of the next one."""
        base = self.base
        return isinstance(base, DatedCourse) and base.is_unknown_all_through(year)

    @property
    def settled(self) -> int:
        """The year from which on it is surely on just where its base's week is."""
        ends = max(bounds[1] for bounds in self._bounds)
        own = year_of(self.zone, ends) + 1
        return max(own, self.base.settled) if isinstance(self.base, DatedCourse) else own

    def lay_out(self, number: int) -> Year:
        """Return a year laid out."""
        start, end = self.bounds_of(number)
        reach = start - DAY, end + DAY
        leave = _spans(self._leave, self.zone, *reach)
        if any(begin < start and until >= end for begin, until in leave):
            return Year(number, start, end, False, (), (), leave)
        extra = _spans(self._extra, self.zone, *reach)
        if not leave and any(begin < start and until >= end for begin, until in extra):
            return Year(number, start, end, True, ())
        base = self.as_base(number)
        if not leave and not extra:
            return base
        sure = difference(merge([*base.stretches(), *extra]), leave)
        doubts = difference(difference(base.doubts, extra), leave)
        return Year.of(number, start, end, sure, doubts, leave)

    def changing_from(self, year: Year, step: int = 1) -> Iterator[Year]:
        """Yield a year and those after it, or before it, but for those all in one stretch."""
        yield year
        number = self._next_changing(year.number + step, step)
        while self.first_year <= number <= self.last_year:
            yield self.year(number)
            number = self._next_changing(number + step, step)

    def _next_changing(self, number: int, step: int) -> int:
        for first, last in self._whole:
            if first <= number < last:
                return last if step > 0 else first - 1
        return number

    def is_on_leave(self, second: int) -> bool:
        """Return whether a UTC second is in leave."""
        if not self.begins <= second < self.ends:
            return False
        return any(start <= second < end for start, end in self.year_at(second).leave)

    def leave_in(self, start: int, end: int) -> list[Span]:
        """Return the leave that reaches into a window of UTC seconds, merged."""
        return _spans(self._leave, self.zone, start, end)

    def changes(self, start: int, end: int) -> tuple[list[Span], list[Span]]:
        """Return what is surely on between two UTC seconds, unlike the base; and what is not.

        For that nothing is laid out: only where overrides are is the base looked at.
        """
        leave, base = self.leave_in(start, end), self.base
        extra = difference(_spans(self._extra, self.zone, start, end), leave)
        more = [
            span
            for begin, until in clipped(extra, start, end)
            for span in difference([(begin, until)], base.stretches(begin, until))
        ]
        less = [
            span
            for begin, until in clipped(leave, start, end)
            for span in base.stretches(begin, until)
        ]
        return more, less

    def doubts(self, start: int, end: int) -> list[Span]:
        """Return the spans between two UTC seconds of which nobody can say, merged."""
        found = self.base.doubts(start, end)
        if not found:
            return []
        return difference(found, _spans((*self._leave, *self._extra), self.zone, start, end))


class UnknownCourse(DatedCourse):
    """The course of a schedule that nobody could read: nobody can say, ever."""

    __slots__ = ()

    def unknown_at(self, second: int) -> CalendarUnknownError:  # noqa: ARG002  (at any)
        """Return the error that says so."""
        return CalendarUnknownError("nobody can say: the schedule could not be read")

    def lay_out(self, number: int) -> Year:
        """Return a year of which nobody can say."""
        start, end = self.bounds_of(number)
        return Year(number, start, end, False, (), [(start - DAY, end + DAY)])

    @property
    def settled(self) -> int:
        """The first year there is: it is never surely on."""
        return self.first_year

    def holds_until(self, second: int) -> None:
        """Return None: it will never be known."""


def _spans(times: Iterable[Times], zone: Zone, start: int, end: int) -> list[Span]:
    return merge(chain.from_iterable(each.spans(zone, start, end) for each in times))


def _whole_years(leave: Iterable[Times], extra: Iterable[Times], zone: Zone) -> list[Span]:
    """Return from which to before which years one stretch of leave, or of extra shifts, goes on."""
    touched = [_years(zone, *each.bounds()) for each in leave]
    on_duty = difference(_whole(extra, zone), merge(touched))
    return [*_whole(leave, zone), *on_duty]  # not merged: where they meet, something changes


def _whole(times: Iterable[Times], zone: Zone) -> list[Span]:
    once = [each for each in times if each.rule is None]
    spans = [span for each in once for span in each.spans(zone, *each.bounds())]
    years = (_years(zone, *span) for span in spans)
    return merge((first + 1, last - 1) for first, last in years)


def _years(zone: Zone, start: int, end: int) -> Span:
    return year_of(zone, start), year_of(zone, end) + 1
