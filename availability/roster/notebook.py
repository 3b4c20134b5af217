"""What a notebook shows of a roster: a table of its agents. Imports agent, engine, svg, errors."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from availability.engine.notebook import week_spans
from availability.engine.ticks import NAMES
from availability.engine.zones import WEEK
from availability.errors import short
from availability.roster.agent import Agent
from availability.svg import page, strip, strip_head, table, text

MOST_ROWS = 50


def roster_html(agents: Sequence[Agent], fetched_at: datetime | None) -> str:
    """Return the agents and their weeks, each by the clocks of its own zone."""
    shown = [_row(agent) for agent in agents[:MOST_ROWS]]
    when = "never" if fetched_at is None else f"{fetched_at.isoformat(' ', 'seconds')}"
    said = [f"Roster of {len(agents)} agents, fetched {when}"]
    if len(agents) > MOST_ROWS:
        said.insert(0, f"and {len(agents) - MOST_ROWS} more")
    head = ["Agent", "Id", "Zone", strip_head(NAMES)]
    return page(table(head, shown) if shown else "", said)


def _row(agent: Agent) -> list[str]:
    schedule = agent.schedule
    words = [text(short(agent.label)), text(short(agent.id))]
    if schedule is None:
        return [*words, "", "no readable schedule"]
    spans = [(start / WEEK, end / WEEK) for start, end in week_spans(schedule)]
    week = strip(spans, len(NAMES), "week")
    odd = " some rows unreadable" if agent.unreadable_rows else ""
    return [*words, text(schedule.tz), week + odd]
