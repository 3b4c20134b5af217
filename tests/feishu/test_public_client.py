"""The platform's own SDK, written for the real platform, can read the sandbox."""

from __future__ import annotations

from base64 import b64encode

import pytest

from availability import HelpdeskClient
from availability.feishu.sandbox import Sandbox

pytestmark = [
    pytest.mark.filterwarnings("ignore"),  # the SDK's own
    pytest.mark.peers,
    pytest.mark.no_cover,  # its thousands of modules would be watched as they are imported
]


def test_the_official_sdk_reads_the_sandbox():
    lark = pytest.importorskip("lark_oapi", reason="needs the extra 'peers'")
    from lark_oapi.api.helpdesk.v1 import ListAgentScheduleRequest

    with Sandbox() as sandbox:
        desk = f"{sandbox.helpdesk_id}:{sandbox.helpdesk_token}".encode()
        headers = {"X-Lark-Helpdesk-Authorization": b64encode(desk).decode()}
        builder = lark.Client.builder().app_id(sandbox.app_id).app_secret(sandbox.app_secret)
        theirs = (
            builder.domain(sandbox.url)
            .build()
            .helpdesk.v1.agent_schedule.list(
                ListAgentScheduleRequest.builder().status([1, 2, 3]).build(),
                lark.RequestOption.builder().headers(headers).build(),
            )
        )
        assert theirs.success(), theirs.msg
        with HelpdeskClient.from_env(sandbox.environment) as client:
            ours = client.agents()
    listed = theirs.data.agent_schedules
    assert [one.agent.id for one in listed] == [one.id for one in ours]
    assert [one.agent.name for one in listed] == [one.name for one in ours]
