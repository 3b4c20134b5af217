"""The command gaps: when too few are on duty. Expected values are counted by hand."""

from __future__ import annotations

import json

import pytest

DAY = ("王芳", [(10, "09:00", "17:00")], "VIP")  # Monday to Friday
LATE = ("Bob", [(9, "16:30", "22:00")])  # every day
ODD = ("Odd", [(8, "09:00", "17:00")])  # no readable row: nobody can ever say
MONDAY = ("--start", "2026-06-01", "--end", "2026-06-02")
PLAN = """\
[[requirement]]
weekday = 10
start_time = "08:00"
end_time = "18:00"
count = 1
skill = "VIP"

[[requirement]]
weekday = 9
start_time = "21:00"
end_time = "23:00"
count = 2

[[closure]]
start = 2026-06-02
"""


@pytest.fixture
def plan(tmp_path):
    def plan(text=PLAN):
        path = tmp_path / "plan.toml"
        path.write_text(text, encoding="utf-8")
        return ("--plan", path)

    return plan


def rows(out):
    """The lines of the table, without its head and what stands around it."""
    lines = [line for line in out.splitlines() if line.strip()]
    rule = next(number for number, line in enumerate(lines) if "──" in line)
    return [" ".join(line.split()) for line in lines[rule + 1 : -1]]


def test_a_table(run, desk_of):
    code, out, err = run("gaps", *desk_of(DAY, LATE), *MONDAY)
    assert (code, err) == (0, "")
    assert out.splitlines()[0] == "Fewer than 1, Mon 2026-06-01 00:00 to Tue 2026-06-02 00:00 UTC"
    assert rows(out) == [
        "Mon 2026-06-01 00:00 Mon 2026-06-01 09:00 9 h 0/1 1 -",
        "Mon 2026-06-01 22:00 Tue 2026-06-02 00:00 2 h 0/1 1 -",
    ]
    assert out.splitlines()[-1] == "2 gaps: 11 h of 24 h, 11 h of duty missing."


def test_more_hours_are_missing_than_a_length_of_time_can_have(run, desk_of):
    ten_years = ("--start", "2026-01-01", "--end", "2036-01-01")  # of 87,648 hours
    code, out, err = run("gaps", *desk_of(("Never", [])), *ten_years, "--minimum", 10**9)
    assert (code, err) == (0, "")
    assert out.splitlines()[-1] == (
        "1 gap: 87,648 h of 87,648 h, 87,648,000,000,000 h of duty missing."
    )


def test_more_are_needed_and_of_one_nobody_can_say(run, desk_of):
    _, out, _ = run("gaps", *desk_of(DAY, LATE, ODD), *MONDAY, "--minimum", 2)
    assert rows(out) == [
        "Mon 2026-06-01 00:00 Mon 2026-06-01 09:00 9 h 0/2 2 1",
        "Mon 2026-06-01 09:00 Mon 2026-06-01 16:30 7.5 h 1/2 1 1",
        "Mon 2026-06-01 17:00 Mon 2026-06-01 22:00 5 h 1/2 1 1",
        "Mon 2026-06-01 22:00 Tue 2026-06-02 00:00 2 h 0/2 2 1",
    ]
    assert out.splitlines()[-1] == (
        "4 gaps: 23.5 h of 24 h, 34.5 h of duty missing; in 12.5 h of it enough may be there, "
        "of whom nobody can say."
    )


def test_no_gaps(run, desk_of):
    window = ("--start", "2026-06-01T10:00", "--end", "2026-06-01T12:00")
    _, out, _ = run("gaps", *desk_of(DAY), *window)
    assert out.splitlines()[1:] == ["No gaps."]


@pytest.mark.parametrize("option", ["--skill", "--any-skill"])
def test_of_a_skill(run, desk_of, option):
    _, out, _ = run("gaps", *desk_of(DAY, LATE), *MONDAY, option, "VIP")
    assert out.startswith("Fewer than 1 with VIP, Mon ")
    assert out.splitlines()[-1] == "2 gaps: 16 h of 24 h, 16 h of duty missing."


def test_a_plan(run, desk_of, plan):
    """On Tuesday the desk is closed: not a gap. No zone in the file: the desk's."""
    window = ("--start", "2026-06-01", "--end", "2026-06-04")
    _, out, _ = run("gaps", *desk_of(DAY, LATE), *window, *plan())
    assert rows(out) == [
        "Mon 2026-06-01 08:00 Mon 2026-06-01 09:00 1 h 0/1 1 - VIP",
        "Mon 2026-06-01 17:00 Mon 2026-06-01 18:00 1 h 0/1 1 - VIP",
        "Mon 2026-06-01 21:00 Mon 2026-06-01 22:00 1 h 1/2 1 - any",
        "Mon 2026-06-01 22:00 Mon 2026-06-01 23:00 1 h 0/2 2 - any",
        "Wed 2026-06-03 08:00 Wed 2026-06-03 09:00 1 h 0/1 1 - VIP",
        "Wed 2026-06-03 17:00 Wed 2026-06-03 18:00 1 h 0/1 1 - VIP",
        "Wed 2026-06-03 21:00 Wed 2026-06-03 22:00 1 h 1/2 1 - any",
        "Wed 2026-06-03 22:00 Wed 2026-06-03 23:00 1 h 0/2 2 - any",
    ]
    assert out.splitlines()[-1] == "8 gaps: 8 h of 72 h, 10 h of duty missing."


