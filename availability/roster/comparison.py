"""What would be otherwise: who gains and who loses duty from one roster to another.
Imports agent, engine, errors.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from availability.engine.instants import to_window
from availability.engine.intervals import Interval, difference
from availability.engine.value import Value
from availability.errors import CalendarUnknownError
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

    ``unknown`` are those who differ, and of whom nobody can say how.
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
        spans = [[] if one is None else _duty(one, first, last) for one in (was, now)]
        had, has = spans
        if had is None or has is None:
            unknown.append(agent)
        elif had != has:
            tz = "UTC" if agent.schedule is None else agent.schedule.tz
            gained, lost = difference(has, had), difference(had, has)
            differences.append(Difference(agent, _intervals(gained, tz), _intervals(lost, tz)))
    return Comparison(differences, unknown)


def _is_same(was: Agent, now: Agent) -> bool:
    """Return whether nothing that matters for duty is another, known or not."""
    return was is now or _known(was) == _known(now)


def _known(agent: Agent) -> tuple[object, ...]:
    """Return what is known of an agent's duty, and what could not be read."""
    times = [(one.kind, one.times) for one in agent.placed]
    return agent.schedule, times, agent.unreadable_rows, agent.diagnostics


def _duty(agent: Agent, start: int, end: int) -> list[Span] | None:
    """Return an agent's duty in a window of UTC microseconds, None where nobody can say."""
    if agent.course is None or agent.unreadable_rows:
        return None
    try:
        bounds = agent.course.bounds(start, end)
    except CalendarUnknownError:
        return None
    return list(zip(bounds[::2], bounds[1::2], strict=True))


def _intervals(spans: Sequence[Span], tz: str) -> tuple[Interval, ...]:
    return tuple(Interval(start, end, tz) for start, end in spans)
