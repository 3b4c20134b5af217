"""What all questions of a run share: the workload, the peers set up for it, how long to measure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from random import Random
from typing import TypeAlias

import desks
import workload
from peers import Asks, Peer
from targets import Line

from availability import Agent


class Setting:
    """One run of the benchmark, thorough or quick."""

    def __init__(self, *, quick: bool) -> None:
        self.quick = quick
        self.rounds = 5 if quick else 11
        self.cases = workload.cases(25 if quick else 50)
        self.edge_cases = workload.edge_cases()  # asked before anything is timed, never timed
        self._prepared: dict[str, list[Asks]] = {}
        self._desks: dict[int, list[Agent]] = {}

    def chance(self, salt: str) -> Random:
        """Return a source of chance of a question's own, so that it can run alone."""
        return Random(f"{workload.SEED} {salt}")

    def asks(self, peer: Peer) -> list[Asks]:
        """Return how a peer asks for each case, and each edge case, set up once."""
        if peer.name not in self._prepared:
            cases = [*self.cases, *self.edge_cases]
            self._prepared[peer.name] = [peer.asks(case) for case in cases]
        return self._prepared[peer.name]

    def expressed(self, peer: Peer, question: str) -> list[int]:
        """Return the numbers of the cases for which a peer can express a question."""
        timed = self.asks(peer)[: len(self.cases)]
        return [number for number, asks in enumerate(timed) if question in asks]

    def desk(self, size: int) -> list[Agent]:
        """Return so many agents, made once; the largest desks share schedules."""
        if size not in self._desks:
            most = 25_000 if self.quick else 100_000
            shared = most if size > most else None
            self._desks[size] = desks.agents(size, workload.SEED, shared=shared)
        return self._desks[size]


#: A question's name, and how to measure it.
Question: TypeAlias = tuple[str, Callable[[Setting], Iterable[Line]]]
