"""Leave from iCalendar: what is read, what is reported, what is refused."""

from __future__ import annotations

import pickle
import re
import sys
from datetime import date, datetime, timezone
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st
from work import growth

from availability import (
    Agent,
    ConfigurationError,
    Leave,
    LeaveFeed,
    OverrideError,
    Roster,
    WeeklySchedule,
    read_leave_feed,
)
from availability.feeds import ical
from availability.feeds import leave_of as reading
from availability.roster.diagnostic import CODES

UTC = timezone.utc
SHANGHAI = "Asia/Shanghai"
NEW_YORK = "America/New_York"
ALWAYS = WeeklySchedule.parse(
    [{"weekday": 9, "start_time": "00:00", "end_time": "24:00"}], tz=SHANGHAI
)
DESK = [
    Agent("ou_wang", ALWAYS, email="Wang.Fang@example.com"),
    Agent("ou_li", ALWAYS, email="li.na@example.com"),
    Agent("ou_li_too", ALWAYS, email="li.na@example.com"),
    Agent("ou_nobody", ALWAYS),
]
#: New York's rules, under a name that says nothing.
MADE_UP = """
BEGIN:VTIMEZONE
TZID:Our Office
BEGIN:STANDARD
DTSTART:16010101T020000
RRULE:FREQ=YEARLY;BYDAY=1SU;BYMONTH=11
TZOFFSETFROM:-0400
TZOFFSETTO:-0500
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
RRULE:FREQ=YEARLY;BYDAY=2SU;BYMONTH=3
TZOFFSETFROM:-0500
TZOFFSETTO:-0400
END:DAYLIGHT
END:VTIMEZONE
"""
#: An event that is good, whatever is wrong beside it.
GOOD = "UID:good\nDTSTART;VALUE=DATE:20260601"
GOOD_LEAVE = Leave("ou_1", date(2026, 6, 1))


def event(lines):
    return f"BEGIN:VEVENT\n{lines.strip()}\nEND:VEVENT\n"


def calendar(*bodies, around=""):
    """A feed of events, given by their lines; ``around`` stands before them."""
    head = f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//test//EN\n{around.strip()}\n"
    return (head + "".join(map(event, bodies)) + "END:VCALENDAR\n").replace("\n", "\r\n").encode()


def read(*bodies, around=""):
    return read_leave_feed(calendar(*bodies, around=around), agent_id="ou_1")


def only(*bodies, around=""):
    """The leave of a feed that has nothing odd."""
    feed = read(*bodies, around=around)
    assert feed.diagnostics == ()
    return list(feed)


def odds(feed):
    return [(one.code, one.message) for one in feed.diagnostics]


def whose(*bodies):
    feed = read_leave_feed(calendar(*bodies), agents=DESK)
    return [one.agent_id for one in feed], [one.code for one in feed.diagnostics]


def starts(leave, zone=None):
    """The instants at which a leave starts, a few years on."""
    return [
        datetime.fromtimestamp(start, UTC)
        for start, _ in leave.times.spans(leave_zone(leave, zone), 0, 2_000_000_000)
    ]


def leave_zone(leave, zone):
    from availability.engine.zones import zone_of

    return zone_of(zone or leave.tz or "UTC")


# Once

