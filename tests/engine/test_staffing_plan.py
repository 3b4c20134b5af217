"""What a plan needs, when, and where a roster falls short of it."""

from __future__ import annotations

import pickle
from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from odd_dates import ROWS, Dates, instants, row
from oracle import DAY, DatedModel, utc

from availability import (
    Agent,
    CalendarUnknownError,
    Closure,
    ConfigurationError,
    PlanError,
    Requirement,
    Roster,
    Skill,
    StaffingPlan,
    WeeklySchedule,
)

UTC = timezone.utc
MONDAY = datetime(2026, 6, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
NOBODY = Roster([])


def needs(count, code=9, start="09:00", end="18:00", skill=None):
    return {**row(code, start, end), "count": count, "skill": skill}


def plan(*rows, **settings):
    return StaffingPlan.parse(list(rows), **{"tz": "UTC", **settings})


def shortfalls(of, roster, start=MONDAY, length=DAY):
    return [
        (f"{gap.start:%H:%M}", f"{gap.end:%H:%M}", gap.required, gap.missing, gap.skill)
        for gap in roster.shortfalls(of, start, start + length)
    ]


def test_of_requirements_that_overlap_the_largest_counts():
    both = plan(needs(2), needs(4, start="10:00", end="12:00"), needs(1, start="11:00"))
    assert shortfalls(both, NOBODY) == [
        ("09:00", "10:00", 2, 2, None),
        ("10:00", "12:00", 4, 4, None),
        ("12:00", "18:00", 2, 2, None),
    ]


def test_each_skill_counts_for_itself():
    def agent(agent_id, start, end, *skills):
        schedule = WeeklySchedule.parse([row(9, start, end)], tz="UTC")
        return Agent(agent_id, schedule, skills=[Skill(one) for one in skills])

    roster = Roster([agent("ou_1", "09:00", "15:00", "VIP"), agent("ou_2", "12:00", "18:00")])
    assert shortfalls(plan(needs(2), needs(1, skill="VIP")), roster) == [
        ("09:00", "12:00", 2, 1, None),
        ("15:00", "18:00", 2, 1, None),
        ("15:00", "18:00", 1, 1, "VIP"),
    ]


def test_nobody_is_missed_where_the_desk_is_meant_to_be_closed():
    lunch = Closure(datetime(2026, 1, 1, 12), datetime(2026, 1, 1, 13), "lunch", rule="FREQ=DAILY")
    closed = plan(needs(1), closures=[lunch, date(2026, 6, 2)])
    assert shortfalls(closed, NOBODY, length=2 * DAY) == [
        ("09:00", "12:00", 1, 1, None),
        ("13:00", "18:00", 1, 1, None),
    ]
    assert shortfalls(plan(), NOBODY) == []
    assert NOBODY.shortfalls(plan(needs(1)), MONDAY, MONDAY) == []


def test_a_plan_by_a_calendar():
    calendar = Dates(frozenset({2026}), frozenset({date(2026, 6, 1)}))
    by_dates = plan(needs(1, code=10), calendar=calendar)
    assert shortfalls(by_dates, NOBODY) == []
    assert len(shortfalls(by_dates, NOBODY, length=2 * DAY)) == 1
    closed = plan(needs(1), calendar=calendar, closed_on_holidays=True)
    assert shortfalls(closed, NOBODY) == []
    with pytest.raises(CalendarUnknownError, match="does not know that year"):
        NOBODY.shortfalls(by_dates, MONDAY, MONDAY + 365 * DAY)


@given(st.data(), st.lists(st.tuples(ROWS, st.integers(1, 4)), max_size=4), instants())
def test_what_is_needed_is_the_most_that_any_row_needs(data, rows, start):
    tz = data.draw(st.sampled_from(["Asia/Shanghai", "America/New_York", "Africa/Cairo"]))
    calendar = Dates(frozenset({2025, 2026, 2027}), frozenset({date(2026, 1, 1)}))
    needed = plan(*({**one, "count": count} for one, count in rows), tz=tz, calendar=calendar)
    found = NOBODY.shortfalls(needed, start, start + 9 * DAY)
    at = start + data.draw(st.timedeltas(timedelta(), 9 * DAY - HOUR))
    by_row = [count for one, count in rows if DatedModel([one], tz, calendar).state(at)]
    missing = [gap.missing for gap in found if at in gap.interval]
    assert missing == ([max(by_row)] if by_row else [])


def test_a_plan_is_a_value():
    given_ = plan(needs(2), closures=[date(2026, 6, 2)], closed_on_holidays=False)
    assert given_ == pickle.loads(pickle.dumps(given_)) == given_.__replace__()
    assert hash(given_) == hash(given_.__replace__())
    assert given_ != given_.__replace__(closures=())
    assert given_.requirements[0].__replace__(count=3).count == 3
    assert (given_.calendar, given_.closed_on_holidays, given_.calendar_fallback) == (
        None,
        False,
        None,
    )


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ({}, "plan: dict {} is not a list of rows"),
        (["x"], r"plan\[0\]: str 'x' is not an object"),
        ([needs(1), needs(1, code=8)], r"plan\[1\]\.weekday: int 8 is not a weekday code"),
        ([needs(1, start="18:00")], r"plan\[0\]: 18:00-18:00 starts when it ends"),
        ([needs(-1)], r"plan\[0\]\.count: int -1; allowed: a whole number from 1 to"),
        (
            [needs(10**9 + 1)],
            "count: int 1000000001; allowed: a whole number from 1 to 1,000,000,0",
        ),
        ([needs(1, skill=7)], r"plan\[0\]\.skill: int 7; allowed: a skill's id or name"),
        ([{**needs(1), "cuont": 2}], r"plan\[0\]\.cuont: unknown; allowed: weekday"),
    ],
)
def test_an_impossible_row(rows, said):
    with pytest.raises(PlanError, match=said):
        StaffingPlan.parse(rows, tz="UTC")


def test_other_bad_input():
    with pytest.raises(PlanError, match="closures: str '2026'; allowed: a Closure, or a date"):
        plan(closures=["2026"])
    with pytest.raises(PlanError, match=r"closures: date .*; allowed: a list"):
        plan(closures=date(2026, 6, 2))
    with pytest.raises(PlanError, match="requirements: null; allowed: a list"):
        StaffingPlan(None, "UTC")
    with pytest.raises(PlanError, match="is not a Requirement"):
        StaffingPlan([needs(1)], "UTC")
    with pytest.raises(PlanError, match="is not a DutyRange"):
        Requirement(row(9, "09:00", "18:00"), 1)
    with pytest.raises(ConfigurationError, match="is not a StaffingPlan"):
        NOBODY.shortfalls([needs(1)], MONDAY, MONDAY)
    with pytest.raises(ConfigurationError, match="no time zone"):
        plan(tz=None)
    assert (
        utc(NOBODY.shortfalls(plan(needs(1)), MONDAY, MONDAY + DAY)[0].start) == MONDAY + 9 * HOUR
    )
