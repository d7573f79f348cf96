"""Made-up surveys that tell of one another: what an attacker on releases is set on. Synthetic and seeded.

A case holds the true numbers, how they hang together, and up to three survey folders that print them, with the links by
which small counts have been betrayed: totals, rest rows, numbers of countries, regions, states, classes and their
union, measures within one another, a second wave, repeated and rounded rows, shares, texts, claims, totals of another
date; and sums of many classes among many, money at one price, averages, words of classes, one's own dictionary,
reference tables and notebooks.
"""

from __future__ import annotations

import csv
import io
import random
from dataclasses import dataclass, field
from pathlib import Path

Number = tuple[str, str, str, str]  # measure, class, wave, place

COUNTRIES = ["Austria", "Belgium", "Chile", "Denmark", "France", "Germany", "Italy", "Japan", "Kenya", "Spain"]
EUROPE = {"Austria", "Belgium", "Denmark", "France", "Germany", "Italy", "Spain"}
STATES = {"Germany": ["Bayern", "Hessen", "Sachsen"]}
NOT_LISTED = "(not listed)"
WORDS = {1: "one", 2: "two", 3: "three", 4: "four", 5: "five"}
#: Link to how often a case has it.
LINKS = {
    "world": 0.8, "rest": 0.3, "number": 0.25, "region": 0.4, "europe": 0.2, "states": 0.3, "classes": 0.35,
    "contained": 0.4, "wave": 0.35, "repeated": 0.35, "rounded": 0.35, "shares": 0.3, "texts": 0.5, "claims": 0.4,
    "dated": 0.2, "asset": 0.1, "fewer": 0.1,
}  # fmt: skip

#: Links drawn by a source of chance of their own, so that the cases of the others stay as they are.
FURTHER = {
    "partition": 0.25, "money": 0.25, "averages": 0.2, "asset words": 0.1, "dictionary": 0.15, "reference": 0.1,
    "prose": 0.15,
}  # fmt: skip
CLASSES = ["ct", "mr", "us", "xa", "pet", "dx", "mg", "nm", "rf", "ot", "sr", "es", "op", "io", "px"]
MEASURE = """
[servers_of_ours]
unit = "server"
definition = {definition}
is_not = [{is_not}]
additive = true
occurrence = "independent"
kind = "count"
label = {{ en = {label}, es = "servidores", de = "Server", fr = "serveurs" }}
"""

TOML = """title = {title}
surveyor = "nobody"
programme = "made-up"
status = "published"
primary = ["{survey}-report"]
scan_from = "{date}"
scan_to = "{date}"
asset = "dicom"
encoded = "2026-02-01"
encoding = {encoding}
known_errors = {errors}
[method]
engine = ""
ports = "104, 11112"
exposed = ""
open = ""
honeypots = "not stated"
duplicates = "not stated"
unit = ""
[units]
servers = "servers_exposed"
"""
PLACE = '[[place]]\nname = "{name}"\nkind = "{kind}"\nparent = "{parent}"\n'
FIGURES = ["source", "place", "measure", "asset", "figure", "locator", "note", "scan_from", "scan_to"]
CLAIMS = [
    "source", "claim", "relation", "place", "measure", "figure", "other_place", "other_measure", "locator",
    "quote_lang",
]  # fmt: skip


@dataclass
class Row:
    """A printed figure and the number, or the part and its base, that it tells of."""

    survey: str
    place: str
    measure: str
    asset: str
    figure: str
    of: Number
    base: Number | None = None
    note: str = ""
    locator: str = "p. 1"
    date: str = ""
    account: bool = False
    price: bool = False

    @property
    def key(self) -> tuple[str, str, str, str, str]:
        return self.survey, self.place, self.measure, self.asset, self.date


