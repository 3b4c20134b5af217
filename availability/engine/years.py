"""Whole years: checked, spelled, and their dates. Imports errors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import chain, islice

from availability.errors import ConfigurationError, describe

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    Years: TypeAlias = int | Iterable[int]

#: More than a desk remembers or plans; a count without an end stops here.
MOST_YEARS = 400


def checked_years(years: Years) -> tuple[int, ...]:
    """Return a year or several in order, each once.

    Raises:
        ConfigurationError: what is no year, none at all, or too many.

    >>> checked_years(range(2024, 2027))
    (2024, 2025, 2026)
    """
    if not isinstance(years, int | Iterable) or isinstance(years, str | bytes):
        raise _wrong(f"{describe(years)} is no year")
    found = [years] if isinstance(years, int) else list(islice(years, MOST_YEARS + 1))
    for year in found:
        if type(year) is not int or not 1 <= year <= 9999:
            raise _wrong(f"{describe(year)} is no year")
    if not 0 < len(found) <= MOST_YEARS:
        raise _wrong(f"more than {MOST_YEARS}" if found else "none")
    return tuple(sorted(set(found)))


def spelled_years(years: Iterable[int]) -> str:
    """Return years as text, the middle of long lists left out.

    >>> spelled_years([2020, 2024, 2025, 2026])
    '2020, 2024-2026'
    """
    found = set(years)
    firsts = sorted(year for year in found if year - 1 not in found)
    lasts = sorted(year for year in found if year + 1 not in found)
    spans = [
        str(first) if first == last else f"{first}-{last}"
        for first, last in zip(firsts, lasts, strict=True)
    ]
    return ", ".join(spans if len(spans) <= 4 else [*spans[:2], "…", spans[-1]])


def days_of(years: Iterable[int]) -> Iterator[date]:
    """Yield every date of some years.

    >>> len(list(days_of([2024])))
    366
    """
    ends = ((date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()) for year in years)
    return chain.from_iterable(map(date.fromordinal, range(a, b + 1)) for a, b in ends)


def _wrong(what: str) -> ConfigurationError:
    return ConfigurationError(
        f"years: {what}; allowed: a year from 1 to 9999, such as 2026, "
        f"or several, {MOST_YEARS} at most"
    )
