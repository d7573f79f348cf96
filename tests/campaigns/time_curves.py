"""How time grows with length: every rule for identifiers and every reader, at n, 2n, 4n and 8n of hostile input.

Prints for each the seconds of CPU and the exponent of growth (1: linear, 2: quadratic), and which are above 1.3. Run as
``python tests/campaigns/time_curves.py [rules|long|readers …]``; ``long`` times texts of ten million hostile characters
(target: under 10 s each). Synthetic input.
"""

from __future__ import annotations

import functools
import math
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

#: What patterns are slow at: repeated beginnings that lead nowhere.
PIECES = (
    *("1", "1.", "1,", "0-", "+1", "1 ", "(1", "a", "a.", "a@", "@", "a:1", ":", "::", "1:", "a^", "^", "<a", "a-"),
    *("/", "//a", "\\\\a", "%41", "&#49;", "[.]", " dot ", " at ", "1°", "N1.11", "0.1234,", "lat 1", "patient "),
    *("tel ", "born ", "=", "PID|", "1/1", "x.x.", "é", "１", "患者", "a_", "ab12", "9999 ", "DE12 3456 ", "Via A "),
    *("A A A ", "12 Rue A ", "{'a':"),
)
STEEP = 1.3


def seconds(run: Callable[[], object], times: int = 2) -> float:
    """The least time of CPU of some runs."""
    took = []
    for _ in range(times):
        start = time.process_time()
        run()
        took.append(time.process_time() - start)
    return min(took)


def told(name: str, times: list[float]) -> bool:
    """Print a curve; whether it is too steep."""
    # The least squares slope of the logarithms; what takes no time has no slope.
    slope = sum(w * math.log2(max(one, 1e-4)) for w, one in zip((-0.3, -0.1, 0.1, 0.3), times, strict=True))
    steep = slope > STEEP and times[-1] > 0.2
    print(
        f"{name:34} {' '.join(f'{one:8.3f}' for one in times)}   {slope:5.2f}{'  STEEP' if steep else ''}", flush=True
    )
    return steep


def rules(n: int = 2_000) -> int:
    """Each rule for itself, upon texts that are not cut into pieces."""
    from analysis.identifying import texts
    from analysis.identifying.undressing import Undressed, undressed

    steep = 0
    looks: list[tuple[str, Callable[[str], object]]] = [("undressing", undressed)]
    looks += [(rule.name, lambda text, rule=rule: rule.finds(Undressed(text, False))) for rule in texts._rules()]
    for name, look in looks:
        worst: tuple[float, str, list[float]] = (-1.0, "", [])
        for piece in PIECES:
            long = [piece * (size // len(piece)) for size in (n, 2 * n, 4 * n, 8 * n)]
            times = [seconds(functools.partial(look, text)) for text in long]
            worst = max(worst, (times[-1], piece, times))
        steep += told(f"{name} {worst[1]!r}", worst[2])
    return steep


def long(n: int = 10_000_000) -> int:
    """Texts of ten million characters, as a cell would hold them; no two thousand of them are alike."""
    from analysis.identifiers import identifying

    slow = 0
    for piece in PIECES:
        part = piece * (1_000 // len(piece))
        text = "".join(
            f"{part} {''.join(chr(97 + at // 26**place % 26) for place in range(4))} " for at in range(n // 1_006)
        )
        took = seconds(lambda text=text: identifying(text), 1)
        slow += took > 10
        print(f"{piece!r:14} {took:7.2f} s{'  SLOW' if took > 10 else ''}", flush=True)
    return slow


def readers(n: int = 500) -> int:
    """Surveys, frames, exports and paragraphs of n, 2n, 4n and 8n rows, cells or sentences."""
    import pandas as pd

    from analysis.datafolder import read_csv, read_toml
    from analysis.identifiers import find_identifiers, refuse_identifying_texts
    from analysis.intake.extract import extract

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)

        def file(end: str, text: str) -> Path:
            (folder / f"file{end}").write_text(text, "utf-8")
            return folder / f"file{end}"

        def survey(size: int, row: Callable[[str, int], str]) -> object:
            return checked(folder / f"survey-{size}", size, row)

        runs: dict[str, Callable[[int], object]] = {
            "check: rows alike": lambda size: survey(size, lambda row, at: row),
            "check: figures differ": lambda size: survey(size, lambda row, at: row.replace("1.19", f"{at + 2}.5")),
            "check: places unknown": lambda size: survey(size, lambda row, at: row.replace("World", f"Town {at:x}")),
            "read_csv": lambda size: read_csv(file(".csv", "a,b\n" + "1,x y\n" * 80 * size), ("a", "b")),
            "read_toml": lambda size: read_toml(file(".toml", "".join(f"a{at} = {at}\n" for at in range(size)))),
            "find_identifiers": lambda size: find_identifiers(
                pd.DataFrame({"note": [f"row {at} of table {at % 7}, p. {at}" for at in range(10 * size)]})
            ),
            "texts of JSON": lambda size: refuse_identifying_texts({"a": [f"text {at}, 1" for at in range(10 * size)]}),
            "extract: sentences": lambda size: extract(
                file(".txt", "".join(f"In Chile {at + 10} servers were found.\n\n" for at in range(size // 10)))
            ),
            "extract: one paragraph": lambda size: extract(
                file(".html", f"<p>{'590 servers in Chile. ' * (size // 5)}</p>")
            ),
        }
        sizes = (n, 2 * n, 4 * n, 8 * n)
        return sum(told(what, [seconds(functools.partial(run, size)) for size in sizes]) for what, run in runs.items())


def checked(folder: Path, size: int, written: Callable[[str, int], str]) -> object:
    """The findings of a survey of so many rows, each written from the first of a shipped one."""
    from analysis.datafolder import in_use, shipped_folder
    from analysis.figures.check import check

    shipped, name = shipped_folder("data") / "aggregate", "greenbone-2019-11"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(shipped / name, folder / "aggregate" / name)
    shutil.copy(shipped / "measures.toml", folder / "aggregate" / "measures.toml")
    path = folder / "aggregate" / name / "figures.csv"
    begun = path.read_text("utf-8")
    row = begun.splitlines()[1]
    path.write_text(begun + "".join(written(row, at) + "\n" for at in range(size)), "utf-8")
    with in_use(folder):
        return check()


if __name__ == "__main__":
    wanted = sys.argv[1:] or ["rules", "readers", "long"]
    sys.exit(sum({"rules": rules, "readers": readers, "long": long}[part]() for part in wanted) > 0)