ONCE = {
    "a day": ("DTSTART;VALUE=DATE:20260601", Leave("ou_1", date(2026, 6, 1))),
    "days": (
        "DTSTART;VALUE=DATE:20260601\nDTEND;VALUE=DATE:20260604",
        Leave("ou_1", date(2026, 6, 1), date(2026, 6, 3)),
    ),
    "days without saying so": (
        "DTSTART:20260601\nDTEND:20260604",
        Leave("ou_1", date(2026, 6, 1), date(2026, 6, 3)),
    ),
    "days by their duration": (
        "DTSTART;VALUE=DATE:20260601\nDURATION:P1W",
        Leave("ou_1", date(2026, 6, 1), date(2026, 6, 7)),
    ),
    "UTC": (
        "DTSTART:20260601T010000Z\nDTEND:20260601T100000Z",
        Leave("ou_1", datetime(2026, 6, 1, 1, tzinfo=UTC), datetime(2026, 6, 1, 10, tzinfo=UTC)),
    ),
    "a zone": (
        "DTSTART;TZID=Asia/Shanghai:20260601T090000\nDTEND;TZID=Asia/Shanghai:20260601T180000",
        Leave("ou_1", datetime(2026, 6, 1, 9), datetime(2026, 6, 1, 18), tz=SHANGHAI),
    ),
    "floating": (
        "DTSTART:20260601T090000\nDURATION:PT90M",
        Leave("ou_1", datetime(2026, 6, 1, 9), datetime(2026, 6, 1, 10, 30)),
    ),
    "two zones": (
        "DTSTART;TZID=Asia/Shanghai:20260601T090000\nDTEND;TZID=Asia/Tokyo:20260601T180000",
        Leave("ou_1", datetime(2026, 6, 1, 1, tzinfo=UTC), datetime(2026, 6, 1, 9, tzinfo=UTC)),
    ),
    "a zone and UTC": (
        "DTSTART;TZID=Asia/Shanghai:20260601T090000\nDTEND:20260601T100000Z",
        Leave("ou_1", datetime(2026, 6, 1, 1, tzinfo=UTC), datetime(2026, 6, 1, 10, tzinfo=UTC)),
    ),
    "Windows' name": (
        (
            "DTSTART;TZID=China Standard Time:20260601T090000\n"
            "DTEND;TZID=China Standard Time:20260601T180000"
        ),
        Leave("ou_1", datetime(2026, 6, 1, 9), datetime(2026, 6, 1, 18), tz=SHANGHAI),
    ),
    "somebody's prefix": (
        "DTSTART;TZID=/example.org/2026/America/New_York:20260601T090000\nDURATION:P1D",
        Leave("ou_1", datetime(2026, 6, 1, 9), datetime(2026, 6, 2, 9), tz=NEW_YORK),
    ),
    "a zone that only the feed knows": (
        "DTSTART;TZID=Our Office:20260601T090000\nDTEND;TZID=Our Office:20260601T180000",
        Leave("ou_1", datetime(2026, 6, 1, 13, tzinfo=UTC), datetime(2026, 6, 1, 22, tzinfo=UTC)),
    ),
    "the same in winter": (
        "DTSTART;TZID=Our Office:20260105T090000\nDTEND;TZID=Our Office:20260105T180000",
        Leave("ou_1", datetime(2026, 1, 5, 14, tzinfo=UTC), datetime(2026, 1, 5, 23, tzinfo=UTC)),
    ),
    # Clocks go forward at 2:00: a day is a day, 24 hours are 24 hours
    "a day by the calendar": (
        "DTSTART;TZID=America/New_York:20260307T120000\nDURATION:P1D",
        Leave("ou_1", datetime(2026, 3, 7, 12), datetime(2026, 3, 8, 12), tz=NEW_YORK),
    ),
    "24 hours": (
        "DTSTART;TZID=America/New_York:20260307T120000\nDURATION:PT24H",
        Leave("ou_1", datetime(2026, 3, 7, 12), datetime(2026, 3, 8, 13), tz=NEW_YORK),
    ),
    # Clocks go back at 2:00, after which they show 1:30 again
    "ends in an hour that comes twice": (
        "DTSTART;TZID=America/New_York:20261101T000000\nDURATION:PT150M",
        Leave(
            "ou_1", datetime(2026, 11, 1, 4, tzinfo=UTC), datetime(2026, 11, 1, 6, 30, tzinfo=UTC)
        ),
    ),
    "two zones, from a time that clocks skip": (
        "DTSTART;TZID=America/New_York:20260308T023000\nDTEND;TZID=Asia/Tokyo:20260309T120000",
        Leave("ou_1", datetime(2026, 3, 8, 7, tzinfo=UTC), datetime(2026, 3, 9, 3, tzinfo=UTC)),
    ),
    "a zone beside UTC does not matter": (
        "DTSTART;TZID=Asia/Shanghai:20260601T010000Z\nDURATION:PT1H",
        Leave("ou_1", datetime(2026, 6, 1, 1, tzinfo=UTC), datetime(2026, 6, 1, 2, tzinfo=UTC)),
    ),
    "free time is leave, too": (
        "DTSTART;VALUE=DATE:20260601\nTRANSP:TRANSPARENT\nSTATUS:TENTATIVE",
        Leave("ou_1", date(2026, 6, 1)),
    ),
    "its reason": (
        "DTSTART:20260601\nSUMMARY;LANGUAGE=zh:年假\\, 出国\\n(ask wang.fang@example.com)",
        Leave("ou_1", date(2026, 6, 1), reason="年假, 出国 (ask …"),
    ),
    "an alarm is not its own": (
        "DTSTART:20260601\nBEGIN:VALARM\nDURATION:PT5M\nSUMMARY:x\nEND:VALARM\nSUMMARY:leave",
        Leave("ou_1", date(2026, 6, 1), reason="leave"),
    ),
    "folded, in the middle of a letter": (
        "DTST\n ART;VALUE=\n\tDATE:2026\n 0601",
        Leave("ou_1", date(2026, 6, 1)),
    ),
    "in small letters": ("dtstart;value=date:20260601", Leave("ou_1", date(2026, 6, 1))),
    "said twice alike": ("DTSTART:20260601\nDTSTART:20260601", Leave("ou_1", date(2026, 6, 1))),
}


@pytest.mark.parametrize(("lines", "expected"), ONCE.values(), ids=ONCE)
def test_once(lines, expected):
    assert only(f"UID:1\n{lines}", around=MADE_UP) == [expected]


def test_each_date_is_as_long_as_the_duration_says():
    """Clocks go back in the first night, and forward in the last."""
    nights = only(
        "UID:1\nDTSTART;TZID=America/New_York:20261031T203000\nDURATION:PT10H\n"
        "RDATE;TZID=America/New_York:20261107T203000,20270313T203000"
    )
    assert [(one.start, one.end) for one in nights] == [
        (datetime(2026, 10, 31, 20, 30), datetime(2026, 11, 1, 5, 30)),
        (datetime(2026, 11, 7, 20, 30), datetime(2026, 11, 8, 6, 30)),
        (datetime(2027, 3, 13, 20, 30), datetime(2027, 3, 14, 7, 30)),
    ]


