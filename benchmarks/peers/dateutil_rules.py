"""python-dateutil: one cached rruleset of the starts, one of the ends, in wall time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from dateutil.rrule import WEEKLY, rrule, rruleset
from workload import LAST, Case

from peers.peer import Asks, Peer
from peers.stdlib_loop import WEEKDAYS, minutes

DAY_MINUTES = 24 * 60
MONDAY = datetime(2024, 12, 16)
LATEST = LAST.replace(tzinfo=None) + timedelta(days=30)


def asks(case: Case) -> Asks:
    """Return what two sets of instants, alternating, can answer; 24/7 has none."""
    week = merged_week(case)
    if week == [(0, 7 * DAY_MINUTES)]:
        return {}
    zone = ZoneInfo(case.tz)
    starts, ends = rules(start for start, _ in week), rules(end for _, end in week)

    def wall(at: datetime) -> datetime:
        return at.astimezone(zone).replace(tzinfo=None)

    def is_on_duty(at: datetime) -> bool:
        local = wall(at)
        return starts.before(local, inc=True) > ends.before(local, inc=True)

    def next_change(at: datetime) -> datetime:
        local = wall(at)
        return min(starts.after(local), ends.after(local)).replace(tzinfo=zone)

    def intervals(start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
        first, last = wall(start), wall(end)
        on, off = starts.between(first, last), ends.between(first, last)
        if is_on_duty(start):
            on.insert(0, first)
        off += [last] * (len(on) - len(off))
        return [
            (a.replace(tzinfo=zone), b.replace(tzinfo=zone)) for a, b in zip(on, off, strict=True)
        ]

    def duty_time(start: datetime, end: datetime) -> timedelta:
        return timedelta(
            seconds=sum(b.timestamp() - a.timestamp() for a, b in intervals(start, end))
        )

    return {
        "is_on_duty": is_on_duty,
        "next_change": next_change,
        "intervals": intervals,
        "read": intervals,
        "duty_time": duty_time,
    }


def merged_week(case: Case) -> list[tuple[int, int]]:
    """Return the ranges as disjoint minutes of the week; the last may run into the next."""
    spans = sorted(
        (day * DAY_MINUTES + start, day * DAY_MINUTES + end + (DAY_MINUTES if end < start else 0))
        for row in case.rows
        for start, end in [minutes(row)]
        for day in WEEKDAYS[row["weekday"]]
    )
    beyond = max(end for _, end in spans) - 7 * DAY_MINUTES
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    if len(merged) > 1 and merged[0][0] <= beyond:  # Sunday's night runs into Monday's range
        (_, end), *merged = merged
        merged[-1] = merged[-1][0], max(merged[-1][1], end + 7 * DAY_MINUTES)
    return merged


def rules(week: Iterable[int]) -> rruleset:
    """Return the instants, weekly, at some minutes of the week."""
    found = rruleset(cache=True)
    for minute in week:
        start = MONDAY + timedelta(minutes=minute)
        found.rrule(rrule(WEEKLY, dtstart=start, until=LATEST, cache=True))
    found.count()  # fills the cache, outside the clock
    return found


PEER = Peer("python-dateutil", asks, "python-dateutil")
