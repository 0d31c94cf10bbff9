"""What stands for a function of the other process, and raises what it raises there?

A real function, so that ``inspect`` and whoever asks for its name, help, signature or source find
what they would find in one process. Its source and its words are text: nothing here runs them.
"""

from __future__ import annotations

import builtins
import functools
import hashlib
import inspect
import linecache
import sys
import warnings
from collections.abc import Callable
from types import FunctionType
from typing import Any
from weakref import WeakKeyDictionary

from casebook.kernels.plain_changes import change
from casebook.kernels.plain_model import (
    Call,
    CannotCrossError,
    NotPlainDataError,
    Plain,
    PlainLimits,
    Reading,
    Writing,
    field,
    name_of,
)

LONGEST_NAME = 200
WAYS = (
    inspect.Parameter.POSITIONAL_ONLY,
    inspect.Parameter.POSITIONAL_OR_KEYWORD,
    inspect.Parameter.VAR_POSITIONAL,
    inspect.Parameter.KEYWORD_ONLY,
    inspect.Parameter.VAR_KEYWORD,
)

# Functions that stand for others: whom to ask, and the number there.
FAR: WeakKeyDictionary[Any, tuple[Call, int]] = WeakKeyDictionary()


class AnswerError(Exception):
    """A function of the other process raised an exception of a type that this one does not have.

    It is raised as a subclass that has that type's name and is also of the nearest type of Python's
    own, so that ``except ValueError`` catches what it would catch in one process.
    """

    type_name = "AnswerError"


def far_function(data: dict[str, Any], reading: Reading) -> Callable[..., Any]:
    """Give a function that asks the other side to call the one that some data stands for.

    Parameters
    ----------
    data
        From ``FunctionTable.describe``.
    reading
        Its ``call`` does the asking.

    Raises
    ------
    NotPlainDataError
        The data is something else, or no function is expected.
    """
    call, limits = reading.call, reading.limits
    if call is None:
        raise NotPlainDataError("no function is expected")
    number = field(data, "function", int)
    name = _short(reading.value(data["name"]))
    doc, source = reading.value(data["doc"]), reading.value(data["source"])
    parameters = data["parameters"]
    signature = None if parameters is None else _signature(field(data, "parameters", list), reading)

    asked = _Asked(call, number, name, limits)

    def far(*arguments: Any, **named: Any) -> Any:
        value, error = asked.ask(arguments, named)
        if error is not None:
            raise error
        return value

    far.__name__ = far.__qualname__ = name
    far.__module__ = "__main__"
    far.__doc__ = doc if type(doc) is str else None
    if signature is not None:
        far.__signature__ = signature  # pyright: ignore[reportFunctionMemberAccess]
        kinds = {each.name: each.annotation for each in signature.parameters.values()}
        kinds["return"] = signature.return_annotation
        far.__annotations__ = {key: kind for key, kind in kinds.items() if kind is not inspect.Signature.empty}
    else:
        far.__annotations__ = {}
    _stand_in(far, name, source if type(source) is str and _is_text(source) else None)
    FAR[far] = (call, number)
    return far


def is_builtin_exception(kind: Any) -> bool:
    """Whether a class is one of Python's own exceptions that end no process."""
    return vars(builtins).get(name_of(kind)) is kind and issubclass(kind, Exception)


class _Asked:
    """The function that is asked, and what its arguments may be."""

    def __init__(self, call: Call, number: int, name: str, limits: PlainLimits) -> None:
        self.call = call
        self.number = number
        self.name = name
        self.limits = limits

    def describe(self, function: Any, writing: Writing) -> Plain:
        # A function that came from there can go back; ours cannot be called from there.
        home = FAR.get(function) if type(function) is FunctionType else None
        if home is None or home[0] != self.call:
            raise CannotCrossError("a function of the test cannot be handed to a function of the notebook")
        writing.count(items=1)
        return {"kind": "own function", "function": home[1]}

    def ask(self, arguments: tuple[Any, ...], named: dict[str, Any]) -> tuple[Any, Exception | None]:
        """Give what the function returns, or what it raises; with no trace of our own steps."""
        try:
            return self._value(arguments, named), None
        except Exception as error:  # noqa: BLE001 - whatever a function may raise
            return None, error.with_traceback(None)

    def _value(self, arguments: tuple[Any, ...], named: dict[str, Any]) -> Any:
        question = {
            "function": self.number,
            "arguments": [self._encode(value, str(place + 1)) for place, value in enumerate(arguments)],
            "named": {name: self._encode(value, name) for name, value in named.items()},
            "quiet": _is_quiet(),
        }
        answer = self.call(self.number, question)
        if type(answer) is not dict:
            raise NotPlainDataError("This is not plain data: an answer is missing.")
        _write(sys.stdout, self.decode(answer.get("printed", "")))
        _write(sys.stderr, self.decode(answer.get("warned", "")))
        for each in field({"changed": [], **answer}, "changed", list):
            _change(self, each, dict(enumerate(arguments)) | named)
        if "cannot" in answer:
            raise CannotCrossError(f"what {self.name} returns: {field(answer, 'cannot', str)}")
        if "raised" in answer:
            raise _exception(self, field(answer, "raised", dict))
        if "value" not in answer:
            raise NotPlainDataError("This is not plain data: an answer has no value.")
        return self.decode(answer["value"])

    def _encode(self, value: Any, place: str) -> Plain:
        from casebook.kernels.plain_values import encode

        try:
            return encode(value, functions=self, limits=self.limits)
        except CannotCrossError as error:
            raise CannotCrossError(f"argument {place} of {self.name}: {error}") from None

    def decode(self, data: Plain) -> Any:
        from casebook.kernels.plain_values import decode

        return decode(data, call=self.call, limits=self.limits)


