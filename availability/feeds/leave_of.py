"""From the events of a feed to leave: series, what was changed of them, whose it is.
Imports components, events, roster, engine, errors.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from time import monotonic

from availability.engine.overrides import Leave
from availability.errors import OverrideError, one_line
from availability.feeds.components import Stream
from availability.feeds.events import Event, without_addresses
from availability.roster.agent import Agent
from availability.roster.diagnostic import Diagnostic

#: A feed of 16 MiB takes some of them; but a single rule can be made to take several.
MOST_SECONDS = 60.0
MOST_LEAVE = 100_000
NO_CALENDAR = "not iCalendar: BEGIN:VCALENDAR is nowhere"
CUT_OFF = "the feed: END:VCALENDAR is missing, and what else came after its last line"
NOBODY = "nobody whom it concerns has an e-mail of one of the agents"
NOT_FIRST = "its start does not fit its rule, which counts"


class Reading:
    """One reading of a feed: the leave that was found, and what was odd.

    Without an agent's id the agents decide whose leave an event is, by their e-mail.
    """

    def __init__(self, agent_id: str | None, agents: Iterable[Agent] | None) -> None:
        self.leave: list[Leave] = []
        self.diagnostics: list[Diagnostic] = []
        self._agent_id = agent_id
        self._until = monotonic() + MOST_SECONDS
        self._ids: dict[str, list[str]] = {}
        for agent in agents or ():
            if isinstance(agent.email, str):
                self._ids.setdefault(agent.email.strip().casefold(), []).append(agent.id)

    def read(self, data: bytes) -> None:
        """Read a feed.

        Raises:
            OverrideError: it is no iCalendar.
        """
        stream = Stream(data)
        if not stream.calendars:
            is_markup = data[:1000].lstrip().startswith(b"<")
            raise OverrideError(f"{NO_CALENDAR}{'; is it HTML?' if is_markup else ''}")
        by_uid: dict[str, list[Event]] = {}
        for n, event in enumerate(map(Event, stream.events)):
            by_uid.setdefault(event.uid or f"\n{n}", []).append(event)  # one without is alone
        for events in by_uid.values():
            self._read_series(events)
        if not all(calendar.is_closed for calendar in stream.calendars):
            self.diagnostics.append(Diagnostic("unreadable_event", CUT_OFF, self._agent_id))

    def _read_series(self, events: list[Event]) -> None:
        """Read the events of one UID: a series, and occurrences of it that were changed."""
        changed = self._newest(events)
        series = changed.pop(None, [])
        if series and all(one.is_cancelled for one in series):
            return
        gone = [
            at
            for at, found in changed.items()
            for one in found
            if at is not None and (one.is_cancelled or self._read_event(one))
        ]
        for one in series:
            if not one.is_cancelled:
                self._read_event(one, gone)

    def _newest(self, events: list[Event]) -> dict[date | None, list[Event]]:
        """Return the newest versions, by the occurrence that they stand for.

        Several may claim to be it: some exporters repeat a UID.
        """
        versions: dict[date | None, list[Event]] = {}
        for one in events:
            try:
                one.is_cancelled  # noqa: B018  (whether it can be told)
                versions.setdefault(one.instead_of, []).append(one)
            except OverrideError as error:
                self._report("unreadable_event", one, str(error))
        best = {at: max(one.revision for one in found) for at, found in versions.items()}
        return {
            at: [one for one in found if one.revision == best[at]] for at, found in versions.items()
        }

    def _read_event(self, one: Event, without: Iterable[date] = ()) -> bool:
        """Read an event all of which counts, or nothing; return whether it could be read."""
        try:
            self._check_bounds()
            times = one.times(without)
            leave = [
                Leave(whose, start, end, one.reason, rule, exceptions, tz)
                for whose in self._whose(one)
                for (start, end, tz), rule, exceptions in times
            ]
        except Exception as error:  # noqa: BLE001  (no event may cost the feed its other ones)
            self._report("unreadable_event", one, _why(error))
            return False
        self.leave += leave
        if not all(each.starts_with_rule for each in leave):
            one.odd.add(NOT_FIRST)
        for why in sorted(one.odd):
            self._report("odd_event", one, why)
        return True

    def _check_bounds(self) -> None:
        if monotonic() > self._until:
            raise OverrideError(f"the events before it took more than {MOST_SECONDS:g} seconds")
        if len(self.leave) > MOST_LEAVE:
            raise OverrideError(f"a feed has at most {MOST_LEAVE} times of leave")

    def _whose(self, one: Event) -> list[str]:
        """Return the ids of those who are on leave."""
        if self._agent_id is not None:
            return [self._agent_id]
        everybody, declined = one.people()
        if everybody.isdisjoint(self._ids):
            self._report("unmatched_event", one, NOBODY)
        absent = sorted(everybody - declined)
        return list(dict.fromkeys(found for each in absent for found in self._ids.get(each, ())))

    def _report(self, code: str, one: Event, why: str) -> None:
        why = why.removeprefix(f"leave of {one_line(self._agent_id or '')}: ")
        what = without_addresses(f"{one.label}: {why}")
        self.diagnostics.append(Diagnostic(code, what, self._agent_id))


def _why(error: Exception) -> str:
    if isinstance(error, OverrideError):
        return str(error)
    if isinstance(error, OverflowError):
        return "it is not within the years 1 to 9999"
    return f"it cannot be read ({type(error).__name__})"
