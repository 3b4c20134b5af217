"""Who goes on and off, as it happens: each once, in order, at the boundary itself."""

from __future__ import annotations

import asyncio
import threading
from datetime import date, datetime, timedelta, timezone

import pytest
from clock import MONDAY_10, Clock
from hypothesis import given
from hypothesis import strategies as st
from live_desk import Client, agent

from availability import Leave, NothingKnownError, Status, WindowError
from availability.live.events import Cause
from availability.live.live_roster import LiveRoster

UTC = timezone.utc
EIGHT = timedelta(hours=8)


def told(watch):
    """All that a watch has to tell by now: when, who, on or off, why."""
    found = []
    while (event := watch.take()) is not None:
        at = event.at.astimezone(timezone(EIGHT))
        state = "on" if event.on else "off"
        found.append(f"{at:%a %H:%M} {event.agent.id} {state}: {event.cause}")
    return found


@pytest.fixture
def desk(keep):
    desk = keep()
    desk.refresh()
    return desk


def test_shifts_begin_and_end_at_the_boundary(desk, clock):
    watch = desk.watch()
    assert told(watch) == []
    clock.now = datetime(2026, 6, 1, 9, 59, 59, 999_999, tzinfo=UTC)
    assert told(watch) == []
    clock.tick(microseconds=1)
    assert told(watch) == ["Mon 18:00 ou_2 on: shift began", "Mon 18:00 ou_1 off: shift ended"]
    assert told(watch) == []


def test_what_was_missed_is_told_in_order(desk, clock):
    watch = desk.watch()
    clock.tick(days=1)
    assert told(watch) == [
        "Mon 18:00 ou_2 on: shift began",
        "Mon 18:00 ou_1 off: shift ended",
        "Tue 09:00 ou_1 on: shift began",
        "Tue 09:00 ou_2 off: shift ended",
    ]


HOUR = {"hours": 1}
LEARNED = [
    ([agent("ou_1", status=Status.OFFLINE)], ["Mon 11:00 ou_1 off: set offline"]),
    ([agent("ou_1", status=Status.OFF_DUTY)], []),
    ([agent("ou_1", status=Status.UNKNOWN)], []),
    ([agent("ou_1", status=Status.REMOVED)], ["Mon 11:00 ou_1 off: removed"]),
    ([], ["Mon 11:00 ou_1 off: removed"]),
    ([agent("ou_1", [])], ["Mon 11:00 ou_1 off: schedule changed"]),
    ([agent("ou_1", None)], ["Mon 11:00 ou_1 off: unreadable"]),
    (
        [agent("ou_1", overrides=[Leave("ou_1", date(2026, 6, 1))])],
        ["Mon 11:00 ou_1 off: leave began"],
    ),
    ([agent("ou_1"), agent("ou_9")], ["Mon 11:00 ou_9 on: added"]),
    ([agent("ou_1"), agent("ou_9", [])], []),
    ([agent("ou_1", name="renamed")], []),
    (
        [agent("ou_9"), agent("ou_8")],
        ["Mon 11:00 ou_9 on: added", "Mon 11:00 ou_8 on: added", "Mon 11:00 ou_1 off: removed"],
    ),
]


@pytest.mark.parametrize(("agents", "events"), LEARNED)
def test_what_is_learned_is_told_when_it_is(agents, events, keep, clock):
    client = Client(clock, agent("ou_1"))
    desk = keep(client=client)
    desk.refresh()
    watch = desk.watch()
    clock.tick(**HOUR)
    client.agents = agents
    desk.refresh()
    assert told(watch) == events
    clock.tick(**HOUR)
    client.agents = [agent("ou_1")]
    desk.refresh()
    undone = {line.split()[2] for line in events}
    assert {line.split()[2] for line in told(watch)} == undone


@pytest.mark.parametrize(
    ("then", "cause"),
    [
        (agent("ou_1", status=Status.OFFLINE), "set online"),
        (agent("ou_1", status=Status.REMOVED), "added"),
        (agent("ou_1", []), "schedule changed"),
        (agent("ou_1", overrides=[Leave("ou_1", date(2026, 6, 1))]), "leave ended"),
    ],
)
def test_coming_back_has_its_causes_too(then, cause, keep, clock):
    client = Client(clock, then)
    desk = keep(client=client)
    desk.refresh()
    watch = desk.watch()
    client.agents = [agent("ou_1")]
    desk.refresh()
    assert told(watch) == [f"Mon 10:00 ou_1 on: {cause}"]


