"""A roster with leave and extra shifts: the same answers as agent by agent, and why."""

from __future__ import annotations

import pickle
from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from odd_dates import ROWS, Dates, row

from availability import (
    Agent,
    CalendarUnknownError,
    Comparison,
    ConfigurationError,
    ExtraShift,
    Leave,
    OverrideError,
    Roster,
    State,
    Status,
    UnknownAgentError,
    WeeklySchedule,
)
from availability.engine import courses

UTC = timezone.utc
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
MONDAY = datetime(2026, 6, 1, 4, tzinfo=UTC)  # noon in Shanghai
TODAY = date(2026, 6, 1)


def schedule(*rows, **options):
    return WeeklySchedule.parse(list(rows), tz="Asia/Shanghai", **options)


OFFICE = schedule(row(10, "09:00", "18:00"))
NEVER = schedule()


def desk(*agents, at=MONDAY):
    return Roster(agents, fetched_at=at, clock=lambda: at)


def online(agent_id, of=OFFICE, **more):
    return Agent(agent_id, of, status=Status.ONLINE, status_code=1, **more)


WANG = online("ou_1", name="王芳")


def test_the_old_roster_is_untouched():
    roster = desk(WANG, online("ou_2"))
    planned = roster.with_overrides(Leave("ou_1", TODAY))
    assert [agent.id for agent in roster.available()] == ["ou_1", "ou_2"]
    assert [agent.id for agent in planned.available()] == ["ou_2"]
    assert planned != roster
    assert planned.fetched_at == roster.fetched_at
    assert pickle.loads(pickle.dumps(planned.agents)) == planned.agents


def test_overrides_come_one_by_one_or_many_and_add_up():
    leave, extra = Leave("ou_1", TODAY), ExtraShift("ou_2", TODAY)
    roster = desk(WANG, online("ou_2", NEVER))
    expected = roster.with_overrides(leave, extra)
    assert roster.with_overrides([leave, extra]) == expected
    assert roster.with_overrides([leave], extra) == expected
    assert roster.with_overrides(leave).with_overrides(iter([extra])) == expected
    assert [agent.id for agent in expected.on_duty(MONDAY)] == ["ou_2"]
    assert roster.with_overrides() == roster


def test_agents_who_are_not_there():
    roster = desk(WANG)
    leave = Leave("ou_l", TODAY, reason="ill")
    with pytest.raises(UnknownAgentError, match=r"leave of ou_l: .*no agent 'ou_l'.*nearest: ou_1"):
        roster.with_overrides(leave)
    reported = roster.with_overrides(leave, strangers="report")
    assert [(odd.code, odd.agent_id) for odd in reported.diagnostics] == [("unknown_agent", "ou_l")]
    gone = roster.__replace__(gone=["ou_l"])
    assert gone.with_overrides(leave) == gone
    with pytest.raises(ConfigurationError, match="strangers: str 'skip' is unknown"):
        roster.with_overrides(leave, strangers="skip")


def test_agents_who_are_not_there_are_reported_in_the_order_given():
    strangers = [Leave(f"ou_{number}", TODAY) for number in range(20, 10, -1)]
    found = desk(WANG).with_overrides(strangers, strangers="report").left_out
    assert [odd.agent_id for odd in found] == [one.agent_id for one in strangers]


def test_who_has_left_is_gone_whatever_was_planned():
    earlier = desk(WANG, online("ou_2"))
    now = desk(WANG).with_overrides(Leave("ou_2", TODAY), strangers="report")
    assert now.succeeding(earlier).check("ou_2", MONDAY).state is State.UNAVAILABLE


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        (["x"], "str 'x' is neither"),
        ([None], "null is neither"),
        ([Leave], "is neither a Leave"),
        ([5], "int 5 is neither"),
    ],
)
def test_what_is_no_override(overrides, message):
    with pytest.raises(OverrideError, match=message):
        desk(WANG).with_overrides(overrides)


def test_overrides_of_somebody_else():
    with pytest.raises(ConfigurationError, match="overrides: 'ou_2' in those of 'ou_1'"):
        Agent("ou_1", OFFICE, overrides=[Leave("ou_2", TODAY)])


