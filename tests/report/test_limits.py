"""A notebook takes no more than its limits, and has no network; forked kernels and plain ones alike."""

import os
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from analysis.errors import BuildError
from analysis.report.kernels import Kernels
from analysis.report.limits import Limits

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="namespaces and /proc are Linux's")
#: Seconds by which a notebook that goes over a limit must have been stopped, however busy the machine.
SOON = 60


@pytest.fixture(scope="module", params=[True, False], ids=["forked", "plain"])
def kernels(request):
    with Kernels(warm=request.param, limits=Limits(seconds=SOON, memory=6e8, output=2e6)) as kernels:
        assert kernels.warm is request.param
        yield kernels


def run(kernels, notebook, folder, *cells) -> list[str]:
    """The text that each cell put out."""
    executed, _ = kernels.run(notebook(*cells), "greedy.ipynb", folder=folder)
    return ["".join(output.get("text", "") for output in cell["outputs"]) for cell in executed["cells"]]


def stopped(kernels, notebook, folder, cell) -> str:
    """The error of a notebook whose second cell goes over a limit; it names notebook and cell, and comes soon."""
    begun = time.monotonic()
    with pytest.raises(BuildError) as caught:
        run(kernels, notebook, folder, "1", cell, "print('never')")
    assert time.monotonic() - begun < SOON
    assert (caught.value.file, caught.value.cell, caught.value.source) == ("greedy.ipynb", 2, cell)
    return str(caught.value)


@pytest.mark.parametrize("warm", [True, False], ids=["forked", "plain"])
def test_a_cell_without_an_end_is_stopped(notebook, tmp_path, warm):
    with Kernels(warm=warm, limits=Limits(seconds=0.5)) as kernels:
        for loop in (
            "while True: pass",
            "import signal, time\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\ntime.sleep(99)",
        ):
            told = stopped(kernels, notebook, tmp_path, loop)
            assert "cell 2: took longer than 0.5 s, the time limit for one cell (--time-limit)" in told


@LINUX
@pytest.mark.parametrize(
    "cell",
    [
        "bytearray(3_000_000_000)",
        "import numpy as np\nnp.ones((20_000, 20_000))",
        "held = []\nwhile True:\n    held.append(bytearray(5_000_000))",
        "held = []\nwhile True:\n    held.append(object())",
    ],
    ids=["at once", "an array", "in pieces", "in grains"],
)
def test_a_notebook_that_fills_the_memory_is_stopped(kernels, notebook, tmp_path, cell):
    told = stopped(kernels, notebook, tmp_path, cell)
    # Where the memory goes quicker than the build looks, the system stops the kernel, and the limit is named as what
    # may be behind it.
    assert "cell 2: took more than 0.6 GB of memory, the limit for one notebook (--memory-limit)" in told or (
        "cell 2: its kernel died; it may have run out of memory (0.6 GB at most, --memory-limit)" in told
    )


@pytest.mark.parametrize(
    "cell",
    [
        "print('x' * 30_000_000)",
        "while True:\n    print('x' * 1000)",
        "from IPython.display import display, clear_output\nwhile True:\n    display('x' * 1000)\n    clear_output()",
        "import os\nwhile True:\n    os.write(1, b'x' * 1000)",
        "with open('big', 'wb') as file:\n    file.write(bytes(3_000_000))",
    ],
    ids=["in one piece", "in lines", "cleared again", "behind Python's back", "into a file"],
)
def test_a_notebook_that_puts_out_without_end_is_stopped(kernels, notebook, tmp_path, cell):
    told = stopped(kernels, notebook, tmp_path, cell)
    assert "put out more than 2 MB, the limit for one notebook or file (--output-limit)" in told
    assert sum(file.stat().st_size for file in tmp_path.iterdir()) <= 2e6


