"""Answers as tables for people. Imports view, roster, engine, errors."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from availability.cli.view import Row, View
from availability.engine.schedule import DAYS, WeeklySchedule
from availability.errors import one_line
from availability.roster.answer import Freshness, State
from availability.roster.diagnostic import CODES, Diagnostic, Severity
from availability.roster.explain import Explanation
from availability.roster.reasons import ReasonCode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from availability.roster.messages import Language

ON_DUTY = {True: "on duty", False: "off duty", None: "nobody can say"}
#: In which they are shown.
ORDER = (State.AVAILABLE, State.UNKNOWN, State.UNAVAILABLE)
COLOURS = {State.AVAILABLE: "green", State.UNAVAILABLE: "red", State.UNKNOWN: "yellow"}
SEVERITY_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}
BASIS = {
    Freshness.STALE: "No status counts: they were fetched too long ago, or nobody knows when.",
    Freshness.BEYOND: "By the schedules alone: no status is known for that instant.",
}
#: So that the groups of a desk stand in line.
SEVERITY_WIDTH = max(len(severity.value) for severity in Severity)
CODE_WIDTH = max(map(len, CODES))
#: Below this a table would lose what it is read for; without a terminal there is room for ids.
NARROWEST, PLAIN_WIDTH = 80, 140


def print_desk(view: View, rows: Sequence[Row]) -> None:
    """Print everybody who is not simply off duty, and why; the others are counted."""
    console = _console()
    console.print(view.heading())
    shown = [row for row in rows if row.answer.reasons[0].code is not ReasonCode.OFF_DUTY]
    if shown:
        console.print(_table(view, sorted(shown, key=lambda row: ORDER.index(row.answer.state))))
    else:
        console.print("Nobody is on duty.")
    duty = Counter(row.answer.on_duty for row in rows)
    state = Counter(row.answer.state for row in rows)
    console.print(
        f"{len(rows)} agents: {duty[True]} on duty, {duty[False]} off duty, "
        f"of {duty[None]} nobody can say; "
        + ", ".join(f"{state[each]} {each.value}" for each in ORDER)
        + "."
    )
    _print_basis(console, view)


def print_agent(view: View, row: Row) -> None:
    """Print one agent: the week as a table, on duty or not, until when."""
    console = _console()
    agent = row.agent
    console.print(view.heading())
    title = " · ".join(part for part in (agent.name, agent.id, agent.department) if part)
    console.print(Text(one_line(title), style="bold"))
    until = f", until {view.clock(row.until)}" if row.until else ""
    status = one_line(f"{agent.status.name.lower().replace('_', ' ')} ({agent.status_code})")
    console.print(f"{ON_DUTY[row.answer.on_duty]}{until}; status {status}")
    colour = COLOURS[row.answer.state]
    console.print(Text.assemble((row.answer.state.value, colour), f": {row.answer.why}"))
    _print_basis(console, view)
    if agent.skills:
        console.print(f"skills: {one_line(row.skills)}")
    if agent.schedule is not None:
        console.print(_week(agent.schedule))
    for odd in agent.diagnostics:
        line = one_line(f"{odd.severity.value}: {odd.message} [{odd.code}]")
        console.print(Text(line, style=SEVERITY_COLOURS[odd.severity]))


def print_explanation(view: View, found: Explanation, language: Language) -> None:
    """Print why an agent can take a ticket, or cannot."""
    console = _console()
    agent = found.agent
    title = " · ".join(part for part in (agent and agent.name, found.answer.agent_id) if part)
    console.print(Text(one_line(title), style="bold"))
    if view.note:
        console.print(view.note)
    console.print(found.text(language))


def print_transition(view: View, at: datetime | None, rows: Sequence[Row]) -> None:
    """Print the next transition: when, who goes on, who goes off."""
    console = _console()
    console.print(view.heading())
    if at is None:
        console.print("Nobody's duty ever changes.")
        return
    console.print(f"Next transition: {view.clock(at)} {view.tz}", style="bold")
    for row in rows:
        sign, colour = ("on ", "green") if row.answer.on_duty else ("off", "red")
        console.print(Text.assemble("  ", (sign, colour), f" {one_line(row.name)}"))


def print_oddities(groups: Iterable[tuple[str, Sequence[Diagnostic]]], summary: str) -> None:
    """Print what is odd, each group below its heading, and a last line."""
    console = _console()
    for heading, diagnostics in groups:
        console.print(Text(one_line(heading), style="bold"))
        console.print(_oddities(diagnostics))
    console.print(summary)


def _table(view: View, rows: Iterable[Row]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
    table.add_column("Agent", overflow="fold", max_width=24)
    for name in ("State", "Duty until"):
        table.add_column(name, no_wrap=True)
    table.add_column("Why", min_width=10)
    table.add_column("Skills", overflow="fold", min_width=8)
    table.add_column("Id", overflow="fold", min_width=12)
    for row in rows:
        table.add_row(
            Text(one_line(row.name)),
            Text(row.answer.state.value, style=COLOURS[row.answer.state]),
            _until(view, row),
            Text(row.answer.why),
            Text(one_line(row.skills)),
            Text(one_line(row.agent.id)),
        )
    return table


def _oddities(diagnostics: Iterable[Diagnostic]) -> Table:
    table = Table(box=None, show_header=False, padding=(0, 0, 0, 2), pad_edge=True)
    for width in SEVERITY_WIDTH, CODE_WIDTH:
        table.add_column(no_wrap=True, min_width=width)
    table.add_column(overflow="fold")
    for odd in diagnostics:
        severity = Text(odd.severity.value, style=SEVERITY_COLOURS[odd.severity])
        table.add_row(severity, one_line(odd.code), Text(one_line(odd.message)))
    return table


def _week(schedule: WeeklySchedule) -> Table:
    """Return the ranges of each weekday, in the agent's own zone, as spelled."""
    table = Table("Day", f"Ranges, {schedule.tz}", box=box.SIMPLE_HEAD, pad_edge=False)
    for number, day in enumerate(DAYS):
        ranges = [duty for duty in schedule.ranges if number in duty.weekdays]
        spelled = [
            f"{duty}{' (next day)' if duty.end < duty.start else ''}"
            for duty in sorted(ranges, key=lambda duty: (duty.start, duty.end))
        ]
        table.add_row(day, ", ".join(spelled) or "-")
    return table


def _until(view: View, row: Row) -> str:
    if row.answer.on_duty is None or row.answer.reasons[0].code is ReasonCode.OFFLINE:
        return "?"
    return "for good" if row.until is None else view.clock(row.until)


def _print_basis(console: Console, view: View) -> None:
    if view.freshness is not Freshness.FRESH:
        console.print(BASIS[view.freshness])


def _console() -> Console:
    # No markup, no emoji codes, no highlighting: names are shown as they are.
    console = Console(markup=False, emoji=False, highlight=False)
    console.width = max(console.width, NARROWEST) if sys.stdout.isatty() else PLAIN_WIDTH
    return console
