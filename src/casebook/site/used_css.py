"""Which rules of a style sheet can apply to these pages at all?

A theme ships rules for every page that anybody could write; a book uses a few of them. A rule stays
when each class, id and element that its selector demands occurs in some page or is named by a script.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

_TOKENS = re.compile(r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'|/\*.*?\*/|url\([^"\')]*\)|[{};]', re.DOTALL)
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
# The innermost parentheses or brackets: what stands in :is(), :not() or [..] demands nothing by itself.
_NESTED = re.compile(r"(?::[\w-]+)?\([^()]*\)|\[[^\[\]]*\]")
_DEMANDED = re.compile(r"[.#]?(?:[A-Za-z_-]|\\.)(?:[\w-]|\\.)*")
_PSEUDO = re.compile(r"(?<!\\)::?[\w-]+")
_CUSTOM_PROPERTY = re.compile(
    r"(?<![\w-])(?P<name>--[\w-]+)\s*:(?:\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|url\([^\"')]*\)|[^;{}\"'])*;?"
)
_EMPTY = re.compile(r"[^{}]*\{\s*\}")
_VARIABLE = re.compile(r"var\(\s*(--[\w-]+)")
_FAMILY = re.compile(r"font-family\s*:\s*[\"']?([^;\"']+)")
_CONDITIONAL = ("@media", "@supports", "@layer", "@container")


@dataclass(frozen=True)
class Names:
    """What occurs in the pages.

    Parameters
    ----------
    marks
        Classes and ids, without ``.`` and ``#``.
    elements
        Names of elements, in lower case.
    properties
        Custom properties (``--name``) that pages or scripts mention.
    """

    marks: frozenset[str]
    elements: frozenset[str]
    properties: frozenset[str] = frozenset()


@dataclass(frozen=True)
class _Rule:
    """``head { body }``; a statement such as ``@charset`` has no body."""

    head: str
    body: str | None


def used_rules(css: str, names: Names, *, unwanted_fonts: tuple[str, ...] = ()) -> str:
    """The style sheet without what can never apply, and without comments.

    Parameters
    ----------
    css
        A style sheet with no ``@import``.
    names
        What occurs in the pages.
    unwanted_fonts
        Beginnings of names of font families that are not to be loaded.
    """
    kept = "".join(_kept(css, names, unwanted_fonts))
    return _without_unused_properties(kept, names.properties)


def _kept(css: str, names: Names, unwanted_fonts: tuple[str, ...]) -> Iterator[str]:
    for rule in _rules(css):
        head = _COMMENT.sub("", rule.head).strip()
        if rule.body is None:
            if head not in {";", '@charset "UTF-8";', '@charset "utf-8";'}:
                yield head
        elif head.startswith(_CONDITIONAL):
            inside = "".join(_kept(rule.body, names, unwanted_fonts))
            if inside:
                yield f"{head}{{{inside}}}"
        elif head == "@font-face":
            family = _FAMILY.search(rule.body)
            if family is None or not family[1].replace("\\", "").startswith(unwanted_fonts or ("\0",)):
                yield f"{head}{{{_tight(rule.body)}}}"
        elif head.startswith("@"):
            yield f"{head}{{{_tight(rule.body)}}}"
        else:
            selectors = [selector for selector in _selectors(head) if _can_apply(selector, names)]
            body = _tight(rule.body)
            if selectors and body:
                yield f"{','.join(selectors)}{{{body}}}"


def _rules(css: str) -> Iterator[_Rule]:
    depth, start, body = 0, 0, 0
    for token in _TOKENS.finditer(css):
        if token[0] == "{":
            depth += 1
            if depth == 1:
                body = token.end()
        elif token[0] == "}":
            depth -= 1
            if depth == 0:
                yield _Rule(css[start : body - 1], css[body : token.start()])
                start = token.end()
        elif token[0] == ";" and depth == 0:
            yield _Rule(css[start : token.end()], None)
            start = token.end()


def _selectors(head: str) -> Iterator[str]:
    """Split at the commas that stand in no parentheses."""
    depth, start = 0, 0
    for place, character in enumerate(head):
        depth += (character in "([") - (character in ")]")
        if character == "," and depth == 0:
            yield " ".join(head[start:place].split())
            start = place + 1
    yield " ".join(head[start:].split())


def _can_apply(selector: str, names: Names) -> bool:
    plain = selector
    while _NESTED.search(plain):
        plain = _NESTED.sub("", plain)
    for demanded in _DEMANDED.findall(_PSEUDO.sub("", plain)):
        name = demanded.replace("\\", "")
        if name[0] in ".#":
            if name[1:] not in names.marks:
                return False
        elif name.lower() not in names.elements:
            return False
    return True


def _tight(body: str) -> str:
    return " ".join(_COMMENT.sub("", body).split()).strip("; ")


def _without_unused_properties(css: str, asked_elsewhere: frozenset[str]) -> str:
    """Take out custom properties that nothing asks for, and then those that only they asked for."""
    while True:
        asked = asked_elsewhere.union(_VARIABLE.findall(css))
        unused = {found["name"] for found in _CUSTOM_PROPERTY.finditer(css)} - asked
        if not unused:
            return _EMPTY.sub("", css)
        css = _CUSTOM_PROPERTY.sub(partial(_unless_in, unused), css)


def _unless_in(unused: set[str], found: re.Match[str]) -> str:
    return "" if found["name"] in unused else found[0]
