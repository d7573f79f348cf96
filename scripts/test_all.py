"""Run a part of the suite under each Python that the package is declared for, and say which were not at hand.

The whole suite runs under one Python (``make test``). Under the others the lock is installed anew, into a folder below
``.venv``, and so much is run that what a version takes away or does otherwise is likely to be met: statistics, charts,
the command line and a report.

Run with ``python scripts/test_all.py``; interpreters are taken by their names (``python3.12``) from the search path,
and from the versions of pyenv.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from set_up import settings

ROOT = Path(__file__).parents[1]
PART = [
    "tests/statistics/test_rates.py",
    "tests/charts/test_chart.py",
    "tests/series/test_command.py",
    "tests/report/test_manifest.py",
]


def declared() -> list[str]:
    """The Pythons of the classifiers in ``pyproject.toml``."""
    return re.findall(r'"Programming Language :: Python :: (3\.\d+)"', (ROOT / "pyproject.toml").read_text("utf-8"))


def interpreter(version: str) -> str | None:
    """The path of an interpreter of this version that starts, if one is at hand."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    named = [shutil.which(f"python{version}"), *sorted(pyenv.glob(f"{version}.*/bin/python"))]
    for path in filter(None, named):
        asked = subprocess.run([path, "-c", "import sys; print(sys.version)"], capture_output=True, text=True)
        if asked.returncode == 0 and asked.stdout.startswith(f"{version}."):
            return str(path)
    return None


def passes(version: str, python: str) -> bool:
    """Whether the lock installs under this interpreter, and the part of the suite passes."""
    home, uv = ROOT / ".venv" / "others" / version, ROOT / ".venv" / "bin" / "uv"
    listed = subprocess.run([sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True).stdout
    environment = settings(listed) | os.environ | {"PYTHONPYCACHEPREFIX": str(home / "bytecode")}
    pinned = ["--no-deps", "--require-hashes", "--only-binary", ":all:", "--requirement", "requirements.lock"]
    steps: list[list[object]] = [
        [uv, "venv", "--quiet", "--clear", "--python", python, home],
        [uv, "pip", "install", "--quiet", "--python", home / "bin" / "python", *pinned],
        [uv, "pip", "install", "--quiet", "--python", home / "bin" / "python", "--no-deps", "--editable", "."],
        [home / "bin" / "python", "-m", "pytest", "-q", "-n", "2", "-p", "no:cacheprovider", *PART],
    ]
    return all(subprocess.run([*map(str, step)], cwd=ROOT, env=environment).returncode == 0 for step in steps)


def main() -> None:
    """Run, and say of each Python what became of it."""
    told = {}
    for version in declared():
        python = interpreter(version)
        told[version] = "not at hand" if python is None else "passed" if passes(version, python) else "failed"
    for version, what in told.items():
        print(f"Python {version}: {what}")
    sys.exit("failed" in told.values())


if __name__ == "__main__":
    main()
