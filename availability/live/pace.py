"""How long to wait until the desk is fetched again. Imports roster, engine, errors."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from availability.engine.instants import MICROS, to_instant, to_micros
from availability.errors import CalendarUnknownError
from availability.roster.roster import Roster

#: While nobody is on duty, that many times as rarely.
QUIET = 5
#: After a boundary at which many change, at most so many seconds later.
SOON = 5.0
#: Many are this share of the desk, and no fewer than so many agents.
SHARE = 0.1
FEWEST = 2
#: Up to this share of a wait is added or taken away, so that many bots do not ask at once.
JITTER = 0.1
#: After failures, in seconds: the longest wait of its own, and that which the platform may ask.
LONGEST_PAUSE = 120.0
LONGEST_ASKED = 3600.0
MOST_DOUBLINGS = 16
#: In seconds, unless even the usual wait is shorter.
SHORTEST_WAIT = 1.0


class Pace:
    """Tells the seconds from one fetch to the next.

    ``refresh`` is the usual wait in seconds. While nobody is on duty it is longer,
    though it ends before the next change of duty, and before the roster would
    expire, after ``max_stale`` seconds. Where many agents change sooner than that, it
    ends soon after. ``chance`` draws a number from 0 to 1.
    """

    def __init__(self, refresh: float, max_stale: float, chance: Callable[[], float]) -> None:
        self._refresh = refresh
        self._quiet = max(refresh, min(QUIET * refresh, max_stale / 2))
        # A header may ask for any wait; the roster must not expire because of that
        self._longest_asked = max(refresh, min(LONGEST_ASKED, max_stale / 2))
        self._chance = chance

    def after_success(self, roster: Roster, now: datetime) -> float:
        """Return how long the roster just fetched will do."""
        is_quiet = roster.count_on_duty(now) == 0
        wait = self._jittered(self._quiet if is_quiet else self._refresh)
        many = 1 if is_quiet else max(FEWEST, SHARE * len(roster))
        boundary = _boundary(roster, now, wait, many)
        if boundary is None:
            return wait
        shortest = min(SHORTEST_WAIT, self._refresh)
        apart = self._chance() * min(SOON, self._refresh)
        if is_quiet and boundary > self._refresh:
            # Whoever comes needs a status that counts by then
            return max(boundary - self._refresh + apart, shortest)
        return min(wait, max(boundary + apart, shortest))

    def after_failure(self, failures: int, error: BaseException) -> float:
        """Return how long to wait after so many failures in a row, the last with that error."""
        doublings = min(max(failures - 1, 0), MOST_DOUBLINGS)
        longest = max(LONGEST_PAUSE, self._refresh)
        wait = self._jittered(min(longest, self._refresh * (1 << doublings)))
        asked: float | None = getattr(error, "retry_after", None)
        if asked is None:
            return wait
        return max(
            wait, min(asked, self._longest_asked) + self._chance() * min(SOON, self._refresh)
        )

    def _jittered(self, wait: float) -> float:
        return wait * (1 + JITTER * (2 * self._chance() - 1))


def _boundary(roster: Roster, now: datetime, within: float, many: float) -> float | None:
    """Return the seconds to the first instant at which so many agents change, if it is near."""
    first = to_micros(now)
    at = now
    while True:
        try:
            transition = roster.next_transition(at)
        except CalendarUnknownError:
            return None
        if transition is None or transition.at_micros - first > within * MICROS:
            return None
        if len(transition.on) + len(transition.off) >= many:
            return (transition.at_micros - first) / MICROS
        at = to_instant(transition.at_micros)
