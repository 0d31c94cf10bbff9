"""The same submissions, graded by ``nbgrader autograde`` with its own kernels and by the engine: the same marks and outputs."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass

import pytest

from casebook.errors import CasebookError

pytestmark = pytest.mark.slow

# A question -> the answer, and the line that tests it. Each is worth two points.
QUESTIONS = {
    "right": ("def f(): return 1", "assert f() == 1"),
    "wrong": ("def f(): return 2", "assert f() == 1"),
    "raises": ("def f(): return 1 / 0", "assert f() == 1"),
    "syntax": ("def f(:", "assert f() == 2"),
    "prints": ("def f():\n    print('é ✓')\n    return 1", "assert f() == 1"),
    "stderr": ("import sys\ndef f():\n    print('no', file=sys.stderr)\n    return 1", "assert f() == 1"),
    "warns": ("import warnings\ndef f():\n    warnings.warn('old', stacklevel=1)\n    return 1", "assert f() == 1"),
    "logs": ("import logging\ndef f():\n    logging.warning('hm')\n    return 1", "assert f() == 1"),
    "partial": ("def f(): return 1", "f() / 2"),
    "partial-text": ("def f(): return '1.5'", "f()"),
    "full-text": ("def f(): return 'fine'", "f()"),
    "none": ("def f(): return None", "f()"),
    "displays": ("def f():\n    display({'text/html': '<b>1</b>', 'text/plain': '1'}, raw=True)", "f()"),
    "updates": ("handle = display('a', display_id='x')\nhandle.update('b')", "assert handle"),
    "clears": ("from IPython.display import clear_output\nprint(1)\nclear_output()\nprint(2)", "assert True"),
    "long": ("for i in range(3000): print(i)", "assert i == 2999"),
    "exits": ("import sys\nsys.exit(3)", "assert sys"),
    "asks": ("name = input('Who? ')", "assert name"),
    "awaits": ("import asyncio\nvalue = await asyncio.sleep(0, 4)", "assert value == 4"),
    "loops": ("import asyncio\nit = asyncio.sleep(0)\ntry: asyncio.run(it)\nfinally: it.close()", "assert True"),
    "magic": ("%precision 3\nx = 3", "assert x == 3"),
    "cell-magic": ("%%capture said\nprint('hidden')", "assert said.stdout == 'hidden\\n'"),
    "shell": ("words = !echo one two", "assert words == ['one two']"),
    "subprocess": ("import subprocess\nsubprocess.run(['sh', '-c', 'echo out; echo err >&2'])", "assert True"),
    "history": ("1 + 1", "assert _ == 2 or In"),
    "files": ("from pathlib import Path\nPath('x.txt').write_text('1')", "assert Path('x.txt').read_text() == '1'"),
    "missing": ("rows = open('nowhere.csv').read()", "assert rows"),
    "traceback": (
        "try:\n    1 / 0\nexcept ZeroDivisionError as error:\n    raise KeyError('a') from error",
        "assert False",
    ),
    "group": ("raise ExceptionGroup('two', [ValueError(1), TypeError(2)])", "assert True"),
    "empty": ("", "assert 1"),
    "comment": ("# nothing", "assert 1"),
    "deleted": ("del f", "assert f"),
    "dunder": ("__name__", "assert __name__ == '__main__'"),
    "threads": ("import threading\nt = threading.Thread(target=print, args=('from afar',)); t.start(); t.join()", "t"),
    "random": ("import random\nrandom.seed(1); a = random.random()", "assert 0.134 < a < 0.135"),
    "slow": ("while True: pass", "assert True"),
    "environment": ("import os\nhow = os.environ.get('NBGRADER_EXECUTION')", "assert how == 'autograde'"),
}
# What a process, a kernel's cell or a machine is called in a traceback or a message.
NAMES = re.compile(r"\x1b\[[0-9;]*m|0x[0-9a-f]+|/tmp/\S+|\d+(\.\d+)? ?[µnm]?s\b|Thread-\d+|stopped \d+")


@dataclass(frozen=True)
class Both:
    """The same course, graded by nbgrader and by the engine."""

    theirs: object
    ours: object


def marks(course, student: str, assignment: str) -> dict[str, tuple]:
    """What the gradebook says of a submission's cells."""
    with course.gradebook() as gradebook:
        submission = gradebook.find_submission(assignment, student)
        found = {
            grade.name: (grade.auto_score, grade.max_score, grade.needs_manual_grade)
            for notebook in submission.notebooks
            for grade in notebook.grades
        }
        found |= {
            f"{comment.name} (comment)": (comment.auto_comment,)
            for notebook in submission.notebooks
            for comment in notebook.comments
        }
    return found


def enames(outputs: list) -> list[str]:
    return [output.ename for output in outputs if output.output_type == "error"]


def shown(outputs: list) -> list[tuple]:
    """Outputs of a cell, without names that differ from run to run."""
    said = []
    for output in outputs:
        if output.output_type == "error":
            said.append(("error", output.ename, NAMES.sub("", output.evalue)))
        elif output.output_type == "stream":
            said.append((output.name, NAMES.sub("", output.text)))
        else:
            said.append((output.output_type, NAMES.sub("", str(dict(output.data)))))
    return said


def damage(notebook):
    """What students do to a notebook without meaning harm, and with."""
    by_id = {cell.id: cell for cell in notebook.cells}
    by_id["right-check"].source = "assert True  # changed"
    by_id["wrong-check"].source = ""
    by_id["partial-check"].metadata.nbgrader.points = 200
    by_id["prints-check"].metadata.nbgrader.locked = False
    by_id["raises"].cell_type = "markdown"
    del by_id["raises"]["outputs"], by_id["raises"]["execution_count"]
    notebook.metadata["kernelspec"] = {"name": "cobol", "display_name": "COBOL"}


