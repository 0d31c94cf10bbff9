"""How are pandas' tables, columns and single values made from plain data?

Every column is made with its type given, since pandas would otherwise guess one from the values.
"""

from __future__ import annotations

import re
import warnings
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from casebook.kernels.plain_model import NotPlainDataError, Plain, Reader, Reading, always, field, numbers
from casebook.kernels.plain_times import read_zone

# What pandas reads as a frequency; kept narrow, since it goes to pandas' own parser.
FREQUENCY = re.compile(r"-?[0-9.]{0,12}[A-Za-z]{1,5}(-[A-Za-z0-9]{1,12}){0,2}")
MASKED = {
    "i": pd.arrays.IntegerArray,
    "u": pd.arrays.IntegerArray,
    "f": pd.arrays.FloatingArray,
    "b": pd.arrays.BooleanArray,
}
CLOSED = {"left", "right", "both", "neither"}

Kind = TypeVar("Kind")


def _read(data: Plain, kind: type[Kind], reading: Reading) -> Kind:
    """Give what some data stands for, if it is of the kind that belongs there."""
    value = reading.value(data)
    if not isinstance(value, kind):
        raise NotPlainDataError(f"a {kind.__name__} is missing")
    return value


def _numpy(data: Plain, reading: Reading, kinds: str) -> Any:
    """Give a flat array of NumPy's, if it is of one of the kinds that belong there."""
    array = _read(data, np.ndarray, reading)
    if array.ndim != 1 or array.dtype.kind not in kinds:
        raise NotPlainDataError("an array is not what belongs into a table")
    return array


def _quiet() -> warnings.catch_warnings[None]:
    # Some frequencies are going out of use; whoever made the table was told.
    return warnings.catch_warnings(action="ignore")


def _frequency(data: dict[str, Any]) -> str:
    freq = field(data, "freq", str)
    if not FREQUENCY.fullmatch(freq):
        raise NotPlainDataError("a frequency is none")
    return freq


def _column(data: Plain, index: Any, reading: Reading) -> Any:
    values = reading.value(data)
    if not isinstance(values, np.ndarray | pd.api.extensions.ExtensionArray) or len(values) != len(index):
        raise NotPlainDataError("a column is not as long as its table")
    return pd.Series(values, index=index, dtype=values.dtype)


def _frame(data: dict[str, Any], reading: Reading) -> Any:
    index, names = _read(data["index"], pd.Index, reading), _read(data["columns"], pd.Index, reading)
    columns = [_column(each, index, reading) for each in field(data, "arrays", list)]
    if len(columns) != len(names):
        raise NotPlainDataError("a table's columns have not each a name")
    # By their places first, since names need not be unique.
    frame = pd.DataFrame(dict(enumerate(columns)), index=index)
    frame.columns = names
    return frame


def _series(data: dict[str, Any], reading: Reading) -> Any:
    index = _read(data["index"], pd.Index, reading)
    series = _column(data["array"], index, reading)
    series.name = reading.value(data["name"])
    return series


def _index(data: dict[str, Any], reading: Reading) -> Any:
    values = reading.value(data["array"])
    if not isinstance(values, np.ndarray | pd.api.extensions.ExtensionArray):
        raise NotPlainDataError("an index has no array")
    index: Any = pd.Index(values, dtype=values.dtype, name=reading.value(data["name"]))
    if data["freq"] is not None:
        with _quiet():
            index.freq = _frequency(data)
    return index


def _range_index(data: dict[str, Any], reading: Reading) -> Any:
    start, stop, step = numbers(data, "items")
    # Lists nothing as it stands, but what is made of it may.
    if len(range(start, stop, step)) > reading.limits.size_bytes:
        raise NotPlainDataError("an index is longer than any column can be")
    return pd.RangeIndex(start, stop, step, name=reading.value(data["name"]))


def _multi_index(data: dict[str, Any], reading: Reading) -> Any:
    return pd.MultiIndex(
        levels=[_read(level, pd.Index, reading) for level in field(data, "levels", list)],
        codes=[_numpy(codes, reading, "i") for codes in field(data, "codes", list)],
        names=reading.many(field(data, "names", list)),
    )


