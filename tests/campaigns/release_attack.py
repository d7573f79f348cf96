"""An attacker on releases: what can be worked out of the numbers that a release withholds, from its files alone.

Written without the protector's code: figures are read anew, relations are those by which the case was made, withheld
counts are whole and at least one. Run as ``python tests/campaigns/release_attack.py [CASES [FIRST SEED [sites]]]``;
prints what was recovered. With ``sites`` whole reports are built, and every file that was written is read.
"""

from __future__ import annotations

import csv
import itertools
import json
import math
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

sys.path.insert(0, str(Path(__file__).parent))

from linked_surveys import COUNTRIES, NOT_LISTED, WORDS, Case, Number, Row, case, write

THRESHOLD = 3
_NUMBER = re.compile(r"[\d.,]+")


@dataclass
class Loot:
    """What an attack gave: places whose count is known exactly, or is surely small, or stands there."""

    exact: list[Number] = field(default_factory=list)
    small: list[Number] = field(default_factory=list)
    printed: list[tuple[str, ...]] = field(default_factory=list)
    withheld: int = 0
    rows: int = 0
    refused: bool = False

    @property
    def betrayed(self) -> bool:
        return bool(self.exact or self.small or self.printed)


def interval(text: str) -> tuple[float, float]:
    """The numbers that a printed figure allows."""
    number = float(_NUMBER.search(text)[0].replace(",", ""))  # type: ignore[index]
    if "%" in text:
        half = 0.5 * 10 ** -len(text.split("%")[0].strip().partition(".")[2])
        return (number - half) / 100, (number + half) / 100
    if "." in text:  # an average
        return number - 0.05, number + 0.05
    if text.startswith("about"):
        return number - 10, number + 10
    if text.startswith("fewer than"):
        return 0, number - 1
    return number, number


def attack(made: Case, released: Iterable[Row], said: Iterable[tuple[Number, float]] = ()) -> Loot:
    """Work out all that the printed rows, and statements about single numbers, tell of the others."""
    released = list(released)
    loot = Loot()
    index = {number: at for at, number in enumerate(made.numbers)}
    # No count is near this; without any limit the solver errs.
    low, high = np.zeros(len(index)), np.full(len(index), 10_000.0)
    known = {row.of for row in made.rows if row.base is None and not row.price}
    rows = [(dict(terms), floor, ceiling) for terms, floor, ceiling in made.relations]
    for number in known:
        if made.numbers[number] > 0:
            low[index[number]] = 1
    seen = set()
    said = [*said, *_at_one_price(made, released)]
    for row in released:
        if row.price:
            continue
        first, last = interval(row.figure)
        if row.base is not None:
            rows += [({row.of: 1.0, row.base: -first}, 0.0, np.inf), ({row.of: -1.0, row.base: last}, 0.0, np.inf)]
            continue
        at = index[row.of]
        seen.add(row.of)
        low[at], high[at] = max(low[at], first), min(high[at], last)
        if 0 < last < THRESHOLD:
            loot.printed.append(row.key)
    for number, value in said:
        if number not in seen:
            low[index[number]] = high[index[number]] = value
    if NOT_LISTED in {number[3] for number in index} and any(row.measure == "countries" for row in released):
        high[index[next(number for number in index if number[3] == NOT_LISTED)]] = 0
    hidden = [number for number in known if number not in seen]
    matrix = np.zeros((len(rows), len(index)))
    for at, (terms, _, _) in enumerate(rows):
        for number, factor in terms.items():
            matrix[at, index[number]] += factor
    ties = LinearConstraint(matrix, [row[1] for row in rows], [row[2] for row in rows])
    for number in hidden:
        aim = np.zeros(len(index))
        aim[index[number]] = 1
        ends = [
            milp(aim * sign, integrality=np.ones(len(index)), bounds=Bounds(low, high), constraints=ties)
            for sign in (1, -1)
        ]
        least = ends[0].fun if ends[0].status == 0 else 0.0
        most = -ends[1].fun if ends[1].status == 0 else math.inf
        if ends[0].status == 2:  # the relations do not fit: nothing can be worked out
            continue
        if most - least < 0.5:
            loot.exact.append(number)
        if made.numbers[number] < THRESHOLD and most < THRESHOLD - 0.5:
            loot.small.append(number)
    loot.withheld, loot.rows = len(hidden), len(known)
    return loot


def _at_one_price(made: Case, released: list[Row]) -> Iterator[tuple[Number, float]]:
    """Counts by what they are worth, where one place has both printed: the price is the same everywhere."""
    counts = {row.of: interval(row.figure)[0] for row in released if row.base is None and not row.price}
    worth = {row.of: interval(row.figure)[0] for row in released if row.price}
    prices = {worth[at] / counts[at] for at in worth.keys() & counts.keys() if counts[at]}
    if prices:
        yield from ((at, round(value / min(prices))) for at, value in worth.items())


