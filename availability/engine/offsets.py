"""The UTC offsets in use at an instant, each with a zone that has it. Imports instants, zones."""

from __future__ import annotations

import zoneinfo
from collections.abc import Mapping
from datetime import timedelta
from functools import lru_cache

from availability.engine.instants import EPOCH
from availability.engine.zones import NOT_ZONES

#: Zones that people know. Of those with one offset the first stands for all.
FAMILIAR = (
    "UTC",
    "Asia/Shanghai",
    "Asia/Tokyo",
    "Asia/Kolkata",
    "Asia/Dubai",
    "Asia/Bangkok",
    "Asia/Karachi",
    "Asia/Dhaka",
    "Asia/Tehran",
    "Asia/Kabul",
    "Asia/Kathmandu",
    "Asia/Yangon",
    "Europe/London",
    "Europe/Paris",
    "Europe/Moscow",
    "Europe/Athens",
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
    "America/Sao_Paulo",
    "America/Anchorage",
    "America/Halifax",
    "America/St_Johns",
    "America/Noronha",
    "Atlantic/Azores",
    "Atlantic/Cape_Verde",
    "Australia/Sydney",
    "Australia/Brisbane",
    "Australia/Adelaide",
    "Australia/Darwin",
    "Australia/Lord_Howe",
    "Pacific/Auckland",
    "Pacific/Honolulu",
    "Pacific/Noumea",
    "Pacific/Fiji",
    "Pacific/Pago_Pago",
    "Pacific/Tongatapu",
    "Pacific/Kiritimati",
)
#: Where zones are named after cities; other areas hold old spellings and bare offsets.
AREAS = ("Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")


def offsets_at(second: int) -> Mapping[int, str]:
    """Return the offsets in use at a UTC second, in seconds east, from west to east.

    Each comes with the key of one zone that has it: a familiar one if there is one.

    >>> offsets_at(1_780_275_600)[8 * 3600]
    'Asia/Shanghai'
    """
    at = EPOCH + timedelta(seconds=second)
    named: dict[int, str] = {}
    for key in _keys():
        try:
            offset = at.astimezone(zoneinfo.ZoneInfo(key)).utcoffset() or timedelta()
        except OverflowError:  # there it is the year 0 or 10000
            continue
        named.setdefault(offset // timedelta(seconds=1), key)
    return dict(sorted(named.items()))


@lru_cache(maxsize=1)
def _keys() -> tuple[str, ...]:
    """Return the keys of all zones, the most familiar first."""
    keys = zoneinfo.available_timezones() - NOT_ZONES
    familiar = [key for key in FAMILIAR if key in keys]
    return (*familiar, *sorted(keys.difference(familiar), key=_strangeness))


def _strangeness(key: str) -> tuple[bool, str]:
    return key.partition("/")[0] not in AREAS, key
