"""What a chart's bundle costs against plain matplotlib and geopandas: ratios, measured in one run.

Usage: python benchmarks/charts.py

Both sides draw the same thing with libraries already imported and save SVG, PNG and PDF of the same
size; ours saves CSV and JSON as well. The plain map is geopandas from the same 1:50m boundaries.
Medians of five. Exit status 1 if a target is missed.
"""

from __future__ import annotations

import logging
import statistics
import sys
import tempfile
import time
import warnings
from pathlib import Path

import pandas as pd

import analysis as ex
from analysis.datafolder import data_folder

REPEAT = 5
TARGETS = {
    "map bundle / plain geopandas": 0.45,
    "ranking bundle / plain matplotlib": 1.1,
    "map SVG, kB": 500,
    "map bundle, kB": 1200,
}


def frames() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Counts of servers for the 30 most populous countries, made up, as the panel would give them."""
    people = ex.reference("population").query("year == 2019 and iso3 != 'WLD'").nlargest(30, "population")
    counts = pd.DataFrame(
        {
            "source": "made-up",
            "survey": "made-up",
            "tier": "primary",
            "seen": "full",
            "published": "2019-09",
            "scan_from": "2019-07",
            "scan_to": "2019-09",
            "place": people["iso3"].to_numpy(),
            "iso3": people["iso3"].to_numpy(),
            "measure": "servers_exposed",
            "asset": "dicom",
            "value": [float(7 * n % 200 + 3) for n in range(30)],
        }
    ).assign(low=lambda rows: rows["value"], high=lambda rows: rows["value"], qualifier="", figure="", locator="")
    return counts, ex.rates(counts)


def plain_map(rates: pd.DataFrame, folder: Path) -> None:
    import geopandas
    from matplotlib import pyplot

    world = geopandas.read_file(data_folder() / "reference" / "boundaries" / "countries-50m.json").set_crs(4326)
    codes = ex.reference("countries").set_index("m49")["iso3"]
    world = world[world["name"] != "Antarctica"].to_crs("ESRI:54030")
    world["rate"] = world["id"].map(codes).map(rates.set_index("iso3")["rate"])
    figure, axes = pyplot.subplots(figsize=(800 / 72, 560 / 72))
    world.plot(
        "rate",
        ax=axes,
        cmap="viridis",
        legend=True,
        edgecolor="white",
        linewidth=0.3,
        missing_kwds={"color": "0.9", "hatch": "///"},
    )
    axes.set_axis_off()
    axes.set_title("Servers per million inhabitants")
    save_plain(figure, folder / "plain-map")


def plain_ranking(counts: pd.DataFrame, folder: Path) -> None:
    from matplotlib import pyplot

    rows = counts.sort_values("value")
    figure, axes = pyplot.subplots(figsize=(800 / 72, 700 / 72))
    axes.errorbar(
        rows["value"], rows["place"], xerr=[rows["value"] - rows["low"], rows["high"] - rows["value"]], fmt="o"
    )
    axes.set_title("Servers reachable from the internet")
    axes.set_xlabel("servers")
    figure.tight_layout()
    save_plain(figure, folder / "plain-ranking")


def save_plain(figure, stem: Path) -> None:
    from matplotlib import pyplot

    for kind in ("svg", "png", "pdf"):
        figure.savefig(stem.with_suffix(f".{kind}"), dpi=144)
    pyplot.close(figure)


def seconds(task) -> float:
    times = []
    for _ in range(REPEAT):
        start = time.perf_counter()
        task()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def main() -> int:
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    counts, rates = frames()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        tasks = {
            "map": lambda: ex.chart.map(rates).save(folder),
            "plain map": lambda: plain_map(rates, folder),
            "ranking": lambda: ex.chart.ranking(counts).save(folder),
            "plain ranking": lambda: plain_ranking(counts, folder),
        }
        for task in tasks.values():
            task()
        took = {what: seconds(task) for what, task in tasks.items()}
        bundle = [path.stat().st_size for path in folder.glob("map-*")]
        found = {
            "map bundle / plain geopandas": took["map"] / took["plain map"],
            "ranking bundle / plain matplotlib": took["ranking"] / took["plain ranking"],
            "map SVG, kB": next(folder.glob("map-*.svg")).stat().st_size / 1000,
            "map bundle, kB": sum(bundle) / 1000,
        }
    for what, number in took.items():
        print(f"{what}: {1000 * number:.0f} ms")
    missed = 0
    for what, number in found.items():
        good = number <= TARGETS[what]
        missed += not good
        print(f"{what}: {number:.3g} (target {TARGETS[what]:g}) {'met' if good else 'MISSED'}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