def released_rows(made: Case, folder: Path) -> list[Row]:
    """The rows of a case that stand in the figures of a released folder."""
    there: Counter[tuple[str, ...]] = Counter()
    for path in sorted((folder / "aggregate").glob("*/figures.csv")):
        for cells in csv.DictReader(path.read_text("utf-8").splitlines()):
            date = cells["scan_to"] or ""
            there[path.parent.name, cells["place"], cells["measure"], cells["asset"], date, cells["figure"]] += 1
    return [row for row in made.rows if there[(*row.key, row.figure)]]


def statements(made: Case, folder: Path) -> list[tuple[Number, float]]:
    """What the texts of a released folder say of single counts."""
    texts = []
    for path in sorted((folder / "aggregate").glob("*/*")):
        if path.suffix == ".toml":
            texts += re.findall(r'"([^"]*)"', path.read_text("utf-8"))
        elif path.suffix == ".csv":
            for cells in csv.DictReader(path.read_text("utf-8").splitlines()):
                texts += [cells.get(name) or "" for name in ("note", "locator", "claim", "title", "asset")]
                if path.name == "claims.csv" and cells["figure"] and cells["relation"] == "more_than":
                    texts.append(f"{int(cells['figure']) + 1} {cells['place'].replace('Österreich', 'Austria')}")
    own = folder / "aggregate" / "measures.toml"
    if own.exists():
        texts += re.findall(r'"([^"]*)"', own.read_text("utf-8"))
    for path in sorted((folder / "reference").glob("*.csv")):
        for cells in csv.DictReader(path.read_text("utf-8").splitlines()):
            texts += [" ".join([cells["iso3"], cells["value"], cells["indicator"]]), cells["source"]]
    return said_in(made, texts)


def said_in(made: Case, texts: Iterable[str]) -> list[tuple[Number, float]]:
    """What texts say of single counts: a number and a place in one of them, or the unlisted."""
    found = []
    words = {word: number for number, word in WORDS.items()}
    for text in texts:
        numbers = [float(one) for one in re.findall(r"\b\d+\b", re.sub(r"\bp\. \d+", "", text))]
        numbers += [float(words[one]) for one in re.findall(r"[a-z]+", text) if one in words]
        places = [place for place in COUNTRIES if place in text]
        if len(numbers) == 1 and len(places) == 1:
            number = ("servers_exposed", "dicom", "1", places[0])
            if made.numbers.get(number) == numbers[0]:
                found.append((number, numbers[0]))
        if len(numbers) == 1 and "no place" in text:
            found += [(one, numbers[0]) for one in made.numbers if one[3] == NOT_LISTED]
    return found


def texts_of(site: Path) -> dict[str, list[str]]:
    """The texts of every written file of a report: cells and paragraphs, strings of JSON, words of pictures."""
    from lxml import html
    from openpyxl import load_workbook

    found: dict[str, list[str]] = {}
    for path in sorted(site.rglob("*")):
        name = path.relative_to(site).as_posix()
        if path.suffix in (".html", ".svg"):
            tree = html.fromstring(path.read_bytes())
            blocks = tree.xpath("//p|//li|//tr|//text|//title|//desc|//figcaption|//h1|//h2|//h3|//dd|//dt")
            found[name] = [" ".join(" ".join(block.itertext()).split()) for block in blocks]
            found[name] += [str(one) for one in tree.xpath("//@alt|//@title|//@aria-label|//comment()")]
            found[name] += [one for script in tree.xpath("//script/text()") for one in re.split(r"[{}\[\]]", script)]
        elif path.suffix in (".json", ".ipynb"):
            found[name] = [str(one) for one in _leaves(json.loads(path.read_text("utf-8")))]
        elif path.suffix == ".csv":
            found[name] = [" ".join(row) for row in csv.reader(path.read_text("utf-8").splitlines())]
        elif path.suffix == ".xlsx":
            book = load_workbook(path, read_only=True)
            found[name] = [" ".join(map(str, row)) for sheet in book for row in sheet.values]
    return found


def _leaves(told: object) -> Iterator[object]:
    """Every text of JSON; a row of it is one text, so that a place stands beside its number."""
    if isinstance(told, dict):
        if all(not isinstance(one, dict | list) for one in told.values()):
            yield " ".join(map(str, told.values()))
        for one in told.values():
            yield from _leaves(one)
    elif isinstance(told, list):
        for one in told:
            yield from _leaves(one)
    else:
        yield told


def attack_site(made: Case, site: Path) -> Loot:
    """Work out what a built report tells: its tables of figures, and every text in it."""
    there: Counter[tuple[str, ...]] = Counter()
    for path in sorted((site / "surveys").glob("*.json")):
        for row in json.loads(path.read_text("utf-8"))["figures"]:
            there[path.stem, row["place"], row["measure"], row["asset"], row["figure"]] += 1
    released = [row for row in made.rows if there[(*row.key[:4], row.figure)]]
    texts = texts_of(site)
    loot = attack(made, released, said_in(made, (text for told in texts.values() for text in told)))
    shown = {(row.place, row.figure.removeprefix("about ")) for row in released}
    for row in made.rows:
        if row in released or row.figure == "0" or (row.place, row.figure) in shown:
            continue
        near = re.compile(rf"{re.escape(row.place)}\W+(?:[a-z_]+\W+){{0,3}}{re.escape(row.figure)}(?![\w.,%])")
        loot.printed += [(name, *row.key) for name, told in texts.items() if any(near.search(one) for one in told)]
    return loot


