"""How many, when too few, for how long: held against asking each agent, and a plain model."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta, timezone

import pytest
from agents import rosters
from hypothesis import given, settings
from hypothesis import strategies as st
from odd_dates import CALENDARS, ROWS, row
from odd_dates import instants as odd_instants
from oracle import DAY, MICROSECOND, utc
from strategies import LENGTHS, instants, scenes, windows

from availability import (
    Agent,
    CalendarUnknownError,
    ConfigurationError,
    ExtraShift,
    InstantError,
    Leave,
    NaiveDatetimeError,
    Roster,
    Skill,
    UnknownSkillError,
    UnknownStateError,
    UnreachableError,
    WeeklySchedule,
    WindowError,
    WorkCalendar,
)

UTC = timezone.utc
HOUR = timedelta(hours=1)
MONDAY = datetime(2026, 6, 1, tzinfo=UTC)
FOUR_WEEKS = 4 * 7 * DAY
MANY = settings(max_examples=60)


def agent(agent_id, *rows, tz="UTC", skills=(), **options):
    return Agent(
        agent_id,
        WeeklySchedule.parse(list(rows), tz=tz, **options),
        skills=[Skill(one) for one in skills],
    )


DAY_SHIFT = row(9, "09:00", "18:00")
LATE_SHIFT = row(9, "12:00", "21:00")


@st.composite
def planned(draw):
    """A roster in one zone, some of whose agents go by a calendar, or have leave."""
    tz = draw(st.sampled_from(["Asia/Shanghai", "America/New_York", "Africa/Cairo", "UTC"]))
    calendar = draw(st.one_of(st.none(), CALENDARS))
    fallback = draw(st.sampled_from([None, None, "literal"])) if calendar else None
    days = st.dates(date(2025, 12, 25), date(2026, 1, 8))
    found = []
    for number in range(draw(st.integers(1, 4))):
        schedule = WeeklySchedule.parse(
            draw(st.lists(ROWS, max_size=3)),
            tz=tz,
            calendar=draw(st.sampled_from([None, calendar])),
            calendar_fallback=None,
        )
        if schedule.calendar is not None:
            schedule = schedule.__replace__(calendar_fallback=fallback)
        overrides = [
            draw(st.sampled_from([Leave, ExtraShift]))(f"ou_{number}", min(both), max(both), tz=tz)
            for both in draw(st.lists(st.tuples(days, days), max_size=2))
        ]
        found.append(
            Agent(
                f"ou_{number}",
                draw(st.sampled_from([schedule, schedule, None])),
                unreadable_rows=draw(st.sampled_from([0, 0, 1])),
                overrides=overrides,
            )
        )
    return Roster(found)


def asked(roster, at):
    """How many agents say yes, and of how many nobody can say, one by one."""
    said = Counter(one.is_on_duty(at) for one in roster)
    return said[True], said[None]


def around(draw, function):
    """An instant at, or near, one of a function's breakpoints, and inside its window."""
    micros = draw(st.sampled_from(function.micros[:-1].tolist()))
    nudge = draw(st.sampled_from([0, 0, -1, 1, 10**6, -(10**6), 1800 * 10**6]))
    first, last = function.micros[0].item(), function.micros[-1].item() - 1
    return datetime(1970, 1, 1, tzinfo=UTC) + min(max(micros + nudge, first), last) * MICROSECOND


@settings(max_examples=120)
@given(st.data(), st.one_of(rosters(), planned()), odd_instants(), LENGTHS)
def test_a_headcount_is_how_many_agents_say_yes(data, roster, start, length):
    window = start, start + length + MICROSECOND
    count = roster.headcount(*window)
    at = around(data.draw, count)
    yes, doubtful = asked(roster, at)
    assert count.at(at) == yes == roster.count_on_duty(at)
    assert roster.headcount(*window, unknown="include").at(at) == yes + doubtful
    assert (utc(count.start), utc(count.end)) == window


