"""Our end of a shell: a notebook's cells are run in a process of their own, and nothing it says is trusted.

The process is a fork of a warm parent (``shell``). It may print for ever, end itself, or send
nonsense; each of these ends in an output that says so, and never in more than the caller allowed.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

from casebook.kernels.forked import WarmParent
from casebook.kernels.frames import MOST_FRAME_BYTES
from casebook.kernels.shell_conversation import Answer, Conversation, NeedsKernelError, ShellEndedError, raised
from casebook.kernels.shell_outputs import CellOutputs, Displays, is_object

__all__ = ["Answer", "CannotBindError", "CellRun", "NeedsKernelError", "Shell", "ShellEndedError", "raised"]

# As JSON, a byte of output may take six; and there is more to say than outputs.
JSON_BYTES = 6
SPACE_BYTES = 2_000_000


class CannotBindError(Exception):
    """Values could not be bound in the shell; its message is a sentence that says why."""


@dataclass(frozen=True)
class CellRun:
    """How the run of a cell went.

    Parameters
    ----------
    outputs
        As nbformat 4 has them. If a later cell updates a display of this one, its dict is changed.
    status
        ``ok``; ``error``: it raised one; ``timeout``: it ran too long and was interrupted, and the
        shell can be used on; ``died``: the process is gone.
    execution_count
        Its number in the notebook. None: it was not run to its end, or is empty.
    seconds
        How long it took.
    """

    outputs: list[dict[str, Any]]
    status: Literal["ok", "error", "timeout", "died"]
    execution_count: int | None
    seconds: float


class Shell:
    """A notebook's cells in a process of their own; ends with the block.

    Parameters
    ----------
    parent
        What it is forked from.
    folder
        Where the cells run.
    environment
        The variables that they see.

    Raises
    ------
    ParentEndedError
        The parent is gone.
    NotADirectoryError
        There is no such folder.
    """

    def __init__(self, parent: WarmParent, folder: Path, environment: Mapping[str, str]) -> None:
        if not folder.is_dir():
            raise NotADirectoryError(str(folder))
        self._conversation = Conversation(parent, folder, environment)
        self._displays = Displays()
        self._cells = 0

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """End it."""
        self.close()

    @property
    def pid(self) -> int:
        """The number of its process."""
        return self._conversation.pid

    @property
    def language_info(self) -> dict[str, Any]:
        """What an ipykernel says of its language."""
        from ipykernel.ipkernel import IPythonKernel

        return dict(IPythonKernel.language_info)

    @property
    def ended(self) -> str | None:
        """A sentence that says how it ended; None: it can be used."""
        return self._conversation.ended

    def run_cell(
        self,
        source: str,
        *,
        timeout_s: float | None,
        output_bytes: int,
        answer: Answer | None = None,
        silent: bool = False,
    ) -> CellRun:
        """Run a cell and wait until it has ended, in one way or another.

        Parameters
        ----------
        source
            Its text.
        timeout_s
            After so many seconds it is interrupted. None: never.
        output_bytes
            So much of its output is kept.
        answer
            Answers what the cell asks of another process: how a function of the other one that was
            bound here is called. Its time is the cell's.
        silent
            Whether it leaves no number, no history and no result of its last line.

        Raises
        ------
        NeedsKernelError
            It needs what only a kernel has; this shell has ended.
        """
        if not source.strip():
            # Not even counted, as in nbclient.
            return CellRun([], "ok", None, 0)
        self._cells += 1
        if self.ended is None:
            self._conversation.place = f"in cell {self._cells}"
        start = time.monotonic()
        outputs = CellOutputs(self._displays, output_bytes)
        most = MOST_FRAME_BYTES if answer else JSON_BYTES * output_bytes + SPACE_BYTES
        request = {"do": "run", "source": source, "silent": silent, "output_bytes": output_bytes}
        try:
            with self._conversation.answered_by(answer), self._conversation.outputs_into(outputs, most_bytes=most):
                done, late = self._conversation.exchange(request, timeout_s)
        except ShellEndedError as error:
            outputs.add_error("DeadKernelError", str(error), str(error))
            return CellRun(outputs.outputs, "died", None, time.monotonic() - start)
        outputs.end()
        failed = done.get("failed") is True or any(each["output_type"] == "error" for each in outputs.outputs)
        if late:
            # In nbgrader's words.
            outputs.add_error("CellTimeoutError", "", "No reply from kernel before timeout")
        if done.get("ends") is True:
            self._conversation.end("It called exit() or quit().")
        count = done.get("execution_count")
        return CellRun(
            outputs.outputs,
            "timeout" if late else "error" if failed else "ok",
            count if isinstance(count, int) else None,
            time.monotonic() - start,
        )

    def answers(self, names: Collection[str], *, timeout_s: float) -> dict[str, Any]:
        """The values of these names, as plain data; a name that is not bound is left out.

        Parameters
        ----------
        names
            Which.
        timeout_s
            How long that may take.

        Returns
        -------
        dict[str, Any]
            For each name ``{"value": data}``, or ``{"cannot": sentence}``.

        Raises
        ------
        ShellEndedError
            The process is gone.
        """
        done, late = self._conversation.exchange({"do": "answers", "names": list(names)}, timeout_s)
        given = done.get("answers")
        if late or not is_object(given):
            cannot = f"to read it takes longer than {timeout_s:g} seconds" if late else str(done.get("cannot"))
            return {name: {"cannot": cannot} for name in names}
        return {name: _answer(given[name]) for name in names if name in given}

    def call(self, question: dict[str, Any], *, timeout_s: float, answer: Answer | None = None) -> dict[str, Any]:
        """Call a function that this process has given away.

        Parameters
        ----------
        question
            What another process asks: which function, and its arguments.
        timeout_s
            After so many seconds it is interrupted.
        answer
            Answers what the function asks of another process.

        Returns
        -------
        dict[str, Any]
            The answer, for whoever asked.

        Raises
        ------
        ShellEndedError
            The process is gone.
        """
        with self._conversation.answered_by(answer):
            done, late = self._conversation.exchange({"do": "call", "question": question}, timeout_s)
        if late:
            return raised("TimeoutError", f"The call took longer than {timeout_s:g} seconds.")
        given = done.get("answer")
        return given if is_object(given) else {"cannot": str(done.get("cannot"))}

    def bind(self, values: Mapping[str, Any], *, unbind: Collection[str] = (), timeout_s: float = 60) -> None:
        """Bind names to values that are plain data.

        Parameters
        ----------
        values
            Plain data by name.
        unbind
            Names that are not bound any more afterwards, if they were.
        timeout_s
            How long that may take.

        Raises
        ------
        CannotBindError
            A value is no plain data; nothing was bound.
        ShellEndedError
            The process is gone.
        """
        request = {"do": "bind", "values": dict(values), "unbind": list(unbind)}
        done, late = self._conversation.exchange(request, timeout_s)
        if late or "cannot" in done:
            raise CannotBindError(str(done.get("cannot", f"To bind them takes longer than {timeout_s:g} seconds.")))

    def close(self) -> None:
        """End the process and all that it has started."""
        self._conversation.close()


def _answer(given: object) -> dict[str, Any]:
    if is_object(given):
        if "value" in given:
            return {"value": given["value"]}
        if isinstance(given.get("cannot"), str):
            return {"cannot": given["cannot"]}
    return {"cannot": "what was sent is no answer"}
