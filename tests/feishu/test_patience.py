"""What is sent again, how often, and how long is waited in between: over real sockets."""

from __future__ import annotations

import pickle

import pytest
from faults import FINAL, HTML, PASSING

from availability import (
    ConfigurationError,
    Patience,
    RateLimitedError,
    ServerError,
    TransportError,
)
from availability.feishu.sandbox import Canned

TOKEN = "/open-apis/auth/v3/tenant_access_token/internal"


class Waits:
    """A clock that only moves when somebody sleeps; chance is what it is told."""

    def __init__(self, chance=1.0):
        self.slept = []
        self.chance = chance

    def patience(self, **limits):
        return Patience(
            **limits, sleep=self.slept.append, chance=lambda: self.chance, now=self.seconds
        )

    def seconds(self):
        return sum(self.slept)


@pytest.fixture
def waits():
    return Waits()


@pytest.fixture
def patient(connect, sandbox, waits):
    """A function that gives a client with such limits, which only seems to sleep."""
    return lambda **limits: connect(sandbox.url, patience=waits.patience(**limits))


def sent(sandbox):
    """How often agents were asked for."""
    return sum("agent" in request.path for request in sandbox.seen)


@pytest.mark.parametrize("name", PASSING)
def test_what_may_pass_is_sent_again(name, sandbox, patient, waits):
    expected = patient().agents()
    sandbox.answer_next(PASSING[name].answer, PASSING[name].answer)
    assert patient().agents() == expected
    assert sent(sandbox) == 1 + 3
    assert len(waits.slept) == 2


@pytest.mark.parametrize("name", FINAL)
def test_what_is_final_is_not(name, sandbox, patient, waits):
    answer, error, _ = FINAL[name]
    sandbox.answer_next(answer)
    with pytest.raises(error) as caught:
        patient().agents()
    assert type(caught.value) is error
    assert (sent(sandbox), waits.slept) == (1, [])
    assert "sent" not in str(caught.value)


@pytest.mark.parametrize("name", PASSING)
def test_what_does_not_pass_is_told_in_the_end(name, sandbox, patient):
    answer, error, _ = PASSING[name]
    sandbox.answer_next(*[answer] * 4)
    with pytest.raises(error, match=r"; sent 4 times$") as caught:
        patient().agents()
    assert type(caught.value) is error
    assert sent(sandbox) == 4


def test_a_limit_of_calls_says_how_long_to_wait(sandbox, patient, waits):
    limit, long = (
        Canned.refusal(429, 99991400, "limit", x_ogw_ratelimit_reset=text) for text in ("3", "40")
    )
    sandbox.answer_next(limit, long)
    patient().agents()
    assert waits.slept == [3 + 1, 40 + 4]
    waits.slept.clear()
    waits.chance = 0.0
    sandbox.answer_next(limit)
    patient().agents()
    assert waits.slept == [3]


def test_other_waits_are_drawn_below_a_bound_that_doubles(sandbox, patient, waits):
    sandbox.answer_next(*[Canned(503, b"")] * 8)
    patient(attempts=9, seconds=1000).agents()
    assert waits.slept == [0.5, 1, 2, 4, 8, 16, 20, 20]
    waits.slept.clear()
    waits.chance = 0.25
    sandbox.answer_next(*[Canned(503, b"")] * 2)
    patient().agents()
    assert waits.slept == [0.125, 0.25]


def test_no_wait_is_begun_that_would_take_too_long(sandbox, patient, waits):
    sandbox.answer_next(Canned.refusal(429, 99991400, "limit", x_ogw_ratelimit_reset="3600"))
    with pytest.raises(RateLimitedError) as caught:
        patient().agents()
    assert (caught.value.retry_after, waits.slept) == (3600, [])
    sandbox.answer_next(*[Canned(503, b"")] * 9)
    with pytest.raises(ServerError, match=r"; sent 4 times$"):
        patient(attempts=100, seconds=4).agents()
    assert waits.slept == [0.5, 1, 2]


@pytest.mark.parametrize("attempts", [1, 2])
def test_attempts(sandbox, patient, attempts):
    sandbox.answer_next(*[Canned(503, b"")] * 3)
    with pytest.raises(ServerError):
        patient(attempts=attempts).agents()
    assert sent(sandbox) == attempts


def test_the_token_is_asked_for_again(sandbox, patient, waits):
    sandbox.answer_next(Canned(502, HTML, path=TOKEN), Canned(hang_up=True, path=TOKEN))
    assert len(patient().agents()) == 23
    assert len(waits.slept) == 2


def test_a_dead_token_on_the_way_is_replaced_once(sandbox, patient):
    client = patient()
    client.agents()
    sandbox.answer_next(Canned(503, b""), Canned.refusal(400, 99991663, "dead"), Canned(503, b""))
    assert len(client.agents()) == 23
    assert sum(request.path == TOKEN for request in sandbox.seen) == 2


def test_too_large_an_answer_stays_too_large(sandbox, connect, waits):
    client = connect(sandbox.url, patience=waits.patience(), max_body=1000)
    with pytest.raises(TransportError, match="larger than max_body") as caught:
        client.agents()
    assert (caught.value.is_final, waits.slept) == (True, [])


def test_a_line_in_the_log_for_each(sandbox, patient, logged):
    sandbox.answer_next(Canned(503, b""))
    patient().agents()
    assert "again in 0.5 s: HTTP 503" in logged()


def test_patience_is_a_value():
    assert Patience() == Patience(4, 60.0)
    assert pickle.loads(pickle.dumps(Patience(2, 5))) == Patience(2, 5)
    assert repr(Patience(2, 5)) == "Patience(attempts=2, seconds=5)"
    assert Patience().__replace__(attempts=1) == Patience(1)


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        ({"attempts": 0}, "attempts: int 0; allowed: 1 or more"),
        ({"attempts": True}, "attempts: bool"),
        ({"attempts": "4"}, "attempts: str '4'"),
        ({"seconds": -1}, "seconds: int -1; allowed: 0 or more"),
        ({"seconds": float("nan")}, "seconds: float nan"),
        ({"seconds": float("inf")}, "seconds: float inf"),
    ],
)
def test_limits_that_are_none(limits, message):
    with pytest.raises(ConfigurationError, match=message):
        Patience(**limits)
