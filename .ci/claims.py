"""Print what pyproject.toml claims: ``pythons``, or as constraints on the dependencies the
``oldest`` ones, or none, for the ``newest``.
"""

import re
import sys
from pathlib import Path

TEXT = (Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8")
(DEPENDENCIES,) = re.findall(r"^dependencies = \[(.*?)^\]", TEXT, re.DOTALL | re.MULTILINE)

if sys.argv[1] == "pythons":
    print(*re.findall(r"Python :: (3\.\d+)", TEXT), sep="\n")
elif sys.argv[1] == "oldest":
    for name, version in re.findall(r'"([\w-]+)>=([\d.]+)[";]', DEPENDENCIES):
        print(f"{name}=={version}")
