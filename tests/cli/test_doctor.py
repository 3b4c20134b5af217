"""The doctor from outside: what it prints of the time zones, and with which exit code."""

from __future__ import annotations

import json
import re
from datetime import datetime, timezone
from functools import partial
from unicodedata import east_asian_width

import pytest

from availability.feishu.payload import parse_agent
from availability.feishu.sandbox import Sandbox

SHANGHAI = "Asia/Shanghai"
NOON = "2026-06-03T12:30+08:00"
SHIFTS = [("08:00", "12:00"), ("09:00", "18:00"), ("10:00", "19:00"), ("13:00", "22:00")]


@pytest.fixture
def run(run):
    return partial(run, "doctor")


def item(number, status, name=None, shift=None):
    start, end = shift or SHIFTS[number % 4]
    return {
        "status": status,
        "agent": {"id": f"ou_{number}", "name": name or f"agent {number}"},
        "schedule": [{"weekday": 10, "start_time": start, "end_time": end}],
    }


def served(at, count=12, true_tz=SHANGHAI):
    """The desk as a server in a zone sends it."""
    items = [item(number, 1) for number in range(count)]
    for one in items:
        duty = parse_agent(one, tz=true_tz).timeline
        one["status"] = 1 if duty.is_on_duty(datetime.fromisoformat(at)) else 3
    return items


@pytest.fixture
def save(tmp_path):
    def save(items, name="desk.json"):
        path = tmp_path / name
        text = json.dumps({"code": 0, "data": {"agent_schedules": items}})
        path.write_text(text, encoding="utf-8")
        return path

    return save


@pytest.fixture
def noon(save):
    return "--from", save(served(NOON)), "--fetched-at", NOON


def test_the_right_zone(noon, run):
    code, out, err = run(*noon, "--tz", SHANGHAI)
    assert (code, err) == (0, "")
    assert "Fetched Wed 2026-06-03 12:30 Asia/Shanghai (UTC+08:00), 2026-06-03T04:30:00Z" in out
    assert "Asia/Shanghai: the statuses agree with it" in out
    assert "12 of 12 agents agree with Asia/Shanghai (UTC+08:00); 9 with" in out
    assert re.search(r"UTC\+08:00 +Asia/Shanghai +12 of 12 +configured", out)
    assert "contradict" not in out


def test_the_wrong_zone(noon, run):
    code, out, err = run(*noon, "--tz", "UTC")
    assert (code, err) == (1, "")
    assert "UTC: the statuses contradict it" in out
    assert "6 of 12 agents agree with UTC (UTC+00:00); 12 with Asia/Shanghai (UTC+08:00)." in out
    assert "check --tz" in out
    assert re.search(r"UTC\+08:00 +Asia/Shanghai +12 of 12 *\n", out)
    assert re.search(r"UTC\+00:00 +UTC +6 of 12 +configured", out)
    assert re.search(r"agent 1 +online \(1\) +off duty +ou_1 ", out)


def test_json(noon, run):
    code, out, _ = run(*noon, "--tz", "UTC", "--json")
    document = json.loads(out)
    assert code == 1
    (zone,) = document.pop("zones")
    assert document == {
        "fetched_at": "2026-06-03T04:30:00+00:00",
        "snapshots": 1,
        "verdict": "contradicted",
        "unscheduled": 0,
    }
    assert (zone["timezone"], zone["verdict"]) == ("UTC", "contradicted")
    assert (zone["agents"], zone["silent"]) == (12, 0)
    assert zone["ranking"][0] == {
        "timezone": "Asia/Shanghai",
        "offset": "+08:00",
        "agree": 12,
        "of": 12,
    }
    assert len(zone["ranking"]) > 30
    assert zone["summary"].startswith("6 of 12 agents agree with UTC")
    assert zone["reason"] == "Asia/Shanghai (UTC+08:00) fits 6 more agents"
    assert zone["contradicting"][0] == {
        "id": "ou_1",
        "name": "agent 1",
        "status": 1,
        "on_duty": False,
    }


def test_agents_in_zones_of_their_own(noon, run, tmp_path):
    zones = tmp_path / "zones.json"
    zones.write_text(json.dumps({f"ou_{n}": "Europe/London" for n in range(10)}))
    code, out, _ = run(*noon, "--tz", SHANGHAI, "--agent-tz", zones)
    assert code == 1
    london, shanghai = out.index("Europe/London: the statuses"), out.index("Asia/Shanghai: too")
    assert london < shanghai
    assert out.count("To know more") == 1
    document = json.loads(run(*noon, "--tz", SHANGHAI, "--agent-tz", zones, "--json")[1])
    assert [zone["timezone"] for zone in document["zones"]] == ["Europe/London", SHANGHAI]


