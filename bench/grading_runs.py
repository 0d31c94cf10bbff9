"""One grader, run once as a person would run it: how long, how much work, how much memory, which marks?"""

from __future__ import annotations

import json
import math
import os
import re
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from generated_class import ASSIGNMENT
from nbgrader.api import Gradebook

import casebook

PROGRAMS = Path(sys.executable).parent
MEGABYTE = 1_000_000
LOOK_S = 0.03
OTTER_MARKS = "otter-marks.json"
CASEBOOK = [sys.executable, "-c", "from casebook.cli import main; main()"]

Marks = dict[tuple[str, str, str], tuple[float | bool | None, ...]]


@dataclass(frozen=True)
class Side:
    """A way to grade.

    Parameters
    ----------
    name
        What it is called in the table.
    command
        What is run in the course directory; ends with exit code 0 if all were graded.
    environment
        Variables besides those of this process.
    is_sampled
        Whether it is so slow that only the first of the class are graded by it.
    workers
        Dask workers that it needs.
    """

    name: str
    command: list[str]
    environment: dict[str, str] = field(default_factory=dict)
    is_sampled: bool = False
    workers: int = 0


@dataclass(frozen=True)
class Run:
    """What came of one run of a grader.

    Parameters
    ----------
    seconds
        What a person waits.
    work
        Seconds of all processors together, as far as they were its children's.
    first_s
        After so many seconds the first submission was done. NaN: it does not say.
    marks
        What each graded cell got: by the grader, by a person, and whether a person has to look.
    """

    seconds: float
    work: float
    first_s: float
    marks: Marks


def environment(side: Side) -> dict[str, str]:
    """The variables of a run: compiled modules are kept, as they are for people who did not switch that off."""
    kept = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    path = os.pathsep.join([str(PROGRAMS), kept.get("PATH", "")])
    # The kit that made the class grades it, also from folders where a relative path leads nowhere.
    return {**kept, "PATH": path, "PYTHONPATH": str(Path(casebook.__file__).parents[1]), **side.environment}


def run(side: Side, course: Path) -> Run:
    """Grade the class that is in a course directory."""
    start, worked, first_s = time.perf_counter(), _work(), math.nan
    output: list[str] = []
    with _started(side, course) as process:
        assert process.stdout is not None  # noqa: S101 - Popen was told to give it
        for line in process.stdout:
            output.append(line)
            if math.isnan(first_s) and line.startswith('{"student'):
                first_s = time.perf_counter() - start
    seconds = time.perf_counter() - start
    if process.returncode:
        sys.exit(f"{side.name}: exit code {process.returncode}\n{''.join(output[-30:])}")
    return Run(seconds, _work() - worked, first_s, marks_in(course))


def _started(side: Side, course: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        side.command, cwd=course, env=environment(side), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def _work() -> float:
    """Seconds of processors that finished child processes, and theirs, have used."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def marks_in(course: Path) -> Marks:
    """What the gradebook of a course holds; otter-grader has none, and knows only the points of tests."""
    if (course / OTTER_MARKS).is_file():
        found = json.loads((course / OTTER_MARKS).read_text("utf-8"))
        return {(student, notebook, cell): (points, None, False) for student, notebook, cell, points in found}
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as book:
        return {
            (submission.student.id, notebook.name, grade.cell.name): (
                grade.auto_score,
                grade.manual_score,
                bool(grade.needs_manual_grade),
            )
            for submission in book.assignment_submissions(ASSIGNMENT)
            for notebook in submission.notebooks
            for grade in notebook.grades
        }


@dataclass
class Memory:
    """Most memory at any look, in MB.

    Parameters
    ----------
    total
        All processes of the grader together, shared pages counted once (PSS).
    command
        Of the process that was started: what it alone holds (USS).
    parent
        Of the warm parent: what it holds, shared with its forks or not (RSS less files).
    child
        Of the largest process that runs a notebook: what it alone holds (USS), which for a fork is
        what it has above its parent.
    """

    total: float = 0
    command: float = 0
    parent: float = 0
    child: float = 0


def peak(side: Side, course: Path) -> Memory:
    """Grade once more and look at the memory all the while; such a run is not timed."""
    most = Memory()
    with _started(side, course) as process:
        ended = threading.Event()
        watch = threading.Thread(target=_watch, args=(process.pid, most, ended))
        watch.start()
        output = process.communicate()[0]
        ended.set()
        watch.join()
    if process.returncode:
        sys.exit(f"{side.name}: exit code {process.returncode}\n{output[-3000:]}")
    return most


def _watch(pid: int, most: Memory, ended: threading.Event) -> None:
    command = psutil.Process(pid)
    while not ended.wait(LOOK_S):
        try:
            below = command.children(recursive=True)
        except psutil.NoSuchProcess:
            return
        total = 0.0
        for process in [command, *below]:
            try:
                used, words, above = process.memory_full_info(), process.cmdline(), process.parent()
                is_fork = above is not None and _is_warm(above.cmdline())
            except psutil.Error:
                # It has ended meanwhile, which is what it is for.
                continue
            total += used.pss
            if process == command:
                most.command = max(most.command, used.uss / MEGABYTE)
            elif _is_warm(words) and not is_fork:
                most.parent = max(most.parent, (used.rss - used.shared) / MEGABYTE)
            else:
                most.child = max(most.child, used.uss / MEGABYTE)
        most.total = max(most.total, total / MEGABYTE)


def _is_warm(words: list[str]) -> bool:
    return any("casebook.kernels.warm_parent" in word for word in words)


@contextmanager
def dask_cluster(workers: int) -> Generator[str]:
    """A scheduler and so many workers of one thread on this machine; the scheduler's address."""
    dask = [sys.executable, "-m", "dask"]
    kept = environment(Side("dask", []))
    words = [*dask, "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard"]
    with subprocess.Popen(words, env=kept, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as scheduler:
        assert scheduler.stderr is not None  # noqa: S101 - Popen was told to give it
        said = (re.search(r"tcp://[\d.]+:\d+", line) for line in scheduler.stderr)
        address = next(found.group() for found in said if found)
        # Nobody reads what else it says, and it must not wait for that.
        threading.Thread(target=scheduler.stderr.read, daemon=True).start()
        begun = [*dask, "worker", address, "--nworkers", str(workers), "--nthreads", "1", "--no-dashboard"]
        with subprocess.Popen(begun, env=kept, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as working:
            try:
                yield address
            finally:
                working.terminate()
                working.wait(60)
                scheduler.terminate()
                scheduler.wait(60)


def sides(otter: str | None) -> list[Side]:
    """All ways to grade that are compared; the first is what the others are measured by."""
    nbgrader = [sys.executable, "-m", "nbgrader", "autograde", ASSIGNMENT]
    casebook = [*CASEBOOK, "grade", ASSIGNMENT, "--course", ".", "--json"]
    forked = {"JUPYTER_DEFAULT_PROVISIONER_NAME": "casebook-forked"}
    found = [
        Side("nbgrader", nbgrader, {"JUPYTER_DEFAULT_PROVISIONER_NAME": "local-provisioner"}, is_sampled=True),
        Side("nbgrader-forked", nbgrader, forked, is_sampled=True),
        Side("shared", [*casebook, "--tests", "shared"]),
        Side("isolated", [*casebook, "--tests", "isolated"]),
    ]
    dask = [*casebook, "--tests", "shared", "--executor", "dask", "--scheduler"]
    found += [Side(f"dask-{count}", dask, workers=count) for count in (1, 2, 4)]
    if otter:
        found.append(Side("otter", [otter, str(Path(__file__).with_name("otter_class.py"))], is_sampled=True))
    return found
