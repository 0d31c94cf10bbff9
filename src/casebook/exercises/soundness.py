"""What is wrong with an assignment, before anything of it is run?

All of it in one run: its ``assignment.yml``, its notebooks, its answers, its data and its rubric.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from casebook.errors import CasebookError, Problem, Where, raise_if_any
from casebook.exercises.answers import RIGHT, WRONG, load_answers
from casebook.exercises.assignment import scan_assignment
from casebook.exercises.compilation import compile_notebook, notebooks_and_problems
from casebook.exercises.data_listed import data_problems
from casebook.exercises.model import Assignment, Kind, TextNotebook
from casebook.exercises.names_kept import shadowing_problems
from casebook.exercises.rubric import FILE, HEADING, rubric_for_students
from casebook.exercises.text_file import read_utf8
from casebook.project import Project


def sound_assignments(project: Project, names: Iterable[str]) -> list[Assignment]:
    """The assignments of these names.

    Raises
    ------
    CasebookError
        With everything that is wrong with any of them.
    """
    found: list[Assignment] = []
    problems: list[Problem] = []
    for name in names:
        try:
            found.append(sound_assignment(project, name))
        except CasebookError as error:
            problems += error.problems
    raise_if_any(problems)
    return found


def sound_assignment(project: Project, name: str) -> Assignment:
    """An assignment.

    Raises
    ------
    CasebookError
        With everything that is wrong with it.
    """
    assignment, problems = scan_assignment(project, name)
    there = tuple(each for each in assignment.notebooks if (assignment.folder / f"{each}.md").is_file())
    raise_if_any([*problems, *assignment_problems(project, replace(assignment, notebooks=there))])
    return assignment


def assignment_problems(project: Project, assignment: Assignment) -> list[Problem]:
    """What is wrong with an assignment besides its ``assignment.yml``."""
    notebooks, problems = notebooks_and_problems(assignment)
    problems += data_problems(project, assignment, notebooks, is_whole=not problems)
    if assignment.notebooks:
        problems += _unlisted(assignment)
    problems += [problem for notebook in notebooks for problem in shadowing_problems(notebook)]
    problems += _rubric_problems(assignment, notebooks)
    compiled: dict[str, Any] = {each.name: compile_notebook(each, assignment.limits) for each in notebooks}
    if len(compiled) == len(assignment.notebooks):
        for folder in (WRONG, RIGHT):
            problems += _told(lambda folder=folder: load_answers(assignment, folder, compiled))
    # What stops one check may be seen by another.
    return list(dict.fromkeys(problems))


def _told(call: Callable[[], object]) -> list[Problem]:
    try:
        call()
    except CasebookError as error:
        return list(error.problems)
    return []


def _unlisted(assignment: Assignment) -> list[Problem]:
    problems: list[Problem] = []
    for file in sorted(assignment.folder.glob("*.md")):
        if file.name == FILE or file.stem in assignment.notebooks:
            continue
        text = read_utf8(file)
        if text.startswith("---\n") or "```{code-cell}" in text:
            mend = "add it to `notebooks`, or take it out of the folder."
            problems.append(Problem("This notebook is not listed in assignment.yml.", Where(file), mend))
    return problems


def _rubric_problems(assignment: Assignment, notebooks: list[TextNotebook]) -> list[Problem]:
    problems = _told(lambda: rubric_for_students(assignment))
    by_hand = [cell for each in notebooks for cell in each.cells if cell.kind in (Kind.WRITTEN, Kind.TASK)]
    if problems or not by_hand or rubric_for_students(assignment):
        return problems
    what = f"A cell is marked by hand ({by_hand[0].where}), and {HEADING!r} does not say what earns points."
    mend = "add that section: in words what earns points and what costs some, without figures or the answer."
    return [Problem(what, Where(assignment.folder / FILE), mend)]
