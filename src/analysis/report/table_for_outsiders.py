"""The whole panel as one table for outsiders, and the descriptions that repositories and fact-checkers read.

Every description is made from the same few facts: title, licence, version of the data, columns, sources.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import __version__
from ..writing import table_text, write_table, write_text

if TYPE_CHECKING:
    import pandas as pd

TITLE = "Published counts of exposed medical-imaging servers"
DESCRIPTION = (
    "Every published aggregate count of medical-imaging servers, studies and images that could be reached from the "
    "internet: one row per printed figure, with its value, the interval that its rounding allows, its "
    "source and its place "
    "in the source. No row is about a single host, institution or person."
)
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
CREATOR = "The exposure-statistics authors"
KEYWORDS = ("DICOM", "PACS", "medical imaging", "data exposure", "provenance", "fact-checking")
#: Column of the table for outsiders -> what it holds, its type in a data package.
COLUMNS: dict[str, tuple[str, str]] = {
    "survey": ("The survey: one campaign of counting.", "string"),
    "surveyor": ("Who counted.", "string"),
    "source": ("The publication that prints the figure.", "string"),
    "publisher": ("Who published it.", "string"),
    "published": ("When, as far as it is known: a date, a month or a year.", "string"),
    "tier": ("primary (the authors' own) or secondary (an account by others).", "string"),
    "place": ("The place as printed.", "string"),
    "iso3": ("The country by ISO 3166-1 alpha-3; WLD is the world.", "string"),
    "measure": ("What the source says was counted.", "string"),
    "unit": ("The unit of the measure.", "string"),
    "asset": ("The class of things that was searched.", "string"),
    "value": ("The figure as a number.", "number"),
    "low": ("The least value that the printed figure allows.", "number"),
    "high": ("The largest value that the printed figure allows.", "number"),
    "qualifier": ("The printed qualifier, such as more than.", "string"),
    "figure": ("The figure as printed.", "string"),
    "locator": ("Where in the source it stands.", "string"),
    "scan_from": ("When counting began, as far as it is known.", "string"),
    "scan_to": ("When counting ended, as far as it is known.", "string"),
    "licence": ("The licence of the row.", "string"),
}
#: What `write_dataset` writes.
FILES = (
    "panel.csv",
    "panel.parquet",
    "datapackage.json",
    "dataset.jsonld",
    "croissant.json",
    "datacite.json",
    "claimreviews.jsonld",
    "README.md",
)
#: Verdicts that a fact-checker's scale has, from worst (1) to best (5).
RATINGS = {"contradicted": 1, "definition differs": 2, "within rounding": 4, "supported": 5}


def tidy() -> pd.DataFrame:
    """Every published figure with its unit, interval, source and dates, in one table for readers without this package.

    Returns
    -------
    pandas.DataFrame
        One row per figure, with the columns of `COLUMNS`. Unknown values are missing. Counts are in the unit of the
        measure, shares between 0 and 1, money in the currency that the unit names.

    Examples
    --------
    >>> import analysis as ex
    >>> table = ex.tidy()
    >>> table.loc[table["figure"] == "1,193,404,000", ["value", "low", "high", "unit"]].values.tolist()[0]
    [1193404000.0, 1193403500.0, 1193404500.0, 'image']
    """
    from ..figures.measures import measures
    from ..figures.panel import panel
    from ..figures.sources import sources, surveys

    rows = panel()
    known, every = measures(), sources()
    publishers = every[~every.index.duplicated()]["publisher"]
    table = rows.assign(
        surveyor=rows["survey"].map(surveys()["surveyor"]),
        publisher=rows["source"].map(publishers),
        unit=rows["measure"].map(known["unit"]),
        licence="CC-BY-4.0",
    )
    return table[list(COLUMNS)].reset_index(drop=True)


def write_dataset(folder: Path | str) -> list[Path]:
    """Write the table for outsiders and everything that describes it.

    Parameters
    ----------
    folder
        The folder to write to; it is created if it does not exist.

    Returns
    -------
    list of pathlib.Path
        ``panel.csv``, ``panel.parquet``, ``datapackage.json`` (Frictionless), ``dataset.jsonld`` (schema.org),
        ``croissant.json`` (Croissant 1.0), ``datacite.json`` (for a deposit), ``claimreviews.jsonld`` (schema.org
        ClaimReview, one for each claim with a verdict) and ``README.md``.

    Raises
    ------
    DataError
        For the first fault of the data.
    ExposureError
        If a file cannot be written.

    Examples
    --------
    >>> import analysis as ex, tempfile
    >>> [path.name for path in ex.write_dataset(tempfile.mkdtemp())][:2]
    ['panel.csv', 'panel.parquet']
    """
    folder = Path(folder)
    table = tidy()
    written = [write_text(folder / "panel.csv", table_text(table, "csv")), write_table(table, folder / "panel.parquet")]
    content = written[0].read_bytes()
    descriptions: dict[str, Any] = {
        "datapackage.json": data_package(content),
        "dataset.jsonld": schema_org(),
        "croissant.json": croissant(content),
        "datacite.json": datacite(),
        "claimreviews.jsonld": {"@context": "https://schema.org", "@graph": claim_reviews()},
    }
    for name, content in descriptions.items():
        written.append(write_text(folder / name, json.dumps(content, ensure_ascii=False, indent=1) + "\n"))
    return [*written, write_text(folder / "README.md", _readme(len(table)))]


def schema_org() -> dict[str, Any]:
    """The data as a schema.org ``Dataset``, for the JSON-LD of a page."""
    from ..figures.versions_compared import data_version

    return {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": TITLE,
        "description": DESCRIPTION,
        "license": LICENCE,
        "isAccessibleForFree": True,
        "creator": {"@type": "Organization", "name": CREATOR},
        "keywords": list(KEYWORDS),
        **({"temporalCoverage": years} if (years := _years()) else {}),
        "variableMeasured": sorted(_measures()),
        "distribution": [
            {"@type": "DataDownload", "encodingFormat": media, "contentUrl": name}
            for name, media in (("panel.csv", "text/csv"), ("panel.parquet", "application/vnd.apache.parquet"))
        ],
        **({"version": version} if (version := data_version()) else {}),
    }


def claim_reviews() -> list[dict[str, Any]]:
    """A schema.org ``ClaimReview`` for each claim with a verdict; what cannot be checked has none.

    A review names the publication that makes the claim, never a person; a date that is not known is left out.
    """
    from ..figures.claim_verdicts import check_claims
    from ..figures.sources import sources
    from ..figures.survey import read_survey
    from ..figures.versions_compared import data_version

    table = sources()
    known = table[~table.index.duplicated()].fillna("").to_dict("index")
    reviews: list[dict[str, Any]] = []
    claims, version = check_claims(lang="en"), data_version()
    for anchor, claim in zip(claim_anchors(claims), claims.itertuples(), strict=True):
        if claim.verdict not in RATINGS:
            continue
        source = known[claim.source]
        item: dict[str, Any] = {"@type": "Claim", "author": {"@type": "Organization", "name": source["publisher"]}}
        if source["published"]:
            item["datePublished"] = source["published"]
        if source["url"]:
            item["appearance"] = {"@type": "CreativeWork", "url": source["url"]}
        reviews.append(
            {
                "@type": "ClaimReview",
                "url": f"claims.html#{anchor}",
                "claimReviewed": claim.claim,
                "datePublished": str(read_survey(claim.survey).meta["encoded"]),
                "author": {"@type": "Organization", "name": CREATOR},
                **({"version": version} if version else {}),
                "itemReviewed": item,
                "reviewRating": {
                    "@type": "Rating",
                    "ratingValue": RATINGS[claim.verdict],
                    "worstRating": 1,
                    "bestRating": 5,
                    "alternateName": claim.verdict,
                    "ratingExplanation": claim.explanation,
                },
            }
        )
    return reviews


def claim_anchors(claims: pd.DataFrame) -> list[str]:
    """The permanent name of each claim, ``<source>-<n>``: the n-th of its account, in the order of `check_claims`."""
    numbers: Counter[str] = Counter()
    anchors = []
    for source in claims["source"]:
        numbers[source] += 1
        anchors.append(f"{source}-{numbers[source]}")
    return anchors


def data_package(table: bytes) -> dict[str, Any]:
    """The Frictionless Data Package of the table, with its sources and every column."""
    from ..figures.package import described_bytes, package_of
    from ..figures.sources import citations
    from ..figures.versions_compared import data_version

    fields = [{"name": name, "type": kind, "description": said} for name, (said, kind) in COLUMNS.items()]
    resource = described_bytes(table, "panel.csv", "panel", TITLE, "csv", "text/csv")
    return package_of(
        "exposure-panel",
        TITLE,
        DESCRIPTION,
        [{**resource, "type": "table", "schema": {"fields": fields, "missingValues": [""]}}],
        version=data_version() or __version__,
        told={
            "contributors": [{"title": CREATOR, "roles": ["creator"]}],
            "sources": [{"title": text} for _, text in sorted(citations().items())],
        },
    )


def croissant(table: bytes) -> dict[str, Any]:
    """The Croissant 1.0 description of ``panel.csv``: one record set, one field per column."""
    from ..figures.versions_compared import data_version

    kinds = {"string": "sc:Text", "number": "sc:Float"}
    return {
        "@context": _CROISSANT_CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": "exposure-panel",
        "description": DESCRIPTION,
        "license": LICENCE,
        "creator": {"@type": "sc:Organization", "name": CREATOR},
        "version": data_version() or __version__,
        "distribution": [
            {
                "@type": "cr:FileObject",
                "@id": "panel.csv",
                "name": "panel.csv",
                "contentUrl": "panel.csv",
                "encodingFormat": "text/csv",
                "sha256": hashlib.sha256(table).hexdigest(),
            }
        ],
        "recordSet": [
            {
                "@type": "cr:RecordSet",
                "@id": "figures",
                "name": "figures",
                "field": [
                    {
                        "@type": "cr:Field",
                        "@id": f"figures/{name}",
                        "name": name,
                        "description": said,
                        "dataType": kinds[kind],
                        "source": {"fileObject": {"@id": "panel.csv"}, "extract": {"column": name}},
                    }
                    for name, (said, kind) in COLUMNS.items()
                ],
            }
        ],
    }


def datacite() -> dict[str, Any]:
    """The DataCite metadata of a deposit, without an identifier and a year: a repository gives both."""
    from ..figures.versions_compared import data_version

    return {
        "titles": [{"title": TITLE}],
        "creators": [{"name": CREATOR, "nameType": "Organizational"}],
        "descriptions": [{"description": DESCRIPTION, "descriptionType": "Abstract"}],
        "subjects": [{"subject": word} for word in KEYWORDS],
        "types": {"resourceTypeGeneral": "Dataset", "resourceType": "Aggregate counts"},
        "version": data_version() or __version__,
        "rightsList": [{"rightsIdentifier": "CC-BY-4.0", "rightsUri": LICENCE}],
        "formats": ["text/csv", "application/vnd.apache.parquet"],
        "schemaVersion": "http://datacite.org/schema/kernel-4",
    }


def _measures() -> set[str]:
    from ..figures.measures import measures
    from ..figures.panel import panel

    known = measures()["label_en"]
    return {str(known[name]) for name in panel()["measure"].unique()}


def _years() -> str:
    from ..figures.panel import panel

    ends = sorted(text[:4] for text in panel()["scan_to"].dropna() if text)
    return f"{ends[0]}/{ends[-1]}" if ends else ""


def _readme(rows: int) -> str:
    columns = "\n".join(f"| `{name}` | {said} |" for name, (said, _) in COLUMNS.items())
    return (
        f"# {TITLE}\n\n{DESCRIPTION}\n\n{rows:,} rows, in `panel.csv` and `panel.parquet`; the "
        f"other files describe them "
        "for repositories, search engines and fact-checkers.\n\nLicence: CC BY 4.0. Cite the source "
        "of each figure (column "
        "`source`; `datapackage.json` has the citations) and exposure-statistics.\n\nThe figures "
        "may be used to say what "
        "was published and how sure it is. They must not be added up over surveys, taken for "
        "numbers of people, or used "
        f"to find a server.\n\n| column | holds |\n| --- | --- |\n{columns}\n"
    )


_CROISSANT_CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
