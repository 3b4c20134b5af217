"""How many are needed when: what a desk's coverage is held against.
Imports amounts, courses, day_rules, grid, headcount, overrides, schedule, value, zones, errors.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import numpy as np

from availability.engine.amounts import ALLOWED_COUNT, is_count
from availability.engine.courses import course_of, course_without
from availability.engine.day_rules import day_rules, settings_of
from availability.engine.grid import union, without_repeats
from availability.engine.headcount import steps_of
from availability.engine.overrides import Occasion
from availability.engine.schedule import DutyRange, WeeklySchedule, check_end_2359, named_rows
from availability.engine.value import Value
from availability.engine.zones import zone_key
from availability.errors import OverrideError, PlanError, ScheduleError, describe, one_line

TYPE_CHECKING = False
if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from availability.engine.day_rules import Calendar, DayRules, Fallback
    from availability.engine.headcount import Steps
    from availability.engine.overrides import When
    from availability.engine.schedule import End2359

#: What a row of a plan may have.
KEYS = ("weekday", "start_time", "end_time", "count", "skill")


class Requirement(Value):
    """How many agents are needed in a weekly range, with a skill or, if it is None, at all.

    >>> print(Requirement(DutyRange(10, 540, 1080), 2, "VIP"))
    2 with VIP, weekday code 10, 09:00-18:00
    """

    __slots__ = _fields = ("duty", "count", "skill")

    duty: DutyRange
    count: int
    skill: str | None

    def __init__(self, duty: DutyRange, count: int, skill: str | None = None) -> None:
        if not isinstance(duty, DutyRange):
            raise PlanError(f"duty: {describe(duty)} is not a DutyRange: use StaffingPlan.parse")
        if not is_count(count):
            raise PlanError(f"count: {describe(count)}; allowed: {ALLOWED_COUNT}")
        if skill is not None and not (isinstance(skill, str) and skill):
            raise PlanError(f"skill: {describe(skill)}; allowed: a skill's id or name, or none")
        self._fill(duty, count, skill)

    def __str__(self) -> str:
        skill = "" if self.skill is None else f" with {one_line(self.skill)}"
        return f"{self.count}{skill}, weekday code {self.duty.weekday}, {self.duty}"


class Closure(Occasion):
    """A time in which the desk is meant to be closed, so that nobody is needed (休业).

    It takes what :class:`Occasion` describes; local times are those of the plan's zone.

    >>> from datetime import date
    >>> print(Closure(date(2026, 2, 15), date(2026, 2, 23), "春节"))
    closure: 2026-02-15 to 2026-02-23 (春节)
    """

    _fields = ("start", "end", "reason", "rule", "exceptions", "tz")
    __slots__ = (*_fields, "times")
    kind = "closure"
    outward = False

    def __init__(  # noqa: PLR0917  (by name, but pickle by position)
        self,
        start: When,
        end: When | None = None,
        reason: str = "",
        rule: str | None = None,
        exceptions: Iterable[When] = (),
        tz: str | ZoneInfo | None = None,
    ) -> None:
        self._fill(*self._checked(self.kind, start, end, reason, rule, exceptions, tz))

    def __str__(self) -> str:
        return one_line(f"{self.kind}: {self.spelled}")


class StaffingPlan(Value):
    """How many are needed by weekday, time and skill, and when the desk is meant to be closed.

    Where several requirements for one skill apply at once, the largest counts. An
    agent counts for every skill that they have. Times are the wall times of ``tz``;
    the settings are those of :class:`WeeklySchedule`, so that weekday code 10 can mean
    working days, and ``closed_on_holidays`` that nobody is needed on a public holiday.

    >>> plan = StaffingPlan.parse(
    ...     [{"weekday": 10, "start_time": "09:00", "end_time": "18:00", "count": 2}],
    ...     tz="Asia/Shanghai")
    >>> print(*plan.requirements)
    2, weekday code 10, 09:00-18:00
    """

    _fields = (
        "requirements",
        "tz",
        "closures",
        "end_2359",
        "calendar",
        "closed_on_holidays",
        "calendar_fallback",
    )
    _shown = ("requirements", "tz", "closures")
    _compared = ("requirements", "tz", "closures", "end_2359", "day_rules")
    __slots__ = _compared

    requirements: tuple[Requirement, ...]
    tz: str
    closures: tuple[Closure, ...]
    end_2359: End2359
    day_rules: DayRules | None

    def __init__(  # noqa: PLR0917  (by name, but pickle by position)
        self,
        requirements: Iterable[Requirement],
        tz: str | ZoneInfo | None,
        closures: Iterable[Closure | date] = (),
        end_2359: End2359 = "midnight",
        calendar: Calendar | None = None,
        closed_on_holidays: bool = False,
        calendar_fallback: Fallback | None = None,
    ) -> None:
        for name, several in (("requirements", requirements), ("closures", closures)):
            if not isinstance(several, Iterable):
                raise PlanError(f"{name}: {describe(several)}; allowed: a list")
        needed = tuple(requirements)
        for one in needed:
            if not isinstance(one, Requirement):
                raise PlanError(f"{describe(one)} is not a Requirement: use StaffingPlan.parse")
        check_end_2359(end_2359)
        rules = day_rules(calendar, closed_on_holidays, calendar_fallback)
        closed = tuple(map(_closure, closures))
        self._fill(needed, zone_key(tz), closed, end_2359, rules)

    @property
    def calendar(self) -> Calendar | None:
        """Which dates are working days, None where that is a matter of the week alone."""
        return settings_of(self.day_rules)[0]

    @property
    def closed_on_holidays(self) -> bool:
        """Whether nobody is needed on a public holiday."""
        return settings_of(self.day_rules)[1]

    @property
    def calendar_fallback(self) -> Fallback | None:
        """What happens outside the years that the calendar knows."""
        return settings_of(self.day_rules)[2]

    @property
    def skills(self) -> tuple[str | None, ...]:
        """The skills of which somebody is needed; None stands for anybody at all."""
        return tuple(dict.fromkeys(one.skill for one in self.requirements))

    @classmethod
    def parse(
        cls,
        rows: Sequence[Mapping[str, object]],
        *,
        tz: str | ZoneInfo | None,
        closures: Iterable[Closure | date] = (),
        end_2359: End2359 = "midnight",
        calendar: Calendar | None = None,
        closed_on_holidays: bool = False,
        calendar_fallback: Fallback | None = None,
    ) -> StaffingPlan:
        """Return the plan of rows such as those of a schedule, with how many are needed.

        Each row has ``weekday``, ``start_time`` and ``end_time`` as those of
        :meth:`WeeklySchedule.parse`, a ``count`` and, where not everybody will do, a
        ``skill``, by id or name. No rows: nobody is ever needed.

        Raises:
            PlanError: a row, or a closure, cannot be read; the message names the row,
                the field, the value and what is allowed.
            TimezoneError: not an IANA time zone.
            ConfigurationError: no time zone, or a setting that cannot be used.
        """
        try:
            needed = [requirement(row, where) for where, row in named_rows(rows, "plan")]
        except ScheduleError as error:
            raise PlanError(str(error)) from error
        settings = (end_2359, calendar, closed_on_holidays, calendar_fallback)
        return cls(needed, tz, closures, *settings)

    def needed(self, skill: str | None, start: int, end: int) -> Steps:
        """Return how many with a skill are needed, between two UTC seconds.

        Raises:
            CalendarUnknownError: that depends on a year that the calendar does not know.
        """
        closed = tuple(one.times for one in self.closures)
        rows = []
        for one in self.requirements:
            if one.skill == skill:
                settings = settings_of(self.day_rules)
                schedule = WeeklySchedule((one.duty,), self.tz, self.end_2359, *settings)
                course = course_without(course_of(schedule), closed)
                rows.append(steps_of(course, start, end, one.count))
        times = union([times for times, _ in rows] or [np.array([start])])
        found = np.zeros(len(times), dtype=np.int64)
        for own, counts in rows:
            found = np.maximum(found, counts[own.searchsorted(times, side="right") - 1])
        return without_repeats(times, found)


def requirement(row: object, where: str = "row") -> Requirement:
    """Return the requirement of a row; ``where`` names it in errors.

    Raises:
        ScheduleError: the weekday code or the times cannot be read.
        PlanError: the count or the skill cannot, or there is more in the row.
    """
    duty = DutyRange.parse(row, where)
    values = dict(row) if isinstance(row, Mapping) else {}
    for key in values:
        if key not in KEYS:
            raise PlanError(f"{where}.{one_line(str(key))}: unknown; allowed: {', '.join(KEYS)}")
    if values.get("count") is None:
        raise PlanError(f"{where}.count: missing; allowed: {ALLOWED_COUNT}")
    try:
        return Requirement(duty, values["count"], values.get("skill"))
    except PlanError as error:
        raise PlanError(f"{where}.{error}") from error


def _closure(given: object) -> Closure:
    if isinstance(given, Closure):
        return given
    if not isinstance(given, date):
        raise PlanError(f"closures: {describe(given)}; allowed: a Closure, or a date")
    try:
        return Closure(given)
    except OverrideError as error:
        raise PlanError(str(error)) from error
