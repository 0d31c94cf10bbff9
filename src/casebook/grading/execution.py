"""What do the cells of a submission print, return and raise when they run?

Needs no database and no course directory: what to run comes in as plain data and goes out as plain
data, so this may happen in another process or on another machine.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any, TypedDict, cast

from casebook.grading.model import Limits
from casebook.grading.notebook_run import Folders, NotebookToRun, StoppedError, run_notebook
from casebook.grading.working_folder import working_folder
from casebook.kernels.kernel_shell import end_kernel_shells
from casebook.kernels.shell_parents import end_shell_parents


class Work(TypedDict):
    """A submission to execute; its notebooks run one after the other in one folder.

    ``files`` are put into that folder, by path with slashes: each as its bytes, or as the path of a
    file on this machine. ``given_files``, the instructor's, are what the test process finds.
    """

    notebooks: dict[str, NotebookToRun]
    files: dict[str, bytes | str]
    given_files: dict[str, bytes | str]
    limits: dict[str, Any]
    preload: list[str]


class Result(TypedDict):
    """The notebooks with their outputs, what a person should know about the run, and how long it took.

    ``stopped`` says why it was stopped for a person to look at; empty: it was not.
    """

    notebooks: dict[str, dict[str, Any]]
    notes: list[str]
    stopped: str
    seconds: float


def execute(work: Work) -> Result:
    """Run all notebooks of a submission.

    Parameters
    ----------
    work
        What to run. It is not changed.

    Returns
    -------
    Result
        Code cells have outputs and execution counts. A cell that failed does not stop those after
        it, as in nbgrader.
    """
    began = time.monotonic()
    limits = Limits(**work["limits"])
    done: dict[str, dict[str, Any]] = {}
    notes: list[str] = []
    with working_folder() as folder:
        folders = Folders(folder / "submission", folder / "given")
        folders.submission.mkdir()
        put_files(work["files"], folders.submission)
        folders.given.mkdir()
        put_files(work["given_files"], folders.given)
        for name, to_run in work["notebooks"].items():
            try:
                done[name], said = run_notebook(to_run, limits, tuple(work["preload"]), folders)
            except StoppedError as stopped:
                return Result(notebooks={}, notes=[], stopped=f"{name}: {stopped}", seconds=time.monotonic() - began)
            notes += [f"{name}: {note}" for note in said]
    return Result(notebooks=done, notes=notes, stopped="", seconds=time.monotonic() - began)


def execute_plain(work: dict[str, Any]) -> dict[str, Any]:
    """``execute`` for executors, which know of plain data only; workers elsewhere import it by its name."""
    return dict(execute(cast("Work", work)))


def interrupt() -> None:
    """End what runs now in any thread of this process; a submission's next notebook may still begin."""
    end_shell_parents()
    end_kernel_shells()


def put_files(files: Mapping[str, bytes | str], folder: Path) -> None:
    """Put the files of a ``Work`` into a folder.

    Parameters
    ----------
    files
        By path with slashes: each as its bytes, or as the path of a file on this machine.
    folder
        Where; it is there.
    """
    for relative, content in files.items():
        target = folder.joinpath(*PurePosixPath(relative).parts)
        target.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            target.write_bytes(content)
        else:
            shutil.copyfile(content, target)
