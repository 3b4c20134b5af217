"""An iCalendar stream in pieces: its calendars, the lines of their events and time zones.
Imports nothing.

What is broken stays in its component (RFC 5545, section 3.6): they are told apart
before anything of them is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

#: Where a component begins, whatever was not closed before; none of these is inside another.
OUTER = ("VCALENDAR", "VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY", "VTIMEZONE", "VAVAILABILITY")


@dataclass
class Calendar:
    """A calendar of the stream: what it is sent for, and the lines of each zone by its TZID."""

    method: str = ""
    is_closed: bool = False
    zones: dict[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass
class Component:
    """A component of a calendar: its lines, and why it must not be read."""

    kind: str
    calendar: Calendar
    lines: list[str] = field(default_factory=list)
    broken: str = "it is not closed"
    depth: int = 0


class Stream:
    """All the calendars and events of a stream, in its order."""

    def __init__(self, data: bytes) -> None:
        self.calendars: list[Calendar] = []
        self.events: list[Component] = []
        self._calendar = Calendar()
        self._open: Component | None = None
        for line in _unfolded(data):
            self._read(line)

    def _read(self, line: str) -> None:
        name, _, value = line[:100].upper().partition(":")
        if name == "BEGIN":
            self._begin(value.strip())
        elif name == "END":
            self._end(value.strip())
        elif self._open is None and name == "METHOD":
            self._calendar.method = value.strip()
        if self._open is not None and (self._open.kind == "VTIMEZONE" or not self._open.depth):
            self._open.lines.append(line)

    def _begin(self, kind: str) -> None:
        if kind == "VCALENDAR":
            self._calendar, self._open = Calendar(), None
            self.calendars.append(self._calendar)
        elif self._open is None or kind in OUTER:
            self._open = Component(kind, self._calendar)
            if kind == "VEVENT":
                self.events.append(self._open)
        else:
            self._open.depth += 1

    def _end(self, kind: str) -> None:
        found = self._open
        if kind == "VCALENDAR":
            self._calendar.is_closed, self._open = True, None
        elif found is not None and kind == found.kind:
            found.broken = "a component inside it is not closed" if found.depth else ""
            self._open = None
            if kind == "VTIMEZONE":
                tzids = [
                    line[5:].strip() for line in found.lines if line.upper().startswith("TZID:")
                ]
                self._calendar.zones.update(dict.fromkeys(tzids, tuple(found.lines[1:])))
        elif found is not None:
            found.depth -= 1


def _unfolded(data: bytes) -> Iterator[str]:
    """Yield content lines (section 3.1), folds taken out before they are decoded."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        data = data.decode("utf-16", "replace").encode("utf-8", "replace")
    data = re.sub(rb"[\r\n]+", b"\n", data.removeprefix(b"\xef\xbb\xbf"))
    lines = re.sub(rb"\n[ \t]", b"", data).split(b"\n")
    return (line.decode("utf-8", "replace") for line in lines if line.strip())