@pytest.fixture(scope="module")
def both(released_week, cells, work, tmp_path_factory) -> Both:
    root = tmp_path_factory.mktemp("both")
    shutil.copytree(released_week.root, root / "theirs")
    course = type(released_week)(root / "theirs")
    course.configure("c.Execute.timeout = 2", "c.LimitOutput.max_lines = 200")
    pairs = []
    for name, (answer, check) in QUESTIONS.items():
        pairs += [cells.answer(name, answer), cells.test(f"{name}-check", 2, check)]
    course.write_source("odd", {"odd": pairs})
    course.release("odd")
    answers = {name: answer for name, (answer, _) in QUESTIONS.items()}
    course.hand_in("odd", answers, ["odd"], assignment="odd")
    course.hand_in("blank", {}, ["odd"], assignment="odd")
    slow = {"slow": "while False: pass"}
    course.hand_in("damaged", answers | slow, ["odd"], assignment="odd", change=damage)
    blinded = "import IPython\nIPython.core.interactiveshell.InteractiveShell.showtraceback = lambda *a, **k: None\n"
    course.hand_in("blinder", answers | slow | {"right": blinded}, ["odd"], assignment="odd")
    silent = "get_ipython().showtraceback = lambda *a, **k: None\nimport sys\nsys.stderr = sys.stdout"
    course.hand_in("silencer", answers | slow | {"right": silent}, ["odd"], assignment="odd")
    course.hand_in("ada", work)
    course.hand_in("ben", work | {"why": "", "sketch": "1 / 0"}, ["first"])
    shutil.copytree(course.root, root / "ours")
    ours = type(released_week)(root / "ours")
    # ipykernel would not catch what other programs print.
    monkeypatch = pytest.MonkeyPatch()
    monkeypatch.delenv("PYTEST_CURRENT_TEST")
    for assignment in ("odd", "week"):
        outcome = course.directory.autograde(assignment, "*")
        assert outcome.success, outcome.log
        ours.grade(assignment=assignment, workers=2)
    monkeypatch.undo()
    return Both(course, ours)


@pytest.mark.parametrize("student", ["odd", "blank", "damaged", "blinder", "silencer"])
def test_every_odd_answer_earns_what_it_earns_from_nbgrader(both, student):
    theirs, ours = (marks(course, student, "odd") for course in (both.theirs, both.ours))

    assert ours == theirs
    assert len(theirs) == 2 * len(QUESTIONS)


def test_the_odd_answers_earn_what_one_would_say_they_do(both):
    points = both.ours.points("odd", "odd")

    assert {name: points[f"{name}-check"] for name in ("right", "wrong", "raises", "stderr", "warns", "logs")} == {
        "right": 2,
        "wrong": 0,
        "raises": 0,
        "stderr": 0,
        "warns": 0,
        "logs": 0,
    }
    assert (points["partial-check"], points["full-text-check"], points["slow-check"]) == (0.5, 2, 2)


# IPython only prints a group of exceptions; nbgrader then shows its name, and the engine that there was an error.
@pytest.mark.parametrize("name", [name for name in QUESTIONS if name != "group"])
def test_a_cell_and_its_test_show_what_they_show_under_nbgrader(both, name):
    theirs, ours = (course.outputs("odd", "odd", "odd") for course in (both.theirs, both.ours))

    for cell in (name, f"{name}-check"):
        assert shown(ours[cell]) == shown(theirs[cell])


def test_who_hides_errors_from_the_page_gains_nothing(both):
    points = both.ours.points("blinder", "odd")

    assert (points["wrong-check"], points["raises-check"]) == (0, 0)
    theirs, ours = (course.outputs("blinder", "odd", "odd")["wrong-check"] for course in (both.theirs, both.ours))
    assert (len(enames(theirs)), len(enames(ours))) == (1, 1)


def test_what_was_damaged_is_as_the_instructor_wrote_it_in_the_graded_copy(both):
    theirs, ours = (
        [(cell.cell_type, cell.source) for cell in course.graded_notebook("damaged", "odd", "odd").cells]
        for course in (both.theirs, both.ours)
    )

    assert ours == theirs


@pytest.mark.parametrize("student", ["ada", "ben"])
def test_all_kinds_of_cells_are_recorded_as_by_nbgrader(both, student):
    theirs, ours = (marks(course, student, "week") for course in (both.theirs, both.ours))

    assert ours == theirs
    left = [
        sorted(each.name for each in course.directory.autograded(student, "week").rglob("*"))
        for course in (both.theirs, both.ours)
    ]
    assert left[0] == left[1]


def test_feedback_pages_are_made_of_both_and_say_the_same(both):
    pages = []
    for course in (both.theirs, both.ours):
        outcome = course.directory.generate_feedback("week", "ada")
        assert outcome.success, outcome.log
        folder = course.directory.feedback("ada", "week")
        text = (folder / "first.html").read_text(encoding="utf-8")
        pages.append(re.sub(r"cell-id=[\w-]+|id=\"[\w-]+\"", "", text))
    assert "(Score: 2.0 / 2.0)" in pages[1]
    assert pages[0] == pages[1]


def test_nothing_is_known_of_a_student_who_handed_in_nothing(both):
    with pytest.raises(CasebookError, match="There is no submission of 'odd' by 'ada'"):
        both.ours.grade("ada", assignment="odd")
