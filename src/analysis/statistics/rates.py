"""Rates: a count for the size of something, with the uncertainty of printing and of chance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import DataError, NotComparableError
from ..figures import wording
from .phrases import label_in_words, p_in_words, place_in_words, signed_in_words, span_in_words, unit_in_words
from .result import result
from .uncertainty import by_chance, checked_counts, checked_level, normal_deviate

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

METHODS = {"exact": "exact Poisson", "byar": "Byar", "mid-p": "mid-P", "score": "score"}


def garwood(count: np.ndarray, level: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
    """Exact Poisson limits of a count (Garwood 1936): the quantiles of two gamma distributions.

    Parameters
    ----------
    count
        Counts, at least 0; they need not be whole (the end of an interval of printing).
    level
        The confidence level, such as 0.95.

    Returns
    -------
    tuple of numpy.ndarray
        The lower and the upper limits.
    """
    import numpy as np
    from scipy.special import gammaincinv

    count = np.asarray(count, dtype=float)
    tail = (1 - checked_level(level)) / 2
    low = np.where(count > 0, gammaincinv(np.maximum(count, 1e-9), tail), 0.0)
    return low, gammaincinv(count + 1, 1 - tail)


def byar(count: np.ndarray, level: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
    """Byar's approximation of the Poisson limits (Breslow & Day 1987); a negative lower limit is withheld.

    Parameters
    ----------
    count, level
        As for `garwood`.

    Returns
    -------
    tuple of numpy.ndarray
        The lower and the upper limits; a lower one that would be negative is missing.
    """
    import numpy as np

    count = np.asarray(count, dtype=float)
    z = normal_deviate(level)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        low = count * (1 - 1 / (9 * count) - z / (3 * np.sqrt(count))) ** 3
    more = count + 1
    high = more * (1 - 1 / (9 * more) + z / (3 * np.sqrt(more))) ** 3
    return np.where(low > 0, low, np.nan), high


def mid_p(count: np.ndarray, level: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
    """Mid-P limits of a count (Lancaster 1961; Cohen & Yang 1994): half of the count's own probability is in the tail.

    Narrower than the exact limits; they cover the level on average, not for each mean.
    """
    import numpy as np
    from scipy.optimize.elementwise import find_root
    from scipy.special import gammainc, gammaincc, gammainccinv, gammaincinv

    count = np.asarray(count, dtype=float)
    tail = (1 - checked_level(level)) / 2
    some = np.maximum(count, 1e-9)
    # The half-way tail lies between those of x and of x + 1 events, and so does its root.
    low = find_root(
        lambda mean, x: (gammainc(x, mean) + gammainc(x + 1, mean)) / 2 - tail,
        (gammaincinv(some, tail), gammaincinv(some + 1, tail)),
        args=(some,),
    ).x
    high = find_root(
        lambda mean, x: (gammaincc(x, mean) + gammaincc(x + 1, mean)) / 2 - tail,
        (gammainccinv(some, tail), gammainccinv(some + 1, tail)),
        args=(some,),
    ).x
    return np.where(count > 0, low, 0.0), high


def score(count: np.ndarray, level: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
    """Score limits of a count: the means m with (x − m)² = z² m, which is x + z²/2 ± z √(x + z²/4)."""
    import numpy as np

    count = np.asarray(count, dtype=float)
    z = normal_deviate(level)
    high = count + z**2 / 2 + z * np.sqrt(count + z**2 / 4)
    # The product of both roots is x², which spares the difference of two near numbers.
    return count**2 / high, high


def limits(
    count: np.ndarray, method: str = "exact", level: float = 0.95, dispersion: float | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Limits of chance of counts.

    Parameters
    ----------
    count
        Counts, at least 0.
    method
        ``exact`` (`garwood`), ``byar``, ``mid-p`` or ``score``.
    level
        The confidence level.
    dispersion
        Variance over mean, d: the count is then taken for d times a Poisson count, as lots of d come. Its limits are
        d times those of x/d.

    Raises
    ------
    DataError
        If there is no such method, or the level is not between 0 and 1.
    """
    if method not in METHODS:
        raise DataError(f"there is no method {method!r}; choose one of {', '.join(METHODS)}.", method=method)
    spread = dispersion or 1.0
    low, high = {"exact": garwood, "byar": byar, "mid-p": mid_p, "score": score}[method](count / spread, level)
    return low * spread, high * spread


