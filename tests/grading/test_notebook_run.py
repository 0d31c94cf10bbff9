"""How a notebook's cells and tests run, in one process or in two; in real ones."""

from __future__ import annotations

import copy

import nbformat
import pytest

from casebook.errors import CasebookError
from casebook.grading.model import Limits
from casebook.grading.notebook_run import Folders, StoppedError, run_notebook
from casebook.kernels.forked import CAN_FORK

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not CAN_FORK, reason="no fork here")]

BOTH = pytest.mark.parametrize("tests", ["shared", "isolated"])


@pytest.fixture
def run(notebook_to_run, tmp_path):
    """The outputs of each cell, and the notes."""
    folders = Folders(tmp_path / "submission", tmp_path / "given")
    folders.submission.mkdir()
    folders.given.mkdir()

    def run(*cells, tests, limits=None, skip_tag="", **more):
        to_run = notebook_to_run(*cells, tests=tests, skip_tag=skip_tag, **more)
        done, notes = run_notebook(to_run, limits or Limits(), (), folders)
        nbformat.validate(done)
        return [said(cell) for cell in done["cells"]], notes

    return run


def said(cell):
    """What a cell printed, returned and raised, in a few words."""
    return [
        each.get("text")
        or each.get("data", {}).get("text/plain")
        or f"{each['ename']}: {each['evalue']}".removesuffix(": ")
        for each in cell["outputs"]
    ]


HONEST = (
    ("given", "import pandas as pd\ntable = pd.DataFrame({'n': [1, 2, 3]})"),
    ("answer", "total = table['n'].sum()", "total = 0\nfor n in table['n']:\n    total += n"),
    ("test", "assert total == 6"),
    ("answer", "def half(x):\n    return x / 2", "half = lambda x: x // 2"),
    ("test", "assert half(4) == 2"),
    ("test", "assert half(3) == 1.5, half(3)"),
    ("test", "0.5 if total == 6 else 0"),
)


@BOTH
def test_tests_say_the_same_of_the_same_answers_wherever_they_run(run, tests):
    outputs, notes = run(*HONEST, tests=tests)

    assert outputs == [[], [], [], [], [], ["AssertionError: 1"], ["0.5"]]
    assert notes == []


@BOTH
def test_the_notebook_that_is_given_is_not_changed_and_the_one_that_comes_back_has_counts(
    notebook_to_run, tmp_path, tests
):
    to_run = notebook_to_run(*HONEST, tests=tests)
    before = copy.deepcopy(to_run)

    done, _ = run_notebook(to_run, Limits(), (), Folders(tmp_path, tmp_path))

    assert to_run == before
    assert all(cell["execution_count"] for cell in done["cells"])
    assert done["metadata"]["language_info"]["name"] == "python"


@BOTH
def test_cells_that_fail_do_not_stop_those_after_them(run, tests):
    outputs, _ = run(("answer", "x = 1", "1 / 0"), ("test", "assert x == 1"), ("own", "print('here')"), tests=tests)

    assert outputs == [
        ["ZeroDivisionError: division by zero"],
        ["NameError: name 'x' is not defined"],
        ["here\n"],
    ]


@BOTH
def test_notebooks_and_tests_see_that_nbgrader_runs_them(run, tests):
    ask = "import os\nprint(os.environ['NBGRADER_EXECUTION'])"

    outputs, _ = run(("own", ask), ("test", ask), tests=tests)

    assert outputs == [["autograde\n"], ["autograde\n"]]


@BOTH
def test_text_empty_cells_and_cells_with_the_skip_tag_are_not_run(run, tests):
    outputs, _ = run(
        ("own", "print('left out')", {"tags": ["not-this"]}),
        ("own", "  "),
        ("own", "print('run')", {"tags": ["other"]}),
        ("answer", "x = 1"),
        ("test", "print(x)"),
        tests=tests,
        skip_tag="not-this",
    )

    assert outputs == [[], [], ["run\n"], [], ["1\n"]]


