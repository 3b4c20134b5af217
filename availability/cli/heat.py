"""The headcount of a week as a heat map for a terminal: dates by hours. Imports roster."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from rich.console import Console
from rich.text import Text

from availability.roster.messages import DAYS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from availability.roster.week import StaffedDay, Week

#: Backgrounds from few to many, dark enough for black figures on any terminal.
SHADES = tuple(f"black on color({number})" for number in (194, 157, 120, 83, 41))
NOBODY = "·"
#: Two figures, and a space before them.
NARROWEST_CELL = 3


def print_heat(out: Console, week: Week) -> None:
    """Print the lowest headcount of each hour, as wide as there is room for.

    Where the figures of a day do not fit beside each other, its hours come in two
    blocks, or more. An hour that a date lacks is blank.
    """
    most = max(hour.least for day in week.days for hour in day.hours)
    cell = max(NARROWEST_CELL, len(str(most)) + 1)
    columns = week.columns
    breadth, labels = _layout(out.width, len(columns), cell, [day.day for day in week.days])
    for first in range(0, len(columns), breadth):
        block = columns[first : first + breadth]
        head = "".join(f"{hour:02}".rjust(cell) for hour, _ in block)
        out.print(Text(" " * len(labels[0]) + head, style="bold"))
        for day, label in zip(week.days, labels, strict=True):
            out.print(Text(label).append_text(_row(day, block, cell, most)))


def labels_of(day: date) -> tuple[str, str, str]:
    """Return what a date is called, the longest first."""
    name = DAYS[0][day.weekday()]
    return f"{name} {day}", f"{name} {day.day:02}", f"{name[:2]} {day.day:02}"


def _layout(width: int, count: int, cell: int, days: Sequence[date]) -> tuple[int, Sequence[str]]:
    """Return how many hours stand beside each other, and what the dates are called."""
    ways = list(zip(*map(labels_of, days), strict=True))
    fit = (
        (breadth, labels)
        for breadth in (-(-count // blocks) for blocks in range(1, count + 1))
        for labels in ways
        if len(labels[0]) + breadth * cell <= width
    )
    return next(fit, (1, ways[-1]))


def _row(day: StaffedDay, columns: Sequence[tuple[int, int]], cell: int, most: int) -> Text:
    found = {hour.clock_hour.column: hour for hour in day.hours}
    row = Text()
    for column in columns:
        if column not in found:
            row.append(" " * cell)
            continue
        least = found[column].least
        row.append(str(least or NOBODY).rjust(cell), _shade(least, most))
    return row


def _shade(least: int, most: int) -> str:
    return SHADES[(least - 1) * len(SHADES) // most] if least else "bold red"
