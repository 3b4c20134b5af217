"""A roster that is kept fresh: through outages, restarts, forks, and clocks that are set."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from datetime import date, datetime, timedelta, timezone

import pytest
from clock import MONDAY_10, Clock
from live_desk import Client, agent

from availability import (
    AuthenticationError,
    CircuitOpenError,
    ConfigurationError,
    HelpdeskClient,
    Leave,
    LiveRoster,
    Patience,
    PayloadError,
    ServerError,
    Snapshot,
    SqliteStore,
    State,
    Status,
    StoreError,
    UnknownAgentError,
    WorkCalendar,
)
from availability.feishu.sandbox import Canned, Sandbox
from availability.live.beat import Beat

UTC = timezone.utc
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
OUTAGE = Canned(502, b"<html>Bad Gateway</html>", {"Content-Type": "text/html"})


def states(desk, *agent_ids):
    return [desk.check(agent_id).state.value for agent_id in agent_ids]


def test_an_outage_from_its_beginning_to_its_end(keep, client, clock):
    desk = keep(max_stale=timedelta(minutes=30))
    desk.refresh()
    assert (desk.age, desk.stale, desk.error) == (timedelta(), False, None)
    assert states(desk, "ou_1", "ou_2") == ["available", "unavailable"]
    assert desk.available() == [desk.roster["ou_1"]]

    client.fail()
    clock.tick(minutes=1)
    with pytest.raises(ServerError):
        desk.refresh()
    assert (desk.age, desk.stale) == (MINUTE, True)
    assert str(desk.error) == str(client.error)
    assert desk.error.__traceback__ is None
    answer, found = desk.check("ou_1"), desk.available()
    assert (answer.state, answer.stale, answer.age) == (State.AVAILABLE, True, MINUTE)
    assert (found, found.stale, found.age) == ([desk.roster["ou_1"]], True, MINUTE)

    clock.tick(minutes=9)  # the status counts no longer, the schedule does
    assert states(desk, "ou_1", "ou_2") == ["unknown", "unavailable"]
    clock.tick(minutes=20)
    assert states(desk, "ou_1", "ou_2", "ou_new") == ["unknown"] * 3
    assert (desk.available(), desk.available().age) == ([], 30 * MINUTE)
    assert desk.check("ou_2").why == "nothing recent is known of the desk"

    client.recover()
    desk.refresh()
    assert (desk.age, desk.stale, desk.error) == (timedelta(), False, None)
    assert states(desk, "ou_1", "ou_2") == ["available", "unavailable"]
    with pytest.raises(UnknownAgentError):
        desk.check("ou_new")


def test_before_anything_is_known_nobody_can_say(keep):
    desk = keep()
    assert (list(desk.roster), desk.age, desk.stale) == ([], None, True)
    assert states(desk, "ou_1") == ["unknown"]
    assert (desk.available(), desk.available().age) == ([], None)
    assert repr(desk) == "<LiveRoster of 0 agents, age None, stale>"


def test_what_is_overdue_is_stale_though_nothing_failed(keep, clock):
    desk = keep()
    desk.refresh()
    clock.tick(seconds=119)  # a usual wait, and another
    assert not desk.stale
    clock.tick(seconds=1)
    assert desk.stale
    assert desk.check("ou_1").stale


def test_statuses_count_for_two_waits_or_as_long_as_is_said(keep, clock):
    assert keep().roster.status_ttl == timedelta(minutes=5)
    assert keep(refresh=600).roster.status_ttl == timedelta(minutes=20)
    assert keep(status_ttl=90).roster.status_ttl == timedelta(seconds=90)


def test_who_is_gone_is_remembered(keep, client):
    desk = keep()
    desk.refresh()
    client.agents.pop()
    desk.refresh()
    assert desk.check("ou_2").why == "no longer on the desk"


def test_a_desk_that_is_empty_all_at_once_must_say_so_twice(keep, client):
    client.agents = [agent(f"ou_{number}") for number in range(4)]
    desk = keep()
    desk.refresh()
    client.agents, everybody = [], client.agents
    with pytest.raises(PayloadError, match="no agents, where there were 4"):
        desk.refresh()
    assert (len(desk.roster), desk.stale) == (4, True)
    client.agents = everybody
    desk.refresh()
    client.agents = []
    with pytest.raises(PayloadError):
        desk.refresh()
    assert len(desk.refresh()) == 0
    assert desk.check("ou_0").why == "no longer on the desk"


def test_agents_as_they_were_stay_the_same_objects(keep, client):
    desk = keep()
    before = desk.refresh()
    client.agents = [agent("ou_1"), agent("ou_2", [])]
    after = desk.refresh()
    assert after is desk.roster
    assert after["ou_1"] is before["ou_1"]
    assert after["ou_2"] is not before["ou_2"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"refresh": 0}, "refresh: int 0; allowed: a timedelta or seconds, above 0"),
        ({"refresh": -1.5}, "refresh: float -1.5"),
        ({"refresh": True}, "refresh: bool True"),
        ({"refresh": "60"}, "refresh: str '60'"),
        ({"refresh": float("nan")}, "refresh: float nan"),
        ({"refresh": 1e300}, "refresh: float 1e+300"),
        ({"refresh": timedelta()}, "refresh: timedelta"),
        ({"max_stale": 119}, "max_stale: 0:01:59; allowed: twice refresh (0:01:00) or more"),
        ({"status_ttl": 0}, "status_ttl: int 0"),
        ({"status_ttl": 89}, "status_ttl: 0:01:29; allowed: one and a half times refresh"),
        ({"store": 5}, "store: int 5; allowed: a path or a SnapshotStore"),
        ({"prepare": 5}, "prepare: int 5 cannot be called"),
    ],
)
def test_settings_that_cannot_be(options, said, keep):
    with pytest.raises(ConfigurationError) as caught:
        keep(**options)
    assert str(caught.value).startswith(said)


def test_prepare_is_given_every_roster(keep, clock, tmp_path):
    def with_leave(roster):
        return roster.with_overrides(Leave("ou_1", date(2026, 6, 1), reason="年假"))

    for _ in range(2):  # fetched, then remembered
        client = Client(clock, agent("ou_1"))
        desk = keep(client=client, prepare=with_leave, store=tmp_path / "desk.db")
        desk._keeper.restore() or desk.refresh()
        assert desk.check("ou_1").why.startswith("on leave")
        desk.close()
    assert client.calls == 0


def test_what_prepare_raises_is_told_at_the_start_and_stops_nothing_later(keep, client, caplog):
    def second_thoughts(roster):
        if client.calls != 2:
            raise ZeroDivisionError
        return roster

    with pytest.raises(ZeroDivisionError), keep(prepare=second_thoughts):
        pass
    with keep(prepare=second_thoughts) as desk:
        desk._keeper.step()
        assert isinstance(desk.error, ZeroDivisionError)
        assert desk.stale
        assert states(desk, "ou_1") == ["available"]
    assert "the roster could not be refreshed" in caplog.text


def test_a_start_waits_for_the_first_roster(keep, client):
    with keep() as desk:
        assert len(desk.roster) == 2
        assert client.calls == 1
        desk.start()  # is started already
        assert client.calls == 1


def test_threads_that_start_it_at_once_start_it_once(keep):
    desk = keep()
    ready = threading.Barrier(5)

    def start():
        ready.wait()
        desk.start()

    threads = [threading.Thread(target=start) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    names = [thread.name for thread in threading.enumerate()]
    assert names.count("availability-live") == 1


def test_what_comes_after_closing_does_not_open_the_store_again(keep, path):
    desk = keep(store=path)
    with desk:
        pass
    path.unlink()
    desk.refresh()
    assert not path.exists()


def test_a_refresh_by_hand_is_followed_by_the_next_in_its_time(keep, client, clock):
    clock.now = datetime(2026, 6, 1, 20, tzinfo=UTC)  # nobody is there: quiet
    client.agents = client.agents[:1]
    with keep() as desk:
        client.agents = [
            agent("ou_2", [{"weekday": 9, "start_time": "00:00", "end_time": "24:00"}])
        ]
        desk.refresh()
        due = desk._beat.get()._due
        assert EPOCH + timedelta(microseconds=due) == clock.now + MINUTE


def test_a_thread_that_is_asked_to_exit_goes_on(caplog, clock):
    steps = Steps(3600)

    def step():
        steps()
        raise SystemExit

    beat = Beat(step, clock, steps.seconds, nap=0.01)
    beat.start()
    until(lambda: steps.taken == 1)
    steps.now += 60
    until(lambda: steps.taken == 2)
    beat.stop()
    assert "a step failed that never should" in caplog.text


def test_a_refusal_for_good_is_told_at_the_start(keep, client):
    client.fail(AuthenticationError("wrong secret"))
    with pytest.raises(AuthenticationError), keep():
        pass
    assert "availability-live" not in {thread.name for thread in threading.enumerate()}


@pytest.mark.parametrize("error", [ServerError("502"), CircuitOpenError("not sent")])
def test_a_start_in_an_outage_is_a_start_all_the_same(error, keep, client):
    client.fail(error)
    with keep() as desk:
        assert states(desk, "ou_1") == ["unknown"]
        client.recover()
        desk.refresh()
        assert states(desk, "ou_1") == ["available"]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "desk.db"


def test_a_restart_answers_at_once_and_with_its_age(keep, client, clock, path):
    with keep(store=path) as desk:
        before = desk.roster
    clock.tick(minutes=3)
    fetching = threading.Event()
    client.roster = lambda: fetching.wait(20) and Client.roster(client)
    with keep(store=str(path)) as desk:
        assert list(desk.roster) == list(before)
        assert (desk.age, desk.stale) == (timedelta(minutes=3), True)
        assert desk.check("ou_1").state is State.AVAILABLE
        fetching.set()
        until(lambda: not desk.stale)
        assert desk.age == timedelta()


def until(is_over):
    for _ in range(2000):
        if is_over():
            return
        time.sleep(0.01)
    raise AssertionError("it never came")


def test_a_restart_after_too_long_knows_that_it_does_not_know(keep, client, clock, path):
    keep(store=path).refresh()
    clock.tick(hours=9)
    client.fail()
    with keep(store=path, max_stale=timedelta(hours=8)) as desk:
        assert len(desk.roster) == 2
        assert states(desk, "ou_1", "ou_2") == ["unknown", "unknown"]


def test_who_comes_late_can_be_told_what_was_before_a_restart(keep, client, clock, path):
    keep(store=path).refresh()
    clock.tick(minutes=10)
    client.agents[0] = agent("ou_1", status=Status.OFFLINE)
    keep(store=path).refresh()
    clock.tick(hours=9)
    client.agents[0] = agent("ou_1")
    desk = keep(store=path)
    desk.refresh()
    told = [
        (event.at, event.agent.id, event.on)
        for event in iter(desk.watch(since=MONDAY_10).take, None)
    ]
    assert told == [
        (MONDAY_10 + timedelta(minutes=10), "ou_1", False),
        (MONDAY_10 + timedelta(hours=8), "ou_2", True),
    ]


class Failing:
    """A store that can do nothing."""

    def latest(self):
        raise StoreError("desk.db: the disk is full")

    def remember(self, snapshot):
        raise OSError("the network of somebody's own store is down")

    def since(self, at):
        raise StoreError("desk.db: the disk is full")

    def close(self):
        raise AssertionError("it is not the desk's to close")


def test_a_store_that_fails_does_not_stop_the_desk(keep, caplog):
    desk = keep(store=Failing())
    assert desk.store_error is None
    with desk:
        assert states(desk, "ou_1") == ["available"]
        desk.refresh()
        assert str(desk.store_error).startswith("the store failed: OSError: the network")
        with pytest.raises(StoreError):
            desk.watch(since=MONDAY_10 - MINUTE)
    assert caplog.text.count("the network of somebody") == 1
    assert caplog.text.count("the roster is kept, but not remembered") == 3


def test_a_memory_shared_with_a_clock_that_is_ahead_is_told(keep, client, clock, path):
    with keep(store=path) as desk, SqliteStore(path) as other:
        ahead = clock() + timedelta(hours=2)
        other.remember(Snapshot.learned(client.roster(), ahead))
        desk.refresh()
        said = str(desk.store_error)
        assert "2026-06-01T04:00:00+00:00, later than this one, of 2026-06-01T02:00:00+0" in said
        assert "was a clock set ahead?" in said
        clock.tick(hours=3)
        desk.refresh()
        assert desk.store_error is None


def test_a_file_that_is_no_store_is_left_alone_until_it_is_mended(keep, path, caplog):
    path.write_text("not a database, but somebody's novel, and long enough to be one" * 99)
    desk = keep(store=path)
    with desk:
        assert states(desk, "ou_1") == ["available"]
        assert "desk.db" in str(desk.store_error)
        assert path.read_text().startswith("not a database")
        path.unlink()
        desk.refresh()
        assert desk.store_error is None
    with SqliteStore(path, create=False) as store:
        assert len(store.latest().roster) == 2


def test_a_file_that_remembers_another_desk_is_refused(keep, client, clock, path):
    keep(store=path).refresh()
    other = Client(clock, agent("ou_9"))
    other.helpdesk_id = "900"
    desk = keep(client=other, store=path)
    assert not desk._keeper.restore()
    desk.refresh()
    assert "it remembers another desk, 700; give 900 a file of its own" in str(desk.store_error)
    assert [one.id for one in desk.roster] == ["ou_9"]
    with SqliteStore(path) as store:
        assert [one.id for one in store.latest().roster] == ["ou_1", "ou_2"]


@pytest.mark.parametrize("instead", [None, b""])
def test_a_file_that_is_deleted_or_replaced_is_made_anew(instead, keep, path, tmp_path, caplog):
    desk = keep(store=path)
    desk.refresh()
    for each in tmp_path.iterdir():
        each.unlink()
    if instead is not None:
        path.write_bytes(instead)
    desk.refresh()
    assert desk.store_error is None
    assert "deleted or replaced" in caplog.text
    with SqliteStore(path) as store:
        assert len(store.latest().roster) == 2


def test_a_given_store_stays_open(keep, path):
    with SqliteStore(path) as store:
        keep(store=store).refresh()
        desk = keep(store=store)
        with desk:
            pass
        assert store.latest() is not None


@pytest.fixture
def sandbox():
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def connected(sandbox):
    patience = Patience(attempts=1)
    with HelpdeskClient.from_env(sandbox.environment, patience=patience) as client:
        yield client


def test_in_real_time_it_goes_through_an_outage_by_itself(sandbox, connected):
    with LiveRoster(connected, refresh=0.05, max_stale=0.5) as desk:
        fetched = desk.roster.fetched_at
        until(lambda: desk.roster.fetched_at > fetched)
        sandbox.break_down(OUTAGE)
        until(lambda: desk.stale and desk.error is not None)
        until(lambda: desk.check(desk.roster.agents[0].id).why.startswith("nothing recent"))
        sandbox.recover()
        until(lambda: not desk.stale)
        assert [one.id for one in desk.roster] == [one.id for one in connected.roster()]


def test_closing_does_not_wait_for_the_next_fetch(sandbox, connected):
    with LiveRoster(connected, refresh=3600, max_stale=7200) as desk:
        thread = desk._beat.get()._thread
        assert thread.is_alive()
    assert not thread.is_alive()
    assert len(desk.roster) == 23  # the last one can still be read
    desk.close()
    with desk:  # and it can be started again
        assert desk.watch().take() is None
        assert not desk._tape.is_closed


def run(program, sandbox, *options):
    command = [sys.executable, *options, "-c", program]
    environ = {**os.environ, **sandbox.environment}
    done = subprocess.run(
        command, check=False, env=environ, capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "")


FORK = """if True:
    import os, threading
    from availability import HelpdeskClient, LiveRoster

    def names():
        return sorted(t.name for t in threading.enumerate() if t.name.startswith("availability"))

    client = HelpdeskClient.from_env()
    with client, LiveRoster(client, refresh=0.05, max_stale=60) as desk:
        fetched = desk.roster.fetched_at
        child = os.fork()
        if not child:
            code = 1
            try:
                assert names() == []
                assert desk.watch().take() is None
                assert names() == ["availability-live"]
                assert len(desk.roster) == 23
                while desk.roster.fetched_at == fetched:
                    pass
                desk.close()
                assert names() == []
                code = 0
            finally:
                os._exit(code)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert names() == ["availability-live"]
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
def test_a_fork_fetches_for_itself(sandbox):
    run(FORK, sandbox, "-W", "ignore")


