"""JSON to agents: what is kept, what is reported, what is refused. Pure."""

from __future__ import annotations

import json
import pickle
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from work import growth

from availability import (
    Agent,
    ConfigurationError,
    DutyRange,
    PayloadError,
    Skill,
    Status,
    TimezoneError,
    WeeklySchedule,
)
from availability.feishu import parse_agent, payload
from availability.feishu.payload import saved_items

SHANGHAI = "Asia/Shanghai"
#: The answer of the API's own page.
EXAMPLE = {
    "status": 1,
    "agent": {
        "id": "ou_ea651a5c09e2d01af8acd34059f5359b",
        "avatar_url": "https://avatar-url.com/test.png",
        "name": "test-user",
        "email": "test@bytedance.com",
        "department": "测试部门",
        "company_name": "test-company",
    },
    "schedule": [{"start_time": "00:00", "end_time": "24:00", "weekday": 9}],
    "agent_skills": [{"id": "agent-skill-id", "name": "agent-skill", "is_default": False}],
}
TEXTS = ["name", "email", "department", "company_name", "avatar_url"]
DAY = {"weekday": 1, "start_time": "09:00", "end_time": "18:00"}


def read(payload, **options):
    return parse_agent(payload, **{"tz": SHANGHAI, **options})


def example(**fields):
    """The example with fields replaced."""
    return {**EXAMPLE, **fields}


def without(fields, name):
    return {key: value for key, value in fields.items() if key != name}


def codes(agent):
    return [one.code for one in agent.diagnostics]


def deep(levels):
    nested = []
    for _ in range(levels):
        nested = [nested]
    return nested


def test_the_example_of_the_api():
    agent = read(EXAMPLE)
    assert agent == Agent(
        id="ou_ea651a5c09e2d01af8acd34059f5359b",
        schedule=WeeklySchedule((DutyRange(9, 0, 1440),), SHANGHAI),
        name="test-user",
        email="test@bytedance.com",
        department="测试部门",
        company_name="test-company",
        avatar_url="https://avatar-url.com/test.png",
        status=Status.ONLINE,
        status_code=1,
        skills=(Skill("agent-skill-id", "agent-skill", is_default=False),),
    )
    assert agent.diagnostics == ()


def test_no_payload_is_changed_by_reading_it():
    payload = json.loads(json.dumps(EXAMPLE))
    read(payload)
    assert payload == EXAMPLE


def test_an_id_is_all_that_an_agent_needs():
    agent = read({"agent": {"id": "ou_1"}})
    assert agent == Agent(id="ou_1", schedule=None, diagnostics=agent.diagnostics)
    assert (agent.timeline, agent.status, agent.status_code) == (None, Status.UNKNOWN, None)
    assert codes(agent) == ["missing_schedule", "missing_status"]


@pytest.mark.parametrize("extra", [None, 1, "x", [1], {"a": {}}])
def test_unknown_fields_are_ignored(extra):
    payload = example(
        new=extra,
        agent={**EXAMPLE["agent"], "new": extra},
        schedule=[{**EXAMPLE["schedule"][0], "new": extra}],
        agent_skills=[{**EXAMPLE["agent_skills"][0], "new": extra}],
    )
    assert read(payload) == read(EXAMPLE)


@pytest.mark.parametrize(
    "payload",
    [
        None,
        True,
        1,
        "agent",
        [],
        [EXAMPLE],
        {},
        without(EXAMPLE, "agent"),
        EXAMPLE["agent"],
        example(agent=None),
        example(agent="ou_1"),
        example(agent=["ou_1"]),
        example(agent={}),
        example(agent=without(EXAMPLE["agent"], "id")),
        *[example(agent={"id": odd}) for odd in (None, "", 0, 1, True, 1.5, ["ou_1"], {"id": "x"})],
    ],
)
def test_what_is_no_agent_at_all_is_refused(payload):
    with pytest.raises(PayloadError, match="agent") as caught:
        read(payload)
    assert "@" not in str(caught.value)
    has_agent = isinstance(payload, dict) and isinstance(payload.get("agent"), dict)
    assert caught.value.reason == ("missing_id" if has_agent else "not_an_agent")


