"""Years of daily counts: import, weekly means, one country's year; against DuckDB and pandas, and at several sizes.

``python benchmarks/series.py [--sizes 1,4,8] [--alone] [--spark] [--folder DIR]``: one size is 18 million synthetic
rows (one monitor, 250 places, 20 kinds,
ten years); more sizes are more monitors. Every step runs in a process of its own; its time is that of the step alone,
without the
start of Python, its memory that of the whole process. CPU seconds are shown beside wall seconds, for they stand still
on a busy machine.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import synthetic_counts

ROOT = Path(__file__).parents[1]

# The steps, each the text of a process; {csv}, {folder}, {store} and {series} are filled in.
STEPS = {
    "import": """
import analysis.series.store as store
begin()
importing.import_counts("{csv}", "{series}")
""",
    "import by DuckDB, nothing checked": """
import duckdb
begin()
duckdb.sql("COPY (SELECT * FROM read_csv('{csv}')) TO '{folder}/plain.parquet' (FORMAT parquet)")
""",
    "import by DuckDB, by monitor and year": """
import duckdb
begin()
duckdb.sql("COPY (SELECT *, year(day) AS year FROM read_csv('{csv}')) TO '{folder}/parts' (FORMAT parquet, \
PARTITION_BY (source, year), OVERWRITE)")
""",
    "weekly means": """
import analysis as ex
from analysis.series.engines import engine
engine().connection
ex.series.measures("{series}")
begin()
ex.series.resample("{series}", "week", how="mean", gaps=False)
""",
    "weekly means, gaps shown": """
import analysis as ex
from analysis.series.engines import engine
engine().connection
ex.series.measures("{series}")
begin()
ex.series.resample("{series}", "week", how="mean")
""",
    "weekly means by hand in SQL": """
import duckdb
files = {files}
begin()
duckdb.sql(f"SELECT date_trunc('week', day) AS period, place, iso3, measure, source, avg(count) AS count, avg(low) \
AS low, avg(high) AS high, "
           f"count(*) AS days FROM read_parquet({{files}}) GROUP BY ALL ORDER BY ALL").df()
""",
    "weekly means by pandas from CSV": """
import pandas as pd
begin()
frame = pd.read_csv("{csv}", parse_dates=["day"], keep_default_na=False, na_values={{"low": [""], "high": [""]}})
frame["period"] = frame["day"].dt.to_period("W-SUN").dt.start_time
frame.groupby(["period", "place", "iso3", "measure", "source"])["count"].mean().reset_index()
""",
    "one country, one year": """
import analysis as ex
from analysis.series.engines import engine
engine().connection
asked = dict(places="DEU", since="2019-01-01", until="2019-12-31", source="m0")
ex.series("{series}", measure="kind00", **asked)
def read():
    return int(next(line for line in open("/proc/self/io") if line.startswith("rchar")).split()[1])
before = read()
begin()
for _ in range(5):
    ex.series("{series}", **asked)
told["bytes"] = (read() - before) // 5
""",
    "totals by week": """
import analysis as ex
from analysis.series.engines import engine
engine().connection
ex.series.measures("{series}")
begin()
ex.series.totals("{series}", "week")
""",
    "totals by week on Spark": """
import analysis as ex
from analysis.series.engines import engine
spark = engine("spark://local[2]")
spark.connection.raw_sql("SELECT 1").collect()
import psutil
def machine():
    return sum(sum(one.cpu_times()[:2]) for one in psutil.Process().children(recursive=True))
before = machine()
begin()
ex.series.totals("{series}", "week", engine="spark://local[2]")
told["cpu"] = machine() - before + time.process_time() - cpu
""",
}

_FRAME = """
import json, resource, time
told = {{}}
def begin():
    global wall, cpu
    wall, cpu = time.perf_counter(), time.process_time()
{step}
told = dict(wall=time.perf_counter() - wall, cpu=time.process_time() - cpu, \
memory=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024) | told
print(json.dumps(told))
"""


def measured(step: str, **filled: object) -> dict:
    """Seconds (``wall``, ``cpu``) and mebibytes (``memory``) of a step in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", _FRAME.format(step=STEPS[step].format(**filled))],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
    )
    if done.returncode:
        raise SystemExit(f"{step}: {done.stderr}")
    told = json.loads(done.stdout.splitlines()[-1])
    bytes_read = f", {told['bytes'] / 1e6:.2f} MB read" if "bytes" in told else ""
    print(f"  {step}: {told['wall']:.2f} s, CPU {told['cpu']:.2f} s, {told['memory']:,.0f} MiB{bytes_read}", flush=True)
    return told


