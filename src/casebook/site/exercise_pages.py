"""The page of an assignment: what it asks, what it is worth, where to get it, how to hand it in."""

from __future__ import annotations

from collections.abc import Mapping

from casebook.exercises.model import Release


def assignment_page(release: Release, table_titles: Mapping[str, str]) -> str:
    """The page as MyST Markdown.

    Parameters
    ----------
    release
        What students get.
    table_titles
        Titles of the casebook's tables by name.
    """
    assignment = release.assignment
    notebooks = "\n".join(f"1. [](/exercises/{assignment.name}/{name}.ipynb)" for name in assignment.notebooks)
    tables = "\n".join(f"- `{table}.csv`: {table_titles.get(table, table)}" for table in assignment.data)
    return f"""# {assignment.title}

{assignment.summary.strip()}

Worth
: {assignment.points:g} points

Time
: about {assignment.minutes} minutes

Lesson
: [](/chapters/{assignment.chapter}/chapter.md)

```{{button-link}} ../{assignment.name}.zip
:color: primary
Download notebooks and data (zip)
```

## What you will do

Work through the notebooks in this order. You can read them here first; you answer them in JupyterLab.

{notebooks}

## Data in the download

{tables}

## How to work

1. Unpack the zip, open its folder in JupyterLab, and in it the first notebook.
2. Put your answers where the notebook says `YOUR CODE HERE` or `YOUR ANSWER HERE`. Leave the other cells as they are.
3. Run the tests below each question. They tell you whether you are on the way; the graders run more of them.
4. At the end choose *Kernel*, then *Restart Kernel and Run All Cells*, and save.

## How to hand in

Hand in the notebooks under the names they have, in the way your course says. The data files need not go along.
If you learn on your own, compare your reasoning with the lesson: the tests in the notebook check your numbers.
"""
