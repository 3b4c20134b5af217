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
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from availability.engine.instants import CYCLE, DAY, EPOCH, EPOCH_ORDINAL, MICROS, WALL_EPOCH
from availability.engine.tzif import ZoneRecord, changes_until, read_zone
from availability.errors import ConfigurationError, InstantError, TimezoneError, describe

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    import pendulum

    PendulumZone: TypeAlias = tuple[
        type[pendulum.DateTime], pendulum.Timezone | pendulum.FixedTimezone
    ]

#: From one UTC second to another the hand starts at a wall time, and moves or stands still.
Run = tuple[int, int, int, bool]

WEEK = 7 * DAY
#: 1970-01-01 was a Thursday: this wall time began its week.
MONDAY = -3 * DAY

#: A mean one.
YEAR = 31_556_952
#: Years 1 to 9999: the seconds that a datetime can show, first and last.
FIRST_SECOND = -62_135_596_800
LAST_SECOND = 253_402_300_799
#: Earlier than any instant that a datetime can name, in any zone.
BEGINNING = FIRST_SECOND - YEAR
#: Later than any.
NEVER = LAST_SECOND * 2

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
    if not isinstance(key, str) or not is_known(key):
        raise TimezoneError(
            f"{describe(tz)} is not an IANA time zone: use a key such as 'Asia/Shanghai' or 'UTC'"
        )
    return key


@lru_cache(maxsize=1024)
def is_known(key: str) -> bool:
    """Return whether a key is one of the IANA database's."""
    if key in NOT_ZONES or key.startswith(("posix/", "right/")):
        return False
    try:
        ZoneInfo(key)
    except (KeyError, ValueError, OSError):  # unknown, a path, a folder of zones
        return False
    return True