def test_leave_begins_and_ends_at_its_own_boundary(keep, clock):
    noon = datetime(2026, 6, 1, 12), datetime(2026, 6, 1, 13)
    desk = keep(client=Client(clock, agent("ou_1", overrides=[Leave("ou_1", *noon)])))
    desk.refresh()
    watch = desk.watch()
    clock.tick(hours=4)
    assert told(watch) == ["Mon 12:00 ou_1 off: leave began", "Mon 13:00 ou_1 on: leave ended"]


def test_nobody_goes_on_who_was_set_offline(keep, clock):
    desk = keep(client=Client(clock, agent("ou_1", status=Status.OFFLINE), agent("ou_2", None)))
    desk.refresh()
    watch = desk.watch()
    clock.tick(days=7)
    assert told(watch) == []


def test_before_anything_is_known_nothing_is_told_and_then_all(keep, clock, client):
    desk = keep()
    watch = desk.watch()
    assert told(watch) == []
    desk.refresh()
    assert told(watch) == ["Mon 10:00 ou_1 on: added"]


def test_each_watch_is_told_all_whenever_it_looks(desk, clock, client):
    often, rarely, closed = desk.watch(), desk.watch(), desk.watch()
    heard = []
    for hour in range(60):
        clock.tick(hours=1)
        if hour % 7 == 3:
            client.agents[0] = agent("ou_1", status=Status(1 + hour % 2))
            desk.refresh()
        heard += told(often)
    assert len(heard) > 8
    assert told(rarely) == heard
    closed.close()
    assert list(closed) == []


def test_who_comes_late_may_ask_for_what_was(desk, clock, client):
    early = desk.watch()
    for hour in range(30):
        clock.tick(minutes=2)
        if hour % 5 == 0:
            client.agents[0] = agent("ou_1", status=Status(1 + hour % 2))
            desk.refresh()
    assert told(desk.watch(since=MONDAY_10)) == told(early) != []
    late = told(desk.watch(since=MONDAY_10 + timedelta(minutes=30)))
    assert late == [line for line in told(desk.watch(since=MONDAY_10)) if line > "Mon 10:30"]
    assert told(desk.watch(since=clock.now + timedelta(seconds=50))) == []
    with pytest.raises(WindowError, match="yet to come"):
        desk.watch(since=clock.now + timedelta(days=1))


def test_before_what_is_known_there_is_nothing_to_tell(desk, keep):
    with pytest.raises(NothingKnownError, match="begins at 2026-06-01 02:00:00"):
        desk.watch(since=MONDAY_10 - timedelta(seconds=1))
    with pytest.raises(NothingKnownError, match="known: nothing yet"):
        keep().watch(since=MONDAY_10)


def test_after_an_hour_only_who_still_reads_knows(desk, clock, client):
    reader = desk.watch()
    client.agents[0] = agent("ou_1", status=Status.OFFLINE)
    clock.tick(minutes=10)
    desk.refresh()
    clock.tick(hours=3)
    client.agents[0] = agent("ou_1")
    desk.refresh()
    with pytest.raises(NothingKnownError):
        desk.watch(since=MONDAY_10)
    assert told(reader) == ["Mon 10:10 ou_1 off: set offline", "Mon 13:10 ou_1 on: set online"]


def test_a_clock_set_back_a_little_tells_nothing_twice(desk, clock):
    watch = desk.watch()
    clock.now = datetime(2026, 6, 1, 10, 0, tzinfo=UTC)
    assert len(told(watch)) == 2
    clock.tick(seconds=-5)
    assert told(watch) == []
    clock.tick(seconds=10)
    assert told(watch) == []


def test_a_clock_set_back_far_takes_back_what_was_told(desk, clock, client):
    watch = desk.watch()
    clock.now = datetime(2026, 6, 1, 12, tzinfo=UTC)
    desk.refresh()
    assert len(told(watch)) == 2
    clock.now = MONDAY_10
    desk.refresh()
    assert told(watch) == [
        "Mon 10:00 ou_1 on: clock set back",
        "Mon 10:00 ou_2 off: clock set back",
    ]
    client.agents[0] = agent("ou_1", status=Status.OFFLINE)
    desk.refresh()
    assert told(watch) == ["Mon 10:00 ou_1 off: set offline"]
    clock.now = datetime(2026, 6, 1, 12, tzinfo=UTC)
    assert told(watch) == ["Mon 18:00 ou_2 on: shift began"]


def test_past_max_stale_nobody_is_on_until_more_is_known(keep, clock):
    desk = keep(max_stale=timedelta(minutes=30))
    desk.refresh()
    watch, late = desk.watch(), desk.watch()
    clock.tick(minutes=30)
    assert told(watch) == ["Mon 10:30 ou_1 off: expired"]
    clock.tick(hours=9)  # nobody is told of shifts that may be others by now
    assert told(watch) == []
    desk.refresh()
    assert told(watch) == ["Mon 19:30 ou_2 on: known again"]
    clock.tick(minutes=29)
    desk.refresh()
    clock.tick(minutes=29)
    assert told(watch) == []
    assert told(late) == ["Mon 10:30 ou_1 off: expired", "Mon 19:30 ou_2 on: known again"]


