"""How do NumPy's arrays and single values cross? As the bytes that they hold.

Only of types whose bytes cannot mean anything but values; and they are looked through before an
array is made of them, because a text with characters that do not exist would fail much later.
"""

from __future__ import annotations

import base64
import functools
import math
import re
from typing import Any

import numpy as np

from casebook.kernels.plain_model import (
    CannotCrossError,
    NotPlainDataError,
    Plain,
    Reader,
    Reading,
    Writer,
    Writing,
    field,
    numbers,
)

UNITS = "Y|M|W|D|h|m|s|ms|us|ns|ps|fs|as"
PLAIN_DTYPE = re.compile(
    rf"\|b1|[<>|][iu][1248]|[<>]f[248]|[<>]c(8|16)|[<>][Mm]8(\[\d*({UNITS})\])?|[<>]U[1-9]\d{{0,6}}"
)
DTYPE_CLASSES = {type(np.dtype(code)) for code in "?bBhHiIlLqQefdFDMmUO"}
LAST_CHARACTER = 0x10FFFF
MOST_DIMENSIONS = 32


@functools.cache
def writers() -> dict[type, Writer]:
    """Give what writes values of NumPy's types."""
    scalars = {np.dtype(code).type for code in "?bBhHiIlLqQefdFDMmU"}
    return {
        np.ndarray: write_array,
        **dict.fromkeys(scalars, _scalar),
        **dict.fromkeys(DTYPE_CLASSES, lambda value, _: {"kind": "numpy dtype", "dtype": dtype_name(value)}),
        np.ufunc: _ufunc,
    }


def write_array(value: Any, writing: Writing) -> Plain:
    """Plain data for an array, its items in the order of reading."""
    if value.dtype == object:
        items = writing.many(value.ravel().tolist())
        return {"kind": "numpy objects", "shape": list(value.shape), "items": items}
    return {"kind": "numpy array", "dtype": dtype_name(value.dtype), "shape": list(value.shape)} | _packed(
        value, writing
    )


def dtype_name(dtype: Any) -> str:
    """Give the name of a plain type of arrays, or refuse it."""
    name = "object" if type(dtype) is type(np.dtype(object)) else dtype.str
    if type(dtype) not in DTYPE_CLASSES or (name != "object" and not PLAIN_DTYPE.fullmatch(name)):
        raise CannotCrossError(f"an array of the type {dtype} cannot cross")
    return name


def read_dtype(data: dict[str, Any]) -> Any:
    """Give the type of arrays that is named."""
    name = field(data, "dtype", str)
    if name != "object" and not PLAIN_DTYPE.fullmatch(name):
        raise NotPlainDataError("there is no such type of arrays")
    return np.dtype(name)


def _scalar(value: Any, writing: Writing) -> Plain:
    if type(value) is np.str_:
        return {"kind": "numpy text", "text": writing.plain(str(value))}
    array = np.asarray(value)
    return {"kind": "numpy scalar", "dtype": dtype_name(array.dtype)} | _packed(array, writing)


def _ufunc(value: Any, writing: Writing) -> Plain:
    if writing.functions is None:
        raise CannotCrossError("a function cannot cross here")
    return writing.functions.describe(value, writing)


def _packed(value: Any, writing: Writing) -> dict[str, str]:
    writing.count(size_bytes=value.nbytes * 4 // 3)
    return {"base64": base64.b64encode(value.tobytes()).decode()}


def _read_array(data: dict[str, Any], _: Reading) -> Any:
    dtype = read_dtype(data)
    flat = np.frombuffer(base64.b64decode(field(data, "base64", str), validate=True), dtype)
    if (dtype.kind == "U" and not _are_characters(flat)) or (dtype.kind == "b" and (flat.view("u1") > 1).any()):
        raise NotPlainDataError("an array holds what is no value of its type")
    # A copy, because what stands on bytes cannot be written to.
    return flat.reshape(_shape(data, flat.size)).copy()


def _are_characters(flat: Any) -> bool:
    points = flat.view(flat.dtype.str[0] + "u4")
    return not (points > LAST_CHARACTER).any()


def _shape(data: dict[str, Any], size: int) -> list[int]:
    shape = numbers(data, "shape")
    if len(shape) > MOST_DIMENSIONS or min(shape, default=0) < 0 or math.prod(shape) != size:
        raise NotPlainDataError("an array's items do not fill its shape")
    return shape


def _read_scalar(data: dict[str, Any], reading: Reading) -> Any:
    return _read_array({**data, "shape": []}, reading)[()]


def _read_text(data: dict[str, Any], reading: Reading) -> Any:
    text = reading.value(data["text"])
    if type(text) is not str:
        raise NotPlainDataError("a text is missing")
    return np.str_(text)


def _read_objects(data: dict[str, Any], reading: Reading) -> Any:
    items = reading.many(field(data, "items", list))
    flat = np.empty(len(items), dtype=object)
    # One by one in Python's sense: NumPy would take items that are lists for rows.
    for place, item in enumerate(items):
        flat[place] = item
    return flat.reshape(_shape(data, len(items)))


READERS: dict[str, Reader] = {
    "numpy array": _read_array,
    "numpy objects": _read_objects,
    "numpy scalar": _read_scalar,
    "numpy text": _read_text,
    "numpy dtype": lambda data, _: read_dtype(data),
}
