"""What a register itself holds: the counts of its own export, added up for the months that a claim is about."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from ..datafolder import data_folder, read_rows, read_toml
from .fields import text

if TYPE_CHECKING:
    from .survey import Survey

_COLUMNS = ("day", "iso3", "measure", "count")
_OTHERS = ("place", "low", "high", "source", "vintage")


class Counted(NamedTuple):
    """A count of a register's export, with what a printed figure has."""

    survey: str
    source: str
    place: str
    place_id: str
    scan_from: str
    scan_to: str
    measure: str
    sense: str
    asset: str
    value: float
    low: float
    high: float
    figure: str
    read: str
    qualifier: str = ""
    lang: str = "en"


@dataclass(frozen=True)
class Register:
    """The counts of a survey's register on the day of reading, ``read``: measure and place -> month -> count.

    ``measures`` says under which of its own measures a measure of the survey is looked up.
    """

    survey: str
    source: str
    asset: str
    read: str
    measures: dict[str, str]
    counts: dict[tuple[str, str], dict[int, float]]

    def count(self, row: Any) -> Counted | None:
        """The count for what a figure is about; nothing where the register was not counted by it, or not all months."""
        measure = self.measures.get(row.sense, "")
        counts = self.counts.get((measure, row.place_id))
        if counts is None or row.asset != self.asset:
            return None
        months = _whole_months(text(row.scan_from), text(row.scan_to), min(counts))
        if months is None or months.stop > max(counts):
            # The month of reading is not over and cannot be counted whole.
            return None
        return self._added_up(row, months)

    def count_so_far(self, row: Any) -> Counted | None:
        """The count up to the day of reading for a time that began before it and ended after it."""
        begun, ended = text(row.scan_from), text(row.scan_to)
        if not (self.read and begun and begun < self.read < f"{ended}~"):
            return None
        month = self.read[:7]
        counts = self.counts.get((self.measures.get(row.sense, ""), row.place_id))
        months = _whole_months(begun, month, min(counts)) if counts and row.asset == self.asset else None
        return self._added_up(row, months) if months else None

    def _added_up(self, row: Any, months: range) -> Counted:
        measure = self.measures[row.sense]
        counts = self.counts[measure, row.place_id]
        value = sum(counts.get(month, 0.0) for month in months)
        about = row.place, row.place_id, text(row.scan_from), text(row.scan_to), measure, measure, self.asset
        return Counted(self.survey, self.source, *about, value, value, value, f"{value:,.0f}", self.read)

    def years(self, row: Any) -> dict[str, Counted]:
        """The counts of all whole years for what a figure is about, whatever its time."""
        measure = self.measures.get(row.sense, "")
        years = {str(month // 12) for month in self.counts.get((measure, row.place_id), ())}
        counted = {year: self.count(row._replace(scan_from=year, scan_to=year)) for year in sorted(years)}
        return {year: count for year, count in counted.items() if count is not None}


def register_of(survey: Survey) -> Register | None:
    """The register of a survey whose file names a series with its counts, where the data folder has the series."""
    told = survey.meta["register"]
    folder = data_folder() / "series" / str(told.get("series", ""))
    if not told or not (folder / "counts.csv").is_file():
        return None
    counts: dict[tuple[str, str], dict[int, float]] = {}
    for row in read_rows(folder / "counts.csv", _COLUMNS, _OTHERS):
        months = counts.setdefault((row.measure, row.iso3), {})
        month = _month(row.day)
        months[month] = months.get(month, 0.0) + float(row.count)
    read = text(read_toml(folder / "series.toml").get("vintage"))
    return Register(survey.id, survey.meta["primary"][0], survey.meta["asset"], read, told["measures"], counts)


def _whole_months(begun: str, ended: str, first: int) -> range | None:
    """The months from one date to another, if both are known and no month is cut; nothing before the ``first``."""
    if not begun or not ended:
        return None
    start, end = _month(begun), _month(ended, last=True)
    if begun[8:] not in ("", "01") and start > first:
        return None
    if ended[8:] and int(ended[8:]) != calendar.monthrange(int(ended[:4]), int(ended[5:7]))[1]:
        return None
    return range(max(start, first), end + 1) if start <= end >= first else None


def _month(date: str, *, last: bool = False) -> int:
    """The month of a date, counted from the year 0: of a year its first, or its last."""
    return int(date[:4]) * 12 + int(date[5:7] or (12 if last else 1)) - 1
