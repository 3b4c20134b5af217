"""What a timeline remembers makes it fast, and never changes an answer.

The plain paths are the reference: Course.is_on, next_change from edge to edge,
Elapsed.before, spans one by one. They are held against the model elsewhere.
"""

from __future__ import annotations

import random
from contextlib import suppress
from datetime import datetime, timedelta, timezone, tzinfo
from io import BytesIO
from itertools import product
from pathlib import Path
from types import MappingProxyType
from zoneinfo import TZPATH, ZoneInfo

import numpy as np
import pandas as pd
import pendulum
import pytest
from dateutil import tz
from hypothesis import given
from hypothesis import strategies as st
from oracle import DAY, MICROSECOND, SECOND, UTC, utc
from strategies import ALL_ZONES, DISPLAYS, ODD_ZONES, Scene, edges, instants, row, scenes, windows

from availability import InstantError, ScheduleError, Timeline, WeeklySchedule
from availability.engine import bulk, days
from availability.engine.course import Course
from availability.engine.elapsed import Elapsed
from availability.engine.instants import to_micros, to_second
from availability.engine.week import WeekPattern
from availability.engine.zones import Zone

HOUR = timedelta(hours=1)
#: Ends on the hour, within it, and where clocks change; a night; every day of the week differs.
BUSY = (
    row(9, "00:30", "01:30"),
    row(9, "02:00", "02:15"),
    row(10, "09:00", "12:00"),
    row(10, "13:00", "18:00"),
    row(6, "22:00", "03:00"),
    row(7, "23:00", "24:00"),
)
AROUND = [
    *(n * HOUR / 2 + nudge for n in range(-8, 9) for nudge in (-SECOND, timedelta(), MICROSECOND)),
    *(sign * n * DAY for n in (1, 2) for sign in (1, -1)),
]


def asked(duty, at):
    """The answers when asked cold or not, again, and again."""
    return {duty.is_on_duty(at) for _ in range(4)}


@pytest.mark.no_cover  # a sweep takes twice as long while it is watched
@pytest.mark.parametrize("key", ODD_ZONES)
def test_around_clock_changes_in_every_calendar(key):
    duty = Scene(BUSY, key).timeline
    chosen = random.Random(key).sample(edges(key), min(12, len(edges(key))))
    calendars = [UTC, ZoneInfo("UTC"), ZoneInfo(key), ZoneInfo("America/New_York")]
    for calendar in calendars:
        for edge in chosen:
            for step in AROUND:
                at = (edge + step).astimezone(calendar)
                assert asked(duty, at) == {duty.course.is_on(to_second(at))}, at


@pytest.mark.parametrize("key", ["America/New_York", "Australia/Lord_Howe", "Pacific/Apia"])
def test_wall_times_that_come_twice_or_never(key):
    """Given as a person writes them: with either fold, in a gap, in any order."""
    duty, zone = Scene(BUSY, key).timeline, ZoneInfo(key)
    walls = [datetime(2011, 12, 29, tzinfo=zone) + n * HOUR / 4 for n in range(4 * 72)] + [
        datetime.combine((edge - DAY).date(), datetime.min.time(), zone) + n * HOUR / 4
        for edge in edges(key)
        if 2024 <= edge.year <= 2026
        for n in range(4 * 60)
    ]
    folded = [at.replace(fold=fold) for at in walls for fold in (0, 1)]
    random.Random(key).shuffle(folded)
    for at in folded:
        assert asked(duty, at) == {duty.course.is_on(to_second(at))}, at


@given(scenes(), st.data())
def test_any_questions_one_after_another(scene, data):
    duty, course = scene.timeline, scene.timeline.course
    asks = st.tuples(instants(scene), st.one_of(st.just(lambda at: at), DISPLAYS))
    for at, display in data.draw(st.lists(asks, min_size=2, max_size=8)):
        shown = at
        with suppress(OverflowError):  # near the year 1 or 10000 there is no such display
            shown = display(at)
        second = to_second(at)
        assert asked(duty, shown) == {course.is_on(second)}
        changes = {duty.next_change(shown) for _ in range(4)}
        expected = course._walk_on(second) if course.pattern.edges else None
        assert changes == {None if expected is None else course.zone.shown(expected * 10**6)}


