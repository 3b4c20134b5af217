"""A SQLite file of snapshots: what it holds, what it says of the past, what it forgets."""

from __future__ import annotations

import sqlite3
from datetime import date, datetime, timedelta, timezone
from threading import Thread

import pytest
from desks import HOUR, MICROSECOND, MINUTE, MONDAY, agent, learned, numbered

from availability import (
    Agent,
    ConfigurationError,
    Diagnostic,
    InstantError,
    Leave,
    NaiveDatetimeError,
    Roster,
    Skill,
    Snapshot,
    SqliteStore,
    Status,
    StoreError,
    WorkCalendar,
)
from availability.roster.roster import STATUS_TTL

A, B, C = (agent(f"ou_{name}") for name in "abc")
LATER_A = agent("ou_a", "10:00-18:00")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "rosters.db"


@pytest.fixture
def store(path):
    with SqliteStore(path) as store:
        yield store


def rows_of(path, table):
    connection = sqlite3.connect(path)
    (count,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    connection.close()
    return count


def test_a_new_store_knows_nothing(store):
    assert store.latest() is None
    assert store.as_of(MONDAY) is None
    assert list(store.since(MONDAY)) == []
    store.forget(MONDAY)
    assert store.latest() is None


def test_what_was_known_and_when(path):
    first, same, second = (
        learned(MONDAY, A, B),
        learned(MONDAY + HOUR, A, B),
        learned(MONDAY + 2 * HOUR, LATER_A, fetched=MONDAY + HOUR),
    )
    with SqliteStore(path) as store:
        for one in (first, same, second):
            store.remember(one)
    with SqliteStore(path) as store:
        assert store.latest() == second
        assert store.as_of(MONDAY - MICROSECOND) is None
        assert store.as_of(MONDAY) == first
        assert store.as_of(MONDAY + HOUR - MICROSECOND) == first
        assert store.as_of(MONDAY + HOUR) == same
        assert store.as_of(MONDAY + 5 * HOUR) == second
        assert list(store.since(MONDAY - HOUR)) == [first, second]
        assert list(store.since(MONDAY + HOUR)) == [same, second]
        assert list(store.since(MONDAY + 3 * HOUR)) == [second]


def test_all_of_a_roster_but_what_is_configuration(store):
    plain = Roster(
        [B, A],
        fetched_at=MONDAY,
        left_out=[Diagnostic("missing_id", "m")],
        skills=[Skill("s", "billing")],
        gone=["ou_c"],
    )
    calendar = WorkCalendar.from_dates([date(2026, 6, 1)])
    planned = plain.with_calendar(calendar).with_overrides(Leave("ou_a", date(2026, 6, 1)))
    store.remember(Snapshot.learned(planned.__replace__(status_ttl=HOUR), MONDAY + MINUTE))
    found = store.latest()
    assert found == Snapshot.learned(plain, MONDAY + MINUTE)
    assert found.roster.status_ttl == STATUS_TTL
    assert [one.id for one in found.roster] == ["ou_b", "ou_a"]


@pytest.mark.parametrize(
    "after",
    [
        [LATER_A, B],
        [A],
        [],
        [A, B, C],
        [B, A],
        [A, B.__replace__(status=Status.OFFLINE)],
    ],
    ids=["changed", "removed", "empty", "added", "order", "status"],
)
def test_what_is_another_and_comes_back(store, after):
    ours = [learned(MONDAY, A, B), learned(MONDAY + HOUR, *after), learned(MONDAY + 2 * HOUR, A, B)]
    for one in ours:
        store.remember(one)
    assert list(store.since(MONDAY)) == ours


@pytest.mark.parametrize(
    "change",
    [
        {"left_out": [Diagnostic("missing_id", "m")]},
        {"skills": []},
        {"gone": ["ou_x"]},
    ],
)
def test_a_desk_may_change_without_its_agents(store, change):
    ours = [learned(MONDAY, A), learned(MONDAY + HOUR, A, **change)]
    for one in ours:
        store.remember(one)
    assert list(store.since(MONDAY)) == ours


def test_only_what_changed_is_held(path, store):
    for minute in range(50):
        store.remember(learned(MONDAY + minute * MINUTE, A, B))
    assert [rows_of(path, name) for name in ("fetch", "observation", "record")] == [50, 3, 3]
    assert store.latest().roster.fetched_at == MONDAY + 49 * MINUTE
    for minute in range(50, 60):  # on and off: each text is held once
        store.remember(learned(MONDAY + minute * MINUTE, [A, LATER_A][minute % 2], B))
    assert [rows_of(path, name) for name in ("fetch", "observation", "record")] == [60, 12, 4]


def test_the_same_snapshot_twice_is_one(path, store):
    for _ in range(2):
        store.remember(learned(MONDAY, A))
    assert rows_of(path, "fetch") == 1
    store.remember(learned(MONDAY, A, fetched=MONDAY - HOUR))
    assert rows_of(path, "fetch") == 2
    assert store.latest().roster.fetched_at == MONDAY - HOUR


def test_of_two_learned_at_one_instant_the_latter_counts(store):
    both = [learned(MONDAY, A), learned(MONDAY, B)]
    for one in both:
        store.remember(one)
    assert store.as_of(MONDAY) == store.latest() == both[1]
    assert list(store.since(MONDAY - HOUR)) == both


def test_the_past_is_not_rewritten(store):
    newest = learned(MONDAY + 2 * HOUR, agent("ou_a", email="a@example.com"))
    store.remember(newest)
    for before in (MICROSECOND, HOUR - MICROSECOND):  # two processes at the same time
        store.remember(learned(MONDAY + 2 * HOUR - before, B))
        assert list(store.since(MONDAY)) == [newest]


@pytest.mark.parametrize("at", [MONDAY, MONDAY + HOUR])
def test_a_clock_that_was_ahead_is_told(store, path, at):
    newest = learned(MONDAY + 2 * HOUR, agent("ou_a", email="a@example.com"))
    store.remember(newest)
    with pytest.raises(StoreError) as raised:
        store.remember(learned(at, agent("ou_b", email="b@example.com")))
    assert str(raised.value) == (
        f"{path}: its newest snapshot is of 2026-06-01T02:00:00+00:00, later than this one, of "
        f"{at.isoformat()}: was a clock set ahead? "
        "set it right, or move the file away to begin anew"
    )
    assert list(store.since(MONDAY)) == [newest]
    later = learned(MONDAY + 3 * HOUR, B)
    store.remember(later)
    assert store.latest() == later


def test_a_clock_that_was_ahead_of_all_times(store, path):
    store.remember(learned(MONDAY, A))
    connection = sqlite3.connect(path)
    connection.execute(f"UPDATE fetch SET learned_at = {1 << 62}")
    connection.commit()
    connection.close()
    with pytest.raises(StoreError, match=r"rosters\.db: it is damaged: a fetch at no instant"):
        store.remember(learned(MONDAY + HOUR, B))


def test_an_unknown_fetch_and_odd_times(store):
    first = datetime(1, 1, 1, tzinfo=timezone.utc)
    last = datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=timezone.utc)
    ours = [Snapshot.learned(Roster([A]), first), learned(last, B)]
    for one in ours:
        store.remember(one)
    assert store.as_of(first) == ours[0]
    assert store.as_of(first).roster.fetched_at is None
    assert list(store.since(first)) == ours


