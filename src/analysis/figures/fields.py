"""The columns of the data files and of the panel: one list that reading, checking and documenting share."""

from __future__ import annotations

from dataclasses import dataclass

#: What an account may say beyond a single number.
RELATIONS = (
    "more_than",
    "less_than",
    "share_of",
    "ratio",
    "rank",
    "first",
    "record",
    "change",
    "change_direction",
    "none_of",
    "not_measured",
    "nothing_known",
    "dated",
    "qualitative",
)

#: Why no count decides a qualitative statement; each has its sentence in the catalogue of claims.
NO_COUNT = (
    "contents",
    "doer",
    "owner",
    "time",
    "state",
    "list",
    "vague",
    "judgement",
    "overlap",
    "method",
    "other",
    "derived",
    "compared",
    "report",
    "place",
    "noun",
    "residence",
    "editions",
    "wave",
    "apart",
    "protection",
)

#: An ISO date, a year and month, or a year: as far as it is known.
DATE = r"^\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?$"
KEBAB = r"^[a-z0-9]+(?:-[a-z0-9]+)*$"
_DAY = r"^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$"
_SNAKE = r"^[a-z][a-z0-9_]*$"
_NAME = r"^[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*$"
_COUNT = r"^\d+$"
_NUMBER = r"^-?\d+(?:\.\d+)?$"
_LANGUAGE = r"^[a-z]{2,3}(?:-[A-Za-z0-9]+)*$"


@dataclass(frozen=True, slots=True)
class Field:
    """A column of a data file.

    Attributes
    ----------
    name, description
        What it is called, and what stands in it.
    needed
        Whether every row must fill it.
    optional
        Whether the whole column may be left out of a file.
    pattern, choices
        What a filled cell must look like, or be one of.
    example
        What a right cell looks like, for messages.
    """

    name: str
    description: str
    needed: bool = False
    optional: bool = False
    pattern: str = ""
    choices: tuple[str, ...] = ()
    example: str = ""


SOURCES = (
    Field(
        "source",
        "Id of the publication: publisher, year, month, in kebab case.",
        needed=True,
        pattern=KEBAB,
        example="digitalhealth-2019-09",
    ),
    Field(
        "tier",
        "primary: the authors' own; secondary: an account by others.",
        needed=True,
        choices=("primary", "secondary"),
    ),
    Field("derived_from", "Ids of the publications that an account retells, with blanks between them."),
    Field(
        "published", "Date of publication, as far as it is known.", pattern=DATE, example="2019-09-17, 2019-09 or 2019"
    ),
    Field(
        "seen",
        "How it was read: full, excerpt, or quoted (only through others).",
        needed=True,
        choices=("full", "excerpt", "quoted"),
    ),
    Field("lang", "Language of the text.", needed=True, pattern=_LANGUAGE, example="en, pt or zh"),
    Field("publisher", "Who published it.", needed=True),
    Field("title", "Its title, or what it is where no title was seen."),
    Field("url", "Its public address.", pattern=r"^https?://\S+$", example="https://example.org/report"),
    Field("note", "What a reader should know about it."),
)

FIGURES = (
    Field("source", "Id of the publication that prints the figure.", needed=True, pattern=KEBAB),
    Field("place", "The place as printed; World for a total.", needed=True),
    Field(
        "measure",
        "What was counted, as the source words it; an id of measures.toml.",
        needed=True,
        pattern=_SNAKE,
        example="servers_exposed",
    ),
    Field("asset", "Class of what was found; empty: the survey's own."),
    Field("figure", "The number as printed, with its qualifier, without its noun.", needed=True),
    Field("locator", "Where in the source it stands.", needed=True),
    Field("note", "What a reader should know about it; two rows of a source that contradict each other need one."),
    Field(
        "lang",
        "Language in which to read the figure, where it is not that of the source.",
        optional=True,
        pattern=_LANGUAGE,
        example="en",
    ),
    Field(
        "value", "The value, where the rules of reading cannot find it.", optional=True, pattern=_NUMBER, example="1500"
    ),
    Field(
        "low",
        "Lower end of the interval, where the rules of reading do not fit.",
        optional=True,
        pattern=_NUMBER,
        example="1450",
    ),
    Field(
        "high",
        "Upper end of the interval, where the rules of reading do not fit.",
        optional=True,
        pattern=_NUMBER,
        example="1550",
    ),
    Field("exact", "yes: the source says that the number is exact.", optional=True, choices=("yes", "no")),
    Field(
        "scan_from",
        "Start of the time that the figure refers to, where it is not the survey's.",
        optional=True,
        pattern=DATE,
        example="2018",
    ),
    Field("scan_to", "End of that time.", optional=True, pattern=DATE, example="2018"),
)

