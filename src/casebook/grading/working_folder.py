"""Where does a submission run, and who takes its folder away if the run was killed?

A folder is locked for as long as its run lives; the system lets go of the lock however the run ends.
So the next run knows which folders nobody will take away any more.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Generator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

PREFIX = "casebook-submission-"


@contextmanager
def working_folder() -> Generator[Path]:
    """A new empty folder among the temporary ones, for as long as the block runs."""
    clear_what_killed_runs_left()
    with tempfile.TemporaryDirectory(prefix=PREFIX, ignore_cleanup_errors=True) as folder:
        handle = os.open(folder, os.O_RDONLY)
        try:
            # A drive that knows no locks lets nobody clear, either.
            with suppress(OSError):
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield Path(folder)
        finally:
            os.close(handle)


def clear_what_killed_runs_left() -> None:
    """Remove folders whose run has ended and could not; done once for each process."""
    _clear(tempfile.gettempdir())


@cache
def _clear(place: str) -> None:
    for folder in Path(place).glob(f"{PREFIX}*"):
        # Another user's cannot be opened, or just went away.
        with suppress(OSError):
            handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
            try:
                # An empty one may be about to be locked.
                if os.fstat(handle).st_uid == os.getuid() and any(folder.iterdir()):
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    shutil.rmtree(folder, ignore_errors=True)
            finally:
                os.close(handle)
