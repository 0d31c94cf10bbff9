"""Text notebooks: cells know their lines; what is wrong with one is named with file, line and cell."""

from __future__ import annotations

import pytest

from casebook.exercises.model import Kind
from casebook.exercises.notebook_text import read_notebook

TOP = "---\nkernelspec: {name: python3, display_name: Python 3}\n---\n\n"


def code(graded: str, source: str = "x = 1") -> str:
    return f"```{{code-cell}} ipython3\n---\ngraded: {graded}\n---\n{source}\n```\n"


@pytest.fixture
def notebook(tmp_path):
    def write(text: str):
        file = tmp_path / "a.md"
        file.write_text(TOP + text, encoding="utf-8")
        return file

    return write


def test_each_cell_knows_the_line_on_which_its_text_begins(folder):
    file = folder / "counting.md"
    lines = file.read_text().splitlines()

    cells = read_notebook(file).cells

    assert len(cells) == 8
    for cell in cells:
        assert lines[cell.where.line - 1] == cell.source.split("\n")[0]


def test_graded_cells_carry_kind_id_and_points_and_the_others_none(folder):
    cells = read_notebook(folder / "counting.md").cells

    assert [(cell.kind, cell.grade_id, cell.points) for cell in cells if cell.cell_type == "code"] == [
        (Kind.READONLY, "load-parcels", 0),
        (Kind.ANSWER, "parcels-in-all", 0),
        (Kind.TESTS, "parcels-in-all-check", 2),
        (Kind.ANSWER, "busiest-year", 0),
        (Kind.TESTS, "busiest-year-check", 1),
    ]
    assert {cell.kind for cell in cells if cell.cell_type == "markdown"} == {None}
    assert cells[-2].metadata == {"tags": ["keep-me"]}
    assert cells[-2].where.cell == "busiest-year"


def test_a_markdown_cell_is_graded_by_the_keys_after_its_plus_signs(folder):
    written = next(cell for cell in read_notebook(folder / "arguing.md").cells if cell.grade_id == "argument")

    assert (written.cell_type, written.kind, written.points) == ("markdown", Kind.WRITTEN, 2)
    assert written.source.startswith("**Question 3")


@pytest.mark.parametrize(
    ("graded", "what", "mend"),
    [
        ("{kind: answer}", "needs an id of letters, digits, - and _, not ''.", "q2-median"),
        ("{id: q 1, kind: answer}", "needs an id of letters, digits, - and _, not 'q 1'.", "q2-median"),
        (
            "{id: 7, kind: answer}",
            "YAML takes the id 7 for something else than text.",
            'put quotes around it: id: "7".',
        ),
        ("{id: q1}", "Unknown kind None.", "known: answer, tests, written, task, readonly."),
        ("{id: q1, kind: test}", "Unknown kind 'test'.", "did you mean 'tests'?"),
        ("{id: q1, kind: [answer]}", "Unknown kind ['answer'].", "did you mean 'answer'?"),
        ("{id: q1, kind: tests, points: 0}", "worth points, more than 0; here: 0.", "write `points: 2`."),
        ("{id: q1, kind: tests, points: -1}", "worth points, more than 0; here: -1.", "write `points: 2`."),
        ("{id: q1, kind: tests, points: many}", "worth points, more than 0; here: 'many'.", "write `points: 2`."),
        ("{id: q1, kind: tests, points: true}", "worth points, more than 0; here: True.", "write `points: 2`."),
        ("{id: q1, kind: tests, points: .nan}", "worth points, more than 0; here: nan.", "write `points: 2`."),
        ("{id: q1, kind: tests}", "worth points, more than 0; here: 0.", "write `points: 2`."),
        ("{id: q1, kind: answer, points: 2}", "A cell of kind answer earns no points.", "delete `points`"),
        ("{id: q1, kind: tests, point: 2, points: 2}", "Unknown key 'point' in `graded`.", "did you mean 'points'?"),
        ("q1", "`graded` must be keys and values, not 'q1'.", "write {id: ..., kind: ...}."),
    ],
)
def test_each_fault_of_the_graded_keys_is_named_with_the_line_of_the_cell(notebook, problems_of, graded, what, mend):
    (problem,) = problems_of(read_notebook, notebook(code(graded)))

    assert problem.what.endswith(what)
    assert (problem.where.file.name, problem.where.line) == ("a.md", 9)
    assert mend in problem.mend


