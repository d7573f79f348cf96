"""What a comparison of counts could have seen: the least change that it would find, and changes that it rules out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import DataError, NotComparableError
from ..frames import plain
from ..language import dates, intervals, numbers
from ..language.plurals import Counted
from ..meaning import checked_level
from .phrases import label_in_words, named_series, place_in_words
from .power_of_counts import least_ratios
from .power_of_steps import equivalent_step, inside, least_step, of_a_series
from .result import Record, needed, result
from .returned import told
from .uncertainty import by_chance, checked_counts, dispersion_of, occurrence_of

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray


def least_detectable(
    frame: pd.DataFrame, power: float = 0.8, level: float = 0.95, *, exposure: float = 1.0, value: str = "value"
) -> pd.DataFrame:
    """The least change that two counts could show (minimum detectable effect), for each count as the first of the two.

    The first count is Poisson with the printed count as its mean, the second with that mean times the ratio times
    ``exposure``; the test is the exact conditional one of `two_places.rate_ratio` and `change.change`, two-sided. Its
    power is summed over all pairs of counts. It does not rise evenly with the ratio; the least ratio is the one
    from which the power stays above the level asked for.

    Parameters
    ----------
    frame
        Rows of counts of independent events, usually one for each place (with ``dispersion``, as for `rates.rates`:
        so many counts are worth one); or a result of `interrupted.interrupted`,
        whose least detectable step follows from the error of its log ratio, widened by its placebo
        dates: (t(1 − α/2) + t(power)) times that error.
    power
        The probability with which the change is to be found.
    level
        Confidence level of the test.
    exposure
        The denominator (or time) of the second count over that of the first.
    value
        The column of the counts.

    Returns
    -------
    pandas.DataFrame
        The frame with ``least_rise`` (the least ratio above 1 that is found), ``least_fall`` (the greatest ratio below
        1; missing where not even a fall to nothing would be found), ``power, exposure, method, test_level, occurrence,
        statistic``. Of an interrupted series one row, with its date.

    Raises
    ------
    DataError
        For bad counts, a power or level outside 0 to 1, or an exposure that is not positive.
    NotComparableError
        If the events are not independent and no dispersion is given.

    Examples
    --------
    >>> import pandas as pd
    >>> import analysis as ex
    >>> found = ex.statistics.least_detectable(pd.DataFrame({"place": ["A"], "value": [10]}))
    >>> found[["least_rise", "least_fall"]].round(2).values.tolist()
    [[2.78, 0.08]]
    """
    frame = plain(frame, "the table of counts")
    checked_level(level)
    if not 0 < power < 1:
        raise DataError("power is a probability between 0 and 1", remedy="take for instance 0.8", power=power)
    if of_a_series(frame):
        return least_step(frame, power, level)
    counts = checked_counts(frame, value=value)
    by_chance(counts, "chance")
    dispersion = dispersion_of(counts)
    if not 0 < exposure < float("inf"):
        raise DataError("exposure is a ratio above zero", remedy="leave it at 1 for equal denominators")
    means = counts["value"].to_numpy() / (dispersion or 1.0)
    ends = least_ratios(means, power, level, exposure)
    given = [column for column in ("low", "high") if column not in frame]
    table = counts.drop(columns=[*given, "limits"]).assign(
        least_rise=ends[:, 0],
        least_fall=ends[:, 1],
        power=power,
        exposure=exposure,
        method="exact conditional",
        test_level=level,
    )
    return result(
        table,
        "power.least_detectable",
        of=counts,
        method="exact conditional",
        limits=counts["limits"] if not given else None,
        occurrence=occurrence_of(counts),
        record=Record(
            warnings=["The first count is taken as its own mean."],
            parameters={"power": power, "exposure": exposure, "dispersion": dispersion},
        ),
    )


def equivalence(found: pd.DataFrame, low: float = 0.8, high: float = 1.25, level: float = 0.95) -> pd.DataFrame:
    """Whether a change or a ratio of rates is certain to be smaller than a margin (equivalence test, TOST).

    Two one-sided exact tests, given the sum of both counts: that the ratio is at most ``low``, and that it is at least
    ``high``. Both are rejected at α = 1 − ``level`` exactly where the interval of level 1 − 2α lies inside the margins
    (Schuirmann 1987, J. Pharmacokinet. Biopharm. 15, 657–680). Finding no difference is not the same.

    Parameters
    ----------
    found
        A result of `change.change` or `two_places.rate_ratio` with chance in it; or of `interrupted.interrupted`, whose
        step is tested with its error, widened by the placebo dates, and Student's t instead of the exact test.
    low, high
        The margins: no change larger than this is to be ruled out. ``low`` is below 1, ``high`` above.
    level
        One minus the level of either one-sided test.

    Returns
    -------
    pandas.DataFrame
        Its rows with ``margin_low, margin_high, p_low`` (the ratio is at most ``low``), ``p_high`` (at least
        ``high``), ``p_value`` (the larger), ``ratio_low, ratio_high`` (of level 1 − 2α), ``verdict`` (``no change
        larger than the margin`` or ``cannot tell``), ``method, level`` (1 − 2α), ``limits, statistic``.

    Raises
    ------
    DataError
        For another table, margins that do not include 1, or a level outside 0.5 to 1.

    Examples
    --------
    >>> import analysis as ex
    >>> servers = ex.preferred(ex.panel(surveys=["greenbone-2019-09"])).query("measure == 'servers_exposed'")
    >>> ratio = ex.statistics.rate_ratio(servers, "DEU", "FRA")
    >>> ex.statistics.equivalence(ratio, 0.5, 2)[["p_value", "verdict"]].round(3).values.tolist()
    [[0.371, 'cannot tell']]
    """
    frame = told(found)
    if not 0 <= low < 1 < high:
        raise DataError(f"margins from {low} to {high} do not include 1", remedy="take for instance 0.8 and 1.25")
    if not 0.5 < checked_level(level) < 1:
        raise DataError("a one-sided test has a level above one half", remedy="take for instance 0.95", level=level)
    if of_a_series(frame):
        return equivalent_step(frame, low, high, level)
    counts = _pairs(frame)
    (low1, high1, least1, most1), (low2, high2, least2, most2) = counts
    low_margin = _tail_above(low1, high2, most1, least2, low)
    high_margin = _tail_above(low2, high1, most2, least1, 1 / high)
    p_value = np.maximum(low_margin, high_margin)
    ends = (
        _lower(low1, high2, most1, least2, 1 - level),
        1 / np.maximum(_lower(low2, high1, most2, least1, 1 - level), 1e-300),
    )
    known = frame["level"].notna().to_numpy()
    if not known.any():
        raise NotComparableError(
            "whether a change is ruled out is a question about chance, and these limits are of rounding alone",
            remedy="take counts of independent events, or give their dispersion",
        )
    kept = [name for name in ("iso3", "other", "country", "place", "measure", "ratio") if name in frame]
    table = frame[kept].assign(
        margin_low=low,
        margin_high=high,
        p_low=np.where(known, low_margin, np.nan),
        p_high=np.where(known, high_margin, np.nan),
        p_value=np.where(known, p_value, np.nan),
        ratio_low=np.where(known, ends[0], np.nan),
        ratio_high=np.where(known, np.where(ends[1] > 1e299, np.inf, ends[1]), np.nan),
        verdict=np.where(known & inside(p_value, level), "no change larger than the margin", "cannot tell"),
        method="two one-sided exact conditional tests",
        level=np.where(known, 2 * level - 1, np.nan),
    )
    return result(
        table,
        "power.equivalence",
        of=frame,
        method="two one-sided exact conditional tests",
        level=2 * level - 1,
        limits=frame["limits"],
        record=Record(parameters={"low": low, "high": high, "level": level}),
    )


def facts(result: pd.DataFrame, lang: str) -> tuple[str, dict[str, str]]:
    """What `describe` says about what could have been seen: the case and the parts of its sentence."""
    series = "at" in result
    label = named_series(result, lang) if series else label_in_words(result, lang)
    parts = {"label": label[:1].upper() + label[1:]}
    if series:
        parts["date"] = dates.date(str(result["at"].iloc[0]), lang)
        parts["placebos"] = Counted(int(result["placebos"].iloc[0]) if "placebos" in result else 2, lang)
    if "margin_low" in result:
        again = "pass the result of equivalence as it was returned"
        sure = result["verdict"] != "cannot tell"
        parts |= {
            "low": numbers.number(needed(result, "margin_low", again), lang, 3),
            "high": numbers.number(needed(result, "margin_high", again), lang, 3),
            "sure": Counted(int(sure.sum()), lang),
            "rows": numbers.number(len(result), lang),
            "level": numbers.percent(needed(result, "level", again), lang, decimals=1),
            "p": numbers.p_value(float(result["p_value"].iloc[0]), lang) or "–",
        }
        first = result.iloc[0]
        if len(result) > 1:
            return "equivalence_several", parts
        # Where the limits lie beyond the margin, a larger difference is shown.
        beyond = first["ratio_low"] > first["margin_high"] or first["ratio_high"] < first["margin_low"]
        parts["span"] = intervals.span(first["ratio_low"], first["ratio_high"], lang) if beyond else ""
        case = "sure" if sure.iloc[0] else "beyond" if beyond else "open"
        return f"equivalence_{'step_' if series else ''}{case}", parts
    if series:
        row = result.iloc[0]
        return "least_step", parts | {
            "rise": numbers.number(row["least_rise"], lang, 3),
            "fall": numbers.number(row["least_fall"], lang, 3),
            "power": numbers.percent(row["power"], lang),
            "level": numbers.percent(row["test_level"], lang, decimals=1),
        }
    top = result.sort_values("value", kind="stable").iloc[-1]
    if top["value"] == 0:
        return "least_zero", parts | {"place": place_in_words(top, lang)}
    parts |= {
        "place": place_in_words(top, lang),
        "count": numbers.number(top["value"], lang),
        "rise": numbers.number(top["least_rise"], lang, 3),
        "fall": numbers.number(top["least_fall"], lang, 3) if top["least_fall"] == top["least_fall"] else "",
        "power": numbers.percent(top["power"], lang),
        "alpha": numbers.percent(1 - top["test_level"], lang, decimals=1),
    }
    return ("least" if parts["fall"] else "least_rise_only"), parts


def _pairs(frame: pd.DataFrame) -> list[tuple[NDArray[Any], ...]]:
    """Least and most count and denominator of both sides: after and before of a change, a and b of two places."""
    sides = []
    for end in ("after", "before") if "value_after" in frame else ("a", "b"):
        names = [f"{name}_{end}" for name in ("low", "high", "size_low", "size_high")]
        if names[0] not in frame or "ratio" not in frame:
            raise DataError(
                "the table has no pairs of counts", remedy="pass a result of change or rate_ratio", column=names[0]
            )
        columns = [frame[name].to_numpy(float) if name in frame else np.ones(len(frame)) for name in names]
        if (frame["limits"] == "chance").any():
            value = frame[f"value_{end}"].to_numpy(float)
            columns[0], columns[1] = (np.where(frame["limits"] == "chance", value, one) for one in columns[:2])
        spread = frame["dispersion"].fillna(1.0).to_numpy(float) if "dispersion" in frame else np.ones(len(frame))
        columns[0], columns[1] = columns[0] / spread, columns[1] / spread
        sides.append(tuple(columns))
    return sides


def _tail_above(
    above: NDArray[Any], below: NDArray[Any], size: NDArray[Any], other: NDArray[Any], ratio: float
) -> NDArray[Any]:
    """The chance of so high a first count, given the sum of both, where the ratio of the rates is this one."""
    from scipy.special import betainc

    share = ratio * size / (ratio * size + other)
    return np.where(above > 0, betainc(np.maximum(above, 1e-300), below + 1, share), 1.0)


def _lower(
    above: NDArray[Any], below: NDArray[Any], size: NDArray[Any], other: NDArray[Any], tail: float
) -> NDArray[Any]:
    """The exact lower limit of the ratio of two rates, one-sided."""
    from scipy.special import betaincinv

    share = np.where(above > 0, betaincinv(np.maximum(above, 1e-300), below + 1, tail), 0.0)
    return share / (1 - share) * other / size
