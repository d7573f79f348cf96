"""Fit ``src/analysis/intake/confidence.toml`` on the labelled passages; tell how it does on authors not seen.

Run it after a change of the reading: ``python scripts/fit_confidence.py DAY`` (the day is written into the table).
Without a day it prints the folds alone (``make evaluate``).
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize

from analysis.intake.confidence import evidence
from analysis.writing import write_text

ROOT = Path(__file__).parents[1]
TABLE = ROOT / "src" / "analysis" / "intake" / "confidence.toml"
#: How strongly weights are drawn to zero: a kind that a handful of rows have decides little.
PENALTY = 0.5
SURE = 0.9


def scorer() -> Any:
    """The module that scores passages."""
    spec = importlib.util.spec_from_file_location("score", ROOT / "tests" / "intake" / "evaluation" / "score.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["score"] = module
    spec.loader.exec_module(module)
    return module


def fitted(rows: list[tuple[tuple[str, ...], bool]]) -> dict[str, float]:
    """The weight of each kind of evidence."""
    kinds = ["all", *sorted({kind for found, _ in rows for kind in found})]
    at = {kind: nth for nth, kind in enumerate(kinds)}
    x = np.zeros((len(rows), len(kinds)))
    x[:, 0] = 1
    for row, (found, _) in enumerate(rows):
        x[row, [at[kind] for kind in found]] = 1
    y = np.array([right for _, right in rows], dtype="float64")
    drawn = np.r_[0, np.full(len(kinds) - 1, PENALTY)]

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        z = x @ weights
        value = np.logaddexp(0, z).sum() - y @ z + (drawn * weights**2).sum()
        return float(value), x.T @ (1 / (1 + np.exp(-z)) - y) + 2 * drawn * weights

    found = minimize(loss, np.zeros(len(kinds)), jac=True, method="L-BFGS-B").x
    return {kind: round(float(weight), 2) for kind, weight in zip(kinds, found, strict=True)}


def probabilities(weights: dict[str, float], rows: list[tuple[tuple[str, ...], bool]]) -> np.ndarray:
    """What weights say of rows."""
    totals = [weights["all"] + sum(weights.get(kind, 0.0) for kind in found) for found, _ in rows]
    return 1 / (1 + np.exp(-np.array(totals)))


def reliability(seen: list[tuple[float, bool]]) -> list[str]:
    """A line for each stretch of what was said: how much of it was right, by fits that had not seen the author."""
    lines = ["| said | of that right | drafts |", "| --- | --- | --- |"]
    for low, high in ((0, 0.5), (0.5, 0.8), (0.8, 0.9), (0.9, 0.95), (0.95, 0.98), (0.98, 1.01)):
        inside = [(said, right) for said, right in seen if low <= said < high]
        if inside:
            said, right = (sum(column) / len(inside) for column in zip(*inside, strict=True))
            lines.append(f"| {low:.2f} to {min(high, 1):.2f} (mean {said:.2f}) | {right:.2f} | {len(inside)} |")
    return lines


def main() -> None:
    """Print what the fit on the other authors says of each; with a day, write the table fitted on all."""
    score = scorer()
    by_author: dict[str, list[tuple[tuple[str, ...], bool]]] = {}
    for name in score.SETS:
        if name in ("fresh", "later"):
            continue  # kept for looking at the fit, never for making it
        for one in score.score(name).outcomes:
            if one.row is not None:
                told = [one.row[key] for key in ("place", "measure", "figure", "reason", "locator")]
                by_author.setdefault(score.AUTHORS[name], []).append((evidence(*told), one.right))
    seen: list[tuple[float, bool]] = []
    for author, rows in by_author.items():
        others = [row for name, part in by_author.items() if name != author for row in part]
        said = probabilities(fitted(others), rows)
        right = np.array([one for _, one in rows])
        seen += list(zip(said.tolist(), right.tolist(), strict=True))
        sure = said >= SURE
        print(f"{author}: {int((~right[sure]).sum())} of {int(sure.sum())} sure ones are wrong", end="; ")
        for low, high in ((0, 0.5), (0.5, 0.8), (0.8, 0.9), (0.9, 0.95), (0.95, 1.01)):
            inside = (said >= low) & (said < high)
            if inside.any():
                print(
                    f"{low:.2f}-{min(high, 1):.2f}: said {said[inside].mean():.2f}, "
                    f"right {right[inside].mean():.2f} of {inside.sum()}",
                    end="; ",
                )
        print()
    for line in reliability(seen):
        print(line)
    if len(sys.argv) < 2:
        return
    rows = [row for part in by_author.values() for row in part]
    lines = [f'"{kind}" = {weight}' for kind, weight in fitted(rows).items()]
    text = (
        "# Weights of the kinds of evidence, fitted by scripts/fit_confidence.py on the labelled passages of\n"
        f"# tests/intake/evaluation. Not to be edited by hand.\n"
        f"fitted = {sys.argv[1]}\nrows = {len(rows)}\n\n[weights]\n"
    )
    write_text(TABLE, text + "\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
