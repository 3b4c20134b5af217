"""Working-day calendars: China's official one, other countries', own dates, own files."""

from __future__ import annotations

import copy
import pickle
import sys
from datetime import date, datetime, timedelta, timezone

import holidays as holidays_package
import pandas as pd
import pendulum
import pytest
from hypothesis import given
from hypothesis import strategies as st

from availability import (
    CalendarUnknownError,
    ConfigurationError,
    InstantError,
    WorkCalendar,
)
from availability.engine.calendars import MAKE_UP_DAY, UNNAMED
from availability.engine.settings_file import MAX_FILE
from availability.engine.years import MOST_YEARS, checked_years, days_of, spelled_years

#: The breaks, first to last day, and the make-up days of the State Council's notices
#: (国务院办公厅关于部分节假日安排的通知).
NOTICES = {
    2024: (
        "01-01 02-10/02-17 04-04/04-06 05-01/05-05 06-10 09-15/09-17 10-01/10-07",
        "02-04 02-18 04-07 04-28 05-11 09-14 09-29 10-12",
    ),
    2025: (
        "01-01 01-28/02-04 04-04/04-06 05-01/05-05 05-31/06-02 10-01/10-08",
        "01-26 02-08 04-27 09-28 10-11",
    ),
    2026: (
        "01-01/01-03 02-15/02-23 04-04/04-06 05-01/05-05 06-19/06-21 09-25/09-27 10-01/10-07",
        "01-04 02-14 02-28 05-09 09-20 10-10",
    ),
}
#: Where the two packages disagree on whether people work in China:
#: what chinesecalendar says, what holidays says, and its first release that agrees.
DIFFERENCES = {
    date(2005, 12, 31): (False, True, None),  # a Saturday, made up for the New Year of 2006
    # The break of May 2019 was made longer in March
    date(2019, 4, 28): (True, False, (0, 92)),
    date(2019, 5, 2): (False, True, (0, 92)),
    date(2019, 5, 3): (False, True, (0, 92)),
    date(2019, 5, 5): (True, False, (0, 92)),
}
HOLIDAYS_VERSION = tuple(int(part) for part in holidays_package.__version__.split(".")[:2])

NEW_YEAR, SPRING = date(2026, 1, 1), date(2026, 2, 16)
MADE_UP = date(2026, 2, 14)


def dates(spelled, year):
    """The dates of a notice."""
    found = set()
    for span in spelled.split():
        first, last = (span.split("/") * 2)[:2]
        start, end = date.fromisoformat(f"{year}-{first}"), date.fromisoformat(f"{year}-{last}")
        found |= {start + timedelta(n) for n in range((end - start).days + 1)}
    return found


@pytest.fixture(scope="module")
def china():
    return WorkCalendar.china()


@pytest.fixture
def own():
    return WorkCalendar.from_dates({NEW_YEAR: "New Year", SPRING: "春节"}, [MADE_UP], years=2026)


# China


@pytest.mark.parametrize("year", NOTICES)
def test_china_as_its_notices_say(china, year):
    breaks, made_up = (dates(spelled, year) for spelled in NOTICES[year])
    for day in days_of([year]):
        works = day in made_up or (day.weekday() < 5 and day not in breaks)
        assert china.is_workday(day) == works, day
        assert china.is_public_holiday(day) == (day in breaks), day


@pytest.mark.parametrize(
    ("day", "works", "holiday", "name"),
    [
        ("2026-02-16", False, True, "Spring Festival (春节)"),
        ("2026-02-14", True, False, MAKE_UP_DAY),
        ("2026-10-01", False, True, "National Day (国庆节)"),
        ("2026-10-07", False, True, "National Day (国庆节)"),  # in lieu of Saturday 10-10
        ("2026-02-15", False, True, "Spring Festival (春节)"),  # a Sunday
        ("2026-06-06", False, False, None),  # an ordinary Saturday
        ("2026-06-08", True, False, None),
    ],
)
def test_china_day_by_day(china, day, works, holiday, name):
    day = date.fromisoformat(day)
    answers = china.is_workday(day), china.is_public_holiday(day), china.name_of(day)
    assert answers == (works, holiday, name)


