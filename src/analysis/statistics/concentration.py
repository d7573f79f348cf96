"""Concentration: how unevenly a total is spread over places, with the uncertainty of rounding and of chance.

All indexes are those of the *published* places: what was not published is not in them (see
`concentration_bounds` for what it could change).

*Rounding*: the least and the greatest value that an index takes while each count moves within its own interval.
All indexes here rise with inequality (they are Schur-convex) and do not depend on the unit. So the least value
stands on a curve with one parameter, every count as near to a common level as its interval allows, and the
greatest in a corner of the box of intervals. *Chance*: a parametric bootstrap, each count drawn anew from Poisson's
distribution about itself; how far it strays is then added at either side, so that a wider rounding interval
never gives a narrower result.
"""

from __future__ import annotations

from functools import cached_property, lru_cache
from itertools import product
from typing import TYPE_CHECKING, Any

from ..errors import DataError
from ..language import intervals, numbers, prose
from ..language.catalogue import say
from .comparable_places import checked_places
from .result import result
from .uncertainty import by_chance, checked_counts, checked_level

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import numpy as np
    import pandas as pd

COLUMNS = ["index", "value", "low", "high", "method", "level"]
#  With fewer places the exponent of a tail is too vague to tell; our choice, in the spirit of Clauset, Shalizi & Newman
# (2009).
TAIL_PLACES = 50
#: A tail begins at such a count or above: below it the continuous form is too far from whole numbers.
TAIL_FROM = 6
#: The paper's rule: a power law is ruled out where the p-value is not above this.
RULED_OUT = 0.1
#: From this mean on a Poisson quantile is taken from the normal one with its correction for skewness.
_MANY = 50
#: With so many uncertain counts, all corners of their box are looked at one by one; with more, an outer limit is taken.
_CORNERS = 12


def concentration(frame: pd.DataFrame, top: Iterable[int] = (1, 5), **options: Any) -> pd.DataFrame:
    """All indexes of concentration side by side.

    Parameters
    ----------
    frame
        One row a country: ``iso3, value, low, high`` of one measure and survey, without the world's total.
    top
        Numbers of places whose share is given; those above the number of places are left out.
    options
        ``limits`` (``rounding``, ``chance``, ``both``; None: by the measure), ``level`` (0.95), ``resamples`` (5000)
        and ``seed`` (1)
        of the bootstrap, ``dispersion`` (variance over mean of clustered counts, if known).

    Returns
    -------
    pandas.DataFrame
        ``index`` (``top_1``, ``top_5``, ``gini``, ``gini_corrected``, ``theil``, ``herfindahl``, ``pareto_tail``),
        ``value, low, high,
        method,
        level``. What cannot be given (the corrected Gini of one place, the tail of a few) is named in ``attrs["warnings"]``.

    Raises
    ------
    DataError
        For faulty counts, or if all are zero: then nothing is concentrated anywhere.
    NotComparableError
        For several measures or surveys that must not be joined, or chance asked for where it says nothing.
    """
    import pandas as pd

    counts = _Counts(frame, **options)
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
        rows.append(tail[COLUMNS].iloc[0].to_dict())
        warnings += tail.attrs["warnings"]
    except DataError as refused:
        warnings.append(f"No exponent of a tail: {refused.message}")
    return counts.result(pd.DataFrame(rows, columns=COLUMNS), "concentration", warnings=warnings)


def top_share(frame: pd.DataFrame, k: int = 1, **options: Any) -> pd.DataFrame:
    """The share of the total that the ``k`` places with the most hold together.

    Parameters
    ----------
    frame, options
        As for `concentration`.
    k
        How many places, from 1 to all.

    Returns
    -------
    pandas.DataFrame
        One row, as of `concentration`; ``attrs["parameters"]["top"]`` names the places, ties by ``iso3``.

    Raises
    ------
    DataError, NotComparableError
        As `concentration`; and for a ``k`` that there is not.
    """
    import pandas as pd

    counts = _Counts(frame, **options)
    if not (isinstance(k, int) and 1 <= k <= len(frame)):
        raise DataError(
            f"there are no top {k} of {len(frame)} places; choose a whole number from 1 to {len(frame)}.", k=k
        )
    first = frame.sort_values(["value", "iso3"], ascending=[False, True])["iso3"].head(k).tolist()
    return counts.result(pd.DataFrame([_top(counts, k)]), "top_share", parameters={"k": k, "top": first})


