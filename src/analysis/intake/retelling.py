"""Whether a report tells of a survey that is known, and what its figures are then mixed up with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import DataError
from ..figures.panel import NEAR, TELLING, panel
from ..figures.places import locate
from ..figures.survey import read_survey
from .lexicon import tables

if TYPE_CHECKING:
    import pandas as pd

#: So many of its figures must be a survey's before a report is taken for an account of it.
_FEWEST = 2
#: So many equal figures are no chance, however round; a figure with so many digits that are not zero is none either.
_ENOUGH, _TELLING_DIGITS = 3, 3


def compare(draft: pd.DataFrame, survey: str | None = None) -> tuple[pd.DataFrame, str]:
    """The draft with what its figures may be mixed up with, and the survey that it tells of (empty if none is known).

    Parameters
    ----------
    draft
        Rows as :func:`analysis.intake.extract.extract` gives them.
    survey
        The id of the survey, if it is known. Default: the one of whose published figures the draft holds most.

    Notes
    -----
    A number counts as a survey's if place and interval agree and it is at least 100, so that it is not equal by chance.
    """
    draft = _within(draft)
    known = panel() if survey is None else panel(surveys=[survey])
    if known.empty or draft.empty:
        return draft, survey or ""
    codes = [_code(row.place, row.lang) for row in draft.itertuples()]
    small = {(one.survey, one.iso3, one.measure, one.value) for one in known[known["value"] < TELLING].itertuples()}
    known = known[(known["value"] >= TELLING) & known["iso3"].notna()]
    same = {}
    for row, code in zip(draft.itertuples(), codes, strict=True):
        if row.value >= TELLING:
            near = known[(known["iso3"] == code) & (known["low"] <= row.high) & (known["high"] >= row.low)]
            same[row.Index] = near[(near["value"] - row.value).abs() <= NEAR * row.value]
    if survey is None:
        counts: dict[str, int] = {}
        for near in same.values():
            for name in near["survey"].unique():
                counts[name] = counts.get(name, 0) + 1
        best = max(sorted(counts), key=lambda name: counts[name], default="")
        beside = sum(
            (best, code, row.measure, row.value) in small for row, code in zip(draft.itertuples(), codes, strict=True)
        )
        equal = {row: near for row, near in same.items() if best in set(near["survey"])}
        if not best or counts[best] < _FEWEST or not _is_kin(draft, equal, beside):
            return draft, ""
        survey = best
    return _told_by(draft, survey, same), survey


def _is_kin(draft: pd.DataFrame, same: dict[int, pd.DataFrame], beside: int) -> bool:
    """Whether equal figures are no chance: three of them (small ones of one measure too), or one not round."""
    digits = [len(f"{draft.loc[row, 'value']:.0f}".rstrip("0")) for row in same]
    return (
        len({draft.loc[row, "value"] for row in same}) + beside >= _ENOUGH or max(digits, default=0) >= _TELLING_DIGITS
    )


def _told_by(draft: pd.DataFrame, survey: str, same: dict[int, pd.DataFrame]) -> pd.DataFrame:
    meta = read_survey(survey).meta
    counted = set(meta["units"].values())
    draft = draft.copy()
    for index, row in draft.iterrows():
        if row["measure"] == "records" and "studies" in counted and "records" not in counted:
            draft.loc[index, "measure"] = "studies"
            draft.loc[index, "reason"] = f"{row['reason']}; in {survey} a data record is a study"
        measure = draft.loc[index, "measure"]
        near = same.get(index)
        near = near[near["survey"] == survey] if near is not None else None
        flags = [row["mixed_up_with"]] if row["mixed_up_with"] else []
        never = bool(counted) and measure in ("patients", "records", "images", "studies") and measure not in counted
        if near is not None and (never or measure not in set(near["measure"]) | set(near["sense"])):
            for other in tables()["mixed_up"].get(measure, ()):
                printed = near[(near["sense"] == other) & (near["tier"] == "primary")]
                if len(printed):
                    first = printed.loc[(printed["value"] - row["value"]).abs().idxmin()]
                    flags.append(f"{other}: {first['figure']} in {first['source']}")
        if (
            measure == "patients"
            and counted
            and "patients" not in counted
            and not any(flag.startswith("studies") for flag in flags)
        ):
            flags.append(f"studies: {survey} counted no persons")
        if len(flags) > bool(row["mixed_up_with"]):
            draft.loc[index, "mixed_up_with"] = "; ".join(flags)
            draft.loc[index, "confidence"] = round(row["confidence"] * 0.7, 2)
    return draft


def _within(draft: pd.DataFrame) -> pd.DataFrame:
    """What contradicts itself inside the report: one number of one place under two nouns."""
    mixed = tables()["mixed_up"]
    draft = draft.copy()
    for (_place, _value), group in draft[draft["value"] >= TELLING].groupby(["place", "value"], sort=False):
        names = set(group["measure"])
        for index, row in group.iterrows():
            others = [name for name in mixed.get(row["measure"], ()) if name in names - {row["measure"]}]
            if others:
                first = group[group["measure"] == others[0]].iloc[0]
                draft.loc[index, "mixed_up_with"] = f"{others[0]}: {first['figure']} in {first['locator']}"
                draft.loc[index, "confidence"] = round(row["confidence"] * 0.7, 2)
    return draft


def _code(place: str, lang: str) -> str | None:
    try:
        return locate(place, lang).iso3
    except DataError:
        return None
