"""Tables of shifts and of duty: held against the roster's own answers, and read by others."""

from __future__ import annotations

import sys
from collections import Counter
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pandas as pd
import pyarrow as pa
import pytest
from agents import rosters
from hypothesis import given, settings
from hypothesis import strategies as st
from odd_dates import CALENDARS, ROWS, row
from odd_dates import instants as odd_instants
from oracle import DAY, utc
from pyarrow import parquet
from strategies import LENGTHS, windows
from work import growth

from availability import (
    Agent,
    CalendarUnknownError,
    ConfigurationError,
    DutyRange,
    ExtraShift,
    Leave,
    Roster,
    Skill,
    UnknownSkillError,
    WeeklySchedule,
    WindowError,
)
from availability.export.frames import AT_ONCE, write_parquet
from availability.export.texts import encodable

UTC = timezone.utc
HOUR = timedelta(hours=1)
INSTANT = pa.timestamp("us", tz="UTC")
SHIFTS = pa.schema(
    [
        pa.field("agent_id", pa.string(), nullable=False),
        pa.field("agent_name", pa.string()),
        pa.field("day", pa.date32(), nullable=False),
        pa.field("start", INSTANT, nullable=False),
        pa.field("end", INSTANT, nullable=False),
        pa.field("tz", pa.string(), nullable=False),
        pa.field("kind", pa.string(), nullable=False),
        pa.field("weekday", pa.int8()),
    ]
)
INTERVALS = pa.schema([field for field in SHIFTS if field.name not in {"day", "kind", "weekday"}])
EXTRA = "extra shift"
SCHEMAS = {"shifts": SHIFTS, "intervals": INTERVALS}
BOTH = pytest.mark.parametrize("what", SCHEMAS)
#: Two Sundays on which New York's clocks change: a day of 23 hours, and one of 25.
CHANGES = {date(2026, 3, 8): 23 * HOUR, date(2026, 11, 1): 25 * HOUR}
YEAR = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)


def agent(agent_id, *rows, tz="UTC", **fields):
    return Agent(agent_id, WeeklySchedule.parse(list(rows), tz=tz), **fields)


DESK = Roster(
    [
        agent("ou_1", row(10, "09:00", "18:00"), tz="Asia/Shanghai", name="王芳"),
        agent("ou_2", row(9, "00:00", "24:00"), tz="America/New_York", name="=1+1"),
        agent(
            "ou_3",
            row(11, "22:00", "06:00"),
            overrides=[ExtraShift("ou_3", date(2026, 6, 1), date(2026, 6, 1))],
            email="secret@example.com",
            skills=[Skill("s1", "VIP")],
        ),
    ]
)


@given(rosters(), odd_instants(), LENGTHS)
def test_rows_are_the_shifts(roster, start, length):
    window = start, start + length
    table = roster.to_arrow(*window)
    assert table.schema == SHIFTS
    table.validate(full=True)
    assert [tuple(one.values()) for one in table.to_pylist()] == [
        (
            encodable(one.agent.id),
            None if one.agent.name is None else encodable(one.agent.name),
            one.day,
            utc(one.start),
            utc(one.end),
            one.agent.schedule.tz,
            "range",
            one.duty.weekday,
        )
        for one in roster.shifts(*window)
    ]


@st.composite
def planned(draw):
    """Agents by a calendar, or with leave and extra shifts, or whose schedule is unknown."""
    start = draw(odd_instants())
    schedule = WeeklySchedule.parse(
        draw(st.lists(ROWS, max_size=3)),
        tz=draw(st.sampled_from(["Asia/Shanghai", "America/New_York", "Africa/Cairo"])),
        calendar=draw(st.one_of(st.none(), CALENDARS)),
    )
    day = start.date()
    found = []
    for number in range(draw(st.integers(0, 3))):
        overrides = [
            kind(f"ou_{number}", day, day + draw(st.integers(0, 3)) * DAY, tz=schedule.tz)
            for kind in draw(st.lists(st.sampled_from([Leave, ExtraShift]), max_size=2))
        ]
        own = draw(st.sampled_from([schedule, schedule, None]))
        found.append(Agent(f"ou_{number}", own, overrides=overrides))
    return Roster(found), start


@given(planned(), LENGTHS)
def test_the_same_with_leave_and_extra_shifts(scene, length):
    roster, start = scene
    window = start, start + length
    assert [
        (one["agent_id"], one["day"], one["start"], one["end"], one["kind"], one["weekday"])
        for one in roster.to_arrow(*window).to_pylist()
    ] == [
        (
            one.agent.id,
            one.day,
            utc(one.start),
            utc(one.end),
            *(("range", one.duty.weekday) if isinstance(one.duty, DutyRange) else (EXTRA, None)),
        )
        for one in roster.shifts(*window)
    ]