def lorenz(frame: pd.DataFrame, **options: Any) -> pd.DataFrame:
    """The Lorenz curve (Lorenz 1905): which share of the total the places with the fewest hold together.

    Parameters
    ----------
    frame, options
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
    """
    import numpy as np

    counts = _Counts(frame, **options)
    n = len(frame)
    # The share of the n - k places with the fewest is what the k with the most leave over.
    of_top = _top_of(counts.value)[::-1]
    least, most = (ends[::-1] for ends in _top_extremes(counts.low, counts.high))
    drawn = None if not counts.chance else 1 - _top_of(counts.ordered)[:, ::-1]
    value = 1 - of_top
    low, high = counts.limits(value, (1 - most, 1 - least), drawn, np.zeros(n + 1), np.arange(n + 1) / n)
    kept = [
        name for name in ("country", "measure", "asset", "survey", "source", "scan_from", "scan_to") if name in frame
    ]
    places = frame.sort_values(["value", "iso3"])[["iso3", *kept]]
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


def gini(frame: pd.DataFrame, corrected: bool = False, **options: Any) -> pd.DataFrame:
    """Gini's index: half the mean difference of two places, relative to the mean (Gini 1912).

    G = Σ (2i − n − 1) x_i / (n Σ x_i) with the counts in ascending order: 0 if all are equal, (n − 1)/n if one place
    has all.

    Parameters
    ----------
    frame, options
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
    """
    import pandas as pd

    counts = _Counts(frame, **options)
    if corrected and len(frame) == 1:
        raise DataError(
            "the bias-corrected Gini of one place is not defined (n/(n − 1) for n = 1); take the plain one, which is 0."
        )
    return counts.result(pd.DataFrame([_gini(counts, corrected)]), "gini", parameters={"corrected": corrected})


def theil(frame: pd.DataFrame, by: str | None = None, **options: Any) -> pd.DataFrame:
    """Theil's T (Theil 1967): Σ s ln(n s) over the shares s, 0 if all places are equal, ln n if one has all.

    With groups it is the sum of two parts (Shorrocks 1980): *between* the groups, Σ_g S_g ln(S_g n / n_g), as if all
    places of a
    group were equal, and *within* them, Σ_g S_g T_g.

    Parameters
    ----------
    frame, options
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
    """
    import pandas as pd

    counts = _Counts(frame, by=by, **options)
    rows = [_theil(counts)]
    if by is not None:
        rows += _theil_parts(counts)
    return counts.result(pd.DataFrame(rows), "theil", parameters={"by": by})


def herfindahl(frame: pd.DataFrame, **options: Any) -> pd.DataFrame:
    """The Herfindahl–Hirschman index: the sum of the squared shares, from 1/n (all equal) to 1 (one place has all).

    Times 10,000 it is the index in squared percentage points of merger guidelines. One over it is the number of equal
    places that would be as concentrated (Hirschman 1964).

    Parameters
    ----------
    frame, options
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
    """
    import pandas as pd

    counts = _Counts(frame, **options)
    return counts.result(pd.DataFrame([_herfindahl(counts)]), "herfindahl")


def pareto_tail(frame: pd.DataFrame, level: float = 0.95, resamples: int = 1000, seed: int = 1) -> pd.DataFrame:
    """The exponent α of a Pareto tail, p(x) ∝ x^−α from some count on, with its goodness of fit (Clauset, Shalizi & Newman 2009).

    Parameters
    ----------
    frame
        As for `concentration`, with 50 places at least.
    level
        Of the limits of α: exact for the fitted tail (n (α̂ − 1)⁻¹ follows a gamma distribution), over the rounding
        intervals.
    resamples, seed
        Of the semi-parametric bootstrap of the fit: with r resamples p is exact to about 1 / (2 √r).

    Returns
    -------
    pandas.DataFrame
        One row: ``index, value, low, high, method, level`` as of `concentration`, and ``tail_from`` (the count where
        the tail begins,
        chosen by the smallest Kolmogorov–Smirnov distance), ``tail_places``, ``distance``, ``p`` and ``plausible`` (p
        above 0.1).

    Notes
    -----
    α̂ = 1 + m / Σ ln(x / (x_min − ½)) over the m places of the tail (their approximation for whole counts, taken from 6
    on). The
    distance is taken against the continuous law rounded to whole counts. A large p does not prove a power law: others,
    such as a
    log-normal, may fit as well or better. Not for lists of the largest places only: what was cut off below bends the
    fit.

    Raises
    ------
    DataError, NotComparableError
        As `concentration`; and for fewer than 50 places, or fewer than 10 of them in any tail.
    """
    import numpy as np
    import pandas as pd
    from scipy.special import gammaincinv

    frame, warnings = checked_places(frame)
    _checked_options(level, resamples)
    x = np.sort(frame["value"].to_numpy(float))
    if len(x) < TAIL_PLACES:
        raise DataError(
            f"a tail needs {TAIL_PLACES} places at least, this table has {len(x)}; take the share of the top places instead."
        )
    fitted = _fit_tail(x[None, :])
    start, alpha, distance, tail = (float(part[0]) for part in fitted)
    if not np.isfinite(alpha):
        raise DataError(
            f"fewer than 10 places have {TAIL_FROM} or more, or they do not differ; take the share of the top places instead."
        )
    p = _tail_p(x, start, alpha, int(tail), distance, resamples, seed)
    in_tail = frame[frame["value"] >= start]
    ends = [
        np.log(np.maximum(in_tail[column].to_numpy(float), start) / (start - 0.5)).sum() for column in ("high", "low")
    ]
    low = 1 + gammaincinv(tail, (1 - level) / 2) / ends[0]
    high = 1 + gammaincinv(tail, (1 + level) / 2) / ends[1]
    row = {
        "index": "pareto_tail",
        "value": alpha,
        "low": low,
        "high": high,
        "method": "maximum likelihood, exact gamma limits",
        "level": level,
        "tail_from": start,
        "tail_places": int(tail),
        "distance": distance,
        "p": p,
        "plausible": p > RULED_OUT,
    }
    warnings.append(
        "The fit does not rule a Pareto tail out; other laws may fit as well."
        if row["plausible"]
        else "The fit rules a Pareto tail out."
    )
    return result(
        pd.DataFrame([row]),
        "concentration.pareto_tail",
        of=frame,
        method=row["method"],
        level=level,
        limits="rounding",
        seed=seed,
        warnings=warnings,
        parameters={"resamples": resamples, "places": len(x)},
    )


