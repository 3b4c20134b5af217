"""One request to the platform: session, timeouts, limits.
Imports bounded, reply, errors, forks.

The only file that calls requests; bounded.py extends it. What can go wrong on the
way becomes a TransportError here; what the answer says is reply.py's business.
"""

from __future__ import annotations

import traceback
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import partial
from http.cookiejar import DefaultCookiePolicy
from ipaddress import ip_address
from urllib.parse import urlsplit

import requests
from requests.auth import AuthBase
from urllib3.exceptions import HTTPError, ReadTimeoutError

from availability.errors import ConfigurationError, TransportError, describe
from availability.feishu.bounded import BoundedAdapter, TooSlowError
from availability.feishu.reply import Reply, cleaned, read_reply
from availability.forks import PerProcess

Timeout = tuple[float, float]
Params = Sequence[tuple[str, str]]

CHUNK = 64 * 1024
#: Idle connections kept for threads that ask at once.
POOL = 64
LONGEST_WAIT = 86_400.0

FAILURES = (requests.RequestException, HTTPError, OSError)
#: A ValueError comes of a chunk of negative length, as urllib3 does not look for that.
FAILURES_OF_BODY = (*FAILURES, ValueError)

#: What to say of requests' errors: the most particular first.
CAUSES: Sequence[tuple[type[Exception], str]] = (
    (requests.exceptions.ProxyError, "the proxy could not be used"),
    (requests.exceptions.SSLError, "no trusted TLS connection"),
    (requests.exceptions.ConnectTimeout, "no connection in time"),
    (requests.exceptions.Timeout, "no answer in time"),
    (requests.exceptions.ContentDecodingError, "the body cannot be decompressed"),
    (requests.exceptions.ChunkedEncodingError, "the body was cut off"),
    (requests.exceptions.ConnectionError, "the connection failed"),
)


