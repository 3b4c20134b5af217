"""An answer is bounded in time as a whole, over real sockets on this machine."""

from __future__ import annotations

import gzip
import json
import os

import pytest

from availability import ConfigurationError, HelpdeskClient, TransportError
from availability.feishu.sandbox import Canned, Sandbox

NO_AGENTS = json.dumps({"code": 0, "msg": "success", "data": {"agent_schedules": []}}).encode()
TOKEN_PATH = "/open-apis/auth/v3/tenant_access_token/internal"
#: Some bytes come before the end, and the read timeout is never near.
PACE = 0.01
LONGEST = 0.3

#: Each would take many minutes.
SLOW = {
    "head": {"head_pace": PACE, "headers": {"X-Long": "x" * 60_000}},
    "no byte of the head": {"head_pace": 600},
    "body": {"body_pace": PACE, "body": NO_AGENTS + b" " * 60_000},
    "no byte of the body": {"body_pace": 600},
    "gzip": {
        "body_pace": PACE,
        "body": gzip.compress(os.urandom(60_000)),
        "headers": {"Content-Encoding": "gzip"},
    },
    "error page": {"status": 502, "body_pace": PACE, "body": b" " * 60_000},
}


def slow(name, **more):
    return Canned(**{"body": NO_AGENTS, **SLOW[name], **more})


@pytest.fixture
def hasty(connect, sandbox):
    return connect(sandbox.url, max_seconds=LONGEST)


@pytest.mark.parametrize("name", SLOW)
def test_an_answer_that_drips(hasty, sandbox, fails, name):
    sandbox.answer_next(slow(name, headers={"X-Tt-Logid": "LOG", **SLOW[name].get("headers", {})}))
    error = fails(TransportError, hasty.agents)
    assert "the answer took longer than max_seconds=0.3" in str(error)
    assert error.is_final is False
    has_begun = "head" not in name
    assert (error.http_status is not None, error.log_id == "LOG") == (has_begun, has_begun)
    assert len(hasty.agents()) == 23


def test_a_token_that_drips(hasty, sandbox, fails):
    sandbox.answer_next(slow("body", path=TOKEN_PATH))
    assert "max_seconds=0.3" in str(fails(TransportError, hasty.agents))
    assert len(hasty.agents()) == 23


def drip(head, drop):
    """Return a talk of a raw server: it sends the same bytes again and again."""

    def talk(connection, request):
        connection.sendall(head.replace(b"\n", b"\r\n"))
        while True:
            connection.sendall(drop)

    return talk


@pytest.mark.parametrize(
    "talk",
    [
        drip(b"HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n", b"1\r\n \r\n"),
        drip(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    ],
    ids=["chunks", "a promise"],
)
def test_an_answer_without_end(connect, serve_raw, talk):
    client = connect(serve_raw(talk).url, max_seconds=LONGEST)
    with pytest.raises(TransportError, match=r"max_seconds=0\.3"):
        client.agents()


def test_a_wait_for_more_is_still_bounded_by_the_timeout(connect, sandbox, fails):
    sandbox.answer_next(slow("no byte of the body"))
    client = connect(sandbox.url, timeout=(1, 0.1), max_seconds=60)
    assert "no answer in time" in str(fails(TransportError, client.agents))


def test_a_slow_answer_that_is_in_time(connect, sandbox):
    sandbox.answer_next(Canned(200, NO_AGENTS, head_pace=1e-4, body_pace=1e-4))
    assert connect(sandbox.url, max_seconds=60).agents() == []


def test_one_connection_serves_quick_and_slow_answers(connect, sandbox, logged):
    client = connect(sandbox.url, timeout=(5, 60), max_seconds=60)
    for _ in range(3):
        sandbox.answer_next(Canned(200, NO_AGENTS, body_pace=1e-4))
        assert client.agents() == []
        assert len(client.agents()) == 23
    assert logged().count("Starting new HTTP connection") == 1


def test_each_answer_of_a_connection_has_its_own_time(connect, sandbox, logged):
    """The end of the first answer's time is not the second's, nor is its last wait."""
    client = connect(sandbox.url, max_seconds=1.4)
    sandbox.answer_next(*[Canned(200, NO_AGENTS, delay=0.5)] * 3)
    assert [client.agents() for _ in range(3)] == [[], [], []]
    assert logged().count("Starting new HTTP connection") == 1


def test_a_sandbox_closes_while_it_drips(connect, clock):
    """Its threads end, however many bytes are left."""
    with Sandbox(clock=clock) as sandbox:
        sandbox.answer_next(slow("no byte of the head"), slow("no byte of the body"))
        client = connect(sandbox.url, max_seconds=0.1)
        for _ in range(2):
            with pytest.raises(TransportError):
                client.agents()


def test_a_proxy_that_drips(connect, serve_raw, monkeypatch):
    server = serve_raw(drip(b"HTTP/1.1 200 OK\n", b"X: 1\r\n" * 10))
    monkeypatch.setenv("HTTPS_PROXY", server.url)
    client = connect("https://helpdesk.invalid", max_seconds=LONGEST)
    with pytest.raises(TransportError):
        client.agents()


def test_a_proxy_that_says_nothing_more(connect, serve_raw, monkeypatch, fails):
    def talk(connection, request):
        connection.sendall(b"HTTP/1.1 200 ")
        while not server.closing.wait(PACE):
            connection.sendall(b"O")

    server = serve_raw(talk)
    monkeypatch.setenv("HTTPS_PROXY", server.url)
    error = fails(TransportError, connect("https://helpdesk.invalid", max_seconds=LONGEST).agents)
    assert "max_seconds=0.3" in str(error)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
def test_a_fork_has_its_own_bounded_connection(hasty, sandbox):
    assert len(hasty.agents()) == 23
    sandbox.answer_next(slow("body"))
    child = os.fork()
    if not child:
        try:
            hasty.agents()
        except TransportError as error:
            os._exit(0 if "max_seconds" in str(error) else 2)
        os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert len(hasty.agents()) == 23


@pytest.mark.parametrize("seconds", [1, 0.5, 86_400])
def test_limits_that_can_be_used(connect, sandbox, seconds):
    assert connect(sandbox.url, max_seconds=seconds).agents()


@pytest.mark.parametrize(
    "seconds", [None, 0, -1, float("nan"), float("inf"), 86_401, "5", True, (5, 5)]
)
def test_limits_that_cannot_be_used(settings, seconds, fails):
    error = fails(
        ConfigurationError, HelpdeskClient, **settings, base_url="https://x.y", max_seconds=seconds
    )
    assert "max_seconds" in str(error)
    assert "seconds above 0, at most a day" in str(error)
