"""The client: what it sends, what it makes of the answers, how it is set up, shared and closed."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timezone
from zoneinfo import ZoneInfo

import pytest

from availability import (
    BadRequestError,
    ConfigurationError,
    FeishuError,
    HelpdeskClient,
    NotFoundError,
    PayloadError,
    RateLimitedError,
    Skill,
    Status,
    TimezoneError,
    TransportError,
    UnknownSkillError,
)
from availability.feishu.sandbox import Asked, Canned

AGENTS = "/open-apis/helpdesk/v1/agents/"
LIST = "/open-apis/helpdesk/v1/agent_schedules?status=1&status=2&status=3"
DAY = {"weekday": 10, "start_time": "09:00", "end_time": "18:00"}
EMAIL = "wangfang@example.com"
NAMES = [
    "FEISHU_APP_ID",
    "FEISHU_APP_SECRET",
    "FEISHU_HELPDESK_ID",
    "FEISHU_HELPDESK_TOKEN",
    "AVAILABILITY_TZ",
]


def payload(agent_id, **fields):
    """An agent as the API sends it."""
    agent = {"id": agent_id, "name": f"name of {agent_id}", "email": EMAIL}
    return {"status": 1, "agent": agent, "schedule": [DAY], "agent_skills": [], **fields}


def codes(diagnostics):
    return [one.code for one in diagnostics]


def ids(agents):
    return [agent.id for agent in agents]


# What is sent


def test_the_headers_are_the_documented_ones(connect, serve, platform):
    server = serve(platform)
    client = connect(server.url, helpdesk_id="6900000000000000001", helpdesk_token="ht-0123")
    client.agents()
    _, request = server.requests
    assert request.method == "GET"
    assert request.path == LIST
    assert request.headers.get_all("Authorization") == [f"Bearer t-{'0' * 30}"]
    # base64 of 6900000000000000001:ht-0123
    assert request.headers.get_all("X-Lark-Helpdesk-Authorization") == [
        "NjkwMDAwMDAwMDAwMDAwMDAwMTpodC0wMTIz"
    ]
    assert request.body == b""


ESCAPED = [
    ("ou_ea651a5c09e2d01af8acd34059f5359b", "ou_ea651a5c09e2d01af8acd34059f5359b"),
    ("a/b", "a%2Fb"),
    ("../x", "..%2Fx"),
    ("../../agent_skills", "..%2F..%2Fagent_skills"),
    ("x/../..", "x%2F..%2F.."),
    ("/", "%2F"),
    ("...", "..."),
    ("a?b=c", "a%3Fb%3Dc"),
    ("%2e%2e", "%252e%252e"),
    ("%2E", "%252E"),
    ("%2F", "%252F"),
    ("%", "%25"),
    ("ü", "%C3%BC"),
    ("王芳", "%E7%8E%8B%E8%8A%B3"),
    ("a#b", "a%23b"),
    ("a;b", "a%3Bb"),
    ("a\\b", "a%5Cb"),
    ("a&b+c", "a%26b%2Bc"),
    (" ", "%20"),
    ("a\r\nHost: x", "a%0D%0AHost%3A%20x"),
    ("\x00", "%00"),
    (":agent_id", "%3Aagent_id"),
    ("{}", "%7B%7D"),
    ("x" * 2000, "x" * 2000),
]


@pytest.mark.parametrize(("agent_id", "escaped"), ESCAPED)
def test_an_agent_id_reaches_only_the_endpoint_of_one_agent(
    connect, sandbox, fails, agent_id, escaped
):
    client = connect(sandbox.url)
    fails(NotFoundError, client.agent, agent_id)
    assert sandbox.seen[1:] == [Asked("GET", f"{AGENTS}{escaped}/schedules", 404)]


@pytest.mark.parametrize("agent_id", [agent_id for agent_id, _ in ESCAPED])
def test_an_agent_with_such_an_id_is_found(connect, desk, agent_id):
    client = connect(desk(payload("other"), payload(agent_id)).url)
    assert client.agent(agent_id).id == agent_id


@pytest.mark.parametrize("agent_id", ["", ".", "..", "\ud800", "ou_\udfff"])
def test_an_id_that_no_path_can_carry_is_refused_before_anything_is_sent(
    client, sandbox, fails, agent_id
):
    fails(BadRequestError, client.agent, agent_id)
    assert sandbox.seen == []


@pytest.mark.parametrize("agent_id", [None, 7, True, b"ou_1", ("ou_1",), ["ou_1"], {"id": "ou_1"}])
def test_an_id_that_is_no_text_is_refused_before_anything_is_sent(client, sandbox, fails, agent_id):
    fails(BadRequestError, client.agent, agent_id)
    assert sandbox.seen == []


# One agent


def test_one_agent(connect, desk):
    client = connect(desk(payload("ou_1", status=2)).url)
    agent = client.agent("ou_1")
    assert (agent.id, agent.name, agent.email) == ("ou_1", "name of ou_1", EMAIL)
    assert agent.status is Status.OFFLINE
    assert agent.schedule.tz == "Asia/Shanghai"
    assert EMAIL not in repr(agent)


@pytest.mark.parametrize("zone", ["America/New_York", ZoneInfo("America/New_York")])
def test_the_zone_of_an_agent_elsewhere(connect, desk, zone):
    client = connect(desk(payload("ou_1"), payload("ou_2")).url, agent_tz={"ou_2": zone})
    zones = ["Asia/Shanghai", "America/New_York"]
    assert [client.agent(one).schedule.tz for one in ("ou_1", "ou_2")] == zones
    assert [agent.schedule.tz for agent in client.agents()] == zones
    assert [agent.schedule.tz for agent in client.roster(["ou_1", "ou_2"])] == zones


@pytest.mark.parametrize("policy", ["midnight", "literal"])
def test_the_policy_for_2359(connect, desk, policy):
    late = payload("ou_1", schedule=[{**DAY, "end_time": "23:59"}])
    client = connect(desk(late).url, end_2359=policy)
    for agent in (client.agent("ou_1"), *client.agents(), *client.roster(["ou_1"])):
        assert agent.schedule.end_2359 == policy
        assert codes(agent.diagnostics) == (["end_2359"] if policy == "midnight" else [])


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"agent_schedule": None},
        {"agent_schedule": []},
        {"agent_schedule": "x"},
        {"agent_schedule": {}},
        {"agent_schedule": {"agent": {"id": None, "email": EMAIL}}},
        {"agent_schedules": [payload("ou_1")]},
        None,
        [],
    ],
)
def test_an_answer_that_is_no_agent(client, sandbox, fails, success, data):
    sandbox.answer_next(success(data, headers={"X-Tt-Logid": "LOG"}))
    error = fails(PayloadError, client.agent, "ou_1")
    assert (error.code, error.http_status, error.log_id) == (0, 200, "LOG")
    assert EMAIL not in str(error)


# All agents


def test_all_agents_come_in_one_call_in_the_order_of_the_answer(connect, desk, asked):
    sandbox = desk(payload("ou_2"), payload("ou_1"), payload("ou_3", status=4))
    client = connect(sandbox.url)
    assert ids(client.agents()) == ["ou_2", "ou_1"]  # removed agents are not asked for
    assert isinstance(client.agents(), list)
    assert asked(sandbox) == (1, 2)


@pytest.mark.parametrize("data", [{}, {"agent_schedules": None}, {"agent_schedules": []}])
def test_an_empty_desk(client, sandbox, success, data):
    sandbox.answer_next(success(data), success(data))
    assert client.agents() == []
    assert len(client.roster()) == 0


def test_a_roster_is_stamped_with_the_clock(client, clock):
    at = clock()
    roster = client.roster()
    assert roster.fetched_at == at
    assert roster.clock is clock
    clock.tick(minutes=1)
    assert client.roster(["ou_nobody"]).fetched_at == clock()
    assert roster.fetched_at == at


def test_without_a_clock_it_is_now(connect, sandbox, settings):
    del settings["clock"]
    before = datetime.now(timezone.utc)
    client = HelpdeskClient(**settings, base_url=sandbox.url)
    with client:
        sandbox.answer_next(Canned(200, b'{"code":0,"data":{}}'))
        assert before <= client.roster().fetched_at <= datetime.now(timezone.utc)


def test_a_status_is_never_held_for_fresher_than_it_is(connect, serve, platform, clock):
    at = clock()

    def slowly(request):
        clock.tick(seconds=20)
        return platform(request)

    assert connect(serve(slowly).url).roster().fetched_at == at


NO_AGENTS = [
    None,
    1,
    "ou_1",
    [],
    {},
    {"agent": None},
    {"agent": []},
    {"agent": {}},
    {"agent": {"id": None, "email": EMAIL}},
    {"agent": {"id": "", "email": EMAIL}},
    {"agent": {"id": 7, "email": EMAIL}},
    {"id": "ou_1", "email": EMAIL},
]


def test_items_that_are_no_agents_are_left_out_and_reported(client, sandbox, success, caplog):
    items = [payload("ou_1"), *NO_AGENTS, payload("ou_2")]
    sandbox.answer_next(success({"agent_schedules": items}))
    roster = client.roster()
    assert ids(roster) == ["ou_1", "ou_2"]
    without_id = [
        isinstance(item, dict) and isinstance(item.get("agent"), dict) for item in NO_AGENTS
    ]
    assert codes(roster.left_out) == [("not_an_agent", "missing_id")[one] for one in without_id]
    assert roster.diagnostics == roster.left_out
    for index, diagnostic in enumerate(roster.left_out, start=1):
        assert f"agent_schedules[{index}]" in diagnostic.message
    warnings = [record for record in caplog.records if record.name.startswith("availability")]
    assert [record.levelno for record in warnings] == [logging.WARNING] * len(NO_AGENTS)
    assert all(len(record.getMessage().splitlines()) == 1 for record in warnings)


def test_agents_leaves_out_what_is_no_agent_with_a_warning(client, sandbox, success, caplog):
    sandbox.answer_next(success({"agent_schedules": [None, payload("ou_1")]}))
    assert ids(client.agents()) == ["ou_1"]
    assert [one.levelname for one in caplog.records if one.name == "availability"] == ["WARNING"]


def test_of_a_repeated_id_the_first_is_kept(client, sandbox, success):
    twice = [payload("ou_1"), payload("ou_2"), payload("ou_1", status=2)]
    sandbox.answer_next(success({"agent_schedules": twice}))
    roster = client.roster()
    assert ids(roster) == ["ou_1", "ou_2"]
    assert roster["ou_1"].status is Status.ONLINE
    assert [(one.code, one.agent_id) for one in roster.left_out] == [("duplicate_agent", "ou_1")]


def test_odd_agents_stay_on_the_roster(client, sandbox, success):
    odd = [payload("ou_1", schedule="x", status="1"), payload("ou_2", schedule=[DAY, None])]
    sandbox.answer_next(success({"agent_schedules": odd}))
    roster = client.roster()
    assert codes(roster.diagnostics) == ["not_a_list", "unknown_status", "not_a_row"]
    assert roster.left_out == ()
    assert ids(roster.unknown(datetime(2026, 6, 1, 1, tzinfo=timezone.utc))) == ["ou_1"]


@pytest.mark.parametrize("levels", [100, 500, *range(700, 1000, 10)])
def test_no_depth_of_an_answer_breaks_a_call(client, sandbox, levels):
    odd = {"code": 0, "data": {"agent_schedules": [payload("ou_1", status="junk")]}}
    junk = "[" * levels + "]" * levels
    sandbox.answer_next(Canned(200, json.dumps(odd).replace('"junk"', junk).encode()))
    with suppress(PayloadError):  # too deep for JSON
        assert ids(client.agents()) == ["ou_1"]


# The desk's skills


def test_the_desks_skills_come_in_one_call(connect, desk, asked):
    skills = [{"id": "s1", "name": "VIP", "is_default": True}]
    sandbox = desk(payload("ou_1", agent_skills=skills))
    client = connect(sandbox.url)
    assert client.skills() == [Skill("s1", "VIP", True)]
    assert [request.path for request in sandbox.seen][1] == "/open-apis/helpdesk/v1/agent_skills"


@pytest.mark.parametrize("data", [{}, {"agent_skills": None}, {"agent_skills": []}])
def test_a_desk_without_skills(client, sandbox, success, data):
    sandbox.answer_next(success(data))
    assert client.skills() == []


ODD_SKILLS = [{"id": "s1", "name": "VIP"}, None, {"id": ""}, {"id": "s2", "name": 7}]


def test_odd_skills_are_left_out_with_a_warning(client, sandbox, success, caplog):
    sandbox.answer_next(success({"agent_skills": ODD_SKILLS}))
    assert client.skills() == [Skill("s1", "VIP"), Skill("s2")]
    assert [record.getMessage() for record in caplog.records if record.name == "availability"] == [
        "left out: agent_skills[1].id: null is not a skill id; left out [bad_skill]",
        "left out: agent_skills[2].id: str '' is not a skill id; left out [bad_skill]",
        "left out: agent_skills[3].name: int is not a string; left out [bad_field]",
    ]


@pytest.mark.parametrize("items", ["x", {}, 7])
def test_a_catalogue_that_cannot_be_read_is_not_an_empty_one(client, sandbox, success, items):
    sandbox.answer_next(success({"agent_skills": items}))
    with pytest.raises(PayloadError, match=r"agent_skills: \w+ is not a list"):
        client.roster(skills=True)


def test_two_names_in_the_catalogue_are_told_once(client, sandbox, success, caplog):
    twice = [{"id": "s1", "name": "VIP"}, {"id": "s1", "name": "vip"}]
    sandbox.answer_next(success({"agent_skills": twice}), success({"agent_schedules": []}))
    roster = client.roster(skills=True)
    assert codes(roster.diagnostics) == ["duplicate_skill"]
    assert roster.left_out == ()
    assert [one for one in caplog.records if one.name == "availability"] == []


def test_a_roster_with_the_desks_skills_refuses_others(client, sandbox, success):
    catalogue = success({"agent_skills": [*ODD_SKILLS, {"id": "s3", "name": "nobody's"}]})
    sandbox.answer_next(catalogue, success({"agent_schedules": [payload("ou_1"), None]}))
    roster = client.roster(skills=True)
    assert ids(roster.skills) == ["s1", "s2", "s3"]
    assert codes(roster.left_out) == ["bad_skill", "bad_skill", "bad_field", "not_an_agent"]
    assert roster.available(skill="nobody's") == []
    with pytest.raises(UnknownSkillError, match="the desk has no skill 'x'; it has: VIP, s2, nob"):
        roster.available(skill="x")
    assert client.roster().skills is None


# Some agents, one by one


def test_a_roster_of_some_ids(connect, desk, asked):
    sandbox = desk(*[payload(f"ou_{i}") for i in range(4)])
    told = []
    wanted = ["ou_2", "ou_0", "ou_2", "ou_3"]
    roster = connect(sandbox.url).roster(iter(wanted), progress=told.append)
    assert ids(roster) == ["ou_2", "ou_0", "ou_3"]
    assert told == [1, 2, 3]
    assert asked(sandbox) == (1, 3)
    assert roster.diagnostics == ()


def test_a_roster_of_no_ids(client, sandbox):
    assert len(client.roster([])) == 0
    assert sandbox.seen == []


def test_unknown_ids_and_an_odd_payload_do_not_hide_the_others(connect, desk, success, caplog):
    sandbox = desk(payload("ou_1"), payload("ou_2"), payload("ou_3"))
    client = connect(sandbox.url)
    odd = {"agent_schedule": {"agent": {"email": EMAIL}}}
    sandbox.answer_next(success(odd, path=f"{AGENTS}ou_2/schedules"))
    told = []
    wanted = ["ou_nobody", "ou_1", "ou_2", "ou_3", "a/b"]
    roster = client.roster(wanted, progress=told.append)
    assert ids(roster) == ["ou_1", "ou_3"]
    assert told == [1, 2, 3, 4, 5]
    assert [(one.code, one.agent_id) for one in roster.left_out] == [
        ("agent_not_found", "ou_nobody"),
        ("missing_id", "ou_2"),
        ("agent_not_found", "a/b"),
    ]
    assert roster.diagnostics == roster.left_out
    levels = [one.levelname for one in caplog.records if one.name.startswith("availability")]
    assert levels == ["WARNING"] * 3


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Canned(200, b"<html></html>", {"Content-Type": "text/html"}), PayloadError),
        (Canned(200, b'{"msg":"no code"}'), PayloadError),
        (Canned(404, b"404 page not found", {"Content-Type": "text/plain"}), FeishuError),
        (Canned.refusal(429, 99991400, "slowly"), RateLimitedError),
        (Canned(hang_up=True), TransportError),
    ],
    ids=["HTML", "no code", "no page", "rate limit", "hung up"],
)
def test_what_is_no_answer_about_one_agent_is_an_error(connect, desk, fails, answer, kind):
    sandbox = desk(payload("ou_1"), payload("ou_2"))
    sandbox.answer_next(replace(answer, path=f"{AGENTS}ou_2/schedules"))
    fails(kind, connect(sandbox.url).roster, ["ou_1", "ou_2"])


@pytest.mark.parametrize("agent_id", ["", "..", None, ["ou_1"]])
def test_an_id_that_cannot_be_one_among_others(connect, desk, fails, agent_id):
    client = connect(desk(payload("ou_1")).url)
    fails(BadRequestError, client.roster, ["ou_1", agent_id])


# How it is set up

CREDENTIALS = ["app_id", "app_secret", "helpdesk_id", "helpdesk_token"]
#: What cannot stand in a header; "hush" is what no message may show.
UNUSABLE = [None, "", 7, True, b"hush", ["hush"], "秘密-hush", "hush\n", "hu\r\nsh hush"]
UNUSABLE += ["hush\x00", "\thush", "hush\x7f", "hushé", "hush\ud800"]


@pytest.mark.parametrize("name", CREDENTIALS)
@pytest.mark.parametrize("value", UNUSABLE)
def test_credentials_that_cannot_be_used(settings, fails, name, value):
    error = fails(ConfigurationError, HelpdeskClient, **{**settings, name: value})
    assert name in str(error)
    assert f"FEISHU_{name.upper()}" in str(error)
    assert "hush" not in str(error)


@pytest.mark.parametrize("name", CREDENTIALS)
def test_credentials_are_required(settings, name):
    del settings[name]
    with pytest.raises(TypeError, match=name):
        HelpdeskClient(**settings)


@pytest.mark.parametrize(
    ("options", "kind", "named"),
    [
        ({"tz": None}, ConfigurationError, "AVAILABILITY_TZ"),
        ({"tz": "Asia/Beijing"}, TimezoneError, "Asia/Beijing"),
        ({"tz": "localtime"}, TimezoneError, "localtime"),
        ({"tz": ""}, TimezoneError, "''"),
        ({"tz": "+08:00"}, TimezoneError, r"\+08:00"),
        ({"tz": timezone.utc}, TimezoneError, "UTC"),
        ({"agent_tz": {"ou_1": "Mars/Olympus"}}, TimezoneError, "Mars/Olympus"),
        ({"agent_tz": {"ou_1": "posixrules"}}, TimezoneError, "posixrules"),
        ({"agent_tz": {"ou_1": None}}, ConfigurationError, "zone"),
        ({"end_2359": "noon"}, ConfigurationError, "end_2359"),
        ({"end_2359": None}, ConfigurationError, "end_2359"),
    ],
)
def test_settings_that_cannot_be_used(settings, options, kind, named):
    with pytest.raises(kind, match=named):
        HelpdeskClient(**{**settings, **options})


def test_without_a_zone_the_error_names_the_variable(settings, monkeypatch):
    """Nothing falls back to the machine's zone, nor to the environment unasked."""
    del settings["tz"]
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    with pytest.raises(ConfigurationError, match="AVAILABILITY_TZ"):
        HelpdeskClient(**settings)


