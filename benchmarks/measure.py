"""Interleaved rounds in one process, and the median of their ratios.

A machine that others use too is slower in one minute than in the next. So the
contestants take turns, in rounds; each round gives one ratio; and the median of
those is the figure. Every loop is as thin as Python allows.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle
from statistics import median
from time import perf_counter_ns
from typing import Any, TypeAlias

Run: TypeAlias = Callable[[], object]
Ask: TypeAlias = Callable[..., Any]
#: What to ask, of whom: one pair for each schedule, or one for a whole roster.
Pairs: TypeAlias = Sequence[tuple[Ask, Sequence[Any]]]
Loop: TypeAlias = Callable[[Pairs], None]
Times: TypeAlias = Mapping[str, Sequence[float]]

#: A run shorter than this, in nanoseconds, would be lost in noise.
LEAST = 8_000_000
#: A peer whose shortest fair run takes longer races on its own, in fewer rounds.
SLOW = 250_000_000
MOST_ROUNDS = 15


@dataclass(frozen=True, slots=True)
class Contestant:
    """Who is timed: ``ready`` sets a run up, outside the clock; a run asks that many questions.

    ``each`` is what a question took, in nanoseconds, when the run's length was chosen.
    """

    name: str
    questions: int
    ready: Callable[[], Run]
    each: float = 0.0

    @property
    def is_slow(self) -> bool:
        """Whether a run takes so long that a race with all others would wait for it."""
        return self.each * self.questions > SLOW

    @property
    def rounds(self) -> int:
        """How many rounds it is worth waiting for: one of many seconds, or a few."""
        run = self.each * self.questions
        return 1 if run > 4 * SLOW else 3 if run > SLOW else MOST_ROUNDS


class Empty:
    """What a call costs: a method with one argument that does nothing."""

    def ask(self, at: object) -> None:
        """Do nothing."""


def one(pairs: Pairs) -> None:
    """Ask about each instant."""
    for ask, arguments in pairs:
        for at in arguments:
            ask(at)


def kept(pairs: Pairs) -> None:
    """Ask about each instant, and keep the answers until the last."""
    for ask, arguments in pairs:
        [ask(at) for at in arguments]


def two(pairs: Pairs) -> None:
    """Ask about each window."""
    for ask, arguments in pairs:
        for start, end in arguments:
            ask(start, end)


def first_of_two(pairs: Pairs) -> None:
    """Do as :func:`two` does, for a call with one argument."""
    for ask, arguments in pairs:
        for start, _ in arguments:
            ask(start)


def contestant(name: str, pairs: Pairs, loop: Loop = one, least: int = LEAST) -> Contestant:
    """Return a contestant whose run is long enough: the fast repeat, the slow ask an even share.

    Each run asks another share, so that the slow, too, meet new instants.
    """
    each = _each(pairs, loop)
    wanted, total = least / each, questions_in(pairs)
    every = min(-int(-total // wanted), *(len(arguments) for _, arguments in pairs))
    pairs = [*pairs] * max(1, round(wanted / total))
    share = sum(len(arguments) // every for _, arguments in pairs)
    turns = cycle(range(every))

    def ready() -> Run:
        turn = next(turns)
        asked = [(ask, shared(arguments, every, turn)) for ask, arguments in pairs]
        return lambda: loop(asked)

    return Contestant(name, share, ready, each)


def shared(arguments: Sequence[Any], every: int, turn: int) -> Sequence[Any]:
    """Return every so many-th argument, from a turn's own first: as many in each turn.

    >>> shared(range(7), 3, 0), shared(range(7), 3, 2)
    (range(0, 6, 3), range(2, 6, 3))
    """
    return arguments[turn : len(arguments) // every * every : every] if every > 1 else arguments


def _each(pairs: Pairs, loop: Loop) -> float:
    """Return about how many nanoseconds a question takes; what is set up once stays outside.

    Whoever is fast enough is asked everything once, so that all rounds are alike.
    """
    first = [(ask, arguments[:1]) for ask, arguments in pairs]
    warming = taken(lambda: loop(first))
    if warming > SLOW:  # perhaps because it set something up
        warming = taken(lambda: loop(first))
    if warming > SLOW:
        return warming / len(first)
    most = 2 if warming > SLOW / 5 else 6
    sample = [(ask, arguments[1:most] or arguments) for ask, arguments in pairs]
    loop(sample)
    each = taken(lambda: loop(sample)) / questions_in(sample)
    if each * questions_in(pairs) < SLOW:
        loop(pairs)
        each = taken(lambda: loop(pairs)) / questions_in(pairs)
    return each


def questions_in(pairs: Pairs) -> int:
    """Return how many questions are asked."""
    return sum(len(arguments) for _, arguments in pairs)


def taken(run: Run) -> int:
    """Return how many nanoseconds a run takes."""
    start = perf_counter_ns()
    run()
    return perf_counter_ns() - start


def race(contestants: Sequence[Contestant], rounds: int) -> dict[str, list[float]]:
    """Return the nanoseconds a question of each contestant, round by round.

    The first round warms up and does not count. The order moves on by one each
    round; garbage is collected between the runs and never within one.
    """
    times: dict[str, list[float]] = {each.name: [] for each in contestants}
    with no_garbage_collection():
        for number in range(rounds + 1):
            for each in rotated(contestants, number):
                run = each.ready()
                gc.collect()
                nanoseconds = taken(run) / each.questions
                if number:
                    times[each.name].append(nanoseconds)
    return times


def rotated(contestants: Sequence[Contestant], by: int) -> list[Contestant]:
    """Return the contestants in the order of a round."""
    by %= len(contestants)
    return [*contestants[by:], *contestants[:by]]


@contextmanager
def no_garbage_collection() -> Iterator[None]:
    """Keep the collector off, and away from the workload's many objects."""
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.unfreeze()


def ratio(times: Times, above: str, below: str) -> float:
    """Return the median of the rounds' ratios of two contestants."""
    return median(a / b for a, b in zip(times[above], times[below], strict=True))
