"""What is odd about an agent's leave and extra shifts. Imports agent, diagnostic, engine.

Those that come again are not compared: they may share time with much.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

from availability.engine.instants import WALL_EPOCH
from availability.engine.intervals import difference, merge
from availability.engine.overrides import Leave, Override
from availability.engine.zones import LAST_SECOND, Zone, zone_of
from availability.roster.agent import Agent
from availability.roster.diagnostic import Diagnostic

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    from availability.engine.intervals import Span

    Placed: TypeAlias = tuple[Override, Span]


def override_odds(agent: Agent) -> Iterator[Diagnostic]:
    """Yield what is odd about an agent's overrides."""
    placed: list[Placed] = []
    for one in agent.overrides:
        tz = one.tz or (None if agent.schedule is None else agent.schedule.tz)
        if tz is None and one.times.is_wall:
            what = f"{one}: its zone is that of a schedule that could not be read; give tz"
            yield Diagnostic("no_zone", what, agent.id)
        elif one.rule is None:
            zone = zone_of(tz or "UTC")
            spans = one.times.spans(zone, *one.times.bounds())
            placed += [(one, span) for span in spans]
            if one.times.is_wall:
                yield from _odd_times(one, zone, is_empty=not spans)
        elif not one.starts_with_rule:
            what = f"{one}: it does not start where the rule says, which alone counts"
            yield Diagnostic("start_off_rule", what, agent.id)
    yield from _shared(placed)


def _odd_times(one: Override, zone: Zone, *, is_empty: bool) -> Iterator[Diagnostic]:
    """Yield what clock changes make of a wall time."""
    if is_empty:
        yield Diagnostic("empty_override", f"{one}: clocks in {zone.key} skip it", one.agent_id)
        return
    tzinfo = ZoneInfo(zone.key)
    for second in (one.times.start, one.times.end):
        if second > LAST_SECOND:  # the end of the year 9999
            continue
        wall = WALL_EPOCH + timedelta(seconds=second)
        first, second_pass = (wall.replace(tzinfo=tzinfo, fold=fold) for fold in (0, 1))
        if first.utcoffset() != second_pass.utcoffset():
            is_skipped = zone.wall_at(zone.instant_of(second)) != second
            does = "skip it: the jump counts" if is_skipped else "show it twice: the first counts"
            yield Diagnostic(
                "odd_time", f"{one}: at {wall} clocks in {zone.key} {does}", one.agent_id
            )


def _shared(placed: Sequence[Placed]) -> Iterator[Diagnostic]:
    """Yield which of the overrides share time."""
    leave = [(span, one) for one, span in placed if isinstance(one, Leave)]
    reached = 0
    longest: Override | None = None
    for (start, end), each in sorted(leave, key=lambda pair: pair[0]):
        if longest is not None and start < reached:
            what = f"{each} shares time with {longest}"
            yield Diagnostic("leave_overlap", what, each.agent_id)
        if longest is None or end > reached:
            reached, longest = end, each
    taken = merge(span for span, _ in leave)
    for one, span in placed:
        if not isinstance(one, Leave) and difference([span], taken) != [span]:
            yield Diagnostic("leave_over_shift", f"{one}: during leave, which counts", one.agent_id)
