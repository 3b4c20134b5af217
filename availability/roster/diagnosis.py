"""What the statuses say of the configured time zones, in numbers and as a verdict.
Imports agent, messages, engine.

Here and there a status is wrong. If one in twenty is, each agent of whom one
offset is right and another wrong makes it 19 times as likely as the other. The
third is what it takes: 19³ to 1 is 170 to 1 against all of some 40 offsets. It
must be three *agents*, for a status that is stuck is wrong in every snapshot.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from enum import Enum
from math import sqrt

from availability.engine.instants import EPOCH
from availability.engine.value import Value
from availability.roster.agent import Agent
from availability.roster.messages import counted

#: The share of wrong statuses that is taken for chance.
WRONG = 0.05
#: By so many agents one offset is clearly better than another.
CLEARLY = 3


class ZoneVerdict(Enum):
    """What the statuses say of a configured time zone, the worst last.

    AGREES: its offset fits more statuses than any other. TIED: other offsets fit
    as many, or more by no more than chance; they cannot be told apart. THIN: too
    little evidence to tell anything. UNEXPLAINED: more statuses contradict it
    than chance would have wrong, and no other offset is clearly better.
    CONTRADICTED: another offset is clearly better, by three agents or more.
    """

    AGREES = "agrees"
    TIED = "tied"
    THIN = "thin"
    UNEXPLAINED = "unexplained"
    CONTRADICTED = "contradicted"


class Fit(Value):
    """How well one UTC offset explains the statuses of some agents.

    ``tz`` is a zone that has the ``offset``; ``agree`` of ``of`` statuses agree
    with it; ``ahead`` is how many agents it fits better than the configured
    zone does, less those whom it fits worse.
    """

    __slots__ = _fields = ("tz", "offset", "agree", "of", "ahead")

    tz: str
    offset: timedelta
    agree: int
    of: int
    ahead: int

    def __init__(self, tz: str, offset: timedelta, agree: int, of: int, ahead: int) -> None:
        self._fill(tz, offset, agree, of, ahead)

    @property
    def utc(self) -> str:
        """The offset as it is written, such as ``+08:00``."""
        return EPOCH.replace(tzinfo=timezone(self.offset)).isoformat()[19:]

    def __str__(self) -> str:
        return f"{self.tz} (UTC{self.utc})"


class Finding(Value):
    """What the statuses say of one configured zone, ``tz``.

    ``agents`` counts the agents whose statuses are evidence, ``silent`` those at
    the latest fetch whose status is none. ``ranking`` has a Fit for each offset
    in use at the latest fetch: the best first, of equally good ones the
    configured zone's and then the westernmost. ``contradicting`` are the agents
    whose latest status the configured zone does not explain.
    """

    __slots__ = _fields = ("tz", "agents", "silent", "ranking", "contradicting")
    _shown = ("tz", "verdict")

    tz: str
    agents: int
    silent: int
    ranking: tuple[Fit, ...]
    contradicting: tuple[Agent, ...]

    def __init__(
        self,
        tz: str,
        agents: int,
        silent: int,
        ranking: tuple[Fit, ...],
        contradicting: tuple[Agent, ...],
    ) -> None:
        self._fill(tz, agents, silent, ranking, contradicting)

    @property
    def configured(self) -> Fit:
        """How well the configured zone explains the statuses."""
        return next(fit for fit in self.ranking if fit.tz == self.tz)

    @property
    def best(self) -> tuple[Fit, ...]:
        """The offsets that explain the most statuses, all of them."""
        most = self.ranking[0].agree
        return tuple(fit for fit in self.ranking if fit.agree == most)

    @property
    def better(self) -> Fit | None:
        """The best offset that is clearly better than the configured one, if any is."""
        least = self.configured.agree + 1
        return next(
            (fit for fit in self.ranking if fit.agree >= least and fit.ahead >= CLEARLY), None
        )

    @property
    def verdict(self) -> ZoneVerdict:
        """What all this amounts to."""
        if self.better:
            return ZoneVerdict.CONTRADICTED
        if self.agents < CLEARLY or len(self.best) == len(self.ranking):
            return ZoneVerdict.THIN
        if self._is_unexplained():
            return ZoneVerdict.UNEXPLAINED
        return ZoneVerdict.AGREES if self.best == (self.configured,) else ZoneVerdict.TIED

    @property
    def summary(self) -> str:
        """The counts in one line: the configured zone's, and those of the best beside it."""
        if not self.agents:
            return f"nobody's status tells anything of {self.configured}"
        agree, of = self.configured.agree, self.configured.of
        what = "statuses" if of > self.agents else "agent" if of == 1 else "agents"
        others = [fit for fit in self.ranking if fit.tz != self.tz]
        equal = sum(fit.agree == others[0].agree for fit in others) - 1
        more = f" and {counted(equal, 'other offset')}" if equal else ""
        return (
            f"{agree} of {of} {what} agree{'s' if of == 1 else ''} with {self.configured}; "
            f"{others[0].agree} with {others[0]}{more}"
        )

    @property
    def reason(self) -> str:
        """Why the verdict is what it is, in one line."""
        best, verdict = self.ranking[0], self.verdict
        if self.better:
            equal = sum(fit.agree == self.better.agree for fit in self.ranking) - 1
            like = f", like {counted(equal, 'other offset')}," if equal else ""
            return f"{self.better}{like} fits {counted(self.better.ahead, 'more agent')}"
        if verdict is ZoneVerdict.THIN:
            return self._why_thin()
        if verdict is ZoneVerdict.UNEXPLAINED:
            wrong = self.configured.of - self.configured.agree
            what = counted(wrong, "status contradicts", "statuses contradict")
            return f"{what} it, and no other zone is clearly better"
        if verdict is ZoneVerdict.AGREES:
            return "no other offset fits as well"
        if best.tz == self.tz:
            return f"{counted(len(self.best) - 1, 'other offset')} cannot be told from it"
        return f"{best} fits better, but by no more than chance"

    def _why_thin(self) -> str:
        if self.agents < CLEARLY:
            return f"the statuses of {counted(self.agents, 'agent')} are too few to tell"
        return "every offset fits alike: nobody's duty depends on it now"

    def _is_unexplained(self) -> bool:
        """Return whether more statuses contradict the zone than chance would have wrong.

        That is the expected share and three standard deviations; these go by the
        agents, because statuses of one agent may be wrong together.
        """
        fit = self.configured
        return 1 - fit.agree / fit.of > WRONG + 3 * sqrt(WRONG * (1 - WRONG) / self.agents)

    def __str__(self) -> str:
        return self.summary


class Diagnosis(Value):
    """What the statuses of a desk say of its time zones.

    ``fetched_at`` is the latest fetch, ``snapshots`` how many there are;
    ``findings`` has one for each configured zone, in the roster's order;
    ``unscheduled`` counts the agents without a schedule at the latest fetch.
    """

    __slots__ = _fields = ("fetched_at", "snapshots", "findings", "unscheduled")
    _shown = ("findings",)

    fetched_at: datetime
    snapshots: int
    findings: tuple[Finding, ...]
    unscheduled: int

    def __init__(
        self,
        fetched_at: datetime,
        snapshots: int,
        findings: tuple[Finding, ...],
        unscheduled: int,
    ) -> None:
        self._fill(fetched_at, snapshots, findings, unscheduled)

    @property
    def verdict(self) -> ZoneVerdict:
        """The worst of the findings' verdicts; THIN where there is none."""
        verdicts = [finding.verdict for finding in self.findings]
        return max(verdicts, key=list(ZoneVerdict).index, default=ZoneVerdict.THIN)

    @property
    def summary(self) -> str:
        """The findings' summaries in one line."""
        return ". ".join(map(str, self.findings)) or "no agent has a schedule to compare with"

    def __str__(self) -> str:
        return self.summary
