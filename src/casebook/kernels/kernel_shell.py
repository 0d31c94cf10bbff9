"""How does a notebook run that needs a real kernel: for widgets, or because it is in another language?

nbclient talks with the kernel, as under nbgrader's autograde. A Python kernel can also give out
answers, as a shell does: it is asked by an expression, and says plain data.
"""

from __future__ import annotations

import ast
import json
import math
import time
from collections.abc import Collection, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

import nbformat
from jupyter_client.kernelspec import NoSuchKernel
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import DeadKernelError
from nbformat import NotebookNode

from casebook.errors import CasebookError, Where
from casebook.kernels.shell_outputs import TIMED_OUT, bounded, died
from casebook.kernels.shells import CellRun

START_TIMEOUT_S = 120


class KernelShell:
    """A kernel in which a notebook's cells run one after the other.

    Parameters
    ----------
    kernel_name
        Which of the kernels installed here.
    folder
        The working directory.
    environment
        Its environment variables.

    Raises
    ------
    CasebookError
        There is no such kernel here.
    """

    def __init__(self, kernel_name: str, folder: Path, environment: Mapping[str, str]) -> None:
        manager = AsyncKernelManager(kernel_name=kernel_name)
        try:
            # Reading the specification shows whether there is one.
            _ = manager.kernel_spec
        except NoSuchKernel as error:
            raise CasebookError.one(
                f"The notebook needs the kernel {kernel_name!r}, which is not installed here.",
                where=Where(folder),
                mend="install it, so that `jupyter kernelspec list` names it, and grade again.",
            ) from error
        self._ended_in: str | None = None
        self._replied = True
        self._client = NotebookClient(
            nbformat.v4.new_notebook(),
            km=manager,
            allow_errors=True,
            interrupt_on_timeout=True,
            error_on_timeout=TIMED_OUT,
            on_cell_executed=self._note_reply,
            startup_timeout=START_TIMEOUT_S,
            shutdown_kernel="immediate",
        )
        self._running = self._client.setup_kernel(cwd=str(folder), env=dict(environment), cleanup_kc=True)

    def __enter__(self) -> Self:
        self._running.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._running.__exit__(kind, error, trace)

    def _note_reply(self, cell: NotebookNode, cell_index: int, execute_reply: dict[str, Any]) -> None:
        del cell, cell_index
        self._reply = execute_reply["content"]

    def run_cell(self, source: str, *, timeout_s: float | None, output_bytes: int) -> CellRun:
        """Run one cell, as ``Shell.run_cell`` does; time is counted in whole seconds."""
        if self._ended_in is not None:
            return CellRun([died(self._ended_in)], "died", None, 0)
        cell = nbformat.v4.new_code_cell(source)
        self._client.nb.cells.append(cell)
        self._client.timeout = None if timeout_s is None else max(1, math.ceil(timeout_s))
        began = time.monotonic()
        try:
            self._client.execute_cell(cell, len(self._client.nb.cells) - 1)
        except DeadKernelError:
            self._ended_in = source
            return CellRun([*cell.outputs, died(source)], "died", None, time.monotonic() - began)
        status: Literal["ok", "error", "timeout"] = self._reply["status"]
        if self._reply.get("ename") == TIMED_OUT["ename"]:
            cell.outputs.append(nbformat.v4.new_output("error", **TIMED_OUT))
            status = "timeout"
        return CellRun(bounded(cell.outputs, output_bytes), status, cell.execution_count, time.monotonic() - began)

    def answers(self, names: Collection[str], *, timeout_s: float) -> dict[str, Any]:
        """Values by name as plain data, as ``Shell.answers`` does."""
        return self._asked({"names": sorted(names)}, timeout_s)

    def call(self, question: dict[str, Any], *, timeout_s: float) -> dict[str, Any]:
        """Call a function of the notebook's, as ``Shell.call`` does."""
        return self._asked({"question": question}, timeout_s)
