"""What is shown of an answer, and the JSON of it for programs. Imports engine, roster."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from availability.engine.instants import MICROS
from availability.engine.intervals import Interval
from availability.roster.agent import Agent
from availability.roster.answer import Answer, Freshness
from availability.roster.messages import Wording


@dataclass(frozen=True, slots=True)
class Row:
    """What is said of one agent at one instant."""

    agent: Agent
    answer: Answer
    #: When the agent's duty next changes, by the schedule.
    until: datetime | None

    @property
    def is_for_good(self) -> bool:
        """Whether the agent's duty never changes again."""
        course, second = self.agent.course, self.answer.at_micros // MICROS
        return course is not None and course.holds_until(second) is None

    @property
    def skills(self) -> str:
        """The agent's skills in one line."""
        return ", ".join(skill.label for skill in self.agent.skills)


@dataclass(frozen=True, slots=True)
class View:
    """An answer's frame: the instant asked about, when the desk was fetched, the zone shown."""

    at: datetime
    as_of: datetime | None
    tz: str
    freshness: Freshness
    note: str | None = None

    @property
    def day(self) -> date:
        """The date of the instant, in the zone shown."""
        return _local(self.at, self.tz).date()

    def clock(self, at: datetime) -> str:
        """Return an instant for people, in the zone shown."""
        return Wording("en").clock(_local(at, self.tz))

    def rfc3339(self, at: datetime | None) -> str | None:
        """Return an instant for programs: RFC 3339, in the zone shown."""
        return None if at is None else rfc3339(at, self.tz)

    def ends(self, interval: Interval) -> dict[str, str | None]:
        """Return from when to when an interval is, for programs."""
        return {"start": self.rfc3339(interval.start), "end": self.rfc3339(interval.end)}

    def framed(self, **fields: object) -> dict[str, object]:
        """Return a JSON object: the frame, and the fields of the answer."""
        return {
            "at": self.rfc3339(self.at),
            "as_of": self.rfc3339(self.as_of),
            "timezone": self.tz,
            "basis": "schedule" if self.freshness is Freshness.BEYOND else "schedule+status",
            **fields,
        }

    def heading(self) -> str:
        """Return the line above a table: which instant was used."""
        line = Wording("en").instant(_local(self.at, self.tz))
        return f"{line}. {self.note}" if self.note else line


def rfc3339(at: datetime, tz: str) -> str:
    """Return an instant in a zone as RFC 3339 spells it."""
    local = _local(at, tz)
    # RFC 3339 has no seconds in an offset, as zones had before standard time.
    in_minutes = (local.utcoffset() or timedelta()) % timedelta(minutes=1) == timedelta()
    return (local if in_minutes else local.astimezone(timezone.utc)).isoformat()


def stamp(at: datetime, tz: str) -> str:
    """Return an instant as a line of a log begins, in whole seconds."""
    return rfc3339(at.replace(microsecond=0), tz).replace("T", " ")


def print_json(view: View, rows: Iterable[Row], **more: object) -> None:
    """Print the documented JSON object; ``more`` stands beside its fields."""
    agents = [
        {
            "id": row.agent.id,
            "name": row.agent.name,
            "on_duty": row.answer.on_duty,
            "state": row.answer.state.value,
            "reasons": [reason.code.value for reason in row.answer.reasons],
            "until": view.rfc3339(row.until),
            "skills": [{"id": skill.id, "name": skill.name} for skill in row.agent.skills],
        }
        for row in rows
    ]
    print_document(view.framed(**more, agents=agents))


def print_document(document: Mapping[str, object], *, on_one_line: bool = False) -> None:
    """Print a JSON object, in ASCII where the output cannot show more."""
    readable = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    text = json.dumps(document, ensure_ascii=not readable, indent=None if on_one_line else 2)
    # What moves a terminal can only stand in a string, where JSON has an escape for it.
    safe = [char if char.isprintable() or char == "\n" else json.dumps(char)[1:-1] for char in text]
    print("".join(safe))  # noqa: T201  (its purpose)


def _local(at: datetime, tz: str) -> datetime:
    """Return an instant in a zone, or as it is where that is outside years 1 to 9999."""
    try:
        return at.astimezone(ZoneInfo(tz))
    except (OverflowError, ValueError):
        return at
