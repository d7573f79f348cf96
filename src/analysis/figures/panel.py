"""The panel: every printed figure, tidy."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from ..datafolder import is_draft, reference, reference_file, survey_folder, surveys_present
from ..errors import DataError, unknown
from ..remembering import remembered
from . import fields
from .country_names import WORLD
from .measures import dictionary_state, kinds, measures
from .preferred import by_source, preferred
from .rounding_interval import Intervals, meet
from .survey import Figure, read_survey, state_of

#: Below this, two counts of different things may be equal by chance.
TELLING = 100

#: So many printings near a number are asked what it means.
_MANY = 1_000

#: How far two printings of one number may be apart, relative to it.
NEAR = 0.05


def panel(surveys: Iterable[str] | None = None) -> pd.DataFrame:
    """Every published figure, one row each.

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
        never counted that, and others print this very number for ``meant``. ``meant_place`` is filled
        where an account gives for the world what others print for one country.

    Raises
    ------
    DataError
        If there is no such survey; else the first fault that could make a number wrong, with its place.

    Examples
    --------
    >>> import analysis as ex
    >>> panel = ex.panel(surveys=["greenbone-2019-09"])
    >>> panel.query("iso3 == 'WLD' and sense == 'studies'")[["figure", "low", "high"]].head(1).values.tolist()
    [['24,5 Mio.', 24450000.0, 24550000.0]]
    """
    present = surveys_present() if surveys is None else sorted({surveys} if isinstance(surveys, str) else set(surveys))
    folders = tuple(survey_folder(survey) for survey in present)
    for survey, folder in zip(present, folders, strict=True):
        if not (folder / "survey.toml").exists():
            raise DataError(
                f"there is no survey {survey!r}", remedy=f"choose one of {', '.join(surveys_present())}", survey=survey
            )
        if is_draft(folder):
            raise DataError(
                "is a draft and does not count as data yet",
                remedy="'exposure check' lists what is open",
                file=f"aggregate/{survey}",
            )
    state = tuple(state_of(folder) for folder in folders)
    more = (dictionary_state(), state_of(reference_file("place_names.csv")), state_of(reference_file("countries.csv")))
    return _panel(folders, state, more).copy()


@remembered(32)
def _panel(folders: tuple[Path, ...], state: tuple[Any, ...], more: tuple[Any, ...]) -> pd.DataFrame:
    rows = []
    for folder in folders:
        survey = read_survey(folder)
        rows += survey.rows
        for fault in survey.faults("survey.toml", "sources.csv", "figures.csv"):
            raise fault.error()
    return frame_of(rows)


def frame_of(rows: list[Figure]) -> pd.DataFrame:
    """The panel of these figures."""
    found = pd.DataFrame(rows, columns=Figure._fields)
    texts = found.columns.difference(["value", "low", "high", "digits", "line", "exact"])
    numbers = {**dict.fromkeys(("value", "low", "high", "digits"), "float64"), "line": "int64", "exact": "bool"}
    found = found.astype({**dict.fromkeys(texts, "str"), **numbers})
    countries = reference("countries").set_index("iso3")
    found["country"] = found["iso3"].map(countries["name_en"]).astype("str")
    found.loc[found["iso3"] == WORLD, "country"] = "World"
    found["region"] = found["iso3"].map(countries["un_region"]).astype("str")
    found["meant"] = pd.array(_meant(rows), dtype="str")
    found["meant_place"] = pd.array(_meant_place(rows), dtype="str")
    return found[list(fields.PANEL)]


def _meant(rows: list[Figure]) -> list[str | None]:
    """The measure for which others print a figure's number, where the survey never counted what its noun says.

    Mostly contents of servers (studies, images, patients, …): there the same large number under two nouns is not a
    coincidence. What a survey counts is what the ``[units]`` of its file say, else what its primary sources print. Of
    other nouns ("15,000 systems") only the very number counts, and only where nobody else prints it for that noun.
    """
    contents = set(measures().query("occurrence == 'clustered'").index)
    counts = {measure for measure, kind in kinds().items() if kind == "count"}
    counted: dict[str, set[str]] = {}
    words: Any
    printed: Any
    same: dict[tuple[Any, ...], list[Figure]] = {}
    others: dict[tuple[Any, ...], list[Figure]] = {}
    for row in rows:
        subject = (row.survey, row.place_id, row.scan_from, row.scan_to)
        if row.sense in contents and row.value >= TELLING:
            counted.setdefault(row.survey, set())
            same.setdefault(subject, []).append(row)
        elif row.sense in counts:
            others.setdefault(subject, []).append(row)
    for survey in counted:
        words = {
            senses.get(one, one)
            for senses in [read_survey(survey).senses]
            for one in read_survey(survey).meta["units"].values()
        }
        printed = {row.sense for row in rows if row.survey == survey and row.tier == "primary"}
        counted[survey] = words & contents or printed & contents
    meant: dict[tuple[str, int], str] = {}
    for (survey, *_), figures in same.items():
        known = sorted((row for row in figures if row.sense in counted[survey]), key=lambda row: row.value)
        values = [row.value for row in known]
        for row in figures:
            if row.sense not in counted[survey]:
                # An "up to" meets every smaller number; only one that is near is the same.
                start = bisect_left(values, 0.999 * row.value / (1 + NEAR))
                end = bisect_right(values, 1.001 * row.value / (1 - NEAR))
                same_number = [
                    other
                    for other in known[start : min(end, start + _MANY)]
                    if meet(row, other) and abs(row.value - other.value) <= NEAR * other.value
                ]
                # The surveyor's word counts first, then that of most.
                words = [other.sense for other in same_number if other.tier == "primary"] or [
                    other.sense for other in same_number
                ]
                if words:
                    meant[row.file, row.line] = max(sorted(set(words)), key=words.count)
    for subject, figures in others.items():
        printed = {row.value: row.sense for row in same.get(subject, ()) if row.tier == "primary"}
        of_sense: dict[str, dict[str, Intervals]] = {}
        for row in figures:
            if row.tier == "secondary" and row.value >= 10 * TELLING and row.value in printed:
                if row.sense not in of_sense:
                    of_sense[row.sense] = by_source(other for other in figures if other.sense == row.sense)
                others_of_it = (told for source, told in of_sense[row.sense].items() if source != row.source)
                if not any(told.meeting(row) for told in others_of_it):
                    meant[row.file, row.line] = printed[row.value]
    return [meant.get((row.file, row.line)) for row in rows]


def _meant_place(rows: list[Figure]) -> list[str | None]:
    """The country whose number an account gives for the world: more sources print that number for the country.

    Only numbers that are large enough not to be equal by chance are looked at, and only those of accounts.
    """
    counts = {measure for measure, kind in kinds().items() if kind == "count"}
    printed: dict[tuple[Any, ...], dict[str, set[str]]] = {}
    for row in rows:
        if row.sense in counts and row.value >= TELLING and row.iso3:
            number = (row.survey, row.sense, row.asset, row.scan_from, row.scan_to, row.value)
            printed.setdefault(number, {}).setdefault(row.iso3, set()).add(row.source)
    found = []
    for row in rows:
        places = printed.get((row.survey, row.sense, row.asset, row.scan_from, row.scan_to, row.value), {})
        of_world = places.get(WORLD, set())
        better = [(len(sources), iso3) for iso3, sources in places.items() if len(sources - of_world) > len(of_world)]
        found.append(max(better)[1] if better and row.iso3 == WORLD and row.tier == "secondary" else None)
    return found


def is_there(survey: str) -> bool:
    """Whether the data folder in use has the survey: a panel may come from elsewhere."""
    return isinstance(survey, str) and (survey_folder(survey) / "survey.toml").exists()


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
        raise unknown("measure", measure, known, measure=measure)
    all_figures = panel()
    chosen = preferred(all_figures)
    if source is not None and source in set(all_figures["survey"]):
        chosen = chosen[chosen["survey"] == source]
    elif source is not None and source in set(all_figures["source"]):
        chosen = all_figures[all_figures["source"] == source]
    elif source is not None:
        names = [*all_figures["survey"].unique(), *all_figures["source"].unique()]
        raise unknown("survey or source", source, names, source=source)
    words = chosen["printed_measure"] if "printed_measure" in chosen else chosen["sense"]
    chosen = chosen[(chosen["measure"] == measure) | (words == measure)].reset_index(drop=True)
    if chosen.empty:
        where = f" by {source!r}" if source else ""
        raise DataError(
            f"no figure of '{measure}' was published{where}", remedy="choose another measure or source", measure=measure
        )
    return chosen
