"""The questions agree with one another."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracle import DAY, MICROSECOND, UTC, utc
from strategies import LENGTHS, Scene, instants, row, scenes, scenes_at, windows

from availability.engine.intervals import merge
from availability.errors import UnreachableError

FIRST = datetime(1, 1, 1, tzinfo=UTC)
LAST = datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
YEARS = st.timedeltas(timedelta(), 700 * DAY)


def bounds(intervals):
    return [(interval.start_micros, interval.end_micros) for interval in intervals]


def micros(at):
    return (utc(at) - EPOCH) // MICROSECOND


@st.composite
def long_windows(draw):
    scene, start = draw(scenes_at())
    return scene, start, start + min(draw(YEARS), LAST - start)


@given(windows(), st.data())
def test_intervals_hold_the_instants_on_duty(window, data):
    scene, start, end = window
    duty = scene.timeline
    intervals = duty.intervals(start, end)
    at = start + data.draw(st.timedeltas(timedelta(), max(end - start - MICROSECOND, timedelta())))
    assert any(at in interval for interval in intervals) is (start < end and duty.is_on_duty(at))
    for a, b in bounds(intervals):
        shown = [EPOCH + timedelta(microseconds=at) for at in (a, b - 1)]
        assert duty.are_on_duty(shown).all()


@given(long_windows())
def test_intervals_are_maximal_disjoint_sorted_and_inside(window):
    scene, start, end = window
    spans = bounds(scene.timeline.intervals(start, end))
    assert all(a < b for a, b in spans)
    assert all(b < c for (_, b), (c, _) in pairwise(spans))
    assert not spans or micros(start) <= spans[0][0] <= spans[-1][1] <= micros(end)


@given(windows())
def test_changes_are_the_ends_of_intervals(window):
    scene, start, end = window
    duty = scene.timeline
    ends = {micros(start), micros(end)}
    flips = [at for span in bounds(duty.intervals(start, end)) for at in span if at not in ends]
    forward = changes_from(duty.next_change, start, lambda at: utc(at) < end)
    backward = changes_from(
        lambda at: duty.previous_change(at - MICROSECOND), end, lambda at: utc(at) > start
    )
    assert forward == flips
    assert backward == flips[::-1]


def changes_from(step, at, inside):
    """The changes that one question finds, asked again and again."""
    found = []
    while (change := step(at)) is not None and inside(change):
        at = utc(change)
        found.append(micros(at))
    return found


@given(scenes_at())
def test_changes_are_flips(scene_at):
    scene, at = scene_at
    duty = scene.timeline
    for change in (duty.next_change(at), duty.previous_change(at)):
        if change is not None:
            assert duty.is_on_duty(change) is not duty.is_on_duty(utc(change) - MICROSECOND)


@given(long_windows())
def test_duty_time_is_the_sum_of_intervals(window):
    scene, start, end = window
    total = sum((i.duration for i in scene.timeline.intervals(start, end)), timedelta())
    assert scene.timeline.duty_time(start, end) == total


@given(long_windows())
def test_epochs_are_the_intervals_of_whole_seconds(window):
    scene, start, end = window
    floored = [at.replace(microsecond=0) for at in (start, end)]
    expected = [(a // 10**6, b // 10**6) for a, b in bounds(scene.timeline.intervals(*floored))]
    found = scene.timeline.epochs(start, end)
    assert [tuple(span) for span in found.tolist()] == expected
    assert (found.dtype, found.shape) == ("int64", (len(expected), 2))


@given(scenes(), st.data())
def test_many_instants_are_answered_one_by_one(scene, data):
    many = data.draw(st.lists(instants(scene), max_size=15))
    duty = scene.timeline
    seconds = [micros(at) // 10**6 for at in many]
    expected = [duty.is_on_duty(at) for at in many]
    assert duty.are_on_duty(many).tolist() == duty.are_on_duty(seconds).tolist() == expected


@given(long_windows(), st.data())
def test_a_window_split_anywhere_says_the_same(window, data):
    scene, start, end = window
    duty = scene.timeline
    middle = start + data.draw(st.timedeltas(timedelta(), end - start))
    parts = bounds(duty.intervals(start, middle)) + bounds(duty.intervals(middle, end))
    assert merge(parts) == bounds(duty.intervals(start, end))
    assert duty.duty_time(start, middle) + duty.duty_time(middle, end) == duty.duty_time(start, end)


@pytest.mark.parametrize("tz", ["America/New_York", "Pacific/Apia"])
def test_centuries_across_the_repeating_400_years_add_up(tz):
    duty = Scene((row(7, "01:15", "03:10"),), tz).timeline
    start, end = datetime(1840, 1, 1, tzinfo=UTC), datetime(2460, 1, 1, tzinfo=UTC)
    total = sum((i.duration for i in duty.intervals(start, end)), timedelta())
    assert duty.duty_time(start, end) == total


def test_duty_time_passes_while_the_clocks_repeat_an_hour():
    sunday = Scene((row(7, "00:00", "24:00"),), "America/New_York").timeline
    midnight = datetime(2026, 11, 1, 4, tzinfo=UTC)
    for minutes in (60, 119, 120, 150, 180, 181, 25 * 60):
        passed = timedelta(minutes=minutes)
        assert utc(sunday.add_duty_time(midnight, passed)) == midnight + passed
        assert utc(sunday.add_duty_time(midnight + passed, -passed)) == midnight


SPANS = st.lists(st.tuples(st.integers(-30, 30), st.integers(-30, 30)))


@given(SPANS)
def test_merge_is_the_union_of_sets(spans):
    merged = merge(spans)
    covered = {second for span in spans for second in range(*span)}
    assert {second for span in merged for second in range(*span)} == covered
    assert all(a < b for a, b in merged)
    assert all(b < c for (_, b), (c, _) in pairwise(merged))
    assert merge(merged) == merged
    assert merge(reversed(spans)) == merged


# Duty time, forward and backward


@given(scenes_at(least=1), st.one_of(st.timedeltas(MICROSECOND, 400 * DAY), LENGTHS.filter(bool)))
def test_add_duty_time_inverts_duty_time(scene_at, amount):
    scene, at = scene_at
    duty = scene.timeline
    for signed in (amount, -amount):
        try:
            found = utc(duty.add_duty_time(at, signed))
        except UnreachableError:
            total = duty.duty_time(at, LAST) if signed > timedelta() else duty.duty_time(FIRST, at)
            assert total < amount
            continue
        start, end = sorted((at, found))
        nearer = (start, end - MICROSECOND) if found > at else (start + MICROSECOND, end)
        assert duty.duty_time(start, end) == amount
        assert duty.duty_time(*nearer) == amount - MICROSECOND


@given(scenes_at(least=1))
def test_all_the_duty_time_there_is_and_no_more(scene_at):
    scene, at = scene_at
    duty = scene.timeline
    for sign, total in ((1, duty.duty_time(at, LAST)), (-1, duty.duty_time(FIRST, at))):
        start, end = sorted((at, utc(duty.add_duty_time(at, sign * total))))
        assert duty.duty_time(start, end) == total
        with pytest.raises(UnreachableError):
            duty.add_duty_time(at, sign * (total + MICROSECOND))


@given(scenes_at())
def test_no_duty_time_is_the_instant_itself(scene_at):
    scene, at = scene_at
    assert utc(scene.timeline.add_duty_time(at, timedelta())) == at


@pytest.mark.parametrize("amount", [MICROSECOND, -MICROSECOND, timedelta.max, timedelta.min])
def test_who_is_never_on_duty_reaches_no_amount(amount):
    with pytest.raises(UnreachableError):
        Scene((), "UTC").timeline.add_duty_time(EPOCH, amount)
