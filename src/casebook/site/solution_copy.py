"""What is handed out after the deadline? A folder and a zip: notebooks that have run, and pages.

They lie in ``solutions`` in the course directory, which no edition of the site and no release is
made from.
"""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import nbformat

from casebook.charts.faces import ChartFaces, UndrawableError, faces_of
from casebook.errors import CasebookError, Problem, Where, raise_if_any
from casebook.exercises.course_directory import CourseDirectory
from casebook.exercises.model import Assignment
from casebook.exercises.release import build_source, zipped
from casebook.exercises.release_instructions import INSTRUCTIONS
from casebook.exercises.solutions import SolutionNotebook, solution_notebooks
from casebook.kernels.run import NotebookJob, run_notebooks
from casebook.project import Project
from casebook.site.solution_page import VEGA_LITE, solution_page
from casebook.whole_files import replaced_folder, write_bytes, write_text

SOLUTIONS = "solutions"


@dataclass(frozen=True)
class SolutionCopy:
    """What can be handed out: a folder, and the same as one zip."""

    folder: Path
    archive: Path


def refuse_before(due: datetime | None, now: datetime, assignment: Assignment) -> None:
    """Do nothing if an assignment is no longer open.

    Parameters
    ----------
    due
        When it is due; None: nobody said.
    now
        With a time zone, as ``due``.

    Raises
    ------
    CasebookError
        It is due later than now.
    """
    if due is not None and now < due:
        raise CasebookError.one(
            f"{assignment.name} is due on {due:%Y-%m-%d at %H:%M %Z}; until then its solutions are secret.",
            where=Where("course.yml"),
            mend="wait, or use --force to make the copy now and keep it to yourself.",
        )


def make_solution_copy(
    project: Project, assignment: Assignment, course: CourseDirectory, *, hidden_tests: bool = False
) -> SolutionCopy:
    """Make the copy with solutions in a course directory, replacing an earlier one.

    Raises
    ------
    CasebookError
        The text is not sound, a solution fails when it is run, or a chart cannot be drawn.
    """
    notebooks = solution_notebooks(assignment, hidden_tests=hidden_tests)
    folder = course.root / SOLUTIONS / assignment.name
    archive = folder.with_name(f"{assignment.name}.zip")
    with tempfile.TemporaryDirectory() as temporary, replaced_folder(folder) as draft:
        source = build_source(project, assignment, CourseDirectory(Path(temporary)))
        beside = [file for file in source.iterdir() if file.suffix != ".ipynb" and file.name != INSTRUCTIONS]
        for file in beside:
            shutil.copyfile(file, draft / file.name)
        _run(assignment, notebooks, draft)
        for each in notebooks:
            faces = _charts(assignment, each)
            write_text(draft / f"{each.name}.html", solution_page(each.title, each.notebook, faces))
            _put_pictures_in(each.notebook, faces)
            write_text(draft / f"{each.name}.ipynb", nbformat.writes(_without_marks(each.notebook)) + "\n")
    write_bytes(archive, zipped(folder, f"{assignment.name}-solutions"))
    return SolutionCopy(folder, archive)


def _run(assignment: Assignment, notebooks: list[SolutionNotebook], folder: Path) -> None:
    jobs = [
        NotebookJob(each.notebook, folder, cell_timeout_s=round(assignment.limits.notebook_seconds) or 1)
        for each in notebooks
    ]
    problems: list[Problem] = []
    for each, ran in zip(notebooks, run_notebooks(jobs), strict=True):
        if ran.failure is None:
            continue
        number = "" if ran.failure.index is None else f" in its cell {ran.failure.index + 1}"
        problems.append(
            Problem(
                f"The solution stopped{number}: {ran.failure.error}.",
                Where(assignment.folder / f"{each.name}.md"),
                f"see what `casebook exercises verify {assignment.name}` says.",
            )
        )
    raise_if_any(problems)
    for scratch in ("__pycache__", ".ipynb_checkpoints"):
        shutil.rmtree(folder / scratch, ignore_errors=True)


def _charts(assignment: Assignment, each: SolutionNotebook) -> dict[str, ChartFaces]:
    """The charts that a notebook shows, by cell and output."""
    faces: dict[str, ChartFaces] = {}
    problems: list[Problem] = []
    for cell in each.notebook.cells:
        for number, output in enumerate(cell.get("outputs", [])):
            spec = next((value for mime, value in output.get("data", {}).items() if VEGA_LITE.fullmatch(mime)), None)
            if spec is None:
                continue
            try:
                faces[f"{cell.id}/{number}"] = faces_of(spec)
            except UndrawableError as error:
                where = Where(assignment.folder / f"{each.name}.md", cell=cell.id)
                problems.append(Problem(f"A chart of the solution cannot be drawn: {error}.", where, "mend its spec."))
    raise_if_any(problems)
    return faces


def _put_pictures_in(notebook: Any, faces: dict[str, ChartFaces]) -> None:
    """A picture beside each spec, for whatever shows notebooks and does not know Vega-Lite."""
    for cell in notebook.cells:
        for number, output in enumerate(cell.get("outputs", [])):
            chart = faces.get(f"{cell.id}/{number}")
            if chart is not None:
                output.data["image/svg+xml"] = chart.svg
                output.data["text/plain"] = chart.alt or chart.title


def _without_marks(notebook: Any) -> Any:
    for cell in notebook.cells:
        cell.metadata.pop("casebook", None)
    return notebook
