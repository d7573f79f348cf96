"""Write what is generated from the data and committed: run it after every change of data/aggregate or data/series.

``python scripts/make_documents.py`` writes ``docs/data-dictionary.md`` and the ``datapackage.json`` of both folders.
"""

from __future__ import annotations

from pathlib import Path

from analysis.figures.measures import dictionary
from analysis.figures.package import write_descriptor
from analysis.series.package import write_descriptor as write_series_descriptor
from analysis.writing import write_text

if __name__ == "__main__":
    print(write_text(Path(__file__).parents[1] / "docs" / "data-dictionary.md", dictionary()))
    print(write_descriptor())
    print(write_series_descriptor())
