"""The roster: who is on duty, who is available, who is next."""

from __future__ import annotations

import copy
import pickle
from datetime import datetime, timedelta, timezone

import pytest

from availability import (
    Agent,
    AvailabilityError,
    ConfigurationError,
    Diagnostic,
    InstantError,
    NaiveDatetimeError,
    Roster,
    Skill,
    State,
    Status,
    UnknownAgentError,
    WeeklySchedule,
)

SHANGHAI = "Asia/Shanghai"
MONDAY_9 = datetime(2026, 6, 1, 1, tzinfo=timezone.utc)  # 09:00 in Shanghai


def rows(*spelled):
    """``"10 09:00-18:00"`` → a row of the API."""
    parts = [(int(code), *times.split("-")) for code, times in map(str.split, spelled)]
    return [{"weekday": code, "start_time": a, "end_time": b} for code, a, b in parts]


def agent(agent_id, *spelled, tz=SHANGHAI, status=Status.ONLINE, **fields):
    schedule = WeeklySchedule.parse(rows(*spelled), tz=tz)
    return Agent(id=agent_id, schedule=schedule, status=status, **fields)


def ids(agents):
    return [one.id for one in agents]


DAY = agent("day", "10 09:00-18:00", skills=(Skill("s1", "billing"), Skill("s0", "any", True)))
NIGHT = agent("night", "9 22:00-06:00", skills=(Skill("s2", "账单"),))
ALWAYS = agent("always", "9 00:00-24:00", skills=(Skill("s1", "billing"),))
NEVER = agent("never")
ABSENT = Agent(id="absent", schedule=None, status=Status.ONLINE)
HALF = agent("half", "1 09:00-10:00", unreadable_rows=1)
LONDON = agent("london", "1 02:00-17:00", tz="Europe/London")
DESK = [DAY, NIGHT, ALWAYS, NEVER, ABSENT, HALF, LONDON]


def desk(agents=DESK, now=MONDAY_9, **options):
    return Roster(agents, fetched_at=now, clock=lambda: now, **options)


@pytest.mark.parametrize(
    ("after", "on_duty", "unknown"),
    [
        (timedelta(), ["day", "always", "half", "london"], ["absent"]),
        (timedelta(hours=1), ["day", "always", "london"], ["absent", "half"]),
        (timedelta(hours=9), ["always", "london"], ["absent", "half"]),
        (timedelta(hours=13), ["night", "always", "london"], ["absent", "half"]),
    ],
)
def test_on_duty_and_unknown_by_schedule_alone(after, on_duty, unknown):
    roster, at = desk(), MONDAY_9 + after
    assert ids(roster.on_duty(at)) == on_duty
    assert ids(roster.on_duty(at, order="roster")) == on_duty
    assert roster.count_on_duty(at) == len(on_duty)
    assert ids(roster.unknown(at)) == unknown


@pytest.mark.parametrize(
    ("skill", "available"),
    [
        (None, ["day", "always", "half", "london"]),
        ("billing", ["day", "always"]),
        ("s1", ["day", "always"]),
        ("any", ["day"]),  # a default skill is a skill like any other
        ("账单", []),
        ("nobody's", []),
    ],
)
def test_available_now_by_skill(skill, available):
    assert ids(desk().available(skill=skill)) == available
    if skill is not None:
        assert ids(desk().with_skill(skill).available()) == available


def test_available_is_whoever_is_in_that_state():
    roster = desk([DAY, agent("out", "9 00:00-24:00", status=Status.OFFLINE), ABSENT])
    states = {one.id: roster.check(one.id).state for one in roster}
    assert states == {
        "day": State.AVAILABLE,
        "out": State.UNAVAILABLE,
        "absent": State.UNKNOWN,
    }
    assert ids(roster.available()) == ["day"]


def test_without_a_fetch_no_status_counts():
    roster = Roster([ALWAYS], clock=lambda: MONDAY_9)
    assert roster.check("always").state is State.UNKNOWN
    assert roster.available() == []


def test_the_system_clock_is_the_default():
    assert Roster([ALWAYS], fetched_at=datetime.now(timezone.utc)).available() == [ALWAYS]


@pytest.mark.parametrize(
    ("at", "when", "on", "off"),
    [
        # London's Monday 02:00 is Shanghai's 09:00 in summer
        (MONDAY_9 - timedelta(seconds=1), MONDAY_9, ["day", "half", "london"], []),
        (MONDAY_9, MONDAY_9 + timedelta(hours=1), [], ["half"]),
        (MONDAY_9 + timedelta(hours=2), MONDAY_9 + timedelta(hours=9), [], ["day"]),
        (MONDAY_9 + timedelta(hours=9), MONDAY_9 + timedelta(hours=13), ["night"], []),
    ],
)
def test_next_transition(at, when, on, off):
    transition = desk().next_transition(at)
    assert transition.at.astimezone(timezone.utc) == when
    assert (ids(transition.on), ids(transition.off)) == (on, off)


def test_a_handoff_is_one_transition():
    roster = desk([agent("early", "9 08:00-16:00"), agent("late", "9 16:00-23:00")])
    transition = roster.next_transition()
    assert (ids(transition.on), ids(transition.off)) == (["late"], ["early"])
    assert transition.at.isoformat() == "2026-06-01T16:00:00+08:00"


@pytest.mark.parametrize("agents", [[], [ALWAYS, NEVER, ABSENT]])
def test_no_transition_where_nothing_ever_changes(agents):
    assert desk(agents).next_transition() is None


