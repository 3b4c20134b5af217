"""Who goes on and off, as it happens: to iterate over, in threads and event loops.
Imports events, tape, roster, engine, forks.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from threading import Lock, Thread, current_thread
from typing import TYPE_CHECKING

from availability.engine.instants import MICROS, to_micros
from availability.forks import PerProcess
from availability.live.events import Cause, DutyEvent, events_between, events_of, events_taken_back
from availability.live.tape import Known, Tape
from availability.roster.roster import Clock

if TYPE_CHECKING:
    from typing_extensions import Self

logger = logging.getLogger("availability")

#: The longest wait in seconds without a look at the clock, which may have been set.
LONGEST_NAP = 5.0
SHORTEST_NAP = 0.001
#: How many seconds closing waits for a callback that is under way.
PARTING = 5.0


class Watch:
    """The stream of a desk's :class:`DutyEvent`, for one subscriber, from an instant on.

    Each event comes once, in order, at the boundary itself or when it was learned,
    until ``close()`` of the watch or of the desk. Iterate over it with ``for`` in a
    thread of your own, or with ``async for``; :meth:`take` does not wait.
    """

    def __init__(self, tape: Tape, clock: Clock, known: Known, at: int) -> None:
        self._tape = tape
        self._clock = clock
        self._known = known
        self._at = at
        self._ready: deque[DutyEvent] = deque()
        self._lock = PerProcess(Lock)
        self._caller: Thread | None = None
        self._is_closed = False

    def take(self) -> DutyEvent | None:
        """Return the next event if it has come already, else None."""
        self._read()
        return self._next()

    def close(self) -> None:
        """End the stream; whoever waits for an event is told so."""
        self._is_closed = True
        self._tape.wake()
        if self._caller is not None and self._caller is not current_thread():
            self._caller.join(PARTING)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> DutyEvent:
        while not self._is_over():
            event = self.take()
            if event is not None:
                return event
            self._tape.wait(self._has_news, self._nap())
        raise StopIteration

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> DutyEvent:
        while not self._is_over():
            event = self._next()
            if event is None:
                # In a thread, as it may take a while; a wait cut short loses nothing
                await asyncio.get_running_loop().run_in_executor(None, self._read)
                event = self._next()
            if event is not None:
                return event
            await self._tape.wait_in_loop(self._has_news, self._nap())
        raise StopAsyncIteration

    def call(self, callback: Callable[[DutyEvent], object]) -> None:
        """Call a function with each event, in a thread that ends with the watch."""
        self._caller = Thread(
            target=self._call, args=(callback,), name="availability-watch", daemon=True
        )
        self._caller.start()

    def _call(self, callback: Callable[[DutyEvent], object]) -> None:
        for event in self:
            try:
                callback(event)
            except BaseException:  # who is asked to exit here is only a thread
                logger.exception("a callback failed; it is called again with the next event")

    def _next(self) -> DutyEvent | None:
        with self._lock.get():
            return self._ready.popleft() if self._ready else None

    def _read(self) -> None:
        """Read the tape to the next events, unless some are still to be told."""
        with self._lock.get():
            while not self._ready and self._read_on():
                pass

    def _read_on(self) -> bool:
        """Read the tape to the next events or to its end; return whether there may be more."""
        read_to, known = self._tape.read_to(), self._known
        if self._at > read_to:  # the clock was set back
            self._ready.extend(events_taken_back(known.agents, self._at, read_to))
            self._at = read_to
            return True
        later = known.later if known.later and known.later.since <= read_to else None
        boundary = known.boundary_after(self._at)
        if boundary is not None and boundary.at_micros <= (later.since if later else read_to):
            self._at = boundary.at_micros
            self._ready.extend(events_of(boundary))
        elif later is not None:
            self._at = max(self._at, later.since)
            cause = Cause.EXPIRED if later.has_expired else None
            cause = Cause.KNOWN_AGAIN if known.has_expired else cause
            self._ready.extend(events_between(known.agents, later.agents, self._at, cause))
            self._known = later
        else:
            self._at = read_to
            return False
        return True

    def _has_news(self) -> bool:
        later = self._known.later
        return self._is_over() or (later is not None and later.since <= self._tape.read_to())

    def _is_over(self) -> bool:
        return self._is_closed or self._tape.is_closed

    def _nap(self) -> float:
        """Return the seconds until the next boundary, not so many that the clock goes unseen."""
        boundary = self._known.boundary_after(self._at)
        until = self._tape.expires_at
        if boundary is not None:
            until = min(until, boundary.at_micros)
        seconds = (until - to_micros(self._clock())) / MICROS
        return min(LONGEST_NAP, max(SHORTEST_NAP, seconds))
