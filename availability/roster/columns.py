"""A desk's shifts, or its stretches of duty, as columns. Imports agent, team, engine, export."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from availability.engine.bulk import epochs
from availability.engine.bulk_shifts import joined, shift_columns
from availability.engine.course import Course
from availability.engine.dated import DatedCourse
from availability.engine.instants import MICROS, whole_seconds
from availability.engine.schedule import WeeklySchedule
from availability.export.columns import Columns, People
from availability.roster.agent import Agent
from availability.roster.team import Team

TYPE_CHECKING = False
if TYPE_CHECKING:
    import numpy.typing as npt

    from availability.engine.bulk_shifts import ShiftColumns
    from availability.engine.grid import Integers
    from availability.engine.overrides import Override

#: No stretch of duty.
NOTHING = np.zeros((0, 2), dtype=np.int64)


def shift_table(team: Team, start: int, end: int) -> Columns:
    """Return the shifts that reach into a window of UTC microseconds, by their start.

    Those of :func:`shift_list`, in that order.
    """
    team.check_moves(*whole_seconds(start, end), by_day=True)
    met: dict[tuple[WeeklySchedule, Sequence[Override]], ShiftColumns] = {}
    found = []
    for agent in team.agents:
        key = agent.schedule or WeeklySchedule((), "UTC"), agent.placed
        if key not in met:
            met[key] = shift_columns(key[0], start, end, key[1])
        found.append(met[key])
    who, shifts = _who(found), joined(found)
    order = shifts.starts.argsort(kind="stable")
    return Columns(_people(team.agents), who[order], *shifts.chosen(order))


def interval_table(team: Team, start: int, end: int) -> Columns:
    """Return the maximal stretches of sure duty, clipped to a window: agent by agent, in order."""
    team.check_moves(*whole_seconds(start, end))
    met: dict[Course | None, Integers] = {None: NOTHING}
    found = []
    for agent in team.agents:
        course = agent.course
        if course is not None and course not in met:
            met[course] = _bounds(course, start, end)
        found.append(met[course])
    bounds = np.concatenate([NOTHING, *found])
    return Columns(_people(team.agents), _who(found), bounds[:, 0], bounds[:, 1])


def _bounds(course: Course, start: int, end: int) -> Integers:
    """Return where a course is surely on, in UTC microseconds, shape (n, 2)."""
    start, end = max(start, course.first), min(end, course.last)
    if start >= end:
        return NOTHING
    window = whole_seconds(start, end)
    if isinstance(course, DatedCourse):
        found = np.array(course.stretches(*window), dtype=np.int64).reshape(-1, 2)
    else:
        found = epochs(course, *window)
    return np.clip(found * MICROS, start, end)


def _who(parts: Sequence[ShiftColumns | Integers]) -> npt.NDArray[np.int32]:
    """Return for each row, agent by agent, the place of the agent."""
    lengths = [len(one if isinstance(one, np.ndarray) else one.starts) for one in parts]
    return np.repeat(np.arange(len(parts), dtype=np.int32), lengths)


def _people(agents: Sequence[Agent]) -> People:
    return People(
        [agent.id for agent in agents],
        [agent.name for agent in agents],
        ["UTC" if agent.schedule is None else agent.schedule.tz for agent in agents],
    )
