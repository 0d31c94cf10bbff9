"""What runs in a fork that is a shell: a notebook's cells, one after another, without ZeroMQ.

Its owner (``shells``) sends what to do, in frames; each gets its answer with the same number::

    -> {"do": "run", "id": 1, "source": "...", "silent": false, "output_bytes": 1000000}
    <- {"is": "texts", ...}, {"is": "display_data", ...}, ...           what the cell gives
    <- {"is": "ask", "id": 1, "question": {...}}                        a function of another notebook
    -> {"do": "reply", "id": 1, "answer": {...}}
    <- {"is": "done", "id": 1, "execution_count": 1}
    -> {"do": "answers" | "call" | "bind", "id": 2, ...}
    <- {"is": "done", "id": 2, ...}
    <- {"is": "needs_kernel", "reason": "..."}                          at any time; then it ends
"""

from __future__ import annotations

import asyncio
import builtins
import getpass
import os
import signal
import socket
import sys
from collections.abc import Generator
from contextlib import contextmanager
from types import FrameType, MethodType, SimpleNamespace
from typing import Any, NoReturn

from ipykernel.kernelbase import Kernel

from casebook.kernels.book_kernel import draw_as_the_book_does, find_modules_beside_the_notebook
from casebook.kernels.frames import BadFrameError
from casebook.kernels.shell_channel import Channel
from casebook.kernels.shell_interactive import NotebookShell, build_shell
from casebook.kernels.shell_streams import Streams
from casebook.kernels.shell_values import Values

_built: NotebookShell | None = None


def prepare() -> None:
    """Do once, before there are forks, what every shell needs."""
    global _built  # noqa: PLW0603 - it is what the forks are for
    _built = build_shell()


def serve(connection: socket.socket) -> NoReturn:
    """Be a shell until the owner is gone.

    Parameters
    ----------
    connection
        To the owner.
    """
    channel = Channel(connection)
    try:
        _serve(channel)
    except BaseException as error:  # noqa: BLE001 - there is nobody else to tell
        channel.send({"is": "broken", "reason": f"{type(error).__name__}: {error}"})
        os._exit(1)
    os._exit(0)


def _serve(channel: Channel) -> None:
    streams = Streams(channel)
    shell = _built or build_shell()
    sys.argv = ["ipykernel"]
    shell.use(channel, streams)
    find_modules_beside_the_notebook()
    draw_as_the_book_does()
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    signal.signal(signal.SIGINT, _do_nothing)
    channel.send({"is": "ready"})
    loop.run_until_complete(_Serving(channel, streams, shell, loop).serve())


def _do_nothing(number: int, frame: FrameType | None) -> None:
    """No cell runs that could be interrupted."""


class _Serving:
    def __init__(
        self, channel: Channel, streams: Streams, shell: NotebookShell, loop: asyncio.AbstractEventLoop
    ) -> None:
        self.channel = channel
        self.streams = streams
        self.shell = shell
        self.loop = loop
        self.values = Values(shell, channel)
        self.pid = os.getpid()
        channel.handle = self._handle

    async def serve(self) -> None:
        while not self.shell.exit_now:
            # Between cells, what they started in the loop goes on.
            if not self.channel.has_waiting:
                await self._readable()
            message = self.channel.take()
            if message["do"] == "run":
                await self._run(message)
            else:
                self._handle(message)
            if os.getpid() != self.pid:
                # A fork that a cell made has come out of it; the notebook goes on in one process.
                os._exit(0)

    async def _readable(self) -> None:
        ready: asyncio.Future[None] = self.loop.create_future()
        fd = self.channel.connection.fileno()
        self.loop.add_reader(fd, lambda: ready.done() or ready.set_result(None))
        try:
            await ready
        finally:
            self.loop.remove_reader(fd)

    def _handle(self, message: dict[str, Any]) -> None:
        """Do what needs no loop; while a cell waits for an answer, too."""
        handler = {"answers": self.values.answers, "call": self.values.call, "bind": self.values.bind}
        if message["do"] in handler:
            before = signal.getsignal(signal.SIGINT)
            try:
                signal.signal(signal.SIGINT, signal.default_int_handler)
                result = handler[message["do"]](message)
            except KeyboardInterrupt:
                result = {"interrupted": True}
            finally:
                signal.signal(signal.SIGINT, before)
            self.streams.flush_all()
            try:
                self.channel.send({"is": "done", "id": message["id"], **result})
            except (BadFrameError, ValueError) as error:
                self.channel.send({"is": "done", "id": message["id"], "cannot": f"it is too large: {error}"})

    async def _run(self, message: dict[str, Any]) -> None:
        self.channel.begin(message["output_bytes"])
        try:
            failed = not await self._run_cell(message["source"], silent=message["silent"])
        except (KeyboardInterrupt, asyncio.CancelledError):
            # It came between the cell's own code and this.
            self.shell.showtraceback()
            failed = True
        finally:
            signal.signal(signal.SIGINT, _do_nothing)
        if os.getpid() == self.pid:
            self.streams.flush_all()
            count = self.shell.execution_count - 1
            done = {"failed": failed, "execution_count": count, "ends": self.shell.exit_now}
            self.channel.send({"is": "done", "id": message["id"], **done})

    async def _run_cell(self, source: str, *, silent: bool) -> bool:
        """As ``IPythonKernel.do_execute``."""
        shell = self.shell
        error = None
        signal.signal(signal.SIGINT, signal.default_int_handler)
        with _no_input():
            try:
                transformed = shell.transform_cell(source)
            except Exception:  # noqa: BLE001 - IPython shows it
                transformed, error = source, sys.exc_info()
            if not shell.should_run_async(source, transformed_cell=transformed, preprocessing_exc_tuple=error):
                return shell.went_well(shell.run_cell(source, store_history=not silent, silent=silent))
            shell.forget_error()
            cell = asyncio.ensure_future(
                shell.run_cell_async(
                    source,
                    store_history=not silent,
                    silent=silent,
                    transformed_cell=transformed,
                    preprocessing_exc_tuple=error,
                )
            )
            signal.signal(signal.SIGINT, self._interrupt(cell))
            result = None
            try:
                result = await cell
            finally:
                shell.events.trigger("post_execute")
                shell.events.trigger("post_run_cell", result)
            return result is not None and shell.went_well(result)

    def _interrupt(self, cell: asyncio.Future[Any]) -> Any:
        """What an interrupt does to a cell that may await: where it waits it is cancelled, as in a kernel."""

        def interrupt(number: int, frame: FrameType | None) -> None:
            if asyncio.current_task(self.loop) is cell:
                # Its own code is running, and a kernel could not stop it.
                signal.default_int_handler(number, frame)
            self.loop.call_soon_threadsafe(cell.cancel)

        return interrupt


@contextmanager
def _no_input() -> Generator[None]:
    """Refuse to ask a person, who is not there, in ipykernel's own words."""
    nobody: Any = SimpleNamespace(_allow_stdin=False)
    before = builtins.input, getpass.getpass
    builtins.input = MethodType(Kernel.raw_input, nobody)
    getpass.getpass = MethodType(Kernel.getpass, nobody)
    try:
        yield
    finally:
        builtins.input, getpass.getpass = before
