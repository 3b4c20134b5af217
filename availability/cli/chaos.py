"""The demo's outage: what a live roster answers while the platform is down, and after.
Imports feishu, live, roster, engine, errors.

Every answer given meanwhile is compared with what a twin of the desk, which nothing
happens to, says of the same instant.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from itertools import cycle

import typer

from availability.engine.instants import to_instant
from availability.errors import one_line
from availability.feishu.breaker import Breaker
from availability.feishu.client import HelpdeskClient
from availability.feishu.patience import Patience
from availability.feishu.sandbox import Canned, Sandbox
from availability.live.live_roster import LiveRoster
from availability.roster.messages import counted
from availability.roster.reasons import ReasonCode
from availability.roster.roster import Roster

#: Seconds: real lives are some hundred times as long.
REFRESH, MAX_STALE, PAUSE = 0.3, 2.0, 0.2
#: Seconds between two rounds of questions, and between two lines that only say how old all is.
ROUND, LINE = 0.05, 0.5
#: How long all is well, and how long nobody can say anything, before it goes on.
CALM = 0.8
#: After so many seconds it is given up.
LONGEST = 9.5
HTML = {"Content-Type": "text/html"}
FAULTS = (
    ("a gateway's 502 pages", Canned(502, b"<html>502 Bad Gateway</html>", HTML)),
    ("connections hung up without an answer", Canned(hang_up=True)),
    (
        "HTTP 429, too many calls",
        Canned.refusal(429, 99991400, "frequency limit", x_ogw_ratelimit_reset="1"),
    ),
)


def show_chaos() -> None:
    """Print an outage and the recovery from it, as they happen.

    Raises:
        typer.Exit: with 1, if an answer was wrong or the desk did not come back.
    """
    once, breaker = Patience(attempts=1), Breaker(failures=2, pause=PAUSE)
    with (
        Sandbox() as twin,
        HelpdeskClient.from_env(twin.environment, agent_tz=twin.agent_tz, patience=once) as client,
    ):
        truth = client.roster()
    with (
        Sandbox() as sandbox,
        HelpdeskClient.from_env(
            sandbox.environment, agent_tz=sandbox.agent_tz, patience=once, breaker=breaker
        ) as client,
        LiveRoster(client, refresh=REFRESH, max_stale=MAX_STALE) as desk,
    ):
        is_right = _Outage(sandbox, desk, truth).run()
    if not is_right:
        raise typer.Exit(1)


class _Outage:
    """An outage of a sandbox, and what is asked of a desk meanwhile."""

    def __init__(self, sandbox: Sandbox, desk: LiveRoster, truth: Roster) -> None:
        self._sandbox = sandbox
        self._desk = desk
        self._truth = truth
        self._began = time.monotonic()
        #: How many were right, were wrong, and said that all that is known is too old.
        self._answers: dict[bool | None, int] = {True: 0, False: 0, None: 0}

    def run(self) -> bool:
        """Go through it; return whether no answer was wrong, and the desk came back."""
        desk = self._desk
        self._say(f"fetched: {self._available()}")
        self._ask_while(lambda: self._seconds() < CALM)
        self._break_down()
        gone = self._seconds()
        self._say(f"older than {MAX_STALE:g} s, max_stale: nobody can say, all are UNKNOWN")
        self._ask_while(lambda: self._seconds() < gone + CALM)
        self._sandbox.recover()
        self._say("the platform is back; nobody tells the desk")
        self._ask_while(lambda: desk.stale)
        self._say(
            f"not fetched again: {desk.error}"
            if desk.stale
            else f"fresh again by itself: {self._available()}"
        )
        back = self._seconds()
        self._ask_while(lambda: self._seconds() < back + LINE)
        self._sum_up()
        return not desk.stale and not self._answers[False]

    def _break_down(self) -> None:
        """Let the platform fail in one way after another, until all that is known is too old."""
        desk, faults = self._desk, cycle(FAULTS)
        failed = self._next_fault(faults, "the platform breaks down")
        said = self._seconds()

        def is_known() -> bool:
            nonlocal failed, said
            if self._failed() > failed:
                failed = self._next_fault(faults, "now")
            if desk.stale and self._seconds() >= said + LINE and not self._is_expired():
                said = self._seconds()
                self._say(f"still answering, stale: {self._available()}")
            return not self._is_expired()

        self._ask_while(is_known)

    def _next_fault(self, faults: Iterator[tuple[str, Canned]], when: str) -> int:
        called, answer = next(faults)
        self._say(f"{when}: {called}")
        failed = self._failed()
        self._sandbox.break_down(answer)
        return failed

    def _ask_while(self, holds: Callable[[], bool]) -> None:
        """Ask of every agent, round after round, and compare each answer with the twin's."""
        while holds() and self._seconds() < LONGEST:
            for agent in self._truth:
                answer = self._desk.check(agent.id)
                at = to_instant(answer.at_micros)
                if answer.reasons[0].code is ReasonCode.ROSTER_EXPIRED:
                    kind = None
                else:
                    kind = answer.state is self._truth.check(agent.id, at).state
                self._answers[kind] += 1
            time.sleep(ROUND)

    def _sum_up(self) -> None:
        seen, failed = len(self._sandbox.seen), self._failed()
        right, wrong, unsaid = (self._answers[kind] for kind in (True, False, None))
        self._say(f"{counted(seen, 'request')}, {failed} failed")
        self._say(
            f"{right + wrong + unsaid} answers: {right} as without an outage, "
            f"{unsaid} UNKNOWN, {wrong} wrong"
        )

    def _available(self) -> str:
        found = self._desk.available()
        age = found.age.total_seconds() if found.age is not None else 0
        return f"{len(found)} of {len(self._desk.roster)} available, {age:.1f} s old"

    def _is_expired(self) -> bool:
        age = self._desk.age
        return age is None or age.total_seconds() >= MAX_STALE

    def _failed(self) -> int:
        return sum(one.status != 200 for one in self._sandbox.seen)

    def _seconds(self) -> float:
        return time.monotonic() - self._began

    def _say(self, text: str) -> None:
        typer.echo(f"{self._seconds():4.1f} s  {one_line(text)}")