class Headers(AuthBase):
    """The authorization headers of a request, none for the request of a token.

    Set through ``auth=`` so that a ``.netrc`` cannot replace them.
    """

    def __init__(self, headers: Mapping[str, str] | None = None) -> None:
        self._headers = dict(headers or {})

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Return the request with the headers."""
        request.headers.update(self._headers)
        return request


class Transport:
    """Sends requests to one base URL; safe to share between threads and across a fork."""

    def __init__(
        self, base_url: str, *, timeout: Timeout, max_body: int, max_seconds: float
    ) -> None:
        self.base_url, self._is_loopback = _checked_url(base_url)
        self._timeout = _checked_timeout(timeout)
        self._max_body = _checked_max_body(max_body)
        self._max_seconds = _checked_max_seconds(max_seconds)
        self._session: PerProcess[requests.Session] | None = PerProcess(
            partial(_open_session, max_seconds)
        )

    def send(
        self,
        method: str,
        path: str,
        *,
        params: Params = (),
        json: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        secrets: Collection[str] = (),
    ) -> Reply:
        """Return the platform's answer; ``secrets`` are kept out of any error.

        Raises:
            TransportError: no answer, or not a whole one.
            FeishuError: the answer refuses, or is not what the API promises.
        """
        try:
            with self._live_session().request(
                method,
                self.base_url + path,
                params=params,
                json=json,
                auth=Headers(headers),
                timeout=self._timeout,
                allow_redirects=False,
                stream=True,
                proxies={"http": "", "https": ""} if self._is_loopback else None,
            ) as response:
                body = self._read_body(response, secrets)
        except FAILURES as error:
            failure = TransportError(f"{self.base_url}: {self._cause(error)}")
            failure.is_final = isinstance(error, requests.exceptions.SSLError)
            cause = _showable(error, secrets)
        else:
            return read_reply(response.status_code, response.headers, body, secrets)
        raise failure from cause  # not in the handler, where it would keep the error all the same

    def close(self) -> None:
        """Close all connections; the transport cannot be used again."""
        if self._session is not None:
            self._session.get().close()
        self._session = None

    def _live_session(self) -> requests.Session:
        if self._session is None:
            raise ConfigurationError("the client is closed")
        return self._session.get()

    def _read_body(self, response: requests.Response, secrets: Collection[str]) -> bytes:
        body = bytearray()
        try:
            for chunk in response.iter_content(CHUNK):
                body += chunk
                if len(body) > self._max_body:
                    break
            else:
                return bytes(body)
        except FAILURES_OF_BODY as error:
            failure = self._broken_off(response, self._cause(error), secrets)
            cause = _showable(error, secrets)
        else:
            said = f"the body is larger than max_body={self._max_body} bytes"
            failure, cause = self._broken_off(response, said, secrets), None
            failure.is_final = True
        raise failure from cause

    def _cause(self, error: Exception) -> str:
        if any(isinstance(one, TooSlowError) for one in _chain(error)):
            return f"the answer took longer than max_seconds={self._max_seconds:g}"
        return _cause(error)

    def _broken_off(
        self, response: requests.Response, said: str, secrets: Collection[str]
    ) -> TransportError:
        """Return the error for an answer that began, with what its beginning told."""
        log_id = cleaned(response.headers.get("X-Tt-Logid", ""), secrets) or None
        return TransportError(
            f"{self.base_url}: {said}{f'; log id {log_id}' if log_id else ''}",
            http_status=response.status_code,
            log_id=log_id,
        )


class Session(requests.Session):
    """A session that does not so much as look at where a redirect leads."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        """Return None: else requests would parse it and read the whole body, of any size."""


def _open_session(max_seconds: float) -> requests.Session:
    session = Session()
    for scheme in ("https://", "http://"):
        session.mount(scheme, BoundedAdapter(max_seconds, pool_maxsize=POOL))
    # Without cookies a session holds nothing that threads could disturb.
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))
    return session


def _checked_url(base_url: str) -> tuple[str, bool]:
    """Return the base URL without a trailing slash, and whether it is on loopback."""
    text = base_url if isinstance(base_url, str) else ""
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
        if "[" in text:
            ip_address(host or "")  # older Pythons take any name in the brackets
    except ValueError:
        parts, host = urlsplit(""), None
    if not host or not text.isprintable() or any(sign in text for sign in "?#@ "):
        raise ConfigurationError(
            "base_url: not a plain URL; allowed: such as https://open.feishu.cn or "
            "https://open.larksuite.com (FEISHU_BASE_URL)"
        )
    is_loopback = _is_loopback(host)
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback):
        raise ConfigurationError(
            f"base_url: {parts.scheme}://{host} would send secrets in the clear; "
            "allowed: https://, or http:// to loopback"
        )
    return base_url.rstrip("/"), is_loopback


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _checked_timeout(timeout: Timeout) -> Timeout:
    try:
        connect, read = timeout
    except (TypeError, ValueError):
        connect = read = 0
    if _is_wait(connect) and _is_wait(read):
        return connect, read
    raise ConfigurationError(
        f"timeout: {describe(timeout)}; allowed: (connect, read), seconds above 0, at most a day"
    )


def _checked_max_seconds(max_seconds: float) -> float:
    if _is_wait(max_seconds):
        return max_seconds
    raise ConfigurationError(
        f"max_seconds: {describe(max_seconds)}; allowed: seconds above 0, at most a day"
    )


def _is_wait(seconds: object) -> bool:
    return type(seconds) in {int, float} and 0 < seconds <= LONGEST_WAIT  # type: ignore[operator]


def _checked_max_body(max_body: int) -> int:
    if type(max_body) is int and max_body > 0:
        return max_body
    raise ConfigurationError(f"max_body: {describe(max_body)}; allowed: a number of bytes above 0")


def _cause(error: Exception) -> str:
    """Say what went wrong, with the system's own reason where there is one."""
    if any(isinstance(arg, ReadTimeoutError) for arg in error.args):
        return "no answer in time"  # a body that stops coming is a ConnectionError to requests
    if type(error) is OSError:
        return str(error)  # such as a bundle of certificates that is not there
    texts = (text for kind, text in CAUSES if isinstance(error, kind))
    reason = _reason(error)
    return f"{next(texts, 'the request failed')} ({reason})"


def _reason(error: BaseException) -> str:
    """Return the innermost system error's text in a chain of exceptions, else the last's name."""
    reason = ""
    for one in _chain(error):
        if isinstance(one, OSError) and one.strerror:
            return one.strerror
        reason = type(one).__name__
    return reason


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an exception and what it stands on: requests and urllib3 nest theirs."""
    while error is not None:
        yield error
        nested = (*error.args, getattr(error, "reason", None))
        inner = next((one for one in nested if isinstance(one, BaseException)), None)
        error = inner or error.__cause__ or error.__context__


def _showable(error: Exception, secrets: Collection[str]) -> Exception | None:
    """Return the error as what another stands on, None if it would show a secret.

    The request that it holds, whose headers are secret, is taken away. Its text may
    have what the server said: all that it was sent; or a proxy, its password.
    """
    if isinstance(error, requests.exceptions.ProxyError):
        return None
    if isinstance(error, requests.RequestException):
        error.request = error.response = None
    shown = "".join(traceback.format_exception(error))
    return None if any(secret in shown for secret in secrets) else error
