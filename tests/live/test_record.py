"""Agents and desks as texts: the same comes back, and nothing else is taken."""

from __future__ import annotations

import json
from datetime import date

import pytest
from agents import agents, rosters
from hypothesis import given

from availability import (
    Agent,
    Diagnostic,
    Leave,
    Roster,
    Skill,
    Status,
    StoreError,
    WeeklySchedule,
    WorkCalendar,
)
from availability.live.record import agent_text, desk_text, read_agent, read_desk

ROWS = [{"weekday": 10, "start_time": "22:00", "end_time": "24:00"}]
SCHEDULE = WeeklySchedule.parse(ROWS, tz="Asia/Shanghai", end_2359="literal")
AGENT = Agent(
    "ou_1",
    SCHEDULE,
    name="王芳",
    email="wang@example.com",
    department="d",
    company_name="c",
    avatar_url="u",
    status=Status.OFFLINE,
    status_code=2,
    skills=[Skill("s1", "账单", True)],
    diagnostics=[Diagnostic("bad_time", "m", "ou_1")],
    unreadable_rows=1,
)
WRITTEN = {
    "id": "ou_1",
    "name": "王芳",
    "email": "wang@example.com",
    "department": "d",
    "company_name": "c",
    "avatar_url": "u",
    "status": 2,
    "status_code": 2,
    "skills": [{"id": "s1", "name": "账单", "is_default": True}],
    "diagnostics": [{"code": "bad_time", "message": "m", "agent_id": "ou_1"}],
    "unreadable_rows": 1,
    "schedule": {"rows": ROWS, "tz": "Asia/Shanghai", "end_2359": "literal"},
}
DESK = {"agents": ["ou_1"], "left_out": [], "skills": None, "gone": []}


@given(agents())
def test_an_agent_comes_back_as_it_was(agent):
    found = read_agent(agent_text(agent), "f")
    assert found == agent
    assert type(found.status_code) is type(agent.status_code)
    if isinstance(agent.status_code, float):
        assert found.status_code.hex() == agent.status_code.hex()  # -0.0 is not 0.0
    assert agent_text(found) == agent_text(agent)


@given(rosters())
def test_a_desk_comes_back_as_it_was(roster):
    found = read_desk(desk_text(roster), "f")
    assert found.agent_ids == tuple(agent.id for agent in roster)
    assert found.left_out == roster.left_out
    assert found.skills == roster.skills
    assert found.gone == roster.gone


def test_what_is_written():
    assert json.loads(agent_text(AGENT)) == WRITTEN
    assert agent_text(AGENT) == json.dumps(WRITTEN, sort_keys=True, separators=(",", ":"))
    assert json.loads(desk_text(Roster([AGENT]))) == DESK


def test_no_field_of_an_agent_is_forgotten():
    """A new field must be written and read, or be configuration."""
    fields = set(Agent._fields) - {"overrides"}
    assert set(json.loads(agent_text(AGENT))) == fields
    usual = Agent("ou_2", None)
    assert [name for name in fields if getattr(AGENT, name) == getattr(usual, name)] == []
    assert read_agent(agent_text(AGENT), "f") == AGENT


def without(fields, name):
    return json.dumps({key: value for key, value in fields.items() if key != name})


@pytest.mark.parametrize("name", sorted(set(WRITTEN) - {"id", "schedule"}))
def test_a_record_made_before_there_was_a_field_has_its_default(name):
    found = read_agent(without(WRITTEN, name), "f")
    default = getattr(Agent("ou_1", None), name)
    assert found == AGENT.__replace__(**{name: default})


@pytest.mark.parametrize(
    ("part", "name", "default"),
    [
        ("skills", "is_default", False),
        ("skills", "name", None),
        ("diagnostics", "agent_id", None),
    ],
)
def test_a_part_made_before_there_was_a_field_has_its_default(part, name, default):
    old = {key: value for key, value in WRITTEN[part][0].items() if key != name}
    found = read_agent(json.dumps({**WRITTEN, part: [old]}), "f")
    assert getattr(getattr(found, part)[0], name) == default


def test_a_schedule_made_before_there_was_a_field_has_its_default():
    old = {**WRITTEN, "schedule": {"rows": ROWS, "tz": "Asia/Shanghai"}}
    assert read_agent(json.dumps(old), "f").schedule.end_2359 == "midnight"


@pytest.mark.parametrize("name", ["left_out", "skills", "gone"])
def test_a_desk_made_before_there_was_a_field_has_its_default(name):
    assert read_desk(without(DESK, name), "f") == read_desk(json.dumps(DESK), "f")


