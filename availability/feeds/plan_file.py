"""A staffing plan in a TOML or JSON file. Imports entries, engine, errors."""

from __future__ import annotations

from os import PathLike

from availability.engine.settings_file import SettingsFile, read_settings
from availability.engine.staffing_plan import Closure, Requirement, StaffingPlan, requirement
from availability.errors import OverrideError, PlanError, ScheduleError, one_line
from availability.feeds.entries import OCCASION, TIMES, Table, entries, entry_of, zone

TYPE_CHECKING = False
if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from availability.engine.day_rules import Calendar, Fallback


def read_plan(
    path: str | PathLike[str],
    *,
    tz: str | ZoneInfo | None = None,
    calendar: Calendar | None = None,
    closed_on_holidays: bool = False,
    calendar_fallback: Fallback | None = None,
) -> StaffingPlan:
    """Return the staffing plan in a TOML or JSON file of at most 1 MiB.

    ``requirement`` is a list of rows as :meth:`StaffingPlan.parse` takes them, with
    ``weekday``, ``start_time``, ``end_time``, ``count`` and, as needed, ``skill``;
    ``closure`` one of entries with the fields of :class:`Closure`. Times there are as
    in :func:`read_overrides`. The plan's ``tz`` stands beside them, or is given here
    for a file that has none; the other settings are those of :class:`StaffingPlan`.

    Raises:
        PlanError: the file cannot be read, or something in it is wrong, be it a key
            that is not known. The message names the file, the entry, counted from 0,
            the line if that is plain, and what is allowed.
        ConfigurationError: no time zone, or a setting that cannot be used.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> written = '''
    ... tz = "Asia/Shanghai"
    ...
    ... [[requirement]]
    ... weekday = 10
    ... start_time = "09:00"
    ... end_time = "18:00"
    ... count = 2
    ...
    ... [[closure]]
    ... start = 2026-02-15
    ... end = 2026-02-23
    ... reason = "春节"
    ... '''
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder) / "plan.toml"
    ...     _ = path.write_text(written, encoding="utf-8")
    ...     plan = read_plan(path)
    >>> print(*plan.requirements, *plan.closures, sep="; ")
    2, weekday code 10, 09:00-18:00; closure: 2026-02-15 to 2026-02-23 (春节)
    """
    file = read_settings(path, "a staffing plan", PlanError)
    found = Table(file, "", file.parse(tuple(FILE)), FILE).read()
    needed, closed = (list(enumerate(found.get(key, ()))) for key in ("requirement", "closure"))
    return StaffingPlan(
        [_requirement(file, f"requirement[{index}]", row) for index, row in needed],
        found.get("tz", tz),
        [_closure(file, f"closure[{index}]", entry) for index, entry in closed],
        calendar=calendar,
        closed_on_holidays=closed_on_holidays,
        calendar_fallback=calendar_fallback,
    )


def _requirement(file: SettingsFile, name: str, row: object) -> Requirement:
    try:
        return requirement(row, name)
    except (PlanError, ScheduleError) as error:
        entry, _, said = str(error).partition(": ")
        key = entry.removeprefix(f"{name}.")
        value = row.get(key) if isinstance(row, dict) else None
        raise file.wrong(entry, said, *(() if value is None else (key, value))) from error


def _closure(file: SettingsFile, name: str, values: object) -> Closure:
    entry = entry_of(file, name, values, OCCASION)
    fields = entry.read()
    if "start" not in fields:
        raise entry.wrong("start", f"missing; allowed: {TIMES}")
    try:
        return Closure(**fields)
    except OverrideError as error:
        said = one_line(str(error).removeprefix(f"{Closure.kind}: "))
        raise file.wrong(name, said, "start", entry.values["start"]) from error


#: The keys of a file, and how their values are read.
FILE = {"tz": zone, "requirement": entries, "closure": entries}
