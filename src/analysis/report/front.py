"""The front page: a headline, its picture and the main points, each with how sure it is, from the two waves of 2019."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from ..datafolder import surveys_present
from ..figures.claim_verdicts import check_claims
from ..figures.country_names import country_name
from ..figures.panel import panel
from ..figures.preferred import preferred
from ..language.intervals import interval
from ..language.languages import language
from ..language.numbers import number, percent
from ..language.prose import with_the

if TYPE_CHECKING:
    import pandas as pd

WAVES = ("greenbone-2019-09", "greenbone-2019-11")
#: The pages of notebooks that the points lead to.
PAGES = ("02_where", "03_what_the_press_said", "04_what_changed", "06_how_sure_are_we")
#: Examinations a square of the picture.
_SQUARE = 100_000
#: Countries of the picture that have a colour of their own.
_NAMED = 3


def front() -> dict[str, Any]:
    """What the front page says about the two waves of 2019; nothing if the data lack one of them."""
    if not set(WAVES) <= set(surveys_present()):
        return {}
    told = panel(surveys=WAVES)
    figures = preferred(told)
    world = figures[figures["iso3"] == "WLD"].set_index(["survey", "measure"])
    countries = figures[(figures["survey"] == WAVES[0]) & (figures["iso3"] != "WLD")].dropna(subset="iso3")
    first = world.loc[WAVES[0]]
    total = first.loc["studies"]
    studies = countries[countries["measure"] == "studies"].sort_values(["value", "iso3"], ascending=False)
    halves = bool(studies["low"].iloc[0] / total["high"] > 1 / 2)
    points = [_half(studies.iloc[0], total)] if halves else []
    points += [*_rate(countries), _gaps(first, countries), *_rise(told, total), _press()]
    return {
        "headline": _say("headline" if halves else "headline_open", studies=_written(total)),
        "lead": _say(
            "lead",
            year=total["scan_to"][:4],
            servers=_written(first.loc["servers_exposed"]),
            countries=_written(first.loc["countries"]),
            studies=_written(total),
            images=_written(first.loc["images"]),
        ),
        "picture": _picture(studies, total),
        "points": points,
    }


def _say(key: str, **values: Any) -> str:
    from ..language.catalogue import say

    return say(key, family="front", **values)


def _country(iso3: str) -> str:
    return country_name(iso3, language())


def _written(row: pd.Series) -> str:
    return number(row["value"])


def _point(page: str, fact: str, level: str, why: str, fine: str) -> dict[str, str]:
    return {"page": page, "fact": fact, "level": level, "why": why, "fine": fine}


def _level(name: str) -> str:
    """How sure a point is, in the words of all findings."""
    from ..language.catalogue import say

    return say(name, family="plain")


def _half(largest: pd.Series, total: pd.Series) -> dict[str, str]:
    ends = (largest["low"] / total["high"], largest["high"] / total["low"])
    shares = [percent(share, decimals=1) for share in (largest["value"] / total["value"], *ends)]
    told = {"part": _written(largest), "whole": _written(total), "country": with_the(_country(largest["iso3"]))}
    fine = _say("half_fine", **dict(zip(("share", "low", "high"), shares, strict=True)))
    return _point("02_where", _say("half", **told), _level("firm"), _say("half_sure"), fine)


def _rate(countries: pd.DataFrame) -> list[dict[str, str]]:
    """The highest rate, where the intervals of others reach as high; a clear first would need other words."""
    from ..statistics import describe, rank_sets, rates

    found = rates(countries[countries["measure"] == "servers_exposed"], per="population")
    ranked = rank_sets(found, value="rate").sort_values(["rate", "iso3"], ascending=False)
    top = ranked.iloc[0]
    others = int((ranked["rate_high"] >= top["rate_low"]).sum()) - 1
    if others < 2:
        return []
    country, people = _country(top["iso3"]), top["denominator"] / top["value"]
    fact = _say("rate", country=country, people=number(people, digits=2), others=str(others))
    best, worst = (str(int(top[name])) for name in ("rank_low", "rank_high"))
    why = _say("rate_sure", best=best, worst=worst, n=str(len(ranked)))
    return [_point("02_where", fact, _level("order"), why, f"{describe(found)} {describe(ranked)}")]


def _gaps(first: pd.DataFrame, countries: pd.DataFrame) -> dict[str, str]:
    servers = countries[countries["measure"] == "servers_exposed"]["value"].sum()
    counted, known = int(first.loc["countries", "value"]), countries["iso3"].nunique()
    fact = _say("gaps", known=str(known), counted=str(counted), rest=str(counted - known))
    total = first.loc["servers_exposed", "value"]
    fine = _say("gaps_fine", servers=number(total), unknown=number(total - servers))
    return _point("02_where", fact, _level("fairly"), _say("gaps_sure"), fine)


def _rise(told: pd.DataFrame, first: pd.Series) -> list[dict[str, str]]:
    """The change, where it is larger than rounding can make it.

    Both numbers are of publications that have the two side by side, since a later one may restate the earlier count.
    """
    of_both = told[told["source"].isin(told.loc[told["survey"] == WAVES[1], "source"])]
    world = preferred(of_both).query("iso3 == 'WLD' and measure == 'studies'").set_index("survey")
    if not set(WAVES) <= set(world.index):
        return []
    before, after = world.loc[WAVES[0]], world.loc[WAVES[1]]
    low, high = after["low"] / before["high"] - 1, after["high"] / before["low"] - 1
    if low <= 0:
        return []
    restated = before["value"] != first["value"]
    counts = {"before": _written(before), "after": _written(after), "first": _written(first)}
    fact = _say("rise_revised" if restated else "rise", **counts)
    fine = _say("rise_fine", low=percent(low, decimals=1), high=percent(high, decimals=1))
    if restated:
        fine += " " + _say("rise_restated", before=_written(before), first=_written(first))
    return [_point("04_what_changed", fact, _say("rise_level"), _say("rise_sure"), fine)]


def _press() -> dict[str, str]:
    verdicts = check_claims(surveys=WAVES)["verdict"].value_counts()
    unchecked = int(verdicts.get("not checkable", 0))
    checked = str(int(verdicts.sum()) - unchecked)
    fact = _say("press", checked=checked, wrong=str(verdicts.get("contradicted", 0)))
    fine = _say("press_fine", differs=str(verdicts.get("definition differs", 0)))
    return _point("03_what_the_press_said", fact, _level("firm"), _say("press_sure", unchecked=str(unchecked)), fine)


def _picture(studies: pd.DataFrame, total: pd.Series) -> dict[str, Any]:
    """Squares of examinations: the first countries, the others together, and what nobody printed by country."""
    named, rest = studies.iloc[:_NAMED], studies.iloc[_NAMED:]
    parts = [(_country(row.iso3), row.value, _exact(row.value)) for row in named.itertuples()]
    if len(rest):
        parts.append((_say("others", n=str(len(rest))), rest["value"].sum(), _exact(rest["value"].sum())))
    low, high = total["low"] - studies["high"].sum(), total["high"] - studies["low"].sum()
    printed = studies["value"].sum()
    if low > 0:
        parts.append((_say("nobody"), total["value"] - printed, interval(low, high, digits=2)))
    squares = _squares([value for _, value, _ in parts], round(total["value"] / _SQUARE))
    return {
        "title": _say("picture", studies=_written(total)),
        "note": _say("square", each=number(_SQUARE)),
        "parts": [
            {"name": name, "said": said, "share": percent(value / total["value"], decimals=0), "squares": count}
            for (name, value, said), count in zip(parts, squares, strict=True)
        ],
        "hollow": bool(low > 0),
    }


def _exact(value: float) -> str:
    return number(value, digits=3)


def _squares(values: list[float], count: int) -> list[int]:
    """So many squares in all, shared out by the largest remainders."""
    exact = [value / sum(values) * count for value in values]
    whole = [math.floor(share) for share in exact]
    order = sorted(range(len(values)), key=lambda place: (whole[place] - exact[place], place))
    for place in order[: count - sum(whole)]:
        whole[place] += 1
    return whole
