"""Tests in a process of their own: what they see of the student's, and what the student sees of them."""

from __future__ import annotations

import time

import pytest

from casebook.grading import notebook_run
from casebook.grading.model import Limits
from casebook.grading.notebook_run import Folders, run_notebook
from casebook.kernels.forked import CAN_FORK

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not CAN_FORK, reason="no fork here")]

# Its own text does not match.
SEARCH = r"""
import gc, re
pattern = re.compile(rb"hidden-[0-9]+-zebra")

def look(where, text):
    found = pattern.search(text if type(text) is bytes else str(text).encode("utf-8", "replace"))
    if found:
        print(where, found[0].decode())

for text in In:
    look("In", text)
for name, value in list(globals().items()):
    look("globals", repr(value))
for thing in gc.get_objects():
    for inner in gc.get_referents(thing):
        if type(inner) in (str, bytes):
            look("gc", inner)
with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb", 0) as memory:
    for line in maps:
        where, rights, *_ = line.split()
        if rights.startswith("rw") and "[v" not in line:
            start, end = (int(each, 16) for each in where.split("-"))
            try:
                memory.seek(start)
                look("memory", memory.read(end - start))
            except OSError:
                pass
"""
HIDDEN = "assert x == 1\nassert x == 1, 'hidden-' '4711-zebra' or 'hidden-4711-zebra'"
HOSTILE = """
import builtins, pandas as pd
x = -1
table["n"] = 0
table = None
abs = sum = len = print = lambda *_: 6
builtins.sum = builtins.abs = lambda *_: 6
pd.DataFrame.__len__ = lambda _: 6
AssertionError = Exception
"""
SLOW_TO_READ = """
import altair
def forever(*_, **__):
    while True: pass
altair.Chart.to_dict = forever
x = altair.Chart()
"""


@pytest.fixture
def run(notebook_to_run, tmp_path):
    """What each cell printed, returned and raised."""
    folders = Folders(tmp_path / "submission", tmp_path / "given")
    folders.submission.mkdir()
    folders.given.mkdir()

    def run(*cells, tests="isolated", limits=None):
        done, _ = run_notebook(notebook_to_run(*cells, tests=tests), limits or Limits(), (), folders)
        return [[shown(each) for each in cell["outputs"]] for cell in done["cells"]]

    return run


def shown(output):
    if output["output_type"] == "error":
        return f"{output['ename']}: {output['evalue']}"
    return output.get("text") or output["data"]["text/plain"]


def test_the_text_of_tests_is_nowhere_in_the_students_process(run):
    cells = (("answer", "x = 1", "x = 1\nprint('hidden-' + 'here')"), ("test", HIDDEN), ("own", SEARCH))

    # In the student's process, as nbgrader has it, the search finds the tests that have run.
    found = {line.split()[0] for line in "".join(run(*cells, tests="shared")[2]).splitlines()}
    assert found == {"In", "globals", "gc", "memory"}

    assert run(*cells) == [["hidden-here\n"], [], []]


def test_nor_is_it_when_a_test_calls_the_students_function(run):
    outputs = run(
        ("answer", "def f():\n    pass", f"def f():\n    {SEARCH.strip().replace(chr(10), chr(10) + '    ')}"),
        ("test", "f()\nf() or 'hidden-4711-zebra'[:0]"),
    )

    assert outputs == [[], ["''"]]


def test_what_a_student_rebinds_changes_nothing_for_the_tests(run):
    cells = (
        ("given", "import pandas as pd\ntable = pd.DataFrame({'n': [1, 2, 3]})"),
        ("answer", "x = sum(table['n'])", HOSTILE),
        ("test", "assert x == 6 or abs(x) == 6"),
        ("test", "print(sum(table['n']), len(table), abs(-2), len(pd.DataFrame({'n': [1]})))"),
    )

    assert run(*cells, tests="shared")[2] == []
    assert run(*cells)[2:] == [["AssertionError: "], ["6 3 2 1\n"]]


