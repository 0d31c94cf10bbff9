"""Which pieces of some code give an answer away, though they have few words?"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from casebook.exercises.readable import compact

# Letters and digits of a name of one word and its value.
LONG_ENOUGH = 14
# A line that IPython understands and Python does not.
MAGIC = re.compile(r"(?m)^(\s*)[%!].*$")


def parsed(code: str) -> ast.Module | None:
    """The code's tree; None: it is no Python."""
    try:
        return ast.parse(MAGIC.sub(r"\1pass", code))
    except (SyntaxError, ValueError, RecursionError):
        return None


def names_asked(code: str) -> set[str]:
    """Names that tests read and do not make themselves: those of answers, and of modules."""
    tree = parsed(code)
    names = [] if tree is None else [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    return {node.id for node in names} - {node.id for node in names if isinstance(node.ctx, ast.Store)}


def names_made(code: str) -> set[str]:
    """Names that code binds at the top of a cell, imports left out."""
    tree = parsed(code)
    return (
        set()
        if tree is None
        else {
            node.id
            for statement in tree.body
            if isinstance(statement, ast.Assign | ast.AnnAssign | ast.AugAssign)
            for node in ast.walk(statement)
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
        }
    )


def message_texts(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """The texts of messages, with their lines; other texts in code are names and values, which stand in tables too."""
    said: list[ast.expr | None] = [node.msg for node in ast.walk(tree) if isinstance(node, ast.Assert)]
    said += [node.exc for node in ast.walk(tree) if isinstance(node, ast.Raise)]
    for message in said:
        for node in ast.walk(message) if message is not None else ():
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.lineno, node.value


def typed_answers(tree: ast.Module, asked: set[str]) -> Iterator[tuple[int, str]]:
    """Answers with their values, each in the ways in which code and data write that, and their lines.

    They stand as ``busiest_year = 2014``, ``assert busiest_year == 2014``, ``abs(busiest_year - 2014) < 1``.
    """
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                pass
            case (
                ast.Compare(left=ast.Name(id=name), ops=[ast.Eq()], comparators=[value])
                | ast.BinOp(left=ast.Name(id=name), op=ast.Sub(), right=value)
            ):
                pass
            case _:
                continue
        if name in asked and _is_literal(value):
            said = compact(ast.unparse(value))
            # `passed: false` stands in many a file of data.
            if "_" not in name and len(f"{name}{said}") < LONG_ENOUGH:
                continue
            yield from ((node.lineno, f"{name.casefold()}{sign}{said}") for sign in ("=", "==", ":", "-"))


def _is_literal(value: ast.expr) -> bool:
    try:
        # What is empty is a beginning and no answer.
        return ast.literal_eval(value) not in ("", None, (), [], {}, set())
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return False


def is_in_code(exact: str, code: str) -> bool:
    """Whether a piece stands in a compact text, and is no part of a longer name or number there."""
    at = code.find(exact)
    while at >= 0:
        before, after = code[at - 1 : at], code[at + len(exact) : at + len(exact) + 2]
        inside = bool(re.match(r"[\w.]", before)) and exact[0].isalnum()
        if not inside and not re.match(r"\w|\.\d" if exact[-1].isalnum() else r"(?!)", after):
            return True
        at = code.find(exact, at + 1)
    return False
