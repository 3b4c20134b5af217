"""What a notebook shows of a timeline and a curve: read back from the XML, held against counts."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from itertools import pairwise
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from odd_dates import ROWS, Dates, row

from availability import ExtraShift, Leave, StepFunction, Timeline, WeeklySchedule, WorkCalendar

SVG = "{http://www.w3.org/2000/svg}"
HOUR = 3_600_000_000
BY_CALENDAR, AND_ITS = "working days by the calendar", ", which differ from the week's"


def read(html):
    """The picture as XML, without anything that a page would run or load."""
    found = ET.fromstring(html)
    assert not re.search(r"script|href|src=|url\(|@import", html)
    return found


def words(html):
    return [one.text for one in read(html).iterfind("div")]


def bars(html):
    """From which to which x each bar of each row reaches, by its y."""
    found = {}
    for one in read(html).iter(f"{SVG}rect"):
        x, y, width = (float(one.get(name)) for name in ("x", "y", "width"))
        found.setdefault(y, []).append((x, x + width))
    return found


def minutes_on(rows):
    """The minutes of a week, 0 being Monday's first, that some row covers; the plain way."""
    days = {code: [code - 1] for code in range(1, 8)} | {9: range(7), 10: range(5), 11: (5, 6)}
    on = set()
    for one in rows:
        start, end = (
            int(one[name][:2]) * 60 + int(one[name][3:]) for name in ("start_time", "end_time")
        )
        end = 1440 if end == 1439 else end
        for day in days[one["weekday"]]:
            length = end - start if end > start else end + 1440 - start
            on |= {(day * 1440 + start + i) % 10080 for i in range(length)}
    return on


@given(st.lists(ROWS, max_size=4))
def test_the_week_of_a_timeline(rows):
    html = Timeline(WeeklySchedule.parse(rows, tz="America/New_York"))._repr_html_()
    on = minutes_on(rows)
    drawn = bars(html)
    for day in range(7):
        expected = [40 + minute / 3 for minute in range(1440) if day * 1440 + minute in on]
        top = day * 18 + 3
        covered = sum(end - start for start, end in drawn.get(top, []))
        assert covered == pytest.approx(len(expected) / 3, abs=0.1)
        for x in expected:
            assert any(start - 0.1 < x < end for start, end in drawn[top])
    assert words(html)[0] == f"America/New_York: {len(on) / 60:.6g} hours a week"


def test_what_binds_more_than_the_week_is_named():
    schedule = WeeklySchedule.parse(
        [row(10, "09:00", "18:00")],
        tz="Asia/Shanghai",
        calendar=WorkCalendar.from_dates([date(2026, 1, 1)], name="<own> & only"),
        closed_on_holidays=True,
    )
    leave = [Leave("ou_1", date(2026, 6, day), reason="<script>") for day in range(1, 8)]
    extra = ExtraShift("ou_1", date(2026, 7, 1), date(2026, 7, 1))
    html = Timeline(schedule, [*leave, extra])._repr_html_()
    assert "&lt;script&gt;" in html
    said = [one.text for one in ET.fromstring(html).iterfind("div")]
    assert said == [
        "Asia/Shanghai: 45 hours a week",
        f"{BY_CALENDAR} <own> & only{AND_ITS}; no shift starts on a public holiday",
        *(f"leave of ou_1: 2026-06-0{day} (<script>)" for day in range(1, 6)),
        "and 2 more leave, 1 more extra shift",
    ]


def test_a_calendar_of_ones_own_without_a_name():
    schedule = WeeklySchedule.parse([], tz="UTC", calendar=Dates(frozenset({2026})))
    assert words(Timeline(schedule)._repr_html_()) == [
        "UTC: 0 hours a week",
        f"{BY_CALENDAR} Dates{AND_ITS}",
    ]


