"""HTTP on this machine only: a server whose answers come from a function. Imports nothing.

Unlike the standard library's server it closes whole: no thread, connection or
port outlives ``close()``.
"""

from __future__ import annotations

import os
import socket
import struct
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler
from io import BytesIO
from socketserver import ThreadingTCPServer
from typing import Any

HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Request:
    """An HTTP request; ``path`` has its query."""

    method: str
    path: str
    headers: Message
    body: bytes

    @property
    def bare_path(self) -> str:
        """The path without its query."""
        return self.path.partition("?")[0]


@dataclass(frozen=True, slots=True)
class Response:
    """An HTTP answer, or what goes wrong instead of one.

    ``headers`` are sent as given, a None left out; a Content-Length larger than
    the body plays an answer cut off. ``delay`` is the wait before the answer, in
    seconds, ``head_pace`` the wait before each byte of its status line and headers,
    ``body_pace`` before each of its body. ``hang_up`` closes the connection without
    any answer, ``reset`` breaks it off.
    """

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str | None] = field(default_factory=dict)
    delay: float = 0
    head_pace: float = 0
    body_pace: float = 0
    hang_up: bool = False
    reset: bool = False


class LoopbackServer(ThreadingTCPServer):
    """Answers on a port of this machine, from ``start()`` to ``close()``; port 0: a free one."""

    # Not HTTPServer, which looks up the machine's name at start: that can take seconds.
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int, answer: Callable[[Request], Response]) -> None:
        super().__init__((HOST, port), _Handler)
        self.answer = answer
        self.url = f"http://{HOST}:{self.server_address[1]}"
        self.closing = threading.Event()
        self._open: dict[threading.Thread, socket.socket] = {}
        # Closing waits for the loop to look up, at most this long.
        self._loop = threading.Thread(
            target=self.serve_forever, args=(0.02,), name="sandbox", daemon=True
        )

    def start(self) -> None:
        """Serve from now on, in the background."""
        self._loop.start()

    def close(self) -> None:
        """Free the port, end every connection and wait for their threads."""
        self.closing.set()
        self.shutdown()
        self._loop.join()
        self.server_close()
        for connection in self._open.values():
            with suppress(OSError):  # closed already
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._open:
            thread.join()

    def process_request(self, request: Any, client_address: Any) -> None:
        """Serve a connection in a thread that close() can end and wait for."""
        self._open = {thread: self._open[thread] for thread in self._open if thread.is_alive()}
        thread = threading.Thread(
            target=self.process_request_thread, args=(request, client_address), daemon=True
        )
        thread.start()
        self._open[thread] = request

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a client that went away; anything else is a fault here."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "AvailabilitySandbox"
    wbufsize = -1
    disable_nagle_algorithm = True  # or a body waits until its head was acknowledged
    server: LoopbackServer

    def log_message(self, *_: object) -> None:
        """Write nothing to stderr."""

    def version_string(self) -> str:
        return self.server_version

    def _answer(self) -> None:
        request = Request(self.command, self.path, self.headers, self._body())
        response = self.server.answer(request)
        self.server.closing.wait(response.delay)
        if response.reset:
            self._reset()
        elif response.hang_up:
            self.close_connection = True
        else:
            self._send(response)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _answer  # noqa: N815

    def _body(self) -> bytes:
        length = self.headers.get("Content-Length", "0")
        if "Transfer-Encoding" in self.headers or not length.isdecimal():
            self.close_connection = True  # where the next request would begin is not known
            return b""
        return self.rfile.read(int(length))

    def _reset(self) -> None:
        self.close_connection = True
        without_lingering = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, without_lingering)
        # At once: the server would first say that it has ended, which is no reset
        socket.close(self.connection.detach())

    def _send(self, response: Response) -> None:
        length = str(len(response.body))
        headers = merged({"Content-Length": length}, response.headers)
        self._write(self._head(response.status, headers), response.head_pace)
        if headers["Content-Length"] != length:
            self.close_connection = True  # the answer ends where the connection does
        if self.command != "HEAD":
            self._write(response.body, response.body_pace)

    def _head(self, status: int, headers: Mapping[str, str | None]) -> bytes:
        """Return the status line and the headers."""
        wire, self.wfile = self.wfile, BytesIO()
        self.send_response(status)
        for name, value in headers.items():
            if value is not None:
                self.send_header(name, value)
        self.end_headers()
        head, self.wfile = self.wfile, wire
        return head.getvalue()

    def _write(self, content: bytes, pace: float) -> None:
        """Write what is to be sent, byte for byte where there is a pace, until closing."""
        if not pace:
            self.wfile.write(content)
            return
        self.wfile.flush()
        for place in range(len(content)):
            if self.server.closing.wait(pace):
                self.close_connection = True
                return
            self.wfile.write(content[place : place + 1])
            self.wfile.flush()


def merged(
    usual: Mapping[str, str | None], given: Mapping[str, str | None]
) -> dict[str, str | None]:
    """Return the usual headers, replaced by those given, whatever the case of their names.

    >>> merged({"Content-Type": "application/json"}, {"content-type": "text/html"})
    {'Content-Type': 'text/html'}
    """
    return {**usual, **{name.title(): value for name, value in given.items()}}
