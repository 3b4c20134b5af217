"""What comes next by the schedules: who goes on and off, who can be had.
Imports agent, engine, errors.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from availability.engine.course import Course
from availability.engine.instants import MICROS, to_micros, to_second
from availability.engine.value import Value
from availability.engine.zones import shown_in
from availability.errors import one_line
from availability.roster.agent import Agent, Status

TYPE_CHECKING = False
if TYPE_CHECKING:
    import pendulum


class Transition(Value):
    """An instant at which agents go on and off duty, by their schedules."""

    __slots__ = _fields = ("at", "on", "off")

    at: pendulum.DateTime
    on: tuple[Agent, ...]
    off: tuple[Agent, ...]

    def __init__(
        self, at: pendulum.DateTime, on: tuple[Agent, ...], off: tuple[Agent, ...]
    ) -> None:
        self._fill(at, on, off)


class NextAvailable(Value):
    """The first instant at which somebody can be had, and who: by their schedules.

    ``at`` is in the zone of the first of them.
    """

    __slots__ = _fields = ("at", "agents")

    at: pendulum.DateTime
    agents: tuple[Agent, ...]

    def __init__(self, at: pendulum.DateTime, agents: tuple[Agent, ...]) -> None:
        self._fill(at, agents)

    @property
    def offline(self) -> tuple[Agent, ...]:
        """Those of them who were set offline by hand when they were fetched: doubtful."""
        return tuple(agent for agent in self.agents if agent.status is Status.OFFLINE)

    def __str__(self) -> str:
        names = [
            one_line(agent.name or agent.id)
            + (" (set offline by hand)" if agent.status is Status.OFFLINE else "")
            for agent in self.agents
        ]
        return f"{self.at.isoformat()}: {', '.join(names)}"


def next_transition(agents: Iterable[Agent], at: datetime) -> Transition | None:
    """Return the first change after an instant of anybody's duty, None if there is none."""
    second = to_second(at)
    timed = [(agent, agent.timeline.course) for agent in agents if agent.timeline is not None]
    changes = {course: course.next_change(second) for course in {course for _, course in timed}}
    first = min((change for change in changes.values() if change is not None), default=None)
    if first is None:
        return None
    changing = [(agent, course) for agent, course in timed if changes[course] == first]
    on = tuple(agent for agent, course in changing if course.is_on(first))
    off = tuple(agent for agent, course in changing if not course.is_on(first))
    return Transition(changing[0][1].zone.shown(first * MICROS), on, off)


def next_available(
    agents: Iterable[Agent], after: datetime, *, status_counts: bool
) -> NextAvailable | None:
    """Return who can be had first, at or after an instant, and when; None if nobody ever.

    Removed agents cannot. Who was set offline by hand, if the status says
    something of that instant, is not expected back before the next shift.
    """
    micros = to_micros(after)
    begins: dict[tuple[Course, bool], int | None] = {}
    could: list[tuple[int, Agent, Course]] = []
    for agent in agents:
        if agent.timeline is None or agent.status is Status.REMOVED:
            continue
        course = agent.timeline.course
        is_offline = status_counts and agent.status is Status.OFFLINE
        if (course, is_offline) not in begins:
            begins[course, is_offline] = _begins(course, micros, is_offline)
        begin = begins[course, is_offline]
        if begin is not None:
            could.append((begin, agent, course))
    if not could:
        return None
    first = min(begin for begin, _, _ in could)
    ready = [(agent, course) for begin, agent, course in could if begin == first]
    at = shown_in(ready[0][1].zone.key, first)
    return NextAvailable(at, tuple(agent for agent, _ in ready))


def _begins(course: Course, at: int, is_offline: bool) -> int | None:
    """Return the first instant of duty: this one or later; of the next shift if offline."""
    second = at // MICROS
    if course.is_on(second):
        if not is_offline:
            return at
        ends = course.next_change(second)
        if ends is None:
            return None
        second = ends
    change = course.next_change(second)
    return None if change is None else change * MICROS
