"""Diagnostics: every code has a severity, and something that brings it about."""

from __future__ import annotations

import ast
import pickle
from datetime import date, datetime
from pathlib import Path

import pytest

import availability
from availability import (
    Agent,
    Diagnostic,
    ExtraShift,
    HelpdeskClient,
    Leave,
    Roster,
    Severity,
    read_leave_feed,
)
from availability.feishu.payload import parse_agents
from availability.feishu.sandbox import Sandbox
from availability.roster.diagnostic import CODES

PACKAGE = Path(availability.__file__).parent
DAY = {"weekday": 1, "start_time": "09:00", "end_time": "18:00"}
VIP = {"id": "s1", "name": "VIP"}
AGENT = {
    "agent": {"id": "ou_1", "email": "wang.fang@example.com"},
    "status": 1,
    "schedule": [DAY],
    "agent_skills": [VIP],
}


def item(**fields):
    return {**AGENT, **fields}


def rows(*odd):
    return item(schedule=[{**DAY, **one} if isinstance(one, dict) else one for one in odd])


#: The agents of a desk, and the codes of what is odd there, the worst first.
DESKS = [
    ([AGENT], ""),
    ([None], "not_an_agent"),
    ([item(agent=None)], "not_an_agent"),
    ([item(agent={"email": "wang.fang@example.com"})], "missing_id"),
    ([item(agent={"id": 7})], "missing_id"),
    ([AGENT, AGENT], "duplicate_agent"),
    ([item(schedule=None)], "missing_schedule"),
    ([item(schedule="always")], "not_a_list"),
    ([rows("x")], "not_a_row"),
    ([rows({"end_time": None})], "missing_field"),
    ([rows({"weekday": 8})], "unknown_weekday"),
    ([rows({"end_time": "25:00"})], "bad_time"),
    ([rows({"end_time": "09:00"})], "empty_range"),
    ([item(status=5)], "unknown_status"),
    ([item(status=None)], "missing_status"),
    ([item(agent={"id": "ou_1", "email": ["wang.fang@example.com"]})], "bad_field"),
    ([item(agent_skills=[{"name": "VIP"}])], "bad_skill"),
    ([item(agent_skills=[VIP, {**VIP, "name": "贵宾"}])], "duplicate_skill"),
    ([AGENT, item(agent={"id": "2"}, agent_skills=[{**VIP, "name": "贵宾"}])], "duplicate_skill"),
    ([rows({}, {"start_time": "17:00"})], "overlap"),
    ([rows({"end_time": "23:59"})], "end_2359"),
    ([rows({"start_time": "22:00", "end_time": "06:00"})], "inverted"),
    ([rows({}, {"start_time": "18:00", "end_time": "20:00"})], "touching"),
    (
        [rows("x", {}, {"start_time": "17:00", "end_time": "23:59"}) | {"status": 5}],
        "not_a_row overlap unknown_status end_2359",
    ),
]
JUMP = datetime(2026, 3, 8, 2), datetime(2026, 3, 8, 2, 30)  # skipped in New York
FIRST, SECOND = date(2026, 6, 1), date(2026, 6, 2)
#: Leave and extra shifts of an agent in New York, and what is odd about them.
PLANS = [
    ([Leave("ou_2", FIRST)], "unknown_agent"),
    ([Leave("ou_1", *JUMP)], "empty_override"),
    ([Leave("ou_1", JUMP[0], datetime(2026, 3, 8, 9))], "odd_time"),
    ([Leave("ou_1", FIRST, SECOND), Leave("ou_1", SECOND)], "leave_overlap"),
    ([Leave("ou_1", FIRST), ExtraShift("ou_1", FIRST)], "leave_over_shift"),
    ([Leave("ou_1", FIRST, rule="FREQ=WEEKLY;BYDAY=TU")], "start_off_rule"),
]
FEED = b"""BEGIN:VCALENDAR
BEGIN:VEVENT
UID:1
DTSTART:tomorrow
END:VEVENT
BEGIN:VEVENT
UID:2
DTSTART;VALUE=DATE:20260601
ATTENDEE:mailto:somebody@example.com
END:VEVENT
BEGIN:VEVENT
UID:3
DTSTART;VALUE=DATE:20260601
RRULE:FREQ=WEEKLY;BYDAY=TU
ATTENDEE:mailto:wang.fang@example.com
END:VEVENT
END:VCALENDAR
"""
SEVERITIES = {
    Severity.ERROR: """
        not_an_agent missing_id agent_not_found unknown_agent no_zone unreadable_event
        duplicate_agent missing_schedule not_a_list not_a_row missing_field unknown_weekday
        bad_time empty_range
    """,
    Severity.WARNING: """
        unknown_status missing_status bad_field bad_skill duplicate_skill overlap
        empty_override leave_over_shift odd_time start_off_rule unmatched_event odd_event
    """,
    Severity.INFO: "end_2359 inverted touching leave_overlap",
}


