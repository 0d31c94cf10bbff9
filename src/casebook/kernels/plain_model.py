"""What is plain data, how much of it may cross between two processes, and what is said of the rest?

Plain data is what JSON holds, without its literals for what is not a number. None, booleans, finite
floats, moderate integers, honest text and lists stand for themselves; all else is an object with a
``kind``, and each kind has one writer and one reader. Nothing in the data is ever run, imported or
unpickled: a reader makes the kinds that it knows, and refuses what is left.
"""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from types import NoneType
from typing import Any, Protocol

Plain = Any
Writer = Callable[[Any, "Writing"], Plain]
Reader = Callable[[dict[str, Any], "Reading"], Any]
Call = Callable[[int, dict[str, Any]], Any]

# Other programs read integers as floats of 64 bits; and Python reads long decimal numbers slowly.
LARGEST_NUMBER = 2**63
STANDS_FOR_ITSELF = {NoneType, bool, int, float, str}


class CannotCrossError(Exception):
    """A value is no plain data; its message is a sentence for whoever wrote the value."""


class NotPlainDataError(Exception):
    """What came from the other side is not what ``encode`` makes."""


@dataclass(frozen=True)
class PlainLimits:
    """How much may cross at once.

    Parameters
    ----------
    depth
        How deep values may be nested.
    items
        How many values, each item of a list counted; items of arrays of numbers count as bytes only.
    size_bytes
        Size of all texts and arrays, about as long as the data will be as JSON.
    """

    depth: int = 50
    items: int = 2_000_000
    size_bytes: int = 64_000_000


class Functions(Protocol):
    """Whatever gives functions a number by which the other side can call them."""

    def describe(self, function: Any, writing: Writing) -> Plain:
        """Give the plain data that stands for a function, or raise ``CannotCrossError``."""
        ...


