"""The demo's outage, seen from outside."""

from __future__ import annotations

import re

import pytest

from availability.cli import chaos
from availability.feishu.sandbox import Sandbox

LINE = re.compile(r" *(\d+\.\d) s  (.*)")
REQUESTS = re.compile(r"(\d+) requests, (\d+) failed")
ANSWERS = re.compile(r"(\d+) answers: (\d+) as without an outage, (\d+) UNKNOWN, (\d+) wrong")


@pytest.mark.long
def test_an_outage_and_the_recovery_from_it(run):
    code, out, err = run("now", "--demo", "--chaos")
    assert (code, err) == (0, "")
    found = [LINE.fullmatch(line).groups() for line in out.splitlines()]
    said = [text for _, text in found]
    order = [
        "fetched: ",
        "the platform breaks down: a gateway's 502 pages",
        "now: connections hung up",
        "older than 2 s, max_stale: nobody can say, all are UNKNOWN",
        "the platform is back",
        "fresh again by itself: ",
    ]
    places = [next(i for i, text in enumerate(said) if text.startswith(head)) for head in order]
    assert places == sorted(places)
    stale = [text for text in said if text.startswith("still answering, stale: ")]
    ages = [float(re.search(r"([\d.]+) s old", text)[1]) for text in stale]
    assert ages
    assert ages == sorted(ages)
    seconds = [float(text) for text, _ in found]
    assert seconds == sorted(seconds)
    assert all(len(line) < 80 for line in out.splitlines())
    requests, failed = map(int, REQUESTS.fullmatch(said[-2]).groups())
    answers, right, unknown, wrong = map(int, ANSWERS.fullmatch(said[-1]).groups())
    assert 2 <= failed < requests
    assert answers == right + unknown
    assert right > 0
    assert unknown > 0
    assert wrong == 0


def test_wrong_answers_are_counted_and_make_it_fail(run, monkeypatch):
    """The twin's agent is online, the sandbox's was set offline: no answer can be right."""
    always = [{"weekday": 9, "start_time": "00:00", "end_time": "24:00"}]
    desks = [
        Sandbox(agents=[{"status": status, "agent": {"id": "ou_1"}, "schedule": always}])
        for status in (1, 2)
    ]
    monkeypatch.setattr(chaos, "Sandbox", lambda: desks.pop(0))
    monkeypatch.setattr(chaos, "MAX_STALE", 0.7)  # what is seen does not hang on how long it takes
    monkeypatch.setattr(chaos, "CALM", 0.3)
    code, out, _ = run("now", "--demo", "--chaos")
    last = LINE.fullmatch(out.splitlines()[-1])[2]
    answers, right, unknown, wrong = map(int, ANSWERS.fullmatch(last).groups())
    assert code == 1
    assert right == 0
    assert 0 < wrong == answers - unknown


@pytest.mark.parametrize(
    "others",
    [
        [],
        ["--demo", "--json"],
        ["--demo", "--tz", "UTC"],
        ["--demo", "--id", "x"],
        ["--demo", "--skill", "x"],
        ["--demo", "--at-least", "0"],
        ["--demo", "--from", "x"],
    ],
)
def test_wrong_usage(run, others):
    code, out, err = run("now", "--chaos", *others)
    assert (code, out) == (2, "")
    assert "it goes with --demo alone" in " ".join(err.replace("│", " ").split())
