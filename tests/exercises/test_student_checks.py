"""What students can find out by themselves: ``nbgrader validate`` on a release, in a folder of their own."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest

from casebook.exercises.assignment import load_assignment
from casebook.exercises.compilation import compiled
from casebook.exercises.course_directory import CourseDirectory
from casebook.exercises.release import release_assignment
from casebook.project import Project

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
CASEBOOKS = {"tiny": ROOT / "tests" / "notebooks" / "tiny-casebook", "data-sharing": ROOT}
SUCCESS = "Success! Your notebook passes all the tests.\n"


@dataclass(frozen=True)
class Handout:
    """What a student has unpacked; and, to put in its place, the instructor's notebooks."""

    folder: Path
    instructors: dict[str, nbformat.NotebookNode]

    def graded_cells(self, name: str) -> list[nbformat.NotebookNode]:
        cells = self.instructors[name].cells
        return [cell for cell in cells if cell.metadata.get("nbgrader", {}).get("grade")]


@pytest.fixture(scope="module", params=list(CASEBOOKS))
def made(request, tmp_path_factory) -> Handout:
    """An assignment as it is released; tests work in copies."""
    project = Project(CASEBOOKS[request.param])
    assignment = load_assignment(project, request.param)
    release = release_assignment(project, assignment, CourseDirectory(tmp_path_factory.mktemp("course")))
    folder = tmp_path_factory.mktemp("unpacked") / request.param
    shutil.unpack_archive(release.archive, folder.parent)
    return Handout(folder, compiled(assignment))


@pytest.fixture
def handout(made, tmp_path) -> Handout:
    shutil.copytree(made.folder, tmp_path / "mine")
    return Handout(tmp_path / "mine", made.instructors)


@pytest.fixture
def validate() -> Callable[[Path], str]:
    """What ``nbgrader validate`` says of a notebook to somebody who stands in its folder."""

    def run(notebook: Path) -> str:
        command = [sys.executable, "-m", "nbgrader", "validate", notebook.name]
        ran = subprocess.run(command, cwd=notebook.parent, capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stderr
        return ran.stdout

    return run


def test_on_the_blank_it_names_every_graded_cell_and_on_the_instructors_it_says_success(handout, validate):
    for name, notebook in handout.instructors.items():
        blank = validate(handout.folder / f"{name}.ipynb")

        graded = handout.graded_cells(name)
        written = [cell for cell in graded if cell.metadata.nbgrader["solution"]]
        assert f"VALIDATION FAILED ON {len(graded)} CELL(S)!" in blank
        assert blank.count("The following cell failed:") == len(graded)
        assert blank.count("You did not provide a response.") == len(written)
        # Every other complaint is that the answer is not there yet; nothing else is wrong with the release.
        missing = re.findall(r"(?m)^ +NameError: name '\w+' is not defined$", blank)
        assert len(missing) == len(graded) - len(written)

        nbformat.write(notebook, handout.folder / f"{name}.ipynb")
        assert validate(handout.folder / f"{name}.ipynb") == SUCCESS


@pytest.mark.parametrize("made", ["data-sharing"], indirect=True)
def test_a_chart_that_is_not_good_yet_is_told_why_in_whole_sentences(handout, validate):
    notebook = nbformat.read(handout.folder / "who-carries.ipynb", as_version=4)
    solved = {cell.id: cell.source for cell in handout.instructors["who-carries"].cells}
    for cell in notebook.cells:
        marks = cell.metadata.get("nbgrader", {})
        cell.source = solved[cell.id] if marks.get("solution") else cell.source
        if cell.id == "price-chart":
            cell.source = "price_chart = alt.Chart(price).mark_bar().encode(x='year:Q', y='yuan_per_parcel:N')"
    nbformat.write(notebook, handout.folder / "who-carries.ipynb")

    said = validate(handout.folder / "who-carries.ipynb")

    assert "VALIDATION FAILED ON 2 CELL(S)!" in said
    assert "price_chart has no title yet: alt.Chart(..., title=...) or .properties(title=...)." in " ".join(
        said.split()
    )
    assert "price_chart draws 'yuan_per_parcel' on y as names. Draw it as numbers:" in " ".join(said.split())
