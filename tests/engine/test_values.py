"""Schedules, timelines and intervals as values; and what comes out of them."""

from __future__ import annotations

import copy
import pickle
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from threading import Barrier
from zoneinfo import ZoneInfo

import pandas as pd
import pendulum
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import DAY, MICROSECOND, UTC, utc
from strategies import DISPLAYS, ZONES, Scene, instants, row, scenes, scenes_at, windows

from availability.engine import courses, week, zones
from availability.engine.intervals import Interval
from availability.engine.schedule import DutyRange, WeeklySchedule
from availability.engine.timeline import Timeline

SUNDAY_NIGHT = Scene((row(7, "01:30", "09:00"), row(7, "00:15", "01:10")), "America/New_York")
#: 01:30 is shown twice that day, at 05:30Z and at 06:30Z.
FIRST_PASS = datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
SECOND_PASS = datetime(2026, 11, 1, 6, 30, tzinfo=UTC)


def micros(at):
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // MICROSECOND


def used(timeline):
    """The timeline after all of its memos have been filled."""
    timeline.is_on_duty(FIRST_PASS)
    timeline.are_on_duty([FIRST_PASS])
    timeline.duty_time(FIRST_PASS, SECOND_PASS)
    timeline.intervals(FIRST_PASS, SECOND_PASS)
    timeline.next_change(FIRST_PASS)
    return timeline


VALUES = {
    "range": DutyRange(5, 22 * 60, 6 * 60),
    "schedule": SUNDAY_NIGHT.schedule,
    "timeline": SUNDAY_NIGHT.timeline,
    "used timeline": used(SUNDAY_NIGHT.timeline),
    "interval": Interval(micros(FIRST_PASS), micros(SECOND_PASS), "America/New_York"),
}
COPIES = {
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    **{
        f"pickle {protocol}": lambda value, protocol=protocol: pickle.loads(
            pickle.dumps(value, protocol)
        )
        for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1)
    },
}


@pytest.mark.parametrize("duplicate", COPIES.values(), ids=COPIES)
@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
def test_a_copy_is_equal(value, duplicate):
    twin = duplicate(value)
    assert twin == value
    assert hash(twin) == hash(value)
    assert repr(twin) == repr(value)
    assert type(twin) is type(value)


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
def test_values_are_immutable(value):
    for name in value.__slots__:
        with pytest.raises(AttributeError, match="immutable"):
            setattr(value, name, None)


@given(windows())
def test_a_copied_timeline_answers_alike(window):
    scene, start, end = window
    duty = scene.timeline
    expected = duty.intervals(start, end)
    for duplicate in COPIES.values():
        assert duplicate(duty).intervals(start, end) == expected
        assert duplicate(expected) == expected


@given(scenes())
def test_memos_are_neither_pickled_nor_compared(scene):
    fresh, worn = scene.timeline, used(scene.timeline)
    assert fresh == worn
    assert hash(fresh) == hash(worn)
    assert pickle.dumps(fresh) == pickle.dumps(worn)
    assert repr(fresh) == repr(worn)


def test_timelines_differ_where_schedules_do():
    timelines = {
        Scene((row(7, "01:30", "09:00"),), tz, end).timeline
        for tz in ("UTC", "Europe/London")
        for end in ("midnight", "literal")
    }
    assert len(timelines) == 4


def test_an_interval_stays_right_inside_a_repeated_hour():
    tz = "America/New_York"
    first, second = micros(FIRST_PASS), micros(SECOND_PASS)
    hour = Interval(first, second, tz)
    assert hour.start.replace(tzinfo=None) == hour.end.replace(tzinfo=None)
    assert (hour.start.fold, hour.end.fold) == (0, 1)
    assert hour.duration == timedelta(hours=1)
    shown = [at.astimezone(ZoneInfo(tz)) for at in (FIRST_PASS, SECOND_PASS)]
    assert [at in hour for at in shown] == [True, False]
    assert SECOND_PASS - MICROSECOND in hour
    assert FIRST_PASS - MICROSECOND not in hour
    assert str(hour) == "2026-11-01T01:30:00-04:00/2026-11-01T01:30:00-05:00"
    assert len({hour, Interval(first, second, tz), Interval(second, second + 1, tz)}) == 2
    assert min([Interval(second, second + 1, tz), hour]) is hour