CLAIMS = (
    Field("source", "Id of the account that makes the claim.", needed=True, pattern=KEBAB),
    Field("claim", "The claim in our own words.", needed=True),
    Field("relation", "What kind of statement it is.", needed=True, choices=RELATIONS),
    Field("place", "The place it is about, as printed.", needed=True),
    Field("measure", "What it is about; an id of measures.toml.", needed=True, pattern=_SNAKE),
    Field("figure", "The number in it as printed, if there is one."),
    Field("other_place", "The place that it compares with."),
    Field("other_measure", "The measure that it compares with.", pattern=_SNAKE),
    Field("locator", "Where in the account it stands.", needed=True),
    Field("quote_lang", "Language in which to read the figure.", pattern=_LANGUAGE),
    Field("no_count", "Of a statement that no count decides: why.", optional=True, choices=NO_COUNT),
)

#: What a report is thought to print, row by row, until a person has settled it (``draft.csv``).
DRAFT = (
    Field(
        "decision",
        "Empty while nobody has settled the row; accept, drop, or later.",
        choices=("accept", "drop", "later"),
    ),
    Field("place", "The place that the figure is said of; World for a total."),
    Field("measure", "The measure proposed; empty where a person must name it.", pattern=_SNAKE),
    Field("figure", "The number as printed, with its qualifier, without its noun."),
    Field("value", "The value read.", pattern=_NUMBER),
    Field("low", "Lower end of the interval that the rounding allows.", pattern=_NUMBER),
    Field("high", "Upper end of it.", pattern=_NUMBER),
    Field("qualifier", "What is said about the number: about, more than, …"),
    Field("lang", "Language of the sentence.", pattern=_LANGUAGE),
    Field("locator", "Where in the report it stands."),
    Field("sentence", "The sentence, or the cell with its header."),
    Field("confidence", "How sure the reading is, from 0 to 1.", pattern=_NUMBER),
    Field("reason", "Why this measure and place."),
    Field("mixed_up_with", "What it may be mixed up with."),
    Field("id", "The number's own, within the draft.", optional=True, pattern=_COUNT),
    Field("left_out", "Why the number was left out, such as a date; empty for a drafted one.", optional=True),
    Field("part", "In which part of report.json it stands, from 0.", optional=True, pattern=_COUNT),
    Field("start", "Its first character in that part.", optional=True, pattern=_COUNT),
    Field("end", "The character after its last one.", optional=True, pattern=_COUNT),
    Field("was", "What of it was mended: field=value as drafted, parted by semicolons.", optional=True),
)

#: A table of counts over time; a store of such counts has the same columns.
COUNTS = (
    Field(
        "day",
        "The day, or the first day of the month or week, as the series' grain says; a day has no time zone.",
        needed=True,
        pattern=_DAY,
        example="2024-05-01",
    ),
    Field("place", "The place as the monitor prints it; World for a total.", needed=True),
    Field(
        "iso3",
        "ISO 3166-1 alpha-3 of the country that the place is, or lies in; WLD is the world; empty where there is none.",
        pattern=r"^[A-Z]{3}$",
        example="DEU",
    ),
    Field("measure", "What was counted; defined in series.toml.", needed=True, pattern=_NAME, example="open_dns"),
    Field("count", "The number: whole, not negative.", needed=True, pattern=_COUNT, example="1204"),
    Field(
        "low",
        "Lower end of the interval that its rounding or its method allows, where one is known.",
        pattern=_NUMBER,
        example="1150",
    ),
    Field("high", "Upper end of that interval.", pattern=_NUMBER, example="1250"),
    Field(
        "source",
        "Id of the monitor that counted; described in series.toml.",
        needed=True,
        pattern=KEBAB,
        example="hhs-ocr-breach-portal",
    ),
    Field(
        "vintage",
        "Day on which this number was known; a later one of the same key is a revision.",
        optional=True,
        pattern=_DAY,
        example="2024-06-01",
    ),
)

BREAKS = (
    Field(
        "date",
        "From when on counts are no longer counted as before, as far as it is known.",
        needed=True,
        pattern=DATE,
        example="2015-01",
    ),
    Field("series", "Id of the series, or of the survey that prints a register.", needed=True, pattern=KEBAB),
    Field("measure", "The measure that breaks; empty: all of the series.", pattern=_NAME),
    Field("reason", "What changed.", needed=True),
    Field("source", "Where that is said: a public address, or whose reading it is.", needed=True),
)

