"""What the test process runs and asks for, case by case."""

from __future__ import annotations

from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from casebook.errors import CasebookError
from casebook.exercises.assignment import load_assignment
from casebook.exercises.compilation import compiled
from casebook.grading import model
from casebook.grading.isolation import plan
from casebook.grading.model import InstructorCell, InstructorNotebook
from casebook.project import Project

MARKS = {
    "given": {"grade": False, "solution": False, "locked": True},
    "answer": {"grade": False, "solution": True, "locked": False},
    "test": {"grade": True, "solution": False, "locked": True, "points": 1},
    "marked": {"grade": True, "solution": True, "locked": False, "points": 1},
}


def notebook(*cells):
    """Each cell as (kind, source) or (kind, source, other metadata); ids are q1, q2..."""
    made = []
    for number, (kind, source, *more) in enumerate(cells, start=1):
        marks = {"nbgrader": {"grade_id": f"q{number}", "schema_version": 3, **MARKS[kind]}} if kind in MARKS else {}
        made.append(new_code_cell(source, metadata=marks | (more[0] if more else {})))
    return new_notebook(cells=made)


def asked(*cells):
    """What the last cell asks for."""
    return set(plan(notebook(*cells)).steps[-1].answers)


def test_given_cells_and_tests_run_in_the_notebooks_order_up_to_the_last_test_and_solutions_and_text_do_not():
    source = notebook(
        ("given", "a = 1"),
        ("free", "b = 2"),
        ("answer", "c = 3"),
        ("test", "assert c"),
        ("marked", "d = 4"),
        ("given", "e = 5"),
    )
    source.cells.insert(0, new_markdown_cell("c"))

    steps = plan(source).steps

    assert [(step.kind, step.grade_id, step.source) for step in steps] == [
        ("given", "q1", "a = 1"),
        ("given", None, "b = 2"),
        ("test", "q4", "assert c"),
    ]
    assert [set(step.answers) for step in steps] == [set(), set(), {"c"}]


def test_a_cell_that_the_instructor_has_passed_over_is_not_run():
    cells = ("free", "while True: pass", {"tags": ["skip-execution"]}), ("test", "assert 1")

    assert [step.source for step in plan(notebook(*cells)).steps] == ["assert 1"]


class TestWhatSolutionsBind:
    @pytest.mark.parametrize(
        "solution",
        [
            "x = 1",
            "x, y = 1, 2",
            "y, *x = 1, 2",
            "[y, (x, z)] = 1, (2, 3)",
            "y = x = 1",
            "x: int = 1",
            "x += 1",
            "(x := 1)",
            "[(x := number) for number in [1]]",
            "for x in [1]: pass",
            "for y, (x, _) in []: pass",
            "with open('f') as x: pass",
            "with open('f') as (y, x): pass",
            "try:\n    pass\nexcept ValueError as x:\n    pass",
            "match [1]:\n    case [x]: pass",
            "match [1]:\n    case [_, *x]: pass",
            "match {}:\n    case {'a': 1, **x}: pass",
            "match 1:\n    case int() as x: pass",
            "def x(): pass",
            "async def x(): pass",
            "class x: pass",
            "x = lambda: 1",
            "if True:\n    while True:\n        x = 1",
            "def f():\n    global x\n    x = 1",
            "def f():\n    def g():\n        global x\n        x = 1",
            "x['a'] = 1",
            "x.a.b = 1",
            "x.loc[1, 'a'] += 1",
            "del x",
            "del x['a']",
            "x.append(1)",
            "y = x.pop()",
            "x.setdefault('a', []).append(1)",
            "x.drop(columns='a', inplace=True)",
            "def f():\n    x.append(1)",
            "%time x = 1",
            "%%time\nx = 1",
            "%%capture out\nx = !ls",
            "x = !ls",
            "x = %pwd",
            "### BEGIN SOLUTION\nx = await task\n### END SOLUTION",
            "y = '\\d'; x = 1",
        ],
    )
    def test_what_a_solution_binds_or_changes_is_an_answer(self, solution):
        assert "x" in asked(("given", "x = []"), ("answer", solution), ("test", "assert x"))

    @pytest.mark.parametrize(
        "solution",
        [
            "print(x)",
            "x.head()",
            "y = x.drop(columns='a')",
            "y = x.drop(columns='a', inplace=False)",
            "def f(x):\n    x = 1",
            "def f():\n    x = 1\n    x.append(2)",
            "def f(*, x): x['a'] = 1",
            "def f(*x): x += 1",
            "f = lambda x: x.append(1)",
            "[x for x in [1]]",
            "{x: 1 for x in [1]}",
            "class C:\n    x = 1",
            "x: int",
            "x == 1",
            "f(x=1)",
            "y.x = 1",
            "def f():\n    x = 1\n    def g():\n        nonlocal x\n        x = 2",
            "import x",
            "import x.y",
            "from y import z as x",
            "from y import *",
            "import x\nx.options.a = 1",
            "%%bash\nx=1",
        ],
    )
    def test_what_it_only_uses_or_has_for_itself_is_none(self, solution):
        assert asked(("answer", solution), ("test", "assert x")) == set()

    def test_a_setting_in_a_module_that_was_given_does_not_make_the_module_an_answer(self):
        cells = ("given", "import pandas as pd"), ("answer", "pd.options.display.max_rows = 5"), ("test", "pd.NA")

        assert asked(*cells) == set()

    def test_only_solutions_before_the_cell_count(self):
        steps = plan(notebook(("test", "assert x"), ("answer", "x = 1"), ("test", "assert x"))).steps

        assert [set(step.answers) for step in steps] == [set(), {"x"}]

    @pytest.mark.parametrize("anew", ["x = 2", "import x", "def x(): pass", "for x in y: pass", "del x"])
    @pytest.mark.parametrize("kind", ["given", "free", "test"])
    def test_a_name_that_a_later_cell_of_the_test_process_binds_anew_is_no_answer_any_more(self, anew, kind):
        assert asked(("answer", "x = 1"), (kind, anew), ("test", "assert x")) == set()
        assert asked(("answer", "x = 1"), (kind, anew), ("answer", "x = 3"), ("test", "assert x")) == {"x"}

    def test_what_a_given_cell_changes_is_changed_in_both_processes_and_asked_again(self):
        assert asked(("answer", "x = {}"), ("given", "x['a'] = 1"), ("test", "assert x")) == {"x"}

    def test_what_a_test_changes_is_changed_in_the_test_process_alone_and_not_asked_again(self):
        assert asked(("answer", "x = {}"), ("test", "x['a'] = 1"), ("test", "assert x")) == set()


