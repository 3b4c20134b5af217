"""A question put to a desk: its roster, the instant and the zone to answer for.
Imports at, source, view, roster.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from zoneinfo import ZoneInfo

import typer

from availability.cli.at import At, AtError, parse_at
from availability.cli.source import Source, checked_zone
from availability.cli.view import View
from availability.roster.roster import Roster, system_clock


@contextmanager
def ask(
    source: Source, at: str | None, show_tz: str | None, skill: str | None
) -> Iterator[tuple[Roster, View]]:
    """Give the roster asked about, and the instant and zone to answer for."""
    if show_tz is not None:
        checked_zone(show_tz, "--show-tz")
    with source.open() as desk:
        asked = None if at is None else _parsed(at, desk.tz)
        roster = desk.fetch()
        if skill is not None:
            roster = roster.with_skill(skill)
            if not len(roster):
                typer.echo(f"no agent has the skill {skill!r}", err=True)
        found = asked or At(roster.clock())
        fresh = roster.freshness(found.instant)
        tz = _shown_zone(found.instant, show_tz or desk.tz)
        yield roster, View(found.instant, roster.fetched_at, tz, fresh, found.note)


def _shown_zone(at: datetime, tz: str) -> str:
    """Return a zone in which the instant lies in years 1 to 9999."""
    try:
        at.astimezone(ZoneInfo(tz))
    except OverflowError:
        return "UTC"
    return tz


def _parsed(text: str, tz: str) -> At:
    try:
        return parse_at(text, tz=tz, now=system_clock())
    except AtError as error:
        raise typer.BadParameter(str(error), param_hint="--at") from error
