"""What a notebook shows of a schedule's week and of a number's curve.
Imports day_rules, instants, intervals, overrides, schedule, ticks, week, zones, svg, errors.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from availability.engine.instants import DAY, HOUR, MICROS
from availability.engine.intervals import by_turns, clipped
from availability.engine.schedule import WeeklySchedule
from availability.engine.ticks import NAMES, ticks
from availability.engine.week import week_pattern
from availability.engine.zones import WEEK, shown_in, zone_of
from availability.errors import one_line
from availability.svg import bars, curve, page

TYPE_CHECKING = False
if TYPE_CHECKING:
    from availability.engine.day_rules import DayRules
    from availability.engine.intervals import Span
    from availability.engine.overrides import Override
    from availability.svg import Piece

#: How many overrides are named, and how many marks a curve has at most.
MOST_NAMED = 5
MOST_TICKS = 7
HOURS = [(hour / 24, str(hour)) for hour in range(0, 25, 6)]


def week_spans(schedule: WeeklySchedule) -> list[Span]:
    """Return when a schedule is on duty in a week, by the clock: in seconds since Monday 00:00.

    >>> week_spans(WeeklySchedule.parse(
    ...     [{"weekday": 7, "start_time": "22:00", "end_time": "06:00"}], tz="UTC"))
    [(0, 21600), (597600, 604800)]
    """
    pattern = week_pattern(schedule)
    edges = [0, *pattern.edges] if pattern.starts_on else list(pattern.edges)
    return [(start, end) for start, end in by_turns(edges, WEEK) if start < end]


def week_html(schedule: WeeklySchedule, overrides: Sequence[Override] = ()) -> str:
    """Return the week of a schedule, and in words what binds more than it."""
    spans = week_spans(schedule)
    rows = [(name, _of_day(spans, day * DAY)) for day, name in enumerate(NAMES)]
    hours = sum(end - start for start, end in spans) / HOUR
    said = [f"{schedule.tz}: {hours:.6g} hours a week"]
    if schedule.day_rules is not None:
        said.append(_calendar(schedule.day_rules))
    said += [str(one) for one in overrides[:MOST_NAMED]]
    if len(overrides) > MOST_NAMED:
        kinds = Counter(one.kind for one in overrides[MOST_NAMED:])
        said.append(f"and {', '.join(f'{number} more {kind}' for kind, number in kinds.items())}")
    return page(bars(rows, HOURS, said[0]), said)


def steps_html(pieces: Iterable[Piece], micros: Span, tz: str, words: str) -> str:
    """Return the curve of a number over a window of UTC microseconds, and words about it."""
    start, end = micros
    ends = [shown_in(tz, at).isoformat(" ", "minutes") for at in micros]
    if start == end:
        return page("", [f"an empty window at {ends[0]} {tz}"])
    marks = ticks(zone_of(tz), -(-start // MICROS), end // MICROS, MOST_TICKS)
    places = [((second * MICROS - start) / (end - start), label) for second, label in marks]
    window = f"{ends[0]} to {ends[1]} {tz}"
    return page(curve(list(pieces), places, window), [window, words])


def _of_day(spans: Iterable[Span], midnight: int) -> list[tuple[float, float]]:
    inside = clipped(spans, midnight, midnight + DAY)
    return [((start - midnight) / DAY, (end - midnight) / DAY) for start, end in inside]


def _calendar(rules: DayRules) -> str:
    calendar = rules.calendar
    name = one_line(str(getattr(calendar, "name", type(calendar).__name__)))
    closed = "; no shift starts on a public holiday" if rules.closed_on_holidays else ""
    return f"working days by the calendar {name}, which differ from the week's{closed}"
