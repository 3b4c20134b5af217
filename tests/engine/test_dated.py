"""Courses by dates, beside an oracle that tries whatever a date could be."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from odd_dates import (
    CALENDARS,
    EPOCH,
    LENGTHS,
    ROWS,
    Dates,
    agree_on_a_window,
    agree_on_changes,
    agree_on_instants,
    asked,
    instants,
    row,
)
from oracle import DatedModel, utc
from strategies import DISPLAYS, ZONES

from availability import (
    CalendarUnknownError,
    ConfigurationError,
    Leave,
    Timeline,
    WeeklySchedule,
    WorkCalendar,
)
from availability.engine.by_calendar import CalendarCourse
from availability.engine.course import Course
from availability.engine.intervals import difference
from availability.engine.overridden import OverriddenCourse

UTC = timezone.utc
DAY = timedelta(days=1)


@st.composite
def scenes(draw):
    """A schedule by a calendar, and its model."""
    rows = draw(st.lists(ROWS, min_size=1, max_size=4))
    tz = draw(st.one_of(st.sampled_from(["Asia/Shanghai", "America/New_York"]), ZONES))
    options = {
        "calendar": draw(CALENDARS),
        "closed_on_holidays": draw(st.booleans()),
        "calendar_fallback": draw(st.sampled_from([None, None, "literal"])),
    }
    schedule = WeeklySchedule.parse(rows, tz=tz, **options)
    return Timeline(schedule), DatedModel(rows, tz, *options.values())


@given(scenes(), st.lists(instants(), min_size=1, max_size=6), DISPLAYS)
def test_on_duty_is_what_every_possibility_says(scene, some, display):
    agree_on_instants(*scene, some, display)


@given(scenes(), instants())
def test_the_next_change(scene, at):
    agree_on_changes(*scene, at)


@given(scenes(), instants(), st.sampled_from(LENGTHS))
def test_intervals_duty_time_and_bulk(scene, start, length):
    agree_on_a_window(*scene, start, length)


CHINA = Dates(
    frozenset({2026}),
    frozenset({date(2026, 2, 16), date(2026, 10, 1)}),
    frozenset({date(2026, 2, 14)}),
)


@pytest.mark.parametrize(
    ("code", "at", "closed", "expected"),
    [
        (10, "2026-02-14T10:00+08:00", False, True),  # a make-up Saturday
        (11, "2026-02-14T10:00+08:00", False, False),
        (10, "2026-02-16T10:00+08:00", False, False),  # a holiday Monday
        (11, "2026-02-16T10:00+08:00", False, True),
        (1, "2026-02-16T10:00+08:00", False, True),  # never affected
        (9, "2026-02-16T10:00+08:00", False, True),
        (9, "2026-02-16T10:00+08:00", True, False),  # unless closed
        (10, "2027-01-04T10:00+08:00", False, None),  # nobody has published it
        (9, "2027-01-04T10:00+08:00", False, True),
        (9, "2027-01-04T10:00+08:00", True, None),
    ],
)
def test_the_codes_by_a_calendar(code, at, closed, expected):
    schedule = WeeklySchedule.parse(
        [row(code, "09:00", "18:00")], tz="Asia/Shanghai", calendar=CHINA, closed_on_holidays=closed
    )
    assert asked(Timeline(schedule).is_on_duty, datetime.fromisoformat(at)) is expected


def test_a_night_that_began_the_evening_before_keeps_its_tail():
    night = WeeklySchedule.parse(
        [row(10, "22:00", "06:00")], tz="Asia/Shanghai", calendar=CHINA, closed_on_holidays=True
    )
    duty = Timeline(night)
    holiday = datetime.fromisoformat("2026-10-01T05:59:59+08:00")
    assert duty.is_on_duty(holiday)
    assert str(duty.next_change(holiday)) == "2026-10-01 06:00:00+08:00"
    assert str(duty.next_change(holiday + DAY)) == "2026-10-02 22:00:00+08:00"


def test_the_error_names_the_date():
    duty = Timeline(WeeklySchedule.parse([row(10, "09:00", "18:00")], tz="UTC", calendar=CHINA))
    with pytest.raises(CalendarUnknownError, match="whether 2027-01-01 is a working day"):
        duty.next_change(datetime(2026, 12, 31, 20, tzinfo=UTC))
    with pytest.raises(CalendarUnknownError):
        duty.are_on_duty([datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, 10, tzinfo=UTC)])
    with pytest.raises(CalendarUnknownError):
        duty.add_duty_time(datetime(2026, 12, 31, 9, tzinfo=UTC), timedelta(hours=10))
    assert str(duty.add_duty_time(datetime(2026, 12, 31, 9, tzinfo=UTC), timedelta(hours=9))) == (
        "2026-12-31 18:00:00+00:00"
    )


@pytest.mark.parametrize(
    "rows",
    [
        [row(9, "09:07", "18:03")],
        [row(1, "09:07", "18:03"), row(6, "22:07", "06:03")],
        [row(10, "09:07", "18:03"), row(11, "09:07", "18:03")],
        [row(10, "00:00", "24:00"), row(11, "00:00", "24:00"), row(9, "09:07", "18:03")],
    ],
)
def test_a_calendar_that_makes_no_difference_costs_nothing(rows):
    """Of rows that no other test has: a schedule met before may have a course since forgotten."""
    with_one = Timeline(WeeklySchedule.parse(rows, tz="UTC", calendar=CHINA))
    without = Timeline(WeeklySchedule.parse(rows, tz="UTC"))
    assert with_one.course is without.course


def test_equal_schedules_share_their_years():
    def made():
        return Timeline(WeeklySchedule.parse([row(10, "09:07", "18:05")], tz="UTC", calendar=CHINA))

    assert type(made().course) is CalendarCourse
    assert made().course is made().course
    assert type(Timeline(WeeklySchedule.parse([], tz="UTC", calendar=CHINA)).course) is Course


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"calendar": "CN"}, "calendar: str 'CN' is no WorkCalendar"),
        ({"closed_on_holidays": True}, "closed_on_holidays: needs a calendar"),
        ({"calendar_fallback": "guess"}, "calendar_fallback: str 'guess' is unknown"),
    ],
)
def test_settings_that_cannot_be_used(options, message):
    with pytest.raises(ConfigurationError, match=message):
        WeeklySchedule.parse([], tz="UTC", **options)


def test_with_the_literal_fallback_all_of_time_answers():
    duty = Timeline(
        WeeklySchedule.parse(
            [row(10, "09:00", "18:00")],
            tz="America/New_York",
            calendar=CHINA,
            calendar_fallback="literal",
        )
    )
    plain = Timeline(WeeklySchedule.parse([row(10, "09:00", "18:00")], tz="America/New_York"))
    for year in (1, 1900, 2025, 2027, 2500, 9999):
        for at in (datetime(year, 5, day, 15, tzinfo=UTC) for day in range(1, 9)):
            assert duty.is_on_duty(at) is plain.is_on_duty(at)
            assert utc(duty.next_change(at)) == utc(plain.next_change(at))
    assert np.array_equal(
        duty.epochs(datetime(2027, 1, 2, tzinfo=UTC), datetime(2040, 1, 1, tzinfo=UTC)),
        plain.epochs(datetime(2027, 1, 2, tzinfo=UTC), datetime(2040, 1, 1, tzinfo=UTC)),
    )


@pytest.mark.parametrize("planned", [[], [Leave("ou_1", date(2026, 6, 1))]])
def test_what_is_unknown_for_good_is_not_looked_through(planned):
    """Until the end of the year, in which nobody can say, is as far as it is told."""
    schedule = WeeklySchedule.parse([row(10, "00:00", "24:00")], tz="UTC", calendar=CHINA)
    course = Timeline(schedule, planned).course
    at = datetime(2050, 5, 5, tzinfo=UTC)
    until = EPOCH + timedelta(seconds=course.holds_until(int(at.timestamp())))
    assert until == datetime(2051, 1, 1, tzinfo=UTC)
    assert len(course.years) == 1


@pytest.mark.parametrize(
    ("planned", "course"),
    [([], CalendarCourse), ([Leave("ou_1", date(2004, 6, 1), date.max)], OverriddenCourse)],
)
def test_each_year_of_a_published_calendar_is_laid_out_once(planned, course, monkeypatch):
    laid_out = []
    lay_out = course.lay_out
    monkeypatch.setattr(
        course, "lay_out", lambda self, year: laid_out.append(year) or lay_out(self, year)
    )
    china = WorkCalendar.china()
    schedule = WeeklySchedule.parse([row(10, "09:01", "17:59")], tz="UTC", calendar=china)
    duty = Timeline(schedule, planned)
    for at in [datetime(year, 5, 5, tzinfo=UTC) for year in china.years] * 3:
        duty.duty_time(at, at + 30 * DAY)
    assert set(china.years) <= set(laid_out)
    assert len(laid_out) == len(set(laid_out))


LAST_SECOND = 253402300799


@pytest.mark.parametrize("tz", ["UTC", "Asia/Shanghai", "America/New_York"])
def test_bulk_to_the_ends_of_time(tz):
    rows = [row(10, "09:00", "18:00")]
    literal = WeeklySchedule.parse(rows, tz=tz, calendar=CHINA, calendar_fallback="literal")
    plain = Timeline(WeeklySchedule.parse(rows, tz=tz))
    seconds = [-62135596800, -62135500000, 0, 253402200000, LAST_SECOND]
    assert Timeline(literal).are_on_duty(seconds).tolist() == plain.are_on_duty(seconds).tolist()
    hours = [*range(0, 24 * 3600, 3600), LAST_SECOND]
    with pytest.raises(CalendarUnknownError):
        Timeline(WeeklySchedule.parse(rows, tz=tz, calendar=CHINA)).are_on_duty(hours)


def test_rows_that_hide_the_calendar_make_no_difference():
    rows = [row(9, "08:00", "20:00"), row(9, "20:00", "08:00"), row(10, "00:00", "06:00")]
    duty = Timeline(WeeklySchedule.parse(rows, tz="Asia/Shanghai", calendar=CHINA))
    assert type(duty.course) is Course
    assert duty.next_change(EPOCH) is None


NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)


def test_a_change_where_a_known_year_begins_is_none_if_the_evening_before_is_unknown():
    rows = [row(9, "00:00", "01:00"), row(10, "20:00", "24:00")]
    duty = Timeline(WeeklySchedule.parse(rows, tz="UTC", calendar=CHINA))
    with pytest.raises(CalendarUnknownError, match="whether 2025-12-31 is a working day"):
        duty.previous_change(NEW_YEAR + timedelta(minutes=30))
    assert utc(duty.previous_change(NEW_YEAR + timedelta(hours=2))) == NEW_YEAR + DAY / 24


def test_the_error_names_a_date_that_is_unknown():
    night = Timeline(WeeklySchedule.parse([row(10, "22:00", "06:00")], tz="UTC", calendar=CHINA))
    with pytest.raises(CalendarUnknownError, match="whether 2025-12-31 is a working day"):
        night.is_on_duty(NEW_YEAR + timedelta(hours=3))
    whole = Timeline(WeeklySchedule.parse([row(10, "00:00", "24:00")], tz="UTC", calendar=CHINA))
    with pytest.raises(CalendarUnknownError, match="whether 2027-06-09 is a working day"):
        whole.is_on_duty(datetime(2027, 6, 9, 12, tzinfo=UTC))


def test_what_is_unknown_goes_on_where_years_meet():
    night = WeeklySchedule.parse([row(10, "22:00", "06:00")], tz="UTC", calendar=CHINA)
    at = datetime(2028, 12, 31, 23, tzinfo=UTC)
    until = Timeline(night).course.holds_until(int(at.timestamp()))
    assert EPOCH + timedelta(seconds=until) == datetime(2029, 1, 1, 6, tzinfo=UTC)


def test_many_rows_of_an_unknown_year_take_no_longer_than_they_must():
    """The work of laying out a year is in proportion to its shifts, unknown ones too."""
    steps = []

    class Counted(tuple):
        __slots__ = ()

        def __getitem__(self, place):
            steps.append(place)
            return super().__getitem__(place)

    spans = [(10 * i, 10 * i + 5) for i in range(2000)]
    difference(spans, [Counted(span) for span in spans])
    assert len(steps) < 20 * len(spans)


class NoHash:
    __hash__ = None

    def knows(self, day):
        return True

    is_workday = is_public_holiday = knows


@pytest.mark.parametrize(
    ("calendar", "closed", "message"),
    [
        (WorkCalendar, False, "calendar: type .* is no WorkCalendar"),
        (NoHash(), False, "calendar: NoHash .* cannot be hashed"),
        (CHINA, "no", "closed_on_holidays: str 'no'; allowed: True, False"),
    ],
)
def test_calendars_that_cannot_be_used(calendar, closed, message):
    with pytest.raises(ConfigurationError, match=message):
        WeeklySchedule.parse([], tz="UTC", calendar=calendar, closed_on_holidays=closed)


def test_a_year_is_as_without_a_calendar_only_if_none_of_its_days_is_known():
    class June(Dates):
        def knows(self, day):
            return (day.year, day.month) == (2026, 6)

    june = June(years=None, holidays=frozenset({date(2026, 6, 1)}))
    rows = [row(10, "09:00", "18:00")]
    for calendar, expected in ((june, False), (CHINA, True)):
        schedule = WeeklySchedule.parse(
            rows, tz="UTC", calendar=calendar, calendar_fallback="literal"
        )
        assert Timeline(schedule).is_on_duty(datetime(2026, 6, 1, 10, tzinfo=UTC)) is expected
        assert Timeline(schedule).is_on_duty(datetime(2031, 6, 2, 10, tzinfo=UTC))
