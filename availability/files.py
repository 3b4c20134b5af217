"""Files that are made for their owner's eyes. Imports nothing."""

from __future__ import annotations

import os
from contextlib import suppress


def make_private(path: str | os.PathLike[str]) -> None:
    """Make an empty file that only its owner may read, unless there is one.

    One that is there is not opened: if SQLite has it open, closing it here would
    take away the locks that this process has on it.

    Raises:
        OSError: it cannot be made.
    """
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
