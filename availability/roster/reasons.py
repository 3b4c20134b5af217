"""Why an answer is what it is: codes for programs, a line for people. Imports messages, engine."""

from __future__ import annotations

from enum import Enum

from availability.engine.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from availability.roster.messages import Detail, Language


class ReasonCode(str, Enum):
    """The stable codes of reasons; each is also a plain string."""

    __str__ = str.__str__

    #: Rule 1.
    REMOVED = "removed"
    GONE = "gone"
    #: Rule 2.
    OFFLINE = "offline"
    #: Rule 3.
    NO_SCHEDULE = "no_schedule"
    UNREADABLE_ROWS = "unreadable_rows"
    CALENDAR_UNKNOWN = "calendar_unknown"
    #: Rule 4.
    OFF_DUTY = "off_duty"
    ON_LEAVE = "on_leave"
    #: Rules 5 and 6: on duty, and what the status says to that.
    ON_DUTY = "on_duty"
    STATUS_FRESH = "status_fresh"
    SCHEDULE_ONLY = "schedule_only"
    STATUS_STALE = "status_stale"
    STATUS_UNKNOWN = "status_unknown"
    #: A fresh status that contradicts the schedule, which counts.
    ONLINE_OFF_SCHEDULE = "online_off_schedule"
    OFF_DUTY_ON_SCHEDULE = "off_duty_on_schedule"
    #: What the ticket needs.
    LACKS_SKILL = "lacks_skill"
    TOO_LITTLE_TIME = "too_little_time"
    MAYBE_TOO_LITTLE_TIME = "maybe_too_little_time"
    #: All that is known is too old.
    ROSTER_EXPIRED = "roster_expired"
    #: The roster says that it was fetched after now.
    FETCHED_IN_FUTURE = "fetched_in_future"


class Reason(Value):
    """One reason: a stable ``code``, and ``details`` as pairs of a name and a value.

    >>> Reason(ReasonCode.OFF_DUTY).text
    'off duty'
    """

    __slots__ = _fields = ("code", "details")

    code: ReasonCode
    details: tuple[tuple[str, Detail], ...]

    def __init__(self, code: ReasonCode, details: tuple[tuple[str, Detail], ...] = ()) -> None:
        self._fill(code, details)

    @property
    def text(self) -> str:
        """The reason in one line of English."""
        return self.text_in("en")

    def text_in(self, language: Language) -> str:
        """Return the reason in one line, in English (``"en"``) or Chinese (``"zh"``)."""
        from availability.roster.messages import Wording  # noqa: PLC0415  (only readers wait)

        return Wording(language).say(self.code.value, **dict(self.details))

    def __str__(self) -> str:
        return self.text
