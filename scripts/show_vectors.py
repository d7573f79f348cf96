"""Print, for each published number that the statistics are tested against, ours and the difference.

Run as ``python scripts/show_vectors.py``.
"""

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pandas as pd

TESTS = Path(__file__).parents[1] / "tests"


def vectors() -> pd.DataFrame:
    """function, source, case, printed, ours, difference and tolerance, one row a published number."""
    sys.path.insert(0, str(TESTS))
    rows = []
    for file in sorted((TESTS / "statistics").glob("test_*.py")):
        spec = spec_from_file_location(file.stem, file)
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
        for vector in getattr(module, "VECTORS", ()):
            ours = float(vector.ours())
            rows.append(
                (
                    vector.function,
                    vector.source,
                    vector.case,
                    vector.printed,
                    ours,
                    ours - vector.printed,
                    vector.tolerance,
                )
            )
    return pd.DataFrame(rows, columns=["function", "source", "case", "printed", "ours", "difference", "tolerance"])


if __name__ == "__main__":
    table = vectors()
    print(table.to_markdown(index=False, floatfmt=".10g"))
    missed = (table["difference"].abs() > table["tolerance"]).sum()
    print(f"\n{len(table)} published numbers of {table['function'].nunique()} functions; {missed} missed.")
    sys.exit(bool(missed))