def test_a_fold_between_the_bytes_of_a_letter():
    start = b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20260601\nSUMMARY:"
    year = "年".encode()
    end = "假\nEND:VEVENT\nEND:VCALENDAR\n".encode()
    feed = read_leave_feed(start + year[:1] + b"\r\n " + year[1:] + end, agent_id="ou_1")
    assert [one.reason for one in feed] == ["年假"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r", "\n\n"])
def test_spellings_of_the_same_file(encoding, newline):
    text = calendar(GOOD).decode().replace("\r\n", newline)
    assert list(read_leave_feed(text.encode(encoding), agent_id="ou_1")) == [GOOD_LEAVE]


def test_what_is_no_event_of_leave():
    todo = "BEGIN:VTODO\nDTSTART:20260601\nEND:VTODO"
    busy = "BEGIN:VFREEBUSY\nFREEBUSY:20260601T000000Z/PT1H\nEND:VFREEBUSY"
    assert only(around=f"{todo}\n{busy}") == []
    assert only(f"{GOOD}\nSTATUS:CANCELLED") == []
    assert only(GOOD, around="METHOD:CANCEL") == []
    assert only(GOOD, around="METHOD:REQUEST") == [GOOD_LEAVE]


def test_each_calendar_of_a_stream_has_its_own_method_and_zones():
    office = "DTSTART;TZID=Our Office:20260601T090000\nDURATION:PT1H"
    elsewhere = MADE_UP.replace("-0400", "+0100").replace("-0500", "+0100")
    data = (
        calendar(office, around=MADE_UP)
        + calendar(office, around=elsewhere)
        + calendar(GOOD, around="METHOD:CANCEL")
    )
    first, second = read_leave_feed(data, agent_id="ou_1")
    assert first.start == datetime(2026, 6, 1, 13, tzinfo=UTC)
    assert (second.start, second.tz) == (datetime(2026, 6, 1, 9), "Etc/GMT-1")


# Again


def test_a_rule():
    lines = """
UID:1
DTSTART;TZID=Asia/Shanghai:20260603T130000
DTEND;TZID=Asia/Shanghai:20260603T180000
RRULE:FREQ=WEEKLY;BYDAY=WE;UNTIL=20261231T160000Z
EXDATE;TZID=Asia/Shanghai:20260610T130000,20260617T130000
EXDATE:20260624T050000Z
EXDATE;VALUE=DATE:20260701
"""
    expected = Leave(
        "ou_1",
        datetime(2026, 6, 3, 13),
        datetime(2026, 6, 3, 18),
        rule="FREQ=WEEKLY;BYDAY=WE;UNTIL=20261231T160000Z",
        exceptions=[
            *(datetime(2026, 6, day, 13) for day in (10, 17, 24)),
            date(2026, 7, 1),
        ],
        tz=SHANGHAI,
    )
    assert only(lines) == [expected]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (
            (
                "DTSTART:20260603T010000Z\nDURATION:PT8H\nRRULE:FREQ=DAILY;COUNT=3\n"
                "EXDATE:20260604T010000Z"
            ),
            Leave(
                "ou_1",
                datetime(2026, 6, 3, 1),
                datetime(2026, 6, 3, 9),
                rule="FREQ=DAILY;COUNT=3",
                exceptions=[datetime(2026, 6, 4, 1)],
                tz="UTC",
            ),
        ),
        (
            (
                "DTSTART;VALUE=DATE:20260603\nRRULE:FREQ=MONTHLY;UNTIL=20261231\n"
                "EXDATE;VALUE=DATE:20260703\nEXDATE;TZID=Asia/Shanghai:20260803T000000"
            ),
            Leave(
                "ou_1",
                date(2026, 6, 3),
                rule="FREQ=MONTHLY;UNTIL=20261231",
                exceptions=[date(2026, 7, 3), date(2026, 8, 3)],
            ),
        ),
        (
            "DTSTART:20260603T090000\nDTEND:20260604T090000\nRRULE:FREQ=YEARLY",
            Leave("ou_1", datetime(2026, 6, 3, 9), datetime(2026, 6, 4, 9), rule="FREQ=YEARLY"),
        ),
        (
            (
                "DTSTART;TZID=Asia/Tokyo:20260603T090000\nDTEND:20260603T090000Z\n"
                "RRULE:FREQ=WEEKLY;UNTIL=20260801T000000"
            ),
            Leave(
                "ou_1",
                datetime(2026, 6, 3, 9),
                datetime(2026, 6, 3, 18),
                rule="FREQ=WEEKLY;UNTIL=20260801T000000",
                tz="Asia/Tokyo",
            ),
        ),
        # Clocks go back in the first of these nights, and in no other
        (
            "DTSTART;TZID=America/New_York:20261031T203000\nDURATION:PT10H\nRRULE:FREQ=WEEKLY",
            Leave(
                "ou_1",
                datetime(2026, 10, 31, 20, 30),
                datetime(2026, 11, 1, 6, 30),
                rule="FREQ=WEEKLY",
                tz=NEW_YORK,
            ),
        ),
        (
            "DTSTART;TZID=Fixed:20260603T090000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY",
            Leave(
                "ou_1",
                datetime(2026, 6, 3, 9),
                datetime(2026, 6, 3, 10),
                rule="FREQ=WEEKLY",
                tz="Etc/GMT-8",
            ),
        ),
        (
            "DTSTART;TZID=Located:20260603T090000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY",
            Leave(
                "ou_1",
                datetime(2026, 6, 3, 9),
                datetime(2026, 6, 3, 10),
                rule="FREQ=WEEKLY",
                tz=NEW_YORK,
            ),
        ),
    ],
    ids=[
        "UTC",
        "days",
        "floating",
        "two zones",
        "by its duration",
        "a zone without changes",
        "X-LIC-LOCATION",
    ],
)
def test_again(lines, expected):
    located = MADE_UP.replace("TZID:Our Office", "TZID:Located\nX-LIC-LOCATION:America/New_York")
    fixed = re.sub(r"[-+]0[45]00", "+0800", MADE_UP).replace("Our Office", "Fixed")
    assert only(f"UID:1\n{lines}", around=located + fixed) == [expected]


@pytest.mark.parametrize("tz", [SHANGHAI, NEW_YORK, "Europe/Berlin"])
@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=WEEKLY;BYDAY=TU,TH;COUNT=40",
        "FREQ=MONTHLY;BYDAY=-1FR;COUNT=30",
        "FREQ=MONTHLY;BYMONTHDAY=31;COUNT=10",
        "FREQ=YEARLY;BYMONTH=3;BYDAY=2SU;COUNT=5",
        "FREQ=DAILY;INTERVAL=3;UNTIL=20270101T000000",
        "FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=SU,MO;COUNT=20",
    ],
)
def test_occurrences_are_dateutils(rule, tz):
    first = rrulestr(rule, dtstart=datetime(2026, 1, 1, 9))[0]
    spelled = first.strftime("%Y%m%dT%H%M%S")
    (leave,) = only(f"UID:1\nDTSTART;TZID={tz}:{spelled}\nDURATION:PT1H\nRRULE:{rule}")
    walls = rrulestr(rule, dtstart=first)
    assert starts(leave) == [wall.replace(tzinfo=ZoneInfo(tz)).astimezone(UTC) for wall in walls]


