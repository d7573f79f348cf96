"""Draw the reference pictures of the charts anew, after a change that was wanted and looked at.

Usage: python scripts/renew_pictures.py [KIND ...]

Without a kind all are drawn. Pictures that stay within the tolerance of the test are left as they are.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "charts"))


def main(kinds: list[str]) -> int:
    import chart_frames as frames
    import pictures
    import pytest
    from PIL import Image

    unknown = sorted(set(kinds) - set(frames.CHARTS))
    if unknown:
        print(f"there is no chart {', '.join(unknown)}; take of {', '.join(frames.CHARTS)}.", file=sys.stderr)
        return 2
    pictures.FOLDER.mkdir(exist_ok=True)
    with pytest.MonkeyPatch.context() as patch:
        frames.any_method(patch)
        for kind in kinds or frames.CHARTS:
            file, drawn = pictures.FOLDER / f"{kind}.png", pictures.sheet(kind)
            if file.exists() and pictures.distance(Image.open(file), drawn) <= pictures.TOLERANCE:
                continue
            file.write_bytes(pictures.encoded(drawn))
            print(file.name)
    for file in pictures.FOLDER.glob("*.png"):
        if file.stem not in frames.CHARTS:
            file.unlink()
            print(f"{file.name} removed")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
