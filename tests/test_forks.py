"""What is told of forks: whatever becomes of the others, and no longer than it is held."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from pathlib import Path

import pytest

from availability import SqliteStore, StoreError, forks

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")

PRELUDE = """
import os, sys, threading
from availability.forks import keep_quiet
class Thing:
    def __init__(self, name, before=None, after=None):
        self.name, self.told, self.raises = name, [], {"before": before, "after": after}
        keep_quiet(self)
    def tell(self, what, when):
        self.told.append(what)
        if self.raises[when]:
            raise self.raises[when]
    def before_fork(self):
        self.tell("before", "before")
    def after_fork(self, *, in_child):
        self.tell("child" if in_child else "parent", "after")
def forked(in_child):
    child = os.fork()
    if child == 0:
        in_child()
        sys.stdout.flush()
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
"""


def ran(script):
    done = subprocess.run(
        [sys.executable, "-c", PRELUDE + script],
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout, done.stderr


def test_each_is_told_before_and_after():
    script = """
things = [Thing("a"), Thing("b")]
forked(lambda: print([one.told for one in things], flush=True))
print([one.told for one in things])
"""
    said = "".join(f"{[['before', there]] * 2}\n" for there in ("child", "parent"))
    assert ran(script) == (said, "")


def test_what_one_raises_keeps_nothing_from_the_others():
    script = """
odd = KeyboardInterrupt("odd")
things = [Thing("a", before=odd), Thing("b"), Thing("c", after=odd), Thing("d")]
for _ in range(2):
    forked(lambda: print({tuple(one.told) for one in things}, flush=True))
    print({tuple(one.told) for one in things}, flush=True)
    for one in things:
        one.told.clear()
# Nor is the list of them locked: another thread can add to it
thread = threading.Thread(target=Thing, args="e", daemon=True)
thread.start()
thread.join(10)
print(thread.is_alive())
"""
    said, errors = ran(script)
    assert said == "{('before', 'child')}\n{('before', 'parent')}\n" * 2 + "False\n"
    assert "KeyboardInterrupt: odd" in errors  # Python tells of it


def test_one_that_comes_during_a_fork_is_told_of_the_next():
    script = """
late = []
class Maker(Thing):
    def before_fork(self):
        late.append(Thing("late"))
maker = Maker("maker")
forked(lambda: print(late[0].told, flush=True))
forked(lambda: print(late[0].told, flush=True))
"""
    assert ran(script) == ("[]\n['before', 'child']\n", "")


def test_stores_that_are_gone_leave_nothing(tmp_path):
    gc.collect()
    before = len(forks._quiet)
    for number in range(100):
        SqliteStore(tmp_path / "rosters.db").close()
        with pytest.raises(StoreError):
            SqliteStore(tmp_path / f"{number}" / "rosters.db")
    gc.collect()
    assert len(forks._quiet) <= before
