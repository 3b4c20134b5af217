"""Marks of time, held against what zoneinfo's clocks show."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracle import instant_of
from strategies import ODD_ZONES, edges

from availability.engine.ticks import ticks
from availability.engine.zones import zone_of

UTC = timezone.utc
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)
LENGTHS = st.one_of(st.integers(1, 100), st.integers(1, 24 * 20), st.integers(1, 24 * 365 * 40))


@given(st.data(), st.sampled_from(ODD_ZONES), LENGTHS, st.integers(1, 12))
def test_each_mark_is_where_the_clocks_show_what_it_says(data, tz, hours, most):
    middle = data.draw(st.sampled_from([EPOCH + timedelta(365), *edges(tz)]))
    start = max(middle - timedelta(hours=hours) / 2, datetime(2, 1, 1, tzinfo=UTC))
    start = start.replace(microsecond=0)
    end = min(start + timedelta(hours=hours), datetime(9998, 1, 1, tzinfo=UTC))
    zone = ZoneInfo(tz)
    window = (start - EPOCH) // SECOND, (end - EPOCH) // SECOND
    marks = [
        (EPOCH + second * SECOND, label) for second, label in ticks(zone_of(tz), *window, most)
    ]
    assert all(start <= at <= end for at, _ in marks)
    assert all(a < b for (a, _), (b, _) in pairwise(marks))
    for at, label in marks:
        wall = at.astimezone(zone)
        if ":" in label:
            assert f"{wall:%H:%M}" == label
        else:  # it is where that date, month or year begins
            midnight = datetime(wall.year, wall.month, wall.day)
            assert instant_of(midnight, zone) == at
            assert label in spelled(midnight)


def spelled(day):
    """How the start of a day may be written."""
    yield f"{day:%a %m-%d}"
    if day.day == 1:
        yield f"{day.year:04d}-{day.month:02d}"
        if day.month == 1:
            yield f"{day.year:04d}"


@pytest.mark.parametrize(
    ("tz", "start", "hours", "most", "labels"),
    [
        ("UTC", "2026-06-01T00:00+00:00", 6, 8, "Mon 06-01,01:00,02:00,03:00,04:00,05:00,06:00"),
        ("UTC", "2026-06-01T08:30+00:00", 12, 8, "10:00,12:00,14:00,16:00,18:00,20:00"),
        ("UTC", "2026-06-01T00:00+00:00", 48, 4, "Mon 06-01,12:00,Tue 06-02,12:00,Wed 06-03"),
        # 2 o'clock is skipped, 1 o'clock comes twice
        ("America/New_York", "2026-03-08T05:00+00:00", 4, 8, "Sun 03-08,01:00,03:00,04:00,05:00"),
        ("America/New_York", "2026-11-01T04:00+00:00", 4, 8, "Sun 11-01,01:00,02:00,03:00"),
        ("UTC", "2026-06-03T00:00+00:00", 24 * 21, 3, "Mon 06-08,Mon 06-15,Mon 06-22"),
        ("UTC", "2026-01-15T00:00+00:00", 24 * 90, 4, "2026-02,2026-03,2026-04"),
        ("UTC", "2026-01-15T00:00+00:00", 24 * 365 * 4, 4, "2027,2028,2029,2030"),
    ],
)
def test_the_marks_of_some_windows(tz, start, hours, most, labels):
    first = int(datetime.fromisoformat(start).timestamp())
    marks = ticks(zone_of(tz), first, first + hours * 3600, most)
    assert [label for _, label in marks] == labels.split(",")


@pytest.mark.parametrize("most", [8, 1])  # marks are never further apart than that
def test_all_of_time(most):
    ends = (datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC))
    window = [(at - EPOCH) // SECOND for at in ends]
    marks = ticks(zone_of("Asia/Shanghai"), *window, most)
    assert [label for _, label in marks] == ["2000", "4000", "6000", "8000"]


@pytest.mark.parametrize("most", [4, 60, 300])
@pytest.mark.parametrize(
    ("tz", "start", "days"),
    [
        ("America/New_York", "0001-01-01T00:00+00:00", 9),  # there it is the year 0
        ("America/New_York", "0001-01-01T00:00+00:00", 100),
        ("Asia/Shanghai", "9999-12-22T23:59:59+00:00", 9),  # there it is 10000 already
        ("Asia/Shanghai", "9999-09-22T23:59:59+00:00", 100),
    ],
)
def test_where_time_ends(tz, start, days, most):
    first = (datetime.fromisoformat(start) - EPOCH) // SECOND
    marks = ticks(zone_of(tz), first, first + days * 86_400, most)
    assert marks
    for second, label in marks:
        wall = (EPOCH + second * SECOND).astimezone(ZoneInfo(tz))
        assert label in {f"{wall:%H:%M}", *spelled(wall)}
