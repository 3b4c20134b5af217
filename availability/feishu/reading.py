"""By which zones, calendar and spelling a desk's payloads are read.
Imports payload, reply, settings, roster, engine.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from availability.engine.day_rules import settings_of
from availability.engine.schedule import check_end_2359
from availability.engine.zones import zone_key
from availability.feishu.payload import agent_item, parse_agent, parse_agents
from availability.feishu.settings import agent_zones
from availability.roster.agent import Agent
from availability.roster.diagnostic import Diagnostic
from availability.roster.roster import Roster

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from availability.engine.day_rules import DayRules
    from availability.engine.schedule import End2359
    from availability.feishu.reply import Object


class Reading:
    """What the platform does not say and whoever reads it must know.

    ``tz`` is the desk's zone, ``agent_tz`` those of agents elsewhere.
    """

    def __init__(
        self,
        tz: str | ZoneInfo | None,
        agent_tz: Mapping[str, str | ZoneInfo] | None,
        end_2359: End2359,
        rules: DayRules | None,
    ) -> None:
        check_end_2359(end_2359)
        self.tz = zone_key(tz)
        self.agent_tz: Mapping[str, str] = MappingProxyType(
            agent_zones({} if agent_tz is None else agent_tz)
        )
        self._end_2359 = end_2359
        self._rules = rules

    def agent(self, data: Object, agent_id: str) -> Agent:
        """Return the agent in an answer about one."""
        calendar, closed, fallback = settings_of(self._rules)
        return parse_agent(
            agent_item(data),
            tz=self.agent_tz.get(agent_id, self.tz),
            end_2359=self._end_2359,
            calendar=calendar,
            closed_on_holidays=closed,
            calendar_fallback=fallback,
        )

    def agents(self, items: list[object]) -> tuple[list[Agent], list[Diagnostic]]:
        """Return the agents of a list, and what had to be left out."""
        return parse_agents(
            items, tz=self.tz, agent_tz=self.agent_tz, end_2359=self._end_2359, rules=self._rules
        )

    def applied_to(self, roster: Roster) -> Roster:
        """Return a roster that was read otherwise, by these zones and this calendar."""
        calendar, closed, fallback = settings_of(self._rules)
        agents = [
            agent
            if agent.schedule is None
            else agent.__replace__(
                schedule=agent.schedule.__replace__(
                    tz=self.agent_tz.get(agent.id, self.tz),
                    end_2359=self._end_2359,
                    calendar=calendar,
                    closed_on_holidays=closed,
                    calendar_fallback=fallback,
                )
            )
            for agent in roster
        ]
        return roster.__replace__(agents=agents)
