"""A build killed, cut off, starved and damaged in some two hundred seeded ways:
is the former report or the new one there, whole?

After each fault the next build must succeed and give what a clean build gives, byte for byte. Run with
``python tests/campaigns/build_faults.py [kind …] [--seed N] [--times N]``; a kind is one of those that it prints. Full
and
read-only disks are small file systems in memory, which only root can mount on Linux; elsewhere they are skipped, and
said to be.
"""

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "report"))

from small_site import Site, write_data, write_notebooks

#  The build as a process; with a number it kills itself at so many steps (files opened, renamed, made or removed) of
# its own.
PROGRAM = """
import os, signal, sys
last = int(sys.argv[4])
if last >= 0:
    steps = 0
    def step(event, arguments):
        global steps
        if event in ("open", "os.rename", "os.mkdir", "os.rmdir", "os.remove", "shutil.rmtree", "shutil.copyfile", \
"subprocess.Popen", "ctypes.dlsym"):
            steps += 1
            if steps == last:
                os.kill(os.getpid(), signal.SIGKILL)
    from analysis.report.build import build
    sys.addaudithook(step)
from analysis.errors import ExposureError
from analysis.report.build import build
from analysis.report.inputs import Material
try:
    build(sys.argv[1], Material(sys.argv[2], data=sys.argv[3]))
except ExposureError as error:
    sys.exit(f"refused: {type(error).__name__}: {error}")
if last == 0:
    print(steps)
"""


class Trial:
    """A site whose notebooks and data can be in one of two states, with the clean report of each."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.site = Site(folder / "site")
        self.site.folder.mkdir()
        write_notebooks(self.site.notebooks)
        write_data(self.site.data)
        self.clean: list[dict[str, bytes]] = []
        for state in (0, 1):
            self.set(state)
            assert self.build(out=folder / f"clean-{state}").wait() == 0
            self.clean.append(self.site.tree(folder / f"clean-{state}"))
        assert self.clean[0] != self.clean[1]

    def set(self, state: int) -> None:
        """Give the sources one of their two states: a figure, a notebook's prose and a file beside it."""
        figures = self.site.data / "aggregate" / "first-2021" / "figures.csv"
        notebook = self.site.notebooks / "01_first.ipynb"
        for file, texts in ((figures, (",39,", ",41,")), (notebook, ("reads *one* survey", "reads *a* survey"))):
            file.write_text(file.read_text("utf-8").replace(texts[1 - state], texts[state]), "utf-8")
        (self.site.notebooks / "own.csv").write_text(f"a\n{state}\n")

    def restore(self, state: int, out: Path | None = None) -> Path:
        """Put the clean report of a state in place."""
        out = out or self.site.out
        shutil.rmtree(out, ignore_errors=True)
        shutil.copytree(self.folder / f"clean-{state}", out)
        return out

    def build(self, out: Path | None = None, last: int = -1, **environment: str) -> subprocess.Popen:
        command = [sys.executable, "-c", PROGRAM, out or self.site.out, self.site.notebooks, self.site.data, str(last)]
        return subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ | environment
        )

    def told(self, build: subprocess.Popen) -> str:
        """Wait for a build's end; a traceback is no way to end."""
        _, said = build.communicate(timeout=300)
        assert said == "" or said.startswith("refused: "), said
        return said

    def assert_whole(self, out: Path | None = None) -> int:
        """The state of which a whole report is there."""
        tree = self.site.tree(out or self.site.out)
        assert tree in self.clean, f"{len(tree)} files that are no whole report"
        return self.clean.index(tree)

    def assert_next_is_clean(self, state: int, out: Path | None = None) -> None:
        build = self.build(out)
        said = self.told(build)
        assert build.returncode == 0, said
        assert self.assert_whole(out) == state
        place = (out or self.site.out).parent
        assert not [left.name for left in place.iterdir() if "building" in left.name]


