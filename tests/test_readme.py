"""What the README shows is what happens."""

from __future__ import annotations

import re
import runpy
import shlex
import shutil
import struct
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from availability import HelpdeskClient, Snapshot, SqliteStore
from availability.cli import main
from availability.feishu.sandbox import Sandbox

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PYTHON = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
CONSOLE = "\n".join(re.findall(r"```console\n(.*?)```", README, re.DOTALL))
COMMANDS = [
    pytest.param(command, marks=pytest.mark.long if "--chaos" in command else ())
    for command in re.findall(r"^\$ availability (.*)$", CONSOLE, re.MULTILINE)
]
SHOWN = re.findall(
    r"```console\n\$ availability ([^\n]* --(?:at|start) [^\n]*)\n([^$]+?)```", README
)

PRINTED = [
    *("give it to ", "司马晓彤 no readable schedule", "on duty: "),
    *("", "", "ou_1 2026", "T13:00:00+08:00: 1 of 2", "2 days 15:00:00"),
]
#: A PNG begins with its kind, its width and its height.
SIZE_BEGINS, SIZE_ENDS = 16, 24
#: Days for which the memory of the commands below has known the desk.
KNOWN_FOR = 2
VIP = [{"id": "s1", "name": "VIP"}, {"id": "s2", "name": "账单"}]
UNKNOWN = {"status": 1, "agent": {"id": "ou_1"}, "agent_skills": VIP}
NEVER = {**UNKNOWN, "schedule": []}


@pytest.fixture(autouse=True)
def desk(monkeypatch, tmp_path):
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    with Sandbox() as sandbox:
        for name, value in sandbox.environment.items():
            monkeypatch.setenv(name, value)
        yield sandbox


@pytest.mark.parametrize(
    ("code", "expected"),
    list(zip(PYTHON, PRINTED, strict=True)),
    ids=["routing", "states", "months", "offline", "calendar", "leave", "coverage", "tables"],
)
def test_python(code, expected, capsys):
    exec(compile(code, "README.md", "exec"), {})
    printed = capsys.readouterr().out
    assert expected in printed
    assert printed or "assert" in code


def test_routing_handles_every_case(desk, capsys):
    """Whoever is left: somebody of whom nobody can say, then nobody at all."""
    for payload, expected in [
        (UNKNOWN, "ask first: ou_1: unknown: "),
        (NEVER, "nobody now; next: None"),
    ]:
        with Sandbox(agents=[payload]) as sandbox, pytest.MonkeyPatch.context() as patch:
            patch.setenv("FEISHU_BASE_URL", sandbox.url)
            exec(compile(PYTHON[0], "README.md", "exec"), {})
        assert capsys.readouterr().out.startswith(expected)


@pytest.fixture
def memory():
    """The file that the commands name."""
    began = datetime.now(timezone.utc) - timedelta(days=KNOWN_FOR)
    with HelpdeskClient.from_env() as client, SqliteStore("demo.db") as store:
        store.remember(Snapshot.learned(client.roster().__replace__(fetched_at=began), began))
    return began


@pytest.mark.parametrize("command", COMMANDS)
def test_commands(command, memory, capsys):
    arguments = shlex.split(command, comments=True)
    if arguments[0] == "watch":  # it would go on until Ctrl-C
        arguments += ["--since", memory.isoformat(), "--count", "1"]
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert not stopped.value.code
    assert capsys.readouterr().out


@pytest.mark.parametrize(("command", "shown"), SHOWN)
def test_the_output_shown_is_the_output_printed(command, shown, capsys):
    with pytest.raises(SystemExit):
        main(shlex.split(command))
    printed = capsys.readouterr().out
    assert [line.rstrip() for line in printed.splitlines()] == shown.splitlines()


def test_the_makefile_has_the_two_commands():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"^make (\w+)", CONSOLE, re.MULTILINE):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)


def test_the_routing_example_is_short():
    assert len(PYTHON[0].splitlines()) < 15


def size(png):
    return struct.unpack(">II", png[SIZE_BEGINS:SIZE_ENDS])


def test_the_picture_is_drawn_by_the_example(tmp_path, monkeypatch):
    """As large as the one shown, but for letters; that is small enough to load with a page."""
    script = ROOT / "examples" / "week.py"
    assert f"`python {script.relative_to(ROOT)}`" in README
    monkeypatch.setattr("sys.argv", [str(script), str(tmp_path / "week.png")])
    runpy.run_path(str(script))
    drawn, shown = ((folder / "week.png").read_bytes() for folder in (tmp_path, script.parent))
    assert "(examples/week.png)" in README
    assert drawn[:SIZE_BEGINS] == shown[:SIZE_BEGINS]
    assert size(drawn) == pytest.approx(size(shown), rel=0.02)  # as each matplotlib has them
    assert len(shown) < 80_000
