"""The command line: ``availability now``. Imports feishu, roster, engine, errors.

Reading order: options (what can be asked for), at (texts to instants), source
(where the roster comes from), show (tables and JSON), app (the commands).
"""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit: 0 answered, 1 could not answer, 2 wrong usage."""
    from availability.cli.app import app  # noqa: PLC0415  (loads typer and rich)
    from availability.cli.show import printable  # noqa: PLC0415
    from availability.errors import AvailabilityError  # noqa: PLC0415

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a name that it cannot show must not stop it
            stream.reconfigure(errors="backslashreplace")
    try:
        app(args=None if arguments is None else list(arguments), prog_name="availability")
    except AvailabilityError as error:
        sys.stderr.write(f"availability: {printable(str(error))}\n")
        sys.exit(1)
