"""How long does it take to grade a class, beside stock nbgrader and others, and are the marks the same?

    python bench/grading.py                                          20 students, 4 of them by stock: some minutes
    python bench/grading.py --students 20 100 500 --stock-sample 6 --rounds 3             takes its time
    python bench/grading.py --only nbgrader shared --stock-sample 10           these two, all 20 marks compared
    python bench/grading.py --otter ENVIRONMENT/bin/python     also otter-grader, where it is installed with Altair

Everybody hands in both notebooks of the casebook's own assignment. The same submissions, in copies of
one course directory, are graded by

    nbgrader          nbgrader autograde, as it comes; its best case: compiled modules are kept
    nbgrader-forked   the same with JUPYTER_DEFAULT_PROVISIONER_NAME=casebook-forked and nothing else
    shared, isolated  casebook grade --tests ...
    dask-1, -2, -4    casebook grade --tests shared --executor dask with so many workers
    otter             otter run, for the tests that its format can hold

in turns within one run (Dask after the others, one cluster at a time), each in a process of its own as
a person would. Each grades two sizes of class, so that what one submission more costs is told apart
from the start: (large - small) / (number of submissions between them). The slow ones are given the
first of the class, so K must not be too small: on a busy machine a difference of a few submissions
drowns. One run of each before the count fills the caches. Memory is looked at in a further run of the
small size, every 30 ms.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
from dataclasses import asdict, dataclass, field, replace
from importlib.metadata import version
from math import isnan
from pathlib import Path

from generated_class import part_of, write_class
from grading_runs import Memory, Run, Side, dask_cluster, peak, run, sides
from grading_targets import print_targets


@dataclass
class Measured:
    """What was seen of one grader: its runs by the size of the class, and its memory."""

    side: Side
    runs: dict[int, list[Run]] = field(default_factory=dict[int, list[Run]])
    memory: Memory | None = None

    def seconds(self, size: int) -> float:
        """What a person waits for a class of this size; worked out if it was too large to run."""
        if size in self.runs:
            return statistics.median(one.seconds for one in self.runs[size])
        return self.start_s + size * self.each_s

    @property
    def each_s(self) -> float:
        """Seconds that one submission more costs."""
        return self._slope("seconds")

    @property
    def each_work_s(self) -> float:
        """Seconds of all processors that one submission more costs."""
        return self._slope("work")

    @property
    def start_s(self) -> float:
        """Seconds that a run costs besides its submissions."""
        small = min(self.runs)
        return statistics.median(one.seconds for one in self.runs[small]) - small * self.each_s

    @property
    def first_s(self) -> float:
        """Seconds until the first submission is done."""
        return statistics.median(one.first_s for runs in self.runs.values() for one in runs)

    def _slope(self, what: str) -> float:
        # Of the largest two sizes, in each round by itself.
        small, large = sorted(self.runs)[-2:]
        pairs = zip(self.runs[small], self.runs[large], strict=True)
        return statistics.median((getattr(b, what) - getattr(a, what)) / (large - small) for a, b in pairs)

    def cells_unlike(self, stock: Measured) -> tuple[int, int]:
        """How many cells got another mark than by stock nbgrader, and how many were compared."""
        _, theirs = max(stock.runs.items())
        _, ours = max(self.runs.items())
        both = {
            key: mark for key, mark in theirs[-1].marks.items() if self.side.name != "otter" or key in ours[-1].marks
        }
        students = {student for student, _, _ in ours[-1].marks}
        compared = {key: mark for key, mark in both.items() if key[0] in students}
        return sum(ours[-1].marks.get(key) != mark for key, mark in compared.items()), len(compared)


class Bench:
    """Course directories, and the runs in them."""

    def __init__(self, folder: Path, students: int) -> None:
        self._folder = folder
        self._course = folder / "class"
        self._students = write_class(self._course, students)
        self._copies = 0

    def course(self, size: int) -> Path:
        """A new ungraded course of the first students."""
        self._copies += 1
        return part_of(self._course, self._students[:size], self._folder / str(self._copies))

    def measure(self, found: list[Measured], sizes: dict[str, list[int]], rounds: int) -> None:
        """Grade with each, in turns."""
        for measured in found:
            _say(f"{measured.side.name}: once before the count")
            run(measured.side, self.course(max(1, measured.side.workers)))
        for number in range(rounds):
            for measured in found if number % 2 == 0 else found[::-1]:
                for size in sizes[measured.side.name]:
                    one = run(measured.side, self.course(size))
                    measured.runs.setdefault(size, []).append(one)
                    _say(f"round {number + 1}: {measured.side.name}, {size} submissions: {one.seconds:.1f} s")
        for measured in found:
            if not measured.side.workers and sys.platform == "linux":
                measured.memory = peak(measured.side, self.course(min(sizes[measured.side.name])))


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _report(found: list[Measured], stock: Measured | None, sizes: list[int]) -> None:
    heads = "".join(f"{f'{size} students':>14}" for size in sizes)
    print(
        f"\n{'':16}{'each':>9}{'start':>8}{'first':>8}{heads}{'of processors':>15}   times stock (work)   cells unlike stock's"
    )
    for each in found:
        waits = "".join(f"{each.seconds(size):>12.1f} {' ' if size in each.runs else '~'}" for size in sizes)
        work = "" if each.side.workers else f"{each.each_work_s:.3f} s"
        line = f"{each.side.name:16}{each.each_s:>7.3f} s{each.start_s:>6.1f} s{each.first_s:>6.1f} s{waits}{work:>15}"
        if stock is not None:
            unlike, compared = each.cells_unlike(stock)
            by_work = "" if each.side.workers else f" ({stock.each_work_s / each.each_work_s:.1f})"
            line += f"   {f'{stock.each_s / each.each_s:.1f}{by_work}':21}{unlike} of {compared}"
        print(line.replace("nan s", "  -  "))
    print(
        "each: seconds for one submission more; start: for a run besides them; first: until one is done; ~: worked out"
    )
    print("\nMost memory, MB        all processes (PSS)   command (USS)   warm parent   largest child alone (USS)")
    for each in found:
        if each.memory is not None:
            most = each.memory
            print(f"{each.side.name:22}{most.total:>20.0f}{most.command:>16.0f}{most.parent:>14.0f}{most.child:>28.0f}")


def _as_json(each: Measured, stock: Measured | None) -> dict[str, object]:
    runs = [
        {"size": size, "seconds": one.seconds, "work": one.work, "first_s": None if isnan(one.first_s) else one.first_s}
        for size, ones in each.runs.items()
        for one in ones
    ]
    unlike, compared = each.cells_unlike(stock) if stock else (None, None)
    numbers = {"each_s": each.each_s, "each_work_s": each.each_work_s, "start_s": each.start_s}
    marks = {"cells_unlike": unlike, "cells_compared": compared}
    return {"side": each.side.name, **numbers, **marks, "memory": each.memory and asdict(each.memory), "runs": runs}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--students", type=int, nargs="+", default=[20], metavar="N", help="sizes of classes [20]")
    parser.add_argument("--stock-sample", type=int, default=4, metavar="K", help="the slow grade K and 2K of them [4]")
    parser.add_argument("--rounds", type=int, default=1, metavar="N", help="times each is run [1]")
    parser.add_argument("--only", nargs="+", metavar="SIDE", help="only these of the ways to grade")
    parser.add_argument("--otter", metavar="PYTHON", help="the interpreter of an environment with otter-grader")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all numbers there, too")
    words = parser.parse_args()
    chosen = sides(words.otter)
    unknown = sorted(set(words.only or []) - {side.name for side in chosen})
    if unknown or min(*words.students, words.stock_sample) < 1 or max(words.students) < max(2, 2 * words.stock_sample):
        parser.error(f"unknown: {', '.join(unknown)}" if unknown else "there are fewer than 2K students")
    chosen = [side for side in chosen if words.only is None or side.name in words.only]
    fast = sorted({*words.students, max(words.students) // 2})
    slow = [words.stock_sample, 2 * words.stock_sample]
    sizes = {side.name: slow if side.is_sampled else fast for side in chosen}
    _say(f"load of the machine before: {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory(prefix="bench-grading-") as folder:
        bench = Bench(Path(folder), max(words.students))
        here = [Measured(side) for side in chosen if not side.workers]
        bench.measure(here, sizes, words.rounds)
        clusters: list[Measured] = []
        for side in chosen:
            if side.workers:
                # One cluster at a time: idle workers, too, take memory and look about.
                with dask_cluster(side.workers) as address:
                    measured = Measured(replace(side, command=[*side.command, address]))
                    bench.measure([measured], sizes, words.rounds)
                clusters.append(measured)
    found = [*sorted(here, key=lambda each: chosen.index(each.side)), *clusters]
    stock = next((each for each in found if each.side.name == "nbgrader"), None)
    used = ", ".join(f"{name} {version(name)}" for name in ("casebook", "nbgrader", "ipykernel", "altair", "pandas"))
    print(f"{used}; Python {sys.version.split()[0]}; {os.cpu_count()} processors; load {os.getloadavg()[0]:.1f}")
    print("Bytecode writing is on for all (PYTHONDONTWRITEBYTECODE is taken out of the environment).")
    _report(found, stock, sorted(words.students))
    print_targets({each.side.name: each for each in found})
    if words.json:
        words.json.write_text(json.dumps([_as_json(each, stock) for each in found], indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
