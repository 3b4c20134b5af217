"""Who is on duty among many: agents by zone and pattern, and the week's flips in order.
Imports agent, dated_index, engine.

Agents with one pattern in one zone are one *group*, on and off together. In a
zone, the state of all groups is a row of flags that only the time of the week on
the wall decides, so it is kept as checkpoints and the flips between them. An
answer is: in each zone, find the slot of the week, take the nearest checkpoint,
flip what flips on the way, and put the groups that are on together. Agents whose
duty goes by dates, not by the week, are in an index of their own.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate, compress, count
from math import gcd

from availability.engine.dated import DatedCourse
from availability.engine.hands import Hands
from availability.engine.week import WeekPattern
from availability.engine.zones import WEEK, Zone
from availability.roster.agent import Agent
from availability.roster.dated_index import DatedIndex

#: How many bytes the checkpoints of a zone may take: so many an agent, and always so many.
CHECKPOINTS_PER_AGENT = 24
CHECKPOINTS_AT_LEAST = 1 << 16
#: What a bytes object takes beside its bytes.
BYTES_OBJECT = 40
#: From so many agents on, numpy picks faster than itertools.
MANY = 256
#: The flag of those of whom nothing is known.
NEVER_ON = b"\0"
Pick = Callable[[bytes], list[Agent]]


class ZoneIndex:
    """The groups of one zone: those of several agents first, then the agents on their own.

    The week is cut into *slots*, such that groups flip only where one begins;
    ``begins`` are their first seconds, and ``length`` is that of all, or 0.
    ``flips[starts[i] : starts[i + 1]]`` are the groups that flip where slot ``i``
    begins; ``counts`` has the agents on duty in each slot; ``checkpoints`` the
    flags of every ``step``-th slot, and of the last one.
    """

    __slots__ = (
        "alone",
        "begins",
        "checkpoints",
        "counts",
        "flips",
        "groups",
        "length",
        "patterns",
        "starts",
        "step",
        "zone",
    )

    def __init__(self, zone: Zone, groups: Mapping[WeekPattern, list[Agent]]) -> None:
        ordered = sorted(groups.items(), key=lambda group: len(group[1]) == 1)
        self.zone = zone
        self.groups = [agents for _, agents in ordered if len(agents) > 1]
        self.alone = [agents[0] for _, agents in ordered if len(agents) == 1]
        self.patterns = patterns = [pattern for pattern, _ in ordered]
        self._cut(sorted({0, *(edge for pattern in patterns for edge in pattern.edges)}), patterns)
        sizes = [len(agents) for _, agents in ordered]
        self._go_through_the_week(sizes, bytearray(pattern.starts_on for pattern in patterns))

    def _cut(self, begins: Sequence[int], patterns: Sequence[WeekPattern]) -> None:
        """Cut the week where anything flips: evenly, if there is that much to flip."""
        self.begins, self.length = begins, 0
        length = gcd(WEEK, *begins)
        if sum(len(pattern.edges) for pattern in patterns) > WEEK // length:
            self.begins, self.length = range(0, WEEK, length), length
        slots: dict[int, list[int]] = {begin: [] for begin in self.begins}
        for number, pattern in enumerate(patterns):
            for edge in pattern.edges:
                slots[edge].append(number)
        self.flips = _compact([number for flips in slots.values() for number in flips])
        self.starts = _compact([0, *accumulate(map(len, slots.values()))])

    def _go_through_the_week(self, sizes: Sequence[int], flags: bytearray) -> None:
        room = max(CHECKPOINTS_AT_LEAST, CHECKPOINTS_PER_AGENT * sum(sizes))
        self.step = 1 + len(self.begins) * (len(sizes) + BYTES_OBJECT) // room
        self.checkpoints = []
        counts = []
        on = sum(compress(sizes, flags))
        for slot in range(len(self.begins)):
            for number in self.flips[self.starts[slot] : self.starts[slot + 1]]:
                flags[number] ^= 1
                on += sizes[number] if flags[number] else -sizes[number]
            counts.append(on)
            if slot % self.step == 0:
                self.checkpoints.append(bytes(flags))
        self.checkpoints.append(bytes(flags))
        self.counts = _compact(counts)

    def flags(self, slot: int) -> bytearray:
        """Return 1 for each group that is on in a slot, 0 for each that is off."""
        step = self.step
        nearest = (slot + step // 2) // step
        flags = bytearray(self.checkpoints[nearest])
        at = min(nearest * step, len(self.counts) - 1)
        if at < slot:
            on_the_way = self.flips[self.starts[at + 1] : self.starts[slot + 1]]
        else:
            on_the_way = self.flips[self.starts[slot + 1] : self.starts[at + 1]]
        for number in on_the_way:
            flags[number] ^= 1
        return flags


class DutyIndex:
    """The agents of a roster of whose duty something is known, ready for any instant."""

    __slots__ = (
        "_dated",
        "_hands",
        "_kept",
        "_pick",
        "_pick_alone",
        "agents",
        "dated",
        "doubtful",
        "zones",
    )

    def __init__(self, agents: Sequence[Agent]) -> None:
        self.agents = agents
        #: Those whose duty is a matter of dates, by their course.
        self.dated: dict[DatedCourse, list[Agent]] = {}
        hands: dict[str, Zone] = {}
        zones: dict[str, dict[WeekPattern, list[Agent]]] = {}
        for agent in agents:
            course = agent.course
            if isinstance(course, DatedCourse):
                self.dated.setdefault(course, []).append(agent)
            elif course is not None:
                key = hands.setdefault(course.zone.key, course.zone).key
                zones.setdefault(key, {}).setdefault(course.pattern, []).append(agent)
        self.zones = [ZoneIndex(hands[key], groups) for key, groups in zones.items()]
        #: Those of whom nobody can say at one time or another.
        self.doubtful = [
            agent
            for agent in agents
            if agent.timeline is None or agent.unreadable_rows or agent.course in self.dated
        ]
        self._dated = DatedIndex(self.dated)
        self._hands = Hands([zone.zone for zone in self.zones])
        self._pick_alone = picker([agent for zone in self.zones for agent in zone.alone])
        self._pick: Pick | None = None
        #: The slots asked about last, and, the second time, who was on: a memo, replaced whole.
        self._kept: tuple[list[int], list[Agent] | None] = ([], None)

    def count(self, second: int) -> int:
        """Return how many agents are on at a UTC second."""
        on = 0
        phase = second % WEEK
        for zone, ahead in zip(self.zones, self._hands.ahead(second)):  # noqa: B905  (it costs)
            wall = (phase + ahead) % WEEK
            length = zone.length
            on += zone.counts[wall // length if length else bisect_right(zone.begins, wall) - 1]
        return on + len(self._dated.on(second)) if self.dated else on

    def on(self, second: int) -> list[Agent]:
        """Return the agents that are on at a UTC second: those in groups, then the others."""
        found = self._on_by_week(second)
        if self.dated:
            found += self._dated.on(second)
        return found

    def _on_by_week(self, second: int) -> list[Agent]:
        slots = self._slots(second)
        asked, kept = self._kept
        if asked != slots:
            self._kept = slots, None
            return self._on(slots)
        if kept is None:
            kept = self._on(slots)
            self._kept = slots, kept
        return kept.copy()

    def _slots(self, second: int) -> list[int]:
        phase = second % WEEK
        return [
            wall // zone.length if zone.length else bisect_right(zone.begins, wall) - 1
            for zone, ahead in zip(self.zones, self._hands.ahead(second))  # noqa: B905  (it costs)
            for wall in ((phase + ahead) % WEEK,)
        ]

    def _on(self, slots: list[int]) -> list[Agent]:
        found: list[Agent] = []
        alone = []
        for zone, slot in zip(self.zones, slots, strict=True):
            flags = zone.flags(slot)
            for agents in compress(zone.groups, flags):
                found += agents
            alone.append(flags[len(zone.groups) :])
        found += self._pick_alone(b"".join(alone))
        return found

    def on_in_order(self, second: int) -> list[Agent]:
        """Return the agents that are on at a UTC second, in the order of the roster."""
        if self._pick is None:
            self._pick = self._make_pick()
        flags = map(ZoneIndex.flags, self.zones, self._slots(second))
        return self._pick(b"".join([*flags, self._dated.flags(second), NEVER_ON]))

    def _make_pick(self) -> Pick:
        number = count()
        places = {zone.zone.key: dict(zip(zone.patterns, number)) for zone in self.zones}  # noqa: B905
        courses = [agent.course for agent in self.agents]
        dated = dict(zip(self.dated, number))  # noqa: B905
        never = next(number)
        return picker(
            self.agents,
            [
                never
                if course is None
                else dated[course]
                if isinstance(course, DatedCourse)
                else places[course.zone.key][course.pattern]
                for course in courses
            ],
        )


def picker(agents: Sequence[Agent], groups: Sequence[int] | None = None) -> Pick:
    """Return a function from flags to the agents whose flag is set, in their order.

    ``groups`` says which flag is whose; without it, there is one for each agent.
    """
    if len(agents) < MANY:
        if groups is None:
            return lambda flags: list(compress(agents, flags))
        return lambda flags: list(compress(agents, [flags[group] for group in groups]))
    import numpy as np  # noqa: PLC0415  (only who has so many waits for it)

    objects = np.fromiter(agents, dtype=np.object_, count=len(agents))
    if groups is None:
        return lambda flags: list(objects[np.frombuffer(flags, np.bool_)].tolist())
    places = np.array(groups, dtype=np.uint32)
    return lambda flags: list(objects[np.frombuffer(flags, np.bool_)[places]].tolist())


def _compact(numbers: list[int]) -> array[int]:
    """Return numbers in an array of the smallest type that holds them."""
    most = max(numbers, default=0)
    return array("H" if most < 1 << 16 else "I" if most < 1 << 32 else "Q", numbers)
