"""How duty is shared: hours, nights, weekends, rest and time alone, agent by agent.
Imports agent, team, engine, errors.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from itertools import chain, pairwise

import numpy as np

from availability.engine.course import Course
from availability.engine.courses import course_of
from availability.engine.grid import areas_between
from availability.engine.instants import DAY, MICROS, whole_seconds
from availability.engine.intervals import by_turns, intersection
from availability.engine.schedule import DAY_MINUTES, DutyRange, WeeklySchedule
from availability.engine.steps import StepFunction
from availability.engine.value import Value
from availability.engine.zones import Zone
from availability.errors import CalendarUnknownError, ConfigurationError, describe
from availability.roster.agent import Agent
from availability.roster.team import Team

TYPE_CHECKING = False
if TYPE_CHECKING:
    from availability.engine.intervals import Interval, Span

#: Saturdays and Sundays, or what a calendar makes of them.
REST_DAY = DutyRange(11, 0, DAY_MINUTES)


class Load(Value):
    """What one agent has on duty in a window; lengths are elapsed time.

    - ``duty``: all of it.
    - ``nights``, ``night_time``: how many nights have some duty, and how much. A night
      is from 22:00 to 06:00 in the agent's zone, unless the report says otherwise.
    - ``rest_days``, ``rest_day_time``: the same of Saturdays and Sundays; with a
      calendar, of the days that are no working days.
    - ``longest_stretch``: the longest time without a pause.
    - ``shortest_rest``: the shortest time off between duty that began on one date and
      the next that began on a later one; None if there are no two such.
    - ``solo``: the time for which nobody else was on duty.
    """

    __slots__ = _fields = (
        "agent",
        "duty",
        "nights",
        "night_time",
        "rest_days",
        "rest_day_time",
        "longest_stretch",
        "shortest_rest",
        "solo",
    )

    agent: Agent
    duty: timedelta
    nights: int
    night_time: timedelta
    rest_days: int
    rest_day_time: timedelta
    longest_stretch: timedelta
    shortest_rest: timedelta | None
    solo: timedelta

    def __init__(  # noqa: PLR0917  (made in one place)
        self,
        agent: Agent,
        duty: timedelta,
        nights: int,
        night_time: timedelta,
        rest_days: int,
        rest_day_time: timedelta,
        longest_stretch: timedelta,
        shortest_rest: timedelta | None,
        solo: timedelta,
    ) -> None:
        self._fill(
            agent,
            duty,
            nights,
            night_time,
            rest_days,
            rest_day_time,
            longest_stretch,
            shortest_rest,
            solo,
        )

    @property
    def solo_share(self) -> float:
        """Which part of the duty nobody else shared; 0 without duty."""
        return self.solo / self.duty if self.duty else 0.0


class Report(Value):
    """How the duty of a window is shared.

    ``headcount`` is how many were on duty, over the window; ``loads`` are the agents'
    own, in the order of the roster; ``unknown`` are those of whom nobody can say for
    all of the window, who count for nothing else here but their sure duty in
    ``headcount``.
    """

    __slots__ = _fields = ("headcount", "loads", "unknown")
    _shown = ("headcount", "duty")

    headcount: StepFunction
    loads: tuple[Load, ...]
    unknown: tuple[Agent, ...]

    def __init__(
        self, headcount: StepFunction, loads: Iterable[Load], unknown: Iterable[Agent]
    ) -> None:
        self._fill(headcount, tuple(loads), tuple(unknown))

    @property
    def duty(self) -> timedelta:
        """The duty of all loads together."""
        return sum((load.duty for load in self.loads), timedelta())

    @property
    def unstaffed(self) -> tuple[Interval, ...]:
        """When surely nobody is known to be on duty."""
        return tuple(self.headcount.below(1))


def report(team: Team, start: int, end: int, tz: str, night: tuple[str, str]) -> Report:
    """Return the report of a window of UTC microseconds.

    Raises:
        ConfigurationError: ``night`` is not two wall times.
    """
    nights = _checked_night(night)
    team.check_moves(*whole_seconds(start, end), by_day=True)
    headcount = team.headcount(start, end, tz)
    met: dict[tuple[object, ...], Load] = {}
    loads: list[Load] = []
    unknown: list[Agent] = []
    for agent in team.agents:
        schedule, course = agent.schedule, agent.course
        if schedule is None or course is None or agent.unreadable_rows:
            unknown.append(agent)
            continue
        key = course, schedule.tz, schedule.calendar
        try:
            if key not in met:
                met[key] = _load(agent, course, schedule, nights, headcount)
        except CalendarUnknownError:
            unknown.append(agent)
        else:
            loads.append(met[key].__replace__(agent=agent))
    return Report(headcount, loads, unknown)


def _load(
    agent: Agent,
    course: Course,
    schedule: WeeklySchedule,
    night: DutyRange,
    headcount: StepFunction,
) -> Load:
    """Return an agent's load, which is that of all with the same course and calendar."""
    start, end = int(headcount.micros[0]), int(headcount.micros[-1])
    zone = course.zone
    duty = _spans(course, start, end)
    nights = WeeklySchedule((night,), zone.key)
    rest = WeeklySchedule(
        (REST_DAY,), zone.key, "midnight", schedule.calendar, False, schedule.calendar_fallback
    )
    at_night = intersection(duty, _spans(course_of(nights), start, end))
    on_rest_days = intersection(duty, _spans(course_of(rest), start, end))
    return Load(
        agent,
        _length(duty),
        _count_days(zone, at_night, night.start * 60),
        _length(at_night),
        _count_days(zone, on_rest_days),
        _length(on_rest_days),
        timedelta(microseconds=max((until - begin for begin, until in duty), default=0)),
        _shortest_rest(zone, duty),
        _solo(headcount, duty),
    )


