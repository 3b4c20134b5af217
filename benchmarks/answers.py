"""What an answer with its reasons costs, beside the schedule's bare yes or no."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial

from measure import contestant, race
from setting import Question, Setting
from targets import Bound, Line, lines
from workload import instants, near_now

from availability import Roster

#: How many agents are asked about.
AGENTS = 100
#: How many times the bare question: an answer holds nine facts, and is made anew each time.
CHECK, AVAILABLE = 40, 5
Instants = Callable[[Setting], Sequence[datetime]]


def checked(name: str, chosen: Instants, setting: Setting) -> Iterator[Line]:
    """Measure ``check`` beside the same agents' ``is_on_duty``, at the same instants."""
    at = chosen(setting)
    roster = Roster(setting.desk(1_000), fetched_at=at[0], clock=lambda: at[0])
    some = roster.agents[:AGENTS]
    field = [
        contestant("ours", [(partial(roster.check, agent.id), at) for agent in some]),
        contestant("is_on_duty", [(agent.timeline.is_on_duty, at) for agent in some]),
    ]
    yield from lines(name, race(field, setting.rounds), [Bound("is_on_duty", at_most=CHECK)])


def offered(name: str, setting: Setting) -> Iterator[Line]:
    """Measure ``available`` beside the roster's ``on_duty``, in the same order."""
    at = near_now(100, setting.chance(name))
    roster = Roster(setting.desk(10_000), fetched_at=at[0], clock=lambda: at[0])
    field = [
        contestant("ours", [(roster.available, at)]),
        contestant("on_duty", [(partial(roster.on_duty, order="roster"), at)]),
    ]
    yield from lines(name, race(field, setting.rounds), [Bound("on_duty", at_most=AVAILABLE)])


CHECKS: Sequence[tuple[str, Instants]] = (
    ("roster.check near now", lambda setting: near_now(100, setting.chance("check near now"))),
    ("roster.check at random", lambda setting: instants(100, setting.chance("check at random"))),
)
OFFERED = "roster.available of 10 k"
QUESTIONS: Sequence[Question] = (
    *((name, partial(checked, name, chosen)) for name, chosen in CHECKS),
    (OFFERED, partial(offered, OFFERED)),
)
