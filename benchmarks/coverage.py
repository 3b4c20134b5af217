"""The questions about a desk over a window: how many, when too few, how much of it is staffed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial

import curve_memory
import numpy as np
import planned_desk
from added_up import HoursOfADesk, best_of_pandas, from_spans
from curves import check_integral, check_models, check_same
from desks import of_office_minutes
from measure import Contestant, contestant, race, two
from setting import Question, Setting
from sums import by_numpy
from targets import Bound, Line, lines
from workload import DAY, FIRST, SEED, cases, near_now

from availability import Agent, Roster

QUARTER, OWED = timedelta(minutes=15), timedelta(hours=40)
WEEK, MONTH, YEAR = 7 * DAY, 30 * DAY, 365 * DAY
#: Where windows start: a week of July, a year with its clock changes.
START = FIRST + 200 * DAY
#: How many agents, of whom a quick run has a tenth.
FOR_A_YEAR, FOR_A_WEEK = 10_000, 100_000
#: A sort of all transitions takes about a second: so many rounds are enough.
ROUNDS = 5
#: One in so many schedules is put to opening-hours-py in a round.
EVERY = 40
SORT, OSM = "numpy.sort", "opening-hours-py"
CURVE, GRID = "cumsum of the curve", "cumsum of the grid"
DUTY, ADD_DUTY = "duty_time of one", "add_duty_time of one"


def over(length: timedelta, agents: int, name: str, setting: Setting) -> Iterator[Line]:
    """Measure headcount and gaps beside one sort of all transitions, and opening-hours-py.

    That finds the intervals of each distinct schedule, and numpy adds them up. All
    of them take it many seconds, so each round it has an even share, another one
    each time, and what that takes is multiplied. It is not asked for gaps.
    """
    size, end = _sized(agents, setting), START + length
    desk = setting.desk(size)
    spans = _spans(desk, end)
    check_models(setting, START, end)
    check_same("numpy", Roster(desk).headcount(START, end), by_numpy(spans))
    field = [
        fresh(desk, partial(_headcount_and_gaps, end=end, minimum=size // 3)),
        Contestant(SORT, 1, lambda: partial(np.sort, spans.ravel())),
        HoursOfADesk(cases(size, SEED), START, end).contestant(OSM, EVERY),
    ]
    times = race(field, ROUNDS)
    times[OSM] = [each * EVERY for each in times[OSM]]
    bounds = [Bound(SORT, at_most=2), Bound(OSM, at_least=10)]
    yield from lines(_of(name, size), times, bounds)


def _headcount_and_gaps(roster: Roster, end: datetime, minimum: int) -> None:
    roster.headcount(START, end)
    roster.gaps(START, end, minimum)


def fresh(desk: Sequence[Agent], ask: Callable[[Roster], object]) -> Contestant:
    """Return who asks a roster that remembers no team, another one in each run."""
    return Contestant("ours", 1, lambda: partial(ask, Roster(desk)))


def building(name: str, setting: Setting) -> Iterator[Line]:
    """Measure making the curve of a week beside the best way with pandas.

    That starts from arrays of all starts and ends, or in one more line from the agents,
    whose starts and ends our ``epochs`` lays out for it. Ours starts from the agents, and
    then from a roster that was asked about another week before.
    """
    size, end = _sized(FOR_A_WEEK, setting), START + WEEK
    desk = setting.desk(size)
    pandas, theirs = best_of_pandas(_spans(desk, end))
    asked = Roster(desk)
    check_same(pandas.name, asked.headcount(START, end), theirs)
    unasked = fresh(desk, lambda roster: roster.headcount(START, end))
    ready = Contestant("ours", 1, lambda: partial(asked.headcount, START, end))
    laying_out = f"{pandas.name} and laying out"
    all_of_it = Contestant(laying_out, 1, lambda: lambda: from_spans(pandas, _spans(desk, end)))
    for field, how, rounds in (
        ([unasked, pandas], "from the agents", setting.rounds),
        ([unasked, all_of_it], "from the agents", ROUNDS),
        ([ready, pandas], "asked before", setting.rounds),
    ):
        bounds = [Bound(field[1].name, at_least=1.5)]
        yield from lines(f"{_of(name, size)}, {how}", race(field, rounds), bounds)


def resampled(name: str, setting: Setting) -> Iterator[Line]:
    """Measure a curve's means of quarters of an hour beside one cumulated sum by numpy.

    A sum "of that length" may be as long as the curve or as the grid: both are
    measured. A curve of whole minutes has 10,080 steps a week, at most.
    """
    for desk in (setting.desk(_sized(FOR_A_WEEK, setting)), of_office_minutes(5_000, SEED)):
        curve = Roster(desk).headcount(START, START + WEEK)
        means = curve.resample(QUARTER)
        check_integral(curve, means)
        cells = means.counts.astype(np.int64)
        field = [
            contestant("ours", [(curve.resample, [QUARTER] * 500)]),
            contestant(CURVE, [(np.cumsum, [curve.counts] * 500)]),
            contestant(GRID, [(np.cumsum, [cells] * 500)]),
        ]
        bounds = [Bound(CURVE, at_most=1.5), Bound(GRID, at_most=1.5)]
        name_of_it = f"{name}: {len(curve):,} steps, {len(means)} cells"
        yield from lines(name_of_it, race(field, setting.rounds), bounds)


def staffed(name: str, setting: Setting) -> Iterator[Line]:
    """Measure a team's time near now, asked before, beside that of one agent."""
    size = _sized(FOR_A_YEAR, setting)
    roster = Roster(setting.desk(size))
    one = next(agent.timeline for agent in roster if agent.course.pattern.edges)
    at = near_now(400, setting.chance(name))
    windows, amounts = [(each, each + MONTH) for each in at], [(each, OWED) for each in at]
    duty = contestant(DUTY, [(one.duty_time, windows)], two)
    add_duty = contestant(ADD_DUTY, [(one.add_duty_time, amounts)], two)
    for ask, arguments, what, peers in (
        (roster.staffed_time, windows, "staffed_time of 30 days", [duty]),
        (roster.add_staffed_time, amounts, "add_staffed_time of 40 hours", [duty, add_duty]),
    ):
        ours = contestant("ours", [(partial(ask, minimum=size // 3), arguments)], two)
        bounds = [Bound(peer.name, at_most=2) for peer in peers]
        yield from lines(_of(what, size), race([ours, *peers], setting.rounds), bounds)


def _spans(desk: Sequence[Agent], end: datetime) -> np.ndarray:
    return np.concatenate([agent.timeline.epochs(START, end) for agent in desk])


def _sized(agents: int, setting: Setting) -> int:
    return agents // 10 if setting.quick else agents


def _of(name: str, size: int) -> str:
    return f"{name}, {size // 1000} k agents"


YEARLY, WEEKLY = "headcount and gaps of a year", "headcount and gaps of a week"
BUILDING, RESAMPLED = "making a headcount of a week", "headcount of a week, resampled"
STAFFED, MEMORY = "staffed_time near now", "memory of a headcount of a week"
DATED = "headcount of a year by calendar, with leave"
QUESTIONS: Sequence[Question] = (
    (YEARLY, partial(over, YEAR, FOR_A_YEAR, YEARLY)),
    (WEEKLY, partial(over, WEEK, FOR_A_WEEK, WEEKLY)),
    (BUILDING, partial(building, BUILDING)),
    (RESAMPLED, partial(resampled, RESAMPLED)),
    (STAFFED, partial(staffed, STAFFED)),
    (MEMORY, partial(curve_memory.of_a_week, MEMORY)),
    (DATED, partial(planned_desk.headcount, DATED)),
)
