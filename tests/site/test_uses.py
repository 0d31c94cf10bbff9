import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from myst_parser.config.main import MdParserConfig

from casebook.data.check import load_package
from casebook.exercises.model import Assignment, Release
from casebook.project import Project
from casebook.site.data_paths import data_paths, with_data_at
from casebook.site.text_chapter import read_chapter
from casebook.site.uses import Uses, uses_of

PAGE = "chapters/01-parcels/chapter"
TABLES = Path(__file__).parents[2] / "tests/notebooks/tables-casebook"


@pytest.fixture
def collection(tmp_path) -> Project:
    """A copy of a small casebook with passports: two tables, and a chapter that reads one of them."""
    shutil.copytree(TABLES, tmp_path / "casebook")
    return Project(tmp_path / "casebook")


@pytest.fixture
def release(tmp_path) -> Release:
    """An assignment that comes with the other table."""
    assignment = Assignment(
        name="counting",
        title="Counting orders",
        chapter="01-parcels",
        summary="You count.",
        minutes=10,
        points=2,
        notebooks=(),
        data=("orders_simulated",),
        folder=tmp_path / "counting",
    )
    return Release(assignment, tmp_path / "released", tmp_path / "counting.zip", ())


def found(project, assignments=()):
    chapter = read_chapter(PAGE, project.root / f"{PAGE}.md", MdParserConfig())
    return uses_of([chapter], assignments, load_package(project))


def test_a_chapter_uses_the_tables_that_its_code_reads_and_an_exercise_those_it_lists(collection, release):
    uses, problems = found(collection, [release.assignment])

    assert problems == []
    assert uses == Uses({PAGE: ("parcels",)}, {"counting": ("orders_simulated",)})
    assert uses.chapters_with("parcels") == [PAGE]
    assert uses.assignments_with("orders_simulated") == ["counting"]
    assert uses.chapters_with("sources") == uses.assignments_with("parcels") == []


def test_a_table_that_only_the_code_of_an_answer_reads_is_used_too(collection, edit):
    answer = 'It doubled.\n\n~~~python\norders = pd.read_csv("../../data/orders_simulated.csv")\n~~~\n'
    edit(collection.root / f"{PAGE}.md", "It doubled.\n", answer)

    uses, problems = found(collection)

    assert problems == []
    assert uses.chapters == {PAGE: ("parcels", "orders_simulated")}


@pytest.mark.parametrize(
    ("written", "what", "mend"),
    [
        ("../../data/parcel.csv", 'There is no table "parcel" in the data package', "parcels"),
        ("../../data/", 'The path "../../data/" does not say which table is read.', "write it whole"),
    ],
)
def test_a_table_that_is_not_in_the_package_is_named_with_its_line_and_cell(collection, edit, written, what, mend):
    file = collection.root / f"{PAGE}.md"
    edit(file, "../../data/parcels.csv", written)

    uses, (problem,) = found(collection)

    line = next(n for n, text in enumerate(file.read_text().split("\n"), 1) if "read_csv" in text)
    assert (problem.where.file, problem.where.line, problem.where.cell) == (file, line, "fig-parcels")
    assert what in problem.what
    assert mend in str(problem)
    assert uses.chapters == {PAGE: ()}


@pytest.mark.parametrize(
    ("code", "tables"),
    [
        ("pd.read_csv('../../data/a-b_1.csv')", ["a-b_1"]),
        ('x = "../data/x.csv"; y = "./../../data/y.csv"', ["x", "y"]),
        ('pd.read_csv("data/x.csv")\nprint("../../data is a folder")', []),
        ('pd.read_csv(f"../../data/{name}.csv")', [None]),
    ],
)
def test_a_path_into_the_data_is_found_however_it_is_quoted(code, tables):
    assert [path.table for path in data_paths(code)] == tables


@given(st.text("ab\"'./\n =", max_size=30), st.text("ab\"'./\n =", max_size=30))
def test_only_the_path_changes_when_a_table_moves(before, after):
    before, after = before.replace('"', ""), after.replace('"', "")

    moved = with_data_at(f'{before}"../../data/x.csv"{after}', lambda table: f"data/{table}.csv")

    assert moved in {f'{before}"data/x.csv"{after}', f'{before}"../../data/x.csv"{after}'}
    assert moved.startswith(before)
    assert moved.endswith(after)
