"""A number that changes from instant to instant: how many are on duty, over a window.
Imports bulk, grid, instants, intervals, notebook, value, zones, errors, export.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import repeat
from numbers import Real

import numpy as np
import numpy.typing as npt

from availability.engine.bulk import to_seconds
from availability.engine.grid import (
    area_between,
    areas_between,
    best_between,
    checked_grid,
    union,
    without_repeats,
)
from availability.engine.instants import MICROS, to_amount, to_micros, to_window
from availability.engine.intervals import Interval
from availability.engine.value import Value
from availability.engine.zones import shown_in
from availability.errors import ConfigurationError, WindowError, describe

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal, TypeAlias

    from availability.engine.bulk import Instants
    from availability.engine.grid import Integers, Numbers
    from availability.export.frames import Table

    How: TypeAlias = Literal["mean", "min", "max"]

#: What is kept of each cell of a grid.
HOW = ("mean", "min", "max")
#: How many cells a grid may have, and how many units are added up for grids to come.
MOST_CELLS = 10_000_000
MOST_UNITS = 4_000_000
#: A curve of more pieces is shown in so many columns.
MOST_PIECES = 480
LONGEST = timedelta.max // timedelta(microseconds=1)


class StepFunction(Value):
    """A number over a window of time, constant between breakpoints: a headcount, say.

    ``counts[i]`` holds from ``breakpoints[i]`` until just before ``breakpoints[i + 1]``;
    the first breakpoint is the window's start, the last its end, so there is one
    more of them. Neighbours differ, unless it is resampled. An empty window has one
    breakpoint and no counts. ``micros`` are the breakpoints in UTC microseconds
    since 1970, ``tz`` is the zone in which instants and intervals are shown.

    >>> import numpy as np
    >>> from datetime import datetime, timedelta, timezone
    >>> hour = 3_600_000_000
    >>> count = StepFunction(np.array([0, hour, 3 * hour]), np.array([2, 1]), "UTC")
    >>> count.at(datetime(1970, 1, 1, 1, tzinfo=timezone.utc))
    1
    >>> print(count.integral(), count.min(), count.max(), round(count.mean(), 3))
    4:00:00 1 2 1.333
    >>> print(*count.below(2))
    1970-01-01T01:00:00+00:00/1970-01-01T03:00:00+00:00
    """

    _fields = ("micros", "counts", "tz", "areas")
    __slots__ = (*_fields, "_passed")

    micros: Integers
    counts: Numbers
    tz: str
    #: Of means: the exact integral of each piece, in microseconds.
    areas: Integers | None
    #: A memo: a unit of microseconds, and the integral up to each whole one of them.
    _passed: tuple[int, Integers] | None

    def __init__(
        self,
        micros: Integers,
        counts: Numbers,
        tz: str,
        areas: Integers | None = None,
    ) -> None:
        try:
            if len(micros) != len(counts) + 1:
                raise ConfigurationError(
                    f"counts: {len(counts)} of them for {len(micros)} breakpoints; "
                    "allowed: one less"
                )
            micros.setflags(write=False)  # faster than the attribute
            counts.setflags(write=False)
            if areas is not None:
                areas.setflags(write=False)
        except (AttributeError, TypeError) as error:
            raise ConfigurationError("micros, counts, areas: allowed: numpy arrays") from error
        set_micros(self, micros)  # this is _fill without its loop
        set_counts(self, counts)
        set_tz(self, tz)
        set_areas(self, areas)
        set_passed(self, None)

    @property
    def breakpoints(self) -> npt.NDArray[np.datetime64]:
        """The instants at which the number changes, with the window's ends; UTC."""
        return self.micros.view("datetime64[us]")

    @property
    def start(self) -> datetime:
        """The first instant of the window."""
        return shown_in(self.tz, int(self.micros[0]))

    @property
    def end(self) -> datetime:
        """The first instant after the window."""
        return shown_in(self.tz, int(self.micros[-1]))

    def __len__(self) -> int:
        return len(self.counts)

    def __iter__(self) -> Iterator[tuple[Interval, int | float]]:
        edges = self.micros.tolist()
        for start, end, count in zip(edges, edges[1:], self.counts.tolist(), strict=False):
            yield Interval(start, end, self.tz), count

    def at(self, instants: datetime | Instants) -> int | float | Numbers:
        """Return the number at an instant, or an array of those at many.

        Many are what :meth:`Timeline.are_on_duty` takes, floored to whole seconds.

        Raises:
            WindowError: an instant outside the window; its end is outside, too.
            InstantError: what is no instant.
        """
        if isinstance(instants, datetime):
            found: int | float = self._at(to_micros(instants)).item()
            return found
        return self._at(to_seconds(instants) * MICROS)

    def _at(self, micros: int | Integers) -> Numbers:
        asked = np.asarray(micros)
        first = self.micros[0] // MICROS * MICROS if asked.ndim else self.micros[0]
        if asked.size and not (asked.min() >= first and asked.max() < self.micros[-1]):
            raise WindowError(
                f"not all of these instants are in the window from {self.start.isoformat()} until "
                f"{self.end.isoformat()}"
            )
        place = self.micros.searchsorted(asked, side="right") - 1
        return self.counts[np.maximum(place, 0)]

    def integral(self, start: datetime | None = None, end: datetime | None = None) -> timedelta:
        """Return the number times how long it holds, added up, in the window or in a part of it.

        That of a headcount is the duty time of all agents together.

        Raises:
            WindowError: a part that is not in the window, or starts after it ends.
        """
        first, last = self._part(start, end)
        area = (
            area_between(self.micros, self.counts, self.areas, first, last) if first < last else 0
        )
        if abs(area) > LONGEST:
            raise WindowError(f"the integral, {area // MICROS} seconds, is longer than a timedelta")
        return timedelta(microseconds=area)

    def mean(self) -> float:
        """Return the mean over time.

        Raises:
            WindowError: the window is empty.
        """
        self._check_not_empty()
        first, last = int(self.micros[0]), int(self.micros[-1])
        return area_between(self.micros, self.counts, self.areas, first, last) / (last - first)

    def min(self) -> int | float:
        """Return the lowest number there is.

        Raises:
            WindowError: the window is empty.
        """
        self._check_not_empty()
        least: int | float = self.counts.min().item()
        return least

    def max(self) -> int | float:
        """Return the highest number there is.

        Raises:
            WindowError: the window is empty.
        """
        self._check_not_empty()
        most: int | float = self.counts.max().item()
        return most

    def below(self, number: float) -> list[Interval]:
        """Return where it is below a number: maximal stretches, sorted.

        Raises:
            ConfigurationError: ``number`` is none.
        """
        check_number(number)
        return self._where(self.counts < number)

    def at_least(self, number: float) -> list[Interval]:
        """Return where it is so high or higher: the rest of the window.

        Raises:
            ConfigurationError: ``number`` is none.
        """
        check_number(number)
        return self._where(self.counts >= number)

    def resample(self, step: timedelta, how: How = "mean") -> StepFunction:
        """Return it on a grid: the mean, the least or the most of each cell.

        Cells are ``step`` long, from the window's start on; the last one ends with
        the window. Means keep the integral, to the microsecond.

        Raises:
            ConfigurationError: a step that is not positive, or far too short; an
                unknown ``how``.

        >>> import numpy as np
        >>> from datetime import timedelta
        >>> minute = 60_000_000
        >>> count = StepFunction(np.array([0, 20 * minute, 60 * minute]), np.array([3, 6]), "UTC")
        >>> count.resample(timedelta(minutes=30)).counts
        array([4., 6.])
        >>> count.resample(timedelta(minutes=30), "min").counts
        array([3, 6])
        """
        length = to_amount(step)
        first, last = self.micros.item(0), self.micros.item(-1)
        if length <= 0 or (last - first) // length > MOST_CELLS:
            raise ConfigurationError(
                f"step: {step} is no step for {len(self)} pieces over "
                f"{timedelta(microseconds=last - first)}; allowed: positive, at most "
                f"{MOST_CELLS:,} of them"
            )
        edges = np.arange(first, last + 1, length)
        rest = (last - first) % length
        if rest:
            edges = np.append(edges, last)
        elif how == "mean" and self.areas is None and last > first:
            unit, passed = self._passed or self._pass()
            if unit and length % unit == 0:  # the integral is at hand for each edge
                passed = passed[:: length // unit]
                areas = passed[1:] - passed[:-1]
                return StepFunction(edges, areas / length, self.tz, areas)
        return self._over(edges, how)

    def over(self, edges: Integers, how: How = "mean") -> StepFunction:
        """Return the same as :meth:`resample` on any grid: of cells between edges.

        Edges are UTC microseconds, ascending, within the window.

        Raises:
            ConfigurationError: other edges; an unknown ``how``.
        """
        return self._over(checked_grid(edges, self.micros[0], self.micros[-1]), how)

    def _over(self, edges: Integers, how: How) -> StepFunction:
        if how not in HOW:
            raise ConfigurationError(f"how: {describe(how)}; allowed: {', '.join(HOW)}")
        if len(edges) < 2:
            return StepFunction(edges[:1], self.counts[:0], self.tz)
        if how == "mean":
            areas = areas_between(self.micros, self.counts, self.areas, edges)
            return StepFunction(edges, areas / np.diff(edges), self.tz, areas)
        best = np.minimum if how == "min" else np.maximum
        return StepFunction(edges, best_between(self.micros, self.counts, best, edges), self.tz)

    def to_arrow(self) -> Table:
        """Return the pieces as a ``pyarrow.Table``: ``start`` and ``end``, in UTC, and ``count``.

        Raises:
            ConfigurationError: pyarrow is not installed.
        """
        from availability.export.frames import steps_table  # noqa: PLC0415  (an extra)

        return steps_table(self)

    def _pass(self) -> tuple[int, Integers]:
        """Add up the integral unit by unit, the unit being what all lengths are made of."""
        lengths = np.diff(self.micros)
        unit = int(np.gcd.reduce(lengths))
        if lengths.sum() // unit > MOST_UNITS:
            found = 0, lengths[:0]
        else:
            passed = np.zeros(int(lengths.sum()) // unit + 1, dtype=np.int64)
            np.repeat(self.counts * unit, lengths // unit).cumsum(out=passed[1:])
            found = unit, passed
        set_passed(self, found)
        return found

    def _part(self, start: datetime | None, end: datetime | None) -> tuple[int, int]:
        first, last = int(self.micros[0]), int(self.micros[-1])
        if start is not None and end is not None:
            to_window(start, end)
        since = first if start is None else to_micros(start)
        until = last if end is None else to_micros(end)
        if not first <= since <= until <= last:
            raise WindowError(
                f"that is not a part of the window from {self.start.isoformat()} until "
                f"{self.end.isoformat()}"
            )
        return since, until

    def _where(self, chosen: npt.NDArray[np.bool_]) -> list[Interval]:
        turns = np.flatnonzero(np.diff(chosen, prepend=False, append=False))
        edges = self.micros[turns].tolist()
        return list(map(Interval, edges[::2], edges[1::2], repeat(self.tz)))

    def _check_not_empty(self) -> None:
        if not len(self):
            raise WindowError(f"the window at {self.start.isoformat()} is empty")

    def __add__(self, other: StepFunction) -> StepFunction:
        """Return the sum: the headcount of two rosters together."""
        return self._with(other, np.add)

    def __sub__(self, other: StepFunction) -> StepFunction:
        """Return the difference: what is left of one headcount, or missing."""
        return self._with(other, np.subtract)

    def _with(self, other: StepFunction, combine: np.ufunc) -> StepFunction:
        if not isinstance(other, StepFunction):
            return NotImplemented
        if self.micros[0] != other.micros[0] or self.micros[-1] != other.micros[-1]:
            raise WindowError(
                f"one is of the window from {self.start.isoformat()} until "
                f"{self.end.isoformat()}, the other from {other.start.isoformat()} until "
                f"{other.end.isoformat()}"
            )
        times = union([self.micros[:-1], other.micros[:-1]])
        if not len(times):
            return self
        counts = combine(self._at(times), other._at(times))
        times, counts = without_repeats(times, counts)
        return StepFunction(np.append(times, self.micros[-1]), counts, self.tz)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, StepFunction):
            return NotImplemented
        return self.tz == other.tz and all(
            np.array_equal(mine, its)
            for mine, its in ((self.micros, other.micros), (self.counts, other.counts))
        )

    def __hash__(self) -> int:
        return hash((self.micros.tobytes(), self.tz))  # equal counts may differ in their type

    def __repr__(self) -> str:
        return (
            f"<StepFunction of {len(self)} pieces from {self.start.isoformat()} until "
            f"{self.end.isoformat()}>"
        )

    def _repr_html_(self) -> str:
        """Show a notebook the curve."""
        from availability.engine.notebook import steps_html  # noqa: PLC0415  (only who asks pays)

        first, last = int(self.micros[0]), int(self.micros[-1])
        if first == last:
            return steps_html((), (first, last), self.tz, "")
        words = f"min {self.min():.4g}, mean {self.mean():.4g}, max {self.max():.4g}"
        lows = highs = self
        if len(self) > MOST_PIECES:
            column, rest = divmod(last - first, MOST_PIECES)  # as integers: floats are too coarse
            number = np.arange(MOST_PIECES + 1)
            grid = first + number * column + number * rest // MOST_PIECES
            lows, highs = self._over(grid, "min"), self._over(grid, "max")
            words += f"; of {len(self):,} steps, the least and the most in each column"
        places = ((lows.micros - first) / (last - first)).tolist()
        pieces = zip(places, places[1:], lows.counts.tolist(), highs.counts.tolist(), strict=False)
        return steps_html(pieces, (first, last), self.tz, words)


def check_number(number: object) -> None:
    """Raise ConfigurationError where that is no number that others can be compared with."""
    if not isinstance(number, Real) or number != number:  # noqa: PLR0124  (what no number does)
        raise ConfigurationError(f"number: {describe(number)}; allowed: a number")


set_micros, set_counts, set_tz, set_areas, set_passed = StepFunction._setters  # noqa: SLF001  (its own module)
