"""What an answer means: the platform's error table, over real sockets, row by row."""

from __future__ import annotations

import copy
import json
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

import availability.errors
from availability import (
    AccessDeniedError,
    AuthenticationError,
    AvailabilityError,
    BadRequestError,
    FeishuError,
    NotFoundError,
    PayloadError,
    RateLimitedError,
    ScheduleError,
    ServerError,
    TransportError,
)
from availability.feishu.reply import read_reply
from availability.feishu.sandbox import Canned

TOKEN_PATH = "/open-apis/auth/v3/tenant_access_token/internal"
LOG_ID = "20260601100000ABCDEF0123456789ABCDEF"
HTML = b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n</html>\r\n"
DEAD_TOKEN = [99991661, 99991663, 99991664, 99991665, 99991668]

#: HTTP status and code as documented, the exception, and advice that its message has.
TABLE = [
    (429, 99991400, RateLimitedError, []),
    (400, 99991400, RateLimitedError, []),
    *[(400, code, AuthenticationError, []) for code in DEAD_TOKEN],
    (400, 99991672, AccessDeniedError, ["helpdesk:all:readonly"]),
    (200, 10003, AuthenticationError, ["FEISHU_APP_ID"]),
    (200, 10014, AuthenticationError, ["FEISHU_APP_SECRET"]),
    (400, 154000, BadRequestError, []),
    (401, 154001, AuthenticationError, ["helpdesk_id", "helpdesk_token", "tenant"]),
    (403, 154003, AccessDeniedError, []),
    (404, 154004, NotFoundError, []),
    (500, 155000, ServerError, []),
    (400, 1, FeishuError, []),
    (403, -1, FeishuError, []),
    (404, 99991673, FeishuError, []),
    (418, 2**40, FeishuError, []),
]
#: The same codes come with HTTP 200, too.
TABLE += [(200, code, kind, advice) for http, code, kind, advice in TABLE if http != 200]


def refusal(status, body, **headers):
    """An answer with these headers, ``_`` for ``-``; a dict is sent as JSON."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Canned(status, raw, {name.replace("_", "-"): headers[name] for name in headers})


@pytest.fixture
def error_of(client, sandbox, fails):
    """Return a function that gives the client's error for an answer."""

    def check(kind, answer):
        sandbox.answer_next(answer)
        if kind is AuthenticationError:  # final only the second time
            sandbox.answer_next(answer)
        return fails(kind, client.agents)

    return check


@pytest.mark.parametrize(("status", "code", "kind", "advice"), TABLE)
def test_each_code_of_the_platform(error_of, status, code, kind, advice):
    body = {"code": code, "msg": "said by the platform", "error": {"log_id": "other"}}
    error = error_of(kind, refusal(status, body, X_Tt_Logid=LOG_ID))
    assert (error.code, error.http_status, error.log_id) == (code, status, LOG_ID)
    for part in ["said by the platform", str(code), str(status), LOG_ID, *advice]:
        assert part in str(error)


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504, 599])
def test_a_code_nobody_knows_from_a_failing_server_is_an_error_of_the_platform(
    client, sandbox, status
):
    sandbox.answer_next(refusal(status, {"code": 42, "msg": "new"}))
    with pytest.raises(FeishuError, match="new") as caught:
        client.agents()
    assert (caught.value.code, caught.value.http_status) == (42, status)


@pytest.mark.parametrize(
    ("headers", "error", "log_id"),
    [
        ({"X_Tt_Logid": "head"}, {"log_id": "body"}, "head"),
        ({"x_tt_logid": "head"}, None, "head"),
        ({"X_Tt_Logid": None}, {"log_id": "body"}, "body"),
        ({"X_Tt_Logid": None}, {"log_id": 7}, None),
        ({"X_Tt_Logid": None}, "x", None),
        ({"X_Tt_Logid": None}, None, None),
    ],
)
def test_the_log_id_comes_from_the_header_or_else_the_body(error_of, headers, error, log_id):
    body = {"code": 154003, "msg": "no", "error": error}
    assert error_of(AccessDeniedError, refusal(403, body, **headers)).log_id == log_id


