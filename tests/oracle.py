"""A deliberately naive model of the time semantics, which shares no code with the package.

It lays out every shift around a window, date by date, and looks at each. Local
dates come from dateutil's rrule, offsets from zoneinfo; nothing is remembered.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone
from itertools import pairwise
from zoneinfo import ZoneInfo

from dateutil.rrule import DAILY, FR, MO, SA, SU, TH, TU, WE, rrule, rrulestr

UTC = timezone.utc
MICROSECOND = timedelta(microseconds=1)
SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)

#: The days for which each weekday code stands.
WEEKDAYS = {
    1: [MO],
    2: [TU],
    3: [WE],
    4: [TH],
    5: [FR],
    6: [SA],
    7: [SU],
    9: [MO, TU, WE, TH, FR, SA, SU],
    10: [MO, TU, WE, TH, FR],
    11: [SA, SU],
}
#: No shift reaches further: a night is at most a day long, and a zone has repeated a day.
MARGIN = 4 * DAY
#: A weekly pattern that ever changes does so within two weeks, one of them skipped.
HORIZON = 22 * DAY


def utc(at):
    """The instant of an aware datetime: its fields less its own offset."""
    fields = datetime(
        at.year, at.month, at.day, at.hour, at.minute, at.second, at.microsecond, tzinfo=UTC
    )
    return fields - at.utcoffset()


def shown(at, zone):
    """What the zone's clock shows at an instant."""
    return at.astimezone(zone).replace(tzinfo=None)


def instant_of(wall, zone):
    """The first instant at which the zone's clock shows the wall time, or a later one."""
    before, after = (utc(wall.replace(tzinfo=zone, fold=fold)) for fold in (1, 0))
    if shown(after, zone) == wall:
        return after
    while after - before > SECOND:  # skipped: the jump lies in between
        middle = before + (after - before) // SECOND // 2 * SECOND
        before, after = (before, middle) if shown(middle, zone) >= wall else (middle, after)
    return after


class Model:
    """A schedule's rows in a zone, and every question that a timeline answers."""

    def __init__(self, rows, tz, end_2359="midnight"):
        self.rows, self.zone, self.end_2359 = rows, ZoneInfo(tz), end_2359

    def shift(self, row, day):
        """The shift that a row makes on a local date."""
        start, end = row["start_time"], row["end_time"]
        if end == "24:00" or (end == "23:59" and self.end_2359 == "midnight"):
            return self.instant(day, start), self.instant(day + DAY, "00:00")
        return self.instant(day, start), self.instant(day + DAY if end < start else day, end)

    def instant(self, day, clock):
        """The instant of a wall time on a local date."""
        return instant_of(datetime.combine(day, time.fromisoformat(clock)), self.zone)

    def shifts(self, start, end):
        """Every shift that could touch a window; an empty one covers no instant."""
        first = datetime.combine((start - MARGIN).date(), time())
        last = datetime.combine((end + MARGIN).date(), time())
        return [
            self.shift(row, day.date())
            for row in self.rows
            for day in rrule(
                DAILY, dtstart=first, until=last, byweekday=WEEKDAYS[row["weekday"]], cache=False
            )
        ]

    def is_on_duty(self, at):
        """Whether the instant lies in some shift."""
        return covers(self.shifts(at, at), at)

    def changes(self, start, end):
        """The instants in a window, both ends included, at which on duty flips."""
        shifts = self.shifts(start, end)
        points = sorted({point for shift in shifts for point in shift})
        return [
            point
            for point in points
            if start <= point <= end
            and covers(shifts, point) is not covers(shifts, point - MICROSECOND)
        ]

    def intervals(self, start, end):
        """The stretches of duty between the changes inside a window."""
        points = sorted({start, *self.changes(start, end), end})
        return [(a, b) for a, b in pairwise(points) if self.is_on_duty(a)]

    def duty_time(self, start, end):
        """The sum of their lengths."""
        return sum((b - a for a, b in self.intervals(start, end)), timedelta())

    def next_change(self, at, horizon=HORIZON):
        """The first change after an instant, None if the horizon holds none."""
        return next(iter(self.changes(at + MICROSECOND, at + horizon)), None)

    def previous_change(self, at, horizon=HORIZON):
        """The latest change at or before an instant, None if the horizon holds none."""
        return next(reversed(self.changes(at - horizon, at)), None)