def test_dates_that_are_added():
    lines = """
UID:1
DTSTART;TZID=Asia/Shanghai:20260603T130000
DTEND;TZID=Asia/Shanghai:20260603T180000
RDATE;TZID=Asia/Shanghai:20260604T130000,20260605T130000
RDATE:20260606T000000Z
EXDATE;TZID=Asia/Shanghai:20260605T130000
"""
    local = [
        Leave("ou_1", datetime(2026, 6, day, 13), datetime(2026, 6, day, 18), tz=SHANGHAI)
        for day in (3, 4)
    ]
    instants = datetime(2026, 6, 6, tzinfo=UTC), datetime(2026, 6, 6, 5, tzinfo=UTC)
    assert only(lines) == [*local, Leave("ou_1", *instants)]


def test_a_date_that_is_added_is_in_the_zone_of_the_event():
    lines = "DTSTART;TZID=Asia/Shanghai:20260601T090000\nDTEND:20260601T100000Z\n"
    _, added = only(f"UID:1\n{lines}RDATE:20260603T090000")
    assert added == Leave("ou_1", datetime(2026, 6, 3, 9), datetime(2026, 6, 3, 18), tz=SHANGHAI)


def test_days_that_are_added_to_a_rule():
    series, added = only(
        "UID:1\nDTSTART;VALUE=DATE:20260601\nDTEND;VALUE=DATE:20260603\nRRULE:FREQ=YEARLY\n"
        "RDATE;VALUE=DATE:20260801,20260901\nEXDATE;VALUE=DATE:20260901"
    )
    assert series.rule == "FREQ=YEARLY"
    assert added == Leave("ou_1", date(2026, 8, 1), date(2026, 8, 2))


# What was changed of a series

SERIES = (
    "UID:1\nSUMMARY:therapy\nDTSTART;TZID=Asia/Shanghai:20260603T130000\nDURATION:PT1H\n"
    "RRULE:FREQ=WEEKLY;COUNT=4"
)


def series(*exceptions):
    return Leave(
        "ou_1",
        datetime(2026, 6, 3, 13),
        datetime(2026, 6, 3, 14),
        "therapy",
        "FREQ=WEEKLY;COUNT=4",
        exceptions,
        SHANGHAI,
    )


@pytest.mark.parametrize(
    "spelled", [";TZID=Asia/Shanghai:20260610T130000", ":20260610T050000Z", ":20260610T130000"]
)
def test_an_occurrence_that_was_moved(spelled):
    changed = f"UID:1\nRECURRENCE-ID{spelled}\nDTSTART:20260611T010000Z\nDURATION:PT2H"
    moved = Leave(
        "ou_1", datetime(2026, 6, 11, 1, tzinfo=UTC), datetime(2026, 6, 11, 3, tzinfo=UTC)
    )
    assert only(SERIES, changed) == [moved, series(datetime(2026, 6, 10, 13))]
    assert only(changed, SERIES) == [moved, series(datetime(2026, 6, 10, 13))]


def test_an_occurrence_that_was_cancelled():
    gone = "UID:1\nRECURRENCE-ID;TZID=Asia/Shanghai:20260610T130000\nSTATUS:CANCELLED"
    assert only(SERIES, gone) == [series(datetime(2026, 6, 10, 13))]
    assert only(gone) == []


def test_a_cancelled_series_takes_its_changed_occurrences_along():
    changed = "UID:1\nRECURRENCE-ID:20260610T050000Z\nDTSTART:20260611T010000Z\nDURATION:PT2H"
    assert only(f"{SERIES}\nSTATUS:CANCELLED", changed) == []


def test_a_changed_occurrence_that_cannot_be_read_stays_where_it_was():
    feed = read(SERIES, "UID:1\nRECURRENCE-ID:20260610T050000Z\nDTSTART:nonsense")
    assert list(feed) == [series()]
    assert odds(feed) == [
        ("unreadable_event", "event 1: DTSTART: 'nonsense' is neither a date nor a time")
    ]


def test_a_changed_occurrence_at_a_time_that_cannot_be_the_series():
    feed = read(
        "UID:1\nDTSTART;VALUE=DATE:20260603\nRRULE:FREQ=WEEKLY",
        "UID:1\nRECURRENCE-ID:20260610T050000Z\nDTSTART;VALUE=DATE:20260611",
    )
    assert len(feed.overrides) == 2
    assert [code for code, _ in odds(feed)] == ["odd_event"]


def test_a_range_is_not_supported():
    feed = read(
        SERIES,
        "UID:1\nRECURRENCE-ID;RANGE=THISANDFUTURE:20260610T050000Z\n"
        "DTSTART:20260611T010000Z\nDURATION:PT2H",
    )
    assert list(feed) == [series()]
    ((code, message),) = odds(feed)
    assert code == "unreadable_event"
    assert "range" in message


def test_the_highest_sequence_wins():
    old, new = (f"UID:1\nSEQUENCE:{n}\nDTSTART:202606{day}" for n, day in ((2, "02"), (10, "01")))
    assert only(old, new) == only(new, old) == [GOOD_LEAVE]
    assert only(old, f"{new}\nSTATUS:CANCELLED") == []


def test_of_one_sequence_the_newest_stamp_wins_and_equals_stay():
    first, second = (f"UID:1\nDTSTAMP:2026010{n}T000000Z\nDTSTART:2026060{n}" for n in (1, 2))
    assert only(second, first) == [Leave("ou_1", date(2026, 6, 2))]
    assert len(only(first, first.replace("DTSTART:20260601", "DTSTART:20260701"))) == 2
    assert only(GOOD, GOOD) == [GOOD_LEAVE]
    assert len(only("DTSTART:20260601", "DTSTART:20260602")) == 2


# Whose it is

