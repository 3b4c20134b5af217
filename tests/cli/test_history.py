"""The command history: a desk's past from its memory."""

from __future__ import annotations

import json
import sqlite3
from datetime import datetime, timedelta

import pytest

from availability import Roster, Snapshot, SqliteStore
from availability.feishu import parse_agent

#: A Monday, in Shanghai.
DAY = "2026-06-01"
WANG, BOB, NEW = "ou_wang", "ou_bob", "ou_new"
SECRET = "wang@example.com"


def item(agent_id, *rows, status=1, name=None, skills=()):
    return {
        "status": status,
        "agent": {"id": agent_id, "name": name},
        "schedule": [
            {"weekday": code, "start_time": start, "end_time": end} for code, start, end in rows
        ],
        "agent_skills": [{"id": f"id-{skill}", "name": skill} for skill in skills],
    }


def at(clock):
    return datetime.fromisoformat(f"{DAY}T{clock}+08:00")


def agents(*items):
    zones = {BOB: "Europe/London"}
    return [parse_agent(one, tz=zones.get(one["agent"]["id"], "Asia/Shanghai")) for one in items]


def wang(start="09:00", status=1, email=None, **fields):
    one = item(WANG, (10, start, "18:00"), name="王芳", status=status, **fields)
    one["agent"]["email"] = email
    return one


BOB_AT_WORK = item(BOB, (9, "09:00", "17:00"), name="Bob")
#: Learned at eight, at ten, at eleven and at noon.
KNOWN = {
    "08:00:00": [wang(), BOB_AT_WORK],
    "10:00:00": [wang(status=2), BOB_AT_WORK],
    "11:00:00": [wang("13:00", email=SECRET, skills=["账单"]), BOB_AT_WORK],
    "12:00:00": [
        wang("13:00", email=SECRET, skills=["账单"]),
        item(NEW, (6, "10:00", "12:00"), (6, "13:00", "15:00"), (7, "22:00", "06:00")),
    ],
}


@pytest.fixture
def memory(tmp_path):
    path = tmp_path / "desk.db"
    with SqliteStore(path) as store:
        for clock, items in KNOWN.items():
            roster = Roster(agents(*items), fetched_at=at(clock) - timedelta(seconds=1))
            store.remember(Snapshot.learned(roster, at(clock)))
    return path


def states(out):
    return {one["id"]: (one["state"], one["reasons"]) for one in json.loads(out)["agents"]}


ONLINE = ("available", ["on_duty", "status_fresh"])
BY_SCHEDULE = ("available", ["on_duty", "schedule_only"])


@pytest.mark.parametrize(
    ("clock", "as_of", "expected"),
    [
        # 08:04:59 is when the status is five minutes old, and no longer counts
        ("09:00:00", None, BY_SCHEDULE),
        ("10:00:00", None, ("unavailable", ["offline"])),
        ("10:04:58", None, ("unavailable", ["offline"])),
        ("10:04:59", None, BY_SCHEDULE),
        ("10:30:00", None, BY_SCHEDULE),
        ("11:00:00", None, ("unavailable", ["off_duty", "online_off_schedule"])),
        ("10:30:00", "11:00:00", ("unavailable", ["off_duty"])),
        ("10:30:00", "10:59:59", BY_SCHEDULE),
        ("10:30:00", "08:00", BY_SCHEDULE),
        ("11:00:00", "10:00", BY_SCHEDULE),
    ],
)
def test_who_was_on_duty_by_what_was_known(memory, run, clock, as_of, expected):
    known = ["--as-of", f"{DAY}T{as_of}"] if as_of else []
    code, out, err = run("history", memory, "--at", f"{DAY}T{clock}", *known, "--json")
    assert (code, err) == (0, "")
    assert states(out)[WANG] == expected


def test_agents_keep_their_own_zones(memory, run):
    for clock, expected in (("15:59:59", "unavailable"), ("16:00", "available")):  # nine in London
        known = ("--as-of", f"{DAY}T11:30", "--tz", "Asia/Shanghai")
        _, out, _ = run("history", memory, "--at", f"{DAY}T{clock}", *known, "--json")
        assert states(out)[BOB][0] == expected


def test_the_document_is_that_of_who_and_the_snapshots_age(memory, run):
    _, out, _ = run("history", memory, "--at", f"{DAY}T10:30", "--json")
    document = json.loads(out)
    assert list(document) == ["at", "as_of", "timezone", "basis", "age_seconds", "agents"]
    assert document["at"] == "2026-06-01T10:30:00+08:00"
    assert document["as_of"] == "2026-06-01T09:59:59+08:00"
    assert document["timezone"] == "Asia/Shanghai"  # that of most agents
    assert document["basis"] == "schedule"
    assert document["age_seconds"] == 1801
    assert [one["id"] for one in document["agents"]] == [WANG, BOB]


