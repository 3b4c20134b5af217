"""Who hands over to whom: every transition, with the overlap or the hole at it.
Imports agent, team, engine, errors.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta

from availability.engine.course import Course
from availability.engine.instants import MICROS, whole_seconds
from availability.engine.value import Value
from availability.engine.zones import BEGINNING, LAST_SECOND, YEAR, shown_in
from availability.errors import CalendarUnknownError
from availability.roster.agent import Agent
from availability.roster.team import Team

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    import pendulum

    #: Who leaves and who comes at a second.
    Moves: TypeAlias = tuple[list[Agent], list[Agent]]


class Handoff(Value):
    """An instant at which agents go off or on duty, and who takes over from those who go off.

    ``off`` and ``on`` are who leaves and who comes at that instant, ``present`` is
    how many are on duty after it. ``successors`` take over from those in ``off``:
    whoever came last while one of those was on duty, and is still there; or else, if
    nobody is left, whoever comes first afterwards. There are none where nobody
    leaves, where only those are left who had been there before, or where nobody
    ever comes. ``since_micros`` is when they came; all is in UTC microseconds and a zone.
    """

    __slots__ = _fields = (
        "at_micros",
        "tz",
        "off",
        "on",
        "present",
        "successors",
        "since_micros",
    )
    _shown = ("at", "off", "on", "present", "successors")

    at_micros: int
    tz: str
    off: tuple[Agent, ...]
    on: tuple[Agent, ...]
    present: int
    successors: tuple[Agent, ...]
    since_micros: int | None

    def __init__(  # noqa: PLR0917  (by name, but pickle by position)
        self,
        at_micros: int,
        tz: str,
        off: tuple[Agent, ...],
        on: tuple[Agent, ...],
        present: int,
        successors: tuple[Agent, ...] = (),
        since_micros: int | None = None,
    ) -> None:
        self._fill(at_micros, tz, off, on, present, successors, since_micros)

    @property
    def at(self) -> pendulum.DateTime:
        """The instant."""
        return shown_in(self.tz, self.at_micros)

    @property
    def overlap(self) -> timedelta | None:
        """For how long the successors were there before the others left; None without any."""
        if self.since_micros is None or self.since_micros > self.at_micros:
            return None
        return timedelta(microseconds=self.at_micros - self.since_micros)

    @property
    def hole(self) -> timedelta | None:
        """For how long nobody is there; None if somebody is, or nobody ever comes."""
        if self.since_micros is None or self.since_micros <= self.at_micros:
            return None
        return timedelta(microseconds=self.since_micros - self.at_micros)


def handoffs(team: Team, start: int, end: int, tz: str) -> Iterator[Handoff]:
    """Yield the handoffs strictly after one UTC microsecond and before another, in order."""
    start, end = whole_seconds(start, end)
    team.check_moves(start, end)
    timed = [(agent, agent.course) for agent in team.agents if agent.course is not None]
    moves = _moves(timed, start, end)
    on = _on_at(timed, start)
    instants = sorted(moves)
    for number, second in enumerate(instants):
        off, come = moves[second]
        since = [on.pop(agent.id)[1] for agent in off]
        on.update((agent.id, (agent, second)) for agent in come)
        successors: list[Agent] = []
        if off and on:
            successors, began = _last_to_come(on, min(since))
        elif off:
            following = instants[number + 1 : number + 2]
            successors, began = _next_to_come(moves, following, timed, second)
        found = (tuple(successors), began * MICROS) if successors else ((), None)
        yield Handoff(second * MICROS, tz, tuple(off), tuple(come), len(on), *found)


def _moves(timed: Iterable[tuple[Agent, Course]], start: int, end: int) -> dict[int, Moves]:
    """Return who goes off and on at each second after a first one and before a last."""
    flips: dict[Course, tuple[bool, Sequence[int]]] = {}
    moves: dict[int, Moves] = {}
    for agent, course in timed:
        if course not in flips:
            transitions = course.transitions(start, end, surely=True)
            flips[course] = course.is_surely_on(start), transitions
        is_on, seconds = flips[course]
        for second in seconds:
            moves.setdefault(second, ([], []))[not is_on].append(agent)
            is_on = not is_on
    return moves


def _on_at(timed: Iterable[tuple[Agent, Course]], second: int) -> dict[str, tuple[Agent, int]]:
    """Return by id who is on at a second, and since when; who came last is last."""
    on = [(agent, course) for agent, course in timed if course.is_surely_on(second)]
    since = {course: _since(course, second) for course in {course for _, course in on}}
    ordered = sorted(on, key=lambda one: since[one[1]])
    return {agent.id: (agent, since[course]) for agent, course in ordered}


def _since(course: Course, second: int) -> int:
    try:
        change = course.previous_change(second)
    except CalendarUnknownError:  # nobody can say what was before: only what is sure counts
        first = max(second - YEAR, BEGINNING)
        return next(reversed(course.transitions(first, second + 1, surely=True)), first)
    return BEGINNING if change is None else change


def _last_to_come(on: dict[str, tuple[Agent, int]], after: int) -> tuple[list[Agent], int]:
    """Return those of the agents, by when they came, who came last, and when, if after a second."""
    found: list[Agent] = []
    came = after
    for agent, since in reversed(on.values()):
        if since <= after or (found and since != came):
            break
        found.append(agent)
        came = since
    return found[::-1], came


def _next_to_come(
    moves: dict[int, Moves],
    following: Sequence[int],
    timed: Iterable[tuple[Agent, Course]],
    second: int,
) -> tuple[list[Agent], int]:
    """Return who comes first after a second at which nobody is left, and when."""
    for later in following:
        return moves[later][1], later
    begins = _begins({course for _, course in timed}, second)
    if not begins:
        return [], second
    first = min(begins.values())
    return [agent for agent, course in timed if begins.get(course) == first], first


def _begins(courses: Iterable[Course], second: int) -> dict[Course, int]:
    """Return when courses are next on, of those that are first; who surely is counts."""
    found: dict[Course, int] = {}
    doubtful: list[Course] = []
    for course in courses:
        try:
            change = course.next_change(second)
        except CalendarUnknownError:
            doubtful.append(course)
        else:
            if change is not None:
                found[course] = change
    until = min(second + YEAR, LAST_SECOND, *[change + 1 for change in found.values()])
    for course in doubtful:  # a year at most: of many of them nothing is ever sure
        for change in course.transitions(second, until, surely=True)[:1]:
            found[course] = change
            until = change + 1
    return found
