"""Leave and extra shifts over a schedule, beside an oracle that lays them out one by one."""

from __future__ import annotations

import pickle
from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from odd_dates import (
    CALENDARS,
    DATES,
    LENGTHS,
    ROWS,
    Dates,
    agree_on_a_window,
    agree_on_changes,
    agree_on_instants,
    instants,
    row,
)
from oracle import OverriddenModel, utc
from strategies import DISPLAYS, ZONES, edges_of

from availability import (
    ExtraShift,
    Leave,
    OverrideError,
    Timeline,
    TimezoneError,
    WeeklySchedule,
)
from availability.engine import courses
from availability.engine.overridden import OverriddenCourse

UTC = timezone.utc
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
RULES = [
    "FREQ=DAILY;COUNT=5",
    "FREQ=DAILY;INTERVAL=3",
    "FREQ=WEEKLY;BYDAY=MO,WE,SU",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR;WKST=SU",
    "FREQ=WEEKLY;UNTIL=20261228T120000",
    "FREQ=MONTHLY;BYMONTHDAY=-1,1",
    "FREQ=MONTHLY;BYDAY=2TU,-1SA",
    "FREQ=YEARLY;BYMONTH=1,12;BYMONTHDAY=1,24,31",
]


@st.composite
def walls(draw, tz):
    """A local time: at any quarter of an hour, or close to where the zone's clocks change."""
    if draw(st.booleans()):
        edge = draw(edges_of(tz)).replace(tzinfo=None)
        if 2024 < edge.year < 2028:
            return edge + draw(st.integers(-56, 56)) * HOUR / 4
    day = draw(DATES)
    return datetime(day.year, day.month, day.day) + draw(st.integers(0, 95)) * HOUR / 4


@st.composite
def overrides(draw, kind, tz):
    """Leave or an extra shift: by dates, by local times, by instants, or again and again."""
    length = draw(st.sampled_from([HOUR / 4, HOUR, 8 * HOUR, DAY, 3 * DAY, 40 * DAY]))
    start = draw(walls(tz))
    spelling = draw(st.sampled_from(["dates", "walls", "instants", "rule", "rule"]))
    if spelling == "dates":
        return kind("ou_1", start.date(), (start + length).date())
    if spelling == "instants":
        return kind("ou_1", start.replace(tzinfo=UTC), (start + length).replace(tzinfo=UTC))
    other = draw(st.one_of(st.none(), st.none(), st.sampled_from(["Asia/Tokyo", "Europe/Dublin"])))
    if spelling == "walls":
        return kind("ou_1", start, start + length, tz=other)
    length = draw(st.sampled_from([HOUR, 9 * HOUR, 2 * DAY]))
    free = draw(st.lists(DATES, max_size=3))
    rule = draw(st.sampled_from(RULES))
    if rule.endswith("120000"):
        start = start.replace(year=2025)
    return kind("ou_1", start, start + length, rule=rule, exceptions=free, tz=other)


@st.composite
def scenes(draw):
    """A schedule with overrides, by a calendar or not, and its model."""
    rows = draw(st.lists(ROWS, max_size=3))
    tz = draw(st.one_of(st.sampled_from(["Asia/Shanghai", "America/New_York"]), ZONES))
    leave = draw(st.lists(overrides(Leave, tz), max_size=3))
    extra = draw(st.lists(overrides(ExtraShift, tz), max_size=3))
    planned = draw(st.permutations([*leave, *extra]))
    if draw(st.booleans()):
        schedule = WeeklySchedule.parse(rows, tz=tz)
        model = OverriddenModel(
            rows, tz, Dates(frozenset()), False, "literal", leave=leave, extra=extra
        )
    else:
        options = {
            "calendar": draw(CALENDARS),
            "closed_on_holidays": draw(st.booleans()),
            "calendar_fallback": draw(st.sampled_from([None, "literal"])),
        }
        schedule = WeeklySchedule.parse(rows, tz=tz, **options)
        model = OverriddenModel(rows, tz, *options.values(), leave=leave, extra=extra)
    return Timeline(schedule, planned), model


