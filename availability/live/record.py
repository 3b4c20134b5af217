"""An agent, and the desk around the agents, as JSON texts and back.
Imports engine, roster, errors.

Equal agents have equal texts. What is configuration has no place in them: leave and
extra shifts, the calendar of working days, the time to live of statuses. A field that
a text lacks was not there when it was written, and has its default.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from availability.engine.schedule import DutyRange, WeeklySchedule, clock
from availability.engine.value import Value
from availability.errors import AvailabilityError, StoreError, describe, one_line
from availability.roster.agent import Agent, Skill, Status
from availability.roster.diagnostic import Diagnostic
from availability.roster.roster import Roster

if TYPE_CHECKING:
    from availability.roster.agent import RawStatus

T = TypeVar("T")

TEXT = (str,)
TEXT_OR_NULL = (str, type(None))
#: Fields of an agent that are text or nothing.
TEXTS = ("name", "email", "department", "company_name", "avatar_url")
#: Python reads and writes no more than some thousand decimal digits.
LONGEST_INT = 1 << 63


class Desk(Value):
    """What a roster has besides its agents: their order, and what else was known."""

    __slots__ = _fields = ("agent_ids", "left_out", "skills", "gone")

    agent_ids: tuple[str, ...]
    left_out: tuple[Diagnostic, ...]
    skills: tuple[Skill, ...] | None
    gone: frozenset[str]

    def __init__(
        self,
        agent_ids: Iterable[str],
        left_out: Iterable[Diagnostic],
        skills: tuple[Skill, ...] | None,
        gone: Iterable[str],
    ) -> None:
        self._fill(tuple(agent_ids), tuple(left_out), skills, frozenset(gone))


def agent_text(agent: Agent) -> str:
    """Return an agent as a text: all that the platform says.

    Raises:
        StoreError: a field is not of its type.

    >>> agent_text(Agent("ou_1", None))[:40]
    '{"avatar_url":null,"company_name":null,"'
    """
    return _written(_agent_fields, agent, f"agent {describe(agent.id)}")


def desk_text(roster: Roster) -> str:
    """Return as a text what a roster has besides its agents, and their order.

    Raises:
        StoreError: a field is not of its type.
    """
    return _written(_desk_fields, roster, "desk")


def read_agent(text: object, where: str) -> Agent:
    """Return the agent of a text; ``where`` names it in errors.

    Raises:
        StoreError: not what :func:`agent_text` writes; no message shows a value.
    """
    return _read(_agent, text, where)


def read_desk(text: object, where: str) -> Desk:
    """Return what :func:`desk_text` wrote; ``where`` names it in errors.

    Raises:
        StoreError: not what it writes.
    """
    return _read(_desk, text, where)


def _written(fields_of: Callable[[Any], object], value: object, what: str) -> str:
    try:
        return json.dumps(fields_of(value), sort_keys=True, separators=(",", ":"))
    except (AttributeError, TypeError, ValueError, RecursionError) as error:
        raise StoreError(f"{what} cannot be written: {one_line(str(error))}") from error


def _read(make: Callable[[object, str], T], text: object, where: str) -> T:
    if not isinstance(text, str):
        raise StoreError(f"{where}: {type(text).__name__} is not a text")
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise StoreError(f"{where}: not JSON") from error
    try:
        return make(found, where)
    except StoreError:
        raise
    except AvailabilityError as error:  # a row, a zone or a policy that there is not
        raise StoreError(f"{where}: {error}") from error


def _agent_fields(agent: Agent) -> dict[str, object]:
    return {
        "id": agent.id,
        **{name: getattr(agent, name) for name in TEXTS},
        "schedule": None if agent.schedule is None else _schedule_fields(agent.schedule),
        "status": int(agent.status),
        "status_code": _code_field(agent.status_code),
        "skills": [_plain(skill) for skill in agent.skills],
        "diagnostics": [_plain(odd) for odd in agent.diagnostics],
        "unreadable_rows": agent.unreadable_rows,
    }


def _desk_fields(roster: Roster) -> dict[str, object]:
    skills = roster.skills
    return {
        "agents": [agent.id for agent in roster],
        "left_out": [_plain(odd) for odd in roster.left_out],
        "skills": None if skills is None else [_plain(skill) for skill in skills],
        "gone": sorted(roster.gone),
    }


def _schedule_fields(schedule: WeeklySchedule) -> dict[str, object]:
    rows = [
        {"weekday": weekday, "start_time": clock(start), "end_time": clock(end)}
        for weekday, start, end in schedule.spelled
    ]
    return {"rows": rows, "tz": schedule.tz, "end_2359": schedule.end_2359}


def _plain(value: Skill | Diagnostic) -> dict[str, object]:
    return {name: getattr(value, name) for name in value._fields}


def _code_field(code: RawStatus) -> object:
    """Return a raw status as what JSON can say: it has neither infinities nor any int."""
    if isinstance(code, float) and not math.isfinite(code):
        return {"float": repr(float(code))}
    if isinstance(code, int) and not -LONGEST_INT <= code < LONGEST_INT:
        return {"int": hex(code)}
    return code


def _agent(found: object, where: str) -> Agent:
    fields = _object(found, ("id", "schedule"), AGENT, where)
    schedule = fields["schedule"]
    return Agent(
        id=_typed(fields, "id", TEXT, where),
        schedule=None if schedule is None else _schedule(schedule, f"{where}: schedule"),
        **{name: _typed(fields, name, TEXT_OR_NULL, where) for name in TEXTS},
        status=Status(_number(fields, "status", where, most=max(Status))),
        status_code=_code(fields["status_code"], f"{where}: status_code"),
        skills=_each(_skill, fields, "skills", where),
        diagnostics=_each(_diagnostic, fields, "diagnostics", where),
        unreadable_rows=_number(fields, "unreadable_rows", where),
    )


def _desk(found: object, where: str) -> Desk:
    fields = _object(found, ("agents",), DESK, where)
    has_catalogue = fields["skills"] is not None
    return Desk(
        _each(_text, fields, "agents", where),
        _each(_diagnostic, fields, "left_out", where),
        _each(_skill, fields, "skills", where) if has_catalogue else None,
        _each(_text, fields, "gone", where),
    )


def _schedule(found: object, where: str) -> WeeklySchedule:
    fields = _object(found, ("rows", "tz"), SCHEDULE, where)
    return WeeklySchedule(
        _each(DutyRange.parse, fields, "rows", where),
        _typed(fields, "tz", TEXT, where),
        _typed(fields, "end_2359", TEXT, where),
    )


def _skill(found: object, where: str) -> Skill:
    fields = _object(found, ("id",), SKILL, where)
    return Skill(
        _typed(fields, "id", TEXT, where),
        _typed(fields, "name", TEXT_OR_NULL, where),
        _typed(fields, "is_default", (bool,), where),
    )


def _diagnostic(found: object, where: str) -> Diagnostic:
    fields = _object(found, ("code", "message"), DIAGNOSTIC, where)
    return Diagnostic(
        _typed(fields, "code", TEXT, where),
        _typed(fields, "message", TEXT, where),
        _typed(fields, "agent_id", TEXT_OR_NULL, where),
    )


def _code(found: object, where: str) -> RawStatus:
    if found is None or isinstance(found, bool | int | float | str):
        return found
    if isinstance(found, dict) and len(found) == 1:
        ((kind, text),) = found.items()
        try:
            if kind == "int":
                return int(text, 16)
            if kind == "float":
                return float(text)
        except (TypeError, ValueError):
            pass  # said below
    raise _odd(where, found, "a number or a text")


def _text(found: object, where: str) -> str:
    if not isinstance(found, str):
        raise _odd(where, found, "a text")
    return found


def _object(
    found: object, needed: tuple[str, ...], usual: Mapping[str, object], where: str
) -> dict[str, Any]:
    """Return an object's fields, those that it lacks as they usually are."""
    if not isinstance(found, dict) or not found.keys() >= set(needed):
        raise StoreError(f"{where}: not an object with {', '.join(needed)}")
    if not found.keys() <= usual.keys():
        # What they are called is not shown: it may be anything
        raise StoreError(f"{where}: more than {', '.join(usual)}: made by a newer version")
    return {**usual, **found}


