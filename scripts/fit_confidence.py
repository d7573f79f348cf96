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
#: The rules were mended with the other sets in sight; the half that no rule has seen tells more of the next author.
UNSEEN, UNSEEN_COUNTS = "newcomer_aside", 6


def scorer() -> Any:
    """The module that scores passages."""
    spec = importlib.util.spec_from_file_location("score", ROOT / "tests" / "intake" / "evaluation" / "score.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["score"] = module
    spec.loader.exec_module(module)
    return module


def fitted(rows: list[tuple[tuple[str, ...], bool]], counts: list[int]) -> dict[str, float]:
    """The weight of each kind of evidence; ``counts`` says how many times each row is counted."""
    times = np.array(counts, dtype="float64")
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
        value = times @ (np.logaddexp(0, z) - y * z) + (drawn * weights**2).sum()
        return float(value), x.T @ (times * (1 / (1 + np.exp(-z)) - y)) + 2 * drawn * weights

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


def counted(
    by_author: dict[str, list[tuple[tuple[str, ...], bool]]],
) -> tuple[list[tuple[tuple[str, ...], bool]], list[int]]:
    """The rows of several sets, and how many times each is counted."""
    rows = [(row, UNSEEN_COUNTS if name == UNSEEN else 1) for name, part in by_author.items() for row in part]
    return [row for row, _ in rows], [times for _, times in rows]


def main() -> None:
    """Print what the fit on the other authors says of each; with a day, write the table fitted on all."""
    score = scorer()
    by_set: dict[str, list[tuple[tuple[str, ...], bool]]] = {}
    passages: list[str] = []
    for name in score.SETS:
        if name in ("fresh", "later"):
            continue  # kept for looking at the fit, never for making it
        for one in score.score(name).outcomes:
            if one.row is not None:
                told = [one.row[key] for key in ("place", "measure", "figure", "reason", "locator")]
                by_set.setdefault(name, []).append((evidence(*told), one.right))
                passages += [one.passage] if name == UNSEEN else []
    seen: list[tuple[float, bool]] = []
    for author in dict.fromkeys(score.AUTHORS[name] for name in by_set):
        own = {name: part for name, part in by_set.items() if score.AUTHORS[name] == author}
        others = {name: part for name, part in by_set.items() if name not in own}
        rows, _ = counted(own)
        said = probabilities(fitted(*counted(others)), rows)
        right = [one for _, one in rows]
        seen += list(zip(said.tolist(), right, strict=True))
        told_of(author, said, np.array(right))
    rows = by_set.pop(UNSEEN)
    said = np.zeros(len(rows))
    for passage in dict.fromkeys(passages):
        inside = np.array([one == passage for one in passages])
        rest = [row for row, left in zip(rows, inside, strict=True) if not left]
        said[inside] = probabilities(
            fitted(*counted({**by_set, UNSEEN: rest})), [row for row, left in zip(rows, inside, strict=True) if left]
        )
    told_of(f"{UNSEEN}, each passage by the fit without it", said, np.array([one for _, one in rows]))
    for line in reliability(seen):
        print(line)
    if len(sys.argv) < 2:
        return
    rows, times = counted({**by_set, UNSEEN: rows})
    lines = [f'"{kind}" = {weight}' for kind, weight in fitted(rows, times).items()]
    text = (
        "# Weights of the kinds of evidence, fitted by scripts/fit_confidence.py on the labelled passages of\n"
        f"# tests/intake/evaluation. Not to be edited by hand.\n"
        f"fitted = {sys.argv[1]}\nrows = {len(rows)}\n\n[weights]\n"
    )
    write_text(TABLE, text + "\n".join(lines) + "\n")


def told_of(name: str, said: np.ndarray, right: np.ndarray) -> None:
    """Print how many of the sure ones of an author are wrong, and what was right of each stretch of what was said."""
    sure = said >= SURE
    print(f"{name}: {int((~right[sure]).sum())} of {int(sure.sum())} sure ones are wrong", end="; ")
    for low, high in ((0, 0.5), (0.5, 0.8), (0.8, 0.9), (0.9, 0.95), (0.95, 1.01)):
        inside = (said >= low) & (said < high)
        if inside.any():
            print(
                f"{low:.2f}-{min(high, 1):.2f}: said {said[inside].mean():.2f}, "
                f"right {right[inside].mean():.2f} of {inside.sum()}",
                end="; ",
            )
    print()


if __name__ == "__main__":
    main()