def concentration_bounds(
    frame: pd.DataFrame,
    total: pd.DataFrame,
    places: int,
    at_least: float = 0.0,
    at_most: float | None = None,
    top: Iterable[int] = (1, 5),
) -> pd.DataFrame:
    """What the indexes could be if the unpublished rest of a total were known.

    Parameters
    ----------
    frame
        The published countries, as for `concentration`.
    total
        One row: ``value, low, high`` of the world.
    places
        How many more countries share the rest.
    at_least, at_most
        What each of them has at least (1 where only countries with a find are counted), or at most (for a list of the
        first k: what its
        last place has).
    top
        Numbers of places whose share is given.

    Returns
    -------
    pandas.DataFrame
        ``index``, ``published`` (its value among the published), ``low`` (the rest spread evenly), ``high`` (the rest
        with as few
        countries as may be), ``method``, ``level`` (missing: no chance in it). Rounding is in both ends; these are
        outer limits, for a
        rest that is large where a published count is large is not ruled out.

    Raises
    ------
    DataError, NotComparableError
        As `concentration`; and if the rest is less than nothing, or cannot be spread so.
    """
    import numpy as np
    import pandas as pd

    counts = _Counts(frame, limits="rounding")
    total = checked_counts(total)
    if len(total) != 1:
        raise DataError(f"the rest is that of one total, not of {len(total)}; choose one row.")
    cap = np.inf if at_most is None else at_most
    if places < 1 or not 0 <= at_least <= cap:
        raise DataError("the rest needs one more country at least, and 0 ≤ at_least ≤ at_most; correct the numbers.")
    rest = np.array([total["low"].iloc[0] - frame["high"].sum(), total["high"].iloc[0] - frame["low"].sum()])
    # Together with the limits of each country.
    rest = np.maximum(rest[0], places * at_least), min(rest[1], places * cap)
    if rest[0] > rest[1]:
        raise DataError(
            "the rest cannot be spread so: parts and total contradict each other, or at_least and at_most leave no room."
        )
    steps = np.arange(places)
    even = [np.full(places, end / places) for end in rest]
    steep = [
        at_least + np.clip(end - places * at_least - steps * min(cap - at_least, rest[1] + 1), 0, cap - at_least)
        for end in rest
    ]
    low, high = (
        _sorted_box(np.concatenate([counts.low, hidden[0]]), np.concatenate([counts.high, hidden[1]]))
        for hidden in (even, steep)
    )
    inside = [float(_gini_of(np.sort((box[0] + box[1]) / 2))) for box in (low, high)]
    n = len(low[0])
    ones = np.ones(n)
    tops = [
        (f"top_{k}", float(_top_of(counts.value)[k]), _top_extremes(*low)[0][k], _top_extremes(*high)[1][k])
        for k in top
        if k <= len(counts.value)
    ]
    rows = [
        *tops,
        (
            "gini",
            float(_gini_of(counts.value)),
            _gini_extremes(*low, inside[0])[0],
            _gini_extremes(*high, inside[1])[1],
        ),
        (
            "theil",
            float(_theil_of(counts.value)),
            _theil_extremes(*low, ones)[0],
            min(_theil_extremes(*high, ones)[1], np.log(n)),
        ),
        (
            "herfindahl",
            float(_herfindahl_of(counts.value)),
            _herfindahl_extremes(*low)[0],
            min(_herfindahl_extremes(*high)[1], 1.0),
        ),
    ]
    table = pd.DataFrame(rows, columns=["index", "published", "low", "high"]).assign(
        method="interval arithmetic", level=np.nan
    )
    return counts.result(
        table,
        "concentration_bounds",
        parameters={"hidden": places, "at_least": at_least, "at_most": at_most}
        | {"rest": float(total["value"].iloc[0] - frame["value"].sum())},
    )


