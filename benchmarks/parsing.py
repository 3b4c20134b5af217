"""The questions that start from JSON: rows to a first answer, and a payload to an agent."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timezone
from itertools import cycle
from json import loads
from random import Random
from typing import Any, TypeAlias

from desks import texts
from lark_oapi.api.helpdesk.v1.model import AgentSchedule
from lark_oapi.core.json import JSON
from measure import Contestant, Run, race
from peers import opening_hours_osm, stdlib_loop
from setting import Question, Setting
from targets import Bound, Line, lines
from workload import KINDS, ZONES, Case, cases, own_office, random_rows

from availability import Timeline, WeeklySchedule
from availability.feishu.payload import parse_agent

#: The agents of one run: each with its case and its JSON text.
Desk: TypeAlias = Sequence[tuple[Case, str]]
Prepare: TypeAlias = Callable[[Case, str], tuple[Any, ...]]

AT = datetime(2026, 6, 1, 2, tzinfo=timezone.utc)
AGENTS = 300
SDK = "lark-oapi"
JSON_LOADS = "json.loads"
AGENT_BOUNDS = (Bound(JSON_LOADS, at_most=1.5), Bound(SDK, at_least=8))


def over(desks: Sequence[Desk], name: str, prepare: Prepare, ask: Callable[..., Any]) -> Contestant:
    """Return a contestant who takes the next desk for each run, and arguments made anew for it."""
    following = cycle(desks)

    def ready() -> Run:
        prepared = [prepare(case, text) for case, text in next(following)]

        def run() -> None:
            for arguments in prepared:
                ask(*arguments)

        return run

    return Contestant(name, len(desks[0]), ready)


def first_answers(
    name: str, desks: Sequence[Desk], setting: Setting, at_most: float
) -> Iterator[Line]:
    """Measure how long rows take to a first answer, beside decoding the agents' JSON."""

    def ours(rows: Any, tz: str) -> bool:
        return Timeline(WeeklySchedule.parse(rows, tz=tz)).is_on_duty(AT)

    def rows_of(case: Case, text: str) -> tuple[Any, str]:
        return loads(text)["schedule"], case.tz

    field = [over(desks, "ours", rows_of, ours), over(desks, JSON_LOADS, _text, loads)]
    for peer in (stdlib_loop.PEER, opening_hours_osm.PEER):
        at = peer.given(AT)
        ask = lambda case, asks=peer.asks, at=at: asks(case)["is_on_duty"](at)  # noqa: E731
        field.append(over(desks, peer.name, lambda case, _: (case,), ask))
    yield from lines(name, race(field, setting.rounds), [Bound(JSON_LOADS, at_most=at_most)])


def whole_agents(name: str, desks: Sequence[Desk], setting: Setting) -> Iterator[Line]:
    """Measure how long a decoded payload takes to an agent, beside the SDK's model of it."""

    def ours(payload: Any, tz: str) -> object:
        return parse_agent(payload, tz=tz)

    def payload_of(case: Case, text: str) -> tuple[Any, str]:
        return loads(text), case.tz

    field = [
        over(desks, "ours", payload_of, ours),
        over(desks, JSON_LOADS, _text, loads),
        over(desks, SDK, lambda _, text: (loads(text),), AgentSchedule),
    ]
    yield from lines(name, race(field, setting.rounds), AGENT_BOUNDS)


def from_text(setting: Setting) -> Iterator[Line]:
    """Measure the same from JSON text: what the SDK's client does with an answer's body."""
    desks = seen(setting)

    def ours(text: str, tz: str) -> object:
        return parse_agent(loads(text), tz=tz)

    field = [
        over(desks, "ours", lambda case, text: (text, case.tz), ours),
        over(desks, SDK, _text, lambda text: JSON.unmarshal(text, AgentSchedule)),
    ]
    yield from lines("parse_agent from JSON text", race(field, setting.rounds))


def _text(_: Case, text: str) -> tuple[str]:
    return (text,)


def seen(setting: Setting) -> list[Desk]:
    """Return one desk, met again in each round."""
    chance = setting.chance("seen")
    return [_desk(cases(AGENTS, chance.randrange(2**32)), chance)]


def renewed(setting: Setting) -> list[Desk]:
    """Return a desk for each round, the random fifth of it with patterns never met before."""
    chance = setting.chance("renewed")
    return [
        _desk(cases(AGENTS, chance.randrange(2**32)), chance) for _ in range(setting.rounds + 1)
    ]


def unseen(setting: Setting, salt: str, rows: Callable[[Random], Any]) -> list[Desk]:
    """Return a desk for each round, none of its patterns ever met before."""
    chance = setting.chance(f"unseen {salt}")
    return [
        _desk([Case(KINDS[-1], rows(chance), chance.choice(ZONES)) for _ in range(AGENTS)], chance)
        for _ in range(setting.rounds + 1)
    ]


def _desk(found: Sequence[Case], chance: Random) -> Desk:
    return list(zip(found, texts(found, chance), strict=True))


def _seen(setting: Setting) -> Iterator[Line]:
    return first_answers(SEEN, seen(setting), setting, 0.5)


def _first_sight(setting: Setting) -> Iterator[Line]:
    return first_answers(FIRST_SIGHT, unseen(setting, "random", random_rows), setting, 1.0)


def _short(setting: Setting) -> Iterator[Line]:
    return first_answers(SHORT, unseen(setting, "office", own_office), setting, 1.0)


def _agents(setting: Setting) -> Iterator[Line]:
    return whole_agents(PARSED, seen(setting), setting)


def _new_agents(setting: Setting) -> Iterator[Line]:
    return whole_agents(PARSED_NEW, renewed(setting), setting)


SEEN = "rows to first answer, pattern seen before"
FIRST_SIGHT = "rows to first answer, first sight"
SHORT = "rows to first answer, first sight of two rows"
PARSED = "parse_agent"
PARSED_NEW = "parse_agent, a fifth at first sight"

QUESTIONS: Sequence[Question] = (
    (SEEN, _seen),
    (FIRST_SIGHT, _first_sight),
    (SHORT, _short),
    (PARSED, _agents),
    (PARSED_NEW, _new_agents),
    ("parse_agent from JSON text", from_text),
)
