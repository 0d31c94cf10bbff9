"""Is anybody grading in this course already? Two runs at once would record over each other.

The system lets go of the lock when the process that held it ends, however it ends, so none is ever
left behind. A file beside the lock says who holds it.
"""

from __future__ import annotations

import json
import os
import socket
import time
import warnings
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from filelock import BaseFileLock, FileLock, Timeout

from casebook.errors import CasebookError, Where
from casebook.whole_files import write_text

# For writing who took it, and for ending when killed, a process needs milliseconds.
PATIENCE_S = 1.0


@dataclass(frozen=True)
class Holder:
    """Who is grading.

    Parameters
    ----------
    process
        Its number.
    host
        The machine on which it runs.
    boot
        Which start of that machine; empty where the system does not say.
    since
        When it began, with the machine's time zone.
    assignment
        What is being graded.
    """

    process: int
    host: str
    boot: str
    since: str
    assignment: str

    @property
    def has_ended(self) -> bool:
        """Whether it is known to run no longer; of another machine nothing is known."""
        if self.host != socket.gethostname():
            return False
        return self.boot != _boot() or not _runs(self.process)


@contextmanager
def course_lock(course: Path, assignment: str) -> Generator[None]:
    """Be the only one who grades in a course directory for as long as the block runs.

    Parameters
    ----------
    course
        The course directory.
    assignment
        What is going to be graded; said to whoever comes meanwhile.

    Raises
    ------
    CasebookError
        Somebody is grading here, or the lock cannot be kept here.
    """
    folder = course / ".casebook"
    details = folder / "grading.lock.json"
    lock = FileLock(folder / "grading.lock", blocking=False)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _acquire(lock, details, course)
    except OSError as error:
        raise CasebookError.one(
            f"Whether somebody else is grading here cannot be found out: {error.strerror or error}.",
            where=Where(folder / "grading.lock"),
            mend="give yourself the right to write in the course directory, and room on its disk.",
        ) from error
    try:
        since = datetime.now().astimezone().isoformat(timespec="seconds")
        holder = Holder(os.getpid(), socket.gethostname(), _boot(), since, assignment)
        # The lock holds without it, on a full disk too.
        with suppress(OSError):
            write_text(details, json.dumps(asdict(holder), indent=1) + "\n")
        yield
    finally:
        with suppress(OSError):
            details.unlink(missing_ok=True)
        lock.release()


def _acquire(lock: BaseFileLock, details: Path, course: Path) -> None:
    end = time.monotonic() + PATIENCE_S
    while True:
        try:
            with warnings.catch_warnings():
                # Where the drive knows no such locks, filelock keeps a file with the process in it, and says so.
                warnings.simplefilter("ignore")
                lock.acquire()
        except Timeout:
            holder = _holder(details)
            # Whoever took it last may not have written so yet; whoever was killed may not be quite gone yet.
            if (holder is not None and not holder.has_ended) or time.monotonic() > end:
                raise _taken(holder, course) from None
            time.sleep(0.05)
        else:
            return


def _taken(holder: Holder | None, course: Path) -> CasebookError:
    if holder is None:
        return CasebookError.one(
            "Somebody else is grading in this course.",
            where=Where(course),
            mend="wait until they are done, then run the command again.",
        )
    began = holder.since.replace("T", " ")
    if holder.has_ended:
        return CasebookError.one(
            f"The grading of {holder.assignment!r} that began at {began} was killed (process {holder.process}), "
            "but something that it started still runs.",
            where=Where(course),
            mend="end it, or restart the machine; then run the command again: it goes on where that run stopped.",
        )
    here = holder.host == socket.gethostname()
    machine = "this machine" if here else f"the machine {holder.host!r}"
    return CasebookError.one(
        f"{holder.assignment!r} is being graded in this course: by process {holder.process} on {machine}, since {began}.",
        where=Where(course),
        mend=f"wait until it is done, or end it ({'' if here else 'there: '}kill {holder.process}); "
        "then run the command again: it goes on where that run stopped.",
    )


def _holder(details: Path) -> Holder | None:
    """Whom the file names; None: nobody yet."""
    try:
        found = json.loads(details.read_text("utf-8"))
        return Holder(
            int(found["process"]), str(found["host"]), str(found["boot"]), str(found["since"]), str(found["assignment"])
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _boot() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
    except OSError:
        return ""


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except PermissionError:
        return True
    except (OSError, OverflowError):
        return False
    return True
