"""businesstimedelta: working days with a lunch break; it cannot express the other schedules."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytz
from businesstimedelta import LunchTimeRule, Rules, WorkDayRule
from workload import Case

from peers.peer import Asks, Peer


def asks(case: Case) -> Asks:
    """Return what rules of working time can answer, for the kind ``office`` only."""
    if case.kind != "office":
        return {}
    zone = pytz.timezone(case.tz)
    rules = Rules(
        [WorkDayRule(time(9), time(18), tz=zone), LunchTimeRule(time(12), time(13), tz=zone)]
    )

    def is_on_duty(at: datetime) -> bool:
        return rules.next(at)[0] <= at

    def duty_time(start: datetime, end: datetime) -> timedelta:
        return rules.difference(start, end).timedelta

    return {"is_on_duty": is_on_duty, "duty_time": duty_time}


PEER = Peer("businesstimedelta", asks, "businesstimedelta")
