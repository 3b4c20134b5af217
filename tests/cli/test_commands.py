"""The commands from outside: what they print, where, and with which exit code."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout, suppress
from datetime import datetime
from io import BytesIO, TextIOWrapper
from pathlib import Path
from unicodedata import east_asian_width

import pytest

from availability.cli import main
from availability.feishu.sandbox import Canned

HOTLINE = "ou_e77d3327eb433822e0f24bf011732914"  # 24/7
LI_NA = "ou_8e9fa7d244f9e73ed94654c84a30cf83"  # a split day, Monday to Friday
NO_SCHEDULE = "ou_8c6def28ee85a69deb1ad82d24224dad"


def item(agent_id, *rows, status=1, name=None, skills=()):
    return {
        "status": status,
        "agent": {"id": agent_id, "name": name or agent_id},
        "schedule": [
            {"weekday": code, "start_time": start, "end_time": end} for code, start, end in rows
        ],
        "agent_skills": [{"id": f"id-{skill}", "name": skill} for skill in skills],
    }


DESK = [
    item("ou_day", (10, "09:00", "18:00"), name="王芳", skills=["账单"]),
    item("ou_night", (9, "22:00", "06:00"), name="Bob"),
    item("ou_odd", (8, "09:00", "18:00"), name="[b]x[/b]"),
    {"agent": None},
]
SAVED = {"code": 0, "data": {"agent_schedules": DESK}}


@pytest.fixture
def saved(tmp_path):
    path = tmp_path / "desk.json"
    path.write_text(json.dumps(SAVED), encoding="utf-8")
    return str(path)


@pytest.fixture
def answered(run):
    """Run a command that must answer with JSON."""

    def answered(*arguments):
        code, out, _ = run(*arguments, "--json")
        assert code == 0
        return json.loads(out)

    return answered


def by_id(document):
    return {agent["id"]: agent for agent in document["agents"]}


def columns(line):
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in line)


def test_now_from_the_platform(desk, answered):
    document = answered("now")
    assert list(document) == ["at", "as_of", "timezone", "basis", "agents"]
    assert document["timezone"] == "Asia/Shanghai"
    assert datetime.fromisoformat(document["as_of"]) <= datetime.fromisoformat(document["at"])
    agents = by_id(document)
    assert len(agents) == 23
    assert agents[HOTLINE] == {
        "id": HOTLINE,
        "name": "值班热线",
        "on_duty": True,
        "state": "available",
        "reasons": ["on_duty", "status_fresh"],
        "until": None,
        "skills": [
            {"id": "skill-technical", "name": "technical"},
            {"id": "skill-vip", "name": "VIP"},
        ],
    }
    assert agents[NO_SCHEDULE]["on_duty"] is agents[NO_SCHEDULE]["until"] is None
    assert agents[NO_SCHEDULE]["state"] == "unknown"


def test_now_as_a_table(desk, run):
    code, out, err = run("now")
    assert (code, err) == (0, "")
    assert re.search(r"值班热线 +available +for good +on duty; online +technical, VIP +ou_e77", out)
    assert re.search(r"司马晓彤 +unknown +\? +no readable schedule", out)
    assert re.search(r"孙丽 +unavailable +\? +set offline by hand", out)
    assert re.search(r"23 agents: \d+ on duty, \d+ off duty, of \d+ nobody can say; \d+ avail", out)
    assert "\x1b" not in out


def test_names_in_chinese_line_up(desk, run):
    _, out, _ = run("now")
    rows = [line for line in out.splitlines() if "ou_" in line]
    assert len({columns(line[: line.index("ou_")]) for line in rows}) == 1


def test_the_demo_needs_no_settings(run, answered):
    code, out, _ = run("now", "--demo")
    assert code == 0
    assert "available" in out
    friday = by_id(answered("who", "--demo", "--at", "2030-11-22T10:00"))
    assert friday[LI_NA]["until"] == "2030-11-22T12:00:00+08:00"
    assert {one["state"] for one in friday.values()} == {"available", "unavailable", "unknown"}


def test_who_at_an_instant_from_a_saved_answer(saved, answered):
    document = answered("who", "--from", saved, "--tz", "Asia/Shanghai", "--at", "2026-06-01T10:00")
    assert document["at"] == "2026-06-01T10:00:00+08:00"
    assert document["as_of"] is None
    agents = by_id(document)
    assert agents["ou_day"]["on_duty"] is True
    assert agents["ou_day"]["state"] == "unknown"  # nobody knows how old its status is
    assert agents["ou_day"]["until"] == "2026-06-01T18:00:00+08:00"
    assert agents["ou_night"]["on_duty"] is False
    assert agents["ou_night"]["until"] == "2026-06-01T22:00:00+08:00"
    assert agents["ou_odd"]["on_duty"] is agents["ou_odd"]["until"] is None


def test_items_that_are_no_agents_are_named_on_standard_error(saved, run):
    code, out, err = run("now", "--from", saved, "--tz", "UTC")
    assert code == 0
    assert "left out: agent_schedules[3]: not an object with an agent inside" in err
    assert "No status counts" in out
    assert "[b]x[/b]" in out


@pytest.mark.parametrize(
    ("body", "agents"),
    [
        ({"data": {"agent_schedule": DESK[0]}, "code": 0}, ["ou_day"]),
        ({"agent_schedules": DESK[:2]}, ["ou_day", "ou_night"]),
        ({"code": 0, "data": {"agent_schedules": None}}, []),
    ],
)
def test_saved_answers_of_either_endpoint(tmp_path, answered, body, agents):
    path = tmp_path / "saved.json"
    path.write_text(json.dumps(body), encoding="utf-8")
    assert list(by_id(answered("now", "--from", path, "--tz", "UTC"))) == agents


def test_a_saved_answer_on_standard_input(saved):
    command = [sys.executable, "-m", "availability", "now", "--from", "-", "--tz", "UTC", "--json"]
    with Path(saved).open("rb") as file:
        done = subprocess.run(command, stdin=file, capture_output=True, check=True)
    assert len(json.loads(done.stdout)["agents"]) == 3


EVIL = "\x1b[31mred\x1b]0;title\x07\nou_spoofed  on duty \ud83d \u202e"


@pytest.fixture
def evil(tmp_path):
    odd = {**item(f"ou_{EVIL}", (9, "00:00", "24:00"), name=EVIL, skills=[EVIL]), "status": EVIL}
    path = tmp_path / "evil.json"
    path.write_text(json.dumps({"agent_schedules": [odd, DESK[0]]}), encoding="ascii")
    return str(path)


def in_a_process(arguments, encoding):
    command = [sys.executable, "-m", "availability", *arguments]
    environ = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    done = subprocess.run(command, env=environ, capture_output=True, check=False)
    return done.returncode, done.stdout, done.stderr


def in_this_process(arguments, encoding):
    """The same without starting Python, which takes most of the time: streams as it makes them."""
    out, err = (TextIOWrapper(BytesIO(), encoding) for _ in range(2))
    with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as stopped:
        main(arguments)
    err.flush()
    return stopped.value.code or 0, out.buffer.getvalue(), err.buffer.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "gbk"])
@pytest.mark.parametrize(
    ("asked", "arguments"),
    [
        (in_a_process, ("now",)),
        (in_this_process, ("now", "--json")),
        (in_this_process, ("next",)),
        (in_this_process, ("agent", "ou_day")),
        (in_this_process, ("agent", "ou_\x1b")),
    ],
)
def test_odd_names_neither_stop_the_answer_nor_move_the_terminal(evil, encoding, asked, arguments):
    code, out, err = asked([*arguments, "--from", evil, "--tz", "UTC"], encoding)
    assert code == (1 if "ou_\x1b" in arguments else 0)
    assert b"Traceback" not in err
    assert b"\x1b" not in out + err
    lines = out.decode(encoding).splitlines()
    assert not [line for line in lines if line.startswith("ou_")]
    if "--json" in arguments:
        agents = json.loads(out.decode(encoding))["agents"]
        assert [agent["name"] for agent in agents] == [EVIL, "王芳"]


def test_zones_of_agents_and_of_the_display(saved, tmp_path, answered):
    zones = tmp_path / "zones.json"
    zones.write_text('{"ou_day": "America/New_York"}')
    options = ("--from", saved, "--agent-tz", zones, "--show-tz", "UTC")
    document = answered("who", *options, "--tz", "Asia/Shanghai", "--at", "2026-06-01T23:00")
    assert document["at"] == "2026-06-01T15:00:00+00:00"
    assert document["timezone"] == "UTC"
    assert by_id(document)["ou_day"]["until"] == "2026-06-01T22:00:00+00:00"


def test_before_standard_time_instants_stay_rfc_3339(saved, answered):
    at = "1890-06-03T10:00"  # Shanghai kept 08:05:43 then
    document = answered("who", "--from", saved, "--tz", "Asia/Shanghai", "--at", at)
    assert document["at"] == "1890-06-03T01:54:17+00:00"


@pytest.mark.parametrize("at", ["9999-12-31T23:00", "0001-01-02"])
def test_the_ends_of_the_calendar(saved, run, at):
    options = ("--from", saved, "--tz", "UTC", "--show-tz", "Asia/Shanghai")
    assert run("who", *options, "--at", at)[0] == 0
    assert run("who", *options, "--at", at, "--json")[0] == 0


def test_a_skipped_time_says_which_instant_was_used(saved, run):
    options = ("--from", saved, "--tz", "America/New_York", "--at", "2026-03-08 02:30")
    code, out, _ = run("who", *options)
    assert code == 0
    assert "2026-03-08T07:00:00Z" in out
    assert "was skipped" in out


def test_only_who_has_a_skill(saved, run, answered):
    options = ("--from", saved, "--tz", "UTC", "--skill")
    assert list(by_id(answered("now", *options, "账单"))) == ["ou_day"]
    assert list(by_id(answered("now", *options, "id-账单"))) == ["ou_day"]
    code, out, err = run("now", *options, "none")
    assert (code, "Nobody is on duty." in out) == (0, True)
    assert "no agent has the skill none" in err


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--skill", "VIP"], 5),
        (["--skill", "VIP", "--skill", "technical"], 2),
        (["--any-skill", "VIP", "--any-skill", "technical"], 10),
        (["--skill", "technical", "--any-skill", "VIP", "--any-skill", "通用咨询"], 4),
    ],
)
def test_several_skills(desk, answered, options, expected):
    assert len(answered("who", "--at", "2026-06-01T10:00", *options)["agents"]) == expected


def test_a_skill_that_the_desk_does_not_have(desk, run):
    code, out, err = run("now", "--skill", "VIPP")
    assert (code, out) == (1, "")
    assert err == (
        "availability: the desk has no skill 'VIPP'; it has: 通用咨询, 账单, 退款, technical, VIP\n"
    )
    assert run("now", "--skill", "skill-vip")[0] == 0


def test_at_least_so_much_of_the_shift(saved, answered, run):
    def states(minutes):
        options = ("--at", "2026-06-01T10:00", "--at-least", minutes)
        document = answered("who", "--from", saved, "--tz", "Asia/Shanghai", *options)
        agent = by_id(document)["ou_day"]
        return agent["state"], agent["reasons"][0]

    assert states(480) == ("unknown", "on_duty")
    assert states(481) == ("unavailable", "too_little_time")
    for wrong in ("-1", "1e300", "9" * 30):
        assert run("now", "--from", saved, "--at-least", wrong)[0] == 2


def test_one_agent_and_its_week(desk, run):
    code, out, _ = run("agent", LI_NA, "--at", "2026-11-23 10:00")
    assert code == 0
    assert "李娜" in out
    assert re.search(r"Monday +09:00-12:00, 13:30-18:00", out)
    assert re.search(r"Sunday +-", out)
    assert "until Mon 2026-11-23 12:00" in out
    assert [one.path for one in desk.seen if LI_NA in one.path] == [
        f"/open-apis/helpdesk/v1/agents/{LI_NA}/schedules"
    ]


def test_one_agent_of_whom_nobody_can_say(desk, run, answered):
    code, out, _ = run("agent", NO_SCHEDULE)
    assert code == 0
    assert "nobody can say; status" in out
    assert "unknown: no readable schedule" in out
    assert "[missing_schedule]" in out
    (only,) = answered("agent", NO_SCHEDULE)["agents"]
    assert only["on_duty"] is None


def test_a_night_shift_ends_on_the_next_day(saved, run):
    _, out, _ = run("agent", "ou_night", "--from", saved, "--tz", "UTC")
    assert re.search(r"Monday +22:00-06:00 \(next day\)", out)


@pytest.mark.parametrize("agent_id", ["nobody", "a/b", "ou_day "])
def test_an_agent_the_platform_does_not_know(desk, run, agent_id):
    code, out, err = run("agent", agent_id)
    assert (code, out) == (1, "")
    assert re.fullmatch(rf"availability: {agent_id}: HTTP 404, code 154004: .*\n", err)


@pytest.mark.parametrize(("agent_id", "says"), [("..", "not an agent id"), ("", "not an agent id")])
def test_what_is_no_agent_id(desk, run, agent_id, says):
    code, _, err = run("agent", agent_id)
    assert (code, err.count("\n")) == (1, 1)
    assert says in err


def test_an_agent_not_in_the_file_names_the_nearest(saved, run):
    code, _, err = run("agent", "ou_dya", "--from", saved, "--tz", "UTC")
    assert code == 1
    assert err == "availability: no agent 'ou_dya' among 3 on the roster; nearest: ou_day, ou_odd\n"


def test_next_transition(saved, run, answered):
    options = ("--from", saved, "--tz", "Asia/Shanghai", "--at", "2026-06-01T17:00")
    document = answered("next", *options)
    assert document["next"] == "2026-06-01T18:00:00+08:00"
    assert [(one["id"], one["on_duty"]) for one in document["agents"]] == [("ou_day", False)]
    code, out, _ = run("next", *options)
    assert code == 0
    assert "Next transition: Mon 2026-06-01 18:00 Asia/Shanghai" in out
    assert "off 王芳" in out


def test_no_next_transition(tmp_path, run, answered):
    path = tmp_path / "always.json"
    path.write_text(json.dumps({"agent_schedules": [item("ou_1", (9, "00:00", "24:00"))]}))
    assert answered("next", "--from", path, "--tz", "UTC")["next"] is None
    assert "Nobody's duty ever changes." in run("next", "--from", path, "--tz", "UTC")[1]


def test_agents_fetched_one_by_one(desk, run, answered):
    document = answered("now", "--id", HOTLINE, "--id", "nobody", "--id", LI_NA)
    assert list(by_id(document)) == [HOTLINE, LI_NA]
    code, _, err = run("now", "--id", HOTLINE, "--id", "nobody")
    assert code == 0
    assert err.startswith("left out: nobody: HTTP 404")
    assert "Fetching" not in err  # no progress bar where the output is no terminal


def test_a_progress_bar_on_a_terminal(desk):
    terminal, end = pty.openpty()
    command = [sys.executable, "-m", "availability", "now", "--id", HOTLINE, "--id", LI_NA]
    environ = {**os.environ, "TERM": "xterm", "COLUMNS": "120"}
    done = subprocess.Popen(command, stdin=end, stdout=end, stderr=end, env=environ)
    os.close(end)
    shown = _read_all(terminal)
    assert done.wait(30) == 0
    assert "Fetching agents" in shown
    assert "值班热线" in shown


def _read_all(terminal):
    shown = b""
    with suppress(OSError):  # the terminal is gone with the last process on it
        while chunk := os.read(terminal, 4096):
            shown += chunk
    os.close(terminal)
    return shown.decode()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["who", "--at", "10"], "'10' names no instant"),
        (["who", "--at", "10:00 CST"], "zones only as UTC, Z or an offset"),
        (["now", "--tz", "Mars/Base"], "not an IANA time zone"),
        (["now", "--show-tz", "+08:00"], "not an IANA time zone"),
        (["now", "--from", "x.json", "--demo"], "--from goes without --demo and --id"),
        (["now", "--from", "x.json", "--id", "ou_1"], "--from goes without --demo and --id"),
        (["agent"], "Missing argument"),
        (["sandbox", "--port", "70000"], "--port"),
        (["nothing"], "No such command"),
        (["now", "--nothing"], "No such option"),
    ],
)
def test_wrong_usage(run, arguments, says):
    demo = [] if "--from" in arguments or arguments[0] not in {"who", "now"} else ["--demo"]
    code, out, err = run(*arguments, *demo)
    assert (code, out) == (2, "")
    assert says in err


def test_no_settings_names_every_one(run):
    code, _, err = run("now")
    assert code == 1
    assert err == (
        "availability: not set in the environment: FEISHU_APP_ID, FEISHU_APP_SECRET, "
        "FEISHU_HELPDESK_ID, FEISHU_HELPDESK_TOKEN, AVAILABILITY_TZ\n"
    )


def test_a_file_needs_the_desks_zone(saved, run):
    code, _, err = run("now", "--from", saved)
    assert code == 1
    assert "AVAILABILITY_TZ" in err


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "No such file"),
        (b"<html>", "not JSON"),
        (b"\xff\xfe\xfa", "not JSON"),
        (b"[" * 200_000, "JSON nested too deeply"),
        (b"[]", "not a saved answer"),
        (b"{}", "not a saved answer"),
        (b'{"agent_schedules": "x"}', "is not a list"),
        (b'{"data": {"agent_schedule": null}}', "no agent_schedule"),
        (b'{"code": 99991672, "msg": "Access denied"}', "a saved refusal"),
    ],
)
def test_a_file_that_cannot_be_read(tmp_path, run, content, says):
    path = tmp_path / "bad.json"
    if content is not None:
        path.write_bytes(content)
    code, out, err = run("now", "--from", path, "--tz", "UTC")
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert says in err


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("[]", "is not a mapping of id to zone"),
        ('{"ou_1": 8}', "ou_1: int 8 is not an IANA time zone"),
        ('{"ou_1": null}', "allowed: an id and a zone"),
        ('{"ou_1": "Mars"}', "ou_1: str 'Mars' is not an IANA time zone"),
    ],
)
def test_zones_of_agents_that_cannot_be_read(tmp_path, saved, run, content, says):
    path = tmp_path / "zones.json"
    path.write_text(content)
    code, _, err = run("now", "--from", saved, "--tz", "UTC", "--agent-tz", path)
    assert (code, err.count("\n")) == (1, 1)
    assert says in err


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (Canned(502, b"<html>", {"Content-Type": "text/html"}), "HTTP 502"),
        (Canned.refusal(400, 99991672, "Access denied."), "helpdesk:all:readonly"),
        (Canned(hang_up=True), "the connection failed (RemoteDisconnected)"),
    ],
)
def test_when_the_platform_does_not_answer(desk, run, answer, says):
    desk.answer_next(answer)
    code, out, err = run("now")
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert says in err


def test_a_dead_port_and_wrong_credentials(desk, run, monkeypatch):
    monkeypatch.setenv("FEISHU_APP_SECRET", "wrong")
    code, _, err = run("now")
    assert code == 1
    assert "check app_secret (FEISHU_APP_SECRET)" in err
    desk.close()
    code, _, err = run("now")
    assert (code, err.count("\n")) == (1, 1)
    assert "Connection refused" in err


def test_the_sandbox_prints_what_to_copy_and_serves_it():
    command = [sys.executable, "-m", "availability", "sandbox"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as server:
        lines = [server.stdout.readline().decode() for _ in range(8)]
        settings = dict(line.split()[1].split("=", 1) for line in lines if "export" in line)
        zones = json.loads(lines[7].split("'")[1])
        environ = {**os.environ, **settings}
        asked = subprocess.run(
            [sys.executable, "-m", "availability", "now", "--json"],
            env=environ,
            capture_output=True,
            check=False,
            timeout=30,
        )
        server.send_signal(2)
        assert server.wait(10) == 0
    assert len(json.loads(asked.stdout)["agents"]) == 23
    assert "Europe/London" in zones.values()


def test_the_version(run):
    code, out, _ = run("--version")
    assert code == 0
    assert re.fullmatch(r"\d+\.\d+\.\d+\n", out)


@pytest.mark.parametrize("columns", ["20", "80", "200"])
def test_no_column_vanishes_on_a_narrow_terminal(saved, columns):
    terminal, end = pty.openpty()
    command = [sys.executable, "-m", "availability", "who", "--from", saved, "--tz", "UTC"]
    environ = {**os.environ, "TERM": "xterm", "COLUMNS": columns}
    with subprocess.Popen([*command, "--at", "2026-06-01 10:00"], stdout=end, env=environ) as asked:
        os.close(end)
        shown = _read_all(terminal)
        assert asked.wait(30) == 0
    for word in ("王芳", "on duty", "unknown", "2026-06-01 18:00", "账单", "ou_day"):
        assert word in shown


def test_whoever_stops_reading_gets_no_traceback():
    command = [sys.executable, "-m", "availability", "who", "--demo", "--json"]
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, check=False, timeout=30)
    os.close(writer)
    assert (done.returncode, done.stderr) == (1, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a full device")
def test_a_full_disk_is_one_line():
    command = [sys.executable, "-m", "availability", "who", "--demo", "--json"]
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, check=False, timeout=30)
    assert done.returncode == 1
    assert done.stderr == b"availability: [Errno 28] No space left on device\n"


def test_no_standard_input(saved):
    script = "import sys; sys.stdin = None; from availability.cli import main; main()"
    command = [sys.executable, "-c", script, "now", "--from", "-", "--tz", "UTC"]
    done = subprocess.run(command, capture_output=True, check=False, timeout=30)
    assert done.returncode == 1
    assert done.stderr == b"availability: --from -: there is no standard input\n"


@pytest.mark.parametrize("option", ["--tz", "--show-tz"])
def test_an_empty_zone_is_wrong_usage(run, option):
    code, _, err = run("now", "--demo", option, "")
    assert code == 2
    assert "not an IANA time zone" in err


@pytest.mark.parametrize("option", ["--skill", "--any-skill"])
def test_an_empty_skill_is_wrong_usage(saved, run, option):
    code, out, err = run("now", "--from", saved, "--tz", "UTC", option, "")
    assert (code, out) == (2, "")
    assert "skill: str ''; allowed: a skill's id or name" in err


def test_the_variable_with_a_wrong_zone_is_named(desk, run, monkeypatch):
    monkeypatch.setenv("AVAILABILITY_TZ", "Mars/Base")
    code, _, err = run("now")
    assert code == 1
    assert err.startswith("availability: AVAILABILITY_TZ: str 'Mars/Base' is not an IANA")


def test_one_agents_number_too_long_hides_nobody(tmp_path, answered):
    path = tmp_path / "huge.json"
    text = json.dumps(SAVED).replace('"status": 1', f'"status": {"9" * 5000}', 1)
    path.write_text(text, encoding="utf-8")
    assert list(by_id(answered("now", "--from", path, "--tz", "UTC"))) == [
        *("ou_day", "ou_night", "ou_odd")
    ]


def test_an_instant_that_the_display_cannot_show(saved, answered):
    options = ("--from", saved, "--tz", "UTC", "--show-tz", "America/New_York")
    document = answered("who", *options, "--at", "0001-01-01")
    assert (document["timezone"], document["at"]) == ("UTC", "0001-01-01T00:00:00+00:00")
    assert document["basis"] == "schedule+status"


def test_a_port_that_is_taken(desk, run):
    code, _, err = run("sandbox", "--port", desk.url.rpartition(":")[2])
    assert (code, err.count("\n")) == (1, 1)
    assert "cannot be used" in err


@pytest.mark.parametrize("command", [["now", "--demo"], ["--help"], ["nonsense"]])
def test_a_closed_output_is_told(command):
    code = "import sys; sys.stdout = None; from availability.cli import main; main(sys.argv[1:])"
    done = subprocess.run(
        [sys.executable, "-c", code, *command], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr == "availability: there is no standard output to answer on\n"


def test_json_moves_no_terminal(tmp_path, run):
    name = "x\x9b2J\u202ey"
    path = tmp_path / "desk.json"
    path.write_text(json.dumps({"data": {"agent_schedules": [item("ou_1", name=name)]}}))
    _, out, _ = run("now", "--from", path, "--tz", "UTC", "--json")
    assert all(char.isprintable() or char == "\n" for char in out)
    assert json.loads(out)["agents"][0]["name"] == name
