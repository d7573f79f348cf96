"""What the report says of its data and its reviews to search engines: blocks of JSON-LD in the head of a page."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from markupsafe import Markup


def of_the_data(site: Path) -> Markup:
    """The description of the data as a page's block of data, its files as seen from the first page."""
    told = json.loads((site / "data/dataset.jsonld").read_text("utf-8"))
    for file in told["distribution"]:
        file["contentUrl"] = f"data/{file['contentUrl']}"
    return _block(told)


def of_the_reviews(site: Path) -> Markup:
    """The reviews of the claims as a block of data, without what the page says already or each of them would repeat.

    That is the sentence, the version of the data, the ends of schema.org's own scale, and after the first the author
    and the publication.
    """
    told = json.loads((site / "data/claimreviews.jsonld").read_text("utf-8"))
    works: dict[str, str] = {}
    for nth, review in enumerate(told["@graph"]):
        review.pop("version", None)
        if work := review["itemReviewed"].get("appearance"):
            first = works.setdefault(work["url"], f"#work-{nth}")
            review["itemReviewed"]["appearance"] = {"@id": first} | (work if first == f"#work-{nth}" else {})
        review["author"] = {"@id": "#author"} | ({} if nth else review["author"])
        review["reviewRating"] = {key: review["reviewRating"][key] for key in ("@type", "ratingValue", "alternateName")}
    return _block(told)


def _block(told: dict[str, Any]) -> Markup:
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return Markup('<script type="application/ld+json">{}</script>').format(Markup(text))
