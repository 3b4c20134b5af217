"""The picture of growth: time above, memory below, each against agents and patterns."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

if TYPE_CHECKING:
    from growth import Point

GROWTH = Path(__file__).with_name("growth.svg")
#: What is drawn of a point, its colour (told apart by colour-blind readers too), and its words.
TIMES = (
    ("making", "#0072b2", "making the index, once"),
    ("on_duty", "#d55e00", "on_duty: the agents"),
    ("count_on_duty", "#009e73", "count_on_duty: how many"),
)
STYLE = {"svg.fonttype": "none", "svg.hashsalt": "growth", "font.size": 9}


def draw(sizes: Sequence[Point], patterns: Sequence[Point]) -> None:
    """Draw both series and write the picture; equal points give an equal file."""
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(8, 5.5), layout="constrained", facecolor="white")
        (times, more_times), (memory, more_memory) = figure.subplots(
            2, 2, sharex="col", sharey="row"
        )
        _draw_times(times, sizes, "agents")
        _draw_times(more_times, patterns, "patterns")
        _draw_memory(memory, sizes, "agents")
        _draw_memory(more_memory, patterns, "patterns")
        _draw_proportion(times, [point.agents for point in sizes], sizes[-1].making / 1e9)
        memory.set_xlabel("agents on the roster, a fifth with a pattern of their own")
        more_memory.set_xlabel(f"distinct patterns among {patterns[0].agents:,} agents")
        times.set_ylabel("seconds")
        times.legend(frameon=False, fontsize=8)
        memory.set_ylabel("bytes of the index")
        figure.savefig(GROWTH, metadata={"Date": None})


def _draw_times(axes: Axes, points: Sequence[Point], against: str) -> None:
    for name, colour, words in TIMES:
        _line(
            axes,
            points,
            against,
            [getattr(one, name) / 1e9 for one in points],
            colour=colour,
            words=words,
        )


def _draw_proportion(axes: Axes, sizes: Sequence[int], last: float) -> None:
    """Draw, through the last point, what grows as the number of agents does."""
    values = [last * size / sizes[-1] for size in sizes]
    axes.plot(sizes, values, ":", color="#888888", label="in proportion to the agents", zorder=1)


def _draw_memory(axes: Axes, points: Sequence[Point], against: str) -> None:
    _line(
        axes, points, against, [one.memory for one in points], colour="#cc79a7", words="the index"
    )


def _line(
    axes: Axes,
    points: Sequence[Point],
    against: str,
    values: Sequence[float],
    *,
    colour: str,
    words: str,
) -> None:
    axes.loglog([getattr(one, against) for one in points], values, "o-", color=colour, label=words)
    axes.minorticks_off()
    axes.grid(visible=True, color="#dddddd", linewidth=0.6)
    axes.set_axisbelow(True)
