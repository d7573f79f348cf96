"""The panel: every printed figure, tidy; the one to prefer; where figures contradict each other."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from itertools import combinations

import numpy as np
import pandas as pd

from ..datafolder import data_folder, reference, reference_file, surveys_present
from ..errors import DataError
from . import fields
from .measures import measures
from .places import WORLD
from .survey import read_survey, state_of

#: What makes two figures answers to one question.
KEY = ["survey", "place_id", "sense", "asset", "scan_from", "scan_to"]

#: Below this, two counts of different things may be equal by chance.
TELLING = 100

_CONFLICTS = [
    "survey", "place", "iso3", "measure", "asset",
    "source_a", "figure_a", "low_a", "high_a", "locator_a",
    "source_b", "figure_b", "low_b", "high_b", "locator_b", "cause",
]  # fmt: skip
_UNPUBLISHED = [
    "survey", "measure", "asset", "total", "total_low", "total_high",
    "published", "published_low", "published_high", "places", "rest", "rest_low", "rest_high", "scan_from", "scan_to",
]  # fmt: skip


def panel(surveys: Iterable[str] | None = None) -> pd.DataFrame:
    """Every printed figure, one row each.

    Parameters
    ----------
    surveys
        Ids of surveys; only their folders are read. Default: all.

    Returns
    -------
    pandas.DataFrame
        The columns of :data:`analysis.figures.fields.PANEL`, in the order of surveys and of their
        files. ``measure`` is what the source says; ``sense`` is the measure under which the survey's
        file says it counts; ``meant`` is filled where the source's noun is contradicted: the survey
        never counted that, and others print this very number for ``meant``.

    Raises
    ------
    DataError
        If there is no such survey; else the first fault that could make a number wrong, with its place.
    """
    present = surveys_present() if surveys is None else sorted({surveys} if isinstance(surveys, str) else set(surveys))
    folder = data_folder() / "aggregate"
    for survey in present:
        if not (folder / survey / "survey.toml").exists():
            raise DataError(f"there is no survey {survey!r}; choose one of {', '.join(surveys_present())}.", survey=survey)
    state = tuple(state_of(folder / survey) for survey in present)
    more = (state_of(folder / "measures.toml"), state_of(reference_file("place_names")), state_of(reference_file("countries")))
    return _panel(folder, tuple(present), state, more).copy()


@functools.lru_cache(maxsize=32)
def _panel(folder, surveys: tuple[str, ...], state: tuple, more: tuple) -> pd.DataFrame:
    rows = []
    for name in surveys:
        survey = read_survey(folder / name)
        rows += survey.rows
        for fault in survey.faults("survey.toml", "sources.csv", "figures.csv"):
            raise fault.error()
    found = pd.DataFrame(rows, columns=[name for name in fields.PANEL if name not in ("country", "region", "meant")])
    texts = found.columns.difference(["value", "low", "high", "digits", "line", "exact"])
    found = found.astype({**dict.fromkeys(texts, "str"), "digits": "float64", "line": "int64", "exact": "bool"})
    countries = reference("countries").set_index("iso3")
    found["country"] = found["iso3"].map(countries["name_en"]).astype("str")
    found.loc[found["iso3"] == WORLD, "country"] = "World"
    found["region"] = found["iso3"].map(countries["un_region"]).astype("str")
    found["meant"] = _meant(found)
    return found[list(fields.PANEL)]


def _meant(found: pd.DataFrame) -> pd.Series:
    """The measure for which others print a figure's number, where the survey never counted what its noun says.

    Only contents of servers (studies, images, patients, …) are looked at: there the same large
    number under two nouns is no chance. What a survey counts is what the ``[units]`` of its file
    say, else what its primary sources print.
    """
    contents = set(measures().query("events == 'clustered'").index)
    meant = pd.Series(np.nan, index=found.index, dtype="str")
    inside = found[found["sense"].isin(contents) & (found["value"] >= TELLING)]
    for survey, rows in inside.groupby("survey", sort=False):
        counted = set(read_survey(survey).meta["units"].values()) & contents
        counted = counted or set(rows.loc[rows["tier"] == "primary", "sense"])
        if not counted or set(rows["sense"]) <= counted:
            continue
        for _, same in rows.groupby(["place_id", "scan_from", "scan_to"], sort=False, dropna=False):
            known = same[same["sense"].isin(counted)]
            for sense, printed in known.groupby("sense", sort=False):
                own = printed[printed["tier"] == "primary"]
                printed = own if len(own) else printed
                for row in same[~same["sense"].isin(counted)].itertuples():
                    if pd.isna(meant[row.Index]) and any(meet(row, other) for other in printed.itertuples()):
                        meant[row.Index] = sense
    return meant


def meet(one, other) -> bool:
    """Whether the intervals ``low`` to ``high`` of two figures have more than an end in common."""
    low, high = max(one.low, other.low), min(one.high, other.high)
    # An interval is half-open; only an exact figure holds its end.
    return bool(low < high or (low == high and (one.low == one.high or other.low == other.high)))


def preferred(panel: pd.DataFrame) -> pd.DataFrame:
    """One figure for each survey, place, measure, asset and time.

    The primary's before an account's, the precise before the rounded (a narrower interval relative
    to its value, then more digits), the unqualified before the qualified; then the survey's own
    order of its primary publications, the number that more sources agree with, the earlier
    publication. A figure whose noun is contradicted (``meant``) is never taken.

    Parameters
    ----------
    panel
        Rows of :func:`panel`.

    Returns
    -------
    pandas.DataFrame
        The columns of the panel, in its order of rows; ``measure`` is the ``sense`` under which the
        figure is filed, and a last column ``printed_measure`` keeps what the source says.
    """
    ranked = _ranked(panel)
    best = ranked.drop_duplicates([key for key in KEY if key in ranked]).sort_index()
    best = best.drop(columns=["_rank"]).rename(columns={"measure": "printed_measure"})
    best = best.assign(measure=best["sense"])
    return best[[*panel.columns, "printed_measure"]].reset_index(drop=True)


def _ranked(panel: pd.DataFrame) -> pd.DataFrame:
    """The rows that may be preferred, best first."""
    known = panel[panel["value"].notna()]
    if "meant" in known:
        known = known[known["meant"].isna()]
    orders = {survey: _order(survey) for survey in known["survey"].unique()}
    place = [orders[survey].get(source, len(orders[survey])) for survey, source in zip(known["survey"], known["source"], strict=True)]
    width = (known["high"] - known["low"]) / known["value"].abs().where(known["value"] != 0, 1)
    ranks = pd.DataFrame({
        "tier": known["tier"] != "primary",
        "width": width.round(9),
        "digits": -known["digits"].fillna(0),
        "qualified": known["qualifier"].fillna("") != "",
        "order": place,
        "support": -_support(known),
        "published": known["published"].fillna("9999"),
        "source": known["source"],
        "line": known["line"] if "line" in known else range(len(known)),
    }, index=known.index)  # fmt: skip
    by = ranks.sort_values(list(ranks), kind="stable").index
    return known.loc[by].assign(_rank=range(len(by)))


def _order(survey: str) -> dict[str, int]:
    """The place of each primary source in the survey's own list."""
    if not (data_folder() / "aggregate" / survey / "survey.toml").exists():
        return {}
    return {source: rank for rank, source in enumerate(read_survey(survey).meta["primary"])}


