"""The build: whole or not at all, only what changed, the same bytes everywhere."""

import base64
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from analysis.errors import BuildError, DataError
from analysis.report import build as building
from analysis.report import inputs, manifest, site_folder
from analysis.report.build import Work, build
from analysis.report.inputs import Material


def rebuilt(result) -> dict[str, tuple[str, ...]]:
    return {page.name: page.reasons for page in result.pages if page.status == "rebuilt"}


WRITTEN = ["sources", "claims", "corrections", "data", "front", "explorer"]
NAMES = ["01_first", "02_picture", "03_own", *WRITTEN, "surveys/first-2021", "surveys/second-2021"]


def test_a_first_build_makes_every_page(fresh):
    result = fresh.build()
    assert [page.name for page in result.pages] == NAMES
    assert rebuilt(result) == dict.fromkeys(NAMES, ("was not built before",))
    assert result.index.is_file() and manifest.verify(fresh.out).empty
    assert "02_picture, cell 3 writes to standard error: mind this" in fresh.said
    assert b"mind this" not in b"".join(fresh.tree().values())
    assert fresh.left() == []


def test_without_a_change_nothing_is_done(built):
    before, inode = built.tree(), built.out.stat().st_ino
    result = built.build()
    assert [page.name for page in result.pages] == NAMES
    assert rebuilt(result) == {}
    assert len(built.said) == len(NAMES) and all("fresh" in line and "same inputs" in line for line in built.said)
    assert built.out.stat().st_ino == inode and built.tree() == before


def test_a_changed_figure_rebuilds_what_reads_it_and_says_why(built):
    before = built.tree()
    figures = built.data / "aggregate" / "first-2021" / "figures.csv"
    figures.write_text(figures.read_text().replace("39", "41"))
    result = built.build()
    reason = ("data/aggregate/first-2021/figures.csv changed",)
    assert rebuilt(result) == dict.fromkeys(["01_first", "claims", "data", "explorer", "surveys/first-2021"], reason)
    assert manifest.verify(built.out).empty
    assert {name for name, content in built.tree().items() if before.get(name) != content} == {
        "01_first.html",
        "notebooks/01_first.ipynb",
        "explorer.html",
        "surveys/first-2021.html",
        "surveys/first-2021.json",
        "manifest.json",
        *(f"data/{name}" for name in ("panel.csv", "panel.parquet", "datapackage.json", "croissant.json")),
    }


def test_each_kind_of_change_is_found_and_steps_end_where_one_build_does(built, tmp_path):
    picture = built.notebooks / "02_picture.ipynb"
    picture.write_text(picture.read_text().replace("A picture", "A drawing"))
    (built.notebooks / "own.csv").write_text("a\n2\n")
    (built.out / "surveys" / "second-2021.json").write_text("{}")
    (built.out / "index.html").unlink()
    assert rebuilt(built.build()) == {
        "02_picture": ("notebooks/02_picture.ipynb changed",),
        "03_own": ("notebooks/own.csv changed",),
        "surveys/second-2021": ("output surveys/second-2021.json is changed by another hand",),
    }
    assert "A drawing" in (built.out / "01_first.html").read_text()
    # In steps or at once, with forked kernels or plain ones: the bytes are the same.
    build(tmp_path / "whole", Material(built.notebooks, data=built.data), work=Work(1, warm=False))
    assert built.tree(tmp_path / "whole") == built.tree()


def test_what_is_gone_leaves_the_report(built):
    (built.notebooks / "02_picture.ipynb").unlink()
    shutil.rmtree(built.data / "aggregate" / "second-2021")
    result = built.build(explain=True)
    assert [page.name for page in result.pages] == ["01_first", "03_own", *WRITTEN, "surveys/first-2021"]
    assert "data/aggregate/second-2021/sources.csv is gone" in "\n".join(built.said)
    assert not [name for name in built.tree() if "02_picture" in name or "second-2021" in name]
    assert "02_picture" not in (built.out / "index.html").read_text()
    assert manifest.verify(built.out).empty


