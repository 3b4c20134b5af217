"""The command week, against a plain count of who is on duty, quarter hour by quarter hour."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections import defaultdict
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from rich.cells import cell_len
from rich.console import Console

from availability import Agent, HelpdeskClient, Roster, WeeklySchedule
from availability.cli.bars import print_bars
from availability.cli.heat import print_heat

NEW_YORK = "America/New_York"
QUARTER = timedelta(minutes=15)
LABEL, CELL = len("Mon 2026-06-01"), 3
DAY = ("王芳", [(10, "09:00", "17:00")], "VIP")
#: A Monday, a zone, and how many hours the week has.
WEEKS = [
    ("2026-06-01", "Asia/Shanghai", 168),
    ("2026-03-02", NEW_YORK, 167),
    ("2026-10-26", NEW_YORK, 169),
    ("2026-03-30", "Australia/Lord_Howe", 168.5),  # half an hour is repeated
]


@pytest.fixture
def roster(desk):
    with HelpdeskClient.from_env(agent_tz=desk.agent_tz) as client:
        return client.roster()


def quarters(monday, tz):
    """Each quarter hour of a week, with what the clocks show: a date, an hour, and which turn."""
    zone = ZoneInfo(tz)
    first = datetime.fromisoformat(monday)
    at = first.replace(tzinfo=zone).astimezone(timezone.utc)
    end = (first + timedelta(days=7)).replace(tzinfo=zone).astimezone(timezone.utc)
    while at < end:
        local = at.astimezone(zone)
        yield at, local.date(), local.hour, local.fold
        at += QUARTER


def middle(monday):
    """An instant that is in the same week everywhere."""
    return str(date.fromisoformat(monday) + timedelta(days=2))


def sheet(out):
    """The heat map and the bars, each by the beginning of its lines."""
    lines = out.splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("On duty"))
    heat = lines[start + 1 : start + 9]
    gap = lines.index("", start)
    return heat, lines[gap + 2 : -1]


@pytest.mark.parametrize(("monday", "tz", "length"), WEEKS)
def test_the_heat_map(run, roster, monday, tz, length):
    """A column for each hour that any of the dates has; a cell is empty, or the lowest count."""
    counts = defaultdict(list)
    for at, day, hour, fold in quarters(monday, tz):
        counts[day, hour, fold].append(roster.count_on_duty(at))
    assert sum(map(len, counts.values())) == length * 4
    columns = sorted({(hour, fold) for _, hour, fold in counts})

    code, out, _ = run("week", "--demo", "--at", middle(monday), "--show-tz", tz)
    (head, *rows), _ = sheet(out)
    assert code == 0
    assert head.split() == [f"{hour:02}" for hour, _ in columns]
    for number, row in enumerate(rows):
        day = date.fromisoformat(monday) + timedelta(days=number)
        assert row.startswith(f"{day:%a %Y-%m-%d}")
        for place, column in enumerate(columns):
            cell = row[LABEL + place * CELL : LABEL + (place + 1) * CELL].strip()
            found = counts.get((day, *column))
            assert cell == ("" if found is None else str(min(found) or "·"))


@pytest.mark.parametrize(("monday", "tz", "length"), WEEKS)
def test_the_bars(run, roster, monday, tz, length):
    said = defaultdict(set)
    for at, day, hour, _ in quarters(monday, tz):
        for agent in roster:
            said[agent.id, day, hour // 3].add(roster.check(agent.id, at).on_duty)
    signs = {(True,): "█", (False,): "·", (False, True): "▒"}

    _, out, _ = run("week", "--demo", "--at", middle(monday), "--show-tz", tz)
    _, bars = sheet(out)
    assert len(bars) == len(roster)
    for agent, line in zip(roster, bars, strict=True):
        assert line.startswith(agent.label)
        assert cell_len(line) == cell_len(bars[0])
        days = line[-7 * 9 + 1 :].split(" ")
        for number, cells in enumerate(days):
            day = date.fromisoformat(monday) + timedelta(days=number)
            for place, char in enumerate(cells):
                known = said[agent.id, day, place]
                assert char == ("?" if None in known else signs[tuple(sorted(known))])


@pytest.mark.parametrize(("monday", "tz", "length"), WEEKS)
def test_for_programs(run, roster, monday, tz, length):
    _, out, _ = run("week", "--demo", "--at", middle(monday), "--show-tz", tz, "--json")
    found = json.loads(out)
    start, end = (datetime.fromisoformat(found[key]) for key in ("start", "end"))
    assert (end - start) / timedelta(hours=1) == length
    assert sum(day["length_seconds"] for day in found["days"]) == length * 3600
    hours = [hour for day in found["days"] for hour in day["hours"]]
    assert [hour["end"] for hour in hours[:-1]] == [hour["start"] for hour in hours[1:]]
    for hour in hours:
        begins = datetime.fromisoformat(hour["start"])
        assert begins.hour == hour["hour"]
        assert hour["least"] <= roster.count_on_duty(begins)
        assert hour["least"] <= hour["mean"]
    for one, agent in zip(found["agents"], roster, strict=True):
        if agent.timeline is not None and not agent.unreadable_rows:
            assert one["unknown"] == []
            assert [
                (datetime.fromisoformat(each["start"]), datetime.fromisoformat(each["end"]))
                for each in one["on_duty"]
            ] == [(each.start, each.end) for each in agent.timeline.intervals(start, end)]


def test_what_stands_around(run):
    _, out, _ = run("week", "--demo", "--at", "2026-11-01T12:00", "--show-tz", NEW_YORK)
    lines = out.splitlines()
    assert lines[0].startswith("Sun 2026-11-01 00:00 America/New_York (UTC-04:00), ")
    assert lines[2] == "On duty, 2026-10-26 to 2026-11-01:"
    assert " Sun 2026-11-01 has 25 h." in out
    assert " nobody can say: they do not count." in out
    assert "\x1b" not in out
    _, out, _ = run("week", "--demo", "--at", "2026-06-01", "--skill", "VIP")
    assert "On duty with VIP, 2026-06-01 to 2026-06-07:" in out
    assert " has 2" not in out


def test_of_a_skill_and_with_leave(run, desk_of, tmp_path):
    path = tmp_path / "leave.toml"
    path.write_text('[[leave]]\nagent_id = "ou_王芳"\nstart = 2026-06-02\n', encoding="utf-8")
    desk = desk_of(DAY, ("Bob", [(9, "00:00", "24:00")]))
    options = ("--at", "2026-06-01", "--skill", "VIP", "--overrides", path)
    _, out, _ = run("week", *desk, *options)
    _, bars = sheet(out)
    days = ["···██▒··", "········", *["···██▒··"] * 3, *["········"] * 2]
    assert bars == [f"王芳 {' '.join(days)}"]


def desk_with(count, tz=NEW_YORK):
    """A desk of so many agents, all there from 09:00 to 18:00, with names of all widths."""
    row = {"weekday": 9, "start_time": "09:00", "end_time": "18:00"}
    day = WeeklySchedule.parse([row], tz=tz)
    return Roster(
        [Agent(f"ou_{number}", day, name="客服" * (number % 20)) for number in range(count)]
    )


def drawn(roster, width, monday="2026-10-26", *, with_bars=True, **options):
    """The heat map and the bars as they are printed."""
    at = datetime.fromisoformat(f"{monday}T12:00").replace(tzinfo=timezone.utc)
    week = roster.week(at, tz=NEW_YORK)
    found = []
    agents = roster if with_bars else Roster(list(roster)[:1])
    for draw, arguments in ((print_heat, ()), (print_bars, (agents,))):
        file = io.StringIO()
        draw(Console(file=file, width=width, highlight=False, **options), week, *arguments)
        found.append(file.getvalue())
    return found


@pytest.mark.parametrize("width", [80, 120, 140])
@pytest.mark.parametrize("count", [1, 9, 99, 100])
@pytest.mark.parametrize("monday", ["2026-06-01", "2026-03-02", "2026-10-26"])
def test_it_fits(width, count, monday):
    """Up to 99 at once a date is one line, even of 25 hours; beyond there may be two blocks."""
    heat, bars = drawn(desk_with(count), width, monday)
    lines = heat.splitlines()
    assert max(map(cell_len, lines + bars.splitlines())) <= width
    assert len(lines) == (16 if count > 99 and width == 80 else 8)
    assert " ".join(lines).split().count(str(count)) == 9 * 7
    assert len(bars.splitlines()) == count + 2


def test_numbers_too_wide_for_a_line():
    """Their cells are six columns wide: three times eight or nine hours."""
    heat, _ = drawn(desk_with(12_345), 80, with_bars=False)
    lines = heat.splitlines()
    assert len(lines) == 24  # three blocks
    assert max(map(len, lines)) <= 80
    assert heat.split().count("12345") == 9 * 7


def test_colours_change_no_character():
    from rich.text import Text

    plain = drawn(desk_with(12), 80)
    coloured = drawn(desk_with(12), 80, force_terminal=True, color_system="256")
    for one, other in zip(plain, coloured, strict=True):
        assert "\x1b[" in other
        assert Text.from_ansi(other).plain.splitlines() == one.splitlines()


def test_a_name_that_would_be_markup(run, desk_of):
    _, out, _ = run("week", *desk_of(("[b]x[/b]:smile:", [])), "--at", "2026-06-01")
    assert "\n[b]x[/b]:smile: ····" in out


def test_nobody_is_ever_on_duty(run, desk_of):
    _, out, _ = run("week", *desk_of(("Idle", [])), "--at", "2026-06-01")
    (_, *rows), bars = sheet(out)
    assert {row[LABEL:].replace(" ", "") for row in rows} == {"·" * 24}
    assert bars == ["Idle " + " ".join(["·" * 8] * 7)]


def test_a_desk_without_agents(run, desk_of):
    code, out, _ = run("week", *desk_of(), "--at", "2026-06-01")
    assert code == 0
    assert out.splitlines()[1:] == ["There are no agents."]
    code, out, err = run("week", *desk_of(DAY), "--at", "2026-06-01", "--skill", "nope")
    assert (code, out.splitlines()[1:]) == (0, ["There are no agents."])
    assert "no agent has the skill nope" in err
    _, out, _ = run("week", *desk_of(), "--at", "2026-06-01", "--json")
    assert json.loads(out)["agents"] == []


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        (("--at", "soon"), 2, "--at"),
        (("--at", "9999-12-31"), 1, "the week is not all in the years 1 to 9999"),
        (("--show-tz", "Mars"), 2, "--show-tz"),
        (("--closed-on-holidays",), 2, "it goes with --calendar"),
        (("--overrides", "nowhere.toml"), 1, "nowhere.toml: No such file"),
    ],
)
def test_refuses(run, desk_of, options, code, message):
    found = run("week", *desk_of(DAY), *options)
    assert found[:2] == (code, "")
    assert message in " ".join(found[2].split())


def test_a_date_that_does_not_exist(run, desk_of):
    """Samoa had no 2011-12-30: the week has six dates."""
    options = (*desk_of(DAY)[:2], "--tz", "Pacific/Apia")
    _, out, _ = run("week", *options, "--at", "2011-12-31T12:00")
    _, table, bars = out.split("\n\n")
    dates = [line.split()[1] for line in table.splitlines()[2:8]]
    assert dates == [
        "2011-12-26",
        "2011-12-27",
        "2011-12-28",
        "2011-12-29",
        "2011-12-31",
        "2012-01-01",
    ]
    assert bars.splitlines()[1].split()[1:] == [*["···██▒··"] * 4, *["········"] * 2]


def test_other_commands_do_without_numpy():
    script = "import sys, availability.cli.app; print('numpy' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout == "False\n"
