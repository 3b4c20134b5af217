"""The sandbox over real sockets, read by a client that knows nothing of this package."""

from __future__ import annotations

import base64
import http.client
import json
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import FrozenInstanceError, dataclass
from datetime import datetime, timedelta, timezone

import pytest
import requests

from availability.engine.schedule import WEEKDAY_CODES, WeeklySchedule
from availability.engine.timeline import Timeline
from availability.errors import ConfigurationError, NaiveDatetimeError
from availability.feishu.protocol import TOKEN_PATH
from availability.feishu.sandbox import Asked, Canned, Sandbox

MONDAY_10 = datetime(2026, 6, 1, 2, 0, tzinfo=timezone.utc)  # 10:00 in Shanghai
HELPDESK = "/open-apis/helpdesk/v1/"
LIST = HELPDESK + "agent_schedules"
EVERYONE = LIST + "?status=1&status=2&status=3&status=4"
ODD_STATUS = 7


class Clock:
    def __init__(self, now=MONDAY_10):
        self.now = now

    def __call__(self):
        return self.now

    def tick(self, **amount):
        self.now += timedelta(**amount)


@dataclass
class Caller:
    """A client of the platform, as small as can be."""

    sandbox: Sandbox
    session: requests.Session

    def token_answer(self, **body):
        credentials = {"app_id": self.sandbox.app_id, "app_secret": self.sandbox.app_secret}
        return self.session.post(self.sandbox.url + TOKEN_PATH, json={**credentials, **body})

    def token(self):
        return self.token_answer().json()["tenant_access_token"]

    def headers(self, token=None):
        pair = f"{self.sandbox.helpdesk_id}:{self.sandbox.helpdesk_token}".encode()
        return {
            "Authorization": f"Bearer {token or self.token()}",
            "X-Lark-Helpdesk-Authorization": base64.b64encode(pair).decode(),
        }

    def get(self, path, headers=None, **options):
        headers = self.headers() if headers is None else headers
        return self.session.get(self.sandbox.url + path, headers=headers, **options)

    def listed(self, query="status=1&status=2&status=3&status=4"):
        return self.get(f"{LIST}?{query}").json()["data"]["agent_schedules"]


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def call():
    """Return a function that starts a sandbox and gives a client of it."""
    started = []

    def start(**options):
        sandbox = Sandbox(**{"clock": Clock(), **options})
        sandbox.start()
        session = requests.Session()
        session.trust_env = False
        started.extend([session, sandbox])
        return Caller(sandbox, session)

    yield start
    for thing in started:
        thing.close()


def by_name(payloads):
    return {payload["agent"]["name"]: payload for payload in payloads}


def refusal(answer):
    return answer.status_code, answer.json()["code"]


# The token


def test_a_token_stands_at_the_top_level_and_lives_two_hours(call):
    answer = call().token_answer()
    token = answer.json().pop("tenant_access_token")
    assert answer.json() == {
        "code": 0,
        "msg": "ok",
        "tenant_access_token": token,
        "expire": 7200,
    }
    assert token.startswith("t-")


def test_asked_again_with_half_an_hour_left_it_is_the_same_token(call, clock):
    caller = call(clock=clock)
    first = caller.token()
    clock.tick(seconds=5400)
    again = caller.token_answer().json()
    assert (again["tenant_access_token"], again["expire"]) == (first, 1800)


def test_asked_again_with_less_left_it_is_a_new_one_and_the_old_still_works(call, clock):
    caller = call(clock=clock)
    first = caller.token()
    clock.tick(seconds=5401)
    again = caller.token_answer().json()
    assert again["tenant_access_token"] != first
    assert again["expire"] == 7200
    assert caller.get(EVERYONE, caller.headers(first)).status_code == 200
    assert caller.token() == again["tenant_access_token"]


