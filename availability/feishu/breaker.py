"""When not to ask at all: too many failures in a row. Imports errors, forks.

A platform that is down is not helped by being asked, nor is who waits for an
answer. Two things are particular here: no lock is held while a call is under way,
and after a pause exactly one call is let through, however many threads wait.
"""

from __future__ import annotations

import copy
import math
import time
from collections.abc import Callable
from threading import Lock
from typing import TypeVar

from availability.errors import (
    BudgetError,
    CircuitOpenError,
    ConfigurationError,
    FeishuError,
    PayloadError,
    ServerError,
    TransportError,
    describe,
)
from availability.forks import PerProcess

T = TypeVar("T")

LONGEST_PAUSE = 86_400.0
#: What those are told to wait, in seconds, who come while one call tries.
TRIAL = 1.0


class Breaker:
    """Sends nothing for ``pause`` seconds once ``failures`` sendings in a row have failed.

    After the pause one call is let through, the others are still refused: if it
    succeeds all are let through again, if it fails there is another pause. A
    failure is a sending without an answer (whatever the reason: a platform whose
    certificate is not trusted and an answer too large count, too), one that the
    platform or a gateway failed to give, and one that is no JSON. A limit of calls
    or a refusal shows that the platform is alive, and counts as a success. ``now``
    gives seconds of a clock that never goes back.

    One may be shared by several clients of the same platform, and by many threads.
    A forked process starts anew.

    >>> Breaker(failures=3, pause=10)
    Breaker(failures=3, pause=10)

    Raises:
        ConfigurationError: less than one failure, or a pause that is none.
    """

    def __init__(
        self,
        failures: int = 10,
        pause: float = 30.0,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        if type(failures) is not int or failures < 1:
            raise ConfigurationError(f"failures: {describe(failures)}; allowed: 1 or more")
        if type(pause) not in {int, float} or not 0 < pause <= LONGEST_PAUSE:
            raise ConfigurationError(
                f"pause: {describe(pause)}; allowed: seconds above 0, at most a day"
            )
        self.failures = failures
        self.pause = pause
        self._now = now
        self._circuit = PerProcess(_Circuit)

    def __repr__(self) -> str:
        return f"Breaker(failures={self.failures}, pause={self.pause})"

    def send(self, call: Callable[[], T]) -> T:
        """Return what a call returns, or raise what it raises.

        Raises:
            CircuitOpenError: nothing was sent; its cause is the last failure.
        """
        circuit = self._circuit.get()
        with circuit.lock:
            turn = self._let_through(circuit)
        try:
            found = call()
        except BaseException as error:
            with circuit.lock:
                self._learn_from(circuit, turn, error)
            raise
        with circuit.lock:
            circuit.succeeded(turn)
        return found

    def _let_through(self, circuit: _Circuit) -> int:
        """Return the turn that a call belongs to, or refuse it."""
        if circuit.open_until is not None:
            left = circuit.open_until - self._now()
            if left > 0:
                raise _refusal(circuit, left, f"the next is let through in {math.ceil(left)} s")
            if circuit.is_tried:
                error = _refusal(circuit, TRIAL, "one is under way to see whether that is over")
                error.is_tried = True
                raise error
            circuit.is_tried = True
        return circuit.turn

    def _learn_from(self, circuit: _Circuit, turn: int, error: BaseException) -> None:
        if isinstance(error, TransportError | ServerError | PayloadError):
            circuit.failed(turn, error)
            if circuit.turn == turn and (circuit.is_tried or circuit.failures >= self.failures):
                circuit.open(self._now() + self.pause)
        elif isinstance(error, FeishuError) and not isinstance(error, BudgetError):
            circuit.succeeded(turn)
        elif circuit.turn == turn:  # interrupted, or not sent: that says nothing of the platform
            circuit.is_tried = False


class _Circuit:
    """What is known of the platform, guarded by ``lock``.

    ``turn`` counts how often it was opened or closed: a call that began in an
    earlier turn says nothing of this one.
    """

    def __init__(self) -> None:
        self.lock = Lock()
        self.turn = 0
        self.failures = 0
        self.last: FeishuError | None = None
        self.open_until: float | None = None
        self.is_tried = False

    def succeeded(self, turn: int) -> None:
        if self.turn == turn:
            self.failures, self.last = 0, None
            if self.open_until is not None:
                self.open_until, self.is_tried = None, False
                self.turn += 1

    def failed(self, turn: int, error: FeishuError) -> None:
        if self.turn == turn:
            self.failures += 1
            # A copy has no traceback, which would keep all that the call had read
            self.last = copy.copy(error)

    def open(self, until: float) -> None:
        self.open_until, self.is_tried = until, False
        self.turn += 1


def _refusal(circuit: _Circuit, wait: float, how_long: str) -> CircuitOpenError:
    error = CircuitOpenError(
        f"not sent: the last {circuit.failures} calls failed ({circuit.last}); {how_long}"
    )
    error.retry_after = wait
    error.__cause__ = circuit.last
    return error
