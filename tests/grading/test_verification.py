"""Verification: the engine grades the solution, the blank and every answer, and a misjudging test is named."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from casebook.errors import Where
from casebook.exercises.assignment import load_assignment
from casebook.grading.verification import Case, Verdict, verify
from casebook.project import Project

ROOT = Path(__file__).parents[2]
TINY = ROOT / "tests" / "notebooks" / "tiny-casebook"

ANSWER = """\
---
reason: {reason}
{expect}---

```{{code-cell}} ipython3
---
graded: {{id: {cell}}}
---
{source}
```
"""
ANSWERS = {
    # The tests let it through: they look at the number alone.
    "wrong-answers/made-up": (
        "made up",
        "expect: {parcels-in-all-check: 0}\n",
        "parcels-in-all",
        "parcels_in_all = 44.0",
    ),
    "wrong-answers/crashes": (
        "spells a name wrong",
        "expect: {parcels-in-all-check: 0}\n",
        "parcels-in-all",
        "parcels_in_all = sum(parcel.values())",
    ),
    "wrong-answers/unsure": ("percent", "expect: {sure-check: 0}\n", "sure", "sure = 61.8"),
    # Not right at all.
    "right-answers/first-year": ("takes the first", "", "busiest-year", "busiest_year = 2013"),
}


@pytest.fixture(scope="session")
def verdicts(tmp_path_factory) -> dict[str, tuple[Verdict, int]]:
    """What the cases of the tiny assignment got, with some answers that do not get what they say."""
    project = Project(tmp_path_factory.mktemp("verified") / "casebook")
    shutil.copytree(TINY, project.root)
    for name, (reason, expect, cell, source) in ANSWERS.items():
        text = ANSWER.format(reason=reason, expect=expect, cell=cell, source=source)
        (project.exercises / "tiny" / f"{name}.md").write_text(text)
    return {
        verdict.case.name: (verdict, number) for verdict, number in verify(project, load_assignment(project, "tiny"))
    }


def problems(verdicts, name) -> list[str]:
    return [problem.what for problem in verdicts[name][0].problems]


@pytest.mark.slow
class TestTinyAssignment:
    def test_every_case_is_tried_in_order_and_counted(self, verdicts):
        assert list(verdicts) == [
            "solution",
            "blank",
            "right-answers/by-hand",
            "right-answers/first-year",
            "wrong-answers/counts-rows",
            "wrong-answers/crashes",
            "wrong-answers/made-up",
            "wrong-answers/unsure",
        ]
        assert {number for _, number in verdicts.values()} == {8}

    def test_the_solution_gets_full_points_and_the_blank_none(self, verdicts):
        assert verdicts["solution"][0].earned == {"parcels-in-all-check": 2, "busiest-year-check": 1, "sure-check": 1}
        assert verdicts["blank"][0].earned == {"parcels-in-all-check": 0, "busiest-year-check": 0, "sure-check": 0}

    @pytest.mark.parametrize(
        "name",
        [
            "solution",
            "blank",
            "right-answers/by-hand",
            "wrong-answers/counts-rows",
            "wrong-answers/crashes",
            "wrong-answers/unsure",
        ],
    )
    def test_what_gets_what_it_should_is_no_problem(self, verdicts, name):
        assert problems(verdicts, name) == []

    def test_only_the_notebooks_that_an_answer_changes_are_graded(self, verdicts):
        assert set(verdicts["wrong-answers/unsure"][0].earned) == {"sure-check"}
        assert verdicts["wrong-answers/counts-rows"][0].case.points_possible == 3

    def test_a_wrong_answer_that_the_tests_let_through_is_named_with_file_cell_and_points(self, verdicts):
        (problem,) = verdicts["wrong-answers/made-up"][0].problems

        assert problem.what == "wrong-answers/made-up: earned 2.0 where 0 were expected."
        assert str(problem.where).endswith("tiny/wrong-answers/made-up.md (cell parcels-in-all-check)")
        assert problem.mend.startswith("change the test so that it tells this answer from the others")

    def test_a_right_answer_that_loses_points_is_named_likewise(self, verdicts):
        assert problems(verdicts, "right-answers/first-year") == [
            "right-answers/first-year: earned 0.0 where 1 were expected."
        ]


def test_a_case_that_cannot_be_graded_is_a_problem_with_its_reason():
    verdict = Verdict(Case("blank", Where("a.md"), {}, {"q1-check": 0}), {}, "DeadKernelError: it died")

    (problem,) = verdict.problems

    assert problem.what == "blank: it could not be graded: DeadKernelError: it died"


def test_a_cell_without_a_score_is_a_problem_even_where_nothing_was_expected():
    verdict = Verdict(Case("blank", Where("a.md"), {}, {"q1-check": 0}), {"q1-check": None})

    assert [problem.what for problem in verdict.problems] == ["blank: earned None where 0 were expected."]


@pytest.mark.slow
def test_the_tests_of_the_books_own_assignments_tell_right_from_wrong(run_casebook):
    result = run_casebook("exercises", "verify", "--json", cwd=ROOT)

    tried = [json.loads(line) for line in result.stdout.splitlines()]
    assert [case for case in tried if not case["as_expected"]] == []
    answers = {f"{file.parent.name}/{file.stem}" for file in ROOT.glob("exercises/*/*-answers/*.md")}
    assert {case["case"] for case in tried} == {"solution", "blank"} | answers
    assert result.returncode == 0
