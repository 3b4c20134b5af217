"""The tenant token: fetched once, reused, replaced in time, replaced once where it is dead."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from availability import (
    AuthenticationError,
    NotFoundError,
    PayloadError,
    ServerError,
    TransportError,
)
from availability.feishu.loopback import Response
from availability.feishu.sandbox import Canned

TOKEN_PATH = "/open-apis/auth/v3/tenant_access_token/internal"
TEXT = "t-" + "a" * 30
DEAD_TOKEN = [99991661, 99991663, 99991664, 99991665, 99991668]


def token_answer(**fields):
    """The platform's answer with a token; None leaves a field out."""
    body = {"code": 0, "msg": "ok", "tenant_access_token": TEXT, "expire": 7200, **fields}
    kept = {name: value for name, value in body.items() if value is not None}
    return Canned(200, json.dumps(kept).encode(), path=TOKEN_PATH)


def together(count, call):
    """The results of a call in threads that start at once."""
    barrier = threading.Barrier(count)

    def start(_):
        barrier.wait()
        return call()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(start, range(count)))


def test_the_request_is_the_documented_one(connect, serve, platform, settings):
    server = serve(platform)
    connect(server.url).agents()
    request = server.requests[0]
    assert (request.method, request.path) == ("POST", TOKEN_PATH)
    assert json.loads(request.body) == {name: settings[name] for name in ("app_id", "app_secret")}
    assert request.headers.get_content_type() == "application/json"
    assert "Authorization" not in request.headers
    assert "X-Lark-Helpdesk-Authorization" not in request.headers


def test_nothing_is_asked_before_it_is_needed(client, sandbox):
    assert sandbox.seen == []
    assert "t-" not in repr(client)


def test_one_token_serves_many_calls(client, sandbox, asked):
    for _ in range(5):
        client.agents()
    client.agent(client.agents()[0].id)
    assert asked(sandbox) == (1, 7)


def test_twenty_threads_on_a_cold_client_fetch_one_token(client, sandbox, asked):
    found = together(20, client.skills)  # which nobody shares
    assert all(found)
    assert asked(sandbox) == (1, 20)


def test_a_token_is_replaced_before_it_ends(client, sandbox, clock, asked):
    client.agents()
    clock.tick(minutes=60)
    client.agents()
    assert asked(sandbox) == (1, 2)
    clock.tick(minutes=60, seconds=-1)  # a second before it ends
    client.agents()
    assert asked(sandbox) == (2, 3)
    assert {one.status for one in sandbox.seen} == {200}


@pytest.mark.parametrize(("minutes", "fetched"), [(109, 1), (111, 2)])
def test_the_margin_is_ten_minutes(client, sandbox, clock, asked, minutes, fetched):
    client.agents()
    clock.tick(minutes=minutes)
    client.agents()
    assert asked(sandbox) == (fetched, 2)


def test_a_clock_that_shows_a_repeated_hour_does_not_age_a_token_less(connect, sandbox, asked):
    new_york = ZoneInfo("America/New_York")
    shown = [datetime(2026, 11, 1, 5, 30, tzinfo=timezone.utc)]  # 01:30, the first time
    client = connect(sandbox.url, clock=lambda: shown[0].astimezone(new_york))
    client.agents()
    shown[0] += timedelta(minutes=111)
    client.agents()
    assert asked(sandbox) == (2, 2)


def test_threads_that_waited_for_a_failed_fetch_share_its_failure(client, sandbox, asked):
    sandbox.answer_next(Canned(500, b"<html>", path=TOKEN_PATH, delay=0.5))

    def failure():
        with pytest.raises(ServerError) as caught:
            client.agents()
        return caught.value

    assert len(set(map(str, together(8, failure)))) == 1
    assert asked(sandbox) == (1, 0)
    assert client.agents()


def test_over_a_working_day_no_call_is_refused(client, sandbox, clock):
    for _ in range(8 * 7):
        client.agents()
        clock.tick(minutes=9)
    assert {one.status for one in sandbox.seen} == {200}


@pytest.mark.parametrize("life", [1, 60, 1800, 7200, 10**9, 10**30])
def test_a_token_is_used_again_and_never_after_its_end(client, sandbox, clock, asked, life):
    """No token lives longer than two hours, whatever the answer says."""
    sandbox.answer_next(token_answer(expire=life))
    client._token.get()
    client._token.get()
    assert asked(sandbox) == (1, 0)
    clock.tick(seconds=min(life, 7200))
    client.agents()
    assert asked(sandbox) == (2, 1)


def test_twenty_threads_replace_a_token_that_ends_once(client, sandbox, clock, asked):
    client.agents()
    clock.tick(hours=3)
    together(20, client.skills)
    assert asked(sandbox) == (2, 21)


REFUSALS = [(status, code) for status in (400, 200) for code in DEAD_TOKEN]
REFUSALS += [(401, 154001), (200, 154001)]


@pytest.mark.parametrize(("status", "code"), REFUSALS)
def test_a_dead_token_is_replaced_once_and_the_call_sent_again(
    client, sandbox, asked, status, code
):
    sandbox.answer_next(Canned.refusal(status, code, "Invalid access token"))
    assert client.agents()
    assert asked(sandbox) == (2, 2)


@pytest.mark.parametrize("refused", REFUSALS)
def test_a_token_refused_twice_is_final(client, sandbox, asked, fails, refused):
    sandbox.answer_next(*[Canned.refusal(*refused, "Invalid access token")] * 2)
    error = fails(AuthenticationError, client.agents)
    assert (error.http_status, error.code) == refused
    assert error.log_id
    assert asked(sandbox) == (2, 2)
    assert client.agents()


