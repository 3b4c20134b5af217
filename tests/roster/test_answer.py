"""The rules of availability as a table: status, its freshness and the schedule's answer."""

from __future__ import annotations

import pickle
import re
from datetime import datetime, timedelta, timezone

import pytest

from availability import (
    Agent,
    ConfigurationError,
    Diagnostic,
    Freshness,
    Reason,
    ReasonCode,
    Roster,
    Skill,
    State,
    Status,
    UnknownStateError,
    WeeklySchedule,
)
from availability.roster.answer import StatusAge
from availability.roster.messages import LANGUAGES, MESSAGES

ALWAYS = [{"weekday": 9, "start_time": "00:00", "end_time": "24:00"}]
MONDAYS = [{"weekday": 1, "start_time": "09:00", "end_time": "18:00"}]
FETCHED = datetime(2026, 6, 1, 2, tzinfo=timezone.utc)
TTL = timedelta(minutes=5)
MICRO = timedelta(microseconds=1)
MINUTE = timedelta(minutes=1)
MAX_STALE = timedelta(hours=8)


def agent(status, rows, unreadable_rows=0, **fields):
    schedule = None if rows is None else WeeklySchedule.parse(rows, tz="UTC")
    return Agent(
        id="ou_1", schedule=schedule, status=status, unreadable_rows=unreadable_rows, **fields
    )


def desk(agents, now=FETCHED, fetched_at=FETCHED, **options):
    return Roster(agents, fetched_at=fetched_at, clock=lambda: now, **options)


def codes(answer):
    return " ".join(reason.code.value for reason in answer.reasons)


SCHEDULES = {
    "on": (ALWAYS, 0),
    "on, a row unreadable": (ALWAYS, 1),
    "off": ([], 0),
    "off, a row unreadable": ([], 1),
    "absent": (None, 0),
}
ON_DUTY = dict(zip(SCHEDULES, [True, True, False, None, None], strict=True))
#: What a cell of the table stands for: the state and the reasons.
CELLS = {
    "online": (State.AVAILABLE, "on_duty status_fresh"),
    "derived": (State.AVAILABLE, "on_duty off_duty_on_schedule"),
    "alone": (State.AVAILABLE, "on_duty schedule_only"),
    "off": (State.UNAVAILABLE, "off_duty"),
    "off1": (State.UNAVAILABLE, "off_duty online_off_schedule"),
    "removed": (State.UNAVAILABLE, "removed"),
    "by hand": (State.UNAVAILABLE, "offline"),
    "stale": (State.UNKNOWN, "on_duty status_stale"),
    "no code": (State.UNKNOWN, "on_duty status_unknown"),
    "rows": (State.UNKNOWN, "unreadable_rows"),
    "none": (State.UNKNOWN, "no_schedule"),
    "expired": (State.UNKNOWN, "roster_expired"),
}
#: freshness → status → the cells for the schedules above, in their order
RULES = {
    "fresh": {
        Status.ONLINE: ("online", "online", "off1", "rows", "none"),
        Status.OFFLINE: ("by hand",) * 5,
        Status.OFF_DUTY: ("derived", "derived", "off", "rows", "none"),
        Status.REMOVED: ("removed",) * 5,
        Status.UNKNOWN: ("no code", "no code", "off", "rows", "none"),
    },
    "stale": {
        Status.ONLINE: ("stale", "stale", "off", "rows", "none"),
        Status.OFFLINE: ("stale", "stale", "off", "rows", "none"),
        Status.OFF_DUTY: ("stale", "stale", "off", "rows", "none"),
        Status.REMOVED: ("removed",) * 5,
        Status.UNKNOWN: ("no code", "no code", "off", "rows", "none"),
    },
    "beyond": {
        Status.ONLINE: ("alone", "alone", "off", "rows", "none"),
        Status.OFFLINE: ("alone", "alone", "off", "rows", "none"),
        Status.OFF_DUTY: ("alone", "alone", "off", "rows", "none"),
        Status.REMOVED: ("removed",) * 5,
        Status.UNKNOWN: ("alone", "alone", "off", "rows", "none"),
    },
    "expired": dict.fromkeys(Status, ("expired",) * 5),
}
LATE = FETCHED + timedelta(hours=1)
#: freshness → (now, at)
MOMENTS = {
    "fresh": (FETCHED, FETCHED + MINUTE),
    "stale": (LATE, LATE),
    "beyond": (FETCHED, FETCHED + timedelta(days=3)),
    "expired": (FETCHED + MAX_STALE, FETCHED + MAX_STALE),
}
CASES = [
    pytest.param(freshness, status, schedule, cell, id=f"{freshness}-{status.name}-{schedule}")
    for freshness, by_status in RULES.items()
    for status, cells in by_status.items()
    for schedule, cell in zip(SCHEDULES, cells, strict=True)
]