@pytest.mark.parametrize("tz", ["Asia/Shanghai", ZoneInfo("Asia/Shanghai")])
def test_the_zone_is_a_key_or_a_zone(settings, tz):
    with HelpdeskClient(**{**settings, "tz": tz}) as client:
        assert client.tz == "Asia/Shanghai"


def test_the_address_is_feishus_unless_given(settings):
    with HelpdeskClient(**settings) as client:
        assert "https://open.feishu.cn," in repr(client)


def test_a_client_from_the_environment(monkeypatch, sandbox, clock):
    for name, value in sandbox.environment.items():
        monkeypatch.setenv(name, value)
    with HelpdeskClient.from_env(clock=clock) as client:
        assert client.tz == sandbox.tz
        assert client.agents()


def test_a_client_from_a_mapping(sandbox, clock):
    environment = {**sandbox.environment, "AVAILABILITY_TZ": "Europe/London"}
    with HelpdeskClient.from_env(environment, clock=clock) as client:
        assert client.tz == "Europe/London"
        assert sandbox.url in repr(client)
    with HelpdeskClient.from_env(environment, tz="Asia/Tokyo", clock=clock) as client:
        assert client.tz == "Asia/Tokyo"


@pytest.mark.parametrize("absent", [{}, {"FEISHU_BASE_URL": ""}])
def test_the_address_in_the_environment_is_optional(sandbox, absent):
    environment = {**sandbox.environment}
    del environment["FEISHU_BASE_URL"]
    with HelpdeskClient.from_env({**environment, **absent}) as client:
        assert "https://open.feishu.cn," in repr(client)


