"""The tenant token: fetched once, reused, refreshed before it ends. Imports reply, errors.

Source: the platform's ``tenant_access_token/internal`` endpoint. A token lives
two hours at most; asked with under half an hour left the platform gives a new
one while the old one still works, so refreshing early costs nobody a failure.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

from availability.errors import PayloadError
from availability.feishu.reply import Reply

#: How long before its end a token is replaced, at most half its life.
MARGIN = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Token:
    """A tenant token and when to replace it. Its text never shows."""

    text: str = field(repr=False)
    replace_at: datetime


class TenantToken:
    """Keeps one token for many threads: whoever comes first fetches, the others wait."""

    def __init__(self, fetch: Callable[[], Reply], clock: Callable[[], datetime]) -> None:
        self._fetch = fetch
        self._clock = clock
        self._token: Token | None = None
        self._lock = Lock()
        self._process = os.getpid()

    def get(self) -> str:
        """Return a token that still works, fetching one where needed."""
        with self._live_lock():
            now = self._clock()
            if self._token is None or now >= self._token.replace_at:
                self._token = read_token(self._fetch(), now)
            return self._token.text

    def drop(self, text: str) -> None:
        """Forget a token that the platform refused, unless another took its place."""
        with self._live_lock():
            if self._token is not None and self._token.text == text:
                self._token = None

    def _live_lock(self) -> Lock:
        if self._process != os.getpid():  # a thread of the parent may have held it
            self._lock, self._process = Lock(), os.getpid()
        return self._lock


def read_token(reply: Reply, now: datetime) -> Token:
    """Return the token in the platform's answer, which has it at the top level.

    Raises:
        PayloadError: no token, or no whole number of seconds that it lives.
    """
    text, expire = reply.body.get("tenant_access_token"), reply.body.get("expire")
    with reply.reading():
        if not isinstance(text, str) or not text or not text.isascii() or not text.isprintable():
            raise PayloadError("the answer has no tenant_access_token")
        if type(expire) is not int or expire <= 0:
            raise PayloadError("the answer does not say when the token expires")
    life = timedelta(seconds=min(expire, 7200))
    return Token(text, now + life - min(MARGIN, life / 2))
