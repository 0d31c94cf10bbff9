"""``casebook new``: start something from a scaffold, with the blanks to fill."""

from __future__ import annotations

from pathlib import Path

import click


@click.group()
def new() -> None:
    """Start something new: what can be told beforehand is there, the rest is a blank to fill.

    \b
    Example:
      casebook new table parcels --from parcels.csv
      casebook new assignment parcels-and-people --chapter 01-data-sharing
    """


@new.command()
@click.argument("name", metavar="NAME")
@click.option(
    "--from",
    "given",
    metavar="FILE",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The CSV file to start from; it stays as it is.",
)
@click.option("--encoding", help="How the file is written, if not in UTF-8, such as cp1252 or gb18030.")
@click.option("--source", metavar="SOURCE_ID", help="Write this source into each row that names none.")
def table(name: str, *, given: Path, encoding: str | None, source: str | None) -> None:
    """Add a table to data/ with a passport, from a CSV file.

    The copy is UTF-8 with commas; its columns get names in snake_case and a guess at their types.
    What only a person knows (title, question, caveats, units, sources) is left blank, and
    `casebook data check NAME` names each blank. Nothing that exists is overwritten.

    \b
    Exit codes:
      0  added
      1  not added: there is such a table, or the file cannot be read as one
      2  wrong usage

    \b
    Examples:
      casebook new table parcels --from parcels.csv
      casebook new table parcels --from parcels.csv --source post_bureau_2022
      casebook new table shops --from shops.csv --encoding gb18030
    """
    from casebook.data.check import check_data
    from casebook.data.new_table import add_table
    from casebook.errors import Where
    from casebook.project import find_project

    project = find_project()
    made = add_table(project, name, given, encoding=encoding, source=source)
    click.echo(f"{Where(made.file)}: {made.rows:,} {'row' if made.rows == 1 else 'rows'}, read as {made.encoding}.")
    for old, called in made.renamed:
        click.echo(f'  The column "{old}" is now called {called}.')
    found = len(check_data(project, (name,)))
    click.echo(f"{Where(made.passports)}: a passport with blanks.")
    click.echo(f"{found} {'thing is' if found == 1 else 'things are'} left to do. Each is named by:")
    click.echo(f"  casebook data check {name}")


@new.command()
@click.argument("name", metavar="NAME")
@click.option("--chapter", metavar="CHAPTER", help="The folder of its lesson under chapters/; else the first.")
def assignment(name: str, *, chapter: str | None) -> None:
    """Start an assignment in exercises/NAME that verifies as it stands.

    It has one of each kind of cell: given, answer, tests with a hidden part, a chart, a written answer,
    a task, and text; and wrong answers, a right one and a rubric. Comments in the text say what to
    change. Nothing that exists is overwritten.

    \b
    Exit codes:
      0  made
      1  not made: there is such a folder, the name will not do, or there is no such chapter
      2  wrong usage

    \b
    Examples:
      casebook new assignment parcels-and-people
      casebook new assignment parcels-and-people --chapter 01-data-sharing
    """
    from casebook.errors import Where
    from casebook.exercises.new_assignment import new_assignment
    from casebook.project import find_project

    project = find_project()
    made = new_assignment(project, name, chapter=chapter)
    click.echo(f"{Where(made.folder)}: an assignment that verifies as it stands, of the chapter {made.chapter}.")
    click.echo("Then:")
    click.echo(f"  change what its comments name, and run: casebook exercises verify {name}")
    click.echo(f"  name its page in _toc.yml: exercises/{name}/index")
    click.echo(f"  give it a weight and dates in course.yml, under assignments: {name}")
