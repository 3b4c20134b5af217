"""The commands, those in modules of their own and the others.
Imports ask, chaos, desk_options, diff, doctor, explain, gaps, handoffs, history, lint, options,
plan, report, shifts, source, view, watch, week, feishu, roster.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from datetime import datetime, timedelta
from importlib.metadata import version
from typing import Annotated

import typer

from availability.cli import options, show
from availability.cli.ask import ask, check_is_there
from availability.cli.chaos import show_chaos
from availability.cli.desk_options import DeskOptions, takes_desk
from availability.cli.diff import diff
from availability.cli.doctor import doctor
from availability.cli.explain import explain
from availability.cli.gaps import gaps
from availability.cli.handoffs import handoffs
from availability.cli.history import history
from availability.cli.lint import lint
from availability.cli.plan import Plan
from availability.cli.report import report
from availability.cli.shifts import shifts
from availability.cli.source import Source
from availability.cli.view import Row, print_json
from availability.cli.watch import watch
from availability.cli.week import week
from availability.feishu.sandbox import Sandbox
from availability.roster.agent import Agent
from availability.roster.roster import Roster

app = typer.Typer(
    name="availability",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(version("agent-availability"))
        raise typer.Exit


@app.callback()
def options_of_all(
    version: Annotated[
        bool,
        typer.Option(
            "--version", is_eager=True, callback=_print_version, help="Print the version."
        ),
    ] = False,
) -> None:
    """Who can take this ticket? On duty, available, until when, who is next."""


@app.command()
@takes_desk
def now(
    *,
    desk: DeskOptions,
    at_least: options.AtLeast = None,
    as_json: options.Json = False,
    chaos: Annotated[
        bool, typer.Option("--chaos", help="With --demo alone: let the platform break down.")
    ] = False,
) -> None:
    """Who is on duty now, who is available, until when."""
    if not chaos:
        _who(desk, None, at_least, as_json)
        return
    if desk != DeskOptions(demo=True) or at_least is not None or as_json:
        raise typer.BadParameter("it goes with --demo alone", param_hint="--chaos")
    show_chaos()


@app.command()
@takes_desk
def who(
    *,
    at: options.AtText = None,
    desk: DeskOptions,
    at_least: options.AtLeast = None,
    as_json: options.Json = False,
) -> None:
    """The same at another instant, --at."""
    _who(desk, at, at_least, as_json)


def _who(desk: DeskOptions, at: str | None, at_least: int | None, as_json: bool) -> None:
    with desk.ask(at) as (roster, view):
        show.print_left_out(roster)
        rows = _rows(roster, roster, view.at, options.minutes(at_least))
        print_json(view, rows) if as_json else show.print_desk(view, rows)


@app.command()
def agent(
    agent_id: options.AgentId,
    at: options.AtText = None,
    tz: options.Tz = None,
    agent_tz: options.AgentTz = None,
    show_tz: options.ShowTz = None,
    saved: options.From = None,
    demo: options.Demo = False,
    calendar: options.Calendar = None,
    closed: options.Closed = False,
    overrides: options.Overrides = None,
    as_json: options.Json = False,
) -> None:
    """One agent: the week as a table, on duty or not, until when."""
    source = Source(tz, agent_tz, saved, demo, () if saved else (agent_id,))
    with ask(source, at, show_tz, plan=Plan(calendar, closed, overrides or ())) as (roster, view):
        check_is_there(roster, agent_id)
        (row,) = _rows(roster, [roster[agent_id]], view.at)
        print_json(view, [row]) if as_json else show.print_agent(view, row)


app.command()(explain)


@app.command("next")
@takes_desk
def next_(
    *,
    at: options.AtText = None,
    desk: DeskOptions,
    as_json: options.Json = False,
) -> None:
    """The next transition: when, and which agents go on and off duty."""
    with desk.ask(at) as (roster, view):
        show.print_left_out(roster)
        transition = roster.next_transition(view.at)
        when = transition.at if transition else None
        changing = (*transition.on, *transition.off) if transition else ()
        rows = _rows(roster, changing, when or view.at)
        if as_json:
            print_json(view, rows, next=view.rfc3339(when))
        else:
            show.print_transition(view, when, rows)


app.command()(week)
app.command()(gaps)
app.command()(handoffs)
app.command()(report)
app.command()(watch)
app.command()(history)
app.command()(diff)
app.command()(shifts)
app.command()(lint)
app.command()(doctor)


@app.command()
def sandbox(
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="The port to listen on; 0 takes a free one.")
    ] = 0,
) -> None:
    """Start a local server that speaks the same API.

    Prints the environment to copy, and serves until Ctrl-C.
    """
    with Sandbox(port=port) as server:
        for name, value in server.environment.items():
            typer.echo(f"export {name}={value}")
        typer.echo("# agents in other zones, for --agent-tz agent-tz.json:")
        typer.echo(f"echo '{json.dumps(server.agent_tz)}' > agent-tz.json")
        typer.echo("# serving until Ctrl-C", err=True)
        sys.stdout.flush()
        server.wait()


def _rows(
    roster: Roster, agents: Iterable[Agent], at: datetime, at_least: timedelta | None = None
) -> list[Row]:
    return [
        Row(agent, roster.check(agent.id, at, at_least=at_least), agent.until(at))
        for agent in agents
    ]
