"""How time and memory grow with the number of agents, and of distinct patterns among them.

Run it as ``python benchmarks/growth.py`` in an environment with the extra ``bench``;
it draws ``growth.svg`` and puts its table into ``results.md``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from random import Random
from statistics import median

from desks import agents, of_patterns
from measure import contestant, no_garbage_collection, race, taken
from memory import kept
from picture import GROWTH, draw
from report import GROWTH_HEADING, put, table
from targets import duration, number
from workload import SEED, instants

from availability import Agent, Roster

#: Its desks are its own, so that nothing of them is ready when memory is measured.
SEED_OF_GROWTH = SEED + 3
SIZES = (100, 1_000, 10_000, 100_000, 1_000_000)
PATTERNS = (1, 10, 100, 1_000, 10_000)
AGENTS = 100_000
SHARED = 100_000  # more agents share so many schedules, or making them would take minutes
HEAD = ("agents", "patterns", "on_duty", "count_on_duty", "making the index", "index", "an agent")


@dataclass(frozen=True, slots=True)
class Point:
    """What one desk costs: nanoseconds, and bytes of the index."""

    agents: int
    patterns: int
    on_duty: float
    count_on_duty: float
    making: float
    memory: int

    @property
    def row(self) -> tuple[str, ...]:
        """The row of the table."""
        times = map(duration, (self.on_duty, self.count_on_duty, self.making))
        memory = f"{self.memory:,} bytes", f"{number(self.memory / self.agents)} bytes"
        return f"{self.agents:,}", f"{self.patterns:,}", *times, *memory


def by_agents() -> Iterator[Point]:
    """Yield desks of the workload's mix, larger and larger."""
    for size in SIZES:
        shared = SHARED if size > SHARED else None
        yield measured(agents(size, SEED_OF_GROWTH + size, shared=shared))


def by_patterns() -> Iterator[Point]:
    """Yield desks of one size, with more and more patterns among their agents."""
    for patterns in PATTERNS:
        yield measured(of_patterns(AGENTS, patterns, SEED_OF_GROWTH + patterns))


def measured(desk: Sequence[Agent]) -> Point:
    """Return what a desk costs: memory first, while nothing is ready."""
    memory, _ = kept(desk)
    roster, at = Roster(desk), instants(50, Random(SEED_OF_GROWTH))
    asks = {"on_duty": roster.on_duty, "count_on_duty": roster.count_on_duty}
    field = [contestant(name, [(ask, at)]) for name, ask in asks.items()]
    times = {name: median(found) for name, found in race(field, 5).items()}
    patterns = len({agent.schedule for agent in desk})
    return Point(len(desk), patterns, **times, making=_making(desk), memory=memory)


def _making(desk: Sequence[Agent]) -> float:
    """Return what the first answers of a new roster take, in nanoseconds."""
    (at,) = instants(1, Random(SEED_OF_GROWTH))
    with no_garbage_collection():
        return median(taken(partial(_first_answers, Roster(desk), at)) for _ in range(3))


def _first_answers(roster: Roster, at: datetime) -> None:
    roster.on_duty(at)
    roster.count_on_duty(at)


def section() -> str:
    """Measure, draw the picture, and return what the results say of it."""
    sizes, patterns = list(by_agents()), list(by_patterns())
    draw(sizes, patterns)
    shown = table(HEAD, [point.row for point in (*sizes, *patterns)])
    return f"{GROWTH_HEADING}\n\n{shown}\n\n![The same as a picture]({GROWTH.name})\n"


if __name__ == "__main__":
    found = section()
    print(found)
    put(found)
