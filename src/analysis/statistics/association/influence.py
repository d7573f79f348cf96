"""What a correlation or a regression finds with each place left out in turn."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from ...language import intervals, numbers
from ...language.catalogue import say
from ...language.prose import remarked
from ..count_regression import fit_counts
from ..covariates import ECOLOGICAL, Prepared, prepared
from ..exposure_in_words import common_parts, indicator_label
from ..phrases import place_in_words
from ..result import warnings_of
from .common import Associated, association_result, exp, side_of_nothing
from .correlation import correlate, correlation
from .regression import regress

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


def influence_on_correlation(
    frame: Any,
    covariate: str,
    value: str = "value",
    per: str | None = "population",
    coefficient: str = "spearman",
    method: str = "bonett-wright",
    level: float = 0.95,
) -> pd.DataFrame:
    """Leave-one-out influence: what `correlate` finds with each place left out in turn.

    Parameters
    ----------
    frame, covariate, value, per, coefficient, method, level
        As for `correlate`. Rounding is ignored here.

    Returns
    -------
    pandas.DataFrame
        One row per place, the most influential first: ``covariate, iso3`` (``place, country`` where the frame has
        them), ``of`` (``correlate``), ``estimate`` (of all places: ρ or τ), ``without, without_low, without_high``
        (with this place left out), ``shift`` (without less estimate), ``turns``, whether the answer is another one
        (the side of nothing, or whether the interval holds nothing), ``method, level, limits``.

    Raises
    ------
    DataError, NotComparableError
        As `correlate`; leaving one out may go one below its least number of places.

    Examples
    --------
    >>> import analysis as ex
    >>> figures = ex.preferred(ex.panel(surveys=["greenbone-2019-09"]))
    >>> servers = figures[figures["measure"] == "servers_exposed"]
    >>> ex.statistics.influence_on_correlation(servers, "gdp_pc_usd")[["iso3", "turns"]].head(1).values.tolist()
    [['TUR', True]]
    """
    whole = correlate(frame, covariate, value, per, coefficient, method, level, "chance")
    column = "rho" if coefficient == "spearman" else "tau"

    def without(kept: Prepared) -> np.ndarray:
        return np.array([correlation(kept, coefficient, method, level, "chance")])

    estimates = whole[[column, f"{column}_low", f"{column}_high"]].to_numpy()
    ready = prepared(frame, [covariate], value, per)
    return _Whole("correlate", [covariate], whole, ready, estimates, without).influence(per, level)


def influence_on_regression(
    frame: Any,
    covariates: str | Iterable[str],
    per: str | None = "population",
    family: str = "poisson",
    errors: str = "HC3",
    step: str = "sd",
    level: float = 0.95,
    *,
    value: str = "value",
) -> pd.DataFrame:
    """Leave-one-out influence: what `regress` finds with each place left out in turn.

    Parameters
    ----------
    frame, covariates, per, family, errors, step, level, value
        As for `regress`. Rounding is ignored here.

    Returns
    -------
    pandas.DataFrame
        One row a covariate and place, the most influential first: the columns of `influence_on_correlation`, of
        ``regress``. ``estimate`` is a rate ratio, ``shift`` that without the place over that of all. Steps of a
        covariate, and α, are those of all places.

    Raises
    ------
    DataError, NotComparableError
        As `regress`; leaving one out may go one below its least number of places.

    Examples
    --------
    >>> import analysis as ex
    >>> figures = ex.preferred(ex.panel(surveys=["greenbone-2019-09"]))
    >>> servers = figures[figures["measure"] == "servers_exposed"]
    >>> ex.statistics.influence_on_regression(servers, "gdp_pc_usd")[["iso3", "turns"]].head(1).values.tolist()
    [['USA', False]]
    """
    names = [covariates] if isinstance(covariates, str) else list(covariates)
    whole = regress(frame, names, per, family, errors, step, level, "chance", value=value)
    alpha, robust = float(whole["alpha"].iloc[0]), None if errors == "model" else errors

    ready, estimates = prepared(frame, names, value, per, step), whole[["ratio", "ratio_low", "ratio_high"]].to_numpy()
    of_all = fit_counts(ready.counts[:, 0], ready.x, ready.sizes, family, robust, alpha)

    def without(kept: Prepared) -> np.ndarray:
        fit = fit_counts(kept.counts[:, 0], kept.x, kept.sizes, family, robust, alpha, near=of_all)
        tail = stdtrit(len(kept.rows) - len(names) - 1, 1 - (1 - level) / 2) * fit.errors
        return np.column_stack([np.exp(fit.coefficients), exp(fit.coefficients - tail), exp(fit.coefficients + tail)])

    return _Whole("regress", names, whole, ready, estimates, without).influence(per, level)


class _Whole(NamedTuple):
    """What is found with all places in, and how it is found with some of them."""

    statistic: str
    covariates: list[str]
    result: pd.DataFrame
    ready: Prepared
    #: One row per covariate: the estimate and its limits.
    estimates: np.ndarray
    without: Callable[[Prepared], np.ndarray]

    @property
    def ratios(self) -> bool:
        """Whether the estimates are ratios, of which 1 is not an association; of others it is 0."""
        return self.statistic == "regress"

    def side(self, found: np.ndarray) -> np.ndarray:
        """On which side of nothing the interval lies; 0 where it holds nothing, whatever the sign of the estimate."""
        nothing = 1.0 if self.ratios else 0.0
        return np.where(found[:, 1] > nothing, 1, np.where(found[:, 2] < nothing, -1, 0))

    def influence(self, per: str | None, level: float) -> pd.DataFrame:
        """The result: one row per covariate and place that is left out."""
        table = _ordered(_each_left_out(self), self.covariates)
        told = [text for text in warnings_of(self.result) if text not in self.ready.warnings and text != ECOLOGICAL]
        return association_result(
            table.assign(of=self.statistic, **({"step": self.result["step"].iloc[0]} if self.ratios else {})),
            "influence_on_regression" if self.ratios else "influence_on_correlation",
            self.ready,
            Associated(per, "leave one out of: " + str(self.result["method"].iloc[0])),
            level=level,
            limits="chance",
            warnings=told,
        )


def _each_left_out(whole: _Whole) -> pd.DataFrame:
    """One row per place and covariate: what is found without the place, and how far that is from what all give."""
    names, rows, many = whole.covariates, whole.ready.rows, len(whole.ready.rows)
    # Without the columns of the table, which would be copied once a place.
    ready = replace(whole.ready, rows=rows[[]])
    found = np.array([whole.without(ready.only(np.delete(np.arange(many), at))) for at in range(many)])
    sides = np.array([whole.side(one) for one in found])
    of_all, without = np.tile(whole.estimates[:, 0], many), found[:, :, 0].ravel()
    each = rows[[column for column in ("iso3", "place", "country") if column in rows]].to_dict("list")
    return pd.DataFrame(
        {
            "covariate": names * many,
            **{column: np.repeat(np.array(values, dtype=object), len(names)) for column, values in each.items()},
            "estimate": of_all,
            "without": without,
            "without_low": found[:, :, 1].ravel(),
            "without_high": found[:, :, 2].ravel(),
            "shift": without / of_all if whole.ratios else without - of_all,
            "turns": (sides != whole.side(whole.estimates)).ravel(),
            "_size": np.abs(np.log(without / of_all) if whole.ratios else without - of_all),
        }
    )


def _ordered(table: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """The most influential place of each covariate first; the size of its shift is for the order only."""
    keys = [column for column in ("iso3", "place") if column in table]
    table = table.assign(
        _size=np.round(table["_size"], 12), _order=pd.Categorical(table["covariate"], names, ordered=True)
    )
    table = table.sort_values(["_order", "_size", *keys], ascending=[True, False, *[True] * len(keys)])
    return table.drop(columns=["_size", "_order"]).reset_index(drop=True)


def _farthest(found: pd.DataFrame) -> int:
    """The row of the place that moves its estimate most, whatever the order of the rows."""
    shift = found["shift"].to_numpy(np.float64)
    size = np.round(np.abs(shift if found["of"].iloc[0] == "correlate" else np.log(shift)), 12)
    names = found[[name for name in ("covariate", "iso3", "place") if name in found]].map(str).agg(" ".join, axis=1)
    return int(np.lexsort([names.to_numpy(), -size])[0])


# The numbers that the sentence sets beside one another.
_TOLD = ("estimate", "without", "without_low", "without_high")


def _digits_apart(values: list[float], lang: str) -> int:
    """How many digits tell the numbers apart, three at least: a ratio per one US dollar reads 1.00001."""
    values = [value for value in dict.fromkeys(values) if np.isfinite(value)]
    apart = (n for n in range(3, 8) if len({numbers.number(value, lang, n) for value in values}) == len(values))
    return next(apart, 3)


def facts_of_influence(found: pd.DataFrame, lang: str) -> tuple[str, dict[str, str]]:
    """The case and the parts of the sentence about influence."""
    row = found.iloc[_farthest(found)]
    covariate = indicator_label(row["covariate"], lang)
    if isinstance(row.get("step"), str):
        covariate = remarked(covariate, say(f"step_{row['step']}", lang, family="words"))
    of, nothing = ("rho", 0.0) if row["of"] == "correlate" else ("ratio", 1.0)
    digits = _digits_apart([nothing, *(float(row[name]) for name in _TOLD)], lang)
    parts = common_parts(found, row, lang) | {
        "covariate": covariate,
        "place": place_in_words(row, lang),
        "estimate": numbers.signed(row["estimate"], lang, digits),
        "without": numbers.signed(row["without"], lang, digits),
        "span": intervals.span(row["without_low"], row["without_high"], lang, digits),
        "turns": numbers.number(
            int(found.loc[found["covariate"] == row["covariate"], "turns"].astype(bool).sum()), lang
        ),
    }
    # Where none turns the answer, what holds without this place holds with it.
    unturned = not found.loc[found["covariate"] == row["covariate"], "turns"].astype(bool).any()
    open_ = unturned and side_of_nothing(row["without_low"], row["without_high"], nothing) == "open"
    return f"influence_{of}" + ("_open" if open_ else ""), parts
