"""Pictures of a desk: what is drawn is what a plain model counts, hour by hour and bar by bar."""

from __future__ import annotations

import pickle
import re
import sys
from collections import defaultdict
from datetime import date, datetime, timedelta, timezone
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

import pytest
from agents import rosters
from hypothesis import given
from odd_dates import Dates, row
from oracle import Model, utc

from availability import (
    Agent,
    ConfigurationError,
    Leave,
    NaiveDatetimeError,
    Roster,
    Skill,
    Timeline,
    UnknownSkillError,
    WeeklySchedule,
    WindowError,
)

SVG = "{http://www.w3.org/2000/svg}"
UTC = timezone.utc
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
NEW_YORK = "America/New_York"
ROWS = {
    "ou_day": [row(10, "09:00", "17:30")],
    "ou_night": [row(9, "22:00", "06:00")],
    "ou_early": [row(7, "00:30", "01:30"), row(7, "02:15", "04:00"), row(9, "05:00", "10:00")],
    "ou_never": [],
}


def agent(agent_id, rows, tz="UTC", **fields):
    return Agent(agent_id, WeeklySchedule.parse(rows, tz=tz), **fields)


def desk(tz):
    return Roster([agent(one, rows, tz) for one, rows in ROWS.items()])


def midnight(day, tz):
    return utc(datetime.combine(day, datetime.min.time(), ZoneInfo(tz)))


