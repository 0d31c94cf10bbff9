"""What does each student get, if each is to have other values?

The release for all, with a ``parameters.json`` of their own: notebooks, data and tests are the same.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from casebook.errors import CasebookError, Problem, Where, raise_if_any
from casebook.exercises.course_directory import CourseDirectory
from casebook.exercises.leaks import release_gate
from casebook.exercises.model import Assignment, Release
from casebook.exercises.release import release_assignment, zipped
from casebook.exercises.variants import Values, values_for
from casebook.exercises.variants_record import (
    Record,
    has_changed,
    parameter_files,
    read_record,
    refuse_if_changed,
    write_record,
)
from casebook.project import Project
from casebook.whole_files import replaced_folder

FOLDER = "release-for-each"


@dataclass(frozen=True)
class ReleaseForEach:
    """What the students of a class get.

    Parameters
    ----------
    for_all
        The release with the default values.
    folder
        Holds a folder for each student, and in it the assignment as a folder and as a zip.
    students
        How many there are.
    new
        How many of them had no values before.
    different
        How many different sets of values they have.
    possible
        How many there could be.
    """

    for_all: Release
    folder: Path
    students: int
    new: int
    different: int
    possible: int


def release_for_each(
    project: Project, assignment: Assignment, course: CourseDirectory, students: Sequence[str], *, force: bool = False
) -> ReleaseForEach:
    """Release an assignment for all and for each student.

    Parameters
    ----------
    project, assignment, course
        What, and where to.
    students
        Ids, all different and fit to be names of folders. Who was given values before keeps them and
        gets a folder again, also if not among these.
    force
        Replace notebooks that were edited by hand; and if the seed or the choices have changed, draw
        everybody's values anew.

    Raises
    ------
    CasebookError
        The assignment has no parameters, they have changed since, it cannot be released for all, or
        something secret stands in what one student would get.
    """
    parameters = assignment.parameters
    if parameters is None:
        raise CasebookError.one(
            f"{assignment.name} has no parameters, so that all students would get the same.",
            where=Where(assignment.file),
            mend="release it without --for-each, or add `parameters` to the file.",
        )
    if not force:
        refuse_if_changed(course.root, assignment.name, parameters, assignment.file)
    before = read_record(course.root, assignment.name)
    for_all = release_assignment(project, assignment, course, force=force)

    had = before.students if before is not None else {}
    kept = had if before is not None and not has_changed(before, parameters) else {}
    values = {
        student: kept[student] if student in kept else values_for(parameters, assignment.name, student)
        for student in dict.fromkeys([*had, *students])
    }
    folder = course.root / FOLDER / assignment.name
    raise_if_any(_leaks(assignment, folder, values))
    # Before anything can be handed out: what somebody was given must be known.
    write_record(course.root, assignment.name, Record(parameters, values))
    with replaced_folder(folder) as draft:
        for student, own in values.items():
            place = draft / student / assignment.name
            shutil.copytree(for_all.folder, place)
            for name, content in parameter_files(own).items():
                (place / name).write_bytes(content)
            place.with_name(f"{assignment.name}.zip").write_bytes(zipped(place, assignment.name))
    return ReleaseForEach(
        for_all=for_all,
        folder=folder,
        students=len(values),
        new=sum(student not in had for student in values),
        different=len({str(own) for own in values.values()}),
        possible=parameters.combinations,
    )


def _leaks(assignment: Assignment, folder: Path, students: Mapping[str, Values]) -> list[Problem]:
    """Secrets in what is particular to a student; all else is in the release for all, and was looked through there."""
    gate = release_gate(assignment)
    # Many have the same values: one of them is named.
    texts = {
        (name, content): folder / student / assignment.name / name
        for student, own in students.items()
        for name, content in parameter_files(own).items()
    }
    return [problem for (name, content), file in texts.items() for problem in gate.leaks_in_file(file, content, name)]
