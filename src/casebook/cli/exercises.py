"""``casebook exercises``: build, verify and release assignments."""

from __future__ import annotations

from pathlib import Path

import click

from casebook.cli.course_option import course_option
from casebook.cli.exercises_verify import verify


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


exercises.add_command(verify)
