"""Who can take a ticket: laws that hold for any desk, beside the oracle of schedules."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import Model, utc

from availability import (
    Agent,
    AvailabilityError,
    ConfigurationError,
    Freshness,
    InstantError,
    NaiveDatetimeError,
    Roster,
    Skill,
    SkillRule,
    State,
    Status,
    UnknownAgentError,
    UnknownSkillError,
    UnknownStateError,
    WeeklySchedule,
    all_of,
    any_of,
)

UTC = timezone.utc
MONDAY = datetime(2026, 10, 26, 1, tzinfo=UTC)  # the week in which the clocks change in New York
MICRO = timedelta(microseconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
ZONES = ["Asia/Shanghai", "Europe/London", "America/New_York", "Asia/Kathmandu"]
WEEKS = [
    None,
    [],
    [(9, "00:00", "24:00")],
    [(10, "09:00", "18:00")],
    [(10, "09:00", "12:00"), (10, "13:30", "18:00")],
    [(9, "22:00", "06:00")],
    [(7, "01:30", "02:30")],
    [(1, "09:00", "09:05"), (1, "09:07", "09:08")],
]
SKILLS = [Skill("s1", "billing"), Skill("s2", "VIP"), Skill("s3", "退款"), Skill("s4", None, True)]
NAMES = ["billing", "s1", "VIP", "退款", "s4", "nobody's"]
RULES = st.recursive(
    st.sampled_from(NAMES),
    lambda parts: st.builds(
        lambda join, some: join(*some),
        st.sampled_from([all_of, any_of]),
        st.lists(parts, min_size=1, max_size=3),
    ),
    max_leaves=5,
)
LENGTHS = st.sampled_from([timedelta(), MICRO, MINUTE, HOUR, 9 * HOUR, timedelta(days=400)])
MOMENTS = st.one_of(
    st.sampled_from([k * MINUTE for k in range(-3, 12)]),
    st.timedeltas(-timedelta(days=8), timedelta(days=8)),
).map(lambda after: MONDAY + after)


def spelled(week):
    keys = ("weekday", "start_time", "end_time")
    return [dict(zip(keys, row, strict=True)) for row in week]


@st.composite
def agents(draw, most=8):
    """A few agents, no two with one id."""
    made = []
    for number in range(draw(st.integers(0, most))):
        week, tz = draw(st.sampled_from(WEEKS)), draw(st.sampled_from(ZONES))
        made.append(
            Agent(
                id=f"ou_{number}",
                name=draw(st.sampled_from([None, "王芳", "Bob", "alice"])),
                schedule=None if week is None else WeeklySchedule.parse(spelled(week), tz=tz),
                status=draw(st.sampled_from(Status)),
                skills=draw(st.lists(st.sampled_from(SKILLS), unique=True, max_size=3)),
                unreadable_rows=draw(st.sampled_from([0, 0, 0, 1])),
            )
        )
    return made


@st.composite
def rosters(draw, most=8):
    """A desk fetched some time before or after now, or nobody knows when."""
    now = draw(MOMENTS)
    ago = draw(st.sampled_from([None, timedelta(), MINUTE, HOUR, -MINUTE, timedelta(days=9)]))
    return Roster(
        draw(agents(most)),
        fetched_at=None if ago is None else now - ago,
        clock=lambda: now,
        status_ttl=draw(st.sampled_from([timedelta(), 5 * MINUTE, HOUR, timedelta(days=9)])),
    )


def asked():
    """What check and available can be asked, but for the instant."""
    return st.fixed_dictionaries({"skill": st.none() | RULES, "at_least": st.none() | LENGTHS})


def model_of(agent):
    rows = [(one.weekday, *str(one).split("-")) for one in agent.schedule.ranges]
    return Model(spelled(rows), agent.schedule.tz)


def said(answer):
    return answer.state, [reason.code for reason in answer.reasons], answer.basis, answer.on_duty


@given(rosters(1), MOMENTS, asked(), st.lists(st.floats(0, 1, exclude_max=True), max_size=5))
def test_until_is_no_later_than_the_first_change(roster, at, needs, parts):
    for agent in roster:
        answer = roster.check(agent.id, at, **needs)
        until = answer.until and utc(answer.until)
        if answer.freshness is Freshness.FRESH:
            assert until <= roster.fetched_at + roster.status_ttl
        assert until is None or until > at
        known = timedelta(days=10) if until is None else until - at
        by_minute = [at + minutes * MINUTE for minutes in range(1, 180) if minutes * MINUTE < known]
        between = [at + min(part * known, known - MICRO) for part in [*parts, 1]]
        for later in by_minute + between:
            assert said(roster.check(agent.id, later, **needs)) == said(answer), later


def naive_state(agent, roster, at, now):
    """The six rules, word for word, with the oracle's schedule."""
    fetched, ttl = roster.fetched_at, roster.status_ttl
    fresh = fetched is not None and fetched <= at < fetched + ttl
    beyond = not fresh and (at > now + ttl or (fetched is not None and at < fetched))
    if agent.status == 4 or (fresh and agent.status == 2):
        return "unavailable"
    on_duty = agent.schedule is not None and model_of(agent).is_on_duty(at)
    if not on_duty and (agent.schedule is None or agent.unreadable_rows):
        return "unknown"
    if not on_duty:
        return "unavailable"
    return "available" if beyond or (fresh and agent.status in (1, 3)) else "unknown"


