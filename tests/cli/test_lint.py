"""The command lint: what it prints of an odd desk, and its exit code."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from contextlib import suppress
from functools import partial

import pytest

from availability.feishu.sandbox import Sandbox

EMAIL = "wang.fang@example.com"
DAY = {"weekday": 10, "start_time": "09:00", "end_time": "18:00"}
EVIL = "\x1b[31mred\x07\nou_spoofed \u202e"


def item(agent_id="ou_1", *rows, status=1, name="王芳", skills=()):
    return {
        "status": status,
        "agent": {"id": agent_id, "name": name, "email": EMAIL},
        "schedule": [{**DAY, **one} for one in rows or [DAY]],
        "agent_skills": [{"id": skill[:2], "name": skill} for skill in skills],
    }


FINE = item("ou_fine", name="Bob")
WARNED = item("ou_warned", {}, {"weekday": 5, "start_time": "17:00", "end_time": "23:59"}, status=9)
LOST = item(
    "ou_lost", {"start_time": "22:00", "end_time": "06:00"}, {"end_time": "25:00"}, status=None
)
NOBODY = {"agent": {"email": EMAIL}}
DESK = [FINE, WARNED, LOST, {"agent": None}, NOBODY, FINE]


@pytest.fixture
def save(tmp_path):
    """Return a function that saves an answer with some agents, and gives the options for it."""

    def save(*items):
        path = tmp_path / "desk.json"
        path.write_text(json.dumps({"code": 0, "data": {"agent_schedules": items}}))
        return "--from", str(path), "--tz", "Asia/Shanghai"

    return save


@pytest.fixture
def run(run):
    return partial(run, "lint")


def test_what_is_odd_agent_by_agent_the_worst_first(save, run):
    code, out, err = run(*save(*DESK))
    assert (code, err) == (1, "")
    assert [" ".join(line.split()) for line in out.splitlines()] == [
        "The desk",
        "error not_an_agent agent_schedules[3]: not an object with an agent inside",
        "error missing_id agent_schedules[4].agent.id: NoneType is not an agent id",
        "Bob · ou_fine",
        "error duplicate_agent appears more than once; the first is kept",
        "王芳 · ou_warned",
        "warning overlap schedule[0] and schedule[1] overlap on Friday 17:00-18:00: merged",
        "warning unknown_status status: int 9 is unknown; known: 1, 2, 3, 4",
        "info end_2359 schedule[1].end_time: 23:59 is taken as the end of the day",
        "王芳 · ou_lost",
        "error bad_time schedule[1].end_time: str '25:00' is not a time; allowed: 00:00 to 24:00",
        "warning missing_status status: missing",
        "info inverted schedule[0]: 22:00-06:00 ends before it starts: taken as a night shift",
        "3 agents: 4 errors, 3 warnings, 2 infos.",
    ]
    assert "@" not in out


def test_the_same_as_json(save, run):
    code, out, _ = run(*save(*DESK), "--json")
    document = json.loads(out)
    found = document.pop("diagnostics")
    assert (code, document) == (1, {"errors": 4, "warnings": 3, "infos": 2})
    assert [(one["agent_id"], one["name"], one["severity"], one["code"]) for one in found] == [
        (None, None, "error", "not_an_agent"),
        (None, None, "error", "missing_id"),
        ("ou_fine", "Bob", "error", "duplicate_agent"),
        ("ou_warned", "王芳", "warning", "overlap"),
        ("ou_warned", "王芳", "warning", "unknown_status"),
        ("ou_warned", "王芳", "info", "end_2359"),
        ("ou_lost", "王芳", "error", "bad_time"),
        ("ou_lost", "王芳", "warning", "missing_status"),
        ("ou_lost", "王芳", "info", "inverted"),
    ]
    assert found[2]["message"] == "appears more than once; the first is kept"
    assert all(list(one) == ["agent_id", "name", "severity", "code", "message"] for one in found)


@pytest.mark.parametrize(
    ("items", "last"),
    [
        ([FINE], "1 agent: nothing odd."),
        ([], "0 agents: nothing odd."),
        ([FINE, WARNED], "2 agents: 0 errors, 2 warnings, 1 info."),
        (
            [item("a", skills=["s1 x"]), item("b", skills=["s1 y"])],
            "2 agents: 0 errors, 1 warning, 0 infos.",
        ),
    ],
)
def test_without_an_error_the_exit_code_is_0(save, run, items, last):
    code, out, _ = run(*save(*items))
    assert (code, out.splitlines()[-1]) == (0, last)
    code, out, _ = run(*save(*items), "--json")
    assert (code, json.loads(out)["errors"]) == (0, 0)


def test_a_skill_with_several_names_is_the_desks(save, run):
    _, out, _ = run(*save(item("a", skills=["s1 x"]), item("b", skills=["s1 y"])))
    assert out.splitlines()[:2] == [
        "The desk",
        "  warning  duplicate_skill   on the desk skill 's1' has 2 names: 's1 x', 's1 y'",
    ]


def test_the_demo_and_the_platform(run, monkeypatch):
    code, out, err = run("--demo")
    assert (code, err) == (1, "")
    assert out.splitlines()[-1].startswith("23 agents: 5 errors, 1 warning, ")
    with Sandbox() as sandbox:
        for name, value in sandbox.environment.items():
            monkeypatch.setenv(name, value)
        code, out, _ = run("--id", "ou_nobody", "--id", "ou_8e9fa7d244f9e73ed94654c84a30cf83")
    assert code == 1
    assert re.match(r"ou_nobody\n  error    agent_not_found   HTTP 404, code 154004: ", out)
    assert out.splitlines()[-1] == "1 agent: 1 error, 0 warnings, 0 infos."


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["--tz", "Mars/Base", "--demo"], 2, "not an IANA time zone"),
        (["--at", "10:00", "--demo"], 2, "No such option"),
        (["--from", "none.json", "--tz", "UTC"], 1, "No such file"),
        ([], 1, "not set in the environment"),
    ],
)
def test_what_cannot_be_linted(run, arguments, code, says):
    stopped, out, err = run(*arguments)
    assert (stopped, out) == (code, "")
    assert says in err


@pytest.mark.parametrize("json_too", [[], ["--json"]])
def test_nothing_from_outside_moves_a_terminal(save, run, json_too):
    odd = item(EVIL, name=EVIL, status=EVIL, skills=[f"s1{EVIL}", f"s1{EVIL}!"])
    odd["agent_skills"][1]["id"] = odd["agent_skills"][0]["id"] = EVIL
    code, out, _ = run(*save(odd), *json_too)
    assert code == 0
    assert not {"\x1b", "\x07"} & set(out)
    assert not [line for line in out.splitlines() if line.startswith("ou_spoofed")]


def test_on_a_terminal_of_80_columns(save):
    terminal, end = pty.openpty()
    command = [sys.executable, "-m", "availability", "lint", *save(*DESK)]
    environ = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "80"}
    with subprocess.Popen(command, stdout=end, env=environ) as asked:
        os.close(end)
        shown = b""
        with suppress(OSError):
            while chunk := os.read(terminal, 4096):
                shown += chunk
        assert asked.wait(30) == 1
    os.close(terminal)
    for colour, severity in ((31, "error"), (33, "warning"), (36, "info")):
        assert f"\x1b[{colour}m{severity}".encode() in shown
    plain = re.sub(r"\x1b\[[\d;]*m", "", shown.decode())
    assert max(map(len, plain.splitlines())) <= 80
    assert "  error    bad_time          schedule[1].end_time: str '25:00' is not a time;" in plain
    assert re.search(r"\n {29}allowed: ", plain)
