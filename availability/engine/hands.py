"""The hands of several zones at once. Imports instants, zones.

Between two clock changes, of whichever of the zones, every hand is a constant
number of seconds ahead: so one bisection serves all of them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from availability.engine.instants import DAY
from availability.engine.zones import MONDAY, WEEK, Zone

#: How many seconds are looked at together, and how many such stretches are remembered.
STRETCH = 512 * DAY
MOST_STRETCHES = 16


class Hands:
    """How far the hands of several zones are ahead, counted from a Monday 00:00 on the wall.

    ``_stretches`` has, for each stretch of time met, the seconds at which any
    of the hands jumps, stands still or moves on, and what follows each: how far
    all are ahead, or nothing while one stands still.
    """

    __slots__ = ("_stretches", "zones")

    def __init__(self, zones: Sequence[Zone]) -> None:
        self.zones = zones
        self._stretches: dict[int, tuple[list[int], list[Sequence[int]]]] = {}

    def ahead(self, second: int) -> Sequence[int]:
        """Return, for each zone, what to add to a UTC second, a whole number of weeks aside,
        for the seconds since Monday 00:00 on the wall.
        """
        number = second // STRETCH
        starts, aheads = self._stretches.get(number) or self._meet(number)
        return aheads[bisect_right(starts, second) - 1] or self._ahead(second)

    def _ahead(self, second: int) -> Sequence[int]:
        return [(zone.wall_at(second) - MONDAY - second) % WEEK for zone in self.zones]

    def _meet(self, number: int) -> tuple[list[int], list[Sequence[int]]]:
        start = number * STRETCH
        runs = [run for zone in self.zones for run in zone.runs(start, start + STRETCH)]
        starts = sorted({start, *(begin for begin, _, _, _ in runs)})
        stands = [(begin, until) for begin, until, _, moves in runs if not moves]
        aheads = [
            () if any(begin <= at < until for begin, until in stands) else self._ahead(at)
            for at in starts
        ]
        if len(self._stretches) >= MOST_STRETCHES:
            self._stretches.clear()
        self._stretches[number] = starts, aheads
        return starts, aheads
