"""Overlap of lists: what none of them saw, if that can be known; the share found again; candidates that are none."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations
from typing import TYPE_CHECKING, Any, NamedTuple

from ..errors import DataError, NotComparableError
from ..language import intervals, numbers
from .phrases import label_in_words, place_in_words
from .result import result
from .uncertainty import by_chance, checked_counts, checked_level, normal_deviate

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

METHODS = {"chapman": "Chapman", "lincoln-petersen": "Lincoln–Petersen"}

#: With more lists than these the models that take lists two by two are more than a thousand.
MOST_LISTS = 5

_PLACE = ("iso3", "place", "country", "survey", "measure", "scan_from", "scan_to")
_INDEPENDENT = (
    "The estimate holds if the lists are independent, complete in what they tell, and of one closed population."
)


def two_lists(
    first: object, second: object, both: object, method: str = "chapman", level: float = 0.95, limits: str | None = None
) -> pd.DataFrame:
    """The total that two independent lists and their overlap suggest (capture–recapture).

    With M and C on the lists and R on both, Lincoln–Petersen gives N = M C / R, Chapman (1951)
    N = (M + 1)(C + 1)/(R + 1) − 1, which is nearly unbiased and finite for R = 0. The interval is the transformed logit
    of
    Sadinle (2009), M + C − R − ½ + [(M − R + ½)(C − R + ½)/(R + ½)] exp(± z σ) with
    σ² = 1/(R + ½) + 1/(M − R + ½) + 1/(C − R + ½) + (R + ½)/((M − R + ½)(C − R + ½)); it never falls below the number
    seen,
    as the normal interval of estimate ± z ``se`` may.

    Parameters
    ----------
    first, second, both
        How many stand on the first list, on the second and on both: numbers, quantities (`ex.quantity`), or figures
        with
        ``value, low, high``, one row or one row a place (``iso3``).
    method
        ``chapman`` or ``lincoln-petersen``.
    level
        The confidence level.
    limits
        ``rounding``, ``chance`` or ``both``; None: by the measure. Rounding is bounded by interval arithmetic, so that
        wider
        figures never narrow the result.

    Returns
    -------
    pandas.DataFrame
        One row a place: ``first, second, both, seen`` (on one list at least),
        ``model, estimate, low, high, se, method, level``.
        ``se`` is that of Seber (1970) for Chapman, √(M C (M − R)(C − R)/R³) for Lincoln–Petersen, at the figures'
        values.

    Raises
    ------
    DataError
        For counts that `checked_counts` refuses, an overlap larger than a list, places that differ, Lincoln–Petersen
        without
        an overlap, an unknown method or level.
    NotComparableError
        If the figures are of a survey whose second list was only asked about the first one's entries (``design =
        "one-sided"``): then the total is not identifiable, see `found_among`. If the lists count things that must not be compared,
        or chance is asked for where things come in lots.

    Notes
    -----
    Assumes that to be on one list says nothing about being on the other, that every entry of both is recognised, and
    that
    nothing came or went in between. Two search engines both see the easy hosts, which makes the estimate too low: show
    `sensitivity` beside it.
    """
    return _two_lists(first, second, both, (1.0,), method, level, limits, "two_lists")


def sensitivity(
    first: object,
    second: object,
    both: object,
    odds: float | Iterable[float] = (0.5, 1, 2, 5, 10),
    method: str = "chapman",
    level: float = 0.95,
    limits: str | None = None,
) -> pd.DataFrame:
    """How the total of `two_lists` moves if the lists depend on each other.

    The odds ratio θ of being on one list, given to be on the other, cannot be seen: it needs the cell that nobody saw.
    For
    an assumed θ that cell is θ times the one under independence, and so are its limits (Gerritse, van der Heijden &
    Bakker 2015). θ > 1: both see the easy ones, and the total is larger than `two_lists` says; θ < 1: they shun each
    other's.

    Parameters
    ----------
    first, second, both, method, level, limits
        As for `two_lists`.
    odds
        The odds ratios to assume, above 0.

    Returns
    -------
    pandas.DataFrame
        The columns of `two_lists` and ``odds``, one row a place and odds ratio, without ``se``.

    Raises
    ------
    DataError, NotComparableError
        As `two_lists`; for an odds ratio that is not above 0.
    """
    import numpy as np

    odds = sorted({_number(one, "the odds ratio") for one in (odds if isinstance(odds, Iterable) else [odds])})
    if not odds or odds[0] <= 0 or not np.isfinite(odds).all():
        raise DataError("odds ratios are above 0, 1 meaning independence; give one or more such numbers.")
    return _two_lists(first, second, both, odds, method, level, limits, "sensitivity")


def found_among(
    frame: pd.DataFrame,
    listed: str = "hosts",
    found: str = "hosts_second_engine",
    level: float = 0.95,
    limits: str | None = None,
) -> pd.DataFrame:
    """The share of what one list holds that a second look found too, place by place.

    It is conditional: coverage of the second list *given* the first, or the share of candidates that proved real. It
    says
    nothing of what the first list lacks. The interval is Wilson's (1927), from statsmodels; the ends of rounding go
    into it as
    fewest found among most listed and most found among fewest listed.

    Parameters
    ----------
    frame
        Figures of `ex.preferred(panel)` with both measures.
    listed, found
        The measures of the whole and of its part.
    level, limits
        As for `two_lists`.

    Returns
    -------
    pandas.DataFrame
        One row a survey and place with both figures: ``listed, found, share, low, high, measured_in`` (the survey's
        title),
        ``method, level``. Places with one of the two only are in ``attrs["missing"]``.

    Raises
    ------
    DataError
        If no place has both figures, a place has two of one, or more were found than listed.
    NotComparableError
        If chance is asked for where things come in lots.
    """
    import numpy as np
    import pandas as pd

    for column in ("measure", "survey", "place"):
        if column not in frame:
            raise DataError(f"the table has no column {column!r}; take ex.preferred(panel).", column=column)
    checked_level(level)
    whole, part = (frame[frame["measure"] == measure] for measure in (listed, found))
    for measure, rows in ((listed, whole), (found, part)):
        if rows.empty:
            raise DataError(
                f"the table has no figure of {measure!r}; choose a survey that prints it.", column="measure"
            )
        if (twice := rows.duplicated(["survey", "place"])).any():
            name = rows.loc[twice, "place"].iloc[0]
            raise DataError(f"{name} has two figures of {measure!r}; take ex.preferred(panel).", column="measure")
    whole, part = checked_counts(whole), checked_counts(part)
    keys = ["survey", "place"]
    rows = whole.merge(part[[*keys, "value", "low", "high"]], on=keys, suffixes=("", "_found")).sort_values(
        keys, kind="stable"
    )
    if rows.empty:
        raise DataError(
            f"no place has figures of both {listed!r} and {found!r}; choose a survey that prints both.",
            column="measure",
        )
    n, n_low, n_high = (rows[column].to_numpy(float) for column in ("value", "low", "high"))
    x, x_low, x_high = (rows[f"{column}_found"].to_numpy(float) for column in ("value", "low", "high"))
    if (x > n).any() or (n == 0).any():
        raise DataError(
            f"{rows['place'][(x > n) | (n == 0)].iloc[0]} has none listed, or more found than listed; correct the figure."
        )
    chance = by_chance(rows, limits)
    if limits == "chance":
        n_low = n_high = n
        x_low = x_high = x
    # No more can have been found than were listed; where none may have been listed, all of them may have been found.
    fewest = np.maximum(n_low, np.maximum(x_low, 1.0))
    most = np.minimum(x_high, fewest)
    low = np.where(chance, _wilson(x_low, n_high, level)[0], x_low / n_high)
    high = np.where(chance, _wilson(most, fewest, level)[1], most / fewest)
    high = np.where(n_low > 0, high, 1.0)
    table = rows[[column for column in _PLACE if column in rows]].assign(
        listed=n,
        found=x,
        share=x / n,
        low=low,
        high=high,
        measured_in=_titles(rows["survey"]),
        method=np.where(chance, "Wilson", "rounding only"),
        level=np.where(chance, level, np.nan),
    )
    one_sided = _one_sided(rows["survey"])
    either = pd.concat([whole, part])
    missing = sorted(set(either["place"]) - set(rows["place"]))
    return result(
        table.reset_index(drop=True),
        "overlap.found_among",
        of=either,
        method="Wilson" if chance.any() else "rounding only",
        level=level if chance.any() else None,
        limits=limits or np.where(chance, "both", "rounding"),
        missing=missing,
        warnings=["The second list was only asked about the first one's entries: the total is not identifiable."]
        if one_sided
        else [],
        parameters={"listed": listed, "found": found, "one_sided": one_sided},
    )


def lists(cells: pd.DataFrame, level: float = 0.95) -> pd.DataFrame:
    """What three or more lists suggest of the number on none of them: one estimate for each log-linear model.

    The cells of the table of who is on which list are Poisson counts with log mean μ + Σ λᵢ + Σ λᵢⱼ (Fienberg 1972),
    here with
    every choice of interactions of two lists; μ is the log of the cell that nobody saw, and N = seen + exp(μ). All
    models are
    shown side by side, never one number: models that fit alike give totals far apart, and a criterion such as AIC may
    well choose an absurd one. Fits are those of statsmodels (GLM, Poisson).

    Parameters
    ----------
    cells
        One row for each pattern of being on lists but that of being on none: a column of 0 and 1 for each list, and
        ``value``, how
        many have just this pattern. 2ᵏ − 1 rows for k lists, 3 to 5. These are counts of a file, not printed figures:
        whole
        numbers without an interval.
    level
        The confidence level.

    Returns
    -------
    pandas.DataFrame
        One row a model: ``model`` (its interactions),
        ``interactions, df, deviance, aic, seen, estimate, low, high, method,
        level``. The interval is log-normal about the number unseen f (Burnham et al. 1987): seen + f/c to seen + f c,
        c = exp(z √ln(1 + v/f²)), with v = f + f² var μ. Where no table of positive cells has the margins that a model
        fits
        (Haberman 1974; asked by a linear programme) it has no finite estimate; its name is then in
        ``attrs["missing"]``.

    Raises
    ------
    DataError
        For fewer than three or more than five lists, a pattern that is missing, twice, or that of no list, or counts
        that are not
        whole and at least 0, or all 0.
    NotComparableError
        If the rows name a survey with a one-sided design.

    Notes
    -----
    Assumes one closed population, entries that are recognised between lists, and no interaction of three lists.
    """
    import numpy as np
    import pandas as pd

    names, patterns, counts = _cells(cells)
    if not 3 <= len(names) <= MOST_LISTS:
        raise DataError(
            f"the table has {len(names)} lists; models need three to five: use two_lists for two, or leave lists out."
        )
    z = normal_deviate(level)
    seen, rows, missing = counts.sum(), [], []
    pairs = list(combinations(range(len(names)), 2))
    for size in range(len(pairs) + 1):
        for chosen in combinations(pairs, size):
            model = " + ".join(f"{names[i]}×{names[j]}" for i, j in chosen) or "independent"
            design = np.column_stack(
                [np.ones(len(counts)), patterns, *(patterns[:, i] * patterns[:, j] for i, j in chosen)]
            )
            deviance, aic, unseen, variance = _fitted(counts, design)
            if np.isnan(unseen):
                missing.append(model)
                spread = np.nan
            else:
                spread = np.exp(z * np.sqrt(np.log1p(variance / unseen**2)))
            estimates = seen + unseen, seen + unseen / spread, seen + unseen * spread
            rows.append((model, size, len(counts) - design.shape[1], deviance, aic, seen, *estimates))
    table = pd.DataFrame(
        rows, columns=["model", "interactions", "df", "deviance", "aic", "seen", "estimate", "low", "high"]
    )
    warnings = [
        "Models that fit alike give totals far apart; no criterion can say which is right, so that all are shown.",
        *([f"{len(missing)} models have no finite estimate from these cells."] if missing else []),
    ]
    return result(
        table.assign(method="log-linear, log-normal interval", level=level),
        "overlap.lists",
        of=cells,
        method="log-linear",
        level=level,
        limits="chance",
        missing=missing,
        warnings=warnings,
        parameters={"lists": names, "seen": float(seen)},
    )


def lower_bound(cells: pd.DataFrame, level: float = 0.95) -> pd.DataFrame:
    """Chao's lower bound of the total: at least this many, whatever makes some easier to find than others.

    With S seen, f₁ of them on one list only and f₂ on two, N ≥ S + f₁²/(2 f₂) (Chao 1987); for f₂ = 0 the
    bias-corrected
    S + f₁ (f₁ − 1)/2. The variance is f₂ (q⁴/4 + q³ + q²/2), q = f₁/f₂ (its bias-corrected form f₁(f₁ − 1)/2 +
    f₁(2 f₁ − 1)²/4 − f₁⁴/(4 N) for f₂ = 0), the interval log-normal as in `lists`.

    Parameters
    ----------
    cells, level
        As for `lists`.

    Returns
    -------
    pandas.DataFrame
        One row: ``model`` (``lower bound``), ``seen, once, twice, estimate, low, high, method, level``.

    Raises
    ------
    DataError, NotComparableError
        As `lists`.

    Notes
    -----
    Lists that shun each other's entries (negative dependence) break the bound.
    """
    import numpy as np
    import pandas as pd

    names, patterns, counts = _cells(cells)
    if len(names) < 3:
        raise DataError(f"the table has {len(names)} lists; the bound needs three at least: use two_lists for two.")
    z = normal_deviate(level)
    often = patterns.sum(axis=1)
    seen, once, twice = counts.sum(), counts[often == 1].sum(), counts[often == 2].sum()
    if twice:
        unseen, q = once**2 / (2 * twice), once / twice
        variance = twice * (q**4 / 4 + q**3 + q**2 / 2)
    else:
        unseen = once * (once - 1) / 2
        variance = max(unseen + once * (2 * once - 1) ** 2 / 4 - once**4 / (4 * (seen + unseen)), 0.0)
    spread = np.exp(z * np.sqrt(np.log1p(variance / unseen**2))) if unseen else 1.0
    table = pd.DataFrame(
        {
            "model": ["lower bound"],
            "seen": [seen],
            "once": [once],
            "twice": [twice],
            "estimate": [seen + unseen],
            "low": [seen + unseen / spread],
            "high": [seen + unseen * spread],
            "method": ["Chao, log-normal interval"],
            "level": [level],
        }
    )
    return result(
        table,
        "overlap.lower_bound",
        of=cells,
        method="Chao",
        level=level,
        limits="chance",
        warnings=["A bound from below: the total may be far above it."],
        parameters={"lists": names, "seen": float(seen)},
    )


def corrected(
    candidates: object, share: object, measured_in: str | None = None, removed: bool = False, sensitivity: object = 1.0
) -> pd.DataFrame:
    """How many of the candidates would be real, if a share that was measured elsewhere held here: always a scenario.

    Of C candidates a share v (the predictive value of the search) is real, and the search finds a share s of what is
    real:
    N = C v / s. This is the estimator of Rogan & Gladen (1978), (a + p − 1)/(s + p − 1) of n tested with a = C/n and
    specificity p, written with v, the part that is known of search engines; p and n are not. The ends are those of C, v
    and s
    multiplied out (interval arithmetic): no narrower than any propagation of errors of the three.

    Parameters
    ----------
    candidates
        A number, a quantity, or figures with ``value, low, high``.
    share
        The share that proved real, with its interval: rows of `found_among`, figures of a share, a quantity or a
        number.
        Each row is one scenario.
    measured_in
        Where the share was measured; needed unless the share's rows name a survey.
    removed
        Whether ``share`` is that of what was taken out (decoys, malformed answers) rather than of what was left.
    sensitivity
        The share of the real ones that the search finds: a number, or a quantity with its interval. Default 1: the
        result is then
        the number of real ones among the candidates, and not that of all.

    Returns
    -------
    pandas.DataFrame
        One row a candidate figure and scenario:
        ``candidates, share, share_low, share_high, sensitivity, measured_in, model,
        estimate, low, high, method, level`` (of the share's interval, missing where it is that of rounding).

    Raises
    ------
    DataError
        For counts that `checked_counts` refuses, shares outside 0…1, or a share of which nobody says where it was
        measured.
    """
    import numpy as np
    import pandas as pd

    counts = checked_counts(_figures(candidates, "the candidates"))
    rates = _figures(share, "the share")
    if "share" in rates:
        rates = rates.drop(columns="value", errors="ignore").rename(columns={"share": "value"})
    _checked_shares(rates, "share")
    if removed:
        rates = rates.assign(value=1 - rates["value"], low=1 - rates["high"], high=1 - rates["low"])
    if measured_in:
        rates = rates.assign(measured_in=measured_in)
    elif "measured_in" not in rates:
        if "survey" not in rates:
            raise DataError(
                "nobody can say where this share was measured; give measured_in, a corrected count is a scenario with a place."
            )
        rates = rates.assign(measured_in=_titles(rates["survey"]))
    found = _figures(sensitivity, "the sensitivity")
    _checked_shares(found, "sensitivity")
    if len(found) != 1 or float(found["low"].iloc[0]) <= 0:
        raise DataError("the sensitivity is one share above 0; give a number or a quantity.")
    some, least, most = (float(found[column].iloc[0]) for column in ("value", "low", "high"))
    kept = counts[[column for column in _PLACE if column in counts]].assign(
        candidates=counts["value"].astype(float), _low=counts["low"].astype(float), _high=counts["high"].astype(float)
    )
    parts = rates[["measured_in"]].assign(
        share=rates["value"].astype(float),
        share_low=rates["low"].astype(float),
        share_high=rates["high"].astype(float),
        level=rates["level"].astype(float) if "level" in rates else np.nan,
    )
    table = kept.merge(parts, how="cross")
    table = table.assign(
        sensitivity=some,
        model=table["measured_in"],
        estimate=table["candidates"] * table["share"] / some,
        low=table["_low"] * table["share_low"] / most,
        high=table["_high"] * table["share_high"] / least,
        method="Rogan–Gladen, interval arithmetic",
    ).drop(columns=["_low", "_high"])
    order = [column for column in _PLACE if column in table]
    order += [
        "candidates",
        "share",
        "share_low",
        "share_high",
        "sensitivity",
        "measured_in",
        "model",
        "estimate",
        "low",
        "high",
        "method",
        "level",
    ]
    both = pd.concat([counts, rates.drop(columns="measure", errors="ignore")])
    levels = table["level"].dropna().unique()
    table = table[order].sort_values(["candidates", "estimate", "measured_in"], kind="stable").reset_index(drop=True)
    return result(
        table,
        "overlap.corrected",
        of=both,
        method="Rogan–Gladen",
        level=float(levels[0]) if len(levels) == 1 else None,
        limits="both",
        warnings=[
            "A scenario: the share of real ones was measured elsewhere, and another search or another time may have another one."
        ],
        parameters={"measured_in": sorted(table["measured_in"].unique()), "removed": removed, "sensitivity": some},
    )


def facts(result: pd.DataFrame, lang: str) -> tuple[str, dict[str, str]]:
    """The case and the parts of the sentence for `describe`."""
    statistic = result.attrs["statistic"].partition(".")[2]
    if statistic == "found_among":
        return _facts_of_shares(result, lang)
    label = label_in_words(result, lang)
    top = result.sort_values(["estimate", "high"], kind="stable").iloc[-1]
    chance = top["level"] == top["level"]
    parts = {
        "label": label[:1].upper() + label[1:],
        "span": intervals.span(_whole(top["low"]), _whole(top["high"]), lang),
        "estimate": _total(top["estimate"], lang),
        "level": numbers.percent(top["level"], lang, digits=1) if chance else "",
        "rows": numbers.number(len(result), lang),
    }
    if "seen" in result:
        parts["seen"] = numbers.number(top["seen"], lang)
    parts["least"], parts["most"] = _total(result["estimate"].min(), lang), _total(result["estimate"].max(), lang)
    if statistic == "lists":
        parts["lists"] = numbers.number(len(result.attrs["parameters"]["lists"]), lang)
        return "lists", parts
    if statistic == "lower_bound":
        return statistic, parts | {name: numbers.number(top[name], lang) for name in ("once", "twice")}
    if statistic == "corrected":
        parts["candidates"] = numbers.number(top["candidates"], lang)
        parts["share"], parts["where"] = numbers.percent(top["share"], lang, digits=1), top["measured_in"]
        return "corrected" if len(result) == 1 else "corrected_several", parts
    if statistic == "sensitivity":
        return statistic, parts | {
            name: numbers.number(result["odds"].agg(end), lang) for name, end in (("from", "min"), ("to", "max"))
        }
    parts["both"], parts["place"] = numbers.number(top["both"], lang), place_in_words(top, lang)
    return "two_lists" + ("_several" if len(result) > 1 else "" if chance else "_rounding"), parts


def _two_lists(
    first: object,
    second: object,
    both: object,
    odds: Iterable[float],
    method: str,
    level: float,
    limits: str | None,
    statistic: str,
) -> pd.DataFrame:
    import numpy as np
    import pandas as pd

    if method not in METHODS:
        raise DataError(f"there is no method {method!r}; choose one of {', '.join(METHODS)}.", method=method)
    z = normal_deviate(level)
    named = {"first": "the first list", "second": "the second list", "both": "the overlap"}
    given = {name: _figures(counted, named[name]) for name, counted in zip(named, (first, second, both), strict=True)}
    every = pd.concat(given.values())
    _refuse_one_sided(every)
    counts, notes = _joined(given)
    chance = by_chance(counts, limits)
    m, c, r = (_ends(counts, name, limits) for name in given)
    if (larger := r.value > np.minimum(m.value, c.value)).any():
        raise DataError(
            f"the overlap is larger than a list ({counts['both'][larger].iloc[0]:g} on both); correct one of the three."
        )
    if method == "lincoln-petersen" and (r.value == 0).any():
        raise DataError(
            "no entry is on both lists, so that Lincoln–Petersen has no finite estimate; method='chapman' has one."
        )
    # All that the rounding allows: on both, on the first only, on the second only, on one at least.
    least, most = r.low, np.minimum(r.high, np.minimum(m.high, c.high))
    alone = [(np.maximum(x.low - most, 0), x.high - least) for x in (m, c)]
    seen = _Ends(
        m.value + c.value - r.value, np.maximum(m.low + c.low - most, np.maximum(m.low, c.low)), m.high + c.high - least
    )
    one_only, other_only = m.value - r.value, c.value - r.value
    plain = _Ends(
        _unseen(one_only, other_only, r.value, method),
        _unseen(alone[0][0], alone[1][0], most, method),
        _unseen(alone[0][1], alone[1][1], least, method),
    )
    unseen = _limits_of_unseen(alone, (least, most), z)
    se = _standard_error(m.value, c.value, r.value, method)
    kept = [column for column in _PLACE if column in counts]
    tables = []
    for theta in odds:
        estimate = seen.value + theta * plain.value
        low, high = seen.low + theta * plain.low, seen.high + theta * plain.high
        drawn = seen.low - 0.5 + theta * unseen[0], seen.high - 0.5 + theta * unseen[1]
        low = np.where(chance, np.maximum(np.minimum(low, drawn[0]), seen.low), low)
        high = np.where(chance, np.maximum(high, drawn[1]), high)
        table = counts[kept].assign(first=m.value, second=c.value, both=r.value, seen=seen.value)
        if statistic == "sensitivity":
            table = table.assign(odds=theta, model=f"odds ratio {theta:g}")
        else:
            table = table.assign(model=METHODS[method])
        table = table.assign(estimate=estimate, low=low, high=high)
        if statistic == "two_lists":
            table = table.assign(se=np.where(chance, se, np.nan))
        how = [f"{METHODS[method]}, {limited}" for limited in ("transformed logit", "rounding only")]
        tables.append(table.assign(method=np.where(chance, *how), level=np.where(chance, level, np.nan)))
    warnings = [
        _INDEPENDENT if statistic == "two_lists" else "The lists cannot tell which odds ratio holds; it is assumed.",
        *notes,
    ]
    if (r.value == np.minimum(m.value, c.value)).any():
        warnings.append(
            "One list holds nothing that the other lacks. The limits then mean little; if it was only asked about the other's entries, "
            "the total is not identifiable."
        )
    return result(
        pd.concat(tables, ignore_index=True),
        f"overlap.{statistic}",
        of=every,
        method=METHODS[method],
        level=level if chance.any() else None,
        limits=limits or ("both" if chance.any() else "rounding"),
        warnings=warnings,
        parameters={"odds": list(odds)} if statistic == "sensitivity" else {},
    )


class _Ends(NamedTuple):
    """Numbers with the least and the most that their rounding allows."""

    value: np.ndarray
    low: np.ndarray
    high: np.ndarray


def _figures(given: object, name: str) -> pd.DataFrame:
    """A number, quantity, row or table as a table with ``value, low, high``."""
    import pandas as pd

    if isinstance(given, pd.DataFrame):
        if given.empty:
            raise DataError(f"{name} has no row; choose figures that were published.")
        return given
    if isinstance(given, pd.Series):
        return given.to_frame().T.reset_index(drop=True)
    ends = [getattr(given, end, given) for end in ("value", "low", "high")]
    return pd.DataFrame([[_number(end, name) for end in ends]], columns=["value", "low", "high"])


def _number(given: object, name: str) -> float:
    try:
        return float(given)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise DataError(
            f"{given!r} is no number that could be {name}; give one, a quantity, or figures with value, low, high."
        ) from None


def _joined(given: dict[str, pd.DataFrame]) -> tuple[pd.DataFrame, list[str]]:
    """The three counts side by side, one row a place (``first``, ``first_low``, ``first_high`` …), and notes on comparing them."""
    import pandas as pd

    from ..figures.comparability import require_comparable

    given = {name: checked_counts(table) for name, table in given.items()}
    lists = [given["first"], given["second"]]
    if all({"survey", "measure", "asset"} <= set(table) for table in lists):
        note = require_comparable(pd.concat(lists))
        notes = [f"The lists may be compared with a note: {note}."] if note else []
    else:
        notes = []
    placed = all("iso3" in table and table["iso3"].notna().all() for table in given.values())
    if not placed and any(len(table) > 1 for table in given.values()):
        raise DataError(
            "lists of several places need the column iso3 in all three tables; add it, or give one place.",
            column="iso3",
        )
    columns = {}
    for name, table in given.items():
        if placed and table["iso3"].duplicated().any():
            twice = table.loc[table["iso3"].duplicated(), "iso3"].iloc[0]
            raise DataError(
                f"{twice} has two rows in one list; take one survey, one measure and ex.preferred(panel).",
                column="iso3",
            )
        table = table.set_index("iso3").sort_index() if placed else table.reset_index(drop=True)
        columns |= {name: table["value"], f"{name}_low": table["low"], f"{name}_high": table["high"]}
    if placed and any(set(table["iso3"]) != set(lists[0]["iso3"]) for table in given.values()):
        odd = sorted(
            set.symmetric_difference(set(lists[0]["iso3"]), *(set(table["iso3"]) for table in list(given.values())[1:]))
        )
        raise DataError(
            f"the lists are not of the same places ({', '.join(odd)}); give all three counts for each.", column="iso3"
        )
    counts = pd.DataFrame({name: column.astype(float) for name, column in columns.items()})
    base = lists[0].set_index("iso3").sort_index() if placed else lists[0].reset_index(drop=True)
    about = base[[column for column in _PLACE if column in base]]
    return (about.join(counts).reset_index() if placed else pd.concat([about, counts], axis=1)), notes


def _ends(counts: pd.DataFrame, name: str, limits: str | None) -> _Ends:
    value = counts[name].to_numpy(float)
    if limits == "chance":
        return _Ends(value, value, value)
    return _Ends(value, counts[f"{name}_low"].to_numpy(float), counts[f"{name}_high"].to_numpy(float))


def _unseen(one_only: np.ndarray, other_only: np.ndarray, both: np.ndarray, method: str) -> np.ndarray:
    """The estimate of those on no list, under independence; infinite where there is no overlap to divide by."""
    import numpy as np

    below = both + 1 if method == "chapman" else both
    return np.divide(one_only * other_only, below, out=np.full_like(below, np.inf), where=below > 0)


def _limits_of_unseen(
    alone: list[tuple[np.ndarray, np.ndarray]], both: tuple[np.ndarray, np.ndarray], z: float
) -> tuple[np.ndarray, np.ndarray]:
    """Sadinle's limits of the number unseen plus ½, over all that the rounding allows (interval arithmetic)."""
    import numpy as np

    (a_low, a_high), (b_low, b_high) = ((low + 0.5, high + 0.5) for low, high in alone)
    r_low, r_high = both[0] + 0.5, both[1] + 0.5
    # σ² falls with a and b, and is convex in r: it is largest at one end of r.
    sigma = np.sqrt(np.maximum(*(1 / r + 1 / a_low + 1 / b_low + r / (a_low * b_low) for r in (r_low, r_high))))
    return a_low * b_low / r_high * np.exp(-z * sigma), a_high * b_high / r_low * np.exp(z * sigma)


def _standard_error(m: np.ndarray, c: np.ndarray, r: np.ndarray, method: str) -> np.ndarray:
    import numpy as np

    if method == "chapman":
        return np.sqrt((m + 1) * (c + 1) * (m - r) * (c - r) / ((r + 1) ** 2 * (r + 2)))
    return np.sqrt(m * c * (m - r) * (c - r) / r**3)


def _wilson(found: np.ndarray, listed: np.ndarray, level: float) -> tuple[np.ndarray, np.ndarray]:
    from statsmodels.stats.proportion import proportion_confint

    return proportion_confint(found, listed, alpha=1 - level, method="wilson")


def _cells(cells: pd.DataFrame) -> tuple[list[str], np.ndarray, np.ndarray]:
    """The lists' names, the patterns in a fixed order, and their counts."""
    import numpy as np

    _refuse_one_sided(cells)
    checked_counts(
        cells if {"low", "high"} <= set(cells) else cells.assign(low=cells.get("value"), high=cells.get("value"))
    )
    counts = cells["value"].to_numpy(float)
    if (counts != np.round(counts)).any() or any(
        (cells[end] != cells["value"]).any() for end in ("low", "high") if end in cells
    ):
        raise DataError(
            "the cells are counts of a file: whole numbers without an interval; a rounded figure is none.",
            column="value",
        )
    if not counts.any():
        raise DataError("all cells are zero; there is nothing to estimate from.", column="value")
    names = [
        str(column) for column in cells if column not in ("value", "low", "high") and cells[column].isin([0, 1]).all()
    ]
    if not names:
        raise DataError("the table has no column of 0 and 1 that says who is on which list; add one for each list.")
    patterns = cells[names].to_numpy(int)
    keys = patterns @ (1 << np.arange(len(names))[::-1])
    if (keys == 0).any():
        raise DataError("one row is on no list; nobody can have counted that, leave it out.")
    if len(set(keys)) < len(keys):
        raise DataError("one pattern of lists stands in two rows; add them up.")
    if missing := sorted(set(range(1, 1 << len(names))) - set(keys)):
        pattern = ", ".join(name for n, name in enumerate(reversed(names)) if missing[0] >> n & 1)
        raise DataError(
            f"{len(missing)} patterns have no row, for instance {pattern}; a missing count is not zero, give all of them."
        )
    order = np.argsort(-keys, kind="stable")
    return names, patterns[order], counts[order]


def _fitted(counts: np.ndarray, design: np.ndarray) -> tuple[float, float, float, float]:
    """Deviance, AIC, the number unseen and the variance of its estimate; the last two are missing where no finite one exists."""
    import warnings

    import numpy as np
    import statsmodels.api as sm
    from scipy.optimize import linprog
    from statsmodels.tools.sm_exceptions import PerfectSeparationWarning

    # A finite estimate exists if some table of positive cells has the same margins (Haberman 1974): how large can its
    # least be?
    size = len(counts)
    positive = linprog(
        np.r_[np.zeros(size), -1],
        A_ub=np.c_[-np.eye(size), np.ones(size)],
        b_ub=np.zeros(size),
        A_eq=np.c_[design.T, np.zeros(design.shape[1])],
        b_eq=design.T @ counts,
        bounds=[(0, None)] * size + [(None, counts.sum())],
    )
    if not positive.success or -positive.fun <= 1e-9 * counts.sum():
        return np.nan, np.nan, np.nan, np.nan
    # A model of as many parameters as cells fits perfectly, of which statsmodels warns, and leaves no degree of
    # freedom, by which it
    # divides for a scale that Poisson's family does not use. Whether the parameters are identified was asked above.
    with np.errstate(divide="ignore", invalid="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore", PerfectSeparationWarning)
        fit = sm.GLM(counts, design, family=sm.families.Poisson()).fit(tol=1e-12, maxiter=200)
    unseen = float(np.exp(fit.params[0]))
    deviance = float(fit.deviance) if len(counts) > design.shape[1] else 0.0
    return deviance, float(fit.aic), unseen, unseen + unseen**2 * float(fit.cov_params()[0, 0])


def _checked_shares(table: pd.DataFrame, name: str) -> None:
    for column in ("value", "low", "high"):
        if column not in table:
            raise DataError(
                f"the {name} has no column {column!r}; take rows of found_among, or a quantity.", column=column
            )
    value, low, high = (table[column].astype(float) for column in ("value", "low", "high"))
    if not ((low >= 0) & (low <= value) & (value <= high) & (high <= 1)).all():
        raise DataError(f"the {name} must lie within 0 ≤ low ≤ value ≤ high ≤ 1; correct it.", column="value")


def _one_sided(surveys: Iterable[Any]) -> list[str]:
    """Those of the surveys whose second list was only asked about the entries of the first."""
    from ..datafolder import surveys_present
    from ..figures.survey import read_survey

    named = sorted({str(one) for one in surveys if one == one} & set(surveys_present()))
    return [one for one in named if read_survey(one).meta["method"].get("design") == "one-sided"]


def _refuse_one_sided(rows: pd.DataFrame) -> None:
    if "survey" in rows and (surveys := _one_sided(rows["survey"])):
        raise NotComparableError(
            f"the total is not identifiable from {', '.join(surveys)}: the second list was only asked about the entries of the first, so "
            "that nobody knows what it alone would have found. found_among gives the share that it found again.",
            surveys=surveys,
        )


def _titles(surveys: pd.Series) -> list[str]:
    from ..figures.sources import surveys as known

    titles = known()["title"]
    return [str(titles.get(survey, survey)) for survey in surveys]


def _facts_of_shares(result: pd.DataFrame, lang: str) -> tuple[str, dict[str, str]]:
    rows = result.sort_values(["share", "low", "high"], kind="stable")
    label = label_in_words(result, lang)
    parts = {"label": label[:1].upper() + label[1:], "rows": numbers.number(len(rows), lang)}
    for name, row in (("lowest", rows.iloc[0]), ("highest", rows.iloc[-1])):
        span = intervals.between(
            numbers.percent(row["low"], lang, digits=1), numbers.percent(row["high"], lang, digits=1)
        )
        parts |= {name: f"{place_in_words(row, lang)} {numbers.percent(row['share'], lang, digits=1)} ({span})"}
    row = rows.iloc[-1]
    parts |= {
        "place": place_in_words(row, lang),
        "listed": numbers.number(row["listed"], lang),
        "found": numbers.number(row["found"], lang),
        "share": numbers.percent(row["share"], lang, digits=1),
        "span": span,
        "level": numbers.percent(row["level"], lang, digits=1) if row["level"] == row["level"] else "",
    }
    case = "again" if result.attrs["parameters"]["one_sided"] else "left"
    return case + ("_several" if len(rows) > 1 else "" if parts["level"] else "_rounding"), parts


def _whole(value: float) -> float:
    """A total of things without a fraction that nobody knows."""
    return float(round(value)) if 10 <= value < float("inf") else value


def _total(value: float, lang: str) -> str:
    return "∞" if value == float("inf") else numbers.number(_whole(value), lang)
