"""Tables as CSV, read again by pandas and DuckDB."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from odd_dates import row
from oracle import shown

from availability import Agent, ExtraShift, Roster, WeeklySchedule
from availability.export.csv_rows import write_csv

UTC = timezone.utc
YEAR = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
SHIFTS = "agent_id,agent_name,day,start,end,tz,kind,weekday,start_local,end_local"
INTERVALS = "agent_id,agent_name,start,end,tz,start_local,end_local"


def agent(agent_id, *rows, tz="UTC", **fields):
    return Agent(agent_id, WeeklySchedule.parse(list(rows), tz=tz), **fields)


def text(roster, *window, what="shifts"):
    out = io.StringIO(newline="")
    write_csv(roster.columns(*window, what=what), out)
    return out.getvalue()


DAY_SHIFT = row(10, "09:00", "18:00")
DESK = Roster(
    [
        agent("ou_1", DAY_SHIFT, tz="Asia/Shanghai", name="王芳"),
        agent("ou_2", row(9, "00:00", "24:00"), tz="America/New_York", name='a "b", c\nd'),
        agent(
            "ou_3",
            overrides=[ExtraShift("ou_3", date(2026, 6, 1), date(2026, 6, 1))],
            email="secret@example.com",
        ),
    ]
)


def test_as_it_is_written():
    monday = datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 6, 1, 9, 30, 0, 250_000, tzinfo=UTC)
    ends = "2026-06-01T01:00:00Z,2026-06-01T09:30:00.250000Z,Asia/Shanghai"
    local = "2026-06-01 09:00:00,2026-06-01 17:30:00.250000"
    assert text(Roster([DESK["ou_1"]]), *monday).splitlines() == [
        SHIFTS,
        f"ou_1,王芳,2026-06-01,{ends},range,10,{local}",
    ]
    assert text(Roster([DESK["ou_1"]]), *monday, what="intervals").splitlines() == [
        INTERVALS,
        f"ou_1,王芳,{ends},{local}",
    ]
    ends = "2026-06-01T00:00:00Z,2026-06-01T09:30:00.250000Z,UTC"
    local = "2026-06-01 00:00:00,2026-06-01 09:30:00.250000"
    assert text(Roster([DESK["ou_3"]]), *monday).splitlines() == [
        SHIFTS,
        f"ou_3,,2026-06-01,{ends},extra shift,,{local}",
    ]


@pytest.mark.parametrize(("what", "header"), [("shifts", SHIFTS), ("intervals", INTERVALS)])
def test_an_empty_window_has_a_header(what, header):
    assert text(DESK, YEAR[0], YEAR[0], what=what) == header + "\r\n"


@pytest.mark.parametrize("mark", "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
def test_a_name_that_a_spreadsheet_would_take_for_a_formula(mark):
    name = mark + "1+1"
    for one in (agent("ou_1", DAY_SHIFT, name=name), agent(name, DAY_SHIFT, name="ou_1")):
        cells = list(csv.reader(io.StringIO(text(Roster([one]), *YEAR), newline="")))[1][:2]
        assert sorted(cells) == sorted(["ou_1", "'" + name])


@pytest.mark.parametrize("name", ["", "王=芳", "a@b", "'x", " =1", "a\rb\nc", "a\ud800b"])
def test_other_names_are_as_they_are(name):
    roster = Roster([agent("ou_1", DAY_SHIFT, name=name)])
    read = list(csv.reader(io.StringIO(text(roster, *YEAR), newline="")))[1]
    assert read[1] == name.replace("\ud800", "�")


def test_no_email_is_in_it():
    assert "secret" not in text(DESK, *YEAR) + text(DESK, *YEAR, what="intervals")


@pytest.mark.parametrize("what", ["shifts", "intervals"])
def test_pandas_reads_the_same_table(what):
    table = DESK.to_arrow(*YEAR, what=what).to_pandas()
    read = pd.read_csv(io.StringIO(text(DESK, *YEAR, what=what)), keep_default_na=False)
    for name in ("agent_id", "tz", *(["kind"] if what == "shifts" else [])):
        assert read[name].tolist() == table[name].tolist()
    assert read["agent_name"].tolist() == table["agent_name"].fillna("").tolist()
    for name in ("start", "end"):
        assert pd.to_datetime(read[name]).tolist() == table[name].tolist()
        walls = map(shown, table[name].tolist(), map(ZoneInfo, table["tz"]))
        assert [datetime.fromisoformat(one) for one in read[name + "_local"]] == [
            wall.replace(tzinfo=None) for wall in walls
        ]


@pytest.mark.peers
def test_duckdb_reads_it_with_the_right_types(tmp_path):
    duckdb = pytest.importorskip("duckdb", reason="needs the extra 'peers'")
    path = tmp_path / "duty.csv"
    path.write_text(text(DESK, *YEAR, what="intervals"), encoding="utf-8", newline="")
    lengths = 'sum(epoch_us("end") - epoch_us(start))'
    with duckdb.connect() as base:
        rows = base.sql(f"select agent_id, {lengths} from '{path}' group by agent_id").fetchall()
    assert {who: timedelta(microseconds=int(total)) for who, total in rows} == {
        one.id: one.timeline.duty_time(*YEAR) for one in DESK
    }


@pytest.mark.parametrize("tz", ["America/New_York", "Asia/Shanghai", "Pacific/Kiritimati"])
@pytest.mark.parametrize("year", [1, 9999])
@pytest.mark.parametrize("what", ["shifts", "intervals"])
def test_at_the_ends_of_time(tz, year, what):
    first, last = (datetime(year, *day, tzinfo=UTC) for day in ((1, 1), (12, 31)))
    roster = Roster([agent("ou_1", row(9, "00:00", "24:00"), tz=tz)])
    lines = text(roster, first, last, what=what).splitlines()[1:]
    assert len(lines) > (360 if what == "shifts" else 0)
    assert all(f"{year:04}-" in line for line in lines)