@given(scenes(), st.lists(instants(), min_size=1, max_size=6), DISPLAYS)
def test_on_duty_is_leave_then_extra_shifts_then_the_schedule(scene, some, display):
    agree_on_instants(*scene, some, display)


@given(scenes(), instants())
def test_the_next_change_and_the_last(scene, at):
    agree_on_changes(*scene, at)


@given(scenes(), instants(), st.sampled_from(LENGTHS))
def test_intervals_duty_time_and_bulk(scene, start, length):
    agree_on_a_window(*scene, start, length)


def rows(*spelled):
    return [row(code, times[:5], times[6:]) for code, times in spelled]


def on(tz, week, *planned, at, calendar=None):
    """Whether a week with overrides is on at a wall time in UTC."""
    schedule = WeeklySchedule.parse(rows(*week), tz=tz, calendar=calendar)
    moment = datetime.fromisoformat(at).replace(tzinfo=UTC)
    return Timeline(schedule, planned).is_on_duty(moment)


#: Sunday 2026-06-07 is a working day, Monday 2026-06-08 a holiday.
CALENDAR = Dates(frozenset([2026]), frozenset([date(2026, 6, 8)]), frozenset([date(2026, 6, 7)]))
SUNDAY, MONDAY, TUESDAY = (datetime(2026, 6, day) for day in (7, 8, 9))
ALL_DAY = [(10, "09:00-17:00")]


@pytest.mark.parametrize(
    ("day", "calendar", "planned", "expected"),
    [
        # what the week, or the calendar, says alone
        (TUESDAY, None, [], True),
        (SUNDAY, None, [], False),
        (SUNDAY, CALENDAR, [], True),
        (MONDAY, CALENDAR, [], False),
        # leave over the week, over the calendar's working day
        (TUESDAY, None, [Leave], False),
        (SUNDAY, CALENDAR, [Leave], False),
        # an extra shift over the week, over the calendar's day off
        (SUNDAY, None, [ExtraShift], True),
        (MONDAY, CALENDAR, [ExtraShift], True),
        # leave over an extra shift, however they are given
        (TUESDAY, None, [ExtraShift, Leave], False),
        (SUNDAY, None, [Leave, ExtraShift], False),
        (MONDAY, CALENDAR, [ExtraShift, Leave], False),
        # both where nothing changes
        (MONDAY, CALENDAR, [Leave], False),
        (TUESDAY, None, [ExtraShift], True),
    ],
)
def test_each_pair_of_precedence(day, calendar, planned, expected):
    given_ = [kind("ou_1", day + 11 * HOUR, day + 13 * HOUR) for kind in planned]
    noon = (day + 12 * HOUR).isoformat()
    assert on("UTC", ALL_DAY, *given_, at=noon, calendar=calendar) is expected


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        # New York's clocks jump from 02:00 to 03:00 on Sunday 2026-03-08, at 07:00Z
        ("2026-03-08T06:59:59", True),
        ("2026-03-08T07:00:00", False),
        ("2026-03-08T08:59:59", False),
        ("2026-03-08T09:00:00", True),
    ],
)
def test_leave_in_a_night_of_a_make_up_day_when_clocks_change(at, expected):
    saturday = Dates(frozenset([2026]), workdays=frozenset([date(2026, 3, 7)]))
    leave = Leave("ou_1", datetime(2026, 3, 8, 2, 30), datetime(2026, 3, 8, 5))
    night = [(10, "22:00-06:00")]
    assert on("America/New_York", night, leave, at=at, calendar=saturday) is expected


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        # skipped: both ends at the jump
        (datetime(2026, 3, 8, 2, 15), datetime(2026, 3, 8, 2, 45), []),
        (
            datetime(2026, 3, 8, 2, 15),
            datetime(2026, 3, 8, 3, 30),
            ["2026-03-08T03:00:00-04:00", "2026-03-08T03:30:00-04:00"],
        ),
        # repeated: the first pass of each
        (
            datetime(2026, 11, 1, 1, 15),
            datetime(2026, 11, 1, 1, 45),
            ["2026-11-01T01:15:00-04:00", "2026-11-01T01:45:00-04:00"],
        ),
        (
            datetime(2026, 11, 1, 1, 30),
            datetime(2026, 11, 1, 2),
            ["2026-11-01T01:30:00-04:00", "2026-11-01T02:00:00-05:00"],
        ),
        # whole days are as long as they are
        (
            date(2026, 11, 1),
            date(2026, 11, 1),
            ["2026-11-01T00:00:00-04:00", "2026-11-02T00:00:00-05:00"],
        ),
    ],
)
def test_an_extra_shift_where_clocks_change(start, end, expected):
    never = WeeklySchedule.parse([], tz="America/New_York")
    duty = Timeline(never, [ExtraShift("ou_1", start, end)])
    found = duty.intervals(datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))
    assert [point.isoformat() for one in found for point in (one.start, one.end)] == expected