def test_one_message_names_all_that_is_missing(fails):
    error = fails(ConfigurationError, HelpdeskClient.from_env, {})
    assert [name for name in NAMES if name in str(error)] == NAMES
    assert "FEISHU_BASE_URL" not in str(error)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("how", ["absent", "empty"])
def test_what_is_missing_is_named(sandbox, fails, name, how):
    environment = {**sandbox.environment, name: ""}
    if how == "absent":
        del environment[name]
    error = fails(ConfigurationError, HelpdeskClient.from_env, environment)
    assert [one for one in NAMES if one in str(error)] == [name]


def test_a_given_zone_is_not_missing(sandbox):
    environment = {**sandbox.environment, "AVAILABILITY_TZ": ""}
    with HelpdeskClient.from_env(environment, tz="UTC") as client:
        assert client.tz == "UTC"


def test_the_environment_is_checked_like_arguments(sandbox, fails):
    environment = sandbox.environment
    wrong = {**environment, "FEISHU_BASE_URL": "http://example.com"}
    assert "base_url" in str(fails(ConfigurationError, HelpdeskClient.from_env, wrong))
    wrong = {**environment, "FEISHU_APP_SECRET": f"{sandbox.app_secret}\n"}
    assert "FEISHU_APP_SECRET" in str(fails(ConfigurationError, HelpdeskClient.from_env, wrong))
    with pytest.raises(TimezoneError):
        HelpdeskClient.from_env({**environment, "AVAILABILITY_TZ": "Beijing"})


