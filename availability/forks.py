"""What a fork must not share with its parent, or come in the middle of. Imports nothing."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from functools import partial
from typing import Generic, Protocol, TypeVar
from weakref import WeakSet

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


class Quiet(Protocol):
    """Something that no thread may be in the middle of while the process forks."""

    def before_fork(self) -> None:
        """Wait until no thread is in the middle of it, and let none begin."""

    def after_fork(self, *, in_child: bool) -> None:
        """Let the threads go on, even if the wait was cut short."""


class _Forking(threading.local):
    """What this thread keeps quiet over the fork that it makes."""

    things: Sequence[Quiet] = ()


# State of the module, as what is registered with Python can never be taken back: a
# registration for each file ever opened would stay for as long as the process.
_lock = threading.RLock()
_quiet: WeakSet[Quiet] = WeakSet()
_forking = _Forking()


def keep_quiet(thing: Quiet) -> None:
    """Have a thing told before and after each fork, for as long as anybody else holds it."""
    with _lock:
        _quiet.add(thing)


def _before() -> None:
    # Held over the fork: two at a time could each wait for what the other keeps quiet
    _lock.acquire()
    _forking.things = tuple(_quiet)
    _each(lambda thing: thing.before_fork())


def _after(*, in_child: bool) -> None:
    try:
        _each(lambda thing: thing.after_fork(in_child=in_child))
    finally:
        _forking.things = ()
        _lock.release()  # in a child, too: it is held by the thread that forked


def _each(tell: Callable[[Quiet], None]) -> None:
    """Tell each, whatever another raises; Python prints what comes out, and forks."""
    raised: BaseException | None = None
    for thing in _forking.things:
        try:
            tell(thing)
        except BaseException as error:  # noqa: BLE001  (raised below)
            raised = error
    if raised is not None:
        raise raised


if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=_before,
        after_in_parent=partial(_after, in_child=False),
        after_in_child=partial(_after, in_child=True),
    )
