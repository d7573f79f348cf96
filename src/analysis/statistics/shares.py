"""Shares: how many of those tested passed one named test.

Surveys call a server "open" after different tests, which let through very different shares of the same kind of servers.
So each share here
names its test, and shares of different tests are never averaged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..errors import DataError, NotComparableError, shown, unknown
from ..figures.country_names import WORLD
from ..figures.measures import measures
from ..frames import plain
from ..language import intervals, numbers
from ..language.catalogue import say
from ..language.plurals import Counted
from ..meaning import checked_level
from .phrases import named_interval, place_in_words
from .result import Record, needed, only, result, warnings_of
from .uncertainty import LIMITS, by_chance, checked_counts, dispersion_of, limits_in_words, occurrence_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

METHODS = {"wilson": "Wilson", "exact": "Clopper–Pearson"}

#: What was tried; ``words.toml`` has it as a sentence tells it.
TESTS = ("association", "title", "listing", "data")

#: How a share was made: shares that are pooled have these alike.
_MADE = ["method", "limits", "level", "dispersion"]
_KEYS = ("survey", "asset", "iso3")
_CAVEAT = "The share is that of one test; other tests of openness give other shares, and they are not averaged."


def shares(
    numerator: pd.DataFrame,
    denominator: pd.DataFrame,
    test: str,
    method: str = "wilson",
    limits: str | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """The share of the numerator in the denominator, place by place.

    Parameters
    ----------
    numerator, denominator
        Rows of ``iso3, value, low, high``, usually with ``survey``, ``measure`` and ``asset``: those that passed
        the test, and
        those that took it (``servers_open`` of ``servers_exposed``, ``images_accessible`` of ``images``). They are
        matched by what
        they have of survey, asset and place. Clustered counts may have their variance over mean in the numerator's
        column ``dispersion``: counts are divided by it before limits of chance are taken (the design effect of Kish
        1965).
    test
        What was tried: ``association`` (the handshake of a stranger is accepted), ``title`` (without a look at the
        caller's application
        title), ``listing`` (studies are listed without a password), ``data`` (data can be obtained). The survey's
        own words are kept as
        ``survey_says``.
    method
        Limits of chance: ``wilson`` (Wilson 1927) or ``exact`` (Clopper & Pearson 1934), from statsmodels.
    limits
        ``rounding``, ``chance``, ``both``, or None: by the numerator's measure.
    level
        Confidence level of the limits of chance.

    Returns
    -------
    pandas.DataFrame
        One row per numerator: ``iso3`` (``country, survey, asset, measure, source``), ``of`` (the measure of the
        denominator), ``test``,
        ``survey_says``, ``numerator, denominator`` with ``_low`` and ``_high``, ``share, share_low, share_high``,
        ``method``,
        ``level``. Without a denominator there is no share; such places are in ``attrs["missing"]``.

    Notes
    -----
    Both limits rise with the numerator and fall with the denominator: with rounding, the low one is taken at (low,
    high), the high one at
    (high, low), and a share never leaves 0 to 1. Chance is that of independent yes-or-no tests: of a full scan, read it
    as that of
    servers like these.

    Raises
    ------
    DataError
        For faulty counts, a denominator of zero, a part larger than its whole, no pair at all, an unknown test or
        method.
    NotComparableError
        For several measures in one frame, or chance asked for where it says nothing.

    Examples
    --------
    >>> import pandas as pd
    >>> passed, tested = (pd.DataFrame({"iso3": ["DEU", "FRA"], "value": count}) for count in ([18, 2], [60, 40]))
    >>> found = shares(passed, tested, "listing")
    >>> found[["iso3", "share", "share_low", "share_high"]].round(3).values.tolist()
    [['DEU', 0.3, 0.199, 0.425], ['FRA', 0.05, 0.014, 0.165]]
    """
    if test not in TESTS:
        raise unknown("test", test, TESTS, test=test)
    if method not in METHODS:
        raise unknown("method", method, METHODS, method=method)
    checked_level(level)
    numerator, denominator = (checked_counts(frame, also=("iso3",)) for frame in (numerator, denominator))
    found = _tested(numerator, denominator, test)
    chance, dispersion = by_chance(numerator, limits), dispersion_of(numerator)
    of = [set(part["measure"]) if "measure" in part else set() for part in (numerator, denominator)]
    # A reader may call the part and the whole by one word of their own.
    if of[0] == of[1] and len(of[0]) == 1 and of[0] <= set(measures().index):
        raise NotComparableError(
            f"both tables count {shown(*of[0])}; its share of itself is all", remedy="give a part and the whole of it"
        )
    found = _with_limits(found, chance, method, limits, level, dispersion or 1.0)
    lost = _place(numerator)[found["share"].isna().to_numpy()].tolist()
    return result(
        found.assign(dispersion=np.nan if dispersion is None else dispersion),
        "shares.shares",
        of=pd.concat([numerator, denominator], ignore_index=True),
        method=method,
        level=level if chance.any() else None,
        limits=_words(found, numerator, denominator, chance, limits),
        occurrence=occurrence_of(numerator),
        record=Record(
            warnings=[*warnings_of(numerator, denominator), _CAVEAT],
            missing=lost,
            parameters={
                "test": test,
                "dispersion": dispersion,
                "limits": limits,
                "chance": bool(chance.any()),
                "places": 0,
            },
        ),
    )


def _tested(numerator: pd.DataFrame, denominator: pd.DataFrame, test: str) -> pd.DataFrame:
    """One row per numerator, with its denominator where there is one, and with the test that it passed."""
    for frame in (numerator, denominator):
        if "measure" in frame and frame["measure"].nunique() > 1:
            names = " and ".join(sorted(frame["measure"].unique())[:2])
            raise NotComparableError(f"{names} are different things", remedy="choose one measure for each side")
    keys = [key for key in _KEYS if key in numerator and key in denominator]
    part, whole = (frame.assign(iso3=_place(frame)) for frame in (numerator, denominator))
    for frame in (part, whole):
        if frame.duplicated(keys).any():
            name = frame.loc[frame.duplicated(keys), "iso3"].iloc[0]
            raise DataError(
                f"{name} comes twice on one side", remedy="take ex.preferred(panel) and one measure", column="iso3"
            )
    kept = [name for name in ("country", "survey", "asset", "measure", "source") if name in part and name not in keys]
    counts = ["value", "low", "high"]
    tested = whole[[*keys, *counts]].assign(of=whole.get("measure", ""))
    found = part[[*keys, *kept, *counts]].merge(tested, on=keys, how="left", suffixes=("", "_of"))
    _checked_pairs(found)
    ends = {"value": "", "low": "_low", "high": "_high"}
    renamed = {count: f"numerator{end}" for count, end in ends.items()}
    renamed |= {f"{count}_of": f"denominator{end}" for count, end in ends.items()}
    found = found.rename(columns=renamed).assign(of=found["of"].dropna().iloc[0], iso3=numerator["iso3"].to_numpy())
    found.insert(len(keys) + len(kept), "test", test)
    found.insert(len(keys) + len(kept) + 1, "survey_says", _in_its_words(found))
    return found


def _checked_pairs(found: pd.DataFrame) -> None:
    """Refuse counts that cannot be those that passed and those that were tested."""
    if found["value_of"].isna().all():
        raise DataError("no place has both a numerator and a denominator", remedy="take both from one survey")
    if (found["value_of"] == 0).any():
        name = found.loc[found["value_of"] == 0, "iso3"].iloc[0]
        raise DataError(
            f"{name}: nothing was tested (a denominator of zero)", remedy="leave the place out", column="value"
        )
    if (found["low"] > found["high_of"]).any():
        name = found.loc[found["low"] > found["high_of"], "iso3"].iloc[0]
        raise DataError(
            f"{name}: more passed the test than were tested",
            remedy="the two figures are swapped, or not of one count",
            column="value",
        )


def pooled(*found: pd.DataFrame) -> pd.DataFrame:
    """The share over several places: the sum of the numerators in the sum of the denominators, of one test only.

    Parameters
    ----------
    found
        Results of `shares`. Surveys must be comparable, no place may come twice, and the world does not stand beside
        its countries.

    Returns
    -------
    pandas.DataFrame
        One row with the columns of `shares` but for the place; the measure's limits are those of the sums.

    Raises
    ------
    NotComparableError
        For shares of different tests, measures or methods of survey: an average of them would be the share of nothing.
    DataError
        If the tables are not results of `shares`, or hold a place twice.

    Examples
    --------
    >>> import pandas as pd
    >>> passed, tested = (pd.DataFrame({"iso3": ["DEU", "FRA"], "value": count}) for count in ([18, 2], [60, 40]))
    >>> pooled(shares(passed, tested, "listing"))[["numerator", "denominator", "share"]].values.tolist()
    [[20.0, 100.0, 0.2]]
    """
    tables = [plain(one, "a table of shares") for one in found]
    if not tables or any(only(one, "statistic") != "shares.shares" for one in tables):
        raise DataError("what is pooled are results of ex.statistics.shares", remedy="pass one or several of them")
    rows = pd.concat(tables, ignore_index=True)
    lost = rows.loc[rows["share"].isna(), "iso3"].tolist()
    rows = rows.dropna(subset="share")
    if rows.empty:
        raise DataError("no share is known", remedy="take numerators and denominators of the same places")
    notes = _may_be_added(rows)
    said, word, level, dispersion = rows[_MADE].iloc[0]
    test, counted = rows["test"].iloc[0], rows[[name for name in ("measure", "of") if name in rows]]
    if word not in (*LIMITS, "exact"):
        raise unknown("word in the column 'limits':", word, (*LIMITS, "exact"), column="limits")
    chance = word in ("chance", "both")
    method = next((name for name, long in METHODS.items() if long == said), "wilson")
    limits, level = "chance" if word == "chance" else None, level if chance else 0.95
    sums = {
        f"{side}{end}": [rows[f"{side}{end}"].sum()]
        for side in ("numerator", "denominator")
        for end in ("", "_low", "_high")
    }
    one = counted.head(1).assign(test=test, places=len(rows), **sums).reset_index(drop=True)
    one = _with_limits(one, np.array([chance]), method, limits, level, dispersion if dispersion == dispersion else 1.0)
    return result(
        one,
        "shares.pooled",
        of=rows,
        method=said,
        level=level if chance else None,
        limits=word,
        occurrence=rows["occurrence"].iloc[0],
        record=Record(warnings=[_CAVEAT, *notes], missing=lost, parameters={"test": test, "places": len(rows)}),
    )


def _may_be_added(rows: pd.DataFrame) -> list[str]:
    """Notes on shares whose counts may be added up; refuses those whose sum would be the share of nothing."""
    from ..figures.comparability import require_comparable

    tests = list(dict.fromkeys(rows["test"]))
    if len(tests) > 1:
        said = "; ".join(f"{test}: {say(f'test_{test}', 'en', family='words')}" for test in tests)
        raise NotComparableError(
            f"shares of different tests are not averaged, the result would be the share of no test at all ({said})",
            remedy="choose one",
            tests=tests,
        )
    counted = rows[[name for name in ("measure", "of") if name in rows]].drop_duplicates()
    if len(counted) > 1:
        raise NotComparableError(
            "the shares are of different measures, so that their sum counts nothing",
            remedy="choose one numerator and whole",
        )
    notes = []
    if "survey" in rows and rows["survey"].nunique() > 1:
        checked = rows if "asset" in rows and "measure" in rows else rows.assign(asset="", measure="")
        notes = [f"Surveys side by side: {note}." for note in [require_comparable(checked)] if note]
    if rows["iso3"].duplicated().any() or ((rows["iso3"] == WORLD).any() and len(rows) > 1):
        raise DataError(
            "a place comes twice, or the world stands beside its countries",
            remedy="keep each server in one row",
            column="iso3",
        )
    if len(rows[_MADE].drop_duplicates()) > 1:
        raise DataError(
            "the shares were made with different options",
            remedy="make them with one method, limits, level and dispersion",
        )
    return notes


def facts(found: pd.DataFrame, lang: str) -> tuple[str, dict[str, str]]:
    """The case and the parts of the sentence: of one share, of the highest of several, or of a pooled one."""
    known = found[found["share"].notna()].reset_index(drop=True)
    if known.empty:
        raise DataError("the result has no share", remedy="take numerators and denominators of the same places")
    if "iso3" in known and (known["iso3"] != WORLD).any():
        # The world stands beside its countries, it is not one of them.
        known = known[known["iso3"] != WORLD].reset_index(drop=True)
    first = known.loc[known["share"].idxmax()]
    taken_together = "places" in known
    label = measures()[f"label_{lang}"].get(first.get("of"), "")
    span = intervals.percent_interval(first["share_low"], first["share_high"], lang, 1)
    parts = {
        "label": label or say("cases", lang, family="words"),
        "part": Counted(first["numerator"], lang),
        "whole": numbers.number(first["denominator"], lang),
        "share": numbers.percent(first["share"], lang, decimals=1),
        "span": span,
        "limits": named_interval(span, first, lang),
        "test": say(f"test_{needed(known, 'test', 'say in the column test what was tried')}", lang, family="words"),
        "places": Counted(int(first["places"]) if taken_together else len(known), lang),
        "near": Counted(int((known["share_high"] >= first["share_low"]).sum()) - 1, lang),
    }
    if not taken_together and "survey" in known and known["survey"].nunique() > 1:
        ends = (numbers.percent(end, lang, decimals=1) for end in (known["share"].min(), known["share"].max()))
        parts |= dict(zip(("least", "most"), ends, strict=True))
        return "several", parts | {"surveys": numbers.number(known["survey"].nunique(), lang)}
    if taken_together:
        case = "pooled"
        parts["label"] = _upper(parts["label"])
    else:
        parts["place"] = _upper(place_in_words(first, lang))
        case = "one" if len(known) == 1 else "highest"
    if first["level"] != first["level"]:
        return f"{case}_rounding", parts
    return case, parts | {"level": numbers.percent(first["level"], lang, decimals=1)}


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _place(frame: pd.DataFrame) -> pd.Series:
    """What a place is matched by: its code, or the printed name of one that is not a country."""
    return frame["iso3"].fillna(frame["place"]) if "place" in frame else frame["iso3"].fillna("")


def _words(
    found: pd.DataFrame, part: pd.DataFrame, whole: pd.DataFrame, chance: NDArray[Any], limits: str | None
) -> list[str | None]:
    """What the limits of each share are limits of; none where there is no share."""
    exact = set(part["limits"]) == set(whole["limits"]) == {"exact"}
    words = limits_in_words(part.assign(limits="exact" if exact else "rounding"), chance, limits)
    return [word if known else None for word, known in zip(words, found["share"].notna(), strict=True)]


def _in_its_words(found: pd.DataFrame) -> list[str]:
    """How each row's survey words what it calls open."""
    from ..datafolder import surveys_present
    from ..figures.survey import read_survey

    if "survey" not in found:
        return [""] * len(found)
    present = set(surveys_present())
    words = {
        survey: read_survey(survey).meta["method"].get("open", "") if survey in present else ""
        for survey in found["survey"].unique()
    }
    return [words[survey] for survey in found["survey"]]


