"""The process that kernels and shells are forked from: it has imported what notebooks need, and holds nothing else.

Started as ``python -P -m casebook.kernels.warm_parent SOCKET [MODULE...]``, or with ``--stock`` before
the modules for kernels that are not the book's; it ends when its standard input does. Whoever connects to the socket asks for one kernel, or for one shell with a socket of its
own, and keeps the connection for as long as it lives::

    -> {"be": "kernel", "words": [...], "folder": "...", "environment": {...}}     one line of JSON
    <- {"pid": 4711}
    <- {"status": 0}                                               when it has ended, as Popen gives it

It has one thread and opens nothing of the book, so that a fork of it is as good as a new process,
2 seconds sooner.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import random
import selectors
import signal
import socket
import sys
import tempfile
import time
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import NoReturn

import numpy as np

from casebook.kernels.shell_orphans import adopt_orphans, children_of_this, end_with_the_parent
from casebook.late_imports import put_off_what_is_slow

MOST_BYTES = 1_000_000
# After standard input, output and error.
FIRST_FREE = 3


@dataclass(frozen=True)
class Request:
    """A kernel or a shell that somebody wants."""

    words: Sequence[str]
    folder: str
    environment: Mapping[str, str]
    be: str = "kernel"

    @property
    def is_stock(self) -> bool:
        """Whether it is to be what it would be without the kit."""
        return self.be == "stock kernel"


def main(address: str, preload: Sequence[str] = (), *, stock: bool = False) -> None:
    """Import, listen, fork, until standard input ends; then end what still runs."""
    # Listening first: whoever asks early waits in the queue and not in a loop.
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listening.bind(address)
    listening.listen()
    if stock:
        from casebook.kernels import stock_kernel

        stock_kernel.warm_up(preload)
    else:
        _warm_up(preload)
        adopt_orphans()
    _Parent(listening).serve()
    # The owner may have been killed, and then nobody else takes this away.
    with contextlib.suppress(OSError):
        Path(address).unlink()
        Path(address).parent.rmdir()


def _warm_up(preload: Sequence[str] = ()) -> None:
    """Import what notebooks need, and do once what they all do first."""
    put_off_what_is_slow()
    from casebook.kernels.stock_kernel import INLINE

    # matplotlib asks when it is imported, and not when somebody draws.
    os.environ.setdefault("MPLBACKEND", INLINE)
    for module in preload:
        # One that is missing, or broken, is the notebook's business, which is told when it imports it.
        with contextlib.suppress(Exception, SystemExit):
            importlib.import_module(module)
    import altair as alt
    import pandas as pd

    from casebook.kernels import book_kernel, shell

    book_kernel.prepare()
    # The first chart of a process reads Vega-Lite's schema, and the first table several of pandas' modules.
    frame = pd.DataFrame({"year": [2001, 2002], "kind": ["a", "b"], "amount": [1.0, 2.0]})
    alt.Chart(frame, title="t").mark_line().encode(
        x=alt.X("year:O").title(None), y=alt.Y("amount:Q").title("a"), color="kind:N"
    ).to_dict()
    frame.groupby("kind").agg({"amount": "sum"}).to_html()
    shell.prepare()
    # What is here stays: the collector need not look at it, and forks need not copy it.
    gc.collect()
    gc.freeze()


class _Parent:
    """Forks, and tells of ends."""

    def __init__(self, listening: socket.socket) -> None:
        self.listening = listening
        self.children: dict[int, socket.socket] = {}
        self.selector = selectors.DefaultSelector()

    def serve(self) -> None:
        ended, tell = socket.socketpair()
        tell.setblocking(False)
        signal.signal(signal.SIGCHLD, _do_nothing)
        signal.set_wakeup_fd(tell.fileno(), warn_on_full_buffer=False)
        # An interrupt from the keyboard goes to all processes of the terminal; ours end with their owner.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        # Only what has forked nothing yet may simply be gone.
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        self.selector.register(self.listening, selectors.EVENT_READ)
        self.selector.register(sys.stdin, selectors.EVENT_READ)
        self.selector.register(ended, selectors.EVENT_READ)
        while True:
            for key, _ in self.selector.select():
                if key.fileobj is self.listening:
                    self._answer(self.listening.accept()[0])
                elif key.fileobj is ended:
                    ended.recv(4096)
                elif not os.read(sys.stdin.fileno(), 1):
                    self._end_all()
                    return
            self._tell_of_ends()

    def _answer(self, connection: socket.socket) -> None:
        asked, handed = _line(connection)
        if not asked.endswith(b"\n"):
            # Whoever asked went away.
            connection.close()
        else:
            request = Request(**json.loads(asked))
            with warnings.catch_warnings():
                # Libraries for linear algebra keep threads of their own, and see to forks by themselves.
                warnings.filterwarnings("ignore", message=".*multi-threaded.*", category=DeprecationWarning)
                pid = os.fork()
            if pid == 0:
                _be_child(request, handed)
            self.children[pid] = connection
            _say(connection, {"pid": pid})
        for fd in handed:
            os.close(fd)

    def _tell_of_ends(self) -> None:
        for pid, connection in list(self.children.items()):
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                _say(connection, {"status": os.waitstatus_to_exitcode(status)})
                connection.close()
                del self.children[pid]
        # What is left of a child that has ended; while it lives, its orphans are its own.
        for pid in children_of_this() - self.children.keys():
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, os.WNOHANG)

    def _end_all(self) -> None:
        for pid in self.children:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        while orphans := children_of_this():
            for pid in orphans:
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)


def _do_nothing(number: int, frame: FrameType | None) -> None:
    """Handle a signal, so that it wakes the loop."""


def _say(connection: socket.socket, answer: Mapping[str, int]) -> None:
    # Whoever asked may have gone; there is nobody else to tell.
    try:
        connection.sendall((json.dumps(answer) + "\n").encode())
    except OSError:
        return


def _line(connection: socket.socket) -> tuple[bytes, list[int]]:
    """A line, and the files that were handed over with it."""
    received, handed = b"", list[int]()
    while not received.endswith(b"\n") and len(received) < MOST_BYTES:
        more, files, _, _ = socket.recv_fds(connection, 65536, 1, socket.MSG_CMSG_CLOEXEC)
        handed += files
        if not more:
            break
        received += more
    return received, handed


def _be_child(request: Request, handed: Sequence[int]) -> NoReturn:
    """Become, in the fork, what a new process would be; never return."""
    status = 1
    try:
        _forget_the_parent(handed, stock=request.is_stock)
        os.environ.clear()
        os.environ.update(request.environment)
        time.tzset()
        # Where temporary files go is asked of the environment once.
        tempfile.tempdir = None
        os.chdir(request.folder)
        if request.be == "shell":
            from casebook.kernels import shell

            end_with_the_parent()
            shell.serve(socket.socket(fileno=FIRST_FREE))
        # An orphan ends by itself. By the environment it would look for the parent's own parent.
        words = [*request.words, f"--IPKernelApp.parent_handle={os.getppid()}"]
        ready = FIRST_FREE if handed else None
        if request.is_stock:
            from casebook.kernels import stock_kernel

            stock_kernel.serve(words, ready)
        else:
            from casebook.kernels.book_kernel import serve

            gc.unfreeze()
            serve(words, ready)
        status = 0
    except SystemExit as leaving:
        status = leaving.code if isinstance(leaving.code, int) else 0
    finally:
        # Neither the parent's clean-up nor its unwinding stack are the child's business.
        os._exit(status)


def _forget_the_parent(handed: Sequence[int], *, stock: bool) -> None:
    # A group of its own, so that what the notebook starts ends with it.
    os.setsid()
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    nowhere = os.open(os.devnull, os.O_RDWR)
    # What a stock kernel says besides its outputs goes where its owner's words go.
    for standard in (0,) if stock else (0, 1, 2):
        os.dup2(nowhere, standard)
    for place, fd in enumerate(handed, start=FIRST_FREE):
        os.dup2(fd, place, inheritable=False)
    os.closerange(FIRST_FREE + len(handed), _most_files())
    random.seed()
    # A process of its own would begin anywhere; forks would all begin where the parent stands.
    np.random.seed()  # noqa: NPY002 - the state that belongs to the module is what is shared
    if not stock:
        # What it leaves behind, it alone is asked for, as long as it lives.
        adopt_orphans()


def _most_files() -> int:
    folder = Path("/proc/self/fd")
    return max(int(entry.name) for entry in folder.iterdir()) + 1 if folder.is_dir() else 4096


if __name__ == "__main__":
    modules = [word for word in sys.argv[2:] if word != "--stock"]
    main(sys.argv[1], modules, stock="--stock" in sys.argv[2:])
