"""One warm parent for each list of modules, as long as this process lives."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from casebook.kernels.forked import CAN_FORK
from casebook.kernels.shell_parents import end_shell_parents, shell_parent
from casebook.kernels.shells import Shell

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not CAN_FORK, reason="no fork here")]


@pytest.fixture(autouse=True)
def ended():
    yield
    end_shell_parents()


def test_the_same_modules_have_one_parent_and_others_another_however_many_ask_at_once():
    with ThreadPoolExecutor(8) as threads:
        parents = list(threads.map(shell_parent, [(), ("colorsys",)] * 8))

    assert len({id(parent) for parent in parents}) == 2
    assert len({parent.process.pid for parent in parents}) == 2
    assert shell_parent(()) is parents[0]


def test_the_modules_are_there_before_a_notebook_imports_them(tmp_path):
    ask = "import sys\nprint('colorsys' in sys.modules)"

    said = []
    for preload in ((), ("colorsys", "no_such_module")):
        with Shell(shell_parent(preload), tmp_path, os.environ) as shell:
            said.append(shell.run_cell(ask, timeout_s=20, output_bytes=1000).outputs[0]["text"])

    assert said == ["False\n", "True\n"]


def test_a_parent_that_has_ended_is_replaced(tmp_path):
    first = shell_parent(())
    first.process.kill()
    first.process.wait()

    second = shell_parent(())

    assert second is not first
    with Shell(second, tmp_path, os.environ) as shell:
        assert shell.run_cell("1", timeout_s=20, output_bytes=1000).status == "ok"


def test_when_they_are_ended_the_next_shell_gets_a_new_one(tmp_path):
    first = shell_parent(())
    end_shell_parents()

    assert first.process.poll() is not None
    with Shell(shell_parent(()), tmp_path, os.environ) as shell:
        assert shell.run_cell("1", timeout_s=20, output_bytes=1000).status == "ok"


def test_a_parent_ends_with_the_process_that_started_it_and_leaves_no_warning():
    code = "from casebook.kernels.shell_parents import shell_parent\nprint(shell_parent(()).process.pid)"

    result = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True)

    assert result.stderr == ""
    assert not Path(f"/proc/{result.stdout.strip()}").exists()
