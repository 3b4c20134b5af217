"""A year of duty, laid out in UTC seconds. Imports instants, intervals."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import accumulate, chain, pairwise

from availability.engine.instants import DAY, MICROS
from availability.engine.intervals import by_turns

TYPE_CHECKING = False
if TYPE_CHECKING:
    from availability.engine.intervals import Span


class Year:
    """A year in a zone: the UTC seconds it runs from and to, and the flips inside.

    ``starts_on`` is the state just before it. ``doubts`` are the spans of which
    nobody can say, ``leave`` those in which nothing else counts.
    """

    __slots__ = (
        "_sums",
        "_total",
        "doubts",
        "end",
        "flips",
        "leave",
        "number",
        "start",
        "starts_on",
    )

    def __init__(  # noqa: PLR0917  (by position, in few places)
        self,
        number: int,
        start: int,
        end: int,
        starts_on: bool,
        flips: Sequence[int],
        doubts: Sequence[Span] = (),
        leave: Sequence[Span] = (),
    ) -> None:
        self.number = number
        self.start = start
        self.end = end
        self.starts_on = starts_on
        self.flips = flips
        self.doubts = doubts
        self.leave = leave
        #: Memos: the duty time before the first flip, before the second, and so on; and all.
        self._sums: Sequence[int] = ()
        self._total = 0

    def is_on(self, second: int) -> bool:
        """Return the state at a second of the year, where it is known."""
        return bisect_right(self.flips, second) & 1 != self.starts_on

    def before(self, micros: int) -> int:
        """Return the duty time in the year before an instant of it; microseconds."""
        second, fraction = divmod(micros, MICROS)
        duty, is_on = self.passed(second)
        return duty * MICROS + fraction * is_on

    def passed(self, second: int) -> tuple[int, bool]:
        """Return the seconds of duty in the year before a second of it, and its state."""
        i = bisect_right(self.flips, second)
        duty = (self._sums or self._add_up())[i]
        if i & 1 == self.starts_on:
            return duty, False
        return duty + second - (self.flips[i - 1] if i else self.start), True

    def total(self) -> int:
        """Return the seconds of duty in the year."""
        if not self._total:
            self._total = self.passed(self.end)[0]
        return self._total

    def first_with(self, duty: int) -> int:
        """Return the first instant with that much of the year's duty before it; microseconds."""
        sums = self._sums or self._add_up()
        seconds = -(-duty // MICROS)
        i = min(bisect_left(sums, seconds), len(self.flips))
        edge = self.flips[i - 1] if i else self.start
        # The state holds for whole seconds, so the missing fraction ends the last one.
        return (edge + seconds - sums[i]) * MICROS - (seconds * MICROS - duty)

    def edges(self) -> Sequence[int]:
        """Return where in the year what is known changes, flips aside."""
        edges = chain.from_iterable((*self.doubts, *self.leave))
        return [edge for edge in edges if self.start <= edge < self.end]

    @classmethod
    def of(  # noqa: PLR0917  (as the constructor)
        cls,
        number: int,
        start: int,
        end: int,
        stretches: Sequence[Span],
        doubts: Sequence[Span],
        leave: Sequence[Span] = (),
    ) -> Year:
        """Return the year of stretches of duty, merged, of which some reach beyond it.

        So do the doubts, by a day: one goes on where years meet.
        """
        edges = list(chain.from_iterable(stretches))
        i = bisect_left(edges, start)
        near = [
            (max(a, start - DAY), min(b, end + DAY))
            for a, b in doubts
            if a < end + DAY and b > start - DAY
        ]
        flips = tuple(edges[i : bisect_left(edges, end)])
        return cls(number, start, end, i & 1 == 1, flips, near, leave)

    def stretches(self) -> list[Span]:
        """Return the stretches of duty in the year, from the second before it on."""
        edges = [self.start - 1, *self.flips] if self.starts_on else list(self.flips)
        return by_turns(edges, self.end)

    def _add_up(self) -> Sequence[int]:
        edges = (self.start, *self.flips)
        lengths = [until - since for since, until in pairwise(edges)]
        off = slice(self.starts_on, None, 2)
        lengths[off] = [0] * len(lengths[off])
        self._sums = tuple(accumulate(lengths, initial=0))
        return self._sums

    def doubt_in(self, start: int, end: int) -> Span | None:
        """Return the first span of doubt that reaches into a window, None without one."""
        for span in self.doubts:
            if span[0] < end and span[1] > start:
                return span
        return None