@pytest.mark.parametrize("field", TEXTS)
@pytest.mark.parametrize(
    ("value", "diagnostics"),
    [
        (None, []),
        ("", []),
        (1, ["bad_field"]),
        (True, ["bad_field"]),
        (["x"], ["bad_field"]),
        ({"zh_cn": "x"}, ["bad_field"]),
    ],
)
def test_a_field_of_the_agent(field, value, diagnostics):
    agent = read(example(agent={**EXAMPLE["agent"], field: value}))
    assert getattr(agent, field) == (value if isinstance(value, str) else None)
    assert codes(agent) == diagnostics
    assert all(field in one.message and one.agent_id == agent.id for one in agent.diagnostics)
    for other in {*TEXTS} - {field}:
        assert getattr(agent, other) == EXAMPLE["agent"][other]


@pytest.mark.parametrize("field", TEXTS)
def test_a_field_that_is_absent(field):
    agent = read(example(agent=without(EXAMPLE["agent"], field)))
    assert getattr(agent, field) is None
    assert agent.diagnostics == ()


@pytest.mark.parametrize(
    ("code", "status", "raw", "diagnostics"),
    [
        (1, Status.ONLINE, 1, []),
        (2, Status.OFFLINE, 2, []),
        (3, Status.OFF_DUTY, 3, []),
        (4, Status.REMOVED, 4, []),
        (None, Status.UNKNOWN, None, ["missing_status"]),
        (0, Status.UNKNOWN, 0, ["unknown_status"]),
        (7, Status.UNKNOWN, 7, ["unknown_status"]),
        (-1, Status.UNKNOWN, -1, ["unknown_status"]),
        ("1", Status.UNKNOWN, "1", ["unknown_status"]),
        ("", Status.UNKNOWN, "", ["unknown_status"]),
        (True, Status.UNKNOWN, True, ["unknown_status"]),
        (1.0, Status.UNKNOWN, 1.0, ["unknown_status"]),
        ([1], Status.UNKNOWN, None, ["unknown_status"]),
        ({"code": 1}, Status.UNKNOWN, None, ["unknown_status"]),
        (10**5000, Status.UNKNOWN, 10**5000, ["unknown_status"]),
    ],
    ids=lambda value: str(value)[:20] if not isinstance(value, int) or value < 99 else "huge",
)
def test_the_status(code, status, raw, diagnostics):
    agent = read(example(status=code))
    assert agent.status is status
    assert agent.status_code == raw
    assert type(agent.status_code) is type(raw)
    assert codes(agent) == diagnostics
    assert agent.schedule is not None


@pytest.mark.parametrize(
    ("payload", "diagnostic"),
    [
        (without(EXAMPLE, "schedule"), "missing_schedule"),
        (example(schedule=None), "missing_schedule"),
        (example(schedule="09:00-18:00"), "not_a_list"),
        (example(schedule=DAY), "not_a_list"),
        (example(schedule=0), "not_a_list"),
        (example(schedule=True), "not_a_list"),
    ],
)
def test_a_schedule_that_is_not_there_means_nobody_can_say(payload, diagnostic):
    agent = read(payload)
    assert agent.schedule is None
    assert agent.timeline is None
    assert codes(agent) == [diagnostic]


def test_an_empty_schedule_means_never_on_duty():
    agent = read(example(schedule=[]))
    assert agent.schedule == WeeklySchedule((), SHANGHAI)
    assert agent.unreadable_rows == 0
    assert agent.diagnostics == ()


