"""Who goes on and off, one agent at a time, and why. Imports roster, engine, errors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING

from availability.engine.instants import MICROS, MICROSECOND, to_instant
from availability.engine.value import Value
from availability.engine.zones import shown_in
from availability.errors import CalendarUnknownError
from availability.roster.agent import Agent, Status
from availability.roster.upcoming import Transition, next_transition

if TYPE_CHECKING:
    import pendulum

SECOND = MICROS * MICROSECOND


class Cause(str, Enum):
    """Why an agent went on or off; each is also a plain string."""

    __str__ = str.__str__

    #: Known beforehand, at the boundary itself.
    SHIFT_BEGAN = "shift began"
    SHIFT_ENDED = "shift ended"
    LEAVE_BEGAN = "leave began"
    LEAVE_ENDED = "leave ended"
    #: Learned from the platform.
    SET_OFFLINE = "set offline"
    SET_ONLINE = "set online"
    ADDED = "added"
    REMOVED = "removed"
    SCHEDULE_CHANGED = "schedule changed"
    #: Nobody can say any longer whether the agent is on duty: by the schedule, or at all.
    UNREADABLE = "unreadable"
    EXPIRED = "expired"
    KNOWN_AGAIN = "known again"
    #: What was told before is taken back.
    CLOCK_SET_BACK = "clock set back"


class DutyEvent(Value):
    """An agent who went on or off at an instant, and why.

    On is who is on duty and was not set offline by hand, as far as is known: once
    what is known is too old, nobody is. Stored as UTC microseconds and a zone, that
    of the agent's schedule.
    """

    __slots__ = _fields = ("agent", "on", "cause", "at_micros", "tz")
    _shown = ("at", "agent", "on", "cause")

    agent: Agent
    on: bool
    cause: Cause
    at_micros: int
    tz: str

    def __init__(self, agent: Agent, on: bool, cause: Cause, at_micros: int, tz: str) -> None:
        self._fill(agent, on, cause, at_micros, tz)

    @property
    def at(self) -> pendulum.DateTime:
        """The instant: the boundary itself, or when it was learned."""
        return shown_in(self.tz, self.at_micros)

    def __str__(self) -> str:
        state = "on" if self.on else "off"
        return f"{self.at.isoformat()} {self.agent.label} {state}: {self.cause}"


def next_boundary(agents: Iterable[Agent], after_micros: int) -> Transition | None:
    """Return the first change of anybody's duty after an instant, None if none is known."""
    try:
        return next_transition(agents, to_instant(after_micros))
    except CalendarUnknownError:
        return None


def events_of(boundary: Transition) -> list[DutyEvent]:
    """Return who goes on and off at a boundary, on first, each in the order of the desk."""
    at = to_instant(boundary.at_micros)
    found = []
    for on, agents in ((True, boundary.on), (False, boundary.off)):
        for agent in agents:
            if takes_tickets(agent, at) == on != takes_tickets(agent, at - SECOND):
                cause = _cause_of_boundary(agent, on, at)
                found.append(_event(agent, on, cause, boundary.at_micros))
    return found


def events_between(
    earlier: Mapping[str, Agent],
    later: Mapping[str, Agent],
    at_micros: int,
    cause: Cause | None = None,
) -> list[DutyEvent]:
    """Return who goes on and off, on first, as later agents take the place of earlier ones.

    ``cause`` is why, if that is not what differs.
    """
    at = to_instant(at_micros)
    found = []
    for agent_id in {**later, **earlier}:
        was, now = earlier.get(agent_id), later.get(agent_id)
        on = now is not None and takes_tickets(now, at)
        agent = now or was
        if agent is None or was is now or on == (was is not None and takes_tickets(was, at)):
            continue
        found.append(_event(agent, on, cause or _cause_of_change(was, now, at), at_micros))
    return sorted(found, key=lambda event: not event.on)


def events_taken_back(
    agents: Mapping[str, Agent], from_micros: int, to_micros: int
) -> list[DutyEvent]:
    """Return who goes on and off, on first, as the clock is set from one instant to an earlier."""
    was, at = (to_instant(micros) for micros in (from_micros, to_micros))
    found = [
        _event(agent, on, Cause.CLOCK_SET_BACK, to_micros)
        for agent in agents.values()
        if (on := takes_tickets(agent, at)) != takes_tickets(agent, was)
    ]
    return sorted(found, key=lambda event: not event.on)


def takes_tickets(agent: Agent, at: datetime) -> bool:
    """Return whether an agent is on duty at an instant, and was not set offline or removed."""
    is_away = agent.status is Status.OFFLINE or agent.status is Status.REMOVED
    return not is_away and agent.is_on_duty(at) is True


def _event(agent: Agent, on: bool, cause: Cause, at_micros: int) -> DutyEvent:
    tz = "UTC" if agent.schedule is None else agent.schedule.tz
    return DutyEvent(agent, on, cause, at_micros, tz)


def _cause_of_boundary(agent: Agent, on: bool, at: datetime) -> Cause:
    if on:
        return Cause.LEAVE_ENDED if agent.is_on_leave(at - SECOND) else Cause.SHIFT_BEGAN
    if agent.is_on_leave(at):
        return Cause.LEAVE_BEGAN
    return Cause.UNREADABLE if agent.is_on_duty(at) is None else Cause.SHIFT_ENDED


def _cause_of_change(was: Agent | None, now: Agent | None, at: datetime) -> Cause:
    """Return why an agent is on, or off, who was not, by what is known of both."""
    if was is None or was.status is Status.REMOVED:
        return Cause.ADDED
    if now is None or now.status is Status.REMOVED:
        return Cause.REMOVED
    if (was.status is Status.OFFLINE) != (now.status is Status.OFFLINE):
        return Cause.SET_OFFLINE if now.status is Status.OFFLINE else Cause.SET_ONLINE
    if was.is_on_leave(at) != now.is_on_leave(at):
        return Cause.LEAVE_BEGAN if now.is_on_leave(at) else Cause.LEAVE_ENDED
    return Cause.UNREADABLE if now.is_on_duty(at) is None else Cause.SCHEDULE_CHANGED
