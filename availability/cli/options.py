"""What can be asked for on the command line, once for all commands. Imports nothing."""

from __future__ import annotations

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
Skill: TypeAlias = Annotated[
    str | None,
    typer.Option("--skill", metavar="SKILL", help="Only agents with this skill, by id or name."),
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