def facts(found: pd.DataFrame, lang: str) -> tuple[str, dict[str, str]]:
    """The case and the parts of the sentence: a case a function."""
    from ..figures.measures import measures
    from ..figures.places import country_name

    attrs = found.attrs
    case, chosen = attrs["statistic"].partition(".")[2], attrs["parameters"]
    labels = [measures()[f"label_{lang}"].get(measure, "") for measure in attrs["measures"]]
    label = labels[0] if labels else ""
    level = attrs["level"]
    how = (
        say("limits_rounding", lang, family="words")
        if level is None
        else say("limits_chance", lang, family="words", level=numbers.percent(level, lang, digits=1))
    )
    parts = {
        "label": f"{label[:1].upper()}{label[1:]}" or "–",
        "places": numbers.number(chosen["places"], lang),
        "how": how,
    }

    def told(name: str, write: Callable[[float], str], row: Any) -> None:
        parts[name] = write(row["value"])
        parts[f"{name}_span"] = intervals.between(write(row["low"]), write(row["high"]))

    def index(value: float) -> str:
        return numbers.number(round(float(value), 3), lang)

    def share(value: float) -> str:
        return numbers.percent(value, lang, digits=1)

    if case == "lorenz":
        k = len(found) // 2
        row = found.iloc[k]
        told(
            "share",
            share,
            {"value": row["count_share"], "low": row["count_share_low"], "high": row["count_share_high"]},
        )
        return case, parts | {"k": numbers.number(k, lang)}
    rows = found.set_index("index")
    if case == "concentration_bounds":
        row = rows.loc["gini"]
        parts |= {name: numbers.number(chosen[name], lang) for name in ("hidden", "rest")}
        return case, parts | {
            "gini": index(row["published"]),
            "gini_span": intervals.between(index(row["low"]), index(row["high"])),
        }
    if case == "top_share":
        told("share", share, rows.iloc[0])
        named = [country_name(place, lang) for place in chosen["top"][:5]]
        more = len(chosen["top"]) - len(named)
        return case, parts | {"names": prose.listed([*named, *([f"+{more}"] if more else [])], lang)}
    if case == "concentration":
        top = [name for name in rows.index if name.startswith("top_")]
        told("gini", index, rows.loc["gini"])
        if not top:
            return "gini", parts
        told("share", share, rows.loc[top[-1]])
        return case, parts | {"k": top[-1].removeprefix("top_")}
    if case == "theil" and "theil_between_share" in rows.index:
        told("theil", index, rows.loc["theil"])
        told("share", share, rows.loc["theil_between_share"])
        return "theil_region" if chosen["by"] == "region" else "theil_by", parts
    if case == "pareto_tail":
        row = rows.iloc[0]
        told("alpha", index, row)
        parts |= {"start": numbers.number(row["tail_from"], lang), "p": numbers.number(row["p"], lang)}
        return "tail" if row["plausible"] else "tail_ruled_out", parts
    told(case, index, rows.iloc[0])
    return case, parts


