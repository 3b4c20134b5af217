"""Print the oldest runtime dependencies that pyproject.toml allows, as pip constraints."""

import re
from pathlib import Path

TEXT = (Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8")
(DEPENDENCIES,) = re.findall(r"^dependencies = \[(.*?)^\]", TEXT, re.DOTALL | re.MULTILINE)
for name, version in re.findall(r'"([\w-]+)>=([\d.]+)"', DEPENDENCIES):
    print(f"{name}=={version}")
