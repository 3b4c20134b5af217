"""What the tests of live rosters share: a desk that is told what to say, and when."""

from __future__ import annotations

from datetime import timedelta

import pytest
from clock import Clock
from live_desk import NIGHT, Client, agent

from availability.live.live_roster import LiveRoster


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def client(clock):
    return Client(clock, agent("ou_1"), agent("ou_2", NIGHT))


@pytest.fixture
def keep(client, clock):
    """A function that gives a live roster, which fetches when it is told to."""
    opened = []

    def make(**options):
        options = {
            "refresh": timedelta(minutes=1),
            "max_stale": timedelta(days=30),
            "clock": clock,
            "chance": lambda: 0.5,
            **options,
        }
        desk = LiveRoster(options.pop("client", client), **options)
        opened.append(desk)
        return desk

    yield make
    for desk in opened:
        desk.close()
