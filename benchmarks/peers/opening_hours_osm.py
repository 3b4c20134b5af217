"""opening-hours-py: the schedule as an OpenStreetMap expression; Rust beneath."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from opening_hours import OpeningHours, State
from workload import Case, Row

from peers.peer import Asks, Peer

DAYS = {
    **dict(enumerate(("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"), start=1)),
    9: "Mo-Su",
    10: "Mo-Fr",
    11: "Sa,Su",
}
UTC = ZoneInfo("UTC")  # datetime.timezone.utc is refused


def asks(case: Case) -> Asks:
    """Return the methods of the parsed expression, and what is easily made of them."""
    hours = OpeningHours(expression(case.rows), timezone=ZoneInfo(case.tz))
    states = hours.intervals

    def intervals(start: datetime, end: datetime) -> list[tuple]:
        return [state for state in states(start, end) if state[2] == State.OPEN]

    def read(start: datetime, end: datetime) -> None:
        for interval in intervals(start, end):
            interval[0]
            interval[1]

    def duty_time(start: datetime, end: datetime) -> timedelta:
        # Timestamps, because datetimes of one zone subtract by wall clock.
        return timedelta(
            seconds=sum(on[1].timestamp() - on[0].timestamp() for on in intervals(start, end))
        )

    return {
        "is_on_duty": hours.is_open,
        "next_change": hours.next_change,
        "intervals": intervals,
        "read": read,
        "epochs": intervals,
        "duty_time": duty_time,
    }


def expression(rows: tuple[Row, ...]) -> str:
    """Return the rows as an expression, each day's ranges together.

    >>> row = {"weekday": 10, "start_time": "09:00", "end_time": "12:00"}
    >>> expression((row, {**row, "start_time": "13:00", "end_time": "18:00"}))
    'Mo-Fr 09:00-12:00,13:00-18:00'
    """
    by_days: dict[str, list[str]] = {}
    for row in rows:
        ranges = by_days.setdefault(DAYS[row["weekday"]], [])
        ranges.append(f"{row['start_time']}-{row['end_time']}")
    spelled = ", ".join(f"{days} {','.join(ranges)}" for days, ranges in by_days.items())
    return "24/7" if spelled == "Mo-Su 00:00-24:00" else spelled


def given(at: datetime) -> datetime:
    """Return the instant with a zone that has a key."""
    return at if isinstance(at.tzinfo, ZoneInfo) else at.replace(tzinfo=UTC)


PEER = Peer("opening-hours-py", asks, "opening-hours-py", given=given)
