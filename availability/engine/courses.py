"""Which course a schedule has: by the week, by dates, with overrides.
Imports by_calendar, course, intervals, overridden, overrides, schedule, times, week, zones.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from availability.engine.by_calendar import TYPES, CalendarCourse, shifts_on
from availability.engine.course import Course
from availability.engine.intervals import merge
from availability.engine.overridden import OverriddenCourse, UnknownCourse
from availability.engine.overrides import ExtraShift, Leave, Override
from availability.engine.schedule import DAY_MINUTES, WeeklySchedule
from availability.engine.times import Times
from availability.engine.week import WeekPattern, week_pattern
from availability.engine.zones import Zone, zone_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from availability.engine.by_calendar import Rows
    from availability.engine.intervals import Span


def course_with(base: Course, overrides: Iterable[Override]) -> Course:
    """Return the course with overrides over it; those of equal times share one."""
    leave = [each.times for each in overrides if isinstance(each, Leave)]
    extra = [each.times for each in overrides if isinstance(each, ExtraShift)]
    return _overridden(base, tuple(leave), tuple(extra)) if leave or extra else base


def course_without(base: Course, times: tuple[Times, ...]) -> Course:
    """Return the course that is off at some times, too."""
    return _overridden(base, times, ()) if times else base


@lru_cache(maxsize=2048)
def _overridden(base: Course, leave: tuple[Times, ...], extra: tuple[Times, ...]) -> Course:
    return OverriddenCourse(base, leave, extra)


def unknown_course(tz: str) -> Course:
    """Return the course of a schedule that nobody could read, in a zone."""
    return _unknown(zone_of(tz))


@lru_cache(maxsize=64)
def _unknown(zone: Zone) -> Course:
    return UnknownCourse(_course(week_pattern(WeeklySchedule((), zone.key)), zone))


def course_of(schedule: WeeklySchedule) -> Course:
    """Return the course of a schedule; equal schedules share it, equal weeks without a calendar."""
    course = schedule.compiled
    if not isinstance(course, Course):
        course = _course(week_pattern(schedule), zone_of(schedule.tz))
        if schedule.day_rules is not None:
            course = _dated((schedule.spelled, schedule.end_2359, schedule.day_rules), course)
        object.__setattr__(schedule, "compiled", course)
    return course


@lru_cache(maxsize=4096)
def _course(pattern: WeekPattern, zone: Zone) -> Course:
    return Course(pattern, zone)


@lru_cache(maxsize=1024)
def _dated(rows: Rows, base: Course) -> Course:
    """Return the course of rows by a calendar; a plain one where it makes no difference."""
    return CalendarCourse(rows, base) if _makes_a_difference(rows) else base


def _makes_a_difference(rows: Rows) -> bool:
    """Return whether any day's duty depends on what it, or the day before, is."""
    spelled, end_2359, rules = rows
    types = TYPES if rules.closed_on_holidays else TYPES[:2]
    for weekday in range(7):
        days = [shifts_on(spelled, end_2359, weekday, kind) for kind in types]
        evenings = [shifts_on(spelled, end_2359, (weekday - 1) % 7, kind) for kind in types]
        possible = {
            tuple(_within_a_day([*day, *((a - DAY_MINUTES, b - DAY_MINUTES) for a, b in evening)]))
            for day in days
            for evening in evenings
        }
        if len(possible) > 1:
            return True
    return False


def _within_a_day(spans: Iterable[Span]) -> list[Span]:
    return merge((max(start, 0), min(end, DAY_MINUTES)) for start, end in spans)
