"""What is a mutant, and what does an operator know of the answer that it changes?"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

# For each table its columns, and for each column of texts the texts that stand in it; of numbers none.
Tables = Mapping[str, Mapping[str, Sequence[str]]]


class Change(NamedTuple):
    """One place of a solution, and what a mutant says there.

    Parameters
    ----------
    operator
        The mistake that it imitates, such as ``wrong-year``.
    start, end
        Bytes of the source, as UTF-8, that are replaced.
    after
        By what.
    hint
        What a test would look at that notices.
    """

    operator: str
    start: int
    end: int
    after: str
    hint: str


@dataclass(frozen=True)
class Mutant:
    """An answer that is the solution but for one mistake.

    Parameters
    ----------
    id
        ``<answer cell>/<operator>-<number>``; the same as long as the solution's text is the same.
    cell
        Id of the answer cell.
    operator
        The mistake that it imitates.
    hint
        What a test would look at that notices.
    notebook
        Name of the notebook.
    source
        The cell's new text.
    before, after
        What was changed, for a person to read.
    """

    id: str
    cell: str
    operator: str
    hint: str
    notebook: str
    source: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class Value:
    """A name that a solution binds and a test asks for.

    Parameters
    ----------
    name
        The name.
    kind
        ``number``, ``flag``, ``text``, ``list``, ``dict``, ``series``, ``table``, ``chart``, ``function``, ``none``;
        or ``other``.
    asked
        For a function, the keys of the arguments with which the visible tests call it.
    """

    name: str
    kind: str
    asked: tuple[str, ...] = ()


@dataclass(frozen=True)
class Solution:
    """The text of an answer cell, read.

    Parameters
    ----------
    source
        Its text; Python without magics.
    tables
        What tables there are.
    """

    source: str
    tables: Tables = field(default_factory=dict[str, Mapping[str, Sequence[str]]])

    @cached_property
    def tree(self) -> ast.Module:
        """Its syntax."""
        return ast.parse(self.source)

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """All of its syntax, from top to bottom."""
        placed = [node for node in ast.walk(self.tree) if hasattr(node, "lineno")]
        return sorted(placed, key=lambda node: (self.span(node)[0], -self.span(node)[1]))

    @cached_property
    def parents(self) -> dict[ast.AST, ast.AST]:
        """What each part of the syntax stands in."""
        return {child: node for node in ast.walk(self.tree) for child in ast.iter_child_nodes(node)}

    @cached_property
    def texts(self) -> list[str]:
        """All texts in it."""
        return [node.value for node in self.nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]

    @cached_property
    def _lines(self) -> list[int]:
        starts, at = [0], 0
        for line in self.source.encode().splitlines(keepends=True):
            at += len(line)
            starts.append(at)
        return starts

    def span(self, node: ast.AST) -> tuple[int, int]:
        """The bytes of the source that a part of the syntax takes."""
        first, last = getattr(node, "lineno", 1), getattr(node, "end_lineno", 1)
        return (
            self._lines[first - 1] + getattr(node, "col_offset", 0),
            self._lines[last - 1] + getattr(node, "end_col_offset", 0),
        )

    def text(self, node: ast.AST) -> str:
        """A part of the syntax as it is written."""
        start, end = self.span(node)
        return self.source.encode()[start:end].decode()

    def bracketed(self, node: ast.AST) -> str:
        """The same, in brackets where it could not stand beside an operator or before a dot."""
        text = self.text(node)
        simple = (ast.Name, ast.Call, ast.Attribute, ast.Subscript, ast.List, ast.Dict, ast.Tuple, ast.Constant)
        return text if isinstance(node, simple) else f"({text})"

    def within(self, node: ast.AST) -> Iterator[ast.AST]:
        """What a part of the syntax stands in, from the inside out."""
        while (parent := self.parents.get(node)) is not None:
            yield parent
            node = parent

    def replaced(self, operator: str, node: ast.AST, after: str, hint: str) -> Change:
        """The change of one part of the syntax into something else."""
        return Change(operator, *self.span(node), after, hint)

    def with_change(self, change: Change) -> str:
        """The text with a change made."""
        source = self.source.encode()
        return (source[: change.start] + change.after.encode() + source[change.end :]).decode()

    def without_argument(self, operator: str, call: ast.Call, keyword: ast.keyword, hint: str) -> Change:
        """The change of a call that leaves one of its named arguments out."""
        kept = [self.text(each) for each in call.args]
        kept += [self.text(each) for each in call.keywords if each is not keyword]
        return self.replaced(operator, call, f"{self.text(call.func)}({', '.join(kept)})", hint)


def method(node: ast.AST) -> str:
    """The name of the method or function that a call calls; empty: it is no call of one."""
    match node:
        case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)):
            return name
        case _:
            return ""


def receiver(call: ast.AST) -> ast.expr | None:
    """What a method is called on; None: it is no call of a method."""
    match call:
        case ast.Call(func=ast.Attribute(value=value)):
            return value
        case _:
            return None


def argument(call: ast.Call, name: str) -> ast.keyword | None:
    """A named argument of a call, if it has one."""
    return next((keyword for keyword in call.keywords if keyword.arg == name), None)
