"""What cannot be is named, although no passport forbids it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casebook.data.check import check_data
from casebook.project import Project

from .conftest import field

YEAR = field("year", "integer", "year")
BY_ROW = [field("metric"), field("value", "number", "as the column unit says"), field("unit")]


def said(project: Project) -> list[tuple[int | None, str | None, str]]:
    return [(each.where.line, each.where.column, each.what) for each in check_data(project)]


@pytest.mark.parametrize(
    ("column", "cell", "what"),
    [
        (field("reach", "number", "percent of adults"), "101", '"101" is more than the whole (percent of adults).'),
        (field("reach", "number", "percent"), "-1", '"-1" is below zero (percent), and the passport does not say'),
        (field("shops", "integer", "shops"), "-3", '"-3" is below zero (shops), and the passport does not say'),
        (field("period"), "2020/13", '"2020/13" is no time.'),
        (field("as_of"), "2020-13", '"2020-13" is no time.'),
        (field("as_of"), "2027-01", '"2027-01" was still to come when the figures were read, on 2026-11-22.'),
        (field("day", "date"), "2026-11-23", '"2026-11-23" was still to come'),
    ],
)
def test_an_impossible_value_is_named_with_line_column_and_mend(
    one_table: Callable[..., Project], column: dict, cell: str, what: str
):
    (problem,) = check_data(one_table(["name"], [field("name"), column], [f"first,{cell}"]))

    assert problem.what.startswith(what)
    assert (problem.where.line, problem.where.column) == (2, column["name"])
    assert problem.mend


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        (field("reach", "number", "percent of the year before", maximum=300), "250"),
        (field("growth_percent", "number", "percent"), "-20.5"),
        (field("sales", "number", "percent change on a year"), "640"),
        (field("profit_cny_billion", "number", "billions of yuan (CNY), nominal", minimum=-100), "-9"),
        (field("as_of"), "2026-11"),
        (field("year_2", "integer", "people"), "3000"),
    ],
)
def test_what_can_be_is_left_alone(one_table: Callable[..., Project], column: dict, cell: str):
    assert said(one_table(["name"], [field("name"), column], [f"first,{cell}"])) == []


@pytest.mark.parametrize(
    ("line", "sound"),
    [
        ("market_share,58,percent", True),
        ("market_share,158,percent", False),
        ("market_share,158,percent_of_users", False),
        ("market_share,-1,percent", False),
        ("output,128,percent_of_capacity", True),
        ("sales_growth,128,percent", True),
        ("sales,-40,percent_change", True),
        ("shops,-40,shops", False),
    ],
)
def test_percent_in_a_column_of_units_is_part_of_a_whole_unless_it_says_otherwise(
    one_table: Callable[..., Project], line: str, sound: bool
):
    assert (said(one_table(["metric"], BY_ROW, [line])) == []) is sound


@pytest.mark.parametrize("limits", [{"maximum": 120}, {"minimum": -1}])
def test_a_passport_cannot_allow_a_share_beyond_the_whole(one_table: Callable[..., Project], limits: dict):
    share = field("share_percent", "number", "percent", **limits)

    (problem,) = check_data(one_table(["year"], [YEAR, share], ["2020,50"]))

    assert 'of the share "share_percent" is' in problem.what


def test_a_forecast_says_so_in_its_row(one_table: Callable[..., Project]):
    columns = [YEAR, field("basis"), field("users", "integer", "people")]

    project = one_table(["year", "basis"], columns, ["2030,forecast of the firm,5", "2031,count,5"])

    assert [(line, column) for line, column, _ in said(project)] == [(3, "year")]


@given(st.floats(allow_nan=False, allow_infinity=False, width=32))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_share_is_sound_exactly_from_0_to_100(one_table, value: float):
    share = field("reach", "number", "percent")

    project = one_table(["name"], [field("name"), share], [f"first,{value!r}"])

    assert (said(project) == []) is (0 <= value <= 100)
