"""A forked kernel is to whoever uses it what a new one is, but for the time that it takes."""

from __future__ import annotations

import json
import time

import pytest
from jupyter_client.provisioning import KernelProvisionerFactory

from casebook.kernels import provisioner
from casebook.kernels.forked import CAN_FORK

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not CAN_FORK, reason="no fork here")]

WHO = "import os; print(os.getppid())"

LOOK = r"""
import json, locale, logging, os, resource, signal, sys, threading, time
import comm, psutil
shell = get_ipython()
seen = {
    "argv": sys.argv, "path": sys.path, "flags": str(sys.flags), "executable": sys.executable,
    "folder": os.getcwd(), "umask": os.umask(0o022), "session": os.getsid(0) == os.getpid() == os.getpgrp(),
    "environment": dict(os.environ), "limits": [resource.getrlimit(n) for n in range(10)],
    "signals": {s.name: str(signal.getsignal(s)).split(" at ")[0] for s in signal.valid_signals() if hasattr(s, "name")},
    "names": sorted(name for name in globals() if not name.startswith("_")),
    "threads": sorted(each.name for each in threading.enumerate() if "Thread-" not in each.name),
    "loggers": sorted(n for n, each in logging.root.manager.loggerDict.items() if getattr(each, "handlers", 0)),
    "locale": locale.setlocale(locale.LC_ALL), "zone": time.tzname, "recursion": sys.getrecursionlimit(),
    "history": [shell.history_manager.enabled, shell.history_manager.hist_file], "count": shell.execution_count,
    "profile": shell.profile_dir.location, "extensions": sorted(shell.extension_manager.loaded),
    "settings": {k: v for k, v in shell.parent.config.items() if k != "IPKernelApp"},
    "streams": [sys.stdin.read(), type(sys.stdout).__name__, type(sys.displayhook).__name__],
    "debugger": type(shell.kernel.debugger).__name__, "features": shell.kernel.kernel_info["supported_features"],
    "started": started, "children": psutil.Process().children(), "comms": comm.create_comm.__module__,
}
import altair as alt, pandas as pd
chart = alt.Chart(pd.DataFrame({"a": [1]})).mark_bar().add_params(alt.selection_point())
seen["chart"] = chart.to_dict(), alt.renderers.active, alt.data_transformers.active, alt.data_transformers.options
seen["theme"] = alt.theme.active
seen["rows"] = pd.get_option("display.max_rows")
print(json.dumps(seen, default=str))
"""


def test_a_forked_kernel_is_like_one_started_anew(tmp_path, monkeypatch, running, said, is_parent):
    startup = tmp_path / "ipython/profile_default/startup"
    startup.mkdir(parents=True)
    (startup / "00-mine.py").write_text("started = 'by my own file'\n", encoding="utf-8")
    (tmp_path / "here").mkdir()
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    looks = []
    for name in (provisioner.NAME, "local-provisioner"):
        monkeypatch.setattr(KernelProvisionerFactory.instance(), "default_provisioner_name", name)
        options = {"cwd": str(tmp_path / "here"), "extra_arguments": ["--HistoryManager.hist_file=:memory:"]}
        with running(connection_file=str(tmp_path / "kernel.json"), start=options) as (_, client):
            assert is_parent(said(client, WHO)) is (name == provisioner.NAME)
            looks.append(json.loads(said(client, LOOK)))

    assert looks[0] == looks[1]
    assert looks[0]["started"] == "by my own file"
    assert looks[0]["history"] == [True, ":memory:"]
    assert looks[0]["chart"][1] == "default"


def test_forks_share_no_chance_and_no_names(running, said):
    look = "import random, numpy as np; print('kept' in globals(), random.random(), np.random.rand())"
    with running() as (_, first), running() as (_, second):
        said(first, "kept = 1")
        seen = said(first, look).split() + said(second, look).split()

    assert seen[0::3] == ["True", "False"]
    assert len(set(seen)) == 6


def test_what_programs_write_appears_and_comms_open(running, said):
    with running() as (_, client):
        assert said(client, "!echo from a program") == "from a program"
        client.execute("import subprocess; _ = subprocess.run(['echo', 'another'])")
        # ipykernel reads this from a pipe, in its own time.
        while (heard := client.get_iopub_msg(timeout=20))["msg_type"] != "stream":
            pass
        assert heard["content"] == {"name": "stdout", "text": "another\n"}
        slider = said(client, "import ipywidgets; ipywidgets.IntSlider(value=3)")

    assert slider == "IntSlider(value=3)"


def test_what_a_notebook_wants_done_at_the_end_is_done(tmp_path, running, said):
    with running() as (manager, client):
        said(client, f"import atexit, pathlib; atexit.register(pathlib.Path({str(tmp_path / 'done')!r}).touch)")
        began = time.monotonic()
        manager.shutdown_kernel()

    assert (tmp_path / "done").is_file()
    assert time.monotonic() - began < 2