@given(rosters(), MOMENTS)
def test_check_is_the_six_rules(roster, at):
    for agent in roster:
        expected = naive_state(agent, roster, at, roster.clock())
        assert roster.check(agent.id, at).state.value == expected


def naive_fits(agent, rule):
    if isinstance(rule, SkillRule):
        join = all if rule.needs_all else any
        return join(naive_fits(agent, part) for part in rule.parts)
    return rule in {text for skill in agent.skills for text in (skill.id, skill.name)}


@given(rosters(), MOMENTS, asked())
def test_available_is_whoever_check_says_is_available(roster, at, needs):
    states = {agent.id: roster.check(agent.id, at, **needs).state for agent in roster}
    by_state = {state: [a for a in roster if states[a.id] is state] for state in State}
    assert roster.available(at, **needs) == by_state[State.AVAILABLE]
    doubtful = by_state[State.AVAILABLE] + by_state[State.UNKNOWN]
    assert roster.available(at, unknown="include", **needs) == [a for a in roster if a in doubtful]
    if by_state[State.UNKNOWN]:
        with pytest.raises(UnknownStateError) as caught:
            roster.available(at, unknown="raise", **needs)
        assert caught.value.agent_ids == tuple(a.id for a in by_state[State.UNKNOWN])
    else:
        assert roster.available(at, unknown="raise", **needs) == by_state[State.AVAILABLE]


@given(rosters(), MOMENTS, asked())
def test_a_filter_adds_nobody_and_keeps_whoever_fits(roster, at, needs):
    everybody, some = roster.available(at), roster.available(at, **needs)
    assert [agent for agent in everybody if agent in some] == some
    for agent in everybody:
        fits = needs["skill"] is None or naive_fits(agent, needs["skill"])
        rows = model_of(agent)
        change = rows.next_change(at) if fits else None
        left = None if change is None else change - at
        enough = left is None or needs["at_least"] is None or left >= needs["at_least"]
        assert (agent in some) is (fits and enough)


@given(rosters(), agents(1), MOMENTS, asked())
def test_adding_an_agent_removes_nobody(roster, more, at, needs):
    for newcomer in [agent.__replace__(id="new") for agent in more]:
        larger = Roster(
            [newcomer, *roster],
            fetched_at=roster.fetched_at,
            clock=roster.clock,
            status_ttl=roster.status_ttl,
        )
        found = larger.available(at, **needs)
        assert [agent for agent in found if agent != newcomer] == roster.available(at, **needs)


