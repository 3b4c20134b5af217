"""Nothing that a desk logs, raises, shows or stores holds a secret."""

from __future__ import annotations

import base64
import logging
import re
import traceback

import pytest
from faults import BOMBS, ECHOES, FINAL, LIMITS, OF_TOKEN, PASSING

from availability import FeishuError, HelpdeskClient, LiveRoster, Patience
from availability.feishu.sandbox import Sandbox

PAIR = f"{Sandbox.helpdesk_id}:{Sandbox.helpdesk_token}"
SECRETS = [Sandbox.app_secret, Sandbox.helpdesk_token, base64.b64encode(PAIR.encode()).decode()]
TOKEN = re.compile(r"\bt-[0-9a-f]{20}")
FAULTS = {**PASSING, **FINAL, **BOMBS, **OF_TOKEN, **ECHOES}


@pytest.mark.parametrize("name", FAULTS)
def test_a_desk_in_trouble_tells_no_secret(name, tmp_path, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    shown = []
    with Sandbox() as sandbox:
        settings = {"patience": Patience(attempts=1), **LIMITS}
        with HelpdeskClient.from_env(sandbox.environment, **settings) as client:
            desk = LiveRoster(client, store=tmp_path / "desk.db")
            desk.refresh()
            sandbox.answer_next(*[FAULTS[name].answer] * FAULTS[name].times)
            try:
                desk.refresh()
            except FeishuError as error:
                shown += [repr(error), *traceback.format_exception(error)]
            sandbox.answer_next(*[FAULTS[name].answer] * FAULTS[name].times)
            desk._keeper.step()
            watch = desk.watch()
            shown += map(repr, (desk, client, desk.roster, desk.error, desk.store_error, watch))
            shown += map(str, (desk.error, vars(watch), vars(desk)))
            desk.close()
    assert shown[0].startswith(FAULTS[name].error.__name__)
    stored = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"ou_" in stored
    text = "\n".join([*shown, caplog.text, *capfd.readouterr(), stored.decode("latin-1")])
    assert "could not be refreshed" in text
    assert not [secret for secret in SECRETS if secret in text]
    assert not TOKEN.search(text)
    assert "@" not in caplog.text
