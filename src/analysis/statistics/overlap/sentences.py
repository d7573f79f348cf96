"""What `describe` says about overlapping lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...language import intervals, numbers
from ...language.plurals import Counted
from ..phrases import interval_in_words, label_in_words, named_interval, place_in_words

if TYPE_CHECKING:
    import pandas as pd

#: The least p of its deviance at which a model is said to fit.
_FITS_FROM = 0.05


def facts(found: pd.DataFrame, lang: str) -> tuple[str, dict[str, str]]:
    """The case and the parts of the sentence for `describe`."""
    statistic = str(found["statistic"].iloc[0]).partition(".")[2]
    if statistic == "conditional_coverage":
        return _facts_of_shares(found, lang)
    label = label_in_words(found, lang)
    if statistic == "capture_recapture":
        return _facts_of_models(found, label, lang)
    top = found.sort_values(["estimate", "estimate_high"], kind="stable").iloc[-1]
    chance = top["level"] == top["level"]
    span = intervals.span(_whole(top["estimate_low"]), _whole(top["estimate_high"]), lang)
    parts = {
        "label": label[:1].upper() + label[1:],
        "span": span,
        "limits": named_interval(span, top, lang),
        "estimate": _total(top["estimate"], lang),
        "level": numbers.percent(top["level"], lang, decimals=1) if chance else "",
        "rows": numbers.number(len(found), lang),
    }
    if "seen" in found:
        parts["seen"] = Counted(top["seen"], lang)
    parts["least"], parts["most"] = _total(found["estimate"].min(), lang), _total(found["estimate"].max(), lang)
    if statistic == "lower_bound":
        parts["low"] = _total(top["estimate_low"], lang)
        return statistic, parts | {name: numbers.number(top[name], lang) for name in ("once", "twice")}
    if statistic == "rogan_gladen":
        parts["candidates"] = Counted(top["candidates"], lang)
        parts["share"], parts["where"] = numbers.percent(top["share"], lang, decimals=1), top["measured_in"]
        return "rogan_gladen" if len(found) == 1 else "rogan_gladen_several", parts
    if statistic == "sensitivity":
        return statistic, parts | {
            name: numbers.number(found["odds"].agg(end), lang) for name, end in (("from", "min"), ("to", "max"))
        }
    parts["both"], parts["place"] = numbers.number(top["both"], lang), place_in_words(top, lang)
    several = "_several" if len(found) > 1 else ""
    if top["both"] == 0:
        return f"two_lists_apart{several}", parts
    if not several and chance and top["both"] == min(top["first"], top["second"]):
        return "two_lists_inside", parts
    return "two_lists" + (several or ("" if chance else "_rounding")), parts


def _facts_of_models(found: pd.DataFrame, label: str, lang: str) -> tuple[str, dict[str, str]]:
    """What those models say that are not ruled out; the one with all pairs leaves nothing to rule it out by."""
    from scipy.special import chdtrc

    finite = found[np.isfinite(found["estimate"].astype(float))]
    fits = finite[(finite["df"] == 0) | (chdtrc(finite["df"].clip(lower=1), finite["deviance"]) >= _FITS_FROM)]
    parts = {
        "label": label[:1].upper() + label[1:],
        "lists": numbers.number(found["lists"].iloc[0], lang),
        "seen": numbers.number(found["seen"].iloc[0], lang),
        "models": numbers.number(len(found), lang),
        "fits": Counted(len(fits), lang),
        "unfit": numbers.number(len(finite) - len(fits), lang),
        "lost": numbers.number(len(found) - len(finite), lang),
        "limit": numbers.number(_FITS_FROM, lang),
    }
    if fits.empty:
        return "capture_recapture_none", parts
    if not (fits["df"] > 0).any():
        # With as many parameters as cells a model fits whatever the data are.
        row = fits.iloc[0]
        return "capture_recapture_untestable", parts | {
            "estimate": _total(row["estimate"], lang),
            "span": intervals.span(_whole(row["estimate_low"]), _whole(row["estimate_high"]), lang),
            "level": numbers.percent(row["level"], lang, decimals=1),
        }
    parts["least"], parts["most"] = (_total(end, lang) for end in (fits["estimate"].min(), fits["estimate"].max()))
    return "capture_recapture", parts


def _facts_of_shares(found: pd.DataFrame, lang: str) -> tuple[str, dict[str, str]]:
    rows = found.sort_values(["share", "share_low", "share_high"], kind="stable")
    label = label_in_words(found, lang)
    parts = {"label": label[:1].upper() + label[1:], "rows": numbers.number(len(rows), lang)}
    for name, row in (("lowest", rows.iloc[0]), ("highest", rows.iloc[-1])):
        span = intervals.between(
            numbers.percent(row["share_low"], lang, decimals=1), numbers.percent(row["share_high"], lang, decimals=1)
        )
        place, share = place_in_words(row, lang), numbers.percent(row["share"], lang, decimals=1)
        parts |= {name: f"{place} {share} ({span})", f"{name}_place": place, f"{name}_share": share}
    row = rows.iloc[-1]
    parts |= {
        "place": place_in_words(row, lang),
        "listed": numbers.number(row["listed"], lang),
        "found": numbers.number(row["found"], lang),
        "share": numbers.percent(row["share"], lang, decimals=1),
        "span": span,
        "limits": named_interval(span, row, lang),
        "level": numbers.percent(row["level"], lang, decimals=1) if row["level"] == row["level"] else "",
        "how": interval_in_words(row["level"], lang),
    }
    case = "again" if found["one_sided"].astype(bool).any() else "left"
    return case + ("_several" if len(rows) > 1 else "" if parts["level"] else "_rounding"), parts


def _whole(value: float) -> float:
    """A total of things without a fraction that nobody knows."""
    return float(round(value)) if 10 <= value < float("inf") else value


def _total(value: float, lang: str) -> str:
    return "∞" if value == float("inf") else numbers.number(_whole(value), lang)