@pytest.mark.parametrize(
    ("read", "fields"), [(read_agent, WRITTEN), (read_desk, DESK)], ids=["agent", "desk"]
)
def test_a_record_of_a_newer_version_is_refused(read, fields):
    with pytest.raises(StoreError, match=r"^f: .*made by a newer version") as raised:
        read(json.dumps({**fields, "wang@example.com": 1}), "f")
    assert "wang" not in str(raised.value)


def test_equal_agents_have_equal_texts():
    twin = Agent(**{name: getattr(AGENT, name) for name in reversed(AGENT._fields)})
    assert agent_text(twin) == agent_text(AGENT)
    gone = [["b", "a", "c"], ["c", "b", "a"]]
    assert len({desk_text(Roster([], gone=ids)) for ids in gone}) == 1


def test_what_is_configuration_is_left_out():
    calendar = WorkCalendar.from_dates([date(2026, 6, 1)])
    planned = Roster([AGENT]).with_calendar(calendar, closed_on_holidays=True)
    planned = planned.with_overrides(Leave("ou_1", date(2026, 6, 1)))
    assert planned["ou_1"] != AGENT
    assert agent_text(planned["ou_1"]) == agent_text(AGENT)
    assert read_agent(agent_text(planned["ou_1"]), "f") == AGENT


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"id": 1}, "id: int; allowed: str"),
        ({"name": 1}, "name: int; allowed: str or NoneType"),
        ({"email": ["wang@example.com"]}, "email: list"),
        ({"status": 5}, "status: out of bounds; allowed: 0 to 4"),
        ({"status": True}, "status: bool"),
        ({"status_code": []}, "status_code: list; allowed: a number or a text"),
        ({"status_code": {"int": "x"}}, "status_code: dict"),
        ({"status_code": {"int": 1}}, "status_code: dict"),
        ({"status_code": {"float": None}}, "status_code: dict"),
        ({"status_code": {"hex": "1"}}, "status_code: dict"),
        ({"skills": None}, "skills: NoneType; allowed: list"),
        (
            {"skills": [{"name": "s"}]},
            r"skills\[0\]: not an object with id",
        ),
        ({"skills": [{"id": "s", "name": 1, "is_default": True}]}, r"skills\[0\]: name: int"),
        ({"skills": [{"id": "s", "name": None, "is_default": 1}]}, "is_default: int"),
        ({"diagnostics": [1]}, r"diagnostics\[0\]: not an object"),
        ({"unreadable_rows": -1}, "unreadable_rows: out of bounds; allowed: 0 to any"),
        ({"unreadable_rows": 1.0}, "unreadable_rows: float"),
        ({"schedule": []}, "schedule: not an object with rows, tz"),
        ({"schedule": {**WRITTEN["schedule"], "tz": "Mars/Base"}}, "not an IANA time zone"),
        ({"schedule": {**WRITTEN["schedule"], "tz": None}}, "tz: NoneType"),
        ({"schedule": {**WRITTEN["schedule"], "end_2359": "noon"}}, "end_2359"),
        ({"schedule": {**WRITTEN["schedule"], "rows": [{"weekday": 8}]}}, r"rows\[0\].weekday"),
        ({"overrides": []}, "more than .*, unreadable_rows: made by a newer version"),
    ],
)
def test_what_was_not_written_is_refused(change, said):
    with pytest.raises(StoreError, match=f"^file: agent: .*{said}") as raised:
        read_agent(json.dumps({**WRITTEN, **change}), "file: agent")
    assert "wang@example.com" not in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "not JSON"),
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("1" * 5000, "not JSON"),
        ("[]", "not an object with"),
        ("{}", "not an object with"),
        (b"{}", "bytes is not a text"),
        (None, "NoneType is not a text"),
    ],
)
@pytest.mark.parametrize("read", [read_agent, read_desk])
def test_what_is_no_text_of_ours_is_refused(read, text, said):
    with pytest.raises(StoreError, match=f"^where: {said}"):
        read(text, "where")


@pytest.mark.parametrize(
    "change",
    [{"agents": [1]}, {"agents": "ou_1"}, {"left_out": [{}]}, {"skills": {}}, {"gone": [None]}],
)
def test_what_is_no_desk_is_refused(change):
    with pytest.raises(StoreError, match=r"^where: "):
        read_desk(json.dumps({**DESK, **change}), "where")


@pytest.mark.parametrize(
    "agent",
    [Agent("ou_1", None, name=b"x"), Agent("ou_1", None, skills=["x"]), Agent({1}, None)],
    ids=["name", "skills", "id"],
)
def test_an_agent_of_odd_parts_cannot_be_written(agent):
    with pytest.raises(StoreError, match=r"^agent .* cannot be written: "):
        agent_text(agent)