@given(windows(), st.data())
def test_duty_time_as_the_plain_sum(window, data):
    scene, start, end = window
    duty, display = scene.timeline, data.draw(DISPLAYS)
    elapsed = duty.course.make_elapsed()
    expected = elapsed.before(to_micros(end)) - elapsed.before(to_micros(start))
    for ends in [(start, end), (display(start), end), (start, display(end))] * 2:
        assert duty.duty_time(*ends) == timedelta(microseconds=expected)


@given(windows())
def test_many_at_once_by_day_and_by_wall(window):
    scene, start, _ = window
    course = scene.timeline.course
    first = to_second(start)
    seconds = np.arange(first - 200_000, first + 200_000, 997)
    expected = [course.is_on(second) for second in seconds.tolist()]
    assert bulk._are_on_by_wall(course, seconds).tolist() == expected
    assert bulk.are_on(course, seconds).tolist() == expected


@given(scenes(), st.integers(-62_135_000_000, 253_402_000_000))
def test_an_instant_is_shown_as_zoneinfo_shows_it(scene, second):
    zone = scene.timeline.course.zone
    for at in (second, to_second(scene.edge), to_second(scene.edge) + 1800):
        fast = zone.shown(at * 10**6 + 5)
        slow = zone._shown_slowly(at * 10**6 + 5)
        assert (fast, fast.fold, fast.tzinfo) == (slow, slow.fold, slow.tzinfo)
        assert type(fast) is pendulum.DateTime


def test_a_window_is_not_for_those_who_are_no_instant():
    at = datetime(2026, 6, 1, 3, tzinfo=UTC)
    duty = Scene(BUSY, "Asia/Shanghai").timeline
    assert asked(duty, at) == {True}
    stamp = pd.Timestamp(at)
    assert asked(duty, stamp) == asked(duty, pendulum.instance(at)) == {True}
    for no_instant in [
        np.datetime64("2026-06-01T03:00"),
        pd.NaT,
        at.date(),
        at.timetz(),
        at.isoformat(),
        at.timestamp(),
        at.replace(tzinfo=None),
        pd.Series([stamp]),
        None,
    ]:
        with pytest.raises(InstantError):
            duty.is_on_duty(no_instant)
        with pytest.raises(InstantError):
            duty.next_change(no_instant)


def test_a_zone_from_a_file_is_not_taken_for_the_one_it_is_named_after():
    path = next(Path(root, "Europe/London") for root in TZPATH if Path(root).is_dir())
    liar = ZoneInfo.from_file(BytesIO(path.read_bytes()), key="Asia/Shanghai")
    at = datetime(2026, 6, 1, 12, tzinfo=liar)
    duty = Scene((row(9, "09:00", "18:00"),), "Asia/Shanghai").timeline
    assert asked(duty, at.replace(tzinfo=ZoneInfo("Asia/Shanghai"))) == {True}
    assert asked(duty, at) == {False}


class Chameleon(tzinfo):
    """Equal to every time zone, and like none: its offset changes with the minute."""

    def __eq__(self, other):
        return True

    def __hash__(self):
        return hash(UTC)

    def utcoffset(self, at):
        return timedelta(minutes=at.minute - 30)

    def dst(self, at):
        return None


@pytest.mark.parametrize(
    "calendar",
    [
        tz.gettz("America/New_York"),
        tz.tzutc(),
        tz.tzoffset(None, 12_345),
        tz.tzlocal(),
        pendulum.timezone("America/New_York"),
        Chameleon(),
    ],
    ids=lambda calendar: type(calendar).__name__,
)
def test_time_zones_of_every_make(calendar):
    duty = Scene(BUSY, "America/New_York").timeline
    start = datetime(2026, 10, 31, 22, tzinfo=calendar)
    for n in range(200):
        at = start + n * HOUR / 4
        assert asked(duty, at) == {duty.course.is_on(to_second(at))}
        assert asked(duty, at.astimezone(UTC)) == {duty.course.is_on(to_second(at))}


def test_more_days_and_calendars_than_are_remembered(monkeypatch):
    monkeypatch.setattr(days, "MOST_DAYS", 8)
    monkeypatch.setattr(days, "MOST_CALENDARS", 3)
    monkeypatch.setattr(days, "MOST_ODD_DAYS", 0)
    days.day_kinds.cache_clear()
    course = Course(
        Scene(BUSY, "Europe/Paris").timeline.course.pattern, days.zone_of("Europe/Paris")
    )
    duty = Scene(BUSY, "Europe/Paris").timeline
    object.__setattr__(duty, "course", course)
    start = datetime(2026, 3, 20, tzinfo=UTC)
    for key in ["UTC", "Europe/Paris", "Asia/Tokyo", "Asia/Seoul", "UTC"]:
        for n in range(400):
            at = (start + n * HOUR).astimezone(ZoneInfo(key))
            assert asked(duty, at) == {course.is_on(to_second(at))}
    assert all(len(calendar) <= 8 for calendar in course.kinds.calendars.values())
    assert len(course.kinds.calendars) <= 3
    assert all(kind >= 0 for kind in course.kinds._spelled.values())
    days.day_kinds.cache_clear()