@pytest.mark.parametrize(
    ("given_", "message"),
    [
        (("", date(2026, 6, 1)), "leave: str '' is not an agent's id"),
        ((7, date(2026, 6, 1)), "leave: int 7 is not an agent's id"),
        (("ou_1", "2026-06-01"), "leave of ou_1: start: str '2026-06-01' is not a time"),
        (("ou_1", date(2026, 6, 1), 5), "end: int 5 is not a time; allowed: a datetime, or a date"),
        (("ou_1", date(2026, 6, 2), date(2026, 6, 1)), "end: 2026-06-01 is not after the start"),
        (("ou_1", TUESDAY, TUESDAY), "end: 2026-06-09 00:00 is not after the start"),
        (("ou_1", TUESDAY), "end: missing; only a date can do without"),
        (("ou_1", TUESDAY, TUESDAY.replace(tzinfo=UTC)), "one is an instant, the other a local"),
        (("ou_1", date(2026, 6, 1), None, 5), "reason: int 5 is not a text"),
        (("ou_1", date(2026, 6, 1), None, "", 5), "rule: int 5 is not a text"),
        (("ou_1", TUESDAY, SUNDAY, "", "FREQ=DAILY"), "is not after the start"),
        (
            ("ou_1", MONDAY.replace(tzinfo=UTC), TUESDAY.replace(tzinfo=UTC), "", "FREQ=DAILY"),
            "rule and tz: they go with local times, not with instants",
        ),
        (("ou_1", date(2026, 6, 1), None, "", None, [MONDAY]), "exceptions: they go with a rule"),
        (
            ("ou_1", date(2026, 6, 1), None, "", "FREQ=DAILY", [MONDAY.replace(tzinfo=UTC)]),
            "exceptions: an instant; allowed: dates and local times",
        ),
    ],
)
def test_what_is_no_leave(given_, message):
    with pytest.raises(OverrideError, match=message) as caught:
        Leave(*given_)
    assert isinstance(caught.value, ValueError)
    assert "\n" not in str(caught.value)


def test_a_zone_that_is_none():
    with pytest.raises(TimezoneError, match="'Mars' is not an IANA"):
        Leave("ou_1", date(2026, 6, 1), tz="Mars")


def test_what_is_no_override():
    never = WeeklySchedule.parse([], tz="UTC")
    with pytest.raises(OverrideError, match="str 'x' is neither a Leave nor an ExtraShift"):
        Timeline(never, ["x"])


