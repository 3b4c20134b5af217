"""Leave and extra shifts in a TOML or JSON file. Imports engine, errors."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches
from os import PathLike
from typing import Any

from availability.engine.overrides import ExtraShift, Leave, is_local
from availability.engine.settings_file import SettingsFile, read_settings
from availability.engine.zones import zone_key
from availability.errors import AvailabilityError, OverrideError, TimezoneError, describe, one_line

KINDS: dict[str, type[Leave | ExtraShift]] = {"leave": Leave, "extra_shift": ExtraShift}
TIMES = (
    "a date, or a date and a time, such as 2026-02-16, 2026-02-16T14:00 or "
    "2026-02-16T14:00:00+08:00"
)
#: What every entry has.
REQUIRED = {"agent_id": "a text", "start": TIMES}
#: A date; a clock time, a fraction of its second, and an offset from UTC.
SPELLED = re.compile(
    r"(\d{4}-\d\d-\d\d)"
    r"(?:[Tt ](\d\d:\d\d(?::\d\d(?:\.(\d{1,6}))?)?)"
    r"([Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)?)?",
    re.ASCII,
)


def read_overrides(path: str | PathLike[str]) -> tuple[Leave | ExtraShift, ...]:
    """Return the leave, then the extra shifts, in a TOML or JSON file of at most 1 MiB.

    ``leave`` and ``extra_shift`` are lists of entries, which have the fields of
    :class:`Leave` and :class:`ExtraShift`: ``agent_id``, ``start`` and, as needed,
    ``end``, ``reason``, ``rule``, ``exceptions`` and ``tz``. Either list may be left
    out. A ``tz`` beside them is the zone of all local times in the file that have
    none of their own; without one they are in their agents' zones.

    Times are TOML's, or texts: a date, ``"2026-02-16"``, which is the whole day;
    a local time, ``"2026-01-07T14:00"``; or an instant, ``"2026-01-07T14:00+08:00"``
    or ``"2026-01-07T06:00Z"``. Seconds and a fraction of them may be added.

    Raises:
        OverrideError: the file cannot be read, or something in it is wrong, be it a
            key that is not known. The message names the file, the entry, counted
            from 0, the line if that is plain, and what is allowed.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> text = '''
    ... tz = "Asia/Shanghai"
    ...
    ... [[leave]]
    ... agent_id = "ou_1"
    ... start = 2026-02-16
    ... end = 2026-02-18
    ... reason = "annual leave"
    ...
    ... [[extra_shift]]
    ... agent_id = "ou_2"
    ... start = 2026-02-16T09:00:00
    ... end = 2026-02-16T18:00:00
    ... '''
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder) / "overrides.toml"
    ...     _ = path.write_text(text, encoding="utf-8")
    ...     found = read_overrides(path)
    >>> for each in found:
    ...     print(each)
    leave of ou_1: 2026-02-16 to 2026-02-18 (annual leave)
    extra shift of ou_2: 2026-02-16 09:00 to 2026-02-16 18:00
    """
    file = read_settings(path, "an override file", OverrideError)
    found = _Table(file, "", file.parse(tuple(FILE)), FILE).read()
    return tuple(
        _override(file, f"{kind}[{index}]", entry, kind, found.get("tz"))
        for kind in KINDS
        for index, entry in enumerate(found.get(kind, ()))
    )


@dataclass(frozen=True, slots=True)
class _Table:
    """A table or object of a file, and how the value of each of its keys is read."""

    file: SettingsFile
    name: str
    values: Mapping[str, object]
    readers: Mapping[str, Callable[[object], object]]

    def read(self) -> dict[str, Any]:
        return {key: self._read(key, value) for key, value in self.values.items()}

    def wrong(self, key: str, what: str, *spelled: object) -> AvailabilityError:
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


def _override(
    file: SettingsFile, name: str, values: object, kind: str, tz: str | None
) -> Leave | ExtraShift:
    if not isinstance(values, dict):
        raise file.wrong(name, f"{describe(values)} has no keys; allowed: {', '.join(ENTRY)}")
    entry = _Table(file, name, values, ENTRY)
    fields = entry.read()
    spelled = "agent_id", fields.get("agent_id", "")
    for key, allowed in REQUIRED.items():
        if key not in fields:
            raise entry.wrong(key, f"missing; allowed: {allowed}", *spelled)
    if tz is not None and is_local(fields["start"]):
        fields.setdefault("tz", tz)
    try:
        return KINDS[kind](**fields)
    except OverrideError as error:
        raise file.wrong(name, one_line(str(error)), *spelled) from error


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise OverrideError(f"{describe(value)} is not a text")
    return value


def _entries(value: object) -> list[object]:
    if not isinstance(value, list):
        raise OverrideError(f"{describe(value)} is not a list; allowed: a list, in TOML by [[ ]]")
    return value


def _time(value: object) -> date:
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


def _times(value: object) -> list[date]:
    if not isinstance(value, list):
        raise OverrideError(f"{describe(value)} is not a list; allowed: a list of times")
    return [_time(one) for one in value]


def _zone(value: object) -> str:
    return zone_key(_text(value))


def _nearest(key: str, known: Mapping[str, object]) -> str:
    near = get_close_matches(key[:60], known, n=1)
    guess = f"did you mean {near[0]}? " if near else ""
    return f"{guess}allowed: {', '.join(known)}"


#: The keys of a file and those of an entry, and how their values are read.
FILE = {"tz": _zone, "leave": _entries, "extra_shift": _entries}
ENTRY = {
    "agent_id": _text,
    "start": _time,
    "end": _time,
    "reason": _text,
    "rule": _text,
    "exceptions": _times,
    "tz": _zone,
}
