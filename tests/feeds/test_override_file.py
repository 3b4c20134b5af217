"""Leave and extra shifts from a file: what it may say, and what is said of one that is wrong."""

from __future__ import annotations

import json
import os
from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from availability import ExtraShift, Leave, OverrideError, TimezoneError, read_overrides

UTC = timezone.utc
SHANGHAI = timezone(timedelta(hours=8))
MONDAY, WEDNESDAY = date(2026, 2, 16), date(2026, 2, 18)
MIB = 1_048_576


@pytest.fixture
def written(tmp_path):
    def write(name, content):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def refusal(path):
    """What is said of a file, without the folder it is in; always in one line."""
    with pytest.raises(OverrideError) as caught:
        read_overrides(path)
    said = str(caught.value)
    assert "\n" not in said
    return said.replace(f"{path.parent}{os.sep}", "")


# What a file may say

TOML = """
tz = "Asia/Shanghai"

[[leave]]
agent_id = "ou_1"
start = 2026-02-16
end = 2026-02-18
reason = "annual leave"

[[extra_shift]]
agent_id = "ou_2"
start = 2026-02-14T09:00:00+08:00
end = 2026-02-14T18:00:00+08:00

[[leave]]
agent_id = "ou_1"
start = 2026-01-07T14:00:00
end = 2026-01-07T16:00:00
rule = "FREQ=WEEKLY;BYDAY=WE;UNTIL=20261231"
exceptions = [2026-02-18]
tz = "Europe/Berlin"
"""
JSON = """
{
  "extra_shift": [
    {"agent_id": "ou_2", "start": "2026-02-14T01:00Z", "end": "2026-02-14T10:00:00Z"}
  ],
  "leave": [
    {"agent_id": "ou_1", "start": "2026-02-16", "end": "2026-02-18", "reason": "annual leave"},
    {"agent_id": "ou_1", "start": "2026-01-07T14:00", "end": "2026-01-07T16:00:00",
     "rule": "FREQ=WEEKLY;BYDAY=WE;UNTIL=20261231", "exceptions": ["2026-02-18"],
     "tz": "Europe/Berlin"}
  ],
  "tz": "Asia/Shanghai"
}
"""
SAID = (
    Leave("ou_1", MONDAY, WEDNESDAY, "annual leave", tz="Asia/Shanghai"),
    Leave(
        "ou_1",
        datetime(2026, 1, 7, 14),
        datetime(2026, 1, 7, 16),
        rule="FREQ=WEEKLY;BYDAY=WE;UNTIL=20261231",
        exceptions=[WEDNESDAY],
        tz="Europe/Berlin",
    ),
    ExtraShift(
        "ou_2",
        datetime(2026, 2, 14, 9, tzinfo=SHANGHAI),
        datetime(2026, 2, 14, 18, tzinfo=SHANGHAI),
    ),
)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("overrides.toml", TOML),
        ("overrides.json", JSON),
        ("OVERRIDES.TOML", f"\ufeff{TOML}"),
        ("overrides.toml", TOML.replace("\n", "\r\n")),
    ],
    ids=["toml", "json", "byte order mark", "carriage returns"],
)
def test_files(written, name, content):
    path = written(name, content)
    assert read_overrides(path) == read_overrides(str(path)) == SAID


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.toml", ""),
        ("a.toml", "# nobody is away\n"),
        ("a.toml", 'tz = "Asia/Shanghai"'),
        ("a.toml", "leave = []"),
        ("a.json", "{}"),
        ("a.json", '{"leave": [], "extra_shift": []}'),
    ],
)
def test_files_without_overrides(written, name, content):
    assert read_overrides(written(name, content)) == ()


def test_a_path_in_bytes(written):
    folder = written("overrides.toml", TOML).parent
    with os.scandir(os.fsencode(folder)) as found:
        assert [read_overrides(entry) for entry in found] == [SAID]