def test_china_knows_what_is_published(china):
    assert {2004, 2024, 2025, 2026} <= set(china.years)
    assert china.years == tuple(range(china.years[0], china.years[-1] + 1))
    after = date(china.years[-1] + 1, 1, 1)
    assert not china.knows(after)
    with pytest.raises(CalendarUnknownError, match=f"^{after} .* calendar China: it knows 2004-"):
        china.is_workday(after)


def test_china_knows_a_year_by_its_own_notice(china, monkeypatch):
    package = sys.modules["chinese_calendar"]
    last = china.years[-1]
    early = {**package.holidays, date(last + 1, 1, 1): "New Year's Day"}
    monkeypatch.setattr(package, "holidays", early)
    assert WorkCalendar.china() == china


def test_the_packages_agree_on_china(china):
    other = WorkCalendar.country("CN", years=china.years)
    found = {
        day: (china.is_workday(day), other.is_workday(day))
        for day in days_of(china.years)
        if china.is_workday(day) != other.is_workday(day)
    }
    expected = {
        day: (ours, theirs)
        for day, (ours, theirs, since) in DIFFERENCES.items()
        if since is None or since > HOLIDAYS_VERSION
    }
    assert found == expected


def test_the_weekend_in_a_break_is_a_holiday_to_one_package_only(china):
    other = WorkCalendar.country("CN", years=2026)
    only = {day for day in china.holidays if day.year == 2026} - other.holidays
    assert date(2026, 2, 15) in only
    assert all(day.weekday() >= 5 for day in only)
    assert not other.holidays - china.holidays


# Other countries


@pytest.mark.parametrize(
    ("code", "subdivision", "day", "works", "holiday"),
    [
        ("DE", "BY", "2026-01-06", False, True),  # Epiphany, in Bavaria
        ("DE", None, "2026-01-06", True, False),
        ("US", None, "2026-07-03", False, True),  # Independence Day, observed
        ("US", None, "2026-07-04", False, True),
        ("US", None, "2027-12-31", False, True),  # New Year's Day of 2028, observed
        ("GB", "ENG", "2026-12-28", False, True),  # Boxing Day, in lieu
        ("HU", None, "2024-08-10", False, False),
        ("HU", None, "2024-08-03", True, False),  # made up
        ("RU", None, "2024-04-27", True, False),  # made up
        ("RU", None, "2022-01-01", False, True),  # a holiday on a Saturday, moved, stays one
        ("CN", None, "2026-02-14", True, False),
        ("SA", None, "2026-05-01", False, False),  # a Friday
        ("SA", None, "2026-05-03", True, False),  # a Sunday
        ("AE", None, "2021-10-01", False, False),  # Friday and Saturday up to 2021
        ("AE", None, "2021-10-03", True, False),
        ("AE", None, "2026-10-02", True, False),
        ("AE", None, "2026-10-04", False, False),
    ],
)
def test_countries(code, subdivision, day, works, holiday):
    day = date.fromisoformat(day)
    calendar = WorkCalendar.country(code, subdivision, years=[day.year, 2026])
    assert (calendar.is_workday(day), calendar.is_public_holiday(day)) == (works, holiday)


def test_what_a_country_is_called():
    bavaria = WorkCalendar.country("DE", "BY", years=2026)
    assert bavaria.name == "DE-BY"
    assert WorkCalendar.country("DEU", subdivision="Bayern", years=[2026]) == bavaria
    assert WorkCalendar.country("DE", years=2026).name == "DE"


def test_names_do_not_depend_on_the_machine(monkeypatch):
    monkeypatch.setenv("LANGUAGE", "th")
    calendar = WorkCalendar.country("DE", years=2026)
    assert calendar.name_of(date(2026, 10, 3)) == "German Unity Day"


def test_a_make_up_day_for_a_holiday_of_the_next_year():
    in_2005 = WorkCalendar.country("CN", years=2005)
    assert in_2005.years == (2005,)
    assert in_2005.name_of(date(2005, 12, 31)) == MAKE_UP_DAY
    assert {day.year for day in in_2005.workdays | in_2005.holidays | in_2005.rest_days} == {2005}


