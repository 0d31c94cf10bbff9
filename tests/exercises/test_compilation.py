"""Text in, notebooks with nbgrader's metadata out; what nbgrader would pass over is refused."""

from __future__ import annotations

import nbformat
import pytest

from casebook.exercises.compilation import compiled

ANSWER = """\
### BEGIN SOLUTION
parcels_in_all = sum(parcels.values())
### END SOLUTION"""
SCHEME = (
    "=== BEGIN MARK SCHEME ===\nOne point for a reason, one for a doubt about the reason.\n=== END MARK SCHEME ===\n"
)
MODEL = (
    "### BEGIN SOLUTION\nIt may, because villages are still joining, unless postage becomes dearer.\n### END SOLUTION\n"
)


@pytest.fixture
def faults(tiny, problems_of):
    return lambda: problems_of(compiled, tiny())


def cell_of(notebooks, grade_id):
    return next(cell for notebook in notebooks.values() for cell in notebook.cells if cell.id == grade_id)


def test_compiled_notebooks_are_what_nbformat_and_nbgrader_call_valid(tiny):
    from nbgrader.nbgraderformat import MetadataValidator

    for notebook in compiled(tiny()).values():
        nbformat.validate(notebook)
        MetadataValidator().validate_nb(notebook)


def test_each_kind_of_cell_gets_the_metadata_that_nbgraders_toolbar_writes(tiny):
    notebooks = compiled(tiny())

    def of(grade_id):
        metadata = dict(cell_of(notebooks, grade_id).metadata["nbgrader"])
        assert metadata.pop("schema_version") == 3
        assert metadata.pop("grade_id") == grade_id
        return metadata

    flags = {"grade": False, "solution": False, "locked": False, "task": False}
    assert of("load-parcels") == flags | {"locked": True}
    assert of("parcels-in-all") == flags | {"solution": True}
    assert of("parcels-in-all-check") == flags | {"grade": True, "locked": True, "points": 2}
    assert of("argument") == flags | {"grade": True, "solution": True, "points": 2}


def test_a_task_is_graded_by_hand_and_nbgrader_accepts_it(tiny, folder, edit):
    from nbgrader.nbgraderformat import MetadataValidator

    edit(folder / "arguing.md", '"kind": "written"', '"kind": "task"')
    edit(folder / "arguing.md", MODEL, "")

    notebooks = compiled(tiny())

    assert cell_of(notebooks, "argument").metadata["nbgrader"]["task"] is True
    assert "=== BEGIN MARK SCHEME ===" in cell_of(notebooks, "argument").source
    MetadataValidator().validate_nb(notebooks["arguing"])


def test_other_metadata_of_a_cell_stays_and_graded_goes(tiny):
    metadata = cell_of(compiled(tiny()), "busiest-year").metadata

    assert metadata["tags"] == ["keep-me"]
    assert set(metadata) == {"tags", "nbgrader"}


def test_the_same_text_gives_the_same_bytes(tiny):
    first, second = ([nbformat.writes(notebook) for notebook in compiled(tiny()).values()] for _ in range(2))

    assert first == second


def between_markers(source: str) -> str:
    return source.partition("### BEGIN SOLUTION\n")[2].partition("\n### END SOLUTION")[0]


@pytest.mark.parametrize("order", [[SCHEME, MODEL], [MODEL, SCHEME], [SCHEME]])
def test_the_mark_scheme_of_a_written_answer_ends_up_in_its_solution_and_nowhere_else(tiny, folder, edit, order):
    edit(folder / "arguing.md", SCHEME + MODEL, "".join(order))

    source = cell_of(compiled(tiny()), "argument").source

    assert source.count("BEGIN SOLUTION") == source.count("END SOLUTION") == 1
    assert "MARK SCHEME" not in source
    assert "One point for a reason" in between_markers(source)
    assert source.count("One point for a reason") == 1
    assert ("villages are still joining" in between_markers(source)) is (MODEL in order)
    assert source.startswith("**Question 3 (2 points).** Will it go on?")


def test_an_id_that_is_taken_is_named_with_both_places(folder, edit, faults):
    edit(folder / "arguing.md", "{id: sure, kind", "{id: busiest-year, kind")

    (problem,) = faults()

    assert problem.what.startswith("The id 'busiest-year' is taken: ")
    assert problem.what.endswith("counting.md:47 (cell busiest-year).")
    assert str(problem.where).endswith("arguing.md:28 (cell busiest-year)")
    assert problem.mend == "give this cell an id of its own."


