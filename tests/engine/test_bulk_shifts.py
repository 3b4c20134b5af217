"""Shifts in bulk, held against the plain way, date by date."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from odd_dates import CALENDARS, ROWS, instants
from oracle import DAY
from strategies import windows

from availability import DutyRange, ExtraShift, Leave, WeeklySchedule
from availability.engine.bulk_shifts import shift_columns
from availability.engine.instants import EPOCH_ORDINAL, to_micros
from availability.engine.shifts import shifts_in


def agree(schedule, start, end, overrides=()):
    window = to_micros(start), to_micros(end)
    found = shift_columns(schedule, *window, overrides)
    assert list(zip(*(column.tolist() for column in found), strict=True)) == [
        (
            one.interval.start_micros,
            one.interval.end_micros,
            one.day.toordinal() - EPOCH_ORDINAL,
            one.duty.weekday if isinstance(one.duty, DutyRange) else 0,
        )
        for one in shifts_in(schedule, *window, overrides)
    ]


@given(windows())
def test_in_any_zone_and_year(window):
    scene, start, end = window
    agree(scene.schedule, start, end)


@given(st.lists(ROWS, max_size=3), CALENDARS, instants(), st.data())
def test_by_dates_and_with_overrides(rows, calendar, start, data):
    schedule = WeeklySchedule.parse(
        rows, tz="America/New_York", calendar=data.draw(st.sampled_from([None, calendar]))
    )
    day = start.date()
    kinds = data.draw(st.lists(st.sampled_from([Leave, ExtraShift]), max_size=2))
    agree(schedule, start, start + 9 * DAY, [kind("ou_1", day, day + DAY) for kind in kinds])


@pytest.mark.parametrize("tz", ["Asia/Shanghai", "America/New_York", "Pacific/Kiritimati"])
@pytest.mark.parametrize("year", [1, 2437, 9999])
def test_at_the_ends_of_time_and_where_cycles_begin(tz, year):
    rows = [
        {"weekday": 9, "start_time": "22:00", "end_time": "06:00"},
        {"weekday": 9, "start_time": "00:30", "end_time": "23:59"},
    ]
    first, last = (
        datetime(year, month, day, tzinfo=timezone.utc) for month, day in ((1, 1), (12, 31))
    )
    agree(WeeklySchedule.parse(rows, tz=tz), first, last)
