"""What can be asked of a desk: who is on duty, available, next.
Imports agent, answer, explain, index, judge, order, skills, upcoming, engine,
errors.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from availability.engine.instants import to_second
from availability.engine.value import Value
from availability.errors import ConfigurationError, UnknownAgentError, describe
from availability.roster.agent import Agent, Skill, no_agent
from availability.roster.answer import Answer, Freshness, StatusAge
from availability.roster.index import DutyIndex
from availability.roster.judge import (
    Question,
    absent,
    available_or_unknown,
    evaluate,
    only_available,
)
from availability.roster.order import sort_key
from availability.roster.skills import DeskSkills
from availability.roster.upcoming import (
    NextAvailable,
    Transition,
    next_available,
    next_transition,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal, TypeAlias

    from availability.roster.explain import Explanation
    from availability.roster.order import Order
    from availability.roster.skills import Wanted

    UnknownPolicy: TypeAlias = Literal["exclude", "include", "raise"]

UNKNOWN_POLICIES = ("exclude", "include", "raise")


class Questions(Value):
    """What a :class:`Roster` answers, whatever it came from and knows besides."""

    __slots__ = ()

    agents: tuple[Agent, ...]
    clock: Callable[[], datetime]
    skills: tuple[Skill, ...] | None
    gone: frozenset[str]
    _by_id: Mapping[str, Agent]
    _age: StatusAge
    #: Memos, made when first asked for.
    _duty_index: DutyIndex | None
    _skills: DeskSkills | None

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
            UnknownAgentError: nobody on the roster has that id, nor ever had; of one
                that has expired, nobody can say that either.
            UnknownSkillError: the desk's catalogue has no such skill.
            ConfigurationError: ``at_least`` is negative, ``skill`` names none.
        """
        asked = self._asked(at, skill, at_least)
        agent = self._by_id.get(agent_id)
        if agent is not None:
            return evaluate(agent, asked)
        if agent_id in self.gone or asked.freshness is Freshness.EXPIRED:
            return absent(agent_id, asked)
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

        return explain(self._by_id.get(agent_id), self.check(agent_id, at, skill, at_least))

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
            found = available_or_unknown(self.agents, asked, refuse_unknown=unknown == "raise")
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
            [agent for agent in self.agents if asked.rule is None or asked.rule.fits(agent)],
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
        return next_transition(self.agents, self.clock() if at is None else at)

    def _asked(
        self, at: datetime | None, skill: Wanted | None, at_least: timedelta | None
    ) -> Question:
        rule = None if skill is None else self._desk_skills().rule(skill)
        return Question(at, self.clock(), self._age, rule, at_least)

    def _desk_skills(self) -> DeskSkills:
        skills = self._skills
        if skills is None:
            skills = DeskSkills(self.agents, self.skills)
            object.__setattr__(self, "_skills", skills)
        return skills

    def _make_index(self) -> DutyIndex:
        index = DutyIndex(self.agents)
        object.__setattr__(self, "_duty_index", index)
        return index