@pytest.mark.parametrize(
    ("file", "change", "told"),
    [
        ("counting", (ANSWER, "parcels_in_all = 0"), {"parcels-in-all": "An answer cell has no solution region."}),
        (
            "counting",
            ("import csv\n", "import csv\n### BEGIN SOLUTION\n### END SOLUTION\n"),
            {"load-parcels": "A solution region stands in a cell of kind readonly."},
        ),
        (
            "counting",
            ("**Question 1", "### BEGIN HIDDEN TESTS\n### END HIDDEN TESTS\n**Question 1"),
            {None: "A hidden tests region stands in a cell of kind none."},
        ),
        (
            "counting",
            (ANSWER, ANSWER.replace("SOLUTION", "HIDDEN TESTS")),
            {"parcels-in-all": "A hidden tests region stands in a cell of kind answer."},
        ),
        (
            "counting",
            (ANSWER, ANSWER.removesuffix("### END SOLUTION")),
            {"parcels-in-all": '"BEGIN SOLUTION" is never closed.'},
        ),
        (
            "arguing",
            ("assert 0 <= sure <= 1", "print(sure)"),
            {"sure-check": "A test cell never asserts, so everyone earns its points."},
        ),
        (
            "arguing",
            (SCHEME + MODEL, ""),
            {
                "argument": "A written cell has neither a model answer nor a mark scheme, so nbgrader would clear the question."
            },
        ),
        (
            "arguing",
            ('"kind": "written"', '"kind": "tests"'),
            {"argument": "A cell of kind tests is a code cell, not a markdown cell."},
        ),
        (
            "arguing",
            ("assert 0 <= sure <= 1", "assert (0 <= sure, 'why')"),
            {"sure-check": "A test cannot fail: it asserts a pair in parentheses, which is always true."},
        ),
        (
            "arguing",
            ("assert 0 <= sure <= 1", "assert 0 < 1"),
            {"sure-check": "A test cannot fail: it asserts a constant."},
        ),
        (
            "arguing",
            ("assert 0 <= sure <= 1", "assert 0 <= sure <="),
            {"sure-check": "A test cell is no Python: invalid syntax."},
        ),
        (
            "arguing",
            ("{id: sure-check, kind: tests,", "{id: sure-check, kind: task,"),
            {"sure-check": "A cell of kind task is a markdown cell, not a code cell."},
        ),
    ],
)
def test_what_nbgrader_would_pass_over_is_named_with_its_cell(folder, edit, faults, *, file, change, told):
    edit(folder / f"{file}.md", *change)

    found = faults()

    assert told.items() <= {problem.where.cell: problem.what for problem in found[:1]}.items()
    assert all(problem.where.file == folder / f"{file}.md" and problem.where.line and problem.mend for problem in found)


def test_an_answer_in_code_may_be_marked_by_hand_but_its_mark_scheme_is_no_code(tiny, folder, edit, faults):
    edit(folder / "arguing.md", "{id: sure, kind: answer}", "{id: sure, kind: written, points: 1}")
    edit(folder / "assignment.yml", "points: 6", "points: 7")

    marks = cell_of(compiled(tiny()), "sure").metadata["nbgrader"]
    assert (marks["grade"], marks["solution"], marks["points"]) == (True, True, 1)

    edit(folder / "arguing.md", "sure = 0.6180339887", "### END SOLUTION\n" + SCHEME + "### BEGIN SOLUTION")
    assert [problem.what for problem in faults()] == ["A mark scheme stands in a code cell, where it would be run."]


def test_an_id_that_looks_like_a_position_does_not_give_two_cells_one_id(tiny, folder, edit):
    edit(folder / "counting.md", "{id: load-parcels, kind", "{id: cell-3, kind")

    ids = [cell.id for cell in compiled(tiny())["counting"].cells]

    assert len(set(ids)) == len(ids)


def test_points_that_do_not_add_up_are_told_with_both_sums(folder, edit, faults):
    edit(folder / "assignment.yml", "points: 6", "points: 7.5")

    (problem,) = faults()

    assert problem.what == "The cells are worth 6 points together, but `points` says 7.5."
    assert (problem.where.file, problem.where.line) == (folder / "assignment.yml", 5)
    assert problem.mend == "write `points: 6`, or mend the points of the cells."


def test_faults_in_several_notebooks_are_told_of_at_once(folder, edit, faults):
    edit(folder / "counting.md", ANSWER, "parcels_in_all = 0")
    edit(folder / "arguing.md", "assert 0 <= sure <= 1", "print(sure)")
    edit(folder / "arguing.md", "{id: sure, kind", "{id: busiest-year, kind")
    edit(folder / "assignment.yml", "points: 6", "points: 7")

    assert [(problem.where.file.name, problem.where.cell) for problem in faults()] == [
        ("counting.md", "parcels-in-all"),
        ("arguing.md", "busiest-year"),
        ("arguing.md", "sure-check"),
        ("assignment.yml", None),
    ]