def killed_in_time(trial: Trial, chance: random.Random, times: int) -> Iterator[str]:
    """SIGKILL after a random time."""
    trial.set(1)
    trial.restore(0)
    begun = time.monotonic()
    assert trial.build().wait() == 0
    longest = time.monotonic() - begun
    for _number in range(times):
        trial.restore(0)
        build = trial.build()
        try:
            build.wait(chance.uniform(0, 1.1 * longest))
        except subprocess.TimeoutExpired:
            os.kill(build.pid, signal.SIGKILL)
        build.communicate()
        state = trial.assert_whole()
        trial.assert_next_is_clean(1)
        yield "finished" if build.returncode == 0 else ("former", "new")[state]


def killed_at_a_step(trial: Trial, chance: random.Random, times: int) -> Iterator[str]:
    """SIGKILL at a random step of the build's own work with files;
    every second time among the last forty, where the folders are exchanged.
    """
    trial.set(1)
    trial.restore(0)
    count, _ = trial.build(last=0).communicate()
    steps = int(count)
    for number in range(times):
        trial.restore(0)
        build = trial.build(last=chance.randint(1, steps) if number % 2 else steps - chance.randint(0, 39))
        build.communicate(timeout=300)
        state = trial.assert_whole()
        trial.assert_next_is_clean(1)
        yield "finished" if build.returncode == 0 else ("former", "new")[state]


