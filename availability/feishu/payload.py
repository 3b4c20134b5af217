"""JSON to agents: the only place that knows Feishu's field names. Pure.
Imports roster, engine, errors.

Any field may be absent or null, and new ones may appear. What can be read is
kept; what is odd becomes a diagnostic, never a guess.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple, TypeAlias, TypeGuard

from availability.engine.day_rules import DayRules, day_rules, settings_of
from availability.engine.oddities import oddities
from availability.engine.schedule import (
    MOST_ROWS,
    DutyRange,
    WeeklySchedule,
    check_end_2359,
    named_rows,
)
from availability.engine.zones import zone_key
from availability.errors import PayloadError, ScheduleError, describe
from availability.roster.agent import Agent, Skill, Status
from availability.roster.diagnostic import Diagnostic
from availability.roster.skill_names import several_names, tell_names

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from availability.engine.day_rules import Calendar, Fallback
    from availability.engine.schedule import End2359, Spelled
    from availability.roster.agent import RawStatus

Object: TypeAlias = Mapping[str, object]
Note: TypeAlias = Callable[[str, str], None]

TEXT_FIELDS = ("name", "email", "department", "company_name", "avatar_url")
#: Skills with longer texts are not remembered: they come from outside.
MOST_SHARED = 256
SKILL_ID = attrgetter("id")
TEXT_TYPES = frozenset({str, type(None)})
STATUSES = {int(status): status for status in Status if status is not Status.UNKNOWN}


def parse_agent(
    payload: object,
    *,
    tz: str | ZoneInfo | None,
    end_2359: End2359 = "midnight",
    calendar: Calendar | None = None,
    closed_on_holidays: bool = False,
    calendar_fallback: Fallback | None = None,
) -> Agent:
    """Return the agent in one ``agent_schedule`` object, without a network.

    ``tz`` is the zone of the agent's schedule, which the API does not send;
    ``calendar`` and what follows are as for :class:`WeeklySchedule`. Odd data
    inside does not raise: it is left out and stands in ``diagnostics``.

    Raises:
        PayloadError: not an object, or without an agent id.
        TimezoneError: not an IANA time zone.

    >>> agent = parse_agent(
    ...     {
    ...         "status": 1,
    ...         "agent": {"id": "ou_1", "name": "王芳"},
    ...         "schedule": [{"weekday": 9, "start_time": "00:00", "end_time": "24:00"}],
    ...     },
    ...     tz="Asia/Shanghai",
    ... )
    >>> agent.name, agent.status.name, agent.schedule.tz
    ('王芳', 'ONLINE', 'Asia/Shanghai')
    """
    key = zone_key(tz)
    check_end_2359(end_2359)
    rules = day_rules(calendar, closed_on_holidays, calendar_fallback)
    item, agent_id = _identified(payload, "agent_schedule")
    return _read_agent(item, agent_id, Reading(key, end_2359, rules))


def parse_agents(
    items: Iterable[object],
    *,
    tz: str,
    agent_tz: Mapping[str, str],
    end_2359: End2359 = "midnight",
    rules: DayRules | None = None,
) -> tuple[list[Agent], list[Diagnostic]]:
    """Return the agents of a list, and a diagnostic for each item that is no agent."""
    agents: list[Agent] = []
    left_out: list[Diagnostic] = []
    for index, item in enumerate(items):
        try:
            found, agent_id = _identified(item, f"agent_schedules[{index}]")
        except PayloadError as error:
            left_out.append(Diagnostic(error.reason or "not_an_agent", str(error)))
        else:
            reading = Reading(agent_tz.get(agent_id, tz), end_2359, rules)
            agents.append(_read_agent(found, agent_id, reading))
    return agents, left_out


def agent_item(data: Object) -> object:
    """Return the one ``agent_schedule`` in the ``data`` of an answer."""
    item = data.get("agent_schedule")
    if item is None:
        raise PayloadError("the answer's data has no agent_schedule")
    return item


def agent_items(data: Object) -> list[object]:
    """Return the ``agent_schedules`` in the ``data`` of an answer; absent or null is empty."""
    items = data.get("agent_schedules")
    if items is None:
        return []
    if not isinstance(items, list):
        raise PayloadError(f"agent_schedules: {type(items).__name__} is not a list")
    return items


def parse_skills(data: Object) -> tuple[list[Skill], list[Diagnostic]]:
    """Return the desk's skills in the ``data`` of an answer, and what of it is none.

    Raises:
        PayloadError: not a list; absent or null is empty.
    """
    items = data.get("agent_skills")
    if items is not None and not isinstance(items, list):
        raise PayloadError(f"agent_skills: {type(items).__name__} is not a list")
    odd: list[Diagnostic] = []
    skills = _skills(items, lambda code, text: odd.append(Diagnostic(code, text)))
    return skills, odd


def saved_items(body: object) -> list[object]:
    """Return the agents in a saved answer of either endpoint, whole or only its ``data``."""
    if isinstance(body, Mapping) and body.get("code", 0) != 0:
        raise PayloadError(f"a saved refusal of the platform's: code {describe(body['code'])}")
    data = body.get("data", body) if isinstance(body, Mapping) else None
    if isinstance(data, Mapping) and "agent_schedules" in data:
        return agent_items(data)
    if isinstance(data, Mapping) and "agent_schedule" in data:
        return [agent_item(data)]
    raise PayloadError(
        "not a saved answer of the helpdesk API: "
        "data.agent_schedules or data.agent_schedule is missing"
    )


def _identified(item: object, where: str) -> tuple[Object, str]:
    """Return an item and the id of the agent in it. Messages show no values: they are logged."""
    agent = item.get("agent") if is_object(item) else None
    if not is_object(item) or not is_object(agent):
        raise PayloadError(f"{where}: not an object with an agent inside", reason="not_an_agent")
    agent_id = agent.get("id")
    if not isinstance(agent_id, str) or not agent_id:
        what = "an empty string" if agent_id == "" else type(agent_id).__name__
        raise PayloadError(f"{where}.agent.id: {what} is not an agent id", reason="missing_id")
    return item, agent_id


class Reading(NamedTuple):
    """How to read a schedule: what the API does not say."""

    tz: str
    end_2359: End2359
    rules: DayRules | None

    def schedule(self, rows: Iterable[DutyRange]) -> WeeklySchedule:
        """Return the schedule of some rows."""
        return WeeklySchedule(rows, self.tz, self.end_2359, *settings_of(self.rules))

    def parsed(self, rows: object) -> WeeklySchedule:
        """Return the schedule of rows as the API sends them, or raise ScheduleError."""
        calendar, closed, fallback = settings_of(self.rules)
        return WeeklySchedule.parse(
            rows,  # type: ignore[arg-type]
            tz=self.tz,
            end_2359=self.end_2359,
            calendar=calendar,
            closed_on_holidays=closed,
            calendar_fallback=fallback,
        )


def _read_agent(item: Object, agent_id: str, reading: Reading) -> Agent:
    odd: list[Diagnostic] = []

    def note(code: str, message: str) -> None:
        odd.append(Diagnostic(code, message, agent_id))

    agent = item["agent"]
    texts = {field: agent.get(field) for field in TEXT_FIELDS}  # type: ignore[attr-defined]
    if not set(map(type, texts.values())) <= TEXT_TYPES:
        texts = {field: _text(agent, field, f"agent.{field}", note) for field in TEXT_FIELDS}
    schedule, unreadable_rows = _schedule(item.get("schedule"), reading, note)
    status, status_code = _status(item.get("status"), note)
    skills = _skills(item.get("agent_skills"), note)
    if len(set(map(SKILL_ID, skills))) < len(skills):
        for twice, names in several_names(skills).items():
            note("duplicate_skill", f"agent_skills: {tell_names(twice, names)}")
    return Agent(
        id=agent_id,
        schedule=schedule,
        status=status,
        status_code=status_code,
        skills=skills,
        diagnostics=odd,
        unreadable_rows=unreadable_rows,
        **texts,
    )


def is_object(value: object) -> TypeGuard[Object]:
    """Return whether a value is what a JSON object becomes."""
    return type(value) is dict or isinstance(value, Mapping)  # dict: the ABC takes its time


def _text(fields: object, field: str, where: str, note: Note) -> str | None:
    value = fields.get(field) if isinstance(fields, Mapping) else None
    if value is None or isinstance(value, str):
        return value
    note("bad_field", f"{where}: {type(value).__name__} is not a string; left out")
    return None


def _schedule(rows: object, reading: Reading, note: Note) -> tuple[WeeklySchedule | None, int]:
    """Return the schedule in the readable rows, and how many rows are not.

    None where there is no list, or rows but not one that can be read.
    """
    if rows is None:
        note("missing_schedule", "schedule: missing; nobody can say when this agent is on duty")
        return None, 0
    try:
        schedule = reading.parsed(rows)
    except ScheduleError:
        return _readable_rows(rows, reading, note)
    rows_read = schedule.spelled
    is_long = len(rows_read) > MOST_ROWS
    end_2359 = reading.end_2359
    found = oddities(rows_read, end_2359) if is_long else _oddities(rows_read, end_2359)
    for code, message in found:
        note(code, message)
    return schedule, 0


def _readable_rows(rows: object, reading: Reading, note: Note) -> tuple[WeeklySchedule | None, int]:
    ranges: dict[int, DutyRange] = {}
    unreadable = 0
    try:
        for index, (where, row) in enumerate(named_rows(rows)):
            try:
                ranges[index] = DutyRange.parse(row, where)
            except ScheduleError as error:
                note(error.reason, str(error))
                unreadable += 1
    except ScheduleError as error:
        note(error.reason, str(error))
        return None, 0
    if unreadable and not ranges:
        return None, unreadable
    schedule = reading.schedule(ranges.values())
    for code, message in oddities(schedule.spelled, reading.end_2359, tuple(ranges)):
        note(code, message)
    return schedule, unreadable


@lru_cache(maxsize=1024)
def _oddities(rows: tuple[Spelled, ...], end_2359: End2359) -> tuple[tuple[str, str], ...]:
    """Return what is odd about the rows of a schedule, none of which is unreadable."""
    return tuple(oddities(rows, end_2359))


def _status(code: object, note: Note) -> tuple[Status, RawStatus]:
    if code is None:
        note("missing_status", "status: missing")
        return Status.UNKNOWN, None
    if type(code) is int and code in STATUSES:
        return STATUSES[code], code
    note("unknown_status", f"status: {describe(code)} is unknown; known: 1, 2, 3, 4")
    if isinstance(code, float) and not math.isfinite(code):
        return Status.UNKNOWN, None  # not equal to itself, it could not be part of a value
    return Status.UNKNOWN, code if isinstance(code, int | float | str) else None


def _skills(items: object, note: Note) -> list[Skill]:
    skills: list[Skill] = []
    if items is None:
        return skills
    if not isinstance(items, list):
        note("bad_field", f"agent_skills: {describe(items)} is not a list; left out")
        return skills
    for index, item in enumerate(items):
        skill_id = item.get("id") if is_object(item) else None
        if isinstance(skill_id, str) and skill_id:
            name = item.get("name")
            if type(name) not in TEXT_TYPES:
                name = _text(item, "name", f"agent_skills[{index}].name", note)
            is_long = len(skill_id) + len(name or "") > MOST_SHARED
            make = Skill if is_long else _shared_skill
            skills.append(make(skill_id, name, item.get("is_default") is True))
        else:
            where = f"agent_skills[{index}].id"
            note("bad_skill", f"{where}: {describe(skill_id)} is not a skill id; left out")
    return skills


@lru_cache(maxsize=1024)
def _shared_skill(skill_id: str, name: str | None, is_default: bool) -> Skill:
    """Return a skill; the agents who have it share it."""
    return Skill(skill_id, name, is_default)
