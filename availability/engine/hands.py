"""The hands of several zones at once. Imports zones.

Between two clock changes, of whichever of the zones, every hand is a constant
number of seconds ahead: so one bisection serves all of them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from availability.engine.zones import MONDAY, WEEK, Zone

#: The years 1970 to 2099, in UTC seconds: what is outside them is worked out each time.
USUAL = 0, 4_102_444_800


class Hands:
    """How far the hands of several zones are ahead, counted from a Monday 00:00 on the wall.

    ``starts`` are the seconds at which any of them jumps, stands still or moves on.
    """

    __slots__ = ("_ahead", "starts", "zones")

    def __init__(self, zones: Sequence[Zone]) -> None:
        self.zones = zones
        begins = {begin for zone in zones for begin, _, _, _ in zone.runs(*USUAL)}
        self.starts = sorted({*begins, *USUAL})
        self._ahead: dict[int, Sequence[int]] = {}

    def ahead(self, second: int) -> Sequence[int]:
        """Return, for each zone, what to add to a UTC second, a whole number of weeks aside,
        for the seconds since Monday 00:00 on the wall.
        """
        i = bisect_right(self.starts, second)
        return self._ahead.get(i) or self._look(second, i)

    def _look(self, second: int, i: int) -> Sequence[int]:
        ahead = [(zone.wall_at(second) - MONDAY - second) % WEEK for zone in self.zones]
        if 0 < i < len(self.starts) and self._all_move(self.starts[i - 1]):
            self._ahead[i] = ahead
        return ahead

    def _all_move(self, start: int) -> bool:
        return all(moves for zone in self.zones for _, _, _, moves in zone.runs(start, start + 1))
