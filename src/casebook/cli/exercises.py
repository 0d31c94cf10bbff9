"""``casebook exercises``: build, verify and release assignments."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.table import Table

from casebook.cli.course_option import course_option
from casebook.cli.progress import progress_bar

if TYPE_CHECKING:
    from casebook.grading.verification import Verdict


@click.group()
def exercises() -> None:
    """Make assignments from text, prove their tests, release them."""


assignments_argument = click.argument("assignments", nargs=-1, metavar="[ASSIGNMENT]...")
force_option = click.option("--force", is_flag=True, help="Replace notebooks there that were edited by hand.")


@exercises.command()
@assignments_argument
@course_option
@force_option
def build(*, assignments: tuple[str, ...], course: Path, force: bool) -> None:
    """Put the instructor's notebooks into a course directory's source folder.

    \b
    Examples:
      casebook exercises build
      casebook exercises build data-sharing --course course
    """
    from casebook.exercises.assignment import assignment_names, load_assignment
    from casebook.exercises.course_directory import CourseDirectory
    from casebook.exercises.release import build_source
    from casebook.project import find_project

    project = find_project()
    for name in assignments or assignment_names(project):
        folder = build_source(project, load_assignment(project, name), CourseDirectory(course), force=force)
        click.echo(f"{name}: the instructor's notebooks are in {folder}")


@exercises.command()
@assignments_argument
@course_option
@force_option
def release(*, assignments: tuple[str, ...], course: Path, force: bool) -> None:
    """Make the students' version in a course directory and enter it in the gradebook.

    When it is due, by course.yml, is entered too.

    Nothing is released if a solution, a hidden test, a mark scheme or a wrong answer stands in it.

    \b
    Examples:
      casebook exercises release data-sharing --course course
    """
    from casebook.course.reading import load_course
    from casebook.exercises.assignment import assignment_names, load_assignment
    from casebook.exercises.course_directory import CourseDirectory
    from casebook.exercises.release import release_assignment
    from casebook.project import find_project

    project, directory = find_project(), CourseDirectory(course)
    described = load_course(project)
    due = {graded.name: graded.due for graded in described.assignments} if described else {}
    for name in assignments or assignment_names(project):
        made = release_assignment(project, load_assignment(project, name), directory, force=force)
        if name in due:
            directory.set_due(name, due[name])
        said = f"; due {due[name]:%Y-%m-%d %H:%M %Z}" if name in due else ""
        click.echo(f"{name}: for students in {made.folder} and {made.archive}{said}")


@exercises.command()
@assignments_argument
@click.option("--json", "as_json", is_flag=True, help="One JSON object per line.")
def verify(*, assignments: tuple[str, ...], as_json: bool) -> None:
    """Prove that each test tells right from wrong.

    The kit grades the solution (must get full points), the blank release (must get none of the
    autograded ones), every right answer (full) and every wrong answer (what its file says).

    \b
    Examples:
      casebook exercises verify
      casebook exercises verify data-sharing --json
    """
    from casebook.errors import raise_if_any
    from casebook.exercises.assignment import assignment_names, load_assignment
    from casebook.grading.verification import verify as verify_assignment
    from casebook.project import find_project

    project = find_project()
    verdicts: list[Verdict] = []
    for name in assignments or assignment_names(project):
        assignment = load_assignment(project, name)
        with progress_bar(hidden=as_json) as bar:
            task = bar.add_task(name, total=None)
            made: list[Verdict] = []
            for verdict, total in verify_assignment(project, assignment):
                made.append(verdict)
                bar.update(task, total=total, advance=1, description=verdict.case.name)
        verdicts += made
        if as_json:
            for verdict in made:
                click.echo(json.dumps(_as_json(name, verdict)))
        else:
            Console().print(_verdict_table(name, made))
    if as_json:
        sys.exit(1 if any(verdict.problems for verdict in verdicts) else 0)
    raise_if_any(problem for verdict in verdicts for problem in verdict.problems)


@exercises.command()
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
        click.echo(f"{Where(file)}: {'; '.join(said) or 'written'}")
    if brought.left:
        click.echo("Left to do:")
        for each in (*brought.left, f"run `casebook exercises verify {name}`, which names what is still missing"):
            click.echo(f"  {each}")


def _as_json(assignment: str, verdict: Verdict) -> dict[str, object]:
    return {
        "assignment": assignment,
        "case": verdict.case.name,
        "as_expected": not verdict.problems,
        "earned": verdict.earned,
        "expected": verdict.case.expected,
        "failure": verdict.failure,
    }


def _verdict_table(assignment: str, verdicts: list[Verdict]) -> Table:
    table = Table("", assignment, "points", "of", box=None, pad_edge=False)
    for verdict in verdicts:
        earned = sum(points or 0 for points in verdict.earned.values())
        mark = "as expected" if not verdict.problems else "NOT AS EXPECTED"
        table.add_row(mark, verdict.case.name, f"{earned:g}", f"{verdict.case.points_possible:g}")
    return table
