"""The command watch: transitions as they come, outages, and what it remembers."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from datetime import datetime, timedelta, timezone

import pytest

from availability import Roster, Snapshot, SqliteStore
from availability.feishu import parse_agent
from availability.feishu.sandbox import Canned, Sandbox
from availability.live import live_roster

NOW = datetime.now(timezone.utc)
#: On duty round the clock, and a shift of each day from noon to one in UTC.
WANG = {
    "status": 1,
    "agent": {"id": "ou_wang", "name": "王芳"},
    "schedule": [{"weekday": 9, "start_time": "00:00", "end_time": "24:00"}],
}
NOON = {
    "status": 1,
    "agent": {"id": "ou_noon"},
    "schedule": [{"weekday": 9, "start_time": "12:00", "end_time": "13:00"}],
}
DAYS = 3


@pytest.fixture
def desk(monkeypatch):
    """A desk of two, whose payload a test may change."""
    agents = [dict(WANG), dict(NOON)]
    with Sandbox(agents=agents) as sandbox:
        for name, value in {**sandbox.environment, "AVAILABILITY_TZ": "UTC"}.items():
            monkeypatch.setenv(name, value)
        sandbox.items = agents
        yield sandbox


@pytest.fixture
def memory(tmp_path):
    """What was known three days ago."""
    path = tmp_path / "desk.db"
    began = NOW - timedelta(days=DAYS, minutes=1)
    roster = Roster([parse_agent(one, tz="UTC") for one in (WANG, NOON)], fetched_at=began)
    with SqliteStore(path) as store:
        store.remember(Snapshot.learned(roster, began))
    return path


@pytest.fixture
def meanwhile():
    """Do things in another thread, each once its condition holds."""
    threads = []

    def meanwhile(*steps):
        def follow():
            ends = time.monotonic() + 30
            for condition, step in steps:
                while not condition() and time.monotonic() < ends:
                    time.sleep(0.02)
                step()

        threads.append(threading.Thread(target=follow))
        threads[-1].start()

    yield meanwhile
    for thread in threads:
        thread.join()


def fetches(sandbox):
    return [one.status for one in sandbox.seen if "agent_schedules" in one.path]


def is_watching():
    """Return whether the command has begun: what is learned before that is no event."""
    return any(thread.name == "availability-teller" for thread in threading.enumerate())


def noons():
    """What happened at noon and at one since the memory began."""
    begin = (NOW - timedelta(days=DAYS)).replace(hour=0, minute=0, second=0, microsecond=0)
    hours = [begin + timedelta(hours=hour) for hour in range(24 * (DAYS + 1))]
    return [
        (hour, hour.hour == 12)
        for hour in hours
        if hour.hour in {12, 13} and NOW - timedelta(days=DAYS) < hour <= NOW
    ]


SINCE = (NOW - timedelta(days=DAYS)).isoformat()


def test_what_came_since_an_instant(desk, memory, run):
    expected = [
        f"{hour:%Y-%m-%d %H:%M:%S}+00:00  {'on ' if on else 'off'}  ou_noon  "
        f"shift {'began' if on else 'ended'}"
        for hour, on in noons()
    ]
    options = ("--store", memory, "--since", SINCE, "--count", len(expected))
    code, out, err = run("watch", *options)
    assert (code, out.splitlines()) == (0, expected)
    assert err.count("\n") == 1
    assert " of 2 agents on duty, " in err
    assert "fetched 3 d" in err


def test_as_json_a_line_each_in_the_zone_shown(desk, memory, run):
    expected = [
        {
            "at": (hour + timedelta(hours=8)).strftime("%Y-%m-%dT%H:%M:%S+08:00"),
            "on": on,
            "id": "ou_noon",
            "name": None,
            "cause": "shift began" if on else "shift ended",
        }
        for hour, on in noons()
    ]
    options = ("--store", memory, "--since", SINCE, "--count", len(expected), "--json")
    _, out, _ = run("watch", *options, "--show-tz", "Asia/Shanghai")
    assert [json.loads(line) for line in out.splitlines()] == expected


def test_what_is_learned_is_told_and_remembered(desk, run, meanwhile, tmp_path):
    def set_offline():
        desk.items[0]["status"] = 2

    meanwhile((is_watching, set_offline))
    path = tmp_path / "new.db"
    code, out, _ = run("watch", "--refresh", 1, "--store", path, "--count", 1)
    assert code == 0
    when, _, rest = out.partition("  ")
    assert NOW - timedelta(seconds=1) <= datetime.fromisoformat(when)
    assert rest == "off  王芳 · ou_wang  set offline\n"
    code, out, _ = run("history", path, "--changes")
    assert code == 0
    assert "changed  王芳 · ou_wang  status: online → offline\n" in out


def test_leave_counts_and_its_file_is_read_again(desk, run, meanwhile, tmp_path):
    leave = tmp_path / "leave.json"
    leave.write_text('{"leave": []}')

    def go():
        day = {"agent_id": "ou_wang", "start": "2020-01-01", "end": "2999-01-01"}
        leave.write_text(json.dumps({"leave": [day]}))

    meanwhile((is_watching, go))
    _, out, _ = run("watch", "--refresh", 1, "--overrides", leave, "--count", 1)
    assert out.endswith("off  王芳 · ou_wang  leave began\n")


@pytest.mark.long
def test_an_outage_and_its_end_are_told_once(desk, run, meanwhile):
    def failed():
        return len([one for one in fetches(desk) if one != 200])

    def recover():
        desk.recover()
        desk.items[0]["status"] = 2

    down = Canned(502, b"<html>", {"Content-Type": "text/html"})
    meanwhile(
        (is_watching, lambda: desk.break_down(down)),
        (lambda: failed() >= 4, recover),
    )
    code, out, err = run("watch", "--refresh", 1, "--count", 1)
    assert code == 0
    assert out.endswith("set offline\n")
    lines = [line.split("  ", 1)[1] for line in err.splitlines()]
    assert "2 agents on duty" in lines[0]
    assert lines[1].startswith("the desk cannot be fetched: HTTP 502")
    assert lines[1].endswith("; going by what was known")
    # The end may come together with the one transition that ends the command
    assert len(lines) <= 3
    assert all(line.startswith("fetched again: ") for line in lines[2:])


def test_an_outage_at_the_start_is_waited_for(desk, run, meanwhile):
    desk.break_down(Canned(hang_up=True))
    meanwhile((is_watching, desk.recover))
    code, out, err = run("watch", "--refresh", 1, "--count", 1)
    assert code == 0
    assert out.endswith("on   王芳 · ou_wang  added\n")
    assert "nobody can say yet: the desk cannot be fetched: " in err


def test_a_platform_that_takes_its_time_is_waited_for(desk, run, monkeypatch):
    monkeypatch.setattr(live_roster, "FIRST_WAIT", 0.1)
    desk.answer_next(Canned(502, b"", delay=1))
    code, out, err = run("watch", "--refresh", 1, "--count", 1)
    assert code == 0
    assert out.endswith("on   王芳 · ou_wang  added\n")
    lines = [line.split("  ", 1)[1] for line in err.splitlines()]
    assert lines[0] == "nobody can say yet: the platform has not answered so far"
    # The end may come together with the one transition that ends the command
    assert len(lines) <= 2
    assert all(line.startswith("fetched: ") for line in lines[1:])


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--since", "2026-06-01"], "--since: it goes with --store"),
        (["--closed-on-holidays"], "it goes with --calendar"),
        (["--show-tz", "Mars"], "not an IANA time zone"),
        (["--tz", "Mars"], "not an IANA time zone"),
        (["--refresh", "0.1"], "--refresh"),
        (["--count", "0"], "--count"),
        (["--store", "x.db", "--since", "12"], "names no instant"),
    ],
)
def test_wrong_usage(desk, run, arguments, says):
    code, out, err = run("watch", *arguments)
    assert (code, out) == (2, "")
    assert says in " ".join(err.replace("│", " ").split())


def test_what_cannot_be_done_is_one_line(desk, run, tmp_path, memory, monkeypatch):
    text = tmp_path / "notes.txt"
    text.write_text("no database, but long enough to have a header" * 99)
    code, _, err = run("watch", "--store", text)
    assert (code, err.count("\n")) == (1, 1)
    assert "no SQLite database" in err
    code, _, err = run("watch", "--store", memory, "--since", "2020-01-01")
    assert (code, err.count("\n")) == (1, 1)
    assert "before what is known" in err
    code, _, err = run("watch", "--overrides", tmp_path / "none.toml")
    assert (code, err.count("\n")) == (1, 1)
    assert "none.toml" in err
    monkeypatch.setenv("FEISHU_APP_SECRET", "wrong")
    code, _, err = run("watch")
    assert (code, err.count("\n")) == (1, 1)
    assert "check app_secret" in err


WATCH = [sys.executable, "-m", "availability", "watch"]


def test_ctrl_c_ends_it_quietly(desk):
    with subprocess.Popen(WATCH, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as watching:
        first = watching.stderr.readline()
        watching.send_signal(signal.SIGINT)
        try:
            out, err = watching.communicate(timeout=30)
        finally:
            watching.kill()  # else a command that does not end would never be told of
    assert b"agents on duty" in first
    assert (watching.returncode, out, err) == (0, b"", b"")


def test_whoever_stops_reading_ends_it_quietly(desk, memory):
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [*WATCH, "--store", memory, "--since", SINCE],
        stdout=writer,
        stderr=subprocess.PIPE,
        check=False,
        timeout=30,
    )
    os.close(writer)
    assert done.returncode == 1
    assert done.stderr.count(b"\n") == 1
    assert b"agents on duty" in done.stderr


def test_each_line_comes_at_once(desk, memory):
    command = [*WATCH, "--store", memory, "--since", SINCE]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as watching:
        lines = [watching.stdout.readline() for _ in noons()]  # while it goes on
        assert watching.poll() is None
        watching.send_signal(signal.SIGINT)
        assert watching.wait(30) == 0
    assert all(b"ou_noon" in line for line in lines)


def test_the_demo(run, tmp_path):
    day = NOW - timedelta(days=8)
    path = tmp_path / "demo.db"
    with SqliteStore(path) as store:
        store.remember(Snapshot.learned(Roster([], fetched_at=day), day))
    since = (day + timedelta(hours=1)).isoformat()
    code, out, err = run("watch", "--demo", "--store", path, "--since", since, "--count", 1)
    assert code == 0
    assert "known again" in out
    assert "0 of 0 agents on duty" in err or "of 23 agents on duty" in err
