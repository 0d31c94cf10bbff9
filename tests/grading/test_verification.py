"""Verification: the engine grades every case and mutant, and whatever misjudges, leans or gives away is named."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from casebook.errors import CasebookError, Where
from casebook.exercises.assignment import load_assignment
from casebook.grading.verification import Case, Report, Verdict, verify
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


def casebook_at(folder: Path) -> Project:
    shutil.copytree(TINY, folder / "casebook")
    return Project(folder / "casebook")


def verified(project: Project) -> Report:
    return verify(project, load_assignment(project, "tiny"))


def add_answers(project: Project, answers: dict[str, tuple[str, str, str, str]]) -> None:
    for name, (reason, expect, cell, source) in answers.items():
        text = ANSWER.format(reason=reason, expect=expect, cell=cell, source=source)
        (project.exercises / "tiny" / f"{name}.md").write_text(text)


@pytest.fixture(scope="session")
def report(tmp_path_factory) -> Report:
    """What the tiny assignment gets, with some answers that do not get what they say."""
    project = casebook_at(tmp_path_factory.mktemp("verified"))
    add_answers(project, ANSWERS)
    return verified(project)


def said(report: Report, part: str) -> list[str]:
    """What the problems say that have some words in them."""
    return [problem.what for problem in report.problems if part in problem.what]


@pytest.mark.slow
class TestTinyAssignment:
    @pytest.fixture
    def verdicts(self, report) -> dict[str, Verdict]:
        return {verdict.case.name: verdict for verdict in report.verdicts}

    def test_every_case_is_tried_in_order(self, verdicts):
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

    def test_the_solution_gets_full_points_and_the_blank_none(self, verdicts):
        assert verdicts["solution"].earned == {"parcels-in-all-check": 2, "busiest-year-check": 1, "sure-check": 1}
        assert verdicts["blank"].earned == {"parcels-in-all-check": 0, "busiest-year-check": 0, "sure-check": 0}

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
        assert verdicts[name].problems == []

    def test_only_the_notebooks_that_an_answer_changes_are_graded(self, verdicts):
        assert set(verdicts["wrong-answers/unsure"].earned) == {"sure-check"}
        assert verdicts["wrong-answers/counts-rows"].case.points_possible == 3

    def test_a_wrong_answer_that_the_tests_let_through_is_named_with_file_cell_and_points(self, verdicts):
        (problem,) = verdicts["wrong-answers/made-up"].problems

        assert problem.what == "wrong-answers/made-up: earned 2.0 where 0 were expected."
        assert str(problem.where).endswith("tiny/wrong-answers/made-up.md (cell parcels-in-all-check)")
        assert problem.mend.startswith("change the test so that it tells this answer from the others")

    def test_a_right_answer_that_loses_points_is_named_likewise(self, verdicts):
        (problem,) = verdicts["right-answers/first-year"].problems

        assert problem.what == "right-answers/first-year: earned 0.0 where 1 were expected."

    def test_mutants_are_made_of_text_and_of_values_and_most_are_killed(self, report):
        fates = {tried.mutant.id: tried.fate for tried in report.mutants}

        assert fates["parcels-in-all/wrong-aggregation-1"] == "killed"
        assert fates["parcels-in-all/off-by-one-1"] == "killed"
        assert fates["busiest-year/none-1"] == "killed"
        assert report.fates["killed"] > 20

    def test_a_test_that_looks_at_the_range_alone_lets_mutants_live_and_they_are_named_with_cell_change_and_hint(
        self, report
    ):
        (problem,) = [each for each in report.problems if "sure/too-coarse-1" in each.what]

        assert problem.what == "No test notices sure/too-coarse-1: sure -> sure = float(f'{sure:.1g}')."
        assert str(problem.where).endswith("(cell sure)")
        assert problem.mend == (
            "compare with a smaller tolerance. Or say under `survivors` in assignment.yml why no test should."
        )

    def test_too_few_mutants_killed_is_a_problem_of_its_own(self, report):
        (found,) = said(report, "fewer than 95%")

        made = len(report.mutants) - report.fates["equivalent"]
        assert found == f"Tests kill {report.fates['killed']} of {made} mutants, fewer than 95%."

    def test_a_bare_assert_is_named_with_the_answer_that_met_it(self, report):
        assert said(report, "unsure fails") == ["wrong-answers/unsure fails sure-check, but its assert has no message."]

    def test_an_answer_that_stopped_by_itself_may_leave_its_name_missing(self, report):
        assert said(report, "crashes") == []

    def test_tests_that_lean_on_nothing_are_not_named(self, report):
        assert said(report, "does not get full points in") == []

    def test_each_notebook_is_measured(self, report):
        assert [use.notebook for use in report.uses] == ["counting", "arguing"]
        for use in report.uses:
            assert 0 < use.seconds < 60
            assert 20 < use.memory_mb < 1000

    def test_what_is_counted_is_said_in_one_object(self, report):
        summary = list(report.as_json())[-1]

        assert {key: summary[key] for key in ("points", "questions", "right", "wrong", "as_expected")} == {
            "points": 6,
            "questions": 4,
            "right": 2,
            "wrong": 4,
            "as_expected": False,
        }
        assert summary["mutants"] == sum(summary[fate] for fate in ("killed", "equivalent", "explained", "survived"))
        assert list(summary["seconds"]) == ["release", "cases", "mutants", "apart", "variants"]


def test_a_case_that_cannot_be_graded_is_a_problem_with_its_reason():
    verdict = Verdict(Case("blank", Where("a.md"), {}, {"q1-check": 0}), {}, "DeadKernelError: it died")

    (problem,) = verdict.problems

    assert problem.what == "blank: it could not be graded: DeadKernelError: it died"


def test_a_cell_without_a_score_is_a_problem_even_where_nothing_was_expected():
    verdict = Verdict(Case("blank", Where("a.md"), {}, {"q1-check": 0}), {"q1-check": None})

    assert [problem.what for problem in verdict.problems] == ["blank: earned None where 0 were expected."]


def test_a_text_that_is_not_sound_is_named_before_anything_runs(tmp_path):
    project = casebook_at(tmp_path)
    notebook = project.exercises / "tiny" / "counting.md"
    notebook.write_text(notebook.read_text().replace("### END SOLUTION", "", 1))

    with pytest.raises(CasebookError, match="BEGIN SOLUTION"):
        verified(project)
