"""A week of each agent as a bar for a terminal. Imports heat, engine, roster."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

import numpy as np
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from availability.cli.heat import labels_of
from availability.roster.agent import Agent
from availability.roster.roster import Roster
from availability.roster.team import Team
from availability.roster.week import Week

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    from availability.engine.grid import Integers

    #: The places of the hours of a week that a character stands for.
    Cell: TypeAlias = list[int]

FULL, PART, NONE, UNSURE = "█", "▒", "·", "?"
STYLES = {FULL: "green", PART: "green", NONE: "dim", UNSURE: "yellow"}
LEGEND = (
    f"Three hours a character: {FULL} on duty, {PART} in part, {NONE} off duty, "
    f"{UNSURE} nobody can say."
)
#: How wide the names of agents are at most.
WIDEST = 24
HOURS = 3
CELLS = 24 // HOURS


def print_bars(out: Console, week: Week, roster: Roster) -> None:
    """Print a line for each agent: who, cut to the room there is, and a bar over the days."""
    days = _cells(week)
    room = out.width - sum(len(cells) + 1 for cells in days)
    width = min(room, WIDEST, max(cell_len(agent.label) for agent in roster))
    head = "".join(f" {labels_of(day.day)[1]:{CELLS}}" for day in week.days)
    out.print(Text(" " * width + head.rstrip(), style="bold"))
    for agent, bar in _bars(week, days, roster):
        line = Text(agent.label)
        line.truncate(width, overflow="ellipsis", pad=True)
        out.print(line.append_text(bar))
    out.print(LEGEND)


def _cells(week: Week) -> list[list[Cell]]:
    """Return the cells of each day; one that has no hour stays empty."""
    found, place = [], 0
    for day in week.days:
        cells: list[Cell] = [[] for _ in range(CELLS)]
        for one in day.hours:
            cells[one.clock_hour.hour // HOURS].append(place)
            place += 1
        found.append(cells)
    return found


def _bars(
    week: Week, days: Sequence[Sequence[Cell]], agents: Iterable[Agent]
) -> Iterator[tuple[Agent, Text]]:
    """Yield each agent with the bar; those who are on duty at the same times share one."""
    hours = [one.clock_hour.interval for day in week.days for one in day.hours]
    edges = np.array([hours[0].start_micros, *(one.end_micros for one in hours)], dtype=np.int64)
    met: dict[tuple[object, ...], Text] = {}
    for agent in agents:
        alike = agent.course, agent.timeline is None, bool(agent.unreadable_rows)
        if alike not in met:
            met[alike] = _bar(_chars(Team([agent]), edges), days)
        yield agent, met[alike]


def _bar(hours: Sequence[str], days: Sequence[Sequence[Cell]]) -> Text:
    bar = Text()
    for cells in days:
        bar.append(" ")
        said = (_said({hours[place] for place in cell}) for cell in cells)
        for char, alike in groupby(said):
            bar.append("".join(alike), STYLES.get(char, ""))
    return bar


def _said(hours: set[str]) -> str:
    """Return the character of some hours together."""
    if len(hours) <= 1:
        return next(iter(hours), " ")
    return UNSURE if UNSURE in hours else PART


def _chars(team: Team, edges: Integers) -> Sequence[str]:
    """Return what is said of each hour between edges of one agent's team."""
    window = int(edges[0]), int(edges[-1]), "UTC"
    surely, unknown = team.headcount(*window), team.unknown(*window)
    all_of_it = surely.over(edges, "min").counts.astype(bool)
    some_of_it = surely.over(edges, "max").counts.astype(bool)
    doubt = unknown.over(edges, "max").counts.astype(bool)
    chars: list[str] = np.select(
        [all_of_it, doubt, some_of_it], [FULL, UNSURE, PART], NONE
    ).tolist()
    return chars
