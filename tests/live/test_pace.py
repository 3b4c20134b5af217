"""How long to wait until the next fetch."""

from __future__ import annotations

from datetime import timedelta

import pytest
from clock import MONDAY_10
from live_desk import DAY, agent

from availability import (
    Agent,
    BudgetError,
    CircuitOpenError,
    RateLimitedError,
    Roster,
    ServerError,
    WeeklySchedule,
    WorkCalendar,
)
from availability.live.pace import Pace

CROWD = [agent(f"ou_{n}") for n in range(5)]
ONE_OFF = [{"weekday": 1, "start_time": "00:00", "end_time": "10:01"}]
ALWAYS = [{"weekday": 9, "start_time": "00:00", "end_time": "24:00"}]
SATURDAY = MONDAY_10 - timedelta(days=2)
HALF_PAST_EIGHT = MONDAY_10 - timedelta(minutes=90)


def at(hour, minute=0, second=0):
    """An instant on Monday, by the clocks of Shanghai."""
    return MONDAY_10.replace(minute=minute, second=second) + timedelta(hours=hour - 10)


@pytest.mark.parametrize(
    ("agents", "now", "waits"),
    [
        (CROWD, at(10), (54, 60, 66)),
        (CROWD, at(20), (270, 300, 330)),  # nobody is there
        (CROWD, SATURDAY, (270, 300, 330)),
        ([], at(10), (270, 300, 330)),
        (CROWD, at(8, 57), (120, 122.5, 125)),  # nobody yet: once more before they come
        (CROWD, at(8, 59), (60, 62.5, 65)),  # and soon after
        (CROWD, at(17, 59, 30), (30, 32.5, 35)),  # soon after all go
        (CROWD, at(17, 59, 59), (1, 3.5, 6)),
        (CROWD, at(17, 58, 55), (54, 60, 66)),  # not before the wait is over: seen next time
        ([*CROWD, agent("ou_9", ONE_OFF)], at(10, 0, 30), (54, 60, 66)),  # one is not many
        ([agent("ou_1"), agent("ou_9", ONE_OFF)], at(10, 0, 30), (54, 60, 66)),
        ([agent("ou_1", ALWAYS)], at(3), (54, 60, 66)),
        ([agent("ou_1", None)], at(10), (270, 300, 330)),
    ],
)
def test_waits_after_success(agents, now, waits):
    roster = Roster(agents, fetched_at=now)
    for chance, wait in zip((0.0, 0.5, 1.0), waits, strict=True):
        assert Pace(60, 3600, lambda chance=chance: chance).after_success(
            roster, now
        ) == pytest.approx(wait)


def test_a_roster_never_expires_because_it_is_quiet():
    roster = Roster(CROWD, fetched_at=SATURDAY)
    assert Pace(60, 400, lambda: 0.5).after_success(roster, SATURDAY) == 200
    assert Pace(60, 70, lambda: 0.5).after_success(roster, SATURDAY) == 60


def test_a_boundary_is_never_a_reason_to_hurry_without_end():
    now = at(17, 59, 59) + timedelta(microseconds=999_999)
    roster = Roster(CROWD, fetched_at=now)
    assert Pace(60, 3600, lambda: 0.0).after_success(roster, now) == 1
    assert Pace(0.2, 3600, lambda: 0.0).after_success(roster, now) == pytest.approx(0.18)


def test_years_that_the_calendar_does_not_know_are_no_boundary():
    calendar = WorkCalendar("ours", [2025], [], [], [])
    schedule = WeeklySchedule.parse(DAY, tz="UTC", calendar=calendar)
    roster = Roster([Agent("ou_1", schedule)], fetched_at=MONDAY_10)
    assert Pace(60, 3600, lambda: 0.5).after_success(roster, MONDAY_10) == 300


def with_wait(error, seconds):
    error.retry_after = seconds
    return error


@pytest.mark.parametrize(
    ("failures", "error", "wait"),
    [
        (1, ServerError("502"), 60),
        (2, ServerError("502"), 120),
        (3, ServerError("502"), 120),  # back soon after the platform is
        (10_000, ServerError("502"), 120),
        (1, RateLimitedError("429"), 60),
        (1, with_wait(RateLimitedError("429"), 30.0), 60),
        (1, with_wait(RateLimitedError("429"), 90.0), 92.5),
        (1, with_wait(CircuitOpenError("open"), 75.0), 77.5),
        (1, with_wait(BudgetError("month"), 1e6), 1802.5),  # not so long that all is unknown
        (0, ValueError("it was mended meanwhile"), 60),
        (1, ValueError("a bug of the user's"), 60),
    ],
)
def test_waits_after_failure(failures, error, wait):
    assert Pace(60, 3600, lambda: 0.5).after_failure(failures, error) == wait


def test_after_failures_it_is_never_more_eager_than_before():
    assert Pace(600, 3600, lambda: 0.5).after_failure(9, ServerError("502")) == 600
    assert Pace(600, 3600, lambda: 1.0).after_failure(1, ServerError("502")) == pytest.approx(660)
