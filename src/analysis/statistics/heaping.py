"""Which printed figures look estimated: last digits, round numbers, repeats, and figures that are round multiples."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..language import numbers
from ..language.catalogue import say
from ..language.plurals import Counted
from ..meaning import checked_level
from .comparable_places import require_once
from .many_tests import adjusted
from .phrases import place_in_words
from .result import Record, result, rows_told
from .uncertainty import checked_counts

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Of fewer figures the chi-squared distribution is only a guide; p is then simulated.
_ENOUGH = 50
_COLUMNS = ("test", "figures", "found", "expected", "share", "share_low", "share_high", "p_value", "method")
_ROUND = [digit * 10**power for power in range(1, 7) for digit in range(1, 10)]


def heaping(
    frame: pd.DataFrame, value: str = "value", level: float = 0.95, draws: int = 200_000, seed: int = 1
) -> pd.DataFrame:
    """Heaping of printed figures (digit preference, last-digit test, Whipple, Myers): which of them look estimated.

    Last digits of counted things are nearly uniform: the last digits of figures of ten and more are tested against a
    tenth each (χ², simulated under fifty figures), multiples of 10, of 5, and of 100 (among figures of a hundred and
    more) against a tenth, a fifth and a hundredth (exact binomial, one-sided). First digits are compared with Benford's
    law, which needs figures over several orders of ten. A figure that is exactly a round multiple of another figure of
    the same place and survey (500 images a patient) was probably multiplied, not counted: its p is the share of the
    figures near it that are such multiples.

    Parameters
    ----------
    frame
        Rows of printed figures; for round multiples also ``measure`` and ``iso3`` (or ``place``), ``survey``.
    value
        The column of the figures, as printed (their rounding is what is examined).
    level
        Confidence level of the limits of a share, and of what is called heaped.
    draws, seed
        Of the simulated p of last digits.

    Returns
    -------
    pandas.DataFrame
        One row per test: ``test`` (``last digit``, ``multiple of 10``, ``of 5``, ``of 100``, ``repeated``, ``first
        digit``, ``round multiple``), ``figures`` (looked at), ``found`` (figures like that; for a distribution χ²),
        ``expected``, ``share, share_low, share_high`` (Clopper–Pearson), ``index`` (dissimilarity of last digits,
        500 times the share of 0 or 5, mean absolute deviation from Benford's law), ``p_value, p_adjusted`` (Holm),
        ``verdict`` (``heaped``, ``as counted`` or ``cannot tell``), ``place, iso3, survey, measure_a, measure_b,
        multiple`` of a round multiple, ``method, level, limits, seed, statistic``.

    Raises
    ------
    DataError
        For bad figures, or one that stands in the table twice. Of figures below ten nothing is told.

    Notes
    -----
    Rounding in print heaps too: a rounded figure looks estimated.

    Examples
    --------
    >>> import analysis as ex
    >>> serbia = ex.preferred(ex.panel(surveys=["greenbone-2019-09"])).query("iso3 == 'SRB'")
    >>> found = ex.statistics.heaping(serbia)
    >>> found.loc[found["test"] == "round multiple", ["measure_a", "multiple", "measure_b"]].values.tolist()
    [['images_accessible', 500.0, 'patients']]
    """
    checked_level(level)
    counts = checked_counts(frame, value=value)
    require_once(counts)
    figures = counts["value"].to_numpy()
    figures = figures[figures > 0]
    rows = [*_last_digits(figures, level, draws, seed), _repeated(figures), _first_digits(figures)]
    multiples = _round_multiples(counts)
    table = pd.DataFrame(rows, columns=[*_COLUMNS, "index"])
    if multiples:
        table = pd.concat([table, pd.DataFrame(multiples)], ignore_index=True)
    tested = table["p_value"].notna() & (table["test"] != "first digit")
    table["p_adjusted"] = np.nan
    table.loc[tested, "p_adjusted"] = adjusted(table.loc[tested, "p_value"].to_numpy(float))
    table["verdict"] = np.where(
        ~tested, "cannot tell", np.where(table["p_adjusted"] <= 1 - level, "heaped", "as counted")
    )
    table["level"] = level
    return result(
        table,
        "heaping.heaping",
        of=counts,
        method="digits against even ones, Holm",
        level=level,
        limits="chance",
        record=Record(
            seed=seed,
            warnings=["A figure that was rounded when printed ends in zeros too; that is not a sign of an estimate."],
            parameters={"value": value, "draws": draws, "figures": len(figures)},
        ),
    ).assign(seed=seed)


def facts(result: pd.DataFrame, lang: str) -> tuple[str, dict[str, str]]:
    """What `describe` says about heaping: the case and the parts of its sentence."""
    tens = rows_told(
        result, (result["test"] == "multiple of 10") & result["found"].notna(), "its row of the multiples of 10"
    ).iloc[0]
    parts = {
        "figures": Counted(int(tens["figures"]), lang),
        "tens": Counted(int(tens["found"]), lang),
        "share": numbers.percent(tens["share"], lang, decimals=1) if tens["figures"] else "–",
        "p": numbers.p_value(tens["p_adjusted"], lang) or "–",
    }
    if not tens["figures"]:
        return "digits_none", parts
    multiples = result[(result["test"] == "round multiple") & (result["verdict"] == "heaped")]
    if multiples.empty:
        return ("digits_heaped" if tens["verdict"] == "heaped" else "digits_even"), parts
    first = multiples.sort_values("p_value", kind="stable").iloc[0]
    return "multiple", parts | {
        "place": place_in_words(first, lang),
        "multiple": numbers.number(first["multiple"], lang),
        "measure_a": _label(first["measure_a"], lang),
        "measure_b": _label(first["measure_b"], lang),
        "others": Counted(len(multiples) - 1, lang),
    }


def _label(measure: str, lang: str) -> str:
    from ..figures.measures import measures

    known = measures()
    return str(known.at[measure, f"label_{lang}"]) if measure in known.index else say("cases", lang, family="words")


def _last_digits(figures: NDArray[Any], level: float, draws: int, seed: int) -> list[list[Any]]:
    """Rows of the last digits' distribution and of multiples of 10, 5 and 100."""
    from scipy.special import chdtrc
    from scipy.stats import binomtest

    whole = figures[(figures >= 10) & (figures == np.round(figures))]
    digits = np.bincount((whole % 10).astype(int), minlength=10)
    count = int(digits.sum())
    rows: list[list[Any]] = []
    if count:
        squares = float(((digits - count / 10) ** 2).sum() / (count / 10))
        p_value, method = float(chdtrc(9, squares)), "χ² of 9 degrees"
        if count < _ENOUGH:
            drawn = np.random.default_rng(seed).multinomial(count, np.full(10, 0.1), size=draws)
            many = ((drawn - count / 10) ** 2).sum(axis=1) / (count / 10)
            p_value, method = float((many >= squares - 1e-9).mean()), "χ², simulated"
        index = float(np.abs(digits / count - 0.1).sum() / 2)
        rows.append(["last digit", count, squares, 9.0, np.nan, np.nan, np.nan, p_value, method, index])
    large = whole[whole >= 100]
    for name, of, chance in (("10", whole, 0.1), ("5", whole, 0.2), ("100", large, 0.01)):
        like = int((of % int(name) == 0).sum())
        if not len(of):
            rows.append([f"multiple of {name}", 0, 0, 0.0, np.nan, np.nan, np.nan, np.nan, "exact binomial", np.nan])
            continue
        test = binomtest(like, len(of), chance, alternative="greater")
        low, high = binomtest(like, len(of)).proportion_ci(level, method="exact")
        index = 500.0 * like / len(of) if name == "5" else np.nan
        rows.append(
            [f"multiple of {name}", len(of), like, len(of) * chance, like / len(of), low, high, test.pvalue,
             "exact binomial", index]
        )  # fmt: skip
    return rows


def _repeated(figures: NDArray[Any]) -> list[Any]:
    """The figure that comes most often; there is no general chance for that."""
    _, times = np.unique(figures[figures >= 10], return_counts=True)
    most = int(times.max()) if len(times) else 0
    return ["repeated", int(times.sum()), most, np.nan, np.nan, np.nan, np.nan, np.nan, "most often", len(times)]


def _first_digits(figures: NDArray[Any]) -> list[Any]:
    """First digits against Benford's law; only a look, as it needs figures over several orders of ten."""
    from scipy.special import chdtrc

    first = np.array([int(f"{figure:e}"[0]) for figure in figures], dtype=int)
    found = np.bincount(first, minlength=10)[1:]
    law = np.log10(1 + 1 / np.arange(1, 10)) * len(figures)
    squares = float(((found - law) ** 2 / law).sum()) if len(figures) else np.nan
    deviation = float(np.abs(found - law).mean() / len(figures)) if len(figures) else np.nan
    return ["first digit", len(figures), squares, 8.0, np.nan, np.nan, np.nan, float(chdtrc(8, squares)),
            "χ² of 8 degrees", deviation]  # fmt: skip


def _round_multiples(counts: pd.DataFrame) -> list[dict[str, Any]]:
    """Figures that are exactly a round multiple of another figure of the same place, asset and survey."""
    place = next((column for column in ("iso3", "place") if column in counts), None)
    if place is None or "measure" not in counts:
        return []
    from ..figures.measures import kinds

    # A price or a share is not a multiple of a count.
    counts = counts[counts["measure"].map(kinds()).fillna("count") == "count"]
    found: list[dict[str, Any]] = []
    keys = [place, *(column for column in ("survey", "asset") if column in counts)]
    for _, rows in counts.groupby(keys, sort=True, dropna=False):
        for one, other in permutations(rows.to_dict("records"), 2):
            if one["measure"] == other["measure"] or not other["value"] >= 10:
                continue
            ratio = one["value"] / other["value"]
            if ratio not in _ROUND:
                continue
            near = [times for times in _ROUND if ratio / 2 <= times <= 2 * ratio]
            unit = max(one["high"] - one["low"], 1.0)
            row = {
                "test": "round multiple",
                "figures": 2,
                "found": 1,
                "p_value": min(1.0, len(near) * unit / (1.5 * one["value"])),
                "method": "round multiples among the figures near it",
                "measure_a": one["measure"],
                "measure_b": other["measure"],
                "multiple": ratio,
            }
            found.append(row | {name: one[name] for name in ("iso3", "place", "survey") if name in one})
    return found
