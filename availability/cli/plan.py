"""By which calendar, leave and extra shifts to answer.
Imports show, engine, errors, feeds, roster.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeAlias

import typer

from availability.cli.show import print_odd
from availability.engine.calendars import WorkCalendar
from availability.engine.overrides import Override
from availability.errors import ConfigurationError, one_line, short
from availability.feeds.ical import read_leave_feed
from availability.feeds.override_file import read_overrides
from availability.roster.agent import Agent
from availability.roster.diagnostic import Diagnostic
from availability.roster.roster import Roster

#: How files of tables end, which may be a calendar, too, and those of leave.
TABLES, FEEDS = (".toml", ".json"), (".ics", ".ical")
#: Says what was odd in a file.
Tell: TypeAlias = Callable[[Iterable[Diagnostic]], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """``--calendar``, ``--closed-on-holidays`` and ``--overrides``."""

    calendar: str | None = None
    closed: bool = False
    overrides: Sequence[str] = ()

    def given_to(
        self,
        roster: Roster,
        at: datetime,
        until: datetime | None = None,
        *,
        is_whole: bool = True,
        tell: Tell = print_odd,
    ) -> Roster:
        """Return a roster that goes by the plan at an instant, or from it until another.

        ``is_whole``: it is the whole desk, so overrides of others are worth a word.
        """
        if self.closed and self.calendar is None:
            raise no_calendar()
        roster = with_calendar(roster, self.calendar, self.closed, at, until or at)
        planned = overrides_in(self.overrides, roster, tell)
        some = planned if is_whole else [one for one in planned if one.agent_id in roster]
        return roster.with_overrides(some, strangers="report")


def no_calendar() -> typer.BadParameter:
    """Return the error of holidays that nobody knows."""
    return typer.BadParameter("it goes with --calendar", param_hint="--closed-on-holidays")


def with_calendar(
    roster: Roster, calendar: str | None, closed: bool, start: datetime, end: datetime
) -> Roster:
    """Return a roster by a calendar, if one is named."""
    found = calendar_of(calendar, start, end)
    return roster if found is None else roster.with_calendar(found, closed_on_holidays=closed)


def calendar_of(text: str | None, start: datetime, end: datetime) -> WorkCalendar | None:
    """Return China's calendar, a file's or a country's, with the years around; or None."""
    if text is None:
        return None
    if text.lower().endswith(TABLES):
        return WorkCalendar.from_file(text)
    if text.upper() == "CN":
        return WorkCalendar.china()
    code, _, subdivision = text.upper().partition("-")
    if not code or "/" in text or Path(text).suffix:  # some other file
        raise ConfigurationError(
            f"calendar {short(repr(text))} is unknown; "
            "allowed: CN, a country such as DE or DE-BY, or a .toml or .json file"
        )
    years = range(start.year, end.year + 1)
    around = range(max(years[0] - 1, 1), min(years[-1] + 1, 9999) + 1)
    try:
        return WorkCalendar.country(code, subdivision or None, years=around)
    except ConfigurationError:  # the package may lack a year beside those asked about
        return WorkCalendar.country(code, subdivision or None, years=years)


def overrides_in(
    files: Iterable[str], agents: Iterable[Agent], tell: Tell = print_odd
) -> list[Override]:
    """Return the overrides of files; what is odd there goes to standard error."""
    return [one for given in files for one in _read(given, agents, tell)]


def _read(given: str, agents: Iterable[Agent], tell: Tell) -> Iterable[Override]:
    """Return the overrides of a file: TOML or JSON, or iCalendar, for one agent or by e-mail."""
    if given.lower().endswith(TABLES):
        return read_overrides(given)
    if not given.lower().endswith(FEEDS):
        allowed = ", ".join((*TABLES, *FEEDS))
        raise ConfigurationError(f"{one_line(given)}: not an override file; allowed: {allowed}")
    agent_id, equals, path = given.partition("=")
    if equals and not Path(given).exists():
        feed = read_leave_feed(path, agent_id=agent_id)
    else:
        feed = read_leave_feed(given, agents=agents)
    tell(feed.diagnostics)
    return feed
