"""How many of many courses are on: held against asking each course at each instant."""

from __future__ import annotations

from datetime import datetime, timezone
from random import Random

import pytest

from availability import Timeline, WeeklySchedule
from availability.engine.headcount import Headcounts

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
