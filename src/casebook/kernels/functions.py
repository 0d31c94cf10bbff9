"""How can a function be called whose code must stay in another process?

One side keeps the function in a ``FunctionTable`` and sends its number, name and parameters; the
other makes a function of these that asks (see ``plain_functions``). A call, step by step::

    call      encode the arguments                          -> a question
    answer    decode them, call the real function, compare  -> its value or exception, what it
              the arguments with what they were                printed, and the arguments it changed
    call      write, change the arguments in place, return or raise

A question and its answer are plain data. The table answers whatever it is asked; what a
function raises, be it an interrupt, is an answer too.
"""

from __future__ import annotations

import builtins
import contextlib
import inspect
import io
import json
import warnings
from collections.abc import Callable, Mapping
from types import FunctionType
from typing import Any

from casebook.kernels.plain_functions import AnswerError, far_function, is_builtin_exception, is_name
from casebook.kernels.plain_model import (
    CannotCrossError,
    NotPlainDataError,
    Plain,
    PlainLimits,
    Writing,
    field,
    name_of,
)
from casebook.kernels.plain_values import USUAL, decode, encode

__all__ = ["AnswerError", "FunctionTable", "far_function"]

MOST_FUNCTIONS = 10_000
MOST_CHARACTERS = 100_000
# A default value is there to be read; a table as a default is not sent with each mention of the function.
OF_A_DEFAULT = PlainLimits(items=1000, size_bytes=10_000)
UNCHANGING = {type(None), bool, int, float, complex, str, bytes}


class FunctionTable:
    """The functions of this process that another may call.

    Parameters
    ----------
    limits
        How much may cross in a question or an answer.
    """

    def __init__(self, limits: PlainLimits = USUAL) -> None:
        self._limits = limits
        self._functions: list[Callable[..., Any]] = []
        self._numbers: dict[int, int] = {}

    def describe(self, function: Callable[..., Any], writing: Writing) -> Plain:
        """Keep a function, and give the plain data that stands for it.

        Raises
        ------
        CannotCrossError
            There are too many already.
        """
        number = self._numbers.get(id(function))
        if number is None:
            number = len(self._functions)
            if number >= MOST_FUNCTIONS:
                raise CannotCrossError(f"more than {MOST_FUNCTIONS:,} functions cannot cross")
            self._functions.append(function)
            self._numbers[id(function)] = number
        name, doc = getattr(function, "__name__", None), getattr(function, "__doc__", None)
        source = _source(function)
        writing.count(size_bytes=len(source or ""))
        return {
            "kind": "function",
            "function": number,
            "name": writing.plain(name if type(name) is str and is_name(name) else name_of(type(function))),
            "doc": writing.plain(doc if type(doc) is str else None),
            "source": writing.plain(source),
            "parameters": _parameters(function),
        }

    def answer(self, question: Plain) -> dict[str, Any]:
        """Call the function that a question asks for, and give the answer to send back.

        Parameters
        ----------
        question
            From the call of a decoded function. It may ask that warnings are not written, for whoever
            calls would not see them in one process.

        Returns
        -------
        dict
            ``value``, or ``raised``, or ``cannot`` with a sentence; ``printed`` and ``warned``, what
            went to standard output and error; ``changed``, the arguments that are no longer what they
            were, by position or name.
        """
        try:
            function = self._own(field(question, "function", int))
            arguments: dict[int | str, Any] = dict(enumerate(map(self._decode, field(question, "arguments", list))))
            named = {_name(name): self._decode(data) for name, data in field(question, "named", dict).items()}
            before = self._states(arguments | named)
        except (CannotCrossError, NotPlainDataError) as error:
            return {"cannot": str(error)}
        printed, warned = _Bounded(), _Bounded()
        quiet = warnings.catch_warnings(action="ignore") if question.get("quiet") is True else contextlib.nullcontext()
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(warned), quiet:
            answer = self._outcome(function, list(arguments.values()), named)
        changed = self._changed(arguments | named, before)
        return {
            **answer,
            "printed": encode(printed.getvalue()),
            "warned": encode(warned.getvalue()),
            "changed": changed,
        }

    def _own(self, number: int) -> Callable[..., Any]:
        if not 0 <= number < len(self._functions):
            raise NotPlainDataError(f"there is no function {number} here")
        return self._functions[number]

    def _decode(self, data: Plain) -> Any:
        return decode(data, own=self._own, limits=self._limits)

    def _encode(self, value: Any) -> Plain:
        return encode(value, functions=self, limits=self._limits)

    def _outcome(self, function: Callable[..., Any], arguments: list[Any], named: dict[str, Any]) -> dict[str, Any]:
        try:
            value = function(*arguments, **named)
        except BaseException as error:  # noqa: BLE001 - also exit() and an interrupt belong to whoever called
            return {"raised": _raised(error)}
        try:
            return {"value": self._encode(value)}
        except CannotCrossError as error:
            return {"cannot": str(error)}

    def _states(self, arguments: Mapping[int | str, Any]) -> dict[int | str, str]:
        # As text, because True == 1 == 1.0.
        return {
            place: json.dumps(self._encode(value))
            for place, value in arguments.items()
            if type(value) not in UNCHANGING
        }

    def _changed(self, arguments: Mapping[int | str, Any], before: Mapping[int | str, str]) -> list[dict[str, Any]]:
        changed: list[dict[str, Any]] = []
        for place, state in before.items():
            try:
                now = self._encode(arguments[place])
            except CannotCrossError as error:
                changed.append({"place": place, "cannot": str(error)})
            else:
                if json.dumps(now) != state:
                    changed.append({"place": place, "now": now})
        return changed


