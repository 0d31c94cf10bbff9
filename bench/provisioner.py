"""How much sooner is a forked kernel there, and how much sooner is unmodified nbgrader done?

    python bench/provisioner.py                          6 submissions, 3 rounds: about 4 minutes
    python bench/provisioner.py --submissions 30         the start of nbgrader counts for less

The same kernel spec and the same submissions of the casebook's own assignment, started by
jupyter_client's own provisioner and by ``casebook-forked``, in turns within one run; nothing else
differs, and the marks must be equal. Writing bytecode is on for both. Times are what a person waits;
the time of all processors together is given beside it, because a busy machine spoils the first more.
What nbgrader does before its first submission is measured by grading one alone.
"""

from __future__ import annotations

import argparse
import csv
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
PROGRAMS = Path(sys.executable).parent
ASSIGNMENT = "data-sharing"
SIDES = ("local-provisioner", "casebook-forked")
# Prints how long each kernel took from the wish to its first answer.
START = """
import sys, time
from jupyter_client.manager import KernelManager
for _ in range(int(sys.argv[1])):
    began = time.perf_counter()
    kernel = KernelManager(kernel_name="python3", transport_encryption="auto")
    kernel.start_kernel()
    client = kernel.client()
    client.start_channels()
    client.kernel_info()
    client.get_shell_msg(timeout=60)
    answered = time.perf_counter()
    kernel.shutdown_kernel()
    client.stop_channels()
    print(answered - began, time.perf_counter() - answered, flush=True)
"""


def _environment(provisioner: str) -> dict[str, str]:
    # Both keep compiled modules between runs, as they do for people who did not switch that off.
    kept = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    path = os.pathsep.join([str(PROGRAMS), kept.get("PATH", "")])
    return {**kept, "PATH": path, "JUPYTER_DEFAULT_PROVISIONER_NAME": provisioner}


def _run(words: list[str], provisioner: str, folder: Path) -> str:
    done = subprocess.run(words, cwd=folder, env=_environment(provisioner), capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(words)}: exit code {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def _starts(provisioner: str, times: int, folder: Path) -> tuple[list[float], list[float]]:
    lines = _run([sys.executable, "-c", START, str(times)], provisioner, folder).splitlines()
    pairs = [tuple(map(float, line.split())) for line in lines]
    return [start for start, _ in pairs], [end for _, end in pairs]


def _course(folder: Path, submissions: int) -> Path:
    """A course in which everybody hands in the instructor's own answers."""
    release = "from casebook.cli import main; main()"
    words = [sys.executable, "-c", release, "exercises", "release", ASSIGNMENT, "--course", str(folder)]
    _run(words, SIDES[0], REPOSITORY)
    for number in range(submissions):
        shutil.copytree(folder / "source" / ASSIGNMENT, folder / f"submitted/s{number:03d}" / ASSIGNMENT)
    return folder


def _grade(course: Path, provisioner: str, *students: str) -> tuple[float, float]:
    """Seconds that a person waits, and that processors work."""
    words = [sys.executable, "-m", "nbgrader", "autograde", ASSIGNMENT, "--force"]
    start, worked = time.perf_counter(), _work()
    _run([*words, *(f"--student={student}" for student in students)], provisioner, course)
    return time.perf_counter() - start, _work() - worked


def _work() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _marks(course: Path) -> list[list[str]]:
    _run([sys.executable, "-m", "nbgrader", "export", "--to", "marks.csv"], SIDES[0], course)
    with (course / "marks.csv").open(encoding="utf-8", newline="") as file:
        return [[row["student_id"], row["raw_score"], row["max_score"]] for row in csv.DictReader(file)]


def _spread(values: list[float]) -> str:
    return f"{statistics.median(values):8.3f} s  ({min(values):.3f} to {max(values):.3f})"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--submissions", type=int, default=6)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--kernels", type=int, default=10)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-provisioner-") as folder:
        medians: dict[str, float] = {}
        for side in SIDES:
            starts, ends = _starts(side, options.kernels + 1, Path(folder))
            medians[side] = statistics.median(starts[1:])
            print(f"{side:18} first kernel       {starts[0]:8.3f} s")
            print(f"{side:18} each further one   {_spread(starts[1:])}")
            print(f"{side:18} its end            {_spread(ends[1:])}")
        print(f"a kernel starts {medians[SIDES[0]] / medians[SIDES[1]]:.1f} times as fast\n")
        course = _course(Path(folder) / "course", options.submissions)
        all_of_it: dict[str, list[tuple[float, float]]] = {side: [] for side in SIDES}
        first: dict[str, list[tuple[float, float]]] = {side: [] for side in SIDES}
        marks: dict[str, list[list[str]]] = {}
        for number in range(options.rounds):
            for side in SIDES if number % 2 == 0 else SIDES[::-1]:
                first[side].append(_grade(course, side, "s000"))
                all_of_it[side].append(_grade(course, side))
                marks[side] = _marks(course)
        _report(all_of_it, first, options.submissions)
        print("all marks are equal" if marks[SIDES[0]] == marks[SIDES[1]] else "MARKS DIFFER")


def _report(
    all_of_it: dict[str, list[tuple[float, float]]], first: dict[str, list[tuple[float, float]]], submissions: int
) -> None:
    for index, what in enumerate(("waiting", "work of processors")):
        whole = {side: [each[index] for each in all_of_it[side]] for side in SIDES}
        further = {
            side: [
                (each[index] - one[index]) / (submissions - 1)
                for each, one in zip(all_of_it[side], first[side], strict=True)
            ]
            for side in SIDES
        }
        for name, values in ((f"all {submissions}", whole), ("each after the first", further)):
            for side in SIDES:
                print(f"{side:18} {what}, {name}: {_spread(values[side])}")
            ratio = statistics.median(values[SIDES[0]]) / statistics.median(values[SIDES[1]])
            print(f"nbgrader: {ratio:.1f} times less {what}, {name}\n")


if __name__ == "__main__":
    main()
