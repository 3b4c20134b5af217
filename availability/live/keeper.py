"""Fetching a desk again, letting it be known and remembering it, one step at a time.
Imports memory, pace, store, tape, feishu, roster, engine, errors, forks.
"""

from __future__ import annotations

import copy
import logging
from collections.abc import Callable
from datetime import timedelta
from threading import Event, Lock
from typing import TYPE_CHECKING, NamedTuple

from availability.engine.instants import MICROS, to_micros
from availability.errors import AvailabilityError, PayloadError
from availability.forks import PerProcess
from availability.live.memory import Memory
from availability.live.pace import Pace
from availability.live.store import Snapshot
from availability.live.tape import Tape
from availability.roster.roster import Clock, Roster

if TYPE_CHECKING:
    from availability.feishu.client import HelpdeskClient

logger = logging.getLogger("availability")

#: How far behind a fetch may be until the roster counts as stale, in usual waits.
GRACE = 1.0
#: A desk that had so many agents does not lose all of them at once, but platforms fail.
SEVERAL = 4
#: In microseconds: clocks are set back by less every day.
SLACK = 10 * MICROS


class View(NamedTuple):
    """What readers see, all of it at once.

    ``overdue_at`` is when the next fetch should have succeeded, in microseconds.
    """

    roster: Roster
    error: Exception | None
    overdue_at: int

    def is_stale(self, now: int) -> bool:
        """Return whether the roster is older at an instant than it was meant to become.

        Or younger than it can be, by a clock that was set back.
        """
        fetched_at = self.roster.fetched_at
        is_ahead = fetched_at is not None and now < to_micros(fetched_at) - SLACK
        return self.error is not None or now >= self.overdue_at or is_ahead


class Keeper:
    """Keeps what is known of a desk, from wherever it can be learned.

    ``refresh`` is the usual wait between fetches in seconds. Every roster gets the
    clock, ``status_ttl`` and ``max_stale``, and goes through ``prepare``.
    """

    def __init__(
        self,
        client: HelpdeskClient,
        tape: Tape,
        pace: Pace,
        *,
        refresh: float,
        status_ttl: timedelta,
        max_stale: timedelta,
        memory: Memory | None,
        prepare: Callable[[Roster], Roster],
        clock: Clock,
    ) -> None:
        self._client = client
        self._tape = tape
        self._pace = pace
        self._grace = round(GRACE * refresh * MICROS)
        self._ages = {"clock": clock, "status_ttl": status_ttl, "max_stale": max_stale}
        self._memory = memory
        self._prepare = prepare
        self._clock = clock
        self._failures = 0
        self._was_odd = False
        self.has_tried = Event()
        self._lock = PerProcess(Lock)
        self.view = View(Roster(()).__replace__(**self._ages), None, to_micros(clock()))

    def restore(self) -> bool:
        """Let be known what is remembered; return whether anything is."""
        snapshot = None if self._memory is None else self._memory.latest()
        if snapshot is None:
            return False
        roster = self.recalled(snapshot)
        self._tape.put(roster, snapshot.learned_at_micros)
        self.view = View(roster, None, to_micros(self._clock()))
        return True

    def recalled(self, snapshot: Snapshot) -> Roster:
        """Return a remembered roster as readers are to see it."""
        return self._prepared(self._client.configured(snapshot.roster))

    def step(self) -> float:
        """Fetch the desk, or not; return the seconds until the next time."""
        try:
            return self.refresh()
        except AvailabilityError as error:
            logger.warning("the roster could not be refreshed: %s", error)
            return self._pace.after_failure(self._failures, error)
        except Exception as error:  # prepare is the user's
            logger.exception("the roster could not be refreshed")
            return self._pace.after_failure(self._failures, error)
        finally:
            self.has_tried.set()

    def refresh(self) -> float:
        """Fetch the desk and let it be known; return the seconds until the next time."""
        with self._lock.get():
            try:
                fetched = self._believed(self._client.roster())
                roster = self._prepared(fetched).succeeding(self.view.roster)
                wait = self._pace.after_success(roster, self._clock())
            except Exception as error:
                self._failures += 1
                self.view = self.view._replace(error=_without_traceback(error))
                raise
            self._failures = 0
            learned_at = self._tape.put(roster)
            overdue_at = to_micros(self._clock()) + round(wait * MICROS) + self._grace
            self.view = View(roster, None, overdue_at)
            self._remember(fetched.__replace__(gone=roster.gone), learned_at)
            return wait

    def _believed(self, fetched: Roster) -> Roster:
        """Return what was fetched, unless everybody is gone at once: that must be said twice."""
        had = len(self.view.roster)
        is_odd = not fetched.agents and had >= SEVERAL and not self._was_odd
        self._was_odd = is_odd
        if is_odd:
            raise PayloadError(f"no agents, where there were {had}; not believed until said again")
        return fetched

    def _prepared(self, roster: Roster) -> Roster:
        return self._prepare(roster).__replace__(**self._ages)

    def _remember(self, fetched: Roster, learned_at: int) -> None:
        if self._memory is not None:
            fetched_at = learned_at if fetched.fetched_at is None else to_micros(fetched.fetched_at)
            # A clock that was set back in between would have it learned before it was fetched.
            self._memory.remember(Snapshot(fetched, max(learned_at, fetched_at)))


def _without_traceback(error: Exception) -> Exception:
    """Return a copy of an error that does not keep alive all that a call had read."""
    try:
        return copy.copy(error)
    except Exception:  # noqa: BLE001  (the user's own may not let itself be copied)
        return error
