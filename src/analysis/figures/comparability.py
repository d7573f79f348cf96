"""What may be compared with what: decided by how the surveys counted, as their files say it."""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Callable

import pandas as pd

from ..datafolder import data_folder
from ..errors import DataError, NotComparableError
from .survey import read_survey

SAME, WITH_NOTE, NO = "same", "with a note", "no"
COLUMNS = ["a", "b", "measure", "asset", "verdict", "reasons"]

#: What the files state in fixed words, and how a difference is told.
_STATED = {"honeypots": "decoys", "duplicates": "duplicates"}
#: What they describe in words of their own.
_DESCRIBED = {"engine": "engine", "ports": "ports", "exposed": "test of what is exposed", "open": "test of what is open", "unit": "unit"}

_Judge = Callable[[str, str], tuple[str, str]]


def comparable(panel: pd.DataFrame, by: str = "survey") -> pd.DataFrame:
    """For each two surveys, or figures, that share a measure: may they be compared, and why not.

    Parameters
    ----------
    panel
        Rows of ``ex.panel()`` or ``ex.preferred()``.
    by
        ``survey``: one row for two surveys and a measure and asset class that both have figures of.
        ``figure``: one row for two rows of the panel with the same place and measure; ``a`` and ``b`` are their labels
        in the index. A panel of two rows only is answered whatever they are.

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
        If ``by`` is neither.
    """
    if by not in ("survey", "figure"):
        raise DataError(f"surveys or figures can be compared, not {by!r}; choose survey or figure.", by=by)
    judge = _judge()
    rows: list[list] = []
    if by == "survey":
        for (measure, asset), group in _sensed(panel).groupby(["sense", "asset"], sort=True):
            for one, other in itertools.combinations(sorted(group["survey"].unique()), 2):
                rows.append([one, other, measure, asset, *judge(one, other)])
    else:
        figures = list(_sensed(panel).reset_index(names="label").itertuples(index=False))
        groups: dict[tuple, list] = {}
        for figure in figures:
            groups.setdefault((_place(figure), figure.sense) if len(figures) != 2 else (), []).append(figure)
        for _, group in sorted(groups.items(), key=lambda entry: entry[0]):
            for one, other in itertools.combinations(group, 2):
                rows.append([one.label, other.label, one.sense, one.asset, *_figures(one, other, judge)])
    return pd.DataFrame(rows, columns=COLUMNS)


def require_comparable(frame: pd.DataFrame, breaks: str | None = None) -> str | list[int]:
    """Pass if the surveys of a frame may be compared, with the notes to print; refuse if not.

    Parameters
    ----------
    frame
        Rows with ``survey``, ``measure`` and ``asset``.
    breaks
        ``"mark"``: do not refuse, but say where a line through the rows, in their order, must be broken.

    Returns
    -------
    str or list of int
        The notes, joined by ``; ``, or nothing. With ``breaks="mark"``: the positions of the rows that must not be
        joined to the row before them.

    Raises
    ------
    NotComparableError
        Names two surveys and the reasons; attributes ``a``, ``b`` and ``reasons``.
    """
    judge = _judge()
    figures = list(_sensed(frame).itertuples(index=False))
    if breaks == "mark":
        return [
            place + 1
            for place, (one, other) in enumerate(itertools.pairwise(figures))
            if _figures(one, other, judge)[0] == NO
        ]
    counted: dict[str, dict[tuple[str, str], None]] = {}
    for figure in figures:
        counted.setdefault(figure.survey, {})[figure.sense, figure.asset] = None
    notes: dict[str, None] = {}
    for one, other in itertools.combinations(sorted(counted), 2):
        if counted[one].keys() & counted[other].keys():
            verdict, reasons = judge(one, other)
        else:
            verdict, reasons = NO, _other_things(next(iter(counted[one])), next(iter(counted[other])))
        if verdict == NO:
            raise NotComparableError(
                f"{one} and {other} must not be compared: {reasons}. Choose one survey, or surveys of one method.",
                a=one, b=other, reasons=reasons,
            )  # fmt: skip
        notes |= dict.fromkeys(note for note in [reasons] if note)
    return "; ".join(notes)


def _sensed(panel: pd.DataFrame) -> pd.DataFrame:
    """The panel with ``sense``: two words that a survey uses for one count are one measure."""
    return panel if "sense" in panel else panel.assign(sense=panel["measure"])


