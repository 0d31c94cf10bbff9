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


def notebooks_in(folder: Path, names: Sequence[str]) -> tuple[dict[str, NotebookNode], list[Problem]]:
    """The notebooks of one submission, and what keeps them from being graded.

    Parameters
    ----------
    folder
        ``course/submitted/<student>/<assignment>``.
    names
        Names of the assignment's notebooks. Other files in the folder are not looked at, and a
        notebook that is missing is not a problem: it scores 0.

    Returns
    -------
    dict, list of Problem
        Those that can be read, in the present format, by name; and no problem if these are all that
        are there, and at least one is.
    """
    files = {name: folder / f"{name}.ipynb" for name in names}
    there = {name: file for name, file in files.items() if file.is_file()}
    if not there:
        others = sorted(file.name for file in folder.iterdir() if file.is_file())
        found = f"found only {', '.join(others)}" if others else "the folder is empty"
        wanted = " or ".join(file.name for file in files.values())
        return {}, [
            Problem(
                f"No notebook of the assignment is here: {found}.",
                Where(folder),
                f"rename the notebook to {wanted}, or ask for it, and grade again.",
            )
        ]
    read = {name: _read(file) for name, file in there.items()}
    return (
        {name: found for name, found in read.items() if not isinstance(found, Problem)},
        [found for found in read.values() if isinstance(found, Problem)],
    )


def _read(file: Path) -> NotebookNode | Problem:
    what, line = "", None
    try:
        if (size := file.stat().st_size) > MOST_BYTES:
            return Problem(f"It has {size:,} bytes; up to {MOST_BYTES:,} are read.", Where(file), HAND_IN_AGAIN)
        text = file.read_text(encoding="utf-8")
        if (cells := _count_cells(json.loads(text))) > MOST_CELLS:
            return Problem(f"It has {cells:,} cells; up to {MOST_CELLS:,} are graded.", Where(file), HAND_IN_AGAIN)
        with warnings.catch_warnings():
            # nbformat warns of cells without an id, or with one that is taken, and mends them.
            warnings.simplefilter("ignore")
            # As nbformat.reads, which would only log what is wrong, and look for it once more.
            notebook: NotebookNode = nbformat.convert(nbformat.reader.reads(text), 4)
            nbformat.validate(notebook)
            return notebook
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
    return Problem(what, Where(file, line), HAND_IN_AGAIN)


def _count_cells(content: Any) -> int:
    """How many cells a file has, in the present format or an older one; 0 if it is of another shape."""
    if not isinstance(content, dict):
        return 0
    notebook = cast("dict[str, Any]", content)
    sheets = notebook.get("worksheets")
    found = [notebook, *(sheets if isinstance(sheets, list) else [])]
    lists = [sheet.get("cells") for sheet in found if isinstance(sheet, dict)]
    return sum(len(cells) for cells in lists if isinstance(cells, list))
