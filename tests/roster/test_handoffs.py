"""Who takes over from whom, held against a plain walk through everybody's changes."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from odd_dates import ROWS, row
from odd_dates import instants as odd_instants
from oracle import DAY, MICROSECOND, Model, utc

from availability import Agent, ExtraShift, Roster, Skill, WeeklySchedule

UTC = timezone.utc
HOUR = timedelta(hours=1)
MONDAY = datetime(2026, 6, 1, tzinfo=UTC)
LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)
TZ = "America/New_York"


def agent(agent_id, *rows, tz="UTC", skills=()):
    return Agent(
        agent_id,
        WeeklySchedule.parse(list(rows), tz=tz),
        skills=[Skill(one) for one in skills],
    )


def ids(agents):
    return " ".join(one.id for one in agents)


def told(roster, *window, **more):
    return [
        (f"{one.at:%H:%M}", ids(one.off), ids(one.on), ids(one.successors), one.overlap, one.hole)
        for one in roster.handoffs(*window, **more)
    ]


A, B = row(9, "09:00", "17:00"), row(9, "16:30", "20:00")


def test_an_overlap_a_hole_and_a_relay():
    roster = Roster([agent("a", A), agent("b", B), agent("c", row(9, "20:00", "22:00"))])
    assert told(roster, MONDAY, MONDAY + DAY) == [
        ("09:00", "", "a", "", None, None),
        ("16:30", "", "b", "", None, None),
        ("17:00", "a", "", "b", HOUR / 2, None),
        ("20:00", "b", "c", "c", timedelta(), None),
        ("22:00", "c", "", "a", None, 11 * HOUR),
    ]


def test_the_last_to_come_takes_over_and_who_was_there_before_does_not():
    roster = Roster(
        [
            agent("always", row(9, "00:00", "24:00")),
            agent("early", row(9, "08:00", "18:00")),
            agent("day", row(9, "09:00", "17:00")),
        ]
    )
    assert told(roster, MONDAY, MONDAY + DAY) == [
        ("08:00", "", "early", "", None, None),
        ("09:00", "", "day", "", None, None),
        ("17:00", "day", "", "", None, None),
        ("18:00", "early", "", "", None, None),
    ]
    assert [one.present for one in roster.handoffs(MONDAY, MONDAY + DAY)] == [2, 3, 2, 1]


def test_a_window_changes_nothing_of_what_is_in_it():
    roster = Roster([agent("a", A), agent("b", B)])
    noon = MONDAY + 16.75 * HOUR
    assert told(roster, noon, MONDAY + 18 * HOUR) == [("17:00", "a", "", "b", HOUR / 2, None)]
    assert told(roster, noon, MONDAY + 21 * HOUR)[-1] == (
        *("20:00", "b", "", "a"),
        None,
        13 * HOUR,
    )
    assert told(roster, MONDAY + 17 * HOUR, MONDAY + 20 * HOUR) == []


def test_nor_of_agents_of_whom_little_is_known():
    extra = [
        ExtraShift("x", MONDAY + 9 * HOUR, MONDAY + 12 * HOUR),
        ExtraShift("x", MONDAY + 34 * HOUR, MONDAY + 35 * HOUR),
    ]
    known = agent("a", row(1, "08:00", "10:00"))
    roster = Roster([known, Agent("x", None)]).with_overrides(*extra)
    wide = told(roster, MONDAY, MONDAY + 2 * DAY)[2:4]
    assert wide == [("10:00", "a", "", "x", HOUR, None), ("12:00", "x", "", "x", None, 22 * HOUR)]
    assert told(roster, MONDAY + 9.5 * HOUR, MONDAY + 13 * HOUR) == wide


def test_by_skill_and_after_the_last_one():
    once = ExtraShift("c", MONDAY + 10 * HOUR, MONDAY + 11 * HOUR)
    roster = Roster([agent("a", A), agent("c", skills=["VIP"])]).with_overrides(once)
    assert told(roster, MONDAY, MONDAY + DAY, skill="VIP") == [
        ("10:00", "", "c", "", None, None),
        ("11:00", "c", "", "", None, None),  # and nobody ever comes
    ]
    assert told(roster, MONDAY, MONDAY + DAY)[2] == ("11:00", "c", "", "", None, None)
    assert Roster([]).handoffs(MONDAY, MONDAY + DAY) == []


class Desk:
    """The naive way: every agent asked at every change of anybody's."""

    def __init__(self, models):
        self.models = models

    def on(self, at):
        return {name for name, model in self.models.items() if model.is_on_duty(at)}

    def since(self, name, at):
        return self.models[name].previous_change(at) or LONG_AGO

    def changes(self, start, end):
        models = self.models.values()
        return sorted({point for model in models for point in model.changes(start, end)})

    def successors(self, at):
        """Who takes over at a change, and when they came."""
        before, after = self.on(at - MICROSECOND), self.on(at)
        left = before - after
        if not left:
            return set(), None
        if not after:
            for point in self.changes(at + MICROSECOND, at + 22 * DAY):
                return self.on(point), point
            return set(), None
        first = min(self.since(name, at - MICROSECOND) for name in left)
        came = {name: self.since(name, at) for name in after}
        last = max(came.values())
        if last <= first:
            return set(), None
        return {name for name, since in came.items() if since == last}, last


@given(st.lists(st.lists(ROWS, max_size=2), min_size=1, max_size=4), odd_instants())
def test_a_plain_walk_finds_the_same(several, start):
    names = [f"ou_{i}" for i in range(len(several))]
    desk = Desk({name: Model(rows, TZ) for name, rows in zip(names, several, strict=True)})
    roster = Roster(agent(n, *rows, tz=TZ) for n, rows in zip(names, several, strict=True))
    end = start + 3 * DAY
    found = roster.handoffs(start, end)
    points = [point for point in desk.changes(start, end) if start < point < end]
    assert [utc(one.at) for one in found] == points
    for one, at in zip(found, points, strict=True):
        before, after = desk.on(at - MICROSECOND), desk.on(at)
        assert {each.id for each in one.off} == before - after
        assert {each.id for each in one.on} == after - before
        assert one.present == len(after)
        successors, since = desk.successors(at)
        assert {each.id for each in one.successors} == successors
        margin = None if since is None else at - since
        assert one.overlap == (margin if margin is not None and margin >= timedelta() else None)
        assert one.hole == (-margin if margin is not None and margin < timedelta() else None)


@pytest.mark.parametrize("count", [1, 3])
def test_who_leaves_and_comes_at_once(count):
    roster = Roster(
        [agent(f"a{i}", A) for i in range(count)] + [agent("b", row(9, "17:00", "18:00"))]
    )
    at_five = next(one for one in roster.handoffs(MONDAY, MONDAY + DAY) if one.at.hour == 17)
    assert len(at_five.off) == count
    assert ids(at_five.successors) == "b"
    assert at_five.overlap == timedelta()
