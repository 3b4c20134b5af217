"""An answer that must be whole in time, however slowly its bytes come. Imports nothing.

A socket's timeout bounds only the wait for more, so that a server which sends a
byte now and then could hold a call for ever, in the head of its answer as in the
body. Here every read gets what is left of the whole.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from http.client import HTTPResponse
from io import BufferedReader, RawIOBase
from socket import SocketIO, socket
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, PoolManager, ProxyManager

Pools = Mapping[str, type[HTTPConnectionPool]]


class TooSlowError(TimeoutError):
    """The answer was not whole in time. It comes wrapped in others' exceptions."""


class BoundedReader(RawIOBase):
    """Reads an answer from a socket, until ``ends`` at the latest, by the monotonic clock."""

    def __init__(self, sock: socket, raw: SocketIO, ends: float) -> None:
        self._sock = sock
        self._raw = raw
        self._ends = ends
        self._longest_wait = sock.gettimeout()

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: Any) -> int | None:
        """Read some bytes, as soon as there are any.

        Raises:
            TooSlowError: there were none before the end.
        """
        left = self._ends - time.monotonic()
        if left <= 0:
            raise TooSlowError
        longest = self._longest_wait
        self._sock.settimeout(left if longest is None else min(longest, left))
        try:
            return self._raw.readinto(buffer)
        except TimeoutError as error:
            if longest is None or left <= longest:
                raise TooSlowError from error
            raise

    def close(self) -> None:
        """Let go of the socket."""
        self._raw.close()
        super().close()


class BoundedAnswer(HTTPResponse):
    """An answer that is read to its end within ``max_seconds`` of when it was first waited for."""

    max_seconds: float

    def __init__(self, sock: socket, *args: Any, **options: Any) -> None:
        super().__init__(sock, *args, **options)
        ends = time.monotonic() + self.max_seconds
        raw: Any = self.fp.detach()
        self.fp = BufferedReader(BoundedReader(sock, raw, ends))

    def begin(self) -> None:
        """Read the head of the answer, as far as it can be parsed.

        What cannot would be logged by urllib3; a server may say there what it was sent.
        """
        super().begin()
        self.headers.defects = []
        self.headers.set_payload("")


class BoundedAdapter(HTTPAdapter):
    """An adapter whose answers take no longer than ``max_seconds``, through a proxy too."""

    def __init__(self, max_seconds: float, pool_maxsize: int) -> None:
        self._answer = type("Answer", (BoundedAnswer,), {"max_seconds": max_seconds})
        super().__init__(pool_maxsize=pool_maxsize)

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        """Make the pools of direct connections."""
        super().init_poolmanager(*args, **options)
        self._bound(self.poolmanager)

    def proxy_manager_for(self, proxy: str, **options: Any) -> ProxyManager:
        """Return the pools of connections through a proxy, made when first asked for."""
        is_new = proxy not in self.proxy_manager
        found: ProxyManager = super().proxy_manager_for(proxy, **options)
        if is_new:
            self._bound(found)
        return found

    def _bound(self, manager: PoolManager) -> None:
        # From the manager's own classes: those for a SOCKS proxy go through it
        manager.pool_classes_by_scheme = {
            scheme: self._bounded(pool) for scheme, pool in manager.pool_classes_by_scheme.items()
        }

    def _bounded(self, pool: type[HTTPConnectionPool]) -> type[HTTPConnectionPool]:
        plain = pool.ConnectionCls
        connection = type(plain.__name__, (plain,), {"response_class": self._answer})
        return type(pool.__name__, (pool,), {"ConnectionCls": connection})
