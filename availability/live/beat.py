"""One background thread that does something again and again. Imports engine, roster."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from threading import Condition, Thread, current_thread

from availability.engine.instants import MICROS, to_micros
from availability.roster.roster import Clock

logger = logging.getLogger("availability")

#: The longest wait in seconds without a look at the clock, which may have been set.
LONGEST_NAP = 5.0
#: In microseconds: a clock that is set back by more is noticed, and by less every day.
SLACK = 10 * MICROS
#: The wait in seconds after a step that failed where none can.
LAST_RESORT = 60.0
#: How many seconds stopping waits for a step that is under way.
PARTING = 5.0


class Beat:
    """Takes steps in a thread until it is stopped; a step returns the seconds to the next.

    A wait is over when either clock says so: ``now`` counts seconds and never goes
    back, but may stand still while a laptop sleeps; ``clock`` may be set. It is over,
    too, when ``clock`` was set back: what was learned ahead of it is of no known age.
    Both are looked at every ``nap`` seconds.
    """

    def __init__(
        self,
        step: Callable[[], float],
        clock: Clock,
        now: Callable[[], float] = time.monotonic,
        nap: float = LONGEST_NAP,
    ) -> None:
        self._step = step
        self._clock = clock
        self._now = now
        self._nap = nap
        self._changed = Condition()
        self._is_stopping = False
        self._thread: Thread | None = None
        self._ends, self._due, self._seen = 0.0, 0, 0

    @property
    def is_started(self) -> bool:
        """Whether it was started, if only to be stopped since."""
        return self._thread is not None

    def start(self, wait: float = 0.0) -> None:
        """Begin with a wait of so many seconds, unless it has begun already."""
        with self._changed:
            if self._thread is None:
                self._plan(wait)
                self._thread = Thread(target=self._run, name="availability-live", daemon=True)
                self._thread.start()

    def again_in(self, seconds: float) -> None:
        """Take the next step in so many seconds, whatever was planned."""
        with self._changed:
            self._plan(seconds)
            self._changed.notify()

    def stop(self) -> None:
        """Take no further step; one that is under way is waited for, but not for long."""
        with self._changed:
            self._is_stopping = True
            self._changed.notify()
        if self._thread is not None and self._thread is not current_thread():
            self._thread.join(PARTING)

    def _run(self) -> None:
        while self._waited():
            try:
                wait = self._step()
            except BaseException:  # who is asked to exit here is only a thread
                logger.exception("a step failed that never should; the next is tried all the same")
                wait = LAST_RESORT
            self.again_in(wait)

    def _plan(self, seconds: float) -> None:
        self._ends = self._now() + seconds
        self._due = to_micros(self._clock()) + round(seconds * MICROS)

    def _waited(self) -> bool:
        """Wait for the next step; return whether to take it."""
        with self._changed:
            while not self._is_stopping:
                now = to_micros(self._clock())
                was_set_back = now < self._seen - SLACK
                self._seen = now
                left = min(self._ends - self._now(), (self._due - now) / MICROS)
                if left <= 0 or was_set_back:
                    return True
                self._changed.wait(min(left, self._nap))
        return False