def _typed(fields: dict[str, Any], name: str, kinds: tuple[type, ...], where: str) -> Any:
    value = fields[name]
    if type(value) not in kinds:
        raise _odd(f"{where}: {name}", value, " or ".join(kind.__name__ for kind in kinds))
    return value


def _number(fields: dict[str, Any], name: str, where: str, most: int | None = None) -> int:
    value: int = _typed(fields, name, (int,), where)
    if value < 0 or (most is not None and value > most):
        raise StoreError(f"{where}: {name}: out of bounds; allowed: 0 to {most or 'any'}")
    return value


def _each(
    make: Callable[[object, str], T], fields: dict[str, Any], name: str, where: str
) -> tuple[T, ...]:
    items = _typed(fields, name, (list,), where)
    return tuple(make(item, f"{where}: {name}[{index}]") for index, item in enumerate(items))


def _odd(where: str, found: object, allowed: str) -> StoreError:
    return StoreError(f"{where}: {type(found).__name__}; allowed: {allowed}")


#: Fields as they are written of what has nothing but what it needs.
AGENT = _agent_fields(Agent("", None))
DESK = _desk_fields(Roster([]))
SCHEDULE = _schedule_fields(WeeklySchedule((), "UTC"))
SKILL = _plain(Skill(""))
DIAGNOSTIC = _plain(Diagnostic(code="", message=""))
