"""A store that may fail: what it cannot do is told, and done without.
Imports store, errors, forks.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from threading import Lock
from typing import TypeVar

from availability.errors import StoreError, one_line
from availability.forks import PerProcess
from availability.live.store import Snapshot, SnapshotStore

T = TypeVar("T")

logger = logging.getLogger("availability")


class Memory:
    """What a desk remembers with: opened when first needed, and again after that failed.

    ``error`` is why it cannot remember now, None while it can. An error is logged
    once, not with every fetch. A store that it ``owns`` is closed with it.
    """

    def __init__(self, open_store: Callable[[], SnapshotStore], *, owns: bool) -> None:
        self._open_store = open_store
        self._owns = owns
        self._store: SnapshotStore | None = None
        self._lock = PerProcess(Lock)
        self._is_closed = False
        self.error: StoreError | None = None

    def latest(self) -> Snapshot | None:
        """Return what was learned last, None if nothing was, or it cannot be read."""
        return self._attempt(lambda store: store.latest())

    def since(self, at: datetime) -> list[Snapshot]:
        """Return what was known at an instant and each later change, as far as it can be read."""
        return self._attempt(lambda store: list(store.since(at))) or []

    def remember(self, snapshot: Snapshot) -> None:
        """Hold a snapshot, if that can be."""
        self._attempt(lambda store: store.remember(snapshot))

    def open(self) -> None:
        """Let the store be opened, again."""
        self._is_closed = False

    def close(self) -> None:
        """Let go of the store; a call that comes late does nothing."""
        with self._lock.get():
            self._is_closed = True
            store, self._store = self._store, None
        if self._owns and store is not None:
            try:
                store.close()
            except StoreError as error:
                self._fail(error)

    def _attempt(self, call: Callable[[SnapshotStore], T]) -> T | None:
        try:
            with self._lock.get():
                if self._is_closed:
                    return None
                if self._store is None:
                    self._store = self._open_store()
                store = self._store
            found = call(store)
        except Exception as error:  # noqa: BLE001  (a store of the user's has errors of its own)
            self._fail(error)
            return None
        self.error = None
        return found

    def _fail(self, error: Exception) -> None:
        if not isinstance(error, StoreError):
            said = StoreError(f"the store failed: {type(error).__name__}: {one_line(str(error))}")
            said.__cause__ = error
            error = said
        if self.error is None or str(self.error) != str(error):
            logger.warning("the roster is kept, but not remembered: %s", error)
        self.error = error