def test_half_days_are_working_days_unless_asked():
    womens_day = date(2024, 3, 8)
    assert WorkCalendar.country("CN", years=2024).is_workday(womens_day)
    halves = WorkCalendar.country("CN", years=2024, categories=("public", "half_day"))
    assert not halves.is_workday(womens_day)


UNKNOWN_COUNTRIES = {
    "XX": "str 'XX' is unknown; allowed: an ISO 3166 code, such as CN, DE, JP, US",
    "de": "str 'de' is unknown; did you mean 'DE' or 'DEU'?",
    "Germany": "str 'Germany' is unknown; did you mean 'DE'?",
    "HolidayBase": "str 'HolidayBase' is unknown; allowed: an ISO 3166 code, ",
    "XNYS": "str 'XNYS' is unknown; ",
    None: "null is unknown; allowed: an ISO 3166 code",
}


@pytest.mark.parametrize(("code", "message"), UNKNOWN_COUNTRIES.items())
def test_no_such_country(code, message):
    with pytest.raises(ConfigurationError) as caught:
        WorkCalendar.country(code, years=2026)
    assert str(caught.value).startswith(f"country: {message}")


@pytest.mark.parametrize(
    ("code", "options", "message"),
    [
        ("DE", {"subdivision": "by"}, "subdivision: str 'by' is unknown; did you mean 'BY'?"),
        ("DE", {"subdivision": "Bayer"}, "subdivision: str 'Bayer' is unknown; did you mean 'Bay"),
        ("DE", {"subdivision": 3}, "subdivision: int 3 is unknown; allowed: a subdivision of DE, "),
        ("VA", {"subdivision": "X"}, "subdivision: str 'X' is unknown; VA has none"),
        ("CN", {"years": 1949}, "years: 1949 is not in the package holidays for CN; allowed: 1950"),
        ("IN", {"years": 2036}, "years: the package holidays says of IN: Requested Holidays are "),
        ("CN", {"categories": "public"}, "categories: str 'public' is no list; allowed for CN: "),
        ("CN", {"categories": ["bank"]}, "categories: str 'bank' is unknown; allowed for CN: "),
        ("CN", {"categories": []}, "categories: none; allowed for CN: public, half_day"),
    ],
)
def test_what_a_country_does_not_have(code, options, message):
    with pytest.raises(ConfigurationError) as caught:
        WorkCalendar.country(code, **{"years": 2026, **options})
    assert str(caught.value).startswith(message)


def test_years_are_asked_for():
    with pytest.raises(TypeError, match="years"):
        WorkCalendar.country("DE")


@pytest.mark.parametrize(
    ("make", "module", "said"),
    [
        (WorkCalendar.china, "chinese_calendar", r"'agent-availability\[china\]'"),
        (
            lambda: WorkCalendar.country("DE", years=2026),
            "holidays",
            r"'agent-availability\[holidays\]'",
        ),
    ],
    ids=["china", "country"],
)
def test_a_package_that_is_not_installed(monkeypatch, make, module, said):
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ConfigurationError, match=f"is not installed: pip install {said}$"):
        make()


# Own dates


def test_own_dates(own):
    assert own.is_workday(MADE_UP)
    assert not own.is_workday(SPRING)
    assert own.name_of(SPRING) == "春节"
    assert own.name_of(MADE_UP) == MAKE_UP_DAY
    assert own.name_of(date(2026, 3, 1)) is None
    assert (own.name, own.years) == ("own calendar", (2026,))
    assert own.names == {NEW_YEAR: "New Year", SPRING: "春节"}


def test_a_holiday_on_a_sunday_is_one():
    sunday = date(2026, 3, 1)
    calendar = WorkCalendar.from_dates([sunday])
    assert calendar.is_public_holiday(sunday)
    assert not calendar.is_workday(sunday)
    assert calendar.name_of(sunday) == UNNAMED
    assert sunday not in calendar.rest_days


def test_years_are_those_of_the_dates_if_not_given():
    assert WorkCalendar.from_dates([NEW_YEAR], [date(2025, 12, 28)]).years == (2025, 2026)


def test_a_weekend_on_other_days():
    calendar = WorkCalendar.from_dates(years=2026, weekend=(5, 6))
    week = [date(2026, 6, 1) + timedelta(n) for n in range(7)]
    assert [calendar.is_workday(day) for day in week] == [True] * 4 + [False] * 2 + [True]


