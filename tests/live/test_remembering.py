"""A file of what changed answers as a plain list of whole snapshots does, whatever happens."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path
from tempfile import mkdtemp

from agents import DIAGNOSTICS, FEW_IDS, SKILLS, TEXTS, agents
from desks import HOUR, MICROSECOND, MONDAY
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from availability import History, Roster, Snapshot, SqliteStore

#: Instants half an hour apart, so that some are the same, and next to them.
INSTANTS = st.builds(
    lambda halves, nudge: MONDAY + halves * HOUR / 2 + nudge,
    st.integers(-2, 40),
    st.sampled_from([timedelta(), MICROSECOND, -MICROSECOND]),
)
#: How much later than the one before a snapshot is learned; sometimes earlier.
STEPS = st.sampled_from([HOUR / 2, HOUR / 2, HOUR, timedelta(), -HOUR / 2, 5 * HOUR])
AGES = st.sampled_from([None, timedelta(), MICROSECOND, HOUR])


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

    @initialize(
        pool=st.lists(agents(FEW_IDS), min_size=1, max_size=8),
        keep=st.one_of(st.none(), st.sampled_from([timedelta(), 2 * HOUR])),
    )
    def begin(self, pool, keep):
        self.folder = mkdtemp()
        self.keep = keep
        self.pool = pool
        self.now = MONDAY
        self.plain = Plain(keep)
        self.store = self.opened()
        self.other = self.opened()

    def opened(self):
        return SqliteStore(Path(self.folder) / "rosters.db", keep=self.keep)

    @rule(data=st.data(), step=STEPS, age=AGES, by_other=st.booleans())
    def remember(self, data, step, age, by_other):
        at = self.now + step
        roster = Roster(
            data.draw(st.lists(st.sampled_from(self.pool), max_size=4)),
            fetched_at=None if age is None else at - age,
            left_out=data.draw(st.lists(DIAGNOSTICS, max_size=1)),
            skills=data.draw(st.one_of(st.none(), st.lists(SKILLS, max_size=1))),
            gone=data.draw(st.lists(TEXTS, max_size=1)),
        )
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

    @rule(before=INSTANTS)
    def forget(self, before):
        self.store.forget(before)
        self.plain.forget(before)

    @rule(at=INSTANTS)
    def ask_of_an_instant(self, at):
        assert self.store.as_of(at) == self.plain.as_of(at)
        assert list(self.store.since(at)) == self.plain.since(at)

    @rule(one=INSTANTS, another=INSTANTS)
    def ask_of_changes(self, one, another):
        window = sorted([one, another])
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
                self.ask_of_an_instant(at)
            self.store.close()
            self.other.close()
            shutil.rmtree(self.folder)


Remembering.TestCase.settings = settings(stateful_step_count=25)
TestRemembering = Remembering.TestCase