@pytest.mark.parametrize(("freshness", "status", "schedule", "cell"), CASES)
def test_every_row_of_the_rules(freshness, status, schedule, cell):
    now, at = MOMENTS[freshness]
    state, reasons = CELLS[cell]
    roster = desk([agent(status, *SCHEDULES[schedule])], now, max_stale=MAX_STALE)
    answer = roster.check("ou_1", at)
    assert (answer.state, codes(answer)) == (state, reasons)
    assert answer.freshness.value == freshness
    assert answer.on_duty is (None if freshness == "expired" else ON_DUTY[schedule])
    by_schedule = freshness == "beyond" and cell != "removed"
    assert answer.basis == ("schedule" if by_schedule else "schedule+status")
    assert (roster.available(at) == list(roster)) is (state is State.AVAILABLE)


@pytest.mark.parametrize(
    ("fetched_at", "now", "at", "expected"),
    [
        (FETCHED, FETCHED, FETCHED - MICRO, Freshness.BEYOND),
        (FETCHED, FETCHED, FETCHED, Freshness.FRESH),
        (FETCHED, FETCHED, FETCHED + TTL - MICRO, Freshness.FRESH),
        (FETCHED, FETCHED, FETCHED + TTL, Freshness.STALE),
        (FETCHED, FETCHED, FETCHED + TTL + MICRO, Freshness.BEYOND),
        (FETCHED, LATE, FETCHED + TTL, Freshness.STALE),
        (FETCHED, LATE, LATE + TTL, Freshness.STALE),
        (FETCHED, LATE, LATE + TTL + MICRO, Freshness.BEYOND),
        (FETCHED, LATE, FETCHED, Freshness.FRESH),  # by fetched_at, not by the clock
        (None, LATE, FETCHED, Freshness.STALE),
        (None, LATE, LATE, Freshness.STALE),
        (None, LATE, LATE + TTL + MICRO, Freshness.BEYOND),
    ],
)
def test_freshness_at_its_edges(fetched_at, now, at, expected):
    def micros(instant):
        return None if instant is None else int(instant.timestamp() * 1_000_000)

    age = StatusAge(micros(fetched_at), 300_000_000)
    asked = (at - datetime(1970, 1, 1, tzinfo=timezone.utc)) // MICRO
    assert age.at(asked, micros(now)) is expected


@pytest.mark.parametrize(
    ("now", "at", "until", "age"),
    [
        (FETCHED, FETCHED + MINUTE, FETCHED + TTL, MINUTE),  # the status counts no longer
        (LATE, LATE, LATE + TTL + MICRO, timedelta(hours=1)),  # further ahead, it says nothing
        (FETCHED, FETCHED - MINUTE, FETCHED, None),  # then it begins to count
        (FETCHED, FETCHED + timedelta(days=3), None, timedelta(days=3)),  # for good
    ],
)
def test_until_and_age_of_the_status(now, at, until, age):
    answer = desk([agent(Status.ONLINE, ALWAYS)], now).check("ou_1", at)
    assert (answer.until, answer.age, answer.at) == (until, age, at)
    assert answer.fetched_at == FETCHED


EXPIRES = FETCHED + MAX_STALE


@pytest.mark.parametrize(
    ("now", "at", "expected"),
    [
        (EXPIRES - MICRO, EXPIRES - MICRO, Freshness.STALE),
        (EXPIRES - MICRO, EXPIRES + MAX_STALE, Freshness.BEYOND),  # a plan, not an answer for now
        (EXPIRES, EXPIRES, Freshness.EXPIRED),
        (EXPIRES, FETCHED, Freshness.EXPIRED),
        (EXPIRES, EXPIRES + MAX_STALE, Freshness.EXPIRED),
        (FETCHED - MAX_STALE + MICRO, FETCHED, Freshness.FRESH),  # a clock was set back: a little
        (FETCHED - MAX_STALE, FETCHED, Freshness.EXPIRED),  # or so far that nothing counts
        (FETCHED - MAX_STALE, FETCHED - MAX_STALE, Freshness.EXPIRED),
    ],
)
def test_a_roster_expires_by_the_clock(now, at, expected):
    roster = desk([agent(Status.ONLINE, ALWAYS)], now, max_stale=MAX_STALE)
    assert roster.freshness(at) is expected


def test_nothing_of_an_expired_roster_counts():
    away = Agent("ou_2", None, status=Status.REMOVED)
    lost = Roster([Agent("ou_3", None)])
    roster = desk([agent(Status.ONLINE, []), away], EXPIRES, max_stale=MAX_STALE).succeeding(lost)
    for agent_id in ("ou_1", "ou_2", "ou_3", "ou_new"):
        answer = roster.check(agent_id, skill="billing", at_least=MINUTE)
        assert (answer.state, codes(answer)) == (State.UNKNOWN, "roster_expired")
        assert (answer.on_duty, answer.until, answer.age) == (None, None, MAX_STALE)
    assert roster.available() == []
    assert roster.available(unknown="include") == list(roster)
    for known in (roster, desk([], EXPIRES, max_stale=MAX_STALE)):
        with pytest.raises(UnknownStateError):
            known.available(unknown="raise")
    assert "8 h old at that instant: it counts for nothing" in str(roster.explain("ou_1"))