def stretches(table):
    """The intervals of each agent."""
    found = {}
    for one in table.to_pylist():
        found.setdefault(one["agent_id"], []).append((one["start"], one["end"]))
    return found


@given(windows())
def test_intervals_are_the_timelines(window):
    scene, start, end = window
    table = Roster([Agent("ou_1", scene.schedule)]).to_arrow(start, end, what="intervals")
    assert table.schema == INTERVALS
    expected = [(utc(one.start), utc(one.end)) for one in scene.timeline.intervals(start, end)]
    assert stretches(table) == ({"ou_1": expected} if expected else {})
    total = sum((b - a for a, b in expected), timedelta())
    assert total == scene.model.duty_time(start, end)


@settings(max_examples=60)
@given(planned(), LENGTHS)
def test_intervals_hold_what_is_sure(scene, length):
    roster, start = scene
    window = start, start + length
    found = stretches(roster.to_arrow(*window, what="intervals"))
    for one in roster:
        own = found.get(one.id, [])
        alone = Roster([one]).headcount(*window).at_least(1)
        assert own == [(utc(each.start), utc(each.end)) for each in alone]
        if one.timeline is not None:
            try:
                plain = one.timeline.intervals(*window)
            except CalendarUnknownError:
                continue
            assert own == [(utc(each.start), utc(each.end)) for each in plain]


def test_sums_are_duty_time():
    frame = DESK.to_arrow(*YEAR, what="intervals").to_pandas()
    sums = (frame["end"] - frame["start"]).groupby(frame["agent_id"]).sum()
    for one in DESK:
        assert sums[one.id].to_pytimedelta() == one.timeline.duty_time(*YEAR)


@pytest.mark.parametrize(("day", "length"), CHANGES.items())
@BOTH
def test_a_day_on_which_clocks_change(what, day, length):
    zone = ZoneInfo("America/New_York")
    window = (datetime(day.year, day.month, each, tzinfo=zone) for each in (day.day, day.day + 1))
    frame = Roster([DESK["ou_2"]]).to_arrow(*window, what=what).to_pandas()
    assert (frame["end"] - frame["start"]).sum().to_pytimedelta() == length


def test_shifts_of_a_year_have_two_days_that_are_not_of_24_hours():
    frame = Roster([DESK["ou_2"]]).to_arrow(*YEAR).to_pandas().iloc[1:-1]  # not the clipped ones
    lengths = Counter((frame["end"] - frame["start"]).tolist())
    assert lengths == {24 * HOUR: 362, 23 * HOUR: 1, 25 * HOUR: 1}
    by_day = frame.set_index("day")
    assert {
        day: (by_day.loc[day, "end"] - by_day.loc[day, "start"]).to_pytimedelta() for day in CHANGES
    } == CHANGES


@BOTH
def test_an_empty_window_or_roster_has_the_same_columns(what):
    for table in (
        DESK.to_arrow(YEAR[0], YEAR[0], what=what),
        Roster([]).to_arrow(*YEAR, what=what),
        DESK.to_arrow(*YEAR, skill="nobody's", what=what),
    ):
        assert (table.schema, table.num_rows) == (SCHEMAS[what], 0)


@BOTH
def test_a_skill_narrows_it(what):
    table = DESK.to_arrow(*YEAR, skill="VIP", what=what)
    assert set(table["agent_id"].to_pylist()) == {"ou_3"}
    with pytest.raises(UnknownSkillError):
        Roster([], skills=[Skill("s1")]).to_arrow(*YEAR, skill="billing", what=what)


@BOTH
def test_no_email_is_in_it(what):
    assert "secret" not in str(DESK.to_arrow(*YEAR, what=what).to_pydict())


@BOTH
def test_bad_windows(what):
    with pytest.raises(WindowError, match="after its end"):
        DESK.to_arrow(*YEAR[::-1], what=what)
    clocks = [f"{minute // 60:02}:{minute % 60:02}" for minute in range(24 * 60)]
    rows = [row(9, *ends) for ends in zip(clocks[::2], clocks[1::2], strict=True)]
    with pytest.raises(WindowError, match="too long"):
        Roster([agent("ou_1", *rows)]).to_arrow(
            *(datetime(year, 1, 1, tzinfo=UTC) for year in (1, 9999)), what=what
        )


def test_what_is_neither_shifts_nor_intervals():
    with pytest.raises(ConfigurationError, match=r"^what: str 'days'; allowed: shifts, intervals$"):
        DESK.to_arrow(*YEAR, what="days")


