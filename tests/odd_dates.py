"""Dates that are odd: rows, calendars and instants around them, and whether answers agree."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import strategies as st
from oracle import DAY, SECOND, utc

from availability import CalendarUnknownError

UTC = timezone.utc
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Dates:
    """A calendar of plain dates."""

    years: frozenset
    holidays: frozenset = frozenset()
    workdays: frozenset = frozenset()

    def knows(self, day):
        return day.year in self.years

    def is_public_holiday(self, day):
        return day in self.holidays

    def is_workday(self, day):
        return day in self.workdays or (day.isoweekday() <= 5 and day not in self.holidays)


def row(code, start, end):
    return {"weekday": code, "start_time": start, "end_time": end}


CLOCKS = ["00:00", "01:30", "02:30", "06:00", "09:00", "13:00", "18:00", "22:00", "23:59"]
ROWS = st.builds(
    row,
    st.sampled_from([1, 5, 6, 7, 9, 10, 10, 10, 11, 11]),
    st.sampled_from(CLOCKS[:-1]),
    st.sampled_from([*CLOCKS, "24:00"]),
).filter(lambda one: one["start_time"] != one["end_time"])
#: Around the turn of two years, and around dates that calendars make odd.
DATES = st.one_of(
    st.dates(date(2025, 12, 20), date(2026, 1, 12)),
    st.dates(date(2026, 12, 20), date(2027, 1, 12)),
    st.dates(date(2025, 1, 1), date(2027, 12, 31)),
)
CALENDARS = st.builds(
    lambda years, holidays, workdays: Dates(
        frozenset(years), frozenset(holidays), frozenset(workdays) - frozenset(holidays)
    ),
    st.sampled_from([[2026], [2025, 2026], [2025, 2027], []]),
    st.lists(DATES, max_size=12),
    st.lists(DATES, max_size=12),
)


@st.composite
def instants(draw):
    day = draw(DATES)
    clock = draw(st.sampled_from(CLOCKS))
    at = datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=UTC)
    nudge = draw(st.sampled_from([0, 0, 1, -1, 3600, 8 * 3600, -8 * 3600, 5 * 3600]))
    return at + timedelta(seconds=nudge)


def asked(ask, *arguments):
    """The answer, None where nobody can say."""
    try:
        return ask(*arguments)
    except CalendarUnknownError:
        return None


#: Of the windows asked about.
LENGTHS = [timedelta(), DAY, 9 * DAY, 40 * DAY]


def agree_on_instants(duty, model, some, display):
    """Whether on duty is what the model says."""
    for at in some:
        expected = model.state(at)
        for _ in range(4):  # from the second time on, from memory
            assert asked(duty.is_on_duty, display(at)) is expected
        assert asked(duty.are_on_duty, [at]) == (None if expected is None else [expected])


def agree_on_changes(duty, model, at):
    """Whether the next change is the model's, and from there the last one."""
    point, state = model.next_state(at, 16 * DAY)
    if model.state(at) is None or (point is not None and state is None):
        with pytest.raises(CalendarUnknownError):
            duty.next_change(at)
    elif point is not None:
        assert utc(duty.next_change(at)) == point
        assert utc(duty.previous_change(point)) == point
        assert duty.course.holds_until((at - EPOCH) // SECOND) <= (point - EPOCH) // SECOND


def agree_on_a_window(duty, model, start, length):
    """Whether the stretches of duty in a window are the model's, in every form."""
    end = start + length
    expected = model.stretches(start, end) if length else []
    if expected is None:
        for ask in (duty.intervals, duty.duty_time, duty.epochs):
            with pytest.raises(CalendarUnknownError):
                ask(start, end)
        return
    assert [(utc(one.start), utc(one.end)) for one in duty.intervals(start, end)] == expected
    total = sum((b - a for a, b in expected), timedelta())
    for _ in range(2):  # from the second time on, from memory
        assert duty.duty_time(start, end) == total
    seconds = [[(point - EPOCH) // SECOND for point in pair] for pair in expected]
    assert duty.epochs(start, end).tolist() == seconds
    if total:
        assert utc(duty.add_duty_time(start, total)) == expected[-1][1]
        assert utc(duty.add_duty_time(end, -total)) == expected[0][0]
