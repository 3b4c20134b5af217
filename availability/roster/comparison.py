"""What would be otherwise: who gains and who loses duty from one roster to another.
Imports agent, engine.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from availability.engine.instants import MICROS, to_window, whole_seconds
from availability.engine.intervals import Interval, clipped, difference, merge
from availability.engine.value import Value
from availability.roster.agent import Agent

TYPE_CHECKING = False
if TYPE_CHECKING:
    from availability.engine.intervals import Span


class Difference(Value):
    """The duty that one agent gains and loses; ``agent`` is the later roster's, if it has one."""

    __slots__ = _fields = ("agent", "gained", "lost")

    agent: Agent
    gained: tuple[Interval, ...]
    lost: tuple[Interval, ...]

    def __init__(
        self, agent: Agent, gained: tuple[Interval, ...], lost: tuple[Interval, ...]
    ) -> None:
        self._fill(agent, gained, lost)


class Comparison(Value):
    """Whose duty differs between two rosters: iterate over it for each :class:`Difference`.

    ``unknown`` are those of whom nobody can say how they differ, or not all of it:
    what can be said of them is among the differences.
    """

    __slots__ = _fields = ("differences", "unknown")

    differences: tuple[Difference, ...]
    unknown: tuple[Agent, ...]

    def __init__(self, differences: Iterable[Difference], unknown: Iterable[Agent] = ()) -> None:
        self._fill(tuple(differences), tuple(unknown))

    def __len__(self) -> int:
        return len(self.differences)

    def __iter__(self) -> Iterator[Difference]:
        return iter(self.differences)

    @property
    def gained(self) -> timedelta:
        """The duty time that agents gain, added up."""
        return sum((one.duration for each in self for one in each.gained), timedelta())

    @property
    def lost(self) -> timedelta:
        """The duty time that agents lose, added up."""
        return sum((one.duration for each in self for one in each.lost), timedelta())


def compare(
    before: Iterable[Agent], after: Iterable[Agent], start: datetime, end: datetime
) -> Comparison:
    """Return what agents gain and lose in a window; whoever is in one only, all or nothing."""
    first, last = to_window(start, end)
    earlier, later = ({agent.id: agent for agent in agents} for agents in (before, after))
    differences, unknown = [], []
    for agent_id in {**earlier, **later}:
        was, now = earlier.get(agent_id), later.get(agent_id)
        agent = now or was
        if agent is None or (was is not None and now is not None and _is_same(was, now)):
            continue
        had, was_open = _duty(was, first, last)
        has, is_open = _duty(now, first, last)
        doubts = merge([*was_open, *is_open])
        gained, lost = (
            difference(difference(these, those), doubts)
            for these, those in ((has, had), (had, has))
        )
        if gained or lost:
            tz = "UTC" if agent.schedule is None else agent.schedule.tz
            differences.append(Difference(agent, _intervals(gained, tz), _intervals(lost, tz)))
        if was is not None and now is not None and _basis(was) == _basis(now):
            doubts = merge([*difference(was_open, is_open), *difference(is_open, was_open)])
        if doubts:
            unknown.append(agent)
    return Comparison(differences, unknown)


def _is_same(was: Agent, now: Agent) -> bool:
    """Return whether nothing that matters for duty is another, known or not."""
    return was is now or (_basis(was), _planned(was)) == (_basis(now), _planned(now))


def _basis(agent: Agent) -> tuple[object, ...]:
    """Return by what an agent's duty goes, and what of it could not be read."""
    return agent.schedule, agent.unreadable_rows, agent.diagnostics


def _planned(agent: Agent) -> list[tuple[object, ...]]:
    return [(one.kind, one.times) for one in agent.placed]


def _duty(agent: Agent | None, start: int, end: int) -> tuple[list[Span], list[Span]]:
    """Return an agent's duty in a window of UTC microseconds, and where nobody can say."""
    if agent is None:
        return [], []
    course = agent.course
    if course is None or agent.unreadable_rows:
        return [], [(start, end)]
    window = whole_seconds(start, end)
    return (
        _in_micros(course.stretches(*window), start, end),
        _in_micros(course.doubts(*window), start, end),
    )


def _in_micros(spans: Iterable[Span], start: int, end: int) -> list[Span]:
    """Return spans of seconds in microseconds, clipped to a window."""
    return clipped(((begin * MICROS, until * MICROS) for begin, until in spans), start, end)


def _intervals(spans: Sequence[Span], tz: str) -> tuple[Interval, ...]:
    return tuple(Interval(start, end, tz) for start, end in spans)
