"""What every result of statistics is: a plain frame that knows how it was made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


def result(
    frame: pd.DataFrame,
    statistic: str,
    *,
    of: pd.DataFrame,
    method: str,
    level: float | None = None,
    interval: str | None = None,
    seed: int | None = None,
    warnings: Iterable[str] = (),
    missing: Iterable[str] = (),
    parameters: Mapping[str, Any] | None = None,
) -> pd.DataFrame:
    """The frame with ``attrs`` that say how it was made; all of them can be written as JSON.

    Parameters
    ----------
    frame
        The numbers.
    statistic
        The file and function that made it (``rates.rates``). `describe` asks the ``facts`` of that file for the case
        and
        the parts of the sentence.
    of
        The frame it was made from: gives ``sources`` and ``surveys`` (the ids that its rows name), ``measures``, and
        its own
        warnings.
    method, level, interval, seed
        As used. ``interval`` None says: by the measure.
    warnings
        What a reader must know, in whole English sentences.
    missing
        ``iso3`` of places that could not be counted in, for instance without a denominator.
    parameters
        Everything else that was chosen.
    """
    frame.attrs = {
        "statistic": statistic,
        "method": method,
        "level": level,
        "interval": interval or "by measure",
        "seed": seed,
        "sources": _named(of, "source"),
        "surveys": _named(of, "survey"),
        "measures": _named(of, "measure"),
        "warnings": list(dict.fromkeys([*of.attrs.get("warnings", ()), *warnings])),
        "missing": list(missing),
        "parameters": dict(parameters or {}),
    }
    # Which counted series it is: gives labels, breaks and what an absent row means.
    frame.attrs |= {key: of.attrs[key] for key in ("series", "absent") if key in of.attrs}
    return frame


def _named(frame: pd.DataFrame, column: str) -> list[str]:
    if column in frame:
        return sorted(frame[column].dropna().astype(str).unique())
    return list(frame.attrs.get(f"{column}s", ()))
