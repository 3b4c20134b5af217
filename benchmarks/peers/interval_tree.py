"""intervaltree: the three years as a tree of UTC datetimes."""

from __future__ import annotations

from datetime import datetime, timedelta

from intervaltree import IntervalTree
from workload import Case

from peers.peer import Asks, Peer
from peers.stdlib_loop import spans


def asks(case: Case) -> Asks:
    """Return what a tree of intervals can answer: no next change."""
    duty = IntervalTree.from_tuples(spans(case))

    def intervals(start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
        found = sorted(duty.overlap(start, end))
        return [(max(on.begin, start), min(on.end, end)) for on in found]

    def duty_time(start: datetime, end: datetime) -> timedelta:
        return sum(
            (min(on.end, end) - max(on.begin, start) for on in duty.overlap(start, end)),
            timedelta(),
        )

    return {
        "is_on_duty": duty.overlaps_point,
        "intervals": intervals,
        "read": intervals,
        "duty_time": duty_time,
    }


PEER = Peer("intervaltree", asks, "intervaltree")
