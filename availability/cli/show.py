"""Answers as tables for people and as JSON for programs. Imports roster, engine."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from availability.engine.schedule import WeeklySchedule
from availability.roster.agent import Agent
from availability.roster.answer import Freshness, State

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
ON_DUTY = {True: "on duty", False: "off duty", None: "nobody can say"}
COLOURS = {State.AVAILABLE: "green", State.UNAVAILABLE: "red", State.UNKNOWN: "yellow"}
BASIS = {
    Freshness.STALE: "No status counts: when they were fetched is too long ago, or not known.",
    Freshness.BEYOND: "By the schedules alone: no status is known for that instant.",
}
#: Where the output is no terminal: wide enough for an agent's id beside the rest.
PLAIN_WIDTH = 140


@dataclass(frozen=True, slots=True)
class Row:
    """What is said of one agent at one instant."""

    agent: Agent
    on_duty: bool | None
    state: State
    until: datetime | None

    @property
    def name(self) -> str:
        """The agent's name, or the id of one without."""
        return self.agent.name or self.agent.id


@dataclass(frozen=True, slots=True)
class View:
    """An answer's frame: the instant asked about, when the desk was fetched, the zone shown."""

    at: datetime
    as_of: datetime | None
    tz: str
    freshness: Freshness
    note: str | None = None

    def clock(self, at: datetime) -> str:
        """Return an instant for people, in the zone shown."""
        local = _local(at, self.tz)
        seconds = ":%S" if local.second or local.microsecond else ""
        return f"{local:%a} {local.date()} {local.strftime('%H:%M' + seconds)}"

    def rfc3339(self, at: datetime | None) -> str | None:
        """Return an instant for programs: RFC 3339, in the zone shown."""
        if at is None:
            return None
        local = _local(at, self.tz)
        # RFC 3339 has no seconds in an offset, as zones had before standard time.
        in_minutes = (local.utcoffset() or timedelta()) % timedelta(minutes=1) == timedelta()
        return (local if in_minutes else local.astimezone(timezone.utc)).isoformat()

    def heading(self) -> str:
        """Return the line above a table: which instant was used."""
        offset = timezone(_local(self.at, self.tz).utcoffset() or timedelta())
        utc = _local(self.at, "UTC").replace(tzinfo=None).isoformat(timespec="seconds")
        line = f"{self.clock(self.at)} {self.tz} ({offset}), {utc}Z"
        return f"{line}. {self.note}" if self.note else line


def print_json(view: View, rows: Iterable[Row], **more: object) -> None:
    """Print the documented JSON object; ``more`` stands beside its fields."""
    document = {
        "at": view.rfc3339(view.at),
        "as_of": view.rfc3339(view.as_of),
        "timezone": view.tz,
        **more,
        "agents": [
            {
                "id": row.agent.id,
                "name": row.agent.name,
                "on_duty": row.on_duty,
                "state": row.state.value,
                "until": view.rfc3339(row.until),
                "skills": [{"id": skill.id, "name": skill.name} for skill in row.agent.skills],
            }
            for row in rows
        ],
    }
    readable = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    text = json.dumps(document, ensure_ascii=not readable, indent=2)
    print(text)  # noqa: T201  (its purpose)


def print_desk(view: View, rows: Sequence[Row]) -> None:
    """Print who is on duty, and of whom nobody can say; the others are counted."""
    console = _console()
    console.print(_plain(view.heading()))
    shown = [row for row in rows if row.on_duty is not False]
    if shown:
        console.print(_table(view, sorted(shown, key=lambda row: row.on_duty is None)))
    else:
        console.print("Nobody is on duty.")
    duty = Counter(row.on_duty for row in rows)
    state = Counter(row.state for row in shown)
    console.print(
        f"{len(rows)} agents: {duty[True]} on duty, {duty[False]} off duty, "
        f"of {duty[None]} nobody can say; "
        f"{state[State.AVAILABLE]} available, {state[State.UNKNOWN]} unknown."
    )
    if view.freshness is not Freshness.FRESH:
        console.print(BASIS[view.freshness])


def print_agent(view: View, row: Row) -> None:
    """Print one agent: the week as a table, on duty or not, until when."""
    console = _console()
    agent = row.agent
    console.print(_plain(view.heading()))
    title = " · ".join(part for part in (agent.name, agent.id, agent.department) if part)
    console.print(f"[bold]{_plain(title)}[/bold]")
    until = "" if row.on_duty is None else f", {_until(view, row)}"
    status = f"status {agent.status.name.lower().replace('_', ' ')} ({agent.status_code})"
    console.print(f"{ON_DUTY[row.on_duty]}{until}; {row.state.value} ({_plain(status)})")
    if agent.skills:
        console.print(f"skills: {_plain(_skills(agent))}")
    if agent.schedule is not None:
        console.print(_week(agent.schedule))
    for diagnostic in agent.diagnostics:
        console.print(_plain(f"{diagnostic.message} [{diagnostic.code}]"), style="yellow")


def print_transition(view: View, at: datetime | None, rows: Sequence[Row]) -> None:
    """Print the next transition: when, who goes on, who goes off."""
    console = _console()
    console.print(_plain(view.heading()))
    if at is None:
        console.print("Nobody's duty ever changes.")
        return
    console.print(f"Next transition: [bold]{_plain(view.clock(at))}[/bold] {_plain(view.tz)}")
    for row in rows:
        sign, colour = ("on ", "green") if row.on_duty else ("off", "red")
        console.print(f"  [{colour}]{sign}[/{colour}] {_plain(row.name)}", highlight=False)


def _table(view: View, rows: Iterable[Row]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("Agent", no_wrap=True)
    table.add_column("Duty", no_wrap=True)
    table.add_column("State", no_wrap=True)
    table.add_column("Until", no_wrap=True)
    table.add_column("Skills", overflow="fold")
    table.add_column("Id", overflow="fold")
    for row in rows:
        colour = COLOURS[row.state]
        table.add_row(
            _plain(row.name),
            ON_DUTY[row.on_duty],
            f"[{colour}]{row.state.value}[/{colour}]",
            _until(view, row),
            _plain(_skills(row.agent)),
            _plain(row.agent.id),
        )
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
    if row.until is not None:
        return f"until {view.clock(row.until)}"
    return "?" if row.on_duty is None else "for good"


def _skills(agent: Agent) -> str:
    return ", ".join(skill.name or skill.id for skill in agent.skills)


def _local(at: datetime, tz: str) -> datetime:
    """Return an instant in a zone, or as it is where that is outside years 1 to 9999."""
    try:
        return at.astimezone(ZoneInfo(tz))
    except (OverflowError, ValueError):
        return at


def printable(text: str) -> str:
    """Return a text from outside as part of one line, with nothing that moves a terminal."""
    return "".join(char if char.isprintable() else "�" for char in " ".join(text.split()))


def _plain(text: str) -> str:
    return escape(printable(text))


def _console() -> Console:
    return Console(width=None if sys.stdout.isatty() else PLAIN_WIDTH)
