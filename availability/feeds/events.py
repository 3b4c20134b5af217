"""What an event of a feed says: which one it is, when, and of whom.
Imports components, moments, errors.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from icalendar import vText
from icalendar.parser import Contentline

from availability.errors import OverrideError, one_line, short
from availability.feeds.components import Component
from availability.feeds.moments import ONE_DAY, Span, after, again, once, read_moment, wall_of

#: A time of an event, and if it comes again its rule, and the wall times and dates without it.
Time: TypeAlias = tuple[Span, str | None, tuple[date, ...]]
#: How many dates an event may add, or take away.
MOST_DATES = 1000
#: Longer than any line that matters, those dates included.
MOST_CHARS = 1 << 16
NAME = re.compile(r"([A-Z0-9-]*)([:;]?)", re.ASCII | re.IGNORECASE)
NO_PROPERTY = "a line of it cannot be read; the rest counts"
NOT_THERE = "a changed occurrence is at no time of it, and counts as well"


class Property(NamedTuple):
    """A property of an event, as icalendar takes it apart."""

    parameters: Mapping[str, str | list[str]]
    value: str

    def parameter(self, name: str) -> str:
        """Return a parameter's value, the first if there are several, "" if none."""
        found = self.parameters.get(name, "")
        return found if isinstance(found, str) else found[0]


