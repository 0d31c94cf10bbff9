import asyncio
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import nbformat
import pytest

from casebook.kernels import run
from casebook.kernels.forked import CAN_FORK, WarmParent
from casebook.kernels.reads import Reads
from casebook.kernels.run import NotebookJob, run_notebooks

pytestmark = pytest.mark.slow

BOTH = pytest.mark.parametrize(
    "forked",
    [pytest.param(True, marks=pytest.mark.skipif(not CAN_FORK, reason="no fork here")), False],
    ids=["forked", "anew"],
)
FORKING = pytest.mark.skipif(not CAN_FORK, reason="no fork here")


def notebook(*sources: str) -> nbformat.NotebookNode:
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])


def said(nb: nbformat.NotebookNode, cell: int = 0) -> str:
    """What a cell printed or gave."""
    [output] = nb.cells[cell].outputs
    return output["text"].strip() if output.output_type == "stream" else output["data"]["text/plain"]


def is_running(pid: int) -> bool:
    status = Path(f"/proc/{pid}/status")
    return status.is_file() and "State:\tZ" not in status.read_text(encoding="utf-8")


def ends_soon(pid: int) -> bool:
    give_up = time.monotonic() + 10
    while is_running(pid) and time.monotonic() < give_up:
        time.sleep(0.05)
    return not is_running(pid)


@BOTH
def test_notebooks_run_in_their_own_folders_and_give_charts_as_vega_lite(tmp_path, forked):
    (tmp_path / "here.txt").write_text("found", encoding="utf-8")
    reads = notebook("open('here.txt').read()", "import os; os.getcwd()")
    draws = notebook("import altair as alt\nalt.Chart(alt.InlineData([{'a': 1}])).mark_bar().encode(x='a:Q')")

    runs = run_notebooks([NotebookJob(reads, tmp_path), NotebookJob(draws, tmp_path)], forked=forked)

    assert [each.failure for each in runs] == [None, None]
    assert said(reads) == "'found'"
    assert said(reads, 1) == repr(str(tmp_path))
    assert set(draws.cells[0].outputs[0]["data"]) == {"application/vnd.vegalite.v6+json", "text/plain"}


@BOTH
def test_a_run_stops_at_the_first_cell_that_fails_and_the_others_go_on(tmp_path, forked):
    fails = notebook("1", "1 / 0", "2")
    dies = notebook("import os\nos._exit(1)")
    sound = notebook("1")

    runs = run_notebooks([NotebookJob(each, tmp_path) for each in (fails, dies, sound)], forked=forked)

    assert runs[0].failure is not None
    assert (runs[0].failure.index, runs[0].failure.error) == (1, "ZeroDivisionError: division by zero")
    assert fails.cells[2].outputs == []
    assert runs[1].failure is not None
    assert (runs[1].failure.index, runs[1].failure.error) == (0, "the kernel died")
    assert runs[2].failure is None


@BOTH
def test_a_cell_that_takes_too_long_is_named_and_ends_with_all_that_it_started(tmp_path, forked):
    waits = notebook("import subprocess\nprint(subprocess.Popen(['sleep', '600']).pid)", "import time\ntime.sleep(600)")

    [ran] = run_notebooks([NotebookJob(waits, tmp_path, cell_timeout_s=2)], forked=forked)

    assert ran.failure is not None
    assert (ran.failure.index, ran.failure.error) == (1, "the cell ran longer than 2 seconds")
    assert ends_soon(int(said(waits)))


