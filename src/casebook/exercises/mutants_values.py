"""What if an answer had almost the right value, or one of another kind?

These mutants add lines after the solution that change what it has bound. In ``{name}`` stands the name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from casebook.exercises.mutants_model import Value


class ValueChange(NamedTuple):
    """Lines that change an answer; and what they imitate, and what test would notice."""

    operator: str
    lines: str
    hint: str


KIND = "check the type, in words that say what it should be."
NUMBER = "compare it with the value computed another way."
EMPTY = "check that it is not empty, before anything that holds for all of nothing."
MISSING = "check notna().all(), or compare so that NaN does not pass."
ROWS = "check which rows there are: the index, or the number of rows and each key."
ORDER = "check the order, if the question asks for one."
NAMES = "check the names of the columns or of the index, if the question names them."

_NUMBER = (
    ValueChange("text-for-number", "{name} = str({name})", KIND),
    ValueChange("nan", "{name} = float('nan')", MISSING),
    ValueChange("percent-for-fraction", "{name} = {name} * 100", "check the range."),
    ValueChange("percent-for-fraction", "{name} = {name} / 100", "check the range."),
    ValueChange("off-by-one", "{name} = {name} + 1", NUMBER),
    ValueChange("wrong-sign", "{name} = -{name}", "check the sign."),
    ValueChange("none", "{name} = None", KIND),
    # In the range that visible tests let through, and not right.
    ValueChange("hard-coded", "{name} = {name} * 1.1", NUMBER),
    ValueChange("hard-coded", "{name} = {name} * 0.7", NUMBER),
    ValueChange("too-coarse", "{name} = float(f'{{{name}:.1g}}')", "compare with a smaller tolerance."),
)
_FLAG = (
    ValueChange("hard-coded", "{name} = not {name}", "compare it with what the table says."),
    ValueChange("text-for-number", "{name} = str({name})", KIND),
    ValueChange("none", "{name} = None", KIND),
)
_TEXT = (
    ValueChange("hard-coded", "{name} = 'another ' + {name}", "compare it with the right text."),
    ValueChange("empty", "{name} = ''", EMPTY),
    ValueChange("none", "{name} = None", KIND),
)
_LIST = (
    ValueChange("empty", "{name} = {name}[:0]", EMPTY),
    ValueChange("row-dropped", "{name} = {name}[:-1]", ROWS),
    ValueChange("reversed", "{name} = {name}[::-1]", ORDER),
    ValueChange("text-for-number", "{name} = [str(each) for each in {name}]", KIND),
    ValueChange("nan", "{name} = [float('nan'), *{name}[1:]]", MISSING),
    ValueChange("row-twice", "{name} = [*{name}, *{name}[:1]]", ROWS),
    ValueChange("none", "{name} = None", KIND),
)
_DICT = (
    ValueChange("empty", "{name} = {{}}", EMPTY),
    ValueChange("row-dropped", "{name} = dict(list({name}.items())[:-1])", ROWS),
    ValueChange("text-for-number", "{name} = {{key: str(each) for key, each in {name}.items()}}", KIND),
    ValueChange("nan", "{name} = {{key: float('nan') for key in {name}}}", MISSING),
    ValueChange("none", "{name} = None", KIND),
)
_SERIES = (
    ValueChange("empty", "{name} = {name}.iloc[:0]", EMPTY),
    ValueChange("row-dropped", "{name} = {name}.iloc[:-1]", ROWS),
    ValueChange("reversed", "{name} = {name}.iloc[::-1]", ORDER),
    ValueChange("text-for-number", "{name} = {name}.astype(str)", KIND),
    ValueChange("nan", "{name} = {name}.copy()\n{name}.iloc[0] = None", MISSING),
    ValueChange("renamed", "{name} = {name}.set_axis(range(len({name})))", NAMES),
    ValueChange(
        "hard-coded",
        "{name} = {name}.copy()\n{name}.iloc[-1] = {name}.iloc[0]",
        "compare each value, and not only the first or the sum.",
    ),
    ValueChange("row-twice", "{name} = {name}.iloc[[*range(len({name})), 0]]", ROWS),
    ValueChange("wrong-kind", "{name} = {name}.to_frame()", KIND),
    ValueChange("none", "{name} = None", KIND),
)
_TABLE = (
    ValueChange("empty", "{name} = {name}.iloc[:0]", EMPTY),
    ValueChange("row-dropped", "{name} = {name}.iloc[:-1]", ROWS),
    ValueChange("reversed", "{name} = {name}.iloc[::-1]", ORDER),
    ValueChange("text-for-number", "{name} = {name}.astype(str)", KIND),
    ValueChange("nan", "{name} = {name}.copy()\n{name}.iloc[0, -1] = None", MISSING),
    ValueChange("renamed", "{name} = {name}.set_axis([f'{{each}} 2' for each in {name}.columns], axis=1)", NAMES),
    ValueChange("column-dropped", "{name} = {name}.iloc[:, :-1]", NAMES),
    ValueChange(
        "hard-coded",
        "{name} = {name}.copy()\n{name}.iloc[-1, -1] = {name}.iloc[0, -1]",
        "compare each value, and not only the first or the sum.",
    ),
    ValueChange("row-twice", "{name} = {name}.iloc[[*range(len({name})), 0]]", ROWS),
    ValueChange("none", "{name} = None", KIND),
)
_CHART = (
    ValueChange("none", "{name} = None", "begin with assert_chart(chart)."),
    ValueChange("wrong-kind", "{name} = 'a chart'", "begin with assert_chart(chart)."),
    ValueChange("row-dropped", "{name} = {name}.copy()\n{name}.data = {name}.data.iloc[:-1]", ROWS),
    ValueChange("empty", "{name} = {name}.copy()\n{name}.data = {name}.data.iloc[:0]", EMPTY),
)

# The key of a call: the same for equal arguments.
_KEY = """\
def _key_of(given, named):
    said = [each.to_csv() if hasattr(each, "to_csv") else repr(each) for each in (*given, *named.values())]
    return __import__("hashlib").sha256("|".join(said).encode()).hexdigest()[:16]
