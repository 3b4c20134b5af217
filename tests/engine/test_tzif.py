"""TZif files of every kind, written here byte by byte and read by zoneinfo as well."""

from __future__ import annotations

import io
import random
import struct
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from oracle import UTC

from availability.engine.tzif import changes_until, parse, read_zone
from availability.engine.zones import compile_zone

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
HOUR, DAY, YEAR = 3600, 86_400, 365 * 86_400
SECOND = timedelta(seconds=1)


def second(*fields):
    return int(datetime(*fields, tzinfo=UTC).timestamp())


#: (UTC second, index of the type): summer and winter by the rule of EST5EDT,M3.2.0,M11.1.0.
CHANGES = [
    (second(1982, 3, 14, 7), 1),
    (second(1982, 11, 7, 6), 0),
    (second(1983, 3, 13, 7), 1),
    (second(1983, 11, 6, 6), 0),
]
TYPES = [(-5 * HOUR, False), (-4 * HOUR, True)]


def block(changes, types, version, width):
    """A header and its data, RFC 9636 section 3: instants, kinds, types, names."""
    header = struct.pack(">4sc15x6l", b"TZif", version, 0, 0, 0, len(changes), len(types), 4)
    instants = struct.pack(f">{len(changes)}{width}", *(at for at, _ in changes))
    kinds = bytes(kind for _, kind in changes)
    records = b"".join(struct.pack(">lBB", offset, is_dst, 0) for offset, is_dst in types)
    return header + instants + kinds + records + b"XYZ\0"


def tzif(footer="", changes=(), types=TYPES, version=b"2"):
    """A whole file; from version 2 on, the old block is a stub and a footer follows."""
    if version == b"\0":
        return block(changes, types, version, "l")
    stub = block([], [(0, False)], version, "l")
    return stub + block(changes, types, version, "q") + b"\n" + footer.encode() + b"\n"


FILES = {
    "version 1": tzif(version=b"\0", changes=CHANGES),
    "version 1, one type": tzif(version=b"\0", types=[(9 * HOUR, False)]),
    "version 3": tzif(
        "<-02>2<-01>,M3.5.0/-1,M10.5.0/0",
        [(second(1983, 3, 27, 1), 1), (second(1983, 10, 30, 1), 0)],
        [(-2 * HOUR, False), (-HOUR, True)],
        version=b"3",
    ),
    "version 4": tzif("EST5EDT,M3.2.0,M11.1.0", CHANGES, version=b"4"),
    "no footer": tzif("", CHANGES),
    "no footer, no changes": tzif(types=[(9 * HOUR, False)]),
    "footer without a rule": tzif("EST5", CHANGES),
    "footer alone": tzif("UTC0", types=[(0, False)]),
    "rule alone": tzif("EST5EDT,M3.2.0,M11.1.0"),
    "rule after changes": tzif("EST5EDT,M3.2.0,M11.1.0", CHANGES),
    "rule after a summer change": tzif("EST5EDT,M3.2.0,M11.1.0", CHANGES[:-1]),
    "rule after changes before 1970": tzif("EST5EDT,M3.2.0,M11.1.0", [(-9 * 366 * DAY, 0)]),
    "southern": tzif("AEST-10AEDT,M10.1.0,M4.1.0/3", types=[(10 * HOUR, False)]),
    "own times": tzif("EST5EDT,M3.2.0/0:30,M11.1.0/1:15:30"),
    "negative time": tzif("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", types=[(-2 * HOUR, False)]),
    "times of days": tzif("EET-2EEST,M3.4.4/50,M10.4.4/167", types=[(2 * HOUR, False)]),
    "times of minus days": tzif("EET-2EEST,M3.4.4/-50,M10.4.4/-167", types=[(2 * HOUR, False)]),
    "winter is the exception": tzif("IST-1GMT0,M10.5.0,M3.5.0/1", types=[(HOUR, False)]),
    "half an hour": tzif("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", types=[(37_800, False)]),
    "plus signs": tzif("EST+5EDT+4,M3.2.0/+2,M11.1.0/+2"),
    "seconds": tzif("LMT-0:01:15", types=[(75, False)]),
    "the fourth and the last week": tzif("EST5EDT,M2.4.1,M12.5.6"),
}


def offset_of(data, key="Test/Zone"):
    zone = compile_zone(key, parse(data))
    return lambda at: zone.shifts[zone.segment(zone.fold(at)[0])]


def zoneinfos(data):
    info = ZoneInfo.from_file(io.BytesIO(data), "Test/Zone")
    return lambda at: (EPOCH + at * SECOND).astimezone(info).utcoffset() // SECOND


