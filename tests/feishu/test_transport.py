"""One request and what can go wrong on its way, over real sockets on this machine."""

from __future__ import annotations

import gzip
import json
import re
import socket
import struct
import traceback
import tracemalloc
import zlib

import pytest

from availability import (
    ConfigurationError,
    FeishuError,
    HelpdeskClient,
    PayloadError,
    ServerError,
    TransportError,
)
from availability.feishu.loopback import Response
from availability.feishu.sandbox import Canned, Sandbox
from availability.feishu.transport import Transport

TOKEN_PATH = "/open-apis/auth/v3/tenant_access_token/internal"
NO_AGENTS = json.dumps({"code": 0, "msg": "success", "data": {"agent_schedules": []}}).encode()
TOKEN = json.dumps({"code": 0, "tenant_access_token": "t-1", "expire": 7200}).encode()
LONG_WAIT = 30  # seconds that no test waits: clients give up, servers are closed
MEGABYTE = 1024 * 1024


def body_of(size):
    """A successful answer without agents, of so many bytes."""
    return NO_AGENTS + b" " * (size - len(NO_AGENTS))


# No answer, or not a whole one


def test_a_refused_port(connect, refused_url, fails):
    error = fails(TransportError, connect(refused_url).agents)
    assert (error.code, error.http_status, error.log_id) == (None, None, None)
    assert refused_url in str(error)
    assert "refused" in str(error)


@pytest.mark.parametrize(
    "answer",
    [
        Canned(hang_up=True),
        Canned(200, NO_AGENTS, {"Content-Length": str(len(NO_AGENTS) + 1)}),
        Canned(200, NO_AGENTS[:20], {"Content-Length": str(len(NO_AGENTS))}),
        Canned(200, b"", {"Content-Length": "10"}),
        Canned(502, b"<html>", {"Content-Length": "1000"}),
        Canned(200, b"not gzip at all", {"Content-Encoding": "gzip"}),
        Canned(200, gzip.compress(NO_AGENTS)[:-8] + b"x" * 8, {"Content-Encoding": "gzip"}),
        Canned(200, b"\xff\xff\xff\xff", {"Content-Encoding": "deflate"}),
        Canned(200, NO_AGENTS, {"Content-Encoding": ", ".join(["gzip"] * 50)}),
    ],
    ids=[
        "hung up",
        "one byte short",
        "cut off",
        "no body",
        "page cut off",
        "not gzip",
        "gzip broken",
        "deflate broken",
        "fifty times gzip",
    ],
)
def test_an_answer_that_is_not_whole(client, sandbox, fails, answer):
    sandbox.answer_next(answer)
    error = fails(TransportError, client.agents)
    assert error.code is None
    assert sandbox.url in str(error)
    assert client.agents()  # the next one is


def test_a_compressed_body_without_its_end(client, sandbox):
    sandbox.answer_next(Canned(200, gzip.compress(NO_AGENTS)[:-30], {"Content-Encoding": "gzip"}))
    with pytest.raises((TransportError, PayloadError)):
        client.agents()


def raw_answer(head, body=b""):
    """Return a talk of a raw server: these bytes, whatever was asked."""

    def talk(connection, request):
        connection.sendall(head.replace(b"\n", b"\r\n") + b"\r\n" + body)

    return talk


