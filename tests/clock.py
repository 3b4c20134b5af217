"""A clock that moves when it is told to."""

from datetime import datetime, timedelta, timezone

MONDAY_10 = datetime(2026, 6, 1, 2, tzinfo=timezone.utc)  # 10:00 in Shanghai


class Clock:
    def __init__(self, now=MONDAY_10):
        self.now = now

    def __call__(self):
        return self.now

    def tick(self, **amount):
        self.now += timedelta(**amount)