def test_the_table_says_which_snapshot_and_how_old(memory, run):
    code, out, _ = run("history", memory, "--at", f"{DAY} 10:01")
    assert code == 0
    assert out.startswith(
        "By the snapshot fetched Mon 2026-06-01 09:59:59 Asia/Shanghai, 1 min 1 s before.\n"
        "Mon 2026-06-01 10:01 Asia/Shanghai (UTC+08:00), 2026-06-01T02:01:00Z\n"
    )
    assert "set offline by hand" in out
    _, out, _ = run("history", memory, "--at", f"{DAY} 10:30", "--as-of", f"{DAY} 11:00")
    assert "fetched Mon 2026-06-01 10:59:59 Asia/Shanghai, 29 min 59 s after." in out


def test_by_default_now_by_the_latest(memory, run):
    _, out, _ = run("history", memory, "--json")
    document = json.loads(out)
    assert document["as_of"] == "2026-06-01T11:59:59+08:00"
    assert [one["id"] for one in document["agents"]] == [WANG, NEW]


def test_local_times_are_of_the_zone_given_then_of_the_environments(memory, run, monkeypatch):
    monkeypatch.setenv("AVAILABILITY_TZ", "UTC")
    _, out, _ = run("history", memory, "--at", f"{DAY}T02:00", "--json")
    assert json.loads(out)["at"] == "2026-06-01T02:00:00+00:00"
    options = ("--tz", "Asia/Tokyo", "--show-tz", "Europe/London")
    _, out, _ = run("history", memory, "--at", f"{DAY}T11:00", *options, "--json")
    assert json.loads(out)["at"] == "2026-06-01T03:00:00+01:00"
    monkeypatch.setenv("AVAILABILITY_TZ", "Mars/Base")
    code, _, err = run("history", memory)
    assert code == 1
    assert err.startswith("availability: AVAILABILITY_TZ: str 'Mars/Base' is not an IANA")


def test_leave_and_calendars_are_the_users_own(memory, run, tmp_path):
    days = tmp_path / "days.toml"
    days.write_text('years = [2026]\nholidays = ["2026-06-01"]\nworkdays = []\n')
    options = ("--at", f"{DAY}T10:30", "--json")
    _, out, _ = run("history", memory, *options, "--calendar", days)
    assert states(out)[WANG][0] == "unavailable"
    leave = tmp_path / "leave.json"
    leave.write_text(
        json.dumps(
            {"leave": [{"agent_id": WANG, "start": DAY}, {"agent_id": "ou_x", "start": DAY}]}
        )
    )
    code, out, err = run("history", memory, *options, "--overrides", leave)
    assert (code, states(out)[WANG]) == (0, ("unavailable", ["on_leave"]))
    assert "left out: ou_x: " in err


WINDOW = ("--changes", "--start", f"{DAY}T08:00", "--end", f"{DAY}T13:00")


def test_what_changed_in_words(memory, run):
    code, out, err = run("history", memory, *WINDOW)
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        "2026-06-01 10:00:00+08:00  changed  王芳 · ou_wang  status: online → offline",
        (
            "2026-06-01 11:00:00+08:00  changed  王芳 · ou_wang  status: offline → online; "
            "schedule: Monday to Friday 09:00-18:00 Asia/Shanghai → "
            "Monday to Friday 13:00-18:00 Asia/Shanghai; skills: none → 账单; changed: email"
        ),
        (
            "2026-06-01 12:00:00+08:00  added    ou_new  status: online; "
            "schedule: Sat 10:00-12:00 and 13:00-15:00, Sun 22:00-06:00 Asia/Shanghai"
        ),
        (
            "2026-06-01 12:00:00+08:00  removed  Bob · ou_bob  status: online; "
            "schedule: every day 09:00-17:00 Europe/London"
        ),
        "4 changes in 3 fetches, 2026-06-01 08:00:00+08:00 to 2026-06-01 13:00:00+08:00.",
    ]


def test_what_changed_for_programs(memory, run):
    code, out, _ = run("history", memory, *WINDOW, "--json")
    document = json.loads(out)
    assert code == 0
    assert document["start"] == "2026-06-01T08:00:00+08:00"
    assert document["end"] == "2026-06-01T13:00:00+08:00"
    first, second, *_ = document["changes"]
    assert first["learned_at"] == "2026-06-01T10:00:00+08:00"
    assert (first["id"], first["name"], first["change"]) == (WANG, "王芳", "changed")
    assert first["fields"] == ["status", "status_code"]
    assert (first["before"]["status"], first["after"]["status"]) == ("online", "offline")
    assert "email" in second["fields"]
    assert second["after"]["schedule"] == [
        {"weekday": 10, "start_time": "13:00", "end_time": "18:00"}
    ]
    sides = [
        (one["change"], one["before"] is None, one["after"] is None) for one in document["changes"]
    ]
    assert sides[2:] == [("added", True, False), ("removed", False, True)]
    assert SECRET not in out


