"""What would a student have written who slips with a number, a comparison or a sign?"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from casebook.exercises.mutants_model import Change, Solution, method

FIRST_YEAR, LAST_YEAR = 1800, 2100
PERCENT = 100
# What a chart looks like decides about no answer; mistakes in charts have operators of their own.
LOOKS = ("mark_", "configure", "axis", "properties", "legend", "scale", "Axis", "Scale", "Legend", "header", "bin")
# Numbers that choose a way of working, and do not count.
MODES = frozenset({"axis", "ddof", "level", "ndim", "random_state", "decimals", "precision"})
ROUNDING = frozenset({"round", "around"})

COMPARISONS: dict[type[ast.cmpop], tuple[str, str]] = {
    ast.Lt: ("boundary", "<="),
    ast.LtE: ("boundary", "<"),
    ast.Gt: ("boundary", ">="),
    ast.GtE: ("boundary", ">"),
    ast.Eq: ("comparison", "!="),
    ast.NotEq: ("comparison", "=="),
    ast.In: ("comparison", "not in"),
    ast.NotIn: ("comparison", "in"),
    ast.Is: ("comparison", "is not"),
    ast.IsNot: ("comparison", "is"),
}
ARITHMETIC: dict[type[ast.operator], str] = {
    ast.Add: "-",
    ast.Sub: "+",
    ast.Mult: "/",
    ast.Div: "*",
    ast.Pow: "*",
    ast.FloorDiv: "/",
    ast.Mod: "//",
}


def wrong_years(solution: Solution, node: ast.AST) -> Iterator[Change]:
    """The year before or after."""
    if (number := _whole(node)) is not None and _is_year(number):
        hint = "check the figure against a table with other figures in the years beside the asked one."
        yield solution.replaced("wrong-year", node, str(number + 1), hint)
        yield solution.replaced("wrong-year", node, str(number - 1), hint)


def off_by_one(solution: Solution, node: ast.AST) -> Iterator[Change]:
    """One too many, or one too few."""
    number = _whole(node)
    if number is None or _is_year(number) or _is_looks(solution, node) or _is_rounding(solution, node):
        return
    if any(isinstance(each, ast.keyword) and each.arg in MODES for each in solution.within(node)):
        return
    hint = "check the value itself, and the length or the first and last item where it is a list."
    yield solution.replaced("off-by-one", node, str(number + 1), hint)
    if number > 0 and number != PERCENT:
        yield solution.replaced("off-by-one", node, str(number - 1), hint)


def percent_for_fraction(solution: Solution, node: ast.AST) -> Iterator[Change]:
    """A hundred times too large or too small."""
    hint = "check the range: a share lies between 0 and 1, and in percent some value should be above 1."
    match node:
        case ast.BinOp(left=left, op=ast.Mult() | ast.Div(), right=ast.Constant(value=number)) if number == PERCENT:
            yield solution.replaced("percent-for-fraction", node, solution.text(left), hint)
        case ast.BinOp(left=ast.Constant(value=number), op=ast.Mult(), right=right) if number == PERCENT:
            yield solution.replaced("percent-for-fraction", node, solution.text(right), hint)
        case ast.BinOp(op=ast.Div()) if not _is_looks(solution, node):
            yield solution.replaced("percent-for-fraction", node, f"({solution.text(node)} * 100)", hint)
        case _:
            pass


def comparisons(solution: Solution, node: ast.AST) -> Iterator[Change]:
    """The boundary left out or let in, or the opposite asked."""
    if not isinstance(node, ast.Compare) or len(node.ops) != 1:
        return
    found = COMPARISONS.get(type(node.ops[0]))
    if found is None:
        return
    operator, sign = found
    left, right = solution.text(node.left), solution.text(node.comparators[0])
    hint = (
        "test with rows that lie exactly on the boundary."
        if operator == "boundary"
        else "test with rows that the condition keeps and rows that it leaves out."
    )
    yield solution.replaced(operator, node, f"{left} {sign} {right}", hint)


def conditions(solution: Solution, node: ast.AST) -> Iterator[Change]:
    """And for or, a condition forgotten, a negation forgotten."""
    hint = "test with rows that meet one of the conditions and not the other."
    match node:
        case ast.BoolOp(op=op, values=values):
            other = " or " if isinstance(op, ast.And) else " and "
            yield solution.replaced("wrong-condition", node, other.join(map(solution.text, values)), hint)
            for each in values:
                kept = (" and " if isinstance(op, ast.And) else " or ").join(
                    solution.text(value) for value in values if value is not each
                )
                yield solution.replaced("dropped-filter", node, kept, hint)
        case ast.BinOp(left=left, op=ast.BitAnd() | ast.BitOr() as op, right=right):
            sides = [solution.bracketed(side) for side in (left, right)]
            sign = " | " if isinstance(op, ast.BitAnd) else " & "
            yield solution.replaced("wrong-condition", node, sign.join(sides), hint)
            for side in sides:
                yield solution.replaced("dropped-filter", node, side, hint)
        case ast.UnaryOp(op=ast.Not() | ast.Invert(), operand=operand):
            yield solution.replaced("wrong-condition", node, solution.bracketed(operand), hint)
        case _:
            pass


def arithmetic(solution: Solution, node: ast.AST) -> Iterator[Change]:
    """The wrong sign, or the two sides of a difference or a quotient the wrong way round."""
    if not isinstance(node, ast.BinOp) or type(node.op) not in ARITHMETIC or _is_text(node):
        return
    hint = "check the value itself, computed another way."
    left, right = solution.bracketed(node.left), solution.bracketed(node.right)
    yield solution.replaced("arithmetic", node, f"({left} {ARITHMETIC[type(node.op)]} {right})", hint)
    if isinstance(node.op, ast.Sub | ast.Div):
        hint = "check the sign, and on which side of 1 a ratio lies."
        yield solution.replaced("wrong-way-round", node, f"({right} {_sign(node.op)} {left})", hint)


def minus(solution: Solution, node: ast.AST) -> Iterator[Change]:
    """A minus forgotten."""
    match node:
        case ast.UnaryOp(op=ast.USub(), operand=operand) if not _is_looks(solution, node):
            yield solution.replaced("arithmetic", node, solution.text(operand), "check the sign.")
        case _:
            pass


def rounding(solution: Solution, node: ast.AST) -> Iterator[Change]:
    """Rounded too coarsely."""
    if isinstance(node, ast.Call) and method(node) in ROUNDING:
        for each in [*node.args, *(keyword.value for keyword in node.keywords)]:
            number = _whole(each)
            if number is not None and number > 0:
                hint = "compare with a tolerance below the last digit that the question asks for."
                yield solution.replaced("too-coarse", each, str(number - 1), hint)


def flags(solution: Solution, node: ast.AST) -> Iterator[Change]:
    """A switch thrown the other way."""
    match node:
        case ast.keyword(arg=name, value=ast.Constant(value=bool() as flag) as value) if name not in {
            "inplace",
            "copy",
            "ascending",
            "reverse",
            "zero",
            "observed",
        } and not _is_looks(solution, node):
            yield solution.replaced("wrong-option", value, str(not flag), f"check what `{name}` decides about.")
        case ast.Return(value=ast.Constant(value=bool() as flag) as value):
            yield solution.replaced("wrong-option", value, str(not flag), "test a case of each kind.")
        case _:
            pass


NUMBERS = (
    wrong_years,
    off_by_one,
    percent_for_fraction,
    comparisons,
    conditions,
    arithmetic,
    minus,
    rounding,
    flags,
)


def _whole(node: ast.AST) -> int | None:
    match node:
        case ast.Constant(value=int() as number) if not isinstance(number, bool):
            return number
        case _:
            return None


def _is_year(number: int) -> bool:
    return FIRST_YEAR <= number <= LAST_YEAR


def _is_looks(solution: Solution, node: ast.AST) -> bool:
    return any(method(each).startswith(LOOKS) for each in solution.within(node) if isinstance(each, ast.Call)) and any(
        isinstance(each, ast.keyword) for each in [node, *solution.within(node)]
    )


def _is_rounding(solution: Solution, node: ast.AST) -> bool:
    parent = solution.parents.get(node)
    parent = solution.parents.get(parent) if isinstance(parent, ast.keyword) else parent
    return parent is not None and method(parent) in ROUNDING


def _is_text(node: ast.BinOp) -> bool:
    return any(
        isinstance(side, ast.Constant | ast.JoinedStr) and not _is_number(side) for side in (node.left, node.right)
    )


def _is_number(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, int | float)


def _sign(op: ast.operator) -> str:
    return "-" if isinstance(op, ast.Sub) else "/"
