"""A file of what changed answers as a plain list of whole snapshots does, whatever happens."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path
from tempfile import mkdtemp

from desks import HOUR, MICROSECOND, MONDAY, agent
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from availability import Agent, Diagnostic, History, Roster, Skill, Snapshot, SqliteStore, Status

NUDGES = st.sampled_from([timedelta(), timedelta(), MICROSECOND, -MICROSECOND, HOUR / 4])
#: How much later than the one before a snapshot is learned; sometimes earlier.
STEPS = st.sampled_from([HOUR / 2, HOUR / 2, HOUR, timedelta(), -HOUR / 2, 5 * HOUR])
AGES = st.sampled_from([None, timedelta(), MICROSECOND, HOUR])
#: Three agents as they are now and then, one with an id that UTF-8 does not have.
AGENTS = [
    agent("ou_1"),
    agent("ou_1", "10:00-18:00"),
    agent("ou_1", status=Status.OFFLINE),
    agent("ou_2", "22:00-06:00", skills=[Skill("s1", "账单")]),
    Agent("ou_2", None, status_code=2.5, unreadable_rows=1),
    Agent("\ud800", None, diagnostics=[Diagnostic("bad_time", "m", "\ud800")]),
]
DESKS = [
    {},
    {"left_out": [Diagnostic("missing_id", "m")]},
    {"skills": [Skill("s1")]},
    {"skills": []},
    {"gone": ["ou_1", "ou_9"]},
]
#: Drawn in one go: which agents, in which order, and what else.
SEEN = st.tuples(
    st.lists(st.sampled_from(AGENTS), max_size=3),
    st.sampled_from([*DESKS[:1] * 5, *DESKS]),
    STEPS,
    AGES,
    st.booleans(),
)


class Plain:
    """Every snapshot as a whole, in a list."""

    def __init__(self, keep):
        self.keep = keep
        self.all = []

    def remember(self, new):
        old = self.all[-1] if self.all else None
        if old is not None and (new.learned_at < old.learned_at or new == old):
            return
        self.all.append(new)
        if old is None or self.keep is None:
            return
        if old.learned_at.replace(minute=0) != new.learned_at.replace(minute=0):
            self.forget(new.learned_at - self.keep)

    def known(self, at):
        return [one for one in self.all if one.learned_at <= at]

    def as_of(self, at):
        return self.known(at)[-1] if self.known(at) else None

    def since(self, at):
        first = max(len(self.known(at)) - 1, 0)
        return [
            one
            for index, one in enumerate(self.all)
            if index == first or (index > first and said(one) != said(self.all[index - 1]))
        ]

    def forget(self, before):
        del self.all[: max(len(self.known(before)) - 1, 0)]

    def changes(self, start, end):
        found = []
        for index in range(1, len(self.all)):
            at = self.all[index].learned_at
            was, now = ({a.id: a for a in self.all[i].roster} for i in (index - 1, index))
            for agent_id in [*now, *(one for one in was if one not in now)]:
                before, after = was.get(agent_id), now.get(agent_id)
                if start <= at < end and before != after:
                    found.append((at, agent_id, before, after))
        return found


def said(snapshot):
    roster = snapshot.roster
    return roster.agents, roster.left_out, roster.skills, roster.gone


class Remembering(RuleBasedStateMachine):
    """What is done to both, and asked of both."""

    @initialize(keep=st.sampled_from([None, None, timedelta(), 2 * HOUR]))
    def begin(self, keep):
        self.folder = mkdtemp()
        self.keep = keep
        self.now = MONDAY
        self.plain = Plain(keep)
        self.store = self.opened()
        self.other = self.opened()

    def opened(self):
        return SqliteStore(Path(self.folder) / "rosters.db", keep=self.keep)

    @rule(seen=st.lists(SEEN, min_size=1, max_size=6))
    def remember(self, seen):
        for found, desk, step, age, by_other in seen:
            at = self.now + step
            fetched = None if age is None else at - age
            roster = Roster(found, fetched_at=fetched, **desk)
            self.put(Snapshot.learned(roster, at), by_other=by_other)

    @rule(step=STEPS, by_other=st.booleans())
    def fetch_the_same_again(self, step, by_other):
        if self.plain.all:
            at = self.now + step
            roster = self.plain.all[-1].roster.__replace__(fetched_at=at)
            self.put(Snapshot.learned(roster, at), by_other=by_other)

    def put(self, snapshot, *, by_other):
        (self.other if by_other else self.store).remember(snapshot)
        self.plain.remember(snapshot)
        self.now = max(self.now, snapshot.learned_at)

    @rule()
    def reopen(self):
        self.store.close()
        self.store = self.opened()

    def instant(self, data):
        """At, or right beside, when something was learned."""
        learned = [MONDAY, *(one.learned_at for one in self.plain.all)]
        return data.draw(st.sampled_from(learned)) + data.draw(NUDGES)

    @rule(data=st.data())
    def forget(self, data):
        before = self.instant(data)
        self.store.forget(before)
        self.plain.forget(before)

    @rule(data=st.data())
    def ask_of_an_instant(self, data):
        self.ask(self.instant(data))

    def ask(self, at):
        assert self.store.as_of(at) == self.plain.as_of(at)
        assert list(self.store.since(at)) == self.plain.since(at)

    @rule(data=st.data())
    def ask_of_changes(self, data):
        window = sorted([self.instant(data), self.instant(data)])
        found = History(self.store).changes(*window)
        changes = [(one.learned_at, one.agent_id, one.before, one.after) for one in found]
        assert changes == self.plain.changes(*window)

    @invariant()
    def the_latest_is_the_last(self):
        if hasattr(self, "store"):
            assert self.store.latest() == (self.plain.all[-1] if self.plain.all else None)

    def teardown(self):
        if hasattr(self, "store"):
            for at in (MONDAY - HOUR, MONDAY + 5 * HOUR):
                self.ask(at)
            self.store.close()
            self.other.close()
            shutil.rmtree(self.folder)


# Many of the ways are short
Remembering.TestCase.settings = settings(max_examples=2 * settings().max_examples)
TestRemembering = Remembering.TestCase
