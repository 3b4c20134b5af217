"""Every exception of the package, one base class. Imports nothing.

::

    AvailabilityError
    ├── ScheduleError (ValueError)        a row of a schedule cannot be read
    ├── OverrideError (ValueError)        a leave or an extra shift cannot be read
    ├── PlanError (ValueError)            a staffing plan cannot be read
    ├── InstantError (TypeError)          what was given is not an instant
    │   └── NaiveDatetimeError            a datetime without a time zone
    ├── WindowError (ValueError)          a window that starts after it ends
    ├── UnreachableError                  there will never be that much duty time
    ├── TimezoneError (ValueError)        not an IANA time zone
    ├── CalendarUnknownError              a date outside the calendar's published years
    ├── ConfigurationError                a setting is missing or cannot be used
    ├── UnknownAgentError (KeyError)      the roster has no agent with that id
    ├── UnknownSkillError (KeyError)      the desk's catalogue has no such skill
    ├── StoreError                        a memory of rosters cannot be used
    │   └── NothingKnownError             it holds nothing of that time
    ├── UnknownStateError                 nobody can say of some agents, and all were wanted
    └── FeishuError                       the platform, or the way to it
        ├── AuthenticationError           credentials or token refused
        ├── AccessDeniedError             a scope or a permission is missing
        ├── NotFoundError                 no such agent
        ├── BadRequestError               the request itself was refused
        ├── RateLimitedError              too many calls; ``retry_after`` seconds
        │   └── BudgetError               the client's own limit; nothing was sent
        ├── ServerError                   the platform failed
        ├── PayloadError                  the answer is not what the API promises
        ├── CircuitOpenError              too many failures in a row; nothing was sent
        └── TransportError                no answer, or not a whole one
"""

from __future__ import annotations


class AvailabilityError(Exception):
    """The base of every error that this package raises."""


class ScheduleError(AvailabilityError, ValueError):
    """A schedule, or a row of it, cannot be read.

    ``reason`` is a stable code: ``not_a_list``, ``not_a_row``,
    ``missing_field``, ``unknown_weekday``, ``bad_time`` or ``empty_range``.
    """

    def __init__(self, message: str, reason: str = "not_a_row") -> None:
        super().__init__(message)
        self.reason = reason


class OverrideError(AvailabilityError, ValueError):
    """A leave or an extra shift, or a file of them, cannot be read."""


class PlanError(AvailabilityError, ValueError):
    """A staffing plan, or a file of one, cannot be read."""


class InstantError(AvailabilityError, TypeError):
    """What was given where an instant (or an amount of time) belongs is none."""


class NaiveDatetimeError(InstantError):
    """A datetime without a time zone: it names no instant."""


class WindowError(AvailabilityError, ValueError):
    """A window that starts after it ends."""


class UnreachableError(AvailabilityError):
    """There is not that much duty time between here and the end of the calendar."""


class TimezoneError(AvailabilityError, ValueError):
    """Not the key of a zone in the IANA time zone database."""


class CalendarUnknownError(AvailabilityError):
    """A date outside the years that a working-day calendar has published."""


class ConfigurationError(AvailabilityError):
    """A setting is missing or cannot be used; the message names it."""


class UnknownAgentError(AvailabilityError, KeyError):
    """The roster has no agent with that id."""

    __str__ = Exception.__str__  # KeyError would show the repr of its message


class UnknownSkillError(AvailabilityError, KeyError):
    """The desk's catalogue has no such skill."""

    __str__ = Exception.__str__


class UnknownStateError(AvailabilityError):
    """Nobody can say whether some agents can take a ticket; ``agent_ids`` are theirs."""

    def __init__(self, message: str, *, agent_ids: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.agent_ids = agent_ids


class StoreError(AvailabilityError):
    """A memory of rosters cannot be read or written; the message names the file."""


class NothingKnownError(StoreError):
    """Nothing was known of the desk at that instant, or it was forgotten since."""


class FeishuError(AvailabilityError):
    """The platform refused, failed, or could not be reached.

    ``code`` is the platform's own error code, ``http_status`` the status of the
    answer and ``log_id`` its ``X-Tt-Logid``, which the platform's support asks
    for; each is None where the answer had none.
    """

    def __init__(
        self,
        message: str,
        *,
        code: int | None = None,
        http_status: int | None = None,
        log_id: str | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.http_status = http_status
        self.log_id = log_id


class AuthenticationError(FeishuError):
    """The credentials or the token were refused."""


class AccessDeniedError(FeishuError):
    """The app lacks a scope, or may not see this helpdesk."""


class NotFoundError(FeishuError):
    """The platform knows no such resource."""


class BadRequestError(FeishuError):
    """The request was refused as malformed."""


class RateLimitedError(FeishuError):
    """Too many calls. ``retry_after`` is the wait in seconds, None if not said."""

    retry_after: float | None = None


class BudgetError(RateLimitedError):
    """The client's own limit of calls is used up, and nothing was sent.

    ``retry_after`` is the seconds until it lets a call through again.
    """


class CircuitOpenError(FeishuError):
    """So many calls failed in a row that nothing is sent for a while.

    ``retry_after`` is the seconds until the next call is let through. ``is_tried``:
    one call is under way now to see whether that is over, and decides it.
    """

    retry_after: float | None = None
    is_tried: bool = False


class ServerError(FeishuError):
    """The platform, or a gateway before it, failed."""


class PayloadError(FeishuError):
    """The answer is not what the API promises.

    ``reason`` is a stable code where there is one: ``missing_id`` for an agent
    without an id.
    """

    def __init__(
        self,
        message: str,
        *,
        code: int | None = None,
        http_status: int | None = None,
        log_id: str | None = None,
        reason: str | None = None,
    ) -> None:
        super().__init__(message, code=code, http_status=http_status, log_id=log_id)
        self.reason = reason


class TransportError(FeishuError):
    """No answer, or not a whole one: refused, reset, cut off, too slow, too large.

    ``is_final``: another try would end the same way.
    """

    is_final: bool = False


def one_line(text: str) -> str:
    """Return a text from outside as part of one line, with nothing that moves a terminal."""
    return "".join(char if char.isprintable() else "�" for char in " ".join(text.split()))


def short(text: str) -> str:
    """Return a text from outside on one line, cut short."""
    text = one_line(text)
    return text if len(text) <= 60 else text[:57] + "..."


def describe(value: object) -> str:
    """Return a value for an error message: its type and a short repr on one line."""
    if value is None:
        return "null"
    try:
        text = repr(value)
    except (ValueError, RecursionError):  # thousands of digits, or of brackets
        text = "…"
    return f"{type(value).__name__} {short(text)}"
