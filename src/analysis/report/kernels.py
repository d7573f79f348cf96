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
import time
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from ..errors import BuildError
from .kernel_client import Client, Stopped
from .limits import Limits
from .processor import pinned
from .touched import Touched

# A path of a Unix socket may have some hundred bytes, on some systems four less.
_LONGEST_SOCKET_PATH = 80
#: The module that runs in the processes of the notebooks.
_INSIDE = f"{__package__}.kernel_process"
_CHANNELS = ("shell", "iopub", "stdin", "control", "hb")

_PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 0
#: A notebook, or a part of one, as its JSON says.
Notebook = dict[str, Any]
_NO_OTHERS = Limits()
#: Seconds between two looks at a process that has been called.
_LOOK = 0.01
#: With less room on a disk than this, in bytes, a process cannot write what it made.
_TOO_LITTLE = 1 << 16
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
    needed
        What several of the notebooks need, so that it is made ready once: any of ``charts``, ``data``, ``claims``,
        ``statistics``.
    light_first
        Whether :meth:`call` will be used, which the notebooks let go first.
    say
        Told when something had to be done another way.
    """

    def __init__(
        self,
        environment: Mapping[str, str] | None = None,
        *,
        watched: Mapping[str, Path] | None = None,
        warm: bool = True,
        limits: Limits = _NO_OTHERS,
        needed: Collection[str] = (),
        light_first: bool = False,
        say: Callable[[str], None] = lambda message: None,
    ) -> None:
        self._watched = {name: str(folder) for name, folder in (watched or {}).items()}
        self._limits = limits
        self._needed = needed
        self._say = say
        self._lock = threading.Lock()
        self._started = 0
        self._plain: list[subprocess.Popen[bytes]] = []
        self._stopped = threading.Event()
        self._turn = threading.Event()
        if not light_first:
            self._turn.set()
        self._folder = Path(tempfile.mkdtemp(prefix="ex"))
        if len(str(self._folder)) > _LONGEST_SOCKET_PATH:
            self._folder.rmdir()
            self._folder = Path(tempfile.mkdtemp(prefix="ex", dir="/tmp"))
        self._environment = {
            **pinned(dict(os.environ)),
            "JE_ARROW_MALLOC_CONF": "background_thread:false",  # the allocator inside pyarrow
            "PYTHONHASHSEED": "0",
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
        for name in ("PYTHONOPTIMIZE", "PYTHONWARNINGS"):
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
        self, notebook: Notebook, name: str, *, folder: Path, environment: Mapping[str, str] | None = None
    ) -> tuple[Notebook, Touched]:
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

        Returns
        -------
        notebook, touched
            A copy with outputs and execution counts; what it read and wrote.

        Raises
        ------
        BuildError
            If a cell fails or takes more than the limits allow, or the kernel dies. ``cell`` is the cell's number among
            all cells, ``source`` its text, ``traceback`` the traceback without colours.
        """
        place = self._place()
        connection = _connection(place)
        file = place / "connection.json"
        file.write_text(json.dumps(connection))
        kernel = self._start(place, {"connection": str(file)}, folder, environment or {})
        try:
            with Client(connection, kernel, self._stopped, self._limits) as client:
                client.wait_until_ready(name)
                executed = self._execute(client, notebook, name)
        finally:
            kernel.kill()
        return executed, Touched.of(place / "touched")

    def call(
        self, function: str, *arguments: object, name: str, folder: Path, environment: Mapping[str, str] | None = None
    ) -> Touched:
        """Call a function of :mod:`analysis.report.surveys` in a process as kernels have it.

        The first such process does not wait for the libraries of charts.

        Parameters
        ----------
        function, arguments
            The name of the function, and what it is given: values that JSON can hold.
        name, folder, environment
            As for :meth:`run`.

        Returns
        -------
        Touched
            What it read and wrote.

        Raises
        ------
        BuildError
            If the function fails or takes more than the limits allow, or the process dies.
        """
        place = self._place()
        result = place / "result.json"
        task = {"function": function, "arguments": arguments, "result": str(result)}
        process = self._start(place, task, folder, environment or {}, light=True)
        limit = time.monotonic() + self._limits.seconds
        try:
            while process.alive():
                if self._stopped.wait(_LOOK):
                    raise BuildError("cannot be made: it was stopped. Build again.", file=name)
                if time.monotonic() > limit:
                    raise BuildError(f"cannot be made: it {self._limits.took_too_long}.", file=name)
                if process.memory() > self._limits.memory:
                    raise BuildError(f"cannot be made: it {self._limits.took_too_much}.", file=name)
        finally:
            process.kill()
        if not result.exists():
            raise BuildError(f"cannot be made: {_end_of(process, place)}", file=name)
        fault = json.loads(result.read_text("utf-8"))
        if fault:
            raise BuildError(
                f"cannot be made: {fault['what']}\n{fault['traceback']}\nCorrect what it reads, and build again.",
                file=name,
                traceback=fault["traceback"],
            )
        return Touched.of(place / "touched")

    def _place(self) -> Path:
        """A folder for one more process, with the log of what it touches."""
        with self._lock:
            self._started += 1
            place = self._folder / str(self._started)
        place.mkdir()
        (place / "touched").touch()
        return place

    def _execute(self, client: Client, notebook: Notebook, name: str) -> Notebook:
        executed = json.loads(json.dumps(notebook))
        displays: dict[str, list[Notebook]] = {}
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

    def _start_parent(self) -> subprocess.Popen[bytes] | None:
        # A session of its own: Ctrl-C reaches only this process, which then ends the others in order.
        program = f"from {_INSIDE} import serve; serve()"
        with suppress(OSError), open(self._folder / "log", "wb") as log:
            return subprocess.Popen(
                [sys.executable, "-c", program, str(self._folder), " ".join(self._needed)],
                env=self._environment,
                cwd=self._folder,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=True,
            )
        return None

    def _start(
        self, place: Path, task: dict[str, Any], folder: Path, environment: Mapping[str, str], light: bool = False
    ) -> _Kernel:
        """A process for a task of :mod:`analysis.report.kernel_process`: forked if that can be, else started alone."""
        told = {
            "task": task,
            "log": str(place / "log"),
            "folder": str(folder),
            "environment": {
                **environment,
                "EXPOSURE_WATCHED": json.dumps(self._watched),
                "EXPOSURE_OPENED": str(place / "touched"),
            },
            "limits": {"memory": self._limits.memory, "output": self._limits.output},
        }
        if not light:
            self._turn.wait()
        with self._lock:
            self._turn.set()
            if self._stopped.is_set():
                raise KeyboardInterrupt
            if self._parent is not None:
                to_parent, from_parent = _pipes(self._parent)
                try:
                    to_parent.write(json.dumps({"light": light, "kernel": told}).encode() + b"\n")
                    to_parent.flush()
                    return _Forked(int(from_parent.readline()), place / "log")
                except (OSError, ValueError):
                    _end(self._parent)
                    self._parent = None
                    said = (self._folder / "log").read_text("utf-8", errors="replace").strip().split("\n")[-1]
                    self._say(f"no kernel could be forked ({said or 'no reason given'}); plain kernels take over")
            return self._start_alone(place, told)

    def _start_alone(self, place: Path, told: dict[str, Any]) -> _Kernel:
        program = f"from {_INSIDE} import start_alone; start_alone()"
        with open(place / "log", "wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-c", program, str(os.getpid()), json.dumps(told["task"]), json.dumps(told["limits"])],
                env={**self._environment, **told["environment"]},
                cwd=told["folder"],
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


