"""How many calls the client allows itself. Imports tally, roster, engine, errors, files,
forks.

An app has a monthly number of calls by its plan, and limits of calls a minute:
who would use them up for others, or let a mistake in a loop do so, sets a budget.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import TypeVar

from availability.engine.instants import MICROS, to_micros
from availability.errors import BudgetError, ConfigurationError, describe
from availability.feishu.tally import MINUTE, Tally, TallyFile, month_of, start_of
from availability.files import SQLITE_FAILURES
from availability.forks import PerProcess
from availability.roster.roster import Clock, system_clock

T = TypeVar("T")

logger = logging.getLogger("availability")


class Budget:
    """Lets at most ``per_minute`` calls through in any 60 s, and ``per_month`` in a month.

    Every sending counts: those sent again, and requests of a token. None is no
    limit. A month is the calendar's in Asia/Shanghai; which one the platform
    counts is not known. Counts are kept in ``file``, an SQLite file that several
    processes may share and that outlives them; without it in memory, each process
    its own. A file that cannot be used stops nobody: that is logged, once, and
    counts are in memory until it can be used again, which is tried every minute;
    then the file is told of them. ``clock`` returns now, aware; if it goes back,
    calls wait for a minute at most.

    One may be shared by several clients, and by many threads.

    >>> Budget(per_minute=100, per_month=10_000)
    Budget(per_minute=100, per_month=10000, file=None)

    Raises:
        ConfigurationError: a limit below 1, or a file that is no path.
        NaiveDatetimeError, InstantError: the clock does not return an instant.
    """

    def __init__(
        self,
        per_minute: int | None = None,
        per_month: int | None = None,
        file: str | Path | None = None,
        clock: Clock = system_clock,
    ) -> None:
        self.per_minute = _checked_limit("per_minute", per_minute)
        self.per_month = _checked_limit("per_month", per_month)
        if file is not None and not _is_path(file):
            raise ConfigurationError(f"file: {describe(file)}; allowed: a path")
        self.file = None if file is None else Path(file)
        self._file = None if self.file is None else TallyFile(self.file)
        self._clock = clock
        self._now()  # a clock that cannot work is told now
        self._counts = PerProcess(_Counts)

    def __repr__(self) -> str:
        file = None if self.file is None else str(self.file)
        return f"Budget(per_minute={self.per_minute}, per_month={self.per_month}, file={file!r})"

    def send(self, call: Callable[[], T]) -> T:
        """Return what a call returns, or raise what it raises.

        Raises:
            BudgetError: nothing was sent; ``retry_after`` is the seconds until it would be.
        """
        self.spend()
        return call()

    def spend(self) -> None:
        """Count one call.

        Raises:
            BudgetError: it would be one too many, and was not counted.
        """
        if self.per_minute is None and self.per_month is None:
            return
        counts = self._counts.get()
        with counts.lock:
            refusal = self._spend(counts)
        if refusal is not None:
            raise refusal

    def _spend(self, counts: _Counts) -> BudgetError | None:
        """Count a call, or return why not: by the file, by memory if it cannot be used."""
        if self._file is None:
            return self._spend_of(counts.known)
        if counts.is_time_for_file(self._now()):
            try:
                return self._spend_in_file(self._file, counts)
            except (*SQLITE_FAILURES, OverflowError) as error:  # or numbers beyond SQLite's
                self._give_up(counts, error)
        refusal = self._spend_of(counts.known)
        if refusal is None:
            at = counts.known.recent[-1]
            counts.unsaved.forget(at)
            counts.unsaved.add(at)
        return refusal

    def _spend_in_file(self, file: TallyFile, counts: _Counts) -> BudgetError | None:
        with file.changing() as tally:
            tally.add_all(counts.unsaved)
            refusal = self._spend_of(tally)
        counts.failed_at, counts.known, counts.unsaved = None, tally, Tally()
        return refusal

    def _give_up(self, counts: _Counts, error: Exception) -> None:
        if counts.failed_at is None:
            logger.warning("budget: %s cannot be used (%s); counting in memory", self.file, error)
        counts.failed_at = self._now()

    def _spend_of(self, tally: Tally) -> BudgetError | None:
        now = self._now()  # the file may have been waited for
        tally.forget(now)
        month, recent = month_of(now), tally.recent
        calls = tally.months.get(month, 0)
        if self.per_month is not None and calls >= self.per_month:
            ends = start_of(month + 1)
            return _refusal(
                f"per_month={self.per_month} is used up, by {calls} calls in "
                f"{start_of(month):%Y-%m} (Asia/Shanghai)",
                to_micros(ends) - now,
                f"at {ends:%Y-%m-%d %H:%M%z}",
            )
        if self.per_minute is not None and len(recent) >= self.per_minute:
            wait = recent[-self.per_minute] + MINUTE - now
            return _refusal(
                f"per_minute={self.per_minute} is used up, by {len(recent)} calls in 60 s",
                wait,
                f"in {math.ceil(wait / MICROS)} s",
            )
        tally.add(now)
        return None

    def _now(self) -> int:
        return to_micros(self._clock())


class _Counts:
    """What a process knows, under ``lock``.

    ``known`` is all that is counted, as of the last look at the file, and
    ``unsaved`` what the file has not been told since ``failed_at``.
    """

    def __init__(self) -> None:
        self.lock = Lock()
        self.known = Tally()
        self.unsaved = Tally()
        self.failed_at: int | None = None

    def is_time_for_file(self, now: int) -> bool:
        """Return whether the file did not fail within the last minute."""
        return self.failed_at is None or not 0 <= now - self.failed_at < MINUTE


def _refusal(used_up: str, wait: int, when: str) -> BudgetError:
    error = BudgetError(f"not sent: {used_up}; the next is let through {when}")
    error.retry_after = wait / MICROS
    return error


def _is_path(file: object) -> bool:
    return isinstance(file, str | Path) and str(file) != "" and "\0" not in str(file)


def _checked_limit(name: str, limit: int | None) -> int | None:
    if limit is None or (type(limit) is int and limit >= 1):
        return limit
    raise ConfigurationError(f"{name}: {describe(limit)}; allowed: 1 or more, or None")
