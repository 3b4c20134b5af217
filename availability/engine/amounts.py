"""Amounts: of duty time, how much passes in a window and when so much has passed; of agents.
Imports course, instants, errors.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from availability.engine.course import Course
from availability.engine.instants import EPOCH, to_amount, to_micros, to_window
from availability.errors import InstantError, UnreachableError

#: How many agents can be needed at most; with more, sums would run over.
MOST_NEEDED = 1_000_000_000
ALLOWED_COUNT = f"a whole number from 1 to {MOST_NEEDED:,}"


def is_count(number: object) -> bool:
    """Return whether so many agents can be needed."""
    return type(number) is int and 1 <= number <= MOST_NEEDED


def duty_between(course: Course, start: datetime, end: datetime) -> timedelta:
    """Return the elapsed time in ``[start, end)`` while a course is on."""
    elapsed = course.elapsed or course.make_elapsed()
    if type(start) is datetime and type(end) is datetime:
        try:
            since, until = start - EPOCH, end - EPOCH
            if since <= until:
                return elapsed.between(since, until)
        except (LookupError, TypeError):
            pass  # not the usual case; or no time zone, which to_window refuses
    first, last = to_window(start, end)
    elapsed.meet(first, last)
    return timedelta(0, 0, elapsed.amount(first, last))


def duty_after(course: Course, at: datetime, amount: timedelta, what: str = "duty time") -> int:
    """Return the earliest instant by which a course has been on for so long; UTC microseconds.

    A negative amount counts backward; zero is the instant itself. ``what`` is what
    the amounts are called in errors.

    Raises:
        UnreachableError: there is not that much of it in years 1 to 9999.
        InstantError: zero, and the instant is outside those years in the zone.
    """
    micros, wanted = to_micros(at), to_amount(amount)
    elapsed = course.elapsed or course.make_elapsed()
    reached: int | None = micros
    if wanted > 0:
        reached = elapsed.forward(micros, wanted)
    elif wanted < 0:
        reached = elapsed.backward(micros, -wanted)
    elif not course.first <= micros <= course.last:
        raise InstantError(f"{at.isoformat()} is outside the years 1 to 9999 in {course.zone.key}")
    if reached is None:
        never = "before the year 10000" if wanted > 0 else "since the year 1"
        raise UnreachableError(f"there is no {abs(amount)} of {what} {never}")
    return reached
