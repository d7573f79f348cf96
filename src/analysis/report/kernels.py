"""Notebooks run in fresh kernels that start at once: forked from one warm process.

Most of the time of a small notebook is spent on importing libraries. Here one process, started
for the build, imports them once (``serve``); each notebook gets a kernel forked from it.
These are ordinary kernels of IPython that speak the ordinary protocol: their own memory, their
own namespace, the same outputs as in JupyterLab. Where a process cannot be forked, plain kernels
do the same, only later. What runs inside of these processes is in :mod:`analysis.report.kernel_process`.

Fork is safe only in a process without threads, so the warm one starts none: no pool of a
linear-algebra library, no context of ZeroMQ before the fork.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from ..errors import BuildError
from .kernel_client import Client, Stopped
from .limits import Limits

# A path of a Unix socket may have some hundred bytes, on some systems four less.
_LONGEST_SOCKET_PATH = 80
#: The module that runs in the processes of the notebooks.
_INSIDE = f"{__package__}.kernel_process"
_CHANNELS = ("shell", "iopub", "stdin", "control", "hb")

_PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 0
_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


class Kernels:
    """Kernels for the notebooks of one build; a context manager that leaves no process behind.

    Parameters
    ----------
    environment
        Environment variables of every kernel, over those of this process.
    watched
        Folders by name; what a notebook reads below them is noted (see :meth:`run`).
    warm
        Whether to fork kernels from a warm process; plain ones if it is false, or cannot be done.
    limits
        What a notebook may take; the network is off for all of them.
    light_first
        Whether a light kernel will be asked for (see :meth:`run`), which the others let go first.
    say
        Told when something had to be done another way.
    """

    def __init__(
        self,
        environment: Mapping[str, str] | None = None,
        *,
        watched: Mapping[str, Path] | None = None,
        warm: bool = True,
        limits: Limits = Limits(),
        light_first: bool = False,
        say: Callable[[str], None] = lambda message: None,
    ) -> None:
        self._watched = {name: str(folder) for name, folder in (watched or {}).items()}
        self._limits = limits
        self._say = say
        self._lock = threading.Lock()
        self._started = 0
        self._plain: list[subprocess.Popen] = []
        self._stopped = threading.Event()
        self._turn = threading.Event()
        if not light_first:
            self._turn.set()
        self._folder = Path(tempfile.mkdtemp(prefix="ex"))
        if len(str(self._folder)) > _LONGEST_SOCKET_PATH:
            self._folder.rmdir()
            self._folder = Path(tempfile.mkdtemp(prefix="ex", dir="/tmp"))
        self._environment = {
            **os.environ,
            # One thread of linear algebra: threads do not survive a fork, and change last digits.
            "OPENBLAS_NUM_THREADS": "1",
            "OMP_NUM_THREADS": "1",
            "MKL_NUM_THREADS": "1",
            "JE_ARROW_MALLOC_CONF": "background_thread:false",  # the allocator inside pyarrow
            "PYTHONHASHSEED": "0",
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONUTF8": "1",
            "TZ": "UTC",
            "LC_ALL": "C.UTF-8",
            "LANG": "C.UTF-8",
            "MPLBACKEND": "module://matplotlib_inline.backend_inline",
            # A fresh profile: what a user's own profile loads must not change the results.
            "IPYTHONDIR": str(self._folder / "ipython"),
            "IPYKERNEL_CELL_NAME": "cell",
            # The inherited settings of matplotlib would change pictures; its list of fonts would not.
            "MATPLOTLIBRC": os.devnull,
            **(environment or {}),
        }
        for name in ("PYTHONPATH", "PYTHONSTARTUP"):
            if not self._environment.get(name):
                self._environment.pop(name, None)
        self._parent = self._start_parent() if warm and can_fork() else None

    def __enter__(self) -> Kernels:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def warm(self) -> bool:
        """Whether kernels are forked from a warm process."""
        return self._parent is not None

    def close(self) -> None:
        """End every kernel; notebooks that are still running raise :class:`BuildError`."""
        self._stopped.set()
        self._turn.set()
        with self._lock:
            parent, self._parent = self._parent, None
            for process in self._plain:
                process.kill()
            for process in self._plain:
                process.wait()
            self._plain.clear()
        if parent is not None:
            _end(parent)
        shutil.rmtree(self._folder, ignore_errors=True)

    def run(
        self,
        notebook: dict,
        name: str,
        *,
        folder: Path,
        environment: Mapping[str, str] | None = None,
        light: bool = False,
    ) -> tuple[dict, list[str]]:
        """Execute a notebook in a kernel of its own.

        Parameters
        ----------
        notebook
            The notebook as its JSON says; it is not changed.
        name
            The name that errors give it.
        folder
            The working directory of the kernel.
        environment
            Further environment variables of this kernel.
        light
            Whether it reads figures only: the first such kernel does not wait for the libraries of charts.

        Returns
        -------
        notebook, reads
            A copy with outputs and execution counts; the files that it read below the watched
            folders, as ``name/path``, and folders that it listed, as ``name/path/``; sorted.

        Raises
        ------
        BuildError
            If a cell fails or takes more than the limits allow, or the kernel dies. ``cell`` is the cell's number among
            all cells, ``source`` its text, ``traceback`` the traceback without colours.
        """
        with self._lock:
            self._started += 1
            place = self._folder / str(self._started)
        place.mkdir()
        (reads := place / "reads").touch()
        connection = _connection(place)
        told = {**(environment or {}), "EXPOSURE_WATCHED": json.dumps(self._watched), "EXPOSURE_OPENED": str(reads)}
        kernel = self._start(place, connection, folder, told, light)
        try:
            with Client(connection, kernel, self._stopped, self._limits) as client:
                client.wait_until_ready(name)
                executed = self._execute(client, notebook, name)
        finally:
            kernel.kill()
        return executed, sorted(set(reads.read_text("utf-8").splitlines()))

    def _execute(self, client: Client, notebook: dict, name: str) -> dict:
        executed = json.loads(json.dumps(notebook))
        displays: dict[str, list[dict]] = {}
        for number, cell in enumerate(executed["cells"], 1):
            source = "".join(cell["source"])
            if cell["cell_type"] != "code":
                continue
            cell["outputs"], cell["execution_count"] = [], None
            if not source.strip():
                continue
            try:
                reply = client.execute(source, cell["outputs"], displays)
            except Stopped as error:
                raise BuildError(
                    f"cell {number}: {error}\n{_shown(source)}", file=name, cell=number, source=source, traceback=""
                ) from None
            cell["execution_count"] = reply.get("execution_count")
            if reply["status"] != "ok" and "raises-exception" not in cell.get("metadata", {}).get("tags", []):
                traceback = _ANSI.sub("", "\n".join(reply.get("traceback", [])))
                limit = self._limits.behind(reply)
                fault = f": {limit}" if limit else f" fails: {reply.get('ename')}: {reply.get('evalue')}"
                raise BuildError(
                    f"cell {number}{fault}\n"
                    f"{_shown(source)}\n{traceback}\nCorrect the cell, or what it reads, and build again.",
                    file=name,
                    cell=number,
                    source=source,
                    traceback=traceback,
                )
        return executed

    def _start_parent(self) -> subprocess.Popen | None:
        # A session of its own: Ctrl-C reaches only this process, which then ends the others in order.
        program = f"from {_INSIDE} import serve; serve()"
        with suppress(OSError), open(self._folder / "log", "wb") as log:
            return subprocess.Popen(
                [sys.executable, "-c", program, str(self._folder)],
                env=self._environment,
                cwd=self._folder,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=True,
            )
        return None

    def _start(
        self, place: Path, connection: dict, folder: Path, environment: Mapping[str, str], light: bool
    ) -> _Kernel:
        file = place / "connection.json"
        file.write_text(json.dumps(connection))
        limits = {"memory": self._limits.memory, "output": self._limits.output}
        told = {
            "connection": str(file),
            "log": str(place / "log"),
            "folder": str(folder),
            "environment": environment,
            "limits": limits,
        }
        asked = {"light": light, "kernel": told}
        if not light:
            self._turn.wait()
        with self._lock:
            self._turn.set()
            if self._stopped.is_set():
                raise KeyboardInterrupt
            if self._parent is not None:
                try:
                    self._parent.stdin.write(json.dumps(asked).encode() + b"\n")
                    self._parent.stdin.flush()
                    return _Forked(int(self._parent.stdout.readline()), place / "log")
                except (OSError, ValueError):
                    _end(self._parent)
                    self._parent = None
                    said = (self._folder / "log").read_text("utf-8", errors="replace").strip().split("\n")[-1]
                    self._say(f"no kernel could be forked ({said or 'no reason given'}); plain kernels take over")
            with open(told["log"], "wb") as log:
                process = subprocess.Popen(
                    [
                        sys.executable,
                        "-c",
                        f"from {_INSIDE} import start_alone; start_alone()",
                        str(file),
                        str(os.getpid()),
                        json.dumps(limits),
                    ],
                    env={**self._environment, **environment},
                    cwd=folder,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
            self._plain.append(process)
            return _Plain(process, place / "log")


class _Kernel:
    """A running kernel's process."""

    def __init__(self, pid: int, log: Path) -> None:
        self.pid = pid
        self._log = log

    def alive(self) -> bool:
        raise NotImplementedError

    def kill(self) -> None:
        with suppress(OSError):
            os.killpg(self.pid, signal.SIGKILL)

    def memory(self) -> int:
        try:
            with open(f"/proc/{self.pid}/statm", encoding="ascii") as handle:
                return int(handle.read().split()[1]) * _PAGE
        except (OSError, IndexError):
            return 0

    def last_words(self) -> str:
        with suppress(OSError):
            return self._log.read_text("utf-8", errors="replace")[-2000:].strip()
        return ""


