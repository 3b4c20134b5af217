"""The agents who have what is needed, ready to be counted: a memo of a roster.
Imports agent, engine, errors.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter

import numpy as np

from availability.engine.course import Course
from availability.engine.dated import DatedCourse
from availability.engine.headcount import Headcounts, added, check_size, spread
from availability.engine.instants import MICROS, whole_seconds
from availability.engine.intervals import difference, merge
from availability.engine.staffed import staffed_course
from availability.engine.steps import StepFunction
from availability.engine.zones import WEEK
from availability.errors import UnknownStateError
from availability.roster.agent import Agent

TYPE_CHECKING = False
if TYPE_CHECKING:
    from availability.engine.headcount import Steps
    from availability.engine.intervals import Span

#: Those of an empty window.
NO_STEPS = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
#: How many courses of a team, by how many it takes, are remembered.
MOST_STAFFED = 16
#: How many transitions of single agents are laid out at once, and how many one has in a week
#: that goes by dates, roughly.
MOST_MOVES = 12_000_000
A_WEEK = 14
#: How many ids a message names.
MOST_NAMED = 5


class Team:
    """Agents by their courses; what is asked for again is remembered.

    Windows are in UTC microseconds. Steps are in seconds: at the ends of a window
    the whole seconds that it touches.
    """

    __slots__ = ("_staffed", "agents", "counts", "dated", "unread")

    def __init__(self, agents: Iterable[Agent]) -> None:
        self.agents = tuple(agents)
        found: Counter[Course | None] = Counter(map(attrgetter("course"), self.agents))
        courses = {course: number for course, number in found.items() if course is not None}
        self.counts = Headcounts(courses)
        unread = [one for one in self.agents if one.timeline is None or one.unreadable_rows]
        #: Of whom nobody can say unless some readable row, or an override, does.
        self.unread = Counter((one.course, one.timeline is None) for one in unread)
        found.subtract(one.course for one in unread)
        #: Of whom nobody can say on dates that their calendars do not know.
        self.dated = {
            course: number
            for course, number in found.items()
            if number and isinstance(course, DatedCourse)
        }
        self._staffed: dict[int, Course] = {}

    def headcount(self, start: int, end: int, tz: str) -> StepFunction:
        """Return how many are surely on duty."""
        steps = self.counts.steps(*whole_seconds(start, end)) if start < end else NO_STEPS
        return self.shown(steps, start, end, tz)

    def unknown(self, start: int, end: int, tz: str) -> StepFunction:
        """Return of how many nobody can say whether they are on duty."""
        first, last = whole_seconds(start, end)
        doubts = self._doubts(first, last)
        parts = [spread(spans, first, last, number) for spans, number in doubts if spans]
        return self.shown(added(parts, first) if start < end else NO_STEPS, start, end, tz)

    def shown(self, steps: Steps, start: int, end: int, tz: str) -> StepFunction:
        """Return steps that begin with a window as a function over just that."""
        times, counts = steps
        breakpoints = np.append(times * MICROS, end)
        breakpoints[0] = start  # which is the end, too, where there are no steps
        return StepFunction(breakpoints, counts, tz)

    def check_known(self, start: int, end: int) -> None:
        """Raise UnknownStateError where there is somebody of whom nobody can say."""
        first, last = whole_seconds(start, end)
        doubtful = [agent.id for agent in self.agents if any(doubts_of(agent, first, last))]
        if doubtful:
            more = f" and {len(doubtful) - MOST_NAMED} more" if len(doubtful) > MOST_NAMED else ""
            raise UnknownStateError(
                "nobody can say at all times of the window whether these are on duty: "
                f"{', '.join(doubtful[:MOST_NAMED])}{more}",
                agent_ids=tuple(doubtful),
            )

    def check_moves(
        self, start: int, end: int, most: int = MOST_MOVES, *, by_day: bool = False
    ) -> None:
        """Raise WindowError where a window of UTC seconds has too many of agents' transitions.

        ``by_day``: each day has something of its own, though duty goes on through it.
        """
        weeks = (end - start) // WEEK + 1
        courses = [agent.course for agent in self.agents if agent.course is not None]
        a_week = sum(
            max(len(course.pattern.edges), A_WEEK * (by_day or isinstance(course, DatedCourse)))
            for course in courses
        )
        check_size(weeks * a_week, most, start, end)

    def staffed(self, minimum: int) -> Course:
        """Return the course that is on while at least so many are on duty."""
        course = self._staffed.get(minimum)
        if course is None:
            if len(self._staffed) >= MOST_STAFFED:
                self._staffed.clear()
            course = self._staffed[minimum] = staffed_course(self.counts, minimum, self.dated)
        return course

    def _doubts(self, start: int, end: int) -> Iterator[tuple[Sequence[Span], int]]:
        for dated, number in self.dated.items():
            yield dated.doubts(start, end), number
        for (course, is_unread), number in self.unread.items():
            yield _unread(course, is_unread, start, end), number


def doubts_of(agent: Agent, start: int, end: int) -> Sequence[Span]:
    """Return where, between two UTC seconds, nobody can say whether an agent is on duty."""
    if agent.timeline is None or agent.unreadable_rows:
        return _unread(agent.course, agent.timeline is None, start, end)
    return () if agent.course is None else agent.course.doubts(start, end)


def _unread(course: Course | None, is_unread: bool, start: int, end: int) -> Sequence[Span]:
    """Return where nobody can say of agents some of whose rows, or all, could not be read."""
    if course is None:
        return [(start, end)]
    if is_unread:
        return course.doubts(start, end)
    known = merge([*course.stretches(start, end), *course.leave_in(start, end)])
    return difference([(start, end)], known)
