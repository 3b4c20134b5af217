"""Real processes on one file: killed, many at a time, forked, out of room."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from desks import MONDAY, numbered

from availability import SqliteStore

pytestmark = pytest.mark.skipif(os.name == "nt", reason="no fork, and no SIGKILL")

PRELUDE = '''
import os, sys
from datetime import timedelta
from desks import MONDAY, learned, numbered
from availability import SqliteStore, StoreError
path, first, step = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
def remember(store, snapshot):
    """Whoever is late by an hour of the snapshots' time is told of it."""
    try:
        store.remember(snapshot)
    except StoreError as error:
        if "was a clock set ahead?" not in str(error):
            raise
'''
WRITE = """
with SqliteStore(path, keep=timedelta(minutes=100)) as store:
    number = first
    while True:
        store.remember(numbered(number))
        print(number, flush=True)
        number += step
"""
#: Makes one file after the other.
MAKE = """
number = first
while True:
    print(number, flush=True)
    with SqliteStore(f"{path}-{number}") as store:
        store.remember(numbered(number))
    number += 1
"""
#: Opens a new file when it is told to.
TOGETHER = """
print("ready", flush=True)
sys.stdin.readline()
with SqliteStore(path) as store:
    for number in range(first, 120, step):
        remember(store, numbered(number))
print("done", flush=True)
"""


def started(script, path, first=0, step=1):
    return subprocess.Popen(
        [sys.executable, "-c", PRELUDE + script, str(path), str(first), str(step)],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def ran(script, path):
    with started(script, path) as process:
        said = process.communicate(timeout=60)[0]
    assert process.returncode == 0
    return said


def killed(process, chance, most):
    """Kill a process when it has said some number of lines, and return all that it said."""
    with process:
        said = [process.stdout.readline() for _ in range(chance.randrange(1, most))]
        time.sleep(chance.random() / 50)
        process.send_signal(signal.SIGKILL)
        said += process.stdout.read().splitlines()
    assert process.returncode == -signal.SIGKILL
    return [int(line) for line in said]


def assert_whole(path):
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


@pytest.mark.long
def test_what_was_reported_is_there_after_a_kill(tmp_path):
    path, chance = tmp_path / "rosters.db", random.Random(1)
    reported, logs = [-1], 0
    for _ in range(15):
        reported += killed(started(WRITE, path, reported[-1] + 2), chance, 40)
        logs += (tmp_path / "rosters.db-wal").stat().st_size > 0
        with SqliteStore(path) as store:
            # One more may have been written, and not reported any more
            assert store.latest() in (numbered(reported[-1]), numbered(reported[-1] + 1))
            found = list(store.since(MONDAY))
        numbers = [int((one.learned_at - MONDAY).total_seconds()) // 60 for one in found]
        assert found == [numbered(number) for number in numbers]
        assert {one for one in reported if one > reported[-1] - 100} <= {-1, *numbers}
        assert_whole(path)
    assert logs > 5  # it was killed before it could tidy up


def test_a_kill_while_a_file_is_made(tmp_path):
    chance = random.Random(2)
    for round_ in range(8):
        path = tmp_path / f"{round_}"
        last = killed(started(MAKE, path), chance, 8)[-1]
        for number in range(last + 1):
            with SqliteStore(f"{path}-{number}") as store:
                if number < last:
                    assert store.latest() == numbered(number)
                store.remember(numbered(number))
                assert store.latest() == numbered(number)
        assert_whole(f"{path}-{last}")


@pytest.mark.parametrize("processes", [2, 4])
def test_processes_make_and_write_one_file_together(tmp_path, processes):
    path = tmp_path / "rosters.db"
    writers = [started(TOGETHER, path, number, processes) for number in range(processes)]
    for one in writers:
        assert one.stdout.readline() == "ready\n"
    for one in writers:
        one.stdin.write("go\n")
        one.stdin.flush()
    for one in writers:
        with one:
            assert one.communicate(timeout=60)[0] == "done\n"
    assert_whole(path)
    with SqliteStore(path) as store:
        found = list(store.since(MONDAY))
        assert store.latest() == numbered(119)
    # Whoever was late was left out; nothing is there twice, nothing out of order
    numbers = [int((one.learned_at - MONDAY).total_seconds()) // 60 for one in found]
    assert numbers == sorted(set(numbers))
    assert found == [numbered(number) for number in numbers]


def test_a_fork_has_locks_of_its_own(tmp_path):
    """The parent closes the file, as if the last: the child's log must not be deleted."""
    script = """
store = SqliteStore(path)
store.remember(numbered(0))
to_child, from_child = os.pipe(), os.pipe()
child = os.fork()
if child == 0:
    store.remember(numbered(1))
    os.write(from_child[1], b"1")
    os.read(to_child[0], 1)
    store.remember(numbered(2))
    os._exit(store.latest() != numbered(2))
os.read(from_child[0], 1)
print(store.latest() == numbered(1))
store.close()
os.write(to_child[1], b"1")
print(os.waitpid(child, 0)[1])
"""
    path = tmp_path / "rosters.db"
    assert ran(script, path) == "True\n0\n"
    with SqliteStore(path) as store:
        assert list(store.since(MONDAY)) == [numbered(number) for number in range(3)]
    assert_whole(path)


def test_a_fork_while_other_threads_write(tmp_path):
    """No child waits for a thread that it lacks."""
    script = """
import threading, warnings
warnings.simplefilter("ignore", DeprecationWarning)  # forking beside threads is what is tested
store = SqliteStore(path)
done = threading.Event()
def write():
    number = 0
    while not done.is_set():
        remember(store, numbered(number))
        number += 1
threads = [threading.Thread(target=write) for _ in range(2)]
for thread in threads:
    thread.start()
codes = []
for _ in range(8):
    child = os.fork()
    if child == 0:
        store.remember(numbered(100_000))
        store.latest()
        store.close()
        os._exit(0)
    codes.append(os.waitpid(child, 0)[1])
done.set()
for thread in threads:
    thread.join()
print(codes, store.latest() == numbered(100_000))
"""
    path = tmp_path / "rosters.db"
    assert ran(script, path) == f"{[0] * 8} True\n"
    assert_whole(path)


def test_a_store_is_given_up_in_spite_of_the_hooks(tmp_path):
    script = """
import gc, weakref
store = SqliteStore(path)
found = weakref.ref(store._file)
store.close()
del store
gc.collect()
print(found())
child = os.fork()
if child == 0:
    os._exit(0)
print(os.waitpid(child, 0)[1])
"""
    assert ran(script, tmp_path / "rosters.db") == "None\n0\n"


def test_a_file_that_may_not_grow(tmp_path):
    """A quota is an error of the disk, and nothing that was stored is lost."""
    script = """
import resource
store = SqliteStore(path)
for number in range(10):
    store.remember(numbered(number))
size = 1_000_000
resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
held = 10
try:
    while True:
        store.remember(numbered(held))
        held += 1
except StoreError as error:
    print(type(error.__cause__).__name__, "disk" in str(error), path in str(error))
print(store.latest() == numbered(held - 1), held > 10)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
store.remember(numbered(held))
print(list(store.since(MONDAY)) == [numbered(number) for number in range(held + 1)])
store.close()
"""
    path = tmp_path / "rosters.db"
    assert ran(script, path) == "OperationalError True True\nTrue True\nTrue\n"
    assert_whole(path)
