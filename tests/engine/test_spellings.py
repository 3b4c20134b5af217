"""Equivalent spellings of a schedule answer alike."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracle import WEEKDAYS, utc
from strategies import NIGHTS, ZONES, Scene, row, windows

from availability.engine.intervals import merge


def bounds(intervals):
    return [(interval.start_micros, interval.end_micros) for interval in intervals]


def answers(scene, start, end):
    duty = scene.timeline
    spans = bounds(duty.intervals(start, end))
    changes = [at and utc(at) for at in (duty.next_change(start), duty.previous_change(start))]
    return spans, changes, duty.is_on_duty(start), duty.duty_time(start, end)


def expand(rows):
    """Each row for each day that its weekday code stands for."""
    return [
        row | {"weekday": code}
        for row in rows
        for code in range(1, 8)
        if set(WEEKDAYS[code]) <= set(WEEKDAYS[row["weekday"]])
    ]


def weekdays_and_weekend(rows):
    """Code 9 as 10 and 11."""
    return [r for code in (10, 11) for r in (x | {"weekday": code} for x in rows)]


def two_days(rows):
    """A night as what lies before midnight and what lies after."""
    return [
        part
        for r in expand(rows)
        for part in (
            row(r["weekday"], r["start_time"], "24:00"),
            row(r["weekday"] % 7 + 1, "00:00", r["end_time"]),
        )
    ]


def spell_out(rows):
    """The end of the day as 24:00, where the row says 23:59."""
    return [r | {"end_time": "24:00"} if r["end_time"] == "23:59" else r for r in rows]


def to_next_midnight(rows):
    """The end of the day as 00:00, which lies on the next date."""
    return [
        r | {"end_time": "00:00"} if r["end_time"] == "24:00" and r["start_time"] != "00:00" else r
        for r in rows
    ]


def of_code_9(rows):
    return [r | {"weekday": 9} for r in rows]


@pytest.mark.parametrize("spell", [expand, to_next_midnight, lambda rows: [*rows[::-1], *rows]])
@given(window=windows(least=1))
def test_equivalent_spellings(spell, window):
    scene, *ends = window
    assert answers(replace(scene, rows=spell(scene.rows)), *ends) == answers(scene, *ends)


@given(windows(least=1))
def test_every_day_is_weekdays_and_weekend(window):
    scene, *ends = window
    every, halves = of_code_9(scene.rows), weekdays_and_weekend(scene.rows)
    assert answers(replace(scene, rows=every), *ends) == answers(replace(scene, rows=halves), *ends)


@given(windows(), st.lists(NIGHTS, min_size=1, max_size=3))
def test_a_night_is_two_days(window, nights):
    scene, *ends = window
    whole, split = replace(scene, rows=nights), replace(scene, rows=two_days(nights))
    assert answers(whole, *ends) == answers(split, *ends)


@given(windows(least=1))
def test_23_59_is_midnight(window):
    scene, *ends = window
    maximum = replace(scene, end_2359="midnight")
    spelled_out = replace(scene, rows=spell_out(scene.rows), end_2359="literal")
    assert answers(maximum, *ends) == answers(spelled_out, *ends)


@given(windows(least=1))
def test_overlaps_and_touching_ranges_are_a_union(window):
    scene, *ends = window
    alone = [Scene((r,), scene.tz, scene.end_2359).timeline.intervals(*ends) for r in scene.rows]
    union = merge(span for intervals in alone for span in bounds(intervals))
    assert bounds(scene.timeline.intervals(*ends)) == union


@given(windows(), ZONES, st.integers(1, 1438))
def test_ranges_that_tile_the_day_tile_time(window, tz, minute):
    _, *ends = window
    noon = f"{minute // 60:02}:{minute % 60:02}"
    tiles = [Scene((row(9, a, b),), tz).timeline for a, b in (("00:00", noon), (noon, "24:00"))]
    total = sum((tile.duty_time(*ends) for tile in tiles), timedelta())
    assert total == ends[1] - ends[0]
    assert (
        Scene((row(9, "00:00", noon), row(9, noon, "24:00")), tz).timeline.next_change(ends[0])
        is None
    )
