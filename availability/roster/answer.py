"""What is said of an agent at an instant: available, unavailable or unknown, and why.
Imports reasons, engine, errors.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum

from availability.engine.instants import MICROSECOND, to_instant
from availability.engine.value import Value
from availability.engine.zones import shown_in, zone_of
from availability.errors import one_line
from availability.roster.reasons import Reason, ReasonCode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal, NoReturn, TypeAlias

    import pendulum

    Basis: TypeAlias = Literal["schedule", "schedule+status"]

#: These come from the status alone, at whatever instant.
REMOVED = frozenset({ReasonCode.REMOVED, ReasonCode.GONE})


class State(Enum):
    """Whether an agent can take a ticket; UNKNOWN is neither yes nor no."""

    AVAILABLE = "available"
    UNAVAILABLE = "unavailable"
    UNKNOWN = "unknown"


class Freshness(Enum):
    """What a status fetched at one instant says about another.

    FRESH: it counts. STALE: it is too old to count. BEYOND: before it was
    fetched, or further ahead than it could last; only the schedule counts.
    EXPIRED: by now the whole roster is too old, its schedules too; nothing counts.
    """

    FRESH = "fresh"
    STALE = "stale"
    BEYOND = "beyond"
    EXPIRED = "expired"


class StatusAge(Value):
    """When the statuses were fetched and how long they last; instants in microseconds.

    Once ``max_stale`` has passed nothing of that fetch counts any longer; None: never.
    Nor does it so long before it was fetched: then a clock was set back.
    """

    __slots__ = _fields = ("fetched_at", "time_to_live", "max_stale")

    fetched_at: int | None
    time_to_live: int
    max_stale: int | None

    def __init__(
        self, fetched_at: int | None, time_to_live: int, max_stale: int | None = None
    ) -> None:
        self._fill(fetched_at, time_to_live, max_stale)

    def has_expired(self, now: int) -> bool:
        """Return whether by now nothing of the fetch counts; one of nobody knows when has."""
        if self.max_stale is None:
            return False
        return self.fetched_at is None or abs(now - self.fetched_at) >= self.max_stale

    def at(self, at: int, now: int) -> Freshness:
        """Return what the statuses say about an instant.

        Fresh in ``[fetched_at, fetched_at + time_to_live)``; stale later than
        that but not later than ``now + time_to_live``.
        """
        if self.has_expired(now):
            return Freshness.EXPIRED
        if self.fetched_at is not None:
            if at < self.fetched_at:
                return Freshness.BEYOND
            if at < self.fetched_at + self.time_to_live:
                return Freshness.FRESH
        return Freshness.BEYOND if at > now + self.time_to_live else Freshness.STALE

    def until(self, at: int, now: int) -> int | None:
        """Return the first instant after this one of which they may say something else."""
        if self.has_expired(now):
            return None
        until = self._status_until(at, now)
        if self.max_stale is None or self.fetched_at is None:
            return until
        expires_at = self.fetched_at + self.max_stale
        if at >= expires_at:
            return until
        return expires_at if until is None else min(until, expires_at)

    def _status_until(self, at: int, now: int) -> int | None:
        if self.fetched_at is not None:
            if at < self.fetched_at:
                return self.fetched_at
            if at < self.fetched_at + self.time_to_live:
                return self.fetched_at + self.time_to_live
        stale_until = now + self.time_to_live
        return stale_until + 1 if at <= stale_until else None


class Answer(Value):
    """Whether an agent can take a ticket at an instant, why, and until when that holds.

    ``reasons`` are in the order of the rules, but a need of the ticket that alone
    decided comes first; ``on_duty`` is the schedule's answer,
    None where it has none; ``freshness`` says whether the status counts. ``stale``
    is True where a roster that is kept fresh could not be, lately. An
    answer is three-valued, so it has no truth value: compare ``state``.

    >>> from datetime import datetime, timezone
    >>> from availability import Agent, Roster
    >>> roster = Roster([Agent(id="ou_1", schedule=None)])
    >>> answer = roster.check("ou_1", datetime(2026, 6, 1, tzinfo=timezone.utc))
    >>> answer.state
    <State.UNKNOWN: 'unknown'>
    >>> print(answer)
    ou_1: unknown: no readable schedule
    """

    __slots__ = _fields = (
        "agent_id",
        "state",
        "reasons",
        "on_duty",
        "freshness",
        "at_micros",
        "until_micros",
        "fetched_micros",
        "tz",
        "stale",
    )
    _shown = ("agent_id", "state", "reasons", "until")

    agent_id: str
    state: State
    reasons: tuple[Reason, ...]
    on_duty: bool | None
    freshness: Freshness
    at_micros: int
    until_micros: int | None
    fetched_micros: int | None
    tz: str
    stale: bool

    def __init__(  # noqa: PLR0917  (made in one place, and pickled by position)
        self,
        agent_id: str,
        state: State,
        reasons: tuple[Reason, ...],
        on_duty: bool | None,
        freshness: Freshness,
        at_micros: int,
        until_micros: int | None,
        fetched_micros: int | None,
        tz: str,
        stale: bool = False,
    ) -> None:
        set_agent_id(self, agent_id)  # this is _fill without its loop
        set_state(self, state)
        set_reasons(self, reasons)
        set_on_duty(self, on_duty)
        set_freshness(self, freshness)
        set_at_micros(self, at_micros)
        set_until_micros(self, until_micros)
        set_fetched_micros(self, fetched_micros)
        set_tz(self, tz)
        set_stale(self, stale)

    @property
    def at(self) -> pendulum.DateTime:
        """The instant asked about, in the zone of the agent's schedule."""
        return shown_in(self.tz, self.at_micros)

    @property
    def until(self) -> pendulum.DateTime | None:
        """The first instant after ``at`` at which the answer may differ, None if there is none.

        It is never later than the next change of duty that could matter, nor
        than the instant at which the status counts no longer.
        """
        if self.until_micros is None or self.until_micros > zone_of(self.tz).last:
            return None
        return shown_in(self.tz, self.until_micros)

    @property
    def basis(self) -> Basis:
        """Whether the live status was looked at, or could not say anything of that instant."""
        by_status = self.freshness is not Freshness.BEYOND or self.reasons[0].code in REMOVED
        return "schedule+status" if by_status else "schedule"

    @property
    def age(self) -> timedelta | None:
        """How old the status is at the instant asked about.

        None if nobody knows when it was fetched, or if that was later.
        """
        if self.fetched_micros is None or self.fetched_micros > self.at_micros:
            return None
        return (self.at_micros - self.fetched_micros) * MICROSECOND

    @property
    def fetched_at(self) -> datetime | None:
        """When the status was fetched, None if nobody knows."""
        return None if self.fetched_micros is None else to_instant(self.fetched_micros)

    @property
    def why(self) -> str:
        """The reasons in one line."""
        return "; ".join(reason.text for reason in self.reasons)

    def __bool__(self) -> NoReturn:
        raise TypeError(
            "an answer is not yes or no: compare answer.state with State.AVAILABLE, "
            "State.UNAVAILABLE or State.UNKNOWN"
        )

    def __str__(self) -> str:
        return f"{one_line(self.agent_id)}: {self.state.value}: {self.why}"


(
    set_agent_id,
    set_state,
    set_reasons,
    set_on_duty,
    set_freshness,
    set_at_micros,
    set_until_micros,
    set_fetched_micros,
    set_tz,
    set_stale,
) = Answer._setters  # noqa: SLF001  (its own module)
