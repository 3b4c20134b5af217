"""Snapshots in a SQLite file: what changed, when it was learned, and every fetch.
Imports held, length, record, sqlite_file, store, engine, roster, errors.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from availability.engine.instants import MICROS, to_amount, to_instant, to_micros
from availability.errors import (
    ConfigurationError,
    StoreError,
    describe,
    one_line,
)
from availability.live.held import DESK, Held, digest_of, subject_of
from availability.live.length import to_length
from availability.live.record import agent_text, desk_text, read_agent, read_desk
from availability.live.sqlite_file import SqliteFile
from availability.live.store import Snapshot
from availability.roster.roster import Roster

if TYPE_CHECKING:
    from typing_extensions import Self

    from availability.live.held import Fetch, Row
    from availability.live.length import Length
    from availability.live.sqlite_file import Connect, FilePath


KEEP = timedelta(days=400)
HOUR = 3600 * MICROS

NEWEST = "SELECT id, learned_at, fetched_at FROM fetch ORDER BY id DESC LIMIT 1"
KNOWN_AT = """
SELECT id, learned_at, fetched_at FROM fetch
WHERE learned_at <= ? ORDER BY learned_at DESC, id DESC LIMIT 1
"""
NEXT_CHANGE = """
SELECT id, learned_at, fetched_at FROM fetch
WHERE id = (SELECT min(fetch) FROM observation WHERE fetch > ?)
"""
#: What the desk has at a fetch: of each subject the last that was found out about it.
HELD = """
SELECT subject.name, record.digest, record.text FROM subject
JOIN observation ON observation.subject = subject.id AND observation.fetch = (
    SELECT max(fetch) FROM observation WHERE subject = subject.id AND fetch <= ?)
JOIN record ON record.id = observation.record
"""
DIGESTS = HELD.replace(", record.text", "")
FOUND = """
SELECT subject.name, record.digest, record.text FROM observation
JOIN subject ON subject.id = observation.subject
JOIN record ON record.id = observation.record
WHERE observation.fetch = ?
"""
ADD_FETCH = "INSERT INTO fetch (learned_at, fetched_at) VALUES (?, ?)"
ADD_RECORD = "INSERT OR IGNORE INTO record (digest, text) VALUES (?, ?)"
ADD_SUBJECT = "INSERT OR IGNORE INTO subject (name) VALUES (?)"
ADD_OBSERVATION = """
INSERT INTO observation (subject, fetch, record) VALUES (
    (SELECT id FROM subject WHERE name = ?), ?, (SELECT id FROM record WHERE digest = ?))