class _Counts:
    """The counts of a frame in an order that neither its rows nor its names decide, and how an index of them may vary."""

    def __init__(
        self,
        frame: pd.DataFrame,
        by: str | None = None,
        limits: str | None = None,
        level: float = 0.95,
        dispersion: float | None = None,
        resamples: int = 5000,
        seed: int = 1,
    ) -> None:
        import numpy as np

        frame, self.warnings = checked_places(frame)
        _checked_options(level, resamples)
        self.frame, self.given, self.level, self.size, self.seed, self.spread = (
            frame,
            limits,
            level,
            resamples,
            seed,
            dispersion or 1.0,
        )
        self.chance = bool(by_chance(frame, limits, dispersion).all())
        self.parameters = {"by": by, "resamples": resamples, "dispersion": dispersion} if self.chance else {"by": by}
        columns = [frame[column].to_numpy(float) for column in ("high", "low", "value")]
        if by is None:
            groups = np.zeros(len(frame), dtype=int)
        elif by not in frame or frame[by].isna().any():
            where = (
                "has no such column"
                if by not in frame
                else f"has a place without it ({frame.loc[frame[by].isna(), 'iso3'].iloc[0]})"
            )
            raise DataError(f"places are to be grouped by {by!r}, but the table {where}; fill it in.", column=by)
        else:
            groups = np.unique(frame[by].to_numpy(str), return_inverse=True)[1]
        order = np.lexsort([groups, *columns])
        self.high, self.low, self.value = (column[order] for column in columns)
        self.groups = groups[order]
        if limits == "chance":
            self.low = self.high = self.value
        if not self.value.any():
            raise DataError(
                "all counts are zero: nothing is there that could be concentrated; choose another measure.",
                column="value",
            )

    @property
    def method(self) -> str:
        return (
            "Poisson bootstrap"
            if self.given == "chance"
            else "rounding and Poisson bootstrap"
            if self.chance
            else "rounding only"
        )

    @cached_property
    def drawn(self) -> np.ndarray:
        """Counts as chance might have made them: a row a resample, without those in which nothing is left."""
        drawn = _poisson(self.value / self.spread, self.size, self.seed)
        some = drawn.any(axis=1)
        return drawn if some.all() else drawn[some]

    @cached_property
    def ordered(self) -> np.ndarray:
        import numpy as np

        return np.sort(self.drawn, axis=1)

    def limits(
        self, value: Any, box: tuple[Any, Any], drawn: np.ndarray | None, floor: Any, ceiling: Any
    ) -> tuple[Any, Any]:
        """The ends of rounding, widened by what chance adds at either side."""
        import numpy as np

        low, high = np.minimum(box[0], value), np.maximum(box[1], value)
        if drawn is not None and len(drawn):
            below, above = np.quantile(drawn, [(1 - self.level) / 2, (1 + self.level) / 2], axis=0)
            # Noise makes counts look more unequal than they are: the distance above holds for both sides, and the
            # larger one counts.
            strayed = np.maximum(above - value, value - below)
            low, high = low - strayed, high + strayed
        return np.clip(low, floor, value), np.clip(high, value, ceiling)

    def row(
        self,
        index: str,
        value: float,
        box: tuple[float, float],
        drawn: Callable[[], np.ndarray],
        floor: float,
        ceiling: float,
    ) -> dict[str, Any]:
        low, high = self.limits(value, box, drawn() if self.chance else None, min(floor, value), max(ceiling, value))
        return dict(
            zip(
                COLUMNS,
                [index, value, float(low), float(high), self.method, self.level if self.chance else float("nan")],
                strict=True,
            )
        )

    def result(
        self, found: pd.DataFrame, function: str, warnings: Iterable[str] = (), parameters: dict[str, Any] | None = None
    ) -> pd.DataFrame:
        return result(
            found,
            f"concentration.{function}",
            of=self.frame,
            method=self.method,
            level=self.level if self.chance else None,
            limits=self.given or ("both" if self.chance else "rounding"),
            seed=self.seed if self.chance else None,
            parameters={"places": len(self.frame)} | self.parameters | (parameters or {}),
            warnings=[*self.warnings, "Published places only: what was not published is not counted in.", *warnings],
        )


def _checked_options(level: float, resamples: int) -> None:
    checked_level(level)
    if resamples < 200:
        raise DataError(
            f"{resamples} resamples are too few to tell an interval; take 1000 or more.", resamples=resamples
        )


def _poisson(mean: np.ndarray, size: int, seed: int) -> np.ndarray:
    """``size`` rows of Poisson counts with these means, in single precision.

    Each count is the quantile at one of 65,536 equally likely points: a table for each mean, much quicker than a
    generator a number, and as good for limits at the usual levels.
    """
    import numpy as np

    points = 1 << 16
    at = np.random.default_rng(seed).integers(0, points, (len(mean), size), dtype=np.uint16)
    drawn = np.empty((len(mean), size), dtype=np.float32)
    many = mean >= _MANY
    normal, skew = _normal(points)
    for row, one in enumerate(mean):
        if many[row]:
            counts = normal.take(at[row])
            counts *= np.float32(np.sqrt(one))
            counts += skew.take(at[row])
            counts += np.float32(one)
            np.rint(counts, out=drawn[row])
        else:
            drawn[row] = _quantiles(one, points).take(at[row])
    return np.ascontiguousarray(drawn.T)


@lru_cache(maxsize=1)
def _normal(points: int) -> tuple[np.ndarray, np.ndarray]:
    """Normal quantiles at so many equally likely points, and what skewness adds: the first terms of Cornish and Fisher's expansion."""
    import numpy as np
    from scipy.special import ndtri

    z = ndtri((np.arange(points) + 0.5) / points)
    return z.astype(np.float32), ((z * z - 1) / 6).astype(np.float32)


