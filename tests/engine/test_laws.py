"""The engine gives the naive model's answer to every question."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import DAY, MICROSECOND, SECOND, shown, utc
from strategies import DISPLAYS, ODD_ZONES, Scene, edges, instants, row, scenes, scenes_at, windows

MANY = settings(max_examples=80)


def spans(intervals):
    return [(utc(interval.start), utc(interval.end)) for interval in intervals]


def instant(at):
    return None if at is None else utc(at)


@MANY
@given(scenes_at(), DISPLAYS)
def test_on_duty(scene_at, shown_as):
    scene, at = scene_at
    assert scene.timeline.is_on_duty(shown_as(at)) is scene.model.is_on_duty(at)


@MANY
@given(scenes_at(), DISPLAYS)
def test_next_change(scene_at, shown_as):
    scene, at = scene_at
    assert instant(scene.timeline.next_change(shown_as(at))) == scene.model.next_change(at)


@MANY
@given(scenes_at(), DISPLAYS)
def test_previous_change(scene_at, shown_as):
    scene, at = scene_at
    assert instant(scene.timeline.previous_change(shown_as(at))) == scene.model.previous_change(at)


@MANY
@given(windows(), DISPLAYS, DISPLAYS)
def test_intervals(window, start_as, end_as):
    scene, start, end = window
    found = scene.timeline.intervals(start_as(start), end_as(end))
    assert spans(found) == scene.model.intervals(start, end)


@MANY
@given(windows(), DISPLAYS, DISPLAYS)
def test_duty_time(window, start_as, end_as):
    scene, start, end = window
    found = scene.timeline.duty_time(start_as(start), end_as(end))
    assert found == scene.model.duty_time(start, end)
    assert type(found) is timedelta


@MANY
@given(windows(least=1), st.fractions(0, 1), DISPLAYS)
def test_add_duty_time(window, share, shown_as):
    scene, start, end = window
    spans = scene.model.intervals(start, end)
    amount = share * (sum_of(spans) // MICROSECOND) // 1 * MICROSECOND
    forward = scene.timeline.add_duty_time(shown_as(start), amount)
    backward = scene.timeline.add_duty_time(shown_as(end), -amount)
    assert utc(forward) == (walk(spans, amount) if amount else start)
    assert utc(backward) == (walk_back(spans, amount) if amount else end)


def sum_of(spans):
    return sum((b - a for a, b in spans), timedelta())


def walk(spans, amount):
    """The instant by which the amount has passed in the spans."""
    for a, b in spans:
        if amount <= b - a:
            return a + amount
        amount -= b - a
    raise AssertionError


def walk_back(spans, amount):
    """The instant from which the amount passes in the spans until their end."""
    for a, b in reversed(spans):
        if amount <= b - a:
            return b - amount
        amount -= b - a
    raise AssertionError


@MANY
@given(scenes(least=1), st.data())
def test_many_instants(scene, data):
    many = data.draw(st.lists(instants(scene), max_size=20))
    model = scene.model
    assert scene.timeline.are_on_duty(many).tolist() == [model.is_on_duty(at) for at in many]


def telling_edges(key):
    """The zone's greatest change and its latest two, of half an hour or more."""
    size = {at: abs(offset(at, key) - offset(at - SECOND, key)) for at in edges(key)}
    large = [at for at in size if size[at] >= DAY / 48]
    return {max(large, key=size.get), *large[-2:]} if large else set()


def offset(at, key):
    return at.astimezone(ZoneInfo(key)).utcoffset()


@pytest.mark.parametrize("key", ODD_ZONES)
def test_a_range_inside_what_is_skipped_or_repeated(key):
    for edge in telling_edges(key):
        low, high = sorted(shown(at, ZoneInfo(key)) for at in (edge - SECOND, edge))
        start, end = (low + (high - low) * share for share in (0.25, 0.75))
        scene = Scene((row(start.isoweekday(), f"{start:%H:%M}", f"{end:%H:%M}"),), key)
        duty, model = scene.timeline, scene.model
        assert spans(duty.intervals(edge - DAY, edge + 8 * DAY)) == model.intervals(
            edge - DAY, edge + 8 * DAY
        )
        for minutes in range(-180, 181, 15):
            at = edge + timedelta(minutes=minutes)
            assert duty.is_on_duty(at) is model.is_on_duty(at)
            assert instant(duty.next_change(at)) == model.next_change(at)
            assert instant(duty.previous_change(at)) == model.previous_change(at)
