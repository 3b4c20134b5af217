"""Texts such as ``10:00`` or ``2026-06-01T10:00+08:00`` to instants. Imports engine."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from dateutil import parser

from availability.engine.instants import EPOCH, MICROSECOND, to_micros
from availability.engine.zones import zone_of

BARE_NUMBER = re.compile(r"\s*[+-]?\d+([.,]\d*)?\s*|\s*")
#: ``UTC+3`` means opposite things to POSIX and to people.
SIGNED_UTC = re.compile(r"(?<![A-Za-z])(UTC|GMT|Z)\s*[+-]\s*\d", re.IGNORECASE)
YEAR_AND_MONTH = re.compile(r"\d{4}-\d{2}")


class AtError(ValueError):
    """The text names no instant; the message says what is allowed."""


@dataclass(frozen=True, slots=True)
class At:
    """An instant, and what to say of it where its wall time was skipped or repeated."""

    instant: datetime
    note: str | None = None


def parse_at(text: str, *, tz: str, now: datetime) -> At:
    """Return the instant that a text names on a desk in ``tz``.

    ISO 8601, and what dateutil's parser takes; what is left out is today's, in
    the desk's zone. A wall time without an offset is the desk's: a skipped one
    is the instant of the jump, a repeated one its first occurrence.

    Raises:
        AtError: a bare number, a zone abbreviation other than UTC and Z, or
            nothing that can be read as a date or a time.

    >>> from datetime import datetime, timezone
    >>> now = datetime(2026, 6, 1, 1, tzinfo=timezone.utc)
    >>> print(parse_at("10:00", tz="Asia/Shanghai", now=now).instant)
    2026-06-01 02:00:00+00:00
    """
    if BARE_NUMBER.fullmatch(text) or SIGNED_UTC.search(text):
        raise AtError(_refusal(text))
    zone = zone_of(tz)
    today = now.astimezone(ZoneInfo(tz)).replace(tzinfo=None)
    midnight = today.replace(hour=0, minute=0, second=0, microsecond=0)
    try:
        found = _parse(text, midnight)
        aware = found.tzinfo is not None
        micros = to_micros(found) if aware else zone.micros_of(found)
    except (ValueError, OverflowError, TypeError) as error:
        raise AtError(_refusal(text)) from error
    if not zone.first <= micros <= zone.last:
        raise AtError(f"{text!r} is outside the years 1 to 9999")
    instant = EPOCH + micros * MICROSECOND
    return At(instant, None if aware else _note(found, instant.astimezone(ZoneInfo(tz))))


def _parse(text: str, midnight: datetime) -> datetime:
    if not YEAR_AND_MONTH.fullmatch(text):  # its day is left out, so it is today's
        try:
            return parser.isoparse(text)
        except ValueError:
            pass
    return parser.parse(text, default=midnight, tzinfos=_zone)


def _zone(name: str | None, offset: int | None) -> tzinfo | None:
    if name not in (None, "UTC", "Z", "z"):
        raise ValueError(name)  # CST is Chicago's, Shanghai's and Havana's
    if name is None and offset is None:
        return None
    return timezone(timedelta(seconds=offset or 0))


def _note(wall: datetime, local: datetime) -> str | None:
    """Say which instant was taken where a wall time has none or two."""
    clock = f"{wall:%Y-%m-%d %H:%M:%S}"
    if local.replace(tzinfo=None) != wall:
        return f"{clock} was skipped when the clocks went forward: the instant of the jump is used"
    if local.utcoffset() != local.replace(fold=1).utcoffset():
        return f"{clock} came twice when the clocks went back: the first time is used"
    return None


def _refusal(text: str) -> str:
    return (
        f"{text[:60]!r} names no instant; allowed: a date, a time or both, such as 10:00, "
        "2026-06-01T10:00 or 2026-06-01T10:00+08:00; zones only as UTC, Z or an offset"
    )
