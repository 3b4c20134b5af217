"""What is worth asking again, and when. Imports engine, errors.

Source: the error tables of the helpdesk API and of the platform. A limit of calls
says itself how long to wait; after other failures the wait is drawn at random
below a bound that doubles, so that many bots do not come back at once.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable
from typing import TypeVar

from tenacity import RetryCallState, Retrying, retry_if_exception

from availability.engine.value import Value
from availability.errors import (
    BudgetError,
    CircuitOpenError,
    ConfigurationError,
    FeishuError,
    PayloadError,
    RateLimitedError,
    ServerError,
    TransportError,
    describe,
)

T = TypeVar("T")

logger = logging.getLogger("availability")

#: In seconds: the bound of the first wait drawn, and that of the longest.
FIRST_WAIT = 0.5
LONGEST_WAIT = 20.0
#: More than the longest has.
MOST_DOUBLINGS = 10
#: What is added to a wait that the platform asked for: up to this share, or so many seconds.
JITTER = 0.1
LEAST_JITTER = 1.0


class Patience(Value):
    """How often a call is sent at most, and how many seconds all its waits may take.

    Asked again is what may pass: a limit of calls, a failure of the platform or of
    a gateway, an answer that is no JSON or not whole, no connection. What the
    platform refuses for good is not, nor what was not sent at all. A wait that would
    go beyond ``seconds``, counted from the first sending, is not begun. ``sleep``,
    ``chance`` (a number from 0 to 1) and ``now`` (seconds of a clock that never goes
    back) are what it waits, draws and measures with.

    >>> Patience(attempts=2, seconds=10)
    Patience(attempts=2, seconds=10)

    Raises:
        ConfigurationError: less than one attempt, or less than no time.
    """

    _fields = ("attempts", "seconds", "sleep", "chance", "now")
    _shown = _compared = ("attempts", "seconds")
    __slots__ = _fields

    attempts: int
    seconds: float
    sleep: Callable[[float], None]
    chance: Callable[[], float]
    now: Callable[[], float]

    def __init__(
        self,
        attempts: int = 4,
        seconds: float = 60.0,
        sleep: Callable[[float], None] = time.sleep,
        chance: Callable[[], float] = random.random,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        if type(attempts) is not int or attempts < 1:
            raise ConfigurationError(f"attempts: {describe(attempts)}; allowed: 1 or more")
        if type(seconds) not in {int, float} or not 0 <= seconds < float("inf"):
            raise ConfigurationError(f"seconds: {describe(seconds)}; allowed: 0 or more")
        self._fill(attempts, seconds, sleep, chance, now)

    def send(self, call: Callable[[], T]) -> T:
        """Return what a call returns, once it does.

        Raises:
            FeishuError: the last failure; its message says how often it was sent.
        """
        ends = self.now() + self.seconds

        def stop(state: RetryCallState) -> bool:
            is_last = state.attempt_number >= self.attempts
            return is_last or self.now() + state.upcoming_sleep > ends

        retrying = Retrying(
            retry=retry_if_exception(is_temporary),
            wait=self._wait,
            stop=stop,
            sleep=self.sleep,
            before_sleep=_log,
            reraise=True,
        )
        try:
            return retrying(call)
        except FeishuError as error:
            sent: int = retrying.statistics["attempt_number"]
            if sent > 1 and not isinstance(error, BudgetError | CircuitOpenError):  # not sent
                error.args = (f"{error}; sent {sent} times",)
            raise

    def _wait(self, state: RetryCallState) -> float:
        """Return how many seconds to wait after a failure."""
        failure = _failure(state)
        if isinstance(failure, RateLimitedError) and failure.retry_after is not None:
            asked = failure.retry_after
            return asked + self.chance() * max(LEAST_JITTER, JITTER * asked)
        doublings = min(state.attempt_number - 1, MOST_DOUBLINGS)
        return self.chance() * min(LONGEST_WAIT, FIRST_WAIT * (1 << doublings))


def is_temporary(error: BaseException) -> bool:
    """Return whether a failure may pass by itself."""
    if isinstance(error, TransportError):
        return not error.is_final
    if isinstance(error, BudgetError):  # waiting would keep others from what is left
        return False
    return isinstance(error, RateLimitedError | ServerError | PayloadError)


def _failure(state: RetryCallState) -> BaseException | None:
    return None if state.outcome is None else state.outcome.exception()


def _log(state: RetryCallState) -> None:
    logger.info("again in %.1f s: %s", state.upcoming_sleep, _failure(state))
