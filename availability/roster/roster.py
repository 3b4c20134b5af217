"""The whole desk at one fetch: who is on duty, available, next.
Imports agent, answer, diagnostic, index, skills, engine, errors.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta, timezone
from functools import partial

from availability.engine.instants import (
    EPOCH,
    MICROS,
    MICROSECOND,
    to_amount,
    to_micros,
    to_second,
)
from availability.engine.value import Value
from availability.errors import ConfigurationError, UnknownAgentError, describe
from availability.roster.agent import Agent
from availability.roster.answer import Freshness, State, StatusAge, judge
from availability.roster.diagnostic import Diagnostic
from availability.roster.index import DutyIndex
from availability.roster.skills import desk_diagnostics

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal, TypeAlias

    import pendulum

    Order: TypeAlias = Literal["roster"]

Clock = Callable[[], datetime]

STATUS_TTL = timedelta(minutes=5)
TWICE = "appears more than once; the first is kept"


def system_clock() -> datetime:
    """Return the current instant."""
    return datetime.now(timezone.utc)


class Transition(Value):
    """An instant at which agents go on and off duty, by their schedules."""

    __slots__ = _fields = ("at", "on", "off")

    at: pendulum.DateTime
    on: tuple[Agent, ...]
    off: tuple[Agent, ...]

    def __init__(
        self, at: pendulum.DateTime, on: tuple[Agent, ...], off: tuple[Agent, ...]
    ) -> None:
        self._fill(at, on, off)


class Roster(Value):
    """The agents of a desk (服务台) as they were at one fetch.

    ``fetched_at`` is when the statuses were read, None if that is not known:
    then no status counts. A status counts for ``status_ttl``. ``clock`` returns
    now, aware; it answers where no instant is given, and a roster that is to be
    pickled needs one that can be. ``left_out`` says what the payload had besides;
    a repeated id joins it, and the first agent is kept.

    >>> from datetime import datetime, timezone
    >>> from availability import Agent, WeeklySchedule
    >>> day = WeeklySchedule.parse(
    ...     [{"weekday": 10, "start_time": "09:00", "end_time": "18:00"}], tz="Asia/Shanghai")
    >>> roster = Roster([Agent(id="ou_1", schedule=day, name="王芳")])
    >>> roster.on_duty(datetime(2026, 6, 1, 2, tzinfo=timezone.utc))
    [Agent(id='ou_1', name='王芳')]
    """

    _fields = ("agents", "fetched_at", "status_ttl", "left_out")
    __slots__ = (*_fields, "_by_id", "_duty_index", "clock")

    agents: tuple[Agent, ...]
    fetched_at: datetime | None
    status_ttl: timedelta
    clock: Clock
    left_out: tuple[Diagnostic, ...]
    _by_id: Mapping[str, Agent]
    _duty_index: DutyIndex | None

    def __init__(
        self,
        agents: Iterable[Agent],
        *,
        fetched_at: datetime | None = None,
        clock: Clock = system_clock,
        status_ttl: timedelta = STATUS_TTL,
        left_out: Iterable[Diagnostic] = (),
    ) -> None:
        if to_amount(status_ttl) < 0:
            raise ConfigurationError(f"status_ttl: {status_ttl} is negative; allowed: 0 or more")
        if fetched_at is not None:  # in UTC, where equal instants are equal datetimes
            fetched_at = EPOCH + to_micros(fetched_at) * MICROSECOND
        by_id: dict[str, Agent] = {}
        dropped = list(left_out)
        for agent in agents:
            if not isinstance(agent, Agent):
                raise ConfigurationError(
                    f"agents: {describe(agent)} is not an Agent: "
                    "use availability.feishu.parse_agent"
                )
            if agent.id in by_id:
                dropped.append(Diagnostic("duplicate_agent", TWICE, agent.id))
            else:
                by_id[agent.id] = agent
        agents = tuple(by_id.values())
        self._fill(agents, fetched_at, status_ttl, tuple(dropped), by_id, None, clock)

    def __len__(self) -> int:
        return len(self.agents)

    def __iter__(self) -> Iterator[Agent]:
        return iter(self.agents)

    def __contains__(self, agent: object) -> bool:
        """Return whether an agent, or the id of one, is on the roster."""
        if isinstance(agent, Agent):
            return self._by_id.get(agent.id) == agent
        return agent in self._by_id

    def __getitem__(self, agent_id: str) -> Agent:
        try:
            return self._by_id[agent_id]
        except KeyError:
            raise UnknownAgentError(self._not_found(agent_id)) from None

    def __repr__(self) -> str:
        fetched = "never" if self.fetched_at is None else self.fetched_at.isoformat()
        return f"<Roster of {len(self)} agents, fetched {fetched}>"

    def get(self, agent_id: str) -> Agent | None:
        """Return the agent with an id, None if there is none."""
        return self._by_id.get(agent_id)

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """What was odd in the payload: items left out first, skills, then agent by agent."""
        odd = (one for agent in self for one in agent.diagnostics)
        return (*self.left_out, *desk_diagnostics(self.agents), *odd)

    def on_duty(self, at: datetime, *, order: Order | None = None) -> list[Agent]:
        """Return the agents on duty at an instant, by their schedules alone.

        They come in an order fixed by the roster, not by the instant;
        ``order="roster"`` asks for the order in which the agents were given.
        """
        index = self._duty_index or self._make_index()
        if order is None:
            return index.on(to_second(at))
        if order != "roster":
            raise ConfigurationError(f"order: {order!r} is unknown; allowed: None, 'roster'")
        return index.on_in_order(to_second(at))

    def count_on_duty(self, at: datetime) -> int:
        """Return how many agents are on duty at an instant, by their schedules alone."""
        return (self._duty_index or self._make_index()).count(to_second(at))

    def unknown(self, at: datetime) -> list[Agent]:
        """Return the agents of whom no schedule says whether they are on duty."""
        to_second(at)  # an empty roster, too, refuses what is no instant
        index = self._duty_index or self._make_index()
        return [agent for agent in index.doubtful if agent.is_on_duty(at) is None]

    def state(self, agent_id: str, at: datetime | None = None) -> State:
        """Return whether an agent can take a ticket at an instant (default: now)."""
        now = self.clock()
        return judge(self[agent_id], now if at is None else at, self._status_age(now))

    def freshness(self, at: datetime | None = None) -> Freshness:
        """Return what the statuses of this fetch say about an instant (default: now)."""
        now = self.clock()
        return self._status_age(now).at(to_micros(now if at is None else at))

    def available(self, at: datetime | None = None, *, skill: str | None = None) -> list[Agent]:
        """Return the agents who can take a ticket at an instant (default: now).

        ``skill``, an id or a name, keeps the agents who have it. Agents of whom
        nobody can say are not among them: an unknown is never a yes.
        """
        now = self.clock()
        instant = now if at is None else at
        age = self._status_age(now)
        return [
            agent
            for agent in self.on_duty(instant, order="roster")
            if (skill is None or agent.has_skill(skill))
            and judge(agent, instant, age) is State.AVAILABLE
        ]

    def with_skill(self, skill: str) -> Roster:
        """Return the same roster with only the agents who have a skill, by its id or name."""
        return self._with([agent for agent in self if agent.has_skill(skill)])

    def next_transition(self, at: datetime | None = None) -> Transition | None:
        """Return the first change after an instant (default: now) of anybody's duty.

        By the schedules alone; None if nobody's ever changes. ``at`` of the
        transition is in the zone of the first agent who goes on or off.
        """
        second = to_second(self.clock() if at is None else at)
        timed = [(agent, agent.timeline) for agent in self if agent.timeline is not None]
        courses = {timeline.course for _, timeline in timed}
        changes = {course: course.next_change(second) for course in courses}
        first = min((change for change in changes.values() if change is not None), default=None)
        if first is None:
            return None
        changing = [(agent, line) for agent, line in timed if changes[line.course] == first]
        on = tuple(agent for agent, line in changing if line.course.is_on(first))
        off = tuple(agent for agent, line in changing if not line.course.is_on(first))
        zone = changing[0][1].course.zone
        return Transition(zone.shown(first * MICROS), on, off)

    def _with(self, agents: Iterable[Agent]) -> Roster:
        return self._partial()(agents)

    def _partial(self) -> partial[Roster]:
        return partial(
            type(self),
            fetched_at=self.fetched_at,
            clock=self.clock,
            status_ttl=self.status_ttl,
            left_out=self.left_out,
        )

    def __reduce__(self) -> tuple[object, ...]:
        return self._partial(), (self.agents,)

    def _make_index(self) -> DutyIndex:
        index = DutyIndex(self.agents)
        object.__setattr__(self, "_duty_index", index)
        return index

    def _status_age(self, now: datetime) -> StatusAge:
        fetched_at = None if self.fetched_at is None else to_micros(self.fetched_at)
        return StatusAge(fetched_at, to_micros(now), to_amount(self.status_ttl))

    def _not_found(self, agent_id: str) -> str:
        from difflib import get_close_matches  # noqa: PLC0415  (only who mistypes pays)

        nearest = get_close_matches(str(agent_id), self._by_id, n=3)
        hint = f"; nearest: {', '.join(nearest)}" if nearest else ""
        return f"no agent {agent_id!r} among {len(self)} on the roster{hint}"