def test_an_event_has_the_agent_as_known_last(keep, clock):
    client = Client(clock, agent("ou_1", name="Old"))
    desk = keep(client=client)
    desk.refresh()
    watch = desk.watch()
    assert told(watch) == []
    client.agents = [agent("ou_1", name="New")]
    desk.refresh()
    clock.tick(hours=9)
    assert watch.take().agent.name == "New"


def test_what_was_learned_by_a_clock_ahead_does_not_keep_others_waiting(
    keep, client, clock, tmp_path
):
    clock.tick(minutes=50)
    keep(store=tmp_path / "desk.db").refresh()
    clock.tick(minutes=-50)
    desk = keep(store=tmp_path / "desk.db")
    assert desk._keeper.restore()
    watch = desk.watch()
    assert not watch._has_news()
    client.agents[0] = agent("ou_1", status=Status.OFFLINE)
    desk.refresh()
    assert told(watch) == ["Mon 10:00 ou_1 off: set offline"]


CODES = {1: [0], 5: [4], 9: range(7), 10: range(5), 11: [5, 6]}
ROW = st.tuples(st.sampled_from([*CODES]), st.integers(0, 23), st.integers(1, 24)).filter(
    lambda row: row[1] < row[2]
)
SEAT = st.tuples(st.lists(ROW, max_size=3), st.booleans())
DESK = st.dictionaries(st.sampled_from(["ou_1", "ou_2", "ou_3"]), SEAT, max_size=3)


def is_on(seat, at):
    """Whether somebody takes tickets, worked out by hand: Shanghai is eight hours ahead."""
    rows, offline = seat
    local = at + EIGHT
    return not offline and any(
        local.weekday() in CODES[code] and start <= local.hour < end for code, start, end in rows
    )


def sit(agent_id, seat):
    rows = [
        {"weekday": code, "start_time": f"{start:02}:00", "end_time": f"{end:02}:00"}
        for code, start, end in seat[0]
    ]
    return agent(agent_id, rows, Status.OFFLINE if seat[1] else Status.ONLINE)