@pytest.mark.parametrize(
    ("reset", "seconds"),
    [
        ("1", 1),
        ("60", 60),
        ("0", 0),
        ("0.5", 0.5),
        (None, None),
        ("", None),
        ("soon", None),
        ("-1", None),
        ("nan", None),
        ("inf", None),
        ("1 2", None),
        ("Wed, 21 Oct 2026 07:28:00 GMT", None),
    ],
)
def test_how_long_to_wait(error_of, reset, seconds):
    body = {"code": 99991400, "msg": "request trigger frequency limit"}
    for status in (429, 400, 200):
        answer = refusal(status, body, x_ogw_ratelimit_reset=reset, x_ogw_ratelimit_limit="100")
        assert error_of(RateLimitedError, answer).retry_after == seconds


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_gateways_page(error_of, status):
    error = error_of(ServerError, refusal(status, HTML, Content_Type="text/html", X_Tt_Logid=None))
    assert (error.code, error.http_status, error.log_id) == (None, status, None)
    assert str(status) in str(error)
    assert "text/html" in str(error)


#: Bodies that are not the JSON promised.
NOT_PROMISED = {
    "HTML": HTML,
    "empty": b"",
    "cut off": b'{"code":0,"da',
    "array": b"[]",
    "array with an answer": b'[{"code":0,"data":{}}]',
    "string": b'"ok"',
    "null": b"null",
    "number": b"0",
    "empty object": b"{}",
    "code missing": b'{"msg":"success","data":{"agent_schedules":[]}}',
    "code null": b'{"code":null,"data":{"agent_schedules":[]}}',
    "code a string": b'{"code":"0","data":{"agent_schedules":[]}}',
    "code true": b'{"code":true,"data":{"agent_schedules":[]}}',
    "code false": b'{"code":false,"data":{"agent_schedules":[]}}',
    "code 0.0": b'{"code":0.0,"data":{"agent_schedules":[]}}',
    "code NaN": b'{"code":NaN,"data":{"agent_schedules":[]}}',
    "code a list": b'{"code":[0],"data":{"agent_schedules":[]}}',
    "open brackets": b"[" * 100_000,
    "nested lists": b"[" * 100_000 + b"]" * 100_000,
    "nested data": b'{"code":0,"data":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "nested objects": b'{"code":' * 100_000 + b"0" + b"}" * 100_000,
    "huge code": b'{"code":' + b"9" * 100_000 + b"}",
    "not UTF-8": b'{"code":0,"data":{"agent_schedules":[],"x":"\xff"}}',
    "NULs": b"\x00" * 100,
}


@pytest.mark.parametrize("body", NOT_PROMISED.values(), ids=NOT_PROMISED)
def test_a_body_that_is_not_the_json_promised(error_of, body):
    error = error_of(PayloadError, refusal(200, body, X_Tt_Logid=LOG_ID))
    assert (error.code, error.http_status, error.log_id) == (None, 200, LOG_ID)
    assert "JSON" in str(error)
    assert len(str(error)) < 300


@pytest.mark.parametrize(
    "body",
    [
        {"code": 0},
        {"code": 0, "msg": "success"},
        {"code": 0, "data": None},
        {"code": 0, "data": []},
        {"code": 0, "data": ["x"]},
        {"code": 0, "data": "x"},
        {"code": 0, "data": 1},
        {"code": 0, "data": {"agent_schedules": "x"}},
        {"code": 0, "data": {"agent_schedules": {}}},
        {"code": 0, "data": {"agent_schedules": 0}},
        {"code": 0, "data": {"agent_schedules": False}},
    ],
)
def test_data_that_is_not_what_was_promised(error_of, body):
    error = error_of(PayloadError, refusal(200, body, X_Tt_Logid=LOG_ID))
    assert (error.code, error.http_status, error.log_id) == (0, 200, LOG_ID)


@pytest.mark.parametrize("status", [401, 403, 404, 418])
def test_a_page_with_an_error_status(error_of, status):
    error = error_of(FeishuError, refusal(status, HTML, Content_Type="text/html"))
    assert (error.code, error.http_status) == (None, status)


@pytest.mark.parametrize("status", [302, 400, 500])
def test_success_in_the_body_does_not_outweigh_the_status(client, sandbox, status):
    sandbox.answer_next(refusal(status, {"code": 0, "data": {"agent_schedules": []}}))
    with pytest.raises(FeishuError) as caught:
        client.agents()
    assert caught.value.http_status == status


@pytest.mark.parametrize("msg", [None, 7, ["x"], {"a": 1}, ""])
def test_a_message_that_is_no_text(error_of, msg):
    error = error_of(NotFoundError, refusal(404, {"code": 154004, "msg": msg}))
    assert error.code == 154004


def test_a_refusal_without_a_message_is_not_called_malformed(error_of):
    error = error_of(NotFoundError, refusal(404, {"code": 154004, "msg": ""}))
    assert "not the JSON" not in str(error)


@pytest.mark.parametrize(
    "msg",
    ["two\nlines", "a\r\nb", "a\x00b", "a\x1b[31mb", "a\u2028b", "a\u202eb", "\ud800", "x" * 10**6],
    ids=["LF", "CRLF", "NUL", "colour", "separator", "right to left", "surrogate", "long"],
)
def test_a_message_is_shown_as_a_short_printable_line(error_of, msg):
    error = error_of(BadRequestError, refusal(400, {"code": 154000, "msg": msg}))
    assert str(error).isprintable()
    assert len(str(error)) < 600


@pytest.mark.parametrize("status", [200, 400])
def test_a_message_that_repeats_the_secrets_is_redacted(
    error_of, client, sandbox, settings, status
):
    token = client._token.get()
    pair = sandbox.helpdesk_id + ":" + sandbox.helpdesk_token
    secrets = [settings["app_secret"], token, pair, client._desk, f"{pair}{token}"]
    msg = f"wrong: {' '.join(secrets)} {', '.join(secrets)}"
    error = error_of(BadRequestError, refusal(status, {"code": 154000, "msg": msg}))
    assert "wrong" in str(error)


def test_secrets_that_would_be_cut_at_the_end_of_a_long_message_are_redacted(error_of, settings):
    half = len(settings["app_secret"]) // 2
    for length in range(260, 301, 8):
        msg = "x" * length + settings["app_secret"]
        error = error_of(BadRequestError, refusal(400, {"code": 154000, "msg": msg}))
        assert settings["app_secret"][:half] not in str(error)


@pytest.mark.parametrize("other", ["app_secret", "helpdesk_token"])
def test_a_secret_that_contains_the_other_is_redacted_whole(connect, sandbox, settings, other):
    secret = f"{sandbox.app_secret}-and-more"
    inner = {**settings, "app_secret": sandbox.app_secret, "helpdesk_token": secret}
    if other == "helpdesk_token":
        inner = {**settings, "app_secret": secret, "helpdesk_token": sandbox.app_secret}
    client = connect(sandbox.url, **inner)
    body = {"code": 10014, "msg": f"wrong: {secret}."}
    sandbox.answer_next(Canned(200, json.dumps(body).encode(), path=TOKEN_PATH))
    with pytest.raises(AuthenticationError, match="wrong") as caught:
        client.agents()
    assert "and-more" not in str(caught.value)


def test_data_that_repeats_a_secret_is_not_shown(error_of, settings):
    body = {"code": 0, "data": {"agent_schedules": settings["helpdesk_token"]}}
    error_of(PayloadError, refusal(200, body))


# The errors as values


def all_errors(kind=AvailabilityError):
    return [kind, *[one for below in kind.__subclasses__() for one in all_errors(below)]]


FEISHU_ERRORS = sorted(set(all_errors(FeishuError)), key=lambda kind: kind.__name__)


def test_every_error_of_the_platform_is_public():
    for kind in {*all_errors()}:
        assert getattr(availability.errors, kind.__name__) is kind
        assert getattr(availability, kind.__name__) is kind


@pytest.mark.parametrize(
    "again", [copy.copy, copy.deepcopy, lambda e: pickle.loads(pickle.dumps(e))]
)
@pytest.mark.parametrize("kind", FEISHU_ERRORS)
def test_errors_keep_what_they_say_in_copies(kind, again):
    error = kind("HTTP 429: slowly", code=99991400, http_status=429, log_id=LOG_ID)
    if hasattr(kind, "retry_after"):
        error.retry_after = 1.5
    found = again(error)
    assert type(found) is kind
    assert str(found) == "HTTP 429: slowly"
    assert (found.code, found.http_status, found.log_id) == (99991400, 429, LOG_ID)
    assert getattr(found, "retry_after", 1.5) == 1.5


@pytest.mark.parametrize("kind", sorted({*all_errors()} - {*FEISHU_ERRORS}, key=str))
def test_the_other_errors_keep_what_they_say_in_copies(kind):
    error = kind("the message")
    for found in (copy.copy(error), copy.deepcopy(error), pickle.loads(pickle.dumps(error))):
        assert (type(found), str(found)) == (kind, "the message")
    reason = pickle.loads(pickle.dumps(ScheduleError("the message", "bad_time"))).reason
    assert reason == "bad_time"


def test_an_error_that_came_over_the_network_pickles(client, sandbox):
    sandbox.answer_next(
        Canned.refusal(429, 99991400, "slowly", x_ogw_ratelimit_reset="7"), Canned(hang_up=True)
    )
    with pytest.raises(RateLimitedError) as limited:
        client.agents()
    with pytest.raises(TransportError) as cut:
        client.agents()
    assert pickle.loads(pickle.dumps(limited.value)).retry_after == 7
    assert str(pickle.loads(pickle.dumps(cut.value))) == str(cut.value)


# Anything at all

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
)
ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        "code": st.sampled_from([0, 10014, 154004, 99991400]) | VALUES,
        "msg": st.text() | VALUES,
        "data": VALUES,
        "error": st.fixed_dictionaries({"log_id": VALUES}) | VALUES,
    },
)
BODIES = st.binary() | (ANSWERS | VALUES).map(lambda body: json.dumps(body).encode())
HEADERS = st.dictionaries(
    st.sampled_from(["X-Tt-Logid", "x-ogw-ratelimit-reset", "Content-Type"]), st.text()
)


@given(st.integers(100, 999), HEADERS, BODIES)
def test_any_answer_is_a_reply_or_an_error_of_one_line(status, headers, body):
    error = None
    try:
        assert read_reply(status, headers, body, ["secret"]).body["code"] == 0
    except FeishuError as refused:
        error = refused
    if error is not None:
        assert error.http_status == status
        assert str(error).isprintable()


def test_a_number_too_long_to_be_one_stays_a_string():
    body = b'{"code":0,"data":{"x":' + b"9" * 100_000 + b',"y":10}}'
    with read_reply(200, {}, body).data() as data:
        assert data == {"x": "9" * 100_000, "y": 10}


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b'{"data":{}}', "code: missing"),
        (b'{"code":null}', "code: null is not a number"),
        (b'{"code":"0"}', "code: str '0' is not a number"),
        (b"[]", "not a JSON object"),
        (b"", "nothing, where JSON belongs"),
        (b"<html>", "not JSON"),
        (b"[" * 200_000, "nested too deeply"),
    ],
)
def test_each_thing_that_is_wrong_has_its_own_words(body, says):
    with pytest.raises(PayloadError, match=says):
        read_reply(200, {}, body)