@lru_cache(maxsize=128)
def _quantiles(mean: float, points: int) -> np.ndarray:
    """The quantiles of Poisson's distribution at so many equally likely points."""
    import numpy as np
    from scipy.special import pdtr

    counts = np.arange(int(mean + 8 * np.sqrt(mean)) + 12, dtype=np.float32)
    upto = np.rint(pdtr(counts, mean) * points).astype(int)
    upto[-1] = points
    return np.repeat(counts, np.diff(upto, prepend=0))


def _gini_of(ordered: np.ndarray) -> np.ndarray:
    import numpy as np

    n = ordered.shape[-1]
    weights = (2 * np.arange(1, n + 1) - n - 1).astype(ordered.dtype)
    # Many small products: einsum is quicker here than a library of linear algebra with its threads.
    return np.einsum("...i,i->...", ordered, weights) / (n * ordered.sum(axis=-1))


def _theil_of(counts: np.ndarray, weights: np.ndarray | None = None) -> np.ndarray:
    import numpy as np
    from scipy.special import xlogy

    counts = np.asarray(counts, dtype=float)
    weights = np.ones(counts.shape[-1]) if weights is None else weights
    total = counts.sum(axis=-1)
    return _without_noise(xlogy(counts, counts / weights).sum(axis=-1) / total - np.log(total / weights.sum()))


def _without_noise(index: np.ndarray) -> np.ndarray:
    """Nothing where only rounding in the last places is left, so that an equal spread is exactly 0."""
    import numpy as np

    return np.where(index < 1e-13, 0.0, index)


def _herfindahl_of(counts: np.ndarray) -> np.ndarray:
    import numpy as np

    counts = np.asarray(counts, dtype=float)
    return np.square(counts).sum(axis=-1) / np.square(counts.sum(axis=-1))


def _top_of(ordered: np.ndarray) -> np.ndarray:
    """The share of the k largest, for k from 0 to all, of counts in ascending order."""
    import numpy as np

    summed = np.cumsum(ordered[..., ::-1], axis=-1, dtype=float)
    return np.concatenate([np.zeros((*summed.shape[:-1], 1)), summed / summed[..., -1:]], axis=-1)


def _top(counts: _Counts, k: int) -> dict[str, Any]:
    n = len(counts.value)
    least, most = _top_extremes(counts.low, counts.high)
    value = float(_top_of(counts.value)[k])
    return counts.row(
        f"top_{k}",
        value,
        (least[k], most[k]),
        lambda: counts.ordered[:, n - k :].sum(axis=1) / counts.ordered.sum(axis=1),
        k / n,
        1.0,
    )


def _gini(counts: _Counts, corrected: bool = False) -> dict[str, Any]:
    import numpy as np

    n = len(counts.value)
    factor = n / (n - 1) if corrected else 1.0
    value = float(_gini_of(counts.value))
    box = _gini_extremes(counts.low, counts.high, value)
    return counts.row(
        "gini_corrected" if corrected else "gini",
        factor * value,
        tuple(factor * np.asarray(box)),
        lambda: factor * _gini_of(counts.ordered),
        0.0,
        factor * (n - 1) / n,
    )


def _theil(counts: _Counts) -> dict[str, Any]:
    import numpy as np

    value = float(_theil_of(counts.value))
    box = _theil_extremes(counts.low, counts.high, np.ones(len(counts.value)))
    return counts.row("theil", value, box, lambda: _theil_of(counts.drawn), 0.0, float(np.log(len(counts.value))))


def _herfindahl(counts: _Counts) -> dict[str, Any]:
    box = _herfindahl_extremes(counts.low, counts.high)
    return counts.row(
        "herfindahl",
        float(_herfindahl_of(counts.value)),
        box,
        lambda: _herfindahl_of(counts.drawn),
        1 / len(counts.value),
        1.0,
    )


def _theil_parts(counts: _Counts) -> list[dict[str, Any]]:
    import numpy as np

    members = np.eye(counts.groups.max() + 1)[counts.groups]
    sizes = members.sum(axis=0)
    whole = float(_theil_of(counts.value))
    between = min(float(_theil_of(counts.value @ members, sizes)), whole)
    of_whole = _theil_extremes(counts.low, counts.high, np.ones(len(counts.value)))
    of_between = _theil_extremes(counts.low @ members, counts.high @ members, sizes)
    of_within = max(of_whole[0] - of_between[1], 0.0), of_whole[1] - of_between[0]
    if counts.chance:
        drawn_whole = _theil_of(counts.drawn)
        drawn_between = _theil_of(counts.drawn @ members, sizes)
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
        share = tuple(
            one / (one + rest) if one + rest > 0 else 0.0
            for one, rest in zip(of_between, reversed(of_within), strict=True)
        )
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


