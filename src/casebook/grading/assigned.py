"""What does the engine need to know of an assignment before the first submission?"""

from __future__ import annotations

import ast
import json
import math
import sys
from collections.abc import Iterator
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from casebook.errors import CasebookError, Where
from casebook.exercises.course_directory import CourseDirectory
from casebook.grading.autograded import given_files
from casebook.grading.gradebook import NbgraderBook
from casebook.grading.isolation import Plan, plan
from casebook.grading.model import Limits, Tests
from casebook.grading.settings import Settings
from casebook.grading.submission import Assigned, OutputRules

# Every warm parent has these.
AT_HAND = sys.stdlib_module_names | {"altair", "IPython", "numpy", "pandas"}


def assigned_in(
    course: CourseDirectory, book: NbgraderBook, assignment: str, settings: Settings, tests: Tests | None
) -> Assigned:
    """What a course directory and its gradebook say of an assignment.

    Parameters
    ----------
    course, book, assignment, settings
        Where, and of what.
    tests
        Where tests run. None: as each of the instructor's notebooks says.

    Raises
    ------
    CasebookError
        The gradebook does not know the assignment; a kernel is not installed; or tests are to be
        isolated and the instructor's notebook is missing or cannot be read.
    """
    notebooks = book.instructor_notebooks(assignment)
    plans: dict[str, Plan] = {}
    seconds: list[float] = []
    for notebook in notebooks:
        file = course.source(assignment) / f"{notebook.name}.ipynb"
        source = _source(file) if file.is_file() or tests is Tests.ISOLATED else None
        seconds.append(notebook_seconds(source))
        # Values cross from Python to Python; a course in another language has its tests where nbgrader has them.
        is_python = (notebook.kernelspec or {}).get("language", "python") == "python"
        if source is not None and is_python and (tests or tests_of(source)) is Tests.ISOLATED:
            plans[notebook.name] = plan(source, notebook)
    return Assigned(
        name=assignment,
        notebooks=notebooks,
        plans=plans,
        given_files=given_files(course, settings, assignment),
        limits=Limits(
            cell_s=settings.cell_timeout_s,
            # One limit for all notebooks of a submission: what the slowest of them may take.
            notebook_s=max(seconds, default=Limits.notebook_s),
            # nbgrader cannot grade a cell that was interrupted and has no error to show for it.
            stop_at_timeout=not (settings.interrupt_on_timeout and settings.error_on_timeout),
        ),
        rules=OutputRules(
            settings.ignore_pattern or "", settings.max_lines, settings.max_traceback, settings.error_on_timeout
        ),
        skip_tag=settings.skip_cells_with_tag,
        kernel=settings.kernel_name or None,
        preload=modules_in(course.source(assignment)),
    )


def tests_of(source: NotebookNode) -> Tests:
    """Where an instructor's notebook says that its tests run; shared if it does not say."""
    wanted = source.metadata.get("casebook", {})
    return Tests.ISOLATED if isinstance(wanted, dict) and wanted.get("tests") == Tests.ISOLATED else Tests.SHARED


def notebook_seconds(source: NotebookNode | None) -> float:
    """How many seconds an instructor's notebook says that it may run; the usual limit if it does not say."""
    said: object = None if source is None else source.metadata.get("casebook", {})
    limits: object = said.get("limits") if isinstance(said, dict) else None
    seconds: object = limits.get("notebook_seconds") if isinstance(limits, dict) else None
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 < seconds < math.inf:
        return Limits.notebook_s
    return float(seconds)


def _source(file: Path) -> NotebookNode:
    try:
        return nbformat.read(file, as_version=4)
    except FileNotFoundError:
        what = "The instructor's notebook is not there, and isolated tests need it."
    except Exception as error:  # noqa: BLE001  (nbformat tells of a wrong shape with whatever it stumbled over)
        what = f"The instructor's notebook cannot be read: {type(error).__name__}: {error}."
    raise CasebookError.one(
        what, where=Where(file), mend="put it back, or release the assignment again; or grade with --tests shared."
    )


def modules_in(source: Path) -> tuple[str, ...]:
    """What the instructor's notebooks import that not every warm parent has at hand.

    Parameters
    ----------
    source
        Their folder. What cannot be read in it is passed over: this only saves time.
    """
    found: set[str] = set()
    for file in source.glob("*.ipynb"):
        try:
            cells = json.loads(file.read_text("utf-8"))["cells"]
            found.update(name for cell in cells if cell["cell_type"] == "code" for name in _imported(cell["source"]))
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return tuple(sorted(name for name in found if name.partition(".")[0] not in AT_HAND))


def _imported(source: str | list[str]) -> Iterator[str]:
    try:
        tree = ast.parse("".join(source))
    except SyntaxError:
        # Magics.
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
