"""Wall time to instant, and back: the only place that knows time zones.
Imports instants, tzif, errors.

Think of a clock on the wall of a zone whose hand never runs back. When the
zone's clocks go forward the hand jumps; when they go back it stands still until
the time it has already shown comes round again. So the hand's reading never
decreases, and the instant of a wall time is the first at which the hand has
reached it: a repeated wall time is its first occurrence, a skipped one is the
instant of the jump.

Wall times are counted like instants: seconds since 1970-01-01T00:00 on the wall.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from availability.engine.instants import DAY, MICROS
from availability.engine.tzif import ZoneRecord, changes_until, read_zone
from availability.errors import ConfigurationError, TimezoneError, describe

#: The Gregorian calendar repeats after 400 years, which are 20,871 whole weeks.
CYCLE = 146_097 * DAY
YEAR = 31_556_952
#: Years 1 to 9999: the seconds that a datetime can show, first and last.
FIRST_SECOND = -62_135_596_800
LAST_SECOND = 253_402_300_799
#: Earlier than any instant that a datetime can name, in any zone.
BEGINNING = FIRST_SECOND - YEAR

WALL_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001  (a wall time has no zone)

NOT_ZONES = frozenset({"Factory", "localtime", "posixrules"})


def zone_key(tz: str | ZoneInfo | None) -> str:
    """Return the checked IANA key of a zone given as a string or a ZoneInfo.

    Raises:
        ConfigurationError: no zone was given.
        TimezoneError: not a key of the IANA database.

    >>> zone_key("Asia/Shanghai")
    'Asia/Shanghai'
    """
    if tz is None:
        raise ConfigurationError(
            "no time zone: the API sends none, so pass tz= (such as 'Asia/Shanghai') "
            "or set AVAILABILITY_TZ"
        )
    key = tz.key if isinstance(tz, ZoneInfo) else tz
    if not isinstance(key, str) or not _is_known(key):
        raise TimezoneError(
            f"{describe(tz)} is not an IANA time zone: use a key such as 'Asia/Shanghai' or 'UTC'"
        )
    return key


def _is_known(key: str) -> bool:
    if key in NOT_ZONES or key.startswith(("posix/", "right/")):
        return False
    try:
        ZoneInfo(key)
    except (KeyError, ValueError, OSError):  # unknown, a path, a folder of zones
        return False
    return True


@dataclass(frozen=True, slots=True, eq=False)
class Zone:
    """The hand of one zone's clock, in segments of constant offset.

    Segment ``i`` runs from UTC second ``starts[i]`` to ``starts[i + 1]`` at the
    offset ``shifts[i]``; when it begins, the hand has shown all wall times below
    ``reached[i]``, which never decreases. From ``repeat`` on, if that is not
    None, everything comes again after CYCLE; the segments reach a little further.
    """

    key: str
    starts: tuple[int, ...]
    shifts: tuple[int, ...]
    reached: tuple[int, ...]
    repeat: int | None

    def fold(self, second: int) -> tuple[int, int]:
        """Return an equivalent second that the segments cover, and the cycles taken off."""
        if self.repeat is None or second < self.repeat + CYCLE:
            return second, 0
        cycles = (second - self.repeat) // CYCLE
        return second - cycles * CYCLE, cycles

    def segment(self, second: int) -> int:
        """Return the index of the segment that a folded UTC second lies in."""
        return bisect_right(self.starts, second) - 1

    def wall_at(self, second: int) -> int:
        """Return the hand's reading at a UTC second."""
        second, cycles = self.fold(second)
        i = self.segment(second)
        return max(second + self.shifts[i], self.reached[i] - 1) + cycles * CYCLE

    def instant_of(self, wall: int) -> int:
        """Return the first UTC second at which the hand has reached a wall time."""
        wall, cycles = self.fold(wall)
        i = bisect_right(self.reached, wall) - 1
        return max(self.starts[i], wall - self.shifts[i]) + cycles * CYCLE

    def micros_of(self, wall: datetime) -> int:
        """Return the instant of a naive wall time, in UTC microseconds since 1970."""
        since = wall - WALL_EPOCH
        second = since.days * DAY + since.seconds
        instant = self.instant_of(second)
        was_skipped = self.wall_at(instant) > second
        return instant * MICROS + (0 if was_skipped else since.microseconds)

    @property
    def first_micros(self) -> int:
        """The first instant that is in years 1 to 9999 both in UTC and in the zone."""
        return max(FIRST_SECOND, self.instant_of(FIRST_SECOND)) * MICROS

    @property
    def last_micros(self) -> int:
        """The last instant that is in years 1 to 9999 both in UTC and in the zone."""
        return (min(LAST_SECOND, self.instant_of(LAST_SECOND)) + 1) * MICROS - 1


@lru_cache(maxsize=1024)
def zone_of(key: str) -> Zone:
    """Return the zone of a checked key."""
    return compile_zone(key, read_zone(key))


def compile_zone(key: str, record: ZoneRecord) -> Zone:
    """Compile a zone's clock changes into the segments of its hand."""
    repeat = None
    end = LAST_SECOND
    if record.rule is not None:
        # Two years after the last explicit change only the rule is left. Instants
        # and walls differ by less than two days, so either can be folded there.
        repeat = (record.changes[-1][0] if record.changes else 0) + 2 * YEAR
        end = repeat + CYCLE + 2 * DAY
    starts, shifts = [BEGINNING], [record.before]
    for change, offset in changes_until(record, end):
        if change > starts[-1] and offset != shifts[-1]:
            starts.append(change)
            shifts.append(offset)
        elif change <= starts[-1]:
            shifts[-1] = offset
    reached = [BEGINNING + record.before]
    for ending, shift in zip(starts[1:], shifts, strict=False):
        reached.append(max(reached[-1], ending + shift))
    return Zone(key, tuple(starts), tuple(shifts), tuple(reached), repeat)