def test_every_zone_has_kinds_for_its_days():
    for key in ALL_ZONES:
        course = Scene(BUSY, key).timeline.course
        for day in range(738_000, 740_000, 97):
            kind = course.kinds.kind_of(day)
            assert course.flips_of(kind) == course._odd_flips(day), (key, day)


class Counted:
    """Counts the calls of methods while it lasts."""

    def __init__(self, monkeypatch, *methods):
        self.calls = 0
        for owner, name in methods:
            monkeypatch.setattr(owner, name, self.counting(getattr(owner, name)))

    def counting(self, method):
        def counted(*arguments):
            self.calls += 1
            return method(*arguments)

        return counted


PLAIN = [(Course, "is_on"), (Course, "look"), (Course, "look_around"), (Course, "_walk_on")]


def test_near_now_nothing_is_worked_out(monkeypatch):
    duty = Scene(BUSY, "America/New_York").timeline
    now = datetime(2026, 6, 1, 14, tzinfo=UTC)
    asked(duty, now)
    assert len({duty.next_change(now) for _ in range(3)}) == 1
    work = Counted(monkeypatch, *PLAIN, (Course, "next_change"), (Zone, "wall_at"))
    for n in range(1000):
        assert duty.is_on_duty(now + n * SECOND)
        assert duty.next_change(now + n * SECOND) is duty.next_change(now)
    assert work.calls == 0