def read(items):
    agents, left_out = parse_agents(items, tz="Asia/Shanghai", agent_tz={})
    return Roster(agents, left_out=left_out)


@pytest.mark.parametrize(("items", "codes"), DESKS)
def test_what_brings_a_code_about(items, codes):
    found = read(items).diagnostics
    assert sorted(one.code for one in found) == sorted(codes.split())
    for one in found:
        assert one.message == " ".join(one.message.split())
        assert len(one.message) < 200
        assert "@" not in str(one)


def test_every_code_is_brought_about():
    reached = {code for _, codes in DESKS for code in codes.split()}
    with Sandbox() as sandbox, HelpdeskClient.from_env(sandbox.environment) as client:
        reached |= {one.code for one in client.roster(["ou_nobody"]).diagnostics}
        unread = Agent("ou_1", None, overrides=[Leave("ou_1", FIRST)])
        reached |= {one.code for one in Roster([unread]).diagnostics}
        reached |= {one.code for one in read_leave_feed(FEED, agents=read([AGENT])).diagnostics}
    assert reached | {code for _, code in PLANS} == set(CODES)


@pytest.mark.parametrize(("planned", "code"), PLANS)
def test_what_is_odd_about_a_plan(planned, code):
    agents, _ = parse_agents([AGENT], tz="America/New_York", agent_tz={})
    found = Roster(agents).with_overrides(planned, strangers="report").diagnostics
    assert [one.code for one in found] == [code]


def emitted():
    """Every code in the source: of diagnostics, of the errors they are made from, of oddities."""
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            yield from map(_text, _places(node))


def _places(node):
    match node:
        case ast.Call(func=ast.Name(id="note" | "Diagnostic"), args=[code, *_]):
            yield code
        case ast.Call(func=ast.Attribute(attr="_report"), args=[code, *_]):
            yield code
        case ast.Call(func=ast.Name(id="ScheduleError"), args=[_, code]):
            yield code
        case ast.Call(func=ast.Name(id="PayloadError"), keywords=[ast.keyword("reason", code)]):
            yield code
        case ast.FunctionDef(name="__init__", args=ast.arguments(args=[*_, ast.arg("reason")])):
            yield node.args.defaults[-1]
        case ast.Yield(value=ast.Tuple(elts=[ast.Constant() as code, ast.JoinedStr()])):
            yield code


def _text(node):
    return node.value if isinstance(node, ast.Constant) else None


def test_every_code_of_the_source_is_in_the_table_and_no_other():
    assert set(emitted()) - {None} == set(CODES)


@pytest.mark.parametrize("severity", Severity)
def test_severities(severity):
    codes = {code for code, (of, _) in CODES.items() if of is severity}
    assert codes == set(SEVERITIES[severity].split())
    assert {Diagnostic(code, "m").severity for code in codes} == {severity}


def test_the_table_has_the_worst_first_and_a_meaning_for_each():
    order = list(Severity)
    found = [order.index(severity) for severity, _ in CODES.values()]
    assert found == sorted(found)
    assert all(len(meaning.splitlines()) == 1 for _, meaning in CODES.values())


def test_a_code_of_somebody_elses_is_a_warning():
    assert Diagnostic("mine", "odd").severity is Severity.WARNING


def test_a_diagnostic_is_a_value():
    odd = Diagnostic("overlap", "two\nrows", "ou_1")
    assert pickle.loads(pickle.dumps(odd)) == odd == Diagnostic("overlap", "two\nrows", "ou_1")
    assert str(odd) == "ou_1: two rows [overlap]"
    assert repr(odd) == "Diagnostic(code='overlap', message='two\\nrows', agent_id='ou_1')"
    with pytest.raises(AttributeError):
        odd.code = "x"
