"""A roster by a calendar: the same answers as agent by agent, and unknown where nobody can say."""

from __future__ import annotations

import pickle
from contextlib import suppress
from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracle import DatedModel, utc

from availability import (
    Agent,
    CalendarUnknownError,
    ConfigurationError,
    Freshness,
    ReasonCode,
    Roster,
    State,
    Status,
    WeeklySchedule,
    WorkCalendar,
)
from availability.feishu import parse_agent

UTC = timezone.utc
MINUTE = timedelta(minutes=1)
MICRO = timedelta(microseconds=1)
CALENDAR = WorkCalendar.from_dates(
    holidays={date(2026, 2, 16): "Spring Festival", date(2026, 12, 31): "last day"},
    workdays=[date(2026, 2, 14)],
    years=2026,
)
ZONES = ["Asia/Shanghai", "Europe/London", "America/New_York"]
WEEKS = [
    [],
    [(9, "00:00", "24:00")],
    [(10, "09:00", "18:00")],
    [(10, "22:00", "06:00")],
    [(11, "10:00", "16:00"), (10, "09:00", "12:00")],
    [(10, "00:00", "24:00"), (11, "00:00", "24:00")],
    [(6, "09:00", "18:00"), (1, "09:00", "18:00")],
]
#: Around the make-up Saturday, the holiday Monday and the end of what is known.
MOMENTS = st.one_of(
    st.datetimes(datetime(2026, 2, 13), datetime(2026, 2, 18), timezones=st.just(UTC)),
    st.datetimes(datetime(2026, 12, 30), datetime(2027, 1, 5), timezones=st.just(UTC)),
)


def rows(week):
    keys = ("weekday", "start_time", "end_time")
    return [dict(zip(keys, row, strict=True)) for row in week]


@st.composite
def desks(draw):
    """Some agents by a calendar, some not; with the model of each."""
    made = []
    for number in range(draw(st.integers(1, 7))):
        week, tz = draw(st.sampled_from(WEEKS)), draw(st.sampled_from(ZONES))
        calendar = draw(st.sampled_from([CALENDAR, CALENDAR, None]))
        closed = calendar is not None and draw(st.booleans())
        schedule = WeeklySchedule.parse(
            rows(week), tz=tz, calendar=calendar, closed_on_holidays=closed
        )
        model = DatedModel(rows(week), tz, calendar or EVERY_YEAR, closed)
        agent = Agent(id=f"ou_{number}", schedule=schedule, status=Status.ONLINE)
        made.append((agent, model))
    return made


class EveryYear:
    """As without a calendar."""

    def knows(self, day):
        return True

    def is_workday(self, day):
        return day.isoweekday() <= 5

    def is_public_holiday(self, day):
        return False


EVERY_YEAR = EveryYear()


@given(desks(), st.lists(MOMENTS, min_size=1, max_size=4))
def test_who_is_on_duty_and_of_whom_nobody_can_say(desk, some):
    roster = Roster([agent for agent, _ in desk])
    for at in some:
        states = {agent: model.state(at) for agent, model in desk}
        on = [agent for agent in states if states[agent]]
        for _ in range(3):
            assert roster.on_duty(at, order="roster") == on
            assert sorted(agent.id for agent in roster.on_duty(at)) == [agent.id for agent in on]
            assert roster.count_on_duty(at) == len(on)
        assert roster.unknown(at) == [agent for agent in states if states[agent] is None]


@given(desks(), MOMENTS, st.sampled_from([None, timedelta(), timedelta(hours=3)]))
def test_answers_and_until_when(desk, at, at_least):
    roster = Roster(
        [agent for agent, _ in desk],
        fetched_at=at,
        clock=lambda: at,
        status_ttl=timedelta(days=9),
    )
    expected = {True: State.AVAILABLE, False: State.UNAVAILABLE, None: State.UNKNOWN}
    for agent, model in desk:
        answer = roster.check(agent.id)
        assert answer.state is expected[model.state(at)]
        assert answer.freshness is Freshness.FRESH
        holds = utc(answer.until) - at
        for part in (0.3, 0.9, 1):
            later = at + min(part * holds, holds - MICRO)
            assert model.state(later) is model.state(at)
        needy = roster.check(agent.id, at_least=at_least)
        assert (needy.state is State.AVAILABLE) is (agent in roster.available(at_least=at_least))
        assert str(roster.explain(agent.id))
    roster.available(order="most_time_left", unknown="include")
    for ask in (roster.next_transition, roster.next_available):
        with suppress(CalendarUnknownError):
            ask()


DAY = [{"weekday": 10, "start_time": "09:00", "end_time": "18:00"}]
ONE = Agent(id="a", schedule=WeeklySchedule.parse(DAY, tz="Asia/Shanghai"), status=Status.ONLINE)


def new_year():
    return datetime(2026, 1, 1, tzinfo=UTC)


def at_ten(day):
    return datetime.fromisoformat(f"{day}T10:00+08:00")


