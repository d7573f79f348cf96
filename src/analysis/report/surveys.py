"""What the page of sources and the pages of the surveys show, as JSON; run in a kernel of the build."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from ..charts.wording import interval, language, number, percent, period
from ..figures.claims import check_claims
from ..figures.measures import measures
from ..figures.panel import conflicts, panel, unpublished
from ..figures.sources import cite, sources, surveys

_METHOD = ("engine", "ports", "exposed", "open", "honeypots", "duplicates", "unit")


def write(kept: Iterable[str] = ()) -> None:
    """Write ``sources.json`` and ``surveys/<id>.json`` for every survey that is not among those ``kept``.

    The folder is that of the bundles, ``EXPOSURE_BUNDLES``. A survey's file is made from its own
    folder of data and those of its programme alone, so that a change elsewhere leaves it as it is.
    """
    folder = Path(os.environ["EXPOSURE_BUNDLES"])
    every, publications = surveys(), sources()
    listed = []
    for survey, about in every.iterrows():
        own = publications[publications["survey"] == survey]
        same = every.index[every["programme"] == about["programme"]] if about["programme"] else [survey]
        listed.append(
            {
                **_heading(survey, about),
                "programme_surveys": sorted({survey, *same}),
                "sources": [_source(source, row) for source, row in own.iterrows()],
            }
        )
        if survey not in set(kept):
            _save(folder / "surveys" / f"{survey}.json", _survey(survey, about, own))
    _save(folder / "sources.json", {"surveys": listed})


def _save(path: Path, content: dict) -> None:
    path.parent.mkdir(exist_ok=True)
    text = json.dumps(content, indent=1, ensure_ascii=False, default=_plain, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")


def _heading(survey: str, about: pd.Series) -> dict:
    window = period(_text(about.get("scan_from")), _text(about.get("scan_to")))
    heading = {name: _text(about.get(name)) for name in ("title", "surveyor", "programme", "status")}
    return {"id": survey, **heading, "window": window}


def _source(source: str, row: pd.Series) -> dict:
    columns = ("tier", "derived_from", "published", "seen", "lang", "publisher", "title", "url", "note")
    return {"id": source, **{name: _text(row.get(name)) for name in columns}, "citation": cite(source)}


def _survey(survey: str, about: pd.Series, own: pd.DataFrame) -> dict:
    figures = panel(surveys=[survey])
    labels = measures()[f"label_{language()}"]
    kinds = measures()["kind"]
    clashes, rest = conflicts(figures), unpublished(figures)
    claims = check_claims(surveys=[survey])
    rows = {key: line for line, key in zip(_lines(figures), zip(figures["source"], figures["locator"], figures["figure"], strict=True), strict=True)}

    def label(measure: str) -> str:
        return labels.get(measure, measure)

    def printed(row: pd.Series, end: str) -> dict:
        key = (row[f"source_{end}"], row[f"locator_{end}"], row[f"figure_{end}"])
        return {"source": key[0], "figure": key[2], "line": rows.get(key)}

    return {
        **_heading(survey, about),
        "asset": _text(about.get("asset")),
        "encoded": _text(about.get("encoded")),
        "encoding": _text(about.get("encoding")),
        "primary": [source for source in _items(about.get("primary")) if source in set(own.index)],
        "known_errors": _items(about.get("known_errors")),
        "method": {name: _text(about.get(f"method_{name}", about.get(name))) for name in _METHOD},
        "sources": [_source(source, row) for source, row in own.iterrows()],
        "figures": [
            {
                "line": line,
                **{name: _text(row[name]) for name in ("source", "place", "iso3", "country", "measure", "asset", "figure", "qualifier", "locator")},
                "label": label(row["measure"]),
                "low": _number(row["low"]),
                "high": _number(row["high"]),
                "value": _number(row["value"]),
                "value_text": _written(row["value"], kinds.get(row["measure"])),
                "interval_text": _written_interval(row["low"], row["high"], kinds.get(row["measure"])),
                "note": _text(row.get("note")),
            }
            for line, (_, row) in zip(_lines(figures), figures.iterrows(), strict=True)
        ],
        "conflicts": [
            {
                "place": _text(row["place"]),
                "label": label(row["measure"]),
                "a": printed(row, "a"),
                "b": printed(row, "b"),
                "cause": _text(row["cause"]),
            }
            for _, row in clashes.iterrows()
        ],
        "unpublished": [
            {
                "label": label(row["measure"]),
                "asset": _text(row["asset"]),
                "total": _written(row["total"], "count"),
                "published": _written(row["published"], "count"),
                "places": int(row["places"]),
                "rest": _written_interval(row["rest_low"], row["rest_high"], "count"),
            }
            for _, row in rest.iterrows()
        ],
        "claims": [
            {
                name: _text(row.get(name))
                for name in (
                    "source", "place", "measure", "relation", "figure", "claim", "verdict", "verdict_now",
                    "explanation", "suggestion", "primary_source", "primary_figure", "locator",
                )
            }
            | {"label": label(row["measure"])}
            for _, row in claims.iterrows()
        ],
    }  # fmt: skip


def _lines(figures: pd.DataFrame) -> list[int]:
    """The line of each figure in its file: the anchor of its row on the page."""
    return [int(line) for line in figures["line"]]


def _text(value: object) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)) or value is pd.NA:
        return ""
    return str(value)


def _items(value: object) -> list[str]:
    if isinstance(value, str):
        return [value] if value else []
    return [str(item) for item in value] if isinstance(value, list | tuple) else []


def _number(value: float) -> float | int | None:
    value = float(value)
    if not math.isfinite(value):
        return None
    return int(value) if value == int(value) else value


def _written(value: float, kind: str | None) -> str:
    if not math.isfinite(float(value)):
        return ""
    return percent(value, digits=1) if kind == "share" else number(value)


def _written_interval(low: float, high: float, kind: str | None) -> str:
    low, high = float(low), float(high)
    if not (math.isfinite(low) and math.isfinite(high)) or low == high:
        return _written(low, kind)
    return f"{_written(low, kind)}–{_written(high, kind)}" if kind == "share" else interval(low, high, digits=6)


def _plain(value: object) -> object:
    raise TypeError(f"{value!r} is no JSON")
