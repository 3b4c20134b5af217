"""Every shift of a desk in one list, for tables. Imports agent, team, engine."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from operator import attrgetter

from availability.engine.instants import whole_seconds
from availability.engine.schedule import WeeklySchedule
from availability.engine.shifts import shifts_in
from availability.engine.value import Value
from availability.roster.agent import Agent
from availability.roster.team import Team

TYPE_CHECKING = False
if TYPE_CHECKING:
    import pendulum

    from availability.engine.intervals import Interval
    from availability.engine.overrides import ExtraShift, Override
    from availability.engine.schedule import DutyRange
    from availability.engine.shifts import Shift


class AgentShift(Value):
    """One agent's shift: a range on a date, or an extra shift, or what leave leaves of it.

    ``duty`` is the range or the extra shift, ``day`` the date on which it starts in
    the agent's zone, ``interval`` when it is.
    """

    __slots__ = _fields = ("agent", "duty", "day", "interval")

    agent: Agent
    duty: DutyRange | ExtraShift
    day: date
    interval: Interval

    def __init__(
        self, agent: Agent, duty: DutyRange | ExtraShift, day: date, interval: Interval
    ) -> None:
        self._fill(agent, duty, day, interval)

    @property
    def start(self) -> pendulum.DateTime:
        """The first instant of it, in the agent's zone."""
        return self.interval.start

    @property
    def end(self) -> pendulum.DateTime:
        """The first instant after it, in the agent's zone."""
        return self.interval.end

    @property
    def duration(self) -> timedelta:
        """The elapsed time from start to end."""
        return self.interval.duration


def shift_list(team: Team, start: int, end: int) -> list[AgentShift]:
    """Return the shifts that reach into a window of UTC microseconds, by their start."""
    team.check_moves(*whole_seconds(start, end), by_day=True)
    met: dict[tuple[WeeklySchedule, Sequence[Override]], list[Shift]] = {}
    found = []
    for agent in team.agents:
        key = agent.schedule or WeeklySchedule((), "UTC"), agent.placed
        if key not in met:
            met[key] = shifts_in(key[0], start, end, key[1])
        found += [AgentShift(agent, one.duty, one.day, one.interval) for one in met[key]]
    return sorted(found, key=attrgetter("interval.start_micros"))
