"""Notebooks run in fresh kernels that start at once: forked from one warm process.

Most of the time of a small notebook is spent on importing libraries. Here one process, started
for the build, imports them once (:func:`serve`); each notebook gets a kernel forked from it.
These are ordinary kernels of IPython that speak the ordinary protocol: their own memory, their
own namespace, the same outputs as in JupyterLab. Where a process cannot be forked, plain kernels
do the same, only later.

Fork is safe only in a process without threads, so :func:`serve` starts none: no pool of a
linear-algebra library, no context of ZeroMQ before the fork.
"""

from __future__ import annotations

import gc
import importlib
import importlib.util
import json
import os
import pkgutil
import re
import secrets
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

from ..errors import BuildError

#: Seconds that one cell may take.
TIME_LIMIT = 300.0
_START_LIMIT = 60.0
# A path of a Unix socket may have some hundred bytes, on some systems four less.
_LONGEST_SOCKET_PATH = 80
_CHANNELS = ("shell", "iopub", "stdin", "control", "hb")

# What every kernel uses. IPython's own modules are those that a kernel loads while it starts.
_LIBRARIES = (
    "ipykernel.kernelapp", "ipykernel.ipkernel", "IPython.core.completer", "IPython.core.magics",
    "IPython.core.pylabtools", "IPython.core.completerlib", "IPython.core.debugger", "IPython.core.oinspect",
    "IPython.core.logger", "IPython.extensions.storemagic", "IPython.lib.pretty",
    "sqlite3", "tornado.locks", "tornado.platform.asyncio", "tornado.queues",
    "numpy", "pandas", "babel.numbers", "babel.dates",
)  # fmt: skip
# What notebooks with statistics and charts use besides.
_FOR_NOTEBOOKS = (
    "scipy.special", "matplotlib.figure", "matplotlib.collections", "matplotlib.font_manager",
    "matplotlib.backends.backend_agg", "matplotlib.backends.backend_svg", "matplotlib.backends.backend_pdf",
)  # fmt: skip
# What some of them use, and takes long: imported while the first notebooks run.
_FOR_SOME = ("scipy.stats", "statsmodels.api", "statsmodels.stats.proportion", "esda")

_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")

