"""What a forked process must not share with its parent: locks, connections. Imports nothing."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class PerProcess(Generic[T]):
    """Something that each process has its own of, made when a fork first asks for it.

    A lock may be held by a thread that the fork lacks; a connection would be
    read by two.

    >>> own = PerProcess(list)
    >>> own.get() is own.get()
    True
    """

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._made = {os.getpid(): make()}

    def get(self) -> T:
        """Return this process's own."""
        process = os.getpid()
        try:
            return self._made[process]
        except KeyError:
            # Threads that ask at once must all get the same: setdefault is atomic.
            found = self._made.setdefault(process, self._make())
            for other in self._made.keys() - {process}:
                self._made.pop(other, None)
            return found
