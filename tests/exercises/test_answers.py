"""Wrong and right answers: each fault of their files is named before anything runs."""

from __future__ import annotations

import pytest

from casebook.exercises.answers import RIGHT, WRONG, load_answers
from casebook.exercises.compilation import compiled


@pytest.fixture
def load(tiny):
    def of(kind):
        assignment = tiny()
        return load_answers(assignment, kind, compiled(assignment))

    return of


@pytest.fixture
def wrong(folder):
    return folder / WRONG / "counts-rows.md"


def test_a_wrong_answer_changes_its_cells_and_no_others(tiny, load):
    (answer,) = load(WRONG)
    solution = compiled(tiny())

    handed_in = answer.handed_in(solution)

    assert (answer.name, answer.reason) == ("counts-rows", "counts the rows, not the parcels")
    assert answer.expect == {"parcels-in-all-check": 0}
    assert list(handed_in) == ["counting"]
    changed = {
        before.id
        for before, after in zip(solution["counting"].cells, handed_in["counting"].cells, strict=True)
        if before != after
    }
    assert changed == {"parcels-in-all"}
    assert solution == compiled(tiny())


def test_a_right_answer_expects_nothing(load):
    (answer,) = load(RIGHT)

    assert (answer.name, answer.expect) == ("by-hand", {})


@pytest.mark.parametrize(
    ("change", "what", "mend"),
    [
        (("reason: counts the rows, not the parcels\n", ""), "It gives no reason.", "add `reason:"),
        (("reason: counts the rows, not the parcels", "reason: ' '"), "It gives no reason.", "add `reason:"),
        (("expect: {parcels-in-all-check: 0}\n", ""), "It does not say what it should get.", "add `expect:"),
        (("expect: {parcels-in-all-check: 0}", "expect: {}"), "It does not say what it should get.", "add `expect:"),
        (("-check: 0}", "-check: none}"), "It does not say what it should get.", "add `expect:"),
        (("-check: 0}", "-check: true}"), "It does not say what it should get.", "add `expect:"),
        (
            ("-check: 0}", "-chek: 0}"),
            "There is no test cell 'parcels-in-all-chek' in counting.",
            "did you mean 'parcels-in-all-check'?",
        ),
        (
            ("{parcels-in-all-check: 0}", "{sure-check: 0}"),
            "There is no test cell 'sure-check' in counting.",
            "known: busiest-year-check, parcels-in-all-check.",
        ),
        (
            ("-check: 0}", "-check: 2}"),
            "parcels-in-all-check gives 2 points, so a wrong answer cannot lose points with 2.",
            "write fewer points",
        ),
        (
            ("-check: 0}", "-check: -1}"),
            "parcels-in-all-check gives 2 points, so a wrong answer cannot lose points with -1.",
            "none below 0",
        ),
        (("{id: parcels-in-all}", "{id: parcels}"), "There is no answer cell 'parcels'.", "mean 'parcels-in-all'?"),
        (("{id: parcels-in-all}", "{id: load-parcels}"), "There is no answer cell 'load-parcels'.", "known: "),
        (("{id: parcels-in-all}", "{id: parcels-in-all, kind: no}"), "'kind' is not for answers.", "delete it"),
        (
            (
                "number_of_rows_in_table = len(parcels)\nparcels_in_all = number_of_rows_in_table",
                "### BEGIN SOLUTION\nparcels_in_all = sum(parcels.values())\n### END SOLUTION\n",
            ),
            "This cell does the same as the solution: it differs in comments or blank space at most.",
            "change it or delete it.",
        ),
        (("expect: {", "expect: {{"), "Not valid YAML: ", "mend the line"),
        (("---\nreason", "reason"), "It does not begin with keys between two lines of ---.", "begin it with ---"),
    ],
)
def test_each_fault_of_a_wrong_answer_is_named_with_its_file_and_mend(
    load, wrong, edit, problems_of, *, change, what, mend
):
    edit(wrong, *change)

    problems = problems_of(load, WRONG)

    problem = next(problem for problem in problems if problem.what.startswith(what))
    assert problem.where.file == wrong
    assert mend in problem.mend


def test_a_wrong_answer_that_changes_no_cell_is_refused(load, wrong, problems_of):
    wrong.write_text("---\nreason: none\nexpect: {sure-check: 0}\n---\n\nonly words\n")

    (problem,) = problems_of(load, WRONG)

    assert problem.what == "It changes no cell."


@pytest.mark.parametrize(
    "same",
    [
        "parcels_in_all = sum(parcels.values())",
        "# by the table\nparcels_in_all   =   sum( parcels.values( ) )  # all of them\n",
        "parcels_in_all = (\n    sum(\n        parcels.values(),\n    )\n)",
    ],
)
def test_a_wrong_answer_that_does_the_same_as_the_solution_is_refused_however_it_is_laid_out(
    load, wrong, edit, problems_of, same
):
    edit(wrong, "number_of_rows_in_table = len(parcels)\nparcels_in_all = number_of_rows_in_table", same)

    (problem,) = problems_of(load, WRONG)

    assert problem.what.startswith("This cell does the same as the solution")
    assert problem.where.cell == "parcels-in-all"


def test_expectations_are_named_with_their_own_lines_and_with_the_other_faults(load, wrong, edit, problems_of):
    edit(wrong, "expect: {parcels-in-all-check: 0}", "expect:\n  parcels-in-all-check: 2\n  sure: 0")
    edit(wrong, "reason: counts the rows, not the parcels\n", "")

    assert [(problem.where.line, problem.what[:20]) for problem in problems_of(load, WRONG)] == [
        (1, "It gives no reason."),
        (3, "parcels-in-all-check"),
        (4, "There is no test cel"),
    ]


def test_a_cell_that_is_changed_twice_is_named(load, wrong, problems_of):
    text = wrong.read_text()
    wrong.write_text(text + text.partition("---\n\n")[2])

    assert [problem.what for problem in problems_of(load, WRONG)] == ["This cell is changed twice."]


def test_a_right_answer_that_names_points_is_refused(load, folder, edit, problems_of):
    edit(folder / RIGHT / "by-hand.md", "adds them up by hand", "by hand\nexpect: {parcels-in-all-check: 0}")

    (problem,) = problems_of(load, RIGHT)

    assert problem.what == "A right answer gets full points."
    assert problem.mend == "delete `expect`, or move the file to wrong-answers/."


def test_faults_of_several_answers_are_told_of_at_once(load, wrong, edit, problems_of):
    (wrong.parent / "second.md").write_text("no keys\n")
    edit(wrong, "-check: 0}", "-check: 9}")

    assert [problem.where.file.name for problem in problems_of(load, WRONG)] == ["counts-rows.md", "second.md"]