NOTEBOOK = """import analysis as ex
figures = ex.panel()
ex.table(figures[["survey", "place", "measure", "asset", "figure", "value", "note"]])
servers = ex.preferred(figures).query("measure == 'servers_exposed' and place_kind == 'country'")
servers = servers[servers["survey"].str.startswith("alpha")].drop_duplicates("iso3")
ex.chart.ranking(servers) if len(servers) else None"""


def write_all(made: Case, folder: Path) -> None:
    """The folder of a case with a dictionary of its own: the shipped measures, and what the case adds."""
    from analysis.datafolder import shipped_folder

    write(made, folder)
    measures = (shipped_folder("data") / "aggregate" / "measures.toml").read_text("utf-8")
    (folder / "aggregate" / "measures.toml").write_text(measures + made.dictionary, "utf-8")


def build_and_attack(made: Case) -> Loot:
    """Build a report of a case for release, as its command does, and attack what was written."""
    import nbformat

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_all(made, folder / "own")
        notebook = nbformat.v4.new_notebook()
        notebook.cells = [nbformat.v4.new_markdown_cell("# Servers\n\nAll that was published.")]
        notebook.cells += [nbformat.v4.new_code_cell(cell) for cell in (NOTEBOOK.rpartition("servers =")[0], NOTEBOOK)]
        notebook.cells += [
            (nbformat.v4.new_code_cell if kind == "code" else nbformat.v4.new_markdown_cell)(text)
            for kind, text in made.cells
        ]
        (folder / "notebooks").mkdir()
        small = [f"{number[3]}: {count} servers" for number, count in made.numbers.items() if 0 < count < THRESHOLD]
        (folder / "notebooks" / "counts.txt").write_text("\n".join(small), "utf-8")
        nbformat.write(notebook, folder / "notebooks" / "servers.ipynb")
        command = [sys.executable, "-m", "analysis.cli", "report", "--release", "--out", str(folder / "site")]
        command += ["--notebooks-only", str(folder / "notebooks"), "--jobs", "1"]
        done = subprocess.run(
            command, env=os.environ | {"EXPOSURE_DATA_ONLY": str(folder / "own")}, capture_output=True, text=True
        )
        if done.returncode:
            if "Traceback" in done.stderr or "error:" not in done.stderr:
                raise RuntimeError(done.stderr)
            return Loot(refused=True)
        return attack_site(made, folder / "site")


def release_and_attack(made: Case) -> Loot:
    """Protect the folders of a case as a release does, and attack the copy."""
    from analysis.datafolder import data_folder
    from analysis.errors import ExposureError
    from analysis.report.release import for_release

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "own"
        write_all(made, folder)
        os.environ["EXPOSURE_DATA_ONLY"] = str(folder)
        try:
            with for_release(THRESHOLD):
                copy = data_folder()
                return attack(made, released_rows(made, copy), statements(made, copy))
        except ExposureError as refusal:
            if not refusal.file:
                raise
            return Loot(refused=True)
        finally:
            del os.environ["EXPOSURE_DATA_ONLY"]


def least(made: Case, most: int = 12) -> int | None:
    """The least number of counts that must go so that the attack fails, by every set; None if there are too many."""
    printed = sorted({row.of for row in made.rows if row.base is None})
    small = [number for number in printed if 0 < made.numbers[number] < THRESHOLD]
    others = [number for number in printed if made.numbers[number] >= THRESHOLD]
    if len(others) > most or any(row.base for row in made.rows):
        return None
    for size in range(len(others) + 1):
        for more in itertools.combinations(others, size):
            gone = {*small, *more}
            if not attack(made, [row for row in made.rows if row.of not in gone]).betrayed:
                return len(gone)
    return None


def main(cases: int = 2000, first: int = 0, sites: bool = False) -> None:
    """Run the campaign and print its score; ``sites`` builds a whole report of each case."""
    score: Counter[str] = Counter()
    by_link: dict[str, Counter[str]] = {}
    for seed in range(first, first + cases):
        made = case(seed)
        loot = build_and_attack(made) if sites else release_and_attack(made)
        score["cases"] += 1
        score["betrayed"] += loot.betrayed
        score["refused"] += loot.refused
        score["small counts"] += len({*loot.small, *loot.printed})
        score["exact counts"] += len(loot.exact)
        score["withheld"] += loot.withheld
        score["counts"] += loot.rows
        for link in made.links:
            by_link.setdefault(link, Counter()).update({"tried": 1, "betrayed": int(loot.betrayed)})
        if loot.betrayed:
            print(seed, sorted(made.links), loot.exact, loot.small, loot.printed, flush=True)
    print(dict(score))
    for link, counted in sorted(by_link.items()):
        print(f"  {link:10} {counted['tried']:5} tried {counted['betrayed']:5} betrayed")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]), sites="sites" in sys.argv)
