"""How many of many courses are on: held against asking each course at each instant."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from odd_dates import CALENDARS, DATES, ROWS

from availability import ExtraShift, Leave, Timeline, WeeklySchedule
from availability.engine.courses import course_without
from availability.engine.dated import DatedCourse
from availability.engine.headcount import Headcounts, steps_of

WEEK = 7 * 24 * 60 * 60
#: Wall times of a few days around these instants are skipped or come twice somewhere.
STARTS = [
    int(datetime(*day, tzinfo=timezone.utc).timestamp())
    for day in ((2026, 6, 1), (2026, 3, 5), (2026, 10, 22), (2026, 10, 29))
]
ZONES = ("Asia/Shanghai", "America/New_York", "Europe/London")


def courses(chance):
    """Up to 60 agents' courses, some alike: by day, over midnight, all the time, never."""
    found = {}
    for _ in range(20):
        rows = [
            {"weekday": chance.choice((1, 3, 7, 9, 10, 11)), "start_time": start, "end_time": end}
            for start, end in chance.sample(
                [("09:00", "12:30"), ("22:00", "06:15"), ("00:00", "24:00"), ("01:30", "02:30")],
                chance.randint(0, 2),
            )
        ]
        schedule = WeeklySchedule.parse(rows, tz=chance.choice(ZONES))
        found[Timeline(schedule).course] = chance.randint(1, 3)
    return found


def at(steps, second):
    times, counts = (each.tolist() for each in steps)
    return max((time, count) for time, count in zip(times, counts, strict=True) if time <= second)[
        1
    ]


@pytest.mark.parametrize("start", STARTS)
def test_so_many_are_on_as_courses_say_one_by_one(start):
    chance = Random(start)
    found = courses(chance)
    steps = Headcounts(found).steps(start, start + WEEK)
    for second in range(start, start + WEEK, 15 * 60):
        assert at(steps, second) == sum(n for course, n in found.items() if course.is_on(second))


@pytest.mark.parametrize("start", STARTS)
def test_steps_begin_with_the_window_and_each_has_another_number(start):
    times, counts = Headcounts(courses(Random(start))).steps(start + 7, start + WEEK)
    assert times[0] == start + 7
    assert (times[1:] > times[:-1]).all()
    assert (counts[1:] != counts[:-1]).all()


TIMES = st.one_of(
    DATES.map(lambda day: (day, None)),
    st.tuples(DATES, DATES).map(sorted),
    st.just((date(2020, 1, 1), date(2030, 12, 31))),
    st.tuples(DATES, st.integers(0, 47), st.integers(1, 96)).map(
        lambda one: [
            datetime.combine(one[0], datetime.min.time()) + timedelta(hours=each / 2)
            for each in (one[1], one[1] + one[2])
        ]
    ),
)
RULES = st.sampled_from([None, None, "FREQ=WEEKLY", "FREQ=DAILY;COUNT=5", "FREQ=YEARLY"])


@st.composite
def overridden(draw):
    """A course by a calendar or the week, with leave and extra shifts, and perhaps leave again."""
    calendar = draw(st.one_of(st.none(), CALENDARS))
    schedule = WeeklySchedule.parse(
        draw(st.lists(ROWS, max_size=3)), tz=draw(st.sampled_from(ZONES)), calendar=calendar
    )
    found = [
        draw(st.sampled_from([Leave, ExtraShift]))("ou_1", *draw(TIMES), rule=draw(RULES))
        for _ in range(draw(st.integers(1, 4)))
    ]
    closures = [Leave("ou_1", *times).times for times in draw(st.lists(TIMES, max_size=1))]
    return course_without(Timeline(schedule, found).course, tuple(closures))


@settings(max_examples=150)
@given(overridden(), DATES, st.sampled_from([1, 86_400, 9 * 86_400, 500 * 86_400]))
def test_what_overrides_change_is_counted_as_if_all_was_laid_out(course, day, length):
    start = int(datetime(day.year, day.month, day.day, 3, tzinfo=timezone.utc).timestamp())
    counted = Headcounts({course: 3}).steps(start, start + length)
    laid_out = steps_of(course, start, start + length, 3, surely=True)
    assert [each.tolist() for each in counted] == [each.tolist() for each in laid_out]
    doubts = course.doubts(start, start + length)
    assert doubts == DatedCourse.doubts(course, start, start + length)
