"""What a release prints beside the surveys: your own dictionary of measures, reference tables and notebooks.

None of it can be put into relations. A text of the dictionary that may reveal a count is left out; a reference table or
a notebook that may reveal one is refused, naming file and row or cell, and never the number.
"""

from __future__ import annotations

import ast
import csv
import io
import re
import tokenize
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..datafolder import read_regular, read_text, read_toml, relative, shipped_folder
from ..errors import DataError
from ..figures.places import name_key
from ..identifiers import texts_in
from .texts_withheld import OMITTED, Texts, holds_number, refuse_telling_id

if TYPE_CHECKING:
    from ..figures.survey import Figure

_DICTIONARY = Path("aggregate", "measures.toml")
#: Columns of reference tables whose numbers are years and codes of places.
_NO_COUNTS = frozenset(
    {"year", "data_year", "income_year", "m49", "iso2", "iso3", "wb_fiscal_year", "first_year", "last_year"}
)
#: A number that is so many times a withheld one is not a retelling of it.
_FAR = 2.0
#: In Markdown: numbers of headings and lists, targets of links.
_NUMBERED = re.compile(r"(?m)^[ \t>]*(?:#{1,6}[ \t]*)?\d{1,3}(?:\.\d{1,2})*[.)]?(?=[ \t])|(?<=\])\([^()\n]{0,500}\)")
_PICTURE = re.compile(r"attachment:|data:|<(?:img|svg|object|embed|iframe|video)\b", re.IGNORECASE)
#: What a value is put into, colours, names with digits in them.
_NO_NUMBER = re.compile(r"\{[^{}\n]{0,200}\}|%[-+# 0]*\d*(?:\.\d+)?[a-zA-Z]|#[0-9a-fA-F]{3,8}\b|[^\W\d]\w*")
#: Commands of the notebook and of the shell.
_COMMAND = re.compile(r"(?m)^\s*[%!?].*$")
_WHAT_NOW = "let a cell compute it from the data in use, or leave it out."


def released_dictionary(own: Path, texts: Texts) -> dict[str, Any]:
    """Your own measures as they are released: entries that differ from the shipped ones lose texts that reveal counts.

    Raises
    ------
    DataError
        For a measure whose id holds a place and a number.
    """
    file = relative(own / _DICTIONARY)
    shipped = read_toml(shipped_folder("data") / _DICTIONARY)
    found: dict[str, Any] = {}
    for measure, entry in read_toml(own / _DICTIONARY).items():
        if entry == shipped.get(measure) or not isinstance(entry, Mapping):
            found[measure] = entry
            continue
        refuse_telling_id(measure, file, None, "measure")
        where = f"{file} {measure}."
        released = dict(entry)
        for key in ("unit", "definition"):
            released[key] = texts.kept(str(entry.get(key, "")), f"{where}{key}", OMITTED, name=key == "unit")
        released["is_not"] = [one for one in entry.get("is_not", []) if texts.kept(str(one), f"{where}is_not")]
        label = entry.get("label", {})
        released["label"] = {
            lang: texts.kept(str(text), f"{where}label ({lang})", measure.replace("_", " "), name=True)
            for lang, text in label.items()
        }
        found[measure] = released
    return found


def refuse_telling_reference(own: Path, withheld: Iterable[Figure], texts: Texts) -> None:
    """Refuse a reference table of your own that may reveal a withheld count.

    Raises
    ------
    DataError
        Naming the file and the row.
    """
    hidden: dict[str, set[float]] = {}
    for row in withheld:
        for key in (row.iso3, row.parent, name_key(row.place)):
            if key:
                hidden.setdefault(key, set()).add(row.value)
    for path in sorted((own / "reference").rglob("*")):
        if path.is_dir():
            continue
        shipped = shipped_folder("data") / path.relative_to(own)
        if shipped.is_file() and read_regular(shipped) == read_regular(path):
            continue
        known = set(read_text(shipped).split("\n")) if shipped.is_file() and path.suffix == ".csv" else set()
        if path.suffix == ".csv":
            _refuse_telling_rows(path, known, hidden, texts)
        elif path.suffix == ".toml":
            for key, text in texts_in(read_toml(path)):
                if texts.tells_of_place(text):
                    raise _telling(path, None, key)
        else:
            _refuse_telling_lines(path, texts)


