"""Step functions as plain arrays: breakpoints, and a number from each to the next.
Imports instants, errors.

Breakpoints are integers, ascending, one more than numbers where the last one ends
a window. The integral is an integer, too: a number times a length.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from availability.engine.instants import MICROS
from availability.errors import ConfigurationError, describe

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeAlias

    Integers: TypeAlias = npt.NDArray[np.int64]
    Numbers: TypeAlias = npt.NDArray[np.int64] | npt.NDArray[np.float64]

Kind = TypeVar("Kind", bound="np.generic[Any]")


def without_repeats(
    times: Integers, counts: npt.NDArray[Kind]
) -> tuple[Integers, npt.NDArray[Kind]]:
    """Return the same steps, of those at one instant the last, and none that changes nothing.

    >>> times, counts = without_repeats(np.array([0, 5, 5, 9]), np.array([1, 3, 2, 2]))
    >>> times.tolist(), counts.tolist()
    ([0, 5], [1, 2])
    """
    is_last = np.append(times[1:] != times[:-1], True)
    times, counts = times[is_last], counts[is_last]
    is_new = np.append(True, counts[1:] != counts[:-1])
    return times[is_new], counts[is_new]


def union(parts: Sequence[Integers]) -> Integers:
    """Return the places of several arrays, each sorted, in order and once.

    >>> union([np.array([1, 4]), np.array([2, 4, 9])]).tolist()
    [1, 2, 4, 9]
    """
    # numpy.unique hashes, which takes far longer than to merge what is sorted in parts
    places: Integers = np.sort(np.concatenate(parts), kind="stable")
    found: Integers = places[np.diff(places, prepend=places[:1] - 1) != 0]
    return found


def areas_between(
    breakpoints: Integers, counts: Numbers, areas: Integers | None, edges: Integers
) -> Integers:
    """Return the integral from each edge to the next; ``areas`` are those of the pieces, if known.

    >>> areas_between(np.array([0, 4, 8]), np.array([3, 1]), None, np.array([1, 5, 8])).tolist()
    [10, 3]
    """
    if areas is None:
        areas = counts.astype(np.int64) * np.diff(breakpoints)
    # Sums may run over; what is between two edges, which is what counts, comes out right
    before = np.concatenate([np.zeros(1, dtype=np.int64), areas.cumsum()])
    i = np.minimum(breakpoints.searchsorted(edges, side="right") - 1, len(counts) - 1)
    parts = counts[i] * (edges - breakpoints[i])
    if parts.dtype.kind == "f":
        parts = np.rint(parts).astype(np.int64)
    return np.diff(before[i] + parts)


def area_between(
    breakpoints: Integers, counts: Numbers, areas: Integers | None, first: int, last: int
) -> int:
    """Return the integral from one place to another, however large."""
    i = int(breakpoints.searchsorted(first, side="right")) - 1
    j = int(breakpoints.searchsorted(last, side="left"))
    edges = breakpoints[i : j + 1].copy()
    edges[0], edges[-1] = first, last
    if areas is not None:
        return int(areas_between(breakpoints, counts, areas, edges).sum())
    seconds, rest = np.divmod(np.diff(edges), MICROS)
    return int(counts[i:j] @ seconds) * MICROS + int(counts[i:j] @ rest)


def best_between(
    breakpoints: Integers, counts: Numbers, best: np.ufunc, edges: Integers
) -> Numbers:
    """Return the least, or the most, from each edge to the next.

    >>> breakpoints, counts = np.array([0, 4, 8]), np.array([3, 1])
    >>> best_between(breakpoints, counts, np.minimum, np.array([0, 3, 8])).tolist()
    [3, 1]
    """
    first = breakpoints.searchsorted(edges[:-1], side="right") - 1
    after = breakpoints.searchsorted(edges[1:], side="left")
    with_end = np.append(counts, counts[-1:])  # so that the end has an index
    found: Numbers = best.reduceat(with_end, np.column_stack((first, after)).ravel())
    return found[::2]


def checked_grid(edges: object, first: int, last: int) -> Integers:
    """Return the edges of a grid between two places as an array of their own.

    Raises:
        ConfigurationError: not integers, not ascending, or not between the places.

    >>> checked_grid([0, 4, 6], 0, 8)
    array([0, 4, 6])
    """
    try:
        own = np.array(edges)
    except ValueError:  # lists of several lengths
        own = np.array([])
    is_list = own.ndim == 1 and own.size > 0 and own.dtype.kind == "i"
    if not is_list or (np.diff(own) <= 0).any() or own[0] < first or own[-1] > last:
        raise ConfigurationError(
            f"edges: {describe(edges)}; allowed: integers, ascending, from {first} to {last}"
        )
    return own.astype(np.int64)
