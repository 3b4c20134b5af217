"""What the tests of the client share: a sandbox, clients of it, servers, and an eye on secrets."""

from __future__ import annotations

import base64
import json
import logging
import re
import socket
import threading
import traceback
from contextlib import suppress
from datetime import datetime, timedelta, timezone

import pytest

from availability import HelpdeskClient, Patience
from availability.feishu.loopback import LoopbackServer, Response
from availability.feishu.sandbox import Canned, Sandbox

MONDAY_10 = datetime(2026, 6, 1, 2, tzinfo=timezone.utc)  # 10:00 in Shanghai
#: As the API's page says: base64(helpdesk_id:helpdesk_token).
DESK = base64.b64encode(f"{Sandbox.helpdesk_id}:{Sandbox.helpdesk_token}".encode()).decode()
SECRETS = (Sandbox.app_secret, Sandbox.helpdesk_token, DESK)
TENANT_TOKEN = re.compile(r"\bt-[0-9a-f]{20}")
PROXIES = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"]


class Clock:
    def __init__(self):
        self.now = MONDAY_10

    def __call__(self):
        return self.now

    def tick(self, **amount):
        self.now += timedelta(**amount)


class Server:
    """A server whose answers come from a function; it keeps the requests."""

    def __init__(self, answer):
        self.requests = []
        self._answer = answer
        self._server = LoopbackServer(0, self._keep)
        self.url = self._server.url
        self._server.start()

    def close(self):
        self._server.close()

    def _keep(self, request):
        self.requests.append(request)
        return self._answer(request)


class RawServer:
    """A server of bytes: ``talk`` gets each connection, once a whole request has come."""

    def __init__(self, talk, after=b"\r\n\r\n"):
        self._talk = talk
        self._after = after
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.closing = threading.Event()
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def close(self):
        self.closing.set()
        with socket.create_connection(self._listener.getsockname()):  # wakes accept()
            self._thread.join()
        self._listener.close()

    def _serve(self):
        while True:
            connection, _ = self._listener.accept()
            with connection, suppress(OSError):
                if self.closing.is_set():
                    return
                connection.settimeout(5)
                self._talk(connection, self._request(connection))

    def _request(self, connection):
        """What is left unread would reset the connection when it is closed."""
        request = b""
        while not self._is_whole(request) and (more := connection.recv(65536)):
            request += more
        return request

    def _is_whole(self, request):
        head, _, body = request.partition(b"\r\n\r\n")
        length = re.search(rb"\r\nContent-Length: (\d+)", head)
        return self._after in request and len(body) >= int(length[1] if length else 0)


def chain(error):
    """An exception and all that it holds or stands on."""
    todo, found = [error], []
    while todo:
        one = todo.pop()
        if isinstance(one, BaseException) and one not in found:
            found.append(one)
            todo += [one.__cause__, one.__context__, *one.args, *vars(one).values()]
    return found


def shown_of(error):
    """All that a log, a report or a debugger could show of an exception."""
    texts = [text for one in chain(error) for text in (str(one), repr(one), repr(one.args))]
    texts += [repr(vars(one)) for one in chain(error)]
    return "\n".join([*texts, *traceback.format_exception(error)])


def assert_no_secret(text):
    assert not [secret for secret in SECRETS if secret in text]
    assert not TENANT_TOKEN.search(text)


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch):
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
def opened():
    """Things to close after the test, the last first."""
    things = []
    yield things
    for thing in reversed(things):
        thing.close()


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def desk(clock, opened):
    """Return a function that starts a sandbox, with the agents given."""

    def start(*agents):
        sandbox = Sandbox(clock=clock, agents=agents or None)
        sandbox.start()
        opened.append(sandbox)
        return sandbox

    return start


@pytest.fixture
def sandbox(desk):
    return desk()


@pytest.fixture
def serve(opened):
    """Return a function that starts a server of answers."""

    def start(answer):
        opened.append(Server(answer))
        return opened[-1]

    return start


@pytest.fixture
def serve_raw(opened):
    """Return a function that starts a server of bytes."""

    def start(talk, **options):
        opened.append(RawServer(talk, **options))
        return opened[-1]

    return start


@pytest.fixture
def refused_url():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    return f"http://127.0.0.1:{port}"


@pytest.fixture
def logged(caplog):
    """Return a function that gives all lines logged so far, those at DEBUG too."""
    caplog.set_level(logging.DEBUG)
    return lambda: caplog.text


@pytest.fixture
def settings(clock):
    """What every client needs; no address."""
    return {
        "app_id": Sandbox.app_id,
        "app_secret": Sandbox.app_secret,
        "helpdesk_id": Sandbox.helpdesk_id,
        "helpdesk_token": Sandbox.helpdesk_token,
        "tz": "Asia/Shanghai",
        "patience": Patience(attempts=1),
        "clock": clock,
    }


@pytest.fixture
def connect(settings, opened, logged):
    """Return a function that gives a client of a URL; no log line may hold a secret or e-mail."""

    def start(url, **options):
        opened.append(HelpdeskClient(**{**settings, "base_url": url, **options}))
        return opened[-1]

    yield start
    assert_no_secret(logged())
    assert "@" not in logged()


@pytest.fixture
def client(connect, sandbox):
    return connect(sandbox.url)


@pytest.fixture
def fails(logged):
    """Return a function that gives the error of a call: of just this class, in one line.

    Nothing of it, and no log line, may show a secret.
    """

    def check(kind, call, *args, **options):
        with pytest.raises(kind) as caught:
            call(*args, **options)
        assert type(caught.value) is kind
        assert len(str(caught.value).splitlines()) == 1
        assert_no_secret(shown_of(caught.value))
        assert_no_secret(logged())
        return caught.value

    return check


@pytest.fixture
def shows_no_secret():
    """Return a function that looks at texts, and at all that could be shown of exceptions."""

    def check(*things):
        texts = [shown_of(one) if isinstance(one, BaseException) else one for one in things]
        assert_no_secret("\n".join(texts))

    return check


@pytest.fixture
def success():
    """Return a function that makes an answer of the platform's with code 0."""

    def answer(data, **options):
        body = {"code": 0, "msg": "success", "data": data}
        return Canned(200, json.dumps(body).encode(), **options)

    return answer


@pytest.fixture
def platform():
    """Return the answer function of a desk without agents, the smallest platform."""

    def answer(request):
        ok = {"code": 0, "msg": "ok"}
        token = {**ok, "tenant_access_token": f"t-{'0' * 30}", "expire": 7200}
        agents = {**ok, "data": {"agent_schedules": []}}
        return Response(200, json.dumps(token if request.method == "POST" else agents).encode())

    return answer


@pytest.fixture
def asked():
    """Return a function that counts a sandbox's requests: (for tokens, others)."""

    def count(sandbox):
        tokens = sum(one.method == "POST" for one in sandbox.seen)
        return tokens, len(sandbox.seen) - tokens

    return count
