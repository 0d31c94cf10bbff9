"""How do values cross from one process to another, if neither trusts the other?

``encode`` turns a value into plain data that JSON can hold; ``decode`` makes an equal value of the
same type from it. What cannot cross is refused with a sentence. Types are matched exactly: an object
of a subclass is refused, and none of its methods is run, so that it can neither lie nor pass as its
base. Values that are one object arrive as equal copies. Callables arrive as functions that ask the
other side (see ``functions``).

Data that was made elsewhere is never run and never names what to import; bad data ends in
``NotPlainDataError``.
"""

from __future__ import annotations

import functools
import importlib
import sys
from collections.abc import Callable
from typing import Any

from casebook.kernels import plain_builtins
from casebook.kernels.plain_model import (
    Call,
    CannotCrossError,
    Functions,
    NotPlainDataError,
    Plain,
    PlainLimits,
    Reader,
    Reading,
    Writer,
    Writing,
    a,
)

__all__ = ["USUAL", "CannotCrossError", "NotPlainDataError", "PlainLimits", "decode", "encode"]

USUAL = PlainLimits()

# Kinds of these libraries begin with the library's name; their writers are loaded when it is.
LIBRARIES = {"numpy": "plain_arrays", "pandas": "plain_tables", "altair": "plain_charts"}


def encode(value: Any, *, functions: Functions | None = None, limits: PlainLimits = USUAL) -> Plain:
    """Plain data that stands for a value: ``json.dumps(..., allow_nan=False)`` takes it.

    Parameters
    ----------
    value
        Anything.
    functions
        Keeps the functions in it so that the other side can call them. None: they cannot cross.
    limits
        How much may cross.

    Raises
    ------
    CannotCrossError
        It, or something in it, is no plain data; or it is too large, too deep, or contains itself.
    """
    try:
        return Writing(functions, limits, _writer_for).plain(value)
    except CannotCrossError:
        raise
    except Exception as error:
        # An array or a table that its own library cannot read, because somebody changed its inside.
        raise CannotCrossError(f"{a(type(value))} cannot cross, because it is damaged: {error!r}") from error


def decode(
    data: Plain,
    *,
    call: Call | None = None,
    own: Callable[[int], Any] | None = None,
    limits: PlainLimits = USUAL,
) -> Any:
    """Give the value that plain data stands for.

    Parameters
    ----------
    data
        From ``encode`` in another process, or from somebody who would harm this one.
    call
        Asks the other side: given a function's number and a question, it returns the answer of
        ``FunctionTable.answer``. None: functions are refused.
    own
        Gives one of this side's own functions, which the other side hands back, by its number.
    limits
        How deep the data may be nested; its size is for whoever receives it to bound.

    Raises
    ------
    NotPlainDataError
        ``encode`` does not make such data.
    """
    try:
        return Reading(call, own, limits, _reader_for).value(data)
    except NotPlainDataError as error:
        raise NotPlainDataError(f"This is not plain data: {error}.") from error
    except Exception as error:
        # Python's and the libraries' own words about dates, shapes or keys that cannot be.
        reason = (str(error) or type(error).__name__).splitlines()[0][:200]
        raise NotPlainDataError(f"This is not plain data: {reason}.") from error


def _writer_for(kind: type) -> Writer | None:
    writer = plain_builtins.WRITERS.get(kind)
    if writer is None:
        # A value is of a library's type only if the library is loaded.
        tables = (_library(library).writers() for library in LIBRARIES if library in sys.modules)
        writer = next((table[kind] for table in tables if kind in table), None)
    return writer


def _reader_for(kind: str) -> Reader | None:
    library = kind.partition(" ")[0]
    return _library(library).READERS.get(kind) if library in LIBRARIES else plain_builtins.READERS.get(kind)


@functools.cache
def _library(library: str) -> Any:
    return importlib.import_module(f"casebook.kernels.{LIBRARIES[library]}")
