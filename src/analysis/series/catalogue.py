"""Which series there are: what each counts and how, where its counts lie, its breaks, and public events."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from ..datafolder import data_folders, read_csv, read_text, read_toml, relative, shipped_folder
from ..errors import DataError
from ..figures import fields, terms
from ..language.languages import LANGUAGES
from ..remembering import remembered
from .counts import GRAINS

if TYPE_CHECKING:
    from collections.abc import Collection

#: What a place and day without a row means: nothing is known, or nothing happened.
ABSENT = ("unknown", "zero")
#: How the days of a week or month become one number: events add up, a stock is averaged.
OVER_TIME = ("sum", "mean")
STATES = ("published", "draft")
#: The unit of a measure whose counts are sums over repeated scans of the same things.
OF_SCANS = "answer to a scan"
_TEXTS = ("grain", "absent", "counted", "encoding", "retrieved")
_KEYS = {*_TEXTS, "status", "health", "vintage", "notes", "title", "licence", "source", "copy", "measure"}


@dataclass(frozen=True)
class Series:
    """What ``series.toml`` says about a series.

    Attributes
    ----------
    id, folder
        Its id and the folder that holds ``series.toml`` and either ``counts.csv`` or a store.
    meta
        The file as it is.
    """

    id: str
    folder: Path
    meta: dict[str, Any] = field(repr=False)

    @property
    def grain(self) -> str:
        """``day``, ``week`` or ``month``: what the day of a row stands for."""
        return str(self.meta["grain"])

    @property
    def absent(self) -> str:
        """``unknown`` or ``zero``: what a place and day without a row means."""
        return str(self.meta["absent"])

    @property
    def vintage(self) -> str | None:
        """The day on which the counts were known, where they do not say so themselves."""
        return self.meta.get("vintage")

    @property
    def over_time(self) -> dict[str, str]:
        """How the days of each measure become one number: ``sum`` or ``mean``."""
        return {name: entry["over_time"] for name, entry in self.meta["measure"].items()}

    def of_scans(self, measure: str) -> bool:
        """Whether a count of this measure is a sum over the scans of its period; so is none that it does not name."""
        return self.meta["measure"].get(measure, {}).get("unit") == OF_SCANS

    @property
    def is_store(self) -> bool:
        """Whether its counts lie in a store of Parquet files, not in a CSV file."""
        return not self.counts.exists()

    @property
    def counts(self) -> Path:
        """Where the counts of a series without a store lie."""
        return self.folder / "counts.csv"

    def title(self, lang: str = "en") -> str:
        """Its title; the English one where there is none in the language."""
        return str(self.meta["title"].get(lang) or self.meta["title"]["en"])

    def label(self, measure: str, lang: str = "en") -> str:
        """What charts and tables print for a measure; its id if the series does not name it."""
        label = self.meta["measure"].get(measure, {}).get("label", {})
        return str(label.get(lang) or label.get("en") or measure)


def series_folders() -> list[Path]:
    """The folders ``series`` of the data folders in use, the one that wins first; else the one shipped."""
    return [folder / "series" for folder in data_folders() if (folder / "series").is_dir()] or [
        shipped_folder("data") / "series"
    ]


def series_folder(series: str = "") -> Path:
    """The folder of a series: that of the first data folder that has it; without an id, the first folder of series."""
    folders = [folder / series for folder in series_folders()]
    return next((folder for folder in folders if (folder / "series.toml").exists()), folders[0])


def series_present() -> list[str]:
    """The ids of the series that there are, in alphabetical order.

    Examples
    --------
    >>> series_present()[:2]
    ['cybergreen-open-services', 'us-breach-register']
    """
    return sorted({name for folder in series_folders() for name in series_in(folder)})


def series_in(folder: Path) -> list[str]:
    """The ids of the series in one folder ``series``, in alphabetical order."""
    return sorted(entry.name for entry in folder.iterdir() if (entry / "series.toml").exists())


def find_series(series: str | Path) -> Series:
    """A series by its id, or by its folder.

    Raises
    ------
    DataError
        If there is none, or its ``series.toml`` lacks what is needed.

    Examples
    --------
    >>> find_series("us-breach-register").id
    'us-breach-register'
    """
    folder = Path(series)
    if not (folder / "series.toml").exists():
        folder = series_folder(str(series))
        if not (folder / "series.toml").exists():
            from difflib import get_close_matches

            near = get_close_matches(str(series), series_present(), n=2)
            hint = f"did you mean {' or '.join(near)}?" if near else f"choose one of {', '.join(series_present())}."
            raise DataError(f"there is no series '{series}'", remedy=hint.rstrip("."), series=str(series))
    path = folder / "series.toml"
    # A build must know that it depends on the file; a file as it was is not read through once more.
    return Series(folder.name, folder, _described(path, read_text(path)))


@functools.lru_cache(maxsize=64)
def _described(path: Path, text: str) -> dict[str, Any]:
    meta = read_toml(path)
    for key, fault, remedy in faults_of(meta):
        raise DataError(fault, remedy=remedy, file=relative(path), column=key)
    return meta


def faults_of(meta: dict[str, Any]) -> list[tuple[str, str, str]]:
    """What is wrong with the content of a ``series.toml``: (key, what, remedy)."""
    faults = [
        (key, f"'{key}' is not known here", f"write one of {', '.join(sorted(_KEYS))}")
        for key in meta
        if key not in _KEYS
    ]
    faults += [
        (key, f"the series has no '{key}'", "add it")
        for key in _TEXTS
        if not isinstance(meta.get(key), str) or not meta[key].strip()
    ]
    for key, choices in (("grain", GRAINS), ("absent", ABSENT), ("status", STATES)):
        if meta.get(key) and meta[key] not in choices:
            faults.append((key, f"{meta[key]!r} is not one of {', '.join(choices)}", "choose one"))
    if not isinstance(meta.get("health"), bool):
        faults.append(("health", "does not say whether the series is about health care", "write true or false"))
    for key, lang in (("title", "en"), ("licence", "name")):
        if not isinstance(meta.get(key), dict) or not meta[key].get(lang):
            faults.append((key, f"the series has no '{key}.{lang}'", "add it"))
    if isinstance(meta.get("licence"), dict) and terms.forbids_passing_on(meta["licence"].get("name")):
        faults.append(("licence", f"{meta['licence']['name']!r}: {terms.FAULT}", terms.REMEDY.rstrip(".")))
    if not isinstance(meta.get("source"), list) or not meta["source"]:
        faults.append(("source", "names no [[source]]", "say who counted, with an id, publisher and title"))
    else:
        for entry in meta["source"]:
            faults += [
                ("source", f"a source has no '{key}'", "add it")
                for key in ("id", "publisher", "title")
                if not entry.get(key)
            ]
    measures = meta.get("measure")
    if not isinstance(measures, dict) or not measures:
        faults.append(("measure", "defines no [measure.NAME]", "say what was counted"))
        return faults
    for name, entry in measures.items():
        for key in ("unit", "definition"):
            if not isinstance(entry.get(key), str) or not entry[key]:
                faults.append((f"measure.{name}", f"the measure has no '{key}'", "add it"))
        if entry.get("over_time") not in OVER_TIME:
            faults.append(
                (
                    f"measure.{name}",
                    f"'over_time' is {entry.get('over_time')!r}, not one of {', '.join(OVER_TIME)}",
                    "choose one",
                )
            )
        if not isinstance(entry.get("additive"), bool):
            faults.append(
                (f"measure.{name}", "does not say whether places may be added up", "write additive = true or false")
            )
        missing = [lang for lang in LANGUAGES if not entry.get("label", {}).get(lang)]
        if missing:
            faults.append((f"measure.{name}", f"there is no label in {', '.join(missing)}", "add it"))
    return faults


def measures(series: str, lang: str = "en") -> pd.DataFrame:
    """What a series counts, by ``measure``: ``label``, ``unit``, ``definition``, ``over_time``, ``additive``.

    Examples
    --------
    >>> measures("us-breach-register")["unit"].to_dict()
    {'breaches': 'reported breach', 'individuals': 'person in a report', 'breaches_network_server': 'reported breach'}
    """
    described = find_series(series)
    rows = {
        name: {
            "label": described.label(name, lang),
            **{key: entry[key] for key in ("unit", "definition", "over_time", "additive")},
        }
        for name, entry in described.meta["measure"].items()
    }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("measure")


def sources() -> pd.DataFrame:
    """Who counted the series: one row per source, as ``figures.sources`` has those of surveys.

    Examples
    --------
    >>> sources().at["hhs-ocr-breach-portal", "publisher"]
    'US Department of Health and Human Services, Office for Civil Rights'
    """
    told = [{"seen": "full", "tier": "primary"} | entry for name in series_present() for entry in _listed(name)]
    # Nothing is told where there are no series.
    return pd.DataFrame(told or {"id": []}, dtype="str").drop_duplicates("id").set_index("id").rename_axis("source")


def _listed(series: str) -> list[dict[str, str]]:
    return [
        {name: entry.get(name, "") for name in ("id", "publisher", "title", "url")}
        for entry in find_series(series).meta["source"]
    ]


def cite(series: str) -> str:
    """The source line of a series: who counted, what it is called, its address, the day of reading and the licence.

    Examples
    --------
    >>> cite("us-breach-register")[:40]
    'US Department of Health and Human Servic'
    """
    described = find_series(series)
    told = "; ".join(
        f"{entry['publisher']}: {entry['title']}" + (f", {entry['url']}" if entry.get("url") else "")
        for entry in described.meta["source"]
    )
    return f"{told} (read {described.meta['retrieved']}). Licence: {described.meta['licence']['name']}."


def events(
    places: Collection[str] | None = None, kind: str | None = None, since: str | None = None, until: str | None = None
) -> pd.DataFrame:
    """Public events that may be seen in a series: laws, disclosures, incidents, warnings, guidance.

    Parameters
    ----------
    places
        ISO 3166-1 alpha-3 codes, ``EU`` or ``World``; exactly these. Default: all.
    kind
        ``law``, ``disclosure``, ``incident``, ``warning`` or ``guidance``.
    since, until
        The first and last day wanted.

    Returns
    -------
    pandas.DataFrame
        By day: ``date`` (as far as it is known), ``day`` and ``day_to`` (the first and last day that it may mean),
        ``place``, ``kind``, ``event``,
        ``source``, ``url``.

    Examples
    --------
    >>> events()[["date", "place"]].head(1).values.tolist()
    [['2009-08-24', 'USA']]
    """
    frame = _dated("events.csv", fields.EVENTS)
    if places is not None:
        frame = frame[frame["place"].isin([places] if isinstance(places, str) else list(places))]
    if kind is not None:
        frame = frame[frame["kind"] == kind]
    if since is not None:
        frame = frame[frame["day_to"] >= pd.Timestamp(since)]
    if until is not None:
        frame = frame[frame["day"] <= pd.Timestamp(until)]
    return frame.reset_index(drop=True)


def breaks(series: str | None = None, measure: str | None = None) -> pd.DataFrame:
    """The days from which a series is counted differently.

    Parameters
    ----------
    series
        The id of a series. Default: all.
    measure
        One of its measures: the breaks of that measure, and those of the whole series.

    Returns
    -------
    pandas.DataFrame
        By day: ``date`` (as far as it is known), ``day`` and ``day_to``, ``series``, ``measure`` (empty: all),
        ``reason``, ``source``.

    Examples
    --------
    >>> breaks("us-breach-register")["day"].astype(str).head(2).tolist()
    ['2009-10-01', '2013-03-26']
    """
    frame = _dated("breaks.csv", fields.BREAKS)
    if series is not None:
        frame = frame[frame["series"] == series]
    if measure is not None:
        frame = frame[frame["measure"].isin(["", measure])]
    return frame.reset_index(drop=True)


def _dated(name: str, columns: tuple[fields.Field, ...]) -> pd.DataFrame:
    """A table of dated rows, of every folder of series in use."""
    paths = [path for path in (folder / name for folder in series_folders()) if path.exists()]
    states = tuple((path, *((state := path.stat()).st_mtime_ns, state.st_size)) for path in paths)
    return _tables(states, columns).copy()


@remembered(8)
def _tables(states: tuple[tuple[Path, int, int], ...], columns: tuple[fields.Field, ...]) -> pd.DataFrame:
    found = [_dates(read_csv(path, fields.required(columns)).drop(columns="line")) for path, *_ in states]
    if not found:
        return _dates(pd.DataFrame({name: pd.array([], dtype="str") for name in fields.required(columns)}))
    return pd.concat(found).sort_values(["day", "day_to"], kind="stable").reset_index(drop=True)


def _dates(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with the first and last day that a date of day, month or year may mean, in their order."""
    period = {4: "Y", 7: "M", 10: "D"}
    spans = [pd.Period(text, freq=period[len(text)]) for text in frame["date"]]
    frame.insert(1, "day", pd.to_datetime([span.start_time for span in spans]).astype("datetime64[s]"))
    frame.insert(2, "day_to", pd.to_datetime([span.end_time.normalize() for span in spans]).astype("datetime64[s]"))
    return frame.sort_values(["day", "day_to"], kind="stable").reset_index(drop=True)
