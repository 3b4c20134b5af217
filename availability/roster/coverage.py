"""What can be asked of a desk's time: how many, when too few, who hands over, how much.
Imports columns, gaps, handoffs, load, questions, shift_list, skills, team, week, engine, export,
errors.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from availability.engine.amounts import ALLOWED_COUNT, duty_after, duty_between, is_count
from availability.engine.instants import to_micros, to_window
from availability.engine.zones import shown_in, zone_key
from availability.errors import ConfigurationError, describe
from availability.roster.questions import UNKNOWN_POLICIES, Questions

TYPE_CHECKING = False
if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    import pendulum

    from availability.engine.staffing_plan import StaffingPlan
    from availability.engine.steps import StepFunction
    from availability.export.columns import Columns, What
    from availability.export.frames import Table
    from availability.roster.gaps import Gap
    from availability.roster.handoffs import Handoff
    from availability.roster.load import Report
    from availability.roster.questions import UnknownPolicy
    from availability.roster.shift_list import AgentShift
    from availability.roster.skills import SkillRule, Wanted
    from availability.roster.team import Team
    from availability.roster.week import Week

#: How many teams of a roster are remembered.
MOST_TEAMS = 32


class Coverage(Questions):
    """What a :class:`Roster` answers about windows of time, by the schedules alone.

    Statuses say nothing here: who was removed counts as long as they are on the roster.
    ``skill`` narrows each question to the agents who have what is needed, as in
    :meth:`available`. Agents of whom nobody can say count only where they surely are on
    duty. Instants are shown in ``tz``, by default the zone of most of the roster.
    Windows are half-open, empty where both ends are one instant. Every method raises
    WindowError for one that starts after it ends or is too long, UnknownSkillError for
    a skill that the desk's catalogue lacks.
    """

    __slots__ = ()

    #: Memos, made when first asked for.
    _teams: dict[SkillRule | None, Team] | None
    _tz: str | None

    @property
    def tz(self) -> str:
        """The zone that most of the agents' schedules are in; UTC where there is none."""
        tz = self._tz
        if tz is None:
            schedules = (agent.schedule for agent in self.agents)
            zones = Counter(one.tz for one in schedules if one is not None)
            tz = zones.most_common(1)[0][0] if zones else "UTC"
            object.__setattr__(self, "_tz", tz)
        return tz

    def headcount(
        self,
        start: datetime,
        end: datetime,
        skill: Wanted | None = None,
        *,
        unknown: UnknownPolicy = "exclude",
        tz: str | ZoneInfo | None = None,
    ) -> StepFunction:
        """Return how many agents are on duty, over ``[start, end)``.

        ``unknown`` says what becomes of those of whom nobody can say: left out,
        counted, too, or an error.

        Raises:
            UnknownStateError: with ``unknown="raise"``; it has the agents' ids.

        >>> from datetime import datetime, timezone
        >>> from availability import Agent, Roster, WeeklySchedule
        >>> day = WeeklySchedule.parse(
        ...     [{"weekday": 9, "start_time": "09:00", "end_time": "18:00"}], tz="UTC")
        >>> late = WeeklySchedule.parse(
        ...     [{"weekday": 9, "start_time": "12:00", "end_time": "21:00"}], tz="UTC")
        >>> roster = Roster([Agent("ou_1", day), Agent("ou_2", late)])
        >>> monday, tuesday = (datetime(2026, 6, day, tzinfo=timezone.utc) for day in (1, 2))
        >>> for interval, count in roster.headcount(monday, tuesday):
        ...     print(f"{interval.start:%H:%M}", count)
        00:00 0
        09:00 1
        12:00 2
        18:00 1
        21:00 0
        """
        if unknown not in UNKNOWN_POLICIES:
            raise ConfigurationError(
                f"unknown: {describe(unknown)}; allowed: {', '.join(UNKNOWN_POLICIES)}"
            )
        team, (first, last) = self._team(skill), to_window(start, end)
        zone = self._shown_in(tz)
        if unknown == "raise":
            team.check_known(first, last)
        found = team.headcount(first, last, zone)
        return found + team.unknown(first, last, zone) if unknown == "include" else found

    def gaps(
        self,
        start: datetime,
        end: datetime,
        minimum: int = 1,
        skill: Wanted | None = None,
        *,
        tz: str | ZoneInfo | None = None,
    ) -> list[Gap]:
        """Return when fewer than ``minimum`` agents are on duty, and how many are missing.

        A new gap begins where that number changes, or that of those of whom nobody can say.

        Raises:
            ConfigurationError: ``minimum`` is not a whole number from 1 to 1,000,000,000.
        """
        from availability.roster.gaps import gaps_below  # noqa: PLC0415  (loads numpy)

        team, (first, last) = self._team(skill), to_window(start, end)
        least, spelled = checked_minimum(minimum), self._spelled(skill)
        return gaps_below(team, first, last, self._shown_in(tz), minimum=least, skill=spelled)

    def shortfalls(
        self,
        plan: StaffingPlan,
        start: datetime,
        end: datetime,
        *,
        tz: str | ZoneInfo | None = None,
    ) -> list[Gap]:
        """Return when fewer agents are on duty than a plan needs, in order, skill by skill.

        ``tz`` is the plan's, unless said otherwise.

        Raises:
            ConfigurationError: ``plan`` is not a StaffingPlan.
            CalendarUnknownError: how many are needed depends on a year that the plan's
                calendar does not know.
        """
        from availability.engine.staffing_plan import StaffingPlan  # noqa: PLC0415  (loads numpy)
        from availability.roster.gaps import shortfalls  # noqa: PLC0415

        if not isinstance(plan, StaffingPlan):
            raise ConfigurationError(f"plan: {describe(plan)} is not a StaffingPlan")
        window = to_window(start, end)
        teams = {skill: self._team(skill) for skill in plan.skills}
        return shortfalls(plan, teams, *window, plan.tz if tz is None else zone_key(tz))

    def handoffs(
        self,
        start: datetime,
        end: datetime,
        skill: Wanted | None = None,
        *,
        tz: str | ZoneInfo | None = None,
    ) -> list[Handoff]:
        """Return every transition after ``start`` and before ``end``, and who takes over from whom.

        Who takes over is known from all of the schedules, not just from the window.
        """
        from availability.roster.handoffs import handoffs  # noqa: PLC0415  (loads numpy)

        first, last = to_window(start, end)
        return list(handoffs(self._team(skill), first, last, self._shown_in(tz)))

    def shifts(
        self,
        start: datetime,
        end: datetime,
        skill: Wanted | None = None,
    ) -> list[AgentShift]:
        """Return every shift that reaches into ``[start, end)``, clipped to it, by its start.

        A shift is a range on a date, or an extra shift, or what leave leaves of it: two
        that overlap or touch stay two. Each is in its agent's own zone.
        """
        from availability.roster.shift_list import shift_list  # noqa: PLC0415  (loads numpy)

        return shift_list(self._team(skill), *to_window(start, end))

    def columns(
        self, start: datetime, end: datetime, skill: Wanted | None = None, what: What = "shifts"
    ) -> Columns:
        """Return what :meth:`to_arrow` does as numpy columns, which needs no pyarrow.

        Raises:
            ConfigurationError: ``what`` is neither shifts nor intervals.
        """
        from availability.export.columns import WHAT  # noqa: PLC0415  (loads numpy)
        from availability.roster.columns import interval_table, shift_table  # noqa: PLC0415

        if what not in WHAT:
            raise ConfigurationError(f"what: {describe(what)}; allowed: {', '.join(WHAT)}")
        table = shift_table if what == "shifts" else interval_table
        return table(self._team(skill), *to_window(start, end))

    def to_arrow(
        self, start: datetime, end: datetime, skill: Wanted | None = None, what: What = "shifts"
    ) -> Table:
        """Return the shifts, or the intervals, in ``[start, end)`` as a ``pyarrow.Table``.

        pandas, polars and DuckDB take it as it is. A row of ``"shifts"`` is one of
        :meth:`shifts`, in that order; one of ``"intervals"`` a maximal stretch of duty, agent
        by agent and in order, so that ranges which overlap or touch are one. Both are
        clipped to the window, and hold only what is sure. The columns:

        ``agent_id``, ``agent_name``
            text; null for an agent without a name.
        ``day``
            a date: on which the shift starts in its agent's zone. Shifts only.
        ``start``, ``end``
            instants, UTC, in microseconds.
        ``tz``
            text: the agent's zone, in which to show them; UTC for whom none is known.
        ``kind``, ``weekday``
            text, ``range`` or ``extra shift``; a range's weekday code. Shifts only.

        Raises:
            ConfigurationError: pyarrow is not installed; ``what`` is neither of the two.
        """
        from availability.export.frames import table_of  # noqa: PLC0415  (an extra)

        return table_of(self.columns(start, end, skill, what))

    def staffed_time(
        self, start: datetime, end: datetime, skill: Wanted | None = None, minimum: int = 1
    ) -> timedelta:
        """Return the elapsed time in ``[start, end)`` while enough agents are on duty.

        Agents whose schedules could not be read count where what could be read says yes.

        Raises:
            CalendarUnknownError: that depends on a year that a calendar does not know.
            ConfigurationError: ``minimum`` is not a whole number from 1 to 1,000,000,000.
        """
        return duty_between(self._team(skill).staffed(checked_minimum(minimum)), start, end)

    def add_staffed_time(
        self,
        at: datetime,
        amount: timedelta,
        skill: Wanted | None = None,
        minimum: int = 1,
        *,
        tz: str | ZoneInfo | None = None,
    ) -> pendulum.DateTime:
        """Return the earliest instant by which ``amount`` of staffed time has passed.

        So a promise of an answer within four staffed hours falls due. A negative amount
        counts backward, to the latest instant; zero is ``at`` itself.

        Raises:
            UnreachableError: there is not that much staffed time in years 1 to 9999.
            CalendarUnknownError: that depends on a year that a calendar does not know.
            ConfigurationError: ``minimum`` is not a whole number from 1 to 1,000,000,000.

        >>> from datetime import datetime, timedelta, timezone
        >>> from availability import Agent, Roster, WeeklySchedule
        >>> day = WeeklySchedule.parse(
        ...     [{"weekday": 10, "start_time": "09:00", "end_time": "17:00"}], tz="UTC")
        >>> roster = Roster([Agent("ou_1", day)])
        >>> friday = datetime(2026, 6, 5, 16, tzinfo=timezone.utc)
        >>> print(roster.add_staffed_time(friday, timedelta(hours=4)))
        2026-06-08 12:00:00+00:00
        """
        course = self._team(skill).staffed(checked_minimum(minimum))
        return shown_in(self._shown_in(tz), duty_after(course, at, amount, "staffed time"))

    def report(
        self,
        start: datetime,
        end: datetime,
        skill: Wanted | None = None,
        *,
        night: tuple[str, str] = ("22:00", "06:00"),
        tz: str | ZoneInfo | None = None,
    ) -> Report:
        """Return how the duty in ``[start, end)`` is shared: hours, nights, rest, time alone.

        ``night`` is from when to when it is night on an agent's own clocks.

        Raises:
            ConfigurationError: ``night`` is not two wall times.
        """
        from availability.roster.load import report  # noqa: PLC0415  (loads numpy)

        window = to_window(start, end)
        return report(self._team(skill), *window, self._shown_in(tz), night)

    def week(
        self,
        at: datetime | None = None,
        skill: Wanted | None = None,
        *,
        tz: str | ZoneInfo | None = None,
    ) -> Week:
        """Return the headcount of the week around an instant (default: now), hour by hour.

        From Monday to Sunday as the clocks of ``tz`` show them, so that a day on which
        they change has 23 or 25 hours.

        Raises:
            WindowError: a part of the week is outside the years 1 to 9999.
        """
        from availability.roster.week import week  # noqa: PLC0415  (loads numpy)

        micros = to_micros(self.clock() if at is None else at)
        return week(self._team(skill), micros, self._shown_in(tz))

    def _shown_in(self, tz: str | ZoneInfo | None) -> str:
        return self.tz if tz is None else zone_key(tz)

    def _rule(self, skill: Wanted) -> SkillRule:
        return self._desk_skills().rule(skill)

    def _spelled(self, skill: Wanted | None) -> str | None:
        return None if skill is None else str(self._rule(skill))

    def _team(self, skill: Wanted | None) -> Team:
        rule = None if skill is None else self._rule(skill)
        teams = self._teams
        if teams is None:
            teams = {}
            object.__setattr__(self, "_teams", teams)
        team = teams.get(rule)
        if team is None:
            from availability.roster.team import Team  # noqa: PLC0415  (loads numpy)

            if len(teams) >= MOST_TEAMS:
                teams.clear()
            fits = [agent for agent in self.agents if rule is None or rule.fits(agent)]
            team = teams[rule] = Team(fits)
        return team


def checked_minimum(minimum: int) -> int:
    """Return how many are needed at least.

    Raises:
        ConfigurationError: not a whole number from 1 to 1,000,000,000.
    """
    if not is_count(minimum):
        raise ConfigurationError(f"minimum: {describe(minimum)}; allowed: {ALLOWED_COUNT}")
    return minimum