def test_fractions_of_a_second_leave_the_agent_rather_off_duty():
    start, end = (datetime(2026, 6, 1, 9, 0, second, 500_000, tzinfo=UTC) for second in (1, 8))
    leave, extra = Leave("ou_1", start, end), ExtraShift("ou_1", start, end)
    assert (leave.start.second, leave.end.second) == (1, 9)
    assert (extra.start.second, extra.end.second) == (2, 8)


def test_a_leave_is_a_value():
    one = Leave("ou_1", date(2026, 6, 1), date(2026, 6, 3), "ill", tz="Asia/Shanghai")
    assert one == Leave("ou_1", date(2026, 6, 1), date(2026, 6, 3), "ill", tz="Asia/Shanghai")
    assert pickle.loads(pickle.dumps(one)) == one
    assert one != ExtraShift("ou_1", date(2026, 6, 1), date(2026, 6, 3), "ill", tz="Asia/Shanghai")
    assert "ill" not in repr(one)
    assert str(one) == "leave of ou_1: 2026-06-01 to 2026-06-03 (ill)"
    again = Leave("ou_1", TUESDAY, TUESDAY + HOUR, rule="rrule:freq=weekly")
    assert str(again) == ("leave of ou_1: 2026-06-09 00:00 to 2026-06-09 01:00, FREQ=WEEKLY")


def test_timelines_with_overrides_are_values():
    schedule = WeeklySchedule.parse(rows(*ALL_DAY), tz="UTC")
    one = Timeline(schedule, [Leave("ou_1", date(2026, 6, 1))])
    assert one == pickle.loads(pickle.dumps(one)) != Timeline(schedule)
    assert Timeline(schedule, ()) == Timeline(schedule)
    assert one.course is Timeline(schedule, [Leave("ou_2", date(2026, 6, 1), reason="ill")]).course


def test_what_is_not_known_near_overrides_is_not_asked_for():
    """The year before the overrides is unknown, but nothing asks about its end."""
    schedule = WeeklySchedule.parse(
        rows((6, "02:30-01:30"), (10, "00:00-01:30")), tz="UTC", calendar=CALENDAR
    )
    duty = Timeline(schedule, [ExtraShift("ou_1", date(2026, 1, 3))])
    saturday = datetime(2025, 12, 20, 3, tzinfo=UTC)
    assert utc(duty.add_duty_time(saturday, HOUR)) == saturday + HOUR


FOREVER = (date.min, date.max)


@pytest.mark.parametrize("kind", [Leave, ExtraShift])
def test_an_override_for_good(kind):
    """All of time is looked through at once."""
    duty = Timeline(WeeklySchedule.parse(rows(*ALL_DAY), tz="Asia/Shanghai"), [kind("a", *FOREVER)])
    at = datetime(2026, 6, 9, 4, tzinfo=UTC)
    assert duty.is_on_duty(at) is (kind is ExtraShift)
    assert duty.next_change(at) is None
    assert duty.previous_change(at) is None
    length = timedelta(days=700_000)
    assert duty.duty_time(at, at + length) == length * (kind is ExtraShift)


@pytest.mark.parametrize("tz", ["America/New_York", "Asia/Shanghai", "Etc/GMT-14", "Etc/GMT+12"])
def test_at_both_ends_of_time_the_second_answer_is_the_first(tz):
    always = WeeklySchedule.parse(rows((9, "00:00-24:00")), tz=tz)
    duty = Timeline(always, [Leave("ou_1", date(1, 6, 1)), Leave("ou_1", date(9999, 6, 1))])
    plain = Timeline(always)
    first = datetime(1, 1, 1, tzinfo=UTC)
    last = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
    for start, end in ((first, first + 20 * HOUR), (last - 20 * HOUR, last)):
        assert [duty.duty_time(start, end) for _ in range(3)] == [plain.duty_time(start, end)] * 3


