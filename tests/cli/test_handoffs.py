"""The command handoffs: who takes over from whom. Expected values are read off the schedules."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone

import pytest

DAY = ("王芳", [(10, "09:00", "17:00")], "VIP")
LATE = ("Bob", [(10, "16:30", "22:00")])
NIGHT = ("Eve", [(10, "22:00", "06:00")])
MONDAY = ("--start", "2026-06-01", "--end", "2026-06-02")


def rows(out):
    lines = [line for line in out.splitlines() if line.strip()]
    rule = next(number for number, line in enumerate(lines) if "──" in line)
    return [" ".join(line.split()) for line in lines[rule + 1 : -1]]


def test_a_table(run, desk_of):
    code, out, err = run("handoffs", *desk_of(DAY, LATE, NIGHT), *MONDAY)
    assert (code, err) == (0, "")
    assert out.splitlines()[0] == "Handoffs, Mon 2026-06-01 00:00 to Tue 2026-06-02 00:00 UTC"
    assert rows(out) == [
        "Mon 2026-06-01 09:00 王芳 1",
        "Mon 2026-06-01 16:30 Bob 2",
        "Mon 2026-06-01 17:00 王芳 → Bob overlap 30 min 1",
        "Mon 2026-06-01 22:00 Bob → Eve at once Eve 1",
    ]
    assert out.splitlines()[-1] == ("4 transitions. Nobody is known to be on duty for 9 h of 24 h.")


@pytest.mark.parametrize(
    ("agents", "at", "expected"),
    [
        ([DAY, LATE], "2026-06-01T22:00", "Bob → 王芳 hole 11 h 0"),
        ([DAY, LATE], "2026-06-05T22:00", "Bob → 王芳 hole 2 d 11 h 0"),  # Friday
        ([LATE, ("All", [(9, "00:00", "24:00")])], "2026-06-01T22:00", "Bob others stay 1"),
        ([("A", [(1, "09:00", "10:00")])], "2026-06-01T10:00", "A → A hole 6 d 23 h 0"),
        ([("A", [(9, "09:00", "10:00")]), ("B", [(9, "10:00", "10:30")])], "2026-06-01T10:00",
         "A → B at once B 1"),
    ],
)  # fmt: skip
def test_how(run, desk_of, agents, at, expected):
    start = datetime.fromisoformat(at).replace(tzinfo=timezone.utc) - timedelta(minutes=1)
    window = ("--start", start.isoformat(), "--end", (start + timedelta(minutes=2)).isoformat())
    _, out, _ = run("handoffs", *desk_of(*agents), *window)
    (row,) = rows(out)
    assert row.split(" ", 3)[3] == expected


def test_nobody_ever_comes(run, desk_of, tmp_path):
    path = tmp_path / "last.toml"
    path.write_text(
        '[[extra_shift]]\nagent_id = "ou_A"\n'
        "start = 2026-06-01T09:00:00Z\nend = 2026-06-01T12:00:00Z\n"
    )
    _, out, _ = run("handoffs", *desk_of(("A", [])), *MONDAY, "--overrides", path)
    assert rows(out)[-1] == "Mon 2026-06-01 12:00 A nobody comes 0"


def test_many_who_come_at_once(run, desk_of):
    agents = [(f"a{number}", [(9, "09:00", "18:00")]) for number in range(12)]
    options = (*desk_of(*agents), *MONDAY)
    _, out, _ = run("handoffs", *options)
    assert " ".join(f"a{number}," for number in range(7)) + " a7 and 4 more" in out
    _, out, _ = run("handoffs", *options, "--json")
    assert len(json.loads(out)["handoffs"][0]["on"]) == 12


def test_without_an_end_a_day(run, desk_of):
    options = desk_of(DAY, LATE, NIGHT)
    whole = run("handoffs", *options, *MONDAY)
    assert run("handoffs", *options, *MONDAY[:2]) == whole
    _, out, _ = run("handoffs", *options, "--json")
    found = json.loads(out)
    start, end = (datetime.fromisoformat(found[key]) for key in ("start", "end"))
    assert end - start == timedelta(days=1)
    assert abs(datetime.now(timezone.utc) - start) < timedelta(minutes=1)


def test_for_programs(run, desk_of):
    window = ("--start", "2026-06-01T16:30", "--end", "2026-06-01T22:01")
    _, out, _ = run("handoffs", *desk_of(DAY, LATE), *window, "--json")
    bob, wang = {"id": "ou_Bob", "name": "Bob"}, {"id": "ou_王芳", "name": "王芳"}
    assert json.loads(out) == {
        "start": "2026-06-01T16:30:00+00:00",
        "end": "2026-06-01T22:01:00+00:00",
        "timezone": "UTC",
        "skill": None,
        "handoffs": [
            {
                "at": "2026-06-01T17:00:00+00:00",
                "off": [wang],
                "on": [],
                "successors": [bob],
                "overlap_seconds": 1800,
                "hole_seconds": None,
                "present": 1,
            },
            {
                "at": "2026-06-01T22:00:00+00:00",
                "off": [bob],
                "on": [],
                "successors": [wang],
                "overlap_seconds": None,
                "hole_seconds": 11 * 3600,
                "present": 0,
            },
        ],
        "most_unknown": 0,
    }


def test_of_some_nobody_can_say(run, desk_of):
    _, out, _ = run("handoffs", *desk_of(DAY, ("Odd", [(8, "09:00", "17:00")])), *MONDAY)
    assert out.splitlines()[-1].endswith(" Of up to 1 at once nobody can say: they do not count.")


@pytest.mark.parametrize("agents", [[], [("Idle", [])]])
def test_nobody_is_ever_on_duty(run, desk_of, agents):
    code, out, _ = run("handoffs", *desk_of(*agents), *MONDAY)
    assert code == 0
    assert out.splitlines()[1:] == [
        "No transitions. Nobody is known to be on duty for 24 h of 24 h."
    ]
