"""The project itself, by its public surface."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from workload import Case

from availability import Timeline, WeeklySchedule
from peers.peer import Asks, Peer


def asks(case: Case) -> Asks:
    """Return the timeline's own methods."""
    duty = Timeline(WeeklySchedule.parse(case.rows, tz=case.tz))
    intervals = duty.intervals

    def read(start: datetime, end: datetime) -> None:
        for interval in intervals(start, end):
            interval.start  # noqa: B018  (made when looked at)
            interval.end  # noqa: B018

    names = ("is_on_duty", "are_on_duty", "next_change", "intervals", "epochs", "duty_time")
    return {**{name: getattr(duty, name) for name in names}, "read": read}


def ends(interval: Any) -> tuple[datetime, datetime]:
    """Return the two ends of an interval."""
    return interval.start, interval.end


PEER = Peer("ours", asks, "agent-availability", ends=ends)
