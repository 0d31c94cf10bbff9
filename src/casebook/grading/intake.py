"""Can these files be graded at all?

nbgrader opens them one after the other and stops a submission at the first that it cannot read,
with a traceback. Looking first gives a person one clear sentence instead.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import nbformat
from nbformat import NotebookNode

from casebook.errors import Problem, Where

# Nobody writes so much by hand; one such file would hold up the class, or fill the memory.
MOST_BYTES = 300_000_000
MOST_CELLS = 20_000

HAND_IN_AGAIN = "ask for the notebook as JupyterLab saves it, put it in place of this file, and grade again."


def problems_in(folder: Path, notebooks: Sequence[str]) -> list[Problem]:
    """What keeps the notebooks of one submission from being graded.

    Parameters
    ----------
    folder
        ``course/submitted/<student>/<assignment>``.
    notebooks
        Names of the assignment's notebooks. Other files in the folder are not looked at, and a
        notebook that is missing is not a problem: it scores 0.

    Returns
    -------
    list of Problem
        Empty if all can be read and at least one is there.
    """
    files = [folder / f"{name}.ipynb" for name in notebooks]
    there = [file for file in files if file.is_file()]
    if not there:
        others = sorted(file.name for file in folder.iterdir() if file.is_file())
        found = f"found only {', '.join(others)}" if others else "the folder is empty"
        return [
            Problem(
                f"No notebook of the assignment is here: {found}.",
                Where(folder),
                f"rename the notebook to {' or '.join(file.name for file in files)}, or ask for it, and grade again.",
            )
        ]
    return [problem for file in there for problem in _unreadable(file)]


def read_notebook(file: Path) -> NotebookNode:
    """A notebook in which ``problems_in`` found nothing, in the present format."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return nbformat.reads(file.read_text(encoding="utf-8"), as_version=4)


def _unreadable(file: Path) -> list[Problem]:
    what, line = _fault(file)
    return [Problem(what, Where(file, line), HAND_IN_AGAIN)] if what else []


def _fault(file: Path) -> tuple[str, int | None]:
    """What is wrong with a file that should be a notebook, and in which line; empty if nothing is."""
    what, line = "", None
    if (size := file.stat().st_size) > MOST_BYTES:
        return f"It has {size:,} bytes; up to {MOST_BYTES:,} are read.", None
    try:
        content: object = json.loads(file.read_text(encoding="utf-8"))
        if (cells := _count_cells(content)) > MOST_CELLS:
            return f"It has {cells:,} cells; up to {MOST_CELLS:,} are graded.", None
        with warnings.catch_warnings():
            # nbformat warns of cells without an id, or with one that is taken, and mends them.
            warnings.simplefilter("ignore")
            nbformat.validate(nbformat.reads(json.dumps(content), as_version=4))
    except UnicodeDecodeError as error:
        what = f"Not a notebook: byte {error.start} is not UTF-8 text."
    except json.JSONDecodeError as error:
        line = error.lineno
        what = f"Not a notebook: {error.msg}." if file.stat().st_size else "Empty, not a notebook."
    except RecursionError:
        what = "Not a notebook: brackets within brackets without end."
    except (nbformat.ValidationError, ValueError) as error:
        first, *_ = str(error).split("\n")
        what = f"Not a sound notebook: {first}"
    except Exception:  # noqa: BLE001  (nbformat tells of a wrong shape with whatever it stumbled over)
        what = "Not a notebook: JSON of another shape."
    return what, line


def _count_cells(content: Any) -> int:
    """How many cells a file has, in the present format or an older one; 0 if it is of another shape."""
    if not isinstance(content, dict):
        return 0
    notebook = cast("dict[str, Any]", content)
    sheets = notebook.get("worksheets")
    found = [notebook, *(sheets if isinstance(sheets, list) else [])]
    lists = [sheet.get("cells") for sheet in found if isinstance(sheet, dict)]
    return sum(len(cells) for cells in lists if isinstance(cells, list))
