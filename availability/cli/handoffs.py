"""The command handoffs: who hands over to whom.
Imports desk_options, options, over, show, view, window, roster.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from availability.cli import options
from availability.cli.desk_options import DeskOptions, takes_desk
from availability.cli.over import Over, doubt, from_now
from availability.cli.show import console, plain_table
from availability.cli.view import print_document
from availability.cli.window import Start
from availability.roster.agent import Agent
from availability.roster.messages import Wording, counted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from availability.roster.handoffs import Handoff

WINDOW = timedelta(days=1)
#: How many agents a cell names.
MOST_NAMED = 8
End = Annotated[
    str | None,
    typer.Option("--end", metavar="INSTANT", help="Until when. Default: a day later."),
]


@takes_desk
def handoffs(
    *,
    start: Start = None,
    end: End = None,
    desk: DeskOptions,
    as_json: options.Json = False,
) -> None:
    """Who leaves, who takes over, and with what overlap or hole, by the schedules.

    A handoff at the very start of the window belongs to the one before.
    """
    asked = desk.ask_over(from_now(start, end, WINDOW))
    found = asked.roster.handoffs(asked.start, asked.end, tz=asked.view.tz)
    if as_json:
        print_document(_document(asked, found))
    else:
        _print(asked, found)


def _print(asked: Over, found: Sequence[Handoff]) -> None:
    out = console()
    out.print(f"Handoffs{asked.chosen()}, {asked.heading()}")
    if found:
        out.print(_table(asked, found))
    said = counted(len(found), "transition") if found else "No transitions"
    staffed = asked.staffed(asked.roster.headcount(asked.start, asked.end))
    out.print(f"{said}. {staffed}{doubt(asked.doubtful())}")


def _table(asked: Over, found: Sequence[Handoff]) -> Table:
    table = plain_table()
    table.add_column("When", no_wrap=True)
    table.add_column("Leaves → takes over", overflow="fold", min_width=16)
    table.add_column("How", min_width=7)
    table.add_column("Comes", overflow="fold", min_width=8)
    table.add_column("There", justify="right", no_wrap=True)
    for one in found:
        taken = f" → {_names(one.successors)}" if one.successors else ""
        table.add_row(
            asked.view.clock(one.at),
            Text(f"{_names(one.off)}{taken}"),
            Text(_how(one), style="" if one.present else "red"),
            Text(_names(one.on)),
            Text(str(one.present), style="" if one.present else "red"),
        )
    return table


def _how(one: Handoff) -> str:
    """Say what is between those who leave and those who take over."""
    if one.hole is not None:
        return f"hole {Wording('en').length(one.hole)}"
    if one.overlap is not None:
        return f"overlap {Wording('en').length(one.overlap)}" if one.overlap else "at once"
    if not one.off:
        return ""
    return "others stay" if one.present else "nobody comes"


def _names(agents: Sequence[Agent]) -> str:
    more = len(agents) - MOST_NAMED
    named = ", ".join(agent.label for agent in agents[:MOST_NAMED])
    return f"{named} and {more} more" if more > 0 else named


def _document(asked: Over, found: Sequence[Handoff]) -> dict[str, object]:
    return asked.framed(
        handoffs=[
            {
                "at": asked.view.rfc3339(one.at),
                "off": _listed(one.off),
                "on": _listed(one.on),
                "successors": _listed(one.successors),
                "overlap_seconds": _seconds(one.overlap),
                "hole_seconds": _seconds(one.hole),
                "present": one.present,
            }
            for one in found
        ],
        most_unknown=asked.doubtful(),
    )


def _listed(agents: Sequence[Agent]) -> list[dict[str, object]]:
    return [{"id": agent.id, "name": agent.name} for agent in agents]


def _seconds(length: timedelta | None) -> float | None:
    return None if length is None else length.total_seconds()
