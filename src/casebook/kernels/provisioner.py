"""Kernels for any Jupyter program, forked in milliseconds: a provisioner of jupyter_client.

It is called ``casebook-forked``. A kernel spec names it in its metadata; or, for programs and specs
that know nothing of it, ``JUPYTER_DEFAULT_PROVISIONER_NAME=casebook-forked`` in the environment, or
``c.KernelProvisionerFactory.default_provisioner_name`` in a configuration, makes it the one for all
specs that name none::

    JUPYTER_DEFAULT_PROVISIONER_NAME=casebook-forked nbgrader autograde ps1

What it cannot fork, it starts as jupyter_client itself would: another language or Python, macOS and
Windows, a kernel that is to outlive its owner, a parent that did not come up.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from traitlets import List, Unicode

from casebook.kernels.forked import CAN_FORK, ForkedKernel, ParentEndedError, WarmParent, sockets_place

NAME = "casebook-forked"
LAUNCHER = ["-m", "ipykernel_launcher"]
PRELOADED = ("altair", "pandas", "numpy")
# What Python and the libraries read once, when they start: a parent serves kernels that agree with it.
READ_AT_START = ("PYTHON", "LD_", "LC_", "LANG", "HOME", "MPL", "OMP_", "OPENBLAS_", "MKL_", "NUMEXPR_", "MALLOC_")
# Of 150 MB each. Whoever starts kernels in more ways than this would fill the memory for nothing.
MOST_PARENTS = 4
# What a kernel may be started with that a fork can follow; all else is for Popen.
FOLLOWED = {"env", "cwd", "kernel_id", "extra_arguments"}


@dataclass(frozen=True)
class Warmth:
    """What a warm parent is like; kernels that need the same share one.

    Parameters
    ----------
    start
        The interpreter and its flags.
    modules
        Full names of what it imports beforehand.
    environment
        Variables that hold for it and cannot be changed in a fork.
    """

    start: tuple[str, ...]
    modules: tuple[str, ...]
    environment: frozenset[tuple[str, str]]


class _Parents:
    """The warm parents of this process, started when first needed and ended with it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: dict[Warmth, WarmParent] = {}
        self._served: set[Warmth] = set()
        self._failed: set[Warmth] = set()

    def get(self, warmth: Warmth, environment: Mapping[str, str]) -> WarmParent | None:
        """The parent of this kind, which may still be importing; None: there is to be none."""
        with self._lock:
            if warmth in self._failed:
                return None
            if warmth not in self._running:
                if len(self._running) >= MOST_PARENTS:
                    return None
                try:
                    self._running[warmth] = _start(warmth, environment)
                except OSError:
                    self._failed.add(warmth)
                    return None
            return self._running[warmth]

    def served(self, warmth: Warmth) -> None:
        """Take note that a kernel was forked."""
        with self._lock:
            self._served.add(warmth)

    def lost(self, warmth: Warmth, parent: WarmParent) -> None:
        """Take note that a parent has ended or does not answer; one that never served is not tried again."""
        with self._lock:
            if self._running.get(warmth) is parent:
                del self._running[warmth]
                if warmth in self._served:
                    self._served.remove(warmth)
                else:
                    self._failed.add(warmth)
        _end(parent)

    def end(self) -> None:
        """End them all, and their kernels with them."""
        with self._lock:
            ending, self._running = list(self._running.values()), {}
        for parent in ending:
            _end(parent)

    def forget(self) -> None:
        """Leave them to the process that this one is a fork of."""
        self._lock = threading.Lock()
        for parent in self._running.values():
            # They end when nobody holds this any more.
            if parent.process.stdin:
                parent.process.stdin.close()
            parent.process.returncode = 0
        self._running = {}


def _start(warmth: Warmth, environment: Mapping[str, str]) -> WarmParent:
    folder = Path(tempfile.mkdtemp(prefix="casebook-kernels-", dir=sockets_place()))
    address = folder / "socket"
    words = [*warmth.start, "-m", "casebook.kernels.warm_parent", str(address), "--stock", *warmth.modules]
    # In its own empty folder: where we stand is not where it is to look for modules.
    process = subprocess.Popen(words, stdin=subprocess.PIPE, cwd=folder, env=dict(environment))
    return WarmParent(address, process)


def _end(parent: WarmParent) -> None:
    if parent.process.poll() is None:
        # This closes its standard input, and waits.
        with contextlib.suppress(subprocess.TimeoutExpired):
            parent.process.communicate(timeout=5)
        parent.process.kill()
    parent.process.communicate()
    with contextlib.suppress(OSError):
        parent.address.unlink(missing_ok=True)
        parent.address.parent.rmdir()


_parents = _Parents()
atexit.register(_parents.end)
if CAN_FORK:
    os.register_at_fork(after_in_child=_parents.forget)


class ForkedProvisioner(ForkedKernel):
    """Forks any kernel that is this Python's ipykernel; starts all others anew."""

    be = "stock kernel"
    preload = List(
        Unicode(),
        list(PRELOADED),
        config=True,
        help="Modules that are imported before kernels are forked; those that are not installed are left out. "
        "A module that asks while it is imported whether it is in a notebook is told no.",
    )

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Fork a kernel, or start one as ``LocalProvisioner`` does."""
        warmth = _warmth(cmd, kwargs, self.preload)
        # A parent that has ended since the last kernel is replaced once.
        for _ in range(2):
            parent = _parents.get(warmth, kwargs["env"]) if warmth else None
            if warmth is None or parent is None:
                break
            self.warm_parent = parent
            # A new kernel finds this number there, too.
            environment = {**kwargs["env"], "JPY_PARENT_PID": str(os.getpid())}
            try:
                connection = await super().launch_kernel(cmd, **{**kwargs, "env": environment})
            except ParentEndedError as error:
                self.log.warning("The process that kernels are forked from has ended: %s", error)
                _parents.lost(warmth, parent)
            else:
                _parents.served(warmth)
                return connection
        return await LocalProvisioner.launch_kernel(self, cmd, **kwargs)


def _warmth(cmd: Sequence[str], options: Mapping[str, Any], modules: Sequence[str]) -> Warmth | None:
    """The parent that a kernel can be forked from; None: it is to be started anew."""
    if not CAN_FORK or any(value for name, value in options.items() if name not in FOLLOWED):
        return None
    launched = next((index for index in range(1, len(cmd)) if list(cmd[index : index + 2]) == LAUNCHER), None)
    if launched is None or not _is_this_python(cmd[0]):
        return None
    environment: Mapping[str, str] = options["env"]
    # A relative path would mean another folder to the parent.
    paths = environment.get("PYTHONPATH", "").split(os.pathsep)
    if any(path and not Path(path).is_absolute() for path in paths) or not Path(options.get("cwd") or ".").is_dir():
        return None
    at_start = frozenset((name, value) for name, value in environment.items() if name.startswith(READ_AT_START))
    return Warmth(tuple(cmd[:launched]), tuple(modules), at_start)


def _is_this_python(program: str) -> bool:
    """Whether it is the interpreter that we run in, by whichever of its names."""
    given, ours = Path(program), Path(sys.executable)
    # An environment's interpreter is a link to another's; what makes it is the folder it is in.
    return given.is_absolute() and given.parent.resolve() == ours.parent.resolve() and given.resolve() == ours.resolve()
