"""``casebook course``: check ``course.yml``, write the calendar file."""

from __future__ import annotations

import json
from pathlib import Path

import click

from casebook.errors import CasebookError, Where


@click.group()
def course() -> None:
    """Look after the course that course.yml describes.

    \b
    Examples:
      casebook course check
      casebook course calendar -o outside-in.ics
    """


@course.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per problem, then one with the counts.")
def check(*, as_json: bool) -> None:
    """Check that course.yml is sound: names, dates, times and weights.

    Each problem is named with its line and how to mend it; all of them in one report.

    \b
    Examples:
      casebook course check
      casebook course check --json
    """
    from casebook.course.reading import load_course, no_course
    from casebook.course.schedule import weeks_of
    from casebook.project import find_project

    project = find_project()
    try:
        found = load_course(project)
    except CasebookError as error:
        for problem in error.problems:
            where = problem.where or Where("")
            plain = {"file": str(Where(where.file)), "line": where.line, "what": problem.what, "mend": problem.mend}
            click.echo(json.dumps(plain, ensure_ascii=False) if as_json else str(problem))
        if as_json:
            click.echo(json.dumps({"problems": len(error.problems)}))
        raise SystemExit(1) from error
    if found is None:
        raise no_course(project)
    weeks = weeks_of(found)
    counts = {
        "weeks": len(weeks),
        "meetings": sum(len(week.meetings) for week in weeks),
        "assignments": len(found.assignments),
    }
    if as_json:
        click.echo(json.dumps({**counts, "problems": 0}))
    else:
        click.echo(
            ", ".join(f"{number} {name[:-1] if number == 1 else name}" for name, number in counts.items()) + ": sound."
        )


@course.command()
@click.option(
    "-o",
    "out",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("calendar.ics"),
    show_default=True,
    help="Where to.",
)
def calendar(out: Path) -> None:
    """Write the meetings and due dates as a file for calendar apps.

    \b
    Example:
      casebook course calendar -o outside-in.ics
    """
    from casebook.course.calendar import calendar_file
    from casebook.course.reading import load_course, no_course
    from casebook.project import find_project
    from casebook.whole_files import write_bytes

    project = find_project()
    found = load_course(project)
    if found is None:
        raise no_course(project)
    write_bytes(out, calendar_file(found))
    click.echo(f"The calendar is in {out}")
