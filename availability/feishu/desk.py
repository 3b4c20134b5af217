"""The sandbox's helpdesk (服务台): its agents and their statuses. Imports engine, errors.

``desk.json`` holds the built-in desk: each agent's ``agent_schedule`` as the API
would send it and, beside it, the agent's time zone and where the status comes
from: ``"schedule"``, worked out anew at every request as the platform does, or a
fixed code.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from importlib.resources import files
from typing import Any

from availability.engine.schedule import DutyRange, WeeklySchedule
from availability.engine.timeline import Timeline
from availability.errors import ScheduleError

ONLINE, OFFLINE, OFF_DUTY, REMOVED = 1, 2, 3, 4
#: The statuses that a list of agents can be asked for.
STATUSES = frozenset({ONLINE, OFFLINE, OFF_DUTY, REMOVED})
AT_WORK = STATUSES - {REMOVED}
DESK_TZ = "Asia/Shanghai"


@dataclass(frozen=True, slots=True)
class Seat:
    """One agent's payload, and the timeline that its status follows, if it follows one."""

    payload: Any
    duty: Timeline | None = None

    def at(self, at: datetime) -> Any:
        """Return the payload as the platform would show it at an instant."""
        if self.duty is None:
            return self.payload
        return {"status": ONLINE if self.duty.is_on_duty(at) else OFF_DUTY, **self.payload}


@dataclass(frozen=True, slots=True)
class Desk:
    """The agents of a desk; ``agent_tz`` names the zones of those outside the desk's own."""

    seats: Sequence[Seat]
    tz: str = DESK_TZ
    agent_tz: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def built_in(cls) -> Desk:
        """Return the desk of ``desk.json``."""
        text = files("availability.feishu").joinpath("desk.json").read_text(encoding="utf-8")
        desk = json.loads(text)
        elsewhere = {
            entry["agent_schedule"]["agent"]["id"]: entry["tz"]
            for entry in desk["agents"]
            if entry["tz"] != desk["tz"]
        }
        return cls([_seat(entry) for entry in desk["agents"]], desk["tz"], elsewhere)

    @classmethod
    def of(cls, payloads: Iterable[Any]) -> Desk:
        """Return a desk that answers with payloads exactly as they are, sane or not."""
        return cls([Seat(payload) for payload in payloads])

    def listed(self, statuses: frozenset[int], at: datetime) -> list[Any]:
        """Return the payloads of the agents who have one of the statuses at an instant.

        A status that no filter can name is listed when everyone at work is asked for.
        """
        return [
            payload
            for payload in self._payloads(at)
            if _is_asked_for(_field(payload, "status"), statuses)
        ]

    def agent(self, agent_id: str, at: datetime) -> Any:
        """Return one agent's payload at an instant, None if there is no such agent."""
        for payload in self._payloads(at):
            if _field(_field(payload, "agent"), "id") == agent_id:
                return payload
        return None

    def skills(self, at: datetime) -> list[dict[str, Any]]:
        """Return the skills in the order in which they first occur, with who has each."""
        skills: dict[str, dict[str, Any]] = {}
        for payload in self._payloads(at):
            agent_id = _field(_field(payload, "agent"), "id")
            if agent_id is None or _field(payload, "status") == REMOVED:
                continue
            for skill in _items(_field(payload, "agent_skills")):
                known = skills.setdefault(str(_field(skill, "id")), _without_agents(skill))
                known["agent_ids"].append(agent_id)
        return list(skills.values())

    def _payloads(self, at: datetime) -> Iterator[Any]:
        return (seat.at(at) for seat in self.seats)


def _seat(entry: Mapping[str, Any]) -> Seat:
    payload = entry["agent_schedule"]
    if entry["status"] != "schedule":
        return Seat({"status": entry["status"], **payload})
    ranges = tuple(_readable(payload.get("schedule")))
    return Seat(payload, Timeline(WeeklySchedule(ranges, entry["tz"])))


def _readable(rows: Any) -> Iterator[DutyRange]:
    for row in _items(rows):
        try:
            yield DutyRange.parse(row)
        except ScheduleError:  # the desk has odd rows on purpose
            continue


def _is_asked_for(status: Any, statuses: frozenset[int]) -> bool:
    if type(status) is int and status in STATUSES:
        return status in statuses
    return statuses >= AT_WORK


def _without_agents(skill: Any) -> dict[str, Any]:
    return {
        "id": _field(skill, "id"),
        "name": _field(skill, "name"),
        "agent_ids": [],
        "is_default": _field(skill, "is_default") is True,
    }


def _field(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, Mapping) else None


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
