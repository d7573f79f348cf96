"""Spatial pattern: whether exposure is alike among neighbours, and who stands out beside them.

Places are prepared as in `association`, and every result gives the same warning: countries are compared, not hospitals.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from ..errors import DataError
from ..frames import plain
from ..language import intervals, numbers, prose
from ..language.catalogue import say
from ..language.plurals import Counted
from ..meaning import checked_level
from .comparable_places import named
from .covariates import ECOLOGICAL, LEAST_PLACES, Prepared, prepared, require_variation
from .exposure_in_words import common_parts
from .many_tests import adjusted
from .neighbours import adjacency, linked_places
from .phrases import place_in_words
from .result import Record, result, rows_told


def moran(
    frame: Any,
    value: str = "value",
    per: str | None = "population",
    neighbours: Mapping[str, Iterable[str]] | int | None = None,
    draws: int = 999,
    seed: int = 1,
    level: float = 0.95,
    adjusted_rates: bool = False,
) -> pd.DataFrame:
    """Moran's I (global spatial autocorrelation): whether places are like their neighbours across the map.

    I = (n / S₀) · zᵀWz / zᵀz of the deviations z from the mean and weights W, each row of which sums to one (Moran
    1950;
    Cliff & Ord 1981; by esda). With ``adjusted_rates`` z is (r − b)/√(a + b/m), r the rate, m the denominator, b the
    whole's
    rate and a the variance between places (Assunção & Reis 1999): small places, whose rates scatter, weigh less.

    Chance: under no pattern any place could have any of the values. ``p_value`` is twice the smaller of the shares of
    permutations with an I at least as high and at least as low, the observed one included; ``null_low`` to
    ``null_high`` holds the
    middle ``level`` of them. ``p_normal`` is the two-sided p of the normal approximation.

    Rounding: ``i_low`` to ``i_high`` are bounds that no reading of the figures can leave (limits of rounding
    alone, as the
    column ``limits`` says; missing for adjusted rates): I ≥ c where zᵀ(W − cE)z ≥ 0,
    a quadratic form that is bounded about the printed values, term by term.

    Parameters
    ----------
    frame
        As for `correlate`.
    value
        The column of the counts.
    per
        The denominator of the rates that are compared, as for `rates.rates`; None compares the counts themselves.
    neighbours
        None: land borders of the stored boundaries (`neighbours.neighbours`). A number: so many nearest of the places.
        Or the
        neighbours of each place, ``iso3`` to ``iso3``. A place with no neighbour in the table (an island) is left out
        and named.
    draws
        How many permutations; the least p is 2/(draws + 1).
    seed
        Of the permutations.
    level
        For ``null_low`` and ``null_high``.
    adjusted_rates
        Whether rates are weighed by their size, as above; rounding is then ignored, and I has no limits.

    Returns
    -------
    pandas.DataFrame
        One row: ``places, alone`` (how many had no neighbour), ``i, i_low, i_high, expected`` (−1/(n − 1)),
        ``null_low, null_high,
        p_value, p_normal, method, test_level``. ``attrs["missing"]`` names places without denominator or neighbour.

    Raises
    ------
    DataError
        As `correlate` (the places must have neighbours); for fewer than 99 permutations.
    NotComparableError
        As `correlate`.

    Notes
    -----
    A pattern may show who looked and who published. I does not say where: see `local_moran`.

    Examples
    --------
    >>> import analysis as ex
    >>> figures = ex.preferred(ex.panel(surveys=["greenbone-2019-09"]))
    >>> servers = figures.query("measure == 'servers_exposed' and iso3 != 'WLD'").dropna(subset="iso3")
    >>> found = ex.statistics.moran(servers, neighbours=3)
    >>> found[["places", "i", "p_value"]].round(2).values.tolist()
    [[13.0, -0.04, 0.68]]
    """
    spatial = _spatial(frame, value, per, neighbours, draws, adjusted_rates)
    found = spatial.moran()
    drawn = spatial.permuted(draws, seed)
    i, tail = float(found.I), (1 - checked_level(level)) / 2
    low, high = (np.nan, np.nan) if adjusted_rates else _ends_of_moran(spatial)
    none = np.quantile(drawn, [tail, 1 - tail])
    told = "Moran's I, permutation test" + (", Assunção–Reis" if adjusted_rates else "")
    table = pd.DataFrame(
        {
            "alone": [len(spatial.alone)],
            "i": [i],
            "i_low": [low],
            "i_high": [high],
            "expected": [float(found.EI)],
            "null_low": [none[0]],
            "null_high": [none[1]],
            "p_value": [_two_sided(drawn, i)],
            "p_normal": [float(found.p_norm)],
        }
    )
    return _spatial_result(table, "moran", spatial, told, level, seed)


def local_moran(
    frame: Any,
    value: str = "value",
    per: str | None = "population",
    neighbours: Mapping[str, Iterable[str]] | int | None = None,
    draws: int = 999,
    seed: int = 1,
    level: float = 0.95,
    adjusted_rates: bool = False,
) -> pd.DataFrame:
    """Local Moran's I (LISA): which places are like their neighbours, and which stand out among them.

    Iᵢ = (n − 1) zᵢ Σⱼ wᵢⱼ zⱼ / Σ z² (Anselin 1995; by esda). The test leaves the place as it is and shuffles all
    others; ``p_value``
    is two-sided as for `moran`, ``p_adjusted`` corrected for so many tests by Benjamini & Hochberg.

    Parameters
    ----------
    frame, value, per, neighbours, draws, seed, level, adjusted_rates
        As for `moran`.

    Returns
    -------
    pandas.DataFrame
        The rows of the places, in their order, with ``number`` (what was compared), ``beside`` (the mean of the
        neighbours),
        ``i, quadrant, p_value, p_adjusted, apart`` (whether p_adjusted is below 1 − level), ``neighbours`` (their
        codes), ``method,
        test_level``. ``quadrant`` is ``high among high``, ``low among low``, ``high among low`` or ``low among
        high``. A place with
        no neighbour has ``no neighbour`` there and neither i nor p.

    Raises
    ------
    DataError, NotComparableError
        As `moran`.

    Examples
    --------
    >>> import analysis as ex
    >>> figures = ex.preferred(ex.panel(surveys=["greenbone-2019-09"]))
    >>> servers = figures.query("measure == 'servers_exposed' and iso3 != 'WLD'").dropna(subset="iso3")
    >>> found = ex.statistics.local_moran(servers, neighbours=3)
    >>> found[["iso3", "quadrant"]].head(2).values.tolist()
    [['FRA', 'low among low'], ['USA', 'high among low']]
    """
    spatial = _spatial(frame, value, per, neighbours, draws, adjusted_rates)
    ready, weights = spatial.ready, spatial.weights
    z = ready.y - ready.y.mean()
    beside = weights @ ready.y
    i = np.asarray(spatial.local().Is, dtype=float)
    p_value = spatial.local_p(draws, seed)
    p_adjusted = adjusted(p_value, "benjamini-hochberg")
    high, near_high = z > 0, weights @ z > 0
    quadrant = np.select(
        [high & near_high, ~high & ~near_high, high & ~near_high],
        ["high among high", "low among low", "high among low"],
        "low among high",
    )
    codes = np.asarray(ready.rows["iso3"], dtype=object)
    told = "local Moran's I, conditional permutation test" + (", Assunção–Reis" if adjusted_rates else "")
    tested = ready.rows.assign(
        number=ready.y,
        beside=beside,
        i=i,
        quadrant=quadrant,
        p_value=p_value,
        p_adjusted=p_adjusted,
        apart=p_adjusted < 1 - checked_level(level),
        neighbours=[" ".join(sorted(codes[row > 0])) for row in weights],
    )
    lonely = spatial.alone.assign(
        number=spatial.alone_number,
        beside=np.nan,
        i=np.nan,
        quadrant="no neighbour",
        p_value=np.nan,
        p_adjusted=np.nan,
        apart=False,
        neighbours="",
    )
    # The order of the frame; islands among the others.
    table = pd.concat([tested, lonely]) if len(lonely) else tested
    table = table.sort_values("_row").drop(columns="_row").assign(method=told)
    return _spatial_result(table, "local_moran", spatial, told, level, seed)


def facts(found: pd.DataFrame, lang: str) -> tuple[str, dict[str, str]]:
    """What `describe` says about a result of this file: the case and the parts of its sentence."""
    tell = {"moran": _facts_of_moran, "local_moran": _facts_of_local}
    return tell[str(found["statistic"].iloc[0]).partition(".")[2]](found, lang)


@dataclass(frozen=True)
class _Spatial:
    """Places that have a neighbour, in an order that neither rows nor names decide, with their weights."""

    ready: Prepared
    weights: np.ndarray
    alone: pd.DataFrame
    alone_number: np.ndarray
    #: As asked for: what was compared, per what, by which neighbours, and how many permutations.
    exposure: str
    per: str | None
    neighbours: Mapping[str, Iterable[str]] | int | None
    draws: int

    @property
    def neighbours_by(self) -> str:
        """How neighbours were chosen."""
        if self.neighbours is None:
            return "land borders"
        return "given" if isinstance(self.neighbours, Mapping) else f"{self.neighbours} nearest"

    def _weights(self) -> Any:
        from libpysal.weights import W

        near = {at: row.nonzero()[0].tolist() for at, row in enumerate(self.weights)}
        return W(near, silence_warnings=True)

    def moran(self) -> Any:
        """Esda's statistic, without its permutations: those draw from a state that all of Python shares."""
        from esda.moran import Moran

        return Moran(self.ready.y, self._weights(), permutations=0)

    def local(self) -> Any:
        from esda.moran import Moran_Local

        return Moran_Local(self.ready.y, self._weights(), permutations=0)

    def permuted(self, draws: int, seed: int) -> np.ndarray:
        """Moran's I of the values at other places."""
        z = self.ready.y - self.ready.y.mean()
        drawn = np.random.default_rng(seed).permuted(np.tile(z, (draws, 1)), axis=1)
        return len(z) / self.weights.sum() * ((drawn @ self.weights.T) * drawn).sum(axis=1) / (z @ z)

    def local_p(self, draws: int, seed: int) -> np.ndarray:
        """Of each place, p of the mean of its neighbours if all other values are shuffled."""
        z = self.ready.y - self.ready.y.mean()
        degrees = (self.weights > 0).sum(axis=1)
        keys = np.random.default_rng(seed).random((draws, len(z) - 1))
        shuffled = np.argsort(keys, axis=1, kind="stable")[:, : degrees.max()]
        found = []
        for at, degree in enumerate(degrees.tolist()):
            others = np.delete(z, at)
            found.append(_two_sided(others[shuffled[:, :degree]].mean(axis=1), float(self.weights[at] @ z)))
        return np.array(found)


