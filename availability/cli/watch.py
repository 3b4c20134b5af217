"""The command watch: a desk's transitions as they come.
Imports ask, options, plan, show, source, view, feishu, live, roster, errors.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from threading import Event, Thread
from typing import Annotated

import typer

from availability.cli import options
from availability.cli.ask import parsed
from availability.cli.plan import Plan, no_calendar
from availability.cli.show import print_left_out, print_odd
from availability.cli.source import Source, checked_zone
from availability.cli.view import print_document, rfc3339, stamp
from availability.errors import one_line
from availability.feishu.patience import Patience
from availability.live.events import DutyEvent
from availability.live.live_roster import MAX_STALE, LiveRoster
from availability.roster.diagnostic import Diagnostic
from availability.roster.messages import Wording, counted
from availability.roster.roster import Roster, system_clock

#: One failure alone is no outage worth a word; a person would rather not wait for four.
TWICE = Patience(attempts=2, seconds=10)
#: Seconds between two looks at whether the platform can be had.
LOOK = 0.2
#: How many fetches may fail before nothing counts any more.
FETCHES = 10
Since = Annotated[
    str | None,
    typer.Option(
        "--since",
        metavar="INSTANT",
        help="Begin with what came since then, as --store remembers it.",
    ),
]
Store = Annotated[
    Path | None,
    typer.Option(
        "--store", metavar="FILE", help="Remember the desk in this SQLite file, for history."
    ),
]
Refresh = Annotated[
    float,
    typer.Option("--refresh", metavar="SECONDS", min=1, max=86_400, help="How often to fetch."),
]
Count = Annotated[
    int | None, typer.Option("--count", metavar="N", min=1, help="End after so many transitions.")
]


def watch(
    since: Since = None,
    store: Store = None,
    refresh: Refresh = 60,
    count: Count = None,
    tz: options.Tz = None,
    agent_tz: options.AgentTz = None,
    show_tz: options.ShowTz = None,
    demo: options.Demo = False,
    calendar: options.Calendar = None,
    closed: options.Closed = False,
    overrides: options.Overrides = None,
    as_json: options.Json = False,
) -> None:
    """Who goes on and off, as it happens, until Ctrl-C.

    A line for each transition, with --json an object. An outage of the platform is
    told on standard error. Files of --overrides are read again with every fetch.
    """
    if since is not None and store is None:
        raise typer.BadParameter("it goes with --store", param_hint="--since")
    if closed and calendar is None:
        raise no_calendar()
    if show_tz is not None:
        checked_zone(show_tz, "--show-tz")
    prepare = _Preparing(Plan(calendar, closed, overrides or ()))
    with suppress(KeyboardInterrupt), Source(tz, agent_tz, demo=demo).client(TWICE) as client:
        begin = parsed(since, client.tz, "--since").instant if since else None
        shown = show_tz or client.tz
        desk = LiveRoster(
            client,
            refresh=refresh,
            max_stale=max(MAX_STALE, timedelta(seconds=FETCHES * refresh)),
            store=store,
            prepare=prepare,
        )
        with desk:
            if desk.store_error is not None:
                raise desk.store_error
            with desk.watch(since=begin) as events, _telling(desk, shown):
                for event in islice(events, count):
                    _print(event, shown, as_json=as_json)


class _Preparing:
    """Gives a plan to every roster, and says of each odd thing only once that it is odd."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._told: set[Diagnostic] = set()

    def __call__(self, roster: Roster) -> Roster:
        return self._plan.given_to(roster, system_clock(), tell=self._tell)

    def _tell(self, odd: Iterable[Diagnostic]) -> None:
        new = [one for one in odd if one not in self._told]
        self._told.update(new)
        print_odd(new)


def _print(event: DutyEvent, tz: str, *, as_json: bool) -> None:
    agent = event.agent
    if as_json:
        document = {
            "at": rfc3339(event.at, tz),
            "on": event.on,
            "id": agent.id,
            "name": agent.name,
            "cause": event.cause.value,
        }
        print_document(document, on_one_line=True)
    else:
        who = one_line(f"{agent.name} · {agent.id}" if agent.name else agent.id)
        state = "on " if event.on else "off"
        typer.echo(f"{stamp(event.at, tz)}  {state}  {who}  {event.cause}")
    sys.stdout.flush()


@contextmanager
def _telling(desk: LiveRoster, tz: str) -> Iterator[None]:
    """Say on standard error how the desk is, and then when it can no longer be fetched."""
    stopping = Event()
    print_left_out(desk.roster)
    _say(tz, _state_of(desk))
    # Ctrl-C may come while it starts; nobody would wait for it to end then, nor tell it to
    teller = Thread(
        target=_tell, args=(desk, tz, stopping), name="availability-teller", daemon=True
    )
    try:
        teller.start()
        yield
    finally:
        stopping.set()
        if teller.is_alive():
            teller.join()


def _tell(desk: LiveRoster, tz: str, stopping: Event) -> None:
    """Say when the desk, or its memory, begins to fail, and when that is over."""
    say = partial(_say, tz)
    failing, forgetting = desk.error is not None, desk.store_error is not None
    is_known = desk.age is not None
    while not stopping.wait(LOOK):
        error, store_error, was_known = desk.error, desk.store_error, is_known
        is_known = desk.age is not None
        if error is not None and not failing:
            say(f"the desk cannot be fetched: {error}; going by what was known")
        if error is None and is_known and (failing or not was_known):
            say(f"fetched{' again' if was_known else ''}: {_counts(desk)}")
        if store_error is not None and not forgetting:
            say(f"not remembered: {store_error}")
        if store_error is None and forgetting:
            say("remembered again")
        failing, forgetting = error is not None, store_error is not None


def _state_of(desk: LiveRoster) -> str:
    if desk.age is None:
        error = desk.error
        why = (
            f"the desk cannot be fetched: {error}"
            if error
            else "the platform has not answered so far"
        )
        return f"nobody can say yet: {why}"
    return f"{_counts(desk)}; fetched {Wording('en').length(desk.age)} ago"


def _counts(desk: LiveRoster) -> str:
    roster = desk.roster
    at = system_clock()  # not before the roster was fetched
    on_duty, available = roster.count_on_duty(at), len(roster.available(at))
    return f"{on_duty} of {counted(len(roster), 'agent')} on duty, {available} available"


def _say(tz: str, text: str) -> None:
    with suppress(OSError):  # who reads the transitions may not read this
        typer.echo(f"{stamp(system_clock(), tz)}  {one_line(text)}", err=True)