def test_saved_answers_add_up(save, run):
    morning = "2026-06-03T09:30+08:00"
    options = ["--from", save(served(NOON, 4), "noon.json"), "--fetched-at", NOON]
    options += [
        "--from",
        save(served(morning, 4), "morning.json"),
        "--fetched-at",
        "2026-06-03 9:30",
    ]
    code, out, _ = run(*options, "--tz", SHANGHAI)
    assert code == 0
    assert "Fetched 2 times, last Wed 2026-06-03 12:30" in out
    assert "8 of 8 statuses agree with Asia/Shanghai" in out


def test_of_many_zones_that_fit_alike_some_are_shown(save, run):
    items = [item(n, 1, shift=("09:00", "18:00")) for n in range(5)]
    code, out, _ = run("--from", save(items), "--fetched-at", NOON, "--tz", "UTC")
    assert code == 1
    assert "Etc/GMT+12 (UTC-12:00), like 18 other offsets, fits 5 more agents." in " ".join(
        out.split()
    )
    assert out.count("5 of 5") == 5
    assert "and 14 more that fit as well" in out


@pytest.mark.parametrize(
    ("statuses", "says"),
    [
        ([2, 4, 7], "too little evidence to tell"),
        ([], "Too little evidence to tell: no agent has a schedule."),
    ],
)
def test_too_little_evidence(save, run, statuses, says):
    items = [item(number, status) for number, status in enumerate(statuses)]
    code, out, _ = run("--from", save(items), "--fetched-at", NOON, "--tz", SHANGHAI)
    assert code == 0
    assert says in out
    assert ("no evidence: 3" in out) is bool(statuses)


def test_agents_without_a_schedule_are_counted(save, run):
    items = [*served(NOON), {"status": 1, "agent": {"id": "x"}}, {"agent": None}]
    _, out, err = run("--from", save(items), "--fetched-at", NOON, "--tz", SHANGHAI)
    assert "Agents without a schedule: 1." in out
    assert err.startswith("left out: agent_schedules[13]")


def test_the_demo_agrees_with_itself(run):
    code, out, err = run("--demo")
    assert (code, err) == (0, "")
    assert re.search(r"(\d+) of \1 agents agree with Asia/Shanghai", out)
    assert all(tz in out for tz in ("Europe/London: ", "America/New_York: "))


def test_from_the_platform(run, monkeypatch):
    with Sandbox(clock=lambda: datetime(2026, 6, 3, 4, 30, tzinfo=timezone.utc)) as sandbox:
        for name, value in sandbox.environment.items():
            monkeypatch.setenv(name, value)
        code, out, _ = run("--json", "--id", "ou_102471fa23c0fb56a297cff23b668e76")
    assert code == 0
    (zone,) = json.loads(out)["zones"]
    assert zone["agents"] + zone["silent"] == 1


@pytest.mark.parametrize("times", [[], [NOON, NOON]])
def test_a_saved_answer_needs_to_be_dated(save, run, times):
    dated = [option for at in times for option in ("--fetched-at", at)]
    code, out, err = run("--from", save(served(NOON)), *dated, "--tz", SHANGHAI)
    assert (code, out) == (2, "")
    assert "--fetched-at: when was each saved answer fetched?" in err
    assert "--from goes without --demo and --id" in run("--from", "x", "--demo")[2]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--fetched-at", NOON, "--demo"], "it goes with --from"),
        (["--from", "x", "--fetched-at", "10"], "'10' names no instant"),
        (["--from", "x", "--fetched-at", NOON, "--demo"], "--from goes without --demo and --id"),
    ],
)
def test_wrong_usage(run, arguments, says):
    code, out, err = run(*arguments, "--tz", SHANGHAI)
    assert (code, out) == (2, "")
    assert says in err


def test_a_repeated_time_says_which_was_taken(save, run):
    at = ("--fetched-at", "2026-11-01 01:30")
    code, out, err = run("--from", save(served(NOON)), *at, "--tz", "America/New_York")
    assert code in {0, 1}
    assert "2026-11-01T05:30:00Z" in out
    assert "--fetched-at: 2026-11-01 01:30:00 came twice" in err


EVIL = "\x1b[31mred\x1b]0;title\x07\nspoofed [b]x[/b] 王芳 \u202e"


def test_odd_names_neither_break_the_table_nor_move_the_terminal(save, run):
    items = [item(n, 3, name=EVIL * 3, shift=("00:00", "24:00")) for n in range(30)]
    _, out, _ = run("--from", save(items), "--fetched-at", NOON, "--tz", SHANGHAI)
    assert "\x1b" not in out
    assert "[b]x[/b]" in out.replace("\n", "").replace(" ", "")
    assert "and 10 more" in out
    assert max(map(columns, out.splitlines())) <= 80


def columns(line):
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in line)
