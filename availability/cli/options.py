"""What can be asked for on the command line, once for all commands. Imports nothing."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

Tz: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--tz", metavar="ZONE", help="The desk's time zone, an IANA key. [env: AVAILABILITY_TZ]"
    ),
]
AgentTz: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--agent-tz",
        metavar="FILE",
        help='Agents in other zones: a JSON file, {"ou_…": "Europe/London"}.',
    ),
]
ShowTz: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--show-tz", metavar="ZONE", help="Show instants in this zone; changes no answer."
    ),
]
From: TypeAlias = Annotated[
    Path | None,
    typer.Option("--from", metavar="FILE", help="Answer from a saved API response; - reads stdin."),
]
Demo: TypeAlias = Annotated[
    bool, typer.Option("--demo", help="Run against the built-in sandbox; needs no account.")
]
Ids: TypeAlias = Annotated[
    list[str] | None,
    typer.Option("--id", metavar="ID", help="Fetch only this agent; repeat for more."),
]
Skills: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--skill",
        metavar="SKILL",
        help="Only agents with this skill, by id or name; repeat for all of several.",
    ),
]
AnySkill: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--any-skill", metavar="SKILL", help="Only agents with one of these skills; repeat."
    ),
]
AtLeast: TypeAlias = Annotated[
    int | None,
    typer.Option(
        "--at-least",
        metavar="MINUTES",
        min=0,
        max=1_000_000,
        help="Available only with so much of the shift left.",
    ),
]
AgentId: TypeAlias = Annotated[str, typer.Argument(metavar="ID", help="The agent's id.")]
Calendar: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--calendar",
        metavar="CALENDAR",
        help="Working days and holidays: CN, a country such as DE or DE-BY, or a .toml or "
        ".json file.",
    ),
]
Closed: TypeAlias = Annotated[
    bool, typer.Option("--closed-on-holidays", help="No shift starts on a public holiday.")
]
Overrides: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--overrides",
        metavar="FILE",
        help="Leave and extra shifts: a .toml or .json file; or leave, an .ics file by e-mail, or "
        "ID=FILE.ics of one agent. Repeat for more.",
    ),
]
Json: TypeAlias = Annotated[bool, typer.Option("--json", help="Print JSON.")]
AtText: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--at",
        metavar="INSTANT",
        help="ISO 8601 or like '10:00'; what is left out is today's, in the desk's zone.",
    ),
]


def minutes(at_least: int | None) -> timedelta | None:
    """Return what ``--at-least`` asks for."""
    return None if at_least is None else timedelta(minutes=at_least)
