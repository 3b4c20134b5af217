"""Files that are not ours, that cannot be used, or are damaged; failures in words."""

from __future__ import annotations

import errno
import os
import random
import sqlite3
import traceback
from contextlib import closing, contextmanager

import pytest
from desks import HOUR, MINUTE, MONDAY, agent, learned, numbered

from availability import History, SqliteStore, StoreError
from availability.live.schema import APPLICATION_ID, MIGRATIONS, migrate
from availability.live.sqlite_file import MEANINGS, meaning

NO_WAIT = MINUTE * 0
OURS = [numbered(number) for number in range(30)]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "rosters.db"


@contextmanager
def opened(path):
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        yield connection


def filled(path, snapshots=OURS):
    with SqliteStore(path) as store:
        for one in snapshots:
            store.remember(one)
    return path.read_bytes()


def read_only(path, **options):
    """Opens as the system does where nothing may be written; root may write anything."""
    return sqlite3.connect(f"file:{path}?mode=ro", uri=True, **options)


def small(pages):
    """Opens files that cannot grow, which SQLite takes for a full disk."""

    def connect(path, **options):
        connection = sqlite3.connect(path, **options)
        connection.execute(f"PRAGMA max_page_count = {pages}")
        return connection

    return connect


# Whose files they are


def test_a_file_is_its_owners_alone(path, tmp_path):
    with SqliteStore(path) as store:
        store.remember(OURS[5])
        modes = {one.name: one.stat().st_mode & 0o777 for one in tmp_path.iterdir()}
        assert modes == dict.fromkeys(["rosters.db", "rosters.db-shm", "rosters.db-wal"], 0o600)
    assert [one.name for one in tmp_path.iterdir()] == ["rosters.db"]


def test_how_a_file_is_kept(path):
    with SqliteStore(path) as store, opened(path) as connection:
        asked = {"journal_mode": "wal", "application_id": APPLICATION_ID, "user_version": 1}
        found = {name: connection.execute(f"PRAGMA {name}").fetchone()[0] for name in asked}
        assert found == asked
        with store._file.reading() as own:
            settings = ["synchronous", "foreign_keys", "trusted_schema"]
            assert [own.execute(f"PRAGMA {one}").fetchone()[0] for one in settings] == [2, 1, 0]


def test_an_empty_file_is_a_new_store(path):
    path.touch()
    assert filled(path)
    with History.open(path) as history:
        assert history.roster() == OURS[-1].roster


