"""On which dates a weekday code applies: by the week, or by a calendar of working days.
Imports instants, value, errors.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from availability.engine.instants import EPOCH_ORDINAL
from availability.engine.value import Value
from availability.errors import ConfigurationError, describe

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal, Protocol, TypeAlias

    Fallback: TypeAlias = Literal["literal"]
    #: What a date can be: whether a working day, and whether no shift starts on it.
    DayType: TypeAlias = tuple[bool, bool]

    class Calendar(Protocol):
        """What is asked of a calendar of working days."""

        def knows(self, day: date, /) -> bool: ...  # noqa: D102  (as in WorkCalendar)
        def is_workday(self, day: date, /) -> bool: ...  # noqa: D102
        def is_public_holiday(self, day: date, /) -> bool: ...  # noqa: D102


#: What a calendar must answer.
QUESTIONS = ("knows", "is_workday", "is_public_holiday")
FALLBACKS = (None, "literal")
#: The dates that there are, counted from 1970.
FIRST_DAY = date.min.toordinal() - EPOCH_ORDINAL
LAST_DAY = date.max.toordinal() - EPOCH_ORDINAL


class DayRules(Value):
    """A calendar of working days, and what is made of it.

    ``closed_on_holidays``: no shift starts on a public holiday. ``fallback``
    says what happens outside the years that the calendar knows: None, nobody can
    say; ``"literal"``, Monday to Friday are working days.
    """

    __slots__ = _fields = ("calendar", "closed_on_holidays", "fallback")

    calendar: Calendar
    closed_on_holidays: bool
    fallback: Fallback | None

    def __init__(
        self, calendar: Calendar, closed_on_holidays: bool, fallback: Fallback | None
    ) -> None:
        self._fill(calendar, closed_on_holidays, fallback)

    def types_of(self, day: int) -> tuple[DayType, ...]:
        """Return what a date, counted from 1970, can be: one thing, or several if unknown."""
        if not FIRST_DAY <= day <= LAST_DAY:
            return ((weekday_of(day) < 5, False),)
        found = date.fromordinal(day + EPOCH_ORDINAL)
        calendar = self.calendar
        if calendar.knows(found):
            closed = self.closed_on_holidays and calendar.is_public_holiday(found)
            return ((calendar.is_workday(found), closed),)
        if self.fallback == "literal":
            return ((found.weekday() < 5, False),)
        either: tuple[DayType, ...] = ((True, False), (False, False))
        return (*either, (False, True)) if self.closed_on_holidays else either


@lru_cache(maxsize=256)
def types_in(rules: DayRules, first: int, last: int) -> tuple[tuple[DayType, ...], ...]:
    """Return what each date from one up to another can be; schedules share calendars."""
    return tuple(map(rules.types_of, range(first, last)))


def settings_of(
    rules: DayRules | None,
) -> tuple[Calendar | None, bool, Fallback | None]:
    """Return what :func:`day_rules` makes these rules of."""
    if rules is None:
        return None, False, None
    return rules.calendar, rules.closed_on_holidays, rules.fallback


def weekday_of(day: int) -> int:
    """Return the weekday of a day counted from 1970, a Thursday; Monday is 0."""
    return (day + 3) % 7


def codes_on(weekday: int, kind: DayType) -> tuple[int, ...]:
    """Return the weekday codes that apply on a weekday (Monday is 0) of that type."""
    is_workday, is_closed = kind
    return () if is_closed else (weekday + 1, 9, 10 if is_workday else 11)


def day_rules(
    calendar: Calendar | None, closed_on_holidays: bool, fallback: Fallback | None
) -> DayRules | None:
    """Return the rules for these settings, None without a calendar.

    Raises:
        ConfigurationError: no calendar where one is needed, or an unknown fallback.
    """
    if fallback not in FALLBACKS:
        raise ConfigurationError(
            f"calendar_fallback: {describe(fallback)} is unknown; allowed: None, 'literal'"
        )
    if not isinstance(closed_on_holidays, bool):
        raise ConfigurationError(
            f"closed_on_holidays: {describe(closed_on_holidays)}; allowed: True, False"
        )
    if calendar is not None:
        if isinstance(calendar, type) or not all(hasattr(calendar, name) for name in QUESTIONS):
            raise ConfigurationError(
                f"calendar: {describe(calendar)} is no WorkCalendar, such as WorkCalendar.china()"
            )
        if type(calendar).__hash__ is None:
            raise ConfigurationError(f"calendar: {describe(calendar)} cannot be hashed")
        return DayRules(calendar, closed_on_holidays, fallback)
    if closed_on_holidays:
        raise ConfigurationError("closed_on_holidays: needs a calendar that knows the holidays")
    return None