def rates(
    frame: pd.DataFrame,
    per: str = "population",
    scale: float = 1e6,
    method: str = "exact",
    level: float = 0.95,
    interval: str | None = None,
    dispersion: float | None = None,
) -> pd.DataFrame:
    """The frame with a rate for each row: value / denominator × scale.

    Parameters
    ----------
    frame
        Rows with ``iso3``, ``value``, ``low``, ``high``; the year comes from ``year`` or else ``scan_to``.
    per
        The denominator: ``population``, an indicator of the reference data such as ``hospitals_total``, or a column of
        the frame. With the columns ``<per>_low`` and ``<per>_high`` the denominator has an interval of its own: the
        rate's lower end is then over its high, the upper over its low.
    scale
        The rate is per so many units of the denominator.
    method
        Limits of chance: ``exact`` (Garwood 1936), ``mid-p``, ``score`` or ``byar``.
    level
        Confidence level of the limits of chance.
    interval
        ``printing`` (what the rounding allows), ``chance`` (a count as a realisation of independent
        events) or ``both``. Default: by the measure, ``both`` for independent events, else ``printing``.
    dispersion
        Variance over mean of the counts, if known: allows chance for things that come in lots, and widens it.

    Returns
    -------
    pandas.DataFrame
        With ``denominator, denominator_year, rate, rate_low, rate_high, rate_method, level`` (and ``denominator_low``,
        ``denominator_high`` where given). The denominator is that of the survey's year, else the nearest known;
        ``denominator_year`` says which, a warning where it is another. A row without a denominator has no rate and is
        listed in ``attrs["missing"]``.

    Raises
    ------
    DataError
        For a count that `checked_counts` refuses, a denominator that is not positive, a measure that is no count, or an
        unknown method.
    NotComparableError
        If chance is asked for where things do not come independently (studies, images).

    Notes
    -----
    Assumes that all of the denominator was looked at, and counts of events that come one by one (Poisson). Do not rank
    by
    it where counts are small: see `small_numbers.funnel`.
    """
    import numpy as np

    checked_counts(frame)
    chance = by_chance(frame, interval, dispersion)
    found, missing, warnings = sized(frame, per)
    low, high = _ends(frame, chance, interval, method, level, dispersion)
    least, most = _span(found)
    found["rate"] = found["value"] / found["denominator"] * scale
    found["rate_low"] = low / most * scale
    found["rate_high"] = high / least * scale
    told = METHODS[method] + (f", dispersion {dispersion:g}" if dispersion else "")
    found["rate_method"] = np.where(chance, told, "printing only")
    found["level"] = np.where(chance, level, np.nan)
    if np.isnan(low).any():
        warnings.append(
            "Byar's lower limit of a very small count falls below zero and is withheld; method='exact' has one."
        )
    found = result(
        found,
        "rates.rates",
        of=frame,
        method=method,
        level=level,
        interval=interval,
        missing=missing,
        warnings=warnings,
        parameters={"per": per, "scale": scale, "dispersion": dispersion, "denominator_years": _years(found)},
    )
    # Charts write the unit of the rate from these two.
    found.attrs |= {"per": per, "scale": scale}
    return found


