"""What would a student have written who takes the wrong column, rows, order or summary of a table?"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from casebook.exercises.mutants_model import Change, Solution, argument, method, receiver

# How many other columns, or groups, are tried in the place of one.
MOST_OTHERS = 2

AGGREGATIONS: Mapping[str, str] = {
    "sum": "mean",
    "mean": "sum",
    "median": "mean",
    "max": "min",
    "min": "max",
    "count": "nunique",
    "size": "nunique",
    "nunique": "count",
    "first": "last",
    "last": "first",
    "std": "var",
    "idxmax": "idxmin",
    "idxmin": "idxmax",
    "cumsum": "cumprod",
    "any": "all",
    "all": "any",
}
BUILTIN: Mapping[str, str] = {"max": "min", "min": "max", "sum": "len", "len": "max", "any": "all", "all": "any"}
SORTS = frozenset({"sort_values", "sort_index"})
# Steps of a chain without which it still runs.
STEPS: Mapping[str, str] = {
    "dropna": "missing-values",
    "fillna": "missing-values",
    "drop_duplicates": "duplicates",
    "unique": "duplicates",
    "query": "dropped-filter",
    "abs": "dropped-step",
    "cumsum": "dropped-step",
    "diff": "dropped-step",
    "pct_change": "dropped-step",
    "shift": "dropped-step",
    "reset_index": "dropped-step",
    "set_index": "dropped-step",
    "set_axis": "dropped-step",
    "rename": "dropped-step",
    "head": "dropped-step",
    "tail": "dropped-step",
    "lower": "dropped-step",
    "strip": "dropped-step",
    "assign": "dropped-step",
    "astype": "dropped-step",
    "copy": "input-mutated",
}
STEP_HINTS: Mapping[str, str] = {
    "missing-values": "test with a table in which a value is missing, and check which rows come back.",
    "duplicates": "test with a table in which a row stands twice.",
    "dropped-filter": "check which rows count: their number, or a value that the others would change.",
    "dropped-step": "check the shape, the index and the values of what comes out.",
    "input-mutated": "call it on a table, and compare that table with a copy made before.",
}
JOINS: Mapping[str, str] = {"inner": "outer", "left": "right", "outer": "inner", "right": "left"}


def wrong_columns(solution: Solution, node: ast.AST) -> Iterator[Change]:
    """Another column of the same table; those that the solution uses elsewhere come first."""
    match node:
        case ast.Constant(value=str() as name):
            for other in other_columns(solution, name):
                hint = "check values that only the asked column gives."
                yield solution.replaced("wrong-column", node, repr(other), hint)
        case ast.Attribute(value=value, attr=name) if not isinstance(value, ast.Call):
            for other in other_columns(solution, name)[:1]:
                after = f"{solution.bracketed(value)}.{other}"
                yield solution.replaced("wrong-column", node, after, "check values that only the asked column gives.")
        case _:
            pass


def other_columns(solution: Solution, name: str) -> list[str]:
    """Columns that stand in a table with this one, and hold the same kind of values."""
    used = set(solution.texts)
    having = [columns for columns in solution.tables.values() if name in columns]
    # Several tables have years: the solution's is the one of which it names the most columns.
    most = max((len(used & columns.keys()) for columns in having), default=0)
    found = [
        other
        for columns in having
        if len(used & columns.keys()) == most
        for other, texts in columns.items()
        if other != name and bool(texts) == bool(columns[name])
    ]
    return sorted(dict.fromkeys(found), key=lambda other: other not in used)[:MOST_OTHERS]


def wrong_groups(solution: Solution, node: ast.AST) -> Iterator[Change]:
    """Another text of the same column: another firm, another kind of seller."""
    match node:
        case ast.Constant(value=str() as text):
            tables = solution.tables.values()
            if any(text in table for table in tables):
                return
            columns = [texts for table in tables for texts in table.values() if text in texts]
            used = set(solution.texts)
            others = {other: other not in used for texts in columns for other in texts if other != text}
            for other in sorted(others, key=others.__getitem__)[:MOST_OTHERS]:
                hint = "check values that only the asked rows give."
                yield solution.replaced("wrong-group", node, repr(other), hint)
        case _:
            pass


def wrong_aggregations(solution: Solution, node: ast.AST) -> Iterator[Change]:
    """A sum for a mean, a mean for a median, the smallest for the largest."""
    match node:
        case ast.Call(func=ast.Attribute(value=value, attr=name) as called) if name in AGGREGATIONS:
            after = f"{solution.bracketed(value)}.{AGGREGATIONS[name]}"
            yield solution.replaced(_aggregation(name), called, after, _value_hint())
        case ast.Call(func=ast.Name(id=name) as called) if name in BUILTIN:
            yield solution.replaced("wrong-aggregation", called, BUILTIN[name], _value_hint())
        case ast.Constant(value=str() as name) if name in AGGREGATIONS and _names_an_aggregation(solution, node):
            yield solution.replaced(_aggregation(name), node, repr(AGGREGATIONS[name]), _value_hint())
        case _:
            pass


def unsorted(solution: Solution, node: ast.AST) -> Iterator[Change]:
    """Not sorted, or the wrong way."""
    hint = "check the order: is_monotonic_increasing, or the first and the last row."
    if not isinstance(node, ast.Call):
        return
    name, value = method(node), receiver(node)
    if name in SORTS and value is not None and argument(node, "inplace") is None:
        yield solution.replaced("unsorted", node, solution.text(value), hint)
    if name == "sorted" and value is None and node.args:
        yield solution.replaced("unsorted", node, f"list({solution.text(node.args[0])})", hint)
    if name in {"nlargest", "nsmallest"} and value is not None:
        count = solution.text(node.args[0]) if node.args else ""
        yield solution.replaced("unsorted", node, f"{solution.bracketed(value)}.head({count})", hint)
        other = "nsmallest" if name == "nlargest" else "nlargest"
        arguments = ", ".join(solution.text(each) for each in [*node.args, *node.keywords])
        yield solution.replaced("wrong-order", node, f"{solution.bracketed(value)}.{other}({arguments})", hint)
    if name in SORTS or name in {"sorted", "sort", "rank"}:
        word = "reverse" if name in {"sorted", "sort"} else "ascending"
        said = argument(node, word)
        arguments = [solution.text(each) for each in [*node.args, *(k for k in node.keywords if k is not said)]]
        usual = said is None or (isinstance(said.value, ast.Constant) and said.value.value is (word == "ascending"))
        turned = f"{word}={usual if word == 'reverse' else not usual}"
        after = f"{solution.text(node.func)}({', '.join([*arguments, turned])})"
        yield solution.replaced("wrong-order", node, after, hint)


def dropped_filters(solution: Solution, node: ast.AST) -> Iterator[Change]:
    """All rows for some."""
    if not isinstance(node, ast.Subscript) or not isinstance(node.ctx, ast.Load):
        return
    hint = STEP_HINTS["dropped-filter"]
    is_loc = isinstance(node.value, ast.Attribute) and node.value.attr == "loc"
    match node.slice:
        case ast.Tuple(elts=[rows, columns]) if is_loc and _is_condition(rows):
            after = f"{solution.text(node.value)}[:, {solution.text(columns)}]"
            yield solution.replaced("dropped-filter", node, after, hint)
        case rows if _is_condition(rows):
            whole = node.value.value if is_loc and isinstance(node.value, ast.Attribute) else node.value
            yield solution.replaced("dropped-filter", node, solution.text(whole), hint)
        case _:
            pass


def dropped_steps(solution: Solution, node: ast.AST) -> Iterator[Change]:
    """A step of a chain left out."""
    value = receiver(node)
    operator = STEPS.get(method(node))
    if value is not None and operator is not None and not _is_module(value):
        yield solution.replaced(operator, node, solution.text(value), STEP_HINTS[operator])


def wrong_joins(solution: Solution, node: ast.AST) -> Iterator[Change]:
    """Tables joined so that other rows are kept."""
    if not isinstance(node, ast.Call) or method(node) not in {"merge", "join"}:
        return
    hint = "check which rows come back: those in one table only, or in both."
    how = argument(node, "how")
    match how:
        case ast.keyword(value=ast.Constant(value=str() as kind) as value) if kind in JOINS:
            yield solution.replaced("wrong-join", value, repr(JOINS[kind]), hint)
        case None if method(node) == "merge":
            arguments = ", ".join(solution.text(each) for each in [*node.args, *node.keywords])
            after = f"{solution.text(node.func)}({arguments}, how='outer')"
            yield solution.replaced("wrong-join", node, after, hint)
        case _:
            pass
    on = argument(node, "on")
    if on is not None:
        yield solution.without_argument("wrong-join", node, on, hint)


TABLES = (
    wrong_columns,
    wrong_groups,
    wrong_aggregations,
    unsorted,
    dropped_filters,
    dropped_steps,
    wrong_joins,
)


def _aggregation(name: str) -> str:
    return "sum-for-mean" if name in {"sum", "mean"} else "wrong-aggregation"


def _value_hint() -> str:
    return "check the value itself, on figures for which the two summaries differ."


def _names_an_aggregation(solution: Solution, node: ast.AST) -> bool:
    words = {"agg", "aggregate", "transform", "pivot_table", "resample", "reduce"}
    return any(isinstance(each, ast.Call) and method(each) in words for each in solution.within(node))


def _is_condition(node: ast.expr) -> bool:
    match node:
        case ast.Compare() | ast.BoolOp() | ast.UnaryOp(op=ast.Invert() | ast.Not()):
            return True
        case ast.BinOp(op=ast.BitAnd() | ast.BitOr()):
            return True
        case ast.Call(func=ast.Attribute(attr="isin" | "between" | "notna" | "isna" | "eq" | "ne" | "gt" | "lt")):
            return True
        case _:
            return False


def _is_module(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id in {"pd", "np", "alt", "math"}
