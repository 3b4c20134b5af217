"""The cases of the semantics page, as data, against every question that they bear on."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from availability.engine.schedule import WeeklySchedule
from availability.engine.timeline import Timeline

CASES = json.loads(
    (Path(__file__).parents[1] / "data" / "semantics.json").read_text(encoding="utf-8")
)["cases"]
WINDOWED = [case for case in CASES if "window" in case]


def instant(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def utc(at):
    return None if at is None else at.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def timeline(case):
    return Timeline(WeeklySchedule.parse(case["ranges"], tz=case["tz"]))


def by_name(case):
    return case["name"]


def test_the_vectors_are_all_there():
    assert len(CASES) == 317


@pytest.mark.parametrize("case", CASES, ids=by_name)
def test_on_duty(case):
    duty = timeline(case)
    expected = [on for _, on in case["on_duty"]]
    instants = [instant(at) for at, _ in case["on_duty"]]
    assert [duty.is_on_duty(at) for at in instants] == expected
    assert duty.are_on_duty(instants).tolist() == expected


@pytest.mark.parametrize("case", CASES, ids=by_name)
def test_next_change(case):
    duty = timeline(case)
    for at, change in case["next_change"]:
        assert utc(duty.next_change(instant(at))) == change
        if change is not None:
            assert utc(duty.previous_change(instant(change))) == change


@pytest.mark.parametrize("case", WINDOWED, ids=by_name)
def test_intervals(case):
    duty = timeline(case)
    start, end = map(instant, case["window"])
    spans = [(instant(a), instant(b)) for a, b in case["intervals"]]
    found = duty.intervals(start, end)
    assert [[utc(i.start), utc(i.end)] for i in found] == case["intervals"]
    assert duty.duty_time(start, end) == sum((b - a for a, b in spans), timedelta())
    assert duty.epochs(start, end).tolist() == [[a.timestamp(), b.timestamp()] for a, b in spans]
