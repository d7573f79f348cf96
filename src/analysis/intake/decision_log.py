"""What was changed in a draft, step by step, so that each step can be taken back; one line of JSON a step."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

from ..writing import write_text

#: So many steps can be undone.
STEPS = 200


class Change(NamedTuple):
    """What one step did to a row: the fields before and after; without ``before`` the row was new."""

    id: str
    before: dict[str, str] | None
    after: dict[str, str]


class DecisionLog:
    """The file of a draft that holds the last steps; a line that a killed program cut off is skipped."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def append(self, changes: list[Change]) -> None:
        """Write a step down, on a line of its own even behind one that was cut off."""
        line = json.dumps([change._asdict() for change in changes], ensure_ascii=False) + "\n"
        with open(self.file, "ab+") as log:
            if log.tell():
                log.seek(-1, 2)
                line = line if log.read(1) == b"\n" else f"\n{line}"
            log.write(line.encode("utf-8"))

    def steps(self) -> list[list[Change]]:
        """The last steps, the latest at the end."""
        lines = self.file.read_text("utf-8", errors="replace").splitlines() if self.file.is_file() else []
        found = []
        for line in lines[-STEPS:]:
            try:
                found.append([Change(**one) for one in json.loads(line)])
            except (ValueError, TypeError):
                continue
        return found

    def keep(self, steps: list[list[Change]]) -> None:
        """Replace the log by these steps."""
        told: list[list[dict[str, Any]]] = [[change._asdict() for change in step] for step in steps]
        write_text(self.file, "".join(json.dumps(step, ensure_ascii=False) + "\n" for step in told))
