"""Set up .venv: pinned and hashed wheels, then this package on top; an interrupted set-up is gone on with.

uv installs in seconds what takes pip a minute. It is itself installed by pip, pinned and hashed, and told what pip is
configured with (an index, certificates, a proxy). Where uv cannot be had, or fails, pip does the same. Wheels alone are
taken, so that no code of a package runs while it is installed.

Run with ``python scripts/set_up.py [--with-pip] [LOCK]``; without a lock file, the package's own and the package.
"""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import time
import venv
from pathlib import Path

ROOT = Path(__file__).parents[1]
HOME = ROOT / ".venv"
BIN = HOME / ("Scripts" if sys.platform == "win32" else "bin")
PYTHON, UV = BIN / "python", BIN / "uv"
PINNED = ["--no-deps", "--require-hashes", "--requirement"]
WHEELS = ["--only-binary", ":all:", *PINNED]
#: Apache Spark is published as a source package alone; only the tests of the engines install it.
FROM_SOURCE = ("requirements-cluster.lock",)
#: What pip calls a setting, and by which variable uv knows it.
SETTINGS = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "trusted-host": "UV_INSECURE_HOST",
    "cert": "SSL_CERT_FILE",
    "proxy": "ALL_PROXY",
}


def settings(listed: str) -> dict[str, str]:
    """The variables of uv that say what ``pip config list`` says."""
    found: dict[str, str] = {}
    for line in listed.splitlines():
        name, _, text = line.partition("=")
        variable = SETTINGS.get(name.rpartition(".")[2])
        if variable:
            separator = "," if variable == "UV_FIND_LINKS" else " "
            found[variable] = separator.join(str(ast.literal_eval(text)).split())
    # As pip does it: the best of all indexes, and hashes say which file is the right one.
    return found | {"UV_INDEX_STRATEGY": "unsafe-best-match"} if found else found


def run(*command: object, env: dict[str, str] | None = None) -> bool:
    """Whether a command did its work; what it says goes to the terminal."""
    return subprocess.run([*map(str, command)], cwd=ROOT, env=env).returncode == 0


def pip(*arguments: object) -> bool:
    """Install by pip."""
    return run(PYTHON, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", *arguments)


def uv(*arguments: object) -> bool:
    """Install by uv, with the settings of pip."""
    listed = subprocess.run([PYTHON, "-m", "pip", "config", "list"], capture_output=True, text=True)
    env = settings(listed.stdout) | os.environ
    return run(UV, "pip", "install", "--quiet", "--python", PYTHON, *arguments, env=env)


def is_whole(lock: Path) -> bool:
    """Whether a lock came to its end: each pin has a hash, and the last line does not go on."""
    try:
        text = lock.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return False
    pins = re.split(r"\n(?=[A-Za-z0-9])", text.strip())
    return text.endswith("\n") and all(
        re.search(r"--hash=sha256:[0-9a-f]{64}(?![^\n])", pin) and not pin.rstrip().endswith("\\") for pin in pins
    )


def make_environment() -> None:
    """Make .venv, unless there is one that works: an interrupted set-up goes on in it."""
    if PYTHON.exists() and run(PYTHON, "-c", "import pip"):
        return
    try:
        venv.create(HOME, clear=True, with_pip=True, symlinks=sys.platform != "win32")
    except (OSError, subprocess.CalledProcessError) as error:
        sys.exit(
            f"{HOME.name} cannot be made in this folder ({getattr(error, 'strerror', None) or error}): "
            "make it one that you can write (or copy the checkout to one), with room for 2 GB, and call this again."
        )


def main() -> None:
    """Set up, and say how long it took."""
    started = time.monotonic()
    if not (3, 11) <= sys.version_info < (3, 14):
        sys.exit("Python 3.11 to 3.13 is needed; call make PYTHON=python3.12, say")
    given = [argument for argument in sys.argv[1:] if not argument.startswith("--")]
    locks = given or ["requirements.lock"]
    for lock in ["requirements-setup.lock", *locks]:
        if not is_whole(ROOT / lock):
            sys.exit(
                f"{lock} is missing or half-written: bring it back (git checkout {lock}), and call this again; "
                "nothing was installed."
            )
    make_environment()
    quick = "--with-pip" not in sys.argv and (UV.exists() or pip(*WHEELS, "requirements-setup.lock"))
    for lock in locks:
        how = PINNED if lock in FROM_SOURCE else WHEELS
        if not (quick and uv(*how, lock)):
            if quick:
                print("uv could not install; pip does the same, which takes longer", file=sys.stderr)
            quick = False
            if not pip(*how, lock):
                sys.exit(
                    f"{lock} could not be installed: the lines above name the wheel; if an index lacks it, or a "
                    "proxy answers with a page of its own, correct pip's configuration (pip config list), "
                    "and call this again."
                )
    package = ["--no-deps", "--no-build-isolation", "--editable", "."]
    if not given and not (quick and uv(*package)) and not pip(*package):
        sys.exit("the package itself could not be installed: look at the lines above, and call this again.")
    print(f"set-up: {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()
