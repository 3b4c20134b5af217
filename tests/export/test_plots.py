"""What matplotlib drew, read back from its artists and files, and what it leaves behind."""

from __future__ import annotations

import gc
import subprocess
import sys
import threading
import weakref
from datetime import datetime, timezone
from itertools import pairwise
from xml.etree import ElementTree as ET

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from availability import ConfigurationError, StepFunction
from availability.export import canvas, fonts
from availability.export.fonts import OWN, Glyphs
from availability.export.plots import MOST_OUTLINED, NOBODY, Cell, Row, draw_timeline, draw_week

SVG = "{http://www.w3.org/2000/svg}"
HOUR = 3600
MICROS = 1_000_000
MONDAY = int(datetime(2026, 6, 1, tzinfo=timezone.utc).timestamp())
HOURS = ["00", "01", "01\nagain", "02"]
DAYS = [
    ("Sat", {"00": Cell(0, has_more=False), "01": Cell(3, has_more=True), "02": Cell(12, False)}),
    ("Sun", {"00": Cell(7, False), "01\nagain": Cell(5, False, starts=0.5, hours=0.5)}),
]
PNG = b"\x89PNG\r\n"


@pytest.fixture
def no_chinese(monkeypatch):
    """Only matplotlib's own font, whatever the machine has."""
    monkeypatch.setattr(fonts, "CHINESE", ())


def count(*numbers, hours=24, start=MONDAY):
    """A headcount of equal steps."""
    edges = np.linspace(start, start + hours * HOUR, len(numbers) + 1).astype(np.int64) * MICROS
    return StepFunction(edges, np.array(numbers, dtype=np.int64), "UTC")


def timeline(*rows, headcount=None, title="title", path=None):
    return draw_timeline(rows, headcount or count(1, 0, 2), title, path)


def texts(path):
    return ["".join(one.itertext()) for one in ET.parse(path).iter(f"{SVG}text")]


def labels(figure):
    return [one.get_text() for one in figure.axes[-1].get_yticklabels()]


def extents(collection):
    """From where to where its bars reach on the axis of time."""
    paths = [path.vertices[:, 0] for path in collection.get_paths()]
    return [(xs.min(), xs.max()) for xs in paths]


def test_each_cell_is_in_its_place():
    (axes,) = draw_week(DAYS, HOURS, "title").axes
    written = {one.get_position(): one.get_text() for one in axes.texts}
    assert written == {
        (0.5, 0.5): "0",
        (1.5, 0.5): "3+",
        (3.5, 0.5): "12",
        (0.5, 1.5): "7",
        (2.75, 1.5): "5",
    }
    hatched = [one.get_xy() for one in axes.patches if one.get_hatch()]
    assert hatched == [(2, 0), (1, 1), (2, 1), (3, 1)]
    widths = {one.get_xy(): one.get_width() for one in axes.patches if not one.get_hatch()}
    assert widths == {(0, 0): 1, (1, 0): 1, (3, 0): 1, (0, 1): 1, (2.5, 1): 0.5}


@pytest.mark.parametrize("most", [1, 2, 12, 1000])
def test_texts_stand_out_from_their_cells(most):
    """By WCAG's contrast: 4.5 and more is readable."""
    hours = [str(number) for number in range(most + 1)][:60]
    cells = {hour: Cell(round(int(hour) * most / max(1, len(hours) - 1)), False) for hour in hours}
    (axes,) = draw_week([("Mon", cells)], hours, "title").axes
    for patch, text in zip(axes.patches, axes.texts, strict=True):
        one, other = sorted(map(luminance, (patch.get_facecolor(), text.get_color())))
        assert (other + 0.05) / (one + 0.05) >= 4.5


def luminance(colour):
    linear = [
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4
        for part in mpl.colors.to_rgb(colour)
    ]
    return linear @ np.array([0.2126, 0.7152, 0.0722])


