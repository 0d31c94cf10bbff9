"""``casebook exercises``: build, verify and release assignments."""

from __future__ import annotations

from pathlib import Path

import click

from casebook.cli.course_option import course_option
from casebook.cli.exercises_text import text
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
    from casebook.exercises.assignment import assignment_names
    from casebook.exercises.course_directory import CourseDirectory
    from casebook.exercises.release import build_source
    from casebook.exercises.soundness import sound_assignments
    from casebook.project import find_project

    project = find_project()
    for assignment in sound_assignments(project, assignments or assignment_names(project)):
        folder = build_source(project, assignment, CourseDirectory(course), force=force)
        click.echo(f"{assignment.name}: the instructor's notebooks are in {folder}")


@exercises.command()
@assignments_argument
@course_option
@force_option
@click.option(
    "--for-each",
    "class_list",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="STUDENTS.csv",
    help="Also a folder and a zip for each student, with values of their own; the table's column is "
    "student_id or id. Those who have values keep them.",
)
@click.option(
    "--solutions", is_flag=True, help="After the deadline: a copy with answers and reasons, in COURSE/solutions/."
)
@click.option("--hidden-tests", is_flag=True, help="With --solutions: show hidden tests too.")
def release(
    *,
    assignments: tuple[str, ...],
    course: Path,
    force: bool,
    class_list: Path | None,
    solutions: bool,
    hidden_tests: bool,
) -> None:
    """Make the students' version in a course directory and enter it in the gradebook.

    When it is due, by course.yml, is entered too.

    Nothing is released if a solution, a hidden test, a mark scheme or a wrong answer stands in it.

    \b
    Examples:
      casebook exercises release data-sharing --course course
      casebook exercises release coalitions --for-each students.csv
      casebook exercises release data-sharing --solutions
    """
    if class_list is not None and len(assignments) != 1:
        raise click.UsageError("--for-each goes with one ASSIGNMENT.")
    if hidden_tests and not solutions:
        raise click.UsageError("--hidden-tests goes with --solutions.")
    if solutions and class_list is not None:
        raise click.UsageError("--for-each and --solutions are two different releases.")
    if solutions:
        _release_solutions(assignments, course, force=force, hidden_tests=hidden_tests)
        return
    from casebook.course.reading import load_course
    from casebook.exercises.assignment import assignment_names
    from casebook.exercises.course_directory import CourseDirectory
    from casebook.exercises.release import release_assignment
    from casebook.exercises.soundness import sound_assignments
    from casebook.exercises.variants_class import read_class_list
    from casebook.exercises.variants_release import release_for_each
    from casebook.project import find_project

    project, directory = find_project(), CourseDirectory(course)
    students = read_class_list(class_list) if class_list is not None else []
    described = load_course(project)
    due = {graded.name: graded.due for graded in described.assignments} if described else {}
    for assignment in sound_assignments(project, assignments or assignment_names(project)):
        name = assignment.name
        each = None
        if class_list is None:
            made = release_assignment(project, assignment, directory, force=force)
        else:
            each = release_for_each(project, assignment, directory, students, force=force)
            made = each.for_all
        if name in due:
            directory.set_due(name, due[name])
        said = f"; due {due[name]:%Y-%m-%d %H:%M %Z}" if name in due else ""
        click.echo(f"{name}: for students in {made.folder} and {made.archive}{said}")
        if each is not None:
            click.echo(
                f"{name}: for each of {each.students} students, {each.new} of them new, in {each.folder}; "
                f"{each.different} different sets of values of {each.possible} that there are"
            )


def _release_solutions(assignments: tuple[str, ...], course: Path, *, force: bool, hidden_tests: bool) -> None:
    from datetime import UTC, datetime

    from casebook.course.reading import load_course
    from casebook.exercises.assignment import load_assignment
    from casebook.exercises.course_directory import CourseDirectory
    from casebook.project import find_project
    from casebook.site.solution_copy import make_solution_copy, refuse_before

    if not assignments:
        raise click.UsageError("--solutions goes with the names of assignments.")
    project, directory = find_project(), CourseDirectory(course)
    described = load_course(project)
    due = {graded.name: graded.due for graded in described.assignments} if described else {}
    chosen = [load_assignment(project, name) for name in assignments]
    for assignment in () if force else chosen:
        refuse_before(due.get(assignment.name), datetime.now(UTC), assignment)
    for assignment in chosen:
        made = make_solution_copy(project, assignment, directory, hidden_tests=hidden_tests)
        name = assignment.name
        click.echo(f"{name}: with solutions, to hand out, in {made.folder} and {made.archive}")
        if name not in due:
            click.echo(f"{name}: course.yml does not say when it is due; see that nobody is still working on it.")
        elif datetime.now(UTC) < due[name]:
            click.echo(f"{name}: keep it to yourself until {due[name]:%Y-%m-%d %H:%M %Z}, when it is due.")


exercises.add_command(verify)
exercises.add_command(text)
