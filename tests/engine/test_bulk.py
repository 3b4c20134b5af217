"""Many instants at once: every kind of input, and what is refused."""

from __future__ import annotations

import math
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pendulum
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracle import UTC
from strategies import Scene, row

from availability.engine.bulk import to_seconds
from availability.errors import InstantError, NaiveDatetimeError

FIRST, LAST = -62_135_596_800, 253_402_300_799  # years 1 to 9999
AT = 1_780_290_000  # 2026-06-01T05:00Z, a Monday
ONE = datetime(2026, 6, 1, 5, tzinfo=UTC)
DUTY = Scene((row(1, "09:00", "18:00"),), "Asia/Shanghai").timeline


def utc_index(*seconds, unit="s"):
    return pd.to_datetime(list(seconds), unit="s", utc=True).as_unit(unit)


def datetime64(unit, *seconds):
    return np.array(seconds, dtype="datetime64[s]").astype(f"datetime64[{unit}]")


GIVEN = {
    "list": ([AT, AT + 1], [AT, AT + 1]),
    "tuple": ((AT, AT + 1), [AT, AT + 1]),
    "range": (range(AT, AT + 3), [AT, AT + 1, AT + 2]),
    "generator": ((AT + n for n in range(2)), [AT, AT + 1]),
    "floats": ([AT + 0.0, AT + 0.999, -0.5, -1.0, -1.5], [AT, AT, -1, -1, -2]),
    "float32": (np.array([-1.5, 0.5], dtype=np.float32), [-2, 0]),
    "ints and floats": ([1, -0.25], [1, -1]),
    "int64": (np.array([FIRST, LAST]), [FIRST, LAST]),
    "int32": (np.array([-(2**31), 2**31 - 1], dtype=np.int32), [-(2**31), 2**31 - 1]),
    "int8": (np.array([-128, 127], dtype=np.int8), [-128, 127]),
    "uint32": (np.array([2**32 - 1], dtype=np.uint32), [2**32 - 1]),
    "uint64": (np.array([0, LAST], dtype=np.uint64), [0, LAST]),
    "big-endian": (np.array([AT], dtype=">i8"), [AT]),
    "a view": (np.array([AT, 0, AT + 1, 0])[::2], [AT, AT + 1]),
    "read-only": (np.frombuffer(np.array([AT]).tobytes(), dtype=np.int64), [AT]),
    "last float": ([LAST + 0.5], [LAST]),
    "datetime64[s]": (datetime64("s", AT, FIRST, LAST), [AT, FIRST, LAST]),
    "datetime64[ms]": (datetime64("ms", AT, FIRST), [AT, FIRST]),
    "datetime64[us]": (datetime64("us", AT, LAST), [AT, LAST]),
    "datetime64[ns]": (datetime64("ns", AT, -1), [AT, -1]),
    "datetime64[m]": (datetime64("m", AT), [AT]),
    "datetime64[h]": (datetime64("h", AT), [AT]),
    "datetime64[D]": (np.array(["2026-06-01", "0001-01-01"], "M8[D]"), [AT - 18_000, FIRST]),
    "datetime64[M]": (np.array(["2026-06"], "M8[M]"), [AT - 18_000]),
    "datetime64[15m]": (np.array([2], "M8[15m]"), [1800]),
    "a list of datetime64": ([np.datetime64(AT, "s")], [AT]),
    "ms before 1970 floor": (np.array([-1, -1000, -1001], "M8[ms]"), [-1, -1, -2]),
    "ns before 1970 floor": (np.array([-1, 1], "M8[ns]"), [-1, 0]),
    "index s": (utc_index(AT, AT + 1), [AT, AT + 1]),
    "index us": (utc_index(AT, AT + 1, unit="us"), [AT, AT + 1]),
    "index ns": (utc_index(AT, AT + 1, unit="ns"), [AT, AT + 1]),
    "index elsewhere": (utc_index(AT).tz_convert("America/New_York"), [AT]),
    "index far off": (pd.DatetimeIndex(datetime64("s", LAST), tz="UTC"), [LAST]),
    "series": (pd.Series(utc_index(AT, AT + 1)).dt.tz_convert("Asia/Tokyo"), [AT, AT + 1]),
    "series of another index": (pd.Series(utc_index(AT), index=["x"]), [AT]),
    "series of numbers": (pd.Series([AT, -0.5]), [AT, -1]),
    "array of pandas": (utc_index(AT).array, [AT]),
    "empty index": (utc_index(), []),
    "datetimes": ([ONE, ONE.astimezone(ZoneInfo("Asia/Tokyo"))], [AT, AT]),
    "pendulums": ([pendulum.instance(ONE)], [AT]),
    "timestamps": ([pd.Timestamp(ONE)], [AT]),
    "all three": ([ONE, pd.Timestamp(ONE), pendulum.instance(ONE)], [AT] * 3),
    "microseconds floor": ([datetime(1969, 12, 31, 23, 59, 59, 1, tzinfo=UTC)], [-1]),
    "object array": (np.array([ONE], dtype=object), [AT]),
    "object series": (pd.Series([ONE], dtype=object), [AT]),
    "generator of datetimes": (iter([ONE]), [AT]),
    "empty list": ([], []),
    "empty tuple": ((), []),
    "empty generator": (iter([]), []),
    "empty objects": (np.array([], dtype=object), []),
    "empty datetime64": (np.array([], dtype="M8[s]"), []),
}


@pytest.mark.parametrize(("instants", "seconds"), GIVEN.values(), ids=GIVEN)
def test_given(instants, seconds):
    found = to_seconds(instants)
    assert found.dtype == np.int64
    assert found.tolist() == seconds