class DatedModel(Model):
    """The same by a calendar: on which dates the codes 10 and 11 apply, and any at all.

    Of a date that the calendar does not know, everything that it could be is tried.
    """

    def __init__(self, rows, tz, calendar, closed=False, fallback=None, end_2359="midnight"):
        super().__init__(rows, tz, end_2359)
        self.calendar, self.closed, self.fallback = calendar, closed, fallback

    def sorts(self, day):
        """What a date can be: whether a working day, and whether shut."""
        if self.calendar.knows(day):
            shut = self.closed and self.calendar.is_public_holiday(day)
            return [(self.calendar.is_workday(day), shut)]
        if self.fallback == "literal":
            return [(day.isoweekday() <= 5, False)]
        return [(True, False), (False, False), *([(False, True)] if self.closed else [])]

    def applies(self, row, day, sort):
        """Whether a row makes a shift on a date of that sort."""
        workday, shut = sort
        code = row["weekday"]
        if code in (10, 11):
            return not shut and workday is (code == 10)
        return not shut and code in (day.isoweekday(), 9)

    def days(self, start, end):
        """The local dates on which a shift that touches a window could start."""
        first = (start - MARGIN).date()
        return [first + i * DAY for i in range((end - start).days + 2 * MARGIN.days + 2)]

    def state(self, at):
        """Whether the instant is duty time; None where that depends on what nobody knows."""
        on = set()
        for day in self.days(at, at):
            by_sort = []
            for sort in self.sorts(day):
                shifts = [self.shift(row, day) for row in self.rows if self.applies(row, day, sort)]
                by_sort.append(covers(shifts, at))
            on.add(True if all(by_sort) else None if any(by_sort) else False)
        return True if True in on else None if None in on else False

    def points(self, start, end):
        """Every instant in a window, both ends included, at which anything could flip."""
        ends = {
            point
            for day in self.days(start, end)
            for row in self.rows
            if any(self.applies(row, day, sort) for sort in self.sorts(day))
            for point in self.shift(row, day)
        }
        return sorted(point for point in ends if start <= point <= end)

    def next_state(self, at, horizon):
        """The first instant after another whose state is another, and that state."""
        now = self.state(at)
        found = (
            (point, self.state(point)) for point in self.points(at + MICROSECOND, at + horizon)
        )
        return next((pair for pair in found if pair[1] is not now), (None, now))

    def stretches(self, start, end):
        """The stretches of duty in a window, None where nobody can say of some of it."""
        points = sorted({start, *self.points(start, end), end})
        states = [(a, b, self.state(a)) for a, b in pairwise(points)]
        if any(state is None for _, _, state in states):
            return None
        merged = []
        for a, b, state in states:
            if state and merged and merged[-1][1] == a:
                merged[-1] = (merged[-1][0], b)
            elif state:
                merged.append((a, b))
        return merged


class OverriddenModel(DatedModel):
    """The same with leave and extra shifts, which are laid out around whatever is asked."""

    def __init__(self, *schedule, leave=(), extra=()):
        super().__init__(*schedule)
        self.leave, self.extra = leave, extra

    def occurrences(self, overrides, start, end):
        """From when to when each is, if that may touch a window; an empty one covers nothing."""
        for one in overrides:
            length = wall(one.end) + DAY * (type(one.end) is date) - wall(one.start)
            zone = ZoneInfo(one.tz) if one.tz else self.zone
            for begin in self.begins(one, start - length - MARGIN, end + MARGIN):
                if one.start == one.end or type(one.start) is date or one.start.tzinfo is None:
                    yield instant_of(begin, zone), instant_of(begin + length, zone)
                else:
                    yield utc(one.start), utc(one.end)

    def begins(self, one, start, end):
        """The wall times at which an override begins, by dateutil's rules."""
        if one.rule is None:
            return [wall(one.start)]
        rule = rrulestr(one.rule, dtstart=wall(one.start))
        found = rule.between(start.replace(tzinfo=None), end.replace(tzinfo=None), inc=True)
        return [
            begin
            for begin in found
            if begin not in one.exceptions and begin.date() not in one.exceptions
        ]

    def state(self, at):
        """Off during leave, else on during an extra shift, else what the schedule says."""
        if covers(self.occurrences(self.leave, at, at), at):
            return False
        return covers(self.occurrences(self.extra, at, at), at) or super().state(at)

    def points(self, start, end):
        """Every instant in a window, both ends included, at which anything could flip."""
        overrides = (*self.leave, *self.extra)
        ends = {point for pair in self.occurrences(overrides, start, end) for point in pair}
        ends.update(super().points(start, end))
        return sorted(point for point in ends if start <= point <= end)


def wall(when):
    """What a local time, or a date, says on the wall; of an instant, anything."""
    return datetime.combine(when, when.time() if isinstance(when, datetime) else time())


def covers(shifts, at):
    """Whether one of the shifts is on at an instant."""
    return any(start <= at < end for start, end in shifts)
