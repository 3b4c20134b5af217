"""What was odd in a payload: a stable code, how much it matters, one line.
Imports engine, errors.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from availability.engine.value import Value
from availability.errors import one_line


class Severity(Enum):
    """How much an oddity matters.

    ERROR: somebody's answer is lost, nobody can say or an item was left out.
    WARNING: the answer may not be what was meant. INFO: read as documented, and
    worth knowing.
    """

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


#: Every code, the worst first, and what it means.
CODES: Mapping[str, tuple[Severity, str]] = {
    "not_an_agent": (Severity.ERROR, "not an object with an agent inside; left out"),
    "missing_id": (Severity.ERROR, "an agent without an id, or with one that is no text; left out"),
    "agent_not_found": (Severity.ERROR, "an id that the platform does not know"),
    "unknown_agent": (Severity.ERROR, "leave or an extra shift of an agent who is not there"),
    "no_zone": (Severity.ERROR, "leave or an extra shift in local times, nobody knows which"),
    "unreadable_event": (Severity.ERROR, "an event of a feed that is no leave one can follow"),
    "duplicate_agent": (Severity.ERROR, "an id that came before; only the first is kept"),
    "missing_schedule": (Severity.ERROR, "no schedule at all: nobody can say"),
    "not_a_list": (Severity.ERROR, "a schedule that is no list of rows: nobody can say"),
    "not_a_row": (Severity.ERROR, "a row that is no object; left out, as all unreadable rows"),
    "missing_field": (Severity.ERROR, "a row without a weekday, a start or an end"),
    "unknown_weekday": (Severity.ERROR, "a weekday other than 1-7, 9, 10 and 11"),
    "bad_time": (Severity.ERROR, "a time not spelled 00:00 to 24:00"),
    "empty_range": (Severity.ERROR, "a row that starts when it ends: nothing, or 24 hours?"),
    "unknown_status": (Severity.WARNING, "a status other than 1-4; it does not count"),
    "missing_status": (Severity.WARNING, "no status"),
    "bad_field": (Severity.WARNING, "a field that is not of its type; left out"),
    "bad_skill": (Severity.WARNING, "a skill without an id; left out"),
    "duplicate_skill": (Severity.WARNING, "one skill id with several names"),
    "empty_override": (Severity.WARNING, "clocks skip it all; it counts for nothing"),
    "leave_over_shift": (Severity.WARNING, "an extra shift during leave; the leave counts"),
    "start_off_rule": (Severity.WARNING, "a start that does not fit the rule; the rule counts"),
    "odd_time": (Severity.WARNING, "leave or an extra shift ends where clocks skip or repeat"),
    "unmatched_event": (Severity.WARNING, "an event of a feed that concerns no agent"),
    "odd_event": (Severity.WARNING, "an event of a feed that counts, but not all it says"),
    "overlap": (Severity.WARNING, "two rows share duty time; merged"),
    "end_2359": (Severity.INFO, "an end at 23:59, taken as the end of the day"),
    "inverted": (
        Severity.INFO,
        "an end before its start, taken as a night shift; undocumented by the platform",
    ),
    "leave_overlap": (Severity.INFO, "two times of leave share time; merged"),
    "touching": (Severity.INFO, "one row starts when another ends; merged, no change is reported"),
}


class Diagnostic(Value):
    """Something odd in a payload: a stable code, and one line that says what and where.

    >>> odd = Diagnostic("overlap", "schedule[0] and schedule[1] overlap", "ou_1")
    >>> print(odd.severity.value, odd)
    warning ou_1: schedule[0] and schedule[1] overlap [overlap]
    """

    __slots__ = _fields = ("code", "message", "agent_id")

    code: str
    message: str
    agent_id: str | None

    def __init__(self, code: str, message: str, agent_id: str | None = None) -> None:
        set_code(self, code)  # this is _fill without its loop
        set_message(self, message)
        set_agent_id(self, agent_id)

    def __str__(self) -> str:
        whose = f"{self.agent_id}: " if self.agent_id else ""
        return one_line(f"{whose}{self.message} [{self.code}]")

    @property
    def severity(self) -> Severity:
        """How much it matters, by its code; of a code that nobody knows, WARNING."""
        return CODES[self.code][0] if self.code in CODES else Severity.WARNING


set_code, set_message, set_agent_id = Diagnostic._setters  # noqa: SLF001  (its own module)
