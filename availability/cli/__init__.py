"""The command line: ``availability now``. Imports live, feishu, roster, export, engine,
errors.

Reading order: options (what can be asked for), at (texts to instants), source
(where the roster comes from), ask (all of these together), over (the same of a
window of time), desk_options (the options that most commands share, as one value),
view (what is shown, and its JSON), show (tables for people), explain, lint, doctor,
diff, shifts, week, gaps, handoffs, report, watch and history (a command each; heat
and bars for week, changes for the last), chaos (the demo's outage), app (the other
commands).
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence

from availability.errors import AvailabilityError, one_line


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit: 0 answered, 1 could not answer, 2 wrong usage."""
    if sys.stdout is None:  # closed by whoever started this
        if sys.stderr is not None:
            sys.stderr.write("availability: there is no standard output to answer on\n")
        sys.exit(1)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a name that it cannot show must not stop it
            stream.reconfigure(errors="backslashreplace")
    try:
        _run(arguments)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:  # nobody reads on, as with head; what is left has nowhere to go
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except (AvailabilityError, OSError) as error:
        sys.stderr.write(f"availability: {one_line(str(error))}\n")
        sys.exit(1)


def _run(arguments: Sequence[str] | None) -> None:
    from availability.cli.app import app  # noqa: PLC0415  (loads typer and rich)

    try:
        app(args=None if arguments is None else list(arguments), prog_name="availability")
    finally:
        sys.stdout.flush()
