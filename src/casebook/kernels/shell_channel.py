"""The shell's way to its owner: what a cell gives, up to a limit, and questions with their answers.

What is sent is never cut in two by an interrupt from the keyboard: the interrupt waits until the
frame is out.
"""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import threading
from collections import deque
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from typing import Any, NoReturn

from casebook.kernels.frames import Frames, frame, framed

# Beyond the limit of a cell's output: how it ended, and what it gave, decide about points.
RESERVED_BYTES = 200_000
MOST_ERROR_CHARACTERS = 40_000
# So many pieces of text of a cell are sent at once, so that they are there if it ends the process;
# one that prints more than that is sent in larger pieces.
SENT_AT_ONCE = 50
PIECE_CHARACTERS = 8192


@contextmanager
def uninterrupted() -> Generator[None]:
    """Let an interrupt from the keyboard wait until the block has ended."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class Channel:
    """A socket to the owner.

    Parameters
    ----------
    connection
        Connected to the owner; blocking.
    """

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self.handle: Callable[[dict[str, Any]], None] = lambda _: None
        self._pid = os.getpid()
        self._lock = threading.RLock()
        self._frames = Frames()
        self._waiting: deque[dict[str, Any]] = deque()
        self._asked = 0
        self.begin(0)

    # --- messages --------------------------------------------------------------------------------

    def send(self, message: Mapping[str, Any]) -> None:
        """Send a message, now."""
        self._send(frame(message))

    def _send(self, data: bytes) -> None:
        # A fork that the cell made has the same socket; only one may speak.
        if os.getpid() == self._pid:
            with uninterrupted(), self._lock:
                self.connection.sendall(data)

    def take(self) -> dict[str, Any]:
        """The next message of the owner; waits for it. Ends the process where the owner is gone."""
        while not self._waiting:
            # An interrupt may come here, where nothing is half done.
            select.select([self.connection], [], [])
            with uninterrupted():
                more = self.connection.recv(1 << 20)
                if not more:
                    os._exit(0)
                self._frames.add(more)
                self._waiting.extend(self._frames.messages())
        return self._waiting.popleft()

    @property
    def has_waiting(self) -> bool:
        """Whether a message of the owner was read that nobody has taken."""
        return bool(self._waiting)

    def ask(self, question: dict[str, Any]) -> dict[str, Any]:
        """The owner's answer to a question; meanwhile the owner may ask for other things.

        Raises
        ------
        RuntimeError
            It is asked from a thread, or from a fork.
        """
        if threading.current_thread() is not threading.main_thread() or os.getpid() != self._pid:
            raise RuntimeError("A function of another notebook can be called in the notebook's own thread only.")
        self._asked += 1
        number = self._asked
        self.flush_text()
        self.send({"is": "ask", "id": number, "question": question})
        while True:
            message = self.take()
            if message["do"] != "reply":
                self.handle(message)
            elif message["id"] == number:
                return message["answer"]

    def needs_kernel(self, reason: str) -> NoReturn:
        """Say that this notebook needs a kernel, and end."""
        self.send({"is": "needs_kernel", "reason": reason})
        os._exit(0)

    # --- output of a cell ------------------------------------------------------------------------

    def begin(self, output_bytes: int) -> None:
        """Begin a cell, with so many bytes for its output."""
        self._most = output_bytes
        self._used = 0
        self._reserved = RESERVED_BYTES
        self._cut: set[str] = set()
        self._shown: dict[str, int] = {}
        self._clear_next = False
        self._texts: list[tuple[str, list[str]]] = []
        self._characters = 0
        self._sent_texts = 0

    def text(self, name: str, text: str) -> None:
        """Text for ``stdout`` or ``stderr``."""
        with self._lock:
            self._begin_output()
            left = self._most - self._used
            # To count bytes takes as long as to encode them; nobody needs to know them all.
            size = len(text) if len(text) > left else len(text.encode("utf-8", "surrogatepass"))
            if size > left:
                if name in self._cut:
                    return
                self._cut.add(name)
                text = text[:left].encode("utf-8", "surrogatepass")[:left].decode("utf-8", "ignore") + self._notice()
                self._used = self._most
            else:
                self._used += size
            if self._texts and self._texts[-1][0] == name:
                self._texts[-1][1].append(text)
            else:
                self._texts.append((name, [text]))
            self._characters += len(text)
        if self._sent_texts < SENT_AT_ONCE or self._characters > PIECE_CHARACTERS:
            self.flush_text()

    def _notice(self) -> str:
        return f"\n[casebook: this cell gave more than {self._most:,} bytes of output; the rest is left out]\n"

    def flush_text(self) -> None:
        """Send the text that waits."""
        with uninterrupted(), self._lock:
            texts, self._texts, self._characters = self._texts, [], 0
            if texts:
                self._sent_texts += 1
                self.send({"is": "texts", "texts": [(name, "".join(parts)) for name, parts in texts]})

    def flush(self, name: str) -> None:
        """What was written to ``stdout`` or ``stderr`` comes before what is written from now on."""
        self.flush_text()
        self.send({"is": "flush", "name": name})

    def output(self, kind: str, packed: bytes, display_id: str | None) -> None:
        """Send an output that is no text.

        Parameters
        ----------
        kind
            As Jupyter's messages are called: ``display_data``, ``update_display_data``,
            ``execute_result``, ``error``.
        packed
            The message's content, as JSON.
        display_id
            If it can be updated later.
        """
        self.flush_text()
        with self._lock:
            if kind != "update_display_data":
                self._begin_output()
            size = len(packed)
            before = self._shown.get(display_id, 0) if display_id and kind == "update_display_data" else 0
            if kind in {"error", "execute_result"} and size > self._most - self._used:
                if size > self._reserved:
                    packed = _shortened(kind, packed)
                    size = len(packed)
                if size > self._reserved:
                    return
                self._reserved -= size
            elif self._used + size - before > self._most:
                self._say_cut()
                return
            else:
                self._used += size - before
                if display_id:
                    self._shown[display_id] = size
        self._send(framed(b'{"is":"' + kind.encode() + b'","content":' + packed + b"}"))

    def _say_cut(self) -> None:
        if "stdout" not in self._cut:
            self._cut.add("stdout")
            self.send({"is": "texts", "texts": [("stdout", self._notice().lstrip())]})

    def clear(self, *, wait: bool) -> None:
        """Clear the cell's output, now or before the next."""
        self.flush_text()
        self.send({"is": "clear_output", "wait": wait})
        self._clear_next = True
        if not wait:
            self._begin_output()

    def _begin_output(self) -> None:
        if self._clear_next:
            self._clear_next = False
            self._used = 0
            self._cut.clear()


def _shortened(kind: str, packed: bytes) -> bytes:
    """An error or a result that is too long, without most of it."""
    content = json.loads(packed)
    if kind == "error":
        content["evalue"] = content["evalue"][:MOST_ERROR_CHARACTERS]
        content["traceback"] = ["\n".join(content["traceback"])[:MOST_ERROR_CHARACTERS]]
    else:
        plain = str(content["data"].get("text/plain", ""))[:MOST_ERROR_CHARACTERS]
        content["data"], content["metadata"] = {"text/plain": plain}, {}
    return json.dumps(content).encode()
