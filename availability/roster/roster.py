"""The whole desk at one fetch: who is on duty, available, next.
Imports agent, answer, diagnosis, diagnostic, doctor, explain, index, judge, order, skill_names,
skills, upcoming, engine, errors.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta, timezone
from functools import partial

from availability.engine.instants import EPOCH, MICROSECOND, to_amount, to_micros, to_second
from availability.engine.value import Value
from availability.errors import ConfigurationError, UnknownAgentError, describe
from availability.roster.agent import Agent, Skill, no_agent
from availability.roster.answer import Answer, Freshness, StatusAge
from availability.roster.diagnostic import Diagnostic
from availability.roster.index import DutyIndex
from availability.roster.judge import (
    Question,
    available_or_unknown,
    evaluate,
    gone,
    only_available,
)
from availability.roster.order import sort_key
from availability.roster.skill_names import desk_diagnostics
from availability.roster.skills import DeskSkills, checked_skills
from availability.roster.upcoming import (
    NextAvailable,
    Transition,
    next_available,
    next_transition,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal, TypeAlias

    from typing_extensions import Self

    from availability.engine.day_rules import Calendar, Fallback
    from availability.roster.diagnosis import Diagnosis
    from availability.roster.explain import Explanation
    from availability.roster.order import Order
    from availability.roster.skills import Wanted

    UnknownPolicy: TypeAlias = Literal["exclude", "include", "raise"]

Clock = Callable[[], datetime]

STATUS_TTL = timedelta(minutes=5)
UNKNOWN_POLICIES = ("exclude", "include", "raise")
#: Codes of what was left out without an id.
NAMELESS = frozenset({"not_an_agent", "missing_id"})
TWICE = "appears more than once; the first is kept"


def system_clock() -> datetime:
    """Return the current instant."""
    return datetime.now(timezone.utc)


class Roster(Value):
    """The agents of a desk (服务台) as they were at one fetch.

    ``fetched_at`` is when the statuses were read, None if that is not known:
    then no status counts. A status counts for ``status_ttl``. ``clock`` returns
    now, aware; it answers where no instant is given, and a roster that is to be
    pickled needs one that can be. ``left_out`` says what the payload had besides;
    a repeated id joins it, and the first agent is kept. ``skills`` is the desk's
    catalogue, None if it is not known; ``gone`` are the ids of agents who were on
    the desk once and are no longer.

    >>> from datetime import datetime, timezone
    >>> from availability import Agent, Status, WeeklySchedule
    >>> day = WeeklySchedule.parse(
    ...     [{"weekday": 10, "start_time": "09:00", "end_time": "18:00"}], tz="Asia/Shanghai")
    >>> at = datetime(2026, 6, 1, 2, tzinfo=timezone.utc)
    >>> roster = Roster(
    ...     [Agent(id="ou_1", schedule=day, name="王芳", status=Status.ONLINE)], fetched_at=at)
    >>> roster.on_duty(at)
    [Agent(id='ou_1', name='王芳')]
    >>> print(roster.check("ou_1", at))
    ou_1: available: on duty; online
    """

    _fields = ("agents", "fetched_at", "status_ttl", "left_out", "skills", "gone")
    __slots__ = (*_fields, "_age", "_by_id", "_duty_index", "_skills", "clock")

    agents: tuple[Agent, ...]
    fetched_at: datetime | None
    status_ttl: timedelta
    clock: Clock
    left_out: tuple[Diagnostic, ...]
    skills: tuple[Skill, ...] | None
    gone: frozenset[str]
    _by_id: Mapping[str, Agent]
    _age: StatusAge
    #: Memos, made when first asked for.
    _duty_index: DutyIndex | None
    _skills: DeskSkills | None

    def __init__(
        self,
        agents: Iterable[Agent],
        *,
        fetched_at: datetime | None = None,
        clock: Clock = system_clock,
        status_ttl: timedelta = STATUS_TTL,
        left_out: Iterable[Diagnostic] = (),
        skills: Iterable[Skill] | None = None,
        gone: Iterable[str] = (),
    ) -> None:
        if isinstance(gone, str):
            raise ConfigurationError("gone: a string is one id; pass a list of them")
        time_to_live = to_amount(status_ttl)
        if time_to_live < 0:
            raise ConfigurationError(f"status_ttl: {status_ttl} is negative; allowed: 0 or more")
        fetched = None if fetched_at is None else to_micros(fetched_at)
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
        self._fill(
            tuple(by_id.values()),
            # In UTC, where equal instants are equal datetimes
            None if fetched is None else EPOCH + fetched * MICROSECOND,
            status_ttl,
            tuple(dropped),
            None if skills is None else checked_skills(skills),
            frozenset(gone).difference(by_id),
            StatusAge(fetched, time_to_live),
            by_id,
            None,
            None,
            clock,
        )

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
            raise UnknownAgentError(no_agent(agent_id, self._by_id)) from None

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
        return (*self.left_out, *desk_diagnostics(self.agents, self.skills or ()), *odd)

    def on_duty(self, at: datetime, *, order: Literal["roster"] | None = None) -> list[Agent]:
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

    def freshness(self, at: datetime | None = None) -> Freshness:
        """Return what the statuses of this fetch say about an instant (default: now)."""
        return self._asked(at, None, None).freshness

    def check(
        self,
        agent_id: str,
        at: datetime | None = None,
        skill: Wanted | None = None,
        at_least: timedelta | None = None,
    ) -> Answer:
        """Return whether an agent can take a ticket at an instant (default: now), and why.

        ``skill`` is what the ticket needs: an id or a name, a list (all of them),
        or what :func:`all_of` and :func:`any_of` make; ``at_least`` is how much of
        the agent's shift must be left. Compare the answer's ``state``.

        Raises:
            UnknownAgentError: nobody on the roster has that id, nor ever had.
            UnknownSkillError: the desk's catalogue has no such skill.
            ConfigurationError: ``at_least`` is negative, ``skill`` names none.
        """
        asked = self._asked(at, skill, at_least)
        agent = self._by_id.get(agent_id)
        if agent is not None:
            return evaluate(agent, asked)
        if agent_id in self.gone:
            return gone(agent_id, asked)
        raise UnknownAgentError(no_agent(agent_id, self._by_id))

    def explain(
        self,
        agent_id: str,
        at: datetime | None = None,
        skill: Wanted | None = None,
        at_least: timedelta | None = None,
    ) -> Explanation:
        """Return :meth:`check`'s answer with all that led to it, for people to read.

        It raises what ``check`` raises.
        """
        from availability.roster.explain import explain  # noqa: PLC0415  (only readers wait)

        return explain(self.get(agent_id), self.check(agent_id, at, skill, at_least))

    def available(
        self,
        at: datetime | None = None,
        *,
        skill: Wanted | None = None,
        at_least: timedelta | None = None,
        unknown: UnknownPolicy = "exclude",
        order: Order = "roster",
    ) -> list[Agent]:
        """Return the agents who can take a ticket at an instant (default: now).

        They are those of whom :meth:`check` says AVAILABLE, ``skill`` and
        ``at_least`` being the same; nobody else is ever offered instead.
        ``unknown`` says what becomes of those of whom nobody can say: left out,
        included, or an error. ``order`` is the roster's, ``"most_time_left"`` or
        ``"least_time_left"`` of the shift, ``"name"``, or a function of an agent.

        Raises:
            UnknownStateError: with ``unknown="raise"``; it has the agents' ids.
            UnknownSkillError: the desk's catalogue has no such skill.
            ConfigurationError: a negative ``at_least``, an unknown option.
        """
        if unknown not in UNKNOWN_POLICIES:
            raise ConfigurationError(
                f"unknown: {describe(unknown)}; allowed: {', '.join(UNKNOWN_POLICIES)}"
            )
        asked = self._asked(at, skill, at_least)
        key = sort_key(order, asked.micros)
        if unknown == "exclude":
            found = only_available(self.on_duty(asked.at, order="roster"), asked)
        else:
            found = available_or_unknown(self, asked, refuse_unknown=unknown == "raise")
        return found if key is None else sorted(found, key=key)

    def next_available(
        self, skill: Wanted | None = None, after: datetime | None = None
    ) -> NextAvailable | None:
        """Return when somebody can be had at an instant (default: now) or later, and who.

        By the schedules; None if there never is. Removed agents are not among
        them. Agents set offline by hand, if that counts at the instant, are
        expected back with their next shift (those on duty for good, at any time);
        ``offline`` of the answer says who of them was.

        Raises:
            UnknownSkillError: the desk's catalogue has no such skill.
            ConfigurationError: ``skill`` names none.
            CalendarUnknownError: nobody, but for agents of whom nobody can say.
        """
        asked = self._asked(after, skill, None)
        return next_available(
            [agent for agent in self if asked.rule is None or asked.rule.fits(agent)],
            asked.at,
            offline_counts=asked.freshness is Freshness.FRESH,
        )

    def next_transition(self, at: datetime | None = None) -> Transition | None:
        """Return the first change after an instant (default: now) of anybody's duty.

        By the schedules alone; None if nobody's ever changes. ``at`` of the
        transition is in the zone of the first agent who goes on or off. Agents of
        whose duty nobody can say are left aside.

        Raises:
            CalendarUnknownError: none, but for agents of whom nobody can say.
        """
        return next_transition(self, self.clock() if at is None else at)

    def with_skill(self, skill: Wanted) -> Roster:
        """Return the same roster with only the agents who have what is needed."""
        rule = self._desk_skills().rule(skill)
        return self.__replace__(agents=[agent for agent in self if rule.fits(agent)])

    def with_calendar(
        self,
        calendar: Calendar | None,
        *,
        closed_on_holidays: bool = False,
        calendar_fallback: Fallback | None = None,
    ) -> Roster:
        """Return the same roster, all of whose schedules go by a calendar of working days.

        The settings are those of :class:`WeeklySchedule`; None takes a calendar away.

        Raises:
            ConfigurationError: settings that cannot be used.
        """
        settings = {
            "calendar": calendar,
            "closed_on_holidays": closed_on_holidays,
            "calendar_fallback": calendar_fallback,
        }
        agents = [
            agent
            if agent.schedule is None
            else agent.__replace__(schedule=agent.schedule.__replace__(**settings))
            for agent in self
        ]
        return self.__replace__(agents=agents)

    def succeeding(self, earlier: Roster) -> Roster:
        """Return the same roster, which knows who is gone from the desk since an earlier one.

        Of them :meth:`check` says UNAVAILABLE instead of refusing an unknown id.
        Both must be of the whole desk. Whoever was left out because the payload
        could not be read is not gone.
        """
        unread = {odd.agent_id for odd in self.left_out if odd.code != "agent_not_found"}
        known = set(earlier.gone)
        if NAMELESS.isdisjoint(odd.code for odd in self.left_out):  # else it may be anybody
            known.update(agent.id for agent in earlier)
        return self.__replace__(gone=known - unread)

    def __replace__(self, **changes: object) -> Self:
        return super().__replace__(**{"clock": self.clock, **changes})

    def __reduce__(self) -> tuple[object, ...]:
        settings = {name: getattr(self, name) for name in self._fields if name != "agents"}
        return partial(type(self), clock=self.clock, **settings), (self.agents,)

    def _asked(
        self, at: datetime | None, skill: Wanted | None, at_least: timedelta | None
    ) -> Question:
        rule = None if skill is None else self._desk_skills().rule(skill)
        return Question(at, self.clock(), self._age, rule, at_least)

    def _desk_skills(self) -> DeskSkills:
        skills = self._skills
        if skills is None:
            skills = DeskSkills(self, self.skills)
            object.__setattr__(self, "_skills", skills)
        return skills

    def diagnose(self, *earlier: Roster) -> Diagnosis:
        """Return whether the statuses agree with the time zones, or speak for others.

        ``earlier`` snapshots of the same desk add to the evidence.

        Raises:
            ConfigurationError: a roster does not know when it was fetched.
        """
        from availability.roster.doctor import diagnose  # noqa: PLC0415  (only who asks pays)

        return diagnose((self, *earlier))

    def _make_index(self) -> DutyIndex:
        index = DutyIndex(self.agents)
        object.__setattr__(self, "_duty_index", index)
        return index
