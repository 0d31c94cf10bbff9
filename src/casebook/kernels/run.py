"""Run notebooks, several at a time, each in a fresh kernel of the book."""

from __future__ import annotations

import asyncio
import os
import re
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

CELL_TIMEOUT_S = 120


@dataclass(frozen=True)
class NotebookJob:
    """A notebook to run.

    Parameters
    ----------
    notebook
        Its cells; the run fills in their outputs.
    folder
        The working directory of the run, so that relative paths mean what they mean to a reader.
    """

    notebook: NotebookNode
    folder: Path


@dataclass(frozen=True)
class CellFailure:
    """The cell at which a run stopped.

    Parameters
    ----------
    index
        Position among all cells of the notebook, from 0. None: the kernel died in a cell unknown.
    error
        The exception's type and text, as on the last line of a traceback.
    """

    index: int | None
    error: str


@dataclass(frozen=True)
class Ran:
    """What came of a run: how long it took, and where it stopped (None: it did not)."""

    seconds: float
    failure: CellFailure | None


class _BookKernels(KernelSpecManager):
    """Whatever kernel a notebook names, it gets the book's.

    The one installed on the machine may belong to another environment, or be missing.
    """

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        argv = [
            sys.executable,
            "-X",
            "frozen_modules=off",
            "-m",
            "casebook.kernels.book_kernel",
            "--HistoryManager.enabled=False",
            "--log-level=ERROR",
            "-f",
            "{connection_file}",
        ]
        return KernelSpec(argv=argv, display_name=kernel_name, language="python")


def run_notebooks(jobs: Iterable[NotebookJob], *, at_once: int | None = None) -> list[Ran]:
    """Run each job's notebook to its end, or to the first cell that fails.

    Parameters
    ----------
    jobs
        Their notebooks receive outputs and execution counts, as in Jupyter.
    at_once
        How many kernels may live at a time. None: one for each processor.

    Returns
    -------
    list[Ran]
        One for each job, in their order.
    """
    return asyncio.run(_run_all(list(jobs), at_once or os.cpu_count() or 1))


async def _run_all(jobs: list[NotebookJob], at_once: int) -> list[Ran]:
    free = asyncio.Semaphore(at_once)

    async def run(job: NotebookJob) -> Ran:
        async with free:
            return await _run_one(job)

    return list(await asyncio.gather(*(run(job) for job in jobs)))


async def _run_one(job: NotebookJob) -> Ran:
    kernel = AsyncKernelManager(kernel_name="python3", kernel_spec_manager=_BookKernels())
    client = NotebookClient(
        job.notebook, km=kernel, timeout=CELL_TIMEOUT_S, resources={"metadata": {"path": str(job.folder)}}
    )
    start = time.monotonic()
    try:
        await client.async_execute(cleanup_kc=True)
        failure = None
    except CellExecutionError as error:
        failure = CellFailure(_failed_cell(job.notebook), _without_colour(f"{error.ename}: {error.evalue}"))
    except CellTimeoutError:
        failure = CellFailure(_running_cell(job.notebook), f"the cell ran longer than {CELL_TIMEOUT_S} seconds")
    except DeadKernelError:
        failure = CellFailure(_running_cell(job.notebook), "the kernel died")
    finally:
        if await kernel.is_alive():
            await kernel.shutdown_kernel(now=True)
        for cell in job.notebook.cells:
            # The times at which it ran; caches would take a cell with them for another cell.
            cell.metadata.pop("execution", None)
    return Ran(time.monotonic() - start, failure)


def _failed_cell(notebook: NotebookNode) -> int | None:
    """The last cell whose outputs hold an error: the run stopped there."""
    failed = [
        index
        for index, cell in enumerate(notebook.cells)
        if cell.cell_type == "code" and any(output.output_type == "error" for output in cell.outputs)
    ]
    return failed[-1] if failed else None


def _running_cell(notebook: NotebookNode) -> int | None:
    """The first code cell that has begun and not ended."""
    for index, cell in enumerate(notebook.cells):
        timing = cell.metadata.get("execution", {})
        if "iopub.execute_input" in timing and "shell.execute_reply" not in timing:
            return index
    return None


def _without_colour(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", text)
