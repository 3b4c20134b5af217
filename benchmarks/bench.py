"""The project beside its peers: answers first, then times, in one table with targets.

Run it as ``python benchmarks/bench.py [--quick] [--only PART]`` in an environment
with the extra ``bench``. The thorough run of all questions writes ``results.md``.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter

import agreement
import answers
import coverage
import growth
import importing
import memory
import one_schedule
import parsing
import planned
import report
import whole_desk
from setting import Question, Setting
from targets import Line

QUESTIONS: tuple[Question, ...] = (
    *one_schedule.QUESTIONS,
    *planned.QUESTIONS,
    *parsing.QUESTIONS,
    *whole_desk.QUESTIONS,
    *answers.QUESTIONS,
    *coverage.QUESTIONS,
    *memory.QUESTIONS,
    *importing.QUESTIONS,
)
THOROUGH_ONLY = (*whole_desk.THOROUGH_ONLY, *memory.THOROUGH_ONLY)


def main() -> None:
    """Measure, print, and after a thorough run write the results."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="about a minute; prints only")
    parser.add_argument("--only", metavar="PART", help="only questions with this in their name")
    options = parser.parse_args()
    setting = Setting(quick=options.quick)
    if options.only is not None:
        print(report.measured(list(answered(setting, options.only))))
        return
    with progress("do all agree?"):
        differing = list(agreement.checked(setting))
        agreement.check_other_forms(setting)
    found = report.whole(setting, list(answered(setting)), differing)
    print(found)
    if not setting.quick:
        with progress("how cost grows"):
            grown = growth.section()
        print(grown)
        report.RESULTS.write_text(f"{found}\n{grown}", encoding="utf-8")


def answered(setting: Setting, part: str = "") -> Iterator[Line]:
    """Yield the lines of the questions whose name has a part."""
    for name, ask in QUESTIONS:
        if part in name and not (setting.quick and name in THOROUGH_ONLY):
            with progress(name):
                yield from ask(setting)


@contextmanager
def progress(name: str) -> Iterator[None]:
    """Say on standard error how long something took."""
    start = perf_counter()
    yield
    print(f"{perf_counter() - start:6.1f} s  {name}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
