"""In which order to offer agents. Imports agent, judge, engine, errors."""

from __future__ import annotations

from collections.abc import Callable

from availability.engine.instants import to_instant
from availability.errors import ConfigurationError, describe
from availability.roster.agent import Agent
from availability.roster.judge import time_left

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Literal, TypeAlias

    SortKey: TypeAlias = Callable[[Agent], Any]
    Order: TypeAlias = Literal["roster", "most_time_left", "least_time_left", "name"] | SortKey

#: Longer than there is time.
FOR_GOOD = 1 << 62


def sort_key(order: Order, at: int) -> SortKey | None:
    """Return the key by which agents are sorted at an instant, None to leave them as they are.

    ``at`` is in UTC microseconds.

    Raises:
        ConfigurationError: no such order.
    """
    if order == "roster":
        return None
    if order == "name":
        return lambda agent: agent.label
    if order in ("most_time_left", "least_time_left"):
        sign = -1 if order == "most_time_left" else 1
        return lambda agent: _by_time_left(agent, at, sign)
    if callable(order):
        return order
    raise ConfigurationError(
        f"order: {describe(order)} is unknown; allowed: 'roster', 'most_time_left', "
        "'least_time_left', 'name', or a function of an agent"
    )


def _by_time_left(agent: Agent, at: int, sign: int) -> tuple[bool, int]:
    """Sort by what is left of the shift; last, whoever is not known to be on one."""
    left = time_left(agent, at)
    is_on = agent.is_on_duty(to_instant(at))
    return not is_on, sign * (FOR_GOOD if left is None else left)
