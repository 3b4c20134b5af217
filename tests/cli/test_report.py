"""The command report: how duty is shared. Expected values are counted by hand."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone

import pytest

from availability.cli import over

DAY = ("王芳", [(10, "09:00", "17:00")], "VIP")  # Monday to Friday
LATE = ("Bob", [(9, "16:30", "23:00")])  # every day, the last hour of it at night
IDLE = ("Idle", [])
ODD = ("Odd", [(8, "09:00", "17:00")])
WEEK = ("--start", "2026-06-01", "--end", "2026-06-08")


@pytest.fixture
def clock(monkeypatch):
    """Set the clock that the command looks at."""

    def clock(text):
        now = datetime.fromisoformat(text)
        assert now.tzinfo is not None
        monkeypatch.setattr(over, "system_clock", lambda: now)

    return clock


def rows(out):
    lines = [line for line in out.splitlines() if line.strip()]
    rule = next(number for number, line in enumerate(lines) if "──" in line)
    return [" ".join(line.split()) for line in lines[rule + 1 :]]


def test_a_table(run, desk_of):
    """Half an hour a working day they are there together; 13.5 + 6.5 h nobody is, or 17.5 h."""
    code, out, err = run("report", *desk_of(DAY, LATE, IDLE, ODD), *WEEK)
    assert (code, err) == (0, "")
    assert out.splitlines()[0] == (
        "Duty in hours, Mon 2026-06-01 00:00 to Mon 2026-06-08 00:00 UTC"
    )
    spread = "least 40 h, median 42.75 h, most 45.5 h"
    assert rows(out) == [
        "Bob 45.5 7 7 2 13 6.5 17.5 95%",  # alone for 45.5 - 2.5
        "王芳 40 - - - - 8 16 94%",  # for 40 - 2.5
        "Idle - - - - - - - -",
        f"2 agents on duty for 85.5 h: {spread}; 1 agent without duty.",
        "Nobody is known to be on duty for 85 h of 168 h.",  # 168 - 85.5 + 2.5
        "Of 1 nobody can say for all of it: Odd.",
    ]


def test_of_a_skill(run, desk_of):
    _, out, _ = run("report", *desk_of(DAY, LATE), *WEEK, "--skill", "VIP")
    assert out.startswith("Duty in hours with VIP, Mon ")
    assert rows(out)[0] == "王芳 40 - - - - 8 16 100%"


def test_somebody_is_always_on_duty(run, desk_of):
    always = ("All", [(9, "00:00", "24:00")])
    _, out, _ = run("report", *desk_of(always, LATE), *WEEK)
    assert rows(out)[0] == "All 168 8 56 2 48 168 - 73%"  # 122.5 of 168; two nights in part
    assert rows(out)[-1] == "Somebody is always on duty."


def test_a_share_that_is_hardly_any(run, desk_of):
    always = ("All", [(9, "00:00", "24:00")])
    nearly = ("Most", [(9, "00:00", "24:00")])
    year = ("--start", "2026-06-01", "--end", "2026-07-01")
    leave = json.dumps({"leave": [{
        "agent_id": "ou_Most", "start": "2026-06-03T00:00:00Z", "end": "2026-06-03T01:00:00Z",
    }]})  # fmt: skip
    options = desk_of(always, nearly)
    path = options[1].with_name("leave.json")
    path.write_text(leave)
    _, out, _ = run("report", *options, *year, "--overrides", path)
    assert rows(out)[0].endswith(" <1%")  # one of 720 hours


def test_the_week_in_which_clocks_go_forward_is_an_hour_shorter(run, desk_of):
    always = ("All", [(9, "00:00", "24:00")])
    options = (*desk_of(always)[:2], "--tz", "America/New_York")
    _, out, _ = run("report", *options, "--start", "2026-03-02", "--end", "2026-03-09")
    assert rows(out)[0].split()[1] == "167"


@pytest.mark.parametrize(
    ("now", "options", "expected"),
    [
        # Sunday night in New York, which is Monday in UTC: the week before the last one ended
        ("2026-06-15T03:00+00:00", (), ("2026-05-11T00:00-04:00", "2026-06-08T00:00-04:00")),
        ("2026-06-15T04:00+00:00", (), ("2026-05-18T00:00-04:00", "2026-06-15T00:00-04:00")),
        # clocks go forward on 2026-03-08: four weeks by the calendar
        ("2026-03-25T12:00+00:00", (), ("2026-02-23T00:00-05:00", "2026-03-23T00:00-04:00")),
        (
            "2026-06-15T03:00+00:00",
            ("--start", "2026-03-02T08:00"),
            ("2026-03-02T08:00-05:00", "2026-03-30T08:00-04:00"),
        ),
        (
            "2026-06-15T03:00+00:00",
            ("--end", "2026-03-30"),
            ("2026-03-02T00:00-05:00", "2026-03-30T00:00-04:00"),
        ),
    ],
)
def test_the_last_four_full_weeks(run, desk_of, clock, now, options, expected):
    clock(now)
    desk = (*desk_of(DAY)[:2], "--tz", "America/New_York")
    _, out, _ = run("report", *desk, *options, "--json")
    found = json.loads(out)
    for key, instant in zip(("start", "end"), expected, strict=True):
        assert datetime.fromisoformat(found[key]) == datetime.fromisoformat(instant)


@pytest.mark.parametrize("now", ["0001-01-01T00:00+00:00", "9999-12-31T23:59+00:00"])
def test_at_the_ends_of_time(run, desk_of, clock, now):
    clock(now)
    assert run("report", *desk_of(DAY), "--end", "0001-01-05T00:00")[0] == 0
    assert run("report", *desk_of(DAY), "--start", "9999-12-20T00:00")[0] == 0


def test_for_programs(run, desk_of):
    _, out, _ = run("report", *desk_of(DAY, LATE, ODD), *WEEK[:3], "2026-06-02", "--json")
    found = json.loads(out)
    assert found["agents"][1] == {
        "id": "ou_Bob",
        "name": "Bob",
        "duty_seconds": 6.5 * 3600,
        "nights": 1,
        "night_seconds": 3600,
        "rest_days": 0,
        "rest_day_seconds": 0,
        "longest_stretch_seconds": 6.5 * 3600,
        "shortest_rest_seconds": None,
        "solo_seconds": 6 * 3600,
        "solo_share": pytest.approx(6 / 6.5),
    }
    assert found["duty_seconds"] == 14.5 * 3600
    assert found["unstaffed"] == [
        {"start": "2026-06-01T00:00:00+00:00", "end": "2026-06-01T09:00:00+00:00"},
        {"start": "2026-06-01T23:00:00+00:00", "end": "2026-06-02T00:00:00+00:00"},
    ]
    assert found["unknown"] == [{"id": "ou_Odd", "name": "Odd"}]


@pytest.mark.parametrize("agents", [[], [IDLE]])
def test_nobody_is_ever_on_duty(run, desk_of, agents):
    code, out, _ = run("report", *desk_of(*agents), *WEEK)
    idle = "; 1 agent without duty" if agents else ""
    assert code == 0
    assert out.splitlines()[-2:] == [
        f"0 agents on duty for 0 h{idle}.",
        "Nobody is known to be on duty for 168 h of 168 h.",
    ]


def test_the_default_is_of_the_present(run, desk_of):
    _, out, _ = run("report", *desk_of(DAY), "--json")
    end = datetime.fromisoformat(json.loads(out)["end"])
    assert timedelta() <= datetime.now(timezone.utc) - end < timedelta(days=7, minutes=1)


def test_a_country_is_known_in_all_years_of_the_window(run, desk_of):
    years = ("--start", "2024-06-01", "--end", "2026-06-01", "--calendar", "DE")
    _, out, _ = run("report", *desk_of(DAY), *years, "--json")
    found = json.loads(out)
    assert found["unknown"] == []
    # 520 Mondays to Fridays, less 18 on which all of Germany has a holiday
    assert found["duty_seconds"] == (520 - 18) * 8 * 3600
