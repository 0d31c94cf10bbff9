"""Where does each entry of a JSON file stand?

``json`` reads values and forgets their places. This walks over a text that ``json`` has already
accepted, so it needs no errors of its own.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

JsonPath = tuple[str | int, ...]

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')


@dataclass(frozen=True)
class Place:
    """Where one value stands.

    Parameters
    ----------
    line
        Line of its key (in an object) or of the value itself (in a list), counted from 1.
    start, end
        The value is ``text[start:end]``.
    """

    line: int
    start: int
    end: int


@dataclass(frozen=True)
class Places:
    """The places of all values of one JSON text.

    Parameters
    ----------
    by_path
        By the keys and numbers that lead to the value; ``()`` is the whole text.
    repeated
        Keys that stand twice in one object, with their lines; ``json`` would drop the first.
    """

    by_path: dict[JsonPath, Place]
    repeated: tuple[tuple[JsonPath, int], ...]

    def line(self, path: JsonPath) -> int | None:
        """Give the line of a value, or of the nearest value round it."""
        for length in range(len(path), -1, -1):
            if (place := self.by_path.get(path[:length])) is not None:
                return place.line
        return None


def places_in(text: str) -> Places:
    """Find every value of a text that is sound JSON."""
    newlines = [match.start() for match in re.finditer("\n", text)]
    walk = _Walk(_TOKEN.finditer(text), newlines)
    first = next(walk.tokens)
    walk.value((), first, walk.line_at(first.start()))
    return Places(walk.found, tuple(walk.repeated))


class _Walk:
    """One walk over the tokens, from left to right."""

    def __init__(self, tokens: Iterator[re.Match[str]], newlines: list[int]) -> None:
        self.tokens = tokens
        self.newlines = newlines
        self.found: dict[JsonPath, Place] = {}
        self.repeated: list[tuple[JsonPath, int]] = []

    def line_at(self, offset: int) -> int:
        return bisect_right(self.newlines, offset) + 1

    def value(self, path: JsonPath, token: re.Match[str], line: int) -> None:
        """Note the value that begins with ``token``, and all values inside it."""
        end = token.end()
        if token[0] == "{":
            end = self._members(path)
        elif token[0] == "[":
            end = self._items(path)
        if path in self.found:
            self.repeated.append((path, line))
        self.found[path] = Place(line, token.start(), end)

    def _members(self, path: JsonPath) -> int:
        while (token := next(self.tokens))[0] != "}":
            if token[0] != ",":
                next(self.tokens)  # the colon
                self.value((*path, json.loads(token[0])), next(self.tokens), self.line_at(token.start()))
        return token.end()

    def _items(self, path: JsonPath) -> int:
        number = 0
        while (token := next(self.tokens))[0] != "]":
            if token[0] != ",":
                self.value((*path, number), token, self.line_at(token.start()))
                number += 1
        return token.end()
