"""The question of what importing costs, from ``import_time``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from import_time import ANSWER, REQUESTS, interleaved, over_bare
from setting import Question, Setting
from targets import Line, duration

THIRD = 1 / 3
NAME = "import and one is_on_duty"


def beside_requests(setting: Setting) -> Iterator[Line]:
    """Measure fresh interpreters: over bare Python, as a share of requests."""
    taken = interleaved(5 if setting.quick else 15)
    ours, requests = over_bare(taken, ANSWER), over_bare(taken, REQUESTS)
    share = ours / requests
    yield Line(
        NAME,
        duration(ours * 1e6),
        REQUESTS,
        duration(requests * 1e6),
        f"{share:.2f} ×",
        "≤ 1/3 of import requests, over bare Python",
        "met" if share <= THIRD else "missed",
    )


QUESTIONS: Sequence[Question] = ((NAME, beside_requests),)
