"""The doctor: which time zone the statuses speak for, against a naive count."""

from __future__ import annotations

import pickle
import re
from datetime import datetime, timedelta, timezone
from itertools import groupby
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import ANY_ZONE

from availability import (
    Agent,
    ConfigurationError,
    Diagnosis,
    Roster,
    Status,
    Timeline,
    WeeklySchedule,
    ZoneVerdict,
)
from availability.roster.diagnosis import Finding, Fit
from availability.roster.doctor import LAG

UTC = timezone.utc
HOUR = timedelta(hours=1)
SHANGHAI = "Asia/Shanghai"
NOON = datetime(2026, 6, 3, 4, 30, tzinfo=UTC)  # Wednesday 12:30 in Shanghai
ON, OFF = Status.ONLINE, Status.OFF_DUTY


def rows(*spelled):
    """``"10 09:00-18:00"`` → a row of the API."""
    parts = [(int(code), *times.split("-")) for code, times in map(str.split, spelled)]
    return [{"weekday": code, "start_time": a, "end_time": b} for code, a, b in parts]


def agent(agent_id, *spelled, tz=SHANGHAI, status=ON, **fields):
    schedule = WeeklySchedule.parse(rows(*spelled), tz=tz)
    return Agent(id=agent_id, schedule=schedule, status=status, **fields)


def served(agents, at, true_tz=SHANGHAI):
    """The roster of agents with the statuses that a server in a zone derives."""
    return Roster(
        [
            one.__replace__(status=ON if read_in(one, true_tz).is_on_duty(at) else OFF)
            for one in agents
        ],
        fetched_at=at,
    )


def read_in(one, tz):
    return Timeline(WeeklySchedule(one.schedule.ranges, tz, one.schedule.end_2359))


def one_finding(*rosters):
    (finding,) = rosters[0].diagnose(*rosters[1:]).findings
    return finding


#: Who is on duty around noon, and when that begins and ends.
SHIFTS = ("10 08:00-12:00", "10 09:00-18:00", "10 10:00-19:00", "10 13:00-22:00", "9 22:00-06:00")


def desk(count=20, tz=SHANGHAI, shifts=SHIFTS):
    return [agent(f"ou_{n}", shifts[n % len(shifts)], tz=tz) for n in range(count)]


def counts(finding):
    return {fit.tz: fit.agree for fit in finding.ranking}


def test_the_right_zone():
    finding = one_finding(served(desk(), NOON))
    assert finding.tz == SHANGHAI
    assert (finding.agents, finding.silent, finding.contradicting) == (20, 0, ())
    assert finding.configured == finding.ranking[0]
    assert finding.configured.__replace__(ahead=0) == Fit(SHANGHAI, 8 * HOUR, 20, 20, 0)
    assert finding.best == (finding.configured,)
    assert finding.verdict is ZoneVerdict.AGREES
    assert finding.reason == "no other offset fits as well"
    assert str(finding) == (
        "20 of 20 agents agree with Asia/Shanghai (UTC+08:00); "
        "16 with Etc/GMT+12 (UTC-12:00) and 15 other offsets"
    )


def test_the_wrong_zone():
    finding = one_finding(served(desk(tz="UTC"), NOON))
    assert finding.verdict is ZoneVerdict.CONTRADICTED
    assert (finding.configured.tz, finding.configured.agree) == ("UTC", 8)
    assert str(finding) == (
        "8 of 20 agents agree with UTC (UTC+00:00); 20 with Asia/Shanghai (UTC+08:00)"
    )
    assert finding.reason == "Asia/Shanghai (UTC+08:00) fits 12 more agents"
    assert len(finding.contradicting) == 12
    assert finding.better.tz == SHANGHAI


def test_the_configured_zone_stands_for_its_offset():
    finding = one_finding(served(desk(tz="Asia/Singapore"), NOON))
    assert finding.configured.offset == 8 * HOUR
    assert [fit.tz for fit in finding.ranking if fit.offset == 8 * HOUR] == ["Asia/Singapore"]


def wrong(roster, *numbers):
    """The same roster with some of the statuses turned round."""
    turned = {ON: OFF, OFF: ON}
    agents = list(roster)
    for n in numbers:
        agents[n] = agents[n].__replace__(status=turned[agents[n].status])
    return Roster(agents, fetched_at=roster.fetched_at)


#: Only two of them are on duty in another zone when they are not in Shanghai.
TWO_OF_20 = [
    *desk(18, shifts=["9 00:00-24:00"]),
    agent("early", "10 04:00-12:00"),
    agent("early too", "10 04:15-12:00"),
]