class TestWhatCellsUse:
    @pytest.mark.parametrize(
        "test",
        [
            "assert x",
            "assert f'{x}'",
            "assert f'{1:{x}}'",
            "[x for _ in y]",
            "[y for y in x]",
            "[z for y in a if y for z in x]",
            "def f():\n    return x",
            "def f(y=x): pass",
            "def f(y: x): pass",
            "lambda: x",
            "class C(x): pass",
            "class C:\n    def f(self):\n        return x",
            "class C:\n    x = 1\n    def f(self):\n        return x",
            "@x\ndef f(): pass",
            "x += 1",
            "x['a'] = 1",
            "x.a = 1",
            "del x",
            "del x[0]",
            "def f():\n    global x\n    x += 1",
            "match y:\n    case x.A: pass",
            "await x",
            "%timeit x",
            "%%time\nassert x",
            "x?",
            "!ls\nassert x",
            "assert 'x' in globals()",
            "assert eval('x + 1') == 2",
        ],
    )
    def test_a_name_that_a_cell_uses_is_asked_for(self, test):
        assert asked(("answer", "x = 1"), ("test", test)) == {"x"}

    @pytest.mark.parametrize(
        "test",
        [
            "x = 1",
            "def f(x): return x",
            "[x for x in y]",
            "y.x",
            "f(x=1)",
            "'x'",
            "def f():\n    x = 1\n    return lambda: x",
            "import x",
            "%%bash\necho x",
        ],
    )
    def test_a_name_that_it_does_not_use_is_not(self, test):
        assert asked(("answer", "x = 1"), ("test", test)) == set()

    @pytest.mark.parametrize(
        "helper",
        [
            "def check(): assert x",
            "class Checker:\n    def __call__(self): assert x\ncheck = Checker()",
            "check = lambda: x",
            "def inner(): return x\ndef check(): return inner()",
            "def inner(): return x\ncheck = partial(inner)",
        ],
    )
    @pytest.mark.parametrize("kind", ["given", "test"])
    def test_what_a_function_of_the_test_process_uses_is_asked_for_by_who_calls_it(self, helper, kind):
        cells = (kind, helper), ("answer", "x = 1")

        assert asked(*cells, ("test", "check()")) == {"x"}
        assert asked(*cells, ("test", "other()")) == set()

    def test_the_body_of_a_students_function_runs_in_the_students_process(self):
        cells = ("given", "def f(): return x"), ("answer", "x = 1"), ("answer", "def f(): return 2")

        assert asked(*cells, ("test", "f()")) == {"f"}

    def test_a_helper_that_was_defined_anew_is_the_new_one(self):
        cells = ("given", "def check(): return x"), ("answer", "x = 1"), ("given", "def check(): return 1")

        assert asked(*cells, ("test", "check()")) == set()

    def test_modules_that_only_a_solution_imports_are_imported_by_the_instructors_statement(self):
        solution = "import math, os.path\nfrom numpy import array as grid\nx = math.pi"
        steps = plan(
            notebook(("answer", solution), ("test", "math.sin(x); grid"), ("test", "import math; math.e"))
        ).steps

        assert [step.imports for step in steps] == [("import math", "from numpy import array as grid"), ()]
        assert [set(step.answers) for step in steps] == [{"x"}, set()]


