"""What was known of a desk, and when: who was on duty by it, what changed."""

from __future__ import annotations

import pickle
from datetime import date, datetime, timedelta, timezone

import pytest
from desks import HOUR, MICROSECOND, MONDAY, agent, learned

from availability import (
    Change,
    History,
    Leave,
    NaiveDatetimeError,
    NothingKnownError,
    SqliteStore,
    Status,
    StoreError,
    WindowError,
)

A, B, C = (agent(f"ou_{name}") for name in "abc")
LATE_A = agent("ou_a", "10:00-18:00")
OFFLINE_B = B.__replace__(status=Status.OFFLINE, status_code=2)
#: Monday 08:00: both from nine; 09:30: one from ten; 12:00: a third.
EIGHT, HALF_PAST, NOON = MONDAY + 8 * HOUR, MONDAY + 9.5 * HOUR, MONDAY + 12 * HOUR
NINE_QUARTER = MONDAY + 9.25 * HOUR
SNAPSHOTS = (
    learned(EIGHT, A, B),
    learned(HALF_PAST - MICROSECOND, A, B),
    learned(HALF_PAST, B, LATE_A),
    learned(NOON, OFFLINE_B, C, gone=["ou_a"]),
)


@pytest.fixture
def store(tmp_path):
    with SqliteStore(tmp_path / "rosters.db") as store:
        for one in SNAPSHOTS:
            store.remember(one)
        yield store


@pytest.mark.parametrize(
    ("as_of", "known"),
    [
        (None, 3),
        (EIGHT, 0),
        (HALF_PAST - MICROSECOND, 1),
        (HALF_PAST, 2),
        (NOON - MICROSECOND, 2),
        (NOON + timedelta(days=9), 3),
    ],
)
def test_the_roster_as_it_was_known(store, as_of, known):
    found = History(store).roster(as_of)
    assert found == SNAPSHOTS[known].roster
    assert found.fetched_at == SNAPSHOTS[known].learned_at


def test_who_is_gone_is_known(store):
    assert History(store).roster().gone == {"ou_a"}


@pytest.mark.parametrize(
    ("at", "as_of", "ids"),
    [
        (NINE_QUARTER, None, ["ou_a", "ou_b"]),  # it was not known yet that A begins at ten
        (NINE_QUARTER, HALF_PAST, ["ou_b"]),
        (NINE_QUARTER, NOON, ["ou_b", "ou_c"]),
        (NOON, None, ["ou_b", "ou_c"]),
        (NOON + timedelta(days=7), None, ["ou_b", "ou_c"]),
        (NOON, EIGHT, ["ou_a", "ou_b"]),
        (MONDAY + 20 * HOUR, None, []),
    ],
)
def test_who_was_on_duty_by_what_was_known(store, at, as_of, ids):
    assert sorted(one.id for one in History(store).on_duty(at, as_of)) == ids


CHANGES = [
    Change(HALF_PAST, "ou_a", A, LATE_A),
    Change(NOON, "ou_b", B, OFFLINE_B),
    Change(NOON, "ou_c", None, C),
    Change(NOON, "ou_a", LATE_A, None),
]


@pytest.mark.parametrize(
    ("start", "end", "changes"),
    [
        (MONDAY, MONDAY + timedelta(days=1), CHANGES),
        (EIGHT, NOON, CHANGES[:1]),
        (HALF_PAST, NOON, CHANGES[:1]),
        (HALF_PAST, HALF_PAST + MICROSECOND, CHANGES[:1]),
        (HALF_PAST, HALF_PAST, []),
        (HALF_PAST + MICROSECOND, NOON, []),
        (NOON, NOON + HOUR, CHANGES[1:]),
        (NOON + HOUR, NOON + 2 * HOUR, []),
        (MONDAY - 2 * HOUR, MONDAY, []),
        (
            datetime.min.replace(tzinfo=timezone.utc),
            datetime.max.replace(tzinfo=timezone.utc),
            CHANGES,
        ),
    ],
)
def test_what_changed(store, start, end, changes):
    assert History(store).changes(start, end) == changes


