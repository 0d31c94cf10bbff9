"""Kernels that any Jupyter program starts, forked; what they are like, and what becomes of them."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import DeadKernelError

from casebook.kernels import provisioner
from casebook.kernels.forked import CAN_FORK

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not CAN_FORK, reason="no fork here")]

START = ["-m", "ipykernel_launcher", "-f", "{connection_file}"]
WHO = "import os; print(os.getppid())"


def is_running(pid: int) -> bool:
    status = Path(f"/proc/{pid}/status")
    return status.is_file() and "State:\tZ" not in status.read_text(encoding="utf-8")


def ends_soon(pid: int) -> bool:
    give_up = time.monotonic() + 10
    while is_running(pid) and time.monotonic() < give_up:
        time.sleep(0.05)
    return not is_running(pid)


def test_kernels_of_a_spec_that_knows_nothing_of_it_are_forked_from_one_parent(running, said, is_parent):
    with running() as (_, first), running() as (_, second):
        parents = {said(first, WHO), said(second, WHO)}

    assert len(parents) == 1
    assert is_parent(parents.pop())


@pytest.mark.parametrize(
    ("argv", "start"),
    [
        ([sys.executable, "-c", "from ipykernel.kernelapp import main; main()", "-f", "{connection_file}"], {}),
        (["/usr/bin/env", sys.executable, *START], {}),
        ([sys.executable, *START], {"stderr": subprocess.DEVNULL}),
        ([sys.executable, *START], {"env": os.environ | {"PYTHONPATH": "lib"}}),
    ],
    ids=["another program", "through another program", "with an output of its own", "with a relative path"],
)
def test_what_cannot_be_forked_is_started_anew(argv, start, running, specs, said):
    specs.argv = argv

    with running(specs, start=start) as (_, client):
        assert said(client, WHO) == str(os.getpid())


def test_another_python_is_started_anew(tmp_path, running, specs, said):
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "other"], check=True)
    specs.argv = [str(tmp_path / "other/bin/python"), *START]
    libraries = os.pathsep.join(path for path in sys.path if path)

    with running(specs, start={"env": os.environ | {"PYTHONPATH": libraries}}) as (_, client):
        assert said(client, WHO) == str(os.getpid())
        assert said(client, "import sys; print(sys.prefix)") == str(tmp_path / "other")


def test_flags_of_the_interpreter_hold_in_a_fork(running, specs, said, is_parent):
    specs.argv = [sys.executable, "-O", "-Xfrozen_modules=off", *START]

    with running(specs) as (_, client):
        assert is_parent(said(client, WHO))
        assert said(client, "import sys; print(sys.flags.optimize, sys._xoptions)") == "1 {'frozen_modules': 'off'}"


def test_a_cell_can_be_interrupted_and_the_kernel_goes_on(running, said):
    with running() as (manager, client):
        client.execute("import time; kept = 1; print('now'); time.sleep(60)")
        while client.get_iopub_msg(timeout=20)["msg_type"] != "stream":
            pass
        manager.interrupt_kernel()
        assert client.get_shell_msg(timeout=20)["content"]["ename"] == "KeyboardInterrupt"
        assert said(client, "print(kept)") == "1"


@pytest.mark.parametrize("now", [True, False])
def test_a_kernel_restarts_as_another_process_on_the_same_ports(now, running, said, is_parent):
    with running() as (manager, client):
        before, pid = manager.get_connection_info(), said(client, "import os; print(os.getpid())")
        manager.restart_kernel(now=now)
        client.wait_for_ready(timeout=60)

        assert manager.get_connection_info() == before
        assert said(client, "import os; print(os.getpid())") != pid
        assert is_parent(said(client, WHO))
        assert ends_soon(int(pid))


def test_a_kernel_that_died_is_known_to_have_died(tmp_path):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("import os; os._exit(3)")])

    with pytest.raises(DeadKernelError):
        NotebookClient(notebook, kernel_name="python3").execute()


def test_a_signal_does_not_go_to_a_process_that_got_the_number_of_one_that_ended(running):
    with running() as (manager, client):
        client.execute("import os; os._exit(3)")
        while manager.is_alive():
            time.sleep(0.01)
        manager.provisioner.process.pid = os.getpid()
        manager.provisioner.pid = manager.provisioner.pgid = os.getpgrp()
        manager.signal_kernel(signal.SIGKILL)

        assert manager.provisioner.process.poll() == 3


def test_kernels_listen_where_they_are_told_to(tmp_path, running, said, is_parent):
    with running(transport="ipc", ip=str(tmp_path / "socket")) as (_, client):
        assert is_parent(said(client, WHO))
        assert (tmp_path / f"socket-{client.hb_port}").is_socket()


AT_ONCE = """
import asyncio, sys
from concurrent.futures import ThreadPoolExecutor
import nbformat
from nbclient import NotebookClient
from traitlets.config import Config

