"""What a file holds of a desk at one fetch. Imports record, store, engine, roster, errors."""

from __future__ import annotations

import json
from collections.abc import Iterable
from hashlib import sha256
from typing import TYPE_CHECKING

from availability.engine.instants import to_instant
from availability.errors import AvailabilityError, StoreError
from availability.live.record import Desk, read_agent, read_desk
from availability.live.store import Snapshot
from availability.roster.agent import Agent
from availability.roster.roster import Roster

if TYPE_CHECKING:
    from typing import TypeAlias

    #: A subject's name, its record's digest and text.
    Row: TypeAlias = tuple[str, bytes, str]
    #: The row of a fetch: its id, when it was learned and when fetched, in microseconds.
    Fetch: TypeAlias = tuple[int, int, int | None]

#: The desk among the subjects; agents' names are JSON texts, which begin with a quote.
DESK = "desk"


class Held:
    """What is known of a desk at one fetch, subject by subject."""

    def __init__(self, rows: Iterable[Row] = ()) -> None:
        self._digests: dict[str, bytes] = {}
        self._agents: dict[str, Agent] = {}
        self._desk: Desk | None = None
        self.learn(rows)

    def learn(self, rows: Iterable[Row]) -> bool:
        """Take in what a fetch found, and return whether anything is another."""
        new = [row for row in rows if self._digests.get(row[0]) != row[1]]
        for name, digest, text in new:
            where = "the desk" if name == DESK else f"agent {name}"
            if not isinstance(text, str) or digest_of(text) != digest:
                raise StoreError(f"{where}: the record is damaged")
            if name == DESK:
                self._desk = read_desk(text, where)
            else:
                self._agents[name] = read_agent(text, where)
                if subject_of(self._agents[name].id) != name:
                    raise StoreError(f"{where}: the record of another agent")
            self._digests[name] = digest
        return bool(new)

    def snapshot(self, fetch: Fetch) -> Snapshot:
        """Return the roster of a fetch whose findings were taken in."""
        _, learned_at, fetched_at = fetch
        desk = self._desk
        if desk is None:
            raise StoreError("it is damaged: the desk is missing")
        try:
            agents = [self._agents[subject_of(agent_id)] for agent_id in desk.agent_ids]
        except KeyError as error:
            raise StoreError(f"it is damaged: agent {error} is missing") from error
        try:
            roster = Roster(
                agents,
                fetched_at=None if fetched_at is None else to_instant(fetched_at),
                left_out=desk.left_out,
                skills=desk.skills,
                gone=desk.gone,
            )
            return Snapshot(roster, learned_at)
        except (AvailabilityError, OverflowError) as error:
            raise StoreError(f"it is damaged: {error}") from error


def subject_of(agent_id: str) -> str:
    """Return an agent's id as SQLite takes it: it may have half of a surrogate pair."""
    return json.dumps(agent_id)


def digest_of(text: str) -> bytes:
    """Return by what a record is found, and its damage."""
    return sha256(text.encode()).digest()
