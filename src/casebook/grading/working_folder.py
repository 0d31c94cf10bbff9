"""Where does a submission run, and who takes its folder away if the run was killed?

A folder is locked for as long as its run lives; the system lets go of the lock however the run ends.
So the next run knows which folders nobody will take away any more.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

if sys.platform != "win32":
    import fcntl

PREFIX = "casebook-submission-"


@contextmanager
def working_folder() -> Generator[Path]:
    """A new empty folder among the temporary ones, for as long as the block runs."""
    clear_what_killed_runs_left()
    temporary, lock = _locked()
    try:
        with temporary as folder:
            yield Path(folder)
    finally:
        os.close(lock)


def _locked() -> tuple[tempfile.TemporaryDirectory[str], int]:
    while True:
        temporary = tempfile.TemporaryDirectory(prefix=PREFIX, ignore_cleanup_errors=True)
        if sys.platform == "win32":
            # Folders cannot be locked there; what a killed run leaves is the system's to clear.
            return temporary, os.open(os.devnull, os.O_RDONLY)
        # Before it is locked, another run may take it for one that was left, and take it away.
        with suppress(FileNotFoundError, BlockingIOError):
            handle = os.open(temporary.name, os.O_RDONLY)
            try:
                _lock(handle)
                Path(temporary.name).stat()
            except BaseException:
                os.close(handle)
                raise
            return temporary, handle
        temporary.cleanup()


def _lock(handle: int) -> None:
    if sys.platform == "win32":
        return
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise
    except OSError:
        # A drive that knows no locks; nobody clears there, either.
        return


def clear_what_killed_runs_left() -> None:
    """Remove folders whose run has ended and could not; done once for each process."""
    _clear(tempfile.gettempdir())


@cache
def _clear(place: str) -> None:
    if sys.platform == "win32":
        return
    for folder in Path(place).glob(f"{PREFIX}*"):
        # Another user's cannot be opened, or just went away.
        with suppress(OSError):
            handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
            try:
                if os.fstat(handle).st_uid == os.getuid():
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    shutil.rmtree(folder, ignore_errors=True)
            finally:
                os.close(handle)