@pytest.mark.parametrize(
    ("agents", "statuses_of", "mistaken", "verdict"),
    [
        (desk(), SHANGHAI, [], ZoneVerdict.AGREES),
        (desk(), SHANGHAI, [3], ZoneVerdict.AGREES),  # one of 20, here or there
        (desk(), SHANGHAI, [0, 1], ZoneVerdict.AGREES),
        (desk(), "Asia/Tokyo", [], ZoneVerdict.CONTRADICTED),
        (desk(), "UTC", [], ZoneVerdict.CONTRADICTED),
        (TWO_OF_20, "UTC", [], ZoneVerdict.TIED),  # two agents more: that may be chance
        (desk(3), "UTC", [], ZoneVerdict.UNEXPLAINED),  # of three, hardly
        (desk(2), SHANGHAI, [], ZoneVerdict.THIN),
        (desk(2), "UTC", [], ZoneVerdict.THIN),
        (desk(5, shifts=["9 00:00-24:00"]), SHANGHAI, [], ZoneVerdict.THIN),
        (desk(5, shifts=["9 00:00-24:00"]), SHANGHAI, range(5), ZoneVerdict.THIN),
        (desk(5, shifts=["10 09:00-18:00"]), SHANGHAI, [], ZoneVerdict.TIED),
        (desk(40), SHANGHAI, [0, 1, 2, 3, 4, 15, 16, 17, 18, 19], ZoneVerdict.UNEXPLAINED),
    ],
)
def test_verdicts(agents, statuses_of, mistaken, verdict):
    roster = wrong(served(agents, NOON, statuses_of), *mistaken)
    finding = one_finding(roster)
    assert finding.verdict is verdict
    assert roster.diagnose().verdict is verdict


@pytest.mark.parametrize(
    ("agents", "statuses_of", "mistaken", "reason"),
    [
        (desk(5, shifts=["10 09:00-18:00"]), SHANGHAI, [], "18 other offsets cannot be told fr"),
        (TWO_OF_20, "UTC", [], "UTC .UTC.00:00. fits better, but by no more than chance"),
        (desk(1), "UTC", [], "the statuses of 1 agent are too few to tell"),
        (desk(5, shifts=["9 00:00-24:00"]), SHANGHAI, [], "every offset fits alike: nobody's"),
        (
            desk(40),
            SHANGHAI,
            [0, 1, 2, 3, 4, 15, 16, 17, 18, 19],
            "10 statuses contradict it, and no other zone is clearly better",
        ),
    ],
)
def test_reasons(agents, statuses_of, mistaken, reason):
    finding = one_finding(wrong(served(agents, NOON, statuses_of), *mistaken))
    assert re.match(reason, finding.reason), finding.reason
    assert "\n" not in finding.summary + finding.reason


def test_one_agent_is_one():
    assert str(one_finding(served(desk(1), NOON))).startswith("1 of 1 agent agrees with Asia/Sh")


@pytest.mark.parametrize(
    "other",
    [
        agent("x", "9 00:00-24:00", status=Status.OFFLINE),
        agent("x", "9 00:00-24:00", status=Status.REMOVED),
        agent("x", "9 00:00-24:00", status=Status.UNKNOWN),
        agent("x", "9 00:00-24:00", unreadable_rows=1),
        agent("x", "9 00:00-12:33"),  # within minutes of the fetch
        agent("x", "9 12:27-18:00"),
    ],
)
def test_who_is_no_evidence(other):
    finding = one_finding(Roster([*served(desk(5), NOON), other], fetched_at=NOON))
    assert (finding.agents, finding.silent) == (5, 1)


@pytest.mark.parametrize(("late", "is_evidence"), [(-301, True), (-300, False), (299, False)])
def test_close_to_a_change_a_status_is_no_evidence(late, is_evidence):
    nine = datetime(2026, 6, 3, 1, tzinfo=UTC)
    roster = Roster([agent("x", "10 09:00-18:00")], fetched_at=nine + timedelta(seconds=late))
    assert (one_finding(roster).agents == 1) is is_evidence


def test_the_crowd_that_begins_at_nine_is_not_wrong_together():
    nine = datetime(2026, 6, 3, 1, 0, 30, tzinfo=UTC)
    behind = Roster(
        [agent(str(n), "10 09:00-18:00", status=OFF) for n in range(50)], fetched_at=nine
    )
    assert one_finding(behind).verdict is ZoneVerdict.THIN


@pytest.mark.parametrize(
    ("agents", "unscheduled"), [([], 0), ([Agent("x", None), Agent("y", None, status=ON)], 2)]
)
def test_without_schedules_nothing_is_found(agents, unscheduled):
    diagnosis = Roster(agents, fetched_at=NOON).diagnose()
    assert diagnosis.findings == ()
    assert diagnosis.unscheduled == unscheduled
    assert diagnosis.verdict is ZoneVerdict.THIN
    assert str(diagnosis) == "no agent has a schedule to compare with"