class _Forked(_Kernel):
    def alive(self) -> bool:
        try:
            os.kill(self.pid, 0)
        except OSError:
            return False
        return True


class _Plain(_Kernel):
    def __init__(self, process: subprocess.Popen, log: Path) -> None:
        super().__init__(process.pid, log)
        self._process = process

    def alive(self) -> bool:
        return self._process.poll() is None

    def kill(self) -> None:
        if hasattr(os, "killpg"):
            super().kill()
        self._process.kill()
        self._process.wait()


def _shown(source: str, lines: int = 12) -> str:
    """A cell's source as an error shows it: indented, a long one cut in the middle."""
    rows = source.rstrip().split("\n")
    if len(rows) > lines:
        half = lines // 2
        rows = [*rows[:half], f"… {len(rows) - 2 * half} lines …", *rows[-half:]]
    return "\n".join(f"    {row}" for row in rows)


def can_fork() -> bool:
    # macOS can fork, but its system libraries do not survive it.
    return hasattr(os, "fork") and sys.platform != "darwin"


def _end(parent: subprocess.Popen) -> None:
    """End the warm process; at the end of its input it ends its kernels first."""
    with suppress(OSError):
        parent.stdin.close()
    try:
        parent.wait(timeout=5)
    except subprocess.TimeoutExpired:
        parent.kill()
        parent.wait()
    parent.stdout.close()


def _connection(place: Path) -> dict:
    """Where a kernel listens: Unix sockets in its own folder, or ports where there are none."""
    common = {"key": secrets.token_hex(16), "signature_scheme": "hmac-sha256", "kernel_name": "python3"}
    if sys.platform != "win32":
        ports = {f"{channel}_port": number for number, channel in enumerate(_CHANNELS, 1)}
        return {"transport": "ipc", "ip": str(place / "k"), **ports, **common}
    import socket

    held = [socket.create_server(("127.0.0.1", 0)) for _ in _CHANNELS]
    ports = {f"{channel}_port": server.getsockname()[1] for channel, server in zip(_CHANNELS, held, strict=True)}
    for server in held:
        server.close()
    return {"transport": "tcp", "ip": "127.0.0.1", **ports, **common}
