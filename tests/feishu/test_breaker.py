"""When nothing is sent, for how long, and who may try first."""

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from availability import (
    AccessDeniedError,
    AuthenticationError,
    BadRequestError,
    Breaker,
    BudgetError,
    CircuitOpenError,
    ConfigurationError,
    FeishuError,
    NotFoundError,
    Patience,
    PayloadError,
    RateLimitedError,
    ServerError,
    TransportError,
)
from availability.feishu.sandbox import Canned

FAILURES = [TransportError("reset"), ServerError("HTTP 502"), PayloadError("not JSON")]
SIGNS_OF_LIFE = [
    RateLimitedError("limit"),
    AuthenticationError("dead"),
    AccessDeniedError("no scope"),
    NotFoundError("no such agent"),
    BadRequestError("bad"),
    FeishuError("code 42"),
]
SAYS_NOTHING = [BudgetError("used up"), ConfigurationError("closed"), KeyboardInterrupt()]


class Ticks:
    """A clock that moves when it is told to."""

    def __init__(self):
        self.at = 1000.0

    def __call__(self):
        return self.at


@pytest.fixture
def ticks():
    return Ticks()


@pytest.fixture
def breaker(ticks):
    return Breaker(failures=3, pause=30, now=ticks)


def end(breaker, *outcomes):
    """Send one call for each outcome: an exception, or what it returns."""
    for outcome in outcomes:

        def call(outcome=outcome):
            if isinstance(outcome, BaseException):
                raise outcome
            return outcome

        if isinstance(outcome, BaseException):
            with pytest.raises(type(outcome)) as caught:
                breaker.send(call)
            assert caught.value is outcome
        else:
            assert breaker.send(call) == outcome


def refuses(breaker):
    """Return the refusal of a call that must not be sent."""
    with pytest.raises(CircuitOpenError) as caught:
        breaker.send(lambda: pytest.fail("sent"))
    return caught.value


@pytest.mark.parametrize("failure", FAILURES, ids=repr)
def test_failures_in_a_row_open_it(breaker, ticks, failure):
    end(breaker, failure, failure, "fine", failure, failure, failure)
    error = refuses(breaker)
    assert str(error) == (
        f"not sent: the last 3 calls failed ({failure}); the next is let through in 30 s"
    )
    assert error.retry_after == 30
    ticks.at += 29.5
    assert refuses(breaker).retry_after == 0.5
    ticks.at += 0.5
    end(breaker, "fine", failure, failure, "fine")


def test_the_last_failure_is_the_cause_without_what_it_held(breaker):
    last = PayloadError("not JSON", http_status=200, log_id="LOG", reason="missing_id")
    end(breaker, ServerError("HTTP 500"), TransportError("reset"), last)
    cause = refuses(breaker).__cause__
    assert (type(cause), str(cause), vars(cause)) == (PayloadError, "not JSON", vars(last))
    assert cause.__traceback__ is None
    assert last.__traceback__ is not None


@pytest.mark.parametrize("is_final", [False, True])
def test_no_answer_is_a_failure_even_if_it_is_final(breaker, is_final):
    error = TransportError("no trusted TLS connection")
    error.is_final = is_final
    end(breaker, error, error, error)
    refuses(breaker)


@pytest.mark.parametrize("sign", SIGNS_OF_LIFE, ids=repr)
def test_a_refusal_shows_that_the_platform_is_alive(breaker, ticks, sign):
    end(breaker, *FAILURES[:2], sign, *FAILURES[:2], sign, *FAILURES)
    ticks.at += 30
    end(breaker, sign, *FAILURES[:2], "fine")


@pytest.mark.parametrize("nothing", SAYS_NOTHING, ids=repr)
def test_what_was_not_sent_or_interrupted_says_nothing(breaker, ticks, nothing):
    end(breaker, *FAILURES[:2], nothing, FAILURES[2])
    refuses(breaker)
    ticks.at += 30
    end(breaker, nothing, nothing, FAILURES[0])
    assert refuses(breaker).retry_after == 30


def test_a_failure_after_the_pause_is_another_pause(breaker, ticks):
    end(breaker, *FAILURES)
    for count in (4, 5):
        ticks.at += 30
        end(breaker, ServerError("HTTP 503"))
        assert f"the last {count} calls failed (HTTP 503)" in str(refuses(breaker))
    ticks.at += 30
    end(breaker, "fine", *FAILURES[:2], "fine")


def test_exactly_one_is_let_through_after_the_pause(breaker, ticks):
    end(breaker, *FAILURES)
    ticks.at += 30
    started, go_on = threading.Event(), threading.Event()

    def held():
        started.set()
        go_on.wait(20)
        return "fine"

    with ThreadPoolExecutor(9) as pool:
        trial = pool.submit(breaker.send, held)
        started.wait(20)
        others = [pool.submit(refuses, breaker) for _ in range(8)]
        errors = [other.result(20) for other in others]
        go_on.set()
        assert trial.result(20) == "fine"
    assert {(error.retry_after, error.is_tried) for error in errors} == {(1, True)}
    assert all("one is under way" in str(error) for error in errors)
    end(breaker, "fine")


def test_threads_that_come_at_once_after_the_pause(breaker, ticks):
    end(breaker, *FAILURES)
    ticks.at += 30
    ready, sent = threading.Barrier(8), []

    def failing():
        sent.append(1)
        raise ServerError("HTTP 500")

    def come(_):
        ready.wait(20)
        with pytest.raises((CircuitOpenError, ServerError)):
            breaker.send(failing)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(come, range(8)))
    assert len(sent) == 1