@pytest.mark.parametrize("calendar", ["UTC", "Asia/Shanghai", "America/New_York"])
def test_on_days_met_before_nothing_is_walked(monkeypatch, calendar):
    """Not even where clocks change, in UTC; elsewhere on those days only."""
    duty = Scene(BUSY, "America/New_York").timeline
    zone = UTC if calendar == "UTC" else ZoneInfo(calendar)
    start = datetime(2026, 1, 1, tzinfo=UTC)
    times = [(start + n * 5 * HOUR).astimezone(zone) for n in range(365 * 24 // 5)]
    random.Random(calendar).shuffle(times)
    for at in times * 2:
        duty.is_on_duty(at)
    work = Counted(monkeypatch, (Course, "is_on"))
    for at in times:
        duty.is_on_duty(at)
    clock_changes, most_in_a_day = (0, 0) if calendar == "UTC" else (2, 5)
    assert work.calls <= 2 * clock_changes * most_in_a_day


def test_adding_duty_time_goes_straight_there(monkeypatch):
    duty = Scene(BUSY, "Europe/London").timeline
    start = datetime(2026, 1, 1, tzinfo=UTC)
    for amount in (HOUR, 100 * HOUR, 5000 * HOUR, -HOUR, -5000 * HOUR):
        duty.add_duty_time(start, amount)
        work = Counted(monkeypatch, (Elapsed, "_before"))
        duty.add_duty_time(start, amount)
        assert work.calls <= 6
    assert len(duty.course.elapsed._carried) < 30


def test_rows_read_fast_or_slowly_are_one_schedule_or_one_error():
    clocks = ["00:00", "09:00", "9:00", "23:59", "24:00", "24:01", "", None, 900, "\uff10\uff19:00"]
    for weekday in (1, 9, 11, 8, 0, True, 1.0, "1", None):
        for start, end in product(clocks, clocks):
            given = row(weekday, start, end)
            assert read([given]) == read([MappingProxyType(given)]), given


def read(rows):
    """The schedule, or what is wrong with it."""
    try:
        return WeeklySchedule.parse(rows, tz="UTC")
    except ScheduleError as error:
        return str(error)


def test_a_stranger_breaks_only_its_own_question():
    duty = Scene(BUSY, "Asia/Tokyo").timeline
    at = datetime(2026, 6, 1, 3, tzinfo=UTC)
    expected = duty.is_on_duty(at)
    for _ in range(30):
        with pytest.raises(RuntimeError):
            duty.is_on_duty(at.replace(tzinfo=Broken()))
        assert asked(duty, at) == {expected}


def test_a_datetime_with_an_offset_of_its_own_is_never_answered_from_memory():
    duty = Scene((row(9, "09:00", "18:00"),), "UTC").timeline
    at = Shifted(2026, 6, 1, 10, tzinfo=UTC)
    assert asked(duty, datetime(2026, 6, 1, 10, tzinfo=UTC)) == {True}
    assert asked(duty, at) == {False}
    assert duty.next_change(at).hour == 9


class Broken(tzinfo):
    def utcoffset(self, at):
        raise RuntimeError("the zone service is down")


class Shifted(datetime):
    def utcoffset(self):
        return timedelta(hours=8)


def test_duty_time_costs_the_same_for_any_length(monkeypatch):
    duty = Scene(BUSY, "Europe/London").timeline
    start = datetime(2025, 1, 1, tzinfo=UTC)
    lengths = [weeks * 7 * DAY for weeks in range(150)]  # from Wednesday to Wednesday
    for length in lengths:
        duty.duty_time(start, start + length)
    work = Counted(
        monkeypatch, (Elapsed, "before"), (Elapsed, "_by_pattern"), (WeekPattern, "is_on")
    )
    for length in lengths:
        duty.duty_time(start, start + length)
    assert work.calls == 0


def test_interval_ends_are_made_only_when_looked_at(monkeypatch):
    duty = Scene(BUSY, "Europe/London").timeline
    work = Counted(monkeypatch, (Zone, "shown"))
    found = duty.intervals(datetime(2025, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC))
    assert len(found) > 1000
    assert work.calls == 0
    assert found[0].start < found[0].end
    assert work.calls == 2


def test_equal_rows_share_all_that_is_worked_out():
    def made(rows):
        return Timeline(WeeklySchedule.parse([dict(each) for each in rows], tz="Asia/Tokyo"))

    assert made(BUSY).schedule is made(BUSY).schedule
    assert made(BUSY).course is made(BUSY[::-1]).course
    by_code, by_day = (
        made([row(10, "09:00", "18:00")]),
        made([row(day, "09:00", "18:00") for day in range(1, 6)]),
    )
    assert by_code.course is by_day.course
    assert by_code != by_day


def test_rows_that_are_equal_and_not_the_same_are_not_taken_for_each_other():
    good = [row(1, "09:00", "18:00")]
    WeeklySchedule.parse(good, tz="UTC")
    for odd in (True, 1.0, np.int64(1)):
        with pytest.raises(ValueError, match="is not a weekday code"):
            WeeklySchedule.parse([row(odd, "09:00", "18:00")], tz="UTC")


def test_times_before_the_epoch_and_fixed_offsets():
    duty = Scene(BUSY, "Europe/London").timeline
    for year in (1, 1850, 1969, 2500, 9999):
        for offset in (-14, 0, 5.5):
            at = datetime(year, 6, 1, 12, 15, tzinfo=timezone(timedelta(hours=offset)))
            assert asked(duty, at) == {duty.course.is_on(to_second(utc(at)))}


def test_the_newest_calendars_are_the_fast_ones(monkeypatch):
    duty = Scene(BUSY, "Europe/Madrid").timeline
    start = datetime(2026, 6, 1, tzinfo=UTC)
    for key in ALL_ZONES[:40]:
        shown = [(start + n * HOUR).astimezone(ZoneInfo(key)) for n in range(48)]
        for at in shown:
            asked(duty, at)
        work = Counted(monkeypatch, (Course, "look"))
        for at in shown:
            duty.is_on_duty(at)
        assert work.calls <= 8  # clocks may change on one day


def test_a_calendar_that_was_forgotten_is_met_anew(monkeypatch):
    duty, madrid = Scene(BUSY, "Europe/Madrid").timeline, ZoneInfo("Europe/Madrid")
    shown = [datetime(2026, 6, 1 + n, 12, tzinfo=madrid) for n in range(20)]
    asked(duty, shown[0])
    other = Scene((row(1, "09:00", "18:00"),), "Europe/Madrid").timeline
    for n, key in enumerate(ALL_ZONES[:40]):  # the zone's memo is common to all its schedules
        asked(other, (shown[0] + n * DAY).astimezone(ZoneInfo(key)))
    for at in shown * 2:
        asked(duty, at)
    work = Counted(monkeypatch, (Course, "look"))
    for at in shown:
        duty.is_on_duty(at)
    assert work.calls == 0
