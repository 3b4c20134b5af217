"""On duty is not available: the schedule's answer with the live status. Imports agent, engine."""

from __future__ import annotations

from datetime import datetime
from enum import Enum

from availability.engine.instants import to_micros
from availability.engine.value import Value
from availability.roster.agent import Agent, Status


class State(Enum):
    """Whether an agent can take a ticket; UNKNOWN is neither yes nor no."""

    AVAILABLE = "available"
    UNAVAILABLE = "unavailable"
    UNKNOWN = "unknown"


class Freshness(Enum):
    """What a status fetched at one instant says about another.

    FRESH: it counts. STALE: it is too old to count. BEYOND: before it was
    fetched, or further ahead than it could last; only the schedule counts.
    """

    FRESH = "fresh"
    STALE = "stale"
    BEYOND = "beyond"


class StatusAge(Value):
    """When the statuses were fetched, what time it is, how long they last: microseconds."""

    __slots__ = _fields = ("fetched_at", "now", "time_to_live")

    fetched_at: int | None
    now: int
    time_to_live: int

    def __init__(self, fetched_at: int | None, now: int, time_to_live: int) -> None:
        self._fill(fetched_at, now, time_to_live)

    def at(self, at: int) -> Freshness:
        """Return what the statuses say about an instant.

        Fresh in ``[fetched_at, fetched_at + time_to_live)``; stale later than
        that but not later than ``now + time_to_live``.
        """
        if self.fetched_at is not None:
            if at < self.fetched_at:
                return Freshness.BEYOND
            if at < self.fetched_at + self.time_to_live:
                return Freshness.FRESH
        return Freshness.BEYOND if at > self.now + self.time_to_live else Freshness.STALE


def judge(agent: Agent, at: datetime, age: StatusAge) -> State:
    """Return whether an agent can take a ticket at an instant. The rules, in their order:

    removed; set offline by hand; nobody can say; off duty; on duty with a
    status that counts; on duty with one that does not.
    """
    freshness = age.at(to_micros(at))
    fresh = freshness is Freshness.FRESH
    if agent.status is Status.REMOVED or (fresh and agent.status is Status.OFFLINE):
        return State.UNAVAILABLE
    on_duty = agent.is_on_duty(at)
    if on_duty is None:
        return State.UNKNOWN
    if not on_duty:
        return State.UNAVAILABLE
    # The server derives 3 from the schedule, which was just worked out again.
    counts = fresh and agent.status in (Status.ONLINE, Status.OFF_DUTY)
    return State.AVAILABLE if counts or freshness is Freshness.BEYOND else State.UNKNOWN
