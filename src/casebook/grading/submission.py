"""What of a submission is run, and what did its cells earn?

Before the run: the notebooks that can be read, made sound against the instructor's copy, with the
files that lie beside them. After it: the points of each cell. Neither needs a kernel or a database.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, cast

import nbformat
from nbformat import NotebookNode

from casebook.errors import raise_if_any
from casebook.grading.execution import Result, Work
from casebook.grading.intake import notebooks_in
from casebook.grading.isolation import Plan
from casebook.grading.model import CellPoints, InstructorNotebook, Limits, Tests
from casebook.grading.notebook_run import NotebookToRun, Step
from casebook.grading.outputs import limited, without_ignored
from casebook.grading.sanitize import Repair, sanitize
from casebook.grading.score import score

# The error of a cell that took too long.
TIMED_OUT = "CellTimeoutError"


@dataclass(frozen=True)
class OutputRules:
    """What is kept of outputs; see ``casebook.grading.outputs``.

    ``timed_out`` is the error that a cell shows which took too long; None: as nbgrader says it by itself.
    """

    ignored: str = ""
    max_lines: int = 1000
    max_traceback: int = 100
    timed_out: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Assigned:
    """An assignment, as all of its submissions meet it.

    Parameters
    ----------
    name
        Of the assignment.
    notebooks
        The instructor's copies.
    plans
        For each notebook whose tests are isolated, what runs in the test process.
    given_files
        The instructor's files beside the notebooks, by path with slashes.
    limits
        How much a submission may use.
    rules
        What is kept of outputs.
    preload
        Modules that notebooks of this assignment import.
    skip_tag
        Cells with this tag are not run; empty: all are.
    kernel
        The kernel for all notebooks; None: the one that each names.
    """

    name: str
    notebooks: tuple[InstructorNotebook, ...]
    plans: Mapping[str, Plan]
    given_files: Mapping[str, Path]
    limits: Limits
    rules: OutputRules
    preload: tuple[str, ...]
    skip_tag: str = ""
    kernel: str | None = None


@dataclass(frozen=True)
class Prepared:
    """A submission that is ready to run.

    Parameters
    ----------
    work
        What to execute.
    repairs
        What had to be mended, by notebook.
    """

    work: Work
    repairs: Mapping[str, tuple[Repair, ...]]

    @property
    def notes(self) -> list[str]:
        """What a person should look at of what had to be mended."""
        return [
            f"{name}{f', cell {repair.grade_id!r}' if repair.grade_id else ''}: {repair.what}"
            for name, repairs in self.repairs.items()
            for repair in repairs
            if repair.serious
        ]


def prepare(
    folder: Path,
    files: Mapping[str, Path],
    assigned: Assigned,
    *,
    as_bytes: bool,
    own: Mapping[str, bytes] | None = None,
) -> Prepared:
    """Read a submission and make it ready to run.

    Parameters
    ----------
    folder
        Where the student's notebooks are.
    files
        What lies beside the notebooks while they run, by path with slashes.
    assigned
        The assignment.
    as_bytes
        Whether files go along as bytes, for another machine, or as paths.
    own
        Files of the instructor's that this student has in a version of their own: whatever was handed
        in, these lie beside the notebooks and beside the tests.

    Raises
    ------
    CasebookError
        A notebook cannot be read, or none is there.
    OSError
        Another file cannot be read.
    """
    handed_in, problems = notebooks_in(folder, [notebook.name for notebook in assigned.notebooks])
    raise_if_any(problems)
    notebooks: dict[str, NotebookToRun] = {}
    repairs: dict[str, tuple[Repair, ...]] = {}
    for instructor in assigned.notebooks:
        if instructor.name not in handed_in:
            continue
        sanitized = sanitize(handed_in[instructor.name], instructor)
        if assigned.kernel is not None:
            sanitized.notebook.metadata["kernelspec"] = {"name": assigned.kernel, "display_name": assigned.kernel}
        plan = assigned.plans.get(instructor.name)
        notebooks[instructor.name] = NotebookToRun(
            notebook=sanitized.notebook,
            tests=Tests.SHARED if plan is None else Tests.ISOLATED,
            steps=[] if plan is None else steps_of(plan),
            skip_tag=assigned.skip_tag,
        )
        repairs[instructor.name] = sanitized.repairs
    return Prepared(
        Work(
            notebooks=notebooks,
            files=_content(files, own or {}, as_bytes=as_bytes),
            given_files=_content(assigned.given_files, own or {}, as_bytes=as_bytes) if assigned.plans else {},
            limits=asdict(assigned.limits),
            preload=list(assigned.preload),
        ),
        repairs,
    )


def steps_of(plan: Plan) -> list[Step]:
    """What the test process runs, as plain data."""
    return [
        Step(
            grade_id=step.grade_id,
            source=step.source,
            answers=sorted(step.answers),
            imports=list(step.imports),
            tests=step.tests,
            is_test=step.kind == "test",
        )
        for step in plan.steps
    ]


def _content(files: Mapping[str, Path], own: Mapping[str, bytes], *, as_bytes: bool) -> dict[str, bytes | str]:
    # A student may hand in a folder by the name of such a file.
    others = {name: path for name, path in files.items() if name.partition("/")[0] not in own}
    return {name: path.read_bytes() if as_bytes else str(path) for name, path in others.items()} | dict(own)


@dataclass(frozen=True)
class Marked:
    """A notebook after its run.

    Parameters
    ----------
    notebook
        With the outputs that are kept.
    points
        What each graded cell earned.
    untouched
        Ids of answers that are as students get them.
    """

    notebook: NotebookNode
    points: tuple[CellPoints, ...]
    untouched: frozenset[str]


def mark(result: Result, assigned: Assigned, checksum: Callable[[NotebookNode], str]) -> dict[str, Marked]:
    """What the cells of a submission earned.

    Parameters
    ----------
    result
        What its run gave.
    assigned
        The assignment.
    checksum
        nbgrader's checksum of a cell.

    Raises
    ------
    ScoreError
        A test gave points that there cannot be.
    """
    instructors = {notebook.name: notebook for notebook in assigned.notebooks}
    return {
        name: _marked(cast("NotebookNode", nbformat.from_dict(notebook)), instructors[name], assigned.rules, checksum)
        for name, notebook in result["notebooks"].items()
    }


def _marked(
    notebook: NotebookNode, instructor: InstructorNotebook, rules: OutputRules, checksum: Callable[[NotebookNode], str]
) -> Marked:
    known = {cell.grade_id: cell for cell in instructor.cells}
    points: list[CellPoints] = []
    untouched: set[str] = set()
    for cell in notebook.cells:
        if cell.cell_type == "code":
            kept = without_ignored([_as_ruled(output, rules) for output in cell.outputs], rules.ignored)
            cell.outputs = nbformat.from_dict(
                limited(kept, max_lines=rules.max_lines, max_traceback=rules.max_traceback)
            )
        ours = known.get(cell.metadata.get("nbgrader", {}).get("grade_id", ""))
        if ours is None:
            continue
        is_untouched = ours.solution and ours.checksum is not None and ours.checksum == checksum(cell)
        if is_untouched:
            untouched.add(ours.grade_id)
        if ours.grade or ours.task:
            points.append(score(ours, cell.get("outputs", []), untouched=is_untouched))
    return Marked(notebook, tuple(points), frozenset(untouched))


def _as_ruled(output: Mapping[str, Any], rules: OutputRules) -> Mapping[str, Any]:
    if rules.timed_out and output.get("ename") == TIMED_OUT:
        return {"output_type": "error", "ename": "", "evalue": "", "traceback": []} | dict(rules.timed_out)
    return output
