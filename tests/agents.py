"""Strategies: agents and rosters of every kind, odd ones included."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from hypothesis import strategies as st
from strategies import ZONES, rows

from availability import Agent, Diagnostic, Roster, Skill, Status, WeeklySchedule

EDGE = datetime(2026, 3, 29, 1, tzinfo=timezone.utc)
#: Any text at all, with what neither UTF-8 nor a terminal takes.
TEXTS = st.one_of(
    st.sampled_from(["", "王芳", "a'b\"c\\", "\x00", "\ud800", "x\udcff", "\u2028", "😀", "{}"]),
    st.text(st.characters(), max_size=8),
)
SOME_TEXTS = st.one_of(st.none(), TEXTS)
#: Raw statuses; without 0, 1 and 1.0, which are equal to others and not the same.
CODES = st.sampled_from(
    [
        *(None, 2, 3, 4, 7, -1, 2.5, -0.0, 1e300, 5e-324, float("inf"), True),
        *(2**63, -(2**63) - 1, 10**5000, "1", "online", "\ud800"),
    ]
)
SKILLS = st.builds(Skill, TEXTS, SOME_TEXTS, st.booleans())
DIAGNOSTICS = st.builds(Diagnostic, TEXTS, TEXTS, SOME_TEXTS)


@st.composite
def schedules(draw):
    key = draw(ZONES)
    return WeeklySchedule.parse(
        draw(st.lists(rows(key, EDGE), max_size=4)),
        tz=key,
        end_2359=draw(st.sampled_from(["midnight", "literal"])),
    )


def agents(ids=TEXTS):
    return st.builds(
        Agent,
        id=ids,
        schedule=st.one_of(st.none(), schedules()),
        name=SOME_TEXTS,
        email=SOME_TEXTS,
        department=SOME_TEXTS,
        company_name=SOME_TEXTS,
        avatar_url=SOME_TEXTS,
        status=st.sampled_from(Status),
        status_code=CODES,
        skills=st.lists(SKILLS, max_size=3),
        diagnostics=st.lists(DIAGNOSTICS, max_size=3),
        unreadable_rows=st.integers(0, 3),
    )


@st.composite
def rosters(draw, fetched=EDGE):
    """A roster fetched at an instant, or at no known one."""
    return Roster(
        draw(st.lists(agents(), max_size=4)),
        fetched_at=draw(st.sampled_from([fetched, fetched - timedelta(microseconds=1), None])),
        left_out=draw(st.lists(DIAGNOSTICS, max_size=2)),
        skills=draw(st.one_of(st.none(), st.lists(SKILLS, max_size=2))),
        gone=draw(st.lists(TEXTS, max_size=2)),
    )
