"""How do values of Python's own types cross?"""

from __future__ import annotations

import base64
import builtins
import functools
import math
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from pathlib import PosixPath, PurePosixPath
from types import BuiltinFunctionType, FunctionType, MethodDescriptorType, MethodType, MethodWrapperType
from typing import Any

from casebook.kernels import plain_times
from casebook.kernels.plain_functions import far_function
from casebook.kernels.plain_model import (
    CannotCrossError,
    NotPlainDataError,
    Plain,
    Reader,
    Reading,
    Writer,
    Writing,
    always,
    field,
)

# Arithmetic with longer numbers takes time that grows faster than they do.
MOST_DIGITS = 100_000


def _sequence(kind: str) -> Writer:
    return lambda value, writing: {"kind": kind, "items": writing.many(value)}


def _mapping(value: dict[Any, Any], writing: Writing) -> dict[str, Plain]:
    return {"kind": "dict", "keys": writing.many(value.keys()), "values": writing.many(value.values())}


def _default_dict(value: defaultdict[Any, Any], writing: Writing) -> Plain:
    factory = None if value.default_factory is None else writing.plain(value.default_factory)
    if factory is not None and factory.get("kind") != "type":
        raise CannotCrossError("a defaultdict whose default is a function of its own cannot cross; give a dict")
    return {**_mapping(value, writing), "kind": "defaultdict", "factory": factory}


