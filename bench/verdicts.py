"""Does stock nbgrader give the same verdicts on the casebook's assignments as the kit does?

    python bench/verdicts.py                          every assignment: some minutes
    python bench/verdicts.py data-sharing coalitions  these

Each assignment's solution, its blank release, and all of its right and wrong answers are handed in to a
course directory that is thrown away, and graded once by `nbgrader autograde` and once by `casebook
grade`, with isolated and with shared tests. Answers that change different cells share a submission,
since the questions of an assignment do not depend on each other; so a few submissions hold them all.
A wrong answer that stands in another's way is in a submission of its own.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.api import Gradebook

from casebook.exercises.answers import RIGHT, WRONG, Answer, is_autograded, load_answers
from casebook.exercises.assignment import assignment_names, load_assignment
from casebook.exercises.compilation import compiled
from casebook.exercises.course_directory import CourseDirectory
from casebook.exercises.model import Assignment
from casebook.exercises.release import release_assignment
from casebook.project import Project, find_project
from casebook.whole_files import write_text

PROGRAMS = Path(sys.executable).parent
GRADERS = {
    "nbgrader": [str(PROGRAMS / "nbgrader"), "autograde"],
    "isolated": [str(PROGRAMS / "casebook"), "grade", "--course", ".", "--tests", "isolated"],
    "shared": [str(PROGRAMS / "casebook"), "grade", "--course", ".", "--tests", "shared"],
}


@dataclass
class Submission:
    """Answers that are handed in together.

    Parameters
    ----------
    cells
        New source by id of answer cell.
    expect
        Points by id of test cell that differ from full ones.
    answers
        How many answers it holds.
    """

    cells: dict[str, str] = field(default_factory=dict[str, str])
    expect: dict[str, float] = field(default_factory=dict[str, float])
    answers: int = 0

    def takes(self, answer: Answer) -> bool:
        """Whether an answer has room: it changes other cells, and is tested by other tests."""
        return not (self.cells.keys() & answer.cells.keys() or self.expect.keys() & answer.expect.keys())

    def take(self, answer: Answer) -> None:
        """Hand an answer in with the others."""
        self.cells |= answer.cells
        self.expect |= answer.expect
        self.answers += 1


def packed(answers: list[Answer]) -> list[Submission]:
    """As few submissions as the answers need, each in the first that has room."""
    submissions: list[Submission] = []
    for answer in answers:
        room = next((one for one in submissions if one.takes(answer)), None)
        if room is None:
            room = Submission()
            submissions.append(room)
        room.take(answer)
    return submissions


def hand_in(course: CourseDirectory, assignment: str, notebooks: dict[str, Any]) -> dict[str, Submission]:
    """Put the solution, the blank and all answers into the course's ``submitted`` folder, by student."""
    full = {cell.id for notebook in notebooks.values() for cell in notebook.cells if is_autograded(cell)}
    named = load_assignment(PROJECT, assignment)
    answers = [answer for folder in (RIGHT, WRONG) for answer in load_answers(named, folder, notebooks)]
    students = {f"answers-{number:02d}": one for number, one in enumerate(packed(answers), start=1)}
    students["solution"] = Submission()
    students["blank"] = Submission(expect=dict.fromkeys(full, 0.0))
    for student, one in students.items():
        for name, notebook in notebooks.items():
            handed_in = nbformat.from_dict(notebook)
            if student == "blank":
                handed_in = nbformat.read(course.release(assignment) / f"{name}.ipynb", as_version=4)
            for cell in handed_in.cells:
                cell.source = one.cells.get(cell.id, cell.source)
            write_text(course.submitted(student, assignment) / f"{name}.ipynb", nbformat.writes(handed_in))
    return students


def marks(course: Path, assignment: str) -> dict[tuple[str, str], float | None]:
    """Points that a gradebook holds, by student and cell; of cells that are graded by tests."""
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as book:
        return {
            (submission.student.id, grade.cell.name): grade.auto_score
            for submission in book.assignment_submissions(assignment)
            for notebook in submission.notebooks
            for grade in notebook.grades
            if grade.cell.type == "GradeCell" and grade.cell.cell_type == "code"
        }


def graded_by(grader: str, course: Path, assignment: str) -> tuple[dict[tuple[str, str], float | None], float]:
    """The marks that a grader gives in a copy of the course, and how many seconds it takes."""
    copy = course.with_name(f"{course.name}-{grader}")
    shutil.copytree(course, copy)
    variables = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    began = time.perf_counter()
    ended = subprocess.run(
        [*GRADERS[grader], assignment], cwd=copy, env=variables, capture_output=True, text=True, check=False
    )
    seconds = time.perf_counter() - began
    if ended.returncode:
        sys.exit(f"{grader}, {assignment}: exit code {ended.returncode}\n{ended.stdout[-3000:]}{ended.stderr[-3000:]}")
    return marks(copy, assignment), seconds


def compare(assignment: Assignment) -> bool:
    """Grade one assignment by all graders, print a line, name each verdict that is not as expected."""
    with tempfile.TemporaryDirectory() as temporary:
        course = CourseDirectory(Path(temporary) / "course")
        release_assignment(PROJECT, assignment, course)
        notebooks = compiled(assignment)
        worth = {
            cell.id: float(cell.metadata.nbgrader["points"])
            for notebook in notebooks.values()
            for cell in notebook.cells
            if is_autograded(cell)
        }
        students = hand_in(course, assignment.name, notebooks)
        faults: list[str] = []
        took: list[str] = []
        for grader in GRADERS:
            found, seconds = graded_by(grader, course.root, assignment.name)
            took.append(f"{grader} {seconds:.0f} s")
            faults += [
                f"    {grader}: {student}, {cell}: {found.get((student, cell))}, expected {one.expect.get(cell, points):g}"
                for student, one in students.items()
                for cell, points in worth.items()
                if found.get((student, cell)) != one.expect.get(cell, points)
            ]
    answers = sum(one.answers for one in students.values())
    verdicts = len(students) * len(worth)
    print(
        f"{assignment.name}: {answers} answers in {len(students)} submissions, {verdicts} verdicts each; {', '.join(took)}"
    )
    print("\n".join(faults) or "    all as expected, by all three")
    return not faults


PROJECT: Project = find_project()


def main() -> None:
    """Compare, and end with exit code 1 if any verdict differs."""
    words = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    words.add_argument("assignments", nargs="*", help="names of folders under exercises/; none: all")
    names = words.parse_args().assignments or assignment_names(PROJECT)
    results = [compare(load_assignment(PROJECT, name)) for name in names]
    sys.exit(0 if all(results) else 1)


if __name__ == "__main__":
    main()
