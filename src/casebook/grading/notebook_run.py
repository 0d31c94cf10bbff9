"""How do a notebook's cells and its tests run, in one process or in two?

The student's code runs in a fork of a warm parent, called the box here. With ``shared`` tests, the
test cells run there too. With ``isolated`` tests they run in a second fork that never holds the
student's code: before each test it asks the box for the answers that the test uses, and receives
plain data.
"""

from __future__ import annotations

import asyncio
import copy
import os
import threading
import time
from collections.abc import Collection, Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol, TypedDict

from jupyter_core.utils import ensure_event_loop

from casebook.grading.model import Limits, Tests
from casebook.kernels.forked import CAN_FORK
from casebook.kernels.kernel_shell import KernelShell, is_this_python
from casebook.kernels.shell_parents import shell_parent
from casebook.kernels.shells import Answer, CannotBindError, CellRun, NeedsKernelError, Shell, ShellEndedError, raised

# What nbgrader tells the notebooks that it runs.
ENVIRONMENT = {"NBGRADER_EXECUTION": "autograde"}
PYTHON = "python3"
# To turn an answer into plain data may take a student's object as long as it likes.
ANSWER_S = 20


class Step(TypedDict):
    """A cell that runs in the test process; see ``casebook.grading.isolation``."""

    grade_id: str | None
    source: str
    answers: list[str]
    imports: list[str]
    tests: str
    is_test: bool


class NotebookToRun(TypedDict):
    """A sanitized notebook as nbformat's JSON, how it is to run, and what the test process runs."""

    notebook: dict[str, Any]
    tests: str
    steps: list[Step]
    skip_tag: str


@dataclass(frozen=True)
class Folders:
    """Where the box runs, with the files of the submission; and the test process, with the instructor's."""

    submission: Path
    given: Path


class StoppedError(Exception):
    """The run was stopped, for a person to look at; its message is a sentence."""


class Box(Protocol):
    """What runs a student's cells and gives out answers."""

    def run_cell(
        self,
        source: str,
        *,
        timeout_s: float | None,
        output_bytes: int,
        answer: Answer | None = None,
        silent: bool = False,
    ) -> CellRun:
        """Run one cell."""
        ...

    def answers(self, names: Collection[str], *, timeout_s: float) -> dict[str, Any]:
        """Values by name, as plain data."""
        ...

    def call(self, question: dict[str, Any], *, timeout_s: float) -> dict[str, Any]:
        """Call one of the student's functions."""
        ...

    @property
    def language_info(self) -> dict[str, Any]:
        """What a notebook says of its language after a run, as for its pages' colours."""
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

    Raises
    ------
    StoppedError
        A cell took too long, and that was to stop it.
    CasebookError
        The notebook's kernel is not installed here.
    """
    kernel = str(to_run["notebook"]["metadata"].get("kernelspec", {}).get("name", PYTHON))
    # jupyter_client knows the native kernel by this name too; nbgrader's own example names it so.
    kernel = PYTHON if kernel == "python" else kernel
    environment = os.environ | ENVIRONMENT
    if CAN_FORK and is_this_python(kernel):
        try:
            with Shell(shell_parent(preload), folders.submission, environment) as box:
                return _run(to_run, box, limits, preload, folders)
        except NeedsKernelError:
            # Widgets and the like talk to a kernel; the notebook begins anew in one.
            pass
    with _event_loop_closed(), KernelShell(kernel, folders.submission, environment) as box:
        return _run(to_run, box, limits, preload, folders)


@contextmanager
def _event_loop_closed() -> Generator[None]:
    """Close what nbclient leaves open: it gives each thread an event loop, and threads of a run come and go."""
    try:
        yield
    finally:
        if threading.current_thread() is not threading.main_thread():
            ensure_event_loop().close()
            asyncio.set_event_loop(None)


def _run(
    to_run: NotebookToRun, box: Box, limits: Limits, preload: tuple[str, ...], folders: Folders
) -> tuple[dict[str, Any], list[str]]:
    notebook = copy.deepcopy(to_run["notebook"])
    timed = _Timed(limits)
    notes: list[str] = []
    has_died = False
    with ExitStack() as stack:
        tests = None
        if to_run["tests"] == Tests.ISOLATED and not CAN_FORK:
            notes.append("this system cannot fork processes, so its tests ran where the student's code runs.")
        elif to_run["tests"] == Tests.ISOLATED:
            process = stack.enter_context(Shell(shell_parent(preload), folders.given, os.environ | ENVIRONMENT))
            # What the student's process skips, the test process skips too.
            skipped = {_grade_id(cell) for cell in notebook["cells"] if _is_skipped(cell, to_run["skip_tag"])} - {None}
            steps = [step for step in to_run["steps"] if step["grade_id"] not in skipped]
            tests = _IsolatedTests(box, process, steps, timed)
        for number, cell in enumerate(notebook["cells"], start=1):
            if cell["cell_type"] != "code" or not cell["source"].strip() or _is_skipped(cell, to_run["skip_tag"]):
                continue
            grade_id = _grade_id(cell)
            ran = tests.run_up_to(grade_id, is_test=_is_test(cell)) if tests else None
            if ran is None:
                ran = timed.run(box, cell["source"])
                if tests:
                    tests.box_ran()
            cell["outputs"], cell["execution_count"] = ran.outputs, ran.execution_count
            name = repr(grade_id) if grade_id else f"number {number}"
            if ran.status == "timeout" and limits.stop_at_timeout:
                raise StoppedError(f"Cell {name} ran longer than {limits.cell_s:g} seconds.")
            if ran.status == "died" and not has_died:
                has_died = True
                notes.append(f"its process ended in cell {name}, and the tests after it found no answers.")
    notebook["metadata"]["language_info"] = box.language_info
    return notebook, notes


def _is_skipped(cell: dict[str, Any], skip_tag: str) -> bool:
    return bool(skip_tag) and skip_tag in cell["metadata"].get("tags", [])


def _grade_id(cell: dict[str, Any]) -> str | None:
    return cell["metadata"].get("nbgrader", {}).get("grade_id")


def _is_test(cell: dict[str, Any]) -> bool:
    marks = cell["metadata"].get("nbgrader", {})
    return bool(marks.get("grade")) and not marks.get("solution")


class _Timed:
    """Runs cells for no longer than the limits allow, each and together."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._end = self._cell_end = time.monotonic() + limits.notebook_s

    @property
    def used_up(self) -> CellRun | None:
        """What a cell shows for which no time is left; None: there is some."""
        if time.monotonic() < self._end:
            return None
        return _failed("CellTimeoutError", "The notebook's time was used up before this cell.", "timeout")

    def run(self, shell: Box, source: str, answer: Answer | None = None, *, silent: bool = False) -> CellRun:
        """Run a cell in a shell, unless the time is used up."""
        if (used_up := self.used_up) is not None:
            return used_up
        left = self._end - time.monotonic()
        cell_s = left if self._limits.cell_s is None else min(self._limits.cell_s, left)
        self._cell_end = time.monotonic() + cell_s
        ran = shell.run_cell(
            source, timeout_s=cell_s, output_bytes=self._limits.output_bytes, answer=answer, silent=silent
        )
        if ran.status == "error" and not any(output["output_type"] == "error" for output in ran.outputs):
            # IPython's showtraceback was replaced, or failed; the points go by the error that it would have shown.
            ran = replace(ran, outputs=[*ran.outputs, *_failed("Error", "It failed, and did not show how.").outputs])
        return ran

    def for_answers_s(self, *, of_cell: bool = False) -> float:
        """How long the box may take for answers before a cell, or during the one that runs: that is the cell's time."""
        return max(0.1, min(ANSWER_S, (self._cell_end if of_cell else self._end) - time.monotonic()))


