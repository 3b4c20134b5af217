"""Tables of a TOML or JSON file that people write, and how their values are read.
Imports engine, errors.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any

from availability.engine.settings_file import SettingsFile
from availability.engine.zones import zone_key
from availability.errors import AvailabilityError, OverrideError, TimezoneError, describe

TIMES = (
    "a date, or a date and a time, such as 2026-02-16, 2026-02-16T14:00 or "
    "2026-02-16T14:00:00+08:00"
)
#: A date; a clock time, a fraction of its second, and an offset from UTC.
SPELLED = re.compile(
    r"(\d{4}-\d\d-\d\d)"
    r"(?:[Tt ](\d\d:\d\d(?::\d\d(?:\.(\d{1,6}))?)?)"
    r"([Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)?)?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Table:
    """A table or object of a file, and how the value of each of its keys is read."""

    file: SettingsFile
    name: str
    values: Mapping[str, object]
    readers: Mapping[str, Callable[[object], object]]

    def read(self) -> dict[str, Any]:
        """Return the values read; a key that is not known is an error."""
        return {key: self._read(key, value) for key, value in self.values.items()}

    def wrong(self, key: str, what: str, *spelled: object) -> AvailabilityError:
        """Return the error of a key, with the line where all that is spelled."""
        entry = f"{self.name}.{key}" if self.name else key
        return self.file.wrong(entry, what, *spelled)

    def _read(self, key: str, value: object) -> object:
        if key not in self.readers:
            raise self.wrong(key, f"unknown; {_nearest(key, self.readers)}", key)
        try:
            return self.readers[key](value)
        except (OverrideError, TimezoneError) as error:
            spelled = value.isoformat() if isinstance(value, datetime) else value
            raise self.wrong(key, str(error), key, spelled) from error


def entry_of(
    file: SettingsFile, name: str, values: object, readers: Mapping[str, Callable[[object], object]]
) -> Table:
    """Return the table of an entry; what is none is an error."""
    if not isinstance(values, dict):
        raise file.wrong(name, f"{describe(values)} has no keys; allowed: {', '.join(readers)}")
    return Table(file, name, values, readers)


def text(value: object) -> str:
    """Return a text."""
    if not isinstance(value, str):
        raise OverrideError(f"{describe(value)} is not a text")
    return value


def entries(value: object) -> list[object]:
    """Return a list of entries."""
    if not isinstance(value, list):
        raise OverrideError(f"{describe(value)} is not a list; allowed: a list, in TOML by [[ ]]")
    return value


def time(value: object) -> date:
    """Return a date or a datetime, as TOML has it or spelled in the same way."""
    if isinstance(value, date):
        return value
    match = SPELLED.fullmatch(value) if isinstance(value, str) else None
    try:
        if match is not None:
            return _spelled(*match.groups(""))
    except ValueError as error:  # such as the 30th of February
        raise OverrideError(f"{describe(value)}: {error}; allowed: {TIMES}") from error
    raise OverrideError(f"{describe(value)} is not a date; allowed: {TIMES}")


def _spelled(day: str, clock: str, fraction: str, offset: str) -> date:
    """Return a time in what Python 3.10 takes: 3 or 6 digits of a second, and no Z."""
    if not clock:
        return date.fromisoformat(day)
    second = clock.removesuffix(f".{fraction}")
    micros = f".{fraction:0<6}" if fraction else ""
    offset = offset.upper().replace("Z", "+00:00")
    return datetime.fromisoformat(f"{day}T{second}{micros}{offset}")


def times(value: object) -> list[date]:
    """Return a list of times."""
    if not isinstance(value, list):
        raise OverrideError(f"{describe(value)} is not a list; allowed: a list of times")
    return [time(one) for one in value]


def zone(value: object) -> str:
    """Return the checked key of a zone."""
    return zone_key(text(value))


def _nearest(key: str, known: Mapping[str, object]) -> str:
    near = get_close_matches(key[:60], known, n=1)
    guess = f"did you mean {near[0]}? " if near else ""
    return f"{guess}allowed: {', '.join(known)}"


#: The keys of an occasion, and how their values are read.
OCCASION = {
    "start": time,
    "end": time,
    "reason": text,
    "rule": text,
    "exceptions": times,
    "tz": zone,
}
