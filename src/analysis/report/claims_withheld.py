"""Claims in a release: one is printed if it says no more than the figures that are printed beside it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ..errors import DataError
from ..figures.measures import kinds
from ..figures.places import locate
from ..figures.quantities import quantity
from ..figures.survey import place_id

if TYPE_CHECKING:
    from ..figures.survey import Figure, Survey

#: Statements that set a place against all others, and so tell of those withheld.
_OVER_ALL = ("rank", "first")
#: A number that is so many times another is not a retelling of it.
_FAR = 2.0


class Told:
    """What the printed figures of a release say.

    Parameters
    ----------
    surveys
        The surveys released.
    withheld
        The rows of their figures that are not.
    threshold
        Counts of fewer are small.
    """

    def __init__(self, surveys: Iterable[Survey], withheld: Iterable[Figure], threshold: int) -> None:
        self.threshold = threshold
        self.kinds = kinds()
        self.withheld = {(row.place_id, row.sense) for row in withheld}
        self.hiding = {(row.survey, row.sense) for row in withheld}
        gone = {(row.survey, row.line) for row in withheld}
        self.printed: dict[tuple[str, str, str], list[Figure]] = {}
        for survey in surveys:
            for row in survey.rows:
                if (row.survey, row.line) not in gone:
                    self.printed.setdefault((row.survey, row.place_id, row.sense), []).append(row)

    def already(self, survey: Survey, line: int) -> bool:
        """Whether the printed figures already say what a claim says."""
        claim = next(row for row in survey.claim_rows if row.line == line)
        lang = claim.quote_lang or next((row.lang for row in survey.source_rows if row.source == claim.source), "")
        sides = self._sides(survey, claim, lang)
        if any((place, sense) in self.withheld for place, sense in sides):
            return False
        hiding = any((survey.id, sense) in self.hiding for _, sense in sides)
        if hiding and claim.relation in _OVER_ALL:
            return False
        figures = [self.printed.get((survey.id, *side)) for side in sides]
        if not claim.figure:
            return not hiding or all(figures)
        try:
            said = quantity(claim.figure, lang or None)
        except DataError:
            return not hiding
        if not self.withheld and said.unit:
            return True
        if claim.relation in ("more_than", "less_than") and not said.unit and not claim.other_place:
            return self._retells(said.value, figures[0], hiding)
        if not hiding:
            return said.unit != "" or claim.relation != "share_of" or said.value >= self.threshold
        return all(figures) and self._ratio(claim.relation, said.value, figures)

    def _sides(self, survey: Survey, claim: Any, lang: str) -> list[tuple[str, str]]:
        """The places and measures that a claim is about, as figures are filed."""
        rules = [rule for rule in survey.meta["place"] if isinstance(rule, dict)]

        def side(place: str, measure: str) -> tuple[str, str]:
            return place_id(locate(place, lang or None, rules=rules)), survey.senses.get(measure, measure)

        sides = [side(claim.place, claim.measure)]
        if claim.other_place or claim.other_measure:
            sides.append(side(claim.other_place or claim.place, claim.other_measure or claim.measure))
        return sides

    def _retells(self, said: float, figures: list[Figure] | None, hiding: bool) -> bool:
        """Whether a bound is one of the very figure that is printed."""
        if not figures:
            return not hiding and said >= self.threshold
        return any(row.value / _FAR <= said <= row.value * _FAR for row in figures)

    def _ratio(self, relation: str, said: float, figures: list[list[Figure] | None]) -> bool:
        """Whether a share or a ratio is that of the two figures printed."""
        if len(figures) < 2 or relation not in ("share_of", "ratio"):
            return False
        return any(
            other.value and said / _FAR <= one.value / other.value <= said * _FAR
            for one in figures[0] or ()
            for other in figures[1] or ()
        )
