"""The times that an event spells, and what Leave takes for them. Imports engine, errors.

A moment is a date; a datetime without a zone, of wherever one is; or one with the
zone that the event means.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from io import StringIO
from typing import TypeAlias
from zoneinfo import ZoneInfo

from dateutil.tz import tzical
from icalendar import vDDDTypes, vDuration
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from availability.engine.instants import EPOCH
from availability.engine.zones import is_known, zone_of
from availability.errors import OverrideError, short

#: icalendar alone would take blanks and signs for digits.
SPELLED = re.compile(r"[0-9]{8}(T[0-9]{6}Z?)?")
#: The start and the end of a leave, and the key of their zone, as it takes them.
Span: TypeAlias = tuple[date, date, str | None]
ONE_DAY = timedelta(days=1)
UTC = ZoneInfo("UTC")
#: What counts of a zone's own rules, which are followed from their first year to the event's.
OF_ZONE = re.compile(
    r"(BEGIN|END):(STANDARD|DAYLIGHT)|(DTSTART|RDATE):\d{8}T\d{6}|TZOFFSET(FROM|TO):[+-]\d{4}(\d\d)?"
    r"|RRULE:FREQ=YEARLY(;(INTERVAL|UNTIL|BYMONTH|BYDAY|BYMONTHDAY|WKST)=[\w,+-]+)*",
    re.ASCII,
)
SKIPPED = ("TZID", "TZNAME", "TZURL", "LAST-MODIFIED", "COMMENT", "X-")
MOST_LINES = 100
LAST_YEAR = 2100
HOURS = re.compile(r"([+-])(0\d|1[0-4])00(?:00)?", re.ASCII)


def read_moment(text: str, tzid: str, zones: Mapping[str, tuple[str, ...]]) -> date:
    """Return what a DATE or DATE-TIME says; a TZID does not matter to a date, nor to UTC.

    Raises:
        OverrideError: it is neither, or its zone is unknown.
    """
    when: object = None
    with suppress(ValueError):
        when = vDDDTypes.from_ical(text.upper()) if SPELLED.fullmatch(text.upper()) else None
    if not isinstance(when, date):
        raise OverrideError(f"{short(repr(text))} is neither a date nor a time")
    if not isinstance(when, datetime) or (when.tzinfo is None and not tzid):
        return when
    zone = UTC if when.tzinfo is not None else _zone(tzid, zones.get(tzid, ()))
    if not isinstance(zone, ZoneInfo) and when.year > LAST_YEAR:
        raise OverrideError(f"time zone {short(repr(tzid))}: not followed after {LAST_YEAR}")
    return when.replace(tzinfo=zone)


def after(start: date, text: str, *, on_wall: bool = False) -> date:
    """Return when something ends that is as long as a DURATION says.

    Days are the calendar's, hours are elapsed time (RFC 5545, section 3.3.6), or
    with ``on_wall`` what clocks show of them where none is changed.
    """
    try:
        total: timedelta = vDuration.from_ical(text)
        days: timedelta = vDuration.from_ical(text.partition("T")[0])
    except (ValueError, OverflowError) as error:
        raise OverrideError(f"DURATION: {short(repr(text))} is no duration") from error
    if total <= timedelta(0):
        raise OverrideError("DURATION: it takes no time")
    if not isinstance(start, datetime) and total % ONE_DAY:
        raise OverrideError("DURATION: not whole days, as the start is")
    if on_wall or not isinstance(start, datetime) or start.tzinfo is None:
        return start + total
    return (_instant(start + days) + (total - days)).astimezone(start.tzinfo)


def once(start: date, end: date) -> Span:
    """Return the leave from one moment to another; whole days end before their DTEND.

    Raises:
        OverrideError: one is a day, or floating, and the other is not.
    """
    if isinstance(start, datetime) and isinstance(end, datetime):
        zone = start.tzinfo
        if zone is UTC or not (zone is None or isinstance(zone, ZoneInfo)):
            return _instant(start), _instant(end), None
        if zone is not end.tzinfo or end.fold:
            return _instant(start), _instant(end), None
        return start.replace(tzinfo=None), end.replace(tzinfo=None), getattr(zone, "key", None)
    if isinstance(start, datetime) or isinstance(end, datetime):
        raise OverrideError("DTSTART and DTEND: one is a date, the other a time")
    if end <= start:
        raise OverrideError(f"DTEND: {end} is not after {start}; it is exclusive")
    return start, end - ONE_DAY, None


def again(start: date, end: date) -> Span:
    """Return the same in wall times, which is what can come again.

    Raises:
        OverrideError: nobody knows the zone's name.
    """
    span, zone = once(start, end), getattr(start, "tzinfo", None)
    if zone is None:
        return span
    if not isinstance(zone, ZoneInfo):
        raise OverrideError("it comes again in a time zone that is not IANA's")
    return wall_of(start, start), wall_of(end, start), zone.key


def wall_of(when: date, start: date) -> date:
    """Return a moment as the clocks of an event show it, whose start is given.

    A date stays one; of an event of whole days everything is one.

    Raises:
        OverrideError: it is an instant, and the event is wherever the agent is.
    """
    if not isinstance(when, datetime):
        return when
    if not isinstance(start, datetime) and when.tzinfo is not UTC:
        return when.date()
    zone = getattr(start, "tzinfo", None)
    if zone is None and when.tzinfo is not None:
        raise OverrideError("an instant, in an event that has none")
    shown = when if when.tzinfo is None else when.astimezone(zone)
    return shown.replace(tzinfo=None)


def _instant(when: datetime) -> datetime:
    if when.tzinfo is None:
        raise OverrideError("a floating time beside one of a zone")
    if when.fold or not isinstance(when.tzinfo, ZoneInfo):
        return when.astimezone(timezone.utc)
    wall = when.replace(tzinfo=None)  # which clocks may skip: the project has a rule for that
    return EPOCH + timedelta(microseconds=zone_of(when.tzinfo.key).micros_of(wall))


def _zone(tzid: str, lines: tuple[str, ...]) -> tzinfo:
    """Return the zone of a TZID: by its name, by Windows', or what its VTIMEZONE explains."""
    tails = [tzid.split("/", n)[-1] for n in range(1, tzid.count("/") + 1)]
    located = [line.partition(":")[2] for line in lines if line.startswith("X-LIC-LOCATION")]
    for name in (tzid, *tails, *located, WINDOWS_TO_OLSON.get(tzid, ""), _fixed(lines)):
        if name and is_known(name):
            return ZoneInfo(name)
    try:
        return _defined(lines)
    except Exception as error:  # whatever dateutil makes of somebody's rules
        why = "its rules cannot be followed" if lines else "unknown, and not in the feed"
        raise OverrideError(f"time zone {short(repr(tzid))}: {why}") from error


def _fixed(lines: tuple[str, ...]) -> str:
    """Return the key of a zone whose clocks never change, and are off by whole hours."""
    offsets = {line.partition(":")[2] for line in lines if line.startswith("TZOFFSET")}
    match = HOURS.fullmatch(offsets.pop()) if len(offsets) == 1 else None
    return f"Etc/GMT{'-' if match[1] == '+' else '+'}{int(match[2])}" if match else ""


@lru_cache(maxsize=64)
def _defined(lines: tuple[str, ...]) -> tzinfo:
    """Return a zone by its own rules. icalendar's would be known to other feeds, too."""
    kept = [line for line in lines if not line.startswith(SKIPPED)]
    if len(lines) > MOST_LINES or not all(OF_ZONE.fullmatch(line) for line in kept):
        raise ValueError("not yearly rules")
    text = "\n".join(["BEGIN:VTIMEZONE", "TZID:its own", *kept, "END:VTIMEZONE"])
    zone = tzical(StringIO(text)).get()
    if zone is None:
        raise ValueError("no rules")
    datetime(LAST_YEAR, 1, 1, tzinfo=zone).utcoffset()
    return zone
