"""The package from outside: its surface, its weight, its rules, its wheel."""

from __future__ import annotations

import ast
import inspect
import os
import re
import subprocess
import sys
import venv
from pathlib import Path

import pytest

import availability
from availability import errors

ROOT = Path(__file__).parents[1]

#: The documented names, each importable from ``availability``.
SURFACE = """
    HelpdeskClient Patience Breaker Budget Roster Timeline WeeklySchedule WorkCalendar
    Comparison Difference Leave ExtraShift DutyRange read_overrides read_plan Week
    read_leave_feed LeaveFeed Interval Agent Skill Status Diagnostic State Freshness Answer
    Reason ReasonCode SkillRule all_of any_of NextAvailable Transition Diagnosis ZoneVerdict
    Severity Snapshot SnapshotStore SqliteStore StepFunction StaffingPlan Requirement Closure
    Gap Handoff AgentShift Load Report History Change LiveRoster AgedAgents Watch DutyEvent
    Cause AvailabilityError ScheduleError InstantError NaiveDatetimeError WindowError
    UnreachableError TimezoneError CalendarUnknownError ConfigurationError OverrideError
    PlanError UnknownAgentError UnknownSkillError UnknownStateError StoreError NothingKnownError
    FeishuError AuthenticationError AccessDeniedError NotFoundError BadRequestError
    RateLimitedError BudgetError CircuitOpenError ServerError PayloadError TransportError
""".split()  # noqa: SIM905  (one name a line would fill a page)


def test_the_public_names():
    assert sorted(SURFACE) == availability.__all__
    for name in SURFACE:
        assert callable(getattr(availability, name)), name
    with pytest.raises(AttributeError, match="no attribute 'Nothing'"):
        availability.Nothing  # noqa: B018


@pytest.mark.parametrize(
    ("error", "parents"),
    [
        ("ScheduleError", (ValueError,)),
        ("OverrideError", (ValueError,)),
        ("PlanError", (ValueError,)),
        ("InstantError", (TypeError,)),
        ("NaiveDatetimeError", (errors.InstantError,)),
        ("WindowError", (ValueError,)),
        ("NothingKnownError", (errors.StoreError,)),
        *((name, (errors.FeishuError,)) for name in SURFACE[SURFACE.index("FeishuError") + 1 :]),
    ],
)
def test_the_family_of_errors(error, parents):
    kind = getattr(errors, error)
    assert all(issubclass(kind, parent) for parent in (*parents, errors.AvailabilityError))
    assert error in errors.__doc__


def test_every_error_is_in_the_family_and_in_its_tree():
    for name, kind in vars(errors).items():
        if inspect.isclass(kind):
            assert issubclass(kind, errors.AvailabilityError)
            assert name in errors.__doc__
            assert name in availability.__all__


def test_the_client_tells_what_the_platform_said():
    error = errors.RateLimitedError("wait", code=99991400, http_status=429, log_id="L")
    assert (error.code, error.http_status, error.log_id) == (99991400, 429, "L")
    assert error.retry_after is None


def test_importing_is_light():
    script = """
import sys
from datetime import datetime, timezone
from availability import Roster, Timeline, WeeklySchedule
rows = [{"weekday": 9, "start_time": "09:00", "end_time": "18:00"}]
duty = Timeline(WeeklySchedule.parse(rows, tz="America/New_York"))
duty.is_on_duty(datetime(2026, 6, 1, tzinfo=timezone.utc))
heavy = {"requests", "numpy", "pendulum", "typer", "rich", "dateutil", "tenacity", "logging"}
heavy.add("sqlite3")
heavy |= {"typing", "dataclasses", "inspect", "re"}  # together as much as all the rest of it
print(sorted(heavy & set(sys.modules)))
"""
    # -I -S would hide the installed package; a site's own .pth files may load things
    clean = [sys.executable, "-c", "import sys; print(sorted(sys.modules))"]
    before = subprocess.run(clean, capture_output=True, text=True, check=True).stdout
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    loaded = [name for name in re.findall(r"'(\w+)'", done.stdout) if f"'{name}'" not in before]
    assert loaded == []


def test_who_may_import_whom():
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()"]
    done = subprocess.run(
        [*command, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
    assert " 0 broken" in done.stdout


def test_no_module_grows_too_long():
    sizes = {
        path.name: len(path.read_text(encoding="utf-8").splitlines())
        for path in (ROOT / "availability").rglob("*.py")
    }
    assert max(sizes.values()) <= 400, sizes


def test_every_module_says_what_it_is():
    for path in (ROOT / "availability").rglob("*.py"):
        assert path.read_text(encoding="utf-8").startswith('"""'), path


def test_the_wheel_in_a_clean_environment(tmp_path):
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    subprocess.run([*pip, "wheel", "--no-deps", "-w", tmp_path, ROOT], check=True)
    (wheel,) = tmp_path.glob("agent_availability-*.whl")
    venv.create(tmp_path / "venv", with_pip=True)
    scripts = tmp_path / "venv" / ("Scripts" if os.name == "nt" else "bin")
    install = [scripts / "python", "-m", *pip[2:], "install", "--no-compile", wheel]
    subprocess.run(install, check=True)
    typed = [scripts / "python", "-c", "import availability as a; print(a.__path__[0])"]
    home = subprocess.run(typed, cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    assert str(tmp_path) in home
    assert (Path(home.strip()) / "py.typed").is_file()
    demo = subprocess.run(
        [scripts / "availability", "now", "--demo"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "available" in demo.stdout


MODULES = sorted((ROOT / "availability").rglob("*.py"))


def imported(path):
    """The project's own modules that a file imports: neighbours by name, others by folder."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("availability"):
            names = [alias.name for alias in node.names]
            parts = [*node.module.split(".")[1:], *names][:2]
            neighbour = parts[0] == path.parent.name
            found.add(parts[1] if neighbour else parts[0])
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_first_line_says_what_a_module_imports(path):
    doc = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    said = re.search(r"Imports ([\w\s,]+)\.(?:\n\n|$)", doc)
    if path.name == "__init__.py":
        return  # a folder's docstring speaks of the folder
    assert said, "no list of imports"
    names = set(re.findall(r"\w+", said[1]))
    assert names == (imported(path) or {"nothing"})
