"""The same report under other processors: what a machine without these instructions would choose, on fewer cores.

Each surrounding names the kernels of linear algebra (``OPENBLAS_CORETYPE``), what numpy must do without
(``NPY_DISABLE_CPU_FEATURES``), those of the C library, and the cores. The build takes none of them over: its own
processes compute by common instructions, so that no file may differ. Then the same surroundings are let through to
the kernels, as they would reach JupyterLab: what differs then is what digits alone do not hold; it is told, not judged.

Run with ``python tests/campaigns/processors.py [--let-through]``: some forty seconds for each surrounding.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from filecmp import dircmp
from pathlib import Path

_NO_AVX512 = "X86_V4 AVX512_ICL AVX512_SPR"
_NO_AVX2 = f"X86_V3 {_NO_AVX512}"
_NO_FMA = "glibc.cpu.hwcaps=-AVX2,-FMA,-FMA4"
#: What the environment says, and how many cores there are.
SURROUNDINGS: list[tuple[str, dict[str, str], int]] = [
    ("as it is", {}, 2),
    ("Prescott, no AVX2", {"OPENBLAS_CORETYPE": "Prescott", "NPY_DISABLE_CPU_FEATURES": _NO_AVX2}, 2),
    ("Nehalem, no AVX2, no FMA", {"OPENBLAS_CORETYPE": "Nehalem", "NPY_DISABLE_CPU_FEATURES": _NO_AVX2}, 1),
    ("Haswell, no AVX-512", {"OPENBLAS_CORETYPE": "Haswell", "NPY_DISABLE_CPU_FEATURES": _NO_AVX512}, 2),
    ("Zen, no AVX-512", {"OPENBLAS_CORETYPE": "Zen", "NPY_DISABLE_CPU_FEATURES": _NO_AVX512}, 1),
    ("SkylakeX", {"OPENBLAS_CORETYPE": "SkylakeX"}, 2),
    ("no AVX2, no FMA in the C library", {"NPY_DISABLE_CPU_FEATURES": _NO_AVX2, "GLIBC_TUNABLES": _NO_FMA}, 2),
    ("many threads", {"OPENBLAS_NUM_THREADS": "8", "OMP_NUM_THREADS": "8", "OPENBLAS_CORETYPE": "Haswell"}, 2),
    ("numpy told what to enable", {"NPY_ENABLE_CPU_FEATURES": "X86_V3"}, 1),
]
_BUILD = """
import os, sys
if hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: int(sys.argv[2])])
if sys.argv[3] == "through":
    from analysis.report import kernels
    kernels.pinned = dict
from analysis.report.build import Work, build
from analysis.report.inputs import Material
build(sys.argv[1], Material(*sys.argv[4:5], data=(sys.argv[5:6] or [None])[0]), work=Work(int(sys.argv[2])))
"""


def built(out: Path, surrounding: dict[str, str], cores: int, *sources: Path, let_through: bool = False) -> Path:
    """Build a report in a surrounding; ``sources`` are its notebooks and data, if not those shipped."""
    mode = "through" if let_through else "held"
    command = [sys.executable, "-c", _BUILD, out, str(cores), mode, *sources]
    subprocess.run(command, check=True, env=os.environ | surrounding, timeout=3600)
    return out


def differing(one: Path, other: Path) -> list[str]:
    """The files that differ between two reports, or that only one of them has."""

    def walk(compared: dircmp[str], below: str) -> list[str]:
        names = [*compared.left_only, *compared.right_only, *compared.funny_files]
        names += [name for name in compared.common_files if _bytes(compared, name)]
        inner = [name for part, sub in compared.subdirs.items() for name in walk(sub, f"{below}{part}/")]
        return [f"{below}{name}" for name in names] + inner

    return sorted(walk(dircmp(one, other, ignore=[]), ""))


def _bytes(compared: dircmp[str], name: str) -> bool:
    return Path(compared.left, name).read_bytes() != Path(compared.right, name).read_bytes()


def main() -> None:
    """Build under each surrounding, and say how many files differ from the first."""
    modes = [False, True] if "--let-through" in sys.argv else [False]
    failed = 0
    for let_through in modes:
        print("let through to the kernels:" if let_through else "as the build does it:")
        with tempfile.TemporaryDirectory() as folder:
            first = None
            for number, (name, environment, cores) in enumerate(SURROUNDINGS):
                report = built(Path(folder) / str(number), environment, cores, let_through=let_through)
                first = first or report
                files = differing(first, report)
                failed += 0 if let_through else len(files)
                told = f"{len(files)} files differ {', '.join(files[:4])}".rstrip()
                print(f"  {name} ({cores} cores): {told}", flush=True)
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