def test_code_versions_language_and_force_rebuild_every_page(built, monkeypatch):
    plan = building.plan
    decided = {}

    def only_plan(*arguments):
        decided["plan"] = plan(*arguments)
        raise InterruptedError

    monkeypatch.setattr(building, "plan", only_plan)

    def reasons(**options):
        with pytest.raises(InterruptedError):
            built.build(**options)
        return decided["plan"].reasons

    assert set(reasons().values()) == {()}
    assert reasons(force=True) == dict.fromkeys(NAMES, ("was asked for (--force)",))
    assert reasons(lang="de") == dict.fromkeys(NAMES, ("language en, now de",))
    code, versions = inputs.package_code(), inputs.versions()
    monkeypatch.setattr(inputs, "package_code", lambda: code | {"errors.py": "0" * 64})
    assert reasons() == dict.fromkeys(NAMES, ("code errors.py changed",))
    monkeypatch.setattr(inputs, "versions", lambda imported: versions | {"pandas": "99.0"})
    assert reasons()["sources"] == ("code errors.py changed", f"version of pandas: {versions['pandas']}, now 99.0")


#  The clock of the day moved by years, for a process and all those that it starts; clocks that only run on stay as they
# are, for waiting.
MOVED_CLOCK = """
#define _GNU_SOURCE
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>
static const long ahead = 4000L * 86400;
int clock_gettime(clockid_t clock, struct timespec *now) {
  int failed = syscall(SYS_clock_gettime, clock, now);
  if (!failed && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) now->tv_sec += ahead;
  return failed;
}
int gettimeofday(struct timeval *now, void *zone) {
  struct timespec precise;
  clock_gettime(CLOCK_REALTIME, &precise);
  now->tv_sec = precise.tv_sec, now->tv_usec = precise.tv_nsec / 1000;
  return 0;
}
time_t time(time_t *now) {
  struct timespec precise;
  clock_gettime(CLOCK_REALTIME, &precise);
  return now ? (*now = precise.tv_sec) : precise.tv_sec;
}
"""


@pytest.fixture(scope="module")
def moved_clock(tmp_path_factory) -> dict[str, str]:
    """The environment of a process with another date; empty where there is no compiler to make it with."""
    compiler, folder = shutil.which("cc"), tmp_path_factory.mktemp("clock")
    if compiler is None or sys.platform != "linux":
        return {}
    (folder / "clock.c").write_text(MOVED_CLOCK)
    subprocess.run(
        [compiler, "-shared", "-fPIC", "-O1", "-o", folder / "clock.so", folder / "clock.c"], check=True, timeout=60
    )
    return {"LD_PRELOAD": str(folder / "clock.so")}


BUILD_ELSEWHERE = """
import os, sys
os.umask(int(sys.argv[5], 8))
if hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: int(sys.argv[3])])
listed = os.listdir
os.listdir = lambda *place: sorted(listed(*place), reverse=sys.argv[4] == "backwards")
from analysis.report.build import Work, build
from analysis.report.inputs import Material
build("out", Material(sys.argv[1], data=sys.argv[2]), work=Work(int(sys.argv[3])))
"""


def test_the_same_bytes_whatever_surrounds_the_build(fresh, tmp_path, moved_clock):
    """Directory, time zone, language, home, user, umask, hash seed, jobs, CPUs, date, clock, order of files,
    width of the terminal, caches.
    """
    surroundings = [
        {
            "TZ": "Asia/Kathmandu",
            "LANG": "de_DE.UTF-8",
            "LC_ALL": "",
            "PYTHONHASHSEED": "1",
            "HOME": str(tmp_path / "one"),
            "USER": "one",
            "LOGNAME": "one",
        },
        {
            "TZ": "America/Lima",
            "LANG": "tr_TR",
            "LC_ALL": "C",
            "PYTHONHASHSEED": "77",
            "HOME": str(tmp_path / "two"),
            "USER": "two",
            "LOGNAME": "two",
            "COLUMNS": "40",
            "LINES": "9",
            "NO_COLOR": "1",
            "SOURCE_DATE_EPOCH": "86400",
            "TMPDIR": str(tmp_path),
            "XDG_CACHE_HOME": str(tmp_path / "cache"),
            **moved_clock,
        },
    ]
    trees = []
    for number, more in enumerate(surroundings, 1):
        folder = tmp_path / ("a" * number)
        folder.mkdir()
        # The same sources elsewhere, written in another order and at another time.
        for source in sorted(fresh.folder.rglob("*.*"), reverse=number == 2):
            copy = folder / "in" / source.relative_to(fresh.folder)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(source.read_bytes())
            os.utime(copy, (number * 10**8,) * 2)
        # Somebody's own settings, which must not matter.
        (Path(more["HOME"]) / ".config" / "matplotlib").mkdir(parents=True)
        (Path(more["HOME"]) / ".config" / "matplotlib" / "matplotlibrc").write_text(f"lines.linewidth: {number + 3}\n")
        startup = Path(more["HOME"]) / ".ipython" / "profile_default" / "startup"
        startup.mkdir(parents=True)
        (startup / "00.py").write_text("import pandas; pandas.options.display.max_rows = 2\n")
        order, mask = (("forwards", "022"), ("backwards", "077"))[number - 1]
        subprocess.run(
            [
                sys.executable,
                "-c",
                BUILD_ELSEWHERE,
                folder / "in" / "notebooks",
                folder / "in" / "data",
                str(number),
                order,
                mask,
            ],
            cwd=folder,
            env=os.environ | more,
            check=True,
            timeout=240,
        )
        trees.append(fresh.tree(folder / "out"))
    assert trees[0] == trees[1]
    joined = b"".join(trees[0].values())
    for trace in (str(tmp_path), str(Path.home()), sys.prefix):
        assert trace.encode() not in joined