def _spans(course: Course, start: int, end: int) -> list[Span]:
    return by_turns(course.bounds(start, end), end)


def _length(spans: Iterable[Span]) -> timedelta:
    return timedelta(microseconds=sum(end - start for start, end in spans))


def _day(zone: Zone, micros: int, after: int = 0) -> int:
    """Return the day, counted from 1970, that clocks show so many seconds behind the zone's."""
    return (zone.wall_at(micros // MICROS) - after) // DAY


def _count_days(zone: Zone, spans: Iterable[Span], after: int = 0) -> int:
    """Return how many days have some of the spans, each so many seconds after its midnight."""
    ends = [(_day(zone, begin, after), _day(zone, until - 1, after)) for begin, until in spans]
    return len({day for first, last in ends for day in range(first, last + 1)})


def _shortest_rest(zone: Zone, duty: Sequence[Span]) -> timedelta | None:
    rests = [
        begin - ended
        for (began, ended), (begin, _) in pairwise(duty)
        if _day(zone, began) != _day(zone, begin)
    ]
    return timedelta(microseconds=min(rests)) if rests else None


def _solo(headcount: StepFunction, duty: Sequence[Span]) -> timedelta:
    """Return for how long of some duty the headcount is one."""
    if not duty:
        return timedelta()
    edges = np.array(list(chain.from_iterable(duty)), dtype=np.int64)
    is_one = (headcount.counts == 1).astype(np.int64)
    alone = areas_between(headcount.micros, is_one, None, edges)[::2]
    return timedelta(microseconds=int(alone.sum()))


def _checked_night(night: tuple[str, str]) -> DutyRange:
    try:
        begin, until = night
        return DutyRange.parse({"weekday": 9, "start_time": begin, "end_time": until}, "night")
    except (TypeError, ValueError) as error:
        raise ConfigurationError(
            f"night: {describe(night)}; allowed: two wall times, such as ('22:00', '06:00')"
        ) from error
