"""Mutants: each operator makes the mistake that it is named for, and they are few, spread and the same each time."""

from __future__ import annotations

import ast

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from casebook.exercises.mutants import MOST_PER_CELL, Value, mutants_of

SALES = {"year": (), "seller": ("Amazon itself", "independent sellers"), "sales": (), "units": ()}
TABLES = {"sales": SALES, "stakes": {"year": (), "holder": ("SoftBank", "Yahoo"), "stake": ()}}


def notebook(source: str, cell_id: str = "q1"):
    cell = nbformat.v4.new_code_cell(source, id=cell_id)
    cell.metadata["nbgrader"] = {"grade_id": cell_id, "solution": True, "grade": False}
    return nbformat.v4.new_notebook(cells=[cell])


def mutants(source: str, *values: Value, most: int = 1000):
    return mutants_of({"a": notebook(source)}, {"q1": values}, TABLES, most=most)


def made(source: str, operator: str) -> set[str]:
    """The texts that an operator makes of a solution."""
    return {mutant.source for mutant in mutants(source) if mutant.operator == operator}


@pytest.mark.parametrize(
    ("operator", "solution", "mutant"),
    [
        ("wrong-year", "x = table.loc[2018]", "x = table.loc[2019]"),
        ("wrong-year", "x = table.loc[2018]", "x = table.loc[2017]"),
        ("wrong-year", "x = t.query('year == 2018')", "x = t.query('year == 2017')"),
        ("wrong-year", "x = t.loc['2018-03']", "x = t.loc['2019-03']"),
        ("boundary", "x = t.query('a >= 2')", "x = t.query('a > 2')"),
        ("comparison", "x = t.query('a == 2')", "x = t.query('a != 2')"),
        ("off-by-one", "x = items[1:]", "x = items[2:]"),
        ("off-by-one", "x = items[1:]", "x = items[0:]"),
        ("off-by-one", "x = sum(range(n + 1))", "x = sum(range(n + 0))"),
        ("percent-for-fraction", "x = a / b * 100", "x = (a / b)"),
        ("percent-for-fraction", "x = 100 * a", "x = a"),
        ("percent-for-fraction", "x = a / 100", "x = a"),
        ("percent-for-fraction", "x = a / b", "x = (a / b * 100)"),
        ("boundary", "x = a < b", "x = a <= b"),
        ("boundary", "x = a >= b", "x = a > b"),
        ("comparison", "x = a == b", "x = a != b"),
        ("comparison", "x = a not in b", "x = a in b"),
        ("wrong-condition", "x = (a > 1) & (b > 1)", "x = (a > 1) | (b > 1)"),
        ("wrong-condition", "x = a or b", "x = a and b"),
        ("wrong-condition", "x = not a", "x = a"),
        ("dropped-filter", "x = a and b", "x = b"),
        ("dropped-filter", "x = t[t.a > 1]", "x = t"),
        ("dropped-filter", "x = t.loc[t.a > 1, 'b']", "x = t.loc[:, 'b']"),
        ("dropped-filter", "x = t.query('a > 1').sum()", "x = t.sum()"),
        ("arithmetic", "x = a - b", "x = (a + b)"),
        ("arithmetic", "x = -a", "x = a"),
        ("wrong-way-round", "x = a - b", "x = (b - a)"),
        ("wrong-way-round", "x = (a + b) / c", "x = (c / (a + b))"),
        ("too-coarse", "x = round(a, 2)", "x = round(a, 1)"),
        ("too-coarse", "x = a.round(decimals=2)", "x = a.round(decimals=1)"),
        ("wrong-option", "x = t.groupby('k', as_index=False)", "x = t.groupby('k', as_index=True)"),
        ("wrong-column", "x = t['sales']", "x = t['units']"),
        ("wrong-column", "x = t.sales", "x = t.units"),
        ("wrong-group", "x = t == 'SoftBank'", "x = t == 'Yahoo'"),
        ("sum-for-mean", "x = t.sum()", "x = t.mean()"),
        ("sum-for-mean", "x = t.groupby('k').mean()", "x = t.groupby('k').sum()"),
        ("sum-for-mean", "x = t.agg('sum')", "x = t.agg('mean')"),
        ("wrong-aggregation", "x = t.median()", "x = t.mean()"),
        ("wrong-aggregation", "x = t.agg({'a': 'max'})", "x = t.agg({'a': 'min'})"),
        ("wrong-aggregation", "x = max(items)", "x = min(items)"),
        ("unsorted", "x = t.sort_values('a')", "x = t"),
        ("unsorted", "x = (a / b).sort_index()", "x = (a / b)"),
        ("unsorted", "x = (a + b).sort_values() * 2", "x = (a + b) * 2"),
        ("percent-for-fraction", "x = 1 - (a + b) * 100", "x = 1 - (a + b)"),
        ("comparison", "x = (a | b) == c", "x = (a | b) != c"),
        ("unsorted", "x = sorted(items)", "x = list(items)"),
        ("unsorted", "x = t.nlargest(3, 'a')", "x = t.head(3)"),
        ("wrong-order", "x = t.nlargest(3, 'a')", "x = t.nsmallest(3, 'a')"),
        ("wrong-order", "x = t.sort_values('a')", "x = t.sort_values('a', ascending=False)"),
        ("wrong-order", "x = t.sort_values('a', ascending=False)", "x = t.sort_values('a', ascending=True)"),
        ("wrong-order", "x = sorted(items)", "x = sorted(items, reverse=True)"),
        ("missing-values", "x = t.dropna().mean()", "x = t.mean()"),
        ("missing-values", "x = t.fillna(0)", "x = t"),
        ("duplicates", "x = t.drop_duplicates()", "x = t"),
        ("dropped-step", "x = t.diff().abs()", "x = t.abs()"),
        ("input-mutated", "x = t.copy()", "x = t"),
        ("wrong-join", "x = a.merge(b, on='k', how='left')", "x = a.merge(b, on='k', how='right')"),
        ("wrong-join", "x = a.merge(b, on='k')", "x = a.merge(b, on='k', how='outer')"),
    ],
)
def test_each_operator_makes_the_mistake_that_it_is_named_for(operator, solution, mutant):
    assert mutant in made(solution, operator)