@pytest.mark.parametrize(
    ("agent", "planned", "state", "why", "until"),
    [
        (WANG, [], "available", "on duty; online", "06-01T12:05"),
        (WANG, [Leave("ou_1", TODAY)], "unavailable", "on leave; though the status says online",
         "06-01T12:05"),
        (
            online("ou_1", NEVER),
            [ExtraShift("ou_1", datetime(2026, 6, 1, 11), datetime(2026, 6, 1, 12, 3))],
            "available",
            "on duty; online",
            "06-01T12:03",
        ),
        # of rows that cannot be read, leave needs none
        (
            online("ou_1", NEVER, unreadable_rows=1),
            [Leave("ou_1", datetime(2026, 6, 1, 11), datetime(2026, 6, 1, 12, 2))],
            "unavailable",
            "on leave; though the status says online",
            "06-01T12:02",
        ),
        (online("ou_1", NEVER, unreadable_rows=1), [], "unknown", "some rows unreadable", None),
    ],
)  # fmt: skip
def test_check(agent, planned, state, why, until):
    answer = desk(agent).with_overrides(planned).check("ou_1")
    assert (answer.state.value, answer.why) == (state, why)
    if until:
        assert f"{answer.until:%m-%dT%H:%M}" == until


def test_of_a_schedule_that_nobody_could_read_overrides_say_what_they_say():
    extra = ExtraShift("ou_1", MONDAY, MONDAY + HOUR)
    leave = Leave("ou_1", datetime(2026, 6, 2, 9), datetime(2026, 6, 2, 10), tz="Asia/Shanghai")
    roster = desk(online("ou_1", None)).with_overrides(extra, leave)
    agent = roster["ou_1"]
    assert [agent.is_on_duty(MONDAY + i * HOUR) for i in (-1, 0, 1, 21, 22)] == [
        None, True, None, False, None,
    ]  # fmt: skip
    assert [one.id for one in roster.on_duty(MONDAY)] == ["ou_1"]
    assert roster.on_duty(MONDAY, order="roster") == [agent]
    assert roster.count_on_duty(MONDAY) == 1
    assert roster.unknown(MONDAY) == []
    assert roster.unknown(MONDAY + HOUR) == [agent]
    assert roster.check("ou_1").state is State.AVAILABLE
    with pytest.raises(CalendarUnknownError, match="the schedule could not be read"):
        roster.next_transition()
    local = desk(online("ou_1", None)).with_overrides(Leave("ou_1", TODAY))
    assert local["ou_1"].is_on_duty(MONDAY) is None
    assert [odd.code for odd in local.diagnostics] == ["no_zone"]


def at(hour, day=1):
    return datetime(2026, 6, day, hour)


#: What is planned for somebody in New York, and what is odd about it.
ODD = [
    ([Leave("ou_1", TODAY)], ""),
    ([Leave("ou_1", datetime(2026, 3, 8, 2, 15), datetime(2026, 3, 8, 2, 45))], "empty_override"),
    ([Leave("ou_1", datetime(2026, 3, 8, 2, 15), datetime(2026, 3, 8, 5))], "odd_time"),
    ([Leave("ou_1", datetime(2026, 11, 1), datetime(2026, 11, 1, 1, 30))], "odd_time"),
    ([Leave("ou_1", date(2026, 3, 8))], ""),
    ([Leave("ou_1", at(9), at(12)), Leave("ou_1", at(12), at(15))], ""),
    ([Leave("ou_1", at(9), at(12)), Leave("ou_1", at(11), at(15))], "leave_overlap"),
    (
        [Leave("ou_1", at(1), at(20)), Leave("ou_1", at(2), at(3)), Leave("ou_1", at(4), at(5))],
        "leave_overlap leave_overlap",
    ),
    ([Leave("ou_1", at(9), at(12)), ExtraShift("ou_1", at(11), at(15))], "leave_over_shift"),
    ([Leave("ou_1", at(9), at(12)), ExtraShift("ou_1", at(12), at(15))], ""),
    ([ExtraShift("ou_1", at(9), at(12)), ExtraShift("ou_1", at(11), at(15))], ""),
    ([Leave("ou_1", TODAY, date.max)], ""),
    ([Leave("ou_1", at(9), at(12), rule="FREQ=WEEKLY;BYDAY=MO")], ""),
    ([Leave("ou_1", at(9), at(12), rule="FREQ=WEEKLY;BYDAY=WE")], "start_off_rule"),
]


@pytest.mark.parametrize(("planned", "codes"), ODD)
def test_what_is_odd(planned, codes):
    agent = Agent("ou_1", WeeklySchedule.parse([row(10, "09:00", "18:00")], tz="America/New_York"))
    found = Roster([agent]).with_overrides(planned).diagnostics
    assert [odd.code for odd in found] == codes.split()
    assert all(odd.agent_id == "ou_1" and len(str(odd).splitlines()) == 1 for odd in found)