def _refuse_telling_lines(path: Path, texts: Texts) -> None:
    """Refuse a file of any other form that has a line which may reveal a count, or is not text."""
    try:
        lines = read_regular(path).decode("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise _telling(path, None, "") from None
    for number, line in enumerate(lines, 1):
        if texts.tells_of_place(line):
            raise _telling(path, number, "")


def _refuse_telling_rows(path: Path, known: set[str], hidden: dict[str, set[float]], texts: Texts) -> None:
    lines = read_text(path)
    reader = csv.reader(io.StringIO(lines))
    header = next(reader, [])
    start = reader.line_num + 1
    for cells in reader:
        line, start = start, reader.line_num + 1
        if ",".join(cells) in known:
            continue
        named = {key for cell in cells for key in (cell, name_key(cell)) if key in hidden}
        counts = {value for key in named for value in hidden[key]}
        for column, cell in zip(header, cells, strict=False):
            number = _number(cell)
            if number is None and texts.tells_of_place(f"{' '.join(sorted(named))} {cell}" if named else cell):
                raise _telling(path, line, column)
            if number is not None and column not in _NO_COUNTS and _retells(number, counts):
                raise _telling(path, line, column)


def _number(cell: str) -> float | None:
    with suppress(ValueError):
        return float(cell.replace(",", ""))
    return None


def _retells(number: float, counts: set[float]) -> bool:
    return any(count / _FAR <= number <= count * _FAR for count in counts)


def _telling(path: Path, line: int | None, column: str) -> DataError:
    """The error about a file; a column without a name is not told."""
    return DataError(
        "may reveal a withheld count, and a reference table cannot be expressed in relations to it",
        remedy="take the row out, or release without the table",
        file=relative(path),
        line=line,
        column=column or None,
    )


# Notebooks ----------------------------------------------------------------------------------------


def refuse_telling_notebooks(folder: Path, texts: Texts, only: Sequence[str] | None = None) -> None:
    """Refuse notebooks of your own whose words or code, translations or modules may reveal a count.

    Parameters
    ----------
    folder
        Where they lie.
    texts
        What may be released.
    only
        The names of the notebooks that are released; default: all.

    Raises
    ------
    DataError
        Naming the notebook and the cell.
    """
    from .inputs import read_notebooks
    from .translation import texts_file

    for name, notebook in read_notebooks(folder, only=only).items():
        file = f"{name}.ipynb"
        refuse_telling_id(name, file, None, None)
        for number, cell in enumerate(notebook["cells"], 1):
            source = "".join(cell["source"])
            why = (
                _why_code_tells(source, texts) if cell["cell_type"] == "code" else _why_prose_tells(source, texts)
            ) or ("holds a picture, which cannot be read" if cell.get("attachments") else "")
            if why:
                raise DataError(
                    f"cell {number} {why}, and it may reveal a count in a release", remedy=_WHAT_NOW, file=file
                )
        for key, text in texts_in({**notebook.get("metadata", {}), "kernelspec": {}, "language_info": {}}):
            if texts.tells_of_place(text):
                raise DataError(f"its metadata '{key}' hold a place and a number", remedy="leave them out", file=file)
        _refuse_telling_translations(texts_file(folder, name), texts)
    for path in sorted(folder.rglob("*.py")):
        if why := _why_code_tells(read_text(path), texts):
            raise DataError(f"{why}, and it may reveal a count in a release", remedy=_WHAT_NOW, file=path.name)


def _refuse_telling_translations(path: Path, texts: Texts) -> None:
    """Refuse what a notebook says in another language: as prose, but for a string of code that is not English."""
    from .translation import WRITTEN_IN, read_texts

    for number, entry in enumerate(read_texts(path).values() if path.exists() else (), 1):
        code = bool(_why_prose_tells(entry[WRITTEN_IN], texts))
        if any(_string_tells(text, texts) if code else _why_prose_tells(text, texts) for text in entry.values()):
            raise DataError(
                f"text {number} says a number, or names a place with a withheld count",
                remedy=_WHAT_NOW,
                file=f"texts/{path.name}",
            )


def _why_prose_tells(text: str, texts: Texts) -> str:
    if _PICTURE.search(text):
        return "holds a picture, which cannot be read"
    if texts.prose_tells(_plain(_NUMBERED.sub(" ", text))):
        return "says a number, or names a place with a withheld count"
    return ""


def _why_code_tells(code: str, texts: Texts) -> str:
    """Why a release cannot show code: comments and texts in it that say a number, or a number beside a place."""
    if any(texts.prose_tells(_plain(command)) for command in _COMMAND.findall(code)):
        return "says a number in a command, or names a place with a withheld count in one"
    code = _COMMAND.sub("", code)
    try:
        tree = ast.parse(code)
        comments = [
            one.string for one in tokenize.generate_tokens(io.StringIO(code).readline) if one.type == tokenize.COMMENT
        ]
    except (SyntaxError, ValueError, RecursionError):
        return "is not Python that can be examined"
    if any(texts.prose_tells(_plain(comment)) for comment in comments):
        return "says a number in a comment, or names a place with a withheld count in one"
    for statement in _statements(tree):
        strings = [
            one.value for one in ast.walk(statement) if isinstance(one, ast.Constant) and isinstance(one.value, str)
        ]
        if any(_string_tells(one, texts) for one in strings):
            return "says a number in a text"
        numbers = any(isinstance(one, ast.Constant) and _is_count(one.value) for one in ast.walk(statement))
        names = [one.id for one in ast.walk(statement) if isinstance(one, ast.Name)]
        if numbers and any(texts.names_withheld(one.replace("_", " ")) for one in (*strings, *names)):
            return "has a number beside a place with a withheld count"
    return ""


def _statements(tree: ast.AST) -> Iterator[ast.AST]:
    """The statements of code that hold no others."""
    for one in ast.iter_child_nodes(tree):
        if isinstance(one, ast.stmt) and not hasattr(one, "body"):
            yield one
        else:
            yield from _statements(one)


def _string_tells(text: str, texts: Texts) -> bool:
    """Whether a text in code says a number: it has words, and is not a condition on columns."""
    if texts.tells_of_place(text):
        return True
    with suppress(SyntaxError, ValueError, RecursionError):
        if isinstance(ast.parse(text.strip().replace("`", ""), mode="eval").body, ast.Compare | ast.BoolOp | ast.BinOp):
            return False
    # Code chooses places by their names: the name alone reveals nothing.
    return " " in text.strip() and texts.prose_tells(_plain(text)) and holds_number(_plain(text))


def _plain(text: str) -> str:
    """A text without names and placeholders that have digits in them."""
    return _NO_NUMBER.sub(
        lambda found: " " if any(sign.isdigit() for sign in found[0]) or found[0][0] in "{%#" else found[0], text
    )


def _is_count(value: object) -> bool:
    """Whether a constant of code is a number that is not a year."""
    return type(value) in (int, float) and not (isinstance(value, int) and 1900 <= value < 2100)
