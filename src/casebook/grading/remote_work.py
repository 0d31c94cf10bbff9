"""What does a worker on another machine do with a job? It sees that it is like us, finds the function, and runs it.

What crosses is bytes of ``wire``, both ways: errors too come back as data.
"""

from __future__ import annotations

import sys
from functools import cache
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from casebook import __version__
from casebook.errors import CasebookError, Problem, Where
from casebook.grading.executors import Execute, Lost, mistake
from casebook.grading.wire import pack, unpack

# What runs in a notebook and what reads it: a difference here can be one in marks.
SAME_EVERYWHERE = ("altair", "ipykernel", "ipython", "nbclient", "nbformat", "nbgrader", "numpy", "pandas")


@cache
def versions() -> dict[str, str]:
    """What has to be equal on all machines, by name."""
    found = {"python": ".".join(map(str, sys.version_info[:2])), "casebook": __version__}
    for name in SAME_EVERYWHERE:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "missing"
    return found


def name_of(execute: Execute) -> str:
    """The name by which another machine finds a function.

    Raises
    ------
    ValueError
        It would not find it: the function is no module's own.
    """
    module, name = str(getattr(execute, "__module__", "")), str(getattr(execute, "__qualname__", ""))
    if module in {"", "__main__"} or not name.isidentifier():
        raise ValueError(f"{execute!r} is no function of a module, so no other machine can import it")
    return f"{module}:{name}"


def work(function: str, expected: dict[str, str], job: bytes) -> bytes:
    """Run one job on this machine.

    Parameters
    ----------
    function
        Of ``name_of``.
    expected
        ``versions()`` where the job comes from.
    job
        Packed data.

    Returns
    -------
    bytes
        Packed; for ``answer``.
    """
    if versions() != expected:
        return pack({"versions": versions()})
    try:
        module, _, name = function.partition(":")
        execute: Execute = getattr(import_module(module), name)
        return pack({"result": execute(unpack(job))})
    except CasebookError as error:
        return pack({"problems": [_as_data(problem) for problem in error.problems]})
    except Exception as error:  # noqa: BLE001  (whatever a mistake of ours raises)
        return pack({"mistake": mistake(error)})


def answer(packed: bytes, machine: str) -> dict[str, Any] | Lost:
    """What ``work`` says came of a job.

    Raises
    ------
    CasebookError
        The worker differs from us, or the job says that none can be executed there.
    """
    said = unpack(packed)
    if "versions" in said:
        raise CasebookError([differs(said["versions"], versions(), machine)])
    if "problems" in said:
        raise CasebookError([_problem(problem) for problem in said["problems"]])
    return Lost(said["mistake"]) if "mistake" in said else said["result"]


def differs(theirs: dict[str, str], ours: dict[str, str], machine: str) -> Problem:
    """That another machine has other versions, and which."""
    names = [name for name in ours if theirs.get(name) != ours[name]]
    shown = ", ".join(f"{name} {theirs.get(name, 'missing')} (here {ours[name]})" for name in names[:5])
    more = f" and {len(names) - 5} more" if names[5:] else ""
    return Problem(
        f"{machine} has other versions than this one: {shown}{more}.",
        mend="install the same requirements.txt on all machines, restart the workers, and run the command again.",
    )


def _as_data(problem: Problem) -> dict[str, Any]:
    # A place on another machine is of use as text.
    return {"what": problem.what, "where": problem.where and str(problem.where), "mend": problem.mend}


def _problem(data: dict[str, Any]) -> Problem:
    return Problem(data["what"], Where(data["where"]) if data["where"] else None, data["mend"])