@pytest.mark.parametrize("outcome", ["fine", FAILURES[0]], ids=repr)
def test_who_began_before_it_opened_decides_nothing(breaker, ticks, outcome):
    def late():
        end(breaker, *FAILURES)
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome

    with suppress(TransportError):
        breaker.send(late)
    error = refuses(breaker)
    assert (error.retry_after, "last 3 calls" in str(error)) == (30, True)


class Naive:
    """What a breaker must do, from the whole history of what was sent."""

    def __init__(self, failures, pause):
        self.failures, self.pause = failures, pause
        self.sent = []

    def lets_through(self, at):
        row = 0
        while row < len(self.sent) and self.sent[-1 - row][1]:
            row += 1
        return row < self.failures or at >= self.sent[-1][0] + self.pause


@given(
    st.integers(1, 4),
    st.lists(st.tuples(st.sampled_from([0, 1, 9, 10, 11]), st.booleans()), max_size=40),
)
def test_like_a_naive_model(failures, steps):
    ticks = Ticks()
    breaker, naive = Breaker(failures, 10, ticks), Naive(failures, 10)
    for wait, fails in steps:
        ticks.at += wait
        if naive.lets_through(ticks.at):
            end(breaker, ServerError("HTTP 500") if fails else "fine")
            naive.sent.append((ticks.at, fails))
        else:
            refuses(breaker)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
def test_a_fork_starts_anew_whoever_holds_the_lock(breaker):
    end(breaker, *FAILURES)
    with breaker._circuit.get().lock:
        child = os.fork()
        if not child:
            os._exit(0 if breaker.send(lambda: 7) == 7 else 1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    refuses(breaker)


# Through a client


@pytest.fixture
def guarded(connect, sandbox, ticks):
    """Return a function that gives a client with a breaker, whose waits move the clock."""

    def sleep(seconds):
        ticks.at += seconds

    def start(breaker, **limits):
        patience = Patience(**limits, sleep=sleep, chance=lambda: 1.0, now=ticks)
        return connect(sandbox.url, patience=patience, breaker=breaker)

    return start


def test_nothing_is_sent_or_awaited_while_it_is_open(guarded, sandbox, breaker, ticks, fails):
    client = guarded(breaker, attempts=10)
    client.agents()
    sandbox.answer_next(*[Canned(503, b"")] * 9)
    began = ticks.at
    error = fails(CircuitOpenError, client.agents)
    assert str(error).startswith("not sent: the last 3 calls failed (HTTP 503")
    assert str(error).endswith("; the next is let through in 28 s")
    assert ticks.at - began == 0.5 + 1 + 2
    assert [request.status for request in sandbox.seen[2:]] == [503] * 3
    fails(CircuitOpenError, client.agents)
    assert len(sandbox.seen) == 2 + 3


def test_a_client_comes_back_by_itself(guarded, sandbox, breaker, ticks, fails):
    client = guarded(breaker, attempts=1)
    expected = client.agents()
    sandbox.answer_next(*[Canned(hang_up=True)] * 4)
    for kind in [TransportError] * 3 + [CircuitOpenError]:
        fails(kind, client.agents)
    ticks.at += 30
    fails(TransportError, client.agents)
    fails(CircuitOpenError, client.agents)
    ticks.at += 30
    assert client.agents() == expected


def test_a_token_that_cannot_be_had_counts_too(guarded, sandbox, breaker, fails):
    path = "/open-apis/auth/v3/tenant_access_token/internal"
    sandbox.answer_next(*[Canned(502, b"<html>", path=path)] * 9)
    client = guarded(breaker, attempts=1)
    for kind in [ServerError] * 3 + [CircuitOpenError]:
        fails(kind, client.agents)
    assert len(sandbox.seen) == 3


def test_clients_that_share_one(guarded, sandbox, breaker, fails):
    sandbox.answer_next(*[Canned(503, b"")] * 9)
    one, other = guarded(breaker, attempts=1), guarded(breaker, attempts=1)
    for kind in [ServerError] * 3 + [CircuitOpenError]:
        fails(kind, one.agents)
    fails(CircuitOpenError, other.agents)


def test_a_client_has_one_of_its_own(connect, sandbox, fails):
    sandbox.answer_next(*[Canned(503, b"")] * 20)
    client = connect(sandbox.url)
    for kind in [ServerError] * 10 + [CircuitOpenError]:
        fails(kind, client.agents)
    assert fails(CircuitOpenError, client.agents).retry_after <= 30
    fails(ServerError, connect(sandbox.url).agents)


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        ({"failures": 0}, "failures: int 0; allowed: 1 or more"),
        ({"failures": True}, "failures: bool"),
        ({"failures": 1.5}, "failures: float"),
        ({"pause": 0}, "pause: int 0; allowed: seconds above 0, at most a day"),
        ({"pause": -1}, "pause: int -1"),
        ({"pause": float("nan")}, "pause: float nan"),
        ({"pause": float("inf")}, "pause: float inf"),
        ({"pause": "30"}, "pause: str '30'"),
    ],
)
def test_limits_that_are_none(limits, message):
    with pytest.raises(ConfigurationError, match=message):
        Breaker(**limits)