@pytest.mark.parametrize("calendar", [None, CALENDAR])
def test_what_goes_on_for_thousands_of_years_is_not_looked_through(calendar, monkeypatch):
    laid_out = []
    lay_out = OverriddenCourse.lay_out
    monkeypatch.setattr(
        OverriddenCourse, "lay_out", lambda *year: laid_out.append(year) or lay_out(*year)
    )
    schedule = WeeklySchedule.parse(rows(*ALL_DAY), tz="UTC", calendar=calendar)
    at = datetime(2026, 6, 9, 4, tzinfo=UTC)
    leave, extra = Leave("ou_1", date(2030, 1, 1), date(2031, 5, 5)), ExtraShift("ou_1", *FOREVER)
    away = Timeline(schedule, [Leave("ou_1", date(2026, 6, 1), date.max)])
    assert away.next_change(at) is None
    there = Timeline(schedule, [extra])
    assert there.next_change(at) is None
    assert utc(there.previous_change(at)) == datetime(1, 1, 1, tzinfo=UTC)
    both = Timeline(schedule, [extra, leave])
    assert utc(both.next_change(at)) == datetime(2030, 1, 1, tzinfo=UTC)
    assert utc(both.next_change(utc(both.next_change(at)))) == datetime(2031, 5, 6, tzinfo=UTC)
    assert both.next_change(datetime(2031, 6, 1, tzinfo=UTC)) is None
    assert utc(both.previous_change(datetime(2029, 6, 1, tzinfo=UTC))).year == 1
    assert len(laid_out) < 40


def test_what_cannot_be_known_has_no_edge_where_years_meet():
    course = courses.course_with(
        courses.unknown_course("UTC"),
        [Leave("ou_1", date(2026, 6, 1), tz="UTC"), Leave("ou_1", date(2027, 6, 1), tz="UTC")],
    )
    july, june = (
        int(datetime(year, month, 1, tzinfo=UTC).timestamp())
        for year, month in ((2026, 7), (2027, 6))
    )
    assert course.holds_until(july) == june


def test_the_last_datetime_is_an_end():
    last = datetime(9999, 12, 31, 23, 59, 59)
    for kind in (Leave, ExtraShift):
        end = last.replace(microsecond=999_999)
        assert kind("ou_1", date(2026, 6, 1), end).end == last


def test_exceptions_are_rounded_as_starts_are():
    start = datetime(2026, 6, 1, 9, 0, 0, 500_000)
    for kind in (Leave, ExtraShift):
        one = kind("ou_1", start, start + HOUR, rule="FREQ=DAILY", exceptions=[start])
        assert one.exceptions == (one.start,)


def test_before_and_after_the_overrides_it_is_as_without():
    schedule = WeeklySchedule.parse(rows(*ALL_DAY), tz="America/New_York")
    duty = Timeline(schedule, [Leave("ou_1", date(2026, 6, 1), date(2027, 2, 3))])
    plain = Timeline(schedule)
    far = [datetime(year, 5, 5, 15, tzinfo=UTC) for year in (1, 1900, 2024, 2029, 2500, 9998)]
    leave = plain.duty_time(
        datetime(2026, 6, 1, 4, tzinfo=UTC), datetime(2027, 2, 4, 5, tzinfo=UTC)
    )
    for at in far:
        assert duty.is_on_duty(at) is plain.is_on_duty(at)
        assert duty.next_change(at) == plain.next_change(at)
        assert duty.previous_change(at) == plain.previous_change(at)
        assert duty.add_duty_time(at, 20 * DAY) == plain.add_duty_time(at, 20 * DAY)
        assert duty.add_duty_time(at, -DAY) == plain.add_duty_time(at, -DAY)
        for other in far:
            if at < other:
                taken = leave if at.year < 2026 < other.year else timedelta()
                assert duty.duty_time(at, other) == plain.duty_time(at, other) - taken
                later = duty.duty_time(at, other)
                assert utc(duty.add_duty_time(at, later)) <= other
                assert utc(duty.add_duty_time(other, -later)) >= at
