"""What may be compared with what: decided by how the surveys counted, as their files say it."""

from __future__ import annotations

import itertools

import pandas as pd

from ..datafolder import data_folder
from ..errors import NotComparableError
from .survey import read_survey

SAME, WITH_NOTE, NO = "same", "with a note", "no"
COLUMNS = ["a", "b", "measure", "asset", "verdict", "reasons"]
_WORDS = {"honeypots": "decoys", "duplicates": "duplicates"}


def comparable(panel: pd.DataFrame, by: str = "survey") -> pd.DataFrame:
    """For each two surveys (or figures) that share a measure: may they be compared, and why not.

    Parameters
    ----------
    panel
        Rows of ``ex.panel()``.
    by
        ``survey``: one row for two surveys and a measure and asset class that both have. ``figure``: one row for two
        rows of the panel with the same place and measure; ``a`` and ``b`` are their labels in the index.

    Returns
    -------
    pandas.DataFrame
        ``a, b, measure, asset, verdict`` (``same``, ``with a note``, ``no``) and ``reasons`` (text, empty for ``same``).
    """
    sense = panel["sense"] if "sense" in panel else panel["measure"]
    keyed = panel.assign(sense=sense)
    rows = []
    if by == "figure":
        for _, group in keyed.groupby(["place", "sense"], sort=True):
            for one, other in itertools.combinations(group.index, 2):
                first, second = group.loc[one], group.loc[other]
                verdict, reasons = _surveys(first["survey"], second["survey"], first["asset"], second["asset"])
                rows.append([one, other, first["sense"], first["asset"], verdict, reasons])
    else:
        for (measure, asset), group in keyed.groupby(["sense", "asset"], sort=True):
            for one, other in itertools.combinations(sorted(group["survey"].unique()), 2):
                rows.append([one, other, measure, asset, *_surveys(one, other, asset, asset)])
    return pd.DataFrame(rows, columns=COLUMNS)


def require_comparable(frame: pd.DataFrame, breaks: str | None = None) -> str | list[tuple[str, str]]:
    """Pass if the surveys of a frame may be compared, with the notes to print; refuse if not.

    Parameters
    ----------
    breaks
        ``"mark"``: return the pairs that must not be joined, instead of refusing.

    Raises
    ------
    NotComparableError
        Names the surveys and the reasons.
    """
    pairs = comparable(frame)
    refused = pairs[pairs["verdict"] == NO]
    if breaks == "mark":
        return list(refused[["a", "b"]].itertuples(index=False, name=None))
    if len(refused):
        first = refused.iloc[0]
        raise NotComparableError(
            f"{first['a']} and {first['b']} must not be compared: {first['reasons']}. Choose one survey, or surveys of one method.",
            a=first["a"], b=first["b"], reasons=first["reasons"],
        )  # fmt: skip
    notes = pairs.loc[pairs["verdict"] == WITH_NOTE, "reasons"]
    return "; ".join(dict.fromkeys(notes))


def _surveys(one: str, other: str, asset: str, other_asset: str) -> tuple[str, str]:
    if asset != other_asset:
        return NO, f"they count different things: {asset} and {other_asset}"
    if one == other:
        return SAME, ""
    first, second = (read_survey(data_folder() / "aggregate" / name).meta for name in (one, other))
    methods = first["method"], second["method"]
    for method, name in zip(methods, (other, one), strict=True):
        if name in method.get("not_comparable_with", {}):
            return NO, _plain(method["not_comparable_with"][name])
    for method, name in zip(methods, (other, one), strict=True):
        if name in method.get("comparable_with_note", {}):
            return WITH_NOTE, _plain(method["comparable_with_note"][name])
    if other in methods[0].get("comparable_with", ()) or one in methods[1].get("comparable_with", ()):
        differing = _differences(*methods)
        return (WITH_NOTE, differing) if differing else (SAME, "")
    if first["programme"] and first["programme"] == second["programme"]:
        differing = _differences(*methods)
        return WITH_NOTE, "two waves of one programme" + (f"; {differing}" if differing else "")
    return NO, "no statement says that they counted in the same way" + (
        f"; {_differences(*methods)}" if _differences(*methods) else ""
    )


def _differences(one: dict, other: dict) -> str:
    """In what the two methods are known to differ."""
    found = []
    for key, word in _WORDS.items():
        values = one.get(key, "not stated"), other.get(key, "not stated")
        if values[0] != values[1] and "not stated" not in values:
            found.append(f"{word} {values[0]} in one and {values[1]} in the other")
    return "; ".join(found)


def _plain(text: str) -> str:
    return text.strip().rstrip(".")
