"""What the first headcount of a week keeps in memory, and how that grows with the desk."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from setting import Setting
from targets import Line, number
from workload import FIRST

from availability import Agent, Roster

SIZES = (1_000, 10_000, 100_000)
#: So many times the bytes an agent of the smallest desk: what is linear never has more.
AT_MOST = 1.2
START, WEEK = FIRST + timedelta(days=200), timedelta(days=7)


def kept(desk: Sequence[Agent], start: datetime, end: datetime) -> tuple[float, float, float]:
    """Return bytes: an agent of what is remembered, an agent at the peak, a breakpoint."""
    roster = Roster(desk)
    gc.collect()
    gc.freeze()  # or each collection would look at all agents
    tracemalloc.start()
    try:
        curve = roster.headcount(start, end)
        breakpoints = len(curve) + 1
        gc.collect()
        both, peak = tracemalloc.get_traced_memory()
        del curve
        team, _ = tracemalloc.get_traced_memory()
        return team / len(desk), peak / len(desk), (both - team) / breakpoints
    finally:
        tracemalloc.stop()
        gc.unfreeze()


def of_a_week(name: str, setting: Setting) -> Iterator[Line]:
    """Measure desks of several sizes; what an agent takes may not grow with the desk."""
    Roster(setting.desk(SIZES[0])).headcount(START, START + WEEK)  # loads what it needs
    sizes = SIZES[: 2 if setting.quick else 3]
    found = [kept(setting.desk(size), START, START + WEEK) for size in sizes]
    for size, (agent, most, breakpoint_) in zip(sizes, found, strict=True):
        growth = agent / found[0][0]
        yield Line(
            f"{name}, {size // 1000} k agents",
            f"{agent:.1f} bytes an agent, {most:.0f} at the peak; {breakpoint_:.1f} a breakpoint",
            f"{SIZES[0] // 1000} k agents",
            f"{found[0][0]:.1f} bytes",
            f"{number(growth)} ×",
            f"≤ {AT_MOST} × an agent of {SIZES[0] // 1000} k",
            "met" if growth <= AT_MOST else "missed",
        )
