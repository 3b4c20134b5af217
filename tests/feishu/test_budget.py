"""How many calls are let through: by minute and month, in memory and in a file."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from availability import (
    Budget,
    BudgetError,
    ConfigurationError,
    InstantError,
    NaiveDatetimeError,
    Patience,
    RateLimitedError,
)
from availability.feishu import tally
from availability.feishu.sandbox import Canned

TOKEN = "/open-apis/auth/v3/tenant_access_token/internal"
SHANGHAI = ZoneInfo("Asia/Shanghai")


def spent(budget, calls):
    """How many of so many calls are let through."""
    count = 0
    for _ in range(calls):
        try:
            budget.spend()
        except BudgetError:
            continue
        count += 1
    return count


def refusal(budget):
    with pytest.raises(BudgetError) as caught:
        budget.spend()
    return caught.value


@pytest.fixture(params=["memory", "file"])
def budget(request, clock, tmp_path):
    """Return a function that makes a budget, in memory and in a file."""
    file = None if request.param == "memory" else tmp_path / "calls"
    return lambda **limits: Budget(**limits, file=file, clock=clock)


# What the limits are


def test_a_minute_is_a_sliding_window(budget, clock):
    three = budget(per_minute=3)
    for wait in (0, 20, 20):
        clock.tick(seconds=wait)
        three.spend()
    error = refusal(three)
    assert str(error) == (
        "not sent: per_minute=3 is used up, by 3 calls in 60 s; the next is let through in 20 s"
    )
    assert error.retry_after == 20
    clock.tick(seconds=19.999999)
    assert refusal(three).retry_after == 1e-6
    clock.tick(microseconds=1)
    three.spend()
    assert refusal(three).retry_after == 20


def test_a_month_is_china_s(budget, clock):
    clock.now = datetime(2026, 6, 30, 15, 59, 30, tzinfo=timezone.utc)  # 23:59:30 in Shanghai
    two = budget(per_month=2)
    assert spent(two, 3) == 2
    error = refusal(two)
    assert str(error) == (
        "not sent: per_month=2 is used up, by 2 calls in 2026-06 (Asia/Shanghai); "
        "the next is let through at 2026-07-01 00:00+0800"
    )
    assert error.retry_after == 30
    clock.tick(seconds=30)
    assert spent(two, 3) == 2
    assert refusal(two).retry_after == 31 * 86_400
    clock.now = datetime(2026, 12, 31, 15, tzinfo=timezone.utc)
    assert spent(two, 3) == 2
    assert refusal(two).retry_after == 3600


def test_the_longer_wait_is_told(budget):
    one = budget(per_minute=1, per_month=1)
    one.spend()
    assert refusal(one).retry_after > 86_400


def test_what_is_refused_is_not_counted(budget, clock):
    one = budget(per_minute=1, per_month=3)
    for _ in range(3):
        assert spent(one, 5) == 1
        clock.tick(minutes=1)
    assert "per_month" in str(refusal(one))


def test_no_limit(budget):
    assert spent(budget(), 1000) == 1000


def test_a_clock_that_goes_back_blocks_for_a_minute_at_most(budget, clock):
    two = budget(per_minute=2)
    assert spent(two, 2) == 2
    clock.tick(days=-400)
    assert refusal(two).retry_after == 60
    clock.tick(seconds=30)
    assert refusal(two).retry_after == 30
    clock.tick(seconds=30)
    assert spent(two, 3) == 2


def test_a_clock_that_goes_back_into_the_month_before_knows_what_it_had(budget, clock):
    clock.now = datetime(2026, 7, 1, tzinfo=SHANGHAI) - timedelta(seconds=1)
    two = budget(per_month=2)
    assert spent(two, 3) == 2
    clock.tick(seconds=2)
    two.spend()
    clock.tick(seconds=-2)
    refusal(two)
    clock.tick(seconds=2)
    assert spent(two, 3) == 1


def test_the_last_minutes_alone_are_kept(clock, tmp_path):
    budget = Budget(per_minute=5, file=tmp_path / "calls", clock=clock)
    for _ in range(30):
        budget.spend()
        clock.tick(days=20)
    with closing(sqlite3.connect(tmp_path / "calls")) as db:
        assert db.execute("SELECT count(*) FROM recent").fetchone() == (1,)
        assert db.execute("SELECT count(*) FROM months").fetchone()[0] <= 2


@given(
    st.one_of(st.none(), st.integers(1, 4)),
    st.one_of(st.none(), st.integers(1, 6)),
    st.lists(st.sampled_from([0, 1, 7, 29, 30, 31, 59, 60, 61, 3600, 86_400 * 9]), max_size=60),
)
def test_like_a_naive_list_of_instants(per_minute, per_month, waits):
    """Of all that was let through, count those that a limit speaks of."""
    now = datetime(2026, 6, 30, 15, 58, tzinfo=timezone.utc)
    budget = Budget(per_minute, per_month, clock=lambda: now)
    sent = []
    for wait in waits:
        now += timedelta(seconds=wait)
        here = now.astimezone(SHANGHAI)
        months = [at.astimezone(SHANGHAI) for at in sent]
        in_month = sum((at.year, at.month) == (here.year, here.month) for at in months)
        in_minute = sum(now - at < timedelta(minutes=1) for at in sent)
        allowed = (per_minute is None or in_minute < per_minute) and (
            per_month is None or in_month < per_month
        )
        assert spent(budget, 1) == allowed
        sent += [now] * allowed


# Threads, processes, restarts


def test_threads_share_one(budget):
    ten = budget(per_minute=10)
    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(lambda _: spent(ten, 5), range(8))) == 10


def test_a_file_outlives_who_wrote_it(clock, tmp_path):
    file = tmp_path / "calls"
    assert spent(Budget(per_month=5, file=file, clock=clock), 3) == 3
    assert spent(Budget(per_month=5, file=str(file), clock=clock), 3) == 2


def test_only_its_owner_may_read_it(clock, tmp_path):
    Budget(per_month=5, file=tmp_path / "calls", clock=clock).spend()
    assert stat.S_IMODE((tmp_path / "calls").stat().st_mode) == 0o600


def test_processes_together_never_go_beyond(tmp_path):
    script = f"""