class _IsolatedTests:
    """Tests in a process of their own."""

    def __init__(self, box: Box, process: Shell, steps: list[Step], timed: _Timed) -> None:
        self._box, self._process, self._timed = box, process, timed
        self._left = list(steps)
        # Answers stay as they are until the box runs something.
        self._found: dict[str, dict[str, Any] | None] = {}

    def box_ran(self) -> None:
        """Take note that the student's code has run, and may have changed its answers."""
        self._found.clear()

    def run_up_to(self, grade_id: str | None, *, is_test: bool) -> CellRun | None:
        """Run what comes up to this cell; give its run if it is a test, and None if it is the student's to run."""
        if grade_id is None or grade_id not in {step["grade_id"] for step in self._left}:
            # Hidden tests never run where the student's code does.
            missing = "The instructor's notebook in source/ has no such test: release the assignment again."
            return _failed("MissingTestError", missing) if is_test else None
        while True:
            step = self._left.pop(0)
            ran = None if step["tests"] == Tests.SHARED else self._run(step)
            if step["grade_id"] == grade_id:
                return ran if step["is_test"] else None

    def _run(self, step: Step) -> CellRun:
        if (used_up := self._timed.used_up) is not None:
            return used_up
        if step["answers"]:
            try:
                found = self._answers(step["answers"])
                cannot = {name: answer["cannot"] for name, answer in found.items() if "cannot" in answer}
                if cannot:
                    name, why = min(cannot.items())
                    return _failed("AnswerCannotCrossError", f"The tests cannot read {name!r}: {why}.")
                self._process.bind(
                    {name: answer["value"] for name, answer in found.items()},
                    unbind=[name for name in step["answers"] if name not in found],
                )
            except ShellEndedError as error:
                return _failed("DeadKernelError", f"The tests cannot ask for the answers: {error}")
            except CannotBindError as error:
                return _failed("AnswerCannotCrossError", f"The tests cannot read the answers: {error}")
        for statement in step["imports"]:
            # Modules do not cross; what the solutions import, the tests import by themselves.
            self._timed.run(self._process, statement, silent=True)
        return self._timed.run(self._process, step["source"], answer=self._ask, silent=not step["is_test"])

    def _answers(self, names: list[str]) -> dict[str, dict[str, Any]]:
        wanted = [name for name in names if name not in self._found]
        if wanted:
            said = self._box.answers(wanted, timeout_s=self._timed.for_answers_s())
            self._found |= {name: said.get(name) for name in wanted}
        return {name: answer for name in names if (answer := self._found[name]) is not None}

    def _ask(self, question: dict[str, Any]) -> dict[str, Any]:
        # A function may change what its notebook holds.
        self.box_ran()
        try:
            return self._box.call(question, timeout_s=self._timed.for_answers_s(of_cell=True))
        except ShellEndedError as error:
            return raised("RuntimeError", f"The function could not be called: {error}")


def _failed(ename: str, evalue: str, status: Any = "error") -> CellRun:
    traceback = [f"\x1b[0;31m{ename}\x1b[0m: {evalue}"]
    output = {"output_type": "error", "ename": ename, "evalue": evalue, "traceback": traceback}
    return CellRun([output], status, None, 0)
