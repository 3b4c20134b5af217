"""A desk that is told what to say, and when: in the place of the platform."""

from __future__ import annotations

from availability import Agent, Roster, ServerError, Status, WeeklySchedule

DAY = [{"weekday": 10, "start_time": "09:00", "end_time": "18:00"}]
NIGHT = [{"weekday": 10, "start_time": "18:00", "end_time": "09:00"}]


def agent(agent_id, rows=DAY, status=Status.ONLINE, **fields):
    schedule = None if rows is None else WeeklySchedule.parse(rows, tz="Asia/Shanghai")
    return Agent(agent_id, schedule, status=status, **fields)


class Client:
    """In the place of a HelpdeskClient: fetches the ``agents`` that it is told, or fails."""

    helpdesk_id = "700"

    def __init__(self, clock, *agents):
        self.clock = clock
        self.agents = list(agents)
        self.error = None
        self.calls = 0

    def roster(self):
        self.calls += 1
        if self.error is not None:
            raise self.error
        return Roster(self.agents, fetched_at=self.clock(), clock=self.clock)

    def configured(self, roster):
        return roster

    def fail(self, error=None):
        self.error = ServerError("HTTP 502: a gateway") if error is None else error

    def recover(self):
        self.error = None
