"""Does the engine grow when it grades for days? 10,000 submissions of a small notebook, executed in one process.

    python bench/grading_growth.py                              some minutes
    python bench/grading_growth.py --submissions 1000 --every 100 --tests isolated

Every 1,000 submissions, while none runs: the memory of this process and of the warm parent that all
are forked from, the files that both have open, their processes, and what is left of temporary files.
The first line is when all caches are full, and is what the last is measured by.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Any

import nbformat.v4
import psutil

from casebook.grading.execution import Work, execute
from casebook.grading.executors import Job, Lost, local
from casebook.grading.model import Tests
from casebook.kernels.shell_parents import shell_parent

MEGABYTE = 1_000_000
PRELOAD = ("altair", "pandas")
MOST_GROWTH_MB = 5
CELLS = (
    "import pandas as pd\nsales = pd.DataFrame({'year': [2001, 2002], 'sales': [1.0, 3.0]})",
    "growth = sales['sales'].pct_change().iloc[-1]\nprint(growth)\nsales",
    "assert abs(growth - 2) < 0.001",
    "raise NotImplementedError()",
)
TEST_ID = "growth-check"


@dataclass(frozen=True)
class Seen:
    """What there was at one look."""

    submissions: int
    own_mb: float
    parent_mb: float
    own_files: int
    parent_files: int
    processes: int
    temporary: int


def _job(number: int, tests: Tests) -> Job:
    cells = [nbformat.v4.new_code_cell(source) for source in CELLS]
    cells[2]["metadata"] = {"nbgrader": {"grade_id": TEST_ID}}
    notebook = nbformat.v4.new_notebook(cells=cells)
    step = {"grade_id": TEST_ID, "source": CELLS[2], "answers": ["growth"], "imports": [], "tests": tests}
    steps = [{**step, "is_test": True}] if tests is Tests.ISOLATED else []
    to_run = {"notebook": notebook, "tests": tests, "steps": steps, "skip_tag": ""}
    limits = {"cell_s": 30, "notebook_s": 600, "output_bytes": 1_000_000, "stop_at_timeout": False}
    work: dict[str, Any] = {"notebooks": {"small": to_run}, "files": {"note.txt": b"a file"}, "given_files": {}}
    return Job(str(number), {**work, "limits": limits, "preload": list(PRELOAD)})


def _executed(work: Any) -> dict[str, Any]:
    found: Work = work
    return dict(execute(found))


def _look(submissions: int, temporary: Path) -> Seen:
    own = psutil.Process()
    parent = psutil.Process(shell_parent(PRELOAD).process.pid)
    return Seen(
        submissions,
        own.memory_info().rss / MEGABYTE,
        parent.memory_info().rss / MEGABYTE,
        own.num_fds(),
        parent.num_fds(),
        1 + len(own.children(recursive=True)),
        sum(1 for _ in temporary.rglob("*")),
    )


def _looks(submissions: int, every: int, workers: int, tests: Tests, temporary: Path) -> Iterator[Seen]:
    with local(workers, _executed) as executor:
        for first in range(0, submissions, every):
            jobs = (_job(number, tests) for number in range(first, min(first + every, submissions)))
            for job, result in executor.results(jobs):
                if isinstance(result, Lost):
                    sys.exit(f"submission {job.name}: {result.reason}")
                kinds = [output["output_type"] for output in result["notebooks"]["small"]["cells"][3]["outputs"]]
                if kinds != ["error"] or result["notebooks"]["small"]["cells"][2]["outputs"]:
                    sys.exit(f"submission {job.name}: its cells did not do what they do")
            yield _look(min(first + every, submissions), temporary)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--submissions", type=int, default=10_000, metavar="N")
    parser.add_argument("--every", type=int, default=1000, metavar="N", help="look so often [1000]")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, metavar="N")
    parser.add_argument("--tests", type=Tests, choices=list(Tests), default=Tests.SHARED)
    words = parser.parse_args()
    start = time.perf_counter()
    looks: list[Seen] = []
    with tempfile.TemporaryDirectory(prefix="bench-growth-") as folder:
        # What the engine and its children leave behind can then be told from what others do.
        os.environ["TMPDIR"] = tempfile.tempdir = folder
        print("".join(f"{field.name:>14}" for field in fields(Seen)), flush=True)
        for seen in _looks(words.submissions, words.every, words.workers, words.tests, Path(folder)):
            looks.append(seen)
            print("".join(f"{value:>14.1f}" if isinstance(value, float) else f"{value:>14}" for value in astuple(seen)))
            sys.stdout.flush()
    seconds = time.perf_counter() - start
    first, last = looks[0], looks[-1]
    memory = max(last.own_mb - first.own_mb, last.parent_mb - first.parent_mb)
    files = max(
        last.own_files - first.own_files, last.parent_files - first.parent_files, last.temporary - first.temporary
    )
    print(
        f"{seconds:.0f} s, {1000 * seconds / words.submissions:.0f} ms each with {words.workers} workers, {words.tests}"
    )
    print(f"{'target':58}{'measured':>12}   met")
    label = f"memory grows by at most {MOST_GROWTH_MB} MB, here or in the parent"
    print(f"{label:58}{memory:>9.1f} MB   {'yes' if memory <= MOST_GROWTH_MB else 'NO'}")
    print(
        f"{'no more open files, temporary files or processes':58}{files:>12}   {'yes' if files <= 0 and last.processes <= first.processes else 'NO'}"
    )


if __name__ == "__main__":
    main()