@pytest.mark.parametrize("name", [":memory:", "", "file:x?mode=memory", "王芳 #1.db"])
def test_a_name_is_the_name_of_a_file(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    if not name:
        with pytest.raises(StoreError, match="cannot be opened"):
            SqliteStore(name)
        return
    with SqliteStore(name) as store, SqliteStore(os.fsencode(name)) as other:
        store.remember(OURS[0])
        monkeypatch.chdir("/")
        assert other.latest() == OURS[0]
    assert (tmp_path / name).is_file()


@pytest.mark.parametrize(
    "statements",
    [
        ["CREATE TABLE theirs (x)"],
        ["PRAGMA user_version = 1"],
        ["PRAGMA application_id = 7"],
        ["PRAGMA journal_mode = WAL", "CREATE TABLE theirs (x)", "INSERT INTO theirs VALUES (1)"],
    ],
    ids=["tables", "version", "id", "wal"],
)
def test_the_database_of_another_program_is_left_alone(path, tmp_path, statements):
    with opened(path) as connection:
        for statement in statements:
            connection.execute(statement)
    before = path.read_bytes()
    with pytest.raises(StoreError, match=r"rosters\.db: the SQLite database of another program"):
        SqliteStore(path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("content", [b"xy", b"[app]\nid = 1\n", b"\0" * 8192, b"SQLite format 3\0"])
def test_what_is_no_database_is_left_alone(path, tmp_path, content):
    path.write_bytes(content)
    with pytest.raises(StoreError, match=r"rosters\.db: it is no SQLite database"):
        SqliteStore(path)
    assert path.read_bytes() == content
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("version", "said"),
    [
        (2, "made by a newer version.* version 2, and this one knows 1 to 1"),
        (99, "made by a newer version.* version 99"),
        (0, "it is damaged: its tables are of no version"),
        (-1, "it is damaged: its tables are of no version"),
    ],
)
def test_the_file_of_another_version_is_left_alone(path, version, said):
    filled(path)
    with opened(path) as connection:
        connection.execute(f"PRAGMA user_version = {version}")
    before = path.read_bytes()
    with pytest.raises(StoreError, match=said):
        SqliteStore(path)
    assert path.read_bytes() == before


def test_an_older_file_gets_the_tables_of_today(path):
    filled(path)
    newer = (*MIGRATIONS, ("CREATE TABLE more (x)", "INSERT INTO more VALUES (1)"))
    with opened(path) as connection:
        for _ in range(2):
            connection.execute("BEGIN IMMEDIATE")
            migrate(connection, newer)
            connection.execute("COMMIT")
        assert connection.execute("SELECT * FROM more").fetchall() == [(1,)]
        assert connection.execute("PRAGMA user_version").fetchone() == (2,)
        assert connection.execute("SELECT count(*) FROM fetch").fetchone() == (len(OURS),)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


# Where nothing can be written, or read


@pytest.mark.parametrize(
    ("place", "said"),
    [("no/rosters.db", "no such file or directory"), ("", "cannot be opened")],
)
def test_a_place_where_no_file_can_be(tmp_path, place, said):
    with pytest.raises(StoreError, match=said) as raised:
        SqliteStore(tmp_path / place)
    assert raised.value.__cause__ is not None
    assert "\n" not in str(raised.value)


def test_a_file_that_may_only_be_read(path):
    before = filled(path)
    with SqliteStore(path, connect=read_only) as store:
        assert store.as_of(OURS[3].learned_at) == OURS[3]
        for write in (lambda: store.remember(numbered(99)), lambda: store.forget(MONDAY + HOUR)):
            with pytest.raises(StoreError, match=r"rosters\.db: it may not be written"):
                write()
        assert list(store.since(MONDAY)) == OURS
    assert path.read_bytes() == before


def test_a_full_disk(path):
    pages = len(filled(path)) // 4096 + 3
    with SqliteStore(path, connect=small(pages)) as store:
        held = list(OURS)
        with pytest.raises(StoreError, match=r"rosters\.db: the disk is full"):  # noqa: PT012
            for number in range(30, 2000):
                store.remember(numbered(number))
                held.append(numbered(number))
        assert len(held) > len(OURS)
        assert list(store.since(MONDAY)) == held
        with pytest.raises(StoreError, match="the disk is full"):
            store.remember(learned(MONDAY + 900 * HOUR, *(agent(f"ou_{i}") for i in range(999))))
        assert list(store.since(MONDAY)) == held
        store.forget(held[-1].learned_at)
        store.remember(numbered(2000))  # there is room again
    with SqliteStore(path) as store:
        assert list(store.since(MONDAY)) == [held[-1], numbered(2000)]
        store.remember(numbered(2001))
        assert store.latest() == numbered(2001)


def test_a_disk_that_is_full_from_the_start(path):
    with pytest.raises(StoreError, match="the disk is full"):
        SqliteStore(path, connect=small(2))
    filled(path)
    with SqliteStore(path) as store:
        assert list(store.since(MONDAY)) == OURS


def test_a_lock_of_another_process(path):
    filled(path)
    with SqliteStore(path, wait=NO_WAIT) as store, opened(path) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match=r"rosters\.db: another process holds it") as raised:
            store.remember(numbered(99))
        assert isinstance(raised.value.__cause__, sqlite3.OperationalError)
        assert store.latest() == OURS[-1]  # whoever reads does not wait
        other.execute("ROLLBACK")
        store.remember(numbered(99))
        assert store.latest() == numbered(99)


def test_a_lock_on_a_new_file(path):
    with opened(path) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreError, match="another process holds it"):
            SqliteStore(path, wait=NO_WAIT)
    filled(path)


# Damage