def _levels(low: np.ndarray, high: np.ndarray, weights: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Where a count begins or ends to follow the common level, and the counts at each of these levels, a row a level."""
    import numpy as np

    weights = np.ones(len(low)) if weights is None else weights
    at = np.unique(np.concatenate([low / weights, high / weights]))
    at = at[at > 0]
    return at, np.clip(at[:, None] * weights, low, high)


def _sorted_box(low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    import numpy as np

    order = np.lexsort((high, low))
    return low[order], high[order]


def _gini_extremes(low: np.ndarray, high: np.ndarray, value: float) -> tuple[float, float]:
    """Between two levels the index is a ratio of linear functions, so that its least value stands at one of them.

    Its greatest value is that of a ratio over all ranks and corners: with ratio r, rank k's count brings (2k − n − 1)/n
    − r,
    times the high end if that is positive, else the low one. Dinkelbach's (1967) method settles r, an assignment of
    ranks to counts
    each step.
    """
    import numpy as np
    from scipy.optimize import linear_sum_assignment

    if (low == high).all():
        return value, value
    least = _gini_of(np.sort(_levels(low, high)[1], axis=1)).min()
    n = len(low)
    weights = (2 * np.arange(1, n + 1) - n - 1) / n
    # A corner that is nearly the best, so that one or two assignments settle it.
    ends = np.where((low + high)[:, None] > (low + high)[None, :], high[:, None], low[:, None]).T
    some = ends.any(axis=1)
    most = max(value, float(_gini_of(np.sort(ends[some], axis=1)).max(initial=0)))
    # Intervals that do not overlap leave no choice of ranks.
    apart = (high[:-1] <= low[1:]).all()
    while True:
        gain = weights - most
        if apart:
            rank = np.arange(n)
        else:
            rank = linear_sum_assignment(gain * np.where(gain > 0, high[:, None], low[:, None]), maximize=True)[1]
        counts = np.where(gain[rank] > 0, high, low)
        found = float(weights[rank] @ counts / counts.sum()) if counts.any() else 0.0
        if found <= most * (1 + 1e-12):
            return float(least), most
        most = found


def _top_extremes(low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The least and the greatest share of the k largest, for k from 0 to all.

    The greatest: k counts at their high ends, the others at their low ones; which k, Dinkelbach's (1967) method
    settles.
    """
    import numpy as np

    if (low == high).all():
        shares = _top_of(np.sort(low))
        return shares, shares
    least = _top_of(np.sort(_levels(low, high)[1], axis=1)).min(axis=0)
    n, most = len(low), least.copy()
    while True:
        gain = high * (1 - most[:, None]) + low * most[:, None]
        first = np.argsort(-gain, axis=1, kind="stable")
        chosen = np.argsort(first, axis=1, kind="stable") < np.arange(n + 1)[:, None]
        up, down = (chosen * high).sum(axis=1), (~chosen * low).sum(axis=1)
        found = np.divide(up, up + down, out=np.zeros(n + 1), where=up + down > 0)
        if (found <= most * (1 + 1e-14)).all():
            return least, np.maximum(most, found)
        most = np.maximum(most, found)


def _theil_extremes(low: np.ndarray, high: np.ndarray, weights: np.ndarray) -> tuple[float, float]:
    import numpy as np
    from scipy.special import xlogy

    with np.errstate(divide="ignore", over="ignore"):
        return _ratio_extremes(
            low,
            high,
            weights,
            phi=lambda x, w: xlogy(x, x / w),
            index=lambda s, f: _without_noise(f / s - np.log(s / weights.sum())),
            level=lambda s, f: np.exp(f / s),
            total=lambda start, slope: -start,
        )


def _herfindahl_extremes(low: np.ndarray, high: np.ndarray) -> tuple[float, float]:
    import numpy as np

    with np.errstate(divide="ignore"):
        return _ratio_extremes(
            low,
            high,
            np.ones(len(low)),
            phi=lambda x, w: x * x,
            index=lambda s, f: f / (s * s),
            level=lambda s, f: f / s,
            total=lambda start, slope: -2 * start / slope,
        )


def _ratio_extremes(
    low: np.ndarray,
    high: np.ndarray,
    weights: np.ndarray,
    *,
    phi: Callable,
    index: Callable,
    level: Callable,
    total: Callable,
) -> tuple[float, float]:
    """The least and the greatest value of an index that depends on the sum s of counts and the sum f of a convex ``phi`` of them.

    Least: at a level where a count begins or ends to follow, or between two of them at the ``level`` where the index is
    stationary, given the sums of the counts that do not follow. Greatest: counts go from their low to their high ends
    by
    falling slope of ``phi``, along the upper edge of all points (s, f) that the box allows; an edge f = start + slope ·
    s has its
    stationary point at ``total``. Points inside an edge belong to no corner, so that this is an outer limit; few
    corners
    are looked at one by one.
    """
    import numpy as np

    if (low == high).all():
        value = float(index(low.sum(), phi(low, weights).sum()))
        return value, value
    at, counts = _levels(low, high, weights)
    follows = (
        (low < at[:-1, None] * weights * (1 + 1e-15)) & (high >= at[1:, None] * weights * (1 - 1e-15)) & (low < high)
    )
    fixed, fixed_phi = (
        np.where(follows, 0, counts[:-1]).sum(axis=1),
        np.where(follows, 0, phi(counts[:-1], weights)).sum(axis=1),
    )
    inner = np.clip(level(np.maximum(fixed, 1e-300), fixed_phi), at[:-1], at[1:])
    counts = np.concatenate([counts, np.clip(inner[:, None] * weights, low, high)])
    least = index(counts.sum(axis=1), phi(counts, weights).sum(axis=1)).min()

    free = low < high
    if free.sum() <= _CORNERS:
        counts = np.tile(low, (1 << free.sum(), 1))
        counts[:, free] = np.array(list(product(*zip(low[free], high[free], strict=True))))
        counts = counts[counts.any(axis=1)]
        return float(least), float(index(counts.sum(axis=1), phi(counts, weights).sum(axis=1)).max())
    slope = (phi(high, weights) - phi(low, weights))[free] / (high - low)[free]
    falling = np.argsort(-slope, kind="stable")
    slope = slope[falling]
    s = low.sum() + np.concatenate([[0], np.cumsum((high - low)[free][falling])])
    f = phi(low, weights).sum() + np.concatenate(
        [[0], np.cumsum((phi(high, weights) - phi(low, weights))[free][falling])]
    )
    start = f[:-1] - slope * s[:-1]
    edge = np.clip(np.nan_to_num(total(start, slope), nan=0.0), s[:-1], s[1:])
    s, f = np.concatenate([s, edge]), np.concatenate([f, start + slope * edge])
    return float(least), float(index(s[s > 0], f[s > 0]).max())


def _fit_tail(ordered: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Start, exponent, distance and number of places of the best tail of each row of counts in ascending order."""
    import numpy as np

    rows, n = ordered.shape
    best = np.full((4, rows), np.nan)
    best[2] = np.inf
    logs = np.log(np.maximum(ordered, 0.5))
    above = np.cumsum(logs[:, ::-1], axis=1)[:, ::-1]
    for first in range(n - 9):
        start, tail = ordered[:, first], n - first
        fresh = (start >= TAIL_FROM) & ((first == 0) | (ordered[:, first - 1] < start)) & (ordered[:, -1] > start)
        if not fresh.any():
            continue
        base = np.log(start[fresh] - 0.5)
        alpha = 1 + tail / (above[fresh, first] - tail * base)
        counts = ordered[fresh, first:]
        steps = np.arange(tail) / tail
        # The law rounded to whole counts: at most x holds from x + ½ down, fewer than x from x − ½ down.
        upto = 1 - np.exp((1 - alpha)[:, None] * (np.log(counts + 0.5) - base[:, None]))
        below = 1 - np.exp((1 - alpha)[:, None] * (np.log(counts - 0.5) - base[:, None]))
        distance = np.maximum((steps + 1 / tail - upto).max(axis=1), (below - steps).max(axis=1))
        better = distance < best[2, fresh]
        at = np.flatnonzero(fresh)[better]
        best[:, at] = [start[at], alpha[better], distance[better], np.full(len(at), tail)]
    return tuple(best)


def _tail_p(x: np.ndarray, start: float, alpha: float, tail: int, distance: float, resamples: int, seed: int) -> float:
    """The share of fits to counts that do follow the law which lie farther from it (Clauset, Shalizi & Newman 2009)."""
    import numpy as np

    random = np.random.default_rng(seed)
    n, body = len(x), x[x < start]
    law = np.floor((start - 0.5) * (1 - random.random((resamples, n))) ** (-1 / (alpha - 1)) + 0.5)
    in_tail = random.random((resamples, n)) < tail / n
    drawn = np.where(in_tail, law, random.choice(body, (resamples, n)) if len(body) else law)
    return float((_fit_tail(np.sort(drawn, axis=1))[2] >= distance).mean())
