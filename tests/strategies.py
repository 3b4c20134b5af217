"""Strategies: zones, rows, schedules and instants, weighted to where time is odd.

Everything drawn for a zone leans toward its clock changes, which are found by
scanning zoneinfo.
"""

from __future__ import annotations

import zoneinfo
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import pendulum
from hypothesis import strategies as st
from oracle import DAY, MICROSECOND, SECOND, UTC, WEEKDAYS, Model, shown, utc

from availability.engine.schedule import WeeklySchedule
from availability.engine.timeline import Timeline

NOT_ZONES = {"Factory", "localtime", "posixrules"}
ALL_ZONES = sorted(zoneinfo.available_timezones() - NOT_ZONES)
#: Zones with daylight saving, half hours, missing and repeated dates, far offsets.
ODD_ZONES = [
    "Africa/Cairo",  # clocks jump at midnight
    "Africa/Casablanca",  # back and forth for Ramadan
    "Africa/Freetown",  # changes four days apart
    "Africa/Monrovia",  # 44 minutes and 30 seconds
    "America/Havana",
    "America/Juneau",  # repeated a day in 1867
    "America/New_York",
    "America/Nuuk",
    "America/Santiago",
    "America/Sao_Paulo",
    "America/Scoresbysund",
    "America/St_Johns",  # one minute after midnight
    "Antarctica/Casey",
    "Antarctica/Troll",  # two hours
    "Asia/Beirut",
    "Asia/Gaza",
    "Asia/Kathmandu",
    "Asia/Manila",  # no 1844-12-31
    "Asia/Shanghai",
    "Asia/Tehran",
    "Atlantic/Azores",
    "Australia/Lord_Howe",  # half an hour
    "Australia/Sydney",
    "Etc/GMT+12",
    "Etc/GMT-14",
    "Europe/Amsterdam",
    "Europe/Dublin",  # the other way round: winter time is the exception
    "Europe/London",
    "Pacific/Apia",  # no 2011-12-30
    "Pacific/Chatham",
    "Pacific/Guam",
    "Pacific/Kiritimati",
    "Pacific/Kwajalein",  # repeated and lost a day
    "UTC",
]
#: The model needs some days of calendar on either side of what it is asked.
EARLIEST = datetime(1, 2, 15, tzinfo=UTC)
LATEST = datetime(9999, 11, 15, tzinfo=UTC)
#: First years and their number, in which a zone's changes are looked for.
SCANNED = [(1844, 200), (2438, 2), (2838, 2), (9990, 2)]
STEP = 7 * DAY


@dataclass(frozen=True)
class Scene:
    """A schedule as the API sends it, in a zone, and the instant that it is looked at around."""

    rows: tuple[dict[str, object], ...]
    tz: str
    end_2359: str = "midnight"
    edge: datetime = datetime(2026, 3, 29, 1, tzinfo=UTC)

    @property
    def schedule(self):
        return WeeklySchedule.parse(list(self.rows), tz=self.tz, end_2359=self.end_2359)

    @property
    def timeline(self):
        return Timeline(self.schedule)

    @property
    def model(self):
        return Model(self.rows, self.tz, self.end_2359)


def row(weekday, start, end):
    """A row as the API sends it."""
    return {"weekday": weekday, "start_time": start, "end_time": end}


@lru_cache(maxsize=1024)
def edges(key):
    """The instants at which the zone's clocks change."""
    zone = ZoneInfo(key)
    offsets = [(at, at.astimezone(zone).utcoffset()) for at in _grid()]
    return tuple(
        _edge(zone, early, late)
        for (early, was), (late, now) in pairwise(offsets)
        if was != now and late - early == STEP
    )


