"""What is odd about rows, against sets of the week's minutes."""

from __future__ import annotations

import re
from itertools import chain, combinations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracle import WEEKDAYS
from strategies import CODES, END_2359, row
from work import growth

from availability import DutyRange
from availability.engine.oddities import meetings, oddities

DAY, WEEK = 24 * 60, 7 * 24 * 60


def spelled(*texts):
    """``"10 09:00-18:00"`` → a row as a schedule holds it."""
    parts = [(int(code), *times.split("-")) for code, times in map(str.split, texts)]
    rows = [DutyRange.parse(row(*part)) for part in parts]
    return [(one.weekday, one.start, one.end) for one in rows]


def told(*texts, policy="midnight"):
    rows = spelled(*texts)
    return [" ".join(odd) for odd in oddities(rows, policy, range(len(rows)))]


PAIR = re.compile(r"(\w+) schedule\[(\d)\] and schedule\[(\d)\] \w+ on (.*): merged.*")


def pairs(*texts, policy="midnight"):
    """What is said of pairs of rows, short: ``"0+1 overlap Monday 10:00-12:00"``."""
    lines = [PAIR.sub(r"\2+\3 \1 \4", line) for line in told(*texts, policy=policy)]
    return [line for line in lines if "+" in line]


@pytest.mark.parametrize(
    "rows",
    [
        [],
        ["1 09:00-18:00"],
        ["10 09:00-12:00", "10 13:00-18:00"],
        ["1 09:00-18:00", "2 09:00-18:00"],
        ["9 00:00-24:00"],  # touches itself every midnight
        ["10 00:00-24:00", "6 00:01-24:00"],
        ["1 00:00-24:00", "3 00:00-24:00"],
    ],
)
def test_nothing_odd(rows):
    assert told(*rows) == []


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (["1 09:00-18:00"] * 2, ["0+1 overlap Monday 09:00-18:00"]),
        (["10 09:00-18:00", "3 17:00-20:00"], ["0+1 overlap Wednesday 17:00-18:00"]),
        (["3 17:00-20:00", "10 09:00-18:00"], ["0+1 overlap Wednesday 17:00-18:00"]),
        (
            ["10 09:00-18:00", "11 09:00-18:00", "9 12:00-13:00"],
            ["0+2 overlap Monday 12:00-13:00", "1+2 overlap Saturday 12:00-13:00"],
        ),
        (
            ["9 09:00-18:00"] * 3,
            ["0+1 overlap Monday 09:00-18:00", "0+2 overlap Monday 09:00-18:00"],
        ),
        (["7 22:00-06:00", "1 05:00-12:00"], ["0+1 overlap Monday 05:00-06:00"]),
        (["7 22:00-06:00", "7 23:00-05:00"], ["0+1 overlap Sunday 23:00-05:00 (next day)"]),
        (["7 22:00-06:00", "1 06:00-12:00"], ["0+1 touching Monday 06:00"]),
        (["1 09:00-12:00", "1 12:00-18:00"], ["0+1 touching Monday 12:00"]),
        (["1 12:00-18:00", "1 09:00-12:00"], ["0+1 touching Monday 12:00"]),
        (["9 00:00-12:00", "9 12:00-24:00"], ["0+1 touching Monday 00:00"]),  # and at noon
        (["1 00:00-24:00", "2 00:00-24:00"], ["0+1 touching Tuesday 00:00"]),
        (["7 12:00-24:00", "1 00:00-09:00"], ["0+1 touching Monday 00:00"]),
        (["10 00:00-24:00", "6 00:00-12:00"], ["0+1 touching Saturday 00:00"]),
        (["11 00:00-24:00", "10 00:00-24:00"], ["0+1 touching Monday 00:00"]),
        # where they also touch, the second goes on alone
        (["1 12:00-24:00", "9 00:00-24:00"], ["0+1 overlap Monday 12:00-24:00"]),
        (
            ["1 09:00-12:00", "1 12:00-18:00", "1 08:00-20:00"],
            ["0+2 overlap Monday 09:00-12:00", "1+2 overlap Monday 12:00-18:00"],
        ),
    ],
)
def test_rows_that_meet(rows, expected):
    assert pairs(*rows) == expected


def test_an_end_at_2359_touches_midnight_by_policy():
    day = ["1 18:00-23:59", "2 00:00-02:00"]
    assert pairs(*day) == ["0+1 touching Tuesday 00:00"]
    assert told(*day, policy="literal") == []
    assert pairs("9 00:00-23:59") == []
    assert pairs("9 00:00-23:59", "9 23:59-24:00") == ["0+1 overlap Monday 23:59-24:00"]
    assert pairs("9 00:00-23:59", "9 23:59-24:00", policy="literal") == [
        "0+1 touching Monday 00:00"
    ]


