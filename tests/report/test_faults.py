"""One of each fault that `tests/campaigns/build_faults.py` tries by the hundred:
afterwards a whole report is there, and the next build is clean.
"""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from analysis.report import build as building
from analysis.report import manifest, site_folder

BUILD = """
import os, signal, sys
from analysis.errors import ExposureError
from analysis.report import build as building, site_folder
from analysis.report.inputs import Material
{before}
try:
    building.build(sys.argv[1], Material(sys.argv[2], data=sys.argv[3]))
except ExposureError as error:
    sys.exit(f"refused: {{error}}")
"""
NOW = "os.kill(os.getpid(), signal.SIGKILL)"


def start(site, before: str = "", **environment: str) -> subprocess.Popen:
    command = [sys.executable, "-c", BUILD.format(before=before), site.out, site.notebooks, site.data]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=os.environ | environment)


@pytest.fixture
def changed(built):
    """A site whose report is not of its last state: the file that one notebook reads was changed."""
    (built.notebooks / "own.csv").write_text("a\n7\n")
    return built


def whole(site) -> bytes:
    """The page that the change is about, of a report that is as its manifest says."""
    assert manifest.verify(site.out).empty
    return (site.out / "notebooks" / "03_own.ipynb").read_bytes()


@pytest.mark.parametrize(
    ("before", "new"),
    [
        (f"site_folder._exchange = lambda one, other: {NOW}", False),
        (
            f"exchange = site_folder._exchange\ndef killed(*folders): exchange(*folders); {NOW}\n"
            "site_folder._exchange = killed",
            True,
        ),
        (
            "def cannot(*folders): raise OSError\nsite_folder._exchange = cannot\nos.rename = (lambda "
            f"rename: lambda one, other: rename(one, other) or {NOW})(os.rename)",
            None,
        ),
    ],
    ids=["before the exchange", "after it", "between its two steps"],
)
def test_a_build_killed_while_the_folders_are_exchanged(changed, before, new):
    former = changed.tree()
    killed = start(changed, before)
    killed.communicate(timeout=120)
    assert killed.returncode == -signal.SIGKILL
    if new is None:  # on systems that cannot exchange folders in one step; the former report is found again, as below
        assert not changed.out.exists()
    else:
        assert b'"7\\n"' in whole(changed) if new else changed.tree() == former
    changed.build()
    assert b'"7\\n"' in whole(changed) and changed.left() == []


def test_the_former_report_is_found_again_between_the_two_steps_of_an_exchange(built, monkeypatch):
    former = built.tree()
    working = site_folder.working_folder(built.out)
    working.mkdir()
    built.out.rename(working / "former")
    monkeypatch.setattr(building._Making, "make", lambda *arguments: pytest.fail("stopped here"))
    with pytest.raises(pytest.fail.Exception):
        built.build()
    assert built.tree() == former and built.left() == []


def flip(file: Path, bit: int) -> None:
    content = bytearray(file.read_bytes())
    content[bit // 8] ^= 1 << bit % 8
    file.write_bytes(content)


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        ("index.html", lambda file: file.write_bytes(file.read_bytes()[:100])),
        ("surveys/first-2021.json", lambda file: flip(file, 1001)),
        ("notebooks/03_own.ipynb", lambda file: file.write_bytes(b"")),
    ],
)
def test_a_former_output_with_a_flipped_bit_or_without_its_end_is_mended(built, name, damage):
    clean = built.tree()
    damage(built.out / name)
    built.build()
    assert built.tree() == clean


@pytest.mark.parametrize(
    "damage",
    [lambda file: flip(file, 4001), lambda file: file.write_bytes(file.read_bytes()[:100])],
    ids=["a bit", "the end"],
)
def test_a_report_whose_manifest_is_damaged_is_set_aside_and_built_again(built, damage):
    clean = built.tree()
    damage(built.out / "manifest.json")
    damaged = built.tree()
    built.build()
    assert built.tree() == clean and built.left() == []
    assert built.tree(built.folder / "out.damaged") == damaged
    assert any("is now out.damaged" in line for line in built.said)


@pytest.fixture
def disk(tmp_path):
    """A small file system in memory."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=100M", "tmpfs", folder], capture_output=True)
    if mounted.returncode:
        pytest.skip("no file system can be mounted here; that needs root on Linux")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


@pytest.mark.parametrize("fault", ["full", "read-only"])
def test_a_disk_that_is_full_or_read_only_leaves_the_former_report(changed, disk, fault):
    former = changed.tree()
    place = disk / "out"
    subprocess.run(["cp", "-r", changed.out, place], check=True)
    changed.out = place
    used = sum(4096 * (1 + len(content) // 4096) for content in former.values())
    subprocess.run(
        ["mount", "-o", f"remount,size={used + 400_000}" if fault == "full" else "remount,ro", disk], check=True
    )
    refused = start(changed)
    _, told = refused.communicate(timeout=120)
    assert refused.returncode == 1
    assert told.startswith("refused: ") and ("No space left" if fault == "full" else "cannot be written") in told
    assert changed.tree() == former
    subprocess.run(["mount", "-o", "remount,rw,size=100M", disk], check=True)
    changed.build()
    assert b'"7\\n"' in whole(changed)


def test_of_two_builds_at_once_one_is_whole_and_the_other_says_why_not(changed):
    builds = [start(changed), start(changed)]
    ends = [(build.communicate(timeout=120)[1], build.returncode) for build in builds]
    assert 0 in [code for _, code in ends]
    assert all(code == 0 or "is being built by another process" in told for told, code in ends)
    assert b'"7\\n"' in whole(changed) and changed.left() == []
