"""Claims of accounts held against the published figures: a verdict, the numbers behind it, a true wording.

Every figure of a secondary source is a claim that it equals the surveyor's. What goes beyond single
numbers (more than half, twice as many, rose by 60 %) stands in ``claims.csv``.
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from ..datafolder import data_folder, read_csv, surveys_present
from ..errors import DataError
from .measures import measures
from .panel import panel, preferred
from .quantities import quantity
from .survey import read_survey

VERDICTS = ("supported", "within rounding", "definition differs", "contradicted", "not checkable")
COLUMNS = [
    "source", "survey", "place", "measure", "relation", "figure", "claim", "verdict", "verdict_now", "explanation", "suggestion",
    "primary_source", "primary_figure", "low", "high", "primary_low", "primary_high", "locator",
]  # fmt: skip
_OWN = ("claim", "relation", "place", "measure", "figure", "other_place", "other_measure", "locator", "quote_lang")
#: A number below this is met by chance too often to say that it is the number of another measure.
_TELLING = 100


@functools.cache
def _texts() -> dict:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))


def check_claims(
    source: str | None = None,
    *,
    surveys: Iterable[str] | None = None,
    file: Path | str | None = None,
    survey: str | None = None,
    lang: str = "en",
) -> pd.DataFrame:
    """Check what accounts say against what the surveyors published.

    Parameters
    ----------
    source
        One account; default: all of the surveys read.
    surveys
        Ids of surveys; only their folders are read.
    file, survey
        A CSV file of one's own claims, with the columns of ``claims.csv`` (without ``source``), about one survey
        (default: ``greenbone-2019-09``).
    lang
        Language of the explanations: ``en``, ``es``, ``de`` or ``fr``.

    Returns
    -------
    pandas.DataFrame
        One row a claim, see :data:`COLUMNS`. ``verdict`` holds the claim against what was published by the date of the
        account, ``verdict_now`` against all that is known. ``relation`` is ``equals`` for a figure.

    Raises
    ------
    DataError
        If there is no such account, or the file or a claim in it cannot be read.
    """
    read = sorted(set(surveys)) if surveys is not None else surveys_present()
    known = panel(read)
    if file is not None:
        rows = _own_claims(Path(file), survey or "greenbone-2019-09", known, lang)
    else:
        rows = [*_equalities(known, lang), *_beyond(read, known, lang)]
    found = pd.DataFrame(rows, columns=COLUMNS)
    if source is not None:
        if source not in set(known["source"]) | set(found["source"]):
            raise DataError(f"there is no account {source!r}; 'exposure sources' lists them.", source=source)
        found = found[found["source"] == source].reset_index(drop=True)
    return found


def _label(measure: str, lang: str) -> str:
    table = measures()
    return table.loc[measure, f"label_{lang}"] if measure in table.index else measure


def _early(printed: object, date: object) -> bool:
    """Whether a figure could be known at a date, both as far as they are known."""
    if not isinstance(date, str) or not date or not isinstance(printed, str):
        return True
    return printed[: len(date)] <= date[: len(printed)]


def _equalities(known: pd.DataFrame, lang: str) -> list[dict]:
    # A noun that the survey never counted is no figure of its own, even where the surveyor's release prints it.
    own = known[(known["tier"] == "primary") & known["meant"].isna()]
    primaries: dict[tuple, list] = {}
    for primary in own.itertuples():
        primaries.setdefault(_subject(primary), []).append(primary)
    sorts = _sorts()
    rows = []
    for row in known[known["tier"] == "secondary"].itertuples():
        there = primaries.get(_subject(row), [])
        early = [primary for primary in there if _early(primary.published, row.published)]
        now = _equality(row, there, sorts)
        then = now if len(early) == len(there) else _equality(row, early, sorts)
        verdict, primary = then if then[0] != "not checkable" else (then[0], now[1])
        rows.append(_row_of_equality(row, verdict, now[0], primary, lang))
    return rows


def _subject(row) -> tuple:
    """What two figures must share to be about the same thing: survey, place and time of counting."""
    return row.survey, row.place_id, str(row.scan_from), str(row.scan_to)


def _equality(row, primaries: list, sorts: dict[str, str]) -> tuple[str, object]:
    verdicts = [
        (_agreement(row, primary), primary) for primary in primaries if primary.sense == row.sense and primary.asset == row.asset
    ]
    for verdict in ("supported", "within rounding"):
        for found, primary in verdicts:
            if found == verdict:
                return verdict, primary
    if row.value >= _TELLING:
        alike = [primary for primary in primaries if primary.sense != row.sense and sorts[primary.sense] == sorts[row.sense]]
        near = [primary for primary in alike if _agreement(row, primary) in ("supported", "within rounding")]
        if near:
            return "definition differs", min(near, key=lambda primary: abs(primary.value - row.value))
    if verdicts:
        return "contradicted", verdicts[0][1]
    return "not checkable", None


def _sorts() -> dict[str, str]:
    """What may be taken for one another: contents of servers, or things; never money, shares or countries."""
    table = measures()
    counted = (table["kind"] == "count") & (table["events"] != "none")
    return table["events"].where(counted, table.index.to_series()).to_dict()


def _agreement(row, primary) -> str:
    qualifier = row.qualifier if isinstance(row.qualifier, str) else ""
    if row.value == primary.value:
        return "supported"
    if qualifier in ("more than", "at least"):
        # True as a bound; a bound far below the number is true but no rounding of it.
        return "supported" if primary.high >= row.low else "contradicted"
    meet = row.low <= primary.high and primary.low <= row.high
    return "within rounding" if meet else "contradicted"


def _row_of_equality(row, verdict: str, now: str, primary, lang: str) -> dict:
    noun = _label(row.measure, lang)
    right = _label(primary.measure, lang) if primary is not None else noun
    parts = {
        "account": row.figure, "noun": noun, "right": right,
        "primary": primary.figure if primary is not None else "", "source": primary.source if primary is not None else "",
    }  # fmt: skip
    shown = verdict
    return {
        "source": row.source, "survey": row.survey, "place": row.place, "measure": row.measure, "relation": "equals",
        "figure": row.figure, "claim": f"{row.figure} {noun}, {row.place}", "verdict": verdict, "verdict_now": now,
        "explanation": _texts()["equals"][shown][lang].format(**parts),
        "suggestion": _texts()["suggestion"]["equals"][lang].format(**parts) if verdict in ("definition differs", "contradicted") else "",
        "primary_source": parts["source"], "primary_figure": parts["primary"], "low": row.low, "high": row.high,
        "primary_low": getattr(primary, "low", None), "primary_high": getattr(primary, "high", None), "locator": row.locator,
    }  # fmt: skip


class _Known:
    """Preferred figures by survey and date of reading, each worked out once."""

    def __init__(self, panel: pd.DataFrame) -> None:
        self.panel = panel
        self._preferred: dict[tuple[str, str], pd.DataFrame] = {}

    def at(self, survey: str, date: str) -> pd.DataFrame:
        if (survey, date) not in self._preferred:
            here = self.panel[self.panel["survey"] == survey]
            early = pd.Series([_early(day, date) for day in here["published"]], index=here.index, dtype=bool)
            self._preferred[survey, date] = preferred(here[early])
        return self._preferred[survey, date]


def _beyond(read: Iterable[str], known: pd.DataFrame, lang: str) -> list[dict]:
    rows = []
    figures = _Known(known)
    for survey in read:
        folder = read_survey(data_folder() / "aggregate" / survey)
        for fault in folder.faults("claims.csv"):
            raise fault.error()
        published = folder.sources.set_index("source")["published"]
        for claim in folder.claims.itertuples():
            rows.append(_claim(claim, claim.source, survey, published.get(claim.source, ""), figures, lang))
    return rows


def _own_claims(file: Path, survey: str, known: pd.DataFrame, lang: str) -> list[dict]:
    table = read_csv(file, _OWN[:5], _OWN[5:])
    figures = _Known(known)
    return [_claim(row, file.stem, survey, "", figures, lang) for row in table.itertuples()]


def _claim(claim, source: str, survey: str, published: str, known: _Known, lang: str) -> dict:
    then = _relation(claim, survey, known, published)
    now = _relation(claim, survey, known, "")
    verdict, interval = then if then[0] != "not checkable" else (then[0], now[1])
    shown = _shown(interval, claim.relation, lang) if interval else ""
    parts = {"account": claim.figure or claim.claim, "range": shown}
    told = "order" if claim.relation in ("rank", "first") and verdict == "contradicted" else "beyond"
    low, high = interval or (None, None)
    return {
        "source": source, "survey": survey, "place": claim.place, "measure": claim.measure, "relation": claim.relation,
        "figure": claim.figure, "claim": claim.claim, "verdict": verdict, "verdict_now": now[0],
        "explanation": _texts()[told][verdict][lang].format(**parts),
        "suggestion": _texts()["suggestion"]["beyond"][lang].format(**parts) if verdict == "contradicted" and told == "beyond" else "",
        "primary_source": "", "primary_figure": shown, "low": None, "high": None, "primary_low": low, "primary_high": high,
        "locator": claim.locator,
    }  # fmt: skip


def _shown(interval: tuple[float, float], relation: str, lang: str) -> str:
    from babel.numbers import format_compact_decimal, format_percent

    if relation in ("share_of", "change"):
        texts = [format_percent(end, "#,##0.#\N{NO-BREAK SPACE}%" if lang != "en" else "#,##0.#%", locale=lang) for end in interval]
    else:
        texts = [format_compact_decimal(end, format_type="long", locale=lang, fraction_digits=2) for end in interval]
    return texts[0] if texts[0] == texts[1] else f"{texts[0]}–{texts[1]}"


def _relation(claim, survey: str, known: _Known, date: str) -> tuple[str, tuple[float, float] | None]:
    """Verdict of one claim that goes beyond a number, and the interval that the published figures give."""
    if claim.relation in ("qualitative", "none_of", "change_direction", "rank", "first"):
        return _by_order(claim, survey, known, date)
    this = _figure(known.at(survey, date), claim.place, claim.measure)
    try:
        said = quantity(claim.figure, claim.quote_lang or None)
    except DataError:
        return "not checkable", None
    if this is None:
        return "not checkable", None
    if claim.relation in ("more_than", "less_than"):
        low, high = this["low"], this["high"]
        if claim.relation == "more_than":
            verdict = "supported" if low >= said.value else "contradicted" if high < said.value else "within rounding"
        else:
            verdict = "supported" if high <= said.value else "contradicted" if low > said.value else "within rounding"
        return verdict, (low, high)
    if claim.relation == "change":
        other = _former(known, survey, date, claim)
    else:
        other = _figure(known.at(survey, date), claim.other_place or "World", claim.other_measure or claim.measure)
    if other is None or other["low"] <= 0:
        return "not checkable", None
    low, high = this["low"] / other["high"], this["high"] / other["low"]
    if claim.relation == "change":
        low, high = low - 1, high - 1
    elif claim.relation not in ("share_of", "ratio"):
        return "not checkable", None
    if said.qualifier in ("more than", "at least"):
        verdict = "supported" if low >= said.low else "contradicted" if high < said.low else "within rounding"
    elif low <= said.value <= high:
        verdict = "supported"
    else:
        verdict = "within rounding" if said.low <= high and low <= said.high else "contradicted"
    return verdict, (low, high)


def _by_order(claim, survey: str, known: _Known, date: str) -> tuple[str, tuple[float, float] | None]:
    """Rank and first place among all countries; a claim about some of them only, or without a number, cannot be decided."""
    if claim.relation not in ("rank", "first") or claim.other_place not in ("", "World", claim.place):
        return "not checkable", None
    this = _figure(known.at(survey, date), claim.place, claim.measure)
    if this is None:
        return "not checkable", None
    others = known.at(survey, date)
    others = others[(others["sense"] == this["sense"]) & (others["place_kind"] == "country") & (others["place_id"] != this["place_id"])]
    above = int((others["low"] > this["high"]).sum())
    if claim.relation == "first":
        # Most countries have no published figure: that none is higher can be shown only as far as figures go.
        return ("contradicted" if above else "not checkable"), (above, above)
    digits = "".join(sign for sign in claim.figure if sign.isdigit())
    return ("contradicted" if digits and above >= int(digits) else "not checkable"), (above, above)


def _figure(figures: pd.DataFrame, place: str, measure: str) -> pd.Series | None:
    """The preferred figure of a place and measure; places are matched by the survey's own reading."""
    from .places import locate

    names = set(figures.loc[figures["place"] == place, "place_id"])
    if not names:
        try:
            found = locate(place)
        except DataError:
            return None
        names = {found.iso3 or found.code or place}
    senses = set(figures.loc[figures["measure"] == measure, "sense"]) or {measure}
    chosen = figures[figures["place_id"].isin(names) & figures["sense"].isin(senses)]
    # Of several asset classes or years a claim does not say which it means: none is taken.
    return chosen.iloc[0] if len(chosen) == 1 else None


def _former(known: _Known, survey: str, date: str, claim) -> pd.Series | None:
    """The same figure of the wave before, if the survey's programme has one."""
    metas = {name: read_survey(data_folder() / "aggregate" / name).meta for name in sorted(set(known.panel["survey"]))}
    this = metas[survey]
    before = [
        (meta["scan_to"], name)
        for name, meta in metas.items()
        if meta["programme"] == this["programme"] and meta["scan_to"] < this["scan_to"]
    ]
    return _figure(known.at(max(before)[1], date), claim.place, claim.measure) if before else None
