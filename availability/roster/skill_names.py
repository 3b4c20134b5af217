"""Skill ids that have several names. Imports agent, diagnostic."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from availability.roster.agent import Agent, Skill
from availability.roster.diagnostic import Diagnostic

#: A message shows so many names, and so much of each.
MOST_NAMES, LONGEST = 3, 40


def several_names(skills: Iterable[Skill]) -> dict[str, list[str]]:
    """Return the names of each skill id that has several, in the order seen.

    >>> several_names([Skill("s1", "账单"), Skill("s2", "VIP"), Skill("s1", "billing")])
    {'s1': ['账单', 'billing']}
    """
    names: dict[str, dict[str, None]] = {}
    for skill in skills:
        if skill.name:
            names.setdefault(skill.id, {})[skill.name] = None
    return {skill_id: list(found) for skill_id, found in names.items() if len(found) > 1}


def tell_names(skill_id: str, names: list[str]) -> str:
    """Return one short line that says which names a skill has."""
    shown = ", ".join(_quoted(name) for name in names[:MOST_NAMES])
    more = ", …" if len(names) > MOST_NAMES else ""
    return f"skill {_quoted(skill_id)} has {len(names)} names: {shown}{more}"


def desk_diagnostics(agents: Iterable[Agent], catalogue: Iterable[Skill]) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each skill that goes by different names on the desk.

    Where one agent's own list has all of the names, that agent's says it.
    """
    agents = tuple(agents)
    theirs = (skill for agent in agents for skill in agent.skills)
    desk = several_names(chain(theirs, catalogue))
    if not desk:
        return
    most = dict.fromkeys(desk, 1)
    for agent in agents:
        for skill_id, names in several_names(agent.skills).items():
            most[skill_id] = max(most[skill_id], len(names))
    for skill_id, names in desk.items():
        if len(names) > most[skill_id]:
            yield Diagnostic("duplicate_skill", f"on the desk {tell_names(skill_id, names)}")


def _quoted(text: str) -> str:
    return repr(text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…")