@given(
    st.lists(st.tuples(st.integers(0, 71), DESK), max_size=5, unique_by=lambda one: one[0]),
    DESK,
    st.sets(st.integers(0, 143)),
    st.integers(0, 143),
)
def test_every_event_is_told_once_and_in_order(changes, first, looks, late):
    """Boundaries are at whole hours, what is learned at half past: as a slow walk finds it."""
    clock, changes = Clock(), dict(changes)
    client = Client(clock, *[sit(*one) for one in first.items()])
    live = LiveRoster(client, clock=clock, max_stale=timedelta(days=9))
    live.refresh()
    often, rarely = live.watch(), live.watch()
    seats, expected, heard, since = first, [], [], None
    for half in range(144):
        before, clock.now = clock.now, MONDAY_10 + timedelta(minutes=30) * (half + 1)
        was = {name: is_on(seat, before) for name, seat in seats.items()}
        if half % 2 == 0 and half // 2 in changes:
            seats = changes[half // 2]
            client.agents = [sit(*one) for one in seats.items()]
            live.refresh()
        now = {name: is_on(seat, clock.now) for name, seat in seats.items()}
        order = [*now, *(name for name in was if name not in now)]
        flips = [name for name in order if was.get(name, False) != now.get(name, False)]
        flips.sort(key=lambda name: not now.get(name, False))
        expected += [(clock.now, name, now.get(name, False)) for name in flips]
        if half in looks:
            heard += taken(often)
        if half == late:
            since = clock.now
    assert heard + taken(often) == expected
    assert taken(rarely) == expected
    try:
        assert taken(live.watch(since=since)) == [one for one in expected if one[0] > since]
    except NothingKnownError:
        assert any(half * 2 >= late for half in changes)


def taken(watch):
    found = []
    while (event := watch.take()) is not None:
        found.append((event.at, event.agent.id, event.on))
    return found


def test_what_an_event_says(desk, clock):
    watch = desk.watch()
    clock.now = datetime(2026, 6, 1, 10, tzinfo=UTC)
    event = watch.take()
    assert str(event) == "2026-06-01T18:00:00+08:00 ou_2 on: shift began"
    assert (event.at, event.tz, event.cause) == (clock.now, "Asia/Shanghai", Cause.SHIFT_BEGAN)
    assert event.cause == "shift began"


JUST_BEFORE = datetime(2026, 6, 1, 9, 59, 59, 999_999, tzinfo=UTC)


@pytest.fixture
def moving(keep, client):
    """A desk whose clock goes, and whose next boundary comes at once: in 50 ms."""

    class Going(Clock):
        def __init__(self):
            super().__init__(datetime(2026, 6, 1, 9, 59, 59, 950_000, tzinfo=UTC))
            self.began = datetime.now(UTC)
            self.may_reach_it = threading.Event()
            self.may_reach_it.set()

        def __call__(self):
            now = self.now + (datetime.now(UTC) - self.began)
            return now if self.may_reach_it.is_set() else min(now, JUST_BEFORE)

    client.clock = Going()
    desk = keep(clock=client.clock)
    desk.refresh()
    return desk


def test_a_thread_waits_for_the_boundary(moving):
    events = iter(moving.watch())
    assert [next(events).agent.id, next(events).agent.id] == ["ou_2", "ou_1"]
    threading.Timer(0.1, moving.close).start()
    assert list(events) == []


@pytest.mark.parametrize("error", [ValueError("a bug of the user's"), SystemExit(3)])
def test_a_callback_is_called_at_the_boundary_though_it_fails(moving, caplog, error):
    heard, both = [], threading.Event()

    def listen(event):
        heard.append(event.agent.id)
        if len(heard) == 2:
            both.set()
        raise error

    watch = moving.watch(listen)
    assert both.wait(20)
    watch.close()
    assert heard == ["ou_2", "ou_1"]
    assert "a callback failed" in caplog.text


def test_a_callback_may_close_its_watch(moving):
    closed = threading.Event()

    def listen(_):
        watch.close()
        closed.set()

    watch = moving.watch(listen)
    assert closed.wait(20)


def test_an_event_loop_goes_on_while_it_waits(moving, client):
    async def listen():
        beats, heard = 0, []

        async def beat():
            nonlocal beats
            while True:
                await asyncio.sleep(0.001)
                beats += 1

        beating = asyncio.create_task(beat())
        async for event in moving.watch():
            heard.append(event.agent.id)
            if len(heard) == 2:
                break
        beating.cancel()
        return beats, heard

    beats, heard = asyncio.run(listen())
    assert heard == ["ou_2", "ou_1"]
    assert beats > 5


def test_nothing_is_lost_where_a_wait_is_cut_short(moving):
    async def listen():
        watch, heard = moving.watch(), []
        while len(heard) < 2:
            try:
                heard.append(await asyncio.wait_for(watch.__anext__(), 0.0005))
            except asyncio.TimeoutError:
                continue
        return [event.agent.id for event in heard]

    assert asyncio.run(listen()) == ["ou_2", "ou_1"]


@pytest.mark.parametrize("turns", range(8))
def test_a_task_can_be_cancelled_while_it_is_woken(desk, turns):
    """Whichever of the loop's turns after the waking it comes in."""

    async def give_up():
        waiting = asyncio.create_task(desk.watch().__anext__())
        await asyncio.wait({waiting}, timeout=0.05)
        desk._tape.wake()
        for _ in range(turns):
            await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.wait({waiting}, timeout=1)
        return waiting.cancelled()

    assert asyncio.run(give_up())


def test_tasks_that_share_a_stream_are_told_each_event_once(desk, clock):
    async def listen():
        watch = desk.watch()
        clock.tick(days=1)
        heard = await asyncio.gather(*[watch.__anext__() for _ in range(4)])
        return [event.agent.id for event in heard]

    assert sorted(asyncio.run(listen())) == ["ou_1", "ou_1", "ou_2", "ou_2"]


def test_nothing_is_lost_where_an_event_loop_ends(desk, clock):
    watch = desk.watch()
    clock.tick(days=1)

    async def give_up():
        waiting = asyncio.create_task(watch.__anext__())
        await asyncio.sleep(0)
        waiting.cancel()

    asyncio.run(give_up())
    assert len(told(watch)) == 4


def test_an_event_loop_is_told_when_the_desk_closes(keep):
    desk = keep()

    async def listen():
        watch = desk.watch()
        asyncio.get_running_loop().call_later(0.05, desk.close)
        return [event async for event in watch]

    assert asyncio.run(listen()) == []


def test_what_is_learned_wakes_who_waits(keep, client, clock):
    desk = keep()
    desk.refresh()
    client.agents = [agent("ou_1", status=Status.OFFLINE)]
    threading.Timer(0.05, desk.refresh).start()
    assert next(desk.watch()).cause is Cause.SET_OFFLINE
