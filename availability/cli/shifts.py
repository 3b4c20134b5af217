"""The command shifts: every shift, or stretch of duty, as a table, CSV, Parquet or JSON.
Imports desk_options, options, over, show, view, window, export, roster, errors, files.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from availability.cli import options
from availability.cli.desk_options import DeskOptions, takes_desk
from availability.cli.over import Over, Window
from availability.cli.show import console, hours, plain_table
from availability.cli.view import View, print_document
from availability.cli.window import Start, window
from availability.errors import ConfigurationError, UnknownStateError, one_line
from availability.export.csv_rows import write_csv
from availability.files import written_whole
from availability.roster.messages import counted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from availability.export.columns import Columns, Row

WINDOW = timedelta(weeks=1)
#: How many rows people are shown.
MOST_SHOWN = 1_000
STDOUT = Path("-")


class What(str, Enum):
    """What a row is."""

    SHIFTS = "shifts"
    INTERVALS = "intervals"


WhatOption = Annotated[
    What,
    typer.Option(
        "--what",
        help="A row for each shift; or each interval: a stretch of duty, however many shifts.",
    ),
]
End = Annotated[
    str | None,
    typer.Option("--end", metavar="INSTANT", help="Until when. Default: a week later."),
]
Csv = Annotated[
    Path | None,
    typer.Option("--csv", metavar="FILE", help="Write a .csv file; - is standard output."),
]
Parquet = Annotated[
    Path | None,
    typer.Option("--parquet", metavar="FILE", help="Write a .parquet file; needs pyarrow."),
]


@dataclass(frozen=True, slots=True)
class Found:
    """What was found, and the ids of those of whom nobody can say throughout."""

    asked: Over
    columns: Columns
    unknown: tuple[str, ...]


@takes_desk
def shifts(
    *,
    start: Start = None,
    end: End = None,
    what: WhatOption = What.SHIFTS,
    desk: DeskOptions,
    csv: Csv = None,
    parquet: Parquet = None,
    as_json: options.Json = False,
) -> None:
    """Every shift, of the coming week or between two instants, by the schedules.

    As a table for people, or as CSV, Parquet or JSON for programs.
    """
    if sum((csv is not None, parquet is not None, as_json)) > 1:
        raise typer.BadParameter("one of --csv, --parquet and --json at a time")
    if csv is not None and csv != STDOUT:
        _check_suffix(csv, ".csv", "--csv")
    if parquet is not None:
        _check_suffix(parquet, ".parquet", "--parquet")
    asked = desk.ask_over(_from_this_second(start, end))
    columns = asked.roster.columns(asked.start, asked.end, what=what.value)
    found = Found(asked, columns, _unknown(asked))
    if as_json:
        print_document(_document(found))
    elif csv is not None or parquet is not None:
        _write(found, csv, parquet)
    else:
        _print(found)


def _check_suffix(path: Path, suffix: str, option: str) -> None:
    if path.suffix.lower() != suffix:
        raise typer.BadParameter(
            f"{one_line(str(path))}: unknown suffix; allowed: {suffix}", param_hint=option
        )


def _from_this_second(start: str | None, end: str | None) -> Window:
    return lambda tz, now: window(start, end, tz, now.replace(microsecond=0), WINDOW)


def _unknown(asked: Over) -> tuple[str, ...]:
    try:
        asked.roster.headcount(asked.start, asked.end, unknown="raise")
    except UnknownStateError as error:
        return error.agent_ids
    return ()


def _write(found: Found, csv: Path | None, parquet: Path | None) -> None:
    """Write the file, and say on standard error what is in it."""
    from availability.export.frames import write_parquet  # noqa: PLC0415  (loads numpy)

    if csv == STDOUT:
        _write_to_stdout(found.columns)
        where = ""
    elif csv is not None:
        _write_file(csv, lambda new: _write_csv(found.columns, new))
        where = f" in {one_line(str(csv))}"
    elif parquet is not None:
        _write_file(parquet, lambda new: write_parquet(found.columns, new))
        where = f" in {one_line(str(parquet))}"
    typer.echo(f"{_summary(found)}{where}.{_doubt(found)}", err=True)


def _write_csv(columns: Columns, path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        write_csv(columns, file)


def _write_to_stdout(columns: Columns) -> None:
    """Write CSV in UTF-8, whatever the output's own encoding is."""
    sys.stdout.flush()
    out = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", newline="")
    try:
        write_csv(columns, out)
    finally:
        out.detach()


def _write_file(path: Path, write: Callable[[Path], None]) -> None:
    try:
        with written_whole(path) as new:
            write(new)
    except OSError as error:
        raise ConfigurationError(f"{path}: {error.strerror or error}") from error


def _document(found: Found) -> dict[str, object]:
    rows = [_fields(found.asked.view, row) for row in found.columns.rows()]
    return found.asked.framed(**{found.columns.what: rows}, unknown=list(found.unknown))


def _fields(view: View, row: Row) -> dict[str, object]:
    fields = row._asdict()
    fields |= {"start": view.rfc3339(row.start), "end": view.rfc3339(row.end)}
    if row.day is None:
        return {name: fields[name] for name in ("agent_id", "agent_name", "start", "end", "tz")}
    return {**fields, "day": row.day.isoformat()}


def _print(found: Found) -> None:
    out = console()
    out.print(found.asked.heading())
    if found.columns.size:
        out.print(_table(found))
    more = found.columns.size - MOST_SHOWN
    if more > 0:
        out.print(f"And {more:,} more: --csv, --parquet and --json have them all.")
    out.print(f"{_summary(found)}.{_doubt(found)}")


def _table(found: Found) -> Table:
    is_shifts = found.columns.what == "shifts"
    table = plain_table()
    table.add_column("Agent", overflow="fold", max_width=24)
    for name in ("Start", "End"):
        table.add_column(name, no_wrap=True)
    table.add_column("Length", no_wrap=True, justify="right")
    if is_shifts:
        table.add_column("Kind", no_wrap=True)
    for row in islice(found.columns.rows(), MOST_SHOWN):
        clocks = [found.asked.view.clock(at) for at in (row.start, row.end)]
        cells = [*clocks, hours(row.end - row.start), *([row.kind] if is_shifts else [])]
        table.add_row(Text(one_line(row.agent_name or row.agent_id)), *cells)
    return table


def _summary(found: Found) -> str:
    columns = found.columns
    rows = counted(columns.size, columns.what.removesuffix("s"))
    return f"{rows} of {counted(len(set(columns.who.tolist())), 'agent')}"


def _doubt(found: Found) -> str:
    if not found.unknown:
        return ""
    agents = counted(len(found.unknown), "agent")
    return f" Of {agents} nobody can say throughout: only what is sure is here."
