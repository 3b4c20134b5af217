"""Why an answer is what it is, for people to read.
Imports agent, answer, messages, reasons, engine.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from availability.engine.calendars import MAKE_UP_DAY, UNNAMED, WorkCalendar
from availability.engine.instants import MICROS
from availability.engine.overrides import ExtraShift
from availability.engine.schedule import WeeklySchedule
from availability.engine.shifts import LeaveTime, Shift, Surroundings, shifts_around
from availability.engine.value import Value
from availability.engine.zones import shown_in
from availability.roster.agent import Agent, Status
from availability.roster.answer import Answer, Freshness
from availability.roster.messages import Wording
from availability.roster.reasons import ReasonCode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from availability.engine.day_rules import Calendar
    from availability.roster.messages import Language


#: What calendars say themselves, and by which message.
ITS_WORDS = {MAKE_UP_DAY: "make_up_day", UNNAMED: "public_holiday"}


class Explanation(Value):
    """An answer and what led to it: the shifts around, the status and its age.

    ``agent`` is None for one who is gone from the desk, ``around`` where nothing is
    known of the agent's duty. ``str()`` is the English text.
    """

    __slots__ = _fields = ("agent", "answer", "around")
    _shown = ("answer",)

    agent: Agent | None
    answer: Answer
    around: Surroundings | None

    def __init__(self, agent: Agent | None, answer: Answer, around: Surroundings | None) -> None:
        self._fill(agent, answer, around)

    def text(self, language: Language = "en", tz: str | None = None) -> str:
        """Return the explanation in lines, in English (``"en"``) or Chinese (``"zh"``).

        ``tz`` is the zone for ``at`` and ``until``, if not the schedule's.
        """
        wording = Wording(language)
        lines = self.lines(language, tz)
        return "\n".join(
            wording.listed(wording.say(f"label_{name}"), [line]) for name, line in lines
        )

    def lines(self, language: Language = "en", tz: str | None = None) -> Iterator[tuple[str, str]]:
        """Yield the lines of the text, each with what it is about.

        ``at``, ``schedule`` (several), ``status``, ``verdict`` and ``until``.
        """
        wording = Wording(language)
        answer, agent = self.answer, self.agent
        zone = tz or answer.tz
        yield "at", wording.instant(shown_in(zone, answer.at_micros))
        if agent is not None:
            for line in self._schedule(wording, agent):
                yield "schedule", line
            yield "status", _status(wording, agent, answer)
        reasons = (reason.text_in(language) for reason in answer.reasons)
        yield "verdict", wording.listed(wording.say(answer.state.value), reasons)
        yield "until", _until(wording, answer, zone)

    def __str__(self) -> str:
        return self.text()

    def _schedule(self, wording: Wording, agent: Agent) -> Iterator[str]:
        around = self.around
        if around is None:
            yield wording.say("no_schedule")
            return
        if agent.schedule is None:
            yield wording.say("no_schedule")
        for leave_time in around.leave:
            yield _leave_time(wording, leave_time)
        if agent.schedule is not None and not agent.overrides and not agent.schedule.spelled:
            yield wording.say("no_rows")
        elif around.running:
            for shift in around.running:
                yield wording.say("running", shift=self._shift(wording, shift))
            yield from self._goes_on(wording, agent)
        elif agent.schedule is not None:
            yield from self._before_and_after(wording, around)
        yield from self._calendar(wording, agent)
        if agent.unreadable_rows:
            yield wording.say("unreadable", count=str(agent.unreadable_rows))

    def _before_and_after(self, wording: Wording, around: Surroundings) -> Iterator[str]:
        for code, found in (("last", around.last), ("next", around.next)):
            if found is None:
                yield wording.say(f"no_{code}")
            else:
                yield wording.say(code, shift=self._shift(wording, found))
        if around.has_doubts:
            yield wording.say("known_only")

    def _shift(self, wording: Wording, shift: Shift) -> str:
        start, end = wording.clock(shift.interval.start), wording.clock(shift.interval.end)
        if isinstance(shift.duty, ExtraShift):
            said = wording.say("extra_shift", start=start, end=end)
            return said + wording.why(shift.duty.reason)
        schedule = None if self.agent is None else self.agent.schedule
        by_calendar = schedule is not None and schedule.day_rules is not None
        return wording.say(
            "shift",
            days=wording.days(shift.duty.weekday, by_calendar=by_calendar),
            times=str(shift.duty),
            start=start,
            end=end,
        )

    def _calendar(self, wording: Wording, agent: Agent) -> Iterator[str]:
        """Say what the calendar calls the date, or that it does not know the year."""
        calendar = None if agent.schedule is None else agent.schedule.calendar
        if agent.schedule is None or calendar is None:
            return
        day = shown_in(agent.schedule.tz, self.answer.at_micros).date()
        is_unknown = self.answer.reasons[0].code is ReasonCode.CALENDAR_UNKNOWN
        called = day_called(calendar, day, wording, is_unknown=is_unknown)
        if called is not None:
            yield called

    def _goes_on(self, wording: Wording, agent: Agent) -> Iterator[str]:
        """Say how long duty goes on, where that is longer than the shift."""
        if self.around is None or agent.course is None:
            return
        second = self.answer.at_micros // MICROS
        until = agent.course.holds_until(second)
        if until is None:
            yield wording.say("goes_on_for_good")
        elif until * MICROS not in [shift.interval.end_micros for shift in self.around.running]:
            shown = shown_in(self.answer.tz, until * MICROS)
            known = agent.is_on_duty(shown) is not None
            yield wording.say(
                "goes_on" if known else "goes_on_at_least", until=wording.clock(shown)
            )


def day_called(
    calendar: Calendar, day: date, wording: Wording, *, is_unknown: bool = False
) -> str | None:
    """Return what a calendar calls a date, None if nothing: a holiday, a make-up day, unknown."""
    what = calendar.name if isinstance(calendar, WorkCalendar) else type(calendar).__name__
    if is_unknown or not calendar.knows(day):
        return wording.say("calendar", calendar=what, name=wording.say("calendar_unknown"))
    called = calendar.name_of(day) if isinstance(calendar, WorkCalendar) else None
    if called is None:
        return None
    name = wording.say(ITS_WORDS[called]) if called in ITS_WORDS else called
    return wording.say("calendar", calendar=what, name=name)


def explain(agent: Agent | None, answer: Answer) -> Explanation:
    """Return what led to an answer about an agent."""
    if agent is None or agent.course is None:
        return Explanation(agent, answer, None)
    schedule = agent.schedule or WeeklySchedule((), "UTC")
    around = shifts_around(schedule, answer.at, agent.placed)
    return Explanation(agent, answer, around)


def _leave_time(wording: Wording, leave_time: LeaveTime) -> str:
    start, end = wording.clock(leave_time.interval.start), wording.clock(leave_time.interval.end)
    return wording.say("leave", start=start, end=end) + wording.why(leave_time.leave.reason)


def _status(wording: Wording, agent: Agent, answer: Answer) -> str:
    status = wording.say(f"status_{agent.status.value}")
    if agent.status is Status.REMOVED:  # at whatever instant
        return status
    if agent.status is Status.UNKNOWN:
        return wording.say("counts_for_nothing", status=status)
    if answer.freshness is Freshness.BEYOND:
        return wording.say("beyond", status=status)
    if answer.age is None:
        return wording.say("undated", status=status)
    return wording.say(answer.freshness.value, status=status, age=answer.age)


def _until(wording: Wording, answer: Answer, tz: str) -> str:
    if answer.until is None or answer.until_micros is None:
        return wording.say("for_good")
    return wording.say("until_when", until=wording.clock(shown_in(tz, answer.until_micros)))
