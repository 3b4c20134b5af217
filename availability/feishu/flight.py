"""One call for all who ask the same while it is under way. Imports nothing."""

from __future__ import annotations

import os
from collections.abc import Callable, Hashable
from concurrent.futures import CancelledError, Future
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")


class SingleFlight(Generic[T]):
    """Lets whoever comes first call, and the others wait for what that call gives or raises.

    Nothing is kept: who comes after the call has ended makes a new one.
    """

    def __init__(self) -> None:
        self._under_way: dict[Hashable, Future[T]] = {}
        self._lock = Lock()
        self._process = os.getpid()

    def share(self, key: Hashable, call: Callable[[], T]) -> T:
        """Return what a call gives, or what another of the same key is about to give."""
        with self._live_lock():
            under_way = self._under_way.get(key)
            if under_way is None:
                mine = self._under_way[key] = Future()
        if under_way is not None:
            try:
                return under_way.result()
            except CancelledError:
                return self.share(key, call)
        try:
            found = call()
        except BaseException as error:
            self._forget(key)
            if isinstance(error, Exception):
                mine.set_exception(error)
            else:  # whoever is interrupted, the others are not
                mine.cancel()
            raise
        self._forget(key)
        mine.set_result(found)
        return found

    def _forget(self, key: Hashable) -> None:
        with self._live_lock():
            self._under_way.pop(key, None)

    def _live_lock(self) -> Lock:
        if self._process != os.getpid():  # the parent's threads are not here to end their calls
            self._lock, self._process, self._under_way = Lock(), os.getpid(), {}
        return self._lock
