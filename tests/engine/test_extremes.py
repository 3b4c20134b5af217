# ruff: noqa: DTZ901  (wall times; each is given its zone where it is used)
"""The first and the last days of the calendar, modelled by the same days 400 years inward.

The Gregorian calendar repeats after 400 years; so do, before recorded history
and in the far future, the zones' clocks.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import DAY, MICROSECOND, UTC, instant_of, utc
from strategies import ZONES, Scene, row, scenes

from availability.errors import AvailabilityError, UnreachableError

CENTURIES = 400
OFFSETS = st.integers(-1439, 1439).map(lambda minutes: timezone(timedelta(minutes=minutes)))
SPAN = 10 * DAY
FROM_THE_FIRST = st.one_of(st.just(datetime.min), st.datetimes(datetime.min, datetime.min + SPAN))
TO_THE_LAST = st.one_of(st.just(datetime.max), st.datetimes(datetime.max - SPAN, datetime.max))
EXTREMES = st.builds(
    lambda wall, tz: wall.replace(tzinfo=tz), st.one_of(FROM_THE_FIRST, TO_THE_LAST), OFFSETS
)


def years_inward(at):
    return CENTURIES if at.year < 5000 else -CENTURIES


def inward(at):
    """The same instant 400 years further from the calendar's end, in UTC."""
    return utc(at.replace(year=at.year + years_inward(at)))


def limits(tz, at):
    """The inward image of the first and last instant with a year 1-9999, in UTC and locally."""
    zone, year = ZoneInfo(tz), (1 if at.year < 5000 else 9999) + years_inward(at)
    starts = [datetime(y, 1, 1) for y in (year, year + 1)]
    (first, local_first), (last, local_last) = (
        (wall.replace(tzinfo=UTC), instant_of(wall, zone)) for wall in starts
    )
    return max(first, local_first), min(last, local_last) - MICROSECOND


def image(at):
    return None if at is None else inward(at)


def within(change, bounds):
    return change if change is not None and bounds[0] <= change <= bounds[1] else None


@given(scenes(), EXTREMES)
def test_on_duty(scene, at):
    assert scene.timeline.is_on_duty(at) is scene.model.is_on_duty(inward(at))


@given(scenes(), EXTREMES)
def test_next_change(scene, at):
    first, last = limits(scene.tz, at)
    expected = scene.model.next_change(max(inward(at), first - MICROSECOND))
    assert image(scene.timeline.next_change(at)) == within(expected, (first, last))


@given(scenes(), EXTREMES)
def test_previous_change(scene, at):
    first, last = limits(scene.tz, at)
    expected = scene.model.previous_change(min(inward(at), last))
    assert image(scene.timeline.previous_change(at)) == within(expected, (first, last))


@given(
    scenes(), st.one_of(st.tuples(*[FROM_THE_FIRST] * 2), st.tuples(*[TO_THE_LAST] * 2)), OFFSETS
)
def test_windows_are_clipped(scene, walls, tz):
    start, end = (wall.replace(tzinfo=tz) for wall in sorted(walls))
    first, last = limits(scene.tz, start)
    clipped = max(inward(start), first), min(inward(end), last)
    expected = scene.model.intervals(*clipped) if clipped[0] < clipped[1] else []
    intervals = scene.timeline.intervals(start, end)
    assert [(inward(i.start), inward(i.end)) for i in intervals] == expected
    total = sum((b - a for a, b in expected), timedelta())
    assert scene.timeline.duty_time(start, end) == total


HOUR = timedelta(hours=1)
#: Every question, as asked about one instant.
QUESTIONS = {
    "is_on_duty": lambda duty, at: duty.is_on_duty(at),
    "are_on_duty": lambda duty, at: duty.are_on_duty([at]),
    "next_change": lambda duty, at: duty.next_change(at),
    "previous_change": lambda duty, at: duty.previous_change(at),
    "intervals": lambda duty, at: [str(found) for found in duty.intervals(at, at)],
    "epochs": lambda duty, at: duty.epochs(at, at),
    "duty_time": lambda duty, at: duty.duty_time(at, at),
    "an hour later": lambda duty, at: duty.add_duty_time(at, HOUR),
    "an hour earlier": lambda duty, at: duty.add_duty_time(at, -HOUR),
    "at once": lambda duty, at: duty.add_duty_time(at, timedelta()),
}


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
@pytest.mark.parametrize("wall", [datetime.min, datetime.max], ids=["min", "max"])
@settings(max_examples=15)
@given(scene=scenes(), tz=OFFSETS)
def test_no_offset_crashes(wall, question, scene, tz):
    with suppress(AvailabilityError):
        question(scene.timeline, wall.replace(tzinfo=tz))


@pytest.mark.parametrize("tz", ["UTC", "Asia/Tokyo", "America/New_York"])
@pytest.mark.parametrize("wall", [datetime.min, datetime.max], ids=["min", "max"])
def test_nothing_added_is_the_instant_itself_or_refused(wall, tz):
    """An instant that the schedule's zone cannot show is refused, by an error of the package."""
    at = wall.replace(tzinfo=UTC)
    try:
        found = Scene((), tz).timeline.add_duty_time(at, timedelta())
    except AvailabilityError:
        assert tz != "UTC"
    else:
        assert utc(found) == at


@pytest.mark.parametrize("tz", ["UTC", "Asia/Tokyo", "America/New_York"])
@pytest.mark.parametrize("rows", [(), (row(9, "00:00", "24:00"),)], ids=["never", "always"])
def test_what_never_changes_has_no_change(rows, tz):
    duty = Scene(rows, tz).timeline
    for at in (datetime.min, datetime(2026, 6, 1), datetime.max):
        assert duty.next_change(at.replace(tzinfo=UTC)) is None
        assert duty.previous_change(at.replace(tzinfo=UTC)) is None


@given(ZONES)
def test_always_on_duty_is_one_interval_of_all_the_time_there_is(tz):
    duty = Scene((row(9, "00:00", "24:00"),), tz).timeline
    ends = [at.replace(tzinfo=UTC) for at in (datetime.min, datetime.max)]
    (interval,) = duty.intervals(*ends)
    assert inward(interval.start) == limits(tz, ends[0])[0]
    assert inward(interval.end) == limits(tz, ends[1])[1]
    assert interval.duration == duty.duty_time(*ends) == utc(interval.end) - utc(interval.start)


def test_no_duty_time_beyond_the_last_shift():
    duty = Scene((row(5, "09:00", "10:00"),), "UTC").timeline  # 9999-12-31 is a Friday
    at = datetime(9999, 12, 31, 9, 30, tzinfo=UTC)
    assert utc(duty.add_duty_time(at, HOUR / 2)) == at + HOUR / 2
    with pytest.raises(UnreachableError):
        duty.add_duty_time(at, HOUR / 2 + MICROSECOND)
    assert utc(duty.next_change(at)) == at + HOUR / 2
    assert duty.next_change(at + HOUR / 2) is None
