"""One agent of the desk (客服): who they are, what they can do, when. Imports engine, errors."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from typing import TYPE_CHECKING, TypeAlias

from availability.engine.instants import MICROS, to_micros
from availability.engine.schedule import WeeklySchedule
from availability.engine.timeline import Timeline
from availability.errors import one_line

if TYPE_CHECKING:
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


@dataclass(frozen=True, slots=True)
class Skill:
    """A skill (客服技能) that an agent has; ``is_default`` is the platform's own flag."""

    id: str
    name: str | None = None
    is_default: bool = False


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """Something odd in a payload: a stable code, and one line that says what and where."""

    code: str
    message: str
    agent_id: str | None = None

    def __str__(self) -> str:
        whose = f"{self.agent_id}: " if self.agent_id else ""
        return one_line(f"{whose}{self.message} [{self.code}]")


@dataclass(frozen=True, slots=True)
class Agent:
    """One agent: an id and a schedule, and what else the platform tells.

    ``schedule`` and ``timeline`` are None where the schedule could not be read
    at all; ``unreadable_rows`` counts the rows that could not be read beside
    those that could. ``status_code`` is the raw value behind ``status``.

    >>> from datetime import datetime, timezone
    >>> schedule = WeeklySchedule.parse(
    ...     [{"weekday": 9, "start_time": "00:00", "end_time": "24:00"}], tz="Asia/Shanghai")
    >>> Agent(id="ou_1", schedule=schedule).is_on_duty(datetime(2026, 6, 1, tzinfo=timezone.utc))
    True
    """

    id: str
    schedule: WeeklySchedule | None = field(repr=False)
    name: str | None = None
    email: str | None = field(default=None, repr=False)
    department: str | None = field(default=None, repr=False)
    company_name: str | None = field(default=None, repr=False)
    avatar_url: str | None = field(default=None, repr=False)
    status: Status = field(default=Status.UNKNOWN, repr=False)
    status_code: RawStatus = field(default=None, repr=False)
    skills: tuple[Skill, ...] = field(default=(), repr=False)
    diagnostics: tuple[Diagnostic, ...] = field(default=(), repr=False)
    unreadable_rows: int = field(default=0, repr=False)
    timeline: Timeline | None = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        timeline = None if self.schedule is None else Timeline(self.schedule)
        object.__setattr__(self, "timeline", timeline)
        object.__setattr__(self, "skills", tuple(self.skills))
        object.__setattr__(self, "diagnostics", tuple(self.diagnostics))

    def is_on_duty(self, at: datetime) -> bool | None:
        """Return the schedule's answer at an instant, None where nobody can say.

        A readable row that says yes is enough; where rows could not be read, or
        the whole schedule could not, the rest is unknown rather than no.
        """
        second = to_micros(at) // MICROS
        if self.timeline is not None and self.timeline.course.is_on(second):
            return True
        return None if self.timeline is None or self.unreadable_rows else False

    def until(self, at: datetime) -> pendulum.DateTime | None:
        """Return the first instant after ``at`` at which the schedule's answer may differ.

        None where it never will, or where nobody can say what it is.
        """
        if self.timeline is None or self.is_on_duty(at) is None:
            return None
        return self.timeline.next_change(at)

    def has_skill(self, skill: str) -> bool:
        """Return whether the agent has a skill, given by its id or its name."""
        return any(skill in (own.id, own.name) for own in self.skills)
