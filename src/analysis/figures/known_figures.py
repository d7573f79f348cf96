"""The figures that could be read at a date, by what they are about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from .measures import measures
from .places import locate, name_key
from .registers import Register, register_of
from .rounding_interval import meet
from .survey import read_survey


@dataclass
class Known:
    """The figures that could be read at a date, best first, by what they are about.

    Parameters
    ----------
    rows
        Rows of the panel, best first, as :func:`analysis.figures.preferred.ranked` gives them.
    """

    rows: Iterable[Any]
    _by_subject: dict[tuple[str, str], list[Any]] = field(default_factory=dict)
    _metas: dict[str, dict[str, Any]] = field(default_factory=dict[str, Any])
    _registers: dict[str, Register | None] = field(default_factory=dict[str, Register | None])
    _additive: dict[str, bool] = field(default_factory=lambda: measures()["additive"].to_dict())

    def __post_init__(self) -> None:
        for row in self.rows:
            self._by_subject.setdefault((row.survey, row.sense), []).append(row)
            if row.survey not in self._metas:
                self._metas[row.survey] = read_survey(row.survey).meta

    def of(self, survey: str, sense: str, date: str, year: str = "") -> dict[str, list[Any]]:
        """The best figures of each place: of the survey's own asset class and time if it has them, else of any.

        A place has several where the question is not settled: other asset classes, or other times.
        """
        meta = self._metas.get(survey, {})
        found: dict[str, dict[tuple[Any, ...], Any]] = {}
        for row in self._by_subject.get((survey, sense), ()):
            times = str(row.scan_from), str(row.scan_to)
            if known_by(row.published, date) and (not year or self._is_of_year(sense, times, year)):
                found.setdefault(row.place_id, {}).setdefault((row.asset, *times), row)
        chosen = {}
        for place, figures in found.items():
            own = {key: row for key, row in figures.items() if key[0] == meta["asset"]} or figures
            now = {key: row for key, row in own.items() if key[2] == meta["scan_to"]} or own
            chosen[place] = list(now.values())
        return chosen

    def _is_of_year(self, measure: str, times: tuple[str, str], year: str) -> bool:
        """Whether a figure is that of a year: a sum must cover all of it, an average a year that ends in it."""
        if self.additive(measure):
            return times[0][:4] == times[1][:4] == year and len(times[0]) <= 4 and len(times[1]) <= 4
        return times[1][:4] == year and times[0][:4] in (year, str(int(year) - 1))

    def figure(self, survey: str, place: str, sense: str, date: str, year: str = "") -> Any | None:
        """The figure of a place, or nothing where there is none, or several that could be meant."""
        found = self.of(survey, sense, date, year).get(place, ())
        return found[0] if len(found) == 1 else None

    def register(self, survey: str) -> Register | None:
        """The register itself that a survey's accounts retell, where its export was counted."""
        if survey not in self._registers:
            self._registers[survey] = register_of(read_survey(survey))
        return self._registers[survey]

    def as_registered(self, figure: Any) -> Any:
        """The register's own count where it is the very number that a figure of an account is; else the figure."""
        register = self.register(figure.survey) if getattr(figure, "tier", "") == "secondary" else None
        count = register.count(figure) if register else None
        return count if count is not None and count.value == figure.value else figure

    def of_place(self, survey: str, place: str, date: str) -> list[Any]:
        """The figure of each measure that a survey has of a place, in the order of the dictionary."""
        figures = (self.figure(survey, place, measure, date) for measure in self.measures_of(survey))
        return [figure for figure in figures if figure is not None]

    def restated(self, claim: Any, former: str, date: str) -> Any | None:
        """The figure of a former wave: another number if the claim's own source or surveyor restates it by one."""
        best = self.figure(former, claim.place_id, claim.sense, date)
        if best is None:
            return None
        own = {claim.source, *self._metas.get(claim.survey, {}).get("primary", ())}
        restated = (one for one in self.printings(best, date) if one.source in own and not meet(one, best))
        return next(restated, best)

    def extrapolated(self, figure: Any) -> bool:
        """Whether the authors of a survey extrapolated a figure instead of counting, as the survey's file says."""
        return any(
            entry["measure"] == figure.sense and locate(entry["place"]).iso3 == figure.place_id
            for entry in self._metas.get(figure.survey, {}).get("extrapolated", ())
        )

    def counted(self) -> Known:
        """The figures that were not extrapolated."""
        rows = [row for row in self.rows if not self.extrapolated(row)]
        return Known(rows, _metas=self._metas, _registers=self._registers, _additive=self._additive)

    def without(self, source: str) -> Known:
        """The figures that others than an account print."""
        others = [row for row in self.rows if row.source != source]
        return Known(others, _metas=self._metas, _registers=self._registers, _additive=self._additive)

    def retold(self, survey: str) -> str:
        """The survey that a report without counts of its own retells; any other survey is itself."""
        return self._metas.get(survey, {}).get("restates") or survey

    def first_places(self, survey: str, sense: str, date: str) -> list[Any]:
        """The figures of a published list of the first places by a measure, if there is one: all others come after."""
        lists = self._metas.get(survey, {}).get("first_places", ())
        sources = {entry["source"] for entry in lists if entry["measure"] == sense}
        there = self._by_subject.get((survey, sense), ())
        found = [row for row in there if row.source in sources and row.place_kind == "country"]
        return [row for row in found if known_by(row.published, date)]

    def counted_until(self, survey: str) -> str:
        """The last day on which a survey can have counted, by what its authors say; or nothing."""
        until = self._metas.get(survey, {}).get("scan_told", {}).get("until", "")
        return str(until)

    def times(self, survey: str) -> tuple[str, str]:
        """When a survey's counting began, and when its authors first published it; each may be unknown."""
        meta = self._metas.get(survey, {})
        primary = meta.get("primary", ())
        published = [row.published for row in read_survey(survey).source_rows if row.source in primary]
        return meta.get("scan_from", ""), min(
            filter(None, published), key=lambda day: (day[:7], -len(day), day), default=""
        )

    def parts(self, survey: str, place: str, sense: str, date: str) -> list[Any]:
        """The figures of those parts of a place that the survey's file names and that have one."""
        rules = self._metas.get(survey, {}).get("place", ())
        named = next((rule.get("parts", "") for rule in rules if name_key(rule.get("name", "")) == place), "")
        figures = (self.figure(survey, part, sense, date) for part in named.split())
        return [figure for figure in figures if figure is not None]

    def former(self, survey: str) -> str | None:
        """The wave of the same programme before a survey, among the surveys that there are figures of."""
        this = self._metas.get(survey, {"programme": "", "scan_to": ""})
        before = [
            (meta["scan_to"], name)
            for name, meta in self._metas.items()
            if meta["programme"] == this["programme"] and meta["scan_to"] and meta["scan_to"] < this["scan_to"]
        ]
        return max(before)[1] if before and this["programme"] else None

    def measures_of(self, survey: str) -> list[str]:
        """The measures that a survey has figures for, in the order of the dictionary."""
        there = {sense for known, sense in self._by_subject if known == survey}
        return [measure for measure in self._additive if measure in there]

    def additive(self, measure: str) -> bool:
        """Whether places may be added up."""
        return self._additive.get(measure, False)

    def revised(self, survey: str) -> bool:
        """Whether the survey's numbers are revised for years, so that each printing is one of many readings."""
        return self._metas.get(survey, {}).get("revised") is True

    def printed_only_by(self, source: str, figures: tuple[Any, ...]) -> tuple[Any, ...]:
        """Those of some figures that an account alone prints: no other source prints a number that agrees with one."""
        return tuple(
            figure
            for figure in figures
            if figure.source == source
            and getattr(figure, "tier", "") == "secondary"
            and not any(one.source != source and meet(one, figure) for one in self.printings(figure, ""))
        )

    def printings(self, figure: Any, date: str) -> list[Any]:
        """Every printing of what a figure is about, the figure itself first."""
        there = self._by_subject.get((figure.survey, figure.sense), [])
        subject = figure.place_id, figure.asset, str(figure.scan_from), str(figure.scan_to)
        same = [row for row in there if (row.place_id, row.asset, str(row.scan_from), str(row.scan_to)) == subject]
        return [figure, *(row for row in same if row is not figure and known_by(row.published, date))]


def known_by(published: object, date: str) -> bool:
    """Whether a figure could be known at a date, as far as both dates are known."""
    if not date or not isinstance(published, str):
        return True
    return published[: len(date)] <= date[: len(published)]
