"""What does a student get, and does it hold anything that a student should not see?

Compilation puts the instructor's notebooks into a course directory; nbgrader makes the students'
version from them and enters the assignment in the gradebook; the leak gate reads that version with
our own scanner and refuses it if a secret is left.
"""

from __future__ import annotations

import io
import re
import shutil
import tempfile
import zipfile
from collections.abc import Iterable
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from casebook.digests import files_digest, folder_digest
from casebook.errors import CasebookError, Where, raise_if_any
from casebook.exercises.assignment import assignment_names, load_assignment
from casebook.exercises.compilation import compiled
from casebook.exercises.course_directory import CourseDirectory
from casebook.exercises.leaks import leaks_in_release
from casebook.exercises.model import Assignment, Release
from casebook.project import Project
from casebook.whole_files import replaced_folder, write_bytes, write_text

INSTRUCTIONS = "README.md"
BUILT_FROM = ".casebook"

# Modules of the kit that a notebook may import, each in one file that needs only what a student has.
TRAVELLING = (Path(__file__).with_name("chart_checks.py"),)

# Zip files carry dates; a fixed one makes the same release the same file.
ZIP_DATE = (2020, 1, 1, 0, 0, 0)


def build_source(project: Project, assignment: Assignment, course: CourseDirectory, *, force: bool = False) -> Path:
    """Put the instructor's version of an assignment into a course directory.

    Parameters
    ----------
    project, assignment, course
        What, and where to.
    force
        Replace notebooks there even if someone has edited them by hand.

    Returns
    -------
    Path
        ``course/source/<assignment>``, with the notebooks, the data and the instructions.

    Raises
    ------
    CasebookError
        The text is not sound, or the folder holds changes that were not made here.
    """
    notebooks = compiled(assignment)
    target = course.source(assignment.name)
    record = course.root / BUILT_FROM / f"source-{assignment.name}.sha256"
    if target.exists() and not force and (not record.exists() or record.read_text() != folder_digest(target)):
        raise CasebookError.one(
            "These notebooks were edited, or were not made from text.",
            where=Where(target),
            mend="bring the changes into the text under exercises/, then use --force to replace the folder.",
        )
    with replaced_folder(target) as draft:
        for name, notebook in notebooks.items():
            write_text(draft / f"{name}.ipynb", nbformat.writes(notebook) + "\n")
        for table in assignment.data:
            shutil.copyfile(project.data / f"{table}.csv", draft / f"{table}.csv")
        for module in travelling(notebooks.values()):
            shutil.copyfile(module, draft / module.name)
        write_text(draft / INSTRUCTIONS, instructions(assignment))
    write_text(record, folder_digest(target))
    return target


def travelling(notebooks: Iterable[NotebookNode]) -> list[Path]:
    """The kit's own modules that the cells of these notebooks import, and that must lie beside them."""
    cells = [cell.source for notebook in notebooks for cell in notebook.cells if cell.cell_type == "code"]
    return [
        module
        for module in TRAVELLING
        if any(re.search(rf"^\s*(import|from) +{module.stem}\b", source, re.MULTILINE) for source in cells)
    ]


def release_assignment(
    project: Project, assignment: Assignment, course: CourseDirectory, *, force: bool = False
) -> Release:
    """Make the students' version in a course directory, and the zip beside it.

    Returns
    -------
    Release
        Its folder is ``course/release/<assignment>``, its archive ``course/release/<assignment>.zip``.

    Raises
    ------
    CasebookError
        The text is not sound, nbgrader refused it, or something secret was left in it. Then
        there is no release.
    """
    build_source(project, assignment, course, force=force)
    folder = course.release(assignment.name)
    archive = folder.with_name(f"{assignment.name}.zip")
    # nbgrader takes an older release away if it fails; its zip must go too.
    archive.unlink(missing_ok=True)
    outcome = course.generate(assignment.name)
    if not outcome.success:
        raise CasebookError.one(
            f"nbgrader could not make the students' version: {outcome.reason}",
            where=Where(course.source(assignment.name)),
            mend="if students have already handed in, keep the notebooks' names and cells, or use a new assignment.",
        )
    try:
        raise_if_any(leaks_in_release(assignment, folder))
        write_bytes(archive, zipped(folder, assignment.name))
    except BaseException:
        shutil.rmtree(folder)
        archive.unlink(missing_ok=True)
        raise
    return _release(assignment, folder, archive)


def _release(assignment: Assignment, folder: Path, archive: Path) -> Release:
    return Release(assignment, folder, archive, tuple(folder / f"{name}.ipynb" for name in assignment.notebooks))


def released_for_site(project: Project) -> list[Release]:
    """The students' version of every assignment, under ``_build/releases``.

    A release is made again only if its text, its data or the kit have changed.

    Raises
    ------
    CasebookError
        As ``release_assignment``.
    """
    return [_released_for_site(project, load_assignment(project, name)) for name in assignment_names(project)]


def _released_for_site(project: Project, assignment: Assignment) -> Release:
    folder = project.releases / assignment.name
    archive = project.releases / f"{assignment.name}.zip"
    record = project.releases / f"{assignment.name}.sha256"
    digest = inputs_digest(project, assignment)
    if folder.is_dir() and archive.is_file() and record.is_file() and record.read_text() == digest:
        return _release(assignment, folder, archive)
    with tempfile.TemporaryDirectory() as temporary:
        made = release_assignment(project, assignment, CourseDirectory(Path(temporary)))
        with replaced_folder(folder) as draft:
            shutil.copytree(made.folder, draft, dirs_exist_ok=True)
        write_bytes(archive, made.archive.read_bytes())
    write_text(record, digest)
    return _release(assignment, folder, archive)


def instructions(assignment: Assignment) -> str:
    """The short text that travels with the notebooks."""
    notebooks = "\n".join(f"{number}. `{name}.ipynb`" for number, name in enumerate(assignment.notebooks, start=1))
    data = "\n".join(f"- `{table}.csv`" for table in assignment.data)
    return f"""# {assignment.title}

{assignment.summary}

Worth {assignment.points:g} points; about {assignment.minutes} minutes.

## What is here

Notebooks, to be done in this order:

{notebooks}

Data, which must stay in the same folder:

{data}

## How to work

1. Open this folder in JupyterLab, and the first notebook in it. You need Python 3.11 or later with
   JupyterLab, pandas 3 and Altair 6: `pip install jupyterlab "pandas>=3" "altair>=6"`.
2. Put your answers where it says `YOUR CODE HERE` or `YOUR ANSWER HERE`. Do not delete cells, and
   leave the cells with tests as they are: the graders' copy is used in any case.
3. Run the tests under each question. Passing them means that you are on the way; the graders run
   more of them.
4. Before you hand in: *Kernel > Restart Kernel and Run All Cells*, then save.

## How to hand in

Hand in the notebooks under the same names, in the way your course says. Data files need not go
along.
"""


def inputs_digest(project: Project, assignment: Assignment) -> str:
    """SHA-256 over everything that a release is made from: text, data and the kit's own code."""
    tables = [project.data / f"{table}.csv" for table in assignment.data]
    code = sorted(Path(__file__).parent.glob("*.py"))
    return folder_digest(assignment.folder) + files_digest(*tables, *code)


def zipped(folder: Path, name: str) -> bytes:
    """The folder as one zip that unpacks into a folder ``name``; the same input gives the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(path for path in folder.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(f"{name}/{file.relative_to(folder).as_posix()}", ZIP_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, file.read_bytes())
    return buffer.getvalue()