def test_what_is_missing_of_two_skills_at_once_is_one_time(run, desk_of, plan):
    text = PLAN.replace("21:00", "08:00").replace("23:00", "09:00")
    _, out, _ = run("gaps", *desk_of(DAY, LATE), *MONDAY, *plan(text))
    assert out.splitlines()[-1] == "3 gaps: 2 h of 24 h, 4 h of duty missing."


def test_a_plan_goes_by_the_calendar(run, desk_of, plan):
    """Monday 2026-02-16 is a holiday in China, Saturday 2026-02-14 a working day."""
    text = PLAN[: PLAN.index("\n\n")]
    for day, found in [("14", "10 h of 24 h"), ("16", None)]:
        window = ("--start", f"2026-02-{day}", "--end", f"2026-02-{int(day) + 1}")
        _, out, _ = run("gaps", *desk_of(LATE), *window, *plan(text), "--calendar", "CN")
        assert (found or "No gaps.") in out.splitlines()[-1]


def test_leave_makes_a_gap(run, desk_of, tmp_path):
    path = tmp_path / "leave.toml"
    path.write_text('[[leave]]\nagent_id = "ou_王芳"\nstart = 2026-06-01\n', encoding="utf-8")
    _, out, _ = run("gaps", *desk_of(DAY, LATE), *MONDAY, "--overrides", path)
    assert out.splitlines()[-1] == "2 gaps: 18.5 h of 24 h, 18.5 h of duty missing."


def test_for_programs(run, desk_of):
    _, out, _ = run("gaps", *desk_of(DAY), *MONDAY, "--show-tz", "Asia/Shanghai", "--json")
    assert json.loads(out) == {
        "start": "2026-06-01T08:00:00+08:00",
        "end": "2026-06-02T08:00:00+08:00",
        "timezone": "Asia/Shanghai",
        "skill": None,
        "gaps": [
            {
                "start": start,
                "end": end,
                "required": 1,
                "present": 0,
                "missing": 1,
                "unknown": 0,
                "skill": None,
            }
            for start, end in [
                ("2026-06-01T08:00:00+08:00", "2026-06-01T17:00:00+08:00"),
                ("2026-06-02T01:00:00+08:00", "2026-06-02T08:00:00+08:00"),
            ]
        ],
        "gap_seconds": 16 * 3600,
        "window_seconds": 24 * 3600,
    }


def test_a_year_shows_every_gap(run, desk_of):
    year = ("--start", "2026-01-01", "--end", "2027-01-01")
    _, out, _ = run("gaps", *desk_of(LATE), *year)
    assert len(rows(out)) == 366  # each night, the first and the last cut off
    assert out.splitlines()[-1] == "366 gaps: 6,752.5 h of 8,760 h, 6,752.5 h of duty missing."


def test_nobody_is_ever_on_duty(run, desk_of):
    for agents in ([], [("Idle", [])]):
        code, out, _ = run("gaps", *desk_of(*agents), *MONDAY)
        assert code == 0
        assert out.splitlines()[-1] == "1 gap: 24 h of 24 h, 24 h of duty missing."


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        (("--minimum", "0"), 2, "--minimum"),
        (("--minimum", "1000000001"), 2, "--minimum"),
        (("--skill", ""), 2, "skill: str ''; allowed: "),
        (("--plan", "nowhere.toml"), 1, "nowhere.toml: No such file"),
        (("--plan", "nowhere.toml", "--minimum", "2"), 2, "it goes without --minimum"),
        (("--plan", "nowhere.toml", "--skill", "VIP"), 2, "it goes without --minimum"),
    ],
)
def test_refuses(run, desk_of, options, code, message):
    found = run("gaps", *desk_of(DAY), *options)
    assert found[:2] == (code, "")
    assert message in " ".join(found[2].replace("│", " ").split())
    if code == 1:
        assert len(found[2].splitlines()) == 1


def test_refuses_a_skill_that_the_desk_lacks(run, plan):
    for options in (("--skill", "nope"), plan(PLAN.replace("VIP", "nope"))):
        code, out, err = run("gaps", "--demo", *MONDAY, *options)
        assert (code, out) == (1, "")
        assert err.startswith("availability: the desk has no skill 'nope'; it has: ")


def test_says_that_nobody_has_the_skill(run, desk_of):
    code, out, err = run("gaps", *desk_of(DAY), *MONDAY, "--skill", "nope")
    assert code == 0
    assert "no agent has the skill nope" in err
    assert out.splitlines()[-1] == "1 gap: 24 h of 24 h, 24 h of duty missing."


def test_an_impossible_row_of_a_plan(run, desk_of, plan):
    code, out, err = run("gaps", *desk_of(DAY), *MONDAY, *plan(PLAN.replace("count = 2", "")))
    assert (code, out) == (1, "")
    assert "requirement[1].count: missing" in err
    assert len(err.splitlines()) == 1
