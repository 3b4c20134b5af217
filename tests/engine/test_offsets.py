"""The offsets in use at an instant, by plain zoneinfo for every zone of the database."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from oracle import UTC
from strategies import ALL_ZONES, ANY_ZONE

from availability.engine.offsets import AREAS, FAMILIAR, offsets_at
from availability.engine.zones import zone_of

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)
INSTANTS = [
    datetime(1900, 1, 1, tzinfo=UTC),  # most zones still keep local mean time
    datetime(1995, 3, 26, 1, tzinfo=UTC),
    datetime(2011, 12, 30, 11, tzinfo=UTC),
    datetime(2026, 1, 15, tzinfo=UTC),
    datetime(2026, 3, 8, 6, 59, 59, tzinfo=UTC),
    datetime(2026, 7, 15, 12, 34, 56, tzinfo=UTC),
    datetime(2026, 11, 1, 6, 30, tzinfo=UTC),  # 01:30 in New York, the second time
    datetime(2300, 7, 1, tzinfo=UTC),
]


def second_of(at):
    return (at - EPOCH) // SECOND


def offset_of(key, at):
    return at.astimezone(ZoneInfo(key)).utcoffset() // SECOND


@pytest.mark.parametrize("at", INSTANTS, ids=str)
def test_every_zones_offset_is_there_and_named_by_a_zone_that_has_it(at):
    offsets = offsets_at(second_of(at))
    assert set(offsets) == {offset_of(key, at) for key in ALL_ZONES}
    assert all(offset_of(key, at) == offset for offset, key in offsets.items())
    assert list(offsets) == sorted(offsets)


@pytest.mark.parametrize("at", INSTANTS, ids=str)
def test_of_familiar_zones_the_first_stands_for_its_offset(at):
    offsets = offsets_at(second_of(at))
    for key in FAMILIAR:
        named = offsets[offset_of(key, at)]
        assert FAMILIAR.index(named) <= FAMILIAR.index(key)


@pytest.mark.parametrize("at", INSTANTS[3:-1], ids=str)
def test_nowadays_nearly_all_have_a_familiar_name(at):
    offsets = offsets_at(second_of(at))
    assert len(offsets) >= 37
    strange = [key for key in offsets.values() if key not in FAMILIAR]
    assert len(strange) <= 5
    assert [key for key in strange if key.partition("/")[0] not in AREAS] == ["Etc/GMT+12"]


def test_winter_and_summer():
    winter, summer = (offsets_at(second_of(INSTANTS[i])) for i in (3, 5))
    assert winter[8 * 3600] == summer[8 * 3600] == "Asia/Shanghai"
    assert (winter[-5 * 3600], summer[-4 * 3600]) == ("America/New_York",) * 2
    assert (winter[0], summer[0], summer[3600]) == ("UTC", "UTC", "Europe/London")


@pytest.mark.parametrize(
    ("at", "missing"),
    [(datetime.min.replace(tzinfo=UTC), -1), (datetime.max.replace(tzinfo=UTC), 1)],
)
def test_zones_where_it_is_another_age_are_left_out(at, missing):
    offsets = offsets_at(second_of(at))
    assert offsets[0] == "UTC"
    assert not [offset for offset in offsets if offset * missing > 0]


@given(key=ANY_ZONE)
def test_the_offset_of_one_zone(key):
    for at in INSTANTS:
        assert zone_of(key).offset_at(second_of(at)) == offset_of(key, at)


def test_looking_at_all_zones_compiles_none():
    script = """
from availability.engine.offsets import offsets_at
from availability.engine.zones import is_known, zone_of
offsets_at(0)
print(zone_of.cache_info().currsize, is_known.cache_info().currsize)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    assert done.stdout.split() == [b"0", b"0"]
