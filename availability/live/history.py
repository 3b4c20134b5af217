"""What was known of a desk, and when: who was on duty by it, what changed.
Imports sqlite_file, sqlite_store, store, engine, roster, errors.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import pairwise, takewhile
from pathlib import PurePath
from typing import TYPE_CHECKING

from availability.engine.instants import EPOCH, MICROSECOND, to_instant, to_micros, to_window
from availability.engine.value import Value
from availability.errors import NothingKnownError
from availability.live.sqlite_store import SqliteStore
from availability.live.store import Snapshot, SnapshotStore
from availability.roster.agent import Agent
from availability.roster.roster import Roster

if TYPE_CHECKING:
    from typing import Any, Literal, TypeAlias

    from typing_extensions import Self

    from availability.live.sqlite_file import FilePath

    Kind: TypeAlias = Literal["added", "removed", "changed"]

FIRST_MICROS = to_micros(datetime.min.replace(tzinfo=EPOCH.tzinfo))


class Change(Value):
    """What one fetch found of one agent otherwise than the fetch before it.

    ``learned_at`` is from when that counted, in UTC; ``before`` is None for an agent
    who was not on the roster, ``after`` for one who no longer is: gone from the
    desk, or left out because the payload could not be read.
    """

    __slots__ = _fields = ("learned_at", "agent_id", "before", "after")

    learned_at: datetime
    agent_id: str
    before: Agent | None
    after: Agent | None

    def __init__(
        self, learned_at: datetime, agent_id: str, before: Agent | None, after: Agent | None
    ) -> None:
        self._fill(learned_at, agent_id, before, after)

    @property
    def kind(self) -> Kind:
        """Whether the agent was added, removed or changed."""
        if self.before is None:
            return "added"
        return "removed" if self.after is None else "changed"

    @property
    def fields(self) -> tuple[str, ...]:
        """The names of the agent's fields that differ, such as ``"schedule"``.

        None of an agent who was added or removed.
        """
        before, after = self.before, self.after
        if before is None or after is None:
            return ()
        return tuple(
            name for name in Agent._fields if getattr(before, name) != getattr(after, name)
        )


class History:
    """The past of a desk, as a store remembers it.

    ``prepare`` makes of each roster what is to be asked, such as
    ``lambda roster: roster.with_calendar(china)``: a store has neither calendars nor
    leave. It does not touch :meth:`changes`.

    >>> from datetime import datetime, timedelta, timezone
    >>> from tempfile import TemporaryDirectory
    >>> from availability import Agent, Roster, Snapshot, SqliteStore, WeeklySchedule
    >>> monday = datetime(2026, 6, 1, 9, tzinfo=timezone.utc)
    >>> def desk(start):
    ...     rows = [{"weekday": 1, "start_time": start, "end_time": "18:00"}]
    ...     return Roster([Agent("ou_1", WeeklySchedule.parse(rows, tz="UTC"))])
    >>> with TemporaryDirectory() as folder, SqliteStore(f"{folder}/rosters.db") as store:
    ...     store.remember(Snapshot.learned(desk("08:00"), monday - timedelta(hours=2)))
    ...     store.remember(Snapshot.learned(desk("10:00"), monday + timedelta(hours=2)))
    ...     history = History(store)
    ...     history.on_duty(monday), history.on_duty(monday, as_of=monday + timedelta(hours=2))
    ...     [(one.agent_id, one.kind, one.fields) for one in history.changes(
    ...         monday, monday + timedelta(days=1))]
    ([Agent(id='ou_1', name=None)], [])
    [('ou_1', 'changed', ('schedule',))]
    """

    def __init__(
        self, store: SnapshotStore, *, prepare: Callable[[Roster], Roster] | None = None
    ) -> None:
        self._store = store
        self._prepare = prepare
        self._is_owner = False

    @classmethod
    def open(cls, path: FilePath, *, prepare: Callable[[Roster], Roster] | None = None) -> Self:
        """Return the history in a SQLite file, which it closes when it is closed.

        The file is only read: it stays as it is, byte for byte.

        Raises:
            StoreError: no such file, or none that can be used.
        """
        history = cls(SqliteStore(path, create=False, connect=_only_reading), prepare=prepare)
        history._is_owner = True
        return history

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file that :meth:`open` opened; a store that was given stays open."""
        if self._is_owner:
            self._store.close()

    @property
    def begins(self) -> datetime | None:
        """When the first was learned that is remembered, None if nothing is."""
        first = next(self._store.since(to_instant(FIRST_MICROS)), None)
        return None if first is None else first.learned_at

    def roster(self, as_of: datetime | None = None) -> Roster:
        """Return the roster as it was known at an instant, by default the latest.

        Raises:
            NothingKnownError: nothing was known yet.
            StoreError: the store cannot be read.
        """
        snapshot = self._store.latest() if as_of is None else self._store.as_of(as_of)
        if snapshot is None:
            begins, when = self.begins, "" if as_of is None else f" at {as_of.isoformat()}"
            first = "" if begins is None else f": it begins at {begins.isoformat()}"
            raise NothingKnownError(f"nothing of the desk was known yet{when}{first}")
        return snapshot.roster if self._prepare is None else self._prepare(snapshot.roster)

    def on_duty(self, at: datetime, as_of: datetime | None = None) -> list[Agent]:
        """Return who was on duty at an instant, by the schedules known at ``as_of``.

        By default by those known at the instant itself, for a later one than the
        last fetch the latest.

        Raises:
            NothingKnownError: nothing was known yet.
            StoreError: the store cannot be read.
        """
        return self.roster(at if as_of is None else as_of).on_duty(at)

    def changes(self, start: datetime, end: datetime) -> list[Change]:
        """Return what fetches found otherwise in ``[start, end)``, by when it was learned.

        In order; within a fetch in that of the roster, with those no longer on it
        last. The first that was ever learned is no change, and what was forgotten
        is not found. All is as the platform said it.

        Raises:
            WindowError: the window starts after it ends.
            StoreError: the store cannot be read.
        """
        first, last = to_window(start, end)
        # What is learned at the start itself differs from what was known before
        before = EPOCH + max(first - 1, FIRST_MICROS) * MICROSECOND
        known = takewhile(lambda one: one.learned_at_micros < last, self._store.since(before))
        return [change for was, now in pairwise(known) for change in _changes(was, now)]


def _only_reading(path: str, **settings: Any) -> sqlite3.Connection:
    # The one closes without a checkpoint, which would write; the other takes away with it
    # what SQLite puts beside a file, where that was not there before
    mode = "ro" if os.path.exists(f"{path}-wal") else "rw"  # noqa: PTH110  (any path will do)
    uri = f"{PurePath(path).as_uri()}?mode={mode}"
    connection: sqlite3.Connection = sqlite3.connect(uri, uri=True, **settings)
    connection.execute("PRAGMA query_only = ON")
    return connection


def _changes(was: Snapshot, now: Snapshot) -> Iterator[Change]:
    for agent in now.roster:
        before = was.roster.get(agent.id)
        if before is not agent and before != agent:
            yield Change(now.learned_at, agent.id, before, agent)
    for agent in was.roster:
        if agent.id not in now.roster:
            yield Change(now.learned_at, agent.id, agent, None)
