"""Incoming frames: tables of other libraries become plain pandas frames."""

from __future__ import annotations

from decimal import Decimal
from numbers import Real
from typing import TYPE_CHECKING, Any

from .errors import DataError, with_article

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray


def plain(frame: Any, what: str = "the table") -> pd.DataFrame:
    """Return the table as a plain pandas frame whose columns and rows can be relied on.

    What offers the Arrow stream interface (polars, pyarrow, a relation of DuckDB) is converted. Named levels of the
    index become columns, an index that repeats is renumbered, categories become what they stand for, and nullable
    and pyarrow types become numpy's where nothing is lost. A frame that needs none of this is returned as it is.

    Parameters
    ----------
    frame
        A pandas or geopandas frame, or an object with ``__arrow_c_stream__``.
    what
        What the frame is called in an error.

    Raises
    ------
    DataError
        If it is not a table, or two of its columns share a name.

    Examples
    --------
    >>> import pandas as pd
    >>> plain(pd.DataFrame({"value": [3, 4]}, index=pd.Index(["DEU", "FRA"], name="iso3"))).columns.tolist()
    ['iso3', 'value']
    """
    import pandas as pd

    if not isinstance(frame, pd.DataFrame):
        frame = _converted(frame, what)
    twice = frame.columns[frame.columns.duplicated()]
    if len(twice):
        raise DataError(
            f"{what} has two columns named {twice[0]!r}", remedy="rename or drop one of them", column=str(twice[0])
        )
    frame = _without_index(frame)
    return _in_plain_types(frame)


def numbers_of(frame: pd.DataFrame, column: str) -> NDArray[np.float64]:
    """Return a column as numbers, missing ones as NaN.

    Raises
    ------
    DataError
        For text, decimals, truth values or anything else that is not a number, with its row.
    """
    import numpy as np
    import pandas as pd

    values = frame[column]
    if not pd.api.types.is_numeric_dtype(values) or pd.api.types.is_bool_dtype(values):
        for row, (name, entry) in enumerate(zip(row_names(frame), values, strict=True), 1):
            if entry is None or entry is pd.NA or (isinstance(entry, float) and entry != entry):
                continue
            if not isinstance(entry, Real) or isinstance(entry, (bool, np.bool_, Decimal)):
                raise DataError(
                    f"row {row}{f' ({name})' if name else ''} holds {entry!r} ({type(entry).__name__}), not a number",
                    remedy="convert the column with pd.to_numeric, or read printed figures with ex.quantities()",
                    column=column,
                    row=row,
                )
        values = pd.to_numeric(values)
    elif pd.api.types.is_complex_dtype(values):
        raise DataError("the column holds complex numbers", remedy="give real counts", column=column)
    return values.to_numpy(np.float64, na_value=np.nan)


def row_names(frame: pd.DataFrame) -> list[str]:
    """What to call each row: the first of place, country and iso3; empty without one."""
    column = next((column for column in ("place", "country", "iso3") if column in frame), None)
    return [""] * len(frame) if column is None else [name if isinstance(name, str) else "" for name in frame[column]]


def _converted(given: Any, what: str) -> pd.DataFrame:
    """The table as a pandas frame, if it is one that offers the Arrow stream interface."""
    remedy = "pass a pandas frame, or a table of polars, pyarrow or DuckDB"
    if hasattr(given, "collect"):
        remedy = "call .collect() on it, and pass the table that it gives"
    elif hasattr(given, "to_frame"):
        remedy = "pass the table that this column is of"
    elif hasattr(given, "__arrow_c_stream__"):
        import pyarrow as pa

        try:
            return pa.table(given).to_pandas()
        except pa.ArrowInvalid:
            pass  # a stream of one column
    raise DataError(f"{what} is {with_article(type(given).__name__)}, not a table", remedy=remedy)


def _without_index(frame: pd.DataFrame) -> pd.DataFrame:
    """Move named levels of the index that are not columns yet into columns; renumber a repeated index."""
    names = [name for name in frame.index.names if name is not None]
    if not names:
        return frame if frame.index.is_unique and frame.index.nlevels == 1 else frame.reset_index(drop=True)
    known = [name for name in names if name in frame.columns]
    kept = frame.reset_index(level=[name for name in names if name not in known]) if len(known) < len(names) else frame
    return kept.reset_index(drop=True)


def _in_plain_types(frame: pd.DataFrame) -> pd.DataFrame:
    import numpy as np
    import pandas as pd
    from pandas.api import types

    changed: dict[str, pd.Series] = {}
    for name, kind in frame.dtypes.items():
        if kind in (np.float32, np.float16):
            changed[name] = frame[name].astype(float)
        if not isinstance(kind, pd.api.extensions.ExtensionDtype) or (
            isinstance(kind, pd.StringDtype) and isinstance(kind.na_value, float)
        ):
            continue
        column = frame[name]
        if isinstance(kind, pd.CategoricalDtype):
            changed[name] = column.astype(kind.categories.dtype)
        elif isinstance(kind, pd.StringDtype) or (isinstance(kind, pd.ArrowDtype) and types.is_string_dtype(kind)):
            changed[name] = column.astype("str")
        elif types.is_bool_dtype(kind):
            changed[name] = _with_missing(column, np.nan) if column.hasnans else column.astype(bool)
        elif types.is_float_dtype(kind):
            changed[name] = pd.Series(column.to_numpy(float, na_value=np.nan), frame.index)
        elif types.is_integer_dtype(kind):
            changed[name] = (
                pd.Series(column.to_numpy(float, na_value=np.nan), frame.index)
                if column.hasnans
                else column.astype("int64")
            )
        elif column.isna().all():
            changed[name] = pd.Series(np.nan, frame.index, dtype=float)
    return frame.assign(**changed) if changed else frame


def _with_missing(column: pd.Series, missing: float) -> pd.Series:
    """The cells as plain objects; what is missing is what numpy calls so, of which a comparison is False."""
    import pandas as pd

    return pd.Series(column.to_numpy(object, na_value=missing), column.index, dtype=object)
