"""Tables as CSV, which needs nothing but Python. Imports columns, texts.

Instants are RFC 3339 in UTC; beside them are the zone and what its clocks show, for people.
A text that a spreadsheet would take for a formula has an apostrophe before it, as names
come from whoever bears them: who wants every name as it is takes Parquet, or JSON.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from typing import TextIO
from zoneinfo import ZoneInfo

from availability.export.texts import encodable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from availability.export.columns import Columns, Row, What

#: What spreadsheets begin formulas with; the wide ones are what a Chinese keyboard types.
FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001  (meant)
HEADERS: dict[What, tuple[str, ...]] = {
    "shifts": (
        *("agent_id", "agent_name", "day", "start", "end", "tz", "kind", "weekday"),
        *("start_local", "end_local"),
    ),
    "intervals": ("agent_id", "agent_name", "start", "end", "tz", "start_local", "end_local"),
}


def write_csv(columns: Columns, file: TextIO) -> None:
    """Write a table to a file that was opened with ``newline=""``; lines end as in RFC 4180."""
    writer = csv.writer(file)
    writer.writerow(HEADERS[columns.what])
    writer.writerows(_cells(columns))


def _cells(columns: Columns) -> Iterator[tuple[object, ...]]:
    people = columns.people
    quoted = columns._replace(
        people=people._replace(
            ids=[_cell(one) for one in people.ids],
            names=[None if one is None else _cell(one) for one in people.names],
        )
    )
    shape = _interval if columns.what == "intervals" else _shift
    return map(shape, quoted.rows())


def _shift(row: Row) -> tuple[object, ...]:
    return (*row[:3], *_ends(row), row.kind, row.weekday, *_local_ends(row))


def _interval(row: Row) -> tuple[object, ...]:
    return (*row[:2], *_ends(row), *_local_ends(row))


def _ends(row: Row) -> tuple[str, str, str]:
    return _utc(row.start), _utc(row.end), row.tz


def _local_ends(row: Row) -> tuple[str, str]:
    zone = _zone(row.tz)
    return _local(row.start, zone), _local(row.end, zone)


def _utc(at: datetime) -> str:
    return at.isoformat()[:-6] + "Z"


def _local(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).replace(tzinfo=None).isoformat(" ")


@lru_cache(maxsize=64)
def _zone(key: str) -> ZoneInfo:
    return ZoneInfo(key)


def _cell(text: str) -> str:
    """Return a text as a cell that is no formula.

    >>> _cell("=1+1"), _cell("王芳")
    ("'=1+1", '王芳')
    """
    text = encodable(text)
    return f"'{text}" if text.startswith(FORMULAS) else text
