"""Reports that are being read: each in a thread of its own, with its progress and its result."""

from __future__ import annotations

import re
import secrets
import tempfile
import threading
import time
import unicodedata
from pathlib import Path

from ..datafolder import growing
from ..identifiers import identifying
from ..intake.draft_writing import draft_report

#: So many readings are remembered; the oldest that are done leave.
_MOST = 20
#: So many reports are read at once; more would only make each slower.
_AT_ONCE = 2

_readings: dict[str, Reading] = {}
_places = threading.BoundedSemaphore(_AT_ONCE)
#: One name for a draft is chosen at a time; those chosen have no folder yet.
_naming = threading.Lock()
_held: set[str] = set()


class Reading:
    """A report being read into a draft.

    Attributes
    ----------
    name
        The file's name.
    done, total
        How far it has come, in pages or paragraphs; ``total`` is 0 while that is not known.
    draft
        The draft that came of it; empty until then.
    error
        Why none came of it.
    """

    def __init__(self, name: str, content: bytes, lang: str = "", pages: str = "") -> None:
        self.name = name
        self.done = self.total = 0
        self.draft = ""
        self.error: Exception | None = None
        self.began = time.monotonic()
        self._ended = threading.Event()
        self._asked = {"lang": lang or None, "pages": pages.strip() or None}
        self._thread = threading.Thread(target=self._run, args=(content,), daemon=True)
        self._thread.start()

    @property
    def is_done(self) -> bool:
        """Whether the draft, or the reason why there is none, is available."""
        return self._ended.is_set()

    def wait(self, seconds: float) -> bool:
        """Wait so long for its end; return whether it has ended."""
        return self._ended.wait(seconds)

    def _run(self, content: bytes) -> None:
        try:
            with _places:
                self.draft = self._read(content)
        except Exception as error:  # noqa: BLE001 - told on the page of the reading, whatever it is
            self.error = error
        finally:
            self._ended.set()

    def _read(self, content: bytes) -> str:
        plain = re.sub(r"[^\w.-]+", "-", self.name).lstrip(".-")[-80:] or "report.txt"
        if identifying(self.name) or identifying(Path(self.name).stem):
            plain = f"report{Path(plain).suffix}"
        with tempfile.TemporaryDirectory() as folder, growing() as base:
            file = Path(folder) / plain
            file.write_bytes(content)
            with _naming:
                survey = _free_name(base, file.stem)
                _held.add(survey)
            try:
                draft_report(
                    file,
                    base / "aggregate" / survey,
                    self._asked["lang"],
                    pages=self._asked["pages"],
                    progress=self._progress,
                )
            finally:
                _held.discard(survey)
        return survey

    def _progress(self, done: int, total: int) -> None:
        self.done, self.total = done, total


def begin(name: str, content: bytes, lang: str = "", pages: str = "") -> str:
    """Begin to read a report; return the key under which it is found."""
    for key in [key for key, one in _readings.items() if one.is_done][: max(0, len(_readings) - _MOST + 1)]:
        del _readings[key]
    key = secrets.token_urlsafe(8)
    _readings[key] = Reading(name, content, lang, pages)
    return key


def reading(key: str) -> Reading | None:
    """A reading by its key; None if there is none, or it was long ago."""
    return _readings.get(key)


def _free_name(base: Path, stem: str) -> str:
    """The id of a new draft: from the file's name, with a number where it is taken."""
    plain = unicodedata.normalize("NFKD", stem.lower()).encode("ascii", "ignore").decode()
    wanted = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40].strip("-") or "report"
    number, name = 1, f"{wanted}-draft"
    while (base / "aggregate" / name).exists() or name in _held:
        number += 1
        name = f"{wanted}-draft-{number}"
    return name