SPELLINGS = {
    "2026-02-16": MONDAY,
    "2024-02-29": date(2024, 2, 29),
    "2026-02-16T14:00": datetime(2026, 2, 16, 14),
    "2026-02-16T14:00:05": datetime(2026, 2, 16, 14, 0, 5),
    "2026-02-16t14:00:05": datetime(2026, 2, 16, 14, 0, 5),
    "2026-02-16 14:00:05": datetime(2026, 2, 16, 14, 0, 5),
    "2026-02-16T14:00:05.9": datetime(2026, 2, 16, 14, 0, 5),  # leave may start earlier
    "2026-02-16T14:00:05.000001": datetime(2026, 2, 16, 14, 0, 5),
    "2026-02-16T14:00Z": datetime(2026, 2, 16, 14, tzinfo=UTC),
    "2026-02-16T14:00:05z": datetime(2026, 2, 16, 14, 0, 5, tzinfo=UTC),
    "2026-02-16T14:00:05.12Z": datetime(2026, 2, 16, 14, 0, 5, tzinfo=UTC),
    "2026-02-16T14:00:00+08:00": datetime(2026, 2, 16, 6, tzinfo=UTC),
    "2026-02-16T14:00+08:00": datetime(2026, 2, 16, 6, tzinfo=UTC),
    "2026-02-16T14:00:05.1234-03:30": datetime(2026, 2, 16, 17, 30, 5, tzinfo=UTC),
    "2026-02-16T14:00:00-00:00": datetime(2026, 2, 16, 14, tzinfo=UTC),
}


def end_after(start):
    """An end of the same sort."""
    is_instant = isinstance(start, datetime) and start.tzinfo is not None
    return "2026-12-31T00:00:00Z" if is_instant else "2026-12-31"


@pytest.mark.parametrize(("spelled", "start"), SPELLINGS.items())
def test_times_as_texts(written, spelled, start):
    entry = {"agent_id": "ou_1", "start": spelled, "end": end_after(start)}
    rows = "\n".join(f'{key} = "{value}"' for key, value in entry.items())
    (in_json,) = read_overrides(written("a.json", json.dumps({"leave": [entry]})))
    (in_toml,) = read_overrides(written("a.toml", f"[[leave]]\n{rows}"))
    assert in_json == in_toml
    assert in_json.start == start
    assert type(in_json.start) is type(start)


@pytest.mark.parametrize(
    "spelled",
    [
        "2026-02-16",
        "2026-02-16T14:00:05",
        "2026-02-16 14:00:05",
        "2026-02-16T14:00:05.9",
        "2026-02-16T14:00:05.12Z",
        "2026-02-16T14:00:00+08:00",
        "2026-02-16T14:00:05.1234-03:30",
    ],
)
def test_times_in_toml(written, spelled):
    start = SPELLINGS[spelled]
    rows = f'agent_id = "ou_1"\nstart = {spelled}\nend = {end_after(start)}'
    (found,) = read_overrides(written("a.toml", f"[[leave]]\n{rows}"))
    assert found.start == start
    assert type(found.start) is type(start)


@pytest.mark.parametrize("kind", ["leave", "extra_shift"])
def test_a_date_is_a_whole_day(written, kind):
    (found,) = read_overrides(
        written("a.json", json.dumps({kind: [{"agent_id": "ou_1", "start": "2026-02-16"}]}))
    )
    assert (found.start, found.end) == (MONDAY, MONDAY)
    assert (found.times.end - found.times.start) == 86_400


INSTANTS = {"start": "2026-02-16T14:00Z", "end": "2026-02-16T15:00Z"}
LOCAL = {"start": "2026-02-16T14:00", "end": "2026-02-16T15:00"}


@pytest.mark.parametrize(
    ("of_the_file", "entry", "tz"),
    [
        ("Asia/Shanghai", LOCAL, "Asia/Shanghai"),
        ("Asia/Shanghai", {"start": "2026-02-16"}, "Asia/Shanghai"),
        ("Asia/Shanghai", {**LOCAL, "tz": "Europe/Berlin"}, "Europe/Berlin"),
        ("Asia/Shanghai", INSTANTS, None),
        (None, {**LOCAL, "tz": "Europe/Berlin"}, "Europe/Berlin"),
        (None, LOCAL, None),
        (None, INSTANTS, None),
    ],
)
def test_the_zone_of_local_times(written, of_the_file, entry, tz):
    content = {"leave": [{"agent_id": "ou_1", **entry}]}
    if of_the_file is not None:
        content["tz"] = of_the_file
    (found,) = read_overrides(written("a.json", json.dumps(content)))
    assert found.tz == tz


# What is wrong with one