# Nothing secret is shown


def test_a_repr_shows_the_address_and_the_zone_and_no_secret(client, sandbox, logged):
    client.agents()
    token = client._token.get()
    assert sandbox.url in repr(client)
    assert "Asia/Shanghai" in repr(client)
    for one in (client, client._token, client._token._token, client._transport):
        shown = f"{one!r} {one}"
        for secret in (token, sandbox.app_secret, sandbox.helpdesk_token, client._desk):
            assert secret not in shown
            assert secret not in logged()


def test_no_log_line_of_a_working_day_holds_a_secret_or_an_address(client, sandbox, logged, clock):
    roster = client.roster()
    clock.tick(hours=3)
    client.roster([*ids(roster)[:3], "ou_nobody"])
    sandbox.expire_tokens()
    client.agents()
    assert "availability" in logged()  # at DEBUG, urllib3's lines among them
    assert "urllib3" in logged()
    assert not [agent for agent in roster if agent.email and agent.email in logged()]


def test_the_library_is_silent_unless_asked():
    """Without logging set up nothing goes to standard error."""
    script = """if True:
        from availability import HelpdeskClient
        from availability.feishu.sandbox import Sandbox
        with Sandbox() as sandbox, HelpdeskClient.from_env(sandbox.environment) as client:
            assert len(client.roster(["ou_nobody"]).left_out) == 1
    """
    done = run(script, {})
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