class Zone:
    """The hand of one zone's clock, in segments of constant offset.

    Segment ``i`` runs from UTC second ``starts[i]`` to ``starts[i + 1]`` at the
    offset ``shifts[i]``; when it begins, the hand has shown all wall times below
    ``reached[i]``, which never decreases. From ``repeat`` on, if that is not
    None, everything comes again after CYCLE; the segments reach a little further,
    and ``covered`` is where folding begins. ``first`` and ``last`` are the
    microseconds that are in years 1 to 9999 both in UTC and in the zone;
    ``last_usual_day``, counted from 1970, comes well before ``last`` and ``covered``.
    """

    __slots__ = (
        "_pendulum_zone",
        "covered",
        "first",
        "key",
        "last",
        "last_usual_day",
        "reached",
        "repeat",
        "shifts",
        "starts",
    )

    def __init__(
        self,
        key: str,
        starts: tuple[int, ...],
        shifts: tuple[int, ...],
        reached: tuple[int, ...],
        repeat: int | None,
    ) -> None:
        self.key = key
        self.starts = starts
        self.shifts = shifts
        self.reached = reached
        self.repeat = repeat
        self.covered = NEVER if repeat is None else repeat + CYCLE
        self.first = max(FIRST_SECOND, self.instant_of(FIRST_SECOND)) * MICROS
        self.last = (min(LAST_SECOND, self.instant_of(LAST_SECOND)) + 1) * MICROS - 1
        self.last_usual_day = min(LAST_SECOND, self.covered) // DAY - 2
        self._pendulum_zone: PendulumZone | None = None

    def fold(self, second: int) -> tuple[int, int]:
        """Return an equivalent second that the segments cover, and the cycles taken off."""
        if self.repeat is None or second < self.covered:
            return second, 0
        cycles = (second - self.repeat) // CYCLE
        return second - cycles * CYCLE, cycles

    def segment(self, second: int) -> int:
        """Return the index of the segment that a folded UTC second lies in."""
        return bisect_right(self.starts, second) - 1

    def offset_at(self, second: int) -> int:
        """Return how many seconds the zone is east of UTC at a UTC second."""
        folded, _ = self.fold(second)
        return self.shifts[self.segment(folded)]

    def wall_at(self, second: int) -> int:
        """Return the hand's reading at a UTC second."""
        if second >= self.covered:
            second, cycles = self.fold(second)
            return self.wall_at(second) + cycles * CYCLE
        i = bisect_right(self.starts, second) - 1
        wall = second + self.shifts[i]
        return wall if wall >= self.reached[i] else self.reached[i] - 1

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

    def shown(self, micros: int) -> pendulum.DateTime:
        """Return an instant as a pendulum datetime in the zone, with the right fold."""
        second = micros // MICROS
        i = bisect_right(self.starts, second) - 1
        wall = second + self.shifts[i]
        pendulum_zone = self._pendulum_zone
        if pendulum_zone is None or wall < self.reached[i] or second >= self.covered:
            return self._shown_slowly(micros)
        of_day = wall % DAY
        hour = of_day // 3600
        minute = of_day // 60 % 60
        kind, zone = pendulum_zone
        fraction = micros - second * MICROS
        return kind(*_date(wall // DAY), hour, minute, of_day % 60, fraction, zone)

    def _shown_slowly(self, micros: int) -> pendulum.DateTime:
        """Do the same by zoneinfo: the first time, in a repeated hour, in the far future."""
        import pendulum  # noqa: PLC0415  (light import: only who looks at an instant pays)

        zone = pendulum.timezone(self.key)
        self._pendulum_zone = pendulum.DateTime, zone
        local = (EPOCH + timedelta(microseconds=micros)).astimezone(ZoneInfo(self.key))
        return pendulum.DateTime(
            local.year,
            local.month,
            local.day,
            local.hour,
            local.minute,
            local.second,
            local.microsecond,
            zone,
            fold=local.fold,
        )

    def runs(self, start: int, end: int) -> Iterator[Run]:
        """Yield the runs of the hand between two UTC seconds, in order and without a hole."""
        while start < end:
            second, cycles = self.fold(start)
            i = self.segment(second)
            until = self.starts[i + 1] if i + 1 < len(self.starts) else NEVER
            until = min(end, min(until, self.covered) + cycles * CYCLE)
            shift = self.shifts[i]
            moves_on = self.reached[i] - shift + cycles * CYCLE
            if start < moves_on:
                standstill = min(moves_on, until)
                yield start, standstill, self.reached[i] - 1 + cycles * CYCLE, False
                start = standstill
            if start < until:
                yield start, until, start + shift, True
            start = until

    def offset_within(self, start: int, end: int) -> int | None:
        """Return the one offset at which the zone's clocks show the wall times of a span.

        None where they show some of them twice, never, or at several offsets.
        """
        (start, _), length = self.fold(start), end - start
        end = start + length
        i = bisect_right(self.reached, start) - 1
        if start < self.starts[i] + self.shifts[i]:
            return None
        for j in range(i + 1, len(self.starts)):
            if self.starts[j] >= end + 2 * DAY:
                break
            if self.starts[j] + min(self.shifts[j], self.shifts[j - 1]) < end:
                return None
        return self.shifts[i]


@lru_cache(maxsize=4096)
def _date(day: int) -> tuple[int, int, int]:
    """Return the year, month and day of a day counted from 1970."""
    found = date.fromordinal(day + EPOCH_ORDINAL)
    return found.year, found.month, found.day


@lru_cache(maxsize=1024)
def zone_of(key: str) -> Zone:
    """Return the zone of a checked key."""
    return compile_zone(key, read_zone(key))


def shown_in(tz: str, micros: int) -> pendulum.DateTime:
    """Return an instant in a zone, or in UTC where only that has a date for it.

    Raises:
        InstantError: it is outside the years 1 to 9999 in UTC, too.
    """
    for zone in (zone_of(tz), zone_of("UTC")):
        if zone.first <= micros <= zone.last:
            return zone.shown(micros)
    raise InstantError(f"{micros} microseconds since 1970 is outside the years 1 to 9999")


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
