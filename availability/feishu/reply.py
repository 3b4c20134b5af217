"""What an HTTP answer means: the promised JSON object, or an exception. Pure. Imports errors.

Source: the error table of the helpdesk API and the platform's general error
codes. A business error comes as ``{"code": ≠ 0, "msg"}`` with any HTTP status,
200 included, so the code decides before the status.
"""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeAlias

from availability.errors import (
    AccessDeniedError,
    AuthenticationError,
    BadRequestError,
    FeishuError,
    NotFoundError,
    PayloadError,
    RateLimitedError,
    ServerError,
    describe,
    one_line,
)

Object: TypeAlias = Mapping[str, object]

SCOPE = "helpdesk:all:readonly"
RATE_LIMITED = 99991400
SCOPE_MISSING = 99991672
#: The token is missing, dead or of the wrong kind: a new one helps, once.
DEAD_TOKEN_CODES = frozenset({99991661, 99991663, 99991664, 99991665, 99991668})
WRONG_HEADERS = 154001

ERROR_OF_CODE: Mapping[int, type[FeishuError]] = {
    RATE_LIMITED: RateLimitedError,
    SCOPE_MISSING: AccessDeniedError,
    10003: AuthenticationError,
    10014: AuthenticationError,
    154000: BadRequestError,
    WRONG_HEADERS: AuthenticationError,
    154003: AccessDeniedError,
    154004: NotFoundError,
    155000: ServerError,
    **dict.fromkeys(DEAD_TOKEN_CODES, AuthenticationError),
}
ADVICE: Mapping[int, str] = {
    SCOPE_MISSING: f"grant the app the scope {SCOPE} and publish a new version of it",
    10003: "check app_id (FEISHU_APP_ID)",
    10014: "check app_secret (FEISHU_APP_SECRET)",
    WRONG_HEADERS: "check helpdesk_id and helpdesk_token, and that app and helpdesk share a tenant",
    154003: "check that the app may read this helpdesk",
}
LONGEST = 300


@dataclass(frozen=True, slots=True)
class Reply:
    """The JSON object of an answer with code 0, its HTTP status and its log id."""

    body: Object
    http_status: int = 200
    log_id: str | None = None

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Give a PayloadError raised inside the answer's code, status and log id."""
        try:
            yield
        except PayloadError as error:
            error.code, error.http_status, error.log_id = 0, self.http_status, self.log_id
            if self.log_id:
                error.args = (f"{error}; log id {self.log_id}",)
            raise

    @contextmanager
    def data(self) -> Iterator[Object]:
        """Give the object under ``data``, :meth:`reading` it.

        Raises:
            PayloadError: there is none.
        """
        with self.reading():
            data = self.body.get("data")
            if not isinstance(data, Mapping):
                raise PayloadError("the answer has no object under data")
            yield data


def read_reply(
    status: int, headers: Mapping[str, str], body: bytes, secrets: Collection[str] = ()
) -> Reply:
    """Return what an answer says, if it says code 0.

    ``headers`` find names in any case. None of ``secrets`` shows in an error.

    Raises:
        FeishuError: the class that the platform's error table gives, with the
            code, the HTTP status and the log id.
    """
    found, wrong = _decode(body)
    code = found.get("code")
    code = code if type(code) is int else None
    log_id = cleaned(headers.get("X-Tt-Logid") or _log_id(found), secrets) or None
    succeeded = 200 <= status < 300
    if code == 0 and succeeded:
        return Reply(found, status, log_id)
    what = f"HTTP {status}" if code is None else f"HTTP {status}, code {code}"
    said = cleaned(_unsaid(wrong, status, headers) if wrong else _said(found), secrets)
    wait = _seconds(headers.get("x-ogw-ratelimit-reset"))
    kind = _kind(code, status)
    advice = f"; {ADVICE[code]}" if code is not None and code in ADVICE else ""
    if kind is RateLimitedError and wait is not None:
        advice = f"; wait {wait:g} s"
    support = f"; log id {log_id}" if log_id else ""
    error = kind(f"{what}: {said}{advice}{support}", code=code, http_status=status, log_id=log_id)
    if isinstance(error, RateLimitedError):
        error.retry_after = wait
    raise error


def _kind(code: int | None, status: int) -> type[FeishuError]:
    if code is not None and code in ERROR_OF_CODE:
        return ERROR_OF_CODE[code]
    if status == 429:
        return RateLimitedError
    if status >= 500:
        return ServerError
    return PayloadError if code is None and 200 <= status < 300 else FeishuError


def load_json(text: bytes) -> object:
    """Return the JSON value in a text; a number too long to be one stays a string.

    Raises:
        PayloadError: there is none, or it is nested too deeply.
    """
    try:
        try:
            found: object = json.loads(text)
        except json.JSONDecodeError:
            raise
        except ValueError:  # thousands of digits, or no Unicode
            found = json.loads(text, parse_int=_number)
    except RecursionError as error:
        raise PayloadError("JSON nested too deeply") from error
    except ValueError as error:
        raise PayloadError("not JSON" if text.strip() else "nothing, where JSON belongs") from error
    return found


def _number(digits: str) -> int | str:
    try:
        return int(digits)
    except ValueError:
        return digits


def _decode(body: bytes) -> tuple[Object, str]:
    """Return the JSON object in a body, an empty one where there is none, and what is wrong."""
    try:
        found = load_json(body)
    except PayloadError as error:
        return {}, str(error)
    if not isinstance(found, dict):
        return {}, "not a JSON object"
    if type(found.get("code")) is not int:
        what = f"{describe(found['code'])} is not a number" if "code" in found else "missing"
        return found, f"code: {what}"
    return found, ""


def _log_id(found: Object) -> str:
    error = found.get("error")
    log_id = error.get("log_id") if isinstance(error, Mapping) else None
    return log_id if isinstance(log_id, str) else ""


def _said(found: Object) -> str:
    msg = found.get("msg")
    return msg if isinstance(msg, str) and msg else "no message"


def _unsaid(wrong: str, status: int, headers: Mapping[str, str]) -> str:
    """Say what came instead of the JSON object that the API promises."""
    if 300 <= status < 400:
        return "a redirect, which is never followed; check base_url (FEISHU_BASE_URL)"
    kind = headers.get("Content-Type", "no content type").split(";")[0]
    return f"not the JSON object that the API promises ({kind}): {wrong}"


def cleaned(text: str, secrets: Collection[str]) -> str:
    """Return a text from outside as part of one line, without secrets."""
    for secret in sorted(secrets, key=len, reverse=True):  # one may contain another
        text = text.replace(secret, "***")
    line = one_line(text)
    return line if len(line) <= LONGEST else f"{line[:LONGEST]}…"


def _seconds(text: str | None) -> float | None:
    try:
        seconds = float(text or "")
    except ValueError:
        return None
    return seconds if math.isfinite(seconds) and seconds >= 0 else None
