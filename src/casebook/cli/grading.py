"""``casebook grade``, ``feedback`` and ``export``: from submissions to marks that students can read."""

from __future__ import annotations

import json
import sys
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.table import Table

from casebook.cli.course_option import course_option
from casebook.cli.progress import progress_bar
from casebook.cli.stopping import stopped_in_order

if TYPE_CHECKING:
    from casebook.grading.grade import Graded


@click.command()
@click.argument("assignment")
@course_option
@click.option(
    "--student",
    "students",
    multiple=True,
    metavar="ID",
    help="Only this student, or those whose ids match a pattern such as 's1*'; may be given again.",
)
@click.option(
    "--fresh/--resume",
    default=False,
    help="Grade also what was graded before and has not changed; or go on with what is left (the default).",
)
@click.option(
    "--tests",
    type=click.Choice(["isolated", "shared"]),
    help="Where test cells run: in a process of their own, or in the student's as in nbgrader. "
    "Default: as the instructor's notebooks say, else shared.",
)
@click.option("--workers", type=click.IntRange(1), metavar="N", help="Submissions at once; default: one a processor.")
@click.option(
    "--executor", type=click.Choice(["local", "dask"]), default="local", show_default=True, help="Where notebooks run."
)
@click.option("--scheduler", metavar="ADDR", help="With --executor dask: its scheduler, as in tcp://10.0.0.5:8786.")
@click.option("--db", "db_url", metavar="URL", help="Another gradebook than the course's, as SQLAlchemy writes it.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per submission, as each is done.")
def grade(
    *,
    assignment: str,
    course: Path,
    students: tuple[str, ...],
    fresh: bool,
    tests: str | None,
    workers: int | None,
    executor: str,
    scheduler: str | None,
    db_url: str | None,
    as_json: bool,
) -> None:
    """Grade the submissions of ASSIGNMENT into the course's gradebook.

    COURSE is any nbgrader course directory; submissions lie where nbgrader collects them:
    COURSE/submitted/<student>/ASSIGNMENT/. One that cannot be graded never stops the rest; it is
    named at the end, and the exit code is 1. A run that was stopped goes on where it was.

    \b
    Examples:
      casebook grade data-sharing --course course
      casebook grade data-sharing --student s123 --fresh
      casebook grade ps1 --course ../my-nbgrader-course --workers 8
      casebook grade ps1 --executor dask --scheduler tcp://10.0.0.5:8786
    """
    if (executor == "dask") != (scheduler is not None):
        raise click.UsageError("--executor dask and --scheduler ADDR go together.")
    chosen: list[str] = []
    results: list[Graded] = []
    attention: list[Graded] = []
    with stopped_in_order(lambda: _stopped(len(results), len(chosen))):
        from casebook.exercises.course_directory import CourseDirectory
        from casebook.grading.grade import Options, submissions
        from casebook.grading.grade import grade as grade_submissions
        from casebook.grading.model import Tests
        from casebook.grading.settings import read_settings

        directory = CourseDirectory(course, db_url=db_url)
        chosen += submissions(directory, assignment, students)
        for sentence in read_settings(directory).unfollowed:
            click.echo(f"Note: nbgrader_config.py: {sentence}", err=True)
        options = Options(fresh=fresh, tests=Tests(tests) if tests else None, workers=workers, scheduler=scheduler)
        with (
            progress_bar(hidden=as_json, rate="submissions") as bar,
            closing(grade_submissions(directory, assignment, chosen, options)) as run,
        ):
            task = bar.add_task(assignment, total=len(chosen))
            for graded in run:
                results.append(graded)
                if graded.status == "needs_attention":
                    attention.append(graded)
                    last = f"{assignment} ({len(attention)} need attention, last {graded.student})"
                    bar.update(task, description=last)
                bar.advance(task)
                if as_json:
                    click.echo(json.dumps(asdict(graded)))
    if not as_json:
        results.sort(key=lambda graded: graded.student)
        Console().print(_grade_table(results))
        click.echo(f"{len(results) - len(attention)} of {len(results)} submissions graded.")
        for graded in results:
            if graded.reason:
                said = "Needs attention" if graded.status == "needs_attention" else "Note"
                click.echo(f"{said}: {graded.student}: {graded.reason}")
    sys.exit(1 if attention else 0)


