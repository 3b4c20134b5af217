"""The options that say which desk is asked, about whom and by what plan, for all who take all.
Imports ask, options, over, plan, source, view, roster.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import wraps
from inspect import Parameter, signature
from itertools import chain
from typing import Any

from availability.cli import options
from availability.cli.ask import ask, wanted
from availability.cli.over import Over, Window, ask_over
from availability.cli.plan import Plan
from availability.cli.source import Source
from availability.cli.view import View
from availability.roster.roster import Roster
from availability.roster.skills import SkillRule


@dataclass(frozen=True, slots=True)
class DeskOptions:
    """What those options say."""

    tz: options.Tz = None
    agent_tz: options.AgentTz = None
    show_tz: options.ShowTz = None
    saved: options.From = None
    demo: options.Demo = False
    ids: options.Ids = None
    skills: options.Skills = None
    any_skill: options.AnySkill = None
    calendar: options.Calendar = None
    closed: options.Closed = False
    overrides: options.Overrides = None

    @property
    def rule(self) -> SkillRule | None:
        """Which skills are asked for."""
        return wanted(self.skills, self.any_skill)

    @property
    def plan(self) -> Plan:
        """The calendar and the overrides that the schedules go by."""
        return Plan(self.calendar, self.closed, self.overrides or ())

    def ask(self, at: str | None) -> AbstractContextManager[tuple[Roster, View]]:
        """Give the roster asked about, and the instant and zone to answer for."""
        rule = self.rule
        return ask(self._source(rule is not None), at, self.show_tz, rule, self.plan)

    def ask_over(self, window: Window, *, by_skill: bool = False) -> Over:
        """Return what is asked about a window; ``by_skill``, though no option names any."""
        rule = self.rule
        source = self._source(by_skill or rule is not None)
        return ask_over(source, window, self.show_tz, self.plan, rule)

    def _source(self, by_skill: bool) -> Source:
        ids = tuple(self.ids or ())
        return Source(self.tz, self.agent_tz, self.saved, self.demo, ids, skills=by_skill)


def takes_desk(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command these options in the place of its parameter ``desk``, which holds them."""
    own = signature(command, eval_str=True)
    of_desk = signature(DeskOptions, eval_str=True).parameters
    each = ([one] if one.name != "desk" else of_desk.values() for one in own.parameters.values())

    @wraps(command)
    def run(**given: Any) -> None:
        desk = DeskOptions(**{name: given.pop(name) for name in of_desk})
        command(desk=desk, **given)

    taken = [one.replace(kind=Parameter.KEYWORD_ONLY) for one in chain.from_iterable(each)]
    vars(run)["__signature__"] = own.replace(parameters=taken)  # by which options are made
    return run
