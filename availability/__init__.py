"""Who can take this ticket? Helpdesk agents' weekly schedules as exact intervals of time.

Reading order: ``WeeklySchedule`` (rows as the API sends them) makes a ``Timeline``
(when is that?); ``Agent`` has one, ``Roster`` has agents (who is on duty, who is
available, who is next); ``HelpdeskClient`` fetches them from Feishu or Lark.
``WorkCalendar``, ``Leave`` and ``ExtraShift`` say where the week is not as usual.
``Roster`` counts, too, over a window: a headcount is a ``StepFunction``, a ``StaffingPlan``
says how many are needed, a ``Gap`` when they are not there.
Importing this module is light: the client's dependencies load with the client.
"""

from __future__ import annotations

from availability.engine.calendars import WorkCalendar
from availability.engine.intervals import Interval
from availability.engine.overrides import ExtraShift, Leave
from availability.engine.schedule import DutyRange, WeeklySchedule
from availability.engine.timeline import Timeline
from availability.errors import (
    AccessDeniedError,
    AuthenticationError,
    AvailabilityError,
    BadRequestError,
    BudgetError,
    CalendarUnknownError,
    CircuitOpenError,
    ConfigurationError,
    FeishuError,
    InstantError,
    NaiveDatetimeError,
    NotFoundError,
    NothingKnownError,
    OverrideError,
    PayloadError,
    PlanError,
    RateLimitedError,
    ScheduleError,
    ServerError,
    StoreError,
    TimezoneError,
    TransportError,
    UnknownAgentError,
    UnknownSkillError,
    UnknownStateError,
    UnreachableError,
    WindowError,
)
from availability.roster.agent import Agent, Skill, Status
from availability.roster.answer import Answer, Freshness, State
from availability.roster.diagnostic import Diagnostic, Severity
from availability.roster.reasons import Reason, ReasonCode
from availability.roster.roster import Roster
from availability.roster.skills import SkillRule, all_of, any_of
from availability.roster.upcoming import NextAvailable, Transition

TYPE_CHECKING = False
if TYPE_CHECKING:
    from availability.engine.staffing_plan import Closure, Requirement, StaffingPlan
    from availability.engine.steps import StepFunction
    from availability.feeds.ical import LeaveFeed, read_leave_feed
    from availability.feeds.override_file import read_overrides
    from availability.feeds.plan_file import read_plan
    from availability.feishu.breaker import Breaker
    from availability.feishu.budget import Budget
    from availability.feishu.client import HelpdeskClient
    from availability.feishu.patience import Patience
    from availability.live.events import Cause, DutyEvent
    from availability.live.history import Change, History
    from availability.live.live_roster import AgedAgents, LiveRoster
    from availability.live.sqlite_store import SqliteStore
    from availability.live.store import Snapshot, SnapshotStore
    from availability.live.watch import Watch
    from availability.roster.comparison import Comparison, Difference
    from availability.roster.diagnosis import Diagnosis, ZoneVerdict
    from availability.roster.gaps import Gap
    from availability.roster.handoffs import Handoff
    from availability.roster.load import Load, Report
    from availability.roster.shift_list import AgentShift
    from availability.roster.week import Week

__all__ = [
    "AccessDeniedError",
    "AgedAgents",
    "Agent",
    "AgentShift",
    "Answer",
    "AuthenticationError",
    "AvailabilityError",
    "BadRequestError",
    "Breaker",
    "Budget",
    "BudgetError",
    "CalendarUnknownError",
    "Cause",
    "Change",
    "CircuitOpenError",
    "Closure",
    "Comparison",
    "ConfigurationError",
    "Diagnosis",
    "Diagnostic",
    "Difference",
    "DutyEvent",
    "DutyRange",
    "ExtraShift",
    "FeishuError",
    "Freshness",
    "Gap",
    "Handoff",
    "HelpdeskClient",
    "History",
    "InstantError",
    "Interval",
    "Leave",
    "LeaveFeed",
    "LiveRoster",
    "Load",
    "NaiveDatetimeError",
    "NextAvailable",
    "NotFoundError",
    "NothingKnownError",
    "OverrideError",
    "Patience",
    "PayloadError",
    "PlanError",
    "RateLimitedError",
    "Reason",
    "ReasonCode",
    "Report",
    "Requirement",
    "Roster",
    "ScheduleError",
    "ServerError",
    "Severity",
    "Skill",
    "SkillRule",
    "Snapshot",
    "SnapshotStore",
    "SqliteStore",
    "StaffingPlan",
    "State",
    "Status",
    "StepFunction",
    "StoreError",
    "Timeline",
    "TimezoneError",
    "Transition",
    "TransportError",
    "UnknownAgentError",
    "UnknownSkillError",
    "UnknownStateError",
    "UnreachableError",
    "Watch",
    "Week",
    "WeeklySchedule",
    "WindowError",
    "WorkCalendar",
    "ZoneVerdict",
    "all_of",
    "any_of",
    "read_leave_feed",
    "read_overrides",
    "read_plan",
]


#: Where the names are that load more than most users need.
LATE = {
    "Closure": "availability.engine.staffing_plan",
    "Requirement": "availability.engine.staffing_plan",
    "StaffingPlan": "availability.engine.staffing_plan",
    "StepFunction": "availability.engine.steps",
    "Week": "availability.roster.week",
    "Gap": "availability.roster.gaps",
    "Handoff": "availability.roster.handoffs",
    "Load": "availability.roster.load",
    "Report": "availability.roster.load",
    "AgentShift": "availability.roster.shift_list",
    "Change": "availability.live.history",
    "History": "availability.live.history",
    "SqliteStore": "availability.live.sqlite_store",
    "Cause": "availability.live.events",
    "DutyEvent": "availability.live.events",
    "HelpdeskClient": "availability.feishu.client",
    "Breaker": "availability.feishu.breaker",
    "Budget": "availability.feishu.budget",
    "AgedAgents": "availability.live.live_roster",
    "LiveRoster": "availability.live.live_roster",
    "Watch": "availability.live.watch",
    "Comparison": "availability.roster.comparison",
    "Difference": "availability.roster.comparison",
    "Diagnosis": "availability.roster.diagnosis",
    "Explanation": "availability.roster.explain",
    "Finding": "availability.roster.diagnosis",
    "Fit": "availability.roster.diagnosis",
    "LeaveFeed": "availability.feeds.ical",
    "ZoneVerdict": "availability.roster.diagnosis",
    "Patience": "availability.feishu.patience",
    "Snapshot": "availability.live.store",
    "SnapshotStore": "availability.live.store",
    "read_leave_feed": "availability.feeds.ical",
    "read_overrides": "availability.feeds.override_file",
    "read_plan": "availability.feeds.plan_file",
}


def __getattr__(name: str) -> object:
    if name in LATE:
        from importlib import import_module  # noqa: PLC0415  (only who needs one pays)

        return getattr(import_module(LATE[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
