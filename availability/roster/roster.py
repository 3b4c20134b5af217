"""The agents of a desk as they were at one fetch, or as they would be otherwise.
Imports agent, answer, comparison, diagnosis, diagnostic, doctor, override_odds, pictures,
skill_names, skills, engine, errors.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta, timezone
from functools import partial
from operator import is_

from availability.engine.instants import to_amount, to_instant, to_micros
from availability.engine.overrides import Override, checked_overrides
from availability.errors import ConfigurationError, UnknownAgentError, describe
from availability.roster.agent import Agent, Skill, no_agent
from availability.roster.answer import StatusAge
from availability.roster.diagnostic import Diagnostic
from availability.roster.override_odds import override_odds
from availability.roster.pictures import Pictures
from availability.roster.skill_names import desk_diagnostics
from availability.roster.skills import checked_skills

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal, TypeAlias

    from typing_extensions import Self

    from availability.engine.day_rules import Calendar, Fallback
    from availability.roster.comparison import Comparison
    from availability.roster.diagnosis import Diagnosis
    from availability.roster.skills import Wanted

    #: What becomes of overrides of agents who are not there.
    Strangers: TypeAlias = Literal["raise", "report"]

Clock = Callable[[], datetime]

STATUS_TTL = timedelta(minutes=5)
#: Codes of what was left out without an id.
NAMELESS = frozenset({"not_an_agent", "missing_id"})
#: Codes of who is not on the desk.
NOT_THERE = frozenset({"agent_not_found", "unknown_agent"})
TWICE = "appears more than once; the first is kept"


def system_clock() -> datetime:
    """Return the current instant."""
    return datetime.now(timezone.utc)


class Roster(Pictures):
    """The agents of a desk (服务台) as they were at one fetch.

    ``fetched_at`` is when the statuses were read, None if that is not known:
    then no status counts. A status counts for ``status_ttl``. ``clock`` returns
    now, aware; it answers where no instant is given, and a roster that is to be
    pickled needs one that can be. Once ``max_stale`` has passed since ``fetched_at``,
    availability is UNKNOWN throughout: then schedules are too old to count, too; None
    lets them count for ever. ``left_out`` says what the payload had besides;
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

    _fields = ("agents", "fetched_at", "status_ttl", "left_out", "skills", "gone", "max_stale")
    __slots__ = (*_fields, "_age", "_by_id", "_duty_index", "_skills", "_teams", "_tz", "clock")

    fetched_at: datetime | None
    status_ttl: timedelta
    left_out: tuple[Diagnostic, ...]
    max_stale: timedelta | None

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
        max_stale: timedelta | None = None,
    ) -> None:
        if isinstance(gone, str):
            raise ConfigurationError("gone: a string is one id; pass a list of them")
        time_to_live = _checked_length("status_ttl", status_ttl)
        lasts = None if max_stale is None else _checked_length("max_stale", max_stale)
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
            None if fetched is None else to_instant(fetched),
            status_ttl,
            tuple(dropped),
            None if skills is None else checked_skills(skills),
            frozenset(gone).difference(by_id),
            max_stale,
            StatusAge(fetched, time_to_live, lasts),
            by_id,
            None,
            None,
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
        """What was odd in the payload: items left out first, skills, then agent by agent.

        What is odd about leave and extra shifts comes last.
        """
        odd = (one for agent in self for one in agent.diagnostics)
        planned = (one for agent in self if agent.overrides for one in override_odds(agent))
        skills = desk_diagnostics(self.agents, self.skills or ())
        return (*self.left_out, *skills, *odd, *planned)

    def compare(self, other: Roster, start: datetime, end: datetime) -> Comparison:
        """Return who would gain and lose duty in ``[start, end)`` if the desk were as the other.

        By the schedules, calendars, leave and extra shifts of both: so a plan can be
        read before it comes true.

        Raises:
            WindowError: the window starts after it ends.
            ConfigurationError: the other is no roster.

        >>> from datetime import date, datetime, timezone
        >>> from availability import Agent, Leave, Roster, WeeklySchedule
        >>> day = WeeklySchedule.parse(
        ...     [{"weekday": 10, "start_time": "09:00", "end_time": "18:00"}], tz="UTC")
        >>> roster = Roster([Agent("ou_1", day), Agent("ou_2", day)])
        >>> planned = roster.with_overrides(Leave("ou_1", date(2026, 6, 1)))
        >>> monday, tuesday = (datetime(2026, 6, day, tzinfo=timezone.utc) for day in (1, 2))
        >>> for each in roster.compare(planned, monday, tuesday):
        ...     print(each.agent, *each.lost)
        Agent(id='ou_1', name=None) 2026-06-01T09:00:00+00:00/2026-06-01T18:00:00+00:00
        """
        from availability.roster.comparison import compare  # noqa: PLC0415  (only who asks pays)

        if not isinstance(other, Roster):
            raise ConfigurationError(f"other: {describe(other)} is not a Roster")
        return compare(self, other, start, end)

    def diagnose(self, *earlier: Roster) -> Diagnosis:
        """Return whether the statuses agree with the time zones, or speak for others.

        ``earlier`` snapshots of the same desk add to the evidence.

        Raises:
            ConfigurationError: a roster does not know when it was fetched.
        """
        from availability.roster.doctor import diagnose  # noqa: PLC0415  (only who asks pays)

        return diagnose((self, *earlier))

    def with_skill(self, skill: Wanted) -> Self:
        """Return the same roster with only the agents who have what is needed."""
        rule = self._desk_skills().rule(skill)
        return self.__replace__(agents=[agent for agent in self if rule.fits(agent)])

    def with_calendar(
        self,
        calendar: Calendar | None,
        *,
        closed_on_holidays: bool = False,
        calendar_fallback: Fallback | None = None,
    ) -> Self:
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

    def with_overrides(
        self, *overrides: Override | Iterable[Override], strangers: Strangers = "raise"
    ) -> Self:
        """Return the same roster with leave and extra shifts, beside those that it has.

        ``strangers`` says what becomes of those of agents who are not on the
        roster: ``"raise"`` or ``"report"``, in its diagnostics. Those of agents who
        are gone from the desk are left out.

        Raises:
            UnknownAgentError: one is of an agent who is not on the roster.
            OverrideError: what is neither a Leave nor an ExtraShift.
            ConfigurationError: an unknown option.

        >>> from datetime import date, datetime, timezone
        >>> from availability import Agent, Leave, Roster, WeeklySchedule
        >>> always = WeeklySchedule.parse(
        ...     [{"weekday": 9, "start_time": "00:00", "end_time": "24:00"}], tz="Asia/Shanghai")
        >>> roster = Roster([Agent("ou_1", always), Agent("ou_2", always)])
        >>> planned = roster.with_overrides(Leave("ou_1", date(2026, 6, 1)))
        >>> planned.on_duty(datetime(2026, 6, 1, tzinfo=timezone.utc))
        [Agent(id='ou_2', name=None)]
        """
        if strangers not in ("raise", "report"):
            raise ConfigurationError(
                f"strangers: {describe(strangers)} is unknown; allowed: 'raise', 'report'"
            )
        given: dict[str, list[Override]] = {}
        for one in overrides:
            for each in checked_overrides([one] if isinstance(one, Override) else one):
                given.setdefault(each.agent_id, []).append(each)
        dropped = list(self.left_out)
        for agent_id, theirs in given.items():
            if agent_id in self._by_id or agent_id in self.gone:
                continue
            if strangers == "raise":
                raise UnknownAgentError(f"{theirs[0]}: {no_agent(agent_id, self._by_id)}")
            dropped += [Diagnostic("unknown_agent", str(each), agent_id) for each in theirs]
        agents = [
            agent.__replace__(overrides=(*agent.overrides, *given[agent.id]))
            if agent.id in given
            else agent
            for agent in self
        ]
        return self.__replace__(agents=agents, left_out=dropped)

    def succeeding(self, earlier: Roster) -> Self:
        """Return the same roster, which knows who is gone from the desk since an earlier one.

        Of them :meth:`check` says UNAVAILABLE instead of refusing an unknown id.
        Both must be of the whole desk. Whoever was left out because the payload
        could not be read is not gone. Agents who are as they were are the earlier
        roster's own, with what has been worked out of them.
        """
        unread = {odd.agent_id for odd in self.left_out if odd.code not in NOT_THERE}
        known = set(earlier.gone)
        if NAMELESS.isdisjoint(odd.code for odd in self.left_out):  # else it may be anybody
            known.update(agent.id for agent in earlier)
        agents = [agent if (was := earlier.get(agent.id)) != agent else was for agent in self]
        found = self.__replace__(agents=agents, gone=known - unread)
        if all(map(is_, found.agents, earlier.agents)) and len(found) == len(earlier):
            for memo in ("_duty_index", "_teams", "_tz"):
                object.__setattr__(found, memo, getattr(earlier, memo))
        return found

    def __replace__(self, **changes: object) -> Self:
        return super().__replace__(**{"clock": self.clock, **changes})

    def __reduce__(self) -> tuple[object, ...]:
        settings = {name: getattr(self, name) for name in self._fields if name != "agents"}
        return partial(type(self), clock=self.clock, **settings), (self.agents,)


def _checked_length(name: str, length: timedelta) -> int:
    micros = to_amount(length)
    if micros < 0:
        raise ConfigurationError(f"{name}: {length} is negative; allowed: 0 or more")
    return micros