ALLOWED_YEARS = "; allowed: a year from 1 to 9999, such as 2026, or several, 400 at most"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, f"years: none{ALLOWED_YEARS}"),
        ({"years": []}, f"years: none{ALLOWED_YEARS}"),
        ({"years": "2026"}, f"years: str '2026' is no year{ALLOWED_YEARS}"),
        ({"years": True}, f"years: bool True is no year{ALLOWED_YEARS}"),
        ({"years": 2026.0}, f"years: float 2026.0 is no year{ALLOWED_YEARS}"),
        ({"years": [2026, None]}, f"years: null is no year{ALLOWED_YEARS}"),
        ({"years": 10_000}, f"years: int 10000 is no year{ALLOWED_YEARS}"),
        ({"years": range(1, 10**12)}, f"years: more than {MOST_YEARS}{ALLOWED_YEARS}"),
        ({"holidays": ["2026-01-01"]}, "holidays: str '2026-01-01' is no date; allowed: "),
        ({"holidays": "2026-01-01"}, "holidays: str '2026-01-01' is no collection of dates"),
        ({"holidays": None}, "holidays: null is no collection of dates"),
        ({"workdays": [datetime(2026, 1, 1)]}, "workdays: datetime datetime.datetime(2026, 1,"),
        (
            {"holidays": [NEW_YEAR], "workdays": [MADE_UP, NEW_YEAR]},
            "workdays: 2026-01-01 is both a working day and a holiday",
        ),
        (
            {"holidays": [NEW_YEAR], "years": [2020, 2024, 2025]},
            "holidays: 2026-01-01 is outside the years 2020, 2024-2025",
        ),
        ({"holidays": {NEW_YEAR: 1}}, "names: int 1 is no name; allowed: a text"),
        ({"years": 2026, "name": " "}, "name: str ' ' is no name; allowed: a text"),
        ({"years": 2026, "weekend": "67"}, "weekend: str '67' is no list of weekdays; allowed"),
        ({"years": 2026, "weekend": [0]}, "weekend: int 0 is no weekday; allowed: a list of 1-7"),
    ],
)
def test_dates_that_make_no_calendar(options, message):
    with pytest.raises(ConfigurationError) as caught:
        WorkCalendar.from_dates(**options)
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"names": {MADE_UP: "x"}}, "names: 2026-02-14 is no holiday"),
        ({"names": "x"}, "names: str 'x' is no mapping of dates to names"),
        ({"rest_days": [MADE_UP]}, "workdays: 2026-02-14 is both a working day and a rest day"),
    ],
)
def test_parts_that_make_no_calendar(own, fields, message):
    with pytest.raises(ConfigurationError, match=f"^{message}$"):
        own.__replace__(**fields)


# What is asked


@pytest.mark.parametrize("question", ["knows", "is_workday", "is_public_holiday", "name_of"])
@pytest.mark.parametrize(
    ("day", "message"),
    [
        (None, "a date, not null"),
        ("2026-01-01", "a date, not str '2026-01-01'"),
        (20260101, "a date, not int 20260101"),
        (datetime(2026, 1, 1, tzinfo=timezone.utc), r"pass the \.date\(\) that it has in the"),
        (pendulum.datetime(2026, 1, 1), r"pass the \.date\(\)"),
        (pd.NaT, "a date, not NaTType NaT"),
    ],
)
def test_only_dates_are_asked_about(own, question, day, message):
    with pytest.raises(InstantError, match=message):
        getattr(own, question)(day)


@pytest.mark.parametrize("question", ["is_workday", "is_public_holiday", "name_of"])
@pytest.mark.parametrize("day", [date.min, date(2025, 12, 31), date(2027, 1, 1), date.max])
def test_other_years_are_unknown(own, question, day):
    assert not own.knows(day)
    message = f"^{day} is outside the years of the calendar own calendar: it knows 2026$"
    with pytest.raises(CalendarUnknownError, match=message):
        getattr(own, question)(day)


def test_dates_of_other_classes_are_dates(own):
    assert own.is_workday(pendulum.date(2026, 2, 14))
    twin = WorkCalendar.from_dates(own.names, [pendulum.date(2026, 2, 14)], years=[2026, 2026])
    assert twin == own
    assert pickle.dumps(twin.workdays) == pickle.dumps(own.workdays)


