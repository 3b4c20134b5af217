"""Several calls at once, each told in its place. Imports nothing."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from queue import SimpleQueue
from threading import Event, Thread
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")

AT_ONCE = 8


def call_each(
    call: Callable[[K, Event], V], keys: Sequence[K], progress: Callable[[int], None]
) -> list[V]:
    """Return what a call gives for each of the keys, in their order; some run at once.

    ``progress`` is told, by this thread, how many have ended so far. The first
    error is raised; then no more calls begin, and those under way, which can see
    it by their event, are waited for. Who interrupts waits for nothing.
    """
    work = _Work(call, keys)
    # Not a pool of the standard library: the interpreter waits for its threads at exit,
    # and so would whoever pressed Ctrl-C
    threads = [Thread(target=work.run, daemon=True) for _ in range(min(AT_ONCE, len(keys)))]
    found: dict[int, V] = {}
    try:
        for thread in threads:
            thread.start()
        for count in range(1, len(keys) + 1):
            place, result = work.next_ended()
            found[place] = result
            progress(count)
    except Exception:
        work.end()
        for thread in threads:
            if thread.is_alive():  # one that could not be started is not
                thread.join()
        raise
    finally:
        work.end()
    return [found[place] for place in range(len(keys))]


class _Work(Generic[K, V]):
    def __init__(self, call: Callable[[K, Event], V], keys: Sequence[K]) -> None:
        self._call = call
        self._waiting = deque(enumerate(keys))
        self._ended: SimpleQueue[tuple[int, V] | BaseException] = SimpleQueue()
        self._over = Event()

    def run(self) -> None:
        """Call until nothing waits."""
        while not self._over.is_set():
            try:
                place, key = self._waiting.popleft()
            except IndexError:
                return
            try:
                self._ended.put((place, self._call(key, self._over)))
            except BaseException as error:  # noqa: BLE001  (raised where the work was given)
                self.end()
                self._ended.put(error)

    def next_ended(self) -> tuple[int, V]:
        """Return a place and what was found for it, once there is one."""
        ended = self._ended.get()
        if isinstance(ended, BaseException):
            raise ended
        return ended

    def end(self) -> None:
        """Let no more calls begin."""
        self._over.set()