from datetime import datetime, timezone
from availability import Budget, BudgetError
at = datetime(2026, 6, 1, tzinfo=timezone.utc)
budget = Budget(per_month=200, file={str(tmp_path / "calls")!r}, clock=lambda: at)
print("ready", flush=True)
input()
count = 0
for _ in range(100):
    try:
        budget.spend()
    except BudgetError:
        continue
    count += 1
print(count)
"""
    all_three = [
        subprocess.Popen(
            [sys.executable, "-c", script],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    for one in all_three:
        assert one.stdout.readline() == "ready\n"
    for one in all_three:
        one.stdin.write("go\n")
        one.stdin.flush()
    told = [one.communicate(timeout=60) for one in all_three]
    assert [errors for _, errors in told] == ["", "", ""]
    counts = [int(count) for count, _ in told]
    assert sum(counts) == 200
    assert all(count <= 100 for count in counts)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
def test_a_fork_shares_the_file_and_no_lock(clock, tmp_path):
    budget = Budget(per_month=3, file=tmp_path / "calls", clock=clock)
    budget.spend()
    with budget._counts.get().lock:
        child = os.fork()
        if not child:
            os._exit(spent(budget, 1))
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 1
    assert spent(budget, 3) == 1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
def test_a_fork_while_another_thread_has_the_file_open(tmp_path):
    """SQLite in the child would hold the file for locked by itself, for good."""
    script = f"""
import os, sys, threading, time, warnings
from datetime import datetime, timezone
from availability import Budget
from availability.feishu import tally
warnings.simplefilter("ignore", DeprecationWarning)  # forking beside threads is what is tested
tally.LONGEST_LOCK = 2.0
at = datetime(2026, 6, 1, tzinfo=timezone.utc)
inside = threading.Event()
def clock():
    if threading.current_thread().name == "spends":
        looks.append(1)
        if len(looks) == 2:  # the first look at the clock is before the file is opened
            inside.set()
            time.sleep(0.2)
    return at