def _spatial(
    frame: Any,
    value: str,
    per: str | None,
    neighbours: Mapping[str, Iterable[str]] | int | None,
    draws: int,
    adjusted_rates: bool,
) -> _Spatial:
    if adjusted_rates and per is None:
        raise DataError("a rate needs a denominator", remedy="name one in per", column="per")
    if not isinstance(draws, int) or draws < 99:
        raise DataError("fewer than 99 permutations give no test", remedy="take draws=999", draws=draws)
    frame = plain(frame)
    if "iso3" not in frame:
        raise DataError("neighbours are known by iso3, which the table lacks", remedy="add it", column="iso3")
    coded = frame["iso3"].notna()
    uncoded = [named(row) for _, row in frame[~coded].iterrows()]
    ready = require_variation(prepared(frame[coded], [], value, per))
    rows = ready.rows.assign(_row=np.arange(len(ready.rows)))
    codes = rows["iso3"].tolist()
    weights = adjacency(codes, neighbours)
    linked = np.isin(np.arange(len(codes)), linked_places(weights))
    number = _adjusted_rates(ready.counts[:, 0], ready.sizes) if adjusted_rates else ready.y
    warnings, missing = list(ready.warnings), [*uncoded, *ready.missing]
    if uncoded:
        warnings.append(f"Without a code of a country, left out: {', '.join(uncoded)}.")
    if not linked.all():
        alone = sorted(rows.loc[~linked, "iso3"])
        missing += alone
        warnings.append(f"Without a neighbour in the table, left out: {', '.join(alone)}.")
    if linked.sum() < LEAST_PLACES:
        raise DataError(
            f"{Counted(int(linked.sum()), 'en'):1 place has|{linked.sum()} places have} a neighbour in the table, "
            f"fewer than {LEAST_PLACES}: so few show no pattern",
            remedy="give neighbours=3 for the three nearest, or choose a measure published for more places",
        )
    if adjusted_rates:
        warnings.append("Adjusted rates ignore the rounding of the figures.")
    degree = weights.sum(axis=1)
    kept = np.flatnonzero(linked)
    kept = kept[np.lexsort((np.array(codes, dtype=str)[kept], degree[kept], ready.sizes[kept], number[kept]))]
    weights = weights[np.ix_(kept, kept)]
    ready = replace(ready, rows=rows, y=number, missing=missing, warnings=warnings)
    weights = weights / weights.sum(axis=1, keepdims=True)
    chosen = ready.only(kept)
    if np.ptp(chosen.y) == 0:
        raise DataError(
            "every place with a neighbour has the same exposure; there is no pattern to test",
            remedy="choose another measure",
            column="value",
        )
    exposure = "value" if per is None else "adjusted" if adjusted_rates else "rate"
    return _Spatial(chosen, weights, rows[~linked], number[~linked], exposure, per, neighbours, draws)