# What a kernel that was not forked is told first; it leaves nothing in the notebook's namespace.
_NOTE_READS = f"__import__('importlib').import_module({__name__!r}).note_reads()"


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
    time_limit
        Seconds that a cell may take.
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
        time_limit: float = TIME_LIMIT,
        light_first: bool = False,
        say: Callable[[str], None] = lambda message: None,
    ) -> None:
        self._watched = {name: str(folder) for name, folder in (watched or {}).items()}
        self._time_limit = time_limit
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
            "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1",
            "JE_ARROW_MALLOC_CONF": "background_thread:false",  # the allocator inside pyarrow
            "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1",
            "TZ": "UTC", "LC_ALL": "C.UTF-8", "LANG": "C.UTF-8",
            "MPLBACKEND": "module://matplotlib_inline.backend_inline",
            # A fresh profile: what a user's own profile loads must not change the results.
            "IPYTHONDIR": str(self._folder / "ipython"),
            "IPYKERNEL_CELL_NAME": "cell",
            # The inherited settings of matplotlib would change pictures; its list of fonts would not.
            "MATPLOTLIBRC": os.devnull,
            **(environment or {}),
        }  # fmt: skip
        for name in ("PYTHONPATH", "PYTHONSTARTUP"):
            if not self._environment.get(name):
                self._environment.pop(name, None)
        self._parent = self._start_parent() if warm and _can_fork() else None

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
            If a cell fails or takes too long, or the kernel dies. ``cell`` is the cell's number among
            all cells, ``source`` its text, ``traceback`` the traceback without colours.
        """
        with self._lock:
            self._started += 1
            place = self._folder / str(self._started)
        place.mkdir()
        (reads := place / "reads").touch()
        connection = _connection(place)
        told = {
            **(environment or {}),
            "EXPOSURE_WATCHED": json.dumps(self._watched),
            "EXPOSURE_OPENED": str(reads),
        }
        kernel = self._start(place, connection, folder, told, light)
        try:
            with _Client(connection, kernel, self._stopped) as client:
                client.wait_until_ready(name)
                if isinstance(kernel, _Plain):
                    client.execute(_NOTE_READS, [], {}, _START_LIMIT, silent=True)
                executed = self._execute(client, notebook, name)
        finally:
            kernel.kill()
        return executed, sorted(set(reads.read_text("utf-8").splitlines()))

    def _execute(self, client: _Client, notebook: dict, name: str) -> dict:
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
                reply = client.execute(source, cell["outputs"], displays, self._time_limit)
            except _Stopped as error:
                raise BuildError(
                    f"cell {number}: {error}\n{_shown(source)}", file=name, cell=number, source=source, traceback=""
                ) from None
            cell["execution_count"] = reply.get("execution_count")
            if reply["status"] != "ok" and "raises-exception" not in cell.get("metadata", {}).get("tags", []):
                traceback = _ANSI.sub("", "\n".join(reply.get("traceback", [])))
                raise BuildError(
                    f"cell {number} fails: {reply.get('ename')}: {reply.get('evalue')}\n"
                    f"{_shown(source)}\n{traceback}\nCorrect the cell, or what it reads, and build again.",
                    file=name,
                    cell=number,
                    source=source,
                    traceback=traceback,
                )
        return executed

    def _start_parent(self) -> subprocess.Popen | None:
        # A session of its own: Ctrl-C reaches only this process, which then ends the others in order.
        program = f"from {__name__} import serve; serve()"
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

    def _start(self, place: Path, connection: dict, folder: Path, environment: Mapping[str, str], light: bool) -> _Kernel:
        file = place / "connection.json"
        file.write_text(json.dumps(connection))
        told = {"connection": str(file), "log": str(place / "log"), "folder": str(folder), "environment": environment}
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
                    [sys.executable, "-m", "ipykernel_launcher", *_arguments(told["connection"], os.getpid())],
                    env={**self._environment, **environment},
                    cwd=folder,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
            self._plain.append(process)
            return _Plain(process, place / "log")


class _Stopped(Exception):
    """A cell that did not come to its end."""


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


class _Client:
    """Speaks the kernel's protocol: one request after another, every message of it awaited."""

    def __init__(self, connection: dict, kernel: _Kernel, stopped: threading.Event) -> None:
        import zmq
        from jupyter_client.session import Session

        self._kernel = kernel
        self._stopped = stopped
        self._session = Session(key=connection["key"].encode(), signature_scheme=connection["signature_scheme"])
        self._context = zmq.Context()
        self._poller = zmq.Poller()
        separator = ":" if connection["transport"] == "tcp" else "-"
        address = f"{connection['transport']}://{connection['ip']}{separator}"
        self._shell, self._iopub = self._context.socket(zmq.DEALER), self._context.socket(zmq.SUB)
        for socket, channel in ((self._shell, "shell"), (self._iopub, "iopub")):
            socket.linger = 0
            socket.reconnect_ivl = 5  # ms; the kernel opens its sockets a moment later
            if channel == "iopub":
                socket.subscribe(b"")
            socket.connect(address + str(connection[f"{channel}_port"]))
            self._poller.register(socket, zmq.POLLIN)

    def __enter__(self) -> _Client:
        return self

    def __exit__(self, *_: object) -> None:
        self._context.destroy(linger=0)

    def _messages(self, seconds: float) -> list[tuple[str, dict]]:
        """The messages that are there, or come within the given time; raises if none can come any more."""
        if self._stopped.is_set():
            raise _Stopped("was stopped")
        ready = dict(self._poller.poll(seconds * 1000))
        if not ready and not self._kernel.alive():
            said = self._kernel.last_words()
            raise _Stopped("its kernel died; it may have run out of memory" + (f": {said}" if said else ""))
        found = []
        for channel, socket in (("shell", self._shell), ("iopub", self._iopub)):
            if socket in ready:
                found.append((channel, self._session.recv(socket)[1]))
        return found

    def wait_until_ready(self, name: str) -> None:
        """Return when the kernel answers, and what it publishes is heard."""
        limit = time.monotonic() + _START_LIMIT
        awaited = {"shell", "iopub"}
        try:
            while awaited:
                if time.monotonic() > limit:
                    raise _Stopped(f"its kernel did not answer within {_START_LIMIT:.0f} s")
                self._session.send(self._shell, "kernel_info_request", content={})
                for channel, _ in self._messages(0.1):
                    awaited.discard(channel)
        except _Stopped as error:
            raise BuildError(f"cannot be run: {error}. Build again.", file=name) from None

    def execute(
        self, source: str, outputs: list[dict], displays: dict, seconds: float, *, silent: bool = False
    ) -> dict:
        """Run one cell; its outputs are added to ``outputs`` as they come. Returns the kernel's reply."""
        request = {
            "code": source, "silent": silent, "store_history": not silent, "user_expressions": {},
            "allow_stdin": False, "stop_on_error": True,
        }  # fmt: skip
        sent = self._session.send(self._shell, "execute_request", content=request)["header"]["msg_id"]
        limit = time.monotonic() + seconds
        reply, idle, clear = None, False, False
        while reply is None or not idle:
            if time.monotonic() > limit:
                raise _Stopped(f"took longer than {seconds:g} s, the time limit for one cell")
            for channel, message in self._messages(min(0.5, seconds)):
                if message["parent_header"].get("msg_id") != sent:
                    continue
                kind, content = message["header"]["msg_type"], message["content"]
                if channel == "shell":
                    reply = content
                elif kind == "status":
                    idle = idle or content["execution_state"] == "idle"
                elif kind == "clear_output":
                    clear = True
                    if not content.get("wait"):
                        outputs.clear()
                        clear = False
                elif kind in ("stream", "display_data", "execute_result", "error", "update_display_data"):
                    if clear:
                        outputs.clear()
                        clear = False
                    _add(outputs, kind, content, displays)
        return reply


