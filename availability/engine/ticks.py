"""Where a scale of time has its marks, by the clocks of a zone.
Imports day_rules, instants, zones.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from availability.engine.day_rules import weekday_of
from availability.engine.instants import DAY, EPOCH_ORDINAL, HOUR
from availability.engine.zones import YEAR, Zone

HOURS = (1, 2, 3, 6, 12)
DAYS = (1, 2, 7, 14)
#: Months between marks: from a year on, whole years.
MONTHS = (1, 2, 3, 6, *(12 * years for years in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000)))
MONTH = YEAR // 12
#: The clocks of a zone may show the year 0 or 10000 already.
FIRST_DAY = date.min.toordinal() - EPOCH_ORDINAL
LAST_DAY = date.max.toordinal() - EPOCH_ORDINAL
NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def ticks(zone: Zone, start: int, end: int, most: int) -> list[tuple[int, str]]:
    """Return the marks of a window of UTC seconds, about ``most`` of them, and their labels.

    They are at whole hours, midnights, Mondays, or firsts of months, as clocks show
    them: an hour that comes twice has its mark the first time, one that is skipped has
    none, and a day that begins later than at midnight has its mark there.

    >>> from availability.engine.zones import zone_of
    >>> ticks(zone_of("Asia/Shanghai"), 1_780_243_200, 1_780_416_000, 4)
    [(1780243200, 'Mon 06-01'), (1780286400, '12:00'), (1780329600, 'Tue 06-02'), \
(1780372800, '12:00'), (1780416000, 'Wed 06-03')]
    """
    first = max(zone.wall_at(start) // DAY, FIRST_DAY)
    last = min(zone.wall_at(end) // DAY, LAST_DAY)
    found: dict[int, str] = {}
    for wall, label in _marks(first, last, (end - start) / most):
        second = zone.instant_of(wall)
        shown = zone.wall_at(second)
        begins = wall % DAY == 0 and shown // DAY == wall // DAY
        if start <= second <= end and (begins or shown == wall):
            found.setdefault(second, label)
    return list(found.items())


def _marks(first: int, last: int, least: float) -> Iterator[tuple[int, str]]:
    for hours in HOURS:
        if hours * HOUR >= least:
            return _by_hours(range(first, last + 1), hours)
    for days in DAYS:
        if days * DAY >= least:
            monday = first - weekday_of(first)
            return ((day * DAY, day_label(day)) for day in range(monday, last + 1, days))
    for months in MONTHS:
        if months * MONTH >= least:
            break
    return _by_months(first, last, months)


def _by_hours(days: Iterable[int], hours: int) -> Iterator[tuple[int, str]]:
    for day in days:
        yield day * DAY, day_label(day)
        for hour in range(hours, 24, hours):
            yield day * DAY + hour * HOUR, f"{hour:02d}:00"


def _by_months(first: int, last: int, months: int) -> Iterator[tuple[int, str]]:
    begin, until = (date.fromordinal(day + EPOCH_ORDINAL) for day in (first, last))
    month = (begin.year * 12 + begin.month - 1) // months * months
    for number in range(month or months, until.year * 12 + until.month, months):
        day = date(number // 12, number % 12 + 1, 1)
        label = f"{day.year:04d}" if months >= 12 else f"{day.year:04d}-{day.month:02d}"
        yield (day.toordinal() - EPOCH_ORDINAL) * DAY, label


def day_label(day: int) -> str:
    """Return a day counted from 1970 as it is written at a mark.

    >>> day_label(20605)
    'Mon 06-01'
    """
    found = date.fromordinal(day + EPOCH_ORDINAL)
    return f"{NAMES[found.weekday()]} {found.month:02d}-{found.day:02d}"