@contextmanager
def small_disk(folder: Path, size: int) -> Iterator[Path]:
    folder.mkdir(exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def remount(disk: Path, options: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{options}", disk], check=True)


def can_mount(folder: Path) -> bool:
    try:
        with small_disk(folder / "probe", 4096):
            return True
    except (OSError, subprocess.CalledProcessError):
        return False


def full_disk(trial: Trial, chance: random.Random, times: int) -> Iterator[str]:
    """No space left after a random number of bytes;
    every second time the temporary folder lies on the full disk as well.
    """
    if not can_mount(trial.folder):
        return
    trial.set(1)
    size = sum(map(len, trial.clean[0].values()))
    for number in range(times):
        with small_disk(trial.folder / "disk", 100 * size) as disk:
            out = trial.restore(0, disk / "out")
            (disk / "tmp").mkdir()
            used = os.statvfs(disk)
            used_bytes = (used.f_blocks - used.f_bfree) * used.f_frsize
            remount(disk, f"size={used_bytes + chance.randint(0, size)}")
            build = trial.build(out, **({"TMPDIR": str(disk / "tmp")} if number % 2 else {}))
            said = trial.told(build)
            state = trial.assert_whole(out)
            assert (build.returncode == 0) == (state == 1), said
            remount(disk, f"size={100 * size}")
            trial.assert_next_is_clean(1, out)
        yield "refused" if build.returncode else "finished"


def read_only(trial: Trial, chance: random.Random, times: int) -> Iterator[str]:
    """A disk that becomes read-only before or while the report is built."""
    if not can_mount(trial.folder):
        return
    trial.set(1)
    for number in range(times):
        with small_disk(trial.folder / "disk", 100_000_000) as disk:
            out = trial.restore(0, disk / "out")
            build = None
            if number % 2:
                build = trial.build(out)
                time.sleep(chance.uniform(0, 3))
            # A file open for writing keeps a disk writable; so that is tried until it holds.
            for _ in range(2000):
                if subprocess.run(["mount", "-o", "remount,ro", disk], stderr=subprocess.DEVNULL).returncode == 0:
                    break
                time.sleep(0.002)
            build = build or trial.build(out)
            said = trial.told(build)
            state = trial.assert_whole(out)
            assert (build.returncode == 0) == (state == 1), said
            remount(disk, "rw")
            trial.assert_next_is_clean(1, out)
        yield "refused" if build.returncode else "finished"


def damaged_cache(trial: Trial, chance: random.Random, times: int) -> Iterator[str]:
    """The former report, from which unchanged pages are taken, and its manifest: a file cut short, or a bit flipped."""
    trial.set(0)
    for number in range(times):
        trial.restore(0)
        manifest = trial.site.out / "manifest.json"
        file = (
            manifest
            if number % 3 == 0
            else chance.choice([path for path in sorted(trial.site.out.rglob("*")) if path.is_file()])
        )
        content = bytearray(file.read_bytes())
        if number % 2:
            bit = chance.randrange(8 * len(content))
            content[bit // 8] ^= 1 << bit % 8
        else:
            del content[chance.randrange(len(content)) :]
        file.write_bytes(content)
        trial.assert_next_is_clean(0)
        aside = sorted(trial.folder.glob("site/out.damaged*"))
        yield "set aside" if aside else "mended"
        for folder in aside:
            shutil.rmtree(folder)


def damaged_fonts(trial: Trial, chance: random.Random, times: int) -> Iterator[str]:
    """Matplotlib's list of fonts, which lies in the user's own cache: absent, cut short, or with a bit flipped."""
    trial.set(1)
    home = trial.folder / "home"
    for number in range(times):
        trial.restore(0)
        lists = list(home.rglob("fontlist*.json"))
        for file in lists:
            content = bytearray(file.read_bytes())
            if number % 2:
                bit = chance.randrange(8 * len(content))
                content[bit // 8] ^= 1 << bit % 8
            else:
                del content[chance.randrange(len(content)) :]
            file.write_bytes(content)
        build = trial.build(MPLCONFIGDIR=str(home), HOME=str(home))
        said = trial.told(build)
        assert build.returncode == 0, said
        assert trial.assert_whole() == 1
        yield "damaged" if lists else "absent"


def at_once(trial: Trial, chance: random.Random, times: int) -> Iterator[str]:
    """Two or three builds of one folder, started within a moment; in every second trial one of them is killed."""
    trial.set(1)
    for number in range(times):
        trial.restore(0)
        builds = []
        for _ in range(chance.choice((2, 3))):
            builds.append(trial.build())
            time.sleep(chance.uniform(0, 0.4))
        if number % 2:
            time.sleep(chance.uniform(0, 2))
            os.kill(chance.choice(builds).pid, signal.SIGKILL)
        ends = [(trial.told(build), build.returncode) for build in builds]
        state = trial.assert_whole()
        assert all(
            code in (0, -signal.SIGKILL) or "is being built by another process" in said for said, code in ends
        ), ends
        assert state == 1 or not any(code == 0 for _, code in ends)
        trial.assert_next_is_clean(1)
        yield f"{sum(code == 0 for _, code in ends)} of {len(builds)} finished"


#: What is tried, and how often.
KINDS: dict[str, tuple[Callable, int]] = {
    function.__name__: (function, times)
    for function, times in (
        (killed_in_time, 50),
        (killed_at_a_step, 50),
        (full_disk, 20),
        (read_only, 10),
        (damaged_cache, 60),
        (damaged_fonts, 15),
        (at_once, 15),
    )
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("kind", nargs="*", choices=[[], *KINDS], help="what to try; default: all")
    parser.add_argument("--seed", type=int, default=2019)
    parser.add_argument("--times", type=int, help="how often each kind is tried")
    chosen = parser.parse_args()
    lost = 0
    with tempfile.TemporaryDirectory(prefix="faults") as temporary:
        trial = Trial(Path(temporary))
        for kind in chosen.kind or KINDS:
            function, times = KINDS[kind]
            ends: dict[str, int] = {}
            attempts = function(trial, random.Random(f"{chosen.seed} {kind}"), chosen.times or times)
            try:
                for end in attempts:
                    ends[end] = ends.get(end, 0) + 1
            except AssertionError as error:
                lost += 1
                print(
                    f"faults: {kind}: LOST after {sum(ends.values())} trials (seed {chosen.seed}): {error}", flush=True
                )
                continue
            if not ends:
                print(f"faults: {kind}: skipped, for no file system can be mounted here", flush=True)
                continue
            told = ", ".join(f"{number} {end}" for end, number in sorted(ends.items()))
            print(
                f"faults: {kind}: {sum(ends.values())} trials, 0 losses ({told}); each next build equals a clean one",
                flush=True,
            )
    sys.exit(lost)


if __name__ == "__main__":
    main()