def _masked(data: dict[str, Any], reading: Reading) -> Any:
    values, mask = _numpy(data["array"], reading, "iufb"), _numpy(data["mask"], reading, "b")
    return MASKED[values.dtype.kind](values, mask)


def _texts(data: dict[str, Any], reading: Reading) -> Any:
    known = reading.many(field(data, "items", list))
    if not set(map(type, known)) <= {str}:
        raise NotPlainDataError("a column of texts holds something else")
    gaps = numbers(data, "gaps")
    items = np.empty(len(known) + len(gaps), dtype=object)
    is_known = np.ones(len(items), dtype=bool)
    is_known[gaps] = False
    items[is_known] = known
    missing = {"NA": pd.NA, "nan": np.nan}[field(data, "missing", str)]
    items[~is_known] = missing
    return pd.array(items, dtype=pd.StringDtype(field(data, "storage", str), na_value=missing))


def _dates(data: dict[str, Any], reading: Reading) -> Any:
    dates = pd.DatetimeIndex(_numpy(data["array"], reading, "M"))
    zone = read_zone(data["zone"], reading)
    return (dates if zone is None else dates.tz_localize("UTC").tz_convert(zone)).array


def _periods(data: dict[str, Any], reading: Reading) -> Any:
    with _quiet():
        return pd.PeriodIndex.from_ordinals(_numpy(data["array"], reading, "i"), freq=_frequency(data)).array


def _intervals(data: dict[str, Any], reading: Reading) -> Any:
    left, right = (_read(each, pd.Index, reading) for each in field(data, "ends", list))
    return pd.arrays.IntervalArray.from_arrays(left, right, closed=_closed(data["closed"]))


def _closed(data: Plain) -> Any:
    if type(data) is not str or data not in CLOSED:
        raise NotPlainDataError("an interval's ends are neither open nor closed")
    return data


def _categories(data: dict[str, Any], reading: Reading) -> Any:
    dtype = pd.CategoricalDtype(_read(data["categories"], pd.Index, reading), ordered=field(data, "ordered", bool))
    return pd.Categorical.from_codes(_numpy(data["codes"], reading, "i"), dtype=dtype)


def _timestamp(data: dict[str, Any], reading: Reading) -> Any:
    stamp = pd.Timestamp(_read(data["value"], np.datetime64, reading))
    zone = read_zone(data["zone"], reading)
    return stamp if zone is None else stamp.tz_localize("UTC").tz_convert(zone)


def _period(data: dict[str, Any], _: Reading) -> Any:
    with _quiet():
        return pd.Period(ordinal=field(data, "ordinal", int), freq=_frequency(data))


def _interval(data: dict[str, Any], reading: Reading) -> Any:
    left, right, closed = reading.many(field(data, "items", list))
    return pd.Interval(left, right, closed=_closed(closed))


READERS: dict[str, Reader] = {
    "pandas DataFrame": _frame,
    "pandas Series": _series,
    "pandas Index": _index,
    "pandas RangeIndex": _range_index,
    "pandas MultiIndex": _multi_index,
    "pandas NumpyExtensionArray": lambda data, reading: pd.arrays.NumpyExtensionArray(
        _read(data["array"], np.ndarray, reading)
    ),
    "pandas masked": _masked,
    "pandas texts": _texts,
    "pandas dates": _dates,
    "pandas timedeltas": lambda data, reading: pd.TimedeltaIndex(_numpy(data["array"], reading, "m")).array,
    "pandas periods": _periods,
    "pandas intervals": _intervals,
    "pandas categories": _categories,
    "pandas NA": always(pd.NA),
    "pandas NaT": always(pd.NaT),
    "pandas Timestamp": _timestamp,
    "pandas Timedelta": lambda data, reading: pd.Timedelta(_read(data["value"], np.timedelta64, reading)),
    "pandas Period": _period,
    "pandas Interval": _interval,
}
