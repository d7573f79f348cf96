"""The processor instructions with which notebooks compute: the same on every x86-64 machine.

Libraries of numbers bring several versions of their inner loops, and choose one at their start by the processor.
The versions add in another order, or round a product before they add it, so that last digits differ between machines.
The processes of the notebooks are told to take the versions that every machine has on which numpy runs.

Other processors (arm64) are not measured, and nothing is pinned on them: to make them so, name their common
instructions here, and build the same report on two machines of different makers.
"""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterator
from contextlib import contextmanager

#: What every x86-64 machine has on which numpy's wheels run: SSE up to 4.2, no AVX, no fused multiply-add.
_COMMON = "x86-64-v2"
#: Names that numpy gives to what lies beyond; those that a version of numpy does not know, it passes over.
_BEYOND = (
    "AVX XOP FMA4 F16C FMA3 AVX2 AVX512F AVX512CD AVX512_KNL AVX512_KNM AVX512_SKX AVX512_CLX AVX512_CNL "
    "AVX512_ICL AVX512_SPR X86_V3 X86_V4"
)
#: The same for the C library's own functions (exp, log, pow …), under their names since 2.33 and before.
_GLIBC = "-AVX2,-FMA,-FMA4,-AVX2_Usable,-FMA_Usable,-FMA4_Usable"
_PINS = {
    "OPENBLAS_CORETYPE": "Nehalem",
    "NPY_DISABLE_CPU_FEATURES": _BEYOND,
    "GLIBC_TUNABLES": f"glibc.cpu.hwcaps={_GLIBC}",
    "ARROW_USER_SIMD_LEVEL": "NONE",
    # Where numpy stands on another library of linear algebra (conda).
    "MKL_CBWR": "COMPATIBLE",
    "BLIS_ARCH_TYPE": "generic",
}
#: One thread of each: threads do not survive a fork, and the number of them changes the order of sums.
_THREADS = (
    "OPENBLAS_NUM_THREADS",
    "OMP_NUM_THREADS",
    "MKL_NUM_THREADS",
    "BLIS_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "NUMEXPR_NUM_THREADS",
)
#: Settings by which somebody may have chosen otherwise; they do not reach a notebook.
_TAKEN_OUT = ("NPY_ENABLE_CPU_FEATURES", "OPENBLAS_VERBOSE", "MKL_ENABLE_INSTRUCTIONS", "MKL_DEBUG_CPU_TYPE")
#: Packages that pandas and statsmodels take where they find them: other last digits, or threads that end a fork.
_NOT_OURS = ("bottleneck", "numba", "numexpr", "polars")


def common() -> str:
    """The instructions by which notebooks compute here, as the manifest names them."""
    machine = platform.machine().lower()
    return _COMMON if machine in ("x86_64", "amd64") else f"{machine}, not pinned"


def pinned(environment: dict[str, str]) -> dict[str, str]:
    """The environment of a process that computes as every machine does: one thread, and common instructions."""
    kept = {name: text for name, text in environment.items() if name not in _TAKEN_OUT}
    pins = _PINS if common() == _COMMON else {}
    return {**kept, **pins, **dict.fromkeys(_THREADS, "1")}


@contextmanager
def without_what_may_be_installed() -> Iterator[None]:
    """Import libraries as they are where nothing else is installed; afterwards a notebook finds what there is."""
    modules: dict[str, object] = sys.modules  # type: ignore[assignment]  # None is how Python says: not to be imported
    hidden = [name for name in _NOT_OURS if name not in modules]
    modules.update(dict.fromkeys(hidden))
    try:
        yield
    finally:
        for name in hidden:
            modules.pop(name, None)
