"""Kinds of day where dates decide. Imports course, days, instants, errors."""

from __future__ import annotations

from datetime import tzinfo

from availability.engine.course import Course
from availability.engine.days import DayKinds
from availability.engine.instants import DAY, EPOCH_ORDINAL, UTC
from availability.errors import CalendarUnknownError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from availability.engine.course import Flips

#: How many different days of a course are remembered.
MOST_KINDS = 4096


class DatedKinds(DayKinds):
    """The kinds of day of a dated course: days with the same flips are of one kind."""

    __slots__ = ("_course", "_of_flips", "flips")

    def __init__(self, course: Course) -> None:
        super().__init__(course.zone)
        self._course = course
        self._of_flips: dict[Flips, int] = {}
        self.flips: list[Flips] = []

    def _meet_kind(
        self, day: int, tzinfo: tzinfo, days: dict[int, int | None] | None
    ) -> int | None:
        offset = 0 if tzinfo is UTC else self._offset_on(day, tzinfo)
        kind = None if offset is None else self._kind_from((day - EPOCH_ORDINAL) * DAY - offset)
        self._remember(days, day, kind)
        return kind

    def _kind_from(self, start: int) -> int | None:
        """Return the kind of the day that begins at a UTC second, None where nobody can say."""
        course = self._course
        try:
            flips = tuple(flip - start for flip in course.transitions(start, start + DAY))
            flips = (-1, *flips) if course.is_on(start) else flips
        except CalendarUnknownError:
            return None
        with self._lock:  # no two threads may give one number to two kinds
            if flips not in self._of_flips and len(self.flips) < MOST_KINDS:
                self.flips.append(flips)
                self._of_flips[flips] = len(self.flips) - 1
        return self._of_flips.get(flips)
