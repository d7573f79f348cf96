"""Published counts of exposed medical-imaging servers, as statistics and charts.

``import analysis as ex`` is how notebooks begin. Names are loaded when first used, so that
importing the package costs next to nothing.
"""

__version__ = "0.1.0"

# name -> (module, attribute; None for the module itself)
_FACE = {
    "quantity": ("figures.quantities", "quantity"),
    "quantities": ("figures.quantities", "quantities"),
    "Quantity": ("figures.quantities", "Quantity"),
    "iso3": ("figures.places", "iso3"),
    "country_name": ("figures.country_names", "country_name"),
    "measures": ("figures.measures", "measures"),
    "panel": ("figures.panel", "panel"),
    "preferred": ("figures.preferred", "preferred"),
    "conflicts": ("figures.conflicts", "conflicts"),
    "unpublished": ("figures.unpublished", "unpublished"),
    "comparable": ("figures.comparability", "comparable"),
    "surveys": ("figures.sources", "surveys"),
    "sources": ("figures.sources", "sources"),
    "cite": ("figures.sources", "cite"),
    "check_claims": ("figures.claim_verdicts", "check_claims"),
    "changes": ("figures.versions_compared", "changes"),
    "corrections": ("figures.corrections", "corrections"),
    "data_version": ("figures.versions_compared", "data_version"),
    "refuse_identifiers": ("identifiers", "refuse_identifiers"),
    "extract": ("intake.extract", "extract"),
    "review": ("intake.review", "review_table"),
    "reference": ("datafolder", "reference"),
    "series": ("series", None),
    "events": ("series.catalogue", "events"),
    "breaks": ("series.catalogue", "breaks"),
    "rates": ("statistics", "rates"),
    "statistics": ("statistics", None),
    "chart": ("charts", None),
    "explorer": ("charts.explorer", "explorer"),
    "shapes": ("charts.shapes", "shapes"),
    "table": ("charts.table", "table"),
    "workbook": ("documents.workbook", "workbook"),
    "tidy": ("report.table_for_outsiders", "tidy"),
    "write_dataset": ("report.table_for_outsiders", "write_dataset"),
    "document": ("documents.making", "document"),
    "finding": ("charts.computed_sentence", "finding"),
    "number": ("language.numbers", "number"),
    "percent": ("language.numbers", "percent"),
    "ExposureError": ("errors", "ExposureError"),
    "DataError": ("errors", "DataError"),
    "OptionError": ("errors", "OptionError"),
    "AmbiguousQuantityError": ("errors", "AmbiguousQuantityError"),
    "UnknownPlaceError": ("errors", "UnknownPlaceError"),
    "IdentifierError": ("errors", "IdentifierError"),
    "NotComparableError": ("errors", "NotComparableError"),
    "BuildError": ("errors", "BuildError"),
}

__all__ = list(_FACE)


def __getattr__(name: str) -> object:
    try:
        module, attribute = _FACE[name]
    except KeyError:
        raise AttributeError(f"module 'analysis' has no attribute {name!r}") from None
    from importlib import import_module

    loaded = import_module(f"{__name__}.{module}")
    options = import_module(f"{__name__}.options")
    value: object = options.with_known_options(loaded if attribute is None else getattr(loaded, attribute), __name__)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
