"""How does a notebook run that needs a real kernel: for widgets, or because it is in another language?

nbclient talks with the kernel, as under nbgrader's autograde. A Python kernel can also give out
answers, as a shell does: it is asked by an expression, and says plain data.
"""

from __future__ import annotations

import ast
import json
import math
import os
import signal
import subprocess
import sys
import time
from collections.abc import Collection, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

import nbformat
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager, NoSuchKernel
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import DeadKernelError
from nbformat import NotebookNode

from casebook.errors import CasebookError, Where
from casebook.kernels.shells import Answer, CellRun, ShellEndedError, raised

START_TIMEOUT_S = 120
# As nbgrader says it.
TIMED_OUT = {
    "ename": "CellTimeoutError",
    "evalue": "",
    "traceback": ["\x1b[0;31mCellTimeoutError\x1b[0m: No reply from kernel before timeout"],
}
# Evaluated in the kernel; what it says comes back as the text of a text.
EXPRESSION = "__import__('casebook.kernels.kernel_answers', fromlist=['answered']).answered({!r})"


@cache
def is_this_python(kernel_name: str) -> bool:
    """Whether a kernel is the Python that we run in, so that a shell does as well.

    Raises
    ------
    CasebookError
        There is no such kernel here.
    """
    specification = _specification(kernel_name)
    program = specification.argv[0] if specification.argv else ""
    # jupyter_client takes plain names for the Python that it runs in. An environment's interpreter is a link to
    # another's; what makes it is the folder it is in.
    ours = program in {"python", "python3"} or Path(program).parent.resolve() == Path(sys.executable).parent.resolve()
    return ours and specification.language == "python"


def _specification(kernel_name: str) -> KernelSpec:
    try:
        return KernelSpecManager().get_kernel_spec(kernel_name)
    except NoSuchKernel as error:
        raise CasebookError.one(
            f"The notebook needs the kernel {kernel_name!r}, which is not installed here.",
            where=Where(Path("nbgrader_config.py")),
            mend="install it, so that `jupyter kernelspec list` names it, or name another: c.Execute.kernel_name.",
        ) from error


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
        # Where the kernel can, its messages are encrypted; it warns on the terminal if they are not.
        manager = AsyncKernelManager(kernel_name=kernel_name, transport_encryption="auto")
        _specification(kernel_name)
        self._ended: str | None = None
        self._reply: dict[str, Any] = {}
        self._language_info: dict[str, Any] = {}
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
        # What it writes besides its outputs is not for whoever reads ours, and nothing it leaves may hold them open.
        nowhere = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self._running = self._client.setup_kernel(cwd=str(folder), env=dict(environment), cleanup_kc=True, **nowhere)

    def __enter__(self) -> Self:
        _open.add(self)
        try:
            self._running.__enter__()
            # Asked now: after the run it may be gone, and a notebook that says nothing of its language is not valid.
            reply = self._client.wait_for_reply(self._kernel.kernel_info())
        except BaseException:
            _open.discard(self)
            raise
        self._language_info = dict(reply["content"]["language_info"]) if reply else {}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._running.__exit__(kind, error, trace)
        finally:
            _open.discard(self)

    def kill(self) -> None:
        """End its process, from any thread; the cell that runs ends as one whose kernel died."""
        provisioner: Any = self._client.km and self._client.km.provisioner
        # Without a process its number may be another's by now.
        if provisioner is not None and provisioner.has_process:
            with suppress(ProcessLookupError):
                os.killpg(provisioner.pid, signal.SIGKILL)

    @property
    def _kernel(self) -> Any:
        if self._client.kc is None:
            raise ShellEndedError("The kernel has not begun.")
        return self._client.kc

    def _note_reply(self, cell: NotebookNode, cell_index: int, execute_reply: dict[str, Any]) -> None:
        del cell, cell_index
        self._reply = execute_reply["content"]

    def run_cell(
        self,
        source: str,
        *,
        timeout_s: float | None,
        output_bytes: int,
        answer: Answer | None = None,
        silent: bool = False,
    ) -> CellRun:
        """Run one cell, as ``Shell.run_cell`` does, in whole seconds; it cannot ask for answers, nor be silent."""
        del answer, silent
        if self._ended is not None:
            return CellRun([_died(self._ended)], "died", None, 0)
        cell = nbformat.v4.new_code_cell(source)
        self._client.nb.cells.append(cell)
        self._client.timeout = None if timeout_s is None else max(1, math.ceil(timeout_s))
        began = time.monotonic()
        try:
            self._client.execute_cell(cell, len(self._client.nb.cells) - 1)
        except DeadKernelError:
            self._ended = f"The kernel died in cell {len(self._client.nb.cells)}."
            return CellRun([*cell.outputs, _died(self._ended)], "died", None, time.monotonic() - began)
        status: Literal["ok", "error", "timeout"] = self._reply["status"]
        if self._reply.get("ename") == TIMED_OUT["ename"]:
            cell.outputs.append(nbformat.v4.new_output("error", **TIMED_OUT))
            status = "timeout"
        outputs = _bounded(cell.outputs, output_bytes)
        return CellRun(outputs, status, cell.execution_count, time.monotonic() - began)

    @property
    def language_info(self) -> dict[str, Any]:
        """What the kernel says of its language."""
        return self._language_info

    def answers(self, names: Collection[str], *, timeout_s: float) -> dict[str, Any]:
        """Values by name as plain data, as ``Shell.answers`` does."""
        found = self._asked({"names": list(names)}, timeout_s)
        return {name: {"cannot": "the kernel did not say it in time"} for name in names} if found is None else found

    def call(self, question: dict[str, Any], *, timeout_s: float) -> dict[str, Any]:
        """Call a function of the notebook's, as ``Shell.call`` does."""
        found = self._asked({"question": question}, timeout_s)
        return raised("TimeoutError", f"The call took longer than {timeout_s:g} seconds.") if found is None else found

    def _asked(self, question: dict[str, Any], timeout_s: float) -> dict[str, Any] | None:
        if self._ended is not None:
            raise ShellEndedError(self._ended)
        self._client.timeout = max(1, math.ceil(timeout_s))
        asked = {"answer": EXPRESSION.format(json.dumps(question))}
        request = self._kernel.execute("", silent=True, user_expressions=asked)
        try:
            reply = self._client.wait_for_reply(request)
        except DeadKernelError:
            self._ended = "The kernel died when it was asked for an answer."
            raise ShellEndedError(self._ended) from None
        if reply is None:
            return None
        said = reply["content"]["user_expressions"]["answer"]
        return json.loads(ast.literal_eval(said["data"]["text/plain"])) if said["status"] == "ok" else None


# Adding, removing and copying are each one step to all threads.
_open: set[KernelShell] = set()


def end_kernel_shells() -> None:
    """End all kernels of this process in which notebooks run; whoever runs cells there is told so."""
    for shell in _open.copy():
        shell.kill()


def _died(how: str) -> dict[str, Any]:
    return dict(nbformat.v4.new_output("error", ename="DeadKernelError", evalue=how, traceback=[how]))


def _bounded(outputs: list[NotebookNode], output_bytes: int) -> list[dict[str, Any]]:
    """The outputs up to some size; errors, which decide about points, stay in any case."""
    kept: list[dict[str, Any]] = []
    used = 0
    for output in outputs:
        used += len(json.dumps(output))
        if used <= output_bytes or output.output_type == "error":
            kept.append(dict(output))
    if used > output_bytes:
        said = f"More than {output_bytes:,} bytes of output; the rest is left out.\n"
        kept.append(dict(nbformat.v4.new_output("stream", name="stdout", text=said)))
    return kept
