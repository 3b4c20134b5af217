"""Many instants at once, on numpy. Imports course, dated, days, instants, week, zones, errors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from availability.engine.course import Course
from availability.engine.dated import DatedCourse
from availability.engine.days import MOST_DAYS
from availability.engine.instants import CYCLE, DAY, EPOCH_ORDINAL, MICROS, to_second
from availability.engine.week import WeekPattern
from availability.engine.zones import FIRST_SECOND, LAST_SECOND, MONDAY, WEEK, Zone
from availability.errors import InstantError, NaiveDatetimeError, describe

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeAlias

    Instants: TypeAlias = npt.ArrayLike | Iterable[datetime]
    Seconds: TypeAlias = npt.NDArray[np.int64]

DAY_MINUTES = DAY // 60

NOT_INSTANTS = (str, bytes, bytearray, memoryview, Mapping, np.ma.MaskedArray)
WHAT = "pass epoch seconds, datetime64, a time-zone-aware pandas index or aware datetimes"
#: The usual units of datetime64, in ticks a second, and its NaT.
TICKS = {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}
NAT = np.iinfo(np.int64).min
OUTSIDE = "instants in bulk are finite and in the years 1 to 9999"


def are_on(course: Course, seconds: Seconds) -> npt.NDArray[np.bool_]:
    """Return whether each UTC second is duty time, in the shape given."""
    if not seconds.size:
        return np.zeros(seconds.shape, dtype=np.bool_)
    first, last = int(seconds.min()) // DAY, int(seconds.max()) // DAY
    if last - first < min(seconds.size, MOST_DAYS):
        on = _are_on_by_day(course, seconds, first, last)
        if on is not None:
            return on
    if isinstance(course, DatedCourse):
        return _are_on_by_year(course, seconds)
    return _are_on_by_wall(course, seconds)


def _are_on_by_year(course: DatedCourse, seconds: Seconds) -> npt.NDArray[np.bool_]:
    """Do the same by dates, a year at a time."""
    on = np.zeros(seconds.shape, dtype=np.bool_)
    left = seconds
    while left.size:
        year = course.year_at(int(left.min()))
        inside = (seconds >= year.start) & (seconds < year.end)
        for start, end in year.doubts:
            doubtful = seconds[(seconds >= start) & (seconds < end)]
            if doubtful.size:
                course.is_on(int(doubtful[0]))  # raises what there is to say
        flipped = np.searchsorted(np.array(year.flips), seconds[inside], side="right") & 1
        on[inside] = flipped != year.starts_on
        left = left[left >= year.end]
    return on


def _are_on_by_day(
    course: Course, seconds: Seconds, first: int, last: int
) -> npt.NDArray[np.bool_] | None:
    """Look each minute up in a table of the kinds of day there are; None where that cannot be."""
    kinds = course.kinds.in_utc(first + EPOCH_ORDINAL, last + EPOCH_ORDINAL)
    if kinds is None:
        return None
    known = sorted(set(kinds))
    flips = [course.flips_of(kind) for kind in known]
    if any(flip % 60 for of_day in flips for flip in of_day if flip >= 0):
        return None
    states = np.concatenate([_minutes_of_day(of_day) for of_day in flips])
    # A minute of the window, less its day's first one, plus that of the row of the day's kind
    row_of_kind = np.zeros(known[-1] + 1, dtype=np.int64)
    row_of_kind[known] = range(len(known))
    to_row = (row_of_kind[kinds] - np.arange(len(kinds))) * DAY_MINUTES
    minutes = (seconds - first * DAY).astype(np.uint32) // 60  # 32 bits divide thrice as fast
    on: npt.NDArray[np.bool_] = states.take(minutes + to_row.take(minutes // DAY_MINUTES))
    return on


def _minutes_of_day(flips: tuple[int, ...]) -> npt.NDArray[np.bool_]:
    """Return the state in each minute of a day with these flips."""
    bounds = [max(flip, 0) // 60 for flip in flips] + [DAY_MINUTES]
    states = np.zeros(DAY_MINUTES, dtype=np.bool_)
    for start, end in zip(bounds[::2], bounds[1::2], strict=False):
        states[start:end] = True
    return states


def _are_on_by_wall(course: Course, seconds: Seconds) -> npt.NDArray[np.bool_]:
    """Do the same for any seconds: few of them, or over thousands of years."""
    phase = (_walls_at(course.zone, seconds) - MONDAY) % WEEK
    edges = np.array(course.pattern.edges, dtype=np.int64)
    flipped = np.searchsorted(edges, phase, side="right") & 1
    on: npt.NDArray[np.bool_] = flipped != course.pattern.starts_on
    return on


def epochs(course: Course, start: int, end: int) -> Seconds:
    """Return the stretches of duty between two UTC seconds, shape (n, 2)."""
    start, end = max(start, course.first // MICROS), min(end, course.last // MICROS)
    if start >= end:
        return np.zeros((0, 2), dtype=np.int64)
    if isinstance(course, DatedCourse):
        dated = [start] if course.is_on(start) else []
        dated += course.transitions(start, end)
        return np.array(dated + [end] * (len(dated) & 1), dtype=np.int64).reshape(-1, 2)
    bounds = [np.array([start] if course.is_on(start) else [], dtype=np.int64)]
    for begin, until, wall, moves in course.zone.runs(start, end):
        if begin > start and course.flips_at(begin):
            bounds.append(np.array([begin], dtype=np.int64))
        if moves:
            bounds.append(_edges_in(course.pattern, wall, wall + until - begin) + (begin - wall))
    seconds = np.concatenate(bounds)
    if seconds.size & 1:
        seconds = np.append(seconds, end)
    return seconds.reshape(-1, 2)


def _edges_in(pattern: WeekPattern, start: int, end: int) -> Seconds:
    """Return the edges after one wall time and before another, in order."""
    weeks = np.arange(start - (start - MONDAY) % WEEK, end, WEEK, dtype=np.int64)
    edges = np.add.outer(weeks, np.array(pattern.edges, dtype=np.int64)).ravel()
    inside = slice(edges.searchsorted(start, side="right"), edges.searchsorted(end, side="left"))
    return edges[inside]


def _walls_at(zone: Zone, seconds: Seconds) -> Seconds:
    """Return the hand's reading at each second; what it lacks of cycles, weeks do not miss."""
    starts, shifts, reached = segments(zone)
    if zone.repeat is not None:
        cycles = np.maximum(seconds - zone.repeat, 0) // CYCLE
        seconds = seconds - cycles * CYCLE
    segment = np.searchsorted(starts, seconds, side="right") - 1
    walls: Seconds = np.maximum(seconds + shifts[segment], reached[segment] - 1)
    return walls


