"""Where the data lie, and the only way by which the package reads them.

Every file is read through this module, so that what is remembered knows what it was made of
(:mod:`analysis.remembering`) and so that bad files fail in one place with one wording.
"""

from __future__ import annotations

import csv
import functools
import io
import os
import re
import stat
import tomllib
from collections import namedtuple
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .errors import DataError
from .remembering import note_reading, remembered

if TYPE_CHECKING:
    import pandas as pd

#: No file of ours is near this size; one that is larger is a mistake (or a dump of raw data).
LARGEST_FILE = 32 * 2**20
#: A cell holds a figure, a name, a title or a note; the longest note in use has some 500 characters.
LONGEST_CELL = 4_000

#: Tables in tables: ours have four levels.
DEEPEST = 32
#: Characters that no text needs and that break what is written: of control (but tab and line ends), and no characters.
CONTROL = re.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f\\ufffe\\uffff]")

#: The rows of a draft that nobody has settled yet; while a survey has this file, nothing of it is read as data.
DRAFT = "draft.csv"
#: What else a draft keeps while it is being settled: the text that was read, what can be undone, a lock.
DRAFT_FILES = ("report.json", "chart.json", "decisions.log", "draft.lock")

_MEASURES = "aggregate/measures.toml"
_DRAFT_STATUS = re.compile(rb"""(?m)^[ \t]*status[ \t]*=[ \t]*["']draft["']""")


def data_folder() -> Path:
    """The data folder whose files win, and to which new ones go: your own if there is one, else the one shipped.

    Your own is named by ``EXPOSURE_DATA``, and joins the shipped one, or by ``EXPOSURE_DATA_ONLY``, and stands alone.

    Raises
    ------
    DataError
        If there is no such folder, or it has no ``aggregate`` folder in it.
    """
    return data_folders()[0]


def data_folders() -> tuple[Path, ...]:
    """The data folders in use; where two hold the same survey, measure or reference table, the first wins."""
    shipped = shipped_folder("data")
    alone = os.environ.get("EXPOSURE_DATA_ONLY", "")
    chosen = alone or os.environ.get("EXPOSURE_DATA", "")
    if not chosen:
        return (shipped,)
    folder = Path(chosen).resolve()
    if not (folder / "aggregate").is_dir():
        raise DataError(
            "is not a data folder: expected a folder 'aggregate' in it",
            remedy="correct the name, or begin one: exposure --data DIR new SURVEY-ID",
            file=chosen,
        )
    return (folder,) if alone or folder == shipped else (folder, shipped)


@contextmanager
def in_use(folder: Path | str, *, alone: bool = False) -> Iterator[None]:
    """Use another data folder for a while: joined with the shipped one, or alone."""
    former = {name: os.environ.pop(name, None) for name in ("EXPOSURE_DATA", "EXPOSURE_DATA_ONLY")}
    os.environ["EXPOSURE_DATA_ONLY" if alone else "EXPOSURE_DATA"] = str(folder)
    try:
        yield
    finally:
        for name, text in former.items():
            os.environ.pop(name, None)
            if text is not None:
                os.environ[name] = text


@contextmanager
def growing() -> Iterator[Path]:
    """The data folder that new surveys go to; your own is created if needed, and removed if it stays empty.

    Raises
    ------
    DataError
        If it cannot be made, or the package is installed and no folder of your own is named.
    """
    chosen = os.environ.get("EXPOSURE_DATA_ONLY") or os.environ.get("EXPOSURE_DATA")
    if not chosen and shipped_folder("data").is_relative_to(Path(__file__).parent):
        raise DataError(
            "new surveys go into a data folder of your own", remedy="name one: exposure --data DIR new SURVEY-ID"
        )
    wanted = [Path(chosen), Path(chosen) / "aggregate"] if chosen else []
    made = [folder for folder in wanted if not folder.exists()]
    try:
        for folder in made:
            folder.mkdir()
    except OSError as error:
        raise DataError(
            f"cannot be made ({error.strerror})", remedy="name another folder with --data", file=chosen
        ) from None
    try:
        yield data_folder()
    finally:
        for folder in reversed(made):
            with suppress(OSError):
                folder.rmdir()