@pytest.mark.parametrize(
    ("row", "diagnostic"),
    [
        (None, "not_a_row"),
        ("1 09:00-18:00", "not_a_row"),
        ([1, "09:00", "18:00"], "not_a_row"),
        ({}, "missing_field"),
        (without(DAY, "weekday"), "missing_field"),
        (without(DAY, "start_time"), "missing_field"),
        (without(DAY, "end_time"), "missing_field"),
        ({**DAY, "end_time": None}, "missing_field"),
        ({**DAY, "weekday": 8}, "unknown_weekday"),
        ({**DAY, "weekday": 0}, "unknown_weekday"),
        ({**DAY, "weekday": 12}, "unknown_weekday"),
        ({**DAY, "weekday": "1"}, "unknown_weekday"),
        ({**DAY, "weekday": True}, "unknown_weekday"),
        ({**DAY, "weekday": 1.0}, "unknown_weekday"),
        ({**DAY, "weekday": [1]}, "unknown_weekday"),
        ({**DAY, "start_time": "9:00"}, "bad_time"),
        ({**DAY, "start_time": "24:00"}, "bad_time"),
        ({**DAY, "start_time": "09:00:00"}, "bad_time"),
        ({**DAY, "start_time": 900}, "bad_time"),
        ({**DAY, "start_time": "０９:00"}, "bad_time"),  # noqa: RUF001  (no ASCII digits)
        ({**DAY, "end_time": "25:00"}, "bad_time"),
        ({**DAY, "end_time": "18:60"}, "bad_time"),
        ({**DAY, "end_time": "18:00\n"}, "bad_time"),
        ({**DAY, "end_time": ""}, "bad_time"),
        ({**DAY, "start_time": "18:00"}, "empty_range"),
        ({**DAY, "start_time": "00:00", "end_time": "00:00"}, "empty_range"),
        ({**DAY, "start_time": "23:59", "end_time": "23:59"}, "empty_range"),
    ],
)
def test_a_row_that_cannot_be_read(row, diagnostic):
    alone = read(example(schedule=[row]))
    assert (alone.schedule, alone.unreadable_rows, codes(alone)) == (None, 1, [diagnostic])
    beside = read(example(schedule=[DAY, row, {**DAY, "weekday": 2}]))
    assert [one.weekday for one in beside.schedule.ranges] == [1, 2]
    assert (beside.unreadable_rows, codes(beside)) == (1, [diagnostic])
    assert "schedule[1]" in beside.diagnostics[0].message


def test_all_rows_that_cannot_be_read_are_reported():
    agent = read(example(schedule=[None, {**DAY, "weekday": 8}, {**DAY, "end_time": "x"}]))
    assert agent.schedule is None
    assert agent.timeline is None
    assert agent.unreadable_rows == 3
    assert codes(agent) == ["not_a_row", "unknown_weekday", "bad_time"]


@pytest.mark.parametrize(
    ("end", "policy", "diagnostics"),
    [
        ("23:59", "midnight", ["end_2359"]),
        ("23:59", "literal", []),
        ("24:00", "midnight", []),
        ("24:00", "literal", []),
        ("23:58", "midnight", []),
    ],
)
def test_an_end_at_2359(end, policy, diagnostics):
    agent = read(example(schedule=[{**DAY, "end_time": end}]), end_2359=policy)
    assert codes(agent) == diagnostics
    assert agent.schedule.end_2359 == policy
    assert agent.unreadable_rows == 0


NIGHT = {**DAY, "start_time": "22:00", "end_time": "06:00"}


@pytest.mark.parametrize(
    ("rows", "diagnostics"),
    [
        ([NIGHT], ["inverted"]),
        ([DAY, DAY], ["overlap"]),
        ([DAY, NIGHT], ["inverted"]),
        ([DAY, {**DAY, "start_time": "18:00", "end_time": "23:59"}], ["end_2359", "touching"]),
        (
            [DAY, None, {**DAY, "start_time": "18:00", "end_time": "20:00"}],
            ["not_a_row", "touching"],
        ),
        ([None, {**NIGHT, "weekday": 7}, DAY, DAY], ["not_a_row", "inverted", "overlap"]),
    ],
)
def test_rows_that_are_read_and_odd(rows, diagnostics):
    agent = read(example(schedule=rows))
    assert codes(agent) == diagnostics
    assert len(agent.schedule.ranges) == len([one for one in rows if one])
    assert all(one.agent_id == agent.id for one in agent.diagnostics)


@pytest.mark.parametrize("before", [[], [None], [None, {**DAY, "weekday": 8}]])
@pytest.mark.parametrize("between", [[], [None] * 3])
def test_odd_rows_are_named_by_their_own_places(before, between):
    agent = read(example(schedule=[*before, DAY, *between, DAY, {**NIGHT, "end_time": "23:59"}]))
    first, second = len(before), len(before) + 1 + len(between)
    assert [one.message for one in agent.diagnostics][agent.unreadable_rows :] == [
        f"schedule[{second + 1}].end_time: 23:59 is taken as the end of the day",
        f"schedule[{first}] and schedule[{second}] overlap on Monday 09:00-18:00: merged",
    ]


def test_odd_rows_beyond_what_is_remembered_are_reported_alike():
    few, many = ([{**DAY, "weekday": n % 7 + 1} for n in range(count)] for count in (64, 65))
    assert codes(read(example(schedule=few))) == ["overlap"] * 57
    assert codes(read(example(schedule=many))) == ["overlap"] * 58