CHART = "c = alt.Chart(t, title='Sales rose').mark_line(point=True).encode(x={x}, y={y})"


@pytest.mark.parametrize(
    ("operator", "x", "y", "expected"),
    [
        ("chart-mark", "'year:Q'", "'sales:Q'", ".mark_text()"),
        ("chart-mark", "'year:Q'", "'sales:Q'", ".mark_tick()"),
        ("chart-points", "'year:Q'", "'sales:Q'", ".mark_line()"),
        ("chart-title", "'year:Q'", "'sales:Q'", "alt.Chart(t).mark_line"),
        ("chart-type", "'year:Q'", "'sales:Q'", "y='sales:N'"),
        ("chart-type", "'year:T'", "'sales:Q'", "x='year:N'"),
        ("chart-type", "'year:Q'", "alt.Y('sales', type='quantitative')", "type='nominal'"),
        ("sum-for-mean", "'year:Q'", "alt.Y('sales:Q', aggregate='mean')", "aggregate='sum'"),
        ("chart-column", "'year:Q'", "'sales:Q'", "y='units:Q'"),
        ("chart-column", "'year:Q'", "'sales:Q'", "x='sales:Q'"),
        ("chart-aggregate", "'year:O'", "'mean(sales):Q'", "y='sum(sales):Q'"),
        ("chart-channel", "'year:Q'", "'sales:Q'", "encode(x='year:Q')"),
        ("chart-axis-title", "'year:Q'", "alt.Y('sales:Q').title('Yuan')", "y=alt.Y('sales:Q'))"),
        ("chart-axis-title", "'year:Q'", "alt.Y('sales:Q', title='Yuan')", "y=alt.Y('sales:Q'))"),
        ("chart-cut-axis", "'year:Q'", "alt.Y('sales:Q').title('Yuan')", ".title('Yuan').scale(zero=False))"),
        ("chart-log-axis", "'year:Q'", "alt.Y('sales:Q')", "alt.Y('sales:Q').scale(type='log'))"),
        ("chart-unsorted", "alt.X('seller:N').sort('-y')", "'sales:Q'", "x=alt.X('seller:N'),"),
        ("chart-unsorted", "alt.X('seller:N', sort='-y')", "'sales:Q'", "x=alt.X('seller:N'),"),
        ("chart-wrong-order", "alt.X('seller:N').sort('-y')", "'sales:Q'", ".sort('y')"),
    ],
)
def test_each_chart_operator_leaves_out_or_changes_what_it_is_named_for(operator, x, y, expected):
    assert any(expected in text for text in made(CHART.format(x=x, y=y), operator))


def test_what_a_chart_looks_like_is_no_mistake():
    chart = "c = alt.Chart(t).mark_bar(size=20).encode(x=alt.X('a:Q').axis(tickCount=5)).properties(width=300)"

    assert not made(chart, "off-by-one")


def test_a_title_that_says_what_the_axis_says_anyway_is_no_loss():
    assert not made(CHART.format(x="alt.X('year:Q').title('Year')", y="'sales:Q'"), "chart-axis-title")


def test_other_columns_are_of_the_table_of_which_the_solution_names_most_columns():
    assert made("x = t.set_index('holder')['year']", "wrong-column") == {"x = t.set_index('holder')['stake']"}


def test_years_in_titles_and_other_texts_are_left_alone():
    assert not made("x = 'Sales of 2018 <= 2019'", "wrong-year")


