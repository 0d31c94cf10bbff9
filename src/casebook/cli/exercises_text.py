"""``casebook exercises text``: what comes back from edited notebooks, file by file."""

from __future__ import annotations

from pathlib import Path

import click

from casebook.cli.course_option import course_option


@click.command()
@click.argument("name", metavar="ASSIGNMENT")
@course_option
@click.option("--force", is_flag=True, help="Replace text that has changed since the notebooks were built from it.")
def text(name: str, *, course: Path, force: bool) -> None:
    """Bring notebooks that were edited in JupyterLab back into the text under exercises/.

    The notebooks are those in the course directory's source folder, where `casebook exercises build`
    puts them; kinds, points and ids are as nbgrader's Create Assignment shows them. Outputs are left
    out, and cells that nobody changed keep their text letter by letter. An assignment that was never
    text becomes a folder of its own, with what is left to say named.

    \b
    Exit codes:
      0  brought back, or nothing to bring
      1  nothing was written: something needs a person
      2  wrong usage

    \b
    Examples:
      casebook exercises text data-sharing
      casebook exercises text problem-set-1 --course ~/last-year
    """
    from casebook.errors import Where
    from casebook.exercises.course_directory import CourseDirectory
    from casebook.exercises.text_from_course import bring_back
    from casebook.project import find_project

    brought = bring_back(find_project(), name, CourseDirectory(course), force=force)
    if not brought.files:
        click.echo(f"{name}: the notebooks say what the text says.")
    for file, made in brought.files.items():
        cells = {"changed": made.changed, "new": made.added}
        said = [f"{', '.join(ids)} {how}" for how, ids in cells.items() if ids]
        said += [f"{made.removed} {'cell' if made.removed == 1 else 'cells'} removed"] if made.removed else []
        rest = "written" if brought.left else "points or notebooks brought up to date"
        click.echo(f"{Where(file)}: {'; '.join(said) or rest}")
    if brought.left:
        click.echo("Left to do:")
        for each in (*brought.left, f"run `casebook exercises verify {name}`, which names what is still missing"):
            click.echo(f"  {each}")