@st.composite
def desks(draw):
    """Agents of whom some have overrides, a few days around Monday."""
    agents = []
    for number in range(draw(st.integers(1, 6))):
        tz = draw(st.sampled_from(["Asia/Shanghai", "America/New_York"]))
        of = WeeklySchedule.parse(draw(st.lists(ROWS, max_size=3)), tz=tz)
        planned = []
        for kind in draw(st.lists(st.sampled_from([Leave, ExtraShift]), max_size=3)):
            start = MONDAY + draw(st.integers(-60, 60)) * HOUR
            length = draw(st.integers(1, 48)) * HOUR
            planned.append(kind(f"ou_{number}", start, start + length))
        agents.append(online(f"ou_{number}", of, overrides=planned))
    return desk(*agents)


@given(desks(), st.lists(st.integers(-160, 160), min_size=1, max_size=8))
def test_the_roster_says_what_its_agents_say(roster, halves):
    """Also when it is asked about one time after another, and answers from memory."""
    for moment in (MONDAY + (i * HOUR + step) / 2 for i in halves for step in (0 * HOUR, HOUR)):
        on = [agent for agent in roster if agent.is_on_duty(moment)]
        assert roster.on_duty(moment, order="roster") == on
        assert {agent.id for agent in roster.on_duty(moment)} == {agent.id for agent in on}
        assert roster.count_on_duty(moment) == len(on)
        transition = roster.next_transition(moment)
        changes = [agent.timeline.next_change(moment) for agent in roster]
        assert (transition.at if transition else None) == min(filter(None, changes), default=None)


@given(desks())
def test_compare_says_of_each_half_hour_who_gains_and_who_loses_it(roster):
    plain = roster.__replace__(agents=[agent.__replace__(overrides=()) for agent in roster])
    start, end = MONDAY - 4 * DAY, MONDAY + 4 * DAY
    found = {one.agent.id: one for one in plain.compare(roster, start, end)}
    for agent in roster:
        one = found.get(agent.id)
        for moment in (start + i * HOUR / 2 for i in range(8 * 48)):
            had, has = plain[agent.id].is_on_duty(moment), agent.is_on_duty(moment)
            assert (one is not None and inside(moment, one.gained)) is (has and not had)
            assert (one is not None and inside(moment, one.lost)) is (had and not has)
    assert all(one.gained or one.lost for one in found.values())


def inside(moment, intervals):
    return any(moment in interval for interval in intervals)


def test_compare_finds_no_difference_where_there_is_none():
    """Also in years of which nobody can say, and when nothing is remembered."""

    def desk_by_a_calendar():
        of = schedule(row(10, "09:00", "18:00"), calendar=Dates(frozenset([2026])))
        return desk(online("ou_1", of), online("ou_2", None), online("ou_3", of).__replace__(
            overrides=[Leave("ou_3", TODAY)]
        ))  # fmt: skip

    before = desk_by_a_calendar()
    for memo in (courses._dated, courses._overridden, courses._course):
        memo.cache_clear()
    found = before.compare(desk_by_a_calendar(), MONDAY, MONDAY + 900 * DAY)
    assert found == Comparison([], [])


def test_what_the_index_goes_by_outlives_the_memos():
    extra = ExtraShift("ou_1", MONDAY, MONDAY + HOUR)
    roster = desk(online("ou_1", None), WANG.__replace__(id="ou_2")).with_overrides(extra)
    assert roster.count_on_duty(MONDAY) == 2
    for memo in (courses._overridden, courses._unknown):
        memo.cache_clear()
    assert [agent.id for agent in roster.available()] == ["ou_1", "ou_2"]


def test_until_without_all_of_the_schedule():
    extra = ExtraShift("ou_1", MONDAY, MONDAY + HOUR)
    agent = online("ou_1", None, overrides=[extra])
    assert agent.until(MONDAY) == MONDAY + HOUR
    assert agent.until(MONDAY + HOUR) is None
    leave = Leave("ou_1", MONDAY, MONDAY + HOUR)
    agent = online("ou_1", NEVER, unreadable_rows=1, overrides=[leave])
    assert agent.until(MONDAY) == MONDAY + HOUR