@lru_cache(maxsize=1)
def _grid():
    return [
        datetime(first, 1, 1, tzinfo=UTC) + i * STEP
        for first, years in SCANNED
        for i in range(years * 365 // STEP.days)
    ]


def _edge(zone, early, late):
    offset = early.astimezone(zone).utcoffset()
    while late - early > SECOND:
        middle = early + (late - early) // SECOND // 2 * SECOND
        same = middle.astimezone(zone).utcoffset() == offset
        early, late = (middle, late) if same else (early, middle)
    return late


#: Any zone of the database, the odd ones more often.
ANY_ZONE = st.sampled_from(ALL_ZONES)
ZONES = st.one_of(st.sampled_from(ODD_ZONES), st.sampled_from(ODD_ZONES), ANY_ZONE)

#: Times of day as a row spells them; an end may also be 24:00.
CLOCKS = st.one_of(
    st.sampled_from(["00:00", "00:00", "00:01", "23:59", "09:00", "18:00", "22:00", "06:00"]),
    st.times().map(lambda at: f"{at:%H:%M}"),
)
ENDS = st.one_of(st.just("24:00"), CLOCKS)
CODES = st.sampled_from(sorted(WEEKDAYS))
END_2359 = st.sampled_from(["midnight", "midnight", "literal"])
MINUTES_OFF = st.sampled_from([0, 0, 1, -1, 15, -15, 30, -30, 60, -60])

#: Dates in living memory; and any date, with some from 2437 on, where 400-year cycles begin.
DATES = st.one_of(
    st.dates(date(1970, 1, 1), date(2040, 12, 31)),
    st.dates(date(2400, 1, 1), date(2900, 1, 1)),
    st.dates(EARLIEST.date(), LATEST.date()),
)
#: Nothing, a microsecond, a second, half an hour, an hour, a day; or up to two days.
STEPS = [timedelta(), timedelta(), MICROSECOND, SECOND, DAY / 48, DAY / 24, DAY]
NUDGES = st.one_of(
    st.sampled_from([sign * step for step in STEPS for sign in (1, -1)]),
    st.timedeltas(-2 * DAY, 2 * DAY),
)
#: Lengths of windows, some empty and some of a microsecond.
LENGTHS = st.one_of(
    st.sampled_from([timedelta(), MICROSECOND, SECOND, DAY, 7 * DAY]),
    st.timedeltas(timedelta(), 15 * DAY),
)


@lru_cache(maxsize=1024)
def edges_of(key):
    """A clock change of the zone; for one that never changes, some instant."""
    return st.sampled_from(edges(key) or (datetime(2026, 3, 29, 1, tzinfo=UTC),))


@st.composite
def rows(draw, key, edge):
    """A readable row; half of them begin or end where the zone's clocks change, at ``edge``."""
    weekday, start, end = draw(CODES), draw(CLOCKS), draw(ENDS)
    if draw(st.booleans()):
        before = draw(st.sampled_from([timedelta(), SECOND]))
        wall = shown(edge - before, ZoneInfo(key))
        wall += timedelta(minutes=draw(MINUTES_OFF))
        weekday = draw(st.sampled_from([wall.isoweekday(), weekday]))
        near = f"{wall:%H:%M}"
        start, end = draw(
            st.sampled_from(
                [
                    (near, end),
                    (start, near),
                    (near, f"{wall + timedelta(minutes=30):%H:%M}"),
                    (near, f"{wall - timedelta(minutes=30):%H:%M}"),
                ]
            )
        )
    return row(weekday, start, end if end != start else "24:00")


#: Rows that run past midnight, and not just to it.
NIGHTS = st.builds(row, CODES, CLOCKS, CLOCKS).filter(
    lambda night: "00:00" < night["end_time"] < night["start_time"]
)


@st.composite
def scenes(draw, least=0):
    """A schedule of up to six rows, in a zone."""
    key = draw(ZONES)
    edge = draw(edges_of(key))
    chosen = draw(st.lists(rows(key, edge), min_size=least, max_size=6))
    return Scene(tuple(chosen), key, draw(END_2359), edge)


@st.composite
def instants(draw, scene):
    """An instant in UTC: at or near a clock change, a midnight, a row's end; or any."""
    zone = ZoneInfo(scene.tz)
    edge = draw(st.one_of(st.just(scene.edge), st.just(scene.edge), edges_of(scene.tz)))
    if draw(st.booleans()):
        at = edge
    else:
        near_edge = shown(edge, zone).date() + timedelta(days=draw(st.integers(-8, 8)))
        day = draw(st.one_of(st.just(near_edge), DATES))
        spelled = [r[end] for r in scene.rows for end in ("start_time", "end_time")]
        clock = draw(st.sampled_from(["00:00", *spelled])).replace("24:", "00:")
        wall = datetime.combine(day, time.fromisoformat(clock), zone)
        at = utc(wall.replace(fold=draw(st.integers(0, 1))))
    return min(max(at + draw(NUDGES), EARLIEST), LATEST)


@st.composite
def scenes_at(draw, least=0):
    """A schedule and an instant in UTC."""
    scene = draw(scenes(least))
    return scene, draw(instants(scene))


@st.composite
def windows(draw, least=0):
    """A schedule and the two ends of a window in UTC."""
    scene, start = draw(scenes_at(least))
    return scene, start, start + draw(LENGTHS)


def _display(key, minutes, kind):
    return {
        "zone": lambda at: at.astimezone(ZoneInfo(key)),
        "offset": lambda at: at.astimezone(timezone(timedelta(minutes=minutes))),
        "pendulum": lambda at: pendulum.instance(at).in_timezone(key),
    }[kind]


#: Ways to show an instant: in a zone, at a fixed offset, or as pendulum's.
DISPLAYS = st.builds(
    _display, ZONES, st.integers(-1439, 1439), st.sampled_from(["zone", "offset", "pendulum"])
)
