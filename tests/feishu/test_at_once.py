"""Agents asked for one by one, some at a time: in order, within budget, and to an end."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from availability import (
    AccessDeniedError,
    Breaker,
    Budget,
    BudgetError,
    CircuitOpenError,
    Patience,
    ServerError,
)
from availability.feishu.at_once import call_each
from availability.feishu.sandbox import Canned, Sandbox

AGENTS = "/open-apis/helpdesk/v1/agents/"
WANTED = [f"ou_{i}" for i in range(24)]


class CountingSandbox(Sandbox):
    """A sandbox that answers eight agents when all eight have been asked for."""

    def __init__(self):
        super().__init__(agents=[{"agent": {"id": one}} for one in WANTED])
        self.eight = threading.Barrier(8)
        self.in_flight = self.most_in_flight = 0
        self._lock = threading.Lock()

    def _answer(self, request):
        if not request.path.startswith(AGENTS):
            return super()._answer(request)
        with self._lock:
            self.in_flight += 1
            self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            self.eight.wait(20)
            return super()._answer(request)
        finally:
            with self._lock:
                self.in_flight -= 1


def agents(*ids):
    return [{"agent": {"id": one}} for one in ids]


def ids(roster):
    return [agent.id for agent in roster]


# As a client does it


def test_eight_are_in_flight_at_once(connect, opened):
    sandbox = CountingSandbox()
    sandbox.start()
    opened.append(sandbox)
    told = []
    roster = connect(sandbox.url).roster(WANTED, progress=told.append)
    assert ids(roster) == WANTED
    assert told == list(range(1, 25))
    assert sandbox.most_in_flight == 8
    assert [request.method for request in sandbox.seen].count("POST") == 1


def test_they_are_told_in_the_order_asked_for(connect, desk, success):
    sandbox = desk(*agents(*WANTED))
    slow = {"agent_schedule": {"agent": {"id": "ou_20"}}}
    sandbox.answer_next(success(slow, path=f"{AGENTS}ou_20/schedules", delay=0.2))
    wanted = [*WANTED[::-1], "ou_nobody", "ou_5"]
    wanted.insert(2, "ou_none")
    roster = connect(sandbox.url).roster(wanted)
    assert ids(roster) == WANTED[::-1]
    assert [one.agent_id for one in roster.left_out] == ["ou_none", "ou_nobody"]


def test_progress_is_told_by_the_thread_that_asked(connect, desk):
    sandbox, threads = desk(*agents(*WANTED)), set()
    connect(sandbox.url).roster(WANTED, progress=lambda _: threads.add(threading.get_ident()))
    assert threads == {threading.get_ident()}


def test_what_concerns_all_is_raised(connect, desk, fails):
    sandbox = desk(*agents(*WANTED))
    no_access = Canned.refusal(403, 154003, "no access")
    sandbox.answer_next(replace(no_access, path=f"{AGENTS}ou_2/schedules"))
    client = connect(sandbox.url)
    fails(AccessDeniedError, client.roster, WANTED)
    assert ids(client.roster(WANTED)) == WANTED


def test_a_dead_token_is_replaced_once_for_all(connect, desk, asked):
    sandbox = desk(*agents(*WANTED))
    client = connect(sandbox.url)
    client.agent("ou_0")
    sandbox.expire_tokens()
    assert ids(client.roster(WANTED)) == WANTED
    assert asked(sandbox)[0] == 2


def test_a_platform_that_is_down_is_not_asked_for_each(connect, desk, fails):
    sandbox = desk(*agents(*WANTED))
    client = connect(sandbox.url, breaker=Breaker(failures=1))
    client.agents()
    sandbox.answer_next(Canned(503, b""))
    fails(ServerError, client.agents)
    fails(CircuitOpenError, client.roster, WANTED)
    assert len(sandbox.seen) == 3


def test_a_budget_by_the_minute_is_waited_for(connect, desk, clock):
    slept, lock = [], threading.Lock()

    def sleep(seconds):
        with lock:
            slept.append(seconds)
            clock.tick(seconds=seconds)

    sandbox = desk(*agents(*WANTED))
    client = connect(
        sandbox.url,
        budget=Budget(per_minute=5, clock=clock),
        patience=Patience(attempts=1, sleep=sleep),
    )
    told = []
    assert ids(client.roster(WANTED, progress=told.append)) == WANTED
    assert told == list(range(1, 25))
    # 25 sendings with the token's: the last five begin four minutes after the first
    assert sum(slept) >= 4 * 60
    assert max(slept) <= 1


def test_a_budget_by_the_month_is_not(connect, desk, clock, fails):
    sandbox = desk(*agents(*WANTED))
    patience = Patience(attempts=1, sleep=lambda _: pytest.fail("slept"))
    client = connect(sandbox.url, budget=Budget(per_month=5, clock=clock), patience=patience)
    assert "per_month=5" in str(fails(BudgetError, client.roster, WANTED))
    assert len(sandbox.seen) == 5


class RecoveringSandbox(Sandbox):
    """A sandbox that answers the first agent when seven others have been waited with."""

    def __init__(self, recovers):
        super().__init__(agents=agents(*WANTED))
        self.recovers = recovers
        self.slept, self.seven = [], threading.Event()
        self.asked = []

    def sleep(self, seconds):
        self.slept.append(seconds)
        if len(self.slept) >= 7:
            self.seven.set()
        time.sleep(0.01)

    def _answer(self, request):
        if request.path.startswith(AGENTS):
            self.asked.append(request.path)
            self.seven.wait(5)
            if not self.recovers:
                return Canned(503, b"")
        return super()._answer(request)


@pytest.fixture
def paused(connect, opened, fails):
    """Return a function that gives a client whose breaker's pause is just over."""

    def start(sandbox, attempts):
        now = 1000.0
        sandbox.start()
        opened.append(sandbox)
        client = connect(
            sandbox.url,
            breaker=Breaker(failures=1, pause=30, now=lambda: now),
            patience=Patience(attempts=attempts, sleep=sandbox.sleep, chance=lambda: 0.0),
        )
        client.agents()
        sandbox.answer_next(Canned(503, b""))
        fails(ServerError if attempts == 1 else CircuitOpenError, client.agents)
        now += 30
        sandbox.slept.clear()
        return client

    return start


