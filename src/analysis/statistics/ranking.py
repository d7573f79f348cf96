"""Ranks with their uncertainty: which places of a list could stand where.

The sets of ranks are those of Mogstad, Romano, Shaikh & Wilhelm (2024), "Inference for Ranks with Applications to
Mobility across Neighbourhoods and Academic Achievement across Countries", Review of Economic Studies 91(1), 476–518:
every
place is tested against every other, with a correction for the number of tests; a place's rank is at least one more than
the
number of places surely above it, and at most the number of all less those surely below it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import DataError, NotComparableError
from ..frames import plain
from ..language import intervals, numbers, prose
from .many_tests import adjusted
from .phrases import label_in_words, place_in_words
from .result import result
from .uncertainty import by_chance, checked_counts, checked_level, events_of, limits_in_words, resample

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

VALUES = ("value", "rate")
#: Names in a sentence before it is better to give only their number.
_NAMED = 6
#: Draws at a time, so that the differences stay in the processor's cache.
_BLOCK = 512


def rank_sets(
    frame: pd.DataFrame,
    value: str = "value",
    simultaneous: bool = False,
    level: float = 0.95,
    limits: str | None = None,
    error: str | None = None,
    dispersion: float | None = None,
    seed: int = 1,
    draws: int = 5000,
) -> pd.DataFrame:
    """Confidence sets for the rank of each place; rank 1 is the highest.

    A marginal set covers the true rank of *one* place with probability ``level``. Simultaneous sets cover *all* ranks
    at once
    with that probability; take them to compare places, or to read the whole list.

    Parameters
    ----------
    frame
        One row a place: ``value, low, high`` of one measure, usually ``iso3``; at least two places.
    value
        ``value``, or ``rate`` for a result of ``ex.rates``: its counts are then compared for the size of their
        denominators.
    simultaneous, level
        As above.
    limits
        ``rounding``, ``chance``, ``both``, or None: by the measure.
    error
        The column of standard errors, if the values are estimates that are nearly normal and independent of each other,
        not
        counts. Rounding is added to them; leave ``limits`` out.
    dispersion
        Variance over mean of clustered counts, if known: limits of chance are then given for them too.
    seed, draws
        Of the simulated critical values; used with ``error`` only.

    Returns
    -------
    pandas.DataFrame
        The frame, sorted by rank, with ``rank, rank_low, rank_high``, ``undetermined`` (the set is the whole range from
        first to
        last: too few to say), ``method`` and ``level`` (missing where chance has no part in it). ``attrs["missing"]``
        lists
        places without a rate.

    Notes
    -----
    *Counts*: that place j is not above place k is tested given the sum of the two: X_j is then binomial with the share
    d_j / (d_j + d_k) of the denominators, one half without (exact; independent Poisson counts), so that
    p = I(d_j / (d_j + d_k); x_j, x_k + 1). Holm's correction runs over the 2(n − 1) tests of a place, or over all n(n −
    1) if
    simultaneous. *Estimates*: t = (x_j − x_k) / √(s_j² + s_k²) against the simulated quantile of the largest of all t
    in the
    family, step by step without those already rejected (their Algorithm 3.2 with one-sided hypotheses in both
    directions).
    *Rounding*: whatever the method, j takes the low end of its interval and k the high end of its own (for rates
    with ``denominator_low, denominator_high``: over the high end of its denominator, and the low one), so that a wider
    interval never gives a narrower set; without chance j is above k if the intervals do not meet, and the sets hold for
    sure.

    Ties: places with equal values share the best rank (1, 2, 2, 4), as do truths in the definition of a rank, one more
    than the
    number of places that are higher.

    Not for places of which one holds another (a country and its region), nor for different surveys' places side by
    side.

    Raises
    ------
    DataError
        For faulty counts, fewer than two places, a place that comes twice, a total among its parts, an unknown option.
    NotComparableError
        For two measures, or surveys that must not be compared; or for chance where it says nothing.
    """
    import numpy as np

    _options(level, draws)
    frame = plain(frame)
    counts, missing = _ranked(frame, value, limits, error)
    if error is not None:
        low, high = _by_estimates(counts, error, simultaneous, level, seed, draws)
        chance, method = True, "normal, step-down"
    else:
        chance = bool(by_chance(counts, limits, dispersion).any())
        if limits == "chance":
            counts = counts.assign(
                low=counts["value"], high=counts["value"], size_low=counts["size"], size_high=counts["size"]
            )
        if chance:
            low, high = _by_counts(counts, simultaneous, level, dispersion or 1.0)
        else:
            low, high = _by_rounding(counts)
        method = "exact binomial given the sum, Holm" if chance else "rounding only"
    ranked = frame.loc[counts.index].assign(
        rank=_rank(counts["value"] / counts["size"]),
        rank_low=low,
        rank_high=high,
        undetermined=(low == 1) & (high == len(counts)),
        method=method,
        level=level if chance else np.nan,
        limits=limits_in_words(counts, chance, limits),
        events=events_of(counts),
    )
    warnings = ["The ranks are those among the places with a published figure; others may stand anywhere."]
    if not chance:
        warnings.append("The sets tell what rounding leaves open; chance has no part in them.")
    elif not simultaneous:
        warnings.append("Each set holds for its place alone; to compare places take simultaneous sets.")
    return result(
        _sorted(ranked),
        "ranking.rank_sets",
        of=frame,
        method=method,
        level=level if chance else None,
        seed=seed if error is not None else None,
        warnings=warnings,
        missing=missing,
        parameters={"value": value, "simultaneous": simultaneous, "error": error, "dispersion": dispersion}
        | ({"draws": draws} if error is not None else {}),
    )


def top_set(frame: pd.DataFrame, k: int = 5, level: float = 0.95, **options) -> pd.DataFrame:
    """Which places may be among the first ``k``, and which surely are.

    Parameters
    ----------
    frame, level, options
        As for `rank_sets`.
    k
        How many places count as the top, from 1 to the number of places.

    Returns
    -------
    pandas.DataFrame
        Of `rank_sets` with simultaneous sets, those rows whose rank may be ``k`` or better, with ``certain``: whether
        it surely is. All
        places of the true top are among the rows with probability ``level`` (the projection of Mogstad et al. 2024,
        section 3.4).

    Raises
    ------
    DataError, NotComparableError
        As `rank_sets`; and for a ``k`` that no list of this length has.
    """
    sets = rank_sets(frame, simultaneous=True, level=level, **options)
    if not (isinstance(k, int) and 1 <= k <= len(sets)):
        raise DataError(f"there is no top {k} of {len(sets)} places; choose a whole number from 1 to {len(sets)}.", k=k)
    top = sets[sets["rank_low"] <= k].reset_index(drop=True)
    top["certain"] = top["rank_high"] <= k
    made = sets.attrs
    return result(
        top,
        "ranking.top_set",
        of=frame,
        method=made["method"],
        level=made["level"],
        seed=made["seed"],
        warnings=[text for text in made["warnings"] if text not in frame.attrs.get("warnings", ())],
        missing=made["missing"],
        parameters=made["parameters"] | {"k": k, "places": len(sets)},
    )


def rank_probabilities(
    frame: pd.DataFrame,
    seed: int = 1,
    value: str = "value",
    limits: str | None = None,
    dispersion: float | None = None,
    draws: int = 5000,
) -> pd.DataFrame:
    """How often each place takes each rank if the figures are drawn anew from their uncertainty.

    Parameters
    ----------
    frame, value, limits, dispersion
        As for `rank_sets`.
    seed, draws
        Of the simulation. The standard error of a probability p is √(p(1 − p) / draws).

    Returns
    -------
    pandas.DataFrame
        One row a place and rank that came up: the place's columns, ``rank`` (ties share the best), ``probability``,
        ``or_better`` (the
        probability of this rank or a better one), ``expected_rank``, ``method``. Places by expected rank, then ranks.

    Notes
    -----
    These are shares of simulations about the *printed* counts, not confidence: the counts vary once in the world and
    again in the
    simulation, so that two equal places look less equal than they are, and near ties the shares do not
    settle with more data (Mogstad et al. 2024, section 3.3; Xie, Singh & Zhang 2009). For a statement
    with a guarantee take `rank_sets`.

    Raises
    ------
    DataError, NotComparableError
        As `rank_sets`.
    """
    import numpy as np

    _options(0.95, draws)
    frame = plain(frame)
    counts, missing = _ranked(frame, value)
    chance = bool(by_chance(counts, limits, dispersion).any())
    drawn = resample(counts, draws, seed, limits, dispersion)
    sizes = counts["size"].to_numpy(float)
    if (sizes != 1).any():
        drawn /= sizes
    times = _times(drawn)
    place, rank = np.nonzero(times)
    places = frame.loc[counts.index]
    expected = times @ np.arange(1, len(counts) + 1) / draws
    or_better = times.cumsum(axis=1) / draws
    method = f"simulation of {'chance' if chance and limits == 'chance' else 'rounding and chance' if chance else 'rounding'}"
    told = places.iloc[place].assign(
        rank=rank + 1,
        probability=times[place, rank] / draws,
        or_better=or_better[place, rank],
        expected_rank=expected[place],
        method=method,
    )
    told = told.iloc[np.lexsort((rank, _names(places)[place], expected[place]))].reset_index(drop=True)
    return result(
        told,
        "ranking.rank_probabilities",
        of=frame,
        method=method,
        limits=counts["limits"].iloc[0],
        seed=seed,
        missing=missing,
        warnings=["Shares of simulations about the printed figures, not confidence; near ties they mislead."],
        parameters={"value": value, "draws": draws, "dispersion": dispersion, "places": len(counts)},
    )


def facts(result: pd.DataFrame, lang: str) -> tuple[str, dict[str, str]]:
    """The case and the parts of the sentence for `describe`."""
    made = result.attrs["parameters"]
    rate = "_rate" if made["value"] == "rate" else ""
    label = label_in_words(result, lang)
    parts = {"label": label[:1].upper() + label[1:]}
    if result.attrs["statistic"] == "ranking.rank_probabilities":
        first = result[result["rank"] == 1].sort_values("probability", ascending=False, kind="stable")
        parts |= {
            "place": place_in_words(first.iloc[0], lang),
            "share": numbers.percent(first["probability"].iloc[0], lang, digits=1),
            "draws": numbers.number(made["draws"], lang),
            "places": numbers.number(made["places"], lang),
            "others": numbers.number(len(first) - 1, lang),
        }
        return f"probability{rate}", parts
    rounding = "" if result.attrs["level"] else "_rounding"
    if not rounding:
        parts["level"] = numbers.percent(result.attrs["level"], lang, digits=1)
    if result.attrs["statistic"] == "ranking.top_set":
        parts |= {
            "top": intervals.between(numbers.number(1, lang), numbers.number(made["k"], lang)),
            "places": numbers.number(made["places"], lang),
            "possible": numbers.number(len(result), lang),
            "certain": numbers.number(int(result["certain"].sum()), lang),
        }
        if len(result) > _NAMED:
            return f"top_many{rounding}{rate}", parts
        parts["names"] = prose.listed([place_in_words(row, lang) for _, row in result.iterrows()], lang)
        return f"top{rounding}{rate}", parts
    first = result.iloc[0]
    parts |= {
        "place": prose.listed(
            [place_in_words(row, lang) for _, row in result[result["rank"] == 1].head(_NAMED).iterrows()], lang
        ),
        "places": numbers.number(len(result), lang),
        "open": numbers.number(int(result["undetermined"].sum()), lang),
        "ranks": intervals.between(numbers.number(first["rank_low"], lang), numbers.number(first["rank_high"], lang)),
    }
    return f"first{rounding}{rate}", parts


def _options(level: float, draws: int) -> None:
    checked_level(level)
    if draws < 100:
        raise DataError(f"{draws} draws are too few for a quantile; take at least 100.", draws=draws)


def _ranked(
    frame: pd.DataFrame, value: str, limits: str | None = None, error: str | None = None
) -> tuple[pd.DataFrame, list[str]]:
    """The places that can be ranked, with ``size, size_low, size_high`` to divide by; and those that have no rate."""
    if value not in VALUES:
        raise DataError(f"places are ranked by {' or '.join(VALUES)}, not by {value!r}.", value=value)
    if error is not None and limits is not None:
        raise DataError(
            "chance comes from the standard errors here, rounding from low and high; leave limits out.", limits=limits
        )
    if error is not None and value == "rate":
        raise DataError(
            "standard errors go with values; put rates and their errors into value, low, high.", column=error
        )
    frame = checked_counts(frame, [column for column in ("denominator" if value == "rate" else None, error) if column])
    counts, missing = frame.assign(size=1.0, size_low=1.0, size_high=1.0), []
    if value == "rate":
        if (frame["denominator"] <= 0).any():
            raise DataError("a denominator is not positive; correct it or leave it empty.", column="denominator")
        for end in ("", "_low", "_high"):
            counts[f"size{end}"] = frame[f"denominator{end}" if f"denominator{end}" in frame else "denominator"]
        without = frame["denominator"].isna()
        missing = _names(frame[without]).tolist()
        counts = counts[~without]
    if len(counts) < 2:
        raise DataError("a ranking needs two places at least; choose a measure and survey with more published numbers.")
    if "iso3" in counts:
        if (counts["iso3"] == "WLD").any():
            raise DataError("a total stands among its parts; leave the world out before ranking.", column="iso3")
        twice = counts["iso3"].dropna()
        if twice.duplicated().any():
            first = twice[twice.duplicated()].iloc[0]
            raise DataError(f"{first} comes twice; take one survey and one figure a place.", column="iso3")
    for column in ("measure", "asset"):
        if column in counts and counts[column].nunique(dropna=False) > 1:
            found = ", ".join(sorted(map(str, counts[column].unique())))
            raise NotComparableError(f"a ranking is of one {column}, not of {found}; choose one.", column=column)
    if {"survey", "measure", "asset"} <= set(counts):
        from ..figures.comparability import require_comparable

        require_comparable(counts)
    return counts, missing


def _rank(values: pd.Series) -> np.ndarray:
    """1 for the highest; equal values share the best rank."""
    return values.rank(method="min", ascending=False).astype(int).to_numpy()


def _by_rounding(counts: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    import numpy as np

    low = (counts["low"] / counts["size_high"]).to_numpy(float)
    high = (counts["high"] / counts["size_low"]).to_numpy(float)
    above = len(counts) - np.searchsorted(np.sort(low), high, side="right")
    below = np.searchsorted(np.sort(high), low, side="left")
    return 1 + above, len(counts) - below


def _by_counts(
    counts: pd.DataFrame, simultaneous: bool, level: float, dispersion: float
) -> tuple[np.ndarray, np.ndarray]:
    import numpy as np
    from scipy.special import betainc

    low, high = (counts[column].to_numpy(float)[:, None] / dispersion for column in ("low", "high"))
    largest, least = (counts[column].to_numpy(float)[:, None] for column in ("size_high", "size_low"))
    # No count is never more than another; the incomplete beta function is not defined there.
    p = np.where(low > 0, betainc(np.maximum(low, 1e-300), high.T + 1, largest / (largest + least.T)), 1.0)
    others = ~np.eye(len(p), dtype=bool)
    lead, lag = (matrix[others].reshape(len(p), -1) for matrix in (p, p.T))
    if simultaneous:
        surely = np.zeros_like(others)
        surely[others] = adjusted(lead.ravel()) <= 1 - level
        return 1 + surely.sum(axis=0), len(p) - surely.sum(axis=1)
    surely = adjusted(np.hstack([lead, lag])) <= 1 - level
    below, above = surely[:, : lead.shape[1]].sum(axis=1), surely[:, lead.shape[1] :].sum(axis=1)
    return 1 + above, len(p) - below


def _by_estimates(
    counts: pd.DataFrame, error: str, simultaneous: bool, level: float, seed: int, draws: int
) -> tuple[np.ndarray, np.ndarray]:
    import numpy as np

    errors = counts[error].to_numpy(float)
    if not (np.isfinite(errors) & (errors > 0)).all():
        raise DataError("a standard error is missing or not positive; leave out what was not estimated.", column=error)
    # Random numbers go to the places by name or size, so that the order of rows does not matter. Single precision is
    # far below
    # the error of the simulation.
    order = np.lexsort((counts["value"].to_numpy(float), errors, _names(counts)))
    noise = np.empty((len(counts), draws), dtype=np.float32)
    noise[order] = np.random.default_rng(seed).standard_normal((len(counts), draws), dtype=np.float32)
    noise *= errors[:, None].astype(np.float32)
    spread = np.hypot(errors[:, None], errors)
    lead = (counts["low"].to_numpy(float)[:, None] - counts["high"].to_numpy(float)) / spread
    stepped = _all_at_once if simultaneous else _one_by_one
    above, below = stepped(noise, lead, spread.astype(np.float32), level)
    return 1 + above, len(counts) - below


def _all_at_once(
    noise: np.ndarray, lead: np.ndarray, spread: np.ndarray, level: float
) -> tuple[np.ndarray, np.ndarray]:
    """How many are surely above and below each place, all statements true at once."""
    import numpy as np

    others = ~np.eye(len(noise), dtype=bool)
    untold = others.copy()
    while untold.any():
        largest = np.full(noise.shape[1], -np.inf, dtype=np.float32)
        for place in range(len(noise) - 1):
            later = np.arange(len(noise)) > place
            found = _largest(noise, place, spread[place], untold[place] & later, untold[:, place] & later)
            np.maximum(largest, found, out=largest)
        told = untold & (lead > np.quantile(largest, level))
        if not told.any():
            break
        untold &= ~told
    surely = others & ~untold
    return surely.sum(axis=0), surely.sum(axis=1)


def _one_by_one(noise: np.ndarray, lead: np.ndarray, spread: np.ndarray, level: float) -> tuple[np.ndarray, np.ndarray]:
    """How many are surely above and below each place, each place a family of its own."""
    import numpy as np

    above, below = np.zeros(len(noise), dtype=int), np.zeros(len(noise), dtype=int)
    for place in range(len(noise)):
        others = np.arange(len(noise)) != place
        leads, lags = others.copy(), others.copy()
        while leads.any() or lags.any():
            critical = np.quantile(_largest(noise, place, spread[place], leads, lags), level)
            leading, lagging = leads & (lead[place] > critical), lags & (lead[:, place] > critical)
            if not (leading.any() or lagging.any()):
                break
            leads &= ~leading
            lags &= ~lagging
        above[place], below[place] = (others & ~lags).sum(), (others & ~leads).sum()
    return above, below


def _largest(noise: np.ndarray, place: int, spread: np.ndarray, leads: np.ndarray, lags: np.ndarray) -> np.ndarray:
    """For each draw the largest lead of a place over the ``leads``, or of one of the ``lags`` over it, in standard errors."""
    import numpy as np

    either = np.flatnonzero(leads | lags)
    weight = 1 / spread[either, None]
    ahead, behind = np.flatnonzero(leads[either]), np.flatnonzero(lags[either])
    largest = np.full(noise.shape[1], -np.inf, dtype=np.float32)
    for start in range(0, noise.shape[1], _BLOCK):
        block = slice(start, start + _BLOCK)
        gap = noise[place, block] - noise[either, block]
        gap *= weight
        for rows, sign in ((ahead, 1), (behind, -1)):
            if len(rows):
                some = gap if len(rows) == len(either) else gap[rows]
                extreme = some.max(axis=0) if sign > 0 else -some.min(axis=0)
                np.maximum(largest[block], extreme, out=largest[block])
    return largest


def _times(drawn: np.ndarray) -> np.ndarray:
    """How often each place (row) took each rank (column), ties sharing the best."""
    import numpy as np

    _draws, places = drawn.shape
    order = np.argsort(-drawn, axis=1, kind="stable")
    ordered = np.take_along_axis(drawn, order, axis=1)
    rank = np.broadcast_to(np.arange(places), drawn.shape).copy()
    rank[:, 1:][ordered[:, 1:] == ordered[:, :-1]] = 0
    np.maximum.accumulate(rank, axis=1, out=rank)
    return np.bincount((order * places + rank).ravel(), minlength=places * places).reshape(places, places)


def _names(frame: pd.DataFrame) -> np.ndarray:
    """What tells the places of a frame apart, as far as it has names."""
    import numpy as np

    names = np.full(len(frame), "", dtype=object)
    for column in ("country", "place", "place_id", "iso3"):
        if column in frame:
            names = np.where(frame[column].notna(), frame[column].to_numpy(object), names)
    return names.astype(str)


def _sorted(frame: pd.DataFrame) -> pd.DataFrame:
    import numpy as np

    return frame.iloc[np.lexsort((_names(frame), frame["rank"]))].reset_index(drop=True)
