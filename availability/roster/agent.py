"""One agent of the desk (客服): who they are, what they can do, when.
Imports diagnostic, engine, errors.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from enum import IntEnum

from availability.engine.course import Course
from availability.engine.courses import course_with, unknown_course
from availability.engine.instants import MICROS, to_second
from availability.engine.overrides import Override, checked_overrides
from availability.engine.schedule import WeeklySchedule
from availability.engine.timeline import Timeline
from availability.engine.value import Value
from availability.engine.zones import shown_in
from availability.errors import CalendarUnknownError, ConfigurationError, describe, one_line, short
from availability.roster.diagnostic import Diagnostic

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    import pendulum

    RawStatus: TypeAlias = int | float | str | bool | None


class Status(IntEnum):
    """What the platform said of an agent when it was asked (客服状态).

    ONLINE (1), OFFLINE (2, set by hand), OFF_DUTY (3, derived by the server from
    the schedule), REMOVED (4, no longer an agent); UNKNOWN stands for an absent
    status and for any code that is none of these.
    """

    UNKNOWN = 0
    ONLINE = 1
    OFFLINE = 2
    OFF_DUTY = 3
    REMOVED = 4


class Skill(Value):
    """A skill (客服技能) that an agent has; ``is_default`` is the platform's own flag."""

    __slots__ = _fields = ("id", "name", "is_default")

    id: str
    name: str | None
    is_default: bool

    def __init__(self, id: str, name: str | None = None, is_default: bool = False) -> None:  # noqa: A002  (the platform's word)
        self._fill(id, name, is_default)

    @property
    def label(self) -> str:
        """The skill's name, or the id of one without, on one line."""
        return one_line(self.name or self.id)