@MANY
@given(st.data(), st.lists(scenes(), min_size=1, max_size=3), LENGTHS)
def test_a_plain_model_counts_the_same(data, several, length):
    start = data.draw(instants(several[0]))
    roster = Roster(Agent(f"ou_{i}", one.schedule) for i, one in enumerate(several))
    at = start + data.draw(st.sampled_from([0, 0.25, 0.5, 0.999])) * length
    count = roster.headcount(start, start + length + MICROSECOND).at(at)
    assert count == sum(one.model.is_on_duty(at) for one in several)
    on = sum((one.model.duty_time(start, start + length) for one in several), timedelta())
    assert roster.headcount(start, start + length).integral() == on


@given(planned(), odd_instants(), st.integers(1, 3))
def test_gaps_and_their_complement_tile_the_window(roster, start, minimum):
    end = start + 9 * DAY
    gaps = roster.gaps(start, end, minimum)
    count = roster.headcount(start, end)
    pieces = sorted([one.interval for one in gaps] + count.at_least(minimum))
    ends = [utc(start), *(utc(piece.end) for piece in pieces)]
    assert ends[:-1] == [utc(piece.start) for piece in pieces]
    assert ends[-1] == end
    for gap in gaps:
        yes, doubtful = asked(roster, gap.start)
        assert (gap.present, gap.unknown, gap.missing) == (yes, doubtful, minimum - yes)


@MANY
@given(windows())
def test_staffed_time_of_one_agent_is_duty_time(window):
    scene, start, end = window
    roster, alone = Roster([Agent("ou_1", scene.schedule)]), scene.timeline
    assert roster.staffed_time(start, end) == alone.duty_time(start, end)
    amount = (end - start) / 3
    for sign in (1, -1):
        try:
            reached = alone.add_duty_time(start, sign * amount)
        except UnreachableError:
            with pytest.raises(UnreachableError, match="staffed time"):
                roster.add_staffed_time(start, sign * amount)
        else:
            found = roster.add_staffed_time(start, sign * amount)
            assert utc(found) == utc(reached)
            assert str(found.tzinfo) == scene.tz


@given(planned(), odd_instants(), LENGTHS, st.integers(1, 3))
def test_staffed_time_is_that_of_a_headcount(roster, start, length, minimum):
    readable = Roster(one for one in roster if one.schedule is not None)
    end = start + length
    least = readable.headcount(start, end)
    expected = sum((one.duration for one in least.at_least(minimum)), timedelta())
    try:
        assert readable.staffed_time(start, end, minimum=minimum) == expected
    except CalendarUnknownError:
        most = readable.headcount(start, end, unknown="include")
        assert most.at_least(minimum) != least.at_least(minimum)


@given(rosters(), rosters(), odd_instants(), LENGTHS)
def test_two_rosters_together_add_up(one, other, start, length):
    renamed = [each.__replace__(id=f"other {i}") for i, each in enumerate(other)]
    both = Roster([*one, *renamed])
    window = start, start + length
    parts = [roster.headcount(*window, tz="UTC") for roster in (one, other, both)]
    assert parts[0] + parts[1] == parts[2]
    assert parts[2] - parts[1] == parts[0]


@given(rosters(), odd_instants(), LENGTHS, st.timedeltas(timedelta(minutes=1), DAY))
def test_resampling_keeps_the_integral(roster, start, length, step):
    count = roster.headcount(start, start + length)
    sampled = count.resample(step)
    assert sampled.integral() == count.integral()
    assert count.resample(step).resample(7 * step).integral() == count.integral()
    for interval, mean in sampled:
        assert mean * (interval.duration / HOUR) == pytest.approx(
            count.integral(interval.start, interval.end) / HOUR
        )


@pytest.mark.parametrize("question", ["shifts", "report"])
def test_centuries_of_agents_who_are_always_on_duty_are_too_long(question):
    """Their duty never changes, but each day has a shift, and a night."""
    roster = Roster(agent(f"ou_{i}", row(9, "00:00", "24:00")) for i in range(3))
    window = [datetime(year, 1, 1, tzinfo=UTC) for year in (1, 9999)]
    with pytest.raises(WindowError, match=r"too long: about .* so ask for less"):
        getattr(roster, question)(*window)
    assert roster.headcount(*window).min() == 3
    assert roster.handoffs(*window) == []


