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

import nbformat
import pytest
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient

from casebook.kernels.forked import CAN_FORK, warm_parent
from casebook.kernels.run import _BookKernels
from casebook.kernels.shells import Shell

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not CAN_FORK, reason="no fork here")]

CELLS = r"""
print(1)
---
import sys
print("a"); print("b", file=sys.stderr); print("c")
---
1 + 1
---
_, __, In[1], Out[3], _i
---
1/0
---
def f(x):
    return g(x)
def g(x):
    raise ValueError(f"no {x}")
f(3)
---
try:
    1/0
except ZeroDivisionError as e:
    raise RuntimeError("second") from e
---
if True print(1)
---
display(1, 2); 3
---
from IPython.display import HTML, Markdown, Image, clear_output, update_display, display, JSON, SVG
h = display(HTML("<b>x</b>"), display_id="one")
---
update_display(HTML("<i>y</i>"), display_id="one")
---
print("gone"); clear_output(); print("kept")
---
print("gone"); clear_output(wait=True); print("kept")
---
print("stays"); clear_output(wait=True)
---
for i in range(5):
    clear_output(wait=True); display(i)
---
import os, time
os.system("echo sys"); time.sleep(0.3)
---
os.system("echo err >&2"); time.sleep(0.3)
---
import subprocess
subprocess.run(["echo", "sub"]); time.sleep(0.3)
---
!echo bang; echo bang2 >&2
---
x = !echo got
x
---
%%bash
echo in bash
echo err >&2
---
%who
---
%cd -q .
---
%lsmagic
---
%nothere
---
%%nothere
x
---
import asyncio
await asyncio.sleep(0.01)
"awaited"
---
await asyncio.gather(asyncio.sleep(0, 1), asyncio.sleep(0, 2))
---
async def bad():
    raise KeyError("k")
await bad()
---
input("name? ")
---
import getpass
getpass.getpass()
---
coroutine = asyncio.sleep(0)
try:
    asyncio.run(coroutine)
finally:
    coroutine.close()
---
import warnings
warnings.warn("careful")
---
warnings.warn("old", DeprecationWarning)
---
import pandas as pd, numpy as np
df = pd.DataFrame({"a": [1, 2], "b": ["x", "y"]})
df
---
df["nope"]
---
np.arange(5), np.float64(1.5)
---
import altair as alt
alt.Chart(df).mark_bar().encode(x="a:Q", y="b:N")
---
display(alt.Chart(df).mark_point().encode(x="a:Q"))
---
alt.Chart(df).mark_point().encode(x="a:Q", nope=3)
---
alt.Chart(df).mark_bar().encode(x=alt.X("a:Q", title=3, axis="what"))
---
class R:
    def _repr_html_(self): return "<p>r</p>"
    def __repr__(self): return "R!"
R()
---
class B:
    def __repr__(self): raise ValueError("no repr")
B()
---
class M:
    def _repr_mimebundle_(self, include=None, exclude=None): return {"text/plain": "m", "application/json": {"a": 1}}
M()
---
sys.exit(3)
---
raise SystemExit
---
raise KeyboardInterrupt
---
assert 1 == 2, "not equal"
---
help(len)
---
len?
---
print("no newline", end="")
---
print("\rprogress 1", end=""); print("\rprogress 2")
---
print("é 中 😀")
---
print("a"); sys.stdout.flush(); print("b", flush=True); print("c")
---
print("one"); display("two"); print("three", file=sys.stderr); "four"
---
sys.stdout.write("x"), sys.stdout.encoding, sys.stdout.isatty(), sys.stderr.name
---
import logging
logging.warning("logged")
---
from contextlib import redirect_stdout
import io
with redirect_stdout(io.StringIO()) as s: print("caught")
s.getvalue()
---
%%capture out
print("captured"); display(5)
---
out.stdout, len(out.outputs)
---
a = 1;
a;
---
del a
a
---
"x" * 3000
---
list(range(2000))
---
{"k": [1, 2, {"z": set()}]}
---
from IPython import get_ipython
get_ipython().__class__.__name__, 'IPKernelApp' in get_ipython().config
---
__name__, __builtins__.__name__ if hasattr(__builtins__, "__name__") else 0
---
import pickle
class P: pass
pickle.loads(pickle.dumps(P())).__class__ is P
---
display({"text/plain": "raw", "text/html": "<b>raw</b>"}, raw=True)
---
display(JSON({"a": 1}))
---
Image(b"\x89PNG\r\n\x1a\n0000", format="png")
---
get_ipython().display_pub.publish({"text/plain": "pub"}, {"meta": 1})
---
%matplotlib inline
---
1/0 if True else None
---
%tb
---
%xmode Plain
---
1/0
---
%xmode Context
---
raise ExceptionGroup("eg", [ValueError(1), TypeError("t")])
---
%run nothere.py
---
%%writefile w.py
v = 5
print("ran")
---
%run w.py
v
---
import w
---
%load_ext nothere
---
%history -n 1-2
---
%store
---
%env NOPE=1
---
os.environ["TERM"], os.environ["PAGER"], os.environ.get("MPLBACKEND"), sys.argv[0], os.getcwd() == os.path.realpath("."), os.environ["NOPE"]
---
sorted(n for n in globals() if not n.startswith("_"))[:10]
---
%%html
<b>hi</b>
---
%%javascript
1
---
%precision 3
3.14159
---
import time
print("t1"); time.sleep(0.5); print("t2", file=sys.stderr); print("t3")
---
multi = \"\"\"a
b\"\"\"
print(multi)
---
?
---
for i in range(3): i
---
print(*[1,2,3], sep="\n"); print("e", file=sys.stderr); display("d"); print("f")
---
import threading
th = threading.Thread(target=lambda: print("from thread")); th.start(); th.join()
---
os.write(1, b"raw fd\n"); time.sleep(0.3)
---
import ctypes; ctypes.CDLL(None).puts(b"c puts"); ctypes.CDLL(None).fflush(None); time.sleep(0.3)
---
pid = os.fork()
if pid == 0:
    print("child"); sys.stdout.flush(); os._exit(0)
os.waitpid(pid, 0); print("parent")
---
from concurrent.futures import ProcessPoolExecutor
import multiprocessing as mp
with ProcessPoolExecutor(2, mp_context=mp.get_context("fork")) as ex: print(sorted(ex.map(abs, [-1, -2])))
---
get_ipython().run_cell("1/0"); 3
---
@property
---
    indented = 1
---
async for i in x: pass
---
return 3
---
yield 3
---
import nothere_module
---
_ = 3
---
_
---
print(exit)
---
breakpoint()
---
5
---
def rec(n): return rec(n + 1) if n < 40 else 1 / 0
rec(0)
""".strip("\n").split("\n---\n")


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
