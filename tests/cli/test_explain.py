"""The command explain: the same verdict as everywhere, in two languages."""

from __future__ import annotations

import json
from datetime import datetime
from functools import partial

import pytest

WANG = "ou_102471fa23c0fb56a297cff23b668e76"
GUO = "ou_6c6eb5e247682a207fd9c8678c08b252"  # one of her rows cannot be read
pytestmark = pytest.mark.usefixtures("desk")

HOTLINE = "ou_e77d3327eb433822e0f24bf011732914"
NO_SCHEDULE = "ou_8c6def28ee85a69deb1ad82d24224dad"


@pytest.fixture
def run(run):
    return partial(run, "explain")


ENGLISH = """\
王芳 · ou_102471fa23c0fb56a297cff23b668e76
at: Sat 2030-06-01 10:00 Asia/Shanghai (UTC+08:00), 2030-06-01T02:00:00Z
schedule: last shift: Monday to Friday 09:00-18:00: Fri 2030-05-31 09:00 to Fri 2030-05-31 18:00
schedule: next shift: Monday to Friday 09:00-18:00: Mon 2030-06-03 09:00 to Mon 2030-06-03 18:00
"""
CHINESE = """\
值班热线 · ou_e77d3327eb433822e0f24bf011732914
时刻：周六 2030-06-01 10:00 Asia/Shanghai (UTC+08:00)，2030-06-01T02:00:00Z
日程：在班，每天 00:00-24:00：周六 2030-06-01 00:00 至 周日 2030-06-02 00:00
日程：一直在班
状态：获取时为在线 (1)，对该时刻不适用
结论：可接单：在班；仅依据工作日程
有效至：已知信息下不会改变
"""


def test_in_english(run):
    code, out, err = run(WANG, "--at", "2030-06-01T10:00")
    assert (code, err) == (0, "")
    assert out.startswith(ENGLISH)
    assert "\nverdict: unavailable: off duty\n" in out
    assert out.endswith("until: Mon 2030-06-03 09:00, when the answer may change\n")


def test_in_chinese(run):
    assert run(HOTLINE, "--at", "2030-06-01T10:00", "--lang", "zh") == (0, CHINESE, "")


def test_rows_that_cannot_be_read(run):
    _, out, _ = run(GUO, "--at", "2030-06-01T10:00")
    assert "schedule: rows that cannot be read: 1\n" in out
    assert "verdict: unknown: some rows unreadable\n" in out


def test_without_a_schedule(run):
    _, out, _ = run(NO_SCHEDULE)
    assert "schedule: no readable schedule\n" in out
    assert "verdict: unknown: no readable schedule\n" in out


def test_what_the_ticket_needs(run):
    _, out, _ = run(HOTLINE, "--skill", "账单")
    assert "verdict: unavailable: does not have the skill: 账单; on duty; online\n" in out
    assert run(HOTLINE, "--skill", "nobody's")[0] == 1


def test_a_skipped_wall_time_is_told(run):
    _, out, _ = run(WANG, "--at", "2026-03-08T02:30", "--tz", "America/New_York")
    assert "was skipped when the clocks went forward" in out


def test_as_json(run):
    _, out, _ = run(HOTLINE, "--json", "--lang", "zh", "--at", "2030-06-01T10:00")
    document = json.loads(out)
    assert document["shifts"]["running"] == [
        {
            "weekday": 9,
            "start_time": "00:00",
            "end_time": "24:00",
            "start": "2030-06-01T00:00:00+08:00",
            "end": "2030-06-02T00:00:00+08:00",
        }
    ]
    assert document["reasons"] == [
        {"code": "on_duty", "text": "在班"},
        {"code": "schedule_only", "text": "仅依据工作日程"},
    ]
    assert (document["state"], document["basis"]) == ("available", "schedule")
    assert document["until"] is document["holds_until"] is None
    _, out, _ = run(NO_SCHEDULE, "--json")
    document = json.loads(out)
    assert document["shifts"] == {"running": [], "last": None, "next": None}
    assert document["age"] >= 0
    assert document["until"] is None
    holds_until = datetime.fromisoformat(document["holds_until"])
    assert holds_until > datetime.fromisoformat(document["at"])


def test_an_unknown_agent(run):
    code, out, err = run("ou_nobody")
    assert (code, out) == (1, "")
    assert "ou_nobody" in err
    assert len(err.splitlines()) == 1