def seconds_to_try(data):
    """From 1971 on: around every change read, at all hours of three years, in far centuries."""
    read = [at for at, _ in changes_until(parse(data), second(2100, 1, 1))]
    around = [at + off for at in read if at > YEAR for off in (-HOUR, -1, 0, 1, HOUR)]
    hours = range(second(2023, 1, 1), second(2025, 12, 31), HOUR)
    draw = random.Random(len(data))
    return around + list(hours) + [draw.randrange(YEAR, 10**11) for _ in range(300)]


def differences(seconds, found, expected):
    return [str(EPOCH + at * SECOND) for at in seconds if found(at) != expected(at)]


@pytest.mark.parametrize("data", FILES.values(), ids=FILES)
def test_the_offsets_are_zoneinfos(data):
    try:
        referee = zoneinfos(data)
    except ValueError:
        pytest.skip("the zoneinfo of Python 3.10 reads no times of a hundred hours")
    assert differences(seconds_to_try(data), offset_of(data), referee) == []


def test_before_the_first_change_the_first_type_holds():
    data = tzif("EST5EDT,M3.2.0,M11.1.0", CHANGES)
    seconds = range(second(1, 1, 2), CHANGES[0][0], 10**9)
    assert {offset_of(data)(at) for at in seconds} == {-5 * HOUR}
    assert differences(seconds, offset_of(data), zoneinfos(data)) == []


def test_a_rule_alone_holds_for_all_time():
    """RFC 9636 section 3.1: without transitions the footer speaks for all timestamps."""
    data = tzif("EST5EDT,M3.2.0,M11.1.0")
    seconds = range(second(1900, 1, 1), 0, 30 * DAY)
    assert differences(seconds, offset_of(data), zoneinfos(data)) == []


#: POSIX: J counts from 1 and never 29 February; a plain number counts from 0, and does.
#: zoneinfo is no reference here: it takes J59 for 29 February, and counts plain days from 1.
DAYS = {
    "J1": ((1, 1), (1, 1)),
    "J59": ((2, 28), (2, 28)),
    "J60": ((3, 1), (3, 1)),
    "J300": ((10, 27), (10, 27)),
    "J365": ((12, 31), (12, 31)),
    "0": ((1, 1), (1, 1)),
    "58": ((2, 28), (2, 28)),
    "59": ((3, 1), (2, 29)),
    "299": ((10, 27), (10, 26)),
    "364": ((12, 31), (12, 30)),
    "M1.1.0": ((1, 1), (1, 7)),
    "M2.4.1": ((2, 27), (2, 26)),
    "M2.5.4": ((2, 23), (2, 29)),
    "M5.5.3": ((5, 31), (5, 29)),
    "M12.5.6": ((12, 30), (12, 28)),
}


@pytest.mark.parametrize("place", ["begins", "ends"])
@pytest.mark.parametrize(
    ("day", "year", "expected"),
    [(day, year, dates[i]) for day, dates in DAYS.items() for i, year in enumerate((2023, 2024))],
)
def test_the_day_of_a_rule(day, year, expected, place):
    other = "J182"
    rule = f"{day}/3,{other}" if place == "begins" else f"{other},{day}/3"
    offset = offset_of(tzif(f"EST5EDT,{rule}"))
    before, after = (-5, -4) if place == "begins" else (-4, -5)
    change = second(year, *expected, 3) - before * HOUR
    assert (offset(change - 1), offset(change)) == (before * HOUR, after * HOUR)


@pytest.mark.no_cover  # a sweep takes twice as long while it is watched
@pytest.mark.parametrize("footer", ["EST5EDT,0/0,J365/25", "XXX3EDT4,0/0,J365/23"])
def test_summer_time_all_year(footer):
    """RFC 9636 section 3.3.1: an end that is the next year's beginning."""
    offset = offset_of(tzif(footer))
    assert {offset(at) for at in range(second(1971, 1, 1), second(2500, 1, 1), 7 * HOUR)} == {
        -4 * HOUR
    }
    new_years = [second(year, 1, 1, hour) for year in range(1971, 2100) for hour in range(12)]
    assert {offset(at) for at in new_years} == {-4 * HOUR}


def test_the_new_year_between_the_rules_two_years():
    """A change that the rule of one year puts into the first days of the next."""
    offset = offset_of(
        tzif("AAA0BBB,M7.1.0,J365/72", [(second(2020, 1, 2), 1)], [(0, 0), (HOUR, 1)])
    )
    assert (offset(second(2020, 1, 2)), offset(second(2020, 1, 4))) == (HOUR, 0)


@pytest.mark.parametrize("key", ["Asia/Shanghai", "America/New_York", "UTC"])
def test_a_zone_of_the_database(key):
    record = read_zone(key)
    instants = [at for at, _ in record.changes]
    assert instants == sorted(set(instants))
    assert (record.rule is not None) is (key == "America/New_York")