def _support(known: pd.DataFrame) -> pd.Series:
    """How many sources print a number that a figure's interval meets."""
    support = pd.Series(0, index=known.index)
    for _, rows in known.groupby(KEY, sort=False, dropna=False):
        if len(rows) > 1:
            every = list(rows.itertuples())
            for row in every:
                support[row.Index] = len({other.source for other in every if meet(row, other)})
    return support


def conflicts(panel: pd.DataFrame) -> pd.DataFrame:
    """Figures for the same survey, place, measure, asset and time whose intervals do not meet.

    Figures that print the same interval stand as one; ``a`` is the one that :func:`preferred` would
    rather take, ``b`` the other. Restatements of later publications count too.

    Parameters
    ----------
    panel
        Rows of :func:`panel`.

    Returns
    -------
    pandas.DataFrame
        One row a pair: ``survey, place, iso3, measure, asset``, then ``source, figure, low, high,
        locator`` with ``_a`` and ``_b``, and ``cause``: why, where the survey's file knows it, else empty.
        ``place`` and ``measure`` are those of ``a``; the measure is the one under which it is filed.
    """
    rows = []
    panel_order = {key: rank for rank, key in enumerate(zip(panel["survey"], panel["place_id"], panel["sense"], strict=True))}
    ranked = _ranked(panel.assign(meant=np.nan) if "meant" in panel else panel)
    for _, same in ranked.groupby(KEY, sort=False, dropna=False):
        distinct = same.drop_duplicates(["low", "high"])
        if len(distinct) < 2:
            continue
        for a, b in combinations(distinct.itertuples(), 2):
            if not meet(a, b):
                cause = _cause(a.survey, {a.sense, a.measure, b.measure}, a)
                rows.append((
                    panel_order[a.survey, a.place_id, a.sense],
                    a.survey, a.place, a.iso3, a.sense, a.asset, a.source, a.figure, a.low, a.high, a.locator,
                    b.source, b.figure, b.low, b.high, b.locator, cause,
                ))  # fmt: skip
    rows.sort(key=lambda row: row[0])
    return pd.DataFrame([row[1:] for row in rows], columns=_CONFLICTS)


