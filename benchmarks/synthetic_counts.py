"""A seeded, synthetic series of daily counts as monitors publish them: places × kinds × days, by monitor.
No number in it was ever counted.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import numpy as np

KINDS = [f"kind{number:02d}" for number in range(20)]

SERIES = """\
status = "published"
grain = "day"
health = false
absent = "unknown"
retrieved = "2026-11-24"
counted = "Synthetic: drawn by benchmarks/synthetic_counts.py with a seed."
encoding = "Synthetic."
notes = []
title = { en = "Synthetic daily counts" }
licence = { name = "CC0-1.0" }
"""


def places() -> list[str]:
    """250 places: the codes of the reference table."""
    from analysis.datafolder import reference

    return reference("countries")["iso3"].tolist()


def write_series(folder: Path, monitors: int) -> Path:
    """The folder of a synthetic series, with its series.toml."""
    folder.mkdir(parents=True, exist_ok=True)
    sources = "".join(
        f'\n[[source]]\nid = "m{number}"\npublisher = "Synthetic"\ntitle = "Synthetic"\n' for number in range(monitors)
    )
    measures = "".join(
        f'\n[measure.{kind}]\nunit = "server"\ndefinition = "Synthetic."\nover_time = "mean"\nadditive = true\n'
        f'label = {{ en = "{kind}", es = "{kind}", de = "{kind}", fr = "{kind}" }}\n'
        for kind in KINDS
    )
    (folder / "series.toml").write_text(SERIES + sources + measures, encoding="utf-8")
    return folder


def write_counts(
    path: Path,
    *,
    monitors: int = 1,
    first: str = "2015-01-01",
    days: int = 3653,
    number_of_places: int = 250,
    seed: int = 0,
) -> int:
    """Write a CSV file of synthetic counts, by monitor and day; one in a hundred rows is missing.
    How many rows it has.
    """
    random = np.random.default_rng(seed)
    chosen = places()[:number_of_places]
    keys = [f"{code},{code},{kind}," for code in chosen for kind in KINDS]
    level = np.exp(random.normal(5, 2, len(keys)))
    rows = 0
    with path.open("w", encoding="utf-8", newline="") as handle:
        handle.write("day,place,iso3,measure,count,low,high,source\n")
        for monitor in range(monitors):
            end = f",,,m{monitor}\n"
            for number in range(days):
                day = f"{date.fromisoformat(first) + timedelta(number)},"
                level *= np.exp(random.normal(0, 0.002, len(keys)))
                counts = random.poisson(level).tolist()
                there = (random.random(len(keys)) >= 0.01).tolist()
                lines = [
                    f"{day}{key}{count}{end}"
                    for key, count, is_there in zip(keys, counts, there, strict=True)
                    if is_there
                ]
                handle.write("".join(lines))
                rows += len(lines)
    return rows
