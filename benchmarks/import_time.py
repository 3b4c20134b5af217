"""What importing costs, over bare Python and beside requests: medians of interleaved runs.

Run it as ``python benchmarks/import_time.py [rounds]`` in an environment with the package.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from statistics import median

BARE, ANSWER, REQUESTS = "bare Python", "the same and one is_on_duty", "import requests"
ONE_ANSWER = """
from datetime import datetime, timezone
from availability import Roster, Timeline, WeeklySchedule
rows = [{"weekday": 10, "start_time": "09:00", "end_time": "18:00"}]
duty = Timeline(WeeklySchedule.parse(rows, tz="America/New_York"))
duty.is_on_duty(datetime(2026, 6, 1, tzinfo=timezone.utc))
"""
SCRIPTS = {
    BARE: "pass",
    "import availability": "import availability",
    ANSWER: ONE_ANSWER,
    REQUESTS: "import requests",
}


#: Where Python keeps what it compiled, as it does unless told otherwise.
ENVIRON = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def milliseconds(script: str) -> float:
    """Return how long a fresh interpreter takes for a script."""
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", script], check=True, env=ENVIRON)  # noqa: S603  (these)
    return (time.perf_counter() - start) * 1000


def interleaved(rounds: int) -> dict[str, list[float]]:
    """Return the milliseconds of each script, round by round, once all is compiled."""
    for script in SCRIPTS.values():
        milliseconds(script)
    taken: dict[str, list[float]] = {name: [] for name in SCRIPTS}
    for _ in range(rounds):
        for name, script in SCRIPTS.items():
            taken[name].append(milliseconds(script))
    return taken


def over_bare(taken: dict[str, list[float]], name: str) -> float:
    """Return a script's median in milliseconds, less that of bare Python."""
    return median(taken[name]) - median(taken[BARE])


def main(rounds: int) -> None:
    """Print the median of each script, over bare Python, and its ratio to requests."""
    taken = interleaved(rounds)
    requests = over_bare(taken, REQUESTS)
    print(f"{'':30}{'ms':>8}{'over bare':>12}{'of requests':>14}")
    for name, times in taken.items():
        over = over_bare(taken, name)
        print(f"{name:30}{median(times):8.1f}{over:12.1f}{over / requests:14.2f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 21)
