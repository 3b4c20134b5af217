"""Texts to instants: what is left out, what is refused, which instant was meant."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from availability.cli.at import AtError, parse_at

#: Wednesday 3 June 2026, 09:00 in Shanghai
NOW = datetime(2026, 6, 3, 1, tzinfo=timezone.utc)


def instant(text, tz="Asia/Shanghai"):
    return parse_at(text, tz=tz, now=NOW).instant.isoformat()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10:00", "2026-06-03T02:00:00+00:00"),
        ("00:30", "2026-06-02T16:30:00+00:00"),
        ("10:00:30.5", "2026-06-03T02:00:30.500000+00:00"),
        ("10am", "2026-06-03T02:00:00+00:00"),
        ("2026-06-01", "2026-05-31T16:00:00+00:00"),
        ("2026-06", "2026-06-02T16:00:00+00:00"),
        ("20260601T1000", "2026-06-01T02:00:00+00:00"),
        ("2026-06-01T10:00", "2026-06-01T02:00:00+00:00"),
        ("2026-06-01 10:00", "2026-06-01T02:00:00+00:00"),
        ("2026-06-01T24:00", "2026-06-01T16:00:00+00:00"),
        ("2026-W23-1", "2026-05-31T16:00:00+00:00"),
        ("2026-152", "2026-05-31T16:00:00+00:00"),
        ("Friday 10:00", "2026-06-05T02:00:00+00:00"),
        ("June 1 10am", "2026-06-01T02:00:00+00:00"),
        ("3-Jun-2026", "2026-06-02T16:00:00+00:00"),
        ("10:00 UTC", "2026-06-03T10:00:00+00:00"),
        ("10:00Z", "2026-06-03T10:00:00+00:00"),
        ("2026-06-01T10:00z", "2026-06-01T10:00:00+00:00"),
        ("10:00+09:00", "2026-06-03T01:00:00+00:00"),
        ("2026-06-01T10:00-05:30", "2026-06-01T15:30:00+00:00"),
    ],
)
def test_texts(text, expected):
    assert instant(text) == expected


def test_today_is_the_desks_today():
    late = datetime(2026, 6, 3, 20, tzinfo=timezone.utc)
    assert parse_at("10:00", tz="Asia/Shanghai", now=late).instant.day == 4
    assert parse_at("10:00", tz="America/New_York", now=late).instant.day == 3


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "10", "2026", "20260601", "1780000000", "1.5", "-5", "+8"),
        *("10:00 EST", "10:00 CST", "10:00 GMT", "10:00 BRST", "10:00 cst"),
        *("10:00 UTC+3", "10:00 utc-3", "10:00Z+1", "10:00 GMT+8"),
        *("now", "tomorrow", "10:00 Asia/Shanghai", "ou_1", "25:00", "2026-02-30", "2026-13-01"),
        *("9" * 400 + ":00", "10:00+99:00", "\0", "2026-06-01T10:00:00:00"),
    ],
)
def test_what_names_no_instant_is_refused_in_one_line(text):
    with pytest.raises(
        AtError, match=r"names no instant; allowed: .*UTC, Z or an offset"
    ) as caught:
        instant(text)
    assert len(str(caught.value)) < 300
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("text", ["9999-12-31T23:59-12:00", "0001-01-01"])
def test_outside_the_years_that_are_answered(text):
    with pytest.raises(AtError, match="outside the years 1 to 9999"):
        instant(text)


@pytest.mark.parametrize(
    ("text", "expected", "note"),
    [
        ("2026-03-08 02:30", "2026-03-08T07:00:00+00:00", "was skipped"),
        ("2026-03-08 02:30:00.5", "2026-03-08T07:00:00+00:00", "was skipped"),
        ("2026-11-01 01:30", "2026-11-01T05:30:00+00:00", "came twice"),
        ("2026-11-01 01:30:00.5", "2026-11-01T05:30:00.500000+00:00", "came twice"),
        ("2026-11-01 01:30-05:00", "2026-11-01T06:30:00+00:00", None),
        ("2026-11-01 02:30", "2026-11-01T07:30:00+00:00", None),
    ],
)
def test_skipped_and_repeated_wall_times_say_which_instant_is_meant(text, expected, note):
    found = parse_at(text, tz="America/New_York", now=NOW)
    assert found.instant.isoformat() == expected
    assert (note in found.note) if note else found.note is None