def test_until_is_not_later_than_when_the_roster_expires():
    roster = desk([agent(Status.ONLINE, ALWAYS)], max_stale=MINUTE)
    assert roster.check("ou_1").until == FETCHED + MINUTE
    assert roster.check("ou_1", FETCHED + 2 * MINUTE).until == FETCHED + TTL
    removed = desk([agent(Status.REMOVED, ALWAYS)], max_stale=MAX_STALE)
    assert removed.check("ou_1", FETCHED + TTL + MINUTE).until == EXPIRES


def test_a_roster_of_nobody_knows_when_has_expired_if_it_can():
    roster = desk([agent(Status.ONLINE, ALWAYS)], fetched_at=None, max_stale=MAX_STALE)
    assert roster.check("ou_1").state is State.UNKNOWN
    assert roster.freshness() is Freshness.EXPIRED


def test_until_is_the_shifts_end_if_that_comes_first():
    at = datetime(2026, 6, 1, 17, 58, tzinfo=timezone.utc)
    end = at + 2 * MINUTE
    roster = desk([agent(Status.ONLINE, MONDAYS)], at, at)
    assert roster.check("ou_1").until == end
    assert roster.check("ou_1", at_least=MINUTE).until == end - MINUTE + MICRO
    assert roster.check("ou_1", end - MINUTE, at_least=MINUTE).state is State.AVAILABLE
    gone = roster.check("ou_1", end - MINUTE + MICRO, at_least=MINUTE)
    assert (gone.state, gone.until) == (State.UNAVAILABLE, end)


def test_age_is_unknown_where_the_fetch_is():
    answer = desk([agent(Status.ONLINE, ALWAYS)], fetched_at=None).check("ou_1")
    assert (answer.age, answer.fetched_at, answer.basis) == (None, None, "schedule+status")


def test_an_answer_is_not_yes_or_no():
    answer = desk([agent(Status.ONLINE, ALWAYS)]).check("ou_1")
    with pytest.raises(TypeError, match=r"compare answer\.state with State\.AVAILABLE"):
        bool(answer)


def test_an_answer_is_a_value():
    answer = desk([agent(Status.ONLINE, MONDAYS)]).check("ou_1", FETCHED + timedelta(hours=8))
    twin = pickle.loads(pickle.dumps(answer))
    assert twin == answer
    assert hash(twin) == hash(answer)
    assert str(answer) == "ou_1: available: on duty; by the schedule alone"
    assert repr(answer).startswith("Answer(agent_id='ou_1', state=<State.AVAILABLE")


BILLING, VIP = Skill("s1", "billing", is_default=True), Skill("s2", "VIP")
NINE = datetime(2026, 6, 1, 9, tzinfo=timezone.utc)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("fields", "skill", "at_least", "state", "reasons"),
    [
        ({}, "billing", 9 * HOUR, State.AVAILABLE, "on_duty status_fresh"),
        ({}, "VIP", None, State.UNAVAILABLE, "lacks_skill on_duty status_fresh"),
        ({}, None, 10 * HOUR, State.UNAVAILABLE, "too_little_time on_duty status_fresh"),
        (
            {},
            "VIP",
            10 * HOUR,
            State.UNAVAILABLE,
            "lacks_skill too_little_time on_duty status_fresh",
        ),
        # A row that could not be read may go on where the others end.
        (
            {"unreadable_rows": 1},
            None,
            10 * HOUR,
            State.UNKNOWN,
            "maybe_too_little_time on_duty status_fresh",
        ),
        (
            {"unreadable_rows": 1},
            "VIP",
            10 * HOUR,
            State.UNAVAILABLE,
            "lacks_skill maybe_too_little_time on_duty status_fresh",
        ),
        # Whatever the status: an unmet need is a no.
        (
            {"status": Status.UNKNOWN},
            "VIP",
            None,
            State.UNAVAILABLE,
            "lacks_skill on_duty status_unknown",
        ),
        ({"status": Status.REMOVED}, "VIP", None, State.UNAVAILABLE, "removed lacks_skill"),
        ({"rows": None}, None, HOUR, State.UNKNOWN, "no_schedule"),
        ({"rows": []}, None, HOUR, State.UNAVAILABLE, "off_duty online_off_schedule"),
        ({"rows": ALWAYS}, None, timedelta(days=9999), State.AVAILABLE, "on_duty status_fresh"),
    ],
)
def test_what_a_ticket_needs(fields, skill, at_least, state, reasons):
    fields = {"status": Status.ONLINE, "rows": MONDAYS, **fields}
    roster = desk([agent(skills=[BILLING], **fields)], NINE, NINE)
    answer = roster.check("ou_1", skill=skill, at_least=at_least)
    assert (answer.state, codes(answer)) == (state, reasons)


