"""When too few are on duty, and how many are missing. Imports team, engine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from operator import attrgetter

import numpy as np

from availability.engine.grid import union
from availability.engine.instants import whole_seconds
from availability.engine.intervals import Interval
from availability.engine.steps import StepFunction
from availability.engine.value import Value
from availability.roster.team import Team

TYPE_CHECKING = False
if TYPE_CHECKING:
    import pendulum

    from availability.engine.staffing_plan import StaffingPlan


class Gap(Value):
    """A stretch of time in which fewer agents are surely on duty than are needed.

    ``required`` and ``present`` are how many are needed and there; ``unknown`` says
    of how many more nobody can say, so that it may be no gap. ``skill`` is what they
    must have, None where anybody will do; ``interval`` is from when to when it is.
    """

    __slots__ = _fields = ("interval", "required", "present", "unknown", "skill")

    interval: Interval
    required: int
    present: int
    unknown: int
    skill: str | None

    def __init__(
        self,
        interval: Interval,
        required: int,
        present: int,
        unknown: int = 0,
        skill: str | None = None,
    ) -> None:
        self._fill(interval, required, present, unknown, skill)

    @property
    def start(self) -> pendulum.DateTime:
        """The first instant of it."""
        return self.interval.start

    @property
    def end(self) -> pendulum.DateTime:
        """The first instant after it."""
        return self.interval.end

    @property
    def duration(self) -> timedelta:
        """The elapsed time from start to end."""
        return self.interval.duration

    @property
    def missing(self) -> int:
        """How many more are needed than are surely there."""
        return self.required - self.present

    def __str__(self) -> str:
        skill = "" if self.skill is None else f" with {self.skill}"
        doubt = f", of {self.unknown} nobody can say" if self.unknown else ""
        return f"{self.interval}: {self.present} of {self.required}{skill}{doubt}"


def gaps_below(
    team: Team, start: int, end: int, tz: str, *, minimum: int, skill: str | None
) -> list[Gap]:
    """Return the gaps of a window of UTC microseconds in which fewer than so many are there."""
    if start == end:
        return []
    required = StepFunction(np.array([start, end]), np.array([minimum]), tz)
    return list(_gaps(required, team, skill))


def shortfalls(
    plan: StaffingPlan, teams: Mapping[str | None, Team], start: int, end: int, tz: str
) -> list[Gap]:
    """Return the gaps of a window of UTC microseconds in which a plan needs more of a team."""
    if start == end:
        return []
    found: list[Gap] = []
    for skill, team in teams.items():
        steps = plan.needed(skill, *whole_seconds(start, end))
        found += _gaps(team.shown(steps, start, end, tz), team, skill)
    return sorted(found, key=attrgetter("interval"))


def _gaps(required: StepFunction, team: Team, skill: str | None) -> Iterator[Gap]:
    """Yield the gaps of a window, in order; one ends where the next has other numbers."""
    start, end, tz = int(required.micros[0]), int(required.micros[-1]), required.tz
    present, unknown = team.headcount(start, end, tz), team.unknown(start, end, tz)
    edges = union([one.micros for one in (required, present, unknown)])
    rows = [
        one.counts[one.micros.searchsorted(edges[:-1], side="right") - 1]
        for one in (required, present, unknown)
    ]
    is_gap = rows[0] > rows[1]
    numbers = np.column_stack(rows)[is_gap].tolist()
    ends = np.column_stack((edges[:-1], edges[1:]))[is_gap].tolist()
    for (start, end), (needed, there, doubtful) in zip(ends, numbers, strict=True):
        yield Gap(Interval(start, end, tz), needed, there, doubtful, skill)
