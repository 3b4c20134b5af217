"""The clock of every zone of the database, against zoneinfo: the system's files and tzdata's."""

from __future__ import annotations

import io
import random
import subprocess
import sys
from bisect import bisect_left
from datetime import datetime, timedelta
from importlib import resources
from itertools import product
from zoneinfo import ZoneInfo

import oracle
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracle import UTC
from strategies import ALL_ZONES, ANY_ZONE

from availability.engine.tzif import parse
from availability.engine.zones import compile_zone, zone_of

#: Watched for coverage, sweeps of all zones take twice as long, and reach what others do.
pytestmark = pytest.mark.no_cover

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DAY = 86_400
#: The seconds of years 1 to 9999, less the days in which local years may differ.
EARLIEST, LATEST = -62_135_596_800 + 2 * DAY, 253_402_300_799 - 2 * DAY
#: Until then every change is looked at, and after that some.
HISTORY = int(datetime(2027, 1, 1, tzinfo=UTC).timestamp())
#: From here on every zone has nothing but its yearly rule.
RULES_ONLY = int(datetime(2100, 1, 1, tzinfo=UTC).timestamp())
CYCLE = 146_097 * DAY  # 400 years


def system_zone(key):
    return zone_of(key), ZoneInfo(key)


def tzdata_file(key):
    return resources.files("tzdata").joinpath("zoneinfo").joinpath(key)


def tzdata_zone(key):
    data = tzdata_file(key).read_bytes()
    return compile_zone(key, parse(data)), ZoneInfo.from_file(io.BytesIO(data), key)


#: An old tzdata package lacks keys of a new system, which available_timezones() has too.
KEYS = {
    system_zone: ALL_ZONES,
    tzdata_zone: [key for key in ALL_ZONES if tzdata_file(key).is_file()],
}
SOURCES = pytest.mark.parametrize("source", [system_zone, tzdata_zone])


def moment(second):
    return EPOCH + timedelta(seconds=second)


def offset_at(info, second):
    return moment(second).astimezone(info).utcoffset() // timedelta(seconds=1)


def segment_offset(zone, second):
    return zone.shifts[zone.segment(zone.fold(second)[0])]


def changes(zone):
    """All of history, some of the rule, and those on either side of a fold of 400 years."""
    starts = [at for at in zone.starts[1:] if EARLIEST < at < LATEST]
    until = bisect_left(starts, HISTORY)
    ruled = starts[until:]
    beyond = [at + n * CYCLE for at in ruled[:4] + ruled[-4:] for n in (1, 2, 18)]
    return starts[:until] + ruled[::21] + ruled[-4:] + [at for at in beyond if at < LATEST]


@SOURCES
def test_offsets_around_every_change(source):
    assert wrong_offsets(source, around_changes) == []


@SOURCES
def test_offsets_at_random_instants(source):
    assert wrong_offsets(source, at_random) == []


def wrong_offsets(source, seconds):
    """Every key and second at which a zone's offset is not zoneinfo's."""
    return [
        (key, second)
        for key in KEYS[source]
        for zone, info in [source(key)]
        for second in seconds(zone)
        if segment_offset(zone, second) != offset_at(info, second)
    ]


def around_changes(zone):
    return [at + off for at in changes(zone) for off in (-1, 0, 1)]


def at_random(zone):
    draw = random.Random(zone.key)
    seconds = [draw.randint(EARLIEST, LATEST) for _ in range(60)]
    return seconds + [draw.randint(-130 * 366 * DAY, RULES_ONLY) for _ in range(100)]


#: One key for each clock: the database's links tell the same time.
CLOCKS = sorted({(zone_of(key).starts, zone_of(key).shifts): key for key in ALL_ZONES}.values())


def walls_around(zone, change):
    """Wall times just before, inside and after what a clock change skips or repeats."""
    shown = {change + segment_offset(zone, at) for at in (change - 1, change)}
    return sorted({edge + off for edge in shown for off in (-1, 0)} | {sum(shown) // len(shown)})


@pytest.mark.parametrize("initial", sorted({key[0] for key in CLOCKS}))
def test_wall_times_map_as_the_model_does(initial):
    for key in (key for key in CLOCKS if key.startswith(initial)):
        zone, info = zone_of(key), ZoneInfo(key)
        for wall in (w for at in changes(zone) for w in walls_around(zone, at)):
            expected = oracle.instant_of(moment(wall).replace(tzinfo=None), info)
            assert moment(zone.instant_of(wall)) == expected, (key, wall)


def test_time_never_runs_backwards():
    for zone in map(zone_of, CLOCKS):
        for change in changes(zone):
            walls = [zone.wall_at(at) for at in range(change - 90_000, change + 90_000, 9_000)]
            instants = [zone.instant_of(wall) for wall in walls]
            assert walls == sorted(walls), (zone.key, change)
            assert instants == sorted(instants), (zone.key, change)


def test_wall_at_and_instant_of_are_a_galois_pair():
    for zone in map(zone_of, CLOCKS):
        for change in changes(zone):
            seconds = [change - 1, change, change + 1800]
            for wall, second in product(walls_around(zone, change), seconds):
                pair = zone.instant_of(wall) <= second, wall <= zone.wall_at(second)
                assert len(set(pair)) == 1, (zone.key, wall, second)


@given(ANY_ZONE, st.integers(EARLIEST, LATEST), st.integers(-3 * DAY, 3 * DAY))
def test_the_pair_everywhere(key, second, off):
    zone, wall = zone_of(key), second + off
    assert (zone.instant_of(wall) <= second) is (wall <= zone.wall_at(second))
    assert zone.wall_at(zone.instant_of(wall)) >= wall
    assert zone.instant_of(zone.wall_at(second)) <= second


@given(ANY_ZONE, st.integers(RULES_ONLY, LATEST - CYCLE))
def test_the_calendar_repeats_after_400_years(key, second):
    zone = zone_of(key)
    assert zone.wall_at(second + CYCLE) == zone.wall_at(second) + CYCLE
    assert zone.instant_of(second + CYCLE) == zone.instant_of(second) + CYCLE


def test_without_system_files_the_tzdata_package_is_read():
    script = (
        "import zoneinfo; zoneinfo.reset_tzpath(to=())\n"
        "from availability.engine.zones import zone_of\n"
        "print(*(zone_of(key).shifts[-1] for key in ('Asia/Kolkata', 'Asia/Tokyo')))"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["19800", "32400"]
