"""What workers do in the tests of executors; they import it by name, as they import the kit."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from casebook.errors import CasebookError, Where


def double(data):
    return {"twice": 2 * data["number"], "file": data.get("file"), "process": os.getpid()}


def refuse(data):
    raise CasebookError.one("The box cannot be built.", where=Where("a.ipynb", cell="q1"), mend="build it.")


def divide(data):
    return {"part": 1 / (data["number"] - 3)}


def last_long_once(data):
    """Says where it runs; the first time, it lasts until somebody ends the process."""
    began = Path(data["folder"]) / f"{data['number']}-{os.getpid()}"
    first = not list(began.parent.glob(f"{data['number']}-*"))
    began.touch()
    if first and data["number"] == 3:
        time.sleep(60)
    time.sleep(0.02)
    return {"number": data["number"]}


def end_the_worker(data):
    (Path(data["folder"]) / f"{data['number']}-{os.getpid()}").touch()
    if data["number"] == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(0.02)
    return {"number": data["number"]}
