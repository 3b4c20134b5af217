"""What the benchmark's figures rest on: its arithmetic and its workload; nothing is timed."""

from __future__ import annotations

import doctest
import gc
import importlib
import sys
from bisect import bisect_right
from collections import Counter
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from random import Random

import numpy as np
import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture
def load(monkeypatch):
    """Import a file of the benchmark; only those that need no peer."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    before = set(sys.modules)
    yield importlib.import_module
    for name in set(sys.modules) - before:
        if str(getattr(sys.modules[name], "__file__", "")).startswith(str(BENCHMARKS)):
            del sys.modules[name]


@pytest.mark.parametrize("name", ["measure", "sums", "targets"])
def test_the_examples_in_docstrings_hold(load, name):
    assert doctest.testmod(load(name)).failed == 0


def test_a_figure_is_the_median_of_the_rounds_ratios_not_the_ratio_of_medians(load):
    times = {"ours": [1.0, 20.0, 3.0], "peer": [10.0, 40.0, 3.0]}
    assert load("measure").ratio(times, "peer", "ours") == 2.0


def test_each_contestant_has_every_place_in_turn(load):
    rotated = load("measure").rotated
    assert [rotated("abc", by) for by in range(4)] == [[*"abc"], [*"bca"], [*"cab"], [*"abc"]]


def test_a_race_counts_every_round_but_the_first(load):
    measure, asked = load("measure"), []
    field = [
        measure.Contestant(name, 1, lambda name=name: lambda: asked.append((name, gc.isenabled())))
        for name in "ab"
    ]
    times = measure.race(field, 3)
    assert {name: len(found) for name, found in times.items()} == {"a": 3, "b": 3}
    assert [name for name, _ in asked] == [*"abbaabba"]
    assert not any(collecting for _, collecting in asked)
    assert gc.isenabled()


@pytest.mark.parametrize("every", [1, 2, 3, 7])
def test_shares_are_equally_large_and_overlap_nowhere(load, every):
    shares = [load("measure").shared(range(7), every, turn) for turn in range(every)]
    assert {len(share) for share in shares} == {7 // every}
    assert len({at for share in shares for at in share}) == 7 // every * every


@pytest.mark.parametrize(
    ("bound", "figure", "verdict"),
    [
        ({"at_most": 3}, 3.0, "met"),
        ({"at_most": 3}, 3.01, "missed"),
        ({"at_least": 7}, 7.0, "met"),
        ({"at_least": 7}, 6.99, "missed"),
        ({"at_most": 3, "only_on": sys.version_info[:2]}, 4.0, "missed"),
        ({"at_most": 3, "only_on": (2, 7)}, 2.0, "reported"),
    ],
)
def test_a_verdict_is_about_the_figure_and_the_python_it_is_confined_to(
    load, bound, figure, verdict
):
    assert load("targets").Bound("call", **bound).verdict(figure) == verdict


def test_each_bound_has_its_line_and_each_contestant_one_for_comparison(load):
    targets = load("targets")
    times_sign = "\N{MULTIPLICATION SIGN}"
    times = {"ours": [10.0], "call": [5.0], "peer": [1000.0]}
    bounds = [targets.Bound("call", at_most=3), targets.Bound("peer", at_least=200)]
    lines = [
        (line.against, line.figure, line.verdict) for line in targets.lines("q", times, bounds)
    ]
    assert lines == [
        ("call", f"2 {times_sign}", "met"),
        ("peer", f"100 {times_sign}", "missed"),
        ("call", "0.5", ""),
        ("peer", "100", ""),
    ]


def test_what_has_no_target_is_neither_met_nor_missed(load):
    line = load("targets").reported("q", {"ours": [10.0, 30.0], "plain": [5.0, 10.0]}, "plain")
    assert (line.figure, line.verdict) == ("2.5 \N{MULTIPLICATION SIGN}", "reported")


@pytest.mark.parametrize("count", [1, 2, 200])
def test_a_sum_of_spans_is_what_counting_them_instant_by_instant_gives(load, count):
    sums, chance = load("sums"), Random(count)
    spans = [sorted(chance.sample(range(100), 2)) for _ in range(count)]
    curve = sums.by_numpy(np.array(spans, dtype=np.int64).reshape(-1, 2))
    times, counts = (each.tolist() for each in sums.clipped(curve, 0, 100))
    for at in range(100):
        found = counts[bisect_right(times, at) - 1]
        assert found == sum(start <= at < end for start, end in spans)
    assert all(a != b for a, b in pairwise(counts))


def test_the_workload_is_the_same_every_time(load):
    workload = load("workload")
    assert workload.cases(60) == workload.cases(60)
    assert workload.instants(9, Random(1)) == workload.instants(9, Random(1))
    assert workload.cases(60) != workload.cases(60, seed=1)


def test_each_25_schedules_have_the_workloads_proportions(load):
    cases = load("workload").cases(50)[25:]
    kinds, zones = Counter(case.kind for case in cases), Counter(case.tz for case in cases)
    assert kinds == {"office": 10, "always": 5, "night": 5, "random": 5}
    assert zones == {"Asia/Shanghai": 15, "America/New_York": 5, "Europe/London": 5}


def test_only_random_schedules_have_a_pattern_of_their_own(load):
    patterns = Counter((case.kind, str(case.rows)) for case in load("workload").cases(500))
    assert len(patterns) == 3 + 100


def test_random_days_have_one_to_four_ranges_that_can_be_read(load):
    workload = load("workload")
    rows = [row for seed in range(50) for row in workload.random_rows(Random(seed))]
    ranges = Counter(
        (seed, row["weekday"]) for seed in range(50) for row in workload.random_rows(Random(seed))
    )
    assert set(ranges.values()) == {1, 2, 3, 4}
    assert all(row["start_time"] != row["end_time"] for row in rows)
    assert any(row["end_time"] < row["start_time"] for row in rows)


def test_instants_favour_clock_changes_and_have_microseconds(load):
    workload = load("workload")
    at = workload.instants(2000, Random(1))
    days = {day.date() for day in workload.clock_changes()}
    around = {day + timedelta(days=by) for day in days for by in (-1, 0, 1)}
    assert len(days) == 12
    assert 400 < sum(one.date() in around for one in at) < 700
    assert all(workload.FIRST <= one < workload.LAST for one in at)
    assert sum(one.microsecond > 0 for one in at) > 1990


def test_windows_start_within_the_years(load):
    workload = load("workload")
    for length in (timedelta(days=30), workload.LAST - workload.FIRST):
        for start, end in workload.windows(20, length, Random(1)):
            assert end - start == length
            assert start >= workload.FIRST
            assert end <= workload.LAST + workload.LAPPING