def test_what_is_forgotten_and_what_was_known_then(store):
    ours = [numbered(number) for number in range(6)]
    for one in ours:
        store.remember(one)
    store.forget(MONDAY - MICROSECOND)
    assert list(store.since(MONDAY)) == ours
    store.forget(MONDAY + 3 * MINUTE - MICROSECOND)
    assert store.as_of(MONDAY + 2 * MINUTE - MICROSECOND) is None
    assert store.as_of(MONDAY + 2 * MINUTE) == ours[2]
    assert list(store.since(MONDAY)) == ours[2:]
    store.forget(MONDAY + HOUR)
    assert list(store.since(MONDAY)) == ours[5:]


def test_forgetting_leaves_no_remains(path, store):
    for number in range(100):
        store.remember(numbered(number))
    store.remember(learned(MONDAY + 5 * HOUR, A))
    store.forget(MONDAY + 5 * HOUR)
    assert [rows_of(path, name) for name in ("fetch", "observation", "record", "subject")] == [
        *(1, 2, 2, 2)
    ]


def test_the_past_is_kept_for_a_time(path):
    with SqliteStore(path, keep=timedelta(days=1)) as store:
        ours = [numbered(60 * hour) for hour in range(80)]
        for one in ours:
            store.remember(one)
        assert list(store.since(MONDAY)) == ours[-25:]
        assert rows_of(path, "fetch") == 25


def test_forgetting_is_once_an_hour_by_the_snapshots_own_time(path):
    with SqliteStore(path, keep=timedelta()) as store:
        counts = []
        for quarter in range(9):
            store.remember(numbered(15 * quarter))
            counts.append(rows_of(path, "fetch"))
    assert counts == [1, 2, 3, 4, 1, 2, 3, 4, 1]


@pytest.mark.parametrize("keep", [None, timedelta.max])
def test_all_can_be_kept(path, keep):
    with SqliteStore(path, keep=keep) as store:
        ours = [numbered(60 * 24 * 365 * year) for year in range(20)]
        for one in ours:
            store.remember(one)
        assert list(store.since(MONDAY)) == ours


