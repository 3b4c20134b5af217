"""The course of a schedule by a calendar, which says where weekday codes apply.
Imports course, dated, dated_year, day_rules, instants, intervals, schedule, errors.

Shifts are laid out date by date. Of a date in a year that the calendar does not
know, all that it could be is laid out: where that differs, nobody can say.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import chain

from availability.engine.course import Course
from availability.engine.dated import DatedCourse, new_year
from availability.engine.dated_year import Year
from availability.engine.day_rules import (
    FIRST_DAY,
    LAST_DAY,
    DayRules,
    codes_on,
    types_in,
    weekday_of,
)
from availability.engine.instants import DAY, EPOCH_ORDINAL
from availability.engine.intervals import difference, merge
from availability.engine.schedule import minutes_of
from availability.errors import CalendarUnknownError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    from availability.engine.day_rules import DayType
    from availability.engine.intervals import Span
    from availability.engine.schedule import End2359, Spelled

    #: What decides when a schedule's shifts start, but for its zone.
    Rows: TypeAlias = tuple[tuple[Spelled, ...], End2359, DayRules]

#: A shift starts no more than so many days before a year that it reaches into.
MARGIN = 3


class CalendarCourse(DatedCourse):
    """The course of rows in a zone, by a calendar.

    Where an answer depends on a date that the calendar does not know, it raises
    CalendarUnknownError.
    """

    __slots__ = ("_days", "_rules")

    def __init__(self, rows: Rows, base: Course) -> None:
        super().__init__(base)
        spelled, end_2359, self._rules = rows
        #: By weekday and type of day: from and to which minutes after midnight.
        self._days = {
            (weekday, kind): shifts_on(spelled, end_2359, weekday, kind)
            for weekday in range(7)
            for kind in TYPES
        }

    def unknown_at(self, second: int) -> CalendarUnknownError:
        """Return the error that says on which date a doubt at a second comes from."""
        return CalendarUnknownError(
            f"nobody can say whether {self._unknown_day(second)} is a working day: "
            f"{self._rules.calendar!r} does not know that year"
        )

    def is_unknown_all_through(self, year: Year) -> bool:
        """Return whether nobody can say of a year, and so probably not of the next one."""
        return any(start <= year.start and year.end <= end for start, end in year.doubts)

    @property
    def settled(self) -> int:
        """The year from which on it is surely on just where its base's week is."""
        years = getattr(self._rules.calendar, "years", None)
        known = years if self._rules.fallback == "literal" else None
        return super().settled if known is None else max(known, default=date.min.year) + 2

    def lay_out(self, number: int) -> Year:
        """Return a year laid out."""
        return self.as_base(number) if self._is_plain(number) else self._laid_out(number)

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
        days = range(new_year(number) - MARGIN, new_year(number + 1) + MARGIN)
        inside = range(max(days[0], FIRST_DAY), min(days[-1], LAST_DAY) + 1)
        knows = self._rules.calendar.knows
        return not any(knows(date.fromordinal(day + EPOCH_ORDINAL)) for day in inside)

    def _laid_out(self, number: int) -> Year:
        start, end = self.bounds_of(number)
        sure: list[Span] = []
        maybe: list[Span] = []
        first_day, after = new_year(number) - MARGIN, new_year(number + 1) + MARGIN
        for day, kinds in enumerate(types_in(self._rules, first_day, after), first_day):
            options = [self._spans(day, kind) for kind in kinds]
            first, *others = options
            for other in others:
                first = difference(first, difference(first, other))  # what both have
            sure += first
            if others:
                maybe += chain.from_iterable(options)
        sure = merge(sure)
        return Year.of(number, start, end, sure, difference(merge(maybe), sure))

    def _spans(self, day: int, kind: DayType) -> list[Span]:
        instant_of = self.zone.instant_of
        return merge(
            (instant_of(day * DAY + start * 60), instant_of(day * DAY + end * 60))
            for start, end in self._days[weekday_of(day), kind]
        )


#: What a date can be: whether a working day, and whether no shift starts on it.
TYPES: tuple[DayType, ...] = ((True, False), (False, False), (True, True), (False, True))


def shifts_on(
    spelled: Sequence[Spelled], end_2359: End2359, weekday: int, kind: DayType
) -> list[Span]:
    """Return the shifts that start on a date, in minutes after its midnight."""
    codes = codes_on(weekday, kind)
    mondays = [(1, start, end) for code, start, end in spelled if code in codes]
    return merge(minutes_of(mondays, end_2359))  # Monday's minutes are those of the week
