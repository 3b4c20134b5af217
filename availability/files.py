"""Files that are made for their owner's eyes, and what SQLite raises. Imports nothing."""

from __future__ import annotations

import os
import sqlite3
from contextlib import suppress

#: What comes of an SQLite file that cannot be used. Messages about a damaged one name what
#: was found, and Python fails to decode those that are not in Unicode.
SQLITE_FAILURES = (sqlite3.Error, OSError, UnicodeDecodeError)


def make_private(path: str | os.PathLike[str]) -> None:
    """Make an empty file that only its owner may read, unless there is one.

    One that is there is not opened: if SQLite has it open, closing it here would
    take away the locks that this process has on it.

    Raises:
        OSError: it cannot be made.
    """
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
