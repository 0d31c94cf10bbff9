"""Answers of which kind, of which cell, and when two of them are the same."""

from __future__ import annotations

import altair as alt
import nbformat
import numpy as np
import pandas as pd
import pytest

from casebook.grading.isolation import plan
from casebook.grading.submission import steps_of
from casebook.grading.verification_answers import Unknown, homes, kind_of, same, value_of
from casebook.kernels.plain_values import encode

FRAME = pd.DataFrame({"a": [1.0, 2.0], "b": ["x", "y"]})
CHART = alt.Chart(FRAME).mark_bar().encode(x="a:Q")


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (1, "number"),
        (0.5, "number"),
        (np.float64(0.5), "number"),
        (np.int64(3), "number"),
        (True, "flag"),
        (np.bool_(True), "flag"),
        ("a", "text"),
        ([1], "list"),
        ((1, 2), "list"),
        (np.array([1, 2]), "list"),
        ({"a": 1}, "dict"),
        (FRAME, "table"),
        (FRAME["a"], "series"),
        (CHART, "chart"),
        (CHART + CHART, "chart"),
        (len, "function"),
        (None, "none"),
        (pd.Timestamp("2018-01-01"), "other"),
    ],
)
def test_each_value_is_of_a_kind(value, kind):
    assert kind_of(value) == kind


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (0.1 + 0.2, 0.3),
        (float("nan"), float("nan")),
        ([1, 2.0], [1, 2.0]),
        ({"a": 1}, {"a": 1}),
        (FRAME, FRAME.copy()),
        (FRAME["a"], FRAME["a"] + 1e-12),
        (CHART, alt.Chart(FRAME.copy()).mark_bar().encode(x="a:Q")),
        ("a", "a"),
        (None, None),
        (pd.Timestamp("2018-01-01"), pd.Timestamp("2018-01-01")),
        (np.array([1.0]), np.array([1.0])),
    ],
)
def test_equal_answers_are_the_same(one, other):
    assert same(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (0.3, 0.30001),
        (1, "1"),
        (1, True),
        (1, None),
        ([1, 2], [2, 1]),
        ([1, 2], (1, 2)),
        ({"a": 1}, {"a": 2}),
        (FRAME, FRAME.iloc[::-1]),
        (FRAME, FRAME.rename(columns={"a": "c"})),
        (FRAME["a"], FRAME["a"].astype(str)),
        (CHART, CHART.properties(title="t")),
        (len, len),
        (Unknown(), Unknown()),
    ],
)
def test_other_answers_are_not(one, other):
    assert not same(one, other)


def test_an_answer_that_cannot_cross_is_like_no_other():
    assert isinstance(value_of({"cannot": "a generator cannot cross"}), Unknown)
    assert isinstance(value_of(None), Unknown)
    assert value_of({"value": encode(0.5)}) == 0.5


def test_an_answer_is_of_the_cell_that_bound_it_last_before_the_test():
    cells = []
    for kind, name, source in [
        ("answer", "q1", "share = 1"),
        ("test", "q1-check", "assert share"),
        ("answer", "q2", "share = 2\nother = 3"),
        ("test", "q2-check", "assert share + other"),
    ]:
        cell = nbformat.v4.new_code_cell(source, id=name)
        is_test = kind == "test"
        cell.metadata["nbgrader"] = {"grade_id": name, "grade": is_test, "solution": not is_test, "locked": is_test}
        cells.append(cell)
    steps = steps_of(plan(nbformat.v4.new_notebook(cells=cells)))

    assert homes(cells, steps) == {"q1-check": {"share": "q1"}, "q2-check": {"share": "q2", "other": "q2"}}
