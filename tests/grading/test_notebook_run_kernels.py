"""Notebooks that need a kernel go to one by themselves, and earn there what they would earn without."""

from __future__ import annotations

import gc
import json
import sys

import nbformat
import pytest

from casebook.grading.model import Limits
from casebook.grading.notebook_run import Folders, run_notebook
from casebook.kernels.kernel_shell import KernelShell, is_this_python

pytestmark = pytest.mark.slow

BOTH = pytest.mark.parametrize("tests", ["shared", "isolated"])
COMM = "from comm import create_comm\ncreate_comm(target_name='x')\n"


@pytest.fixture
def kernels(monkeypatch):
    """The kernels that were started, by name."""
    started = []
    really = KernelShell.__enter__

    def noted(self):
        started.append(self)
        return really(self)

    # With this in its environment, ipykernel leaves alone what programs write.
    monkeypatch.delenv("PYTEST_CURRENT_TEST", raising=False)
    monkeypatch.setattr(KernelShell, "__enter__", noted)
    yield started
    # An event loop that a client has left is closed with a warning, and that belongs here.
    gc.collect()


@pytest.fixture
def run(notebook_to_run, tmp_path):
    folders = Folders(tmp_path / "submission", tmp_path / "given")
    folders.submission.mkdir()
    folders.given.mkdir()

    def run(*cells, **more):
        done, notes = run_notebook(notebook_to_run(*cells, **more), Limits(cell_s=20), (), folders)
        nbformat.validate(done)
        return [[said(each) for each in cell["outputs"]] for cell in done["cells"]], notes

    return run


def said(output):
    if output["output_type"] == "error":
        return f"{output['ename']}: {output['evalue']}"
    return output.get("text") or output["data"]["text/plain"]


def cells(answer):
    return (
        ("given", "print('given')\nn = 2"),
        (
            "answer",
            "x = 2 * n\ndef double(a):\n    return 2 * a",
            f"{answer}x = 2 * n\ndef double(a):\n    return a + a",
        ),
        ("test", "assert x == 4 and double(3) == 6"),
        ("test", "assert x == 5, x"),
        ("test", "0.5"),
        ("test", "print(double('a'))\nassert len(double([1])) == 2"),
    )


@BOTH
@pytest.mark.parametrize("widget", [COMM, "import ipywidgets\nipywidgets.IntSlider(value=3)\n"])
def test_a_notebook_that_makes_a_widget_earns_what_it_would_without(run, kernels, tests, widget):
    if "ipywidgets" in widget:
        pytest.importorskip("ipywidgets")
    plain = run(*cells(""), tests=tests)
    assert kernels == []

    with_widget = run(*cells(widget), tests=tests)

    assert len(kernels) == 1
    assert with_widget == plain
    assert with_widget == ([["given\n"], [], [], ["AssertionError: 4"], ["0.5"], ["aa\n"]], [])


@BOTH
def test_in_a_kernel_the_notebook_begins_anew(run, kernels, tests):
    outputs, _ = run(
        ("own", "with open('runs', 'a') as file: print('begun', file=file)\ncount = 1"),
        ("own", COMM + "count += 1\nprint(count)"),
        tests=tests,
    )

    assert (len(kernels), outputs) == (1, [[], ["2\n"]])


def test_answers_that_are_missing_or_cannot_cross_are_told_from_a_kernel_too(run, kernels):
    outputs, _ = run(
        ("answer", "x = 1\ny = 2", COMM + "class Mine: pass\nx = Mine()"),
        ("test", "x"),
        ("test", "y"),
        tests="isolated",
    )

    assert outputs[1][0].startswith("AnswerCannotCrossError: The tests cannot read 'x': ")
    assert outputs[2] == ["NameError: name 'y' is not defined"]
    assert len(kernels) == 1


@BOTH
def test_a_kernel_that_dies_costs_what_comes_after_it(run, kernels, tests):
    outputs, notes = run(
        ("answer", "x = 1", COMM + "x = 1"),
        ("test", "assert x == 1"),
        ("answer", "y = 2", "import os\nos._exit(1)"),
        ("test", "assert y == 2"),
        ("test", "assert x == 1"),
        tests=tests,
    )

    assert outputs[:2] == [[], []]
    assert all(each[-1].startswith("DeadKernelError: ") for each in outputs[2:])
    assert notes == ["its process ended in cell 'q3', and the tests after it found no answers."]
    assert len(kernels) == 1


@pytest.fixture
def other_kernel(tmp_path, monkeypatch):
    """A kernel, as Jupyter finds it, whose language is not Python by its name."""
    folder = tmp_path / "jupyter" / "kernels" / "adder"
    folder.mkdir(parents=True)
    argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    (folder / "kernel.json").write_text(json.dumps({"argv": argv, "display_name": "Adder", "language": "adder"}))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))
    is_this_python.cache_clear()
    yield "adder"
    is_this_python.cache_clear()


def test_a_notebook_in_another_language_runs_in_its_kernel(run, kernels, other_kernel):
    outputs, notes = run(("answer", "x = 1"), ("test", "x + 1"), tests="shared", kernel=other_kernel)

    assert (outputs, notes, len(kernels)) == ([[], ["2"]], [], 1)
