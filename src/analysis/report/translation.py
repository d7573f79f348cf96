"""A notebook in another language: its prose and the texts of its code, from a file of texts beside it.

``texts/02_where.toml`` holds what ``02_where.ipynb`` says, text by text: the English one as it stands in the notebook,
and the same in the other languages. A text of the notebook that the file does not have stays as it is.
"""

from __future__ import annotations

import ast
import copy
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..errors import BuildError
from ..language.languages import LANGUAGES
from ..language.typography import typeset

#: The language in which notebooks are written.
WRITTEN_IN = "en"
_REMEDY = 'write [[text]] with en, es, de and fr below it, each = """…"""'


def texts_file(folder: Path, name: str) -> Path:
    """Where the texts of a notebook lie, whether or not they do."""
    return folder / "texts" / f"{name}.toml"


def read_texts(file: Path) -> dict[str, dict[str, str]]:
    """The texts of a notebook in every language, by the English text with single spaces.

    Raises
    ------
    BuildError
        If the file is not TOML, or a text lacks a language or stands there twice.
    """
    try:
        content = tomllib.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as fault:
        raise BuildError(f"cannot be read ({fault})", remedy=_REMEDY, file=f"texts/{file.name}") from None
    found: dict[str, dict[str, str]] = {}
    entries = content.get("text", [])
    for number, entry in enumerate(entries if isinstance(entries, list) else [entries], 1):
        texts = entry if isinstance(entry, dict) else {}
        lacking = [lang for lang in LANGUAGES if not (isinstance(texts.get(lang), str) and texts[lang].strip())]
        if lacking:
            raise BuildError(
                f"text {number} lacks {', '.join(lacking)}", remedy=_REMEDY, file=f"texts/{file.name}", text=number
            )
        key = _plain(texts[WRITTEN_IN])
        if key in found:
            raise BuildError(
                f"text {number} stands there twice: {key[:60]!r}", remedy="keep one", file=f"texts/{file.name}"
            )
        found[key] = {lang: typeset(texts[lang], lang) for lang in LANGUAGES}
    return found


def in_language(notebook: dict[str, Any], texts: dict[str, dict[str, str]], lang: str) -> dict[str, Any]:
    """A copy of a notebook with each of its texts in a language, and told of each cell of prose that has none.

    Cells of prose are replaced whole; of code, the texts in quotation marks that the file names, but for names of
    columns and values that are compared. The ``lang`` of the notebook is that of its first cell of prose; another
    cell in another language says so.
    """
    told = copy.deepcopy(notebook)
    own = None
    for cell in told["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            known = texts.get(_plain(source))
            said_in = lang if known else WRITTEN_IN
            cell["source"] = known[lang] if known else source
            own = own or said_in
            if said_in != own:
                cell.setdefault("metadata", {})["lang"] = said_in
        elif cell["cell_type"] == "code":
            cell["source"] = _code_in_language(source, texts, lang)
    told.setdefault("metadata", {})["lang"] = own or WRITTEN_IN
    return told


def unused(notebook: dict[str, Any], texts: dict[str, dict[str, str]]) -> list[str]:
    """The English texts of a file that the notebook does not hold, or no longer."""
    held = set()
    for cell in notebook["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            held.add(_plain(source))
        elif cell["cell_type"] == "code":
            held |= {_plain(constant.value) for constant in _constants(source)}
    return [text for text in texts if text not in held]


def _plain(text: str) -> str:
    """A text whatever its line breaks."""
    return " ".join(text.split())


def _constants(source: str) -> Iterator[Any]:
    """The texts in quotation marks of a cell of code, of several joined ones the whole; none if it is not Python."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return
    apart = {id(part) for node in ast.walk(tree) for root in _no_texts(node) for part in ast.walk(root)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in apart:
            yield node


def _no_texts(node: ast.AST) -> list[ast.expr]:
    """The parts of a piece of code whose words name columns and values of the data, and say nothing."""
    if isinstance(node, ast.JoinedStr):
        return [node]
    if isinstance(node, ast.Subscript):
        return [node.slice]
    if isinstance(node, ast.Compare):
        return [node.left, *node.comparators]
    return []


def _code_in_language(source: str, texts: dict[str, dict[str, str]], lang: str) -> str:
    lines = source.encode("utf-8").splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    made = b"".join(lines)
    for node in sorted(_constants(source), key=lambda node: (-node.lineno, -node.col_offset)):
        known = texts.get(_plain(node.value))
        if known:
            begin, end = (
                starts[row - 1] + column
                for row, column in ((node.lineno, node.col_offset), (node.end_lineno, node.end_col_offset))
            )
            made = made[:begin] + repr(_spaced_as(node.value, known[lang])).encode("utf-8") + made[end:]
    return made.decode("utf-8")


def _spaced_as(english: str, text: str) -> str:
    """A text with the spaces at its ends that the English one has."""
    return english[: len(english) - len(english.lstrip())] + text + english[len(english.rstrip()) :]