TIMES = (
    "allowed: a date, or a date and a time, such as 2026-02-16, 2026-02-16T14:00 or "
    "2026-02-16T14:00:00+08:00"
)
KEYS = "allowed: tz, leave, extra_shift"
ENTRY_KEYS = "allowed: agent_id, start, end, reason, rule, exceptions, tz"
NOT_A_ZONE = "is not an IANA time zone: use a key such as 'Asia/Shanghai' or 'UTC'"
ENTRY = '[[leave]]\nagent_id = "ou_1"\nstart = 2026-02-16\n'
SECOND = f'{ENTRY}\n[[leave]]\nagent_id = "ou_2"\n'
WRONG_TOML = [
    # Keys
    ("[[leaves]]", f", line 1: leaves: unknown; did you mean leave? {KEYS}"),
    (f"zone = 'UTC'\n{ENTRY}", f", line 1: zone: unknown; {KEYS}"),
    (f"{ENTRY}reson = ''", f", line 4: leave[0].reson: unknown; did you mean reason? {ENTRY_KEYS}"),
    (f"{ENTRY}until = 1", f", line 4: leave[0].until: unknown; {ENTRY_KEYS}"),
    ("'a\\u000Ab' = 1", f", line 1: a\\u000Ab: unknown; {KEYS}"),
    ('"a\\u000Ab" = 1', f": a b: unknown; {KEYS}"),
    (SECOND, f", line 6: leave[1].start: missing; {TIMES}"),
    ("[[extra_shift]]\nstart = 2026-02-16", ": extra_shift[0].agent_id: missing; allowed: a text"),
    # Types
    ("[leave]\nagent_id = 1", ": leave: dict {'agent_id': 1} is not a list; allowed: a list, in"),
    ("leave = [1]", f": leave[0]: int 1 has no keys; {ENTRY_KEYS}"),
    ("tz = 8", ", line 1: tz: int 8 is not a text"),
    ("[[leave]]\nagent_id = 1", ", line 2: leave[0].agent_id: int 1 is not a text"),
    (f"{ENTRY}reason = ['x']", ", line 4: leave[0].reason: list ['x'] is not a text"),
    (f"{ENTRY}rule = 7", ", line 4: leave[0].rule: int 7 is not a text"),
    (f"{ENTRY}exceptions = 2026-02-18", ", line 4: leave[0].exceptions: date datetime.date(2026,"),
    (f"{ENTRY}tz = 2026-01-01T00:00:00Z", ": leave[0].tz: datetime datetime.datetime(2026"),
    # Times
    (f"{SECOND}start = 14:00:00", ", line 7: leave[1].start: time datetime.time(14, 0) is not a d"),
    (f"{SECOND}start = '14:00'", f", line 7: leave[1].start: str '14:00' is not a date; {TIMES}"),
    (f"{SECOND}start = 20260216", f", line 7: leave[1].start: int 20260216 is not a date; {TIMES}"),
    (f"{SECOND}start = true", f": leave[1].start: bool True is not a date; {TIMES}"),
    (f"{SECOND}start = 0x{'F' * 5000}", f": leave[1].start: int … is not a date; {TIMES}"),
    (
        f"{ENTRY}end = '2026-02-30'",
        ", line 4: leave[0].end: str '2026-02-30': day is out of range ",
    ),
    (
        f"{ENTRY}rule = 'FREQ=DAILY'\nexceptions = ['x']",
        ", line 5: leave[0].exceptions: str 'x' is not a",
    ),
    # Zones
    ("tz = 'Asia/Shangai'", f", line 1: tz: str 'Asia/Shangai' {NOT_A_ZONE}"),
    (f"{ENTRY}tz = '../UTC'", f", line 4: leave[0].tz: str '../UTC' {NOT_A_ZONE}"),
    (f"{ENTRY}tz = ''", f": leave[0].tz: str '' {NOT_A_ZONE}"),
    # What a leave or an extra shift refuses
    ("[[leave]]\nagent_id = ''\nstart = 2026-02-16", ": leave[0]: leave: str '' is not an agent's"),
    (
        f"{ENTRY}end = 2026-02-15",
        ", line 2: leave[0]: leave of ou_1: end: 2026-02-15 is not after the start, 2026-02-16",
    ),
    (
        f"{ENTRY}end = 2026-02-17T00:00:00Z",
        ", line 2: leave[0]: leave of ou_1: start and end: one is an instant, the other a local",
    ),
    (
        f"tz = 'UTC'\n{SECOND}start = 2026-02-17T00:00:00",
        ", line 7: leave[1]: leave of ou_2: end: missing; only a date can do without",
    ),
    (
        f"{SECOND}start = 2026-02-17T00:00:00Z\nend = 2026-02-17T01:00:00Z\ntz = 'UTC'",
        ", line 6: leave[1]: leave of ou_2: rule and tz: they go with local times, not with",
    ),
    (
        f"{ENTRY}rule = 'FREQ=HOURLY'",
        ", line 2: leave[0]: leave of ou_1: rule 'FREQ=HOURLY': FREQ is one of YEARLY, MONTHLY, ",
    ),
    (
        f'{ENTRY}rule = "FREQ=DAILY;UNTIL=1\\n2"',
        ", line 2: leave[0]: leave of ou_1: rule ",
    ),
    (
        f"{ENTRY}exceptions = [2026-02-18]",
        ", line 2: leave[0]: leave of ou_1: exceptions: they go with a rule",
    ),
    (
        f"{SECOND}start = 0001-01-01T00:00:00+08:00\nend = 2026-01-01T00:00:00Z",
        ", line 6: leave[1]: leave of ou_2: start: 0001-01-01 00:00:00+08:00 is outside the years",
    ),
    # No TOML
    ("leave = [", ": not TOML: "),
    (f"{ENTRY}start = 2026-02-17", ": not TOML: Cannot overwrite a value (at "),
    (f"{ENTRY}end = 2026-02-30", ": not TOML: "),
    (b"tz = 'UTC'\n# \xff", ", line 2: not UTF-8"),
    (b"#" * (MIB + 1), f": an override file has at most {MIB} bytes"),
]