"""
#: In this order they drop all before a fetch, but for what was known at it.
FORGET = (
    """DELETE FROM observation WHERE fetch < :fetch AND EXISTS (
        SELECT 1 FROM observation AS later WHERE later.subject = observation.subject
        AND later.fetch > observation.fetch AND later.fetch <= :fetch)""",
    "DELETE FROM observation WHERE fetch <= :fetch AND record IS NULL",
    "UPDATE observation SET fetch = :fetch WHERE fetch < :fetch",
    "DELETE FROM fetch WHERE id < :fetch",
    """DELETE FROM subject WHERE NOT EXISTS (
        SELECT 1 FROM observation WHERE observation.subject = subject.id)""",
)
OLD_RECORDS = "SELECT DISTINCT record FROM observation WHERE fetch < ? AND record IS NOT NULL"
DROP_RECORD = """
DELETE FROM record WHERE id = :id AND NOT EXISTS (SELECT 1 FROM observation WHERE record = :id)
"""
#: No instant is before it, and no number in SQLite.
FIRST = -(1 << 63)


class SqliteStore:
    """A memory of rosters in a SQLite file; see :class:`~availability.SnapshotStore`.

    ``keep`` is how long the past is kept, by the snapshots' own times: about once
    an hour what is older than the newest by more is forgotten, and its room in the
    file is used again; None keeps everything. ``wait`` is how long another process
    may hold the file. Both are lengths of time, or seconds. Without ``create`` the file
    must be there. ``desk`` is the id of the desk (its helpdesk_id): a file that
    remembers another is refused.

    Threads may share a store, a fork may use it, and other processes of the machine
    may have the same file open; it lies on a local disk, as SQLite's locks and log do
    not work over a network. A new file is its owner's alone to read: it has names and e-mail
    addresses. ``connect`` stands in for ``sqlite3.connect`` in tests.

    Raises:
        StoreError: the file cannot be used; the message names it and says why.
        ConfigurationError: ``keep`` or ``wait`` is no length of time, or negative.

    >>> from datetime import datetime, timezone
    >>> from tempfile import TemporaryDirectory
    >>> from availability import Agent, Roster
    >>> at = datetime(2026, 6, 1, tzinfo=timezone.utc)
    >>> with TemporaryDirectory() as folder, SqliteStore(f"{folder}/rosters.db") as store:
    ...     store.remember(Snapshot.learned(Roster([Agent("ou_1", None)], fetched_at=at), at))
    ...     store.as_of(at + timedelta(days=1))
    <Snapshot of 1 agents, learned 2026-06-01T00:00:00+00:00>
    """

    def __init__(
        self,
        path: FilePath,
        *,
        keep: Length | None = KEEP,
        wait: Length = timedelta(seconds=5),
        create: bool = True,
        desk: str | None = None,
        connect: Connect = sqlite3.connect,
    ) -> None:
        self._desk = desk
        kept = None if keep is None else to_length("keep", keep, may_be_zero=True)
        self._keep = None if kept is None else to_amount(kept)
        seconds = to_length("wait", wait, may_be_zero=True).total_seconds()
        self._file = SqliteFile(path, wait=seconds, create=create, connect=connect)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<SqliteStore {self._file.name}>"

    def close(self) -> None:
        """Close the file; the store cannot be used any more."""
        self._file.close()

    def remember(self, snapshot: Snapshot) -> None:
        """Hold what is new in a snapshot, and that it was fetched.

        When it returns, the snapshot is on the disk. One learned before the newest
        in the file would rewrite the past, and is left out; by an hour or more, a
        clock was set, and that is an error.

        Raises:
            StoreError: the file cannot be written, or its newest snapshot is from a
                clock that was ahead; it is as it was before.
        """
        if not isinstance(snapshot, Snapshot):
            raise ConfigurationError(f"snapshot: {describe(snapshot)} is not a Snapshot")
        with self._file.in_words():
            texts = _texts(snapshot.roster)
        digests = {name: digest_of(text) for name, text in texts.items()}
        fetched = snapshot.roster.fetched_at
        learned_at = snapshot.learned_at_micros
        times = learned_at, None if fetched is None else to_micros(fetched)
        with self._file.writing() as connection:
            if not self._is_the_desks(connection):
                connection.execute("INSERT INTO desk (id) VALUES (?)", (self._desk,))
            newest = _fetch(connection, NEWEST)
            if newest is not None and learned_at < newest[1]:
                _look_at_clocks(learned_at, newest[1])
                return
            held = {} if newest is None else _digests(connection, newest[0])
            changes = {
                name: digests.get(name)
                for name in {**held, **digests}
                if held.get(name) != digests.get(name)
            }
            if not changes and newest is not None and newest[1:] == times:
                return
            _add(connection, times, changes, texts)
            # By the hours of what is learned, as the machine's clock may be anything
            if self._keep is not None and newest and newest[1] // HOUR < learned_at // HOUR:
                _forget(connection, learned_at - self._keep)

    def latest(self) -> Snapshot | None:
        """Return what was learned last, None if nothing ever was.

        Raises:
            StoreError: the file cannot be read, or is damaged.
        """
        return self._snapshot(NEWEST)

    def as_of(self, at: datetime) -> Snapshot | None:
        """Return what was known at an instant: the last learned at or before it.

        Raises:
            StoreError: the file cannot be read, or is damaged.
        """
        return self._snapshot(KNOWN_AT, to_micros(at))

    def since(self, at: datetime) -> Iterator[Snapshot]:
        """Return what was known at an instant, if anything, and each later change in order.

        They are read one by one while the iterator goes on; what others remember
        meanwhile comes, too, and what they forget does not.

        Raises:
            StoreError: the file cannot be read, or is damaged.
        """
        return self._since(to_micros(at))

    def forget(self, before: datetime) -> None:
        """Drop what is older than an instant, but for what was known at it.

        The file does not shrink: its room is used again.

        Raises:
            StoreError: the file cannot be written; it is as it was before.
        """
        micros = to_micros(before)
        with self._file.writing() as connection:
            _forget(connection, micros)

    def _snapshot(self, query: str, *parameters: int) -> Snapshot | None:
        with self._file.reading() as connection:
            self._is_the_desks(connection)
            fetch = _fetch(connection, query, *parameters)
            rows = [] if fetch is None else _rows(connection, HELD, fetch[0])
        if fetch is None:
            return None
        with self._file.in_words():
            return Held(rows).snapshot(fetch)

    def _is_the_desks(self, connection: sqlite3.Connection) -> bool:
        """Return whether the file is known to be of the desk; of another it is refused."""
        if self._desk is None:
            return True
        found = connection.execute("SELECT id FROM desk").fetchone()
        if found is not None and found[0] != self._desk:
            raise StoreError(
                f"it remembers another desk, {one_line(str(found[0]))}; "
                f"give {one_line(self._desk)} a file of its own"
            )
        return found is not None

    def _since(self, micros: int) -> Iterator[Snapshot]:
        with self._file.reading() as connection:
            self._is_the_desks(connection)
            fetch = _fetch(connection, KNOWN_AT, micros)
            rows = [] if fetch is None else _rows(connection, HELD, fetch[0])
        memory = Held()
        while True:
            if fetch is not None:
                with self._file.in_words():
                    snapshot = memory.snapshot(fetch) if memory.learn(rows) else None
                if snapshot is not None:
                    yield snapshot
            # No transaction stays open meanwhile: it would keep the file from being tidied
            with self._file.reading() as connection:
                fetch = _fetch(connection, NEXT_CHANGE, -1 if fetch is None else fetch[0])
                if fetch is None:
                    return
                rows = _rows(connection, FOUND, fetch[0])


def _texts(roster: Roster) -> dict[str, str]:
    """Return what a roster says of each subject."""
    return {DESK: desk_text(roster), **{subject_of(one.id): agent_text(one) for one in roster}}


def _look_at_clocks(learned_at: int, newest: int) -> None:
    """Refuse what is older than the newest by more than two who remember are out of step."""
    if newest - learned_at < HOUR:
        return
    try:
        later = to_instant(newest)
    except OverflowError as error:
        raise StoreError("it is damaged: a fetch at no instant") from error
    raise StoreError(
        f"its newest snapshot is of {later.isoformat()}, later than this one, of "
        f"{to_instant(learned_at).isoformat()}: was a clock set ahead? "
        "set it right, or move the file away to begin anew"
    )


def _fetch(connection: sqlite3.Connection, query: str, *parameters: int) -> Fetch | None:
    found = connection.execute(query, parameters).fetchone()
    if found is None:
        return None
    number, learned_at, fetched_at = found
    if type(learned_at) is not int or not (fetched_at is None or type(fetched_at) is int):
        raise StoreError("it is damaged: a fetch without its time")
    return number, learned_at, fetched_at


def _rows(connection: sqlite3.Connection, query: str, fetch: int) -> list[Row]:
    return connection.execute(query, (fetch,)).fetchall()


def _digests(connection: sqlite3.Connection, fetch: int) -> dict[str, bytes]:
    return dict(connection.execute(DIGESTS, (fetch,)).fetchall())


def _add(
    connection: sqlite3.Connection,
    times: tuple[int, int | None],
    changes: Mapping[str, bytes | None],
    texts: Mapping[str, str],
) -> None:
    """Put in a fetch and what it found otherwise than the one before."""
    fetch = connection.execute(ADD_FETCH, times).lastrowid
    for name, digest in changes.items():
        if digest is not None:
            text = texts[name]
            # What could not be read again must not get in
            read_desk(text, "the desk") if name == DESK else read_agent(text, f"agent {name}")
            connection.execute(ADD_RECORD, (digest, text))
        connection.execute(ADD_SUBJECT, (name,))
        connection.execute(ADD_OBSERVATION, (name, fetch, digest))


def _forget(connection: sqlite3.Connection, before: int) -> None:
    known = _fetch(connection, KNOWN_AT, max(before, FIRST))
    if known is None:
        return
    old = connection.execute(OLD_RECORDS, (known[0],)).fetchall()
    for statement in FORGET:
        connection.execute(statement, {"fetch": known[0]})
    connection.executemany(DROP_RECORD, [{"id": record} for (record,) in old])