def test_what_is_said():
    assert told("5 22:00-06:00", "6 06:00-23:59", "6 23:00-00:00") == [
        "inverted schedule[0]: 22:00-06:00 ends before it starts: taken as a night shift",
        "end_2359 schedule[1].end_time: 23:59 is taken as the end of the day",
        "inverted schedule[2]: 23:00-00:00 ends before it starts: taken as a night shift",
        "touching schedule[0] and schedule[1] meet on Saturday 06:00: merged, no change there",
        "overlap schedule[1] and schedule[2] overlap on Saturday 23:00-24:00: merged",
    ]


def test_rows_are_named_by_their_place_in_the_payload():
    rows = spelled("1 22:00-06:00", "1 23:00-23:59")
    texts = [text for _, text in oddities(rows, "midnight", [2, 7])]
    assert texts[0].startswith("schedule[2]: ")
    assert texts[1].startswith("schedule[7].end_time: ")
    assert texts[2].startswith("schedule[2] and schedule[7] overlap on Monday 23:00-24:00")


def minutes(one, policy):
    """The minutes of the week that a row covers."""
    code, start, end = one
    if end == DAY - 1 and policy == "midnight":
        end = DAY
    length = end - start if end > start else end - start + DAY
    firsts = [day.weekday * DAY + start for day in WEEKDAYS[code]]
    return {(first + n) % WEEK for first in firsts for n in range(length)}


def covering(covers, minute):
    return {row for row, cover in enumerate(covers) if minute % WEEK in cover}


GRID = st.sampled_from([0, 1, 9 * 60, 12 * 60, 18 * 60, 22 * 60, DAY - 2, DAY - 1])
ROWS = st.lists(
    st.tuples(CODES, GRID, GRID | st.just(DAY)).filter(lambda one: one[1] != one[2]), max_size=6
)


@given(ROWS, END_2359)
def test_overlaps_are_the_minutes_that_rows_share(rows, policy):
    covers = [minutes(one, policy) for one in rows]
    pairs = [(one.row, one.other) for one in meetings(rows, policy) if one.is_overlap]
    shared = [covers[a] & covers[b] for a, b in pairs]
    assert all(shared)
    assert set(chain(*shared)) == set(chain(*(a & b for a, b in combinations(covers, 2))))


@given(ROWS, END_2359)
def test_rows_touch_where_duty_goes_on_and_no_row_does(rows, policy):
    covers = [minutes(one, policy) for one in rows]
    touching = [one for one in meetings(rows, policy) if not one.is_overlap]
    seams = {}
    for at in range(WEEK):
        before, after = covering(covers, at - 1), covering(covers, at)
        if before and after and not before & after:
            seams[at] = {tuple(sorted(pair)) for pair in product(before, after)}
    assert all((one.row, one.other) in seams[one.start] for one in touching)
    said = {(one.row, one.other) for one in touching}
    assert all(possible & said for possible in seams.values())


@given(ROWS, END_2359)
def test_what_is_reported_of_a_pair_is_true_and_said_once(rows, policy):
    covers = [minutes(one, policy) for one in rows]
    found = meetings(rows, policy)
    assert len({(one.row, one.other, one.is_overlap) for one in found}) == len(found)
    for one in found:
        assert one.row < one.other
        assert 0 <= one.start <= one.end
        assert one.start < WEEK
        stretch = {minute % WEEK for minute in range(one.start, one.end)}
        assert stretch <= covers[one.row] & covers[one.other]


@given(ROWS, END_2359)
def test_no_more_is_said_than_there_are_shifts_in_a_week(rows, policy):
    days = sum(len(WEEKDAYS[code]) for code, _, _ in rows)
    assert len(meetings(rows, policy)) <= days


@pytest.mark.parametrize(
    "rows",
    [
        [(9, 540, 1080)] * 10_000,
        [(9, 1320, 360)] * 10_000,
        [(9, n % 1439, 1440) for n in range(10_000)],
        [(1 + n % 7, n // 7 % 1439, n // 7 % 1439 + 1) for n in range(10_000)],
    ],
    ids=["same", "nights", "nested", "touching"],
)
def test_the_work_for_ten_thousand_rows_is_bounded(rows):
    found = list(oddities(rows, "midnight", range(len(rows))))
    assert len(found) <= 30_000

    def looking(rows):
        list(oddities(rows, "midnight", range(len(rows))))

    assert growth(looking, rows[:1000], rows[:2000]) < 2.5
