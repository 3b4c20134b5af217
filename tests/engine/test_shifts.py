"""Single shifts, beside the oracle's."""

from __future__ import annotations

import pickle
from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from oracle import Model, utc
from strategies import scenes_at

from availability import DutyRange, NaiveDatetimeError, WeeklySchedule
from availability.engine.shifts import shifts_around

DAY = timedelta(days=1)
UTC = timezone.utc
EARLIEST = datetime(1, 1, 1, tzinfo=UTC)
LATEST = datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)


def ends(shift):
    return None if shift is None else (utc(shift.interval.start), utc(shift.interval.end))


@given(scenes_at())
def test_the_shifts_around_an_instant_are_the_oracles(scene_at):
    scene, at = scene_at
    schedule = WeeklySchedule.parse(scene.rows, tz=scene.tz, end_2359=scene.end_2359)
    around = shifts_around(schedule, at)
    shifts = Model(scene.rows, scene.tz, scene.end_2359).shifts(at - 11 * DAY, at + 11 * DAY)
    real = [(start, end) for start, end in shifts if start < end]
    running = sorted((start, end) for start, end in real if start <= at < end)
    assert sorted(map(ends, around.running)) == running
    ended = max((end for _, end in real if end <= at), default=None)
    begins = min((start for start, _ in real if start > at), default=None)
    assert (around.last and utc(around.last.interval.end)) == ended
    assert (around.next and utc(around.next.interval.start)) == begins


def around(at, *spelled, tz="Asia/Shanghai"):
    rows = [{"weekday": code, "start_time": start, "end_time": end} for code, start, end in spelled]
    return shifts_around(WeeklySchedule.parse(rows, tz=tz), at)


def test_a_shift_knows_its_range_and_the_date_it_starts_on():
    night = around(datetime(2026, 6, 5, 21, tzinfo=UTC), (10, "22:00", "06:00"))
    (shift,) = night.running
    assert (shift.duty, shift.day) == (DutyRange(10, 22 * 60, 6 * 60), date(2026, 6, 5))
    assert str(shift.interval.start) == "2026-06-05 22:00:00+08:00"
    assert str(shift.interval.end) == "2026-06-06 06:00:00+08:00"
    assert pickle.loads(pickle.dumps(night)) == night


def test_ranges_that_overlap_run_together():
    both = around(
        datetime(2026, 6, 1, 3, tzinfo=UTC), (1, "09:00", "12:00"), (10, "10:00", "18:00")
    )
    assert [str(shift.duty) for shift in both.running] == ["09:00-12:00", "10:00-18:00"]


def test_no_rows_no_shifts():
    nothing = around(datetime(2026, 6, 1, tzinfo=UTC))
    assert (nothing.running, nothing.last, nothing.next) == ((), None, None)


@pytest.mark.parametrize("tz", ["UTC", "America/New_York", "Pacific/Kiritimati"])
@pytest.mark.parametrize("at", [EARLIEST, LATEST])
def test_at_the_ends_of_time(tz, at):
    found = around(at, (9, "00:00", "24:00"), tz=tz)
    for shift in (*found.running, found.last, found.next):
        assert shift is None or shift.interval.start < shift.interval.end


def test_what_is_no_instant_is_refused():
    with pytest.raises(NaiveDatetimeError):
        around(datetime(2026, 6, 1), (9, "09:00", "10:00"))
