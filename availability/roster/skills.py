"""Which skills (客服技能) a ticket needs: all or any of several. Imports agent, engine, errors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from availability.engine.value import Value
from availability.errors import ConfigurationError, UnknownSkillError, describe, short
from availability.roster.agent import Agent, Skill

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    #: A skill by its id or name, a rule, or several of them, all of which are needed.
    Wanted: TypeAlias = "str | Skill | SkillRule | Iterable[str | Skill | SkillRule]"

#: How many skills of the catalogue a message names.
MOST_LISTED = 20
#: Of how many skills that nobody has it is said: what is asked for may come from outside.
MOST_TOLD = 256
#: How many rules may stand within each other.
DEEPEST = 32
ALLOWED = "a skill's id or name, a list of them, all_of(…) or any_of(…)"


class SkillRule(Value):
    """What a ticket needs: all, or any, of some skills (ids or names) and other rules.

    Made by :func:`all_of` and :func:`any_of`; the platform's flag ``is_default``
    counts for nothing.

    >>> print(all_of("VIP", any_of("billing", "refunds")))
    VIP & (billing | refunds)
    """

    _fields = ("parts", "needs_all")
    __slots__ = (*_fields, "depth")

    parts: tuple[str | SkillRule, ...]
    needs_all: bool
    depth: int

    def __init__(self, parts: tuple[str | SkillRule, ...], needs_all: bool) -> None:
        if not parts:
            raise ConfigurationError(f"skill: names none; allowed: {ALLOWED}")
        depth = 1 + max(part.depth if isinstance(part, SkillRule) else 0 for part in parts)
        if depth > DEEPEST:
            raise ConfigurationError(f"skill: rules within rules {depth} deep; allowed: {DEEPEST}")
        self._fill(parts, needs_all, depth)

    def fits(self, agent: Agent) -> bool:
        """Return whether an agent has what is needed."""
        needs_all = self.needs_all
        for part in self.parts:
            has = agent.has_skill(part) if isinstance(part, str) else part.fits(agent)
            if has is not needs_all:
                return has
        return needs_all

    def skills(self) -> Iterator[str]:
        """Yield the ids and names in the rule."""
        for part in self.parts:
            if isinstance(part, str):
                yield part
            else:
                yield from part.skills()

    def __str__(self) -> str:
        parts = [
            f"({part})" if isinstance(part, SkillRule) and len(part.parts) > 1 else short(str(part))
            for part in self.parts
        ]
        return (" & " if self.needs_all else " | ").join(parts)


def all_of(*skills: str | Skill | SkillRule) -> SkillRule:
    """Return the rule that an agent needs all of some skills, by id or name.

    >>> from availability import Agent, Skill
    >>> agent = Agent(id="ou_1", schedule=None, skills=[Skill("s1", "VIP"), Skill("s2")])
    >>> all_of("VIP", "s2").fits(agent), all_of("VIP", "billing").fits(agent)
    (True, False)
    """
    return SkillRule(tuple(map(_part, skills)), needs_all=True)


def any_of(*skills: str | Skill | SkillRule) -> SkillRule:
    """Return the rule that an agent needs at least one of some skills, by id or name."""
    return SkillRule(tuple(map(_part, skills)), needs_all=False)


def skill_rule(wanted: Wanted) -> SkillRule:
    """Return what is asked for as one rule.

    Raises:
        ConfigurationError: no skill, or something that names none.
    """
    if isinstance(wanted, SkillRule):
        return wanted
    if isinstance(wanted, str | Skill) or not isinstance(wanted, Iterable):
        return all_of(wanted)
    return all_of(*wanted)


class DeskSkills:
    """The skills that the agents of a desk have, and its catalogue, if that is known.

    It says once, in the log, of each skill asked for that nobody has it.
    """

    __slots__ = ("catalogue", "held", "told")

    def __init__(self, agents: Iterable[Agent], catalogue: tuple[Skill, ...] | None) -> None:
        skills = {own for agent in agents for own in agent.skills}
        self.held = frozenset(name for own in skills for name in (own.id, own.name))
        self.catalogue = catalogue
        self.told: set[str] = set()

    def rule(self, wanted: Wanted) -> SkillRule:
        """Return what is asked for as a rule.

        Raises:
            UnknownSkillError: the catalogue lacks one, and nobody has it; the
                message says which skills exist.
            ConfigurationError: no skill, or something that names none.
        """
        rule = skill_rule(wanted)
        for name in rule.skills():
            if name not in self.held:
                self._miss(name)
        return rule

    def _miss(self, name: str) -> None:
        if self.catalogue is not None and all(
            name not in (own.id, own.name) for own in self.catalogue
        ):
            raise UnknownSkillError(
                f"the desk has no skill {short(repr(name))}; {_listed(self.catalogue)}"
            )
        if name not in self.told and len(self.told) < MOST_TOLD:
            import logging  # noqa: PLC0415  (light import: only who asks for such a skill pays)

            self.told.add(name)
            logging.getLogger("availability").warning("no agent has the skill %r", name)


def checked_skills(skills: Iterable[object]) -> tuple[Skill, ...]:
    """Return a desk's catalogue.

    Raises:
        ConfigurationError: one of them is not a Skill.
    """
    checked = []
    for skill in skills:
        if not isinstance(skill, Skill):
            raise ConfigurationError(
                f"skills: {describe(skill)} is not a Skill: use client.skills()"
            )
        checked.append(skill)
    return tuple(checked)


def _listed(catalogue: Iterable[Skill]) -> str:
    names = [short(skill.label) for skill in catalogue]
    more = f" and {len(names) - MOST_LISTED} more" if len(names) > MOST_LISTED else ""
    return f"it has: {', '.join(names[:MOST_LISTED]) or 'none'}{more}"


def _part(skill: object) -> str | SkillRule:
    if isinstance(skill, Skill):
        return skill.id
    if isinstance(skill, SkillRule) or (isinstance(skill, str) and skill):
        return skill
    raise ConfigurationError(f"skill: {describe(skill)}; allowed: {ALLOWED}")
