"""What led to an answer, line by line."""

from __future__ import annotations

import pickle
from datetime import datetime, timedelta, timezone

import pytest

from availability import Agent, ConfigurationError, Roster, Status, WeeklySchedule

UTC = timezone.utc
NOON = datetime(2026, 6, 1, 4, tzinfo=UTC)  # Monday 12:00 in Shanghai
MINUTE = timedelta(minutes=1)


def agent(*spelled, tz="Asia/Shanghai", status=Status.ONLINE, **fields):
    rows = [{"weekday": code, "start_time": start, "end_time": end} for code, start, end in spelled]
    return Agent(id="a", schedule=WeeklySchedule.parse(rows, tz=tz), status=status, **fields)


def explained(one, at=NOON, now=NOON, fetched_at=NOON, **options):
    roster = Roster([one], fetched_at=fetched_at, clock=lambda: now, **options)
    return roster.explain("a", at)


def lines(found, about):
    return [line for name, line in found.lines() if name == about]


@pytest.mark.parametrize(
    ("spelled", "schedule"),
    [
        ([], ["empty: never on duty"]),
        (
            [(1, "09:00", "18:00")],
            ["on duty, Mon 09:00-18:00: Mon 2026-06-01 09:00 to Mon 2026-06-01 18:00"],
        ),
        (  # ranges that touch: duty goes on
            [(1, "09:00", "13:00"), (11, "10:00", "11:00"), (1, "13:00", "18:00")],
            [
                "on duty, Mon 09:00-13:00: Mon 2026-06-01 09:00 to Mon 2026-06-01 13:00",
                "on duty without a break until Mon 2026-06-01 18:00",
            ],
        ),
        (  # ranges that overlap: both
            [(1, "09:00", "13:00"), (9, "11:00", "12:30")],
            [
                "on duty, Mon 09:00-13:00: Mon 2026-06-01 09:00 to Mon 2026-06-01 13:00",
                "on duty, every day 11:00-12:30: Mon 2026-06-01 11:00 to Mon 2026-06-01 12:30",
            ],
        ),
        (
            [(9, "00:00", "24:00")],
            [
                "on duty, every day 00:00-24:00: Mon 2026-06-01 00:00 to Tue 2026-06-02 00:00",
                "on duty without a break, for good",
            ],
        ),
        (
            [(6, "22:00", "06:00")],
            [
                "last shift: Sat 22:00-06:00: Sat 2026-05-30 22:00 to Sun 2026-05-31 06:00",
                "next shift: Sat 22:00-06:00: Sat 2026-06-06 22:00 to Sun 2026-06-07 06:00",
            ],
        ),
    ],
)
def test_the_ranges_around(spelled, schedule):
    assert lines(explained(agent(*spelled)), "schedule") == schedule


@pytest.mark.parametrize(
    ("year", "missing"), [(1, "no shift known before"), (9999, "no shift known after")]
)
def test_where_time_ends(year, missing):
    at = datetime(year, 1, 1, tzinfo=UTC) if year == 1 else datetime(year, 12, 31, 23, tzinfo=UTC)
    assert missing in lines(explained(agent((9, "09:00", "10:00"), tz="UTC"), at), "schedule")


@pytest.mark.parametrize(
    ("status", "options", "line"),
    [
        (Status.ONLINE, {}, "online (1), 0 s old at that instant: it counts"),
        (
            Status.OFFLINE,
            {"at": NOON + MINUTE},
            "offline, set by hand (2), 1 min old at that instant: it counts",
        ),
        (
            Status.OFF_DUTY,
            {"now": NOON + timedelta(hours=1), "at": NOON + 65 * MINUTE},
            "off duty (3), 1 h 5 min old at that instant: too old",
        ),
        (Status.ONLINE, {"fetched_at": None}, "online (1), fetched nobody knows when"),
        (Status.UNKNOWN, {}, "absent or unknown: it counts for nothing"),
        (
            Status.OFFLINE,
            {"at": NOON - MINUTE},
            "offline, set by hand (2) when it was fetched, which says nothing of that instant",
        ),
        (Status.REMOVED, {"at": NOON - MINUTE}, "removed (4)"),
    ],
)
def test_the_status_and_its_age(status, options, line):
    found = explained(agent(status=status), **options)
    assert lines(found, "status") == [line]
    assert str(found).count("\n") == 4


def test_the_instant_as_the_zone_shows_it():
    before_standard_time = datetime(1890, 1, 1, tzinfo=UTC)
    assert lines(explained(agent(), before_standard_time), "at") == [
        "Wed 1890-01-01 08:05:43 Asia/Shanghai (UTC+08:05:43), 1890-01-01T00:00:00Z"
    ]


def test_gone_from_the_desk_has_a_verdict_only():
    roster = Roster([], fetched_at=NOON, clock=lambda: NOON, gone=["a"])
    assert roster.explain("a").text() == (
        "at: Mon 2026-06-01 04:00 UTC (UTC), 2026-06-01T04:00:00Z\n"
        "verdict: unavailable: no longer on the desk\n"
        "until: Mon 2026-06-01 04:05, when the answer may change"
    )


def test_an_explanation_is_a_value():
    found = explained(agent((9, "09:00", "18:00")))
    assert pickle.loads(pickle.dumps(found)) == found


def test_no_other_languages():
    with pytest.raises(ConfigurationError, match="language: str 'de' is unknown; allowed: en, zh"):
        explained(agent()).text("de")
    with pytest.raises(ConfigurationError, match="language: list"):
        explained(agent()).text(["en"])
