"""Tables of shifts, or of stretches of duty, as plain columns. Imports engine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from availability.engine.instants import EPOCH_ORDINAL, to_instant

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal, TypeAlias

    from availability.engine.grid import Integers

    What: TypeAlias = Literal["shifts", "intervals"]

#: What a row of a table can be.
WHAT = ("shifts", "intervals")
#: So many rows are turned into Python's own values together.
AT_ONCE = 10_000


class People(NamedTuple):
    """Whose rows there are in a table: their ids, names and zones."""

    ids: Sequence[str]
    names: Sequence[str | None]
    zones: Sequence[str]


class Row(NamedTuple):
    """One row: instants are in UTC, ``day`` is the date in the zone ``tz``.

    A stretch of duty has no ``day`` and no ``kind``; only a range has a ``weekday`` code.
    """

    agent_id: str
    agent_name: str | None
    day: date | None
    start: datetime
    end: datetime
    tz: str
    kind: str | None
    weekday: int | None


class Columns(NamedTuple):
    """A table, column by column.

    ``who`` are places in ``people``; ``starts`` and ``ends`` UTC microseconds since 1970,
    ``days`` days since 1970 and ``codes`` weekday codes, 0 for an extra shift. Stretches
    of duty have neither of these two.
    """

    people: People
    who: npt.NDArray[np.int32]
    starts: Integers
    ends: Integers
    days: npt.NDArray[np.int32] | None = None
    codes: npt.NDArray[np.int8] | None = None

    @property
    def what(self) -> What:
        """What a row is."""
        return "intervals" if self.codes is None else "shifts"

    @property
    def size(self) -> int:
        """How many rows there are."""
        return len(self.who)

    def rows(self) -> Iterator[Row]:
        """Yield the rows one by one."""
        for first in range(0, self.size, AT_ONCE):
            yield from self._rows(slice(first, first + AT_ONCE))

    def _rows(self, some: slice) -> Iterator[Row]:
        people = self.people
        starts, ends = self.starts[some].tolist(), self.ends[some].tolist()
        days = [None] * len(starts) if self.days is None else self.days[some].tolist()
        codes = [None] * len(starts) if self.codes is None else self.codes[some].tolist()
        for i, day, start, end, code in zip(
            self.who[some].tolist(), days, starts, ends, codes, strict=True
        ):
            yield Row(
                people.ids[i],
                people.names[i],
                None if day is None else date.fromordinal(day + EPOCH_ORDINAL),
                to_instant(start),
                to_instant(end),
                people.zones[i],
                kind_of(code),
                code or None,
            )


def kind_of(code: int | None) -> str | None:
    """Return what a shift with a weekday code, or 0, is."""
    return None if code is None else "range" if code else "extra shift"
