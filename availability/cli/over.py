"""A question put to a desk about a window of time: its roster, the window, the zone shown.
Imports ask, plan, show, source, view, window, engine, roster, errors.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

import typer

from availability.cli.ask import narrowed, shown_zone
from availability.cli.plan import Plan
from availability.cli.show import hours, print_left_out
from availability.cli.source import Source, checked_zone
from availability.cli.view import View
from availability.cli.window import window
from availability.errors import one_line
from availability.roster.answer import Freshness
from availability.roster.roster import Roster, system_clock
from availability.roster.skills import SkillRule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from availability.engine.steps import StepFunction

#: From a desk's zone and the current instant, from when to when.
Window: TypeAlias = Callable[[str, datetime], tuple[datetime, datetime]]


@dataclass(frozen=True, slots=True)
class Over:
    """The agents asked about, and over what window. ``view`` is that of its start."""

    roster: Roster
    view: View
    end: datetime
    #: The desk's own zone.
    tz: str
    #: What the agents were chosen by.
    skill: SkillRule | None = None

    @property
    def start(self) -> datetime:
        """The first instant of the window."""
        return self.view.at

    @property
    def length(self) -> timedelta:
        """The elapsed time of the window."""
        return self.end - self.start

    def heading(self) -> str:
        """Return from when to when the window is, for people."""
        view = self.view
        return f"{view.clock(self.start)} to {view.clock(self.end)} {view.tz}"

    def chosen(self) -> str:
        """Return what to add where not all agents are meant."""
        return "" if self.skill is None else f" with {one_line(str(self.skill))}"

    def doubtful(self) -> int:
        """Return of how many agents at once, at most, nobody can say."""
        return doubtful(self.roster, self.start, self.end)

    def staffed(self, headcount: StepFunction) -> str:
        """Say for how long of the window nobody is on duty."""
        nobody = sum((each.duration for each in headcount.below(1)), timedelta())
        if not nobody:
            return "Somebody is always on duty."
        return f"Nobody is known to be on duty for {hours(nobody)} of {hours(self.length)}."

    def framed(self, **fields: object) -> dict[str, object]:
        """Return a JSON object: the window, and the fields of the answer."""
        return {
            "start": self.view.rfc3339(self.start),
            "end": self.view.rfc3339(self.end),
            "timezone": self.view.tz,
            "skill": None if self.skill is None else str(self.skill),
            **fields,
        }


def ask_over(
    source: Source,
    window: Window,
    show_tz: str | None,
    plan: Plan,
    skill: SkillRule | None = None,
) -> Over:
    """Return what is asked about; what is odd goes to standard error."""
    if show_tz is not None:
        checked_zone(show_tz, "--show-tz")
    with source.open() as desk:
        start, end = window(desk.tz, system_clock())
        if start == end:
            raise typer.BadParameter("the window is empty", param_hint="--end")
        roster = plan.given_to(desk.fetch(), start, end, is_whole=not source.ids)
        tz = desk.tz
    roster = narrowed(roster, skill)
    print_left_out(roster)
    shown = shown_zone(end, shown_zone(start, show_tz or tz))
    return Over(roster, View(start, None, shown, Freshness.BEYOND), end, tz, skill)


def from_now(start: str | None, end: str | None, default: timedelta) -> Window:
    """Return the window of the options: from now, and ``default`` long, unless they say so."""
    return lambda tz, now: window(start, end, tz, now, default)


def doubtful(roster: Roster, start: datetime, end: datetime) -> int:
    """Return of how many agents at once, at most, nobody can say in a window."""
    at_most = roster.headcount(start, end, unknown="include")
    return int((at_most - roster.headcount(start, end)).max())


def doubt(number: int) -> str:
    """Return the sentence to add where nobody can say of so many agents, or nothing."""
    return f" Of up to {number} at once nobody can say: they do not count." if number else ""
