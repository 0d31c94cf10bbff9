"""Which warm parent are a process's shells forked from? One for each list of modules, started when first needed."""

from __future__ import annotations

import atexit
import threading
from contextlib import ExitStack

from casebook.kernels.forked import WarmParent, warm_parent

_lock = threading.Lock()
_running: dict[tuple[str, ...], WarmParent] = {}
_ends = ExitStack()


def shell_parent(preload: tuple[str, ...]) -> WarmParent:
    """The warm parent that has imported these modules; it ends with this process.

    Parameters
    ----------
    preload
        Names of modules.
    """
    with _lock:
        parent = _running.get(preload)
        if parent is None or parent.process.poll() is not None:
            parent = _running[preload] = _ends.enter_context(warm_parent(preload))
            # What is registered last happens first: before `tempfile` finds that a folder was left to it, and warns.
            atexit.unregister(end_shell_parents)
            atexit.register(end_shell_parents)
        return parent


def end_shell_parents() -> None:
    """End them all, and what runs in them; the next shell gets a new one."""
    with _lock:
        _running.clear()
        _ends.close()
