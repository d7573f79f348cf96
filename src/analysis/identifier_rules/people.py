"""What points to a person in a record: names as DICOM and HL7 write them, days of birth, numbers of records, UIDs."""

from __future__ import annotations

import re

from .words import label_ends

_LETTER = r"[^\W\d_]"
# "DOE^JANE", "Doe ^ John", "O^K", "DOE^" and "^JOHN"; no power: "x^2", "10^6", "km^2".
_DICOM_NAME = re.compile(
    rf"{_LETTER}[.'’]? ?\^ ?{_LETTER}|{_LETTER}{{2}} ?\^{{1,4}}(?![\w^({{+−-]| \w)"
    rf"|(?<![\w)\]}}] )(?<![\w)\]}}^])\^{{1,4}}{_LETTER}{{2}}|\w\^{{2,6}}[\w|]"
)
_HL7 = re.compile(r"\b(?:PID|NK1|PV1|MSH|OBR|ORC)\|[^\n]{0,4}\|")
_PASSPORT_LINE = re.compile(r"(?<!\w)[PIAC][A-Z<][A-Z<]{3}[A-Z]{2,30}<{1,2}[A-Z]")
_PROFILE = re.compile(r"\blinkedin\.com/(?:in|pub)/[\w%-]{3}", re.IGNORECASE)
_DAY_MONTH = r"(?:\d{1,2}[./-] ?\d{1,2}[./-] ?(?:\d{4}|\d{2})|\d{4}[./-]?\d{2}[./-]?\d{2})(?!\d)"
_IN_WORDS = (
    rf"\d{{1,2}}(?:st|nd|rd|th|er|º|°)?\.? ?(?:of |de |di |d['’])?{_LETTER}{{3,12}}\.?,? ?(?:de |del )?\d{{4}}(?!\d)"
    rf"|\d{{1,2}}-{_LETTER}{{3,12}}\.?-\d{{2,4}}(?!\d)"
    rf"|{_LETTER}{{3,12}}\.? \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}}(?!\d)|\d{{4}}[年년] ?\d{{1,2}}[月월] ?\d{{1,2}}[日일]"
    rf"|(?:昭和|平成|大正|令和)\d{{1,2}}年(?:\d{{1,2}}月\d{{1,2}}日)?"
)
_DATE = rf"(?:{_DAY_MONTH}|{_IN_WORDS})"
_BETWEEN = (
    r"(?:[\s:=.,;|\"'>)*#-]{0,6}(?:(?:on|am|the|le|el|il|em|op|den|dia|día|giorno|dne|la|в|的|は)\b[\s:]{0,3}){0,2}"
    r"(?:DA |= ?|\[)?[\s\"'\[]{0,3})"
)
_STAR = re.compile(rf"(?<![\w*)\]] )(?<![\w*)\]])[*∗＊] ?{_DAY_MONTH}")
_AFTERWARDS = re.compile(rf"{_DATE} ?(?:г\. ?р\.|г\.р|г\. рожд|года рождения|р\.н\.|生まれ|生|출생|出生)")
_ELEMENT = re.compile(
    r"\(?0010[,\s]{1,2}(?:0030\)?[^\d\n]{0,24}\d{8}(?!\d)|(?:0010|1001|1060)\)?\s{0,3}(?:PN"
    r"|LO)?\s{0,3}[=:\[]\s{0,2}[\[\"']?\w"
    r"|(?:0020|1000|2154)\)?\s{0,3}(?:LO|SH)?\s{0,3}[=:\[]\s{0,2}[\[\"']?[\w-]{2})"
    r"|\(?0008[,\s]{1,2}(?:0050|008[01]|009[02]|1010|1040|1048|1050|1060|1070)"
    r"\)?\s{0,3}(?:SH|LO|ST|PN)?\s{0,3}[=:\[]\s{0,2}[\[\"']?\w"
    r"|\(?0018[,\s]{1,2}(?:1000|1002|700A)\)?\s{0,3}(?:LO|UI|SH)?\s{0,3}[=:\[]\s{0,2}[\[\"']?\w"
)
#: Elements and attributes by keyword or tag, with a value behind them: in dumps, in JSON, in resources of FHIR.
_KEYWORD = re.compile(
    r"\b(?:Patient(?:ID|Name|BirthDate|BirthTime|BirthName|Address|TelephoneNumbers)"
    r"|OtherPatient(?:IDs|Names)|(?:Referring|Performing|Requesting)Physician(?:s?Name)?|PhysiciansOfRecord"
    r"|OperatorsName"
    r"|AccessionNumber|StationName|InstitutionAddress|InstitutionalDepartmentName|DeviceSerialNumber|AdmissionID"
    r"|IssuerOfPatientID|MilitaryRank|(?:Study|Series|SOP)InstanceUID)[\"']?\s?[:=]\s?[\"'\[{]{0,2}[^\s\"'\]},;]"
    r"|[\"'](?:0010(?:0010|0020|0021|0030|0032|1000|1001|1005|1040|1060|2154)"
    r"|0008(?:0050|0080|0081|0090|1010|1050|1070)"
    r"|00181000|0020000[DE])[\"']\s?:"
    r"|\bPatient/(?=[\w.-]{0,40}\d\d)[\w.-]{4,64}(?![\w/])|[\"'](?:family|given)[\"']\s?:\s?[\[\"']"
)
_UID = re.compile(r"(?<![\d.])(?:[0-2](?:\.(?:0|[1-9]\d{0,38})){5,30}|2\.25\.\d{15,39})(?![\d.]{0,3}\d)")
#: The standard's own: of classes, transfer syntaxes and contexts, never of a study. (DICOM PS3.6, annex A.)
_STANDARD = re.compile(
    r"1\.2\.840\.10008(?:\.\d{1,5}){1,12}|1\.2\.840\.10065(?:\.\d+){1,8}"
    r"|1\.3\.6\.1\.4\.1\.19376(?:\.\d{1,5}){1,8}|2\.16\.840\.1\.113883\.6(?:\.\d{1,5}){1,4}"
)
_AE_TITLE = re.compile(
    r"(?:\b(?:(?:called|calling|local|remote|source|destination)[ _-]?)?(?:AE[ _-]?Titles?|AETs?|AET[ _-]?names?"
    r"|application entity)"
    r"|\b(?:called|calling)[ _-]?AE|\bstation[ _-]name)"
    r"\b(?:(?: is)?\s?[:=»>]{1,2}\s?[\"'\[]?[\w-]{2,16}"
    # Without a colon it has capitals with a digit or a low line: "calling AE MR_ROOM", not "AE titles of 590".
    r"|\s[\"']?(?-i:(?=[A-Z-]{0,14}[\d_])[A-Z][A-Z\d_-]{2,15})\b)|\bstation[ _-]name (?=[A-Z_-]{0,12}\d)[\w-]{3,16}",
    re.IGNORECASE,
)
_AE_SIGN = re.compile("ae|entity|station", re.IGNORECASE)
#: Whose name or number it is may stand behind the label: "imię i nazwisko pacjenta", "n° dossier patient".
_OF_PATIENT = (
    r"(?:\s(?:of (?:the )?|del? |de la |du |des |der |van de )?"
    r"(?:patient|pacient|pazient|pacjent|pasient|patiënt|paciens|potila|hasta|пациент|больн|ασθεν)[^\W\d_]{0,6})?"
)
_NAMED = re.compile(
    rf"{_OF_PATIENT}(?:\s?[:=：]\s{{0,2}}|\s?-\s|\s(?={_LETTER}{{2,20}},\s))[\"'\[]?(?:(?-i:[^\W\d_a-z])[^\W\d_]{{0,30}}"
    rf"|{_LETTER}{{2,30}})"
)
_CAPITAL = r"[^\W\d_a-zà-ÿа-я]"
_TWO_NAMES = re.compile(rf"\s?[:=：]?\s{{0,2}}{_CAPITAL}[^\W\d_'’-]{{1,20}}[,\s]\s?{_CAPITAL}[^\W\d_.'’-]{{0,20}}")
#: What somebody logs in with has a digit, a dot or a low line in it; "login: required" has none.
_LOGIN = re.compile(r"\s?[:=：]\s?[\"']?(?=[^\W\d_]{1,20}[\d._-]\w|[^\W\d_]{1,20}\d)[\w.-]{3,40}")
_BORN = re.compile(rf"{_BETWEEN}{_DATE}", re.IGNORECASE)
#: A number soon after its label: three digits or more, with letters and dashes in it.
_RECORD = re.compile(
    rf"(?:{_OF_PATIENT}(?=\s?[:=：#№]))?"
    # An element's tag, (0010,0020), is not a number of a record.
    r"(?!\s?\(?[0-9A-Fa-f]{4},)(?:[\s.:#=]{0,3}(?:no|nr|nº|n°|n\.|num|number|numéro|id|№|号|番号|は"
    r"|:)[.:]?)?[\s.:#=：\"'\[(/|-]{0,4}(?=[\w/-]{0,14}\d[\w/-]{0,2}\d[\w/-]{0,2}\d)"
    r"[A-Z]{0,6}[-/]?\d?[A-Z]{0,3}[-/]?\d[\w/-]{1,30}(?! ?(?:%|per))",
    re.IGNORECASE,
)


