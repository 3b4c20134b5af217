"""What the platform answers to a request, without a network. Imports desk, loopback, engine.

The sandbox's half of the API: tokens, the checks in the platform's order, its
error codes and wordings.
"""

from __future__ import annotations

import base64
import json
import re
import secrets
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, unquote

from availability.engine.instants import MICROS, to_micros
from availability.feishu.desk import STATUSES, Desk
from availability.feishu.loopback import Request, Response

# Believable in shape, and no secrets: they open nothing but this sandbox.
APP_ID = "cli_a5a4db0000000001"
APP_SECRET = "not-a-secret-sandbox-app-0000001"  # noqa: S105  (as said above)
HELPDESK_ID = "7000000000000000001"
HELPDESK_TOKEN = "ht-not-a-secret-sandbox-desk-001"  # noqa: S105  (as said above)
SCOPE = "helpdesk:all:readonly"

TOKEN_PATH = "/open-apis/auth/v3/tenant_access_token/internal"  # noqa: S105  (a path)
HELPDESK_PATH = "/open-apis/helpdesk/v1/"
ONE_AGENT = re.compile(re.escape(HELPDESK_PATH) + "agents/([^/]+)/schedules")
TOKEN_LIFE = 7200 * MICROS
TOKEN_RENEWAL = 1800 * MICROS
JSON_TYPE = "application/json; charset=utf-8"

Fields = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Call:
    """A request, the instant it came at, and the id of its log."""

    request: Request
    at: datetime
    log_id: str

    def header(self, name: str) -> str:
        """Return a header's value, empty without one."""
        return self.request.headers.get(name, "")


NO_PAGE = Response(404, b"404 page not found", {"Content-Type": "text/plain"})


class Tokens:
    """The tenant tokens issued, and until when each lives, in UTC microseconds."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._until: dict[str, int] = {}
        self._latest = ""

    def ask(self, now: int) -> tuple[str, int]:
        """Return the current token and the seconds it has left; a new one if they are few."""
        with self._lock:
            left = self._until.get(self._latest, now) - now
            if left < TOKEN_RENEWAL:
                self._latest, left = f"t-{secrets.token_hex(15)}", TOKEN_LIFE
                self._until[self._latest] = now + left
            return self._latest, left // MICROS

    def is_alive(self, token: str, now: int) -> bool:
        """Return whether a token was issued and still lives."""
        with self._lock:
            return now < self._until.get(token, now)

    def expire(self) -> None:
        """Let every token issued so far be dead."""
        with self._lock:
            self._until.clear()


class Platform:
    """The endpoints, for one app with some scopes and one desk."""

    def __init__(self, desk: Desk, scopes: frozenset[str]) -> None:
        self.tokens = Tokens()
        self._desk = desk
        self._scopes = scopes

    def answer(self, request: Request, at: datetime, log_id: str) -> Response:
        """Return the platform's answer to a request at an instant."""
        call = Call(request, at, log_id)
        path, _, query = request.path.partition("?")
        if request.method == "POST" and path.removesuffix("/") == TOKEN_PATH:
            return self._token(call)
        handler = self._handler(path, query) if request.method == "GET" else None
        if handler is None:  # the gateway does not tell a wrong method from a wrong path
            return NO_PAGE
        return next(self._refusals(call), None) or handler(call)

    def _handler(self, path: str, query: str) -> Callable[[Call], Response] | None:
        if path == HELPDESK_PATH + "agent_schedules":
            return lambda call: self._agents(call, query)
        if path == HELPDESK_PATH + "agent_skills":
            return lambda call: _success({"agent_skills": self._desk.skills(call.at)})
        if match := ONE_AGENT.fullmatch(path):
            agent_id = unquote(match[1])
            return lambda call: self._agent(call, agent_id)
        return None

    def _token(self, call: Call) -> Response:
        try:
            asked = json.loads(call.request.body)
        except (ValueError, RecursionError):
            asked = None
        if not isinstance(asked, dict):
            return _response(400, {"code": 9499, "msg": "Bad Request", "data": {}})
        if asked.get("app_id") != APP_ID:
            return _response(200, {"code": 10003, "msg": "invalid param", "data": {}})
        if asked.get("app_secret") != APP_SECRET:
            return _response(200, {"code": 10014, "msg": "app secret invalid", "data": {}})
        token, expire = self.tokens.ask(to_micros(call.at))
        return _response(
            200, {"code": 0, "msg": "ok", "tenant_access_token": token, "expire": expire}
        )

    def _refusals(self, call: Call) -> Iterator[Response]:
        """Yield what is wrong with a helpdesk request's headers, in the platform's order."""
        yield from self._token_refusal(call)
        if SCOPE not in self._scopes:
            yield _no_scope(call)
        pair = f"{HELPDESK_ID}:{HELPDESK_TOKEN}".encode()
        given = call.header("X-Lark-Helpdesk-Authorization")
        if given.strip() != base64.b64encode(pair).decode():
            yield _refused(
                call, 401, 154001, "Unauthorized, please check you have the correct access"
            )

    def _token_refusal(self, call: Call) -> Iterator[Response]:
        scheme, _, token = call.header("Authorization").partition(" ")
        again = "Please make a request with token attached."
        if scheme != "Bearer" or not token:  # any other scheme counts as no token at all
            yield _refused(call, 400, 99991661, f"Missing access token for authorization. {again}")
        if not self.tokens.is_alive(token, to_micros(call.at)):
            # What does not look like a tenant's token is taken for a user's.
            code = 99991663 if token.startswith("t-") else 99991668
            yield _refused(call, 400, code, f"Invalid access token for authorization. {again}")

    def _agents(self, call: Call, query: str) -> Response:
        asked = parse_qs(query, keep_blank_values=True).get("status", [])
        if not asked or not {*asked} <= {str(status) for status in STATUSES}:
            return _refused(call, 400, 154000, "Bad request, please check your request body")
        statuses = frozenset(map(int, asked))
        return _success({"agent_schedules": self._desk.listed(statuses, call.at)})

    def _agent(self, call: Call, agent_id: str) -> Response:
        payload = self._desk.agent(agent_id, call.at)
        if payload is None:
            return _refused(call, 404, 154004, "Resource not found")
        return _success({"agent_schedule": payload})


def _success(fields: Fields) -> Response:
    return _response(200, {"code": 0, "msg": "success", "data": fields})


def _refused(call: Call, status: int, code: int, msg: str, **error: Any) -> Response:
    advice = (
        "排查建议查看(Troubleshooting suggestions): https://open.feishu.cn/search"
        f"?from=openapi&log_id={call.log_id}&code={code}"
    )
    detail = {"log_id": call.log_id, "troubleshooter": advice, **error}
    return _response(status, {"code": code, "msg": msg, "error": detail})


def _no_scope(call: Call) -> Response:
    return _refused(
        call,
        400,
        99991672,
        f"Access denied. One of the following scopes is required: [{SCOPE}]."
        f"应用尚未开通所需的应用身份权限：[{SCOPE}]，点击链接申请并开通任一权限即可："  # noqa: RUF001  (the platform's own)
        f"https://open.feishu.cn/app/{APP_ID}/auth?q={SCOPE}&op_from=openapi&token_type=tenant",
        permission_violations=[{"type": "action_scope_required", "subject": SCOPE}],
    )


def _response(status: int, fields: Fields) -> Response:
    text = json.dumps(fields, ensure_ascii=False)
    # Half a surrogate pair, which UTF-8 cannot carry, becomes the JSON escape for it.
    return Response(status, text.encode("utf-8", "backslashreplace"))
