"""A month of a bot's life at an injected clock, with faults: nothing lost, doubled or leaked."""

from __future__ import annotations

import gc
import logging
import random
import threading
from collections import Counter
from datetime import datetime, timedelta, timezone

import pytest
from clock import Clock
from faults import FINAL, OF_TOKEN, PASSING

from availability import Breaker, HelpdeskClient, LiveRoster, Patience, SqliteStore
from availability.feishu.sandbox import Sandbox

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
FAULTS = [fault.answer for fault in {**PASSING, **FINAL, **OF_TOKEN}.values()]
MAX_STALE = timedelta(hours=6)
SHIFT = {"shift began", "shift ended"}
OUTAGE = timedelta(days=11, hours=7), timedelta(days=11, hours=19)
#: From when to when each agent is there, by Shanghai's clocks, on weekdays or every day.
SHIFTS = [(9, 18, 10), (8, 17, 10), (0, 8, 9), (16, 24, 9), (10, 15, 9), (9, 18, 10)]


def payload(number, status=1):
    start, end, weekday = SHIFTS[number]
    row = {"weekday": weekday, "start_time": f"{start:02}:00", "end_time": f"{end:02}:00"}
    return {"agent": {"id": f"ou_{number}"}, "status": status, "schedule": [row]}


def is_there(number, at):
    """Whether the schedule says so, by hand: Shanghai is eight hours ahead."""
    start, end, weekday = SHIFTS[number]
    local = at + timedelta(hours=8)
    return start <= local.hour < end and (weekday == 9 or local.weekday() < 5)


def boundaries(number, start, end):
    """When an agent comes and goes, hour by hour."""
    hours = (start + timedelta(hours=n) for n in range(1, (end - start) // timedelta(hours=1) + 1))
    return [
        (at, is_there(number, at))
        for at in hours
        if is_there(number, at) != is_there(number, at - timedelta(hours=1))
    ]


class Month:
    """A bot that lives for a month: everything that happened, and what it was told."""

    def __init__(self, path):
        self.path = path
        self.chance = random.Random(7)
        self.clock = Clock()
        self.began = self.clock.now
        self.payloads = [payload(number) for number in range(len(SHIFTS))]
        self.steps = Counter()
        self.wrong = []
        self.unknown_while_fresh = []
        self.heard, self.rarely_heard = [], []
        self.objects = []
        self.requests = 0
        self.fetched = []

    def live(self):
        with (
            Sandbox(clock=self.clock, agents=self.payloads) as sandbox,
            self.client(sandbox) as bot,
        ):
            for days in (10, 20, 30):  # and two restarts
                self.live_until(self.began + timedelta(days=days), sandbox, bot)
                self.requests += len(sandbox.seen)
                sandbox.seen.clear()
                gc.collect()
                self.objects.append(len(gc.get_objects()))

    def client(self, sandbox):
        def seconds():
            return (self.clock() - self.began).total_seconds()

        return HelpdeskClient.from_env(
            sandbox.environment,
            patience=Patience(
                attempts=3, sleep=self.pass_time, chance=self.chance.random, now=seconds
            ),
            breaker=Breaker(failures=6, pause=60, now=seconds),
            clock=self.clock,
        )

    def pass_time(self, seconds):
        self.clock.tick(seconds=seconds)

    def live_until(self, end, sandbox, bot):
        with SqliteStore(self.path, keep=timedelta(days=7)) as store:
            desk = LiveRoster(
                bot,
                refresh=timedelta(hours=1),
                max_stale=MAX_STALE,
                store=store,
                clock=self.clock,
                chance=self.chance.random,
            )
            restored = desk._keeper.restore()
            since = self.closed_at if restored else None
            often, rarely = desk.watch(since=since), desk.watch(since=since)
            while self.clock() < end:
                self.trouble(sandbox)
                wait = desk._keeper.step()
                self.steps["failed" if desk.error else "fetched"] += 1
                if not desk.error:
                    self.fetched.append(desk.roster.fetched_at)
                self.look(desk)
                self.pass_time(min(wait, (end - self.clock()).total_seconds() + 1))
                self.look(desk)
                self.heard += taken(often)
                if self.chance.random() < 0.02:
                    self.rarely_heard += taken(rarely)
            self.rarely_heard += taken(rarely)
            assert self.heard == self.rarely_heard
            self.closed_at = self.clock()
            desk.close()
            assert desk.store_error is None

    def trouble(self, sandbox):
        """Let the platform fail now and then, and change; and once for half a day."""
        since = self.clock() - self.began
        if OUTAGE[0] <= since < OUTAGE[1]:
            sandbox.break_down(self.chance.choice(FAULTS))
        else:
            sandbox.recover()
            if self.chance.random() < 0.15:
                sandbox.answer_next(*self.chance.choices(FAULTS, k=self.chance.randint(1, 4)))
        if self.chance.random() < 0.05:
            sandbox.expire_tokens()
        self.payloads[-1]["status"] = self.chance.choice([1, 1, 2, 3])

    def knows(self, at):
        """Whether the desk had been fetched less than max_stale before."""
        return at - max(one for one in self.fetched if one <= at) < MAX_STALE

    def look(self, desk):
        """Ask of those who never go offline: what is said must be so, or not known."""
        if not desk.roster.agents:
            return
        for number in range(len(SHIFTS) - 1):
            answer = desk.check(f"ou_{number}")
            right = "available" if is_there(number, self.clock()) else "unavailable"
            if answer.state.value == "unknown":
                if not desk.stale:
                    self.unknown_while_fresh.append(answer)
            elif answer.state.value != right:
                self.wrong.append(answer)


def taken(watch):
    return [
        (
            EPOCH + timedelta(microseconds=event.at_micros),
            event.agent.id,
            event.on,
            event.cause.value,
        )
        for event in iter(watch.take, None)
    ]


@pytest.mark.long
def test_a_month(tmp_path, caplog):
    caplog.set_level(logging.CRITICAL, "availability")  # pytest would keep every record
    month = Month(tmp_path / "desk.db")
    threads = threading.active_count()
    month.live()
    assert month.steps["failed"] > 40
    assert month.steps["fetched"] > 600
    assert month.wrong == month.unknown_while_fresh == []

    known_since, end = month.heard[0][0], month.closed_at
    for number in range(len(SHIFTS) - 1):
        name = f"ou_{number}"
        told = [(at, on) for at, who, on, why in month.heard if who == name and why in SHIFT]
        known = [one for one in boundaries(number, known_since, end) if month.knows(one[0])]
        assert told == known
    assert {why for *_, why in month.heard} >= {*SHIFT, "expired", "known again", "set offline"}
    fickle = [on for _, who, on, _ in month.heard if who == f"ou_{len(SHIFTS) - 1}"]
    assert fickle == [number % 2 == fickle.index(True) % 2 for number in range(len(fickle))]
    assert [at for at, *_ in month.heard] == sorted(at for at, *_ in month.heard)

    assert threading.active_count() == threads
    assert month.objects[2] < month.objects[1] * 1.01
    assert month.path.stat().st_size < 2_000_000