@pytest.mark.parametrize(("content", "said"), WRONG_TOML)
def test_toml_that_is_refused(written, content, said):
    assert refusal(written("overrides.toml", content)).startswith(f"overrides.toml{said}")


WRONG_JSON = [
    ("", ": not JSON: Expecting value: line 1 column 1 (char 0)"),
    ('{"leave":\n]}', ": not JSON: Expecting value: line 2 column 1"),
    ("[]", ": list [] is not an object with tz, leave, extra_shift"),
    ("[" * 100_000, ": nested too deeply"),
    (f'{{"tz": {"9" * 5000}}}', ": not JSON: Exceeds the limit"),
    ('{"tz": "UTC", "tz": "UTC"}', ": not JSON: the key str 'tz' is there twice"),
    ('{"leave": [{"start": 1, "start": 1}]}', ": not JSON: the key str 'start' is there twice"),
    ('{"tz": null}', ": tz: null is not a text"),
    ('{"leave": null}', ": leave: null is not a list; allowed: a list, in TOML by [[ ]]"),
    ('{"leave": {}}', ", line 1: leave: dict {} is not a list; allowed: a list, in TOML by [[ ]]"),
    ('{"leave": ["ou_1"]}', f": leave[0]: str 'ou_1' has no keys; {ENTRY_KEYS}"),
    ('{"leave": [{}]}', ": leave[0].agent_id: missing; allowed: a text"),
    ('{"leave": [\n{"end": null}]}', f": leave[0].end: null is not a date; {TIMES}"),
    ('{"leave": [\n{"start": NaN}]}', f": leave[0].start: float nan is not a date; {TIMES}"),
    (
        '{"leave": [\n{"start": 1.5}]}',
        f", line 2: leave[0].start: float 1.5 is not a date; {TIMES}",
    ),
    ('{"tz": "\\ud800"}', f": tz: str '\\ud800' {NOT_A_ZONE}"),
    ('{"\\u001b[31m": 1}', f": �[31m: unknown; {KEYS}"),
]


@pytest.mark.parametrize(("content", "said"), WRONG_JSON)
def test_json_that_is_refused(written, content, said):
    assert refusal(written("overrides.json", content)).startswith(f"overrides.json{said}")