@given(rosters(3), MOMENTS, asked(), st.sampled_from(["en", "zh"]))
@settings(max_examples=50)
def test_explain_gives_checks_verdict(roster, at, needs, language):
    words = {
        "en": ["available", "unavailable", "unknown"],
        "zh": ["可接单", "不可接单", "无法判断"],
    }
    for agent in roster:
        found = roster.explain(agent.id, at, **needs)
        assert found.answer == roster.check(agent.id, at, **needs)
        word = dict(zip(State, words[language], strict=True))[found.answer.state]
        assert dict(found.lines(language))["verdict"].startswith(word)
        assert all(line.isprintable() for line in found.text(language).splitlines())


def naive_next(agent, at, is_offline):
    """The first instant, this one or later, at which the oracle's schedule is on."""
    rows = model_of(agent)
    on = rows.is_on_duty(at)
    change = rows.next_change(at)
    if on and (not is_offline or change is None):
        return at
    return rows.next_change(change) if on else change


@given(rosters(5), MOMENTS, st.none() | RULES)
@settings(max_examples=50)
def test_next_available_is_the_first_shift_of_anybody(roster, after, skill):
    by_status = roster.freshness(after) is Freshness.FRESH
    begins = {
        agent: naive_next(agent, after, by_status and agent.status == 2)
        for agent in roster
        if agent.schedule is not None
        and agent.status != 4
        and (skill is None or naive_fits(agent, skill))
    }
    known = [begin for begin in begins.values() if begin is not None]
    found = roster.next_available(skill, after)
    if not known:
        assert found is None
        return
    assert utc(found.at) == min(known)
    assert list(found.agents) == [agent for agent in begins if begins[agent] == min(known)]
    assert found.offline == tuple(agent for agent in found.agents if agent.status == 2)


NINE = datetime(2026, 6, 1, 1, tzinfo=UTC)  # Monday 09:00 in Shanghai


def person(agent_id, end, name=None, **fields):
    """Somebody at work from Monday 08:00 in Shanghai; ``end`` None: for good."""
    rows = [(9, "00:00", "24:00")] if end is None else [(1, "08:00", end)]
    schedule = WeeklySchedule.parse(spelled(rows), tz="Asia/Shanghai")
    fields.setdefault("status", Status.ONLINE)
    return Agent(id=agent_id, schedule=schedule, name=name, **fields)


def desk(*people, **options):
    return Roster(people, fetched_at=NINE, clock=lambda: NINE, **options)


TEAM = [
    person("b", "18:00", "Bo"),
    person("d", None, "Di"),
    person("a", "12:00", "Al"),
    person("c", "18:00", None),
    person("off", "08:30", "Of", unreadable_rows=1),
]


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("roster", ["b", "d", "a", "c", "off"]),
        ("most_time_left", ["d", "b", "c", "a", "off"]),
        ("least_time_left", ["a", "b", "c", "d", "off"]),
        ("name", ["a", "b", "d", "off", "c"]),  # nameless ones by their id
        (lambda agent: agent.id, ["a", "b", "c", "d", "off"]),
    ],
)
def test_order(order, expected):
    found = desk(*TEAM).available(unknown="include", order=order)
    assert [agent.id for agent in found] == expected
    assert [agent.id for agent in desk(*TEAM).available(order=order)] == [
        agent_id for agent_id in expected if agent_id != "off"
    ]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"order": "age"}, "order: str 'age' is unknown; allowed: 'roster', 'most_time_left'"),
        ({"unknown": "maybe"}, "unknown: str 'maybe'; allowed: exclude, include, raise"),
        ({"at_least": -MINUTE}, "at_least: -1 day, 23:59:00 is negative; allowed: 0 or more"),
        ({"skill": []}, "skill: names none; allowed: a skill's id or name"),
        ({"skill": ""}, "skill: str ''; allowed: a skill's id or name"),
        ({"skill": ["VIP", None]}, "skill: null; allowed"),
        ({"skill": 7}, "skill: int 7; allowed"),
    ],
)
def test_what_cannot_be_asked(options, message):
    for roster in (desk(), desk(*TEAM)):
        with pytest.raises(ConfigurationError) as caught:
            roster.available(**options)
        assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    ("at", "error"), [(datetime(2026, 6, 1), NaiveDatetimeError), ("10:00", InstantError)]
)
def test_what_is_no_instant_is_refused(at, error):
    with pytest.raises(error):
        desk(*TEAM).check("a", at)
    with pytest.raises(error):
        desk(*TEAM).next_available(after=at)
    with pytest.raises(error):
        desk().available(at, unknown="include")
    with pytest.raises(error):
        desk(gone=["ou_1"]).check("ou_1", at)


