"""What the README shows is what happens."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from availability.cli import main
from availability.feishu.sandbox import Sandbox

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PYTHON = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
CONSOLE = "\n".join(re.findall(r"```console\n(.*?)```", README, re.DOTALL))
COMMANDS = re.findall(r"^\$ availability (.*)$", CONSOLE, re.MULTILINE)
SHOWN = re.findall(r"```console\n\$ availability (who --demo [^\n]*)\n(.+?)```", README, re.DOTALL)


@pytest.fixture(autouse=True)
def desk(monkeypatch):
    with Sandbox() as sandbox:
        for name, value in sandbox.environment.items():
            monkeypatch.setenv(name, value)
        yield sandbox


@pytest.mark.parametrize("code", PYTHON, ids=["bot", "offline"])
def test_python(code, capsys):
    exec(compile(code, "README.md", "exec"), {})
    printed = capsys.readouterr().out
    assert "can take it, until" in printed or "assert" in code


@pytest.mark.parametrize("command", COMMANDS)
def test_commands(command, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(shlex.split(command))
    assert not stopped.value.code
    assert capsys.readouterr().out


def test_the_output_shown_is_the_output_printed(capsys):
    ((command, shown),) = SHOWN
    with pytest.raises(SystemExit):
        main(shlex.split(command))
    printed = capsys.readouterr().out
    assert [line.rstrip() for line in printed.splitlines()] == shown.splitlines()


def test_the_makefile_has_the_two_commands():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"^make (\w+)", CONSOLE, re.MULTILINE):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)


def test_the_bot_example_is_short():
    assert len([line for line in PYTHON[0].splitlines() if line]) <= 10