def _with_limits(
    found: pd.DataFrame, chance: NDArray[Any], method: str, limits: str | None, level: float, spread: float
) -> pd.DataFrame:
    """The frame with ``share, share_low, share_high, method, level``."""
    known = found["denominator"].notna().to_numpy()
    part, part_low, part_high, whole, whole_low, whole_high = (
        found[f"{side}{end}"].to_numpy(float) for side in ("numerator", "denominator") for end in ("", "_low", "_high")
    )
    share = np.where(known, np.minimum(part / whole, 1.0), np.nan)
    if limits == "chance":
        part_low = part_high = np.minimum(part, whole)
        whole_low = whole_high = whole
    ends = []
    for upper, (x, n) in enumerate(((part_low, whole_high), (part_high, whole_low))):
        plain = np.minimum(np.divide(x, n, out=np.ones_like(x), where=n > 0), 1.0)
        # Where the part may be all of the whole, so may the share.
        tested = known & chance & (n > 0) & (plain < 1 if upper else True)
        end = plain.copy()
        if tested.any():
            end[tested] = _limits(x[tested] / spread, n[tested] / spread, method, level)[upper]
        ends.append(np.where(known, end, np.nan))
    return found.assign(
        share=share,
        share_low=np.minimum(ends[0], share),
        share_high=np.maximum(ends[1], share),
        method=np.where(known, np.where(chance, METHODS[method], "rounding only"), "no denominator"),
        level=np.where(chance & known, level, np.nan),
    )


def _limits(part: NDArray[Any], whole: NDArray[Any], method: str, level: float) -> tuple[NDArray[Any], NDArray[Any]]:
    from statsmodels.stats.proportion import proportion_confint

    low, high = proportion_confint(
        np.minimum(part, whole), whole, alpha=1 - level, method={"wilson": "wilson", "exact": "beta"}[method]
    )
    return np.clip(low, 0, 1), np.clip(high, 0, 1)
