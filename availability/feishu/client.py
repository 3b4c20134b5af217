"""The helpdesk's agents, from the platform.
Imports at_once, breaker, budget, endpoints, flight, patience, payload, reading, reply, settings,
token, transport, roster, engine, errors.
"""

from __future__ import annotations

import logging
import os
from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from threading import Event
from typing import TYPE_CHECKING

from tenacity import Retrying, retry_if_exception, stop_after_attempt

from availability.engine.day_rules import day_rules
from availability.engine.zones import zone_key
from availability.errors import (
    AuthenticationError,
    BadRequestError,
    BudgetError,
    CircuitOpenError,
    ConfigurationError,
    NotFoundError,
    PayloadError,
    TimezoneError,
)
from availability.feishu.at_once import call_each
from availability.feishu.breaker import Breaker
from availability.feishu.budget import Budget
from availability.feishu.endpoints import (
    AGENTS_PATH,
    SKILLS_PATH,
    STATUSES,
    TOKEN_PATH,
    agent_path,
)
from availability.feishu.flight import SingleFlight
from availability.feishu.patience import Patience
from availability.feishu.payload import agent_items, parse_skills
from availability.feishu.reading import Reading
from availability.feishu.reply import DEAD_TOKEN_CODES, WRONG_HEADERS, Reply
from availability.feishu.settings import ENVIRONMENT, credential
from availability.feishu.token import TenantToken
from availability.feishu.transport import Params, Timeout, Transport
from availability.roster.agent import Agent, Skill
from availability.roster.diagnostic import Diagnostic
from availability.roster.roster import Clock, Roster, system_clock

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from typing_extensions import Self

    from availability.engine.day_rules import Calendar, Fallback
    from availability.engine.schedule import End2359

FEISHU = "https://open.feishu.cn"
TIMEOUT: Timeout = (5.0, 30.0)
MAX_BODY = 256 * 1024 * 1024
MAX_SECONDS = 120.0
#: In seconds: no budget by the minute is used up for longer.
LONGEST_BUDGET_WAIT = 60.0

logger = logging.getLogger("availability")
logger.addHandler(logging.NullHandler())

Progress = Callable[[int], None]


