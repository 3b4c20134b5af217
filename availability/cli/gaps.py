"""The command gaps: when too few are on duty.
Imports desk_options, options, over, plan, show, view, window, feeds, roster, engine, errors.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from availability.cli import options
from availability.cli.desk_options import DeskOptions, takes_desk
from availability.cli.over import Over, from_now
from availability.cli.plan import calendar_of
from availability.cli.show import HOUR, console, hours, plain_table, so_many_hours
from availability.cli.view import print_document
from availability.cli.window import End, Start
from availability.engine.amounts import MOST_NEEDED
from availability.engine.intervals import merge
from availability.errors import one_line
from availability.roster.messages import counted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from availability.engine.staffing_plan import StaffingPlan
    from availability.roster.gaps import Gap

#: Four weeks have every shift of most plans.
WINDOW = timedelta(weeks=4)
PLANNED = "--plan says how many, and who: it goes without --minimum, --skill and --any-skill"
Minimum = Annotated[
    int | None,
    typer.Option(
        "--minimum", metavar="N", min=1, max=MOST_NEEDED, help="How many are needed. Default: 1."
    ),
]
PlanFile = Annotated[
    Path | None,
    typer.Option(
        "--plan",
        metavar="FILE",
        help="How many are needed when, and with which skill: a .toml or .json file.",
    ),
]


@takes_desk
def gaps(
    *,
    start: Start = None,
    end: End = None,
    minimum: Minimum = None,
    plan_file: PlanFile = None,
    desk: DeskOptions,
    as_json: options.Json = False,
) -> None:
    """When fewer are on duty than are needed, by the schedules; without --end, in four weeks."""
    if plan_file is not None and (minimum is not None or desk.rule is not None):
        raise typer.BadParameter(PLANNED)
    asked = desk.ask_over(from_now(start, end, WINDOW), by_skill=plan_file is not None)
    window = asked.start, asked.end
    if plan_file is None:
        needed = minimum or 1
        found = asked.roster.gaps(*window, needed, tz=asked.view.tz)
        heading = f"Fewer than {needed}{asked.chosen()}"
    else:
        plan = _plan(plan_file, asked, desk)
        found = asked.roster.shortfalls(plan, *window, tz=asked.view.tz)
        heading = f"Fewer than {one_line(str(plan_file))} needs"
    if as_json:
        print_document(_document(asked, found))
    else:
        _print(asked, f"{heading}, {asked.heading()}", found)


def _plan(path: Path, asked: Over, desk: DeskOptions) -> StaffingPlan:
    """Return the plan in a file, in the desk's zone and by its calendar unless the file says."""
    from availability.feeds.plan_file import read_plan  # noqa: PLC0415  (loads numpy)

    return read_plan(
        path,
        tz=asked.tz,
        calendar=calendar_of(desk.calendar, asked.start, asked.end),
        closed_on_holidays=desk.closed,
    )


def _print(asked: Over, heading: str, found: Sequence[Gap]) -> None:
    out = console()
    out.print(heading)
    if not found:
        out.print("No gaps.")
        return
    out.print(_table(asked, found))
    out.print(_summary(asked, found))


def _table(asked: Over, found: Sequence[Gap]) -> Table:
    by_skill = any(gap.skill is not None for gap in found)
    table = plain_table()
    if by_skill:  # closer together, so that 80 columns hold a skill's name
        table.show_edge, table.padding = False, 0
    for name in ("From", "Until"):
        table.add_column(name, no_wrap=True)
    for name in ("Length", "There", "Missing", "Unknown"):
        table.add_column(name, no_wrap=True, justify="right")
    if by_skill:
        table.add_column("Skill", overflow="fold", min_width=6)
    for gap in found:
        there = Text(f"{gap.present}/{gap.required}", style="yellow" if gap.present else "red")
        table.add_row(
            asked.view.clock(gap.start),
            asked.view.clock(gap.end),
            hours(gap.duration),
            there,
            str(gap.missing),
            str(gap.unknown or "-"),
            *([Text(one_line(gap.skill or "any"))] if by_skill else []),
        )
    return table


def _summary(asked: Over, found: Sequence[Gap]) -> str:
    """Say how many gaps there are, how long they are together, and how many may be none."""
    lacking = sum(gap.missing * (gap.duration / HOUR) for gap in found)
    doubtful = [gap for gap in found if gap.unknown >= gap.missing]
    doubt = f"; in {hours(_together(doubtful))} of it enough may be there, of whom nobody can say"
    return (
        f"{counted(len(found), 'gap')}: {hours(_together(found))} of {hours(asked.length)}, "
        f"{so_many_hours(lacking)} of duty missing{doubt if doubtful else ''}."
    )


def _together(found: Sequence[Gap]) -> timedelta:
    """Return how long gaps are altogether; those of several skills may be at the same time."""
    spans = merge((gap.interval.start_micros, gap.interval.end_micros) for gap in found)
    return timedelta(microseconds=sum(end - start for start, end in spans))


def _document(asked: Over, found: Sequence[Gap]) -> dict[str, object]:
    return asked.framed(
        gaps=[
            {
                **asked.view.ends(gap.interval),
                "required": gap.required,
                "present": gap.present,
                "missing": gap.missing,
                "unknown": gap.unknown,
                "skill": gap.skill,
            }
            for gap in found
        ],
        gap_seconds=_together(found).total_seconds(),
        window_seconds=asked.length.total_seconds(),
    )
