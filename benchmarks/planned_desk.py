"""What the headcount of a year costs where all go by a calendar and have leave."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from itertools import count
from random import Random

import numpy as np
from curves import check_same
from measure import Contestant, Run, race
from setting import Setting
from sums import by_numpy
from targets import Line, reported
from workload import FIRST, SEED, cases

from availability import Agent, Leave, Roster, WeeklySchedule, WorkCalendar

END = FIRST + timedelta(days=365)
SIZE = 10_000
#: A first sight needs a desk of its own, which takes longer to make than to count.
ROUNDS = 3
WEEKLY = "the desk without dates"


def headcount(name: str, setting: Setting) -> Iterator[Line]:
    """Report it beside the same desk by the week: at first sight, and of courses asked before.

    Each turn has a roster that remembers no team; at first sight, other leaves, too.
    """
    size, turns = SIZE // 10 if setting.quick else SIZE, count()
    plain, known = setting.desk(size), planned(size, setting.chance(name))
    spans = np.concatenate([agent.timeline.epochs(FIRST, END) for agent in known])
    check_same("numpy", Roster(known).headcount(FIRST, END), by_numpy(spans))

    def first_sight() -> Run:
        return _asked(planned(size, setting.chance(f"{name} {next(turns)}")))

    weekly = Contestant(WEEKLY, 1, partial(_asked, plain))
    for how, ready in (("at first sight", first_sight), ("asked before", partial(_asked, known))):
        times = race([Contestant("ours", 1, ready), weekly], 1 if setting.quick else ROUNDS)
        yield reported(f"{name}, {size // 1000} k agents, {how}", times, WEEKLY)


def _asked(desk: list[Agent]) -> Run:
    return partial(Roster(desk).headcount, FIRST, END)


def planned(size: int, chance: Random) -> list[Agent]:
    """Return a desk by China's working days, each agent with two leaves of up to a week."""
    calendar = WorkCalendar.china()
    found = []
    for number, case in enumerate(cases(size, SEED)):
        schedule = WeeklySchedule.parse(
            case.rows, tz=case.tz, calendar=calendar, calendar_fallback="literal"
        )
        leave = list(_leave(f"ou_{number:032x}", chance))
        found.append(Agent(leave[0].agent_id, schedule, overrides=leave))
    return found


def _leave(agent_id: str, chance: Random) -> Iterator[Leave]:
    for month in (1, 7):
        first = date(FIRST.year, month, 1) + timedelta(chance.randrange(170))
        yield Leave(agent_id, first, first + timedelta(chance.randrange(7)))