class TestWhatTheInstructorSays:
    def test_answers_named_in_a_cell_are_the_ones_asked_for(self):
        said = {"casebook": {"answers": ["deck"]}}

        assert asked(("given", "deck = []"), ("answer", "x = shuffle(deck)"), ("test", "deck, x", said)) == {"deck"}

    def test_a_cell_can_share_the_students_process_and_what_it_binds_there_is_asked_for_later(self):
        said = {"casebook": {"tests": "shared"}}
        steps = plan(notebook(("answer", "x = open('f')"), ("test", "y = x.read()", said), ("test", "assert y"))).steps

        assert [step.tests for step in steps] == [model.Tests.SHARED, model.Tests.ISOLATED]
        assert set(steps[-1].answers) == {"y"}

    @pytest.mark.parametrize(
        ("said", "what"),
        [
            ("shared", "`casebook` is 'shared', not a mapping."),
            ({"answer": ["x"]}, "`casebook` has a key 'answer' that means nothing."),
            ({"answers": "x"}, "`casebook: answers` is 'x', not a list of names."),
            ({"answers": ["x y"]}, "`casebook: answers` is ['x y'], not a list of names."),
            ({"tests": ["shared"]}, "`casebook: tests` is ['shared']."),
        ],
    )
    def test_anything_else_is_an_error_that_names_the_cell_and_what_may_be_said(self, said, what):
        with pytest.raises(CasebookError) as caught:
            plan(notebook(("test", "assert x", {"casebook": said})))

        assert str(caught.value) == (
            f"the instructor's notebook (cell q1): {what}\n"
            "  Mend: write `casebook: {answers: [name, ...], tests: shared or isolated}`, or only one of the two."
        )


class TestWhatCannotBeRead:
    def test_a_test_that_is_not_python_asks_for_what_its_metadata_names_and_the_reason_is_kept(self):
        said = {"casebook": {"answers": ["x"]}}
        steps = plan(notebook(("answer", "x = 1"), ("test", "assert x ==="), ("test", "x ===", said))).steps

        assert [set(step.answers) for step in steps] == [set(), {"x"}]
        assert steps[0].unread == "invalid syntax, line 1"

    def test_a_solution_that_is_not_python_is_named(self):
        assert plan(notebook(("answer", "x <- 1 2"))).unread == (
            "The solution 'q1' cannot be read: invalid syntax, line 1.",
        )


def test_tests_that_nbgrader_generates_are_taken_from_the_gradebooks_copy():
    written_out = InstructorCell("q2", "code", "assert x == 1", 1, True, False, True, False, None)
    source = notebook(("answer", "x = 1"), ("test", "### AUTOTEST x"))

    (step,) = plan(source, InstructorNotebook("n", (written_out,))).steps

    assert (step.source, set(step.answers)) == ("assert x == 1", {"x"})


def test_each_test_of_the_casebooks_own_assignment_asks_for_the_answer_that_it_is_about():
    root = Path(__file__).parents[2]
    notebooks = compiled(load_assignment(Project(root), "data-sharing"))

    found = {
        step.grade_id: set(step.answers)
        for source in notebooks.values()
        for step in plan(source).steps
        if step.kind == "test"
    }

    assert found == {
        "value-share-check": {"value_share"},
        "order-share-check": {"order_share"},
        "category-values-check": {"share_by_category"},
        "category-order-check": {"share_by_category"},
        "own-growth-check": {"own_growth"},
        "independent-growth-check": {"independent_growth"},
        "lead-values-check": {"taobao_lead"},
        "lead-missing-check": {"taobao_lead"},
        "merged-years-check": {"both"},
        "merged-values-check": {"both"},
        "per-parcel-check": {"yuan_per_parcel"},
        "changes-check": {"yearly_change"},
        "chart-data-check": {"price_chart"},
        "chart-axes-check": {"price_chart"},
        "chart-words-check": {"price_chart"},
    }