@pytest.mark.parametrize(
    "ask", [lambda: DESK.to_arrow(*YEAR), lambda: DESK.headcount(*YEAR).to_arrow()]
)
def test_without_pyarrow_the_error_says_what_to_install(ask, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(ConfigurationError, match=r"pip install 'agent-availability\[arrow\]'"):
        ask()


def test_a_table_of_more_rows_than_share_a_buffer():
    day = agent("ou_1", *(row(9, f"{hour:02}:00", f"{hour:02}:30") for hour in range(24)))
    roster = Roster(Agent(f"ou_{i}", day.schedule) for i in range(120))
    table = roster.to_arrow(*YEAR, what="intervals")
    assert table.num_rows == 120 * 365 * 24 > AT_ONCE
    assert table["agent_id"].num_chunks == 2
    assert table["agent_id"].value_counts().to_pylist() == [
        {"values": f"ou_{i}", "counts": 365 * 24} for i in range(120)
    ]


@BOTH
def test_what_columns_cost_is_a_matter_of_agents_and_not_of_rows(what):
    desks = [
        Roster(
            agent(f"ou_{i}", row(9, "00:00", f"{i:02}:30"), tz="Asia/Shanghai") for i in range(n)
        )
        for n in (10, 20)
    ]
    ten_years = YEAR[0], YEAR[0].replace(year=2036)

    def columns(desk, window):
        return desk.columns(*window, what=what)

    columns(desks[1], YEAR)  # so that nothing is to be met for the first time
    assert growth(lambda desk: columns(desk, YEAR), *desks) < 2.2
    assert growth(lambda window: columns(desks[0], window), YEAR, ten_years) < 1.2


def test_a_headcount_as_a_table():
    count = DESK.headcount(*YEAR)
    table = count.to_arrow()
    assert table.schema == pa.schema(
        [
            pa.field("start", INSTANT, nullable=False),
            pa.field("end", INSTANT, nullable=False),
            pa.field("count", pa.int64(), nullable=False),
        ]
    )
    assert [tuple(one.values()) for one in table.to_pylist()] == [
        (utc(interval.start), utc(interval.end), number) for interval, number in count
    ]
    assert DESK.headcount(YEAR[0], YEAR[0]).to_arrow().num_rows == 0
    hours = count.resample(HOUR).to_arrow()
    assert (hours.num_rows, hours["count"].type) == (365 * 24, pa.float64())


def test_pandas_takes_it_as_it_is():
    frame = DESK.to_arrow(*YEAR).to_pandas()
    assert frame["start"].dtype == pd.DatetimeTZDtype("us", "UTC")
    mine = frame[frame["agent_id"] == "ou_1"]
    local = mine["start"].dt.tz_convert("Asia/Shanghai")
    assert (local.dt.strftime("%H:%M") == "09:00").all()
    assert (local.dt.date == mine["day"]).all()
    assert frame["weekday"].isna().sum() == 1  # the extra shift


@BOTH
def test_a_parquet_file_read_again(what, tmp_path):
    path = tmp_path / "duty.parquet"
    write_parquet(DESK.columns(*YEAR, what=what), path)
    table = DESK.to_arrow(*YEAR, what=what)
    assert parquet.read_table(path).equals(table)
    read = pd.read_parquet(path)
    values = read.astype(object).where(read.notna(), None)
    assert values.to_dict("records") == table.to_pylist()


@pytest.mark.peers
@BOTH
def test_polars_takes_it_as_it_is(what, tmp_path):
    polars = pytest.importorskip("polars", reason="needs the extra 'peers'")
    table = DESK.to_arrow(*YEAR, what=what)
    frame = polars.from_arrow(table)
    assert frame["start"].dtype == polars.Datetime("us", "UTC")
    assert frame["agent_id"].dtype == polars.String
    assert frame.rows() == [tuple(one.values()) for one in table.to_pylist()]
    path = tmp_path / "duty.parquet"
    write_parquet(DESK.columns(*YEAR, what=what), path)
    assert polars.read_parquet(path).equals(frame)


@pytest.mark.peers
def test_duckdb_takes_it_as_it_is(tmp_path):
    duckdb = pytest.importorskip("duckdb", reason="needs the extra 'peers'")
    table = DESK.to_arrow(*YEAR, what="intervals")
    path = tmp_path / "duty.parquet"
    write_parquet(DESK.columns(*YEAR, what="intervals"), path)
    lengths = 'sum(epoch_us("end") - epoch_us(start))'
    ask = f"select agent_id, {lengths} from {{}} group by agent_id"
    with duckdb.connect() as base:
        base.register("duty", table)
        found = [base.sql(ask.format(source)).fetchall() for source in ("duty", f"'{path}'")]
        types = [str(one) for one in base.sql("select * from duty").types]
    assert types == ["VARCHAR", "VARCHAR", *["TIMESTAMP WITH TIME ZONE"] * 2, "VARCHAR"]
    for rows in found:
        assert {who: timedelta(microseconds=int(total)) for who, total in rows} == {
            one.id: one.timeline.duty_time(*YEAR) for one in DESK
        }
