"""Draw every kind of chart in every language and both themes at its full size, to be looked at.

Usage: python scripts/make_contact_sheet.py FOLDER [NAME ...]

For each kind the folder gets pictures from the panel (as ``exposure chart KIND`` draws it) and from each of the made-up
frames of
the tests: one a theme, with a language in each quarter. ``index.html`` shows all of them.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "charts"))

THEMES = ("light", "dark")
GAP = 12


def charts() -> dict:
    """Name -> function of language and theme: the panel's charts, then those of the tests."""
    import chart_frames as frames

    import analysis as ex
    from analysis.charts import KINDS, draw

    # A scenario rests on assumptions that no survey prints.
    of_panel = {f"panel-{kind}": lambda kind=kind, **how: draw(kind, **how) for kind in KINDS if kind != "scenario"}
    return of_panel | {
        f"made-up-{name}": lambda drawn=drawn, **how: drawn(ex.chart, **how) for name, drawn in frames.CHARTS.items()
    }


def sheet(drawn, theme: str):
    """One chart in every language, two beside each other."""
    from PIL import Image

    from analysis.language.languages import LANGUAGES

    bundles = [drawn(lang=lang, theme=theme).files() for lang in LANGUAGES]
    pictures = [
        Image.open(io.BytesIO(content)).reduce(2)
        for files in bundles
        for name, content in files.items()
        if name.endswith(".png")
    ]
    rows = [pictures[n : n + 2] for n in range(0, len(pictures), 2)]
    heights = [max(picture.height for picture in row) for row in rows]
    whole = Image.new("RGB", (2 * pictures[0].width + GAP, sum(heights) + GAP * (len(rows) - 1)), "#808080")
    y = 0
    for row, height in zip(rows, heights, strict=True):
        for n, picture in enumerate(row):
            whole.paste(picture, (n * (pictures[0].width + GAP), y))
        y += height + GAP
    return whole


def main(arguments: list[str]) -> int:
    import chart_frames as frames
    import pytest

    if not arguments:
        print(__doc__, file=sys.stderr)
        return 2
    folder, names = Path(arguments[0]), arguments[1:]
    known = charts()
    unknown = sorted(set(names) - set(known))
    if unknown:
        print(f"there is no chart {', '.join(unknown)}; take of {', '.join(known)}.", file=sys.stderr)
        return 2
    folder.mkdir(parents=True, exist_ok=True)
    for name in names or known:
        with pytest.MonkeyPatch.context() as patch:
            if name.startswith("made-up-"):
                frames.any_method(patch)
            for theme in THEMES:
                sheet(known[name], theme).save(folder / f"{name}-{theme}.png")
        print(name, file=sys.stderr)
    drawn = [f"{name}-{theme}" for name in known for theme in THEMES if (folder / f"{name}-{theme}.png").exists()]
    shown = "".join(f"<h2>{name}</h2><img src='{name}.png' alt='{name}'>\n" for name in drawn)
    (folder / "index.html").write_text(f"<!doctype html><meta charset='utf-8'><title>Charts</title>\n{shown}", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