@pytest.mark.parametrize(
    ("status", "code"),
    [(400, 154000), (403, 154003), (404, 154004), (400, 99991672), (200, 10003), (400, 12345)],
)
def test_other_refusals_do_not_cost_the_token(client, sandbox, asked, status, code):
    client.agents()
    sandbox.answer_next(Canned.refusal(status, code, "no"))
    with pytest.raises(Exception, match=str(code)):
        client.agents()
    client.agents()
    assert asked(sandbox) == (1, 3)


def test_a_token_that_the_platform_forgot_is_replaced(client, sandbox, asked):
    client.agents()
    sandbox.expire_tokens()
    assert client.agents()
    assert asked(sandbox) == (2, 3)


def test_twenty_threads_replace_a_dead_token_once(client, sandbox, asked):
    client.agents()
    sandbox.expire_tokens()
    found = together(20, client.skills)
    assert all(found)
    assert asked(sandbox)[0] == 2


def test_another_refusal_after_the_token_was_replaced(client, sandbox, asked, fails):
    sandbox.answer_next(
        Canned.refusal(400, 99991663, "dead"), Canned.refusal(404, 154004, "unknown")
    )
    assert fails(NotFoundError, client.agent, "ou_1").code == 154004
    assert asked(sandbox) == (2, 2)


@pytest.mark.parametrize("wrong", ["app_id", "app_secret"])
def test_a_wrong_app_is_refused_at_once(connect, sandbox, asked, fails, wrong):
    client = connect(sandbox.url, **{wrong: "not-the-right-one"})
    error = fails(AuthenticationError, client.agents)
    assert (error.code, error.http_status) == ({"app_id": 10003, "app_secret": 10014}[wrong], 200)
    assert f"FEISHU_{wrong.upper()}" in str(error)
    assert "not-the-right-one" not in str(error)
    assert asked(sandbox) == (1, 0)


@pytest.mark.parametrize("wrong", ["helpdesk_id", "helpdesk_token"])
def test_a_wrong_helpdesk_is_refused_after_one_new_token(connect, sandbox, asked, fails, wrong):
    client = connect(sandbox.url, **{wrong: "not-the-right-one"})
    error = fails(AuthenticationError, client.agents)
    assert (error.code, error.http_status) == (154001, 401)
    assert "helpdesk_token" in str(error)
    assert "not-the-right-one" not in str(error)
    assert asked(sandbox) == (2, 2)


MALFORMED = {
    "no token": {"tenant_access_token": None},
    "token empty": {"tenant_access_token": ""},
    "token a number": {"tenant_access_token": 7},
    "token true": {"tenant_access_token": True},
    "token a list": {"tenant_access_token": [TEXT]},
    "token not ASCII": {"tenant_access_token": "t-令牌"},
    "token with a newline": {"tenant_access_token": TEXT + "\r\nX-Evil: 1"},
    "token ends with a newline": {"tenant_access_token": TEXT + "\n"},
    "token with a NUL": {"tenant_access_token": TEXT + "\x00"},
    "token a surrogate": {"tenant_access_token": "\ud800"},
    "token under data": {"tenant_access_token": None, "data": {"tenant_access_token": TEXT}},
    "no expire": {"expire": None},
    "expire 0": {"expire": 0},
    "expire negative": {"expire": -1},
    "expire true": {"expire": True},
    "expire a string": {"expire": "7200"},
    "expire a fraction": {"expire": 7200.5},
    "expire NaN": {"expire": float("nan")},
    "expire a list": {"expire": [7200]},
}


@pytest.mark.parametrize("fields", MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_answer(client, sandbox, asked, fails, fields):
    sandbox.answer_next(token_answer(**fields))
    error = fails(PayloadError, client.agents)
    assert error.code == 0
    assert error.log_id
    assert asked(sandbox) == (1, 0)
    assert client.agents()  # asked again, and answered


@pytest.mark.parametrize("fields", [{"tenant_access_token": None}, {"expire": "7200"}])
def test_a_malformed_answer_has_a_status(client, sandbox, fails, fields):
    sandbox.answer_next(token_answer(**fields))
    assert fails(PayloadError, client.agents).http_status == 200


@pytest.mark.parametrize("fields", [{"tenant_access_token": None}, {"expire": "7200"}])
def test_a_malformed_answer_is_not_blamed_on_the_agents(client, sandbox, fails, fields):
    sandbox.answer_next(*[token_answer(**fields)] * 5)
    fails(PayloadError, client.roster, ["ou_1", "ou_2"])


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (
            Canned(200, b"<html></html>", {"Content-Type": "text/html"}, path=TOKEN_PATH),
            PayloadError,
        ),
        (Canned(hang_up=True, path=TOKEN_PATH), TransportError),
        (Canned(200, b"{}", {"Content-Length": "99"}, path=TOKEN_PATH), TransportError),
    ],
    ids=["HTML", "hung up", "cut off"],
)
def test_a_failure_on_the_way_is_not_remembered(client, sandbox, fails, answer, kind):
    sandbox.answer_next(answer)
    fails(kind, client.agents)
    assert client.agents()


def test_a_token_is_never_shown(client, logged):
    text = client._token.get()
    for one in (client, client._token, client._token._token, client._transport):
        assert text not in repr(one)
        assert text not in str(one)
    assert text not in logged()


def test_a_refusal_that_repeats_a_token_is_redacted(connect, serve, platform, fails):
    """The platform's own words for an invalid token may hold it."""
    token = f"t-{'0' * 30}"

    def echo(request):
        if request.method == "POST":
            return platform(request)
        said = f"Invalid access token {request.headers['Authorization']}"
        return Response(400, json.dumps({"code": 99991663, "msg": said}).encode())

    error = fails(AuthenticationError, connect(serve(echo).url).agents)
    assert "Invalid access token" in str(error)
    assert token not in str(error)
