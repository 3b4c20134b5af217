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
from availability.errors import CalendarUnknownError
from availability.roster.agent import Agent, Status

TYPE_CHECKING = False
if TYPE_CHECKING:
    import pendulum


class Transition(Value):
    """An instant at which agents go on and off duty, by their schedules.

    Stored as UTC microseconds and a zone, that of the first agent who does.
    """

    __slots__ = _fields = ("at_micros", "tz", "on", "off")
    _shown = ("at", "on", "off")

    at_micros: int
    tz: str
    on: tuple[Agent, ...]
    off: tuple[Agent, ...]

    def __init__(
        self, at_micros: int, tz: str, on: tuple[Agent, ...], off: tuple[Agent, ...]
    ) -> None:
        self._fill(at_micros, tz, on, off)

    @property
    def at(self) -> pendulum.DateTime:
        """The instant, in the zone of the first agent who goes on or off."""
        return shown_in(self.tz, self.at_micros)


class NextAvailable(Value):
    """The first instant at which somebody can be had, and who: by their schedules.

    Stored as UTC microseconds and a zone, that of the first of them.
    """

    __slots__ = _fields = ("at_micros", "tz", "agents")
    _shown = ("at", "agents")

    at_micros: int
    tz: str
    agents: tuple[Agent, ...]

    def __init__(self, at_micros: int, tz: str, agents: tuple[Agent, ...]) -> None:
        self._fill(at_micros, tz, agents)

    @property
    def at(self) -> pendulum.DateTime:
        """The instant, in the zone of the first of the agents."""
        return shown_in(self.tz, self.at_micros)

    @property
    def offline(self) -> tuple[Agent, ...]:
        """Those of them who were set offline by hand when they were fetched: doubtful."""
        return tuple(agent for agent in self.agents if agent.status is Status.OFFLINE)

    def __str__(self) -> str:
        offline = self.offline
        names = [
            f"{agent.label} (set offline by hand)" if agent in offline else agent.label
            for agent in self.agents
        ]
        return f"{self.at.isoformat()}: {', '.join(names)}"


def next_transition(agents: Iterable[Agent], at: datetime) -> Transition | None:
    """Return the first change after an instant of anybody's duty, None if there is none.

    Agents of whose duty nobody can say are left aside.

    Raises:
        CalendarUnknownError: there is none, but for agents of whom nobody can say.
    """
    second = to_second(at)
    courses = ((agent, agent.course) for agent in agents)
    timed = [(agent, course) for agent, course in courses if course is not None]
    changes: dict[Course, int | None] = {}
    unknown: CalendarUnknownError | None = None
    for course in {course for _, course in timed}:
        try:
            changes[course] = course.next_change(second)
        except CalendarUnknownError as error:
            changes[course], unknown = None, error
    first = min((change for change in changes.values() if change is not None), default=None)
    if first is None:
        if unknown is not None:
            raise unknown
        return None
    changing = [(agent, course) for agent, course in timed if changes[course] == first]
    on = tuple(agent for agent, course in changing if course.is_on(first))
    off = tuple(agent for agent, course in changing if not course.is_on(first))
    return Transition(first * MICROS, changing[0][1].zone.key, on, off)


def next_available(
    agents: Iterable[Agent], after: datetime, *, offline_counts: bool
) -> NextAvailable | None:
    """Return who can be had first, at or after an instant, and when; None if nobody ever.

    Removed agents cannot. Who was set offline by hand, if that counts at the
    instant, is not expected back before the next shift, if there is a next one.

    Raises:
        CalendarUnknownError: nobody can, but for agents of whom nobody can say.
    """
    micros = to_micros(after)
    begins: dict[tuple[Course, bool], int | None] = {}
    could: list[tuple[int, Agent, Course]] = []
    unknown: CalendarUnknownError | None = None
    for agent in agents:
        course = agent.course
        if course is None or agent.status is Status.REMOVED:
            continue
        is_offline = offline_counts and agent.status is Status.OFFLINE
        if (course, is_offline) not in begins:
            try:
                begins[course, is_offline] = _begins(course, micros, is_offline)
            except CalendarUnknownError as error:
                begins[course, is_offline], unknown = None, error
        begin = begins[course, is_offline]
        if begin is not None:
            could.append((begin, agent, course))
    if not could:
        if unknown is not None:
            raise unknown
        return None
    first = min(begin for begin, _, _ in could)
    ready = [(agent, course) for begin, agent, course in could if begin == first]
    return NextAvailable(first, ready[0][1].zone.key, tuple(agent for agent, _ in ready))


def _begins(course: Course, at: int, is_offline: bool) -> int | None:
    """Return the first instant of duty: this one or later; of the next shift if offline."""
    second = at // MICROS
    if course.is_on(second):
        if not is_offline:
            return at
        ends = course.next_change(second)
        if ends is None:  # on duty for good
            return at
        second = ends
    change = course.next_change(second)
    return None if change is None else change * MICROS
