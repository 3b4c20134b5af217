"""A working-day calendar in a TOML or JSON file. Imports years, settings_file, errors."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from os import PathLike
from typing import Any

from availability.engine.settings_file import SettingsFile, read_settings
from availability.engine.years import checked_years, spelled_years
from availability.errors import AvailabilityError, ConfigurationError, describe

KEYS = ("name", "years", "holidays", "workdays", "weekend")
DATES = 'a list of dates such as ["2026-01-01"]'
TABLE = "a table of dates and names"


@dataclass(frozen=True, slots=True)
class CalendarFile:
    """What a file says; the holidays' names where it has them.

    ``settings`` are those that are passed on as they are spelled.
    """

    file: SettingsFile
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
    file = read_settings(path, "a calendar file", ConfigurationError)
    found = file.parse(KEYS)
    for key in found:
        if key not in KEYS:
            raise file.wrong(key, f"unknown; allowed: {', '.join(KEYS)}", key)
    if "years" not in found:
        raise file.wrong("years", "missing; allowed: a list of years such as [2026]")
    try:
        years = checked_years(found["years"])
    except ConfigurationError as error:
        raise at_its_line(file, error) from error
    dates = _Dates(file, years)
    holidays = dates.named(found.get("holidays", []))
    workdays = dates.listed("workdays", found.get("workdays", []))
    settings = {key: value for key, value in found.items() if key in {"name", "weekend"}}
    return CalendarFile(file, years, holidays, workdays, settings)


def at_its_line(file: SettingsFile, error: ConfigurationError) -> AvailabilityError:
    """Return an error whose message begins with a key of the file, with the key's line."""
    key, _, what = str(error).partition(": ")
    return file.wrong(key, what, key)


@dataclass(frozen=True, slots=True)
class _Dates:
    """Reads the dates of a file, each of which may be there once."""

    file: SettingsFile
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
            raise self.file.wrong(key, f"{describe(values)} is not a list; allowed: {allowed}", key)
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


def _day_of(value: object) -> date | None:
    """Return a date as TOML has it, or spelled like 2026-01-01 and no other way."""
    if isinstance(value, date):
        return None if isinstance(value, datetime) else value
    try:
        day = date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return day if day is None or day.isoformat() == value else None
