"""How well figures are read out of the passages of this folder: ``python tests/intake/evaluation/score.py`` (``make evaluate``)."""

from __future__ import annotations

import sys
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from analysis.errors import DataError
from analysis.figures.places import locate
from analysis.intake.extract import extract

SETS = ("tuning", "aside", "second", "third", "fourth")
#: What must be reached on each of them.
TARGETS = {"precision": 0.97, "recall": 0.97, "place": 0.95, "measure": 0.90}


@dataclass
class Score:
    """Counts of one file of passages, and every figure that was not read as it should be."""

    wanted: int = 0
    drafted: int = 0
    found: int = 0
    place: int = 0
    measure: int = 0
    confusions: list[str] = field(default_factory=list)

    def rates(self) -> dict[str, float]:
        """Precision and recall of figures, and the shares of those found whose place and measure are right."""
        return {
            "precision": self.found / self.drafted,
            "recall": self.found / self.wanted,
            "place": self.place / self.found,
            "measure": self.measure / self.found,
        }


def passages(half: str) -> list[dict]:
    return tomllib.loads((Path(__file__).parent / f"{half}.toml").read_text("utf-8"))["passage"]


def score(half: str) -> Score:
    """The score of a file of passages; every drafted figure answers for one wanted one at most."""
    total = Score()
    for passage in passages(half):
        lang = passage["lang"]
        draft = extract(passage["text"], lang).to_dict("records")
        total.wanted += len(passage["rows"])
        total.drafted += len(draft)
        open_rows = list(draft)
        for figure, places, measures, *value in passage["rows"]:
            candidates = [
                row
                for row in open_rows
                if row["figure"] in figure.split("|") and (not value or abs(row["value"] - value[0]) <= 1e-6 * value[0])
            ]
            if not candidates:
                total.confusions.append(f"{passage['id']}: missed {figure!r} ({places}, {measures})")
                continue
            right = {
                id(row): (
                    any(_place(row["place"], lang) == _place(one, lang) for one in places.split("|")),
                    row["measure"] in measures.split("|"),
                )
                for row in candidates
            }
            best = max(candidates, key=lambda row: sum(right[id(row)]))
            open_rows.remove(best)
            place, measure = right[id(best)]
            total.found, total.place, total.measure = total.found + 1, total.place + place, total.measure + measure
            if not place:
                total.confusions.append(f"{passage['id']}: {figure!r} has the place {best['place']}, not {places}")
            if not measure:
                total.confusions.append(
                    f"{passage['id']}: {figure!r} has the measure {best['measure'] or 'none'}, not {measures or 'none'}"
                )
        total.confusions += [
            f"{passage['id']}: {row['figure']!r} is none ({row['place']}, {row['measure']})" for row in open_rows
        ]
    return total


def _place(name: str, lang: str) -> tuple:
    try:
        place = locate(name, lang)
    except DataError:
        return (name,)
    return place.iso3, place.parent, place.code, place.kind


def main() -> int:
    missed = False
    for half in SETS:
        total = score(half)
        rates = total.rates()
        shown = ", ".join(f"{name} {rate:.3f} (target {TARGETS[name]:.2f})" for name, rate in rates.items())
        print(f"{half}: {len(passages(half))} passages, {total.wanted} figures: {shown}")
        for confusion in total.confusions if "--scores" not in sys.argv else []:
            print(f"  {confusion}")
        missed |= any(rate < TARGETS[name] for name, rate in rates.items())
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
