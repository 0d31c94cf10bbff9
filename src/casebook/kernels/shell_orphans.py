"""Whose child is a process, when its own parent has ended? What Linux can be told about that."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
from pathlib import Path

# From <linux/prctl.h>.
PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36


def adopt_orphans() -> None:
    """Let what descends from this process be its child when its own parent ends, and not the system's."""
    _tell(PR_SET_CHILD_SUBREAPER, 1)


def end_with_the_parent() -> None:
    """Let this process be killed when its parent ends."""
    _tell(PR_SET_PDEATHSIG, signal.SIGKILL)


def children_of_this() -> set[int]:
    """The children of this process; empty where the system does not say."""
    file = Path(f"/proc/self/task/{threading.get_native_id()}/children")
    try:
        return {int(pid) for pid in file.read_text("ascii").split()}
    except OSError:
        return set()


def _tell(what: int, value: int) -> None:
    if sys.platform == "linux" and ctypes.CDLL(None, use_errno=True).prctl(what, value, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
