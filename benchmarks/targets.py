"""A line of the table: what was measured, against what, and whether the target is met."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median

from measure import Times, ratio


@dataclass(frozen=True, slots=True)
class Bound:
    """A target: at most so many times what another takes, or at least so many times faster.

    ``against`` names the other contestant. ``only_on``: a Python version to which
    the verdict is confined; the figure is reported on all.
    """

    against: str
    at_most: float | None = None
    at_least: float | None = None
    only_on: tuple[int, int] | None = None

    @property
    def wording(self) -> str:
        """The target in words."""
        if self.at_most is not None:
            text = f"≤ {self.at_most:g} × {self.against}"
        else:
            text = f"≥ {self.at_least:g} × faster than {self.against}"
        return text + (f" on Python {'.'.join(map(str, self.only_on))}" if self.only_on else "")

    def verdict(self, figure: float) -> str:
        """Return ``met`` or ``missed``, or ``reported`` on another Python."""
        if self.only_on and sys.version_info[:2] != self.only_on:
            return "reported"
        met = figure <= self.at_most if self.at_most is not None else figure >= self.at_least
        return "met" if met else "missed"


@dataclass(frozen=True, slots=True)
class Line:
    """One line; without a target it is a peer's, for comparison."""

    question: str
    ours: str
    against: str
    theirs: str
    figure: str
    target: str = ""
    verdict: str = ""


def lines(
    question: str, times: Times, bounds: Sequence[Bound] = (), *, partial: bool = False
) -> Iterator[Line]:
    """Yield a line for each bound, then one for each of the others, without a target.

    ``partial``: they answered for some of the schedules only.
    """
    for bound in bounds:
        if bound.against in times:  # else another race has it
            yield _bounded(question, times, bound)
    for name in times:
        if name != "ours":
            yield _compared(question, times, name, "*" if partial else "")


def _bounded(question: str, times: Times, bound: Bound) -> Line:
    above, below = ("ours", bound.against)[:: -1 if bound.at_most is None else 1]
    figure = ratio(times, above, below)
    line = _line(question, times, bound.against, f"{number(figure)} ×")
    return replace(line, target=bound.wording, verdict=bound.verdict(figure))


def _compared(question: str, times: Times, name: str, mark: str) -> Line:
    return _line(question, times, name, number(ratio(times, name, "ours")) + mark)


def _line(question: str, times: Times, against: str, shown: str) -> Line:
    ours, theirs = (duration(median(times[name])) for name in ("ours", against))
    return Line(question, ours, against, theirs, shown)


def reported(question: str, times: Times, against: str) -> Line:
    """Return the line of a question without a target: how many times what another takes."""
    line = _line(question, times, against, f"{number(ratio(times, 'ours', against))} ×")
    return replace(line, target="none", verdict="reported")


def absolute(question: str, figure: float, shown: str, at_most: float, unit: str) -> Line:
    """Return the line of a target that is no ratio."""
    verdict = "met" if figure <= at_most else "missed"
    return Line(question, shown, "", "", "", f"≤ {at_most:g} {unit}", verdict)


def number(figure: float) -> str:
    """Return a figure with three digits, or all that stand before the point.

    >>> number(0.04567), number(12.345), number(45678.9)
    ('0.0457', '12.3', '45,679')
    """
    return f"{figure:.3g}" if figure < 1000 else f"{figure:,.0f}"


def duration(nanoseconds: float) -> str:
    """Return a duration with the unit that reads best.

    >>> duration(38.21), duration(1234), duration(5_600_000)
    ('38.2 ns', '1.23 µs', '5.6 ms')
    """
    for unit, size in (("s", 1e9), ("ms", 1e6), ("µs", 1e3)):
        if nanoseconds >= size:
            return f"{number(nanoseconds / size)} {unit}"
    return f"{number(nanoseconds)} ns"