def rate_ratio(
    frame: pd.DataFrame,
    a: str,
    b: str,
    per: str = "population",
    level: float = 0.95,
    interval: str | None = None,
    dispersion: float | None = None,
) -> pd.DataFrame:
    """How many times as high the rate is in one place as in another, with an exact interval and test.

    Given both counts' sum, the first is binomial with p = θ t₁ / (θ t₁ + t₂), θ the ratio of the rates and t the
    denominators (Przyborowski & Wilenski 1940). The interval holds the θ whose two tails are both at least α/2
    (Clopper–Pearson limits of p, turned into θ); ``p_value`` is twice the smaller tail at θ = 1. So p < α exactly where
    the interval leaves 1 out; the p value of R's ``poisson.test`` (minimum likelihood) does not have that property.

    Parameters
    ----------
    frame, per, level, interval, dispersion
        As for `rates`; one row each for both places.
    a, b
        ``iso3`` (or the name in ``place``) of the two places; the ratio is a over b.

    Returns
    -------
    pandas.DataFrame
        One row: ``iso3, other, rate_a, rate_b`` (per one of the denominator), ``ratio, ratio_low, ratio_high, p_value,
        method, level``. Where printing counts, the ends are the widest and the p value the largest that it allows. With
        printing only there is no test: ``p_value`` is missing. With no count at b the ratio and its upper end are
        infinite.

    Raises
    ------
    DataError
        As `rates`; if a place is not there once, has no denominator, or neither has a count.
    NotComparableError
        As `rates`, or if the places were counted in different ways.
    """
    import numpy as np
    import pandas as pd

    pair, chance, warnings = _pair(frame, a, b, per, interval, dispersion)
    (x1, low1, high1), (x2, low2, high2) = pair["counts"]
    (t1, least1, most1), (t2, least2, most2) = pair["sizes"]
    if high1 == high2 == 0:
        raise DataError(f"neither {a} nor {b} has a count above zero; there is nothing to compare.")
    ratio = _over(x1 * t2, x2 * t1)
    if chance:
        spread = dispersion or 1.0
        low, upper_tail = _conditional(low1 / spread, high2 / spread, most1, least2, level)
        mirrored, lower_tail = _conditional(low2 / spread, high1 / spread, most2, least1, level)
        high, p_value = _over(1.0, mirrored), min(1.0, 2 * min(upper_tail, lower_tail))
    else:
        low, high, p_value = _over(low1 * least2, high2 * most1), _over(high1 * most2, low2 * least1), np.nan
        warnings.append(
            "What was counted comes in lots, so that chance has no test here; the ends are those of printing."
        )
    if x2 == 0:
        warnings.append(f"{b} has no count: the ratio is infinite, only its lower end says something.")
    method = "exact conditional" if chance else "printing only"
    table = pd.DataFrame(
        {
            "iso3": [a],
            "other": [b],
            "rate_a": [x1 / t1],
            "rate_b": [x2 / t2],
            "ratio": [ratio],
            "ratio_low": [low],
            "ratio_high": [high],
            "p_value": [p_value],
            "method": [method],
            "level": [level if chance else np.nan],
        }
    )
    return result(
        table,
        "rates.rate_ratio",
        of=frame,
        method=method,
        level=level,
        interval=interval,
        warnings=warnings,
        parameters={"per": per, "a": a, "b": b, "dispersion": dispersion},
    )


