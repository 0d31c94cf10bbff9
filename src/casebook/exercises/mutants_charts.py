"""What would a student have drawn whose chart lacks something, or shows another thing?"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping

from casebook.exercises.mutants_model import Change, Solution, argument, method, receiver
from casebook.exercises.mutants_tables import AGGREGATIONS, other_columns

# As Altair's shorthand says it: an aggregation, a column, a type.
SHORTHAND = re.compile(r"(?:(?P<aggregate>\w+)\()?(?P<field>[^():]*)\)?(?::(?P<type>[QNOTG]))?")
OTHER_TYPE: Mapping[str, str] = {"Q": "N", "T": "N", "N": "Q", "O": "Q"}
AXES = frozenset({"X", "Y"})
CHANNELS = frozenset(
    [
        "X",
        "Y",
        "Color",
        "Shape",
        "Size",
        "Row",
        "Column",
        "Facet",
        "Detail",
        "XOffset",
        "YOffset",
        "Opacity",
        "StrokeDash",
    ]
)
# What a reader may do without.
OPTIONAL = frozenset({"tooltip", "href", "url", "opacity", "order"})


def wrong_marks(solution: Solution, node: ast.AST) -> Iterator[Change]:
    """Another mark, one that does not show the figures as asked."""
    name, value = method(node), receiver(node)
    if name.startswith("mark_") and value is not None and name not in {"mark_text", "mark_rule"}:
        hint = "check the mark: assert_marks(chart, ...)."
        for other in ("mark_text", "mark_tick"):
            if other != name:
                yield solution.replaced("chart-mark", node, f"{solution.bracketed(value)}.{other}()", hint)


def hidden_points(solution: Solution, node: ast.AST) -> Iterator[Change]:
    """A line without points, so that nobody sees which years are known."""
    if isinstance(node, ast.Call) and method(node) in {"mark_line", "mark_area"}:
        point = argument(node, "point")
        if point is not None:
            hint = "check that each figure has a mark of its own: assert_points_visible(chart)."
            yield solution.without_argument("chart-points", node, point, hint)


def dropped_titles(solution: Solution, node: ast.AST) -> Iterator[Change]:
    """No title, or no name of an axis."""
    if not isinstance(node, ast.Call):
        return
    called = method(node)
    if called in {"Chart", "properties", "layer", "hconcat", "vconcat"}:
        if title := argument(node, "title"):
            hint = "check the title: assert_title(chart)."
            yield solution.without_argument("chart-title", node, title, hint)
    elif called in CHANNELS or called in {"Axis", "Legend", "axis", "legend"}:
        if title := argument(node, "title"):
            yield solution.without_argument("chart-axis-title", node, title, _axis_hint())
    elif called == "title" and (value := receiver(node)) is not None and not _says_the_column(node):
        yield solution.replaced("chart-axis-title", node, solution.text(value), _axis_hint())


def wrong_encodings(solution: Solution, node: ast.AST) -> Iterator[Change]:
    """In Altair's shorthand: another type, another summary, another column."""
    if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or not _in_encoding(solution, node):
        return
    parts = SHORTHAND.fullmatch(node.value)
    if parts is None:
        return
    aggregate, name, kind = parts["aggregate"] or "", parts["field"], parts["type"] or ""
    if kind in OTHER_TYPE:
        hint = "check the type of the channel: assert_quantitative(chart, ...)."
        yield solution.replaced("chart-type", node, repr(_shorthand(aggregate, name, OTHER_TYPE[kind])), hint)
    elif not aggregate:
        hint = "check the type of the channel: assert_quantitative(chart, ...)."
        yield solution.replaced("chart-type", node, repr(_shorthand(aggregate, name, "N")), hint)
    hint = "check what is drawn: assert_draws(chart, expected)."
    if aggregate in AGGREGATIONS:
        other = repr(_shorthand(AGGREGATIONS[aggregate], name, kind))
        yield solution.replaced("chart-aggregate", node, other, hint)
    others = [*_fields(solution, name), *other_columns(solution, name)]
    for other in dict.fromkeys(others) if name else ():
        if kind or aggregate:
            yield solution.replaced("chart-column", node, repr(_shorthand(aggregate, other, kind)), hint)


