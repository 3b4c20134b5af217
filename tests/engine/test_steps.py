"""A step function: held against a plain list of numbers, one a second."""

from __future__ import annotations

import copy
import pickle
from datetime import datetime, timedelta, timezone
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from availability import ConfigurationError, InstantError, NaiveDatetimeError, WindowError
from availability.engine.steps import StepFunction

UTC = timezone.utc
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MICROS = 1_000_000


def at(second):
    return EPOCH + second * SECOND


def steps(numbers, start=0, tz="UTC"):
    """The function of a list of numbers, one a second."""
    places = [i for i, one in enumerate(numbers) if i == 0 or one != numbers[i - 1]]
    micros = np.array([start + i for i in (*places, len(numbers))], dtype=np.int64) * MICROS
    return StepFunction(micros, np.array([numbers[i] for i in places], dtype=np.int64), tz)


NUMBERS = st.lists(st.sampled_from([0, 0, 1, 1, 2, 5, 100_000]), min_size=1, max_size=40)


@given(NUMBERS)
def test_at_every_second(numbers):
    function = steps(numbers)
    assert [function.at(at(i)) for i in range(len(numbers))] == numbers
    assert function.at(range(len(numbers))).tolist() == numbers
    assert type(function.at(at(0))) is int
    assert (function.min(), function.max()) == (min(numbers), max(numbers))
    assert function.mean() == pytest.approx(sum(numbers) / len(numbers))
    assert function.integral() == sum(numbers) * SECOND


@given(NUMBERS, st.data())
def test_the_integral_of_a_part(numbers, data):
    ends = st.integers(0, len(numbers) * MICROS)
    first, last = sorted((data.draw(ends), data.draw(ends)))
    ends = (EPOCH + timedelta(microseconds=one) for one in (first, last))
    found = steps(numbers).integral(*ends)
    micros = [
        one * max(0, min(last, (i + 1) * MICROS) - max(first, i * MICROS))
        for i, one in enumerate(numbers)
    ]
    assert found == timedelta(microseconds=sum(micros))


@given(NUMBERS, st.integers(1, 45), st.sampled_from(["mean", "min", "max"]))
def test_a_grid(numbers, step, how):
    found = steps(numbers, start=7).resample(step * SECOND, how)
    cells = [numbers[i : i + step] for i in range(0, len(numbers), step)]
    by = {"mean": lambda cell: sum(cell) / len(cell), "min": min, "max": max}[how]
    assert found.counts.tolist() == pytest.approx([by(cell) for cell in cells])
    starts = range(7, 7 + len(numbers), step)
    assert found.micros.tolist() == [i * MICROS for i in (*starts, 7 + len(numbers))]
    if how == "mean":
        assert found.integral() == sum(numbers) * SECOND
        assert found.resample(step * SECOND / 2).integral() == sum(numbers) * SECOND


@given(NUMBERS, st.integers(1, 10))
def test_the_fast_way_to_a_grid_is_the_plain_way(numbers, step):
    function = steps(numbers)
    found = function.resample(step * SECOND)
    plain = function.over(found.micros)
    assert found == plain
    assert found.areas.tolist() == plain.areas.tolist()


@given(NUMBERS, st.integers(0, 6))
def test_where_it_is_below(numbers, number):
    function = steps(numbers)
    for found, chosen in (
        (function.below(number), [one < number for one in numbers]),
        (function.at_least(number), [one >= number for one in numbers]),
    ):
        inside = [any(at(i) in interval for interval in found) for i in range(len(numbers))]
        assert inside == chosen
        assert all(a.end_micros < b.start_micros for a, b in pairwise(found))


@given(st.data(), NUMBERS)
def test_sums_and_differences(data, numbers):
    others = data.draw(st.lists(st.integers(0, 3), min_size=len(numbers), max_size=len(numbers)))
    one, other = steps(numbers), steps(others)
    assert one + other == steps([a + b for a, b in zip(numbers, others, strict=True)])
    assert one - other == steps([a - b for a, b in zip(numbers, others, strict=True)])


def test_it_is_a_value():
    function = steps([1, 2, 2])
    assert function == steps([1, 2, 2]) == pickle.loads(pickle.dumps(function))
    assert copy.copy(function) == function.__replace__() == function
    assert hash(function) == hash(steps([1, 2, 2]))
    assert function != steps([1, 2, 3])
    assert function != steps([1, 2, 2], tz="Asia/Shanghai")
    assert function != 3
    with pytest.raises(AttributeError, match="immutable"):
        function.tz = "UTC"
    with pytest.raises(ValueError, match="read-only"):
        function.counts[0] = 3
    assert repr(function) == (
        "<StepFunction of 2 pieces from 1970-01-01T00:00:00+00:00 until 1970-01-01T00:00:03+00:00>"
    )
    assert [(str(interval.start), count) for interval, count in function] == [
        ("1970-01-01 00:00:00+00:00", 1),
        ("1970-01-01 00:00:01+00:00", 2),
    ]
    assert function.breakpoints.tolist() == [datetime(1970, 1, 1, 0, 0, i) for i in (0, 1, 3)]


