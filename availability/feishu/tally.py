"""How many calls were sent, and when: in memory or in a file. Imports engine, forks, files.

Instants are integer UTC microseconds. A month is the calendar's in Asia/Shanghai,
as a number that grows by one.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime, timedelta, timezone
from pathlib import Path
from threading import RLock

from availability.engine.instants import EPOCH, MICROS, MICROSECOND
from availability.files import make_private
from availability.forks import keep_quiet

#: Asia/Shanghai, which has had no summer time since 1991.
CHINA = timezone(timedelta(hours=8))
MINUTE = 60 * MICROS
#: How long to wait for another process to let go of a file, in seconds.
LONGEST_LOCK = 5.0

TABLES = (
    "CREATE TABLE IF NOT EXISTS recent (at INTEGER NOT NULL)",
    "CREATE TABLE IF NOT EXISTS months (month INTEGER PRIMARY KEY, calls INTEGER NOT NULL)",
)


class Tally:
    """The instants of the last minute's calls, in order, and how many each month had."""

    def __init__(self) -> None:
        self.recent: list[int] = []
        self.months: dict[int, int] = {}

    def add(self, at: int) -> None:
        """Count a call."""
        month = month_of(at)
        self.recent.append(at)
        self.months[month] = self.months.get(month, 0) + 1

    def add_all(self, other: Tally) -> None:
        """Count what another tally has counted, too."""
        self.recent = sorted(self.recent + other.recent)
        for month, calls in other.months.items():
            self.months[month] = self.months.get(month, 0) + calls

    def forget(self, now: int) -> None:
        """Drop what no limit looks at any more.

        What seems to be to come was sent before the clock went back: it counts as
        sent now, so that it stands in the way for a minute and no longer.
        """
        self.recent = [min(at, now) for at in self.recent if at > now - MINUTE]
        # The month before stays: a clock that goes back a little may come to it again
        oldest = month_of(now) - 1
        self.months = {month: calls for month, calls in self.months.items() if month >= oldest}


class TallyFile:
    """A tally in an SQLite file that several processes may share.

    Each change has a connection of its own, so that none outlives a fork or stays
    open; for that SQLite's usual journal is better than a write-ahead log, which
    would be made and cleaned up each time, and it works on network drives. The file
    is made readable for its owner only. A fork waits until no thread is changing it:
    SQLite in the child would believe to hold the locks of its parent.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = RLock()
        keep_quiet(self)

    @contextmanager
    def changing(self) -> Iterator[Tally]:
        """Give what the file has, and keep what becomes of it, while no other process can.

        Raises:
            sqlite3.Error, OSError, UnicodeDecodeError, OverflowError: the file cannot be used.
        """
        with self._lock:
            make_private(self.path)
            with closing(self._connected()) as db:
                db.execute("BEGIN IMMEDIATE")
                for table in TABLES:
                    db.execute(table)
                tally = _read(db)
                yield tally
                _write(db, tally)
                db.execute("COMMIT")

    def before_fork(self) -> None:
        """Wait until no thread has the file open."""
        self._lock.acquire()

    def after_fork(self, *, in_child: bool) -> None:
        """Let the threads go on; a lock that came with the fork is nobody's."""
        if in_child:
            self._lock = RLock()
        else:
            with suppress(RuntimeError):  # an interrupted wait for it
                self._lock.release()

    def _connected(self) -> sqlite3.Connection:
        return sqlite3.connect(self.path, timeout=LONGEST_LOCK, isolation_level=None)


def _read(db: sqlite3.Connection) -> Tally:
    tally = Tally()
    try:
        tally.recent = [int(at) for (at,) in db.execute("SELECT at FROM recent ORDER BY at")]
        months = db.execute("SELECT month, calls FROM months")
        tally.months = {int(month): int(calls) for month, calls in months}
    except (ValueError, TypeError) as error:
        raise sqlite3.DatabaseError("another program's tables") from error
    return tally


def _write(db: sqlite3.Connection, tally: Tally) -> None:
    db.execute("DELETE FROM recent")
    db.executemany("INSERT INTO recent VALUES (?)", [(at,) for at in tally.recent])
    db.execute("DELETE FROM months")
    db.executemany("INSERT INTO months VALUES (?, ?)", tally.months.items())


def month_of(at: int) -> int:
    """Return the month that an instant lies in."""
    there = (EPOCH + at * MICROSECOND).astimezone(CHINA)
    return there.year * 12 + there.month - 1


def start_of(month: int) -> datetime:
    """Return when a month starts."""
    return datetime(month // 12, month % 12 + 1, 1, tzinfo=CHINA)