EVENTS = (
    Field("date", "When it happened, as far as it is known.", needed=True, pattern=DATE),
    Field(
        "place",
        "ISO 3166-1 alpha-3 of the country, EU or World.",
        needed=True,
        pattern=r"^(?:[A-Z]{3}|EU|World)$",
        example="DEU",
    ),
    Field("kind", "What kind of event.", needed=True, choices=("law", "disclosure", "incident", "warning", "guidance")),
    Field("event", "What happened, in our own words.", needed=True),
    Field("source", "Who says so.", needed=True),
    Field("url", "Where it says so.", needed=True, pattern=r"^https?://\S+$", example="https://example.org/notice"),
)

#: The tables of data/series: those of one series, and those that all share.
SERIES_FILES = {"counts.csv": COUNTS, "breaks.csv": BREAKS, "events.csv": EVENTS}

#: The tables of a survey's folder.
FILES = {"sources.csv": SOURCES, "figures.csv": FIGURES, "claims.csv": CLAIMS}

#: The columns of the panel: those of the contract first.
PANEL = {
    "source": "Id of the publication that prints the figure.",
    "survey": "Id of the survey that it is about.",
    "tier": "primary: the authors' own publication; secondary: an account by others.",
    "seen": "How the publication was read: full, excerpt, or quoted (only through others).",
    "published": "Date of publication, as far as it is known.",
    "scan_from": "Start of the time that the figure refers to.",
    "scan_to": "End of that time.",
    "place": "The place as printed.",
    "iso3": "ISO 3166-1 alpha-3 of a country; XKX is Kosovo, WLD the world; missing for any other place.",
    "country": "The country's English name in CLDR.",
    "region": "The country's region of the UN.",
    "measure": "What was counted, as the source words it.",
    "asset": "Class of what was found.",
    "value": "The number read.",
    "low": "Lower end of the interval that its rounding allows.",
    "high": "Upper end of that interval.",
    "qualifier": "How the source qualifies it: about, more than, …",
    "figure": "The number as printed.",
    "locator": "Where in the publication it stands.",
    "lang": "Language in which it was read.",
    "note": "What a reader should know about it.",
    "exact": "Whether the source says that the number is exact.",
    "digits": "Significant digits printed.",
    "parent": "ISO 3166-1 alpha-3 of the country that a place smaller than a country, or a population, belongs to.",
    "place_kind": "country, historical (a country of the past), world, sub-national, region or population.",
    "place_id": "The same for every spelling of a place.",
    "sense": "The measure under which the figure is filed: the survey's file may say that two words are one count.",
    "meant": "The measure for which others print this very number, "
    "where the survey never counted what the source's noun says.",
    "meant_place": "ISO 3166-1 alpha-3 of the country for which more sources print this very number, "
    "where an account gives it for the world.",
    "file": "The file in which the figure stands.",
    "line": "The line of that file.",
}

#: Columns that `preferred` and the rates add to those of the panel.
RATES = {
    "printed_measure": "What was counted, as the source words it.",
    "standing": "Whose number it is: the authors', that of accounts that agree, of one account, or of others.",
    "denominator": "How many there are of what the rate is per.",
    "denominator_year": "The year of that number.",
    "denominator_low": "Lower end of the interval of that number.",
    "denominator_high": "Upper end of that interval.",
    "rate": "The value over the denominator, times rate_scale.",
    "rate_low": "Lower limit of the rate; limits says what it covers.",
    "rate_high": "Upper limit of the rate.",
    "rate_method": "How the limits of the rate were computed, by its field's name.",
    "rate_per": "Id of what the rate is per.",
    "rate_scale": "How many of it.",
    "limits": "What the limits are of: rounding, chance, both; exact where the count was given without limits.",
    "level": "Confidence level of limits of chance.",
    "occurrence": "Whether the things counted are found independently (independent) or in batches (clustered).",
    "statistic": "The function that made the row.",
}


def required(fields: tuple[Field, ...]) -> tuple[str, ...]:
    """The names of the columns that a file must have."""
    return tuple(field.name for field in fields if not field.optional)


def optional(fields: tuple[Field, ...]) -> tuple[str, ...]:
    """The names of the columns that a file may have."""
    return tuple(field.name for field in fields if field.optional)


def text(value: object) -> str:
    """A cell's text, or nothing where it is missing."""
    return value if isinstance(value, str) else ""