@dataclass
class Case:
    """The truth of some surveys, and what they print."""

    seed: int
    links: set[str] = field(default_factory=set)
    numbers: dict[Number, int] = field(default_factory=dict)
    relations: list[tuple[dict[Number, float], float, float]] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    regions: dict[str, list[tuple[str, str, str]]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    encoding: str = "made up"
    source_note: str = ""
    claims: list[dict[str, str]] = field(default_factory=list)
    dictionary: str = ""
    reference: list[list[str]] = field(default_factory=list)
    cells: list[tuple[str, str]] = field(default_factory=list)

    def add_up(self, total: Number, parts: list[Number]) -> None:
        self.relations.append(({total: -1.0, **dict.fromkeys(parts, 1.0)}, 0.0, 0.0))

    def print_row(self, survey: str, of: Number, figure: str | None = None, **more: object) -> None:
        text = f"{self.numbers[of]:,}" if figure is None else figure
        measure = more.pop("measure", of[0])
        self.rows.append(Row(survey, of[3], measure, of[1], text, of, **more))  # type: ignore[arg-type]


def case(seed: int, size: int = 8, only: set[str] | None = None) -> Case:
    """A case of a seed; ``only`` names the links it may have."""
    draw = random.Random(seed)
    made = Case(seed)
    made.links = {link for link, often in LINKS.items() if draw.random() < often and (only is None or link in only)}
    places = draw.sample(COUNTRIES, draw.randint(min(4, size), size))
    one = [("servers_exposed", "dicom", "1", place) for place in places]
    for number in one:
        made.numbers[number] = draw.choice([0, *[1, 2] * 3, *[draw.randint(3, 80)] * 9])
    _whole(made, draw, one)
    _regions(made, draw, one)
    _classes(made, draw, one)
    _wave(made, draw, one)
    _retold(made, draw, one)
    _words(made, draw, one)
    draw.shuffle(made.rows)
    more = random.Random(f"further {seed}")
    further = {link for link, often in FURTHER.items() if more.random() < often and (only is None or link in only)}
    made.links |= further
    _partition(made, more, one)
    _per_unit(made, more, one)
    _told_beside(made, more, one)
    return made


def _partition(made: Case, draw: random.Random, one: list[Number]) -> None:
    """A survey of many classes, of which one is the sum of some others; no name says which."""
    if "partition" not in made.links:
        return
    names = draw.sample(CLASSES, draw.randint(13, 15))
    parts = names[1 : 1 + draw.randint(3, 6)]
    for place in draw.sample([at[3] for at in one], min(len(one), draw.randint(4, 6))):
        for name in names[1:]:
            at = ("servers_exposed", name, "p", place)
            made.numbers[at] = draw.choice([0, 1, 2, *[draw.randint(3, 90) for _ in range(5)]])
            made.print_row("delta-2026-11", at)
        total = ("servers_exposed", names[0], "p", place)
        inside = [("servers_exposed", name, "p", place) for name in parts]
        made.numbers[total] = sum(made.numbers[at] for at in inside)
        made.add_up(total, inside)
        made.print_row("delta-2026-11", total)


def _per_unit(made: Case, draw: random.Random, one: list[Number]) -> None:
    """What a count makes with a price that is the same everywhere, or with an average of another count."""
    if "money" in made.links:
        price = draw.randint(7, 90)
        for at in one:
            if made.numbers[at]:
                figure = f"{price * made.numbers[at]}"
                made.print_row("alpha-2026-01", at, figure, measure="darknet_value_usd", price=True)
    if "averages" in made.links:
        for _, _, _, place in draw.sample(one, min(len(one), 5)):
            few, many = (("breaches", "dicom", "e", place), ("individuals", "dicom", "e", place))
            made.numbers[few] = draw.choice([1, 2, *[draw.randint(3, 40) for _ in range(4)]])
            made.numbers[many] = made.numbers[few] * draw.randint(20, 90) + draw.randint(0, 19)
            average = f"{made.numbers[many] / made.numbers[few]:.1f}"
            made.print_row("epsilon-2026-12", few)
            made.print_row("epsilon-2026-12", many)
            made.print_row("epsilon-2026-12", many, average, base=few, measure="individuals_per_breach_mean")


def _told_beside(made: Case, draw: random.Random, one: list[Number]) -> None:
    """A count in the word of a class, in one's own dictionary of measures, in a reference table of one's own."""
    small = [at for at in one if 0 < made.numbers[at] < 3]
    for link in ("asset words", "dictionary", "reference", "prose"):
        if link not in made.links or not small:
            continue
        at = draw.choice(small)
        said = draw.choice([str(made.numbers[at]), WORDS[made.numbers[at]]])
        text = f"of which {said} in {at[3]}"
        if link == "asset words":
            row = next(row for row in made.rows if row.of == max(one, key=lambda number: made.numbers[number]))
            row.asset = f"dicom, {text}"
        elif link == "dictionary":
            where = dict.fromkeys(("definition", "is_not", "label"), '"servers of ours"')
            made.dictionary = MEASURE.format(**{**where, draw.choice(sorted(where)): f'"{text}"'})
        elif link == "prose":
            made.cells.append(
                draw.choice(
                    [
                        ("markdown", f"Some systems were found, {text}."),
                        ("code", f"# {text}\npass"),
                        ("code", f'ex.table(figures[["survey"]], name="more", title="Found, {text}")'),
                        ("code", f'print("{at[3]}", {made.numbers[at]})'),
                        ("code", 'print(open("counts.txt", encoding="utf-8").read())'),
                    ]
                )
            )
        else:
            made.reference.append([at[3], "2026", draw.choice(["servers", text]), str(made.numbers[at]), text])


def _whole(made: Case, draw: random.Random, one: list[Number]) -> None:
    for number in one:
        few = made.numbers[number] in (1, 2) and "fewer" in made.links
        made.print_row("alpha-2026-01", number, "fewer than 3" if few else None)
    parts = list(one)
    rest = ("servers_exposed", "dicom", "1", "Rest of the world" if "rest" in made.links else NOT_LISTED)
    made.numbers[rest] = draw.randint(1, 12) if "rest" in made.links else draw.choice([0, 0, draw.randint(1, 9)])
    parts.append(rest)
    world = ("servers_exposed", "dicom", "1", "World")
    made.numbers[world] = sum(made.numbers[at] for at in parts)
    made.add_up(world, parts)
    if "world" in made.links and made.numbers[world]:
        date = "2026-03" if "dated" in made.links else ""
        made.print_row("alpha-2026-01", world, date=date)
        if "asset" in made.links:
            made.rows[-1].asset = "archive"
    if "rest" in made.links:
        made.print_row("alpha-2026-01", rest)
        made.regions.setdefault("alpha-2026-01", []).append(("Rest of the world", "region", ""))
    if "number" in made.links:
        number = ("countries", "dicom", "1", "World")
        made.numbers[number] = sum(made.numbers[at] > 0 for at in one)
        if made.numbers[rest] == 0 and made.numbers[number] > 2:
            made.print_row("alpha-2026-01", number)


def _regions(made: Case, draw: random.Random, one: list[Number]) -> None:
    if "region" in made.links and len(one) > 2:
        inside = draw.sample(one, draw.randint(2, min(4, len(one) - 1)))
        _region(made, "Benelux-Alps", inside)
    inside = [at for at in one if at[3] in EUROPE]
    if "europe" in made.links and len(inside) > 1:
        _region(made, "Europe", inside)
    whole = next((at for at in one if at[3] in STATES and made.numbers[at] > 1), None)
    if "states" in made.links and whole:
        left, parts = made.numbers[whole], []
        for name in STATES[whole[3]][: draw.randint(2, 3)]:
            at = ("servers_exposed", "dicom", "1", name)
            made.numbers[at] = min(left, draw.choice([1, 2, draw.randint(0, 30)]))
            left -= made.numbers[at]
            parts.append(at)
            made.print_row("alpha-2026-01", at)
            made.regions.setdefault("alpha-2026-01", []).append((name, "sub-national", "DEU"))
        rest = ("servers_exposed", "dicom", "1", "(other states)")
        made.numbers[rest] = left
        made.add_up(whole, [*parts, rest])


def _region(made: Case, name: str, inside: list[Number]) -> None:
    total = ("servers_exposed", "dicom", "1", name)
    made.numbers[total] = sum(made.numbers[at] for at in inside)
    if made.numbers[total]:
        made.add_up(total, inside)
        made.print_row("alpha-2026-01", total)
        made.regions.setdefault("alpha-2026-01", []).append((name, "region", ""))


def _classes(made: Case, draw: random.Random, one: list[Number]) -> None:
    if "classes" in made.links:
        some = draw.sample(one, draw.randint(2, len(one)))
        for at in some:
            other, both = ((at[0], asset, "1", at[3]) for asset in ("viewer", "dicom or viewer"))
            made.numbers[other] = draw.choice([0, 1, 2, draw.randint(3, 60), draw.randint(3, 60)])
            made.numbers[both] = made.numbers[at] + made.numbers[other]
            made.add_up(both, [at, other])
            made.print_row("alpha-2026-01", other)
            made.print_row("alpha-2026-01", both)
    if "contained" in made.links:
        for at in draw.sample(one, draw.randint(2, len(one))):
            inside = ("servers_open", "dicom", "1", at[3])
            made.numbers[inside] = draw.randint(0, made.numbers[at])
            made.relations.append(({at: 1.0, inside: -1.0}, 0.0, float("inf")))
            made.print_row("alpha-2026-01", inside)


def _wave(made: Case, draw: random.Random, one: list[Number]) -> None:
    if "wave" not in made.links:
        return
    later = []
    for at in one:
        now, gone, new = (
            (measure, "dicom", "2", at[3]) for measure in ("servers_exposed", "systems_gone", "new_systems")
        )
        made.numbers[gone] = draw.randint(0, min(made.numbers[at], 9))
        made.numbers[new] = draw.choice([0, 1, 2, draw.randint(0, 20)])
        made.numbers[now] = made.numbers[at] - made.numbers[gone] + made.numbers[new]
        made.relations.append(({now: 1.0, at: -1.0, gone: 1.0, new: -1.0}, 0.0, 0.0))
        for number in (now, gone, new):
            made.print_row("beta-2026-06", number)
        later.append(now)
    total = ("servers_exposed", "dicom", "2", "World")
    made.numbers[total] = sum(made.numbers[at] for at in later)
    if made.numbers[total] and draw.random() < 0.6:
        made.add_up(total, later)
        made.print_row("beta-2026-06", total)


def _retold(made: Case, draw: random.Random, one: list[Number]) -> None:
    printed = [row for row in made.rows if row.survey == "alpha-2026-01" and not row.figure.startswith("fewer")]
    if "repeated" in made.links:
        for row in draw.sample(printed, min(len(printed), draw.randint(2, 4))):
            if row.measure != "countries" and row.place not in {
                name for name, _, _ in made.regions.get(row.survey, [])
            }:
                made.rows.append(Row("gamma-2026-09", row.place, row.measure, row.asset, row.figure, row.of))
    if "rounded" in made.links:
        for at in draw.sample(one, 2):
            if made.numbers[at] >= 10:
                made.print_row("alpha-2026-01", at, f"about {round(made.numbers[at], -1)}", account=True)
    world = ("servers_exposed", "dicom", "1", "World")
    if "shares" in made.links:
        for at in one:
            inside = ("servers_open", "dicom", "1", at[3])
            if made.numbers.get(inside) and draw.random() < 0.5:
                share = 100 * made.numbers[inside] / made.numbers[at]
                made.print_row("alpha-2026-01", inside, f"{share:.1f} %", base=at, measure="share_open")
            elif made.numbers[at] and draw.random() < 0.5:
                share = 100 * made.numbers[at] / made.numbers[world]
                made.print_row("alpha-2026-01", at, f"{share:.2f} %", base=world, measure="share_of_hosts")


def _words(made: Case, draw: random.Random, one: list[Number]) -> None:
    some = [at for at in one if made.numbers[at] > 0]
    rest = next((at for at in made.numbers if at[3] == NOT_LISTED), None)
    if "texts" in made.links and some:
        for kind in draw.sample(["note", "locator", "errors", "encoding", "source", "rest"], 3):
            at = draw.choice(some)
            count = made.numbers[at]
            said = draw.choice([str(count), WORDS.get(count, str(count))])
            text = draw.choice([f"of which {said} in {at[3]}", f"{at[3]}: {said} servers", f"{said} lie in {at[3]}"])
            row = draw.choice(made.rows)
            if kind == "note":
                row.note = text
            elif kind == "locator":
                row.locator = f"p. 3, {text}"
            elif kind == "errors":
                made.errors.append(text)
            elif kind == "encoding":
                made.encoding = text
            elif kind == "source":
                made.source_note = text
            elif rest and made.numbers[rest]:
                row.note = f"{made.numbers[rest]} of them are in no place that is listed"
    if "claims" in made.links and some:
        for at in draw.sample(some, min(2, len(some))):
            count = made.numbers[at]
            shape = draw.choice(["own", "spelled", "world", "other"])
            claim = {
                "claim": "made up",
                "relation": "more_than",
                "place": at[3],
                "measure": at[0],
                "figure": str(count - 1),
            }
            if shape == "spelled":
                claim["place"] = {"Austria": "Österreich", "Germany": "Deutschland", "Spain": "España"}.get(
                    at[3], at[3]
                )
            if shape == "world":
                claim |= {"place": "World", "claim": f"{count} in {at[3]}", "figure": str(count)}
            if shape == "other" and len(some) > 1:
                claim |= {"relation": "more_than", "figure": "", "other_place": draw.choice(some)[3]}
            made.claims.append(claim)


def write(made: Case, folder: Path) -> list[str]:
    """Write the folders of a case; told are the ids of its surveys."""
    if made.reference:
        (folder / "reference").mkdir(parents=True)
        head = ["iso3", "year", "indicator", "value", "source"]
        (folder / "reference" / "covariates.csv").write_text(_csv([head, *made.reference]), "utf-8")
    surveys = sorted({row.survey for row in made.rows})
    for survey in surveys:
        target = folder / "aggregate" / survey
        target.mkdir(parents=True)
        first = survey.startswith("alpha")
        text = TOML.format(
            survey=survey,
            title=f'"Made up for a test: {survey.split("-")[0]}"',
            date=survey[-7:],
            encoding=_quoted(made.encoding if first else "made up"),
            errors="[" + ", ".join(map(_quoted, made.errors if first else [])) + "]",
        )
        text += "".join(PLACE.format(name=n, kind=k, parent=p) for n, k, p in made.regions.get(survey, []))
        (target / "survey.toml").write_text(text, "utf-8")
        note = made.source_note if first else ""
        sources = [
            [f"{survey}-report", "primary", "", "2026-09", "full", "en", "Nobody", "Made up", "", note],
            [f"{survey}-account", "secondary", f"{survey}-report", "2026-10", "full", "en", "Nobody", "Retold", "", ""],
        ]
        head = ["source", "tier", "derived_from", "published", "seen", "lang", "publisher", "title", "url", "note"]
        (target / "sources.csv").write_text(_csv([head, *sources]), "utf-8")
        figures = [
            [
                f"{survey}-{'account' if row.account else 'report'}", row.place, row.measure, row.asset, row.figure,
                row.locator, row.note, row.date, row.date,
            ]
            for row in made.rows
            if row.survey == survey
        ]  # fmt: skip
        (target / "figures.csv").write_text(_csv([FIGURES, *figures]), "utf-8")
        claims = [
            [
                f"{survey}-account", one["claim"], one["relation"], one["place"], one["measure"], one["figure"],
                one.get("other_place", ""), "", "p. 2", "de" if one["place"] == "Österreich" else "en",
            ]
            for one in (made.claims if first else [])
        ]  # fmt: skip
        (target / "claims.csv").write_text(_csv([CLAIMS, *claims]), "utf-8")
    return surveys


def _quoted(text: str) -> str:
    return '"' + text.replace('"', "'") + '"'


def _csv(rows: list[list[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()
