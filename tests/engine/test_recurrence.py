"""Recurring times, beside python-dateutil on its own."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime, timedelta, timezone
from itertools import takewhile

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st

from availability import Leave, OverrideError, Timeline, WeeklySchedule
from availability.engine.recurrence import recurrence

UTC = timezone.utc
EPOCH = datetime(1970, 1, 1)
NINE = datetime(2026, 1, 5, 9)  # a Monday
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def starts(rule, start, end):
    """The wall times from the start on and before the end, as the package has them."""
    second = int((start - EPOCH).total_seconds())
    found = recurrence(rule, second).between(second, int((end - EPOCH).total_seconds()))
    return [EPOCH + timedelta(seconds=each) for each in found]


@st.composite
def rules(draw):
    """A rule of every kind of part that there is."""
    frequency = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    parts = [f"FREQ={frequency}", f"INTERVAL={draw(st.integers(1, 7))}"]
    some = draw(st.sets(st.sampled_from(["month", "monthday", "day", "setpos", "wkst", "count"])))
    if "month" in some:
        parts.append(f"BYMONTH={_joined(draw, 1, 12)}")
    if "monthday" in some:
        parts.append(f"BYMONTHDAY={_joined(draw, -28, 28)}")
    if "day" in some:
        numbers = ["", "", "1", "-1", "+2"] if frequency == "MONTHLY" else [""]
        days = draw(st.lists(st.sampled_from(["MO", "WE", "SA", "SU"]), min_size=1, unique=True))
        parts.append(f"BYDAY={','.join(draw(st.sampled_from(numbers)) + day for day in days)}")
        if "setpos" in some:
            parts.append(f"BYSETPOS={draw(st.sampled_from([1, -1, 2]))}")
    if "wkst" in some:
        parts.append("WKST=SU")
    if "count" in some:
        parts.append(f"COUNT={draw(st.integers(1, 20))}")
    return ";".join(parts)


def _joined(draw, least, most):
    numbers = st.integers(least, most).filter(bool)
    return ",".join(map(str, draw(st.lists(numbers, min_size=1, max_size=3, unique=True))))


@given(rules(), st.datetimes(datetime(1950, 1, 1), datetime(2100, 1, 1)))
def test_occurrences_are_those_of_dateutil(rule, start):
    start = start.replace(microsecond=0)
    end = start + timedelta(days=1500)
    expected = list(takewhile(lambda at: at < end, rrulestr(rule, dtstart=start)))
    try:
        found = starts(rule, start, end)
    except OverrideError:  # more than a hundred years away, or never
        assert len(expected) < 20
    else:
        assert found == expected


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("FREQ=DAILY;COUNT=3", ["01-05", "01-06", "01-07"]),
        ("FREQ=WEEKLY;UNTIL=20260119T090000", ["01-05", "01-12", "01-19"]),
        ("FREQ=WEEKLY;UNTIL=20260119T085959", ["01-05", "01-12"]),
        ("FREQ=WEEKLY;UNTIL=20260119", ["01-05", "01-12", "01-19"]),  # that day, too
        ("FREQ=MONTHLY;BYDAY=-1FR;COUNT=2", ["01-30", "02-27"]),
        ("FREQ=YEARLY;BYWEEKNO=7;BYDAY=MO;COUNT=1", ["02-09"]),
        ("FREQ=YEARLY;BYYEARDAY=32;COUNT=1", ["02-01"]),
    ],
)
def test_rules(rule, expected):
    found = starts(rule, NINE, NINE + timedelta(days=360))
    assert [f"{at:%m-%d}" for at in found] == expected


def on_leave(tz, leave, *dates):
    """Which of the dates, at 09:30 there, the agent of an endless shift is not on duty."""
    always = WeeklySchedule.parse(
        [{"weekday": 9, "start_time": "00:00", "end_time": "24:00"}], tz=tz
    )
    duty = Timeline(always, [leave])
    offset = {"Asia/Shanghai": 8, "UTC": 0}[tz] * HOUR
    at = {day: datetime.fromisoformat(f"{day}T09:30").replace(tzinfo=UTC) - offset for day in dates}
    return [day for day in dates if not duty.is_on_duty(at[day])]


MONDAYS = ["2026-01-05", "2026-01-12", "2026-01-19", "2026-01-26"]


@pytest.mark.parametrize(
    ("rule", "exceptions", "expected"),
    [
        ("FREQ=WEEKLY", [], MONDAYS),
        ("FREQ=WEEKLY", [date(2026, 1, 12)], [MONDAYS[0], *MONDAYS[2:]]),
        ("FREQ=WEEKLY", [NINE + 7 * DAY, NINE + 8 * DAY], [MONDAYS[0], *MONDAYS[2:]]),
        ("FREQ=WEEKLY", [NINE + 7 * DAY + HOUR], MONDAYS),  # nothing starts at ten
        ("FREQ=WEEKLY;COUNT=2", [date(2026, 1, 5)], MONDAYS[1:2]),  # it counts all the same
        # 09:00 in Shanghai is 01:00Z
        ("FREQ=WEEKLY;UNTIL=20260119T010000Z", [], MONDAYS[:3]),
        ("FREQ=WEEKLY;UNTIL=20260119T005959Z", [], MONDAYS[:2]),
    ],
)
def test_leave_that_comes_again(rule, exceptions, expected):
    leave = Leave("ou_1", NINE, NINE + HOUR, rule=rule, exceptions=exceptions)
    assert on_leave("Asia/Shanghai", leave, *MONDAYS) == expected


def test_a_hundred_years_and_no_more():
    leave = Leave("ou_1", NINE, NINE + HOUR, rule="FREQ=WEEKLY")
    assert on_leave("UTC", leave, "2125-12-31", "2126-01-07", "2126-12-30") == ["2125-12-31"]


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ("FREQ=SECONDLY", "FREQ is one of YEARLY, MONTHLY, WEEKLY, DAILY"),
        ("FREQ=MINUTELY;COUNT=3", "FREQ is one of"),
        ("FREQ=HOURLY", "FREQ is one of"),
        ("COUNT=3", "FREQ is one of"),
        ("", "rule '': ''; allowed: FREQ, UNTIL"),
        ("every Monday", "'EVERY MONDAY'; allowed: FREQ, UNTIL"),
        ("FREQ=DAILY;BYHOUR=9,14", "'BYHOUR=9,14'; allowed: FREQ"),
        ("FREQ=DAILY;BYSECOND=1", "'BYSECOND=1'; allowed: FREQ"),
        ("FREQ=YEARLY;BYEASTER=0", "'BYEASTER=0'; allowed: FREQ"),
        ("FREQ=DAILY;FREQ=WEEKLY", "'FREQ=WEEKLY'; allowed: another part"),
        ("FREQ=DAILY;INTERVAL=0", "'INTERVAL=0'; allowed: 1 to 36525"),
        ("FREQ=DAILY;INTERVAL=99999999", "allowed: 1 to 36525"),
        ("FREQ=DAILY;COUNT=0", "'COUNT=0'; allowed: 1 to 36525"),
        ("FREQ=DAILY;COUNT=-1", "'COUNT=-1'; allowed: 1 to 36525"),
        ("FREQ=DAILY;COUNT=²", "allowed: 1 to 36525"),
        ("FREQ=DAILY;COUNT=3;UNTIL=20270101", "COUNT and UNTIL exclude each other"),
        ("FREQ=WEEKLY;BYDAY=MONDAY", "allowed: MO, TU, WE, TH, FR, SA, SU, also as in 1MO"),
        ("FREQ=WEEKLY;BYDAY=", "allowed: MO, TU"),
        ("FREQ=WEEKLY;BYDAY=1MO", "BYDAY has numbers, which need FREQ=MONTHLY"),
        ("FREQ=MONTHLY;BYDAY=0MO", "'BYDAY=0MO'; allowed: 1 to 53 or -53 to -1"),
        ("FREQ=MONTHLY;BYMONTHDAY=32", "'BYMONTHDAY=32'; allowed: 1 to 31 or -31 to -1"),
        ("FREQ=YEARLY;BYMONTH=13", "'BYMONTH=13'; allowed: 1 to 12"),
        ("FREQ=YEARLY;BYMONTH=-1", "'BYMONTH=-1'; allowed: 1 to 12"),
        ("FREQ=DAILY;BYSETPOS=1;WKST=XX", "invalid 'WKST'"),
        ("FREQ=DAILY;BYSETPOS=2", "BYSETPOS goes to 1 with FREQ=DAILY"),
        ("FREQ=WEEKLY;BYDAY=MO;BYSETPOS=-8", "BYSETPOS goes to 7 with FREQ=WEEKLY"),
        ("FREQ=MONTHLY;BYMONTHDAY=1,2,1", "allowed: 1 to 31 or -31 to -1, each once"),
        ("FREQ=WEEKLY;BYDAY=MO,MO", "each once"),
        ("FREQ=DAILY;UNTIL=tomorrow", "UNTIL=TOMORROW; allowed: such as 20261231"),
        ("FREQ=DAILY;UNTIL=20251231", "no date fits it"),
        ("FREQ=DAILY;UNTIL=20251231T000000Z", "no date fits it"),
        ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "no date fits it"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "no date fits it"),
        ("FREQ=YEARLY;COUNT=1000", "it goes on for more than 100 years"),
        ("FREQ=DAILY;UNTIL=30260101", "it goes on for more than 100 years"),
        ("FREQ=DAILY;INTERVAL=36525;COUNT=3", "it goes on for more than 100 years"),
    ],
)
def test_rules_that_are_refused(rule, message):
    with pytest.raises(OverrideError) as caught:
        Leave("ou_1", NINE, NINE + HOUR, rule=rule)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith("leave of ou_1: rule ")


@given(
    st.text("FREQ=DAILYWKMONTHUBYSP;0123456789,-+TZ", max_size=60),
    st.sampled_from(["", "FREQ=DAILY;", "FREQ=MONTHLY;BYDAY=", "FREQ=YEARLY;BYMONTHDAY="]),
)
def test_any_text_is_a_rule_or_refused(text, head):
    with suppress(OverrideError):
        Leave("ou_1", NINE, NINE + HOUR, rule=head + text)


def test_a_rule_at_the_end_of_the_calendar():
    leave = Leave("ou_1", date(9999, 12, 1), rule="FREQ=DAILY")
    assert on_leave("UTC", leave, "9999-11-30", "9999-12-01", "9999-12-31") == [
        "9999-12-01",
        "9999-12-31",
    ]
