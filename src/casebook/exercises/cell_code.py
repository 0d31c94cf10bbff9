"""What does a code cell say in Python: what does it assert, which files does it read, which names does it bind?"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

# IPython's own: magics, shell commands and questions, each on a line of its own.
MAGIC = re.compile(r"^(\s*)(?:[%!].*|\S+\?{1,2})$")
# Calls of these names fail for a wrong answer: assert_frame_equal, assertEqual, pytest.raises, pytest.fail.
CHECKING = re.compile(r"_*assert\w*|raises|fail")
READING = re.compile(r"read(_\w+)?|open|Path|loadtxt|genfromtxt|Chart|UrlData|load_\w+")
# Whose result may be a cell's score.
SCORING = {"sum", "min", "max", "round", "float", "int"}
SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def parsed(source: str) -> ast.Module | None:
    """A cell's code; None where it is no Python, such as a cell magic.

    Raises
    ------
    SyntaxError
        It should be Python and is not. Its line is counted from 1.
    """
    if source.lstrip().startswith("%%"):
        return None
    plain = "\n".join(MAGIC.sub(r"\1pass", line) for line in source.split("\n"))
    flags = ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    try:
        return compile(plain, "<cell>", "exec", flags)
    except ValueError as error:
        # A NUL in the text, for one.
        raise SyntaxError(str(error), ("<cell>", 1, 1, "")) from error


def same_code(one: str, other: str) -> bool:
    """Whether two cells do the same by their text: but for comments, blank space and quotes."""
    try:
        first, second = parsed(one), parsed(other)
    except SyntaxError:
        return one.strip() == other.strip()
    if first is None or second is None:
        return one.strip() == other.strip()
    return ast.dump(first) == ast.dump(second)


@dataclass(frozen=True)
class Assertion:
    """A place where a test may fail.

    Parameters
    ----------
    line
        In the cell, counted from 1.
    constant
        Why it can never depend on an answer; empty if it may.
    """

    line: int
    constant: str = ""


def assertions(tree: ast.Module) -> list[Assertion]:
    """Each place of a test cell where it may fail or give part of its points."""
    found: list[Assertion] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Assert):
            found.append(Assertion(node.lineno, _constant(node.test)))
        elif isinstance(node, ast.Raise):
            found.append(Assertion(node.lineno))
        elif isinstance(node, ast.Call) and CHECKING.fullmatch(_name(node.func)):
            given = [*node.args, *(keyword.value for keyword in node.keywords)]
            fixed = bool(given) and not any(map(_depends, given))
            found.append(Assertion(node.lineno, "it is given constants only" if fixed else ""))
    last = tree.body[-1] if tree.body else None
    if isinstance(last, ast.Expr) and _is_score(last.value):
        # nbgrader takes a number that a test cell shows for the points that it gives.
        found.append(Assertion(last.lineno))
    return found


def _constant(test: ast.expr) -> str:
    if isinstance(test, ast.Tuple) and test.elts:
        return "it asserts a pair in parentheses, which is always true"
    if isinstance(test, ast.Constant) and not test.value:
        # assert False, in a branch that a wrong answer takes.
        return ""
    return "" if _depends(test) else "it asserts a constant"


def _depends(node: ast.expr) -> bool:
    return any(isinstance(part, ast.Name) for part in ast.walk(node))


def _is_score(value: ast.expr) -> bool:
    if isinstance(value, ast.Call):
        return _name(value.func) in SCORING
    return isinstance(value, ast.Name | ast.BinOp | ast.IfExp) and _depends(value)


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def files_read(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Each file that a cell reads by a name written out in it, and the line, counted from 1."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not READING.fullmatch(_name(node.func)) or _writes(node):
            continue
        for given in [*node.args[:1], *(each.value for each in node.keywords if each.arg in PATHS)]:
            if isinstance(given, ast.Constant) and isinstance(given.value, str) and _is_file(given.value):
                yield given.value, node.lineno


PATHS = {"filepath_or_buffer", "path_or_buf", "path", "file", "io", "fname", "data", "url"}


def _is_file(text: str) -> bool:
    # The first word that is given to a chart may be anything; a file has an ending, and is not on the web.
    return bool(re.fullmatch(r"[^\n:*?]+\.[A-Za-z0-9]{2,8}", text))


def _writes(call: ast.Call) -> bool:
    modes = [*call.args[1:2], *(each.value for each in call.keywords if each.arg == "mode")]
    texts = [str(mode.value) for mode in modes if isinstance(mode, ast.Constant) and isinstance(mode.value, str)]
    return _name(call.func) == "open" and any(letter in text for text in texts for letter in "wax")


def texts(tree: ast.Module) -> set[str]:
    """Every text that is written out in a cell."""
    return {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def bound_names(tree: ast.Module) -> dict[str, int]:
    """Names that a cell gives a value at its top level, imports aside, and the line of each."""
    found: dict[str, int] = {}

    def visit(node: ast.AST) -> None:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.setdefault(node.name, node.lineno)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.setdefault(node.id, node.lineno)
        if not isinstance(node, (*SCOPES, *COMPREHENSIONS)):
            for child in ast.iter_child_nodes(node):
                visit(child)

    visit(tree)
    return found


def used_names(tree: ast.Module) -> set[str]:
    """Names whose values a cell asks for."""
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
