"""One call for all who ask the same while it is under way.
Imports forks.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from concurrent.futures import CancelledError, Future
from threading import Lock
from typing import Generic, TypeVar

from availability.forks import PerProcess

T = TypeVar("T")


class SingleFlight(Generic[T]):
    """Lets whoever comes first call, and the others wait for what that call gives or raises.

    Nothing is kept: who comes after the call has ended makes a new one.
    """

    def __init__(self) -> None:
        # The calls of a parent's threads end nowhere but there.
        self._own: PerProcess[tuple[Lock, dict[Hashable, Future[T]]]] = PerProcess(_nothing)

    def share(self, key: Hashable, call: Callable[[], T]) -> T:
        """Return what a call gives, or what another of the same key is about to give."""
        lock, calls = self._own.get()
        with lock:
            under_way = calls.get(key)
            if under_way is None:
                mine = calls[key] = Future()
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
        lock, calls = self._own.get()
        with lock:
            calls.pop(key, None)


def _nothing() -> tuple[Lock, dict[Hashable, Future[T]]]:
    return Lock(), {}
