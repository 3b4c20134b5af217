"""The calendars that other packages publish, as plain dates. Imports years, errors."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable
from datetime import date
from difflib import get_close_matches
from types import ModuleType
from typing import TYPE_CHECKING, NamedTuple

from availability.engine.years import days_of
from availability.errors import ConfigurationError, describe, one_line

if TYPE_CHECKING:
    from holidays import HolidayBase

#: Names are in English wherever the package has them, whatever the machine's language.
LANGUAGE = "en_US"
EXAMPLES = ("CN", "DE", "JP", "US")


class Published(NamedTuple):
    """What a WorkCalendar is made of, in the order of its parameters."""

    name: str
    years: tuple[int, ...]
    holidays: Iterable[date]
    workdays: Iterable[date]
    rest_days: Iterable[date]
    names: dict[date, str]


def china() -> Published:
    """Return mainland China's announced breaks and make-up days.

    Raises:
        ConfigurationError: the package is not installed.
    """
    try:
        import chinese_calendar  # noqa: PLC0415  (an extra)
    except ImportError as error:
        raise _missing("chinesecalendar", "china") from error
    breaks: dict[date, str] = chinese_calendar.holidays
    made_up: dict[date, str] = chinese_calendar.workdays
    # A notice reaches into the years beside its own, which is the one with the National Day
    years = tuple(sorted(day.year for day in breaks if (day.month, day.day) == (10, 1)))
    names = {
        day: f"{english} ({chinese_calendar.Holiday(english).chinese})"
        for day, english in breaks.items()
        if day.year in years
    }
    workdays = {day for day in made_up if day.year in years}
    weekends = {day for day in days_of(years) if day.isoweekday() >= 6}
    return Published("China", years, names, workdays, weekends - workdays, names)


def country(
    code: str, subdivision: str | None, years: tuple[int, ...], categories: Iterable[str]
) -> Published:
    """Return a country's public holidays, make-up days and weekends in some years.

    Raises:
        ConfigurationError: the package is not installed, or has no such country,
            subdivision, category or year.
    """
    try:
        import holidays  # noqa: PLC0415  (an extra)
    except ImportError as error:
        raise _missing("holidays", "holidays") from error
    _check_country(code, holidays)
    about = holidays.country_holidays(code, expand=False)
    _check_years(about, years)
    _check_subdivision(about, subdivision)
    chosen = _checked_categories(about, categories)

    def populate(wanted: Iterable[int]) -> HolidayBase:
        return holidays.country_holidays(
            code,
            subdivision,
            wanted,
            expand=False,
            language=LANGUAGE if LANGUAGE in about.supported_languages else None,
            categories=chosen,
        )

    found = _complete(lambda: populate(years), about.country)
    names = {day: one_line(found[day]) for day in found}
    workdays = _made_up(populate, about, years) - names.keys()
    weekends = {day for day in days_of(years) if found.is_weekend(day)}
    name = _named(about, subdivision)
    return Published(name, years, names, workdays, weekends - workdays, names)


def _complete(populate: Callable[[], HolidayBase], country: str) -> HolidayBase:
    """Return the holidays of some years, unless the package warns that some are missing."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        found = populate()
    for warning in caught:
        if not issubclass(warning.category, DeprecationWarning):
            said = one_line(str(warning.message))
            raise ConfigurationError(f"years: the package holidays says of {country}: {said}")
    return found


def _made_up(
    populate: Callable[[Iterable[int]], HolidayBase], about: HolidayBase, years: tuple[int, ...]
) -> set[date]:
    """Return the make-up days in some years; a neighbour's holidays may be made up for there."""
    around = {year + step for year in years for step in (-1, 0, 1)}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = populate(around.intersection(range(about.start_year, about.end_year + 1)))
    return {day for day in found.weekend_workdays if day.year in years}


def _named(about: HolidayBase, subdivision: str | None) -> str:
    if subdivision is None:
        return about.country
    return f"{about.country}-{about.subdivisions_aliases.get(subdivision, subdivision)}"


def _check_country(code: object, package: ModuleType) -> None:
    countries = package.list_supported_countries()
    if isinstance(code, str) and code in countries:
        return
    near = []
    if isinstance(code, str) and len(code) <= 60:
        # The package has its countries under their English names, too
        named = getattr(getattr(package, code.title().replace(" ", ""), None), "country", None)
        near = [named] if named else get_close_matches(code.upper(), countries, n=2)
    raise ConfigurationError(
        f"country: {describe(code)} is unknown; {_allowed(near, EXAMPLES, 'an ISO 3166 code')}"
    )


def _check_years(about: HolidayBase, years: tuple[int, ...]) -> None:
    for year in years:
        if not about.start_year <= year <= about.end_year:
            raise ConfigurationError(
                f"years: {year} is not in the package holidays for {about.country}; "
                f"allowed: {about.start_year} to {about.end_year}"
            )


def _check_subdivision(about: HolidayBase, subdivision: object) -> None:
    known = (*about.subdivisions, *about.subdivisions_aliases)
    if subdivision is None or subdivision in known:
        return
    if not known:
        raise ConfigurationError(
            f"subdivision: {describe(subdivision)} is unknown; {about.country} has none"
        )
    near = []
    if isinstance(subdivision, str):
        near = get_close_matches(subdivision[:60], known, n=3)
        near = [code for code in known if code == subdivision.upper()] or near
    allowed = _allowed(near, about.subdivisions, f"a subdivision of {about.country}")
    raise ConfigurationError(f"subdivision: {describe(subdivision)} is unknown; {allowed}")


def _checked_categories(about: HolidayBase, categories: object) -> set[str]:
    known = about.supported_categories
    allowed = f"allowed for {about.country}: {', '.join(known)}"
    if not isinstance(categories, Iterable) or isinstance(categories, str):
        raise ConfigurationError(f"categories: {describe(categories)} is no list; {allowed}")
    chosen = list(categories)
    for category in chosen:
        if category not in known:
            raise ConfigurationError(f"categories: {describe(category)} is unknown; {allowed}")
    if not chosen:
        raise ConfigurationError(f"categories: none; {allowed}")
    return set(chosen)


def _allowed(near: Iterable[str], all_of_them: Iterable[str], what: str) -> str:
    near = list(near)
    if near:
        return f"did you mean {' or '.join(map(repr, near))}?"
    shown = list(all_of_them)
    return f"allowed: {what}, such as {', '.join(shown[:8])}"


def _missing(package: str, extra: str) -> ConfigurationError:
    return ConfigurationError(
        f"the package {package} is not installed: pip install 'agent-availability[{extra}]'"
    )
