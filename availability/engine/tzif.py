"""The clock changes of a zone, from the time zone database. Imports instants, value.

The standard library's zoneinfo answers "which offset at this instant?" but does
not say when offsets change, and probing for it would miss changes only days
apart (Freetown 1939: four days). So this reads the same TZif files that zoneinfo
reads. Formats: RFC 9636, section 3 (the file) and 3.3 (the rule in its footer).
"""

from __future__ import annotations

import os
import struct
import zoneinfo
from collections.abc import Iterator
from datetime import date
from functools import lru_cache

from availability.engine.instants import DAY, EPOCH_ORDINAL
from availability.engine.value import Value

HEADER = struct.Struct(">4sc15x6l")

OFFSET = "+-:0123456789"


class DaylightRule(Value):
    """The yearly rule in force after a file's last explicit clock change.

    Offsets are seconds east of UTC, ``begins`` and ``ends`` a POSIX day rule and
    the seconds after that day's local midnight.
    """

    __slots__ = _fields = ("standard", "daylight", "begins", "ends")

    standard: int
    daylight: int
    begins: tuple[str, int]
    ends: tuple[str, int]

    def __init__(
        self, standard: int, daylight: int, begins: tuple[str, int], ends: tuple[str, int]
    ) -> None:
        self._fill(standard, daylight, begins, ends)

    def changes(self, year: int) -> list[tuple[int, int]]:
        """Return the year's two changes as (instant, new offset), in order."""
        start = date(year, 1, 1).toordinal()
        leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
        (begins, begins_at), (ends, ends_at) = self.begins, self.ends
        began, ended = (
            (start + _day_of_year(day, start % 7, leap) - EPOCH_ORDINAL) * DAY
            for day in (begins, ends)
        )
        return sorted(
            [
                (began + begins_at - self.standard, self.daylight),
                (ended + ends_at - self.daylight, self.standard),
            ]
        )


class ZoneRecord(Value):
    """What a TZif file says: the offset before all changes, the changes as
    (UTC second, new offset), and the rule after the last of them, if any.
    """

    __slots__ = _fields = ("before", "changes", "rule")

    before: int
    changes: tuple[tuple[int, int], ...]
    rule: DaylightRule | None

    def __init__(
        self, before: int, changes: tuple[tuple[int, int], ...], rule: DaylightRule | None
    ) -> None:
        self._fill(before, changes, rule)


def read_zone(key: str) -> ZoneRecord:
    """Return the record of an IANA key that zoneinfo knows."""
    return parse(_read_file(key))


def _read_file(key: str) -> bytes:
    """Find the file where zoneinfo finds it: the system's, else the tzdata package's."""
    for root in zoneinfo.TZPATH:
        try:
            with open(os.path.join(root, *key.split("/")), "rb") as file:  # noqa: PTH118, PTH123
                return file.read()
        except OSError:
            continue
    from importlib import resources  # noqa: PLC0415  (heavy, and seldom needed)

    return resources.files("tzdata").joinpath("zoneinfo").joinpath(key).read_bytes()


def parse(data: bytes) -> ZoneRecord:
    """Return the record in the bytes of a TZif file."""
    version = HEADER.unpack_from(data)[1]
    if version == b"\0":  # the first version has 32-bit instants and no footer
        return _parse_block(data, 0, ">{}l", 4)
    return _parse_block(data, _block_size(data, 0, 4), ">{}q", 8)


def _block_size(data: bytes, at: int, width: int) -> int:
    _, _, isut, isstd, leap, times, types, chars = HEADER.unpack_from(data, at)
    variable = times * (width + 1) + types * 6 + chars + leap * (width + 4) + isstd + isut
    return HEADER.size + int(variable)


def _parse_block(data: bytes, at: int, layout: str, width: int) -> ZoneRecord:
    _, _, _, _, _, times, types, _ = HEADER.unpack_from(data, at)
    body = at + HEADER.size
    instants = struct.unpack_from(layout.format(times), data, body)
    kinds = data[body + times * width : body + times * (width + 1)]
    records = body + times * (width + 1)
    offsets = [struct.unpack_from(">l", data, records + 6 * i)[0] for i in range(types)]
    changes = [(instant, offsets[kind]) for instant, kind in zip(instants, kinds, strict=True)]
    footer = data[at + _block_size(data, at, width) :].strip().decode("ascii")
    return ZoneRecord(offsets[0], tuple(changes), _parse_footer(footer))


def _parse_footer(footer: str) -> DaylightRule | None:
    """Return the rule in a footer such as ``<-02>2<-01>,M3.5.0/-1,M10.5.0/0``, if it has one.

    This is done by hand because it is all that the engine would load re for.
    """
    names, _, days = footer.partition(",")
    if not days:
        return None
    first, rest = _offset_after_name(names)
    second, _ = _offset_after_name(rest)
    standard = -_seconds(first)  # POSIX counts westward
    begins, ends = (day.partition("/") for day in days.split(","))
    return DaylightRule(
        standard,
        -_seconds(second) if second else standard + 3600,
        (begins[0], _seconds(begins[2] or "2")),
        (ends[0], _seconds(ends[2] or "2")),
    )


def _offset_after_name(text: str) -> tuple[str, str]:
    """Split what follows the name at the start of a text: its offset, and the rest."""
    end = text.find(">") if text.startswith("<") else 0
    while end < len(text) and text[end] not in OFFSET:
        end += 1
    rest = text[end:].lstrip(OFFSET)
    return text[end : len(text) - len(rest)], rest


def _seconds(text: str) -> int:
    sign = -1 if text.startswith("-") else 1
    parts = [int(part) for part in text.lstrip("+-").split(":")]
    return sign * sum(part * unit for part, unit in zip(parts, (3600, 60, 1), strict=False))


@lru_cache(maxsize=1024)
def _day_of_year(day: str, new_year: int, leap: bool) -> int:
    """Return the days from 1 January to a POSIX day rule: ``M3.2.0``, ``J60`` or ``59``.

    A year is known by the weekday of its 1 January, Sunday being 0, and by
    whether it is a leap year.
    """
    if day.startswith("J"):  # counted from 1, 29 February never counted
        number = int(day[1:])
        return number - 1 + (leap and number >= 60)
    if not day.startswith("M"):
        return int(day)
    month, week, weekday = (int(part) for part in day[1:].split("."))
    lengths = [31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    first = sum(lengths[: month - 1])
    found = first + (weekday - new_year - first) % 7 + 7 * (week - 1)
    return found if found < first + lengths[month - 1] else found - 7  # week 5 is the last


def changes_until(record: ZoneRecord, end: int) -> Iterator[tuple[int, int]]:
    """Yield the zone's clock changes up to the UTC second ``end``, by the rule at last."""
    yield from record.changes
    if record.rule is None:
        return
    last = record.changes[-1][0] if record.changes else (1 - EPOCH_ORDINAL) * DAY
    # A rule for the end of December can act in the January after it.
    year = max(date.fromordinal(last // DAY + EPOCH_ORDINAL).year - 1, 1)
    while True:
        for instant, offset in record.rule.changes(year):
            if instant >= end:
                return
            if instant > last:
                yield instant, offset
        year += 1
