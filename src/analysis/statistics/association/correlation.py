"""Rank correlation of exposure with a covariate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ...language import intervals, numbers
from ...language.plurals import Counted
from ...meaning import checked_level
from ..comparable_places import require_known
from ..covariates import Prepared, prepared, require_variation
from ..exposure_in_words import common_parts, indicator_label
from ..phrases import named_interval
from .common import Associated, association_result, checked_limits, side_of_nothing
from .rank_tests import kendall_p, spearman_p

_SPREADS = {"bonett-wright": "Bonett–Wright", "fisher": "Fisher"}
#: What the coefficients are called: in words, and as a column.
_COEFFICIENTS = {"spearman": ("Spearman", "rho"), "kendall": ("Kendall", "tau")}


def correlate(
    frame: Any,
    covariate: str,
    value: str = "value",
    per: str | None = "population",
    coefficient: str = "spearman",
    method: str = "bonett-wright",
    level: float = 0.95,
    limits: str | None = None,
) -> pd.DataFrame:
    """Spearman's or Kendall's rank correlation of exposure with a covariate, with interval and exact test.

    ρ is Pearson's correlation of the mid-ranks, τ is Kendall's τ-b. Limits of chance: tanh(artanh ρ ± z √v), where
    v = (1 + ρ²/2)/(n − 3) (Bonett & Wright 2000, eq. 4, their best for Spearman's) or 1/(n − 3) (Fisher), and for τ
    v = 0.437/(n − 4) in both. The test is two-sided: the share of all orders of the places that go with the covariate
    at least so closely, by ``|ρ|`` or ``|τ|``. For ρ all orders are counted up to 13 places, ties or not; above,
    Edgeworth's series is taken (Best & Roberts 1975, as R does above 9), and 20,000 random orders where there are
    ties. For τ all orders are counted without ties, and up to eight places with them; else random orders are drawn.
    Student's t, which others take from ten places on, makes p too small.

    Rounding: each two places whose intervals meet may stand in either order. Taking the better order of each such pair
    by itself gives bounds that no reading of the figures can leave (they may be wider than necessary, since single
    orders need not fit together); exact where the figures are.

    Parameters
    ----------
    frame
        Rows with ``value`` and, where it is rounded, ``low, high``, of one measure and comparable surveys, one per
        place; ``iso3`` where something is looked up by it. The world's row is left out.
    covariate
        An indicator of the reference data (``gdp_pc_usd``, ``hospital_beds_per1000``, ``ipv4_addresses``,
        ``internet_users_pct`` …), of the survey's year or the nearest known, or a column of the frame.
    value
        The column of the counts.
    per
        The denominator of the rates that are compared, as for `rates.rates`; None compares the counts themselves, which
        go with anything that goes with size.
    coefficient
        ``spearman`` or ``kendall``.
    method
        Of the limits of chance: ``bonett-wright`` or ``fisher``.
    level
        Confidence level of the limits of chance.
    limits
        ``rounding``, ``chance`` or ``both`` (default, for every measure). Chance here is the scatter of places about
        the ranking, not that of a count: it does not need independent events.

    Returns
    -------
    pandas.DataFrame
        One row: ``covariate, places, rho, rho_low, rho_high`` (or ``tau, tau_low, tau_high``),
        ``p_value, p_method, exposure, rate_per, method, level, limits``. With rounding only there is no test and no
        level. Places without
        denominator or covariate stand in ``attrs["missing"]``.

    Raises
    ------
    DataError
        For fewer than `LEAST_PLACES` places, a covariate or exposure that is the same everywhere, all zero, an unknown
        covariate or method, and what `uncertainty.checked_counts` refuses.
    NotComparableError
        If the places were counted in different ways.

    Notes
    -----
    Assumes that the places could have been others (a sample of a kind) and that none depends on another; neighbours do.
    With fewer than 25 places the limits are rough. Do not use it on places that were published *because* they were
    high.

    Examples
    --------
    >>> import analysis as ex
    >>> figures = ex.preferred(ex.panel(surveys=["greenbone-2019-09"]))
    >>> servers = figures[figures["measure"] == "servers_exposed"]
    >>> found = ex.statistics.correlate(servers, "gdp_pc_usd")
    >>> found[["places", "rho", "rho_low", "rho_high", "p_value"]].round(3).values.tolist()
    [[13.0, 0.418, -0.199, 0.797, 0.157]]
    """
    limits = checked_limits(limits)
    require_known("coefficient", coefficient, _COEFFICIENTS)
    require_known("method", method, _SPREADS)
    ready = require_variation(prepared(frame, [covariate], value, per))
    found, low, high = correlation(ready, coefficient, method, level, limits)
    p_value, tested = (float("nan"), None) if limits == "rounding" else _p_value(ready, coefficient)
    called, column = _COEFFICIENTS[coefficient]
    told = f"{called}, " + ("rounding only" if limits == "rounding" else _SPREADS[method])
    table = pd.DataFrame(
        {
            "covariate": [covariate],
            column: [found],
            f"{column}_low": [low],
            f"{column}_high": [high],
            "p_value": [p_value],
            "p_method": [tested],
        }
    )
    return association_result(
        table, "correlate", ready, Associated(per, told), level=checked_level(level), limits=limits
    )


def correlation(
    ready: Prepared, coefficient: str, method: str, level: float, limits: str
) -> tuple[float, float, float]:
    """ρ or τ, and its two ends."""
    from scipy.special import ndtri

    pairs = _Pairs.of(ready)
    value = pairs.rho() if coefficient == "spearman" else pairs.tau()
    if limits == "chance":
        least, most = value, value
    else:
        least, most = pairs.ends_of_rho(value) if coefficient == "spearman" else pairs.ends_of_tau(value)
    if limits == "rounding":
        return value, least, most
    count = len(ready.rows)
    z = ndtri(1 - (1 - checked_level(level)) / 2)
    # A perfect order is one of many; its limits are those half-way to the next order.
    edge = 1 - (6 / (count**3 - count) if coefficient == "spearman" else 2 / (count**2 - count))

    def limit(end: float, side: int) -> float:
        inner = min(max(end, -edge), edge)
        if coefficient == "kendall":
            spread = np.sqrt(0.437 / (count - 4))
        else:
            spread = np.sqrt((1 + (inner**2 / 2 if method == "bonett-wright" else 0)) / (count - 3))
        return float(np.tanh(np.arctanh(inner) + side * z * spread))

    return value, min(limit(least, -1), least), max(limit(most, 1), most)


def _p_value(ready: Prepared, coefficient: str) -> tuple[float, str]:
    from scipy.stats import rankdata

    test = spearman_p if coefficient == "spearman" else kendall_p
    return test(rankdata(ready.x[:, 0]), rankdata(ready.y))


@dataclass(frozen=True)
class _Pairs:
    """Each two places: how they stand by the covariate, by exposure, and how they may stand within their rounding.

    ``under`` and ``over`` are the lowest and the highest order of a pair's exposure: −1, 0 or 1.
    """

    ranks: np.ndarray
    against: np.ndarray
    under: np.ndarray
    over: np.ndarray

    @classmethod
    def of(cls, ready: Prepared) -> _Pairs:
        from scipy.stats import rankdata

        under, over = (
            np.sign(one[:, None] - other[None, :]) for one, other in ((ready.low, ready.high), (ready.high, ready.low))
        )
        np.fill_diagonal(under, 0)
        np.fill_diagonal(over, 0)
        return cls(rankdata(ready.y), rankdata(ready.x[:, 0]), under, over)

    def rho(self) -> float:
        return float(np.corrcoef(self.ranks, self.against)[0, 1])

    def tau(self) -> float:
        order, pair = (np.sign(ranks[:, None] - ranks[None, :]) for ranks in (self.ranks, self.against))
        return float((order * pair).sum() / np.sqrt((order**2).sum() * (pair**2).sum()))

    def ends_of_rho(self, value: float) -> tuple[float, float]:
        """Bounds of ρ over all that the rounding allows."""
        pair = self.against[:, None] - self.against[None, :]
        tied = _squares(self.ranks)
        # Ties that no reading can break: the same exact figure.
        alike = (self.under == 0) & (self.over == 0)
        loose = (len(self.ranks) ** 3 - float((alike.sum(axis=1) ** 2).sum())) / 12

        def bound(order: np.ndarray) -> float:
            shared = float((order * pair).sum()) / 4
            return shared / np.sqrt((tied if shared > 0 else loose) * _squares(self.against))

        most = bound(np.where(pair > 0, self.over, self.under))
        least = -bound(np.where(pair > 0, -self.under, -self.over))
        return max(-1.0, min(least, value)), min(1.0, max(most, value))

    def ends_of_tau(self, value: float) -> tuple[float, float]:
        """Bounds of τ-b over all that the rounding allows."""
        pair = np.sign(self.against[:, None] - self.against[None, :])
        sure = (self.under == self.over) & (self.under != 0)
        never = (self.under == 0) & (self.over == 0)

        def bound(order: np.ndarray) -> float:
            shared = float((order * pair).sum())
            # A pair that is put in order counts above and below the line; one without a covariate's order need not.
            apart = (sure | ((order != 0) & (pair != 0))).sum() if shared > 0 else (~never).sum() - len(order)
            return shared / np.sqrt(max(float(apart), 1.0) * (pair**2).sum())

        most = bound(np.where(pair > 0, self.over, self.under))
        least = -bound(np.where(pair > 0, -self.under, -self.over))
        return max(-1.0, min(least, value)), min(1.0, max(most, value))


def _squares(ranks: np.ndarray) -> float:
    return float(((ranks - ranks.mean()) ** 2).sum())


def facts_of_correlation(found: pd.DataFrame, lang: str) -> tuple[str, dict[str, str]]:
    """The case and the parts of the sentence about a correlation."""
    row = found.iloc[0]
    column = "rho" if "rho" in found else "tau"
    side = side_of_nothing(row[f"{column}_low"], row[f"{column}_high"], 0.0)
    span = intervals.span(row[f"{column}_low"], row[f"{column}_high"], lang)
    parts = common_parts(found, row, lang) | {
        "covariate": indicator_label(row["covariate"], lang),
        "rho": numbers.signed(row[column], lang),
        "span": span,
        "limits": named_interval(span, row, lang),
        "open": Counted(2 if side == "open" else 1, lang),
    }
    if row["level"] != row["level"]:
        return "correlate_rounding", parts
    # Test and limits are made in different ways; only what both say is told.
    return "correlate_" + (side if row["p_value"] < 1 - row["level"] else "open"), parts
