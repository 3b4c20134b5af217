"""A question to one schedule, raced against an empty call and the peers that can express it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any, TypeAlias

from measure import Contestant, Empty, Loop, contestant, first_of_two, one, race, two
from peers import OURS, PEERS, Peer
from setting import Setting
from targets import Bound, Line, lines
from workload import Case

#: Makes one case's arguments: instants, or windows.
Arguments: TypeAlias = Callable[[Case, Random], Sequence[Any]]
#: The numbers of cases, each with its arguments.
Given: TypeAlias = Sequence[tuple[int, Sequence[Any]]]


@dataclass(frozen=True, slots=True)
class Asking:
    """A question by its name in the table, and by its name among a peer's ``asks``."""

    name: str
    asks: str
    arguments: Arguments
    bounds: Sequence[Bound]
    loop: Loop = one

    def __call__(self, setting: Setting) -> Iterator[Line]:
        """Yield the lines: first those with a target.

        A peer that is slow, or can express only some of the schedules, has a race
        of its own with ours, over those.
        """
        chance = setting.chance(self.name)
        given = [
            (number, self.arguments(case, chance)) for number, case in enumerate(setting.cases)
        ]
        together, alone = [self._contestant(setting, OURS, given), *self._call(given)], []
        for peer in self._peers(setting):
            if able := setting.expressed(peer, self.asks):
                some = [given[number] for number in able]
                made = self._contestant(setting, peer, some)
                if made.is_slow or len(some) < len(given):
                    alone.append((made, some))
                else:
                    together.append(made)
        yield from lines(self.name, race(together, setting.rounds), self.bounds)
        for made, some in alone:
            yield from self._alone(setting, made, some)

    def _peers(self, setting: Setting) -> Sequence[Peer]:
        """Return who is asked: about windows, a quick run asks those with a target only."""
        if not (setting.quick and self.loop is two):
            return PEERS
        return [peer for peer in PEERS if peer.name in {bound.against for bound in self.bounds}]

    def _alone(self, setting: Setting, made: Contestant, some: Given) -> Iterator[Line]:
        ours = self._contestant(setting, OURS, some)
        times = race([ours, made], min(setting.rounds, made.rounds))
        partial = len(some) < len(setting.cases)
        yield from lines(self.name, times, () if partial else self.bounds, partial=partial)

    def _call(self, given: Given) -> Iterator[Contestant]:
        if any(bound.against == "call" for bound in self.bounds):
            loop = first_of_two if self.loop is two else self.loop
            yield contestant("call", [(Empty().ask, arguments) for _, arguments in given], loop)

    def _contestant(self, setting: Setting, peer: Peer, given: Given) -> Contestant:
        asks = setting.asks(peer)
        pairs = [
            (asks[number][self.asks], [as_given(peer, each) for each in arguments])
            for number, arguments in given
        ]
        return contestant(peer.name, pairs, self.loop)


def as_given(peer: Peer, argument: Any) -> Any:
    """Return an instant, or a window, as a peer takes it."""
    if isinstance(argument, datetime):
        return peer.given(argument)
    return tuple(peer.given(at) for at in argument)