def test_compare_whoever_is_on_one_roster_only():
    week = MONDAY, MONDAY + 7 * DAY
    two = desk(WANG, online("ou_2", schedule(row(6, "10:00", "12:00"))))
    added = desk(WANG).compare(two, *week)
    assert [(one.agent.id, len(one.gained), one.lost) for one in added] == [("ou_2", 1, ())]
    assert (added.gained, added.lost) == (2 * HOUR, timedelta())
    removed = two.compare(desk(WANG), *week)
    assert [(one.agent.id, one.gained, len(one.lost)) for one in removed] == [("ou_2", (), 1)]
    assert (len(removed), removed.unknown) == (1, ())
    assert len(two.compare(two, *week)) == 0


@pytest.mark.parametrize("other", [None, [WANG], "desk"])
def test_compare_with_what_is_no_roster(other):
    with pytest.raises(ConfigurationError, match="is not a Roster"):
        desk(WANG).compare(other, MONDAY, MONDAY)


@pytest.mark.parametrize("tz", ["UTC", "America/New_York", "Asia/Shanghai"])
@pytest.mark.parametrize("kind", [Leave, ExtraShift])
def test_until_further_notice(kind, tz):
    agent = online("ou_1", WeeklySchedule.parse([row(10, "09:00", "18:00")], tz=tz))
    roster = desk(agent, at=MONDAY + 20 * HOUR).with_overrides(kind("ou_1", TODAY, date.max))
    answer = roster.check("ou_1")
    assert answer.state is (State.AVAILABLE if kind is ExtraShift else State.UNAVAILABLE)
    assert roster.next_transition() is None
    assert "2026-06-0" in str(roster.explain("ou_1"))
    assert roster.diagnostics == ()


def test_compare_says_of_whom_nobody_can_say():
    only_2026 = Dates(frozenset([2026]))
    agents = [
        online("ou_1", None),
        online("ou_2", schedule(row(10, "09:00", "18:00"), calendar=only_2026)),
        online("ou_3", OFFICE, unreadable_rows=1),
        online("ou_4"),
    ]
    found = desk(*agents[:2]).compare(desk(*agents), MONDAY, MONDAY + 300 * DAY)
    assert [agent.id for agent in found.unknown] == ["ou_3"]
    assert [one.agent.id for one in found] == ["ou_4"]
    before = desk(online("ou_2"))
    unknown = before.compare(desk(*agents), MONDAY, MONDAY + 300 * DAY).unknown
    assert [agent.id for agent in unknown] == ["ou_2", "ou_1", "ou_3"]


NEW_YEAR = datetime(2026, 12, 31, 16, tzinfo=UTC)  # midnight in Shanghai


@pytest.mark.parametrize(
    ("before", "after", "changes", "is_unknown"),
    [
        # leave in the year that is known, up to the end of it, beyond it, and in the next one
        ([], [Leave("ou_1", date(2026, 12, 30))], [(30, 30, "lost")], False),
        ([], [Leave("ou_1", date(2026, 12, 31))], [(31, 31, "lost")], False),
        ([], [Leave("ou_1", date(2026, 12, 30), date(2027, 1, 5))], [(30, 31, "lost")], True),
        ([], [Leave("ou_1", date(2027, 1, 5))], [], True),
        # both are on leave while nobody can say
        (
            [Leave("ou_1", date(2027, 1, 1), date(2027, 1, 5))],
            [Leave("ou_1", date(2026, 12, 30), date(2027, 1, 5))],
            [(30, 31, "lost")],
            False,
        ),
        # what comes beside it is no change of it
        ([Leave("ou_1", date(2026, 12, 31))], [], [(31, 31, "gained")], False),
    ],
)
def test_compare_says_what_can_be_said(before, after, changes, is_unknown):
    of = schedule(row(10, "09:00", "18:00"), calendar=Dates(frozenset([2026])))
    one, other = (desk(online("ou_1", of, overrides=each)) for each in (before, after))
    found = one.compare(other, NEW_YEAR - 20 * DAY, NEW_YEAR + 20 * DAY)
    said = [
        (interval.start.day, interval.end.day, name, interval.duration)
        for each in found
        for name in ("gained", "lost")
        for interval in getattr(each, name)
    ]
    days = [(day, name) for first, last, name in changes for day in range(first, last + 1)]
    assert said == [(day, day, name, 9 * HOUR) for day, name in days]
    assert [agent.id for agent in found.unknown] == ["ou_1"] * is_unknown