@pytest.mark.parametrize(
    "spelled",
    """
    14:00 14:00:00Z T14:00 2026 2026-02 20260216 2026-2-16 2026-W08-1 2026-047 26-02-16 16.02.2026
    2026-02-16T 2026-02-16T14 2026-02-16T1400 2026-02-16T14:0 2026-02-16T24:00 2026-02-16T23:59:60
    2026-02-16T14:60 2026-02-16T14:00:00. 2026-02-16T14:00.5 2026-02-16T14:00:00,5
    2026-02-16T14:00:00.1234567 2026-02-16T14:00+08 2026-02-16T14:00+0800 2026-02-16T14:00+24:00
    2026-02-16T14:00+08:60 2026-02-16T14:00UTC 2026-02-16Z 2026-02-16T14:00ZZ 0000-01-01 2026-02-29
    2026-13-01 2026-00-01 10000-01-01 -2026-02-16 \uff12026-02-16 today
    """.split(),  # noqa: SIM905  (one a line would fill a page)
)
def test_texts_that_are_no_times(written, spelled):
    content = {"leave": [{"agent_id": "ou_1", "start": spelled}]}
    said = refusal(written("a.json", json.dumps(content)))
    assert f": leave[0].start: str '{spelled}'" in said
    assert said.endswith(TIMES)


@pytest.mark.parametrize("spelled", ["", " 2026-02-16", "2026-02-16\n", "2026-02-16  14:00"])
def test_texts_with_blanks_are_no_times(written, spelled):
    content = {"leave": [{"agent_id": "ou_1", "start": spelled}]}
    said = refusal(written("a.json", json.dumps(content)))
    assert said.endswith(TIMES)


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("missing.toml", "missing.toml: No such file or directory"),
        ("folder.toml", "folder.toml: Is a directory"),
        ("overrides.yaml", "overrides.yaml: not an override file; allowed: .toml, .json"),
        ("a\nb.toml", "a b.toml: No such file or directory"),
        ("a\0.toml", r"str 'a\x00.toml': embedded null byte"),
        (None, "path: null is not the path of a file"),
        (3, "path: int 3 is not the path of a file"),
    ],
)
def test_what_is_no_file(tmp_path, monkeypatch, path, message):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder.toml").mkdir()
    with pytest.raises(OverrideError) as caught:
        read_overrides(path)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        ("leave = [", ValueError),
        ("tz = 'X'", TimezoneError),
        (f"{ENTRY}end = 2026-02-15", OverrideError),
        (b"\xff", UnicodeDecodeError),
    ],
)
def test_what_an_error_comes_from(written, content, cause):
    with pytest.raises(OverrideError) as caught:
        read_overrides(written("a.toml", content))
    assert isinstance(caught.value.__cause__, cause)


# Whatever a file says

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.datetimes().map(str),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


def mostly(*usual):
    """One of the usual values; one time in ten, anything."""
    usual = st.sampled_from(usual)
    return st.integers(0, 9).flatmap(lambda draw: VALUES if draw == 9 else usual)


TIMES_OF_ALL_SORTS = mostly(
    "0001-01-01",
    "9999-12-31",
    "2026-02-16T14:00",
    "9999-12-31T23:59:59.9",
    "0001-01-01T00:00+08:00",
)
ENTRIES = st.fixed_dictionaries(
    {"agent_id": mostly("ou_1", "ou_2"), "start": mostly("2026-02-16", "2026-02-16T14:00")},
    optional={
        "end": mostly("2026-02-17", "2027-02-16T14:00:00.5") | TIMES_OF_ALL_SORTS,
        "reason": mostly("annual leave"),
        "rule": mostly("FREQ=WEEKLY", "FREQ=DAILY;COUNT=9", "FREQ=YEARLY;UNTIL=20261231"),
        "exceptions": st.lists(TIMES_OF_ALL_SORTS, max_size=2),
        "tz": mostly("Asia/Shanghai", "UTC"),
    },
)
DOCUMENTS = VALUES | st.fixed_dictionaries(
    {"leave": st.lists(ENTRIES, max_size=2)},
    optional={
        "tz": mostly("Asia/Shanghai"),
        "extra_shift": st.lists(ENTRIES, max_size=2),
    },
)


@pytest.fixture(scope="module")
def one_file(tmp_path_factory):
    return tmp_path_factory.mktemp("drawn") / "drawn.json"


@given(content=DOCUMENTS)
def test_any_json_is_read_or_refused(one_file, content):
    one_file.write_text(json.dumps(content), encoding="utf-8")
    try:
        found = read_overrides(one_file)
    except OverrideError as error:
        said = str(error)
        assert said.startswith(str(one_file))
        assert said.isprintable()
    else:
        written = [*content.get("leave", ()), *content.get("extra_shift", ())]
        assert [one.agent_id for one in found] == [entry["agent_id"] for entry in written]