def test_the_window_is_half_open_and_by_default_the_last_day(memory, run):
    _, out, _ = run("history", memory, *WINDOW[:-1], f"{DAY}T10:00")
    assert out == ("Nothing changed, 2026-06-01 08:00:00+08:00 to 2026-06-01 10:00:00+08:00.\n")
    code, out, _ = run("history", memory, "--changes")
    assert (code, out.startswith("Nothing changed, ")) == (0, True)
    code, out, _ = run("history", memory, "--changes", "--end", f"{DAY}T10:00:01")
    assert out.count("王芳") == 1
    assert "2026-05-31 10:00:01+08:00 to 2026-06-01 10:00:01+08:00" in out


def test_a_window_that_begins_before_the_memory_says_so(memory, run):
    _, _, err = run("history", memory, "--changes", "--start", "2026-05-01")
    assert err == "nothing is known before 2026-06-01 08:00:00+08:00\n"


def test_names_move_no_terminal(tmp_path, run):
    path = tmp_path / "desk.db"
    with SqliteStore(path) as store:
        for clock, name in (("08:00", "a"), ("09:00", "\x1b[31mred\n\u202e")):
            one = agents(item(WANG, (10, "09:00", "18:00"), name=name))
            store.remember(Snapshot.learned(Roster(one, fetched_at=at(clock)), at(clock)))
    for more in (), ("--json",):
        _, out, _ = run("history", path, *WINDOW, *more)
        assert all(char.isprintable() or char == "\n" for char in out)
    _, out, _ = run("history", path, *WINDOW)
    assert out.count("\n") == 2


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--changes", "--at", DAY], "--at: it goes without --changes"),
        (["--changes", "--as-of", DAY], "--as-of: it goes without --changes"),
        (["--changes", "--calendar", "CN"], "--calendar: it goes without --changes"),
        (["--changes", "--overrides", "x.toml"], "--overrides: it goes without --changes"),
        (["--changes", "--closed-on-holidays"], "it goes without --changes"),
        (["--start", DAY], "--start: it goes with --changes"),
        (["--end", DAY], "--end: it goes with --changes"),
        (["--closed-on-holidays"], "it goes with --calendar"),
        (["--at", "12"], "names no instant"),
        (["--as-of", "noon CST"], "names no instant"),
        (["--tz", "Mars"], "not an IANA time zone"),
        (["--show-tz", "Mars"], "not an IANA time zone"),
    ],
)
def test_wrong_usage(memory, run, arguments, says):
    code, out, err = run("history", memory, *arguments)
    assert (code, out) == (2, "")
    assert says in " ".join(err.replace("│", " ").split())


def test_before_anything_was_known(memory, run):
    code, out, err = run("history", memory, "--at", f"{DAY}T07:59")
    assert (code, out) == (1, "")
    assert err.startswith("availability: nothing of the desk was known yet at ")
    assert err.endswith(": it begins at 2026-06-01T00:00:00+00:00\n")


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def _none(path):
    pass


def _empty(path):
    path.touch()


def _text(path):
    path.write_text("no database, but long enough to have a header" * 99)


def _another(path):
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE mine (a)")
    connection.close()


def _newer(path):
    SqliteStore(path).close()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()


def _nothing_yet(path):
    SqliteStore(path).close()


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (_none, "desk.db: no such file"),
        (_empty, "not a memory"),
        (_text, "no SQLite database"),
        (_another, "not a memory"),
        (_newer, "newer version"),
        (_nothing_yet, "nothing of the desk was known yet"),
    ],
)
@pytest.mark.parametrize("more", [[], ["--changes"], ["--json"]])
def test_a_file_that_cannot_be_used_is_one_line_and_left_alone(tmp_path, run, make, says, more):
    path = tmp_path / "desk.db"
    make(path)
    before = contents(tmp_path)
    code, out, err = run("history", path, *more)
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert says in err
    assert contents(tmp_path) == before


def test_reading_changes_nothing(memory, run, tmp_path):
    before = contents(tmp_path)
    assert list(before) == ["desk.db"]
    for more in (), ("--changes",):
        assert run("history", memory, *more)[0] == 0
    assert contents(tmp_path) == before