@pytest.mark.parametrize(
    ("day", "state", "reason", "line"),
    [
        ("2026-02-14", State.AVAILABLE, "on_duty", "make-up working day"),
        ("2026-02-16", State.UNAVAILABLE, "off_duty", "Spring Festival"),
        ("2026-02-17", State.AVAILABLE, "on_duty", None),
        ("2027-02-17", State.UNKNOWN, "calendar_unknown", "no calendar for that year"),
    ],
)
def test_with_a_calendar(day, state, reason, line):
    roster = Roster([ONE], clock=new_year).with_calendar(CALENDAR)
    answer = roster.check("a", at_ten(day))
    assert (answer.state, answer.reasons[0].code) == (state, reason)
    lines = [line for name, line in roster.explain("a", at_ten(day)).lines() if name == "schedule"]
    assert [one for one in lines if one.startswith("calendar ")] == (
        [f"calendar own calendar: {line}"] if line else []
    )
    assert any("working days 09:00-18:00" in one for one in lines)
    assert pickle.loads(pickle.dumps(roster)) == roster


def test_time_left_where_nobody_knows_how_the_next_day_is():
    always = WeeklySchedule.parse(
        [{"weekday": 10, "start_time": "00:00", "end_time": "24:00"}], tz="UTC", calendar=CALENDAR
    )
    at = datetime(2026, 12, 30, 12, tzinfo=UTC)
    by_holiday = Agent(id="a", schedule=always, status=Status.ONLINE)
    roster = Roster([by_holiday], fetched_at=at, clock=lambda: at)
    assert roster.check("a", at_least=timedelta(hours=12)).state is State.AVAILABLE
    short = roster.check("a", at_least=timedelta(hours=13))
    assert (short.state, short.reasons[0].code) == (State.UNAVAILABLE, "too_little_time")
    other = WorkCalendar.from_dates(years=2026)
    at = datetime(2026, 12, 31, 12, tzinfo=UTC)
    roster = Roster([by_holiday], fetched_at=at, clock=lambda: at).with_calendar(other)
    short = roster.check("a", at_least=timedelta(hours=13))
    assert (short.state, short.reasons[0].code) == (State.UNKNOWN, "maybe_too_little_time")


def test_a_calendar_can_be_taken_away_and_falls_back_if_told_to():
    plain = Roster([ONE, Agent(id="b", schedule=None)], clock=new_year)
    roster = plain.with_calendar(CALENDAR)
    assert roster != plain
    assert roster.with_calendar(None) == plain
    literal = roster.with_calendar(CALENDAR, calendar_fallback="literal")
    assert literal.check("a", at_ten("2027-02-17")).state is State.AVAILABLE
    with pytest.raises(ConfigurationError, match="calendar: str 'CN' is no WorkCalendar"):
        roster.with_calendar("CN")


def test_a_payload_by_a_calendar():
    payload = {"status": 1, "agent": {"id": "a"}, "schedule": [*DAY, {"weekday": 8}]}
    agent = parse_agent(payload, tz="Asia/Shanghai", calendar=CALENDAR, closed_on_holidays=True)
    assert agent.schedule.calendar == CALENDAR
    assert agent.schedule.closed_on_holidays
    assert agent.is_on_duty(at_ten("2026-02-14")) is True
    roster = Roster([agent])
    assert roster.check("a", at_ten("2027-02-17")).reasons[0].code is ReasonCode.UNREADABLE_ROWS


def lines_of(agent, day):
    roster = Roster([agent], clock=new_year)
    return [
        line for name, line in roster.explain(agent.id, at_ten(day)).lines() if name == "schedule"
    ]


def by_china(*week, **options):
    schedule = WeeklySchedule.parse(rows(week), tz="Asia/Shanghai", calendar=CALENDAR, **options)
    return Agent(id="a", schedule=schedule)


def test_explanations_claim_nothing_that_nobody_knows():
    day = (10, "09:00", "18:00")
    assert lines_of(by_china(day), "2030-02-14") == [
        "no shift known before",
        "no shift known after",
        "as far as the calendar knows",
        "calendar own calendar: no calendar for that year",
    ]
    assert "as far as the calendar knows" in lines_of(
        by_china(day, (6, "10:00", "12:00")), "2026-12-31"
    )
    always = by_china((9, "00:00", "24:00"), closed_on_holidays=True)
    assert lines_of(always, "2026-12-29")[1] == "on duty without a break until Thu 2026-12-31 00:00"
    assert "as far as the calendar knows" not in lines_of(by_china(day), "2026-02-16")


def test_what_comes_next_is_refused_where_nobody_can_say():
    unknown = Roster([by_china((10, "09:00", "18:00"))], clock=new_year)
    at = at_ten("2030-06-03")
    for ask in (lambda: unknown.next_transition(at), lambda: unknown.next_available(after=at)):
        with pytest.raises(CalendarUnknownError):
            ask()
    both = Roster([*unknown, Agent(id="b", schedule=WeeklySchedule.parse(DAY, tz="UTC"))])
    assert [agent.id for agent in both.next_transition(at).on] == ["b"]
