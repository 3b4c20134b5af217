"""A working-day calendar in a TOML or JSON file. Imports years, errors."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, field
from datetime import date, datetime
from os import PathLike
from pathlib import Path
from typing import Any

from availability.engine.years import checked_years, spelled_years
from availability.errors import ConfigurationError, describe, one_line

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

#: 1 MiB: centuries of holidays with their names.
MAX_FILE = 1 << 20
KEYS = ("name", "years", "holidays", "workdays", "weekend")
DATES = 'a list of dates such as ["2026-01-01"]'
TABLE = "a table of dates and names"


@dataclass(frozen=True, slots=True)
class CalendarFile:
    """What a file says; the holidays' names where it has them.

    ``settings`` are those that are passed on as they are spelled.
    """

    path: Path
    years: tuple[int, ...]
    holidays: dict[date, str] | list[date]
    workdays: list[date]
    settings: dict[str, Any]


def read_calendar(path: str | PathLike[str]) -> CalendarFile:
    """Return what a calendar file says.

    Raises:
        ConfigurationError: the file cannot be read; the message names the file,
            the line or the entry, and what is allowed.
    """
    checked = _checked_path(path)
    file = _File(checked, _read(checked))
    found = file.parse()
    for key in found:
        if key not in KEYS:
            raise file.wrong(key, f"unknown; allowed: {', '.join(KEYS)}", key)
    if "years" not in found:
        raise file.wrong("years", "missing; allowed: a list of years such as [2026]")
    try:
        years = checked_years(found["years"])
    except ConfigurationError as error:
        raise ConfigurationError(f"{shown(file.path)}: {error}") from error
    dates = _Dates(file, years)
    holidays = dates.named(found.get("holidays", []))
    workdays = dates.listed("workdays", found.get("workdays", []))
    settings = {key: value for key, value in found.items() if key in {"name", "weekend"}}
    return CalendarFile(file.path, years, holidays, workdays, settings)


@dataclass(frozen=True, slots=True)
class _File:
    """A file's path and text, to say where in it something is wrong."""

    path: Path
    text: str

    def wrong(self, entry: str, what: str, spelled: object = "") -> ConfigurationError:
        """Return the error of an entry, with the line where its value is spelled."""
        rows = [
            str(number)
            for number, row in enumerate(self.text.splitlines(), 1)
            if str(spelled) and str(spelled) in row
        ]
        line = f", line {' or '.join(rows)}" if 0 < len(rows) <= 3 else ""
        return ConfigurationError(f"{shown(self.path)}{line}: {one_line(entry)[:60]}: {what}")

    def parse(self) -> dict[str, Any]:
        """Return the table or object that the file holds."""
        kind = self.path.suffix.lower()
        try:
            if kind == ".toml":
                found: object = tomllib.loads(self.text)
            else:
                found = json.loads(self.text, object_pairs_hook=_without_repeats)
        except RecursionError as error:
            raise ConfigurationError(f"{shown(self.path)}: nested too deeply") from error
        except ValueError as error:  # its text names the line
            said = one_line(str(error))[:200]
            raise ConfigurationError(
                f"{shown(self.path)}: not {kind[1:].upper()}: {said}"
            ) from error
        if not isinstance(found, dict):
            raise ConfigurationError(
                f"{shown(self.path)}: {describe(found)} is not an object with {', '.join(KEYS)}"
            )
        return found


@dataclass(frozen=True, slots=True)
class _Dates:
    """Reads the dates of a file, each of which may be there once."""

    file: _File
    years: tuple[int, ...]
    seen: dict[date, str] = field(default_factory=dict)

    def named(self, values: object) -> dict[date, str] | list[date]:
        """Return the holidays, with their names if it is a table that they are in."""
        if not isinstance(values, dict):
            return self.listed("holidays", values, f"{DATES}, or {TABLE}")
        named = {}
        for spelled, name in values.items():
            day = self._day(spelled, f"holidays.{spelled}")
            if not isinstance(name, str) or not name.strip():
                raise self.file.wrong(
                    f"holidays.{spelled}", f"{describe(name)} is not a name", spelled
                )
            named[day] = name
        return named

    def listed(self, key: str, values: object, allowed: str = DATES) -> list[date]:
        """Return the dates of a list."""
        if not isinstance(values, list):
            raise self.file.wrong(key, f"{describe(values)} is not a list; allowed: {allowed}")
        return [self._day(value, f"{key}[{index}]") for index, value in enumerate(values)]

    def _day(self, value: object, entry: str) -> date:
        day = _day_of(value)
        if day is None:
            raise self.file.wrong(
                entry, f"{describe(value)} is not a date; allowed: such as 2026-01-01", value
            )
        if day.year not in self.years:
            allowed = spelled_years(self.years)
            raise self.file.wrong(entry, f"{day} is outside the years; allowed: {allowed}", day)
        if day in self.seen:
            raise self.file.wrong(entry, f"{day} is {self.seen[day]}, too; allowed: once", day)
        self.seen[day] = entry
        return day


def shown(path: Path) -> str:
    """Return a path as part of one line."""
    return one_line(str(path))


def _day_of(value: object) -> date | None:
    """Return a date as TOML has it, or spelled like 2026-01-01 and no other way."""
    if isinstance(value, date):
        return None if isinstance(value, datetime) else value
    try:
        day = date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return day if day is None or day.isoformat() == value else None


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return a JSON object; TOML refuses repeated keys by itself."""
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"the key {describe(key)} is there twice")
        found[key] = value
    return found


def _checked_path(path: object) -> Path:
    if not isinstance(path, str | PathLike):
        raise ConfigurationError(f"path: {describe(path)} is not the path of a file")
    found = Path(path)
    if found.suffix.lower() not in {".toml", ".json"}:
        raise ConfigurationError(f"{shown(found)}: not a calendar file; allowed: .toml, .json")
    return found


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE + 1)
        if len(data) > MAX_FILE:
            raise ConfigurationError(f"{shown(path)}: a calendar file has at most {MAX_FILE} bytes")
        return data.decode("utf-8-sig")  # some editors write a byte order mark
    except OSError as error:
        raise ConfigurationError(f"{shown(path)}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ConfigurationError(f"{shown(path)}, line {line}: not UTF-8") from error
    except ValueError as error:  # a path that no file can have
        raise ConfigurationError(f"{describe(str(path))}: {error}") from error