def rate_difference(
    frame: pd.DataFrame,
    a: str,
    b: str,
    per: str = "population",
    scale: float = 1e6,
    level: float = 0.95,
    interval: str | None = None,
    dispersion: float | None = None,
) -> pd.DataFrame:
    """How much higher the rate is in one place than in another, with interval and test.

    With the exact limits l, u of both rates r: r₁ − r₂ − √((r₁ − l₁)² + (u₂ − r₂)²) and
    r₁ − r₂ + √((u₁ − r₁)² + (r₂ − l₂)²) (MOVER: Zou & Donner 2008; for Poisson rates Li, Tang & Wong 2014). ``p_value``
    is the exact one of `rate_ratio`,
    whose null hypothesis is the same; at the very edge of the level it may disagree with this interval.

    Parameters
    ----------
    frame, a, b, per, level, interval, dispersion
        As for `rate_ratio`.
    scale
        Rates are per so many units of the denominator.

    Returns
    -------
    pandas.DataFrame
        One row: ``iso3, other, rate_a, rate_b, difference, difference_low, difference_high, p_value, method, level``.

    Raises
    ------
    DataError, NotComparableError
        As `rate_ratio`, but two places without a count have the difference zero.
    """
    import numpy as np
    import pandas as pd

    pair, chance, warnings = _pair(frame, a, b, per, interval, dispersion)
    (x1, low1, high1), (x2, low2, high2) = pair["counts"]
    (t1, least1, most1), (t2, least2, most2) = pair["sizes"]
    low, high = low1 / most1 - high2 / least2, high1 / least1 - low2 / most2
    p_value = np.nan
    if chance:
        down = limits(np.array([low1, low2]), "exact", level, dispersion)[0]
        up = limits(np.array([high1, high2]), "exact", level, dispersion)[1]
        # The ends of the counts' intervals, each with the limit of chance beyond it.
        low -= np.hypot((low1 - down[0]) / most1, (up[1] - high2) / least2)
        high += np.hypot((up[0] - high1) / least1, (low2 - down[1]) / most2)
        if high1 == high2 == 0:
            p_value = 1.0
        else:
            p_value = rate_ratio(frame, a, b, per, level, interval, dispersion)["p_value"].iloc[0]
    method = "MOVER of exact limits" if chance else "printing only"
    table = pd.DataFrame(
        {
            "iso3": [a],
            "other": [b],
            "rate_a": [x1 / t1 * scale],
            "rate_b": [x2 / t2 * scale],
            "difference": [(x1 / t1 - x2 / t2) * scale],
            "difference_low": [low * scale],
            "difference_high": [high * scale],
            "p_value": [p_value],
            "method": [method],
            "level": [level if chance else np.nan],
        }
    )
    return result(
        table,
        "rates.rate_difference",
        of=frame,
        method=method,
        level=level,
        interval=interval,
        warnings=warnings,
        parameters={"per": per, "scale": scale, "a": a, "b": b, "dispersion": dispersion},
    )


def sized(frame: pd.DataFrame, per: str) -> tuple[pd.DataFrame, list[str], list[str]]:
    """The frame with the denominator of each row, the places that have none, and what must be said of it.

    Parameters
    ----------
    frame, per
        As for `rates`.

    Returns
    -------
    tuple
        A copy with ``denominator, denominator_year`` (and ``denominator_low, denominator_high``); the ``iso3`` (else
        the
        names) of rows without one; warnings.

    Raises
    ------
    DataError
        For a denominator that is not positive or outside its interval, an unknown one, or a measure that is no count.
    """
    import pandas as pd

    from ..figures.denominators import denominator
    from ..figures.measures import measures

    if "measure" in frame:
        known = measures()
        for measure in frame["measure"].unique():
            if measure in known.index and (
                known.at[measure, "kind"] != "count" or known.at[measure, "unit"].endswith(" a breach")
            ):
                raise DataError(
                    f"{measure!r} is no number of things but per something already; a rate needs a count.",
                    column="measure",
                )
    found, warnings = frame.copy(), []
    if per in frame:
        found["denominator"], found["denominator_year"] = frame[per].astype(float), pd.NA
        if f"{per}_low" in frame and f"{per}_high" in frame:
            found["denominator_low"], found["denominator_high"] = frame[f"{per}_low"], frame[f"{per}_high"]
            outside = (
                ~found["denominator"].between(found["denominator_low"], found["denominator_high"])
                & found["denominator"].notna()
            )
            if outside.any():
                raise DataError("a denominator is outside its interval; correct its low or high end.", column=per)
    else:
        if "iso3" not in frame:
            raise DataError(
                f"the table has no column {per!r} and no iso3 to look a denominator up by; add one of them.", column=per
            )
        year = year_of(frame)
        sought = denominator(frame["iso3"], year, per, nearest=True)
        found["denominator"] = sought["denominator"].to_numpy(float)
        found["denominator_year"] = sought["denominator_year"].to_numpy()
        other = sought["denominator_year"].ne(year).fillna(False) & sought["denominator"].notna()
        if other.any():
            years = sorted({int(one) for one in sought.loc[other, "denominator_year"]})
            span = wording.between(str(years[0]), str(years[-1]))
            warnings.append(
                f"The denominator of {int(other.sum())} rows is of the nearest year known ({span}), not of the count's."
            )
    columns = [column for column in ("denominator", "denominator_low") if column in found]
    if (found[columns] <= 0).any(axis=None):
        raise DataError("a denominator is not positive; correct it or leave it empty.", column=per)
    return found, _names(frame, found["denominator"].isna()), warnings