def test_due_dates():
    day = agent("ou_1", row(10, "09:00", "17:00"), skills=["VIP"])
    night = agent("ou_2", row(10, "16:00", "22:00"))
    roster = Roster([day, night])
    friday = datetime(2026, 6, 5, 15, tzinfo=UTC)
    due = roster.add_staffed_time(friday, 4 * HOUR)
    assert due == datetime(2026, 6, 5, 19, tzinfo=UTC)
    assert roster.add_staffed_time(friday, 4 * HOUR, "VIP") == datetime(2026, 6, 8, 11, tzinfo=UTC)
    assert roster.add_staffed_time(friday, 2 * HOUR, minimum=2) == datetime(
        2026, 6, 8, 17, tzinfo=UTC
    )
    assert roster.staffed_time(MONDAY, MONDAY + 7 * DAY) == 5 * 13 * HOUR
    assert roster.staffed_time(MONDAY, MONDAY + 7 * DAY, minimum=2) == 5 * HOUR
    assert roster.add_staffed_time(friday, timedelta()) == friday
    assert str(roster.add_staffed_time(friday, HOUR, tz="Asia/Tokyo").tzinfo) == "Asia/Tokyo"


LITERAL = {"calendar": WorkCalendar.from_dates(years=2026), "calendar_fallback": "literal"}
NEVER_TOGETHER = (
    agent("ou_1", row(10, "09:00", "12:00"), tz="Asia/Shanghai"),
    agent("ou_2", row(10, "09:00", "12:00"), tz="America/New_York", **LITERAL),
    Agent("ou_3", None, overrides=[Leave("ou_3", MONDAY, MONDAY + HOUR)]),
)


@pytest.mark.parametrize(
    ("members", "minimum"),
    [([], 1), ([agent("ou_1")], 1), ([agent("ou_1", DAY_SHIFT)], 2), (NEVER_TOGETHER, 2)],
    ids=["nobody", "never", "one of two", "never together"],
)
def test_never_enough(members, minimum):
    roster = Roster(members)
    for hours in (1, -1):
        with pytest.raises(UnreachableError, match="there is no 1:00:00 of staffed time"):
            roster.add_staffed_time(MONDAY, hours * HOUR, minimum=minimum)
    assert roster.staffed_time(MONDAY, datetime(9000, 1, 1, tzinfo=UTC), minimum=minimum) == (
        timedelta()
    )
    (gap,) = [one for one in roster.gaps(MONDAY, MONDAY + HOUR, minimum) if one.missing]
    assert gap.duration == HOUR


def test_years_that_a_calendar_does_not_know():
    calendar = WorkCalendar.from_dates(years=2026)
    by_dates = agent("ou_1", row(10, "09:00", "18:00"), calendar=calendar)
    roster = Roster([by_dates])
    late = datetime(2026, 12, 31, tzinfo=UTC)
    assert roster.staffed_time(late, late + DAY) == 9 * HOUR
    with pytest.raises(CalendarUnknownError, match=r"2027-01-01 .*does not know that year"):
        roster.staffed_time(late, late + 2 * DAY)
    assert roster.headcount(late, late + 2 * DAY).at(late + 33 * HOUR) == 0
    assert roster.headcount(late, late + 2 * DAY, unknown="include").at(late + 33 * HOUR) == 1
    (_, gap) = roster.gaps(late + 18 * HOUR, late + 36 * HOUR)
    assert (gap.missing, gap.unknown) == (1, 1)
    both = Roster([by_dates, agent("ou_2", DAY_SHIFT)])
    assert both.staffed_time(late, late + 2 * DAY) == 18 * HOUR  # whatever that day is


