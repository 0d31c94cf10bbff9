"""A submission's notebooks in a folder of their own, in real processes."""

from __future__ import annotations

import copy
import json
import tempfile
from dataclasses import asdict
from pathlib import Path

import pytest

from casebook.grading.execution import Work, execute, execute_plain
from casebook.grading.model import Limits
from casebook.kernels.forked import CAN_FORK

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not CAN_FORK, reason="no fork here")]

BOTH = pytest.mark.parametrize("tests", ["shared", "isolated"])


@pytest.fixture
def work(tmp_path, monkeypatch):
    """``work({name: notebook to run}, files={...}, ...)``; what it leaves behind would be in ``tmp_path / "temporary"``."""
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))

    def make(notebooks, *, files=None, given_files=None, **limits):
        return Work(
            notebooks=notebooks,
            files=files or {},
            given_files=given_files or {},
            limits=asdict(Limits(**limits)),
            preload=[],
        )

    return make


def printed(result, name="one"):
    return [
        "".join(each.get("text") or each.get("ename") for each in cell["outputs"])
        for cell in result["notebooks"][name]["cells"]
    ]


@BOTH
def test_files_lie_beside_the_notebooks_as_bytes_or_from_paths_in_folders_too(notebook_to_run, work, tmp_path, tests):
    (tmp_path / "large.csv").write_bytes(b"n\n2\n")
    files = {"small.csv": b"n\r\n1\r\n", "data/years/large.csv": str(tmp_path / "large.csv")}
    read = "print(open('small.csv', newline='').read().split(), open('data/years/large.csv').read().split())"

    result = execute(
        work(
            {"one": notebook_to_run(("given", read), ("answer", "x = 1"), ("test", read), tests=tests)},
            files=files,
            given_files=files,
        )
    )

    assert printed(result) == ["['n', '1'] ['n', '2']\n", "", "['n', '1'] ['n', '2']\n"]
    assert (result["stopped"], result["notes"]) == ("", [])
    assert result["seconds"] > 0


def test_isolated_tests_read_the_instructors_files_whatever_the_student_made_of_their_own(notebook_to_run, work):
    write = "with open('table.csv', 'w') as file:\n    file.write('mine')"
    read = "print(open('table.csv').read())"
    cells = (("answer", "x = 1", write), ("own", read), ("test", read))

    result = execute(
        work(
            {"one": notebook_to_run(*cells, tests="isolated")},
            files={"table.csv": b"given"},
            given_files={"table.csv": b"given"},
        )
    )

    assert printed(result) == ["", "mine\n", "given\n"]


@BOTH
def test_files_of_the_student_are_not_changed_where_they_came_from(notebook_to_run, work, tmp_path, tests):
    (tmp_path / "mine.csv").write_text("as it was")

    execute(
        work(
            {"one": notebook_to_run(("own", "open('mine.csv', 'w').close()"), tests=tests)},
            files={"mine.csv": str(tmp_path / "mine.csv")},
        )
    )

    assert (tmp_path / "mine.csv").read_text() == "as it was"


@BOTH
def test_the_notebooks_of_a_submission_share_a_folder_in_their_order_but_no_names(notebook_to_run, work, tests):
    first = notebook_to_run(("own", "x = 1\nwith open('said', 'w') as file: file.write('hello')"), tests=tests)
    second = notebook_to_run(("own", "print(open('said').read())"), ("own", "x"), tests=tests)

    result = execute(work({"one": first, "two": second}))

    assert list(result["notebooks"]) == ["one", "two"]
    assert printed(result, "two") == ["hello\n", "NameError"]


@BOTH
def test_two_submissions_share_nothing(notebook_to_run, work, tests):
    leave = "open('left', 'w').close()\nimport builtins, pandas\nbuiltins.left = pandas.left = 1"
    look = "import os, builtins, pandas\nprint(os.listdir(), hasattr(builtins, 'left'), hasattr(pandas, 'left'))"
    execute(work({"one": notebook_to_run(("own", leave), tests=tests)}))

    result = execute(work({"one": notebook_to_run(("own", look), tests=tests)}))

    assert printed(result) == ["[] False False\n"]


@BOTH
def test_nothing_is_left_in_the_folder_for_temporary_files(notebook_to_run, work, tmp_path, tests):
    leave = "import os\nos.makedirs('a/b')\nopen('a/b/c', 'w').close()\nos.chmod('a/b', 0o555)"

    execute(work({"one": notebook_to_run(("own", leave), tests=tests)}))

    assert list((tmp_path / "temporary").iterdir()) == []


@BOTH
def test_no_process_that_a_notebook_started_outlives_it(notebook_to_run, work, tests):
    start = "import subprocess\nprint(subprocess.Popen(['sleep', '600']).pid)"

    result = execute(work({"one": notebook_to_run(("own", start), tests=tests)}))

    assert not is_running(printed(result)[0].strip())


def is_running(pid):
    """A process that has ended may still wait for its parent to hear of it."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@BOTH
def test_notes_name_their_notebook_and_the_next_notebook_runs(notebook_to_run, work, tests):
    ends = notebook_to_run(("answer", "x = 1", "import os\nos._exit(1)"), ("test", "x"), tests=tests)
    goes_on = notebook_to_run(("own", "print('two')"), tests=tests)

    result = execute(work({"one": ends, "two": goes_on}))

    assert result["notes"] == ["one: its process ended in cell 'q1', and the tests after it found no answers."]
    assert printed(result, "two") == ["two\n"]


@BOTH
def test_a_run_that_was_stopped_gives_no_notebooks_and_says_which_cell_of_which_notebook(notebook_to_run, work, tests):
    fine = notebook_to_run(("own", "1"), tests=tests)
    stuck = notebook_to_run(("answer", "x = 1", "while True: pass"), ("test", "x"), tests=tests)

    result = execute(work({"one": fine, "two": stuck}, cell_s=1, stop_at_timeout=True))

    assert (result["notebooks"], result["stopped"]) == ({}, "two: Cell 'q1' ran longer than 1 seconds.")


@BOTH
def test_work_and_result_are_plain_data_and_the_work_is_not_changed(notebook_to_run, work, tests):
    to_do = work({"one": notebook_to_run(("answer", "x = 1"), ("test", "print(x)"), tests=tests)})
    before = copy.deepcopy(to_do)

    result = execute_plain(dict(to_do))

    assert to_do == before
    assert json.loads(json.dumps(result)) == result
    assert printed(result) == ["", "1\n"]
