"""Do the sources at hand give this report? They are built again elsewhere, and the two are compared."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..datafolder import data_folders, in_use, shipped_folder
from ..errors import DataError
from . import manifest
from .build import Telling, Work, build
from .inputs import Material
from .limits import Limits
from .number_differences import LAST_DIGITS, NUMBER, difference

if TYPE_CHECKING:
    import pandas as pd

    from .build import Documents
    from .manifest import Manifest

#: Parts of the manifest that must be the same: what went in and what came out.
SAME = ("inputs", "outputs")
#: Parts that may explain a difference; where they alone differ, the report is the same though other programs made it.
WHY = ("parameters", "processor", "code", "versions")
#: What an option of a report is called at the command line, by what the manifest says about it.
_OPTIONS = {
    ("notebooks", "own"): "--notebooks-only DIR",
    ("notebooks", "more"): "--notebooks DIR",
    ("data", "joined"): "--data DIR",
    ("data", "alone"): "--data-only DIR",
}


@dataclass(frozen=True)
class Verdict:
    """The result of the comparison, in one word and one sentence."""

    word: str
    """``same``, ``last digits``, ``another number``, ``another version`` or ``other inputs``."""
    told: str


def rebuild(
    folder: Path | str,
    notebooks: Path | str | None = None,
    *,
    more: Path | str | None = None,
    data: Path | str | None = None,
    jobs: int | None = None,
    limits: Limits | None = None,
    progress: Callable[[str], None] | None = None,
    documents: Documents | None = None,
) -> pd.DataFrame:
    """Rebuild the report in a temporary folder, with the options that its manifest names, and compare the two.

    The notebooks executed are those at hand, never those that lie in the given report.

    Parameters
    ----------
    folder
        A built report.
    notebooks, more, data
        The material at hand, see :class:`~analysis.report.inputs.Material`.
    jobs, limits
        How notebooks are executed, see :class:`~analysis.report.build.Work`.
    progress
        Called with a line of text for each page that is done.
    documents
        See :func:`~analysis.report.build.build`.

    Returns
    -------
    pandas.DataFrame
        ``part, name, status, largest, told``, one row for each difference: ``part`` is one of ``inputs, outputs,
        parameters, processor, code, versions``; ``status`` is ``missing`` (in the report only), ``new`` (in the rebuilt
        one only) or ``differs``, and for outputs ``last digits`` (numbers that agree but for the noise of machines) or
        ``another number``; ``largest`` is the largest relative difference of two numbers, ``told`` what differs most.
        The report is reproduced if no row is of :data:`SAME`.

    Raises
    ------
    DataError
        If the folder holds no report, its manifest is damaged, or names options that were not given.
    BuildError
        If the sources cannot be built.
    """
    import pandas as pd

    from .release import for_release

    folder = Path(folder)
    given = manifest.read(folder)
    lang, withheld_below = given["parameters"]["lang"], given["parameters"].get("withheld_below")
    with in_use(data, alone=True) if data is not None else nullcontext():
        _refuse_other_options(given, notebooks, more, folder)
        with (
            for_release(withheld_below, more or notebooks) if withheld_below else nullcontext(),
            tempfile.TemporaryDirectory(prefix="exposure") as temporary,
        ):
            built = build(
                Path(temporary) / "report",
                Material(notebooks, more, lang=lang, withheld_below=withheld_below),
                work=Work(jobs, limits=limits or Limits()),
                telling=Telling(progress) if progress else None,
                documents=documents,
            )
            rows = _differences(given, manifest.read(built.out), folder, built.out)
    columns = ["part", "name", "status", "largest", "told"]
    return pd.DataFrame(rows, columns=columns).astype({"largest": "float64", "told": "str", "status": "str"})


def verdict(found: pd.DataFrame) -> Verdict:
    """What the differences found by :func:`rebuild` amount to."""
    outputs, inputs = found[found["part"] == "outputs"], found[found["part"] == "inputs"]
    others = found.loc[found["part"].isin(WHY)]
    why = "; ".join(f"{row.part.removesuffix('s')} {row.name}: {row.told}" for row in others.head(3).itertuples())
    why += f" and {len(others) - 3} more" if len(others) > 3 else ""
    if not len(outputs) and not len(inputs):
        return Verdict(
            "same", "the sources at hand give the same report, byte for byte" + (f", though {why}" if why else "")
        )
    largest = outputs["largest"].max()
    if len(inputs):
        names = ", ".join(inputs["name"].head(3))
        return Verdict("other inputs", f"the sources at hand give another report, for they are others: {names}")
    if set(outputs["status"]) == {LAST_DIGITS}:
        told = (
            f"the same numbers but for last digits in {len(outputs)} file(s), largest relative difference {largest:.1g}"
        )
        return Verdict("last digits", f"the sources at hand give {told}" + (f" ({why})" if why else ""))
    if len(others):
        return Verdict("another version", f"the sources at hand give another report, made by others: {why}")
    numbers = outputs[outputs["status"] == NUMBER].sort_values("largest", ascending=False, kind="stable")
    worst = f": {numbers['told'].iloc[0]} in {numbers['name'].iloc[0]}" if len(numbers) else ""
    return Verdict("another number", f"the same sources and programs give another report{worst}; do not trust this one")


def _refuse_other_options(given: Manifest, notebooks: object, more: object, folder: Path) -> None:
    """Refuse to compare with a report of other options; only whoever built it knows the folders."""
    own, *joined = data_folders()
    now = {
        "notebooks": "own" if notebooks is not None else "more" if more is not None else "",
        "data": "" if own == shipped_folder("data") else "joined" if joined else "alone",
    }
    named = {what: given["parameters"].get(what, "") for what in now}
    wanted = [_OPTIONS[what, named[what]] for what in now if named[what] != now[what] and named[what]]
    surplus = [_OPTIONS[what, now[what]].partition(" ")[0] for what in now if now[what] and not named[what]]
    if wanted or surplus:
        asked = [f"give {' '.join(wanted)}"] if wanted else []
        asked += [f"leave out {' '.join(surplus)}"] if surplus else []
        raise DataError(
            "was built with other options",
            remedy=f"{' and '.join(asked)}, with the folders that it was built from",
            file=str(folder),
        )


def _differences(given: Manifest, made: Manifest, before: Path, after: Path) -> list[tuple[str, str, str, float, str]]:
    rows = []
    for part in (*SAME, *WHY):
        old, new = (_entries(content.get(part)) for content in (given, made))
        for name in sorted({*old, *new}):
            if old.get(name) == new.get(name):
                continue
            status = "new" if name not in old else "missing" if name not in new else "differs"
            largest, told = float("nan"), _change(old.get(name), new.get(name))
            if part == "outputs" and status == "differs":
                status, largest, told = difference(before / name, after / name)
            rows.append((part, name, status, largest, told))
    return rows


def _entries(content: object) -> dict[str, object]:
    if isinstance(content, dict):
        return content
    return {} if content is None else {"of the numbers": content}


def _change(old: object, new: object) -> str:
    """What something was and is, where a reader can tell the two apart."""
    hashed = any(isinstance(value, str) and len(value) == 64 for value in (old, new))
    return "another content" if hashed else f"{old or 'none'} there, {new or 'none'} here"
