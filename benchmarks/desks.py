"""Desks of any size: payloads as the API sends them, and agents of the workload's mix."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import cycle, islice
from random import Random

from workload import ZONES, Case, cases, own_office

from availability import Agent, WeeklySchedule

SURNAMES, NAMES = "王李张刘陈杨赵黄周吴", "芳娜伟洋丽婷磊静强敏"
DEPARTMENTS = ("客户成功部", "售后支持", "Billing & Refunds", "技术支持二组")
SKILLS = ("通用咨询", "账单", "退款", "technical", "VIP")


def payload(case: Case, chance: Random) -> dict[str, object]:
    """Return one ``agent_schedule`` object with a schedule."""
    number = f"{chance.randrange(16**32):032x}"
    return {
        "status": chance.choice((1, 1, 2, 3)),
        "agent": {
            "id": f"ou_{number}",
            "avatar_url": f"https://s1-imfile.feishucdn.com/static-resource/v1/{number}~?image_size=72x72",
            "name": chance.choice(SURNAMES) + chance.choice(NAMES),
            "email": f"agent.{number[:6]}@example.com",
            "department": chance.choice(DEPARTMENTS),
            "company_name": "示例科技有限公司",
        },
        "schedule": [dict(row) for row in case.rows],
        "agent_skills": [
            {"id": f"skill-{number[:8]}-{name}", "name": name, "is_default": name == SKILLS[0]}
            for name in SKILLS[: chance.randint(1, 3)]
        ],
    }


def texts(desk: Sequence[Case], chance: Random) -> list[str]:
    """Return the JSON text of each agent, spelled as the platform spells it."""
    return [
        json.dumps(payload(case, chance), ensure_ascii=False, separators=(",", ":"))
        for case in desk
    ]


def agents(count: int, seed: int, *, shared: int | None = None) -> list[Agent]:
    """Return that many agents, of whom the random fifth have a pattern of their own each.

    ``shared``: instead, that many schedules are shared by all, so that a million
    agents are made in bounded time.
    """
    schedules = [
        WeeklySchedule.parse(case.rows, tz=case.tz) for case in cases(shared or count, seed)
    ]
    return [
        Agent(id=f"ou_{number:032x}", schedule=schedules[number % len(schedules)])
        for number in range(count)
    ]


def of_patterns(count: int, patterns: int, seed: int) -> list[Agent]:
    """Return that many agents with so many random patterns among them."""
    drawn = (case for case in cases(5 * (patterns + 5), seed) if case.kind == "random")
    schedules = [WeeklySchedule.parse(case.rows, tz=case.tz) for case in islice(drawn, patterns)]
    return [
        Agent(id=f"ou_{number:032x}", schedule=schedules[number % patterns])
        for number in range(count)
    ]


def of_office_minutes(count: int, seed: int) -> list[Agent]:
    """Return that many agents with offices of their own, to the minute, in the workload's zones."""
    chance = Random(seed)
    return [
        Agent(f"ou_{number:032x}", WeeklySchedule.parse(own_office(chance), tz=zone))
        for number, zone in zip(range(count), cycle(ZONES), strict=False)
    ]
