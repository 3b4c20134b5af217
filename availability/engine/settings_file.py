"""A TOML or JSON file that people write, and what is wrong with it. Imports errors."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from os import PathLike, fsdecode
from pathlib import Path
from typing import Any

from availability.errors import AvailabilityError, describe, one_line

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

#: 1 MiB: centuries of holidays with their names, or the leave of ten thousand.
MAX_FILE = 1 << 20


@dataclass(frozen=True, slots=True)
class SettingsFile:
    """A file's path and text, to say where in it something is wrong.

    ``error`` is the class of what is raised then.
    """

    path: Path
    text: str
    error: type[AvailabilityError]

    def wrong(self, entry: str, what: str, *spelled: object) -> AvailabilityError:
        """Return the error of an entry, with the line where all that is spelled."""
        rows = self._rows_with([_spelling(value) for value in spelled])
        line = f", line {' or '.join(rows)}" if 0 < len(rows) <= 3 else ""
        return self.error(f"{shown(self.path)}{line}: {one_line(entry)[:60]}: {what}")

    def parse(self, keys: tuple[str, ...]) -> dict[str, Any]:
        """Return the table or object that the file holds; it may have some keys."""
        kind = self.path.suffix.lower()
        try:
            if kind == ".toml":
                found: object = tomllib.loads(self.text)
            else:
                found = json.loads(self.text, object_pairs_hook=_without_repeats)
        except RecursionError as error:
            raise self.error(f"{shown(self.path)}: nested too deeply") from error
        except ValueError as error:  # its text names the line
            said = one_line(str(error))[:200]
            raise self.error(f"{shown(self.path)}: not {kind[1:].upper()}: {said}") from error
        if not isinstance(found, dict):
            raise self.error(
                f"{shown(self.path)}: {describe(found)} is not an object with {', '.join(keys)}"
            )
        return found

    def _rows_with(self, spelled: list[str]) -> list[str]:
        if not spelled or not all(spelled):
            return []
        rows = enumerate(self.text.splitlines(), 1)
        return [str(number) for number, row in rows if all(word in row for word in spelled)]


def read_settings(path: object, what: str, error: type[AvailabilityError]) -> SettingsFile:
    """Return a file of some sort, such as ``"a calendar file"``, not parsed yet.

    Raises:
        AvailabilityError: of the class ``error``; the file cannot be read.
    """
    checked = _checked_path(path, what, error)
    return SettingsFile(checked, _read(checked, what, error), error)


def shown(path: Path) -> str:
    """Return a path as part of one line."""
    return one_line(str(path))


def _checked_path(path: object, what: str, error: type[AvailabilityError]) -> Path:
    if not isinstance(path, str | PathLike):
        raise error(f"path: {describe(path)} is not the path of a file")
    found = Path(fsdecode(path))
    if found.suffix.lower() not in {".toml", ".json"}:
        raise error(f"{shown(found)}: not {what}; allowed: .toml, .json")
    return found


def _read(path: Path, what: str, error: type[AvailabilityError]) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE + 1)
    except OSError as failed:
        raise error(f"{shown(path)}: {failed.strerror}") from failed
    except ValueError as failed:  # a path that no file can have
        raise error(f"{describe(str(path))}: {failed}") from failed
    if len(data) > MAX_FILE:
        raise error(f"{shown(path)}: {what} has at most {MAX_FILE} bytes")
    try:
        return data.decode("utf-8-sig")  # some editors write a byte order mark
    except UnicodeDecodeError as failed:
        line = data.count(b"\n", 0, failed.start) + 1
        raise error(f"{shown(path)}, line {line}: not UTF-8") from failed


def _spelling(value: object) -> str:
    try:
        return str(value)
    except (ValueError, RecursionError):  # thousands of digits, or of brackets
        return ""


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return a JSON object; TOML refuses repeated keys by itself."""
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"the key {describe(key)} is there twice")
        found[key] = value
    return found
