"""Print what pyproject.toml claims: ``pythons``, or as constraints on what users install, the
``oldest`` dependencies, those of extras included, or none, for the ``newest``.
"""

import re
import sys
from pathlib import Path

TEXT = (Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8")
LISTS = dict(re.findall(r"^([\w-]+) = \[\n(.*?)^\]", TEXT, re.DOTALL | re.MULTILINE))
FOR_USERS = ("dependencies", "arrow", "china", "holidays", "ical", "plots")

if sys.argv[1] == "pythons":
    print(*re.findall(r"Python :: (3\.\d+)", TEXT), sep="\n")
elif sys.argv[1] == "oldest":
    for name, version in re.findall(
        r'"([\w-]+)>=([\d.]+)[";]', "".join(LISTS[each] for each in FOR_USERS)
    ):
        print(f"{name}=={version}")