def _end_of(process: _Kernel, place: Path) -> str:
    """How a process ended that left nothing: a full disk takes its words with it."""
    if shutil.disk_usage(place).free < _TOO_LITTLE:
        return f"there is no room left in {place.parent}. Free space there, or name another folder in TMPDIR."
    return f"its process died: {process.last_words()}. Build again."


class _Forked(_Kernel):
    def alive(self) -> bool:
        try:
            os.kill(self.pid, 0)
        except OSError:
            return False
        return True


class _Plain(_Kernel):
    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
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
    """Whether kernels can be forked from a warm process here."""
    # macOS can fork, but its system libraries do not survive it.
    return hasattr(os, "fork") and sys.platform != "darwin"


def _pipes(parent: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    """The two ends of the pipes to the warm process, which was started with both."""
    if parent.stdin is None or parent.stdout is None:
        raise OSError("the warm process has no pipes")
    return parent.stdin, parent.stdout


def _end(parent: subprocess.Popen[bytes]) -> None:
    """End the warm process, whatever it is importing; it ends its kernels first."""
    to_parent, from_parent = _pipes(parent)
    with suppress(OSError):
        to_parent.close()
    parent.terminate()
    try:
        parent.wait(timeout=5)
    except subprocess.TimeoutExpired:
        parent.kill()
        parent.wait()
    from_parent.close()


def _connection(place: Path) -> dict[str, Any]:
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