class HelpdeskClient:
    """Reads the agents of one helpdesk (服务台) from Feishu or Lark; it never writes.

    ``app_id`` and ``app_secret`` are the app's, ``helpdesk_id`` and
    ``helpdesk_token`` the helpdesk's. ``base_url`` is Feishu's; Lark's is
    ``https://open.larksuite.com``. ``tz`` is the desk's zone, which the API does
    not send, and ``agent_tz`` the zones of agents elsewhere, by agent id;
    ``calendar`` and what belongs to it are as for :class:`WeeklySchedule`.
    ``timeout`` is (connect, read) in seconds, read being the longest wait for
    more of an answer; ``max_seconds`` is the longest that a whole answer may take
    once the request was sent, ``max_body`` the largest one taken, in bytes.
    ``clock`` returns now, aware.

    One client serves many threads and survives a fork; use it in a ``with``
    block, or ``close()`` it. Every call raises a FeishuError where the platform
    refuses, fails or cannot be reached. What may pass is tried again with
    ``patience``, four times in a minute at most unless said otherwise; a refused
    token is replaced, once. After many failures in a row ``breaker`` lets nothing
    through for a while; ``budget``, if any, limits how much is sent at all.

    Source: the helpdesk API's *agent schedules* pages (客服工作日程).

    >>> from availability.feishu.sandbox import Sandbox
    >>> with Sandbox() as sandbox, HelpdeskClient.from_env(sandbox.environment) as client:
    ...     len(client.agents())
    23
    """

    def __init__(
        self,
        *,
        app_id: str,
        app_secret: str,
        helpdesk_id: str,
        helpdesk_token: str,
        base_url: str = FEISHU,
        tz: str | ZoneInfo | None = None,
        agent_tz: Mapping[str, str | ZoneInfo] | None = None,
        end_2359: End2359 = "midnight",
        calendar: Calendar | None = None,
        closed_on_holidays: bool = False,
        calendar_fallback: Fallback | None = None,
        timeout: Timeout = TIMEOUT,
        max_body: int = MAX_BODY,
        max_seconds: float = MAX_SECONDS,
        patience: Patience | None = None,
        breaker: Breaker | None = None,
        budget: Budget | None = None,
        clock: Clock = system_clock,
    ) -> None:
        rules = day_rules(calendar, closed_on_holidays, calendar_fallback)
        self._reading = Reading(tz, agent_tz, end_2359, rules)
        self.tz, self.agent_tz = self._reading.tz, self._reading.agent_tz
        self._clock = clock
        self._app = {
            "app_id": credential("app_id", app_id),
            "app_secret": credential("app_secret", app_secret),
        }
        self.helpdesk_id = credential("helpdesk_id", helpdesk_id)
        desk_token = credential("helpdesk_token", helpdesk_token)
        self._desk = b64encode(f"{self.helpdesk_id}:{desk_token}".encode()).decode()
        self._secrets: tuple[str, ...] = (app_secret, helpdesk_token, self._desk)
        self._patience = Patience() if patience is None else patience
        self._breaker = Breaker() if breaker is None else breaker
        self._budget = Budget() if budget is None else budget
        self._transport = Transport(
            base_url, timeout=timeout, max_body=max_body, max_seconds=max_seconds
        )
        self._token = TenantToken(self._fetch_token, clock)
        self._flights: SingleFlight[Roster] = SingleFlight()

    @classmethod
    def from_env(
        cls,
        environ: Mapping[str, str] = os.environ,
        *,
        tz: str | ZoneInfo | None = None,
        agent_tz: Mapping[str, str | ZoneInfo] | None = None,
        end_2359: End2359 = "midnight",
        calendar: Calendar | None = None,
        closed_on_holidays: bool = False,
        calendar_fallback: Fallback | None = None,
        timeout: Timeout = TIMEOUT,
        max_body: int = MAX_BODY,
        max_seconds: float = MAX_SECONDS,
        patience: Patience | None = None,
        breaker: Breaker | None = None,
        budget: Budget | None = None,
        clock: Clock = system_clock,
    ) -> Self:
        """Return a client set up by the environment.

        It reads ``FEISHU_APP_ID``, ``FEISHU_APP_SECRET``, ``FEISHU_HELPDESK_ID``,
        ``FEISHU_HELPDESK_TOKEN``, ``AVAILABILITY_TZ`` (unless ``tz`` is given)
        and, if set, ``FEISHU_BASE_URL``.

        Raises:
            ConfigurationError: naming every variable that is missing.
        """
        zone = (environ.get("AVAILABILITY_TZ") or None) if tz is None else tz
        missing = [name for name in ENVIRONMENT.values() if not environ.get(name)]
        missing += ["AVAILABILITY_TZ"] if zone is None else []
        if missing:
            raise ConfigurationError(f"not set in the environment: {', '.join(missing)}")
        try:
            zone = zone_key(zone)
        except TimezoneError as error:
            raise TimezoneError(f"{'AVAILABILITY_TZ' if tz is None else 'tz'}: {error}") from error
        credentials = {field: environ[name] for field, name in ENVIRONMENT.items()}
        return cls(
            **credentials,
            base_url=environ.get("FEISHU_BASE_URL") or FEISHU,
            tz=zone,
            agent_tz=agent_tz,
            end_2359=end_2359,
            calendar=calendar,
            closed_on_holidays=closed_on_holidays,
            calendar_fallback=calendar_fallback,
            timeout=timeout,
            max_body=max_body,
            max_seconds=max_seconds,
            patience=patience,
            breaker=breaker,
            budget=budget,
            clock=clock,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<HelpdeskClient of {self._transport.base_url}, {self.tz}>"

    def close(self) -> None:
        """Close the connections; the client cannot be used again."""
        self._transport.close()

    def agent(self, agent_id: str) -> Agent:
        """Return one agent, in one call.

        Raises:
            BadRequestError: an id that no agent can have; nothing is sent.
            NotFoundError: the platform knows no such agent.
        """
        return self._agent_in(self._get(agent_path(agent_id)), agent_id)

    def agents(self) -> list[Agent]:
        """Return all agents of the desk, in one call; items that are no agents are left out."""
        return list(self.roster())

    def skills(self) -> list[Skill]:
        """Return the skills that the desk knows (客服技能), in one call."""
        skills, left_out = self._fetch_skills()
        _warn_of(left_out)
        return skills

    def roster(
        self,
        agent_ids: Iterable[str] | None = None,
        *,
        skills: bool = False,
        progress: Progress | None = None,
    ) -> Roster:
        """Return the desk's agents, stamped with when they were fetched.

        All of them in one call, or those of ``agent_ids`` one call each, eight at a
        time, in the order asked for; ``progress`` is then told how many have been
        fetched so far; a budget by the minute is waited for, and so is the call that
        shows whether a platform that was down is back. An id that the
        platform does not know becomes a diagnostic of the roster. ``skills``
        fetches the desk's skills, too, in one more call: then the roster refuses
        to be asked for others. Threads that ask for the whole desk at the same time
        share one call and its roster.
        """
        if agent_ids is None:
            return self._flights.share(skills, partial(self._fetch_roster, None, skills, progress))
        return self._fetch_roster(agent_ids, skills, progress)

    def configured(self, roster: Roster) -> Roster:
        """Return a roster from elsewhere, such as a memory, by this client's zones and calendar."""
        return self._reading.applied_to(roster)

    def _fetch_roster(
        self, agent_ids: Iterable[str] | None, skills: bool, progress: Progress | None
    ) -> Roster:
        catalogue, left_out = self._fetch_skills() if skills else (None, [])
        # Before the answer, so that a status is never held for fresher than it is.
        fetched_at = self._clock()
        if agent_ids is None:
            agents, items = self._fetch_all()
        else:
            agents, items = self._fetch_each(agent_ids, progress or (lambda _: None))
        left_out += items
        _warn_of(left_out)
        return Roster(
            agents, fetched_at=fetched_at, clock=self._clock, left_out=left_out, skills=catalogue
        )

    def _fetch_skills(self) -> tuple[list[Skill], list[Diagnostic]]:
        with self._get(SKILLS_PATH).data() as data:
            return parse_skills(data)

    def _fetch_all(self) -> tuple[list[Agent], list[Diagnostic]]:
        with self._get(AGENTS_PATH, STATUSES).data() as data:
            items = agent_items(data)
        return self._reading.agents(items)

    def _fetch_each(
        self, agent_ids: Iterable[str], progress: Progress
    ) -> tuple[list[Agent], list[Diagnostic]]:
        if isinstance(agent_ids, str):
            raise BadRequestError("agent_ids: a string is one id; pass a list of them")
        # Every path first: an id that no agent can have is refused before anything is sent.
        paths = {agent_id: agent_path(agent_id) for agent_id in agent_ids}
        found = call_each(self._fetch_or_why_not, list(paths.items()), progress)
        agents = [one for one in found if isinstance(one, Agent)]
        return agents, [one for one in found if isinstance(one, Diagnostic)]

    def _fetch_or_why_not(self, asked: tuple[str, str], over: Event) -> Agent | Diagnostic:
        """Return an agent, or why there is none; what concerns all agents raises."""
        agent_id, path = asked
        try:
            reply = self._get_in_turn(path, over)
        except NotFoundError as error:
            return Diagnostic("agent_not_found", str(error), agent_id)
        try:
            return self._agent_in(reply, agent_id)
        except PayloadError as error:
            return Diagnostic(error.reason or "not_an_agent", str(error), agent_id)

    def _agent_in(self, reply: Reply, agent_id: str) -> Agent:
        with reply.data() as data:
            return self._reading.agent(data, agent_id)

    def _get_in_turn(self, path: str, over: Event) -> Reply:
        """Wait for what lets the call through soon, unless all is over."""
        while True:
            try:
                return self._get(path)
            except (BudgetError, CircuitOpenError) as error:
                wait = _short_wait(error)
                if wait is None or over.is_set():
                    raise
            # A second at a time, to see when all is over
            self._patience.sleep(min(wait, 1.0))

    def _get(self, path: str, params: Params = ()) -> Reply:
        """Return the platform's answer; a token that it calls dead is replaced once."""
        again = Retrying(
            retry=retry_if_exception(_is_about_token), stop=stop_after_attempt(2), reraise=True
        )
        return again(self._get_once, path, params)

    def _get_once(self, path: str, params: Params) -> Reply:
        token = self._token.get()
        headers = {
            "Authorization": f"Bearer {token}",
            "X-Lark-Helpdesk-Authorization": self._desk,
        }
        secrets = (*self._secrets, token)
        send = partial(
            self._transport.send, "GET", path, params=params, headers=headers, secrets=secrets
        )
        try:
            return self._send(send)
        except AuthenticationError as error:
            if _is_about_token(error):
                self._token.drop(token)
            raise

    def _fetch_token(self) -> Reply:
        return self._send(
            partial(self._transport.send, "POST", TOKEN_PATH, json=self._app, secrets=self._secrets)
        )

    def _send(self, call: Callable[[], Reply]) -> Reply:
        counted = partial(self._budget.send, call)
        return self._patience.send(partial(self._breaker.send, counted))


def _warn_of(left_out: Iterable[Diagnostic]) -> None:
    for diagnostic in left_out:
        logger.warning("left out: %s", diagnostic)


def _is_about_token(error: BaseException) -> bool:
    return isinstance(error, AuthenticationError) and (
        error.code in DEAD_TOKEN_CODES or error.code == WRONG_HEADERS
    )


def _short_wait(error: BudgetError | CircuitOpenError) -> float | None:
    """Return for how long to wait for a budget by the minute, or for a call that tries.

    None for a budget by the month, and for a platform that is down.
    """
    if isinstance(error, CircuitOpenError):
        return error.retry_after if error.is_tried else None
    wait = error.retry_after
    return None if wait is None or wait > LONGEST_BUDGET_WAIT else wait
