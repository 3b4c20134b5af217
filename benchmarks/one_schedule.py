"""The questions to one schedule: on duty, next change, intervals, duty time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from statistics import median
from zoneinfo import ZoneInfo

import numpy as np
from asking import Arguments, Asking
from measure import contestant, kept, race, two
from peers import OURS, PEERS
from setting import Question, Setting
from targets import Bound, Line, absolute, lines
from workload import FIRST, LAST, ZONES, Case, Window, instants, near_now, windows

MONTH = timedelta(days=30)
YEAR = timedelta(days=365)
AT_ONCE = 100_000


def now(_: Case, chance: Random) -> list[datetime]:
    """Return instants near some moment."""
    return near_now(400, chance)


def anytime(_: Case, chance: Random) -> list[datetime]:
    """Return random instants in UTC."""
    return instants(1000, chance)


def in_own_zone(case: Case, chance: Random) -> list[datetime]:
    """Return random instants as datetimes in the agent's zone."""
    return [at.astimezone(ZoneInfo(case.tz)) for at in instants(1000, chance)]


def in_another_zone(case: Case, chance: Random) -> list[datetime]:
    """Return random instants as datetimes in one of the other agents' zones."""
    zone = ZoneInfo(chance.choice([tz for tz in sorted(set(ZONES)) if tz != case.tz]))
    return [at.astimezone(zone) for at in instants(1000, chance)]


def spans(length: timedelta, count: int) -> Arguments:
    """Return what makes windows of one length."""

    def made(_: Case, chance: Random) -> list[Window]:
        return windows(count, length, chance)

    return made


def bounds(
    call: float | None = None,
    stdlib: float | None = None,
    opening_hours: float | None = None,
    only_on: tuple[int, int] | None = None,
) -> list[Bound]:
    """Return the bounds against a call, the stdlib loop and opening-hours-py."""
    found = [] if call is None else [Bound("call", at_most=call, only_on=only_on)]
    for name, least in (("stdlib loop", stdlib), ("opening-hours-py", opening_hours)):
        found += [] if least is None else [Bound(name, at_least=least)]
    return found


def are_on_duty(setting: Setting) -> Iterator[Line]:
    """Measure many random instants at once, as seconds and as datetime64."""
    chance = np.random.default_rng(setting.chance("are_on_duty").randrange(2**32))
    first, last = int(FIRST.timestamp()), int(LAST.timestamp())
    seconds = [chance.integers(first, last, AT_ONCE) for _ in setting.cases[:10]]
    dates = [each.astype("datetime64[s]") for each in seconds]
    for kind, given in (("int64 seconds", seconds), ("datetime64", dates)):
        question = f"are_on_duty, 100 k random {kind}"
        times = _raced_in_bulk(setting, given, dates)
        each = median(times["ours"]) / AT_ONCE
        shown = f"{each:.2f} ns each"
        yield absolute(question, each, shown, 10, "ns each")
        for line in lines(question, times):
            yield replace(
                line, ours=shown, theirs=f"{median(times[line.against]) / AT_ONCE:.3g} ns each"
            )


def _raced_in_bulk(
    setting: Setting, given: Sequence[np.ndarray], dates: Sequence[np.ndarray]
) -> dict[str, list[float]]:
    able = [(peer, dates) for peer in PEERS if setting.expressed(peer, "are_on_duty")]
    field = []
    for peer, arrays in ((OURS, given), *able):
        asks = [asks["are_on_duty"] for asks in setting.asks(peer)]
        pairs = [(ask, [array]) for ask, array in zip(asks, arrays, strict=False)]
        field.append(contestant(peer.name, pairs))
    return race(field, setting.rounds)


ASKINGS = (
    Asking("is_on_duty near now", "is_on_duty", now, bounds(3, 7, 20, only_on=(3, 11))),
    Asking("is_on_duty random", "is_on_duty", anytime, bounds(9, 2.5, 8)),
    Asking("is_on_duty in the agent's zone", "is_on_duty", in_own_zone, bounds(stdlib=1.1)),
    Asking("is_on_duty in another zone", "is_on_duty", in_another_zone, bounds(stdlib=1.0)),
    Asking("next_change random", "next_change", anytime, bounds(opening_hours=1.5), kept),
    Asking("next_change near now", "next_change", now, bounds(opening_hours=15), kept),
    Asking(
        "intervals of a year, untouched", "intervals", spans(YEAR, 5), bounds(opening_hours=10), two
    ),
    Asking(
        "intervals of a year, every end read",
        "read",
        spans(YEAR, 5),
        bounds(opening_hours=1.3),
        two,
    ),
    Asking("epochs of a year", "epochs", spans(YEAR, 5), bounds(opening_hours=60), two),
    Asking(
        "duty_time of 30 days", "duty_time", spans(MONTH, 50), bounds(30, opening_hours=200), two
    ),
    Asking("duty_time of 3 years", "duty_time", spans(LAST - FIRST, 50), bounds(30), two),
)
QUESTIONS: Sequence[Question] = (
    *((asking.name, asking) for asking in ASKINGS[:4]),
    ("are_on_duty", are_on_duty),
    *((asking.name, asking) for asking in ASKINGS[4:]),
)
