"""A chart by the name of its kind, with its data chosen: what the ``exposure chart`` command does."""

from __future__ import annotations

from importlib import import_module
from inspect import signature
from typing import TYPE_CHECKING

from ..errors import DataError
from ..frames import plain
from . import KINDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

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
#: Kinds that draw rates.
OF_RATES = ("map", "ranking", "slope", "timeline")
#: Kinds that draw all measures of their rows.
MANY_MEASURES = ("claims", "coverage", "slope")


def draw(
    kind: str,
    frame: pd.DataFrame | None = None,
    *,
    measure: str | None = None,
    source: str | None = None,
    value: str | None = None,
    per: str | None = None,
    scale: float | None = None,
    symbols: bool | None = None,
    classes: int | Sequence[float] | None = None,
    scheme: str | None = None,
    insets: Sequence[str] | None = None,
    place: str | None = None,
    across_breaks: str | None = None,
    log: bool | None = None,
    most: int | None = None,
    bars: bool | None = None,
    insist: bool | None = None,
    title: str | None = None,
    subtitle: str | None = None,
    note: str | Sequence[str] | None = None,
    source_line: str | None = None,
    alt: str | None = None,
    name: str | None = None,
    size: str = "web",
    theme: str = "light",
    lang: str | None = None,
) -> Chart:
    """Draw a kind of chart; options that are not given are chosen so that the chart is right.

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
    per, scale
        The denominator of rates, such as ``population``, and how many of it (1e6). Counts are divided by it where the
        frame has no rates yet; a map of a count has ``population`` if none is given.
    value, symbols, classes, scheme, insets, place, across_breaks, log, most, bars, insist
        As the kind itself has them; an option that it does not have is refused.
    source_line
        The line below the chart that names the sources. Default: the publishers of the rows.
    title, subtitle, note, alt, name, size, theme, lang
        As for every chart; texts not given come from the data.

    Raises
    ------
    DataError
        For an unknown kind, measure or source, an option that the kind does not have, or if nothing was published.
    NotComparableError
        As the kind itself.

    Examples
    --------
    >>> draw("ranking", measure="servers_exposed", source="greenbone-2019-09", per="population").kind
    'ranking'
    """
    kind = kind.replace("-", "_")
    if kind not in KINDS:
        import difflib

        near = difflib.get_close_matches(kind, KINDS, n=1)
        hint = f"did you mean {near[0]}?" if near else f"the kinds are {', '.join(KINDS)}."
        raise DataError(f"there is no kind of chart {kind!r}", remedy=hint, kind=kind)
    function = getattr(import_module(f"{__package__}.kinds.{kind}"), kind)
    own = {
        "value": value,
        "symbols": symbols,
        "classes": classes,
        "scheme": scheme,
        "insets": insets,
        "place": place,
        "across_breaks": across_breaks,
        "log": log,
        "most": most,
        "bars": bars,
        "insist": insist,
    }
    asked = {option: given for option, given in own.items() if given is not None}
    _refuse_foreign(kind, function, [*asked, *(["per"] if per is not None and kind not in OF_RATES else [])])
    rows = _chosen(kind, measure, source) if frame is None else plain(frame, f"what the chart {kind!r} draws")
    if frame is None and kind in OVER_TIME and not insist:
        # Whatever surveys there are is drawn; what cannot be compared stays apart.
        asked.setdefault("across_breaks", "mark")
    if frame is not None and measure is not None:
        rows = rows[rows["measure"] == measure]
    rows = _as_rates(kind, rows, per, scale, symbols=bool(symbols))
    texts = {"title": title, "subtitle": subtitle, "note": note, "source_line": source_line, "alt": alt, "name": name}
    return function(rows, **asked, **texts, size=size, theme=theme, lang=lang)


def _refuse_foreign(kind: str, function: Callable[..., Chart], asked: Iterable[str]) -> None:
    """DataError for the first option that a kind does not have."""
    known = [name for name in signature(function).parameters if name != "frame"]
    for option in asked:
        if option not in known:
            raise DataError(
                f"the chart {kind!r} has no option {option!r}", remedy=f"its options are {', '.join(known)}"
            )


def _as_rates(kind: str, rows: pd.DataFrame, per: str | None, scale: float | None, *, symbols: bool) -> pd.DataFrame:
    """The rows with rates, where rates are asked for or the kind needs them, and they are not there yet."""
    from . import drawn_rows, wording

    if kind not in OF_RATES:
        return rows
    if "rate" in rows:
        return drawn_rows.answered(rows, "rate", per, scale, None)
    if kind == "map" and per is None and not symbols and wording.kind_of(drawn_rows.one_measure(rows, kind)) == "count":
        per = "population"
    if per is None:
        return rows
    if kind in ("map", "ranking"):
        drawn_rows.refuse_world_only(rows, rows[rows["iso3"].ne("WLD")], "value", kind)
    from ..statistics.rates import rates

    return rates(rows[rows["iso3"].notna()], per=per, scale=1e6 if scale is None else scale)


def _chosen(kind: str, measure: str | None, source: str | None) -> pd.DataFrame:
    """The rows that a kind draws by default."""
    from ..figures.panel import panel, select
    from ..figures.preferred import preferred
    from ..series.catalogue import series_present

    if kind == "calendar" or source in series_present():
        return _counts(source or REGISTER, measure)
    if kind == "scenario":
        raise DataError(
            "a scenario rests on assumptions that no survey prints",
            remedy="in a notebook, draw "
            "ex.chart.scenario(ex.statistics.tornado(figures, assumptions)). The command line cannot",
        )
    if kind == "overlap":
        return _found_again(panel(), source)
    if kind == "claims":
        from ..figures.claim_verdicts import check_claims

        return check_claims(source)
    if kind in MANY_MEASURES and measure is None:
        rows = panel()
        if source is not None:
            rows = rows[(rows["survey"] == source) | (rows["source"] == source)]
            if rows.empty:
                raise DataError(
                    f"there is no survey or source {source!r}, or it has no figure", remedy="see ex.surveys()"
                )
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
    from ..series.selection import Selection

    return select(Selection(series, measure=measure or next(iter(find_series(series).meta["measure"]))))


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
    from ..figures.preferred import preferred
    from ..statistics.overlap import conditional_coverage

    if source is not None:
        rows = rows[(rows["survey"] == source) | (rows["source"] == source)]
    asked = rows.loc[rows["measure"] == "hosts_second_engine", "survey"]
    rows = rows[
        rows["survey"].isin(asked) & rows["measure"].isin(["hosts", "hosts_second_engine"]) & rows["iso3"].notna()
    ]
    if rows.empty:
        raise DataError(
            "no survey here says what a second search found again",
            remedy="pass a result of ex.statistics.conditional_coverage or capture_recapture",
        )
    return conditional_coverage(preferred(rows))


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
            "no place has figures of two waves of one programme",
            remedy="choose another measure, or pass rows of your own",
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
        raise DataError("no programme has two waves with the same figure for the world", remedy="pass rows of your own")
    return best.drop(columns="programme")
