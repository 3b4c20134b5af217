"""Instants at the border: aware datetimes in. Imports errors.

Inside the engine an instant is an integer count of UTC microseconds (or whole
seconds) since 1970-01-01, because datetimes compare and subtract by wall clock
inside a repeated hour.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from availability.errors import InstantError, NaiveDatetimeError, WindowError, describe

MICROS = 1_000_000
HOUR = 3600
DAY = 86_400
MICROSECOND = timedelta(microseconds=1)
UTC = timezone.utc
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EPOCH_ORDINAL = EPOCH.toordinal()
#: After 400 years, which are 20,871 whole weeks, the Gregorian calendar comes again.
CYCLE_YEARS = 400
CYCLE = 146_097 * DAY
#: Wall times are counted from here.
WALL_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001  (a wall time has no zone)


def to_micros(at: datetime) -> int:
    """Return the instant of an aware datetime, in UTC microseconds since 1970.

    Only ``utcoffset()`` and the wall-clock fields count, so every datetime
    class and every tzinfo is taken alike, the fold included.

    Raises:
        NaiveDatetimeError: the datetime has no UTC offset.
        InstantError: not a datetime at all (a date, a str, a number, NaT).

    >>> to_micros(datetime(1970, 1, 2, tzinfo=timezone.utc))
    86400000000
    """
    if type(at) is datetime:
        try:
            since = at - EPOCH
        except TypeError:
            pass  # it has no offset, which is said below
        else:
            return (since.days * DAY + since.seconds) * MICROS + since.microseconds
    # pandas' NaT calls itself a datetime, and is not equal to itself
    if not isinstance(at, datetime) or at != at:  # noqa: PLR0124
        raise InstantError(f"an instant is an aware datetime, not {describe(at)}")
    offset = at.utcoffset()
    if offset is None:
        raise NaiveDatetimeError(
            f"{at.isoformat()} has no time zone: pass an aware datetime, "
            "such as datetime.now(timezone.utc)"
        )
    days = at.toordinal() - EPOCH_ORDINAL
    seconds = days * DAY + at.hour * 3600 + at.minute * 60 + at.second
    return seconds * MICROS + at.microsecond - offset // MICROSECOND


def to_instant(micros: int) -> datetime:
    """Return the instant so many UTC microseconds after the beginning of 1970, in UTC."""
    return EPOCH + micros * MICROSECOND


def to_second(at: datetime) -> int:
    """Return the whole UTC second that an aware datetime lies in, since 1970."""
    if type(at) is datetime and at.tzinfo is UTC:
        since = at - EPOCH
        return since.days * DAY + since.seconds
    return to_micros(at) // MICROS


def whole_seconds(start: int, end: int) -> tuple[int, int]:
    """Return from and until which whole second a window of microseconds reaches.

    >>> whole_seconds(1_999_999, 2_000_001)
    (1, 3)
    """
    return start // MICROS, -(-end // MICROS)


def to_window(start: datetime, end: datetime) -> tuple[int, int]:
    """Return both ends of a window in UTC microseconds.

    Raises:
        WindowError: the window starts after it ends.
        InstantError: either end is not an instant.
    """
    first, last = to_micros(start), to_micros(end)
    if first > last:
        raise WindowError(
            f"the window starts at {start.isoformat()}, after its end {end.isoformat()}"
        )
    return first, last


def to_amount(amount: timedelta) -> int:
    """Return a length of time in microseconds.

    Raises:
        InstantError: not a timedelta.
    """
    if not isinstance(amount, timedelta):
        raise InstantError(f"an amount of time is a timedelta, not {describe(amount)}")
    # pendulum's Duration overrides the operator and the fields, not the slots beneath
    return timedelta.__floordiv__(amount, MICROSECOND)
