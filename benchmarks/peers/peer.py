"""What is known of a peer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from typing import Any, TypeAlias

from workload import Case

#: Each question that can be expressed, by the name that it has on ``Timeline``; besides,
#: ``read`` is ``intervals`` with every start and end looked at.
Asks: TypeAlias = Mapping[str, Callable[..., Any]]


def same(at: datetime) -> datetime:
    """Return the instant as it is."""
    return at


def by_index(interval: Any) -> tuple[datetime, datetime]:
    """Return the two ends of an interval that is a tuple."""
    return interval[0], interval[1]


@dataclass(frozen=True, slots=True)
class Peer:
    """One way to answer: what it sets up for a schedule, outside the clock, and how it asks.

    ``given`` turns an instant into what the peer takes, outside the clock too;
    ``ends`` looks at an interval's two ends. A question that is not among its
    ``asks`` cannot be expressed; for some schedules it may have none.
    """

    name: str
    asks: Callable[[Case], Asks]
    distribution: str | None = None
    given: Callable[[datetime], datetime] = same
    ends: Callable[[Any], tuple[datetime, datetime]] = by_index

    @property
    def title(self) -> str:
        """The name and the version."""
        return f"{self.name} {version(self.distribution)}" if self.distribution else self.name
