"""Writing files: whole or not at all, and with the same bytes on every machine."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from .errors import ExposureError


@contextmanager
def _replacing(path: Path) -> Iterator[Path]:
    """A temporary neighbour of ``path`` that takes its place when the block ends well."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield temporary
        os.replace(temporary, path)
    except OSError as error:
        raise ExposureError(
            f"cannot be written ({error.strerror or error}); nothing was changed. "
            "Choose another folder, or free space or permissions there.",
            file=str(path),
        ) from None
    finally:
        with suppress(OSError):
            temporary.unlink()


def write_bytes(path: Path | str, content: bytes) -> Path:
    """Write a file atomically: after a crash the old file or the new one is there, never half of one."""
    path = Path(path)
    with _replacing(path) as temporary:
        with open(temporary, "wb") as handle:
            handle.write(content)
            handle.flush()
            os.fsync(handle.fileno())
    return path


def write_text(path: Path | str, text: str) -> Path:
    """Write a text file atomically, in UTF-8 with ``\\n`` as line end."""
    return write_bytes(path, text.encode("utf-8"))