def test_nobody_is_evidence():
    agents = [agent("x", "9 00:00-24:00", status=Status.OFFLINE)]
    finding = one_finding(Roster(agents, fetched_at=NOON))
    assert (finding.agents, finding.silent, finding.configured.of) == (0, 1, 0)
    assert finding.verdict is ZoneVerdict.THIN
    assert str(finding) == "nobody's status tells anything of Asia/Shanghai (UTC+08:00)"
    assert finding.reason == "the statuses of 0 agents are too few to tell"


@pytest.mark.parametrize("earlier", [[], [Roster(desk(3), fetched_at=NOON)]])
def test_nobody_knows_when(earlier):
    with pytest.raises(ConfigurationError, match=r"^fetched_at: [^\n]+$"):
        Roster(desk(3)).diagnose(*earlier)
    if earlier:
        with pytest.raises(ConfigurationError, match="fetched_at"):
            earlier[0].diagnose(Roster(desk(3)))


def test_each_configured_zone_is_examined_on_its_own():
    here, there = desk(10), [one.__replace__(id=f"l{one.id}") for one in desk(10, "Europe/London")]
    roster = Roster([*served(there, NOON), *served(here, NOON)], fetched_at=NOON)
    diagnosis = roster.diagnose()
    london, shanghai = diagnosis.findings
    assert (london.tz, shanghai.tz) == ("Europe/London", SHANGHAI)
    assert (london.verdict, shanghai.verdict) == (ZoneVerdict.CONTRADICTED, ZoneVerdict.AGREES)
    assert diagnosis.verdict is ZoneVerdict.CONTRADICTED
    assert london.better.tz == SHANGHAI
    assert {one.id[0] for one in london.contradicting} == {"l"}
    assert str(diagnosis) == f"{london}. {shanghai}"


def day(agents, true_tz=SHANGHAI, fetches=5):
    """Rosters fetched through a day, the latest first."""
    return [served(agents, NOON - 24 * HOUR * n / fetches, true_tz) for n in range(fetches)]


def test_snapshots_add_up():
    agents = desk(5, shifts=["10 09:00-18:00"])
    latest, *earlier = day(agents)
    assert one_finding(latest).verdict is ZoneVerdict.TIED
    finding = one_finding(latest, *earlier)
    assert (finding.agents, finding.configured.of) == (5, 25)
    assert len(finding.best) < len(one_finding(latest).best)
    assert str(finding).startswith("25 of 25 statuses agree with Asia/Shanghai (UTC+08:00); ")
    assert latest.diagnose(*earlier).snapshots == 5
    in_any_order = earlier[0].diagnose(latest, *earlier[1:])
    assert in_any_order == latest.diagnose(*earlier)
    assert in_any_order.fetched_at == NOON


def test_the_same_snapshot_twice_is_no_more_evidence():
    roster = served(desk(), NOON)
    assert one_finding(roster, roster, roster) == one_finding(roster)


def test_two_agents_are_two_however_often_they_are_asked():
    finding = one_finding(*day(desk(2, tz="UTC"), fetches=24))
    assert finding.configured.agree < 30 < finding.ranking[0].agree
    assert finding.verdict is ZoneVerdict.THIN


def test_who_contradicts_is_told_of_the_latest_snapshot():
    latest, earlier = (served(desk(), at) for at in (NOON, NOON - 6 * HOUR))
    assert one_finding(latest, wrong(earlier, 1)).contradicting == ()
    finding = one_finding(wrong(latest, 2), wrong(earlier, 1))
    assert [one.id for one in finding.contradicting] == ["ou_2"]
    assert (finding.configured.agree, finding.configured.of) == (38, 40)


def test_a_diagnosis_is_a_value():
    diagnosis = served(desk(), NOON).diagnose()
    assert isinstance(diagnosis, Diagnosis)
    assert pickle.loads(pickle.dumps(diagnosis)) == diagnosis
    assert hash(diagnosis) == hash(served(desk(), NOON).diagnose())
    (finding,) = diagnosis.findings
    assert repr(finding) == f"Finding(tz='Asia/Shanghai', verdict={ZoneVerdict.AGREES!r})"
    assert repr(diagnosis) == f"Diagnosis(findings=({finding!r},))"
    with pytest.raises(AttributeError, match="immutable"):
        finding.agents = 3
    assert isinstance(finding, Finding)


@pytest.mark.parametrize("year", [1, 1900, 9999])
def test_far_years(year):
    at = datetime(year, 6, 3, 4, 30, tzinfo=UTC)
    assert one_finding(served(desk(), at)).configured.agree == 20


@pytest.mark.parametrize(
    "at", [datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)], ids=str
)
def test_the_ends_of_the_calendar(at):
    roster = Roster(desk(), fetched_at=at)
    assert one_finding(roster).configured.tz == SHANGHAI