# Shared, forked, closed


def run(script, environment, *options):
    return subprocess.run(
        [sys.executable, *options, "-c", script],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )


def test_eight_threads_share_a_client(client, sandbox, asked, logged):
    everyone = ids(client.agents())
    barrier = threading.Barrier(8)

    def work(number):
        barrier.wait()
        for turn in range(5):
            assert ids(client.agents()) == everyone
            wanted = everyone[(number + turn) % len(everyone)]
            assert client.agent(wanted).id == wanted

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    tokens, others = asked(sandbox)
    assert tokens == 1
    assert 8 * 5 < others <= 1 + 8 * 5 * 2  # who asks for all at once shares an answer
    assert "WARNING" not in logged()


FORK = """if True:
    import os
    from availability import HelpdeskClient

    def work():
        return [len(client.agents()) for _ in range(20)] == [count] * 20

    client = HelpdeskClient.from_env()
    count = len(client.agents())
    children = []
    for _ in range(3):
        child = os.fork()
        if not child:
            code = 1
            try:
                code = 0 if count and work() else 2
                client.close()
            finally:
                os._exit(code)
        children.append(child)
    assert work()
    codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    assert codes == [0, 0, 0], codes
    assert work()
    client.close()
"""

FORK_UNDER_WAY = """if True:
    import os, threading, time
    from availability import HelpdeskClient

    client = HelpdeskClient.from_env()
    fetching = threading.Thread(target=client.agents)
    fetching.start()
    while not client._token._lock.get().locked():
        time.sleep(0.001)
    child = os.fork()
    if not child:
        code = 1
        try:
            code = 0 if client.agents() else 2
        finally:
            os._exit(code)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code == 0, code
    fetching.join()
    assert client.agents()
    client.close()
"""

forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")


@forks
def test_a_client_survives_a_fork(sandbox):
    done = run(FORK, sandbox.environment, "-W", "error")
    assert (done.returncode, done.stderr) == (0, "")
    assert {one.status for one in sandbox.seen} == {200}


@forks
def test_a_fork_while_a_token_is_fetched(sandbox, success):
    late = {"tenant_access_token": "t-late", "expire": 7200, "code": 0}
    path = "/open-apis/auth/v3/tenant_access_token/internal"
    sandbox.answer_next(Canned(200, json.dumps(late).encode(), delay=0.3, path=path))
    done = run(FORK_UNDER_WAY, sandbox.environment, "-W", "ignore")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("used", [True, False])
def test_a_closed_client_says_so(client, sandbox, fails, used):
    if used:
        client.agents()
    client.close()
    client.close()
    before = len(sandbox.seen)
    for call in (client.agents, client.roster, lambda: client.agent("ou_1")):
        assert "closed" in str(fails(ConfigurationError, call))
    fails(ConfigurationError, client.roster, ["ou_1"])
    assert len(sandbox.seen) == before
    assert sandbox.url in repr(client)


def test_with_closes_also_after_an_error(connect, sandbox, fails):
    with connect(sandbox.url) as client:
        assert client.agents()
    fails(ConfigurationError, client.agents)
    with pytest.raises(ZeroDivisionError), connect(sandbox.url) as client:
        raise ZeroDivisionError
    fails(ConfigurationError, client.agents)


def test_a_roster_outlives_its_client(client):
    roster = client.roster()
    client.close()
    assert roster.on_duty(datetime(2026, 6, 1, 2, tzinfo=timezone.utc))


def test_one_id_is_not_a_list_of_ids(client, fails):
    fails(BadRequestError, lambda: client.roster("ou_1"))


def test_an_empty_zone_is_not_replaced_by_the_environments(sandbox):
    with pytest.raises(TimezoneError, match="tz: str '' is not an IANA time zone"):
        HelpdeskClient.from_env(sandbox.environment, tz="")


def test_agents_zones_are_a_mapping_even_when_empty(sandbox):
    with pytest.raises(ConfigurationError, match="not a mapping"):
        HelpdeskClient.from_env(sandbox.environment, agent_tz=[])
