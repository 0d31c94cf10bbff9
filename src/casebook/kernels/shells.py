"""Our end of a shell: a notebook's cells are run in a process of their own, and nothing it says is trusted.

The process is a fork of a warm parent (``shell``). It may print for ever, end itself, or send
nonsense; each of these ends in an output that says so, and never in more than the caller allowed.
"""

from __future__ import annotations

import contextlib
import select
import signal
import socket
import time
from collections.abc import Callable, Collection, Generator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

from casebook.kernels.forked import ForkedProcess, WarmParent
from casebook.kernels.frames import BadFrameError, Frames, frame
from casebook.kernels.shell_outputs import BadOutputError, CellOutputs, Displays, is_object

# As long as a cell may take to end after it was interrupted.
GRACE_S = 5.0
Answer = Callable[[dict[str, Any]], dict[str, Any]]


class NeedsKernelError(Exception):
    """The notebook needs what only a kernel has; its message says what."""


class ShellEndedError(Exception):
    """The process has ended, or was ended; its message is a sentence that says how."""


class CannotBindError(Exception):
    """Values could not be bound in the shell."""


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
        self._connection, theirs = socket.socketpair()
        try:
            with theirs:
                self._process = ForkedProcess(parent, [], str(folder.absolute()), dict(environment), shell=theirs)
        except BaseException:
            self._connection.close()
            raise
        self._connection.setblocking(False)  # noqa: FBT003
        self._frames = Frames()
        self._displays = Displays()
        self._out = bytearray()
        self._asked = 0
        self._cells = 0
        self._ended: str | None = None
        self._outputs: list[CellOutputs] = []
        self._answer: Answer | None = None
        # What comes between two cells, from threads that go on.
        self._early: list[dict[str, Any]] = []
        self._done: dict[int, dict[str, Any]] = {}

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """End it."""
        self.close()

    @property
    def pid(self) -> int:
        """The number of its process."""
        return self._process.pid

    @property
    def ended(self) -> str | None:
        """A sentence that says how it ended; None: it can be used."""
        return self._ended

    def run_cell(
        self, source: str, *, timeout_s: float | None, output_bytes: int, answer: Answer | None = None
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
            Answers what the cell asks of another process.

        Raises
        ------
        NeedsKernelError
            It needs what only a kernel has; this shell has ended.
        """
        if not source.strip():
            # Not even counted, as in nbclient.
            return CellRun([], "ok", None, 0)
        self._cells += 1
        start = time.monotonic()
        outputs = CellOutputs(self._displays, output_bytes)
        timed_out = False
        done: dict[str, Any] = {}
        try:
            with self._cell(outputs, answer):
                done, timed_out = self._exchange({"do": "run", "source": source, "output_bytes": output_bytes}, timeout_s)
        except ShellEndedError as error:
            outputs.add_error("DeadKernelError", str(error), str(error))
            return CellRun(outputs.outputs, "died", None, time.monotonic() - start)
        outputs.end()
        if timed_out:
            outputs.add_error("CellTimeoutError", "", "No reply from kernel before timeout")
        if done.get("ends"):
            self._end("It was told to: exit().")
        count = done.get("execution_count")
        failed = any(each["output_type"] == "error" for each in outputs.outputs)
        return CellRun(
            outputs.outputs,
            "timeout" if timed_out else "error" if failed or done.get("failed") else "ok",
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
        done, _ = self._exchange({"do": "answers", "names": list(names)}, timeout_s)
        given = done.get("answers")
        if done.get("interrupted") or not is_object(given):
            return dict.fromkeys(names, {"cannot": f"to read it takes longer than {timeout_s:g} seconds"})
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
        before, self._answer = self._answer, answer
        try:
            done, late = self._exchange({"do": "call", "question": question}, timeout_s)
        finally:
            self._answer = before
        given = done.get("answer")
        if late or not is_object(given):
            return raised("TimeoutError", f"The call took longer than {timeout_s:g} seconds.")
        return given

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
        done, late = self._exchange({"do": "bind", "values": dict(values), "unbind": list(unbind)}, timeout_s)
        if late or done.get("cannot") is not None:
            raise CannotBindError(str(done.get("cannot", "It took too long.")))

    def close(self) -> None:
        """End the process and all that it has started in its group."""
        # Without the connection, whoever still lives is told.
        self._connection.close()
        self._process.kill()
        self._process.wait()
        self._ended = self._ended or "The process was ended."

    # --- the conversation ------------------------------------------------------------------------

    @contextlib.contextmanager
    def _cell(self, outputs: CellOutputs, answer: Answer | None) -> Generator[None]:
        before, self._answer = self._answer, answer
        self._outputs.append(outputs)
        early, self._early = self._early, []
        try:
            for message in early:
                self._take_output(message)
            yield
        finally:
            self._outputs.pop()
            self._answer = before

    def _exchange(self, request: dict[str, Any], timeout_s: float | None) -> tuple[dict[str, Any], bool]:
        """The answer to a request, and whether it took too long."""
        if self._ended is not None:
            raise ShellEndedError(self._ended)
        self._asked += 1
        number = self._asked
        self._out += frame({**request, "id": number})
        deadline = None if timeout_s is None else time.monotonic() + timeout_s
        late = False
        while number not in self._done:
            left = None if deadline is None else deadline - time.monotonic()
            if left is not None and left <= 0:
                if late:
                    raise self._end("It did not stop when it was interrupted.")
                late = True
                deadline = time.monotonic() + GRACE_S
                self._process.send_signal(signal.SIGINT)
                continue
            self._wait(left)
        return self._done.pop(number), late

    def _wait(self, timeout_s: float | None) -> None:
        """Send and receive what there is; at most so long."""
        ready = select.poll()
        ready.register(self._connection, select.POLLIN | (select.POLLOUT if self._out else 0))
        ready.register(self._process, select.POLLIN)
        events = dict(ready.poll(None if timeout_s is None else timeout_s * 1000))
        try:
            if events.get(self._connection.fileno(), 0) & select.POLLOUT:
                del self._out[: self._connection.send(self._out)]
            if events.get(self._connection.fileno(), 0) & ~select.POLLOUT:
                self._receive()
            if self._process.fileno() in events and self._process.poll() is not None:
                # What it said before it ended is still there.
                while self._receive():
                    pass
                raise self._end(_how(self._process.poll()))
        except OSError as error:
            raise self._end(_how(self._status())) from error

    def _receive(self) -> bool:
        try:
            received = self._connection.recv(1 << 20)
        except BlockingIOError:
            return False
        if not received:
            raise self._end(_how(self._status()))
        try:
            self._frames.add(received)
            for message in self._frames.messages():
                self._take(message)
        except (BadFrameError, BadOutputError) as error:
            raise self._end(f"It sent what no notebook sends: {error}.") from error
        return True

    def _take(self, message: dict[str, Any]) -> None:
        match message:
            case {"is": "ready"}:
                pass
            case {"is": "done", "id": int(number)}:
                self._done[number] = message
            case {"is": "ask", "id": int(number), "question": question} if is_object(question):
                self._reply(number, question)
            case {"is": "needs_kernel", "reason": str(reason)}:
                self.close()
                raise NeedsKernelError(reason[:1000])
            case {"is": "broken", "reason": str(reason)}:
                raise self._end(f"It broke: {reason[:1000]}.")
            case _:
                self._take_output(message)

    def _take_output(self, message: dict[str, Any]) -> None:
        if not self._outputs:
            self._early.append(message)
        elif not self._outputs[-1].take(message):
            raise BadOutputError("a message of no kind")

    def _reply(self, number: int, question: dict[str, Any]) -> None:
        if self._answer is None:
            answer = raised("RuntimeError", "Functions of another notebook cannot be called here.")
        else:
            answer = self._answer(question)
        self._out += frame({"do": "reply", "id": number, "answer": answer})

    def _status(self) -> int | None:
        """How the process ended; None: it only stopped speaking."""
        if self._process.poll() is None:
            ready = select.poll()
            ready.register(self._process, select.POLLIN)
            ready.poll(1000)
        return self._process.poll()

    def _end(self, how: str) -> ShellEndedError:
        self._ended = f"The process ended in cell {self._cells}: {how}" if self._cells else how
        self.close()
        return ShellEndedError(self._ended)


def raised(kind: str, message: str) -> dict[str, Any]:
    """An answer that raises one of Python's own exceptions where it was asked for (see ``functions``)."""
    raises = {"type": kind, "base": kind, "is_base": True, "arguments": [message], "message": message}
    return {"raised": raises, "printed": "", "warned": "", "changed": []}


def _answer(given: object) -> dict[str, Any]:
    if is_object(given):
        if "value" in given:
            return {"value": given["value"]}
        if isinstance(given.get("cannot"), str):
            return {"cannot": given["cannot"]}
    return {"cannot": "what was sent is no answer"}


def _how(status: int | None) -> str:
    if status is None:
        return "It closed its connection."
    if status >= 0:
        return f"It ended itself, with exit status {status}."
    try:
        name = signal.Signals(-status).name
    except ValueError:
        name = f"signal {-status}"
    return f"It was ended by {name}" + (", perhaps for want of memory." if status == -signal.SIGKILL else ".")
