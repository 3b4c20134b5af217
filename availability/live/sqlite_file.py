"""One SQLite file: opened, locked, forked, and its failures put in words.
Imports schema, errors, forks, files.
"""

from __future__ import annotations

import logging
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Literal, TypeAlias

from availability.errors import StoreError, one_line
from availability.files import SQLITE_FAILURES, make_private
from availability.forks import keep_quiet
from availability.live.schema import MIGRATIONS, is_new, migrate, version_of

FilePath: TypeAlias = "str | bytes | os.PathLike[str] | os.PathLike[bytes]"
Connect: TypeAlias = Callable[..., sqlite3.Connection]

#: Seconds between two looks at whether another process is still opening the same new file.
PAUSE = 0.05
SETTINGS = (
    "PRAGMA synchronous = FULL",  # what remember() returned from survives a power cut
    "PRAGMA foreign_keys = ON",
    "PRAGMA trusted_schema = OFF",
    "PRAGMA journal_size_limit = 4194304",
)
DAMAGED = "it is damaged; put back a copy, or move it away to begin anew"
#: Parts of SQLite's messages, and what they mean for who reads them.
MEANINGS = (
    ("locked", "another process holds it, and did not let go of it in time; try again"),
    ("disk is full", "the disk is full; nothing stored is lost, make room and try again"),
    ("readonly", "it may not be written; check the permissions of the file and its folder"),
    ("unable to open", "it cannot be opened; its folder must exist, and both be writable"),
    ("malformed", DAMAGED),
    ("no such", "it is damaged, a table is missing; put back a copy, or move it away"),
    ("constraint failed", DAMAGED),
    ("not a database", "it is no SQLite database, or a damaged one; it was left as it is"),
    ("disk i/o", "the disk could not read or write it; check the disk and its quota"),
    ("closed database", "the store is closed"),
)

logger = logging.getLogger("availability")


