"""The hours that a zone's clocks show: 23 or 25 on a day on which they change.
Imports instants, intervals, value, zones.
"""

from __future__ import annotations

from datetime import date

from availability.engine.instants import DAY, EPOCH_ORDINAL, HOUR, MICROS
from availability.engine.intervals import Interval
from availability.engine.value import Value
from availability.engine.zones import Zone


class ClockHour(Value):
    """An hour as clocks show it: its date, its number from 0 to 23, and when it is.

    ``turn`` counts from 0 how often the clocks have shown that hour of the date before.
    It is shorter than an hour where clocks skip or repeat a part of it.
    """

    __slots__ = _fields = ("day", "hour", "turn", "interval")

    day: date
    hour: int
    turn: int
    interval: Interval

    def __init__(self, day: date, hour: int, turn: int, interval: Interval) -> None:
        self._fill(day, hour, turn, interval)

    @property
    def column(self) -> tuple[int, int]:
        """The hour and its turn: where it stands in a table with a row for each date."""
        return self.hour, self.turn


def clock_hours(zone: Zone, first: date, last: date) -> list[ClockHour]:
    """Return all hours that a zone's clocks show on the dates from one to another, in order.

    >>> from availability.engine.zones import zone_of
    >>> autumn = date(2026, 11, 1)
    >>> hours = clock_hours(zone_of("America/New_York"), autumn, autumn)
    >>> len(hours), [(one.hour, one.turn) for one in hours[:4]]
    (25, [(0, 0), (1, 0), (1, 1), (2, 0)])
    """
    begin_day, end_day = (day.toordinal() - EPOCH_ORDINAL for day in (first, last))
    start = zone.instant_of(begin_day * DAY)
    end = zone.instant_of((end_day + 1) * DAY) + DAY  # clocks may go back to the day before
    turns: dict[tuple[int, int], int] = {}
    found = []
    for day, hour, begin, until in _pieces(zone, start, end):
        if begin_day <= day <= end_day:
            turn = turns[day, hour] = turns.get((day, hour), -1) + 1
            interval = Interval(begin * MICROS, until * MICROS, zone.key)
            found.append(ClockHour(date.fromordinal(day + EPOCH_ORDINAL), hour, turn, interval))
    return found


def _pieces(zone: Zone, start: int, end: int) -> list[tuple[int, int, int, int]]:
    """Return each day and hour that clocks show between two seconds, from when to when."""
    found: list[tuple[int, int, int, int]] = []
    was: int | None = None
    for begin, until, _, _ in zone.runs(start, end):
        offset = zone.offset_at(begin)
        second = begin
        while second < until:
            day, of_day = divmod(second + offset, DAY)
            stop = min(until, second + HOUR - of_day % HOUR)
            shown = day, of_day // HOUR
            if second == begin and was == offset and found[-1][:2] == shown:
                second = found.pop()[2]  # the hand of the zone went on, its clocks did always
            found.append((*shown, second, stop))
            second = stop
        was = offset
    return found
