"""The roster's index answers as a loop over the agents would, and works less."""

from __future__ import annotations

import copy
import gc
import pickle
import sys
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache
from graphlib import TopologicalSorter
from itertools import pairwise
from random import Random
from threading import Barrier

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import DAY, MICROSECOND, SECOND, UTC, WEEKDAYS, Model
from strategies import DISPLAYS, Scene, instants, row, rows, scenes

from availability import (
    Agent,
    ConfigurationError,
    InstantError,
    NaiveDatetimeError,
    Roster,
    Skill,
    State,
    Status,
    WeeklySchedule,
)
from availability.engine import courses, week
from availability.engine.zones import Zone
from availability.roster import index as index_module
from availability.roster.index import MANY, DutyIndex

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MONDAY = datetime(2026, 6, 1, tzinfo=UTC)
WEEK = 7 * DAY
THREE_ZONES = ["Asia/Shanghai", "Europe/London", "America/New_York"]


def clock(minute):
    return f"{minute // 60:02d}:{minute % 60:02d}"


def agent(agent_id, *spelled, tz="UTC", **fields):
    return Agent(id=agent_id, schedule=WeeklySchedule.parse(list(spelled), tz=tz), **fields)


def alone(count, tz="UTC"):
    """Agents each of whom has a pattern of their own, up to 1,440; on for 8 to 18 hours a day."""
    hours = [(n * 67 % 1440, n * 67 + 480 + n % 600) for n in range(count)]
    return [agent(f"{tz} {a}", row(9, clock(a), clock(b % 1440)), tz=tz) for a, b in hours]


def ids(agents):
    return [one.id for one in agents]


# The naive loop


@lru_cache(maxsize=4096)
def by_the_model(schedule, at):
    spelled = [row(duty.weekday, *str(duty).split("-")) for duty in schedule.ranges]
    return Model(spelled, schedule.tz, schedule.end_2359).is_on_duty(at)


