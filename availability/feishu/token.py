"""The tenant token: fetched once, reused, refreshed before it ends.
Imports reply, roster, engine, errors, forks.

Source: the platform's ``tenant_access_token/internal`` endpoint. A token lives
two hours at most; asked with under half an hour left the platform gives a new
one while the old one still works, so refreshing early costs nobody a failure.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

from availability.engine.instants import MICROS, to_micros
from availability.errors import FeishuError, PayloadError
from availability.feishu.reply import Reply
from availability.forks import PerProcess
from availability.roster.roster import Clock

#: How long before its end a token is replaced, at most half its life; in microseconds.
MARGIN = 600 * MICROS
LONGEST_LIFE = 7200


@dataclass(frozen=True, slots=True)
class Token:
    """A tenant token and when to replace it, in UTC microseconds. Its text never shows."""

    text: str = field(repr=False)
    replace_at: int


class TenantToken:
    """Keeps one token for many threads: whoever comes first fetches, the others wait.

    Who waited for a fetch that failed is told so, and does not fetch again.
    """

    def __init__(self, fetch: Callable[[], Reply], clock: Clock) -> None:
        self._fetch = fetch
        self._clock = clock
        self._token: Token | None = None
        self._failure: FeishuError | None = None
        self._fetches = 0
        self._lock = PerProcess(Lock)

    def get(self) -> str:
        """Return a token that still works, fetching one where needed."""
        now = to_micros(self._clock())
        fetches = self._fetches
        with self._lock.get():
            if self._token is None or now >= self._token.replace_at:
                if self._failure is not None and self._fetches != fetches:
                    raise self._failure
                self._token = self._fetched(now)
            return self._token.text

    def drop(self, text: str) -> None:
        """Forget a token that the platform refused, unless another took its place."""
        with self._lock.get():
            if self._token is not None and self._token.text == text:
                self._token = None

    def _fetched(self, now: int) -> Token:
        self._failure = None
        try:
            return read_token(self._fetch(), now)
        except FeishuError as error:
            self._failure = error
            raise
        finally:
            self._fetches += 1


def read_token(reply: Reply, now: int) -> Token:
    """Return the token in the platform's answer, which has it at the top level.

    ``now`` is in UTC microseconds.

    Raises:
        PayloadError: no token, or no whole number of seconds that it lives.
    """
    text, expire = reply.body.get("tenant_access_token"), reply.body.get("expire")
    with reply.reading():
        if not isinstance(text, str) or not text or not text.isascii() or not text.isprintable():
            raise PayloadError("the answer has no tenant_access_token")
        if type(expire) is not int or expire <= 0:
            raise PayloadError("the answer does not say when the token expires")
    life = min(expire, LONGEST_LIFE) * MICROS
    return Token(text, now + life - min(MARGIN, life // 2))
