"""What would a student with this wrong, or this other right, answer hand in?

A file in ``wrong-answers/`` or ``right-answers/`` holds a reason, for a wrong answer the points it
should get, and the answer cells that differ from the solution.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from casebook.errors import CasebookError, Problem, Where, raise_if_any
from casebook.exercises.model import Assignment, TextCell
from casebook.exercises.near_names import nearest
from casebook.exercises.notebook_text import read_notebook
from casebook.exercises.regions import scan
from casebook.exercises.text_file import read_keys, read_utf8

WRONG, RIGHT = "wrong-answers", "right-answers"


@dataclass(frozen=True)
class Answer:
    """One way to answer, right or wrong.

    Parameters
    ----------
    name
        File name without extension.
    file
        Where it is written.
    reason
        What the student thought, in one line.
    notebooks
        The notebooks whose cells it changes.
    expect
        Points that it should get, by id of test cell. All other tests should give full points;
        a right answer names none.
    cells
        New source by id of answer cell.
    """

    name: str
    file: Path
    reason: str
    notebooks: tuple[str, ...]
    expect: dict[str, float]
    cells: dict[str, str]

    def handed_in(self, solution: dict[str, Any]) -> dict[str, Any]:
        """The solution's notebooks that it changes, with this answer's cells in place of their own."""
        notebooks = {name: copy.deepcopy(solution[name]) for name in self.notebooks}
        for notebook in notebooks.values():
            for cell in notebook.cells:
                if cell.id in self.cells:
                    cell.source = self.cells[cell.id]
        return notebooks


def load_answers(assignment: Assignment, folder: str, notebooks: dict[str, Any]) -> list[Answer]:
    """The answers in one of the two folders, checked.

    Parameters
    ----------
    assignment
        The assignment.
    folder
        ``WRONG`` or ``RIGHT``.
    notebooks
        Its compiled notebooks, by name.

    Raises
    ------
    CasebookError
        With every problem: no reason, no expectation or too high a one, an unknown id, no
        cell, or a cell that says the same as the solution.
    """
    answers: list[Answer] = []
    problems: list[Problem] = []
    for file in sorted((assignment.folder / folder).glob("*.md")):
        try:
            answers.append(_load(file, folder, notebooks))
        except CasebookError as error:
            problems += error.problems
    raise_if_any(problems)
    return answers


def _load(file: Path, folder: str, notebooks: dict[str, Any]) -> Answer:
    head = _front_matter(file)
    cells = [cell for cell in read_notebook(file, patch=True).cells if cell.grade_id is not None]
    homes = {cell.id: name for name, notebook in notebooks.items() for cell in notebook.cells}
    answer_cells = {
        cell.id: cell.source for notebook in notebooks.values() for cell in notebook.cells if _is_answer(cell)
    }
    problems = _cell_problems(file, cells, answer_cells)
    raise_if_any([*problems, *_head_problems(file, folder, head)])

    changed = {homes[str(cell.grade_id)] for cell in cells}
    tests = {
        cell.id: float(cell.metadata.nbgrader["points"])
        for name in changed
        for cell in notebooks[name].cells
        if is_autograded(cell)
    }
    expect = {str(key): float(value) for key, value in dict(head.get("expect") or {}).items()}
    raise_if_any(
        Problem(
            f"There is no test cell {key!r} in {' or '.join(sorted(changed))}.",
            Where(file),
            nearest(key, sorted(tests)),
        )
        if key not in tests
        else Problem(
            f"{key} gives {tests[key]:g} points, so a wrong answer cannot lose points with {value:g}.",
            Where(file),
            "write fewer points than the cell is worth, and none below 0.",
        )
        for key, value in expect.items()
        if key not in tests or not 0 <= value < tests[key]
    )
    return Answer(
        name=file.stem,
        file=file,
        reason=str(head["reason"]),
        notebooks=tuple(sorted(changed)),
        expect=expect,
        cells={str(cell.grade_id): cell.source for cell in cells},
    )


def _front_matter(file: Path) -> dict[str, Any]:
    text = read_utf8(file)
    parts = text.split("---\n", 2)
    if not text.startswith("---\n") or len(parts) < 3:  # noqa: PLR2004  (before, between, after)
        raise CasebookError.one(
            "It does not begin with keys between two lines of ---.",
            where=Where(file, 1),
            mend="begin it with ---, reason: ..., for a wrong answer expect: {test-id: points}, and ---.",
        )
    return read_keys(parts[1], file, first_line=2) or {}


def _head_problems(file: Path, folder: str, head: dict[str, Any]) -> list[Problem]:
    problems: list[Problem] = []
    if not str(head.get("reason") or "").strip():
        problems.append(Problem("It gives no reason.", Where(file, 1), "add `reason: what the student thought`."))
    expect: object = head.get("expect")
    sound = isinstance(expect, dict) and all(
        isinstance(points, int | float) and not isinstance(points, bool) for points in expect.values()
    )
    if folder == WRONG and not (expect and sound):
        problems.append(
            Problem("It does not say what it should get.", Where(file, 1), "add `expect: {test-id: points}`.")
        )
    if folder == RIGHT and expect is not None:
        problems.append(
            Problem(
                "A right answer gets full points.",
                Where(file, 1),
                "delete `expect`, or move the file to wrong-answers/.",
            )
        )
    return problems


def _cell_problems(file: Path, cells: list[TextCell], answer_cells: dict[str, str]) -> list[Problem]:
    problems: list[Problem] = []
    if not cells:
        problems.append(
            Problem("It changes no cell.", Where(file), "add a code cell with `graded: {id: <answer cell>}`.")
        )
    for cell in cells:
        grade_id = str(cell.grade_id)
        if grade_id not in answer_cells:
            problems.append(
                Problem(f"There is no answer cell {grade_id!r}.", cell.where, nearest(grade_id, sorted(answer_cells)))
            )
        elif _unmarked(cell.source, cell.where) == _unmarked(answer_cells[grade_id], cell.where):
            problems.append(Problem("This cell says the same as the solution.", cell.where, "change it or delete it."))
    return problems


def _unmarked(source: str, where: Where) -> str:
    return "\n".join(line for part in scan(source, where) for line in part.lines).strip()


def _is_answer(cell: Any) -> bool:
    return bool(cell.metadata.get("nbgrader", {}).get("solution"))


def is_autograded(cell: Any) -> bool:
    """Whether a compiled cell is one whose points nbgrader gives by itself."""
    metadata = cell.metadata.get("nbgrader", {})
    return bool(metadata.get("grade")) and not metadata.get("solution")