def test_the_clock_that_the_test_above_moves_is_moved_in_kernels_too(notebook, tmp_path, monkeypatch, moved_clock):
    from analysis.report.kernels import Kernels

    if not moved_clock:
        pytest.skip("a C compiler is missing, so that the clock cannot be moved")
    monkeypatch.setenv("LD_PRELOAD", moved_clock["LD_PRELOAD"])
    with Kernels() as kernels:
        executed, _ = kernels.run(
            notebook("import datetime, time\nprint(time.time(), datetime.datetime.now().year, time.strftime('%Y'))"),
            "n",
            folder=tmp_path,
        )
    seconds, *years = executed["cells"][0]["outputs"][0]["text"].split()
    assert 3999 < (float(seconds) - time.time()) / 86_400 < 4001
    assert len(set(years)) == 1 and int(years[0]) >= time.gmtime().tm_year + 10


def test_no_page_holds_a_script_but_ours_or_an_address_to_load_from(fresh):
    fresh.build(lang="es")
    pages = [page for page in fresh.out.rglob("*.html") if page.name != "explorer.html"]
    assert len(pages) == 11
    script = (Path(building.__file__).parent / "templates" / "site.js").read_text("utf-8")
    hashed = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    for page in pages:
        text = page.read_text("utf-8")
        assert f"default-src 'none'; script-src 'sha256-{hashed}'; img-src" in text
        # Blocks of JSON-LD are data: no browser runs them.
        data = text.count('<script type="application/ld+json">')
        assert text.count("<script") == 1 + data and f"<script>{script}</script>" in text
        assert '<html lang="es">' in text
        for address in re.findall(r'(?:src|<link[^>]* href)="([^"]+)"', text):
            assert address.startswith("data:") or (page.parent / address).exists(), address
        for address in re.findall(r'<a [^>]*href="([^"#]+)', text):
            assert address.startswith("https://") or (page.parent / address).exists(), (page, address)
        anchors = set(re.findall(r' id="([^"]+)"', text))
        assert set(re.findall(r'href="#([^"]+)"', text)) <= anchors


# ---- what goes wrong -----------------------------------------------------------------------------------


def test_a_failing_notebook_leaves_the_former_report_as_it_was(built, write_notebook):
    before = built.tree()
    write_notebook(built.notebooks / "02_picture.ipynb", "# T", "1 + 1", "raise ValueError('a fault')")
    with pytest.raises(BuildError, match=r"02_picture\.ipynb: cell 3 fails: ValueError: a fault") as caught:
        built.build()
    assert (caught.value.file, caught.value.cell) == ("02_picture.ipynb", 3)
    assert built.tree() == before
    assert built.left() == []


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("not json", "not a notebook: it is not JSON"),
        ("[]", "not a notebook of format 4"),
        ('{"nbformat": 3, "worksheets": []}', "not a notebook of format 4"),
        ('{"nbformat": 4, "cells": [{"cell_type": "code"}]}', "cell 1 is not a notebook's cell"),
    ],
)
def test_a_file_that_is_no_notebook_is_named(fresh, content, told):
    (fresh.notebooks / "00_bad.ipynb").write_text(content)
    with pytest.raises(BuildError, match=told) as caught:
        fresh.build()
    assert caught.value.file == "00_bad.ipynb"
    assert not fresh.out.exists()