def test_an_amount_that_is_no_timedelta():
    with pytest.raises(InstantError):
        desk(*TEAM).available(at_least=30)


def test_an_unknown_id_names_the_nearest():
    for ask in (desk(*TEAM).check, desk(*TEAM).explain):
        with pytest.raises(UnknownAgentError, match=r"no agent 'of' among 5.*nearest: off"):
            ask("of")


def test_an_empty_roster_has_nobody():
    assert desk().available() == []
    assert desk().available(unknown="raise") == []
    assert desk().next_available() is None


def test_an_error_of_many_names_the_first():
    many = [person(f"ou_{number}", None, status=Status.UNKNOWN) for number in range(7)]
    with pytest.raises(UnknownStateError) as caught:
        desk(*many).available(unknown="raise")
    assert isinstance(caught.value, AvailabilityError)
    assert str(caught.value) == (
        "nobody can say whether ou_0, ou_1, ou_2, ou_3, ou_4 and 2 more can take the ticket; "
        "unknown='exclude' leaves them out"
    )


def warnings_of(caplog):
    return [record.getMessage() for record in caplog.records if record.name == "availability"]


HELD = person("a", None, skills=[SKILLS[0], SKILLS[3]])


def test_a_skill_that_nobody_has_gives_nobody_and_a_warning(caplog):
    with caplog.at_level(logging.WARNING):
        assert desk(HELD).available(skill="VIP\n") == []
    assert warnings_of(caplog) == ["no agent has the skill 'VIP\\n'"]


def test_of_a_skill_that_nobody_has_it_is_told_once(caplog):
    roster = desk(HELD)
    for _ in range(3):
        roster.available(skill="VIP")
        roster.check("a", skill=["VIP", "billing"])
    assert warnings_of(caplog) == ["no agent has the skill 'VIP'"]
    for number in range(300):  # what is asked for may come from outside
        roster.available(skill=f"x{number}")
    assert len(warnings_of(caplog)) == 256


def test_a_default_skill_matches_itself_only():
    assert desk(HELD).available(skill="s4") == [HELD]
    assert desk(HELD).available(skill=["s4", "VIP"]) == []


@pytest.mark.parametrize("skill", ["billing", "s1", SKILLS[0], ["s1"], {"s1"}, any_of("s1", "x")])
def test_ways_to_name_a_skill(skill, caplog):
    assert desk(HELD).available(skill=skill) == [HELD]
    assert desk(HELD).check("a", skill=skill).state is State.AVAILABLE
    assert list(desk(HELD).with_skill(skill)) == [HELD]
    assert desk(HELD).next_available(skill).agents == (HELD,)


@pytest.mark.parametrize(
    "method", ["check", "explain", "available", "next_available", "with_skill"]
)
def test_only_the_catalogue_makes_a_skill_unknown(method, caplog):
    roster = desk(HELD, skills=[Skill("s2", "VIP"), Skill("s9")])

    def ask(skill):
        args = ["a"] if method in ("check", "explain") else []
        return getattr(roster, method)(*args, skill=skill)

    for outside in ("退款", any_of("billing", "退款")):
        with pytest.raises(UnknownSkillError) as caught:
            ask(outside)
        assert isinstance(caught.value, KeyError)
        assert str(caught.value) == "the desk has no skill '退款'; it has: VIP, s9"
    ask("billing")  # somebody has it, whatever the catalogue says
    assert warnings_of(caplog) == []
    ask("VIP")  # in the catalogue, though nobody has it
    ask("VIP")
    assert warnings_of(caplog) == ["no agent has the skill 'VIP'"]