budget = Budget(per_month=100, file={str(tmp_path / "calls")!r}, clock=clock)
codes = []
for _ in range(3):
    looks = []
    inside.clear()
    thread = threading.Thread(target=budget.spend, name="spends")
    thread.start()
    inside.wait()
    child = os.fork()
    if child == 0:
        budget.spend()
        os._exit(budget._counts.get().failed_at is not None)
    codes.append(os.waitpid(child, 0)[1])
    thread.join()
with tally.TallyFile(budget.file).changing() as found:
    print(codes, sum(found.months.values()))
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.stdout, done.stderr) == ("[0, 0, 0] 6\n", "")


# A file that cannot be used


def corrupt(path):
    path.write_bytes(b"not a database at all, but long enough to be looked at" * 20)


def another_s(path):
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE recent (at TEXT)")
        db.execute("INSERT INTO recent VALUES ('yesterday')")
        db.commit()


def other_tables(path):
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE months (name TEXT)")
        db.commit()


def not_writable(path):
    """A view in the place of a table can be read alone, by root too."""
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE VIEW recent AS SELECT 1 AS at")
        db.commit()


def too_many(path):
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE months (month INTEGER PRIMARY KEY, calls INTEGER NOT NULL)")
        db.execute("INSERT INTO months VALUES (99999, 1e20)")
        db.commit()


def endless(path):
    too_many(path)
    with closing(sqlite3.connect(path)) as db:
        db.execute("UPDATE months SET calls = 9e999")
        db.commit()


def not_in_unicode(path):
    """SQLite's message about it has these bytes."""
    too_many(path)
    path.write_bytes(path.read_bytes().replace(b"CREATE TABLE", b"CREATE\xffTABLE"))


ODD = {
    "corrupt": corrupt,
    "more calls than SQLite can count": too_many,
    "calls without end": endless,
    "not in Unicode": not_in_unicode,
    "a folder": lambda path: path.mkdir(),
    "another program's": another_s,
    "other tables": other_tables,
    "not writable": not_writable,
}


@pytest.mark.parametrize("name", ODD)
def test_a_file_that_cannot_be_used_stops_nobody(clock, tmp_path, logged, name):
    file = tmp_path / "calls"
    ODD[name](file)
    budget = Budget(per_minute=2, file=file, clock=clock)
    for _ in range(5):
        assert spent(budget, 3) == 2
        clock.tick(minutes=1)
    assert logged().count("WARNING") == 1
    assert f"budget: {file} cannot be used (" in logged()
    assert "counting in memory" in logged()


def test_a_folder_that_is_not_there_yet(clock, tmp_path, logged):
    """Once the file can be used it is told what was sent meanwhile."""
    file = tmp_path / "later" / "calls"
    budget = Budget(per_month=9, file=file, clock=clock)
    assert spent(budget, 4) == 4
    file.parent.mkdir()
    clock.tick(seconds=59)
    budget.spend()
    assert not file.exists()
    clock.tick(seconds=1)
    budget.spend()
    assert spent(Budget(per_month=9, file=file, clock=clock), 9) == 3
    assert logged().count("WARNING") == 1


def test_what_was_known_of_a_file_that_is_gone_still_counts(clock, tmp_path):
    folder = tmp_path / "here"
    folder.mkdir()
    budget = Budget(per_month=5, file=folder / "calls", clock=clock)
    assert spent(budget, 3) == 3
    folder.rename(tmp_path / "gone")
    assert spent(budget, 9) == 2
    (tmp_path / "gone").rename(folder)
    clock.tick(minutes=1)
    assert spent(budget, 9) == 0
    assert spent(Budget(per_month=5, file=folder / "calls", clock=clock), 9) == 0


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write")
def test_a_file_that_may_only_be_read(clock, tmp_path, logged):
    file = tmp_path / "calls"
    assert spent(Budget(per_month=5, file=file, clock=clock), 1) == 1
    file.chmod(0o400)
    assert spent(Budget(per_month=5, file=file, clock=clock), 9) == 5
    assert "cannot be used" in logged()


