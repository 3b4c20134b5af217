"""How often the doctor is right, on made-up desks whose true time zone is known.

Run it as ``python benchmarks/doctor.py``, or ``… doctor.py 50`` for fewer trials; it
takes minutes and prints a table. A trial draws a desk, the offset that it really
is at, and when it is fetched; the statuses are what the true zone's timelines say,
some of them wrong, some set offline by hand. Then it is diagnosed three times:
configured as it is, at an offset drawn from all others, and an hour beside.
"""

from __future__ import annotations

import sys
import zoneinfo
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from statistics import mean
from typing import TypeAlias

from workload import DAY, FIRST, LAST, SEED, Row, clock, row

from availability import Agent, Diagnosis, Roster, Status, WeeklySchedule, ZoneVerdict
from availability.engine.offsets import offsets_at

Rows: TypeAlias = list[Row]

#: Agents of a desk, and trials with it.
SIZES = {10: 1000, 50: 1000, 500: 300}
BY_HAND = 0.05
WRONG = 0.02
HOUR = 3600
COLUMNS = (
    ("agents", "of a desk"),
    ("fetches", "in one day"),
    ("wrong", "statuses; stuck: at every fetch"),
    ("true", "the true offset is among those that explain the most statuses"),
    ("tied", "so many do, of some 38"),
    ("unique", "only one does, and it is the true one"),
    ("alarm", "the true zone is called contradicted"),
    ("odd", "the true zone is called unexplained"),
    ("found", "another zone is called contradicted"),
    ("found 1 h", "a zone an hour beside is called contradicted"),
    ("agrees 1 h", "a zone an hour beside is said to agree"),
)
#: The offsets of all zones at any instant are looked up thousands of times.
KEPT = [zoneinfo.ZoneInfo(key) for key in zoneinfo.available_timezones()]


@dataclass(frozen=True, slots=True)
class Setting:
    """Desks of one size, fetched once or five times in a day, with statuses wrong or not.

    Where they are ``stuck``, an agent's statuses are wrong at every fetch.
    """

    agents: int
    fetches: int
    wrong: float
    stuck: bool = False

    @property
    def noise(self) -> str:
        """The wrong statuses in words."""
        return f"{self.wrong:.0%}{' stuck' if self.stuck else ''}"


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of one desk: configured as it is, elsewhere, and an hour beside.

    That is None where no zone is an hour beside.
    """

    offset: timedelta
    right: Diagnosis
    elsewhere: ZoneVerdict
    beside: ZoneVerdict | None


def settings() -> Iterator[Setting]:
    """Yield what is tried, in the order of the table."""
    for agents in SIZES:
        for fetches in (1, 5):
            yield Setting(agents, fetches, 0)
            yield Setting(agents, fetches, WRONG)
        yield Setting(agents, 5, WRONG, stuck=True)


def cells(setting: Setting, trials: Sequence[Trial]) -> Sequence[str]:
    """Return the setting's line of the table."""
    best = [[fit.offset for fit in one.right.findings[0].best] for one in trials]
    right = [one.right.verdict for one in trials]
    beside = [one.beside for one in trials if one.beside]
    return (
        str(setting.agents),
        str(setting.fetches),
        setting.noise,
        _share(one.offset in offsets for one, offsets in zip(trials, best, strict=True)),
        f"{mean(map(len, best)):.1f}",
        _share([one.offset] == offsets for one, offsets in zip(trials, best, strict=True)),
        _share(verdict is ZoneVerdict.CONTRADICTED for verdict in right),
        _share(verdict is ZoneVerdict.UNEXPLAINED for verdict in right),
        _share(one.elsewhere is ZoneVerdict.CONTRADICTED for one in trials),
        _share(verdict is ZoneVerdict.CONTRADICTED for verdict in beside),
        _share(verdict is ZoneVerdict.AGREES for verdict in beside),
    )


def line(cells: Sequence[str]) -> str:
    """Return a line of the table, which is printed as it comes: it takes minutes."""
    return " ".join(cell.rjust(10) for cell in cells).rstrip()


