"""Threads that ask for the same at the same time: one call for all of them."""

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from availability import HelpdeskClient, Patience, ServerError
from availability.feishu.flight import SingleFlight
from availability.feishu.sandbox import Canned, Sandbox

THREADS = 50


class HeldSandbox(Sandbox):
    """A sandbox that keeps the list of agents back until it is told to go on."""

    def __init__(self):
        super().__init__()
        self.go_on = threading.Event()

    def _answer(self, request):
        if "agent_schedules" in request.path:
            self.go_on.wait(20)
        return super()._answer(request)


@pytest.fixture
def held():
    with HeldSandbox() as sandbox:
        yield sandbox
        sandbox.go_on.set()


def ask_at_once(held, **options):
    """What 50 threads with one cold client are told, who all ask before the first answer."""
    ready = threading.Barrier(THREADS + 1)
    with (
        HelpdeskClient.from_env(held.environment, patience=Patience(attempts=1)) as client,
        ThreadPoolExecutor(THREADS) as pool,
    ):

        def ask(_):
            ready.wait()
            try:
                return client.roster(**options)
            except ServerError as error:
                return error

        told = pool.map(ask, range(THREADS))
        ready.wait()
        threading.Timer(0.5, held.go_on.set).start()
        return list(told)


def test_fifty_cold_threads_ask_for_one_token_and_one_roster(held):
    told = ask_at_once(held)
    assert {id(roster) for roster in told} == {id(told[0])}
    assert len(told[0]) == 23
    assert [request.method for request in held.seen] == ["POST", "GET"]


def test_with_skills_they_ask_for_those_once_too(held):
    assert len({id(roster) for roster in ask_at_once(held, skills=True)}) == 1
    assert [request.method for request in held.seen] == ["POST", "GET", "GET"]


def test_a_failure_is_told_to_all(held):
    held.answer_next(Canned(503, b""))
    told = ask_at_once(held)
    assert all(isinstance(each, ServerError) for each in told)
    assert len(held.seen) == 2


def test_who_comes_later_asks_anew():
    with Sandbox() as sandbox, HelpdeskClient.from_env(sandbox.environment) as client:
        sandbox.answer_next(Canned.refusal(400, 154000, "bad"))
        with pytest.raises(Exception, match="154000"):
            client.roster()
        assert client.roster() is not client.roster()
        assert len(sandbox.seen) == 1 + 3


def test_who_waits_is_not_interrupted_with_the_one_who_asks():
    flight, started, waiting = SingleFlight(), threading.Event(), threading.Event()

    def interrupted():
        started.set()
        waiting.wait(20)
        raise KeyboardInterrupt

    def ask_first():
        with pytest.raises(KeyboardInterrupt):
            flight.share("key", interrupted)

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(ask_first)
        started.wait(20)
        second = pool.submit(flight.share, "key", lambda: 7)
        threading.Timer(0.2, waiting.set).start()
        assert second.result(20) == 7
        first.result(20)


def test_different_questions_do_not_wait_for_each_other():
    flight = SingleFlight()
    assert flight.share("a", lambda: flight.share("b", lambda: 2) + 1) == 3


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
def test_a_fork_does_not_wait_for_a_thread_that_it_lacks():
    flight, started, go_on = SingleFlight(), threading.Event(), threading.Event()

    def slow():
        started.set()
        go_on.wait(20)

    thread = threading.Thread(target=flight.share, args=("key", slow))
    thread.start()
    started.wait(20)
    child = os.fork()
    if not child:
        os._exit(0 if flight.share("key", lambda: 7) == 7 else 1)
    _, status = os.waitpid(child, 0)
    go_on.set()
    thread.join()
    assert status == 0
