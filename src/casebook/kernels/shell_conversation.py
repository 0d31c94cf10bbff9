"""The conversation with a shell: a request, its answer, and what comes between; until one side has ended.

Nothing that the other side says is trusted: how much it says is bounded, and what is not understood
ends it.
"""

from __future__ import annotations

import contextlib
import json
import select
import signal
import socket
import time
from collections.abc import Callable, Generator, Mapping
from pathlib import Path
from typing import Any

from casebook.kernels.forked import ForkedProcess, WarmParent
from casebook.kernels.frames import MOST_FRAME_BYTES, BadFrameError, Frames, frame
from casebook.kernels.shell_outputs import BadOutputError, CellOutputs, is_object

# As long as a cell may take to end after it was interrupted.
GRACE_S = 5.0
# What threads of the notebook may give between two cells.
EARLY_BYTES = 100_000
Answer = Callable[[dict[str, Any]], dict[str, Any]]


class NeedsKernelError(Exception):
    """The notebook needs what only a kernel has; its message says what."""


class ShellEndedError(Exception):
    """The process has ended, or was ended; its message is a sentence that says how."""


class Conversation:
    """With one shell, which is started by it.

    Parameters
    ----------
    parent
        What it is forked from.
    folder, environment
        As the shell sees them.
    """

    def __init__(self, parent: WarmParent, folder: Path, environment: Mapping[str, str]) -> None:
        self._connection, theirs = socket.socketpair()
        try:
            with theirs:
                self._process = ForkedProcess(parent, [], str(folder.absolute()), dict(environment), shell=theirs)
        except BaseException:
            self._connection.close()
            raise
        self._connection.setblocking(False)
        self.pid = self._process.pid
        # Where it was when it ended.
        self.place = "before its first cell"
        self.ended: str | None = None
        self._frames = Frames()
        self._to_send = bytearray()
        self._asked = 0
        self._awaited: set[int] = set()
        self._done: dict[int, dict[str, Any]] = {}
        self._outputs: CellOutputs | None = None
        self._answer: Answer | None = None
        self._early: list[dict[str, Any]] = []
        self._early_bytes = 0

    def close(self) -> None:
        """End the process and what it has started."""
        self.ended = self.ended or "The process was ended."
        # Without the connection, whoever still lives is told.
        self._connection.close()
        self._process.kill()
        self._process.wait()

    def end(self, how: str) -> ShellEndedError:
        """End it, and give the error that says so."""
        self.ended = f"The process ended {self.place}: {how}"
        self.close()
        return ShellEndedError(self.ended)

    @contextlib.contextmanager
    def outputs_into(self, outputs: CellOutputs, *, most_bytes: int) -> Generator[None]:
        """Collect the outputs that come during the block; what comes at once is no longer than ``most_bytes``."""
        self._outputs, self._frames.most_bytes = outputs, most_bytes
        early, self._early, self._early_bytes = self._early, [], 0
        try:
            for message in early:
                self._take_output(message)
            yield
        except BadOutputError as error:
            raise self.end(f"It sent what no notebook sends: {error}.") from error
        finally:
            self._outputs, self._frames.most_bytes = None, MOST_FRAME_BYTES

    @contextlib.contextmanager
    def answered_by(self, answer: Answer | None) -> Generator[None]:
        """Let questions that come during the block be answered."""
        before, self._answer = self._answer, answer
        try:
            yield
        finally:
            self._answer = before

    def exchange(self, request: dict[str, Any], timeout_s: float | None) -> tuple[dict[str, Any], bool]:
        """The answer to a request, and whether it took too long and was interrupted.

        Raises
        ------
        ShellEndedError
            The process is gone.
        NeedsKernelError
            It says so.
        """
        if self.ended is not None:
            raise ShellEndedError(self.ended)
        self._asked += 1
        number = self._asked
        self._awaited.add(number)
        self._to_send += frame({**request, "id": number})
        deadline = None if timeout_s is None else time.monotonic() + timeout_s
        late = False
        while number not in self._done:
            left = None if deadline is None else deadline - time.monotonic()
            if left is not None and left <= 0:
                if late:
                    raise self.end(f"It did not stop within {GRACE_S:g} seconds of being interrupted.")
                late = True
                deadline = time.monotonic() + GRACE_S
                self._process.send_signal(signal.SIGINT)
                continue
            try:
                self._wait(left)
            except ShellEndedError:
                # The answer may have been its last word.
                if number not in self._done:
                    raise
        self._awaited.discard(number)
        return self._done.pop(number), late

    def _wait(self, timeout_s: float | None) -> None:
        """Send and receive what there is; wait for it, but not longer than this."""
        ready = select.poll()
        ready.register(self._connection, select.POLLIN | (select.POLLOUT if self._to_send else 0))
        here, there = self._connection.fileno(), self._process.fileno()
        if there >= 0:
            ready.register(there, select.POLLIN)
        else:
            # It was seen to have ended; what it said before is all there is to wait for.
            timeout_s = 0
        events = dict(ready.poll(None if timeout_s is None else timeout_s * 1000))
        try:
            if events.get(here, 0) & select.POLLOUT:
                del self._to_send[: self._connection.send(self._to_send)]
            if events.get(here, 0) & ~select.POLLOUT:
                self._receive()
            if (there < 0 or there in events) and self._process.poll() is not None:
                # What it said before it ended is still there.
                while self._receive():
                    pass
        except OSError as error:
            raise self.end(_how(self._status())) from error

    def _receive(self) -> bool:
        """Take what the process has sent; whether that was anything."""
        try:
            received = self._connection.recv(1 << 20)
        except BlockingIOError:
            if self._process.poll() is not None:
                # Something that it has started still holds its end.
                raise self.end(_how(self._status())) from None
            return False
        if not received:
            raise self.end(_how(self._status()))
        try:
            self._frames.add(received)
            for message in self._frames.messages():
                self._take(message)
        except (BadFrameError, BadOutputError) as error:
            raise self.end(f"It sent what no notebook sends: {error}.") from error
        return True

    def _take(self, message: dict[str, Any]) -> None:
        match message:
            case {"is": "ready"}:
                pass
            case {"is": "done", "id": int(number)} if number in self._awaited:
                self._done[number] = message
            case {"is": "ask", "id": int(number), "question": question} if is_object(question):
                self._reply(number, question)
            case {"is": "needs_kernel", "reason": str(reason)}:
                self.end(f"It needs a kernel: {reason[:1000]}.")
                raise NeedsKernelError(reason[:1000])
            case {"is": "broken", "reason": str(reason)}:
                raise self.end(f"It broke: {reason[:1000]}.")
            case _:
                self._take_output(message)

    def _take_output(self, message: dict[str, Any]) -> None:
        if self._outputs is not None:
            if not self._outputs.take(message):
                raise BadOutputError("a message of no kind")
            return
        self._early_bytes += len(json.dumps(message))
        if self._early_bytes <= EARLY_BYTES:
            self._early.append(message)

    def _reply(self, number: int, question: dict[str, Any]) -> None:
        try:
            if self._answer is None:
                answer = raised("RuntimeError", "There is nobody here whose functions could be called.")
            else:
                answer = self._answer(question)
            data = frame({"do": "reply", "id": number, "answer": answer})
        except (ShellEndedError, BadFrameError) as error:
            data = frame({"do": "reply", "id": number, "answer": raised("RuntimeError", str(error))})
        except BaseException:
            # The cell will never get its answer.
            self.close()
            raise
        self._to_send += data
        if len(self._to_send) > 2 * MOST_FRAME_BYTES:
            raise BadFrameError("questions without end")

    def _status(self) -> int | None:
        """How the process ended; None: it only stopped speaking."""
        if self._process.poll() is None:
            ready = select.poll()
            ready.register(self._process, select.POLLIN)
            ready.poll(1000)
        return self._process.poll()


def raised(kind: str, message: str) -> dict[str, Any]:
    """An answer that raises one of Python's own exceptions where it was asked for (see ``functions``)."""
    raises = {"type": kind, "base": kind, "is_base": True, "arguments": [message], "message": message}
    return {"raised": raises, "printed": "", "warned": "", "changed": []}


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
