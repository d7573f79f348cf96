"""What `describe` says about concentration."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...figures.country_names import country_name
from ...language import intervals, numbers, prose
from ...language.plurals import Counted
from ...meaning import AS_RETURNED
from ..phrases import label_in_words, named_interval
from ..result import needed

if TYPE_CHECKING:
    import pandas as pd


_ENDS = ("value", "low", "high")
#: What says something where a single country has a figure.
_OF_ONE_COUNTRY_TOO = frozenset({"concentration_bounds", "pareto_tail"})


def facts(found: pd.DataFrame, lang: str) -> tuple[str, dict[str, str]]:
    """The case and the parts of the sentence: a case a function."""
    case = str(found["statistic"].iloc[0]).partition(".")[2]
    label = label_in_words(found, lang)
    parts = {"label": f"{label[:1].upper()}{label[1:]}", "places": Counted(int(_needed(found, "places")), lang)}
    if case not in _OF_ONE_COUNTRY_TOO and _needed(found, "places") == 1:
        return "one_country", parts
    if case == "lorenz":
        found = found.sort_values(["count_share", "place_share"], kind="stable")
        k = len(found) // 2
        row = found.iloc[k]
        row = row.rename({"count_share": "value", "count_share_low": "low", "count_share_high": "high"})
        return case, parts | _share("share", row, lang) | {"k": Counted(k, lang)}
    rows = found.set_index(found["index"])
    if case == "concentration_bounds":
        row = rows.loc["gini"]
        parts |= {"hidden": Counted(int(_needed(found, "hidden")), lang)}
        parts |= {"rest": numbers.number(_needed(found, "rest"), lang)}
        gini, *ends = (numbers.number(round(float(row[end]), 3), lang) for end in ("published", "low", "high"))
        return case, parts | {"gini": gini, "range": intervals.between(*ends)}
    if case == "top_share":
        top = str(_needed(found, "top")).split()
        named = [str(country_name(place, lang)) for place in top[:5]]
        more = [f"+{len(top) - len(named)}"] if len(top) > len(named) else []
        return case, parts | _share("share", rows.iloc[0], lang) | {"names": prose.listed([*named, *more], lang)}
    if case == "concentration":
        top = sorted((str(name) for name in rows.index if str(name).startswith("top_")), key=_places_at_the_top)
        parts |= _index("gini", rows.loc["gini"], lang)
        if not top:
            parts["most"] = numbers.number(round(1 - 1 / _needed(found, "places"), 3), lang)
            return "gini", parts
        return case, parts | _share("share", rows.loc[top[-1]], lang) | {
            "k": Counted(_places_at_the_top(top[-1]), lang)
        }
    if case == "theil" and "theil_between_share" in rows.index:
        parts |= _index("theil", rows.loc["theil"], lang) | _share("share", rows.loc["theil_between_share"], lang)
        # Of an unevenness that chance may give the parts say nothing.
        parts["open"] = Counted(2 if rows.loc["theil", "low"] <= 0 else 1, lang)
        return "theil_region" if _needed(found, "by") == "region" else "theil_by", parts
    if case == "pareto_tail":
        row = rows.iloc[0]
        parts |= _index("alpha", row, lang)
        parts |= {"start": numbers.number(row["tail_from"], lang), "p": numbers.number(row["p"], lang)}
        parts["tail"] = numbers.number(row["tail_places"], lang)
        return "tail" if row["plausible"] else "tail_ruled_out", parts
    if case == "gini":
        corrected = rows.index[0] == "gini_corrected"
        parts["most"] = numbers.number(1 if corrected else round(1 - 1 / _needed(found, "places"), 3), lang)
        return "gini_corrected" if corrected else "gini", parts | _index("gini", rows.iloc[0], lang)
    parts["least"] = numbers.number(round(1 / _needed(found, "places"), 3), lang)
    return case, parts | _index(case, rows.iloc[0], lang)


def _places_at_the_top(index: str) -> int:
    """Of how many places ``top_10`` is the share."""
    return int(index.removeprefix("top_"))


def _needed(found: pd.DataFrame, column: str) -> Any:
    return needed(found, column, AS_RETURNED)


def _index(name: str, row: pd.Series, lang: str) -> dict[str, str]:
    """An index with its interval, to three places."""
    return _with_limits(name, row, [numbers.number(round(float(row[end]), 3), lang) for end in _ENDS], lang)


def _share(name: str, row: pd.Series, lang: str) -> dict[str, str]:
    """A share with its interval, in per cent."""
    return _with_limits(name, row, [numbers.percent(row[end], lang, decimals=1) for end in _ENDS], lang)


def _with_limits(name: str, row: pd.Series, shown: list[str], lang: str) -> dict[str, str]:
    """A number, its interval by name, and the bare interval in brackets, which exact counts have not."""
    span = intervals.between(*shown[1:])
    within = "" if row["limits"] == "exact" else f" ({span})"
    return {name: shown[0], f"{name}_limits": named_interval(span, row, lang), f"{name}_within": within}
