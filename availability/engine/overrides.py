"""Leave and extra shifts: what binds more than a schedule.
Imports instants, intervals, recurrence, times, value, zones, errors.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from availability.engine.instants import (
    DAY,
    EPOCH,
    EPOCH_ORDINAL,
    MICROS,
    WALL_EPOCH,
    to_micros,
)
from availability.engine.intervals import merge
from availability.engine.recurrence import recurrence
from availability.engine.times import Times
from availability.engine.value import Value
from availability.engine.zones import LAST_SECOND, zone_key
from availability.errors import OverrideError, describe, one_line

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import ClassVar, TypeAlias
    from zoneinfo import ZoneInfo

    #: An aware datetime, which is an instant; a naive one, a wall time; or a date.
    When: TypeAlias = date
    #: One in plain types, and its second since 1970, in UTC or on the wall.
    Read: TypeAlias = tuple[When, int]

ALLOWED = "allowed: a datetime, or a date for the whole day"


class Occasion(Value):
    """From when to when, once or again and again: what leave, extra shifts and closures share.

    ``start`` and ``end`` are instants, both aware datetimes; or local, naive
    datetimes as clocks show them and dates, which mean the whole day, the last one,
    too. Without an ``end`` it is one day. Local times are those of ``tz`` or, without
    one, of whoever they are for; each end maps to an instant on its own, a skipped
    wall time to the jump, a repeated one to its first pass.

    ``rule`` makes it come again, by RFC 5545: ``"FREQ=WEEKLY;BYDAY=WE"``, daily at
    most, in local times, from ``start`` on and for a hundred years at most; UNTIL
    as a date means that day, too. Only what fits the rule counts, so ``start``
    itself should. ``exceptions`` are the dates, or local times, on which it does
    not start.

    Fractions of a second are rounded such that an agent is rather off duty.

    Raises:
        OverrideError: what is no time, an end that is not after the start, a rule
            that cannot be followed.
        TimezoneError: ``tz`` is not an IANA time zone.
    """

    __slots__ = ()

    #: What it is called, and whether fractions of a second make it longer.
    kind: ClassVar[str]
    outward: ClassVar[bool]

    start: When
    end: When
    reason: str
    rule: str | None
    exceptions: tuple[When, ...]
    tz: str | None
    #: The same, compiled.
    times: Times

    def _checked(  # noqa: PLR0917  (as the constructors)
        self,
        who: str,
        start: When,
        end: When | None,
        reason: str,
        rule: str | None,
        exceptions: Iterable[When],
        tz: str | ZoneInfo | None,
    ) -> tuple[object, ...]:
        """Return the fields, and the times compiled; errors begin with ``who`` it is."""
        key = None if tz is None else zone_key(tz)
        try:
            (first, since), (last, until) = self._ends(start, end)
            is_wall = is_local(first)
            if not isinstance(reason, str):
                raise OverrideError(f"reason: {describe(reason)} is not a text")
            if not is_wall and not (rule is None and tz is None):
                raise OverrideError("rule and tz: they go with local times, not with instants")
            rule = _checked_rule(rule, since)
            left_out = self._left_out(exceptions, rule)
        except OverrideError as error:
            raise OverrideError(f"{one_line(who)}: {error}") from error
        spans = merge((at, at + (1 if isinstance(one, datetime) else DAY)) for one, at in left_out)
        times = Times(since, until, is_wall, key, rule, tuple(spans))
        return first, last, reason, rule, tuple(dict(left_out)), key, times

    def _ends(self, start: When, end: When | None) -> tuple[Read, Read]:
        """Return both ends, each with its second; that of the last day is when it is over."""
        first, since = _read(start, "start", up=not self.outward)
        last, until = (first, since) if end is None else _read(end, "end", up=self.outward)
        if end is None and isinstance(first, datetime):
            raise OverrideError("end: missing; only a date can do without")
        if is_local(last) is not is_local(first):
            raise OverrideError("start and end: one is an instant, the other a local time")
        until += 0 if isinstance(last, datetime) else DAY
        if until <= since:
            raise OverrideError(f"end: {_shown(last)} is not after the start, {_shown(first)}")
        return (first, since), (last, until)

    def _left_out(self, exceptions: Iterable[When], rule: str | None) -> list[Read]:
        """Return the times at which none is to start, each with its second."""
        if not isinstance(exceptions, Iterable):
            raise OverrideError(f"exceptions: {describe(exceptions)} is not a list of times")
        found = [_read(one, "exceptions", up=not self.outward) for one in exceptions]
        if found and rule is None:
            raise OverrideError("exceptions: they go with a rule")
        if not all(is_local(one) for one, _ in found):
            raise OverrideError("exceptions: an instant; allowed: dates and local times")
        return found

    @property
    def starts_with_rule(self) -> bool:
        """Whether ``start`` is the first of its times, as it should be."""
        return self.rule is None or recurrence(self.rule, self.times.start).first() == (
            self.times.start
        )

    @property
    def spelled(self) -> str:
        """From when to when, how it comes again, and why, in one line."""
        ends = "" if self.end == self.start else f" to {_shown(self.end)}"
        again = "" if self.rule is None else f", {self.rule}"
        why = f" ({self.reason})" if self.reason else ""
        return one_line(f"{_shown(self.start)}{ends}{again}{why}")


class Override(Occasion):
    """A time for which a schedule does not count: :class:`Leave` or :class:`ExtraShift`.

    Of an agent, in whose zone local times are; else as :class:`Occasion`.
    """

    _fields = ("agent_id", "start", "end", "reason", "rule", "exceptions", "tz")
    _shown = ("agent_id", "start", "end", "rule")
    __slots__ = (*_fields, "times")

    agent_id: str

    def __init__(  # noqa: PLR0917  (by name, but pickle by position)
        self,
        agent_id: str,
        start: When,
        end: When | None = None,
        reason: str = "",
        rule: str | None = None,
        exceptions: Iterable[When] = (),
        tz: str | ZoneInfo | None = None,
    ) -> None:
        if not isinstance(agent_id, str) or not agent_id:
            raise OverrideError(f"{self.kind}: {describe(agent_id)} is not an agent's id")
        who = f"{self.kind} of {agent_id}"
        fields = self._checked(who, start, end, reason, rule, exceptions, tz)
        self._fill(agent_id, *fields)

    def __str__(self) -> str:
        return one_line(f"{self.kind} of {self.agent_id}: {self.spelled}")


class Leave(Override):
    """A time in which an agent is not on duty, whatever else says so (请假).

    It takes what :class:`Override` describes.

    >>> from datetime import date
    >>> print(Leave("ou_1", date(2026, 6, 1), date(2026, 6, 3), "annual leave"))
    leave of ou_1: 2026-06-01 to 2026-06-03 (annual leave)
    """

    __slots__ = ()
    kind = "leave"
    outward = True

    def __init__(  # noqa: PLR0917  (type checkers would take it that all fields are needed)
        self,
        agent_id: str,
        start: When,
        end: When | None = None,
        reason: str = "",
        rule: str | None = None,
        exceptions: Iterable[When] = (),
        tz: str | ZoneInfo | None = None,
    ) -> None:
        super().__init__(agent_id, start, end, reason, rule, exceptions, tz)


class ExtraShift(Override):
    """A time in which an agent is on duty, unless on leave (加班、换班).

    It takes what :class:`Override` describes.

    >>> from datetime import datetime
    >>> print(ExtraShift("ou_1", datetime(2026, 6, 6, 9), datetime(2026, 6, 6, 18)))
    extra shift of ou_1: 2026-06-06 09:00 to 2026-06-06 18:00
    """

    __slots__ = ()
    kind = "extra shift"
    outward = False

    def __init__(  # noqa: PLR0917  (type checkers would take it that all fields are needed)
        self,
        agent_id: str,
        start: When,
        end: When | None = None,
        reason: str = "",
        rule: str | None = None,
        exceptions: Iterable[When] = (),
        tz: str | ZoneInfo | None = None,
    ) -> None:
        super().__init__(agent_id, start, end, reason, rule, exceptions, tz)


def checked_overrides(overrides: Iterable[Override]) -> tuple[Override, ...]:
    """Return overrides of which each is a leave or an extra shift."""
    found = tuple(overrides) if isinstance(overrides, Iterable) else (overrides,)
    for one in found:
        if not isinstance(one, Leave | ExtraShift):
            raise OverrideError(f"{describe(one)} is neither a Leave nor an ExtraShift")
    return found


def _read(when: When, what: str, *, up: bool) -> Read:
    """Return a time in plain types, and its second since 1970, in UTC or on the wall."""
    if not isinstance(when, date) or when != when:  # noqa: PLR0124  (pandas' NaT is a datetime)
        raise OverrideError(f"{what}: {describe(when)} is not a time; {ALLOWED}")
    if not isinstance(when, datetime):
        day = date(when.year, when.month, when.day)
        return day, (day.toordinal() - EPOCH_ORDINAL) * DAY
    epoch = WALL_EPOCH if is_local(when) else EPOCH
    micros = to_micros(when.replace(tzinfo=EPOCH.tzinfo) if is_local(when) else when)
    second = min(-(-micros // MICROS), LAST_SECOND) if up else micros // MICROS
    try:
        return epoch + timedelta(seconds=second), second
    except OverflowError as error:
        raise OverrideError(f"{what}: {when} is outside the years 1 to 9999") from error


def _shown(when: When) -> str:
    if not isinstance(when, datetime):
        return str(when)
    return when.isoformat(" ", "seconds" if when.second else "minutes")


def is_local(when: When) -> bool:
    """Return whether a time is a date or as clocks show it, and no instant."""
    return not isinstance(when, datetime) or when.utcoffset() is None


def _checked_rule(rule: str | None, start: int) -> str | None:
    if rule is None:
        return None
    if not isinstance(rule, str):
        raise OverrideError(f"rule: {describe(rule)} is not a text")
    rule = rule.strip().upper().removeprefix("RRULE:")
    recurrence(rule, start)
    return rule
