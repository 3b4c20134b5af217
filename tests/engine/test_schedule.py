"""Rows in, ranges out: what is read, what is refused, and what the refusal says."""

from __future__ import annotations

import time as clock
from collections import OrderedDict
from datetime import datetime, timedelta, timezone
from importlib import resources
from types import MappingProxyType
from zoneinfo import ZoneInfo

import pytest
from oracle import UTC
from strategies import row
from work import growth

from availability.engine.schedule import DutyRange, WeeklySchedule
from availability.engine.timeline import Timeline
from availability.engine.zones import zone_key
from availability.errors import ConfigurationError, ScheduleError, TimezoneError

GOOD = row(1, "09:00", "18:00")
CODES = "1-7 (Monday-Sunday), 9 (every day), 10 (Monday-Friday), 11 (weekend)"


def parse(rows, tz="UTC", **options):
    return WeeklySchedule.parse(rows, tz=tz, **options)


def refusal(rows, **options):
    with pytest.raises(ScheduleError) as caught:
        parse(rows, **options)
    assert isinstance(caught.value, ValueError)
    return caught.value


@pytest.mark.parametrize(
    "rows",
    [[GOOD], (GOOD,), [OrderedDict(GOOD)], [MappingProxyType(GOOD)], [GOOD | {"extra": 1}]],
    ids=["list", "tuple", "ordered", "read-only", "extra field"],
)
def test_rows_of_any_kind(rows):
    assert parse(rows).ranges == (DutyRange(1, 540, 1080),)


def test_no_rows_is_never_on_duty():
    assert parse([]).ranges == ()
    assert not Timeline(parse([])).is_on_duty(datetime(2026, 6, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        ("00:00", "24:00", (0, 1440)),
        ("00:00", "00:01", (0, 1)),
        ("00:00", "23:59", (0, 1439)),
        ("23:59", "24:00", (1439, 1440)),
        ("23:59", "00:00", (1439, 0)),
        ("22:00", "06:00", (1320, 360)),
        ("22:00", "00:00", (1320, 0)),
        ("09:05", "19:50", (545, 1190)),
    ],
)
def test_times(start, end, minutes):
    (duty,) = parse([row(1, start, end)]).ranges
    assert (duty.start, duty.end) == minutes
    assert str(duty) == f"{start}-{end}"


@pytest.mark.parametrize(
    "weekday", [0, 8, 12, -1, 10**30, "9", 9.0, True, False, [9], {}], ids=repr
)
def test_unknown_weekday(weekday):
    error = refusal([GOOD, row(weekday, "09:00", "18:00")])
    assert error.reason == "unknown_weekday"
    assert str(error) == (
        f"schedule[1].weekday: {type(weekday).__name__} {weekday!r} is not a weekday code; "
        f"allowed: {CODES}"
    )


ALLOWED = {"start_time": "00:00 to 23:59", "end_time": "00:00 to 24:00"}
FIELDS = pytest.mark.parametrize("field", ALLOWED)
BAD_TIMES = [
    "25:00", "24:01", "24:59", "23:60", "9:5", "9:00", "09:5", "09.00", "0900", "09:00:00", "",
    " ", " 09:00", "09:00 ", "09:00\n", "\n09:00", "-9:00", "+9:00", "1e:00", "aa:bb", "null",
    "\uff19:\uff10\uff10", "\uff10\uff19:\uff10\uff10", "09\uff1a00",  # fullwidth
    "\u0966\u096f:\u0966\u0966",  # Devanagari
    900, 9.0, True, ["09:00"], b"09:00",
]  # fmt: skip


@FIELDS
@pytest.mark.parametrize("value", BAD_TIMES, ids=ascii)
def test_bad_time(field, value):
    error = refusal([GOOD, GOOD, GOOD | {field: value}])
    assert error.reason == "bad_time"
    assert str(error) == (
        f"schedule[2].{field}: {type(value).__name__} {value!r} is not a time; "
        f"allowed: {ALLOWED[field]}"
    )


@pytest.mark.parametrize("end", ["24:00", "06:00"])
def test_24_00_cannot_start_a_range(end):
    error = refusal([row(1, "24:00", end)])
    assert error.reason == "bad_time"
    assert str(error).startswith("schedule[0].start_time: '24:00'")
    assert str(error).endswith("allowed: 00:00 to 23:59")


@pytest.mark.parametrize(
    ("field", "allowed"), [*ALLOWED.items(), ("weekday", CODES)], ids=[*ALLOWED, "weekday"]
)
@pytest.mark.parametrize("absent", [True, False], ids=["absent", "null"])
def test_missing_field(field, allowed, absent):
    odd = {name: value for name, value in GOOD.items() if name != field}
    error = refusal([odd if absent else odd | {field: None}])
    assert error.reason == "missing_field"
    assert str(error) == f"schedule[0].{field}: missing; allowed: {allowed}"


