"""A shell gives what an ipykernel gives through nbclient, cell by cell.

Left out are what differs from one kernel to the next (times, addresses, numbers of threads and
processes, at which cell the collector finds something, where in the kernel's text that of a program
comes: here it is where the program ran), and: how deep a recursion without end gets,
and the line of ipykernel's own that a warning names if a display is no JSON.
"""

import asyncio
import json
import os
import re
from pathlib import Path

import nbformat
import pytest
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient

from casebook.kernels.forked import CAN_FORK, warm_parent
from casebook.kernels.run import _BookKernels
from casebook.kernels.shells import Shell

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not CAN_FORK, reason="no fork here")]

CELLS = (Path(__file__).parent / "shell_parity_cells.txt").read_text("utf-8").rstrip("\n").split("\n---\n")


def told(value):
    """Without what differs from one process to the next."""
    if isinstance(value, dict):
        return {key: told(each) for key, each in value.items()}
    if isinstance(value, list):
        return [told(each) for each in value]
    if isinstance(value, str):
        value = re.sub(r"0x[0-9a-f]+", "0x", value)
        return re.sub(r"/\w+/ipykernel_\d+/\d+\.py", "<a cell>", value)
    return value


def joined(outputs):
    """Text of one stream that came in several messages, which depends on the clock, in one piece."""
    together = []
    for output in outputs:
        last = together[-1] if together else {}
        if output["output_type"] == "stream" and last.get("name") == output["name"]:
            last["text"] += output["text"]
        else:
            together.append(json.loads(json.dumps(output)))
    return told(together)


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """For each cell its outputs and its number, by an ipykernel and by a shell."""
    by_kernel, by_shell = (tmp_path_factory.mktemp(name) for name in ("kernel", "shell"))
    environment = os.environ | {"IPYTHONDIR": str(tmp_path_factory.mktemp("ipython"))}
    # By this an ipykernel knows pytest, and leaves it what programs print.
    environment.pop("PYTEST_CURRENT_TEST", None)
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in CELLS])
    kernel = AsyncKernelManager(kernel_name="python3", kernel_spec_manager=_BookKernels())
    resources = {"metadata": {"path": str(by_kernel)}}
    client = NotebookClient(notebook, km=kernel, timeout=60, allow_errors=True, resources=resources)
    asyncio.run(client.async_execute(cleanup_kc=True, env=environment))
    with warm_parent() as parent, Shell(parent, by_shell, environment) as shell:
        ours = [shell.run_cell(source, timeout_s=60, output_bytes=1_000_000) for source in CELLS]
    return {
        source: ((cell.execution_count, joined(cell.outputs)), (ran.execution_count, joined(ran.outputs)))
        for source, cell, ran in zip(CELLS, notebook.cells, ours, strict=True)
    }


@pytest.mark.parametrize("source", CELLS)
def test_a_shell_gives_what_a_kernel_gives(runs, source):
    kernel, shell = runs[source]

    assert shell == kernel
