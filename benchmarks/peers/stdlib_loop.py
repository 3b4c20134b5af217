"""A loop of the standard library: rows parsed once, ``astimezone``, compare."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from workload import DAY, FIRST, LAST, Case

from peers.peer import Asks, Peer

WEEKDAYS = {
    **{code: frozenset({code - 1}) for code in range(1, 8)},
    9: frozenset(range(7)),
    10: frozenset(range(5)),
    11: frozenset({5, 6}),
}
MARGIN = timedelta(days=30)  # a change that follows the last instant is found, too


def asks(case: Case) -> Asks:
    """Return the loop over a schedule's ranges."""
    zone = ZoneInfo(case.tz)
    ranges = [(WEEKDAYS[row["weekday"]], *minutes(row)) for row in case.rows]

    def is_on_duty(at: datetime) -> bool:
        local = at.astimezone(zone)
        minute, today = local.hour * 60 + local.minute, local.weekday()
        for weekdays, start, end in ranges:
            if start < end:
                if start <= minute < end and today in weekdays:
                    return True
            elif minute >= start:
                if today in weekdays:
                    return True
            elif minute < end and (today - 1) % 7 in weekdays:
                return True
        return False

    return {"is_on_duty": is_on_duty}


def minutes(row: dict[str, str]) -> tuple[int, int]:
    """Return a row's two times in minutes after midnight."""
    return tuple(60 * int(row[key][:2]) + int(row[key][3:]) for key in ("start_time", "end_time"))


def spans(case: Case) -> list[tuple[datetime, datetime]]:
    """Return the three years laid out in UTC, date by date, for peers that hold intervals."""
    merged: list[tuple[datetime, datetime]] = []
    for start, end in sorted(_shifts(case)):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        elif start < end:
            merged.append((start, end))
    return merged


def _shifts(case: Case) -> Iterator[tuple[datetime, datetime]]:
    zone = ZoneInfo(case.tz)
    for number in range(-MARGIN.days, (LAST - FIRST + MARGIN).days):
        midnight = FIRST.replace(tzinfo=None) + number * DAY
        for row in case.rows:
            if midnight.weekday() in WEEKDAYS[row["weekday"]]:
                start, end = minutes(row)
                end += 24 * 60 if end < start else 0
                yield tuple(
                    (midnight + timedelta(minutes=wall))
                    .replace(tzinfo=zone)
                    .astimezone(timezone.utc)
                    for wall in (start, end)
                )


PEER = Peer("stdlib loop", asks)
