"""An assignment with parameters is tried with each set of values, and with a classmate's; and with functions that warn."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from casebook.exercises.assignment import load_assignment
from casebook.grading.verification import Report, verify
from casebook.grading.verification_cases import cases
from casebook.grading.verification_stand import stand
from casebook.grading.verification_variants import Variants, variants
from casebook.project import Project

VARIED = Path(__file__).parents[1] / "notebooks" / "varied-casebook"
HIDDEN = 'assert parcels_then == dict(parcels)[year], "It should be the figure of your own year."'
pytestmark = pytest.mark.slow

RIGHT = """\
---
reason: types the figure
---

```{code-cell} ipython3
---
graded: {id: parcels-then}
---
parcels_then = 9
```
"""


@pytest.fixture
def tried(tmp_path) -> Callable[..., Variants]:
    """What comes of the example when some of its text is replaced."""

    def run(*, replaced: tuple[str, str] = ("", ""), right: str = "", table: str = "") -> Variants:
        shutil.copytree(VARIED, tmp_path / "casebook")
        project = Project(tmp_path / "casebook")
        folder = project.exercises / "varied"
        text = (folder / "own-year.md").read_text()
        assert replaced[0] in text
        (folder / "own-year.md").write_text(text.replace(*replaced))
        if right:
            (folder / "right-answers").mkdir()
            (folder / "right-answers" / "typed.md").write_text(right)
        if table:
            (project.data / "parcels.csv").write_text(table)
        assignment = load_assignment(project, "varied")
        with stand(project, assignment) as standing:
            found = cases(assignment, standing.solution, standing.released)
            return variants(standing, found, lambda _done, _total: None)

    return run


def said(found: Variants) -> list[str]:
    return [problem.what for problem in found.problems]


def test_tests_that_follow_the_parameters_are_no_problem_with_any_of_the_values(tried):
    found = tried()

    assert list(found.tried) == [{"year": 2013}, {"year": 2014}, {"year": 2015}]
    assert (said(found), list(found.hints)) == ([], [])


def test_a_test_with_a_typed_value_is_named_with_the_values_for_which_it_fails(tried):
    found = tried(replaced=(HIDDEN, 'assert parcels_then == 9, "It should be the figure of your own year."'))

    assert said(found)[0] == "With year = 2014; with year = 2015, solution earned 0.0 where 2 were expected."
    assert found.problems[0].where is not None
    assert found.problems[0].where.cell == "parcels-then-check"


def test_a_test_that_takes_a_classmates_answer_is_named_with_both_students(tried):
    found = tried(replaced=(HIDDEN, 'assert parcels_then > 0, "It should be the figure of your own year."'))

    assert said(found) == ["Who has year = 2013 and hands in the answer for year = 2014 gets full points."]


def test_a_right_answer_that_is_right_for_one_set_of_values_only_is_named(tried):
    found = tried(right=RIGHT)

    assert said(found) == ["With year = 2014; with year = 2015, right-answers/typed earned 0.0 where 2 were expected."]


def test_a_blank_that_earns_points_with_some_values_is_named(tried):
    found = tried(
        replaced=(
            'assert parcels_then in parcels.values(), "It should be one of the figures in the table."',
            'assert year == 2015 or parcels_then, "There should be a figure."\nparcels_then = parcels[year]',
        )
    )

    assert "With year = 2015, blank earned 2.0 where 0 were expected." in said(found)


def test_values_with_the_same_answers_are_a_hint(tried):
    found = tried(table="year,parcels\n2013,9\n2014,9\n2015,21\n")

    assert said(found) == []
    assert list(found.hints) == [
        "Who has year = 2013 and who has year = 2014 have the same answers to everything, so that one can copy from the other."
    ]


def test_parameters_that_no_notebook_reads_are_a_problem(tried):
    found = tried(
        replaced=(
            'with open("parameters.json", encoding="utf-8") as file:\n    year = json.load(file)["year"]\n',
            "year = 2013\n",
        )
    )

    assert said(found) == ["No notebook reads parameters.json, so that the values make no difference."]


FUNCTION = """\
---
jupytext:
  text_representation: {{extension: .md, format_name: myst}}
---

# Twice

```{{code-cell}} ipython3
---
graded: {{id: twice, kind: answer}}
---
### BEGIN SOLUTION
def twice(number):
    return 2 * number
### END SOLUTION
```

```{{code-cell}} ipython3
---
graded: {{id: twice-check, kind: tests, points: 1}}
---
{begin}assert twice(3) == 6, "Twice three should be six, so double what is handed in."
```

```{{code-cell}} ipython3
---
graded: {{id: twice-exists-check, kind: tests, points: 1}}
---
assert callable(twice), "There should be a function that is called twice."
```
"""


def verified_twice(folder: Path, begin: str) -> Report:
    shutil.copytree(VARIED, folder / "casebook")
    project = Project(folder / "casebook")
    assignment = project.exercises / "varied"
    shutil.rmtree(assignment / "wrong-answers")
    (assignment / "wrong-answers").mkdir()
    (assignment / "own-year.md").write_text(FUNCTION.format(begin=begin))
    entries = (assignment / "assignment.yml").read_text().partition("parameters:")[0]
    (assignment / "assignment.yml").write_text(entries)
    return verify(project, load_assignment(project, "varied"))


def test_a_test_that_takes_a_functions_warning_for_an_error_is_named_with_the_lines_to_add(tmp_path):
    report = verified_twice(tmp_path, "")

    found = [problem for problem in report.problems if "warns" in problem.what]
    assert [problem.where.cell for problem in found if problem.where] == ["twice-check"]
    assert found[0].mend == 'begin the test cell with: import warnings; warnings.simplefilter("ignore")'


def test_a_test_that_ignores_warnings_is_not_named(tmp_path):
    report = verified_twice(tmp_path, 'import warnings\n\nwarnings.simplefilter("ignore")\n')

    assert [problem.what for problem in report.problems if "warns" in problem.what] == []
    assert report.variants == []
