"""A weekly schedule in local terms: weekday codes and ranges.
Imports day_rules, value, zones, errors.

Source: the helpdesk API's *agent schedules* page (查询指定客服工作日程).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from operator import itemgetter

from availability.engine.day_rules import DayRules, day_rules
from availability.engine.value import Value
from availability.engine.zones import zone_key
from availability.errors import ConfigurationError, ScheduleError, describe

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Literal, TypeAlias
    from zoneinfo import ZoneInfo

    from availability.engine.day_rules import Calendar, Fallback

    End2359: TypeAlias = Literal["midnight", "literal"]
    #: A weekday code, and the start and the end in minutes after midnight.
    Spelled: TypeAlias = tuple[int, int, int]

#: What a weekday code (工作日程的 weekday) stands for, Monday being 0.
WEEKDAY_CODES: Mapping[int, tuple[int, ...]] = {
    **{code: (code - 1,) for code in range(1, 8)},
    9: (0, 1, 2, 3, 4, 5, 6),
    10: (0, 1, 2, 3, 4),
    11: (5, 6),
}
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
DAY_MINUTES = 24 * 60
LAST_MINUTE = DAY_MINUTES - 1
WEEK_MINUTES = 7 * DAY_MINUTES
#: The minutes since Monday 00:00 at which the days of each code begin.
MIDNIGHTS = {code: tuple(day * DAY_MINUTES for day in days) for code, days in WEEKDAY_CODES.items()}
#: Longer lists of rows are not remembered: they come from outside.
MOST_ROWS = 64
#: The cells of a row that the API sends.
CELLS = itemgetter("weekday", "start_time", "end_time")
END_2359_POLICIES = ("midnight", "literal")


def clock(minute: int) -> str:
    """Return minutes after midnight as a wall time.

    >>> clock(1439), clock(1440)
    ('23:59', '24:00')
    """
    return f"{minute // 60:02d}:{minute % 60:02d}"


TWO_DIGITS = [f"{number:02d}" for number in range(60)]
#: Every way to spell a time: exactly two digits, a colon, two digits.
MINUTES = {
    f"{hour}:{minute}": 60 * h + m
    for h, hour in enumerate(TWO_DIGITS[:24])
    for m, minute in enumerate(TWO_DIGITS)
}
MINUTES["24:00"] = DAY_MINUTES


class DutyRange(Value):
    """One row of a schedule: a weekday code and two wall times.

    ``start`` and ``end`` are minutes after local midnight, as spelled in the
    row; an end that is not after the start lies on the next date.

    >>> DutyRange.parse({"weekday": 5, "start_time": "22:00", "end_time": "06:00"})
    DutyRange(weekday=5, start=1320, end=360)
    """

    __slots__ = _fields = ("weekday", "start", "end")

    weekday: int
    start: int
    end: int

    def __init__(self, weekday: int, start: int, end: int) -> None:
        if type(weekday) is not int or weekday not in WEEKDAY_CODES:
            raise _no_weekday(weekday, "weekday")
        if type(start) is not int or not 0 <= start <= LAST_MINUTE:
            raise _no_minute(start, "start", LAST_MINUTE)
        if type(end) is not int or not 0 <= end <= DAY_MINUTES:
            raise _no_minute(end, "end", DAY_MINUTES)
        if start == end:
            raise _empty("range", f"{clock(start)}-{clock(end)}")
        self._fill(weekday, start, end)

    @classmethod
    def parse(cls, row: object, where: str = "row") -> DutyRange:
        """Return the range of a row exactly as the API sends it.

        ``where`` names the row in errors, such as ``schedule[2]``.

        Raises:
            ScheduleError: the row cannot be read; nothing is coerced.
        """
        if not isinstance(row, Mapping):
            raise ScheduleError(f"{where}: {describe(row)} is not an object with a weekday")
        weekday = row.get("weekday")
        if type(weekday) is not int or weekday not in WEEKDAY_CODES:
            raise _no_weekday(weekday, f"{where}.weekday")
        start = _minutes(row.get("start_time"), f"{where}.start_time", "00:00 to 23:59")
        end = _minutes(row.get("end_time"), f"{where}.end_time", "00:00 to 24:00")
        if start == DAY_MINUTES:
            raise ScheduleError(
                f"{where}.start_time: '24:00' cannot start a range; allowed: 00:00 to 23:59",
                "bad_time",
            )
        if start == end:
            raise _empty(where, f"{clock(start)}-{clock(end)}")
        return cls(weekday, start, end)

    @property
    def weekdays(self) -> tuple[int, ...]:
        """The days of the week on which the range starts, Monday being 0."""
        return WEEKDAY_CODES[self.weekday]

    def __str__(self) -> str:
        return f"{clock(self.start)}-{clock(self.end)}"


class WeeklySchedule(Value):
    """An agent's weekly ranges (工作日程) in a time zone.

    ``tz`` is the IANA key of the zone whose wall clocks the ranges name;
    ``end_2359`` says what an end at 23:59 means: ``"midnight"``, the end of the
    day (the API documents 23:59 as its largest time), or ``"literal"``.
    ``calendar`` says which dates are working days (code 10) and which are not
    (code 11); without one these are Monday to Friday, and the weekend. With
    ``closed_on_holidays`` no shift starts on a public holiday. In years that the
    calendar does not know nobody can say, unless ``calendar_fallback`` is
    ``"literal"``: then it is as without one.

    >>> WeeklySchedule.parse(
    ...     [{"weekday": 10, "start_time": "09:00", "end_time": "18:00"}], tz="Asia/Shanghai"
    ... ).ranges
    (DutyRange(weekday=10, start=540, end=1080),)
    """

    _fields = (
        "ranges",
        "tz",
        "end_2359",
        "calendar",
        "closed_on_holidays",
        "calendar_fallback",
    )
    _shown = ("ranges", "tz", "end_2359")
    _compared = ("spelled", "tz", "end_2359", "day_rules")
    __slots__ = (*_compared, "compiled")

    #: The ranges as plain numbers: what they are compared, hashed and compiled by.
    spelled: tuple[Spelled, ...]
    tz: str
    end_2359: End2359
    #: The calendar and what is made of it, None without one.
    day_rules: DayRules | None
    #: A memo: what a timeline made of this schedule.
    compiled: object

    def __init__(  # noqa: PLR0917  (by name, but pickle by position)
        self,
        ranges: Iterable[DutyRange],
        tz: str | ZoneInfo | None,
        end_2359: End2359 = "midnight",
        calendar: Calendar | None = None,
        closed_on_holidays: bool = False,
        calendar_fallback: Fallback | None = None,
    ) -> None:
        ranges = tuple(ranges)
        for duty in ranges:
            if not isinstance(duty, DutyRange):
                raise ScheduleError(
                    f"{describe(duty)} is not a DutyRange: use WeeklySchedule.parse"
                )
        check_end_2359(end_2359)
        spelled = tuple((duty.weekday, duty.start, duty.end) for duty in ranges)
        rules = day_rules(calendar, closed_on_holidays, calendar_fallback)
        self._fill(spelled, zone_key(tz), end_2359, rules, None)

    @property
    def calendar(self) -> Calendar | None:
        """Which dates are working days, None where that is a matter of the week alone."""
        return None if self.day_rules is None else self.day_rules.calendar

    @property
    def closed_on_holidays(self) -> bool:
        """Whether no shift starts on a public holiday."""
        return self.day_rules is not None and self.day_rules.closed_on_holidays

    @property
    def calendar_fallback(self) -> Fallback | None:
        """What happens outside the years that the calendar knows."""
        return None if self.day_rules is None else self.day_rules.fallback

    @property
    def ranges(self) -> tuple[DutyRange, ...]:
        """The ranges, one for each row."""
        return tuple(DutyRange(*spelled) for spelled in self.spelled)

    @classmethod
    def parse(
        cls,
        rows: Sequence[Mapping[str, object]],
        *,
        tz: str | ZoneInfo | None,
        end_2359: End2359 = "midnight",
        calendar: Calendar | None = None,
        closed_on_holidays: bool = False,
        calendar_fallback: Fallback | None = None,
    ) -> WeeklySchedule:
        """Return the schedule of rows exactly as the API sends them.

        Each row has ``weekday`` (1-7 Monday to Sunday, 9 every day, 10 Monday to
        Friday, 11 Saturday and Sunday), ``start_time`` and ``end_time``
        (``HH:MM``; ``24:00`` may end a range). No rows: never on duty. The
        settings are the schedule's own.

        Raises:
            ScheduleError: a row cannot be read; the message names the row, the
                field, the value and what is allowed.
            TimezoneError: not an IANA time zone.
            ConfigurationError: no time zone, an unknown ``end_2359``, or what is no
                calendar.
        """
        rules = day_rules(calendar, closed_on_holidays, calendar_fallback)
        if cls is WeeklySchedule and type(rows) is list and len(rows) <= MOST_ROWS:
            for row in rows:
                if type(row) is not dict:  # whose lookups could surprise
                    break
            else:
                try:
                    return _parsed(tz, end_2359, rules, *chain.from_iterable(map(CELLS, rows)))
                except (KeyError, TypeError):
                    pass  # what follows says in which row
        key = zone_key(tz)
        ranges = [DutyRange.parse(row, where) for where, row in named_rows(rows)]
        return cls(ranges, key, end_2359, calendar, closed_on_holidays, calendar_fallback)

    def weekly_minutes(self) -> list[tuple[int, int]]:
        """Return each range on each of its weekdays, as minutes since Monday 00:00.

        An end may lie beyond the week's 10,080 minutes; ranges are not merged.
        """
        return minutes_of(self.spelled, self.end_2359)


def minutes_of(rows: Iterable[Spelled], end_2359: End2359) -> list[tuple[int, int]]:
    """Return each row on each of its weekdays, as minutes since Monday 00:00."""
    meant = {LAST_MINUTE: DAY_MINUTES} if end_2359 == "midnight" else {}
    return [
        (midnight + start, midnight + meant.get(end, end) + DAY_MINUTES * (end < start))
        for weekday, start, end in rows
        for midnight in MIDNIGHTS[weekday]
    ]


@lru_cache(maxsize=1024, typed=True)  # typed: neither True nor 1.0 is weekday 1
def _parsed(
    tz: str | ZoneInfo | None, end_2359: End2359, rules: DayRules | None, *cells: Any
) -> WeeklySchedule:
    """Return the schedule of rows laid out flat: real desks have few different ones.

    Whatever it raises, DutyRange.parse raises with words.
    """
    key = zone_key(tz)
    check_end_2359(end_2359)
    spelled = []
    rows = iter(cells)
    for weekday, start_time, end_time in zip(rows, rows, rows, strict=True):
        start, end = MINUTES[start_time], MINUTES[end_time]
        if type(weekday) is not int or weekday not in WEEKDAY_CODES:
            raise KeyError(weekday)
        if start in (end, DAY_MINUTES):
            raise KeyError(start_time)
        spelled.append((weekday, start, end))
    schedule = object.__new__(WeeklySchedule)
    schedule._fill(tuple(spelled), key, end_2359, rules, None)
    return schedule


def named_rows(rows: object, name: str = "schedule") -> Iterator[tuple[str, object]]:
    """Yield each row of a list with its name in errors, such as ``schedule[2]``.

    Raises:
        ScheduleError: not a list.
    """
    if not isinstance(rows, Sequence) or isinstance(rows, str | bytes | bytearray):
        raise ScheduleError(f"{name}: {describe(rows)} is not a list of rows", "not_a_list")
    for index, row in enumerate(rows):
        yield f"{name}[{index}]", row


def check_end_2359(policy: str) -> None:
    """Raise ConfigurationError unless the policy for 23:59 is one of the known ones."""
    if policy not in END_2359_POLICIES:
        raise ConfigurationError(
            f"end_2359: {describe(policy)} is unknown; allowed: 'midnight', 'literal'"
        )


def _minutes(value: object, where: str, allowed: str) -> int:
    if value is None:
        raise ScheduleError(f"{where}: missing; allowed: {allowed}", "missing_field")
    minute = MINUTES.get(value) if isinstance(value, str) else None
    if minute is None:
        raise ScheduleError(
            f"{where}: {describe(value)} is not a time; allowed: {allowed}", "bad_time"
        )
    return minute


def _no_weekday(value: object, where: str) -> ScheduleError:
    allowed = "allowed: 1-7 (Monday-Sunday), 9 (every day), 10 (Monday-Friday), 11 (weekend)"
    if value is None:
        return ScheduleError(f"{where}: missing; {allowed}", "missing_field")
    return ScheduleError(
        f"{where}: {describe(value)} is not a weekday code; {allowed}", "unknown_weekday"
    )


def _no_minute(value: object, where: str, most: int) -> ScheduleError:
    return ScheduleError(
        f"{where}: {describe(value)} is not a minute of the day; allowed: 0 to {most}", "bad_time"
    )


def _empty(where: str, spelled: str) -> ScheduleError:
    return ScheduleError(
        f"{where}: {spelled} starts when it ends, which could mean nothing or 24 hours; "
        "for the whole day write 00:00-24:00",
        "empty_range",
    )
