"""Many instants at once, on numpy. Imports course, instants, week, zones, errors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from availability.engine.course import Course
from availability.engine.instants import MICROS, to_micros
from availability.engine.week import MONDAY, WEEK, WeekPattern
from availability.engine.zones import CYCLE, FIRST_SECOND, LAST_SECOND, Zone
from availability.errors import InstantError, NaiveDatetimeError, describe

Instants: TypeAlias = npt.ArrayLike | Iterable[datetime]
Seconds: TypeAlias = npt.NDArray[np.int64]

NOT_INSTANTS = (str, bytes, bytearray, memoryview, Mapping, np.ma.MaskedArray)
WHAT = "pass epoch seconds, datetime64, a time-zone-aware pandas index or aware datetimes"
OUTSIDE = "instants in bulk are finite and in the years 1 to 9999"


def are_on(course: Course, seconds: Seconds) -> npt.NDArray[np.bool_]:
    """Return whether each UTC second is duty time, in the shape given."""
    phase = (_walls_at(course.zone, seconds) - MONDAY) % WEEK
    on: npt.NDArray[np.bool_] = _minutes_of_week(course.pattern)[phase // 60]
    return on


def epochs(course: Course, start: int, end: int) -> Seconds:
    """Return the stretches of duty between two UTC seconds, shape (n, 2)."""
    spans = list(course.spans(start * MICROS, end * MICROS))
    seconds: Seconds = np.array(spans, dtype=np.int64).reshape(-1, 2) // MICROS
    return seconds


def _walls_at(zone: Zone, seconds: Seconds) -> Seconds:
    """Return the hand's reading at each second; what it lacks of cycles, weeks do not miss."""
    starts, shifts, reached = _segments(zone)
    if zone.repeat is not None:
        cycles = np.maximum(seconds - zone.repeat, 0) // CYCLE
        seconds = seconds - cycles * CYCLE
    segment = np.searchsorted(starts, seconds, side="right") - 1
    walls: Seconds = np.maximum(seconds + shifts[segment], reached[segment] - 1)
    return walls


@lru_cache(maxsize=1024)
def _segments(zone: Zone) -> tuple[Seconds, Seconds, Seconds]:
    def array(numbers: tuple[int, ...]) -> Seconds:
        return np.array(numbers, dtype=np.int64)

    return array(zone.starts), array(zone.shifts), array(zone.reached)


@lru_cache(maxsize=1024)
def _minutes_of_week(pattern: WeekPattern) -> npt.NDArray[np.bool_]:
    """Return the state in each minute of a week: edges fall on whole minutes."""
    minutes = np.zeros(WEEK // 60, dtype=np.bool_)
    for start, length in zip(pattern.starts, pattern.lengths, strict=True):
        minutes[start // 60 : (start + length) // 60] = True
    return minutes


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
        micros = [to_micros(at) for at in values.ravel()]
        return np.array([at // MICROS for at in micros], dtype=np.int64).reshape(values.shape)
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
    if np.isnat(values).any():
        raise InstantError("NaT is not an instant")
    try:
        seconds = values.astype("datetime64[s]")
    except OverflowError as error:  # numpy since 2.5; before, the numbers just came out wrong
        raise InstantError(OUTSIDE) from error
    is_coarse = np.can_cast(values.dtype, seconds.dtype)
    if is_coarse and (seconds.astype(values.dtype) != values).any():
        raise InstantError(OUTSIDE)
    return seconds.astype(np.int64)


def _check_years(values: npt.NDArray[Any]) -> Seconds:
    if not ((values >= FIRST_SECOND) & (values <= LAST_SECOND)).all():
        raise InstantError(OUTSIDE)
    return values.astype(np.int64)
