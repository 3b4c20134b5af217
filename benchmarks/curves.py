"""Whether headcounts agree: before one is timed, it must be that of all others."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import datetime, timezone

import numpy as np
from added_up import HoursOfADesk
from agreement import Truth
from setting import Setting
from sums import Curve, by_numpy, clipped
from workload import DAY, clock_changes

from availability import Agent, Roster, WeeklySchedule
from availability.engine.steps import StepFunction


def check_same(name: str, ours: StepFunction, theirs: Curve) -> None:
    """Stop the run where a headcount differs from another one of the same agents."""
    first, last = (int(each) // 1_000_000 for each in ours.micros[[0, -1]])
    times, counts = clipped(theirs, first, last)
    if not (
        np.array_equal(ours.micros[:-1], times * 1_000_000) and np.array_equal(ours.counts, counts)
    ):
        sys.exit(f"nothing is timed, because headcounts differ: ours and that by {name}")


def check_models(setting: Setting, start: datetime, end: datetime) -> None:
    """Stop the run where ours is not what the model of the semantics has, schedule by schedule.

    That of opening-hours-py must be the same but near clock changes, where it goes
    by other conventions.
    """
    some = [*setting.cases, *setting.edge_cases]
    schedules = [WeeklySchedule.parse(case.rows, tz=case.tz) for case in some]
    ours = Roster(Agent(f"ou_{i}", each) for i, each in enumerate(schedules)).headcount(start, end)
    spans = [span for case in some for span in Truth(case).intervals(start, end)]
    true = np.array([[int(at.timestamp()) for at in span] for span in spans])
    check_same("the model", ours, by_numpy(true))
    theirs = HoursOfADesk(some, start, end).curve()
    if any(not _near_clock_change(at) for at in _differing(ours, theirs)):
        sys.exit("nothing is timed, because opening-hours-py has another headcount")


def check_integral(curve: StepFunction, resampled: StepFunction) -> None:
    """Stop the run where resampling a curve changed its integral."""
    if curve.integral() != resampled.integral():
        sys.exit("nothing is timed, because a resampled headcount has another integral")


def _differing(ours: StepFunction, theirs: Curve) -> Iterator[datetime]:
    """Yield the instants at which a step of either finds the other at another number."""
    times, counts = theirs
    at = np.union1d(ours.micros[:-1] // 1_000_000, times[times < ours.micros[-1] // 1_000_000])
    found = counts[np.maximum(times.searchsorted(at, side="right") - 1, 0)]
    found[at < times[0]] = 0
    for second in at[ours.at(at) != found].tolist():
        yield datetime.fromtimestamp(second, timezone.utc)


def _near_clock_change(at: datetime) -> bool:
    return any(day - DAY <= at < day + 2 * DAY for day in clock_changes())