@BOTH
def test_a_given_cell_or_test_with_the_skip_tag_of_the_course_runs_nowhere(run, tests):
    outputs, _ = run(
        ("given", "n = 1"),
        ("given", "n = 2", {"tags": ["not-this"]}),
        ("test", "n = 3", {"tags": ["not-this"]}),
        ("test", "print(n)"),
        tests=tests,
        skip_tag="not-this",
    )

    assert outputs == [[], [], [], ["1\n"]]


@BOTH
def test_a_cell_that_takes_too_long_is_interrupted_and_the_next_one_runs(run, tests):
    outputs, notes = run(
        ("answer", "x = 1", "x = 1\nwhile True: pass"),
        ("test", "assert x == 1"),
        tests=tests,
        limits=Limits(cell_s=1),
    )

    assert outputs == [["KeyboardInterrupt", "CellTimeoutError"], []]
    assert notes == []


@BOTH
def test_a_cell_that_takes_too_long_stops_the_run_where_that_is_wanted_and_is_named(run, tests):
    with pytest.raises(StoppedError, match=r"^Cell 'q1' ran longer than 0\.5 seconds\.$"):
        run(
            ("answer", "x = 1", "while True: pass"),
            ("test", "x"),
            tests=tests,
            limits=Limits(cell_s=0.5, stop_at_timeout=True),
        )

    with pytest.raises(StoppedError, match=r"^Cell number 2 ran longer"):
        run(
            ("own", "1"),
            ("own", "while True: pass"),
            tests=tests,
            limits=Limits(cell_s=0.5, stop_at_timeout=True),
        )


@BOTH
def test_a_test_that_takes_too_long_fails(run, tests):
    outputs, _ = run(
        ("answer", "x = 1"),
        ("test", "while x: pass"),
        ("test", "assert x"),
        tests=tests,
        limits=Limits(cell_s=1),
    )

    assert outputs == [[], ["KeyboardInterrupt", "CellTimeoutError"], []]


@BOTH
def test_when_the_time_of_all_cells_together_is_used_up_no_more_are_run(run, tests):
    wait = "import time\ntime.sleep(60)"

    outputs, _ = run(
        ("answer", "x = 1"),
        ("own", wait),
        ("own", "print('too late')"),
        ("test", "assert x == 1"),
        tests=tests,
        limits=Limits(cell_s=None, notebook_s=1),
    )

    used_up = ["CellTimeoutError: The notebook's time was used up before this cell."]
    assert outputs == [[], ["KeyboardInterrupt", "CellTimeoutError"], used_up, used_up]


@BOTH
def test_a_cell_that_prints_without_end_is_cut(run, tests):
    outputs, _ = run(("own", "while True: print('x' * 1000)"), tests=tests, limits=Limits(cell_s=2, output_bytes=5000))

    printed = "".join(outputs[0])
    assert len(printed) < 10_000
    assert "CellTimeoutError" in printed


@BOTH
def test_a_process_that_ends_costs_what_comes_after_it_and_a_note_names_the_cell(run, tests):
    outputs, notes = run(
        ("answer", "x = 1"),
        ("test", "assert x == 1"),
        ("answer", "y = 2", "import os\ny = 2\nos._exit(3)"),
        ("test", "assert y == 2"),
        ("own", "print('never')"),
        tests=tests,
    )

    assert outputs[:2] == [[], []]
    assert all(len(each) == 1 and each[0].startswith("DeadKernelError: ") for each in outputs[2:])
    assert notes == ["its process ended in cell 'q3', and the tests after it found no answers."]


def test_a_kernel_that_is_not_installed_is_one_clear_error(run):
    with pytest.raises(CasebookError) as caught:
        run(("own", "1"), tests="shared", kernel="julia-0")

    assert str(caught.value) == (
        "nbgrader_config.py: The notebook needs the kernel 'julia-0', which is not installed here.\n"
        "  Mend: install it, so that `jupyter kernelspec list` names it, or name another: c.Execute.kernel_name."
    )
