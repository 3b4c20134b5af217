"""The seeded workload: schedules as a desk has them, and instants over three years."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from random import Random
from typing import TypeAlias
from zoneinfo import ZoneInfo

Row: TypeAlias = Mapping[str, object]
Window: TypeAlias = tuple[datetime, datetime]

SEED = 20260601
FIRST = datetime(2025, 1, 1, tzinfo=timezone.utc)
LAST = datetime(2028, 1, 1, tzinfo=timezone.utc)
DAY = timedelta(days=1)
MICROSECOND = timedelta(microseconds=1)
LAPPING = 10 * DAY

#: Of five agents or zones: 40 % and 60 % are the first of them.
KINDS = ("office", "office", "always", "night", "random")
ZONES = ("Asia/Shanghai",) * 3 + ("America/New_York", "Europe/London")
BLOCK = len(KINDS) * len(ZONES)
#: Every fourth instant lies within a day of a clock change, where 1 % would by chance.
AT_CLOCK_CHANGES = 0.25


def row(weekday: int, start: str, end: str) -> Row:
    """Return a row exactly as the API sends it."""
    return {"start_time": start, "end_time": end, "weekday": weekday}


COMMON: Mapping[str, tuple[Row, ...]] = {
    "office": (row(10, "09:00", "12:00"), row(10, "13:00", "18:00")),
    "always": (row(9, "00:00", "24:00"),),
    "night": (row(9, "22:00", "06:00"),),
}


@dataclass(frozen=True, slots=True)
class Case:
    """One agent's schedule: which kind it is of, its rows, its zone."""

    kind: str
    rows: tuple[Row, ...]
    tz: str


def cases(count: int, seed: int = SEED) -> list[Case]:
    """Return schedules in the workload's proportions, exact for each 25 of them.

    Only those of the kind ``random`` have a pattern of their own.
    """
    chance = Random(seed)
    return [
        Case(kind, COMMON.get(kind) or random_rows(chance), tz)
        for kind, tz in _mixed(count, chance)
    ]


def edge_cases() -> list[Case]:
    """Return schedules with ends inside the hours that are skipped or come twice."""
    ranges = (("01:15", "01:45"), ("01:30", "09:00"), ("02:15", "02:45"), ("02:30", "10:00"))
    return [
        Case("edge", (row(7, start, end),), tz)
        for tz in ZONES[-2:]
        for start, end in (*ranges, ("00:30", "01:30"))
    ]


def _mixed(count: int, chance: Random) -> Iterator[tuple[str, str]]:
    block = [(kind, tz) for kind in KINDS for tz in ZONES]
    for done in range(0, count, BLOCK):
        yield from chance.sample(block, BLOCK)[: count - done]


def random_rows(chance: Random) -> tuple[Row, ...]:
    """Return one to four ranges for each day of a week; some run past midnight."""
    return tuple(made for weekday in range(1, 8) for made in _random_day(weekday, chance))


def _random_day(weekday: int, chance: Random) -> Iterator[Row]:
    ranges = chance.randint(1, 4)
    times = sorted(chance.sample(range(0, 24 * 60, 5), 2 * ranges))
    if times[0] and chance.random() < 0.25:  # the last range ends on the next date
        times[-1] = chance.randrange(0, times[0], 5)
    for start, end in zip(times[::2], times[1::2], strict=True):
        yield row(weekday, clock(start), clock(end))


def own_office(chance: Random) -> tuple[Row, ...]:
    """Return Monday to Friday with a lunch break, at times that hardly anybody shares."""
    start, out, back, end = sorted(chance.sample(range(6 * 60, 22 * 60), 4))
    return row(10, clock(start), clock(out)), row(10, clock(back), clock(end))


def clock(minute: int) -> str:
    """Return minutes after midnight as a wall time."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def clock_changes() -> list[datetime]:
    """Return the days, in UTC, within which a clock of the workload changes."""
    days = [FIRST + number * DAY for number in range((LAST - FIRST).days)]
    zones = [ZoneInfo(tz) for tz in sorted(set(ZONES))]
    return [day for day in days if any(changes(zone, day, DAY) for zone in zones)]


def changes(zone: ZoneInfo, at: datetime, within: timedelta) -> bool:
    """Return whether the zone's clock changes between an instant and some time later."""
    return at.astimezone(zone).utcoffset() != (at + within).astimezone(zone).utcoffset()


def instants(count: int, chance: Random) -> list[datetime]:
    """Return random instants over the three years, to the microsecond."""
    around = [day - DAY for day in clock_changes()]
    return [_instant(chance, around) for _ in range(count)]


def _instant(chance: Random, around: Sequence[datetime]) -> datetime:
    if chance.random() < AT_CLOCK_CHANGES:
        return chance.choice(around) + chance.randrange(3 * DAY // MICROSECOND) * MICROSECOND
    return FIRST + chance.randrange((LAST - FIRST) // MICROSECOND) * MICROSECOND


def in_changed_hours(count: int, chance: Random) -> list[datetime]:
    """Return instants within hours of a clock change, where hours are skipped or come twice."""
    days = clock_changes()
    return [
        chance.choice(days) + chance.randrange(9 * 60 * 60) * timedelta(seconds=1)
        for _ in range(count)
    ]


def near_now(count: int, chance: Random) -> list[datetime]:
    """Return instants as a clock gives them: from some moment on, a second or so apart."""
    at, found = _instant(chance, [FIRST]), []
    for _ in range(count):
        at += timedelta(seconds=chance.uniform(0.5, 1.5))
        found.append(at)
    return found


def windows(count: int, length: timedelta, chance: Random) -> list[Window]:
    """Return windows of one length, at random within the three years; the longest may lap over."""
    spare = max(LAST - FIRST - length, LAPPING) // MICROSECOND
    starts = [FIRST + chance.randrange(spare) * MICROSECOND for _ in range(count)]
    return [(start, start + length) for start in starts]
