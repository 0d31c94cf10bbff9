"""What does a student read who has only the downloaded folder?"""

from __future__ import annotations

from casebook.exercises.model import Assignment
from casebook.exercises.notebook_text import read_notebook
from casebook.exercises.regions import RegionKind, scan
from casebook.exercises.rubric import rubric_for_students

INSTRUCTIONS = "README.md"
REQUIREMENTS = "requirements.txt"
JUPYTERLAB = "jupyterlab"


def what_tests_say(assignment: Assignment) -> str:
    """What it means for a student when the tests in the notebook pass, in a sentence or two."""
    sources = (read_notebook(assignment.folder / f"{name}.md").cells for name in assignment.notebooks)
    parts = (part for cells in sources for cell in cells for part in scan(cell.source, cell.where))
    if any(part.kind is RegionKind.HIDDEN_TESTS for part in parts):
        return "Passing them means that you are on the way; the graders run more of them."
    return "They say at once whether an answer is right; the graders run the same ones."


def instructions(assignment: Assignment) -> str:
    """The short text that travels with the notebooks, as Markdown.

    Raises
    ------
    CasebookError
        The rubric's part for students is not sound.
    """
    notebooks = "\n".join(f"{number}. `{name}.ipynb`" for number, name in enumerate(assignment.notebooks, start=1))
    tables = [f"`{table}.csv`" for table in assignment.data]
    tables += ["`parameters.json`, the values that your notebooks ask about"] if assignment.parameters else []
    data = "\n".join(f"- {table}" for table in tables)
    beside = f"\nData, which must stay in the same folder:\n\n{data}\n" if data else ""
    rubric = rubric_for_students(assignment)
    marked = f"\n## How written answers are marked\n\n{rubric}\n" if rubric else ""
    limits = assignment.limits
    return f"""# {assignment.title}

{assignment.summary}

Worth {assignment.points:g} points; about {assignment.minutes} minutes.

## What is here

Notebooks, to be done in this order:

{notebooks}
{beside}
## How to work

1. You need Python 3.11 or later. In a terminal in this folder: `pip install -r {REQUIREMENTS}`
   ({_listed([JUPYTERLAB, *assignment.install])}).
2. Open this folder in JupyterLab, and the first notebook in it.
3. Put your answers where it says `YOUR CODE HERE` or `YOUR ANSWER HERE`. Do not delete cells, and
   leave the cells with tests as they are: the graders' copy is used in any case.
4. Run the tests under each question. {what_tests_say(assignment)}
5. Before you hand in: *Kernel > Restart Kernel and Run All Cells*, then save. When it is graded, a
   notebook gets {limits.notebook_seconds:g} seconds and {limits.memory_mb:g} megabytes of memory; it needs far less
   unless a loop never ends.
{marked}
## How to hand in

Hand in the notebooks under the same names, in the way your course says. The other files need not go
along.
"""


def requirements(assignment: Assignment) -> str:
    """What to install, for ``pip install -r``."""
    return "".join(f"{package}\n" for package in (JUPYTERLAB, *assignment.install))


def _listed(packages: list[str]) -> str:
    return ", ".join(f"`{package}`" for package in packages)
