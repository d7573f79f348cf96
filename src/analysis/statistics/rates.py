"""Rates: a count for the size of something, with the uncertainty of printing and of chance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import DataError, NotComparableError

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

METHODS = ("exact", "byar")


def garwood(count: np.ndarray, level: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
    """Exact Poisson limits of a count (Garwood 1936): the quantiles of two gamma distributions.

    Parameters
    ----------
    count
        Counts, at least 0; they need not be whole (the end of an interval of printing).
    level
        The confidence level, such as 0.95.
    """
    import numpy as np
    from scipy.special import gammaincinv

    count = np.asarray(count, dtype=float)
    tail = (1 - level) / 2
    low = np.where(count > 0, gammaincinv(np.maximum(count, 1e-9), tail), 0.0)
    return low, gammaincinv(count + 1, 1 - tail)


def byar(count: np.ndarray, level: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
    """Byar's approximation of the Poisson limits (Breslow & Day 1987); a negative lower limit is withheld."""
    import numpy as np
    from scipy.special import ndtri

    count = np.asarray(count, dtype=float)
    z = ndtri(1 - (1 - level) / 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        low = count * (1 - 1 / (9 * count) - z / (3 * np.sqrt(count))) ** 3
    more = count + 1
    high = more * (1 - 1 / (9 * more) + z / (3 * np.sqrt(more))) ** 3
    return np.where(low > 0, low, np.nan), high


def rates(
    frame: pd.DataFrame,
    per: str = "population",
    scale: float = 1e6,
    method: str = "exact",
    level: float = 0.95,
    interval: str | None = None,
) -> pd.DataFrame:
    """The frame with a rate for each row.

    Parameters
    ----------
    frame
        Rows with ``iso3``, ``value``, ``low``, ``high``; the year comes from ``year`` or else ``scan_to``.
    per
        The denominator: ``population``, an indicator of the reference data, or a column of the frame.
    scale
        The rate is per so many units of the denominator.
    method
        Limits of chance: ``exact`` (Garwood) or ``byar``.
    level
        Confidence level of the limits of chance.
    interval
        ``printing`` (what the rounding allows), ``chance`` (a count as a realisation of independent
        events) or ``both``. Default: by the measure, ``both`` for independent events, else ``printing``.

    Returns
    -------
    pandas.DataFrame
        With ``denominator, denominator_year, rate, rate_low, rate_high, rate_method, level``. A row without a
        denominator has no rate and is listed in ``attrs["missing"]``.

    Raises
    ------
    DataError
        For a negative count, a denominator that is not positive, or an unknown method.
    NotComparableError
        If chance is asked for where things do not come independently (studies, images).
    """
    import numpy as np
    import pandas as pd

    from ..figures.denominators import denominator
    from ..figures.measures import measures

    if method not in METHODS:
        raise DataError(f"there is no method {method!r}; choose one of {', '.join(METHODS)}.", method=method)
    if (frame["value"] < 0).any():
        raise DataError("a count is negative; correct the figure.", column="value")
    if (frame["low"] > frame["high"]).any():
        raise DataError("an interval has its low end above its high end; correct the figure.", column="low")
    result = frame.copy()
    if per in frame:
        result["denominator"], result["denominator_year"] = frame[per], pd.NA
    else:
        year = frame["year"] if "year" in frame else frame["scan_to"].str[:4]
        found = denominator(frame["iso3"], year, per)
        result["denominator"] = found["denominator"].to_numpy()
        result["denominator_year"] = found["denominator_year"].to_numpy()
    if (result["denominator"] <= 0).any():
        raise DataError("a denominator is not positive; correct it or leave it empty.", column=per)
    kinds = measures()["events"].reindex(frame["measure"]).to_numpy() if "measure" in frame else np.repeat("independent", len(frame))
    independent = kinds == "independent"
    if interval in ("chance", "both") and not independent.all():
        raise NotComparableError(
            "limits of chance need events that come one by one; studies and images come in lots, one server holds many. "
            "Use interval='printing'."
        )
    chance = np.where(independent, interval != "printing", False)
    limits = {"exact": garwood, "byar": byar}[method]
    low, high = frame["low"].to_numpy(float), frame["high"].to_numpy(float)
    if interval == "chance":
        low = high = frame["value"].to_numpy(float)
    result["rate"] = result["value"] / result["denominator"] * scale
    result["rate_low"] = np.where(chance, limits(low, level)[0], low) / result["denominator"] * scale
    result["rate_high"] = np.where(chance, limits(high, level)[1], high) / result["denominator"] * scale
    result["rate_method"] = np.where(chance, {"exact": "exact Poisson", "byar": "Byar"}[method], "printing only")
    result["level"] = np.where(chance, level, np.nan)
    missing = result.loc[result["denominator"].isna(), ["iso3"]]
    result.attrs = {
        **frame.attrs, "per": per, "scale": scale, "method": method, "interval": interval or "by measure",
        "missing": missing["iso3"].tolist(),
    }
    return result