@pytest.mark.long
def test_noise_seldom_alarms():
    chance, alarms, agreed = Random(20260603), 0, 0
    for _ in range(60):
        at = NOON + timedelta(minutes=chance.randrange(365 * 24 * 60))
        roster = served(desk(60), at)
        mistaken = [n for n in range(60) if chance.random() < 0.02]
        verdict = one_finding(wrong(roster, *mistaken)).verdict
        alarms += verdict in {ZoneVerdict.CONTRADICTED, ZoneVerdict.UNEXPLAINED}
        agreed += verdict in {ZoneVerdict.AGREES, ZoneVerdict.TIED}
    assert alarms == 0
    assert agreed == 60


# A naive count: read every schedule anew in the candidate zone, and ask.

SPELLED = st.builds(
    lambda code, start, length: (
        f"{code} {start // 4:02d}:{start % 4 * 15:02d}-"
        f"{(start + length) % 96 // 4:02d}:{(start + length) % 4 * 15:02d}"
    ),
    st.sampled_from([1, 3, 6, 7, 9, 10, 11]),
    st.integers(0, 95),
    st.integers(1, 95),
)
AGENTS = st.builds(
    lambda spelled, tz, status, unreadable: agent(
        "x", *spelled, tz=tz, status=status, unreadable_rows=unreadable
    ),
    st.lists(SPELLED, max_size=3),
    st.sampled_from([SHANGHAI, "America/New_York"]) | ANY_ZONE,
    st.sampled_from([ON, ON, OFF, OFF, *Status]),
    st.sampled_from([0, 0, 0, 1]),
)
DESKS = st.lists(AGENTS, max_size=6)
#: Around the clock changes of New York, and any time in a few years.
FETCHES = st.datetimes(datetime(2024, 1, 1), datetime(2028, 1, 1)) | st.datetimes(
    datetime(2026, 11, 1, 4), datetime(2026, 11, 1, 8)
)


def settled(one, at):
    """What the status says of duty, None where it is no evidence."""
    told = {ON: True, OFF: False}.get(one.status)
    lag = timedelta(seconds=LAG)
    states = {one.timeline.is_on_duty(at + late) for late in (-lag, 0 * lag, lag)}
    return told if len(states) == 1 and not one.unreadable_rows else None


def naive_counts(tz, candidates, snapshots):
    """How many statuses, of how many, agree with each candidate zone."""
    found = [
        (told, one, roster.fetched_at)
        for roster in snapshots
        for one in roster
        if one.schedule.tz == tz
        for told in [settled(one, roster.fetched_at)]
        if told is not None
    ]
    return {
        candidate: (
            sum(read_in(one, candidate).is_on_duty(at) is told for told, one, at in found),
            len(found),
        )
        for candidate in candidates
    }


@given(desks=st.lists(DESKS, min_size=1, max_size=3), data=st.data())
def test_a_naive_count_agrees(desks, data):
    seconds = data.draw(
        st.lists(FETCHES, min_size=len(desks), max_size=len(desks), unique_by=datetime.timestamp)
    )
    latest, *earlier = sorted(
        (
            Roster(
                [one.__replace__(id=str(n)) for n, one in enumerate(agents)],
                fetched_at=at.replace(microsecond=0, tzinfo=UTC),
            )
            for agents, at in zip(desks, seconds, strict=True)
        ),
        key=lambda roster: roster.fetched_at,
        reverse=True,
    )
    diagnosis = latest.diagnose(*earlier)
    snapshots = [latest, *earlier]
    assert {one.tz for one in diagnosis.findings} == {
        one.schedule.tz for roster in snapshots for one in roster
    }
    for finding in diagnosis.findings:
        naive = naive_counts(finding.tz, [fit.tz for fit in finding.ranking], snapshots)
        assert {fit.tz: (fit.agree, fit.of) for fit in finding.ranking} == naive
        at = latest.fetched_at
        for fit in finding.ranking:
            assert at.astimezone(ZoneInfo(fit.tz)).utcoffset() == fit.offset
        assert len({fit.offset for fit in finding.ranking}) == len(finding.ranking)
        assert list(finding.contradicting) == [
            one
            for one in latest
            if one.schedule.tz == finding.tz
            and settled(one, at) not in {None, one.timeline.is_on_duty(at)}
        ]
        check_order(finding)
        if not earlier:
            own = finding.configured.agree
            assert all(fit.ahead == fit.agree - own for fit in finding.ranking)


def check_order(finding):
    for _, tied in groupby(finding.ranking, key=lambda fit: fit.agree):
        first, *rest = tied
        assert finding.configured not in rest
        offsets = [fit.offset for fit in ([] if first == finding.configured else [first]) + rest]
        assert offsets == sorted(offsets)
    assert [fit.agree for fit in finding.ranking] == sorted(
        (fit.agree for fit in finding.ranking), reverse=True
    )