def test_a_roster_fetched_in_the_future_says_so():
    roster = desk([agent(Status.OFFLINE, ALWAYS)], now=FETCHED - HOUR)
    answer = roster.check("ou_1")
    assert codes(answer) == "on_duty schedule_only fetched_in_future"
    assert answer.basis == "schedule"
    assert answer.reasons[-1].text == (
        "the roster says it was fetched at Mon 2026-06-01 02:00 UTC, after now, "
        "Mon 2026-06-01 01:00 UTC: check the clocks"
    )


def test_gone_from_the_desk_is_unavailable_only_if_the_roster_once_knew_the_agent():
    first = desk([agent(Status.ONLINE, ALWAYS)])
    second = desk([]).succeeding(first)
    third = desk([], gone=["ou_0"]).succeeding(second)
    for roster in (second, third):
        answer = roster.check("ou_1", FETCHED + timedelta(days=3))
        assert (answer.state, codes(answer)) == (State.UNAVAILABLE, "gone")
        assert (answer.basis, answer.on_duty) == ("schedule+status", None)
        with pytest.raises(KeyError):
            roster["ou_1"]
    assert codes(first.succeeding(third).check("ou_1")) == "on_duty status_fresh"  # back again
    with pytest.raises(KeyError, match="no agent 'ou_1'"):
        desk([]).check("ou_1")


def test_whoever_was_left_out_is_not_gone():
    first = desk([agent(Status.ONLINE, ALWAYS)])
    unread = Diagnostic("not_an_agent", "not an object", "ou_1")
    nameless = Diagnostic("missing_id", "no id")
    for left_out in ([unread], [nameless]):
        with pytest.raises(KeyError):
            desk([], left_out=left_out).succeeding(first).check("ou_1")
    not_found = Diagnostic("agent_not_found", "no such agent", "ou_1")
    bad_skill = Diagnostic("bad_skill", "in the catalogue")
    roster = desk([], left_out=[not_found, bad_skill]).succeeding(first)
    assert codes(roster.check("ou_1")) == "gone"


def test_gone_are_ids_not_letters():
    with pytest.raises(ConfigurationError, match="gone: a string is one id"):
        desk([], gone="ou_1")


def test_an_id_from_outside_stays_on_one_line():
    evil = "x\x1b[31m\nou_1: available"
    answer = desk([], gone=[evil]).check(evil)
    assert str(answer).isprintable()


@pytest.mark.parametrize("status", [7, -1, "online", None])
def test_a_status_is_one_of_the_known_ones(status):
    with pytest.raises(ConfigurationError, match="is not a Status; allowed: 0 to 4"):
        agent(status, ALWAYS)
    assert agent(1, ALWAYS).status is Status.ONLINE


def test_a_reasons_code_is_a_plain_string():
    assert f"{ReasonCode.GONE}" == str(ReasonCode.GONE) == ReasonCode.GONE == "gone"


@pytest.mark.parametrize("code", ReasonCode)
def test_every_reason_has_a_line_in_every_language(code):
    details = (
        ("skill", "VIP\nx"),
        ("left", HOUR),
        ("at_least", 95 * MINUTE),
        ("fetched_at", FETCHED),
        ("now", FETCHED),
    )
    texts = {Reason(code, details).text_in(language) for language in LANGUAGES}
    assert len(texts) == len(LANGUAGES)
    assert all(text.isprintable() and "{" not in text for text in texts)


def test_every_message_names_the_same_details_in_every_language():
    for code, texts in MESSAGES.items():
        english, chinese = (sorted(re.findall(r"{(\w+)}", text)) for text in texts)
        assert english == chinese, code


def test_agents_as_they_were_are_the_earlier_rosters_own():
    people = [
        Agent(f"ou_{n}", WeeklySchedule.parse(MONDAYS, tz="UTC"), name=name)
        for n, name in enumerate(["Ann", "Bo"])
    ]
    first = desk(people)
    first.count_on_duty(FETCHED)
    again = desk([one.__replace__() for one in people]).succeeding(first)
    assert all(new is old for new, old in zip(again, first, strict=True))
    assert again._duty_index is first._duty_index
    other = desk([people[0].__replace__(), people[1].__replace__(name="Bob")]).succeeding(first)
    assert [one.name for one in other] == ["Ann", "Bob"]
    assert other["ou_0"] is people[0]
    assert other._duty_index is None
    assert desk([*people, Agent("ou_9", None)]).succeeding(first)._duty_index is None