class Writing:
    """One value on its way into plain data: what was counted so far, and what it stands within.

    Parameters
    ----------
    functions
        Keeps the functions that are met. None: functions cannot cross.
    limits
        How much may cross.
    writer_for
        The writer for values of exactly this type, or None.
    """

    def __init__(
        self, functions: Functions | None, limits: PlainLimits, writer_for: Callable[[type], Writer | None]
    ) -> None:
        self.functions = functions
        self.limits = limits
        self._writer_for = writer_for
        self._within: set[int] = set()
        self._items = 0
        self._bytes = 0

    def plain(self, value: Any) -> Plain:
        """Plain data for a value of any kind."""
        kind = type(value)
        if kind is list:
            return self._within_limits(value, Writing.many)
        self.count(items=1)
        if kind in STANDS_FOR_ITSELF:
            return self._scalar(value)
        writer = self._writer_for(kind)
        if writer is None:
            raise CannotCrossError(refusal(kind))
        return self._within_limits(value, lambda writing, value: writer(value, writing))

    def many(self, values: Iterable[Any]) -> list[Plain]:
        """Plain data for each of some values; they count as items, not as a level of nesting."""
        values = list(values)
        kinds = set(map(type, values))
        if kinds <= STANDS_FOR_ITSELF:
            self.count(items=len(values))
            if self._all_stand_for_themselves(values, kinds):
                return values
            return [self._scalar(value) for value in values]
        return [self.plain(value) for value in values]

    def count(self, *, items: int = 0, size_bytes: int = 0) -> None:
        """Count what is about to be written, and refuse it if it is too much."""
        self._items += items
        self._bytes += size_bytes
        if self._items > self.limits.items:
            raise CannotCrossError(f"a value with more than {self.limits.items:,} items cannot cross; keep less of it")
        if self._bytes > self.limits.size_bytes:
            limit = f"{self.limits.size_bytes / 1e6:,g} MB"
            raise CannotCrossError(f"a value larger than {limit} cannot cross; keep less of it")

    def _all_stand_for_themselves(self, values: list[Any], kinds: set[type]) -> bool:
        # The many are handled by what C does at once: a column of texts has thousands.
        if str in kinds:
            together = "".join(_of(str, values, kinds))
            if not is_honest(together):
                return False
            self.count(size_bytes=len(together))
        if float in kinds and not all(map(math.isfinite, _of(float, values, kinds))):
            return False
        whole = _of(int, values, kinds) if int in kinds else [0]
        return min(whole) > -LARGEST_NUMBER and max(whole) < LARGEST_NUMBER

    def _scalar(self, value: Any) -> Plain:
        kind = type(value)
        if kind is str:
            self.count(size_bytes=len(value))
            return value if is_honest(value) else {"kind": "str", "points": list(map(ord, value))}
        if kind is int and not -LARGEST_NUMBER < value < LARGEST_NUMBER:
            self.count(size_bytes=value.bit_length() // 4)
            return {"kind": "int", "hex": hex(value)}
        if kind is float and not math.isfinite(value):
            return {"kind": "float", "name": repr(value)}
        return value

    def _within_limits(self, value: Any, write: Callable[[Writing, Any], Plain]) -> Plain:
        if id(value) in self._within:
            raise CannotCrossError(f"{a(type(value))} that contains itself cannot cross")
        if len(self._within) >= self.limits.depth:
            raise CannotCrossError(f"a value nested more than {self.limits.depth} deep cannot cross")
        self._within.add(id(value))
        try:
            return write(self, value)
        finally:
            self._within.discard(id(value))


def _of(kind: type, values: list[Any], kinds: set[type]) -> list[Any]:
    return values if len(kinds) == 1 else [value for value in values if type(value) is kind]


class Reading:
    """Plain data on its way into a value.

    Parameters
    ----------
    call
        Asks the other side to call one of its functions. None: no function is expected.
    own
        Gives one of this side's own functions by its number. None: none is expected.
    limits
        How much may cross.
    reader_for
        The reader of a kind, or None.
    """

    def __init__(
        self,
        call: Call | None,
        own: Callable[[int], Any] | None,
        limits: PlainLimits,
        reader_for: Callable[[str], Reader | None],
    ) -> None:
        self.call = call
        self.own = own
        self.limits = limits
        self._reader_for = reader_for
        self._depth = 0

    def value(self, data: Plain) -> Any:
        """Give the value that some data stands for."""
        if type(data) in STANDS_FOR_ITSELF:
            return data
        if self._depth >= self.limits.depth:
            raise NotPlainDataError(f"it is nested more than {self.limits.depth} deep")
        self._depth += 1
        try:
            if type(data) is list:
                return self.many(data)
            reader = self._reader_for(field(data, "kind", str))
            if reader is None:
                raise NotPlainDataError(f"there is no kind {data['kind'][:40]!r}")
            return reader(data, self)
        finally:
            self._depth -= 1

    def many(self, data: list[Plain]) -> list[Any]:
        """Give the values that a list of data stands for."""
        return list(data) if set(map(type, data)) <= STANDS_FOR_ITSELF else [self.value(each) for each in data]


def field(data: Plain, name: str, kind: type) -> Any:
    """Give what stands under a name in an object of plain data.

    Raises
    ------
    NotPlainDataError
        It is no object, or nothing of exactly that type stands there.
    """
    if type(data) is not dict or type(data.get(name)) is not kind:
        raise NotPlainDataError(f"an object whose {name!r} is of type {kind.__name__} is missing")
    return data[name]


def numbers(data: dict[str, Any], name: str) -> list[int]:
    """Give the integers that stand under a name in an object of plain data."""
    found = field(data, name, list)
    if not set(map(type, found)) <= {int}:
        raise NotPlainDataError(f"{name!r} should hold integers")
    return found


def always(result: Any) -> Callable[[Any, Any], Any]:
    """Write or read what is the same each time."""
    return lambda _value, _counting: result


def is_honest(text: str) -> bool:
    """Whether text has no lone halves of characters, which JSON would put together or lose."""
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def name_of(kind: type) -> str:
    """Give the name of a type, whatever its own type would say."""
    return type.__dict__["__name__"].__get__(kind)


def a(kind: type) -> str:
    """Give a type's name with its article."""
    name = name_of(kind)
    return f"{'an' if name[:1].lower() in 'aeiou' else 'a'} {name}"


INSTEAD = {
    "generator": "a generator cannot cross; make a list of it: list(...)",
    "module": "a module cannot cross",
    "type": "a class cannot cross",
    "coroutine": "a coroutine cannot cross; await it",
    "DataFrameGroupBy": "a grouped table cannot cross; aggregate it",
    "SeriesGroupBy": "a grouped column cannot cross; aggregate it",
}

HAVE_SUBCLASSES = {
    "str",
    "float",
    "bytes",
    "list",
    "tuple",
    "dict",
    "set",
    "frozenset",
    "date",
    "datetime",
    "Decimal",
    "DataFrame",
    "Series",
}


def refusal(kind: type) -> str:
    """Give the sentence about a type that has no writer."""
    if issubclass(kind, type):
        return INSTEAD["type"]
    if issubclass(kind, io.IOBase):
        return "an open file cannot cross; read it"
    if (name := name_of(kind)) in INSTEAD:
        return INSTEAD[name]
    if "__next__" in dir(kind):
        return f"{a(kind)} object cannot cross, because it gives its items only once; make a list of it: list(...)"
    base = next((name for name in map(name_of, kind.__mro__[1:]) if name in HAVE_SUBCLASSES), None)
    return f"{a(kind)} object cannot cross" + (f"; make a {base} of it" if base else "")
