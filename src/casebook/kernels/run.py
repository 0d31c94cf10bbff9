"""Run notebooks, several at a time, each in a fresh kernel of the book."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from casebook.kernels.forked import CAN_FORK, ForkedKernel, ParentEndedError, WarmParent, warm_parent
from casebook.kernels.reads import Reads, read_report

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
    watch
        The folder below which it is noted what the notebook reads. None: nothing is.
    cell_timeout_s
        How long one cell may take.
    """

    notebook: NotebookNode
    folder: Path
    watch: Path | None = None
    cell_timeout_s: int = CELL_TIMEOUT_S


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
    """What came of a run.

    Parameters
    ----------
    seconds
        How long it took, its kernel's start included.
    failure
        Where it stopped. None: it came to its end.
    reads
        What it read below the folder that was watched.
    """

    seconds: float
    failure: CellFailure | None
    reads: Reads


class _BookKernels(KernelSpecManager):
    """Whatever kernel a notebook names, it gets the book's.

    The one installed on the machine may belong to another environment, or be missing.
    """

    words: Sequence[str] = ()

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        # -P: the folder the build was started in is not where a chapter's modules are looked for.
        start = [sys.executable, "-P", "-X", "frozen_modules=off", "-m", "casebook.kernels.book_kernel"]
        settings = ["--HistoryManager.enabled=False", "--log-level=ERROR", "-f", "{connection_file}"]
        return KernelSpec(argv=[*start, *self.words, *settings], display_name=kernel_name, language="python")


def run_notebooks(jobs: Iterable[NotebookJob], *, at_once: int | None = None, forked: bool = CAN_FORK) -> list[Ran]:
    """Run each job's notebook to its end, or to the first cell that fails.

    Parameters
    ----------
    jobs
        Their notebooks receive outputs and execution counts, as in Jupyter.
    at_once
        How many kernels may live at a time. None: two for each processor, because a kernel that
        starts or stops mostly waits.
    forked
        Fork kernels from a process that is warm, instead of starting each anew. The outputs are the
        same; only Linux can.

    Returns
    -------
    list[Ran]
        One for each job, in their order.
    """
    with warm_parent() if forked else contextlib.nullcontext() as parent:
        work = _run_all(list(jobs), at_once or 2 * (os.cpu_count() or 1), parent)
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            return asyncio.run(work)
        # The caller is itself in a loop, as all code in a Jupyter notebook is; a thread can have another.
        with ThreadPoolExecutor(max_workers=1) as thread:
            return thread.submit(asyncio.run, work).result()


async def _run_all(jobs: list[NotebookJob], at_once: int, parent: WarmParent | None) -> list[Ran]:
    free = asyncio.Semaphore(at_once)

    async def run(job: NotebookJob) -> Ran:
        async with free:
            try:
                return await _run_one(job, parent)
            except ParentEndedError:
                # It could not start here, or somebody ended it; slower is better than not at all.
                return await _run_one(job, None)

    return list(await asyncio.gather(*(run(job) for job in jobs)))


async def _run_one(job: NotebookJob, parent: WarmParent | None) -> Ran:
    with tempfile.TemporaryDirectory(prefix="casebook-run-") as own:
        report = Path(own) / "reads"
        kernels = _BookKernels()
        if job.watch is not None:
            kernels.words = ("--reads", str(report), "--watch", str(job.watch))
        kernel = AsyncKernelManager(kernel_name="python3", kernel_spec_manager=kernels)
        if parent is not None:
            kernel.provisioner = ForkedKernel(parent=kernel, kernel_spec=kernel.kernel_spec, kernel_id="book")
            kernel.provisioner.warm_parent = parent
        start = time.monotonic()
        # The author's own start-up files of IPython are not part of the book.
        failure = await _executed(job, kernel, os.environ | {"IPYTHONDIR": own})
        return Ran(time.monotonic() - start, failure, read_report(report))


async def _executed(job: NotebookJob, kernel: AsyncKernelManager, environment: dict[str, str]) -> CellFailure | None:
    client = NotebookClient(
        job.notebook,
        km=kernel,
        timeout=job.cell_timeout_s,
        # All outputs are here when the last cell has ended.
        shutdown_kernel="immediate",
        resources={"metadata": {"path": str(job.folder)}},
    )
    try:
        await client.async_execute(cleanup_kc=True, env=environment)
    except CellExecutionError as error:
        return _failure(job.notebook, f"{error.ename}: {error.evalue}")
    except CellTimeoutError:
        return CellFailure(_running_cell(job.notebook), f"the cell ran longer than {job.cell_timeout_s} seconds")
    except DeadKernelError:
        return CellFailure(_running_cell(job.notebook), "the kernel died")
    except RuntimeError as error:
        # What jupyter_client raises when a kernel ends, or says nothing, before its first cell.
        return CellFailure(None, f"the kernel did not start: {error}")
    finally:
        if kernel.has_kernel and await kernel.is_alive():
            await kernel.shutdown_kernel(now=True)
        for cell in job.notebook.cells:
            # The times at which it ran; caches would take a cell with them for another cell.
            cell.metadata.pop("execution", None)
    return None


def _failure(notebook: NotebookNode, said: str) -> CellFailure:
    """Where the run stopped: at the last cell whose outputs hold an error, which is told there best.

    Of a chart that cannot be shown, the kernel's answer says only that something failed.
    """
    for index in reversed(range(len(notebook.cells))):
        errors = [output for output in notebook.cells[index].get("outputs", []) if output.output_type == "error"]
        if errors:
            said = f"{errors[-1].ename}: {errors[-1].evalue}"
            return CellFailure(index, " ".join(_without_colour(said).split()))
    return CellFailure(None, _without_colour(said))


def _running_cell(notebook: NotebookNode) -> int | None:
    """The first code cell that has not ended: cells run in order, and empty ones are left out."""
    for index, cell in enumerate(notebook.cells):
        timing = cell.metadata.get("execution", {})
        if cell.cell_type == "code" and cell.source.strip() and "shell.execute_reply" not in timing:
            return index
    return None


def _without_colour(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", text)
