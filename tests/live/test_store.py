"""A snapshot: a roster and when it was learned."""

from __future__ import annotations

import pickle
from datetime import datetime, timedelta, timezone

import pytest

from availability import (
    Agent,
    ConfigurationError,
    InstantError,
    NaiveDatetimeError,
    Roster,
    Snapshot,
)

AT = datetime(2026, 6, 1, 1, tzinfo=timezone.utc)
ROSTER = Roster([Agent("ou_1", None)], fetched_at=AT)
MICROSECOND = timedelta(microseconds=1)


def test_a_snapshot_is_a_value():
    snapshot = Snapshot(ROSTER, 1_780_275_600_000_000)
    assert snapshot.learned_at == AT
    assert snapshot.learned_at.utcoffset() == timedelta()
    assert snapshot == Snapshot.learned(ROSTER, AT.astimezone(timezone(timedelta(hours=8))))
    assert snapshot != Snapshot.learned(ROSTER, AT + MICROSECOND)
    assert pickle.loads(pickle.dumps(snapshot)) == snapshot
    assert hash(pickle.loads(pickle.dumps(snapshot))) == hash(snapshot)
    assert repr(snapshot) == "<Snapshot of 1 agents, learned 2026-06-01T01:00:00+00:00>"


def test_a_roster_of_no_known_fetch_can_be_learned_at_any_time():
    assert Snapshot(Roster([]), -1).learned_at == datetime(1970, 1, 1, tzinfo=timezone.utc) - (
        MICROSECOND
    )


@pytest.mark.parametrize(
    ("roster", "at", "error", "said"),
    [
        ([], AT, ConfigurationError, "roster: list"),
        (ROSTER, datetime(2026, 6, 2), NaiveDatetimeError, "no time zone"),
        (ROSTER, 5, InstantError, "an instant is an aware datetime"),
        (
            ROSTER,
            AT - MICROSECOND,
            ConfigurationError,
            r"learned at .*:59\.999999\+00:00, before it was fetched at .*T01:00:00\+00:00",
        ),
    ],
)
def test_what_is_no_snapshot(roster, at, error, said):
    with pytest.raises(error, match=said):
        Snapshot.learned(roster, at)


def test_an_instant_inside_is_a_whole_number():
    with pytest.raises(ConfigurationError, match="learned_at_micros: float"):
        Snapshot(ROSTER, 1e18)
