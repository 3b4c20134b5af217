"""Everything that can go wrong, one by one and mixed, over real sockets on this machine.

Whatever happens a call gives what the server has or a FeishuError, and once it is
over the next one gives what the server has.
"""

from __future__ import annotations

import logging
import traceback
from dataclasses import replace
from datetime import datetime, timezone

import pytest
from faults import FAULTS, LIMITS
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from availability import (
    Breaker,
    Budget,
    CircuitOpenError,
    FeishuError,
    HelpdeskClient,
    Patience,
)
from availability.feishu.sandbox import Sandbox

TOKEN = "/open-apis/auth/v3/tenant_access_token/internal"
NOW = datetime(2026, 6, 1, 2, tzinfo=timezone.utc)
AN_AGENT = "ou_102471fa23c0fb56a297cff23b668e76"
PATIENCE = Patience(attempts=2, sleep=lambda _: None)


@pytest.fixture
def elsewhere(serve, platform):
    """A server that must never be asked."""
    server = serve(platform)
    yield server
    assert server.requests == []


def answer_of(name, elsewhere, path=None):
    """The answer that a fault is; a redirect leads to a server that would welcome it."""
    answer = FAULTS[name].answer
    if "Location" in answer.headers:
        answer = replace(answer, headers={"Location": f"{elsewhere.url}/open-apis/"})
    return replace(answer, path=path)


@pytest.mark.parametrize("name", FAULTS)
def test_one_fault_is_told_and_then_over(name, sandbox, connect, fails, elsewhere):
    client = connect(sandbox.url, **LIMITS)
    expected = client.agents()
    fault = FAULTS[name]
    sandbox.answer_next(*[answer_of(name, elsewhere)] * fault.times)
    fails(fault.error, client.agents)
    assert client.agents() == expected


@pytest.mark.parametrize("name", FAULTS)
def test_one_fault_of_a_token_request_is_told_and_then_over(
    name, sandbox, connect, fails, elsewhere
):
    client = connect(sandbox.url, **LIMITS)
    sandbox.answer_next(*[answer_of(name, elsewhere, TOKEN)] * FAULTS[name].times)
    error = fails(FAULTS[name].error, client.agents)
    assert len(client.agents()) == 23
    assert error.http_status in {None, FAULTS[name].answer.status}


# What is shown


class Everything(logging.Handler):
    """Keeps all that any logger emits, as it could be shown."""

    def __init__(self):
        super().__init__(logging.DEBUG)
        self.lines = []

    def emit(self, record):
        self.lines += [record.getMessage(), repr(vars(record))]
        if record.exc_info:
            self.lines += traceback.format_exception(*record.exc_info)


@pytest.fixture
def everything():
    """All that is emitted at DEBUG, by whatever logger."""
    handler, root = Everything(), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield handler
    root.removeHandler(handler)
    root.setLevel(level)


@pytest.mark.parametrize("path", [None, TOKEN], ids=["agents", "token"])
@pytest.mark.parametrize("name", FAULTS)
def test_nothing_secret_is_shown(
    name, path, sandbox, settings, everything, elsewhere, shows_no_secret
):
    """Of a call that fails in spite of being sent again, and of those that are not sent."""
    client = HelpdeskClient(
        **{**settings, **LIMITS, "max_seconds": 0.1, "patience": PATIENCE},
        base_url=sandbox.url,
        breaker=Breaker(failures=4),
        budget=Budget(per_minute=9, clock=lambda: NOW),
    )
    sandbox.answer_next(*[answer_of(name, elsewhere, path)] * 20)
    with client:
        for call in (client.agents, client.skills, client.roster) * 3:
            with pytest.raises(FeishuError) as caught:
                call()
            shows_no_secret(caught.value, repr(client))
    assert everything.lines
    shows_no_secret(*everything.lines)


# Mixed


class Waits:
    """A clock that only moves when somebody sleeps."""

    def __init__(self):
        self.now = 0.0

    def sleep(self, seconds):
        self.now += seconds

    def __call__(self):
        return self.now


@pytest.fixture(scope="module")
def expected():
    """What a sandbox says that nothing happens to."""
    with (
        Sandbox(clock=lambda: NOW) as quiet,
        HelpdeskClient.from_env(quiet.environment, clock=lambda: NOW) as client,
    ):
        return {None: client.agents(), AN_AGENT: client.agent(AN_AGENT)}


@pytest.mark.long
@given(
    st.lists(st.tuples(st.sampled_from([*FAULTS]), st.booleans()), max_size=8),
    st.lists(st.sampled_from([None, AN_AGENT]), min_size=9, max_size=9),
)
@hypothesis_settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50, deadline=None
)
def test_no_mix_of_faults_ever_gives_a_wrong_answer(expected, elsewhere, faults, wanted):
    waits = Waits()
    with (
        Sandbox(clock=lambda: NOW) as sandbox,
        HelpdeskClient.from_env(
            sandbox.environment,
            patience=Patience(attempts=3, sleep=waits.sleep, now=waits),
            breaker=Breaker(failures=3, pause=30, now=waits),
            clock=lambda: NOW,
            **{**LIMITS, "max_seconds": 0.3},
        ) as client,
    ):
        for name, is_of_token in faults:
            sandbox.answer_next(answer_of(name, elsewhere, TOKEN if is_of_token else None))
        for one in wanted:
            try:
                assert (client.agents() if one is None else client.agent(one)) == expected[one]
            except CircuitOpenError as error:
                waits.sleep(error.retry_after)
            except FeishuError:
                pass
        waits.sleep(30)
        sandbox._script.clear()
        assert client.agents() == expected[None]
