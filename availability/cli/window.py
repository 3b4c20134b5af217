"""The options --start and --end, once for all commands that take them so.
Imports ask, engine.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, TypeAlias

import typer

from availability.cli.ask import parsed
from availability.engine.instants import to_window
from availability.engine.timeline import LATEST

LONGEST = timedelta(days=3653)
Start: TypeAlias = Annotated[
    str | None, typer.Option("--start", metavar="INSTANT", help="From when; as --at. Default: now.")
]
End: TypeAlias = Annotated[
    str | None,
    typer.Option("--end", metavar="INSTANT", help="Until when; at most ten years later."),
]


def window(
    start: str | None, end: str | None, tz: str, now: datetime, default: timedelta
) -> tuple[datetime, datetime]:
    """Return the window that the options name: from ``now``, and ``default`` long, unless said.

    Raises:
        typer.BadParameter: no instant, or more than ten years.
        WindowError: it starts after it ends.
    """
    since = parsed(start, tz, "--start").instant if start else now
    until = parsed(end, tz, "--end").instant if end else since + min(default, LATEST - since)
    return checked(since, until)


def checked(since: datetime, until: datetime) -> tuple[datetime, datetime]:
    """Return a window; raise as :func:`window` does."""
    to_window(since, until)  # refuses one that ends before it starts
    if until - since > LONGEST:
        raise typer.BadParameter("at most ten years", param_hint="--end")
    return since, until
