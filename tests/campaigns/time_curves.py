"""How time grows with length: every rule for identifiers and every reader, at n, 2n, 4n and 8n of hostile input.

Prints for each the seconds of CPU and the exponent of growth (1: linear, 2: quadratic), and which are above 1.3. Run as
``python tests/campaigns/time_curves.py [rules|long|readers …]``; ``long`` times texts of ten million hostile
characters, repeated and drawn anew (target: under 10 s each). Synthetic input.
"""

from __future__ import annotations

import functools
import json
import math
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

#: What patterns are slow at: repeated beginnings that lead nowhere.
PIECES = (
    *("1", "1.", "1,", "0-", "+1", "1 ", "(1", "a", "a.", "a@", "@", "a:1", ":", "::", "1:", "a^", "^", "<a", "a-"),
    *("/", "//a", "\\\\a", "%41", "&#49;", "[.]", " dot ", " at ", "1°", "N1.11", "0.1234,", "lat 1", "patient "),
    *("tel ", "born ", "=", "PID|", "1/1", "x.x.", "é", "１", "患者", "a_", "ab12", "9999 ", "DE12 3456 ", "Via A "),
    *(
        "A A A ",
        "12 Rue A ",
        "{'a':",
        "10.[1-2]",
        "10.x.",
        "0:x:",
        "a1=",
        "serial ",
        "ssh-",
        "1A",
        "=40a.",
        "区1",
        "OS grid ",
    ),
    *(" arroba a punto ", "O.1.", "a1-", "P.O. Box ", "1,1,"),
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
    from analysis.identifier_rules import texts
    from analysis.identifier_rules.undressing import Undressed, undressed

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


def hostile(piece: str, n: int, *, varied: bool) -> str:
    """So many characters of a piece; no two stretches of two thousand are alike, in varied ones no two pieces."""
    draw = np.random.default_rng(7)
    signs = np.frombuffer((piece * (n // len(piece) + 1))[:n].encode("utf-32-le"), np.uint32).copy()
    # Words that a rule looks for stay; single letters and digits are drawn anew.
    kept = np.zeros(len(piece), bool)
    for word in re.finditer(r"[^\W\d_]{3,}", piece):
        kept[slice(*word.span())] = True
    free = ~np.resize(kept, n)
    for first, last in ("09", "az", "AZ") if varied else ():
        of_kind = free & (signs >= ord(first)) & (signs <= ord(last))
        signs[of_kind] = draw.integers(ord(first), ord(last) + 1, of_kind.sum())
    for place in range(5):
        signs[place::1_000] = draw.integers(ord("a"), ord("z") + 1, len(signs[place::1_000]))
    signs[5::1_000] = signs[999::1_000] = ord(" ")
    return signs.astype("<u4").tobytes().decode("utf-32-le")


def long(n: int = 10_000_000) -> int:
    """Texts of ten million characters, as a cell would hold them."""
    from analysis.identifiers import identifying

    slow = 0
    print(f"{'piece':14} {'repeated':>9} {'varied':>9} seconds of CPU")
    for piece in PIECES:
        texts = [hostile(piece, n, varied=varied) for varied in (False, True)]
        # What a rule needs is imported when it is first asked.
        identifying(texts[0][:60_000])
        took = [seconds(functools.partial(identifying, text), 1) for text in texts]
        slow += max(took) > 10
        print(f"{piece!r:14} {took[0]:9.2f} {took[1]:9.2f}{'  SLOW' if max(took) > 10 else ''}", flush=True)
    return slow


Reading = Callable[[], object]


def readers(n: int = 500) -> int:
    """Surveys, exports, reports and notebooks of n, 2n, 4n and 8n rows, cells, sentences or pages."""
    sizes = (n, 2 * n, 4 * n, 8 * n)
    with tempfile.TemporaryDirectory() as name:
        makers = {**surveys(Path(name)), **exports(Path(name)), **reports(Path(name)), **notebooks()}
        return sum(told(what, [seconds(make(size)) for size in sizes]) for what, make in makers.items())


def file(path: Path, told: str | bytes) -> Path:
    """A file with that content."""
    path.write_bytes(told.encode() if isinstance(told, str) else told)
    return path


def surveys(folder: Path) -> dict[str, Callable[[int], Reading]]:
    """Readers of surveys: name to what makes an input of a size and gives the reading of it."""
    import pandas as pd

    from analysis.datafolder import read_csv, read_toml
    from analysis.identifiers import find_identifiers, refuse_identifying_texts

    def check(row: Callable[[str, int], str]) -> Callable[[int], Reading]:
        return lambda size: lambda: checked(folder / f"survey-{size}", size, row)

    def table(size: int) -> Reading:
        path = file(folder / f"{size}.csv", "a,b\n" + "1,x y\n" * 80 * size)
        return lambda: read_csv(path, ("a", "b"))

    def toml(size: int) -> Reading:
        path = file(folder / f"{size}.toml", "".join(f"a{at} = {at}\n" for at in range(size)))
        return lambda: read_toml(path)

    def frame(size: int) -> Reading:
        told = pd.DataFrame({"note": [f"row {at} of table {at % 7}, p. {at}" for at in range(10 * size)]})
        return lambda: find_identifiers(told)

    def texts(size: int) -> Reading:
        told = {"a": [f"text {at}, 1" for at in range(10 * size)]}
        return lambda: refuse_identifying_texts(told)

    return {
        "check: rows alike": check(lambda row, at: row),
        "check: figures differ": check(lambda row, at: row.replace("1.19", f"{at + 2}.5")),
        "check: places unknown": check(lambda row, at: row.replace("World", f"Town {at:x}")),
        "survey: CSV": table,
        "survey: TOML": toml,
        "identifiers of a table": frame,
        "identifiers of texts": texts,
    }


def exports(folder: Path) -> dict[str, Callable[[int], Reading]]:
    """Readers of tables of counts: CSV, JSON, JSON lines and XLSX."""
    import openpyxl

    from analysis.intake.files import json_of, rows_of, text_of

    def table(size: int) -> Reading:
        rows = "".join(f'"Place {at}",{at},"a ""quoted"" note"\n' for at in range(10 * size))
        path = file(folder / f"export-{size}.csv", "place,count,note\n" + rows)
        return lambda: rows_of(path)

    def document(size: int) -> Reading:
        told = {"matches": [{"value": f"C{at}", "count": at, "more": [[at]]} for at in range(10 * size)]}
        path = file(folder / f"export-{size}.json", json.dumps(told))
        return lambda: json_of(text_of(path), path.name)

    def lines(size: int) -> Reading:
        path = file(
            folder / f"lines-{size}.json", "".join(f'{{"country": "C{at}", "n": {at}}}\n' for at in range(10 * size))
        )
        return lambda: json_of(text_of(path), path.name)

    def workbook(size: int) -> Reading:
        book = openpyxl.Workbook()
        book.active.append(["place", "count"])
        for at in range(size):
            book.active.append([f"Place {at}", at])
        for at in range(2, size, 8):
            book.active.merge_cells(start_row=at, end_row=at + 1, start_column=1, end_column=1)
        path = folder / f"export-{size}.xlsx"
        book.save(path)
        return lambda: rows_of(path)

    return {"export: CSV": table, "export: JSON": document, "export: JSON lines": lines, "export: XLSX": workbook}


def reports(folder: Path) -> dict[str, Callable[[int], Reading]]:
    """Readers of reports: text, HTML and PDF; DOCX is refused by its first bytes."""
    from matplotlib.backends.backend_pdf import PdfPages
    from matplotlib.figure import Figure

    from analysis.intake.documents import read_document
    from analysis.intake.extract import extract

    def extracted(end: str, written: Callable[[int], str]) -> Callable[[int], Reading]:
        def make(size: int) -> Reading:
            path = file(folder / f"report-{size}{end}", written(size))
            return lambda: extract(path)

        return make

    def document(end: str, written: Callable[[int], str]) -> Callable[[int], Reading]:
        def make(size: int) -> Reading:
            path = file(folder / f"document-{size}{end}", written(size))
            return lambda: read_document(path)

        return make

    def pages(size: int) -> Reading:
        path = folder / f"report-{size}.pdf"
        with PdfPages(path) as pdf:
            for page in range(size // 100):
                figure = Figure(figsize=(6, 8))
                for line in range(30):
                    figure.text(0.1, 0.95 - line * 0.03, f"In Chile {page * 30 + line} servers were found.")
                pdf.savefig(figure)
        return lambda: read_document(path)

    return {
        "report: sentences of text": extracted(
            ".txt", lambda size: "".join(f"In Chile {at + 10} servers were found.\n\n" for at in range(size // 10))
        ),
        "report: one paragraph of HTML": extracted(
            ".html", lambda size: f"<p>{'590 servers in Chile. ' * (size // 5)}</p>"
        ),
        "report: lines of text": document(".txt", lambda size: "".join(f"{at} words\n" for at in range(10 * size))),
        "report: lines with commas": document(".txt", lambda size: "".join(f"{at},{at}\n" for at in range(2 * size))),
        "report: cells of HTML": document(
            ".html", lambda size: "<table>" + "".join(f"<tr><td>C{at}<td>{at}" for at in range(4 * size)) + "</table>"
        ),
        "report: nested HTML": document(
            ".html",
            lambda size: (
                ("<div>" * 100 + "<p>In 2019 there were 590 servers in Chile.</p>" + "</div>" * 100) * (size // 100)
            ),
        ),
        "report: pages of PDF": pages,
    }


def notebooks() -> dict[str, Callable[[int], Reading]]:
    """What notebooks put out: printed lines, HTML, JSON, and the comments of their source."""
    from analysis.report.outputs import refuse_identifying_outputs

    def shown(mime: str, written: Callable[[int], object]) -> Callable[[int], Reading]:
        def make(size: int) -> Reading:
            output = {"output_type": "display_data", "data": {mime: written(size)}}
            told = {"cells": [{"cell_type": "code", "source": "1", "outputs": [output]}]}
            return lambda: refuse_identifying_outputs(told, "a.ipynb")

        return make

    def source(size: int) -> Reading:
        told = {"cells": [{"cell_type": "code", "source": "".join(f"a = '{at}'  # {at}\n" for at in range(4 * size))}]}
        return lambda: refuse_identifying_outputs(told, "a.ipynb")

    return {
        "notebook: printed lines": shown(
            "text/plain", lambda size: "".join(f"row {at}  {at}\n" for at in range(size * 8))
        ),
        "notebook: HTML": shown(
            "text/html", lambda size: "".join(f'<p title="a {at}">row <b>{at}</b></p>' for at in range(4 * size))
        ),
        "notebook: JSON": shown("application/json", lambda size: {"a": [f"text {at}" for at in range(4 * size)]}),
        "notebook: source": source,
    }


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
