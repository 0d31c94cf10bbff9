"""What does a student get, and does it hold anything that a student should not see?

Compilation puts the instructor's notebooks into a course directory; nbgrader makes the students'
version from them and enters the assignment in the gradebook; the leak gate reads that version with
our own scanner and refuses it if a secret is left.
"""

from __future__ import annotations

import io
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
from casebook.exercises.release_instructions import INSTRUCTIONS, REQUIREMENTS, instructions, requirements
from casebook.exercises.release_shape import archive_problems, clean_metadata, release_problems
from casebook.exercises.text_at_build import note_text, source_record
from casebook.exercises.travelling import travelling
from casebook.exercises.variants import FILE as PARAMETERS
from casebook.exercises.variants import default_values, parameters_text
from casebook.exercises.variants_record import refuse_if_changed
from casebook.project import Project
from casebook.whole_files import replaced_folder, write_bytes, write_text

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
        The text is not sound, the folder holds changes that were not made here, or students were
        given values of parameters that have changed.
    """
    notebooks = compiled(assignment)
    if not force:
        refuse_if_changed(course.root, assignment.name, assignment.parameters, assignment.file)
    target = course.source(assignment.name)
    record = source_record(course.root, assignment.name)
    if target.exists() and not force and (not record.exists() or record.read_text() != folder_digest(target)):
        raise CasebookError.one(
            "These notebooks were edited, or were not made from text.",
            where=Where(target),
            mend=f"bring the changes into the text: casebook exercises text {assignment.name}; or drop them with --force.",
        )
    with replaced_folder(target) as draft:
        for name, notebook in notebooks.items():
            write_text(draft / f"{name}.ipynb", nbformat.writes(notebook) + "\n")
        for table in assignment.data:
            shutil.copyfile(project.data / f"{table}.csv", draft / f"{table}.csv")
        if assignment.parameters is not None:
            write_text(draft / PARAMETERS, parameters_text(default_values(assignment.parameters)))
        for module in travelling(_code(notebooks.values())):
            shutil.copyfile(module, draft / module.name)
        write_text(draft / INSTRUCTIONS, instructions(assignment))
        write_text(draft / REQUIREMENTS, requirements(assignment))
    write_text(record, folder_digest(target))
    note_text(course.root, assignment)
    return target


def _code(notebooks: Iterable[NotebookNode]) -> list[str]:
    return [cell.source for notebook in notebooks for cell in notebook.cells if cell.cell_type == "code"]


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
        clean_metadata(assignment, folder)
        raise_if_any([*release_problems(assignment, folder), *leaks_in_release(assignment, folder)])
        content = zipped(folder, assignment.name)
        raise_if_any(archive_problems(archive, content, folder))
        write_bytes(archive, content)
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