@pytest.mark.parametrize(
    "talk",
    [
        raw_answer(b"nothing like HTTP\n"),
        raw_answer(b"HTTP/1.1 abc\n"),
        raw_answer(b"HTTP/1.1 200 OK\n" + b"X: 1\n" * 1000),
        raw_answer(b"HTTP/1.1 200 OK\nX: " + b"x" * 100_000 + b"\n"),
        raw_answer(b"HTTP/1.1 200 OK\nContent-Length: 1\nContent-Length: 2\n", b"xx"),
        raw_answer(b"HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n", b"zz\r\n{}\r\n0\r\n\r\n"),
        raw_answer(b"HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n", b"-2\r\n{}\r\n0\r\n\r\n"),
        raw_answer(b"HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n", b"5\r\n{}"),
        raw_answer(b"HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n"),
    ],
    ids=[
        "not HTTP",
        "no status",
        "1000 headers",
        "long header",
        "two lengths",
        "bad chunk",
        "negative chunk",
        "chunk cut off",
        "no chunk",
    ],
)
def test_an_answer_that_is_not_http(connect, serve_raw, fails, talk):
    fails(TransportError, connect(serve_raw(talk).url).agents)


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 abc %s\n",
        b"HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n%s\n",
        b"HTTP/1.1 200 OK\nContent-Length: 9\nno header, but %s\nX: 1\n",
    ],
    ids=["status", "chunk", "header"],
)
def test_an_answer_that_is_not_http_but_says_what_it_was_sent(connect, serve_raw, fails, head):
    def talk(connection, request):
        if request.startswith(b"POST"):
            raw_answer(b"HTTP/1.1 200 OK\n", TOKEN)(connection, request)
        else:
            sent = re.search(rb"X-Lark-Helpdesk-Authorization: (\S+)", request)
            raw_answer(head % sent[1])(connection, request)

    fails(TransportError, connect(serve_raw(talk).url).agents)


def test_a_connection_that_is_reset(connect, serve_raw, fails):
    def reset(connection, request):
        linger = struct.pack("ii", 1, 0)  # close() then resets
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)

    error = fails(TransportError, connect(serve_raw(reset).url).agents)
    assert "reset" in str(error)


def test_a_sandbox_resets_a_connection(client, sandbox, fails):
    sandbox.answer_next(Canned(reset=True))
    assert "reset" in str(fails(TransportError, client.agents))
    assert sandbox.seen[-1].status == 0
    assert client.agents()


def test_a_server_without_tls(connect, serve_raw, fails):
    server = serve_raw(raw_answer(b"HTTP/1.1 400 Bad Request\n"), after=b"\x16")
    error = fails(TransportError, connect(server.url.replace("http:", "https:")).agents)
    assert "TLS" in str(error)


def test_a_server_that_does_not_answer_in_time(connect, sandbox, fails):
    sandbox.answer_next(Canned(200, NO_AGENTS, delay=LONG_WAIT))
    error = fails(TransportError, connect(sandbox.url, timeout=(1, 0.1)).agents)
    assert "in time" in str(error)


def test_a_token_that_does_not_come_in_time(connect, sandbox, fails):
    sandbox.answer_next(Canned(200, b"{}", delay=LONG_WAIT, path=TOKEN_PATH))
    error = fails(TransportError, connect(sandbox.url, timeout=(1, 0.1)).agents)
    assert "in time" in str(error)


def test_a_body_that_stops_coming(connect, serve_raw, fails):
    def stall(connection, request):
        raw_answer(b"HTTP/1.1 200 OK\nContent-Length: 100\n", b"{")(connection, request)
        server.closing.wait(LONG_WAIT)

    server = serve_raw(stall)
    error = fails(TransportError, connect(server.url, timeout=(1, 0.1)).agents)
    assert "in time" in str(error)


# How much is read


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_the_largest_body_and_one_byte_more(connect, sandbox, fails, pack):
    client = connect(sandbox.url, max_body=100_000)
    headers = {"X-Tt-Logid": "LOG"} | ({} if pack is bytes else {"Content-Encoding": "gzip"})
    sandbox.answer_next(*[Canned(200, pack(body_of(100_000 + more)), headers) for more in (0, 1)])
    assert client.agents() == []
    error = fails(TransportError, client.agents)
    assert "max_body=100000" in str(error)
    assert (error.http_status, error.log_id) == (200, "LOG")
    assert client.agents()