def test_a_token_dies_at_its_last_second(call, clock):
    caller = call(clock=clock)
    headers = caller.headers()
    clock.tick(seconds=7199)
    assert caller.get(EVERYONE, headers).status_code == 200
    clock.tick(seconds=1)
    assert refusal(caller.get(EVERYONE, headers)) == (400, 99991663)
    assert caller.get(EVERYONE).status_code == 200


def test_expire_tokens_kills_every_token_issued_so_far(call, clock):
    caller = call(clock=clock)
    old = caller.headers()
    clock.tick(minutes=100)
    new = caller.headers()
    caller.sandbox.expire_tokens()
    assert refusal(caller.get(EVERYONE, old)) == (400, 99991663)
    assert refusal(caller.get(EVERYONE, new)) == (400, 99991663)
    assert caller.get(EVERYONE).status_code == 200


@pytest.mark.parametrize(
    ("body", "code", "msg"),
    [
        ({"app_id": "cli_other"}, 10003, "invalid param"),
        ({"app_id": None}, 10003, "invalid param"),
        ({"app_secret": "wrong"}, 10014, "app secret invalid"),
    ],
)
def test_wrong_credentials_are_refused_with_http_200(call, body, code, msg):
    answer = call().token_answer(**body)
    assert answer.status_code == 200
    assert answer.json() == {"code": code, "msg": msg, "data": {}}
    assert answer.headers["X-Tt-Logid"]


@pytest.mark.parametrize("body", [b"", b"{", b"app_id=x", b"[]", b"\xff", b"[" * 100_000])
def test_a_body_that_is_no_json_object_is_a_bad_request(call, body):
    caller = call()
    answer = caller.session.post(caller.sandbox.url + TOKEN_PATH, data=body)
    assert refusal(answer) == (400, 9499)


def test_a_slash_after_the_token_path_changes_nothing(call):
    caller = call()
    body = {"app_id": caller.sandbox.app_id, "app_secret": caller.sandbox.app_secret}
    assert caller.session.post(f"{caller.sandbox.url}{TOKEN_PATH}/", json=body).json()["code"] == 0


# The checks, in the platform's order


@pytest.mark.parametrize(
    ("authorization", "code"),
    [
        (None, 99991661),
        ("", 99991661),
        ("Bearer ", 99991661),
        ("t-0123456789abcdef0123456789abcd", 99991661),
        ("Basic dDp0", 99991661),
        ("Bearer t-0123456789abcdef0123456789abcd", 99991663),
        ("Bearer u-0123456789abcdef0123456789abcd", 99991668),
        ("Bearer eyJhbGciOiJFUzI1NiIs", 99991668),
    ],
)
def test_without_a_live_token_nothing_else_is_looked_at(call, authorization, code):
    caller = call(scopes=())
    headers = {} if authorization is None else {"Authorization": authorization}
    answer = caller.get(LIST, headers)
    assert refusal(answer) == (400, code)
    kind = "Missing" if code == 99991661 else "Invalid"
    assert answer.json()["msg"].startswith(f"{kind} access token for authorization.")


def test_the_scope_comes_before_the_helpdesk_header(call):
    caller = call(scopes=("contact:user.base:readonly",))
    answer = caller.get(LIST, {"Authorization": f"Bearer {caller.token()}"})
    assert refusal(answer) == (400, 99991672)
    body = answer.json()
    assert body["msg"].startswith(
        "Access denied. One of the following scopes is required: [helpdesk:all:readonly]"
    )
    assert body["error"]["permission_violations"] == [
        {"type": "action_scope_required", "subject": "helpdesk:all:readonly"}
    ]


@pytest.mark.parametrize(
    "given", [None, "", "not base64", base64.b64encode(b"1:2").decode(), "7000000000000000001:ht"]
)
def test_the_helpdesk_header_comes_before_the_parameters(call, given):
    caller = call()
    headers = {**caller.headers(), "X-Lark-Helpdesk-Authorization": given}
    answer = caller.get(LIST, headers)
    assert refusal(answer) == (401, 154001)
    assert answer.json()["msg"] == "Unauthorized, please check you have the correct access"


