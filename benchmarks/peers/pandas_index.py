"""pandas: the three years as an IntervalIndex of UTC timestamps."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
from workload import Case

from peers.peer import Asks, Peer
from peers.stdlib_loop import spans


def asks(case: Case) -> Asks:
    """Return what an index of intervals can answer."""
    laid_out = spans(case)
    left, right = (pd.DatetimeIndex([span[end] for span in laid_out]) for end in (0, 1))
    duty = pd.IntervalIndex.from_arrays(left, right, closed="left")

    def is_on_duty(at: pd.Timestamp) -> bool:
        try:
            duty.get_loc(at)
        except KeyError:
            return False
        return True

    def are_on_duty(instants: np.ndarray) -> np.ndarray:
        return duty.get_indexer(pd.DatetimeIndex(instants, tz="UTC")) >= 0

    def clipped(start: pd.Timestamp, end: pd.Timestamp) -> tuple[pd.DatetimeIndex, ...]:
        first, last = right.searchsorted(start, "right"), left.searchsorted(end)
        return left[first:last].where(left[first:last] >= start, start), right[first:last].where(
            right[first:last] <= end, end
        )

    def intervals(start: pd.Timestamp, end: pd.Timestamp) -> pd.IntervalIndex:
        return pd.IntervalIndex.from_arrays(*clipped(start, end), closed="left")

    def read(start: pd.Timestamp, end: pd.Timestamp) -> None:
        for interval in intervals(start, end):
            interval.left  # noqa: B018  (an attribute)
            interval.right  # noqa: B018

    def duty_time(start: pd.Timestamp, end: pd.Timestamp) -> pd.Timedelta:
        starts, ends = clipped(start, end)
        return (ends - starts).sum()

    return {
        "is_on_duty": is_on_duty,
        "are_on_duty": are_on_duty,
        "intervals": intervals,
        "read": read,
        "epochs": intervals,
        "duty_time": duty_time,
    }


def ends(interval: Any) -> tuple[datetime, datetime]:
    """Return the two ends of an interval."""
    return interval.left, interval.right


PEER = Peer("pandas", asks, "pandas", given=pd.Timestamp, ends=ends)
