"""The questions to a whole roster: who is on duty, and how many."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial

from measure import Ask, Contestant, Empty, Pairs, contestant, race
from peers import Peer, opening_hours_osm, stdlib_loop
from setting import Question, Setting
from targets import Bound, Line, lines
from workload import SEED, cases, instants, near_now

from availability import Agent, Roster

COPY, LOOP = "copying the list", "loop over agents"
ROSTER_ORDER = ', order="roster"'
#: How many instants: the lists found at all of them are kept for copying.
INSTANTS = {1_000: 300, 10_000: 100, 100_000: 30}


def in_roster_order(pairs: Pairs) -> None:
    """Ask about each instant, in the order in which the agents were given."""
    for ask, arguments in pairs:
        for at in arguments:
            ask(at, order="roster")


def random(size: int, setting: Setting) -> Iterator[Line]:
    """Measure random instants beside copying what is found, and beside asking each agent."""
    roster, at = Roster(setting.desk(size)), _anytime(size, setting)
    field = [
        contestant("ours", [(roster.on_duty, at)]),
        copying([roster.on_duty(one) for one in at]),
        contestant(LOOP, [(looping(roster.agents), at)]),
    ]
    if size == 1_000:
        field += [by_peer(peer, size, at) for peer in (stdlib_loop.PEER, opening_hours_osm.PEER)]
    bounds = [Bound(COPY, at_most=5), Bound(LOOP, at_least=50)]
    yield from lines(_named("on_duty", size), race(field, setting.rounds), bounds)


def ordered(size: int, setting: Setting) -> Iterator[Line]:
    """Measure random instants in the roster's order beside copying what is found."""
    roster, at = Roster(setting.desk(size)), _anytime(size, setting)
    field = [
        contestant("ours", [(roster.on_duty, at)], in_roster_order),
        copying([roster.on_duty(one, order="roster") for one in at]),
    ]
    name = _named("on_duty", size, ROSTER_ORDER)
    yield from lines(name, race(field, setting.rounds), [Bound(COPY, at_most=15)])


def near(size: int, setting: Setting) -> Iterator[Line]:
    """Measure instants near some moment beside copying what is found."""
    roster = Roster(setting.desk(size))
    at = near_now(INSTANTS[size], setting.chance(f"near now {size}"))
    field = [
        contestant("ours", [(roster.on_duty, at)]),
        copying([roster.on_duty(one) for one in at]),
    ]
    name = _named("on_duty", size, " near now")
    yield from lines(name, race(field, setting.rounds), [Bound(COPY, at_most=1.5)])


def counted(size: int, setting: Setting) -> Iterator[Line]:
    """Measure the number on duty at random instants beside a call."""
    roster, at = Roster(setting.desk(size)), instants(1000, setting.chance(f"counted {size}"))
    field = [
        contestant("ours", [(roster.count_on_duty, at)]),
        contestant("call", [(Empty().ask, at)]),
    ]
    yield from lines(
        _named("count_on_duty", size), race(field, setting.rounds), [Bound("call", at_most=40)]
    )


def copying(found: Sequence[list[Agent]]) -> Contestant:
    """Return who copies the lists that were found."""
    return contestant(COPY, [(list.copy, found)])


def looping(agents: Sequence[Agent]) -> Ask:
    """Return what asks each agent's timeline."""
    return lambda at: [agent for agent in agents if agent.timeline.is_on_duty(at)]


def by_peer(peer: Peer, size: int, at: Sequence[datetime]) -> Contestant:
    """Return who asks a peer about each agent."""
    asks = [
        (number, peer.asks(case)["is_on_duty"]) for number, case in enumerate(cases(size, SEED))
    ]
    given = [peer.given(one) for one in at]
    return contestant(
        peer.name, [(lambda at: [number for number, is_on in asks if is_on(at)], given)]
    )


def _anytime(size: int, setting: Setting) -> list[datetime]:
    return instants(INSTANTS[size], setting.chance(f"anytime {size}"))


def _named(method: str, size: int, how: str = "") -> str:
    shown = f"{size // 1000} k" if size < 1_000_000 else f"{size // 1_000_000} M"
    return f"roster.{method} of {shown}{how}"


MILLION = 1_000_000
QUESTIONS: Sequence[Question] = (
    *((_named("on_duty", size), partial(random, size)) for size in INSTANTS),
    *((_named("on_duty", size, ROSTER_ORDER), partial(ordered, size)) for size in INSTANTS),
    *((_named("on_duty", size, " near now"), partial(near, size)) for size in (10_000, 100_000)),
    *(
        (_named("count_on_duty", size), partial(counted, size))
        for size in (1_000, 100_000, MILLION)
    ),
)
#: What a quick run leaves out.
THOROUGH_ONLY = (_named("count_on_duty", MILLION),)