def test_agents_with_equal_rows_share_what_is_said_of_them(monkeypatch):
    rows = [NIGHT, {**NIGHT, "weekday": 3}]
    read(example(schedule=rows))
    monkeypatch.setattr(payload, "oddities", None)
    other = read(example(agent={"id": "ou_2"}, schedule=[dict(row) for row in rows]), tz="UTC")
    assert [(one.code, one.agent_id) for one in other.diagnostics] == [("inverted", "ou_2")] * 2


def test_the_policy_for_2359_and_the_zone_are_checked_first():
    with pytest.raises(ConfigurationError, match="end_2359"):
        read(None, end_2359="noon")
    with pytest.raises(TimezoneError, match="Asia/Beijing"):
        read(None, tz="Asia/Beijing")
    with pytest.raises(ConfigurationError, match="AVAILABILITY_TZ"):
        read(None, tz=None)


@pytest.mark.parametrize(
    ("skills", "expected", "diagnostics"),
    [
        (None, [], []),
        ([], [], []),
        ("billing", [], ["bad_field"]),
        ({"id": "s1"}, [], ["bad_field"]),
        (0, [], ["bad_field"]),
        ([{"id": "s1"}], [Skill("s1")], []),
        ([{"id": "s1", "name": None, "is_default": None}], [Skill("s1")], []),
        ([{"id": "s1", "name": "x", "is_default": True}], [Skill("s1", "x", True)], []),
        ([{"id": "s1", "is_default": "true"}], [Skill("s1")], []),
        ([{"id": "s1", "is_default": 1}], [Skill("s1")], []),
        ([{"id": "s1", "name": 7}], [Skill("s1")], ["bad_field"]),
        ([{"id": ""}, {"id": "s2"}], [Skill("s2")], ["bad_skill"]),
        ([{"id": 1}, {"id": "s2"}], [Skill("s2")], ["bad_skill"]),
        ([{"name": "x"}, None, "s1", {"id": "s2"}], [Skill("s2")], ["bad_skill"] * 3),
    ],
)
def test_skills(skills, expected, diagnostics):
    agent = read(example(agent_skills=skills))
    assert agent.skills == tuple(expected)
    assert codes(agent) == diagnostics


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["账单", "账单", None, ""], None),
        (["账单", "billing"], "agent_skills: skill 's1' has 2 names: '账单', 'billing'"),
        ([None, "b", "a", "b"], "agent_skills: skill 's1' has 2 names: 'b', 'a'"),
        (list("edcba"), "agent_skills: skill 's1' has 5 names: 'e', 'd', 'c', …"),
        (["x" * 1000, "y\n"], f"agent_skills: skill 's1' has 2 names: '{'x' * 39}…', 'y\\n'"),
    ],
)
def test_a_skill_with_several_names(names, said):
    others = [{"id": "s2", "name": "VIP"}]
    agent = read(example(agent_skills=[{"id": "s1", "name": name} for name in names] + others))
    assert [one.name for one in agent.skills] == [*names, "VIP"]
    assert [one.message for one in agent.diagnostics] == ([said] if said else [])
    assert codes(agent) == ["duplicate_skill"] * len(agent.diagnostics)


def test_skills_that_are_absent():
    agent = read(without(EXAMPLE, "agent_skills"))
    assert (agent.skills, agent.diagnostics) == ((), ())


@pytest.mark.parametrize("levels", [10, 800, 950, 100_000])
@pytest.mark.parametrize(
    "payload",
    [
        lambda junk: example(status=junk),
        lambda junk: example(schedule={"rows": junk}),
        lambda junk: example(schedule=[junk]),
        lambda junk: example(schedule=[{**DAY, "weekday": junk}]),
        lambda junk: example(schedule=[{**DAY, "start_time": junk}]),
        lambda junk: example(agent_skills={"skills": junk}),
        lambda junk: example(agent_skills=[{"id": junk}]),
        lambda junk: example(agent={**EXAMPLE["agent"], "name": junk}),
    ],
    ids=["status", "schedule", "row", "weekday", "start", "skills", "skill", "name"],
)
def test_junk_is_reported_however_deep(payload, levels):
    agent = read(payload(deep(levels)))
    assert len(agent.diagnostics) == 1
    assert len(agent.diagnostics[0].message) < 300


@pytest.mark.parametrize(
    "fields",
    [
        {"schedule": [{**DAY, "weekday": 10**5000}]},
        {"schedule": [{**DAY, "start_time": 10**5000}]},
        {"schedule": 10**5000},
        {"agent_skills": [{"id": 10**5000}]},
    ],
    ids=["weekday", "start", "schedule", "skill"],
)
def test_a_number_of_5000_digits_is_reported(fields):
    assert len(read(example(**fields)).diagnostics) == 1