@pytest.mark.parametrize("length", [2, 20, 99, 100, 511, 4096, 4097, 8192, 20_000])
def test_a_file_cut_short(path, length):
    before = filled(path)
    assert len(before) > length
    path.write_bytes(before[:length])
    said = r"rosters\.db: it is (damaged|no SQLite)"
    with pytest.raises(StoreError, match=said), SqliteStore(path) as store:
        list(store.since(MONDAY))


def test_a_header_overwritten(path):
    before = filled(path)
    path.write_bytes(b"\xff" * 100 + before[100:])
    with pytest.raises(StoreError, match=r"rosters\.db: it is no SQLite database"):
        SqliteStore(path)


def test_damage_that_sqlite_cannot_put_in_unicode(path):
    """A message of its own names what it found, in whatever bytes that is."""
    path.write_bytes(filled(path, OURS[:1]).replace(b"CREATE INDEX", b"CREATE\xffINDEX"))
    for use in (SqliteStore, History.open):
        with pytest.raises(StoreError, match=f"^{path}: it is damaged") as caught:
            use(path)
        assert str(caught.value).isascii()


@pytest.mark.parametrize("seed", range(60))
def test_damage_in_the_middle_is_an_error_or_does_no_harm(path, seed):
    """No record is ever taken for another; times and numbers have no checksum."""
    chance = random.Random(seed)
    content = bytearray(filled(path))
    for _ in range(chance.choice([1, 20])):
        content[chance.randrange(100, len(content))] ^= 1 << chance.randrange(8)
    path.write_bytes(content)
    found, said = [], ""
    try:
        with SqliteStore(path) as store:
            found.extend(store.since(MONDAY))
            store.remember(numbered(99))
    except StoreError as error:
        said = "".join(traceback.format_exception(error))
    known = {one for snapshot in OURS for one in snapshot.roster}
    assert {one for snapshot in found for one in snapshot.roster} <= known
    assert f"StoreError: {path}: " in said or not said
    assert "@example.com" not in said


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ("UPDATE record SET text = replace(text, 'ou_same', 'ou_some')", "the record is damaged"),
        ("UPDATE record SET text = x'00'", "the record is damaged"),
        ("DELETE FROM observation WHERE subject = 1", "the desk is missing"),
        ("DELETE FROM observation WHERE subject = 2", "agent .* is missing"),
        ("UPDATE subject SET name = name || ' ' WHERE id > 1", "the record of another"),
        ("UPDATE subject SET name = '\"x\"' WHERE name = '\"ou_new\"'", "the record of another"),
        ("UPDATE fetch SET learned_at = 'x'", "a fetch without its time"),
        ("UPDATE fetch SET fetched_at = 0.5", "a fetch without its time"),
        ("UPDATE fetch SET learned_at = 1 << 62", "it is damaged: learned_at_micros"),
        ("UPDATE fetch SET fetched_at = 1 << 62", "it is damaged"),
        ("UPDATE fetch SET fetched_at = learned_at + 1", "before it was fetched"),
        ("DROP TABLE record", "a table is missing"),
    ],
)
def test_what_was_not_written_is_not_taken(path, damage, said):
    filled(path, OURS[:1])
    with opened(path) as connection:
        connection.execute(damage)
    with SqliteStore(path) as store, pytest.raises(StoreError, match=f"^{path}: .*{said}"):
        store.latest()


# Words


def test_every_meaning_is_one_line_with_what_sqlite_said():
    for part, words in MEANINGS:
        said = meaning(sqlite3.OperationalError(f"some {part}\nhere"))
        assert said == f"{words} (some {part} here)"
    assert meaning(sqlite3.OperationalError("never heard of")) == "never heard of"
    assert meaning(OSError(errno.ENOSPC, "No space left on device")) == "no space left on device"
    assert meaning(OSError("odd")) == "odd"


def test_a_fork_that_python_was_not_told_of(path):
    """A server in C may fork so; then the connection is another process's."""
    filled(path)
    with SqliteStore(path) as store:
        store._file._opened_by = -1
        with pytest.raises(StoreError, match="opened before a fork that Python was not told of"):
            store.latest()
        store._file._opened_by = os.getpid()
