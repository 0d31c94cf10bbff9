"""What a cell prints, and what programs and libraries print that it starts.

As in an ipykernel, each stream collects what is written to it, and what was collected becomes an
output when something is displayed, when the cell ends, or after 0.2 seconds.
"""

from __future__ import annotations

import io
import os
import select
import sys
import threading
import time
from contextlib import suppress

from casebook.kernels.shell_channel import Channel, uninterrupted

# As ipykernel's OutStream.
FLUSH_INTERVAL_S = 0.2
# No program starts and prints in less.
PROGRAM_S = 0.0005
NAMES = ("stdout", "stderr")


class Stream(io.TextIOBase):
    """``sys.stdout`` or ``sys.stderr`` of a shell."""

    def __init__(self, streams: Streams, name: str, number: int) -> None:
        self._streams = streams
        self._number = number
        self.name = name

    @property
    def encoding(self) -> str:  # pyright: ignore[reportIncompatibleVariableOverride]
        """As ipykernel's."""
        return "UTF-8"

    def writable(self) -> bool:
        """It is."""
        return True

    def isatty(self) -> bool:
        """It is not."""
        return False

    def fileno(self) -> int:
        """What programs write there belongs to the cell, too."""
        return self._number

    def write(self, s: str, /) -> int:
        """Collect text."""
        if not isinstance(s, str):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise TypeError(f"write() argument must be str, not {type(s)}")
        self._streams.write(self.name, self._number, s)
        return len(s)

    def flush(self) -> None:
        """Let what was collected be an output."""
        self._streams.flush(self.name)


class Streams:
    """Both streams of a shell, and the pipes that stand where a program's own output goes.

    Parameters
    ----------
    channel
        Where text is sent.
    """

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._pid = os.getpid()
        self._lock = threading.RLock()
        self._looked = 0.0
        self._since: dict[str, float] = {}
        self._pipes: dict[int, str] = {}
        for number, name in enumerate(NAMES, start=1):
            reads, writes = os.pipe()
            os.dup2(writes, number)
            os.close(writes)
            os.set_blocking(reads, False)
            self._pipes[reads] = name
        sys.stdout = Stream(self, "stdout", 1)
        sys.stderr = Stream(self, "stderr", 2)
        # A program that prints more than a pipe holds would wait for ever if nobody read.
        threading.Thread(target=self._read, name="casebook-output", daemon=True).start()

    def write(self, name: str, number: int, text: str) -> None:
        """Collect text; of a fork of the cell, by way of the pipe."""
        if os.getpid() != self._pid:
            with suppress(OSError):
                os.write(number, text.encode("utf-8", "replace"))
            return
        now = time.monotonic()
        if now - self._looked > PROGRAM_S:
            # What a program printed before this comes before it.
            self._looked = now
            self.read_programs()
        self._collect(name, text, now)

    def _collect(self, name: str, text: str, now: float) -> None:
        if self._since:
            self._flush_due(now)
        self._since.setdefault(name, now)
        self._channel.text(name, text)

    def _flush_due(self, now: float) -> None:
        # The first in here was written to first.
        for name, since in list(self._since.items()):
            if now - since > FLUSH_INTERVAL_S:
                self.flush(name)

    def flush(self, name: str) -> None:
        """Let what was collected be an output."""
        if os.getpid() == self._pid:
            self.read_programs()
            if self._since.pop(name, None) is not None:
                self._channel.flush(name)

    def flush_all(self) -> None:
        """Let what was collected of both be outputs."""
        self.read_programs()
        self._flush_due(time.monotonic())
        for name in NAMES:
            self.flush(name)

    def read_programs(self) -> None:
        """Collect what programs have printed up to now."""
        while ready := select.select(self._pipes, (), (), 0)[0]:
            with uninterrupted(), self._lock:
                for reads in ready:
                    if not self._read_one(reads):
                        return

    def _read_one(self, reads: int) -> bool:
        try:
            printed = os.read(reads, 65536)
        except BlockingIOError:
            # The other thread was quicker.
            return True
        if printed:
            self._collect(self._pipes[reads], printed.decode(errors="replace"), time.monotonic())
        return bool(printed)

    def _read(self) -> None:
        import signal

        # Interrupts are the main thread's.
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        while True:
            ready = select.select(self._pipes, (), ())[0]
            with self._lock:
                for reads in ready:
                    # A hang-up: the cell has closed its own output.
                    if not self._read_one(reads):
                        return
