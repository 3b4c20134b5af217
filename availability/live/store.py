"""A roster as of when it was learned, and what is asked of a memory of them.
Imports engine, roster, errors.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from availability.engine.instants import to_instant, to_micros
from availability.engine.value import Value
from availability.errors import ConfigurationError, describe
from availability.roster.roster import Roster

if TYPE_CHECKING:
    from typing_extensions import Self


class Snapshot(Value):
    """A roster and when it was learned: the instant from which it counted.

    That is not before it was fetched. ``learned_at_micros`` is in UTC microseconds
    since 1970.

    Raises:
        ConfigurationError: no roster, or learned before it was fetched.

    >>> from datetime import datetime, timezone
    >>> Snapshot.learned(Roster([]), datetime(2026, 6, 1, tzinfo=timezone.utc))
    <Snapshot of 0 agents, learned 2026-06-01T00:00:00+00:00>
    """

    __slots__ = _fields = ("roster", "learned_at_micros")

    roster: Roster
    learned_at_micros: int

    def __init__(self, roster: Roster, learned_at_micros: int) -> None:
        if not isinstance(roster, Roster):
            raise ConfigurationError(f"roster: {describe(roster)} is not a Roster")
        try:
            learned = to_instant(learned_at_micros)
        except OverflowError:
            learned = None
        if learned is None or type(learned_at_micros) is not int:
            raise ConfigurationError(
                f"learned_at_micros: {describe(learned_at_micros)}; "
                "allowed: UTC microseconds since 1970, in the years 1 to 9999"
            )
        fetched = roster.fetched_at
        if fetched is not None and learned < fetched:
            raise ConfigurationError(
                f"learned at {learned.isoformat()}, before it was fetched at {fetched.isoformat()}"
            )
        self._fill(roster, learned_at_micros)

    @classmethod
    def learned(cls, roster: Roster, at: datetime) -> Self:
        """Return the snapshot of a roster that was learned at an instant."""
        return cls(roster, to_micros(at))

    @property
    def learned_at(self) -> datetime:
        """When the roster was learned, in UTC."""
        return to_instant(self.learned_at_micros)

    def __repr__(self) -> str:
        learned = self.learned_at.isoformat()
        return f"<Snapshot of {len(self.roster)} agents, learned {learned}>"


class SnapshotStore(Protocol):
    """A memory of rosters: what was known of a desk, and when.

    What it cannot read or write is a :class:`~availability.StoreError`. Leave,
    extra shifts, calendars of working days and the time to live of statuses are
    the user's own, and not remembered.
    """

    def remember(self, snapshot: Snapshot) -> None:
        """Hold what is new in a snapshot, and that it was fetched.

        One learned before the newest would rewrite the past, and is left out: without
        a word if two remember at the same time, with an error if a clock was set.
        """

    def latest(self) -> Snapshot | None:
        """Return what was learned last, None if nothing ever was."""

    def as_of(self, at: datetime) -> Snapshot | None:
        """Return what was known at an instant: the last learned at or before it."""

    def since(self, at: datetime) -> Iterator[Snapshot]:
        """Return what was known at an instant, if anything, and each later change in order.

        Fetches that changed nothing are left out.
        """

    def forget(self, before: datetime) -> None:
        """Drop what is older than an instant, but for what was known at it."""

    def close(self) -> None:
        """Let go of what the store holds; it cannot be used any more."""
