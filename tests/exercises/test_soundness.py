"""Everything that is wrong with an assignment is told in one run, with file, cell, line and mend."""

from __future__ import annotations

import shutil

import pytest

from casebook.exercises.soundness import sound_assignment, sound_assignments

BUSIEST = "busiest_year = max(parcels, key=parcels.get)"


@pytest.fixture
def faults(tiny_casebook, problems_of):
    return lambda: problems_of(sound_assignment, tiny_casebook, "tiny")


def test_the_tiny_assignment_is_sound(tiny_casebook):
    assert sound_assignment(tiny_casebook, "tiny").name == "tiny"


@pytest.mark.parametrize(
    ("file", "change", "where", "what", "mend"),
    [
        (
            "counting.md",
            ('open("parcels.csv")', 'open("letters.csv")'),
            "counting.md:15 (cell load-parcels)",
            "The cell reads 'letters.csv', which assignment.yml does not list, so students would not have it.",
            "known: parcels.csv.",
        ),
        (
            "counting.md",
            ('open("parcels.csv")', 'open("../../data/parcels.csv")'),
            "counting.md:15 (cell load-parcels)",
            "The cell reads '../../data/parcels.csv'; students have their data in the folder of the notebook.",
            "read 'parcels.csv', and list it under `data`.",
        ),
        (
            "counting.md",
            ("import csv\n", "import csv\nopen('parameters.json')\n"),
            "counting.md:14 (cell load-parcels)",
            "The cell reads parameters.json, but assignment.yml has no `parameters`.",
            "add them, or write the values here.",
        ),
        (
            "assignment.yml",
            ("data: [parcels]", "data: []"),
            "counting.md:15 (cell load-parcels)",
            "The cell reads 'parcels.csv', which assignment.yml does not list, so students would not have it.",
            "add parcels to `data`.",
        ),
        (
            "counting.md",
            ("assert parcels_in_all == 44", "parcels_in_all = 44\nassert parcels_in_all == 44"),
            "counting.md:36 (cell parcels-in-all-check)",
            "The hidden tests give 'parcels_in_all' a value, which is an answer of parcels-in-all.",
            "call it something else, such as expected.",
        ),
        (
            "rubric.md",
            ("## For students", "## For others"),
            "rubric.md",
            "'## For students' does not say what earns points.",
            "add that section",
        ),
        (
            "rubric.md",
            ("A reason counts, and so does a doubt about it.", ""),
            "rubric.md:5",
            "The section for students says nothing.",
            "say in words",
        ),
        (
            "wrong-answers/counts-rows.md",
            ("{parcels-in-all-check: 0}", "{parcels-in-all-check: 2}"),
            "counts-rows.md:3",
            "a wrong answer cannot lose points with 2.",
            "write fewer points",
        ),
    ],
)
def test_each_fault_is_named_with_its_place_and_mend(folder, edit, faults, *, file, change, where, what, mend):
    edit(folder / file, *change)

    problem = next(problem for problem in faults() if what in problem.what)

    assert str(problem.where).endswith(where)
    assert mend in problem.mend


def test_a_table_that_no_cell_reads_is_named_with_its_line(tiny_casebook, folder, edit, faults):
    shutil.copy(tiny_casebook.data / "parcels.csv", tiny_casebook.data / "letters.csv")
    edit(folder / "assignment.yml", "data: [parcels]", "data:\n  - parcels\n  - letters")

    (problem,) = faults()

    assert problem.what == "No cell reads letters.csv."
    assert str(problem.where).endswith("assignment.yml:9")


def test_tables_that_a_parameter_chooses_are_read(tiny_casebook, folder, edit):
    shutil.copy(tiny_casebook.data / "parcels.csv", tiny_casebook.data / "letters.csv")
    chosen = "data: [parcels, letters]\nparameters: {seed: x, table: {one_of: [parcels, letters]}}"
    edit(folder / "assignment.yml", "data: [parcels]", chosen)
    edit(folder / "counting.md", 'open("parcels.csv")', 'open(table + ".csv")')
    edit(
        folder / "counting.md",
        "import csv\n",
        'import csv, json\ntable = json.load(open("parameters.json"))["table"]\n',
    )

    assert sound_assignment(tiny_casebook, "tiny").data == ("parcels", "letters")


def test_a_notebook_that_is_not_listed_is_named_and_other_pages_are_not(folder, faults):
    shutil.copy(folder / "arguing.md", folder / "draft.md")
    (folder / "notes.md").write_text("# Notes\n\nwords\n")

    (problem,) = faults()

    assert problem.what == "This notebook is not listed in assignment.yml."
    assert problem.where.file == folder / "draft.md"


def test_hidden_tests_may_use_names_that_no_question_asks_for(tiny_casebook, folder, edit):
    edit(
        folder / "counting.md",
        "parcels_in_all = sum(parcels.values())",
        "helper = 1\nparcels_in_all = sum(parcels.values())",
    )
    edit(folder / "counting.md", "assert parcels_in_all == 44", "helper = 44\nassert parcels_in_all == helper")

    assert sound_assignment(tiny_casebook, "tiny")


def test_what_is_wrong_with_the_keys_does_not_hide_what_is_wrong_with_the_rest(folder, edit, faults):
    edit(folder / "assignment.yml", "points: 6", "points: six\nlimits: {seconds: 3}")
    edit(folder / "assignment.yml", "notebooks: [counting, arguing]", "notebooks: [counting, arguin]")
    edit(folder / "counting.md", "assert busiest_year in parcels\n", "")
    edit(folder / "counting.md", "assert parcels[busiest_year] == max(parcels.values())", "print(busiest_year)")

    said = [problem.what for problem in faults()]

    assert said[:3] == [
        "'points' must be a number, not 'six'.",
        "Unknown key 'seconds' in 'limits'.",
        "There is no notebook arguin.md in this folder.",
    ]
    assert said[3:] == [
        "A test cell never asserts, so everyone earns its points.",
        "This notebook is not listed in assignment.yml.",
    ]


def test_faults_of_every_kind_are_told_in_one_run_for_all_assignments(tiny_casebook, folder, edit, problems_of):
    shutil.copytree(folder, folder.with_name("second"))
    edit(folder.with_name("second") / "assignment.yml", "minutes: 10", "minutes: soon")
    edit(
        folder / "counting.md",
        "graded: {id: load-parcels, kind: readonly}",
        "graded: {id: load-parcels, kind: redonly}",
    )
    edit(folder / "counting.md", f"### BEGIN SOLUTION\n{BUSIEST}", BUSIEST)
    edit(folder / "arguing.md", "assert 0 <= sure <= 1", "print(sure)")
    edit(folder / "arguing.md", "{id: sure, kind", "{id: busiest-year, kind")
    edit(folder / "rubric.md", "## For students", "##")
    edit(folder / "wrong-answers" / "counts-rows.md", "reason: counts the rows, not the parcels\n", "")
    (folder / "draft.md").write_text("---\nkernelspec: {name: python3}\n---\n\nwords\n")

    problems = problems_of(sound_assignments, tiny_casebook, ["tiny", "second"])

    assert all(problem.where and problem.mend for problem in problems)
    places = {str(problem.where).partition("exercises/")[2] for problem in problems}
    assert places == {
        "tiny/counting.md:13",
        "tiny/counting.md:48 (cell busiest-year)",
        "tiny/arguing.md:28 (cell busiest-year)",
        "tiny/arguing.md:37 (cell sure-check)",
        "tiny/rubric.md",
        "tiny/draft.md",
        "tiny/wrong-answers/counts-rows.md:1",
        "second/assignment.yml:4",
    }