@st.composite
def calendars(draw):
    years = draw(st.sets(st.integers(1, 9999), min_size=1, max_size=3))
    days = st.sampled_from(sorted(days_of(years)))
    off = draw(st.dictionaries(days, st.text(min_size=1).filter(str.strip), max_size=20))
    on = draw(st.sets(days, max_size=20)) - off.keys()
    weekend = draw(st.sets(st.integers(1, 7)))
    return WorkCalendar.from_dates(off, on, years, weekend=weekend, name="drawn")


@given(calendars())
def test_each_known_date_is_of_one_kind(calendar):
    kinds = calendar.holidays, calendar.workdays, calendar.rest_days
    for day in days_of(calendar.years):
        assert sum(day in kind for kind in kinds) <= 1
        assert calendar.knows(day)
        assert calendar.is_workday(day) == (day not in calendar.holidays | calendar.rest_days)
        assert calendar.is_public_holiday(day) == (day in calendar.holidays)
        special = day in calendar.holidays | calendar.workdays
        assert (calendar.name_of(day) is not None) == special


@given(calendars())
def test_a_copy_is_equal(calendar):
    twins = [
        pickle.loads(pickle.dumps(calendar)),
        copy.deepcopy(calendar),
        calendar.__replace__(),
        WorkCalendar(
            years=list(reversed(calendar.years)),
            **{name: getattr(calendar, name) for name in calendar._fields if name != "years"},
        ),
    ]
    for twin in twins:
        assert twin == calendar
        assert hash(twin) == hash(calendar)
    assert calendar.__replace__(name="another") != calendar


def test_calendars_are_immutable(own):
    own.names.clear()
    assert own.name_of(SPRING) == "春节"
    with pytest.raises(AttributeError, match="immutable"):
        own.holidays = frozenset()
    assert repr(own) == "WorkCalendar(name='own calendar', years=(2026,))"


def test_years_in_words():
    assert spelled_years([2026]) == "2026"
    assert spelled_years(range(1, 20, 2)) == "1, 3, …, 19"
    assert checked_years({2026, 2024}) == (2024, 2026)


# Files

TOML = """
name = "Our desk"
years = [2026]
workdays = ["2026-02-14"]

[holidays]
"2026-01-01" = "New Year"
2026-02-16 = "春节"
"""
JSON = """
{"name": "Our desk", "years": 2026, "workdays": ["2026-02-14"],
 "holidays": {"2026-01-01": "New Year", "2026-02-16": "春节"}}
"""
LISTED = """
name = "Our desk"
years = [2026]
holidays = ["2026-01-01", 2026-02-16]
workdays = [2026-02-14]
weekend = [6, 7]
"""


@pytest.fixture
def written(tmp_path):
    def write(name, content):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


@pytest.mark.parametrize(
    ("name", "content"),
    [("desk.toml", TOML), ("desk.json", JSON), ("DESK.TOML", f"\ufeff{TOML}")],
    ids=["toml", "json", "byte order mark"],
)
def test_files(written, own, name, content):
    path = written(name, content)
    expected = own.__replace__(name="Our desk")
    assert WorkCalendar.from_file(path) == WorkCalendar.from_file(str(path)) == expected


def test_a_file_without_names(written, own):
    calendar = WorkCalendar.from_file(written("desk.toml", LISTED))
    assert calendar == own.__replace__(name="Our desk", names={})
    nameless = WorkCalendar.from_file(
        written("riyadh.json", '{"years": [2026], "weekend": [5, 6]}')
    )
    assert nameless == WorkCalendar.from_dates(years=2026, weekend=(5, 6), name="riyadh")