#: A single record's key: alone in its cell or behind its name, for pages have such keys in their addresses.
_KEY = re.compile(
    r"\s*(?:(?:UUID|GUID|UID)[\s:=]{1,3})?[{(]?[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}[)}]?\s*"
    r"|\s*(?:[0-9A-Fa-f]{8}-){4}[0-9A-Fa-f]{8}\s*",
    re.IGNORECASE,
)
#: Numbers of single devices and vehicles behind their label: theirs has a length or letters that no count has.
_DEVICE = re.compile(
    r"\bMEID[:\s#.]{1,3}(?:[0-9A-F] ?){14}"
    r"|\b(?:VIN|FIN|Fahrgestellnr\.?)[:\s#.]{1,3}[A-HJ-NPR-Z0-9]{17}\b|\bIM[ES]I(?:SV)?[:\s#.]{1,3}\d[\d -]{12,17}\d\b"
    r"|\bICCID[:\s#.]{1,3}\d{18,20}\b|\(01\)\d{14}\s?\(\d\d\)"
)
#: Letters with digits, or more digits than a count of devices has; counts have commas, and volumes a dash.
_SERIAL = re.compile(r"[\s:=#.]{1,3}(?=[A-Z-]{0,12}\d)(?:(?=\d{0,12}[A-Z])[A-Z0-9][A-Z0-9-]{4,24}|\d{7,20})(?![\w,]\w)")
_PLATE = re.compile(
    r"[\s:=#.]{1,3}(?=[A-ZÄÖÜ -]{0,8}\d)(?=[\d -]{0,8}[A-ZÄÖÜ])[A-ZÄÖÜ\d]{1,4}(?:[ -]?[A-Z\d]{1,4}){1,3}(?!\w)"
)


