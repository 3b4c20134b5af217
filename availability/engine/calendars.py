"""Which dates are working days, and which years are known.
Imports value, years, published, calendar_file, errors.

A calendar answers for whole years that somebody has published, and for no other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from itertools import islice

from availability.engine.value import Value
from availability.engine.years import checked_years, days_of, spelled_years
from availability.errors import (
    CalendarUnknownError,
    ConfigurationError,
    InstantError,
    describe,
    one_line,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from os import PathLike

    from typing_extensions import Self

    from availability.engine.years import Years

MAKE_UP_DAY = "make-up working day"
UNNAMED = "public holiday"
#: Saturday and Sunday, as weekday codes.
WEEKEND = (6, 7)


class WorkCalendar(Value):
    """The working days and days off of some whole years.

    ``holidays`` are the public holidays, ``workdays`` the working days that make
    up for one of them (补班), ``rest_days`` the other days off, as a rule the
    weekends; no date is two of these. All other dates of ``years`` are ordinary
    working days. ``names`` tells what holidays are called.

    To a schedule, code 10 means a calendar's working days and code 11 its days
    off, whatever its weekend: where people rest on Friday and Saturday, a Sunday
    is a 10-day.

    >>> from datetime import date
    >>> calendar = WorkCalendar.from_dates(
    ...     holidays={date(2026, 2, 16): "Spring Festival"},
    ...     workdays=[date(2026, 2, 14)],
    ...     years=2026,
    ... )
    >>> calendar.is_workday(date(2026, 2, 14)), calendar.is_workday(date(2026, 2, 16))
    (True, False)
    >>> calendar.name_of(date(2026, 2, 16))
    'Spring Festival'
    """

    _fields = ("name", "years", "holidays", "workdays", "rest_days", "names")
    _shown = ("name", "years")
    _compared = ("name", "years", "holidays", "workdays", "rest_days", "named")
    __slots__ = (*_compared, "known", "off")

    name: str
    #: In order.
    years: tuple[int, ...]
    holidays: frozenset[date]
    workdays: frozenset[date]
    rest_days: frozenset[date]
    named: tuple[tuple[date, str], ...]
    #: Memos: the years again, and all days off, each to be looked up at once.
    known: frozenset[int]
    off: frozenset[date]

    def __init__(  # noqa: PLR0917  (copies are made through it)
        self,
        name: str,
        years: Years,
        holidays: Iterable[date],
        workdays: Iterable[date],
        rest_days: Iterable[date],
        names: Mapping[date, str] | None = None,
    ) -> None:
        name = _text(name, "name")
        years = checked_years(years)
        known = frozenset(years)
        holidays = _dates(holidays, "holidays", known)
        workdays = _dates(workdays, "workdays", known)
        rest_days = _dates(rest_days, "rest_days", known) - holidays
        _keep_apart(workdays, holidays, "a holiday")
        _keep_apart(workdays, rest_days, "a rest day")
        named = tuple(sorted({day: _text(text, "names") for day, text in _pairs(names)}.items()))
        for day in _dates(dict(named), "names", known) - holidays:
            raise ConfigurationError(f"names: {day} is no holiday")
        off = holidays | rest_days
        self._fill(name, years, holidays, workdays, rest_days, named, known, off)

    def __hash__(self) -> int:
        return hash((self.name, self.holidays, self.workdays))  # sets remember their hashes

    @property
    def names(self) -> dict[date, str]:
        """What the holidays are called, as far as that is known."""
        return dict(self.named)

    @classmethod
    def china(cls) -> Self:
        """Return the official calendar of mainland China, make-up days (补班) included.

        Its years are those that the installed ``chinesecalendar`` has. Every day of
        an announced break is a public holiday: the statutory days, the days in lieu
        (调休) and the weekend among them. The notice of the next year, published in
        autumn, may still swap days at the end of a December.

        Raises:
            ConfigurationError: the package is not installed.
        """
        from availability.engine.published import china  # noqa: PLC0415  (only who needs one pays)

        return cls(*china())

    @classmethod
    def country(
        cls,
        code: str,
        subdivision: str | None = None,
        *,
        years: Years,
        categories: Iterable[str] = ("public",),
    ) -> Self:
        """Return the calendar of a country, or of a part of it, from ``holidays``.

        ``code`` is the country's ISO 3166 code, such as ``"DE"``, ``subdivision``
        the second part of an ISO 3166-2 code, such as ``"BY"``. ``years`` is a year
        or several: the package works holidays out for years that nobody has
        published, so whoever asks says which years to trust. Weekends are the
        country's own as of each date; a holiday observed on another day is a
        holiday there, too; make-up working days count where the package has them.
        Half days are working days, unless ``categories`` has ``"half_day"``.

        Raises:
            ConfigurationError: no such country, subdivision or category, years that
                the package has nothing for, or it is not installed.
        """
        from availability.engine.published import country  # noqa: PLC0415

        return cls(*country(code, subdivision, checked_years(years), categories))

    @classmethod
    def from_dates(
        cls,
        holidays: Mapping[date, str] | Iterable[date] = (),
        workdays: Iterable[date] = (),
        years: Years | None = None,
        *,
        weekend: Iterable[int] = WEEKEND,
        name: str = "own calendar",
    ) -> Self:
        """Return the calendar of holidays and make-up working days given as dates.

        ``holidays`` may be a mapping of dates to names. Without ``years`` those of
        the dates are known, each as a whole. ``weekend`` has weekday codes, 1-7 for
        Monday to Sunday.

        Raises:
            ConfigurationError: what is no date, a date outside ``years``, one that is
                both a holiday and a working day, or neither years nor dates.
        """
        names = holidays if isinstance(holidays, Mapping) else None
        off, on = _dates(holidays, "holidays"), _dates(workdays, "workdays")
        if years is None:
            years = {day.year for day in off | on}
        years = checked_years(years)
        resting = _weekdays(weekend)
        rest_days = {day for day in days_of(years) if day.isoweekday() in resting}
        return cls(name, years, off, on, rest_days - on, names)

    @classmethod
    def from_file(cls, path: str | PathLike[str]) -> Self:
        """Return the calendar in a TOML or JSON file, of at most 1 MiB.

        ``years`` is required; ``holidays`` is a list of dates or a table of dates and
        names; ``workdays`` (a list of dates), ``weekend`` (a list of weekday codes)
        and ``name`` may be left out. Dates are spelled ``"2026-01-01"``.

        Raises:
            ConfigurationError: the file cannot be read; the message names the file,
                the line or the entry, and what is allowed.
        """
        from availability.engine.calendar_file import at_its_line, read_calendar  # noqa: PLC0415

        found = read_calendar(path)
        try:
            return cls.from_dates(
                found.holidays,
                found.workdays,
                found.years,
                **{"name": found.file.path.stem, **found.settings},
            )
        except ConfigurationError as error:
            raise at_its_line(found.file, error) from error

    def knows(self, day: date) -> bool:
        """Return whether the calendar answers for a date.

        Raises:
            InstantError: not a date.
        """
        return _checked(day).year in self.known

    def is_workday(self, day: date) -> bool:
        """Return whether people work on a date: an ordinary or a make-up working day.

        Raises:
            CalendarUnknownError: a date outside the known years.
            InstantError: not a date, or a datetime, whose date depends on its zone.
        """
        if type(day) is not date or day.year not in self.known:
            self._check(day)
        return day not in self.off

    def is_public_holiday(self, day: date) -> bool:
        """Return whether a date is a public holiday, on a weekend, too.

        Raises:
            CalendarUnknownError: a date outside the known years.
            InstantError: not a date, or a datetime, whose date depends on its zone.
        """
        if type(day) is not date or day.year not in self.known:
            self._check(day)
        return day in self.holidays

    def name_of(self, day: date) -> str | None:
        """Return what is special about a date, None where nothing is.

        The holiday's name (``"public holiday"`` where it has none), or ``"make-up
        working day"``.

        Raises:
            CalendarUnknownError: a date outside the known years.
            InstantError: not a date, or a datetime, whose date depends on its zone.
        """
        if self.is_public_holiday(day):
            return self.names.get(day, UNNAMED)
        return MAKE_UP_DAY if day in self.workdays else None

    def _check(self, day: date) -> None:
        if not self.knows(day):
            raise CalendarUnknownError(
                f"{day.isoformat()} is outside the years of the calendar {self.name}: "
                f"it knows {spelled_years(self.years)}"
            )


def _checked(day: object) -> date:
    if not isinstance(day, date):
        raise InstantError(f"a calendar is asked about a date, not {describe(day)}")
    if isinstance(day, datetime):
        raise InstantError(
            f"a calendar is asked about a date, not {describe(day)}: "
            "pass the .date() that it has in the schedule's zone"
        )
    return day


def _dates(days: object, where: str, known: frozenset[int] | None = None) -> frozenset[date]:
    """Return dates as a set of plain ones."""
    if not isinstance(days, Iterable) or isinstance(days, str | bytes):
        raise ConfigurationError(f"{where}: {describe(days)} is no collection of dates")
    found = set()
    for day in days:
        if not isinstance(day, date) or isinstance(day, datetime):
            raise ConfigurationError(f"{where}: {describe(day)} is no date; allowed: datetime.date")
        if known is not None and day.year not in known:
            years = spelled_years(known)
            raise ConfigurationError(f"{where}: {day.isoformat()} is outside the years {years}")
        found.add(date(day.year, day.month, day.day))
    return frozenset(found)


def _keep_apart(workdays: frozenset[date], off: frozenset[date], what: str) -> None:
    for day in sorted(workdays & off):
        raise ConfigurationError(f"workdays: {day} is both a working day and {what}")


def _weekdays(codes: object) -> frozenset[int]:
    """Return the weekday codes of a weekend, 1-7."""
    allowed = "allowed: a list of 1-7 (Monday-Sunday)"
    if not isinstance(codes, Iterable) or isinstance(codes, str | bytes):
        raise ConfigurationError(f"weekend: {describe(codes)} is no list of weekdays; {allowed}")
    found = list(islice(codes, 8))
    for code in found:
        if type(code) is not int or not 1 <= code <= 7:
            raise ConfigurationError(f"weekend: {describe(code)} is no weekday; {allowed}")
    return frozenset(found)


def _pairs(names: object) -> Iterable[tuple[date, object]]:
    if names is None:
        return ()
    if not isinstance(names, Mapping):
        raise ConfigurationError(f"names: {describe(names)} is no mapping of dates to names")
    return names.items()


def _text(text: object, where: str) -> str:
    if not isinstance(text, str) or not text.strip():
        raise ConfigurationError(f"{where}: {describe(text)} is no name; allowed: a text")
    return one_line(text)
