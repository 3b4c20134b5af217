"""Leave from iCalendar (RFC 5545): one calendar per agent, or one of them all.
Imports leave_of, roster, engine, errors.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from os import PathLike, fspath

from availability.engine.overrides import Leave
from availability.engine.value import Value
from availability.errors import ConfigurationError, OverrideError, describe, one_line
from availability.roster.agent import Agent
from availability.roster.diagnostic import Diagnostic

#: 16 MiB: some ten thousands of events.
MAX_FEED = 16 << 20


class LeaveFeed(Value):
    """What a feed says: the leave that could be read, and what was odd about the rest.

    It is iterable over the leave, as ``roster.with_overrides(feed)`` takes it.
    """

    __slots__ = _fields = ("overrides", "diagnostics")

    overrides: tuple[Leave, ...]
    diagnostics: tuple[Diagnostic, ...]

    def __init__(
        self, overrides: Iterable[Leave] = (), diagnostics: Iterable[Diagnostic] = ()
    ) -> None:
        self._fill(tuple(overrides), tuple(diagnostics))

    def __iter__(self) -> Iterator[Leave]:
        return iter(self.overrides)


def read_leave_feed(
    source: str | PathLike[str] | bytes,
    *,
    agent_id: str | None = None,
    agents: Iterable[Agent] | None = None,
) -> LeaveFeed:
    r"""Return the leave (请假) in an iCalendar file, or in the content of one.

    ``source`` is a path, or the content as bytes: a feed on the web is fetched by
    whoever has its address. It has at most 16 MiB (16,777,216 bytes). Every event
    (VEVENT, RFC 5545, section 3.6.1) is leave: of ``agent_id``, or of those of
    ``agents`` (a Roster, say) whose e-mail is an ATTENDEE's who has not declined,
    or the ORGANIZER's of an event without attendees; capitals do not matter.
    Cancelled events are none.

    Dates are whole days of the agent's zone, and so are floating times its times.
    An event in an IANA zone keeps its local times, with ``tz``; in UTC, or in a
    zone that only the feed explains, it becomes instants. RRULE (3.8.5.3) becomes
    a rule with EXDATE (3.8.5.1) as its exceptions, RDATE (3.8.5.2) leave of its
    own, and so does an occurrence that was changed (RECURRENCE-ID, 3.8.4.4). Of
    several versions of an event the one with the highest SEQUENCE counts.

    What cannot be read is left out and reported, as are several rules of one event,
    periods in RDATE, changes of a range of occurrences, and what comes again in a
    zone that only the feed explains: ``unreadable_event``, and
    ``odd_event`` for what might be missing from one that counts. An event that is
    nobody's is an ``unmatched_event``. No message has an e-mail address in it.

    Raises:
        OverrideError: the file cannot be read, is too large, or is no iCalendar.
        ConfigurationError: neither an agent's id nor agents, or both; the package
            icalendar is not installed.

    >>> feed = read_leave_feed(
    ...     b"BEGIN:VCALENDAR\n"
    ...     b"BEGIN:VEVENT\nUID:1\nSUMMARY:annual leave\n"
    ...     b"DTSTART;VALUE=DATE:20260601\nDTEND;VALUE=DATE:20260604\nEND:VEVENT\n"
    ...     b"BEGIN:VEVENT\nUID:2\nDTSTART:tomorrow\nEND:VEVENT\n"
    ...     b"END:VCALENDAR\n",
    ...     agent_id="ou_1",
    ... )
    >>> print(*feed)
    leave of ou_1: 2026-06-01 to 2026-06-03 (annual leave)
    >>> print(*feed.diagnostics)
    ou_1: event 2: DTSTART: 'tomorrow' is neither a date nor a time [unreadable_event]
    """
    if (agent_id is None) is (agents is None):
        raise ConfigurationError("agent_id and agents: one of them says whose leave it is")
    if agent_id is not None and (not isinstance(agent_id, str) or not agent_id):
        raise ConfigurationError(f"agent_id: {describe(agent_id)} is not an agent's id")
    known = None if agents is None else _checked(agents)
    try:
        import icalendar  # noqa: F401, PLC0415  (an extra)

        from availability.feeds.leave_of import Reading  # noqa: PLC0415  (it needs a new enough one)
    except ImportError as error:
        raise ConfigurationError(
            "the package icalendar is not installed: pip install 'agent-availability[ical]'"
        ) from error
    reading = Reading(agent_id, known)
    try:
        reading.read(_content(source))
    except OverrideError as error:
        where = "feed" if isinstance(source, bytes) else one_line(str(fspath(source)))
        raise OverrideError(f"{where}: {error}") from error
    return LeaveFeed(dict.fromkeys(reading.leave), reading.diagnostics)


def _content(source: object) -> bytes:
    if isinstance(source, bytes):
        found = source
    elif isinstance(source, str | PathLike):
        found = _file(fspath(source))
    else:
        raise ConfigurationError(f"source: {describe(source)} is neither a path nor bytes")
    if len(found) > MAX_FEED:
        raise OverrideError(f"a feed has at most {MAX_FEED} bytes")
    return found


def _file(path: str) -> bytes:
    try:
        with open(path, "rb") as file:  # noqa: PTH123  (a Path would forget what was asked for)
            return file.read(MAX_FEED + 1)
    except OSError as error:
        hint = "; fetch a feed and pass its content as bytes" if "://" in path else ""
        raise OverrideError(f"{error.strerror}{hint}") from error
    except ValueError as error:  # a path that no file can have
        raise OverrideError(str(error)) from error


def _checked(agents: object) -> tuple[Agent, ...]:
    if not isinstance(agents, Iterable) or isinstance(agents, str | bytes):
        raise ConfigurationError(f"agents: {describe(agents)} is no collection of agents")
    found = tuple(agents)
    for one in found:
        if not isinstance(one, Agent):
            raise ConfigurationError(f"agents: {describe(one)} is not an Agent")
    return found
