"""Print what pyproject.toml claims: ``pythons``, or the ``oldest`` dependencies as constraints."""

import re
import sys
from pathlib import Path

TEXT = (Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8")
(DEPENDENCIES,) = re.findall(r"^dependencies = \[(.*?)^\]", TEXT, re.DOTALL | re.MULTILINE)

if sys.argv[1] == "pythons":
    print(*re.findall(r"Python :: (3\.\d+)", TEXT), sep="\n")
else:
    for name, version in re.findall(r'"([\w-]+)>=([\d.]+)[";]', DEPENDENCIES):
        print(f"{name}=={version}")
