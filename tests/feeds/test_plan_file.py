"""A staffing plan in a file: what it says, and what is wrong with one."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from availability import Closure, ConfigurationError, PlanError, StaffingPlan, read_plan

EXAMPLE = Path(__file__).parents[2] / "examples" / "plan.toml"
ROW = {"weekday": 10, "start_time": "09:00", "end_time": "18:00", "count": 2}
VIP = {"weekday": 6, "start_time": "22:00", "end_time": "06:00", "count": 1, "skill": "VIP"}
NEW_YEAR = Closure(date(2026, 2, 15), date(2026, 2, 23), "春节")


def written(tmp_path, text, suffix="toml"):
    path = tmp_path / f"plan.{suffix}"
    path.write_text(text, encoding="utf-8")
    return path


def test_toml_and_json_say_the_same(tmp_path):
    closure = {"start": "2026-02-15", "end": "2026-02-23", "reason": "春节"}
    document = {"tz": "Asia/Shanghai", "requirement": [ROW, VIP], "closure": [closure]}
    text = """
        tz = "Asia/Shanghai"
        requirement = [
            {weekday = 10, start_time = "09:00", end_time = "18:00", count = 2},
            {weekday = 6, start_time = "22:00", end_time = "06:00", count = 1, skill = "VIP"},
        ]
        [[closure]]
        start = 2026-02-15
        end = 2026-02-23
        reason = "春节"
    """
    expected = StaffingPlan.parse([ROW, VIP], tz="Asia/Shanghai", closures=[NEW_YEAR])
    assert read_plan(written(tmp_path, text)) == expected
    assert read_plan(written(tmp_path, json.dumps(document), "json")) == expected


def test_the_example():
    plan = read_plan(EXAMPLE)
    assert plan.skills == (None, "退款")
    assert plan.closures == (NEW_YEAR,)


def test_the_zone_of_a_file_that_has_none(tmp_path):
    path = written(tmp_path, "requirement = []")
    assert read_plan(path, tz="Europe/London").tz == "Europe/London"
    with pytest.raises(ConfigurationError, match="no time zone"):
        read_plan(path)


def entry(**changes):
    row = {**ROW, **changes}
    return "[[requirement]]\n" + "".join(
        f"{key} = {json.dumps(value)}\n" for key, value in row.items() if value is not None
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (entry(weekday=8), r", line 2: requirement\[0\]\.weekday: int 8 .*allowed: 1-7"),
        (entry(start_time="9"), r", line 3: requirement\[0\]\.start_time: str '9' is not a time"),
        (entry(end_time="09:00"), r"requirement\[0\]: 09:00-09:00 starts when it ends"),
        (entry(count=0), r", line 5: requirement\[0\]\.count: int 0; allowed: a whole number"),
        (entry(count=1.5), r"count: float 1\.5; allowed"),
        (entry(count=True), r"count: bool True; allowed"),
        (entry(count=None), r"requirement\[0\]\.count: missing; allowed: a whole number"),
        (entry(skill=""), r"requirement\[0\]\.skill: str ''; allowed: a skill's id or name"),
        (entry(skil="VIP"), r", line 6: requirement\[0\]\.skil: unknown; allowed: weekday,"),
        ("requirement = [3]", r"requirement\[0\]: int 3 is not an object"),
        ("requirement = 3", r"line 1: requirement: int 3 is not a list"),
        ("requirment = []", r"requirment: unknown; did you mean requirement"),
        ('tz = "Mars"', r"line 1: tz: str 'Mars' is not an IANA time zone"),
        ("[[closure]]\nend = 2026-01-01", r"closure\[0\]\.start: missing; allowed: a date"),
        (
            "[[closure]]\nstart = 2026-01-02\nend = 2026-01-01",
            r"line 2: closure\[0\]: end: 2026-01-01 is not after the start, 2026-01-02",
        ),
        ("closure = [1]", r"closure\[0\]: int 1 has no keys; allowed: start, end"),
        ("tz = ", ": not TOML: "),
    ],
)
def test_what_is_wrong_is_named(tmp_path, text, said):
    with pytest.raises(PlanError, match=r"plan\.toml.*" + said) as raised:
        read_plan(written(tmp_path, text), tz="UTC")
    assert "\n" not in str(raised.value)


def test_no_such_file(tmp_path):
    with pytest.raises(PlanError, match="No such file"):
        read_plan(tmp_path / "none.toml")
    with pytest.raises(PlanError, match=r"not a staffing plan; allowed: \.toml, \.json"):
        read_plan(tmp_path / "plan.yaml")
