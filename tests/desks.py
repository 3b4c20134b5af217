"""A desk whose agents come, go and change, for tests of what is remembered of it."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from availability import Agent, Roster, Snapshot, Status, WeeklySchedule

MONDAY = datetime(2026, 6, 1, tzinfo=timezone.utc)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
MICROSECOND = timedelta(microseconds=1)


def agent(agent_id, hours="09:00-18:00", status=Status.ONLINE, **fields):
    start, end = hours.split("-")
    rows = [{"weekday": 9, "start_time": start, "end_time": end}]
    schedule = WeeklySchedule.parse(rows, tz="UTC")
    return Agent(agent_id, schedule, status=status, status_code=int(status), **fields)


def learned(at, *agents, fetched=None, **fields):
    """A snapshot learned at an instant, and fetched then unless said otherwise."""
    return Snapshot.learned(Roster(agents, fetched_at=fetched or at, **fields), at)


def numbered(number):
    """The snapshot of one number, each unlike the one before."""
    return learned(
        MONDAY + number * MINUTE,
        *(agent(f"ou_{one}", name=f"{number % (one + 2)}") for one in range(number % 7)),
        agent("ou_same"),
        agent("ou_new", email=f"{number}@example.com"),
    )
