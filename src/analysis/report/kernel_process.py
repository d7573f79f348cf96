"""What runs in the processes of the notebooks: the warm one, and the kernels that are forked from it or started alone.

A kernel is shut in before the first cell: no network, and limits of memory and of the size of files. What it
reads is noted (:mod:`analysis.report.touched`).
All of it is done by the system or by Python's own audit, where no cell can take it back.
"""

from __future__ import annotations

import errno
import functools
import gc
import importlib
import json
import os
import pkgutil
import select
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

from .processor import without_what_may_be_installed
from .touched import note

# What every kernel uses. IPython's own modules are those that a kernel loads while it starts.
_LIBRARIES = (
    "ipykernel.kernelapp",
    "ipykernel.ipkernel",
    "IPython.core.completer",
    "IPython.core.magics",
    "IPython.core.pylabtools",
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.oinspect",
    "IPython.core.logger",
    "IPython.extensions.storemagic",
    "IPython.lib.pretty",
    "sqlite3",
    "tornado.locks",
    "tornado.platform.asyncio",
    "tornado.queues",
    "numpy",
    "pandas",
    "babel.numbers",
    "babel.dates",
)
# What notebooks with charts use besides.
_FOR_CHARTS = (
    "scipy.special",
    "matplotlib.figure",
    "matplotlib.collections",
    "matplotlib.font_manager",
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_svg",
    "matplotlib.backends.backend_pdf",
)
# What notebooks with statistics use, and takes long. What only one or two use (statsmodels, esda, geopandas) costs less
# there than here.
_FOR_STATISTICS = ("scipy.stats",)


# ---- the warm process ----------------------------------------------------------------------------------


def serve() -> None:
    """The warm process: import the libraries, then fork a kernel for each line of the standard input.

    What several kernels need (its last argument names it) is made ready here, once. If the first line asks for a light
    kernel, that one is forked before the libraries of charts are imported, and works while they are. At the end of the
    input, which comes also when the build dies, or when it is told to terminate, though it is still importing, the
    process ends the kernels and removes the temporary folder that its first argument names.
    """
    needed = set(sys.argv.pop().split())
    folder = sys.argv.pop()
    _forget_working_folder()
    kernels: list[int] = []

    def end(*_: object) -> NoReturn:
        for kernel in kernels:
            with suppress(OSError):
                os.killpg(kernel, signal.SIGKILL)
        shutil.rmtree(folder, ignore_errors=True)
        os._exit(0)

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # so that ended kernels leave no zombie
    signal.signal(signal.SIGTERM, end)

    def fork(asked: dict[str, Any]) -> None:
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
    _import(_own_modules("statistics", "charts"))
    for name in ("charts", "data"):
        _prepare(name, needed)
    for asked in waiting:
        fork(asked)
    for name in ("claims", "statistics"):
        while select.select([sys.stdin], [], [], 0)[0] and (line := sys.stdin.buffer.readline()):
            fork(json.loads(line))
        _prepare(name, needed)
    for line in sys.stdin.buffer:
        fork(json.loads(line))
    end()


def _forget_working_folder() -> None:
    """Import nothing from the working folder yet; a kernel puts it in again, where a kernel has it."""
    sys.path[:] = [folder for folder in sys.path if folder]


def _import(names: Iterable[str]) -> None:
    with without_what_may_be_installed():
        for name in names:
            # What cannot be imported fails where a notebook needs it, with the place.
            with suppress(Exception):
                importlib.import_module(name)


def _learn_languages() -> None:
    """Build the tables by which printed numbers are read: of the code alone, and much of a small notebook's time."""
    from ..figures import numerals

    for language in numerals.languages():
        numerals.language(language)


def _prepare(name: str, needed: set[str]) -> None:
    """Make one thing ready, if several kernels need it."""
    prepared: dict[str, Callable[[], None]] = {
        "charts": functools.partial(_import, _FOR_CHARTS),
        "data": _read_data,
        "claims": _read_claims,
        "statistics": functools.partial(_import, _FOR_STATISTICS),
    }
    if name in needed:
        with suppress(Exception):  # what cannot be read is told where it is asked for
            prepared[name]()


def _read_data() -> None:
    """Read every survey once for all kernels; :mod:`analysis.remembering` tells in each what it was made of."""
    from ..figures.panel import panel
    from ..figures.sources import citations, sources

    panel(), sources(), citations()


def _read_claims() -> None:
    """Check the claims of accounts, of which several pages tell."""
    from ..figures.claim_verdicts import check_claims

    check_claims()


def _own_modules(*parts: str) -> list[str]:
    """The modules of these parts of the package, by their full names."""
    root, package = __package__.split(".")[0], Path(__file__).parents[1]
    names = []
    for part in parts:
        folder = [str(package / part)]
        names += [".".join(filter(None, (root, part, found.name))) for found in pkgutil.iter_modules(folder)]
    # A module of the command line is nothing for a notebook, and `__main__` would run as the command.
    return [name for name in names if name not in (f"{root}.__main__", f"{root}.cli", f"{root}.report", f"{root}.desk")]


# ---- a kernel ------------------------------------------------------------------------------------------