def _cause(survey: str, senses: set[str], row) -> str:
    if not (data_folder() / "aggregate" / survey / "survey.toml").exists():
        return ""
    return read_survey(survey).cause(senses, row.place, row.iso3 if isinstance(row.iso3, str) else None)


def unpublished(panel: pd.DataFrame) -> pd.DataFrame:
    """World totals of additive measures against the sum of the countries that were published.

    Parameters
    ----------
    panel
        Rows of :func:`panel`; the preferred figures among them are compared.

    Returns
    -------
    pandas.DataFrame
        One row a total: ``survey, measure, asset``, the total, the sum of the published countries
        and what is left over (``rest``), each with the ends of its interval, ``places`` (how many
        countries are in the sum), ``scan_from`` and ``scan_to``. Ends of sums are sums of ends, so they
        hold for sure. The rest cannot be below zero; where even its upper end is, total and
        parts contradict each other and the numbers are left as they are.
    """
    additive = measures()["additive"]
    best = preferred(panel)
    best = best[best["measure"].map(additive).fillna(False).astype(bool) & best["iso3"].notna()]
    key = ["survey", "measure", "asset", "scan_from", "scan_to"]
    rows = []
    for _, same in best.groupby(key, sort=False, dropna=False):
        totals, parts = same[same["iso3"] == WORLD], same[same["iso3"] != WORLD]
        for total in totals.itertuples():
            value, low, high = (float(parts[end].sum()) for end in ("value", "low", "high"))
            rest_low, rest_high = total.low - high, total.high - low
            if rest_high >= 0:
                rest_low = max(rest_low, 0.0)
            rows.append((
                total.survey, total.measure, total.asset, total.value, total.low, total.high,
                value, low, high, len(parts), total.value - value, rest_low, rest_high, total.scan_from, total.scan_to,
            ))  # fmt: skip
    return pd.DataFrame(rows, columns=_UNPUBLISHED)


def select(measure: str, source: str | None = None) -> pd.DataFrame:
    """The figures of one measure: those to prefer, or all that one source prints.

    Parameters
    ----------
    measure
        An id of the dictionary, as filed or as a source says it.
    source
        A survey (its preferred figures) or a source (its own figures). Default: every survey.

    Raises
    ------
    DataError
        If there is no such measure, survey or source, or nothing was published.
    """
    known = measures().index
    if measure not in known:
        raise DataError(f"there is no measure {measure!r}; {_near(measure, known)}", measure=measure)
    all_figures = panel()
    chosen = preferred(all_figures)
    if source is not None and source in set(all_figures["survey"]):
        chosen = chosen[chosen["survey"] == source]
    elif source is not None and source in set(all_figures["source"]):
        chosen = all_figures[all_figures["source"] == source]
    elif source is not None:
        names = [*all_figures["survey"].unique(), *all_figures["source"].unique()]
        raise DataError(f"there is no survey or source {source!r}; {_near(source, names)}", source=source)
    words = chosen["printed_measure"] if "printed_measure" in chosen else chosen["sense"]
    chosen = chosen[(chosen["measure"] == measure) | (words == measure)].reset_index(drop=True)
    if chosen.empty:
        where = f" by {source!r}" if source else ""
        raise DataError(f"no figure of '{measure}' was published{where}; choose another measure or source.", measure=measure)
    return chosen


def _near(name: str, known: Iterable[str]) -> str:
    from difflib import get_close_matches

    known = list(known)
    near = get_close_matches(name, known, n=3)
    return f"did you mean {' or '.join(near)}?" if near else f"choose one of {', '.join(known[:20])}{', …' if len(known) > 20 else ''}."
