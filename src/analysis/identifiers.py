"""What is refused: anything that could point to a person, a clinic's system or a single host.

The rules look at names of columns, at cells (of the index too), at what a frame carries beside them, and at the shape
of a table. A number that could as well be a count (nine plain digits, say) is taken for an identifier only if a word
announces it, or if it stands in a column of numbers that all pass the check of one kind. What is said of texts stands
in :mod:`analysis.identifier_rules`.

No message repeats what was found: the finding names the rule, the column and the row.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from .errors import IdentifierError
from .identifier_rules.columns import rule_of_name
from .identifier_rules.numbers import ENOUGH, rule_of_column
from .identifier_rules.texts import identifying, identifying_texts

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "HOST_LEVEL_ROWS",
    "find_identifiers",
    "identifying",
    "identifying_texts",
    "refuse_identifiers",
    "refuse_identifying_cells",
    "refuse_identifying_texts",
    "rejoined",
    "texts_in",
]

#: Numbers that stand beside a count and are none.
_NO_COUNTS = ("line", "year", "port", "asn")

#: A table of counts by place has some hundred rows; thousands of keys that each count one are hosts.
HOST_LEVEL_ROWS = 2_000
#: A cell that breaks off where an address goes on: "192.0." or "jane.doe@".
_BROKEN_OFF = re.compile(
    r"\A\s*(?:(?:\d{1,3}\.){1,3}|(?:\.\d{1,3}){1,3}|[\w.+-]{1,64}@|@[\w.-]{3,80}|[^\W\d_]{1,40}\^"
    r"|[0-9A-Fa-f:]{4,40}:)\s*\Z"
)
#: An address has four parts, of which a cell holds one or more.
_NEIGHBOURS = 3
_WHAT_NOW = "Remove what identifies, and keep counts only."


def refuse_identifiers(frame: pd.DataFrame, *, allow: Collection[str] = (), file: str | None = None) -> pd.DataFrame:
    """Return the frame, or refuse it whole if it holds anything identifying.

    Parameters
    ----------
    frame
        Any table that is about to be read in, drawn or written.
    allow
        Columns that may hold addresses of publications (``url`` of ``sources.csv``); an address
        with credentials, a port or a bare network address is refused there too.
    file
        The file's name, for the message.

    Returns
    -------
    pandas.DataFrame
        The very frame that was given; a table of another library as a frame of pandas.

    Raises
    ------
    IdentifierError
        Names the rule, the column and the row (and the line of the file, if the frame has a
        column ``line``). It never repeats the value.

    Examples
    --------
    >>> import pandas as pd
    >>> counts = pd.DataFrame({"place": ["Austria", "Chile"], "servers": [4, 7]})
    >>> refuse_identifiers(counts) is counts
    True
    """
    if not hasattr(frame, "iloc"):
        from .frames import plain

        frame = plain(frame)
    _refuse_names(frame, allow, file)
    if _is_host_level(frame):
        raise IdentifierError(
            f"has {len(frame):,} rows with a key each and the count 1: a list of single hosts",
            remedy="nothing of it was kept. Export the aggregate (counts by country) instead",
            file=file,
            rule="host-level table",
        )
    refuse_identifying_cells(frame, allow=allow, file=file)
    if frame.attrs:
        refuse_identifying_texts({"attrs": frame.attrs}, file=file)
    return frame


def refuse_identifying_cells(frame: pd.DataFrame, *, allow: Collection[str] = (), file: str | None = None) -> None:
    """As `refuse_identifiers` for the cells alone: of a table whose rows are known to be statements, however many."""
    found = find_identifiers(frame, allow=allow)
    if len(found):
        column, row, rule = found.iloc[0]
        line = int(frame["line"].iloc[row]) if "line" in frame else None
        raise IdentifierError(
            f"row {row} looks like a {rule}",
            remedy=f"nothing of this table was kept. {_WHAT_NOW}",
            file=file,
            line=line,
            column=column,
            rule=rule,
            row=row,
        )


def _refuse_names(frame: pd.DataFrame, allow: Collection[str], file: str | None) -> None:
    """Refuse a frame whose columns, levels or their names are called after identifiers, or hold one."""
    for number, name in enumerate([*frame.columns, *frame.index.names, *frame.columns.names]):
        for part in name if isinstance(name, tuple) else (name,):
            if part is None or part in allow:
                continue
            if rule := rule_of_name(str(part)):
                raise IdentifierError(
                    f"the column is named like a {rule}",
                    remedy="nothing of this table was kept. Publish counts by place only",
                    file=file,
                    column=str(part),
                    rule=rule,
                )
            if rule := identifying(str(part)):
                raise IdentifierError(
                    f"the name of column number {number + 1} looks like a {rule}",
                    remedy="nothing of this table was kept. Name columns by what they hold",
                    file=file,
                    rule=rule,
                )


def find_identifiers(frame: pd.DataFrame, *, allow: Collection[str] = ()) -> pd.DataFrame:
    """Find every distinct cell of a frame, its index included, that is refused.

    Parameters
    ----------
    frame
        Any table.
    allow
        Columns that may hold addresses of publications.

    Returns
    -------
    pandas.DataFrame
        ``column``, ``row`` (0 is the first), ``rule``, in alphabetical order of the columns.
    """
    import pandas as pd

    found = sorted({*_findings(frame, allow), *_split_over_cells(frame)})
    return pd.DataFrame(found, columns=["column", "row", "rule"])


def refuse_identifying_texts(told: Mapping[str, object], *, file: str | None = None) -> None:
    """As `refuse_identifiers`, for the keys and texts of nested tables, such as a file of TOML or JSON holds.

    Parameters
    ----------
    told
        Tables and lists of texts, however deep.
    file
        The file's name, for the message.

    Raises
    ------
    IdentifierError
        Names the key that holds what is refused, and never the value.
    """
    places = list(texts_in(told))
    for number, rule in sorted(identifying_texts([text for _, text in places]).items()):
        where = f"the key '{places[number][0]}'" if places[number][0] else "a key"
        raise IdentifierError(
            f"{where} holds what looks like a {rule}",
            remedy=f"nothing of this file was kept. {_WHAT_NOW}",
            file=file,
            rule=rule,
        )


def texts_in(told: object) -> Iterator[tuple[str, str]]:
    """The texts of nested tables, each with its key; a key may itself identify, and is then not named as a place."""
    ahead: list[tuple[object, str, bool]] = [(told, "", False)]
    while ahead:
        one, key, is_key = ahead.pop()
        if isinstance(one, Mapping):
            below = []
            for name, inside in one.items():
                below.append((str(name), "", True))
                plain = re.fullmatch(r"[a-z_]+", str(name))
                below.append((inside, f"{key}.{name}".lstrip(".") if plain else key, False))
            ahead += reversed(below)
        elif isinstance(one, (list, tuple, set, frozenset)):
            ahead += reversed([(inside, key, False) for inside in one])
        elif isinstance(one, str):
            yield "" if is_key else key, one


def _findings(frame: pd.DataFrame, allow: Collection[str]) -> Iterator[tuple[str, int, str]]:
    import pandas as pd

    levels = [frame.index.get_level_values(number) for number in range(frame.index.nlevels)]
    columns = [(str(name), frame.iloc[:, number]) for number, name in enumerate(frame.columns)]
    for name, cells in [
        *columns,
        *((str(level.name or "index"), level) for level in levels if not isinstance(level, pd.RangeIndex)),
    ]:
        if (
            pd.api.types.is_datetime64_any_dtype(cells)
            or pd.api.types.is_float_dtype(cells)
            or pd.api.types.is_bool_dtype(cells)
        ):
            continue
        try:
            codes, distinct = pd.factorize(cells, use_na_sentinel=True)
        except TypeError:  # lists, dictionaries and the like
            codes, distinct = pd.factorize(cells.astype(str))
        numbers = pd.api.types.is_integer_dtype(cells)
        texts = [] if numbers else list(map(str, distinct))
        found = identifying_texts(texts, address_allowed=name in allow)
        if not found and (rule := rule_of_column(list(map(str, distinct[:ENOUGH])) if numbers else texts[:ENOUGH])):
            found = {0: rule}
        if found:
            first = pd.Series(range(len(codes))).groupby(codes).first()
            yield from ((name, int(first[number]), rule) for number, rule in found.items())


def rejoined(texts: Sequence[str]) -> list[str]:
    """Texts that break off where an address goes on, with what stands beside them: "192.0." and "2.17" of two cells."""
    broken = [number for number, text in enumerate(texts) if len(text) < 100 and _BROKEN_OFF.match(text)]
    bare = [text.strip() for text in texts] if broken else []
    return ["".join(bare[max(number - _NEIGHBOURS, 0) : number + _NEIGHBOURS + 1]) for number in broken]


def _split_over_cells(frame: pd.DataFrame) -> Iterator[tuple[str, int, str]]:
    """Cells that break off where an address goes on, read with their neighbours: "192.0." beside "2.17"."""
    import pandas as pd

    for number in range(frame.shape[1]):
        cells = frame.iloc[:, number]
        if pd.api.types.is_numeric_dtype(cells) or pd.api.types.is_datetime64_any_dtype(cells):
            continue
        # Most cells stand in many rows: each text is looked at once.
        texts = cells.astype("str").fillna("")
        codes, distinct = pd.factorize(texts)
        broken = [code for code, text in enumerate(distinct) if _BROKEN_OFF.match(text)]
        if not broken:
            continue
        for row in pd.Series(codes).isin(broken).to_numpy().nonzero()[0]:
            beside = range(max(number - _NEIGHBOURS, 0), min(number + _NEIGHBOURS + 1, frame.shape[1]))
            near = [frame.iloc[[row], column].astype("str").fillna("").iloc[0].strip() for column in beside]
            if rule := identifying("".join(near)):
                yield str(frame.columns[number]), int(row), rule


def _is_host_level(frame: pd.DataFrame) -> bool:
    import pandas as pd

    if len(frame) < HOST_LEVEL_ROWS:
        return False
    columns = [frame.iloc[:, number] for number in range(frame.shape[1])]
    counts = [one for one in columns if pd.api.types.is_numeric_dtype(one) and str(one.name).lower() not in _NO_COUNTS]
    if counts and not any((one == 1).all() for one in counts):
        return False
    keys = [one for one in columns if not pd.api.types.is_float_dtype(one) and str(one.name).lower() not in _NO_COUNTS]
    keys += [] if isinstance(frame.index, pd.RangeIndex) else [frame.index]
    return any(_is_unique(key) for key in keys)


def _is_unique(key: pd.Series | pd.Index) -> bool:
    try:
        return bool(key.is_unique)
    except TypeError:  # lists, dictionaries and the like
        return bool(key.astype(str).is_unique)