@pytest.mark.parametrize(("status", "encoding"), [(200, "gzip"), (400, "deflate"), (502, "gzip")])
def test_a_bomb(connect, sandbox, fails, status, encoding):
    """What is small on the wire and huge unpacked is given up when it grows too large."""
    raw = b"[" * (32 * MEGABYTE)
    packed = gzip.compress(raw, 6) if encoding == "gzip" else zlib.compress(raw, 6)
    assert len(packed) < MEGABYTE
    del raw
    client = connect(sandbox.url, max_body=MEGABYTE)
    sandbox.answer_next(Canned(status, packed, {"Content-Encoding": encoding}))
    tracemalloc.start()
    try:
        fails(TransportError, client.agents)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 16 * MEGABYTE


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 200 OK\n",
        b"HTTP/1.1 502 Bad Gateway\n",
        b"HTTP/1.1 302 Found\nLocation: /elsewhere\n",
        b"HTTP/1.1 307 Temporary Redirect\nLocation: /elsewhere\n",
    ],
    ids=["200", "502", "302", "307"],
)
def test_a_body_without_end_is_given_up(connect, serve_raw, head):
    sent = []

    def pour(connection, request):
        raw_answer(head)(connection, request)
        for _ in range(64):
            connection.sendall(b" " * MEGABYTE)
            sent.append(MEGABYTE)

    with pytest.raises(FeishuError):
        connect(serve_raw(pour).url, max_body=MEGABYTE).agents()
    assert sum(sent) < 32 * MEGABYTE


@pytest.mark.parametrize("encoding", ["gzip", "GZIP", "deflate", "identity", None])
def test_a_compressed_answer_is_unpacked(client, sandbox, encoding):
    body = NO_AGENTS
    if encoding == "deflate":
        body = zlib.compress(body)
    elif encoding in ("gzip", "GZIP"):
        body = gzip.compress(body)
    sandbox.answer_next(Canned(200, body, {"Content-Encoding": encoding}))
    assert client.agents() == []


def test_an_answer_with_a_byte_order_mark_or_in_chunks(connect, serve_raw, client, sandbox):
    sandbox.answer_next(Canned(200, b"\xef\xbb\xbf" + NO_AGENTS))
    assert client.agents() == []
    chunks = b"".join(b"1\r\n%c\r\n" % byte for byte in NO_AGENTS) + b"0\r\n\r\n"
    server = serve_raw(raw_answer(b"HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n", chunks))
    transport = Transport(server.url, timeout=(1, 1), max_body=MEGABYTE, max_seconds=9)
    assert transport.send("GET", "/").body["data"] == {"agent_schedules": []}
    transport.close()


# Where requests go


@pytest.fixture
def redirected(serve, platform):
    """Return a function that starts a server which sends one method elsewhere, and elsewhere."""

    def start(method, status):
        elsewhere = serve(platform)

        def answer(request):
            if request.method == method:
                return Response(status, b"", {"Location": elsewhere.url + request.path})
            return platform(request)

        return serve(answer), elsewhere

    return start


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("method", ["POST", "GET"])
def test_a_redirect_is_never_followed(connect, redirected, fails, status, method):
    server, elsewhere = redirected(method, status)
    error = fails(FeishuError, connect(server.url).agents)
    assert (error.code, error.http_status) == (None, status)
    assert "FEISHU_BASE_URL" in str(error)
    assert elsewhere.requests == []


@pytest.mark.parametrize(
    "location",
    [
        b"/open-apis/",
        b"",
        b"http://[",
        b"http://127.0.0.1:99999/",
        b"http://:80:80/",
        b"\xff\xfe",
        b"mailto:x",
        b"http://\xe4\xbe\x8b/",
        b"/" + b"x" * 60_000,
    ],
    ids=["path", "empty", "bracket", "port", "colons", "not UTF-8", "mailto", "IDN", "long"],
)
def test_a_redirect_to_nowhere_is_a_redirect(connect, serve_raw, fails, location):
    talk = raw_answer(b"HTTP/1.1 302 Found\nContent-Length: 0\nLocation: " + location + b"\n")
    error = fails(FeishuError, connect(serve_raw(talk).url).agents)
    assert error.http_status == 302


@pytest.fixture
def write_netrc(monkeypatch, tmp_path):
    """Return a function that gives the user a .netrc."""

    def write(text):
        netrc = tmp_path / ".netrc"
        netrc.write_text(text)
        netrc.chmod(0o600)
        monkeypatch.setenv("NETRC", str(netrc))
        monkeypatch.setenv("HOME", str(tmp_path))

    return write


