"""Fit ``src/analysis/intake/confidence.toml`` on the labelled passages; tell how it does on authors not seen.

Weights are fitted on all rows. The rules were mended with most of these in sight, so that the weights alone say too
much of the next author: what is said of a total of weights is what was right of it in the halves that no rule has
seen, by fits that had not seen their author.

Run it after a change of the reading: ``python scripts/fit_confidence.py DAY`` (the day is written into the table).
Without a day it prints how what the other authors give holds on each unseen half (``make evaluate``).
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize
from scipy.stats import beta

from analysis.intake.confidence import evidence
from analysis.writing import write_text

ROOT = Path(__file__).parents[1]
TABLE = ROOT / "src" / "analysis" / "intake" / "confidence.toml"
#: How strongly weights are drawn to zero: a kind that a handful of rows have decides little.
PENALTY = 2.0
#: So many rows at least make a step of the curve.
STEP = 30
SURE = 0.9
#: The halves of the last authors' passages that no rule has seen.
UNSEEN = ("newcomer_aside", "strangers_aside")
#: Kept for looking at the fit, never for making it.
APART = ("fresh", "later", "strangers2", "strangers2_aside", "typical", "typical_aside")
#: The stretches of confidence that the reliability is told of.
STRETCHES = ((0.0, 0.5), (0.5, 0.6), (0.6, 0.7), (0.7, 0.8), (0.8, 0.9), (0.9, 1.0))

Curve = list[tuple[float, float]]


@dataclass(frozen=True)
class Row:
    """A draft of a labelled passage: who wrote it, whether no rule has seen it, its evidence, whether it is right."""

    hand: str
    unseen: bool
    found: tuple[str, ...]
    right: bool


def labelled() -> Iterator[Row]:
    """The drafts of all labelled passages."""
    spec = importlib.util.spec_from_file_location("score", ROOT / "tests" / "intake" / "evaluation" / "score.py")
    assert spec is not None and spec.loader is not None
    score: Any = importlib.util.module_from_spec(spec)
    sys.modules["score"] = score
    spec.loader.exec_module(score)
    for name in (one for one in score.SETS if one not in APART):
        for one in score.score(name).outcomes:
            if one.row is not None:
                yield Row(score.hand_of(name, one.passage), name in UNSEEN, evidence(one.row), one.right)


def fitted(rows: list[Row]) -> dict[str, float]:
    """The weight of each kind of evidence."""
    kinds = ["all", *sorted({kind for row in rows for kind in row.found})]
    at = {kind: nth for nth, kind in enumerate(kinds)}
    x = np.zeros((len(rows), len(kinds)))
    x[:, 0] = 1
    for nth, row in enumerate(rows):
        x[nth, [at[kind] for kind in row.found]] = 1
    y = np.array([row.right for row in rows], dtype="float64")
    drawn = np.r_[0, np.full(len(kinds) - 1, PENALTY)]

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        z = x @ weights
        value = (np.logaddexp(0, z) - y * z).sum() + (drawn * weights**2).sum()
        return float(value), x.T @ (1 / (1 + np.exp(-z)) - y) + 2 * drawn * weights

    found = minimize(loss, np.zeros(len(kinds)), jac=True, method="L-BFGS-B").x
    return {kind: round(float(weight), 2) for kind, weight in zip(kinds, found, strict=True)}


def totals(weights: dict[str, float], rows: list[Row]) -> list[float]:
    """The total of the weights of each row."""
    return [weights["all"] + sum(weights.get(kind, 0.0) for kind in row.found) for row in rows]


def curve(rows: list[Row]) -> Curve:
    """What was right of the unseen rows by the total of weights that had not seen their author; it never falls."""
    scored = sorted(
        (total, row.right)
        for hand in unseen_hands(rows)
        for own in [[row for row in rows if row.unseen and row.hand == hand]]
        for total, row in zip(totals(fitted([row for row in rows if row.hand != hand]), own), own, strict=True)
    )
    steps: list[tuple[float, int, int]] = []  # the sum of totals, how many were right, how many there were
    start = 0
    while start < len(scored):
        end = start + STEP
        while end < len(scored) and scored[end][0] == scored[end - 1][0]:
            end += 1
        end = len(scored) if len(scored) - end < STEP else end
        inside = scored[start:end]
        steps.append((sum(total for total, _ in inside), sum(right for _, right in inside), len(inside)))
        while len(steps) > 1 and steps[-2][1] * steps[-1][2] >= steps[-1][1] * steps[-2][2]:
            last, before = steps.pop(), steps.pop()
            steps.append((last[0] + before[0], last[1] + before[1], last[2] + before[2]))
        start = end
    return [(round(total / many, 2), round((right + 1) / (many + 2), 3)) for total, right, many in steps]


def unseen_hands(rows: list[Row]) -> list[str]:
    """The hands of which a half is unseen."""
    return list(dict.fromkeys(row.hand for row in rows if row.unseen))


def main() -> None:
    """Print what the fit on the other authors says of each; with a day, write the table fitted on all."""
    rows = list(labelled())
    told: list[tuple[float, bool]] = []
    for hand in unseen_hands(rows):
        others = [row for row in rows if row.hand != hand]
        own = [row for row in rows if row.hand == hand and row.unseen]
        said = np.interp(totals(fitted(others), own), *zip(*curve(others), strict=True)).tolist()
        part = list(zip(said, [row.right for row in own], strict=True))
        print(f"{hand}: {sure_and_wrong(part)}")
        told += part
    print(f"together: {sure_and_wrong(told)}")
    print("\n".join(reliability(told)))
    if len(sys.argv) < 2:
        return
    weights = "\n".join(f'"{kind}" = {weight}' for kind, weight in fitted(rows).items())
    steps = "\n".join(f"    [{total}, {right}]," for total, right in curve(rows))
    write_text(
        TABLE,
        "# Weights of the kinds of evidence, and what is said of their total, fitted by scripts/fit_confidence.py on\n"
        "# the labelled passages of tests/intake/evaluation. Not to be edited by hand.\n"
        f"fitted = {sys.argv[1]}\nrows = {len(rows)}\ncurve = [\n{steps}\n]\n\n[weights]\n{weights}\n",
    )


def sure_and_wrong(told: list[tuple[float, bool]]) -> str:
    """How many of the sure ones are wrong, and how many may be, at 95 %."""
    sure = [right for said, right in told if said >= SURE]
    wrong = len(sure) - sum(sure)
    most = beta.ppf(0.95, wrong + 1, len(sure) - wrong) if wrong < len(sure) else 1.0
    return f"{wrong} of {len(sure)} sure ones are wrong (at most {most:.0%}), of {len(told)}"


def reliability(told: list[tuple[float, bool]]) -> list[str]:
    """A line for each stretch of what was said: how much of it was right."""
    lines = ["| confidence | share right | drafts |", "| --- | --- | --- |"]
    for low, high in STRETCHES:
        inside = [(said, right) for said, right in told if low <= said < high]
        if inside:
            said, right = (sum(column) / len(inside) for column in zip(*inside, strict=True))
            lines.append(f"| {low:.2f} to {high:.2f} (mean {said:.2f}) | {right:.2f} | {len(inside)} |")
    return lines


if __name__ == "__main__":
    main()