def test_without_notebooks_there_is_nothing_to_build(fresh, tmp_path):
    with pytest.raises(BuildError, match="holds no notebooks"):
        build(fresh.out, Material(tmp_path / "none", data=fresh.data))


def test_a_page_cannot_be_called_like_one_of_ours(built, write_notebook):
    write_notebook(built.notebooks / "index.ipynb", "# T")
    with pytest.raises(BuildError, match="cannot be a page's name"):
        built.build()


def test_unknown_language_and_data_are_refused(fresh, tmp_path):
    with pytest.raises(DataError, match="does not write in 'xx'"):
        fresh.build(lang="xx")
    with pytest.raises(DataError, match="is not a data folder"):
        build(fresh.out, Material(fresh.notebooks, data=tmp_path / "nothing"))


def test_a_file_or_a_folder_of_somebody_else_is_not_replaced(fresh):
    fresh.out.write_text("a file")
    with pytest.raises(BuildError, match="is a file"):
        fresh.build()
    fresh.out.unlink()
    fresh.out.mkdir()
    (fresh.out / "letter.txt").write_text("mine")
    for force in (False, True):
        with pytest.raises(BuildError, match="not a whole report"):
            fresh.build(force=force)
    (fresh.out / "manifest.json").write_text('{"name": "an app"}')
    with pytest.raises(BuildError, match="not a whole report"):
        fresh.build(force=True)
    assert (fresh.out / "letter.txt").read_text() == "mine"


def test_a_file_that_somebody_put_into_the_report_is_not_lost(built):
    (built.out / "CNAME").write_text("example.org")
    with pytest.raises(BuildError, match=r"holds 1 file\(s\) that no build made \(CNAME\)"):
        built.build()
    assert (built.out / "CNAME").exists()


def test_two_builds_of_one_folder_do_not_meet(fresh):
    with site_folder.building(fresh.out), pytest.raises(BuildError, match="is being built by another process"):
        fresh.build()
    assert not fresh.out.exists()


def test_a_folder_that_cannot_be_written_is_named(built, monkeypatch):
    before = built.tree()
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(BuildError, match="cannot be written"):
        built.build(force=True)
    assert built.tree() == before


@pytest.mark.parametrize("step", ["_exchange", "rename"])
def test_the_folders_are_exchanged_where_the_system_cannot_do_it_in_one_step(tmp_path, monkeypatch, step):
    old, new = tmp_path / "out", tmp_path / "work" / "site"
    for folder, text in ((old, "old"), (new, "new")):
        folder.mkdir(parents=True)
        (folder / "index.html").write_text(text)
    if step == "rename":

        def cannot(one, other):
            raise OSError("no such call")

        monkeypatch.setattr(site_folder, "_exchange", cannot)
    site_folder.swap(new, old)
    assert (old / "index.html").read_text() == "new"


def run_build(site, before=""):
    program = (
        f"import sys; {before}\n"
        "from analysis.errors import BuildError\nfrom analysis.report.build import Telling, build\n"
        "from analysis.report.inputs import Material\ntelling = Telling(lambda line: print(line, flush=True))\n"
        "try:\n    build(sys.argv[1], Material(sys.argv[2], data=sys.argv[3]), telling=telling)\n"
        "except BuildError as error:\n    print(error); sys.exit(1)\n"
        "except KeyboardInterrupt:\n    sys.exit(130)\n"
    )
    return subprocess.Popen(
        [sys.executable, "-c", program, site.out, site.notebooks, site.data], stdout=subprocess.PIPE, text=True
    )