@pytest.mark.parametrize("entry", ["machine 127.0.0.1", "machine localhost", "default"])
def test_a_netrc_does_not_replace_the_headers(connect, serve, platform, write_netrc, entry):
    write_netrc(f"{entry} login someone password else\n")
    server = serve(platform)
    for url in (server.url, server.url.replace("127.0.0.1", "localhost")):
        connect(url).agents()
    given = [request.headers.get_all("Authorization") for request in server.requests]
    assert given == [None, [f"Bearer t-{'0' * 30}"]] * 2


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"])
def test_no_proxy_stands_before_loopback(connect, sandbox, monkeypatch, refused_url, name):
    monkeypatch.setenv(name, refused_url)
    assert connect(sandbox.url).agents()
    assert connect(sandbox.url.replace("127.0.0.1", "localhost")).agents()


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"])
def test_a_proxy_of_the_environment_stands_before_the_platform(
    connect, serve_raw, monkeypatch, fails, name
):
    heads = []

    def refuse(connection, head):
        heads.append(head)
        raw_answer(b"HTTP/1.1 407 Proxy Authentication Required\n")(connection, head)

    monkeypatch.setenv(name, serve_raw(refuse).url)
    error = fails(TransportError, connect("https://helpdesk.invalid").agents)
    assert "proxy" in str(error)
    assert heads[0].startswith(b"CONNECT helpdesk.invalid:443 ")
    assert b"Authorization: Bearer" not in heads[0]


def test_the_password_of_a_proxy_is_not_shown(connect, monkeypatch, refused_url, fails, logged):
    proxy = refused_url.replace("http://", "http://someone:pass-of-the-proxy@")
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    error = fails(TransportError, connect("https://helpdesk.invalid").agents)
    assert "pass-of-the-proxy" not in str(error)
    assert "pass-of-the-proxy" not in logged()


def test_a_proxy_that_says_its_password(connect, serve_raw, monkeypatch, fails):
    proxy = serve_raw(raw_answer(b"HTTP/1.1 407 not pass-of-the-proxy\n")).url
    monkeypatch.setenv("HTTPS_PROXY", proxy.replace("http://", "http://me:pass-of-the-proxy@"))
    error = fails(TransportError, connect("https://helpdesk.invalid").agents)
    assert "proxy" in str(error)
    assert "pass-of-the-proxy" not in "".join(traceback.format_exception(error))


def test_cookies_are_not_sent_back(connect, serve, platform):
    def with_cookie(request):
        cookies = {"Set-Cookie": "session=1; Path=/"}
        answer = platform(request)
        return Response(answer.status, answer.body, cookies)

    server = serve(with_cookie)
    client = connect(server.url)
    for _ in range(3):
        client.agents()
    assert len(server.requests) == 4
    assert not [request for request in server.requests if "Cookie" in request.headers]


def test_one_connection_serves_many_calls(connect, sandbox, logged):
    client = connect(sandbox.url)
    for _ in range(5):
        client.agents()
    assert logged().count("Starting new HTTP connection") == 1


def test_a_platform_that_restarts_between_two_calls(connect, clock):
    with Sandbox(clock=clock) as sandbox:
        client = connect(sandbox.url)
        before = client.agents()
    port = int(sandbox.url.rpartition(":")[2])
    with Sandbox(clock=clock, port=port):
        assert client.agents() == before


def test_the_path_of_the_base_url_is_kept(connect, serve, platform):
    server = serve(platform)
    connect(f"{server.url}/gateway/").agents()
    assert [request.path.partition("/open-apis")[0] for request in server.requests] == [
        "/gateway",
        "/gateway",
    ]


# What is checked before anything is sent


@pytest.mark.parametrize(
    "url",
    [
        "https://open.feishu.cn",
        "https://open.feishu.cn/",
        "https://open.larksuite.com",
        "HTTPS://open.feishu.cn:8443",
        "https://10.0.0.1",
        "https://helpdesk.example.com/gateway",
        "https://localhost",
        "http://localhost",
        "http://LOCALHOST:8080",
        "http://127.0.0.1:8080",
        "http://127.1.2.3",
        "http://[::1]",
        "http://[::1]:8080/",
    ],
)
def test_addresses_that_can_be_used(settings, url):
    with HelpdeskClient(**settings, base_url=url) as client:
        assert url.rstrip("/") in repr(client)