@pytest.mark.parametrize(
    "query",
    ["", "?status=", "?status=0", "?status=5", "?status=1&status=x", "?status=1,2", "?state=1"],
)
def test_a_list_needs_statuses_from_1_to_4(call, query):
    answer = call().get(LIST + query)
    assert refusal(answer) == (400, 154000)
    assert answer.json()["msg"] == "Bad request, please check your request body"


@pytest.mark.parametrize("agent_id", ["ou_nobody", "%E7%8E%8B", "..%2Fx", "None"])
def test_an_unknown_agent_is_not_found(call, agent_id):
    answer = call().get(f"{HELPDESK}agents/{agent_id}/schedules")
    assert refusal(answer) == (404, 154004)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", "/open-apis/helpdesk/v2/agent_schedules"),
        ("GET", LIST + "/"),
        ("GET", HELPDESK + "agents//schedules"),
        ("GET", HELPDESK + "agents/a/b/schedules"),
        ("GET", TOKEN_PATH),
        ("POST", LIST),
        ("PATCH", HELPDESK + "agents/ou_1/schedules"),
        ("DELETE", HELPDESK + "agents/ou_1/schedules"),
    ],
)
def test_what_is_not_there_is_a_plain_404_whoever_asks(call, method, path):
    caller = call()
    answer = caller.session.request(method, caller.sandbox.url + path, data=b"x")
    assert answer.status_code == 404
    assert answer.text == "404 page not found"
    assert answer.headers["Content-Type"] == "text/plain"
    assert answer.headers["X-Tt-Logid"]


def test_every_answer_names_its_log_and_every_refusal_repeats_it(call):
    caller = call()
    answers = [caller.token_answer(), caller.get(EVERYONE), caller.get(LIST), caller.get(LIST, {})]
    assert {answer.headers["Content-Type"] for answer in answers} == {
        "application/json; charset=utf-8"
    }
    logs = [answer.headers["X-Tt-Logid"] for answer in answers]
    assert len(set(logs)) == 4
    assert all(log.startswith("20260601100000") and len(log) == 34 for log in logs)
    for answer in answers[2:]:
        assert answer.json()["error"]["log_id"] == answer.headers["X-Tt-Logid"]


def test_chinese_is_utf_8_and_not_escaped(call):
    assert "王芳".encode() in call().get(EVERYONE).content


# The endpoints


def test_one_agent_is_answered_as_in_the_list(call):
    caller = call()
    for payload in caller.listed():
        answer = caller.get(f"{HELPDESK}agents/{payload['agent']['id']}/schedules").json()
        assert answer == {"code": 0, "msg": "success", "data": {"agent_schedule": payload}}


def test_a_list_has_the_statuses_asked_for(call):
    caller = call()
    everyone = caller.listed()
    for status in (1, 2, 3, 4):
        expected = [payload for payload in everyone if payload["status"] == status]
        assert expected
        assert caller.listed(f"status={status}") == expected
    assert caller.listed("status=4&status=2&status=2") == [
        payload for payload in everyone if payload["status"] in {2, 4}
    ]


def test_a_status_that_no_filter_names_comes_when_everyone_at_work_is_asked_for(call):
    at_work = call().listed("status=1&status=2&status=3")
    assert len(at_work) == 23
    assert ODD_STATUS in {payload["status"] for payload in at_work}


def test_skills_say_who_has_them(call):
    caller = call()
    skills = caller.get(HELPDESK + "agent_skills").json()["data"]["agent_skills"]
    assert [(skill["name"], skill["is_default"]) for skill in skills] == [
        ("通用咨询", True),
        ("账单", False),
        ("退款", False),
        ("technical", False),
        ("VIP", False),
    ]
    people = by_name(caller.listed())
    billing = next(skill for skill in skills if skill["id"] == "skill-billing")
    assert people["王芳"]["agent"]["id"] in billing["agent_ids"]
    assert people["马超"]["agent"]["id"] not in billing["agent_ids"]  # removed