@pytest.mark.parametrize("policy", ["midnight", "literal"])
@pytest.mark.parametrize("time", ["00:00", "09:00", "23:59"])
def test_start_equals_end_as_spelled(time, policy):
    error = refusal([GOOD, row(1, time, time)], end_2359=policy)
    assert error.reason == "empty_range"
    assert str(error).startswith(f"schedule[1]: {time}-{time} starts when it ends")
    assert "00:00-24:00" in str(error)


@pytest.mark.parametrize(
    "rows", ["", "[]", None, {}, GOOD, 1, True, {1}, iter([GOOD])], ids=lambda v: type(v).__name__
)
def test_not_a_list(rows):
    error = refusal(rows)
    assert error.reason == "not_a_list"
    assert str(error).startswith(f"schedule: {'null' if rows is None else type(rows).__name__} ")
    assert str(error).endswith(" is not a list of rows")


@pytest.mark.parametrize("odd", [None, "row", 9, [], ["09:00"], True], ids=repr)
def test_a_row_that_is_no_object(odd):
    error = refusal([GOOD, odd])
    assert error.reason == "not_a_row"
    shown = "null" if odd is None else f"{type(odd).__name__} {odd!r}"
    assert str(error).startswith(f"schedule[1]: {shown} is not an object")


def test_a_long_value_is_shortened_in_the_message():
    assert len(str(refusal([GOOD | {"end_time": "9" * 100_000}]))) < 200


def test_ten_thousand_rows():
    rows = [
        row(day, f"{h:02}:{m:02}", "24:00") for day in (1, 9) for h in range(24) for m in range(60)
    ]
    duty = Timeline(parse(rows * 4))
    assert (
        duty.duty_time(datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 6, 8, tzinfo=UTC)).days == 7
    )
    assert growth(lambda rows: Timeline(parse(rows)), rows[:1000], rows[:2000]) < 2.2


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ((8, 0, 60), "weekday"),
        ((True, 0, 60), "weekday"),
        ((None, 0, 60), "weekday"),
        ((1, 1440, 60), "start"),
        ((1, -1, 60), "start"),
        ((1, "09:00", 60), "start"),
        ((1, 0, 1441), "end"),
        ((1, 0, 60.0), "end"),
        ((1, 60, 60), "range"),
    ],
)
def test_a_range_made_by_hand_is_checked_too(fields, named):
    with pytest.raises(ScheduleError, match=f"^{named}: "):
        DutyRange(*fields)


@pytest.mark.parametrize("policy", ["", "Midnight", "24:00", None, True])
def test_unknown_policy_for_23_59(policy):
    with pytest.raises(ConfigurationError, match=r"end_2359.*'midnight', 'literal'"):
        parse([GOOD], end_2359=policy)


# Zones


@pytest.mark.parametrize("tz", ["Asia/Shanghai", "UTC", "Etc/GMT-8", "GMT+0", "EST5EDT"])
def test_a_zone_is_an_iana_key(tz):
    assert zone_key(tz) == zone_key(ZoneInfo(tz)) == parse([], tz).tz == tz


@pytest.mark.parametrize(
    "tz",
    [
        "", " ", "localtime", "Factory", "posixrules", "posix/UTC", "right/UTC", "Asia", "Asia/",
        "Asia/Nowhere", "asia\\shanghai", "/etc/localtime", "../UTC", "Asia/../UTC", "./UTC",
        "UTC\n", " UTC", "UTC\0", "+08:00", "UTC+8", "UTC+08:00", "tzdata.zi", "zone.tab",
        "leapseconds", "\ud800", "x" * 5000, timezone.utc, timezone(timedelta(hours=8)),
        timedelta(hours=8), 8, b"UTC", True, ["UTC"],
    ],
    ids=lambda tz: ascii(tz)[:30],
)  # fmt: skip
def test_not_a_zone(tz):
    with pytest.raises(TimezoneError, match=r"is not an IANA time zone.*'Asia/Shanghai'"):
        parse([GOOD], tz)


def test_a_zoneinfo_without_a_key():
    with resources.files("tzdata").joinpath("zoneinfo", "UTC").open("rb") as file:
        keyless = ZoneInfo.from_file(file)
    with pytest.raises(TimezoneError):
        parse([GOOD], keyless)


def test_no_zone():
    with pytest.raises(ConfigurationError, match="AVAILABILITY_TZ"):
        parse([GOOD], None)
    with pytest.raises(TypeError):
        WeeklySchedule.parse([GOOD])


def test_the_machines_zone_is_never_used(monkeypatch):
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    clock.tzset()
    try:
        at = datetime(2026, 6, 1, 9, tzinfo=UTC)
        assert Timeline(parse([GOOD])).is_on_duty(at)
        assert zone_key("UTC") == "UTC"
    finally:
        monkeypatch.undo()
        clock.tzset()


@pytest.mark.parametrize("build", [Timeline, lambda rows: WeeklySchedule(rows, "UTC")])
def test_rows_that_were_not_parsed(build):
    with pytest.raises(ScheduleError, match=r"use (WeeklySchedule.)?parse"):
        build([GOOD])