def survey_folder(survey: str) -> Path:
    """The folder of a survey: that of the first data folder that has it, before one of a draft.

    Where none has, the place for a new one.
    """
    folders = [folder / "aggregate" / survey for folder in data_folders()]
    there = [folder for folder in folders if _is_there(f"{folder}/survey.toml")]
    return next((folder for folder in there if not is_draft(folder)), (there or folders)[0])


def replaced() -> list[str]:
    """Which shipped items your own folder overrides.

    Surveys, series, measures, reference tables, as names below the data folder.
    """
    own, *others = data_folders()
    if not others:
        return []
    names = [f"aggregate/{survey}" for survey in surveys_in(own)]
    names += [f"series/{path.parent.name}" for path in sorted((own / "series").glob("*/series.toml"))]
    names += [
        f"reference/{path.relative_to(own / 'reference').as_posix()}"
        for path in sorted((own / "reference").rglob("*"))
        if path.is_file()
    ]
    found = [name for name in names if (others[0] / name).exists()]
    if (own / _MEASURES).exists():
        shipped = read_toml(others[0] / _MEASURES)
        found += [f"{_MEASURES} [{measure}]" for measure in read_toml(own / _MEASURES) if measure in shipped]
    return found


@functools.cache
def shipped_folder(name: str) -> Path:
    """A folder shipped with the package (``data``, ``notebooks``): in the wheel, or in the checkout."""
    package = Path(__file__).parent
    for folder in (package / name, package.parents[1] / name):
        if folder.is_dir():
            return folder
    raise DataError(f"the installation is incomplete: its folder '{name}' is missing", remedy="install again")


def relative(path: Path) -> str:
    """The path as messages and manifests show it: below the data folder, never of this machine."""
    own, *others = data_folders()
    for base in (own, *others, own.parent):
        try:
            return path.relative_to(base).as_posix()
        except ValueError:
            continue
    return path.name


def surveys_present() -> list[str]:
    """The ids of the surveys in the data folders in use, in alphabetical order; drafts are not there yet."""
    return sorted({survey for folder in data_folders() for survey in surveys_in(folder)})


def surveys_in(folder: Path, drafts: bool = False) -> list[str]:
    """The ids of the surveys in one data folder, in alphabetical order; with its drafts, if they are asked for."""
    aggregate = folder / "aggregate"
    with os.scandir(aggregate) as entries:
        present = {one.name: one.path for one in entries if _is_there(f"{one.path}/survey.toml")}
    return sorted(name for name, path in present.items() if not name.startswith(".") and (drafts or not is_draft(path)))


def _is_there(path: str) -> bool:
    return os.path.exists(path)  # noqa: PTH110 - asked some ten thousand times for a report: the quicker form


def is_draft(survey: Path | str) -> bool:
    """Whether a survey's folder is a draft: it has rows that nobody has settled, or says so itself.

    Nothing of a draft is read as data.
    """
    if _is_there(f"{survey}/{DRAFT}"):
        return True
    try:
        state = os.lstat(f"{survey}/survey.toml")
    except OSError:
        return False
    return _says_draft(f"{survey}/survey.toml", state.st_ino, state.st_mtime_ns, state.st_size)


@remembered(1024)
def _says_draft(path: str, *state: int) -> bool:
    """Whether a survey says that it is a draft; looked at again when its file has another state."""
    with suppress(DataError):
        return bool(_DRAFT_STATUS.search(read_regular(Path(path))))
    return False


def read_regular(path: Path) -> bytes:
    """The bytes of a regular file within the size limit; nothing else is opened for reading.

    A pipe or a device would hold the reader for ever, and a link out of the folder would bring in what lies elsewhere.

    Raises
    ------
    DataError
        If the file is missing, unreadable, no regular file, too large, or leads out of its folder by a symbolic link.
    """
    name = relative(path)
    note_reading(path)
    try:
        if path.is_symlink() and not path.resolve().is_relative_to(path.parent.resolve()):
            raise DataError("is a symbolic link out of its folder", remedy="put the file itself there", file=name)
        # Not blocking: to open a pipe waits for who writes to it.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with open(handle, "rb") as file:
            state = os.fstat(handle)
            if not stat.S_ISREG(state.st_mode):
                raise DataError(
                    "is not a regular file (a folder, pipe, socket or device)", remedy="put a file there", file=name
                )
            if state.st_size > LARGEST_FILE:
                raise DataError(
                    f"has {state.st_size / 2**20:,.0f} MB, more than the {LARGEST_FILE / 2**20:,.0f} MB that any file "
                    "of aggregate counts needs",
                    remedy="keep raw data out",
                    file=name,
                )
            return file.read()
    except FileNotFoundError:
        raise DataError("is missing", remedy="add the file", file=name) from None
    except (OSError, RuntimeError) as error:
        told = getattr(error, "strerror", None) or "its links lead in a circle"
        raise DataError(f"cannot be read ({told})", remedy="check the file and its permissions", file=name) from None