def test_statuses_follow_the_clock_and_the_agents_own_zone(call, clock):
    caller = call(clock=clock)

    def statuses(*names):
        people = by_name(caller.listed())
        return [people[name]["status"] for name in names]

    assert statuses("王芳", "杨磊", "Emily Carter", "Oliver Bennett") == [1, 3, 3, 3]
    clock.tick(hours=8)  # 18:00 in Shanghai, 11:00 in London, 06:00 in New York
    assert statuses("王芳", "杨磊", "Emily Carter", "Oliver Bennett") == [3, 3, 3, 1]
    clock.tick(hours=5)  # 23:00, 16:00, 11:00
    assert statuses("王芳", "杨磊", "Emily Carter", "Oliver Bennett") == [3, 1, 1, 1]
    assert statuses("孙丽", "马超", "林子涵", "值班热线") == [2, 4, ODD_STATUS, 1]


def test_a_boundary_belongs_to_the_new_status(call):
    caller = call(clock=Clock(datetime(2026, 6, 1, 9, 59, 59, 999999, tzinfo=timezone.utc)))
    assert by_name(caller.listed())["王芳"]["status"] == 1
    caller = call(clock=Clock(datetime(2026, 6, 1, 10, tzinfo=timezone.utc)))
    assert by_name(caller.listed())["王芳"]["status"] == 3


def test_agents_given_are_answered_as_they_are(call):
    odd = [
        {"status": 1, "agent": {"id": "a/b 王"}, "schedule": "?", "agent_skills": [3, {"id": "s"}]},
        {"status": "1", "agent": {"id": "b"}},
        {"status": True, "agent": None},
        {"agent": {"id": "d", "name": "\ud83d"}, "agent_skills": "none"},
        None,
        5,
        [],
    ]
    caller = call(agents=odd)
    assert caller.listed("status=1&status=2&status=3") == odd
    assert caller.listed("status=1") == odd[:1]
    one = caller.get(HELPDESK + "agents/a%2Fb%20%E7%8E%8B/schedules").json()
    assert one["data"]["agent_schedule"] == odd[0]
    skills = caller.get(HELPDESK + "agent_skills").json()["data"]["agent_skills"]
    assert [skill["agent_ids"] for skill in skills] == [["a/b 王"], ["a/b 王"]]
    assert caller.sandbox.agent_tz == {}
    odd[0]["status"] = 2
    assert caller.listed("status=2") == odd[:1]


def test_a_desk_may_be_empty(call):
    caller = call(agents=[])
    assert caller.listed() == []
    assert caller.get(HELPDESK + "agent_skills").json()["data"] == {"agent_skills": []}


# The script, and what was seen


def test_scripted_answers_go_to_helpdesk_requests_in_order_once_each(call):
    caller = call()
    headers = caller.headers()
    caller.sandbox.answer_next(
        Canned(502, b"<html>bad gateway</html>", {"content-type": "text/html", "X-TT-LOGID": None}),
        Canned.refusal(429, 99991400, "频率", x_ogw_ratelimit_reset="3"),
    )
    assert caller.token_answer().json()["code"] == 0
    gateway = caller.get(EVERYONE, headers)
    assert (gateway.status_code, gateway.text) == (502, "<html>bad gateway</html>")
    assert gateway.headers["Content-Type"] == "text/html"
    assert "X-Tt-Logid" not in gateway.headers
    limited = caller.get(HELPDESK + "anything")
    assert (limited.status_code, limited.json()) == (429, {"code": 99991400, "msg": "频率"})
    assert limited.headers["x-ogw-ratelimit-reset"] == "3"
    assert limited.headers["X-Tt-Logid"]
    assert caller.get(EVERYONE, headers).status_code == 200


