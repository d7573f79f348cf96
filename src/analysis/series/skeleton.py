"""The skeleton of a series: a ``series.toml`` made of what a table of counts holds, for somebody to describe."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..datafolder import growing
from ..errors import DataError
from ..figures.fields import KEBAB
from ..language.languages import LANGUAGES
from ..writing import write_text
from .catalogue import OVER_TIME, series_present
from .counts import Table

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

_TOP = """\
# A draft: say what this series is, then write status = "published". Every text in <…> is for you to write.
status = "draft"
grain = "{grain}"
health = false
# What a place and day without a row means: "unknown" (nothing was counted) or "zero" (nothing happened).
absent = "unknown"
retrieved = "<the day on which you took it>"
counted = "<who counts what, how, how often, and what is left out>"
encoding = "<how this table was made of what was published>"
notes = []
title = {{ en = "{id}" }}
licence = {{ name = "<under which terms it was published>" }}
"""

_SOURCE = """
[[source]]
id = "{id}"
publisher = "<who counts>"
title = "<what it is called>"
url = ""
"""

_MEASURE = """
[measure.{id}]
unit = "<what one counted thing is>"
definition = "<what was counted, in one fixed sense>"
# How the days of a week or month become one number: "sum" (events add up) or "mean" (a stock is averaged).
over_time = "{over_time}"
# Whether places may be added up to a total.
additive = true
label = {{ {labels} }}
"""


def new_series(series: str, origin: Path | str | pd.DataFrame, *, grain: str = "day", over_time: str) -> Path:
    """Write the ``series.toml`` of a new series in the data folder in use, made of what a table of counts holds.

    Parameters
    ----------
    series
        Its id, in kebab case: monitor and what it counts.
    origin
        The table that is to be imported; it is read from beginning to end, and nothing of it is kept but the ids of
        monitors and measures.
    grain
        ``day``, ``week`` or ``month``: what the day of a row stands for.
    over_time
        ``sum`` (events add up) or ``mean`` (a stock is averaged); no default, for the wrong one gives wrong numbers.

    Raises
    ------
    DataError
        If there is such a series, the id is not in kebab case, or the table is refused
        (:meth:`analysis.series.counts.Table.chunks`).
    IdentifierError
        As there.
    """
    if not re.match(KEBAB, series):
        raise DataError(
            f"'{series}' is not an id", remedy="write it in lower case with hyphens, such as shadowserver-open-dicom"
        )
    if series in series_present():
        raise DataError(
            f"there is a series '{series}' already", remedy="import into it, or choose another id", series=series
        )
    if over_time not in OVER_TIME:
        raise DataError(f"'{over_time}' is not a way to combine days", remedy=f"choose {' or '.join(OVER_TIME)}")
    table = Table(origin, grain)
    for _ in table.chunks():
        pass
    text = _TOP.format(id=series, grain=grain)
    text += "".join(_SOURCE.format(id=source) for source in sorted(table.texts["source"]))
    for measure in sorted(table.texts["measure"]):
        labels = ", ".join(f'{lang} = "{measure}"' for lang in LANGUAGES)
        text += _MEASURE.format(id=measure, over_time=over_time, labels=labels)
    with growing() as folder:
        return write_text(folder / "series" / series / "series.toml", text)