def _place(figure) -> str:
    """The same for every spelling of a place, as far as the frame knows it."""
    for name in ("place_id", "iso3", "place"):
        if isinstance(found := getattr(figure, name, None), str):
            return found
    return ""


def _figures(one, other, judge: _Judge) -> tuple[str, str]:
    if (one.sense, one.asset) != (other.sense, other.asset):
        return NO, _other_things((one.sense, one.asset), (other.sense, other.asset))
    for figure in (one, other):
        if isinstance(meant := getattr(figure, "meant", None), str):
            return NO, f"'{figure.figure}' of {figure.source} counts {meant.replace('_', ' ')}, not {figure.measure.replace('_', ' ')}"
    return judge(one.survey, other.survey)


def _other_things(one: tuple[str, str], other: tuple[str, str]) -> str:
    shown = [f"{measure.replace('_', ' ')} ({asset})" for measure, asset in (one, other)]
    return f"they count different things: {shown[0]} and {shown[1]}"


def _judge() -> _Judge:
    """A judge of pairs of surveys that reads each file and judges each pair once."""
    folder = data_folder() / "aggregate"
    meta = functools.cache(lambda survey: read_survey(folder / survey).meta)

    @functools.cache
    def judge(one: str, other: str) -> tuple[str, str]:
        return (SAME, "") if one == other else _judged(one, meta(one), other, meta(other))

    return judge


def _judged(one: str, first: dict, other: str, second: dict) -> tuple[str, str]:
    """What the files of two surveys say of comparing them."""
    methods = first["method"], second["method"]
    apart = _apart(first, second)
    stated = _differences(*methods)
    for key, verdict in (("not_comparable_with", NO), ("comparable_with_note", WITH_NOTE)):
        for speaker, method, name in ((one, methods[0], other), (other, methods[1], one)):
            if said := method.get(key, {}).get(name):
                return verdict, "; ".join([_said_by(speaker, said), *stated])
    if other in methods[0].get("comparable_with", ()) or one in methods[1].get("comparable_with", ()):
        return (WITH_NOTE, "; ".join([*stated, *apart])) if stated else (SAME, "")
    if first["programme"] and first["programme"] == second["programme"]:
        return WITH_NOTE, "; ".join(["two waves of one programme", *stated, *apart])
    other_words = [
        word for key, word in _DESCRIBED.items() if methods[0].get(key) and methods[1].get(key) and methods[0][key] != methods[1][key]
    ]
    if not other_words and all(methods[0].get(key) and methods[1].get(key) for key in _DESCRIBED):
        return WITH_NOTE, "; ".join(["their files describe one method, without saying that it is one", *stated, *apart])
    described = [f"they describe another {', '.join(other_words)}"] if other_words else []
    return NO, "; ".join(["no statement says that they counted in the same way", *described, *stated, *apart])


def _differences(one: dict, other: dict) -> list[str]:
    """In what two methods are stated to differ."""
    found = []
    for key, word in _STATED.items():
        values = one.get(key, "not stated"), other.get(key, "not stated")
        if values[0] != values[1]:
            found.append(f"{word} {values[0]} in one and {values[1]} in the other")
    return found


def _apart(first: dict, second: dict) -> list[str]:
    """How far the scans lie apart in time, if that is known and they do not overlap."""
    ends = sorted((meta["scan_from"] or meta["scan_to"], meta["scan_to"] or meta["scan_from"]) for meta in (first, second))
    (_, earlier), (later, _) = ends
    known = min(len(earlier), len(later), 7)
    if known < 4 or later[:known] <= earlier[:known]:
        return []
    years = int(later[:4]) - int(earlier[:4])
    if known < 7:
        return [f"counted {years} years apart" if years > 1 else "counted a year apart"]
    months = 12 * years + int(later[5:7]) - int(earlier[5:7])
    return [f"counted {months} months apart" if months > 1 else "counted a month apart"]


def _said_by(survey: str, text: str) -> str:
    """A statement out of a survey's file, with the survey's id where it speaks of here and there."""
    plain = text.strip().rstrip(".")
    return f"{survey}: {plain}" if re.search(r"\b(?:here|there)\b", plain) else plain
