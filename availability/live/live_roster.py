"""A roster that is kept fresh, and says how old it is.
Imports beat, events, keeper, length, memory, pace, sqlite_store, store, tape, watch, feishu,
roster, engine, errors, forks.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from os import PathLike
from threading import Lock
from typing import TYPE_CHECKING

from availability.engine.instants import (
    MICROS,
    MICROSECOND,
    to_amount,
    to_instant,
    to_micros,
)
from availability.errors import (
    BudgetError,
    CircuitOpenError,
    ConfigurationError,
    NothingKnownError,
    StoreError,
    WindowError,
    describe,
)
from availability.feishu.patience import is_temporary
from availability.forks import PerProcess
from availability.live.beat import Beat
from availability.live.keeper import Keeper, View
from availability.live.length import to_length
from availability.live.memory import Memory
from availability.live.pace import Pace
from availability.live.sqlite_store import SqliteStore
from availability.live.store import SnapshotStore
from availability.live.tape import Known, Tape
from availability.live.watch import Watch
from availability.roster.agent import Agent
from availability.roster.answer import Answer
from availability.roster.roster import STATUS_TTL, Clock, Roster, system_clock

if TYPE_CHECKING:
    from typing_extensions import Self

    from availability.feishu.client import HelpdeskClient
    from availability.live.events import DutyEvent
    from availability.live.length import Length
    from availability.roster.order import Order
    from availability.roster.questions import UnknownPolicy
    from availability.roster.skills import Wanted

REFRESH = timedelta(seconds=60)
MAX_STALE = timedelta(hours=1)
#: For how long who comes late can be told what happened, without a memory.
KEEP = timedelta(hours=1)
#: How many seconds a start waits for the first fetch.
FIRST_WAIT = 10.0
#: In microseconds: so far ahead of this clock may be that of who asks.
AHEAD = 60 * MICROS


class AgedAgents(list[Agent]):
    """Agents, and how old the roster is that they are from.

    ``age`` is None before anything was ever fetched; ``stale`` is True where the
    roster is older than it was meant to become.
    """

    def __init__(self, agents: Iterable[Agent], age: timedelta | None, stale: bool) -> None:
        super().__init__(agents)
        self.age = age
        self.stale = stale


class LiveRoster:
    """A desk (服务台) that is fetched again and again, in one background thread.

    Reading it never waits and never sees half an update. ``refresh`` is the usual
    time between fetches: it is longer while nobody is on duty, and shorter where many
    agents change. A roster that should have been fetched anew is ``stale``, and goes
    on answering; its statuses count for ``status_ttl`` (5 minutes, or twice
    ``refresh`` if that is longer), and past ``max_stale`` every answer is UNKNOWN,
    until the platform is back (what :class:`Roster` answers by the schedules alone,
    such as ``on_duty`` and ``next_available``, it goes on to). All three are lengths
    of time, or seconds.

    ``store`` remembers what was learned: a :class:`SnapshotStore`, which stays open,
    or the path of an SQLite file of this desk alone. With one, a new start answers at
    once from the last snapshot. What the store cannot do is logged, and in
    ``store_error``; the roster goes on without. ``prepare`` is given every roster,
    fetched or remembered, and returns it with what the platform does not know, such
    as leave.

    Use it in a ``with`` block, or ``start()`` and ``close()`` it. It stays usable in
    a fork, which fetches for itself; threads of callbacks stay in the parent.
    ``clock`` returns now, aware; ``chance`` draws a number from 0 to 1.

    >>> from availability import HelpdeskClient
    >>> from availability.feishu.sandbox import Sandbox
    >>> with Sandbox() as sandbox, HelpdeskClient.from_env(sandbox.environment) as client:
    ...     with LiveRoster(client, refresh=30) as desk:
    ...         len(desk.roster), desk.stale
    (23, False)

    Raises:
        ConfigurationError: lengths that do not go together.
    """

    def __init__(
        self,
        client: HelpdeskClient,
        *,
        refresh: Length = REFRESH,
        max_stale: Length = MAX_STALE,
        status_ttl: Length | None = None,
        store: SnapshotStore | str | PathLike[str] | None = None,
        prepare: Callable[[Roster], Roster] | None = None,
        clock: Clock = system_clock,
        chance: Callable[[], float] = random.random,
    ) -> None:
        every, lasts = to_length("refresh", refresh), to_length("max_stale", max_stale)
        if lasts < 2 * every:
            raise ConfigurationError(
                f"max_stale: {lasts}; allowed: twice refresh ({every}) or more"
            )
        ttl = (
            max(STATUS_TTL, 2 * every)
            if status_ttl is None
            else to_length("status_ttl", status_ttl)
        )
        if prepare is not None and not callable(prepare):
            raise ConfigurationError(f"prepare: {describe(prepare)} cannot be called")
        if ttl < 1.5 * every:
            raise ConfigurationError(
                f"status_ttl: {ttl}; allowed: one and a half times refresh ({every}) or more"
            )
        self._clock = clock
        self._memory = _memory(store, client)
        self._tape = Tape(clock, to_amount(KEEP), to_amount(lasts))
        self._keeper = Keeper(
            client,
            self._tape,
            Pace(every.total_seconds(), lasts.total_seconds(), chance),
            refresh=every.total_seconds(),
            status_ttl=ttl,
            max_stale=lasts,
            memory=self._memory,
            prepare=prepare or _as_it_is,
            clock=clock,
        )
        self._beat: PerProcess[Beat] | None = None
        self._starting = PerProcess(Lock)

    def start(self) -> None:
        """Begin to fetch, in the background.

        It returns as soon as there is something to answer from: at once with a
        memory, else after the first fetch. If that fails in a way that may pass, or
        takes longer than ten seconds, it returns all the same, and every answer is
        UNKNOWN until the platform is back.

        Raises:
            FeishuError: the platform refuses for good, and nothing is remembered. What
                ``prepare`` raises comes through, too.
        """
        with self._starting.get():
            if self._beat is not None:
                return
            self._tape.open()
            self._keeper.has_tried.clear()
            if self._memory is not None:
                self._memory.open()
            try:
                is_known = self._keeper.restore()
            except BaseException:
                self._close_store()
                raise
            beat = self._beat = PerProcess(lambda: Beat(self._keeper.step, self._clock))
            beat.get().start()
        if not is_known:
            self._wait_for_the_first()

    def close(self) -> None:
        """Stop fetching and end every watch; the last roster can still be read."""
        self._tape.close()
        beat, self._beat = self._beat, None
        if beat is not None:
            beat.get().stop()
        self._close_store()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        stale = ", stale" if self.stale else ""
        return f"<LiveRoster of {len(self.roster)} agents, age {self.age}{stale}>"

    @property
    def roster(self) -> Roster:
        """The last roster; empty, and UNKNOWN throughout, before anything is known."""
        return self._view().roster

    @property
    def stale(self) -> bool:
        """Whether the roster is older than it was meant to become."""
        return self._view().is_stale(to_micros(self._clock()))

    @property
    def age(self) -> timedelta | None:
        """How long ago the roster was fetched, None if it never was."""
        return _age(self._view().roster, to_micros(self._clock()))

    @property
    def error(self) -> Exception | None:
        """Why the last fetch failed, None if it did not."""
        return self._view().error

    @property
    def store_error(self) -> StoreError | None:
        """Why the store cannot remember now, None if it can, or there is none."""
        return None if self._memory is None else self._memory.error

    def available(
        self,
        at: datetime | None = None,
        *,
        skill: Wanted | None = None,
        at_least: timedelta | None = None,
        unknown: UnknownPolicy = "exclude",
        order: Order = "roster",
    ) -> AgedAgents:
        """Return who can take a ticket, as :meth:`Roster.available` does, and how old that is."""
        view, now = self._view(), to_micros(self._clock())
        found = view.roster.available(
            at, skill=skill, at_least=at_least, unknown=unknown, order=order
        )
        return AgedAgents(found, _age(view.roster, now), view.is_stale(now))

    def check(
        self,
        agent_id: str,
        at: datetime | None = None,
        skill: Wanted | None = None,
        at_least: timedelta | None = None,
    ) -> Answer:
        """Return whether an agent can take a ticket, as :meth:`Roster.check` does.

        The answer's ``age`` says how old the status is, ``stale`` whether the roster
        is older than it was meant to become.
        """
        view = self._view()
        answer = view.roster.check(agent_id, at, skill, at_least)
        is_stale = view.is_stale(to_micros(self._clock()))
        return answer.__replace__(stale=True) if is_stale else answer

    def refresh(self) -> Roster:
        """Fetch the desk now, in this thread, and return it.

        Raises:
            FeishuError: it cannot be fetched; the roster stays the last one.
        """
        self._view()
        wait = self._keeper.refresh()
        beat = self._beat
        if beat is not None:
            beat.get().again_in(wait)
        return self._keeper.view.roster

    def watch(
        self,
        callback: Callable[[DutyEvent], object] | None = None,
        *,
        since: datetime | None = None,
    ) -> Watch:
        """Return the stream of who goes on and off from now on, or after an instant.

        Events come at the boundary itself, worked out here, or when they are learned;
        each once for each stream, in order. Past ``max_stale`` all go off, until more
        is known. Iterate over it with ``for``, which waits, or ``async for``, which
        does not hold up the event loop; a ``callback`` is called with each event, in
        a thread of its own. Close the stream, or the desk.

        Raises:
            WindowError: the instant is yet to come.
            NothingKnownError: what happened since then is not known. An hour back is kept,
                and what the store remembers.
        """
        if callback is not None and not callable(callback):
            raise ConfigurationError(f"callback: {describe(callback)} cannot be called")
        self._view()
        at = self._tape.read_to()
        if since is None:
            known = self._tape.latest()
        else:
            if to_micros(since) > at + AHEAD:
                raise WindowError(f"since: {since.isoformat()} is yet to come")
            at = min(at, to_micros(since))
            known = self._tape.known_at(at) or self._remembered(at)
        watch = Watch(self._tape, self._clock, known, at)
        if callback is not None:
            watch.call(callback)
        return watch

    def _remembered(self, at: int) -> Known:
        """Return what the store remembers of an instant before the tape, which follows it."""
        first = self._tape.earliest()
        snapshots = [] if self._memory is None else self._memory.since(to_instant(at))
        before = [one for one in snapshots if first is None or one.learned_at_micros < first.since]
        if first is None or not before or before[0].learned_at_micros > at:
            starts = [one.learned_at_micros for one in before[:1]]
            starts += [] if first is None else [first.since]
            begins = f"it begins at {to_instant(starts[0])}" if starts else "nothing yet"
            raise NothingKnownError(f"since: {to_instant(at)} is before what is known: {begins}")
        found = last = Known(self._keeper.recalled(before[0]), before[0].learned_at_micros)
        for one in before[1:]:
            roster = self._keeper.recalled(one)
            if not last.says_the_same(roster):
                last.later = Known(roster, one.learned_at_micros)
                last = last.later
        last.later = first
        return found

    def _close_store(self) -> None:
        if self._memory is not None:
            self._memory.close()

    def _wait_for_the_first(self) -> None:
        """Wait for the first fetch, but not for long."""
        try:
            self._keeper.has_tried.wait(FIRST_WAIT)
            error = self._keeper.view.error
            if error is not None and not may_pass(error):
                raise error
        except BaseException:
            self.close()
            raise

    def _view(self) -> View:
        beat = self._beat
        if beat is not None:
            own = beat.get()
            if not own.is_started:  # a fork fetches for itself
                own.start()
        return self._keeper.view


def may_pass(error: Exception) -> bool:
    """Return whether a desk that could not be fetched may be, later."""
    return is_temporary(error) or isinstance(error, BudgetError | CircuitOpenError)


def _memory(
    store: SnapshotStore | str | PathLike[str] | None, client: HelpdeskClient
) -> Memory | None:
    if store is None:
        return None
    if isinstance(store, str | PathLike):
        return Memory(lambda: SqliteStore(store, desk=client.helpdesk_id), owns=True)
    if callable(getattr(store, "remember", None)):
        return Memory(lambda: store, owns=False)
    raise ConfigurationError(f"store: {describe(store)}; allowed: a path or a SnapshotStore")


def _as_it_is(roster: Roster) -> Roster:
    return roster


def _age(roster: Roster, now: int) -> timedelta | None:
    fetched_at = roster.fetched_at
    return None if fetched_at is None else (now - to_micros(fetched_at)) * MICROSECOND