def _share(found: Iterable[bool]) -> str:
    return f"{mean(map(float, found)):.1%}"


def trial(setting: Setting, chance: Random) -> Trial:
    """Draw a desk and diagnose it."""
    last = FIRST + chance.random() * (LAST - FIRST)
    fetched = [last - number * DAY / setting.fetches for number in range(setting.fetches)]
    offsets = offsets_at(int(last.timestamp()))
    offset = chance.choice(list(offsets))
    desk = [_rows(chance) for _ in range(setting.agents)]
    statuses = _statuses(setting, desk, offsets[offset], fetched, chance)

    def diagnosed(other: int) -> Diagnosis:
        tz = offsets[other]
        rosters = [
            Roster(_agents(desk, tz, at_once), fetched_at=at)
            for at, at_once in zip(fetched, statuses, strict=True)
        ]
        return rosters[0].diagnose(*rosters[1:])

    elsewhere = chance.choice([other for other in offsets if other != offset])
    beside = [other for other in offsets if abs(other - offset) == HOUR]
    return Trial(
        timedelta(seconds=offset),
        diagnosed(offset),
        diagnosed(elsewhere).verdict,
        diagnosed(chance.choice(beside)).verdict if beside else None,
    )


def _agents(desk: Sequence[Rows], tz: str, statuses: Sequence[Status]) -> Iterator[Agent]:
    for number, (rows, status) in enumerate(zip(desk, statuses, strict=True)):
        yield Agent(f"ou_{number}", WeeklySchedule.parse(rows, tz=tz), status=status)


def _statuses(
    setting: Setting, desk: Sequence[Rows], tz: str, fetched: Sequence[datetime], chance: Random
) -> list[list[Status]]:
    """Return everybody's status at each fetch, as a server in the true zone gives it."""
    true = list(_agents(desk, tz, [Status.UNKNOWN] * len(desk)))
    stuck = [chance.random() < setting.wrong for _ in desk]
    return [
        [
            Status.OFFLINE
            if chance.random() < BY_HAND
            else _status(
                agent.is_on_duty(at) is True,
                is_stuck if setting.stuck else chance.random() < setting.wrong,
            )
            for agent, is_stuck in zip(true, stuck, strict=True)
        ]
        for at in fetched
    ]


def _status(on: bool, wrong: bool) -> Status:
    return Status.ONLINE if on is not wrong else Status.OFF_DUTY


def _rows(chance: Random) -> Rows:
    """Return an agent's rows: most work by day, some at night, at weekends, always or never."""
    (kind,) = chance.choices(list(KINDS), KINDS.values())
    start = chance.choice((480, 510, 540, 540, 540, 570, 600))
    if kind == "day":
        return [row(10, clock(start), clock(start + chance.choice((480, 540))))]
    if kind == "split":
        return [row(10, clock(start), "12:00"), row(10, "13:30", clock(start + 540))]
    if kind == "late":
        return [row(chance.choice((9, 10)), "14:00", "22:00")]
    if kind == "night":
        begin = chance.choice((20, 22)) * 60
        return [row(chance.choice((9, 10)), clock(begin), clock(begin - 960))]
    if kind == "weekend":
        return [row(11, clock(start), "18:00")]
    return [row(9, "00:00", "24:00")] if kind == "always" else []


#: Of a hundred agents.
KINDS: Mapping[str, int] = {
    "day": 42,
    "split": 20,
    "late": 8,
    "night": 12,
    "weekend": 10,
    "always": 4,
    "never": 4,
}


if __name__ == "__main__":
    for name, meaning in COLUMNS:
        print(f"{name:10}  {meaning}")
    print("\n" + line([name for name, _ in COLUMNS]))
    for setting in settings():
        trials = int(sys.argv[1]) if sys.argv[1:] else SIZES[setting.agents]
        chance = Random(f"{SEED} {setting}")
        print(line(cells(setting, [trial(setting, chance) for _ in range(trials)])), flush=True)
