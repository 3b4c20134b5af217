"""How duty is shared, and every shift in a list: held against sums by hand and by the minute."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from odd_dates import ROWS, Dates, row
from oracle import DAY, Model, utc

from availability import (
    Agent,
    ConfigurationError,
    ExtraShift,
    Leave,
    Roster,
    WeeklySchedule,
    WorkCalendar,
)

UTC = timezone.utc
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
MONDAY = datetime(2026, 6, 1, tzinfo=UTC)
WEEK = 7 * DAY


def agent(agent_id, *rows, tz="UTC", **options):
    return Agent(agent_id, WeeklySchedule.parse(list(rows), tz=tz, **options))


def loads(*agents, start=MONDAY, length=WEEK, **more):
    return Roster(agents).report(start, start + length, **more).loads


def test_office_hours_with_lunch():
    (load,) = loads(agent("a", row(10, "09:00", "12:00"), row(10, "13:00", "18:00")))
    assert load.duty == load.solo == 40 * HOUR
    assert load.solo_share == 1
    assert (load.nights, load.rest_days) == (0, 0)
    assert load.longest_stretch == 5 * HOUR
    assert load.shortest_rest == 15 * HOUR  # lunch is no rest


def test_nights_and_a_weekend():
    (load,) = loads(agent("a", row(5, "22:00", "06:00"), row(6, "20:00", "23:00")))
    assert load.duty == 11 * HOUR
    assert (load.nights, load.night_time) == (2, 9 * HOUR)
    assert (load.rest_days, load.rest_day_time) == (1, 9 * HOUR)  # from Saturday midnight on
    assert load.shortest_rest == 14 * HOUR
    (other,) = loads(agent("a", row(5, "22:00", "06:00")), night=("23:00", "05:00"))
    assert other.night_time == 6 * HOUR


def test_nights_that_touch_are_several():
    (load,) = loads(agent("a", row(9, "00:00", "24:00")), night=("00:00", "24:00"))
    assert (load.nights, load.night_time) == (7, WEEK)
    (load,) = loads(agent("a", row(9, "00:00", "24:00")), night=("20:00", "19:00"))
    assert (load.nights, load.night_time) == (8, 7 * 23 * HOUR)  # that of Sunday, too


def test_a_calendar_says_what_a_rest_day_is():
    calendar = WorkCalendar.from_dates(
        holidays=[date(2026, 6, 1)], workdays=[date(2026, 6, 6)], years=2026
    )
    always = row(9, "09:00", "18:00")
    (load,) = loads(agent("a", always, calendar=calendar))
    assert load.rest_days == 2  # the Monday and the Sunday
    assert load.rest_day_time == 18 * HOUR


def test_solo_is_when_nobody_else_is_there():
    day, late = agent("a", row(1, "09:00", "17:00")), agent("b", row(1, "15:00", "23:00"))
    report = Roster([day, late, agent("c")]).report(MONDAY, MONDAY + DAY)
    assert [load.solo for load in report.loads] == [6 * HOUR, 6 * HOUR, timedelta()]
    assert [load.solo_share for load in report.loads] == [0.75, 0.75, 0]
    assert report.duty == 16 * HOUR
    assert [one.duration for one in report.unstaffed] == [9 * HOUR, HOUR]
    assert report.loads[2].shortest_rest is None


def test_of_whom_nobody_can_say():
    unknown = Dates(frozenset({2025}))
    roster = Roster(
        [
            agent("a", row(1, "09:00", "17:00")),
            Agent("b", None),
            Agent("c", WeeklySchedule((), "UTC"), unreadable_rows=1),
            agent("d", row(10, "09:00", "17:00"), calendar=unknown),
        ]
    )
    report = roster.report(MONDAY, MONDAY + DAY)
    assert [one.id for one in report.unknown] == ["b", "c", "d"]
    assert [load.agent.id for load in report.loads] == ["a"]


def test_an_empty_window():
    (load,) = loads(agent("a", row(9, "00:00", "24:00")), length=timedelta())
    assert (load.duty, load.longest_stretch, load.solo_share) == (timedelta(), timedelta(), 0)


@pytest.mark.parametrize("night", ["22:00", ("22:00",), ("22:00", "22:00"), (22, 6), None])
def test_what_is_no_night(night):
    with pytest.raises(ConfigurationError, match=r"night: .*allowed: two wall times"):
        Roster([]).report(MONDAY, MONDAY, night=night)


@given(st.lists(ROWS, max_size=3), st.lists(ROWS, max_size=3), st.sampled_from([0, 36, 239]))
def test_by_the_minute(rows, others, days):
    """Ten days around a clock change, and without one, every quarter of an hour."""
    assume("23:59" not in str(rows) + str(others))  # which is not at a quarter
    tz = "America/New_York"
    zone = ZoneInfo(tz)
    start = datetime(2026, 3, 4, 5, tzinfo=UTC) + days * DAY
    quarters = [start + i * 15 * MINUTE for i in range(10 * 96)]
    mine, its = Model(rows, tz), Model(others, tz)
    on = [mine.is_on_duty(at) for at in quarters]
    other = [its.is_on_duty(at) for at in quarters]
    walls = [at.astimezone(zone) for at in quarters]
    (load, _) = loads(
        agent("a", *rows, tz=tz), agent("b", *others, tz=tz), start=start, length=10 * DAY
    )
    assert load.duty == 15 * MINUTE * sum(on)
    assert load.solo == 15 * MINUTE * sum(a and not b for a, b in zip(on, other, strict=True))
    resting = [wall.isoweekday() >= 6 for wall in walls]
    assert load.rest_day_time == 15 * MINUTE * sum(
        a and b for a, b in zip(on, resting, strict=True)
    )
    assert load.rest_days == len(
        {w.date() for w, a, b in zip(walls, on, resting, strict=True) if a and b}
    )


@given(st.lists(st.lists(ROWS, max_size=3), max_size=3), st.integers(0, 300))
def test_shifts_cover_just_what_timelines_do(several, days):
    tz = "America/New_York"
    start = datetime(2026, 3, 1, 7, 30, tzinfo=UTC) + days * DAY
    roster = Roster(agent(f"ou_{i}", *rows, tz=tz) for i, rows in enumerate(several))
    found = roster.shifts(start, start + 5 * DAY)
    assert [one.interval.start_micros for one in found] == sorted(
        one.interval.start_micros for one in found
    )
    for i, rows in enumerate(several):
        own = [(utc(one.start), utc(one.end)) for one in found if one.agent.id == f"ou_{i}"]
        model = Model(rows, tz)
        clipped = [
            (max(a, start), min(b, start + 5 * DAY))
            for a, b in model.shifts(start, start + 5 * DAY)
        ]
        assert own == sorted((a, b) for a, b in clipped if a < b)


def test_shifts_with_leave_and_extra_shifts():
    roster = Roster([agent("a", row(1, "09:00", "18:00")), Agent("b", None)]).with_overrides(
        Leave("a", datetime(2026, 6, 1, 12), datetime(2026, 6, 1, 14)),
        ExtraShift("a", datetime(2026, 6, 2, 9), datetime(2026, 6, 2, 10)),
        ExtraShift("b", MONDAY + 20 * HOUR, MONDAY + 21 * HOUR),
    )
    found = roster.shifts(MONDAY, MONDAY + WEEK)
    assert [(one.agent.id, str(one.day), str(one.duration)) for one in found] == [
        ("a", "2026-06-01", "3:00:00"),
        ("a", "2026-06-01", "4:00:00"),
        ("b", "2026-06-01", "1:00:00"),
        ("a", "2026-06-02", "1:00:00"),
    ]
    assert [str(one.duty)[:11] for one in found] == [
        *("09:00-18:00", "09:00-18:00", "extra shift", "extra shift"),
    ]
