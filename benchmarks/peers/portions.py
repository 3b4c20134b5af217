"""portion: the three years as one interval set of UTC datetimes."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import portion
from workload import Case

from peers.peer import Asks, Peer
from peers.stdlib_loop import spans


def asks(case: Case) -> Asks:
    """Return what a set of intervals can answer: no next change."""
    duty = portion.Interval(*(portion.closedopen(start, end) for start, end in spans(case)))

    def intervals(start: datetime, end: datetime) -> list[portion.Interval]:
        return list(duty & portion.closedopen(start, end))

    def read(start: datetime, end: datetime) -> None:
        for interval in intervals(start, end):
            interval.lower  # noqa: B018  (a property)
            interval.upper  # noqa: B018

    def duty_time(start: datetime, end: datetime) -> timedelta:
        return sum((on.upper - on.lower for on in intervals(start, end)), timedelta())

    return {
        "is_on_duty": duty.contains,
        "intervals": intervals,
        "read": read,
        "duty_time": duty_time,
    }


def ends(interval: Any) -> tuple[datetime, datetime]:
    """Return the two ends of an interval."""
    return interval.lower, interval.upper


PEER = Peer("portion", asks, "portion", ends=ends)