def curve_of(html):
    """The numbers that the areas show, the solid one first, as (x, x, number)."""
    found = []
    texts = [one for one in read(html).iter(f"{SVG}text") if one.get("text-anchor") == "end"]
    (y0, low), (y1, high) = (
        (float(one.get("y")) - 4, float(one.text)) for one in texts[:: len(texts) - 1]
    )
    for path in read(html).iter(f"{SVG}path"):
        moves = [
            (kind, float(number)) for kind, number in re.findall(r"([MVH])([-\d.]+)", path.get("d"))
        ]
        x, steps = 48.0, []
        for (kind, y), (other, to_x) in pairwise(moves):
            if kind == "V" and other == "H":
                steps.append((x, to_x, low + (y - y0) / (y1 - y0) * (high - low)))
                x = to_x
        found.insert(0, steps)
    return found


@given(st.lists(st.integers(-40, 40), min_size=2, max_size=30))
def test_the_curve_of_a_step_function(counts):
    edges = np.arange(len(counts) + 1) * HOUR
    html = StepFunction(edges, np.array(counts), "UTC")._repr_html_()
    if set(counts) == {0}:
        return
    (steps,) = curve_of(html)
    assert [number for _, _, number in steps] == pytest.approx(counts, abs=0.6)
    xs = [48 + 480 * i / len(counts) for i in range(len(counts) + 1)]
    assert [x for x, _, _ in steps] == pytest.approx(xs[:-1], abs=0.02)
    assert [x for _, x, _ in steps] == pytest.approx(xs[1:], abs=0.02)
    assert f"min {min(counts)}, mean {sum(counts) / len(counts):.4g}, max {max(counts)}" in html


def test_a_long_curve_shows_the_least_and_the_most():
    counts = np.tile([3, 7], 50_000)
    counts[40_000] = 9
    html = StepFunction(np.arange(100_001) * HOUR, counts, "UTC")._repr_html_()
    lows, highs = curve_of(html)
    assert {round(number) for _, _, number in lows} == {3}
    assert [round(number) for _, _, number in highs].count(9) == 1
    assert len(html) < 20_000
    assert (
        words(html)[-1]
        == "min 3, mean 5, max 9; of 100,000 steps, the least and the most in each column"
    )


def test_the_columns_of_a_curve_far_away_are_in_its_window():
    end = 253_402_300_799_999_999  # floats are too coarse for the microseconds of 9999
    times = end - np.arange(1_000, -1, -1, dtype=np.int64) * (HOUR + 1)
    html = StepFunction(times, np.tile([3, 7], 500), "Asia/Shanghai")._repr_html_()
    lows, highs = curve_of(html)
    assert {round(number) for _, _, number in lows} == {3}
    assert {round(number) for _, _, number in highs} == {7}


def test_the_words_below_a_curve():
    day = StepFunction(np.array([0, 8 * HOUR, 24 * HOUR]), np.array([0.0, 1 / 3]), "Asia/Shanghai")
    assert words(day._repr_html_()) == [
        "1970-01-01 08:00+08:00 to 1970-01-02 08:00+08:00 Asia/Shanghai",
        "min 0, mean 0.2222, max 0.3333",
    ]
    empty = StepFunction(np.array([0]), np.array([], dtype=np.int64), "UTC")
    assert words(empty._repr_html_()) == ["an empty window at 1970-01-01 00:00+00:00 UTC"]


def test_marks_of_time_under_a_curve():
    week = StepFunction(np.array([0, 7 * 24 * HOUR]), np.array([1]), "UTC")
    marks = [one for one in read(week._repr_html_()).iter(f"{SVG}text") if "-" in one.text]
    places = {one.text: float(one.get("x")) for one in marks}
    days = [datetime(1970, 1, 1) + i * timedelta(days=1) for i in range(8)]
    assert places == pytest.approx(
        {f"{day:%a %m-%d}": 48 + 480 * i / 7 for i, day in enumerate(days)}, abs=0.01
    )