def test_a_program_that_forgets_to_close_ends_all_the_same(sandbox):
    program = "from availability import *\nLiveRoster(HelpdeskClient.from_env()).start()"
    run(program, sandbox)


def test_a_remembered_roster_goes_by_the_clients_zones_and_calendar(sandbox, path, keep):
    closed = WorkCalendar("ours", [2026], [date(2026, 6, 1)], [], [])
    settings = {"environ": sandbox.environment, "calendar": closed, "clock": Clock()}
    with HelpdeskClient.from_env(**settings) as client:
        keep(client=client, store=path).refresh()
        fetched = client.roster()
    with HelpdeskClient.from_env(**settings, tz="Europe/London") as client:
        desk = keep(client=client, store=path)
        assert desk._keeper.restore()
        for one in desk.roster:
            if one.schedule is not None:
                assert one.schedule.calendar == closed
                assert one.schedule.tz == "Europe/London"
                assert one.schedule.ranges == fetched[one.id].schedule.ranges


class Steps:
    """A step that is counted, and what ``now`` of a clock is that may stand still."""

    def __init__(self, wait):
        self.wait = wait
        self.taken = self.looked = 0
        self.now = 0.0

    def __call__(self):
        self.taken += 1
        return self.wait

    def seconds(self):
        self.looked += 1
        return self.now