def _bytes(kind: str) -> Writer:
    def write(value: bytes, writing: Writing) -> Plain:
        writing.count(size_bytes=len(value) * 4 // 3)
        return {"kind": kind, "base64": base64.b64encode(value).decode()}

    return write


def _text(kind: str) -> Writer:
    def write(value: object, writing: Writing) -> Plain:
        return {"kind": kind, "text": writing.plain(str(value))}

    return write


def _parts(kind: str, *names: str) -> Writer:
    def write(value: object, writing: Writing) -> Plain:
        return {"kind": kind, "items": [writing.plain(getattr(value, name)) for name in names]}

    return write


def _type(value: type, _: Writing) -> Plain:
    if value not in TYPES.values():
        raise CannotCrossError("a class cannot cross")
    return {"kind": "type", "name": value.__name__}


def _function(value: Any, writing: Writing) -> Plain:
    if writing.functions is None:
        raise CannotCrossError("a function cannot cross here")
    return writing.functions.describe(value, writing)


def _read_int(data: dict[str, Any], _: Reading) -> int:
    return int(field(data, "hex", str), 16)


def _read_float(data: dict[str, Any], _: Reading) -> float:
    return {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}[field(data, "name", str)]


def _read_str(data: dict[str, Any], _: Reading) -> str:
    return "".join(map(chr, field(data, "points", list)))


def _read_bytes(data: dict[str, Any], _: Reading) -> bytes:
    return base64.b64decode(field(data, "base64", str), validate=True)


def _read_dict(data: dict[str, Any], reading: Reading) -> dict[Any, Any]:
    keys, values = reading.many(field(data, "keys", list)), reading.many(field(data, "values", list))
    return dict(zip(keys, values, strict=True))


def _read_default_dict(data: dict[str, Any], reading: Reading) -> defaultdict[Any, Any]:
    factory = None if data["factory"] is None else _read_type(data["factory"], reading)
    return defaultdict(factory, _read_dict(data, reading))


def _read_type(data: dict[str, Any], _: Reading) -> type:
    return TYPES[field(data, "name", str)]


def _read_text(data: dict[str, Any], reading: Reading) -> str:
    text = reading.value(data["text"])
    if type(text) is not str:
        raise NotPlainDataError("a text is missing")
    return text


def _read_decimal(data: dict[str, Any], reading: Reading) -> Decimal:
    return Decimal(_within_digits(_read_text(data, reading)))


def _read_deque(data: dict[str, Any], reading: Reading) -> deque[Any]:
    return deque(_items(data, reading), data["most"] if data["most"] is None else field(data, "most", int))


def _read_fraction(data: dict[str, Any], reading: Reading) -> Fraction:
    top, below = (int(each) for each in _items(data, reading))
    if max(top.bit_length(), below.bit_length()) > MOST_DIGITS:
        raise NotPlainDataError("a number has too many digits")
    return Fraction(top, below)


def _read_own_function(data: dict[str, Any], reading: Reading) -> Any:
    if reading.own is None:
        raise NotPlainDataError("no function of this side is expected")
    return reading.own(field(data, "function", int))


def _within_digits(text: str) -> str:
    if len(text) > MOST_DIGITS:
        raise NotPlainDataError("a number has too many digits")
    return text


def _items(data: dict[str, Any], reading: Reading) -> list[Any]:
    return reading.many(field(data, "items", list))


def _made_by(make: Callable[[list[Any]], Any]) -> Reader:
    return lambda data, reading: make(_items(data, reading))


# Classes that carry no code of the student's: they cross as themselves.
TYPES: dict[str, type] = {
    kind.__name__: kind
    for kind in (*(each for each in vars(builtins).values() if isinstance(each, type)), Counter, Decimal, Fraction)
}
CALLABLES = (
    FunctionType,
    BuiltinFunctionType,
    MethodType,
    MethodDescriptorType,
    MethodWrapperType,
    functools.partial,
    type(functools.cache(len)),
)

WRITERS: dict[type, Writer] = {
    complex: _parts("complex", "real", "imag"),
    bytes: _bytes("bytes"),
    bytearray: _bytes("bytearray"),
    tuple: _sequence("tuple"),
    set: _sequence("set"),
    frozenset: _sequence("frozenset"),
    deque: lambda value, writing: {"kind": "deque", "items": writing.many(value), "most": value.maxlen},
    dict: _mapping,
    OrderedDict: lambda value, writing: {**_mapping(value, writing), "kind": "OrderedDict"},
    Counter: lambda value, writing: {**_mapping(value, writing), "kind": "Counter"},
    defaultdict: _default_dict,
    type({}.keys()): _sequence("dict_keys"),
    type({}.values()): _sequence("dict_values"),
    type({}.items()): _sequence("dict_items"),
    range: _parts("range", "start", "stop", "step"),
    slice: _parts("slice", "start", "stop", "step"),
    type(...): always({"kind": "Ellipsis"}),
    Decimal: _text("Decimal"),
    Fraction: _parts("Fraction", "numerator", "denominator"),
    PosixPath: _text("PosixPath"),
    PurePosixPath: _text("PurePosixPath"),
    type: _type,
    **dict.fromkeys(CALLABLES, _function),
    **plain_times.WRITERS,
}

READERS: dict[str, Reader] = {
    "int": _read_int,
    "float": _read_float,
    "str": _read_str,
    "complex": _made_by(lambda parts: complex(*parts)),
    "bytes": _read_bytes,
    "bytearray": lambda data, reading: bytearray(_read_bytes(data, reading)),
    "tuple": _made_by(tuple),
    "set": _made_by(set),
    "frozenset": _made_by(frozenset),
    "deque": _read_deque,
    "dict": _read_dict,
    "OrderedDict": lambda data, reading: OrderedDict(_read_dict(data, reading)),
    "Counter": lambda data, reading: Counter(_read_dict(data, reading)),
    "defaultdict": _read_default_dict,
    "dict_keys": _made_by(lambda items: dict.fromkeys(items).keys()),
    "dict_values": _made_by(lambda items: dict(enumerate(items)).values()),
    "dict_items": _made_by(lambda items: dict(items).items()),
    "range": _made_by(lambda parts: range(*parts)),
    "slice": _made_by(lambda parts: slice(*parts)),
    "Ellipsis": always(...),
    "Decimal": _read_decimal,
    "Fraction": _read_fraction,
    "PosixPath": lambda data, reading: PosixPath(_read_text(data, reading)),
    "PurePosixPath": lambda data, reading: PurePosixPath(_read_text(data, reading)),
    "type": _read_type,
    "function": far_function,
    "own function": _read_own_function,
    **plain_times.READERS,
}
