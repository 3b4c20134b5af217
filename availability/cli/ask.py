"""A question put to a desk: its roster, the instant and the zone to answer for.
Imports at, plan, show, source, view, roster, errors.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from zoneinfo import ZoneInfo

import typer

from availability.cli.at import At, AtError, parse_at
from availability.cli.plan import Plan
from availability.cli.show import print_left_out
from availability.cli.source import Source, checked_zone
from availability.cli.view import View
from availability.errors import ConfigurationError, UnknownAgentError, one_line
from availability.roster.roster import Roster, system_clock
from availability.roster.skills import SkillRule, all_of, any_of


@contextmanager
def ask(
    source: Source,
    at: str | None,
    show_tz: str | None,
    skill: SkillRule | None = None,
    plan: Plan | None = None,
) -> Iterator[tuple[Roster, View]]:
    """Give the roster asked about, and the instant and zone to answer for."""
    if show_tz is not None:
        checked_zone(show_tz, "--show-tz")
    with source.open() as desk:
        asked = None if at is None else parsed(at, desk.tz, "--at")
        roster = desk.fetch()
        found = asked or At(roster.clock())
        if plan is not None:
            roster = plan.given_to(roster, found.instant, is_whole=not source.ids)
        roster = narrowed(roster, skill)
        fresh = roster.freshness(found.instant)
        tz = shown_zone(found.instant, show_tz or desk.tz)
        yield roster, View(found.instant, roster.fetched_at, tz, fresh, found.note)


def wanted(skills: Sequence[str] | None, any_skill: Sequence[str] | None) -> SkillRule | None:
    """Return what ``--skill`` and ``--any-skill`` ask for; an empty name is wrong usage."""
    try:
        rules = [all_of(*skills)] if skills else []
        rules += [any_of(*any_skill)] if any_skill else []
        return all_of(*rules) if rules else None
    except ConfigurationError as error:
        raise typer.BadParameter(str(error)) from error


def narrowed(roster: Roster, skill: SkillRule | None) -> Roster:
    """Return the roster of those who have what was asked for; if it is nobody, say so."""
    if skill is None:
        return roster
    found = roster.with_skill(skill)
    if not len(found):
        typer.echo(f"no agent has the skill {one_line(str(skill))}", err=True)
    return found


def check_is_there(roster: Roster, agent_id: str) -> None:
    """Raise UnknownAgentError where an agent was left out of the roster, and say why.

    What else was left out goes to standard error.
    """
    why_not = [one for one in roster.left_out if one.agent_id == agent_id]
    if agent_id in roster:
        print_left_out(roster)
    elif why_not:
        raise UnknownAgentError(str(why_not[0]))


def shown_zone(at: datetime, tz: str) -> str:
    """Return a zone in which the instant lies in years 1 to 9999."""
    try:
        at.astimezone(ZoneInfo(tz))
    except OverflowError:
        return "UTC"
    return tz


def parsed(text: str, tz: str, option: str) -> At:
    """Return the instant that an option names; anything else is wrong usage."""
    try:
        return parse_at(text, tz=tz, now=system_clock())
    except AtError as error:
        raise typer.BadParameter(str(error), param_hint=option) from error
