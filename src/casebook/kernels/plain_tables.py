"""How do pandas' tables, columns and single values become plain data? With exactly the types that they have.

A table is its index, its column names and its columns; a column of numbers is its bytes, one of texts
a list. What is only noted on a table (``attrs``, ``flags``) stays behind.
"""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
import pandas as pd

from casebook.kernels.plain_arrays import write_array
from casebook.kernels.plain_model import CannotCrossError, Plain, Writer, Writing, always
from casebook.kernels.plain_tables_read import FREQUENCY, READERS

__all__ = ["READERS", "writers"]

MASKED = (pd.arrays.IntegerArray, pd.arrays.FloatingArray, pd.arrays.BooleanArray)


@functools.cache
def writers() -> dict[type, Writer]:
    """Give what writes values of pandas' types."""
    indexes = (pd.Index, pd.DatetimeIndex, pd.TimedeltaIndex, pd.PeriodIndex, pd.IntervalIndex, pd.CategoricalIndex)
    return {
        pd.DataFrame: _frame,
        pd.Series: _series,
        **dict.fromkeys(indexes, _index),
        pd.RangeIndex: _range_index,
        pd.MultiIndex: _multi_index,
        **dict.fromkeys(MASKED, _masked),
        pd.arrays.NumpyExtensionArray: _numpy_array,
        pd.arrays.StringArray: _texts,
        pd.arrays.ArrowStringArray: _texts,
        pd.arrays.DatetimeArray: _dates,
        pd.arrays.TimedeltaArray: lambda value, writing: {
            "kind": "pandas timedeltas",
            "array": write_array(value.to_numpy(), writing),
        },
        pd.arrays.PeriodArray: _periods,
        pd.arrays.IntervalArray: _intervals,
        pd.Categorical: _categorical,
        type(pd.NA): always({"kind": "pandas NA"}),
        type(pd.NaT): always({"kind": "pandas NaT"}),
        pd.Timestamp: _timestamp,
        pd.Timedelta: lambda value, writing: {"kind": "pandas Timedelta", "value": writing.plain(value.asm8)},
        pd.Period: lambda value, _: {"kind": "pandas Period", "ordinal": value.ordinal, "freq": _frequency(value)},
        pd.Interval: lambda value, writing: {
            "kind": "pandas Interval",
            "items": writing.many([value.left, value.right, value.closed]),
        },
    }


def _frame(value: Any, writing: Writing) -> Plain:
    return {
        "kind": "pandas DataFrame",
        "index": writing.plain(value.index),
        "columns": writing.plain(value.columns),
        "arrays": [_values(value.iloc[:, place], writing) for place in range(value.shape[1])],
    }


def _series(value: Any, writing: Writing) -> Plain:
    return {
        "kind": "pandas Series",
        "index": writing.plain(value.index),
        "name": writing.plain(value.name),
        "array": _values(value, writing),
    }


def _values(value: Any, writing: Writing) -> Plain:
    """Plain data for what a column or an index holds."""
    return writing.plain(value.to_numpy() if isinstance(value.dtype, np.dtype) else value.array)


def _index(value: Any, writing: Writing) -> Plain:
    # Whether dates are evenly spaced is only noted; what they are does not hang on it.
    freq = value.freqstr if type(value) in {pd.DatetimeIndex, pd.TimedeltaIndex} else None
    freq = freq if freq is not None and FREQUENCY.fullmatch(freq) else None
    array = _values(value, writing)
    return {"kind": "pandas Index", "array": array, "name": writing.plain(value.name), "freq": freq}


def _range_index(value: Any, writing: Writing) -> Plain:
    if len(value) > writing.limits.size_bytes:
        raise CannotCrossError("an index that is longer than any column can be cannot cross")
    items = [value.start, value.stop, value.step]
    return {"kind": "pandas RangeIndex", "items": items, "name": writing.plain(value.name)}


def _multi_index(value: Any, writing: Writing) -> Plain:
    return {
        "kind": "pandas MultiIndex",
        "levels": [writing.plain(level) for level in value.levels],
        "codes": [write_array(np.asarray(codes), writing) for codes in value.codes],
        "names": writing.many(value.names),
    }


def _numpy_array(value: Any, writing: Writing) -> Plain:
    return {"kind": "pandas NumpyExtensionArray", "array": write_array(value.to_numpy(), writing)}


def _masked(value: Any, writing: Writing) -> Plain:
    filled = value.to_numpy(dtype=value.dtype.numpy_dtype, na_value=0)
    mask = np.asarray(value.isna())
    return {"kind": "pandas masked", "array": write_array(filled, writing), "mask": write_array(mask, writing)}


def _texts(value: Any, writing: Writing) -> Plain:
    items = value.to_numpy(dtype=object, na_value=None).tolist()
    if not set(map(type, items)) <= {str, type(None)}:
        raise CannotCrossError("a column of texts that holds something else cannot cross")
    missing = "NA" if value.dtype.na_value is pd.NA else "nan"
    known = [item for item in items if item is not None]
    gaps = [place for place, item in enumerate(items) if item is None]
    storage = value.dtype.storage
    return {"kind": "pandas texts", "storage": storage, "missing": missing, "items": writing.many(known), "gaps": gaps}


def _dates(value: Any, writing: Writing) -> Plain:
    zone = writing.plain(value.tz)
    return {"kind": "pandas dates", "array": write_array(value.to_numpy(f"M8[{value.unit}]"), writing), "zone": zone}


def _periods(value: Any, writing: Writing) -> Plain:
    return {"kind": "pandas periods", "array": write_array(value.asi8, writing), "freq": _frequency(value)}


def _frequency(value: Any) -> str:
    if not FREQUENCY.fullmatch(value.freqstr):
        raise CannotCrossError(f"periods of the frequency {value.freqstr} cannot cross")
    return value.freqstr


def _intervals(value: Any, writing: Writing) -> Plain:
    ends = [writing.plain(value.left), writing.plain(value.right)]
    return {"kind": "pandas intervals", "ends": ends, "closed": value.closed}


def _categorical(value: Any, writing: Writing) -> Plain:
    codes = write_array(np.asarray(value.codes), writing)
    categories = writing.plain(value.categories)
    return {"kind": "pandas categories", "codes": codes, "categories": categories, "ordered": value.ordered}


def _timestamp(value: Any, writing: Writing) -> Plain:
    return {"kind": "pandas Timestamp", "value": writing.plain(value.asm8), "zone": writing.plain(value.tz)}
