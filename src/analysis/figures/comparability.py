"""What may be compared with what: decided by how the surveys counted, as their files say it."""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Callable
from typing import Any

import pandas as pd

from ..errors import DataError, NotComparableError
from ..language import languages
from ..language.catalogue import catalogue
from ..language.prose import listed
from ..language.typography import typeset
from .measures import measures
from .panel_rows import require_texts, with_columns
from .sources import who_and_when
from .survey import read_survey

SAME, WITH_NOTE, NO = "same", "with a note", "no"
COLUMNS = ["a", "b", "measure", "asset", "verdict", "reasons"]

#: What the files state in fixed words, and the word for it.
_STATED = {"honeypots": "decoys", "duplicates": "duplicates"}
#: What they describe in words of their own.
_DESCRIBED = ("engine", "ports", "exposed", "open", "unit")

_Judge = Callable[[str, str], tuple[str, str]]


def comparable(panel: pd.DataFrame, by: str = "survey", lang: str | None = None) -> pd.DataFrame:
    """Whether each two surveys, or figures, that share a measure may be compared, and why not.

    Parameters
    ----------
    panel
        Rows of ``ex.panel()`` or ``ex.preferred()``.
    by
        ``survey``: one row for two surveys and a measure and asset class that both have figures of.
        ``figure``: one row for two rows of the panel with the same place and measure; ``a`` and ``b`` are their labels
        in the index. A panel of two rows only is answered whatever they are.
    lang
        The language of the reasons: ``en``, ``es``, ``de`` or ``fr``; default: ``EXPOSURE_LANG``, else English.

    Returns
    -------
    pandas.DataFrame
        ``a, b, measure, asset, verdict`` and ``reasons``, text. ``same``: the surveys' files say that they counted
        alike; no reasons. ``with a note``: they may stand side by side if the reasons stand there too. ``no``: they
        must not be joined, added or subtracted. Without a statement in either file the answer is ``no``, unless both
        are waves of one programme or describe one and the same method.

    Raises
    ------
    DataError
        If ``by`` is neither, or the language is none of the four.

    Examples
    --------
    >>> import analysis as ex
    >>> panel = ex.panel(surveys=["greenbone-2019-09", "greenbone-2019-11"])
    >>> ex.comparable(panel)[["a", "b", "measure", "verdict"]].head(1).values.tolist()
    [['greenbone-2019-09', 'greenbone-2019-11', 'images', 'with a note']]
    """
    if by not in ("survey", "figure"):
        raise DataError(f"surveys or figures can be compared, not {by!r}", remedy="choose survey or figure", by=by)
    lang = languages.language(lang)
    judge = _judge(lang)
    # Its rows must say in words what was counted by which survey.
    words = ("survey", "measure", "asset")
    panel = with_columns(panel, words)
    require_texts(panel, words, may_lack=False)
    rows: list[list[Any]] = []
    if by == "survey":
        for (measure, asset), group in _sensed(panel).groupby(["sense", "asset"], sort=True):
            for one, other in itertools.combinations(sorted(group["survey"].unique()), 2):
                rows.append([one, other, measure, asset, *judge(one, other)])
    else:
        figures = list(_sensed(panel).reset_index(names="label").itertuples(index=False))
        groups: dict[tuple[Any, ...], list[Any]] = {}
        for figure in figures:
            groups.setdefault((_place(figure), figure.sense) if len(figures) != 2 else (), []).append(figure)
        for _, group in sorted(groups.items(), key=lambda entry: entry[0]):
            for one, other in itertools.combinations(group, 2):
                rows.append([one.label, other.label, one.sense, one.asset, *_figures(one, other, judge, lang)])
    return pd.DataFrame(rows, columns=COLUMNS)