def test_what_a_change_is():
    assert [one.kind for one in CHANGES] == ["changed", "changed", "added", "removed"]
    assert [one.fields for one in CHANGES] == [("schedule",), ("status", "status_code"), (), ()]
    assert pickle.loads(pickle.dumps(CHANGES)) == CHANGES


def test_what_is_forgotten_is_no_change(store):
    store.forget(HALF_PAST)
    assert History(store).changes(MONDAY, MONDAY + timedelta(days=1)) == CHANGES[1:]


def test_rosters_are_prepared_and_changes_are_not(store):
    away = Leave("ou_a", date(2026, 6, 1), tz="UTC")
    history = History(store, prepare=lambda roster: roster.with_overrides(away))
    assert [one.id for one in history.on_duty(NINE_QUARTER)] == ["ou_b"]
    assert history.roster(EIGHT)["ou_a"].overrides == (away,)
    assert history.changes(MONDAY, NOON) == CHANGES[:1]


def test_before_anything_was_known(store, tmp_path):
    history = History(store)
    for ask in (history.roster, history.on_duty):
        with pytest.raises(NothingKnownError, match=r"known yet at 2026-06-01T07:59:59\.999999"):
            ask(EIGHT - MICROSECOND)
    with SqliteStore(tmp_path / "new.db") as empty:
        with pytest.raises(NothingKnownError, match=r"^nothing of the desk was known yet$"):
            History(empty).roster()
        assert History(empty).changes(MONDAY, NOON) == []


def test_windows_and_instants_that_are_none(store):
    with pytest.raises(WindowError):
        History(store).changes(NOON, EIGHT)
    with pytest.raises(NaiveDatetimeError):
        History(store).on_duty(datetime(2026, 6, 1))
    with pytest.raises(NaiveDatetimeError):
        History(store).on_duty(NOON, as_of=datetime(2026, 6, 1))


def test_a_history_of_a_file(store, tmp_path):
    with History.open(tmp_path / "rosters.db") as history:
        assert history.roster() == SNAPSHOTS[3].roster
    with pytest.raises(StoreError, match="the store is closed"):
        history.roster()
    with History(store) as history:
        pass
    assert store.latest() == SNAPSHOTS[3]  # whoever opened it closes it


def test_a_file_that_is_not_there_is_not_made(tmp_path):
    with pytest.raises(StoreError, match=r"rosters\.db: no such file$"):
        History.open(tmp_path / "rosters.db")
    assert list(tmp_path.iterdir()) == []


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def test_reading_leaves_a_file_as_it_is(store, tmp_path):
    store.close()
    before = contents(tmp_path)
    with History.open(tmp_path / "rosters.db") as history:
        assert len(history.changes(MONDAY, MONDAY + 24 * HOUR)) == 4
    assert contents(tmp_path) == before
    assert list(before) == ["rosters.db"]


def test_reading_leaves_the_file_of_one_who_was_killed_as_it_is(store, tmp_path):
    killed = tmp_path / "killed"
    killed.mkdir()
    for path in tmp_path.glob("rosters.db*"):  # as they are while the store is open
        (killed / path.name).write_bytes(path.read_bytes())
    before = contents(killed)
    assert before["rosters.db-wal"]
    with History.open(killed / "rosters.db") as history:
        assert [one.id for one in history.roster()] == ["ou_b", "ou_c"]
    after = contents(killed)
    assert after["rosters.db"] == before["rosters.db"]
    assert after["rosters.db-wal"] == before["rosters.db-wal"]


def test_an_empty_file_is_no_memory_and_stays_empty(tmp_path):
    path = tmp_path / "empty # file?.db"
    path.touch()
    with pytest.raises(StoreError, match="nothing in it"):
        History.open(path)
    assert contents(tmp_path) == {path.name: b""}


def test_when_a_memory_begins(store, tmp_path):
    history = History(store)
    assert history.begins == EIGHT
    with pytest.raises(NothingKnownError, match="it begins at 2026-06-01T08:00:00"):
        history.roster(EIGHT - MICROSECOND)
    with SqliteStore(tmp_path / "new.db") as new:
        assert History(new).begins is None