def one(number):
    cell = nbformat.v4.new_code_cell(f"import os, time; time.sleep(0.2); print(os.getppid(), {number})")
    notebook = nbformat.v4.new_notebook(cells=[cell])
    config = Config(KernelManager={"transport_encryption": "auto"})
    return notebook, NotebookClient(notebook, kernel_name="python3", config=config)

async def in_one_loop(pairs):
    await asyncio.gather(*(client.async_execute() for _, client in pairs))

pairs = [one(number) for number in range(6)]
if sys.argv[1] == "one loop":
    asyncio.run(in_one_loop(pairs))
else:
    with ThreadPoolExecutor(max_workers=3) as threads:
        list(threads.map(lambda pair: pair[1].execute(), pairs))
for notebook, _ in pairs:
    print(notebook.cells[0].outputs[0].text, end="")
"""


@pytest.mark.parametrize("how", ["one loop", "several threads"])
def test_kernels_can_be_asked_for_at_the_same_time(how):
    environment = os.environ | {"JUPYTER_DEFAULT_PROVISIONER_NAME": provisioner.NAME}
    ran = subprocess.run(
        [sys.executable, "-c", AT_ONCE, how], env=environment, capture_output=True, text=True, check=False
    )

    pairs = [line.split() for line in ran.stdout.splitlines()]
    assert (ran.returncode, [number for _, number in pairs]) == (0, list("012345"))
    # The program and its parent have ended; it was one parent, and not the program.
    assert len({parent for parent, _ in pairs}) == 1
    assert "parent" not in ran.stderr


def test_modules_of_the_kernel_spec_are_there_beforehand_and_broken_ones_do_no_harm(
    tmp_path, monkeypatch, running, specs, said
):
    (tmp_path / "heavy_one.py").write_text("import time\nsince = time.time()\nprint('loud')\n", encoding="utf-8")
    (tmp_path / "broken_one.py").write_text("raise OSError('no')\n", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), *sys.path[1:]]))
    specs.preload = ["heavy_one", "broken_one", "no_such_one"]

    with running(specs) as (_, client):
        came = said(client, "import sys; print('heavy_one' in sys.modules, 'broken_one' in sys.modules)")
        assert came == "True False"
        assert said(client, "import broken_one") == "OSError"


def test_a_parent_that_was_ended_is_replaced(running, said, is_parent):
    with running() as (_, client):
        parent = said(client, WHO)
    os.kill(int(parent), signal.SIGKILL)

    with running() as (_, client):
        assert said(client, WHO) != parent
        assert is_parent(said(client, WHO))


def test_where_no_parent_comes_up_kernels_are_started_anew(monkeypatch, running, said):
    starts: list[object] = []

    def broken(warmth, environment):
        starts.append(warmth)
        return provisioner.WarmParent(Path("/nowhere/socket"), subprocess.Popen(["false"], stdin=subprocess.PIPE))

    monkeypatch.setattr(provisioner, "_parents", provisioner._Parents())
    monkeypatch.setattr(provisioner, "_start", broken)

    for _ in range(2):
        with running() as (_, client):
            assert said(client, WHO) == str(os.getpid())
    assert len(starts) == 1


def test_processes_and_files_end_with_their_owner_even_if_it_is_killed(tmp_path):
    owner = """
import os, sys
from jupyter_client.manager import KernelManager
kernel = KernelManager(kernel_name="python3")
kernel.start_kernel()
print(kernel.provisioner.warm_parent.process.pid, kernel.provisioner.pid, kernel.provisioner.warm_parent.address, flush=True)
os.kill(os.getpid(), 9)
"""
    environment = os.environ | {"JUPYTER_DEFAULT_PROVISIONER_NAME": provisioner.NAME, "TMPDIR": str(tmp_path)}
    ran = subprocess.run([sys.executable, "-c", owner], env=environment, capture_output=True, text=True, check=False)
    parent, kernel, address = ran.stdout.split()

    assert ends_soon(int(parent))
    assert ends_soon(int(kernel))
    assert not Path(address).parent.exists()


def test_a_fork_of_the_owner_has_a_parent_of_its_own(running, said):
    with running() as (_, client):
        reader, writer = os.pipe()
        if (child := os.fork()) == 0:
            found = len(provisioner._parents._running)
            os.write(writer, str(found).encode())
            os._exit(0)
        os.waitpid(child, 0)

        assert os.read(reader, 10) == b"0"
        assert said(client, "print(1)") == "1"
    os.close(reader)
    os.close(writer)


def test_many_kernels_leave_no_files_open_and_no_ports_taken(running, said):
    def kernels(times: int) -> int:
        for _ in range(times):
            with running() as (_, client):
                said(client, "1")
        gc.collect()
        return len(list(Path("/proc/self/fd").iterdir()))

    before = kernels(3)

    assert kernels(12) <= before