def _add(outputs: list[dict], kind: str, content: dict, displays: dict[str, list[dict]]) -> None:
    """Add one message's output as the notebook format has it."""
    if kind == "stream":
        last = outputs[-1] if outputs else {}
        if last.get("output_type") == "stream" and last["name"] == content["name"]:
            last["text"] += content["text"]
        else:
            outputs.append({"output_type": "stream", "name": content["name"], "text": content["text"]})
        return
    if kind == "error":
        outputs.append({"output_type": "error", **{key: content[key] for key in ("ename", "evalue", "traceback")}})
        return
    identifier = content.get("transient", {}).get("display_id")
    if kind == "update_display_data":
        for shown in displays.get(identifier, []):
            shown.update(data=content["data"], metadata=content["metadata"])
        return
    output = {"output_type": kind, "data": content["data"], "metadata": content["metadata"]}
    if kind == "execute_result":
        output["execution_count"] = content["execution_count"]
    if identifier:
        displays.setdefault(identifier, []).append(output)
    outputs.append(output)


def _shown(source: str, lines: int = 12) -> str:
    """A cell's source as an error shows it: indented, a long one cut in the middle."""
    rows = source.rstrip().split("\n")
    if len(rows) > lines:
        half = lines // 2
        rows = [*rows[:half], f"… {len(rows) - 2 * half} lines …", *rows[-half:]]
    return "\n".join(f"    {row}" for row in rows)


def _can_fork() -> bool:
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


def _arguments(connection: str, parent: int) -> list[str]:
    # A kernel that knows its parent ends when the parent does, however that came about.
    return ["-f", connection, "--HistoryManager.hist_file=:memory:", f"--IPKernelApp.parent_handle={parent}"]


# ---- in the warm process and in the kernels ------------------------------------------------------------