def _stopped(done: int, chosen: int) -> str:
    how_far = f" after {done} of {chosen} submissions" if chosen else ""
    return f"Stopped{how_far}. Run the command again, and it goes on with the rest."


def _grade_table(results: list[Graded]) -> Table:
    table = Table("student", "status", "score", "of", "seconds", box=None, pad_edge=False)
    for graded in results:
        score, max_score = ("" if points is None else f"{points:g}" for points in (graded.score, graded.max_score))
        table.add_row(graded.student, graded.status, score, max_score, f"{graded.seconds:.1f}")
    return table


@click.command()
@click.argument("assignment")
@course_option
@click.option(
    "--hide-hidden-tests/--show-hidden-tests",
    "hide",
    default=None,
    help="Leave hidden tests out of the pages; the message of the one that failed stays. "
    "Default: as course.yml says, else shown.",
)
def feedback(*, assignment: str, course: Path, hide: bool | None) -> None:
    """Make a feedback page for each graded notebook of ASSIGNMENT.

    As with nbgrader, the pages show hidden tests, unless you hide them: for an assignment that will
    be set again, or that others have yet to hand in. `hidden_tests: hide` under the assignment in
    course.yml says so for good.

    \b
    Examples:
      casebook feedback data-sharing --course course
      casebook feedback data-sharing --hide-hidden-tests
    """
    from casebook.exercises.course_directory import CourseDirectory
    from casebook.grading.feedback import graded_students, make_feedback

    directory = CourseDirectory(course)
    students = graded_students(directory, assignment)
    hide = _hides_hidden_tests(assignment) if hide is None else hide
    failed: list[str] = []
    with progress_bar(hidden=False) as bar:
        task = bar.add_task(assignment, total=len(students))
        for made in make_feedback(directory, assignment, students, hide_hidden_tests=hide):
            failed += [f"Needs attention: {made.student}: {made.reason}"] if made.reason else []
            bar.advance(task)
    click.echo(f"{len(students) - len(failed)} of {len(students)} students have feedback in {course / 'feedback'}")
    if hide:
        click.echo("Hidden tests are left out of it.")
    for line in failed:
        click.echo(line)
    sys.exit(1 if failed else 0)


def _hides_hidden_tests(assignment: str) -> bool:
    """What the casebook that the command is run in says; a course directory may belong to none."""
    from casebook.course.reading import load_course
    from casebook.errors import CasebookError
    from casebook.project import find_project

    try:
        project = find_project()
    except CasebookError:
        return False
    described = load_course(project)
    graded = described.assignments if described else ()
    return any(each.hides_hidden_tests for each in graded if each.name == assignment)


@click.command()
@click.argument("assignment")
@course_option
@click.option("--to", "target", type=click.Choice(["csv"]), default="csv", show_default=True, help="Which format.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="File to write; else standard output."
)
def export(*, assignment: str, course: Path, target: str, output: Path | None) -> None:
    """Write the scores of ASSIGNMENT, one row per student.

    Columns: student_id, assignment, score, max_score, status. A submission that could not be
    graded has an empty score.

    \b
    Examples:
      casebook export data-sharing --to csv -o scores.csv
    """
    from casebook.exercises.course_directory import CourseDirectory
    from casebook.lms.csv_export import as_csv, rows
    from casebook.whole_files import write_text

    del target  # csv is the only one yet
    text = as_csv(assignment, rows(CourseDirectory(course), assignment))
    if output is None:
        click.echo(text, nl=False)
    else:
        write_text(output, text)
        click.echo(f"The scores are in {output}")
