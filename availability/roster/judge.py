"""Can this agent take a ticket? The rules, in their order.
Imports agent, answer, reasons, skills, engine, errors.

On duty is the schedule's answer; available adds the live status: removed; set
offline by hand; the schedule cannot say; off duty; on duty with a status that
counts; on duty with one that does not. After that comes what the ticket needs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from availability.engine.instants import EPOCH, MICROS, MICROSECOND, to_amount, to_micros
from availability.engine.value import Value
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


class Needs(Value):
    """What a ticket needs: skills, and so many microseconds left of the agent's shift."""

    __slots__ = _fields = ("rule", "at_least")

    rule: SkillRule | None
    at_least: int

    def __init__(self, rule: SkillRule | None, at_least: timedelta | None) -> None:
        micros = 0 if at_least is None else to_amount(at_least)
        if micros < 0:
            raise ConfigurationError(f"at_least: {at_least} is negative; allowed: 0 or more")
        self._fill(rule, micros)


#: What a ticket without needs needs.
NOTHING = Needs(None, None)
#: What the schedule can say; only the first two say whether the agent is on duty.
ON_DUTY = {
    ReasonCode.ON_DUTY: True,
    ReasonCode.OFF_DUTY: False,
    ReasonCode.NO_SCHEDULE: None,
    ReasonCode.UNREADABLE_ROWS: None,
}


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
    if duty is ReasonCode.OFF_DUTY:
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


#: Every case there is: by freshness, what the schedule says, and the status.
VERDICTS = {
    freshness: {
        duty: {status: _rule(status, freshness, duty) for status in Status} for duty in ON_DUTY
    }
    for freshness in Freshness
}


def duty_of(agent: Agent, at: datetime) -> ReasonCode:
    """Return what the schedule says of an instant."""
    on_duty = agent.is_on_duty(at)
    if on_duty is None:
        absent = agent.timeline is None
        return ReasonCode.NO_SCHEDULE if absent else ReasonCode.UNREADABLE_ROWS
    return ReasonCode.ON_DUTY if on_duty else ReasonCode.OFF_DUTY


def judge(agent: Agent, at: int, duty: ReasonCode, freshness: Freshness, needs: Needs) -> Verdict:
    """Return whether an agent can take a ticket at an instant in microseconds, and why."""
    verdicts = VERDICTS[freshness][duty]
    verdict = verdicts.get(agent.status) or verdicts[Status.UNKNOWN]
    if needs is NOTHING:
        return verdict
    return _narrowed(verdict, agent, at, duty, needs)


def only_available(
    on_duty: Iterable[Agent], at: int, freshness: Freshness, needs: Needs
) -> list[Agent]:
    """Return those of the agents on duty of whom :func:`judge` says AVAILABLE."""
    verdicts = VERDICTS[freshness][ReasonCode.ON_DUTY]
    ready = {status for status, (state, _) in verdicts.items() if state is State.AVAILABLE}
    # First what takes least: most tickets need nothing else, or a skill that few have.
    agents = [agent for agent in on_duty if agent.status in ready]
    if needs.rule is not None:
        agents = [agent for agent in agents if needs.rule.fits(agent)]
    if not needs.at_least:
        return agents
    return [
        agent
        for agent in agents
        if judge(agent, at, ReasonCode.ON_DUTY, freshness, needs)[0] is State.AVAILABLE
    ]


def _narrowed(verdict: Verdict, agent: Agent, at: int, duty: ReasonCode, needs: Needs) -> Verdict:
    """Return the verdict once it is known what the ticket needs."""
    judged, reasons = verdict
    state = judged
    unmet: list[Reason] = []
    if needs.rule is not None and not needs.rule.fits(agent):
        state = State.UNAVAILABLE
        unmet.append(Reason(ReasonCode.LACKS_SKILL, (("skill", str(needs.rule)),)))
    left = time_left(agent, at) if needs.at_least and duty is ReasonCode.ON_DUTY else None
    if left is not None and left < needs.at_least:
        # A row that could not be read may go on where the others end.
        maybe = agent.unreadable_rows > 0
        if not maybe:
            state = State.UNAVAILABLE
        elif state is State.AVAILABLE:
            state = State.UNKNOWN
        code = ReasonCode.MAYBE_TOO_LITTLE_TIME if maybe else ReasonCode.TOO_LITTLE_TIME
        lengths = (("left", left * MICROSECOND), ("at_least", needs.at_least * MICROSECOND))
        unmet.append(Reason(code, lengths))
    if not unmet:
        return verdict
    return state, (*reasons, *unmet) if state is judged else (*unmet, *reasons)


def time_left(agent: Agent, at: int) -> int | None:
    """Return the microseconds until an agent's duty next changes, None if it never does."""
    change = None if agent.timeline is None else agent.timeline.course.next_change(at // MICROS)
    return None if change is None else change * MICROS - at


def refuse_unknown(agent_ids: Sequence[str]) -> None:
    """Raise UnknownStateError if there are agents of whom nobody can say."""
    if agent_ids:
        more = f" and {len(agent_ids) - 5} more" if len(agent_ids) > 5 else ""
        raise UnknownStateError(
            f"nobody can say whether {one_line(', '.join(agent_ids[:5]))}{more} "
            "can take the ticket; "
            "unknown='exclude' leaves them out",
            agent_ids=tuple(agent_ids),
        )


def evaluate(agent: Agent, at: datetime, now: datetime, age: StatusAge, needs: Needs) -> Answer:
    """Return whether an agent can take a ticket, why, and until when."""
    micros, now_micros = to_micros(at), to_micros(now)
    freshness, duty = age.at(micros, now_micros), duty_of(agent, at)
    state, reasons = judge(agent, micros, duty, freshness, needs)
    until, left = age.until(micros, now_micros), time_left(agent, micros)
    if left is not None:
        if duty is ReasonCode.ON_DUTY and 0 < needs.at_least <= left:
            left -= needs.at_least - 1
        until = micros + left if until is None else min(until, micros + left)
    if age.fetched_at is not None and micros < age.fetched_at and now_micros < age.fetched_at:
        reasons = (*reasons, _fetched_in_future(age.fetched_at, now_micros))
    tz = "UTC" if agent.schedule is None else agent.schedule.tz
    on_duty, fetched = ON_DUTY[duty], age.fetched_at
    return Answer(agent.id, state, reasons, on_duty, freshness, micros, until, fetched, tz)


def gone(agent_id: str, at: datetime, now: datetime, age: StatusAge) -> Answer:
    """Return the answer for an agent who was on the desk once and is no longer."""
    micros, now_micros = to_micros(at), to_micros(now)
    freshness, until = age.at(micros, now_micros), age.until(micros, now_micros)
    state, reasons = State.UNAVAILABLE, (Reason(ReasonCode.GONE),)
    return Answer(agent_id, state, reasons, None, freshness, micros, until, age.fetched_at, "UTC")


def _fetched_in_future(fetched: int, now: int) -> Reason:
    fetched_at, at = (EPOCH + micros * MICROSECOND for micros in (fetched, now))
    return Reason(ReasonCode.FETCHED_IN_FUTURE, (("fetched_at", fetched_at), ("now", at)))
