"""Wall times that come again, by the rules of RFC 5545, section 3.3.10. Imports instants, errors.

dateutil works them out. It follows a rule through the year 9999, also one that
no date fits, so rules are bounded here, and followed at the end of its calendar.
"""

from __future__ import annotations

from _thread import allocate_lock
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from functools import lru_cache

from availability.engine.instants import CYCLE, CYCLE_YEARS, DAY, WALL_EPOCH
from availability.errors import OverrideError, one_line, short

#: No rule is followed for longer, and none that says that it goes on for longer is taken.
MOST_YEARS = 100
MOST_DAYS = 36_525
TOO_LONG = f"it goes on for more than {MOST_YEARS} years"
#: What a rule may be made of: nothing by which something comes more often than daily.
FREQUENCIES = ("YEARLY", "MONTHLY", "WEEKLY", "DAILY")
#: Of how many dates BYSETPOS chooses.
OF_SET = {"YEARLY": 366, "MONTHLY": 31, "WEEKLY": 7, "DAILY": 1}
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
OTHERS = ("FREQ", "UNTIL", "WKST")
#: From 1 to how many; lists of those, and of which may count from the end, so from how many.
NUMBERS = {"INTERVAL": MOST_DAYS, "COUNT": MOST_DAYS}
LISTS = {
    "BYMONTH": (1, 12),
    "BYWEEKNO": (-53, 53),
    "BYYEARDAY": (-366, 366),
    "BYMONTHDAY": (-31, 31),
    "BYDAY": (-53, 53),
    "BYSETPOS": (-366, 366),
}
#: How UNTIL is spelled: a date, a wall time, an instant.
DATE, WALL_TIME, INSTANT = "%Y%m%d", "%Y%m%dT%H%M%S", "%Y%m%dT%H%M%SZ"
#: Followed from these years on, every rule has a hundred years left, and at most five hundred.
FOLLOWED_FROM = 9500


class Recurrence:
    """When the occurrences of a rule start, in seconds since 1970 on the wall.

    None starts after ``last``; ``until`` is the last UTC second at which one may,
    or None.
    """

    def __init__(self, starts: Iterator[int], last: int, until: int | None) -> None:
        self.last = last
        self.until = until
        self._starts = starts
        self._lock = allocate_lock()
        #: A memo: the starts found so far.
        self._found = array("q")

    def between(self, first: int, end: int) -> list[int]:
        """Return the starts at one wall time or later, and before another."""
        self._follow(end)
        found = self._found
        return found[bisect_left(found, first) : bisect_left(found, end)].tolist()

    def first(self) -> int | None:
        """Return the first start, None if there is none."""
        self._follow(self.last - MOST_DAYS * DAY)
        return self._found[0] if self._found else None

    def _follow(self, end: int) -> None:
        """Find the starts up to one that is not before the end."""
        found = self._found
        with self._lock:
            while not found or found[-1] < end:
                start = next(self._starts, None)
                if start is None or start > self.last:
                    self._starts = iter(())
                    break
                found.append(start)


@lru_cache(maxsize=2048)
def recurrence(rule: str, start: int) -> Recurrence:
    """Return when a rule's occurrences start, the first one at a wall time or later.

    Raises:
        OverrideError: not a rule, one that could come more often than daily, one
            that no date fits, or one that goes on for more than a hundred years.
    """
    parts = _parts(rule)
    last, until = start + MOST_DAYS * DAY, None
    if "UNTIL" in parts:
        ends, is_instant = _until(rule, parts.pop("UNTIL"))
        if ends < start - 2 * DAY:  # wherever the clocks are
            raise _wrong(rule, "no date fits it")
        if ends > last:
            raise _wrong(rule, TOO_LONG)
        last, until = (last, ends) if is_instant else (ends, None)
    found = Recurrence(_followed(rule, parts, start), last, until)
    if found.first() is None:
        raise _wrong(rule, "no date fits it")
    if "COUNT" in parts and len(found.between(start, last + 1)) < int(parts["COUNT"]):
        raise _wrong(rule, TOO_LONG)
    return found


