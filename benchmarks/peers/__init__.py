"""What a user would pick instead: one file each, used as a competent user of it would."""

from __future__ import annotations

from peers import (
    business_hours,
    dateutil_rules,
    interval_tree,
    opening_hours_osm,
    ours,
    pandas_index,
    portions,
    stdlib_loop,
)
from peers.peer import Asks, Peer

OURS = ours.PEER
PEERS = (
    stdlib_loop.PEER,
    opening_hours_osm.PEER,
    dateutil_rules.PEER,
    portions.PEER,
    interval_tree.PEER,
    pandas_index.PEER,
    business_hours.PEER,
)

__all__ = ["OURS", "PEERS", "Asks", "Peer"]
