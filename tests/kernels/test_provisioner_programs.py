"""Programs that know nothing of forked kernels start them: nbconvert, nbgrader, jupyter-cache, Jupyter's server."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
import websocket

from casebook.kernels import provisioner
from casebook.kernels.forked import CAN_FORK

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not CAN_FORK, reason="no fork here")]

TINY = Path(__file__).parents[1] / "notebooks" / "tiny-casebook"
WHO = "import os; print('warm_parent' in open(f'/proc/{os.getppid()}/cmdline').read())"
FORKED = {"JUPYTER_DEFAULT_PROVISIONER_NAME": provisioner.NAME}


@pytest.fixture
def environment(tmp_path, monkeypatch) -> dict[str, str]:
    """Where programs find themselves: scripts beside this Python, and nothing of the user's."""
    for name in ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR"):
        monkeypatch.setenv(name, str(tmp_path / "own" / name.lower()))
    for name in ("PYTEST_CURRENT_TEST", *FORKED):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
    return dict(os.environ)


def run(*words: str, cwd: Path, env: dict[str, str]) -> str:
    ran = subprocess.run([sys.executable, *words], cwd=cwd, env=env, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def write_notebook(file: Path, *sources: str) -> None:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(notebook, file)


def test_nbconvert_executes_in_a_forked_kernel(tmp_path, environment):
    write_notebook(tmp_path / "page.ipynb", WHO, "import pandas as pd; pd.DataFrame({'a': [1]})")

    run(
        "-m",
        "nbconvert",
        "--execute",
        "--to",
        "notebook",
        "--inplace",
        "page.ipynb",
        cwd=tmp_path,
        env=environment | FORKED,
    )

    cells = nbformat.read(tmp_path / "page.ipynb", as_version=4).cells
    assert cells[0].outputs[0].text == "True\n"
    assert "text/html" in cells[1].outputs[0].data


def test_a_page_of_myst_nb_and_its_cache_run_in_a_forked_kernel(tmp_path, environment):
    page = f"---\nfile_format: mystnb\nkernelspec: {{name: python3, display_name: Python 3}}\n---\n\n# A page\n\n```{{code-cell}}\n{WHO}\n```\n"
    (tmp_path / "index.md").write_text(page, encoding="utf-8")
    (tmp_path / "conf.py").write_text(
        "extensions = ['myst_nb']\nnb_execution_mode = 'cache'\nnb_execution_raise_on_error = True\n", encoding="utf-8"
    )

    run("-m", "sphinx", "-q", "-b", "html", ".", "_build", cwd=tmp_path, env=environment | FORKED)

    assert ">True\n" in (tmp_path / "_build" / "index.html").read_text("utf-8")


def test_stock_nbgrader_grades_in_forked_kernels_with_the_same_marks(tmp_path, environment):
    shutil.copytree(TINY, tmp_path / "casebook")
    course = tmp_path / "casebook" / "course"
    run(
        "-c",
        "from casebook.cli import main; main()",
        "exercises",
        "release",
        "tiny",
        cwd=course.parent,
        env=environment,
    )
    for student in ("right", "blank"):
        made = course / ("source" if student == "right" else "release") / "tiny"
        shutil.copytree(made, course / "submitted" / student / "tiny")
        notebook = nbformat.read(made / "counting.ipynb", as_version=4)
        notebook.cells.append(nbformat.v4.new_code_cell(WHO))
        nbformat.write(notebook, course / "submitted" / student / "tiny" / "counting.ipynb")
    marks: list[list[dict[str, str]]] = []
    forked: list[str] = []

    for variables in ({}, FORKED):
        run("-m", "nbgrader", "autograde", "tiny", "--force", cwd=course, env=environment | variables)
        run("-m", "nbgrader", "export", "--to", "marks.csv", cwd=course, env=environment)
        with (course / "marks.csv").open(encoding="utf-8", newline="") as file:
            marks.append([{**row, "timestamp": ""} for row in csv.DictReader(file)])
        graded = nbformat.read(course / "autograded/right/tiny/counting.ipynb", as_version=4)
        forked.append(graded.cells[-1].outputs[0].text)

    assert marks[0] == marks[1]
    assert {row["student_id"]: float(row["raw_score"]) for row in marks[1]}["right"] > 0
    assert forked == ["False\n", "True\n"]


@pytest.fixture
def server(tmp_path, environment) -> Iterator[tuple[str, str]]:
    """Jupyter's server as JupyterLab uses it: its address and its token."""
    token = os.urandom(8).hex()
    words = ["-m", "jupyter_server", "--ServerApp.port=0", "--ServerApp.open_browser=False", "--allow-root"]
    words += [f"--IdentityProvider.token={token}", "--KernelManager.transport_encryption=auto"]
    runtime = Path(environment["JUPYTER_RUNTIME_DIR"])
    with subprocess.Popen(
        [sys.executable, *words],
        cwd=tmp_path,
        env=environment | FORKED,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            give_up = time.monotonic() + 60
            while not (written := list(runtime.glob("jpserver-*.json"))) and time.monotonic() < give_up:
                time.sleep(0.05)
            time.sleep(0.2)
            yield json.loads(written[0].read_text("utf-8"))["url"], token
        finally:
            process.terminate()
            process.wait(30)


class Lab:
    """What JupyterLab asks of the server."""

    def __init__(self, address: str, token: str) -> None:
        self.address, self.token = address, token

    def ask(self, method: str, path: str, body: object = None) -> dict:
        request = urllib.request.Request(f"{self.address}api/{path}", method=method, data=json.dumps(body).encode())  # noqa: S310 - ours
        request.add_header("Authorization", f"token {self.token}")
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - ours
            return json.loads(answer.read() or b"{}")

    def connect(self, kernel: str) -> websocket.WebSocket:
        address = self.address.replace("http", "ws", 1) + f"api/kernels/{kernel}/channels"
        return websocket.create_connection(address, header=[f"Authorization: token {self.token}"], timeout=60)


def execute(channels: websocket.WebSocket, code: str, *, when_heard=lambda: None) -> str:
    """What the code printed, or the name of the error that it raised."""
    header = {
        "msg_id": os.urandom(8).hex(),
        "msg_type": "execute_request",
        "username": "",
        "session": "s",
        "version": "5.3",
    }
    content = {"code": code, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False}
    message = {"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell"}
    channels.send(json.dumps(message))
    said = ""
    while True:
        heard = json.loads(channels.recv())
        if heard["parent_header"].get("msg_id") != header["msg_id"]:
            continue
        if heard["msg_type"] == "stream":
            when_heard()
        said += heard["content"].get("text", "") + heard["content"].get("ename", "") * (heard["msg_type"] == "error")
        if heard["msg_type"] == "status" and heard["content"]["execution_state"] == "idle":
            return said.strip()


def test_jupyters_server_starts_interrupts_restarts_and_ends_forked_kernels(server):
    lab = Lab(*server)
    kernel = lab.ask("POST", "kernels", {"name": "python3"})["id"]
    channels = lab.connect(kernel)
    assert execute(channels, WHO) == "True"
    pid = execute(channels, "kept = 1; print(os.getpid())")

    interrupted = execute(
        channels,
        "import time; print('now'); time.sleep(60)",
        when_heard=lambda: lab.ask("POST", f"kernels/{kernel}/interrupt"),
    )
    assert interrupted == "now\nKeyboardInterrupt"
    assert execute(channels, "print(kept)") == "1"

    lab.ask("POST", f"kernels/{kernel}/restart")
    channels.close()
    channels = lab.connect(kernel)
    assert execute(channels, "print('kept' in globals())") == "False"
    assert execute(channels, "import os; print(os.getpid())") != pid

    channels.close()
    lab.ask("DELETE", f"kernels/{kernel}")
    assert lab.ask("GET", "kernels") == []


def test_jupyters_server_starts_a_kernel_that_died_anew(server):
    lab = Lab(*server)
    kernel = lab.ask("POST", "kernels", {"name": "python3"})["id"]
    channels = lab.connect(kernel)
    pid = execute(channels, "import os; print(os.getpid())")
    request = {"msg_id": "dies", "msg_type": "execute_request", "username": "", "session": "s", "version": "5.3"}
    content = {"code": "os._exit(3)", "silent": False, "store_history": True, "user_expressions": {}}
    message = {"header": request, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell"}
    channels.send(json.dumps(message))

    while json.loads(channels.recv())["content"].get("execution_state") != "restarting":
        pass
    channels.close()
    time.sleep(1)
    channels = lab.connect(kernel)

    assert execute(channels, "import os; print(os.getpid())") != pid
    assert execute(channels, WHO) == "True"
    channels.close()
