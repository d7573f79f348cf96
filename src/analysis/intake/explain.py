"""The outcome for every number of a report: drafted with measure, place and certainty, or left out with its kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from .extract import Extraction

#: The columns of the table, in the order of the steps of reading.
COLUMNS = ("locator", "position", "number", "kind", "measure", "place", "confidence", "why")


def explained(found: Extraction) -> pd.DataFrame:
    """Every number of a report in order, drafted or left out.

    Parameters
    ----------
    found
        What :func:`analysis.intake.extract.extract_document` gives.

    Returns
    -------
    pandas.DataFrame
        ``locator``, ``position`` (in its sentence), ``number`` as printed, ``kind`` (``count`` or ``share`` of what is
        drafted, else one of :data:`analysis.intake.kinds.KINDS`), ``measure``, ``place``, ``confidence``, ``why``.

    Examples
    --------
    >>> from analysis.intake.documents import read_document
    >>> from analysis.intake.extract import extract_document
    >>> report = read_document("On 3 May, 590 servers were open in Peru; on average 12 per day.")
    >>> explained(extract_document(report, "en"))[["number", "kind"]].values.tolist()
    [['3 May', 'date'], ['590', 'count'], ['12', 'average']]
    """
    import pandas as pd

    drafted = [
        (
            row.locator,
            row.position,
            row.figure,
            _kind(row),
            row.measure,
            row.place,
            row.confidence,
            row.reason,
            row.sentence,
        )
        for row in found.draft.itertuples()
    ]
    left = [
        (
            one["locator"],
            one["position"],
            one["text"],
            one["kind"],
            "",
            "",
            float("nan"),
            one["reason"],
            one["sentence"],
        )
        for one in found.left_out
    ]
    frame = pd.DataFrame([*drafted, *left], columns=[*COLUMNS, "sentence"])
    order = {text: nth for nth, text in enumerate(found.order)}
    rank = frame["sentence"].map(lambda text: order.get(text, len(order)))
    frame = frame.assign(rank=rank).sort_values(["rank", "position"], kind="stable")
    return frame[list(COLUMNS)].reset_index(drop=True)


def _kind(row: Any) -> str:
    return "share" if row.high <= 1 and ("%" in row.figure or row.value < 1) else "count"
