"""What a correlation or a regression finds with each place left out in turn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from ...errors import DataError
from ...language import intervals, numbers
from ..comparable_places import require_known
from ..count_regression import fit_counts
from ..covariates import ECOLOGICAL, Prepared, prepared
from ..exposure_in_words import common_parts, indicator_label
from ..phrases import place_in_words
from ..result import warnings_of
from .common import association_result, exp
from .correlation import correlate, correlation
from .regression import regress

if TYPE_CHECKING:
    from collections.abc import Iterable


def influence(
    frame: Any,
    covariates: str | Iterable[str],
    statistic: str = "regress",
    *,
    value: str = "rate",
    per: str | None = "population",
    coefficient: str = "spearman",
    method: str = "bonett-wright",
    family: str = "poisson",
    errors: str = "HC3",
    step: str = "sd",
    level: float = 0.95,
) -> pd.DataFrame:
    """Leave-one-out influence: what `correlate` or `regress` finds with each place left out in turn.

    Parameters
    ----------
    frame, covariates
        As for the statistic.
    statistic
        ``regress`` or ``correlate``.
    value, per, coefficient, method, family, errors, step, level
        As for the statistic that takes them; the other leaves them aside. Rounding is left aside here.

    Returns
    -------
    pandas.DataFrame
        One row a covariate and place, the most influential first: ``covariate, iso3`` (``place, country`` where the
        frame has them), ``of`` (the statistic), ``estimate`` (of all places: ρ, τ or a rate ratio),
        ``without, without_low, without_high`` (with this place left out), ``shift`` (without less estimate; of ratios
        without over estimate), ``turns``, whether the answer is another one (the side of nothing, or whether the
        interval holds nothing), ``method, level, limits``. Steps of a covariate, and α, are those of all places.

    Raises
    ------
    DataError, NotComparableError
        As the statistic; leaving one out may go one below its least number of places.

    Examples
    --------
    >>> import analysis as ex
    >>> figures = ex.preferred(ex.panel(surveys=["greenbone-2019-09"]))
    >>> servers = figures[figures["measure"] == "servers_exposed"]
    >>> ex.statistics.influence(servers, "gdp_pc_usd")[["iso3", "turns"]].head(1).values.tolist()
    [['USA', False]]
    """
    require_known("statistic", statistic, ("regress", "correlate"))
    names = [covariates] if isinstance(covariates, str) else list(covariates)
    if statistic == "correlate":
        if len(names) != 1:
            raise DataError("a correlation has one covariate", remedy="name one, or take statistic='regress'")
        whole = correlate(frame, names[0], value, str(per), coefficient, method, level, "chance")
        ready = prepared(frame, names, value, per)
        column = "rho" if coefficient == "spearman" else "tau"
        nothing, estimates = 0.0, whole[[column, f"{column}_low", f"{column}_high"]].to_numpy()

        def without(kept: Prepared) -> np.ndarray:
            return np.array([correlation(kept, coefficient, method, level, "chance")])

    else:
        whole = regress(frame, names, per, family, errors, step, level, "chance")
        ready = prepared(frame, names, "value" if per is None else "rate", per, step)
        nothing, estimates = 1.0, whole[["ratio", "ratio_low", "ratio_high"]].to_numpy()
        alpha, robust = float(whole["alpha"].iloc[0]), None if errors == "model" else errors

        def without(kept: Prepared) -> np.ndarray:
            fit = fit_counts(kept.counts[:, 0], kept.x, kept.sizes, family, robust, alpha)
            tail = stdtrit(len(kept.rows) - len(names) - 1, 1 - (1 - level) / 2) * fit.errors
            return np.column_stack(
                [np.exp(fit.coefficients), exp(fit.coefficients - tail), exp(fit.coefficients + tail)]
            )

    def side(found: np.ndarray) -> np.ndarray:
        """On which side of nothing the estimate is, and whether the interval is, too."""
        return np.sign(found[:, 0] - nothing) * np.where((found[:, 1] > nothing) | (found[:, 2] < nothing), 2, 1)

    tables = []
    for at in range(len(ready.rows)):
        kept = np.delete(np.arange(len(ready.rows)), at)
        found = without(ready.only(kept))
        shift = found[:, 0] - estimates[:, 0] if statistic == "correlate" else found[:, 0] / estimates[:, 0]
        named = {column: ready.rows[column].iloc[at] for column in ("iso3", "place", "country") if column in ready.rows}
        tables.append(
            pd.DataFrame(
                {
                    "covariate": names,
                    **named,
                    "estimate": estimates[:, 0],
                    "without": found[:, 0],
                    "without_low": found[:, 1],
                    "without_high": found[:, 2],
                    "shift": shift,
                    "turns": side(found) != side(estimates),
                }
            )
        )
    table = pd.concat(tables, ignore_index=True)
    size = (table["shift"] if statistic == "correlate" else np.log(table["shift"])).abs()
    keys = [column for column in ("iso3", "place") if column in table]
    table = table.assign(_size=np.round(size, 12), _order=pd.Categorical(table["covariate"], names, ordered=True))
    table = table.sort_values(["_order", "_size", *keys], ascending=[True, False, *[True] * len(keys)]).drop(
        columns=["_size", "_order"]
    )
    warnings = [text for text in warnings_of(whole) if text not in ready.warnings and text != ECOLOGICAL]
    return association_result(
        table.reset_index(drop=True).assign(of=statistic),
        "influence",
        ready,
        warnings,
        value=str(whole["exposure"].iloc[0]),
        per=per,
        method="leave one out of: " + str(whole["method"].iloc[0]),
        level=level,
        limits="chance",
    )


def _farthest(found: pd.DataFrame) -> int:
    """The row of the place that moves its estimate most, whatever the order of the rows."""
    shift = found["shift"].to_numpy(np.float64)
    size = np.round(np.abs(shift if found["of"].iloc[0] == "correlate" else np.log(shift)), 12)
    names = found[[name for name in ("covariate", "iso3", "place") if name in found]].astype(str).agg(" ".join, axis=1)
    return int(np.lexsort([names.to_numpy(), -size])[0])


def facts_of_influence(found: pd.DataFrame, lang: str) -> tuple[str, dict[str, str]]:
    """The case and the parts of the sentence about influence."""
    row = found.iloc[_farthest(found)]
    parts = common_parts(found, row, lang) | {
        "covariate": indicator_label(row["covariate"], lang),
        "place": place_in_words(row, lang),
        "estimate": numbers.signed(row["estimate"], lang),
        "without": numbers.signed(row["without"], lang),
        "span": intervals.span(row["without_low"], row["without_high"], lang),
        "turns": numbers.number(
            int(found.loc[found["covariate"] == row["covariate"], "turns"].astype(bool).sum()), lang
        ),
    }
    return "influence_" + ("rho" if row["of"] == "correlate" else "ratio"), parts
