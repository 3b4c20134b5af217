"""Draw the week from 2026-06-01 of the demo's desk: python examples/week.py [FILE]."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

from availability import HelpdeskClient
from availability.feishu.sandbox import Sandbox

MONDAY = datetime.fromisoformat("2026-06-01T00:00+08:00")

with Sandbox() as sandbox:
    environ = {**sandbox.environment, "AVAILABILITY_TZ": sandbox.tz}
    with HelpdeskClient.from_env(environ, agent_tz=sandbox.agent_tz) as client:
        roster = client.roster()

roster.plot_week(MONDAY, path=sys.argv[1] if sys.argv[1:] else Path(__file__).with_name("week.png"))
