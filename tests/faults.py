"""What can go wrong between a client and the platform, and what a caller is told of it."""

from __future__ import annotations

import gzip
import json
from typing import NamedTuple

from availability import (
    AccessDeniedError,
    AuthenticationError,
    BadRequestError,
    FeishuError,
    NotFoundError,
    PayloadError,
    RateLimitedError,
    ServerError,
    TransportError,
)
from availability.feishu.sandbox import Canned, Sandbox

HTML = b"<html><body>502 Bad Gateway</body></html>"
AS_HTML = {"Content-Type": "text/html"}
#: What a client must be set to, for the slow answers and the large one to be too much.
LIMITS = {"max_seconds": 1.0, "max_body": 1_000_000}
PACE = 0.02
BOMB = gzip.compress(b" " * 5_000_000)


class Fault(NamedTuple):
    """``times``: how often it must come for a call that is sent once to fail."""

    answer: Canned
    error: type[FeishuError]
    times: int = 1


def limit(status, **headers):
    return Canned.refusal(status, 99991400, "limit", **headers)


#: What may pass by itself.
PASSING = {
    "429": Fault(limit(429, x_ogw_ratelimit_reset="3"), RateLimitedError),
    "429 without a wait": Fault(limit(429), RateLimitedError),
    "400 as older endpoints": Fault(limit(400, x_ogw_ratelimit_reset="3"), RateLimitedError),
    "500": Fault(Canned.refusal(500, 155000, "internal error"), ServerError),
    "502 in HTML": Fault(Canned(502, HTML, AS_HTML), ServerError),
    "503": Fault(Canned(503, b""), ServerError),
    "200 in HTML": Fault(Canned(200, HTML, AS_HTML), PayloadError),
    "HTML that is called JSON": Fault(Canned(200, HTML), PayloadError),
    "200 of nothing": Fault(Canned(200, b""), PayloadError),
    "hung up": Fault(Canned(hang_up=True), TransportError),
    "reset": Fault(Canned(reset=True), TransportError),
    "cut off": Fault(Canned(200, b'{"code": 0', {"Content-Length": "1000"}), TransportError),
    "cut off in gzip": Fault(
        Canned(200, BOMB[:20], {"Content-Encoding": "gzip", "Content-Length": "1000"}),
        TransportError,
    ),
}
#: What may pass, and takes as long as a client lets it.
SLOW = {
    "slow head": Fault(Canned(200, b"{}", {"X-Long": "x" * 9999}, head_pace=PACE), TransportError),
    "slow body": Fault(Canned(200, b"{}" + b" " * 9999, body_pace=PACE), TransportError),
}
FINAL = {
    "no scope": Fault(Canned.refusal(400, 99991672, "no scope"), AccessDeniedError),
    "bad request": Fault(Canned.refusal(400, 154000, "bad"), BadRequestError),
    "no access": Fault(Canned.refusal(403, 154003, "no access"), AccessDeniedError),
    "not found": Fault(Canned.refusal(404, 154004, "not found"), NotFoundError),
    "wrong app": Fault(Canned.refusal(200, 10003, "wrong app"), AuthenticationError),
    "elsewhere": Fault(Canned(302, b"", {"Location": "https://example.com/"}), FeishuError),
    "a code nobody knows": Fault(Canned.refusal(200, 42, "?"), FeishuError),
}
#: Final, too, but only for who has :data:`LIMITS`.
BOMBS = {"bomb": Fault(Canned(200, BOMB, {"Content-Encoding": "gzip"}), TransportError)}
#: What a new token helps against, once.
OF_TOKEN = {
    "dead token with 200": Fault(Canned.refusal(200, 99991663, "dead"), AuthenticationError, 2),
    "dead token with 400": Fault(Canned.refusal(400, 99991663, "dead"), AuthenticationError, 2),
    "401": Fault(Canned.refusal(401, 154001, "wrong headers"), AuthenticationError, 2),
}


def echo(status, **headers):
    """An answer that says what it was sent, or what it could know of it."""
    said = f"{Sandbox.app_secret} {Sandbox.helpdesk_token}"
    body = json.dumps({"code": 42, "msg": said, "error": {"log_id": said}}).encode()
    return Canned(status, body, {"X-Tt-Logid": said, "Content-Type": said, **headers})


ECHOES = {
    "an echo": Fault(echo(200), FeishuError),
    "an echo that fails": Fault(echo(500), ServerError),
    "an echo that is cut off": Fault(echo(200, **{"Content-Length": "1000"}), TransportError),
}
FAULTS = {**PASSING, **SLOW, **FINAL, **BOMBS, **OF_TOKEN, **ECHOES}
