"""A desk's headcount by others: pandas from all starts and ends, opening-hours-py."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from itertools import cycle
from statistics import median
from typing import TypeAlias
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from measure import Contestant, Run, race, shared
from opening_hours import OpeningHours, State
from peers.opening_hours_osm import expression, given
from sums import Curve, by_numpy
from workload import Case

Way: TypeAlias = Callable[[np.ndarray, np.ndarray], pd.Series]


def by_value_counts(starts: np.ndarray, ends: np.ndarray) -> pd.Series:
    """Count the starts at each instant, and the ends, then add up."""
    up, down = (pd.Series(each).value_counts(sort=False) for each in (starts, ends))
    return up.sub(down, fill_value=0).sort_index().cumsum()


def by_groupby(starts: np.ndarray, ends: np.ndarray) -> pd.Series:
    """Add up changes of +1 and -1 by instant, then all of them."""
    return _changes(starts, ends).groupby(level=0).sum().cumsum()


def by_sorting(starts: np.ndarray, ends: np.ndarray) -> pd.Series:
    """Sort changes of +1 and -1, add up, keep the last of each instant."""
    added = _changes(starts, ends).sort_index(kind="stable").cumsum()
    return added[~added.index.duplicated(keep="last")]


def by_factorize(starts: np.ndarray, ends: np.ndarray) -> pd.Series:
    """Number the instants, count each number with numpy, then add up."""
    codes, instants = pd.factorize(np.concatenate([starts, ends]), sort=True)
    up, down = (
        np.bincount(some, minlength=len(instants))
        for some in (codes[: len(starts)], codes[len(starts) :])
    )
    return pd.Series(up - down, index=instants).cumsum()


def by_resampling(starts: np.ndarray, ends: np.ndarray) -> pd.Series:
    """Add up changes minute by minute, then all of them."""
    changes = _changes(starts, ends)
    changes.index = pd.to_datetime(changes.index, unit="s")
    return changes.resample("1min").sum().cumsum()


def _changes(starts: np.ndarray, ends: np.ndarray) -> pd.Series:
    changes = np.ones(2 * len(starts), dtype=np.int64)
    changes[len(starts) :] = -1
    return pd.Series(changes, index=np.concatenate([starts, ends]))


PANDAS = "pandas, "
#: The ways with pandas that were tried, of those that give the whole curve. An IntervalIndex
#: is none: which spans overlap it can say for one instant at a time; and as a grid of minutes,
#: to look each start and each end up in, it took five times as long as the fastest of these.
WAYS: Mapping[str, Way] = {
    "value_counts": by_value_counts,
    "groupby": by_groupby,
    "sort_index": by_sorting,
    "factorize": by_factorize,
    "resample": by_resampling,
}


def from_spans(pandas: Contestant, spans: np.ndarray) -> pd.Series:
    """Return the curve of starts and ends by one of the ways with pandas."""
    way = WAYS[pandas.name.removeprefix(PANDAS)]
    return way(*(np.ascontiguousarray(spans[:, i]) for i in (0, 1)))


def best_of_pandas(spans: np.ndarray) -> tuple[Contestant, Curve]:
    """Return the fastest way with pandas from arrays of all starts and ends, and its curve."""
    given = [np.ascontiguousarray(spans[:, i]) for i in (0, 1)]
    field = [
        Contestant(f"{PANDAS}{name}", 1, partial(partial, way, *given))
        for name, way in WAYS.items()
    ]
    times = race(field, 3)
    best = min(field, key=lambda each: median(times[each.name]))
    found = best.ready()()
    seconds = found.index.to_numpy()
    if seconds.dtype.kind == "M":
        seconds = seconds.astype("datetime64[s]").astype(np.int64)
    return best, (seconds, found.to_numpy().astype(np.int64))


class HoursOfADesk:
    """Schedules as OpenStreetMap expressions: those that differ, and how many agents have each."""

    def __init__(self, cases: Sequence[Case], start: datetime, end: datetime) -> None:
        self._spelled = list(Counter((expression(case.rows), case.tz) for case in cases).items())
        self._window = given(start), given(end)

    def contestant(self, name: str, every: int) -> Contestant:
        """Return who adds up one in so many of the schedules, others in each turn.

        Expressions are parsed outside the clock.
        """
        turns = cycle(range(every))

        def ready() -> Run:
            parsed = self._parsed(shared(self._spelled, every, next(turns)))
            return lambda: self._added(parsed)

        return Contestant(name, 1, ready)

    def curve(self) -> Curve:
        """Return the headcount of all."""
        return self._added(self._parsed(self._spelled))

    def _parsed(
        self, spelled: Sequence[tuple[tuple[str, str], int]]
    ) -> list[tuple[OpeningHours, int]]:
        return [
            (OpeningHours(hours, timezone=ZoneInfo(tz)), number) for (hours, tz), number in spelled
        ]

    def _added(self, parsed: Sequence[tuple[OpeningHours, int]]) -> Curve:
        spans, numbers = [], []
        for hours, number in parsed:
            for state in hours.intervals(*self._window):
                if state[2] == State.OPEN:
                    spans.append((int(state[0].timestamp()), int(state[1].timestamp())))
                    numbers.append(number)
        return by_numpy(np.array(spans), np.array(numbers))