def test_a_beat_goes_on_when_the_laptop_wakes(clock):
    """Asleep, the clock that counts seconds stands still; that on the wall does not."""
    steps = Steps(3600)
    beat = Beat(steps, clock, steps.seconds, nap=0.01)
    beat.start()
    until(lambda: steps.taken == 1)
    clock.tick(hours=8)
    until(lambda: steps.taken == 2)
    beat.stop()


def test_a_beat_goes_on_when_the_clock_is_set_back(clock):
    steps = Steps(60)
    beat = Beat(steps, clock, steps.seconds, nap=0.01)
    beat.start()
    until(lambda: steps.taken == 1)
    clock.tick(days=-30)
    steps.now += 60
    until(lambda: steps.taken == 2)
    beat.stop()
    beat.stop()


def test_a_beat_does_not_wait_where_the_clock_is_set_back(clock):
    """What was fetched ahead of the clock is of no known age, and nobody can say."""
    steps = Steps(3600)
    beat = Beat(steps, clock, steps.seconds, nap=0.01)
    beat.start()
    until(lambda: steps.taken == 1)
    clock.tick(seconds=-1)  # as clocks are, every day
    steps.now += 0.5
    until(lambda: steps.looked > 3)
    assert steps.taken == 1
    clock.tick(hours=-8)
    until(lambda: steps.taken == 2)
    steps.looked = 0
    until(lambda: steps.looked > 3)
    assert steps.taken == 2
    beat.stop()
