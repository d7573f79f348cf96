"""Only typed errors: mangled figures, places, TOML and CSV files, and articles, by seeded script.

Run as ``python tests/campaigns/fuzz.py [INPUTS [KIND …]]`` (100,000 of each kind by default; whole surveys are read a
twentieth as often, for each
is some fifty files' worth of work). Prints, of each reader, how many inputs it was given, read and
refused. Anything but a result or an :class:`analysis.ExposureError` is an error of ours: the campaign stops and shows
the input.
"""

from __future__ import annotations

import collections
import difflib
import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from unittest import mock

import analysis as ex

SEED = 20190916
#: What is put into texts: signs that readers split at, digits of other scripts, and what breaks encodings and parsers.
PIECES = [
    *"0123456789.,'’%‰½⅓+-–—~≈<>=/()[]{}\"\\;:#&|^_ \t\n\r\x00\x0b\x1f\x85",
    "\u00a0",
    "\u202f",
    "\u200b",
    "\ufeff",
    "\u202e",
    "٣",
    "௧",
    "五",
    "億",
    "万",
    "兆",
    "million",
    "Mio.",
    "mil millones",
    "lakh",
    "crore",
    "half a",
    "one in",
    "between",
    "and",
    "-1",
    "1e308",
    "1e-400",
    "NaN",
    "inf",
    "10**9",
    "9" * 40,
    "9" * 400,
    "=1+1",
    "'''",
    '"""',
    "[[",
    "]]",
    "true",
    "1979-05-27",
    "0x_1",
    "é",
    "é",
    "🜁",
    "𝟙",
    "\ud7ff",
    "ß",
    "İ",
    "ﬁ",
    "www",
    "World",
    "EE. UU.",
    "of which",
    "up to",
    "x" * 300,
]


def mangled(rng: random.Random, text: str) -> str:
    """The text with some pieces put in, taken out, doubled or exchanged."""
    for _ in range(rng.choice((1, 1, 2, 3, 8))):
        at, to = sorted((rng.randrange(len(text) + 1), rng.randrange(len(text) + 1)))
        match rng.randrange(6):
            case 0:
                text = text[:at] + rng.choice(PIECES) + text[at:]
            case 1:
                text = text[:at] + text[min(to, at + 4) :]
            case 2:
                text = text[:at] + text[at:to] * 2 + text[to:]
            case 3:
                text = text[:at] + rng.choice(PIECES) + text[at + 1 :]
            case 4:
                text = text[at:] + text[:at]
            case _:
                text = (
                    text[:at]
                    + chr(rng.choice((rng.randrange(128), rng.randrange(0xD800), rng.randrange(0xE000, 0x110000))))
                    + text[at:]
                )
    return text


def mangled_bytes(rng: random.Random, text: str) -> bytes:
    raw = bytearray(mangled(rng, text).encode("utf-8"))
    if raw and rng.random() < 0.2:
        raw[rng.randrange(len(raw))] = rng.randrange(256)
    return bytes(raw)


Reader = Callable[[random.Random], object]


def quantities() -> Reader:
    figures = ex.panel()
    seeds = list(zip(figures["figure"], figures["lang"], strict=True))
    langs = [None, "en", "es", "de", "fr", "it", "pt", "nl", "sv", "pl", "zh", "ja", "ko", "xx", "hi"]

    def read(rng: random.Random) -> object:
        text, lang = rng.choice(seeds)
        given = mangled(rng, text), rng.choice((lang, rng.choice(langs)))
        quantity = ex.quantity(given[0], lang=given[1] if isinstance(given[1], str) else None)
        assert quantity.low <= quantity.value <= quantity.high, (given, quantity)
        return quantity

    return read


def places() -> Reader:
    seeds = [*ex.panel()["place"].unique(), *ex.reference("place_names")["name"].sample(2000, random_state=1)]
    suggest = difflib.get_close_matches

    def read(rng: random.Random) -> object:
        # To look for names written nearly so takes all the time: of twenty unknown names, one is offered some.
        with mock.patch("difflib.get_close_matches", suggest if rng.random() < 0.05 else lambda *given, **more: []):
            code = ex.iso3(mangled(rng, rng.choice(seeds)), rng.choice((None, "en", "es", "de", "fr", "zh", "xx")))
        assert len(code) == 3, code
        return code

    return read