def test_bars_curve_and_gaps():
    rows = [
        Row(
            "ou_1",
            "one",
            [(MONDAY + HOUR, MONDAY + 3 * HOUR), (MONDAY + 9 * HOUR, MONDAY + 10 * HOUR)],
        ),
        Row("ou_2", "two", [], doubtful=[(MONDAY, MONDAY + 24 * HOUR)]),
        Row("ou_3", None, []),
    ]
    figure = timeline(*rows, headcount=count(1, 0, 2, 0))
    curve, bars = figure.axes
    gaps = [(6 * HOUR, 12 * HOUR), (18 * HOUR, 24 * HOUR)]
    shaded = mpl.colors.to_rgba(NOBODY)
    for axes in figure.axes:
        (found,) = [one for one in axes.collections if tuple(one.get_facecolor()[0]) == shaded]
        assert extents(found) == gaps
        assert axes.get_xlim() == (0, 24 * HOUR)
    one, two = (each for each in bars.collections if tuple(each.get_facecolor()[0]) != shaded)
    assert extents(one) == [(HOUR, 3 * HOUR), (9 * HOUR, 10 * HOUR)]
    assert extents(two) == [(0, 24 * HOUR)]
    assert two.get_hatch()
    heights = [each.get_paths()[0].vertices[:, 1].mean() for each in (one, two)]
    assert [round(height) for height in heights] == [0, 1]
    assert bars.get_ylim() == (2.5, -0.5)
    assert labels(figure) == ["one", "two", "ou_3"]
    values, edges, _ = curve.patches[0].get_data()
    assert values.tolist() == [1, 0, 2, 0]
    assert edges.tolist() == [0, 6 * HOUR, 12 * HOUR, 18 * HOUR, 24 * HOUR]
    explained = [one.get_text() for one in figure.legends[0].get_texts()]
    assert explained == ["nobody on duty", "nobody can say"]


def test_nobody_at_all():
    figure = timeline(headcount=count(0))
    assert [one.get_text() for one in figure.axes[1].texts] == ["no agents"]
    assert extents(figure.axes[0].collections[0]) == [(0, 24 * HOUR)]


def test_nothing_to_explain():
    assert timeline(Row("ou_1", "one", []), headcount=count(1)).legends == []


def test_marks_of_time_are_below_the_bars_and_above_many():
    few, many = (timeline(*[Row(f"ou_{i}", None, []) for i in range(n)]) for n in (30, 31))
    written = [
        "Mon 06-01",
        "03:00",
        "06:00",
        "09:00",
        "12:00",
        "15:00",
        "18:00",
        "21:00",
        "Tue 06-02",
    ]
    for figure, on_top in ((few, False), (many, True)):
        below, above = (
            [one.get_text() for one in axes.get_xticklabels()] for axes in figure.axes[::-1]
        )
        assert below == written
        assert above == (written if on_top else [""] * len(written))


@pytest.mark.parametrize("number", [1, 5, 100])
def test_rows_have_room(number):
    """No label is taller than its row, none reaches beyond the picture or into the bars."""
    names = ["a name that goes on and on and on", "W" * 40, "x", "Ünïcödé"]
    figure = timeline(*[Row(f"ou_{i}", names[i % 4] + f" {i}", []) for i in range(number)])
    renderer = FigureCanvasAgg(figure).get_renderer()
    boxes = [one.get_window_extent(renderer) for one in figure.axes[1].get_yticklabels()]
    assert len(boxes) == number
    assert all(lower.y1 <= upper.y0 + 1 for upper, lower in pairwise(boxes))
    assert min(box.x0 for box in boxes) > 0
    assert max(box.x1 for box in boxes) < figure.axes[1].get_window_extent().x0


def test_a_dense_curve_has_no_outline():
    dense = count(*[1, 2] * MOST_OUTLINED, hours=2 * MOST_OUTLINED)
    assert len(timeline(headcount=dense).axes[0].patches) == 1
    assert len(timeline(headcount=count(1, 2)).axes[0].patches) == 2


# Names


def test_names_from_outside(tmp_path):
    rows = [
        Row("ou_1", "<script>alert(1)</script>", []),
        Row("ou_2", "a $x^2$ & \\frac{1}", []),
        Row("ou_3", "two\nlines\x00\x1b[31m \ud800", []),
        Row("ou_4", "", []),
    ]
    path = tmp_path / "names.svg"
    figure = timeline(*rows, title="<b> & $1$ \x00".replace("\x00", ""), path=path)
    assert labels(figure)[:2] == ["<script>alert(1)</script>", "a $x^2$ & \\frac{1}"]
    assert labels(figure)[2:] == [
        "two lines\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}[31m \N{REPLACEMENT CHARACTER}",
        "ou_4",
    ]
    found = texts(path)
    assert set(labels(figure)) < set(found)
    assert "<b> & $1$ " in found
    assert not list(ET.parse(path).iter(f"{SVG}script"))


def test_a_name_that_two_share_and_a_long_one():
    rows = [
        Row("ou_aaaa1111", "same", []),
        Row("ou_bbbb2222", "same", []),
        Row("ou_3", "x" * 99, []),
    ]
    assert labels(timeline(*rows)) == ["same (1111)", "same (2222)", "x" * 27 + "…"]


def test_without_a_font_the_id_stands_for_a_name(no_chinese, caplog, tmp_path):
    """A warning of matplotlib's would be an error here."""
    rows = [Row("ou_1", "王芳", []), Row("ou_2", "Ann", []), Row("ou_3", "李娜", [])]
    figure = timeline(*rows, title="技能", path=tmp_path / "ids.png")
    assert labels(figure) == ["ou_1", "Ann", "ou_3"]
    assert figure.texts[0].get_text() == "??"
    (said,) = caplog.messages
    assert said.startswith("no font has the characters of 2 agents' names")
    assert (tmp_path / "ids.png").read_bytes().startswith(PNG)


