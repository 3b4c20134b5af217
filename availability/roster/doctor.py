"""Which time zone the statuses speak for. Imports agent, diagnosis, engine, errors.

The API sends no zone, and a wrong one is silently wrong by hours. But the server
derives two statuses from the schedule: online (1) and off duty (3). So read in
the right zone a schedule says what the status said when it was fetched, and a
wrong zone is found out by the agents of whom it says something else.

No evidence are

- the other statuses, set by hand or unknown;
- agents with rows that cannot be read: where the rest says off duty, nobody can
  say, and taking only its yes would speak for zones in which the desk is awake;
- agents whose duty, as configured, changes within LAG of the fetch: statuses lag
  and clocks differ, and all who begin at nine would be wrong together.

Two limits. Only offsets can be told apart: in winter UTC looks as right for London
as London does. And schedules are read by the week alone, calendars are left aside:
should the server keep public holidays, then on such a day it contradicts any zone,
and a far one may seem right.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from availability.engine.instants import to_second
from availability.engine.offsets import offsets_at
from availability.engine.week import WeekPattern
from availability.engine.zones import Zone, zone_of
from availability.errors import ConfigurationError
from availability.roster.agent import Agent, Status
from availability.roster.diagnosis import Diagnosis, Finding, Fit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol, TypeAlias

    #: What was seen of some agent: a UTC second, a pattern, online or not.
    Sight: TypeAlias = tuple[int, WeekPattern, bool]

    class Snapshot(Protocol):
        """What a roster is here: its agents at one fetch."""

        @property
        def agents(self) -> tuple[Agent, ...]: ...  # noqa: D102  (as in a roster)
        @property
        def fetched_at(self) -> datetime | None: ...  # noqa: D102  (as in a roster)


#: The statuses that the server derives from the schedule: whether it says on duty.
DERIVED = {Status.ONLINE: True, Status.OFF_DUTY: False}
#: By so many seconds a status may be behind, or a clock ahead.
LAG = 300


def diagnose(snapshots: Iterable[Snapshot]) -> Diagnosis:
    """Return what the statuses of one desk, fetched once or more, say of its zones.

    Snapshots may come in any order. Agents are examined by configured zone.

    Raises:
        ConfigurationError: nobody knows when a snapshot was fetched.

    >>> from datetime import timezone
    >>> from availability import Agent, Roster, WeeklySchedule
    >>> day = WeeklySchedule.parse(
    ...     [{"weekday": 10, "start_time": "09:00", "end_time": "18:00"}], tz="UTC")
    >>> agents = [Agent(id=f"ou_{n}", schedule=day, status=Status.ONLINE) for n in range(5)]
    >>> at_ten_in_shanghai = datetime(2026, 6, 1, 2, tzinfo=timezone.utc)
    >>> diagnose([Roster(agents, fetched_at=at_ten_in_shanghai)]).verdict.value
    'contradicted'
    """
    timed = sorted(((_fetched_at(one), one) for one in snapshots), key=lambda pair: pair[0])
    at, latest = timed[-1]
    groups: dict[str, Evidence] = {}
    for fetched_at, snapshot in reversed(timed):
        for agent in snapshot.agents:
            if agent.schedule is not None:
                tz = agent.schedule.tz
                group = groups.get(tz) or groups.setdefault(tz, Evidence(zone_of(tz)))
                group.add(agent, fetched_at)
    offsets = offsets_at(to_second(at)) if groups else {}
    findings = tuple(group.finding(latest, to_second(at), offsets) for group in groups.values())
    unscheduled = sum(agent.schedule is None for agent in latest.agents)
    return Diagnosis(at, len(timed), findings, unscheduled)


class Evidence:
    """What was seen of the agents who are configured to be in one zone.

    ``sights`` numbers what was seen, once for all of whom the same was; of each
    agent ``seen`` has the numbers.
    """

    __slots__ = ("seen", "sights", "zone")

    def __init__(self, zone: Zone) -> None:
        self.zone = zone
        self.sights: dict[Sight, int] = {}
        self.seen: dict[str, set[int]] = {}

    def add(self, agent: Agent, fetched_at: datetime) -> None:
        """Take in an agent of one snapshot, if the status is evidence."""
        sight = _sight(agent, to_second(fetched_at))
        if sight is not None and self._is_steady(sight):
            number = self.sights.setdefault(sight, len(self.sights))
            self.seen.setdefault(agent.id, set()).add(number)

    def finding(self, latest: Snapshot, second: int, offsets: Mapping[int, str]) -> Finding:
        """Return what it says of the zone, beside the offsets in use at a UTC second."""
        tz = self.zone.key
        agents = [
            agent
            for agent in latest.agents
            if agent.schedule is not None and agent.schedule.tz == tz
        ]
        sights = [_sight(agent, second) for agent in agents]
        numbers = [self.sights.get(sight) if sight else None for sight in sights]
        agreeing = self._agreeing(self.zone)
        return Finding(
            tz,
            len(self.seen),
            numbers.count(None),
            self._ranking({**offsets, self.zone.offset_at(second): tz}),
            tuple(
                agent
                for agent, number in zip(agents, numbers, strict=True)
                if number is not None and not agreeing[number]
            ),
        )

    def _ranking(self, offsets: Mapping[int, str]) -> tuple[Fit, ...]:
        histories = Counter(map(frozenset, self.seen.values()))
        counts = list(histories.values())
        of = sum(len(history) * count for history, count in histories.items())

        def votes(zone: Zone) -> list[int]:
            agreeing = self._agreeing(zone)
            return [sum(map(agreeing.__getitem__, history)) for history in histories]

        own = votes(self.zone)
        ranking = []
        for offset, tz in offsets.items():
            theirs = own if tz == self.zone.key else votes(zone_of(tz))
            agree = sum(map(int.__mul__, theirs, counts))
            ahead = sum(
                count if their > our else -count if their < our else 0
                for their, our, count in zip(theirs, own, counts, strict=True)
            )
            ranking.append(Fit(tz, timedelta(seconds=offset), agree, of, ahead))
        return tuple(
            sorted(ranking, key=lambda fit: (-fit.agree, fit.tz != self.zone.key, fit.offset))
        )

    def _agreeing(self, zone: Zone) -> list[bool]:
        """Return of each sight whether the schedule, read in a zone, says the same."""
        walls = {second: zone.wall_at(second) for second in {one[0] for one in self.sights}}
        return [pattern.is_on(walls[second]) is on for second, pattern, on in self.sights]

    def _is_steady(self, sight: Sight) -> bool:
        """Return whether duty, as configured, does not change close to a sight."""
        second, pattern, _ = sight
        before, now, after = map(self.zone.wall_at, (second - LAG, second, second + LAG))
        return pattern.is_on(before) is pattern.is_on(now) is pattern.is_on(after)


def _sight(agent: Agent, second: int) -> Sight | None:
    """Return what is seen of an agent at a UTC second, None where it is no evidence."""
    on = DERIVED.get(agent.status)
    if on is None or agent.timeline is None or agent.unreadable_rows:
        return None
    return second, agent.timeline.course.pattern, on


def _fetched_at(snapshot: Snapshot) -> datetime:
    if snapshot.fetched_at is None:
        raise ConfigurationError(
            "fetched_at: nobody knows when the statuses were fetched, so they are no evidence: "
            "pass Roster(agents, fetched_at=…)"
        )
    return snapshot.fetched_at
