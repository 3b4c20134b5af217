"""The command lint: what is odd in the payload of a desk.
Imports options, plan, show, source, view, roster.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

import typer

from availability.cli import options
from availability.cli.plan import Plan
from availability.cli.show import print_oddities
from availability.cli.source import Source
from availability.cli.view import print_document
from availability.roster.diagnostic import Diagnostic, Severity
from availability.roster.messages import counted
from availability.roster.roster import Roster

RANK = list(Severity).index
THE_DESK = "The desk"


def lint(
    tz: options.Tz = None,
    agent_tz: options.AgentTz = None,
    saved: options.From = None,
    demo: options.Demo = False,
    ids: options.Ids = None,
    overrides: options.Overrides = None,
    as_json: options.Json = False,
) -> None:
    """What is odd in the agents' payload, and how much it matters.

    Exit code 1 if there is an error: somebody's answer is lost.
    """
    with Source(tz, agent_tz, saved, demo, tuple(ids or ())).open() as desk:
        roster = desk.fetch()
    plan = Plan(overrides=overrides or ())
    roster = plan.given_to(roster, roster.clock(), is_whole=not ids)
    found = _sorted(roster)
    counts = Counter(odd.severity for odd in found)
    if as_json:
        print_document(_document(roster, found, counts))
    else:
        print_oddities(_groups(roster, found), _summary(roster, counts))
    if counts[Severity.ERROR]:
        raise typer.Exit(1)


def _sorted(roster: Roster) -> list[Diagnostic]:
    """Return what is odd: of no agent first, then agent by agent, the worst first in each."""
    places: dict[str | None, int] = {agent.id: place for place, agent in enumerate(roster)}

    def place(odd: Diagnostic) -> tuple[bool, int, int]:
        return odd.agent_id is not None, places.get(odd.agent_id, -1), RANK(odd.severity)

    return sorted(roster.diagnostics, key=place)


def _groups(roster: Roster, found: Sequence[Diagnostic]) -> Iterator[tuple[str, list[Diagnostic]]]:
    for agent_id, odd in groupby(found, key=lambda odd: odd.agent_id):
        names = (agent_id and _name(roster, agent_id), agent_id or THE_DESK)
        yield " · ".join(name for name in names if name), list(odd)


def _name(roster: Roster, agent_id: str | None) -> str | None:
    agent = roster.get(agent_id) if agent_id else None
    return agent.name if agent else None


def _summary(roster: Roster, counts: Counter[Severity]) -> str:
    odd = ", ".join(counted(counts[severity], severity.value) for severity in Severity)
    return f"{counted(len(roster), 'agent')}: {odd if counts else 'nothing odd'}."


def _document(
    roster: Roster, found: Sequence[Diagnostic], counts: Counter[Severity]
) -> dict[str, object]:
    return {
        "diagnostics": [
            {
                "agent_id": odd.agent_id,
                "name": _name(roster, odd.agent_id),
                "severity": odd.severity.value,
                "code": odd.code,
                "message": odd.message,
            }
            for odd in found
        ],
        **{f"{severity.value}s": counts[severity] for severity in Severity},
    }
