"""Kernels that are forked from a warm parent, as processes that jupyter_client understands."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Generator, Iterable
from pathlib import Path
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

# The parent imports for about 2 seconds; this is for a machine that is busy with other things.
START_TIMEOUT_S = 120
# It takes a twentieth of a second, besides what the user's own start-up files do.
LISTEN_TIMEOUT_S = 10
# The address of a socket has room for some 100 bytes, and our own names take 35 of them.
LONGEST_PLACE = 65
# macOS has fork, but its own libraries do not survive it; Windows has none.
CAN_FORK = sys.platform == "linux"


class ParentEndedError(Exception):
    """The warm parent is not there, or went away."""


class WarmParent:
    """A running warm parent.

    Parameters
    ----------
    address
        Where it listens, or will as soon as it is up.
    process
        It.
    """

    def __init__(self, address: Path, process: subprocess.Popen[bytes]) -> None:
        self.address = address
        self.process = process

    def connection(self) -> socket.socket:
        """A new connection; whoever asks before the parent is ready waits for it.

        Raises
        ------
        ParentEndedError
            It could not start, or has ended.
        """
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        give_up = time.monotonic() + START_TIMEOUT_S
        while True:
            try:
                connection.connect(str(self.address))
            except (FileNotFoundError, ConnectionRefusedError) as error:
                if self.process.poll() is not None or time.monotonic() > give_up:
                    connection.close()
                    raise ParentEndedError(str(error)) from error
                time.sleep(0.01)
            else:
                return connection


def sockets_place() -> str:
    """The folder for temporary files, or another if sockets in it would have too long an address."""
    usual = tempfile.gettempdir()
    return usual if len(os.fsencode(usual)) <= LONGEST_PLACE else "/tmp"  # noqa: S108  (in a folder made by mkdtemp)


@contextlib.contextmanager
def warm_parent(preload: Iterable[str] = ()) -> Generator[WarmParent]:
    """A new warm parent, which ends with the block, and so do its kernels and shells.

    Parameters
    ----------
    preload
        Modules that it imports besides those that every notebook of the book needs; any that cannot
        be imported are left to whoever asks for them.
    """
    with tempfile.TemporaryDirectory(prefix="casebook-kernels-", dir=sockets_place()) as folder:
        address = Path(folder) / "socket"
        # -P: the folder we stand in is not where a chapter's modules are looked for.
        words = [sys.executable, "-P", "-m", "casebook.kernels.warm_parent", str(address), *preload]
        # A session of its own: when all of its owner's group is killed at once, it stays to end what it has
        # forked, and to take its socket away.
        process = subprocess.Popen(
            words,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            yield WarmParent(address, process)
        finally:
            # It ends with its standard input; while it still imports, it does not look there.
            process.terminate()
            process.communicate()


class ForkedProcess:
    """A forked kernel, with the few methods of ``subprocess.Popen`` that jupyter_client calls; or a forked shell."""

    stdin = stdout = stderr = None

    def __init__(
        self,
        parent: WarmParent,
        words: list[str],
        folder: str,
        environment: dict[str, str],
        *,
        be: str = "kernel",
        shell: socket.socket | None = None,
        ready: socket.socket | None = None,
    ) -> None:
        self.returncode: int | None = None
        self._received = b""
        self._one_reader = threading.Lock()
        self._connection = parent.connection()
        self._connection.settimeout(START_TIMEOUT_S)
        be = "shell" if shell else be
        request = {"be": be, "words": words, "folder": folder, "environment": environment}
        try:
            # A shell gets its end of the conversation with the request's first byte; a kernel, what it says
            # a word into when it listens.
            handed = shell or ready
            socket.send_fds(self._connection, [b"{"], [handed.fileno()] if handed else [])
            self._connection.sendall((json.dumps(request)[1:] + "\n").encode())
            self.pid = self._answer()["pid"]
        except OSError as error:
            self._connection.close()
            raise ParentEndedError(str(error)) from error

    def _answer(self) -> dict[str, int]:
        while b"\n" not in self._received:
            more = self._connection.recv(4096)
            if not more:
                raise ConnectionError("the warm parent closed the connection")
            self._received += more
        line, _, self._received = self._received.partition(b"\n")
        return json.loads(line)

    def fileno(self) -> int:
        """What can be read when it has ended."""
        return self._connection.fileno()

    def poll(self) -> int | None:
        """How it ended; None: it runs."""
        with self._one_reader:
            if self.returncode is None:
                self._connection.setblocking(False)
                try:
                    self.returncode = self._answer()["status"]
                except BlockingIOError:
                    return None
                except ConnectionError:
                    # Kernels end with their parent.
                    self.returncode = -signal.SIGKILL
                self._connection.close()
            return self.returncode

    def wait(self) -> int:
        """Wait until it ends, and how it ended."""
        for pause in _pauses():
            if (status := self.poll()) is not None:
                return status
            time.sleep(pause)
        raise AssertionError("pauses do not end")

    def send_signal(self, number: int) -> None:
        """Send a signal to it and to what it has started."""
        if self.poll() is None:
            # It may have ended just now.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, number)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)


def _pauses() -> Generator[float]:
    """Seconds between looks: most ends follow at once, and some take long."""
    pause = 0.001
    while True:
        yield pause
        pause = min(pause * 1.3, 0.05)


async def _readable(ready: socket.socket) -> None:
    """Wait until a kernel says that it listens, or ends.

    Whoever connects before that tries again a tenth of a second later, and whoever reads the
    connection's description may find it half written.
    """
    ready.setblocking(False)
    give_up = time.monotonic() + LISTEN_TIMEOUT_S
    for pause in _pauses():
        with contextlib.suppress(BlockingIOError):
            ready.recv(1)
            return
        if time.monotonic() > give_up:
            return
        await asyncio.sleep(pause)


class ForkedKernel(LocalProvisioner):
    """A kernel of jupyter_client that a warm parent forks.

    The kernel spec's command is ``python ... -m MODULE WORD...``; only the words are used.
    """

    warm_parent: WarmParent
    be = "kernel"
    _is_to_end = False

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Ask for a kernel; its process is known when this returns."""
        words = cmd[cmd.index("-m") + 2 :]
        self.cwd = str(kwargs.get("cwd") or Path.cwd())
        ours, theirs = socket.socketpair()
        with ours:
            with theirs:
                ask = functools.partial(ForkedProcess, be=self.be, ready=theirs)
                # The parent may still be importing.
                forked = await asyncio.to_thread(ask, self.warm_parent, words, self.cwd, kwargs["env"])
            self.process = forked
            self._is_to_end = False
            self.pid = self.pgid = forked.pid
            await _readable(ours)
        return self.connection_info

    async def wait(self) -> int | None:
        """Wait until the kernel has ended; sooner known than by a look every tenth of a second."""
        for pause in _pauses():
            if not isinstance(self.process, ForkedProcess):
                break
            if (status := self.process.poll()) is not None:
                self.process = None
                return status
            await asyncio.sleep(pause)
        return await super().wait()

    async def shutdown_requested(self, restart: bool = False) -> None:  # noqa: ARG002 - jupyter_client's
        """Take note that the kernel has been asked to end."""
        self._is_to_end = True

    async def poll(self) -> int | None:
        """How the kernel ended; None: it runs.

        Managers look every tenth of a second whether a kernel has done as it was asked. This looks
        more closely, so that they know at their first look.
        """
        if self._is_to_end and isinstance(self.process, ForkedProcess):
            give_up = time.monotonic() + 0.1
            for pause in _pauses():
                if self.process.poll() is not None or time.monotonic() > give_up:
                    break
                await asyncio.sleep(pause)
        return await super().poll()

    async def send_signal(self, signum: int) -> None:
        """Send a signal to the kernel and what it has started, unless it has ended.

        Then its number may be another's: the parent, unlike us, has taken note of the end.
        """
        if isinstance(self.process, ForkedProcess):
            self.process.send_signal(signum)
        else:
            await super().send_signal(signum)
