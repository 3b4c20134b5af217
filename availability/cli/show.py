"""Answers as tables for people. Imports view, roster, engine, errors."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Container, Iterable, Sequence
from datetime import datetime, timedelta

import typer
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from availability.cli.view import Row, View
from availability.engine.overrides import Override
from availability.engine.schedule import DAYS, WeeklySchedule
from availability.errors import one_line
from availability.roster.agent import Agent
from availability.roster.answer import Freshness, State
from availability.roster.comparison import Comparison
from availability.roster.diagnostic import CODES, Diagnostic, Severity
from availability.roster.explain import Explanation, day_called
from availability.roster.messages import Wording, counted
from availability.roster.reasons import ReasonCode
from availability.roster.roster import Roster

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
    Freshness.EXPIRED: "Nobody can say: all that is known is too old.",
    Freshness.BEYOND: "By the schedules alone: no status is known for that instant.",
}
#: So that the groups of a desk stand in line.
SEVERITY_WIDTH = max(len(severity.value) for severity in Severity)
CODE_WIDTH = max(map(len, CODES))
HOUR = timedelta(hours=1)
#: Below this a table would lose what it is read for; without a terminal there is room for ids.
NARROWEST, PLAIN_WIDTH = 80, 140


def print_desk(view: View, rows: Sequence[Row]) -> None:
    """Print everybody who is not simply off duty, and why; the others are counted."""
    out = console()
    out.print(view.heading())
    for called in _days_called(view, rows):
        out.print(called)
    shown = [row for row in rows if row.answer.reasons[0].code is not ReasonCode.OFF_DUTY]
    if shown:
        out.print(_table(view, sorted(shown, key=lambda row: ORDER.index(row.answer.state))))
    else:
        out.print("Nobody is on duty.")
    duty = Counter(row.answer.on_duty for row in rows)
    state = Counter(row.answer.state for row in rows)
    out.print(
        f"{len(rows)} agents: {duty[True]} on duty, {duty[False]} off duty, "
        f"of {duty[None]} nobody can say; "
        + ", ".join(f"{state[each]} {each.value}" for each in ORDER)
        + "."
    )
    _print_basis(out, view)


def _days_called(view: View, rows: Sequence[Row]) -> list[str]:
    """Return what the agents' calendars call the date that is shown."""
    schedules = [row.agent.schedule for row in rows if row.agent.schedule is not None]
    calendars = dict.fromkeys(each.calendar for each in schedules if each.calendar is not None)
    called = (day_called(each, view.day, Wording("en")) for each in calendars)
    return [each for each in called if each is not None]


def print_agent(view: View, row: Row) -> None:
    """Print one agent: the week as a table, on duty or not, until when."""
    out = console()
    agent = row.agent
    out.print(view.heading())
    title = " · ".join(part for part in (agent.name, agent.id, agent.department) if part)
    out.print(Text(one_line(title), style="bold"))
    until = f", until {view.clock(row.until)}" if row.until else ""
    out.print(f"{ON_DUTY[row.answer.on_duty]}{until}; status {status_of(agent)}")
    colour = COLOURS[row.answer.state]
    out.print(Text.assemble((row.answer.state.value, colour), f": {row.answer.why}"))
    _print_basis(out, view)
    if agent.skills:
        out.print(f"skills: {row.skills}")
    if agent.schedule is not None:
        out.print(_week(agent.schedule))
    for planned in agent.overrides:
        out.print(Text(f"{planned.kind}: {planned.spelled}"))
    for odd in agent.diagnostics:
        line = one_line(f"{odd.severity.value}: {odd.message} [{odd.code}]")
        out.print(Text(line, style=SEVERITY_COLOURS[odd.severity]))


def print_explanation(view: View, found: Explanation, language: Language) -> None:
    """Print why an agent can take a ticket, or cannot."""
    out = console()
    agent = found.agent
    title = " · ".join(part for part in (agent and agent.name, found.answer.agent_id) if part)
    out.print(Text(one_line(title), style="bold"))
    if view.note:
        out.print(view.note)
    out.print(found.text(language, None if found.around else view.tz))


def print_transition(view: View, at: datetime | None, rows: Sequence[Row]) -> None:
    """Print the next transition: when, who goes on, who goes off."""
    out = console()
    out.print(view.heading())
    if at is None:
        out.print("Nobody's duty ever changes.")
        return
    out.print(f"Next transition: {view.clock(at)} {view.tz}", style="bold")
    for row in rows:
        sign, colour = ("on ", "green") if row.answer.on_duty else ("off", "red")
        out.print(Text.assemble("  ", (sign, colour), f" {row.agent.label}"))