def wrong_scales(solution: Solution, node: ast.AST) -> Iterator[Change]:
    """An axis that does not begin at zero, or goes by orders of magnitude; the end of a chain such as ``alt.X(...)...``."""
    if not isinstance(node, ast.Call) or method(solution.parents.get(node, node)) in _CHAIN:
        return
    # The innermost call of the chain is the channel; the node is the whole of it.
    parent = solution.parents.get(node)
    if isinstance(parent, ast.Attribute):
        return
    channel = _channel(node)
    if channel is None or method(channel) not in AXES or not _is_quantitative(channel):
        return
    hint = "check that the axis begins at zero, where that matters: assert_zero_based(chart)."
    whole = solution.text(node)
    if method(channel) == "Y" or "zero=True" in whole:
        yield solution.replaced("chart-cut-axis", node, f"{whole}.scale(zero=False)", hint)
        yield solution.replaced("chart-log-axis", node, f"{whole}.scale(type='log')", hint)


def unsorted_charts(solution: Solution, node: ast.AST) -> Iterator[Change]:
    """Bars in the order of the alphabet, or the wrong way round."""
    hint = "check the order of the categories: assert_sorted(chart)."
    if not isinstance(node, ast.Call):
        return
    value = receiver(node)
    if method(node) == "sort" and value is not None and _channel(value):
        yield solution.replaced("chart-unsorted", node, solution.text(value), hint)
    if method(node) in CHANNELS and (sort := argument(node, "sort")):
        yield solution.without_argument("chart-unsorted", node, sort, hint)
    for each in [*node.args, *(keyword.value for keyword in node.keywords if keyword.arg == "sort")]:
        match each:
            case ast.Constant(value="x" | "y" | "-x" | "-y" as order) if (
                method(node) == "sort" or method(node) in CHANNELS
            ):
                turned = order[1:] if order.startswith("-") else f"-{order}"
                yield solution.replaced("chart-wrong-order", each, repr(turned), hint)
            case _:
                pass


def dropped_channels(solution: Solution, node: ast.AST) -> Iterator[Change]:
    """Groups that nothing tells apart, an axis that nobody drew."""
    if isinstance(node, ast.Call) and method(node) == "encode":
        for keyword in node.keywords:
            if keyword.arg and keyword.arg not in OPTIONAL:
                hint = f"check that the chart uses {keyword.arg}: assert_draws(chart, expected)."
                yield solution.without_argument("chart-channel", node, keyword, hint)


CHARTS = (
    wrong_marks,
    hidden_points,
    dropped_titles,
    wrong_encodings,
    wrong_scales,
    unsorted_charts,
    dropped_channels,
)
_CHAIN = frozenset({"scale", "axis", "title", "sort", "legend", "stack", "bin", "aggregate", "timeUnit", "impute"})


def _channel(node: ast.expr) -> ast.Call | None:
    """``alt.X(...)`` at the beginning of ``alt.X(...).scale(...).title(...)``."""
    while isinstance(node, ast.Call):
        if method(node) in CHANNELS:
            return node
        inner = receiver(node)
        if inner is None or method(node) not in _CHAIN:
            return None
        node = inner
    return None


def _says_the_column(call: ast.Call) -> bool:
    """Whether ``alt.X("year").title("Year")`` says what stands there anyway."""
    channel = _channel(call)
    if channel is None:
        return True
    texts = [each.value for each in (*channel.args, *call.args) if isinstance(each, ast.Constant)]
    said = [str(text).partition(":")[0].casefold() for text in texts]
    return len(said) < 2 or said[0] == said[-1]  # noqa: PLR2004  (the column, and the title)


def _is_quantitative(channel: ast.Call) -> bool:
    said = [each.value for each in channel.args if isinstance(each, ast.Constant) and isinstance(each.value, str)]
    return not said or not said[0].endswith((":N", ":O", ":T"))


def _in_encoding(solution: Solution, node: ast.AST) -> bool:
    parent = solution.parents.get(node)
    call = solution.parents.get(parent) if isinstance(parent, ast.keyword) else parent
    named = parent.arg if isinstance(parent, ast.keyword) else None
    if method(call or node) == "encode":
        return named not in OPTIONAL
    return method(call or node) in CHANNELS and named in {None, "shorthand", "field"}


def _fields(solution: Solution, name: str) -> list[str]:
    encoded = [
        parts["field"]
        for node in solution.nodes
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _in_encoding(solution, node)
        if (parts := SHORTHAND.fullmatch(node.value)) is not None
    ]
    return [each for each in encoded if each and each != name][:1]


def _shorthand(aggregate: str, name: str, kind: str) -> str:
    return (f"{aggregate}({name})" if aggregate else name) + (f":{kind}" if kind else "")


def _axis_hint() -> str:
    return "check the name and the unit of the axis: assert_axis_title(chart, ...)."
