"""Fetches, faults, restarts and time, in any order: what is told is right, older or unknown.

Beside the live roster goes a model that keeps plain lists of what the server had when
it was last heard; both are asked the same.
"""

from __future__ import annotations

import tempfile
from datetime import timedelta
from pathlib import Path

from clock import Clock
from faults import ECHOES, FINAL, OF_TOKEN, PASSING
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from availability import (
    Breaker,
    FeishuError,
    Freshness,
    HelpdeskClient,
    LiveRoster,
    Patience,
    SqliteStore,
    UnknownAgentError,
)
from availability.feishu.sandbox import Sandbox

REFRESH, TTL, MAX_STALE = timedelta(minutes=1), timedelta(minutes=5), timedelta(hours=1)
FAULTS = [one.answer for one in {**PASSING, **FINAL, **OF_TOKEN, **ECHOES}.values()]
IDS = ["ou_1", "ou_2", "ou_3"]
#: From when to when somebody is there, each day, by Shanghai's clocks; and the status.
SEAT = st.tuples(st.integers(0, 11), st.integers(12, 24), st.sampled_from([1, 2, 3]))
SEATS = st.dictionaries(st.sampled_from(IDS), SEAT)


def is_there(seat, at):
    """Whether the schedule says so, by hand: Shanghai is eight hours ahead."""
    return seat[0] <= (at + timedelta(hours=8)).hour < seat[1]


class Desk(RuleBasedStateMachine):
    """A live roster of a desk that changes, on a platform that fails."""

    @initialize(seats=SEATS)
    def begin(self, seats):
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "desk.db"
        self.clock = Clock()
        self.payloads = {one: {"agent": {"id": one}} for one in IDS}
        self.sandbox = Sandbox(clock=self.clock, agents=self.payloads.values())
        self.sandbox.start()
        self.client = HelpdeskClient.from_env(
            self.sandbox.environment,
            patience=Patience(attempts=1),
            breaker=Breaker(failures=10**6),
            clock=self.clock,
        )
        self.learned = []
        self.change(seats)
        self.open()

    def open(self):
        self.desk = LiveRoster(
            self.client,
            refresh=REFRESH,
            max_stale=MAX_STALE,
            status_ttl=TTL,
            store=self.path,
            clock=self.clock,
            chance=lambda: 0.5,
        )
        self.desk._keeper.restore()
        self.is_fresh = False
        self.watch = self.desk.watch()
        known = [] if self.desk.roster.freshness() is Freshness.EXPIRED else self.desk.roster
        self.on = {agent.id for agent in known if self.takes_tickets(agent.id)}

    @property
    def known(self):
        """When the server was last heard, and what it said."""
        return self.learned[-1] if self.learned else (None, {})

    def takes_tickets(self, agent_id):
        seat = self.known[1].get(agent_id)
        return seat is not None and seat[2] != 2 and is_there(seat, self.clock())

    @rule(seats=SEATS)
    def change(self, seats):
        self.seats = seats
        for agent_id, payload in self.payloads.items():
            start, end, status = seats.get(agent_id, (0, 24, 4))  # removed: not in the list
            row = {"weekday": 9, "start_time": f"{start:02}:00", "end_time": f"{end:02}:00"}
            payload.update(status=status, schedule=[row])

    @rule(agent_id=st.sampled_from(IDS), status=st.sampled_from([1, 2, 3]))
    def set_status(self, agent_id, status):
        if agent_id in self.seats:
            start, end, _ = self.seats[agent_id]
            self.change({**self.seats, agent_id: (start, end, status)})

    @rule(minutes=st.integers(0, 90))
    def time_passes(self, minutes):
        self.clock.tick(minutes=minutes)

    @rule(hours=st.integers(2, 50))
    def long_time_passes(self, hours):
        self.clock.tick(hours=hours)

    @rule()
    def fetch(self):
        self.desk.refresh()
        self.learned.append((self.clock(), self.seats))
        self.is_fresh = True

    @rule(faults=st.lists(st.sampled_from(FAULTS), min_size=1, max_size=3))
    def fetch_in_trouble(self, faults):
        self.sandbox.answer_next(*faults)
        try:
            self.fetch()
        except FeishuError as error:
            self.is_fresh = str(self.desk.error) != str(error)
        self.sandbox._script.clear()

    @rule()
    def tokens_die(self):
        self.sandbox.expire_tokens()

    @rule()
    def restart(self):
        self.desk.close()
        self.open()

    @rule(ago=st.integers(0, 3000), learned_ago=st.integers(0, 3000))
    def ask_what_was(self, ago, learned_ago):
        at, as_of = (self.clock() - timedelta(minutes=one) for one in (ago, learned_ago))
        seats = next((one for learned, one in reversed(self.learned) if learned <= as_of), None)
        with SqliteStore(self.path) as store:
            snapshot = store.as_of(as_of)
        assert (snapshot is None) is (seats is None)
        if snapshot is not None:
            on_duty = {agent.id for agent in snapshot.roster.on_duty(at)}
            assert on_duty == {one for one, seat in seats.items() if is_there(seat, at)}

    @invariant()
    def answers_are_right_or_unknown(self):
        fetched_at, seats = self.known
        for agent_id in IDS:
            try:
                state = self.desk.check(agent_id).state.value
            except UnknownAgentError:
                state = "never heard of"
            assert state == self.expected(agent_id, fetched_at, seats)
        available = {one for one in IDS if self.expected(one, fetched_at, seats) == "available"}
        assert {agent.id for agent in self.desk.available()} == available

    def expected(self, agent_id, fetched_at, seats):
        age = MAX_STALE if fetched_at is None else self.clock() - fetched_at
        if age >= MAX_STALE:
            return "unknown"
        if agent_id not in seats:
            was_there = any(agent_id in seats for _, seats in self.learned)
            return "unavailable" if was_there else "never heard of"
        seat = seats[agent_id]
        if not is_there(seat, self.clock()) or (age < TTL and seat[2] == 2):
            return "unavailable"
        return "available" if age < TTL else "unknown"

    @invariant()
    def ages_are_honest(self):
        fetched_at, _ = self.known
        age = None if fetched_at is None else self.clock() - fetched_at
        assert self.desk.age == age
        assert self.desk.available().age == age
        if not self.is_fresh or age > 6 * REFRESH:
            assert self.desk.stale
        elif age <= REFRESH:
            assert not self.desk.stale

    @invariant()
    def events_add_up(self):
        while (event := self.watch.take()) is not None:
            assert (event.agent.id in self.on) is not event.on
            self.on ^= {event.agent.id}
        fetched_at, _ = self.known
        if fetched_at is None or self.clock() - fetched_at >= MAX_STALE:
            assert self.on == set()  # nobody can say
        else:
            assert self.on == set(filter(self.takes_tickets, IDS))

    def teardown(self):
        if hasattr(self, "desk"):
            assert self.desk.store_error is None
            self.sandbox._script.clear()
            self.fetch()
            assert [agent.id for agent in self.desk.roster] == [i for i in IDS if i in self.seats]
            self.desk.close()
            self.client.close()
            self.sandbox.close()
            self.folder.cleanup()


TestDesk = Desk.TestCase
TestDesk.settings = settings(stateful_step_count=30)