def test_columns_of_a_table_that_a_given_cell_writes_out_are_known_below_it():
    given = nbformat.v4.new_code_cell(
        "price = pd.DataFrame({'when': [2014], 'fen': [1461], 'firm': ['STO']})", id="given"
    )
    asked = notebook("x = price.set_index('when')['fen']")
    asked.cells.insert(0, given)

    found = {each.source for each in mutants_of({"a": asked}) if each.operator == "wrong-column"}

    assert found == {"x = price.set_index('fen')['fen']", "x = price.set_index('when')['when']"}


def test_a_given_table_may_have_lost_rows_before_the_solution_begins():
    given = nbformat.v4.new_code_cell("import pandas as pd\nsales = pd.read_csv('sales.csv')\nsales.head()", id="given")
    asked = notebook("x = sales['sales'].sum()")
    asked.cells.insert(0, given)

    (found,) = [each for each in mutants_of({"a": asked}) if each.operator == "input-mutated"]

    assert found.source == "sales = sales.iloc[len(sales) // 4 + 1 :].reset_index(drop=True)\nx = sales['sales'].sum()"


def test_modes_such_as_the_axis_of_a_sum_are_not_counted_wrong():
    assert not made("x = t.sum(axis=1)", "off-by-one")


def test_a_mutant_says_its_cell_its_notebook_what_was_changed_and_what_would_notice():
    (mutant,) = [each for each in mutants("x = t.loc[2018]") if each.after == "2019"]

    assert (mutant.id, mutant.cell, mutant.notebook) == ("q1/wrong-year-1", "q1", "a")
    assert (mutant.before, mutant.after) == ("2018", "2019")
    assert mutant.hint.startswith("check the figure against")


def test_of_a_long_change_only_what_differs_is_shown():
    long = "x = alt.Chart(t, title='" + "A very long title " * 10 + "').mark_line(point=True)"
    (mutant,) = [each for each in mutants(long) if each.operator == "chart-points"]

    assert mutant.before.endswith(").mark_line(point=True)")
    assert mutant.after.endswith(").mark_line()")
    assert len(mutant.before) < 60


def test_letters_of_more_than_one_byte_do_not_shift_what_is_replaced():
    assert made("x = {'价格 é': table.loc[2018]}", "wrong-year") == {
        "x = {'价格 é': table.loc[2019]}",
        "x = {'价格 é': table.loc[2017]}",
    }


def test_only_answer_cells_are_changed():
    given = notebook("x = 1 + 1")
    given.cells[0].metadata.nbgrader["solution"] = False

    assert mutants_of({"a": given}) == []


def test_a_solution_with_magics_is_changed_by_its_values_only():
    found = mutants("%time x = a + 1", Value("x", "number"))

    assert found
    assert all(mutant.source.startswith("%time x = a + 1\n") for mutant in found)


SOLUTION = """\
kept = t[(t["year"] > 2015) & (t["seller"] == "Amazon itself")].dropna().sort_values("sales", ascending=False)
x = round(kept["sales"].sum() / kept["units"].sum() * 100, 2)
y = kept.merge(other, on="year", how="inner")["sales"].mean() - 1
"""


def test_there_are_no_more_than_asked_for_and_all_operators_have_their_turn():
    everything, few = mutants(SOLUTION), mutants(SOLUTION, most=MOST_PER_CELL)

    assert len(everything) > MOST_PER_CELL == len(few)
    operators = {mutant.operator for mutant in everything}
    assert {mutant.operator for mutant in few} == operators
    assert {mutant.id: mutant for mutant in few}.items() <= {mutant.id: mutant for mutant in everything}.items()


def test_the_same_text_gives_the_same_mutants():
    assert mutants(SOLUTION, Value("x", "number")) == mutants(SOLUTION, Value("x", "number"))


def test_no_two_mutants_are_the_same_text_and_none_is_the_solution():
    texts = [mutant.source for mutant in mutants(SOLUTION)]

    assert len(set(texts)) == len(texts)
    assert SOLUTION not in texts


NAMES = st.sampled_from(["a", "t.b", "t['sales']", "2018", "3", "t.sum()", "sorted(a)"])
EXPRESSIONS = st.recursive(
    NAMES,
    lambda inner: st.one_of(
        st.builds("({} {} {})".format, inner, st.sampled_from(["+", "-", "/", "*", "<", "==", "&", "and"]), inner),
        st.builds("t[{}].head({})".format, inner, inner),
        st.builds("not {}".format, inner).map("({})".format),
        st.builds("t.sort_values(by={}, ascending=False)".format, inner),
    ),
    max_leaves=8,
)


@given(EXPRESSIONS)
def test_every_mutant_of_any_expression_is_python(expression):
    for mutant in mutants(f"x = {expression}"):
        ast.parse(mutant.source)
