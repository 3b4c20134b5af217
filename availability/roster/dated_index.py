"""Who is on duty among agents whose duty goes by dates. Imports agent, engine.

Each course is asked on its own. Somebody who asks about one time after another
is answered from memory until the first course may say something else.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain, compress

from availability.engine.dated import DatedCourse
from availability.roster.agent import Agent

#: Who asks again within so many seconds is likely to go on.
NEAR = 3600
#: Later than any second there is.
NEVER = 1 << 62


class DatedIndex:
    """Agents by their dated courses, ready for any instant."""

    __slots__ = ("_agents", "_courses", "_kept")

    def __init__(self, groups: Mapping[DatedCourse, list[Agent]]) -> None:
        self._courses = list(groups)
        self._agents = list(groups.values())
        #: From and to which second which courses are on, and who: a memo, replaced whole.
        self._kept: tuple[int, int, bytes, list[Agent]] = (-NEVER, -NEVER, b"", [])

    def on(self, second: int) -> list[Agent]:
        """Return the agents that are surely on at a UTC second; not to be changed."""
        return self._at(second)[3]

    def flags(self, second: int) -> bytes:
        """Return 1 for each course that is surely on at a UTC second, 0 for each other."""
        return self._at(second)[2]

    def _at(self, second: int) -> tuple[int, int, bytes, list[Agent]]:
        kept = self._kept
        if kept[0] <= second < kept[1]:
            return kept
        flags = bytes([course.is_surely_on(second) for course in self._courses])
        agents = list(chain.from_iterable(compress(self._agents, flags)))
        is_near = abs(second - kept[0]) < NEAR
        until = self._holds_until(second) if is_near else second + 1
        kept = self._kept = second, until, flags, agents
        return kept

    def _holds_until(self, second: int) -> int:
        ends = [course.holds_until(second) for course in self._courses]
        return min((end for end in ends if end is not None), default=NEVER)
