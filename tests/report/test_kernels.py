"""Notebooks run in forked kernels give what plain ones give, and leave nothing behind."""

import copy
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from analysis.errors import BuildError
from analysis.report.kernels import Kernels, _end_of
from analysis.report.limits import Limits
from analysis.report.staleness import needed_by_several

EVERY_KIND = (
    "import sys\nimport pandas as pd\nimport matplotlib.pyplot as plt\nfrom IPython.display import "
    "HTML, Markdown, SVG, clear_output, display",
    "pd.DataFrame({'place': ['A', 'B'], 'value': [1, 2]})",
    "fig, ax = plt.subplots()\nax.plot([1, 3, 2])\nNone",
    "%matplotlib inline\nplt.bar([1, 2], [3, 4]);",
    "print('one')\nprint('two')\n1 + 1",
    "display(Markdown('*m*'), HTML('<b>h</b>'), SVG('<svg xmlns=\"http://www.w3.org/2000/svg\"/>'))",
    "handle = display('first', display_id=True)\nhandle.update('second')",
    "print('gone')\nclear_output()\nprint('kept')",
    "print('gone')\nclear_output(wait=True)\nprint('kept')",
    "%%html\n<i>magic</i>",
    "{'a': [1, 2, 3], 'b': {4}}",
    "Out[11], _, 'exposure' in sys.modules",
    "from decimal import Decimal; Decimal('1.5')",
    "",
    "import random, hashlib; hash('text')",
)


@pytest.fixture(scope="module")
def kernels(tmp_path_factory):
    with Kernels() as warm:
        assert warm.warm
        yield warm


def outputs(executed: dict) -> list:
    """What the cells put out, without what differs from process to process."""
    cells = []
    for cell in executed["cells"]:
        streams = {}
        for output in cell["outputs"]:
            if output["output_type"] == "stream":
                streams[output["name"]] = streams.get(output["name"], "") + output["text"]
        others = [dict(output) for output in cell["outputs"] if output["output_type"] != "stream"]
        cells.append((cell["execution_count"], streams, json.loads(re.sub("0x[0-9a-f]+", "0x", json.dumps(others)))))
    return cells


