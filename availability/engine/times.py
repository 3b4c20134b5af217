"""From when to when, once or again and again.
Imports instants, intervals, recurrence, value, zones.
"""

from __future__ import annotations

from bisect import bisect_right

from availability.engine.instants import DAY
from availability.engine.recurrence import MOST_DAYS, recurrence
from availability.engine.value import Value
from availability.engine.zones import NEVER, Zone, zone_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from availability.engine.intervals import Span

#: Clocks are never further from UTC, nor does one ever repeat or skip more.
FURTHEST = 2 * DAY


class Times(Value):
    """The times of an override, in seconds: UTC's, or a wall's since 1970 on it.

    Each end of a wall time maps to an instant on its own, in the zone ``tz`` or,
    if that is None, in the one they are asked for. With a ``rule`` they come
    again, but for the spans of wall time, merged, that are ``exceptions``: none starts there.
    """

    __slots__ = _fields = ("start", "end", "is_wall", "tz", "rule", "exceptions")

    start: int
    end: int
    is_wall: bool
    tz: str | None
    rule: str | None
    exceptions: tuple[Span, ...]

    def __init__(  # noqa: PLR0917  (made in one place)
        self,
        start: int,
        end: int,
        is_wall: bool,
        tz: str | None = None,
        rule: str | None = None,
        exceptions: tuple[Span, ...] = (),
    ) -> None:
        self._fill(start, end, is_wall, tz, rule, exceptions)

    def bounds(self) -> Span:
        """Return UTC seconds between which they all lie."""
        if not self.is_wall:
            return self.start, self.end
        last = self.start
        if self.rule is not None:
            last = min(recurrence(self.rule, self.start).last, self.start + MOST_DAYS * DAY)
        length = self.end - self.start
        return self.start - FURTHEST, last + length + FURTHEST

    def spans(self, zone: Zone, start: int, end: int) -> list[Span]:
        """Return them in UTC seconds, those that reach into a window.

        What comes out empty, between clocks that skip it, is left out.
        """
        if not self.is_wall:
            spans = [(self.start, self.end)]
        else:
            instant_of = (zone if self.tz is None else zone_of(self.tz)).instant_of
            length = self.end - self.start
            spans = [
                (instant_of(wall), instant_of(wall + length)) for wall in self._starts(start, end)
            ]
            until = None if self.rule is None else recurrence(self.rule, self.start).until
            if until is not None:
                spans = [span for span in spans if span[0] <= until]
        return [span for span in spans if span[0] < end and span[1] > start and span[0] < span[1]]

    def _starts(self, start: int, end: int) -> list[int]:
        """Return the wall times at which they start, all of those that may reach into a window."""
        if self.rule is None:
            return [self.start]
        first = start - FURTHEST - (self.end - self.start)
        found = recurrence(self.rule, self.start).between(first, end + FURTHEST)
        return (
            [wall for wall in found if not self._is_exception(wall)] if self.exceptions else found
        )

    def _is_exception(self, wall: int) -> bool:
        i = bisect_right(self.exceptions, (wall, NEVER))
        return i > 0 and wall < self.exceptions[i - 1][1]
