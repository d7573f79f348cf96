"""The same bytes on any x86-64 processor; `tests/campaigns/processors.py` is the long form."""

import json
import os
import platform
import sys
from importlib.metadata import version
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

from analysis.report import processor
from analysis.report.kernels import Kernels
from analysis.report.package_versions import names_imported, versions

CAMPAIGN = Path(__file__).parents[1] / "campaigns" / "processors.py"
only_x86 = pytest.mark.skipif(platform.machine() not in ("x86_64", "AMD64"), reason="pinned on x86-64 alone")

NUMBERS = """\
import numpy as np, math
r = np.random.default_rng(1)
a = r.normal(size=(60, 60))
print(np.linalg.solve(a @ a.T, a).sum().hex(), np.linalg.eigvalsh(a @ a.T).sum().hex())
print(float(np.exp(r.normal(size=9999)).sum()).hex(), sum(math.exp(x) for x in r.normal(size=999)).hex())
print(np.argsort(np.repeat([3, 1, 2], 40)).tolist())
"""
KERNELS = """\
import ctypes, os
from numpy._core import _multiarray_umath as loops
import numpy.linalg, scipy.linalg
print([name for name in loops.__cpu_dispatch__ if loops.__cpu_features__[name]])
for line in sorted({line.split()[-1] for line in open('/proc/self/maps') if 'openblas' in line}):
    library, end = ctypes.CDLL(line), '64_' if 'openblas64_' in line else ''
    name = getattr(library, 'scipy_openblas_get_corename' + end)
    name.restype = ctypes.c_char_p
    print(name().decode(), getattr(library, 'scipy_openblas_get_num_threads' + end)())
"""


@pytest.fixture(scope="module")
def campaign():
    spec = spec_from_file_location("processors", CAMPAIGN)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def printed(notebook, tmp_path, source, warm=True) -> str:
    with Kernels(warm=warm) as kernels:
        executed, _ = kernels.run(notebook(source), "n", folder=tmp_path)
    return executed["cells"][0]["outputs"][0]["text"]


@only_x86
@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="needs /proc to find the libraries")
@pytest.mark.parametrize("warm", [True, False])
def test_kernels_compute_by_common_instructions_whatever_is_asked_for(notebook, tmp_path, monkeypatch, warm):
    monkeypatch.setenv("OPENBLAS_CORETYPE", "SkylakeX")
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "4")
    monkeypatch.setenv("NPY_ENABLE_CPU_FEATURES", "X86_V3")
    beyond, *libraries = printed(notebook, tmp_path, KERNELS, warm).splitlines()
    assert beyond == "[]"
    assert libraries and set(libraries) == {"Nehalem 1"}


@only_x86
def test_the_same_bits_in_each_surrounding(notebook, tmp_path, monkeypatch, campaign):
    found = set()
    for _, environment, _ in campaign.SURROUNDINGS:
        with monkeypatch.context() as patched:
            for name, text in environment.items():
                patched.setenv(name, text)
            found.add(printed(notebook, tmp_path, NUMBERS, warm=False))
    assert len(found) == 1


def test_a_report_in_two_surroundings_is_the_same_byte_for_byte(fresh, tmp_path, campaign):
    chosen = [campaign.SURROUNDINGS[number] for number in (1, 5)]
    first, second = [
        campaign.built(tmp_path / name, environment, cores, fresh.notebooks, fresh.data)
        for name, environment, cores in chosen
    ]
    assert campaign.differing(first, second) == []
    told = json.loads((first / "manifest.json").read_text("utf-8"))
    assert told["processor"] == processor.common()


def test_files_that_differ_are_found_by_the_campaign(tmp_path, campaign):
    for name, text in (("one", "a"), ("two", "b")):
        (tmp_path / name / "sub").mkdir(parents=True)
        (tmp_path / name / "sub" / "x.txt").write_text(text)
        (tmp_path / name / f"only-{name}").touch()
    assert campaign.differing(tmp_path / "one", tmp_path / "two") == ["only-one", "only-two", "sub/x.txt"]


def test_libraries_that_may_be_installed_are_not_seen_while_ours_are_imported():
    names = [name for name in processor._NOT_OURS if name not in sys.modules]
    with processor.without_what_may_be_installed():
        for name in names:
            with pytest.raises(ImportError):
                __import__(name)
    assert not [name for name in names if name in sys.modules]


def test_the_manifest_names_what_pages_can_depend_on_and_nothing_else():
    found = versions()
    assert found["pandas"] == version("pandas") and found["numpy"] == version("numpy")
    assert found["kiwisolver"] == version("kiwisolver"), "what matplotlib needs in turn"
    assert not {"pytest", "ruff", "hypothesis", "selenium", "polars", "jupyterlab", "exposure-statistics"} & set(found)
    assert versions(["polars"])["polars"] == version("polars"), "a notebook imports it"
    assert versions(["no_such_package"]) == found


def test_something_installed_beside_changes_nothing(tmp_path, monkeypatch):
    before = versions()
    (tmp_path / "plotting-9.dist-info").mkdir()
    (tmp_path / "plotting-9.dist-info" / "METADATA").write_text("Name: plotting\nVersion: 9\n\n")
    monkeypatch.setattr(sys, "path", [*sys.path, os.fspath(tmp_path)])
    assert versions() == before


def test_names_that_a_notebook_imports():
    source = (
        "import os, polars as pl\nfrom seaborn.objects import Plot\n  import analysis as ex\nimportant = 1\n# import x"
    )
    assert names_imported(source) == {"polars", "seaborn"}


def test_another_processor_is_a_reason_to_build_anew(built, monkeypatch):
    from analysis.report import inputs

    monkeypatch.setattr(inputs, "common", lambda: "aarch64, not pinned")
    reasons = {page.reasons[0] for page in built.build().pages}
    assert reasons == {"computed by the instructions of x86-64-v2, now aarch64, not pinned"}