def test_what_stays_within_the_limits_is_whole(kernels, notebook, tmp_path):
    cells = ("for n in range(3000):\n    print('x' * 600)", "a = bytearray(100_000_000); print(len(a))", "print('y')")
    assert run(kernels, notebook, tmp_path, *cells) == [("x" * 600 + "\n") * 3000, "100000000\n", "y\n"]


# ---- the network ---------------------------------------------------------------------------------------


@pytest.fixture
def listener():
    """A server on this machine that notes who came; whoever reaches it has a network."""
    came = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                came.append(connection.recv(100))
                connection.close()

        threading.Thread(target=serve, daemon=True).start()
        yield server.getsockname()[1], came
        server.shutdown(socket.SHUT_RDWR)


CALL = "import socket, sys; s = socket.create_connection(('127.0.0.1', {port}), 5); s.sendall(b'hello'); s.close()"


def test_the_listener_hears_who_has_a_network(listener):
    port, came = listener
    subprocess.run([sys.executable, "-c", CALL.format(port=port)], check=True, timeout=30)
    limit = time.monotonic() + 5
    while not came:
        assert time.monotonic() < limit
        time.sleep(0.01)
    assert came == [b"hello"]


@pytest.mark.parametrize(
    "cell",
    [
        CALL,
        "import urllib.request; urllib.request.urlopen('http://127.0.0.1:{port}/')",
        "import urllib.request; urllib.request.urlopen('http://example.org/')",
        "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'hello', ('127.0.0.1', {port}))",
        "import socket; socket.create_server(('0.0.0.0', 0))",
    ],
    ids=["socket", "page", "name", "datagram", "server"],
)
def test_a_cell_that_calls_the_network_is_told_that_it_is_off(kernels, notebook, tmp_path, listener, cell):
    port, came = listener
    told = stopped(kernels, notebook, tmp_path, cell.format(port=port))
    assert "the network is off while notebooks run; read what is needed from files" in told
    assert came == []


@LINUX
def test_not_even_another_program_reaches_the_network(kernels, notebook, tmp_path, listener):
    if subprocess.run(["unshare", "--map-root-user", "--net", "true"], capture_output=True).returncode:
        pytest.skip("this system lets nobody have a network of their own")
    port, came = listener
    cell = (
        "import subprocess, sys\ndone = subprocess.run([sys.executable, '-c', "
        f"{CALL.format(port=port)!r}], capture_output=True, text=True)\n"
        "print(done.returncode, done.stderr.strip().splitlines()[-1])"
    )
    [told] = run(kernels, notebook, tmp_path, cell)
    assert "Network is unreachable" in told and told.startswith("1 ")
    assert came == []


@LINUX
def test_who_owns_a_file_is_the_same_without_the_network(kernels, notebook, tmp_path):
    [told] = run(
        kernels,
        notebook,
        tmp_path,
        "import os; open('f', 'w').close(); print(os.getuid(), os.getgid(), os.stat('f').st_uid)",
    )
    assert told.split() == [str(os.getuid()), str(os.getgid()), str(os.getuid())]


#: Makes every call for a namespace fail, as some systems do; Python runs it first in each process.
FORBIDDEN = """
import ctypes
class Library(ctypes.CDLL):
    def __getattr__(self, name):
        return (lambda flags: -1) if name == "unshare" else super().__getattr__(name)
ctypes.CDLL = Library
"""


@LINUX
@pytest.mark.parametrize("warm", [True, False], ids=["forked", "plain"])
def test_the_guard_stays_where_the_system_lets_nobody_leave_the_network(
    notebook, tmp_path, listener, warm, monkeypatch
):
    port, came = listener
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text(FORBIDDEN)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "site"))
    with Kernels(warm=warm) as kernels:
        [network] = run(kernels, notebook, tmp_path, "import os; print(os.readlink('/proc/self/ns/net'))")
        assert network.strip() == str(Path("/proc/self/ns/net").readlink())
        assert "the network is off while notebooks run" in stopped(kernels, notebook, tmp_path, CALL.format(port=port))
    assert came == []