def test_a_file_that_is_locked_too_long(clock, tmp_path, monkeypatch, logged):
    monkeypatch.setattr(tally, "LONGEST_LOCK", 0.01)
    file = tmp_path / "calls"
    budget = Budget(per_minute=2, file=file, clock=clock)
    budget.spend()
    with closing(sqlite3.connect(file, isolation_level=None)) as db:
        db.execute("BEGIN EXCLUSIVE")
        assert spent(budget, 2) == 1
    assert "locked" in logged()
    clock.tick(minutes=1)
    assert spent(budget, 3) == 2
    assert logged().count("WARNING") == 1


def test_it_warns_again_of_what_failed_again(clock, tmp_path, logged):
    folder = tmp_path / "folder"
    budget = Budget(per_minute=2, file=folder / "calls", clock=clock)
    for _ in range(2):
        budget.spend()
        folder.mkdir()
        clock.tick(minutes=1)
        budget.spend()
        clock.tick(minutes=1)
        folder.rename(tmp_path / f"gone {len(list(tmp_path.iterdir()))}")
    assert logged().count("WARNING") == 2


# Through a client


def test_every_sending_counts(connect, sandbox, clock, fails):
    budget = Budget(per_minute=5, clock=clock)
    patience = Patience(attempts=4, sleep=lambda _: None)
    client = connect(sandbox.url, budget=budget, patience=patience)
    sandbox.answer_next(Canned(503, b"", path=TOKEN), Canned(503, b""))
    client.agents()
    client.skills()
    assert len(sandbox.seen) == 5
    error = fails(BudgetError, client.agents)
    assert isinstance(error, RateLimitedError)
    assert error.retry_after == 60
    assert len(sandbox.seen) == 5
    clock.tick(minutes=1)
    assert client.agents()


def test_a_refusal_ends_the_sendings(connect, sandbox, clock, fails):
    slept = []
    patience = Patience(attempts=9, sleep=slept.append)
    client = connect(sandbox.url, budget=Budget(per_minute=3, clock=clock), patience=patience)
    sandbox.answer_next(*[Canned(503, b"")] * 9)
    error = fails(BudgetError, client.agents)
    assert str(error).startswith("not sent: per_minute=3")
    assert "; sent" not in str(error)
    assert (len(sandbox.seen), len(slept)) == (3, 2)


def test_clients_share_one_that_outlives_them(connect, sandbox, clock, fails):
    budget = Budget(per_month=4, clock=clock)
    for _ in range(2):
        client = connect(sandbox.url, budget=budget)
        client.agents()
        client.close()
    fails(BudgetError, connect(sandbox.url, budget=budget).agents)


# What a budget is made of


@pytest.mark.parametrize("limit", [0, -1, True, 1.5, "5"])
@pytest.mark.parametrize("name", ["per_minute", "per_month"])
def test_limits_that_are_none(name, limit):
    with pytest.raises(ConfigurationError, match=rf"{name}: .*; allowed: 1 or more, or None"):
        Budget(**{name: limit})


@pytest.mark.parametrize("file", ["", 7, b"calls", "a\0b", True])
def test_files_that_are_none(file):
    with pytest.raises(ConfigurationError, match=r"^file: .*; allowed: a path$"):
        Budget(per_month=1, file=file)


def test_clocks_that_are_none():
    with pytest.raises(NaiveDatetimeError):
        Budget(clock=lambda: datetime(2026, 6, 1))
    with pytest.raises(InstantError):
        Budget(clock=lambda: 7)


def test_its_repr(tmp_path):
    assert repr(Budget(5, file="calls")) == ("Budget(per_minute=5, per_month=None, file='calls')")