def grown(one: Path, path: Path, monitors: int) -> None:
    """The same counts as those of several monitors."""
    with path.open("wb") as out:
        for monitor in range(monitors):
            with one.open("rb") as handle:
                header = handle.readline()
                if monitor == 0:
                    out.write(header)
                while lines := handle.readlines(2**24):
                    out.write(b"".join(lines).replace(b",m0\n", f",m{monitor}\n".encode()))


def ratio(what: str, one: dict, other: dict, target: float, factor: float = 1.0) -> None:
    wall, cpu = (one[key] / (other[key] * factor) for key in ("wall", "cpu"))
    print(f"{what}: {wall:.2f}, by CPU {cpu:.2f} (target {target})", flush=True)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--sizes", default="1")
    options.add_argument("--spark", action="store_true", help="ask a local Spark, too")
    options.add_argument("--alone", action="store_true", help="measure no peers: sizes, memory and bytes only")
    options.add_argument("--folder", type=Path)
    chosen = options.parse_args()
    sizes = [int(size) for size in chosen.sizes.split(",")]
    with tempfile.TemporaryDirectory(dir=chosen.folder) as name:
        folder = Path(name)
        (folder / "data" / "aggregate").mkdir(parents=True)
        (folder / "data" / "aggregate" / "measures.toml").write_bytes(
            (ROOT / "data" / "aggregate" / "measures.toml").read_bytes()
        )
        os.environ["EXPOSURE_DATA_ONLY"] = str(folder / "data")
        one = folder / "one.csv"
        rows = synthetic_counts.write_counts(one)
        results: dict[int, dict[str, dict]] = {}
        for size in sizes:
            series = f"synthetic-{size}"
            store = synthetic_counts.write_series(folder / "data" / "series" / series, size)
            csv = folder / "many.csv"
            grown(one, csv, size)
            print(f"{size}×: {size * rows:,} synthetic rows, CSV {csv.stat().st_size / 1e6:,.0f} MB", flush=True)
            told = results[size] = {}
            peers = (
                []
                if chosen.alone
                else ["import by DuckDB, nothing checked", *["import by DuckDB, by monitor and year"] * (size == 1)]
            )
            for step in ("import", *peers):
                told[step] = measured(step, csv=csv, folder=folder, series=series)
            files = sorted(str(path) for path in store.rglob("*.parquet"))
            print(
                f"  the store: {len(files)} files, {sum(Path(file).stat().st_size for file in files) / 1e6:.0f} MB",
                flush=True,
            )
            steps = ["weekly means", "one country, one year", *["weekly means by hand in SQL"] * (not chosen.alone)]
            if size == 1 and not chosen.alone:
                steps += ["weekly means, gaps shown", "weekly means by pandas from CSV"]
            steps += ["totals by week", "totals by week on Spark"] * chosen.spark
            for step in steps:
                told[step] = measured(step, csv=csv, folder=folder, series=series, files=files)
            csv.unlink()
            print(f"{size}×, peak memory of the import: {told['import']['memory']:,.0f} MiB (target 1,024)")
            if chosen.alone:
                continue
            ratio(
                f"{size}×, import / DuckDB, nothing checked",
                told["import"],
                told["import by DuckDB, nothing checked"],
                1.5,
            )
            ratio(
                f"{size}×, weekly means / SQL by hand", told["weekly means"], told["weekly means by hand in SQL"], 1.2
            )
            if size == 1:
                ratio(
                    "1×, import / DuckDB, the same files",
                    told["import"],
                    told["import by DuckDB, by monitor and year"],
                    1.5,
                )
                ratio(
                    "weekly means from the store / pandas from CSV",
                    told["weekly means"],
                    told["weekly means by pandas from CSV"],
                    0.2,
                )
        first, last = sizes[0], sizes[-1]
        if last > first:
            growth = last / first
            for step in ("import", "weekly means"):
                ratio(f"{growth:g} times the data, {step}", results[last][step], results[first][step], growth * 9 / 8)
            ratio(
                f"one country's year in a store {growth:g} times as large",
                results[last]["one country, one year"],
                results[first]["one country, one year"],
                1.2,
            )


if __name__ == "__main__":
    main()
