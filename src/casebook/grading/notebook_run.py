"""How do a notebook's cells and its tests run, in one process or in two?

The student's code runs in a fork of a warm parent, called the box here. With ``shared`` tests, the
test cells run there too. With ``isolated`` tests they run in a second fork that never holds the
student's code: before each test it asks the box for the answers that the test uses, and receives
plain data.
"""

from __future__ import annotations

import copy
import os
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypedDict

from casebook.grading.model import Limits, Tests
from casebook.kernels.kernel_shell import KernelShell
from casebook.kernels.provisioner import shared_warm_parent
from casebook.kernels.shells import CellRun, NeedsKernelError, Shell

# What nbgrader tells the notebooks that it runs.
ENVIRONMENT = {"NBGRADER_EXECUTION": "autograde"}
# To turn an answer into plain data, and to take it over; a student's object may try to last for ever.
ANSWER_S = 20

OUT_OF_TIME = {
    "output_type": "error",
    "ename": "CellTimeoutError",
    "evalue": "",
    "traceback": ["\x1b[0;31mCellTimeoutError\x1b[0m: The notebook's time was used up before this cell."],
}


class Step(TypedDict):
    """A cell that runs in the test process; see ``casebook.grading.isolation``."""

    grade_id: str | None
    source: str
    answers: list[str]
    tests: str
    is_test: bool


class NotebookToRun(TypedDict):
    """A sanitized notebook as nbformat's JSON, where its tests run, and what the test process runs."""

    notebook: dict[str, Any]
    tests: str
    steps: list[Step]


@dataclass(frozen=True)
class Folders:
    """Where the box runs, with the files of the submission; and the test process, with the instructor's."""

    submission: Path
    given: Path


class Box(Protocol):
    """What runs a student's cells and gives out answers."""

    def run_cell(self, source: str, *, timeout_s: float | None, output_bytes: int) -> CellRun:
        """Run one cell."""
        ...

    def answers(self, names: list[str], *, timeout_s: float) -> dict[str, Any]:
        """Values by name, as plain data."""
        ...

    def call(self, question: dict[str, Any], *, timeout_s: float) -> dict[str, Any]:
        """Call one of the student's functions."""
        ...


def run_notebook(
    to_run: NotebookToRun, limits: Limits, preload: tuple[str, ...], folders: Folders
) -> tuple[dict[str, Any], list[str]]:
    """Run a notebook.

    Parameters
    ----------
    to_run
        What; it is not changed.
    limits
        How long it may take, and how much it may say.
    preload
        Modules that the warm parent has imported beforehand.
    folders
        Where it runs.

    Returns
    -------
    dict, list of str
        The notebook with outputs, and what a person should know about the run.
    """
    kernelspec = to_run["notebook"]["metadata"].get("kernelspec", {})
    environment = os.environ | ENVIRONMENT
    if kernelspec.get("language", "python") == "python":
        parent = shared_warm_parent(preload)
        try:
            with Shell(parent, folders.submission, environment) as box:
                return _run(to_run, box, limits, preload, folders)
        except NeedsKernelError:
            # Input widgets and the like talk to a kernel; the notebook begins anew in one.
            pass
    with KernelShell(str(kernelspec.get("name", "python3")), folders.submission, environment) as box:
        return _run(to_run, box, limits, preload, folders)


def _run(
    to_run: NotebookToRun, box: Box, limits: Limits, preload: tuple[str, ...], folders: Folders
) -> tuple[dict[str, Any], list[str]]:
    notebook = copy.deepcopy(to_run["notebook"])
    timed = _Timed(limits)
    with ExitStack() as stack:
        tests: _SharedTests | _IsolatedTests = _SharedTests()
        if to_run["tests"] == Tests.ISOLATED:
            process = Shell(shared_warm_parent(preload), folders.given, os.environ | ENVIRONMENT)
            tests = _IsolatedTests(box, stack.enter_context(process), to_run["steps"], timed)
        notes: list[str] = []
        for cell in notebook["cells"]:
            if cell["cell_type"] != "code" or not cell["source"].strip():
                continue
            grade_id = cell["metadata"].get("nbgrader", {}).get("grade_id")
            ran = tests.run_if_theirs(grade_id) or timed.run(box, cell["source"])
            cell["outputs"], cell["execution_count"] = ran.outputs, ran.execution_count
            if ran.status == "died" and not notes:
                notes.append(f"its process ended in cell {grade_id or _beginning(cell['source'])!r}.")
    return notebook, notes


def _beginning(source: str) -> str:
    first, *_ = source.strip().splitlines()
    return first[:40]


class _Timed:
    """Runs cells for no longer than the limits allow, each and together."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._end = time.monotonic() + limits.notebook_s

    def run(self, shell: Box, source: str, answer: Callable[[dict[str, Any]], dict[str, Any]] | None = None) -> CellRun:
        left = self._end - time.monotonic()
        if left <= 0:
            return CellRun([dict(OUT_OF_TIME)], "timeout", None, 0)
        cell_s = left if self._limits.cell_s is None else min(self._limits.cell_s, left)
        extra = {} if answer is None else {"answer": answer}
        return shell.run_cell(source, timeout_s=cell_s, output_bytes=self._limits.output_bytes, **extra)


class _SharedTests:
    """Tests that run where the student's code runs: no cell is theirs alone."""

    def run_if_theirs(self, grade_id: str | None) -> CellRun | None:
        del grade_id
        return None


class _IsolatedTests:
    """Tests in a process of their own."""

    def __init__(self, box: Box, process: Shell, steps: list[Step], timed: _Timed) -> None:
        self._box, self._process, self._timed = box, process, timed
        self._left = list(steps)

    def run_if_theirs(self, grade_id: str | None) -> CellRun | None:
        """Run what comes up to this cell; give its run if it is a test, and None if it is the student's to run."""
        if grade_id is None or grade_id not in {step["grade_id"] for step in self._left}:
            return None
        while True:
            step = self._left.pop(0)
            ran = None if step["tests"] == Tests.SHARED else self._run(step)
            if step["grade_id"] == grade_id:
                return ran if step["is_test"] else None

    def _run(self, step: Step) -> CellRun:
        if step["answers"]:
            found = self._box.answers(step["answers"], timeout_s=ANSWER_S)
            missing = [name for name in step["answers"] if name not in found]
            self._process.bind(found, unbind=missing)
        return self._timed.run(self._process, step["source"], answer=self._ask)

    def _ask(self, question: dict[str, Any]) -> dict[str, Any]:
        return self._box.call(question, timeout_s=ANSWER_S)
