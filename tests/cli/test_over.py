"""What every command about a window of time refuses."""

from __future__ import annotations

import pytest

DAY = ("王芳", [(10, "09:00", "17:00")])


@pytest.mark.parametrize("command", ["gaps", "handoffs", "report", "shifts"])
@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        (("--start", "2026-06-01", "--end", "2026-06-01"), 2, "the window is empty"),
        (("--start", "2026-06-02", "--end", "2026-06-01"), 1, "after its end"),
        (("--start", "2026-06-01", "--end", "2056-06-01"), 2, "at most ten years"),
        (("--start", "soon"), 2, "--start"),
        (("--end", "never"), 2, "--end"),
        (("--closed-on-holidays",), 2, "it goes with --calendar"),
        (("--show-tz", "Mars"), 2, "--show-tz"),
    ],
)
def test_refuses(run, desk_of, command, options, code, message):
    found = run(command, *desk_of(DAY), *options)
    assert found[:2] == (code, "")
    assert message in " ".join(found[2].split())
