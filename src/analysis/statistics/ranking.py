"""Ranks with their uncertainty: which places of a list could stand where.

The sets of ranks are those of Mogstad, Romano, Shaikh & Wilhelm (2024), "Inference for Ranks with Applications to
Mobility across Neighbourhoods and Academic Achievement across Countries", Review of Economic Studies 91(1), 476–518:
every place is tested against every other, with a correction for the number of tests; a place's rank is at least one
more than the number of places surely above it, and at most the number of all less those surely below it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import DataError, NotComparableError
from ..figures.comparability import require_comparable
from ..figures.country_names import WORLD
from ..frames import numbers_of, plain
from ..language import intervals, numbers, prose
from ..language.plurals import Counted
from ..meaning import checked_level
from .phrases import label_in_words, place_in_words
from .rank_families import by_counts, by_estimates, by_rounding
from .result import Record, needed, result, rows_told
from .uncertainty import by_chance, checked_counts, dispersion_of, limits_in_words, occurrence_of, resample

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

#: Names in a sentence before it is better to give only their number.
_NAMED = 6
#: And of those that share the first rank.
_TIED = 3


def rank_sets(
    frame: pd.DataFrame,
    value: str = "value",
    simultaneous: bool = False,
    level: float = 0.95,
    limits: str | None = None,
    error: str | None = None,
    seed: int = 1,
    draws: int = 5000,
) -> pd.DataFrame:
    """Confidence sets for the rank of each place (uncertainty of a league table); rank 1 is the highest.

    A marginal set covers the true rank of *one* place with probability ``level``. Simultaneous sets cover *all* ranks
    at once with that probability; take them to compare places, or to read the whole list.

    Parameters
    ----------
    frame
        One row per place: ``value`` (``low, high``) of one measure, usually ``iso3``; at least two places.
    value
        The column to rank by; its limits are ``<value>_low`` and ``<value>_high`` (``low``, ``high`` of ``value``). Of
        a result of ``ex.rates`` take ``rate``: its counts are then compared for the size of their denominators.
    simultaneous, level
        As above.
    limits
        ``rounding``, ``chance``, ``both``, or None: by the measure.
    error
        The column of standard errors, if the values are estimates that are nearly normal and independent of each other,
        not counts. Rounding is added to them; leave ``limits`` out.
    seed, draws
        Of the simulated critical values; used with ``error`` and simultaneous sets only.

    Returns
    -------
    pandas.DataFrame
        The frame, sorted by rank, with ``rank, rank_low, rank_high``, ``undetermined`` (the set is the whole range from
        first to last: too few to say), ``ranked_by``, ``method``, ``level`` (missing where chance has no part in it),
        ``limits, occurrence, statistic``. ``attrs["missing"]`` lists places without a rate.

    Notes
    -----
    *Counts*: that place j is not above place k is tested given the sum of the two: X_j is then binomial with the share
    d_j / (d_j + d_k) of the denominators, one half without (exact; independent Poisson counts), so that
    p = I(d_j / (d_j + d_k); x_j, x_k + 1). Holm's correction runs over the 2(n − 1) tests of a place, or over all
    n(n − 1) if simultaneous. *Estimates*: t = (x_j − x_k) / √(s_j² + s_k²) against the quantile of the largest of all t
    in the family, step by step without those already rejected (their Algorithm 3.2 with one-sided hypotheses in both
    directions); the quantile is an integral over one place's own error for marginal sets, simulated for simultaneous
    ones. *Rounding*: whatever the method, j takes the low end of its interval and k the high end of its own (for rates
    with ``denominator_low, denominator_high``: over the high end of its denominator, and the low one), so that a wider
    interval never gives a narrower set; without chance, j is above k if the intervals do not meet, and the sets are
    certain.

    Ties: places with equal values share the best rank (1, 2, 2, 4), as do truths in the definition of a rank, one more
    than the number of places that are higher.

    Not for places of which one holds another (a country and its region), nor for different surveys' places side by
    side.

    Raises
    ------
    DataError
        For faulty counts, fewer than two places, a place that comes twice, a total among its parts, an unknown option.
    NotComparableError
        For two measures, or surveys that must not be compared; or for chance where it says nothing.

    Examples
    --------
    >>> import analysis as ex
    >>> servers = ex.preferred(ex.panel(surveys=["greenbone-2019-09"])).query("measure == 'servers_exposed'")
    >>> ranks = ex.statistics.rank_sets(servers[servers["iso3"].ne("WLD") & servers["iso3"].notna()])
    >>> ranks[["iso3", "rank", "rank_low", "rank_high"]].head(2).values.tolist()
    [['USA', 1, 1, 1], ['IND', 2, 2, 2]]
    """
    frame = plain(frame)
    _options(level, draws)
    counts, missing = _ranked(frame, value, limits, error)
    dispersion = None if error else dispersion_of(counts)
    if error is not None:
        low, high = by_estimates(counts, _names(counts), error, simultaneous, level, seed, draws)
        chance, method = True, "normal, step-down"
    else:
        chance = bool(by_chance(counts, limits).any())
        if limits == "chance":
            counts = counts.assign(
                low=counts["value"], high=counts["value"], size_low=counts["size"], size_high=counts["size"]
            )
        low, high = by_counts(counts, simultaneous, level, dispersion or 1.0) if chance else by_rounding(counts)
        method = "exact binomial given the sum, Holm" if chance else "rounding only"
    ranked = frame.loc[counts.index].assign(
        rank=_rank(counts["value"] / counts["size"]),
        rank_low=low,
        rank_high=high,
        undetermined=(low == 1) & (high == len(counts)),
        ranked_by=value,
        places=len(counts),
        method=method,
        level=level if chance else np.nan,
        limits=limits_in_words(counts, chance, limits),
        occurrence=occurrence_of(counts),
    )
    simulated = error is not None and simultaneous
    return result(
        _sorted(ranked),
        "ranking.rank_sets",
        of=frame,
        method=method,
        level=level if chance else None,
        record=Record(
            seed=seed if simulated else None,
            warnings=_cautions(chance, simultaneous),
            missing=missing,
            parameters={"value": value, "simultaneous": simultaneous, "error": error, "dispersion": dispersion}
            | ({"draws": draws} if simulated else {}),
        ),
    )


def _cautions(chance: bool, simultaneous: bool) -> list[str]:
    warnings = ["The ranks are those among the places with a published figure; others may stand anywhere."]
    if not chance:
        warnings.append("The sets say what rounding leaves open; chance has no part in them.")
    elif not simultaneous:
        warnings.append("Each set holds for its place alone; to compare places take simultaneous sets.")
    return warnings


def top_set(
    frame: pd.DataFrame,
    k: int = 5,
    level: float = 0.95,
    *,
    value: str = "value",
    limits: str | None = None,
    error: str | None = None,
    seed: int = 1,
    draws: int = 5000,
) -> pd.DataFrame:
    """Which places may be among the first ``k``, and which surely are.

    Parameters
    ----------
    frame, level, value, limits, error, seed, draws
        As for `rank_sets`.
    k
        How many places count as the top, from 1 to the number of places.

    Returns
    -------
    pandas.DataFrame
        Of `rank_sets` with simultaneous sets, those rows whose rank may be ``k`` or better, with ``certain`` (whether
        it surely is), ``top`` (k) and ``places`` (how many were ranked). All places of the true top are among the rows
        with probability ``level`` (the projection of Mogstad et al. 2024, section 3.4).

    Raises
    ------
    DataError, NotComparableError
        As `rank_sets`; and for a ``k`` that no list of this length has.

    Examples
    --------
    >>> import analysis as ex
    >>> servers = ex.preferred(ex.panel(surveys=["greenbone-2019-09"])).query("measure == 'servers_exposed'")
    >>> top = ex.statistics.top_set(servers[servers["iso3"].ne("WLD") & servers["iso3"].notna()], 2)
    >>> top[["iso3", "certain"]].values.tolist()
    [['USA', True], ['IND', True]]
    """
    frame = plain(frame)
    sets = rank_sets(frame, value, True, level, limits, error, seed, draws)
    if isinstance(k, bool) or not isinstance(k, int) or not 1 <= k <= len(sets):
        raise DataError(
            f"the top {k} was asked for of {len(sets)} places", remedy=f"k must lie between 1 and {len(sets)}", k=k
        )
    top = sets[sets["rank_low"] <= k].reset_index(drop=True)
    top = top.assign(certain=top["rank_high"] <= k, top=k, places=len(sets))
    return result(
        top,
        "ranking.top_set",
        of=sets,
        method=str(sets["method"].iloc[0]),
        level=level if sets["level"].notna().all() else None,
        record=Record(
            seed=None if error is None else seed,
            missing=_ranked(frame, value, limits, error)[1],
            parameters={"value": value, "error": error, "k": k, "places": len(sets)},
        ),
    )


def rank_probabilities(
    frame: pd.DataFrame, seed: int = 1, value: str = "value", limits: str | None = None, draws: int = 5000
) -> pd.DataFrame:
    """How often each place takes each rank if the figures are redrawn from their uncertainty.

    Parameters
    ----------
    frame, value, limits
        As for `rank_sets`.
    seed, draws
        Of the simulation. The standard error of a probability p is √(p(1 − p) / draws).

    Returns
    -------
    pandas.DataFrame
        One row per place and rank that came up: the place's columns, ``rank`` (ties share the best), ``probability``,
        ``or_better`` (the probability of this rank or a better one), ``expected_rank``, ``ranked_by, places, draws,
        seed, method, limits, occurrence, statistic``. Places by expected rank, then ranks.

    Notes
    -----
    These are shares of simulations about the *printed* counts, not confidence: the counts vary once in the world and
    again in the simulation, so that two equal places look less equal than they are, and near ties the shares do not
    settle with more data (Mogstad et al. 2024, section 3.3; Xie, Singh & Zhang 2009). For a statement with a guarantee
    use `rank_sets`.

    Raises
    ------
    DataError, NotComparableError
        As `rank_sets`.

    Examples
    --------
    >>> import analysis as ex
    >>> servers = ex.preferred(ex.panel(surveys=["greenbone-2019-09"])).query("measure == 'servers_exposed'")
    >>> shares = ex.statistics.rank_probabilities(servers[servers["iso3"].ne("WLD") & servers["iso3"].notna()])
    >>> shares[["iso3", "rank", "probability"]].head(1).values.tolist()
    [['USA', 1, 1.0]]
    """
    _options(0.95, draws)
    frame = plain(frame)
    counts, missing = _ranked(frame, value)
    chance = bool(by_chance(counts, limits).any())
    drawn = resample(counts, draws, seed, limits)
    sizes = counts["size"].to_numpy(float)
    if (sizes != 1).any():
        drawn /= sizes
    times = _times(drawn)
    place, rank = np.nonzero(times)
    places = frame.loc[counts.index].assign(limits=limits_in_words(counts, chance, limits))
    expected = times @ np.arange(1, len(counts) + 1) / draws
    or_better = times.cumsum(axis=1) / draws
    what = "chance" if chance and limits == "chance" else "rounding and chance" if chance else "rounding"
    told = places.iloc[place].assign(
        rank=rank + 1,
        probability=times[place, rank] / draws,
        or_better=or_better[place, rank],
        expected_rank=expected[place],
        ranked_by=value,
        places=len(counts),
        draws=draws,
        seed=seed,
        method=f"simulation of {what}",
        occurrence=occurrence_of(counts)[place],
    )
    told = told.iloc[np.lexsort((rank, _names(places)[place], expected[place]))].reset_index(drop=True)
    return result(
        told,
        "ranking.rank_probabilities",
        of=frame,
        method=f"simulation of {what}",
        record=Record(
            seed=seed,
            warnings=["Shares of simulations about the printed figures, not confidence; near ties they mislead."],
            missing=missing,
            parameters={"value": value, "draws": draws, "dispersion": dispersion_of(counts), "places": len(counts)},
        ),
    )


def facts(result: pd.DataFrame, lang: str) -> tuple[str, dict[str, str]]:
    """The case and the parts of the sentence for `describe`."""
    by = needed(result, "ranked_by", "say in the column ranked_by whether places are ranked by value or rate")
    rate = "_rate" if by == "rate" else ""
    label = label_in_words(result, lang)
    parts = {"label": label[:1].upper() + label[1:]}
    if "probability" in result:
        again = "pass the result of rank_probabilities as it was returned"
        first = rows_told(result, result["rank"] == 1, "its rows of the first rank")
        first = first.sort_values("probability", ascending=False, kind="stable")
        parts |= {
            "place": place_in_words(first.iloc[0], lang),
            "share": numbers.percent(first["probability"].iloc[0], lang, decimals=1),
            "draws": numbers.number(needed(result, "draws", again), lang),
            "places": numbers.number(needed(result, "places", again), lang),
            "others": numbers.number(len(first) - 1, lang),
        }
        return f"probability{rate}", parts
    level = result["level"].iloc[0]
    rounding = "" if level == level else "_rounding"
    if not rounding:
        parts["level"] = numbers.percent(level, lang, decimals=1)
    if "certain" in result:
        again = "pass the result of top_set as it was returned"
        parts |= {
            "top": intervals.between(numbers.number(1, lang), numbers.number(needed(result, "top", again), lang)),
            "places": numbers.number(needed(result, "places", again), lang),
            "possible": numbers.number(len(result), lang),
            "certain": Counted(int(result["certain"].sum()), lang),
        }
        if len(result) > _NAMED:
            return f"top_many{rounding}{rate}", parts
        parts["names"] = prose.listed([place_in_words(row, lang) for _, row in result.iterrows()], lang)
        return f"top{rounding}{rate}", parts
    firsts = result[result["rank"] == result["rank"].min()]
    # Of places that share the first rank the sets may differ; what is told holds for each.
    best, worst = (numbers.number(firsts[end].agg(of), lang) for end, of in (("rank_low", "min"), ("rank_high", "max")))
    more = [f"+{len(firsts) - _TIED}"] if len(firsts) > _TIED else []
    names = [place_in_words(row, lang) for _, row in firsts.head(_TIED).iterrows()]
    parts |= {
        "place": prose.listed([*names, *more], lang),
        "firsts": Counted(len(firsts), lang),
        "places": numbers.number(needed(result, "places", "pass the result of rank_sets as it was returned"), lang),
        "open": Counted(int(result["undetermined"].sum()), lang),
        "ranks": intervals.between(best, worst),
        "best": best,
        "worst": worst,
    }
    if 1 < len(firsts) == len(result) and not rounding:
        return "alike", parts
    return f"first{rounding}{rate}", parts


def _options(level: float, draws: int) -> None:
    checked_level(level)
    if isinstance(draws, bool) or not isinstance(draws, int) or draws < 100:
        raise DataError(f"{draws} draws are too few for a quantile", remedy="take at least 100", draws=draws)


def _ranked(
    frame: pd.DataFrame, value: str, limits: str | None = None, error: str | None = None
) -> tuple[pd.DataFrame, list[str]]:
    """The places that can be ranked, with ``size, size_low, size_high`` to divide by; and those that have no rate."""
    if error is not None and limits is not None:
        raise DataError(
            "chance comes from the standard errors here, rounding from low and high",
            remedy="leave limits out",
            limits=limits,
        )
    if error is not None and value == "rate":
        raise DataError(
            "standard errors go with values", remedy="put rates and their errors into value, low, high", column=error
        )
    also = [column for column in ("denominator" if value == "rate" else None, error) if column]
    frame = checked_counts(frame, also, "value" if value == "rate" else value)
    missing: list[str] = []
    counts = frame.assign(size=1.0, size_low=1.0, size_high=1.0)
    if value == "rate":
        counts, missing = _over_denominators(frame)
    if len(counts) < 2:
        raise DataError(
            "a ranking needs two places at least", remedy="choose a measure and survey with more published numbers"
        )
    _checked_list(counts)
    return counts, missing


def _over_denominators(frame: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """The rows with a denominator, with its value and ends as sizes; the names of those without."""
    counts = frame.assign(
        **{
            f"size{end}": numbers_of(frame, f"denominator{end}" if f"denominator{end}" in frame else "denominator")
            for end in ("", "_low", "_high")
        }
    )
    if (counts[["size", "size_low"]] <= 0).any(axis=None) or np.isinf(counts["size_high"]).any():
        raise DataError(
            "a denominator is not positive and finite", remedy="correct it or leave it empty", column="denominator"
        )
    without = counts["size"].isna()
    return counts[~without], _names(frame[without]).tolist()


def _checked_list(counts: pd.DataFrame) -> None:
    """Refuse totals among their parts, places that come twice, several measures, and surveys that do not compare."""
    if "iso3" in counts:
        if (counts["iso3"] == WORLD).any():
            raise DataError(
                "a total stands among its parts", remedy="leave the world out before ranking", column="iso3"
            )
        twice = counts["iso3"].dropna()
        if twice.duplicated().any():
            raise DataError(
                f"{twice[twice.duplicated()].iloc[0]} comes twice",
                remedy="take one survey and one figure for each place",
                column="iso3",
            )
    for column in ("measure", "asset"):
        if column in counts and counts[column].nunique(dropna=False) > 1:
            found = ", ".join(sorted(map(str, counts[column].unique())))
            raise NotComparableError(f"a ranking has one {column}, not of {found}", remedy="choose one", column=column)
    if {"survey", "measure", "asset"} <= set(counts):
        require_comparable(counts)


def _rank(values: pd.Series) -> NDArray[Any]:
    """1 for the highest; equal values share the best rank."""
    return values.rank(method="min", ascending=False).astype(int).to_numpy()


def _times(drawn: NDArray[Any]) -> NDArray[Any]:
    """How often each place (row) took each rank (column), ties sharing the best."""
    _draws, places = drawn.shape
    order = np.argsort(-drawn, axis=1, kind="stable")
    ordered = np.take_along_axis(drawn, order, axis=1)
    rank = np.broadcast_to(np.arange(places), drawn.shape).copy()
    rank[:, 1:][ordered[:, 1:] == ordered[:, :-1]] = 0
    np.maximum.accumulate(rank, axis=1, out=rank)
    return np.bincount((order * places + rank).ravel(), minlength=places * places).reshape(places, places)


def _names(frame: pd.DataFrame) -> NDArray[Any]:
    """What tells the places of a frame apart, as far as it has names."""
    names = np.full(len(frame), "", dtype=object)
    for column in ("country", "place", "place_id", "iso3"):
        if column in frame:
            names = np.where(frame[column].notna(), frame[column].to_numpy(object), names)
    return names.astype(str)


def _sorted(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.iloc[np.lexsort((_names(frame), frame["rank"]))].reset_index(drop=True)