def read_text(path: Path) -> str:
    """The text of a file in UTF-8; a byte order mark and any line ends are accepted.

    Raises
    ------
    DataError
        If the file is missing, unreadable, too large, leads out of its folder by a symbolic
        link, or is not UTF-8 (the line is named).
    """
    name, raw = relative(path), read_regular(path)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise DataError("is not UTF-8 text", remedy="save the file as UTF-8", file=name, line=line) from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def read_toml(path: Path) -> dict[str, Any]:
    """A TOML file as a dictionary.

    Raises
    ------
    DataError
        As :func:`read_text`; also if the file does not parse, with the line, is nested deeper than any file of ours,
        or holds a number of thousands of digits or a control character.
    """
    name, text = relative(path), read_text(path)
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"line (\d+)", str(error))
        what = re.sub(r"\s*\(at .*\)", "", str(error))
        raise DataError(
            f"is not valid TOML: {what}",
            remedy="correct the line",
            file=name,
            line=int(found.group(1)) if found else None,
        ) from None
    except RecursionError:
        raise _too_deep(name, text) from None
    except ValueError:
        place = re.search(r"[\d_]{4000}", text)
        line = text[: place.start()].count("\n") + 1 if place else None
        raise DataError(
            "holds a number of thousands of digits", remedy="write it as printed", file=name, line=line
        ) from None
    ahead: list[tuple[object, int]] = [(table, 0)]
    while ahead:
        one, depth = ahead.pop()
        if depth > DEEPEST:
            raise _too_deep(name, text)
        if isinstance(one, str) and CONTROL.search(one):
            raise DataError("holds a control character", remedy="write plain text", file=name)
        if isinstance(one, dict):
            ahead += [(inside, depth + 1) for pair in one.items() for inside in pair]
        elif isinstance(one, list):
            ahead += [(inside, depth + 1) for inside in one]
    return table


def _too_deep(name: str, text: str) -> DataError:
    """The error for tables in tables without end; its line is the one that opens the most."""
    lines = text.split("\n")
    line = max(range(len(lines)), key=lambda number: lines[number].count("[") + lines[number].count("."))
    return DataError(f"is nested deeper than {DEEPEST} levels", remedy="flatten it", file=name, line=line + 1)


def read_csv(path: Path, columns: tuple[str, ...], optional: tuple[str, ...] = ()) -> pd.DataFrame:
    """A CSV file as a frame of text: every cell a string, missing ones empty, plus ``line``; see :func:`read_rows`."""
    import pandas as pd

    names = [*columns, *optional]
    frame = pd.DataFrame(read_rows(path, columns, optional), columns=[*names, "line"])
    return frame.astype({**dict.fromkeys(names, "str"), "line": "int64"})