AT = "DTSTART;VALUE=DATE:20260601"


@pytest.mark.parametrize(
    ("people", "ids", "codes"),
    [
        ("ATTENDEE;CN=Wang Fang:mailto:wang.fang@example.com", ["ou_wang"], []),
        ("ATTENDEE:MAILTO:WANG.FANG@EXAMPLE.COM", ["ou_wang"], []),
        ("ATTENDEE;PARTSTAT=DECLINED:mailto:wang.fang@example.com", [], []),
        ("ATTENDEE:mailto:li.na@example.com", ["ou_li", "ou_li_too"], []),
        (
            (
                "ATTENDEE:mailto:li.na@example.com\nATTENDEE;PARTSTAT=ACCEPTED;ROLE=REQ-PARTICIPANT"
                ':mailto:wang.fang@example.com\nATTENDEE;CN="Room; 1":mailto:room@example.com'
            ),
            ["ou_li", "ou_li_too", "ou_wang"],
            [],
        ),
        ('ATTENDEE;EMAIL="wang.fang@example.com":urn:uuid:1', ["ou_wang"], []),
        ("ORGANIZER:mailto:wang.fang@example.com", ["ou_wang"], []),
        (
            "ORGANIZER:mailto:wang.fang@example.com\nATTENDEE:mailto:li.na@example.com",
            ["ou_li", "ou_li_too"],
            [],
        ),
        (
            "ORGANIZER:mailto:wang.fang@example.com\nATTENDEE:mailto:who@example.com",
            [],
            ["unmatched_event"],
        ),
        ("ATTENDEE:urn:uuid:1", [], ["unmatched_event"]),
        ("", [], ["unmatched_event"]),
    ],
)
def test_whose_leave_it_is(people, ids, codes):
    assert whose(f"UID:1\n{AT}\n{people}") == (ids, codes)


def test_an_attendee_does_not_matter_where_the_calendar_is_somebodys():
    assert only(f"{GOOD}\nATTENDEE;=;broken:mailto:who@example.com") == [GOOD_LEAVE]


def test_a_roster_takes_the_feed():
    roster = Roster(DESK)
    feed = read_leave_feed(calendar(f"{AT}\nATTENDEE:mailto:wang.fang@example.com"), agents=roster)
    planned = roster.with_overrides(feed)
    noon = datetime(2026, 6, 1, 4, tzinfo=UTC)
    assert planned["ou_wang"].is_on_leave(noon)
    assert not planned["ou_li"].is_on_leave(noon)


# As the services send it


def test_as_google_does():
    google = """
METHOD:PUBLISH
X-WR-CALNAME:Wang Fang
X-WR-TIMEZONE:Asia/Shanghai
"""
    lines = """
DTSTART;VALUE=DATE:20261001
DTEND;VALUE=DATE:20261008
DTSTAMP:20260901T010203Z
UID:7kukuqrfedlm2f9t@google.com
CREATED:20260801T010203Z
DESCRIPTION:Out of office\\nhttps://example.com/?a=b:c;d
LAST-MODIFIED:20260801T010203Z
SEQUENCE:0
STATUS:CONFIRMED
SUMMARY:国庆休假
TRANSP:OPAQUE
"""
    assert only(lines, around=google) == [
        Leave("ou_1", date(2026, 10, 1), date(2026, 10, 7), "国庆休假")
    ]


def test_as_outlook_does():
    zone = """
METHOD:REQUEST
BEGIN:VTIMEZONE
TZID:China Standard Time
BEGIN:STANDARD
DTSTART:16010101T000000
TZOFFSETFROM:+0800
TZOFFSETTO:+0800
END:STANDARD
END:VTIMEZONE
"""
    lines = """
ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;CN=Wang Fang:mai
 lto:wang.fang@example.com
UID:040000008200E00074C5B7101A82E00800000000
RRULE:FREQ=WEEKLY;UNTIL=20260731T010000Z;INTERVAL=1;BYDAY=MO;WKST=SU
SUMMARY;LANGUAGE=zh-CN:陪产假
DTSTART;TZID=China Standard Time:20260601T090000
DTEND;TZID=China Standard Time:20260601T120000
EXDATE;TZID=China Standard Time:20260608T090000
CLASS:PUBLIC
DTSTAMP:20260501T010203Z
SEQUENCE:1
X-MICROSOFT-CDO-BUSYSTATUS:OOF
BEGIN:VALARM
DESCRIPTION:REMINDER
TRIGGER;RELATED=START:-PT15M
ACTION:DISPLAY
END:VALARM
"""
    feed = read_leave_feed(calendar(lines, around=zone), agents=DESK)
    assert feed.diagnostics == ()
    assert feed.overrides == (
        Leave(
            "ou_wang",
            datetime(2026, 6, 1, 9),
            datetime(2026, 6, 1, 12),
            "陪产假",
            "FREQ=WEEKLY;UNTIL=20260731T010000Z;INTERVAL=1;BYDAY=MO;WKST=SU",
            [datetime(2026, 6, 8, 9)],
            SHANGHAI,
        ),
    )


def test_as_feishu_does():
    lines = """
UID:3f0c0a4e-1b1b-4f9e-9b1e-000000000000
DTSTAMP:20260501T010203Z
SUMMARY:王芳请假
DTSTART;TZID=Asia/Shanghai:20260601T140000
DTEND;TZID=Asia/Shanghai:20260601T183000
ORGANIZER;CN=王芳:mailto:wang.fang@example.com
STATUS:CONFIRMED
"""
    feed = read_leave_feed(calendar(lines, around="CALSCALE:GREGORIAN"), agents=DESK)
    assert feed.overrides == (
        Leave(
            "ou_wang",
            datetime(2026, 6, 1, 14),
            datetime(2026, 6, 1, 18, 30),
            "王芳请假",
            tz=SHANGHAI,
        ),
    )


# What is wrong with one event costs the others nothing

