"""One background thread that does something again and again. Imports engine, roster."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Event, Lock, Thread

from availability.engine.instants import MICROS, to_micros
from availability.roster.roster import Clock

#: The longest wait in seconds without a look at the clock, which may have been set.
LONGEST_NAP = 5.0
#: How many seconds stopping waits for a step that is under way.
PARTING = 5.0


class Beat:
    """Takes steps in a thread until it is stopped; a step returns the seconds to the next.

    A wait is over when either clock says so: ``now`` counts seconds and never goes
    back, but may stand still while a laptop sleeps; ``clock`` may be set. Both are
    looked at every ``nap`` seconds.
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
        self._lock = Lock()
        self._stopping = Event()
        self._thread: Thread | None = None

    @property
    def is_started(self) -> bool:
        """Whether it was started, if only to be stopped since."""
        return self._thread is not None

    def start(self, wait: float = 0.0) -> None:
        """Begin with a wait of so many seconds, unless it has begun already."""
        with self._lock:
            if self._thread is None:
                self._thread = Thread(
                    target=self._run, args=(wait,), name="availability-live", daemon=True
                )
                self._thread.start()

    def stop(self) -> None:
        """Take no further step; one that is under way is waited for, but not for long."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(PARTING)

    def _run(self, wait: float) -> None:
        while self._waited(wait):
            wait = self._step()

    def _waited(self, seconds: float) -> bool:
        """Wait; return whether to go on."""
        ends = self._now() + seconds
        due = to_micros(self._clock()) + round(seconds * MICROS)
        while not self._stopping.is_set():
            left = min(ends - self._now(), (due - to_micros(self._clock())) / MICROS)
            if left <= 0:
                return True
            self._stopping.wait(min(left, self._nap))
        return False
