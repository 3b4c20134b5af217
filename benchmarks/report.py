"""Tables, in Markdown that also reads well on a terminal."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from pathlib import Path

from agreement import Disagreement
from peers import OURS, PEERS
from setting import Setting
from targets import Line

RESULTS = Path(__file__).with_name("results.md")
GROWTH_HEADING = "## How cost grows"
SDK = "lark-oapi"
HOW_TO_READ = (
    "*Takes* is what the one beside takes. Of *× faster* more is better, of all else less.\n"
    "A miss on a busy machine means little; the thorough run on a quiet one counts."
)
TARGETS = ("question", "ours", "beside", "takes", "figure", "target", "verdict")


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table whose columns line up.

    >>> print(table(["a", "long"], [["1", "2"]]))
    | a | long |
    |---|------|
    | 1 | 2    |
    """
    cells = [list(head), *map(list, rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    cells = [[cell.ljust(width) for cell, width in zip(row, widths, strict=True)] for row in cells]
    shown = [f"| {' | '.join(row)} |" for row in cells]
    return "\n".join([shown[0], f"|{'|'.join('-' * (width + 2) for width in widths)}|", *shown[1:]])


def with_targets(lines: Iterable[Line]) -> str:
    """Return the lines that have a target, and how many are met."""
    found = [line for line in lines if line.target]
    met = sum(line.verdict == "met" for line in found)
    missed = sum(line.verdict == "missed" for line in found)
    rows = [
        (
            line.question,
            line.ours,
            line.against,
            line.theirs,
            line.figure,
            line.target,
            line.verdict,
        )
        for line in found
    ]
    verdicts = f"{met} met, {missed} missed, of {met + missed}. {HOW_TO_READ}"
    return f"{table(TARGETS, rows)}\n\n{verdicts}"


def beside_peers(lines: Iterable[Line]) -> str:
    """Return one row for each question: how many times faster ours is than each peer."""
    names = [*(peer.name for peer in PEERS), SDK]
    rows: dict[str, dict[str, str]] = {}
    for line in lines:
        if not line.target and line.against in names:
            rows.setdefault(line.question, {"": line.ours})[line.against] = line.figure
    named = [name for name in names if any(name in row for row in rows.values())]
    return table(
        ("question", "ours takes", *named),
        [
            (question, *(row.get(name, "–") for name in ("", *named)))
            for question, row in rows.items()
        ],
    )


def disagreements(found: Iterable[Disagreement]) -> str:
    """Return where peers differ from ours, which the model of the semantics confirmed."""
    rows = [
        (
            one.peer,
            one.question,
            f"{one.differing} of {one.asked}",
            str(one.near_clock_changes),
            one.example,
        )
        for one in found
    ]
    return table(("peer", "question", "differs", "near clock changes", "for example"), rows)


def circumstances(setting: Setting) -> str:
    """Return what a reader needs to judge the figures: nothing that names the machine."""
    peers = ", ".join([*(peer.title for peer in PEERS), f"{SDK} {version(SDK)}"])
    return (
        f"{'A quick' if setting.quick else 'A thorough'} run of {OURS.title} on "
        f"{platform.python_implementation()} {platform.python_version()}, "
        f"{os.cpu_count()} cores, {platform.machine()}.\nPeers: {peers}."
    )


def measured(lines: Sequence[Line]) -> str:
    """Return the table of targets, and what the peers take for the same."""
    return f"""{with_targets(lines)}

## How many times faster than each peer

Below 1 it is slower; – means that the peer cannot express the question; * that it was asked, and
ours beside it, for those of the schedules that it can express.

{beside_peers(lines)}
"""


def whole(setting: Setting, lines: Sequence[Line], differing: Sequence[Disagreement]) -> str:
    """Return all results but growth."""
    return f"""# Results

{circumstances(setting)}
[benchmarks/README.md](README.md) says how to read and repeat them.

{measured(lines)}
## Where peers answer differently

Ours agreed with a plain model of the semantics in every answer, before anything was timed.

{disagreements(differing)}
"""


def put(growth: str) -> None:
    """Put the section on growth into the results, in the place of an older one."""
    written = RESULTS.read_text(encoding="utf-8") if RESULTS.exists() else "# Results\n\n"
    RESULTS.write_text(written.partition(GROWTH_HEADING)[0] + growth, encoding="utf-8")
