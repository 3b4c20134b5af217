"""The rules of availability as a table: status, its freshness and the schedule's answer."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from availability import Agent, Roster, State, Status, WeeklySchedule
from availability.roster.answer import Freshness, StatusAge

ALWAYS = [{"weekday": 9, "start_time": "00:00", "end_time": "24:00"}]
FETCHED = datetime(2026, 6, 1, 2, tzinfo=timezone.utc)
TTL = timedelta(minutes=5)
MICRO = timedelta(microseconds=1)
A, U, X = State.AVAILABLE, State.UNAVAILABLE, State.UNKNOWN


def agent(status, rows, unreadable_rows=0):
    schedule = None if rows is None else WeeklySchedule.parse(rows, tz="UTC")
    return Agent(id="ou_1", schedule=schedule, status=status, unreadable_rows=unreadable_rows)


SCHEDULES = {
    "on": (ALWAYS, 0),
    "on, a row unreadable": (ALWAYS, 1),
    "off": ([], 0),
    "off, a row unreadable": ([], 1),
    "absent": (None, 0),
}
#: freshness → status → the answers for the schedules above, in their order
RULES = {
    "fresh": {
        Status.ONLINE: (A, A, U, X, X),
        Status.OFFLINE: (U, U, U, U, U),
        Status.OFF_DUTY: (A, A, U, X, X),
        Status.REMOVED: (U, U, U, U, U),
        Status.UNKNOWN: (X, X, U, X, X),
    },
    "stale": {
        Status.ONLINE: (X, X, U, X, X),
        Status.OFFLINE: (X, X, U, X, X),
        Status.OFF_DUTY: (X, X, U, X, X),
        Status.REMOVED: (U, U, U, U, U),
        Status.UNKNOWN: (X, X, U, X, X),
    },
    "beyond": {
        Status.ONLINE: (A, A, U, X, X),
        Status.OFFLINE: (A, A, U, X, X),
        Status.OFF_DUTY: (A, A, U, X, X),
        Status.REMOVED: (U, U, U, U, U),
        Status.UNKNOWN: (A, A, U, X, X),
    },
}
#: freshness → (now, at)
MOMENTS = {
    "fresh": (FETCHED, FETCHED + timedelta(minutes=1)),
    "stale": (FETCHED + timedelta(hours=1), FETCHED + timedelta(hours=1)),
    "beyond": (FETCHED, FETCHED + timedelta(days=3)),
}
CASES = [
    pytest.param(freshness, status, schedule, state, id=f"{freshness}-{status.name}-{schedule}")
    for freshness, by_status in RULES.items()
    for status, states in by_status.items()
    for schedule, state in zip(SCHEDULES, states, strict=True)
]


@pytest.mark.parametrize(("freshness", "status", "schedule", "state"), CASES)
def test_every_row_of_the_rules(freshness, status, schedule, state):
    now, at = MOMENTS[freshness]
    roster = Roster([agent(status, *SCHEDULES[schedule])], fetched_at=FETCHED, clock=lambda: now)
    assert roster.state("ou_1", at) is state
    assert (roster.available(at) == list(roster)) is (state is A)


LATE = FETCHED + timedelta(hours=1)


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

    age = StatusAge(micros(fetched_at), micros(now), 300_000_000)
    assert age.at((at - datetime(1970, 1, 1, tzinfo=timezone.utc)) // MICRO) is expected