def compared(frame: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """The rows of a table whose places are to be compared with one another, and notes on their surveys.

    Rows of the world are left out.

    Raises
    ------
    DataError
        If a place has two rows, or no row is left.
    NotComparableError
        If there are several measures, or surveys that counted in different ways.
    """
    from ..figures.comparability import require_comparable

    rows = frame[frame["iso3"].ne("WLD").fillna(True)] if "iso3" in frame else frame
    if rows.empty:
        raise DataError("the table has no place but the world; choose places that were published.")
    if "measure" in rows and rows["measure"].nunique() > 1:
        named = ", ".join(sorted(rows["measure"].unique()))
        raise NotComparableError(f"{named} are different things and must not be compared; select one measure.")
    if "iso3" in rows and (twice := rows["iso3"].duplicated() & rows["iso3"].notna()).any():
        raise DataError(
            f"{rows.loc[twice, 'iso3'].iloc[0]} has two rows; take one survey and ex.preferred(panel).", column="iso3"
        )
    notes = require_comparable(rows) if "survey" in rows and rows["survey"].nunique() > 1 else ""
    return rows, [f"The surveys may be compared with a note: {notes}."] if notes else []


def facts(result: pd.DataFrame, lang: str) -> tuple[str, dict[str, str]]:
    """What `describe` says of a result of this file: the case and the parts of its sentence."""
    statistic = result.attrs["statistic"].partition(".")[2]
    return (
        _facts_of_rates(result, lang)
        if statistic == "rates"
        else _facts_of_pair(result, statistic.removeprefix("rate_"), lang)
    )


def _ends(
    frame: pd.DataFrame, chance: np.ndarray, interval: str | None, method: str, level: float, dispersion: float | None
) -> tuple[np.ndarray, np.ndarray]:
    """The ends of each count's interval: of printing, and of chance beyond it where chance counts."""
    import numpy as np

    low, high = (
        frame[column].to_numpy(float) for column in (("value", "value") if interval == "chance" else ("low", "high"))
    )
    down, up = limits(low, method, level, dispersion)[0], limits(high, method, level, dispersion)[1]
    return np.where(chance, down, low), np.where(chance, up, high)


def _span(found: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """The least and the most that each denominator may be."""
    given = "denominator_low" in found
    return (
        (found["denominator_low"], found["denominator_high"]) if given else (found["denominator"], found["denominator"])
    )


def _pair(frame: pd.DataFrame, a: str, b: str, per: str, interval: str | None, dispersion: float | None):
    """Counts and denominators of two places, each as value, least, most; whether chance counts; warnings."""
    checked_counts(frame)
    rows = []
    for place in (a, b):
        there = [frame[column].eq(place).fillna(False) for column in ("iso3", "place") if column in frame]
        row = frame[there[0] | there[-1]] if there else frame.head(0)
        if len(row) != 1:
            raise DataError(f"{place} has {len(row) or 'no'} rows in the table; give the iso3 of a place that has one.")
        rows.append(row)
    if a == b:
        raise DataError(f"{a} cannot be compared with itself; give two places.")
    import pandas as pd

    both = pd.concat(rows)
    warnings = compared(both)[1]
    chance = bool(by_chance(both, interval, dispersion).all())
    found, missing, said = sized(both, per)
    if missing:
        raise DataError(
            f"{' and '.join(missing)} has no denominator {per!r}; choose another, or another place.", column=per
        )
    least, most = _span(found)
    ends = ["value"] * 3 if interval == "chance" else ["value", "low", "high"]
    counts = both[ends].to_numpy(float).tolist()
    sizes = [list(map(float, one)) for one in zip(found["denominator"], least, most, strict=True)]
    return {"counts": counts, "sizes": sizes}, chance, [*warnings, *said]


def _conditional(x1: float, x2: float, t1: float, t2: float, level: float) -> tuple[float, float]:
    """The lower limit of the ratio of two rates, and the chance of so high a first count where both are equal."""
    from scipy.special import betainc, betaincinv

    if x1 == 0:
        return 0.0, 1.0
    p = float(betaincinv(x1, x2 + 1, (1 - checked_level(level)) / 2))
    return p / (1 - p) * t2 / t1, float(betainc(x1, x2 + 1, t1 / (t1 + t2)))


def _over(above: float, below: float) -> float:
    return above / below if below else float("inf")


def year_of(frame: pd.DataFrame) -> pd.Series:
    """The year that each count is of: as given, else of the end of the scan, else of the publication."""
    import pandas as pd

    years = pd.Series(pd.NA, index=frame.index, dtype="Int64")
    for column in ("year", "scan_to", "published"):
        if column in frame:
            found = frame[column].astype("str").str.extract(r"^(\d{4})(?!\d)", expand=False)
            years = years.fillna(pd.to_numeric(found).astype("Int64"))
    if years.isna().all():
        raise DataError("the table says of no row what year it is of; add the column year (or scan_to).", column="year")
    return years


def _years(found: pd.DataFrame) -> list[int]:
    return sorted({int(year) for year in found["denominator_year"].dropna()})


def _names(frame: pd.DataFrame, which: pd.Series) -> list[str]:
    """What to call some rows: the code, else the name, else the number of the row."""
    names = [frame[column] for column in ("iso3", "place", "country") if column in frame]
    return [
        next((name.iloc[at] for name in names if isinstance(name.iloc[at], str)), f"row {at + 1}")
        for at in which.to_numpy().nonzero()[0].tolist()
    ]


def _facts_of_rates(result: pd.DataFrame, lang: str) -> tuple[str, dict[str, str]]:
    known = result[result["rate"].notna()]
    if known.empty:
        return "none", {"places": wording.number(len(result), lang)}
    if ("measure" in known and known["measure"].nunique() > 1) or ("survey" in known and known["survey"].nunique() > 1):
        return "several", {"rates": wording.number(len(known), lang)}
    places = known[known["iso3"] != "WLD"] if "iso3" in known else known
    places = places if len(places) else known
    top = places.sort_values(["rate", "rate_low"], kind="stable").iloc[-1]
    level, per, scale = top["level"], result.attrs["parameters"]["per"], result.attrs["parameters"]["scale"]
    parts = {
        "place": place_in_words(top, lang),
        "rate": wording.counted(top["rate"], label_in_words(known, lang), lang),
        "unit": unit_in_words(per, scale, lang),
        "span": span_in_words(top["rate_low"], top["rate_high"], lang),
        "level": wording.percent(level, lang) if level == level else "",
        "places": wording.number(len(places), lang),
        "near": wording.number(int((places["rate_high"] >= top["rate_low"]).sum()) - 1, lang),
    }
    printed = "" if level == level else "_printed"
    return ("highest" if len(places) > 1 else "single") + printed, parts


def _facts_of_pair(result: pd.DataFrame, kind: str, lang: str) -> tuple[str, dict[str, str]]:
    row = result.iloc[0]
    p_value, parameters = row["p_value"], result.attrs["parameters"]
    label = label_in_words(result, lang)
    parts = {
        "a": place_in_words(row, lang),
        "b": place_in_words(row[["other"]].rename({"other": "iso3"}), lang),
        "label": label[:1].upper() + label[1:],
        "size": unit_in_words(parameters["per"], parameters.get("scale", 1.0), lang) if kind == "difference" else "",
        "found": "" if row[kind] == float("inf") else signed_in_words(row[kind], lang),
        "low": signed_in_words(row[f"{kind}_low"], lang),
        "span": span_in_words(row[f"{kind}_low"], row[f"{kind}_high"], lang),
        "level": wording.percent(row["level"], lang) if row["level"] == row["level"] else "",
        "p": p_in_words(p_value, lang),
    }
    if kind == "ratio" and row["ratio"] == float("inf"):
        return "ratio_without", parts
    if p_value != p_value:
        return f"{kind}_printed", parts
    return f"{kind}_{'apart' if p_value < 1 - row['level'] else 'open'}", parts
