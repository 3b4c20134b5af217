"""The option --overrides, and the command diff."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from availability.cli import show

WANG = "ou_102471fa23c0fb56a297cff23b668e76"  # 10, 09:00-18:00
SUN = "ou_87331884049f07db24a9c5da3c6c9840"  # the same
EXAMPLE = Path(__file__).parents[2] / "examples" / "overrides.toml"
FEED = """\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//example//leave//EN
BEGIN:VEVENT
UID:1
DTSTART;VALUE=DATE:20260601
DTEND;VALUE=DATE:20260602
SUMMARY:annual leave
{attendee}END:VEVENT
BEGIN:VEVENT
UID:2
SUMMARY:no start
END:VEVENT
END:VCALENDAR
"""


@pytest.fixture
def state(run):
    """Run who and give the state of an agent, and what went to standard error."""

    def state(agent_id, at, *options):
        code, out, err = run("who", "--demo", "--at", at, "--json", *options)
        assert code == 0
        agents = {one["id"]: one["state"] for one in json.loads(out)["agents"]}
        return agents[agent_id], err

    return state


@pytest.mark.parametrize(
    ("agent_id", "at", "expected"),
    [
        (WANG, "2026-05-29T10:00", "available"),
        (WANG, "2026-06-01T10:00", "unavailable"),
        (WANG, "2026-06-03T17:59", "unavailable"),
        (WANG, "2026-06-04T10:00", "available"),
        (SUN, "2026-06-03T15:00", "unavailable"),
        (SUN, "2026-06-17T15:00", "available"),  # an exception
        (SUN, "2026-06-06T11:00", "available"),  # a Saturday
    ],
)
def test_who(state, agent_id, at, expected):
    assert state(agent_id, at, "--overrides", EXAMPLE) == (expected, "")


def test_a_leave_on_a_make_up_day(state, tmp_path):
    path = tmp_path / "plan.json"
    path.write_text(json.dumps({"leave": [{"agent_id": WANG, "start": "2026-02-14"}]}))
    options = ("--calendar", "CN", "--overrides", path)
    assert state(WANG, "2026-02-14T10:00", *options)[0] == "unavailable"
    assert state(SUN, "2026-02-14T10:00", *options)[0] == "available"


def test_files_add_up(state, tmp_path):
    path = tmp_path / "more.toml"
    path.write_text(f'[[leave]]\nagent_id = "{SUN}"\nstart = 2026-06-05\n')
    options = ("--overrides", EXAMPLE, "--overrides", path)
    assert state(SUN, "2026-06-05T10:00", *options) == ("unavailable", "")
    assert state(WANG, "2026-06-02T10:00", *options) == ("unavailable", "")


def test_agents_who_are_not_there(state, tmp_path):
    path = tmp_path / "plan.toml"
    path.write_text('[[leave]]\nagent_id = "ou_nobody"\nstart = 2026-06-01\n')
    _, err = state(WANG, "2026-06-01T10:00", "--overrides", path)
    assert err == "left out: ou_nobody: leave of ou_nobody: 2026-06-01 [unknown_agent]\n"
    _, err = state(WANG, "2026-06-01T10:00", "--overrides", path, "--id", WANG)
    assert err == ""


def test_a_calendar_of_one_agent(state, tmp_path):
    path = tmp_path / "wang.ics"
    path.write_text(FEED.format(attendee=""))
    found, err = state(WANG, "2026-06-01T10:00", "--overrides", f"{WANG}={path}")
    assert found == "unavailable"
    assert err.startswith("error: ")
    assert "no start" in err
    assert len(err.splitlines()) == 1


def test_a_calendar_by_e_mail(state, tmp_path):
    path = tmp_path / "leave.ics"
    path.write_text(FEED.format(attendee="ATTENDEE:mailto:WangFang@Example.com\n"))
    assert state(WANG, "2026-06-01T10:00", "--overrides", path)[0] == "unavailable"


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("plan.toml", "[[leave]]\nagent_id = 7\n", "leave[0].agent_id: int 7"),
        ("plan.toml", None, "No such file"),
        ("plan.txt", "", "plan.txt: not an override file; allowed: .toml, .json, .ics"),
        ("ou_1=plan.txt", "", "plan.txt: not an override file; allowed: .toml, .json, .ics"),
        ("plan.ics", "<html>", "plan.ics"),
        ("plan.ics", None, "No such file"),
    ],
)
def test_files_that_cannot_be_read(run, tmp_path, name, text, message):
    path = tmp_path / name
    if text is not None:
        path.write_text(text)
    code, out, err = run("who", "--demo", "--overrides", path)
    assert (code, out) == (1, "")
    assert message in err
    assert len(err.splitlines()) == 1


def test_explain_and_agent(run):
    _, out, err = run(
        "explain", WANG, "--demo", "--overrides", EXAMPLE, "--at", "2026-06-02T10:00", "--json"
    )
    found = json.loads(out)
    assert err == ""
    assert found["leave"] == [
        {
            "reason": "年假",
            "start": "2026-06-01T00:00:00+08:00",
            "end": "2026-06-04T00:00:00+08:00",
        }
    ]
    assert found["reasons"] == [{"code": "on_leave", "text": "on leave"}]
    assert found["shifts"]["next"]["start"] == "2026-06-04T09:00:00+08:00"
    _, out, _ = run(
        "explain", SUN, "--demo", "--overrides", EXAMPLE, "--at", "2026-06-06T10:00", "--json"
    )
    assert json.loads(out)["shifts"]["running"] == [
        {
            "reason": "替王芳",
            "start": "2026-06-06T10:00:00+08:00",
            "end": "2026-06-06T16:00:00+08:00",
        }
    ]
    _, out, _ = run("agent", WANG, "--demo", "--overrides", EXAMPLE)
    assert "leave: 2026-06-01 to 2026-06-03 (年假)" in out


def test_lint(run, tmp_path):
    path = tmp_path / "plan.toml"
    path.write_text(f'[[leave]]\nagent_id = "{WANG}"\nstart = 2026-06-01\n' * 2)
    _, out, _ = run("lint", "--demo", "--overrides", path, "--json")
    codes = {one["code"] for one in json.loads(out)["diagnostics"]}
    assert "leave_overlap" in codes


def test_next(run):
    options = ("--demo", "--overrides", EXAMPLE, "--at", "2026-06-06T09:59", "--json")
    _, out, _ = run("next", *options)
    found = json.loads(out)
    assert found["next"] == "2026-06-06T10:00:00+08:00"
    assert SUN in [one["id"] for one in found["agents"]]


WEEK = ("--start", "2026-06-01", "--end", "2026-06-08", "--tz", "Asia/Shanghai")


@pytest.fixture
def saved(tmp_path):
    """Save an answer with agents of office hours, from Monday to Friday."""

    def saved(name, *ids, end="18:00"):
        path = tmp_path / f"{name}.json"
        day = {"weekday": 10, "start_time": "09:00", "end_time": end}
        items = [{"agent": {"id": each}, "status": 1, "schedule": [day]} for each in ids]
        path.write_text(json.dumps({"code": 0, "data": {"agent_schedules": items}}))
        return path

    return saved


def test_diff_of_two_answers(run, saved):
    code, out, err = run("diff", saved("a", "ou_1", "ou_2"), saved("b", "ou_2", "ou_3"), *WEEK)
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0] == "Mon 2026-06-01 00:00 to Mon 2026-06-08 00:00 Asia/Shanghai"
    assert lines[1:3] == [
        "ou_1 · ou_1",
        "  loses Mon 2026-06-01 09:00 to Mon 2026-06-01 18:00, 9 h",
    ]
    assert lines[-1] == "2 agents affected: 45 h gained, 45 h lost."


def test_diff_of_a_changed_range_for_programs(run, saved):
    a, b = saved("a", "ou_1"), saved("b", "ou_1", end="17:30")
    _, out, _ = run("diff", a, b, *WEEK[:2], "--end", "2026-06-02", *WEEK[4:], "--json")
    assert json.loads(out) == {
        "start": "2026-06-01T00:00:00+08:00",
        "end": "2026-06-02T00:00:00+08:00",
        "timezone": "Asia/Shanghai",
        "agents": [
            {
                "id": "ou_1",
                "name": None,
                "gained": [],
                "lost": [
                    {"start": "2026-06-01T17:30:00+08:00", "end": "2026-06-01T18:00:00+08:00"}
                ],
            }
        ],
        "unknown": [],
    }


def test_diff_of_a_plan(run):
    options = ("--demo", "--planned", EXAMPLE, *WEEK)
    _, out, _ = run("diff", *options)
    assert out.splitlines()[-1] == "2 agents affected: 6 h gained, 31 h lost."
    _, out, _ = run("diff", *options, "--overrides", EXAMPLE)
    assert out.splitlines()[-1] == "0 agents affected: 0 h gained, 0 h lost."


def test_diff_of_a_holiday(run, saved):
    a = saved("a", "ou_1")
    options = ("--start", "2026-02-14", "--end", "2026-02-17", "--tz", "Asia/Shanghai")
    _, out, _ = run("diff", a, *options, "--planned-calendar", "CN")
    assert out.splitlines()[1:] == [
        "ou_1 · ou_1",
        "  gains Sat 2026-02-14 09:00 to Sat 2026-02-14 18:00, 9 h",
        "  loses Mon 2026-02-16 09:00 to Mon 2026-02-16 18:00, 9 h",
        "1 agent affected: 9 h gained, 9 h lost.",
    ]


def test_diff_says_of_whom_nobody_can_say(run, saved):
    a, b = saved("a", "ou_1"), saved("b", "ou_1")
    b.write_text(b.read_text().replace('"weekday": 10', '"weekday": 8'))
    _, out, _ = run("diff", a, b, *WEEK)
    assert out.splitlines()[1:] == [
        "ou_1 · ou_1: nobody can say",
        "0 agents affected: 0 h gained, 0 h lost; of 1 nobody can say.",
    ]


def test_diff_says_what_can_be_said_of_a_plan(run, saved, tmp_path):
    """The calendar knows 2026 only."""
    known, plan = tmp_path / "days.toml", tmp_path / "plan.toml"
    known.write_text("years = 2026\n")
    plan.write_text(
        "[[leave]]\nagent_id = 'ou_1'\nstart = 2026-12-31\nend = 2027-01-01\n"
        "[[leave]]\nagent_id = 'ou_2'\nstart = 2026-12-31\n"
    )
    options = ("--calendar", known, "--planned", plan, "--start", "2026-12-30", "--tz", "UTC")
    _, out, _ = run("diff", saved("a", "ou_1", "ou_2"), *options)
    assert out.splitlines()[1:] == [
        "ou_1 · ou_1",
        "  loses Thu 2026-12-31 09:00 to Thu 2026-12-31 18:00, 9 h",
        "ou_2 · ou_2",
        "  loses Thu 2026-12-31 09:00 to Thu 2026-12-31 18:00, 9 h",
        "ou_1 · ou_1: nobody can say of all of it",
        "2 agents affected: 0 h gained, 18 h lost; of 1 nobody can say.",
    ]


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        (("--start", "2026-06-02", "--end", "2026-06-01"), 1, "after its end"),
        (("--start", "2026-06-02", "--end", "2056-06-01"), 2, "at most ten years"),
        (("--start", "soon"), 2, "--start"),
        (("--end", "2019-01-01", "--planned-calendar", "DE"), 1, "after its end"),
        (("--closed-on-holidays",), 2, "it goes with --calendar"),
    ],
)
def test_diff_refuses(run, saved, options, code, message):
    found = run("diff", saved("a", "ou_1"), "--tz", "Asia/Shanghai", *options)
    assert found[:2] == (code, "")
    assert message in found[2]


def test_diff_says_whose_plan_is_nobodys(run, saved, tmp_path):
    path = tmp_path / "plan.toml"
    path.write_text('[[leave]]\nagent_id = "ou_l"\nstart = 2026-06-01\n')
    for option in ("--planned", "--overrides"):
        code, out, err = run("diff", saved("a", "ou_1"), *WEEK, option, path)
        assert (code, err) == (0, "left out: leave of ou_l: 2026-06-01: no such agent\n")
        assert out.splitlines()[-1] == "0 agents affected: 0 h gained, 0 h lost."


def test_diff_reads_each_file_once(run, tmp_path):
    path = tmp_path / "leave.ics"
    path.write_text(FEED.format(attendee="ATTENDEE:mailto:wangfang@example.com\n"))
    _, _, err = run("diff", "--demo", "--overrides", path, *WEEK)
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize("calendar", ["--planned-calendar", "--calendar"])
def test_diff_closed_on_holidays_needs_one_calendar(run, saved, calendar):
    options = ("--start", "2026-02-16", "--end", "2026-02-17", "--tz", "Asia/Shanghai")
    a = saved("a", "ou_1")
    assert run("diff", a, *options, calendar, "CN", "--closed-on-holidays")[0] == 0


def test_diff_over_years_knows_a_country_in_all_of_them(run, saved):
    options = ("--start", "2024-06-01", "--end", "2026-06-02", "--tz", "Europe/Berlin")
    _, out, _ = run("diff", saved("a", "ou_1"), *options, "--planned-calendar", "DE")
    assert "nobody can say" not in out
    assert "loses Fri 2025-12-26 09:00" in out


def test_diff_at_the_end_of_time(run, saved):
    code, out, _ = run("diff", saved("a", "ou_1"), "--start", "9999-12-20", "--tz", "UTC")
    assert (code, out.splitlines()[-1]) == (0, "0 agents affected: 0 h gained, 0 h lost.")


@pytest.mark.parametrize(
    ("length", "shown"),
    [
        (timedelta(), "0 h"),
        (timedelta(minutes=90), "1.5 h"),
        (timedelta(minutes=20), "0.33 h"),
        (timedelta(hours=160_000), "160,000 h"),
        (timedelta(hours=10), "10 h"),
    ],
)
def test_hours(length, shown):
    assert show.hours(length) == shown


def test_diff_of_a_and_the_demo_is_wrong_usage(run, saved):
    assert run("diff", saved("a", "ou_1"), "--demo")[0] == 2
    assert run("diff", "--demo", "--planned", "nowhere.toml")[0] == 1
