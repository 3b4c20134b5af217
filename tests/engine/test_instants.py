"""What is an instant, a window and an amount, and what is none."""

from __future__ import annotations

import math
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pendulum
import pytest
from oracle import UTC
from strategies import Scene, row

from availability.engine.intervals import Interval
from availability.errors import InstantError, NaiveDatetimeError, WindowError

DUTY = Scene((row(1, "09:00", "18:00"),), "Asia/Shanghai").timeline
AT = datetime(2026, 6, 1, 4, tzinfo=UTC)  # Monday noon in Shanghai
QUESTIONS = {
    "is_on_duty": DUTY.is_on_duty,
    "next_change": DUTY.next_change,
    "previous_change": DUTY.previous_change,
    "add_duty_time": lambda at: DUTY.add_duty_time(at, timedelta(hours=1)),
    "intervals from": lambda at: DUTY.intervals(at, AT),
    "intervals until": lambda at: DUTY.intervals(AT, at),
    "duty_time from": lambda at: DUTY.duty_time(at, AT),
    "duty_time until": lambda at: DUTY.duty_time(AT, at),
    "epochs from": lambda at: DUTY.epochs(at, AT),
    "epochs until": lambda at: DUTY.epochs(AT, at),
    "are_on_duty": lambda at: DUTY.are_on_duty([AT, at]),
    "in": lambda at: at in Interval(0, 1, "UTC"),
}
ASKED = pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)


class Nowhere(tzinfo):
    """A zone that does not know its offset."""

    def utcoffset(self, at):
        return None


@ASKED
@pytest.mark.parametrize(
    "at",
    [
        AT.replace(tzinfo=None),
        datetime(2026, 6, 1, 4, tzinfo=Nowhere()),
        pendulum.naive(2026, 6, 1, 4),
        pd.Timestamp("2026-06-01 04:00"),
    ],
    ids=["datetime", "no offset", "pendulum", "pandas"],
)
def test_naive(question, at):
    with pytest.raises(NaiveDatetimeError, match=r"2026-06-01T04:00:00 has no time zone.*aware"):
        question(at)


@ASKED
@pytest.mark.parametrize(
    "at",
    [
        date(2026, 6, 1), time(4), "2026-06-01T04:00:00Z", b"2026", None, True, math.nan, pd.NaT,
        np.datetime64("NaT", "s"), timedelta(1), pendulum.date(2026, 6, 1), pd.Period("2026-06"),
        object(), [AT],
    ],
    ids=lambda at: f"{type(at).__name__} {str(at)[:8]}",
)  # fmt: skip
def test_no_instant(question, at):
    with pytest.raises(InstantError) as caught:
        question(at)
    assert isinstance(caught.value, TypeError)
    assert not isinstance(caught.value, NaiveDatetimeError)


@pytest.mark.parametrize(
    ("at", "shown"),
    [
        (date(2026, 6, 1), "date datetime.date(2026, 6, 1)"),
        ("now", "str 'now'"),
        (None, "null"),
        (1_780_000_000, "int 1780000000"),
        (1.5, "float 1.5"),
        (pd.NaT, "NaT"),
    ],
)
def test_the_message_shows_what_was_given(at, shown):
    with pytest.raises(InstantError) as caught:
        DUTY.is_on_duty(at)
    assert shown in str(caught.value)
    assert "aware datetime" in str(caught.value)


WINDOWED = pytest.mark.parametrize(
    "question", [DUTY.intervals, DUTY.duty_time, DUTY.epochs], ids=lambda method: method.__name__
)


@WINDOWED
@pytest.mark.parametrize(
    "end",
    [AT - timedelta(microseconds=1), AT.astimezone(ZoneInfo("Asia/Tokyo")) - timedelta(hours=1)],
)
def test_a_window_that_starts_after_it_ends(question, end):
    with pytest.raises(WindowError, match=r"the window starts at 2026-06-01T04.*after its end"):
        question(AT, end)
    assert issubclass(WindowError, ValueError)


@WINDOWED
def test_a_window_is_ordered_by_instants_not_by_wall_clocks(question):
    new_york = ZoneInfo("America/New_York")
    first = datetime(2026, 11, 1, 1, 45, tzinfo=new_york)
    second = datetime(2026, 11, 1, 1, 15, tzinfo=new_york, fold=1)
    question(first, second)
    with pytest.raises(WindowError):
        question(second, first)


@pytest.mark.parametrize("shift", [timedelta(), timedelta(days=1)], ids=["on", "off"])
def test_an_empty_window(shift):
    at = AT + 5 * shift
    same = at.astimezone(timezone(timedelta(hours=-3)))
    assert DUTY.intervals(at, same) == []
    assert DUTY.duty_time(at, same) == timedelta()
    assert DUTY.epochs(at, same).shape == (0, 2)


@pytest.mark.parametrize("amount", [3600, 1.5, "1h", None, True, np.timedelta64(1, "h"), pd.NaT])
def test_no_amount(amount):
    with pytest.raises(InstantError, match="amount of time is a timedelta"):
        DUTY.add_duty_time(AT, amount)


@pytest.mark.parametrize(
    "hour", [timedelta(hours=1), pendulum.duration(hours=1), pd.Timedelta(hours=1)], ids=type
)
@pytest.mark.parametrize(("sign", "hours"), [(1, 5), (-1, 3)])
def test_amounts_of_any_class(hour, sign, hours):
    assert DUTY.add_duty_time(AT, sign * hour) == datetime(2026, 6, 1, hours, tzinfo=UTC)


@pytest.mark.parametrize(
    "duration",
    [pendulum.duration(years=1), pendulum.duration(months=1), pendulum.duration(days=8, hours=-3)],
    ids=str,
)
def test_pendulum_durations_are_their_elapsed_time(duration):
    plain = timedelta(seconds=duration.total_seconds())
    assert DUTY.add_duty_time(AT, duration) == DUTY.add_duty_time(AT, plain)


def test_what_is_no_instant_is_named_on_one_line():
    for no_instant in (pd.Series([1, 2]), np.zeros((2, 2)), "a\nb"):
        with pytest.raises(InstantError) as caught:
            DUTY.is_on_duty(no_instant)
        assert "\n" not in str(caught.value)