def test_a_scripted_answer_may_wait_for_a_path(call):
    caller = call()
    caller.sandbox.answer_next(
        Canned(500, b"{}", path=TOKEN_PATH), Canned(503), Canned(504, path="/else")
    )
    assert caller.get(EVERYONE, {}).status_code == 503
    assert caller.token_answer().status_code == 500
    assert caller.get("/else?x=1", {}).status_code == 504
    assert caller.get(EVERYONE).status_code == 200


def test_an_answer_can_be_cut_off_held_back_or_not_come_at_all(call):
    caller = call()
    headers = caller.headers()
    caller.sandbox.answer_next(Canned(body=b"{", headers={"Content-Length": "999"}))
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        caller.get(EVERYONE, headers)
    caller.sandbox.answer_next(Canned(hang_up=True))
    with pytest.raises(requests.exceptions.ConnectionError):
        caller.get(EVERYONE, headers)
    caller.sandbox.answer_next(Canned(delay=30))
    with pytest.raises(requests.exceptions.ReadTimeout):
        caller.get(EVERYONE, headers, timeout=(5, 0.05))
    caller.sandbox.close()  # and does not wait for the answer held back


def test_what_was_asked_is_seen(call):
    caller = call()
    caller.get(EVERYONE)
    caller.sandbox.answer_next(Canned(hang_up=True))
    with pytest.raises(requests.exceptions.ConnectionError):
        caller.get(LIST, {})
    assert caller.sandbox.seen == [
        Asked("POST", TOKEN_PATH, 200),
        Asked("GET", EVERYONE, 200),
        Asked("GET", LIST, 0),
    ]
    with pytest.raises(FrozenInstanceError):
        caller.sandbox.seen[0].status = 1


# The server


def test_one_connection_carries_many_requests(call):
    caller = call()
    connection = http.client.HTTPConnection(caller.sandbox.url.removeprefix("http://"))
    sockets = set()
    for _ in range(3):
        connection.request("GET", EVERYONE, headers=caller.headers())
        sockets.add(connection.sock)
        assert len(json.loads(connection.getresponse().read())["data"]["agent_schedules"]) == 24
    assert len(sockets) == 1
    connection.close()


@pytest.mark.parametrize(
    "head", [b"Transfer-Encoding: chunked", b"Content-Length: -1", b"Content-Length: x"]
)
def test_a_body_of_unknown_length_ends_the_connection(call, head):
    sandbox = call().sandbox
    address = ("127.0.0.1", int(sandbox.url.rpartition(":")[2]))
    with socket.create_connection(address) as connection:
        connection.sendall(b"POST %s HTTP/1.1\r\n%s\r\n\r\n" % (TOKEN_PATH.encode(), head))
        answer = connection.makefile("rb").read()
    assert answer.startswith(b"HTTP/1.1 400 ")


def test_head_has_no_body(call):
    caller = call()
    connection = http.client.HTTPConnection(caller.sandbox.url.removeprefix("http://"))
    for _ in range(2):
        connection.request("HEAD", LIST)
        answer = connection.getresponse()
        assert (answer.status, answer.read()) == (404, b"")
    connection.close()


def test_many_at_once_share_one_token_and_each_gets_a_whole_answer(call):
    caller = call()
    url, headers = caller.sandbox.url, caller.headers()
    barrier = threading.Barrier(32)

    def ask(_):
        barrier.wait()
        with requests.Session() as session:
            token = Caller(caller.sandbox, session).token()
            schedules = session.get(url + EVERYONE, headers=headers).json()["data"]
        return token, len(schedules["agent_schedules"])

    with ThreadPoolExecutor(32) as pool:
        answers = list(pool.map(ask, range(32)))
    assert {count for _, count in answers} == {24}
    assert len({token for token, _ in answers}) == 1
    assert len(caller.sandbox.seen) == 65


def test_scripted_answers_are_used_once_each_by_many_at_once(call):
    caller = call()
    headers = caller.headers()
    caller.sandbox.answer_next(*[Canned(503)] * 10)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: caller.get(EVERYONE, headers).status_code, range(20)))
    assert sorted(answers) == [200] * 10 + [503] * 10


