"""All shifts of a schedule at once, on numpy.
Imports bulk, day_rules, grid, instants, overrides, schedule, shifts, zones.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from availability.engine.bulk import segments
from availability.engine.day_rules import weekday_of
from availability.engine.instants import CYCLE, DAY, EPOCH_ORDINAL, MICROS
from availability.engine.schedule import DutyRange, WeeklySchedule
from availability.engine.shifts import FIRST_DAY, LAST_DAY, MARGIN, minutes_of, shifts_in
from availability.engine.zones import Zone, zone_of

#: The weekday, Monday being 0, from which days are counted.
FIRST_WEEKDAY = weekday_of(0)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from availability.engine.grid import Integers
    from availability.engine.overrides import Override
    from availability.engine.shifts import Shift


class ShiftColumns(NamedTuple):
    """Shifts, one a row: instants in UTC microseconds, days counted from 1970.

    ``codes`` are the weekday codes of their ranges, 0 for an extra shift.
    """

    starts: Integers
    ends: Integers
    days: npt.NDArray[np.int32]
    codes: npt.NDArray[np.int8]

    def chosen(self, index: npt.NDArray[np.bool_] | npt.NDArray[np.intp]) -> ShiftColumns:
        """Return some of the rows, in the order of an index."""
        return ShiftColumns(
            self.starts[index], self.ends[index], self.days[index], self.codes[index]
        )


def shift_columns(
    schedule: WeeklySchedule, start: int, end: int, overrides: Sequence[Override] = ()
) -> ShiftColumns:
    """Return what :func:`shifts_in` does, as columns.

    >>> night = WeeklySchedule.parse(
    ...     [{"weekday": 10, "start_time": "22:00", "end_time": "06:00"}], tz="UTC")
    >>> day = 86_400_000_000
    >>> found = shift_columns(night, 0, 2 * day)  # of Thursday and Friday
    >>> (found.starts / day).round(2).tolist(), found.days.tolist(), found.codes.tolist()
    ([0.0, 0.92, 1.92], [-1, 0, 1], [10, 10, 10])
    """
    if overrides or schedule.day_rules is not None:
        return _columns_of(shifts_in(schedule, start, end, overrides))
    zone = zone_of(schedule.tz)
    first, last = (zone.wall_at(micros // MICROS) // DAY for micros in (start, end))
    days = np.arange(max(first - MARGIN, FIRST_DAY), min(last + MARGIN, LAST_DAY) + 1)
    found = joined(_of_range(schedule, zone, duty, days) for duty in schedule.ranges)
    is_whole = (zone.first <= found.starts) & (found.starts < found.ends)
    found = found.chosen(is_whole & (found.ends <= zone.last))
    clipped = found._replace(
        starts=np.maximum(found.starts, max(start, zone.first)),
        ends=np.minimum(found.ends, min(end, zone.last)),
    )
    clipped = clipped.chosen(clipped.starts < clipped.ends)
    return clipped.chosen(np.lexsort((clipped.ends, clipped.starts)))


def joined(parts: Iterable[ShiftColumns]) -> ShiftColumns:
    """Return the rows of several, one after the other."""
    several = [_columns_of(()), *parts]
    return ShiftColumns(
        np.concatenate([one.starts for one in several]),
        np.concatenate([one.ends for one in several]),
        np.concatenate([one.days for one in several]),
        np.concatenate([one.codes for one in several]),
    )


def _of_range(
    schedule: WeeklySchedule, zone: Zone, duty: DutyRange, days: Integers
) -> ShiftColumns:
    """Return the shifts that a range makes on days counted from 1970."""
    applies = np.zeros(7, dtype=np.bool_)
    applies[[(weekday - FIRST_WEEKDAY) % 7 for weekday in duty.weekdays]] = True
    days = days[applies[days % 7]]
    starts, ends = (
        _instants_of(zone, days * DAY + minute * 60) * MICROS
        for minute in minutes_of(schedule, duty)
    )
    codes = np.full(len(days), duty.weekday, dtype=np.int8)
    return ShiftColumns(starts, ends, days.astype(np.int32), codes)


def _instants_of(zone: Zone, walls: Integers) -> Integers:
    """Return the first UTC second at which the hand has reached each wall time."""
    starts, shifts, reached = segments(zone)
    back: Integers = np.zeros_like(walls)
    if zone.repeat is not None and len(walls) and walls[-1] >= zone.covered:
        back = np.where(walls < zone.covered, 0, (walls - zone.repeat) // CYCLE * CYCLE)
    walls = walls - back
    i = reached.searchsorted(walls, side="right") - 1
    found: Integers = np.maximum(starts[i], walls - shifts[i]) + back
    return found


def _columns_of(shifts: Sequence[Shift]) -> ShiftColumns:
    duties = (one.duty for one in shifts)
    return ShiftColumns(
        np.array([one.interval.start_micros for one in shifts], dtype=np.int64),
        np.array([one.interval.end_micros for one in shifts], dtype=np.int64),
        np.array([one.day.toordinal() - EPOCH_ORDINAL for one in shifts], dtype=np.int32),
        np.array([duty.weekday if isinstance(duty, DutyRange) else 0 for duty in duties], np.int8),
    )
