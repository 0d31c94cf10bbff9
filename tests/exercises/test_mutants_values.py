"""Mutants by value: the lines run, and leave what they say."""

from __future__ import annotations

import math

import altair as alt
import pandas as pd
import pytest

from casebook.exercises.mutants_model import Value
from casebook.exercises.mutants_values import CHANGES, recorder, value_changes

FRAME = pd.DataFrame({"year": [2015, 2017, 2020], "sales": [1.5, 2.5, 4.0]})
SAMPLES = {
    "number": 0.25,
    "flag": True,
    "text": "Alibaba",
    "list": [3, 1, 2],
    "dict": {"a": 1, "b": 2},
    "series": FRAME.set_index("year")["sales"],
    "table": FRAME,
    "chart": alt.Chart(FRAME).mark_bar().encode(x="year:O", y="sales:Q"),
    "function": lambda table: table["sales"].sum(),
}


def changed(kind: str, operator: str, value=None, *, asked=(), takes_tables=False) -> list:
    """What an operator makes of the sample of a kind."""
    found = []
    for change in value_changes(Value("x", kind, asked), takes_tables=takes_tables):
        if change.operator == operator:
            space = {"x": SAMPLES[kind] if value is None else value}
            exec(change.lines, space)  # noqa: S102  (that is what a notebook does)
            found.append(space["x"])
    return found


@pytest.mark.parametrize("kind", CHANGES)
def test_every_change_runs_and_leaves_another_value(kind):
    for change in value_changes(Value("x", kind), takes_tables=True):
        space = {"x": SAMPLES[kind]}
        exec(change.lines, space)  # noqa: S102
        assert space["x"] is not SAMPLES[kind]


def test_the_solutions_own_value_is_left_as_it_was():
    before = FRAME.copy()
    for kind in ("series", "table", "chart"):
        for change in value_changes(Value("x", kind), takes_tables=True):
            exec(change.lines, {"x": SAMPLES[kind]})  # noqa: S102

    pd.testing.assert_frame_equal(FRAME, before)


def test_a_number_becomes_text_nothing_a_hundred_times_itself_or_its_own_negative():
    assert changed("number", "text-for-number") == ["0.25"]
    assert math.isnan(changed("number", "nan")[0])
    assert changed("number", "percent-for-fraction") == [25, 0.0025]
    assert changed("number", "wrong-sign") == [-0.25]
    assert changed("number", "none") == [None]
    assert changed("number", "too-coarse") == [0.2]


def test_a_table_becomes_empty_shorter_turned_round_renamed_or_text():
    assert [len(each) for each in changed("table", "empty")] == [0]
    assert changed("table", "row-dropped")[0]["year"].tolist() == [2015, 2017]
    assert changed("table", "reversed")[0]["year"].tolist() == [2020, 2017, 2015]
    assert changed("table", "text-for-number")[0]["sales"].tolist() == ["1.5", "2.5", "4.0"]
    assert changed("table", "renamed")[0].columns.tolist() == ["year 2", "sales 2"]
    assert changed("table", "nan")[0].isna().sum().sum() == 1


def test_a_series_becomes_empty_shorter_turned_round_renumbered_or_text():
    assert [len(each) for each in changed("series", "empty")] == [0]
    assert changed("series", "row-dropped")[0].index.tolist() == [2015, 2017]
    assert changed("series", "reversed")[0].tolist() == [4.0, 2.5, 1.5]
    assert changed("series", "renamed")[0].index.tolist() == [0, 1, 2]
    assert changed("series", "hard-coded")[0].tolist() == [1.5, 2.5, 1.5]


def test_a_function_may_return_nothing_or_text():
    (nothing,), (text,) = changed("function", "none"), changed("function", "text-for-number")

    assert nothing(FRAME) is None
    assert text(FRAME) == "8.0"


def test_a_function_may_give_the_right_result_and_spoil_the_table_that_it_was_given():
    (spoils,) = changed("function", "input-mutated", takes_tables=True)
    table = FRAME.copy()

    assert spoils(table) == 8.0
    assert not table.equals(FRAME)


def test_a_function_that_takes_no_tables_has_none_to_spoil():
    assert changed("function", "input-mutated") == []


def test_a_hard_coded_function_is_right_for_what_the_visible_tests_ask_and_for_nothing_else():
    space = {"x": SAMPLES["function"]}
    exec(recorder("x"), space)  # noqa: S102
    assert space["x"](FRAME) == 8.0
    (hard_coded,) = changed("function", "hard-coded", asked=tuple(space["_calls_x"]))

    assert hard_coded(FRAME.copy()) == 8.0
    assert hard_coded(FRAME.iloc[:1]) == 8.0


def test_lines_name_the_answer_that_they_change():
    assert all("yuan" in change.lines for change in value_changes(Value("yuan", "number"), takes_tables=False))


def test_what_a_function_becomes_is_said_in_words_and_what_a_value_becomes_in_its_own_line():
    spoils = [each.said for each in value_changes(Value("x", "function"), takes_tables=True)]

    assert spoils == ["returns None", "returns text", "gives the right result, and changes the table that it was given"]
    assert next(iter(value_changes(Value("x", "number"), takes_tables=False))).said == "x = str(x)"