def tables(file: str) -> Reader:
    """The reader of CSV or TOML, on a file of a survey that is mangled."""
    from analysis.datafolder import read_rows, read_toml, shipped_folder
    from analysis.figures import fields

    texts = [
        path.read_text("utf-8")[:2_000] for path in sorted((shipped_folder("data") / "aggregate").glob(f"*/{file}"))
    ]
    path = Path(tempfile.mkdtemp()) / file

    def read(rng: random.Random) -> object:
        path.write_bytes(mangled_bytes(rng, rng.choice(texts)))
        if file.endswith(".toml"):
            return read_toml(path)
        columns = fields.FILES[file]
        faults = rng.choice((None, []))
        rows = read_rows(path, fields.required(columns), fields.optional(columns), faults)
        if faults:
            raise faults[0]
        return rows

    return read


def survey(file: str) -> Reader:
    """A survey whose file is mangled, read in every way."""
    from analysis.datafolder import shipped_folder
    from analysis.figures.check import check
    from analysis.figures.survey import Survey

    shipped = shipped_folder("data") / "aggregate"
    texts = [path.read_text("utf-8") for path in sorted(shipped.glob(f"*/{file}"))]
    if file.endswith(".csv"):  # the header and some rows
        texts = ["".join(text.splitlines(keepends=True)[:6]) for text in texts]
    others = {
        name: (shipped / "greenbone-2019-11" / name).read_text("utf-8")
        for name in ("survey.toml", "sources.csv", "figures.csv")
    }
    others["figures.csv"] = "".join(others["figures.csv"].splitlines(keepends=True)[:3])
    folder = Path(tempfile.mkdtemp()) / "aggregate" / "greenbone-2019-11"
    folder.mkdir(parents=True)
    (folder.parent / "measures.toml").write_bytes((shipped / "measures.toml").read_bytes())

    def read(rng: random.Random) -> object:
        for name, text in others.items():
            if name != file:
                (folder / name).write_text(text, "utf-8")
        (folder / file).write_bytes(mangled_bytes(rng, rng.choice(texts)))
        if rng.random() < 0.005:
            return check(folder)  # all of it, at fifty times the price
        survey = Survey(folder)
        found = survey.findings
        for fault in survey.faults("survey.toml", "sources.csv", "figures.csv"):
            raise fault.error()
        return found, survey.figures, survey.claims

    return read


def articles() -> Reader:
    extract = ex.extract
    seeds = [
        "In 2019, 590 servers in 52 countries held 24.3 million studies with 737 million images; 187 of "
        "them stood in the United States.",
        "Alrededor de 24 millones de registros y más de 737 millones de imágenes; uno de cada diez sin contraseña.",
        "Rund 2.300 Systeme, davon 590 offen; in Indien 105 Mio. Bilder, das sind 36 %.",
        "<html><body><article><h1>Report</h1><p>About 1.2 billion "
        "images.</p><table><tr><td>India</td><td>97</td></tr></table></article></body></html>",
    ]

    def read(rng: random.Random) -> object:
        return extract(mangled(rng, rng.choice(seeds)), lang=rng.choice(("en", "es", "de", "fr")))

    return read


READERS: dict[str, Callable[[], Reader]] = {
    "quantities": quantities,
    "places": places,
    "TOML": lambda: tables("survey.toml"),
    "CSV": lambda: tables("figures.csv"),
    "articles": articles,
    "surveys by survey.toml": lambda: survey("survey.toml"),
    "surveys by sources.csv": lambda: survey("sources.csv"),
    "surveys by figures.csv": lambda: survey("figures.csv"),
}


def run(kind: str, inputs: int, seed: int = SEED) -> collections.Counter:
    """So many inputs to a reader: how many were read, and how many refused with which typed error."""
    read, told = READERS[kind](), collections.Counter()
    for number in range(inputs):
        rng = random.Random(f"{kind} {seed} {number}")
        try:
            read(rng)
            told["read"] += 1
        except ex.ExposureError as error:
            told[type(error).__name__] += 1
        except BaseException:
            print(f"{kind}: input number {number} of seed {seed}", flush=True)
            raise
    return told


if __name__ == "__main__":
    inputs = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    for kind in sys.argv[2:] or READERS:
        started = time.perf_counter()
        number = inputs // 20 if kind.startswith("surveys") else inputs
        told = run(kind, number)
        print(
            f"{kind}: {number:,} inputs, {dict(told)}; 0 other errors; {time.perf_counter() - started:.0f} s",
            flush=True,
        )