BAD = {
    "no start": ("SUMMARY:x", "DTSTART: missing"),
    "no time": ("DTSTART:20260601T090000", "takes no time"),
    "no date": ("DTSTART:20260230", "is neither a date nor a time"),
    "no line": ("DTSTART 20260601", "DTSTART: not a name, parameters, a colon"),
    "an open quote": ('DTSTART;TZID="Asia/Shanghai:20260601T090000', "DTSTART: not a name"),
    "bad parameters": ("DTSTART;VALUE:20260601T090000Z", "DTSTART: not a name, parameters"),
    "two starts": ("DTSTART:20260601\nDTSTART:20260602", "DTSTART: there are 2"),
    "ends first": ("DTSTART:20260602\nDTEND:20260601", "DTEND: 2026-06-01 is not after"),
    "ends at once": ("DTSTART:20260602\nDTEND:20260602", "it is exclusive"),
    "ends first, by the clock": (
        "DTSTART:20260602T100000Z\nDTEND:20260602T090000Z",
        "end: 2026-06-02 09:00+00:00 is not after",
    ),
    "a date and a time": ("DTSTART:20260601\nDTEND:20260602T000000", "one is a date"),
    "floats on one end": ("DTSTART:20260601T000000\nDTEND:20260602T000000Z", "floating"),
    "two ends": ("DTSTART:20260601\nDTEND:20260602\nDURATION:P1D", "exclude each other"),
    "no duration": ("DTSTART:20260601\nDURATION:1 day", "is no duration"),
    "an empty duration": ("DTSTART:20260601\nDURATION:PT0S", "takes no time"),
    "backwards": ("DTSTART:20260601\nDURATION:-P1D", "takes no time"),
    "hours of a date": ("DTSTART:20260601\nDURATION:PT5H", "not whole days"),
    "an unknown zone": ("DTSTART;TZID=Mars/Base:20260601T090000\nDURATION:PT1H", "'Mars/Base'"),
    "again in a zone of its own": (
        "DTSTART;TZID=Our Office:20260601T090000\nDURATION:PT1H\nRRULE:FREQ=DAILY",
        "not IANA's",
    ),
    "every second": ("DTSTART:20260601\nRRULE:FREQ=SECONDLY", "FREQ is one of"),
    "a thousand years": ("DTSTART:20260601\nRRULE:FREQ=DAILY;UNTIL=30260101", "100 years"),
    "no rule": ("DTSTART:20260601\nRRULE:weekly", "'WEEKLY'"),
    "a long rule": (f"DTSTART:20260601\nRRULE:FREQ=DAILY;BYDAY={'MO,' * 300}MO", "each once"),
    "two rules": ("DTSTART:20260601\nRRULE:FREQ=DAILY\nRRULE:FREQ=YEARLY", "RRULE: there are 2"),
    "half a rule": ("DTSTART:20260601\nRRULE:FREQ=DAILY;COUNT", "'COUNT'"),
    "a blank for a digit": ("DTSTART:20260601T 90000Z\nDURATION:PT1H", "is neither a date"),
    "a period": (
        "DTSTART:20260601T000000Z\nDURATION:PT1H\nRDATE;VALUE=PERIOD:20260607T000000Z/PT1H",
        "RDATE: '20260607T000000Z/PT1H' is neither a date",
    ),
    "EXRULE": ("DTSTART:20260601\nEXRULE:FREQ=DAILY", "EXRULE"),
    "a bad exception": ("DTSTART:20260601\nRRULE:FREQ=DAILY\nEXDATE:x", "EXDATE: 'x'"),
    "an exception without a colon": (
        "DTSTART:20260601\nRRULE:FREQ=DAILY\nEXDATE;VALUE=DATE=20260602",
        "EXDATE: not a name",
    ),
    "many exceptions": (
        f"DTSTART:20260601\nRRULE:FREQ=DAILY\nEXDATE:{'20260601,' * 1001}",
        "EXDATE: more than 1000",
    ),
    "an instant out of days": (
        "DTSTART:20260601\nRRULE:FREQ=DAILY\nEXDATE:20260602T000000Z",
        "an instant",
    ),
    "a bad addition": ("DTSTART:20260601\nRDATE:x", "'x' is neither"),
    "an addition of another kind": ("DTSTART:20260601\nRDATE:20260602T000000", "RDATE: a date"),
    "an addition to what does not fit": (
        "DTSTART:20260601\nDTEND;TZID=Our Office:20260602T000000\nRDATE:20260603",
        "one is a date, the other a time",
    ),
    "a rule of one occurrence": (
        "RECURRENCE-ID:20260601\nDTSTART:20260601\nRRULE:FREQ=DAILY",
        "cannot come again",
    ),
    "the end of time, elsewhere": (
        "DTSTART;TZID=Our Office:99991231T235959\nDURATION:PT1H",
        "time zone 'Our Office': not followed after 2100",
    ),
    "the end of time": ("DTSTART:99991231", "not within the years 1 to 9999"),
    "years of hours": (
        "DTSTART;TZID=Asia/Shanghai:20260101T000000\nDURATION:PT99999999H",
        "not within the years",
    ),
    "an unclosed alarm": ("DTSTART:20260601\nBEGIN:VALARM", "inside it is not closed"),
    "a very long line": (f"DTSTART;X={'x' * 70000}:20260601", "DTSTART: longer than"),
}


@pytest.mark.parametrize(("lines", "said"), BAD.values(), ids=BAD)
def test_a_bad_event_is_reported_and_the_others_stay(lines, said):
    lines = f"UID:bad@example.com\n{lines}"
    for bodies in ([GOOD, lines], [lines, GOOD]):
        feed = read(*bodies, around=MADE_UP)
        assert list(feed) == [GOOD_LEAVE]
        ((code, message),) = odds(feed)
        assert code == "unreadable_event"
        assert message.startswith("event bad")
        assert said in message
        assert "leave of" not in message
        assert len(message) < 320


