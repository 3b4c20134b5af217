"""A headcount from spans, on numpy: a sort and a sum, against which the others are held.

Spans are rows of a start and an end, in seconds since 1970, as ``Timeline.epochs`` returns them.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np

#: From each of these seconds on there are so many.
Curve: TypeAlias = tuple[np.ndarray, np.ndarray]


def by_numpy(spans: np.ndarray, numbers: np.ndarray | None = None) -> Curve:
    """Return the curve of so many in each span, one unless said otherwise: sort, add up.

    >>> times, counts = by_numpy(np.array([[0, 60], [30, 60]]))
    >>> times.tolist(), counts.tolist()
    ([0, 30, 60], [1, 2, 0])
    """
    numbers = np.ones(len(spans), dtype=np.int64) if numbers is None else numbers
    times = np.concatenate([spans[:, 0], spans[:, 1]])
    order = times.argsort()
    counts = np.concatenate([numbers, -numbers])[order].cumsum()
    times = times[order]
    is_last = np.append(times[1:] != times[:-1], True)
    return times[is_last], counts[is_last]


def clipped(curve: Curve, first: int, last: int) -> Curve:
    """Return a curve in a window of seconds that holds it; each step has another number.

    >>> curve = np.array([60, 70, 80, 90]), np.array([1, 1, 2, 0])
    >>> [each.tolist() for each in clipped(curve, 0, 90)]
    [[0, 60, 80], [0, 1, 2]]
    """
    times, counts = curve
    if times[0] > first:
        times, counts = np.append(first, times), np.append(0, counts)
    is_step = np.append(True, counts[1:] != counts[:-1]) & (times < last)
    return times[is_step], counts[is_step]
