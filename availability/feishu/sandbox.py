"""A local server that speaks the helpdesk API over real HTTP.
Imports desk, loopback, protocol, roster, engine, errors.

For trying things out without a tenant, and for tests: it plays any answer that
the platform, or a gateway before it, could give.
"""

from __future__ import annotations

import json
import secrets
import threading
from collections import deque
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta, timezone
from typing import TYPE_CHECKING, Any

from availability.engine.instants import to_micros
from availability.errors import ConfigurationError
from availability.feishu import protocol
from availability.feishu.desk import Desk
from availability.feishu.loopback import HOST, LoopbackServer, Request, Response, merged
from availability.roster.roster import Clock, system_clock

if TYPE_CHECKING:
    from typing_extensions import Self

BEIJING = timezone(timedelta(hours=8))


@dataclass(frozen=True, slots=True)
class Canned(Response):
    """A scripted answer, used once.

    It goes to the next helpdesk request, or to the next one for ``path`` (without
    the query; the only way to reach a token request). ``headers`` replace the
    usual ones by name, None leaves one out; a larger Content-Length plays an
    answer cut off. ``delay`` is the wait before the answer, in seconds,
    ``head_pace`` and ``body_pace`` the wait before each byte of its head and of its
    body; ``hang_up`` closes the connection without any answer, ``reset`` breaks it
    off.
    """

    path: str | None = None

    @classmethod
    def refusal(cls, status: int, code: int, msg: str = "", **headers: str) -> Canned:
        """Return one of the platform's errors; header names with ``_`` for ``-``.

        >>> Canned.refusal(429, 99991400, "request trigger frequency limit",
        ...                x_ogw_ratelimit_reset="1").headers
        {'x-ogw-ratelimit-reset': '1'}
        """
        body = json.dumps({"code": code, "msg": msg}, ensure_ascii=False).encode()
        return cls(status, body, {name.replace("_", "-"): headers[name] for name in headers})

    def fits(self, path: str) -> bool:
        """Return whether a request's path, without its query, takes this answer."""
        if self.path is None:
            return path.startswith(protocol.HELPDESK_PATH)
        return path == self.path


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that came in: ``path`` with its query; status 0 means no answer."""

    method: str
    path: str
    status: int


class Sandbox:
    """A desk (服务台) of 24 agents in three time zones, behind the helpdesk API.

    ``clock`` returns now as an aware datetime: tokens age and statuses follow
    schedules by it. ``port`` 0 takes a free one. ``scopes`` are what the app was
    granted. ``agents`` replaces the built-in desk by ``agent_schedule`` objects,
    answered as they are and looked at anew for every request. ``seen`` lists the
    requests so far. ``agent_tz`` names the zones of the agents outside ``tz``.
    Only this machine can reach it.

    >>> with Sandbox() as sandbox:
    ...     sandbox.url.startswith("http://127.0.0.1:")
    True

    Raises:
        NaiveDatetimeError, InstantError: the clock does not return an instant.
    """

    app_id = protocol.APP_ID
    app_secret = protocol.APP_SECRET
    helpdesk_id = protocol.HELPDESK_ID
    helpdesk_token = protocol.HELPDESK_TOKEN

    def __init__(
        self,
        *,
        clock: Clock = system_clock,
        port: int = 0,
        scopes: Iterable[str] = (protocol.SCOPE,),
        agents: Iterable[Any] | None = None,
    ) -> None:
        to_micros(clock())  # a clock that cannot work is told now, not by a request's thread
        desk = Desk.built_in() if agents is None else Desk.of(agents)
        self.tz = desk.tz
        self.agent_tz = dict(desk.agent_tz)
        self.seen: list[Asked] = []
        self._clock = clock
        self._port = port
        self._platform = protocol.Platform(desk, frozenset(scopes))
        self._script: deque[Canned] = deque()
        self._script_lock = threading.Lock()
        self._outage: Canned | None = None
        self._server: LoopbackServer | None = None
        self._url: str | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> None:
        """Serve from now on, in the background.

        Raises:
            ConfigurationError: the port cannot be used.
        """
        if self._server is not None:
            return
        try:
            server = LoopbackServer(self._port, self._answer)
        except (OSError, OverflowError) as error:
            raise ConfigurationError(
                f"port {self._port} of {HOST} cannot be used: {error}"
            ) from error
        self._server, self._url = server, server.url
        server.start()

    def close(self) -> None:
        """Stop serving: the port is free, no connection and no thread is left."""
        server, self._server = self._server, None
        if server is not None:
            server.close()

    def wait(self) -> None:
        """Block until interrupted (Ctrl-C) or closed by another thread."""
        server = self._server
        with suppress(KeyboardInterrupt):
            # On Windows a wait without a timeout cannot be interrupted.
            while server is not None and not server.closing.wait(1):
                pass

    @property
    def url(self) -> str:
        """Where the API is: a client's ``base_url``. It stays known after close()."""
        if self._url is None:
            raise ConfigurationError("the sandbox has no address before start()")
        return self._url

    @property
    def environment(self) -> dict[str, str]:
        """The environment variables that point a client here."""
        return {
            "FEISHU_BASE_URL": self.url,
            "FEISHU_APP_ID": self.app_id,
            "FEISHU_APP_SECRET": self.app_secret,
            "FEISHU_HELPDESK_ID": self.helpdesk_id,
            "FEISHU_HELPDESK_TOKEN": self.helpdesk_token,
            "AVAILABILITY_TZ": self.tz,
        }

    def answer_next(self, *answers: Canned) -> None:
        """Give these answers, in order, each to the next request that it fits."""
        with self._script_lock:
            self._script.extend(answers)

    def break_down(self, answer: Canned) -> None:
        """Give every request that this answer fits just this, until :meth:`recover`."""
        self._outage = answer

    def recover(self) -> None:
        """End what :meth:`break_down` began."""
        self._outage = None

    def expire_tokens(self) -> None:
        """Let every token issued so far be dead from now on."""
        self._platform.tokens.expire()

    def _answer(self, request: Request) -> Response:
        at = self._clock()
        log_id = f"{at.astimezone(BEIJING):%Y%m%d%H%M%S}{secrets.token_hex(10).upper()}"
        response = self._scripted(request) or self._platform.answer(request, at, log_id)
        status = 0 if response.hang_up or response.reset else response.status
        # Before it is sent: whoever has the answer must find the request here.
        self.seen.append(Asked(request.method, request.path, status))
        usual = {"Content-Type": protocol.JSON_TYPE, "X-Tt-Logid": log_id}
        return replace(response, headers=merged(usual, response.headers))

    def _scripted(self, request: Request) -> Canned | None:
        with self._script_lock:
            for canned in self._script:
                if canned.fits(request.bare_path):
                    self._script.remove(canned)
                    return canned
        outage = self._outage
        return outage if outage is not None and outage.fits(request.bare_path) else None