"""
_SPOILS = """\
def _spoil(given):
    for each in given:
        if hasattr(each, "drop") and len(getattr(each, "columns", ())):
            each[each.columns[0]] = each[each.columns[0]].iloc[::-1].to_numpy()
            each["spoilt"] = 0
        elif isinstance(each, (list, dict, set)):
            each.clear()
"""


def _wrapped(setup: str, body: str) -> str:
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    return f"{setup}_right_{{name}} = {{name}}\ndef {{name}}(*given, **named):\n{lines}"


_RIGHT = "result = _right_{name}(*given, **named)\n"
_FUNCTION = (
    ValueChange("none", _wrapped("", "return None"), "check what it returns, and say so where it is None."),
    ValueChange("text-for-number", _wrapped("", f"{_RIGHT}return None if result is None else str(result)"), KIND),
)
_CALLED = ValueChange(
    "hard-coded",
    _wrapped(
        _KEY.replace("{", "{{").replace("}", "}}") + "_kept_{name} = []\n",
        "key = _key_of(given, named)\n"
        f"{_RIGHT}_kept_{{name}}.append(result)\n"
        "return result if key in {asked} else _kept_{name}[0]",
    ),
    "call it in a hidden test with other arguments, for which it should give something else.",
)
_SPOILER = ValueChange(
    "input-mutated",
    _wrapped(
        _SPOILS.replace("{", "{{").replace("}", "}}"), f"{_RIGHT}_spoil([*given, *named.values()])\nreturn result"
    ),
    "compare the table that it was given with a copy made before.",
)
# Added to a solution, it prints the keys of all calls of a function on the last line of the notebook's output.
RECORDER = _wrapped(
    _KEY.replace("{", "{{").replace("}", "}}") + "_calls_{name} = []\n",
    "_calls_{name}.append(_key_of(given, named))\nreturn _right_{name}(*given, **named)",
)

CHANGES: Mapping[str, tuple[ValueChange, ...]] = {
    "number": _NUMBER,
    "flag": _FLAG,
    "text": _TEXT,
    "list": _LIST,
    "dict": _DICT,
    "series": _SERIES,
    "table": _TABLE,
    "chart": _CHART,
    "function": _FUNCTION,
}


def value_changes(value: Value, *, takes_tables: bool) -> Iterator[ValueChange]:
    """What may be wrong with an answer of this kind; the lines name it.

    Parameters
    ----------
    value
        The answer.
    takes_tables
        Whether it is a function that is given something which it could change.
    """
    changes = list(CHANGES.get(value.kind, ()))
    if value.kind == "function" and value.asked:
        changes.append(_CALLED)
    if value.kind == "function" and takes_tables:
        changes.append(_SPOILER)
    for change in changes:
        lines = change.lines.format(name=value.name, asked=set(value.asked) or "()")
        yield change._replace(lines=lines)


def recorder(name: str) -> str:
    """Lines that, added to a solution, keep the keys of all calls of its function in ``_calls_<name>``."""
    return RECORDER.format(name=name)
