"""A table that nothing uses is noticed; a mention anywhere in the casebook is a use."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from casebook.data.check import report_on
from casebook.project import Project

from .conftest import field


def unused(project: Project) -> list[str]:
    return [each.what for each in report_on(project).unused]


@pytest.fixture
def figures(one_table: Callable[..., Project]) -> Project:
    return one_table(["name"], [field("name")], ["a"])


def test_a_table_that_nothing_names_is_a_notice_with_its_place_and_no_problem(figures: Project):
    report = report_on(figures)

    (notice,) = report.unused
    assert report.problems == ()
    assert notice.what == 'No chapter, exercise, claim or page uses the table "figures".'
    assert notice.where.line > 1
    assert notice.mend


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("chapters/01-a/chapter.md", 'pd.read_csv("../../data/figures.csv")'),
        ("exercises/a/a.md", 'pd.read_csv("figures.csv")'),
        ("exercises/a/assignment.yml", "data: [figures]"),
        ("book/how.md", "see [the table](/data/figures.md)"),
    ],
)
def test_a_text_that_names_it_uses_it(figures: Project, path: str, text: str):
    file = figures.root / path
    file.parent.mkdir(parents=True)
    file.write_text(text, "utf-8")

    assert unused(figures) == []


@pytest.mark.parametrize("text", ["Some figures.", "old_figures.csv", "data: [", "data: figures"])
def test_the_word_alone_is_no_use(figures: Project, text: str):
    for path in ("chapters/a.md", "exercises/a/assignment.yml"):
        file = figures.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")

    assert len(unused(figures)) == 1


def test_only_the_tables_looked_at_are_noticed(spoilt: Project):
    report = report_on(spoilt, ("express_parcels",))

    assert [each.what for each in report.unused] == [
        'No chapter, exercise, claim or page uses the table "express_parcels".'
    ]


def test_a_claim_that_rests_on_a_table_uses_it(project: Project):
    claims = project.data / "claims.csv"
    named = set(pd.read_csv(claims)["evidence_table"].dropna()) if claims.is_file() else set()

    quoted = {what.split('"')[1] for what in unused(project)}

    assert not named & quoted
    assert not quoted & {"claims", "sources"}
    assert quoted <= {Path(file).stem for file in project.data.glob("*.csv")}
