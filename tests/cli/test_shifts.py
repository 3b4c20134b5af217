"""The command shifts: tables for people, CSV, Parquet and JSON."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from datetime import datetime, timedelta

import pandas as pd
import pytest
from odd_dates import row

from availability.cli import shifts
from availability.cli.show import console

ZONE = ("--tz", "Asia/Shanghai")
DAY = ("--start", "2026-06-01", "--end", "2026-06-02", *ZONE)


@pytest.fixture
def saved(tmp_path):
    """A saved answer of a few agents: by name or id, their rows."""

    def saved(**agents):
        items = [
            {"status": 1, "agent": {"id": agent_id, "name": agent_id.upper()}, "schedule": rows}
            for agent_id, rows in agents.items()
        ]
        path = tmp_path / "desk.json"
        path.write_text(json.dumps({"code": 0, "data": {"agent_schedules": items}}))
        return path

    return saved


@pytest.fixture
def desk(saved):
    return saved(ou_1=[row(10, "09:00", "12:00"), row(9, "12:00", "18:00")], ou_2=[])


def test_a_table_for_people(run, desk):
    code, out, err = run("shifts", "--from", desk, *DAY)
    assert (code, err) == (0, "")
    assert [line.rstrip() for line in out.splitlines()] == [
        "Mon 2026-06-01 00:00 to Tue 2026-06-02 00:00 Asia/Shanghai",
        "",
        " Agent  Start                 End                   Length  Kind",
        f" {'─' * 64}",
        " OU_1   Mon 2026-06-01 09:00  Mon 2026-06-01 12:00     3 h  range",
        " OU_1   Mon 2026-06-01 12:00  Mon 2026-06-01 18:00     6 h  range",
        "",
        "2 shifts of 1 agent.",
    ]


def test_intervals_for_people(run, desk):
    _, out, _ = run("shifts", "--from", desk, *DAY, "--what", "intervals")
    lines = [line.rstrip() for line in out.splitlines()]
    assert lines[4:] == [
        " OU_1   Mon 2026-06-01 09:00  Mon 2026-06-01 18:00     9 h",
        "",
        "1 interval of 1 agent.",
    ]


def test_it_fits_into_80_columns(saved, run, monkeypatch):
    monkeypatch.setattr(shifts, "console", lambda: console(80))
    names = {f"ou_{'王' * 40}": [row(9, "00:00", "24:00")]}
    _, out, _ = run("shifts", "--from", saved(**names), *DAY)
    lines = out.splitlines()
    assert any("Mon 2026-06-01 00:00" in line and "range" in line for line in lines[1:])
    assert all(len(line) + line.count("王") <= 80 for line in lines)


def test_nobody_is_ever_on_duty(run, saved):
    code, out, _ = run("shifts", "--from", saved(ou_1=[]), *DAY)
    assert (code, out.splitlines()[1:]) == (0, ["0 shifts of 0 agents."])


def test_a_long_list_says_how_much_more_there_is(run, saved):
    long = saved(ou_1=[row(9, f"{hour:02}:00", f"{hour:02}:30") for hour in range(24)])
    _, out, _ = run("shifts", "--from", long, *DAY[:2], "--end", "2026-07-31", *ZONE)
    more = 60 * 24 - shifts.MOST_SHOWN
    assert out.splitlines()[-2:] == [
        f"And {more} more: --csv, --parquet and --json have them all.",
        "1440 shifts of 1 agent.",
    ]
    assert len(out.splitlines()) == shifts.MOST_SHOWN + 7


def test_json(run, desk):
    _, out, _ = run("shifts", "--from", desk, *DAY, "--json", "--show-tz", "UTC")
    found = json.loads(out)
    assert found["shifts"][0] == {
        "agent_id": "ou_1",
        "agent_name": "OU_1",
        "day": "2026-06-01",
        "start": "2026-06-01T01:00:00+00:00",
        "end": "2026-06-01T04:00:00+00:00",
        "tz": "Asia/Shanghai",
        "kind": "range",
        "weekday": 10,
    }
    assert (found["start"], found["unknown"]) == ("2026-05-31T16:00:00+00:00", [])
    _, out, _ = run("shifts", "--from", desk, *DAY, "--json", "--what", "intervals")
    assert json.loads(out)["intervals"] == [
        {
            "agent_id": "ou_1",
            "agent_name": "OU_1",
            "start": "2026-06-01T09:00:00+08:00",
            "end": "2026-06-01T18:00:00+08:00",
            "tz": "Asia/Shanghai",
        }
    ]


def test_of_whom_nobody_can_say(run, saved):
    desk = saved(ou_1=[row(8, "09:00", "18:00")], ou_2=[row(9, "09:00", "18:00")])
    _, out, _ = run("shifts", "--from", desk, *DAY)
    doubt = "Of 1 agent nobody can say throughout: only what is sure is here."
    assert out.splitlines()[-1] == f"1 shift of 1 agent. {doubt}"
    assert json.loads(run("shifts", "--from", desk, *DAY, "--json")[1])["unknown"] == ["ou_1"]
    assert run("shifts", "--from", desk, *DAY, "--csv", "-")[2] == f"1 shift of 1 agent. {doubt}\n"


@pytest.mark.parametrize("what", ["shifts", "intervals"])
def test_files_hold_the_same(run, desk, tmp_path, what):
    paths = [tmp_path / "duty.csv", tmp_path / "DUTY.PARQUET"]
    for path, option in zip(paths, ("--csv", "--parquet"), strict=True):
        code, out, err = run("shifts", "--from", desk, *DAY, "--what", what, option, path)
        assert (code, out) == (0, "")
        assert err.endswith(f" of 1 agent in {path}.\n")
    _, out, _ = run("shifts", "--from", desk, *DAY, "--what", what, "--csv", "-")
    assert out.encode() == paths[0].read_bytes()
    frames = pd.read_csv(paths[0], parse_dates=["start", "end"]), pd.read_parquet(paths[1])
    for name in ("agent_id", "start", "end", "tz"):
        assert frames[0][name].tolist() == frames[1][name].tolist()
    assert sorted(tmp_path.iterdir()) == sorted([desk, *paths])


def test_csv_is_in_utf_8_whatever_the_output_is(saved):
    desk = saved(王芳=[row(9, "09:00", "18:00")])
    command = ["availability", "shifts", "--from", str(desk), *DAY, "--csv", "-"]
    script = f"import sys; from availability.cli import main; main({command[1:]!r})"
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        check=True,
    )
    rows = list(csv.reader(io.StringIO(done.stdout.decode("utf-8"), newline="")))
    assert [one[:2] for one in rows[1:]] == [["王芳", "王芳"]]


def test_the_default_window_is_a_week_from_now(run, saved):
    desk = saved(ou_1=[row(9, "00:00", "24:00")])
    _, out, _ = run("shifts", "--from", desk, *ZONE, "--json", "--what", "intervals")
    (one,) = json.loads(out)["intervals"]
    start, end = (datetime.fromisoformat(one[name]) for name in ("start", "end"))
    assert end - start == timedelta(weeks=1)
    assert abs(start - datetime.now(start.tzinfo)) < timedelta(minutes=5)


def test_a_plan_counts(run, desk, tmp_path):
    plan = tmp_path / "plan.toml"
    plan.write_text(
        '[[leave]]\nagent_id = "ou_1"\nstart = 2026-06-01\n'
        '[[extra_shift]]\nagent_id = "ou_2"\nstart = 2026-06-01\n'
    )
    _, out, _ = run("shifts", "--from", desk, *DAY, "--overrides", plan, "--json")
    assert [
        (one["agent_id"], one["kind"], one["weekday"]) for one in json.loads(out)["shifts"]
    ] == [("ou_2", "extra shift", None)]
    holidays = ("--start", "2026-02-16", "--end", "2026-02-17", *ZONE, "--calendar", "CN")
    _, out, _ = run("shifts", "--from", desk, *holidays, "--json")
    assert [one["weekday"] for one in json.loads(out)["shifts"]] == [9]
    _, out, _ = run("shifts", "--from", desk, *holidays, "--closed-on-holidays", "--json")
    assert json.loads(out)["shifts"] == []


def test_a_country_is_known_in_all_years_of_the_window(run, desk):
    window = ("--start", "2024-06-01", "--end", "2026-06-02", "--tz", "Europe/Berlin")
    _, out, _ = run("shifts", "--from", desk, *window, "--calendar", "DE", "--json")
    assert json.loads(out)["unknown"] == []


def test_a_skill_narrows_it(run):
    _, out, _ = run("shifts", "--demo", *DAY, "--skill", "VIP", "--json")
    found = {one["agent_id"] for one in json.loads(out)["shifts"]}
    desk = json.loads(run("who", "--demo", "--at", "2026-06-01T10:00", "--json")[1])["agents"]
    skills = {one["id"]: [skill["name"] for skill in one["skills"]] for one in desk}
    on_duty = {one["id"] for one in desk if one["on_duty"] and "VIP" in skills[one["id"]]}
    assert found >= on_duty != set()
    assert all("VIP" in skills[one] for one in found)
    code, _, err = run("shifts", "--demo", *DAY, "--skill", "billing")
    assert (code, "no skill 'billing'" in err) == (1, True)


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        (("--csv", "duty.txt"), 2, "--csv: duty.txt: unknown suffix; allowed: .csv"),
        (("--csv", "/dev/stdout"), 2, "--csv: /dev/stdout: unknown suffix"),
        (("--parquet", "-"), 2, "--parquet: -: unknown suffix; allowed: .parquet"),
        (("--csv", "none/duty.csv"), 1, "none/duty.csv: No such file or directory"),
        (("--parquet", "none/duty.parquet"), 1, "none/duty.parquet: No such file or directory"),
        (("--csv", "folder.csv"), 1, "folder.csv: Is a directory"),
        (("--parquet", "folder.parquet"), 1, "folder.parquet: Is a directory"),
        (("--csv", "-", "--json"), 2, "one of --csv, --parquet and --json at a time"),
        (("--csv", "a.csv", "--parquet", "a.parquet"), 2, "at a time"),
        (("--what", "days"), 2, "--what"),
    ],
)
def test_it_refuses(run, desk, tmp_path, monkeypatch, options, code, message):
    monkeypatch.chdir(tmp_path)
    for name in ("folder.csv", "folder.parquet"):
        (tmp_path / name).mkdir()
    found = run("shifts", "--from", desk, *DAY, *options)
    assert found[:2] == (code, "")
    assert message in found[2]
    if code == 1:
        assert len(found[2].splitlines()) == 1


def test_without_pyarrow_it_says_what_to_install(run, desk, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    path = tmp_path / "duty.parquet"
    path.write_text("old")
    code, _, err = run("shifts", "--from", desk, *DAY, "--parquet", path)
    assert (code, len(err.splitlines())) == (1, 1)
    assert "pip install 'agent-availability[arrow]'" in err
    assert path.read_text() == "old"
    assert run("shifts", "--from", desk, *DAY, "--csv", tmp_path / "duty.csv")[0] == 0


def test_at_the_ends_of_time(run, saved):
    desk = saved(ou_1=[row(9, "00:00", "24:00")])
    for options in (("--start", "9999-12-20"), ("--start", "0001-01-02", "--end", "0001-01-04")):
        for how in ((), ("--json",), ("--csv", "-")):
            assert run("shifts", "--from", desk, *options, *ZONE, *how)[0] == 0
