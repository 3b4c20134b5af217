"""One request to the platform: session, timeouts, limits. Imports reply, errors.

The only file that calls requests. What can go wrong on the way becomes a
TransportError here; what the answer says is reply.py's business.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from http.cookiejar import DefaultCookiePolicy
from ipaddress import ip_address
from urllib.parse import urlsplit

import requests
from requests.auth import AuthBase
from urllib3.exceptions import HTTPError

from availability.errors import ConfigurationError, TransportError
from availability.feishu.reply import Reply, read_reply

Timeout = tuple[float, float]
Params = Sequence[tuple[str, str]]

CHUNK = 64 * 1024

#: What to say of requests' errors: the most particular first.
CAUSES: Sequence[tuple[type[Exception], str]] = (
    (requests.exceptions.ProxyError, "the proxy could not be used"),
    (requests.exceptions.SSLError, "no trusted TLS connection"),
    (requests.exceptions.ConnectTimeout, "no connection in time"),
    (requests.exceptions.Timeout, "no answer in time"),
    (requests.exceptions.ContentDecodingError, "the body cannot be decompressed"),
    (requests.exceptions.ChunkedEncodingError, "the body was cut off"),
    (requests.exceptions.ConnectionError, "no connection"),
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

    def __init__(self, base_url: str, *, timeout: Timeout, max_body: int) -> None:
        self.base_url, self._is_loopback = _checked_url(base_url)
        self._timeout = _checked_timeout(timeout)
        self._max_body = max_body
        self._session: requests.Session | None = _open_session()
        self._process = os.getpid()

    def send(
        self,
        method: str,
        path: str,
        *,
        params: Params = (),
        json: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        secrets: Iterable[str] = (),
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
                body = self._read_body(response)
        except (requests.RequestException, HTTPError, OSError) as error:
            raise TransportError(f"{self.base_url}: {_cause(error)}") from _stripped(error)
        return read_reply(response.status_code, response.headers, body, secrets)

    def close(self) -> None:
        """Close all connections; the transport cannot be used again."""
        if self._session is not None:
            self._session.close()
        self._session = None

    def _live_session(self) -> requests.Session:
        if self._session is None:
            raise ConfigurationError("the client is closed")
        if self._process != os.getpid():  # a fork must not share its parent's connections
            self._session, self._process = _open_session(), os.getpid()
        return self._session

    def _read_body(self, response: requests.Response) -> bytes:
        body = bytearray()
        for chunk in response.iter_content(CHUNK):
            body += chunk
            if len(body) > self._max_body:
                raise TransportError(
                    f"{self.base_url}: the body is larger than max_body={self._max_body} bytes",
                    http_status=response.status_code,
                    log_id=response.headers.get("X-Tt-Logid"),
                )
        return bytes(body)


def _open_session() -> requests.Session:
    session = requests.Session()
    # Without cookies a session holds nothing that threads could disturb.
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))
    return session


def _checked_url(base_url: str) -> tuple[str, bool]:
    """Return the base URL without a trailing slash, and whether it is on loopback."""
    try:
        parts = urlsplit(base_url)
        host, _ = parts.hostname, parts.port
    except (ValueError, AttributeError, TypeError):
        parts, host = urlsplit(""), None
    plain = host and not (parts.query or parts.fragment or "@" in parts.netloc)
    if not plain or not base_url.isprintable() or " " in base_url:
        raise ConfigurationError(
            "base_url: not a plain URL; allowed: such as https://open.feishu.cn or "
            "https://open.larksuite.com (FEISHU_BASE_URL)"
        )
    is_loopback = _is_loopback(host or "")
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
        connect, read = (float(seconds) for seconds in timeout)
        if 0 < connect < float("inf") and 0 < read < float("inf"):
            return connect, read
    except (TypeError, ValueError):
        pass
    raise ConfigurationError(f"timeout: {timeout!r}; allowed: (connect, read), seconds above 0")


def _cause(error: Exception) -> str:
    """Say what went wrong, with the system's own reason where there is one."""
    texts = (text for kind, text in CAUSES if isinstance(error, kind))
    reason = _system_reason(error)
    return next(texts, "the request failed") + (f" ({reason})" if reason else "")


def _system_reason(error: BaseException | None) -> str | None:
    """Return the innermost system error's text in a chain of exceptions."""
    reason = None
    while error is not None:
        if isinstance(error, OSError) and error.strerror:
            reason = error.strerror
        nested = (*error.args, getattr(error, "reason", None))
        inner = next((one for one in nested if isinstance(one, BaseException)), None)
        error = inner or error.__cause__ or error.__context__
    return reason


def _stripped(error: Exception) -> Exception:
    """Return the error without the request that it holds, whose headers are secret."""
    if isinstance(error, requests.RequestException):
        error.request = error.response = None
    return error
