"""A chart by the name of its kind, with its data chosen: what the ``exposure chart`` command does."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from ..errors import DataError
from . import KINDS

if TYPE_CHECKING:
    import pandas as pd

    from .chart import Chart

#: What is drawn where no measure is asked for.
MEASURES = {
    "map": "servers_exposed",
    "ranking": "studies",
    "share": "studies",
    "timeline": "servers_exposed",
    "funnel": "servers_exposed",
    "lorenz": "studies",
    "small_multiples": "images",
}
#: Kinds that join figures over time.
OVER_TIME = ("timeline", "small_multiples")
#: The series whose calendar is drawn where none is asked for.
REGISTER = "us-breach-register"
#: Kinds that draw all measures of their rows.
MANY_MEASURES = ("claims", "coverage", "slope")


def draw(
    kind: str,
    frame: pd.DataFrame | None = None,
    *,
    measure: str | None = None,
    source: str | None = None,
    per: str | None = None,
    **options,
) -> Chart:
    """Draw a kind of chart; what is not given is chosen so that the chart is right.

    Parameters
    ----------
    kind
        One of :data:`analysis.charts.KINDS`.
    frame
        Rows to draw. Default: the preferred figures of the data folder.
    measure
        What was counted. Default: by the kind.
    source
        A survey, a source, or a counted series. Default for kinds that need one survey: the one with the most
        figures of the measure.
    per
        A denominator such as ``population``; a map of a count has ``population`` if none is given.
    options
        ``lang``, ``size``, ``theme``, ``title`` and the others of the kind.

    Raises
    ------
    DataError
        For an unknown kind, measure or source, or if nothing was published.
    NotComparableError
        As the kind itself.
    """
    kind = kind.replace("-", "_")
    if kind not in KINDS:
        import difflib

        near = difflib.get_close_matches(kind, KINDS, n=1)
        hint = f"did you mean {near[0]}?" if near else f"the kinds are {', '.join(KINDS)}."
        raise DataError(f"there is no kind of chart {kind!r}; {hint}", kind=kind)
    chosen = _chosen(kind, measure, source) if frame is None else frame
    if frame is None and kind in OVER_TIME and not options.get("insist"):
        # Whatever surveys there are is drawn; what cannot be compared stays apart.
        options.setdefault("breaks", "mark")
    if frame is not None and measure is not None:
        chosen = chosen[chosen["measure"] == measure]
    from . import telling

    if kind == "map" and per is None and "rate" not in chosen and not options.get("symbols"):
        per = "population" if telling.kind_of(telling.one_measure(chosen, kind)) == "count" else None
    if per is not None and kind in ("map", "ranking", "slope", "timeline"):
        from ..statistics.rates import rates

        chosen = rates(chosen[chosen["iso3"].notna()], per=per)
    return getattr(import_module(f"{__package__}.kinds.{kind}"), kind)(chosen, **options)


def _chosen(kind: str, measure: str | None, source: str | None) -> pd.DataFrame:
    """The rows that a kind draws by default."""
    from ..figures.panel import panel, preferred, select
    from ..series.catalogue import series_present

    if kind == "calendar" or source in series_present():
        return _counts(source or REGISTER, measure)
    if kind == "scenario":
        raise DataError(
            "a scenario rests on assumptions that no survey prints; pass what ex.statistics.tornado(figures, assumptions) gives."
        )
    if kind == "overlap":
        return _found_again(panel(), source)
    if kind == "claims":
        from ..figures.claims import check_claims

        return check_claims(source)
    if kind in MANY_MEASURES and measure is None:
        rows = panel()
        if source is not None:
            rows = rows[(rows["survey"] == source) | (rows["source"] == source)]
            if rows.empty:
                raise DataError(f"there is no survey or source {source!r}, or it has no figure; see ex.surveys().")
        return rows if kind == "coverage" else _two_waves(preferred(rows))
    rows = select(measure or MEASURES.get(kind, "servers_exposed"), source)
    if kind == "slope":
        return _two_waves(rows)
    if kind == "timeline":
        return rows[rows["iso3"] == "WLD"]
    if kind == "small_multiples":
        return _waves(rows)
    if rows["survey"].nunique() > 1:
        places = rows[rows["iso3"].notna()].groupby("survey")["iso3"].nunique()
        # The survey that says most of where; the earlier id where two say as much.
        rows = rows[rows["survey"] == max(sorted(places.index), key=lambda survey: places[survey])]
    if kind == "share":
        return rows[rows["iso3"].notna()]
    if kind == "ranking":
        return _ranked(rows)
    return _result(kind, rows) if kind in ("funnel", "lorenz") else rows


def _counts(series: str, measure: str | None) -> pd.DataFrame:
    """The counts of a series: of the measure asked for, else of its first."""
    from ..series.catalogue import find_series
    from ..series.query import select

    return select(series, measure=measure or next(iter(find_series(series).meta["measure"])))


def _ranked(rows: pd.DataFrame) -> pd.DataFrame:
    """The places with the ranks that their figures allow; one place alone has none."""
    from ..statistics.ranking import rank_sets

    places = rows[rows["iso3"].notna() & (rows["iso3"] != "WLD")]
    if len(places) < 2:
        return places
    ranked = rank_sets(places)
    # Where the figures allow any order, the ranks say nothing and the figures stand alone.
    return places if ranked["undetermined"].all() else ranked


def _found_again(rows: pd.DataFrame, source: str | None) -> pd.DataFrame:
    """What a second engine found of what the first one listed, in the surveys that asked so."""
    from ..figures.panel import preferred
    from ..statistics.overlap import found_among

    if source is not None:
        rows = rows[(rows["survey"] == source) | (rows["source"] == source)]
    asked = rows.loc[rows["measure"] == "hosts_second_engine", "survey"]
    rows = rows[
        rows["survey"].isin(asked) & rows["measure"].isin(["hosts", "hosts_second_engine"]) & rows["iso3"].notna()
    ]
    if rows.empty:
        raise DataError(
            "no survey here tells what a second search found again; pass a result of ex.statistics.found_among or lists."
        )
    return found_among(preferred(rows))


def _result(kind: str, rows: pd.DataFrame) -> pd.DataFrame:
    """What the statistic of a kind makes of the places of a survey."""
    rows = rows[rows["iso3"].notna() & (rows["iso3"] != "WLD")]
    if kind == "funnel":
        from ..statistics.small_numbers import funnel

        return funnel(rows)
    from ..statistics.concentration import lorenz

    return lorenz(rows)


def _waves(rows: pd.DataFrame) -> pd.DataFrame:
    """The places that two or more waves of one programme have figures of: the programme with the most of them."""
    from ..figures.sources import surveys

    rows = rows[rows["iso3"].notna() & (rows["iso3"] != "WLD")].assign(
        programme=lambda found: found["survey"].map(surveys()["programme"])
    )
    found = rows[rows.groupby(["programme", "iso3"])["survey"].transform("nunique") > 1]
    if found.empty:
        raise DataError(
            "no place has figures of two waves of one programme; choose another measure, or pass rows of your own."
        )
    places = found.groupby("programme")["iso3"].nunique()
    return found[found["programme"] == max(sorted(places.index), key=lambda programme: places[programme])].drop(
        columns="programme"
    )


def _two_waves(rows: pd.DataFrame) -> pd.DataFrame:
    """The world's figures of two waves of one programme: the one with the most figures in both."""
    from ..figures.sources import surveys

    programme = surveys()["programme"]
    rows = rows[rows["iso3"] == "WLD"].assign(programme=lambda found: found["survey"].map(programme))
    best = rows.iloc[:0]
    for _, found in rows.groupby("programme", sort=True):
        waves = sorted(found["survey"].unique())[:2]
        both = found[found["survey"].isin(waves)]
        shared = both.groupby("measure")["survey"].nunique()
        both = both[both["measure"].isin(shared.index[shared == 2])]
        if len(waves) == 2 and len(both) > len(best):
            best = both
    if best.empty:
        raise DataError("no programme has two waves with the same figure for the world; pass rows of your own.")
    return best.drop(columns="programme")
