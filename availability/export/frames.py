"""Arrow tables, which pandas, polars and DuckDB take as they are; the only user of pyarrow.
Imports columns, texts, engine, errors.
"""

from __future__ import annotations

from collections.abc import Iterable
from os import PathLike
from types import ModuleType

import numpy as np

from availability.engine.steps import StepFunction
from availability.errors import ConfigurationError
from availability.export.columns import Columns, kind_of
from availability.export.texts import encodable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    import pyarrow as pa

    from availability.engine.grid import Integers

    Table: TypeAlias = pa.Table
    Array: TypeAlias = pa.Array

#: So many rows share buffers: the texts of more would not fit into one.
AT_ONCE = 1_000_000


def table_of(columns: Columns) -> Table:
    """Return a table of shifts or of stretches of duty.

    Raises:
        ConfigurationError: pyarrow is not installed.
    """
    pa = _pyarrow()
    fields = [("agent_id", pa.string(), False), ("agent_name", pa.string(), True)]
    instant = pa.timestamp("us", tz="UTC")
    ends = [("start", instant, False), ("end", instant, False), ("tz", pa.string(), False)]
    if columns.what == "shifts":
        fields += [("day", pa.date32(), False), *ends]
        fields += [("kind", pa.string(), False), ("weekday", pa.int8(), True)]
    else:
        fields += ends
    schema = pa.schema([pa.field(name, kind, nullable=null) for name, kind, null in fields])
    texts = [_texts(pa, column) for column in columns.people]
    parts = [
        pa.record_batch(_arrays(pa, columns, texts, slice(first, first + AT_ONCE)), schema)
        for first in range(0, columns.size, AT_ONCE)
    ]
    return pa.Table.from_batches(parts, schema)


def steps_table(function: StepFunction) -> Table:
    """Return a table of the pieces of a step function: start, end, count.

    Raises:
        ConfigurationError: pyarrow is not installed.
    """
    pa = _pyarrow()
    counts = pa.array(function.counts)
    arrays = [_instants(pa, function.micros[:-1]), _instants(pa, function.micros[1:]), counts]
    fields = zip(("start", "end", "count"), arrays, strict=True)
    schema = pa.schema([pa.field(name, array.type, nullable=False) for name, array in fields])
    return pa.Table.from_arrays(arrays, schema=schema)


def write_parquet(columns: Columns, path: str | PathLike[str]) -> None:
    """Write a table to a Parquet file.

    Raises:
        ConfigurationError: pyarrow is not installed.
        OSError: the file cannot be written.
    """
    table = table_of(columns)
    from pyarrow import parquet  # noqa: PLC0415  (an extra)

    parquet.write_table(table, path)


def _arrays(pa: ModuleType, columns: Columns, texts: Iterable[Array], some: slice) -> list[Array]:
    """Return the columns of some rows."""
    who = pa.array(columns.who[some])
    agent_id, agent_name, tz = (column.take(who) for column in texts)
    ends = [_instants(pa, column[some]) for column in (columns.starts, columns.ends)]
    if columns.days is None or columns.codes is None:
        return [agent_id, agent_name, *ends, tz]
    days, codes = columns.days[some], columns.codes[some]
    is_extra = codes == 0
    kinds = _texts(pa, [kind_of(1), kind_of(0)]).take(pa.array(is_extra.astype(np.int8)))
    weekdays = pa.array(codes, mask=is_extra)
    return [agent_id, agent_name, pa.array(days).view(pa.date32()), *ends, tz, kinds, weekdays]


def _texts(pa: ModuleType, texts: Iterable[str | None]) -> Array:
    return pa.array([None if text is None else encodable(text) for text in texts], type=pa.string())


def _instants(pa: ModuleType, micros: Integers) -> Array:
    return pa.array(micros).view(pa.timestamp("us", tz="UTC"))


def _pyarrow() -> ModuleType:
    try:
        import pyarrow as pa  # noqa: PLC0415  (an extra)
    except ImportError as error:
        raise ConfigurationError(
            "the package pyarrow is not installed: pip install 'agent-availability[arrow]'"
        ) from error
    found: ModuleType = pa
    return found
