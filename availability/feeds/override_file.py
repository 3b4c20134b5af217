"""Leave and extra shifts in a TOML or JSON file. Imports entries, engine, errors."""

from __future__ import annotations

from os import PathLike

from availability.engine.overrides import ExtraShift, Leave, is_local
from availability.engine.settings_file import SettingsFile, read_settings
from availability.errors import OverrideError, one_line
from availability.feeds.entries import OCCASION, TIMES, Table, entries, entry_of, text, zone

KINDS: dict[str, type[Leave | ExtraShift]] = {"leave": Leave, "extra_shift": ExtraShift}
#: What every entry has.
REQUIRED = {"agent_id": "a text", "start": TIMES}


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
    found = Table(file, "", file.parse(tuple(FILE)), FILE).read()
    return tuple(
        _override(file, f"{kind}[{index}]", entry, kind, found.get("tz"))
        for kind in KINDS
        for index, entry in enumerate(found.get(kind, ()))
    )


def _override(
    file: SettingsFile, name: str, values: object, kind: str, tz: str | None
) -> Leave | ExtraShift:
    entry = entry_of(file, name, values, ENTRY)
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


#: The keys of a file and those of an entry, and how their values are read.
FILE = {"tz": zone, "leave": entries, "extra_shift": entries}
ENTRY = {"agent_id": text, **OCCASION}
