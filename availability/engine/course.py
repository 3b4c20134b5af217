"""The course of on and off in UTC seconds: a week seen in a zone.
Imports days, elapsed, instants, intervals, week, zones.

``is_on(t)`` is the week at the hand's reading at ``t``. While the hand moves on
in one segment of the zone, a course is the week shifted by a constant, and its
flips are the week's edges; around a clock change, edges can fall on one instant
(inside a skipped hour), so there a flip is checked, never assumed.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from datetime import datetime, timedelta

from availability.engine.days import day_kinds
from availability.engine.elapsed import Elapsed
from availability.engine.instants import DAY, EPOCH, EPOCH_ORDINAL, MICROS, UTC
from availability.engine.intervals import by_turns
from availability.engine.week import WeekPattern
from availability.engine.zones import WEEK, Zone

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias, TypeVar

    import pendulum

    from availability.engine.intervals import Span

    T = TypeVar("T")
    Flips: TypeAlias = tuple[int, ...]
    Hours: TypeAlias = tuple[bool | None, ...]
    View: TypeAlias = tuple[object, Mapping[int, int | None]]

#: How often another calendar asks before it comes into view.
PATIENCE = 2
#: The view of a calendar that is none: nothing equals it.
UNSEEN: View = (object(), {})


class Course:
    """On and off for all time, for one weekly pattern in one zone.

    Changes are reported from ``first`` to ``last`` only: the microseconds that
    datetimes can show, in UTC and in the zone.

    The other slots are memos for :class:`Timeline`. Threads may share them: each
    is read and replaced whole, or, as ``hours`` and ``flips`` do, only grows.

    - ``window`` is ``(lo, hi, on)``: from one datetime to another the state is on.
    - ``view`` is ``(tzinfo, days)``: the calendar last asked in, in which
      ``window`` is too, and the kinds of its days.
    - ``hours`` has the state in each hour of a kind of day, None where it flips
      within the hour, and ``flips`` that kind's flips (see :meth:`flips_of`).
    - ``missed`` is the day of the last instant outside the window, ``strangers``
      how often somebody asked in a calendar out of view.
    - ``change`` is the next change found last, as a second and as it is shown;
      ``upcoming`` is ``(lo, hi, shown)``: so long is that the next change.
    """

    __slots__ = (
        "change",
        "elapsed",
        "first",
        "flips",
        "hours",
        "kinds",
        "last",
        "missed",
        "pattern",
        "strangers",
        "upcoming",
        "view",
        "window",
        "zone",
    )

    def __init__(self, pattern: WeekPattern, zone: Zone) -> None:
        self.pattern = pattern
        self.zone = zone
        self.first = zone.first
        self.last = zone.last
        self.window: tuple[datetime, datetime, bool] = (EPOCH, EPOCH, False)
        self.kinds = day_kinds(zone)
        self.view: View = UNSEEN
        self.hours: list[Hours] = []
        self.flips: list[Flips] = []
        self.missed: int | None = None
        self.strangers = 0
        self.change: tuple[int | None, pendulum.DateTime | None] = (None, None)
        self.upcoming: tuple[datetime, datetime, pendulum.DateTime | None] = (EPOCH, EPOCH, None)
        self.elapsed: Elapsed | None = None

    def is_on(self, second: int) -> bool:
        """Return whether a UTC second is duty time."""
        return self.pattern.is_on(self.zone.wall_at(second))

    def is_surely_on(self, second: int) -> bool:
        """Return whether a UTC second is duty time, for all that is known."""
        return self.is_on(second)

    def is_on_leave(self, second: int) -> bool:  # noqa: ARG002  (others have leave)
        """Return whether a UTC second is in leave, which a week has not."""
        return False

    def look(self, at: datetime) -> None:
        """Remember what is needed to answer soon again in the calendar of a datetime.

        Who asks once gets a cheap answer: only the second time in one calendar is
        the kind of the day looked at. Another calendar than the one in view has
        to ask several times, or two that take turns would drive each other out.
        """
        days = self.kinds.calendar(at.tzinfo)
        if days is None:
            return
        if at.tzinfo is not self.view[0]:
            self.strangers += 1
            if self.view is UNSEEN or self.strangers % PATIENCE == 0:
                self.window = at, at, False  # no instant is in it; comparing with it is fast
                self.view = at.tzinfo, days
            return
        if days is not self.view[1]:  # it was forgotten meanwhile, and begun anew
            self.view = at.tzinfo, days
        kind = self.kinds.kind_of(at.toordinal(), at.tzinfo or UTC)
        if kind is not None:
            self.flips_of(kind)

    def look_around(self, at: datetime, kind: int) -> None:
        """Remember the state around a datetime, as far as its day goes, of that kind."""
        flips = self.flips_of(kind)
        i = bisect_right(flips, at.hour * 3600 + at.minute * 60 + at.second)
        lo = max(flips[i - 1], 0) if i else 0
        hi = flips[i] if i < len(flips) else DAY - 1  # the year 9999 has no end to name
        midnight = datetime(at.year, at.month, at.day, tzinfo=at.tzinfo)
        self.window = midnight + timedelta(0, lo), midnight + timedelta(0, hi), i & 1 == 1

    def flips_of(self, kind: int) -> Flips:
        """Return the seconds of a kind of day at which the state flips.

        A day that begins on has a flip before it begins, at -1; so a second of
        the day is on where an odd number of flips are not after it.
        """
        if kind < len(self.hours) and self.hours[kind]:
            return self.flips[kind]
        flips = self._flips_of_kind(kind)
        _put(self.flips, kind, flips)
        _put(self.hours, kind, _hours(flips))  # last: who sees it finds the flips, too
        return flips

    def _flips_of_kind(self, kind: int) -> Flips:
        phase = self.kinds.phase_of(kind)
        if phase is None:
            return self._odd_flips(self.kinds.day_of(kind))
        return self._plain_flips(phase)

    def _plain_flips(self, phase: int) -> Flips:
        """Return the flips of a day that begins so long after Monday 00:00 on the wall."""
        edges = self.pattern.edges
        first = bisect_right(edges, phase)
        end = phase + DAY - WEEK
        flips = [edge - phase for edge in edges[first : bisect_left(edges, phase + DAY)]]
        flips += [edge + WEEK - phase for edge in edges[: bisect_left(edges, end)]]
        return (-1, *flips) if first & 1 != self.pattern.starts_on else tuple(flips)

    def _odd_flips(self, day: int) -> Flips:
        """Return the flips of any day at all, by walking through it."""
        start = (day - EPOCH_ORDINAL) * DAY
        flips = [flip - start for flip in self.transitions(start, start + DAY)]
        return (-1, *flips) if self.is_on(start) else tuple(flips)

    def next_change(self, second: int) -> int | None:
        """Return the first second after this one at which the state flips."""
        pattern, zone = self.pattern, self.zone
        if not pattern.edges:
            return None
        i = bisect_right(zone.starts, second)
        shift = zone.shifts[i - 1]
        wall = second + shift
        if wall >= zone.reached[i - 1]:
            change = pattern.next_edge(wall) - shift
            ends = zone.starts[i] if i < len(zone.starts) else zone.covered
            if change < ends and self.first <= change * MICROS <= self.last:
                return change
        return self._walk_on(second)

    def holds_until(self, second: int) -> int | None:
        """Return the first second after this one at which the state may be another."""
        return self.next_change(second)

    def _walk_on(self, second: int) -> int | None:
        """Do the same anywhere: from edge to edge, until the state is another."""
        was_on = self.is_on(second)
        while True:
            second = self.zone.instant_of(self.pattern.next_edge(self.zone.wall_at(second)))
            if second * MICROS > self.last:
                return None
            if self.is_on(second) is not was_on:
                if second * MICROS >= self.first:
                    return second
                was_on = not was_on

    def previous_change(self, second: int) -> int | None:
        """Return the last second, this one or earlier, at which the state flipped."""
        if self.pattern.is_constant:
            return None
        is_on = self.is_on(second)
        while True:
            second = self.zone.instant_of(self.pattern.previous_edge(self.zone.wall_at(second)))
            if second * MICROS < self.first:
                return None
            if self.is_on(second - 1) is not is_on:
                if second * MICROS <= self.last:
                    return second
                is_on = not is_on
            second -= 1

    def transitions(self, start: int, end: int, *, surely: bool = False) -> list[int]:  # noqa: ARG002  (a week leaves no doubt)
        """Return the seconds after one second and before another at which the state flips."""
        flips: list[int] = []
        for begin, until, wall, moves in self.zone.runs(start, end):
            if begin > start and self.flips_at(begin):
                flips.append(begin)
            if moves:
                flips += self.pattern.edges_in(wall, wall + until - begin, begin - wall)
        return flips

    def stretches(self, start: int, end: int) -> list[Span]:
        """Return the stretches between two UTC seconds in which the course is surely on."""
        edges = self.transitions(start, end, surely=True)
        if self.is_surely_on(start):
            edges.insert(0, start)
        return by_turns(edges, end)

    def flips_at(self, second: int) -> bool:
        """Return whether the state at a second is another than just before it."""
        return self.is_on(second) is not self.is_on(second - 1)

    def doubts(self, start: int, end: int) -> list[Span]:  # noqa: ARG002  (a week leaves none)
        """Return the spans between two UTC seconds of which nobody can say, merged."""
        return []

    def leave_in(self, start: int, end: int) -> list[Span]:  # noqa: ARG002  (others have leave)
        """Return the leave that reaches into a window of UTC seconds, merged."""
        return []

    def bounds(self, start: int, end: int) -> list[int]:
        """Return where duty starts and ends by turns, clipped to a window in UTC microseconds."""
        start, end = max(start, self.first), min(end, self.last)
        if start >= end:
            return []
        second = start // MICROS
        bounds = [flip * MICROS for flip in self.transitions(second, -(-end // MICROS))]
        if self.is_on(second):
            bounds.insert(0, start)
        if len(bounds) & 1:
            bounds.append(end)
        return bounds

    def make_elapsed(self) -> Elapsed:
        """Return the duty time of this course, worked out when first needed."""
        self.elapsed = Elapsed(self.pattern, self.zone)
        return self.elapsed


def _put(memo: list[tuple[T, ...]], kind: int, value: tuple[T, ...]) -> None:
    memo.extend([()] * (kind + 1 - len(memo)))
    memo[kind] = value


def _hours(flips: Flips) -> Hours:
    """Return the state in each hour of a day with these flips, None where it flips within."""
    within = {flip // 3600 for flip in flips if flip > 0 and flip % 3600}
    return tuple(
        [
            None if hour in within else bisect_right(flips, hour * 3600) & 1 == 1
            for hour in range(24)
        ]
    )