def test_staffed_time_where_what_is_sure_turns_into_a_doubt():
    calendar = WorkCalendar.from_dates(years=2025)
    rows = [row(9, "09:00", "12:00"), row(10, "12:00", "18:00"), row(9, "18:00", "20:00")]
    roster = Roster([agent("ou_1", *rows, calendar=calendar)])
    for hours in ((9, 12), (18, 20)):  # these are sure
        window = [MONDAY + hour * HOUR for hour in hours]
        assert roster.staffed_time(*window) == window[1] - window[0]
    for hours in ((9, 13), (12, 13), (13, 14), (17, 19)):
        with pytest.raises(CalendarUnknownError):
            roster.staffed_time(*(MONDAY + hour * HOUR for hour in hours))
    with pytest.raises(CalendarUnknownError):
        roster.add_staffed_time(MONDAY + 11 * HOUR, 2 * HOUR)


def test_staffed_time_of_a_year_with_leave_and_of_years_alike():
    """1 June is a Monday in 2026, 2037 and 2043, which are no leap years."""
    day = agent("ou_1", row(10, "09:00", "18:00"), tz="America/New_York")
    roster = Roster([day]).with_overrides(
        Leave("ou_1", date(2037, 6, 1)), ExtraShift("ou_1", date(2043, 6, 6))
    )
    assert hours_in_june(roster) == [45, 36, 69, 45]


def hours_in_june(roster):
    mondays = [datetime(year, 6, 1, 4, tzinfo=UTC) for year in (2026, 2037, 2043, 2054)]
    return [roster.staffed_time(one, one + 7 * DAY) / HOUR for one in mondays]


def test_staffed_time_by_a_calendar_that_ends():
    calendar = WorkCalendar.from_dates(holidays=[date(2037, 6, 1)], years=[2036, 2037, 2038])
    by_dates = {"calendar": calendar, "calendar_fallback": "literal"}
    day = agent("ou_1", row(10, "09:00", "18:00"), tz="America/New_York", **by_dates)
    assert hours_in_june(Roster([day])) == [45, 36, 45, 45]
    on_leave = Roster([day]).with_overrides(Leave("ou_1", date(2043, 6, 1)))
    assert hours_in_june(on_leave) == [45, 36, 36, 45]


def test_agents_of_whom_nobody_can_say():
    roster = Roster([agent("ou_1", DAY_SHIFT), Agent("ou_2", None)])
    window = MONDAY, MONDAY + DAY
    with pytest.raises(UnknownStateError, match="these are on duty: ou_2") as raised:
        roster.headcount(*window, unknown="raise")
    assert raised.value.agent_ids == ("ou_2",)
    assert Roster([agent("ou_1", DAY_SHIFT)]).headcount(*window, unknown="raise").max() == 1
    assert roster.headcount(*window).max() == 1
    assert [one.unknown for one in roster.gaps(*window)] == [1, 1]


def test_across_a_clock_change():
    roster = Roster([agent("ou_1", row(9, "00:00", "24:00"), tz="America/New_York")])
    spring = [datetime.fromisoformat(f"2026-03-08T00:00{zone}") for zone in ("-05:00",)]
    count = roster.headcount(spring[0], datetime.fromisoformat("2026-03-09T00:00-04:00"))
    assert count.integral() == 23 * HOUR
    assert len(count.resample(HOUR)) == 23
    autumn = datetime.fromisoformat("2026-11-01T00:00-04:00")
    count = roster.headcount(autumn, datetime.fromisoformat("2026-11-02T00:00-05:00"))
    assert count.integral() == 25 * HOUR
    assert len(count.resample(HOUR)) == 25


def test_the_zone_shown():
    here = agent("ou_1", DAY_SHIFT, tz="Asia/Shanghai")
    there = agent("ou_2", DAY_SHIFT, tz="America/New_York")
    assert Roster([there, here, here.__replace__(id="ou_3")]).tz == "Asia/Shanghai"
    assert Roster([there, here]).tz == "America/New_York"
    assert Roster([Agent("ou_1", None)]).tz == "UTC"
    gap = Roster([here]).gaps(MONDAY, MONDAY + DAY, tz="Europe/London")[0]
    assert str(gap.start) == "2026-06-01 01:00:00+01:00"


QUESTIONS = ["headcount", "gaps", "handoffs", "shifts", "staffed_time", "report"]


