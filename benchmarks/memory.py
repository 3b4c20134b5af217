"""What a roster keeps in memory beyond its agents, as Python's own tracer counts it."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from desks import agents, of_patterns
from setting import Question, Setting
from targets import Line, absolute
from workload import FIRST, SEED

from availability import Agent, Roster

#: Not the seeds of the desks that are timed: what those made must not be found ready.
SEED_OF_SIZES, SEED_OF_ONE_PATTERN = SEED + 1, SEED + 2


def kept(desk: Sequence[Agent]) -> tuple[int, int]:
    """Return the bytes that the first answers leave behind (the index), and those of the roster.

    The roster's are its own and the index; the agents were there before.
    """
    gc.collect()
    gc.freeze()  # or each collection would look at all agents
    tracemalloc.start()
    try:
        roster = Roster(desk)
        before = _traced()
        roster.on_duty(FIRST)
        roster.on_duty(FIRST, order="roster")
        roster.count_on_duty(FIRST)
        return _traced() - before, _traced()
    finally:
        tracemalloc.stop()
        gc.unfreeze()


def _traced() -> int:
    gc.collect()
    return tracemalloc.get_traced_memory()[0]


def an_agent(name: str, desk: Callable[[], Sequence[Agent]], _: Setting) -> Iterator[Line]:
    """Measure the bytes for each agent: the index has a target, the whole roster is reported."""
    made = desk()
    index, whole = (size / len(made) for size in kept(made))
    shown = f"{index:.1f} bytes an agent; {whole:.1f} with the rest of the roster"
    yield absolute(name, index, shown, 70, "bytes an agent")


def _question(name: str, desk: Callable[[], Sequence[Agent]]) -> Question:
    return name, partial(an_agent, name, desk)


LARGEST = "memory of 100 k"
QUESTIONS: Sequence[Question] = (
    _question("memory of 10 k", partial(agents, 10_000, SEED_OF_SIZES)),
    _question(LARGEST, partial(agents, 100_000, SEED_OF_SIZES)),
    _question("memory of 1 k, one pattern", partial(of_patterns, 1_000, 1, SEED_OF_ONE_PATTERN)),
)
#: What a quick run leaves out.
THOROUGH_ONLY = (LARGEST,)