KEYS = "name, years, holidays, workdays, weekend"
WRONG_FILES = [
    ("a.toml", "years = [2026]\nholydays = []", f"line 2: holydays: unknown; allowed: {KEYS}"),
    ("a.toml", "", "years: missing; allowed: a list of years such as [2026]"),
    ("a.toml", "years = ['2026']", f"line 1: years: str '2026' is no year{ALLOWED_YEARS}"),
    ("a.toml", "years = 2026\nyears = 1\n\n", "not TOML: Cannot overwrite a value (at line 2,"),
    ("a.toml", "years = [", "not TOML: "),
    ("a.toml", "years = 2026\nweekend = 6", "line 2: weekend: int 6 is no list of weekdays; "),
    ("a.json", '{"years": 2026,\n"weekend": [8]}', "line 2: weekend: int 8 is no weekday; allowed"),
    ("a.toml", "years = 2026\nname = ''", "line 2: name: str '' is no name; allowed: a text"),
    ("a.toml", b"years = 2026\nname = '\xff'", "line 2: not UTF-8"),
    (
        "a.toml",
        "years = 2026\nholidays = [\n  '2026-01-01',\n  '2026-13-01',\n]",
        "line 4: holidays[1]: str '2026-13-01' is not a date; allowed: such as 2026-01-01",
    ),
    ("a.toml", "years = 2026\nholidays = ['20260101']", "line 2: holidays[0]: str '20260101' is "),
    ("a.toml", "years = 2026\nholidays = [20260101]", "line 2: holidays[0]: int 20260101 is not"),
    (
        "a.toml",
        f"years = 2026\nholidays = [0x{'F' * 5000}]",
        "holidays[0]: int … is not a date; allowed: such as 2026-01-01",
    ),
    (
        "a.toml",
        "years = 2026\nholidays = [2026-01-01T00:00:00]",
        "holidays[0]: datetime datetime.datetime(2026, 1, 1, 0, 0) is not a date",
    ),
    (
        "a.toml",
        "years = 2026\nworkdays = [2025-12-28]",
        "line 2: workdays[0]: 2025-12-28 is outside the years; allowed: 2026",
    ),
    (
        "a.toml",
        "years = 2026\nholidays = [2026-01-01]\nworkdays = ['2026-01-01']",
        "line 2 or 3: workdays[0]: 2026-01-01 is holidays[0], too; allowed: once",
    ),
    (
        "a.toml",
        "years = 2026\n[holidays]\n2026-01-01 = 1",
        "line 3: holidays.2026-01-01: int 1 is not a name",
    ),
    ("a.toml", "years = 2026\nholidays = 1", "line 2: holidays: int 1 is not a list; allowed: a "),
    ("a.toml", "years = 2026\n[workdays]\n", "line 2: workdays: dict {} is not a list; allowed: "),
    ("a.json", "", "not JSON: Expecting value: line 1 column 1 (char 0)"),
    ("a.json", '{"years":\n]}', "not JSON: Expecting value: line 2 column 1"),
    ("a.json", "[2026]", f"list [2026] is not an object with {KEYS}"),
    ("a.json", "[" * 100_000, "nested too deeply"),
    ("a.json", f'{{"years": {"9" * 5000}}}', "not JSON: Exceeds the limit"),
    ("a.json", '{"years": 1, "years": 2}', "not JSON: the key str 'years' is there twice"),
    (
        "a.json",
        '{"years": 2026, "holidays": [null]}',
        "holidays[0]: null is not a date; allowed: such as 2026-01-01",
    ),
    ("a.json", b" " * (MAX_FILE + 1), f"a calendar file has at most {MAX_FILE} bytes"),
    ("a.yaml", "", "not a calendar file; allowed: .toml, .json"),
]


@pytest.mark.parametrize(("name", "content", "message"), WRONG_FILES)
def test_files_that_cannot_be_read(written, name, content, message):
    path = written(name, content)
    with pytest.raises(ConfigurationError) as caught:
        WorkCalendar.from_file(path)
    separator = ", " if message.startswith("line ") else ": "
    assert str(caught.value).startswith(f"{path}{separator}{message}")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("missing.toml", "missing.toml: No such file or directory"),
        ("folder.toml", "folder.toml: Is a directory"),
        ("a\0.toml", "embedded null byte"),
        ("a\nb.toml", "a b.toml: No such file or directory"),
        (None, "path: null is not the path of a file"),
        (3, "path: int 3 is not the path of a file"),
    ],
)
def test_what_is_no_file(tmp_path, monkeypatch, path, message):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder.toml").mkdir()
    with pytest.raises(ConfigurationError) as caught:
        WorkCalendar.from_file(path)
    assert message in str(caught.value)