@settings(max_examples=25)
@given(st.integers(1, 7), ZONES, st.sampled_from(["is_on_duty", "duty_time", "intervals"]))
def test_many_threads_see_one_answer(weekday, tz, question):
    """All start at once, on memos just emptied."""
    scene = Scene((row(weekday, "22:00", "06:00"), row(9, "01:15", "02:45")), tz)
    at = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    ends = (at,) if question == "is_on_duty" else (at, at + 400 * DAY)
    expected = getattr(scene.timeline, question)(*ends)
    for memo in (courses._course, week._pattern, zones.zone_of):
        memo.cache_clear()
    schedule, barrier = scene.schedule, Barrier(4)

    def ask(_):
        barrier.wait()
        return getattr(Timeline(schedule), question)(*ends)

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(ask, range(4))) == [expected] * 4


def test_a_timeline_is_shared_between_threads():
    duty = SUNDAY_NIGHT.timeline
    many = [FIRST_PASS + timedelta(minutes=n) for n in range(2000)]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(duty.is_on_duty, many)) == [duty.is_on_duty(at) for at in many]
        assert list(pool.map(duty.next_change, many)) == [duty.next_change(at) for at in many]


# What goes in: only the instant counts


def answers(duty, at):
    changes = [found and utc(found) for found in (duty.next_change(at), duty.previous_change(at))]
    added = utc(duty.add_duty_time(at, timedelta()))
    return duty.is_on_duty(at), duty.are_on_duty([at]).tolist(), changes, added


@given(scenes_at(), DISPLAYS)
def test_the_zone_it_is_shown_in_never_matters(scene_at, shown_as):
    scene, at = scene_at
    assert answers(scene.timeline, shown_as(at)) == answers(scene.timeline, at)


@given(scenes(), ZONES, st.data(), st.integers(0, 1))
def test_skipped_and_repeated_wall_times_are_what_their_offset_says(scene, tz, data, fold):
    near = data.draw(instants(Scene((), tz))).astimezone(ZoneInfo(tz))
    wall = near.replace(fold=fold) + data.draw(st.timedeltas(-DAY / 24, DAY / 24))
    assert answers(scene.timeline, wall) == answers(scene.timeline, utc(wall))


@given(scenes(), ZONES, st.integers(-(10**18), 2 * 10**18), st.sampled_from(["s", "us", "ns"]))
def test_pandas_timestamps(scene, tz, nanoseconds, unit):
    stamp = pd.Timestamp(nanoseconds, tz="UTC").as_unit(unit).tz_convert(tz)
    microseconds = stamp.as_unit("ns").value // 1000
    at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)
    assert answers(scene.timeline, stamp) == answers(scene.timeline, at)


class PythonsOwn(datetime):
    """A subclass, as freezegun and others make them."""


@pytest.mark.parametrize(
    "at",
    [
        datetime(2026, 11, 1, 1, 30, tzinfo=ZoneInfo("America/New_York"), fold=1),
        datetime(2026, 11, 1, 1, 30, tzinfo=timezone(timedelta(hours=-5))),
        pendulum.datetime(2026, 11, 1, 1, 30, tz="America/New_York", fold=1),
        pd.Timestamp("2026-11-01 01:30-05:00"),
        pd.Timestamp("2026-11-01 06:30", tz="UTC").tz_convert("America/New_York"),
        PythonsOwn(2026, 11, 1, 6, 30, tzinfo=UTC),
    ],
    ids=lambda at: type(at).__name__,
)
def test_the_second_pass_is_named_by_any_class(at):
    ending = Scene((row(7, "00:00", "01:45"),), "America/New_York").timeline
    assert not ending.is_on_duty(at)
    assert answers(SUNDAY_NIGHT.timeline, at) == answers(SUNDAY_NIGHT.timeline, SECOND_PASS)


# What comes out


@given(windows())
def test_datetimes_come_out_in_the_zone_with_the_right_fold(window):
    scene, start, end = window
    duty = scene.timeline
    out = [at for i in duty.intervals(start, end) for at in (i.start, i.end)]
    out += [duty.next_change(start), duty.previous_change(start)]
    out += [duty.add_duty_time(start, timedelta())]
    for at in filter(None, out):
        expected = utc(at).astimezone(ZoneInfo(scene.tz))
        assert type(at) is pendulum.DateTime
        assert at.timezone_name == scene.tz
        assert at.replace(tzinfo=None) == expected.replace(tzinfo=None)
        assert (at.utcoffset(), at.fold) == (expected.utcoffset(), expected.fold)


@given(scenes(), st.booleans())
def test_the_zone_may_be_a_zoneinfo(scene, as_list):
    rows = list(scene.rows) if as_list else scene.rows
    zoned = WeeklySchedule.parse(rows, tz=ZoneInfo(scene.tz), end_2359=scene.end_2359)
    assert zoned == scene.schedule
    assert zoned.tz == scene.tz
