"""A class of any size to grade: everybody hands in both notebooks of the casebook's own assignment.

What they hand in are its solution, its right and wrong answers and untouched notebooks, mixed by a
fixed seed, so that a small class is the beginning of a large one.
"""

from __future__ import annotations

import copy
import random
import shutil
from pathlib import Path
from typing import Any

import nbformat

from casebook.exercises.answers import RIGHT, WRONG
from casebook.exercises.assignment import load_assignment
from casebook.exercises.compilation import compiled
from casebook.exercises.course_directory import CourseDirectory
from casebook.exercises.release import release_assignment
from casebook.grading.verification import Case, cases
from casebook.project import find_project

REPOSITORY = Path(__file__).resolve().parents[1]
ASSIGNMENT = "data-sharing"
SEED = 20261
# Of twelve notebooks so many are each of these; cases are called by their folder.
MIXTURE = {"solution": 3, RIGHT: 3, WRONG: 5, "blank": 1}
MARKERS = ("### BEGIN", "### END")


def write_class(course: Path, students: int) -> list[str]:
    """Release the assignment into a new course directory and hand in for so many students.

    Returns
    -------
    list of str
        Their ids, in order.
    """
    project = find_project(REPOSITORY)
    assignment = load_assignment(project, ASSIGNMENT)
    directory = CourseDirectory(course)
    release = release_assignment(project, assignment, directory)
    blank = {file.stem: nbformat.read(file, as_version=4) for file in release.notebooks}
    known = cases(assignment, compiled(assignment), blank)
    names = [f"s{number:05d}" for number in range(students)]
    for name in names:
        folder = directory.submitted(name, ASSIGNMENT)
        shutil.copytree(release.folder, folder)
        chance = random.Random(f"{SEED}-{name}")  # noqa: S311 - the same class each time
        for notebook in sorted(blank):
            handed_in = _handed_in(blank[notebook], _case(known, notebook, chance).notebooks[notebook])
            (folder / f"{notebook}.ipynb").chmod(0o644)
            nbformat.write(handed_in, folder / f"{notebook}.ipynb")
    return names


def part_of(course: Path, students: list[str], folder: Path) -> Path:
    """A new copy of a course directory, ungraded, in which only these students have handed in."""
    shutil.copytree(course, folder, ignore=lambda at, _: ["submitted"] if Path(at) == course else [])
    for student in students:
        shutil.copytree(course / "submitted" / student, folder / "submitted" / student)
    return folder


def _case(known: list[Case], notebook: str, chance: random.Random) -> Case:
    kind = chance.choices(list(MIXTURE), list(MIXTURE.values()))[0]
    return chance.choice([case for case in known if case.name.split("/")[0] == kind and notebook in case.notebooks])


def _handed_in(blank: Any, answered: Any) -> Any:
    """The released notebook with somebody's answers in its answer cells, as a student saves it."""
    answers = {cell.id: cell.source for cell in answered.cells}
    handed_in = copy.deepcopy(blank)
    for cell in handed_in.cells:
        if cell.metadata.get("nbgrader", {}).get("solution"):
            lines = answers[cell.id].splitlines()
            cell.source = "\n".join(line for line in lines if not line.strip().startswith(MARKERS))
    return handed_in
