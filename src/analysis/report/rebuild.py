"""Do the sources at hand give this report? They are built again elsewhere, and the two are compared."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from ..datafolder import in_use
from . import manifest
from .build import build

if TYPE_CHECKING:
    import pandas as pd

    from .limits import Limits

#: Parts of the manifest that must be the same: what went in and what came out.
SAME = ("inputs", "outputs")
#: Parts that may explain a difference; where they alone differ, the report is the same though other programs made it.
WHY = ("code", "versions")


def rebuild(
    folder: Path | str,
    notebooks: Path | str | None = None,
    *,
    more: Path | str | None = None,
    data: Path | str | None = None,
    jobs: int | None = None,
    limits: Limits | None = None,
    progress: Callable[[str], None] | None = None,
) -> pd.DataFrame:
    """Build the report anew in a temporary folder, in the language of the given one and for release if it was, and compare the two.

    The notebooks executed are those at hand, never those that lie in the given report.

    Parameters
    ----------
    folder
        A built report.
    notebooks, more, data, jobs, limits, progress
        See :func:`~analysis.report.build.build`.

    Returns
    -------
    pandas.DataFrame
        ``part, name, status``, one row for each difference: ``part`` is one of ``inputs, outputs, code, versions``,
        ``status`` is
        ``differs``, ``missing`` (in the report only) or ``new`` (in the rebuilt one only). The report is reproduced if
        no row is of
        :data:`SAME`.

    Raises
    ------
    DataError
        If the folder holds no report, or its manifest is damaged.
    BuildError
        If the sources cannot be built.
    """
    import pandas as pd

    from .release import for_release

    given = manifest.read(Path(folder))
    lang, withheld_below = given["parameters"]["lang"], given["parameters"].get("withheld_below")
    with (
        in_use(data, alone=True) if data is not None else nullcontext(),
        for_release(withheld_below) if withheld_below else nullcontext(),
        tempfile.TemporaryDirectory(prefix="exposure") as temporary,
    ):
        built = build(
            Path(temporary) / "report",
            notebooks,
            more=more,
            lang=lang,
            jobs=jobs,
            limits=limits,
            progress=progress,
            withheld_below=withheld_below,
        )
        made = manifest.read(built.out)
    rows = []
    for part in (*SAME, *WHY):
        for name in sorted({*given[part], *made[part]}):
            if given[part].get(name) != made[part].get(name):
                rows.append(
                    (
                        part,
                        name,
                        "new" if name not in given[part] else "missing" if name not in made[part] else "differs",
                    )
                )
    return pd.DataFrame(rows, columns=["part", "name", "status"], dtype="str")
