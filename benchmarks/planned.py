"""What a calendar, leave and extra shifts cost, beside the same schedule without them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from random import Random
from typing import Any

from measure import Loop, contestant, kept, one, race, two
from setting import Question, Setting
from targets import Bound, Line, lines
from workload import FIRST, instants, near_now, windows

from availability import ExtraShift, Leave, Timeline, WeeklySchedule, WorkCalendar

MONTH = timedelta(days=30)
TZ = "Asia/Shanghai"
ROWS = [
    {"weekday": 10, "start_time": "09:00", "end_time": "12:00"},
    {"weekday": 10, "start_time": "13:00", "end_time": "18:00"},
]
#: How many times the same without.
COST = Bound("without", at_most=1.5)


def overrides() -> list[Leave | ExtraShift]:
    """Return a usual plan: a week off a year, a free afternoon a week, a late evening a month."""
    years = range(FIRST.year, FIRST.year + 3)
    return [
        *(Leave("ou_1", date(year, 8, 3), date(year, 8, 9)) for year in years),
        Leave(
            "ou_1",
            datetime(FIRST.year, 1, 7, 14),
            datetime(FIRST.year, 1, 7, 18),
            rule="FREQ=WEEKLY;BYDAY=WE",
        ),
        *(
            ExtraShift("ou_1", datetime(year, month, 20, 19), datetime(year, month, 20, 22))
            for year in years
            for month in range(1, 13)
        ),
    ]


def timelines() -> dict[str, Timeline]:
    """Return a schedule by a calendar, one with overrides, and both; the bare one is the peer."""
    calendar = WorkCalendar.china()
    plain = WeeklySchedule.parse(ROWS, tz=TZ)
    dated = WeeklySchedule.parse(ROWS, tz=TZ, calendar=calendar, calendar_fallback="literal")
    planned = overrides()
    return {
        "by a calendar": Timeline(dated),
        "with overrides": Timeline(plain, planned),
        "with both": Timeline(dated, planned),
    }


@dataclass(frozen=True, slots=True)
class Compared:
    """One question to each of the timelines, beside the bare one."""

    name: str
    asks: str
    arguments: Callable[[Random], Sequence[Any]]
    loop: Loop

    def __call__(self, setting: Setting) -> Iterator[Line]:
        """Yield a line for each timeline."""
        arguments = self.arguments(setting.chance(self.name))
        bare = Timeline(WeeklySchedule.parse(ROWS, tz=TZ))
        for what, timeline in timelines().items():
            field = [
                contestant(name, [(getattr(asked, self.asks), arguments)], self.loop)
                for name, asked in (("ours", timeline), ("without", bare))
            ]
            yield from lines(f"{self.name}, {what}", race(field, setting.rounds), [COST])


COMPARED = (
    Compared("planned: is_on_duty near now", "is_on_duty", partial(near_now, 400), one),
    Compared("planned: is_on_duty random", "is_on_duty", partial(instants, 1000), one),
    Compared("planned: next_change near now", "next_change", partial(near_now, 400), kept),
    Compared("planned: next_change random", "next_change", partial(instants, 1000), kept),
    Compared("planned: duty_time of 30 days", "duty_time", partial(windows, 200, MONTH), two),
)
QUESTIONS: Sequence[Question] = tuple((each.name, each) for each in COMPARED)
