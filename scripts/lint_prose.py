"""Hold the worst habits out of what people read: ``python scripts/lint_prose.py [--list]``.

It reads the pages in Markdown, the docstrings, comments and messages of the package, and the English sentences of
its catalogues. Each habit has a most: how often it stands there still. A habit may only become rarer; whoever makes it
rarer lowers its most. ``--list`` prints every place.
"""

from __future__ import annotations

import ast
import re
import sys
import tokenize
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
PAGES = [*sorted((ROOT / "docs").rglob("*.md")), ROOT / "README.md", ROOT / "CONTRIBUTING.md"]
#: Made of the data, or a table of measurements: not prose.
NOT_PROSE = {"data-dictionary.md"}
#: Words of a sentence at most.
LONGEST = 50


class Habit(NamedTuple):
    """A habit of writing, and how often it may still be found."""

    what: str
    instead: str
    pattern: re.Pattern[str]
    most: int


def habit(what: str, instead: str, pattern: str, most: int) -> Habit:
    """A habit with its pattern, whatever the capitals."""
    return Habit(what, instead, re.compile(pattern, re.IGNORECASE), most)


#: What somebody does who is only called "one".
DOES = (
    "may|can|could|would|might|must|should|takes|has to|sees|needs|wants|finds|asks|does|knows|reads|says|calls|gives"
)
HABITS = [
    habit(
        "'is no' before a noun",
        "is not a …, has no …",
        r"(?<!there )(?<!here )\b(?:is|are|was|were) no "
        r"(?!longer|more|less|fewer|such|other|one|better|worse|wider)\w+",
        0,
    ),
    habit("'is none'", "is not a …, there are none of …", r"\b(?:that|which|it) (?:is|are) none\b", 1),
    habit(
        "'one' as a pronoun",
        "you, the reader, the thing",
        rf"(?<!which )\bone (?:{DOES})\b|\blets one\b|\bone's (?!own)",
        17,
    ),
    habit("'one's own'", "your own, their own", r"\bone's own\b", 0),
    habit(
        "a word of law",
        "a plain word",
        r"\bfor want of\b|\bsave that\b|\bwhence\b|\b(?:there|where|here)(?:of|in)\b",
        0,
    ),
    habit("'be it'", "a sentence with its subject first", r"\bbe it\b", 0),
    habit("'is to be had'", "the verb itself", r"\b(?:is|are) to be had\b|\bcomes to be\b", 0),
    habit("a word that says nothing", "leave it out", r"\butili[sz]e|\bobviously\b|\bplease note\b|\bin order to\b", 0),
]


def texts() -> Iterator[tuple[str, str]]:
    """Each piece of prose with its place."""
    for path in PAGES:
        if path.name not in NOT_PROSE:
            yield from _of_page(path)
    for path in sorted((ROOT / "src").rglob("*.py")):
        yield from _of_code(path)
    for path in sorted((ROOT / "src").rglob("catalogues/**/*.toml")):
        for case, said in tomllib.loads(path.read_text("utf-8")).items():
            if isinstance(said, dict) and isinstance(said.get("en"), str):
                yield f"{path.relative_to(ROOT)} [{case}]", said["en"]


def _of_page(path: Path) -> Iterator[tuple[str, str]]:
    """The paragraphs of a page, without code, tables' rules and links' addresses."""
    code = re.compile(r"^(```|::::?|\$\$).*?^\1", re.DOTALL | re.MULTILINE)
    text = code.sub(lambda found: "\n" * found[0].count("\n"), path.read_text("utf-8"))
    line = 1
    for block in re.split(r"(\n\s*\n)", text):
        if block.strip():
            for row in re.split(r"\n(?=\s*(?:[-*|]|\d+\.) ?)", block):
                if row.strip().startswith("|"):
                    yield from (
                        (f"{path.relative_to(ROOT)}:{line}", cell) for cell in row.split("|") if " " in cell.strip()
                    )
                else:
                    yield f"{path.relative_to(ROOT)}:{line}", row
                line += row.count("\n") + 1
            line -= 1
        else:
            line += block.count("\n")


def _of_code(path: Path) -> Iterator[tuple[str, str]]:
    """Docstrings, comments, and texts of five words and more."""
    source = path.read_text("utf-8")
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value.split()) > 4:
            told = node.value.partition("Examples\n")[0] if "----" in node.value else node.value
            for paragraph in re.split(r"\n\s*\n", told):
                yield f"{path.relative_to(ROOT)}:{node.lineno}", paragraph
        elif isinstance(node, ast.JoinedStr):
            parts = [part.value if isinstance(part, ast.Constant) else "X" for part in node.values]
            yield f"{path.relative_to(ROOT)}:{node.lineno}", "".join(map(str, parts))
    with path.open("rb") as file:
        for token in tokenize.tokenize(file.readline):
            if token.type == tokenize.COMMENT:
                yield f"{path.relative_to(ROOT)}:{token.start[0]}", token.string


def main(listed: bool) -> int:
    """Count the habits; 1 if one is more frequent than it may be."""
    found: Counter[str] = Counter()
    for place, text in dict.fromkeys(texts()):
        plain = " ".join(re.sub(r"`[^`]*`", "X", text).split())
        for one in HABITS:
            for match in one.pattern.finditer(plain):
                found[one.what] += 1
                if listed:
                    print(f"{place}: {one.what}: …{plain[max(0, match.start() - 40) : match.end() + 40]}…")
        if place.startswith(("docs", "README", "CONTRIB")):
            for sentence in re.split(r"(?<=[.!?])\s+(?=[A-Z*])", plain):
                words = len(re.findall(r"\w+", sentence))
                found[LONG] += words > LONGEST
                if listed and words > LONGEST:
                    print(f"{place}: {words} words: {sentence[:90]}…")
    bounds = {one.what: (one.most, one.instead) for one in HABITS} | {LONG: (MOST_LONG, "two sentences")}
    wrong = 0
    for what, (most, instead) in bounds.items():
        if found[what] > most:
            wrong = 1
            print(f"{what}: {found[what]} times, at most {most}; write: {instead} (--list says where)", file=sys.stderr)
        if listed:
            print(f"{found[what]:5} of {most} {what}")
    return wrong


#: Sentences of pages that are too long to be read once.
LONG = f"a sentence of more than {LONGEST} words"
MOST_LONG = 26

if __name__ == "__main__":
    sys.exit(main("--list" in sys.argv[1:]))
