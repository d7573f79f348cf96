"""Other events near a date: what stands in the way of asking about one alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ..errors import DataError, NotComparableError
from .breaks import dated

if TYPE_CHECKING:
    from .lines import Line

#: Events that reach every place.
_EVERYWHERE = {"World", "WLD"}
_EU = frozenset(
    [
        "AUT",
        "BEL",
        "BGR",
        "HRV",
        "CYP",
        "CZE",
        "DNK",
        "EST",
        "FIN",
        "FRA",
        "DEU",
        "GRC",
        "HUN",
        "IRL",
        "ITA",
        "LVA",
        "LTU",
        "LUX",
        "MLT",
        "NLD",
        "POL",
        "PRT",
        "ROU",
        "SVK",
        "SVN",
        "ESP",
        "SWE",
    ]
)


def alone(line: Line, at: str, first: int, last: int, events: pd.DataFrame | None) -> None:
    """Refuse a date in whose window another event of the same place lies.

    Raises
    ------
    NotComparableError
        If there is one, or several fall on the date.
    """
    if events is None or events.empty:
        return
    begin, end = line.periods[first].start_time, line.periods[last - 1].end_time
    beside: dict[tuple[str, str], None] = {}
    on_the_day: dict[tuple[str, str], None] = {}
    for row in of_place(line, events).to_dict("records"):
        when = pd.Period(str(row["date"]))
        if when.end_time >= begin and when.start_time <= end:
            same = str(row["date"]) == str(at) or when.start_time == pd.Timestamp(dated(at))
            (on_the_day if same else beside)[str(row["date"]), str(row["event"])] = None
    if len(on_the_day) > 1:
        raise NotComparableError(
            f"several events fall on {at} ({'; '.join(what for _, what in on_the_day)}): what each did cannot be told "
            "apart",
            remedy="to take them for one, pass one row for them",
            events=[list(one) for one in on_the_day],
        )
    if beside:
        named = "; ".join(f"{when} {what}" for when, what in list(beside)[:3])
        more = f"; and {len(beside) - 3} more" if len(beside) > 3 else ""
        raise NotComparableError(
            f"besides {at} other events fall into the window ({named}{more}): what each did cannot be told apart",
            remedy="take a shorter window, or only those events that can have touched this series, and say why",
            events=[list(one) for one in beside],
        )


def of_place(line: Line, events: pd.DataFrame) -> pd.DataFrame:
    """The events of the place of a line, of its union of states and of the world.

    Raises
    ------
    DataError
        Without date or event.
    """
    for column in ("date", "event"):
        if column not in events:
            raise DataError(f"the table of events has no column {column!r}", remedy="take ex.events()", column=column)
    if "place" not in events:
        return events
    where = _EVERYWHERE | {str(line.keys[key]) for key in ("iso3", "place") if isinstance(line.keys.get(key), str)}
    where |= {"EU"} if line.keys.get("iso3") in _EU else set()
    return events[events["place"].isin(where)]
