"""Rows that a line in a chart would join were counted in one way and stand in one unit."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casebook.data.check import check_data, load_package
from casebook.data.series import series_columns
from casebook.project import Project

from .conftest import field

YEAR = field("year", "integer", "year")
USERS = field("users_million", "number", "millions of users")


def said(project: Project) -> list[tuple[int | None, str | None, str]]:
    return [(each.where.line, each.where.column, each.what) for each in check_data(project)]


def test_a_series_is_told_by_the_key_without_the_columns_that_say_when(project: Project):
    package = load_package(project)

    found = {name: series_columns(package.table(name)) for name in ("amazon_third_party", "express_parcels")}

    assert found == {"amazon_third_party": ("basis",), "express_parcels": ()}


@pytest.mark.parametrize(
    "apart", [field("basis"), field("device_scope"), field("definition"), field("channel") | {"keeps_apart": True}]
)
def test_a_column_that_keeps_definitions_apart_belongs_in_the_key(one_table: Callable[..., Project], apart: dict):
    name = apart["name"]

    (problem,) = check_data(one_table(["year"], [YEAR, apart, USERS], ["2019,a,5", "2020,b,7"]))

    assert f'"{name}" keeps definitions apart but is not in the primary key of "figures"' in problem.what
    assert problem.mend == f'add "{name}" to primaryKey.'
    assert problem.where.column == name


def test_in_the_key_it_is_sound(one_table: Callable[..., Project]):
    assert said(one_table(["year", "basis"], [YEAR, field("basis"), USERS], ["2019,a,5", "2020,b,7"])) == []


def test_a_mark_that_is_neither_true_nor_false_is_named(one_table: Callable[..., Project]):
    columns = [YEAR, field("channel") | {"keeps_apart": "yes"}, USERS]

    (problem,) = check_data(one_table(["year"], columns, ["2019,a,5"]))

    assert '"keeps_apart" of "channel" cannot be "yes"' in problem.what


def test_a_note_of_a_new_definition_needs_a_column_or_a_caveat(one_table: Callable[..., Project]):
    columns, lines = [YEAR, USERS, field("note", required=False)], ["2019,5,", "2020,7,new definition"]

    assert [(line, column) for line, column, _ in said(one_table(["year"], columns, lines))] == [(3, "note")]


def test_a_caveat_that_names_the_break_is_enough(one_table: Callable[..., Project]):
    columns, lines = [YEAR, USERS, field("note", required=False)], ["2019,5,", "2020,7,new definition"]

    assert said(one_table(["year"], columns, lines, caveats=["The definition changes in 2020."])) == []


GROWING = st.lists(st.floats(0.5, 2.0), min_size=3, max_size=12)


@given(GROWING, st.data())
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_one_figure_in_another_unit_is_named_and_no_other(one_table, growth: list[float], data: st.DataObject):
    values = [100.0]
    for factor in growth:
        values.append(round(values[-1] * factor, 6) or 0.001)
    at = data.draw(st.integers(0, len(values) - 1))
    values[at] *= 1e6
    lines = [f"{2000 + number},{value}" for number, value in enumerate(values)]

    project = one_table(["year"], [YEAR, USERS], lines)

    assert [(line, column) for line, column, _ in said(project)] == [(at + 2, "users_million")]


def test_a_fraction_among_percents_is_named(one_table: Callable[..., Project]):
    share = field("share_percent", "number", "percent", minimum=0, maximum=100)

    (found,) = said(one_table(["year"], [YEAR, share], ["2018,57", "2019,0.58", "2020,60"]))

    assert found[:2] == (3, "share_percent")
    assert "98 times smaller than its neighbours in the series: 57 (line 2) and 60 (line 4)" in found[2]


@pytest.mark.parametrize(
    "lines",
    [
        ["2016,0.02", "2017,12.5", "2018,40"],  # something new grows from next to nothing
        ["2018,5", "2019,4000"],  # two points are no series
        ["2018,0", "2019,5", "2020,9"],
    ],
)
def test_what_can_be_is_left_alone(one_table: Callable[..., Project], lines: list[str]):
    assert said(one_table(["year"], [YEAR, USERS], lines)) == []
