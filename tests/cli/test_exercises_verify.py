"""``casebook exercises verify``: what is printed, and with which exit code it ends."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
def test_it_ends_with_one_table_and_names_what_is_not_as_expected(tiny_casebook, run_casebook):
    wrong = tiny_casebook.exercises / "tiny" / "wrong-answers" / "counts-rows.md"
    wrong.write_text(wrong.read_text().replace("-check: 0}", "-check: 1}"))

    result = run_casebook("exercises", "verify", "tiny", cwd=tiny_casebook.root)

    heading = next(line for line in result.stdout.splitlines() if line.startswith("assignment"))
    row = next(line for line in result.stdout.splitlines() if line.startswith("tiny "))
    assert heading.split() == [
        "assignment",
        "points",
        "tions",
        "right",
        "wrong",
        "tants",
        "killed",
        "valent",
        "plained",
        "live",
        "seconds",
    ]
    assert row.split()[:5] == ["tiny", "6", "4", "1", "1"]
    assert "tiny: release " in result.stdout
    assert "counting " in result.stdout
    assert (
        "exercises/tiny/wrong-answers/counts-rows.md (cell parcels-in-all-check): "
        "wrong-answers/counts-rows: earned 0.0 where 1 were expected.\n" in result.stdout
    )
    assert "No test notices sure/" in result.stdout
    assert (result.returncode, result.stderr) == (1, "")


@pytest.mark.slow
def test_all_assignments_are_tried_and_their_problems_told_together(tiny_casebook, run_casebook):
    unsound = tiny_casebook.exercises / "another"
    shutil.copytree(tiny_casebook.exercises / "tiny", unsound)
    notebook = unsound / "counting.md"
    notebook.write_text(notebook.read_text().replace("### BEGIN SOLUTION\nparcels", "parcels"))

    result = run_casebook("exercises", "verify", cwd=tiny_casebook.root)

    assert 'exercises/another/counting.md:26 (cell parcels-in-all): "END SOLUTION" closes nothing' in result.stdout
    assert "No test notices sure/" in result.stdout
    assert result.returncode == 1


@pytest.mark.slow
def test_as_json_each_case_mutant_and_problem_is_an_object_on_a_line(tiny_casebook, run_casebook):
    result = run_casebook("exercises", "verify", "--json", cwd=tiny_casebook.root)

    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert {line["assignment"] for line in lines} == {"tiny"}
    assert [line["case"] for line in lines if line["kind"] == "case"] == [
        "solution",
        "blank",
        "right-answers/by-hand",
        "wrong-answers/counts-rows",
    ]
    solution = lines[0]
    assert (
        solution["earned"]
        == solution["expected"]
        == {"parcels-in-all-check": 2, "busiest-year-check": 1, "sure-check": 1}
    )
    assert (solution["as_expected"], solution["failure"]) == (True, None)
    (sign,) = [line for line in lines if line.get("mutant") == "parcels-in-all/wrong-sign-1"]
    assert (sign["fate"], sign["cell"], sign["after"]) == (
        "killed",
        "parcels-in-all",
        "parcels_in_all = -parcels_in_all",
    )
    assert {"what", "where", "mend"} < {key for line in lines if line["kind"] == "problem" for key in line}
    assert lines[-1]["kind"] == "assignment"
    assert lines[-1]["killed"] > 20
    assert (result.returncode, result.stderr) == (1, "")


def test_an_assignment_that_is_not_sound_is_named_before_anything_runs(tiny_casebook, run_casebook):
    notebook = tiny_casebook.exercises / "tiny" / "counting.md"
    notebook.write_text(notebook.read_text().replace("### BEGIN SOLUTION\nparcels", "parcels"))

    result = run_casebook("exercises", "verify", "--json", cwd=tiny_casebook.root)

    (problem,) = [json.loads(line) for line in result.stdout.splitlines()]
    assert problem["kind"] == "problem"
    assert problem["where"] == "exercises/tiny/counting.md:26 (cell parcels-in-all)"
    assert problem["what"].startswith('"END SOLUTION" closes nothing')
    assert result.returncode == 1


@pytest.mark.slow
def test_the_tests_of_the_books_own_assignments_tell_right_from_wrong(run_casebook):
    result = run_casebook("exercises", "verify", "--json", cwd=ROOT)

    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert [line for line in lines if line["kind"] == "problem"] == []
    tried = [line for line in lines if line["kind"] == "case"]
    answers = {f"{file.parent.name}/{file.stem}" for file in ROOT.glob("exercises/*/*-answers/*.md")}
    assert {case["case"] for case in tried} == {"solution", "blank"} | answers
    assert result.returncode == 0
