"""The process that runs a chapter: an IPython kernel whose charts come out as Vega-Lite.

Started as ``python -m casebook.kernels.book_kernel -f CONNECTION_FILE``, or in a fork of a process
that has called ``prepare``. A chapter is plain pandas and Altair, so what the book needs of Altair
is said here and not in the chapter: ``prepare`` only names it, and ``serve`` lets it hold, because
other kernels may be forked from the same process.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import cast

from casebook.kernels.reads import record_reads
from casebook.late_imports import put_off_what_is_slow


def prepare() -> None:
    """Import and do once what every kernel of the book needs."""
    put_off_what_is_slow()
    _leave_out_the_debugger()
    # Here, and not in each fork.
    importlib.import_module("ipykernel.kernelapp")
    import altair as alt

    mime = f"application/vnd.vegalite.v{alt.SCHEMA_VERSION.lstrip('v').split('.')[0]}+json"

    def vegalite_bundle(spec: dict[str, object]) -> dict[str, object]:
        """Give the chart as the mime type that notebooks and JupyterLab know; no script, no other host."""
        # Altair's own "mimetype" renderer says "….v6.json", which nbformat refuses: JSON is "+json".
        return {mime: spec, "text/plain": "<a Vega-Lite chart>"}

    # Altair's default renderer writes a script that fetches Vega from another host.
    alt.renderers.register("casebook", vegalite_bundle)


def draw_as_the_book_does() -> None:
    """Let charts come out as Vega-Lite, whatever their size."""
    import altair as alt

    alt.renderers.enable("casebook")
    # Altair refuses a large chart with advice that a book cannot follow; the site's own check says what can be done.
    alt.data_transformers.disable_max_rows()


def _leave_out_the_debugger() -> None:
    """Chapters are not debugged here, and loading the debugger takes longer than running some of them."""
    if "ipykernel.debugger" not in sys.modules:
        sys.modules["debugpy"] = cast("ModuleType", None)
        importlib.import_module("ipykernel.debugger")
        del sys.modules["debugpy"]


def find_modules_beside_the_notebook() -> None:
    """Do what IPython leaves out where Python was told not to look into the folder it was started in."""
    if "" not in sys.path:
        libraries = (index for index, path in enumerate(sys.path) if Path(path).name == "site-packages")
        sys.path.insert(next(libraries, len(sys.path)), "")


def serve(words: Sequence[str], ready: int | None = None) -> None:
    """Be one notebook's kernel until it is shut down.

    Parameters
    ----------
    words
        ``--reads FILE --watch FOLDER``: note in the file what the notebook reads below the folder.
        All else is ipykernel's.
    ready
        A file to close when it listens.
    """
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--reads", type=Path)
    parser.add_argument("--watch", type=Path)
    ours, theirs = parser.parse_known_args(words)
    from ipykernel.kernelapp import IPKernelApp

    draw_as_the_book_does()
    # Whoever asks for the command line in a chapter is not shown ours.
    sys.argv = ["ipykernel", *theirs]
    application = IPKernelApp.instance()
    application.initialize(theirs)
    find_modules_beside_the_notebook()
    if ready is not None:
        os.close(ready)
    # From here on, what is read is read by the notebook.
    if ours.reads and ours.watch:
        record_reads(ours.watch, ours.reads)
    application.start()


if __name__ == "__main__":
    prepare()
    serve(sys.argv[1:])
