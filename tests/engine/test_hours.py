"""The hours that clocks show, held against zoneinfo, minute by minute."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from itertools import groupby
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracle import utc
from strategies import ODD_ZONES, edges

from availability.engine.hours import clock_hours
from availability.engine.zones import zone_of

UTC = timezone.utc
MINUTE = timedelta(minutes=1)
LIVING = datetime(1990, 1, 1, tzinfo=UTC)


def by_the_minute(tz, first, last):
    """The date and hour that zoneinfo shows from minute to minute, with its offset, grouped."""
    at = datetime.combine(first, datetime.min.time(), UTC) - timedelta(days=2)
    minutes = [at + i * MINUTE for i in range(((last - first).days + 5) * 24 * 60)]
    local = [(one, one.astimezone(ZoneInfo(tz))) for one in minutes]
    shown = [
        ((wall.date(), wall.hour, wall.utcoffset()), one)
        for one, wall in local
        if first <= wall.date() <= last
    ]
    for (day, hour, _), group in groupby(shown, key=lambda pair: pair[0]):
        ats = [one for _, one in group]
        yield day, hour, ats[0], ats[-1] + MINUTE


def by_the_clock(tz, first, last):
    return [
        (one.day, one.hour, utc(one.interval.start), utc(one.interval.end))
        for one in clock_hours(zone_of(tz), first, last)
    ]


@pytest.mark.parametrize(
    ("tz", "day", "hours"),
    [
        ("America/New_York", date(2026, 3, 8), 23),
        ("America/New_York", date(2026, 11, 1), 25),
        ("America/New_York", date(2026, 6, 1), 24),
        ("Africa/Cairo", date(2026, 4, 24), 23),  # from 01:00 on
        ("Africa/Cairo", date(2026, 10, 29), 25),  # 23:00 comes twice
        ("Pacific/Apia", date(2011, 12, 30), 0),
    ],
)
def test_days_on_which_clocks_change(tz, day, hours):
    found = clock_hours(zone_of(tz), day, day)
    assert len(found) == hours
    assert sum((one.interval.duration for one in found), timedelta()) == timedelta(hours=hours)


@given(st.sampled_from(ODD_ZONES), st.data())
def test_a_week_around_a_clock_change(tz, data):
    changes = [edge for edge in edges(tz) if LIVING < edge < datetime(2040, 1, 1, tzinfo=UTC)]
    edge = data.draw(st.sampled_from(changes or [datetime(2026, 3, 29, 1, tzinfo=UTC)]))
    first = edge.date() - timedelta(days=data.draw(st.integers(0, 3)))
    last = first + timedelta(days=3)
    assert by_the_clock(tz, first, last) == list(by_the_minute(tz, first, last))


@pytest.mark.parametrize("day", [27, 28])
def test_clocks_that_go_back_to_the_day_before(day):
    """One minute after midnight they showed 23:01 again."""
    day = date(1990, 10, day)
    tz = "America/St_Johns"
    assert by_the_clock(tz, day, day) == list(by_the_minute(tz, day, day))