def test_close_frees_the_port_and_leaves_no_thread(call):
    before = set(threading.enumerate())
    caller = call()
    idle = http.client.HTTPConnection(caller.sandbox.url.removeprefix("http://"))
    idle.connect()
    assert caller.get(EVERYONE).status_code == 200  # and its connection is kept open
    caller.sandbox.close()
    assert set(threading.enumerate()) == before
    idle.close()
    port = int(caller.sandbox.url.rpartition(":")[2])
    with Sandbox(port=port) as again:
        assert again.url == caller.sandbox.url
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port)).close()


def test_start_and_close_may_be_repeated(call):
    sandbox = call().sandbox
    url = sandbox.url
    sandbox.start()
    assert sandbox.url == url
    sandbox.close()
    sandbox.close()
    sandbox.start()
    requests.get(sandbox.url, timeout=5).close()
    sandbox.close()


def test_wait_blocks_until_closed(call):
    sandbox = call().sandbox
    waiting = threading.Thread(target=sandbox.wait)
    waiting.start()
    assert waiting.is_alive()
    sandbox.close()
    waiting.join(5)
    assert not waiting.is_alive()
    sandbox.wait()  # nothing to wait for


def test_wait_returns_when_interrupted(call, monkeypatch):
    sandbox = call().sandbox

    def interrupt(_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(sandbox._server.closing, "wait", interrupt)
        sandbox.wait()


def test_a_port_in_use_is_said(call):
    port = int(call().sandbox.url.rpartition(":")[2])
    for wanted in (port, 70_000):
        with pytest.raises(ConfigurationError, match=f"port {wanted} of 127.0.0.1"):
            Sandbox(port=wanted).start()


def test_before_the_start_there_is_no_address():
    with pytest.raises(ConfigurationError, match="start"):
        _ = Sandbox().url


def test_a_clock_without_a_zone_is_refused_at_once():
    with pytest.raises(NaiveDatetimeError):
        Sandbox(clock=lambda: datetime(2026, 6, 1))


def test_nothing_is_written_to_the_console(call, capfd):
    caller = call()
    caller.get(EVERYONE)
    caller.get("/nothing", {})
    caller.sandbox.answer_next(Canned(hang_up=True))
    with pytest.raises(requests.exceptions.ConnectionError):
        caller.get(LIST, {})
    caller.sandbox.close()
    assert capfd.readouterr() == ("", "")


def test_a_client_that_goes_away_is_no_fault_but_a_broken_clock_is(call, clock, capfd):
    caller = call(clock=clock, agents=[{"agent": {"id": "x" * 20_000_000}}])
    address = ("127.0.0.1", int(caller.sandbox.url.rpartition(":")[2]))
    head = "".join(f"{name}: {value}\r\n" for name, value in caller.headers().items())
    with socket.create_connection(address) as connection:
        connection.sendall(f"GET {EVERYONE} HTTP/1.1\r\n{head}\r\n".encode())
        connection.recv(1)
    caller.sandbox.close()
    assert capfd.readouterr().err == ""
    caller.sandbox.start()
    clock.now = None
    with pytest.raises(requests.exceptions.ConnectionError):
        caller.get(EVERYONE, {})
    caller.sandbox.close()
    assert "AttributeError" in capfd.readouterr().err


def test_the_environment_points_a_client_here(call):
    sandbox = call().sandbox
    assert sandbox.environment == {
        "FEISHU_BASE_URL": sandbox.url,
        "FEISHU_APP_ID": sandbox.app_id,
        "FEISHU_APP_SECRET": sandbox.app_secret,
        "FEISHU_HELPDESK_ID": sandbox.helpdesk_id,
        "FEISHU_HELPDESK_TOKEN": sandbox.helpdesk_token,
        "AVAILABILITY_TZ": "Asia/Shanghai",
    }
    assert sandbox.app_id.startswith("cli_")


# The desk


@pytest.fixture
def desk(call):
    return call().listed()


def rows(desk):
    return [row for payload in desk for row in payload.get("schedule") or []]


def test_the_desk_has_24_agents_of_three_zones_and_every_status(call, desk):
    assert len({payload["agent"]["id"] for payload in desk}) == len(desk) == 24
    assert {payload["status"] for payload in desk} == {1, 2, 3, 4, ODD_STATUS}
    agent_tz = call().sandbox.agent_tz
    assert sorted(agent_tz.values()) == ["America/New_York"] * 2 + ["Europe/London"] * 2
    assert set(agent_tz) < {payload["agent"]["id"] for payload in desk}
    assert call().sandbox.tz == "Asia/Shanghai"


def test_the_desk_has_every_kind_of_shift(desk):
    kinds = {(row["weekday"], row["start_time"], row["end_time"]) for row in rows(desk)}
    assert {
        (9, "00:00", "24:00"),
        (10, "22:00", "06:00"),
        (10, "18:00", "23:59"),
        (10, "09:00", "12:00"),
        (10, "13:30", "18:00"),
        (11, "09:00", "21:00"),
    } <= kinds


def test_the_desk_has_odd_rows_next_to_readable_ones(desk):
    people = by_name(desk)
    assert {row["weekday"] for row in rows(desk)} - set(WEEKDAY_CODES) == {8}
    assert people["郭婷"]["schedule"][1]["weekday"] == 8
    assert people["何俊杰"]["schedule"][1]["end_time"] == "25:00"
    same = people["高雪"]["schedule"][0]
    assert same["start_time"] == same["end_time"]
    for name in ("郭婷", "何俊杰", "高雪"):
        assert len(people[name]["schedule"]) == 2


def test_the_desk_has_absent_null_and_unknown_fields(desk):
    people = by_name(desk)
    assert people["司马晓彤"]["schedule"] is None
    assert "schedule" not in people["朱琳"]
    assert people["胡建国"]["schedule"] == []
    assert people["值班热线"]["agent"]["email"] is None
    assert people["朱琳"]["agent_skills"] is None
    assert "agent_skills" not in people["高雪"]
    assert "department" not in people["Michael Torres"]["agent"]
    assert "shift_group" in people["徐浩然"]
    assert "employee_type" in people["欧阳文博"]["agent"]
    assert "remark" in people["林子涵"]["schedule"][0]


def test_addresses_are_examples_only(desk):
    for payload in desk:
        assert (payload["agent"]["email"] or "@example.com").endswith("@example.com")
        assert payload["agent"]["avatar_url"].startswith("https://avatars.example.com/")


@pytest.mark.parametrize("start", [datetime(2026, 1, 5), datetime(2026, 7, 6)])
def test_somebody_is_on_duty_at_any_time_even_without_the_hotline(call, start):
    clock = Clock(start.replace(tzinfo=timezone.utc))
    caller = call(clock=clock)
    for _ in range(7 * 24):
        clock.tick(hours=1)
        names = set(by_name(caller.listed("status=1")))
        assert "值班热线" in names
        assert len(names) > 1, clock.now


def test_statuses_agree_with_the_timeline_over_a_week(call, clock):
    caller = call(clock=clock)
    zones = caller.sandbox.agent_tz
    readable = {}
    for payload in caller.listed("status=1&status=3"):
        agent_id = payload["agent"]["id"]
        if payload["agent"]["name"] not in {"郭婷", "何俊杰", "高雪"}:
            schedule = payload.get("schedule") or []
            tz = zones.get(agent_id, caller.sandbox.tz)
            readable[agent_id] = Timeline(WeeklySchedule.parse(schedule, tz=tz))
    assert len(readable) == 18
    for _ in range(7 * 8):
        clock.tick(minutes=181)
        shown = {payload["agent"]["id"]: payload["status"] for payload in caller.listed()}
        for agent_id, duty in readable.items():
            assert shown[agent_id] == (1 if duty.is_on_duty(clock.now) else 3)