def test_an_svg_keeps_names_for_the_fonts_of_its_viewer(no_chinese, caplog, tmp_path):
    path = tmp_path / "names.svg"
    timeline(Row("ou_1", "王芳", []), title="技能", path=path)
    assert {"王芳", "技能"} < set(texts(path))
    assert caplog.messages == []


def test_an_installed_font_is_taken(monkeypatch, tmp_path):
    """STIXGeneral comes with matplotlib, and has what its other font lacks."""
    monkeypatch.setattr(fonts, "CHINESE", ("Not Installed", "STIXGeneral", "STIXSizeOneSym"))
    assert fonts.families() == [OWN, "STIXGeneral"]
    both, own = Glyphs([OWN, "STIXGeneral"]), Glyphs([OWN])
    char = next(
        chr(code)
        for code in range(0xA0, 0xFFFF)
        if both.can_draw(chr(code)) and not own.can_draw(chr(code))
    )
    figure = timeline(Row("ou_1", char, []), path=tmp_path / "stix.png")
    assert labels(figure) == [char]


# Files


@pytest.mark.parametrize("draw", [timeline, lambda path: draw_week(DAYS, HOURS, "title", path)])
@pytest.mark.parametrize("suffix", [".svg", ".png", ".PNG"])
def test_equal_pictures_are_equal_files(draw, suffix, tmp_path):
    one, other = (tmp_path / f"{name}{suffix}" for name in "ab")
    draw(path=one)
    with mpl.rc_context({"axes.facecolor": "black", "text.color": "red", "font.size": 30}):
        figure = draw(path=str(other))
        assert isinstance(figure, mpl.figure.Figure)
    assert one.read_bytes() == other.read_bytes()
    if suffix == ".svg":
        assert b"<dc:date>" not in one.read_bytes()
    else:
        assert one.read_bytes().startswith(PNG)
        assert b"matplotlib" not in one.read_bytes()


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("week.pdf", r"path: 'week.pdf' ends in none of these: \.png, \.svg$"),
        ("week", "ends in none of these"),
        ("png", "ends in none of these"),
        ("", "ends in none of these"),
        ("no/such/folder/week.png", r"^path: no/such/folder/week.png: No such file or directory$"),
        ("folder.svg", r"^path: folder.svg: Is a directory$"),
        ("a\x00b.png", "null byte|null character"),
        (7, "path: int 7 is no path"),
        (b"week.png", "path: bytes b'week.png' is no path"),
    ],
)
def test_paths_that_cannot_be_written(path, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder.svg").mkdir()
    for draw in (timeline, lambda path: draw_week(DAYS, HOURS, "title", path)):
        with pytest.raises(ConfigurationError, match=said) as error:
            draw(path=path)
        assert "\n" not in str(error.value)
    assert [one.name for one in tmp_path.iterdir()] == ["folder.svg"]


# What is left behind


def test_settings_are_given_back():
    before = dict(mpl.rcParams)

    def draw():
        for _ in range(3):
            timeline(Row("ou_1", "one", []))

    threads = [threading.Thread(target=draw) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert dict(mpl.rcParams) == before
    assert not canvas.DRAWING.locked()


def test_an_error_gives_them_back_too(tmp_path):
    before = dict(mpl.rcParams)
    with pytest.raises(ConfigurationError):
        timeline(path=tmp_path / "no" / "week.png")
    assert dict(mpl.rcParams) == before
    assert not canvas.DRAWING.locked()


def test_a_figure_goes_when_its_owner_lets_go(tmp_path):
    kept = [
        weakref.ref(timeline(Row("ou_1", "one", []), path=tmp_path / "a.png")),
        weakref.ref(draw_week(DAYS, HOURS, "title", tmp_path / "a.svg")),
    ]
    gc.collect()
    assert [one() for one in kept] == [None, None]


def test_pyplot_is_not_imported(tmp_path):
    script = """
import sys
from datetime import datetime, timedelta, timezone
from availability import Agent, Roster, WeeklySchedule
rows = [{"weekday": 9, "start_time": "09:00", "end_time": "18:00"}]
roster = Roster([Agent("ou_1", WeeklySchedule.parse(rows, tz="UTC"))])
at = datetime(2026, 6, 1, tzinfo=timezone.utc)
roster.plot_week(at, path=sys.argv[1])
roster.plot_timeline(at, at + timedelta(days=1), path=sys.argv[2])
print("matplotlib" in sys.modules, "matplotlib.pyplot" in sys.modules)
"""
    command = [sys.executable, "-c", script, tmp_path / "a.png", tmp_path / "a.svg"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == "True False\n"
