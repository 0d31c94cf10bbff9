"""The module that checks charts goes where the notebooks go, and what students hand in does not replace it."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest

from casebook.exercises import chart_checks
from casebook.exercises.course_directory import CourseDirectory
from casebook.exercises.leaks import leaks_in_release
from casebook.exercises.release import build_source, release_assignment

MODULE = Path(chart_checks.__file__)
QUESTION = """
+++

**Question 5 (2 points).** Draw the parcels of the three years, as `parcel_chart`.

```{code-cell} ipython3
---
graded: {id: parcel-chart, kind: answer}
---
### BEGIN SOLUTION
import altair as alt
import pandas as pd

parcel_chart = alt.Chart(pd.read_csv("parcels.csv")).mark_bar().encode(x="year:O", y="parcels:Q")
### END SOLUTION
```

```{code-cell} ipython3
---
graded: {id: parcel-chart-check, kind: tests, points: 2}
---
import chart_checks

chart_checks.assert_chart(parcel_chart, name="parcel_chart")
### BEGIN HIDDEN TESTS
import pandas as pd

wanted = pd.read_csv("parcels.csv")[["year", "parcels"]].set_axis(["x", "y"], axis="columns")
chart_checks.assert_draws(parcel_chart, wanted, name="parcel_chart")
### END HIDDEN TESTS
```
"""
READS = "import altair as alt\nimport pandas as pd\n\ntable = pd.read_csv('parcels.csv')\n"
ANSWERS = {
    "right": READS + "parcel_chart = alt.Chart(table).mark_line(point=True).encode(x='year:Q', y='sum(parcels):Q')",
    "wrong": READS + "parcel_chart = alt.Chart(table).mark_bar().encode(x='year:O', y='count():Q')",
    "nothing": None,
    "forger": READS + "parcel_chart = alt.Chart(table).mark_bar().encode(x='year:O', y='count():Q')",
}
SCORES = {"right": 2, "wrong": 0, "nothing": 0, "forger": 0}
FORGED = "def __getattr__(name):\n    return lambda *args, **kwargs: None\n"


@pytest.fixture(autouse=True)
def with_chart(folder, edit):
    """The tiny assignment with a question that asks for a chart."""
    edit(folder / "assignment.yml", "points: 6", "points: 8")
    (folder / "counting.md").write_text((folder / "counting.md").read_text("utf-8") + QUESTION, "utf-8")


def test_it_lies_beside_notebooks_that_import_it_and_beside_no_others(tiny_casebook, tiny, folder, tmp_path):
    with_it = build_source(tiny_casebook, tiny(), CourseDirectory(tmp_path / "with"))
    assert (with_it / "chart_checks.py").read_bytes() == MODULE.read_bytes()

    text = (folder / "counting.md").read_text("utf-8").replace("import chart_checks\n", "# import chart_checks\n")
    (folder / "counting.md").write_text(text, "utf-8")
    without_it = build_source(tiny_casebook, tiny(), CourseDirectory(tmp_path / "without"))
    assert not (without_it / "chart_checks.py").exists()


@pytest.mark.parametrize(
    "line", ["from chart_checks import assert_chart", "import chart_checks as cc", "if True:\n    import chart_checks"]
)
def test_every_way_to_import_it_counts(tiny_casebook, tiny, folder, tmp_path, line):
    text = (folder / "counting.md").read_text("utf-8").replace("import chart_checks\n", f"{line}\n")
    (folder / "counting.md").write_text(text, "utf-8")

    assert (build_source(tiny_casebook, tiny(), CourseDirectory(tmp_path / "course")) / "chart_checks.py").is_file()


def in_process(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *words], cwd=cwd, capture_output=True, text=True, check=False)


def scores_with_nbgrader(root: Path) -> dict[str, float]:
    graded = in_process("-m", "nbgrader", "autograde", "tiny", "--notebook", "counting", cwd=root)
    assert graded.returncode == 0, graded.stderr
    script = (
        "import json\nfrom nbgrader.api import Gradebook\n"
        "with Gradebook('sqlite:///gradebook.db') as book:\n"
        "    print(json.dumps({s.student.id: [g.auto_score for n in s.notebooks for g in n.grades if g.name == 'parcel-chart-check']"
        " for s in book.assignment_submissions('tiny')}))\n"
    )
    said = in_process("-c", script, cwd=root)
    return {student: sum(points) for student, points in json.loads(said.stdout).items()}


@pytest.mark.slow
class TestGraded:
    @pytest.fixture
    def course(self, tiny_casebook, tiny, tmp_path) -> Path:
        """A course directory in which four students have handed in."""
        root = tmp_path / "course"
        release = release_assignment(tiny_casebook, tiny(), CourseDirectory(root))
        assert leaks_in_release(tiny(), release.folder) == []
        with zipfile.ZipFile(release.archive) as archive:
            assert archive.read("tiny/chart_checks.py") == MODULE.read_bytes()
        for student, answer in ANSWERS.items():
            handed_in = root / "submitted" / student / "tiny"
            handed_in.mkdir(parents=True)
            for released in release.notebooks:
                notebook = nbformat.read(released, as_version=4)
                for cell in notebook.cells:
                    if cell.id == "parcel-chart" and answer is not None:
                        cell.source = answer
                nbformat.write(notebook, handed_in / released.name)
        (root / "submitted" / "forger" / "tiny" / "chart_checks.py").write_text(FORGED)
        return root

    def test_the_kit_and_stock_nbgrader_give_the_same_points_and_take_the_instructors_copy(self, course, run_casebook):
        for tests in ("isolated", "shared"):
            graded = run_casebook("grade", "tiny", "--json", "--fresh", "--tests", tests, cwd=course.parent)
            assert graded.stderr == ""
            lines = map(json.loads, graded.stdout.splitlines())
            assert {line["student"]: line["score"] for line in lines} == SCORES, tests

        assert scores_with_nbgrader(course) == SCORES

    def test_the_feedback_shows_the_sentence_and_nothing_of_the_module(self, course, run_casebook):
        run_casebook("grade", "tiny", "--student", "wrong", cwd=course.parent)

        graded = nbformat.read(course / "autograded" / "wrong" / "tiny" / "counting.ipynb", as_version=4)
        (output,) = next(cell for cell in graded.cells if cell.id == "parcel-chart-check").outputs
        assert "what stands on y is not what was" in output.evalue
        shown = "\n".join(output.traceback)
        assert "_read(" not in shown
        assert "raise AssertionError" not in shown