class Event:
    """An event; ``odd`` is what might be missing from what it says."""

    def __init__(self, found: Component) -> None:
        self._found = found
        self.odd: set[str] = set()
        #: By their names, each once.
        self._lines: dict[str, dict[str, None]] = {}
        for line in found.lines:
            name, mark = NAME.match(line).groups()  # type: ignore[union-attr]  # maybe of nothing
            self._lines.setdefault(name.upper(), {})[line] = None
            self.odd |= set() if name and mark else {NO_PROPERTY}
        self.uid = self._text("UID")
        self.reason = short(without_addresses(self._text("SUMMARY")))

    @property
    def label(self) -> str:
        """What to call it in a message: neither long, nor anybody's address."""
        uid = short(without_addresses(self.uid.partition("@")[0])) or "without a UID"
        return f"event {uid} ({self.reason[:30]})" if self.reason else f"event {uid}"

    @property
    def revision(self) -> tuple[int, str]:
        """How new it is (RFC 5546, section 2.1.5); nothing that cannot be read is."""
        sequence = self._text("SEQUENCE")
        return int(sequence) if re.fullmatch("[0-9]{1,9}", sequence) else 0, self._text("DTSTAMP")

    @property
    def is_cancelled(self) -> bool:
        """Whether it does not take place (RFC 5545, section 3.8.1.11; RFC 5546, 3.2.5)."""
        if self._found.broken:
            raise OverrideError(self._found.broken)
        status = self._one("STATUS")
        is_off = status is not None and status.value.upper() == "CANCELLED"
        return is_off or self._found.calendar.method == "CANCEL"

    @property
    def instead_of(self) -> date | None:
        """The occurrence of its series that it stands for, None if it is no such event."""
        found = self._one("RECURRENCE-ID")
        if found is not None and found.parameter("RANGE"):
            raise OverrideError("RECURRENCE-ID: it is for a range, which is not supported")
        return self._moment("RECURRENCE-ID")

    def times(self, without: Iterable[date]) -> list[Time]:
        """Return when it is, some of its occurrences left out.

        Raises:
            OverrideError: it cannot be read, or it takes no time.
        """
        if "EXRULE" in self._lines:
            raise OverrideError("EXRULE: RFC 5545 has none any more; not supported")
        start, rule = self._moment("DTSTART"), self._rule()
        if start is None:
            raise OverrideError("DTSTART: missing")
        end = self._end(start)
        first = once(start, end) if rule is None else again(start, end)
        out = [wall_of(one, start) for one in self._dates("EXDATE")]
        out += self._walls(without, start)
        added = [self._moved(start, end, one) for one in self._dates("RDATE")]
        pairs = added if rule is not None else [(start, end), *added]
        spans = [once(*pair) for pair in pairs if not _is_out(wall_of(pair[0], start), out)]
        series = [] if rule is None else [(first, rule, tuple(dict.fromkeys(out)))]
        return [*series, *((span, None, ()) for span in dict.fromkeys(spans))]

    def people(self) -> tuple[set[str], set[str]]:
        """Return the e-mail addresses of whom it concerns, and of them who declined.

        Who organizes it counts where nobody attends (section 3.8.4.1). ``EMAIL`` is
        RFC 7986's, where the value is no address.
        """
        everybody, declined = set(), set()
        for one in self._all("ATTENDEE" if "ATTENDEE" in self._lines else "ORGANIZER"):
            texts = (text.strip().casefold() for text in (one.value, one.parameter("EMAIL")))
            found = {text.removeprefix("mailto:").strip() for text in texts if "@" in text}
            everybody |= found
            declined |= found if one.parameter("PARTSTAT").upper() == "DECLINED" else set()
        return everybody, declined

    def _all(self, name: str) -> list[Property]:
        return [_taken_apart(name, line) for line in self._lines.get(name, ())]

    def _one(self, name: str) -> Property | None:
        found = self._all(name)
        if len(found) > 1:
            raise OverrideError(f"{name}: there are {len(found)}")
        return found[0] if found else None

    def _text(self, name: str) -> str:
        """Return a text that no leave depends on, "" where it cannot be read."""
        try:
            found = self._all(name)
        except OverrideError:
            self.odd.add(NO_PROPERTY)
            return ""
        return str(vText.from_ical(found[0].value)) if found else ""

    def _moment(self, name: str) -> date | None:
        found = self._one(name)
        return None if found is None else self._read(name, found.value, found)

    def _read(self, name: str, text: str, found: Property) -> date:
        try:
            return read_moment(text, found.parameter("TZID"), self._found.calendar.zones)
        except OverrideError as error:
            raise OverrideError(f"{name}: {error}") from error

    def _end(self, start: date) -> date:
        """Return when it ends (section 3.6.1)."""
        end, length = self._moment("DTEND"), self._one("DURATION")
        if end is not None and length is not None:
            raise OverrideError("DTEND and DURATION: they exclude each other")
        if length is not None:  # of a series on the wall, as is its rule
            return after(start, length.value.upper(), on_wall="RRULE" in self._lines)
        if end is None and isinstance(start, datetime):
            raise OverrideError("it takes no time: neither DTEND nor DURATION")
        return start + ONE_DAY if end is None else end

    def _rule(self) -> str | None:
        """Return its rule as it is spelled: icalendar would drop what it cannot read."""
        found = self._one("RRULE")
        if found is not None and "RECURRENCE-ID" in self._lines:
            raise OverrideError("RRULE: one occurrence of a series cannot come again")
        return None if found is None else found.value

    def _dates(self, name: str) -> Iterator[date]:
        if sum(line.count(",") + 1 for line in self._lines.get(name, ())) > MOST_DATES:
            raise OverrideError(f"{name}: more than {MOST_DATES} dates")
        for found in self._all(name):
            for text in filter(None, found.value.split(",")):
                yield self._read(name, text.strip(), found)

    def _moved(self, start: date, end: date, to: date) -> tuple[date, date]:
        """Return a time that RDATE adds (section 3.8.5.2), in the event's zone if it says none."""
        if isinstance(to, datetime) is not isinstance(start, datetime):
            raise OverrideError("RDATE: a date beside times, or a time beside dates")
        if isinstance(to, datetime) and isinstance(start, datetime) and to.tzinfo is None:
            to = to.replace(tzinfo=start.tzinfo)
        return to, self._end(to) if "DURATION" in self._lines else to + (end - start)

    def _walls(self, without: Iterable[date], start: date) -> Iterator[date]:
        for at in without:
            try:
                yield wall_of(at, start)
            except OverrideError:
                self.odd.add(NOT_THERE)


def without_addresses(text: str) -> str:
    """Return the beginning of a text on one line, of which no word is an e-mail address."""
    return one_line(" ".join("…" if "@" in word else word for word in text[:1000].split()))


@lru_cache(maxsize=64)
def _taken_apart(name: str, line: str) -> Property:
    if len(line) > MOST_CHARS:
        raise OverrideError(f"{name}: longer than {MOST_CHARS} characters")
    try:
        _, parameters, value = Contentline(line).parts()
        if ":" not in line:
            raise ValueError(line)  # which is an empty value to icalendar
    except ValueError as error:
        raise OverrideError(f"{name}: not a name, parameters, a colon and a value") from error
    return Property(parameters, value.strip())


def _is_out(wall: date, out: list[date]) -> bool:
    return wall in out or (isinstance(wall, datetime) and wall.date() in out)
