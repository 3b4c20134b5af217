"""Who can take this ticket? Helpdesk agents' weekly schedules as exact intervals of time.

Reading order: ``WeeklySchedule`` (rows as the API sends them) makes a ``Timeline``
(when is that?); ``Agent`` has one, ``Roster`` has agents (who is on duty, who is
available, who is next); ``HelpdeskClient`` fetches them from Feishu or Lark.
Importing this module is light: the client's dependencies load with the client.
"""

from __future__ import annotations

from availability.engine.intervals import Interval
from availability.engine.schedule import DutyRange, WeeklySchedule
from availability.engine.timeline import Timeline
from availability.errors import (
    AccessDeniedError,
    AuthenticationError,
    AvailabilityError,
    BadRequestError,
    CalendarUnknownError,
    ConfigurationError,
    FeishuError,
    InstantError,
    NaiveDatetimeError,
    NotFoundError,
    PayloadError,
    RateLimitedError,
    ScheduleError,
    ServerError,
    TimezoneError,
    TransportError,
    UnknownAgentError,
    UnreachableError,
    WindowError,
)
from availability.roster.agent import Agent, Skill, Status
from availability.roster.answer import Freshness, State
from availability.roster.diagnostic import Diagnostic, Severity
from availability.roster.roster import Roster, Transition

TYPE_CHECKING = False
if TYPE_CHECKING:
    from availability.feishu.client import HelpdeskClient

__all__ = [
    "AccessDeniedError",
    "Agent",
    "AuthenticationError",
    "AvailabilityError",
    "BadRequestError",
    "CalendarUnknownError",
    "ConfigurationError",
    "Diagnostic",
    "DutyRange",
    "FeishuError",
    "Freshness",
    "HelpdeskClient",
    "InstantError",
    "Interval",
    "NaiveDatetimeError",
    "NotFoundError",
    "PayloadError",
    "RateLimitedError",
    "Roster",
    "ScheduleError",
    "ServerError",
    "Severity",
    "Skill",
    "State",
    "Status",
    "Timeline",
    "TimezoneError",
    "Transition",
    "TransportError",
    "UnknownAgentError",
    "UnreachableError",
    "WeeklySchedule",
    "WindowError",
]


def __getattr__(name: str) -> object:
    if name == "HelpdeskClient":
        from availability.feishu.client import HelpdeskClient  # noqa: PLC0415  (loads requests)

        return HelpdeskClient
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