def test_a_long_catalogue_is_cut_short():
    roster = desk(skills=[Skill(f"s{number}") for number in range(30)])
    with pytest.raises(UnknownSkillError, match=r"s18, s19 and 10 more$"):
        roster.available(skill="x")
    with pytest.raises(UnknownSkillError, match=r"it has: none$"):
        desk(skills=[]).available(skill="x")


def test_set_offline_by_hand_is_expected_back_with_the_next_shift():
    out = person("out", "18:00", name="Out", status=Status.OFFLINE)
    found = desk(out).next_available()
    assert (found.agents, found.offline) == ((out,), (out,))
    assert str(found) == "2026-06-08T08:00:00+08:00: Out (set offline by hand)"
    # Of an instant that the status says nothing of, only the schedule counts.
    monday = NINE + timedelta(days=7)
    assert utc(desk(out).next_available(after=monday).at) == monday
    # A status that is stale, or of unknown age, does not count either.
    for fetched_at in (NINE - timedelta(days=30), None):
        roster = Roster([out], fetched_at=fetched_at, clock=lambda: NINE)
        assert utc(roster.next_available().at) == NINE


def test_on_duty_for_good_but_offline_is_had_at_once_with_that_said():
    hotline = person("hotline", None, status=Status.OFFLINE)
    found = desk(hotline).next_available()
    assert (utc(found.at), found.offline) == (NINE, (hotline,))


def test_rules_within_rules_have_a_bottom():
    rule = all_of("billing")
    for _ in range(31):
        rule = any_of(rule, "x")
    assert desk(HELD).available(skill=rule) == [HELD]
    with pytest.raises(ConfigurationError, match="rules within rules 33 deep; allowed: 32"):
        any_of(rule)


def test_names_from_outside_stay_short_and_on_one_line():
    assert str(all_of("a\nb\x1b[31m", "c")) == "a b\ufffd[31m & c"
    long = desk(skills=[Skill("s" * 9000)])
    for ask in (lambda: long.available(skill="x" * 9000), lambda: long.check("y\n" * 9000)):
        with pytest.raises(KeyError) as caught:
            ask()
        assert str(caught.value).isprintable()
        assert len(str(caught.value)) < 250


EARLIEST = datetime(1, 1, 1, tzinfo=UTC)
LATEST = datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)


@pytest.mark.parametrize("tz", ["UTC", "America/New_York", "Pacific/Kiritimati"])
@pytest.mark.parametrize("at", [EARLIEST, LATEST])
@pytest.mark.parametrize("now", [EARLIEST, NINE, LATEST])
def test_the_ends_of_time(tz, at, now):
    """Where a zone has no date for an instant, it is shown in UTC."""
    agent = HELD.__replace__(schedule=WeeklySchedule.parse(spelled([(9, "00:00", "24:00")]), tz=tz))
    for ttl in (MINUTE, timedelta.max):
        roster = Roster([agent], fetched_at=now, clock=lambda: now, status_ttl=ttl)
        answer = roster.check("a", at)
        assert utc(answer.at) == utc(roster.next_available(after=at).at) == at
        assert answer.until is None or utc(answer.until) > at
        assert str(roster.explain("a", at))


def test_an_instant_that_no_year_has():
    before = EARLIEST.replace(tzinfo=timezone(14 * HOUR))
    assert desk(HELD).check("a", before).state is State.AVAILABLE
    with pytest.raises(InstantError, match="outside the years 1 to 9999"):
        desk(HELD).explain("a", before)