def test_an_answer_that_is_missing_is_a_name_error_as_in_nbgrader(run):
    cells = (("answer", "x = 1", "y = 1"), ("test", "assert x == 1"))

    assert run(*cells)[1] == run(*cells, tests="shared")[1] == ["NameError: name 'x' is not defined"]


def test_an_answer_that_the_student_deletes_later_is_missing_from_then_on(run):
    outputs = run(("answer", "x = 1"), ("test", "x"), ("own", "del x"), ("test", "x"))

    assert outputs == [[], ["1"], [], ["NameError: name 'x' is not defined"]]


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ("class Mine: pass\nx = Mine()", "Mine"),
        ("class int(int): pass\nx = int(1)", "int"),
        ("x = (n for n in [1])", "a generator cannot cross; make a list of it"),
        ("x = [open('/dev/null')]", "an open file cannot cross; read it"),
    ],
)
def test_an_answer_that_cannot_cross_is_one_clear_error_in_the_test_that_asks_for_it(run, answer, why):
    _, failed, other = run(("answer", "x = 1", answer), ("test", "assert x"), ("test", "print('other')"))

    assert len(failed) == 1
    assert failed[0].startswith("AnswerCannotCrossError: The tests cannot read 'x': ")
    assert why in failed[0]
    assert "cannot cross" in failed[0]
    assert other == ["other\n"]


def test_functions_take_arguments_return_raise_and_print_in_the_students_process(run):
    outputs = run(
        (
            "answer",
            "def f(a, *, b=2):\n    return a",
            (
                "calls = 0\n"
                "def f(a, *, b=2):\n"
                "    global calls\n"
                "    calls += 1\n"
                "    print('called with', a, b)\n"
                "    if a is None:\n"
                "        raise ValueError('no number')\n"
                "    return a * b"
            ),
        ),
        ("test", "print(f(2), f(3, b=5), f([1]), f.__name__)"),
        ("test", "try:\n    f(None)\nexcept ValueError as error:\n    print(repr(error))"),
        ("test", "f()"),
        ("own", "print(calls)"),
    )

    assert "".join(outputs[1]) == "called with 2 2\ncalled with 3 5\ncalled with [1] 2\n4 15 [1, 1] f\n"
    assert "".join(outputs[2]) == "called with None 2\nValueError('no number')\n"
    assert outputs[3][0].startswith("TypeError: f() missing 1 required positional argument: 'a'")
    assert outputs[4] == ["4\n"]


def test_what_a_function_does_to_its_arguments_is_seen_by_the_test(run):
    outputs = run(
        ("answer", "def f(numbers):\n    numbers.append(4)"),
        ("test", "numbers = [3]\nf(numbers)\nprint(numbers)"),
    )

    assert outputs[1] == ["[3, 4]\n"]


def test_a_test_cannot_hand_a_function_of_its_own_to_the_students_and_is_told_so(run):
    outputs = run(
        ("answer", "def twice(f):\n    return f(f(1))"),
        ("test", "twice(lambda n: n + 1)"),
        ("test", "twice(abs)"),
    )

    why = "argument 1 of twice: a function of the test cannot be handed to a function of the notebook"
    assert outputs[1] == [f"CannotCrossError: {why}"]


def test_a_function_that_never_returns_costs_only_the_test_that_calls_it_and_no_more_than_its_time(run):
    began = time.monotonic()

    outputs = run(
        ("answer", "def f():\n    return 1", "def f():\n    while True: pass"),
        ("answer", "x = 1"),
        ("test", "f()"),
        ("test", "assert x == 1\nprint('x')"),
        limits=Limits(cell_s=1),
    )

    # Either the call or the test that waits for it is interrupted first.
    assert "TimeoutError: " in outputs[2][-1]
    assert outputs[3] == ["x\n"]
    assert time.monotonic() - began < 10


def test_a_call_has_a_time_limit_of_its_own(run, monkeypatch):
    monkeypatch.setattr(notebook_run, "ANSWER_S", 1)

    outputs = run(
        ("answer", "def f():\n    return 1", "def f():\n    while True: pass"), ("test", "f()"), ("test", "1")
    )

    assert outputs[1] == ["TimeoutError: The call took longer than 1 seconds."]
    assert outputs[2] == ["1"]


