"""Every figure has one unit, and its series keeps to it."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from casebook.data.check import check_data
from casebook.project import Project

from .conftest import field

YEAR = field("year", "integer", "year")
BY_ROW = [field("company"), YEAR, field("value", "number", "as the column unit says"), field("unit")]
LINES = ["Ant,2018,10,cny_billion", "Ant,2019,12,cny_billion", "Ant,2020,15,cny_billion"]


def said(project: Project) -> list[tuple[int | None, str | None, str]]:
    return [(each.where.line, each.where.column, each.what) for each in check_data(project)]


def test_units_by_row_are_sound_if_each_series_has_one(one_table: Callable[..., Project]):
    project = one_table(["company", "year"], BY_ROW, [*LINES, "Grab,2019,3,usd_billion", "Grab,2020,4,usd_billion"])

    assert said(project) == []


def test_a_unit_that_differs_from_the_rest_of_its_series_is_named(one_table: Callable[..., Project]):
    project = one_table(["company", "year"], BY_ROW, [*LINES[:2], "Ant,2020,2.1,usd_billion"])

    assert said(project) == [
        (4, "unit", '"usd_billion" is another unit than the rest of the series (Ant) has: cny_billion.')
    ]


def test_two_units_are_no_mistake_if_the_unit_is_in_the_key(one_table: Callable[..., Project]):
    project = one_table(["company", "year", "unit"], BY_ROW, [*LINES, "Ant,2020,2.1,usd_billion"])

    assert said(project) == []


def test_a_currency_that_changes_within_a_series_is_named(one_table: Callable[..., Project]):
    columns = [YEAR, field("revenue_billion", "number", "billions of the currency named, nominal"), field("currency")]

    project = one_table(["year"], columns, ["2018,10,CNY", "2019,12,CNY", "2020,2.1,USD"])

    assert [(line, column) for line, column, _ in said(project)] == [(4, "currency")]


@pytest.mark.parametrize(
    ("name", "unit", "word"),
    [
        ("revenue_usd_billion", "billions of yuan (CNY), nominal", "usd"),
        ("revenue_usd_billion", "millions of US dollars, nominal", "billion"),
        ("share_percent", "parts of one", "percent"),
        ("parcels_million", "billions of parcels", "million"),
    ],
)
def test_a_unit_that_contradicts_the_name_of_its_column_is_named(
    one_table: Callable[..., Project], name: str, unit: str, word: str
):
    project = one_table(["year"], [YEAR, field(name, "number", unit)], ["2020,1"])

    (problem,) = check_data(project)

    assert problem.what == f'The name of "{name}" says {word}, its unit "{unit}" does not.'
    assert problem.where.column == name
    assert problem.where.line > 1


@pytest.mark.parametrize(
    ("unit", "sound"),
    [
        ("billions of yuan (CNY)", False),
        ("US dollars (USD)", False),
        ("billions of the currency named", False),
        ("billions of yuan (CNY), nominal", True),
        ("US dollars (USD), constant 2015", True),
        ("percent of GDP in dollars", True),
        ("people", True),
    ],
)
def test_money_says_in_the_prices_of_which_year(one_table: Callable[..., Project], unit: str, sound: bool):
    columns = [YEAR, field("value", "number", unit), field("currency")]

    problems = check_data(one_table(["year"], columns, ["2020,5,CNY"]))

    assert ([each.where.column for each in problems] == []) is sound
    assert all("does not say in the prices of which year" in each.what for each in problems)


@pytest.mark.parametrize(
    ("columns", "what"),
    [
        ([YEAR, field("value", "number", "as the column unit says")], "there is none"),
        (
            [YEAR, field("value", "number", "billions of the currency named, nominal")],
            "the column currency, and there is none",
        ),
        ([YEAR, field("value", "number", "people"), field("unit")], "no column of numbers has its unit there"),
        (
            [YEAR, field("value", "number", "as the column unit says"), field("unit", required=False)],
            "A figure may be without a unit.",
        ),
    ],
)
def test_a_passport_that_contradicts_itself_about_units_is_named(
    one_table: Callable[..., Project], columns: list[dict[str, object]], what: str
):
    line = "2020,5,people" if len(columns) > 2 else "2020,5"

    (problem,) = check_data(one_table(["year"], columns, [line]))

    assert what in problem.what
    assert problem.where.file.name == "datapackage.json"
    assert problem.mend


def test_a_number_without_a_unit_is_named_in_the_passport(one_table: Callable[..., Project]):
    project = one_table(["year"], [YEAR, field("people", "integer")], ["2020,5"])

    (problem,) = check_data(project)

    lines = (project.data / "datapackage.json").read_text("utf-8").splitlines()
    assert problem.what == '"unit" of "people" is missing.'
    assert json.dumps("people") in "".join(lines[problem.where.line - 1 : problem.where.line + 1])
