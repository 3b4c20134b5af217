"""Can this agent take a ticket? The rules, in their order.
Imports agent, answer, reasons, skills, engine, errors.

On duty is the schedule's answer; available adds the live status: removed; set
offline by hand; the schedule cannot say; off duty; on duty with a status that
counts; on duty with one that does not. After that comes what the ticket needs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from availability.engine.instants import (
    MICROS,
    MICROSECOND,
    to_amount,
    to_instant,
    to_micros,
)
from availability.errors import ConfigurationError, UnknownStateError, one_line
from availability.roster.agent import Agent, Status
from availability.roster.answer import Answer, Freshness, State, StatusAge
from availability.roster.reasons import Reason, ReasonCode
from availability.roster.skills import SkillRule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    #: A state and its reasons, those that decided first.
    Verdict: TypeAlias = tuple[State, tuple[Reason, ...]]

#: What the schedule can say, and whether the agent is on duty, if it says that.
ON_DUTY = {
    ReasonCode.ON_DUTY: True,
    ReasonCode.OFF_DUTY: False,
    ReasonCode.ON_LEAVE: False,
    ReasonCode.NO_SCHEDULE: None,
    ReasonCode.UNREADABLE_ROWS: None,
    ReasonCode.CALENDAR_UNKNOWN: None,
}


class Question:
    """Who can take a ticket at an instant, with such needs: asked of any agents.

    ``at_least`` is how many microseconds of the shift must be left.
    """

    __slots__ = ("age", "at", "at_least", "freshness", "micros", "now", "rule")

    def __init__(
        self,
        at: datetime | None,
        now: datetime,
        age: StatusAge,
        rule: SkillRule | None = None,
        at_least: timedelta | None = None,
    ) -> None:
        self.at_least = 0 if at_least is None else to_amount(at_least)
        if self.at_least < 0:
            raise ConfigurationError(f"at_least: {at_least} is negative; allowed: 0 or more")
        self.at = now if at is None else at
        self.now = to_micros(now)
        self.micros = self.now if at is None else to_micros(at)
        self.age = age
        self.freshness = age.at(self.micros, self.now)
        self.rule = rule


def _rule(  # noqa: PLR0911  (a return for each rule)
    status: Status, freshness: Freshness, duty: ReasonCode
) -> Verdict:
    """Return the verdict by the rules."""
    fresh = freshness is Freshness.FRESH
    if status is Status.REMOVED:
        return _verdict(State.UNAVAILABLE, ReasonCode.REMOVED)
    if fresh and status is Status.OFFLINE:
        return _verdict(State.UNAVAILABLE, ReasonCode.OFFLINE)
    if ON_DUTY[duty] is None:
        return _verdict(State.UNKNOWN, duty)
    if not ON_DUTY[duty]:
        if fresh and status is Status.ONLINE:
            return _verdict(State.UNAVAILABLE, duty, ReasonCode.ONLINE_OFF_SCHEDULE)
        return _verdict(State.UNAVAILABLE, duty)
    if freshness is Freshness.BEYOND:
        return _verdict(State.AVAILABLE, duty, ReasonCode.SCHEDULE_ONLY)
    if status is Status.UNKNOWN:
        return _verdict(State.UNKNOWN, duty, ReasonCode.STATUS_UNKNOWN)
    if not fresh:
        return _verdict(State.UNKNOWN, duty, ReasonCode.STATUS_STALE)
    if status is Status.ONLINE:
        return _verdict(State.AVAILABLE, duty, ReasonCode.STATUS_FRESH)
    # The server derives 3 from the schedule, which was just worked out again.
    return _verdict(State.AVAILABLE, duty, ReasonCode.OFF_DUTY_ON_SCHEDULE)


def _verdict(state: State, *codes: ReasonCode) -> Verdict:
    return state, tuple(map(Reason, codes))


EXPIRED = _verdict(State.UNKNOWN, ReasonCode.ROSTER_EXPIRED)
#: Every case there is: by freshness, what the schedule says, and the status.
VERDICTS = {
    freshness: {
        duty: {
            status: EXPIRED if freshness is Freshness.EXPIRED else _rule(status, freshness, duty)
            for status in Status
        }
        for duty in ON_DUTY
    }
    for freshness in Freshness
}


def duty_of(agent: Agent, at: datetime) -> ReasonCode:
    """Return what the schedule says of an instant."""
    on_duty = agent.is_on_duty(at)
    if on_duty is None:
        if agent.timeline is None:
            return ReasonCode.NO_SCHEDULE
        by_rows = agent.unreadable_rows > 0
        return ReasonCode.UNREADABLE_ROWS if by_rows else ReasonCode.CALENDAR_UNKNOWN
    if on_duty:
        return ReasonCode.ON_DUTY
    is_leave = agent.overrides and agent.is_on_leave(at)
    return ReasonCode.ON_LEAVE if is_leave else ReasonCode.OFF_DUTY


def judge(agent: Agent, duty: ReasonCode, asked: Question) -> Verdict:
    """Return whether an agent of whom the schedule says that can take the ticket, and why."""
    verdict = VERDICTS[asked.freshness][duty][agent.status]
    if (asked.rule is None and not asked.at_least) or asked.freshness is Freshness.EXPIRED:
        return verdict
    return _narrowed(verdict, agent, duty, asked)


def _narrowed(verdict: Verdict, agent: Agent, duty: ReasonCode, asked: Question) -> Verdict:
    """Return the verdict once it is known what the ticket needs."""
    judged, reasons = verdict
    state = judged
    unmet: list[Reason] = []
    if asked.rule is not None and not asked.rule.fits(agent):
        state = State.UNAVAILABLE
        unmet.append(Reason(ReasonCode.LACKS_SKILL, (("skill", str(asked.rule)),)))
    is_short = asked.at_least and duty is ReasonCode.ON_DUTY
    left = time_left(agent, asked.micros) if is_short else None
    if left is not None and left < asked.at_least:
        # A row that could not be read, or a date that nobody knows, may go on there.
        maybe = agent.is_on_duty(to_instant(asked.micros + left)) is None
        if not maybe:
            state = State.UNAVAILABLE
        elif state is State.AVAILABLE:
            state = State.UNKNOWN
        code = ReasonCode.MAYBE_TOO_LITTLE_TIME if maybe else ReasonCode.TOO_LITTLE_TIME
        lengths = (("left", left * MICROSECOND), ("at_least", asked.at_least * MICROSECOND))
        unmet.append(Reason(code, lengths))
    if not unmet:
        return verdict
    return state, (*reasons, *unmet) if state is judged else (*unmet, *reasons)


def time_left(agent: Agent, at: int) -> int | None:
    """Return the microseconds until an agent's duty next may change, None if it never does."""
    course = agent.course
    change = None if course is None else course.holds_until(at // MICROS)
    return None if change is None else change * MICROS - at


def only_available(on_duty: Iterable[Agent], asked: Question) -> list[Agent]:
    """Return those of the agents on duty of whom :func:`judge` says AVAILABLE."""
    verdicts = VERDICTS[asked.freshness][ReasonCode.ON_DUTY]
    ready = {status for status, (state, _) in verdicts.items() if state is State.AVAILABLE}
    # First what takes least: most tickets need nothing else, or a skill that few have.
    agents = [agent for agent in on_duty if agent.status in ready]
    if asked.rule is not None:
        agents = [agent for agent in agents if asked.rule.fits(agent)]
    if not asked.at_least:
        return agents
    return [
        agent for agent in agents if judge(agent, ReasonCode.ON_DUTY, asked)[0] is State.AVAILABLE
    ]


def available_or_unknown(
    agents: Iterable[Agent], asked: Question, *, refuse_unknown: bool
) -> list[Agent]:
    """Return all of whom :func:`judge` does not say UNAVAILABLE.

    Raises:
        UnknownStateError: it says UNKNOWN of some, and these are refused.
    """
    judged = [(agent, judge(agent, duty_of(agent, asked.at), asked)[0]) for agent in agents]
    if refuse_unknown and not judged and asked.freshness is Freshness.EXPIRED:
        raise UnknownStateError("nobody can say who can take the ticket: nothing is known")
    if refuse_unknown:
        _refuse([agent.id for agent, state in judged if state is State.UNKNOWN])
    return [agent for agent, state in judged if state is not State.UNAVAILABLE]


def _refuse(agent_ids: Sequence[str]) -> None:
    if agent_ids:
        more = f" and {len(agent_ids) - 5} more" if len(agent_ids) > 5 else ""
        raise UnknownStateError(
            f"nobody can say whether {one_line(', '.join(agent_ids[:5]))}{more} "
            "can take the ticket; unknown='exclude' leaves them out",
            agent_ids=tuple(agent_ids),
        )


def evaluate(agent: Agent, asked: Question) -> Answer:
    """Return whether an agent can take the ticket, why, and until when."""
    micros, age = asked.micros, asked.age
    duty = duty_of(agent, asked.at)
    state, reasons = judge(agent, duty, asked)
    expired = asked.freshness is Freshness.EXPIRED
    until, left = age.until(micros, asked.now), time_left(agent, micros)
    if left is not None and not expired:
        if duty is ReasonCode.ON_DUTY and 0 < asked.at_least <= left:
            left -= asked.at_least - 1
        until = micros + left if until is None else min(until, micros + left)
    fetched = age.fetched_at
    if fetched is not None and micros < fetched and asked.now < fetched:
        reasons = (*reasons, _fetched_in_future(fetched, asked.now))
    tz = "UTC" if agent.schedule is None else agent.schedule.tz
    on_duty = None if expired else ON_DUTY[duty]
    return Answer(agent.id, state, reasons, on_duty, asked.freshness, micros, until, fetched, tz)


def absent(agent_id: str, asked: Question) -> Answer:
    """Return the answer for an agent who is not on the roster: gone, if that can be said."""
    expired = asked.freshness is Freshness.EXPIRED
    state, reasons = EXPIRED if expired else _verdict(State.UNAVAILABLE, ReasonCode.GONE)
    until, fetched = asked.age.until(asked.micros, asked.now), asked.age.fetched_at
    return Answer(
        agent_id, state, reasons, None, asked.freshness, asked.micros, until, fetched, "UTC"
    )


def _fetched_in_future(fetched: int, now: int) -> Reason:
    fetched_at, at = (to_instant(micros) for micros in (fetched, now))
    return Reason(ReasonCode.FETCHED_IN_FUTURE, (("fetched_at", fetched_at), ("now", at)))