def print_oddities(groups: Iterable[tuple[str, Sequence[Diagnostic]]], summary: str) -> None:
    """Print what is odd, each group below its heading, and a last line."""
    out = console()
    for heading, diagnostics in groups:
        out.print(Text(one_line(heading), style="bold"))
        out.print(_oddities(diagnostics))
    out.print(summary)


def print_diff(view: View, end: datetime, found: Comparison) -> None:
    """Print who gains and loses duty between two instants, agent by agent."""
    out = console()
    out.print(f"{view.clock(view.at)} to {view.clock(end)} {view.tz}")
    for one in found:
        out.print(Text(one_line(f"{one.agent.label} · {one.agent.id}"), style="bold"))
        changes = [(each, "gains", "green") for each in one.gained]
        changes += [(each, "loses", "red") for each in one.lost]
        for interval, verb, colour in sorted(changes):
            times = f"{view.clock(interval.start)} to {view.clock(interval.end)}"
            out.print(Text.assemble("  ", (verb, colour), f" {times}, {hours(interval.duration)}"))
    affected = {one.agent.id for one in found}
    for agent in found.unknown:
        rest = " of all of it" if agent.id in affected else ""
        out.print(Text(f"{agent.label} · {agent.id}: nobody can say{rest}"))
    totals = f"{hours(found.gained)} gained, {hours(found.lost)} lost"
    doubts = f"; of {len(found.unknown)} nobody can say" if found.unknown else ""
    out.print(f"{counted(len(found), 'agent')} affected: {totals}{doubts}.")


def hours(length: timedelta) -> str:
    """Return a length in hours, however long, as shifts are counted."""
    return so_many_hours(length / HOUR)


def so_many_hours(number: float) -> str:
    """Return a number of hours, also of more than a length of time can have."""
    return f"{number:,.2f}".rstrip("0").rstrip(".") + " h"


def plain_table() -> Table:
    """Return a table without a frame, as all lists of agents and times have it."""
    return Table(box=box.SIMPLE_HEAD, pad_edge=False, collapse_padding=True)


def _table(view: View, rows: Iterable[Row]) -> Table:
    table = plain_table()
    table.add_column("Agent", overflow="fold", max_width=24)
    for name in ("State", "Duty until"):
        table.add_column(name, no_wrap=True)
    table.add_column("Why", min_width=10)
    table.add_column("Skills", overflow="fold", min_width=8)
    table.add_column("Id", overflow="fold", min_width=12)
    for row in rows:
        table.add_row(
            Text(row.agent.label),
            Text(row.answer.state.value, style=COLOURS[row.answer.state]),
            _until(view, row),
            Text(row.answer.why),
            Text(row.skills),
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
    if row.until is not None:
        return view.clock(row.until)
    return "for good" if row.is_for_good else "?"


def _print_basis(out: Console, view: View) -> None:
    if view.freshness is not Freshness.FRESH:
        out.print(BASIS[view.freshness])


def console(width: int | None = None) -> Console:
    """Return where to print: no markup, no emoji codes, names are shown as they are."""
    made = Console(markup=False, emoji=False, highlight=False, width=width)
    if width is None:
        made.width = max(made.width, NARROWEST) if sys.stdout.isatty() else PLAIN_WIDTH
    return made


def print_left_out(roster: Roster) -> None:
    """Say on standard error what of the payload is not on the roster."""
    for diagnostic in roster.left_out:
        typer.echo(f"left out: {diagnostic}", err=True)


def print_odd(diagnostics: Iterable[Diagnostic]) -> None:
    """Say on standard error what was odd."""
    for diagnostic in diagnostics:
        typer.echo(f"{diagnostic.severity.value}: {diagnostic}", err=True)


def print_strangers(overrides: Iterable[Override], known: Container[str]) -> None:
    """Say on standard error whose leave and extra shifts are nobody's."""
    for one in overrides:
        if one.agent_id not in known:
            typer.echo(f"left out: {one}: no such agent", err=True)


def status_of(agent: Agent) -> str:
    """Return an agent's status with its code."""
    return one_line(f"{agent.status.name.lower().replace('_', ' ')} ({agent.status_code})")
