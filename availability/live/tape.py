"""What was known of the desk, from which instant on. Imports events, roster, engine, forks."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from threading import Condition

from availability.engine.instants import MICROS, to_micros
from availability.forks import PerProcess
from availability.live.events import next_boundary
from availability.roster.agent import Agent, Status
from availability.roster.roster import Clock, Roster
from availability.roster.upcoming import Transition

logger = logging.getLogger("availability")

#: A clock set back by more is believed, and what was read ahead of it is taken back.
FAR_BACK = 600 * MICROS
BEFORE_ALL = -(2**63)
AFTER_ALL = 2**63


class Known:
    """The agents as they were known from an instant on, in microseconds, until ``later``.

    Whoever still reads here keeps what comes after alive, and nobody else does.
    ``has_expired``: what was known was too old from then on.
    """

    __slots__ = ("_boundary", "agents", "has_expired", "later", "since")

    def __init__(self, agents: Iterable[Agent], since: int, *, has_expired: bool = False) -> None:
        self.agents: Mapping[str, Agent] = {agent.id: agent for agent in agents}
        self.since = since
        self.has_expired = has_expired
        self.later: Known | None = None
        self._boundary: tuple[int, Transition | None] | None = None

    def boundary_after(self, at: int) -> Transition | None:
        """Return the first change of duty after an instant; readers share what is worked out."""
        memo = self._boundary
        if memo is not None:
            asked, boundary = memo
            if asked <= at and (boundary is None or at < boundary.at_micros):
                return boundary
        boundary = next_boundary(self.agents.values(), at)
        self._boundary = at, boundary
        return boundary

    def renew(self, agents: Iterable[Agent]) -> None:
        """Take agents of whom the same is said in all that matters here: newer names, skills."""
        self.agents = {agent.id: agent for agent in agents}
        self._boundary = None

    def says_the_same(self, agents: Iterable[Agent]) -> bool:
        """Return whether nobody goes on or off otherwise by what is said of these agents."""
        return list(map(_facts, self.agents.values())) == list(map(_facts, agents))


class Tape:
    """All that was known lately, in order: whoever reads it sees the same.

    ``keep`` is for how many microseconds it can be read back, ``max_stale`` for how many
    what was fetched counts. Nothing is put in before an instant that somebody has read
    up to.
    """

    def __init__(self, clock: Clock, keep: int, max_stale: int) -> None:
        self._clock = clock
        self._keep = keep
        self._max_stale = max_stale
        self._kept = deque([Known((), BEFORE_ALL)])
        self._read_to = BEFORE_ALL
        #: When what is known will be too old, if it is not.
        self.expires_at = AFTER_ALL
        self._own: PerProcess[tuple[Condition, set[Callable[[], None]]]] = PerProcess(_nobody)
        self.is_closed = False

    def put(self, roster: Roster, learned_at: int | None = None) -> int:
        """Let a roster be known from now on, and return since when.

        Before anything else is known it may be since ``learned_at``.
        """
        changed, _ = self._own.get()
        with changed:
            now, latest = self._now(), self._kept[-1]
            is_first = latest.since == BEFORE_ALL
            since = now if learned_at is None or not is_first else min(learned_at, now)
            fetched_at = since if roster.fetched_at is None else to_micros(roster.fetched_at)
            self.expires_at = min(fetched_at, now) + self._max_stale
            if is_first or latest.has_expired or not latest.says_the_same(roster):
                self._append(Known(roster, since))
                while len(self._kept) > 1 and self._kept[1].since <= now - self._keep:
                    self._kept.popleft()
            else:
                latest.renew(roster)
        self.wake()
        return since

    def read_to(self) -> int:
        """Return the instant up to which can be read: now, or what somebody has read up to."""
        with self._own.get()[0]:
            return self._now()

    def latest(self) -> Known:
        """Return what is known now."""
        return self._kept[-1]

    def known_at(self, at: int) -> Known | None:
        """Return what was known at an instant, None if the tape does not reach back to it."""
        kept = [known for known in tuple(self._kept) if BEFORE_ALL < known.since <= at]
        return kept[-1] if kept else None

    def earliest(self) -> Known | None:
        """Return what the tape begins with, None before anything is known."""
        return next((known for known in tuple(self._kept) if known.since > BEFORE_ALL), None)

    def open(self) -> None:
        """Let what comes be read, again."""
        self.is_closed = False

    def close(self) -> None:
        """Let whoever waits know that nothing more will come."""
        self.is_closed = True
        self.wake()

    def wake(self) -> None:
        """Let everybody who waits look again."""
        changed, listeners = self._own.get()
        with changed:
            changed.notify_all()
            waiting = tuple(listeners)
        for listener in waiting:
            listener()

    def wait(self, is_over: Callable[[], bool], seconds: float) -> None:
        """Wait until something changes, at most so long; not if it is over already."""
        changed, _ = self._own.get()
        with changed:
            if not is_over():
                changed.wait(seconds)

    async def wait_in_loop(self, is_over: Callable[[], bool], seconds: float) -> None:
        """Do the same in an event loop, which goes on meanwhile."""
        loop, woken = asyncio.get_running_loop(), asyncio.Event()

        def listener() -> None:
            with suppress(RuntimeError):  # the loop was closed meanwhile
                loop.call_soon_threadsafe(woken.set)

        changed, listeners = self._own.get()
        with changed:
            if is_over():
                return
            listeners.add(listener)
        # Not wait_for, which before Python 3.12 goes on where it is woken and cancelled at once
        alarm = loop.call_later(seconds, woken.set)
        try:
            await woken.wait()
        finally:
            alarm.cancel()
            with changed:
                listeners.discard(listener)

    def _now(self) -> int:
        now = to_micros(self._clock())
        if now < self._read_to - FAR_BACK:
            logger.warning("the clock was set back by %d s", (self._read_to - now) // MICROS)
            self._read_to = now
            if self.expires_at != AFTER_ALL:
                self.expires_at = min(self.expires_at, now + self._max_stale)
            for known in self._kept:
                known.since = min(known.since, now)
        if now >= self.expires_at:
            since = max(self.expires_at, self._read_to, self._kept[-1].since)
            self.expires_at = AFTER_ALL
            self._append(Known((), since, has_expired=True))
        self._read_to = max(self._read_to, now)
        return self._read_to

    def _append(self, known: Known) -> None:
        self._kept[-1].later = known
        self._kept.append(known)


def _nobody() -> tuple[Condition, set[Callable[[], None]]]:
    return Condition(), set()


def _facts(agent: Agent) -> tuple[object, ...]:
    """Return what decides whether an agent is on or off."""
    away = agent.status if agent.status in {Status.OFFLINE, Status.REMOVED} else None
    return agent.id, away, agent.unreadable_rows, agent.schedule, agent.overrides