@pytest.mark.parametrize(
    ("data", "reported"),
    [
        (calendar("UID:2\nDTSTART:20260701", GOOD).replace(b"END:VEVENT", b"", 1), 1),
        (calendar(GOOD, "UID:2\nDTSTART:20260701").replace(b"END:VEVENT\r\nEND", b"END"), 1),
        (calendar(GOOD, "UID:2\nDTSTART:20260701")[:-35], 2),  # cut off within an event
        (calendar(GOOD).replace(b"END:VCALENDAR\r\n", b""), 1),
        (calendar(GOOD, around="BEGIN:VTIMEZONE\nTZID:x"), 0),
        (calendar(GOOD, around="BEGIN:VTODO\nBEGIN:VALARM"), 0),
        (calendar(GOOD, around="END:VEVENT\nEND:VTODO\nnonsense\n:\n;"), 0),
        (b"junk\r\n" + calendar(GOOD) + b"more junk", 0),
        (event(GOOD).encode() + calendar(), 0),
        (calendar("UID:2\n\x00\xff\nDTSTART:x", GOOD), 1),
    ],
)
def test_what_is_not_closed_or_none_at_all(data, reported):
    feed = read_leave_feed(data, agent_id="ou_1")
    assert GOOD_LEAVE in feed.overrides
    assert len(feed.overrides) == 1
    assert [one.code for one in feed.diagnostics] == ["unreadable_event"] * reported


def test_an_error_that_nobody_expects(monkeypatch):
    def fail(event, without):
        if event.uid == "2":
            raise RuntimeError("wang.fang@example.com")
        return times(event, without)

    times = reading.Event.times
    monkeypatch.setattr(reading.Event, "times", fail)
    feed = read(GOOD, "UID:2\nDTSTART:20260602")
    assert list(feed) == [GOOD_LEAVE]
    assert odds(feed) == [("unreadable_event", "event 2: it cannot be read (RuntimeError)")]


def test_a_line_that_is_none_in_an_event_that_counts():
    feed = read(f"{GOOD}\nDESCRIPTION:first\nsecond line of it")
    assert list(feed) == [GOOD_LEAVE]
    assert odds(feed) == [("odd_event", "event good: a line of it cannot be read; the rest counts")]


def test_a_reason_that_cannot_be_read():
    feed = read(f'{GOOD}\nSUMMARY;X=":annual leave')
    assert list(feed) == [GOOD_LEAVE]
    assert [code for code, _ in odds(feed)] == ["odd_event"]


def test_a_start_that_its_rule_does_not_fit():
    feed = read("UID:1\nDTSTART;VALUE=DATE:20260602\nRRULE:FREQ=WEEKLY;BYDAY=MO")
    assert starts(feed.overrides[0])[0] == datetime(2026, 6, 8, tzinfo=UTC)
    assert odds(feed) == [("odd_event", "event 1: its start does not fit its rule, which counts")]


@pytest.mark.parametrize(
    "zone",
    [
        MADE_UP.replace("FREQ=YEARLY", "FREQ=SECONDLY"),
        MADE_UP.replace("DTSTART:1601", "DTSTART:bad"),
        MADE_UP.replace("DTSTART:16010101T020000", "DTSTART:16010101020000"),
        MADE_UP.replace("TZOFFSETTO:-0400", "TZOFFSETTO:nonsense"),
        "BEGIN:VTIMEZONE\nTZID:Our Office\nEND:VTIMEZONE",
        MADE_UP.replace("END:DAYLIGHT", "X-MORE:1\n" * 300 + "END:DAYLIGHT"),
    ],
)
def test_a_zone_that_cannot_be_read(zone):
    feed = read("UID:1\nDTSTART;TZID=Our Office:20260601T090000\nDURATION:PT1H", GOOD, around=zone)
    assert list(feed) == [GOOD_LEAVE]
    assert "time zone 'Our Office'" in feed.diagnostics[0].message


def test_no_address_reaches_a_message():
    address = "wang.fang@example.com"
    lines = f"UID:{address}\nSUMMARY:{address}\nDTSTART;TZID={address}:{address}"
    bad = f"UID:{address}\nSUMMARY:{address}\nDTSTART:20260601\nRRULE:{address}\nX {address}"
    nobody = f"UID:2\n{AT}\nATTENDEE:mailto:x{address}"
    for body in (lines, bad, nobody):
        feed = read_leave_feed(calendar(f"{body}\n"), agents=DESK)
        assert feed.diagnostics
        assert not any("@" in str(one) or "example" in str(one) for one in feed.diagnostics)


# What is no iCalendar at all


@pytest.mark.parametrize(
    "data",
    [b"", b"\r\n", b"<!DOCTYPE html><html>Sign in</html>", b"\xff\xfe\x00", b"{}", GOOD.encode()],
)
def test_what_is_no_icalendar(tmp_path, data):
    with pytest.raises(OverrideError, match=r"^feed: not iCalendar: BEGIN:VCALENDAR is nowhere"):
        read_leave_feed(data, agent_id="ou_1")
    path = tmp_path / "leave.ics"
    path.write_bytes(data)
    with pytest.raises(OverrideError, match=f"^{re.escape(str(path))}: not iCalendar"):
        read_leave_feed(path, agent_id="ou_1")


def test_a_file(tmp_path):
    path = tmp_path / "leave.ics"
    path.write_bytes(calendar(GOOD))
    for source in (path, str(path)):
        assert list(read_leave_feed(source, agent_id="ou_1")) == [GOOD_LEAVE]


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("nowhere.ics", "nowhere.ics: No such file"),
        ("/", "/: Is a directory"),
        ("a\0b", "null byte"),
        ("https://example.com/leave.ics", "fetch a feed and pass its content as bytes"),
    ],
)
def test_a_file_that_cannot_be_read(path, said):
    with pytest.raises(OverrideError, match=said):
        read_leave_feed(path, agent_id="ou_1")


