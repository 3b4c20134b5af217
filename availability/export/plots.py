"""Pictures by matplotlib: a week as a heat map, agents as bars. Imports canvas, engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from os import PathLike
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle

from availability.engine.instants import MICROS
from availability.engine.intervals import Span
from availability.engine.steps import StepFunction
from availability.engine.ticks import ticks
from availability.engine.zones import zone_of
from availability.export.canvas import GRID, axes_at, canvas, text_at

#: Of an inch.
POINTS = 72
#: Inches.
WIDTH = 10.0
HEAD = 0.55
FOOT = 0.45
LINE = 0.15
CELL = 0.37
CURVE = 1.2
#: Told apart in grey, too.
BAR = "#3b82d0"
PALE, DARK = (222, 235, 247), (8, 64, 129)
NOBODY = "#f6d5cf"
NOBODY_TEXT = "#8c1d0f"
DOUBT = "#9a9a9a"
HATCH = "//////"
#: A curve with more steps has no outline, which would hide what is under it.
MOST_OUTLINED = 500
#: More rows stand closer, and have the marks of time above them, too.
MANY_ROWS = 30
MOST_TICKS = 8


@dataclass(frozen=True)
class Cell:
    """An hour: the least headcount in it, and whether there are more at times.

    ``starts`` and ``hours`` are parts of an hour: where clocks skip or repeat some of it,
    the rest is left out.
    """

    least: int
    has_more: bool
    starts: float = 0.0
    hours: float = 1.0


@dataclass(frozen=True)
class Row:
    """A row of bars: an id, a name, and spans of UTC seconds.

    In ``doubtful`` nobody can say whether there is a bar.
    """

    id: str
    name: str | None
    spans: Sequence[Span]
    doubtful: Sequence[Span] = ()


def draw_week(
    days: Sequence[tuple[str, Mapping[str, Cell]]],
    hours: Sequence[str],
    title: str,
    path: str | PathLike[str] | None = None,
    *,
    unknown: int = 0,
) -> Figure:
    """Return the heat map of a week: a row for each day, a column for each of ``hours``.

    Where a day lacks an hour, or a part of it, the place is hatched. ``unknown`` is of how
    many at most nobody can say.
    """
    with canvas(path) as sheet:
        left, wide, high = 1.0, len(hours) * CELL, len(days) * CELL
        foot = FOOT + 0.1 + LINE * any("\n" in hour for hour in hours)
        figure = Figure((left + wide + 0.2, HEAD + high + foot), facecolor="white")
        axes = axes_at(figure, (left, foot, wide, high))
        most = max((one.least for _, cells in days for one in cells.values()), default=0)
        for y, (_, cells) in enumerate(days):
            for x, hour in enumerate(hours):
                _draw_cell(axes, x, y, cells.get(hour), most)
        axes.set(xlim=(0, len(hours)), ylim=(len(days), 0))
        axes.set_xticks([x + 0.5 for x in range(len(hours))], hours)
        axes.set_yticks([y + 0.5 for y in range(len(days))], [day for day, _ in days])
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
        text_at(figure, 0.15, -0.28, sheet.shown(title), 11)
        said = "agents on duty throughout the hour; + more for a part of it"
        if unknown:
            said += f"; of up to {unknown} at once nobody can say: they do not count"
        text_at(figure, left, 0.17, said, 8)
        sheet.write(figure)
    return figure


def draw_timeline(
    rows: Sequence[Row],
    headcount: StepFunction,
    title: str,
    path: str | PathLike[str] | None = None,
) -> Figure:
    """Return a row of bars for each agent under the curve of the headcount.

    Where that is 0, both are shaded. On the axis of time are seconds since the start.
    """
    with canvas(path) as sheet:
        labels = sheet.labels((row.id, row.name) for row in rows)
        is_long = len(rows) > MANY_ROWS
        row, gap, size = (0.17, 0.3, 8) if is_long else (0.26, 0.15, 9)
        left = 0.3 + size / POINTS * max([4.0, *map(sheet.width, labels)])
        high, wide = max(1, len(rows)) * row, WIDTH - 0.5
        figure = Figure((left + WIDTH, HEAD + CURVE + gap + high + FOOT), facecolor="white")
        curve = axes_at(figure, (left, FOOT + high + gap, wide, CURVE))
        bars = axes_at(figure, (left, FOOT, wide, high))
        _draw_curve(curve, headcount)
        _draw_bars(bars, rows, int(headcount.micros[0]))
        _label_rows(bars, labels, size)
        _draw_time([curve, bars], headcount, labelled=[curve, bars] if is_long else [bars])
        text_at(figure, 0.15, -0.28, sheet.shown(title), 11)
        has_doubts = any(one.doubtful for one in rows)
        _explain(figure, has_gaps=bool(headcount.below(1)), has_doubts=has_doubts)
        sheet.write(figure)
    return figure


def _draw_cell(axes: Axes, x: int, y: int, cell: Cell | None, most: int) -> None:
    if cell is None or cell.hours < 1:
        _draw_patch(axes, (x, y), 1, facecolor="white", edgecolor=GRID, hatch="////", linewidth=0)
    if cell is None:
        return
    colour, ink = _shade(cell.least, most)
    left = x + cell.starts
    _draw_patch(axes, (left, y), cell.hours, facecolor=colour, edgecolor="white", linewidth=1)
    shown = f"{cell.least}{'+' * cell.has_more}"
    size = 8 if len(shown) < 5 else 6
    axes.text(
        left + cell.hours / 2, y + 0.5, shown, color=ink, fontsize=size, ha="center", va="center"
    )


def _draw_patch(axes: Axes, corner: tuple[float, float], width: float, **style: Any) -> None:
    axes.add_patch(Rectangle(corner, width, 1, **style))


def _shade(count: int, most: int) -> tuple[str, str]:
    """Return the colour of a headcount, from pale to dark, and that of the text upon it."""
    if not count:
        return NOBODY, NOBODY_TEXT
    part = (count / most) ** 1.4  # so that most texts are dark on pale
    # A text has a contrast of 4.5 to 1, which WCAG asks for
    mixed = [round(a + (b - a) * part) for a, b in zip(PALE, DARK, strict=True)]
    return "#{:02x}{:02x}{:02x}".format(*mixed), "black" if part < 0.68 else "white"


def _draw_curve(axes: Axes, headcount: StepFunction) -> None:
    start, most = int(headcount.micros[0]), int(headcount.max())
    edges = (headcount.micros - start) / MICROS
    is_dense = len(headcount) > MOST_OUTLINED
    alpha = 0.7 if is_dense else 0.35
    axes.stairs(headcount.counts, edges, fill=True, color=BAR, alpha=alpha, linewidth=0)
    if not is_dense:
        axes.stairs(headcount.counts, edges, color=BAR, linewidth=1.2)
    axes.set_yticks(range(0, most + 1, max(1, -(-most // 4))))
    axes.set_ylim(0, max(1, most) * 1.08)
    axes.set_ylabel("on duty")


def _draw_bars(axes: Axes, rows: Sequence[Row], start: int) -> None:
    for y, row in enumerate(rows):
        _draw_spans(axes, y, row.doubtful, start, facecolor="white", edgecolor=DOUBT, hatch=HATCH)
        _draw_spans(axes, y, row.spans, start, facecolor=BAR, linewidth=0)
    if not rows:
        axes.text(0.5, 0.5, "no agents", transform=axes.transAxes, ha="center", va="center")


def _draw_spans(axes: Axes, y: int, spans: Sequence[Span], start: int, **style: Any) -> None:
    if spans:
        bars = [(begin - start / MICROS, until - begin) for begin, until in spans]
        axes.broken_barh(bars, (y - 0.36, 0.72), zorder=2, **style)


def _label_rows(axes: Axes, labels: Sequence[str], size: float) -> None:
    axes.set_ylim(max(1, len(labels)) - 0.5, -0.5)
    axes.set_yticks(range(len(labels)), labels, fontsize=size)
    axes.grid(axis="y", color=GRID, linewidth=0.4)


def _draw_time(all_axes: Sequence[Axes], headcount: StepFunction, labelled: Sequence[Axes]) -> None:
    start, end = int(headcount.micros[0]), int(headcount.micros[-1])
    marks = ticks(zone_of(headcount.tz), -(-start // MICROS), end // MICROS, MOST_TICKS)
    places = [second - start / MICROS for second, _ in marks]
    for axes in all_axes:
        axes.set_xlim(0, (end - start) / MICROS)
        axes.set_xticks(places, [label * (axes in labelled) for _, label in marks])
        axes.tick_params(length=0)
        axes.grid(axis="x", color=GRID, linewidth=0.7)
        axes.set_axisbelow(True)
        axes.spines[["top", "right"]].set_visible(False)
        _shade_gaps(axes, headcount)


def _shade_gaps(axes: Axes, headcount: StepFunction) -> None:
    start = int(headcount.micros[0])
    gaps = [
        ((gap.start_micros - start) / MICROS, (gap.end_micros - gap.start_micros) / MICROS)
        for gap in headcount.below(1)
    ]
    if gaps:
        whole = axes.get_xaxis_transform()
        axes.broken_barh(gaps, (0, 1), transform=whole, facecolor=NOBODY, linewidth=0, zorder=0.4)


def _explain(figure: Figure, *, has_gaps: bool, has_doubts: bool) -> None:
    handles = []
    if has_gaps:
        handles.append(Patch(facecolor=NOBODY, label="nobody on duty"))
    if has_doubts:
        doubt = Patch(facecolor="white", edgecolor=DOUBT, hatch=HATCH, label="nobody can say")
        handles.append(doubt)
    if handles:
        width, height = figure.get_size_inches()
        figure.legend(
            handles=handles,
            loc="upper right",
            bbox_to_anchor=(1 - 0.2 / width, 1 - 0.1 / height),
            ncols=2,
            frameon=False,
            fontsize=8,
        )