def test_faults_of_several_cells_are_told_of_at_once(notebook, problems_of):
    text = code("{id: q1, kind: answr}") + "\n" + code("{id: q2, kind: tests}") + "\n" + code("{id: '', kind: task}")

    problems = problems_of(read_notebook, notebook(text))

    assert [problem.where.line for problem in problems] == [9, 16, 23, 23]


def test_a_wrong_answers_cells_carry_an_id_and_nothing_else(notebook, problems_of):
    assert read_notebook(notebook(code("{id: q1}")), patch=True).cells[0].grade_id == "q1"
    problems = problems_of(lambda: read_notebook(notebook(code("{id: q1, kind: x, points: y}")), patch=True))

    assert [problem.what for problem in problems] == [
        "'kind' is not for answers.",
        "'points' is not for answers.",
    ]
    assert {problem.mend for problem in problems} == {"delete it; kind and points are the assignment's."}


def test_broken_metadata_of_a_cell_is_named_with_its_line(notebook, problems_of):
    (problem,) = problems_of(read_notebook, notebook("# Title\n\n" + code("{id: q1, kind: answer")))

    assert problem.what.startswith("A cell's metadata cannot be read: ")
    assert problem.where.line in range(7, 13)
    assert "mend the YAML" in problem.mend


def test_broken_json_after_plus_signs_is_named_with_its_line(notebook, problems_of):
    (problem,) = problems_of(read_notebook, notebook('text\n\n+++ {"graded": {"id": }\n\nmore\n'))

    assert problem.what.startswith("A cell's metadata cannot be read: ")
    assert problem.where.line == 7


def test_broken_keys_at_the_top_are_named_with_their_line(tmp_path, problems_of):
    file = tmp_path / "a.md"
    file.write_text("---\nkernelspec: {name: python3}\ntitle: [one\n---\n\ntext\n")

    (problem,) = problems_of(read_notebook, file)

    assert problem.what.startswith("The keys at the top are not valid YAML: ")
    assert problem.where.line in {3, 4}


def test_a_notebook_that_is_not_utf8_is_refused(tmp_path, problems_of):
    (tmp_path / "a.md").write_bytes(TOP.encode() + b"gr\xfcn")

    (problem,) = problems_of(read_notebook, tmp_path / "a.md")

    assert problem.what == f"Not UTF-8: byte {len(TOP) + 2} cannot be read."
    assert problem.mend == "save the file as UTF-8."


def test_a_graded_cell_whose_points_are_wrong_is_named_by_its_id(notebook, problems_of):
    (problem,) = problems_of(read_notebook, notebook(code("{id: q1, kind: tests, points: 0}")))

    assert problem.where.cell == "q1"


def test_keys_above_no_text_are_named_because_there_would_be_no_cell(notebook, problems_of):
    text = '+++ {"graded": {"id": "why", "kind": "written", "points": 2}}\n\n' + code("{id: q1, kind: answer}")

    (problem,) = problems_of(read_notebook, notebook(text))

    assert problem.what == "There is no text under the keys of this cell, so it would be no cell."
    assert problem.where.line == 5


@pytest.mark.parametrize(
    "text", ["# One\n\n+++\n\nTwo\n\n```{code-cell}\n\n---\nx\n```\n", "a\n```{raw-cell}\n:tags: [b]\nx\n```"]
)
def test_cells_are_those_that_jupytext_reads(notebook, text):
    from jupytext.myst import myst_to_notebook

    file = notebook(text)

    theirs = [(cell.cell_type, cell.source, dict(cell.metadata)) for cell in myst_to_notebook(file.read_text()).cells]
    assert [(cell.cell_type, cell.source, cell.metadata) for cell in read_notebook(file).cells] == theirs
