"""Kinds of day: how a zone's hand goes through the days of a calendar. Imports instants, zones.

Nearly every day the hand stays one number of seconds ahead of a calendar's
clock, so there are seven kinds of day, one for each weekday, for each such
number. Days on which clocks change are kinds of their own. An answer that is
worked out for a kind of day is good for all of its days.
"""

from __future__ import annotations

from _thread import allocate_lock
from datetime import tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from availability.engine.instants import DAY, EPOCH_ORDINAL, UTC
from availability.engine.zones import FIRST_SECOND, MONDAY, NEVER, WEEK, Zone, is_known, zone_of

#: How many days of a calendar are remembered: eleven years; of how many calendars; and how many
#: days on which clocks change have a kind. The other kinds are 7 for each offset.
MOST_DAYS = 4096
MOST_CALENDARS = 16
MOST_ODD_DAYS = 256
#: No kind: a day that was never met.
UNMET = -1
#: Before it, the year 1 may not have begun everywhere.
FIRST_USUAL_DAY = FIRST_SECOND // DAY + 2


class DayKinds:
    """The kinds of day there are for one zone, numbered as they are met.

    A day is an ordinal, as dates have it, in the calendar of a tzinfo: UTC or a
    zone of zoneinfo's. ``calendars`` has, for each, the kinds of the days met;
    None stands for a day that has none. ``begins`` has, for days in UTC counted
    from 1970, the zone's segment, and the hand's week and second of the week when
    they begin. These are memos; the kinds' numbers stay, courses go by them.
    """

    __slots__ = ("_lock", "_numbers", "_odd_days", "_spelled", "begins", "calendars", "zone")

    def __init__(self, zone: Zone) -> None:
        self.zone = zone
        self.begins: dict[int, tuple[int, int, int]] = {}
        self.calendars: dict[tzinfo | None, dict[int, int | None]] = {UTC: {}}
        self._lock = allocate_lock()
        self._odd_days = 0
        self._numbers: dict[int, int] = {}
        self._spelled: dict[int, int] = {}

    def calendar(self, tzinfo: tzinfo | None) -> dict[int, int | None] | None:
        """Return the kinds met in the calendar of a tzinfo, None where that is no calendar."""
        if tzinfo is not UTC and type(tzinfo) is not ZoneInfo:
            return None  # others may be unhashable, or equal to what they are not
        days = self.calendars.get(tzinfo)
        if days is None and isinstance(tzinfo, ZoneInfo) and _is_canonical(tzinfo):
            with self._lock:
                if len(self.calendars) >= MOST_CALENDARS:
                    _utc, oldest, *_ = self.calendars
                    del self.calendars[oldest]
                days = self.calendars.setdefault(tzinfo, {})
        return days

    def kind_of(self, day: int, tzinfo: tzinfo = UTC) -> int | None:
        """Return the kind of a day in the calendar of UTC or a known zone.

        Each day in UTC has one, up to the most odd days there may be; a day in
        another calendar has one only where neither clock changes.
        """
        days = self.calendar(tzinfo)
        kind = UNMET if days is None else days.get(day, UNMET)
        return self._meet_kind(day, tzinfo, days) if kind == UNMET else kind

    def _meet_kind(
        self, day: int, tzinfo: tzinfo, days: dict[int, int | None] | None
    ) -> int | None:
        offset = 0 if tzinfo is UTC else self._offset_on(day, tzinfo)
        spelled = None if offset is None else self._phase(day, offset)
        if spelled is None and tzinfo is UTC:
            spelled = -day
        kind = None if spelled is None else self._number(spelled)
        self._remember(days, day, kind)
        return kind

    def _remember(self, days: dict[int, int | None] | None, day: int, kind: int | None) -> None:
        if days is not None:
            if len(days) >= MOST_DAYS:
                days.clear()
            days[day] = kind

    def in_utc(self, first: int, last: int) -> list[int] | None:
        """Return the kinds of all days in UTC from one to another, None if one has none."""
        days = range(first, last + 1)
        met = list(map(self.calendars[UTC].get, days))
        kinds = [
            kind if kind is not None else self.kind_of(day)
            for day, kind in zip(days, met, strict=True)
        ]
        known = [kind for kind in kinds if kind is not None]
        return known if len(known) == len(kinds) else None

    def phase_of(self, kind: int) -> int | None:
        """Return the wall time, in seconds since Monday 00:00, at which a kind of day begins.

        None for a day whose kind is its own; :meth:`day_of` returns that day.
        """
        spelled = self._spelled[kind]
        return spelled if spelled >= 0 else None

    def day_of(self, kind: int) -> int:
        """Return the day in UTC, an ordinal, that has a kind of its own."""
        return -self._spelled[kind]

    def _number(self, spelled: int) -> int | None:
        with self._lock:  # no two threads may give one number to two kinds
            number = self._numbers.get(spelled)
            if number is None and (spelled >= 0 or self._odd_days < MOST_ODD_DAYS):
                number = len(self._numbers)
                self._spelled[number] = spelled
                self._numbers[spelled] = number
                self._odd_days += spelled < 0
            return number

    def _offset_on(self, day: int, tzinfo: tzinfo) -> int | None:
        """Return the offset all through a day of a zone's calendar, None if there is not one."""
        if not isinstance(tzinfo, ZoneInfo):
            return None
        return zone_of(tzinfo.key).offset_within(*_walls(day)) if _is_canonical(tzinfo) else None

    def _phase(self, day: int, offset: int) -> int | None:
        """Return where in the week the hand begins a day, None if it does not move evenly."""
        start = self.zone.fold(_walls(day)[0] - offset)[0]
        i = self._evenly_in(start)
        return None if i is None else (start + self.zone.shifts[i] - MONDAY) % WEEK

    def _evenly_in(self, start: int) -> int | None:
        """Return the segment in which the hand moves evenly for a day, None if there is none."""
        zone = self.zone
        i = zone.segment(start)
        ends = zone.starts[i + 1] if i + 1 < len(zone.starts) else NEVER
        is_even = start + zone.shifts[i] >= zone.reached[i] and start + DAY <= ends
        return i if is_even else None

    def meet(self, day: int) -> None:
        """Remember in ``begins`` how a usual day in UTC, counted from 1970, begins."""
        zone = self.zone
        i = self._evenly_in(day * DAY)
        if i is not None and FIRST_USUAL_DAY < day < zone.last_usual_day:
            if len(self.begins) >= MOST_DAYS:
                self.begins.clear()
            weeks, phase = divmod(day * DAY + zone.shifts[i] - MONDAY, WEEK)
            self.begins[day] = i, weeks, phase


def _walls(day: int) -> tuple[int, int]:
    start = (day - EPOCH_ORDINAL) * DAY
    return start, start + DAY


def _is_canonical(zone: ZoneInfo) -> bool:
    """Return whether a zone is the one of its key: one from a file may have any."""
    return isinstance(zone.key, str) and is_known(zone.key) and ZoneInfo(zone.key) is zone


@lru_cache(maxsize=1024)
def day_kinds(zone: Zone) -> DayKinds:
    """Return the kinds of day of a zone; every course in it shares them."""
    return DayKinds(zone)