@pytest.mark.parametrize(
    "url",
    [
        "http://open.feishu.cn",
        "http://10.0.0.1",
        "http://0.0.0.0",
        "http://[::2]",
        "http://[::ffff:10.0.0.1]",
        "http://localhost.example.com",
        "http://127.0.0.1.example.com",
        "http://example.com/127.0.0.1",
        "http://localhost%2eexample.com",
        "http://127.0.0.1\\.example.com",
        "ftp://127.0.0.1",
        "ws://127.0.0.1",
        "file:///etc/hosts",
        "//open.feishu.cn",
        "open.feishu.cn",
        "open.feishu.cn:443",
        "localhost:8080",
        "127.0.0.1",
        "https://",
        "https:///open-apis",
        "https://:443",
        "https:open.feishu.cn",
        "https://user:pass-word@open.feishu.cn",
        "https://user@open.feishu.cn",
        "https://@open.feishu.cn",
        "https://:pass-word@open.feishu.cn",
        "http://user:pass-word@127.0.0.1",
        "http://127.0.0.1@open.feishu.cn",
        "http://127.0.0.1:80\\@open.feishu.cn",
        "https://open.feishu.cn?a=b",
        "https://open.feishu.cn/?",
        "https://open.feishu.cn?",
        "https://open.feishu.cn#a",
        "https://open.feishu.cn#",
        "https://open.feishu.cn:port",
        "https://open.feishu.cn:99999",
        "https://open.feishu.cn\n",
        "https://open.feishu.cn\r\nX-Evil: 1",
        "https://open.fei\tshu.cn",
        "https://open.feishu.cn ",
        " https://open.feishu.cn",
        "https://open feishu.cn",
        "https://[::1",
        "https://[open.feishu.cn]",
        "",
        " ",
        "garbage",
        "\x00",
        None,
        True,
        7,
        b"https://open.feishu.cn",
        ["https://open.feishu.cn"],
    ],
)
def test_addresses_that_cannot_be_used(settings, url, fails):
    error = fails(ConfigurationError, HelpdeskClient, **settings, base_url=url)
    assert "base_url" in str(error)
    assert "pass-word" not in str(error)


@pytest.mark.parametrize("url", ["https://a..b", f"https://{'a' * 64}.invalid", "https://*"])
def test_a_host_that_cannot_be_looked_up(connect, url, fails):
    fails(TransportError, connect(url).agents)


@pytest.mark.parametrize("timeout", [(5, 30), (0.1, 0.1), [5, 30], (5.0, 86_400)])
def test_time_outs_that_can_be_used(connect, sandbox, timeout):
    assert connect(sandbox.url, timeout=timeout).agents()


NAN, INF = float("nan"), float("inf")


@pytest.mark.parametrize(
    "timeout",
    [
        None,
        5,
        5.0,
        (),
        (5,),
        (5, 5, 5),
        (None, 5),
        (5, None),
        (0, 5),
        (5, 0),
        (-1, 5),
        (5, -1),
        (NAN, 5),
        (5, NAN),
        (INF, 5),
        (5, INF),
        (1e300, 5),  # more than a socket takes
        (5, 1e300),
        ("a", "b"),
        "5",
    ],
)
def test_time_outs_that_cannot_be_used(settings, timeout, fails):
    error = fails(ConfigurationError, HelpdeskClient, **settings, timeout=timeout)
    assert "timeout" in str(error)
    assert "connect, read" in str(error)


def test_a_server_error_does_not_hide_a_working_connection(client, sandbox, fails):
    sandbox.answer_next(Canned(502, b"<html>"), Canned(200, b"<html>"), Canned(hang_up=True))
    fails(ServerError, client.agents)
    fails(PayloadError, client.agents)
    fails(TransportError, client.agents)
    assert client.agents()