def test_what_is_given_to_it_stays_what_it_was():
    function = steps([1, 2, 2])
    edges = function.micros[[0, -1]]
    found = function.over(edges)
    edges[0] = 7
    assert found.micros.tolist() == [0, 3 * MICROS]
    assert not found.areas.flags.writeable
    assert function.over([0, MICROS], "max").counts.tolist() == [1]


def test_equal_ones_have_equal_hashes_though_one_has_means():
    least, mean = steps([1, 2]).resample(SECOND, "min"), steps([1, 2]).resample(SECOND)
    assert least == mean
    assert len({least, mean}) == 1


def test_an_empty_window():
    empty = StepFunction(np.array([0]), np.array([], dtype=np.int64), "UTC")
    assert (len(empty), list(empty), empty.below(1), empty.at_least(0)) == (0, [], [], [])
    assert empty.integral() == timedelta()
    assert empty + empty == empty
    assert len(empty.resample(SECOND)) == len(empty.resample(SECOND, "min")) == 0
    for ask in (empty.mean, empty.min, empty.max):
        with pytest.raises(WindowError, match="is empty"):
            ask()


def test_no_number_is_too_large():
    century = np.array([0, 50 * 366, 100 * 366], dtype=np.int64) * 86_400 * MICROS
    function = StepFunction(century, np.array([20_000, 0]), "UTC")
    assert function.integral() == 20_000 * timedelta(days=50 * 366)
    with pytest.raises(WindowError, match="longer than a timedelta"):
        StepFunction(century, np.array([1_000_000, 0]), "UTC").integral()


@pytest.mark.parametrize(
    ("ask", "error", "said"),
    [
        (lambda one: one.at(at(3)), WindowError, "not all of these .* until 1970-01-01T00:00:03"),
        (lambda one: one.at([0, 3]), WindowError, "not all of these instants"),
        (lambda one: one.at(at(-1)), WindowError, "not all of these instants"),
        (lambda one: one.at(datetime(1970, 1, 1)), NaiveDatetimeError, "no time zone"),
        (lambda one: one.at("now"), InstantError, "is not a series of instants"),
        (lambda one: one.integral(at(2), at(1)), WindowError, "after its end"),
        (lambda one: one.integral(at(-1), at(1)), WindowError, "not a part of the window"),
        (lambda one: one.resample(timedelta()), ConfigurationError, "step: 0:00:00 .*positive"),
        (lambda one: one.resample(-SECOND), ConfigurationError, "allowed: positive"),
        (lambda one: one.resample(3), InstantError, "an amount of time is a timedelta"),
        (lambda one: one.resample(SECOND, "sum"), ConfigurationError, "mean, min, max"),
        (lambda one: one.below("2"), ConfigurationError, "number: str '2'; allowed: a number"),
        (lambda one: one.below(None), ConfigurationError, "number: null; allowed"),
        (lambda one: one.at_least([1]), ConfigurationError, r"number: list \[1\]; allowed"),
        (lambda one: one.at_least(float("nan")), ConfigurationError, "number: float nan; allowed"),
        (lambda one: one.over(None), ConfigurationError, "edges: null; allowed: integers"),
        (lambda one: one.over([]), ConfigurationError, r"edges: list \[\]; allowed: integers"),
        (lambda one: one.over([0, [1, 2]]), ConfigurationError, "edges: list"),
        (lambda one: one.over([0.0, 1.0]), ConfigurationError, "edges: list"),
        (lambda one: one.over([5, 5]), ConfigurationError, "ascending"),
        (lambda one: one.over([0, 9 * MICROS]), ConfigurationError, "ascending, from 0 to 3000000"),
        (lambda one: one + steps([1]), WindowError, "one is of the window from"),
        (lambda one: one + 1, TypeError, "unsupported operand"),
    ],
)
def test_bad_input(ask, error, said):
    with pytest.raises(error, match=said):
        ask(steps([1, 2, 2]))


def test_a_step_that_is_far_too_short():
    year = StepFunction(np.array([0, 366 * 86_400 * MICROS]), np.array([1]), "UTC")
    with pytest.raises(ConfigurationError, match="at most 10,000,000 of them"):
        year.resample(timedelta(milliseconds=1))


def test_breakpoints_and_counts_that_do_not_fit():
    with pytest.raises(ConfigurationError, match="counts: 2 of them for 2 breakpoints"):
        StepFunction(np.array([0, 1]), np.array([1, 2]), "UTC")
    for given_ in ([[0, 1], [1]], [None, None], [np.array([0, 1]), "1"]):
        with pytest.raises(ConfigurationError, match="allowed: numpy arrays"):
            StepFunction(*given_, "UTC")
