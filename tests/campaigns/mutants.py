"""How many small faults do the tests find? A seeded sample of mutants of each file that a wrong number or a leak
could come from.

Run as ``python tests/campaigns/mutants.py [SIZE [FILE …]]``; mutmut makes the mutants and runs the tests of the file on
each, in a copy of
the tree. Prints, of each file, how many there are, how many were drawn and killed, and the 95 % interval of the share;
then the survivors.
"""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
SEED = 20190916
#: Each file with the tests that should notice a fault in it.
FILES = {
    "figures/quantities.py": ["tests/figures/test_quantities.py"],
    "figures/claim_verdicts.py": ["tests/figures/test_claims.py"],
    "figures/relations.py": ["tests/figures/test_relations.py", "tests/figures/test_claims.py"],
    "identifiers.py": ["tests/figures/test_identifiers.py"],
    "statistics/rates.py": [
        "tests/statistics/test_rates.py",
        "tests/language/test_phrases.py",
        "tests/statistics/test_uncertainty.py",
        "tests/statistics/test_describing.py",
    ],
    "statistics/cell_suppression.py": ["tests/statistics/test_disclosure.py"],
}
CONFIGURATION = """
[tool.mutmut]
source_paths = ["src"]
only_mutate = ["src/analysis/{file}"]
also_copy = ["data", "notebooks", "docs", "conftest.py"]
pytest_add_cli_args_test_selection = {tests}
pytest_add_cli_args = ["-p", "no:cacheprovider", "-p", "no:xdist"]
"""
#  Each mutant runs in a fork of a process that ran the tests before: what functions remember of that run would hide the
# fault.
FORGET = """
import functools, gc

def pytest_sessionstart(session):
    for one in gc.get_objects():
        if isinstance(one, functools._lru_cache_wrapper) and str(one.__module__).partition(".")[0] in ("analysis", \
"tests"):
            one.cache_clear()
"""
#: Exit codes that mutmut keeps: the tests failed, or ran for far too long.
KILLED, TOO_LONG = (1, 3), (24, 36, -24, 152, 255)


def copied(file: str, tests: list[str], folder: Path) -> Path:
    """The tree as it stands, with what mutmut must know of this file."""
    names = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\n")
    for name in filter(None, names):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    with open(folder / "pyproject.toml", "a", encoding="utf-8") as handle:
        (folder / "conftest.py").write_text(FORGET, encoding="utf-8")
        handle.write(CONFIGURATION.format(file=file, tests=json.dumps(tests)))
    return folder


def mutmut(folder: Path, *arguments: str) -> str:
    done = subprocess.run([sys.executable, "-m", "mutmut", *arguments], cwd=folder, capture_output=True, text=True)
    return done.stdout + done.stderr


def outcomes(folder: Path, file: str) -> dict[str, int | None]:
    told = folder / "mutants" / "src" / "analysis" / f"{file}.meta"
    return json.loads(told.read_text(encoding="utf-8"))["exit_code_by_key"] if told.exists() else {}


def sampled(file: str, size: int) -> tuple[int, dict[str, int | None], dict[str, str]]:
    """How many mutants there are, the outcome of each that was drawn, and how the survivors differ."""
    with tempfile.TemporaryDirectory() as name:
        folder = copied(file, FILES[file], Path(name))
        said = mutmut(folder, "run", "--max-children", "1", "analysis.none")
        every = sorted(outcomes(folder, file))
        if not every:
            raise SystemExit(f"{file}: no mutants were made\n{said[-2000:]}")
        drawn = sorted(random.Random(f"{SEED} {file}").sample(every, min(size, len(every))))
        mutmut(folder, "run", "--max-children", "1", *drawn)
        found = outcomes(folder, file)
        result = {name: found.get(name) for name in drawn}
        differing = {
            name: mutmut(folder, "show", name) for name, code in result.items() if code not in (*KILLED, *TOO_LONG)
        }
    return len(every), result, differing


def main(size: int, files: list[str]) -> int:
    from statsmodels.stats.proportion import proportion_confint

    short = 0
    for file in files:
        total, result, differing = sampled(file, size)
        killed = len(result) - len(differing)
        low, high = proportion_confint(killed, len(result), method="wilson")
        print(
            f"{file}: {killed} of {len(result)} killed, {killed / len(result):.0%} (95 % interval {low:.0%} "
            f"to {high:.0%}); {total} mutants in all"
        )
        for name, text in differing.items():
            print(f"  survived: {name} (code {result[name]})")
            print(
                "".join(
                    f"    {line}\n" for line in text.splitlines() if line[:1] in "+-" and line[:3] not in ("+++", "---")
                ),
                end="",
                flush=True,
            )
        short += killed < 0.85 * len(result)
    return short


if __name__ == "__main__":
    chosen = sys.argv[2:] or [file for file in FILES if (ROOT / "src" / "analysis" / file).exists()]
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 150, chosen))