def _parts(rule: str) -> dict[str, str]:
    """Return the parts of a rule by their names, each checked on its own."""
    parts: dict[str, str] = {}
    for part in rule.split(";"):
        name, equals, value = part.partition("=")
        if not equals or name not in (*NUMBERS, *LISTS, *OTHERS) or name in parts:
            allowed = "another part" if name in parts else ", ".join((*OTHERS, *NUMBERS, *LISTS))
            raise _wrong(rule, f"{short(repr(part))}; allowed: {allowed}")
        if name in NUMBERS and not (_is_number(value) and 1 <= int(value) <= NUMBERS[name]):
            raise _wrong(rule, f"{short(repr(part))}; allowed: 1 to {NUMBERS[name]}")
        if name in LISTS:
            _check_list(rule, part, value.split(","), *LISTS[name])
        parts[name] = value
    if parts.get("FREQ") not in FREQUENCIES:
        raise _wrong(rule, f"FREQ is one of {', '.join(FREQUENCIES)}")
    most = OF_SET[parts["FREQ"]]
    if any(abs(int(place)) > most for place in parts.get("BYSETPOS", "0").split(",")):
        raise _wrong(rule, f"BYSETPOS goes to {most} with FREQ={parts['FREQ']}")
    if "COUNT" in parts and "UNTIL" in parts:
        raise _wrong(rule, "COUNT and UNTIL exclude each other")
    if any(day[:-2] for day in parts.get("BYDAY", "").split(",")) and (
        parts["FREQ"] not in ("YEARLY", "MONTHLY") or "BYWEEKNO" in parts
    ):
        raise _wrong(rule, "BYDAY has numbers, which need FREQ=MONTHLY, or YEARLY by months")
    return parts


def _check_list(rule: str, part: str, values: list[str], least: int, most: int) -> None:
    for value in values:
        number = value
        if part.startswith("BYDAY"):
            if value[-2:] not in DAYS:
                allowed = f"{', '.join(DAYS)}, also as in 1MO"
                raise _wrong(rule, f"{short(repr(part))}; allowed: {allowed}")
            number = value[:-2] or "1"
        digits = number.removeprefix("-") if least < 0 else number
        digits = digits.removeprefix("+")
        if not _is_number(digits) or not 1 <= int(digits) <= most or values.count(value) > 1:
            either = f" or {least} to -1" if least < 0 else ""
            raise _wrong(rule, f"{short(repr(part))}; allowed: 1 to {most}{either}, each once")


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 6


def _until(rule: str, text: str) -> tuple[int, bool]:
    """Return what UNTIL says, and whether that is a UTC second rather than a wall time."""
    for spelling, end_of_day in ((DATE, DAY - 1), (WALL_TIME, 0), (INSTANT, 0)):
        try:
            since = datetime.strptime(text, spelling) - WALL_EPOCH  # noqa: DTZ007  (on a wall)
        except ValueError:
            continue
        return since.days * DAY + since.seconds + end_of_day, spelling is INSTANT
    raise _wrong(
        rule, f"UNTIL={short(text)}; allowed: such as 20261231, 20261231T180000 or 20261231T100000Z"
    )


def _followed(rule: str, parts: Mapping[str, str], start: int) -> Iterator[int]:
    """Yield the starts of a rule's occurrences for some hundreds of years."""
    from dateutil.rrule import rrulestr  # noqa: PLC0415  (only who has rules waits for it)

    first = WALL_EPOCH + timedelta(seconds=start)
    cycles = (FOLLOWED_FROM - first.year + CYCLE_YEARS - 1) // CYCLE_YEARS
    first = first.replace(year=first.year + cycles * CYCLE_YEARS)
    text = ";".join("=".join(part) for part in parts.items())
    try:
        for at in rrulestr(text, dtstart=first):
            since = at - WALL_EPOCH
            yield since.days * DAY + since.seconds - cycles * CYCLE
    except (ValueError, LookupError, TypeError, OverflowError) as error:
        raise _wrong(rule, one_line(str(error))) from error


def _wrong(rule: str, what: str) -> OverrideError:
    return OverrideError(f"rule {short(repr(rule))}: {what}")
