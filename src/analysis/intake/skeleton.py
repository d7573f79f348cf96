"""The skeleton of a survey: files that explain themselves, to be filled by hand."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path

from ..datafolder import growing
from ..errors import DataError, ExposureError
from ..figures import fields
from ..writing import write_text

_SURVEY = """\
# A survey is one measurement campaign: who counted, when, and how. Say it in your own words.
# Leave a text empty ("") where nothing is known; never guess. `exposure check {survey}` lists what is still to do.

title = ""                  # of the campaign, for instance: Open image archives, spring 2026
surveyor = ""               # who counted
# surveyor_is = "authority"  # how sentences call them: the authority; author: one person; without this, the authors
programme = "{survey}"      # surveys that are waves of one another share this name
status = "draft"            # published, once exposure check finds nothing
primary = []                # ids of the authors' own publications in sources.csv
# no_primary = "why none was seen"      # instead, where only accounts by others were found
scan_from = ""              # 2026-03-01, 2026-03 or 2026: as far as it is known
scan_to = ""
asset = ""                  # class of what was found: dicom, pacs_web, any_healthcare …
encoded = ""                # the day on which you fill this in
encoding = ""               # how you came by the numbers, in one sentence
known_errors = []           # contradictions that the publications themselves contain

[method]
engine = ""                 # their own scan, or the search engines used
ports = ""
exposed = ""                # what makes a server count as exposed
open = ""                   # what makes it count as open
honeypots = "not stated"    # removed, not removed or not stated
duplicates = "not stated"
unit = ""                   # what one counted thing is; a record of imaging is a study, not a person
comparable_with = []        # ids of surveys that counted in the same way
not_comparable_with = {{}}    # id = "why"

[units]                     # the publication's own words and the measure that each means, for instance
# "data records" = "studies"

# A place that is not a country is declared:
# [[place]]
# name = "Maharashtra"
# kind = "sub-national"     # or historical, region, population
# parent = "IND"
"""


def new_survey(
    survey: str,
    folder: Path | str | None = None,
    *,
    meta: Mapping[str, object] | None = None,
    units: Mapping[str, str] | None = None,
    rows: Mapping[str, Sequence[Mapping[str, str]]] | None = None,
    more: Mapping[str, str] | None = None,
) -> list[Path]:
    """Write the skeleton of a survey: ``survey.toml`` with its explanations, and three tables with their headers.

    Parameters
    ----------
    survey
        Its id: authors, year and month in lower case with hyphens, such as ``greenbone-2019-09``.
    folder
        The data folder; default: your own, which is created if it does not exist, or that of the checkout. The folder
        of the survey itself, if it is named like the survey.
    meta
        What of ``survey.toml`` is known already: texts and lists of texts by key, those of ``[method]`` too.
    units
        The publication's words and the measure that each means.
    rows
        Rows of the tables that are known already, by file: texts by column.
    more
        Further files of the folder, by name: their text.

    Returns
    -------
    list of pathlib.Path
        The files written. They come into being together or not at all.

    Raises
    ------
    DataError
        If the id is none, the survey exists already, or the folder cannot be written.
    """
    if not re.match(fields.KEBAB, survey):
        raise DataError(
            f"{survey!r} is not an id of a survey",
            remedy="use lower case and hyphens: authors, year and month, such as greenbone-2019-09",
            survey=survey,
        )
    texts = {"survey.toml": filled(_SURVEY.format(survey=survey), meta or {}, units or {})}
    texts |= {name: table(columns, (rows or {}).get(name, ())) for name, columns in fields.FILES.items()}
    texts |= more or {}
    with growing() if folder is None else nullcontext(Path(folder)) as base:
        target = base / "aggregate" / survey if base.name != survey else base
        if target.exists():
            raise DataError(
                "exists already", remedy="choose another id, or continue in that folder", file=f"aggregate/{survey}"
            )
        making = target.parent / f".{survey}.{os.getpid()}"
        try:
            for name, text in texts.items():
                write_text(making / name, text)
            making.rename(target)
        except (OSError, ExposureError) as error:
            why = error.strerror if isinstance(error, OSError) else "no room or no permission"
            raise DataError(
                f"cannot be written ({why})",
                remedy="name a data folder of your own with --data",
                file=f"aggregate/{survey}",
            ) from None
        finally:
            shutil.rmtree(making, ignore_errors=True)
    return [target / name for name in texts]


def filled(text: str, meta: Mapping[str, object], units: Mapping[str, str]) -> str:
    """The skeleton of ``survey.toml`` with what is known put into its places; its comments stay."""
    for key, value in meta.items():
        # What JSON writes of texts and lists of texts, TOML reads.
        told = json.dumps(value, ensure_ascii=False)

        def put(match: re.Match[str], told: str = told) -> str:
            return f"{match[1]} {told}"

        text, found = re.subn(rf"(?m)^(?:# )?({re.escape(key)} +=) (?:\"[^\"]*\"|\[\])", put, text, count=1)
        if not found:
            raise DataError(f"{key!r} is not a key of survey.toml that can be filled in.", column=key)
    told = "".join(
        f"{json.dumps(word, ensure_ascii=False)} = {json.dumps(measure)}\n" for word, measure in units.items()
    )
    return text.replace('# "data records" = "studies"\n', told) if told else text


def table(columns: tuple[fields.Field, ...], rows: Sequence[Mapping[str, str]]) -> str:
    """A table as CSV: the columns that it must have, and of the others those that a row fills."""
    names = [field.name for field in columns if not field.optional or any(row.get(field.name) for row in rows)]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([row.get(name, "") for name in names] for row in rows)
    return out.getvalue()


def instructions(survey: str, check: str | None = None) -> str:
    """What to do with the skeleton, step by step."""
    lines = [f"Fill in, in this order, what lies in aggregate/{survey}:", "  survey.toml   who counted, when and how"]
    told = {
        "sources.csv": "a row a publication",
        "figures.csv": "a row a printed number",
        "claims.csv": "a row a statement beyond single numbers (more than half, the most of any country)",
    }
    for name, columns in fields.FILES.items():
        lines.append(f"  {name:13} {told[name]}")
        lines += [f"    {field.name:14}{field.description}" for field in columns if not field.optional]
    lines += [
        f"Then: {check or f'exposure check {survey}'}",
        "What identifies a host or a person never goes in; such input is refused whole.",
    ]
    return "\n".join(lines)
