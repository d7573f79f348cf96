"""A result in one plain sentence: number, unit, interval, comparison, caveat."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ..errors import DataError, unknown
from ..frames import plain
from ..language import languages
from ..language.catalogue import catalogue, families_of, say
from ..language.typography import typeset
from ..meaning import AS_RETURNED
from .result import needed
from .returned import told
from .uncertainty import ASSUMED_OCCURRENCE, UNKNOWN_OCCURRENCE

if TYPE_CHECKING:
    import pandas as pd

#: Families whose limits are those of counts, so that "chance" alone says that the counts were taken as exact.
_OF_COUNTS = {"rates", "shares", "ranking", "small_numbers", "empirical_bayes", "two_places", "standardising", "change"}
#: Families whose limits may be those of rounding alone, so that it must be said that chance is in none of them.
_OF_ROUNDING_TOO = (_OF_COUNTS - {"small_numbers", "empirical_bayes"}) | {
    "association",
    "concentration",
    "decompose_change",
    "inequality_by_rank",
    "overlap",
    "two_shares",
}


def describe(result: Any, lang: str | None = None, *, statistic: str | None = None) -> str:
    """The finding of a result of `analysis.statistics` in one plain sentence, for captions and alt texts.

    Parameters
    ----------
    result
        What a function of `analysis.statistics` returned; also after a merge, a filter, or from a file.
    lang
        ``en``, ``es``, ``de`` or ``fr``; default: ``EXPOSURE_LANG``, else English.
    statistic
        The function that made it (``rates.rates``), where the column ``statistic`` was lost.

    Returns
    -------
    str
        Number, unit, interval, comparison and caveat, in at most some 280 characters.

    Raises
    ------
    DataError
        If nothing says which function made the frame, a column is missing that the sentence needs, the numbers were
        changed so that they contradict one another, or the language is none of the four.

    Examples
    --------
    >>> import analysis as ex
    >>> servers = ex.preferred(ex.panel(surveys=["greenbone-2019-09"])).query("measure == 'servers_exposed'")
    >>> ex.statistics.describe(ex.rates(servers.query("iso3 != 'WLD'")))[:30]
    'United States: 0.566 servers r'
    """
    return sentence_and_parts(result, languages.language(lang), statistic)[0]


def sentence_and_parts(result: Any, lang: str, statistic: str | None = None) -> tuple[str, str, dict[str, str]]:
    """What `describe` says about a result, which sentence that is (``rates.highest``), and what was filled in."""
    frame, family = _named(result, statistic)
    try:
        case, parts = import_module(f".{family}", __package__).facts(frame, lang)
        sentence = typeset(catalogue(f"statistics/{family}")[case][lang].format(**parts), lang)
    except KeyError as error:
        lacking = error.args[0][0] if isinstance(error.args[0], list) else error.args[0]
        if not isinstance(lacking, str) or lacking in frame:
            raise
        raise DataError(
            f"the result has no {lacking!r}, which its sentence tells", remedy=AS_RETURNED, column=lacking
        ) from error
    return " ".join([sentence, *_notes(frame, family, lang)]), f"{family}.{case}", parts


def _named(result: Any, statistic: str | None) -> tuple[pd.DataFrame, str]:
    """The result as a frame that says which function made it, and the family of that function."""
    frame = plain(result, "the result")
    if statistic is None:
        statistic = needed(
            frame, "statistic", "pass a result of analysis.statistics, or say which: statistic='rates.rates'"
        )
    family, _, function = str(statistic).partition(".")
    families = set(families_of("statistics")) - {"describing"}
    if family not in families or not function:
        raise unknown("statistic", statistic, sorted(f"{name}.…" for name in families))
    return told(frame.assign(statistic=statistic)), family


def _notes(frame: pd.DataFrame, family: str, lang: str) -> list[str]:
    """What must be said of any result: that chance was left out, counts taken as exact, or events as independent."""
    found = []
    words = set(frame["limits"].dropna()) if "limits" in frame else set()
    occurrence = set(frame["occurrence"].dropna()) if "occurrence" in frame else set()
    unknown_events = UNKNOWN_OCCURRENCE in occurrence
    without_chance = family in _OF_ROUNDING_TOO and not unknown_events and _leaves_chance_out(frame, words)
    if without_chance:
        found.append("exact_alone" if words == {"exact"} else "rounding_alone")
    elif "exact" in words or (words == {"chance"} and family in _OF_COUNTS):
        found.append("exact")
    if unknown_events:
        found.append("unknown_events")
    elif ASSUMED_OCCURRENCE in occurrence and (words & {"chance", "both"} or "too_few" in frame):
        found.append("assumed_events")
    named = frame["measure"].dropna().unique() if "measure" in frame else []
    measure = str(named[0]) if len(named) == 1 else "–"
    return [say(note, lang, family="statistics/describing", measure=measure) for note in found]


def _leaves_chance_out(frame: pd.DataFrame, words: set[str]) -> bool:
    """Whether no limit of a result is one of chance, and no p tells of it."""
    tested = "p_value" in frame and frame["p_value"].notna().any()
    return bool(words) and words <= {"rounding", "exact"} and not tested