class Agent(Value):
    """One agent: an id and a schedule, and what else the platform tells.

    ``schedule`` and ``timeline`` are None where the schedule could not be read
    at all; ``unreadable_rows`` counts the rows that could not be read beside
    beside those that could. ``status_code`` is the raw value behind ``status``.
    ``overrides`` are the agent's leave and extra shifts, which are not the platform's.

    >>> from datetime import datetime, timezone
    >>> schedule = WeeklySchedule.parse(
    ...     [{"weekday": 9, "start_time": "00:00", "end_time": "24:00"}], tz="Asia/Shanghai")
    >>> Agent(id="ou_1", schedule=schedule).is_on_duty(datetime(2026, 6, 1, tzinfo=timezone.utc))
    True
    """

    _fields = (
        "id",
        "schedule",
        "name",
        "email",
        "department",
        "company_name",
        "avatar_url",
        "status",
        "status_code",
        "skills",
        "diagnostics",
        "unreadable_rows",
        "overrides",
    )
    _shown = ("id", "name")
    __slots__ = (*_fields, "timeline", "course")

    id: str
    schedule: WeeklySchedule | None
    name: str | None
    email: str | None
    department: str | None
    company_name: str | None
    avatar_url: str | None
    status: Status
    status_code: RawStatus
    skills: tuple[Skill, ...]
    diagnostics: tuple[Diagnostic, ...]
    unreadable_rows: int
    overrides: tuple[Override, ...]
    timeline: Timeline | None
    #: On and off duty in integer UTC seconds, None where nothing is known.
    course: Course | None

    def __init__(  # noqa: PLR0917  (by name, but pickle by position)
        self,
        id: str,  # noqa: A002  (the platform's word)
        schedule: WeeklySchedule | None,
        name: str | None = None,
        email: str | None = None,
        department: str | None = None,
        company_name: str | None = None,
        avatar_url: str | None = None,
        status: Status = Status.UNKNOWN,
        status_code: RawStatus = None,
        skills: Iterable[Skill] = (),
        diagnostics: Iterable[Diagnostic] = (),
        unreadable_rows: int = 0,
        overrides: Iterable[Override] = (),
    ) -> None:
        if overrides:
            overrides = _checked_overrides(overrides, id)
        set_id(self, id)  # this is _fill without its loop
        set_schedule(self, schedule)
        set_name(self, name)
        set_email(self, email)
        set_department(self, department)
        set_company_name(self, company_name)
        set_avatar_url(self, avatar_url)
        set_status(self, status if type(status) is Status else _checked(status))
        set_status_code(self, status_code)
        set_skills(self, tuple(skills))
        set_diagnostics(self, tuple(diagnostics))
        set_unreadable_rows(self, unreadable_rows)
        set_overrides(self, overrides or ())
        timeline = None if schedule is None else Timeline(schedule, self.overrides)
        set_timeline(self, timeline)
        set_course(self, self._unscheduled() if timeline is None else timeline.course)

    def is_on_duty(self, at: datetime) -> bool | None:
        """Return the schedule's answer at an instant, None where nobody can say.

        A readable row that says yes is enough; where rows could not be read, or
        the whole schedule could not, the rest is unknown rather than no. So is
        what depends on a year that the schedule's calendar does not know. Leave and
        extra shifts say what they say in any case.
        """
        timeline = self.timeline
        try:
            if timeline is None:
                second, course = to_second(at), self.course
                return None if course is None else course.is_on(second)
            if timeline.is_on_duty(at):
                return True
        except CalendarUnknownError:
            return None
        return None if self.unreadable_rows and not self.is_on_leave(at) else False

    def is_on_leave(self, at: datetime) -> bool:
        """Return whether an instant lies in the agent's leave."""
        second = to_second(at)
        course = self.course if self.overrides else None
        return course is not None and course.is_on_leave(second)

    @property
    def placed(self) -> tuple[Override, ...]:
        """The overrides of which it is known when they are.

        All; but where no schedule says in which zone, only those by instants, and
        those that name their zone.
        """
        if self.schedule is not None:
            return self.overrides
        return tuple(one for one in self.overrides if not one.times.is_wall or one.tz is not None)

    def _unscheduled(self) -> Course | None:
        """Return what overrides say without a schedule, None where they say nothing."""
        placed = self.placed
        return course_with(unknown_course("UTC"), placed) if placed else None

    def until(self, at: datetime) -> pendulum.DateTime | None:
        """Return the first instant after ``at`` at which the schedule's answer may differ.

        None where it never will, or where nobody can say what it is.
        """
        if self.course is None or self.is_on_duty(at) is None:
            return None
        if self.timeline is None or self.unreadable_rows:
            until = self.course.holds_until(to_second(at))
            return None if until is None else shown_in(self.course.zone.key, until * MICROS)
        try:
            return self.timeline.next_change(at)
        except CalendarUnknownError:
            return None

    @property
    def label(self) -> str:
        """The agent's name, or the id of one without, on one line."""
        return one_line(self.name or self.id)

    def has_skill(self, skill: str) -> bool:
        """Return whether the agent has a skill, given by its id or its name."""
        for own in self.skills:  # noqa: SIM110  (a generator takes five times as long)
            if skill in (own.id, own.name):
                return True
        return False


def no_agent(agent_id: object, known: Collection[str]) -> str:
    """Return what to say of an id that is none of the known ones: which are the nearest."""
    from difflib import get_close_matches  # noqa: PLC0415  (only who mistypes pays)

    nearest = [short(one) for one in get_close_matches(str(agent_id), known, n=3)]
    hint = f"; nearest: {', '.join(nearest)}" if nearest else ""
    return f"no agent {short(repr(agent_id))} among {len(known)} on the roster{hint}"


def _checked_overrides(overrides: Iterable[Override], agent_id: str) -> tuple[Override, ...]:
    found = checked_overrides(overrides)
    for one in found:
        if one.agent_id != agent_id:
            raise ConfigurationError(f"overrides: {one.agent_id!r} in those of {agent_id!r}")
    return found


def _checked(status: object) -> Status:
    if isinstance(status, int) and status in Status.__members__.values():
        return Status(status)
    raise ConfigurationError(f"status: {describe(status)} is not a Status; allowed: 0 to 4")


(
    set_id,
    set_schedule,
    set_name,
    set_email,
    set_department,
    set_company_name,
    set_avatar_url,
    set_status,
    set_status_code,
    set_skills,
    set_diagnostics,
    set_unreadable_rows,
    set_overrides,
    set_timeline,
    set_course,
) = Agent._setters  # noqa: SLF001  (its own module)