def test_bounds(monkeypatch, tmp_path):
    monkeypatch.setattr(ical, "MAX_FEED", 100)
    path = tmp_path / "leave.ics"
    path.write_bytes(calendar(GOOD))
    for source in (path, path.read_bytes()):
        with pytest.raises(OverrideError, match="a feed has at most 100 bytes"):
            read_leave_feed(source, agent_id="ou_1")


@pytest.mark.parametrize(
    ("name", "value", "said"), [("MOST_SECONDS", -1.0, "seconds"), ("MOST_LEAVE", 0, "at most 0")]
)
def test_a_feed_that_is_too_much_work(monkeypatch, name, value, said):
    monkeypatch.setattr(reading, name, value)
    feed = read(GOOD, "UID:2\nDTSTART:20260602")
    assert len(feed.overrides) < 2
    assert said in feed.diagnostics[-1].message


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({}, "one of them says"),
        ({"agent_id": "ou_1", "agents": []}, "one of them says"),
        ({"agent_id": ""}, "is not an agent's id"),
        ({"agent_id": 7}, "is not an agent's id"),
        ({"agents": "ou_1"}, "no collection of agents"),
        ({"agents": ["ou_1"]}, "is not an Agent"),
    ],
)
def test_settings_that_cannot_be_used(options, said):
    with pytest.raises(ConfigurationError, match=said):
        read_leave_feed(calendar(GOOD), **options)
    with pytest.raises(ConfigurationError, match="neither a path nor bytes"):
        read_leave_feed(7, agent_id="ou_1")


def test_the_package_is_not_installed(monkeypatch):
    monkeypatch.setitem(sys.modules, "icalendar", None)
    with pytest.raises(
        ConfigurationError, match=r"icalendar is not installed: pip .*'agent-availability\[ical\]'$"
    ):
        read_leave_feed(calendar(GOOD), agent_id="ou_1")


def test_a_feed_is_a_value():
    feed = read(GOOD, "UID:2\nDTSTART:x")
    assert pickle.loads(pickle.dumps(feed)) == feed == LeaveFeed(feed.overrides, feed.diagnostics)
    assert hash(feed) == hash(LeaveFeed(*feed._key(feed)))
    with pytest.raises(AttributeError):
        feed.overrides = ()


# Whatever the bytes

FULL = calendar(
    SERIES,
    "UID:1\nRECURRENCE-ID:20260610T050000Z\nDTSTART:20260611T010000Z\nDURATION:PT2H",
    "UID:2\nDTSTART;TZID=Our Office:20260601T090000\nDTEND;TZID=Our Office:20260601T180000\n"
    "ATTENDEE;CN=x:mailto:wang.fang@example.com",
    f"{GOOD}\nRDATE;VALUE=DATE:20260701\nEXDATE;VALUE=DATE:20260701\nRRULE:FREQ=MONTHLY;COUNT=3",
    around=MADE_UP,
)
PIECES = [line + b"\r\n" for line in FULL.split(b"\r\n")]
CHANGES = st.lists(
    st.tuples(
        st.integers(0, len(FULL)),
        st.integers(0, 12),
        st.one_of(
            st.binary(max_size=6),
            st.sampled_from([*PIECES, b"\r\n", b":", b";", b",", b'"', b"9", b"Z", b"T", b"\r\n "]),
        ),
    ),
    max_size=6,
)


@settings(max_examples=150)
@given(CHANGES)
def test_any_change_of_a_feed(changes):
    data = FULL
    for at, length, instead in changes:
        data = data[:at] + instead + data[at + length :]
    check_anything(data)


@settings(max_examples=100)
@given(st.lists(st.one_of(st.sampled_from(PIECES), st.binary(max_size=8)), max_size=40))
def test_any_lines_of_a_feed(lines):
    check_anything(b"BEGIN:VCALENDAR\n" + b"".join(lines))


def check_anything(data):
    for options in ({"agent_id": "ou_1"}, {"agents": DESK}):
        try:
            feed = read_leave_feed(data, **options)
        except OverrideError:
            assert not data.startswith(b"BEGIN:VCALENDAR\r\nVERSION")
            continue
        assert all(isinstance(one, Leave) for one in feed)
        for one in feed.diagnostics:
            assert one.code in CODES
            assert "@" not in one.message
            assert "it cannot be read (" not in one.message
            assert one.message == " ".join(one.message.split())


@pytest.mark.parametrize(
    ("before", "again", "times", "after"),
    [
        (b"", b"\r", 2_000_000, b""),
        (b"", b"\n", 2_000_000, b""),
        (b"", b"\n ", 1_000_000, b""),
        (b"", b"BEGIN:X\n", 10_000, b""),
        (b'BEGIN:VEVENT\nDTSTART;X="', b'"', 2_000_000, b""),
        (b"BEGIN:VEVENT\nSUMMARY:", b"x ", 1_000_000, b""),
        (b"", b"BEGIN:VEVENT\n", 5_000, b""),
        (b"", b"BEGIN:VEVENT\nUID:1\nDTSTART:20260601\nEND:VEVENT\n", 1_000, b""),
        (b"BEGIN:VEVENT\nUID:1\n", b"EXDATE:20260601\n", 5_000, b"END:VEVENT\n"),
        (b"", b"BEGIN:VCALENDAR\n", 10_000, b""),
    ],
    ids=range(10),
)
def test_work_grows_with_the_feed_and_no_faster(before, again, times, after):
    def feed(many):
        return b"BEGIN:VCALENDAR\n" + before + again * many + after + b"\nEND:VCALENDAR\n"

    def reading(data):
        read_leave_feed(data, agent_id="ou_1")

    reading(feed(1))  # what is loaded and compiled once
    assert growth(reading, feed(times // 2), feed(times)) < 2.2
