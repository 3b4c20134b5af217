"""Before anything is timed, all answer the same questions, and a plain model says who is right.

The model is the tests' own: every shift laid out date by date with dateutil and
zoneinfo, by the semantics, sharing no code with the package. Peers differ where
clocks change, because theirs are other semantics; that is listed, not hidden.
"""

from __future__ import annotations

import sys
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from itertools import chain, zip_longest
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from asking import as_given
from peers import OURS, PEERS, Peer
from peers.opening_hours_osm import expression
from setting import Setting
from workload import DAY, FIRST, LAST, ZONES, Case, changes, in_changed_hours, instants, windows

from availability import Roster

sys.path.append(str(Path(__file__).parents[1] / "tests"))

from oracle import Model

MARGIN = 30 * DAY
YEAR = timedelta(days=365)


class Truth:
    """What a case's schedule means, from a list of its shifts over the three years."""

    def __init__(self, case: Case) -> None:
        model = Model(case.rows, case.tz)
        self.spans: list[tuple[datetime, datetime]] = []
        for start, end in sorted(model.shifts(FIRST - MARGIN, LAST + MARGIN)):
            if self.spans and start <= self.spans[-1][1]:
                self.spans[-1] = self.spans[-1][0], max(end, self.spans[-1][1])
            elif start < end:
                self.spans.append((start, end))
        self.points = list(chain.from_iterable(self.spans))

    def is_on_duty(self, at: datetime) -> bool:
        """Whether an odd number of changes lies behind."""
        return bisect_right(self.points, at) % 2 == 1

    def next_change(self, at: datetime) -> datetime | None:
        """The change that follows; None where the state holds until the last shift laid out."""
        following = bisect_right(self.points, at)
        return None if len(self.points) == 2 else self.points[following]

    def intervals(self, start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
        """The spans that touch a window, clipped to it."""
        return [(max(a, start), min(b, end)) for a, b in self.spans if a < end and b > start]

    def duty_time(self, start: datetime, end: datetime) -> timedelta:
        """Their sum."""
        return sum((b - a for a, b in self.intervals(start, end)), timedelta())


@dataclass(frozen=True, slots=True)
class Disagreement:
    """How often a peer differed in a question, how often near a clock change, and one example."""

    peer: str
    question: str
    asked: int
    differing: int
    near_clock_changes: int
    example: str


def checked(setting: Setting) -> Iterator[Disagreement]:
    """Yield where peers differ from ours, and stop the run where ours is wrong."""
    truths = [Truth(case) for case in (*setting.cases, *setting.edge_cases)]
    for question, arguments in _questions(setting):
        true = [[_shown(getattr(truth, question)(*each)) for each in arguments] for truth in truths]
        if wrong := _compared(setting, OURS, question, arguments, true):
            sys.exit(f"nothing is timed, because ours is wrong: {wrong}")
        found = (_compared(setting, peer, question, arguments, true) for peer in PEERS)
        yield from filter(None, found)


def check_other_forms(setting: Setting) -> None:
    """Stop the run where ours says otherwise in another zone, in bulk, or for a whole roster."""
    at = instants(150, setting.chance("other forms"))
    for asks in setting.asks(OURS):
        plain = [asks["is_on_duty"](one) for one in at]
        for zone in map(ZoneInfo, sorted(set(ZONES))):
            _same("zone", [asks["is_on_duty"](one.astimezone(zone)) for one in at], plain)
        seconds = np.array([int(one.timestamp()) for one in at])
        _same("are_on_duty", asks["are_on_duty"](seconds).tolist(), plain)
        spans = asks["intervals"](FIRST, LAST)
        _same("epochs", asks["epochs"](FIRST, LAST).tolist(), _shown(spans, OURS))
    roster = Roster(setting.desk(1_000))
    for one in at:
        loop = [agent for agent in roster if agent.is_on_duty(one)]
        _same('order="roster"', roster.on_duty(one, order="roster"), loop)
        _same("on_duty", {agent.id for agent in roster.on_duty(one)}, {each.id for each in loop})
        _same("count_on_duty", roster.count_on_duty(one), len(loop))


def _same(form: str, answer: Any, plain: Any) -> None:
    if answer != plain:
        sys.exit(f"nothing is timed, because ours contradicts itself: {form}")


def _questions(setting: Setting) -> Iterator[tuple[str, Sequence[Sequence[datetime]]]]:
    chance = setting.chance("agreement")
    some = 40 if setting.quick else 100
    at = [*instants(some, chance), *in_changed_hours(2 * some, chance)]
    yield "is_on_duty", [(one,) for one in at]
    yield "next_change", [(one,) for one in at[:: 5 if setting.quick else 1]]
    yield "intervals", windows(1, YEAR, chance)
    # From and to whole seconds, because some peers count no fractions.
    starts = [one.replace(microsecond=0) for one in at[::20]]
    yield "duty_time", [(start, start + 10 * DAY) for start in starts]


def _compared(
    setting: Setting, peer: Peer, question: str, given: Sequence[Any], truths: Sequence[Any]
) -> Disagreement | None:
    differing, asked = [], 0
    cases = [*setting.cases, *setting.edge_cases]
    for case, asks, answers in zip(cases, setting.asks(peer), truths, strict=True):
        if question not in asks:
            continue
        ask = asks[question]
        for arguments, truth in zip(given, answers, strict=True):
            asked += 1
            answer = _shown(ask(*as_given(peer, arguments)), peer)
            if answer != truth:
                differing.append((case, arguments, answer, truth))
    if not differing:
        return None
    week = 7 * DAY if question == "next_change" else 0 * DAY  # so far may the change lie ahead
    near = sum(
        _near_clock_change(case, arguments[0], arguments[-1] + week)
        for case, arguments, *_ in differing
    )
    example = _example(*min(differing, key=lambda one: len(one[0].rows)))
    return Disagreement(peer.name, question, asked, len(differing), near, example)


def _shown(answer: Any, peer: Peer | None = None) -> Any:
    """Return an answer as values that compare: seconds since 1970, whole ones of a length."""
    if isinstance(answer, timedelta):
        return round(answer.total_seconds())
    if isinstance(answer, datetime):
        return round(answer.timestamp(), 5)
    if answer is None or isinstance(answer, bool):
        return answer
    ends = peer.ends if peer else tuple
    return [[_shown(end) for end in ends(interval)] for interval in answer]


def _near_clock_change(case: Case, first: datetime, last: datetime) -> bool:
    """Return whether the case's clock changes within a window, or two days of it."""
    at, zone = first - 2 * DAY, ZoneInfo(case.tz)
    while at < last + 2 * DAY:
        if changes(zone, at, DAY):
            return True
        at += DAY
    return False


def _example(case: Case, arguments: Sequence[datetime], answer: Any, truth: Any) -> str:
    if isinstance(answer, list):
        answer, truth = next(both for both in zip_longest(answer, truth) if both[0] != both[1])
    at = " to ".join(at.isoformat() for at in arguments)
    return (
        f"{_few(expression(case.rows))} in {case.tz}, {at}: "
        f"{_readable(answer)}, ours {_readable(truth)}"
    )


def _few(spelled: str, most: int = 60) -> str:
    return spelled if len(spelled) <= most else f"{spelled[:most]}…"


def _readable(answer: Any) -> str:
    if isinstance(answer, list):
        return " to ".join(map(_readable, answer))
    if isinstance(answer, float):
        return datetime.fromtimestamp(answer, timezone.utc).isoformat()
    return f"{answer} s" if type(answer) is int else str(answer)