def require_comparable(frame: pd.DataFrame, breaks: str | None = None, lang: str = "en") -> str | list[int]:
    """Pass if the surveys of a frame may be compared, with the notes to print; refuse if not.

    Parameters
    ----------
    frame
        Rows with ``survey``, ``measure`` and ``asset``.
    breaks
        ``"mark"``: do not refuse, but say where a line through the rows, in their order, must be broken.
    lang
        The language of the notes; a refusal is in English, as all errors are.

    Returns
    -------
    str or list of int
        The notes, joined by ``; ``, or nothing. With ``breaks="mark"``: the positions of the rows that must not be
        joined to the row before them.

    Raises
    ------
    NotComparableError
        Names two surveys and the reasons; attributes ``a``, ``b`` and ``reasons``.
    DataError
        If some of the rows name no survey.
    """
    judge = _judge(languages.checked(lang))
    figures = list(_sensed(frame).itertuples(index=False))
    if breaks == "mark":
        return [
            place + 1
            for place, (one, other) in enumerate(itertools.pairwise(figures))
            if _figures(one, other, judge, lang)[0] == NO
        ]
    counted: dict[str, dict[tuple[str, str], None]] = {}
    for figure in figures:
        counted.setdefault(figure.survey, {})[figure.sense, figure.asset] = None
    if len(counted) > 1 and not all(isinstance(survey, str) for survey in counted):
        raise DataError(
            "some rows do not say which survey they are of",
            remedy="fill the column survey in every row, or leave these rows out",
            column="survey",
        )
    notes: dict[str, None] = {}
    for one, other in itertools.combinations(sorted(counted), 2):
        if counted[one].keys() & counted[other].keys():
            verdict, reasons = judge(one, other)
        else:
            verdict, reasons = NO, _other_things(next(iter(counted[one])), next(iter(counted[other])), "en")
        if verdict == NO:
            if lang != "en":  # to refuse, as every error, in English
                return require_comparable(frame, breaks)
            raise NotComparableError(
                f"{one} and {other} must not be compared: {reasons}. Choose one survey, or surveys of one method.",
                a=one,
                b=other,
                reasons=reasons,
            )
        notes |= dict.fromkeys(note for note in [reasons] if note)
    return "; ".join(notes)


def _sensed(panel: pd.DataFrame) -> pd.DataFrame:
    """The panel with ``sense``: two words that a survey uses for one count are one measure."""
    return panel if "sense" in panel else panel.assign(sense=panel["measure"])


def _place(figure: Any) -> str:
    """The same for every spelling of a place, as far as the frame knows it."""
    for name in ("place_id", "iso3", "place"):
        if isinstance(found := getattr(figure, name, None), str):
            return found
    return ""


def _figures(one: Any, other: Any, judge: _Judge, lang: str) -> tuple[str, str]:
    if (one.sense, one.asset) != (other.sense, other.asset):
        return NO, _other_things((one.sense, one.asset), (other.sense, other.asset), lang)
    for figure in (one, other):
        if isinstance(meant := getattr(figure, "meant", None), str):
            return NO, _reason(
                "noun",
                lang,
                figure=figure.figure,
                source=figure.source,
                meant=_noun(meant, lang),
                measure=_noun(figure.measure, lang),
            )
    return judge(one.survey, other.survey)


def _other_things(one: tuple[str, str], other: tuple[str, str], lang: str) -> str:
    shown = [f"{_noun(measure, lang)} ({asset})" for measure, asset in (one, other)]
    return _reason("things", lang, one=shown[0], other=shown[1])


def _noun(measure: str, lang: str) -> str:
    """A measure as a reason names it: in English by its id, which errors and files use too."""
    known = measures()
    return (
        str(known.at[measure, f"label_{lang}"])
        if lang != "en" and measure in known.index
        else measure.replace("_", " ")
    )


def _judge(lang: str) -> _Judge:
    """A judge of pairs of surveys that reads each file and judges each pair once."""
    meta = functools.cache(lambda survey: read_survey(survey).meta)

    @functools.cache
    def judge(one: str, other: str) -> tuple[str, str]:
        return (SAME, "") if one == other else _judged(one, meta(one), other, meta(other), lang)

    return judge