def test_to_read_an_answer_takes_no_more_than_the_notebooks_time(run):
    began = time.monotonic()

    outputs = run(
        ("answer", "x = 1", SLOW_TO_READ),
        ("test", "x"),
        ("test", "x"),
        limits=Limits(notebook_s=4),
    )

    assert outputs[1][0].startswith("AnswerCannotCrossError: The tests cannot read 'x': to read it takes longer than")
    assert outputs[2] == ["CellTimeoutError: The notebook's time was used up before this cell."]
    assert time.monotonic() - began < 12


def test_a_function_that_ends_its_process_costs_this_test_and_later_answers_only(run):
    outputs = run(
        ("answer", "x = 1"),
        ("answer", "def f():\n    return 1", "import os\ndef f():\n    os._exit(1)"),
        ("test", "f()"),
        ("test", "print('needs no answer')"),
        ("test", "assert x == 1"),
    )

    assert outputs[2][0].startswith("RuntimeError: The function could not be called: ")
    assert outputs[3] == ["needs no answer\n"]
    assert outputs[4][0].startswith("DeadKernelError: The tests cannot ask for the answers: ")


def test_a_test_that_changes_an_answer_does_not_change_the_students(run):
    outputs = run(
        ("answer", "found = [1, 2]"),
        ("test", "found.append(3)\nfound"),
        ("own", "print(found)"),
    )

    assert outputs == [[], ["[1, 2, 3]"], ["[1, 2]\n"]]


def test_answers_are_asked_for_anew_when_the_students_code_has_run(run):
    outputs = run(
        ("answer", "n = 1\ndef more():\n    global n\n    n += 1", "n = 1\ndef more():\n    global n\n    n += 1"),
        ("test", "n"),
        ("own", "n = 10"),
        ("test", "n"),
        ("test", "more()"),
        ("test", "n"),
    )

    assert outputs == [[], ["1"], [], ["10"], [], ["11"]]


def test_names_of_the_tests_own_last_from_test_to_test_and_never_reach_the_student(run):
    outputs = run(
        ("answer", "x = 1"),
        ("test", "expected = 1"),
        ("test", "assert x == expected"),
        ("own", "expected"),
    )

    assert outputs == [[], [], [], ["NameError: name 'expected' is not defined"]]


def test_what_the_solutions_import_the_tests_import_themselves(run):
    outputs = run(
        ("answer", "import math\nfrom statistics import median as middle\nx = 1", "x = 1"),
        ("test", "print(math.floor(x), middle([1, 2, 3]))"),
    )

    assert outputs == [[], ["1 2\n"]]


def test_a_cell_can_say_that_it_runs_with_the_student(run):
    shared = {"casebook": {"tests": "shared"}}

    outputs = run(
        ("answer", "class Point:\n    x = 1\npoint = Point()"),
        ("test", "print(point.x)\nseen = True", shared),
        ("test", "point"),
        ("own", "print(seen)"),
    )

    assert outputs[1] == ["1\n"]
    assert outputs[2][0].startswith("AnswerCannotCrossError: ")
    assert outputs[3] == ["True\n"]


def test_given_cells_run_for_the_tests_too_but_show_their_output_once(run):
    outputs = run(("given", "seed = 4\nprint('given')\nseed"), ("answer", "x = seed"), ("test", "x == seed"))

    assert outputs == [["given\n", "4"], [], ["True"]]


def test_a_test_that_is_not_in_the_instructors_notebook_never_runs_with_the_student(notebook_to_run, tmp_path):
    folders = Folders(tmp_path / "submission", tmp_path / "given")
    folders.submission.mkdir()
    folders.given.mkdir()
    to_run = notebook_to_run(("answer", "x = 1"), ("test", "print('hidden')"), tests="isolated")
    to_run["steps"] = []

    done, _ = run_notebook(to_run, Limits(), (), folders)

    (error,) = done["cells"][1]["outputs"]
    assert error["ename"] == "MissingTestError"
    assert "release the assignment again" in error["evalue"]
