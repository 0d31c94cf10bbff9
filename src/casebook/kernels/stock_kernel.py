"""What runs in the fork of a kernel that is not the book's: what ``python -m ipykernel_launcher`` runs.

Whoever starts such a kernel through Jupyter is to see no difference but the time that it takes, so
nothing of the kit is set here, and what the parent's imports have set is set as it would be.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import importlib
import importlib.util
import os
import sys
import threading
import traceback
from collections.abc import Generator, Sequence
from pathlib import Path

from casebook.late_imports import put_off_what_is_slow

# What an IPython kernel imports while it starts and while it runs its first cell.
STARTED_WITH = (
    *("ipykernel.kernelapp", "ipykernel.debugger", "IPython.core.debugger", "IPython.core.debugger_backport"),
    *("IPython.core.logger", "IPython.core.oinspect", "psutil", "sqlite3", "pdb"),
    "tornado.platform.asyncio",
)
# As ipykernel says it, but before matplotlib is imported, which asks once.
INLINE = "module://matplotlib_inline.backend_inline"


_set_by_imports: dict[str, str] = {}


def warm_up(modules: Sequence[str]) -> None:
    """Import what kernels need and the modules that notebooks will ask for."""
    # As in a new kernel, nothing is found in the folder that this was started in.
    if not sys.flags.safe_path and sys.path[:1] == [str(Path.cwd())]:
        del sys.path[0]
    before = dict(os.environ)
    os.environ.setdefault("MPLBACKEND", INLINE)
    put_off_what_is_slow()
    with _silence():
        for module in (*STARTED_WITH, *modules):
            # One that is missing, or broken, is the notebook's business, which is told when it imports it.
            with contextlib.suppress(Exception, SystemExit):
                importlib.import_module(module)
        _do_what_is_slow_once()
    for module in [name for name in sys.modules if name.partition(".")[0] == "matplotlib_inline"]:
        # When it is imported, it sees to it that the running shell shows figures; here is none yet.
        del sys.modules[module]
    _set_by_imports.update({name: value for name, value in os.environ.items() if name not in before})
    # What is here stays: the collector need not look at it, and forks need not copy it.
    gc.collect()
    gc.freeze()


@contextlib.contextmanager
def _silence() -> Generator[None]:
    """Keep what modules say while they are imported from whoever has asked for no import."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    kept = [os.dup(standard) for standard in (1, 2)]
    for standard in (1, 2):
        os.dup2(nowhere, standard)
    try:
        yield
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        for standard, copy in zip((1, 2), kept, strict=True):
            os.dup2(copy, standard)
            os.close(copy)
        os.close(nowhere)


def _do_what_is_slow_once() -> None:
    """The first chart of a process reads Vega-Lite's schema, and the first table several of pandas' modules."""
    if "pandas" not in sys.modules:
        return
    import pandas as pd

    frame = pd.DataFrame({"year": [2001, 2002], "kind": ["a", "b"], "amount": [1.0, 2.0]})
    frame.groupby("kind").agg({"amount": "sum"}).to_html()
    if "altair" in sys.modules:
        import altair as alt

        chart = alt.Chart(frame, title="t").mark_line()
        chart.encode(x=alt.X("year:O").title(None), y="amount:Q", color="kind:N").to_dict()


def serve(words: Sequence[str], ready: int | None = None) -> None:
    """Be a kernel until it is shut down, and end as a process does.

    Parameters
    ----------
    words
        ipykernel's.
    ready
        A file to close when it listens.
    """
    from ipykernel.kernelapp import IPKernelApp

    # What the parent has imported stays as it is: to look through it at each collection, and at the end, takes
    # longer than all else that a kernel does besides running cells.
    gc.freeze()
    for name, value in _set_by_imports.items():
        os.environ.setdefault(name, value)
    launcher = importlib.util.find_spec("ipykernel_launcher")
    # The last word is ours: whose end it is to look out for.
    sys.argv = [str(launcher and launcher.origin), *words[:-1]]
    try:
        application = IPKernelApp.instance()
        application.initialize([*words])
        if ready is not None:
            os.close(ready)
        application.start()
    except SystemExit:
        raise
    except BaseException:
        traceback.print_exc()
        raise
    finally:
        # ipykernel closes what its control thread may be about to flush, and then waits for that thread.
        if IPKernelApp.initialized() and (control := IPKernelApp.instance().control_thread) and control.is_alive():
            with contextlib.suppress(RuntimeError):
                # Its loop has ended by now.
                control.stop()
            control.join()
        # What the notebook and its libraries wanted done at the end, as Python itself does it.
        threading._shutdown()  # noqa: SLF001 # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
        atexit._run_exitfuncs()  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError, ValueError):
                stream.flush()
