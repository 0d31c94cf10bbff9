"""What is known of an assignment that was never text, and what has a person to say?"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from casebook.exercises.model import Kind, TextNotebook
from casebook.exercises.text_writing import flow
from casebook.project import Project

# nbgrader's own records and Jupyter's, which are nobody's data.
NO_DATA = {".ipynb", ".md", ".html"}

_TEXT = """\
title:     # a few words
chapter:   # the folder under chapters/ that it belongs to
summary:   # one or two sentences
minutes:   # how long a student needs
points: {points:g}
notebooks: {notebooks}
data: {data}
"""


def started(project: Project, notebooks: Sequence[TextNotebook], source: Path) -> tuple[str, list[str]]:
    """An ``assignment.yml`` with what its notebooks tell, and blanks for the rest.

    Parameters
    ----------
    project
        The casebook; its tables are known by the names of their files.
    notebooks, source
        The notebooks, and the folder that they come from.

    Returns
    -------
    str, list of str
        The file's text, and what is left for a person to do, one sentence each.
    """
    cells = [cell for notebook in notebooks for cell in notebook.cells]
    tables = {file.name for file in project.data.glob("*.csv")}
    beside = sorted(file for file in source.iterdir() if file.is_file() and file.suffix not in NO_DATA)
    text = _TEXT.format(
        points=sum(cell.points for cell in cells),
        notebooks=flow([notebook.name for notebook in notebooks]),
        data=flow([file.stem for file in beside if file.name in tables]),
    )
    left = ["fill in title, chapter, summary and minutes in assignment.yml"]
    left += [
        f"{file.name} lies beside the notebooks and is no table of data/: add it with `casebook new table`"
        for file in beside
        if file.name not in tables and not file.name.startswith(".")
    ]
    if any(cell.kind in (Kind.WRITTEN, Kind.TASK) for cell in cells):
        left.append("write rubric.md, with a section `## For students`")
    left.append("write wrong answers and right answers, each a file in wrong-answers/ and right-answers/")
    return text, left
