"""The tables in which SQLite holds snapshots, and how an older file gets them.
Imports errors.

``record`` has each text once, under its SHA-256, which also tells whether it is
damaged. ``subject`` is an agent, or the desk. ``observation`` says that a fetch found
a subject otherwise than the one before: with which record, or (null) gone. ``desk``
has the id of the desk that all is about, if it was said.
"""

from __future__ import annotations

import sqlite3

from availability.errors import StoreError

#: What tells our files from those of other programs, in each file's header.
APPLICATION_ID = 0x41564C42  # "AVLB"
#: Each brings a file from one version of the tables to the next; what is here stays as it is.
MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        """CREATE TABLE record (
            id INTEGER PRIMARY KEY, digest BLOB NOT NULL UNIQUE, text TEXT NOT NULL)""",
        "CREATE TABLE subject (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)",
        """CREATE TABLE fetch (
            id INTEGER PRIMARY KEY, learned_at INTEGER NOT NULL, fetched_at INTEGER)""",
        "CREATE INDEX fetch_learned_at ON fetch (learned_at)",
        """CREATE TABLE observation (
            subject INTEGER NOT NULL REFERENCES subject,
            fetch INTEGER NOT NULL REFERENCES fetch,
            record INTEGER REFERENCES record,
            PRIMARY KEY (subject, fetch)) WITHOUT ROWID""",
        "CREATE INDEX observation_fetch ON observation (fetch)",
        "CREATE INDEX observation_record ON observation (record)",
        "CREATE TABLE desk (id TEXT NOT NULL)",
    ),
)


def is_new(connection: sqlite3.Connection) -> bool:
    """Return whether a database has nothing in it yet.

    Raises:
        StoreError: it is another program's.
    """
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    (objects,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    # Last: whoever makes it ours meanwhile does so together with what was just looked at
    (found,) = connection.execute("PRAGMA application_id").fetchone()
    if found == APPLICATION_ID:
        return False
    if found or version or objects:
        raise StoreError("the SQLite database of another program, not a memory of rosters")
    return True


def migrate(
    connection: sqlite3.Connection, migrations: tuple[tuple[str, ...], ...] = MIGRATIONS
) -> None:
    """Give a database the tables of today; it is in a transaction that excludes other writers.

    Raises:
        StoreError: a newer version of the package made it, or another program.
    """
    version = 0 if is_new(connection) else version_of(connection, migrations)
    for statements in migrations[version:]:
        for statement in statements:
            connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {len(migrations)}")


def version_of(
    connection: sqlite3.Connection, migrations: tuple[tuple[str, ...], ...] = MIGRATIONS
) -> int:
    """Return the version of a database's tables.

    Raises:
        StoreError: a newer version of the package made them, or none did.
    """
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version < 1:
        raise StoreError("it is damaged: its tables are of no version")
    if version > len(migrations):
        raise StoreError(
            f"made by a newer version of this package: its tables are of version {version}, "
            f"and this one knows 1 to {len(migrations)}"
        )
    return int(version)
