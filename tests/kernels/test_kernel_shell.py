"""Notebooks in real kernels: what they say, how they end, and what answers they give."""

from __future__ import annotations

import gc
import json
import os
import sys
from pathlib import Path

import nbformat
import pytest

from casebook.errors import CasebookError
from casebook.kernels.kernel_shell import KernelShell, is_this_python
from casebook.kernels.plain_values import decode
from casebook.kernels.shells import ShellEndedError

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def clean(monkeypatch, tmp_path):
    # With the one in its environment, ipykernel leaves alone what programs write; the other keeps history in.
    monkeypatch.delenv("PYTEST_CURRENT_TEST", raising=False)
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    yield
    # An event loop that a client has left is closed with a warning, and that belongs here.
    gc.collect()


@pytest.fixture
def shell(tmp_path):
    with KernelShell("python3", tmp_path, dict(os.environ) | {"SAID": "hello"}) as shell:
        yield shell


@pytest.fixture
def other_language(tmp_path, monkeypatch):
    """A kernel, as Jupyter finds it, whose language is not Python by its name."""
    folder = tmp_path / "jupyter" / "kernels" / "adder"
    folder.mkdir(parents=True)
    argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    (folder / "kernel.json").write_text(json.dumps({"argv": argv, "display_name": "Adder", "language": "adder"}))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))
    is_this_python.cache_clear()
    yield "adder"
    is_this_python.cache_clear()


def run(shell, source, *, timeout_s=30, output_bytes=100_000):
    ran = shell.run_cell(source, timeout_s=timeout_s, output_bytes=output_bytes)
    for output in ran.outputs:
        nbformat.validate(nbformat.from_dict(output), ref="output", version=4)
    return ran


def value(answer):
    return decode(answer["value"])


def test_cells_print_return_and_raise_and_the_next_one_runs(shell):
    printed, returned, raised, after = (run(shell, source) for source in ("print('a')\nx = 1", "x + 1", "1 / 0", "x"))

    assert printed.outputs == [{"output_type": "stream", "name": "stdout", "text": "a\n"}]
    assert returned.outputs[0]["data"] == {"text/plain": "2"}
    assert [each["ename"] for each in raised.outputs] == ["ZeroDivisionError"]
    assert [each.status for each in (printed, returned, raised, after)] == ["ok", "ok", "error", "ok"]
    assert [each.execution_count for each in (printed, returned, raised, after)] == [1, 2, 3, 4]
    assert all(each.seconds > 0 for each in (printed, returned, raised, after))


def test_it_runs_in_its_folder_with_its_environment_and_says_its_language(shell, tmp_path):
    ran = run(shell, "import os\nprint(os.getcwd(), os.environ['SAID'])")

    assert ran.outputs[0]["text"] == f"{tmp_path} hello\n"
    assert (shell.language_info["name"], shell.language_info["file_extension"]) == ("python", ".py")


def test_a_cell_that_takes_too_long_is_interrupted_and_the_kernel_can_be_used_on(shell):
    ran = run(shell, "x = 1\nwhile True: pass", timeout_s=1)

    assert ran.status == "timeout"
    assert [each["ename"] for each in ran.outputs] == ["KeyboardInterrupt", "CellTimeoutError"]
    assert run(shell, "x").outputs[0]["data"] == {"text/plain": "1"}


def test_a_kernel_that_dies_says_in_which_cell_and_what_comes_after_says_so_too(shell):
    run(shell, "x = 1")

    died = run(shell, "print('last words', flush=True)\nimport os, time\ntime.sleep(0.5)\nos._exit(1)")
    later = run(shell, "x")

    assert (died.status, later.status) == ("died", "died")
    assert [each["output_type"] for each in died.outputs] == ["stream", "error"]
    assert died.outputs[-1]["evalue"] == later.outputs[0]["evalue"] == "The kernel died in cell 2."
    assert shell.language_info["name"] == "python"
    with pytest.raises(ShellEndedError, match=r"^The kernel died in cell 2\.$"):
        shell.answers(["x"], timeout_s=10)


def test_output_is_bounded_but_an_error_is_always_kept(shell):
    ran = run(shell, "print('x' * 2000)\nprint('y')\n1 / 0", output_bytes=1000)

    assert [each["output_type"] for each in ran.outputs] == ["error", "stream"]
    assert ran.outputs[1]["text"] == "More than 1,000 bytes of output; the rest is left out.\n"
    assert ran.status == "error"


def test_answers_are_plain_data_unbound_names_are_left_out_and_what_cannot_cross_says_why(shell):
    run(
        shell,
        "import pandas as pd\nx = [1, (2.5, 'a')]\ntable = pd.DataFrame({'n': [1, 2]})\nclass Mine: pass\nm = Mine()",
    )

    found = shell.answers(["x", "table", "m", "nowhere"], timeout_s=30)

    assert found.keys() == {"x", "table", "m"}
    assert value(found["x"]) == [1, (2.5, "a")]
    assert value(found["table"]).to_dict("list") == {"n": [1, 2]}
    assert "cannot cross" in found["m"]["cannot"]
    # That it was asked is no cell.
    assert run(shell, "len(In)").outputs[0]["data"] == {"text/plain": "3"}


def test_functions_of_the_notebook_can_be_called(shell):
    run(
        shell,
        "def add(a, b=1):\n    if a is None:\n        raise ValueError('nothing')\n    print('adding')\n    return a + b",
    )
    asked = shell.answers(["add"], timeout_s=30)["add"]["value"]
    add = decode(asked, call=lambda _, question: shell.call(question, timeout_s=30))

    assert (add(1), add(1, b=5)) == (2, 6)
    with pytest.raises(ValueError, match=r"^nothing$"):
        add(None)


def test_a_call_that_never_returns_is_a_timeout_error(shell):
    run(shell, "def f():\n    while True: pass")
    f = decode(
        shell.answers(["f"], timeout_s=30)["f"]["value"], call=lambda _, question: shell.call(question, timeout_s=1)
    )

    with pytest.raises(TimeoutError, match=r"^The call took longer than 1 seconds\.$"):
        f()
    assert run(shell, "'next'", timeout_s=20).status == "ok"


def test_a_kernel_that_dies_when_it_is_asked_has_ended(shell):
    run(shell, "import os\ndef f():\n    os._exit(1)")
    f = shell.answers(["f"], timeout_s=30)["f"]["value"]

    with pytest.raises(ShellEndedError, match="died when it was asked"):
        decode(f, call=lambda _, question: shell.call(question, timeout_s=20))()
    assert run(shell, "1").status == "died"


def test_its_process_ends_with_the_block(tmp_path):
    with KernelShell("python3", tmp_path, dict(os.environ)) as shell:
        pid = run(shell, "import os\nos.getpid()").outputs[0]["data"]["text/plain"]

    assert not Path(f"/proc/{pid}").exists()


def test_a_kernel_that_is_not_installed_is_one_clear_error(tmp_path):
    with pytest.raises(CasebookError, match=r"^nbgrader_config\.py: The notebook needs the kernel 'nowhere', which"):
        KernelShell("nowhere", tmp_path, {})
    with pytest.raises(CasebookError, match="'nowhere'"):
        is_this_python("nowhere")


def test_a_kernel_of_another_language_is_not_this_python_and_runs(other_language, tmp_path):
    assert is_this_python("python3")
    assert not is_this_python(other_language)

    with KernelShell(other_language, tmp_path, dict(os.environ)) as shell:
        assert run(shell, "1 + 1").outputs[0]["data"] == {"text/plain": "2"}
