"""What the tests of the commands share: a clean environment, a desk, and a way to run them."""

from __future__ import annotations

import json
import os

import pytest

from availability.cli import main
from availability.feishu.sandbox import Sandbox

SETTINGS = ("FEISHU_", "AVAILABILITY_")


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch):
    for name in [name for name in os.environ if name.startswith(SETTINGS)]:
        monkeypatch.delenv(name)


@pytest.fixture
def desk(monkeypatch, _clean_environment):
    """The built-in desk, in the environment."""
    with Sandbox() as sandbox:
        for name, value in sandbox.environment.items():
            monkeypatch.setenv(name, value)
        yield sandbox


@pytest.fixture
def run(capsys):
    """Run a command: its exit code, what it printed, and its errors."""

    def run(*arguments):
        with pytest.raises(SystemExit) as stopped:
            main([str(argument) for argument in arguments])
        printed = capsys.readouterr()
        return stopped.value.code or 0, printed.out, printed.err

    return run


@pytest.fixture
def desk_of(tmp_path):
    """Write the answer of a desk in UTC: its options. An agent is a name, rows, and skills."""

    def desk_of(*agents):
        path = tmp_path / "desk.json"
        items = [_item(*agent) for agent in agents]
        path.write_text(json.dumps({"code": 0, "data": {"agent_schedules": items}}))
        return ("--from", path, "--tz", "UTC")

    return desk_of


def _item(name, rows, *skills):
    keys = ("weekday", "start_time", "end_time")
    return {
        "status": 1,
        "agent": {"id": f"ou_{name}", "name": name},
        "schedule": [dict(zip(keys, (int(row[0]), *row[1:]), strict=True)) for row in rows],
        "agent_skills": [{"id": f"id-{skill}", "name": skill} for skill in skills],
    }