def by_the_course(schedule, at):
    """Cheaper, and good for the first and last days of the calendar; not the index's way."""
    return courses.course_of(schedule).is_on((at - EPOCH) // SECOND)


def check(roster, at, says, shown_as=lambda at: at):
    """Every question is answered as by a loop over the agents."""
    states = [one.schedule is not None and says(one.schedule, at) for one in roster]
    on = [one for one, state in zip(roster, states, strict=True) if state]
    doubtful = [one for one in roster if one.schedule is None or one.unreadable_rows]
    shown = shown_as(at)
    assert sorted(ids(roster.on_duty(shown))) == sorted(ids(on))
    assert ids(roster.on_duty(shown, order="roster")) == ids(on)
    assert roster.count_on_duty(shown) == len(on)
    assert ids(roster.unknown(shown)) == [one.id for one in doubtful if one not in on]


def day_by_day(spelled):
    """The same rows without the codes for several days."""
    return [
        row(day.weekday + 1, one["start_time"], one["end_time"])
        for one in spelled
        for day in WEEKDAYS[one["weekday"]]
    ]


SPELLINGS = st.sampled_from([list, day_by_day, lambda spelled: [*spelled, *spelled[::-1]]])


@st.composite
def desks(draw):
    """Agents in up to three zones, their patterns shared or not, and instants to ask about."""
    views, schedules = [Scene((), "UTC")], []
    for scene in draw(st.lists(scenes(), max_size=3)):
        others = draw(st.lists(st.lists(rows(scene.tz, scene.edge), max_size=3), max_size=2))
        for spelled in (scene.rows, *others):
            views.append(replace(scene, rows=tuple(spelled)))
            ways = draw(st.lists(SPELLINGS, min_size=1, max_size=3))
            schedules += [replace(scene, rows=tuple(way(spelled))).schedule for way in ways]
    schedules += draw(st.sampled_from([[], [None], [None, None]]))
    agents = [
        Agent(
            id=f"ou_{n}",
            schedule=schedule,
            status=draw(st.sampled_from(Status)),
            skills=draw(st.sampled_from([(), (Skill("s1", "billing"),)])),
            unreadable_rows=draw(st.sampled_from([0, 0, 1])),
        )
        for n, schedule in enumerate(draw(st.permutations(schedules)))
    ]
    return agents, draw(st.lists(st.sampled_from(views).flatmap(instants), min_size=1, max_size=5))


@settings(max_examples=30)
@given(desks(), DISPLAYS)
def test_answers_are_those_of_a_loop_over_the_agents(desk, shown_as):
    agents, many = desk
    roster = Roster(agents)
    for at in [*many, *many, *(at for at in many for _ in range(3))]:  # so that memos are hit
        check(roster, at, by_the_model, shown_as)


def assert_one_order(answers):
    """There is one order that all answers keep: who follows whom makes no circle."""
    order = TopologicalSorter()
    for before, after in (pair for answer in answers for pair in pairwise(answer)):
        order.add(after, before)
    order.prepare()  # raises CycleError


@settings(max_examples=20)
@given(desks())
def test_the_order_is_the_rosters_at_every_instant(desk):
    agents, many = desk
    roster, twin = Roster(agents), Roster(agents)
    answers = [ids(roster.on_duty(at)) for at in (*many, *many)]
    assert answers == [ids(twin.on_duty(at)) for at in (*many, *many)]
    assert_one_order(answers)


@settings(max_examples=20)
@given(desks(), st.sampled_from([None, "billing"]), st.timedeltas(-DAY / 24, DAY / 24))
def test_available_is_who_is_in_that_state_in_the_order_of_the_roster(desk, skill, age):
    agents, many = desk
    for at in many:
        roster = Roster(agents, fetched_at=at - age, clock=lambda at=at: at, status_ttl=DAY / 48)
        expected = [one for one in agents if roster.check(one.id).state is State.AVAILABLE]
        for _ in range(2):
            assert roster.available(skill=skill) == [
                one for one in expected if skill is None or one.has_skill(skill)
            ]


ALWAYS, NEVER = agent("always", row(9, "00:00", "24:00")), agent("never")
ABSENT = Agent(id="absent", schedule=None)
HALF = agent("half", row(1, "00:00", "12:00"), unreadable_rows=1)
NIGHT, SAME_NIGHT = (
    agent("night", row(9, "22:00", "06:00")),
    agent(
        "same night", row(9, "00:00", "06:00"), row(10, "22:00", "24:00"), row(11, "22:00", "24:00")
    ),
)
SHARED = [agent(f"shared {n}", row(10, "09:00", "18:00"), tz=THREE_ZONES[n % 3]) for n in range(30)]
LARGE = [
    ABSENT,
    *alone(MANY + 50),
    *SHARED,
    HALF,
    *alone(50, "America/New_York"),
    NIGHT,
    *alone(20, "Australia/Lord_Howe"),
    SAME_NIGHT,
]
SUNDAY_NIGHT = [agent(f"{n}", row(7, clock(1320 + n), clock(1380 + n))) for n in range(59)]

ROSTERS = {
    "nobody": [],
    "one": [HALF],
    "one, always": [ALWAYS],
    "one, never": [NEVER],
    "no schedules": [ABSENT, Agent(id="absent too", schedule=None)],
    "as many absent": [Agent(id=f"absent {n}", schedule=None) for n in range(MANY)],
    "nothing changes": [NEVER, ABSENT, ALWAYS],
    "Monday begins or ends": [
        agent("begins", row(1, "00:00", "01:00")),
        agent("ends", row(7, "23:00", "24:00")),
        agent("runs on", row(7, "23:00", "01:00")),
        agent("all but Monday", *(row(day, "00:00", "24:00") for day in range(2, 8))),
    ],
    "Sunday night": [*SUNDAY_NIGHT, agent("last minute", row(7, "23:59", "24:00"))],
    "spelled twice": [NIGHT, HALF, SAME_NIGHT],
    "the other way round": [NIGHT, agent("day", row(9, "06:00", "22:00"))],
    "one less than many": alone(MANY - 1),
    "many": alone(MANY),
    "many and a pair": [NIGHT, *alone(MANY - 1), SAME_NIGHT],
    "large": LARGE,
}
#: A week by odd steps and its ends, changes of clocks, far years, and all the time there is.
AT = [
    *(MONDAY + n * timedelta(minutes=433, microseconds=1) for n in range(24)),
    *(MONDAY + n * WEEK + nudge for n in (0, 1) for nudge in (-MICROSECOND, timedelta())),
    *(datetime(year, 1, 1, tzinfo=UTC) + n * SECOND for year in (1970, 2100) for n in (-1, 0, 1)),
    *(MONDAY - n * DAY / 1440 for n in range(20)),
    *(datetime(2026, 3, 8, 7, tzinfo=UTC) + n * DAY / 96 for n in range(-6, 7)),
    *(datetime(2026, 11, 1, 6, tzinfo=UTC) + n * DAY / 96 for n in range(-6, 7)),
    *(
        datetime(year, month, 6, n, tzinfo=UTC)
        for year in (2500, 9999)
        for month in (1, 7)
        for n in (0, 9)
    ),
    *(end.replace(tzinfo=UTC) for end in (datetime.min, datetime.max)),  # noqa: DTZ901
    *(datetime(1, 1, n, 12, tzinfo=UTC) for n in range(1, 8)),
    *(datetime(9999, 12, n, 23, 59, 59, 999999, tzinfo=UTC) for n in range(25, 32)),
    datetime(1, 1, 1, tzinfo=timezone(timedelta(minutes=1439))),
    datetime(9999, 12, 31, 23, 59, tzinfo=timezone(timedelta(minutes=-1439))),
]


@pytest.mark.parametrize("agents", ROSTERS.values(), ids=ROSTERS)
def test_any_roster_at_any_time(agents):
    roster = Roster(agents)
    for at in (at for at in AT for _ in range(3)):
        check(roster, at, by_the_course)
    assert_one_order(ids(roster.on_duty(at)) for at in AT)


def test_available_comes_in_the_order_of_the_roster():
    roster = Roster(LARGE, clock=lambda: MONDAY - WEEK)  # so that only the schedule counts
    on = [one for one in LARGE if one.schedule and by_the_course(one.schedule, MONDAY)]
    assert roster.available(MONDAY) == on
    assert ids(roster.on_duty(MONDAY)) != ids(on)


# What is refused


@pytest.mark.parametrize("agents", [[], [ABSENT], LARGE], ids=len)
@pytest.mark.parametrize(
    "question",
    [
        Roster.on_duty,
        lambda roster, at: roster.on_duty(at, order="roster"),
        Roster.count_on_duty,
        Roster.unknown,
        Roster.available,
    ],
)
@pytest.mark.parametrize(
    ("at", "error"),
    [
        (datetime(2026, 6, 1), NaiveDatetimeError),
        (pd.Timestamp("2026-06-01"), NaiveDatetimeError),
        (date(2026, 6, 1), InstantError),
        ("2026-06-01T00:00Z", InstantError),
        (1780272000, InstantError),
        (np.datetime64("2026-06-01"), InstantError),
        (pd.NaT, InstantError),
    ],
)
def test_what_is_no_instant_is_refused_before_and_after_an_answer(agents, question, at, error):
    roster = Roster(agents)
    for _ in range(2):
        with pytest.raises(error):
            question(roster, at)
        question(roster, MONDAY)


@pytest.mark.parametrize("order", ["name", "", "Roster", b"roster", 0, False, ["roster"]])
@pytest.mark.parametrize("agents", [[], LARGE], ids=len)
def test_an_order_is_none_or_roster(agents, order):
    with pytest.raises(ConfigurationError, match="allowed: None, 'roster'"):
        Roster(agents).on_duty(MONDAY, order=order)


# A roster stays a value


@pytest.mark.parametrize("agents", ROSTERS.values(), ids=ROSTERS)
def test_answers_are_fresh_lists(agents):
    roster = Roster(agents, clock=lambda: MONDAY)
    for ask in (
        roster.on_duty,
        lambda at: roster.on_duty(at, order="roster"),
        roster.unknown,
        roster.available,
    ):
        expected = tuple(ask(MONDAY))
        for _ in range(4):
            answer = ask(MONDAY)
            assert type(answer) is list
            assert tuple(answer) == expected
            answer.append(None)
            del answer[::2]


@pytest.mark.parametrize(
    "duplicate", [copy.copy, copy.deepcopy, lambda roster: pickle.loads(pickle.dumps(roster))]
)
def test_the_index_is_neither_pickled_nor_compared(duplicate):
    fresh, worn = Roster(LARGE), Roster(LARGE)
    for _ in range(2):
        check(worn, MONDAY, by_the_course)
    assert pickle.dumps(worn) == pickle.dumps(fresh)
    assert (worn, hash(worn), repr(worn)) == (fresh, hash(fresh), repr(fresh))
    twin = duplicate(worn)
    assert twin == worn
    assert twin._duty_index is None
    assert twin.on_duty(MONDAY) == worn.on_duty(MONDAY)
    assert twin.with_skill("none")._duty_index is None


def answers(roster, at):
    in_order = roster.on_duty(at, order="roster")
    return in_order, roster.count_on_duty(at), roster.on_duty(at), roster.on_duty(at)


def test_threads_share_a_roster():
    """They ask about few instants, each of them several times, and so contend for the memos."""
    roster, serial, barrier = Roster(LARGE), Roster(LARGE), Barrier(8)
    expected = {at: answers(serial, at) for at in AT[:3]}

    def differ(seed):
        barrier.wait()
        asked = Random(seed).choices(AT[:3], k=400)
        return [at for at in asked if answers(roster, at) != expected[at]]

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as pool:
            assert list(pool.map(differ, range(8))) == [[]] * 8
    finally:
        sys.setswitchinterval(interval)


# Work, counted


def indexed(agents):
    roster = Roster(agents)
    roster.on_duty(MONDAY)
    return roster, roster._duty_index


def counted(monkeypatch, owner, name):
    """The calls of a method, from now on."""
    calls, method = [], getattr(owner, name)
    monkeypatch.setattr(owner, name, lambda *args: calls.append(name) or method(*args))
    return calls


class Watched:
    """A sequence that notes what is looked up in it."""

    def __init__(self, inner):
        self.inner, self.found = inner, []

    def __getitem__(self, where):
        self.found.append(self.inner[where])
        return self.found[-1]


def test_one_pattern_is_one_group_however_it_is_spelled():
    tiled = [
        row(code, *ends) for code in (10, 11) for ends in (("12:00", "24:00"), ("09:00", "12:00"))
    ]
    ways = [[row(9, "09:00", "24:00")], day_by_day([row(9, "09:00", "24:00")]), tiled]
    _, index = indexed([agent(str(n), *ways[n % 3]) for n in range(1000)])
    (zone,) = index.zones
    assert [len(group) for group in zone.groups] == [1000]
    assert len(zone.flips) == 14  # Sunday's 24:00 is Monday's 00:00
    assert {len(flags) for flags in zone.checkpoints} == {1}


def test_one_pattern_is_one_group_even_if_the_engine_forgot_it():
    first, other = (
        agent("first", row(1, "00:00", "12:00")),
        agent("other", row(1, "00:00", "13:00")),
    )
    for memo in (courses._course, week._pattern):
        memo.cache_clear()  # as 4,096 other patterns would
    roster = Roster(
        [first, other, agent("last", row(1, "00:00", "06:00"), row(1, "06:00", "12:00"))]
    )
    twin = pickle.loads(pickle.dumps(roster))
    assert twin == roster
    assert ids(twin.on_duty(MONDAY)) == ids(roster.on_duty(MONDAY))
    assert [len(group) for group in roster._duty_index.zones[0].groups] == [2]


@pytest.mark.parametrize("size", [3, 30, 1200])
def test_counting_looks_at_each_zone_once_however_many_agents(size):
    agents = [one for tz in THREE_ZONES for one in alone(size // 3, tz)]
    roster, index = indexed(agents)
    for zone in index.zones:
        zone.counts = Watched(zone.counts)
        for needless in set(zone.__slots__) - {"begins", "counts", "length", "zone"}:
            delattr(zone, needless)
    assert roster.count_on_duty(MONDAY) == sum(by_the_course(a.schedule, MONDAY) for a in agents)
    assert [len(zone.counts.found) for zone in index.zones] == [1, 1, 1]


def test_a_hand_is_read_at_most_once_while_no_clock_changes(monkeypatch):
    roster, calls = indexed(LARGE)[0], counted(monkeypatch, Zone, "wall_at")
    for n in range(50):
        roster.count_on_duty(MONDAY + n * DAY)
        roster.on_duty(MONDAY + n * DAY, order="roster")
    assert len(calls) <= len(roster._duty_index.zones)


@pytest.mark.parametrize(
    ("order", "work", "most"),
    [
        (None, "_on", 2),  # the first time, and the second, which is remembered
        (None, "__init__", 1),
        ("roster", "_make_pick", 1),
        ("roster", "__init__", 1),
    ],
)
def test_asking_again_in_the_same_slot_works_no_more(monkeypatch, order, work, most):
    calls, roster = counted(monkeypatch, DutyIndex, work), Roster(LARGE)
    for n in range(50):
        roster.on_duty(MONDAY + n * SECOND, order=order)
        roster.count_on_duty(MONDAY)
    assert len(calls) == most


#: Each has enough groups, flipping at odd minutes, for checkpoints some slots apart.
SPARSE = {
    "all week": alone(60),
    "two zones": [*alone(60), *alone(90, "Europe/London")],
    "Sunday night": SUNDAY_NIGHT,
}


@pytest.mark.parametrize("agents", SPARSE.values(), ids=SPARSE)
def test_no_more_flips_on_the_way_than_half_a_step_has(agents, monkeypatch):
    monkeypatch.setattr(index_module, "CHECKPOINTS_AT_LEAST", 600)  # so that steps are long
    monkeypatch.setattr(index_module, "CHECKPOINTS_PER_AGENT", 4)
    for zone in indexed(agents)[1].zones:
        half, slots, starts = zone.step // 2, len(zone.counts), zone.starts
        most = max(starts[slot + half] - starts[slot] for slot in range(slots - half + 1))
        zone.flips = Watched(zone.flips)
        for slot in range(slots):
            zone.flags(slot)
        assert half >= 5
        assert 0 < max(map(len, zone.flips.found)) <= most


def mixed(count, chance):
    """Four fifths have one of three patterns, the others one to four ranges a day of their own."""
    common = [
        [row(10, "09:00", "18:00")],
        [row(10, "08:30", "12:00"), row(10, "13:00", "17:30")],
        [row(9, "22:00", "06:00")],
    ]
    for n in range(count):
        tz, spelled = chance.choice(THREE_ZONES), chance.choice(common)
        if n % 5 == 0:
            spelled = [one for day in range(1, 8) for one in ranges(day, chance)]
        yield agent(f"ou_{n}", *spelled, tz=tz)


def ranges(day, chance):
    ends = sorted(chance.sample(range(0, 1441, 5), 2 * chance.randint(1, 4)))
    return [row(day, clock(a), clock(b)) for a, b in zip(ends[::2], ends[1::2], strict=True)]


def test_the_index_takes_at_most_70_bytes_an_agent():
    roster = Roster(mixed(10_000, Random(20260601)))
    gc.collect()
    tracemalloc.start()
    try:
        roster.on_duty(MONDAY)
        roster.on_duty(MONDAY, order="roster")
        roster.count_on_duty(MONDAY)
        gc.collect()
        assert tracemalloc.get_traced_memory()[0] <= 70 * len(roster)
    finally:
        tracemalloc.stop()