def test_lookup_and_iteration():
    roster = desk()
    assert len(roster) == 7
    assert list(roster) == DESK
    assert roster["day"] is roster.get("day") is DAY
    assert roster.get("nobody") is None
    assert "day" in roster
    assert DAY in roster
    assert "nobody" not in roster
    assert agent("day") not in roster


def test_an_unknown_id_names_the_nearest():
    with pytest.raises(UnknownAgentError, match=r"no agent 'dya' among 7.*nearest: day") as caught:
        desk()["dya"]
    assert isinstance(caught.value, KeyError)
    assert isinstance(caught.value, AvailabilityError)
    assert str(UnknownAgentError()) == ""


def test_a_repeated_id_keeps_the_first_and_says_so():
    roster = desk([DAY, agent("day", "9 00:00-24:00"), NEVER])
    assert list(roster) == [DAY, NEVER]
    assert [(one.code, one.agent_id) for one in roster.diagnostics] == [("duplicate_agent", "day")]


def test_diagnostics_of_the_roster_and_of_its_agents():
    odd = Diagnostic("unknown_status", "status: 7 is unknown", "odd")
    roster = Roster([agent("odd", diagnostics=(odd,))], left_out=[Diagnostic("not_an_agent", "no")])
    assert [one.code for one in roster.diagnostics] == ["not_an_agent", "unknown_status"]
    assert str(odd) == "odd: status: 7 is unknown [unknown_status]"


BILLING, ZHANGDAN, NAMELESS = Skill("s1", "billing"), Skill("s1", "账单"), Skill("s1")


@pytest.mark.parametrize(
    ("skills", "said"),
    [
        ([], None),
        ([(BILLING,), (BILLING,), (NAMELESS,)], None),
        ([(BILLING,), (Skill("s2", "billing"),)], None),
        ([(BILLING,), (ZHANGDAN,), (BILLING,)], "2 names: 'billing', '账单'"),
        ([(ZHANGDAN,), (BILLING,)], "2 names: '账单', 'billing'"),
        ([(BILLING, ZHANGDAN), (BILLING,)], None),  # the first agent's own diagnostic says it
        ([(BILLING, ZHANGDAN), (Skill("s1", "x"),)], "3 names: 'billing', '账单', 'x'"),
    ],
)
def test_a_skill_with_several_names_on_the_desk(skills, said):
    roster = Roster([agent(str(n), skills=own) for n, own in enumerate(skills)])
    message = f"on the desk skill 's1' has {said}"
    assert roster.diagnostics == ((Diagnostic("duplicate_skill", message),) if said else ())


@pytest.mark.parametrize(
    "question", ["on_duty", "count_on_duty", "unknown", "available", "next_transition"]
)
@pytest.mark.parametrize("agents", [DESK, []])
@pytest.mark.parametrize(
    ("at", "error"), [(datetime(2026, 6, 1), NaiveDatetimeError), ("10:00", InstantError)]
)
def test_what_is_no_instant_is_refused(question, agents, at, error):
    with pytest.raises(error):
        getattr(desk(agents), question)(at)


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"fetched_at": datetime(2026, 6, 1)}, NaiveDatetimeError),
        ({"status_ttl": timedelta(seconds=-1)}, ConfigurationError),
        ({"max_stale": timedelta(seconds=-1)}, ConfigurationError),
        ({"max_stale": 300}, InstantError),
        ({"status_ttl": 300}, InstantError),
        ({"agents": [{"agent": {"id": "ou_1"}}]}, ConfigurationError),
        ({"skills": ["VIP"]}, ConfigurationError),
    ],
)
def test_settings_that_cannot_be_used(options, error):
    with pytest.raises(error):
        Roster(**{"agents": DESK, **options})


def test_an_unknown_order_is_refused():
    with pytest.raises(ConfigurationError, match="'name' is unknown; allowed: None, 'roster'"):
        desk().on_duty(MONDAY_9, order="name")


def now():
    return MONDAY_9


def test_a_roster_is_a_value():
    roster = Roster(DESK, fetched_at=MONDAY_9, clock=now, left_out=[Diagnostic("c", "m")])
    for twin in (pickle.loads(pickle.dumps(roster)), copy.copy(roster), copy.deepcopy(roster)):
        assert twin == roster
        assert hash(twin) == hash(roster)
        assert twin.clock is now
        assert twin["day"].timeline == DAY.timeline
    assert roster != Roster(DESK)
    assert roster.__replace__(status_ttl=timedelta()).clock is now
    assert roster.with_skill("billing").clock is now
    assert repr(roster) == "<Roster of 7 agents, fetched 2026-06-01T01:00:00+00:00>"
    assert repr(Roster([])) == "<Roster of 0 agents, fetched never>"
    with pytest.raises(AttributeError):
        roster.agents = ()


def test_an_agent_shows_id_and_name_only():
    shown = agent("ou_1", name="王芳", email="wangfang@example.com", department="客服")
    assert repr(shown) == "Agent(id='ou_1', name='王芳')"


def test_until_is_the_schedules_next_change_or_nothing():
    assert DAY.until(MONDAY_9).isoformat() == "2026-06-01T18:00:00+08:00"
    assert HALF.until(MONDAY_9).isoformat() == "2026-06-01T10:00:00+08:00"
    assert HALF.until(MONDAY_9 + timedelta(hours=1)) is None
    assert [one.until(MONDAY_9) for one in (ALWAYS, NEVER, ABSENT)] == [None] * 3