def _is_quiet() -> bool:
    """Whether whoever calls wants no warnings at all, as after ``warnings.simplefilter("ignore")``."""
    # One filter: what to do, with what message, of what kind, in what module, at what line.
    return list(warnings.filters[:1]) == [("ignore", None, Warning, None, 0)]


def _write(stream: Any, text: Any) -> None:
    if type(text) is not str:
        raise NotPlainDataError("This is not plain data: an answer does not say what was printed.")
    if text:
        stream.write(text)


def _change(asked: _Asked, changed: Plain, arguments: dict[Any, Any]) -> None:
    place = changed.get("place") if type(changed) is dict else None
    if type(place) not in {int, str} or place not in arguments:
        raise NotPlainDataError("This is not plain data: an answer changes an argument that there is not.")
    said = place + 1 if type(place) is int else place
    if "cannot" in changed:
        raise CannotCrossError(f"{asked.name} changed its argument {said}, and now {field(changed, 'cannot', str)}")
    try:
        change(arguments[place], asked.decode(changed.get("now")))
    except CannotCrossError as error:
        raise CannotCrossError(f"{asked.name} changed its argument {said}: {error}") from None


def _exception(asked: _Asked, raised: dict[str, Any]) -> Exception:
    base: Any = vars(builtins).get(field(raised, "base", str))
    if not isinstance(base, type) or not is_builtin_exception(base):
        raise NotPlainDataError("This is not plain data: an answer raises what is no exception.")
    name, message = asked.decode(raised.get("type")), asked.decode(raised.get("message"))
    # Whoever shows a syntax error reads the file that it names.
    is_whole = raised.get("is_base") is True and not issubclass(base, SyntaxError)
    if is_whole and type(raised.get("arguments")) is list:
        try:
            return base(*map(asked.decode, raised["arguments"]))
        except (TypeError, ValueError):
            # It is made of something else than what it keeps.
            return AnswerError(f"{name}: {message}")
    return _answer_error(_short(name), base if base in OF_WORDS else Exception)(message)


# The others are made of more than words.
OF_WORDS = {
    kind
    for kind in vars(builtins).values()
    if isinstance(kind, type) and is_builtin_exception(kind) and not issubclass(kind, UnicodeError | BaseExceptionGroup)
}


@functools.lru_cache(maxsize=256)
def _answer_error(name: str, base: type[Exception]) -> type[AnswerError]:
    bases = (AnswerError,) if base is Exception else (AnswerError, base)
    # Without a module of its own, so that it is shown by its name alone.
    return type(name, bases, {"__module__": "builtins", "type_name": name})


def _short(name: Any) -> str:
    if type(name) is not str or not is_name(name):
        raise NotPlainDataError("a name is missing")
    return name


def is_name(name: str) -> bool:
    """Whether text can be shown as a name."""
    return len(name) <= LONGEST_NAME and name.isprintable()


def _is_text(source: str) -> bool:
    return source.replace("\n", "").replace("\t", "").isprintable()


def _signature(data: list[Any], reading: Reading) -> inspect.Signature:
    *parameters, returned = [_parameter(each, reading) for each in data]
    return inspect.Signature(parameters, return_annotation=returned.annotation)


def _parameter(data: Plain, reading: Reading) -> inspect.Parameter:
    default, annotation = data["default"], data["annotation"]
    return inspect.Parameter(
        field(data, "name", str),
        WAYS[field(data, "way", int)],
        default=inspect.Parameter.empty if default is None else reading.value(default["value"]),
        annotation=inspect.Parameter.empty if annotation is None else _builtin_type(field(data, "annotation", str)),
    )


def _builtin_type(name: str) -> type | None:
    kind = vars(builtins)[name]
    if kind is not None and not isinstance(kind, type):
        raise NotPlainDataError("an annotation is no type")
    return kind


def _stand_in(far: Any, name: str, source: str | None) -> None:
    """Let ``inspect`` and tracebacks find the source of the function that this one stands for.

    All that it does happens, as far as anybody can see, in the first line.
    """
    file = f"<{name} {hashlib.sha256((source or '').encode(errors='replace')).hexdigest()[:8]}>"
    if source is not None:
        linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    code = far.__code__
    # Entries of Python's table of lines: up to eight instructions, no columns, no line further on.
    units = len(code.co_code) // 2
    lines = b"".join(bytes([0xE8 | min(7, units - first - 1), 0]) for first in range(0, units, 8))
    far.__code__ = code.replace(co_filename=file, co_firstlineno=1, co_linetable=lines, co_name=name, co_qualname=name)