def test_ten_thousand_rows():
    rows = [{**DAY, "weekday": i % 7 + 1} for i in range(10_000)]
    agent, odd = read(example(schedule=rows)), read(example(schedule=[None] * 10_000))
    for some, twice in ((rows[:1000], rows[:2000]), ([None] * 1000, [None] * 2000)):
        assert growth(lambda rows: read(example(schedule=rows)), some, twice) < 2.2
    assert len(agent.schedule.ranges) == 10_000
    assert odd.unreadable_rows == len(odd.diagnostics) == 10_000


@pytest.mark.parametrize(
    ("body", "items"),
    [
        ({"code": 0, "msg": "success", "data": {"agent_schedules": [EXAMPLE]}}, [EXAMPLE]),
        ({"code": 0, "msg": "success", "data": {"agent_schedule": EXAMPLE}}, [EXAMPLE]),
        ({"data": {"agent_schedules": [EXAMPLE, None]}}, [EXAMPLE, None]),
        ({"data": {"agent_schedules": []}}, []),
        ({"data": {"agent_schedules": None}}, []),
        ({"agent_schedules": [EXAMPLE]}, [EXAMPLE]),
        ({"agent_schedule": EXAMPLE}, [EXAMPLE]),
    ],
)
def test_saved_answers(body, items):
    assert saved_items(body) == items


@pytest.mark.parametrize(
    "body",
    [
        None,
        "x",
        1,
        [],
        [EXAMPLE],
        {},
        EXAMPLE,
        {"code": 99991672, "msg": "Access denied."},
        {"code": 10014, "msg": "app secret invalid", "data": {}},
        {"code": 0, "data": None},
        {"code": 0, "data": []},
        {"code": 0, "data": {"agent_skills": []}},
        {"data": {"agent_schedule": None}},
        {"data": {"agent_schedules": "x"}},
        {"data": {"agent_schedules": {}}},
    ],
)
def test_what_is_no_saved_answer(body):
    with pytest.raises(PayloadError):
        saved_items(body)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["00:00", "09:00", "18:00", "23:59", "24:00", "ou_1"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
ROWS = st.fixed_dictionaries(
    {},
    optional={
        "weekday": st.integers(0, 12) | JSON,
        "start_time": st.sampled_from(["00:00", "09:00", "22:00", "24:00"]) | JSON,
        "end_time": st.sampled_from(["00:00", "06:00", "23:59", "24:00"]) | JSON,
    },
)
PAYLOADS = JSON | st.fixed_dictionaries(
    {"agent": st.fixed_dictionaries({"id": st.just("ou_1")}, optional=dict.fromkeys(TEXTS, JSON))},
    optional={
        "status": st.integers(0, 5) | JSON,
        "schedule": st.lists(ROWS | JSON, max_size=4) | JSON,
        "agent_skills": st.lists(
            st.fixed_dictionaries({}, optional={"id": JSON, "name": JSON, "is_default": JSON}),
            max_size=3,
        )
        | JSON,
    },
)


@given(PAYLOADS, st.sampled_from(["midnight", "literal"]))
def test_any_json_is_an_agent_or_a_payload_error(payload, policy):
    try:
        agent = read(payload, end_2359=policy)
    except PayloadError:
        return
    again = pickle.loads(pickle.dumps(agent))
    assert agent.id == payload["agent"]["id"]
    assert repr(agent.diagnostics) == repr(again.diagnostics)
    assert all(len(str(one).splitlines()) == 1 for one in agent.diagnostics)
    if agent.status_code == agent.status_code:
        assert again == agent
        assert hash(again) == hash(agent)
    assert isinstance(hash(agent), int)
    assert (agent.schedule is None) == (agent.timeline is None)


@given(JSON)
def test_any_json_is_a_saved_answer_or_a_payload_error(body):
    with suppress(PayloadError):
        assert isinstance(saved_items(body), list)


def test_a_status_that_is_no_number_leaves_the_agent_a_value():
    agent = parse_agent({"agent": {"id": "ou_1"}, "status": float("nan")}, tz="UTC")
    assert agent == pickle.loads(pickle.dumps(agent))
    assert (agent.status_code, agent.diagnostics[-1].code) == (None, "unknown_status")
