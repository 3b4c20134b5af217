"""The options --calendar and --closed-on-holidays."""

from __future__ import annotations

import json

import pytest

WANG = "ou_102471fa23c0fb56a297cff23b668e76"  # 10, 09:00-18:00
HOTLINE = "ou_e77d3327eb433822e0f24bf011732914"  # 9, 00:00-24:00

FILE = """
name = "desk"
years = [2026]
holidays = ["2026-06-01"]
workdays = ["2026-06-06"]
"""


@pytest.fixture
def state(run):
    """Run who and give the state of an agent."""

    def state(agent_id, at, *options):
        code, out, err = run("who", "--demo", "--at", at, "--json", *options)
        assert (code, err) == (0, "")
        return next(one for one in json.loads(out)["agents"] if one["id"] == agent_id)["state"]

    return state


@pytest.mark.parametrize(
    ("calendar", "at", "expected"),
    [
        ("CN", "2026-02-14T10:00", "available"),
        ("cn", "2026-02-16T10:00", "unavailable"),
        ("CN", "2026-10-01T10:00", "unavailable"),
        ("CN", "1999-10-04T10:00", "unknown"),
        ("DE-BY", "2026-01-06T10:00", "unavailable"),  # Epiphany, in Bavaria
        ("DE", "2026-01-06T10:00", "available"),
    ],
)
def test_a_country(state, calendar, at, expected):
    assert state(WANG, at, "--calendar", calendar) == expected


@pytest.mark.parametrize(
    ("at", "called"),
    [
        ("2026-02-14T10:00", "calendar China: make-up working day"),
        ("2026-02-16T10:00", "calendar China: Spring Festival (春节)"),
        ("1999-10-04T10:00", "calendar China: no calendar for that year"),
        ("2026-06-02T10:00", ""),
    ],
)
def test_who_says_what_the_date_is(run, at, called):
    _, out, _ = run("who", "--demo", "--calendar", "CN", "--at", at)
    assert out.splitlines()[1].strip() == called


def test_years_that_the_package_lacks_are_not_needed(state):
    assert state(WANG, "1991-05-06T10:00", "--calendar", "de") == "available"


def test_what_nobody_can_say_is_no_for_good(run):
    options = ("--demo", "--calendar", "CN", "--closed-on-holidays")
    code, out, err = run("next", *options, "--at", "2050-05-05T10:00")
    assert (code, out) == (1, "")
    assert "nobody can say whether" in err
    _, out, _ = run("who", *options, "--at", "2026-12-30T10:00")
    assert "for good" not in out


def test_closed_on_holidays(state):
    options = ("--calendar", "CN", "--closed-on-holidays")
    assert state(HOTLINE, "2026-10-02T10:00", "--calendar", "CN") == "available"
    assert state(HOTLINE, "2026-10-02T10:00", *options) == "unavailable"


def test_a_file(state, tmp_path):
    path = tmp_path / "days.toml"
    path.write_text(FILE, encoding="utf-8")
    assert state(WANG, "2026-06-01T10:00", "--calendar", path) == "unavailable"
    assert state(WANG, "2026-06-06T10:00", "--calendar", path) == "available"


def test_explain_names_the_day(run):
    _, out, _ = run("explain", WANG, "--demo", "--calendar", "CN", "--at", "2026-02-14T10:00")
    assert "schedule: calendar China: make-up working day\n" in out
    assert "working days 09:00-18:00" in out


@pytest.mark.parametrize(
    ("options", "code", "says"),
    [
        (["--calendar", "XX"], 1, "XX"),
        (["--calendar", "nofile.toml"], 1, "nofile.toml"),
        (
            ["--calendar", ""],
            1,
            "calendar '' is unknown; allowed: CN, a country such as DE or DE-BY, ",
        ),
        (["--calendar", "days.yaml"], 1, "calendar 'days.yaml' is unknown; allowed: CN, a country"),
        (["--calendar", "./days"], 1, "calendar './days' is unknown; allowed: CN, a country such"),
        (["--closed-on-holidays"], 2, "it goes with --calendar"),
    ],
)
def test_what_cannot_be_used(run, options, code, says):
    found, out, err = run("now", "--demo", *options)
    assert (found, out) == (code, "")
    assert says in err
    assert code == 2 or len(err.splitlines()) == 1