@pytest.mark.parametrize(
    ("tz", "monday", "hours", "odd"),
    [
        ("Asia/Shanghai", date(2026, 6, 1), 168, None),
        (NEW_YORK, date(2026, 3, 2), 167, "Sun 03-08\n23 hours"),
        (NEW_YORK, date(2026, 10, 26), 169, "Sun 11-01\n25 hours"),
        ("Australia/Lord_Howe", date(2026, 9, 28), 168, "Sun 10-04\n23.5 hours"),
        ("Australia/Lord_Howe", date(2026, 3, 30), 169, "Sun 04-05\n24.5 hours"),
    ],
)
def test_each_cell_of_a_week_is_what_a_model_counts(tz, monday, hours, odd):
    """Minute by minute: the least count in each hour that zoneinfo's clocks show."""
    zone, counts = ZoneInfo(tz), defaultdict(list)
    start, end = midnight(monday, tz), midnight(monday + 7 * DAY, tz)
    on = [span for rows in ROWS.values() for span in Model(rows, tz).intervals(start, end)]
    for i in range((end - start) // MINUTE):
        at = start + i * MINUTE
        wall = at.astimezone(zone)
        day = (wall.date() - monday).days
        # The second time that clocks show it, if the hour began before they went back
        counts[day, wall.hour, wall.fold].append(sum(a <= at < b for a, b in on))
    figure = desk(tz).plot_week(start + 3 * DAY)
    (axes,) = figure.axes
    days = [one.get_text() for one in axes.get_yticklabels()]
    columns = [one.get_text() for one in axes.get_xticklabels()]
    drawn = {}
    for one in axes.texts:
        x, y = one.get_position()
        name = columns[int(x)]
        drawn[int(y), int(name[:2]), int("again" in name)] = one.get_text()
    assert len(drawn) == hours
    assert drawn == {
        place: f"{min(found)}{'+' * (max(found) > min(found))}" for place, found in counts.items()
    }
    assert sum(one.get_width() for one in axes.patches if not one.get_hatch()) == (
        (end - start) / timedelta(hours=1)
    )
    assert [day for day in days if "hours" in day] == ([odd] if odd else [])
    assert [day[:9] for day in days] == [f"{monday + i * DAY:%a %m-%d}" for i in range(7)]
    assert figure.texts[0].get_text() == f"On duty, {monday} to {monday + 6 * DAY}, {tz}"


@pytest.mark.parametrize("tz", ["Asia/Shanghai", NEW_YORK])
@pytest.mark.parametrize("monday", [date(2026, 6, 1), date(2026, 3, 2), date(2026, 10, 26)])
def test_each_bar_of_a_timeline_is_a_stretch_of_a_models(tz, monday):
    start, end = midnight(monday, tz), midnight(monday + 7 * DAY, tz)
    curve, bars = desk(tz).plot_timeline(start, end).axes
    drawn = defaultdict(list)
    for collection in bars.collections:
        for path in collection.get_paths():
            xs, ys = path.vertices.T
            if ys.max() - ys.min() < 0.9:  # the others shade the whole height
                drawn[round(ys.mean())].append((xs.min(), xs.max()))
    spans = [Model(rows, tz).intervals(start, end) for rows in ROWS.values()]
    seconds = [
        [((a - start).total_seconds(), (b - start).total_seconds()) for a, b in one]
        for one in spans
    ]
    assert [drawn[y] for y in range(len(ROWS))] == seconds
    assert [one.get_text() for one in bars.get_yticklabels()] == list(ROWS)
    values, edges, _ = curve.patches[0].get_data()
    area = sum(values * (edges[1:] - edges[:-1]))
    assert area == sum(b - a for one in seconds for a, b in one)
    (shaded,) = curve.collections
    nobody = sum(
        path.vertices[:, 0].max() - path.vertices[:, 0].min() for path in shaded.get_paths()
    )
    minutes = [start + i * MINUTE for i in range((end - start) // MINUTE)]
    flat = [span for one in spans for span in one]
    assert nobody == 60 * sum(not any(a <= at < b for a, b in flat) for at in minutes)


def test_where_nobody_can_say():
    """Without a readable schedule, with an unread row, in a year that the calendar lacks."""
    start = datetime(2026, 12, 31, tzinfo=UTC)
    day = WeeklySchedule.parse([row(10, "09:00", "18:00")], tz="UTC")
    roster = Roster(
        [
            Agent("ou_none", None),
            Agent("ou_some", day, unreadable_rows=1),
            Agent("ou_year", day.__replace__(calendar=Dates(frozenset({2026})))),
        ]
    )
    bars = roster.plot_timeline(start, start + 2 * DAY).axes[1]
    hatched = {
        round(one.get_paths()[0].vertices[:, 1].mean()): [
            (path.vertices[:, 0].min() / 3600, path.vertices[:, 0].max() / 3600)
            for path in one.get_paths()
        ]
        for one in bars.collections
        if one.get_hatch()
    }
    said = roster.plot_week(datetime(2027, 1, 1, tzinfo=UTC)).texts[1].get_text()
    assert said.endswith("; of up to 3 at once nobody can say: they do not count")
    assert hatched == {0: [(0, 48)], 1: [(0, 9), (18, 33), (42, 48)], 2: [(33, 42)]}


def test_now_is_the_rosters_own_clock():
    roster = desk("UTC").__replace__(clock=lambda: datetime(2026, 6, 3, 12, tzinfo=UTC))
    assert roster.plot_week().texts[0].get_text() == "On duty, 2026-06-01 to 2026-06-07, UTC"
    shown = roster.plot_week(tz="Asia/Tokyo").texts[0].get_text()
    assert shown.endswith("2026-06-07, Asia/Tokyo")


def test_a_skill_narrows_both():
    vip = agent("ou_1", [row(9, "00:00", "24:00")], skills=[Skill("s1", "VIP & <more>")])
    roster = Roster([vip, agent("ou_2", [row(9, "00:00", "24:00")])])
    monday = datetime(2026, 6, 1, tzinfo=UTC)
    week = roster.plot_week(monday, "VIP & <more>")
    assert {one.get_text() for one in week.axes[0].texts} == {"1"}
    line = roster.plot_timeline(monday, monday + DAY, "VIP & <more>")
    assert [one.get_text() for one in line.axes[1].get_yticklabels()] == ["ou_1"]
    for figure in (week, line):
        assert figure.texts[0].get_text().endswith(": VIP & <more>")


def test_an_svg_of_odd_names_can_be_read(tmp_path):
    names = ["<script>alert(1)</script>", "a & b", "\x00\x1b[31m", "\ud800", "王芳", "]]>"]
    roster = Roster([agent(f"ou_{i}", [], name=name) for i, name in enumerate(names)])
    monday = datetime(2026, 6, 1, tzinfo=UTC)
    roster.plot_timeline(monday, monday + DAY, path=tmp_path / "odd.svg")
    found = ET.parse(tmp_path / "odd.svg")
    texts = {"".join(one.itertext()) for one in found.iter(f"{SVG}text")}
    assert {"<script>alert(1)</script>", "a & b", "王芳", "]]>"} < texts
    assert not list(found.iter(f"{SVG}script"))


def test_an_empty_roster():
    monday = datetime(2026, 6, 1, tzinfo=UTC)
    texts = [one.get_text() for one in Roster([]).plot_week(monday).axes[0].texts]
    assert texts == ["0"] * 168
    assert Roster([]).plot_timeline(monday, monday + DAY).axes[1].texts


@pytest.mark.long
def test_five_hundred_agents_are_the_most():
    monday = datetime(2026, 6, 1, tzinfo=UTC)
    rows = [row(9, "09:00", "18:00")]
    many = Roster([agent(f"ou_{i}", rows) for i in range(500)])
    assert len(many.plot_timeline(monday, monday + DAY).axes[1].get_yticklabels()) == 500
    too_many = Roster([*many, agent("ou_500", rows)])
    with pytest.raises(ConfigurationError, match=r"^501 agents are too many .* allowed: 500"):
        too_many.plot_timeline(monday, monday + DAY)
    too_many.plot_week(monday)
    with pytest.raises(WindowError, match=r"too long: about .* allowed: 100,000, so ask for less"):
        many.plot_timeline(monday, monday + 15 * 7 * DAY)


def test_windows_and_settings_that_cannot_be_drawn():
    roster, monday = desk("UTC"), datetime(2026, 6, 1, tzinfo=UTC)
    bad = [
        ((monday, monday), WindowError, "is empty: nothing to draw"),
        ((monday + DAY, monday), WindowError, "after its end"),
        ((datetime(2026, 6, 1), monday), NaiveDatetimeError, "no time zone"),
        (
            (datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)),
            WindowError,
            "too long",
        ),
    ]
    for window, kind, said in bad:
        with pytest.raises(kind, match=said):
            roster.plot_timeline(*window)
    with pytest.raises(WindowError, match="not all in the years"):
        roster.plot_week(datetime(9999, 12, 31, tzinfo=UTC))
    known = roster.__replace__(skills=[Skill("s1", "VIP")])
    for draw in (
        known.plot_week,
        lambda **skill: known.plot_timeline(monday, monday + DAY, **skill),
    ):
        with pytest.raises(UnknownSkillError):
            draw(skill="nothing")
    with pytest.raises(ConfigurationError, match="ends in none of these"):
        roster.plot_week(monday, path="week.jpg")


def test_matplotlib_is_not_installed(monkeypatch):
    monday = datetime(2026, 6, 1, tzinfo=UTC)
    for name in [name for name in sys.modules if name.startswith("availability.export.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delitem(sys.modules, "availability.roster.drawing", raising=False)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    said = r"^the package matplotlib is not installed: pip install 'agent-availability\[plots\]'$"
    with pytest.raises(ConfigurationError, match=said):
        desk("UTC").plot_week(monday)
    with pytest.raises(ConfigurationError, match=said):
        desk("UTC").plot_timeline(monday, monday + DAY)


def test_a_roster_that_was_drawn_is_pickled_and_compared_as_before():
    roster = Roster([agent("ou_1", ROWS["ou_day"])], fetched_at=datetime(2026, 6, 1, tzinfo=UTC))
    plain = pickle.dumps(roster)
    roster.plot_week()
    roster._repr_html_()
    roster["ou_1"].timeline._repr_html_()
    assert pickle.dumps(roster) == plain
    assert pickle.loads(plain) == roster


# Notebooks


def cells(html):
    table = ET.fromstring(html).find("table/tbody")
    return [["".join(cell.itertext()) for cell in one] for one in table]


def test_the_table_of_a_roster():
    roster = Roster(
        [
            agent("ou_1", [row(1, "00:00", "12:00"), row(7, "12:00", "24:00")], name="王芳"),
            Agent("ou_2", None, name="<script>alert('&')</script>"),
            agent("ou_3", [], NEW_YORK, unreadable_rows=2),
        ],
        fetched_at=datetime(2026, 6, 1, 2, tzinfo=UTC),
    )
    html = roster._repr_html_()
    assert "<script" not in html
    assert cells(html) == [
        ["王芳", "ou_1", "UTC", "week"],
        ["<script>alert('&')</script>", "ou_2", "", "no readable schedule"],
        ["ou_3", "ou_3", NEW_YORK, "week some rows unreadable"],
    ]
    bars = [(one.get("x"), one.get("width")) for one in ET.fromstring(html).iter(f"{SVG}rect")]
    assert bars == [("0", "20"), ("260", "20")]  # half a day of 40 each, at both ends of 280
    assert "Roster of 3 agents, fetched 2026-06-01 02:00:00+00:00" in html


def test_a_long_table_is_cut():
    html = Roster([agent(f"ou_{i}", ROWS["ou_day"]) for i in range(73)])._repr_html_()
    assert [one[1] for one in cells(html)] == [f"ou_{i}" for i in range(50)]
    said = [one.text for one in ET.fromstring(html).iterfind("div")]
    assert said == ["and 23 more", "Roster of 73 agents, fetched never"]


def test_an_empty_roster_is_a_line():
    assert re.sub("<[^>]*>", "", Roster([])._repr_html_()) == "Roster of 0 agents, fetched never"


@given(rosters())
def test_whatever_a_roster_holds_is_readable_and_private(roster):
    """Well-formed for any text, with nothing to run or to load, and no e-mail address."""
    private = [one.__replace__(email="wang.fang@example.com") for one in roster]
    for html in (
        roster.__replace__(agents=private)._repr_html_(),
        *(one.timeline._repr_html_() for one in roster if one.timeline),
    ):
        tags = {one.tag.removeprefix(SVG) for one in ET.fromstring(html).iter()}
        assert tags <= {"div", "table", "thead", "tbody", "tr", "th", "td"} | {
            *("svg", "title", "rect", "line", "text"),
        }
        assert "example.com" not in html
        html.encode()


def test_leave_is_named():
    leave = Leave("ou_1", date(2026, 6, 1), reason="a <b>")
    html = Timeline(WeeklySchedule.parse([], tz="UTC"), [leave])._repr_html_()
    assert "leave of ou_1: 2026-06-01 (a &lt;b&gt;)" in html
