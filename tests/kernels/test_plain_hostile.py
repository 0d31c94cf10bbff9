"""The other side may send anything at all."""

import copy
import json
import re
import sys
from pathlib import Path

import altair as alt
import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casebook.kernels import plain_arrays, plain_builtins, plain_charts, plain_tables, plain_tables_read
from casebook.kernels.functions import FunctionTable
from casebook.kernels.plain_values import NotPlainDataError, decode, encode

KINDS = [
    *plain_builtins.READERS,
    *plain_arrays.READERS,
    *plain_tables.READERS,
    *plain_charts.READERS,
    *("os", "numpy", "pandas x"),
]
SOURCES = [vars(module)["__file__"] for module in (plain_builtins, plain_arrays, plain_tables_read, plain_charts)]
# Whatever a reader asks for is written in quotes somewhere in it.
FIELDS = sorted({word for file in SOURCES for word in re.findall(r'"([a-z]{2,15})"', Path(file).read_text("utf-8"))})
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 5),
    st.integers(),
    st.floats(),
    st.text(max_size=5),
    st.sampled_from(["<i8", "O", "nan", "D", "left", "python", "int", "AAAAAAAAAAA=", "Europe/London"]),
)
ANY_JSON = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.text(max_size=3), inner, max_size=2),
        st.builds(
            lambda kind, fields: {**fields, "kind": kind},
            st.sampled_from(KINDS),
            st.dictionaries(st.sampled_from(FIELDS), inner, max_size=6),
        ),
    ),
    max_leaves=15,
)


def refusal(data):
    """Why some data is refused; None if it is decoded. Anything else is raised, and fails the test."""
    try:
        decode(data, call=ask_nobody, own=[len].__getitem__)
    except NotPlainDataError as error:
        return str(error)
    return None


def ask_nobody(number, question):
    return {"value": 1}


def is_one_clear_line(reason):
    return reason is None or (reason.startswith("This is not plain data: ") and "\n" not in reason)


@settings(deadline=None)
@given(ANY_JSON)
def test_any_json_is_decoded_or_refused(data):
    assert is_one_clear_line(refusal(data))


def given_defaults(number=1, *more, word="a", **named):
    """Help."""


HONEST = [
    [1, "a", 2.5, {"a": (1, 2)}, {3}, b"x", 1j, range(3), slice(1), 2**70, float("nan"), "\ud800"],
    pd.DataFrame({"a": [1, 2], "b": ["x", None], "c": pd.Categorical(["u", "v"]), "d": pd.array([1, None])}),
    pd.DataFrame({"a": [1, 2]}, index=pd.MultiIndex.from_tuples([(1, "a"), (2, "b")])),
    pd.Series(pd.date_range("2020", periods=2, tz="Europe/London"), index=pd.period_range("2020", periods=2, freq="M")),
    pd.Series(pd.interval_range(0, 2), index=pd.timedelta_range("1h", periods=2, freq="h")),
    [
        pd.Timestamp("2020", tz="UTC"),
        pd.Period("2020"),
        pd.Interval(0, 1),
        pd.NA,
        np.float32(1),
        np.array([[1], [None]]),
    ],
    alt.Chart(pd.DataFrame({"a": [1]})).mark_bar().encode(x="a:Q"),
    [given_defaults, len],
]


def places(data, path=()):
    """Every place in some data, as the keys that lead to it."""
    yield path
    if isinstance(data, dict | list):
        for key in data if isinstance(data, dict) else range(len(data)):
            yield from places(data[key], (*path, key))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_honest_data_with_something_else_in_one_place_is_decoded_or_refused(draw):
    value = draw.draw(st.sampled_from(HONEST))
    data = [copy.deepcopy(encode(value, functions=FunctionTable()))]
    path = draw.draw(st.sampled_from([(0, *path) for path in places(data[0])]))
    within = data
    for key in path[:-1]:
        within = within[key]
    within[path[-1]] = draw.draw(st.one_of(ANY_JSON, st.just(within[path[-1]])))

    assert is_one_clear_line(refusal(data[0]))


def test_data_names_no_module_and_runs_nothing(tmp_path):
    modules = set(sys.modules)
    nothing = {name: [] for name in FIELDS}
    bad = f"__import__('os').mkdir('{tmp_path}/made')"
    for kind in [*KINDS, "antigravity", "casebook.kernels.forked", "builtins.eval", bad]:
        for name in FIELDS:
            for value in (bad, "antigravity", "eval", ["os", "system"], {"kind": "type", "name": "eval"}):
                refusal({"kind": kind, **nothing, name: value})

    assert not list(tmp_path.iterdir())
    assert "antigravity" not in sys.modules
    assert {
        name for name in set(sys.modules) - modules if not name.startswith(("pandas", "altair", "zoneinfo"))
    } == set()


@pytest.mark.parametrize("name", ["eval", "exec", "open", "print", "__import__", "__loader__", "Popen", "DataFrame"])
def test_a_type_is_one_of_a_list(name):
    with pytest.raises(NotPlainDataError):
        decode({"kind": "type", "name": name})


def test_numbers_that_would_take_long_are_refused():
    for data in (
        {"kind": "Decimal", "text": "1" * 200_000},
        {"kind": "Fraction", "items": [{"kind": "int", "hex": "f" * 100_000}, 3]},
    ):
        with pytest.raises(NotPlainDataError, match="too many digits"):
            decode(data)


def test_data_nested_deeper_than_python_can_go_is_refused():
    deep = json.loads("[" * 900 + "]" * 900)

    with pytest.raises(NotPlainDataError, match="nested more than 50 deep"):
        decode(deep)


@pytest.mark.parametrize(
    "data", [object(), (1,), {1}, b"x", [object()], {"kind": object()}, {"kind": "tuple", "items": (1,)}]
)
def test_what_is_not_json_is_refused(data):
    with pytest.raises(NotPlainDataError):
        decode(data)
