"""Rows that stand twice are named, also if they only look different."""

from __future__ import annotations

import json
from collections.abc import Callable

from casebook.data.check import check_data
from casebook.project import Project

from .conftest import field

COLUMNS = [field("company"), field("shops", "integer", "shops")]


def said(project: Project) -> list[tuple[int | None, str | None, str]]:
    return [(each.where.line, each.where.column, each.what) for each in check_data(project)]


def test_a_row_that_stands_twice_is_named_once(one_table: Callable[..., Project]):
    assert said(one_table(["company"], COLUMNS, ["JD.com,5", "Suning,3", "JD.com,5"])) == [
        (4, "company", "The key (company JD.com) stands already in line 2, and the whole row with it.")
    ]


def test_the_same_key_with_other_figures_shows_what_differs(one_table: Callable[..., Project]):
    assert said(one_table(["company"], COLUMNS, ["JD.com,5", "JD.com,6"])) == [
        (3, "company", 'The key (company JD.com) stands already in line 2 (shops "5" there, "6" here).')
    ]


def test_names_that_differ_in_capitals_or_spaces_are_one_thing(one_table: Callable[..., Project]):
    lines = ["JD.com,5", "JD.Com,6", "Mercado Libre,2", "MercadoLibre,3"]

    assert [(line, column) for line, column, _ in said(one_table(["company"], COLUMNS, lines))] == [
        (3, "company"),
        (5, "company"),
    ]


def test_without_a_key_whole_rows_are_compared(one_table: Callable[..., Project]):
    project = one_table(["company"], COLUMNS, ["JD.com,5", "Suning,3", "JD.com,5"])
    file = project.data / "datapackage.json"
    package = json.loads(file.read_text("utf-8"))
    package["resources"][0]["schema"]["primaryKey"] = []
    file.write_text(json.dumps(package), "utf-8")

    assert (4, None, "The row stands already, word for word, in line 2: JD.com,5,s1.") in said(project)