def serve() -> None:
    """The warm process: import the libraries, then fork a kernel for each line of the standard input.

    If the first line asks for a light kernel, that one is forked before the libraries of charts are
    imported, and works while they are. At the end of the input, which comes also when the build dies,
    the process ends the kernels and removes the temporary folder that its argument names.
    """
    folder = sys.argv.pop()
    sys.path.remove("")  # a kernel puts it in again, where a kernel has it
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # so that ended kernels leave no zombie
    kernels = []

    def fork(asked: dict) -> None:
        gc.freeze()
        kernel = os.fork()
        if kernel == 0:
            _become_kernel(**asked["kernel"])
        kernels.append(kernel)
        sys.stdout.write(f"{kernel}\n")
        sys.stdout.flush()

    _import((*_LIBRARIES, *_own_modules("", "figures"), f"{__package__}.surveys"))
    _learn_languages()
    waiting = [json.loads(line) for line in [sys.stdin.buffer.readline()] if line]
    if waiting and waiting[0]["light"]:
        fork(waiting.pop())
    _import((*_FOR_NOTEBOOKS, *_own_modules("statistics", "charts")))
    for asked in waiting:
        fork(asked)
    for name in _FOR_SOME:
        while select.select([sys.stdin], [], [], 0)[0] and (line := sys.stdin.buffer.readline()):
            fork(json.loads(line))
        _import([name])
    for line in sys.stdin.buffer:
        fork(json.loads(line))
    for kernel in kernels:
        with suppress(OSError):
            os.killpg(kernel, signal.SIGKILL)
    shutil.rmtree(folder, ignore_errors=True)


def _import(names: Iterable[str]) -> None:
    for name in names:
        # What cannot be imported fails where a notebook needs it, with the place.
        with suppress(Exception):
            importlib.import_module(name)


def _learn_languages() -> None:
    """Build the tables by which printed numbers are read: of the package's code alone, and much of a small notebook's time."""
    from ..figures import numerals

    for language in numerals.languages():
        numerals.language(language)


def _own_modules(*parts: str) -> list[str]:
    """The modules of these parts of the package, by their full names."""
    root, package = __package__.split(".")[0], Path(__file__).parents[1]
    names = []
    for part in parts:
        folder = [str(package / part)]
        names += [".".join(filter(None, (root, part, found.name))) for found in pkgutil.iter_modules(folder)]
    return [name for name in names if name not in (f"{root}.cli", f"{root}.report")]


def _become_kernel(connection: str, log: str, folder: str, environment: dict[str, str]) -> NoReturn:
    """In the child: turn into a kernel, and never return to the loop of the parent."""
    status = 1
    try:
        parent = os.getppid()
        os.setsid()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        written = os.open(log, os.O_WRONLY | os.O_CREAT, 0o600)
        nothing = os.open(os.devnull, os.O_RDONLY)
        for taken, number in ((nothing, 0), (written, 1), (written, 2)):
            os.dup2(taken, number)
        os.close(nothing)
        os.close(written)
        os.environ.update(environment)
        time.tzset()
        os.chdir(folder)
        note_reads()
        from ipykernel.kernelapp import IPKernelApp

        # Nobody debugs in a build, and the debugger costs a kernel more time than all else.
        sys.modules["debugpy"] = None
        app = IPKernelApp.instance()
        app.initialize(_arguments(connection, parent))
        del sys.modules["debugpy"]
        app.start()
        status = 0
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        os._exit(status)


def note_reads() -> None:
    """From now on, note each file that this process opens below the watched folders, and each folder it lists."""
    watched = {name: os.path.join(path, "") for name, path in json.loads(os.environ["EXPOSURE_WATCHED"]).items()}
    log = os.open(os.environ["EXPOSURE_OPENED"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    noted = set()

    def note(event: str, arguments: tuple) -> None:
        if event not in ("open", "os.listdir", "os.scandir"):
            return
        path = arguments[0]
        if event == "open" and (arguments[2] & (os.O_WRONLY | os.O_RDWR)):
            return
        if path is None or isinstance(path, int):
            return
        path = os.path.abspath(os.fsdecode(path))
        if "__pycache__" in path:
            with suppress(ValueError, NotImplementedError):
                path = importlib.util.source_from_cache(path)
        for name, folder in watched.items():
            if path.startswith(folder) or os.path.join(path, "") == folder:
                listing = event != "open"
                # Importing lists the folder of the notebooks; only lists of data are inputs.
                if listing and name == "notebooks":
                    return
                text = f"{name}/{(os.path.join(path, '') if listing else path)[len(folder) :]}"
                if text not in noted:
                    noted.add(text)
                    os.write(log, (text.replace("\\", "/") + "\n").encode())
                return

    sys.addaudithook(note)