def test_a_full_disk_leaves_the_former_report_as_it_was(built, write_notebook):
    resource = pytest.importorskip("resource", reason="needs a limit on the size of files")
    del resource
    before = built.tree()
    write_notebook(built.notebooks / "04_more.ipynb", "# More", "print('x' * 300_000)")
    limit = (
        "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
        "resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))"
    )
    failed = run_build(built, limit)
    told, _ = failed.communicate(timeout=60)
    assert failed.returncode == 1
    assert "cannot be written (File too large); the former report is untouched" in told
    assert built.tree() == before
    assert built.left() == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_an_interrupted_build_leaves_the_former_report_and_can_be_built_again(built, tmp_path, number, write_notebook):
    before = built.tree()
    sleeper = write_notebook(
        built.notebooks / "00_slow.ipynb",
        "# Slow",
        f"import time; open(r'{tmp_path}/begun', 'w').close(); time.sleep(60)",
    )
    process = run_build(built)
    limit = time.monotonic() + 120
    while not (tmp_path / "begun").exists():
        assert time.monotonic() < limit and process.poll() is None
        time.sleep(0.02)
    os.kill(process.pid, number)
    told, _ = process.communicate(timeout=60)
    assert built.tree() == before
    if number == signal.SIGINT:
        assert process.returncode == 130
        assert "interrupted; the former report is untouched" in told
        assert built.left() == []
    sleeper.unlink()
    assert rebuilt(built.build()) == {}


def test_the_explorer_is_a_page_of_the_build_that_depends_on_what_it_reads(built):
    assert "us-breach-register" not in (built.out / "explorer.html").read_text("utf-8")
    (built.data / "series").rmdir()  # those of the package are read in its place
    assert "explorer" in rebuilt(built.build(force=True))
    manifest = json.loads((built.out / "manifest.json").read_text("utf-8"))
    [page] = [page for page in manifest["pages"] if page["name"] == "explorer"]
    assert page["outputs"] == ["explorer.html"] and "explorer.html" in manifest["outputs"]
    assert "data/aggregate/first-2021/figures.csv" in page["inputs"]
    assert {
        "shipped/series/breaks.csv",
        "shipped/series/us-breach-register/counts.csv",
        "shipped/series/us-breach-register/series.toml",
    } <= set(page["inputs"])
    assert 'href="explorer.html"' in (built.out / "index.html").read_text("utf-8")
    before = (built.out / "explorer.html").read_bytes()
    figures = built.data / "aggregate" / "first-2021" / "figures.csv"
    figures.write_text(
        figures.read_text().replace("Germany,servers_exposed,dicom,39", "Germany,servers_exposed,dicom,38")
    )
    assert "explorer" in rebuilt(built.build())
    assert (built.out / "explorer.html").read_bytes() != before
    assert rebuilt(built.build()) == {}


class TestOnesOwn:
    def test_further_notebooks_are_pages_of_the_same_site_and_win(self, fresh, write_notebook):
        more = fresh.folder / "more"
        more.mkdir()
        write_notebook(more / "02a_mine.ipynb", "# My page", "1 + 1")
        write_notebook(more / "03_own.ipynb", "# Mine instead", "'instead'")
        names = [page.name for page in fresh.build(more=more).pages]
        assert names[:4] == ["01_first", "02_picture", "02a_mine", "03_own"]
        assert "note: yours in place of the shipped one: 03_own.ipynb" in fresh.said
        assert "Mine instead" in (fresh.out / "03_own.html").read_text("utf-8")
        assert rebuilt(fresh.build(more=more)) == {}
        # Without them the page is that of the other notebook again, though no file of that changed.
        again = fresh.build()
        assert rebuilt(again)["03_own"] == (
            "notebooks/03_own.ipynb takes the place of another notebook",
            "more/03_own.ipynb is gone",
        )
        assert (
            "An own file" in (fresh.out / "03_own.html").read_text("utf-8")
            and not (fresh.out / "02a_mine.html").exists()
        )

    def test_ones_own_data_join_the_shipped_data_in_the_site(self, fresh, monkeypatch):
        monkeypatch.setenv("EXPOSURE_DATA", str(fresh.data))
        (fresh.data / "aggregate" / "measures.toml").unlink()
        result = build(fresh.out, Material(fresh.notebooks))
        names = [page.name for page in result.pages]
        assert {"surveys/first-2021", "surveys/greenbone-2019-09"} <= set(names)
        assert "A surveyor" in (fresh.out / "sources.html").read_text("utf-8")
        assert rebuilt(build(fresh.out, Material(fresh.notebooks))) == {}
        shutil.copytree(fresh.data / "aggregate" / "first-2021", fresh.data / "aggregate" / "wizcase-2019-10")
        reasons = rebuilt(build(fresh.out, Material(fresh.notebooks)))
        assert "02_picture" in reasons  # it reads no data, but nobody can know what a replaced table would have changed
        assert all("other parts of the shipped data are replaced" in why for why in reasons.values())