class _Bounded(io.StringIO):
    """What is written, as far as it fits; a function that prints forever fills no memory."""

    def write(self, text: str, /) -> int:
        super().write(text[: max(0, MOST_CHARACTERS - self.tell())])
        return len(text)


def _name(name: Any) -> str:
    if type(name) is not str:
        raise NotPlainDataError("an argument has no name")
    return name


def _source(function: Any) -> str | None:
    """Give the source of what was written in a notebook; that of libraries nobody needs to send."""
    if type(function) is not FunctionType or function.__module__ != "__main__":
        return None
    try:
        return inspect.getsource(function)[:MOST_CHARACTERS]
    except Exception:  # noqa: BLE001 - a function without a source is a function all the same
        return None


def _parameters(function: Any) -> Plain:
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return None
    return [
        {
            "name": each.name,
            "way": int(each.kind),
            "default": None if each.default is each.empty else {"value": _plain_or_dots(each.default)},
            "annotation": _builtin(each.annotation),
        }
        for each in (*signature.parameters.values(), _returned(signature))
    ]


def _returned(signature: inspect.Signature) -> inspect.Parameter:
    return inspect.Parameter("returned", inspect.Parameter.KEYWORD_ONLY, annotation=signature.return_annotation)


def _plain_or_dots(value: Any) -> Plain:
    try:
        return encode(value, limits=OF_A_DEFAULT)
    except CannotCrossError:
        return encode(...)


def _builtin(annotation: Any) -> str | None:
    """Give the name of a type that both sides have; annotations in words would be evaluated there."""
    name = name_of(annotation) if type(annotation) is type else "None" if annotation is None else ""
    return name if annotation is None or vars(builtins).get(name) is annotation else None


def _raised(error: BaseException) -> dict[str, Any]:
    """Plain data for an exception: its type's name, the nearest of Python's own types, and its words."""
    kinds = type(error).__mro__
    base = next((kind for kind in kinds if is_builtin_exception(kind)), Exception)
    # A class of the student's may do anything when its arguments are asked for.
    is_base = kinds[0] is base
    return {
        "type": encode(name_of(kinds[0])),
        "base": base.__name__,
        "is_base": is_base,
        "arguments": _arguments(error) if is_base else None,
        "message": encode(_message(error)),
    }


def _arguments(error: BaseException) -> Plain:
    arguments = error.args
    if isinstance(error, OSError) and error.filename is not None:
        # Not among the arguments, but in the message.
        arguments = (*arguments, error.filename)
    try:
        return [encode(each, limits=OF_A_DEFAULT) for each in arguments]
    except CannotCrossError:
        return None


def _message(error: BaseException) -> str:
    try:
        # A class of the student's may do anything here.
        return str(error)[:MOST_CHARACTERS]
    except BaseException:  # noqa: BLE001 - see above
        return ""
