"""A weekly schedule in local terms: weekday codes and ranges. Imports zones, errors.

Source: the helpdesk API's *agent schedules* page (查询指定客服工作日程).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args
from zoneinfo import ZoneInfo

from availability.engine.zones import zone_key
from availability.errors import ConfigurationError, ScheduleError, describe

#: What a weekday code (工作日程的 weekday) stands for, Monday being 0.
WEEKDAY_CODES: Mapping[int, tuple[int, ...]] = {
    **{code: (code - 1,) for code in range(1, 8)},
    9: (0, 1, 2, 3, 4, 5, 6),
    10: (0, 1, 2, 3, 4),
    11: (5, 6),
}
DAY_MINUTES = 24 * 60
LAST_MINUTE = DAY_MINUTES - 1
CLOCK_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])|24:00", re.ASCII)

End2359 = Literal["midnight", "literal"]


@dataclass(frozen=True, slots=True)
class DutyRange:
    """One row of a schedule: a weekday code and two wall times.

    ``start`` and ``end`` are minutes after local midnight, as spelled in the
    row; an end that is not after the start lies on the next date.

    >>> DutyRange.parse({"weekday": 5, "start_time": "22:00", "end_time": "06:00"})
    DutyRange(weekday=5, start=1320, end=360)
    """

    weekday: int
    start: int
    end: int

    def __post_init__(self) -> None:
        _weekday(self.weekday, "weekday")
        _check_minute(self.start, "start", LAST_MINUTE)
        _check_minute(self.end, "end", DAY_MINUTES)
        if self.start == self.end:
            raise ScheduleError(_empty("range", str(self)), "empty_range")

    @classmethod
    def parse(cls, row: object, where: str = "row") -> DutyRange:
        """Return the range of a row exactly as the API sends it.

        ``where`` names the row in errors, such as ``schedule[2]``.

        Raises:
            ScheduleError: the row cannot be read; nothing is coerced.
        """
        if not isinstance(row, Mapping):
            raise ScheduleError(f"{where}: {describe(row)} is not an object with a weekday")
        weekday = _weekday(row.get("weekday"), f"{where}.weekday")
        start = _minutes(row.get("start_time"), f"{where}.start_time", "00:00 to 23:59")
        end = _minutes(row.get("end_time"), f"{where}.end_time", "00:00 to 24:00")
        if start == DAY_MINUTES:
            raise ScheduleError(
                f"{where}.start_time: '24:00' cannot start a range; allowed: 00:00 to 23:59",
                "bad_time",
            )
        if start == end:
            raise ScheduleError(_empty(where, f"{clock(start)}-{clock(end)}"), "empty_range")
        return cls(weekday, start, end)

    @property
    def weekdays(self) -> tuple[int, ...]:
        """The days of the week on which the range starts, Monday being 0."""
        return WEEKDAY_CODES[self.weekday]

    def __str__(self) -> str:
        return f"{clock(self.start)}-{clock(self.end)}"


@dataclass(frozen=True, slots=True)
class WeeklySchedule:
    """An agent's weekly ranges (工作日程) in a time zone.

    ``tz`` is the IANA key of the zone whose wall clocks the ranges name;
    ``end_2359`` says what an end at 23:59 means: ``"midnight"``, the end of the
    day (the API documents 23:59 as its largest time), or ``"literal"``.

    >>> WeeklySchedule.parse(
    ...     [{"weekday": 10, "start_time": "09:00", "end_time": "18:00"}], tz="Asia/Shanghai"
    ... ).ranges
    (DutyRange(weekday=10, start=540, end=1080),)
    """

    ranges: tuple[DutyRange, ...]
    tz: str
    end_2359: End2359 = "midnight"

    def __post_init__(self) -> None:
        object.__setattr__(self, "ranges", tuple(self.ranges))
        for duty in self.ranges:
            if not isinstance(duty, DutyRange):
                raise ScheduleError(
                    f"{describe(duty)} is not a DutyRange: use WeeklySchedule.parse"
                )
        object.__setattr__(self, "tz", zone_key(self.tz))
        check_end_2359(self.end_2359)

    @classmethod
    def parse(
        cls,
        rows: Sequence[Mapping[str, object]],
        *,
        tz: str | ZoneInfo | None,
        end_2359: End2359 = "midnight",
    ) -> WeeklySchedule:
        """Return the schedule of rows exactly as the API sends them.

        Each row has ``weekday`` (1-7 Monday to Sunday, 9 every day, 10 Monday to
        Friday, 11 Saturday and Sunday), ``start_time`` and ``end_time``
        (``HH:MM``; ``24:00`` may end a range). No rows: never on duty.

        Raises:
            ScheduleError: a row cannot be read; the message names the row, the
                field, the value and what is allowed.
            TimezoneError: not an IANA time zone.
            ConfigurationError: no time zone, or an unknown ``end_2359``.
        """
        key = zone_key(tz)
        ranges = [DutyRange.parse(row, where) for where, row in named_rows(rows)]
        return cls(tuple(ranges), key, end_2359)

    def weekly_minutes(self) -> Iterator[tuple[int, int]]:
        """Yield each range on each of its weekdays, as minutes since Monday 00:00.

        An end may lie beyond the week's 10,080 minutes; ranges are not merged.
        """
        for duty in self.ranges:
            end = duty.end
            if end == LAST_MINUTE and self.end_2359 == "midnight":
                end = DAY_MINUTES
            if end < duty.start:
                end += DAY_MINUTES
            for day in duty.weekdays:
                yield day * DAY_MINUTES + duty.start, day * DAY_MINUTES + end


def named_rows(rows: object) -> Iterator[tuple[str, object]]:
    """Yield each row of a list with its name in errors, such as ``schedule[2]``.

    Raises:
        ScheduleError: not a list.
    """
    if not isinstance(rows, Sequence) or isinstance(rows, str | bytes | bytearray):
        raise ScheduleError(f"schedule: {describe(rows)} is not a list of rows", "not_a_list")
    for index, row in enumerate(rows):
        yield f"schedule[{index}]", row


def check_end_2359(policy: str) -> None:
    """Raise ConfigurationError unless the policy for 23:59 is one of the known ones."""
    if policy not in get_args(End2359):
        raise ConfigurationError(
            f"end_2359: {describe(policy)} is unknown; allowed: 'midnight', 'literal'"
        )


def clock(minute: int) -> str:
    """Return minutes after midnight as a wall time.

    >>> clock(1439), clock(1440)
    ('23:59', '24:00')
    """
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _minutes(value: object, where: str, allowed: str) -> int:
    if value is None:
        raise ScheduleError(f"{where}: missing; allowed: {allowed}", "missing_field")
    if not isinstance(value, str) or not CLOCK_TIME.fullmatch(value):
        raise ScheduleError(
            f"{where}: {describe(value)} is not a time; allowed: {allowed}", "bad_time"
        )
    return int(value[:2]) * 60 + int(value[3:])


def _weekday(value: object, where: str) -> int:
    allowed = "allowed: 1-7 (Monday-Sunday), 9 (every day), 10 (Monday-Friday), 11 (weekend)"
    if value is None:
        raise ScheduleError(f"{where}: missing; {allowed}", "missing_field")
    if type(value) is not int or value not in WEEKDAY_CODES:
        raise ScheduleError(
            f"{where}: {describe(value)} is not a weekday code; {allowed}", "unknown_weekday"
        )
    return value


def _check_minute(value: object, where: str, most: int) -> None:
    if type(value) is not int or not 0 <= value <= most:
        raise ScheduleError(
            f"{where}: {describe(value)} is not a minute of the day; allowed: 0 to {most}",
            "bad_time",
        )


def _empty(where: str, spelled: str) -> str:
    return (
        f"{where}: {spelled} starts when it ends, which could mean nothing or 24 hours; "
        "for the whole day write 00:00-24:00"
    )