@pytest.mark.parametrize("question", QUESTIONS)
def test_bad_windows(question):
    ask = getattr(Roster([agent("ou_1", DAY_SHIFT)], skills=[Skill("s1", "VIP")]), question)
    with pytest.raises(WindowError, match=r"starts at .* after its end"):
        ask(MONDAY, MONDAY - DAY)
    with pytest.raises(NaiveDatetimeError, match="has no time zone"):
        ask(MONDAY, datetime(2026, 6, 2))
    with pytest.raises(InstantError, match="aware datetime"):
        ask("2026-06-01", MONDAY)
    with pytest.raises(UnknownSkillError, match="no skill 'billing'"):
        ask(MONDAY, MONDAY, skill="billing")


@pytest.mark.parametrize("minimum", [0, -1, True, 1.0, "1", None, 10**9 + 1, 2**63])
def test_a_minimum_that_is_none(minimum):
    roster = Roster([agent("ou_1", DAY_SHIFT)])
    said = "minimum: .*; allowed: a whole number from 1 to 1,000,000,000"
    for question in (roster.gaps, roster.staffed_time):
        with pytest.raises(ConfigurationError, match=said):
            question(MONDAY, MONDAY + DAY, minimum=minimum)
    with pytest.raises(ConfigurationError, match=said):
        roster.add_staffed_time(MONDAY, HOUR, minimum=minimum)
    assert [one.missing for one in roster.gaps(MONDAY, MONDAY + HOUR, 10**9)] == [10**9]


@pytest.mark.parametrize(
    ("question", "desks"),
    [("headcount", 4), ("gaps", 4), ("handoffs", 1), ("shifts", 1), ("report", 1)],
)
def test_windows_that_are_too_long(question, desks):
    """No answer of hundreds of millions of steps is begun."""
    clocks = [f"{minute // 60:02}:{minute % 60:02}" for minute in range(24 * 60)]
    rows = [row(9, *ends) for ends in zip(clocks[::2], clocks[1::2], strict=True)]
    zones = ["Asia/Shanghai", "America/New_York", "Europe/London", "Asia/Tokyo"]
    roster = Roster(agent(f"ou_{tz}", *rows, tz=tz) for tz in zones[:desks])
    window = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
    with pytest.raises(WindowError, match=r"0001-01-01 to 9999-12-31 is too long: about .* ask"):
        getattr(roster, question)(*window)


@pytest.mark.parametrize(
    ("monday", "hours"),
    [(date(2026, 6, 1), 168), (date(2026, 3, 2), 167), (date(2026, 10, 26), 169)],
)
def test_a_week_hour_by_hour(monday, hours):
    roster = Roster([agent("ou_1", row(10, "09:30", "18:00"), tz="America/New_York")])
    noon = datetime(monday.year, monday.month, monday.day, 17, tzinfo=UTC)
    week = roster.week(noon + 3 * DAY)
    assert [one.day for one in week.days] == [monday + i * DAY for i in range(7)]
    assert sum((one.length for one in week.days), timedelta()) == hours * HOUR
    assert week.headcount.integral() == 5 * 8.5 * HOUR
    for day in week.days:
        for staffed in day.hours:
            hour = staffed.clock_hour.hour
            works = day.day.isoweekday() <= 5
            assert staffed.least == (works and 10 <= hour < 18)
            assert staffed.mean == (0.5 if works and hour == 9 else staffed.least)
    assert len(week.columns) == max(24, hours - 6 * 24)


def test_a_week_and_a_report_are_shown_in_a_line():
    report = Roster([agent("ou_1", DAY_SHIFT)]).report(MONDAY, MONDAY + DAY)
    assert repr(report) == (
        f"Report(headcount={report.headcount!r}, duty=datetime.timedelta(seconds=32400))"
    )
    week = Roster([]).week(MONDAY)
    assert repr(week) == f"Week(headcount={week.headcount!r})"
    assert repr(week.days[0]) == (
        "StaffedDay(day=datetime.date(2026, 6, 1), length=datetime.timedelta(days=1))"
    )


def test_a_week_at_the_end_of_time():
    with pytest.raises(WindowError, match="not all in the years 1 to 9999"):
        Roster([]).week(datetime(9999, 12, 31, tzinfo=UTC))