def test_a_forked_kernel_gives_what_nbclient_gives(kernels, notebook, tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONHASHSEED", "0")
    monkeypatch.setenv("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    monkeypatch.setitem(sys.modules, "rfc3987_syntax", None)  # compiles a grammar for a second, for nothing
    monkeypatch.setenv("JUPYTER_PLATFORM_DIRS", "1")
    import nbclient
    import nbformat

    content = notebook(*EVERY_KIND)
    forked, _ = kernels.run(content, "every kind", folder=tmp_path)
    plain = nbformat.from_dict(copy.deepcopy(content))
    for number, cell in enumerate(plain["cells"]):
        cell.update(id=f"c{number}", outputs=[], execution_count=None)
    nbclient.NotebookClient(plain, kernel_name="python3", resources={"metadata": {"path": tmp_path}}).execute()
    assert outputs(forked) == outputs(plain)
    kinds = [set(output.get("data", {})) for cell in forked["cells"] for output in cell["outputs"]]
    assert sum("image/png" in kind for kind in kinds) == 2


def test_a_plain_kernel_serves_where_none_can_be_forked(kernels, notebook, tmp_path):
    content = notebook(*EVERY_KIND[:5])
    with Kernels(warm=False) as plain:
        assert not plain.warm
        executed, _ = plain.run(content, "plain", folder=tmp_path)
    assert outputs(executed) == outputs(kernels.run(content, "forked", folder=tmp_path)[0])


def test_plain_kernels_take_over_when_the_warm_process_dies(notebook, tmp_path):
    said = []
    with Kernels(say=said.append) as kernels:
        kernels._parent.kill()
        kernels._parent.wait()
        executed, _ = kernels.run(notebook("1 + 1"), "orphan", folder=tmp_path)
        assert not kernels.warm
    assert executed["cells"][0]["outputs"][0]["data"]["text/plain"] == "2"
    assert len(said) == 1 and "plain kernels" in said[0]


def test_each_notebook_has_a_memory_of_its_own(kernels, notebook, tmp_path):
    kernels.run(notebook("import pandas as pd\npd.options.display.max_rows = 3\nmine = 1"), "one", folder=tmp_path)
    executed, _ = kernels.run(
        notebook("'mine' in dir(), 'pd' in dir()", "import pandas as pd; pd.options.display.max_rows"),
        "two",
        folder=tmp_path,
    )
    shown = [cell["outputs"][0]["data"]["text/plain"] for cell in executed["cells"]]
    assert shown == ["(False, False)", "60"]
    assert [cell["execution_count"] for cell in executed["cells"]] == [1, 2]


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs /proc to count threads")
def test_the_warm_process_has_one_thread(kernels, notebook, tmp_path):
    executed, _ = kernels.run(
        notebook("import os; len(os.listdir(f'/proc/{os.getppid()}/task'))"), "threads", folder=tmp_path
    )
    assert executed["cells"][0]["outputs"][0]["data"]["text/plain"] == "1"


def test_a_failing_cell_says_where_and_shows_its_source_cut_in_the_middle(kernels, notebook, tmp_path):
    long = "\n".join(f"x{number} = {number}" for number in range(40)) + "\nmissing_name"
    with pytest.raises(BuildError) as caught:
        kernels.run(notebook("1", long, "2"), "broken.ipynb", folder=tmp_path)
    error = caught.value
    assert (error.file, error.cell, error.source) == ("broken.ipynb", 2, long)
    assert "NameError: name 'missing_name' is not defined" in str(error)
    assert (
        "x0 = 0" in str(error)
        and "missing_name" in str(error)
        and "x20 = 20" not in str(error).split("NameError")[1].split("Traceback")[0]
    )
    assert "… 29 lines …" in str(error)
    assert "\x1b" not in str(error) and "NameError" in error.traceback


def test_a_cell_that_may_fail_does_not_stop_the_notebook(kernels, notebook, tmp_path):
    content = notebook("1 / 0", "'on'")
    content["cells"][0]["metadata"]["tags"] = ["raises-exception"]
    executed, _ = kernels.run(content, "allowed", folder=tmp_path)
    assert executed["cells"][0]["outputs"][0]["ename"] == "ZeroDivisionError"
    assert executed["cells"][1]["outputs"][0]["data"]["text/plain"] == "'on'"


def test_a_cell_has_a_time_limit(notebook, tmp_path):
    # Enough for the first cell on a machine that is busy with other things.
    late = pytest.raises(BuildError, match=r"slow.*cell 2: took longer than 3 s, the time limit")
    with Kernels(limits=Limits(seconds=3), warm=False) as kernels, late as caught:
        kernels.run(notebook("1", "import time; time.sleep(60)"), "slow", folder=tmp_path)
    assert caught.value.cell == 2


def test_the_warm_process_ends_at_once_though_it_is_still_importing(notebook, tmp_path):
    with Kernels() as kernels:
        kernels.run(notebook("1"), "n", folder=tmp_path)
        begun = time.monotonic()
        warm = kernels._parent
        kernels.close()
        # It has five seconds before it is killed, and its kernels would be left behind then.
        assert time.monotonic() - begun < 4 and warm.returncode == 0


def test_a_kernel_that_dies_is_an_error_with_its_cell(kernels, notebook, tmp_path):
    with pytest.raises(BuildError, match="cell 1: its kernel died"):
        kernels.run(notebook("import os; os._exit(1)"), "dead", folder=tmp_path)


def test_input_is_refused_instead_of_waited_for(kernels, notebook, tmp_path):
    with pytest.raises(BuildError, match="StdinNotImplementedError"):
        kernels.run(notebook("input('name? ')"), "asks", folder=tmp_path)


@pytest.mark.parametrize("warm", [True, False])
def test_what_a_notebook_reads_is_noted(notebook, tmp_path, warm):
    data, beside, elsewhere = (tmp_path / name for name in ("data", "beside", "elsewhere"))
    for folder in (data / "sub", beside, elsewhere):
        folder.mkdir(parents=True)
        (folder / "some.csv").write_text("a\n1\n")
    (beside / "neighbour.py").write_text("x = 1\n")
    code = (
        f"import os, pandas as pd\npd.read_csv('some.csv')\npd.read_csv(r'{data}/sub/some.csv')\n"
        f"pd.read_csv(r'{elsewhere}/some.csv')\nos.listdir(r'{data}')\nopen('written.txt', 'w').close()\n"
        "import neighbour"
    )
    with Kernels(watched={"notebooks": beside, "data": data}, warm=warm) as kernels:
        _, touched = kernels.run(notebook(code), "reader", folder=beside)
    assert touched.read == ["data/", "data/sub/some.csv", "notebooks/neighbour.py", "notebooks/some.csv"]
    assert touched.elsewhere == ["some.csv"] and touched.written == []


def gone(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as handle:
            return handle.read().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def wait_for(what, seconds=60.0):
    limit = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < limit, "waited in vain"
        time.sleep(0.02)


@pytest.mark.skipif(not Path("/proc").exists(), reason="needs /proc to look for processes")
@pytest.mark.parametrize("warm", [True, False])
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_no_process_outlives_the_build(tmp_path, warm, number):
    marker = tmp_path / "pids"
    cell = f"import os, time\nopen(r'{marker}', 'w').write(f'{{os.getpid()}} {{os.getppid()}} .')\ntime.sleep(60)"
    program = (
        "import sys\nfrom pathlib import Path\nfrom analysis.report.kernels import Kernels\n"
        f"nb = {{'cells': [{{'cell_type': 'code', 'metadata': {{}}, 'source': {cell!r}}}]}}\n"
        f"with Kernels(warm={warm}) as kernels:\n    print(kernels._folder, flush=True)\n    "
        "kernels.run(nb, 'x', folder=Path('.'))"
    )
    build = subprocess.Popen(
        [sys.executable, "-c", program], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    folder = Path(build.stdout.readline().strip())
    wait_for(lambda: marker.exists() and marker.read_text().endswith("."))
    pids = [int(pid) for pid in marker.read_text().split()[:2]]
    os.kill(build.pid, number)
    build.wait(60)
    build.stdout.close()
    wait_for(lambda: all(gone(pid) for pid in pids if pid != build.pid))
    if warm or number == signal.SIGINT:
        wait_for(lambda: not folder.exists())


def test_only_what_several_processes_need_is_made_ready_for_all(notebook):
    chart, table = notebook("ex.chart.map(rows)"), notebook("ex.panel()")
    assert needed_by_several([table], [], False) == []
    assert needed_by_several([chart, table], [], False) == ["data"]
    assert needed_by_several([chart, chart], ["claims"], True) == ["charts", "data", "claims"]


@pytest.mark.parametrize(("free", "told"), [(0, "no room left"), (1 << 30, "its process died: Killed. Build again.")])
def test_a_process_that_a_full_disk_ended_is_told_apart(tmp_path, monkeypatch, free, told):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=free))
    assert told in _end_of(SimpleNamespace(last_words=lambda: "Killed"), tmp_path / "1")