def _adjusted_rates(events: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    from esda.smoothing import assuncao_rate

    return assuncao_rate(events, sizes)


def _two_sided(drawn: np.ndarray, found: float) -> float:
    """Twice the smaller tail, what was found counted in."""
    close = 1e-12 * max(1.0, abs(found))
    least = min((drawn >= found - close).sum(), (drawn <= found + close).sum())
    return min(1.0, 2 * (int(least) + 1) / (len(drawn) + 1))


def _ends_of_moran(spatial: _Spatial) -> tuple[float, float]:
    """Bounds of Moran's I over all that the rounding allows."""
    from scipy.optimize import brentq

    ready = spatial.ready
    scale = ready.y.std()
    y, down, up = ((one / scale) for one in (ready.y, ready.low - ready.y, ready.high - ready.y))
    count = len(y)
    centre = np.eye(count) - 1 / count
    pattern = count / spatial.weights.sum() * centre @ ((spatial.weights + spatial.weights.T) / 2) @ centre
    # Of each product of two departures from the printed values the least and the most.
    most = np.maximum(np.outer(down, down), np.outer(up, up))
    least = np.minimum(np.outer(down, up), np.outer(up, down))
    np.fill_diagonal(least, 0)

    def highest(form: np.ndarray) -> float:
        """A bound of yᵀ(form)y over the intervals."""
        pull = 2 * form @ y
        return float(
            y @ form @ y
            + np.maximum(pull * down, pull * up).sum()
            + np.where(form > 0, form * most, form * least).sum()
        )

    def bound(form: np.ndarray) -> float:
        here, ceiling = float(y @ form @ y / (y @ centre @ y)), float(np.linalg.eigvalsh(form)[-1])
        if highest(form - here * centre) <= 1e-12 * count:
            return here
        if highest(form - ceiling * centre) >= 0:
            return ceiling
        return float(brentq(lambda c: highest(form - c * centre), here, ceiling, xtol=1e-14))

    return -bound(-pattern), bound(pattern)


def _spatial_result(
    table: pd.DataFrame, statistic: str, spatial: _Spatial, method: str, level: float, seed: int
) -> pd.DataFrame:
    ready, per = spatial.ready, spatial.per
    told: dict[str, object] = {
        "places": len(ready.rows),
        "exposure": spatial.exposure,
        "draws": spatial.draws,
        "test_level": level,
        "neighbours_by": spatial.neighbours_by,
    }
    if per is not None:
        told |= {"rate_per": per, "rate_scale": 1e6 if per == "population" else 1e3}
    # Limits of I are those of rounding; adjusted rates leave it aside, and have none.
    word = None if spatial.exposure == "adjusted" or statistic == "local_moran" else ready.limits_word("rounding")
    return result(
        table.drop(columns=["limits"], errors="ignore").assign(**told, limits=word),
        f"spatial.{statistic}",
        of=ready.rows,
        method=method,
        record=Record(seed=seed, warnings=[ECOLOGICAL, *ready.warnings], missing=ready.missing),
    )


def _facts_of_moran(found: pd.DataFrame, lang: str) -> tuple[str, dict[str, str]]:
    row = found.iloc[0]
    parts = common_parts(found, row, lang, "test_level") | {
        "i": numbers.signed(row["i"], lang),
        "none": intervals.span(row["null_low"], row["null_high"], lang),
        "by": _neighbours_in_words(str(row["neighbours_by"]), lang),
        "draws": numbers.number(int(row["draws"]), lang),
    }
    apart = row["p_value"] < 1 - row["test_level"]
    # Whether some of what the rounding allows lies within what chance gives.
    within = row["i_low"] <= row["null_high"] and row["i_high"] >= row["null_low"]
    parts["coarse"] = Counted(2 if within and row["i_low"] < row["i_high"] else 1, lang)
    return "moran_" + (("alike" if row["i"] > row["expected"] else "unlike") if apart else "open"), parts


def _neighbours_in_words(by: str, lang: str) -> str:
    """How neighbours were chosen, from the column that says it."""
    many, nearest, _ = by.partition(" nearest")
    if nearest:
        return say("neighbours_nearest", lang, family="words", n=many)
    return say(f"neighbours_{by.replace(' ', '_')}", lang, family="words")


def _facts_of_local(found: pd.DataFrame, lang: str) -> tuple[str, dict[str, str]]:
    tested = rows_told(found, found["p_value"].notna(), "its p-values").sort_values(["p_value", "iso3"], kind="stable")
    apart = tested[tested["apart"].astype(bool)]
    names = [place_in_words(row, lang) for _, row in apart.head(3).iterrows()]
    parts = common_parts(found, tested.iloc[0], lang, "test_level") | {
        "apart": Counted(len(apart), lang),
        "named": prose.listed(names, lang),
        "by": _neighbours_in_words(str(found["neighbours_by"].iloc[0]), lang),
    }
    parts["p"] = numbers.p_value(float(tested["p_adjusted"].min()), lang)
    parts["rate"] = numbers.percent(1 - float(found["test_level"].iloc[0]), lang, decimals=1)
    return "local_" + ("some" if len(apart) else "none"), parts
