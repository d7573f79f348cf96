"""Typst in a process of its own: its memory is freed, and its faults stay inside.

Run as a program with a folder, an output format and folders of fonts: it sets ``main.typ`` of the folder into ``out``.
"""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ..errors import DataError, ExposureError

#: A full disk, a full share of it, a file larger than is allowed, a disk or folder that cannot be written.
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES)
_ADVICE = "write a .docx instead"


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder for what a document is made from, taken away afterwards.

    Raises
    ------
    ExposureError
        If there is no room for it.
    """
    try:
        with tempfile.TemporaryDirectory(prefix="exposure-document-") as name:
            yield Path(name)
    except OSError as error:
        if error.errno not in _NO_ROOM:
            raise
        raise ExposureError(
            f"there is no room to make the document in ({error.strerror})",
            remedy="free space there, or name another folder in TMPDIR",
            file=tempfile.gettempdir(),
        ) from None


def set_by_typst(folder: Path, kind: str, fonts: Iterable[Path | str]) -> bytes:
    """Set ``main.typ`` of a folder as ``pdf`` (PDF/UA-1) or ``png``; no font of the machine is used.

    Raises
    ------
    DataError
        If Typst refuses it.
    ExposureError
        If Typst fails.
    """
    command = [sys.executable, "-P", "-m", __name__, str(folder), kind, *map(str, fonts)]
    root = str(Path(__file__).parents[2])
    environment = {**os.environ, "PYTHONPATH": root, "RUST_BACKTRACE": "0"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    if done.returncode == 2:
        raise DataError(f"the {kind.upper()} cannot be set: {done.stdout.strip()}", remedy=_ADVICE)
    if done.returncode:
        last = done.stderr.strip().rpartition("\n")[2]
        raise ExposureError(f"Typst failed ({last or done.returncode})", remedy=_ADVICE)
    return (folder / "out").read_bytes()


def _main(folder: str, kind: str, *fonts: str) -> int:
    import typst

    compiler = typst.Compiler(root=folder, font_paths=list(fonts), ignore_system_fonts=True)
    source = Path(folder, "main.typ").read_bytes()
    try:
        if kind == "pdf":
            made = compiler.compile(input=source, format="pdf", pdf_standards=["ua-1"], timestamp=0)
        else:
            made = compiler.compile(input=source, format="png", ppi=144)
    except typst.TypstError as error:
        print(error.message)
        return 2
    assert isinstance(made, bytes)
    Path(folder, "out").write_bytes(made)
    return 0


if __name__ == "__main__":
    sys.exit(_main(*sys.argv[1:]))