REFUSED = {
    "NaN": [AT, math.nan],
    "infinity": [math.inf],
    "minus infinity": [-math.inf],
    "before year 1": [FIRST - 1],
    "after year 9999": [LAST + 1],
    "a float after": [LAST + 1.0],
    "a float before": [FIRST - 0.5],
    "milliseconds taken for seconds": [AT * 1000],
    "uint64": np.array([2**64 - 1], dtype=np.uint64),
    "int64 least": np.array([-(2**63)]),
    "beyond int64": [2**70],
    "NaT": np.array(["2026-06-01", "NaT"], "M8[s]"),
    "NaT in days": np.array(["NaT"], "M8[D]"),
    "datetime64 of year 0": np.array(["0000-12-31"], "M8[D]"),
    "datetime64 of year 10000": np.array(["10000-01-01"], "M8[s]"),
    "datetime64 far off in days": np.array([2**62], "M8[D]"),
    "datetime64 far off in years": np.array([-(2**62)], "M8[Y]"),
    "datetime64 far off in hours": np.array([2**62], "M8[h]"),
    "NaT in an index": pd.DatetimeIndex([ONE, pd.NaT]),
    "NaT in a series": pd.Series([pd.NaT, ONE]),
    "NaT in a list": [ONE, pd.NaT],
    "None": None,
    "None in a list": [ONE, None],
    "booleans": [True, False],
    "a boolean array": np.array([True]),
    "strings": ["2026-06-01T05:00Z"],
    "a str": "2026-06-01T05:00Z",
    "bytes": b"2026",
    "dates": [date(2026, 6, 1)],
    "lengths": np.array([1], "m8[s]"),
    "timedeltas": [timedelta(1)],
    "complex": [1j],
    "ragged": [[AT], [AT, AT]],
    "ragged datetimes": [[ONE], [ONE, ONE]],
    "an int": AT,
    "a float": 1.5,
    "a datetime": ONE,
    "a pendulum": pendulum.instance(ONE),
    "a timestamp": pd.Timestamp(ONE),
    "a numpy int": np.int64(AT),
    "a datetime64": np.datetime64(AT, "s"),
    "an object": object(),
    "mixed": [ONE, AT],
    "strings of pandas": pd.Series(["2026-06-01"]),
    "categories": pd.Series(["a"], dtype="category"),
    "periods": pd.period_range("2026-06", periods=2, freq="M"),
    "nullable integers with a gap": pd.array([AT, None], dtype="Int64"),
    "structured": np.array([(1,)], dtype=[("at", "i8")]),
    "a dict": {"at": AT},
    "a set of strings": {"now"},
}


@pytest.mark.parametrize("instants", REFUSED.values(), ids=REFUSED)
def test_refused(instants):
    with pytest.raises(InstantError) as caught:
        DUTY.are_on_duty(instants)
    assert not isinstance(caught.value, NaiveDatetimeError)


NAIVE = {
    "index": pd.DatetimeIndex(["2026-06-01"]),
    "series": pd.Series(pd.to_datetime(["2026-06-01"])),
    "array": pd.array(["2026-06-01"], dtype="datetime64[ns]"),
    "empty index": pd.DatetimeIndex([]),
    "datetimes": [ONE, ONE.replace(tzinfo=None)],
    "timestamps": [pd.Timestamp("2026-06-01")],
    "pendulums": [pendulum.naive(2026, 6, 1)],
}


@pytest.mark.parametrize("instants", NAIVE.values(), ids=NAIVE)
def test_naive(instants):
    with pytest.raises(NaiveDatetimeError, match="no time zone"):
        DUTY.are_on_duty(instants)


SHAPED = np.array([[AT, AT + 3600, AT + 86_400], [AT - 86_400, AT + 17_999, AT + 18_000]])
SHAPED_ON = [[True, True, False], [False, True, False]]


@pytest.mark.parametrize(
    "instants",
    [
        SHAPED,
        SHAPED.tolist(),
        SHAPED + 0.5,
        SHAPED.astype("M8[s]"),
        np.asfortranarray(SHAPED),
        [[datetime.fromtimestamp(at, UTC) for at in line] for line in SHAPED.tolist()],
    ],
    ids=["array", "lists", "floats", "datetime64", "Fortran", "datetimes"],
)
def test_the_shape_is_kept(instants):
    assert DUTY.are_on_duty(instants).tolist() == SHAPED_ON


@pytest.mark.parametrize("shape", [(), (0,), (2, 0), (1, 1, 1)])
def test_any_shape(shape):
    found = DUTY.are_on_duty(np.full(shape, AT))
    assert (found.shape, found.dtype) == (shape, np.bool_)
    assert found.all()


def test_what_is_given_is_left_alone():
    seconds = np.array([AT, AT + 1])
    before = seconds.copy()
    DUTY.are_on_duty(seconds)[:] = False
    assert (seconds == before).all()
    assert DUTY.are_on_duty(seconds).all()


@given(st.lists(st.integers(FIRST, LAST), min_size=1))
def test_all_kinds_of_one_instant_are_answered_alike(seconds):
    expected = DUTY.are_on_duty(seconds).tolist()
    kinds = [
        np.array(seconds),
        np.array(seconds, dtype=float),
        datetime64("s", *seconds),
        datetime64("us", *seconds),
        pd.DatetimeIndex(datetime64("s", *seconds), tz="UTC"),
        pd.Series(pd.DatetimeIndex(datetime64("us", *seconds), tz="UTC")),
        [datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=at) for at in seconds],
    ]
    assert [DUTY.are_on_duty(kind).tolist() for kind in kinds] == [expected] * len(kinds)