def _become_kernel(
    task: dict[str, Any], log: str, folder: str, environment: dict[str, str], limits: dict[str, float]
) -> NoReturn:
    """In the child: do the task, and never return to the loop of the parent."""
    status = 1
    try:
        parent = os.getppid()
        os.setsid()
        for sent in (signal.SIGCHLD, signal.SIGTERM):
            signal.signal(sent, signal.SIG_DFL)
        written = os.open(log, os.O_WRONLY | os.O_CREAT, 0o600)
        nothing = os.open(os.devnull, os.O_RDONLY)
        for taken, number in ((nothing, 0), (written, 1), (written, 2)):
            os.dup2(taken, number)
        os.close(nothing)
        os.close(written)
        os.environ.update(environment)
        time.tzset()
        os.chdir(folder)
        _do(task, parent, limits)
        status = 0
    except BaseException:  # noqa: BLE001 - whatever it was, the log says so, and the child goes no further
        import traceback

        traceback.print_exc()
    finally:
        os._exit(status)


def start_alone() -> None:
    """A process that was not forked; its arguments: the process to end with, the task and the limits as JSON."""
    _forget_working_folder()
    parent, task, limits = sys.argv[1:]
    _import(("numpy", "pandas"))
    _do(json.loads(task), int(parent), json.loads(limits))


def _do(task: dict[str, Any], parent: int, limits: dict[str, float]) -> None:
    """Shut in, be a kernel at a ``connection``, or call a ``function`` of the pages made from the data."""
    if not sys.pycache_prefix:
        # A module beside a notebook leaves no bytecode there.
        sys.dont_write_bytecode, os.environ["PYTHONDONTWRITEBYTECODE"] = True, "1"
    note(json.loads(os.environ["EXPOSURE_WATCHED"]), Path(os.environ["EXPOSURE_OPENED"]))
    shut_in(**limits)
    if "connection" in task:
        _be_kernel(task["connection"], parent)
    else:
        _call(**task)


def _be_kernel(connection: str, parent: int) -> None:
    from ipykernel.kernelapp import IPKernelApp

    # Nobody debugs in a build, and the debugger costs a kernel more time than all else.
    modules: dict[str, Any] = sys.modules
    modules["debugpy"] = None
    app: Any = IPKernelApp.instance()
    # A kernel that knows its parent ends when the parent does, however that came about.
    app.initialize(["-f", connection, "--HistoryManager.hist_file=:memory:", f"--IPKernelApp.parent_handle={parent}"])
    del modules["debugpy"]
    app.start()


def _call(function: str, arguments: list[Any], result: str) -> None:
    """Call a function of :mod:`analysis.report.surveys`, and tell in the result what went wrong, or nothing."""
    fault = {}
    try:
        from . import surveys

        getattr(surveys, function)(*arguments)
    except Exception as error:  # noqa: BLE001 - whatever it was, the build tells it
        import traceback

        fault = {"what": f"{type(error).__name__}: {error}", "traceback": traceback.format_exc()}
    whole = Path(f"{result}.part")
    whole.write_text(json.dumps(fault), "utf-8")
    whole.replace(result)


def shut_in(memory: float, output: float) -> None:
    """From now on, this process has no network, and gets no memory and writes no file beyond the limits, in bytes.

    The memory's limit is enforced here with a quarter more: up to it the build looks on from outside, and can say what
    happened (:class:`~analysis.report.kernel_client.Client`); beyond it a request for memory fails.
    """
    _leave_the_network()
    _refuse_connections()
    with suppress(ImportError):  # Windows has no such limits
        import resource

        held = int(memory * 1.25) + _reserved()
        for kind, most in ((resource.RLIMIT_DATA, held), (resource.RLIMIT_FSIZE, int(output))):
            _, hard = resource.getrlimit(kind)
            limit = most if hard == resource.RLIM_INFINITY else min(most, hard)
            resource.setrlimit(kind, (limit, limit))


def _reserved() -> int:
    """Bytes of memory that this process has reserved and does not hold, as the system counts them (Linux)."""
    with suppress(OSError, KeyError, ValueError):
        told = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text("ascii").splitlines())
        data, held = (int(told[name].split()[0]) * 1024 for name in ("VmData", "RssAnon"))
        return max(0, data - held)
    return 0


def _leave_the_network() -> None:
    """Move this process, and all that it starts, into a network of its own in which there is nobody (Linux).

    Kernels speak over Unix sockets, which lie in the file system and stay. An ordinary user may do it in a namespace of
    users of its own; where the system forbids that too, :func:`_refuse_connections` is what is left.
    """
    if sys.platform != "linux":
        return
    import ctypes

    users, network = 0x10000000, 0x40000000  # CLONE_NEWUSER, CLONE_NEWNET
    unshare = ctypes.CDLL(None).unshare
    if unshare(network) == 0:
        return
    user, group = os.getuid(), os.getgid()
    if unshare(users | network) == 0:
        # The same names as before: a file's owner is who it was.
        for file, text in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
            with suppress(OSError), open(f"/proc/self/{file}", "w") as handle:
                handle.write(text)


def _refuse_connections() -> None:
    """Let Python's sockets reach nobody; the error says why. An audit hook cannot be removed."""
    # Windows has no pairs of sockets but over its own loopback.
    own = ("127.0.0.1", "::1") if sys.platform == "win32" else ()

    def refuse(event: str, arguments: tuple[Any, ...]) -> None:
        if event in ("socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg"):
            # An address of a Unix socket is a path; without an address the socket was connected before.
            address = arguments[1]
            refused = isinstance(address, tuple) and address[0] not in own
        else:
            refused = (
                event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr")
                and arguments[0] not in own
            )
        if refused:
            raise PermissionError(errno.EPERM, "the network is off while notebooks run; read what is needed from files")

    sys.addaudithook(refuse)