EXPLAINED = [
    (
        [Leave("ou_1", TODAY, date(2026, 6, 2), "annual leave")],
        "en",
        """
        at: Mon 2026-06-01 12:00 Asia/Shanghai (UTC+08:00), 2026-06-01T04:00:00Z
        schedule: on leave: Mon 2026-06-01 00:00 to Wed 2026-06-03 00:00 (annual leave)
        schedule: last shift: Monday to Friday 09:00-18:00: Fri 2026-05-29 09:00 to \
Fri 2026-05-29 18:00
        schedule: next shift: Monday to Friday 09:00-18:00: Wed 2026-06-03 09:00 to \
Wed 2026-06-03 18:00
        verdict: unavailable: on leave; though the status says online
        """,
    ),
    (
        [Leave("ou_1", at(8), at(13), "年假")],
        "zh",
        """
        schedule: 请假：周一 2026-06-01 08:00 至 周一 2026-06-01 13:00（年假）
        schedule: 上一班次：周一至周五 09:00-18:00：周五 2026-05-29 09:00 至 周五 2026-05-29 18:00
        schedule: 下一班次：周一至周五 09:00-18:00：周一 2026-06-01 13:00 至 周一 2026-06-01 18:00
        verdict: 不可接单：请假中；但状态为在线
        """,
    ),
    (
        [ExtraShift("ou_1", at(11), at(20), "swap with 李雷")],
        "en",
        """
        schedule: on duty, Monday to Friday 09:00-18:00: Mon 2026-06-01 09:00 to \
Mon 2026-06-01 18:00
        schedule: on duty, extra shift: Mon 2026-06-01 11:00 to Mon 2026-06-01 20:00 \
(swap with 李雷)
        """,
    ),
    (
        [Leave("ou_1", date(2026, 5, 1), date(2026, 6, 30)), ExtraShift("ou_1", at(9), at(18))],
        "en",
        """
        schedule: on leave: Fri 2026-05-01 00:00 to Wed 2026-07-01 00:00
        schedule: last shift: Monday to Friday 09:00-18:00: Thu 2026-04-30 09:00 to \
Thu 2026-04-30 18:00
        schedule: next shift: Monday to Friday 09:00-18:00: Wed 2026-07-01 09:00 to \
Wed 2026-07-01 18:00
        """,
    ),
]


@pytest.mark.parametrize(("planned", "language", "expected"), EXPLAINED)
def test_explain(planned, language, expected):
    found = desk(WANG).with_overrides(planned).explain("ou_1")
    lines = [f"{name}: {line}" for name, line in found.lines(language)]
    said = [line.removeprefix("verdict: 结论：") for line in lines]
    for line in expected.strip().splitlines():
        assert line.strip() in said
    of_schedule = [line for line in lines if line.startswith("schedule: ")]
    assert len(of_schedule) == expected.count("schedule: ")


def test_explain_an_extra_shift_of_somebody_without_rows():
    roster = desk(online("ou_1", NEVER)).with_overrides(ExtraShift("ou_1", at(9), at(13)))
    assert "on duty, extra shift: Mon 2026-06-01 09:00 to Mon 2026-06-01 13:00" in str(
        roster.explain("ou_1")
    )


def test_explain_leave_of_somebody_whose_schedule_cannot_be_read():
    roster = desk(online("ou_1", None)).with_overrides(
        Leave("ou_1", MONDAY, MONDAY + HOUR, "ill"),
        Leave("ou_1", TODAY, reason="nobody knows where"),
    )
    schedule = [line for what, line in roster.explain("ou_1").lines() if what == "schedule"]
    assert schedule == [
        "no readable schedule",
        "on leave: Mon 2026-06-01 04:00 to Mon 2026-06-01 05:00 (ill)",
    ]


def test_order_by_what_is_left_of_the_shift():
    late = ExtraShift("ou_2", at(18), at(22))
    roster = desk(WANG, online("ou_2")).with_overrides(late)
    ids = [agent.id for agent in roster.available(order="most_time_left")]
    assert ids == ["ou_2", "ou_1"]
    assert [agent.id for agent in roster.available(at_least=8 * HOUR)] == ["ou_2"]


def test_next_available_is_after_leave():
    roster = desk(WANG).with_overrides(Leave("ou_1", TODAY, date(2026, 6, 2)))
    assert str(roster.next_available()) == "2026-06-03T09:00:00+08:00: 王芳"
