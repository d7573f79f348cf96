"""Imports into a store of counts under faults: killed at random moments, a full disk, flipped bits, two at once,
one bad row in many.

``python tests/campaigns/series_store.py [SEED]`` prints one line a fault, with its counts; it ends with status 1 if any
promise broke.
All counts are synthetic. The short forms of the same are in ``tests/series/test_store.py``.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "benchmarks"))

KILLS, FLIPS, PAIRS, BAD_ROWS = 40, 40, 10, 10

_CHILD = """
import sys
from analysis.series.importing import import_counts
print("ready", flush=True)
sys.stdin.readline()
print(import_counts(sys.argv[1], sys.argv[2]), flush=True)
"""


class Campaign:
    """A data folder with one synthetic series, a first import in it, and a second table to import."""

    def __init__(self, folder: Path, seed: int) -> None:
        import synthetic_counts

        import analysis as ex
        from analysis.series import store as stores

        self.ex, self.stores = ex, stores
        self.random = random.Random(seed)
        self.failed = 0
        data = folder / "data"
        (data / "aggregate").mkdir(parents=True)
        shutil.copy(ROOT / "data" / "aggregate" / "measures.toml", data / "aggregate")
        os.environ["EXPOSURE_DATA"] = str(data)
        self.series = synthetic_counts.write_series(data / "series" / "synthetic", 3)
        self.first, self.second = folder / "first.csv", folder / "second.csv"
        synthetic_counts.write_counts(self.first, first="2020-01-01", days=60, seed=seed)
        self.rows = synthetic_counts.write_counts(self.second, monitors=3, first="2020-03-01", days=40, seed=seed + 1)
        stores.import_counts(self.first, "synthetic")
        self.before = self.state()
        self.kept = folder / "kept"
        shutil.copytree(self.series, self.kept)
        stores.import_counts(self.second, "synthetic")
        self.after = self.state()
        self.restore()

    def restore(self) -> None:
        shutil.rmtree(self.series)
        shutil.copytree(self.kept, self.series)

    def state(self) -> tuple:
        """What a reader sees: rows and sum of all counts, by monitor."""
        counts = self.ex.series("synthetic")
        return tuple(counts.groupby("source")["count"].agg(["size", "sum"]).itertuples(name=None))

    def checked(self) -> list[str]:
        from analysis.series.check import check

        return check("synthetic")["severity"].tolist()

    def tell(self, what: str, right: int, of: int, more: str = "") -> None:
        self.failed += right != of
        print(f"{what}: {right} of {of} as promised{more}", flush=True)

    def child(self, file: Path) -> subprocess.Popen:
        """A process that is ready to import, all modules loaded."""
        started = subprocess.Popen(
            [sys.executable, "-c", _CHILD, str(file), "synthetic"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert started.stdout.readline() == "ready\n"
        return started

    # The faults ---------------------------------------------------------------------------------

    def killed(self) -> None:
        child = self.child(self.second)
        began = time.monotonic()
        child.communicate("\n", timeout=600)
        whole = time.monotonic() - began
        self.restore()
        right, seen = 0, {"as before": 0, "as after": 0, "with left-over files": 0, "ended first": 0}
        for _ in range(KILLS):
            child = self.child(self.second)
            child.stdin.write("\n")
            child.stdin.flush()
            time.sleep(self.random.uniform(0, 1.1 * whole))
            child.kill()
            child.communicate()
            seen["ended first"] += child.returncode != -signal.SIGKILL
            state, found = self.state(), self.checked()
            seen["as before"] += state == self.before
            seen["as after"] += state == self.after
            seen["with left-over files"] += "note" in found
            whole_or_nothing = state in (self.before, self.after) and "error" not in found
            # The same table once more: all of it is there, nothing of it twice, nothing left over.
            again = self.stores.import_counts(self.second, "synthetic")
            healed = self.state() == self.after and not self.checked() and again.added + again.same == self.rows
            right += whole_or_nothing and healed
            self.restore()
        self.tell(
            "killed at random moments",
            right,
            KILLS,
            "; " + ", ".join(f"{count} {what}" for what, count in seen.items()),
        )

    def full_disk(self) -> None:
        """Limits on the size of a file stand for a full disk; as root, a small file system as well."""
        right = tries = 0
        code = (
            "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); limit = "
            "int(sys.argv[3]); resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))\n"
        )
        for limit in (0, 100, 2_000, 20_000, 100_000):
            done = subprocess.run(
                [sys.executable, "-c", code + _CHILD, str(self.second), "synthetic", str(limit)],
                input="\n",
                capture_output=True,
                text=True,
                timeout=600,
            )
            tries += 1
            right += (
                done.returncode != 0
                and "cannot be written" in done.stderr
                and self.state() == self.before
                and not self.checked()
            )
            self.restore()
        self.tell("no room for a file", right, tries)
        if os.geteuid() or not shutil.which("mount"):
            print("a full file system: not tried, for only root can mount one")
            return
        right = tries = 0
        for size in (200, 400, 600, 800):
            small = self.series.with_name("small")
            small.mkdir()
            if subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}k", "tmpfs", str(small)]).returncode:
                small.rmdir()
                print("a full file system: not tried, for none can be mounted here")
                return
            try:
                shutil.copy(self.series / "series.toml", small)
                done = subprocess.run(
                    [sys.executable, "-c", _CHILD, str(self.second), "small"],
                    input="\n",
                    capture_output=True,
                    text=True,
                    timeout=600,
                )
                store = self.stores.Store(small)
                tries += 1
                if done.returncode:
                    right += "cannot be written" in done.stderr and not store.listed and not store.left_over()
                else:
                    right += store.rows == self.rows
            finally:
                subprocess.run(["umount", str(small)], check=True)
                small.rmdir()
        self.tell("a full file system", right, tries)

    def flipped(self) -> None:
        self.stores.import_counts(self.second, "synthetic")
        files = self.stores.Store(self.series).listed
        right = 0
        for _ in range(FLIPS):
            harmed = self.random.choice(files)
            raw = harmed.path.read_bytes()
            position = self.random.randrange(len(raw))
            harmed.path.write_bytes(
                raw[:position] + bytes([raw[position] ^ 1 << self.random.randrange(8)]) + raw[position + 1 :]
            )
            named = [file.path for file, _ in self.stores.Store(self.series).damage()] == [harmed.path]
            try:
                self.ex.series("synthetic", source=harmed.source)
                refused = False
            except self.ex.DataError as error:
                refused = str(error.file).endswith(harmed.path.name)
            others = [file.source for file in files if file.source != harmed.source]
            readable = not self.ex.series("synthetic", source=others).empty
            right += named and refused and readable
            harmed.path.write_bytes(raw)
        self.restore()
        self.tell("one bit flipped", right, FLIPS, "; the file named, the rest read")

    def two_at_once(self) -> None:
        right = refused = 0
        for _ in range(PAIRS):
            pair = [self.child(self.second), self.child(self.second)]
            for child in pair:
                child.stdin.write("\n")
                child.stdin.flush()
            told = [child.communicate(timeout=600)[1] for child in pair]
            won = [child.returncode == 0 for child in pair]
            refused += not all(won)
            right += (
                any(won)
                and all(ok or "another import" in text for ok, text in zip(won, told, strict=True))
                and self.state() == self.after
                and not self.checked()
            )
            self.restore()
        self.tell("two imports at once", right, PAIRS, f"; one refused {refused} times")

    def bad_row(self) -> None:
        lines = self.second.read_text("utf-8").splitlines(keepends=True)
        spoilt = self.second.with_name("spoilt.csv")
        right = 0
        for _ in range(BAD_ROWS):
            number = self.random.randrange(1, len(lines))
            day, place, iso3, kind, count, rest = lines[number].split(",", 5)
            bad = self.random.choice(
                [
                    ("2020-02-30", place, count),
                    (f"{day}T00:00:00", place, count),
                    (day, place, f"-{count}"),
                    (day, "203.0.113.77", count),
                    (day, place, "x"),
                ]
            )
            spoilt.write_text(
                "".join([*lines[:number], ",".join([bad[0], bad[1], iso3, kind, bad[2], rest]), *lines[number + 1 :]]),
                encoding="utf-8",
            )
            try:
                self.stores.import_counts(spoilt, "synthetic")
            except self.ex.ExposureError as error:
                right += (
                    error.line == number + 1
                    and "203.0.113.77" not in str(error)
                    and self.state() == self.before
                    and not self.checked()
                )
        self.tell(f"one bad row among {len(lines) - 1:,}", right, BAD_ROWS, "; its line named, nothing imported")


def main() -> int:
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else 0
    print(f"series store, synthetic counts, seed {seed}")
    with tempfile.TemporaryDirectory() as folder:
        campaign = Campaign(Path(folder), seed)
        for fault in (campaign.killed, campaign.full_disk, campaign.flipped, campaign.two_at_once, campaign.bad_row):
            fault()
    return int(campaign.failed > 0)


if __name__ == "__main__":
    sys.exit(main())