@lru_cache(maxsize=1024)
def segments(zone: Zone) -> tuple[Seconds, Seconds, Seconds]:
    """Return the starts, shifts and readings reached of a zone's segments."""

    def array(numbers: tuple[int, ...]) -> Seconds:
        return np.array(numbers, dtype=np.int64)

    return array(zone.starts), array(zone.shifts), array(zone.reached)


def to_seconds(instants: Instants) -> Seconds:
    """Return many instants as whole UTC seconds since 1970.

    Raises:
        InstantError: NaN, NaT, a value outside years 1 to 9999, or no instants.
    """
    values = _to_array(instants)
    if values.dtype.kind == "M":
        return _check_years(_from_datetime64(values))
    if values.dtype.kind in "iuf":
        return _check_years(np.floor(values) if values.dtype.kind == "f" else values)
    if values.dtype.kind == "O":
        seconds = [to_second(at) for at in values.ravel()]
        return np.array(seconds, dtype=np.int64).reshape(values.shape)
    raise InstantError(f"{values.dtype} values are not instants: {WHAT}")


def _to_array(instants: Instants) -> npt.NDArray[Any]:
    """Return an array that holds numbers, datetime64 in UTC, or datetimes."""
    if isinstance(instants, NOT_INSTANTS) or not isinstance(instants, Iterable):
        raise InstantError(f"{describe(instants)} is not a series of instants: {WHAT}")
    dtype = getattr(instants, "dtype", None)
    if getattr(dtype, "tz", None) is not None:  # pandas, aware: its UTC values
        return np.asarray(instants, dtype=f"datetime64[{getattr(dtype, 'unit', 'ns')}]")
    if getattr(dtype, "kind", "") == "M" and not isinstance(instants, np.ndarray):
        raise NaiveDatetimeError("the index has no time zone: use tz_localize first")
    try:
        is_known = hasattr(instants, "__array__") or isinstance(instants, Sequence)
        values = np.asarray(instants if is_known else list(instants))
    except (ValueError, OverflowError) as error:
        raise InstantError(f"these are not instants: {WHAT}") from error
    return values if values.size else values.astype(np.int64)


def _from_datetime64(values: npt.NDArray[Any]) -> Seconds:
    if not values.dtype.isnative:
        values = values.astype(values.dtype.newbyteorder("="))
    unit, count = np.datetime_data(values.dtype)
    ticks = values.view(np.int64)
    if ticks.size and ticks.min() == NAT:
        raise InstantError("NaT is not an instant")
    if count == 1 and unit in TICKS:
        return ticks if unit == "s" else ticks // TICKS[unit]
    try:
        seconds = values.astype("datetime64[s]")
    except OverflowError as error:  # numpy since 2.5; before, the numbers just came out wrong
        raise InstantError(OUTSIDE) from error
    is_coarse = np.can_cast(values.dtype, seconds.dtype)
    if is_coarse and (seconds.astype(values.dtype) != values).any():
        raise InstantError(OUTSIDE)
    return seconds.astype(np.int64)


def _check_years(values: npt.NDArray[Any]) -> Seconds:
    # NaN is neither above one nor below the other
    if values.size and not (values.min() >= FIRST_SECOND and values.max() <= LAST_SECOND):
        raise InstantError(OUTSIDE)
    return values.astype(np.int64, copy=False)