def is_device(text: str) -> bool:
    """Whether a text holds the number of a single device, card or vehicle."""
    return bool(_DEVICE.search(text) or _KEY.fullmatch(text))


def is_labelled_device(text: str) -> bool:
    """Whether a text holds the number of a single device or the plate of a vehicle behind its label."""
    return any(
        looks.match(text, end)
        for label, looks in (("serial number", _SERIAL), ("licence plate", _PLATE))
        for end in label_ends(text, label)
    )


def is_name(text: str) -> bool:
    """Whether a text holds a person's name in the forms of DICOM, HL7 and passports."""
    if "^" in text and _DICOM_NAME.search(text):
        return True
    return bool(_PROFILE.search(text) or _HL7.search(text) or ("<" in text and _PASSPORT_LINE.search(text)))


def is_labelled_name(text: str) -> bool:
    """Whether a text holds a person's name behind a label."""
    return any(
        looks.match(text, end)
        for label, looks in (("person's name", _NAMED), ("person", _TWO_NAMES), ("login", _LOGIN))
        for end in label_ends(text, label)
    )


def is_birth_date(text: str) -> bool:
    """Whether a text holds a day of birth behind a label."""
    return bool(_STAR.search(text) or _AFTERWARDS.search(text)) or any(
        _BORN.match(text, end) for end in label_ends(text, "date of birth")
    )


def is_record(text: str) -> bool:
    """Whether a text holds the number of a patient, case or study behind a label."""
    return any(_RECORD.match(text, end) for end in label_ends(text, "record number"))


def is_dicom(text: str) -> bool:
    """Whether a text holds a UID that is not the standard's own, an element of a patient, or the title of a node."""
    return (
        any(not _STANDARD.fullmatch(found.group()) for found in _UID.finditer(text))
        or bool(_ELEMENT.search(text) or _KEYWORD.search(text))
        or bool(_AE_SIGN.search(text) and _AE_TITLE.search(text))
    )