@pytest.mark.long
def test_a_file_does_not_grow_without_end(path):
    """Pages set free are used again."""
    sizes = []
    with SqliteStore(path, keep=timedelta(hours=2)) as store:
        for number in range(1200):
            store.remember(numbered(number))
            if number % 300 == 299:
                sizes.append(path.stat().st_size)
    assert sizes[-1] <= sizes[0] * 1.2


def test_threads_share_a_store(store):
    ours = [numbered(number) for number in range(40)]
    store.remember(ours[0])
    odd = []

    def read():
        for number in range(40):
            if store.as_of(ours[0].learned_at) != ours[0]:
                odd.append(number)
            if store.latest() not in ours:
                odd.append(number)

    threads = [Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    for one in ours[1:]:
        store.remember(one)
    for thread in threads:
        thread.join()
    assert odd == []
    assert list(store.since(MONDAY)) == ours


def test_two_stores_on_one_file_compare_with_what_it_holds(path, store):
    with SqliteStore(path) as other:
        store.remember(learned(MONDAY, A))
        other.remember(learned(MONDAY + MINUTE, A))
        other.remember(learned(MONDAY + 2 * MINUTE, B))
        store.remember(learned(MONDAY + 3 * MINUTE, B))
        assert rows_of(path, "observation") == 5  # the desk twice, one, one and none
        assert store.latest() == other.latest() == learned(MONDAY + 3 * MINUTE, B)


def test_reading_on_while_others_remember_and_forget(path, store):
    ours = [numbered(number) for number in range(6)]
    for one in ours[:4]:
        store.remember(one)
    found = store.since(MONDAY)
    assert next(found) == ours[0]
    with SqliteStore(path) as other:
        other.remember(ours[4])
        other.forget(ours[2].learned_at)
    assert next(found) == ours[2]
    store.remember(ours[5])
    assert list(found) == ours[3:]


def test_what_is_forgotten_beside_a_reader_is_no_change(path, store):
    for number in range(3):
        store.remember(learned(MONDAY + number * HOUR, A, [B, C, B][number]))
    found = store.since(MONDAY)
    next(found)
    store.forget(MONDAY + 2 * HOUR)
    assert list(found) == []


@pytest.mark.parametrize(
    ("at", "error"), [(datetime(2026, 6, 1), NaiveDatetimeError), ("today", InstantError)]
)
@pytest.mark.parametrize("question", ["as_of", "since", "forget"])
def test_what_is_no_instant(store, question, at, error):
    with pytest.raises(error):
        getattr(store, question)(at)


def test_what_is_no_snapshot(store):
    with pytest.raises(ConfigurationError, match="snapshot: Roster"):
        store.remember(Roster([]))
    odd = learned(MONDAY, Agent("ou_a", None, name=5))
    with pytest.raises(StoreError, match=r"rosters\.db: agent .*name: int; allowed: str"):
        store.remember(odd)
    odd = learned(MONDAY, Agent("ou_a", None, name=b"5"))
    with pytest.raises(StoreError, match=r"rosters\.db: agent .* cannot be written"):
        store.remember(odd)
    assert store.latest() is None


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"keep": -HOUR}, "keep: timedelta .*; allowed: a timedelta or seconds, 0 or more"),
        ({"wait": -HOUR}, "wait: timedelta"),
        ({"keep": -1}, "keep: int -1"),
        ({"wait": float("nan")}, "wait: float nan"),
        ({"wait": float("inf")}, "wait: float inf"),
        ({"wait": True}, "wait: bool True"),
        ({"wait": None}, "wait: null"),
        ({"keep": "1"}, "keep: str '1'"),
    ],
)
def test_settings_that_cannot_be_used(path, options, said):
    with pytest.raises(ConfigurationError, match=f"^{said}"):
        SqliteStore(path, **options)
    assert not path.exists()


@pytest.mark.parametrize("wait", [0, 0.5, timedelta(), HOUR])
@pytest.mark.parametrize("keep", [None, 0, timedelta(), 7200, 2 * HOUR])
def test_lengths_of_time_or_seconds(path, wait, keep):
    with SqliteStore(path, wait=wait, keep=keep) as store:
        for number in range(5):
            store.remember(learned(MONDAY + number * HOUR, agent(f"ou_{number}")))
        seconds = keep.total_seconds() if isinstance(keep, timedelta) else keep
        kept = 5 if keep is None else 1 + int(seconds) // 3600
        assert len(list(store.since(MONDAY - HOUR))) == kept


def test_a_closed_store_says_so(path):
    store = SqliteStore(path)
    found = store.since(MONDAY)
    store.close()
    store.close()
    assert repr(store) == f"<SqliteStore {path}>"
    for ask in (store.latest, lambda: store.remember(learned(MONDAY)), lambda: next(found)):
        with pytest.raises(StoreError, match=r"rosters\.db: the store is closed"):
            ask()
