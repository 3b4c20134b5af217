"""What is odd about the readable rows of a schedule. Imports schedule, value."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from operator import itemgetter, lt

from availability.engine.schedule import (
    DAY_MINUTES,
    DAYS,
    LAST_MINUTE,
    MIDNIGHTS,
    WEEK_MINUTES,
    clock,
    minutes_of,
)
from availability.engine.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from availability.engine.schedule import End2359, Spelled

#: From and to, in minutes since Monday 00:00; with the number of the row.
Span = tuple[int, int]
RowSpan = tuple[int, int, int]


class Meeting(Value):
    """Two rows of a schedule, by number, that share a stretch of the week or only touch.

    ``start`` and ``end`` bound the stretch in minutes since Monday 00:00, on the
    wall; they are equal where one row starts as the other ends. An end may lie
    beyond the week's 10,080 minutes.
    """

    __slots__ = _fields = ("row", "other", "start", "end")

    row: int
    other: int
    start: int
    end: int

    def __init__(self, row: int, other: int, start: int, end: int) -> None:
        self._fill(row, other, start, end)

    @property
    def is_overlap(self) -> bool:
        """Whether the rows share any time at all."""
        return self.start < self.end


def oddities(
    rows: Sequence[Spelled], end_2359: End2359, places: Sequence[int] | None = None
) -> Iterator[tuple[str, str]]:
    """Yield a code and a line for what is odd about each row, then about each two.

    ``rows`` are those of a schedule, ``places`` their numbers in the payload, where
    some of it could not be read.

    >>> for odd in oddities([(9, 1320, 360), (10, 300, 720)], "midnight", [0, 2]):
    ...     print(*odd)
    inverted schedule[0]: 22:00-06:00 ends before it starts: taken as a night shift
    overlap schedule[0] and schedule[2] overlap on Monday 05:00-06:00: merged
    """
    places = range(len(rows)) if places is None else places
    for place, (_, start, end) in zip(places, rows, strict=True):
        if end == LAST_MINUTE and end_2359 == "midnight":
            yield "end_2359", f"schedule[{place}].end_time: 23:59 is taken as the end of the day"
        if end < start:
            spelled = f"{clock(start)}-{clock(end)} ends before it starts"
            yield "inverted", f"schedule[{place}]: {spelled}: taken as a night shift"
    for one in meetings(rows, end_2359):
        both = f"schedule[{places[one.row]}] and schedule[{places[one.other]}]"
        if one.is_overlap:
            yield "overlap", f"{both} overlap on {_stretch(one)}: merged"
        else:
            yield "touching", f"{both} meet on {_moment(one)}: merged, no change there"


def meetings(rows: Sequence[Spelled], end_2359: End2359) -> list[Meeting]:
    """Return pairs of rows that overlap or touch, each pair once for either.

    Not every such pair, which could be too many: of the time that several rows
    share, every minute lies in both rows of some pair. Where duty goes on only
    because rows touch, some pair does so there.
    """
    minutes = minutes_of(rows, end_2359) if len(rows) > 1 else []
    if _are_apart(minutes):
        return []
    numbers = [row for row, (code, _, _) in enumerate(rows) for _ in MIDNIGHTS[code]]
    spans = sorted([(*span, row) for span, row in zip(minutes, numbers, strict=True)])
    kept = _kept(spans)
    _, reach, last = max(spans, key=itemgetter(1))
    reach -= WEEK_MINUTES  # Sunday's nights go on on Monday
    found: dict[tuple[int, int, bool], Meeting] = {}
    for start, end, row in spans:
        if start < reach or (start == reach and start not in kept):
            pair = (row, last) if row < last else (last, row)
            key = (*pair, start == reach)
            if key not in found:
                found[key] = Meeting(*pair, start, min(end, reach))
        if end > reach:
            reach, last = end, row
    return [found[key] for key in sorted(found)]


def _are_apart(minutes: Sequence[Span]) -> bool:
    """Return whether no two shifts of a week meet, as hardly any do: they need no sweep."""
    if not minutes:
        return True
    starts, ends = map(sorted, zip(*minutes, strict=True))
    return ends[-1] - WEEK_MINUTES < starts[0] and all(map(lt, ends, starts[1:]))


def _kept(spans: Iterable[RowSpan]) -> set[int]:
    """Return the midnights over which one row alone goes on: its whole days touch each other."""
    whole = {(start, row) for start, end, row in spans if end - start == DAY_MINUTES}
    return {start for start, row in whole if ((start - DAY_MINUTES) % WEEK_MINUTES, row) in whole}


def _stretch(meeting: Meeting) -> str:
    day, start = divmod(meeting.start, DAY_MINUTES)
    end = start + meeting.end - meeting.start
    late = f"{clock(end - DAY_MINUTES)} (next day)" if end > DAY_MINUTES else clock(end)
    return f"{DAYS[day]} {clock(start)}-{late}"


def _moment(meeting: Meeting) -> str:
    day, minute = divmod(meeting.start, DAY_MINUTES)
    return f"{DAYS[day]} {clock(minute)}"