def _judged(one: str, first: dict[str, Any], other: str, second: dict[str, Any], lang: str) -> tuple[str, str]:
    """What the files of two surveys say about comparing them."""
    methods = first["method"], second["method"]
    apart = _apart(first, second, lang)
    stated = _differences(*methods, lang)
    for key, verdict in (("not_comparable_with", NO), ("comparable_with_note", WITH_NOTE)):
        for speaker, name in ((first, other), (second, one)):
            if said := speaker["method"].get(key, {}).get(name):
                return verdict, "; ".join([_said_by(speaker, said, lang), *stated])
    if other in methods[0].get("comparable_with", ()) or one in methods[1].get("comparable_with", ()):
        return (WITH_NOTE, "; ".join([*stated, *apart])) if stated else (SAME, "")
    if first["programme"] and first["programme"] == second["programme"]:
        return WITH_NOTE, "; ".join([_reason("waves", lang), *stated, *apart])
    other_words = [
        _word(key, lang)
        for key in _DESCRIBED
        if methods[0].get(key) and methods[1].get(key) and methods[0][key] != methods[1][key]
    ]
    if not other_words and all(methods[0].get(key) and methods[1].get(key) for key in _DESCRIBED):
        return WITH_NOTE, "; ".join([_reason("described_alike", lang), *stated, *apart])
    described = [_reason("described", lang, words=listed(other_words, lang))] if other_words else []
    return NO, "; ".join([_reason("no_statement", lang), *described, *stated, *apart])


def _differences(one: dict[str, Any], other: dict[str, Any], lang: str) -> list[str]:
    """In what two methods are stated to differ."""
    found = []
    for key, word in _STATED.items():
        values = [method.get(key, "not stated") for method in (one, other)]
        if values[0] != values[1]:
            found.append(
                _reason(
                    "differ", lang, what=_word(word, lang), one=_word(values[0], lang), other=_word(values[1], lang)
                )
            )
    return found


def _apart(first: dict[str, Any], second: dict[str, Any], lang: str) -> list[str]:
    """How far the scans lie apart in time, if that is known and they do not overlap."""
    ends = sorted(
        (meta["scan_from"] or meta["scan_to"], meta["scan_to"] or meta["scan_from"]) for meta in (first, second)
    )
    (_, earlier), (later, _) = ends
    known = min(len(earlier), len(later), 7)
    if known < 4 or later[:known] <= earlier[:known]:
        return []
    years = int(later[:4]) - int(earlier[:4])
    if known < 7:
        return [_reason("years", lang, n=years) if years > 1 else _reason("year", lang)]
    months = 12 * years + int(later[5:7]) - int(earlier[5:7])
    return [_reason("months", lang, n=months) if months > 1 else _reason("month", lang)]


def _said_by(survey: dict[str, Any], text: str, lang: str) -> str:
    """A statement out of a survey's file, with the survey's name where it speaks of here and there."""
    plain = text.strip()
    known = _texts()["statement"].get(plain)
    said = known[lang] if known else plain
    said = said.rstrip(".") if known or lang == "en" else _reason("untranslated", lang, said=said.rstrip("."))
    return (
        _reason("here", lang, survey=who_and_when(survey, lang), said=said)
        if re.search(r"\b(?:here|there)\b", plain)
        else said
    )


def _reason(key: str, lang: str, **parts: object) -> str:
    return typeset(_texts()["reason"][key][lang].format(**parts), lang)


def _word(word: str, lang: str) -> str:
    """A word of a fixed statement in the language; one that the package does not know as it stands."""
    return _texts()["word"].get(word, {}).get(lang, word)


@functools.cache
def _texts() -> dict[str, dict[str, dict[str, str]]]:
    """Sentences, words and statements by their key, each in four languages; the key of a statement is its English."""
    found = catalogue("comparability")
    return {**found, "statement": {one["en"]: one for one in found["statement"]}}
