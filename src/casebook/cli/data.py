"""``casebook data``: check the tables and their passports; stamp them after reading."""

from __future__ import annotations

import json

import click

from casebook.errors import Problem, Where
from casebook.project import find_project


@click.group()
def data() -> None:
    """Look after the tables: every figure sourced, every column described.

    \b
    Examples:
      casebook data check
      casebook data check amazon_third_party express_parcels
      casebook data stamp express_parcels
    """


@data.command()
@click.argument("tables", metavar="[TABLE]...", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per problem, then one with the counts.")
def check(tables: tuple[str, ...], *, as_json: bool) -> None:
    """Check that tables, passports and sources are sound.

    Looks at all tables, or only at those named. Each problem is named with file, line, column,
    value and how to mend it; all of them in one report. Nothing is changed.

    \b
    Exit codes:
      0  sound
      1  something needs a person
      2  wrong usage, such as an unknown table

    \b
    Examples:
      casebook data check
      casebook data check amazon_third_party
      casebook data check --json
    """
    from casebook.data.check import report_on

    project = find_project()
    _refuse_unknown(tables)
    report = report_on(project, tables)
    for problem in report.problems:
        click.echo(json.dumps(_plain(problem), ensure_ascii=False) if as_json else str(problem))
    counts = {"tables": report.tables, "rows": report.rows, "sources": report.sources}
    if as_json:
        click.echo(json.dumps({**counts, "problems": len(report.problems)}))
    elif not report.problems:
        click.echo(f"{report.tables} tables, {report.rows:,} rows, {report.sources} sources: sound.")
    else:
        found = len(report.problems)
        click.echo(f"{found} problem{'' if found == 1 else 's'} in {report.tables} tables.")
    if report.problems:
        raise SystemExit(1)


@data.command()
@click.argument("tables", metavar="[TABLE]...", nargs=-1)
def stamp(tables: tuple[str, ...]) -> None:
    """Write size and hash of the tables into their passports.

    Run it after you have read every changed figure against its source: the stamp says so.
    Stamps all tables, or only those named.

    \b
    Examples:
      casebook data stamp express_parcels
      casebook data stamp
    """
    from casebook.data.stamp import stamp_tables

    project = find_project()
    _refuse_unknown(tables)
    for done in stamp_tables(project, tables):
        state = "stamped" if done.changed else "unchanged"
        click.echo(f"{done.table}: {state}, {done.bytes:,} bytes, sha256 {done.sha256[:8]}...")


def _refuse_unknown(names: tuple[str, ...]) -> None:
    """End with wrong usage if a table is named that has no passport."""
    from casebook.data.check import load_package
    from casebook.data.near import known_names
    from casebook.errors import CasebookError

    if not names:
        return
    try:
        known = [table.name for table in load_package(find_project()).tables]
    except CasebookError:
        return  # the command itself says what is wrong with the passports
    for name in names:
        if name not in known:
            raise click.BadParameter(f'no table "{name}" ({known_names(name, known)}).', param_hint="TABLE")


def _plain(problem: Problem) -> dict[str, object]:
    where = problem.where or Where("")
    place = {"file": str(Where(where.file)), "line": where.line, "column": where.column}
    return {**place, "what": problem.what, "mend": problem.mend}