@BOTH
def test_what_a_notebook_reads_below_the_watched_folder_is_known(tmp_path, forked):
    for name in ("data/a.csv", "data/more/b.csv", "elsewhere/c.csv"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x\n1\n", encoding="utf-8")
    (tmp_path / "chapters").mkdir()
    reads = notebook(
        "import pandas as pd, pathlib",
        "name = 'a'\npd.read_csv(f'../data/{name}.csv')",
        "sorted(pathlib.Path('../data/more').iterdir())",
        "try:\n    open('../data/none.csv')\nexcept FileNotFoundError:\n    pass",
        "open('written.txt', 'w').close()",
        "open('../../outside.txt', 'a').close()",
    )

    [ran] = run_notebooks([NotebookJob(reads, tmp_path / "chapters", watch=tmp_path)], forked=forked)

    assert ran.failure is None
    assert ran.reads == Reads(frozenset({"data/a.csv", "data/none.csv"}), frozenset({"data/more"}), programs=False)


@BOTH
def test_a_program_that_a_notebook_starts_is_known(tmp_path, forked):
    [ran] = run_notebooks([NotebookJob(notebook("!true"), tmp_path, watch=tmp_path)], forked=forked)

    assert ran.reads.programs


def test_a_run_leaves_no_times_in_the_notebook_so_that_caches_know_it_again(tmp_path):
    nb = notebook("1")

    run_notebooks([NotebookJob(nb, tmp_path)])

    assert nb.cells[0].metadata == {}


def test_notebooks_can_be_run_from_code_that_is_in_a_loop_itself_as_a_notebook_is(tmp_path):
    nb = notebook("1 + 1")

    async def cell() -> None:
        run_notebooks([NotebookJob(nb, tmp_path)])

    # In a thread, because a browser test before this one may have left a loop running in ours.
    with ThreadPoolExecutor(max_workers=1) as thread:
        thread.submit(lambda: asyncio.run(cell())).result()

    assert said(nb) == "2"


def test_runs_come_back_in_the_order_of_their_jobs_whichever_ends_first(tmp_path):
    notebooks = [notebook(f"import time\ntime.sleep({seconds})\n{seconds}") for seconds in (1.5, 0.7, 0)]

    runs = run_notebooks([NotebookJob(each, tmp_path) for each in notebooks], at_once=3)

    assert [said(each) for each in notebooks] == ["1.5", "0.7", "0"]
    assert runs[0].seconds > runs[1].seconds > runs[2].seconds


@FORKING
def test_kernels_of_one_parent_share_nothing(tmp_path):
    look = (
        "import os, random, sys",
        "import altair as alt, numpy as np, pandas as pd",
        "print('leaked' in globals(), os.environ.get('LEAKED'), pd.get_option('display.max_rows'), 'leaked' in sys.modules)",
        "print(random.random(), np.random.rand())",
        "print(alt.selection_point().name)",
        "leaked = os.environ['LEAKED'] = '1'\npd.set_option('display.max_rows', 7)\nsys.modules['leaked'] = sys",
        "random.seed(1)\nnp.random.seed(1)\nos.chdir('/')",
    )
    notebooks = [notebook(*look) for _ in range(3)]

    runs = run_notebooks([NotebookJob(each, tmp_path) for each in notebooks], at_once=1)

    assert [each.failure for each in runs] == [None] * 3
    assert {said(each, 2) for each in notebooks} == {"False None 60 False"}
    assert len({number for each in notebooks for number in said(each, 3).split()}) == 6
    assert len({said(each, 4) for each in notebooks}) == 1
    assert all([cell.execution_count for cell in each.cells] == [1, 2, 3, 4, 5, 6, 7] for each in notebooks)


@FORKING
def test_a_forked_kernel_is_like_one_started_anew(tmp_path):
    look = notebook(
        "import os, signal, socket, sys, threading",
        "def is_unix(fd):\n"
        "    try:\n        return socket.socket(fileno=os.dup(int(fd))).family == socket.AF_UNIX\n"
        "    except OSError:\n        return False",
        "print(sum(map(is_unix, os.listdir('/proc/self/fd'))), len(threading.enumerate()), sys.argv[0])",
        "print(sys.path, signal.getsignal(signal.SIGCHLD), os.getpgrp() == os.getpid())",
        "print(sorted(name for name in globals() if not name.startswith('_')))",
    )
    again = nbformat.from_dict(look)

    run_notebooks([NotebookJob(look, tmp_path)], forked=True)
    run_notebooks([NotebookJob(again, tmp_path)], forked=False)

    assert [cell.outputs for cell in look.cells] == [cell.outputs for cell in again.cells]


@FORKING
def test_where_the_parent_cannot_start_kernels_are_started_anew(tmp_path, monkeypatch):
    @contextmanager
    def broken():
        with subprocess.Popen(["false"]) as process:
            yield WarmParent(tmp_path / "nobody-listens", process)

    monkeypatch.setattr(run, "warm_parent", broken)
    nb = notebook("1 + 1")

    [ran] = run_notebooks([NotebookJob(nb, tmp_path)], forked=True)

    assert ran.failure is None
    assert said(nb) == "2"


@FORKING
def test_a_notebook_that_ends_the_parent_ends_itself_and_the_next_one_runs(tmp_path):
    kills = notebook("import os, signal, time\nos.getpid()", "os.kill(os.getppid(), signal.SIGKILL)\ntime.sleep(60)")
    sound = notebook("1 + 1")

    runs = run_notebooks([NotebookJob(each, tmp_path) for each in (kills, sound)], at_once=1)

    assert runs[0].failure is not None
    assert runs[0].failure.error == "the kernel died"
    assert ends_soon(int(said(kills)))
    assert runs[1].failure is None
    assert said(sound) == "2"


@FORKING
def test_the_parent_and_its_kernels_end_with_whoever_started_them(tmp_path):
    owner = """
import json, os, sys
from casebook.kernels.forked import ForkedProcess, warm_parent
with warm_parent() as parent:
    words = ["-f", sys.argv[1] + "/connection.json"]
    kernel = ForkedProcess(parent, words, sys.argv[1], dict(os.environ))
    print(parent.process.pid, kernel.pid, flush=True)
    os.kill(os.getpid(), 9)
"""
    ran = subprocess.run(
        [sys.executable, "-c", owner, str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"IPYTHONDIR": str(tmp_path)},
    )

    assert [ends_soon(int(pid)) for pid in ran.stdout.split()] == [True, True]