class SqliteFile:
    """A file of snapshots, for the threads of one process at a time.

    ``wait`` is for how many seconds a lock of another process is waited for;
    without ``create`` the file must be there and have something in it. ``connect``
    is what opens it.

    Before a fork the connection is closed, and both processes open their own: with
    one still open, SQLite would believe the child to have the locks of its parent.
    """

    def __init__(
        self, path: FilePath, *, wait: float, create: bool, connect: Connect = sqlite3.connect
    ) -> None:
        # A name such as :memory: means a file, too; and the working directory may change
        self.path = os.path.abspath(os.fsdecode(path))  # noqa: PTH100  (resolve follows links)
        self._wait = wait
        self._create = create
        self._connect = connect
        self._lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None
        self._opened_by = os.getpid()
        self._identity: tuple[int, int] | None = None
        self._is_closed = False
        keep_quiet(self)
        with self._lock, self.in_words():
            self._opened()

    @property
    def name(self) -> str:
        """The file's path, on one line."""
        return one_line(self.path)

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Hold the file as it is at one moment.

        Raises:
            StoreError: it cannot be read.
        """
        with self._transaction("DEFERRED") as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Change all or nothing, while nobody else changes anything.

        Raises:
            StoreError: it cannot be written.
        """
        with self._transaction("IMMEDIATE") as connection:
            yield connection

    def close(self) -> None:
        """Close the file for good."""
        with self._lock, self.in_words():
            self._is_closed = True
            self.let_go()

    def let_go(self) -> None:
        """Close the connection; the next one to ask opens another."""
        if self._connection is not None and self._opened_by == os.getpid():
            self._connection.close()
            self._connection = None

    def before_fork(self) -> None:
        """Wait until no thread is using the file, and close the connection."""
        self._lock.acquire()
        with suppress(sqlite3.Error):
            self.let_go()

    def after_fork(self, *, in_child: bool) -> None:
        """Let the threads go on; a lock that came with the fork is nobody's."""
        if in_child:
            self._lock = threading.RLock()
        else:
            with suppress(RuntimeError):  # an interrupted wait for it
                self._lock.release()

    @contextmanager
    def _transaction(self, kind: Literal["DEFERRED", "IMMEDIATE"]) -> Iterator[sqlite3.Connection]:
        with self._lock, self.in_words():
            connection = self._opened()
            try:
                connection.execute(f"BEGIN {kind}")
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):  # it may have been rolled back already
                    connection.execute("ROLLBACK")
                raise

    @contextmanager
    def in_words(self) -> Iterator[None]:
        """Turn every failure into a StoreError that names the file."""
        try:
            yield
        except StoreError as error:
            raise StoreError(f"{self.name}: {error}") from error
        except SQLITE_FAILURES as error:
            with suppress(sqlite3.Error):
                self.let_go()  # a new one knows nothing of what failed
            raise StoreError(f"{self.name}: {meaning(error)}") from error

    def _opened(self) -> sqlite3.Connection:
        if self._is_closed:
            raise StoreError("the store is closed")
        if self._connection is not None and self._opened_by == os.getpid() and self._is_gone():
            logger.warning("%s: it was deleted or replaced, and is opened anew", self.name)
            self.let_go()
        if self._connection is None:
            if self._create:
                make_private(self.path)  # e-mail addresses will be in it
            elif not os.path.exists(self.path):  # noqa: PTH110  (any path will do)
                raise StoreError("no such file")
            connection = self._connect(
                self.path, timeout=self._wait, isolation_level=None, check_same_thread=False
            )
            try:
                self._prepare(connection)
            except BaseException:
                connection.close()
                raise
            self._connection = connection
            self._identity = _identity(self.path)
            self._opened_by = os.getpid()
        elif self._opened_by != os.getpid():
            raise StoreError("opened before a fork that Python was not told of; open it after that")
        return self._connection

    def _is_gone(self) -> bool:
        """Return whether another file, or none, lies where the one that is open lay.

        SQLite would go on writing to one that nobody will ever read.
        """
        return _identity(self.path) != self._identity

    def _prepare(self, connection: sqlite3.Connection) -> None:
        connection.text_factory = _decoded
        for setting in SETTINGS:
            connection.execute(setting)
        if not is_new(connection):
            if version_of(connection) == len(MIGRATIONS):
                return
        elif not self._create:
            raise StoreError("there is nothing in it: not a memory of rosters")
        self._use_wal(connection)
        connection.execute("BEGIN IMMEDIATE")
        migrate(connection)
        connection.execute("COMMIT")

    def _use_wal(self, connection: sqlite3.Connection) -> None:
        """Let readers and a writer not wait for each other, which the file then remembers.

        SQLite does not wait when two processes ask for it at the same time.
        """
        for _ in range(int(self._wait / PAUSE)):
            try:
                connection.execute("PRAGMA journal_mode = WAL")
            except sqlite3.OperationalError as error:
                if "locked" not in str(error):
                    raise
                time.sleep(PAUSE)
            else:
                return
        connection.execute("PRAGMA journal_mode = WAL")


def _identity(path: str) -> tuple[int, int] | None:
    """Return what tells a file from others of the machine, None if there is none."""
    try:
        found = os.stat(path)  # noqa: PTH116  (any path will do)
    except OSError:
        return None
    return found.st_dev, found.st_ino


def meaning(error: sqlite3.Error | OSError | UnicodeDecodeError) -> str:
    """Return what an error of SQLite or of the system means, in words to act on."""
    if isinstance(error, OSError):
        return (error.strerror or one_line(str(error))).lower()
    if isinstance(error, UnicodeDecodeError) or not error.args:  # so before Python 3.11
        return DAMAGED
    said = one_line(str(error))
    for part, words in MEANINGS:
        if part in said.lower():
            return f"{words} ({said})"
    return said


def _decoded(text: bytes) -> str:
    """Return a text, damaged or not: SQLite's own error would show it, e-mail address and all."""
    return text.decode("utf-8", "replace")
