"""Indexes of concentration of a table: shares of the first, Lorenz curve, Gini, Theil, Herfindahl."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ...errors import DataError
from ..result import warnings_of
from .bootstrap import COLUMNS, Counts
from .extremes import gini_extremes, herfindahl_extremes, theil_extremes, top_extremes
from .formulas import gini_of, herfindahl_of, theil_of, top_of
from .pareto import pareto_tail

if TYPE_CHECKING:
    from collections.abc import Iterable


def concentration(
    frame: Any,
    top: Iterable[int] = (1, 5),
    *,
    limits: str | None = None,
    level: float = 0.95,
    draws: int = 5000,
    seed: int = 1,
) -> pd.DataFrame:
    """All indexes of concentration side by side.

    Parameters
    ----------
    frame
        One row per country: ``iso3, value, low, high`` of one measure and survey, without the world's total.
    top
        Numbers of places whose share is given; those above the number of places are left out.
    limits
        ``rounding``, ``chance`` or ``both``; None: by the measure.
    level
        The confidence level.
    draws, seed
        Repetitions of the parametric bootstrap, and their seed.

    Returns
    -------
    pandas.DataFrame
        One row per index: ``index`` (``top_1``, ``top_5``, ``gini``, ``gini_corrected``, ``theil``, ``herfindahl``,
        ``pareto_tail``), ``value, low, high, limits, places, method, level``. What cannot be given (the corrected Gini
        of one place, the tail of a few) is named in ``attrs["warnings"]``.

    Raises
    ------
    DataError
        For faulty counts, or if all are zero, so that there is nothing to be concentrated.
    NotComparableError
        For several measures or surveys that must not be joined, or chance asked for where it says nothing.

    Examples
    --------
    >>> import analysis as ex
    >>> figures = ex.preferred(ex.panel(surveys=["greenbone-2019-09"]))
    >>> servers = figures.query("measure == 'servers_exposed' and iso3 != 'WLD'").dropna(subset="iso3")
    >>> ex.statistics.concentration(servers)[["index", "value"]].round(3).values.tolist()[:3]
    [['top_1', 0.462], ['top_5', 0.906], ['gini', 0.696]]
    """
    counts = Counts(frame, limits=limits, level=level, draws=draws, seed=seed)
    rows = [_top(counts, k) for k in top if k <= len(counts.value)]
    rows.append(_gini(counts))
    warnings = []
    if len(counts.value) > 1:
        rows.append(_gini(counts, corrected=True))
    else:
        warnings.append("The bias-corrected Gini is not defined for one place.")
    rows += [_theil(counts), _herfindahl(counts)]
    try:
        tail = pareto_tail(frame, level=counts.level, seed=counts.seed)
        rows.append(tail[[*COLUMNS, "limits"]].iloc[0].to_dict())
        warnings += warnings_of(tail)
    except DataError as refused:
        warnings.append(f"No exponent of a tail: {refused.message}")
    table = pd.DataFrame(rows)
    if "limits" in table:
        table["limits"] = table["limits"].fillna(counts.word)
    return counts.result(table, "concentration", warnings=warnings)


def top_share(
    frame: Any, k: int = 1, *, limits: str | None = None, level: float = 0.95, draws: int = 5000, seed: int = 1
) -> pd.DataFrame:
    """The share of the total that the ``k`` largest places hold together.

    Parameters
    ----------
    frame, limits, level, draws, seed
        As for `concentration`.
    k
        How many places, from 1 to all.

    Returns
    -------
    pandas.DataFrame
        One row, as of `concentration`; ``top`` has the codes of the places, parted by spaces, ties by ``iso3``.

    Raises
    ------
    DataError, NotComparableError
        As `concentration`; and for a ``k`` that there is not.

    Examples
    --------
    >>> import analysis as ex
    >>> figures = ex.preferred(ex.panel(surveys=["greenbone-2019-09"]))
    >>> servers = figures.query("measure == 'servers_exposed' and iso3 != 'WLD'").dropna(subset="iso3")
    >>> ex.statistics.top_share(servers, 1)[["value", "low", "high", "top"]].round(3).values.tolist()
    [[0.462, 0.412, 0.511, 'USA']]
    """
    counts = Counts(frame, limits=limits, level=level, draws=draws, seed=seed)
    places = counts.frame
    if not (isinstance(k, int) and 1 <= k <= len(places)):
        raise DataError(
            f"k must lie between 1 and {len(places)}, the number of places; it is {k}",
            remedy="choose a whole number of places",
            k=k,
        )
    first = places.sort_values(["value", "iso3"], ascending=[False, True])["iso3"].head(k).tolist()
    return counts.result(pd.DataFrame([_top(counts, k)]).assign(top=" ".join(first)), "top_share", k=k)


def lorenz(
    frame: Any, *, limits: str | None = None, level: float = 0.95, draws: int = 5000, seed: int = 1
) -> pd.DataFrame:
    """The Lorenz curve (Lorenz 1905): which share of the total the smallest places hold together.

    Parameters
    ----------
    frame, limits, level, draws, seed
        As for `concentration`.

    Returns
    -------
    pandas.DataFrame
        From (0, 0), a row without a place, to (1, 1), places with the fewest first (ties by ``iso3``): ``iso3``,
        ``place_share``,
        ``count_share, count_share_low, count_share_high`` (for each point by itself, not for the whole curve),
        ``method``, ``level``,
        and of the frame ``country, measure, asset, survey, source, scan_from, scan_to`` where it has them.

    Raises
    ------
    DataError, NotComparableError
        As `concentration`.

    Examples
    --------
    >>> import analysis as ex
    >>> figures = ex.preferred(ex.panel(surveys=["greenbone-2019-09"]))
    >>> servers = figures.query("measure == 'servers_exposed' and iso3 != 'WLD'").dropna(subset="iso3")
    >>> ex.statistics.lorenz(servers)[["iso3", "count_share"]].round(3).tail(2).values.tolist()
    [['IND', 0.538], ['USA', 1.0]]
    """
    counts = Counts(frame, limits=limits, level=level, draws=draws, seed=seed)
    n = len(counts.frame)
    # The share of the n - k places with the fewest is what the k with the most leave over.
    of_top = top_of(counts.value)[::-1]
    least, most = (ends[::-1] for ends in top_extremes(counts.low, counts.high))
    drawn = None if not counts.chance else 1 - top_of(counts.ordered)[:, ::-1]
    value = 1 - of_top
    low, high = counts.interval(value, (1 - most, 1 - least), drawn, np.zeros(n + 1), np.arange(n + 1) / n)
    kept = [
        name
        for name in ("country", "measure", "asset", "survey", "source", "scan_from", "scan_to")
        if name in counts.frame
    ]
    places = counts.frame.sort_values(["value", "iso3"])[["iso3", *kept]]
    curve = places.iloc[[0, *range(n)]].reset_index(drop=True)
    curve.loc[0, [name for name in ("iso3", "country", "source") if name in curve]] = None
    curve.insert(1, "place_share", np.arange(n + 1) / n)
    for place, (name, shares) in enumerate(
        {"count_share": value, "count_share_low": low, "count_share_high": high}.items(), 2
    ):
        # Rounding in the last place must not bend the ends of the curve.
        shares[0], shares[-1] = 0.0, 1.0
        curve.insert(place, name, np.clip(shares, 0, 1))
    return counts.result(curve.assign(method=counts.method, level=counts.level if counts.chance else np.nan), "lorenz")


def gini(
    frame: Any,
    corrected: bool = False,
    *,
    limits: str | None = None,
    level: float = 0.95,
    draws: int = 5000,
    seed: int = 1,
) -> pd.DataFrame:
    """Gini's index: half the mean difference of two places, relative to the mean (Gini 1912).

    G = Σ (2i − n − 1) x_i / (n Σ x_i) with the counts in ascending order: 0 if all are equal, (n − 1)/n if one place
    has all.

    Parameters
    ----------
    frame, limits, level, draws, seed
        As for `concentration`.
    corrected
        Times n/(n − 1), so that 1 can be reached (Deltas 2003): for samples of places. A list of all places needs no
        correction.

    Returns
    -------
    pandas.DataFrame
        One row, as of `concentration`.

    Raises
    ------
    DataError, NotComparableError
        As `concentration`; and for the corrected index of one place, which is not defined.

    Examples
    --------
    >>> import analysis as ex
    >>> figures = ex.preferred(ex.panel(surveys=["greenbone-2019-09"]))
    >>> servers = figures.query("measure == 'servers_exposed' and iso3 != 'WLD'").dropna(subset="iso3")
    >>> ex.statistics.gini(servers)[["value", "low", "high"]].round(3).values.tolist()
    [[0.696, 0.659, 0.732]]
    """
    counts = Counts(frame, limits=limits, level=level, draws=draws, seed=seed)
    if corrected and len(counts.frame) == 1:
        raise DataError(
            "the bias-corrected Gini of one place is not defined (n/(n − 1) for n = 1)",
            remedy="take the plain one, which is 0",
        )
    return counts.result(pd.DataFrame([_gini(counts, corrected)]), "gini", corrected=corrected)


def theil(
    frame: Any,
    by: str | None = None,
    *,
    limits: str | None = None,
    level: float = 0.95,
    draws: int = 5000,
    seed: int = 1,
) -> pd.DataFrame:
    """Theil's T (Theil 1967): Σ s ln(n s) over the shares s, 0 if all places are equal, ln n if one has all.

    With groups it is the sum of two parts (Shorrocks 1980): *between* the groups, Σ_g S_g ln(S_g n / n_g), as if all
    places of a
    group were equal, and *within* them, Σ_g S_g T_g.

    Parameters
    ----------
    frame, limits, level, draws, seed
        As for `concentration`.
    by
        The column of groups, such as ``region`` or ``income_group``; each row has one.

    Returns
    -------
    pandas.DataFrame
        ``theil`` and, with ``by``, ``theil_between, theil_within, theil_between_share`` (the part between of the whole,
        left out where the
        whole is 0), each as of `concentration`. The rounding intervals of the last two are outer limits by interval
        arithmetic.

    Raises
    ------
    DataError, NotComparableError
        As `concentration`; and for a place without a group.

    Examples
    --------
    >>> import analysis as ex
    >>> figures = ex.preferred(ex.panel(surveys=["greenbone-2019-09"]))
    >>> servers = figures.query("measure == 'servers_exposed' and iso3 != 'WLD'").dropna(subset="iso3")
    >>> ex.statistics.theil(servers, by="region")[["index", "value"]].round(3).values.tolist()
    [['theil', 0.927], ['theil_between', 0.599], ['theil_within', 0.329], ['theil_between_share', 0.645]]
    """
    counts = Counts(frame, by, limits=limits, level=level, draws=draws, seed=seed)
    rows = [_theil(counts)]
    if by is not None:
        rows += _theil_parts(counts)
    return counts.result(pd.DataFrame(rows), "theil")


def herfindahl(
    frame: Any, *, limits: str | None = None, level: float = 0.95, draws: int = 5000, seed: int = 1
) -> pd.DataFrame:
    """The Herfindahl–Hirschman index: the sum of the squared shares, from 1/n (all equal) to 1 (one place has all).

    Times 10,000 it is the index in squared percentage points of merger guidelines. One over it is the number of equal
    places that would be as concentrated (Hirschman 1964).

    Parameters
    ----------
    frame, limits, level, draws, seed
        As for `concentration`.

    Returns
    -------
    pandas.DataFrame
        One row, as of `concentration`. With more than twelve uncertain counts the high end of rounding is an outer
        limit, above the
        greatest value by no more than the factor 1 + (w / 2Σx)², where w is the widest interval and Σx the sum of the
        low ends.

    Raises
    ------
    DataError, NotComparableError
        As `concentration`.

    Examples
    --------
    >>> import analysis as ex
    >>> figures = ex.preferred(ex.panel(surveys=["greenbone-2019-09"]))
    >>> servers = figures.query("measure == 'servers_exposed' and iso3 != 'WLD'").dropna(subset="iso3")
    >>> ex.statistics.herfindahl(servers)[["value", "low", "high"]].round(3).values.tolist()
    [[0.287, 0.25, 0.324]]
    """
    counts = Counts(frame, limits=limits, level=level, draws=draws, seed=seed)
    return counts.result(pd.DataFrame([_herfindahl(counts)]), "herfindahl")


def _top(counts: Counts, k: int) -> dict[str, Any]:
    n = len(counts.value)
    least, most = top_extremes(counts.low, counts.high)
    value = float(top_of(counts.value)[k])
    return counts.row(
        f"top_{k}",
        value,
        (least[k], most[k]),
        lambda: counts.ordered[:, n - k :].sum(axis=1) / counts.ordered.sum(axis=1),
        k / n,
        1.0,
    )


def _gini(counts: Counts, corrected: bool = False) -> dict[str, Any]:

    n = len(counts.value)
    factor = n / (n - 1) if corrected else 1.0
    value = float(gini_of(counts.value))
    box = gini_extremes(counts.low, counts.high, value)
    return counts.row(
        "gini_corrected" if corrected else "gini",
        factor * value,
        (factor * box[0], factor * box[1]),
        lambda: factor * gini_of(counts.ordered),
        0.0,
        factor * (n - 1) / n,
    )


def _theil(counts: Counts) -> dict[str, Any]:

    value = float(theil_of(counts.value))
    box = theil_extremes(counts.low, counts.high, np.ones(len(counts.value)))
    return counts.row("theil", value, box, lambda: theil_of(counts.drawn), 0.0, float(np.log(len(counts.value))))


def _herfindahl(counts: Counts) -> dict[str, Any]:
    box = herfindahl_extremes(counts.low, counts.high)
    return counts.row(
        "herfindahl",
        float(herfindahl_of(counts.value)),
        box,
        lambda: herfindahl_of(counts.drawn),
        1 / len(counts.value),
        1.0,
    )


def _theil_parts(counts: Counts) -> list[dict[str, Any]]:

    members = np.eye(counts.groups.max() + 1)[counts.groups]
    sizes = members.sum(axis=0)
    whole = float(theil_of(counts.value))
    between = min(float(theil_of(counts.value @ members, sizes)), whole)
    of_whole = theil_extremes(counts.low, counts.high, np.ones(len(counts.value)))
    of_between = theil_extremes(counts.low @ members, counts.high @ members, sizes)
    of_within = max(of_whole[0] - of_between[1], 0.0), of_whole[1] - of_between[0]
    if counts.chance:
        drawn_whole = theil_of(counts.drawn)
        drawn_between = theil_of(counts.drawn @ members, sizes)
    most = float(np.log(len(counts.value)))
    rows = [
        counts.row(
            "theil_between",
            between,
            of_between,
            lambda: drawn_between,
            0.0,
            float(np.log(len(counts.value) / sizes.min())),
        ),
        counts.row("theil_within", whole - between, of_within, lambda: drawn_whole - drawn_between, 0.0, most),
    ]
    if whole > 0:
        share = _over_sum(of_between[0], of_within[1]), _over_sum(of_between[1], of_within[0])
        rows.append(
            counts.row(
                "theil_between_share",
                between / whole,
                share,
                lambda: np.divide(drawn_between, drawn_whole, out=np.zeros(len(drawn_whole)), where=drawn_whole > 0),
                0.0,
                1.0,
            )
        )
    return rows


def _over_sum(one: float, rest: float) -> float:
    return one / (one + rest) if one + rest > 0 else 0.0
