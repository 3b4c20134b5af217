"""Files for their owner's eyes, or written whole; what SQLite raises. Imports nothing."""

from __future__ import annotations

import errno
import os
import secrets
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

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


@contextmanager
def written_whole(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Give the name of a new file beside one, which takes its place once it is written.

    Where that fails, what was there stays as it was. A link is followed, and who
    may read the old file may read the new one.

    Raises:
        OSError: it cannot be written, or what is there is no plain file.
    """
    target = Path(os.path.realpath(path))
    new = target.parent / f".{secrets.token_hex(8)}.part"
    mode = _mode_of(target)
    new.touch(exist_ok=False)
    try:
        yield new
        with new.open("rb+") as file:
            os.fsync(file.fileno())
        if mode is not None:
            new.chmod(mode)
        new.replace(target)
    finally:
        new.unlink(missing_ok=True)


def _mode_of(path: Path) -> int | None:
    """Return the permissions of a file that may be replaced, None where there is none."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(mode):
        code = errno.EISDIR if stat.S_ISDIR(mode) else errno.EINVAL
        raise OSError(code, os.strerror(code), str(path))
    return stat.S_IMODE(mode)