def read_rows(
    path: Path, columns: tuple[str, ...], optional: tuple[str, ...] = (), faults: list[DataError] | None = None
) -> list[Any]:
    """The rows of a CSV file as named tuples of text, missing cells empty, plus ``line``.

    Parameters
    ----------
    path
        The file: UTF-8, comma-separated, a header in line 1.
    columns, optional
        Names of the columns that must be there, and of those that may be (they are
        empty if they are not).
    faults
        A list to which faults are added; what can be read is then read. Without it, the first is raised.

    Returns
    -------
    list
        Named tuples of the columns, required ones first, and ``line``: the line of the file on
        which the row begins.

    Raises
    ------
    DataError
        As :func:`read_text`; also for a missing, unknown or doubled column, a row with more or
        fewer cells than the header, or a cell that is far too long.
    """

    def fault(message: str, remedy: str, line: int, column: str | None = None) -> None:
        error = DataError(message, remedy=remedy, file=name, line=line, column=column)
        if faults is None:
            raise error
        faults.append(error)

    name, text = relative(path), read_text(path)
    reader = csv.reader(io.StringIO(text), strict=True)
    row = _row_type((*columns, *optional, "line"))
    places: list[int | None] = []
    rows: list[Any] = []
    header: list[str] = []
    start = 1
    csv.field_size_limit(max(csv.field_size_limit(), LARGEST_FILE + 1))
    try:
        for cells in reader:
            first, start = start, reader.line_num + 1
            if not any(cells):
                continue
            longest = max(range(len(cells)), key=lambda i: len(cells[i]))
            if len(cells[longest]) > LONGEST_CELL:
                fault(
                    f"holds a cell of {len(cells[longest]):,} characters, more than {LONGEST_CELL:,}",
                    "a quotation mark may be unclosed, or text stands where a figure should",
                    first,
                    _shown(header[longest]) if longest < len(header) else None,
                )
                continue
            if not header:
                header = [cell.strip() for cell in cells]
                for what, column in _header_faults(header, columns, optional):
                    fault(what, _expected(columns, optional), first, column)
                places = [header.index(column) if column in header else None for column in (*columns, *optional)]
                continue
            if len(cells) != len(header):
                fault(
                    f"has {len(cells)} cells where the header has {len(header)}",
                    "quote a cell that holds a comma",
                    first,
                )
                continue
            bad = next((number for number, cell in enumerate(cells) if CONTROL.search(cell)), None)
            if bad is not None:
                fault("holds a control character", "write plain text", first, _shown(header[bad]))
                continue
            rows.append(row(*("" if place is None else cells[place].strip() for place in places), first))
    except csv.Error as error:
        fault(f"is not valid CSV ({error})", "check the quotation marks", start)
    if not header:
        fault("is empty", f"expected a header with {', '.join(columns)}", 1)
    return rows


@functools.cache
def _row_type(names: tuple[str, ...]) -> type:
    return namedtuple("Row", names)


def _header_faults(header: list[str], columns: tuple[str, ...], optional: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """What is wrong with a header, and the first column that it is wrong with."""
    doubled = sorted({column for column in header if header.count(column) > 1})
    missing = [column for column in columns if column not in header]
    unknown = [column for column in header if column not in columns and column not in optional]
    for what, found in (("stands twice", doubled), ("is missing", missing), ("is not known here", unknown)):
        if found:
            yield f"the column {what}: {', '.join(map(_shown, found))}", _shown(found[0])


def _expected(columns: tuple[str, ...], optional: tuple[str, ...]) -> str:
    return f"expected {', '.join(columns)}" + (f" and optionally {', '.join(optional)}" if optional else "")


def _shown(column: str) -> str:
    """The name of a column, or only its kind.

    A file without a header has a row of data there, which no message may repeat.
    """
    return column if re.fullmatch(r"[A-Za-z][A-Za-z_ ]{0,30}", column) else "one that is not a plain name"


def reference_file(name: str) -> Path:
    """The path of ``data/reference/<name>`` in the first data folder in use that has it, else in the one shipped."""
    paths = [folder / "reference" / name for folder in (*data_folders(), shipped_folder("data"))]
    return next((path for path in paths if path.exists()), paths[-1])


def reference(name: str) -> pd.DataFrame:
    """A reference table of ``data/reference`` (``countries``, ``population``, …) with its types.

    Parameters
    ----------
    name
        The file's stem. A code column (``iso3``, ``iso2``, ``m49``) stays text; ``NA`` is Namibia.

    Examples
    --------
    >>> import analysis as ex
    >>> ex.reference("countries").query("iso3 == 'NAM'")[["iso3", "iso2"]].values.tolist()
    [['NAM', 'NA']]
    """
    return _reference(reference_file(f"{name}.csv")).copy()


@remembered()
def _reference(path: Path) -> pd.DataFrame:
    import pandas as pd

    codes = dict.fromkeys(("iso3", "iso2", "m49"), "str")
    text = read_text(path)
    header = text.split("\n", 1)[0].split(",")
    return pd.read_csv(
        io.StringIO(text),
        dtype={column: kind for column, kind in codes.items() if column in header},
        keep_default_na=False,
        na_values={column: [""] for column in header if column not in codes},
    )