def test_after_a_pause_all_wait_for_the_one_that_tries(paused):
    sandbox = RecoveringSandbox(recovers=True)
    client = paused(sandbox, attempts=1)
    assert ids(client.roster(WANTED)) == WANTED
    assert len(sandbox.asked) == len(WANTED)
    assert set(sandbox.slept) == {1.0}
    assert len(sandbox.slept) >= 7


def test_if_the_one_that_tries_fails_there_is_another_pause(paused, fails):
    sandbox = RecoveringSandbox(recovers=False)
    client = paused(sandbox, attempts=2)
    error = fails(CircuitOpenError, client.roster, WANTED)
    assert (error.retry_after, error.is_tried) == (30, False)
    assert len(sandbox.asked) == 1
    assert len(sandbox.slept) >= 7
    sandbox.slept.clear()
    fails(CircuitOpenError, client.roster, WANTED)
    assert (len(sandbox.asked), sandbox.slept) == (1, [])


# By itself


def test_nothing_to_call():
    assert call_each(lambda key, over: key, [], pytest.fail) == []


def test_fewer_than_eight_need_fewer_threads():
    before = threading.active_count()
    counts = call_each(lambda key, over: threading.active_count(), [1, 2], lambda _: None)
    assert max(counts) <= before + 2


def test_an_error_lets_no_more_begin_and_waits_for_those_under_way():
    begun, ended = [], []

    def call(key, over):
        begun.append(key)
        if key == 3:
            raise ValueError("three")
        assert over.wait(20)
        ended.append(key)

    with pytest.raises(ValueError, match="three"):
        call_each(call, range(100), lambda _: None)
    assert {3} <= set(begun) <= set(range(8))
    assert set(ended) == set(begun) - {3}


def test_an_error_of_who_is_told_ends_it_too():
    def tell(count):
        raise ValueError(count)

    with pytest.raises(ValueError, match="1"):
        call_each(lambda key, over: key == 0 or over.wait(20), range(100), tell)


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit])
def test_who_interrupts_waits_for_nobody(error):
    go_on, left = threading.Event(), threading.Semaphore(0)

    def call(key, over):
        if key:
            go_on.wait(20)
            left.release()

    def tell(count):
        raise error

    with pytest.raises(error):
        call_each(call, range(8), tell)
    assert not left.acquire(blocking=False)
    go_on.set()
    assert all(left.acquire(timeout=20) for _ in range(7))


@pytest.mark.skipif(sys.platform == "win32", reason="no such signal")
def test_ctrl_c_ends_a_program():
    script = """
import threading
from availability.feishu.at_once import call_each
def call(key, over):
    if key == 7:
        print("ready", flush=True)
    threading.Event().wait()
call_each(call, range(100), print)
"""
    with subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == -signal.SIGINT
    assert "KeyboardInterrupt" in errors


def test_several_may_call_at_once():
    with ThreadPoolExecutor(4) as pool:
        rows = pool.map(
            lambda row: call_each(lambda key, over: row * key, range(50), lambda _: None), range(4)
        )
    assert list(rows) == [[row * key for key in range(50)] for row in range(4)]
