"""The command week: a heat map of the headcount, and a bar for each agent.
Imports bars, desk_options, heat, options, over, show, view, roster, errors.
"""

from __future__ import annotations

from datetime import timedelta

from availability.cli import options
from availability.cli.desk_options import DeskOptions, takes_desk
from availability.cli.heat import NOBODY, labels_of, print_heat
from availability.cli.over import doubt, doubtful
from availability.cli.show import console, hours, print_left_out
from availability.cli.view import View, print_document
from availability.errors import one_line
from availability.roster.agent import Agent
from availability.roster.roster import Roster
from availability.roster.skills import SkillRule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from availability.roster.week import StaffedDay, Week

A_DAY = timedelta(days=1)


@takes_desk
def week(
    *,
    at: options.AtText = None,
    desk: DeskOptions,
    as_json: options.Json = False,
) -> None:
    """The week around --at, by the schedules: how many are on duty hour by hour, and who.

    It is from Monday to Sunday in the zone shown; a day on which its clocks change has 23
    or 25 hours.
    """
    rule = desk.rule
    with desk.ask(at) as (roster, view):
        print_left_out(roster)
        found = roster.week(view.at, tz=view.tz)
        if as_json:
            print_document(_document(view, found, roster, rule))
        else:
            _print(view, found, roster, rule)


def _print(view: View, found: Week, roster: Roster, rule: SkillRule | None) -> None:
    from availability.cli.bars import print_bars  # noqa: PLC0415  (loads numpy)

    out = console()
    out.print(view.heading())
    if not len(roster):
        out.print("There are no agents.")
        return
    chosen = "" if rule is None else f" with {one_line(str(rule))}"
    out.print(f"\nOn duty{chosen}, {found.days[0].day} to {found.days[-1].day}:")
    print_heat(out, found)
    out.print(_notes(found, roster))
    out.print()
    print_bars(out, found, roster)


def _notes(found: Week, roster: Roster) -> str:
    """Say what the figures are, and which days are longer or shorter than others."""
    odd = [day for day in found.days if day.length != A_DAY]
    changes = "".join(f" {labels_of(day.day)[0]} has {hours(day.length)}." for day in odd)
    unknown = doubt(doubtful(roster, found.headcount.start, found.headcount.end))
    return f"The lowest headcount of each hour; {NOBODY} is nobody.{changes}{unknown}"


def _document(view: View, found: Week, roster: Roster, rule: SkillRule | None) -> dict[str, object]:
    return {
        "at": view.rfc3339(view.at),
        "start": view.rfc3339(found.headcount.start),
        "end": view.rfc3339(found.headcount.end),
        "timezone": view.tz,
        "skill": None if rule is None else str(rule),
        "days": [_day(view, day) for day in found.days],
        "agents": [_agent(view, found, agent) for agent in roster],
    }


def _day(view: View, day: StaffedDay) -> dict[str, object]:
    return {
        "date": day.day.isoformat(),
        "length_seconds": day.length.total_seconds(),
        "hours": [
            {
                "hour": one.clock_hour.hour,
                **view.ends(one.clock_hour.interval),
                "least": one.least,
                "mean": one.mean,
            }
            for one in day.hours
        ],
    }


def _agent(view: View, found: Week, agent: Agent) -> dict[str, object]:
    """Return from when to when an agent is on duty in the week, and where nobody can say."""
    from availability.roster.team import Team  # noqa: PLC0415  (loads numpy)

    micros = found.headcount.micros
    window = int(micros[0]), int(micros[-1]), view.tz
    team = Team([agent])
    return {
        "id": agent.id,
        "name": agent.name,
        "on_duty": [view.ends(each) for each in team.headcount(*window).at_least(1)],
        "unknown": [view.ends(each) for each in team.unknown(*window).at_least(1)],
    }
